//! The report of a file, for people: each row that was not accepted, then the counts and what is next.

use std::fmt::Write;

use fairfile_domain::correction::REASONS;
use serde_json::Value;

use crate::voice::{Voice, counted, several};

/// Rows that are shown; a file with more wrong rows than that has one thing wrong with it.
const MOST_ROWS: usize = 20;

/// The text of a report; `label` is how its file is called. Without one there is a single row, and what is wrong with it is
/// told by what it concerns.
pub fn text(voice: &Voice, report: &Value, label: Option<&str>) -> String {
    let mut out = String::new();
    let rows = report["rows"].as_array().map(Vec::as_slice).unwrap_or_default();
    for row in rows.iter().take(MOST_ROWS) {
        let word = |name: &str| row[name].as_str().unwrap_or_default();
        let tag = match word("outcome") {
            "rejected" => voice.pick("error", "错误"),
            "quarantined" => voice.pick("waiting", "待定"),
            _ => voice.pick("note", "提示"),
        };
        push(&mut out, format_args!("{tag}[{}]: {}", word("code"), word("what")));
        match label {
            Some(label) => push(&mut out, format_args!("  --> {label}:{}", row["row"])),
            None => push(&mut out, format_args!("  --> {}", field(voice, row))),
        }
        let help = if label.is_none() && word("code") == "B025" { reasons(voice) } else { word("help").to_owned() };
        if !help.is_empty() {
            push(&mut out, format_args!("   = {}: {help}", voice.pick("help", "办法")));
        }
    }
    if rows.len() > MOST_ROWS {
        let more = counted((rows.len() - MOST_ROWS) as u64);
        let tail = voice.pick("more: --json shows all", "行未列出：--json 显示全部");
        push(&mut out, format_args!("{}{more} {tail}", voice.pick("and ", "另有 ")));
    }
    push(&mut out, format_args!("{}", summary(voice, report)));
    for told in report["told"].as_array().into_iter().flatten() {
        push(&mut out, format_args!("{}", told_line(voice, told)));
    }
    push(&mut out, format_args!("{}", next(voice, report, label)));
    out
}

/// What of a single record's correction a fault is about.
fn field<'r>(voice: &'r Voice, row: &'r Value) -> &'r str {
    match (row["input"].as_str(), row["code"].as_str().unwrap_or_default()) {
        (Some(input), _) => input,
        (None, "B021" | "B026") => voice.pick("the record's number", "记录编号"),
        (None, "B022" | "B025") => voice.pick("the reason (`--reason`)", "理由（--reason）"),
        (None, "B008" | "B009") => voice.pick("the words for the person (`--words`)", "给本人的说明（--words）"),
        (None, "B023") => voice.pick("the person's identifier", "本人证件号码"),
        (None, "B024") => voice.pick("the input (`--input`)", "项目（--input）"),
        (None, _) => voice.pick("the record", "该记录"),
    }
}

/// The law's list as `--reason` takes it; a file takes the words of offices as well.
fn reasons(voice: &Voice) -> String {
    let rows = REASONS.map(|row| format!("{} ({})", row.code, voice.pick(row.en, row.zh)));
    format!("{} {}", voice.pick("give one of", "请填写其一："), rows.join(", "))
}

/// One member that was told of the corrections in a file, and how far it has confirmed.
fn told_line(voice: &Voice, told: &Value) -> String {
    let count = |name: &str| told[name].as_u64().unwrap_or_default();
    let member = told["member"].as_str().unwrap_or_default();
    let (notices, confirmed) = (count("notices"), counted(count("confirmed")));
    match voice.pick("en", "zh") {
        "zh" => format!("已告知 {member}：通知 {} 份，已确认 {confirmed} 份", counted(notices)),
        _ => format!("told {member}: {}, {confirmed} confirmed", several(notices, "notice")),
    }
}

fn push(out: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing to memory does not fail.
    writeln!(out, "{line}").ok();
}

fn summary(voice: &Voice, report: &Value) -> String {
    let count = |name: &str| counted(report[name].as_u64().unwrap_or_default());
    let [received, accepted, rejected, duplicate, quarantined] =
        ["received", "accepted", "rejected", "duplicate", "quarantined"].map(count);
    let rows = several(report["received"].as_u64().unwrap_or_default(), "row");
    let taken = report["state"] == "taken";
    match (voice.pick("en", "zh"), taken) {
        ("zh", true) => {
            format!("已接收 {received} 行：采纳 {accepted}，退回 {rejected}，重复 {duplicate}，待定 {quarantined}")
        }
        ("zh", false) => {
            format!("已检查 {received} 行：可采纳 {accepted}，退回 {rejected}，重复 {duplicate}，待定 {quarantined}")
        }
        (_, true) => {
            format!(
                "Took in {rows}: {accepted} accepted, {rejected} rejected, {duplicate} duplicate, {quarantined} quarantined"
            )
        }
        (_, false) => {
            format!(
                "Checked {rows}: {accepted} ready, {rejected} rejected, {duplicate} duplicate, {quarantined} quarantined"
            )
        }
    }
}

/// What comes next. A batch that is asked for by its own number was handed in before, as whoever asks knows.
fn next(voice: &Voice, report: &Value, label: Option<&str>) -> String {
    let batch = report["batch_id"].as_str();
    if let Some(batch) = batch {
        let leaf = report["receipt"]["leaf"]["index"].as_u64();
        let leaf = leaf.map(|leaf| format!(", journal no. {}", counted(leaf))).unwrap_or_default();
        let before = if report["before"] == true && label != Some(batch) {
            voice
                .pick("; these rows had been handed in before, nothing was changed", "；这些行此前已提交，未作任何更改")
        } else {
            ""
        };
        return format!("{batch}{leaf}{before}");
    }
    let wrong = report["received"] != report["accepted"];
    let hint = if wrong {
        voice.pick(
            "hint: nothing was changed; mend the rows, or hand the file in as it is: the others are taken",
            "提示：未作任何更改；可先修正这些行，也可照此提交，其余各行将被采纳",
        )
    } else {
        voice.pick(
            "hint: nothing was changed; hand it in with `fairfile batch submit`",
            "提示：未作任何更改；用 fairfile batch submit 提交",
        )
    };
    hint.to_owned()
}
