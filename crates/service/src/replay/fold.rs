//! What each event does to the rows. The statements that did it are in `fairfile-store`, named beside each event here.

use fairfile_journal::journal_number;
use fairfile_proof::leaf_hash;
use fairfile_store::Value;
use serde::Deserialize;

use super::state::{NewPerson, State};
use super::tables::Table;
use super::told::{
    Admitted, Announced, Arriving, Chased, Confirmed, Continued, Correction, Drawn, Founded, GaveWay, Kind, Over,
    Published, Record, Released, Resumed, Stretch, Taken,
};

/// An event could not be folded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unfit {
    /// It is not written as this program writes events of its kind, or is of a kind that it does not know.
    Unreadable,
    /// It changes a row that no earlier event made.
    Groundless,
}

/// A row that an event changes and that must be there.
pub(super) fn there<T>(row: Option<T>) -> Result<T, Unfit> {
    row.ok_or(Unfit::Groundless)
}

pub(super) fn whole(leaf: u64) -> Value<'static> {
    Value::Whole(leaf.cast_signed())
}

pub(super) fn told<'e, E: Deserialize<'e>>(event: &'e [u8]) -> Result<E, Unfit> {
    serde_json::from_slice(event).map_err(|_| Unfit::Unreadable)
}

/// The event, if it is a `record`. Most are: to read each once for its kind and then for the rest would take too long. In
/// a text no such run of bytes can stand, for its quotes would be escaped; in an inner object it could, and `event` tells.
pub(super) fn record(event: &[u8]) -> Option<Record<'_>> {
    const NAMED: &[u8] = br#""event":"record""#;
    event.windows(NAMED.len()).find(|bytes| *bytes == NAMED)?;
    told(event).ok().filter(|told: &Record<'_>| told.event == "record")
}

impl Record<'_> {
    /// The person whom the record brought along, if there is one.
    pub(super) fn person(&self, leaf: u64) -> Result<Option<NewPerson<'_>>, Unfit> {
        match (&self.person_index, &self.person_key_id, &self.person_name, &self.person_sealed) {
            (None, None, None, None) => Ok(None),
            (Some(index), Some(key), Some(name), Some(sealed)) => Ok(Some(NewPerson {
                subject: &self.subject_id.0,
                key: &key.0,
                sealed: &sealed.0,
                name: &name.0,
                index: Some(&index.0),
                leaf,
            })),
            _ => Err(Unfit::Unreadable),
        }
    }

    /// The row of the record.
    pub(super) fn record(&self, leaf: u64) -> [Value<'_>; 18] {
        [
            (&self.record_id).into(),
            self.version.into(),
            (&self.subject_id).into(),
            self.source.into(),
            self.item.into(),
            self.item_version.into(),
            (&self.batch_id).into(),
            self.row.into(),
            (&self.number_hash).into(),
            (&self.content_hash).into(),
            (&self.key_id).into(),
            (&self.sealed).into(),
            self.received_at.into(),
            self.shown_from.into(),
            self.display_until.into(),
            self.retained_until.into(),
            "in-force".into(),
            whole(leaf),
        ]
    }
}

