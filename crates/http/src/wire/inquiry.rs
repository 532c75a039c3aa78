//! A question as it comes in, and every wrong input of it at once.

use fairfile_domain::id::{OfficerCode, PurposeCode};
use fairfile_domain::identifier::{Identifier, IdentifierKind};
use fairfile_domain::name::PersonName;
use fairfile_service::inquirer::{CaseReference, Once, Question};
use serde::Deserialize;

use super::InputError;

/// `POST /api/inquiries`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewInquiry {
    /// The purpose, by code.
    pub purpose: String,
    /// The office's own case number.
    pub case: String,
    /// Whom it is about.
    pub identifier: WireIdentifier,
    /// The full name as on the document.
    pub name: String,
}

/// An identifier with its kind.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WireIdentifier {
    /// The kind, such as `cn-resident`.
    pub kind: String,
    /// The number, in any writing.
    pub number: String,
}

impl NewInquiry {
    /// The question, or every input that is wrong.
    pub fn into_question(self, officer: OfficerCode, once: Option<Once>) -> Result<Question, Vec<InputError>> {
        let mut errors = Vec::new();
        let purpose = self.purpose.parse::<PurposeCode>();
        if let Err(error) = &purpose {
            errors.push(wrong("/purpose", "Q003", error.to_string()));
        }
        let case = self.case.parse::<CaseReference>();
        if let Err(error) = &case {
            errors.push(wrong("/case", "Q004", error.to_string()));
        }
        let identifier = match IdentifierKind::find(&self.identifier.kind) {
            None => {
                errors.push(wrong(
                    "/identifier/kind",
                    "Q005",
                    "expected a kind of identifier such as `cn-resident`".into(),
                ));
                None
            }
            Some(kind) => match Identifier::parse(kind, &self.identifier.number) {
                Ok(identifier) => Some(identifier),
                Err(fault) => {
                    errors.push(wrong("/identifier/number", fault.code(), fault.to_string()));
                    None
                }
            },
        };
        let name = PersonName::parse(&self.name);
        if let Err(fault) = &name {
            errors.push(wrong("/name", fault.code(), fault.to_string()));
        }
        match (purpose, case, identifier, name) {
            (Ok(purpose), Ok(case), Some(identifier), Ok(name)) => {
                Ok(Question { officer, purpose, case, identifier, name, once })
            }
            _ => Err(errors),
        }
    }
}

fn wrong(pointer: &str, code: &str, detail: String) -> InputError {
    InputError { pointer: pointer.into(), code: code.into(), detail }
}
