//! A node is made; its clock is read and set; its calendar is run.

use std::path::Path;

use fairfile_demo::province::{self, ProvinceError};
use fairfile_domain::day::Instant;
use fairfile_service::Clock;
use fairfile_service::calendar::{self, CalendarError};
use fairfile_service::registrar::PublishError;
use fairfile_vault::Chance;
use serde_json::json;

use crate::ambient::machine_clock;
use crate::node::Node;
use crate::trouble::{Exit, Trouble};
use crate::voice::{Voice, counted};

/// `fairfile init`.
pub fn init(
    voice: &Voice,
    dir: &Path,
    demo: bool,
    postgres: Option<&str>,
    clock: Option<&str>,
) -> Result<Exit, Trouble> {
    if !demo {
        let text = "the law profile `cn` has no `approved_by`, and a node for real records must not start by it; nothing was made";
        return Err(Trouble::new(Exit::Failed, "U007", text));
    }
    let at = clock.map(instant).transpose()?;
    let (folder, registry) = province::found(dir, postgres, Chance::system(), Clock::Machine(machine_clock))?;
    if let Some(at) = at {
        folder.set_clock(&registry, at)?;
    }
    let now = at.unwrap_or_else(machine_clock);
    let (catalog, directory) = (registry.catalog(), registry.directory());
    let engine = if postgres.is_some() { "postgres" } else { "sqlite" };
    let document = json!({
        "schema": "fairfile.node/1",
        "mode": "demo",
        "engine": engine,
        "origin": province::ORIGIN,
        "profile": registry.profile.code,
        "clock": { "at": now.to_string(), "set": at.is_some() },
        "items": catalog.items().count(),
        "members": directory.members.len(),
        "officers": directory.officers.len(),
        "key": registry.publisher.key().vkey(),
    });
    voice.tell(&document, || {
        let folder = dir.display();
        match voice.pick("en", "zh") {
            "zh" => format!(
                "{folder} 中已建立演示节点：{} 个目录事项，{} 个成员，没有任何人的资料。\n密钥在 {folder}/demo-keys；下一步：fairfile batch check 文件 --as 成员 --item 事项 --node {folder}\n",
                catalog.items().count(),
                directory.members.len()
            ),
            _ => format!(
                "Made a demo node in {folder}: {} items, {} members, {} officers, and no people.\nKeys are in {folder}/demo-keys. \
                 Next: fairfile batch check FILE --as MEMBER --item ITEM --node {folder}\n",
                catalog.items().count(),
                directory.members.len(),
                directory.officers.len()
            ),
        }
    })?;
    Ok(Exit::Done)
}

/// `fairfile clock`.
pub fn clock(voice: &Voice, path: &Path, time: Option<&str>) -> Result<Exit, Trouble> {
    let time = time.map(instant).transpose()?;
    let node = Node::open(path)?;
    if let Some(at) = time {
        node.folder.set_clock(&node.registry, at)?;
    }
    let registry = &node.registry;
    let (now, is_set) = (registry.clock.now(), matches!(registry.clock, Clock::Set(_)) || time.is_some());
    let now = time.unwrap_or(now);
    let today = registry.day_of(now);
    let document = json!({
        "schema": "fairfile.clock/1",
        "at": now.to_string(),
        "day": today.to_string(),
        "zone": registry.zone.name(),
        "set": is_set,
    });
    voice.tell(&document, || format!("{now}  {today} {}\n", registry.zone.name()))?;
    if time.is_some() {
        voice.say(voice.pick(
            "The clock stands there until it is set again. Days that have passed: fairfile calendar run",
            "时钟停在此刻，直到再次设定。处理已过去的日子：fairfile calendar run",
        ));
    }
    Ok(Exit::Done)
}

/// `fairfile calendar run`.
pub fn run_calendar(voice: &Voice, path: &Path) -> Result<Exit, Trouble> {
    let node = Node::open(path)?;
    let passed = calendar::run(&node.registry)?;
    let document = json!({
        "schema": "fairfile.calendar/1",
        "day": node.registry.today().to_string(),
        "ended": passed.ended,
        "destroyed": passed.destroyed,
    });
    voice.tell(&document, || match voice.pick("en", "zh") {
        "zh" => {
            format!("{} 条记录展示到期，{} 条记录的内容已销毁。\n", counted(passed.ended), counted(passed.destroyed))
        }
        _ => format!(
            "{} display(s) ended, the content of {} record(s) destroyed.\n",
            counted(passed.ended),
            counted(passed.destroyed)
        ),
    })?;
    Ok(Exit::Done)
}

fn instant(text: &str) -> Result<Instant, Trouble> {
    let bad =
        |_| Trouble::new(Exit::Usage, "U015", "expected a time such as 2026-11-23T09:00:00+08:00; nothing was changed");
    text.parse().map_err(bad)
}

impl From<CalendarError> for Trouble {
    fn from(CalendarError::Registry(error): CalendarError) -> Self {
        error.into()
    }
}

impl From<ProvinceError> for Trouble {
    fn from(error: ProvinceError) -> Self {
        match error {
            ProvinceError::Folder(error) => error.into(),
            ProvinceError::Registry(error) => error.into(),
            ProvinceError::Publish(PublishError::Registry(error)) => error.into(),
            ProvinceError::Publish(_) | ProvinceError::Table => Self::said(Exit::Failed, "U018", &error),
            ProvinceError::Key(_) => Self::said(Exit::Failed, "U013", &error),
        }
    }
}
