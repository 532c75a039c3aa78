//! What can go wrong in the store, told without content.

/// A statement, a row or the whole store failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// SQLite refused a statement.
    #[error("statement {statement} failed on the embedded database")]
    Sqlite {
        /// The statement's name.
        statement: &'static str,
        /// What SQLite said.
        #[source]
        source: rusqlite::Error,
    },
    /// PostgreSQL refused a statement, or the connection broke.
    #[error("statement {statement} failed on the PostgreSQL server")]
    Postgres {
        /// The statement's name.
        statement: &'static str,
        /// What the server said.
        #[source]
        source: postgres::Error,
    },
    /// A row makes no sense.
    #[error("table {table}, column {column}: {expected}; run `fairfile doctor`")]
    BadRow {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// What was expected.
        expected: &'static str,
    },
    /// What must be there is not.
    #[error("table {table} lacks a row that must be there; run `fairfile doctor`")]
    Missing {
        /// The table.
        table: &'static str,
    },
    /// The database is not one that this program can use.
    #[error("{0}")]
    Unfit(String),
    /// Another process has the node open.
    #[error("another process has this node open; stop it, or talk to it with --server")]
    InUse,
    /// The writer has stopped, because a commit failed: nothing is taken until the node is started again.
    #[error(
        "the node has stopped taking writes after a failed commit; start it again and it recovers from its journal"
    )]
    Stopped,
    /// More work is waiting than the node takes on.
    #[error("too much work is waiting; try again in a second")]
    Busy,
}

impl StoreError {
    pub(crate) fn sqlite(statement: &'static str) -> impl FnOnce(rusqlite::Error) -> Self {
        move |source| Self::Sqlite { statement, source }
    }

    pub(crate) fn postgres(statement: &'static str) -> impl FnOnce(postgres::Error) -> Self {
        move |source| Self::Postgres { statement, source }
    }
}
