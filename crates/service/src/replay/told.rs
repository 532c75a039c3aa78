//! Events as the journal holds them, read without copying. `docs/formats.md` says what each field means.
//!
//! Fields that a later version adds are passed over.

use std::borrow::Cow;
use std::fmt;

use fairfile_domain::day::Day;
use fairfile_store::Value;
use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};

/// Bytes that are written as hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hex<const N: usize>(pub(super) [u8; N]);

/// An id.
pub(super) type Id = Hex<16>;
/// A hash.
pub(super) type Hash = Hex<32>;

/// A day, as whole days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct On(i64);

impl<'h, const N: usize> From<&'h Hex<N>> for Value<'h> {
    fn from(hex: &'h Hex<N>) -> Self {
        Self::Bytes(&hex.0)
    }
}

impl From<On> for Value<'_> {
    fn from(day: On) -> Self {
        Self::Whole(day.0)
    }
}

struct Digits<const N: usize>;

impl<const N: usize> Visitor<'_> for Digits<N> {
    type Value = Hex<N>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} hexadecimal digits", 2 * N)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Hex<N>, E> {
        decoded(text.as_bytes()).map(Hex).ok_or_else(|| E::custom("no hexadecimal digits"))
    }
}

/// What stands for a byte that is no digit.
const NO_DIGIT: u8 = 0x10;
/// The value of each byte as a digit. An event is full of ids and hashes: one look-up for each digit makes a replay
/// shorter by a tenth.
const VALUES: [u8; 256] = {
    let (mut values, mut digit) = ([NO_DIGIT; 256], 0);
    while digit < 16 {
        values[b"0123456789abcdef"[digit] as usize] = digit as u8;
        digit += 1;
    }
    values
};

/// The bytes that `digits` stand for, written as this program writes them: two small digits each.
fn decoded<const N: usize>(digits: &[u8]) -> Option<[u8; N]> {
    let (pairs, []) = digits.as_chunks::<2>() else { return None };
    let pairs: &[[u8; 2]; N] = pairs.try_into().ok()?;
    let (mut bytes, mut all) = ([0; N], 0);
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        let (high, low) = (VALUES[usize::from(*high)], VALUES[usize::from(*low)]);
        *byte = high << 4 | low;
        all |= high | low;
    }
    (all < NO_DIGIT).then_some(bytes)
}

impl<'e, const N: usize> Deserialize<'e> for Hex<N> {
    fn deserialize<D: Deserializer<'e>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_str(Digits)
    }
}

struct DayText;

impl Visitor<'_> for DayText {
    type Value = On;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a day such as 2026-11-23")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<On, E> {
        let day: Day = text.parse().map_err(|_| E::custom("no day"))?;
        Ok(On(i64::from(day.epoch_day())))
    }
}

impl<'e> Deserialize<'e> for On {
    fn deserialize<D: Deserializer<'e>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_str(DayText)
    }
}

/// Which event it is.
#[derive(Deserialize)]
pub(super) struct Kind<'e> {
    pub(super) event: &'e str,
}

/// `founded`.
#[derive(Deserialize)]
pub(super) struct Founded<'e> {
    pub(super) holidays: Hash,
    pub(super) mode: &'e str,
    pub(super) nobody: Id,
    pub(super) nobody_key_id: Id,
    pub(super) nobody_name: Hash,
    pub(super) nobody_sealed: Hash,
    #[serde(borrow)]
    pub(super) origin: Cow<'e, str>,
    #[serde(borrow)]
    pub(super) profile: Cow<'e, str>,
    #[serde(borrow)]
    pub(super) zone: Cow<'e, str>,
}

/// `journal-continued`.
#[derive(Deserialize)]
pub(super) struct Continued<'e> {
    #[serde(borrow)]
    pub(super) origin: Cow<'e, str>,
}

/// `catalog`.
#[derive(Deserialize)]
pub(super) struct Published<'e> {
    #[serde(borrow)]
    pub(super) items: Vec<Item<'e>>,
}

/// One item file of a `catalog`.
#[derive(Deserialize)]
pub(super) struct Item<'e> {
    pub(super) in_force_from: On,
    pub(super) item: &'e str,
    pub(super) purposes: &'e str,
    pub(super) text: Hash,
    pub(super) version: i64,
}

/// `admission`.
#[derive(Deserialize)]
pub(super) struct Admitted<'e> {
    #[serde(borrow)]
    pub(super) keys: Vec<Key<'e>>,
    #[serde(borrow)]
    pub(super) members: Vec<Member<'e>>,
    #[serde(borrow)]
    pub(super) officers: Vec<Officer<'e>>,
    /// Nothing where an earlier program admitted them.
    #[serde(borrow, default)]
    pub(super) staff: Vec<Staff<'e>>,
}

