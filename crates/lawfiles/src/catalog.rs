//! Item files: one TOML file per version of an item, self-contained.
//!
//! [`load`] is what a node uses: it lints the whole set and builds the catalog only if nothing is wrong.
//! [`parse`] reads a single file without judging it by a law profile.

pub(crate) mod draft;
pub(crate) mod sheet;

use fairfile_domain::catalog::{
    Bilingual, Catalog, Choice, DisplayRule, Input, InputKind, Item, LastDay, Law, Purpose, RepairCondition, StartEvent,
};
use fairfile_domain::profile::LawProfile;

use crate::lint::{Finding, MISSING_KEY, Report, lint};
use draft::{DisplayDraft, Draft, InputDraft, KindDraft, LawDraft, PurposeDraft, StartDraft, Words};

/// The catalog of the invented province Lanhe: name and text of each of its ten item files.
pub const EMBEDDED_DEMO: &[(&str, &str)] = &[
    ("commendation.toml", include_str!("../../../demo/catalog/commendation.toml")),
    (
        "construction-engineer-certificate.toml",
        include_str!("../../../demo/catalog/construction-engineer-certificate.toml"),
    ),
    ("court-ordered-obligation.toml", include_str!("../../../demo/catalog/court-ordered-obligation.toml")),
    ("food-safety-penalty.toml", include_str!("../../../demo/catalog/food-safety-penalty.toml")),
    ("pharmacist-licence.toml", include_str!("../../../demo/catalog/pharmacist-licence.toml")),
    ("physician-registration.toml", include_str!("../../../demo/catalog/physician-registration.toml")),
    ("professional-ban.toml", include_str!("../../../demo/catalog/professional-ban.toml")),
    ("tax-agent-registration.toml", include_str!("../../../demo/catalog/tax-agent-registration.toml")),
    ("teacher-certificate.toml", include_str!("../../../demo/catalog/teacher-certificate.toml")),
    ("tour-guide-licence.toml", include_str!("../../../demo/catalog/tour-guide-licence.toml")),
];

/// An item that the invented province publishes when its half year is over, so that a record of it ends while somebody looks.
/// Name and text.
pub const EMBEDDED_LATER: (&str, &str) =
    ("order-to-put-right.toml", include_str!("../../../demo/later/order-to-put-right.toml"));

/// An item of the invented province that is refused: unpaid hours would decide about loans. Name and text.
pub const EMBEDDED_REFUSED: (&str, &str) =
    ("volunteer-hours.toml", include_str!("../../../demo/refused/volunteer-hours.toml"));

/// One version of an item with the purposes that its file describes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemFile {
    /// The item.
    pub item: Item,
    /// Its purposes, in the order of the file.
    pub purposes: Vec<Purpose>,
    /// The file's text, as it is published.
    pub text: String,
}

/// Reads one item file, called `path` in findings.
///
/// # Errors
/// Every fault of form: no TOML, unknown keys, wrong types, missing or impossible values. What the file
/// says is not judged here; [`load`] and [`crate::lint::lint`] do that.
pub fn parse(path: &str, text: &str) -> Result<ItemFile, Vec<Finding>> {
    let mut report = Report::new(path, text);
    let draft = draft::read(text, &mut report);
    if report.findings.is_empty() {
        let file = draft.and_then(|draft| item_file(&draft, text));
        if let Some(file) = file {
            return Ok(file);
        }
        report.add(&MISSING_KEY, 0, "the item is not complete");
    }
    report.findings.sort();
    report.findings.dedup();
    Err(report.findings)
}

/// The catalog that `files` (path and text of each) make up, and the files read, in their order.
///
/// # Errors
/// Everything that [`lint`] finds; a set with a single finding makes no catalog.
pub fn load(files: &[(String, String)], profile: &LawProfile) -> Result<(Catalog, Vec<ItemFile>), Vec<Finding>> {
    let findings = lint(files, profile);
    if !findings.is_empty() {
        return Err(findings);
    }
    let mut catalog = Catalog::default();
    let mut read = Vec::new();
    for (path, text) in files {
        let file = parse(path, text)?;
        if let Err(conflict) = catalog.add(file.item.clone(), file.purposes.clone()) {
            let mut report = Report::new(path, text);
            report.add(&crate::lint::VERSION, 0, conflict.to_string());
            return Err(report.findings);
        }
        read.push(file);
    }
    Ok((catalog, read))
}

