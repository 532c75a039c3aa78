//! `fairfile batch`: a source checks a file, hands it in, and reads what became of it.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use fairfile_domain::id::{BatchId, ItemCode};
use fairfile_http::wire::{self, Language};
use fairfile_intake::Limits;
use fairfile_service::source::sheet::{self, InLanguage};
use fairfile_service::source::{Handed, batch_report, check_batch, submit_batch};
use serde_json::{Value, json};

use super::{Place, batch_text, tell_all};
use crate::args::{BatchArgs, BatchCommand, KeyArgs, Where};
use crate::files::{self, Draft, HandedFile};
use crate::node::Node;
use crate::progress::Progress;
use crate::remote::Server;
use crate::secret;
use crate::signing::{Signer, evidence};
use crate::trouble::{Exit, Trouble};
use crate::voice::Voice;

const CHECKING: (&str, &str) = ("Checking", "正在检查");
const TAKING: (&str, &str) = ("Taking in", "正在接收");

/// `fairfile batch check`, `submit` and `report`.
pub fn run(voice: &Voice, command: &BatchCommand) -> Result<Exit, Trouble> {
    match command {
        BatchCommand::Template { item, at } => template(voice, item, &at.node),
        BatchCommand::Check { batch } => {
            let desk = Desk::open(voice, batch)?;
            let report = desk.check(voice)?;
            show(voice, report, Some(&desk.label()), None)
        }
        BatchCommand::Submit { batch, yes, receipt } => submit(voice, batch, *yes, receipt.as_ref()),
        BatchCommand::Report { batch, member, at, keys } => {
            let document = report(voice, batch, member, at, keys)?;
            show(voice, document, Some(batch), None)
        }
    }
}

fn template(voice: &Voice, code: &str, node: &Path) -> Result<Exit, Trouble> {
    let unknown = || {
        Trouble::new(Exit::Nothing, "U015", "the catalog has no such item today").hint("see `fairfile catalog list`")
    };
    let item: ItemCode = code.parse().map_err(|_| unknown())?;
    let node = Node::open(node)?;
    let (catalog, today) = (node.registry.catalog(), node.registry.today());
    let item = catalog.item_on(&item, today).ok_or_else(unknown)?;
    let language: InLanguage = match voice.language {
        Language::En => |text| &text.en,
        Language::Zh => |text| &text.zh,
    };
    let sheet = sheet::template(item, language);
    let document = json!({ "schema": "fairfile.template/1", "item": item.code.as_str(), "csv": sheet });
    voice.tell(&document, || sheet)?;
    Ok(Exit::Done)
}

fn submit(voice: &Voice, batch: &BatchArgs, yes: bool, receipt: Option<&PathBuf>) -> Result<Exit, Trouble> {
    let kept = receipt.map(|path| Draft::at(path)).transpose()?;
    let from_input = batch.file == Path::new("-");
    let desk = Desk::open(voice, batch)?;
    if !yes && !from_input && io::stdin().is_terminal() && !voice.json {
        let report = desk.check(voice)?;
        voice.say(batch_text::text(voice, &report, Some(&desk.label())).trim_end());
        if !secret::agrees(voice.pick("Hand it in?", "现在提交吗？"))? {
            return Err(Trouble::new(Exit::Stopped, "U017", "nothing was sent"));
        }
    }
    let report = desk.submit(voice)?;
    show(voice, report, Some(&desk.label()), kept)
}

/// Prints a report, and keeps its receipt; rows that were not accepted make it a finding. `label` is how the file is
/// called, where there is one.
pub(super) fn show(
    voice: &Voice,
    mut document: Value,
    label: Option<&str>,
    kept: Option<Draft>,
) -> Result<Exit, Trouble> {
    document["applied"] = json!(document["state"] == "taken");
    let mut troubles = Vec::new();
    match (kept, &document["receipt"]) {
        (Some(_), Value::Null) => {
            voice.say(voice.pick("There is no receipt: nothing was taken in.", "没有收据：未接收任何内容。"))
        }
        (Some(draft), receipt) => troubles.extend(draft.keep(receipt.to_string().as_bytes()).err()),
        (None, _) => {}
    }
    // What a source has to look at; of a record that is so already (B029) it has not.
    let is_found = |row: &Value| row["code"] != "B029";
    let exit = if document["rows"].as_array().into_iter().flatten().any(is_found) { Exit::Found } else { Exit::Done };
    tell_all(voice, document, &troubles, exit, |document| batch_text::text(voice, document, label))
}

