//! Those who work at the node itself: registrars and supervisors.

use fairfile_domain::actor::{Office, Staff, Standing};
use fairfile_domain::id::StaffCode;

use crate::connection::{Read, Value};
use crate::dialect::{Column, Table};
use crate::error::StoreError;
use crate::tx::WriteTx;

static STAFF: Table = Table {
    name: "staff",
    columns: &[
        ("staff", Column::Text),
        ("office", Column::Text),
        ("standing", Column::Text),
        ("leaf_index", Column::Whole),
    ],
};

/// Everybody who works at the node, by code.
pub fn list(tx: &mut impl Read) -> Result<Vec<Staff>, StoreError> {
    const SQL: &str = "SELECT staff, office, standing FROM staff ORDER BY staff";
    tx.all("staff::list", SQL, &[], |row| {
        let bad = |column, expected| StoreError::BadRow { table: "staff", column, expected };
        let code = row.text("staff", "staff", 0)?.parse().map_err(|_| bad("staff", "expected a code"))?;
        let office = Office::find(&row.text("staff", "office", 1)?);
        let standing = Standing::find(&row.text("staff", "standing", 2)?);
        Ok(Staff {
            code,
            office: office.ok_or(bad("office", "expected `registry` or `supervision`"))?,
            standing: standing.ok_or(bad("standing", "expected `active` or `suspended`"))?,
        })
    })
}

/// Admits somebody to an office.
pub fn admit(tx: &mut WriteTx<'_>, staff: &Staff, leaf: u64) -> Result<(), StoreError> {
    let row: Vec<Value<'_>> = vec![
        staff.code.as_str().into(),
        staff.office.word().into(),
        staff.standing.word().into(),
        Value::Whole(leaf.cast_signed()),
    ];
    tx.insert(&STAFF, &[row])
}

/// Gives somebody another standing; false if nobody has the code.
pub fn change_standing(tx: &mut WriteTx<'_>, staff: &StaffCode, standing: Standing) -> Result<bool, StoreError> {
    const SQL: &str = "UPDATE staff SET standing = $1 WHERE staff = $2";
    Ok(tx.run("staff::change_standing", SQL, &[standing.word().into(), staff.as_str().into()])? == 1)
}