/// Somebody who was admitted to work at the node.
#[derive(Deserialize)]
pub(super) struct Staff<'e> {
    pub(super) office: &'e str,
    pub(super) staff: &'e str,
    pub(super) standing: &'e str,
}

/// A key that was registered.
#[derive(Deserialize)]
pub(super) struct Key<'e> {
    pub(super) key: &'e str,
    pub(super) member: &'e str,
    pub(super) officer: Option<&'e str>,
    pub(super) public_key: Hash,
    pub(super) valid_from: On,
    pub(super) valid_until: On,
}

/// A member that was admitted.
#[derive(Deserialize)]
pub(super) struct Member<'e> {
    pub(super) member: &'e str,
    pub(super) sectors: &'e str,
    pub(super) standing: &'e str,
    #[serde(borrow)]
    pub(super) title_en: Cow<'e, str>,
    #[serde(borrow)]
    pub(super) title_zh: Cow<'e, str>,
}

/// An officer who was registered.
#[derive(Deserialize)]
pub(super) struct Officer<'e> {
    pub(super) member: &'e str,
    pub(super) officer: &'e str,
    pub(super) on_duty_from: On,
    pub(super) on_duty_until: On,
    #[serde(borrow)]
    pub(super) purposes: Vec<Held<'e>>,
    pub(super) standing: &'e str,
}

/// A purpose that an officer holds.
#[derive(Deserialize)]
pub(super) struct Held<'e> {
    pub(super) purpose: &'e str,
    pub(super) trained_until: Option<On>,
}

/// `officer-released`.
#[derive(Deserialize)]
pub(super) struct Released<'e> {
    pub(super) at: i64,
    #[serde(borrow)]
    pub(super) first: Cow<'e, str>,
    pub(super) officer: &'e str,
    #[serde(borrow)]
    pub(super) reason: Cow<'e, str>,
    #[serde(borrow)]
    pub(super) second: Cow<'e, str>,
}

/// `batch-arriving`.
#[derive(Deserialize)]
pub(super) struct Arriving<'e> {
    pub(super) batch_id: Id,
    pub(super) digest: Hash,
    pub(super) evidence: Hash,
    pub(super) evidence_key_id: Id,
    pub(super) item: &'e str,
    pub(super) item_version: i64,
    pub(super) key: Option<&'e str>,
    pub(super) kind: &'e str,
    pub(super) member: &'e str,
    pub(super) officer: Option<&'e str>,
    pub(super) received_at: i64,
    pub(super) sealed: Hash,
}

/// `batch-resumed`.
#[derive(Deserialize)]
pub(super) struct Resumed {
    pub(super) batch_id: Id,
}

/// `batch-gave-way`.
#[derive(Deserialize)]
pub(super) struct GaveWay<'e> {
    pub(super) batch_id: Id,
    pub(super) people: Vec<Person>,
    pub(super) removed: Vec<Removed>,
    pub(super) state: &'e str,
}

/// A person who was taken away with the batch that had brought the person along.
#[derive(Deserialize)]
pub(super) struct Person {
    pub(super) subject_id: Id,
}

/// A record that was taken away with its batch.
#[derive(Deserialize)]
pub(super) struct Removed {
    pub(super) record_id: Id,
}

/// `batch-stretch`.
#[derive(Deserialize)]
pub(super) struct Stretch<'e> {
    pub(super) batch_id: Id,
    pub(super) count_accepted: i64,
    pub(super) count_duplicate: i64,
    pub(super) count_quarantined: i64,
    pub(super) count_received: i64,
    pub(super) count_rejected: i64,
    #[serde(borrow)]
    pub(super) turned_away: Vec<TurnedAway<'e>>,
}

/// A row that was not accepted.
#[derive(Deserialize)]
pub(super) struct TurnedAway<'e> {
    pub(super) code: &'e str,
    pub(super) input: Option<&'e str>,
    pub(super) other_row: Option<i64>,
    pub(super) outcome: &'e str,
    pub(super) row: i64,
}

/// `batch`.
#[derive(Deserialize)]
pub(super) struct Taken {
    pub(super) at: i64,
    pub(super) batch_id: Id,
}

/// `record`.
#[derive(Deserialize)]
pub(super) struct Record<'e> {
    pub(super) batch_id: Id,
    pub(super) content_hash: Hash,
    pub(super) display_until: On,
    pub(super) event: &'e str,
    pub(super) item: &'e str,
    pub(super) item_version: i64,
    pub(super) key_id: Id,
    pub(super) number_hash: Hash,
    pub(super) person_index: Option<Hash>,
    pub(super) person_key_id: Option<Id>,
    pub(super) person_name: Option<Hash>,
    pub(super) person_sealed: Option<Hash>,
    pub(super) received_at: i64,
    pub(super) record_id: Id,
    pub(super) retained_until: On,
    pub(super) row: i64,
    pub(super) sealed: Hash,
    pub(super) shown_from: On,
    pub(super) source: &'e str,
    pub(super) subject_id: Id,
    pub(super) version: i64,
}

