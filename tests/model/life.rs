//! A history is lived through on a node and in the model at once, and each answer is held against the other's.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use fairfile_proof::export::{Line, next_line};
use fairfile_proof::tree::Tree;
use fairfile_service::replay::{Beside, verify};
use fairfile_testkit::Engine;

use crate::command::{Command, CutAt};
use crate::node::Node;
use crate::spec::Model;
use crate::spec::acts::{Act, MEMBERS, Reply};
use crate::spec::items::Item;

const DAY: i64 = 86_400;

/// A node beside the model of it.
pub struct Life {
    node: Node,
    model: Model,
    begun: u32,
    /// Number and version of every record that was surely past its display at some time.
    over: BTreeSet<(String, u32)>,
    /// The number of every record that was destroyed.
    destroyed: BTreeSet<String>,
    /// The journal's size and root after each act.
    heads: Vec<(u64, [u8; 32])>,
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
        let (over, destroyed, heads) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
        let mut life = Self { node, model, begun: 0, over, destroyed, heads };
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
        for (at, command) in history.iter().enumerate() {
            let act = self.model.resolve(command);
            self.tries(at, |life| life.acts(&act))?;
        }
        self.tries(history.len(), |life| life.ends(replays))
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
        let snapshot = self.node.world.reg().store.head().snapshot().clone();
        self.heads.push((snapshot.size(), snapshot.root()));
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
        let expected = self.model.does(act);
        self.is_lawful(&reply)?;
        if begun && matches!(act, Act::Calendar) {
            return Ok(());
        }
        if reply != expected.reply {
            return Err(format!("{act:#?}\nis answered\n{reply:#?}\nand should be\n{:#?}", expected.reply));
        }
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
            CutAt::Keys => raw.refuses_deletions("content_key"),
        };
        self.node.ticks();
        let begun = self.node.does(act, &self.model);
        let expected = begun.is_ok().then(|| self.model.does(act));
        drop(obstacle);
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
        self.acts_whole(&Act::Crash, false)?;
        self.acts_whole(act, begun.is_err())
    }

    /// The clock is put right, everybody reads what there is, and the node is held against its journal.
    fn ends(&mut self, replays: bool) -> Result<(), String> {
        self.acts(&Act::SetWall(0))?;
        self.acts(&Act::ConfirmClock)?;
        self.acts(&Act::Calendar)?;
        for person in 0..=crate::command::PEOPLE {
            let act = self.model.resolve(&Command::ReadFile(person));
            self.acts(&act)?;
        }
        for member in MEMBERS {
            self.acts(&Act::ListNotices(member))?;
        }
        for (member, seq) in self.model.unconfirmed() {
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
        let mut tree = Tree::default();
        let mut heads = self.heads.drain(..).peekable();
        loop {
            while let Some((size, root)) = heads.next_if(|(size, _)| *size == tree.size()) {
                if tree.snapshot().root() != root {
                    return Err(format!("the journal of {size} leaves is no beginning of the one that there is"));
                }
            }
            match next_line(&mut lines).map_err(|error| error.to_string())? {
                Line::Leaf(leaf) => tree.push(&leaf),
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