fn report(voice: &Voice, batch: &str, member: &str, at: &Where, keys: &KeyArgs) -> Result<Value, Trouble> {
    let id: BatchId = batch
        .parse()
        .map_err(|_| Trouble::new(Exit::Usage, "U015", "expected the id of a batch, `bat_` and 32 digits"))?;
    let nothing = || Trouble::new(Exit::Nothing, "U014", "this member has handed in no such batch");
    let place = Place::find(voice, at)?;
    match &place {
        Place::Here(node, path) => {
            let signer = Signer::find(keys, Some(path), member)?;
            signer.prove(&node.registry, member, &format!("/api/batches/{id}"), "GET", None)?;
            let code = member.parse().map_err(|_| nothing())?;
            let report = batch_report(&node.registry, id, &code)?.ok_or_else(nothing)?;
            Ok(wire::batch::document(&report))
        }
        Place::There(server) => {
            let signer = Signer::find(keys, None, member)?;
            place.requires_key_of(member, &signer)?;
            server.get_signed(&format!("/api/batches/{id}"), &signer)?.done()
        }
    }
}

/// A file, who hands it in, and where.
pub(super) struct Desk {
    handed: Handed,
    file: HandedFile,
    signer: Signer,
    place: Place,
}

impl Desk {
    fn open(voice: &Voice, args: &BatchArgs) -> Result<Self, Trouble> {
        Self::with(voice, (&args.member, &args.item), &args.at, &args.keys, || HandedFile::take(&args.file))
    }

    /// The desk at which the member hands in what `file` gives, about the item; who and where are settled first.
    pub(super) fn with(
        voice: &Voice,
        (member, item): (&str, &str),
        at: &Where,
        keys: &KeyArgs,
        file: impl FnOnce() -> Result<HandedFile, Trouble>,
    ) -> Result<Self, Trouble> {
        let code = |_| {
            Trouble::new(
                Exit::Usage,
                "U015",
                "expected codes of lower case letters, digits and hyphens after `--as` and `--item`",
            )
        };
        let handed = Handed { member: member.parse().map_err(code)?, item: item.parse().map_err(code)? };
        let place = Place::find(voice, at)?;
        let node = match &place {
            Place::Here(_, path) => Some(path.as_path()),
            Place::There(_) => None,
        };
        let signer = Signer::find(keys, node, member)?;
        place.requires_key_of(member, &signer)?;
        Ok(Self { handed, file: file()?, signer, place })
    }

    /// How the file is called in messages.
    fn label(&self) -> String {
        self.file.name.clone().unwrap_or_else(|| "-".into())
    }

    fn address(&self, path: &str) -> String {
        format!("{path}?item={}", self.handed.item)
    }

    fn check(&self, voice: &Voice) -> Result<Value, Trouble> {
        match &self.place {
            Place::Here(node, _) => self.check_here(voice, node),
            Place::There(server) => self.send(server, "/api/batches/check")?.done(),
        }
    }

    /// Hands the file in; its report.
    pub(super) fn submit(&self, voice: &Voice) -> Result<Value, Trouble> {
        match &self.place {
            Place::Here(node, _) => self.submit_here(voice, node),
            Place::There(server) => self.send(server, "/api/batches")?.done(),
        }
    }

    fn send(&self, server: &Server, path: &str) -> Result<crate::remote::Answered, Trouble> {
        let file = self.file.again().map_err(|error| files::unreadable(&error))?;
        server.post_file(&self.address(path), &self.signer, &self.file.digest, self.file.name.as_deref(), &file)
    }

    fn check_here(&self, voice: &Voice, node: &Node) -> Result<Value, Trouble> {
        let path = self.address("/api/batches/check");
        self.signer.prove(&node.registry, self.handed.member.as_str(), &path, "POST", Some(&self.file.digest))?;
        let file = self.file.again().map_err(|error| files::unreadable(&error))?;
        let mut progress = Progress::new(voice, CHECKING);
        let mut at = |read, total, rows| progress.at(read, total, rows);
        let report =
            check_batch(&node.registry, &self.handed, file, self.file.name.as_deref(), &Limits::default(), &mut at)?;
        Ok(wire::batch::document(&report))
    }

    fn submit_here(&self, voice: &Voice, node: &Node) -> Result<Value, Trouble> {
        let path = self.address("/api/batches");
        let member = self.handed.member.as_str();
        let verified = self.signer.prove(&node.registry, member, &path, "POST", Some(&self.file.digest))?;
        let mut progress = Progress::new(voice, TAKING);
        let mut at = |read, total, rows| progress.at(read, total, rows);
        let (limits, name) = (Limits::default(), self.file.name.as_deref());
        let evidence = evidence(verified);
        let report =
            submit_batch(&node.registry, &self.handed, || self.file.again(), name, &evidence, &limits, &mut at)?;
        Ok(wire::batch::document(&report))
    }
}
