//! Hostile and broken files: each ends with a clear answer, after bounded work, and no panic.

mod common;

use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use common::{
    BOOK, BOOK_RELS, Endless, Entry, ROOT_RELS, SHEET, crc, deflate, outcome, outcome_of, read_with, row, sheet_xml,
    workbook, workbook_with, write_end, write_entry, zip,
};
use fairfile_intake::{FileFault, Limits, Reader, StopCheck};

/// How often a file may be read through: to recognise it, to see whether it is text, and for its rows.
const MOST_READINGS: u64 = 4;
/// What the smallest file may cost: the buffers of its readers.
const SPARE_BYTES: u64 = 256 * 1024;
/// What a step is worth: the reader asks whether to stop for each of its buffers and for every thousand rows.
const STEP_BYTES: u64 = 64 * 1024;
const STEP_ROWS: u64 = 1_000;
/// What the smallest file may cost in steps, a mebibyte inflated being one.
const SPARE_STEPS: u64 = 8;

fn check(name: &str, file: impl AsRef<[u8]>, expected: &str) {
    let file = file.as_ref().to_vec();
    let length = file.len() as u64;
    check_input(name, Cursor::new(file), length, expected);
}

/// The outcome of a file, and that it took no more work than its length is worth: bytes read, and the reader's own
/// count of rows given and bytes inflated, which is what a bomb has a thousand times more of.
fn check_input(name: &str, input: impl Read + Seek + Send + 'static, length: u64, expected: &str) {
    let (bytes, steps) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let counted = steps.clone();
    let stop = StopCheck::new(move || {
        counted.fetch_add(1, Ordering::Relaxed);
        false
    });
    let limits = Limits { stop, ..Limits::default() };
    let read = read_with(Counted { input, bytes: bytes.clone() }, &limits);
    assert_eq!(outcome_of(&read), expected, "{name}");
    let rows = read.map_or(0, |(_, rows)| rows.len() as u64);
    let (bytes, steps) = (bytes.load(Ordering::Relaxed), steps.load(Ordering::Relaxed));
    assert!(bytes <= MOST_READINGS * length + SPARE_BYTES, "{name}: {bytes} bytes read of {length}");
    let most = MOST_READINGS * length / STEP_BYTES + rows / STEP_ROWS + SPARE_STEPS;
    assert!(steps <= most, "{name}: {steps} steps for {length} bytes and {rows} rows");
}

/// An input that counts what is read of it.
struct Counted<R> {
    input: R,
    bytes: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.bytes.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

impl<R: Seek> Seek for Counted<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.input.seek(to)
    }
}

fn sheet_entry(rows: &str) -> Entry {
    Entry::new(SHEET, sheet_xml(rows))
}

#[test]
fn broken_text() {
    check("nothing", "", "F002");
    check("a byte order mark only", "\u{FEFF}", "F002");
    check("a UTF-16 mark only", b"\xFF\xFE", "F002");
    check("line breaks only", "\r\n\n\r\n", "F002");
    check("blanks only", "   \n \t \n", "F002");
    check("a heading only", "a,b\n", "read 0");
    check("a heading without line break", "a,b", "read 0");
    check("delimiters only", ";;;\n", "F006");
    check("the same heading twice", "a,b,a\n1,2,3\n", "F008");
    check("a blank heading", "a,,c\n1,2,3\n", "F007");
    check("NUL bytes", [b"a,b\n".as_slice(), &[0; 5_000]].concat(), "F003");
    let late = ["a,b\n".as_bytes(), &b"1,2\n".repeat(30_000), b"1,\0\n"].concat();
    check("a NUL byte far behind", late, "F109");
    check("half a UTF-16 unit", b"\xFF\xFEa\0,\0b\0\n\0x", "F005");
    check("a lone UTF-16 surrogate", b"\xFF\xFEa\0\n\0\x00\xD8,\0", "F005");
    check("Latin-1", b"name,caf\xE9\nfa\xE7ade,\xFCber\n", "F005");
    check("random bytes", (1..60_000_u32).map(|n| ((n * n) >> 7) as u8 | 1).collect::<Vec<_>>(), "F005");
    check("a web page", "<html><table><tr><td>a</td></tr></table></html>", "F003");
    check("one JSON list", "[{\"a\": 1}]", "F013");
}

