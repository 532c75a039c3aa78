//! A node is made; its calendar is run.

use std::path::Path;
use std::time::Duration;

use fairfile_demo::province::{self, ProvinceError};
use fairfile_domain::day::Today;
use fairfile_domain::id::MemberCode;
use fairfile_service::Clock;
use fairfile_service::calendar::{self, CalendarError, Passed};
use fairfile_service::messages::Delivered;
use fairfile_service::registrar::PublishError;
use fairfile_vault::Chance;
use serde_json::json;

use super::clock::instant;
use crate::ambient;
use crate::node::{Node, keep_reserve};
use crate::post::{PostArgs, Ways};
use crate::trouble::{Exit, Trouble};
use crate::voice::{Voice, counted, several};

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
    let clock = match at {
        Some(at) => Clock::set_to(at),
        None => Clock::machine(ambient::machine()?),
    };
    let (folder, registry) = province::found(dir, postgres, Chance::system(), clock)?;
    keep_reserve(&registry);
    if let Some(at) = at {
        folder.set_clock(&registry, at)?;
    }
    let now = registry.clock.now();
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

/// `fairfile calendar run`.
pub fn run_calendar(voice: &Voice, path: &Path, post: &PostArgs) -> Result<Exit, Trouble> {
    let node = Node::open(path)?;
    let ways = Ways::of(post, &node, None)?;
    let passed = calendar::run(&node.registry)?;
    let delivered = if ways.leave() { send_what_is_due(&node, &ways)? } else { Delivered::default() };
    let today = node.registry.today_at(&node.registry.clock.read());
    let member = |(member, notices): (&MemberCode, &u64)| json!({ "member": member.as_str(), "notices": notices });
    let document = json!({
        "schema": "fairfile.calendar/1",
        "day": today.sure().to_string(),
        "ended": passed.ended,
        "destroyed": passed.destroyed,
        "chased": passed.notices_chased(),
        "members_chased": passed.chased.iter().map(member).collect::<Vec<_>>(),
        "messages_sent": delivered.sent,
        "messages_later": delivered.later,
        "messages_failed": delivered.failed,
        "waiting_for_confirmation": !today.is_sure(),
        "sure_until": today.sure().to_string(),
        "latest": today.latest().to_string(),
    });
    voice.tell(&document, || passed_text(voice, &passed))?;
    if !today.is_sure() {
        voice.say(&waiting(voice, today, path));
    }
    Ok(Exit::Done)
}

/// Holds a round, sends what it has written and notes what came of it, for a node that nobody serves.
fn send_what_is_due(node: &Node, ways: &Ways) -> Result<Delivered, Trouble> {
    let (courier, reg) = (ways.courier(), &node.registry);
    while courier.hold_round(reg, Duration::ZERO)? {}
    let carry = |letter: &_| ways.carry(letter, reg.clock.now().unix_micros());
    let delivered = courier.deliver(reg, Duration::ZERO, || true, carry)?;
    // The round that notes it follows a while after the first; nobody waits for it here.
    while courier.hold_round(reg, Duration::from_secs(60))? {}
    Ok(delivered)
}

/// What was written down, and which members were chased: they are bodies, not people.
fn passed_text(voice: &Voice, passed: &Passed) -> String {
    let (ended, destroyed, chased) = (passed.ended, passed.destroyed, passed.notices_chased());
    let mut text = match voice.pick("en", "zh") {
        "zh" => format!(
            "{} 条记录展示到期，{} 条记录的内容已销毁，{} 份通知已催办。\n",
            counted(ended),
            counted(destroyed),
            counted(chased)
        ),
        _ => format!(
            "{} ended, the content of {} destroyed, {} chased.\n",
            several(ended, "display"),
            several(destroyed, "record"),
            several(chased, "notice")
        ),
    };
    for (member, notices) in &passed.chased {
        text += &match voice.pick("en", "zh") {
            "zh" => format!("  已催办 {member}：通知 {} 份\n", counted(*notices)),
            _ => format!("  chased {member}: {}\n", several(*notices, "notice")),
        };
    }
    text
}

/// What a clock that runs ahead of what is sure leaves undone, and what comes next.
fn waiting(voice: &Voice, today: Today, path: &Path) -> String {
    let (sure, latest) = (today.sure(), today.latest());
    let next = format!("fairfile clock confirm --by A --and B --reason TEXT --node {}", path.display());
    match voice.pick("en", "zh") {
        "zh" => {
            format!("时钟为 {latest}，仅 {sure} 已获确认：其间到期的内容已不展示，待确认后再销毁。若时钟正确：{next}")
        }
        _ => format!(
            "The clock says {latest}, and only {sure} is sure: what ends in between is hidden, and waits to be \
             destroyed until that is confirmed. If the clock is right: {next}"
        ),
    }
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
