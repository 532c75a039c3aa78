//! Notices as their member reads them, and corrections as whoever was told of them does.

use fairfile_domain::correction::{Act, Reason};
use fairfile_domain::day::{Day, Instant};
use fairfile_domain::id::MemberCode;
use fairfile_domain::notice::{Chase, Standing};
use fairfile_service::inquirer::{Confirmed, NoticeOnFile, NoticeView};
use serde_json::{Value, json};

/// The notices to one member.
pub fn list(member: &MemberCode, found: &[NoticeView]) -> Value {
    json!({
        "schema": "fairfile.notices/1",
        "member": member.as_str(),
        "notices": found.iter().map(notice).collect::<Vec<_>>(),
    })
}

/// A confirmation that is kept.
pub fn confirmed(confirmed: &Confirmed) -> Value {
    json!({
        "schema": "fairfile.notice-confirmed/1",
        "notice": notice(&confirmed.notice),
        "receipt": confirmed.receipt.to_value(),
    })
}

/// One notice: which record, what was done to it, which of the member's own looks had shown it.
fn notice(view: &NoticeView) -> Value {
    let on_file = &view.on_file;
    let looks = view.looks.iter().map(|look| {
        json!({
            "look_id": look.look.to_string(),
            "officer": look.officer.as_str(),
            "at": instant(look.looked_at),
            "version": look.version,
        })
    });
    let mut document = standing(on_file, view.standing, view.next, view.today);
    document["seq"] = json!(on_file.seq);
    document["record_id"] = json!(on_file.record.to_string());
    document["item"] = json!(on_file.item.as_str());
    document["version_before"] = json!(on_file.version_before);
    document["act"] = json!(on_file.act.word());
    document["reason"] = reason(on_file.reason);
    document["what_to_do"] = what_to_do(on_file.act);
    document["looks"] = looks.collect();
    document
}

/// Where a notice stands on `today`: told when, due when, confirmed when or late since when, which step was taken last
/// and what happens next. A step that is due waits for the calendar to be run.
pub fn standing(on_file: &NoticeOnFile, standing: Standing, next: Option<(Chase, Day)>, today: Day) -> Value {
    let taken = Chase::taken(on_file.chases);
    let late_since = match standing {
        Standing::Late(_) => Some(on_file.due_on.tomorrow().to_string()),
        Standing::ToConfirm | Standing::Confirmed => None,
    };
    json!({
        "notice_id": on_file.notice.to_string(),
        "correction_id": on_file.correction.to_string(),
        "state": standing.word(),
        "told_at": instant(on_file.made_at),
        "due_on": on_file.due_on.to_string(),
        "late_since": late_since,
        "confirmed_at": on_file.confirmed_at.map(instant),
        "chased": taken.map(|step| {
            let (en, zh) = taken_words(step);
            json!({ "step": step.word(), "on": on_file.chased_on.map(|day| day.to_string()), "en": en, "zh": zh })
        }),
        "next": next.map(|(step, from)| {
            let sentence = step.sentence();
            let is_due = from <= today;
            json!({ "step": step.word(), "from": from.to_string(), "due": is_due, "en": sentence.en, "zh": sentence.zh })
        }),
    })
}

/// A step of chasing that was taken, in words.
fn taken_words(step: Chase) -> (&'static str, &'static str) {
    match step {
        Chase::Reminder => ("the member was reminded", "已提醒该单位"),
        Chase::HeadOfOffice => ("the head of the member's office was told", "已告知该单位负责人"),
        Chase::Supervisor => ("the supervisor was told", "已告知监督机构"),
    }
}

/// A reason of the law's list, in both languages.
pub fn reason(reason: Reason) -> Value {
    let row = reason.row();
    json!({ "code": row.code, "en": row.en, "zh": row.zh, "law": row.law })
}

/// What a member that was told has to do, in both languages.
pub fn what_to_do(act: Act) -> Value {
    let (en, zh) = match act {
        Act::Correct => (
            "look again what you decided on the earlier content, put it right, then confirm",
            "请核查依据原内容作出的处理，予以纠正，然后确认",
        ),
        Act::Withdraw => (
            "undo what you decided on the record, delete what you kept of it, then confirm",
            "请撤销依据该记录作出的处理，删除留存的内容，然后确认",
        ),
    };
    json!({ "en": en, "zh": zh })
}

/// Microseconds since 1970 as people and programs read them.
pub fn instant(micros: i64) -> Value {
    json!(Instant::from_unix_micros(micros).ok().map(|at| at.to_string()))
}
