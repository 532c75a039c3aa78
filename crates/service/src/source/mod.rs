//! What a source does: check a file, hand it in, put right what it wrote, see what became of it.
//!
//! `assess` reads one row against its item; `columns` says which heading is which input; `place` looks
//! at what is on file; `check_batch` and `submit_batch` are the two use cases; `corrections` reads files
//! of corrections and `correct` does what they ask for; `codes` is the table of everything that can be wrong with a row.

pub mod assess;
mod check_batch;
pub mod codes;
mod columns;
mod correct;
mod corrections;
mod digest;
mod find_record;
mod give_way;
mod numbers;
mod overview;
mod place;
mod report;
pub mod sheet;
mod submit_batch;
mod taken;
mod values;

pub use crate::evidence::Evidence;
pub use assess::field_faults;
pub use check_batch::check_batch;
pub use codes::{FileTrouble, RowFault};
pub(crate) use correct::settle_doomed;
pub use fairfile_store::batch::{BatchOnFile, Counts};
pub use fairfile_store::notice::ToldBySource;
pub use find_record::{PastCorrection, RecordStanding, find_record, record_standing};
pub(crate) use give_way::give_way;
pub use overview::{CausedNotice, list_batches, list_caused_notices, list_told};
pub use report::{BatchReport, Before, FileKind, RowGroup, RowOutcome, RowReport, ToldByBatch, WhichRows};
pub use submit_batch::{SubmitError, submit_batch};
pub(crate) use taken::Groups;
pub use taken::{BatchPage, batch_page, batch_report};

use fairfile_domain::id::{ItemCode, MemberCode};

/// What a file is handed in as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handed {
    /// The source.
    pub member: MemberCode,
    /// The item that its rows are about.
    pub item: ItemCode,
}

/// Told now and then how far a file has been read: bytes read, bytes in all, rows so far.
pub type Progress<'p> = &'p mut dyn FnMut(u64, u64, u64);
