//! Every limit of the table, once at its edge and once beyond it.

mod common;

use std::io::Cursor;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use common::{Endless, Entry, SHEET, frame, outcome, read_with, row, sheet_xml, workbook, workbook_with, zip};
use fairfile_intake::{FileFault, Limits, Reader, StopCheck};

/// `file` is read under `at`, and refused with `code` under `below`.
fn check(file: impl AsRef<[u8]>, at: Limits, below: Limits, expected: &str, code: &str) {
    assert_eq!(outcome(&file, &at), expected);
    assert_eq!(outcome(&file, &below), code);
}

fn limits(set: impl FnOnce(&mut Limits)) -> Limits {
    let mut limits = Limits::default();
    set(&mut limits);
    limits
}

#[test]
fn bytes_of_a_file() {
    let file = "a,b\n1,2\n";
    check(file, limits(|l| l.file_bytes = 8), limits(|l| l.file_bytes = 7), "read 1", "F001");
    let book = workbook(&row(1, &["a"]));
    let size = book.len() as u64;
    let (at, below) = (limits(|l| l.file_bytes = size), limits(|l| l.file_bytes = size - 1));
    check(book, at, below, "read 0", "F001");
}

#[test]
fn bytes_of_a_file_that_grows_while_it_is_read() {
    struct Growing(Endless);
    impl std::io::Read for Growing {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            self.0.read(buffer)
        }
    }
    impl std::io::Seek for Growing {
        fn seek(&mut self, to: std::io::SeekFrom) -> std::io::Result<u64> {
            if matches!(to, std::io::SeekFrom::End(_)) { Ok(10) } else { self.0.seek(to) }
        }
    }
    // UTF-16 tells itself by its mark, so it is not gone through beforehand.
    let utf16 = Endless { head: b"\xFF\xFEa\0\n\0".to_vec(), ..Endless::new("", "1\0\n\0", 10_000_000) };
    for input in [Endless::new("a,b\n", "1,2\n", 10_000_000), utf16] {
        let fault = read_with(Growing(input), &limits(|l| l.file_bytes = 1_000_000)).expect_err("too large");
        assert_eq!(fault, FileFault::TooLarge { limit: 1_000_000 });
    }
}

#[test]
fn rows() {
    let (at, below) = (limits(|l| l.rows = 4), limits(|l| l.rows = 3));
    check("a,b\n1,2\n1,2\n1,2\n", at.clone(), below.clone(), "read 3", "F010");
    check("{}\n{}\n{}\n{}\n", at.clone(), below.clone(), "read 4", "F010");
    check(workbook(&(row(1, &["a"]) + &row(4, &["b"]))), at, below, "read 1", "F010");
}

#[test]
fn cells_of_a_row() {
    let (at, below) = (limits(|l| l.cells = 3), limits(|l| l.cells = 2));
    check("a,b\n1,2,3\n", at.clone(), below.clone(), "F106", "F104");
    check("{\"a\":1,\"b\":2,\"c\":3}", at.clone(), below.clone(), "read 1", "F104");
    check(workbook(&(row(1, &["a", "b"]) + &row(2, &["1", "2", "3"]))), at, below, "F106", "F104");
}

#[test]
fn headings() {
    let (at, below) = (limits(|l| l.headings = 3), limits(|l| l.headings = 2));
    check("a,b,c\n1,2,3\n", at.clone(), below.clone(), "read 1", "F009");
    check(workbook(&(row(1, &["a", "b", "c"]) + &row(2, &["1"]))), at, below, "read 1", "F009");
}

#[test]
fn bytes_of_a_cell() {
    let (at, below) = (limits(|l| l.cell_bytes = 6), limits(|l| l.cell_bytes = 5));
    check("a,b\n1,中文\n", at.clone(), below.clone(), "read 1", "F105");
    check("{\"a\": \"中文\"}", at.clone(), below.clone(), "read 1", "F105");
    check("{\"longer\": 1}", at.clone(), below.clone(), "read 1", "F105");
    check(workbook(&(row(1, &["a"]) + &row(2, &["中文"]))), at.clone(), below.clone(), "read 1", "F105");
    let shared = workbook_with(
        Entry::new(SHEET, sheet_xml(&(row(1, &["a"]) + "<row><c t=\"s\"><v>0</v></c></row>"))),
        [Entry::new("xl/sharedStrings.xml", "<sst><si><t>中文</t></si></sst>")],
    );
    check(shared, at, below, "read 1", "F105");
}