#[test]
fn endless_text() {
    let size = 100 * 1024 * 1024;
    let cases = [
        ("a line without end", Endless::new("", "a", size), "F011"),
        ("a second line without end", Endless::new("a,b\n", "a", size), "F011"),
        ("a quotation mark without end", Endless::new("a,b\n1,\"", "2\n", size), "F011"),
        ("doubled quotation marks without end", Endless::new("a,b\n1,\"", "\"\"\n", size), "F011"),
        ("short rows without end", Endless::new("a,b\n1,", "\"\"\"\n", size), "F010"),
        ("a JSON string without end", Endless::new("{\"a\":\"", "x", size), "F011"),
        ("JSON brackets without end", Endless::new("{\"a\":", "[", size), "F011"),
        ("nothing but line breaks", Endless::new("", "\n", size), "F002"),
        ("delimiters without end", Endless::new("a,b\n", ",", size), "F011"),
    ];
    for (name, input, expected) in cases {
        check_input(name, input, size, expected);
    }
}

#[test]
fn wide_and_deep_text() {
    let wide = vec!["x"; 100_000].join(",");
    check("a hundred thousand columns", format!("{wide}\n1\n"), "F009");
    check("a hundred thousand cells", format!("a,b\n{wide}\n1,2\n"), "F104");
    check("deep JSON", format!("{{\"a\":{}", "[".repeat(100_000)), "F103");
    check("deep JSON objects", "{\"a\":".repeat(100_000), "F103");
    check("deep JSON beside an object", "{}\n".to_owned() + &"[".repeat(100_000), "F101");
    check("a number of a hundred thousand digits", format!("{{\"a\":{}}}", "9".repeat(100_000)), "F101");
    check("a huge exponent", "{\"a\":1e999999999}", "F101");
    let keys: Vec<_> = (0..1_000).map(|n| format!("\"{n}\":1")).collect();
    check("a thousand keys", format!("{{{}}}", keys.join(",")), "F104");
    check("the same key twice", "{\"a\":1,\"a\":2}", "F107");
    check("a list among objects", "{}\n[1]\n", "F102");
}

#[test]
fn zip_bombs() {
    let zeros = vec![b' '; 64 * 1024 * 1024];
    check("an honest zip bomb", workbook_with(sheet_entry(""), [Entry::new("xl/a.xml", &zeros)]), "F015");
    let bomb = Entry { size: 1_000, ..Entry::new(SHEET, sheet_xml(&" ".repeat(2_000_000))) };
    check("a bomb that says it is small", workbook_with(bomb, []), "F014");
    let bomb = Entry { packed: 400_000_000, size: 2_000_000, ..sheet_entry("") };
    check("a part that says it is packed large", workbook_with(bomb, []), "F014");
    let large = Entry { size: u32::MAX - 1, packed: u32::MAX / 100, ..sheet_entry("") };
    check("a part that says it is four gigabytes", workbook_with(large, []), "F016");
    let many: Vec<_> = (0..1_001).map(|n| Entry::stored(&n.to_string(), "")).collect();
    check("a thousand and one parts", zip(&many), "F017");
    let few = Entry { size: 10, ..sheet_entry(&row(1, &["a"])) };
    check("a part longer than it says", workbook_with(few, []), "F014");
    let more = Entry { size: 100_000, ..sheet_entry(&row(1, &["a"])) };
    check("a part shorter than it says", workbook_with(more, []), "F014");
}

#[test]
fn overlapping_parts() {
    let kernel = Entry::new("xl/a.xml", " ".repeat(500_000));
    let mut entries = common::frame();
    entries.push(sheet_entry(&row(1, &["a"])));
    entries.push(kernel.clone());
    let at = zip(&entries[..4]).len() - directory_bytes(&entries[..4]);
    for n in 0..500 {
        entries.push(Entry { name: format!("xl/{n}.xml"), at: Some(at as u32), ..kernel.clone() });
    }
    check("five hundred parts in the same bytes", zip(&entries), "F014");
}

fn directory_bytes(entries: &[Entry]) -> usize {
    22 + entries.iter().map(|entry| 46 + entry.name.len()).sum::<usize>()
}

