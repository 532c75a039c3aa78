//! `fairfile doctor`: looks a node over and says, for every state it finds, which command comes next.

use std::path::Path;

use fairfile_domain::day::Instant;
use fairfile_proof::{Hash, Tree};
use fairfile_service::Registry;
use fairfile_service::registry::Mode;
use fairfile_store::{StoreError, batch, journal, node, record};
use serde_json::{Value, json};

use crate::ambient::machine_clock;
use crate::node::Node;
use crate::trouble::{Exit, Trouble};
use crate::voice::{Voice, counted, padded};

/// Leaves that are read at a time.
const AT_ONCE: u32 = 4_096;

/// How grave a state is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Grave {
    Fine,
    Warning,
    Broken,
}

/// One state, in words, and what to do about it.
struct Finding {
    check: &'static str,
    grave: Grave,
    says: String,
    next: Option<String>,
}

impl Finding {
    fn fine(check: &'static str, says: impl Into<String>) -> Self {
        Self { check, grave: Grave::Fine, says: says.into(), next: None }
    }

    fn warning(check: &'static str, says: impl Into<String>, next: impl Into<String>) -> Self {
        Self { check, grave: Grave::Warning, says: says.into(), next: Some(next.into()) }
    }

    fn broken(check: &'static str, says: impl Into<String>, next: impl Into<String>) -> Self {
        Self { check, grave: Grave::Broken, says: says.into(), next: Some(next.into()) }
    }

    fn document(&self) -> Value {
        let state = match self.grave {
            Grave::Fine => "fine",
            Grave::Warning => "warning",
            Grave::Broken => "broken",
        };
        json!({ "check": self.check, "state": state, "says": self.says, "next": self.next })
    }
}

/// Leaves with 0 if nothing is broken, warnings or not.
pub fn run(voice: &Voice, path: &Path) -> Result<Exit, Trouble> {
    let node = Node::open(path)?;
    let registry = &node.registry;
    let mut findings = vec![engine(registry)?, keys(registry, path)?];
    findings.extend(journal_findings(registry)?);
    findings.extend(batches(registry, path)?);
    findings.extend(clock(registry, path));
    findings.extend(due(registry, path)?);
    findings.extend(law(registry));
    findings.extend(officers(registry, path));
    let broken = findings.iter().any(|finding| finding.grave == Grave::Broken);
    let document = json!({
        "schema": "fairfile.doctor/1",
        "ok": !broken,
        "findings": findings.iter().map(Finding::document).collect::<Vec<_>>(),
    });
    voice.tell(&document, || text(voice, &findings))?;
    Ok(if broken { Exit::Failed } else { Exit::Done })
}

fn text(voice: &Voice, findings: &[Finding]) -> String {
    let mut text = String::new();
    for finding in findings {
        let word = match finding.grave {
            Grave::Fine => voice.pick("fine", "正常"),
            Grave::Warning => voice.pick("warning", "注意"),
            Grave::Broken => voice.pick("BROKEN", "损坏"),
        };
        text += &format!(" {} {}  {}\n", padded(finding.check, 9), padded(word, 7), finding.says);
        if let Some(next) = &finding.next {
            text += &format!("   = {}: {next}\n", voice.pick("next", "下一步"));
        }
    }
    text
}

fn engine(registry: &Registry) -> Result<Finding, Trouble> {
    let (engine, sound) = node::examine(&mut registry.store.read()?)?;
    Ok(if sound {
        Finding::fine("engine", format!("{engine}; its file is sound"))
    } else {
        Finding::broken(
            "engine",
            format!("{engine} finds its file damaged"),
            "stop the node and restore the last backup of `data`, leaving `keys` as they are",
        )
    })
}

fn keys(registry: &Registry, path: &Path) -> Result<Finding, Trouble> {
    let count = registry.vault.keyring().count().map_err(|error| Trouble::said(Exit::Failed, "U018", &error))?;
    let says = format!("the key store opens under its root key and holds {} keys of contents", counted(count));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let root = path.join("keys/root.key");
        let open = std::fs::metadata(&root).is_ok_and(|file| file.permissions().mode() & 0o077 != 0);
        if open {
            return Ok(Finding::broken(
                "keys",
                "others on this machine can read the root key",
                format!("chmod 600 {}", root.display()),
            ));
        }
    }
    Ok(Finding::fine("keys", says))
}

/// The journal is put together again from its leaves and held against the head that the node signs.
fn journal_findings(registry: &Registry) -> Result<Vec<Finding>, Trouble> {
    let head = registry.store.head();
    let size = head.snapshot().size();
    let (found, root, last_minute) = rebuilt(registry, size)?;
    let stop =
        "stop the node, keep its folder as it is, and tell the supervisor; then restore the last backup of `data`";
    if found != size || root != head.snapshot().root() {
        let says = format!("the {} entries found do not give the head over {}", counted(found), counted(size));
        return Ok(vec![Finding::broken("journal", says, stop)]);
    }
    let checkpoint = registry.publisher.checkpoint(&head)?;
    if registry.publisher.key().verifier().open_checkpoint(&checkpoint).is_err() {
        return Ok(vec![Finding::broken("journal", "its head is not signed by the node's key", stop)]);
    }
    let mut findings =
        vec![Finding::fine("journal", format!("all {} entries together give the signed head", counted(size)))];
    if last_minute > registry.clock.now().minute() {
        findings.push(Finding::warning(
            "journal",
            "the latest entry is dated later than the node's clock stands",
            "set the clock: a demo's by `fairfile clock --at`, a machine's by its time service",
        ));
    }
    Ok(findings)
}

fn rebuilt(registry: &Registry, size: u64) -> Result<(u64, Hash, u64), Trouble> {
    let (mut tree, mut reader, mut last_minute) = (Tree::empty(), registry.store.read()?, 0);
    while tree.size() < size {
        let most = AT_ONCE.min(u32::try_from(size - tree.size()).unwrap_or(AT_ONCE));
        let leaves = match journal::list_leaves(&mut reader, tree.size(), most) {
            Ok(leaves) => leaves,
            // A leaf that is none ends the count; the comparison tells.
            Err(StoreError::BadRow { .. }) => Vec::new(),
            Err(error) => return Err(error.into()),
        };
        if leaves.is_empty() {
            break;
        }
        for leaf in &leaves {
            tree.append(leaf.hash());
            last_minute = leaf.minute();
        }
        tree.take_full_tiles();
    }
    Ok((tree.size(), tree.snapshot().root(), last_minute))
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
    let ends = !record::list_to_end(&mut reader, today, 1)?.is_empty();
    let destroys = !record::list_to_destroy(&mut reader, today, 1)?.is_empty();
    if !ends && !destroys {
        return Ok(vec![Finding::fine("calendar", "what the days that have surely passed demand is done")]);
    }
    let next = format!("fairfile calendar run --node {}", path.display());
    let mut findings = Vec::new();
    if destroys {
        findings.push(Finding::warning(
            "calendar",
            "the content of some records has outlived its retention",
            next.clone(),
        ));
    }
    if ends {
        findings.push(Finding::warning(
            "calendar",
            "some displays have ended and the end is not written down; nobody sees them",
            next,
        ));
    }
    Ok(findings)
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
