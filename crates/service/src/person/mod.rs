//! What the person a file is about does.

mod read_file;

pub use read_file::{FileView, LookView, ReadFileError, read_file};
