//! What the tests share: reading a file whole, and building zips that no program would write.
#![allow(dead_code, reason = "each test file takes what it needs")]

use std::io::{Cursor, Read, Seek, Write};

use fairfile_intake::{Cell, FileFault, Limits, Reader, Row};
use flate2::{Compression, Crc, write::DeflateEncoder};

/// The headings and rows of a file, or its fault.
pub fn read_with(
    input: impl Read + Seek + Send + 'static,
    limits: &Limits,
) -> Result<(Vec<String>, Vec<Row>), FileFault> {
    let reader = Reader::open(input, None, limits)?;
    let headings = reader.headings().to_vec();
    Ok((headings, reader.collect::<Result<_, _>>()?))
}

pub fn read(file: impl AsRef<[u8]>) -> Result<(Vec<String>, Vec<Row>), FileFault> {
    read_with(Cursor::new(file.as_ref().to_vec()), &Limits::default())
}

/// The code of the file's fault, or of the rows' faults, or `"read N"`.
pub fn outcome(file: impl AsRef<[u8]>, limits: &Limits) -> String {
    outcome_of(&read_with(Cursor::new(file.as_ref().to_vec()), limits))
}

/// The same, of a file that was read.
pub fn outcome_of(read: &Result<(Vec<String>, Vec<Row>), FileFault>) -> String {
    match read {
        Err(fault) => fault.code().to_owned(),
        Ok((_, rows)) => match rows.iter().find_map(|row| row.cells.as_ref().err()) {
            Some(fault) => fault.code().to_owned(),
            None => format!("read {}", rows.len()),
        },
    }
}

pub fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

/// The values of a sound row.
pub fn values(row: &Row) -> Vec<Cell> {
    row.cells.as_ref().expect("a sound row").iter().map(|(_, cell)| cell.clone()).collect()
}

/// One entry of a zip, every field of it to be lied about.
#[derive(Clone)]
pub struct Entry {
    pub name: String,
    pub local_name: String,
    pub body: Vec<u8>,
    pub method: u16,
    pub flags: u16,
    pub crc: u32,
    pub size: u32,
    pub packed: u32,
    pub at: Option<u32>,
}

pub fn crc(data: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(data);
    crc.sum()
}

pub fn deflate(data: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(data).expect("deflates");
    encoder.finish().expect("deflates")
}

impl Entry {
    pub fn new(name: &str, data: impl AsRef<[u8]>) -> Self {
        let data = data.as_ref();
        let body = deflate(data);
        Self {
            name: name.to_owned(),
            local_name: name.to_owned(),
            method: 8,
            flags: 0,
            crc: crc(data),
            size: data.len() as u32,
            packed: body.len() as u32,
            body,
            at: None,
        }
    }

    pub fn stored(name: &str, data: impl AsRef<[u8]>) -> Self {
        let data = data.as_ref();
        Self { method: 0, packed: data.len() as u32, body: data.to_vec(), ..Self::new(name, data) }
    }
}

pub fn zip(entries: &[Entry]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for entry in entries {
        let at = entry.at.unwrap_or(out.len() as u32);
        if entry.at.is_none() {
            write_local(&mut out, entry);
        }
        write_entry(&mut directory, entry, at);
    }
    write_end(&mut out, &directory, entries.len());
    out
}

fn write_local(out: &mut Vec<u8>, entry: &Entry) {
    out.extend_from_slice(b"PK\x03\x04\x14\x00");
    out.extend_from_slice(&entry.flags.to_le_bytes());
    out.extend_from_slice(&entry.method.to_le_bytes());
    out.extend_from_slice(&[0; 4]);
    for field in [entry.crc, entry.packed, entry.size] {
        out.extend_from_slice(&field.to_le_bytes());
    }
    out.extend_from_slice(&(entry.local_name.len() as u16).to_le_bytes());
    out.extend_from_slice(&[0; 2]);
    out.extend_from_slice(entry.local_name.as_bytes());
    out.extend_from_slice(&entry.body);
}

