//! A backup of the keys, apart from the one of the data. It never holds the root key: without a copy of that, made at
//! the time or before, it opens nothing.
//!
//! | part | meaning |
//! |---|---|
//! | `fairfile key backup 1` and a line feed | what it is, in which format |
//! | 4 bytes, then as many | the header, as JSON: origin, time, generation, high-water mark, rows of each table |
//! | a byte, then cells | a row of the table of that number; a whole number is 8 bytes, all else led by 2 of length |
//! | a zero | no more rows |
//! | 32 bytes | the node's keyed code of the SHA-256 of all that: whether this node wrote it |
//! | 32 bytes | SHA-256 of all that, the code too: whether it is whole |
//!
//! Numbers are big endian. The file is written and read in one pass, whatever its size.

use std::collections::BTreeMap;
use std::io::{BufReader, BufWriter, ErrorKind, Read, Write};
use std::path::Path;

use aws_lc_rs::{digest, hmac};
use fairfile_domain::day::Instant;
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, OptionalExtension, params_from_iter};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::custody::Custodian;
use crate::error::VaultError;
use crate::files::{beside, for_owner_alone, remove, sync_folder_of};
use crate::keyring::Keyring;
use crate::masters::BACKUP_LABEL;
use crate::tables;

const BEGINS: &[u8; 22] = b"fairfile key backup 1\n";
/// How every key backup begins, whatever its format.
const BEGINS_ALWAYS: &[u8] = b"fairfile key backup ";
/// The most that a header may take.
const MOST_OF_HEADER: u32 = 64 * 1024;
/// The ending of the file in which a key store waits until it is restored.
const RESTORING: &str = ".restoring";

/// What a key backup says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyBackup {
    /// Of which node it is.
    pub origin: String,
    /// When it was made.
    pub made_at: Instant,
    /// The generation of the root key that opens it; an earlier copy does too, a later one does not.
    pub generation: u64,
    /// The high-water mark when it was made: leaves and root of the largest journal that was signed.
    pub head: Option<(u64, [u8; 32])>,
    /// How many keys of contents it holds.
    pub content_keys: u64,
    /// How many ids of destroyed keys its ledger holds.
    pub destroyed_keys: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    origin: String,
    made_at: String,
    generation: u64,
    tables: i64,
    head: Option<(u64, String)>,
    rows: BTreeMap<String, u64>,
}

#[derive(Clone, Copy)]
enum Cell {
    Whole,
    Text,
    Bytes,
}

struct Table {
    name: &'static str,
    select: &'static str,
    insert: &'static str,
    cells: &'static [Cell],
}

/// In the order of their numbers in the file, from 1.
const TABLES: [Table; 6] = [
    Table {
        name: "master_key",
        select: "SELECT label, wrapped FROM master_key ORDER BY label",
        insert: "INSERT INTO master_key (label, wrapped) VALUES (?1, ?2)",
        cells: &[Cell::Text, Cell::Bytes],
    },
    Table {
        name: "month_key",
        select: "SELECT month, wrapped FROM month_key ORDER BY month",
        insert: "INSERT INTO month_key (month, wrapped) VALUES (?1, ?2)",
        cells: &[Cell::Whole, Cell::Bytes],
    },
    Table {
        name: "content_key",
        select: "SELECT key_id, month, wrapped FROM content_key ORDER BY key_id",
        insert: "INSERT INTO content_key (key_id, month, wrapped) VALUES (?1, ?2, ?3)",
        cells: &[Cell::Bytes, Cell::Whole, Cell::Bytes],
    },
    Table {
        name: "destroyed_key",
        select: "SELECT key_id FROM destroyed_key ORDER BY key_id",
        insert: "INSERT INTO destroyed_key (key_id) VALUES (?1)",
        cells: &[Cell::Bytes],
    },
    Table {
        name: "doomed_key",
        select: "SELECT key_id, record_id, version FROM doomed_key ORDER BY key_id",
        insert: "INSERT INTO doomed_key (key_id, record_id, version) VALUES (?1, ?2, ?3)",
        cells: &[Cell::Bytes, Cell::Bytes, Cell::Whole],
    },
    Table {
        name: "worn_month",
        select: "SELECT month FROM worn_month ORDER BY month",
        insert: "INSERT INTO worn_month (month) VALUES (?1)",
        cells: &[Cell::Whole],
    },
];

