//! Files that the node itself writes for a source: the template of an item, a file to practise with, and the file of one
//! row as which a single record or a single correction is handed in.

use std::collections::BTreeMap;

use fairfile_domain::catalog::{Bilingual, Input, InputKind, Item, Missing};
use fairfile_domain::correction::Act;
use fairfile_domain::id::InputCode;
use fairfile_domain::identifier::IdentifierKind;
use zeroize::Zeroizing;

/// How spreadsheet programs know that a text is UTF-8.
const MARK: &str = "\u{feff}";
/// A number in the form of an identity number whose check digit does not fit: nobody can have it, and a row that keeps it
/// is turned away.
const NOBODYS: &str = "110105194912310021";
/// The number that the standard itself gives as its example.
const OF_THE_STANDARD: &str = "11010519491231002X";
/// A day in the past.
const A_DAY: &str = "2026-03-27";

/// Which of two languages a file is written in.
pub type InLanguage = fn(&Bilingual) -> &str;

/// The columns of an item, with one example row that is turned away if it is left in: its number can be nobody's.
pub fn template(item: &Item, language: InLanguage) -> String {
    let headings = item.inputs.iter().map(|input| language(&input.title));
    let examples: Vec<String> = item.inputs.iter().map(|input| example(input, language, NOBODYS)).collect();
    let lines = [line(headings), line(examples.iter().map(String::as_str))];
    format!("{MARK}{}", lines.concat())
}

/// The columns of a file of corrections and withdrawals of records of an item, with a correction and a withdrawal as
/// examples, which are turned away if they are left in: no record has their number.
pub fn corrections_template(item: &Item, language: InLanguage) -> String {
    let said = |en: &str, zh: &str| language(&Bilingual { en: en.to_owned(), zh: zh.to_owned() }).to_owned();
    let headings = [
        said("act", "操作"),
        said("record number", "编号"),
        said("id number", "身份证号码"),
        said("input", "项目"),
        said("new value", "新值"),
        said("reason", "理由"),
        said("reference", "参考号"),
    ];
    let is_fixed = |kind: &InputKind| matches!(kind, InputKind::Identifier(_) | InputKind::Name | InputKind::Number);
    let input = item.inputs.iter().find(|input| !is_fixed(&input.kind));
    let (title, value) =
        input.map(|input| (language(&input.title).to_owned(), example(input, language, NOBODYS))).unwrap_or_default();
    let row = |act: String, input: &str, value: &str, reason: String, reference: &str| {
        line([&act, "EXAMPLE-1", NOBODYS, input, value, &reason, reference])
    };
    let corrected = said("entered wrongly: in plain words, for the person", "录入错误：写给本人的说明");
    let withdrawn = said("wrong person", "登记错人");
    let rows = [
        row(said("correct", "更正"), &title, &value, corrected, "EXAMPLE-1a"),
        row(said("withdraw", "撤回"), "", "", withdrawn, "EXAMPLE-1b"),
    ];
    format!("{MARK}{}{}", line(headings.iter().map(String::as_str)), rows.concat())
}

/// A file to practise with: a row that fits, one with a wrong number, one that repeats the first, one that lacks what must
/// be there, and one whose day is none.
pub fn practice(item: &Item, language: InLanguage) -> String {
    let fits = || -> Vec<(&Input, String)> {
        item.inputs.iter().map(|input| (input, example(input, language, OF_THE_STANDARD))).collect()
    };
    let changed = |which: &dyn Fn(&Input) -> bool, value: &str| {
        let mut row = fits();
        if let Some((_, cell)) = row.iter_mut().find(|(input, _)| which(input)) {
            *cell = value.to_owned();
        }
        row
    };
    let is_identifier = |input: &Input| matches!(input.kind, InputKind::Identifier(_));
    let is_needed =
        |input: &Input| input.missing == Missing::Rejected && !matches!(input.kind, InputKind::Identifier(_));
    let is_day = |input: &Input| matches!(input.kind, InputKind::Day { .. });
    let rows =
        [fits(), changed(&is_identifier, NOBODYS), fits(), changed(&is_needed, ""), changed(&is_day, "2026-02-30")];
    let headings = line(item.inputs.iter().map(|input| language(&input.title)));
    let rows = rows.iter().map(|row| line(row.iter().map(|(_, cell)| cell.as_str())));
    std::iter::once(headings).chain(rows).collect()
}

fn example(input: &Input, language: InLanguage, number: &str) -> String {
    let said = |en: &str, zh: &str| language(&Bilingual { en: en.to_owned(), zh: zh.to_owned() }).to_owned();
    match &input.kind {
        InputKind::Identifier(kinds) if kinds.contains(&IdentifierKind::CnResident) => number.to_owned(),
        InputKind::Identifier(_) => "EXAMPLE".to_owned(),
        InputKind::Name => said("Example Person", "示例姓名"),
        InputKind::Number => "EXAMPLE-1".to_owned(),
        InputKind::Day { .. } => A_DAY.to_owned(),
        InputKind::Money(_) => "1234.50".to_owned(),
        InputKind::Choice(choices) => {
            choices.first().map_or_else(String::new, |choice| language(&choice.title).to_owned())
        }
        InputKind::Citation => said("Law of the Example, Article 1", "示例法第一条"),
        InputKind::Text { .. } => said("words that say it plainly", "简明的文字"),
    }
}

/// A record as a file of one row. Inputs that the item does not have are left out of it.
pub fn one_record(item: &Item, values: &BTreeMap<InputCode, String>) -> Zeroizing<String> {
    let cell = |input: &Input| values.get(&input.code).map_or("", String::as_str);
    let headings = line(item.inputs.iter().map(|input| input.code.as_str()));
    let row = Zeroizing::new(line(item.inputs.iter().map(cell)));
    Zeroizing::new(format!("{headings}{}", *row))
}

/// What one row of a file of corrections says.
pub struct OneCorrection<'c> {
    /// What is done to the record.
    pub act: Act,
    /// The record's own number.
    pub number: &'c str,
    /// The person's identifier.
    pub identifier: &'c str,
    /// The input that gets another value; empty for a withdrawal.
    pub input: &'c str,
    /// That value; empty for a withdrawal.
    pub value: &'c str,
    /// Why, as a code or a label of the law's list; what is none is turned away as such.
    pub reason: &'c str,
    /// Words for the person; may be empty.
    pub words: &'c str,
    /// A reference of its own, so that the same change made twice, with another between, is made twice.
    pub reference: &'c str,
}

/// A correction or a withdrawal as a file of one row, so that a single record goes the same way as a thousand.
pub fn one_correction(row: &OneCorrection<'_>) -> Zeroizing<String> {
    let reason = match row.words.trim() {
        "" => Zeroizing::new(row.reason.to_owned()),
        words => Zeroizing::new(format!("{}: {words}", row.reason)),
    };
    let cells = [row.act.word(), row.number, row.identifier, row.input, row.value, &reason, row.reference];
    let line = Zeroizing::new(line(cells));
    Zeroizing::new(format!("act,number,identifier,input,new value,reason,reference\n{}", *line))
}

/// Cells as a line of CSV, each in quotation marks.
fn line<'c>(cells: impl IntoIterator<Item = &'c str>) -> String {
    let cells: Vec<String> = cells.into_iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
    cells.join(",") + "\n"
}
