//! Bringing a database's tables to this program's version: each migration whole or not at all.
//!
//! A kill half-way leaves the version before, for a migration and its row in `migration` are one transaction. A database
//! whose rows are not exactly the beginning of this program's list was made by another program, or changed by hand:
//! it is refused by name and left alone.

use crate::connection::{Connection, Value};
use crate::error::StoreError;

/// A step from one version of the tables to the next: its title, which the database keeps, and its text.
pub(crate) type Migration = (&'static str, &'static str);

/// The migrations, in order: one text for both engines. `WHOLE`, `BYTES`, `STRICT_TABLE` and `NARROW_TABLE` (short
/// rows under a key of their own) are the words that the engines spell differently.
pub(crate) const MIGRATIONS: &[Migration] = &[
    ("0001_the_spine", include_str!("migrations/0001_the_spine.sql")),
    ("0002_the_life_of_a_record", include_str!("migrations/0002_the_life_of_a_record.sql")),
    ("0003_a_release_ends_the_stop", include_str!("migrations/0003_a_release_ends_the_stop.sql")),
    ("0004_who_signs_in", include_str!("migrations/0004_who_signs_in.sql")),
    ("0005_hands_of_officers", include_str!("migrations/0005_hands_of_officers.sql")),
    ("0006_messages", include_str!("migrations/0006_messages.sql")),
    ("0007_looks_of_an_officer", include_str!("migrations/0007_looks_of_an_officer.sql")),
    ("0008_tallies", include_str!("migrations/0008_tallies.sql")),
    ("0009_the_registry", include_str!("migrations/0009_the_registry.sql")),
];

/// How a transaction begins that will write.
pub(crate) fn begin(connection: &Connection) -> &'static str {
    match connection {
        Connection::Sqlite(_) => "BEGIN IMMEDIATE",
        Connection::Postgres(..) => "BEGIN",
    }
}

/// How a transaction begins that changes or fills whole tables: however long it takes.
pub(crate) fn begin_long(connection: &Connection) -> &'static str {
    match connection {
        Connection::Sqlite(_) => "BEGIN IMMEDIATE",
        Connection::Postgres(..) => "BEGIN; SET LOCAL statement_timeout = 0",
    }
}

/// How many migrations this database has had, all of them the first of `list`; 0 for an empty place.
///
/// # Errors
/// [`StoreError::Unfit`] for a gap, for another title, and for a database of a newer program.
pub(crate) fn done(connection: &mut Connection, list: &[Migration]) -> Result<usize, StoreError> {
    let rows = history(connection)?;
    for (position, (number, title)) in rows.iter().enumerate() {
        let expected = position as i64 + 1;
        if *number != expected {
            return Err(StoreError::Unfit(format!(
                "the table migration of this database lacks migration {expected} and has a later one; it was changed by hand: restore the last backup, nothing was changed"
            )));
        }
        match list.get(position) {
            Some((known, _)) if known != title => {
                return Err(StoreError::Unfit(format!(
                    "migration {expected} of this database is not {known}; it was made by another program or changed by hand: use that program, or restore the last backup, nothing was changed"
                )));
            }
            Some(_) | None => {}
        }
    }
    if rows.len() > list.len() {
        return Err(newer(rows.len(), list.len()));
    }
    Ok(rows.len())
}

/// Refuses a database of a newer program, and no other: what else does not fit is for a check to name.
///
/// # Errors
/// [`StoreError::Unfit`] for a database of a newer program; what the engine says.
pub(crate) fn refuse_newer(connection: &mut Connection, list: &[Migration]) -> Result<(), StoreError> {
    let rows = history(connection)?;
    let begins_alike = list.iter().zip(&rows).all(|(known, row)| known.0 == row.1);
    let is_counted = (1..).zip(&rows).all(|(number, row)| row.0 == number);
    if rows.len() > list.len() && begins_alike && is_counted {
        return Err(newer(rows.len(), list.len()));
    }
    Ok(())
}

