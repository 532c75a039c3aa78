//! The life of records, lived through thousands of times: a small model says what must be answered, the node answers.
//!
//! A history is a few dozen commands drawn from a seed: files, corrections, questions, notices, days that pass, clocks
//! that are wrong, crashes between any two durable steps, losses and restores. Fifty histories share a node, each with
//! people of its own, so that a node grows old as a real one does. What must hold is numbered as in the table of threats:
//!
//! - M1, M4: what is shown is named for the purpose and on display; what was over is never shown again.
//! - M2, M3: every look stands once in its file, denied ones too; no look without a leaf, no leaf without its act.
//! - M5: what is destroyed is read by nobody. M6, M7: whoever was told is told again, and no day of a notice moves.
//! - M8: the state is the fold of the journal. M9: every earlier head is a beginning of it.
//! - M10: what is sent again gets the same answer, receipt and all.
//!
//! A failing history is cut down to the commands that it needs, on fresh nodes, and printed with its seed. The generator
//! is our own and not `proptest-state-machine`: a node costs half a second to found, so histories must share nodes, and
//! crashes and cuts are steps of ours, not of a test runner. Any part of a history is a history (see `command.rs`), so
//! cutting down needs no more than leaving out. What was done and answered is counted, and must have come to everything
//! that `tally.rs` names: histories in which nothing happens prove nothing.
//!
//! `FAIRFILE_HISTORIES=N` runs N histories on each engine, `FAIRFILE_SEED=S` begins with another seed.

mod command;
mod life;
mod node;
mod spec;
mod tally;
mod text;

use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use command::{Command, Dice};
use fairfile_testkit::Engine;
use life::{Failure, Life};
use tally::Tally;

/// Histories that one node lives through.
const TOGETHER: u64 = 50;
/// Every so many histories the whole node is held against its journal; always after the last.
const BETWEEN_REPLAYS: u64 = 10;
/// Nodes that live at once: most of a history is spent waiting for the disk and for an answer's tick.
const AT_ONCE: u64 = 12;
/// Histories that are run unless somebody asks for more.
const HISTORIES: u64 = 2_000;
/// So many histories have come to everything that can happen.
const ENOUGH: u64 = 1_000;
/// Fresh nodes that cutting down may cost.
const MOST_CUTS: u32 = 80;

#[test]
fn two_thousand_histories_on_sqlite() {
    all(Engine::Sqlite);
}

#[test]
fn two_thousand_histories_on_postgres() {
    all(Engine::Postgres);
}

/// An oracle that never says no shows nothing: somebody lengthens what is displayed, and the model says so.
#[test]
fn a_node_that_shows_what_is_over_is_found_out_on_sqlite() {
    let failure = Life::founded(Engine::Sqlite, 1).is_meddled_with().expect_err("it showed what was over");
    assert!(failure.at == 1 && failure.what.contains("and is shown again"), "{}", failure.what);
}

#[test]
fn a_failing_history_is_cut_down_to_what_it_needs() {
    let fails = |history: &[Command]| {
        let has = |command: &Command| history.contains(command);
        let what = "a crash, then the calendar".to_owned();
        (has(&Command::Crash) && has(&Command::Calendar)).then(|| Failure { at: history.len() - 1, what })
    };
    let noise = |place: u8| Command::ReadFile(place);
    let mut history: Vec<Command> = (0..20).map(noise).collect();
    history.insert(7, Command::Crash);
    history.insert(15, Command::Calendar);
    let least = cut_down(history, MOST_CUTS, fails);
    assert_eq!(least, [Command::Crash, Command::Calendar]);
}

#[expect(clippy::disallowed_methods, reason = "how many histories are run is for whoever runs them to say")]
fn number(variable: &str, otherwise: u64) -> u64 {
    let Ok(text) = std::env::var(variable) else { return otherwise };
    text.parse().unwrap_or_else(|_| panic!("{variable} is no number"))
}

