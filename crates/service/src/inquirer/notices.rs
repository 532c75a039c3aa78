//! A member reads the notices to it, and confirms each with its signature: the only end that a notice has.

use std::sync::Arc;

use fairfile_domain::day::{Day, Instant};
use fairfile_domain::id::{MemberCode, NoticeId};
use fairfile_domain::notice::{self as rules, Chase, Standing};
use fairfile_domain::refusal::Refusal;
use fairfile_journal::JournalError;
use fairfile_proof::Receipt;
use fairfile_store::notice::{self, Confirmation, NoticeOnFile, Telling};
use fairfile_store::{Leaves, Pending, Read, StoreError};
use fairfile_vault::{Month, Place, VaultError};

use crate::events::{self, Event};
use crate::evidence::{Evidence, with_key, with_officer};
use crate::registry::{Registry, RegistryError};

/// The most notices that one reading gives.
pub const MOST_NOTICES: u32 = 1_000;
/// For how many days a notice that was confirmed is listed as such; by its id it is found for ever.
pub const DAYS_CONFIRMED_ARE_LISTED: i64 = 90;

/// A notice as its member reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeView {
    /// The notice.
    pub on_file: NoticeOnFile,
    /// Where it stands today.
    pub standing: Standing,
    /// What happens next if the member stays silent, and from which day on; nothing once the supervisor knows.
    pub next: Option<(Chase, Day)>,
    /// The day on which this is so, which has surely come: a next step from this day or an earlier one on is due.
    pub today: Day,
    /// The member's own looks that showed what was put right.
    pub looks: Vec<Telling>,
}

/// Which notices are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Those that are not confirmed.
    Open,
    /// All whose number is greater than this one: what a member's own inbox asks for.
    After(u64),
}

