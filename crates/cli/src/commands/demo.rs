//! `fairfile demo`: a throw-away node of an invented province, or its story told and checked.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};

use fairfile_demo::eve::{self, EveError};
use fairfile_demo::half_year::{self, FillError, Filled};
use fairfile_demo::people::{LIN_NAME, LIN_NUMBER, Person, called, leads};
use fairfile_demo::story::{self, StoryError};
use fairfile_domain::catalog::Bilingual;
use fairfile_http::{Cues, Demo, Invented, ServerError};
use fairfile_service::Registry;
use fairfile_service::folder::FolderError;
use fairfile_service::person::find_person;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::serve::{Place, serve};
use crate::ambient;
use crate::node::Node;
use crate::post::{PostArgs, Ways};
use crate::trouble::{Exit, Trouble};
use crate::voice::{Voice, counted};

/// A case number of the Health Commission's.
const CASE: &str = "HC-2026-0331";

/// What was asked for on the command line.
pub struct Asked {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Where to keep the node.
    pub keep: Option<PathBuf>,
    /// Whether to walk the story instead.
    pub check: bool,
    /// The seed.
    pub seed: u64,
}

/// Serves the demo until it is stopped, or walks the story.
pub fn run(voice: &Voice, asked: &Asked) -> Result<Exit, Trouble> {
    let unusable = |error: io::Error| {
        Trouble::new(Exit::Failed, "U013", format!("no temporary folder can be made: {}", error.kind()))
    };
    let temporary = TempDir::with_prefix("fairfile-demo-").map_err(unusable)?;
    let path = asked.keep.clone().unwrap_or_else(|| temporary.path().join("node"));
    if asked.check { check(voice, &path, asked.seed) } else { show(voice, &path, asked) }
}

fn check(voice: &Voice, path: &Path, seed: u64) -> Result<Exit, Trouble> {
    let mut steps: Vec<Value> = Vec::new();
    let mut tell = |step: usize, told: &Bilingual| {
        if voice.json {
            steps.push(json!({ "step": step, "en": told.en, "zh": told.zh }));
            return Ok(());
        }
        let line = format!("{step:>2}. {}\n", voice.language.of(told));
        voice.write(line.as_bytes()).map_err(|_| io::Error::other("standard output cannot be written"))
    };
    voice.say(voice.pick("Making a province and half a year of events ...", "正在生成一个虚构省份及半年的事件……"));
    story::walk(path, None, seed, &mut tell)?;
    if voice.json {
        voice.tell(&json!({ "schema": "fairfile.story/1", "ok": true, "steps": steps }), String::new)?;
    } else {
        voice.say(voice.pick("Every step held.", "每一步均成立。"));
    }
    Ok(Exit::Done)
}

fn show(voice: &Voice, path: &Path, asked: &Asked) -> Result<Exit, Trouble> {
    // Told before the province is made, which takes a while.
    TcpListener::bind(asked.listen).map_err(ServerError::Bind)?;
    voice.say(voice.pick("Making a province and half a year of events ...", "正在生成一个虚构省份及半年的事件……"));
    let now = half_year::now().map_err(FillError::from)?;
    let (folder, registry, mut filled) = half_year::live(path, None, asked.seed, now)?;
    eve::live(&registry, &folder, &mut filled)?;
    // Written down, so that a node that is kept stands at the demo's now when it is opened again.
    folder.set_clock(&registry, now)?;
    let demo = Demo {
        people: invented(&registry, &filled.people)?,
        clock: Some(folder.clock_hand()),
        cues: Some(cues(&filled)),
    };
    let node = Node { folder, registry };
    let ways = Ways::of(&PostArgs::default(), &node, None)?;
    let place = Place { listen: asked.listen, origins: Vec::new(), demo, provider: None, ways };
    serve(&node, place, |address, _| {
        let (address, folder) = (format!("http://{address}"), &node.folder);
        let document = json!({
            "schema": "fairfile.demo/1",
            "address": address,
            "keys": folder.demo_keys().display().to_string(),
            "seed": asked.seed,
            "people": filled.people.len(),
            "batches": filled.batches,
            "rows": filled.rows.received,
            "accepted": filled.rows.accepted,
        });
        voice.tell(&document, || text(voice, &address, &folder.demo_keys(), &filled))
    })
}

