//! The node's own settings: name, zone, law profile, and whether it is a demo.

use crate::connection::{Connection, Read, Value};
use crate::dialect::{Column, Table};
use crate::error::StoreError;
use crate::tx::WriteTx;

static NODE: Table = Table { name: "node", columns: &[("setting", Column::Text), ("value", Column::Text)] };

/// The value of `setting`, if the node has it.
pub fn find_setting(tx: &mut impl Read, setting: &str) -> Result<Option<String>, StoreError> {
    const SQL: &str = "SELECT value FROM node WHERE setting = $1";
    tx.first("node::find_setting", SQL, &[setting.into()], |row| row.text("node", "value", 0))
}

/// Writes settings that the node does not have yet.
pub fn add_settings(tx: &mut WriteTx<'_>, settings: &[(&str, &str)]) -> Result<(), StoreError> {
    let rows: Vec<Vec<Value<'_>>> = settings.iter().map(|row| vec![row.0.into(), row.1.into()]).collect();
    tx.insert(&NODE, &rows)
}

/// Gives a setting that the node has another value; false if it has none of that name.
pub fn change_setting(tx: &mut WriteTx<'_>, setting: &str, value: &str) -> Result<bool, StoreError> {
    const SQL: &str = "UPDATE node SET value = $1 WHERE setting = $2";
    Ok(tx.run("node::change_setting", SQL, &[value.into(), setting.into()])? == 1)
}

/// Gives a setting a value, whether the node has it or not.
pub fn put_setting(tx: &mut WriteTx<'_>, setting: &str, value: &str) -> Result<(), StoreError> {
    if change_setting(tx, setting, value)? { Ok(()) } else { add_settings(tx, &[(setting, value)]) }
}

/// What is asked of the engine about itself: its name and version, and whether it finds its file sound, tables and indexes
/// held against each other. Of its own files a server says nothing here.
pub fn examine(tx: &mut impl Read) -> Result<(String, bool), StoreError> {
    match tx.connection() {
        Connection::Sqlite(_) => {
            let sound = tx.all("node::examine", "PRAGMA integrity_check(1)", &[], |row| {
                row.text("pragma", "integrity_check", 0)
            })?;
            Ok((format!("SQLite {}", rusqlite::version()), sound == ["ok"]))
        }
        Connection::Postgres(..) => {
            let asked = "SELECT current_setting('server_version')";
            let version = tx.first("node::examine", asked, &[], |row| row.text("server", "version", 0))?;
            Ok((format!("PostgreSQL {}", version.unwrap_or_default()), true))
        }
    }
}
