//! The five files that offices of the demo province send are read as they were written.

mod common;

use std::fs::File;
use std::path::PathBuf;

use common::{text, values};
use fairfile_intake::{Cell, Format, Limits, Reader, Row, RowFault};

fn open(name: &str) -> Reader {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../demo/samples").join(name);
    let file = File::open(path).expect("the sample is there");
    Reader::open(file, Some(name), &Limits::default()).expect("the sample opens")
}

/// Reads a sample, compares its rows with the number beside it, and gives them.
fn check(name: &str, format: Format, headings: &[&str]) -> Vec<Row> {
    let expected =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../demo/samples").join(format!("{name}.expected.json"));
    let expected: serde_json::Value =
        serde_json::from_reader(File::open(expected).expect("expected.json")).expect("JSON");
    let mut reader = open(name);
    assert_eq!(reader.format(), format);
    assert_eq!(reader.headings(), headings);
    let rows: Vec<Row> = reader.by_ref().collect::<Result<_, _>>().expect("reads to its end");
    assert_eq!(Some(rows.len() as u64), expected["rows"].as_u64());
    assert_eq!(reader.bytes_read(), reader.bytes_total());
    let first = if format == Format::JsonLines { 1 } else { 2 };
    assert!(rows.iter().zip(first..).all(|(row, number)| row.number == number));
    rows
}

#[test]
fn pharmacist_licences() {
    let rows = check(
        "pharmacist-licences-2026-10.csv",
        Format::Csv,
        &["身份证号码", "姓名", "注册证编号", "类别", "批准日期", "有效期至", "发证机关"],
    );
    assert!(rows.iter().all(|row| row.cells.is_ok()));
    assert_eq!(values(&rows[0])[2], text("LH-YS-2020-00001"));
    // A name of two blanks: no cell is trimmed here, that is the caller's rule to make.
    assert_eq!(values(&rows[38 - 2])[1], text("  "));
}

#[test]
fn pharmacist_corrections() {
    let rows = check(
        "pharmacist-corrections-2026-11.csv",
        Format::Csv,
        &["操作", "注册证编号", "身份证号码", "项目", "新值", "理由"],
    );
    assert!(rows.iter().all(|row| row.cells.is_ok()));
}

#[test]
fn court_orders_in_gb18030() {
    let rows = check(
        "court-orders-2026-10.csv",
        Format::Csv,
        &["案号", "被执行人姓名", "公民身份号码", "义务", "金额", "履行期限", "裁判日期", "状态"],
    );
    assert!(rows.iter().all(|row| row.cells.is_ok()));
    assert_eq!(values(&rows[0])[1], text("赵熙娜"));
    assert_eq!(values(&rows[0])[3], text("偿还借款本金及利息；\n并承担诉讼费"));
    assert_eq!(values(&rows[0])[4], text("345,176.00"));
    assert!(rows.iter().all(|row| !format!("{:?}", row.cells).contains('\u{FFFD}')));
}

#[test]
fn food_penalties_in_a_workbook() {
    let rows = check(
        "food-penalties-2026-10.xlsx",
        Format::Xlsx,
        &[
            "决定书文号",
            "身份证号码",
            "当事人姓名",
            "违法事实",
            "处罚依据",
            "处罚种类",
            "罚款金额（元）",
            "决定日期",
            "送达日期",
        ],
    );
    assert!(rows.iter().all(|row| row.cells.is_ok()));
    assert_eq!(values(&rows[0])[6], Cell::Number(500.0));
    assert_eq!(values(&rows[0])[7], Cell::Day(jiff::civil::date(2026, 2, 20)));
    // The six identifiers that the spreadsheet program made numbers of are numbers here too.
    let numbers: Vec<u32> =
        rows.iter().filter(|row| matches!(values(row)[1], Cell::Number(_))).map(|row| row.number).collect();
    assert_eq!(numbers, [18, 24, 36, 150, 183, 200]);
    for number in [26, 32, 58] {
        assert_eq!(values(&rows[number - 2])[8], Cell::Empty);
    }
}

#[test]
fn teacher_certificates_in_json_lines() {
    let rows = check("teacher-certificates-2026-10.jsonl", Format::JsonLines, &[]);
    let faults: Vec<_> = rows.iter().filter_map(|row| Some((row.number, row.cells.clone().err()?))).collect();
    assert_eq!(faults, [(101, RowFault::NotJson)]);
    let names: Vec<_> = rows[0].cells.as_ref().expect("sound").iter().map(|(name, _)| name.to_string()).collect();
    assert_eq!(names, ["id_number", "full_name", "certificate_no", "stage", "subject", "granted_on"]);
    assert_eq!(values(&rows[0])[1], text("方宇欣"));
}
