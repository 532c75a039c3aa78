//! Pythons of our own under `target/`: one with what the clients in `clients/python` import.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::tools;

/// The variable that tells the tests where the interpreter is.
pub const VARIABLE: &str = "FAIRFILE_TEST_PYTHON";

const REQUIREMENTS: &str = "clients/python/requirements.txt";

/// Whether any client in Python is here to be tested.
pub fn is_wanted() -> bool {
    tools::root().join(REQUIREMENTS).is_file()
}

/// A Python 3 that can make a virtual environment with pip in it.
pub fn interpreter() -> Option<&'static str> {
    // The second is where Debian's package puts it: the first may be one that someone built by hand, without venv.
    let candidates = ["python3", "/usr/bin/python3"];
    candidates.into_iter().find(|python| tools::succeeds(Command::new(python).args(["-c", "import ensurepip, venv"])))
}

/// The interpreter with what the clients import.
///
/// # Errors
/// As [`with`].
pub fn environment() -> Result<PathBuf> {
    with(REQUIREMENTS, "target/test-python")
}

/// The interpreter of the virtual environment in `home` with all that `requirements` names, made anew when that has
/// changed. Both are paths from the workspace's folder.
///
/// # Errors
/// If there is no [`interpreter`], or a requirement cannot be installed.
pub fn with(requirements: &str, home: &str) -> Result<PathBuf> {
    let (named, home) = (requirements, tools::root().join(home));
    let requirements = tools::root().join(named);
    let (python, stamp) = (home.join("bin/python"), home.join("requirements.installed"));
    let wanted = fs::read_to_string(&requirements).with_context(|| format!("`{named}` cannot be read"))?;
    // The stamp is written last: an installation that was cut off has none.
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) && python.is_file() {
        return Ok(python);
    }
    println!("xtask: installing what {named} names into {}", home.display());
    let system = interpreter().context("no Python 3 with venv was found")?;
    tools::output(Command::new(system).args(["-m", "venv", "--clear"]).arg(&home))?;
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]).arg(&requirements);
    tools::output(&mut pip).with_context(|| format!("what {named} names cannot be installed"))?;
    fs::write(&stamp, wanted).with_context(|| format!("`{}` cannot be written", stamp.display()))?;
    Ok(python)
}
