//! The people files are about: a sealed identity, found only by a keyed hash of one identifier.

use fairfile_domain::id::{SealKeyId, SubjectId};

use crate::connection::{Read, Row, Value};
use crate::dialect::{self, Column, Table};
use crate::error::StoreError;
use crate::tx::WriteTx;

static SUBJECT: Table = Table {
    name: "subject",
    columns: &[
        ("subject_id", Column::Bytes),
        ("key_id", Column::Bytes),
        ("sealed", Column::Bytes),
        ("name_hash", Column::Bytes),
        ("look_count", Column::Whole),
        ("look_head", Column::Bytes),
        ("leaf_index", Column::Whole),
    ],
};
static IDENTIFIER: Table =
    Table { name: "identifier", columns: &[("index_hash", Column::Bytes), ("subject_id", Column::Bytes)] };

/// A person as the store knows one: which key, and what the name hashes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// The person.
    pub subject: SubjectId,
    /// The key of what is sealed about the person.
    pub key: SealKeyId,
    /// The keyed hash of the folded name.
    pub name_hash: [u8; 32],
}

/// A person to be added.
#[derive(Debug, Clone)]
pub struct NewSubject {
    /// The person.
    pub subject: SubjectId,
    /// The key of what is sealed about the person.
    pub key: SealKeyId,
    /// Name and identifier, sealed.
    pub sealed: Vec<u8>,
    /// The keyed hash of the folded name.
    pub name_hash: [u8; 32],
    /// The keyed hash of the identifier; none for the stand-in that unknown people share.
    pub index_hash: Option<[u8; 32]>,
    /// The first head of the chain of looks.
    pub look_head: [u8; 32],
    /// The journal index of the event that adds the person.
    pub leaf: u64,
}

/// Where the chain of a person's looks stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chain {
    /// How many looks there are.
    pub count: u64,
    /// The head after the last of them.
    pub head: [u8; 32],
}

fn known(row: &Row<'_>) -> Result<Known, StoreError> {
    Ok(Known {
        subject: SubjectId::from_bytes(row.exactly("subject", "subject_id", 0)?),
        key: SealKeyId::from_bytes(row.exactly("subject", "key_id", 1)?),
        name_hash: row.exactly("subject", "name_hash", 2)?,
    })
}

const BY_INDEX: &str = "
    SELECT s.subject_id, s.key_id, s.name_hash, i.index_hash
      FROM identifier i JOIN subject s ON s.subject_id = i.subject_id
     WHERE i.index_hash = $1";

/// The person whose identifier hashes to `index`.
pub fn find(tx: &mut impl Read, index: &[u8; 32]) -> Result<Option<Known>, StoreError> {
    tx.first("subject::find", BY_INDEX, &[index.into()], known)
}

/// Those of the rows of one batch whose person is known already, with the hash that found each.
pub fn find_for_rows(tx: &mut impl Read, indexes: &[&[u8]]) -> Result<Vec<([u8; 32], Known)>, StoreError> {
    dialect::find_by_keys(tx.connection(), "subject::find_for_rows", BY_INDEX, indexes, |row| {
        Ok((row.exactly("identifier", "index_hash", 3)?, known(row)?))
    })
}

/// The person with this id, and what is sealed about the person.
pub fn load(tx: &mut impl Read, subject: SubjectId) -> Result<(Known, Vec<u8>), StoreError> {
    const SQL: &str = "SELECT subject_id, key_id, name_hash, sealed FROM subject WHERE subject_id = $1";
    let found = tx.first("subject::load", SQL, &[subject.as_bytes().into()], |row| {
        Ok((known(row)?, row.bytes("subject", "sealed", 3)?))
    })?;
    found.ok_or(StoreError::Missing { table: "subject" })
}

/// The key of a person, if there is one of that id.
pub fn find_key(tx: &mut impl Read, subject: SubjectId) -> Result<Option<SealKeyId>, StoreError> {
    const SQL: &str = "SELECT key_id FROM subject WHERE subject_id = $1";
    tx.first("subject::find_key", SQL, &[subject.as_bytes().into()], |row| {
        Ok(SealKeyId::from_bytes(row.exactly("subject", "key_id", 0)?))
    })
}

/// Adds people, each with the hash that finds them.
pub fn add(tx: &mut WriteTx<'_>, people: &[NewSubject]) -> Result<(), StoreError> {
    let rows: Vec<Vec<Value<'_>>> = people
        .iter()
        .map(|new| {
            vec![
                new.subject.as_bytes().into(),
                new.key.as_bytes().into(),
                new.sealed.as_slice().into(),
                (&new.name_hash).into(),
                Value::Whole(0),
                (&new.look_head).into(),
                Value::Whole(new.leaf as i64),
            ]
        })
        .collect();
    tx.insert(&SUBJECT, &rows)?;
    let found_by = people.iter().filter_map(|new| {
        let index = new.index_hash.as_ref()?;
        Some(vec![index.into(), new.subject.as_bytes().into()])
    });
    tx.insert(&IDENTIFIER, &found_by.collect::<Vec<_>>())
}

/// Takes away a person about whom there is no record, at whose file nobody has looked and who has chosen nothing; gives
/// the key of what was sealed. Anybody else stays, and there is no key to destroy.
pub fn remove_bare(tx: &mut WriteTx<'_>, subject: SubjectId) -> Result<Option<SealKeyId>, StoreError> {
    const BARE: &str = "
        SELECT key_id FROM subject
         WHERE subject_id = $1 AND look_count = 0
           AND NOT EXISTS (SELECT 1 FROM record r WHERE r.subject_id = subject.subject_id)
           AND NOT EXISTS (SELECT 1 FROM settings s WHERE s.subject_id = subject.subject_id)";
    const IDENTIFIER: &str = "DELETE FROM identifier WHERE subject_id = $1";
    const SUBJECT: &str = "DELETE FROM subject WHERE subject_id = $1";
    let bound = [subject.as_bytes().into()];
    let key = tx.first("subject::remove_bare", BARE, &bound, |row| {
        Ok(SealKeyId::from_bytes(row.exactly("subject", "key_id", 0)?))
    })?;
    if key.is_some() {
        tx.run("subject::remove_identifier", IDENTIFIER, &bound)?;
        tx.run("subject::remove_subject", SUBJECT, &bound)?;
    }
    Ok(key)
}

/// Where the chain of the person's looks stands.
pub fn load_chain(tx: &mut impl Read, subject: SubjectId) -> Result<Chain, StoreError> {
    const SQL: &str = "SELECT look_count, look_head FROM subject WHERE subject_id = $1";
    let found = tx.first("subject::load_chain", SQL, &[subject.as_bytes().into()], |row| {
        let count = row.whole("subject", "look_count", 0)?;
        Ok(Chain { count: count as u64, head: row.exactly("subject", "look_head", 1)? })
    })?;
    found.ok_or(StoreError::Missing { table: "subject" })
}

/// Moves the chain of the person's looks on.
pub fn move_chain(tx: &mut WriteTx<'_>, subject: SubjectId, chain: Chain) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE subject SET look_count = $1, look_head = $2 WHERE subject_id = $3";
    let bound = [Value::Whole(chain.count as i64), (&chain.head).into(), subject.as_bytes().into()];
    match tx.run("subject::move_chain", SQL, &bound)? {
        1 => Ok(()),
        _ => Err(StoreError::Missing { table: "subject" }),
    }
}
