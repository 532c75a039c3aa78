//! `fairfile verify --node`: a node's rows held against its journal, and a file held against a node.

use std::io::Read;
use std::path::Path;

use fairfile_domain::day::Instant;
use fairfile_proof::Kind;
use fairfile_proof::copy::MAX_COPY_BYTES;
use fairfile_proof::export::MAX_HEADER_BYTES;
use fairfile_service::keeping::Continuation;
use fairfile_service::replay::{Finding, Fits, NodeUnderCheck, ReplayError, Verdict};
use fairfile_store::correction::Correction;
use serde_json::{Value, json};

use super::verify::{self, Asked};
use crate::ambient;
use crate::files::{self, HandedFile};
use crate::trouble::{Exit, Trouble};
use crate::voice::{Voice, counted, padded};

/// Replays the journal of the node in `path`.
pub fn replay(voice: &Voice, path: &Path, postgres: Option<&str>, full: bool) -> Result<Exit, Trouble> {
    let node = open(path, postgres)?;
    let mut snapshot = node.snapshot()?;
    let verdict = node.replay(&mut snapshot, full)?;
    voice.tell(&document(&verdict), || text(voice, &verdict))?;
    Ok(if verdict.holds { Exit::Done } else { Exit::NoProof })
}

fn open(path: &Path, postgres: Option<&str>) -> Result<NodeUnderCheck, Trouble> {
    Ok(NodeUnderCheck::open(path, postgres, ambient::machine()?)?)
}

impl From<ReplayError> for Trouble {
    fn from(error: ReplayError) -> Self {
        match error {
            ReplayError::Store(error) => error.into(),
            ReplayError::Registry(error) => error.into(),
            ReplayError::Remember(_) => Self::said(Exit::Failed, "U013", &error),
            ReplayError::Vault(_) | ReplayError::NoTable(_) | ReplayError::Interrupted => {
                Self::said(Exit::Failed, "U018", &error)
            }
        }
    }
}

fn document(verdict: &Verdict) -> Value {
    let finding = |finding: &Finding| {
        json!({
            "table": finding.table,
            "key": finding.key,
            "column": finding.column,
            "code": finding.code,
            "what": finding.sentence(),
            "help": finding.help(),
        })
    };
    json!({
        "schema": "fairfile.verify-node/1",
        "holds": verdict.holds,
        "leaves": verdict.leaves,
        "replayed_from": verdict.replayed_from,
        "root": hex::encode(verdict.root),
        "rows": verdict.rows,
        "destroyed": verdict.destroyed,
        "withdrawn": verdict.withdrawn,
        "older": verdict.older,
        "findings": verdict.findings.kept.iter().map(finding).collect::<Vec<_>>(),
        "findings_count": verdict.findings.count,
    })
}

