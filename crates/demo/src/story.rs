//! The story of a file that is fair to the person it is about, told in fourteen sentences, each of which is checked.
//!
//! It is walked on a throw-away node with the half year of `half_year.rs` in it, through the same counter
//! as everything else. A sentence is told only after its step has held; the first step that does not hold
//! ends the story with a plain message.

mod corrections;
mod looks;
mod proofs;
mod sources;

use std::error::Error;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use fairfile_domain::catalog::Bilingual;
use fairfile_proof::{Report, VerifyError, verify_file};
use fairfile_service::Registry;
use fairfile_service::person::FileView;
use serde_json::{Value, json};

use crate::counter::{ActError, Counter};
use crate::half_year::{self, FillError, Filled};
use crate::people::{Person, Trade};

/// The language in which the story is told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Simplified Chinese.
    Zh,
}

/// The story did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum StoryError {
    /// The node of the story could not be made.
    #[error("the node of the story could not be made: {0}")]
    Fill(#[from] FillError),
    /// A step did not hold.
    #[error("step {step} of {STEPS} did not hold: {why}")]
    Step {
        /// The step, from 1.
        step: usize,
        /// What was expected and not found, or what failed.
        #[source]
        why: Trouble,
    },
    /// A sentence could not be written.
    #[error("the story could not be written out")]
    Output(#[from] io::Error),
}

/// What kept a step from holding.
pub type Trouble = Box<dyn Error + Send + Sync>;

/// How many steps there are.
pub const STEPS: usize = 14;

/// A purpose that officer 0417 does not hold.
pub const DENIED_PURPOSE: &str = "food-permit";

/// What a step tells once it has held.
type Told = Result<Bilingual, Trouble>;

const ALL: [fn(&mut Walk<'_>) -> Told; STEPS] = [
    sources::a_real_file_goes_in,
    sources::the_same_file_changes_nothing,
    looks::the_person_sees_law_and_end,
    looks::an_officer_gets_what_the_purpose_allows,
    looks::a_denied_look_is_seen,
    looks::three_reasons_one_answer,
    corrections::a_mistake_is_taken_back,
    corrections::whoever_was_told_confirms,
    sources::an_adverse_record_lives_and_ends,
    proofs::copies_leave_no_look_out,
    looks::a_search_through_people_is_stopped,
    proofs::one_changed_byte_is_found,
    sources::the_catalog_refuses,
    proofs::the_journal_names_nobody,
];

/// Walks the story on a new node in `path` and writes a numbered sentence for each step that held.
///
/// `path` must be new or empty; with `postgres` the data lies there, in an empty database. It blocks for some
/// seconds, and must not be called inside an async task.
///
/// # Errors
/// [`StoryError`]: the first step that did not hold.
pub fn check(
    path: &Path,
    postgres: Option<&str>,
    seed: u64,
    language: Language,
    out: &mut dyn Write,
) -> Result<(), StoryError> {
    walk(path, postgres, seed, &mut |step, told| {
        let sentence = match language {
            Language::En => &told.en,
            Language::Zh => &told.zh,
        };
        writeln!(out, "{step:>2}. {sentence}")
    })
}

/// Walks the story as [`check`] does, and hands each sentence to `tell` in both languages, with its step from 1.
///
/// # Errors
/// [`StoryError`].
pub fn walk(
    path: &Path,
    postgres: Option<&str>,
    seed: u64,
    tell: &mut dyn FnMut(usize, &Bilingual) -> io::Result<()>,
) -> Result<(), StoryError> {
    let now = half_year::now().map_err(FillError::from)?;
    let (folder, registry, filled) = half_year::live(path, postgres, seed, now)?;
    let counter = Counter::open(&registry, &folder).map_err(FillError::from)?;
    let mut walk =
        Walk { reg: &registry, counter, filled, seed, first_receipt: vec![], first_copy: vec![], ban_receipt: vec![] };
    for (step, go) in (1..).zip(ALL) {
        let told = go(&mut walk).map_err(|why| StoryError::Step { step, why })?;
        tell(step, &told)?;
    }
    Ok(())
}

/// The story under way.
struct Walk<'n> {
    reg: &'n Arc<Registry>,
    counter: Counter<'n>,
    filled: Filled,
    seed: u64,
    /// The receipt of the first file, for the second time that it is handed in.
    first_receipt: Vec<u8>,
    /// Lin Xiaohe's first copy, for the one that is taken later.
    first_copy: Vec<u8>,
    /// The receipt of a look that showed the mistaken ban, for the day on which that is taken back.
    ban_receipt: Vec<u8>,
}

impl Walk<'_> {
    fn lin(&self) -> Result<Person, ActError> {
        self.filled.lin().cloned()
    }

    /// Somebody of this trade who is neither Lin Xiaohe nor her namesake.
    fn somebody(&self, trade: Trade) -> Result<Person, ActError> {
        let others = self.filled.people.iter().skip(crate::people::NAMESAKE + 1);
        others.clone().find(|person| person.trade == trade).cloned().ok_or(ActError::Table("nobody of this trade"))
    }

    /// Checks a file as anybody can, offline, with nothing but the node's published key.
    fn verify(&self, file: &[u8], earlier: Option<&[u8]>) -> Result<Report, VerifyError> {
        verify_file(file, Some(&self.reg.publisher.key().vkey()), earlier)
    }

    /// The signed copy of a file that was opened.
    fn copy(&self, view: &FileView) -> Result<Vec<u8>, Trouble> {
        let record = |shown: &fairfile_vault::Shown| -> Value {
            let inputs = shown.inputs.iter().map(|(code, value)| json!({ "input": code.as_str(), "value": value }));
            json!({
                "record_id": shown.on_file.record.to_string(),
                "item": shown.on_file.item.as_str(),
                "display_until": shown.on_file.terms.display_until.to_string(),
                "inputs": inputs.collect::<Vec<_>>(),
            })
        };
        Ok(view.signed_copy(self.reg, view.records.iter().map(record).collect())?)
    }
}

/// Ends the step unless `holds`; `expected` says what should have been.
fn held(holds: bool, expected: &str) -> Result<(), Trouble> {
    if holds { Ok(()) } else { Err(format!("expected that {expected}").into()) }
}

fn told(en: String, zh: String) -> Told {
    Ok(Bilingual { en, zh })
}
