//! What the person a file is about does.

mod at_counter;
mod find;
mod read_file;
mod told;
mod visit;

pub use at_counter::{AtCounter, COUNTER_MICROS, ServeOutcome, may_serve, serve_at_counter};
pub use fairfile_store::look::{Outcome as LookOutcome, Span as LookSpan};
pub use find::find_person;
pub use read_file::{
    FileView, LOOKS_OF_A_COPY, LOOKS_OF_A_PAGE, LookView, Looks, OwnLook, ReadFileError, begin_copying, begin_reading,
    read_file,
};
pub use told::{CorrectionView, ToldNotice, ToldView};
pub use visit::{Contents, Part, Seen, VISIT_MICROS, Visit, VisitView, begin_visit};
