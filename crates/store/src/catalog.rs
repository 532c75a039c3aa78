//! The catalog's item files as they were published, word for word.

use fairfile_domain::day::Day;
use fairfile_domain::id::ItemCode;

use crate::connection::{Read, Value};
use crate::dialect::{Column, Table};
use crate::error::StoreError;
use crate::tx::WriteTx;

static CATALOG_ITEM: Table = Table {
    name: "catalog_item",
    columns: &[
        ("item", Column::Text),
        ("version", Column::Whole),
        ("in_force_from", Column::Whole),
        ("text", Column::Text),
        ("leaf_index", Column::Whole),
    ],
};

/// Every published item file, by item and version.
pub fn list_texts(tx: &mut impl Read) -> Result<Vec<String>, StoreError> {
    const SQL: &str = "SELECT text FROM catalog_item ORDER BY item, version";
    tx.all("catalog::list_texts", SQL, &[], |row| row.text("catalog_item", "text", 0))
}

/// Publishes one version of an item.
pub fn publish(
    tx: &mut WriteTx<'_>,
    item: &ItemCode,
    version: u32,
    from: Day,
    text: &str,
    leaf: u64,
) -> Result<(), StoreError> {
    let row = vec![
        item.as_str().into(),
        version.into(),
        i64::from(from.epoch_day()).into(),
        text.into(),
        Value::Whole(leaf as i64),
    ];
    tx.insert(&CATALOG_ITEM, &[row])
}
