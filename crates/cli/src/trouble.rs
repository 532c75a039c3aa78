//! What went wrong, as a person and as a script should hear it, and the number to leave with.

use fairfile_http::wire::{self, InputError};
use fairfile_service::folder::FolderError;
use fairfile_service::inquirer::InquireError;
use fairfile_service::registry::RegistryError;
use fairfile_service::source::{FileTrouble, SubmitError};
use fairfile_store::{Fault, StoreError};
use fairfile_vault::VaultError;
use serde_json::{Value, json};

use crate::codes;

/// With which number the program leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// Failed.
    Failed = 1,
    /// Wrong usage.
    Usage = 2,
    /// Problems in the data that was given.
    Found = 3,
    /// A look was denied.
    Denied = 4,
    /// Nothing to show.
    Nothing = 5,
    /// Changed meanwhile.
    Changed = 6,
    /// Cannot reach; safe to try again.
    Unreachable = 7,
    /// A proof does not hold.
    NoProof = 8,
    /// Stopped by whoever asked.
    Stopped = 130,
}

/// Something went wrong. Holds no content of anybody.
#[derive(Debug, Clone)]
pub struct Trouble {
    /// The number to leave with.
    pub exit: Exit,
    code: Box<str>,
    title: Box<str>,
    detail: Box<str>,
    hint: Box<str>,
    errors: Vec<InputError>,
}

impl Trouble {
    /// A trouble with one of the command line's own codes: title and hint are the table's.
    pub fn new(exit: Exit, code: &str, detail: impl Into<Box<str>>) -> Self {
        let (title, hint) = codes::explain(code).unwrap_or_default();
        Self {
            exit,
            code: code.into(),
            title: title.into(),
            detail: detail.into(),
            hint: hint.into(),
            errors: Vec::new(),
        }
    }

    /// An error of a room below, which says what happened and, after a semicolon, what to do.
    pub fn said(exit: Exit, code: &str, error: &dyn std::error::Error) -> Self {
        let causes: Vec<String> =
            std::iter::successors(error.source(), |error| error.source()).map(ToString::to_string).collect();
        if !causes.is_empty() {
            tracing::debug!(code, causes = causes.join(": "), "causes");
        }
        let text = error.to_string();
        match text.split_once("; ") {
            Some((detail, hint)) => Self::new(exit, code, detail).hint(hint),
            None => Self::new(exit, code, text),
        }
    }

    /// What a server or a wire shape of ours says: a problem of RFC 9457.
    pub fn from_document(exit: Exit, document: &Value) -> Self {
        let word = |name: &str| document[name].as_str().unwrap_or_default().to_owned();
        let error = |row: &Value| {
            let word = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
            InputError { pointer: word("pointer"), code: word("code"), detail: word("detail") }
        };
        Self {
            exit,
            code: word("code").into(),
            title: word("title").into(),
            detail: if word("detail").is_empty() { word("title") } else { word("detail") }.into(),
            hint: word("hint").into(),
            errors: document["errors"].as_array().map(|rows| rows.iter().map(error).collect()).unwrap_or_default(),
        }
    }

    /// Why a node that was restored may not be served yet.
    pub fn from_recovering(error: &FolderError) -> Self {
        Self::said(Exit::Found, "U031", error)
    }

    /// Inputs of a question that are wrong, all of them at once.
    pub fn inputs(errors: Vec<InputError>) -> Self {
        let mut trouble = Self::new(Exit::Usage, "U015", "what was asked cannot be read");
        trouble.errors = errors;
        trouble
    }

    /// The same with another hint.
    pub fn hint(mut self, hint: impl Into<Box<str>>) -> Self {
        self.hint = hint.into();
        self
    }

    /// The same as a mistake of usage.
    pub fn of_usage(mut self) -> Self {
        self.exit = Exit::Usage;
        self
    }

    /// The stable code.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// What happened.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// What to do next.
    pub fn next(&self) -> &str {
        &self.hint
    }

    /// As `--json` prints it.
    pub fn document(&self) -> Value {
        let mut document = json!({
            "schema": "fairfile.problem/1",
            "type": format!("/problems/{}", self.code),
            "title": self.title,
            "detail": self.detail,
            "code": self.code,
            "hint": self.hint,
            "exit": self.exit as u8,
        });
        if !self.errors.is_empty() {
            let row =
                |error: &InputError| json!({ "pointer": error.pointer, "code": error.code, "detail": error.detail });
            document["errors"] = self.errors.iter().map(row).collect();
        }
        document
    }

    /// As a person reads it; `tag` paints the first word.
    pub fn lines(&self, tag: impl Fn(&str) -> String) -> String {
        let mut text = format!("{}: {}\n", tag(&format!("error[{}]", self.code)), self.detail);
        for error in &self.errors {
            text += &format!("   = {}: {}\n", error.pointer.trim_start_matches('/').replace('/', "."), error.detail);
        }
        if !self.hint.is_empty() {
            text += &format!("   = help: {}\n", self.hint);
        }
        text
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        match &error {
            StoreError::InUse => Self::said(Exit::Unreachable, "U005", &error),
            StoreError::Busy | StoreError::InDoubt | StoreError::Fault { fault: Fault::Away, .. } => {
                Self::said(Exit::Unreachable, "U018", &error)
            }
            StoreError::Unfit(_) | StoreError::Fault { .. } => Self::said(Exit::Failed, "U004", &error),
            StoreError::Sqlite { .. }
            | StoreError::Postgres { .. }
            | StoreError::BadRow { .. }
            | StoreError::BadCell { .. }
            | StoreError::Missing { .. }
            | StoreError::Undone => Self::said(Exit::Failed, "U018", &error),
            StoreError::Stopped => Self::said(Exit::Failed, "U036", &error),
        }
    }
}

