//! The supervisor's whole check, one function per claim.
//!
//! A file that is none of ours is an error; a file that is ours and does not hold gives a [`Report`]
//! that says so, since that is an answer.

use std::io::{self, BufRead, Read};

use serde_json::Value;
use thiserror::Error;

use crate::checkpoint::{Checkpoint, VerifierKey};
use crate::copy::{COPY_SCHEMA, MAX_COPY_BYTES, PersonCopy};
use crate::encoding;
use crate::export::{JOURNAL_SCHEMA, JournalHeader, Line, MAX_HEADER_BYTES, next_line};
use crate::merkle::{EMPTY_ROOT, Hash};
use crate::message::{MAX_MESSAGE_BYTES, MESSAGE_SCHEMA, Message};
use crate::opening::Opening;
use crate::receipt::{MAX_RECEIPT_BYTES, RECEIPT_SCHEMA, Receipt};
use crate::receipts::{check_receipts, has_more};
use crate::report::{Check, Kind, Report, counted};
use crate::tree::Tree;
use crate::wire::{Fields, FormatError};

/// Why a file could not be checked at all.
#[derive(Debug, Error)]
pub enum VerifyError {
    /// The file could not be read.
    #[error("the file could not be read; check its place and permissions")]
    Read(#[source] io::Error),
    /// JSON, and none of our documents.
    #[error(
        "expected a receipt, a copy, a message or an exported journal of a Fairfile node; choose the file that was given to you"
    )]
    NotOurs,
    /// No JSON, or a document that is not in its format.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// The trusted key is no key.
    #[error("expected the trusted key as the node publishes it, such as `lanhe.example/journal+0a1b2c3d+AQ...`")]
    TrustedKey,
    /// An earlier file was given that cannot be compared with this one.
    #[error(
        "expected an earlier copy to compare a copy with, or any earlier receipt, copy or journal for an exported journal; leave it out for a receipt or a message"
    )]
    EarlierKind,
    /// The earlier file could not be read as one of ours.
    #[error("the earlier file could not be used; check that it is the file which the node gave you")]
    Earlier(#[source] Box<VerifyError>),
}

/// Checks a receipt, several receipts with one in each line, a person's copy, a message or an exported journal, told apart
/// by their `schema`.
///
/// `trusted` is the key that the node publishes; without it the file is checked against the key that it
/// carries, and the report says so. `earlier` is an earlier copy of the same file (for a copy), or any
/// earlier receipt, copy or journal (for a journal): what it held must still be there.
///
/// Receipts and messages are read up to 64 KiB, copies up to 64 MiB, journals and several receipts line by line at any
/// length. See
/// [`Receipt::issue`] for an example.
///
/// # Errors
/// [`VerifyError`] if there is nothing to check: the file is none of ours, or could not be read. A file
/// that is ours and does not hold is a [`Report`] whose `ok` is false.
pub fn verify_file(
    mut file: impl BufRead,
    trusted: Option<&str>,
    earlier: Option<&[u8]>,
) -> Result<Report, VerifyError> {
    let trusted = trusted.map(VerifierKey::parse).transpose();
    let trusted = trusted.map_err(|_| VerifyError::TrustedKey)?;
    match recognise(&mut file)? {
        Document::Receipt(_) | Document::Receipts(_) | Document::Message(_) if earlier.is_some() => {
            Err(VerifyError::EarlierKind)
        }
        Document::Receipts(first) => check_receipts(first, file, trusted.as_ref()),
        Document::Receipt(receipt) => Ok(check_receipt(&receipt, trusted.as_ref())),
        Document::Message(message) => Ok(check_message(&message, trusted.as_ref())),
        Document::Copy(copy) => {
            let earlier = match earlier.map(read_earlier).transpose()? {
                None => None,
                Some(Document::Copy(earlier)) => Some(earlier),
                Some(_) => return Err(VerifyError::EarlierKind),
            };
            Ok(check_copy(&copy, trusted.as_ref(), earlier.as_deref()))
        }
        Document::Journal(header) => {
            let earlier = earlier.map(read_earlier).transpose()?;
            let earlier = earlier.as_ref().map(|earlier| earlier.checkpoint().ok_or(VerifyError::EarlierKind));
            let earlier = earlier.transpose()?;
            check_journal(&header, file, trusted.as_ref(), earlier).map_err(VerifyError::Read)
        }
    }
}

