//! A history is lived through on a node and in the model at once, and each answer is held against the other's.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use fairfile_proof::export::{Line, next_line};
use fairfile_proof::tree::Tree;
use fairfile_service::replay::{Beside, verify};
use fairfile_testkit::Engine;

use crate::command::{Command, CutAt, NewRow};
use crate::node::Node;
use crate::spec::Model;
use crate::spec::acts::{Act, MEMBERS, Reply};
use crate::spec::items::Item;
use crate::tally::Tally;

const DAY: i64 = 86_400;

/// A node beside the model of it.
pub struct Life {
    node: Node,
    model: Model,
    begun: u32,
    /// Number and version of every record that was past its display at some time, unless only by a clock set forward.
    over: BTreeSet<(String, u32)>,
    /// The number of every record that was destroyed.
    destroyed: BTreeSet<String>,
    /// The journal's size and root after each act.
    heads: Vec<(u64, [u8; 32])>,
    tally: Tally,
}

/// What went wrong, and after which command.
#[derive(Debug)]
pub struct Failure {
    /// The place of the command in its history; its length for what was found after the last.
    pub at: usize,
    /// What it was.
    pub what: String,
}

impl Life {
    /// A node of the demo province whose two items have short terms from the next day on.
    pub fn founded(engine: Engine, seed: u64) -> Self {
        let node = Node::founded(engine, seed);
        let model = Model::founded(node.truth());
        let mut life = Self {
            node,
            model,
            begun: 0,
            over: BTreeSet::new(),
            destroyed: BTreeSet::new(),
            heads: Vec::new(),
            tally: Tally::default(),
        };
        for item in Item::ALL {
            let from = life.model.time.today() + 1;
            life.acts(&Act::Publish { item, from, shape: 0 }).expect("the first versions are published");
        }
        life.acts(&Act::Pass(DAY)).expect("a day passes");
        life
    }

    /// Lives through one more history.
    ///
    /// # Errors
    /// The first [`Failure`]; the node is of no use afterwards.
    pub fn lives(&mut self, history: &[Command], replays: bool) -> Result<(), Failure> {
        self.model.begins(self.begun);
        self.begun += 1;
        self.lives_without_end(history)?;
        self.tries(history.len(), |life| life.ends(replays))
    }

    /// The node has lived through all of its histories, and is audited; what they came to.
    ///
    /// # Errors
    /// What the audit found.
    pub fn ends_well(self) -> Result<Tally, String> {
        let Self { node, tally, .. } = self;
        catch_unwind(AssertUnwindSafe(|| drop(node))).map_err(|panic| words_of(&*panic))?;
        Ok(tally)
    }

    /// A panic is a failure like any other: the history that led to it is worth knowing.
    fn tries(&mut self, at: usize, work: impl FnOnce(&mut Self) -> Result<(), String>) -> Result<(), Failure> {
        let outcome = catch_unwind(AssertUnwindSafe(|| work(self))).unwrap_or_else(|panic| Err(words_of(&*panic)));
        outcome.map_err(|what| {
            self.node.world.is_spoilt();
            Failure { at, what }
        })
    }

    fn acts(&mut self, act: &Act) -> Result<(), String> {
        match act {
            Act::Cut { at, act } => self.is_cut_off(*at, act)?,
            act => self.acts_whole(act, false)?,
        }
        let head = self.node.world.reg().store.head();
        self.heads.push((head.snapshot().size(), head.snapshot().root()));
        let (over, destroyed) = self.model.over();
        self.over.extend(over);
        self.destroyed.extend(destroyed);
        Ok(())
    }

    /// Both do it, and must say the same. What was `begun` before a cut need not be counted again.
    fn acts_whole(&mut self, act: &Act, begun: bool) -> Result<(), String> {
        let before = self.node.leaves();
        self.node.ticks();
        let reply = self.node.does(act, &self.model).map_err(|error| format!("{act:?} broke: {error}"))?;
        let grown = self.node.leaves() - before;
        let clock = self.model.time.beside();
        let expected = self.model.does(act);
        self.is_lawful(&reply)?;
        if begun && matches!(act, Act::Calendar) {
            return Ok(());
        }
        if reply != expected.reply {
            return Err(format!("{act:#?}\nis answered\n{reply:#?}\nand should be\n{:#?}", expected.reply));
        }
        self.tally.counts_answer(act, clock, &expected);
        match expected.leaves {
            Some(leaves) if leaves != grown => Err(format!("{act:?} has {grown} leaves and should have {leaves}")),
            _ => Ok(()),
        }
    }