impl From<RegistryError> for Trouble {
    fn from(error: RegistryError) -> Self {
        match error {
            RegistryError::Store(error) => error.into(),
            RegistryError::Profile(_) => Self::said(Exit::Failed, "U007", &error),
            RegistryError::Setting(_) | RegistryError::Catalog(_) => Self::said(Exit::Failed, "U004", &error),
            RegistryError::KeysBehind { .. } => Self::said(Exit::Failed, "U035", &error),
            RegistryError::StaffBook(_) => Self::said(Exit::Failed, "U013", &error),
            RegistryError::Journal(error) => error.into(),
            RegistryError::Vault(error) => error.into(),
            RegistryError::NodeKey(_) | RegistryError::Event | RegistryError::Closed => {
                Self::said(Exit::Failed, "U018", &error)
            }
        }
    }
}

impl From<FolderError> for Trouble {
    fn from(error: FolderError) -> Self {
        match error {
            FolderError::Registry(error) => error.into(),
            FolderError::InUse => Self::said(Exit::Unreachable, "U005", &error),
            FolderError::NotADemo => Self::said(Exit::Failed, "U006", &error),
            FolderError::NoNode
            | FolderError::NotEmpty
            | FolderError::Settings
            | FolderError::NoSettings
            | FolderError::ClockFile => Self::said(Exit::Failed, "U004", &error),
            FolderError::HalfMade | FolderError::HalfRestored => Self::said(Exit::Failed, "U032", &error),
            FolderError::NoRootKey => Self::said(Exit::Failed, "U035", &error),
            FolderError::Io(_) => Self::said(Exit::Failed, "U013", &error),
        }
    }
}

impl From<VaultError> for Trouble {
    fn from(error: VaultError) -> Self {
        use VaultError as V;
        let code = match &error {
            V::NoMark | V::DamagedMark | V::SmallerJournal { .. } | V::ForkedJournal { .. } => "U031",
            V::OlderKeys | V::NotAKeyBackup | V::OtherKeyBackup | V::DamagedKeyBackup(_) => "U033",
            V::PlaceTaken => "U034",
            V::NoKeyStore
            | V::DamagedKeyStore { .. }
            | V::WrongCustodian(_)
            | V::DamagedKeyFile
            | V::LacksKey(_)
            | V::Lost => "U035",
            V::NewerKeyStore { .. } | V::EarlierKeyStore => "U004",
            V::KeyStoreFile { .. } | V::KeyFile { .. } | V::KeyBackup { .. } | V::Mark { .. } => "U013",
            _ => "U018",
        };
        // Entries that were signed are missing: a finding, whichever command comes upon it.
        let exit = if code == "U031" { Exit::Found } else { Exit::Failed };
        Self::said(exit, code, &error)
    }
}

impl From<SubmitError> for Trouble {
    fn from(error: SubmitError) -> Self {
        match error {
            SubmitError::File(trouble) => {
                let denied = matches!(trouble, FileTrouble::NotASource | FileTrouble::Suspended);
                Self::from_document(if denied { Exit::Denied } else { Exit::Found }, &wire::batch::trouble(&trouble))
            }
            SubmitError::Refused(ref refusal) => Self::said(Exit::Denied, refusal.code(), &error),
            SubmitError::Input(_) => Self::said(Exit::Failed, "U013", &error),
            SubmitError::Registry(error) => error.into(),
            SubmitError::ChangedMeanwhile => Self::said(Exit::Changed, "U018", &error),
            SubmitError::DayNotSure => Self::said(Exit::Unreachable, "U030", &error),
        }
    }
}

impl From<InquireError> for Trouble {
    fn from(error: InquireError) -> Self {
        match error {
            InquireError::UnknownOfficer => Self::said(Exit::Usage, "U014", &error),
            InquireError::OtherRequest
            | InquireError::EndedSince
            | InquireError::Closed
            | InquireError::AskedBefore(_) => Self::said(Exit::Changed, "U019", &error),
            InquireError::Registry(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remedy_after_a_semicolon_becomes_the_hint() {
        let trouble = Trouble::from(FolderError::NoNode);
        assert_eq!((trouble.exit, trouble.code()), (Exit::Failed, "U004"));
        assert!(!trouble.detail.contains(';') && trouble.hint.starts_with("make one"));
    }

    #[test]
    fn a_document_reads_back() {
        let trouble = Trouble::inputs(vec![InputError {
            pointer: "/name".into(),
            code: "N001".into(),
            detail: "missing".into(),
        }]);
        let again = Trouble::from_document(trouble.exit, &trouble.document());
        assert_eq!(again.document(), trouble.document());
        assert!(again.lines(str::to_owned).contains("= name: missing"));
    }
}
