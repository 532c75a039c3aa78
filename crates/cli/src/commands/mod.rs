//! One file for each command: convert, call the use case, print.

pub mod backup;
mod batch;
mod batch_text;
mod catalog;
mod clock;
mod completions;
mod counter;
mod courier;
mod days;
mod demo;
mod doctor;
mod explain;
mod file;
mod identifier;
mod inquire;
mod journal;
mod member;
mod notice;
mod notice_fetch;
mod notice_text;
mod record;
mod record_text;
mod restore;
mod serve;
mod setup;
mod stats;
mod verify;
mod verify_node;
mod verify_standing;

use std::path::PathBuf;

use fairfile_proof::VerifierKey;
use serde_json::Value;

use crate::args::{BackupCommand, CalendarCommand, Command, Where};
use crate::node::Node;
use crate::remote::Server;
use crate::signing::{self, Signer};
use crate::trouble::{Exit, Trouble};
use crate::voice::Voice;

/// Runs a command.
pub fn run(command: Command, voice: &Voice) -> Result<Exit, Trouble> {
    match command {
        Command::Demo { listen, keep, check, seed } => demo::run(voice, &demo::Asked { listen, keep, check, seed }),
        Command::Init { dir, demo, postgres, clock } => {
            setup::init(voice, &dir, demo, postgres.as_deref(), clock.as_deref())
        }
        Command::Serve { at, listen, origin, provider, post } => {
            serve::run(voice, &at.node, serve::Asked { listen, origins: origin, provider, post })
        }
        Command::Doctor { at } => doctor::run(voice, &at.node),
        Command::Backup { command: Some(BackupCommand::Keys { at, to }), .. } => backup::keys(voice, &at.node, &to),
        // Without the subcommand both are required, which clap sees to: they are optional for its sake.
        Command::Backup { node, to, keys_to, command: None } => {
            backup::data(voice, &node.unwrap_or_default(), &to.unwrap_or_default(), keys_to.as_deref())
        }
        Command::Restore(asked) => restore::run(voice, &asked),
        Command::Clock { command: Some(command), .. } => clock::confirm(voice, &command),
        Command::Clock { node, time, command: None } => {
            clock::read_or_set(voice, &node.unwrap_or_default(), time.as_deref())
        }
        Command::Calendar(CalendarCommand::Run { at, post }) => setup::run_calendar(voice, &at.node, &post),
        Command::Batch(command) => batch::run(voice, &command),
        Command::Record(command) => record::run(voice, &command),
        Command::Notice(command) => notice::run(voice, &command),
        Command::Inquire { officer, purpose, case, kind, receipt, at, keys } => {
            inquire::run(voice, &inquire::Asked { officer, purpose, case, kind, receipt, at, keys })
        }
        Command::File { as_person: _, kind, copy, at } => file::run(voice, &kind, copy.as_deref(), &at),
        Command::Identifier(command) => identifier::run(voice, &command),
        Command::Catalog(command) => catalog::run(voice, &command),
        Command::Member(command) => member::list(voice, &command),
        Command::Officer(command) => member::release(voice, &command),
        Command::Staff(command) => counter::staff(voice, &command),
        Command::Invite { holder, at } => counter::invite(voice, &Node::open(&at.node)?, &holder),
        Command::Passkey(command) => counter::passkey(voice, &command),
        Command::Recovery(command) => counter::recovery(voice, &command),
        Command::Verify { file, node, server, postgres, full, key, earlier } => {
            verify::run(voice, &verify::Asked { file, node, server, postgres, full, key, earlier })
        }
        Command::Journal(command) => journal::run(voice, &command),
        Command::Stats(command) => stats::run(voice, &command),
        Command::Explain { code } => explain::run(voice, &code),
        Command::Completions { shell } => completions::run(voice, shell),
    }
}

/// Tells of what was done, and then of what went wrong with it: no trouble hides a deed. The first one says with which
/// number to leave; without any it is `exit`.
fn tell_all(
    voice: &Voice,
    mut document: Value,
    troubles: &[Trouble],
    exit: Exit,
    text: impl FnOnce(&Value) -> String,
) -> Result<Exit, Trouble> {
    if !troubles.is_empty() {
        document["problems"] = troubles.iter().map(Trouble::document).collect();
    }
    voice.tell(&document, || text(&document))?;
    if !voice.json {
        troubles.iter().for_each(|trouble| voice.fail(trouble));
    }
    Ok(troubles.first().map_or(exit, |trouble| trouble.exit))
}

/// A node, here or elsewhere.
enum Place {
    Here(Node, PathBuf),
    There(Server),
}

impl Place {
    fn find(voice: &Voice, at: &Where) -> Result<Self, Trouble> {
        match (&at.node, &at.server) {
            (Some(path), None) => Ok(Self::Here(Node::open(path)?, path.clone())),
            (None, Some(url)) => Ok(Self::There(Server::at(url, voice.language)?)),
            (None, None) => Err(Trouble::new(Exit::Usage, "U003", "neither a node nor a server is named")),
            (Some(_), Some(_)) => Err(Trouble::new(Exit::Usage, "U003", "name a node or a server, not both")),
        }
    }

    /// Refuses a key that is not the own key of `member`, before anything is done by it.
    ///
    /// A node elsewhere goes by the key alone. It is asked for the notices to whoever signs, after the last that there can
    /// be, and answers with that member's code and nothing else.
    fn requires_key_of(&self, member: &str, signer: &Signer) -> Result<(), Trouble> {
        let path = format!("/api/notices?after={}", i64::MAX);
        match self {
            Self::Here(node, _) => signer.prove(&node.registry, member, &path, "GET", None).map(|_| ()),
            Self::There(server) => match server.get_signed(&path, signer)?.done()? {
                answer if answer["member"] == member => Ok(()),
                _ => Err(signing::of_somebody_else()),
            },
        }
    }

    /// The key that the node signs with, as the node says.
    fn key(&self) -> Result<VerifierKey, Trouble> {
        match self {
            Self::Here(node, _) => Ok(node.registry.publisher.key().verifier().clone()),
            Self::There(server) => server.key(),
        }
    }
}
