//! What is written as text is read back the same, in every writing.

mod common;

use std::io::Cursor;

use common::{read, values};
use csv::{QuoteStyle, Terminator, WriterBuilder};
use encoding_rs::GB18030;
use fairfile_intake::{Cell, Limits, Reader};
use proptest::prelude::*;

#[derive(Clone, Copy, Debug)]
enum Writing {
    Utf8,
    Utf8WithMark,
    Gb18030,
    Utf16Le,
    Utf16Be,
}

impl Writing {
    fn encode(self, text: &str) -> Vec<u8> {
        match self {
            Self::Utf8 => text.as_bytes().to_vec(),
            Self::Utf8WithMark => format!("\u{FEFF}{text}").into_bytes(),
            Self::Gb18030 => GB18030.encode(text).0.into_owned(),
            Self::Utf16Le => format!("\u{FEFF}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Self::Utf16Be => format!("\u{FEFF}{text}").encode_utf16().flat_map(u16::to_be_bytes).collect(),
        }
    }
}

fn any_writing() -> impl Strategy<Value = Writing> {
    use Writing::{Gb18030, Utf8, Utf8WithMark, Utf16Be, Utf16Le};
    prop::sample::select(vec![Utf8, Utf8WithMark, Gb18030, Utf16Le, Utf16Be])
}

/// Text with everything that could be taken for something else: delimiters, quotation marks, line
/// breaks, and Han of the basic plane, of extension A and of extension B.
fn any_text() -> impl Strategy<Value = String> {
    "([,;\t\"\r\n]|[ -~]|[\u{4E00}-\u{9FA5}]|[\u{3400}-\u{4DB5}]|[\u{20000}-\u{2A6D6}]|[éß€（）·]){0,10}"
}

fn heading(columns: usize) -> Vec<String> {
    // Chinese enough that GB18030 could not be UTF-8 by chance.
    (0..columns).map(|n| format!("身份证号码姓名{n}")).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn delimited_text(
        rows in (2..6_usize).prop_flat_map(|n| prop::collection::vec(prop::collection::vec(any_text(), n), 1..12)),
        delimiter in prop::sample::select(b",;\t".to_vec()),
        quotes in prop::sample::select(vec![QuoteStyle::Always, QuoteStyle::Necessary]),
        line_break in prop::sample::select(vec![Terminator::CRLF, Terminator::Any(b'\n')]),
        writing in any_writing(),
    ) {
        let mut writer = WriterBuilder::new()
            .delimiter(delimiter).quote_style(quotes).terminator(line_break).from_writer(Vec::new());
        let headings = heading(rows[0].len());
        writer.write_record(&headings).expect("writes");
        for row in &rows {
            writer.write_record(row).expect("writes");
        }
        let text = String::from_utf8(writer.into_inner().expect("writes")).expect("UTF-8");
        let (found_headings, found) = read(writing.encode(&text)).expect("reads");
        prop_assert_eq!(found_headings, headings);
        let cell = |text: &String| if text.is_empty() { Cell::Empty } else { Cell::Text(text.clone()) };
        let expected: Vec<_> = (2_u32..)
            .zip(&rows)
            .filter(|(_, row)| row.iter().any(|text| !text.is_empty()))
            .map(|(number, row)| (number, row.iter().map(cell).collect::<Vec<_>>()))
            .collect();
        let given: Vec<_> = found.iter().map(|row| (row.number, values(row))).collect();
        prop_assert_eq!(given, expected);
    }

    #[test]
    fn json_lines(
        rows in prop::collection::vec(prop::collection::btree_map(any_text(), any_text(), 0..6), 1..12),
        blank_lines in any::<bool>(),
        writing in any_writing(),
    ) {
        let heading = serde_json::json!({ "身份证号码": "姓名姓名姓名" });
        let mut text = format!("{heading}\r\n");
        for row in &rows {
            text += &serde_json::to_string(row).expect("JSON");
            text += if blank_lines { "\n\n \n" } else { "\n" };
        }
        let (_, found) = read(writing.encode(&text)).expect("reads");
        prop_assert_eq!(found.len(), rows.len() + 1);
        for ((number, row), expected) in (2..).zip(&found[1..]).zip(&rows) {
            prop_assert_eq!(row.number, number);
            let cells = row.cells.as_ref().expect("sound");
            let given: Vec<_> = cells.iter().map(|(name, cell)| (name.to_string(), cell.clone())).collect();
            let expected: Vec<_> = expected
                .iter()
                .map(|(name, text)| {
                    let cell = if text.is_empty() { Cell::Empty } else { Cell::Text(text.clone()) };
                    (name.clone(), cell)
                })
                .collect();
            prop_assert_eq!(given, expected);
        }
    }

    #[test]
    fn how_many_bytes_come_at_once_does_not_matter(
        rows in prop::collection::vec(prop::collection::vec(any_text(), 3), 1..12),
        pad in 65_500..65_560_usize,
        writing in any_writing(),
    ) {
        // The heading fills the first block almost, so that the rows lie across its end.
        let mut text = format!("身份证号码,姓名,{}\n", "x".repeat(pad / 2));
        text += &format!("\"{}\",b,c\n", "姓".repeat(pad / 6));
        for row in &rows {
            let cells: Vec<_> = row.iter().map(|t| format!("\"{}\"", t.replace('"', "\"\""))).collect();
            text += &(cells.join(",") + "\n");
        }
        let file = writing.encode(&text);
        let whole = read(&file).expect("reads");
        let reader = Reader::open(Trickle(Cursor::new(file)), None, &Limits::default()).expect("opens");
        let trickled: Vec<_> = reader.collect::<Result<_, _>>().expect("reads");
        prop_assert_eq!(&whole.1, &trickled);
        let last = rows.iter().rev().find(|row| row.iter().any(|t| !t.is_empty()));
        if let (Some(last), Some(found)) = (last, trickled.last()) {
            let texts: Vec<_> = values(found).into_iter().map(|cell| match cell {
                Cell::Text(text) => text,
                _ => String::new(),
            }).collect();
            prop_assert_eq!(&texts, last);
        }
    }
}

/// A file that gives a few bytes at a time.
struct Trickle(Cursor<Vec<u8>>);

impl std::io::Read for Trickle {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let few = buffer.len().min(977);
        self.0.read(&mut buffer[..few])
    }
}

impl std::io::Seek for Trickle {
    fn seek(&mut self, to: std::io::SeekFrom) -> std::io::Result<u64> {
        self.0.seek(to)
    }
}
