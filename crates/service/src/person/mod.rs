//! What the person a file is about does.

mod find;
mod read_file;
mod told;

pub use find::find_person;
pub use read_file::{
    FileView, LOOKS_OF_A_COPY, LOOKS_OF_A_PAGE, LookView, Looks, OwnLook, ReadFileError, begin_reading, read_file,
};
pub use told::{CorrectionView, ToldNotice, ToldView};