    /// What may never happen, whatever the model says: what is over is shown, what is destroyed is read.
    fn is_lawful(&self, reply: &Reply) -> Result<(), String> {
        let over = |number: &String, version: u32| self.over.contains(&(number.clone(), version));
        let gone = |number: &String| self.destroyed.contains(number);
        match reply {
            Reply::Shown(shown) => match shown.iter().find(|row| over(&row.0, row.1) || gone(&row.0)) {
                Some(row) => Err(format!("{} version {} was over, and is shown again", row.0, row.1)),
                None => Ok(()),
            },
            Reply::File(file) => match file.records.iter().find(|row| gone(&row.0)) {
                Some(row) => Err(format!("{} was destroyed, and is read again", row.0)),
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }

    /// The process dies at a durable step of `act`, starts again, and the act is tried once more.
    fn is_cut_off(&mut self, at: CutAt, act: &Act) -> Result<(), String> {
        let raw = match at {
            CutAt::Leaf(_) => self.node.world.raw(),
            CutAt::Keys => self.node.world.raw_keys(),
        };
        let obstacle = match at {
            CutAt::Leaf(places) => raw.refuses_leaves_from(self.node.leaves() + u64::from(places)),
            CutAt::Keys => raw.refuses_that_keys_die(),
        };
        self.node.ticks();
        let begun = self.node.does(act, &self.model);
        let expected = begun.is_ok().then(|| self.model.does(act));
        self.tally.counts(match (begun.is_ok(), at) {
            (true, _) => "cut off too late",
            (false, CutAt::Leaf(_)) => "cut off at a leaf",
            (false, CutAt::Keys) => "cut off at the keys",
        });
        if expected.is_none() {
            // The second that the node spent on it.
            self.model.time.passes(1);
        }
        if let (Ok(reply), Some(expected)) = (&begun, &expected) {
            self.is_lawful(reply)?;
            if *reply != expected.reply {
                return Err(format!("{act:#?}\nis answered\n{reply:#?}\nand should be\n{:#?}", expected.reply));
            }
        }
        // A stopped sequencer holds its transaction, so the obstacle goes with the crash and not before.
        self.node.ticks();
        self.node.world.crashes(|_| drop(obstacle));
        self.model.does(&Act::Crash);
        self.acts_whole(act, begun.is_err())
    }

    /// The clock is put right, so that even a wrong one that was confirmed is caught up with; everybody reads what there is, and the node is held against its journal.
    fn ends(&mut self, replays: bool) -> Result<(), String> {
        let right = self.model.resolve(&Command::SetRight);
        self.acts(&right)?;
        self.acts(&Act::ConfirmClock)?;
        self.acts(&Act::Calendar)?;
        for person in 0..=crate::command::PEOPLE {
            let act = self.model.resolve(&Command::ReadFile(person));
            self.acts(&act)?;
        }
        for member in MEMBERS {
            self.acts(&Act::ListNotices(member))?;
        }
        // Of every third history the notices stay open: somebody is never heard of again.
        let stay_open = self.begun.is_multiple_of(3);
        for (member, seq) in self.model.unconfirmed().into_iter().filter(|_| !stay_open) {
            self.acts(&Act::Confirm { member, seq, by: member })?;
        }
        for officer in self.model.stopped() {
            self.acts(&Act::Release(officer))?;
        }
        self.acts(&Act::Pass(2 * DAY))?;
        if replays {
            self.replays()?;
        }
        Ok(())
    }

    /// Somebody lengthens every display behind the node's back; a day later the node shows what is over.
    ///
    /// # Errors
    /// The [`Failure`] that it is, if it is found out.
    pub fn is_meddled_with(&mut self) -> Result<(), Failure> {
        let row = NewRow { number: 0, person: 0, misnamed: false, days: 3, as_on_file: false };
        let ask = Command::Ask { asker: 0, person: 0, misnamed: false, keyed: false };
        let hand_in = Command::HandIn { item: Item::Licence, rows: vec![row], by_another: false };
        self.model.begins(0);
        self.lives_without_end(&[hand_in, ask.clone()])?;
        self.node.world.raw().meddle("UPDATE record SET display_until = display_until + 30");
        self.lives_without_end(&[Command::Pass { days: 5, seconds: 0 }, ask])
    }

    fn lives_without_end(&mut self, commands: &[Command]) -> Result<(), Failure> {
        for (at, command) in commands.iter().enumerate() {
            let act = self.model.resolve(command);
            self.tries(at, |life| life.acts(&act))?;
        }
        Ok(())
    }

    /// The state is the fold of the journal, and every earlier head is a beginning of it.
    fn replays(&mut self) -> Result<(), String> {
        let reg = self.node.world.reg();
        let beside = Beside { mark: None, sure_today: Some(reg.sure_today()) };
        let mut snapshot = reg.store.snapshot().map_err(|error| error.to_string())?;
        let verdict = verify(&mut snapshot, &reg.vault, beside).map_err(|error| error.to_string())?;
        if !verdict.holds {
            return Err(format!("the journal does not explain the state: {:#?}", verdict.findings));
        }
        drop(snapshot);
        self.grows_only()
    }

    fn grows_only(&mut self) -> Result<(), String> {
        let journal = self.node.world.journal();
        let header = journal.iter().position(|byte| *byte == b'\n').ok_or("an export without a heading")?;
        let mut lines = &journal[header + 1..];
        let mut tree = Tree::empty();
        let mut heads = self.heads.drain(..).peekable();
        loop {
            while let Some((size, root)) = heads.next_if(|(size, _)| *size == tree.size()) {
                if tree.snapshot().root() != root {
                    return Err(format!("the journal of {size} leaves is no beginning of the one that there is"));
                }
            }
            match next_line(&mut lines).map_err(|error| error.to_string())? {
                Line::Leaf(leaf) => tree.append(leaf.hash()),
                Line::End if heads.peek().is_none() => return Ok(()),
                Line::End => return Err("the journal has become smaller".to_owned()),
                Line::Damaged => return Err(format!("leaf {} is damaged", tree.size())),
            }
        }
    }
}

fn words_of(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap_or_else(|| "a panic".to_owned())
}