/// What is said about a database, or a backup, that has had more migrations than this program knows.
pub(crate) fn newer(has: usize, knows: usize) -> StoreError {
    StoreError::Unfit(format!(
        "this database is of a newer Fairfile (migration {has}, this program knows {knows}); use the newer program, nothing was changed"
    ))
}

/// The number of the newest migration in a database that is open.
pub(crate) fn latest(connection: &mut Connection) -> Result<u32, StoreError> {
    const SQL: &str = "SELECT number FROM migration ORDER BY number DESC LIMIT 1";
    let latest = connection.all("migrate::latest", SQL, &[], |row| row.count("migration", "number", 0))?;
    latest.first().copied().ok_or(StoreError::Missing { table: "migration" })
}

/// The names of all tables in the place, whoever made them.
pub(crate) fn tables(connection: &mut Connection) -> Result<Vec<String>, StoreError> {
    let asked = match connection {
        Connection::Sqlite(_) => "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name",
        Connection::Postgres(..) => {
            "SELECT tablename::text FROM pg_catalog.pg_tables WHERE schemaname = current_schema() ORDER BY 1"
        }
    };
    connection.all("migrate::tables", asked, &[], |row| row.text("schema", "table", 0))
}

/// The rows of `migration`, if there is such a table: to look does not make one.
fn history(connection: &mut Connection) -> Result<Vec<(i64, String)>, StoreError> {
    if !tables(connection)?.iter().any(|table| table == "migration") {
        return Ok(Vec::new());
    }
    const SQL: &str = "SELECT number, title FROM migration ORDER BY number";
    connection.all("migrate::history", SQL, &[], |row| {
        Ok((row.whole("migration", "number", 0)?, row.text("migration", "title", 1)?))
    })
}

/// Applies what `list` has beyond the first `done`, each in a transaction of its own.
///
/// # Errors
/// What the engine says; the database is then as the last whole migration left it.
pub(crate) fn bring_up(connection: &mut Connection, list: &[Migration], done: usize) -> Result<(), StoreError> {
    for number in done + 1..=list.len() {
        connection.plain("migrate::begin", begin_long(connection))?;
        let applied = apply(connection, list, number).and_then(|()| connection.plain("migrate::commit", "COMMIT"));
        if let Err(error) = applied {
            // The connection ends with the error; so does the transaction, if it has not ended yet.
            connection.plain("migrate::rollback", "ROLLBACK").ok();
            return Err(error);
        }
    }
    Ok(())
}

/// Applies the migration with this number, from 1, and notes it, inside the caller's transaction.
pub(crate) fn apply(connection: &mut Connection, list: &[Migration], number: usize) -> Result<(), StoreError> {
    const HISTORY: &str =
        "CREATE TABLE IF NOT EXISTS migration (number WHOLE NOT NULL PRIMARY KEY, title TEXT NOT NULL) STRICT_TABLE";
    const NOTE: &str = "INSERT INTO migration (number, title) VALUES ($1, $2)";
    let Some((title, text)) = number.checked_sub(1).and_then(|position| list.get(position)) else {
        return Err(newer(number, list.len()));
    };
    connection.plain("migrate::table", &spelled(connection, HISTORY))?;
    connection.plain("migrate::apply", &spelled(connection, text))?;
    connection.run("migrate::note", NOTE, &[Value::Whole(number as i64), Value::Text(title)]).map(|_| ())
}

fn spelled(connection: &Connection, text: &str) -> String {
    let (whole, bytes, strict, narrow) = match connection {
        Connection::Sqlite(_) => ("INTEGER", "BLOB", "STRICT", "STRICT, WITHOUT ROWID"),
        Connection::Postgres(..) => ("BIGINT", "BYTEA", "", ""),
    };
    text.replace("WHOLE", whole).replace("BYTES", bytes).replace("STRICT_TABLE", strict).replace("NARROW_TABLE", narrow)
}

#[cfg(test)]
mod tests;
