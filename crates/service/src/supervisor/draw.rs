//! Drawing a sample of looks that nobody chooses: announced by a fingerprint of words, made when the words are told.
//!
//! Both steps are journaled, so a draw is not repeated until one fits: whoever announced it and never told the words is
//! seen to have done so. How the entries follow from the words is `fairfile_proof::draw`, for anybody to work out again.

use fairfile_domain::id::{DrawId, StaffCode};
use fairfile_proof::draw::fingerprint;
use fairfile_store::draw::{self, DrawOnFile, Made};
use fairfile_store::{Leaves, Pending, StoreError};

use crate::events::{self, Event};
use crate::registry::{Registry, RegistryError};

/// The most looks of one draw.
pub const MOST_LOOKS: u32 = 50;
/// The longest words, in characters.
pub const MOST_WORDS: usize = 200;
/// The most draws that are listed.
const LISTED: u32 = 200;

/// A draw to be announced.
#[derive(Debug, Clone)]
pub struct Announcement {
    /// Who announces it.
    pub by: StaffCode,
    /// SHA-256 of the words, which nobody but that person knows yet.
    pub fingerprint: [u8; 32],
    /// How many looks are wanted, 1 to [`MOST_LOOKS`].
    pub looks: u32,
    /// What makes a second sending the same announcement.
    pub once: String,
}

/// A draw was neither announced nor made.
#[derive(Debug, thiserror::Error)]
pub enum DrawError {
    /// The number of looks is no number from 1 to [`MOST_LOOKS`].
    #[error("a draw is of 1 to {MOST_LOOKS} looks; choose a number between them")]
    Looks,
    /// The fingerprint was announced before: its words may be known.
    #[error("this fingerprint was announced before; think of new words and announce theirs")]
    Reused,
    /// There is no such draw.
    #[error("there is no draw of this id; see the list of draws")]
    Unknown,
    /// The words do not make the fingerprint that was announced.
    #[error("these words do not make the fingerprint that was announced; write them exactly as then")]
    OtherWords,
    /// The node failed.
    #[error(transparent)]
    Registry(#[from] RegistryError),
}

impl From<StoreError> for DrawError {
    fn from(source: StoreError) -> Self {
        Self::Registry(source.into())
    }
}

/// Every draw, newest first.
///
/// # Errors
/// What the store says.
pub fn list_draws(reg: &Registry) -> Result<Vec<DrawOnFile>, RegistryError> {
    Ok(draw::list(&mut reg.store.read()?, LISTED)?)
}

/// Whether `words` can be those of the draw's fingerprint. Nothing is changed, and nothing told.
///
/// # Errors
/// [`DrawError::Unknown`], [`DrawError::OtherWords`].
pub fn fits(reg: &Registry, draw: DrawId, words: &str) -> Result<DrawOnFile, DrawError> {
    let found = draw::find(&mut reg.store.read()?, draw)?.ok_or(DrawError::Unknown)?;
    let is_short = words.chars().count() <= MOST_WORDS;
    if is_short && fingerprint(words) == found.fingerprint { Ok(found) } else { Err(DrawError::OtherWords) }
}

/// Announces a draw. The looks journaled before it are those of which is drawn. Sent twice, it is announced once.
///
/// # Errors
/// [`DrawError`]; then nothing was announced.
pub fn announce_draw(reg: &Registry, new: &Announcement) -> Result<DrawId, DrawError> {
    if !(1..=MOST_LOOKS).contains(&new.looks) {
        return Err(DrawError::Looks);
    }
    let hash = reg.vault.keyring().hashes().content_of("draw", new.once.as_bytes());
    let id = DrawId::from_bytes(hash.first_chunk().copied().unwrap_or_default());
    let now = reg.clock.now();
    let event = Event::new()
        .whole("at", now.unix_micros())
        .text("by", new.by.as_str())
        .hex("draw_id", id.as_bytes())
        .text("event", "draw-announced")
        .hex("fingerprint", &new.fingerprint)
        .whole("looks", i64::from(new.looks))
        .bytes();
    let entry =
        events::written(reg.vault.keyring().hashes(), reg.fresh_event().map_err(RegistryError::from)?, now, event, 0)?;
    let mut row = DrawOnFile {
        draw: id,
        announced_at: now.unix_micros(),
        announced_by: new.by.clone(),
        fingerprint: new.fingerprint,
        looks: new.looks,
        leaf: 0,
        made: None,
    };
    let pending: Pending<(), Stopped> = reg.store.write(move |mut tx| {
        row.leaf = tx.next_leaf();
        if draw::find(&mut tx, row.draw)?.is_some() {
            return Err(Stopped::Done);
        }
        if draw::is_known(&mut tx, &row.fingerprint)? {
            return Err(Stopped::Known);
        }
        draw::announce(&mut tx, &row)?;
        Ok(tx.commit(Leaves::one(entry.open_entry()), ()))
    });
    match pending.wait() {
        Ok(_) | Err(Stopped::Done) => Ok(id),
        Err(Stopped::Known) => Err(DrawError::Reused),
        Err(Stopped::Store(error)) => Err(error.into()),
    }
}

/// Makes a draw that was announced by telling its words, by whoever is the supervisor now. Told twice, it is made once.
///
/// # Errors
/// [`DrawError`]; then nothing was drawn.
pub fn make_draw(reg: &Registry, by: &StaffCode, id: DrawId, words: &str) -> Result<(), DrawError> {
    if fits(reg, id, words)?.made.is_some() {
        return Ok(());
    }
    let now = reg.clock.now();
    let event = Event::new()
        .whole("at", now.unix_micros())
        .text("by", by.as_str())
        .hex("draw_id", id.as_bytes())
        .text("event", "draw-made")
        .text("words", words)
        .bytes();
    // The draw and this event share their id, so that the stamp of the one is the stamp of the other.
    let entry = events::written(reg.vault.keyring().hashes(), id.retype(), now, event, 0)?;
    let mut made = Made { at: now.unix_micros(), by: by.clone(), words: words.to_owned(), leaf: 0 };
    let pending: Pending<(), Stopped> = reg.store.write(move |mut tx| {
        made.leaf = tx.next_leaf();
        if !draw::make(&mut tx, id, &made)? {
            return Err(Stopped::Done);
        }
        Ok(tx.commit(Leaves::one(entry.open_entry()), ()))
    });
    match pending.wait() {
        Ok(_) | Err(Stopped::Done | Stopped::Known) => Ok(()),
        Err(Stopped::Store(error)) => Err(error.into()),
    }
}

/// Nothing was written.
enum Stopped {
    Done,
    Known,
    Store(StoreError),
}

impl From<StoreError> for Stopped {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