impl Keyring {
    /// Writes all keys as they are now into `out`, with the high-water mark `head`.
    ///
    /// Looks go on meanwhile; keeping and destroying wait, so let `out` be a file of this machine.
    ///
    /// # Errors
    /// [`VaultError::KeyBackup`] if `out` takes no more: what was written so far is no backup.
    pub fn backup(
        &self,
        out: impl Write,
        origin: &str,
        made_at: Instant,
        head: Option<(u64, [u8; 32])>,
    ) -> Result<KeyBackup, VaultError> {
        let mut store = self.store()?;
        let tx = store.transaction().map_err(VaultError::at("begin"))?;
        let mut rows = BTreeMap::new();
        for table in &TABLES {
            let count = format!("SELECT COUNT(*) FROM {}", table.name);
            let count: i64 = tx.query_row(&count, [], |row| row.get(0)).map_err(VaultError::at("count"))?;
            rows.insert(table.name.to_owned(), count.cast_unsigned());
        }
        let header = Header {
            origin: origin.to_owned(),
            made_at: made_at.to_string(),
            generation: tables::generation(&tx)?,
            tables: tables::VERSION,
            head: head.map(|(size, root)| (size, hex::encode(root))),
            rows,
        };
        let mut out = Summed::new(BufWriter::new(out));
        out.put(BEGINS)?;
        let text = serde_json::to_vec(&header).map_err(|_| VaultError::DamagedKeyBackup("its header"))?;
        let length = u32::try_from(text.len()).ok().filter(|length| *length <= MOST_OF_HEADER);
        out.put(&length.ok_or(VaultError::DamagedKeyBackup("its header"))?.to_be_bytes())?;
        out.put(&text)?;
        for (number, table) in (1..).zip(&TABLES) {
            write_rows(&tx, number, table, &mut out)?;
        }
        out.put(&[0])?;
        out.finish(self.backup_key())?;
        header.said()
    }

    /// Makes the key store at `path` out of a backup: whole, or not at all.
    ///
    /// It may hold keys that were destroyed after it was made, if the root key had not moved on by then: whoever
    /// restores it destroys them again, out of the ledger that the data has, before anything is opened.
    ///
    /// # Errors
    /// [`VaultError::PlaceTaken`] if there is one; [`VaultError::DamagedKeyBackup`] for a byte that was cut, added or
    /// changed; [`VaultError::OtherKeyBackup`] for another format; [`VaultError::OlderKeys`] if the root key has moved
    /// on since; [`VaultError::WrongCustodian`] if it is of another node.
    pub fn restore(from: impl Read, path: &Path, custodian: &dyn Custodian) -> Result<KeyBackup, VaultError> {
        let failed = |source| VaultError::KeyBackup { doing: "restored", source };
        for file in [path.to_owned(), beside(path, "-wal")] {
            if file.try_exists().map_err(failed)? {
                return Err(VaultError::PlaceTaken);
            }
        }
        let temporary = beside(path, RESTORING);
        // Left behind by a restore that was cut off.
        remove(&temporary).map_err(failed)?;
        let put_in_place = || {
            let restored = restore_into(&temporary, from, custodian)?;
            let file = for_owner_alone().write(true).open(&temporary).map_err(failed)?;
            file.sync_all().and_then(|()| std::fs::rename(&temporary, path)).map_err(failed)?;
            sync_folder_of(path).map_err(failed)?;
            Ok(restored)
        };
        let outcome = put_in_place();
        if outcome.is_err() {
            remove(&temporary).map_err(failed)?;
        }
        outcome
    }
}

impl KeyBackup {
    /// Reads a backup to its end and checks that it is whole; nothing is written. Whether this node wrote it, only a
    /// restore can tell: that takes the root key.
    ///
    /// # Errors
    /// As [`Keyring::restore`], as far as the file alone tells.
    pub fn check(from: impl Read) -> Result<Self, VaultError> {
        let mut from = Summed::new(BufReader::new(from));
        let header = read_header(&mut from)?;
        if read_rows(&mut from, |_, _| Ok(()))? != header.rows {
            return Err(VaultError::DamagedKeyBackup("its rows"));
        }
        from.end()?;
        header.said()
    }
}

impl Header {
    fn said(&self) -> Result<KeyBackup, VaultError> {
        let damaged = || VaultError::DamagedKeyBackup("its header");
        let head = match &self.head {
            Some((size, root)) => {
                let mut bytes = [0; 32];
                hex::decode_to_slice(root, &mut bytes).map_err(|_| damaged())?;
                Some((*size, bytes))
            }
            None => None,
        };
        Ok(KeyBackup {
            origin: self.origin.clone(),
            made_at: self.made_at.parse().map_err(|_| damaged())?,
            generation: self.generation,
            head,
            content_keys: self.rows.get("content_key").copied().ok_or_else(damaged)?,
            destroyed_keys: self.rows.get("destroyed_key").copied().ok_or_else(damaged)?,
        })
    }
}

