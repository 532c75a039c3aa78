//! A `record` as far as it can be folded without the state, beside the reading: most leaves of many nodes are these, and what
//! they bring has only to be put. `fold.rs` has the rows.

use super::cells::{Cell, Cells, RowKey};
use super::fold;
use super::rows::Rows;
use super::state::{Person, State};
use super::tables::Table;
use fairfile_store::Value;

/// A record, and the person whom it brought along.
pub(super) struct Ready {
    record: Row<18>,
    person: Option<ReadyPerson>,
}

struct ReadyPerson {
    subject: [u8; 16],
    person: Person,
    row: Row<7>,
    identifier: Option<Row<2>>,
}

/// A row with its key.
struct Row<const N: usize> {
    key: RowKey,
    cells: [Cell; N],
}

impl<const N: usize> Row<N> {
    fn of(cells: &Cells, table: Table, row: [Value<'_>; N]) -> Self {
        let key = cells.key(row.iter().take(table.known().key).copied());
        Self { key, cells: row.map(|value| cells.cell(value)) }
    }

    fn put(self, rows: &mut Rows) {
        rows.put(self.key, self.cells.into_iter());
    }
}

impl Ready {
    /// What the event of leaf `leaf` brings; nothing if it is no `record`, or not written as one.
    pub(super) fn of(cells: &Cells, leaf: u64, event: &[u8]) -> Option<Self> {
        let told = fold::record(event)?;
        let person = told.person(leaf).ok()?.map(|new| {
            let person = new.person();
            ReadyPerson {
                subject: *new.subject,
                person,
                row: Row::of(cells, Table::Subject, new.row(&person.head)),
                identifier: new.identifier().map(|row| Row::of(cells, Table::Identifier, row)),
            }
        });
        Some(Self { record: Row::of(cells, Table::Record, told.record(leaf)), person })
    }
}

impl State {
    /// Puts what is ready, as folding its event does.
    pub(super) fn put(&mut self, ready: Ready) {
        let tables = &mut self.rows.tables;
        if let Some(new) = ready.person {
            self.people.insert(new.subject, new.person);
            new.row.put(&mut tables[Table::Subject as usize]);
            if let Some(row) = new.identifier {
                row.put(&mut tables[Table::Identifier as usize]);
            }
        }
        ready.record.put(&mut tables[Table::Record as usize]);
    }
}
