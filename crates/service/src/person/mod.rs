//! What the person a file is about does.

mod find;
mod read_file;
mod told;

pub use find::find_person;
pub use read_file::{FileView, LookView, ReadFileError, read_file};
pub use told::{CorrectionView, ToldNotice, ToldView};