fn write_rows<W: Write>(store: &Connection, number: u8, table: &Table, out: &mut Summed<W>) -> Result<(), VaultError> {
    let mut list = store.prepare(table.select).map_err(VaultError::at("backup"))?;
    let mut rows = list.query([]).map_err(VaultError::at("backup"))?;
    while let Some(row) = rows.next().map_err(VaultError::at("backup"))? {
        out.put(&[number])?;
        for column in 0..table.cells.len() {
            match row.get_ref(column).map_err(VaultError::at("backup"))? {
                ValueRef::Integer(whole) => out.put(&whole.to_be_bytes())?,
                ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
                    let length = u16::try_from(bytes.len());
                    out.put(&length.map_err(|_| VaultError::DamagedKeyBackup("its rows"))?.to_be_bytes())?;
                    out.put(bytes)?;
                }
                // No column of these tables takes them.
                ValueRef::Null | ValueRef::Real(_) => return Err(VaultError::DamagedKeyBackup("its rows")),
            }
        }
    }
    Ok(())
}

/// Reads the backup into a new key store and gives it away only if every check holds.
fn restore_into(path: &Path, from: impl Read, custodian: &dyn Custodian) -> Result<KeyBackup, VaultError> {
    let mut from = Summed::new(BufReader::new(from));
    let header = read_header(&mut from)?;
    let said = header.said()?;
    for_owner_alone()
        .write(true)
        .create_new(true)
        .open(path)
        .map_err(|source| VaultError::KeyBackup { doing: "restored", source })?;
    let mut store = Connection::open(path).map_err(VaultError::at("open"))?;
    // Nothing of it counts before it is renamed, so it needs no log of its own.
    store
        .execute_batch("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF;")
        .map_err(VaultError::at("settings"))?;
    tables::make(&store)?;
    let tx = store.transaction().map_err(VaultError::at("begin"))?;
    if read_rows(&mut from, |table, row| insert(&tx, table, row))? != header.rows {
        return Err(VaultError::DamagedKeyBackup("its rows"));
    }
    let (coded, code) = from.end()?;
    if custodian.generation()? > header.generation {
        return Err(VaultError::OlderKeys);
    }
    let sql = "SELECT wrapped FROM master_key WHERE label = ?1";
    let wrapped = tx.query_row(sql, [BACKUP_LABEL], |row| row.get::<_, Vec<u8>>(0)).optional();
    let wrapped = wrapped.map_err(VaultError::at("master"))?.ok_or(VaultError::LacksKey(BACKUP_LABEL))?;
    let key = Zeroizing::new(custodian.unwrap(header.generation, BACKUP_LABEL, &wrapped)?);
    hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, key.as_slice()), coded.as_ref(), &code)
        .map_err(|_| VaultError::DamagedKeyBackup("it was not written by this node"))?;
    tables::set_generation(&tx, header.generation)?;
    tables::note_version(&tx)?;
    tx.commit().map_err(VaultError::at("commit"))?;
    store.close().map_err(|(_, source)| VaultError::KeyStore { step: "close", source })?;
    Ok(said)
}

fn read_header<R: Read>(from: &mut Summed<R>) -> Result<Header, VaultError> {
    let damaged = || VaultError::DamagedKeyBackup("its header");
    let begins: [u8; BEGINS.len()] = from.get().map_err(|error| match error {
        VaultError::DamagedKeyBackup(_) => VaultError::NotAKeyBackup,
        other => other,
    })?;
    if begins != *BEGINS {
        let other = begins.starts_with(BEGINS_ALWAYS);
        return Err(if other { VaultError::OtherKeyBackup } else { VaultError::NotAKeyBackup });
    }
    let length = u32::from_be_bytes(from.get()?);
    if length > MOST_OF_HEADER {
        return Err(damaged());
    }
    let header: Header = serde_json::from_slice(&from.get_many(length as usize)?).map_err(|_| damaged())?;
    if header.tables > tables::VERSION {
        return Err(VaultError::OtherKeyBackup);
    }
    Ok(header)
}