enum Document {
    Receipt(Box<Receipt>),
    /// The first line of several.
    Receipts(Vec<u8>),
    Copy(Box<PersonCopy>),
    Message(Box<Message>),
    Journal(JournalHeader),
}

impl Document {
    /// The signed head in it; a message has none, and several receipts have no one head.
    fn checkpoint(&self) -> Option<&str> {
        match self {
            Document::Receipt(receipt) => Some(receipt.checkpoint()),
            Document::Copy(copy) => Some(&copy.parts().checkpoint),
            Document::Receipts(_) | Document::Message(_) => None,
            Document::Journal(header) => Some(&header.checkpoint),
        }
    }
}

/// Reads a whole document, or only the first line of a journal or of several receipts: `file` then stands at the next.
fn recognise(file: &mut impl BufRead) -> Result<Document, VerifyError> {
    let mut bytes = Vec::new();
    let header_limit = MAX_HEADER_BYTES as u64;
    file.by_ref().take(header_limit).read_until(b'\n', &mut bytes).map_err(VerifyError::Read)?;
    // A first line that is none of its own is the beginning of a document over several, which is read as a whole below.
    let first = encoding::parse(&bytes).ok();
    match first.as_ref().and_then(schema_of) {
        Some(JOURNAL_SCHEMA) => return Ok(Document::Journal(JournalHeader::parse(&bytes)?)),
        Some(RECEIPT_SCHEMA) if has_more(file).map_err(VerifyError::Read)? => return Ok(Document::Receipts(bytes)),
        _ => {}
    }
    let rest = (MAX_COPY_BYTES + 1 - bytes.len()) as u64;
    file.by_ref().take(rest).read_to_end(&mut bytes).map_err(VerifyError::Read)?;
    if bytes.len() > MAX_COPY_BYTES {
        return Err(FormatError::Limit { limit: MAX_COPY_BYTES }.into());
    }
    let value = encoding::parse(&bytes).map_err(FormatError::from)?;
    match schema_of(&value) {
        Some(RECEIPT_SCHEMA) if bytes.len() > MAX_RECEIPT_BYTES => {
            Err(FormatError::Limit { limit: MAX_RECEIPT_BYTES }.into())
        }
        Some(MESSAGE_SCHEMA) if bytes.len() > MAX_MESSAGE_BYTES => {
            Err(FormatError::Limit { limit: MAX_MESSAGE_BYTES }.into())
        }
        Some(RECEIPT_SCHEMA) => {
            let fields = Fields::of_document(value, RECEIPT_SCHEMA)?;
            Ok(Document::Receipt(Box::new(Receipt::read(fields)?)))
        }
        Some(COPY_SCHEMA) => {
            let fields = Fields::of_document(value, COPY_SCHEMA)?;
            Ok(Document::Copy(Box::new(PersonCopy::read(fields)?)))
        }
        Some(MESSAGE_SCHEMA) => {
            let fields = Fields::of_document(value, MESSAGE_SCHEMA)?;
            Ok(Document::Message(Box::new(Message::read(fields)?)))
        }
        _ => Err(VerifyError::NotOurs),
    }
}

fn schema_of(document: &Value) -> Option<&str> {
    document.get("schema")?.as_str()
}

fn read_earlier(mut bytes: &[u8]) -> Result<Document, VerifyError> {
    recognise(&mut bytes).map_err(|error| VerifyError::Earlier(Box::new(error)))
}

