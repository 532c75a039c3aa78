//! What shows that a member did what is written down as its deed: a signature of its key, or an officer's session here.

use fairfile_domain::access;
use fairfile_domain::actor::Hand;
use fairfile_domain::id::{KeyCode, MemberCode, OfficerCode};
use fairfile_domain::refusal::Refusal;
use fairfile_vault::Hashes;

use crate::events::Event;
use crate::registry::Registry;

/// What shows that a member did it. Whoever makes one of a signature has checked it.
#[derive(Debug, Clone)]
pub enum Evidence {
    /// A key of the member's own signed the request.
    Signed {
        /// The key.
        key: KeyCode,
        /// The exact text that was signed; it names the node and holds the digest of what was sent.
        signed_text: String,
        /// The signature.
        signature: Vec<u8>,
    },
    /// An officer of the member did it in a session at this node, which signs nothing: the journal says so, and that the
    /// officer was on duty then.
    InSession {
        /// The officer.
        officer: OfficerCode,
        /// What was done, where and when, in codes.
        said: String,
    },
}

impl Evidence {
    /// The evidence of `deed`, a few plain words without content, by `officer` in a session at this node.
    pub fn in_session(reg: &Registry, officer: &OfficerCode, deed: &str) -> Self {
        let (at, origin) = (reg.clock.now(), reg.publisher.key().origin().to_owned());
        Self::InSession { officer: officer.clone(), said: format!("officer {officer} at {origin}, {at}: {deed}") }
    }

    /// By whose hand it was done.
    pub fn hand(&self) -> Hand {
        match self {
            Self::Signed { key, .. } => Hand::Key(key.clone()),
            Self::InSession { officer, .. } => Hand::Officer(officer.clone()),
        }
    }

    /// What is sealed of it.
    pub(crate) fn plain(&self) -> Vec<u8> {
        match self {
            Self::Signed { signed_text, signature, .. } => [signed_text.as_bytes(), b"\n", signature].concat(),
            Self::InSession { said, .. } => said.as_bytes().to_vec(),
        }
    }

    /// The keyed hash by which the journal holds it.
    pub(crate) fn hash(&self, hashes: &Hashes) -> [u8; 32] {
        match self {
            Self::Signed { signature, .. } => hashes.content_of("evidence", signature),
            Self::InSession { said, .. } => hashes.content_of("evidence", said.as_bytes()),
        }
    }

    /// Refuses what an officer does who may not act for `member` today. A key speaks for its member by itself.
    ///
    /// # Errors
    /// [`Refusal`].
    pub(crate) fn holds_for(&self, reg: &Registry, member: &MemberCode) -> Result<(), Refusal> {
        match self {
            Self::Signed { .. } => Ok(()),
            Self::InSession { officer, .. } => acting_member(reg, officer)
                .and_then(|acting| if acting == *member { Ok(()) } else { Err(Refusal::NotOnDuty) }),
        }
    }
}

/// The member for which `officer` may act at this moment.
///
/// # Errors
/// [`Refusal`]; an officer whom nobody has registered is on no duty.
pub fn acting_member(reg: &Registry, officer: &OfficerCode) -> Result<MemberCode, Refusal> {
    let directory = reg.directory();
    let officer = &directory.officers.get(officer).ok_or(Refusal::NotOnDuty)?.officer;
    let member = directory.members.get(&officer.member).ok_or(Refusal::MemberSuspended)?;
    let today = reg.today_at(&reg.clock.read());
    access::acts_for(officer, member, today)?;
    Ok(member.code.clone())
}

/// The event with the hand in it: `key` or `officer`, each in its place among the names.
pub(crate) fn with_key(event: Event, hand: &Hand) -> Event {
    match hand {
        Hand::Key(key) => event.text("key", key.as_str()),
        Hand::Officer(_) => event,
    }
}

/// The other half of [`with_key`].
pub(crate) fn with_officer(event: Event, hand: &Hand) -> Event {
    match hand {
        Hand::Key(_) => event,
        Hand::Officer(officer) => event.text("officer", officer.as_str()),
    }
}