/// The people whom a visitor can be, with their files.
fn invented(registry: &Registry, people: &[Person]) -> Result<Vec<Invented>, Trouble> {
    let mut invented = Vec::new();
    for person in leads(people) {
        if let Some(subject) = find_person(registry, &person.identifier)? {
            invented.push(Invented { subject, name: called(person.name.full()), trade: person.trade.title() });
        }
    }
    Ok(invented)
}

/// What a visitor types on the way through the story: everybody in it is invented.
fn cues(filled: &Filled) -> Cues {
    Cues {
        name: LIN_NAME.to_owned(),
        number: LIN_NUMBER.to_owned(),
        item: "professional-ban".to_owned(),
        record_number: filled.ban.clone(),
        purpose: "licence-renewal".to_owned(),
        denied_purpose: story::DENIED_PURPOSE.to_owned(),
        case: CASE.to_owned(),
    }
}

fn text(voice: &Voice, address: &str, keys: &Path, filled: &Filled) -> String {
    let program = ambient::program();
    let denied: u64 = filled.denied.values().sum();
    let told = [filled.people.len() as u64, filled.batches, filled.rows.accepted, filled.answered, denied].map(counted);
    let [people, batches, accepted, answered, denied] = told;
    let head = match voice.pick("en", "zh") {
        "zh" => format!(
            "兰河省（虚构）：{people} 人，{batches} 批文件，{accepted} 条记录，{answered} 次查看已答复，{denied} 次被拒绝。\n\
             用浏览器打开：{address}/zh/demo    （按 Ctrl-C 停止；未用 --keep 时一切随之删除）\n\n\
             或在另一终端尝试：\n"
        ),
        _ => format!(
            "Lanhe, an invented province: {people} people, {batches} files of sources, {accepted} records, {answered} looks answered, {denied} denied.\n\
             Open in a browser: {address}/en/demo    (Ctrl-C stops it; without --keep everything goes with it)\n\n\
             Or try, in another terminal:\n"
        ),
    };
    let (keys, ask) = (keys.display(), format!("printf '{LIN_NUMBER}\\n{LIN_NAME}\\n' | {program} inquire"));
    let at = format!("--case {CASE} --keys {keys} --server {address}");
    let lines = [
        (
            voice.pick(
                "Lin Xiaohe reads her file, with every look at it, and takes a signed copy:",
                "林晓禾查看自己的档案和每一次查看，并带走签名副本：",
            ),
            format!(
                "echo {LIN_NUMBER} | {program} file --as-person --copy copy.json --server {address} && {program} verify copy.json"
            ),
        ),
        (
            voice.pick("Officer 0417 asks about her, for a duty that the law gives:", "0417 号经办人依法定职责查看："),
            format!("{ask} --as 0417 --purpose licence-renewal {at}"),
        ),
        (
            voice.pick(
                "Officer 0418 is denied, for the training has ended; she sees that too:",
                "0418 号经办人培训已到期，被拒绝；她也会看到：",
            ),
            format!("{ask} --as 0418 --purpose licence-renewal {at}"),
        ),
        (
            voice.pick("Anybody checks the journal without trusting this node:", "任何人无须信任本节点即可核验日志："),
            format!("{program} journal export --to journal.jsonl --server {address} && {program} verify journal.jsonl"),
        ),
        (
            voice.pick("What may be kept, under which law:", "可以保存什么，依据什么法律："),
            format!("{program} catalog list --server {address}"),
        ),
    ];
    let body: String = lines.iter().map(|(what, command)| format!("  {what}\n    {command}\n")).collect();
    head + &body
}

impl From<FillError> for Trouble {
    fn from(error: FillError) -> Self {
        let folder = std::iter::successors(Some(&error as &dyn std::error::Error), |error| error.source())
            .find_map(|error| error.downcast_ref::<FolderError>())
            .map(ToString::to_string);
        match folder {
            Some(text) => Self::new(Exit::Failed, "U004", text),
            None => Self::said(Exit::Failed, "U018", &error),
        }
    }
}

impl From<EveError> for Trouble {
    fn from(error: EveError) -> Self {
        Self::said(Exit::Failed, "U018", &error)
    }
}

impl From<StoryError> for Trouble {
    fn from(error: StoryError) -> Self {
        match error {
            StoryError::Fill(error) => error.into(),
            StoryError::Step { .. } => Self::said(Exit::Failed, "U020", &error),
            StoryError::Output(_) => Self::said(Exit::Failed, "U013", &error),
        }
    }
}
