//! What lies in a database beside tables and columns: triggers, views, indexes and constraints, held against those that
//! the migrations make.
//!
//! A trigger can take rows away as they are written, a view can stand in the place of a table, and without its unique
//! index a table takes a row twice: none of it shows in any row.

use std::collections::BTreeSet;

use crate::connection::{Connection, Read};
use crate::error::StoreError;
use crate::migrate::{self, MIGRATIONS};
use crate::table::{references, shapes_of};

/// Something beside the tables that is not as the migrations make it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stray {
    /// The table that it is about; that of a view or a function is its own name.
    pub table: String,
    /// Its name, or the columns that it is about.
    pub name: String,
    /// Whether it is there and should not be, or the other way round.
    pub wrong: Wrong,
}

/// What is wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wrong {
    /// No migration makes it.
    NoneOfOurs,
    /// A migration made it, and it is not there.
    Lacking,
}

/// An index: its table, whether no two rows may agree in it, whether it is of some rows alone, and its columns in order.
type Index = (String, bool, bool, Vec<String>);

/// Everything beside the tables that no migration makes, and every index and reference that is lacking.
///
/// # Errors
/// What the engine says, and [`StoreError::Unfit`] for a column of a type that no migration gives.
pub fn strays(tx: &mut impl Read) -> Result<Vec<Stray>, StoreError> {
    strays_of(tx.connection())
}

fn strays_of(connection: &mut Connection) -> Result<Vec<Stray>, StoreError> {
    let mut model = model()?;
    let mut found: BTreeSet<Stray> = actors(connection)?.into_iter().collect();
    let known: BTreeSet<String> = shapes_of(&mut model)?.into_iter().map(|shape| shape.name).collect();
    let (expected, present) = (indexes(&mut model)?, indexes(connection)?);
    let stray = |index: &Index, wrong| Stray { table: index.0.clone(), name: index.3.join(" "), wrong };
    // A table that is none of ours, or is missing, is named as such.
    let is_known = |table: &String| known.contains(table);
    found.extend(
        present.difference(&expected).filter(|index| is_known(&index.0)).map(|index| stray(index, Wrong::NoneOfOurs)),
    );
    let tables: BTreeSet<String> = shapes_of(connection)?.into_iter().map(|shape| shape.name).collect();
    found.extend(
        expected
            .difference(&present)
            .filter(|index| tables.contains(&index.0))
            .map(|index| stray(index, Wrong::Lacking)),
    );
    let (expected, present) = (references(&mut model)?, references(connection)?);
    let lacking = expected.difference(&present).filter(|reference| tables.contains(&reference.0));
    found.extend(lacking.map(|(table, other)| Stray {
        table: table.clone(),
        name: other.clone(),
        wrong: Wrong::Lacking,
    }));
    Ok(found.into_iter().collect())
}

/// A database in memory, as the migrations make it.
fn model() -> Result<Connection, StoreError> {
    let memory = rusqlite::Connection::open_in_memory().map_err(StoreError::sqlite("strays::model"))?;
    let mut model = Connection::Sqlite(memory);
    migrate::bring_up(&mut model, MIGRATIONS, 0)?;
    Ok(model)
}

/// All indexes, those of primary keys and of unique columns too.
fn indexes(connection: &mut Connection) -> Result<BTreeSet<Index>, StoreError> {
    const OF_SQLITE: &str = "
        SELECT t.name, i.name, i.\"unique\", i.partial, COALESCE(c.name, '')
          FROM sqlite_schema t, pragma_index_list(t.name) i, pragma_index_info(i.name) c
         WHERE t.type = 'table' AND i.origin <> 'pk' AND substr(t.name, 1, 7) <> 'sqlite_'
         ORDER BY t.name, i.name, c.seqno";
    const OF_POSTGRES: &str = "
        SELECT t.relname::text, i.indexrelid::regclass::text, CASE WHEN i.indisunique THEN 1::bigint ELSE 0::bigint END,
               CASE WHEN i.indpred IS NULL THEN 0::bigint ELSE 1::bigint END,
               COALESCE(a.attname::text, '')
          FROM pg_catalog.pg_index i
          JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
         CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY k (attnum, place)
          LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attnum
         WHERE t.relnamespace = current_schema()::regnamespace AND NOT i.indisprimary AND i.indisvalid
         ORDER BY t.relname, i.indexrelid, k.place";
    let asked = if matches!(connection, Connection::Sqlite(_)) { OF_SQLITE } else { OF_POSTGRES };
    let rows = connection.all("strays::indexes", asked, &[], |row| {
        let (text, whole) = (|place| row.text("schema", "index", place), |place| row.whole("schema", "index", place));
        Ok((text(0)?, text(1)?, whole(2)? == 1, whole(3)? == 1, text(4)?))
    })?;
    let mut found = BTreeSet::new();
    for index in rows.chunk_by(|one, next| one.0 == next.0 && one.1 == next.1) {
        if let Some((table, _, is_unique, is_partial, _)) = index.first() {
            let columns = index.iter().map(|row| row.4.clone()).collect();
            found.insert((table.clone(), *is_unique, *is_partial, columns));
        }
    }
    // An engine may keep a primary key without an index of its own; that there is one, all the same.
    let keys = shapes_of(connection)?.into_iter().map(|shape| {
        let columns = shape.key.iter().filter_map(|place| shape.columns.get(*place)).map(|column| column.0.clone());
        let columns = columns.collect();
        (shape.name, true, false, columns)
    });
    found.extend(keys);
    Ok(found)
}

/// Triggers, views, rules and functions: no migration makes any.
fn actors(connection: &mut Connection) -> Result<Vec<Stray>, StoreError> {
    const OF_SQLITE: &str = "
        SELECT tbl_name, name FROM sqlite_schema WHERE type IN ('trigger', 'view') ORDER BY name";
    const OF_POSTGRES: &str = "
        SELECT t.relname::text, g.tgname::text
          FROM pg_catalog.pg_trigger g JOIN pg_catalog.pg_class t ON t.oid = g.tgrelid
         WHERE t.relnamespace = current_schema()::regnamespace AND (NOT g.tgisinternal OR g.tgenabled = 'D')
         UNION ALL
        SELECT relname::text, relname::text FROM pg_catalog.pg_class
         WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('v', 'm', 'f', 'p')
         UNION ALL
        SELECT tablename::text, rulename::text FROM pg_catalog.pg_rules WHERE schemaname = current_schema()
         UNION ALL
        SELECT proname::text, proname::text FROM pg_catalog.pg_proc WHERE pronamespace = current_schema()::regnamespace";
    let asked = if matches!(connection, Connection::Sqlite(_)) { OF_SQLITE } else { OF_POSTGRES };
    connection.all("strays::actors", asked, &[], |row| {
        let text = |place| row.text("schema", "name", place);
        Ok(Stray { table: text(0)?, name: text(1)?, wrong: Wrong::NoneOfOurs })
    })
}
