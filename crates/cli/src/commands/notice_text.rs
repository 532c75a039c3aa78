//! Notices, for people: who has to do what until when, and what happens to whoever stays silent.

use fairfile_http::wire::Language;
use fairfile_service::inquirer::Which;
use serde_json::Value;

use super::record_text::words;
use crate::voice::Voice;

/// A list of notices, or that there are none of those that were asked for.
pub(super) fn list(voice: &Voice, document: &Value, which: Which) -> String {
    let rows = document["notices"].as_array().map(Vec::as_slice).unwrap_or_default();
    if !rows.is_empty() {
        return rows.iter().map(|row| notice(voice, row)).collect();
    }
    match (which, voice.pick("en", "zh")) {
        (Which::Open, _) => nothing_open(voice),
        (Which::After(0), "zh") => "没有通知。\n".to_owned(),
        (Which::After(0), _) => "There is no notice.\n".to_owned(),
        (Which::After(seq), "zh") => format!("第 {seq} 号之后没有通知。\n"),
        (Which::After(seq), _) => format!("There is no notice after no. {seq}.\n"),
    }
}

fn nothing_open(voice: &Voice) -> String {
    voice.pick("No notice is open.\n", "没有待确认的通知。\n").to_owned()
}

/// What was confirmed, and what was not because of one that was refused.
pub(super) fn confirmed(voice: &Voice, document: &Value) -> String {
    let rows = |name: &str| document[name].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut text: String = rows("confirmed").iter().map(|row| notice(voice, &row["notice"])).collect();
    let left: Vec<&str> = rows("not_confirmed").iter().filter_map(Value::as_str).collect();
    if !left.is_empty() {
        text += &format!("{}{}\n", voice.pick("Not confirmed: ", "未确认："), left.join(", "));
    } else if text.is_empty() {
        text = nothing_open(voice);
    }
    text
}

/// One notice: what was done to which record, when its member was shown it, what it asks for, and where it stands.
pub(super) fn notice(voice: &Voice, notice: &Value) -> String {
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let act = match (notice["act"].as_str(), voice.pick("en", "zh")) {
        (Some("withdraw"), "zh") => "已撤回",
        (Some("withdraw"), _) => "withdrawn",
        (_, "zh") => "已更正",
        _ => "corrected",
    };
    let mut text = format!(
        "{:>4}  {}  {} {} {act}: {}\n",
        notice["seq"],
        word(&notice["notice_id"]),
        word(&notice["item"]),
        word(&notice["record_id"]),
        words(voice.language, &notice["reason"]),
    );
    for look in notice["looks"].as_array().into_iter().flatten() {
        let shown = voice.pick("shown", "曾显示");
        text +=
            &format!("      {shown} {}  {} ({})\n", word(&look["at"]), word(&look["look_id"]), word(&look["officer"]));
    }
    if notice["state"] != "confirmed" {
        let to_do = words(voice.language, &notice["what_to_do"]);
        let (name, until) = (voice.pick("to do", "请办理"), voice.pick("until", "期限"));
        text += &format!("      {name}: {to_do}; {until} {}\n", word(&notice["due_on"]));
    }
    // What came by the outbox tells of the notice, and not of how it stands today.
    if notice["state"].is_string() && notice["state"] != "to-confirm" {
        text += &format!("      {}\n", standing(voice.language, notice));
    }
    text
}

/// Where a notice stands: confirmed when, or to be confirmed until when, or late since when, with the step of chasing that
/// was taken last and the one that comes next.
pub(super) fn standing(language: Language, notice: &Value) -> String {
    let day = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    match notice["state"].as_str() {
        Some("confirmed") => {
            format!("{} {}", language.pick("confirmed", "已确认于"), day(&notice["confirmed_at"]))
        }
        Some("late") => {
            let since = day(&notice["late_since"]);
            let (last, next) = (last_step(language, &notice["chased"]), next_step(language, &notice["next"]));
            match language {
                Language::En => format!("LATE since {since}; {last}; {next}"),
                Language::Zh => format!("自 {since} 起逾期；{last}；{next}"),
            }
        }
        _ => format!("{} {}", language.pick("must confirm by", "须在此日前确认："), day(&notice["due_on"])),
    }
}

fn last_step(language: Language, chased: &Value) -> String {
    let (on, step) = (chased["on"].as_str().unwrap_or_default(), words(language, chased));
    match language {
        _ if chased.is_null() => language.pick("no step was taken yet", "尚未采取措施").to_owned(),
        Language::En => format!("last step, on {on}: {step}"),
        Language::Zh => format!("上一步（{on}）：{step}"),
    }
}

/// A step whose day has come waits for the calendar to be run: it is due, and has not happened.
fn next_step(language: Language, next: &Value) -> String {
    let (from, step) = (next["from"].as_str().unwrap_or_default(), words(language, next));
    match (language, next["due"] == true) {
        _ if next.is_null() => language
            .pick("no step is left: it stays so until it is confirmed", "无后续措施：在确认前维持现状")
            .to_owned(),
        (Language::En, true) => format!("next step, due since {from}: {step}"),
        (Language::En, false) => format!("next step, on {from}: {step}"),
        (Language::Zh, true) => format!("下一步（自 {from} 起应办）：{step}"),
        (Language::Zh, false) => format!("下一步（{from}）：{step}"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(notice: &Value, expected: &str) {
        assert_eq!(standing(Language::En, notice), expected);
        assert!(!standing(Language::Zh, notice).is_ascii());
    }

    #[test]
    fn a_late_notice_tells_since_when_what_was_done_and_what_comes_next() {
        let mut notice = json!({
            "state": "late", "due_on": "2026-11-30", "late_since": "2026-12-01", "chased": null,
            "next": { "from": "2026-12-01", "due": true, "en": "the member is reminded", "zh": "提醒该单位" },
        });
        check(
            &notice,
            "LATE since 2026-12-01; no step was taken yet; next step, due since 2026-12-01: the member is reminded",
        );
        notice["chased"] = json!({ "on": "2026-12-01", "en": "the member was reminded", "zh": "已提醒该单位" });
        notice["next"] = json!({ "from": "2026-12-09", "due": false, "en": "the head is told", "zh": "告知负责人" });
        check(
            &notice,
            "LATE since 2026-12-01; last step, on 2026-12-01: the member was reminded; \
             next step, on 2026-12-09: the head is told",
        );
        notice["next"] = Value::Null;
        check(
            &notice,
            "LATE since 2026-12-01; last step, on 2026-12-01: the member was reminded; \
             no step is left: it stays so until it is confirmed",
        );
        check(&json!({ "state": "to-confirm", "due_on": "2026-11-30" }), "must confirm by 2026-11-30");
        let confirmed = json!({ "state": "confirmed", "confirmed_at": "2026-11-24T01:00:00Z" });
        check(&confirmed, "confirmed 2026-11-24T01:00:00Z");
    }
}
