//! The commands that have commands of their own.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{BatchArgs, KeyArgs, NodeArg, Where};
use crate::post::PostArgs;

/// `fairfile calendar`.
#[derive(Subcommand)]
pub enum CalendarCommand {
    /// End displays, destroy what has outlived its retention, send messages that are due; repeating it harms nothing
    Run {
        /// The node.
        #[command(flatten)]
        at: NodeArg,
        /// Messages.
        #[command(flatten)]
        post: Box<PostArgs>,
    },
}

/// `fairfile batch`.
#[derive(Subcommand)]
pub enum BatchCommand {
    /// Print an item's columns as CSV, with one example row that is turned away if it is left in
    Template {
        /// The item, such as pharmacist-licence
        item: String,
        /// The node.
        #[command(flatten)]
        at: NodeArg,
    },
    /// Say what would become of every row; nothing is changed
    Check {
        /// What.
        #[command(flatten)]
        batch: BatchArgs,
    },
    /// Hand a file in; the same rows again, renamed or reordered, change nothing and give the same receipt
    ///
    /// On a terminal it is checked first, and you are asked whether to send it. With --yes, with --json, with the file on
    /// standard input, and wherever standard input is no terminal, such as in a script, nothing is asked.
    Submit {
        /// What.
        #[command(flatten)]
        batch: BatchArgs,
        /// Do not ask before sending
        #[arg(long)]
        yes: bool,
        /// Keep the signed receipt in this file, which must not be there yet
        #[arg(long, value_name = "FILE")]
        receipt: Option<PathBuf>,
    },
    /// Read the report of a batch that was handed in
    Report {
        /// The batch, such as bat_0123456789abcdef0123456789abcdef
        batch: String,
        /// The member that handed it in
        #[arg(long = "as", value_name = "MEMBER")]
        member: String,
        /// The node.
        #[command(flatten)]
        at: Where,
        /// The key.
        #[command(flatten)]
        keys: KeyArgs,
    },
}

/// Which record a source puts right, and why.
#[derive(Args, Clone)]
pub struct RecordArgs {
    /// The member that wrote it
    #[arg(long = "as", value_name = "MEMBER")]
    pub member: String,
    /// The item that it is about
    #[arg(long)]
    pub item: String,
    /// A reason of the law's list: entered-wrongly, wrong-person, decision-quashed, decision-changed, incomplete,
    /// out-of-date, no-legal-ground or objection-upheld
    #[arg(long, value_name = "CODE")]
    pub reason: String,
    /// Words for the person, who reads them beside the reason; `-` reads them from the last line of standard input. Given
    /// here they stand in the shell's history and, meanwhile, in the list of processes
    #[arg(long, value_name = "TEXT")]
    pub words: Option<String>,
    /// Do not ask before sending; on a terminal you are asked
    #[arg(long)]
    pub yes: bool,
    /// Keep the signed receipt in this file, which must not be there yet
    #[arg(long, value_name = "FILE")]
    pub receipt: Option<PathBuf>,
    /// The node.
    #[command(flatten)]
    pub at: Where,
    /// The key.
    #[command(flatten)]
    pub keys: KeyArgs,
}

/// `fairfile record`.
#[derive(Subcommand)]
pub enum RecordCommand {
    /// Give one input of a record another value; standard input: the record's number, the person's identifier, the new value
    ///
    /// A line each, in this order, and with `--words -` the words for the person in a fourth; on a terminal each is asked
    /// for, the identifier unseen.
    Correct {
        /// The input that is wrong, by its code or heading
        #[arg(long)]
        input: String,
        /// Which and why.
        #[command(flatten)]
        record: RecordArgs,
    },
    /// Take a record back; standard input: the record's number, the person's identifier
    ///
    /// A line each, in this order, and with `--words -` the words for the person in a third; on a terminal each is asked
    /// for, the identifier unseen.
    Withdraw {
        /// Which and why.
        #[command(flatten)]
        record: RecordArgs,
    },
}

