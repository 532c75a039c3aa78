//! An item file as written, each value with its place, before it is known to be whole.
//!
//! Reading goes on after a fault, so that the lint can report all of them; what could not be read is
//! left out of the draft and stands among the findings.

use fairfile_domain::catalog::{Basis, Bearing, Missing, Sector};
use fairfile_domain::day::{Day, Period, Unit};
use fairfile_domain::id::{InputCode, ItemCode, MemberCode, PurposeCode};
use fairfile_domain::identifier::IdentifierKind;
use toml::de::{DeTable, DeValue};

use super::sheet::{At, Sheet, parsed, shown};
use crate::lint::{
    BAD_VALUE, MISSING_KEY, NEEDLESS_TEXT, NO_END, NO_LAW, NO_WAY_OUT, NOT_TOML, Report, TOO_LARGE, UNKNOWN_SCHEMA,
    UNKNOWN_SECTOR, WRONG_TYPE,
};

/// The schema that this reader understands.
const SCHEMA: &str = "fairfile.item/1";
/// Most bytes in an item file.
const MOST_BYTES: usize = 256 * 1024;
/// Most inputs in an item.
const MOST_INPUTS: usize = 64;
/// Most faults of TOML syntax that are told of one file.
const MOST_SYNTAX_FAULTS: usize = 20;

/// A text in both languages.
#[derive(Debug, Default)]
pub(crate) struct Words {
    pub(crate) en: Option<At<String>>,
    pub(crate) zh: Option<At<String>>,
}

/// `law` of an item or a purpose.
#[derive(Debug)]
pub(crate) struct LawDraft {
    pub(crate) title: Words,
    pub(crate) article: Option<At<String>>,
    pub(crate) version_of: Option<At<Day>>,
    /// Whether what stands in `version_of` could be read.
    pub(crate) whole: bool,
}

/// One `[[input]]`.
#[derive(Debug)]
pub(crate) struct InputDraft {
    pub(crate) at: usize,
    pub(crate) code: Option<At<InputCode>>,
    pub(crate) title: Words,
    pub(crate) headings: Vec<At<String>>,
    pub(crate) kind: Option<At<KindDraft>>,
    pub(crate) missing: Option<At<Missing>>,
}

/// What an input may hold.
#[derive(Debug)]
pub(crate) enum KindDraft {
    Identifier(Vec<At<IdentifierKind>>),
    Name,
    Number,
    Day { past_only: bool },
    Money(Option<At<String>>),
    Choice(Vec<ChoiceDraft>),
    Citation,
    Text { most_chars: Option<At<u32>>, needed_because: Option<At<String>> },
}

/// One `[[input.choice]]`.
#[derive(Debug)]
pub(crate) struct ChoiceDraft {
    pub(crate) code: Option<At<String>>,
    pub(crate) title: Words,
    pub(crate) writings: Vec<At<String>>,
}

/// `[display]`.
#[derive(Debug)]
pub(crate) struct DisplayDraft {
    pub(crate) from: Option<At<StartDraft>>,
    pub(crate) until: Option<At<InputCode>>,
    pub(crate) lasts: Option<At<Period>>,
}

/// `from` of `[display]`.
#[derive(Debug)]
pub(crate) enum StartDraft {
    Received,
    Input(InputCode),
}

/// One `[[purpose]]`.
#[derive(Debug)]
pub(crate) struct PurposeDraft {
    pub(crate) at: usize,
    pub(crate) code: Option<At<PurposeCode>>,
    pub(crate) title: Words,
    pub(crate) sector: Option<At<Sector>>,
    pub(crate) basis: Option<At<Basis>>,
    pub(crate) law: Option<LawDraft>,
    pub(crate) inputs: Vec<At<InputCode>>,
}

/// One `[[repair]]`.
#[derive(Debug)]
pub(crate) struct RepairDraft {
    pub(crate) code: Option<At<String>>,
    pub(crate) title: Words,
    pub(crate) law: Option<At<String>>,
}

/// A whole item file.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) code: Option<At<ItemCode>>,
    pub(crate) version: Option<At<u32>>,
    pub(crate) in_force_from: Option<At<Day>>,
    pub(crate) title: Words,
    pub(crate) plain_words: Words,
    pub(crate) sector: Option<At<Sector>>,
    pub(crate) bearing: Option<At<Bearing>>,
    pub(crate) sources: Vec<At<MemberCode>>,
    pub(crate) reconsideration: Option<At<MemberCode>>,
    pub(crate) law: Option<LawDraft>,
    pub(crate) inputs: Vec<InputDraft>,
    pub(crate) order: Vec<(At<InputCode>, At<InputCode>)>,
    pub(crate) display: Option<DisplayDraft>,
    pub(crate) retention: Option<At<Period>>,
    pub(crate) purposes: Vec<PurposeDraft>,
    pub(crate) repair: Vec<RepairDraft>,
}

