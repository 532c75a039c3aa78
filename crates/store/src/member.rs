//! Members, their officers, training and keys.

use std::collections::BTreeMap;

use fairfile_domain::actor::{Member, Officer, Standing};
use fairfile_domain::catalog::{Bilingual, Sector};
use fairfile_domain::day::Day;
use fairfile_domain::id::{Code, KeyCode, MemberCode, OfficerCode, PurposeCode};

use crate::connection::{Read, Row, Value};
use crate::dialect::{Column, Table};
use crate::error::StoreError;
use crate::tx::WriteTx;

static MEMBER: Table = Table {
    name: "member",
    columns: &[
        ("member", Column::Text),
        ("title_en", Column::Text),
        ("title_zh", Column::Text),
        ("sectors", Column::Text),
        ("standing", Column::Text),
        ("leaf_index", Column::Whole),
    ],
};
static OFFICER: Table = Table {
    name: "officer",
    columns: &[
        ("officer", Column::Text),
        ("member", Column::Text),
        ("standing", Column::Text),
        ("on_duty_from", Column::Whole),
        ("on_duty_until", Column::Whole),
        ("leaf_index", Column::Whole),
    ],
};
static OFFICER_PURPOSE: Table = Table {
    name: "officer_purpose",
    columns: &[
        ("officer", Column::Text),
        ("purpose", Column::Text),
        ("trained_until", Column::Whole),
        ("leaf_index", Column::Whole),
    ],
};
static MEMBER_KEY: Table = Table {
    name: "member_key",
    columns: &[
        ("key_code", Column::Text),
        ("member", Column::Text),
        ("officer", Column::Text),
        ("public_key", Column::Bytes),
        ("valid_from", Column::Whole),
        ("valid_until", Column::Whole),
        ("leaf_index", Column::Whole),
    ],
};

/// A registered key: whose it is, and when it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberKey {
    /// Its code, the `keyid` of signatures.
    pub code: KeyCode,
    /// The member it speaks for.
    pub member: MemberCode,
    /// The officer who holds it, if it is not the member's own.
    pub officer: Option<OfficerCode>,
    /// The Ed25519 public key.
    pub public_key: [u8; 32],
    /// First day.
    pub valid_from: Day,
    /// Last day, that day included.
    pub valid_until: Day,
}

/// An officer, and since when a stop has not been released.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficerOnFile {
    /// The officer.
    pub officer: Officer,
    /// Whether the officer was stopped for enumerating and not released since.
    pub stopped: bool,
    /// When two registrars released the officer last, in microseconds; earlier looks no longer count.
    pub released_at: Option<i64>,
}

fn code<K>(row: &Row<'_>, table: &'static str, column: &'static str, position: usize) -> Result<Code<K>, StoreError> {
    let bad = |_| StoreError::BadRow { table, column, expected: "expected a code" };
    row.text(table, column, position)?.parse().map_err(bad)
}

fn day(row: &Row<'_>, table: &'static str, column: &'static str, position: usize) -> Result<Day, StoreError> {
    let bad = StoreError::BadRow { table, column, expected: "expected a day" };
    let whole = i32::try_from(row.whole(table, column, position)?).ok();
    whole.and_then(|whole| Day::from_epoch_day(whole).ok()).ok_or(bad)
}

fn standing(row: &Row<'_>, table: &'static str, position: usize) -> Result<Standing, StoreError> {
    let bad = StoreError::BadRow { table, column: "standing", expected: "expected `active` or `suspended`" };
    Standing::find(&row.text(table, "standing", position)?).ok_or(bad)
}

fn whole(day: Day) -> i64 {
    i64::from(day.epoch_day())
}

/// Every member, by code.
pub fn list(tx: &mut impl Read) -> Result<Vec<Member>, StoreError> {
    const SQL: &str = "SELECT member, title_en, title_zh, sectors, standing FROM member ORDER BY member";
    tx.all("member::list", SQL, &[], |row| {
        let bad = || StoreError::BadRow { table: "member", column: "sectors", expected: "expected codes of sectors" };
        let sectors = row.text("member", "sectors", 3)?;
        let sectors = sectors.split_whitespace().map(|word| Sector::find(word).ok_or_else(bad));
        Ok(Member {
            code: code(row, "member", "member", 0)?,
            title: Bilingual { en: row.text("member", "title_en", 1)?, zh: row.text("member", "title_zh", 2)? },
            sectors: sectors.collect::<Result<_, _>>()?,
            standing: standing(row, "member", 4)?,
        })
    })
}

