//! Every command and option. The comments here are the manual: `--help` prints them.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

mod counter;
mod verbs;

pub use counter::{OfficeArg, PasskeyCommand, ProviderArgs, RecoveryCommand, StaffCommand, TwoArgs};
pub use verbs::{
    BatchCommand, CalendarCommand, CatalogCommand, IdentifierCommand, JournalCommand, MemberCommand, NoticeCommand,
    OfficerCommand, RecordArgs, RecordCommand, StatsCommand,
};

use crate::post::PostArgs;

/// A registry of records that is fair to the person they are about.
///
/// Data goes to standard output, talk to standard error. Exit codes: 0 done, 1 failed, 2 wrong usage,
/// 3 problems in your data, 4 denied, 5 nothing to show, 6 changed meanwhile, 7 cannot reach (safe to
/// retry), 8 a proof does not hold, 130 stopped. A person's number is never an argument: it is read from
/// standard input, a file or a hidden prompt.
#[derive(Parser)]
#[command(name = "fairfile", version, propagate_version = true, max_term_width = 100)]
pub struct Cli {
    /// For every command.
    #[command(flatten)]
    pub global: Global,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every command.
#[derive(Args)]
pub struct Global {
    /// Print one JSON object with `schema` and stable keys, errors too
    #[arg(long, global = true)]
    pub json: bool,
    /// Language of texts
    #[arg(long, global = true, value_enum, default_value_t = Lang::En)]
    pub lang: Lang,
    /// Say less; `-qq` says nothing
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub quiet: u8,
    /// Log more on standard error (`-vv` still more); FAIRFILE_LOG names a level too
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// Show no bar
    #[arg(long, global = true)]
    pub no_progress: bool,
    /// Colours in talk; NO_COLOR switches them off too
    #[arg(long, global = true, value_enum, default_value_t = Colour::Auto)]
    pub color: Colour,
}

/// A language of texts.
#[derive(Clone, Copy, ValueEnum)]
pub enum Lang {
    /// English
    En,
    /// 简体中文
    Zh,
}

/// Whether talk has colours.
#[derive(Clone, Copy, ValueEnum)]
pub enum Colour {
    /// On a terminal
    Auto,
    /// Yes
    Always,
    /// No
    Never,
}

/// Where the node is.
#[derive(Args, Clone)]
pub struct Where {
    /// A node's folder on this machine, opened by this program
    #[arg(long, value_name = "DIR", conflicts_with = "server")]
    pub node: Option<PathBuf>,
    /// The address of a running node
    #[arg(long, value_name = "URL")]
    pub server: Option<String>,
}

/// A node's folder.
#[derive(Args, Clone)]
pub struct NodeArg {
    /// The node's folder
    #[arg(long, value_name = "DIR")]
    pub node: PathBuf,
}

/// With which key a request is signed.
#[derive(Args, Clone)]
pub struct KeyArgs {
    /// The signing key, a PEM file; a demo node's own keys are found without it
    #[arg(long, value_name = "FILE", conflicts_with = "keys")]
    pub key: Option<PathBuf>,
    /// A folder with a key for each holder, such as a demo node's `demo-keys`
    #[arg(long, value_name = "DIR")]
    pub keys: Option<PathBuf>,
    /// The code under which the key is registered; otherwise the name of its file without `.pem`
    #[arg(long, value_name = "CODE", requires = "key")]
    pub key_id: Option<String>,
}

/// A file that a source hands in.
#[derive(Args, Clone)]
pub struct BatchArgs {
    /// CSV, .xlsx or JSON Lines; `-` for standard input
    pub file: PathBuf,
    /// The member that hands it in
    #[arg(long = "as", value_name = "MEMBER")]
    pub member: String,
    /// The item that its rows are about
    #[arg(long)]
    pub item: String,
    /// The node.
    #[command(flatten)]
    pub at: Where,
    /// The key.
    #[command(flatten)]
    pub keys: KeyArgs,
}

/// What there is to do.
#[derive(Subcommand)]
pub enum Command {
    /// Try it: a throw-away node of an invented province, filled with people and half a year of events
    Demo {
        /// Where to listen; port 0 takes any that is free
        #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
        listen: SocketAddr,
        /// Keep the node in this folder, which must be new or empty
        #[arg(long, value_name = "DIR")]
        keep: Option<PathBuf>,
        /// Walk through the story without a browser, print each step, and leave with 0 only if all held
        #[arg(long)]
        check: bool,
        /// The seed of all that is invented
        #[arg(long, default_value_t = 20_261_123)]
        seed: u64,
    },
    /// Make a node in an empty folder
    Init {
        /// The folder
        dir: PathBuf,
        /// With the invented province's catalog, members, officers and keys, and no people
        #[arg(long)]
        demo: bool,
        /// Keep the data on this PostgreSQL server (15 or newer) instead of the folder
        #[arg(long, value_name = "URL")]
        postgres: Option<String>,
        /// Set the demo's clock
        #[arg(long, value_name = "RFC3339")]
        clock: Option<String>,
    },
    /// Serve a node over HTTP
    Serve {
        /// The node.
        #[command(flatten)]
        at: NodeArg,
        /// Where to listen
        #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
        listen: SocketAddr,
        /// An address by which the node is known outside; it stands in signed requests. May be given several times
        #[arg(long, value_name = "URL")]
        origin: Vec<String>,
        /// How persons sign in.
        #[command(flatten)]
        provider: ProviderArgs,
        /// Messages.
        #[command(flatten)]
        post: Box<PostArgs>,
    },
    /// Look a node over and say what to do about what is found
    Doctor {
        /// The node.
        #[command(flatten)]
        at: NodeArg,
    },
    /// Back up a node's data; with `keys`, its keys. Keep the two apart: together with the root key they are everything
    #[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
    Backup {
        /// The node's folder
        #[arg(long, value_name = "DIR", required = true)]
        node: Option<PathBuf>,
        /// The file to write, which must not be there yet
        #[arg(long, value_name = "FILE", required = true)]
        to: Option<PathBuf>,
        /// The keys as well, into this file, so that the two fit while the node goes on
        #[arg(long, value_name = "FILE")]
        keys_to: Option<PathBuf>,
        /// The keys instead.
        #[command(subcommand)]
        command: Option<BackupCommand>,
    },
    /// Restore a node from its backups, or only what it lost; the demo's own keys and its clock are in no backup
    Restore(RestoreArgs),
    /// Print a node's clock and how much of it is sure, set a demo's, or confirm a machine's
    #[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
    Clock {
        /// The node's folder
        #[arg(long, value_name = "DIR", required = true)]
        node: Option<PathBuf>,
        /// Confirm it instead.
        #[command(subcommand)]
        command: Option<ClockCommand>,
        /// The time to set, such as 2026-11-23T09:00:00+08:00
        #[arg(long = "at", value_name = "RFC3339")]
        time: Option<String>,
    },
    /// Do what the days passed demand
    #[command(subcommand)]
    Calendar(CalendarCommand),
    /// Check a source's file, hand it in, read what became of it
    #[command(subcommand)]
    Batch(BatchCommand),
    /// Correct or withdraw one record; what it says is read from standard input, a line each
    #[command(subcommand)]
    Record(RecordCommand),
    /// Notices: a record that your officers were shown was corrected or withdrawn
    #[command(subcommand)]
    Notice(NoticeCommand),
    /// Ask about one person, for one purpose; number and name are read from standard input, a line each
    Inquire {
        /// The officer who asks
        #[arg(long = "as", value_name = "OFFICER")]
        officer: String,
        /// Why
        #[arg(long)]
        purpose: String,
        /// Your office's case number
        #[arg(long)]
        case: String,
        /// The kind of identifier
        #[arg(long, default_value = "cn-resident")]
        kind: String,
        /// Keep the signed receipt in this file, which must not be there yet
        #[arg(long, value_name = "FILE")]
        receipt: Option<PathBuf>,
        /// The node.
        #[command(flatten)]
        at: Where,
        /// The key.
        #[command(flatten)]
        keys: KeyArgs,
    },
    /// Read a person's whole file as that person (demo nodes); the number is read from standard input
    File {
        /// As the person; there is no other way
        #[arg(long, required = true)]
        as_person: bool,
        /// The kind of identifier
        #[arg(long, default_value = "cn-resident")]
        kind: String,
        /// Keep the signed copy in this file, which must not be there yet
        #[arg(long, value_name = "FILE")]
        copy: Option<PathBuf>,
        /// The node.
        #[command(flatten)]
        at: Where,
    },
    /// Check numbers by their check digits, offline
    #[command(subcommand)]
    Identifier(IdentifierCommand),
    /// The catalog: what may be kept, under which law
    #[command(subcommand)]
    Catalog(CatalogCommand),
    /// The members of a node: bodies, not people
    #[command(subcommand)]
    Member(MemberCommand),
    /// The officers of members
    #[command(subcommand)]
    Officer(OfficerCommand),
    /// Those who work at the node: registrars and supervisors
    #[command(subcommand)]
    Staff(StaffCommand),
    /// Invite an officer, a registrar or a supervisor who never had a passkey to make one: prints a one-time code
    Invite {
        /// Whom: officer/0417 or staff/registrar-1; the code alone where it can mean one of them only
        holder: String,
        /// The node.
        #[command(flatten)]
        at: NodeArg,
    },
    /// The passkeys with which officers, registrars and supervisors sign in
    #[command(subcommand)]
    Passkey(PasskeyCommand),
    /// The way back for an officer, a registrar or a supervisor who lost every passkey
    #[command(subcommand)]
    Recovery(RecoveryCommand),
    /// Check a receipt, a person's copy or an exported journal, offline; with --node a node itself, or both
    ///
    /// Several receipts may stand in one file, one in each line. With --server the node is asked as well whether what a
    /// receipt's look showed was corrected since; it learns nothing but the receipt.
    ///
    /// A node is checked by replaying its journal: every row of every table must be what the journal makes of it.
    /// Nothing in its data is changed. Exit code 0: all holds; 8: something does not.
    Verify {
        /// The file; `-` for standard input
        #[arg(required_unless_present = "node")]
        file: Option<PathBuf>,
        /// The folder of the node to be checked; with a file, whether the file fits into that node's journal
        #[arg(long, value_name = "DIR")]
        node: Option<PathBuf>,
        /// The address of a running node, which is asked what followed a receipt
        #[arg(long, value_name = "URL", requires = "file", conflicts_with = "node")]
        server: Option<String>,
        /// Check the data on this PostgreSQL server, with the keys of the node
        #[arg(long, value_name = "URL", requires = "node")]
        postgres: Option<String>,
        /// Replay from the first entry on, whatever was verified before
        #[arg(long, requires = "node", conflicts_with = "file")]
        full: bool,
        /// The key that you trust, as the node publishes it (`fairfile journal key`)
        #[arg(long, value_name = "VKEY")]
        key: Option<String>,
        /// A file that the node gave earlier: what it held must still be there
        #[arg(long, value_name = "FILE")]
        earlier: Option<PathBuf>,
    },
    /// The journal: everything that was written, looked at and denied, as commitments without content
    #[command(subcommand)]
    Journal(JournalCommand),
    /// Statistics: how much, never who
    #[command(subcommand)]
    Stats(StatsCommand),
    /// Explain any code, such as B014 or D007
    Explain {
        /// The code
        code: String,
    },
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
}

impl Command {
    /// The log level where none was asked for: a server tells of each request, a command of what went wrong.
    pub fn default_level(&self) -> &'static str {
        match self {
            Self::Serve { .. } => "info",
            Self::Demo { .. }
            | Self::Init { .. }
            | Self::Doctor { .. }
            | Self::Backup { .. }
            | Self::Restore(_)
            | Self::Clock { .. }
            | Self::Calendar(_)
            | Self::Batch(_)
            | Self::Record(_)
            | Self::Notice(_)
            | Self::Inquire { .. }
            | Self::File { .. }
            | Self::Identifier(_)
            | Self::Catalog(_)
            | Self::Member(_)
            | Self::Officer(_)
            | Self::Staff(_)
            | Self::Invite { .. }
            | Self::Passkey(_)
            | Self::Recovery(_)
            | Self::Stats(_)
            | Self::Verify { .. }
            | Self::Journal(_)
            | Self::Explain { .. }
            | Self::Completions { .. } => "error",
        }
    }
}

