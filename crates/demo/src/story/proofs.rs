//! What anybody can check without trusting the node.

use std::collections::{BTreeMap, HashSet};
use std::io::BufRead;

use fairfile_proof::export::{Line, next_line};
use fairfile_proof::{Check, Report};
use serde_json::Value;

use super::sources::SAMPLE;
use super::{Told, Trouble, Walk, held, told};

pub(super) fn copies_leave_no_look_out(walk: &mut Walk<'_>) -> Told {
    let lin = walk.lin()?;
    let view = walk.counter.read_own(&lin.identifier)?;
    let later = walk.copy(&view)?;
    held(walk.verify(&walk.first_copy, None)?.ok, "the first copy verifies offline")?;
    held(walk.verify(&later, Some(&walk.first_copy))?.ok, "the later copy holds every look of the first")?;
    let whole: Value = serde_json::from_slice(&later)?;
    let looks = whole["looks"]["entries"].as_array().map_or(0, Vec::len);
    held(looks == view.looks.len() && looks > 3, "the copy holds every look")?;
    for cut in [0, looks / 2, looks - 1] {
        let report = walk.verify(&without_look(&whole, cut)?, Some(&walk.first_copy))?;
        held(
            !report.ok && finding(&report, "looks").is_some_and(|check| !check.holds),
            "a look that was cut out is found out",
        )?;
    }
    told(
        format!(
            "Lin Xiaohe's copies of her file verify offline, the later one holds every one of the looks of the first, and a copy \
             with one of its {looks} looks cut out is found out."
        ),
        format!(
            "林晓禾的档案副本可以离线验证，后一份包含前一份的每一次查看；从{looks}次查看中剪去任何一次，都会被发现。"
        ),
    )
}

/// The copy with one look cut out and the others numbered anew, as somebody would who wants to hide it.
fn without_look(whole: &Value, cut: usize) -> Result<Vec<u8>, Trouble> {
    let mut forged = whole.clone();
    let entries = forged["looks"]["entries"].as_array_mut().ok_or("expected the looks of the copy")?;
    entries.remove(cut);
    for (place, entry) in entries.iter_mut().enumerate() {
        entry["seq"] = Value::from(place + 1);
    }
    forged["looks"]["count"] = Value::from(entries_len(&forged));
    Ok(serde_json::to_vec(&forged)?)
}

fn entries_len(copy: &Value) -> usize {
    copy["looks"]["entries"].as_array().map_or(0, Vec::len)
}

fn finding<'r>(report: &'r Report, name: &str) -> Option<&'r Check> {
    report.checks.iter().find(|check| check.name == name)
}

fn export(walk: &Walk<'_>) -> Result<Vec<u8>, Trouble> {
    let mut journal = Vec::new();
    walk.reg.publisher.export(&walk.reg.store, &mut journal)?;
    Ok(journal)
}

pub(super) fn one_changed_byte_is_found(walk: &mut Walk<'_>) -> Told {
    let mut journal = export(walk)?;
    held(
        walk.verify(&journal, Some(&walk.first_receipt))?.ok,
        "the exported journal verifies and goes on from the first receipt",
    )?;
    let entries = walk.reg.store.head().snapshot().size();
    // A letter in the middle of the middle line: still base64, no longer what was written.
    let header = journal.iter().position(|byte| *byte == b'\n').ok_or("expected the journal's first line")? + 1;
    let middle = header + (entries as usize / 2) * 89 + 44;
    let letter = journal.get_mut(middle).ok_or("expected a line in the middle of the journal")?;
    *letter = if *letter == b'A' { b'B' } else { b'A' };
    let report = walk.verify(&journal, None)?;
    held(!report.ok && report.proves.is_empty(), "one changed byte is found, and the file then proves nothing")?;
    let leaves =
        finding(&report, "leaves").filter(|check| !check.holds).ok_or("expected that the leaves do not hold")?;
    told(
        format!(
            "The whole journal of {entries} entries verifies; with one byte changed it does not: \"{}\".",
            leaves.says
        ),
        format!(
            "整个日志共{entries}条，验证通过；改动其中一个字节，验证即告失败：有条目被改动或移动，与签名的日志头不符。"
        ),
    )
}

pub(super) fn the_journal_names_nobody(walk: &mut Walk<'_>) -> Told {
    let journal = export(walk)?;
    let mut needles: Vec<String> = Vec::new();
    for person in &walk.filled.people {
        needles.extend([person.name.full().to_owned(), person.identifier.canonical().to_owned()]);
    }
    for row in SAMPLE.lines().skip(1) {
        needles.extend(row.split(',').take(3).map(str::to_owned));
    }
    needles.retain(|needle| !needle.trim().is_empty());
    needles.sort_unstable();
    needles.dedup();
    held(needles.len() > 2_000, "there are names and numbers to look for")?;
    held(!holds_any(&journal, &needles), "the exported journal holds no name and no number")?;
    let leaves = plain_leaves(&journal)?;
    held(
        !leaves.is_empty() && !holds_any(&leaves, &needles),
        "its entries hold none when they are taken out of their writing",
    )?;
    held(holds_any(SAMPLE.as_bytes(), &needles), "the search finds names where there are some")?;
    let entries = leaves.len() / 64;
    told(
        format!(
            "None of the {entries} entries of the journal holds a name or a number of anybody, for it keeps proofs and no content."
        ),
        format!("日志的{entries}条记录中没有任何人的姓名或号码，因为它只保存证明，不保存内容。"),
    )
}

/// The leaves of an exported journal, one after the other, 64 bytes each.
fn plain_leaves(mut journal: &[u8]) -> Result<Vec<u8>, Trouble> {
    journal.skip_until(b'\n')?;
    let mut leaves = Vec::with_capacity(journal.len());
    loop {
        match next_line(&mut journal)? {
            Line::Leaf(leaf) => leaves.extend(leaf.to_bytes()),
            Line::Damaged => return Err("expected an entry on every line of the journal".into()),
            Line::End => return Ok(leaves),
        }
    }
}

/// Whether any of `needles` stands in `bytes`: one pass for each length that they have.
fn holds_any(bytes: &[u8], needles: &[String]) -> bool {
    let mut by_length: BTreeMap<usize, HashSet<&[u8]>> = BTreeMap::new();
    for needle in needles {
        by_length.entry(needle.len()).or_default().insert(needle.as_bytes());
    }
    by_length.iter().any(|(length, wanted)| bytes.windows(*length).any(|window| wanted.contains(window)))
}
