//! What an officer gets for a question.

use std::borrow::Cow;

use fairfile_domain::catalog::{Catalog, Input, InputKind};
use fairfile_domain::day::{Day, Instant};
use fairfile_domain::id::{InputCode, LookId, RecordId};
use fairfile_proof::Receipt;
use fairfile_service::Shown;
use fairfile_service::directory::Directory;
use fairfile_service::inquirer::{Answer, Outcome};
use serde::Serialize;
use serde_json::Value;

use super::{Both, Language, Law, Text, both, law};

/// The words for every answer that shows nothing, whatever the reason.
pub const NOTHING: (&str, &str) =
    ("nothing can be shown for this number, name and purpose", "就此号码、姓名和用途，没有可以显示的内容");
/// What the words do not say.
pub const NOTHING_HINT: (&str, &str) = (
    "this does not tell whether anything exists; compare number and name with the document before you ask again",
    "这并不表示是否存在任何记录；再次提问前请核对号码和姓名",
);

/// An answer as it is written, borrowed from the answer, the catalog and the directory.
#[derive(Serialize)]
pub struct AnswerBody<'a> {
    schema: &'static str,
    #[serde(flatten)]
    problem: Option<ProblemPart<'a>>,
    look_id: Text<LookId>,
    outcome: &'static str,
    valid_as_of: Text<Instant>,
    records: Vec<RecordBody<'a>>,
    leaf: u64,
    receipt: &'a Receipt,
}

/// What an answer holds besides that shows nothing or denies (RFC 9457).
#[derive(Serialize)]
struct ProblemPart<'a> {
    #[serde(rename = "type")]
    kind: Cow<'static, str>,
    title: &'a str,
    status: u16,
    detail: Cow<'a, str>,
    code: &'static str,
    hint: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    law: Option<&'static str>,
}

#[derive(Serialize)]
struct RecordBody<'a> {
    record_id: Text<RecordId>,
    version: u32,
    item: &'a str,
    item_version: u32,
    title: Option<Both<'a>>,
    sector: Option<&'static str>,
    law: Option<Law<'a>>,
    source: SourceBody<'a>,
    state: &'static str,
    shown_from: Text<Day>,
    display_until: Text<Day>,
    inputs: Vec<InputBody<'a>>,
}

#[derive(Serialize)]
struct SourceBody<'a> {
    member: &'a str,
    title: Option<Both<'a>>,
}

#[derive(Serialize)]
struct InputBody<'a> {
    input: &'a str,
    title: Option<Both<'a>>,
    value: &'a str,
    value_title: Option<Both<'a>>,
}

/// The HTTP status of an answer, and what is written of it.
pub fn body<'a>(
    answer: &'a Answer,
    catalog: &'a Catalog,
    directory: &'a Directory,
    language: Language,
) -> (u16, AnswerBody<'a>) {
    let (status, outcome, problem) = match &answer.outcome {
        Outcome::Shown(_) => (201, "answered", None),
        Outcome::Nothing => {
            let title = language.pick(NOTHING.0, NOTHING.1);
            let problem = ProblemPart {
                kind: "/problems/N100".into(),
                title,
                status: 404,
                detail: title.into(),
                code: "N100",
                hint: language.pick(NOTHING_HINT.0, NOTHING_HINT.1),
                law: None,
            };
            (404, "nothing", Some(problem))
        }
        Outcome::Denied(refusal) => {
            let row = refusal.row();
            let problem = ProblemPart {
                kind: format!("/problems/{}", row.code).into(),
                title: language.pick(row.en, row.zh),
                status: 403,
                detail: language.of(&refusal.sentence()).to_owned().into(),
                code: row.code,
                hint: language.pick(row.next_en, row.next_zh),
                law: Some(row.law),
            };
            (403, "denied", Some(problem))
        }
    };
    let records = match &answer.outcome {
        Outcome::Shown(shown) => shown.iter().map(|shown| record_body(shown, catalog, directory)).collect(),
        Outcome::Nothing | Outcome::Denied(_) => Vec::new(),
    };
    let body = AnswerBody {
        schema: "fairfile.answer/1",
        problem,
        look_id: Text(answer.look),
        outcome,
        valid_as_of: Text(answer.valid_as_of),
        records,
        leaf: answer.receipt.opening().index(),
        receipt: &answer.receipt,
    };
    (status, body)
}

/// The HTTP status and the document of an answer.
pub fn document(answer: &Answer, catalog: &Catalog, directory: &Directory, language: Language) -> (u16, Value) {
    let (status, body) = body(answer, catalog, directory, language);
    (status, value(&body))
}

/// One record as somebody may see it.
pub fn record(shown: &Shown, catalog: &Catalog, directory: &Directory) -> Value {
    value(&record_body(shown, catalog, directory))
}

fn value(body: &impl Serialize) -> Value {
    // Structures of texts and whole numbers always are values.
    serde_json::to_value(body).unwrap_or_default()
}

fn record_body<'a>(shown: &'a Shown, catalog: &'a Catalog, directory: &'a Directory) -> RecordBody<'a> {
    let on_file = &shown.on_file;
    let item = catalog.item(&on_file.item, on_file.item_version);
    let source = directory.members.get(&on_file.source);
    let input =
        |(code, value): &'a (InputCode, String)| input_body(code, value, item.and_then(|item| item.input(code)));
    RecordBody {
        record_id: Text(on_file.record),
        version: on_file.version,
        item: on_file.item.as_str(),
        item_version: on_file.item_version,
        title: item.map(|item| both(&item.title)),
        sector: item.map(|item| item.sector.code()),
        law: item.map(|item| law(&item.law)),
        source: SourceBody { member: on_file.source.as_str(), title: source.map(|member| both(&member.title)) },
        state: on_file.state.word(),
        shown_from: Text(on_file.terms.shown_from),
        display_until: Text(on_file.terms.display_until),
        inputs: shown.inputs.iter().map(input).collect(),
    }
}

fn input_body<'a>(code: &'a InputCode, value: &'a str, known: Option<&'a Input>) -> InputBody<'a> {
    let choice = known.and_then(|input| match &input.kind {
        InputKind::Choice(choices) => choices.iter().find(|choice| choice.code == value),
        _ => None,
    });
    InputBody {
        input: code.as_str(),
        title: known.map(|input| both(&input.title)),
        value,
        value_title: choice.map(|choice| both(&choice.title)),
    }
}