impl Draft {
    /// The input called `code`.
    pub(crate) fn input(&self, code: &InputCode) -> Option<&InputDraft> {
        self.inputs.iter().find(|input| input.code.as_ref().is_some_and(|own| own.value == *code))
    }
}

/// Reads an item file; `None` if it is no TOML at all, and then `report` says where.
pub(crate) fn read(text: &str, report: &mut Report<'_>) -> Option<Draft> {
    if text.len() > MOST_BYTES {
        report.add(&TOO_LARGE, 0, format!("the file has {} bytes", text.len()));
        return None;
    }
    let (table, faults) = DeTable::parse_recoverable(text);
    for fault in faults.iter().take(MOST_SYNTAX_FAULTS) {
        let at = fault.span().map_or(0, |span| span.start);
        report.add(&NOT_TOML, at, shown(fault.message()));
    }
    faults.is_empty().then(|| item(Sheet::new(table.get_ref(), "the item", 0), report))
}

fn item(mut sheet: Sheet<'_, '_>, report: &mut Report<'_>) -> Draft {
    if let Some(schema) = sheet.needed_text("schema", &UNKNOWN_SCHEMA, report)
        && schema.value != SCHEMA
    {
        report.add(&UNKNOWN_SCHEMA, schema.at, format!("schema `{}` is not `{SCHEMA}`", shown(&schema.value)));
    }
    let bearings = [("adverse", Bearing::Adverse), ("neutral", Bearing::Neutral)];
    let draft = Draft {
        code: sheet.needed("code", &MISSING_KEY, report),
        version: sheet.needed_count("version", &MISSING_KEY, report),
        in_force_from: sheet.needed("in_force_from", &MISSING_KEY, report),
        title: words(&mut sheet, "title", &MISSING_KEY, report),
        plain_words: words(&mut sheet, "plain_words", &MISSING_KEY, report),
        sector: sector(&mut sheet, report),
        bearing: sheet.word("bearing", &bearings, report),
        sources: sources(&mut sheet, report),
        reconsideration: sheet.needed("reconsideration", &NO_WAY_OUT, report),
        law: law(&mut sheet, report),
        order: order(&mut sheet, report),
        display: display(&mut sheet, report),
        retention: retention(&mut sheet, report),
        inputs: inputs(&mut sheet, report),
        purposes: sheet.tables("purpose", "[[purpose]]", report).into_iter().map(|one| purpose(one, report)).collect(),
        repair: sheet.tables("repair", "[[repair]]", report).into_iter().map(|one| repair(one, report)).collect(),
    };
    sheet.finish(report);
    draft
}

/// A pair of texts `{ en = "", zh = "" }`; what lacks is a finding of `kind`.
fn words(
    sheet: &mut Sheet<'_, '_>,
    key: &'static str,
    kind: &crate::lint::FindingKind,
    report: &mut Report<'_>,
) -> Words {
    if !sheet.has(key) {
        report.add(kind, sheet.at, format!("{} has no `{key}`", sheet.name));
        return Words::default();
    }
    let Some(mut pair) = sheet.table(key, key, report) else { return Words::default() };
    let words = Words { en: pair.needed_text("en", kind, report), zh: pair.needed_text("zh", kind, report) };
    pair.finish(report);
    words
}

fn sector(sheet: &mut Sheet<'_, '_>, report: &mut Report<'_>) -> Option<At<Sector>> {
    let text = sheet.needed_text("sector", &UNKNOWN_SECTOR, report)?;
    let found = Sector::find(&text.value);
    if found.is_none() {
        report.add(&UNKNOWN_SECTOR, text.at, format!("sector `{}` is not known", shown(&text.value)));
    }
    found.map(|value| At { value, at: text.at })
}

fn sources(sheet: &mut Sheet<'_, '_>, report: &mut Report<'_>) -> Vec<At<MemberCode>> {
    let is_there = sheet.has("sources");
    let written = sheet.texts("sources", report);
    if written.is_empty() {
        let what = if is_there { "`sources` is empty" } else { "the item has no `sources`" };
        report.add(&MISSING_KEY, sheet.at, what);
    }
    written.into_iter().filter_map(|text| parsed("sources", text, report)).collect()
}

