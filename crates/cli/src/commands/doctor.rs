//! `fairfile doctor`: looks a node over and says, for every state it finds, which command comes next.

mod finding;
mod folder;
mod journal;
mod keys;
mod next;

use std::path::Path;

use fairfile_domain::day::Instant;
use fairfile_domain::notice::Chase;
use fairfile_service::Registry;
use fairfile_service::folder::{Folder, TOLD_STAFF, is_earlier};
use fairfile_service::messages::{Overview, StaffBook, StaffCounts, overview};
use fairfile_service::registry::Mode;
use fairfile_store::{batch, node, notice, record};
use fairfile_vault::Chance;
use serde_json::json;

use crate::ambient::{self, machine_clock};
use crate::node::Node;
use crate::trouble::{Exit, Trouble};
use crate::voice::{Voice, counted};
use finding::Finding;

/// Leaves with 0 if nothing is broken, warnings or not. A node that does not open is a finding like any other.
pub fn run(voice: &Voice, path: &Path) -> Result<Exit, Trouble> {
    let mut findings = Vec::new();
    // To open it brings it up for good, which is not the doctor's to do.
    if is_earlier(path) {
        findings.push(folder::earlier(path));
    } else {
        match Folder::open(path, Chance::system(), ambient::machine()?) {
            Ok((folder, registry)) => {
                let node = Node::hold(folder, registry);
                let found = of_node(&node.registry, path);
                findings.extend(found.unwrap_or_else(|trouble| vec![Finding::of_trouble(&trouble, path)]));
            }
            Err(error) => findings.push(Finding::of_folder(error, path)),
        }
    }
    findings.extend(folder::findings(path));
    let broken = findings.iter().any(Finding::is_broken);
    let document = json!({
        "schema": "fairfile.doctor/1",
        "ok": !broken,
        "findings": findings.iter().map(Finding::document).collect::<Vec<_>>(),
    });
    voice.tell(&document, || findings.iter().map(|finding| finding.lines(voice)).collect())?;
    Ok(if broken { Exit::Failed } else { Exit::Done })
}

/// Everything that an open node is asked.
fn of_node(registry: &Registry, path: &Path) -> Result<Vec<Finding>, Trouble> {
    let mut findings = vec![engine(registry, path)?];
    findings.extend(keys::findings(registry, path)?);
    findings.extend(journal::findings(registry)?);
    findings.extend(reserve(registry));
    findings.extend(batches(registry, path)?);
    findings.extend(clock(registry, path));
    findings.extend(due(registry, path)?);
    findings.extend(notices(registry, path)?);
    findings.push(messages(registry)?);
    findings.extend(told_staff(path));
    findings.extend(law(registry));
    findings.extend(officers(registry, path));
    Ok(findings)
}

fn engine(registry: &Registry, path: &Path) -> Result<Finding, Trouble> {
    let (engine, sound) = node::examine(&mut registry.store.read()?)?;
    Ok(if sound {
        let migration = registry.store.snapshot()?.migration()?;
        Finding::fine("engine", format!("{engine}; its file is sound, its tables are those of migration {migration}"))
    } else {
        let says = format!("{engine} finds its file damaged: a page, or an index that does not fit its table");
        Finding::broken("engine", says, next::after_damage(path))
    })
}

/// Whether the disk still has the room that is kept for persons, and for what ends.
fn reserve(registry: &Registry) -> Option<Finding> {
    let says = "it has no room for the node's reserve: looks of officers and new files are refused, persons are served";
    let next = "make room on the disk that the folder lies on; the node goes on by itself";
    registry.store.has_room().is_err().then(|| Finding::warning("disk", says, next))
}

