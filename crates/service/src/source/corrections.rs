//! A file of corrections and withdrawals: read and checked row by row against what is on file.

use fairfile_domain::catalog::{InputKind, Item};
use fairfile_domain::day::Day;
use fairfile_domain::identifier::{Identifier, IdentifierFault};
use fairfile_intake::{Cell, Reader, Row};
use fairfile_store::{record, subject};

use super::Handed;
use super::codes::{FileTrouble, RowFault, fault};
use super::columns::{Column, column, folded};
use super::report::Tally;
use super::submit_batch::SubmitError;
use super::values;
use crate::registry::Registry;

/// The inputs of a correction, each with the headings that offices use.
const HEADINGS: [(&str, &[&str]); 6] = [
    ("act", &["操作", "act", "action"]),
    ("number", &["注册证编号", "编号", "案号", "决定书文号", "证书编号", "record number", "number", "registration no"]),
    ("identifier", &["身份证号码", "公民身份号码", "身份证号", "id number", "identifier"]),
    ("input", &["项目", "input", "field"]),
    ("new_value", &["新值", "new value"]),
    ("reason", &["理由", "reason"]),
];

/// What a row of corrections does.
enum Act {
    Correct,
    Withdraw,
}

/// Whether a file with these headings is one of corrections.
pub(super) fn are_headings(headings: &[String]) -> bool {
    let has = |wanted: &str| headings.iter().any(|heading| place_of(heading) == Some(wanted));
    ["act", "number", "identifier", "reason"].into_iter().all(has)
}

fn place_of(heading: &str) -> Option<&'static str> {
    let wanted = folded(heading);
    HEADINGS.iter().find(|(_, names)| names.iter().any(|name| folded(name) == wanted)).map(|row| row.0)
}

/// Checks every row; `tally` hears of each.
pub(super) fn check(
    reg: &Registry,
    handed: &Handed,
    item: &Item,
    reader: Reader,
    today: Day,
    tally: &mut Tally,
) -> Result<(), SubmitError> {
    for row in reader {
        let row = row.map_err(FileTrouble::from)?;
        match check_row(reg, handed, item, &row, today)? {
            Ok(()) => tally.accept(),
            Err(fault) => tally.turn_away(row.number, &fault),
        }
    }
    Ok(())
}

fn check_row(
    reg: &Registry,
    handed: &Handed,
    item: &Item,
    row: &Row,
    today: Day,
) -> Result<Result<(), RowFault>, SubmitError> {
    let cells = match &row.cells {
        Ok(cells) => cells,
        Err(broken) => return Ok(Err(fault(broken.code(), None))),
    };
    let cell = |wanted: &str| {
        cells.iter().find(|(heading, _)| place_of(heading) == Some(wanted)).map_or(&Cell::Empty, |row| &row.1)
    };
    let act = match folded(&values::text_of(cell("act"))).as_str() {
        "更正" | "correct" | "correction" => Act::Correct,
        "撤回" | "withdraw" | "withdrawal" => Act::Withdraw,
        _ => return Ok(Err(fault("B020", None))),
    };
    let hashes = reg.vault.keyring().hashes();
    let number = hashes.number_of(&handed.member, &handed.item, &values::text_of(cell("number")));
    let mut reader = reg.store.read()?;
    let Some(on_file) =
        record::find_numbers(&mut reader, &[number.as_slice()])?.into_iter().find(|same| same.batch_taken)
    else {
        return Ok(Err(fault("B021", None)));
    };
    let identifier = match identifier(item, cell("identifier")) {
        Ok(identifier) => identifier,
        Err(broken) => return Ok(Err(broken)),
    };
    let known = subject::find(&mut reader, &hashes.index_of(&identifier))?;
    if known.is_none_or(|known| known.subject != on_file.subject) {
        return Ok(Err(fault("B023", None)));
    }
    if values::is_blank(cell("reason")) {
        return Ok(Err(fault("B022", None)));
    }
    Ok(match act {
        Act::Withdraw => Ok(()),
        Act::Correct => new_value(item, &values::text_of(cell("input")), cell("new_value"), today),
    })
}

fn identifier(item: &Item, cell: &Cell) -> Result<Identifier, RowFault> {
    let input = item.only(|kind| matches!(kind, InputKind::Identifier(_))).ok_or_else(|| fault("B011", None))?;
    match values::read(cell, input, Day::from_epoch_day(0).map_err(|_| fault("B003", None))?)? {
        Some(values::Value::Identifier(identifier)) => Ok(identifier),
        _ => Err(RowFault::identifier(IdentifierFault::Empty, &input.code)),
    }
}

/// Whether `value` may become the value of the input that `heading` names.
fn new_value(item: &Item, heading: &str, value: &Cell, today: Day) -> Result<(), RowFault> {
    let Column::Input(place) = column(item, heading) else { return Err(fault("B024", None)) };
    let input = &item.inputs[place];
    match input.kind {
        InputKind::Identifier(_) | InputKind::Name | InputKind::Number => Err(fault("B024", Some(&input.code))),
        InputKind::Day { .. }
        | InputKind::Money(_)
        | InputKind::Choice(_)
        | InputKind::Citation
        | InputKind::Text { .. } => match values::read(value, input, today)? {
            Some(_) => Ok(()),
            None => Err(fault("B024", Some(&input.code))),
        },
    }
}