pub(crate) fn check_receipt(receipt: &Receipt, trusted: Option<&VerifierKey>) -> Report {
    let key = trusted.unwrap_or(receipt.key());
    let opening = receipt.opening();
    let (checkpoint, head) = claim_checkpoint(key, receipt.checkpoint());
    let checks = vec![
        claim_key(receipt.key(), trusted),
        claim_signature(key, receipt.is_signed_by(key)),
        checkpoint,
        claim_journal(opening, head.as_ref()),
    ];
    let proves = vec![
        format!("the node {} gave this receipt, and not a letter of it was changed", key.node()),
        "what it tells was written into the node's journal, from which nothing can be taken out unseen".to_owned(),
    ];
    let mut does_not_prove = vec![
        "it does not prove that the record is right".to_owned(),
        "it does not prove that what it tells of was not corrected since: ask the node that gave it".to_owned(),
        "it does not prove that outside witnesses saw the same journal".to_owned(),
    ];
    does_not_prove.extend(not_the_key(key, trusted));
    let mut report = Report::new(Kind::Receipt, checks, proves, does_not_prove);
    report.leaf = Some(opening.index());
    report.tree_size = head.map(|head| head.size);
    report
}

fn check_message(message: &Message, trusted: Option<&VerifierKey>) -> Report {
    let key = trusted.unwrap_or(message.key());
    let (node, parts) = (key.node(), message.parts());
    let checks = vec![claim_key(message.key(), trusted), claim_signature(key, message.is_signed_by(key))];
    let number = counted(parts.seq);
    let proves = vec![format!(
        "the node {node} sent this to the member {} as no. {number}, and not a letter of it was changed",
        parts.to
    )];
    let mut does_not_prove = vec![
        "it does not prove that the member acted on it: the receipt of the member's confirmation does".to_owned(),
        "it does not prove that the messages before it have come".to_owned(),
    ];
    does_not_prove.extend(not_the_key(key, trusted));
    Report::new(Kind::Message, checks, proves, does_not_prove)
}

fn check_copy(copy: &PersonCopy, trusted: Option<&VerifierKey>, earlier: Option<&PersonCopy>) -> Report {
    let key = trusted.unwrap_or(copy.key());
    let (checkpoint, head) = claim_checkpoint(key, &copy.parts().checkpoint);
    let mut checks = vec![
        claim_key(copy.key(), trusted),
        claim_signature(key, copy.is_signed_by(key)),
        checkpoint,
        claim_looks(copy, head.as_ref()),
    ];
    checks.extend(earlier.map(|earlier| claim_earlier_copy(key, copy, earlier)));
    let looks = counted(copy.parts().looks.len() as u64);
    let mut proves = vec![
        format!("the node {} gave this copy, and not a letter of it was changed", key.node()),
        format!("its list of {looks} looks has no gap, and each look is in the node's journal"),
    ];
    if earlier.is_some() {
        proves.push("every look that the earlier copy held is still there, in its place".to_owned());
    }
    let mut does_not_prove = vec![
        "it does not prove that the records are right".to_owned(),
        "it does not show looks that were made after this copy".to_owned(),
        "it does not prove that outside witnesses saw the same journal".to_owned(),
    ];
    if earlier.is_none() {
        does_not_prove
            .push("it does not prove that an earlier copy held nothing else; check the two together".to_owned());
    }
    does_not_prove.extend(not_the_key(key, trusted));
    let mut report = Report::new(Kind::Copy, checks, proves, does_not_prove);
    report.tree_size = head.map(|head| head.size);
    report
}

