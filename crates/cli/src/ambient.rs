//! The machine around us: its clock, its surroundings, its terminal, its log. Read here and handed down.
#![allow(
    clippy::disallowed_methods,
    reason = "this is the outermost room: what the others must not read is read here and handed to them as values"
)]

use std::io::IsTerminal;
use std::panic;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use fairfile_domain::day::Instant;
use fairfile_service::clock::{Machine, Uptime};
use fairfile_vault::Chance;
use tracing_subscriber::EnvFilter;

use crate::trouble::{Exit, Trouble};

/// The machine's two clocks, if the one on the wall can be read at all.
///
/// # Errors
/// It stands before 1970 or after the year 9999: nothing is opened by such a clock.
pub fn machine() -> Result<Machine, Trouble> {
    if read_wall().is_none() {
        let text = "the machine's clock stands before 1970 or after the year 9999; nothing was changed";
        return Err(Trouble::new(Exit::Failed, "U030", text));
    }
    let boot = boot();
    Ok(Machine::of(machine_clock).with_uptime(move || Some(Uptime { boot: boot?, micros: uptime()? })))
}

/// The machine's clock on the wall. Where it cannot be read any more, the last time that could: it stands.
pub fn machine_clock() -> Instant {
    static LAST: Mutex<Option<Instant>> = Mutex::new(None);
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(now) = read_wall() {
        *last = Some(now);
        return now;
    }
    tracing::error!("the machine's clock stands before 1970 or after the year 9999; set it right");
    last.unwrap_or(Instant::LAST)
}

fn read_wall() -> Option<Instant> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    Instant::from_unix_micros(i64::try_from(since.as_micros()).ok()?).ok()
}

/// By what the system tells this boot from all others.
#[cfg(target_os = "linux")]
fn boot() -> Option<[u8; 16]> {
    let text = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let bytes = hex::decode(text.trim().replace('-', "")).ok()?;
    bytes.try_into().ok()
}

/// Microseconds since the machine was started, sleep included.
#[cfg(target_os = "linux")]
fn uptime() -> Option<i64> {
    let up = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    up.tv_sec.checked_mul(1_000_000)?.checked_add(up.tv_nsec / 1_000)
}

/// Elsewhere the system does not tell: sure is what members and people confirm.
#[cfg(not(target_os = "linux"))]
fn boot() -> Option<[u8; 16]> {
    None
}

#[cfg(not(target_os = "linux"))]
fn uptime() -> Option<i64> {
    None
}

/// Seconds since 1970, as signatures are dated.
pub fn unix_seconds() -> i64 {
    machine_clock().unix_micros().div_euclid(1_000_000)
}

/// A stretch of time under way, for whether to show a bar; nothing is decided or dated by it.
#[derive(Clone, Copy)]
pub struct Stopwatch(std::time::Instant);

impl Stopwatch {
    /// Starts now.
    pub fn start() -> Self {
        Self(std::time::Instant::now())
    }

    /// How long it has been under way.
    pub fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}

/// Whether text written to standard error may have colours.
pub fn has_colour() -> bool {
    let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    !refused && std::io::stderr().is_terminal()
}

/// How this program was called, for lines that its reader may copy.
pub fn program() -> String {
    std::env::args().next().unwrap_or_else(|| "fairfile".into())
}

/// Content that is in memory must not reach a disk by way of a crash, nor another process of the same account.
///
/// The limit keeps the system from writing a core itself; that the process cannot be dumped keeps it as well from handing
/// one to a program that collects them, and from letting anybody but the administrator read along.
pub fn keep_memory_private() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let none = Rlimit { current: Some(0), maximum: Some(0) };
        if setrlimit(Resource::Core, none).is_err() {
            eprintln!("warning: the system does not let core dumps be switched off");
        }
    }
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        if set_dumpable_behavior(DumpableBehavior::NotDumpable).is_err() {
            eprintln!("warning: the system does not let this program's memory be kept from others");
        }
    }
}

/// Ends the program later, at the step that FAIRFILE_FAULT names: `Committed 3` is the third time.
#[cfg(feature = "faults")]
pub fn end_where_a_trial_says() {
    let asked = std::env::var("FAIRFILE_FAULT").ok();
    if let Some((step, time)) = asked.as_deref().and_then(|asked| asked.split_once(' ')) {
        fairfile_store::faults::end_at(step, time.parse().unwrap_or(1));
    }
}

/// Lets a panic say one line: where, and under which number. What it was about may be somebody's, and is not said.
pub fn install_panic_hook() -> &'static str {
    static INCIDENT: OnceLock<String> = OnceLock::new();
    let incident = INCIDENT.get_or_init(|| hex::encode(Chance::system().bytes::<4>().unwrap_or_default()));
    panic::set_hook(Box::new(move |info| {
        let place = info.location().map(|place| (tail_of(place.file()), place.line()));
        let (file, line) = place.unwrap_or_default();
        eprintln!(
            "error[U099]: fairfile met an error of its own at {file}:{line}, incident {incident}; nothing that it read is shown here"
        );
    }));
    incident
}

/// The last three parts of a source path: the rest is about the machine that it was built on.
fn tail_of(path: &str) -> String {
    let mut parts: Vec<&str> = path.rsplit(['/', '\\']).take(3).collect();
    parts.reverse();
    parts.join("/")
}

/// Starts the log on standard error. Only our own rooms speak in it: they are tested to name nobody.
pub fn start_log(verbose: u8, default: &'static str) {
    const LEVELS: [&str; 5] = ["error", "warn", "info", "debug", "trace"];
    let asked = std::env::var("FAIRFILE_LOG").ok();
    let level = match verbose {
        0 => asked.as_deref().and_then(|word| LEVELS.into_iter().find(|level| *level == word)).unwrap_or(default),
        1 => "info",
        2 => "debug",
        _ => "trace",
    };
    let rooms = [
        "fairfile",
        "fairfile_http",
        "fairfile_service",
        "fairfile_store",
        "fairfile_vault",
        "fairfile_journal",
        "fairfile_post",
    ];
    let rules: Vec<String> = rooms.iter().map(|room| format!("{room}={level}")).collect();
    let log = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(rules.join(",")))
        .with_writer(std::io::stderr)
        .with_ansi(has_colour())
        .with_target(false);
    if log.try_init().is_err() {
        eprintln!("warning: the log was started before");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_the_source_does_not_name_the_machine() {
        assert_eq!(tail_of("/home/somebody/registry/src/a-1.0/src/lib.rs"), "a-1.0/src/lib.rs");
        assert_eq!(tail_of("lib.rs"), "lib.rs");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_memory_is_nobody_else_s() {
        use rustix::process::{DumpableBehavior, Resource, dumpable_behavior, getrlimit};
        keep_memory_private();
        assert_eq!(dumpable_behavior().expect("the system tells"), DumpableBehavior::NotDumpable);
        let limit = getrlimit(Resource::Core);
        assert_eq!((limit.current, limit.maximum), (Some(0), Some(0)));
    }

    #[test]
    fn the_machine_has_a_time() {
        assert!(unix_seconds() > 1_600_000_000);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_machine_tells_how_long_it_is_up_and_in_which_boot() {
        let machine = machine().expect("a clock");
        let (first, second) = (machine.uptime().expect("an uptime"), machine.uptime().expect("an uptime"));
        assert_eq!(first.boot, second.boot);
        assert!(0 < first.micros && first.micros <= second.micros);
    }
}
