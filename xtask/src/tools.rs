//! Calling other programs from the workspace's folder.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// The workspace's folder.
pub fn root() -> PathBuf {
    let ours = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    ours.parent().map(Path::to_path_buf).unwrap_or(ours)
}

/// A call of the same cargo that runs us.
///
/// What cargo told us about *our* crate is taken away again: build scripts that look at such a variable would
/// otherwise run anew each time `cargo xtask` and plain `cargo` take turns.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    for (name, _) in std::env::vars_os() {
        let about_us = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_NAME", "CARGO_CRATE_NAME"];
        if about_us.iter().any(|start| name.to_string_lossy().starts_with(start)) {
            command.env_remove(name);
        }
    }
    command
}

/// Runs `command` with our own input and output.
///
/// # Errors
/// If it cannot be started or does not end well; the text is the command line.
pub fn run(command: &mut Command) -> Result<()> {
    let said = spelled(command);
    let status = command.status().with_context(|| format!("`{said}` could not be started"))?;
    if !status.success() {
        bail!("`{said}` failed ({status})");
    }
    Ok(())
}

/// Whether `command` runs and ends well; what it prints is dropped.
pub fn succeeds(command: &mut Command) -> bool {
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}

/// What `command` prints, without the line's end.
///
/// # Errors
/// If it cannot be started or does not end well; the text holds the last line of what it complained of.
pub fn output(command: &mut Command) -> Result<String> {
    let said = spelled(command);
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("`{said}` could not be started"))?;
    if !output.status.success() {
        bail!("`{said}` failed: {}", last_line(&String::from_utf8_lossy(&output.stderr)));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())
}

/// The last line of `text` that says anything.
pub fn last_line(text: &str) -> &str {
    text.lines().rev().map(str::trim).find(|line| !line.is_empty()).unwrap_or("it gave no reason")
}

fn spelled(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let words = std::iter::once(program).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}
