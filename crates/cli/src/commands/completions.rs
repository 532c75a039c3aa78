//! `fairfile completions`: written by the same tables that parse the arguments.

use clap::CommandFactory;
use clap_complete::{Shell, generate};

use crate::args::Cli;
use crate::trouble::{Exit, Trouble};
use crate::voice::Voice;

/// Prints the completions for `shell`.
pub fn run(voice: &Voice, shell: Shell) -> Result<Exit, Trouble> {
    let mut text = Vec::new();
    generate(shell, &mut Cli::command(), "fairfile", &mut text);
    voice.write(&text)?;
    Ok(Exit::Done)
}
