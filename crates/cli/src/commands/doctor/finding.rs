//! One state that the doctor found, and the command that comes next.

use std::path::Path;

use fairfile_service::folder::FolderError;
use serde_json::{Value, json};

use super::next;
use crate::trouble::Trouble;
use crate::voice::{Voice, padded};

/// The code of whatever the doctor found and no other room has a code for.
const FOUND: &str = "U022";

/// How grave a state is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Grave {
    Fine,
    Warning,
    Broken,
}

/// One state, in words, and what to do about it.
#[derive(Debug)]
pub struct Finding {
    check: &'static str,
    grave: Grave,
    code: Option<String>,
    says: String,
    next: Option<String>,
}

impl Finding {
    /// All is well.
    pub fn fine(check: &'static str, says: impl Into<String>) -> Self {
        Self { check, grave: Grave::Fine, code: None, says: says.into(), next: None }
    }

    /// It works, and somebody should look after it.
    pub fn warning(check: &'static str, says: impl Into<String>, next: impl Into<String>) -> Self {
        Self { grave: Grave::Warning, ..Self::broken(check, says, next) }
    }

    /// It does not work.
    pub fn broken(check: &'static str, says: impl Into<String>, next: impl Into<String>) -> Self {
        let (code, next) = (Some(FOUND.to_owned()), Some(next.into()));
        Self { check, grave: Grave::Broken, code, says: says.into(), next }
    }

    /// Why the node in `path` does not open, under the code that every other command has for it. One that is served does not
    /// open here, and nothing is wrong with it.
    pub fn of_folder(error: FolderError, path: &Path) -> Self {
        let (is_served, next) = (matches!(error, FolderError::InUse), next::after(&error, path));
        let found = Self::of_trouble(&error.into(), path);
        let grave = if is_served { Grave::Warning } else { Grave::Broken };
        Self { grave, next: next.or(found.next), ..found }
    }

    /// What went wrong with the node in `path`, under the code that every other command has for it.
    pub fn of_trouble(trouble: &Trouble, path: &Path) -> Self {
        let check = match trouble.code() {
            "U005" => "lock",
            "U031" => "mark",
            "U033" | "U035" => "keys",
            _ => "node",
        };
        let code = Some(trouble.code().to_owned());
        let (folder, hint) = (path.display(), trouble.next());
        let next = match hint {
            "" => format!("say `fairfile doctor -vv --node {folder}`, which tells the cause; nothing was changed"),
            // Said to a node that runs, and this one does not.
            _ if hint.contains("goes on by itself") => {
                format!("start the database server, or put its address right in {folder}/node.toml")
            }
            // Whoever sent here cannot be sent back.
            _ if hint.contains("fairfile doctor") => format!(
                "stop the node and keep its folder as it is; `fairfile verify --node {folder}` names what does not fit, then restore the last backup of the data into a new folder: `fairfile restore --node NEWDIR --data FILE --keys FILE --root-key FILE`"
            ),
            _ => hint.replace(" DIR", &format!(" {folder}")),
        };
        Self { code, ..Self::broken(check, trouble.detail(), next) }
    }

    /// Whether something does not work.
    pub fn is_broken(&self) -> bool {
        self.grave == Grave::Broken
    }

    /// As `--json` prints it.
    pub fn document(&self) -> Value {
        let state = match self.grave {
            Grave::Fine => "fine",
            Grave::Warning => "warning",
            Grave::Broken => "broken",
        };
        json!({ "check": self.check, "state": state, "code": self.code, "says": self.says, "next": self.next })
    }

    /// As a person reads it.
    pub fn lines(&self, voice: &Voice) -> String {
        let word = match self.grave {
            Grave::Fine => voice.pick("fine", "正常"),
            Grave::Warning => voice.pick("warning", "注意"),
            Grave::Broken => voice.pick("BROKEN", "损坏"),
        };
        let mut text = format!(" {} {}  {}\n", padded(self.check, 9), padded(word, 7), self.says);
        if let Some(next) = &self.next {
            text += &format!("   = {}: {next}\n", voice.pick("next", "下一步"));
        }
        text
    }
}
