//! `fairfile backup`: the data in one file, the keys in another, of a node that is served or not.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use fairfile_service::Registry;
use fairfile_service::keeping::{KeepingError, back_up_both, back_up_data, back_up_keys};
use fairfile_store::backup::{BackupError, Inventory};
use fairfile_vault::KeyBackup;
use serde_json::{Value, json};

use crate::files;
use crate::node::Node;
use crate::trouble::{Exit, Trouble};
use crate::voice::{Voice, counted};

/// What is backed up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The data.
    Data,
    /// The keys.
    Keys,
    /// Both, of one moment.
    Both,
}

impl Part {
    /// Every one of them.
    pub const ALL: [Self; 3] = [Self::Data, Self::Keys, Self::Both];

    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Data => "data",
            Self::Keys => "keys",
            Self::Both => "both",
        }
    }
}

/// What is backed up, and where it is written to.
pub enum Wanted<W> {
    /// The data.
    Data(W),
    /// The keys.
    Keys(W),
    /// Both, of one moment.
    Both {
        /// Where the data goes.
        data: W,
        /// Where the keys go.
        keys: W,
    },
}

impl<W> Wanted<W> {
    /// Which part it is.
    pub fn part(&self) -> Part {
        match self {
            Self::Data(_) => Part::Data,
            Self::Keys(_) => Part::Keys,
            Self::Both { .. } => Part::Both,
        }
    }

    /// Where it is written to, the data first.
    pub fn outs(&self) -> Vec<&W> {
        match self {
            Self::Data(out) | Self::Keys(out) => vec![out],
            Self::Both { data, keys } => vec![data, keys],
        }
    }

    /// The same, written to what `f` makes of it.
    pub fn map<V>(self, f: impl Fn(W) -> V) -> Wanted<V> {
        match self {
            Self::Data(out) => Wanted::Data(f(out)),
            Self::Keys(out) => Wanted::Keys(f(out)),
            Self::Both { data, keys } => Wanted::Both { data: f(data), keys: f(keys) },
        }
    }
}

impl<W: Write> Wanted<W> {
    /// Writes it, and tells what it holds.
    pub fn write(self, registry: &Registry) -> Result<Value, Trouble> {
        Ok(match self {
            Self::Data(out) => json!({ "data": of_data(&back_up_data(registry, out)?) }),
            Self::Keys(out) => json!({ "keys": of_keys(&back_up_keys(registry, out)?) }),
            Self::Both { data, keys } => {
                let (data, keys) = back_up_both(registry, data, keys)?;
                json!({ "data": of_data(&data), "keys": of_keys(&keys) })
            }
        })
    }
}

/// Backs up the data of the node in `path`; with `keys_to`, its keys as well, so that the two fit.
pub fn data(voice: &Voice, path: &Path, to: &Path, keys_to: Option<&Path>) -> Result<Exit, Trouble> {
    if keys_to.is_some_and(|keys_to| files::is_same_place(to, keys_to)) {
        let text = "--to and --keys-to name the same file, and data and keys are kept apart; nothing was written";
        return Err(Trouble::new(Exit::Usage, "U015", text).hint("name two files, on two machines under two people"));
    }
    let mut document = files::write_new(to, |data| match keys_to {
        None => take(path, Wanted::Data(&*data)),
        Some(keys_to) => files::write_new(keys_to, |keys| take(path, Wanted::Both { data: &*data, keys: &*keys })),
    })?;
    document["schema"] = json!("fairfile.backup-data/1");
    voice.tell(&document, || {
        data_line(voice, &document["data"]) + &keys_to.map_or(String::new(), |_| keys_line(voice, &document["keys"]))
    })?;
    if keys_to.is_none() {
        voice.say(voice.pick(
            "Nothing in it can be read without the keys: back them up apart, with --keys-to FILE. A demo's own keys and its clock are not in it.",
            "没有密钥便无法读取其中内容：请用 --keys-to 文件 一并备份密钥，分开保管。演示密钥和时钟不在其中。",
        ));
    } else {
        voice.say(about_keys(voice));
    }
    Ok(Exit::Done)
}

/// Backs up the keys of the node in `path`.
pub fn keys(voice: &Voice, path: &Path, to: &Path) -> Result<Exit, Trouble> {
    let mut document = files::write_new(to, |keys| take(path, Wanted::Keys(&*keys)))?;
    document["schema"] = json!("fairfile.backup-keys/1");
    voice.tell(&document, || keys_line(voice, &document["keys"]))?;
    voice.say(about_keys(voice));
    Ok(Exit::Done)
}

/// Has it written by the server that has the node open, or here if none has.
fn take(path: &Path, wanted: Wanted<&File>) -> Result<Value, Trouble> {
    #[cfg(target_os = "linux")]
    if let Some(told) = crate::backup_door::ask(path, &wanted)? {
        return Ok(told);
    }
    wanted.write(&Node::open(path)?.registry)
}

fn data_line(voice: &Voice, held: &Value) -> String {
    let [rows, leaves] = ["rows", "leaves"].map(|name| counted(held[name].as_u64().unwrap_or_default()));
    match voice.pick("en", "zh") {
        "zh" => format!("数据已备份：{leaves} 条日志，{rows} 行。\n"),
        _ => format!("Backed up the data: {leaves} entries of the journal, {rows} rows.\n"),
    }
}

fn keys_line(voice: &Voice, held: &Value) -> String {
    let count = |name: &str| counted(held[name].as_u64().unwrap_or_default());
    let (keys, destroyed) = (count("content_keys"), count("destroyed_keys"));
    match voice.pick("en", "zh") {
        "zh" => format!("密钥已备份：{keys} 个内容密钥；另有 {destroyed} 个已销毁密钥的编号。\n"),
        _ => format!("Backed up the keys: {keys} of contents, and the ids of {destroyed} that were destroyed.\n"),
    }
}

fn about_keys(voice: &Voice) -> &'static str {
    voice.pick(
        "The backup of the keys opens only with a copy of keys/root.key of today or before, which is in no backup. Keep it for days, not years: what is destroyed from now on makes it worthless.",
        "密钥备份只有用今天或更早的 keys/root.key 副本才能打开，而根密钥不在任何备份中。请只保留数日：此后每次销毁都会使它失效。",
    )
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
            KeepingError::NothingMissing => Self::said(Exit::Usage, "U015", &error),
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
