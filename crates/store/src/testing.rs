//! For this crate's own tests: an empty place on either engine, rows for every table, and all that a place holds.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;

use fairfile_proof::Leaf;
use fairfile_testkit::Engine;
use fairfile_testkit::postgres::Database;

use crate::connection::{Connection, Read, Value};
use crate::dialect::Column;
use crate::open::{self, Expected};
use crate::table::{Shape, load, scan, shapes, shapes_of};
use crate::tx::{Entry, Leaves};
use crate::{Place, Store, StoreError, migrate};

/// Makes a test of each function, once for each engine.
macro_rules! on_both {
    ($($name:ident)*) => {$(
        mod $name {
            #[test]
            fn on_sqlite() {
                super::$name(fairfile_testkit::Engine::Sqlite);
            }

            #[test]
            fn on_postgres() {
                super::$name(fairfile_testkit::Engine::Postgres);
            }
        }
    )*};
}
pub(crate) use on_both;

/// An empty place for a store, gone with the test.
pub(crate) struct Ground {
    pub(crate) place: Place,
    // After whatever stands on it.
    _database: Option<Database>,
    folder: tempfile::TempDir,
}

impl Ground {
    pub(crate) fn new(engine: Engine) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (place, database) = match engine {
            Engine::Sqlite => (Place::Sqlite(folder.path().join("fairfile.db")), None),
            Engine::Postgres => {
                let database = Database::new();
                (Place::Postgres(database.url.clone()), Some(database))
            }
        };
        Self { place, _database: database, folder }
    }

    /// A path in the ground's folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A connection that writes, with no store in between and nothing migrated.
    pub(crate) fn connect(&self) -> Connection {
        open::connect_writer(&self.place, Expected::NodeOrNothing).expect("a connection")
    }

    /// A store over `rows` rows in every table, as many leaves among them.
    pub(crate) fn filled(&self, rows: u32) -> Store {
        let store = Store::open(&self.place).expect("it opens");
        fill(&store, 0..rows);
        store
    }

    /// All that the place holds.
    pub(crate) fn content(&self) -> Content {
        content(&mut open::open_reader(&self.place).expect("a reader"))
    }
}

/// A cell that has left its database.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Cell {
    Null,
    Whole(i64),
    Text(String),
    Bytes(Vec<u8>),
}

impl From<&Value<'_>> for Cell {
    fn from(value: &Value<'_>) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Whole(whole) => Self::Whole(*whole),
            Value::Text(text) => Self::Text((*text).to_owned()),
            Value::Bytes(bytes) => Self::Bytes(bytes.to_vec()),
        }
    }
}

impl Cell {
    fn value(&self) -> Value<'_> {
        match self {
            Self::Null => Value::Null,
            Self::Whole(whole) => Value::Whole(*whole),
            Self::Text(text) => Value::Text(text),
            Self::Bytes(bytes) => Value::Bytes(bytes),
        }
    }
}

/// Tables by name, each with its columns' names and its rows in an order of their own.
pub(crate) type Content = BTreeMap<String, (Vec<String>, Vec<Vec<Cell>>)>;

/// A connection of one's own can be asked like any other.
pub(crate) struct Asked<'c>(pub(crate) &'c mut Connection);

impl Read for Asked<'_> {
    fn connection(&mut self) -> &mut Connection {
        self.0
    }
}

pub(crate) fn content(connection: &mut Connection) -> Content {
    content_of(&mut Asked(connection))
}

pub(crate) fn content_of(tx: &mut impl Read) -> Content {
    let mut content = Content::new();
    for shape in shapes(tx).expect("shapes") {
        let mut rows: Vec<Vec<Cell>> = Vec::new();
        scan(tx, &shape, |cells| -> Result<(), StoreError> {
            rows.push(cells.iter().map(Cell::from).collect());
            Ok(())
        })
        .expect("rows");
        rows.sort();
        let columns = shape.columns.iter().map(|column| column.0.clone()).collect();
        content.insert(shape.name, (columns, rows));
    }
    content
}

/// Puts rows with these numbers into every table, the leaves and their commit by the store's one write path.
pub(crate) fn fill(store: &Store, numbers: Range<u32>) {
    let pending = store.write(move |mut tx| -> Result<_, StoreError> {
        insert(tx.connection(), &numbers, |table| !["leaf", "migration"].contains(&table));
        let mut entries = numbers.map(|number| Entry::open(leaf(number), format!("event {number}").into_bytes()));
        let first = entries.next().expect("at least one row");
        Ok(tx.commit(Leaves::new(first, entries), ()))
    });
    pending.wait().expect("it is committed");
}

/// Puts rows with these numbers into the tables that `wanted` names.
pub(crate) fn insert(connection: &mut Connection, numbers: &Range<u32>, wanted: impl Fn(&str) -> bool) {
    let shapes = shapes_of(connection).expect("shapes");
    for shape in shapes.iter().filter(|shape| wanted(&shape.name)) {
        load(connection, shape, |put| -> Result<(), StoreError> {
            for number in numbers.clone() {
                let row = row(shape, number);
                put(&row.iter().map(Cell::value).collect::<Vec<_>>())?;
            }
            Ok(())
        })
        .expect("the rows go in");
    }
}

/// A row that fits its table: ids of one number refer to each other, and the rest is as awkward as a column allows.
pub(crate) fn row(shape: &Shape, number: u32) -> Vec<Cell> {
    shape.columns.iter().map(|(name, kind)| cell(name, *kind, number)).collect()
}

fn cell(name: &str, kind: Column, number: u32) -> Cell {
    const MAY_BE_NOTHING: [&str; 6] =
        ["stopped_at", "released_because", "input", "other_row", "trained_until", "taken_at"];
    const FREE_TEXT: [&str; 4] = ["value", "title_en", "title_zh", "text"];
    if MAY_BE_NOTHING.contains(&name) && number.is_multiple_of(3) {
        return Cell::Null;
    }
    match kind {
        Column::Whole => Cell::Whole(match (name, number) {
            ("leaf_index", _) => i64::from(number),
            // Out of the way of the tiles that the journal itself makes.
            ("level", _) => 100 + i64::from(number),
            (_, 0) => i64::MIN,
            (_, 1) => i64::MAX,
            (_, more) => i64::from(more) - 20,
        }),
        Column::Text if FREE_TEXT.contains(&name) => {
            let texts = [
                "",
                "'; DROP TABLE node; --",
                "\"quoted\"\n\ttabbed\r\n",
                "许可证 — licence",
                "\u{10FFFF}\u{1}",
                "\\x00",
            ];
            Cell::Text(texts[number as usize % texts.len()].to_owned())
        }
        Column::Text => Cell::Text(format!("{name} {number}")),
        Column::Bytes if name == "leaf" => Cell::Bytes(leaf(number).to_bytes().to_vec()),
        Column::Bytes if name.starts_with("sealed") => {
            Cell::Bytes((0..number % 50 * 41).map(|at| (at * 7 + number) as u8).collect())
        }
        Column::Bytes => Cell::Bytes(u128::from(number).to_be_bytes().to_vec()),
    }
}

/// A leaf of its own for each number.
pub(crate) fn leaf(number: u32) -> Leaf {
    Leaf::new(u128::from(number).to_be_bytes(), 29_907_000, &[5; 32], b"{}").expect("a leaf")
}

/// Brings an empty place to an older version of the tables, as an older program would have.
pub(crate) fn open_at(ground: &Ground, migrations: usize) -> Connection {
    let mut connection = ground.connect();
    migrate::bring_up(&mut connection, &migrate::MIGRATIONS[..migrations], 0).expect("an older version");
    connection
}
