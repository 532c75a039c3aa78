//! Bytes of any kind: no panic, an end, and rows that keep what the crate promises. Each is a short
//! test here, and with `cargo bolero test` a fuzz target.

mod common;

use std::io::Cursor;

use bolero::check;
use common::{BOOK, Entry, SHEET, row, sheet_xml, workbook, workbook_with, zip};
use fairfile_intake::{Cell, Limits, Reader};

/// Small limits, so that short inputs reach them.
fn small() -> Limits {
    Limits {
        rows: 40,
        cells: 8,
        headings: 8,
        cell_bytes: 64,
        record_bytes: 512,
        ratio_free_bytes: 4 * 1024,
        inflated_bytes: 256 * 1024,
        shared_string_bytes: 1024,
        ..Limits::default()
    }
}

fn holds(file: &[u8]) {
    for limits in [small(), Limits::default()] {
        let Ok(mut reader) = Reader::open(Cursor::new(file.to_vec()), None, &limits) else {
            continue;
        };
        let headings = reader.headings().to_vec();
        let mut before = 0;
        for row in reader.by_ref() {
            let Ok(row) = row else { continue };
            assert!(row.number > before && row.number <= limits.rows);
            before = row.number;
            let Ok(cells) = row.cells else { continue };
            assert!(cells.len() <= limits.cells);
            if !headings.is_empty() {
                assert!(headings.iter().map(String::as_str).eq(cells.iter().map(|(name, _)| &**name)));
            }
            assert!(cells.iter().all(|(_, cell)| match cell {
                Cell::Text(text) => !text.is_empty() && text.len() <= limits.cell_bytes,
                Cell::Number(number) => number.is_finite(),
                _ => true,
            }));
        }
        assert!(reader.next().is_none());
        assert!(reader.bytes_read() <= reader.bytes_total());
    }
}

#[test]
fn any_bytes() {
    check!().with_iterations(2_000).with_max_len(2_048).for_each(holds);
}

#[test]
fn delimited_text() {
    check!().with_iterations(2_000).with_max_len(2_048).for_each(|bytes: &[u8]| {
        // Letters, delimiters, quotation marks and line breaks often enough to meet each other.
        let text: Vec<u8> = bytes.iter().map(|byte| b"ab,;\t\"\n\r \xE5\xBC\xA0"[usize::from(byte % 12)]).collect();
        holds(&[b"a,b\n", text.as_slice()].concat());
        holds(&text);
    });
}

#[test]
fn json_lines() {
    check!().with_iterations(2_000).with_max_len(2_048).for_each(|bytes: &[u8]| {
        let words = ["{", "}", "[", "]", ":", ",", "\"", "\"a\"", "1", "-1.5e3", "null", "true", "\n", "\\u0041", " "];
        let text: String = bytes.iter().map(|byte| words[usize::from(*byte) % words.len()]).collect();
        holds(format!("{{\"a\":{text}").as_bytes());
        holds(&[b"{\"a\":1}\n{", bytes].concat());
    });
}

#[test]
fn altered_workbooks() {
    let good = workbook(&(row(1, &["a", "b"]) + &row(2, &["1", "2"]) + &row(3, &["x", "y"])));
    check!().with_iterations(4_000).with_max_len(64).for_each(|bytes: &[u8]| {
        let mut file = good.clone();
        for change in bytes.chunks_exact(3) {
            let at = usize::from(u16::from_le_bytes([change[0], change[1]])) % file.len();
            file[at] = change[2];
        }
        holds(&file);
    });
}

#[test]
fn sheets() {
    check!().with_iterations(2_000).with_max_len(1_024).for_each(|bytes: &[u8]| {
        let words = [
            "<row>",
            "</row>",
            "<c>",
            "</c>",
            "<c t=\"s\">",
            "<c t=\"inlineStr\">",
            "<is>",
            "</is>",
            "<t>",
            "</t>",
            "<v>",
            "</v>",
            "0",
            "46073",
            "x",
            "<c s=\"1\">",
            "<row r=\"9\">",
            "<c r=\"C1\">",
            "&amp;",
            "&x;",
            "<f>",
            "</f>",
            "<!--",
            "-->",
            "<![CDATA[",
            "]]>",
            "_x0009_",
        ];
        let rows: String = bytes.iter().map(|byte| words[usize::from(*byte) % words.len()]).collect();
        let strings = Entry::new("xl/sharedStrings.xml", "<sst><si><t>s</t></si></sst>");
        let styles = Entry::new("xl/styles.xml", "<s><cellXfs><xf/><xf numFmtId=\"14\"/></cellXfs></s>");
        let sheet = Entry::new(SHEET, sheet_xml(&(row(1, &["a", "b", "c"]) + &rows)));
        holds(&workbook_with(sheet, [strings, styles]));
    });
}

#[test]
fn parts_of_any_bytes() {
    check!().with_iterations(1_000).with_max_len(1_024).for_each(|bytes: &[u8]| {
        let heading = sheet_xml(&row(1, &["a"]));
        holds(&workbook_with(Entry::new(SHEET, bytes), []));
        for name in ["xl/sharedStrings.xml", "xl/styles.xml"] {
            holds(&workbook_with(Entry::stored(SHEET, &heading), [Entry::stored(name, bytes)]));
        }
        holds(&zip(&[Entry::stored("_rels/.rels", bytes), Entry::stored("xl/workbook.xml", BOOK)]));
        holds(&zip(&[Entry::stored("xl/workbook.xml", bytes)]));
    });
}
