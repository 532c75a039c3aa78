//! Invitations, passkeys and recoveries of officers and staff; and which login of the provider is whose.

use fairfile_domain::day::Instant;
use fairfile_domain::id::{Id, InvitationId, PasskeyId, RecoveryId, StaffCode};
use fairfile_domain::sign_in::{Ending, Invitation, KeyHolder, Recovery};

use crate::connection::{Read, Row, Value};
use crate::dialect::{Column, Table};
use crate::error::StoreError;
use crate::tx::WriteTx;

static INVITATION: Table = Table {
    name: "invitation",
    columns: &[
        ("invitation_id", Column::Bytes),
        ("holder", Column::Text),
        ("code_hash", Column::Bytes),
        ("made_at", Column::Whole),
        ("ends_at", Column::Whole),
        ("recovery_id", Column::Bytes),
        ("leaf_index", Column::Whole),
    ],
};
static PASSKEY: Table = Table {
    name: "passkey",
    columns: &[
        ("passkey_id", Column::Bytes),
        ("holder", Column::Text),
        ("credential_id", Column::Bytes),
        ("public_key", Column::Bytes),
        ("counter", Column::Whole),
        ("made_at", Column::Whole),
        ("leaf_index", Column::Whole),
    ],
};
static RECOVERY: Table = Table {
    name: "recovery",
    columns: &[
        ("recovery_id", Column::Bytes),
        ("holder", Column::Text),
        ("asked_at", Column::Whole),
        ("ripe_at", Column::Whole),
        ("leaf_index", Column::Whole),
    ],
};
static BINDING: Table = Table {
    name: "sign_in_binding",
    columns: &[
        ("login_hash", Column::Bytes),
        ("index_hash", Column::Bytes),
        ("bound_at", Column::Whole),
        ("leaf_index", Column::Whole),
    ],
};

/// A passkey on file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passkey {
    /// Its id.
    pub id: PasskeyId,
    /// Who holds it.
    pub holder: KeyHolder,
    /// The id that its device knows it by.
    pub credential_id: Vec<u8>,
    /// The public key, as the sign-in room wrote it.
    pub public_key: Vec<u8>,
    /// How often its device says that it was used.
    pub counter: u32,
    /// When it was made.
    pub made_at: Instant,
    /// When it was last used.
    pub used_at: Option<Instant>,
    /// When it was stopped; it never signs anybody in again.
    pub stopped_at: Option<Instant>,
}

/// A login of the identity provider, and the person whose it is, both as keyed hashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Binding {
    /// Of issuer and subject.
    pub login: [u8; 32],
    /// Of the identifier.
    pub index: [u8; 32],
}

fn bad(table: &'static str, column: &'static str, expected: &'static str) -> StoreError {
    StoreError::BadRow { table, column, expected }
}

fn id<K>(row: &Row<'_>, table: &'static str, column: &'static str, position: usize) -> Result<Id<K>, StoreError> {
    Ok(Id::from_bytes(row.exactly(table, column, position)?))
}

fn holder(row: &Row<'_>, table: &'static str, position: usize) -> Result<KeyHolder, StoreError> {
    row.text(table, "holder", position)?.parse().map_err(|_| bad(table, "holder", "expected an officer or staff"))
}

fn maybe_at(
    row: &Row<'_>,
    table: &'static str,
    column: &'static str,
    position: usize,
) -> Result<Option<Instant>, StoreError> {
    let instant = |micros| Instant::from_unix_micros(micros).map_err(|_| bad(table, column, "expected an instant"));
    row.maybe_whole(table, column, position)?.map(instant).transpose()
}

fn at(row: &Row<'_>, table: &'static str, column: &'static str, position: usize) -> Result<Instant, StoreError> {
    maybe_at(row, table, column, position)?.ok_or_else(|| bad(table, column, "expected an instant"))
}