fn all(engine: Engine) {
    let (histories, first) = (number("FAIRFILE_HISTORIES", HISTORIES), number("FAIRFILE_SEED", 1));
    let (next, failed, tally) = (AtomicU64::new(0), AtomicBool::new(false), Mutex::new(Tally::default()));
    let worker = || {
        loop {
            let begun = next.fetch_add(TOGETHER, Ordering::Relaxed);
            if begun >= histories {
                return Ok(());
            }
            let counted = one_node(engine, first + begun..first + histories.min(begun + TOGETHER), &failed)?;
            tally.lock().expect("no thread fails here").adds(&counted);
        }
    };
    let outcome: Result<Vec<()>, String> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().map(|worker| worker.join().expect("a failure has words")).collect()
    });
    if let Err(words) = outcome {
        panic!("{words}");
    }
    let tally = tally.into_inner().expect("no thread fails here");
    println!("{histories} histories from seed {first} on {engine:?}:\n{tally}");
    let missing = tally.missing();
    assert!(histories < ENOUGH || missing.is_empty(), "{histories} histories never came to {missing:#?}");
}

/// Lives through the histories of `seeds` on one node; what they came to, or what the first of them fails by. Whoever
/// finds a failure says so by `failed`, and the others end.
fn one_node(engine: Engine, seeds: Range<u64>, failed: &AtomicBool) -> Result<Tally, String> {
    let mut life = Life::founded(engine, seeds.start);
    for seed in seeds.clone() {
        if failed.load(Ordering::Relaxed) {
            break;
        }
        let replays = (seed - seeds.start) % BETWEEN_REPLAYS == BETWEEN_REPLAYS - 1 || seed + 1 == seeds.end;
        if let Err(failure) = life.lives(&Dice::of(seed).history(), replays) {
            failed.store(true, Ordering::Relaxed);
            drop(life);
            return Err(least(engine, seeds.start..seed, seed, &failure));
        }
    }
    life.ends_well().map_err(|what| format!("the node of the histories {seeds:?} on {engine:?} is audited: {what}"))
}

/// The least that is needed for the history of `seed` to fail again, in words; `before` are those before it on its node.
fn least(engine: Engine, before: Range<u64>, seed: u64, failure: &Failure) -> String {
    let node = before.start;
    let after = |before: &[u64], history: &[Command]| {
        let mut life = Life::founded(engine, node);
        before
            .iter()
            .try_for_each(|seed| life.lives(&Dice::of(*seed).history(), false))
            .err()
            .map_or_else(|| life.lives(history, true).err(), |_another_failure| None)
    };
    let (whole, before) = (Dice::of(seed).history(), before.collect::<Vec<u64>>());
    let before = match after(&[], &whole) {
        Some(_) => Vec::new(),
        None => cut_down(before, MOST_CUTS / 4, |before| after(before, &whole)),
    };
    let Some(again) = after(&before, &whole) else {
        let lines = lines(&whole);
        let Failure { at, what } = failure;
        return format!(
            "history {seed} fails on {engine:?} at command {at}, and not on another node (FAIRFILE_SEED={node} \
             FAIRFILE_HISTORIES={TOGETHER} runs all that came before it on its own):\n{lines}{what}"
        );
    };
    let history = whole.into_iter().take(again.at + 1).collect();
    let history = cut_down(history, MOST_CUTS, |history| after(&before, history));
    let Failure { at, what } = after(&before, &history).unwrap_or(again);
    let lines = lines(&history);
    format!(
        "history {seed} fails on {engine:?} at command {at} (FAIRFILE_SEED={node} FAIRFILE_HISTORIES={TOGETHER}); after the \
         histories {before:?} it needs no more than:\n{lines}{what}"
    )
}

fn lines(history: &[Command]) -> String {
    history.iter().map(|command| format!("  {command:?}\n")).collect()
}

/// Leaves out of `pieces` what a failure does not need, in ever smaller parts, trying at most `most` times.
fn cut_down<T: Clone>(mut pieces: Vec<T>, most: u32, fails: impl Fn(&[T]) -> Option<Failure>) -> Vec<T> {
    let mut left = most;
    let mut part = pieces.len().div_ceil(2);
    while part > 0 && left > 0 {
        let mut at = 0;
        while at < pieces.len() && left > 0 {
            let without: Vec<T> = pieces.iter().take(at).chain(pieces.iter().skip(at + part)).cloned().collect();
            left -= 1;
            if fails(&without).is_some() { pieces = without } else { at += part }
        }
        part /= 2;
    }
    pieces
}
