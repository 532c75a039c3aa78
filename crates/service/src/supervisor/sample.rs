//! What was drawn: looks without the person they were about.

use fairfile_domain::id::{DrawId, LookId};
use fairfile_proof::draw::{drawn, seed};
use fairfile_store::draw::{self, DrawOnFile};
use fairfile_store::look::{self, Outcome};
use fairfile_store::{ReadTx, Stamp, journal, subject};
use fairfile_vault::DrawnLook;

use super::draw::DrawError;
use crate::registry::{Registry, RegistryError};

/// The most numbers that a draw makes: where looks are rare among the entries, it comes to fewer looks than were wanted.
pub const MOST_NUMBERS: u32 = 2_000;

/// An entry that was drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// An officer's look.
    Look(DrawnLook),
    /// A person's own look: nobody's business.
    Own,
    /// No look: its event stands open in the journal's table.
    Other,
    /// A look that does not open, because the person's key is lost or the row was changed; a check of the journal names it.
    Closed,
}

/// What was drawn: the seed, and each entry by its number in the order in which it was drawn.
pub type Sample = ([u8; 32], Vec<(u64, Entry)>);

/// A draw, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    /// The draw.
    pub on_file: DrawOnFile,
    /// The root over the journal up to the announcement, that entry included.
    pub root: [u8; 32],
    /// What was drawn; nothing before the words are told.
    pub sample: Option<Sample>,
}

/// The draw of this id, and what came of it if it was made.
///
/// # Errors
/// [`DrawError::Unknown`]; what store, vault and journal say.
pub fn find_draw(reg: &Registry, id: DrawId) -> Result<Drawn, DrawError> {
    let mut reader = reg.store.read()?;
    let on_file = draw::find(&mut reader, id)?.ok_or(DrawError::Unknown)?;
    let root = reg.publisher.root_of(&reg.store, on_file.leaf + 1).map_err(RegistryError::from)?;
    let root = root.ok_or(RegistryError::Event)?;
    let Some(made) = &on_file.made else { return Ok(Drawn { on_file, root, sample: None }) };
    let stamp = draw::load_stamp(&mut reader, id, reg.store.head())?;
    let seed = seed(&root, &made.words);
    let (mut entries, mut looks) = (Vec::new(), 0);
    for index in drawn(&seed, on_file.leaf, MOST_NUMBERS) {
        if looks == on_file.looks {
            break;
        }
        let entry = entry(reg, &mut reader, (id, &stamp), index)?;
        looks += u32::from(matches!(entry, Entry::Look(_)));
        entries.push((index, entry));
    }
    Ok(Drawn { sample: Some((seed, entries)), root, on_file })
}

fn entry(
    reg: &Registry,
    reader: &mut ReadTx<'_>,
    (draw, stamp): (DrawId, &Stamp),
    index: u64,
) -> Result<Entry, RegistryError> {
    let found = journal::find_entry(reader, index)?.ok_or(RegistryError::Event)?;
    if found.event.is_some() {
        return Ok(Entry::Other);
    }
    // A look and its event share their id. An entry of the first programs has neither event nor look.
    let Some(look) = look::find(reader, LookId::from_bytes(found.leaf.event_id()))? else { return Ok(Entry::Other) };
    if look.outcome == Outcome::Own {
        return Ok(Entry::Own);
    }
    let Some(key) = subject::find_key(reader, look.subject)? else { return Ok(Entry::Closed) };
    let opened = reg.vault.auditor().drawn(draw, stamp, key, &look);
    Ok(opened.map_or(Entry::Closed, |look| if look.asked.is_some() { Entry::Look(look) } else { Entry::Own }))
}
