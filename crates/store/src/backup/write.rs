//! Writing a backup, row by row: the memory of one row for a database of any size.

use std::io::{BufWriter, Write};

use fairfile_proof::merkle::Hash;

use super::header::{About, Header, describe};
use super::{BackupError, Digests, FORMAT, Inventory, Journal, MAGIC, MAX_ROW_BYTES, MIGRATION};
use crate::connection::{Connection, Read as _, Value};
use crate::error::StoreError;
use crate::snapshot::Snapshot;
use crate::table::{self, Scan, Shape};

/// Writes all tables of `snapshot` to `out`. The node goes on meanwhile; what it commits is in the next backup.
///
/// The caller makes the file durable, and keeps it only if this succeeds.
///
/// # Errors
/// [`BackupError::Unsound`] if the node's leaves do not make the root of its tiles, [`BackupError::Write`] for the file,
/// [`BackupError::Store`] for the database.
pub fn write(snapshot: &mut Snapshot<'_>, out: impl Write, about: About) -> Result<Inventory, BackupError> {
    let head = snapshot.head()?;
    let mut shapes = table::shapes(snapshot)?;
    shapes.retain(|shape| shape.name != MIGRATION);
    let engine = match snapshot.connection() {
        Connection::Sqlite(_) => "sqlite",
        Connection::Postgres(..) => "postgres",
    };
    let header = Header {
        about,
        migration: snapshot.migration()?,
        engine: engine.to_owned(),
        size: head.snapshot().size(),
        root: head.snapshot().root(),
        tables: shapes.len() as u32,
    };
    let mut file = Output { out: BufWriter::with_capacity(1 << 16, out), digests: Digests::new() };
    let line = header.to_line().ok_or_else(too_long)?;
    file.put(format!("{MAGIC}{FORMAT}\n").as_bytes())?;
    file.put(&line)?;
    file.end_part(&[])?;
    let mut journal = Journal::new();
    let mut rows = 0;
    for shape in &shapes {
        rows += file.table(snapshot, shape, &mut journal)?;
    }
    if !journal.makes(header.size, &header.root) {
        return Err(BackupError::Unsound);
    }
    let digest = file.end()?;
    Ok(Inventory { header, rows, bytes: file.digests.bytes, digest })
}

fn too_long() -> BackupError {
    StoreError::Unfit("the header of the backup is too long; run `fairfile doctor`".into()).into()
}

struct Output<W: Write> {
    out: BufWriter<W>,
    digests: Digests,
}

impl<W: Write> Output<W> {
    fn put(&mut self, bytes: &[u8]) -> Result<(), BackupError> {
        self.digests.update(bytes);
        self.out.write_all(bytes).map_err(BackupError::Write)
    }

    /// Ends a part with `last` and the digest of all of it.
    fn end_part(&mut self, last: &[u8]) -> Result<(), BackupError> {
        self.put(last)?;
        let digest = self.digests.end_part();
        self.put(&digest)?;
        // The digest itself belongs to no part.
        self.digests.end_part();
        Ok(())
    }

    fn end(&mut self) -> Result<Hash, BackupError> {
        let digest = self.digests.of_all();
        self.put(&digest)?;
        self.out.flush().map_err(BackupError::Write)?;
        Ok(digest)
    }

    /// A whole table; the number of its rows.
    fn table(&mut self, snapshot: &mut Snapshot<'_>, shape: &Shape, journal: &mut Journal) -> Result<u64, BackupError> {
        let line = describe(shape).ok_or_else(too_long)?;
        self.put(&line)?;
        // Leaves make a root in their order alone; the others come as they lie.
        let scan = if shape.name == "leaf" { Scan::of(shape).in_key_order() } else { Scan::of(shape) };
        let mut rows: u64 = 0;
        let mut row = Vec::new();
        scan.run(snapshot, |cells| -> Result<(), BackupError> {
            if !journal.take(shape, cells) {
                return Err(BackupError::Unsound);
            }
            encode(cells, &mut row).ok_or_else(|| BackupError::RowTooLong { table: shape.name.clone() })?;
            self.put(&row)?;
            rows += 1;
            Ok(())
        })?;
        let mut last = [0; 12];
        last[4..].copy_from_slice(&rows.to_be_bytes());
        self.end_part(&last)?;
        Ok(rows)
    }
}

/// Puts a row into `room`, its length first; nothing if it is too long.
pub(super) fn encode(cells: &[Value<'_>], room: &mut Vec<u8>) -> Option<()> {
    room.clear();
    room.extend_from_slice(&[0; 4]);
    for cell in cells {
        let bytes = match cell {
            Value::Null => {
                room.push(0);
                continue;
            }
            Value::Whole(whole) => {
                room.push(1);
                room.extend_from_slice(&whole.to_be_bytes());
                continue;
            }
            Value::Text(text) => text.as_bytes(),
            Value::Bytes(bytes) => bytes,
        };
        room.push(1);
        room.extend_from_slice(&u32::try_from(bytes.len()).ok()?.to_be_bytes());
        room.extend_from_slice(bytes);
    }
    let length = room.len() - 4;
    if length > MAX_ROW_BYTES {
        return None;
    }
    room[..4].copy_from_slice(&(length as u32).to_be_bytes());
    Some(())
}