fn batches(registry: &Registry, path: &Path) -> Result<Vec<Finding>, Trouble> {
    let arriving = batch::list_arriving(&mut registry.store.read()?)?;
    if arriving.is_empty() {
        return Ok(vec![Finding::fine("batches", "none was cut off on its way in")]);
    }
    let finding = |batch: &batch::BatchOnFile| {
        let since = Instant::from_unix_micros(batch.received_at).map(|at| at.to_string()).unwrap_or_default();
        Finding::warning(
            "batches",
            format!("{} of {} was cut off on {since}; none of it is on display", batch.batch, batch.member),
            format!(
                "hand the same file in again, or another one, and it gives way: fairfile batch submit FILE --as {} --item {} --node {}",
                batch.member,
                batch.item,
                path.display()
            ),
        )
    };
    Ok(arriving.iter().map(finding).collect())
}

/// Where the clock stands, and how much of that is sure.
fn clock(registry: &Registry, path: &Path) -> Vec<Finding> {
    let time = registry.clock.read();
    let (today, zone, path) = (registry.today_at(&time), registry.zone.name(), path.display());
    let (wall, sure, day) = (time.wall, time.sure, today.latest());
    let mut findings = Vec::new();
    if registry.clock.is_set() {
        findings.push(Finding::warning(
            "clock",
            format!("it stands still at {wall} ({day} in {zone}); the machine's is {}", machine_clock()),
            format!("move it: fairfile clock --node {path} --at RFC3339"),
        ));
    }
    if time.is_behind() {
        let next = match registry.clock.is_set() {
            true => format!("nothing, or set it later than that: fairfile clock --node {path} --at RFC3339"),
            false => format!("set the machine's clock by its time service, then: fairfile clock --node {path}"),
        };
        let says = format!("it stands at {wall}, behind {sure}, which is sure: days are counted from there");
        findings.push(Finding::warning("clock", says, next));
    }
    if !today.is_sure() {
        let says = format!(
            "it is ahead of {sure}, the latest that is sure: what may have ended is hidden, and nothing is destroyed"
        );
        let next = format!(
            "if it is right: fairfile clock confirm --by A --and B --reason TEXT --node {path}; else set it right"
        );
        findings.push(Finding::warning("clock", says, next));
    }
    if findings.is_empty() {
        findings.push(Finding::fine("clock", format!("the machine's: {wall}, {day} in {zone}; it is confirmed")));
    }
    findings
}

fn due(registry: &Registry, path: &Path) -> Result<Vec<Finding>, Trouble> {
    let (today, mut reader) = (registry.sure_today(), registry.store.read()?);
    let due = [
        (
            !record::list_to_destroy(&mut reader, today, 1)?.is_empty(),
            "the content of some records has outlived its retention",
        ),
        (
            !record::list_to_end(&mut reader, today, 1)?.is_empty(),
            "some displays have ended and the end is not written down; nobody sees them",
        ),
        (
            registry.vault.keyring().is_advance_due()?,
            "keys were destroyed and the root key has not moved on: copies of the keys of before still open",
        ),
    ];
    let next = format!("fairfile calendar run --node {}", path.display());
    let finding = |row: &(bool, &str)| row.0.then(|| Finding::warning("calendar", row.1, next.clone()));
    let findings: Vec<Finding> = due.iter().filter_map(finding).collect();
    if findings.is_empty() {
        return Ok(vec![Finding::fine("calendar", "what the days that have surely passed demand is done")]);
    }
    Ok(findings)
}

/// Members that were told of a correction and do not confirm it: who, since when, and how far they were chased.
fn notices(registry: &Registry, path: &Path) -> Result<Vec<Finding>, Trouble> {
    let late = notice::list_late(&mut registry.store.read()?, registry.sure_today())?;
    let finding = |late: &notice::Late| {
        let step = Chase::taken(late.chases).map_or("no step was taken yet".into(), |step| step.sentence().en);
        let (count, due_on) = (counted(late.notices.into()), late.due_on);
        Finding::warning(
            "notices",
            format!("{} has not confirmed {count} notice(s), the oldest due on {due_on}; {step}", late.member),
            format!(
                "the member confirms: fairfile notice confirm --all --as {} --node {}; until then each calendar run chases on",
                late.member,
                path.display()
            ),
        )
    };
    let findings: Vec<Finding> = late.iter().map(finding).collect();
    if findings.is_empty() {
        return Ok(vec![Finding::fine("notices", "no member is late in confirming one")]);
    }
    Ok(findings)
}

