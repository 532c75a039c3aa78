//! Reading and working side by side: one thread takes rows out of the database and sees what can be seen in each alone,
//! the other works on them in their order.

use std::sync::mpsc::{Receiver, Sender, channel, sync_channel};

use fairfile_store::table::Scan;
use fairfile_store::{Read, Value};

use super::ReplayError;

/// Bytes of rows that are handed over at once.
const LOAD_BYTES: usize = 256 * 1024;
/// Rows that are handed over at once, at the most.
const LOAD_ROWS: usize = 2_048;
/// Loads that may wait for the one who works.
const WAITING: usize = 4;

/// A cell of a row that is on its way: its bytes lie with those of all others of the load.
#[derive(Clone, Copy)]
enum Packed {
    Null,
    Whole(i64),
    Text(usize),
    Bytes(usize),
}

/// Rows on their way, each with what was seen in it.
struct Load<S> {
    seen: Vec<S>,
    cells: Vec<Packed>,
    bytes: Vec<u8>,
}

impl<S> Default for Load<S> {
    fn default() -> Self {
        Self { seen: Vec::new(), cells: Vec::new(), bytes: Vec::new() }
    }
}

impl<S> Load<S> {
    fn push(&mut self, row: &[Value<'_>], seen: S) {
        self.seen.push(seen);
        for value in row {
            self.cells.push(match value {
                Value::Null => Packed::Null,
                Value::Whole(whole) => Packed::Whole(*whole),
                Value::Text(text) => {
                    self.bytes.extend_from_slice(text.as_bytes());
                    Packed::Text(text.len())
                }
                Value::Bytes(bytes) => {
                    self.bytes.extend_from_slice(bytes);
                    Packed::Bytes(bytes.len())
                }
            });
        }
    }

    fn is_full(&self) -> bool {
        self.seen.len() >= LOAD_ROWS || self.bytes.len() >= LOAD_BYTES
    }

    /// Works the rows off and empties the load, its room kept for the next.
    fn each(&mut self, mut work: impl FnMut(&[Value<'_>], S) -> Result<(), ReplayError>) -> Result<(), ReplayError> {
        let width = self.cells.len() / self.seen.len().max(1);
        let mut seen = self.seen.drain(..);
        let mut row = Vec::with_capacity(width);
        let mut rest = self.bytes.as_slice();
        for cell in &self.cells {
            let mut next = |length: usize| {
                let (value, after) = rest.split_at(length);
                rest = after;
                value
            };
            row.push(match *cell {
                Packed::Null => Value::Null,
                Packed::Whole(whole) => Value::Whole(whole),
                Packed::Bytes(length) => Value::Bytes(next(length)),
                // It was a text when it was packed.
                Packed::Text(length) => Value::Text(std::str::from_utf8(next(length)).unwrap_or_default()),
            });
            if row.len() == width {
                seen.next().map_or(Ok(()), |seen| work(&row, seen))?;
                row.clear();
            }
        }
        drop(seen);
        self.cells.clear();
        self.bytes.clear();
        Ok(())
    }
}

/// Reads all that `scan` gives on this thread, has `see` look at each row there, and `work` done on each, in order, on
/// another, with what was seen.
///
/// # Errors
/// What the store says, and what `work` says, which ends the reading.
pub(super) fn each_row<S: Send>(
    tx: &mut impl Read,
    scan: &Scan<'_>,
    mut see: impl FnMut(&[Value<'_>]) -> S,
    work: impl FnMut(&[Value<'_>], S) -> Result<(), ReplayError> + Send,
) -> Result<(), ReplayError> {
    std::thread::scope(|scope| {
        let (full, loads) = sync_channel::<Load<S>>(WAITING);
        let (empty, used) = channel::<Load<S>>();
        let worker = scope.spawn(move || work_off(&loads, &empty, work));
        let mut load = Load::default();
        let read = scan.run(tx, |row| {
            load.push(row, see(row));
            if load.is_full() {
                let next = used.try_recv().unwrap_or_default();
                full.send(std::mem::replace(&mut load, next)).map_err(|_| ReplayError::Interrupted)?;
            }
            Ok(())
        });
        // Whoever works has said why it takes no more.
        let handed = full.send(load).map_err(|_| ReplayError::Interrupted);
        drop(full);
        match worker.join() {
            Ok(worked) => worked.and(read).and(handed),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

fn work_off<S>(
    loads: &Receiver<Load<S>>,
    empty: &Sender<Load<S>>,
    mut work: impl FnMut(&[Value<'_>], S) -> Result<(), ReplayError>,
) -> Result<(), ReplayError> {
    for mut load in loads {
        load.each(&mut work)?;
        // Once the reading has ended nobody needs it again.
        empty.send(load).ok();
    }
    Ok(())
}
