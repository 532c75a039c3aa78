//! Workbooks of several makers, in the small variety that the format allows.

mod common;

use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};
use common::{Entry, ROOT_RELS, SHEET, read, row, sheet_xml, text, values, workbook, workbook_with, zip};
use fairfile_intake::{Cell, FileFault, Row};
use jiff::civil::date;
use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

fn check(rows: &str, expected: &[(u32, Vec<Cell>)]) {
    let (_, found) = read(workbook(rows)).expect("reads");
    let found: Vec<_> = found.iter().map(|row| (row.number, values(row))).collect();
    assert_eq!(found, expected);
}

#[test]
fn cells_of_every_kind() {
    let heading = row(1, &["a", "b", "c"]);
    check(
        &format!(
            "{heading}<row><c t=\"b\"><v>1</v></c><c t=\"e\"><v>#N/A</v></c><c t=\"d\"><v>2026-02-20T00:00:00</v></c></row>"
        ),
        &[(2, vec![Cell::Bool(true), Cell::Other("error"), Cell::Day(date(2026, 2, 20))])],
    );
    check(
        &format!(
            "{heading}<row><c><f>1+1</f><v>2</v></c><c t=\"str\"><f>A1&amp;\"x\"</f><v>ax</v></c><c><f>B1</f></c></row>"
        ),
        &[(2, vec![Cell::Number(2.0), text("ax"), Cell::Empty])],
    );
    check(
        &format!(
            "{heading}<row r=\"7\"><c r=\"C7\" t=\"inlineStr\"><is><r><t>𠮷</t></r><r><t xml:space=\"preserve\"> &lt;&#x7530;&gt;</t></r><rPh><t>x</t></rPh></is></c></row>"
        ),
        &[(7, vec![Cell::Empty, Cell::Empty, text("𠮷 <田>")])],
    );
}

#[test]
fn empty_rows_are_counted_and_not_given() {
    let rows = row(3, &["a", "b"])
        + "<row r=\"4\"/><row r=\"5\"><c s=\"1\"/><c t=\"inlineStr\"><is><t/></is></c></row>"
        + &row(9, &["1"]);
    check(&rows, &[(9, vec![text("1"), Cell::Empty])]);
}

#[test]
fn days_count_from_1900_or_from_1904() {
    let styles = "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"yyyy&quot;年&quot;m&quot;月&quot;\"/></numFmts>\
        <cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"164\"/></cellXfs></styleSheet>";
    let rows = row(1, &["a", "b"]) + "<row><c s=\"1\"><v>46073.5</v></c><c s=\"0\"><v>46073</v></c></row>";
    let sheet = Entry::new(SHEET, sheet_xml(&rows));
    let book = workbook_with(sheet.clone(), [Entry::new("xl/styles.xml", styles)]);
    let (_, found) = read(book).expect("reads");
    assert_eq!(values(&found[0]), [Cell::Day(date(2026, 2, 20)), Cell::Number(46073.0)]);

    let mac = common::BOOK.replace("<workbookPr/>", "<workbookPr date1904=\"1\"/>");
    let (_, found) = read(zip(&[
        Entry::new("_rels/.rels", ROOT_RELS),
        Entry::new("xl/workbook.xml", mac),
        Entry::new("xl/_rels/workbook.xml.rels", common::BOOK_RELS),
        Entry::new("xl/styles.xml", styles),
        sheet,
    ]))
    .expect("reads");
    assert_eq!(values(&found[0])[0], Cell::Day(date(2030, 2, 21)));
}

#[test]
fn the_first_visible_sheet_with_anything_in_it_is_read() {
    let mut book = Workbook::new();
    book.add_worksheet().set_hidden(true).write(0, 0, "hidden").expect("writes");
    book.add_worksheet().set_name("empty").expect("names").set_active(true);
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "shown").expect("writes");
    sheet.write(1, 0, "1").expect("writes");
    let (headings, rows) = read(book.save_to_buffer().expect("saves")).expect("reads");
    assert_eq!((headings, rows.len()), (vec!["shown".to_owned()], 1));
}

#[test]
fn a_number_keeps_what_the_spreadsheet_kept_and_no_more() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "id").expect("writes");
    sheet.write(1, 0, 539_981_197_006_273_087.0).expect("writes");
    let (_, rows) = read(book.save_to_buffer().expect("saves")).expect("reads");
    assert!(matches!(values(&rows[0])[0], Cell::Number(n) if n > 5.3e17));
}

#[test]
fn a_sheet_of_one_workbook_is_not_mistaken_for_another() {
    assert_eq!(read(workbook("<row r=\"1\"><c t=\"b\"><v>1</v></c></row>")).map(|(h, _)| h), Ok(vec!["true".into()]));
    assert_eq!(read(workbook("<row r=\"1\"><c t=\"e\"><v>#N/A</v></c></row>")), Err(FileFault::NoHeading));
}

