//! A person's whole file, for the person.

use fairfile_domain::catalog::{Catalog, Item};
use fairfile_domain::day::Instant;
use fairfile_domain::id::{MemberCode, PurposeCode, RecordId};
use fairfile_domain::record::RecordState;
use fairfile_domain::refusal::REFUSALS;
use fairfile_service::directory::Directory;
use fairfile_service::person::{FileView, LookView, ToldNotice};
use serde_json::{Value, json};

use super::{both, law, notice};

/// What a person is told of a record that does not open.
const UNREADABLE: (&str, &str) = (
    "this record is kept and cannot be opened at the moment; tell the node's operator, who restores its key",
    "该记录仍在保存，但目前无法打开；请告知节点运营方恢复其密钥",
);

/// The file with the looks that were read, newest look last; if there are earlier ones, it says so and where.
pub fn document(view: &FileView, catalog: &Catalog, directory: &Directory) -> Value {
    json!({
        "schema": "fairfile.file/1",
        "subject_id": view.subject.to_string(),
        "name": view.identity.get("name"),
        "identifier_masked": masked(view.identity.get("identifier").map_or("", String::as_str)),
        "read_at": view.read_at.to_string(),
        "records": records(view, catalog, directory),
        "last_seq": view.looks_on_file,
        "earlier_looks": earlier_looks(view),
        "looks": view.looks.iter().map(|look| self::look(look, view, catalog, directory)).collect::<Vec<_>>(),
    })
}

/// A word about the looks before the first that was read, and where they are; nothing if there are none.
fn earlier_looks(view: &FileView) -> Option<Value> {
    let count = view.looks.first().map_or(view.looks_on_file, |first| first.seq.saturating_sub(1));
    (count > 0).then(|| {
        json!({
            "count": count,
            "at": "/api/my/looks?after=0",
            "en": format!("{count} earlier looks are on file and not in this answer"),
            "zh": format!("另有 {count} 次更早的查询记录在案，未列于此"),
        })
    })
}

/// The records alone, as they also stand in the signed copy.
pub fn records(view: &FileView, catalog: &Catalog, directory: &Directory) -> Vec<Value> {
    let record = |shown: &fairfile_service::Shown| {
        let mut document = super::answer::record(shown, catalog, directory);
        let on_file = &shown.on_file;
        let item = catalog.item(&on_file.item, on_file.item_version);
        document["retained_until"] = json!(on_file.terms.retained_until.to_string());
        document["received_at"] = json!(Instant::from_unix_micros(shown.received_at).ok().map(|at| at.to_string()));
        document["on_display"] = json!(on_file.state == RecordState::InForce && on_file.terms.on_display(view.today));
        document["plain_words"] = json!(item.map(|item| both(&item.plain_words)));
        document["purposes"] = json!(item.map(|item| purposes(item, catalog)));
        document["reconsideration"] = json!(item.map(|item| item.reconsideration.as_str()));
        document["repair"] = json!(item.map(repair));
        if shown.is_unreadable {
            let (en, zh) = UNREADABLE;
            document["unreadable"] = json!({ "en": en, "zh": zh });
        }
        document["corrections"] = corrections(view, on_file.record);
        document["told"] = told(view, on_file.record, directory);
        without_nulls(document)
    };
    view.records.iter().map(record).collect()
}

/// What was put right in a record: what went, why, and the source's words.
fn corrections(view: &FileView, record: RecordId) -> Value {
    let rows = view.corrections.iter().filter(|row| row.record == record).map(|row| {
        json!({
            "correction_id": row.correction.to_string(),
            "act": row.act.word(),
            "at": notice::instant(row.made_at),
            "version_before": row.version_before,
            "reason": notice::reason(row.reason),
            "words": row.words,
            "leaf": row.leaf,
        })
    });
    rows.collect()
}

