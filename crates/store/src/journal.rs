//! Leaves and tiles: what the journal is rebuilt from.

use fairfile_proof::leaf::Leaf;
use fairfile_proof::tile::TileName;
use fairfile_proof::tree::Tree;

use crate::connection::{Connection, Read, Value};
use crate::dialect::{self, Column, Table};
use crate::error::StoreError;
use crate::tx::Entry;

static LEAF: Table = Table {
    name: "leaf",
    columns: &[("leaf_index", Column::Whole), ("leaf", Column::Bytes), ("event", Column::Bytes)],
};
static TILE: Table =
    Table { name: "tile", columns: &[("level", Column::Whole), ("number", Column::Whole), ("hashes", Column::Bytes)] };

/// The tree over all leaves, from its stored tiles and the leaves after them.
pub(crate) fn resume(connection: &mut Connection) -> Result<Tree, StoreError> {
    const SIZE: &str = "SELECT leaf_index FROM leaf ORDER BY leaf_index DESC LIMIT 1";
    let last = connection.all("journal::size", SIZE, &[], |row| row.whole("leaf", "leaf_index", 0))?;
    let size = last.first().map_or(0, |last| *last as u64 + 1);
    let mut failure = None;
    let tree = Tree::resume(size, |name| match tile_hashes(connection, name) {
        Ok(hashes) => hashes,
        Err(error) => {
            failure = Some(error);
            None
        }
    });
    match (tree, failure) {
        (_, Some(error)) => Err(error),
        (Ok(tree), None) => Ok(tree),
        (Err(_), None) => Err(StoreError::Missing { table: "tile" }),
    }
}

/// Appends a group's leaves to the tree, and stores them with the tiles that they fill.
pub(crate) fn append(connection: &mut Connection, tree: &mut Tree, entries: &[Entry]) -> Result<(), StoreError> {
    let first = tree.size();
    let bytes: Vec<[u8; 64]> = entries.iter().map(|entry| entry.leaf.to_bytes()).collect();
    entries.iter().for_each(|entry| tree.append(entry.leaf.hash()));
    let rows: Vec<Vec<Value<'_>>> = (first..)
        .zip(bytes.iter().zip(entries))
        .map(|(index, (leaf, entry))| vec![Value::Whole(index as i64), leaf.into(), entry.event.as_deref().into()])
        .collect();
    dialect::insert(connection, &LEAF, &rows)?;
    let tiles = tree.take_full_tiles();
    let rows: Vec<Vec<Value<'_>>> = tiles
        .iter()
        .map(|tile| {
            vec![Value::Whole(i64::from(tile.level)), Value::Whole(tile.number as i64), tile.hashes.as_slice().into()]
        })
        .collect();
    dialect::insert(connection, &TILE, &rows)
}

/// The hashes of a tile: stored if it is full, and of level 0 made from the leaves if it is not.
pub fn find_tile(tx: &mut impl Read, name: TileName) -> Result<Option<Vec<u8>>, StoreError> {
    tile_hashes(tx.connection(), name)
}

fn tile_hashes(connection: &mut Connection, name: TileName) -> Result<Option<Vec<u8>>, StoreError> {
    const SQL: &str = "SELECT hashes FROM tile WHERE level = $1 AND number = $2";
    let bound = [Value::Whole(i64::from(name.level())), Value::Whole(name.number() as i64)];
    let stored = connection.all("journal::tile", SQL, &bound, |row| row.bytes("tile", "hashes", 0))?;
    if let Some(mut hashes) = stored.into_iter().next() {
        hashes.truncate(name.bytes());
        return Ok(Some(hashes));
    }
    if name.level() > 0 {
        return Ok(None);
    }
    let first = name.number() * 256;
    let leaves = leaves(connection, first, u32::from(name.width()))?;
    Ok(Some(leaves.iter().flat_map(Leaf::hash).collect()))
}

/// A leaf with the event that is kept beside it.
pub fn find_entry(tx: &mut impl Read, index: u64) -> Result<Option<Entry>, StoreError> {
    const SQL: &str = "SELECT leaf, event FROM leaf WHERE leaf_index = $1";
    let bad = |_| StoreError::BadRow { table: "leaf", column: "leaf", expected: "expected a leaf of 64 bytes" };
    tx.first("journal::find_entry", SQL, &[Value::Whole(index as i64)], |row| {
        let leaf = Leaf::from_bytes(&row.bytes("leaf", "leaf", 0)?).map_err(bad)?;
        Ok(Entry { leaf, event: row.maybe_bytes("leaf", "event", 1)? })
    })
}

/// The events beside up to `most` leaves from `first` on; looks have none.
pub fn list_events(tx: &mut impl Read, first: u64, most: u32) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
    const SQL: &str = "SELECT event FROM leaf WHERE leaf_index >= $1 ORDER BY leaf_index LIMIT $2";
    tx.all("journal::list_events", SQL, &[Value::Whole(first as i64), most.into()], |row| {
        row.maybe_bytes("leaf", "event", 0)
    })
}

/// Up to `most` leaves from `first` on.
pub fn list_leaves(tx: &mut impl Read, first: u64, most: u32) -> Result<Vec<Leaf>, StoreError> {
    leaves(tx.connection(), first, most)
}

fn leaves(connection: &mut Connection, first: u64, most: u32) -> Result<Vec<Leaf>, StoreError> {
    const SQL: &str = "SELECT leaf FROM leaf WHERE leaf_index >= $1 ORDER BY leaf_index LIMIT $2";
    let bad = |_| StoreError::BadRow { table: "leaf", column: "leaf", expected: "expected a leaf of 64 bytes" };
    connection.all("journal::leaves", SQL, &[Value::Whole(first as i64), most.into()], |row| {
        Leaf::from_bytes(&row.bytes("leaf", "leaf", 0)?).map_err(bad)
    })
}
