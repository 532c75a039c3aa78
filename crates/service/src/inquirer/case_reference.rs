//! The inquirer's own number for the case that a question belongs to.

use std::str::FromStr;

/// A case reference: 1 to 64 letters, digits and the marks that offices put between them.
#[derive(Clone, PartialEq, Eq)]
pub struct CaseReference(String);

/// A text that should be a case reference is not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected your office's case number: 1 to 64 letters, digits, hyphens, slashes, dots, brackets or blanks")]
pub struct NotACaseReference;

impl CaseReference {
    /// The reference as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for CaseReference {
    type Err = NotACaseReference;

    fn from_str(text: &str) -> Result<Self, NotACaseReference> {
        let text = text.trim();
        let fits = |c: char| c.is_alphanumeric() || " -_/.()（）〔〕[]#".contains(c);
        let length = text.chars().count();
        if !(1..=64).contains(&length) || !text.chars().all(fits) {
            return Err(NotACaseReference);
        }
        Ok(Self(text.to_owned()))
    }
}