/// `fairfile backup keys`.
#[derive(Subcommand)]
pub enum BackupCommand {
    /// Back up the keys of contents, people and journal; the root key is in no backup: keep a copy of `keys/root.key` in a safe
    Keys {
        /// The node.
        #[command(flatten)]
        at: NodeArg,
        /// The file to write, which must not be there yet
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
    },
}

/// What `fairfile restore` restores.
#[derive(Args)]
pub struct RestoreArgs {
    /// The folder: new, empty, or a node's that lost what is restored
    #[arg(long, value_name = "DIR", required_unless_present = "check", conflicts_with = "check")]
    pub node: Option<PathBuf>,
    /// The backup of the data
    #[arg(long, value_name = "FILE")]
    pub data: Option<PathBuf>,
    /// The backup of the keys
    #[arg(long, value_name = "FILE")]
    pub keys: Option<PathBuf>,
    /// The root key, or its safe copy
    #[arg(long, value_name = "FILE", conflicts_with = "check")]
    pub root_key: Option<PathBuf>,
    /// Put the data of a new node into this empty PostgreSQL database instead of the folder
    #[arg(long, value_name = "URL", conflicts_with = "check")]
    pub postgres: Option<String>,
    /// Read the backups to their ends and check every digest; nothing is written
    #[arg(long)]
    pub check: bool,
    /// There is no later backup: let the journal go on from what there is, under a new name; two people answer for it
    #[arg(
        long = "continue",
        requires_all = ["first", "second", "reason"],
        conflicts_with_all = ["check", "data", "keys", "root_key", "postgres"]
    )]
    pub goes_on: bool,
    /// The node knows of no loss, but people hold receipts for entries that it lacks: data and keys were both restored from
    /// before
    #[arg(long, requires = "goes_on")]
    pub receipts_lost: bool,
    /// The one who answers for it
    #[arg(long = "by", value_name = "A", requires = "goes_on")]
    pub first: Option<String>,
    /// The other one who answers for it
    #[arg(long = "and", value_name = "B", requires = "goes_on")]
    pub second: Option<String>,
    /// What was lost, and why there is no later backup
    #[arg(long, value_name = "TEXT", requires = "goes_on")]
    pub reason: Option<String>,
}

/// `fairfile clock confirm`.
#[derive(Subcommand)]
pub enum ClockCommand {
    /// Confirm the machine's clock as it stands; two people answer for it
    Confirm {
        /// The one who confirms
        #[arg(long = "by", value_name = "A")]
        first: String,
        /// The other one who confirms
        #[arg(long = "and", value_name = "B")]
        second: String,
        /// How they know that it is right
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// The node.
        #[command(flatten)]
        at: NodeArg,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_help_of_a_correction_lists_every_reason() {
        let mut all = Cli::command();
        let record = all.find_subcommand_mut("record").expect("a command");
        for act in ["correct", "withdraw"] {
            let help = record.find_subcommand_mut(act).expect("a command").render_long_help().to_string();
            for row in fairfile_domain::correction::REASONS {
                assert!(help.contains(row.code), "{} is not in the help of `{act}`", row.code);
            }
        }
    }
}