fn law(sheet: &mut Sheet<'_, '_>, report: &mut Report<'_>) -> Option<LawDraft> {
    if !sheet.has("law") {
        report.add(&NO_LAW, sheet.at, format!("{} names no law", sheet.name));
        return None;
    }
    let mut law = sheet.table("law", "law", report)?;
    let dated = law.has("version_of");
    let title = words(&mut law, "title", &NO_LAW, report);
    let article = law.needed_text("article", &NO_LAW, report);
    let version_of = law.optional("version_of", report);
    law.finish(report);
    Some(LawDraft { title, article, whole: dated == version_of.is_some(), version_of })
}

/// Pairs of day inputs: `[["granted_on", "valid_until"]]`.
fn order(sheet: &mut Sheet<'_, '_>, report: &mut Report<'_>) -> Vec<(At<InputCode>, At<InputCode>)> {
    let mut pairs = Vec::new();
    for element in sheet.list("order", report) {
        let days: Vec<At<String>> = match element.value {
            DeValue::Array(array) => array
                .iter()
                .filter_map(|day| Some(At { value: day.get_ref().as_str()?.to_owned(), at: day.span().start }))
                .collect(),
            _ => Vec::new(),
        };
        match <[At<String>; 2]>::try_from(days) {
            Ok([earlier, later]) => {
                pairs.extend(parsed("order", earlier, report).zip(parsed("order", later, report)));
            }
            Err(_) => report.add(&WRONG_TYPE, element.at, "`order` should be a list of pairs of inputs"),
        }
    }
    pairs
}

fn display(sheet: &mut Sheet<'_, '_>, report: &mut Report<'_>) -> Option<DisplayDraft> {
    if !sheet.has("display") {
        report.add(&NO_END, sheet.at, "the item has no `display`");
        return None;
    }
    let mut display = sheet.table("display", "[display]", report)?;
    let from = display.needed_text("from", &NO_END, report).and_then(|text| match text.value.as_str() {
        "received" => Some(At { value: StartDraft::Received, at: text.at }),
        _ => parsed("from", text, report).map(|code| At { value: StartDraft::Input(code.value), at: code.at }),
    });
    let ends = [display.has("until"), display.has("lasts")];
    match ends {
        [false, false] => report.add(&NO_END, display.at, "[display] has neither `until` nor `lasts`"),
        [true, true] => report.add(&BAD_VALUE, display.at, "[display] has both `until` and `lasts`"),
        _ => {}
    }
    let until = display.optional("until", report);
    let lasts = display.table("lasts", "lasts", report).and_then(|lasts| period(lasts, report));
    display.finish(report);
    Some(DisplayDraft { from, until, lasts })
}

fn retention(sheet: &mut Sheet<'_, '_>, report: &mut Report<'_>) -> Option<At<Period>> {
    if !sheet.has("retention") {
        report.add(&NO_END, sheet.at, "the item has no `retention`");
        return None;
    }
    let mut retention = sheet.table("retention", "[retention]", report)?;
    retention.word("from", &[("display_ended", ())], report);
    period(retention, report)
}

/// `value` and `unit` of a period; nothing else may stand beside them.
fn period(mut sheet: Sheet<'_, '_>, report: &mut Report<'_>) -> Option<At<Period>> {
    let count = sheet.needed_count("value", &NO_END, report);
    let unit = sheet.word("unit", &Unit::ALL.map(|(unit, code)| (code, unit)), report);
    let at = sheet.at;
    sheet.finish(report);
    let (count, unit) = count.zip(unit)?;
    Some(At { value: Period { count: count.value, unit: unit.value }, at })
}

fn inputs(sheet: &mut Sheet<'_, '_>, report: &mut Report<'_>) -> Vec<InputDraft> {
    let tables = sheet.tables("input", "[[input]]", report);
    if let Some(first_too_many) = tables.get(MOST_INPUTS) {
        report.add(&TOO_LARGE, first_too_many.at, format!("the item has {} inputs", tables.len()));
    }
    tables.into_iter().take(MOST_INPUTS).map(|one| input(one, report)).collect()
}