pub fn write_entry(directory: &mut Vec<u8>, entry: &Entry, at: u32) {
    directory.extend_from_slice(b"PK\x01\x02\x14\x00\x14\x00");
    directory.extend_from_slice(&entry.flags.to_le_bytes());
    directory.extend_from_slice(&entry.method.to_le_bytes());
    directory.extend_from_slice(&[0; 4]);
    for field in [entry.crc, entry.packed, entry.size] {
        directory.extend_from_slice(&field.to_le_bytes());
    }
    directory.extend_from_slice(&(entry.name.len() as u16).to_le_bytes());
    directory.extend_from_slice(&[0; 12]);
    directory.extend_from_slice(&at.to_le_bytes());
    directory.extend_from_slice(entry.name.as_bytes());
}

pub fn write_end(out: &mut Vec<u8>, directory: &[u8], entries: usize) {
    let at = out.len() as u32;
    out.extend_from_slice(directory);
    out.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    out.extend_from_slice(&(entries as u16).to_le_bytes());
    out.extend_from_slice(&(entries as u16).to_le_bytes());
    out.extend_from_slice(&(directory.len() as u32).to_le_bytes());
    out.extend_from_slice(&at.to_le_bytes());
    out.extend_from_slice(&[0; 2]);
}

pub const ROOT_RELS: &str =
    r#"<Relationships><Relationship Id="r" Type="x/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
pub const BOOK: &str =
    r#"<workbook><workbookPr/><sheets><sheet name="s" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
pub const BOOK_RELS: &str = r#"<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="x/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="rId3" Type="x/styles" Target="styles.xml"/></Relationships>"#;

/// The parts around the sheet.
pub fn frame() -> Vec<Entry> {
    vec![
        Entry::new("_rels/.rels", ROOT_RELS),
        Entry::new("xl/workbook.xml", BOOK),
        Entry::new("xl/_rels/workbook.xml.rels", BOOK_RELS),
    ]
}

/// A workbook around the rows of one sheet, and more parts.
pub fn workbook_with(sheet: Entry, more: impl IntoIterator<Item = Entry>) -> Vec<u8> {
    let mut entries = frame();
    entries.push(sheet);
    entries.extend(more);
    zip(&entries)
}

pub const SHEET: &str = "xl/worksheets/sheet1.xml";

pub fn sheet_xml(rows: &str) -> String {
    format!("<worksheet><sheetData>{rows}</sheetData></worksheet>")
}

pub fn workbook(rows: &str) -> Vec<u8> {
    workbook_with(Entry::new(SHEET, sheet_xml(rows)), [])
}

/// A row of inline text.
pub fn row(number: u32, cells: &[&str]) -> String {
    let cell = |text: &&str| format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c>");
    format!("<row r=\"{number}\">{}</row>", cells.iter().map(cell).collect::<String>())
}

/// A pattern over and over, without being in memory.
pub struct Endless {
    pub head: Vec<u8>,
    pub pattern: Vec<u8>,
    pub length: u64,
    pub at: u64,
}

impl Endless {
    pub fn new(head: &str, pattern: &str, length: u64) -> Self {
        Self { head: head.into(), pattern: pattern.as_bytes().repeat(1024), length, at: 0 }
    }
}

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let left = (self.length - self.at) as usize;
        let head = self.head.len() as u64;
        let source = if self.at < head {
            &self.head[self.at as usize..]
        } else {
            &self.pattern[((self.at - head) % self.pattern.len() as u64) as usize..]
        };
        let count = buffer.len().min(left).min(source.len());
        buffer[..count].copy_from_slice(&source[..count]);
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for Endless {
    fn seek(&mut self, to: std::io::SeekFrom) -> std::io::Result<u64> {
        self.at = match to {
            std::io::SeekFrom::Start(at) => at,
            std::io::SeekFrom::End(by) => self.length.saturating_add_signed(by),
            std::io::SeekFrom::Current(by) => self.at.saturating_add_signed(by),
        };
        Ok(self.at)
    }
}
