//! `fairfile clock`: where it stands and how much of that is sure; set in a demo, confirmed by two.

use std::path::Path;

use fairfile_domain::day::Instant;
use fairfile_service::Registry;
use fairfile_service::clock::Reading;
use fairfile_service::registrar::{ConfirmClockError, confirm_clock};
use serde_json::{Value, json};

use crate::args::ClockCommand;
use crate::node::Node;
use crate::trouble::{Exit, Trouble};
use crate::voice::Voice;

/// Prints the clock; sets it first, if `time` is given.
pub fn read_or_set(voice: &Voice, path: &Path, time: Option<&str>) -> Result<Exit, Trouble> {
    let time = time.map(instant).transpose()?;
    let node = Node::open(path)?;
    if let Some(at) = time {
        node.folder.set_clock(&node.registry, at)?;
    }
    tell(voice, &node.registry, node.registry.clock.read())?;
    if time.is_some() {
        voice.say(voice.pick(
            "The clock stands there until it is set again. Days that have passed: fairfile calendar run",
            "时钟停在此刻，直到再次设定。处理已过去的日子：fairfile calendar run",
        ));
    }
    Ok(Exit::Done)
}

/// Two people confirm the machine's clock.
pub fn confirm(voice: &Voice, command: &ClockCommand) -> Result<Exit, Trouble> {
    let ClockCommand::Confirm { first, second, reason, at } = command;
    let node = Node::open(&at.node)?;
    let time = confirm_clock(&node.registry, first, second, reason)?;
    tell(voice, &node.registry, time)?;
    voice.say(voice.pick(
        "It is sure up to there. Both names and the reason are in the journal. Days that have passed: fairfile calendar run",
        "至此时刻已获确认，双方姓名和理由已记入日志。处理已过去的日子：fairfile calendar run",
    ));
    Ok(Exit::Done)
}

fn tell(voice: &Voice, registry: &Registry, time: Reading) -> Result<(), Trouble> {
    let (now, today, zone) = (time.latest, registry.today_at(&time), registry.zone.name());
    voice.tell(&document(registry, &time), || format!("{now}  {} {zone}\n", today.latest()))?;
    if time.is_behind() {
        voice.say(&behind(voice, &time));
    }
    if !today.is_sure() {
        voice.say(&unconfirmed(voice, &time));
    }
    Ok(())
}

/// The clock as `--json` prints it.
fn document(registry: &Registry, time: &Reading) -> Value {
    let today = registry.today_at(time);
    json!({
        "schema": "fairfile.clock/1",
        "now": time.latest.to_string(),
        "wall": time.wall.to_string(),
        "sure": time.sure.to_string(),
        "latest": time.latest.to_string(),
        "confirmed": today.is_sure(),
        "day": today.latest().to_string(),
        "zone": registry.zone.name(),
        "set": registry.clock.is_set(),
    })
}

/// What it means that the wall clock stands behind what was sure before.
pub fn behind(voice: &Voice, time: &Reading) -> String {
    let (wall, sure) = (time.wall, time.sure);
    match voice.pick("en", "zh") {
        "zh" => format!(
            "时钟为 {wall}，但节点已到过 {sure}：任何内容不会因此延期，也不会重新展示；在时钟超过该时刻之前，日子从该时刻算起。"
        ),
        _ => format!(
            "The clock stands at {wall}, and the node has been at {sure} already: nothing ends later for it and nothing \
             is shown again. Days are counted from there until the clock passes it."
        ),
    }
}

/// What it means that the clock is ahead of what is sure.
fn unconfirmed(voice: &Voice, time: &Reading) -> String {
    let (latest, sure) = (time.latest, time.sure);
    match voice.pick("en", "zh") {
        "zh" => format!(
            "仅 {sure} 已获确认：到 {latest} 为止可能到期的内容不再展示，但什么也不会销毁。若时钟正确：fairfile clock confirm"
        ),
        _ => format!(
            "Only {sure} is sure. What may have ended by {latest} is hidden; nothing is destroyed for it. If the clock is \
             right: fairfile clock confirm"
        ),
    }
}

/// Reads a time from the command line.
pub fn instant(text: &str) -> Result<Instant, Trouble> {
    let bad =
        |_| Trouble::new(Exit::Usage, "U015", "expected a time such as 2026-11-23T09:00:00+08:00; nothing was changed");
    text.parse().map_err(bad)
}

impl From<ConfirmClockError> for Trouble {
    fn from(error: ConfirmClockError) -> Self {
        match error {
            ConfirmClockError::NotTwo | ConfirmClockError::NoReason => Self::said(Exit::Usage, "U015", &error),
            ConfirmClockError::SetByHand | ConfirmClockError::Behind { .. } => Self::said(Exit::Failed, "U030", &error),
            ConfirmClockError::Registry(error) => error.into(),
        }
    }
}