fn text(voice: &Voice, verdict: &Verdict) -> String {
    let mut text = String::new();
    let tables = verdict.rows.iter().map(|(table, rows)| (table.as_str(), counted(*rows)));
    for (table, rows) in tables {
        text += &format!(" {} {rows:>12}\n", padded(table, 16));
    }
    let (destroyed, withdrawn) = (counted(verdict.destroyed), counted(verdict.withdrawn));
    text += &match voice.pick("en", "zh") {
        "zh" => format!("已销毁的记录：{destroyed}；已撤回的记录：{withdrawn}\n"),
        _ => format!("records destroyed: {destroyed}; records withdrawn: {withdrawn}\n"),
    };
    if verdict.older > 0 {
        let older = counted(verdict.older);
        text += &match voice.pick("en", "zh") {
            "zh" => format!("升级前的日志 {older} 条没有事件可解释；当时各行已在升级时如实记入日志\n"),
            _ => format!(
                "not explained by events (older than the upgrade): {older} entries; the rows of then were journaled as they were found\n"
            ),
        };
    }
    let (leaves, from) = (counted(verdict.leaves), counted(verdict.replayed_from));
    text += &match (voice.pick("en", "zh"), verdict.replayed_from) {
        ("zh", 0) => format!("已重放全部 {leaves} 条日志，并比对了所有表的每一行\n"),
        ("zh", _) => {
            format!("日志共 {leaves} 条，自第 {from} 条起重放（之前的已核验且未变），并比对了所有表的每一行\n")
        }
        (_, 0) => format!("all {leaves} entries of the journal replayed, every row of every table compared\n"),
        _ => format!(
            "{leaves} entries of the journal, replayed from no. {from} on (those before were verified and have not changed), every row of every table compared\n"
        ),
    };
    text += &format!("{}\n", verify::verdict(voice, verdict.holds));
    for finding in &verdict.findings.kept {
        text += &line(finding);
    }
    let untold = verdict.findings.count - verdict.findings.kept.len() as u64;
    if untold > 0 {
        text += &format!("  {} {}\n", voice.pick("and more, untold:", "其余未列出："), counted(untold));
    }
    let mut codes: Vec<&Finding> = verdict.findings.kept.iter().collect();
    codes.sort_by_key(|finding| finding.code);
    codes.dedup_by_key(|finding| finding.code);
    for finding in codes {
        text += &format!("   = {} {}: {}\n", voice.pick("help", "办法"), finding.code, finding.help());
    }
    text
}

/// One finding: where, and what.
fn line(finding: &Finding) -> String {
    let row = if finding.key.is_empty() { String::new() } else { format!(", row {}", finding.key) };
    let column = finding.column.as_ref().map(|column| format!(", column {column}")).unwrap_or_default();
    format!("  {}  table {}{row}{column}: {}\n", finding.code, finding.table, finding.sentence())
}

/// Checks a file by itself, and then against the journal of the node in `path`.
pub fn file_against(voice: &Voice, asked: &Asked, file: &Path, path: &Path) -> Result<Exit, Trouble> {
    let before = asked.earlier.as_deref().map(verify::read_beginning).transpose()?;
    // Read twice, and it may be standard input.
    let handed = HandedFile::take(file)?;
    let again = || handed.again().map_err(|error| files::unreadable(&error));
    let input = std::io::BufReader::with_capacity(128 * 1024, again()?);
    let report = verify::check(input, asked.key.as_deref(), before.as_deref())?;
    if report.kind == Kind::Message {
        let text = "a message has no journal's head in it to hold against a node";
        let next = "leave out `--node`, and name the node's key with `--key`";
        return Err(Trouble::new(Exit::Usage, "U021", text).hint(next));
    }
    let node = open(path, asked.postgres.as_deref())?;
    let mut snapshot = node.snapshot()?;
    let most = if report.kind == Kind::Journal { MAX_HEADER_BYTES } else { MAX_COPY_BYTES };
    let mut document = verify::document(&report)?;
    let mut found = Vec::new();
    if report.kind == Kind::Receipts {
        for bytes in verify::receipts(report.kind, again()?) {
            // What is no receipt was named by the check before.
            found.extend(node.hold_against(&mut snapshot, &bytes?)?);
        }
        document["node"] = json!({
            "holds": found.iter().all(Fits::holds),
            "receipts": found.iter().map(fits_document).collect::<Vec<_>>(),
        });
    } else {
        let mut bytes = Vec::new();
        again()?.take(most as u64).read_to_end(&mut bytes).map_err(|error| files::unreadable(&error))?;
        let fits = node.hold_against(&mut snapshot, &bytes)?;
        let fits = fits.ok_or_else(|| Trouble::new(Exit::Failed, "U021", "the file is none that this node gives"))?;
        document["node"] = fits_document(&fits);
        found.push(fits);
    }
    voice.tell(&document, || verify::text(voice, &report) + &all_text(voice, &found))?;
    Ok(if report.ok && found.iter().all(Fits::holds) { Exit::Done } else { Exit::NoProof })
}