fn invitation(row: &Row<'_>) -> Result<Invitation, StoreError> {
    Ok(Invitation {
        id: id(row, "invitation", "invitation_id", 0)?,
        holder: holder(row, "invitation", 1)?,
        ends_at: at(row, "invitation", "ends_at", 2)?,
        used_at: maybe_at(row, "invitation", "used_at", 3)?,
    })
}

/// The invitation whose code hashes to `code`.
pub fn find_invitation(tx: &mut impl Read, code: &[u8; 32]) -> Result<Option<Invitation>, StoreError> {
    const SQL: &str = "SELECT invitation_id, holder, ends_at, used_at FROM invitation WHERE code_hash = $1";
    tx.first("passkey::find_invitation", SQL, &[code.into()], invitation)
}

/// The invitations of a holder that were neither used nor taken back, whether or not they have ended.
pub fn list_unused_invitations(tx: &mut impl Read, holder: &KeyHolder) -> Result<Vec<Invitation>, StoreError> {
    const SQL: &str = "
        SELECT invitation_id, holder, ends_at, used_at FROM invitation
         WHERE holder = $1 AND used_at IS NULL ORDER BY invitation_id";
    tx.all("passkey::list_unused_invitations", SQL, &[holder.to_string().as_str().into()], invitation)
}

/// Keeps an invitation, its code as a hash.
pub fn invite(
    tx: &mut WriteTx<'_>,
    new: &Invitation,
    code: &[u8; 32],
    made_at: Instant,
    recovery: Option<RecoveryId>,
    leaf: u64,
) -> Result<(), StoreError> {
    let (holder, recovery) = (new.holder.to_string(), recovery.as_ref().map(|id| id.as_bytes()));
    let row: Vec<Value<'_>> = vec![
        new.id.as_bytes().into(),
        holder.as_str().into(),
        code.into(),
        made_at.unix_micros().into(),
        new.ends_at.unix_micros().into(),
        recovery.into(),
        Value::Whole(leaf.cast_signed()),
    ];
    tx.insert(&INVITATION, &[row])
}

/// Notes that an invitation was used, or taken back.
pub fn use_invitation(tx: &mut WriteTx<'_>, invitation: InvitationId, at: Instant) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE invitation SET used_at = $1 WHERE invitation_id = $2";
    let bound = [at.unix_micros().into(), invitation.as_bytes().into()];
    touched(tx.run("passkey::use_invitation", SQL, &bound)?, "invitation")
}

fn touched(rows: u64, table: &'static str) -> Result<(), StoreError> {
    if rows == 1 { Ok(()) } else { Err(StoreError::Missing { table }) }
}

fn passkey(row: &Row<'_>) -> Result<Passkey, StoreError> {
    Ok(Passkey {
        id: id(row, "passkey", "passkey_id", 0)?,
        holder: holder(row, "passkey", 1)?,
        credential_id: row.bytes("passkey", "credential_id", 2)?,
        public_key: row.bytes("passkey", "public_key", 3)?,
        counter: row.count("passkey", "counter", 4)?,
        made_at: at(row, "passkey", "made_at", 5)?,
        used_at: maybe_at(row, "passkey", "used_at", 6)?,
        stopped_at: maybe_at(row, "passkey", "stopped_at", 7)?,
    })
}

/// The passkey that its device knows by `credential`.
pub fn find(tx: &mut impl Read, credential: &[u8]) -> Result<Option<Passkey>, StoreError> {
    const SQL: &str = "
        SELECT passkey_id, holder, credential_id, public_key, counter, made_at, used_at, stopped_at FROM passkey
         WHERE credential_id = $1";
    tx.first("passkey::find", SQL, &[credential.into()], passkey)
}

/// The passkey with this id.
pub fn find_by_id(tx: &mut impl Read, passkey_id: PasskeyId) -> Result<Option<Passkey>, StoreError> {
    const SQL: &str = "
        SELECT passkey_id, holder, credential_id, public_key, counter, made_at, used_at, stopped_at FROM passkey
         WHERE passkey_id = $1";
    tx.first("passkey::find_by_id", SQL, &[passkey_id.as_bytes().into()], passkey)
}