/// The same zip with its sizes and places in 64-bit fields, as some programs write every workbook.
fn zip64(entries: &[Entry]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for entry in entries {
        let at = out.len() as u64;
        out.extend_from_slice(&zip(std::slice::from_ref(entry))[..30 + entry.name.len() + entry.body.len()]);
        let wide = Entry { size: u32::MAX, packed: u32::MAX, name: String::new(), ..entry.clone() };
        let mut fields = Vec::new();
        common::write_entry(&mut fields, &wide, u32::MAX);
        fields[28..30].copy_from_slice(&(entry.name.len() as u16).to_le_bytes());
        fields[30..32].copy_from_slice(&33_u16.to_le_bytes());
        directory.extend_from_slice(&fields);
        directory.extend_from_slice(entry.name.as_bytes());
        // Another field first, then the one with the numbers.
        directory.extend_from_slice(&[9, 0, 1, 0, 7, 1, 0, 24, 0]);
        for number in [u64::from(entry.size), u64::from(entry.packed), at] {
            directory.extend_from_slice(&number.to_le_bytes());
        }
    }
    let at = out.len() as u64;
    out.extend_from_slice(&directory);
    let end_at = out.len() as u64;
    out.extend_from_slice(b"PK\x06\x06");
    out.extend_from_slice(&44_u64.to_le_bytes());
    out.extend_from_slice(&[45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    for number in [entries.len() as u64, entries.len() as u64, directory.len() as u64, at] {
        out.extend_from_slice(&number.to_le_bytes());
    }
    out.extend_from_slice(b"PK\x06\x07\0\0\0\0");
    out.extend_from_slice(&end_at.to_le_bytes());
    out.extend_from_slice(&[1, 0, 0, 0]);
    out.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    out.extend_from_slice(&[0xFF; 12]);
    out.extend_from_slice(&[0, 0]);
    out
}

#[test]
fn a_zip_of_64_bit_fields_is_read() {
    let mut entries = common::frame();
    entries.push(Entry::new(SHEET, sheet_xml(&(row(1, &["a"]) + &row(2, &["1"])))));
    let file = zip64(&entries);
    assert_eq!(read(&file).map(|(_, rows)| rows.len()), Ok(1));
    for cut in 0..entries.len() {
        // The number of entries, of bytes, the place: each wrong in turn ends in a clear answer.
        let at = file.len() - 22 - 20 - 56 + 32 + cut * 8;
        let mut wrong = file.clone();
        wrong[at..at + 8].copy_from_slice(&[0xFF; 8]);
        assert!(matches!(read(&wrong), Err(FileFault::Damaged { .. } | FileFault::TooManyParts { .. })));
    }
}

/// A cell that a workbook can keep.
fn any_cell() -> impl Strategy<Value = Cell> {
    prop_oneof![
        Just(Cell::Empty),
        "[ -~\u{4E00}-\u{9FFF}\u{20000}-\u{2A6D6}\n\t]{1,12}".prop_map(Cell::Text),
        (-1.0e12..1.0e12).prop_map(Cell::Number),
        any::<bool>().prop_map(Cell::Bool),
        (61_i64..2_958_465).prop_map(|serial| {
            Cell::Day(date(1899, 12, 30).checked_add(jiff::Span::new().days(serial)).expect("a day"))
        }),
    ]
}

fn write(rows: &[Vec<Cell>]) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let day_format = Format::new().set_num_format("yyyy-mm-dd");
    for column in 0..3 {
        sheet.write(0, column, format!("h{column}")).expect("writes");
    }
    for (row, cells) in (1..).zip(rows) {
        for (column, cell) in (0..).zip(cells) {
            match cell {
                Cell::Empty | Cell::Other(_) => continue,
                Cell::Text(text) => sheet.write(row, column, text.as_str()),
                Cell::Number(number) => sheet.write(row, column, *number),
                Cell::Bool(yes) => sheet.write(row, column, *yes),
                Cell::Day(day) => {
                    let (month, day_of_month) = (day.month() as u8, day.day() as u8);
                    let day = ExcelDateTime::from_ymd(day.year() as u16, month, day_of_month).expect("a day");
                    sheet.write_with_format(row, column, &day, &day_format)
                }
            }
            .expect("writes");
        }
    }
    book.save_to_buffer().expect("saves")
}

/// What calamine makes of the same sheet, so that our reading is not only our own writing turned round.
fn second_opinion(file: &[u8], found: &[Row]) {
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(file)).expect("calamine opens");
    let range = book.worksheet_range("Sheet1").expect("calamine reads");
    for row in found {
        for (column, cell) in (0..).zip(values(row)) {
            let other = range.get_value((row.number - 1, column)).cloned().unwrap_or(Data::Empty);
            match cell {
                Cell::Empty => {
                    assert!(other == Data::Empty || other == Data::String(String::new()))
                }
                Cell::Text(text) => assert_eq!(other, Data::String(text)),
                Cell::Number(number) => assert_eq!(other, Data::Float(number)),
                Cell::Bool(yes) => assert_eq!(other, Data::Bool(yes)),
                Cell::Day(_) => assert!(matches!(other, Data::DateTime(_)), "{other:?}"),
                Cell::Other(_) => unreachable!("none was written"),
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_a_workbook_keeps_is_read_back(rows in prop::collection::vec(prop::collection::vec(any_cell(), 3), 0..12)) {
        let file = write(&rows);
        let (headings, found) = read(&file).expect("reads");
        prop_assert_eq!(headings, ["h0", "h1", "h2"]);
        let expected: Vec<_> = (2..)
            .zip(rows)
            .filter(|(_, cells)| cells.iter().any(|cell| *cell != Cell::Empty))
            .collect();
        let given: Vec<_> = found.iter().map(|row| (row.number, values(row))).collect();
        prop_assert_eq!(given, expected);
        second_opinion(&file, &found);
    }
}
