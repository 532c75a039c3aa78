//! The inbox: one file of one member, for what one node has to tell it.

use std::collections::BTreeMap;
use std::fs::File;
use std::ops::Range;
use std::path::Path;

use fairfile_proof::{Message, VerifierKey};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use crate::error::{Failure, InboxError, Refused};
use crate::tables;

/// Why a message is parked that has nothing wrong with it.
const BEHIND: &str = "an earlier message about the same thing is parked";

/// What a message does to the member's own tables, in the same transaction as its number. They stand in the inbox's
/// file, or in one that the effect attaches. It must do nothing that a rollback does not undo.
pub type Effect<'e> = dyn FnMut(&Message, &Connection) -> Result<(), Failure> + 'e;

/// What came of messages that arrived together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Accepted {
    /// How many took effect now, those included that had waited.
    pub took: u64,
    /// How many are new in the inbox, whether they took effect or wait.
    pub new: u64,
    /// How many had come before; they changed nothing.
    pub before: u64,
    /// The numbers that were parked now.
    pub parked: Vec<u64>,
    /// What was refused, and how often.
    pub refused: BTreeMap<Refused, u64>,
    /// The numbers that others wait for: to be asked for again.
    pub missing: Vec<Range<u64>>,
}

/// A message whose effect failed for good, or one behind such a one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parked {
    /// Its number.
    pub seq: u64,
    /// Its id.
    pub message_id: String,
    /// What the effect said.
    pub why: String,
}

/// A member's inbox, open.
///
/// ```
/// use fairfile_delivery::Inbox;
/// use fairfile_proof::{Message, MessageParts, NodeKey};
///
/// let key = NodeKey::from_seed("lanhe.example/journal", &[7; 32])?;
/// let numbered = |seq: u64| Message::issue(&key, MessageParts {
///     to: "court".to_owned(),
///     seq,
///     message_id: format!("not_{seq}"),
///     about: "rec_1".to_owned(),
///     made_at: "2026-11-23T01:02:00Z".to_owned(),
///     body: serde_json::json!({}),
/// })?.to_json();
/// let folder = tempfile::tempdir()?;
/// let mut inbox = Inbox::open(&folder.path().join("inbox.db"), "court", key.verifier())?;
///
/// let mut told = Vec::new();
/// let mut effect = |message: &Message, _: &_| {
///     told.push(message.parts().seq);
///     Ok(())
/// };
/// assert_eq!(inbox.accept(&[numbered(2)?], &mut effect)?.missing, [1..2]);
/// assert_eq!(inbox.accept(&[numbered(1)?, numbered(2)?], &mut effect)?.took, 2);
/// assert_eq!(told, [1, 2]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Inbox {
    db: Connection,
    member: String,
    key: VerifierKey,
    /// Closed after the connection.
    _held: File,
}

impl Inbox {
    /// The inbox at `path`, of `member`, for what the node with `key` sends. Where there is none it is made, and keeps
    /// the key: from then on it opens with this member and this key only. It is held until the value is dropped.
    ///
    /// # Errors
    /// [`InboxError::InUse`] while another program, or another value, holds it;
    /// [`InboxError::OtherMember`] and [`InboxError::OtherKey`]; [`InboxError::NotAnInbox`], [`InboxError::Newer`] and
    /// [`InboxError::File`] for a file that cannot be used.
    pub fn open(path: &Path, member: &str, key: &VerifierKey) -> Result<Self, InboxError> {
        let (db, held) = tables::open(path, member, &key.to_string())?;
        Ok(Self { db, member: member.to_owned(), key: key.clone(), _held: held })
    }

    /// The number that takes effect next: all before it have, or are parked.
    ///
    /// # Errors
    /// [`InboxError::File`].
    pub fn next_seq(&self) -> Result<u64, InboxError> {
        next_seq(&self.db)
    }

    /// Takes messages as they arrive: in any order, any number of times, from anybody.
    ///
    /// All of them are one transaction, which is on the disk when this returns. Each message that is new and whose
    /// turn it is has its `effect`, in the order of the numbers; one that is early is kept until those before it have
    /// come. A message whose effect fails for good is parked: see [`Failure`].
    ///
    /// # Errors
    /// [`InboxError::Later`] if an effect did not come about: everything before it holds, and so does that the message
    /// has arrived. Any other [`InboxError`]: nothing holds, as if nothing had arrived.
    pub fn accept<B: AsRef<[u8]>>(&mut self, arrived: &[B], effect: &mut Effect<'_>) -> Result<Accepted, InboxError> {
        let Self { db, member, key, _held } = self;
        let mut tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut accepted = Accepted::default();
        for bytes in arrived {
            match arrive(&tx, bytes.as_ref(), member, key)? {
                Arrived::New => accepted.new += 1,
                Arrived::Before => accepted.before += 1,
                Arrived::Refused(why) => {
                    note_refused(&tx, why, bytes.as_ref())?;
                    *accepted.refused.entry(why).or_default() += 1;
                }
            }
        }
        let stopped = run_on(&mut tx, effect, &mut accepted)?;
        accepted.missing = missing(&tx)?;
        finish(tx, stopped)?;
        Ok(accepted)
    }