/// Reads rows up to the last one, hands each on, and counts those of each table.
fn read_rows<R: Read>(
    from: &mut Summed<R>,
    mut put: impl FnMut(&Table, Vec<Value>) -> Result<(), VaultError>,
) -> Result<BTreeMap<String, u64>, VaultError> {
    let damaged = || VaultError::DamagedKeyBackup("its rows");
    let mut count: BTreeMap<String, u64> = TABLES.iter().map(|table| (table.name.to_owned(), 0)).collect();
    loop {
        let [number] = from.get()?;
        let Some(place) = usize::from(number).checked_sub(1) else { return Ok(count) };
        let table = TABLES.get(place).ok_or_else(damaged)?;
        let mut row = Vec::with_capacity(table.cells.len());
        for cell in table.cells {
            row.push(from.cell(*cell)?);
        }
        put(table, row)?;
        *count.get_mut(table.name).ok_or_else(damaged)? += 1;
    }
}

fn insert(store: &Connection, table: &Table, row: Vec<Value>) -> Result<(), VaultError> {
    let done = store.prepare_cached(table.insert).and_then(|mut insert| insert.execute(params_from_iter(row)));
    done.map(|_| ()).map_err(|source| match source.sqlite_error_code() {
        Some(rusqlite::ErrorCode::ConstraintViolation) => VaultError::DamagedKeyBackup("its rows"),
        _ => VaultError::KeyStore { step: "restore", source },
    })
}

/// What passes through, summed up.
struct Summed<T> {
    through: T,
    sum: digest::Context,
}

impl<T> Summed<T> {
    fn new(through: T) -> Self {
        Self { through, sum: digest::Context::new(&digest::SHA256) }
    }
}

impl<W: Write> Summed<W> {
    fn put(&mut self, bytes: &[u8]) -> Result<(), VaultError> {
        self.sum.update(bytes);
        self.through.write_all(bytes).map_err(|source| VaultError::KeyBackup { doing: "written", source })
    }

    /// Ends with the code of the sum so far, and the sum of all that.
    fn finish(mut self, key: &hmac::Key) -> Result<(), VaultError> {
        let code = hmac::sign(key, self.sum.clone().finish().as_ref());
        self.put(code.as_ref())?;
        let (mut through, sum) = (self.through, self.sum.finish());
        through
            .write_all(sum.as_ref())
            .and_then(|()| through.flush())
            .map_err(|source| VaultError::KeyBackup { doing: "written", source })
    }
}

impl<R: Read> Summed<R> {
    fn get<const N: usize>(&mut self) -> Result<[u8; N], VaultError> {
        let mut bytes = [0; N];
        exactly(&mut self.through, &mut bytes)?;
        self.sum.update(&bytes);
        Ok(bytes)
    }

    fn get_many(&mut self, length: usize) -> Result<Vec<u8>, VaultError> {
        let mut bytes = vec![0; length];
        exactly(&mut self.through, &mut bytes)?;
        self.sum.update(&bytes);
        Ok(bytes)
    }

    fn cell(&mut self, cell: Cell) -> Result<Value, VaultError> {
        if let Cell::Whole = cell {
            return Ok(Value::Integer(i64::from_be_bytes(self.get()?)));
        }
        let length = usize::from(u16::from_be_bytes(self.get()?));
        let bytes = self.get_many(length)?;
        match cell {
            Cell::Text => {
                String::from_utf8(bytes).map(Value::Text).map_err(|_| VaultError::DamagedKeyBackup("its rows"))
            }
            Cell::Whole | Cell::Bytes => Ok(Value::Blob(bytes)),
        }
    }

    /// The sum of all before the code, and the code; the sum of all that must be the one that stands at the end, and
    /// nothing may follow.
    fn end(mut self) -> Result<(digest::Digest, [u8; 32]), VaultError> {
        let coded = self.sum.clone().finish();
        let code = self.get()?;
        let sum = self.sum.finish();
        let mut said = [0; 32];
        exactly(&mut self.through, &mut said)?;
        let more = self.through.read(&mut [0]).map_err(|source| VaultError::KeyBackup { doing: "read", source })?;
        if more != 0 {
            return Err(VaultError::DamagedKeyBackup("it goes on after its end"));
        }
        if said != sum.as_ref() {
            return Err(VaultError::DamagedKeyBackup("a byte of it was changed"));
        }
        Ok((coded, code))
    }
}

fn exactly(from: &mut impl Read, bytes: &mut [u8]) -> Result<(), VaultError> {
    from.read_exact(bytes).map_err(|source| match source.kind() {
        ErrorKind::UnexpectedEof => VaultError::DamagedKeyBackup("it ends too early"),
        _ => VaultError::KeyBackup { doing: "read", source },
    })
}