#[test]
fn altered_zips() {
    let good = workbook(&(row(1, &["a", "b"]) + &row(2, &["1", "2"])));
    check("the good one", &good, "read 1");
    for cut in (0..good.len()).step_by(7).skip(1) {
        let found = outcome(&good[..cut], &Limits::default());
        assert!(matches!(found.as_str(), "F014" | "F003" | "F005" | "read 0"), "cut at {cut}: {found}");
    }
    let wrong = Entry { crc: 1, ..sheet_entry(&row(1, &["a"])) };
    check("a wrong checksum", workbook_with(wrong, []), "F014");
    let other = Entry { local_name: "xl/worksheets/sheet2.xml".into(), ..sheet_entry(&row(1, &["a"])) };
    check("two names for one part", workbook_with(other, []), "F014");
    let locked = Entry { flags: 1, ..sheet_entry(&row(1, &["a"])) };
    check("a locked part", workbook_with(locked, []), "F004");
    let strange = Entry { method: 93, ..sheet_entry(&row(1, &["a"])) };
    check("another way of packing", workbook_with(strange, []), "F014");
    let garbage = Entry { body: vec![0xFF; 500], packed: 500, ..sheet_entry(&row(1, &["a"])) };
    check("bytes that do not inflate", workbook_with(garbage, []), "F014");
    check("the same part twice", workbook_with(sheet_entry(&row(1, &["a"])), [sheet_entry("")]), "F014");
    check("bytes after the end", [good.as_slice(), b"x"].concat(), "F014");
    for name in ["../../etc/passwd", "/etc/passwd", "xl\\..\\x", "c:/x"] {
        check(name, workbook_with(sheet_entry(&row(1, &["a"])), [Entry::new(name, "x")]), "F014");
    }
    let mut lying = Vec::new();
    let mut directory = Vec::new();
    write_entry(&mut directory, &sheet_entry(""), 4_000_000_000);
    lying.extend_from_slice(b"PK\x03\x04");
    write_end(&mut lying, &directory, 1);
    check("a part beyond the end of the file", lying, "F014");
}