    /// Tries those that are parked once more, in order; what fails for good again stays parked, with whatever is
    /// about the same thing behind it.
    ///
    /// # Errors
    /// As [`Inbox::accept`].
    pub fn retry_parked(&mut self, effect: &mut Effect<'_>) -> Result<Accepted, InboxError> {
        let parked = self.parked()?;
        let mut tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let (mut accepted, mut stopped) = (Accepted::default(), None);
        for Parked { seq, .. } in parked {
            let message = find(&tx, seq)?.ok_or(InboxError::Damaged(seq))?;
            if let Some(why) = apply(&mut tx, &message, effect, &mut accepted)? {
                stopped = Some((seq, why));
                break;
            }
        }
        accepted.missing = missing(&tx)?;
        finish(tx, stopped)?;
        Ok(accepted)
    }

    /// The numbers that others wait for, in order.
    ///
    /// # Errors
    /// [`InboxError::File`].
    pub fn missing(&self) -> Result<Vec<Range<u64>>, InboxError> {
        missing(&self.db)
    }

    /// Those that are parked, in order.
    ///
    /// # Errors
    /// [`InboxError::File`].
    pub fn parked(&self) -> Result<Vec<Parked>, InboxError> {
        let sql = "SELECT seq, message_id, why FROM inbox WHERE state = 'parked' ORDER BY seq";
        let mut statement = self.db.prepare_cached(sql)?;
        let row = |row: &rusqlite::Row<'_>| {
            Ok(Parked { seq: row.get::<_, i64>(0)?.cast_unsigned(), message_id: row.get(1)?, why: row.get(2)? })
        };
        Ok(statement.query_map([], row)?.collect::<Result<_, _>>()?)
    }

    /// What was refused since the inbox was made, and how often.
    ///
    /// # Errors
    /// [`InboxError::File`].
    pub fn refused(&self) -> Result<BTreeMap<Refused, u64>, InboxError> {
        let mut statement = self.db.prepare_cached("SELECT why, times FROM refused")?;
        let row = |row: &rusqlite::Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?));
        let rows: Vec<_> = statement.query_map([], row)?.collect::<Result<_, _>>()?;
        let known = rows.into_iter().map(|(why, times)| Some((Refused::find(&why)?, times.cast_unsigned())));
        known.collect::<Option<_>>().ok_or(InboxError::NotAnInbox)
    }

    /// Up to `most` of those that took effect and that nobody has been shown yet, in order.
    ///
    /// # Errors
    /// [`InboxError::File`], [`InboxError::Damaged`].
    pub fn unread(&self, most: u32) -> Result<Vec<Message>, InboxError> {
        let sql = "SELECT seq FROM inbox WHERE state = 'taken' AND read = 0 ORDER BY seq LIMIT ?1";
        let mut statement = self.db.prepare_cached(sql)?;
        let seqs: Vec<i64> = statement.query_map([most], |row| row.get(0))?.collect::<Result<_, _>>()?;
        let seqs = seqs.into_iter().map(i64::cast_unsigned);
        seqs.map(|seq| find(&self.db, seq)?.ok_or(InboxError::Damaged(seq))).collect()
    }

    /// Notes that these have been shown to whoever they are for. Whoever shows first and notes then shows one twice
    /// after a fall, and none never.
    ///
    /// # Errors
    /// [`InboxError::File`].
    pub fn mark_read(&mut self, shown: &[Message]) -> Result<(), InboxError> {
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for message in shown {
            let seq = message.parts().seq.cast_signed();
            tx.prepare_cached("UPDATE inbox SET read = 1 WHERE seq = ?1")?.execute([seq])?;
        }
        Ok(tx.commit()?)
    }
}

/// What came of one message before its turn was asked for.
enum Arrived {
    New,
    Before,
    Refused(Refused),
}

/// Keeps a message that is new and the node's, to this member.
fn arrive(tx: &Transaction<'_>, bytes: &[u8], member: &str, key: &VerifierKey) -> Result<Arrived, InboxError> {
    let Ok(message) = Message::parse(bytes) else { return Ok(Arrived::Refused(Refused::Unreadable)) };
    if message.key() != key {
        return Ok(Arrived::Refused(Refused::OtherSender));
    }
    let (parts, canonical) = (message.parts(), message.to_json()?);
    let seq = parts.seq.cast_signed();
    let sql = "SELECT message FROM inbox WHERE seq = ?1 OR message_id = ?2";
    let same: Option<Vec<u8>> =
        tx.prepare_cached(sql)?.query_row(params![seq, parts.message_id], |row| row.get(0)).optional()?;
    if same.as_ref() == Some(&canonical) {
        return Ok(Arrived::Before);
    }
    if !message.is_signed_by(key) {
        return Ok(Arrived::Refused(Refused::NotSigned));
    }
    if parts.to != member {
        return Ok(Arrived::Refused(Refused::OtherMember));
    }
    if same.is_some() {
        return Ok(Arrived::Refused(Refused::Contradicts));
    }
    let sql = "INSERT INTO inbox (seq, message_id, about, message, state) VALUES (?1, ?2, ?3, ?4, 'waits')";
    tx.prepare_cached(sql)?.execute(params![seq, parts.message_id, parts.about, canonical])?;
    Ok(Arrived::New)
}