/// `display-ended` and `destroyed`.
#[derive(Deserialize)]
pub(super) struct Over {
    pub(super) record_id: Id,
}

/// `correction`.
#[derive(Deserialize)]
pub(super) struct Correction<'e> {
    pub(super) act: &'e str,
    pub(super) at: i64,
    pub(super) batch_id: Id,
    pub(super) content_hash: Hash,
    pub(super) correction_id: Id,
    pub(super) display_until: On,
    pub(super) key_id: Id,
    #[serde(borrow)]
    pub(super) notices: Vec<Notice<'e>>,
    pub(super) number_hash: Option<Hash>,
    pub(super) reason: &'e str,
    pub(super) record_id: Id,
    pub(super) retained_until: On,
    pub(super) row: i64,
    pub(super) sealed: Option<Hash>,
    pub(super) shown_from: On,
    pub(super) state: &'e str,
    pub(super) version: i64,
    pub(super) version_before: i64,
    pub(super) words: Option<Hash>,
}

/// A notice that a correction made.
#[derive(Deserialize)]
pub(super) struct Notice<'e> {
    pub(super) due_on: On,
    pub(super) member: &'e str,
    pub(super) notice_id: Id,
    pub(super) seq: i64,
}

/// `notice-confirmed`.
#[derive(Deserialize)]
pub(super) struct Confirmed<'e> {
    pub(super) at: i64,
    pub(super) evidence: Hash,
    pub(super) evidence_key_id: Id,
    pub(super) key: Option<&'e str>,
    pub(super) notice_id: Id,
    pub(super) officer: Option<&'e str>,
    pub(super) sealed: Hash,
}

/// `notice-chased`.
#[derive(Deserialize)]
pub(super) struct Chased {
    pub(super) notice_id: Id,
    pub(super) on: On,
}

/// `settings`.
#[derive(Deserialize)]
pub(super) struct Settings<'e> {
    pub(super) at: i64,
    pub(super) channel: &'e str,
    pub(super) looks_from: i64,
    pub(super) sealed: Hash,
    pub(super) since: i64,
    pub(super) subject_id: Id,
    pub(super) version: i64,
}

/// `messages`.
#[derive(Deserialize)]
pub(super) struct Messages<'e> {
    pub(super) at: i64,
    #[serde(borrow)]
    pub(super) planned: Vec<PlannedMessage<'e>>,
    #[serde(borrow)]
    pub(super) settled: Vec<SettledMessage<'e>>,
    #[serde(borrow)]
    pub(super) until: Option<Cow<'e, str>>,
    #[serde(borrow)]
    pub(super) written: Vec<WrittenMessage<'e>>,
}

/// A message that was planned.
#[derive(Deserialize)]
pub(super) struct PlannedMessage<'e> {
    pub(super) about_on: On,
    pub(super) due_at: i64,
    pub(super) fact: &'e str,
    pub(super) happened_at: i64,
    pub(super) message_id: Id,
    pub(super) subject_id: Id,
}

/// A message that was written.
#[derive(Deserialize)]
pub(super) struct WrittenMessage<'e> {
    pub(super) channel: &'e str,
    pub(super) looks_until: Option<i64>,
    pub(super) message_id: Id,
    pub(super) number: i64,
    pub(super) sealed: Hash,
}

/// A message of which it is known what became of it.
#[derive(Deserialize)]
pub(super) struct SettledMessage<'e> {
    pub(super) message_id: Id,
    pub(super) state: &'e str,
}

/// `draw-announced`.
#[derive(Deserialize)]
pub(super) struct Announced<'e> {
    pub(super) at: i64,
    pub(super) by: &'e str,
    pub(super) draw_id: Id,
    pub(super) fingerprint: Hash,
    pub(super) looks: i64,
}

/// `draw-made`.
#[derive(Deserialize)]
pub(super) struct Drawn<'e> {
    pub(super) at: i64,
    pub(super) by: &'e str,
    pub(super) draw_id: Id,
    #[serde(borrow)]
    pub(super) words: Cow<'e, str>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_small_digits_are_read() {
        let all: [u8; 256] = std::array::from_fn(|n| n as u8);
        assert_eq!(decoded(hex::encode(all).as_bytes()), Some(all));
        for wrong in ["", "0", "0a1", "0A", "0g", " a", "0é", "0a0b"] {
            assert_eq!(decoded::<1>(wrong.as_bytes()), None, "{wrong}");
        }
    }
}