/// How each of several receipts fits, by its number; of one file, how it fits.
fn all_text(voice: &Voice, found: &[Fits]) -> String {
    if let [fits] = found {
        return fits_text(voice, fits);
    }
    let number = |place: usize| format!("{}{}", voice.pick("no. ", "第 "), counted(place as u64 + 1));
    found.iter().enumerate().map(|(place, fits)| format!("{}\n{}", number(place), fits_text(voice, fits))).collect()
}

fn fits_document(fits: &Fits) -> Value {
    json!({
        "holds": fits.holds(),
        "signed": fits.signed,
        "is_beginning": fits.is_beginning,
        "stands": fits.stands,
        "lost": fits.lost.as_ref().map(lost_document),
        "followed": fits.followed.iter().map(followed_document).collect::<Vec<_>>(),
    })
}

fn lost_document(told: &Continuation) -> Value {
    json!({
        "origin": told.origin,
        "old_origin": told.old_origin,
        "lost_from": told.lost_from,
        "lost_until": told.lost_until,
        "at": moment(told.at),
    })
}

fn followed_document(correction: &Correction) -> Value {
    json!({
        "correction_id": correction.correction.to_string(),
        "record_id": correction.record.to_string(),
        "act": correction.act.word(),
        "reason": correction.reason.row().code,
        "version_before": correction.version_before,
        "made_at": made_at(correction),
    })
}

fn made_at(correction: &Correction) -> String {
    moment(correction.made_at)
}

fn moment(micros: i64) -> String {
    // No such moment can be on file; if one is, it is shown as it is.
    Instant::from_unix_micros(micros).map_or_else(|_| micros.to_string(), |at| at.to_string())
}

fn fits_text(voice: &Voice, fits: &Fits) -> String {
    let says = match fits.signed {
        Some(size) => {
            format!("{} {}", voice.pick("this node signed a journal of", "本节点签署时日志条数："), counted(size))
        }
        None => voice.pick("this node did not sign the file's head", "该文件的日志头不是本节点签署的").to_owned(),
    };
    let mut text = verify::claim(voice, "node", fits.signed.is_some(), &says);
    let says = match fits.is_beginning {
        true => voice.pick("the journal of then is the beginning of the journal of now", "当时的日志是现在日志的开头"),
        false => voice.pick(
            "the journal of then is not the beginning of the journal of now; keep the file and send it to the supervisor",
            "当时的日志不是现在日志的开头；请保留该文件并交监督机关",
        ),
    };
    text += &verify::claim(voice, "beginning", fits.is_beginning, says);
    let says = match fits.stands {
        true => voice.pick("what it shows stands in the journal at its place", "文件所载事项在日志中位置不变"),
        false => voice.pick(
            "what it shows does not stand in the journal at its place; keep the file and send it to the supervisor",
            "文件所载事项不在日志原位；请保留该文件并交监督机关",
        ),
    };
    text += &verify::claim(voice, "stands", fits.stands, says);
    if let Some(told) = &fits.lost {
        text += &lost_text(voice, told);
    }
    for correction in &fits.followed {
        let (done, reason) = (correction.act.done(), correction.reason.row());
        text += &format!(
            "  ! {}: {} {} {}: {}\n",
            voice.pick("a correction followed", "其后有更正"),
            correction.record,
            voice.pick(&done.en, &done.zh),
            made_at(correction),
            voice.pick(reason.en, reason.zh),
        );
    }
    text
}

/// What the journal itself says of a loss.
fn lost_text(voice: &Voice, told: &Continuation) -> String {
    let (from, at, old, new) = (counted(told.lost_from), moment(told.at), &told.old_origin, &told.origin);
    match voice.pick("en", "zh") {
        "zh" => format!("  ! 该条目已遗失，日志对此有公告：{old} 自第 {from} 条起可能遗失，{at} 起以 {new} 为名继续\n"),
        _ => format!(
            "  ! it was lost, and the journal announces it: under {old} entries from no. {from} on may be lost; since {at} it goes on as {new}\n"
        ),
    }
}
