//! `fairfile catalog`: lint, list, show, publish.

use std::path::Path;

use fairfile_domain::id::ItemCode;
use fairfile_http::wire;
use fairfile_lawfiles::lint::{Finding, lint};
use fairfile_lawfiles::profiles;
use fairfile_service::registrar::{PublishError, publish_catalog};
use serde_json::{Value, json};

use super::{Place, record_text};
use crate::args::{CatalogCommand, Where};
use crate::files;
use crate::node::Node;
use crate::trouble::{Exit, Trouble};
use crate::voice::{Voice, counted, padded, several, width};

/// `fairfile catalog`.
pub fn run(voice: &Voice, command: &CatalogCommand) -> Result<Exit, Trouble> {
    match command {
        CatalogCommand::Lint { path, profile } => lint_files(voice, path, profile),
        CatalogCommand::List { at } => list(voice, at),
        CatalogCommand::Show { item, at } => show(voice, item, at),
        CatalogCommand::Publish { path, at } => publish(voice, path, &at.node),
    }
}

fn lint_files(voice: &Voice, path: &Path, profile: &str) -> Result<Exit, Trouble> {
    let profile = profiles::load(profiles::EMBEDDED, profile).map_err(|error| {
        let document = json!({ "code": error.code(), "title": "the law profile cannot be used", "detail": error.what, "hint": error.help() });
        Trouble::from_document(Exit::Usage, &document)
    })?;
    let files = files::item_files(path)?;
    report(voice, files.len(), &lint(&files, &profile), "fairfile.lint/1")
}

/// Prints findings; any makes it a finding of the whole.
fn report(voice: &Voice, files: usize, findings: &[Finding], schema: &str) -> Result<Exit, Trouble> {
    let row = |finding: &Finding| {
        json!({ "path": finding.path, "line": finding.line, "column": finding.column, "code": finding.code,
            "what": finding.what, "remedy": finding.remedy })
    };
    let document =
        json!({ "schema": schema, "files": files, "findings": findings.iter().map(row).collect::<Vec<_>>() });
    voice.tell(&document, || {
        let row = |finding: &Finding| {
            let Finding { path, line, column, code, what, remedy } = finding;
            format!(
                "error[{code}]: {what}\n  --> {path}:{line}:{column}\n   = {}: {remedy}\n",
                voice.pick("help", "办法")
            )
        };
        let mut text: String = findings.iter().map(row).collect();
        text += &match voice.pick("en", "zh") {
            "zh" => format!("{files} 个文件，{} 处问题\n", findings.len()),
            _ => format!("{}, {}\n", several(files as u64, "file"), several(findings.len() as u64, "finding")),
        };
        text
    })?;
    Ok(if findings.is_empty() { Exit::Done } else { Exit::Found })
}