/// `fairfile notice`.
#[derive(Subcommand)]
pub enum NoticeCommand {
    /// List the notices to a member: those it has not confirmed, or all
    List {
        /// The member
        #[arg(long = "as", value_name = "MEMBER")]
        member: String,
        /// Confirmed ones too
        #[arg(long, conflicts_with = "after")]
        all: bool,
        /// All after this number
        #[arg(long, value_name = "SEQ", value_parser = clap::value_parser!(u64).range(..=i64::MAX.unsigned_abs()))]
        after: Option<u64>,
        /// The node.
        #[command(flatten)]
        at: Where,
        /// The key.
        #[command(flatten)]
        keys: KeyArgs,
    },
    /// Fetch what is new into the member's own inbox, a file, and show it once; what is late is told each time
    Fetch {
        /// The member
        #[arg(long = "as", value_name = "MEMBER")]
        member: String,
        /// The inbox; made if it is not there, and bound to the node's key from then on
        #[arg(long, value_name = "FILE")]
        inbox: PathBuf,
        /// The node's key as you know it; without it the node is asked, at first contact for ever
        #[arg(long, value_name = "VKEY")]
        trust: Option<String>,
        /// The node.
        #[command(flatten)]
        at: Where,
        /// The key.
        #[command(flatten)]
        keys: KeyArgs,
    },
    /// Confirm with the member's signature that it has acted on a notice; repeating it harms nothing
    Confirm {
        /// The notice, such as not_0123456789abcdef0123456789abcdef; several may be named
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        notice: Vec<String>,
        /// Every notice that is open
        #[arg(long)]
        all: bool,
        /// The member
        #[arg(long = "as", value_name = "MEMBER")]
        member: String,
        /// Keep the signed receipt in this file, which must not be there yet; of several, one in each line
        #[arg(long, value_name = "FILE")]
        receipt: Option<PathBuf>,
        /// The node.
        #[command(flatten)]
        at: Where,
        /// The key.
        #[command(flatten)]
        keys: KeyArgs,
    },
}

/// `fairfile identifier`.
#[derive(Subcommand)]
pub enum IdentifierCommand {
    /// One number a line on standard input, in any writing: its canonical form, or the code of what is wrong
    Check {
        /// The kind, such as cn-resident
        kind: String,
    },
}

/// `fairfile catalog`.
#[derive(Subcommand)]
pub enum CatalogCommand {
    /// Check an item file, or all of a folder as one set
    Lint {
        /// A .toml file or a folder of them
        path: PathBuf,
        /// The law profile whose floor counts
        #[arg(long, default_value = "cn")]
        profile: String,
    },
    /// List the items in force
    List {
        /// The node.
        #[command(flatten)]
        at: Where,
    },
    /// Show one item: inputs, law, display, retention, purposes
    Show {
        /// The item
        item: String,
        /// The node.
        #[command(flatten)]
        at: Where,
    },
    /// Publish item files; a later version must come into force tomorrow or after
    Publish {
        /// A .toml file or a folder of them
        path: PathBuf,
        /// The node.
        #[command(flatten)]
        at: NodeArg,
    },
}

/// `fairfile member`.
#[derive(Subcommand)]
pub enum MemberCommand {
    /// List the members
    List {
        /// The node.
        #[command(flatten)]
        at: Where,
    },
}

/// `fairfile officer`.
#[derive(Subcommand)]
pub enum OfficerCommand {
    /// Release an officer who was stopped for asking like somebody who searches; two registrars answer for it
    Release {
        /// The officer
        code: String,
        /// The registrar who releases
        #[arg(long = "by", value_name = "A")]
        first: String,
        /// The second registrar
        #[arg(long = "and", value_name = "B")]
        second: String,
        /// The reason in words
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// The node.
        #[command(flatten)]
        at: NodeArg,
    },
}

/// `fairfile journal`.
#[derive(Subcommand)]
pub enum JournalCommand {
    /// Write the whole journal for `fairfile verify`
    Export {
        /// The node.
        #[command(flatten)]
        at: Where,
        /// The file to write, in the place of one of that name; otherwise standard output
        #[arg(long, value_name = "FILE")]
        to: Option<PathBuf>,
    },
    /// Print the signed head
    Checkpoint {
        /// The node.
        #[command(flatten)]
        at: Where,
    },
    /// Print the key that signs it, to be compared with what the node publishes elsewhere
    Key {
        /// The node.
        #[command(flatten)]
        at: Where,
    },
}

/// `fairfile stats`.
#[derive(Subcommand)]
pub enum StatsCommand {
    /// Write the counts of the last twelve months as CSV; small counts are not said
    Export {
        /// What is counted: looks, refusals, intake or notices
        statistic: String,
        /// The file to write, in the place of one of that name; otherwise standard output
        #[arg(long, value_name = "FILE")]
        to: Option<PathBuf>,
        /// The node.
        #[command(flatten)]
        at: Where,
    },
}