#[test]
fn bytes_of_a_record() {
    let (at, below) = (limits(|l| l.record_bytes = 9), limits(|l| l.record_bytes = 7));
    check("a,b\n1,2345678\n", at.clone(), below.clone(), "read 1", "F011");
    check("{\"a\":123}\n", at, below, "read 1", "F011");
    let text = "x".repeat(200_000);
    let book = workbook(&(row(1, &["a"]) + &row(2, &[&text])));
    let (at, below) = (limits(|l| l.record_bytes = 200_100), limits(|l| l.record_bytes = 100_000));
    check(book, at, below, "F105", "F018");
}

#[test]
fn depth_of_json() {
    let file = "{\"a\":[[1]]}";
    check(file, limits(|l| l.json_depth = 3), limits(|l| l.json_depth = 2), "read 1", "F103");
}

#[test]
fn depth_of_xml() {
    let book = workbook(&row(1, &["a"]));
    // worksheet, sheetData, row, c, is, t
    check(book, limits(|l| l.xml_depth = 6), limits(|l| l.xml_depth = 5), "read 0", "F018");
}

#[test]
fn entries_of_a_zip() {
    let book = workbook(&row(1, &["a"]));
    check(book, limits(|l| l.zip_entries = 4), limits(|l| l.zip_entries = 3), "read 0", "F017");
}

#[test]
fn bytes_of_a_zip_directory() {
    let mut entries = frame();
    entries.push(Entry::new(SHEET, sheet_xml(&row(1, &["a"]))));
    entries.push(Entry::new(&"n".repeat(60_000), ""));
    check(zip(&entries), limits(|l| l.zip_entries = 60), limits(|l| l.zip_entries = 50), "read 0", "F017");
}

#[test]
fn bytes_inflated() {
    let rows = row(1, &["a"]) + &row(2, &["b"]);
    let sheet = sheet_xml(&rows).len() + common::ROOT_RELS.len() + common::BOOK.len() + common::BOOK_RELS.len();
    let (at, below) = (sheet as u64, sheet as u64 - 1);
    check(workbook(&rows), limits(|l| l.inflated_bytes = at), limits(|l| l.inflated_bytes = below), "read 1", "F016");
}

#[test]
fn ratio_of_inflating_beyond_the_free_bytes() {
    let rows: String = (2..2_000).map(|number| row(number, &["b"])).collect();
    let book = workbook(&(row(1, &["a"]) + &rows));
    let tight = |free| limits(|l| (l.inflate_ratio, l.ratio_free_bytes) = (3, free));
    check(book, tight(1_000_000), tight(10_000), "read 1998", "F015");
}

#[test]
fn bytes_of_shared_strings() {
    let strings = format!("<sst>{}</sst>", "<si/>".repeat(100));
    let book = |strings: &str| {
        workbook_with(Entry::new(SHEET, sheet_xml(&row(1, &["a"]))), [Entry::new("xl/sharedStrings.xml", strings)])
    };
    let set = |bytes| limits(|l| l.shared_string_bytes = bytes);
    check(book(&strings), set(800), set(799), "read 0", "F018");
    check(book("<sst><si><t>中文</t></si></sst>"), set(14), set(13), "read 0", "F018");
}

#[test]
fn cell_formats() {
    let styles = format!("<styleSheet><cellXfs>{}</cellXfs></styleSheet>", "<xf numFmtId=\"0\"/>".repeat(10));
    let book = workbook_with(Entry::new(SHEET, sheet_xml(&row(1, &["a"]))), [Entry::new("xl/styles.xml", styles)]);
    check(book, limits(|l| l.cell_formats = 10), limits(|l| l.cell_formats = 9), "read 0", "F018");
}

#[test]
fn the_callers_patience() {
    for file in ["a,b\n".to_owned() + &"1,2\n".repeat(5_000), "{}\n".repeat(5_000)] {
        let asked = Arc::new(AtomicU32::new(0));
        let counter = Arc::clone(&asked);
        // Opening asks a few times; then patience ends while rows are read.
        let stop = StopCheck::new(move || counter.fetch_add(1, Ordering::Relaxed) >= 6);
        let reader = Reader::open(Cursor::new(file), None, &limits(|l| l.stop = stop)).expect("opens");
        let rows: Vec<_> = reader.collect();
        assert_eq!(rows.last(), Some(&Err(FileFault::TookTooLong)));
        assert!(rows.len() > 1_000 && rows.len() < 5_000, "{}", rows.len());
    }
    let impatient = limits(|l| l.stop = StopCheck::new(|| true));
    assert_eq!(outcome("a,b\n", &impatient), "F020");
    let large = workbook(&(row(1, &["a"]) + &row(2, &[&"x".repeat(2_000_000)])));
    let impatient = limits(|l| {
        (l.stop, l.inflate_ratio) = (StopCheck::new(|| true), 10_000);
    });
    assert_eq!(outcome(large, &impatient), "F020");
}
