//! What a replay of the journal must know of a look, without reading it.

use fairfile_domain::day::Instant;
use fairfile_domain::id::{DrawId, MemberCode, OfficerCode, RecordId, SealKeyId};
use fairfile_proof::Leaf;
use fairfile_store::Stamp;
use fairfile_store::look::{LookOnFile, Outcome};
use serde::Deserialize;
use zeroize::{Zeroize, Zeroizing};

use crate::error::VaultError;
use crate::keyring::{Keyring, OpenKey};
use crate::open::Vault;
use crate::seal::{Place, open_into};

/// What the sealed event of a look must agree with: its leaf, the columns of its rows, and the purpose by which it is
/// counted. The case and the inputs that were shown stay in the vault; the leaf vouches for them.
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
    /// The purpose; nothing for the person's own look.
    pub purpose: Option<String>,
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
    /// Whether it was the person's own and made a copy to take away.
    pub is_copy: bool,
}

/// What the supervisor is shown of a look that was drawn. It says of nobody whose file it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrawnLook {
    /// When, in microseconds since 1970-01-01 UTC.
    pub at: i64,
    /// How it ended.
    pub outcome: Outcome,
    /// The code of the refusal, if it was refused.
    pub refusal: Option<String>,
    /// Who asked and why; nothing for the person's own look.
    pub asked: Option<Asked>,
}

/// Who asked, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The officer.
    pub officer: OfficerCode,
    /// For which member.
    pub member: MemberCode,
    /// In which case of the member, by whose papers the look can be held.
    pub case: String,
    /// The purpose, as the officer named it.
    pub purpose: String,
}

/// The event of a look, as the use cases that make looks write it.
#[derive(Deserialize)]
struct Event<'e> {
    at: i64,
    /// Of its own, for it may hold escapes; wiped when the event goes.
    case: Option<String>,
    chain: &'e str,
    #[serde(default)]
    copy: &'e str,
    event: &'e str,
    look_id: &'e str,
    member: Option<&'e str>,
    officer: Option<&'e str>,
    once_body: Option<&'e str>,
    once_key: Option<&'e str>,
    outcome: &'e str,
    purpose: Option<&'e str>,
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
        self.open(key, look)?;
        facts(self.keyring, look, &self.opened).ok_or(VaultError::NotALook)
    }

    /// What the supervisor is shown of a look that was drawn, once `stamp` proves that the draw is journaled: who asked, for
    /// which member, purpose and case, and how it ended. Of whom, and what was shown, stays closed.
    ///
    /// # Errors
    /// As [`Auditor::look`]; [`VaultError::NotOneLook`] if the stamp is not that of `draw`, or the look came after it.
    pub fn drawn(
        &mut self,
        draw: DrawId,
        stamp: &Stamp,
        key: SealKeyId,
        look: &LookOnFile,
    ) -> Result<DrawnLook, VaultError> {
        if stamp.event() != draw.retype() || stamp.leaf() <= look.leaf {
            return Err(VaultError::NotOneLook);
        }
        self.open(key, look)?;
        let facts = facts(self.keyring, look, &self.opened).ok_or(VaultError::NotALook)?;
        let mut event: Event<'_> = serde_json::from_slice(&self.opened).map_err(|_| VaultError::NotALook)?;
        let asked = facts.officer.zip(facts.member).zip(event.case.take()).zip(facts.purpose);
        let asked = asked.map(|(((officer, member), case), purpose)| Asked { officer, member, case, purpose });
        Ok(DrawnLook { at: facts.at, outcome: facts.outcome, refusal: facts.refusal, asked })
    }

    fn open(&mut self, key: SealKeyId, look: &LookOnFile) -> Result<(), VaultError> {
        let open_key = match self.held.take() {
            Some((held, open)) if held == key => open,
            Some(_) | None => self.keyring.load(key)?,
        };
        let (_, open_key) = self.held.insert((key, open_key));
        self.opened.as_mut_slice().zeroize();
        open_into(&mut self.opened, &open_key.0, &Place::Look(look.look, look.subject).bytes(), &look.sealed)
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
        purpose: event.purpose.map(str::to_owned),
        refusal: (!event.refusal.is_empty()).then(|| event.refusal.to_owned()),
        case_hash,
        once_key: maybe_bytes(event.once_key)?,
        once_body: maybe_bytes(event.once_body)?,
        shown: event.shown.iter().map(shown).collect::<Option<_>>()?,
        is_copy: !event.copy.is_empty(),
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
