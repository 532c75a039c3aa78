//! What settings and messages do to the rows. The statements that did it are in `fairfile_store::settings` and
//! `fairfile_store::message`.

use fairfile_proof::leaf_hash;
use fairfile_store::Value;

use super::fold::{Unfit, there, whole};
use super::state::State;
use super::tables::Table;
use super::told::{Messages, PlannedMessage, Settings};

impl State {
    /// `settings::keep`
    pub(super) fn settings(&mut self, leaf: u64, told: &Settings<'_>) {
        let row = [
            (&told.subject_id).into(),
            told.version.into(),
            told.channel.into(),
            (&told.sealed).into(),
            told.since.into(),
            told.looks_from.into(),
            told.at.into(),
            whole(leaf),
        ];
        self.rows.put(Table::Settings, row);
    }

    /// `message::plan`, `message::write`, `message::settle`, `node::put_setting`
    pub(super) fn messages(&mut self, leaf: u64, told: &Messages<'_>) -> Result<(), Unfit> {
        if let Some(until) = &told.until {
            let until = leaf_hash(until.as_bytes());
            self.rows.put(Table::Node, [crate::messages::UNTIL.into(), (&until).into()]);
        }
        for planned in &told.planned {
            self.planned(leaf, planned);
        }
        for written in &told.written {
            there(self.rows.row(Table::Message, [(&written.message_id).into()]))?
                .set("state", "sending")
                .set("number", written.number)
                .set("channel", written.channel)
                .set("sealed", &written.sealed)
                .set("looks_until", written.looks_until)
                .set("written_at", told.at)
                .set("written_leaf", whole(leaf));
        }
        for settled in &told.settled {
            there(self.rows.row(Table::Message, [(&settled.message_id).into()]))?
                .set("state", settled.state)
                .set("settled_at", told.at);
        }
        Ok(())
    }

    fn planned(&mut self, leaf: u64, told: &PlannedMessage<'_>) {
        let none = Value::Null;
        let row = [
            (&told.message_id).into(),
            (&told.subject_id).into(),
            told.fact.into(),
            told.about_on.into(),
            told.happened_at.into(),
            told.due_at.into(),
            "planned".into(),
            none,
            none,
            none,
            none,
            none,
            none,
            whole(leaf),
            none,
        ];
        self.rows.put(Table::Message, row);
    }
}