/// Every officer with purposes and training, by code.
pub fn list_officers(tx: &mut impl Read) -> Result<Vec<OfficerOnFile>, StoreError> {
    const PURPOSES: &str = "SELECT officer, purpose, trained_until FROM officer_purpose ORDER BY officer, purpose";
    const SQL: &str = "SELECT officer, member, standing, on_duty_from, on_duty_until, stopped_at, released_at FROM officer ORDER BY officer";
    let mut held: BTreeMap<OfficerCode, BTreeMap<PurposeCode, Option<Day>>> = BTreeMap::new();
    let grants = tx.all("member::list_purposes", PURPOSES, &[], |row| {
        let table = "officer_purpose";
        let until = match row.maybe_whole(table, "trained_until", 2)? {
            Some(_) => Some(day(row, table, "trained_until", 2)?),
            None => None,
        };
        Ok((code(row, table, "officer", 0)?, code(row, table, "purpose", 1)?, until))
    })?;
    for (officer, purpose, until) in grants {
        held.entry(officer).or_default().insert(purpose, until);
    }
    tx.all("member::list_officers", SQL, &[], |row| {
        let officer: OfficerCode = code(row, "officer", "officer", 0)?;
        let released_at = row.maybe_whole("officer", "released_at", 6)?;
        Ok(OfficerOnFile {
            stopped: row.maybe_whole("officer", "stopped_at", 5)?.is_some(),
            released_at,
            officer: Officer {
                member: code(row, "officer", "member", 1)?,
                standing: standing(row, "officer", 2)?,
                on_duty_from: day(row, "officer", "on_duty_from", 3)?,
                on_duty_until: day(row, "officer", "on_duty_until", 4)?,
                purposes: held.remove(&officer).unwrap_or_default(),
                code: officer,
            },
        })
    })
}

/// The officers who are stopped at this moment, by code.
pub fn list_stopped(tx: &mut impl Read) -> Result<Vec<OfficerCode>, StoreError> {
    const SQL: &str = "SELECT officer FROM officer WHERE stopped_at IS NOT NULL ORDER BY officer";
    tx.all("member::list_stopped", SQL, &[], |row| code(row, "officer", "officer", 0))
}

/// Every registered key, by code.
pub fn list_keys(tx: &mut impl Read) -> Result<Vec<MemberKey>, StoreError> {
    const SQL: &str =
        "SELECT key_code, member, officer, public_key, valid_from, valid_until FROM member_key ORDER BY key_code";
    let table = "member_key";
    tx.all("member::list_keys", SQL, &[], |row| {
        let officer = match row.maybe_text(table, "officer", 2)? {
            Some(_) => Some(code(row, table, "officer", 2)?),
            None => None,
        };
        Ok(MemberKey {
            code: code(row, table, "key_code", 0)?,
            member: code(row, table, "member", 1)?,
            officer,
            public_key: row.exactly(table, "public_key", 3)?,
            valid_from: day(row, table, "valid_from", 4)?,
            valid_until: day(row, table, "valid_until", 5)?,
        })
    })
}

/// Admits a member.
pub fn admit(tx: &mut WriteTx<'_>, member: &Member, leaf: u64) -> Result<(), StoreError> {
    let sectors = member.sectors.iter().map(|sector| sector.code()).collect::<Vec<_>>().join(" ");
    let row: Vec<Value<'_>> = vec![
        member.code.as_str().into(),
        member.title.en.as_str().into(),
        member.title.zh.as_str().into(),
        sectors.as_str().into(),
        member.standing.word().into(),
        Value::Whole(leaf as i64),
    ];
    tx.insert(&MEMBER, &[row])
}

/// Registers an officer with the purposes held.
pub fn register_officer(tx: &mut WriteTx<'_>, officer: &Officer, leaf: u64) -> Result<(), StoreError> {
    let leaf = Value::Whole(leaf as i64);
    let row: Vec<Value<'_>> = vec![
        officer.code.as_str().into(),
        officer.member.as_str().into(),
        officer.standing.word().into(),
        whole(officer.on_duty_from).into(),
        whole(officer.on_duty_until).into(),
        leaf,
    ];
    tx.insert(&OFFICER, &[row])?;
    let grant = |(purpose, until): (&PurposeCode, &Option<Day>)| -> Vec<(String, Option<i64>)> {
        vec![(purpose.to_string(), until.map(whole))]
    };
    let grants: Vec<(String, Option<i64>)> = officer.purposes.iter().flat_map(grant).collect();
    let rows: Vec<Vec<Value<'_>>> = grants
        .iter()
        .map(|(purpose, until)| vec![officer.code.as_str().into(), purpose.as_str().into(), (*until).into(), leaf])
        .collect();
    tx.insert(&OFFICER_PURPOSE, &rows)
}