fn list(voice: &Voice, at: &Where) -> Result<Exit, Trouble> {
    let document = match Place::find(voice, at)? {
        Place::Here(node, _) => wire::catalog::list(&node.registry.catalog(), node.registry.today()),
        Place::There(server) => server.get("/api/catalog")?.done()?,
    };
    voice.tell(&document, || {
        let items = document["items"].as_array().map(Vec::as_slice).unwrap_or_default();
        let code = |item: &Value| item["item"].as_str().unwrap_or_default().to_owned();
        let columns = items.iter().map(|item| width(&code(item))).max().unwrap_or_default();
        let row = |item: &Value| {
            let title = record_text::words(voice.language, &item["title"]);
            let sources: Vec<&str> =
                item["sources"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            format!("{}  v{}  {title}  ({})\n", padded(&code(item), columns), item["version"], sources.join(", "))
        };
        items.iter().map(row).collect()
    })?;
    Ok(Exit::Done)
}

fn show(voice: &Voice, code: &str, at: &Where) -> Result<Exit, Trouble> {
    let unknown = || {
        Trouble::new(Exit::Nothing, "U015", "the catalog has no such item today").hint("see `fairfile catalog list`")
    };
    let item: ItemCode = code.parse().map_err(|_| unknown())?;
    let mut document = match Place::find(voice, at)? {
        Place::Here(node, _) => {
            let (catalog, today) = (node.registry.catalog(), node.registry.today());
            wire::catalog::item(catalog.item_on(&item, today).ok_or_else(unknown)?)
        }
        Place::There(server) => server.get(&format!("/api/catalog/{item}"))?.done()?,
    };
    if document["schema"].is_null() {
        document["schema"] = json!("fairfile.item/1");
    }
    voice.tell(&document, || item_text(voice, &document))?;
    Ok(Exit::Done)
}

fn item_text(voice: &Voice, item: &Value) -> String {
    let (language, rows) = (voice.language, |name: &str| item[name].as_array().map(Vec::as_slice).unwrap_or_default());
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let words = |values: &Value| values.as_array().into_iter().flatten().map(word).collect::<Vec<_>>().join(", ");
    let mut text =
        format!("{}  {} v{}\n", record_text::words(language, &item["title"]), word(&item["item"]), item["version"]);
    text += &format!("{}\n", record_text::words(language, &item["plain_words"]));
    text += &format!("{}: {}\n", voice.pick("Law", "依据"), record_text::law(language, &item["law"]));
    text += &format!("{}: {}\n", voice.pick("Sources", "来源"), words(&item["sources"]));
    text += &format!("{}: {}\n", voice.pick("In force from", "生效"), word(&item["in_force_from"]));
    let display = &item["display"];
    let until = match display["until"]["input"].as_str() {
        Some(input) => input.to_owned(),
        None => period(&display["until"]["lasts"]),
    };
    text += &format!("{}: {} → {until}\n", voice.pick("Display", "展示"), word(&display["from"]));
    text += &format!("{}: {}\n", voice.pick("Kept after that", "其后保存"), period(&item["retention"]));
    text += &format!("{}\n", voice.pick("Inputs, and the headings that are understood", "字段及可识别的表头"));
    for input in rows("inputs") {
        let title = record_text::words(language, &input["title"]);
        text += &format!(
            "  {}  {}  {title}  [{}]\n",
            padded(&word(&input["input"]), 20),
            padded(&word(&input["kind"]), 10),
            words(&input["headings"])
        );
    }
    text += &format!("{}\n", voice.pick("Purposes, and the inputs that each may see", "用途及各用途可见的字段"));
    for purpose in rows("purposes") {
        text += &format!("  {}  {}\n", padded(&word(&purpose["purpose"]), 20), words(&purpose["inputs"]));
    }
    text
}

fn period(period: &Value) -> String {
    format!("{} {}", period["value"], period["unit"].as_str().unwrap_or_default())
}

fn publish(voice: &Voice, path: &Path, node: &Path) -> Result<Exit, Trouble> {
    let files = files::item_files(path)?;
    let node = Node::open(node)?;
    let count = match publish_catalog(&node.registry, &files) {
        Ok(count) => count,
        Err(PublishError::Refused(findings)) => return report(voice, files.len(), &findings, "fairfile.lint/1"),
        Err(PublishError::Registry(error)) => return Err(error.into()),
        Err(error @ (PublishError::Backwards { .. } | PublishError::Conflict(_))) => {
            let document = json!({ "code": "C025", "title": "nothing was published", "detail": error.to_string(),
                "hint": "give the new version the next number and a first day after today" });
            return Err(Trouble::from_document(Exit::Found, &document));
        }
    };
    let document = json!({ "schema": "fairfile.published/1", "items": count });
    voice.tell(&document, || match voice.pick("en", "zh") {
        "zh" => format!("已公布 {} 个事项版本\n", counted(count)),
        _ => format!("Published {}\n", several(count, "item version")),
    })?;
    Ok(Exit::Done)
}