/// All passkeys of one holder, those that were stopped too, oldest first.
pub fn list_of(tx: &mut impl Read, holder: &KeyHolder) -> Result<Vec<Passkey>, StoreError> {
    const SQL: &str = "
        SELECT passkey_id, holder, credential_id, public_key, counter, made_at, used_at, stopped_at FROM passkey
         WHERE holder = $1 ORDER BY made_at, passkey_id";
    tx.all("passkey::list_of", SQL, &[holder.to_string().as_str().into()], passkey)
}

/// Keeps a passkey.
pub fn add(tx: &mut WriteTx<'_>, new: &Passkey, leaf: u64) -> Result<(), StoreError> {
    let holder = new.holder.to_string();
    let row: Vec<Value<'_>> = vec![
        new.id.as_bytes().into(),
        holder.as_str().into(),
        new.credential_id.as_slice().into(),
        new.public_key.as_slice().into(),
        new.counter.into(),
        new.made_at.unix_micros().into(),
        Value::Whole(leaf.cast_signed()),
    ];
    tx.insert(&PASSKEY, &[row])
}

/// Notes a use of a passkey, and how often its device says that it was used.
pub fn note_use(tx: &mut WriteTx<'_>, passkey_id: PasskeyId, counter: u32, at: Instant) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE passkey SET counter = $1, used_at = $2 WHERE passkey_id = $3";
    let bound = [counter.into(), at.unix_micros().into(), passkey_id.as_bytes().into()];
    touched(tx.run("passkey::note_use", SQL, &bound)?, "passkey")
}

/// Stops a passkey for good.
pub fn stop(tx: &mut WriteTx<'_>, passkey_id: PasskeyId, at: Instant) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE passkey SET stopped_at = $1 WHERE passkey_id = $2";
    touched(tx.run("passkey::stop", SQL, &[at.unix_micros().into(), passkey_id.as_bytes().into()])?, "passkey")
}

fn recovery(row: &Row<'_>) -> Result<Recovery, StoreError> {
    let table = "recovery";
    let approved_by = row.maybe_text(table, "approved_by", 4)?.map(|code| code.parse()).transpose();
    let ending = row.maybe_text(table, "ending", 5)?.map(|word| Ending::find(&word).ok_or(word)).transpose();
    Ok(Recovery {
        id: id(row, table, "recovery_id", 0)?,
        holder: holder(row, table, 1)?,
        asked_at: at(row, table, "asked_at", 2)?,
        ripe_at: at(row, table, "ripe_at", 3)?,
        approved_by: approved_by.map_err(|_| bad(table, "approved_by", "expected a code"))?,
        ending: ending.map_err(|_| bad(table, "ending", "expected `granted` or `refused`"))?,
    })
}

/// The recovery with this id.
pub fn find_recovery(tx: &mut impl Read, recovery_id: RecoveryId) -> Result<Option<Recovery>, StoreError> {
    const SQL: &str = "
        SELECT recovery_id, holder, asked_at, ripe_at, approved_by, ending FROM recovery WHERE recovery_id = $1";
    tx.first("passkey::find_recovery", SQL, &[recovery_id.as_bytes().into()], recovery)
}

/// Recoveries that were neither granted nor refused, oldest first. There are as many as holders at the most.
pub fn list_recoveries(tx: &mut impl Read) -> Result<Vec<Recovery>, StoreError> {
    const SQL: &str = "
        SELECT recovery_id, holder, asked_at, ripe_at, approved_by, ending FROM recovery
         WHERE ending IS NULL ORDER BY asked_at, recovery_id";
    tx.all("passkey::list_recoveries", SQL, &[], recovery)
}

/// A recovery that two registrars granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granted {
    /// Its id.
    pub id: RecoveryId,
    /// The first who agreed.
    pub first: StaffCode,
    /// The second, a registrar too.
    pub second: KeyHolder,
}

