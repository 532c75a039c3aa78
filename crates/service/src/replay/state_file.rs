//! What a replay that held has folded, kept beside the node: the next one folds only what came after.
//!
//! The file ends in a keyed code over all of it, so that nobody without the node's keys can make one. It holds cells
//! and keys of rows, numbers and days; nothing of it can be read back. One that is not whole, of another version or of
//! other tables is no error: the journal is folded from its beginning.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::Path;

use fairfile_proof::leaf_hash;
use fairfile_proof::merkle::Hash;
use fairfile_vault::Hashes;

use super::ReplayError;
use super::cells::{Cell, Cells, RowKey};
use super::state::{Person, State};
use super::tables::{KNOWN, Known};

/// The first bytes: what it is, and in which version.
const BEGINS: &[u8] = b"fairfile verified 3\n";
/// Bytes of a row's key.
const KEY_BYTES: usize = size_of::<RowKey>();
/// Bytes of a cell.
const CELL_BYTES: usize = size_of::<Cell>();
/// Bytes that are hashed at once.
const PIECE: usize = 1024 * 1024;
/// The most rows or people of one kind that are read back.
const MOST: u64 = u32::MAX as u64;

/// Writes `state` to `path`, whole or not at all.
pub(super) fn write(path: &Path, state: &State, hashes: &Hashes) -> Result<(), ReplayError> {
    let draft = path.with_extension("draft");
    let written = write_draft(&draft, state, hashes).and_then(|()| fs::rename(&draft, path));
    written.map_err(ReplayError::Remember)
}

fn write_draft(draft: &Path, state: &State, hashes: &Hashes) -> io::Result<()> {
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut out = Sealing { out: BufWriter::new(options.open(draft)?), sum: Sum::new() };
    out.all(BEGINS)?;
    out.number(state.size)?;
    out.all(&state.root)?;
    // By the row, which is quicker than by the cell.
    let mut line = Vec::new();
    for (known, rows) in KNOWN.iter().zip(&state.rows.tables) {
        out.all(&layout(known))?;
        out.number(rows.places.len() as u64)?;
        for (key, row) in rows.iter() {
            line.clear();
            line.extend_from_slice(key);
            line.extend(row.iter().flat_map(|cell| cell.to_be_bytes()));
            out.all(&line)?;
        }
    }
    out.number(state.people.len() as u64)?;
    for (subject, person) in &state.people {
        out.all(subject)?;
        out.all(&person.key)?;
        out.number(person.looks)?;
        out.all(&person.head)?;
    }
    out.number(state.stopped.len() as u64)?;
    for officer in &state.stopped {
        out.number(officer.len() as u64)?;
        out.all(officer.as_bytes())?;
    }
    out.number(state.older.count)?;
    out.number(state.older.looks.len() as u64)?;
    out.all(&state.older.looks)?;
    out.end(hashes)
}

/// What was folded before; nothing if there is no such file that this node wrote for these tables.
pub(super) fn read(path: &Path, cells: Cells, hashes: &Hashes) -> Option<State> {
    let file = File::open(path).ok()?;
    let length = file.metadata().ok()?.len();
    let rest = length.checked_sub(32)?;
    let mut input = Opening { input: BufReader::with_capacity(PIECE, file), rest, sum: Sum::new() };
    let state = read_state(&mut input, cells)?;
    input.ends_well(hashes).then_some(state)
}

