//! What an inquirer's officer does.

mod case_reference;
mod inquire;
mod replay;

pub use case_reference::{CaseReference, NotACaseReference};
pub use inquire::{Answer, InquireError, Once, Outcome, Question, inquire};