/// Registers a key.
pub fn register_key(tx: &mut WriteTx<'_>, key: &MemberKey, leaf: u64) -> Result<(), StoreError> {
    let row: Vec<Value<'_>> = vec![
        key.code.as_str().into(),
        key.member.as_str().into(),
        key.officer.as_ref().map(|officer| officer.as_str()).into(),
        (&key.public_key).into(),
        whole(key.valid_from).into(),
        whole(key.valid_until).into(),
        Value::Whole(leaf as i64),
    ];
    tx.insert(&MEMBER_KEY, &[row])
}

/// Notes since when an officer is stopped.
pub fn stop_officer(tx: &mut WriteTx<'_>, officer: &OfficerCode, at: i64) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE officer SET stopped_at = $1 WHERE officer = $2";
    tx.run("member::stop_officer", SQL, &[at.into(), officer.as_str().into()]).map(|_| ())
}

/// Who released an officer, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// One registrar.
    pub first: String,
    /// Another.
    pub second: String,
    /// Their reason.
    pub because: String,
    /// When, in microseconds.
    pub at: i64,
}

/// Notes that two registrars released an officer, and takes the stop away, if there is one; false if there is no officer
/// of that code.
pub fn release_officer(tx: &mut WriteTx<'_>, officer: &OfficerCode, release: &Release) -> Result<bool, StoreError> {
    const SQL: &str = "
        UPDATE officer SET stopped_at = NULL, released_at = $1, released_by_first = $2, released_by_second = $3,
               released_because = $4
         WHERE officer = $5";
    let bound = [
        release.at.into(),
        release.first.as_str().into(),
        release.second.as_str().into(),
        release.because.as_str().into(),
        officer.as_str().into(),
    ];
    Ok(tx.run("member::release_officer", SQL, &bound)? == 1)
}

/// Changes a member's standing; false if there is no member of that code.
pub fn set_standing(tx: &mut WriteTx<'_>, member: &MemberCode, standing: Standing) -> Result<bool, StoreError> {
    const SQL: &str = "UPDATE member SET standing = $1 WHERE member = $2";
    Ok(tx.run("member::set_standing", SQL, &[standing.word().into(), member.as_str().into()])? == 1)
}

/// Changes an officer's standing; false if there is no officer of that code.
pub fn set_officer_standing(
    tx: &mut WriteTx<'_>,
    officer: &OfficerCode,
    standing: Standing,
) -> Result<bool, StoreError> {
    const SQL: &str = "UPDATE officer SET standing = $1 WHERE officer = $2";
    Ok(tx.run("member::set_officer_standing", SQL, &[standing.word().into(), officer.as_str().into()])? == 1)
}

/// Notes that an officer holds one more purpose, and is not trained for it yet.
pub fn give_purpose(
    tx: &mut WriteTx<'_>,
    officer: &OfficerCode,
    purpose: &PurposeCode,
    leaf: u64,
) -> Result<(), StoreError> {
    let leaf = Value::Whole(leaf.cast_signed());
    tx.insert(&OFFICER_PURPOSE, &[vec![officer.as_str().into(), purpose.as_str().into(), Value::Null, leaf]])
}

/// Notes until when an officer is trained for a purpose; false if the officer does not hold it.
pub fn train(
    tx: &mut WriteTx<'_>,
    officer: &OfficerCode,
    purpose: &PurposeCode,
    until: Day,
    leaf: u64,
) -> Result<bool, StoreError> {
    const SQL: &str = "
        UPDATE officer_purpose SET trained_until = $1, leaf_index = $2 WHERE officer = $3 AND purpose = $4";
    let leaf = Value::Whole(leaf.cast_signed());
    let known = [whole(until).into(), leaf, officer.as_str().into(), purpose.as_str().into()];
    Ok(tx.run("member::train", SQL, &known)? == 1)
}

/// Brings the last day of a key forward; false if there is no key of that code.
pub fn end_key(tx: &mut WriteTx<'_>, key: &KeyCode, until: Day) -> Result<bool, StoreError> {
    const SQL: &str = "UPDATE member_key SET valid_until = $1 WHERE key_code = $2";
    Ok(tx.run("member::end_key", SQL, &[whole(until).into(), key.as_str().into()])? == 1)
}
