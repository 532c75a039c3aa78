//! The life of records, lived through thousands of times: a small model says what must be answered, the node answers.
//!
//! A history is a few dozen commands drawn from a seed: files, corrections, questions, notices, days that pass, clocks
//! that are wrong, crashes between any two durable steps. Fifty histories share a node, each with people of its own,
//! so that a node grows old as a real one does. What must hold is numbered as in the table of threats:
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
//! cutting down needs no more than leaving out.
//!
//! `FAIRFILE_HISTORIES=N` runs N histories on each engine, `FAIRFILE_SEED=S` begins with another seed.

mod command;
mod life;
mod node;
mod spec;
mod text;

use std::sync::atomic::{AtomicU64, Ordering};

use command::{Command, Dice};
use fairfile_testkit::Engine;
use life::{Failure, Life};

/// Histories that one node lives through.
const TOGETHER: u64 = 50;
/// Every so many histories the whole node is held against its journal; always after the last.
const BETWEEN_REPLAYS: u64 = 10;
/// Nodes that live at once: most of a history is spent waiting for the disk and for an answer's tick.
const AT_ONCE: u64 = 4;
/// Histories that are run unless somebody asks for more.
const HISTORIES: u64 = 2_000;
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

/// A test that cannot fail shows nothing: a node whose data somebody meddled with is told from the model.
#[test]
fn a_node_that_forgets_a_withdrawal_is_found_out_on_sqlite() {
    let mut life = Life::founded(Engine::Sqlite, 1);
    let failure = life.is_meddled_with().expect_err("the node showed what was withdrawn");
    assert!(failure.what.contains("and should be"), "{}", failure.what);
}

#[expect(clippy::disallowed_methods, reason = "how many histories are run is for whoever runs them to say")]
fn number(variable: &str, otherwise: u64) -> u64 {
    let Ok(text) = std::env::var(variable) else { return otherwise };
    text.parse().unwrap_or_else(|_| panic!("{variable} is no number"))
}

fn all(engine: Engine) {
    let (histories, first) = (number("FAIRFILE_HISTORIES", HISTORIES), number("FAIRFILE_SEED", 1));
    let nodes = histories.div_ceil(TOGETHER);
    let next = AtomicU64::new(0);
    std::thread::scope(|scope| {
        let worker = || {
            loop {
                let node = next.fetch_add(1, Ordering::Relaxed);
                if node >= nodes {
                    return;
                }
                one_node(engine, first + node * TOGETHER, TOGETHER.min(histories - node * TOGETHER));
            }
        };
        let workers: Vec<_> = (0..AT_ONCE.min(nodes)).map(|_| scope.spawn(worker)).collect();
        for worker in workers {
            if let Err(panic) = worker.join() {
                // The others end with the histories that they are at.
                next.store(nodes, Ordering::Relaxed);
                std::panic::resume_unwind(panic);
            }
        }
    });
}

/// Lives through `count` histories from seed `first` on one node.
fn one_node(engine: Engine, first: u64, count: u64) {
    let mut life = Life::founded(engine, first);
    for seed in first..first + count {
        let history = Dice::of(seed).history();
        let replays = (seed - first) % BETWEEN_REPLAYS == BETWEEN_REPLAYS - 1 || seed + 1 == first + count;
        if let Err(failure) = life.lives(&history, replays) {
            drop(life);
            tell(engine, (first, seed), history, failure);
        }
    }
}

/// Fails with the least that is needed to fail again.
fn tell(engine: Engine, (first, seed): (u64, u64), history: Vec<Command>, failure: Failure) -> ! {
    let alone = |history: &[Command]| Life::founded(engine, first).lives(history, true).err();
    let Some(again) = alone(&history) else {
        let lines: String = history.iter().map(|command| format!("  {command:?}\n")).collect();
        panic!(
            "history {seed} of a node that began with {first} fails on {engine:?} at command {}, and not by itself \
             (FAIRFILE_SEED={first} runs all of them):\n{lines}{}",
            failure.at, failure.what
        );
    };
    let (history, again) = cut_down(history, again, alone);
    let lines: String = history.iter().map(|command| format!("  {command:?}\n")).collect();
    panic!(
        "history {seed} fails on {engine:?} at command {} (FAIRFILE_SEED={seed} FAIRFILE_HISTORIES=1); it needs no more \
         than:\n{lines}{}",
        again.at, again.what
    );
}

/// Leaves out what a failing history does not need: first all that came after the failure, then ever smaller pieces.
fn cut_down(
    mut history: Vec<Command>,
    mut failure: Failure,
    fails: impl Fn(&[Command]) -> Option<Failure>,
) -> (Vec<Command>, Failure) {
    let mut left = MOST_CUTS;
    history.truncate(failure.at + 1);
    let mut piece = history.len() / 2;
    while piece > 0 && left > 0 {
        let mut at = 0;
        while at < history.len() && left > 0 {
            let without: Vec<Command> =
                history.iter().take(at).chain(history.iter().skip(at + piece)).cloned().collect();
            left -= 1;
            match fails(&without) {
                Some(again) => (history, failure) = (without, again),
                None => at += piece,
            }
        }
        piece /= 2;
    }
    (history, failure)
}
