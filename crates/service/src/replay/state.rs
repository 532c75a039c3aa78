//! What the journal makes of a node, as far as it has been read.

use std::collections::{BTreeSet, HashMap};

use fairfile_proof::chain_start;
use fairfile_proof::merkle::{EMPTY_ROOT, Hash};
use fairfile_store::Value;

use super::cells::{Cells, RowKey};
use super::rows::{AllRows, ByKey};
use super::tables::Table;
use super::taken_over::Older;

/// The fold of the journal.
pub(super) struct State {
    /// How many leaves were folded.
    pub(super) size: u64,
    /// The root over them.
    pub(super) root: Hash,
    /// The rows that they demand.
    pub(super) rows: AllRows,
    /// What the looks at each file need.
    pub(super) people: ByKey<[u8; 16], Person>,
    /// Officers who are stopped.
    pub(super) stopped: BTreeSet<String>,
    /// Releases of officers that are not held against their looks yet: index and officer.
    pub(super) releases: Vec<(u64, String)>,
    /// Entries of an earlier program.
    pub(super) older: Older,
}

/// What the looks at one person's file need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Person {
    /// The key that the looks are sealed under.
    pub(super) key: [u8; 16],
    /// How many looks were folded.
    pub(super) looks: u64,
    /// The head of their chain.
    pub(super) head: Hash,
}

impl State {
    /// The state before the first leaf: no row but those that every database has.
    pub(super) fn before_all(cells: Cells) -> Self {
        Self::reading_names(cells, HashMap::new())
    }

    /// The same, to find out how the keys of some rows read.
    pub(super) fn reading_names(cells: Cells, names: HashMap<(Table, RowKey), Option<String>>) -> Self {
        let mut rows = AllRows::none(cells, names);
        for (number, title) in fairfile_store::migrations() {
            rows.put(Table::Migration, [number.into(), title.into()]);
        }
        Self {
            size: 0,
            root: EMPTY_ROOT,
            rows,
            people: ByKey::default(),
            stopped: BTreeSet::new(),
            releases: Vec::new(),
            older: Older::default(),
        }
    }

    /// Adds a person without looks.
    pub(super) fn add_person(&mut self, new: &NewPerson<'_>) {
        let person = new.person();
        self.people.insert(*new.subject, person);
        self.rows.put(Table::Subject, new.row(&person.head));
        if let Some(row) = new.identifier() {
            self.rows.put(Table::Identifier, row);
        }
    }

    /// Takes a person away again.
    pub(super) fn remove_person(&mut self, subject: &[u8; 16]) -> bool {
        self.people.remove(subject);
        self.rows.remove_where(Table::Identifier, "subject_id", subject);
        self.rows.remove(Table::Subject, [subject.into()])
    }
}

/// A person whom an event brings.
pub(super) struct NewPerson<'e> {
    pub(super) subject: &'e [u8; 16],
    pub(super) key: &'e [u8; 16],
    pub(super) sealed: &'e Hash,
    pub(super) name: &'e Hash,
    pub(super) index: Option<&'e Hash>,
    pub(super) leaf: u64,
}

impl<'e> NewPerson<'e> {
    /// The person, before the first look.
    pub(super) fn person(&self) -> Person {
        Person { key: *self.key, looks: 0, head: chain_start(self.subject) }
    }

    /// The row of the person, of whose looks `head` is the beginning.
    pub(super) fn row<'h>(&self, head: &'h Hash) -> [Value<'h>; 7]
    where
        'e: 'h,
    {
        let (none, leaf) = (Value::Whole(0), Value::Whole(self.leaf.cast_signed()));
        [self.subject.into(), self.key.into(), self.sealed.into(), self.name.into(), none, head.into(), leaf]
    }

    /// The row of the identifier, if the person has one.
    pub(super) fn identifier(&self) -> Option<[Value<'e>; 2]> {
        Some([self.index?.into(), self.subject.into()])
    }
}
