//! What has come out so far, and the judgement over it: nothing may show what the table does not let it show.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use fairfile_testkit::postgres::Database;
use fairfile_testkit::raw::{Cell, Raw};

use crate::marks::Mint;
use crate::process::{Serving, is_root, wait_until};
use crate::scanner::{Found, Scanner};
use crate::table::{Fate, Output, Time};

/// What came out, to be judged.
pub struct Sweep {
    /// All marks.
    pub mint: Mint,
    seen: Vec<(Output, String, Vec<u8>)>,
    /// What was found where it may be, over the whole story: the scanner can see.
    pub shown: BTreeSet<(Time, Output, usize)>,
    /// How many outputs and bytes were looked through.
    pub looked_through: (usize, usize),
}

impl Sweep {
    /// Nothing has come out yet.
    pub fn new(seed: u64) -> Self {
        Self { mint: Mint::new(seed), seen: Vec::new(), shown: BTreeSet::new(), looked_through: (0, 0) }
    }

    /// Something came out.
    pub fn sees(&mut self, output: Output, name: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        self.seen.push((output, name.into(), bytes.into()));
    }

    /// A file, or all files below a folder.
    pub fn sees_files(&mut self, output: Output, path: &Path) {
        if path.is_dir() {
            // A file of another database may go while we look.
            let entries = fs::read_dir(path).into_iter().flatten().flatten();
            entries.for_each(|entry| self.sees_files(output, &entry.path()));
        } else if let Ok(bytes) = fs::read(path) {
            self.sees(output, path.display().to_string(), bytes);
        }
    }

    /// All files of the server below a database, written out before.
    pub fn sees_server(&mut self, database: &Database) {
        let raw = Raw::Postgres(database.url.clone());
        raw.meddle("CHECKPOINT");
        let folder = raw.rows("SELECT setting FROM pg_settings WHERE name = 'data_directory'");
        let (Cell::Text(folder), before) = (&folder[0][0], self.seen.len()) else { panic!("a folder") };
        self.sees_files(Output::Disk, Path::new(folder));
        let is_there = self.seen[before..].iter().any(|(_, name, _)| name.contains("/base/"));
        assert!(is_there, "the server's files cannot be read: run the tests as the account that runs the server");
    }

    /// The log, the nameless files and the memory of a process that nobody is talking to any more.
    ///
    /// A connection ends a moment after its client has left; memory is what it is when that has come about.
    pub fn sees_process(&mut self, serving: &Serving, what: &str) {
        self.sees(Output::Log, format!("log {what}"), serving.log());
        for (name, bytes) in serving.nameless_files() {
            self.sees(Output::Disk, format!("{name} {what}"), bytes);
        }
        let scanner = Scanner::new(&self.mint.made);
        let mut held = serving.memory();
        wait_until(|| {
            held = serving.memory();
            held.iter().flatten().all(|run| scanner.find(&run.1).is_empty())
        });
        let Some(runs) = held else {
            assert!(!is_root(), "an administrator cannot read memory here; grant CAP_SYS_PTRACE to the tests");
            println!("memory {what}: not looked at, for it is closed to all but an administrator, as it should be");
            return;
        };
        runs.into_iter().for_each(|(name, bytes)| self.sees(Output::Memory, format!("memory {what}, {name}"), bytes));
    }

    /// Judges all that came out at `time`.
    ///
    /// # Panics
    /// With every mark that came out where it may not.
    pub fn judge(&mut self, time: Time) {
        let scanner = Scanner::new(&self.mint.made);
        let mut wrong = Vec::new();
        for (output, name, bytes) in std::mem::take(&mut self.seen) {
            self.looked_through.0 += 1;
            self.looked_through.1 += bytes.len();
            let found: Found = scanner.find(&bytes);
            for (number, writing) in found {
                let mark = &self.mint.made[number];
                if mark.fate.may_show(time).contains(&output) {
                    self.shown.insert((time, output, number));
                } else {
                    wrong.push(format!("{output:?} {name}: {:?}, {}, as {writing}", mark.fate, mark.place));
                }
            }
        }
        assert!(wrong.is_empty(), "at the time {time:?} {} marks came out:\n{}", wrong.len(), wrong.join("\n"));
    }

    /// Asserts that what says `text` did come out there: silence elsewhere would otherwise mean nothing.
    pub fn was_shown(&self, time: Time, output: Output, text: &str) {
        let begins = text.split('.').next().unwrap_or_default().as_bytes();
        let number = self.mint.made.iter().position(|mark| mark.bytes == begins).expect("a mark");
        let mark = &self.mint.made[number];
        assert!(
            self.shown.contains(&(time, output, number)),
            "at the time {time:?} no {output:?} shows {}, {:?}",
            mark.place,
            mark.fate
        );
    }

    /// The wrapped keys of records that are gone are marks from now on: no file may have them any more.
    ///
    /// `kept` are keys with their wrapping as it was while they lived.
    pub fn keys_died(&mut self, kept: &BTreeSet<Vec<Cell>>, keys: &Raw) -> usize {
        let gone: BTreeSet<_> =
            keys.rows("SELECT key_id FROM destroyed_key").into_iter().map(|row| row[0].clone()).collect();
        let dead = kept.iter().filter(|row| gone.contains(&row[0]));
        let mut count = 0;
        for row in dead {
            let Cell::Bytes(wrapped) = &row[1] else { panic!("a wrapped key is bytes") };
            self.mint.keep(wrapped, Fate::IsADeadKey, "a wrapped key");
            count += 1;
        }
        count
    }
}
