//! Every look as a table for other programs, in the words of the page.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use fairfile_service::person::{Contents, Part, Seen};
use i18n_embed_fl::fl;

use super::lines::Line;
use super::words::Words;
use crate::caller::Call;
use crate::pages::frame::Frame;
use crate::problem::Problem;
use crate::response::{self, Keep};

/// Without it some spreadsheets do not read Chinese.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// `GET /{language}/my/looks.csv`: every look, oldest first, of as many as a signed copy holds.
pub(super) async fn give(call: &Call<'_>) -> Result<Response, Problem> {
    let frame = Frame::of(call);
    let part = Part { contents: Contents::None, looks: Seen::All, told: false };
    super::read(call, part, move |reg, view| {
        let (catalog, directory) = (reg.catalog(), reg.directory());
        let words = Words::new(&frame, reg, &view.file, &catalog, &directory);
        let mut table = String::from(BYTE_ORDER_MARK);
        push_row(&mut table, &headings(&frame));
        for look in &view.file.looks {
            push_row(&mut table, &row(&words, &words.line(look)));
        }
        let mut response = response::bytes(StatusCode::OK, "text/csv; charset=utf-8", Keep::Never, table);
        let as_file = HeaderValue::from_static("attachment; filename=\"fairfile-looks.csv\"");
        response.headers_mut().insert(header::CONTENT_DISPOSITION, as_file);
        Ok(response)
    })
    .await
}

fn headings(frame: &Frame) -> [String; 10] {
    let words = frame.words;
    [
        fl!(words, "look-number"),
        fl!(words, "looks-when"),
        fl!(words, "look-member"),
        fl!(words, "look-officer"),
        fl!(words, "look-purpose"),
        fl!(words, "item-law"),
        fl!(words, "look-case-number"),
        fl!(words, "looks-result"),
        fl!(words, "look-shown"),
        fl!(words, "look-journal"),
    ]
}

fn row(words: &Words<'_>, line: &Line) -> [String; 10] {
    let frame = words.frame;
    let text = |text: Option<&String>| text.cloned().unwrap_or_default();
    let number = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
    let result = match &line.denied {
        None => line.outcome.clone(),
        Some(denied) => {
            let colon = [fl!(frame.words, "colon").as_str(), frame.language.pick(" ", "")].concat();
            [line.outcome.as_str(), &colon, &denied.because].concat()
        }
    };
    let seen: Vec<String> = line.seen.iter().map(|seen| saw(frame, &seen.title, &seen.inputs)).collect();
    [
        number(line.number),
        line.at.datetime.clone(),
        line.member.as_ref().map_or_else(|| line.who.clone(), |member| member.words.clone()),
        text(line.officer.as_ref()),
        text(line.purpose.as_ref().map(|purpose| &purpose.words)),
        text(line.law.as_ref().map(|law| &law.cited)),
        text(line.case.as_ref()),
        result,
        seen.join(frame.language.pick("; ", "；")),
        number(line.leaf),
    ]
}

fn saw(frame: &Frame, record: &str, inputs: &str) -> String {
    fl!(frame.words, "look-saw", record = record, inputs = inputs)
}

/// What a spreadsheet takes for the beginning of a formula, in its full-width writing too.
const FORMULA: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// A row as RFC 4180 has it. What a spreadsheet would take for a formula, after spaces too, begins with an apostrophe, for case
/// numbers are words of strangers.
fn push_row(table: &mut String, cells: &[String]) {
    for (place, cell) in cells.iter().enumerate() {
        table.push_str(if place == 0 { "\"" } else { ",\"" });
        let first = cell.chars().find(|sign| FORMULA.contains(sign) || !sign.is_whitespace());
        if first.is_some_and(|sign| FORMULA.contains(&sign)) {
            table.push('\'');
        }
        table.push_str(&cell.replace('"', "\"\""));
        table.push('"');
    }
    table.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_never_a_formula_and_never_two_cells() {
        let mut table = String::new();
        push_row(&mut table, &["=1+1".to_owned(), "a \"b\",\nc".to_owned(), "案号-1".to_owned()]);
        assert_eq!(table, "\"'=1+1\",\"a \"\"b\"\",\nc\",\"案号-1\"\r\n");
        for before in ["", " ", "\u{3000}", "\t", "\n \r"] {
            for begins in FORMULA.into_iter().filter(|begins| !begins.is_whitespace()) {
                let mut table = String::new();
                push_row(&mut table, &[format!("{before}{begins}1")]);
                assert!(table.starts_with("\"'"), "{table:?}");
            }
        }
    }
}
