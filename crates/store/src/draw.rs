//! Draws: samples of looks that the supervisor announced, and those that were drawn.

use std::sync::Arc;

use fairfile_domain::id::{DrawId, StaffCode};

use crate::Head;
use crate::connection::{Read, Row, Value};
use crate::error::StoreError;
use crate::tx::{Stamp, WriteTx};

/// A draw on file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrawOnFile {
    /// The draw.
    pub draw: DrawId,
    /// When it was announced, in microseconds.
    pub announced_at: i64,
    /// By whom.
    pub announced_by: StaffCode,
    /// The fingerprint of the words.
    pub fingerprint: [u8; 32],
    /// How many looks are wanted.
    pub looks: u32,
    /// The journal index of the announcement: the entries before it are those of which is drawn.
    pub leaf: u64,
    /// What came of it; nothing until the words are told.
    pub made: Option<Made>,
}

/// A draw that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// When, in microseconds.
    pub at: i64,
    /// By whom.
    pub by: StaffCode,
    /// The words.
    pub words: String,
    /// Its journal index.
    pub leaf: u64,
}

fn on_file(row: &Row<'_>) -> Result<DrawOnFile, StoreError> {
    let table = "draw";
    let bad = |column| StoreError::BadRow { table, column, expected: "expected a code, or none of these" };
    let staff = |text: String, column| text.parse().map_err(|_| bad(column));
    let made = match row.maybe_whole(table, "drawn_at", 6)? {
        None => None,
        Some(at) => Some(Made {
            at,
            by: staff(row.text(table, "drawn_by", 7)?, "drawn_by")?,
            words: row.text(table, "words", 8)?,
            leaf: row.whole(table, "drawn_leaf", 9)?.cast_unsigned(),
        }),
    };
    Ok(DrawOnFile {
        draw: DrawId::from_bytes(row.exactly(table, "draw_id", 0)?),
        announced_at: row.whole(table, "announced_at", 1)?,
        announced_by: staff(row.text(table, "announced_by", 2)?, "announced_by")?,
        fingerprint: row.exactly(table, "fingerprint", 3)?,
        looks: row.count(table, "looks", 4)?,
        leaf: row.whole(table, "leaf_index", 5)?.cast_unsigned(),
        made,
    })
}

/// The draws, newest first, at most `most` of them.
pub fn list(tx: &mut impl Read, most: u32) -> Result<Vec<DrawOnFile>, StoreError> {
    const SQL: &str = "
        SELECT draw_id, announced_at, announced_by, fingerprint, looks, leaf_index, drawn_at, drawn_by, words, drawn_leaf
          FROM draw ORDER BY leaf_index DESC LIMIT $1";
    tx.all("draw::list", SQL, &[most.into()], on_file)
}

/// The draw of this id.
pub fn find(tx: &mut impl Read, draw: DrawId) -> Result<Option<DrawOnFile>, StoreError> {
    const SQL: &str = "
        SELECT draw_id, announced_at, announced_by, fingerprint, looks, leaf_index, drawn_at, drawn_by, words, drawn_leaf
          FROM draw WHERE draw_id = $1";
    tx.first("draw::find", SQL, &[draw.as_bytes().into()], on_file)
}

/// Whether a draw with this fingerprint was announced before.
pub fn is_known(tx: &mut impl Read, fingerprint: &[u8; 32]) -> Result<bool, StoreError> {
    const SQL: &str = "SELECT leaf_index FROM draw WHERE fingerprint = $1";
    let found = tx.first("draw::is_known", SQL, &[fingerprint.into()], |row| row.whole("draw", "leaf_index", 0))?;
    Ok(found.is_some())
}

/// Announces a draw; false if it was announced before.
pub fn announce(tx: &mut WriteTx<'_>, new: &DrawOnFile) -> Result<bool, StoreError> {
    const SQL: &str = "
        INSERT INTO draw (draw_id, announced_at, announced_by, fingerprint, looks, leaf_index)
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    let bound = [
        new.draw.as_bytes().into(),
        new.announced_at.into(),
        new.announced_by.as_str().into(),
        (&new.fingerprint).into(),
        new.looks.into(),
        Value::Whole(new.leaf.cast_signed()),
    ];
    Ok(tx.run("draw::announce", SQL, &bound)? == 1)
}

/// Makes a draw; false if it was made before.
pub fn make(tx: &mut WriteTx<'_>, draw: DrawId, made: &Made) -> Result<bool, StoreError> {
    const SQL: &str = "
        UPDATE draw SET drawn_at = $1, drawn_by = $2, words = $3, drawn_leaf = $4
         WHERE draw_id = $5 AND drawn_at IS NULL";
    let bound = [
        made.at.into(),
        made.by.as_str().into(),
        made.words.as_str().into(),
        Value::Whole(made.leaf.cast_signed()),
        draw.as_bytes().into(),
    ];
    Ok(tx.run("draw::make", SQL, &bound)? == 1)
}

/// The stamp of a draw that was made before: it is journaled, for its row says where.
pub fn load_stamp(tx: &mut impl Read, draw: DrawId, head: Arc<Head>) -> Result<Stamp, StoreError> {
    let made = find(tx, draw)?.and_then(|found| found.made).ok_or(StoreError::Missing { table: "draw" })?;
    Ok(Stamp { leaf: made.leaf, event: draw.retype(), head })
}