/// The recoveries that were granted at `since` or later, in microseconds, oldest first.
pub fn list_granted(tx: &mut impl Read, since: i64) -> Result<Vec<Granted>, StoreError> {
    const SQL: &str = "
        SELECT recovery_id, approved_by, ended_by FROM recovery
         WHERE ending = 'granted' AND ended_at >= $1 ORDER BY asked_at, recovery_id";
    let table = "recovery";
    tx.all("passkey::list_granted", SQL, &[since.into()], |row| {
        Ok(Granted {
            id: id(row, table, "recovery_id", 0)?,
            first: row
                .text(table, "approved_by", 1)?
                .parse()
                .map_err(|_| bad(table, "approved_by", "expected a code"))?,
            second: holder(row, table, 2)?,
        })
    })
}

/// The latest recovery of a holder, whatever became of it.
pub fn find_last_recovery(tx: &mut impl Read, holder: &KeyHolder) -> Result<Option<Recovery>, StoreError> {
    const SQL: &str = "
        SELECT recovery_id, holder, asked_at, ripe_at, approved_by, ending FROM recovery
         WHERE holder = $1 ORDER BY asked_at DESC, recovery_id LIMIT 1";
    tx.first("passkey::find_last_recovery", SQL, &[holder.to_string().as_str().into()], recovery)
}

/// Keeps a recovery that was asked for.
pub fn ask_recovery(tx: &mut WriteTx<'_>, new: &Recovery, leaf: u64) -> Result<(), StoreError> {
    let holder = new.holder.to_string();
    let row: Vec<Value<'_>> = vec![
        new.id.as_bytes().into(),
        holder.as_str().into(),
        new.asked_at.unix_micros().into(),
        new.ripe_at.unix_micros().into(),
        Value::Whole(leaf.cast_signed()),
    ];
    tx.insert(&RECOVERY, &[row])
}

/// Notes the first registrar who would grant a recovery.
pub fn approve_recovery(
    tx: &mut WriteTx<'_>,
    recovery_id: RecoveryId,
    by: &StaffCode,
    at: Instant,
) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE recovery SET approved_by = $1, approved_at = $2 WHERE recovery_id = $3";
    let bound = [by.as_str().into(), at.unix_micros().into(), recovery_id.as_bytes().into()];
    touched(tx.run("passkey::approve_recovery", SQL, &bound)?, "recovery")
}

/// Ends a recovery.
pub fn end_recovery(
    tx: &mut WriteTx<'_>,
    recovery_id: RecoveryId,
    ending: Ending,
    by: &KeyHolder,
    at: Instant,
) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE recovery SET ending = $1, ended_by = $2, ended_at = $3 WHERE recovery_id = $4";
    let by = by.to_string();
    let bound = [ending.word().into(), by.as_str().into(), at.unix_micros().into(), recovery_id.as_bytes().into()];
    touched(tx.run("passkey::end_recovery", SQL, &bound)?, "recovery")
}

/// What is known of a login, or of the person whose identifier hashes to the same.
pub fn list_bindings(tx: &mut impl Read, asked: &Binding) -> Result<Vec<Binding>, StoreError> {
    const SQL: &str = "SELECT login_hash, index_hash FROM sign_in_binding WHERE login_hash = $1 OR index_hash = $2";
    let bound = [(&asked.login).into(), (&asked.index).into()];
    tx.all("passkey::list_bindings", SQL, &bound, |row| {
        let table = "sign_in_binding";
        Ok(Binding { login: row.exactly(table, "login_hash", 0)?, index: row.exactly(table, "index_hash", 1)? })
    })
}

/// Binds a login to a person, for good.
pub fn bind(tx: &mut WriteTx<'_>, new: &Binding, at: Instant, leaf: u64) -> Result<(), StoreError> {
    let row: Vec<Value<'_>> =
        vec![(&new.login).into(), (&new.index).into(), at.unix_micros().into(), Value::Whole(leaf.cast_signed())];
    tx.insert(&BINDING, &[row])
}