#[test]
fn zips_that_are_no_workbook() {
    let ole = [b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".as_slice(), &[0; 600]].concat();
    check("an .xls of old, or a locked .xlsx", ole, "F004");
    check("an empty zip", zip(&[]), "F003");
    check("a zip of something else", zip(&[Entry::new("readme.txt", "hello")]), "F003");
    let document = ROOT_RELS.replace("xl/workbook.xml", "word/document.xml");
    check(
        "a text document",
        zip(&[Entry::new("_rels/.rels", document), Entry::new("word/document.xml", "<d/>")]),
        "F003",
    );
    let binary = ROOT_RELS.replace("xl/workbook.xml", "xl/workbook.bin");
    check("an .xlsb", zip(&[Entry::new("_rels/.rels", binary), Entry::new("xl/workbook.bin", "x")]), "F004");
    check("a workbook without sheet", zip(&common::frame()), "F014");
    let no_tabs = [
        Entry::new("_rels/.rels", ROOT_RELS),
        Entry::new("xl/workbook.xml", "<workbook/>"),
        Entry::new("xl/_rels/workbook.xml.rels", BOOK_RELS),
    ];
    check("a workbook that lists no sheet", zip(&no_tabs), "F002");
    check("a sheet without rows", workbook(""), "F002");
    check("a sheet of empty rows", workbook("<row/><row><c/></row>"), "F002");
}

#[test]
fn active_content() {
    for name in [
        "xl/vbaProject.bin",
        "xl/VBAProject.bin",
        "xl/externalLinks/externalLink1.xml",
        "xl/macrosheets/sheet1.xml",
        "xl/embeddings/oleObject1.bin",
        "xl/activeX/activeX1.xml",
        "xl/connections.xml",
    ] {
        check(name, workbook_with(sheet_entry(&row(1, &["a"])), [Entry::new(name, "x")]), "F019");
    }
    let laughs: String =
        (1..10).map(|n| format!("<!ENTITY l{n} \"{}\">", format!("&l{};", n - 1).repeat(10))).collect();
    let laughs = format!("<!DOCTYPE w [<!ENTITY l0 \"ha\">{laughs}]>");
    let rows = row(1, &["a"]) + &row(2, &["&l9;"]);
    check("a billion laughs", workbook_with(Entry::new(SHEET, laughs.clone() + &sheet_xml(&rows)), []), "F019");
    let strings = Entry::new("xl/sharedStrings.xml", laughs + "<sst><si><t>&l9;</t></si></sst>");
    check("a billion shared laughs", workbook_with(sheet_entry(&row(1, &["a"])), [strings]), "F019");
    check("an entity of nowhere", workbook(&(row(1, &["a"]) + &row(2, &["&l9;"]))), "F014");
    let outside = "<!DOCTYPE w SYSTEM \"file:///etc/passwd\">".to_owned() + BOOK;
    let parts = [Entry::new("_rels/.rels", ROOT_RELS), Entry::new("xl/workbook.xml", outside)];
    check("an entity of a file", zip(&parts), "F019");
}

#[test]
fn broken_sheets() {
    let heading = row(1, &["a", "b"]);
    let second = |cells: &str| workbook(&format!("{heading}<row r=\"2\">{cells}</row>"));
    check("shared text that is not there", second("<c t=\"s\"><v>7</v></c>"), "F014");
    check("a negative index", second("<c t=\"s\"><v>-1</v></c>"), "F014");
    check("a cell of no kind", second("<c t=\"z\"><v>7</v></c>"), "F014");
    check("a number that is none", second("<c><v>seven</v></c>"), "F014");
    check("a huge number", second("<c><v>1e999</v></c>"), "read 1");
    check("a number of a hundred thousand digits", second(&format!("<c><v>{}</v></c>", "9".repeat(100_000))), "F105");
    check("a format that is not there", second("<c s=\"4000000000\"><v>1</v></c>"), "read 1");
    check("cells out of order", second("<c r=\"B2\"><v>1</v></c><c r=\"A2\"><v>1</v></c>"), "F014");
    check("a column beyond all", second("<c r=\"ZZZZZZZZ2\"><v>1</v></c>"), "F014");
    check("a cell far to the right", second("<c r=\"XFD2\"><v>1</v></c>"), "F104");
    check("rows out of order", workbook(&(row(2, &["a"]) + &row(1, &["b"]))), "F014");
    check("a row beyond all", workbook(&(row(1, &["a"]) + &row(1_048_577, &["b"]))), "F014");
    check("a heading twice", workbook(&row(1, &["a", "a"])), "F008");
    check("tags that do not match", workbook(&(heading.clone() + "<row></c>")), "F014");
    check("a sheet cut in its middle", workbook_with(Entry::new(SHEET, "<worksheet><sheetData>"), []), "F014");
    check("a sheet that is no XML", workbook_with(Entry::new(SHEET, [0xFF_u8, 0, 1, 2, 3]), []), "F014");
    let utf16: Vec<u8> = sheet_xml(&row(1, &["a"])).encode_utf16().flat_map(u16::to_le_bytes).collect();
    check("a sheet in UTF-16", workbook_with(Entry::new(SHEET, [b"\xFF\xFE".as_slice(), &utf16].concat()), []), "F014");
    check("deep XML", workbook(&"<x>".repeat(50_000)), "F018");
    let text = "x".repeat(3_000_000);
    let noise: String = (0..600_000_u64).map(|n| format!("{:05}", n.wrapping_mul(48_271) % 99_991)).collect();
    check("a text without end", second(&format!("<c t=\"inlineStr\"><is><t>{noise}</t></is></c>")), "F018");
    check("an attribute without end", second(&format!("<c r=\"{noise}\"/>")), "F018");
    check("a comment without end", second(&format!("<!--{noise}-->")), "F018");
    check("a text that packs too well", second(&format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c>")), "F015");
    let many = "<c t=\"inlineStr\"><is><t>".to_owned() + &"&amp;".repeat(100_000) + "</t></is></c>";
    check("a text of many pieces", second(&many), "F105");
    check("a control character", second("<c t=\"inlineStr\"><is><t>_x0000_</t></is></c>"), "F109");
}

#[test]
fn a_fault_at_the_end_of_a_part_comes_after_its_rows() {
    let data = sheet_xml(&(row(1, &["a"]) + &row(2, &["1"])));
    let sheet = Entry { crc: crc(data.as_bytes()) ^ 1, body: deflate(data.as_bytes()), ..Entry::new(SHEET, &data) };
    let file = workbook_with(sheet, []);
    let mut reader = Reader::open(Cursor::new(file), None, &Limits::default()).expect("opens");
    assert!(matches!(reader.next(), Some(Ok(_))));
    assert!(matches!(reader.next(), Some(Err(FileFault::Damaged { .. }))));
    assert!(reader.next().is_none());
}