/// [`EMBEDDED_DEMO`] in the form that [`load`] and [`lint`] take.
pub fn demo_files() -> Vec<(String, String)> {
    EMBEDDED_DEMO.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

/// The checked values of a draft; `None` if anything is absent.
fn item_file(draft: &Draft, text: &str) -> Option<ItemFile> {
    let mut purposes = Vec::new();
    let mut sees = std::collections::BTreeMap::new();
    for one in &draft.purposes {
        let purpose = purpose(one)?;
        sees.insert(purpose.code.clone(), one.inputs.iter().map(|code| code.value.clone()).collect());
        purposes.push(purpose);
    }
    let mut repair = Vec::new();
    for one in &draft.repair {
        let code = one.code.as_ref()?.value.clone();
        repair.push(RepairCondition { code, title: bilingual(&one.title)?, law: one.law.as_ref()?.value.clone() });
    }
    let item = Item {
        code: draft.code.as_ref()?.value.clone(),
        version: draft.version.as_ref()?.value,
        in_force_from: draft.in_force_from.as_ref()?.value,
        title: bilingual(&draft.title)?,
        plain_words: bilingual(&draft.plain_words)?,
        law: law(draft.law.as_ref()?)?,
        sector: draft.sector.as_ref()?.value,
        bearing: draft.bearing.as_ref()?.value,
        sources: draft.sources.iter().map(|code| code.value.clone()).collect(),
        inputs: draft.inputs.iter().map(input).collect::<Option<_>>()?,
        order: draft.order.iter().map(|(a, b)| (a.value.clone(), b.value.clone())).collect(),
        display: display(draft.display.as_ref()?)?,
        retention: draft.retention.as_ref()?.value,
        purposes: sees,
        repair,
        reconsideration: draft.reconsideration.as_ref()?.value.clone(),
    };
    Some(ItemFile { item, purposes, text: text.to_owned() })
}

fn bilingual(words: &Words) -> Option<Bilingual> {
    Some(Bilingual { en: words.en.as_ref()?.value.clone(), zh: words.zh.as_ref()?.value.clone() })
}

fn law(draft: &LawDraft) -> Option<Law> {
    if !draft.whole {
        return None;
    }
    Some(Law {
        title: bilingual(&draft.title)?,
        article: draft.article.as_ref()?.value.clone(),
        version_of: draft.version_of.as_ref().map(|day| day.value),
    })
}

/// A purpose as the domain knows it; `None` if anything is absent.
pub(crate) fn purpose(draft: &PurposeDraft) -> Option<Purpose> {
    Some(Purpose {
        code: draft.code.as_ref()?.value.clone(),
        title: bilingual(&draft.title)?,
        sector: draft.sector.as_ref()?.value,
        law: law(draft.law.as_ref()?)?,
        basis: draft.basis.as_ref()?.value,
    })
}

fn display(draft: &DisplayDraft) -> Option<DisplayRule> {
    let from = match &draft.from.as_ref()?.value {
        StartDraft::Received => StartEvent::Received,
        StartDraft::Input(code) => StartEvent::Input(code.clone()),
    };
    let until = match (&draft.until, &draft.lasts) {
        (Some(code), None) => LastDay::Input(code.value.clone()),
        (None, Some(period)) => LastDay::After(period.value),
        _ => return None,
    };
    Some(DisplayRule { from, until })
}

fn input(draft: &InputDraft) -> Option<Input> {
    Some(Input {
        code: draft.code.as_ref()?.value.clone(),
        title: bilingual(&draft.title)?,
        headings: draft.headings.iter().map(|heading| heading.value.clone()).collect(),
        kind: kind(&draft.kind.as_ref()?.value)?,
        missing: draft.missing.as_ref()?.value,
    })
}

fn kind(draft: &KindDraft) -> Option<InputKind> {
    Some(match draft {
        KindDraft::Identifier(kinds) => InputKind::Identifier(kinds.iter().map(|kind| kind.value).collect()),
        KindDraft::Name => InputKind::Name,
        KindDraft::Number => InputKind::Number,
        KindDraft::Day { past_only } => InputKind::Day { past_only: *past_only },
        KindDraft::Money(currency) => InputKind::Money(currency.as_ref()?.value.clone()),
        KindDraft::Choice(choices) => InputKind::Choice(
            choices
                .iter()
                .map(|choice| {
                    Some(Choice {
                        code: choice.code.as_ref()?.value.clone(),
                        title: bilingual(&choice.title)?,
                        writings: choice.writings.iter().map(|writing| writing.value.clone()).collect(),
                    })
                })
                .collect::<Option<_>>()?,
        ),
        KindDraft::Citation => InputKind::Citation,
        KindDraft::Text { most_chars, needed_because } => InputKind::Text {
            most_chars: most_chars.as_ref()?.value,
            needed_because: needed_because.as_ref()?.value.clone(),
        },
    })
}
