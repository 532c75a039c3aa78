//! Memory stays small, however long the file. One test, for the peak that the system keeps is the
//! whole process's.
#![cfg(target_os = "linux")]

mod common;

use std::fs::File;
use std::io::{BufWriter, Seek, Write};

use common::{Endless, Entry, SHEET, frame, read_with, row, write_end, write_entry};
use fairfile_intake::{Format, Limits, Reader};
use flate2::{Compression, Crc, write::DeflateEncoder};

const MIB: usize = 1024 * 1024;
/// Buffers, the parser's tables and what the allocator keeps in reserve.
const ALLOWED: usize = 8 * MIB;

/// The most memory that this process ever had, in bytes.
fn peak() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("proc");
    let line = status.lines().find(|line| line.starts_with("VmHWM")).expect("VmHWM");
    let kib: usize = line.split_whitespace().nth(1).and_then(|n| n.parse().ok()).expect("a number");
    kib * 1024
}

fn csv(rows: u32) -> File {
    let file = tempfile::tempfile().expect("a file");
    let mut out = BufWriter::new(&file);
    writeln!(out, "身份证号码,姓名,注册证编号,类别,批准日期,有效期至,发证机关").expect("writes");
    for number in 0..rows {
        writeln!(out, "{number:018},张三,LH-YS-{number},中药学,2020-01-16,2025-01-14,\"兰河省\n监管局\"")
            .expect("writes");
    }
    out.flush().expect("writes");
    drop(out);
    file
}

/// Writes a workbook without having it in memory.
fn xlsx(rows: u32) -> File {
    let mut file = tempfile::tempfile().expect("a file");
    let entries = frame();
    let mut directory = Vec::new();
    for entry in &entries {
        let at = file.stream_position().expect("a place") as u32;
        file.write_all(&common::zip(std::slice::from_ref(entry))[..30 + entry.name.len() + entry.body.len()])
            .expect("writes");
        write_entry(&mut directory, entry, at);
    }
    let at = file.stream_position().expect("a place") as u32;
    let head = common::zip(&[Entry { body: Vec::new(), ..Entry::new(SHEET, "") }]);
    file.write_all(&head[..30 + SHEET.len()]).expect("writes");
    let begin = file.stream_position().expect("a place");
    let (mut crc, mut size) = (Crc::new(), 0);
    let mut encoder = DeflateEncoder::new(&file, Compression::fast());
    let mut write = |text: &str| {
        crc.update(text.as_bytes());
        size += text.len() as u32;
        encoder.write_all(text.as_bytes()).expect("writes");
    };
    write("<worksheet><sheetData>");
    write(&row(1, &["a", "b", "c"]));
    for number in 2..rows + 2 {
        write(&row(number, &[&format!("{number:018}"), "张三", "LH-YS"]));
    }
    write("</sheetData></worksheet>");
    encoder.finish().expect("writes");
    let packed = (file.stream_position().expect("a place") - begin) as u32;
    let entry = Entry { crc: crc.sum(), size, packed, ..Entry::new(SHEET, "") };
    write_entry(&mut directory, &entry, at);
    let mut end = Vec::new();
    write_end(&mut end, &directory, entries.len() + 1);
    // The directory begins here in the file, not at the start of `end`.
    let place = end.len() - 6;
    let directory_at = file.stream_position().expect("a place") as u32;
    end[place..place + 4].copy_from_slice(&directory_at.to_le_bytes());
    file.write_all(&end).expect("writes");
    file
}

fn count(file: File, format: Format) -> usize {
    let reader = Reader::open(file, None, &Limits::default()).expect("opens");
    assert_eq!(reader.format(), format);
    let mut rows = 0;
    for row in reader {
        assert!(row.expect("a row").cells.is_ok());
        rows += 1;
    }
    rows
}

#[test]
fn memory_does_not_grow_with_the_file() {
    // The code's own pages come first, so that only what grows is counted.
    assert_eq!(count(csv(10), Format::Csv) + count(xlsx(10), Format::Xlsx), 20);
    let small = peak();

    assert_eq!(count(csv(300_000), Format::Csv), 300_000);
    let grown = peak() - small;
    assert!(grown < ALLOWED, "300,000 rows of CSV took {grown} bytes");

    for (head, pattern) in [("", "a"), ("{\"a\":", "["), ("a,b\n\"", "x\n")] {
        let endless = Endless::new(head, pattern, 200 * MIB as u64);
        assert_eq!(read_with(endless, &Limits::default()).expect_err("endless").code(), "F011");
    }
    let grown = peak() - small;
    assert!(grown < ALLOWED, "lines without end took {grown} bytes");

    assert_eq!(count(xlsx(60_000), Format::Xlsx), 60_000);
    let grown = peak() - small;
    assert!(grown < ALLOWED, "60,000 rows of a workbook took {grown} bytes");
}