fn input(mut sheet: Sheet<'_, '_>, report: &mut Report<'_>) -> InputDraft {
    let missing =
        [("rejected", Missing::Rejected), ("quarantined", Missing::Quarantined), ("allowed", Missing::Allowed)];
    let draft = InputDraft {
        at: sheet.at,
        code: sheet.needed("code", &MISSING_KEY, report),
        title: words(&mut sheet, "title", &MISSING_KEY, report),
        headings: sheet.texts("headings", report),
        kind: kind(&mut sheet, report),
        missing: sheet.word("missing", &missing, report),
    };
    sheet.finish(report);
    draft
}

fn kind(sheet: &mut Sheet<'_, '_>, report: &mut Report<'_>) -> Option<At<KindDraft>> {
    const KINDS: [(&str, &str); 8] = [
        ("identifier", "identifier"),
        ("name", "name"),
        ("number", "number"),
        ("day", "day"),
        ("money", "money"),
        ("choice", "choice"),
        ("citation", "citation"),
        ("text", "text"),
    ];
    let word = sheet.word("kind", &KINDS, report)?;
    let value = match word.value {
        "identifier" => KindDraft::Identifier(identifier_kinds(sheet, report)),
        "name" => KindDraft::Name,
        "number" => KindDraft::Number,
        "day" => KindDraft::Day { past_only: sheet.flag("past_only", report) },
        "money" => KindDraft::Money(currency(sheet, report)),
        "choice" => KindDraft::Choice(choices(sheet, report)),
        "citation" => KindDraft::Citation,
        _ => KindDraft::Text {
            most_chars: sheet.needed_count("most_chars", &NEEDLESS_TEXT, report),
            needed_because: sheet.needed_text("needed_because", &NEEDLESS_TEXT, report),
        },
    };
    Some(At { value, at: word.at })
}

fn identifier_kinds(sheet: &mut Sheet<'_, '_>, report: &mut Report<'_>) -> Vec<At<IdentifierKind>> {
    let written = sheet.texts("kinds", report);
    if written.is_empty() {
        report.add(&MISSING_KEY, sheet.at, "an identifier input has no `kinds`");
    }
    let mut kinds = Vec::new();
    for text in written {
        match IdentifierKind::find(&text.value) {
            Some(value) => kinds.push(At { value, at: text.at }),
            None => {
                report.add(&BAD_VALUE, text.at, format!("identifier kind `{}` is not known", shown(&text.value)));
            }
        }
    }
    kinds
}

/// A currency by its three letters of ISO 4217; which of them exist is not checked.
fn currency(sheet: &mut Sheet<'_, '_>, report: &mut Report<'_>) -> Option<At<String>> {
    let text = sheet.needed_text("currency", &MISSING_KEY, report)?;
    let fits = text.value.len() == 3 && text.value.bytes().all(|byte| byte.is_ascii_uppercase());
    if !fits {
        report.add(&BAD_VALUE, text.at, "`currency` should be three capital letters such as `CNY`");
    }
    fits.then_some(text)
}

fn choices(sheet: &mut Sheet<'_, '_>, report: &mut Report<'_>) -> Vec<ChoiceDraft> {
    let mut choices = Vec::new();
    for mut one in sheet.tables("choice", "[[input.choice]]", report) {
        choices.push(ChoiceDraft {
            code: one.needed_text("code", &MISSING_KEY, report),
            title: words(&mut one, "title", &MISSING_KEY, report),
            writings: one.texts("writings", report),
        });
        one.finish(report);
    }
    if choices.is_empty() {
        report.add(&MISSING_KEY, sheet.at, "a choice input has no [[input.choice]]");
    }
    choices
}

fn purpose(mut sheet: Sheet<'_, '_>, report: &mut Report<'_>) -> PurposeDraft {
    let bases = [("statutory-duty", Basis::StatutoryDuty), ("consent", Basis::Consent)];
    let draft = PurposeDraft {
        at: sheet.at,
        code: sheet.needed("code", &MISSING_KEY, report),
        title: words(&mut sheet, "title", &MISSING_KEY, report),
        sector: sector(&mut sheet, report),
        basis: sheet.word("basis", &bases, report),
        law: law(&mut sheet, report),
        inputs: sheet.each("inputs", report),
    };
    sheet.finish(report);
    draft
}

fn repair(mut sheet: Sheet<'_, '_>, report: &mut Report<'_>) -> RepairDraft {
    let draft = RepairDraft {
        code: sheet.needed_text("code", &MISSING_KEY, report),
        title: words(&mut sheet, "title", &MISSING_KEY, report),
        law: sheet.needed_text("law", &NO_LAW, report),
    };
    sheet.finish(report);
    draft
}
