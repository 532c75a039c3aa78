//! `fairfile backup`: the data in one file, the keys in another.

use std::path::Path;

use fairfile_service::keeping::{KeepingError, back_up_data, back_up_keys};
use fairfile_store::backup::{BackupError, Inventory};
use fairfile_vault::KeyBackup;
use serde_json::{Value, json};

use crate::files;
use crate::node::Node;
use crate::trouble::{Exit, Trouble};
use crate::voice::{Voice, counted};

/// Backs up the data of the node in `path`.
pub fn data(voice: &Voice, path: &Path, to: &Path) -> Result<Exit, Trouble> {
    let held = files::write_new(to, |out| {
        let node = Node::open(path)?;
        Ok(back_up_data(&node.registry, out)?)
    })?;
    let document = json!({ "schema": "fairfile.backup-data/1", "data": of_data(&held) });
    voice.tell(&document, || {
        let (rows, leaves) = (counted(held.rows), counted(held.header.size));
        match voice.pick("en", "zh") {
            "zh" => format!("数据已备份：{leaves} 条日志，{rows} 行。\n"),
            _ => format!("Backed up the data: {leaves} entries of the journal, {rows} rows.\n"),
        }
    })?;
    voice.say(voice.pick(
        "Nothing in it can be read without the keys: back them up apart, with fairfile backup keys. A demo's own keys and its clock are not in it.",
        "没有密钥便无法读取其中内容：请用 fairfile backup keys 另行备份密钥，分开保管。演示密钥和时钟不在其中。",
    ));
    Ok(Exit::Done)
}

/// Backs up the keys of the node in `path`.
pub fn keys(voice: &Voice, path: &Path, to: &Path) -> Result<Exit, Trouble> {
    let held = files::write_new(to, |out| {
        let node = Node::open(path)?;
        Ok(back_up_keys(&node.registry, out)?)
    })?;
    let document = json!({ "schema": "fairfile.backup-keys/1", "keys": of_keys(&held) });
    voice.tell(&document, || {
        let (keys, destroyed) = (counted(held.content_keys), counted(held.destroyed_keys));
        match voice.pick("en", "zh") {
            "zh" => format!("密钥已备份：{keys} 个内容密钥；另有 {destroyed} 个已销毁密钥的编号。\n"),
            _ => format!("Backed up the keys: {keys} of contents, and the ids of {destroyed} that were destroyed.\n"),
        }
    })?;
    voice.say(voice.pick(
        "It opens only with a copy of keys/root.key of today or before, which is in no backup. Keep it for days, not years: what is destroyed from now on makes it worthless.",
        "只有用今天或更早的 keys/root.key 副本才能打开，而根密钥不在任何备份中。请只保留数日：此后每次销毁都会使它失效。",
    ));
    Ok(Exit::Done)
}

/// What a backup of data holds.
pub fn of_data(held: &Inventory) -> Value {
    json!({
        "origin": held.header.about.origin,
        "made_at": held.header.about.made_at,
        "engine": held.header.engine,
        "migration": held.header.migration,
        "leaves": held.header.size,
        "root": hex::encode(held.header.root),
        "rows": held.rows,
        "bytes": held.bytes,
        "sha256": hex::encode(held.digest),
    })
}

/// What a backup of keys holds.
pub fn of_keys(held: &KeyBackup) -> Value {
    json!({
        "origin": held.origin,
        "made_at": held.made_at.to_string(),
        "generation": held.generation,
        "leaves_signed": held.head.map(|head| head.0),
        "content_keys": held.content_keys,
        "destroyed_keys": held.destroyed_keys,
    })
}

impl From<KeepingError> for Trouble {
    fn from(error: KeepingError) -> Self {
        match error {
            KeepingError::Nothing | KeepingError::PlaceIsSettled | KeepingError::NotTwo | KeepingError::NoReason => {
                Self::said(Exit::Usage, "U015", &error)
            }
            KeepingError::Has(_) => Self::said(Exit::Failed, "U034", &error),
            KeepingError::DataNeeded | KeepingError::KeysNeeded | KeepingError::RootKeyNeeded => {
                Self::said(Exit::Failed, "U035", &error)
            }
            KeepingError::NotOneNode => Self::said(Exit::Failed, "U033", &error),
            KeepingError::File { .. } => Self::said(Exit::Failed, "U013", &error),
            KeepingError::Backup(error) => error.into(),
            KeepingError::Folder(error) => error.into(),
            KeepingError::Registry(error) => error.into(),
            KeepingError::Batch(error) => error.into(),
            KeepingError::Replay(_) => Self::said(Exit::Failed, "U018", &error),
        }
    }
}

impl From<BackupError> for Trouble {
    fn from(error: BackupError) -> Self {
        match error {
            BackupError::Store(error) => error.into(),
            BackupError::Write(_) | BackupError::Read(_) => Self::said(Exit::Failed, "U013", &error),
            BackupError::Occupied => Self::said(Exit::Failed, "U034", &error),
            BackupError::Unsound | BackupError::RowTooLong { .. } => Self::said(Exit::Failed, "U018", &error),
            BackupError::NotABackup
            | BackupError::NewerFormat { .. }
            | BackupError::CutOff(_)
            | BackupError::Damaged(_)
            | BackupError::Journal => Self::said(Exit::Failed, "U033", &error),
        }
    }
}