/// The notice was not confirmed.
#[derive(Debug, thiserror::Error)]
pub enum NoticeError {
    /// There is none of that id to this member.
    #[error("there is no such notice to this member; `fairfile notice list` shows those that there are")]
    NoSuchNotice,
    /// The officer in whose session it came may not act for the member.
    #[error("{}", .0.row().en)]
    Refused(Refusal),
    /// The node failed.
    #[error(transparent)]
    Registry(#[from] RegistryError),
}

macro_rules! through_registry {
    ($($source:ty),*) => {$(
        impl From<$source> for NoticeError {
            fn from(source: $source) -> Self {
                Self::Registry(source.into())
            }
        }
    )*};
}
through_registry!(StoreError, VaultError, JournalError);

/// Where `on_file` stands on `today`, which is sure: a clock that runs ahead makes nobody late. And what comes next.
pub(crate) fn standing_of(on_file: &NoticeOnFile, today: Day) -> (Standing, Option<(Chase, Day)>) {
    let standing = Standing::of(on_file.due_on, on_file.confirmed_at.is_some(), on_file.chases, today);
    let next = match standing {
        Standing::Confirmed => None,
        Standing::ToConfirm | Standing::Late(_) => rules::next_chase(on_file.due_on, on_file.chased_on, on_file.chases),
    };
    (standing, next)
}

/// The notices to `member`, in order, at most [`MOST_NOTICES`].
///
/// # Errors
/// What the store says.
pub fn list_notices(reg: &Registry, member: &MemberCode, which: Which) -> Result<Vec<NoticeView>, RegistryError> {
    let today = reg.sure_today();
    let mut reader = reg.store.read()?;
    let found = match which {
        Which::Open => notice::list_open(&mut reader, member, MOST_NOTICES)?,
        Which::After(seq) => notice::list_of_member(&mut reader, member, seq, MOST_NOTICES)?,
    };
    found.into_iter().map(|on_file| view(&mut reader, on_file, today)).collect()
}

/// The notices that `member` confirmed in the last [`DAYS_CONFIRMED_ARE_LISTED`] days, the newest first, at most
/// [`MOST_NOTICES`].
///
/// # Errors
/// What the store says.
pub fn list_confirmed(reg: &Registry, member: &MemberCode) -> Result<Vec<NoticeView>, RegistryError> {
    let back = DAYS_CONFIRMED_ARE_LISTED.saturating_mul(86_400_000_000);
    let since = reg.clock.now().unix_micros().saturating_sub(back);
    let today = reg.sure_today();
    let mut reader = reg.store.read()?;
    let found = notice::list_confirmed(&mut reader, member, since, MOST_NOTICES)?;
    found.into_iter().map(|on_file| view(&mut reader, on_file, today)).collect()
}

/// One notice to `member`.
///
/// # Errors
/// [`NoticeError::NoSuchNotice`] for whatever is not there, or is another member's: the two are not told apart.
pub fn find_notice(reg: &Registry, member: &MemberCode, notice: NoticeId) -> Result<NoticeView, NoticeError> {
    let mut reader = reg.store.read()?;
    let found = notice::find(&mut reader, notice, member)?.ok_or(NoticeError::NoSuchNotice)?;
    Ok(view(&mut reader, found, reg.sure_today())?)
}

fn view(reader: &mut impl Read, on_file: NoticeOnFile, today: Day) -> Result<NoticeView, RegistryError> {
    let looks = notice::list_tellings_to(reader, on_file.record, on_file.version_before, &on_file.member)?;
    let (standing, next) = standing_of(&on_file, today);
    Ok(NoticeView { on_file, standing, next, today, looks })
}

/// A confirmation that is kept.
#[derive(Debug, Clone)]
pub struct Confirmed {
    /// The notice, as it stands now.
    pub notice: NoticeView,
    /// The signed trace of the confirmation; the same however often it is sent.
    pub receipt: Receipt,
}

/// Keeps a member's signed confirmation. Sent again, it changes nothing and gives the receipt of the first time.
///
/// # Errors
/// [`NoticeError`].
pub fn confirm_notice(
    reg: &Arc<Registry>,
    member: &MemberCode,
    notice: NoticeId,
    evidence: &Evidence,
) -> Result<Confirmed, NoticeError> {
    evidence.holds_for(reg, member).map_err(NoticeError::Refused)?;
    let found = notice::find(&mut reg.store.read()?, notice, member)?.ok_or(NoticeError::NoSuchNotice)?;
    if found.confirmed_at.is_none() {
        keep(reg, member, notice, evidence)?;
    }
    let mut reader = reg.store.read()?;
    let leaf = notice::find_confirmed_leaf(&mut reader, notice)?.ok_or(StoreError::Missing { table: "notice" })?;
    let found = notice::find(&mut reader, notice, member)?.ok_or(NoticeError::NoSuchNotice)?;
    let view = view(&mut reader, found, reg.sure_today())?;
    drop(reader);
    Ok(Confirmed { notice: view, receipt: reg.receipt_at(leaf)? })
}

fn keep(reg: &Arc<Registry>, member: &MemberCode, notice: NoticeId, evidence: &Evidence) -> Result<(), NoticeError> {
    let now: Instant = reg.clock.now();
    let keyring = reg.vault.keyring();
    let key = keyring.make(Month::OF_PEOPLE, &reg.chance)?;
    keyring.keep([&key])?;
    let sealed = key.seal(Place::Confirmation(notice), &evidence.plain(), &reg.chance)?;
    let (evidence_hash, hand) = (evidence.hash(keyring.hashes()), evidence.hand());
    let event = Event::new()
        .whole("at", now.unix_micros())
        .text("event", "notice-confirmed")
        .hex("evidence", &evidence_hash)
        .hex("evidence_key_id", key.id().as_bytes());
    let event = with_key(event, &hand).text("member", member.as_str()).hex("notice_id", notice.as_bytes());
    let event = with_officer(event, &hand).hex("sealed", &fairfile_proof::leaf_hash(&sealed)).bytes();
    let entry = events::written(keyring.hashes(), reg.fresh_event()?, now, event, 0)?.open_entry();
    let (member, evidence_key) = (member.clone(), key.id());
    let pending: Pending<(), KeepError> = reg.store.write(move |mut tx| {
        let leaf = tx.next_leaf();
        let at = now.unix_micros();
        let new = Confirmation { notice, member, at, hand, evidence_key, sealed, evidence_hash, leaf };
        if !notice::confirm(&mut tx, &new)? {
            return Err(KeepError::ConfirmedMeanwhile);
        }
        Ok(tx.commit(Leaves::one(entry), ()))
    });
    match pending.wait() {
        Ok(_) => Ok(()),
        // Two clients of the member at once: the first of them holds, and its key is the one in use.
        Err(KeepError::ConfirmedMeanwhile) => Ok(keyring.destroy(&[key.id()])?),
        Err(KeepError::Store(error)) => Err(error.into()),
    }
}

/// A confirmation was not kept.
enum KeepError {
    ConfirmedMeanwhile,
    Store(StoreError),
}

impl From<StoreError> for KeepError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
