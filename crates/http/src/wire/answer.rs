//! What an officer gets for a question.

use fairfile_domain::catalog::{Catalog, InputKind};
use fairfile_domain::id::InputCode;
use fairfile_service::Shown;
use fairfile_service::directory::Directory;
use fairfile_service::inquirer::{Answer, Outcome};
use serde_json::{Value, json};

use super::{Language, both, law};

/// The words for every answer that shows nothing, whatever the reason.
pub const NOTHING: (&str, &str) =
    ("nothing can be shown for this number, name and purpose", "就此号码、姓名和用途，没有可以显示的内容");
/// What the words do not say.
pub const NOTHING_HINT: (&str, &str) = (
    "this does not tell whether anything exists; compare number and name with the document before you ask again",
    "这并不表示是否存在任何记录；再次提问前请核对号码和姓名",
);

/// The HTTP status and the document of an answer.
pub fn document(answer: &Answer, catalog: &Catalog, directory: &Directory, language: Language) -> (u16, Value) {
    let receipt = answer.receipt.to_value();
    let leaf = answer.receipt.opening().index();
    match &answer.outcome {
        Outcome::Shown(shown) => {
            let records: Vec<Value> = shown.iter().map(|shown| record(shown, catalog, directory)).collect();
            let document = json!({
                "schema": "fairfile.answer/1",
                "look_id": answer.look.to_string(),
                "outcome": "answered",
                "valid_as_of": answer.valid_as_of.to_string(),
                "records": records,
                "leaf": leaf,
                "receipt": receipt,
            });
            (201, document)
        }
        Outcome::Nothing => {
            let title = language.pick(NOTHING.0, NOTHING.1);
            let document = json!({
                "schema": "fairfile.answer/1",
                "type": "/problems/N100",
                "title": title,
                "status": 404,
                "detail": title,
                "code": "N100",
                "hint": language.pick(NOTHING_HINT.0, NOTHING_HINT.1),
                "look_id": answer.look.to_string(),
                "outcome": "nothing",
                "valid_as_of": answer.valid_as_of.to_string(),
                "records": [],
                "leaf": leaf,
                "receipt": receipt,
            });
            (404, document)
        }
        Outcome::Denied(refusal) => {
            let row = refusal.row();
            let document = json!({
                "schema": "fairfile.answer/1",
                "type": format!("/problems/{}", row.code),
                "title": language.pick(row.en, row.zh),
                "status": 403,
                "detail": language.of(&refusal.sentence()),
                "code": row.code,
                "hint": language.pick(row.next_en, row.next_zh),
                "law": row.law,
                "look_id": answer.look.to_string(),
                "outcome": "denied",
                "valid_as_of": answer.valid_as_of.to_string(),
                "records": [],
                "leaf": leaf,
                "receipt": receipt,
            });
            (403, document)
        }
    }
}

/// One record as somebody may see it.
pub fn record(shown: &Shown, catalog: &Catalog, directory: &Directory) -> Value {
    let on_file = &shown.on_file;
    let item = catalog.item(&on_file.item, on_file.item_version);
    let source = directory.members.get(&on_file.source);
    let input = |(code, value): &(InputCode, String)| {
        let known = item.and_then(|item| item.input(code));
        let choice = known.and_then(|input| match &input.kind {
            InputKind::Choice(choices) => choices.iter().find(|choice| &choice.code == value),
            _ => None,
        });
        json!({
            "input": code.as_str(),
            "title": known.map(|input| both(&input.title)),
            "value": value,
            "value_title": choice.map(|choice| both(&choice.title)),
        })
    };
    json!({
        "record_id": on_file.record.to_string(),
        "version": on_file.version,
        "item": on_file.item.as_str(),
        "item_version": on_file.item_version,
        "title": item.map(|item| both(&item.title)),
        "sector": item.map(|item| item.sector.code()),
        "law": item.map(|item| law(&item.law)),
        "source": { "member": on_file.source.as_str(), "title": source.map(|member| both(&member.title)) },
        "state": on_file.state.word(),
        "shown_from": on_file.terms.shown_from.to_string(),
        "display_until": on_file.terms.display_until.to_string(),
        "inputs": shown.inputs.iter().map(input).collect::<Vec<_>>(),
    })
}
