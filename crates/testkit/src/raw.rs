//! A look at a node's database past the store: what an operator with a database client would see.

use std::path::{Path, PathBuf};

use postgres::{Client, NoTls};

/// One cell of an answer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cell {
    /// Nothing.
    Null,
    /// A whole number.
    Whole(i64),
    /// A text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

impl Cell {
    /// The whole number in it.
    ///
    /// # Panics
    /// If it is none.
    pub fn whole(&self) -> i64 {
        match self {
            Self::Whole(whole) => *whole,
            other => panic!("expected a whole number, found {other:?}"),
        }
    }

    /// The text in it.
    ///
    /// # Panics
    /// If it is none.
    pub fn text(&self) -> &str {
        match self {
            Self::Text(text) => text,
            other => panic!("expected a text, found {other:?}"),
        }
    }

    /// The sixteen bytes of an id.
    ///
    /// # Panics
    /// If it is none.
    pub fn id(&self) -> [u8; 16] {
        match self {
            Self::Bytes(bytes) => bytes.as_slice().try_into().expect("an id of 16 bytes"),
            other => panic!("expected an id, found {other:?}"),
        }
    }
}

/// Where to look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Raw {
    /// At a file of SQLite.
    Sqlite(PathBuf),
    /// At a database on a server.
    Postgres(String),
}

impl Raw {
    /// Every row that `sql` gives.
    ///
    /// # Panics
    /// If the database refuses it.
    pub fn rows(&self, sql: &str) -> Vec<Vec<Cell>> {
        match self {
            Self::Sqlite(path) => sqlite_rows(path, sql),
            Self::Postgres(url) => postgres_rows(url, sql),
        }
    }

    /// The one whole number that `sql` gives.
    ///
    /// # Panics
    /// If it gives something else.
    pub fn count(&self, sql: &str) -> i64 {
        self.rows(sql)[0][0].whole()
    }

    /// Runs statements that change the database, as nobody but an intruder would.
    ///
    /// # Panics
    /// If the database refuses them.
    pub fn meddle(&self, sql: &str) {
        self.tries_to_meddle(sql).expect("the statements run");
    }

    /// Runs statements that change the database; a transaction is theirs to begin.
    ///
    /// # Errors
    /// What the database says if it refuses them.
    pub fn tries_to_meddle(&self, sql: &str) -> Result<(), Box<dyn std::error::Error>> {
        match self {
            Self::Sqlite(path) => rusqlite::Connection::open(path)?.execute_batch(sql)?,
            Self::Postgres(url) => Client::connect(url, NoTls)?.batch_execute(sql)?,
        }
        Ok(())
    }

    /// A cell as a statement writes it.
    pub fn literal(&self, cell: &Cell) -> String {
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        match (cell, self) {
            (Cell::Null, _) => "NULL".to_owned(),
            (Cell::Whole(whole), _) => whole.to_string(),
            (Cell::Text(text), _) => format!("'{}'", text.replace('\'', "''")),
            (Cell::Bytes(bytes), Self::Sqlite(_)) => format!("X'{}'", hex(bytes)),
            (Cell::Bytes(bytes), Self::Postgres(_)) => format!("'\\x{}'::bytea", hex(bytes)),
        }
    }
}

fn sqlite_rows(path: &Path, sql: &str) -> Vec<Vec<Cell>> {
    let connection = rusqlite::Connection::open(path).expect("the database opens");
    connection.execute_batch("PRAGMA query_only = ON; PRAGMA busy_timeout = 10000;").expect("settings");
    let mut statement = connection.prepare(sql).expect("the statement is understood");
    let columns = statement.column_count();
    let cell = |row: &rusqlite::Row<'_>, place| match row.get_ref(place).expect("a cell") {
        rusqlite::types::ValueRef::Null => Cell::Null,
        rusqlite::types::ValueRef::Integer(whole) => Cell::Whole(whole),
        rusqlite::types::ValueRef::Text(text) => Cell::Text(String::from_utf8_lossy(text).into_owned()),
        rusqlite::types::ValueRef::Blob(bytes) => Cell::Bytes(bytes.to_vec()),
        rusqlite::types::ValueRef::Real(_) => panic!("no column of a node holds a fraction"),
    };
    let rows = statement.query_map([], |row| Ok((0..columns).map(|place| cell(row, place)).collect()));
    rows.expect("the statement runs").collect::<Result<_, _>>().expect("the rows are readable")
}

fn postgres_rows(url: &str, sql: &str) -> Vec<Vec<Cell>> {
    use postgres::types::Type;
    let mut client = Client::connect(url, NoTls).expect("the server answers");
    let cell = |row: &postgres::Row, place: usize| match *row.columns()[place].type_() {
        Type::INT8 => row.get::<_, Option<i64>>(place).map_or(Cell::Null, Cell::Whole),
        Type::TEXT => row.get::<_, Option<String>>(place).map_or(Cell::Null, Cell::Text),
        Type::BYTEA => row.get::<_, Option<Vec<u8>>>(place).map_or(Cell::Null, Cell::Bytes),
        ref other => panic!("no column of a node is of type {other}"),
    };
    let rows = client.query(sql, &[]).expect("the statement runs");
    rows.iter().map(|row| (0..row.len()).map(|place| cell(row, place)).collect()).collect()
}