fn note_refused(tx: &Transaction<'_>, why: Refused, bytes: &[u8]) -> Result<(), InboxError> {
    let first = bytes.get(..fairfile_proof::message::MAX_MESSAGE_BYTES).unwrap_or(bytes);
    let sql = "INSERT INTO refused (why, times, first) VALUES (?1, 1, ?2)
               ON CONFLICT (why) DO UPDATE SET times = times + 1";
    tx.prepare_cached(sql)?.execute(params![why.word(), first])?;
    Ok(())
}

/// Gives every message whose turn it is its effect, until one is missing or asks to be tried later.
fn run_on(
    tx: &mut Transaction<'_>,
    effect: &mut Effect<'_>,
    accepted: &mut Accepted,
) -> Result<Option<(u64, &'static str)>, InboxError> {
    let first = next_seq(tx)?;
    let (mut seq, mut stopped) = (first, None);
    while let Some(message) = find(tx, seq)? {
        if let Some(why) = apply(tx, &message, effect, accepted)? {
            stopped = Some((seq, why));
            break;
        }
        seq += 1;
    }
    if seq != first {
        tx.prepare_cached("UPDATE link SET next_seq = ?1")?.execute([seq.cast_signed()])?;
    }
    Ok(stopped)
}

/// Gives one message its effect, or parks it; what is to be tried later is given back with its reason.
fn apply(
    tx: &mut Transaction<'_>,
    message: &Message,
    effect: &mut Effect<'_>,
    accepted: &mut Accepted,
) -> Result<Option<&'static str>, InboxError> {
    let parts = message.parts();
    let outcome = if is_behind_parked(tx, &parts.about, parts.seq)? {
        Err(Failure::Never(BEHIND))
    } else {
        let savepoint = tx.savepoint()?;
        let outcome = effect(message, &savepoint);
        // Explicitly, since either fails if the disk's failure has ended the whole transaction under the effect.
        if outcome.is_ok() {
            savepoint.commit()?
        } else {
            savepoint.finish()?
        }
        outcome
    };
    let (state, why) = match outcome {
        Ok(()) => ("taken", None),
        Err(Failure::Never(why)) => ("parked", Some(why)),
        Err(Failure::Later(why)) => return Ok(Some(why)),
    };
    let sql = "UPDATE inbox SET state = ?2, why = ?3 WHERE seq = ?1";
    tx.prepare_cached(sql)?.execute(params![parts.seq.cast_signed(), state, why])?;
    if why.is_some() {
        accepted.parked.push(parts.seq)
    } else {
        accepted.took += 1
    }
    Ok(None)
}

/// What holds is committed first; then it is said what has to be tried again.
fn finish(tx: Transaction<'_>, stopped: Option<(u64, &'static str)>) -> Result<(), InboxError> {
    tx.commit()?;
    stopped.map_or(Ok(()), |(seq, why)| Err(InboxError::Later { seq, why }))
}

fn next_seq(db: &Connection) -> Result<u64, InboxError> {
    let next: i64 = db.prepare_cached("SELECT next_seq FROM link")?.query_row([], |row| row.get(0))?;
    Ok(next.cast_unsigned())
}

fn find(db: &Connection, seq: u64) -> Result<Option<Message>, InboxError> {
    let mut statement = db.prepare_cached("SELECT message FROM inbox WHERE seq = ?1")?;
    let bytes: Option<Vec<u8>> = statement.query_row([seq.cast_signed()], |row| row.get(0)).optional()?;
    bytes.map(|bytes| Message::parse(&bytes).map_err(|_| InboxError::Damaged(seq))).transpose()
}

fn is_behind_parked(db: &Connection, about: &str, seq: u64) -> Result<bool, InboxError> {
    let sql = "SELECT 1 FROM inbox WHERE state = 'parked' AND about = ?1 AND seq < ?2";
    Ok(db.prepare_cached(sql)?.exists(params![about, seq.cast_signed()])?)
}

fn missing(db: &Connection) -> Result<Vec<Range<u64>>, InboxError> {
    let mut expected = next_seq(db)?;
    let mut statement = db.prepare_cached("SELECT seq FROM inbox WHERE seq >= ?1 ORDER BY seq")?;
    let mut rows = statement.query([expected.cast_signed()])?;
    let mut gaps = Vec::new();
    while let Some(row) = rows.next()? {
        let found = row.get::<_, i64>(0)?.cast_unsigned();
        if found > expected {
            gaps.push(expected..found);
        }
        expected = found + 1;
    }
    Ok(gaps)
}