fn read_state(input: &mut Opening, cells: Cells) -> Option<State> {
    if input.bytes(BEGINS.len())? != BEGINS {
        return None;
    }
    let mut state = State::before_all(cells);
    state.size = input.number()?;
    state.root = input.exactly()?;
    for known in &KNOWN {
        if input.exactly::<32>()? != layout(known) {
            return None;
        }
        let mut line = vec![0; KEY_BYTES + CELL_BYTES * known.columns.len()];
        let rows = state.rows.tables.get_mut(known.table as usize)?;
        let count = input.count()?;
        rows.expect(count.min(input.rest / line.len() as u64) as usize);
        for _ in 0..count {
            input.fill(&mut line)?;
            let (key, row) = line.split_first_chunk::<KEY_BYTES>()?;
            rows.put(*key, row.as_chunks::<CELL_BYTES>().0.iter().map(|cell| u64::from_be_bytes(*cell)));
        }
    }
    for _ in 0..input.count()? {
        let subject = input.exactly()?;
        let person = Person { key: input.exactly()?, looks: input.number()?, head: input.exactly()? };
        state.people.insert(subject, person);
    }
    for _ in 0..input.count()? {
        let length = usize::try_from(input.number()?).ok().filter(|length| *length <= 64)?;
        state.stopped.insert(String::from_utf8(input.bytes(length)?).ok()?);
    }
    state.older.count = input.number()?;
    let looks = input.count().filter(|looks| *looks <= input.rest)?;
    state.older.looks = input.bytes(usize::try_from(looks).ok()?)?;
    Some(state)
}

/// What a table looked like when its rows were written.
fn layout(known: &Known) -> Hash {
    let text = format!("{} {} {:?} {:?}", known.name, known.key, known.columns, known.hashed);
    leaf_hash(text.as_bytes())
}

/// The hash over all that went by: each piece is hashed with the hash of those before it.
struct Sum {
    piece: Vec<u8>,
}

impl Sum {
    fn new() -> Self {
        let mut piece = Vec::with_capacity(PIECE);
        piece.extend_from_slice(&[0; 32]);
        Self { piece }
    }

    fn add(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(PIECE - self.piece.len()));
            self.piece.extend_from_slice(now);
            bytes = later;
            if self.piece.len() == PIECE {
                let hash = leaf_hash(&self.piece);
                self.piece.clear();
                self.piece.extend_from_slice(&hash);
            }
        }
    }

    /// The code over all of it, under a key of the node.
    fn code(&self, hashes: &Hashes) -> [u8; 32] {
        hashes.content_of("what a replay has folded", &leaf_hash(&self.piece))
    }
}

struct Sealing {
    out: BufWriter<File>,
    sum: Sum,
}

impl Sealing {
    fn all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.out.write_all(bytes)?;
        self.sum.add(bytes);
        Ok(())
    }

    fn number(&mut self, number: u64) -> io::Result<()> {
        self.all(&number.to_be_bytes())
    }

    /// The disk is not waited for: a file of which it forgot a part does not have its code, and counts as none.
    fn end(mut self, hashes: &Hashes) -> io::Result<()> {
        self.out.write_all(&self.sum.code(hashes))?;
        self.out.flush()
    }
}

struct Opening {
    input: BufReader<File>,
    /// Bytes before the code that have not been read.
    rest: u64,
    sum: Sum,
}

impl Opening {
    fn fill(&mut self, bytes: &mut [u8]) -> Option<()> {
        self.rest = self.rest.checked_sub(bytes.len() as u64)?;
        self.input.read_exact(bytes).ok()?;
        self.sum.add(bytes);
        Some(())
    }

    fn bytes(&mut self, length: usize) -> Option<Vec<u8>> {
        let mut bytes = vec![0; length];
        self.fill(&mut bytes)?;
        Some(bytes)
    }

    fn exactly<const N: usize>(&mut self) -> Option<[u8; N]> {
        let mut bytes = [0; N];
        self.fill(&mut bytes)?;
        Some(bytes)
    }

    fn number(&mut self) -> Option<u64> {
        self.exactly().map(u64::from_be_bytes)
    }

    fn count(&mut self) -> Option<u64> {
        self.number().filter(|count| *count <= MOST)
    }

    /// Whether the code at the end is the one over all that was read, and nothing is left.
    fn ends_well(mut self, hashes: &Hashes) -> bool {
        let mut said = [0; 32];
        self.rest == 0 && self.input.read_exact(&mut said).is_ok() && said == self.sum.code(hashes)
    }
}
