//! What a replay of the journal must know of a look, without reading it.

use fairfile_domain::day::Instant;
use fairfile_domain::id::{MemberCode, OfficerCode, RecordId, SealKeyId};
use fairfile_proof::Leaf;
use fairfile_store::look::{LookOnFile, Outcome};
use serde::Deserialize;
use zeroize::{Zeroize, Zeroizing};

use crate::error::VaultError;
use crate::keyring::{Keyring, OpenKey};
use crate::open::Vault;
use crate::seal::{Place, open_into};

/// What the sealed event of a look must agree with: its leaf and the columns of its rows. The purpose, the case and
/// the inputs that were shown stay in the vault; the leaf vouches for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookFacts {
    /// The leaf that this event makes.
    pub leaf: Leaf,
    /// When, in microseconds since 1970-01-01 UTC.
    pub at: i64,
    /// The head of the person's chain of looks after this one.
    pub chain: [u8; 32],
    /// How it ended.
    pub outcome: Outcome,
    /// For whom it was asked; nobody for the person's own look.
    pub member: Option<MemberCode>,
    /// Who asked; nobody for the person's own look.
    pub officer: Option<OfficerCode>,
    /// The code of the refusal, if it was refused.
    pub refusal: Option<String>,
    /// The keyed hash of member and case; nothing for the person's own look.
    pub case_hash: Option<[u8; 32]>,
    /// The keyed hash of the idempotency key, if the question came with one.
    pub once_key: Option<[u8; 32]>,
    /// The keyed hash of the request that the idempotency key stands for.
    pub once_body: Option<[u8; 32]>,
    /// The records that were shown, each with its version, in the order of the event.
    pub shown: Vec<(RecordId, u32)>,
}

/// The event of a look, as the use cases that make looks write it.
#[derive(Deserialize)]
struct Event<'e> {
    at: i64,
    /// Of its own, for it may hold escapes; wiped when the event goes.
    case: Option<String>,
    chain: &'e str,
    event: &'e str,
    look_id: &'e str,
    member: Option<&'e str>,
    officer: Option<&'e str>,
    once_body: Option<&'e str>,
    once_key: Option<&'e str>,
    outcome: &'e str,
    #[serde(default)]
    refusal: &'e str,
    #[serde(borrow, default)]
    shown: Vec<ShownEvent<'e>>,
}

#[derive(Deserialize)]
struct ShownEvent<'e> {
    record_id: &'e str,
    version: u32,
}

impl Drop for Event<'_> {
    fn drop(&mut self) {
        self.case.zeroize();
    }
}

impl Vault {
    /// A room for one replay: give it the looks of one person one after the other, and their key is unwrapped once.
    pub fn auditor(&self) -> Auditor<'_> {
        Auditor { keyring: self.keyring(), held: None, opened: Zeroizing::new(Vec::new()) }
    }
}

/// Opens looks for a replay and says only what must agree; each thread has one of its own.
pub struct Auditor<'v> {
    keyring: &'v Keyring,
    /// The key of the person whose look came last.
    held: Option<(SealKeyId, OpenKey)>,
    /// What is open at the moment; wiped before the next look, and at the end.
    opened: Zeroizing<Vec<u8>>,
}

impl Auditor<'_> {
    /// What `look`, sealed under the person's `key`, must agree with.
    ///
    /// # Errors
    /// [`VaultError::Destroyed`] if the person's key is gone, [`VaultError::NotOfThisPlace`] if the look was moved or
    /// changed, [`VaultError::NotALook`] if it is not written as looks are.
    pub fn look(&mut self, key: SealKeyId, look: &LookOnFile) -> Result<LookFacts, VaultError> {
        let open_key = match self.held.take() {
            Some((held, open)) if held == key => open,
            Some(_) | None => self.keyring.load(key)?,
        };
        let (_, open_key) = self.held.insert((key, open_key));
        self.opened.as_mut_slice().zeroize();
        open_into(&mut self.opened, &open_key.0, &Place::Look(look.look, look.subject).bytes(), &look.sealed)?;
        facts(self.keyring, look, &self.opened).ok_or(VaultError::NotALook)
    }
}

fn facts(keyring: &Keyring, look: &LookOnFile, opened: &[u8]) -> Option<LookFacts> {
    let event: Event<'_> = serde_json::from_slice(opened).ok()?;
    let whole = event.event == "look" && bytes(event.look_id)? == *look.look.as_bytes();
    let member: Option<MemberCode> = event.member.map(str::parse).transpose().ok()?;
    let case_hash = match (&member, &event.case) {
        (Some(member), Some(case)) => Some(keyring.hashes().case_of(member, case)),
        (None, None) => None,
        (Some(_), None) | (None, Some(_)) => return None,
    };
    let shown = |shown: &ShownEvent<'_>| Some((RecordId::from_bytes(bytes(shown.record_id)?), shown.version));
    let minute = Instant::from_unix_micros(event.at).ok()?.minute();
    let salt = keyring.hashes().salt_of(look.look.retype());
    let found = LookFacts {
        leaf: Leaf::new(*look.look.as_bytes(), minute, &salt, opened).ok()?,
        at: event.at,
        chain: bytes(event.chain)?,
        outcome: Outcome::find(event.outcome)?,
        member,
        officer: event.officer.map(str::parse).transpose().ok()?,
        refusal: (!event.refusal.is_empty()).then(|| event.refusal.to_owned()),
        case_hash,
        once_key: maybe_bytes(event.once_key)?,
        once_body: maybe_bytes(event.once_body)?,
        shown: event.shown.iter().map(shown).collect::<Option<_>>()?,
    };
    whole.then_some(found)
}

fn bytes<const N: usize>(digits: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    hex::decode_to_slice(digits, &mut bytes).ok()?;
    Some(bytes)
}

/// Nothing where nothing stands, and no answer where no bytes stand.
fn maybe_bytes<const N: usize>(digits: Option<&str>) -> Option<Option<[u8; N]>> {
    digits.map_or(Some(None), |digits| bytes(digits).map(Some))
}