/// How messages to people stand: numbers, and nobody's.
fn messages(registry: &Registry) -> Result<Finding, Trouble> {
    let Overview { counts, letters } = overview(registry, registry.sure_today())?;
    let [planned, sending, sent, failed] = [counts.planned, counts.sending, counts.sent, counts.failed].map(counted);
    let says = format!(
        "{planned} wait for their hour, {sending} are on their way, {sent} were sent, {failed} were not delivered; {} people can be told in time by letter alone",
        counted(letters)
    );
    Ok(Finding::fine("messages", says))
}

/// How e-mails to those at the counters stand; nothing if none was ever written.
fn told_staff(path: &Path) -> Option<Finding> {
    let file = path.join(TOLD_STAFF);
    let next =
        || format!("name another address, or give them another mail server; the file {} has each text", file.display());
    match StaffBook::count(&file) {
        Ok(None) => None,
        Ok(Some(StaffCounts { sending, sent, failed })) => {
            let [sending, sent, undelivered] = [sending, sent, failed].map(counted);
            let says = format!(
                "to officers and supervisors {sending} are on their way, {sent} were sent, {undelivered} were not delivered"
            );
            Some(if failed == 0 { Finding::fine("messages", says) } else { Finding::warning("messages", says, next()) })
        }
        Err(_) => Some(Finding::warning(
            "messages",
            format!("{} cannot be read", file.display()),
            "move it away; what is still so is told once more",
        )),
    }
}

fn law(registry: &Registry) -> Vec<Finding> {
    let profile = &registry.profile;
    let mut findings = Vec::new();
    if profile.is_approved() {
        findings.push(Finding::fine(
            "profile",
            format!("{} ({}), approved by {}", profile.name, profile.code, profile.approved_by),
        ));
    } else {
        let says = format!("{} ({}) is approved by nobody; only a demo starts by it", profile.name, profile.code);
        let next = match registry.mode {
            Mode::Demo => "nothing, in a demo; before real records are kept, a lawyer of the place must approve it",
            Mode::Real => "have a lawyer of the place approve it",
        };
        findings.push(Finding::warning("profile", says, next));
    }
    for warning in &profile.warnings {
        let says = format!(
            "layer {} gives {} = {}, which is below the floor; {} holds",
            warning.layer, warning.key, warning.given, warning.kept
        );
        findings.push(Finding::warning("profile", says, "nothing: the floor holds whatever a profile says"));
    }
    let year = registry.today().year();
    let missing: Vec<String> = [year, year + 1]
        .iter()
        .filter(|year| !registry.holidays.years.contains_key(year))
        .map(ToString::to_string)
        .collect();
    if missing.is_empty() {
        findings.push(Finding::fine("holidays", format!("{year} and {} are known", year + 1)));
    } else {
        let says =
            format!("no holidays are known for {}; rows whose end falls there are turned away", missing.join(" and "));
        findings.push(Finding::warning("holidays", says, "publish the calendar of that year"));
    }
    findings
}

fn officers(registry: &Registry, path: &Path) -> Vec<Finding> {
    let directory = registry.directory();
    let stopped = directory.officers.values().filter(|row| row.stopped);
    let finding = |code: &str| {
        Finding::warning(
            "officers",
            format!("{code} was stopped for asking like somebody who searches"),
            format!(
                "once it is cleared up: fairfile officer release {code} --by A --and B --reason TEXT --node {}",
                path.display()
            ),
        )
    };
    let findings: Vec<Finding> = stopped.map(|row| finding(row.officer.code.as_str())).collect();
    if findings.is_empty() { vec![Finding::fine("officers", "none is stopped")] } else { findings }
}
