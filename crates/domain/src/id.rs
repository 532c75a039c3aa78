//! Typed ids and codes: what people confuse, the compiler keeps apart.

use std::{fmt, marker::PhantomData, str::FromStr, sync::Arc};

/// A 128-bit random id of one kind of thing; outside it reads `rec_` and 32 hexadecimal digits.
pub struct Id<K> {
    bytes: [u8; 16],
    kind: PhantomData<fn() -> K>,
}

/// What an id or a code is an id of.
pub trait Kind {
    /// The prefix with which the id is written, underscore included.
    const PREFIX: &'static str;
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $marker:ident as $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $marker {}
        impl Kind for $marker { const PREFIX: &'static str = $prefix; }
        $(#[$doc])*
        pub type $name = Id<$marker>;
    )*};
}

kinds! {
    /// Whom a file is about.
    Subject as SubjectId = "sub_";
    /// One entry of a file.
    Record as RecordId = "rec_";
    /// Any disclosure, or an attempt at one.
    Look as LookId = "look_";
    /// Records handed in together.
    Batch as BatchId = "bat_";
    /// The signed trace of a look or a batch.
    Receipt as ReceiptId = "rct_";
    /// Anything the journal holds a leaf of.
    Event as EventId = "evt_";
    /// The key under which one content is sealed.
    SealKey as SealKeyId = "key_";
    /// A row that waits for a person's decision.
    Quarantine as QuarantineId = "qrt_";
    /// A record corrected or withdrawn by its source.
    Correction as CorrectionId = "cor_";
    /// A person served at a counter, before the look that it becomes.
    CounterVisit as CounterVisitId = "vis_";
    /// What tells one member that a record it was shown was corrected or withdrawn.
    Notice as NoticeId = "not_";
    /// What lets somebody who works at the node make a passkey, once.
    Invitation as InvitationId = "inv_";
    /// A passkey that somebody who works at the node signs in with.
    Passkey as PasskeyId = "psk_";
    /// The way back for somebody who lost every passkey.
    Recovery as RecoveryId = "rcv_";
    /// A file that was checked and not handed in; in memory alone.
    Draft as DraftId = "dft_";
    /// What a person is told by e-mail or SMS.
    Message as MessageId = "msg_";
    /// A draw of looks for the supervisor.
    Draw as DrawId = "drw_";
    /// What one registrar proposes and another decides.
    Proposal as ProposalId = "pro_";
}

impl<K> Id<K> {
    /// The id with these bytes; they come from the node's chance or from its store.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self { bytes, kind: PhantomData }
    }

    /// The bytes, as stored.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.bytes
    }

    /// The same 128 bits as an id of another kind: a look and its leaf share theirs.
    pub const fn retype<O>(self) -> Id<O> {
        Id::from_bytes(self.bytes)
    }

    /// 32 hexadecimal digits, without prefix.
    pub fn hex(&self) -> String {
        self.digits().iter().copied().map(char::from).collect()
    }

    fn digits(&self) -> [u8; 32] {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut digits = [0; 32];
        for (pair, byte) in digits.chunks_exact_mut(2).zip(self.bytes) {
            pair.copy_from_slice(&[DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
        }
        digits
    }
}

impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K> Copy for Id<K> {}
impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}
impl<K> Eq for Id<K> {}
impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.bytes.cmp(&other.bytes)
    }
}
impl<K> std::hash::Hash for Id<K> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.bytes.hash(state);
    }
}
impl<K: Kind> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(K::PREFIX)?;
        f.write_str(std::str::from_utf8(&self.digits()).map_err(|_| fmt::Error)?)
    }
}
impl<K: Kind> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text that should be an id is not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected an id such as {0}0123456789abcdef0123456789abcdef")]
pub struct NotAnId(&'static str);

impl<K: Kind> FromStr for Id<K> {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let digits = text.strip_prefix(K::PREFIX).ok_or(NotAnId(K::PREFIX))?;
        if digits.len() != 32 || !digits.is_ascii() {
            return Err(NotAnId(K::PREFIX));
        }
        let mut bytes = [0; 16];
        for (byte, pair) in bytes.iter_mut().zip(digits.as_bytes().chunks(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| NotAnId(K::PREFIX))?;
            if pair.bytes().any(|c| !matches!(c, b'0'..=b'9' | b'a'..=b'f')) {
                return Err(NotAnId(K::PREFIX));
            }
            *byte = u8::from_str_radix(pair, 16).map_err(|_| NotAnId(K::PREFIX))?;
        }
        Ok(Self::from_bytes(bytes))
    }
}

/// A short name that people write: lower case letters, digits, dots and hyphens, 1 to 64 of them.
pub struct Code<K> {
    text: Arc<str>,
    kind: PhantomData<fn() -> K>,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $marker:ident as $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $marker {}
        $(#[$doc])*
        pub type $name = Code<$marker>;
    )*};
}

codes! {
    /// A kind of record in the catalog, such as `pharmacist-licence`.
    ItemKind as ItemCode;
    /// Why someone asks, such as `licence-renewal`.
    PurposeKind as PurposeCode;
    /// A body that is a member, such as `drug-administration`.
    MemberKind as MemberCode;
    /// An officer of a member, such as `0417`.
    OfficerKind as OfficerCode;
    /// Whoever runs the node or watches over it, such as `registrar-1`.
    StaffKind as StaffCode;
    /// One input of an item, such as `valid_until`.
    InputKindName as InputCode;
    /// A registered key, such as `drug-administration.2026`.
    KeyKind as KeyCode;
}

impl<K> Code<K> {
    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}
impl<K> Clone for Code<K> {
    fn clone(&self) -> Self {
        Self { text: self.text.clone(), kind: PhantomData }
    }
}
impl<K> PartialEq for Code<K> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}
impl<K> Eq for Code<K> {}
impl<K> PartialOrd for Code<K> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<K> Ord for Code<K> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.text.cmp(&other.text)
    }
}
impl<K> std::hash::Hash for Code<K> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}
impl<K> fmt::Display for Code<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
impl<K> fmt::Debug for Code<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A text that should be a code is not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a code of 1 to 64 lower case letters, digits, dots, hyphens or underscores")]
pub struct NotACode;

impl<K> FromStr for Code<K> {
    type Err = NotACode;

    fn from_str(text: &str) -> Result<Self, NotACode> {
        let fits = |c: u8| matches!(c, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.');
        if text.is_empty() || text.len() > 64 || !text.bytes().all(fits) {
            return Err(NotACode);
        }
        Ok(Self { text: text.into(), kind: PhantomData })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_as_it_was_written() {
        let id = RecordId::from_bytes([0xab; 16]);
        assert_eq!(id.to_string(), "rec_abababababababababababababababab");
        assert_eq!(id.to_string().parse(), Ok(id));
    }

    #[test]
    fn one_id_has_one_writing() {
        for text in [
            "",
            "rec_",
            "sub_abababababababababababababababab",
            "rec_ABABABABABABABABABABABABABABABAB",
            "rec_abababababababababababababababa",
            "rec_é",
            "rec_+bababababababababababababababab",
        ] {
            assert!(text.parse::<RecordId>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_code_is_short_and_plain() {
        assert!("licence-renewal".parse::<PurposeCode>().is_ok());
        for text in ["", "Licence", "a b", "a/b", &"a".repeat(65), "人"] {
            assert!(text.parse::<PurposeCode>().is_err(), "{text}");
        }
    }
}
