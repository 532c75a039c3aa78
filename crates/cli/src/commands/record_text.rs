//! Records and looks, for people: what it says, by which law, until when.

use fairfile_domain::record::RecordState;
use fairfile_http::wire::Language;
use serde_json::Value;

use super::notice_text;
use crate::voice::{padded, width};

/// A text of a document that is there in both languages.
pub fn words(language: Language, both: &Value) -> &str {
    both[language.pick("en", "zh")].as_str().unwrap_or_default()
}

/// A law as people cite it.
pub fn law(language: Language, law: &Value) -> String {
    let article = law["article"].as_str().unwrap_or_default();
    format!("{}{}{}", words(language, &law["title"]), language.pick(", ", ""), language.article(article))
}

/// The state of a record: in Chinese its title, in English its word, which programs read as well.
fn state(language: Language, word: &str) -> &str {
    match (language, RecordState::find(word)) {
        (Language::En, _) | (_, None) => word,
        (_, Some(RecordState::InForce)) => "有效",
        (_, Some(RecordState::Ended)) => "已终止",
        (_, Some(RecordState::Withdrawn)) => "已撤回",
        (_, Some(RecordState::Destroyed)) => "已销毁",
    }
}

/// One record.
pub fn record(language: Language, record: &Value) -> String {
    let word = |name: &str| record[name].as_str().unwrap_or_default();
    let mut text = format!("{}  {}\n", words(language, &record["title"]), word("record_id"));
    let mut rows: Vec<(String, String)> = Vec::new();
    for input in record["inputs"].as_array().into_iter().flatten() {
        let value = match words(language, &input["value_title"]) {
            "" => input["value"].as_str().unwrap_or_default(),
            title => title,
        };
        rows.push((words(language, &input["title"]).to_owned(), value.to_owned()));
    }
    if record["unreadable"].is_object() {
        rows.push((language.pick("Content", "内容").into(), words(language, &record["unreadable"]).into()));
    }
    rows.push((language.pick("Source", "来源").into(), words(language, &record["source"]["title"]).into()));
    rows.push((language.pick("Law", "依据").into(), law(language, &record["law"])));
    rows.push((language.pick("State", "状态").into(), state(language, word("state")).to_owned()));
    let shown = match word("state") {
        "withdrawn" => {
            language.pick("nobody any more; its content is destroyed", "任何人均不可见；内容已销毁").to_owned()
        }
        _ => format!("{} – {}", word("shown_from"), word("display_until")),
    };
    rows.push((language.pick("Others may see it", "他人可见").into(), shown));
    if !word("retained_until").is_empty() {
        rows.push((language.pick("Kept until", "保存至").into(), word("retained_until").into()));
    }
    let members = record["told"].as_array().map(Vec::as_slice).unwrap_or_default();
    rows.extend(members.iter().map(|row| told(language, row)));
    rows.extend(
        record["corrections"].as_array().into_iter().flatten().flat_map(|row| correction(language, row, members)),
    );
    let columns = rows.iter().map(|row| width(&row.0)).max().unwrap_or_default();
    for (name, value) in rows {
        // Whatever a source wrote stays in its column: a line of its own would look like one of ours.
        let value = value.replace('\n', &format!("\n{:indent$}", "", indent = columns + 4));
        text += &format!("  {}  {value}\n", padded(&name, columns));
    }
    text
}

/// What was put right: when, why, in the source's words; and under it how far each member that was told has come.
fn correction(language: Language, row: &Value, told: &[Value]) -> Vec<(String, String)> {
    let name = match row["act"].as_str() {
        Some("withdraw") => language.pick("Withdrawn", "已撤回"),
        _ => language.pick("Corrected", "已更正"),
    };
    let (at, reason) = (row["at"].as_str().unwrap_or_default(), words(language, &row["reason"]));
    let said = row["words"].as_str().map(|said| format!(": {said}")).unwrap_or_default();
    let mut lines = vec![(name.to_owned(), format!("{at}  {reason}{said}"))];
    for member in told {
        let title = words(language, &member["member_title"]);
        let notices = member["notices"].as_array().into_iter().flatten();
        for notice in notices.filter(|notice| notice["correction_id"] == row["correction_id"]) {
            lines.push((String::new(), format!("{title}: {}", notice_text::standing(language, notice))));
        }
    }
    lines
}

/// A member that was shown the record.
fn told(language: Language, row: &Value) -> (String, String) {
    let title = words(language, &row["member_title"]);
    let text = format!("{title}  {} {}", language.pick("looks:", "查看次数："), row["looks"]);
    (language.pick("Told to", "已告知").to_owned(), text)
}

/// One look at a file.
pub fn look(language: Language, look: &Value) -> String {
    let word = |name: &str| look[name].as_str().unwrap_or_default();
    let outcome = match word("outcome") {
        "answered" => language.pick("answered", "已答复"),
        "denied" => language.pick("denied", "已拒绝"),
        "nothing" => language.pick("nothing shown", "未显示内容"),
        _ => language.pick("your own look", "本人查看"),
    };
    let mut text = format!("{:>4}  {}  {outcome}", look["seq"].as_u64().unwrap_or_default(), word("at"));
    if word("officer").is_empty() {
        return text + "\n";
    }
    if !word("second_officer").is_empty() {
        text += language.pick("  at the counter:", "  窗口服务：");
    }
    text += &format!("  {} ({})", words(language, &look["member_title"]), word("officer"));
    if !word("second_officer").is_empty() {
        text += &format!(", ({})", word("second_officer"));
    }
    let purpose = match words(language, &look["purpose_title"]) {
        "" => word("purpose"),
        title => title,
    };
    text += &format!("\n      {}: {purpose}", language.pick("purpose", "用途"));
    if look["law"].is_object() {
        text += &format!("; {}", law(language, &look["law"]));
    }
    text += &format!("; {}: {}\n", language.pick("case", "案号"), word("case"));
    if look["denied_because"].is_object() {
        text += &format!("      {}\n", words(language, &look["denied_because"]));
    }
    for seen in look["seen"].as_array().into_iter().flatten() {
        let inputs: Vec<&str> = seen["inputs"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        text += &format!(
            "      {}: {} ({})\n",
            language.pick("seen", "所见"),
            words(language, &seen["title"]),
            inputs.join(", ")
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_source_wrote_stays_in_its_column() {
        let document = json!({ "state": "in-force", "inputs": [
            { "title": { "en": "Facts" }, "value": "one\n  Told to              Nobody\nWho looked" },
        ] });
        let text = record(Language::En, &document);
        let forged =
            |line: &&str| line.trim_start().starts_with("Told to") || line.trim_start().starts_with("Who looked");
        let columns: Vec<usize> =
            text.lines().filter(forged).map(|line| line.len() - line.trim_start().len()).collect();
        assert_eq!(columns.len(), 2, "{text}");
        assert!(columns.iter().all(|column| *column >= 17), "{text}");
    }
}
