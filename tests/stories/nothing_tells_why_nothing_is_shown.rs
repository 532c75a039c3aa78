//! "Nothing on file", "not visible for this purpose" and "no such person" are one answer, in words, status and size.

use fairfile_http::wire::Language;
use fairfile_http::wire::answer::document;
use fairfile_testkit::{Engine, World};
use serde_json::Value;

const NAME: &str = "林晓禾";

/// Why there is nothing to show.
#[derive(Clone, Copy, Debug)]
enum Why {
    NoSuchPerson,
    OtherName,
    OtherPurpose,
    StillWaiting,
    DisplayOver,
}

/// The answer in a world that has lived through the same as the others until this question.
fn answer(engine: Engine, why: Why) -> (u16, Value) {
    let world = World::new(engine);
    let (lin, wu) = (world.person(NAME), world.person("乌云娜"));
    world.source("market-regulation").records("food-safety-penalty", world.row("food-safety-penalty", &lin));
    let row = world.row("pharmacist-licence", &wu).with("valid_until", "2026-11-22");
    world.source("drug-administration").records("pharmacist-licence", row);
    let (person, purpose) = match why {
        Why::NoSuchPerson => (fairfile_testkit::Person::invented(NAME, 900), "licence-renewal"),
        Why::OtherName => (lin.called("林小禾"), "licence-renewal"),
        Why::OtherPurpose => (lin.clone(), "physician-hiring"),
        Why::StillWaiting => (lin.clone(), "licence-renewal"),
        Why::DisplayOver => (wu, "licence-renewal"),
    };
    // The purpose stands in the receipt: where it is longer by two letters, the case is shorter by two.
    let case = "A".repeat(30 - purpose.len());
    let told = world.officer("0417").asks_in(&person, purpose, &case);
    told.shows_nothing();
    let reg = world.reg();
    document(&told.0, &reg.catalog(), &reg.directory(), Language::En)
}

/// The names of all places in a document.
fn places(value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => map.iter().for_each(|(name, value)| places(value, &format!("{path}/{name}"), found)),
        Value::Array(values) => values.iter().for_each(|value| places(value, &format!("{path}/-"), found)),
        _ => found.push(path.to_owned()),
    }
}

fn check(engine: Engine) {
    let (status, reference) = answer(engine, Why::NoSuchPerson);
    let shape = |document: &Value| {
        let mut found = Vec::new();
        places(document, "", &mut found);
        found
    };
    for why in [Why::OtherName, Why::OtherPurpose, Why::StillWaiting, Why::DisplayOver] {
        let (other_status, other) = answer(engine, why);
        assert_eq!(other_status, status, "{why:?}");
        assert_eq!(shape(&other), shape(&reference), "{why:?}");
        assert_eq!(other.to_string().len(), reference.to_string().len(), "{why:?}: the size tells");
        for word in ["type", "title", "status", "detail", "code", "hint", "outcome", "records"] {
            assert_eq!(other[word], reference[word], "{why:?}: {word}");
        }
    }
}

#[test]
fn five_reasons_have_one_answer_on_sqlite() {
    check(Engine::Sqlite);
}

#[test]
fn five_reasons_have_one_answer_on_postgres() {
    check(Engine::Postgres);
}