fn check_journal(
    header: &JournalHeader,
    leaves: impl BufRead,
    trusted: Option<&VerifierKey>,
    earlier: Option<&str>,
) -> io::Result<Report> {
    let key = trusted.unwrap_or(&header.key);
    let (checkpoint, head) = claim_checkpoint(key, &header.checkpoint);
    let mut checks = vec![claim_key(&header.key, trusted), checkpoint];
    let before = earlier.map(|text| key.open_checkpoint(text));
    let at = before.as_ref().and_then(|before| before.as_ref().ok()).map(|before| before.size);
    match &head {
        Some(head) => {
            let (claim, root_before) = claim_leaves(head, at, leaves)?;
            checks.push(claim);
            checks.extend(before.map(|before| match before {
                Ok(before) => claim_earlier_head(&before, root_before),
                Err(error) => Check::fails("earlier", format!("the earlier file's checkpoint: {error}")),
            }));
        }
        None => checks.push(Check::fails("leaves", "without a signed head they cannot be checked")),
    }
    let mut proves =
        vec![format!("these are all entries that the node {} had written down when it signed this head", key.node())];
    if earlier.is_some() {
        proves.push("everything under the earlier file's head is still there, unchanged".to_owned());
    }
    let mut does_not_prove = vec![
        "it does not tell what the entries stand for: the journal holds no content".to_owned(),
        "it does not prove that outside witnesses saw the same journal".to_owned(),
    ];
    does_not_prove.extend(not_the_key(key, trusted));
    let mut report = Report::new(Kind::Journal, checks, proves, does_not_prove);
    report.tree_size = head.map(|head| head.size);
    Ok(report)
}

/// The key in the file is the one the reader trusts, if they named one.
fn claim_key(carried: &VerifierKey, trusted: Option<&VerifierKey>) -> Check {
    match trusted {
        None => Check::holds(
            "key",
            format!(
                "checked against the key that the file itself carries: compare it with the key that {} publishes: {carried}",
                carried.node()
            ),
        ),
        Some(trusted) if trusted == carried => {
            Check::holds("key", format!("the key is the one you trust, of {}", trusted.node()))
        }
        Some(_) => Check::fails("key", "the file carries another key than the one you trust"),
    }
}

/// The node signed the file as it is.
fn claim_signature(key: &VerifierKey, holds: bool) -> Check {
    let node = key.node();
    if holds {
        return Check::holds("signature", format!("signed by the node {node}, and unchanged since"));
    }
    let found = format!("the signature does not hold: the file was changed, or {node} never signed it");
    Check::fails("signature", found)
}

/// The node signed the head of its journal.
fn claim_checkpoint(key: &VerifierKey, text: &str) -> (Check, Option<Checkpoint>) {
    match key.open_checkpoint(text) {
        Ok(head) => {
            let size = counted(head.size);
            let says = format!("the journal's head over {size} entries is signed by {}", key.node());
            (Check::holds("checkpoint", says), Some(head))
        }
        Err(error) => (Check::fails("checkpoint", error), None),
    }
}

/// The event is in the journal under that head.
fn claim_journal(opening: &Opening, head: Option<&Checkpoint>) -> Check {
    let number = counted(opening.index());
    match head.map(|head| (head, opening.is_in(head))) {
        Some((head, Ok(()))) => {
            let size = counted(head.size);
            Check::holds("journal", format!("written down as no. {number} of {size}, counted from 0"))
        }
        Some((_, Err(_))) => Check::fails("journal", format!("this is not what the journal holds as no. {number}")),
        None => Check::fails("journal", "without a signed head its place cannot be checked"),
    }
}

/// The list of looks is whole, and each look is in the journal.
fn claim_looks(copy: &PersonCopy, head: Option<&Checkpoint>) -> Check {
    let looks = counted(copy.parts().looks.len() as u64);
    match head.map(|head| copy.looks_are_whole(head)) {
        Some(Ok(())) => Check::holds("looks", format!("all {looks} looks are there, in order and in the journal")),
        Some(Err(gap)) => Check::fails("looks", gap),
        None => Check::fails("looks", "without a signed head the looks cannot be checked"),
    }
}

/// What the earlier copy held is still there.
fn claim_earlier_copy(key: &VerifierKey, copy: &PersonCopy, earlier: &PersonCopy) -> Check {
    if !earlier.is_signed_by(key) {
        return Check::fails("earlier", "the earlier copy is not signed by the same key");
    }
    match copy.extends(earlier) {
        Ok(()) => {
            let looks = counted(earlier.parts().looks.len() as u64);
            Check::holds("earlier", format!("all {looks} looks of the earlier copy are still there"))
        }
        Err(gap) => Check::fails("earlier", gap),
    }
}

