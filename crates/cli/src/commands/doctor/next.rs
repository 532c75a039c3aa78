//! The command that comes next for a node that does not open, whole: as it stands, it can be given to a shell.
//!
//! Nothing is thrown away: what is damaged is moved into a folder beside the node's, whose making fails if it is there
//! already. Only FILE, A, B and TEXT are for the reader to fill in.

use std::path::{Path, PathBuf};

use fairfile_journal::JournalError;
use fairfile_service::RegistryError;
use fairfile_service::folder::FolderError;
use fairfile_store::{Fault, StoreError};
use fairfile_vault::VaultError;

/// What a folder still has, and the commands that bring the rest back.
struct Ways<'w> {
    path: &'w Path,
    /// Whether the settings say that the data is on a server.
    on_server: bool,
}

/// What comes next after `error`; nothing if its own words say it.
pub fn after(error: &FolderError, path: &Path) -> Option<String> {
    // A command line is worded by it and nothing else; what keeps it from being read is a finding of its own.
    let settings = std::fs::read_to_string(path.join("node.toml")).unwrap_or_default();
    let ways = Ways { path, on_server: settings.contains("postgres") };
    match error {
        FolderError::InUse => Some(format!(
            "it was not looked at; if that process is a server, its address with `/health` behind it says how it is; to have all of it looked at, stop the server and run: fairfile doctor --node {}",
            ways.node()
        )),
        FolderError::NoRootKey => Some(ways.root_key()),
        FolderError::Registry(RegistryError::Store(error)) => ways.of_data(error),
        FolderError::Registry(RegistryError::Setting(_)) => Some(ways.data("it was emptied")),
        FolderError::Registry(RegistryError::KeysBehind { .. }) => Some(format!(
            "open it with the folder that wrote last; or, if these keys are of an earlier time, restore a backup of the keys that was made since: {}",
            ways.restored(&["keys/keys.db"], "--keys FILE")
        )),
        FolderError::Registry(RegistryError::Vault(error)) => ways.of_keys(error),
        FolderError::Registry(RegistryError::Journal(JournalError::Behind { .. } | JournalError::Forked { .. })) => {
            Some(ways.behind())
        }
        _ => None,
    }
}

/// What comes next where keys are missing or damaged in a node that opens.
pub fn after_lost_keys(path: &Path) -> String {
    let ways = Ways { path, on_server: false };
    format!("restore the latest backup of the keys: {}", ways.restored(&["keys/keys.db"], "--keys FILE"))
}

/// What comes next where the engine finds the file of an open node damaged.
pub fn after_damage(path: &Path) -> String {
    Ways { path, on_server: false }.data("stop the node")
}

impl Ways<'_> {
    fn node(&self) -> String {
        quoted(self.path)
    }

    /// Moves what is there of `parts`, with all that lies beside them under the same name, and restores them.
    fn restored(&self, parts: &[&str], options: &str) -> String {
        let there = |part: &&&str| {
            let (with, log) = (self.path.join(part), self.path.join(format!("{part}-wal")));
            with.exists() || log.exists()
        };
        let moved: Vec<String> = parts
            .iter()
            .filter(there)
            .map(|part| quoted(&self.path.join(part)) + if *part == "data" { "" } else { "*" })
            .collect();
        let mut aside = self.path.as_os_str().to_owned();
        aside.push(".aside");
        let aside = quoted(&PathBuf::from(aside));
        let restore = format!("fairfile restore --node {} {options}", self.node());
        if moved.is_empty() {
            restore
        } else {
            format!("mkdir {aside} && mv {} {aside}/ && {restore}", moved.join(" "))
        }
    }

    fn data(&self, first: &str) -> String {
        if self.on_server {
            return format!(
                "{first}; make the database on the server anew and empty, then restore the last backup of the data: fairfile restore --node {} --data FILE",
                self.node()
            );
        }
        format!("{first}; restore the last backup of the data: {}", self.restored(&["data"], "--data FILE"))
    }

    fn of_data(&self, error: &StoreError) -> Option<String> {
        match error {
            StoreError::Fault { fault: Fault::Gone, .. } => {
                Some(self.data("put it back if somebody has moved it; else"))
            }
            StoreError::Fault { fault: Fault::Empty, .. } => {
                Some(self.data("if that was a restore, run the same again; else"))
            }
            StoreError::Fault { fault: Fault::NotADatabase | Fault::Damaged, .. } => {
                Some(self.data("keep the file as it is"))
            }
            // Of a newer program: its own words say what to do.
            StoreError::Unfit(said) if said.contains("newer") => None,
            StoreError::Unfit(said) if said.contains("changed by hand") => Some(self.data("keep it as it is")),
            _ => None,
        }
    }

    fn of_keys(&self, error: &VaultError) -> Option<String> {
        Some(match error {
            VaultError::NoKeyStore | VaultError::DamagedKeyStore { .. } | VaultError::LacksKey(_) => {
                format!("restore the latest backup of the keys: {}", self.restored(&["keys/keys.db"], "--keys FILE"))
            }
            VaultError::DamagedKeyFile | VaultError::WrongCustodian(_) => format!(
                "restore the copy of the root key that was kept apart: {}",
                self.restored(&["keys/root.key"], "--root-key FILE")
            ),
            VaultError::OlderKeys => format!(
                "restore a later backup of the keys with the safe copy of the root key, what was destroyed is destroyed again: {}",
                self.restored(&["keys/keys.db", "keys/root.key"], "--keys FILE --root-key FILE")
            ),
            VaultError::NoMark | VaultError::DamagedMark => format!(
                "put the right one back from where it went; or, if nobody has it, let two people continue the journal under a new name: {}",
                self.go_on()
            ),
            _ => return None,
        })
    }

    /// The root key, and the key store with it if that is gone, too.
    fn root_key(&self) -> String {
        let has_keys = self.path.join("keys/keys.db").exists();
        let (what, options) = match has_keys {
            true => ("restore the copy of the root key that was kept apart", "--root-key FILE"),
            false => (
                "restore the latest backup of the keys and the copy of the root key that was kept apart",
                "--keys FILE --root-key FILE",
            ),
        };
        format!("{what}: {}", self.restored(&[], options))
    }

    fn behind(&self) -> String {
        let later = match self.on_server {
            true => format!(
                "make the database on the server anew and empty, and restore a later backup of the data, `fairfile restore --node {} --data FILE`",
                self.node()
            ),
            false => format!("restore a later backup of the data, `{}`", self.restored(&["data"], "--data FILE")),
        };
        format!("{later}; or, if there is none, let two people continue the journal under a new name: {}", self.go_on())
    }

    fn go_on(&self) -> String {
        format!("fairfile restore --node {} --continue --by A --and B --reason TEXT", self.node())
    }
}

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let is_plain = |letter: char| letter.is_alphanumeric() || "/._-+:@%".contains(letter);
    if text.chars().all(is_plain) { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_written_for_a_shell() {
        let check = |path: &str, expected: &str| assert_eq!(quoted(Path::new(path)), expected);
        check("/var/lib/fairfile", "/var/lib/fairfile");
        check("/srv/兰河", "/srv/兰河");
        check("/srv/a node", "'/srv/a node'");
        check("/srv/it's", r"'/srv/it'\''s'");
    }
}
