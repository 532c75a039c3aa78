//! The `fairfile` binary: reads what was asked, builds the node or speaks to one, and prints.
//!
//! It is the only room that knows all others, and the only one that reads the machine's clock and
//! surroundings; it decides nothing. Data goes to standard output, talk to standard error. There is no
//! command that lists or searches people, and no number of a person is ever taken as an argument.
//!
//! Read `args.rs` first, for what there is; then one file of `commands/` for each.

mod ambient;
mod args;
#[cfg(target_os = "linux")]
mod backup_door;
mod codes;
mod commands;
mod files;
mod guard;
mod node;
mod post;
mod progress;
mod remote;
mod secret;
mod signing;
mod trouble;
mod voice;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;
use mimalloc::MiMalloc;
use zeroizing_alloc::ZeroAlloc;

use crate::args::Cli;
use crate::trouble::{Exit, Trouble};
use crate::voice::Voice;

// Whatever was read of a person is wiped when its memory is given back, by whichever library held it.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<MiMalloc> = ZeroAlloc(MiMalloc);

fn main() -> ExitCode {
    ambient::keep_memory_private();
    #[cfg(feature = "faults")]
    ambient::end_where_a_trial_says();
    let incident = ambient::install_panic_hook();
    let args: Vec<OsString> = std::env::args_os().collect();
    // Known before anything is parsed, so that an error of usage can be an object too.
    let json = args.iter().any(|arg| arg == "--json");
    let exit = match std::panic::catch_unwind(|| run(&args, json)) {
        Ok(exit) => exit,
        Err(_payload) => {
            // The hook has said its line; the payload may hold content and is told to nobody.
            if json {
                let text = format!("fairfile met an error of its own, incident {incident}");
                Voice::plain(json).fail(&Trouble::new(Exit::Failed, "U099", text));
            }
            Exit::Failed
        }
    };
    ExitCode::from(exit as u8)
}

fn run(args: &[OsString], json: bool) -> Exit {
    if let Err(trouble) = guard::no_person_among(args.iter().skip(1)) {
        Voice::plain(json).fail(&trouble);
        return trouble.exit;
    }
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => return misread(&error, json),
    };
    ambient::start_log(cli.global.verbose, cli.command.default_level());
    let voice = Voice::new(&cli.global);
    match commands::run(cli.command, &voice) {
        Ok(exit) => exit,
        Err(trouble) => {
            voice.fail(&trouble);
            trouble.exit
        }
    }
}

/// Help and version are answers; everything else that could not be read is wrong usage.
fn misread(error: &clap::Error, json: bool) -> Exit {
    let asked_for = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    if json && !asked_for {
        let text = error.render().to_string();
        let first = text.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
        let hints: Vec<&str> = text.lines().filter_map(|line| line.trim().strip_prefix("tip: ")).collect();
        let trouble = Trouble::new(Exit::Usage, "U001", first);
        let trouble = if hints.is_empty() { trouble } else { trouble.hint(hints.join("; ")) };
        Voice::plain(json).fail(&trouble);
        return Exit::Usage;
    }
    if error.print().is_err() {
        return Exit::Failed;
    }
    if asked_for { Exit::Done } else { Exit::Usage }
}