/// The leaves are exactly those under the head. Also gives the root of the first `at` of them, if there
/// are so many, for [`claim_earlier_head`].
fn claim_leaves(head: &Checkpoint, at: Option<u64>, mut leaves: impl BufRead) -> io::Result<(Check, Option<Hash>)> {
    let mut tree = Tree::empty();
    let mut root_before = (at == Some(0)).then_some(EMPTY_ROOT);
    loop {
        let leaf = match next_line(&mut leaves)? {
            Line::End => break,
            Line::Leaf(leaf) if tree.size() < head.size => leaf,
            Line::Leaf(_) => {
                let found = format!("the file holds more than the {} entries signed", counted(head.size));
                return Ok((Check::fails("leaves", found), root_before));
            }
            Line::Damaged => {
                // The header is line 1, and lines are counted from 1.
                let line = counted(tree.size() + 2);
                return Ok((Check::fails("leaves", format!("line {line} is no entry")), root_before));
            }
        };
        tree.append(leaf.hash());
        tree.forget_full_tiles();
        if at == Some(tree.size()) {
            root_before = Some(tree.clone().snapshot().root());
        }
    }
    let (found, signed) = (counted(tree.size()), counted(head.size));
    let check = if tree.size() < head.size {
        Check::fails("leaves", format!("the file holds {found} entries and {signed} are signed"))
    } else if tree.snapshot().root() != head.root {
        Check::fails("leaves", "an entry was changed or moved: together they do not give the signed head")
    } else {
        Check::holds("leaves", format!("all {found} entries together give the signed head"))
    };
    Ok((check, root_before))
}

/// What was under the earlier head is the beginning of this journal.
fn claim_earlier_head(before: &Checkpoint, root_before: Option<Hash>) -> Check {
    let size = counted(before.size);
    match root_before {
        Some(root) if root == before.root => {
            Check::holds("earlier", format!("the first {size} entries are those of the earlier file"))
        }
        Some(_) => Check::fails("earlier", format!("the first {size} entries are not those of the earlier file")),
        None => Check::fails("earlier", format!("the earlier file's journal already had {size} entries")),
    }
}

/// What a reader has to do by themselves when they named no key.
fn not_the_key(key: &VerifierKey, trusted: Option<&VerifierKey>) -> Option<String> {
    let node = key.node();
    trusted
        .is_none()
        .then(|| format!("it does not prove that its key is {node}'s: compare it with the one that {node} publishes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(file: &str, expected: &str) {
        let error = verify_file(file.as_bytes(), None, None).expect_err("none of ours");
        assert!(error.to_string().starts_with(expected), "{error}");
    }

    #[test]
    fn garbage_is_an_error_in_plain_words() {
        check("", "expected JSON at line 1");
        check("\u{0}\u{1}", "expected JSON at line 1");
        check("a receipt, honestly", "expected JSON at line 1");
        check("{}", "expected a receipt, a copy, a message or an exported journal");
        check(r#"{"schema":"fairfile.receipt/2"}"#, "expected a receipt, a copy, a message or an exported journal");
        check(r#"{"schema":"fairfile.receipt/1"}"#, "expected `receipt_id` to be text");
        check(r#"{"schema":"fairfile.copy/1","x":1}"#, "expected `signature` to be");
        check(r#"{"schema":"fairfile.message/1","x":1}"#, "expected `signature` to be");
        check("{\"schema\":\"fairfile.journal/1\"}\n", "expected `key` to be");
        let trusted = verify_file(&b"{}"[..], Some("nobody"), None);
        assert!(matches!(trusted, Err(VerifyError::TrustedKey)));
    }

    #[test]
    fn a_file_without_end_is_refused_with_bounded_memory() {
        let endless = io::BufReader::new(io::repeat(b' '));
        let error = verify_file(endless, None, None).expect_err("too long");
        assert!(matches!(error, VerifyError::Format(FormatError::Limit { limit: MAX_COPY_BYTES })));
    }

    #[test]
    fn what_to_do_is_part_of_every_failure() {
        assert!(Check::fails("key", "no").says.ends_with("send it to the supervisor"));
    }
}