impl State {
    /// Folds the event of leaf `leaf`.
    pub(super) fn fold(&mut self, leaf: u64, event: &[u8]) -> Result<(), Unfit> {
        if let Some(told) = record(event) {
            return self.record(leaf, &told);
        }
        match told::<Kind<'_>>(event)?.event {
            "record" => self.record(leaf, &told(event)?),
            "batch-stretch" => self.stretch(leaf, &told(event)?),
            "batch-arriving" => {
                self.arriving(leaf, &told(event)?);
                Ok(())
            }
            "batch-resumed" => self.resumed(&told(event)?),
            "batch-gave-way" => self.gave_way(&told(event)?),
            "batch" => self.taken(leaf, &told(event)?),
            "display-ended" => self.ended(&told(event)?),
            "destroyed" => self.destroyed(&told(event)?),
            "correction" => self.corrected(leaf, &told(event)?),
            "notice-confirmed" => self.confirmed(leaf, &told(event)?),
            "notice-chased" => self.chased(&told(event)?),
            "settings" => {
                self.settings(leaf, &told(event)?);
                Ok(())
            }
            "messages" => self.messages(leaf, &told(event)?),
            "draw-announced" => {
                self.draw_announced(leaf, &told(event)?);
                Ok(())
            }
            "draw-made" => self.draw_made(leaf, &told(event)?),
            "founded" => {
                self.founded(leaf, &told(event)?);
                Ok(())
            }
            "catalog" => {
                self.published(leaf, &told(event)?);
                Ok(())
            }
            "admission" => {
                self.admitted(leaf, &told(event)?);
                Ok(())
            }
            "officer-released" => self.released(leaf, &told(event)?),
            "staff-standing" => self.staff_standing(&told(event)?),
            "invited" => self.invited(leaf, &told(event)?),
            "passkey-made" => self.passkey_made(leaf, &told(event)?),
            "passkey-used" => self.passkey_used(&told(event)?),
            "passkey-stopped" => self.passkey_stopped(leaf, &told(event)?),
            "recovery-asked" => {
                self.recovery_asked(leaf, &told(event)?);
                Ok(())
            }
            "recovery-approved" => self.recovery_approved(leaf, &told(event)?),
            "recovery-refused" => self.recovery_refused(leaf, &told(event)?),
            "recovery-granted" => self.recovery_granted(leaf, &told(event)?),
            "sign-in-bound" => {
                self.login_bound(leaf, &told(event)?);
                Ok(())
            }
            // What opened nothing changed nothing.
            "sign-in-refused" | "sign-in-repeated" => Ok(()),
            "taken-over" => self.taken_over(event),
            "upgraded" => self.upgraded(leaf, event),
            "journal-continued" => self.continued(leaf, &told(event)?),
            // It moves the clock, which lies beside the keys, and no row.
            "clock-confirmed" => Ok(()),
            // What it counted lies in the looks, which are counted where they are folded.
            "looks-counted" => Ok(()),
            office => self.office(leaf, office, event),
        }
    }

    /// `node::add_settings`, `subject::add`
    fn founded(&mut self, leaf: u64, told: &Founded<'_>) {
        let nobody = format!("sub_{}", hex::encode(told.nobody.0));
        let hash = |text: &str| leaf_hash(text.as_bytes());
        let settings = [
            ("origin", hash(&told.origin)),
            ("zone", hash(&told.zone)),
            ("profile", hash(&told.profile)),
            ("holidays", told.holidays.0),
            ("mode", hash(told.mode)),
            ("nobody", hash(&nobody)),
        ];
        for (setting, value) in &settings {
            self.rows.put(Table::Node, [(*setting).into(), value.into()]);
        }
        self.add_person(&NewPerson {
            subject: &told.nobody.0,
            key: &told.nobody_key_id.0,
            sealed: &told.nobody_sealed.0,
            name: &told.nobody_name.0,
            index: None,
            leaf,
        });
    }

    /// `node::change_setting`, `node::add_settings`
    fn continued(&mut self, leaf: u64, told: &Continued<'_>) -> Result<(), Unfit> {
        let (origin, index) = (leaf_hash(told.origin.as_bytes()), leaf_hash(leaf.to_string().as_bytes()));
        there(self.rows.row(Table::Node, ["origin".into()]))?.set("value", &origin);
        let setting = format!("journal/{}", journal_number(&told.origin));
        self.rows.put(Table::Node, [setting.as_str().into(), (&index).into()]);
        Ok(())
    }

    /// `catalog::publish`, `record::add_item_purpose`
    fn published(&mut self, leaf: u64, told: &Published<'_>) {
        for item in &told.items {
            let version = Value::Whole(item.version);
            let row = [item.item.into(), version, item.in_force_from.into(), (&item.text).into(), whole(leaf)];
            self.rows.put(Table::CatalogItem, row);
            for purpose in item.purposes.split_whitespace() {
                self.rows.put(Table::ItemPurpose, [purpose.into(), item.item.into(), version]);
            }
        }
    }

    /// `member::admit`, `member::register_officer`, `member::register_key`, `staff::admit`
    fn admitted(&mut self, leaf: u64, told: &Admitted<'_>) {
        let at = whole(leaf);
        for new in &told.members {
            let titles = [Value::Text(&new.title_en), Value::Text(&new.title_zh)];
            let row = [new.member.into(), titles[0], titles[1], new.sectors.into(), new.standing.into(), at];
            self.rows.put(Table::Member, row);
        }
        for new in &told.officers {
            let duty = [new.on_duty_from.into(), new.on_duty_until.into()];
            let none = Value::Null;
            let row = [new.officer.into(), new.member.into(), new.standing.into(), duty[0], duty[1]];
            let [officer, member, standing, from, until] = row;
            let row = [officer, member, standing, from, until, none, none, none, none, none, at];
            self.rows.put(Table::Officer, row);
            for held in &new.purposes {
                let row = [new.officer.into(), held.purpose.into(), held.trained_until.into(), at];
                self.rows.put(Table::OfficerPurpose, row);
            }
        }
        for new in &told.keys {
            let days = [new.valid_from.into(), new.valid_until.into()];
            let key = Value::from(&new.public_key);
            let row = [new.key.into(), new.member.into(), new.officer.into(), key, days[0], days[1], at];
            self.rows.put(Table::MemberKey, row);
        }
        for new in &told.staff {
            self.rows.put(Table::Staff, [new.staff.into(), new.office.into(), new.standing.into(), at]);
        }
    }

    /// `member::release_officer`
    fn released(&mut self, leaf: u64, told: &Released<'_>) -> Result<(), Unfit> {
        there(self.rows.row(Table::Officer, [told.officer.into()]))?
            .set("released_at", told.at)
            .set("released_by_first", &*told.first)
            .set("released_by_second", &*told.second)
            .set("released_because", &*told.reason);
        self.releases.push((leaf, told.officer.to_owned()));
        Ok(())
    }

    /// `batch::begin`
    fn arriving(&mut self, leaf: u64, told: &Arriving<'_>) {
        let none = Value::Whole(0);
        let row = [
            (&told.batch_id).into(),
            told.member.into(),
            told.item.into(),
            told.item_version.into(),
            (&told.digest).into(),
            "arriving".into(),
            none,
            none,
            none,
            none,
            none,
            told.received_at.into(),
            told.key.unwrap_or_default().into(),
            (&told.evidence_key_id).into(),
            (&told.sealed).into(),
            (&told.evidence).into(),
            Value::Null,
            Value::Null,
            whole(leaf),
            told.kind.into(),
            told.officer.into(),
        ];
        self.rows.put(Table::Batch, row);
    }

    /// `batch::restart`
    fn resumed(&mut self, told: &Resumed) -> Result<(), Unfit> {
        self.emptied(&told.batch_id.0, "arriving")
    }

    /// `record::remove_stranded`, `subject::remove_bare`, `batch::give_way`
    fn gave_way(&mut self, told: &GaveWay<'_>) -> Result<(), Unfit> {
        for removed in &told.removed {
            there(self.rows.remove(Table::Record, [(&removed.record_id).into()]).then_some(()))?;
        }
        for person in &told.people {
            there(self.remove_person(&person.subject_id.0).then_some(()))?;
        }
        match told.state {
            "arriving" => Ok(()),
            last => self.emptied(&told.batch_id.0, last),
        }
    }

    /// A batch without rows and counts, in `state`.
    fn emptied(&mut self, batch: &[u8; 16], state: &str) -> Result<(), Unfit> {
        self.rows.remove_where(Table::BatchRow, "batch_id", batch);
        let mut row = there(self.rows.row(Table::Batch, [batch.into()]))?;
        row.set("state", state);
        for count in ["received", "accepted", "rejected", "duplicate", "quarantined"] {
            row.set(count, 0_i64);
        }
        Ok(())
    }

    /// `batch::add_rows`, `batch::add_counts`
    fn stretch(&mut self, leaf: u64, told: &Stretch<'_>) -> Result<(), Unfit> {
        there(self.rows.row(Table::Batch, [(&told.batch_id).into()]))?
            .add("received", told.count_received)
            .add("accepted", told.count_accepted)
            .add("rejected", told.count_rejected)
            .add("duplicate", told.count_duplicate)
            .add("quarantined", told.count_quarantined);
        for away in &told.turned_away {
            let row = [
                (&told.batch_id).into(),
                away.row.into(),
                away.outcome.into(),
                away.code.into(),
                away.input.into(),
                away.other_row.into(),
                whole(leaf),
            ];
            self.rows.put(Table::BatchRow, row);
        }
        Ok(())
    }

    /// `batch::take`
    fn taken(&mut self, leaf: u64, told: &Taken) -> Result<(), Unfit> {
        there(self.rows.row(Table::Batch, [(&told.batch_id).into()]))?
            .set("state", "taken")
            .set("taken_at", told.at)
            .set("taken_leaf", whole(leaf));
        Ok(())
    }

    /// `subject::add`, `record::add`
    fn record(&mut self, leaf: u64, told: &Record<'_>) -> Result<(), Unfit> {
        if let Some(person) = told.person(leaf)? {
            self.add_person(&person);
        }
        self.rows.put(Table::Record, told.record(leaf));
        Ok(())
    }

    /// `record::end`
    fn ended(&mut self, told: &Over) -> Result<(), Unfit> {
        let mut row = there(self.rows.row(Table::Record, [(&told.record_id).into()]))?;
        if row.is("state", "in-force") {
            row.set("state", "ended");
        }
        Ok(())
    }

    /// `record::destroy`
    fn destroyed(&mut self, told: &Over) -> Result<(), Unfit> {
        let mut row = there(self.rows.row(Table::Record, [(&told.record_id).into()]))?;
        row.set("state", "destroyed").set("sealed", Value::Null);
        Ok(())
    }

    /// `record::replace`, `correction::add`, `notice::add`
    fn corrected(&mut self, leaf: u64, told: &Correction<'_>) -> Result<(), Unfit> {
        let mut record = there(self.rows.row(Table::Record, [(&told.record_id).into()]))?;
        if let Some(freed) = &told.number_hash {
            record.set("number_hash", freed);
        }
        record
            .set("version", told.version)
            .set("content_hash", &told.content_hash)
            .set("key_id", &told.key_id)
            .set("sealed", told.sealed.as_ref())
            .set("shown_from", told.shown_from)
            .set("display_until", told.display_until)
            .set("retained_until", told.retained_until)
            .set("state", told.state)
            .set("leaf_index", whole(leaf));
        let row = [
            (&told.correction_id).into(),
            (&told.record_id).into(),
            told.act.into(),
            told.version_before.into(),
            told.reason.into(),
            (&told.batch_id).into(),
            told.row.into(),
            told.at.into(),
            told.words.as_ref().into(),
            whole(leaf),
        ];
        self.rows.put(Table::Correction, row);
        for notice in &told.notices {
            let none = Value::Null;
            let row = [
                (&notice.notice_id).into(),
                notice.member.into(),
                notice.seq.into(),
                (&told.correction_id).into(),
                (&told.record_id).into(),
                told.at.into(),
                notice.due_on.into(),
                none,
                Value::Whole(0),
                none,
                none,
                none,
                none,
                none,
                none,
                whole(leaf),
                none,
            ];
            self.rows.put(Table::Notice, row);
        }
        Ok(())
    }

    /// `notice::confirm`
    fn confirmed(&mut self, leaf: u64, told: &Confirmed<'_>) -> Result<(), Unfit> {
        there(self.rows.row(Table::Notice, [(&told.notice_id).into()]))?
            .set("confirmed_at", told.at)
            .set("key_code", told.key)
            .set("evidence_key_id", &told.evidence_key_id)
            .set("sealed", &told.sealed)
            .set("evidence_hash", &told.evidence)
            .set("confirmed_leaf", whole(leaf))
            .set("officer", told.officer);
        Ok(())
    }

    /// `notice::chase`
    fn chased(&mut self, told: &Chased) -> Result<(), Unfit> {
        there(self.rows.row(Table::Notice, [(&told.notice_id).into()]))?.add("chases", 1).set("chased_on", told.on);
        Ok(())
    }

    /// `draw::announce`
    fn draw_announced(&mut self, leaf: u64, told: &Announced<'_>) {
        let none = Value::Null;
        let announced = [(&told.draw_id).into(), told.at.into(), told.by.into(), (&told.fingerprint).into()];
        let [draw, at, by, fingerprint] = announced;
        let row = [draw, at, by, fingerprint, told.looks.into(), whole(leaf), none, none, none, none];
        self.rows.put(Table::Draw, row);
    }

    /// `draw::make`
    fn draw_made(&mut self, leaf: u64, told: &Drawn<'_>) -> Result<(), Unfit> {
        there(self.rows.row(Table::Draw, [(&told.draw_id).into()]))?
            .set("drawn_at", told.at)
            .set("drawn_by", told.by)
            .set("words", &*told.words)
            .set("drawn_leaf", whole(leaf));
        Ok(())
    }
}
