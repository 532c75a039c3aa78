//! A file of corrections and withdrawals: each row is read, and checked against what is on file.

use fairfile_domain::catalog::{Catalog, InputKind, Item};
use fairfile_domain::correction::{Act, Reason};
use fairfile_domain::day::Day;
use fairfile_domain::id::{InputCode, RecordId};
use fairfile_domain::identifier::{Identifier, IdentifierFault};
use fairfile_intake::{Cell, Row};
use fairfile_store::{record, subject};

use super::Handed;
use super::codes::{FileTrouble, RowFault, fault};
use super::columns::{Column, column, folded};
use super::{numbers, values};
use crate::registry::{Registry, RegistryError};

/// The inputs of a correction, each with the headings that offices use.
const HEADINGS: [(&str, &[&str]); 7] = [
    ("act", &["操作", "act", "action"]),
    ("number", &["注册证编号", "编号", "案号", "决定书文号", "证书编号", "record number", "number", "registration no"]),
    ("identifier", &["身份证号码", "公民身份号码", "身份证号", "id number", "identifier"]),
    ("input", &["项目", "input", "field"]),
    ("new_value", &["新值", "new value"]),
    ("reason", &["理由", "reason"]),
    ("reference", &["参考号", "reference"]),
];

/// The most characters of the source's words for the person.
const WORDS_CHARS: usize = 500;

/// What a row asks for, once it is found sound.
pub(super) struct Change {
    /// The record.
    pub(super) record: RecordId,
    /// The keyed hash of its number, as long as it is not withdrawn.
    pub(super) number: [u8; 32],
    /// What is to be done to it.
    pub(super) act: Act,
    /// Why.
    pub(super) reason: Reason,
    /// The source's words for the person.
    pub(super) words: Option<String>,
    /// The input that gets another value, and that value; nothing for a withdrawal.
    pub(super) value: Option<(InputCode, String)>,
}

/// Whether a file with these headings, or these names in its first row, is one of corrections: it says what to do.
///
/// # Errors
/// [`FileTrouble::MissingColumns`] if it is one and lacks what every correction needs.
pub(super) fn are_names(names: &[String]) -> Result<bool, FileTrouble> {
    let has = |wanted: &str| names.iter().any(|name| place_of(name) == Some(wanted));
    if !has("act") {
        return Ok(false);
    }
    let missing = ["number", "identifier", "reason"].into_iter().filter(|needed| !has(needed));
    let missing: Vec<InputCode> = missing.filter_map(|needed| needed.parse().ok()).collect();
    if missing.is_empty() { Ok(true) } else { Err(FileTrouble::MissingColumns(missing)) }
}

fn place_of(heading: &str) -> Option<&'static str> {
    let wanted = folded(heading);
    HEADINGS.iter().find(|(_, names)| names.iter().any(|name| folded(name) == wanted)).map(|row| row.0)
}

/// What `row` asks for, or the first thing that is wrong with it.
pub(super) fn read(
    reg: &Registry,
    handed: &Handed,
    catalog: &Catalog,
    row: &Row,
    today: Day,
) -> Result<Result<Change, RowFault>, RegistryError> {
    let cells = match &row.cells {
        Ok(cells) => cells,
        Err(broken) => return Ok(Err(fault(broken.code(), None))),
    };
    let cell = |wanted: &str| {
        cells.iter().find(|(heading, _)| place_of(heading) == Some(wanted)).map_or(&Cell::Empty, |row| &row.1)
    };
    let Some(act) = Act::find(&folded(&values::text_of(cell("act")))) else { return Ok(Err(fault("B020", None))) };
    let hashes = reg.vault.keyring().hashes();
    let number = hashes.number_of(&handed.member, &handed.item, &values::text_of(cell("number")));
    let mut reader = reg.store.read()?;
    let Some(same) = numbers::latest(&mut reader, reg, &number)? else { return Ok(Err(fault("B021", None))) };
    let found = record::find(&mut reader, same.record)?;
    let item = found.and_then(|(sealed, _)| catalog.item(&sealed.on_file.item, sealed.on_file.item_version));
    let Some(item) = item else { return Ok(Err(fault("B021", None))) };
    let identifier = match identifier(item, cell("identifier")) {
        Ok(identifier) => identifier,
        Err(broken) => return Ok(Err(broken)),
    };
    let known = subject::find(&mut reader, &hashes.index_of(&identifier))?;
    if known.is_none_or(|known| known.subject != same.subject) {
        return Ok(Err(fault("B023", None)));
    }
    Ok(reason(cell("reason")).and_then(|(reason, words)| {
        let value = match act {
            Act::Withdraw => None,
            Act::Correct => Some(new_value(item, &values::text_of(cell("input")), cell("new_value"), today)?),
        };
        Ok(Change { record: same.record, number, act, reason, words, value })
    }))
}

/// The identifier in `cell`, of a kind that the item takes.
pub(super) fn identifier(item: &Item, cell: &Cell) -> Result<Identifier, RowFault> {
    let input = item.only(|kind| matches!(kind, InputKind::Identifier(_))).ok_or_else(|| fault("B011", None))?;
    match values::read(cell, input, Day::from_epoch_day(0).map_err(|_| fault("B003", None))?)? {
        Some(values::Value::Identifier(identifier)) => Ok(identifier),
        _ => Err(RowFault::identifier(IdentifierFault::Empty, &input.code)),
    }
}

/// A reason of the law's list and, after a colon, words for the person.
fn reason(cell: &Cell) -> Result<(Reason, Option<String>), RowFault> {
    if values::is_blank(cell) {
        return Err(fault("B022", None));
    }
    let text = values::plain_text(cell, WORDS_CHARS, true).map_err(|code| fault(code, None))?;
    let (reason, words) = Reason::read(&text).ok_or_else(|| fault("B025", None))?;
    Ok((reason, (!words.is_empty()).then(|| words.to_owned())))
}

/// The input that `heading` names, with `value` as it will be sealed, if it may become that.
fn new_value(item: &Item, heading: &str, value: &Cell, today: Day) -> Result<(InputCode, String), RowFault> {
    let Column::Input(place) = column(item, heading) else { return Err(fault("B024", None)) };
    let input = &item.inputs[place];
    match input.kind {
        InputKind::Identifier(_) | InputKind::Name | InputKind::Number => Err(fault("B024", Some(&input.code))),
        InputKind::Day { .. }
        | InputKind::Money(_)
        | InputKind::Choice(_)
        | InputKind::Citation
        | InputKind::Text { .. } => match values::read(value, input, today)? {
            Some(value) => Ok((input.code.clone(), value.canonical())),
            None => Err(fault("B024", Some(&input.code))),
        },
    }
}