/// Every member that was shown a record, and whether it has confirmed what followed.
fn told(view: &FileView, record: RecordId, directory: &Directory) -> Value {
    let standing = |told: &ToldNotice| notice::standing(&told.on_file, told.standing, told.next, told.today);
    let rows = view.told.iter().filter(|row| row.record == record).map(|row| {
        let member = directory.members.get(&row.member);
        json!({
            "member": row.member.as_str(),
            "member_title": member.map(|member| both(&member.title)),
            "looks": row.looks,
            "first_at": notice::instant(row.first_at),
            "last_at": notice::instant(row.last_at),
            "notices": row.notices.iter().map(standing).collect::<Vec<_>>(),
        })
    });
    rows.collect()
}

fn purposes(item: &Item, catalog: &Catalog) -> Vec<Value> {
    let purpose = |code: &PurposeCode| json!({ "purpose": code.as_str(), "title": catalog.purpose(code).map(|row| both(&row.title)) });
    item.purposes.keys().map(purpose).collect()
}

fn repair(item: &Item) -> Vec<Value> {
    item.repair.iter().map(|row| json!({ "code": row.code, "title": both(&row.title), "law": row.law })).collect()
}

/// One look: who, why, under which law, in which case, what was seen, what came of it.
fn look(look: &LookView, view: &FileView, catalog: &Catalog, directory: &Directory) -> Value {
    let event = &look.event;
    let word = |name: &str| event[name].as_str().filter(|text| !text.is_empty());
    let purpose = word("purpose").and_then(|code| code.parse::<PurposeCode>().ok());
    let purpose = purpose.as_ref().and_then(|code| catalog.purpose(code));
    let member = word("member").and_then(|code| code.parse::<MemberCode>().ok());
    let member = member.as_ref().and_then(|code| directory.members.get(code));
    let refusal = word("refusal").and_then(|code| REFUSALS.iter().find(|row| row.code == code));
    let seen = |row: &Value| {
        let id = row["record_id"].as_str().unwrap_or_default();
        let shown = view.records.iter().find(|shown| shown.on_file.record.hex() == id);
        let item = shown.and_then(|shown| catalog.item(&shown.on_file.item, shown.on_file.item_version));
        let inputs = row["inputs"].as_str().unwrap_or_default().split_whitespace();
        json!({
            "record_id": format!("rec_{id}"),
            "item": row["item"],
            "title": item.map(|item| both(&item.title)),
            "version": row["version"],
            "inputs": inputs.collect::<Vec<_>>(),
        })
    };
    json!({
        "seq": look.seq,
        "look_id": word("look_id").map(|id| format!("look_{id}")),
        "at": event["at"].as_i64().and_then(|at| Instant::from_unix_micros(at).ok()).map(|at| at.to_string()),
        "outcome": word("outcome"),
        "member": word("member"),
        "member_title": member.map(|member| both(&member.title)),
        "officer": word("officer"),
        "second_officer": word("second_officer"),
        "purpose": word("purpose"),
        "purpose_title": purpose.map(|purpose| both(&purpose.title)),
        "law": purpose.map(|purpose| law(&purpose.law)),
        "case": word("case"),
        "denied_because": refusal.map(|row| json!({ "code": row.code, "en": row.en, "zh": row.zh })),
        "seen": event["shown"].as_array().map(|rows| rows.iter().map(seen).collect::<Vec<_>>()).unwrap_or_default(),
        "leaf": look.leaf,
        "chain": word("chain"),
    })
}

/// The identifier as pages show it: the beginning and the end.
fn masked(identifier: &str) -> String {
    let length = identifier.chars().count();
    let shown = |place: usize| (length >= 15 && place < 4) || place + 4 >= length;
    identifier.chars().enumerate().map(|(place, c)| if shown(place) { c } else { '*' }).collect()
}

/// A signed document has no empty places: what is not there is left out.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(map) => map
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name, without_nulls(value)))
            .collect(),
        Value::Array(values) => values.into_iter().map(without_nulls).collect(),
        other => other,
    }
}
