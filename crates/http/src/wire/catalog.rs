//! Catalog, purposes and members, as anybody may read them.

use fairfile_domain::catalog::{Basis, Bearing, Catalog, InputKind, Item, LastDay, Purpose, StartEvent};
use fairfile_domain::day::{Day, Period};
use fairfile_service::directory::Directory;
use serde_json::{Value, json};

use super::{both, law};

/// Every item in force on `today`.
pub fn list(catalog: &Catalog, today: Day) -> Value {
    let in_force = |item: &&Item| catalog.item_on(&item.code, today).is_some_and(|known| known.version == item.version);
    let items: Vec<Value> = catalog.items().filter(in_force).map(item).collect();
    json!({ "schema": "fairfile.catalog/1", "items": items, "purposes": catalog.purposes().map(purpose).collect::<Vec<_>>() })
}

/// One version of an item.
pub fn item(item: &Item) -> Value {
    let start = match &item.display.from {
        StartEvent::Input(input) => input.to_string(),
        StartEvent::Received => "received".to_owned(),
    };
    let until = match &item.display.until {
        LastDay::Input(input) => json!({ "input": input.as_str() }),
        LastDay::After(period) => json!({ "lasts": self::period(*period) }),
    };
    let inputs: Vec<Value> = item
        .inputs
        .iter()
        .map(|input| {
            json!({
                "input": input.code.as_str(),
                "title": both(&input.title),
                "headings": input.headings,
                "kind": kind(&input.kind),
            })
        })
        .collect();
    let purposes: Vec<Value> = item
        .purposes
        .iter()
        .map(|(code, inputs)| json!({ "purpose": code.as_str(), "inputs": inputs.iter().map(|code| code.as_str()).collect::<Vec<_>>() }))
        .collect();
    json!({
        "item": item.code.as_str(),
        "version": item.version,
        "in_force_from": item.in_force_from.to_string(),
        "title": both(&item.title),
        "plain_words": both(&item.plain_words),
        "law": law(&item.law),
        "sector": item.sector.code(),
        "bearing": match item.bearing { Bearing::Adverse => "adverse", Bearing::Neutral => "neutral" },
        "sources": item.sources.iter().map(|code| code.as_str()).collect::<Vec<_>>(),
        "inputs": inputs,
        "display": { "from": start, "until": until },
        "retention": period(item.retention),
        "purposes": purposes,
        "repair": item.repair.iter().map(|row| json!({ "code": row.code, "title": both(&row.title), "law": row.law })).collect::<Vec<_>>(),
        "reconsideration": item.reconsideration.as_str(),
    })
}

/// One purpose.
pub fn purpose(purpose: &Purpose) -> Value {
    json!({
        "purpose": purpose.code.as_str(),
        "title": both(&purpose.title),
        "sector": purpose.sector.code(),
        "law": law(&purpose.law),
        "basis": match purpose.basis { Basis::StatutoryDuty => "statutory-duty", Basis::Consent => "consent" },
    })
}

/// Every member: bodies, not people.
pub fn members(directory: &Directory) -> Value {
    let members: Vec<Value> = directory
        .members
        .values()
        .map(|member| {
            json!({
                "member": member.code.as_str(),
                "title": both(&member.title),
                "sectors": member.sectors.iter().map(|sector| sector.code()).collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({ "schema": "fairfile.members/1", "members": members })
}

fn period(period: Period) -> Value {
    json!({ "value": period.count, "unit": period.unit.code() })
}

fn kind(kind: &InputKind) -> &'static str {
    match kind {
        InputKind::Identifier(_) => "identifier",
        InputKind::Name => "name",
        InputKind::Number => "number",
        InputKind::Day { .. } => "day",
        InputKind::Money(_) => "money",
        InputKind::Choice(_) => "choice",
        InputKind::Citation => "citation",
        InputKind::Text { .. } => "text",
    }
}
