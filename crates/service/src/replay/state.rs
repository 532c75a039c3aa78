//! What the journal makes of a node, as far as it has been read.

use std::collections::{BTreeSet, HashMap};

use fairfile_proof::chain_start;
use fairfile_proof::merkle::{EMPTY_ROOT, Hash};
use fairfile_store::Value;

use super::cells::{Cells, RowKey};
use super::rows::{AllRows, ByKey};
use super::tables::Table;

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
        }
    }

    /// Adds a person without looks.
    pub(super) fn add_person(&mut self, new: &NewPerson<'_>) {
        let head = chain_start(new.subject);
        self.people.insert(*new.subject, Person { key: *new.key, looks: 0, head });
        let (none, leaf) = (Value::Whole(0), Value::Whole(new.leaf.cast_signed()));
        let row = [new.subject.into(), new.key.into(), new.sealed.into(), new.name.into(), none, (&head).into(), leaf];
        self.rows.put(Table::Subject, row);
        if let Some(index) = new.index {
            self.rows.put(Table::Identifier, [index.into(), new.subject.into()]);
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
