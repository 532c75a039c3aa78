//! What the registry's own office did: which deed, by whom, at which place of the journal.

use fairfile_domain::id::StaffCode;

use crate::connection::{Read, Row, Value};
use crate::dialect::{Column, Table};
use crate::error::StoreError;
use crate::tx::WriteTx;

static DEED: Table = Table {
    name: "deed",
    columns: &[
        ("leaf_index", Column::Whole),
        ("deed", Column::Text),
        ("act", Column::Text),
        ("matter", Column::Text),
        ("staff", Column::Text),
        ("made_at", Column::Whole),
    ],
};

/// One deed of the office. It holds codes and ids, and nobody on file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deed {
    /// Its journal index.
    pub leaf: u64,
    /// What was done, such as `proposed`.
    pub deed: String,
    /// To what end, where a deed is a step of something that takes two.
    pub act: Option<String>,
    /// To whom or what, by code.
    pub matter: String,
    /// By whom.
    pub staff: StaffCode,
    /// When, in microseconds.
    pub made_at: i64,
}

fn on_file(row: &Row<'_>) -> Result<Deed, StoreError> {
    let table = "deed";
    let bad = |_| StoreError::BadRow { table: "deed", column: "staff", expected: "expected a code" };
    Ok(Deed {
        leaf: row.whole(table, "leaf_index", 0)?.cast_unsigned(),
        deed: row.text(table, "deed", 1)?,
        act: row.maybe_text(table, "act", 2)?,
        matter: row.text(table, "matter", 3)?,
        staff: row.text(table, "staff", 4)?.parse().map_err(bad)?,
        made_at: row.whole(table, "made_at", 5)?,
    })
}

/// Notes a deed, if there is one.
pub fn add_some(tx: &mut WriteTx<'_>, deed: Option<Deed>) -> Result<(), StoreError> {
    deed.map_or(Ok(()), |deed| add(tx, &deed))
}

/// Notes a deed.
pub fn add(tx: &mut WriteTx<'_>, deed: &Deed) -> Result<(), StoreError> {
    let row = vec![
        Value::Whole(deed.leaf.cast_signed()),
        deed.deed.as_str().into(),
        deed.act.as_deref().into(),
        deed.matter.as_str().into(),
        deed.staff.as_str().into(),
        deed.made_at.into(),
    ];
    tx.insert(&DEED, &[row])
}

/// Up to `most` deeds before the journal index `before`, the latest first.
pub fn list_before(tx: &mut impl Read, before: u64, most: u32) -> Result<Vec<Deed>, StoreError> {
    const SQL: &str = "
        SELECT leaf_index, deed, act, matter, staff, made_at FROM deed
         WHERE leaf_index < $1 ORDER BY leaf_index DESC LIMIT $2";
    let before = i64::try_from(before).unwrap_or(i64::MAX);
    tx.all("deed::list_before", SQL, &[before.into(), most.into()], on_file)
}

/// The latest deed of this kind about `matter`, if there is one.
pub fn find_latest(tx: &mut impl Read, deed: &str, matter: &str) -> Result<Option<Deed>, StoreError> {
    const SQL: &str = "
        SELECT leaf_index, deed, act, matter, staff, made_at FROM deed
         WHERE deed = $1 AND matter = $2 ORDER BY leaf_index DESC LIMIT 1";
    tx.first("deed::find_latest", SQL, &[deed.into(), matter.into()], on_file)
}

/// The deed at a journal index, if there is one.
pub fn find(tx: &mut impl Read, leaf: u64) -> Result<Option<Deed>, StoreError> {
    const SQL: &str = "SELECT leaf_index, deed, act, matter, staff, made_at FROM deed WHERE leaf_index = $1";
    let leaf = i64::try_from(leaf).unwrap_or(i64::MAX);
    tx.first("deed::find", SQL, &[leaf.into()], on_file)
}
