//! A source checks a file: what would become of every row. Nothing is changed, and nothing is kept.

use std::io::{Read, Seek};
use std::sync::Arc;

use fairfile_domain::actor::Standing;
use fairfile_domain::catalog::Item;
use fairfile_domain::day::Day;
use fairfile_intake::{Format, Limits, Reader, Row};

use super::assess::Assessor;
use super::codes::FileTrouble;
use super::columns::{Column, columns};
use super::correct::Corrector;
use super::corrections;
use super::place::{Keeps, Placed, Placer};
use super::report::{BatchReport, Before, FileKind, Tally};
use super::submit_batch::SubmitError;
use super::{Handed, Progress};
use crate::registry::Registry;

/// Rows that are placed, sealed and committed together.
pub(super) const STRETCH: usize = 1_000;

/// A file that is open and of which every column is understood.
pub(super) struct Opened {
    pub(super) reader: Reader,
    pub(super) columns: Option<Vec<Column>>,
    pub(super) kind: FileKind,
}

/// The item as it applies today to what `handed` hands in.
pub(super) fn item_today<'c>(
    reg: &Registry,
    catalog: &'c fairfile_domain::catalog::Catalog,
    handed: &Handed,
    today: Day,
) -> Result<&'c Item, FileTrouble> {
    let item = catalog.item_on(&handed.item, today).ok_or(FileTrouble::NoSuchItem)?;
    let directory = reg.directory();
    let member = directory.members.get(&handed.member).ok_or(FileTrouble::NotASource)?;
    if !item.sources.contains(&handed.member) {
        return Err(FileTrouble::NotASource);
    }
    match member.standing {
        Standing::Active => Ok(item),
        Standing::Suspended => Err(FileTrouble::Suspended),
    }
}

/// Opens a file and reads its headings against the item.
pub(super) fn open<R: Read + Seek + Send + 'static>(
    input: R,
    name: Option<&str>,
    item: &Item,
    limits: &Limits,
) -> Result<Opened, FileTrouble> {
    let mut reader = Reader::open(input, name, limits)?;
    if corrections::are_names(&reader.names()?)? {
        return Ok(Opened { reader, columns: None, kind: FileKind::Corrections });
    }
    if reader.format() == Format::JsonLines {
        return Ok(Opened { reader, columns: None, kind: FileKind::Records });
    }
    let columns = columns(item, reader.headings())?;
    Ok(Opened { reader, columns: Some(columns), kind: FileKind::Records })
}

/// Checks a file: the counts and rows that submitting it now would give.
///
/// # Errors
/// [`SubmitError::File`] if the file as a whole cannot be taken.
pub fn check_batch<R: Read + Seek + Send + 'static>(
    reg: &Arc<Registry>,
    handed: &Handed,
    input: R,
    name: Option<&str>,
    limits: &Limits,
    progress: Progress<'_>,
) -> Result<BatchReport, SubmitError> {
    let (time, catalog) = (reg.clock.read(), reg.catalog());
    let today = reg.day_of(time.latest);
    let item = item_today(reg, &catalog, handed, today)?;
    let opened = open(input, name, item, limits)?;
    let mut tally = Tally::default();
    match opened.kind {
        FileKind::Corrections => {
            Corrector::new(reg, handed, &catalog, &time, None)?.check(opened.reader, &mut tally)?
        }
        FileKind::Records => {
            let assessor = Assessor::new(item, opened.columns, today, reg.term_law());
            let mut placer = Placer::new(reg, handed, Keeps::WholeFile);
            for_each_stretch(opened.reader, progress, |rows| {
                let assessed = rows.iter().map(|row| (row.number, assessor.assess(row))).collect();
                for (row, placed) in placer.place(assessed)? {
                    match placed {
                        Placed::New(..) | Placed::Settled => tally.accept(),
                        Placed::TurnedAway(fault) => tally.turn_away(row, &fault),
                    }
                }
                Ok(())
            })?;
        }
    }
    Ok(BatchReport {
        batch: None,
        member: handed.member.clone(),
        item: handed.item.clone(),
        item_version: item.version,
        kind: opened.kind,
        counts: tally.counts,
        rows: tally.rows,
        before: Before::First,
        receipt: None,
        told: Vec::new(),
    })
}

/// Calls `each` with one stretch of rows after the other.
pub(super) fn for_each_stretch(
    mut reader: Reader,
    progress: Progress<'_>,
    mut each: impl FnMut(Vec<Row>) -> Result<(), SubmitError>,
) -> Result<(), SubmitError> {
    let mut rows = Vec::with_capacity(STRETCH);
    let mut read = 0;
    loop {
        let next = reader.next().transpose().map_err(FileTrouble::from)?;
        let ended = next.is_none();
        rows.extend(next);
        if rows.len() == STRETCH || (ended && !rows.is_empty()) {
            read += rows.len() as u64;
            each(std::mem::replace(&mut rows, Vec::with_capacity(STRETCH)))?;
            progress(reader.bytes_read(), reader.bytes_total(), read);
        }
        if ended {
            return Ok(());
        }
    }
}
