//! Every row of every table is what the journal makes of it: whatever else is done to one is found and named.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use fairfile_intake::{Limits, StopCheck};
use fairfile_service::registrar::release_officer;
use fairfile_service::replay::{Beside, NodeUnderCheck, Verdict, verify};
use fairfile_store::table::{Column, Shape, shapes};
use fairfile_testkit::raw::Cell;
use fairfile_testkit::sheet::csv;
use fairfile_testkit::world::hand_set;
use fairfile_testkit::{Engine, Person, Raw, Row, World, on_both_engines};

const ITEM: &str = "pharmacist-licence";
const PURPOSE: &str = "licence-renewal";

/// Columns in which every value of a table stands once.
const ONCE: [&str; 5] = ["digest", "number_hash", "code_hash", "credential_id", "index_hash"];
/// Columns whose values stand once together with another's.
const IN_ORDER: [&str; 3] = ["seq", "row_number", "number"];

/// A row of a table, as it lies in the database.
type Cells = Vec<Cell>;
/// The rows of a table.
type Rows = Vec<Cells>;

/// A node with everything in it that a node can have.
fn everything(world: &World) {
    world.lives_through_everything(&mut |_| ());
}

/// Files taken in, cut off, resumed and given up; looks of every outcome; an officer stopped and released.
fn first_half(world: &World) {
    let (lin, wu) = (world.person("林晓禾"), world.person("乌云娜"));
    let source = world.source("drug-administration");
    let row = |person: &Person, number: &str| world.row(ITEM, person).with("registration_no", number);
    let short = row(&wu, "LH-9").with("granted_on", "2020-01-01").with("valid_until", "2020-01-02");
    source.submits(ITEM, &[row(&lin, "LH-1"), row(&wu, "LH-2"), short]);
    let crowd: Vec<Row> = (0..300)
        .map(|place| row(&Person::invented("王伟", 1_000 + place), &format!("LH-{:04}", 100 + place)))
        .collect();
    let with_faults = [crowd[0].clone().with("identifier", "1"), crowd[1].clone(), crowd[1].clone()];
    source.submits(ITEM, &[&crowd[..280], &with_faults[..]].concat());
    // One file is cut off and comes again; another is cut off and never comes again.
    for (rows, comes_again) in [(&crowd[280..290], true), (&crowd[290..], false)] {
        assert!(source.hands_in(ITEM, csv(rows).as_bytes(), None, &cut_off()).is_err(), "it was cut off");
        world.restarts(|_| ());
        if comes_again {
            source.submits(ITEM, rows);
        }
    }
    world.source("market-regulation").records("food-safety-penalty", world.row("food-safety-penalty", &lin));
    let officer = world.officer("0417");
    officer.asks(&lin, PURPOSE);
    officer.asks(&wu, PURPOSE);
    officer.asks(&lin.called("林小禾"), PURPOSE);
    officer.asks_once(&lin, PURPOSE, "HC-1", 7).expect("it is answered");
    world.officer("0418").asks(&lin, PURPOSE);
    let mut stranger = 0;
    while officer.asks(&Person::invented("王伟", 5_000 + stranger), PURPOSE).refusal() != Some("D010") {
        stranger += 1;
        assert!(stranger < 30, "an officer who tries numbers is stopped");
    }
    officer.asks(&lin, PURPOSE).is_denied("D010");
    world.days_pass(1);
    let code = "0417".parse().expect("an officer's code");
    release_officer(&world.reg(), &code, "registrar-a", "registrar-b", "a slip of the office").expect("released");
    world.file_of(&lin);
}

/// Corrections, withdrawals, notices confirmed and chased, displays that end, content that is destroyed.
fn second_half(world: &World) {
    let (lin, wu) = (world.person("林晓禾"), world.person("乌云娜"));
    let source = world.source("drug-administration");
    source.corrects(ITEM, "LH-1", &lin, ("valid_until", "2031-12-31"), "录入错误：最后一天写错了");
    source.withdraws(ITEM, "LH-2", &wu, "登记错人");
    let notices = world.member("health-commission").notices();
    assert_eq!(notices.len(), 2, "both records had been shown");
    world.member("health-commission").confirms(notices[0].on_file.notice).expect("it is confirmed");
    world.days_pass(100);
    world.calendar_runs();
    world.days_pass(700);
    let passed = world.calendar_runs();
    assert!(passed.destroyed > 0, "a retention has ended");
    let resumed = world.row(ITEM, &lin).with("registration_no", "LH-3");
    source.records(ITEM, resumed);
    world.officer("0418").asks(&lin, PURPOSE);
    world.file_of(&lin);
}

/// Limits under which a file is cut off while its rows are read.
fn cut_off() -> Limits {
    let asked = Arc::new(AtomicU32::new(0));
    Limits { stop: StopCheck::new(move || asked.fetch_add(1, Ordering::SeqCst) >= 1), ..Limits::default() }
}

/// What a check of the stopped node says, after `meanwhile` has happened to its folder.
fn checked(world: &World, full: bool, meanwhile: impl FnOnce(&Path)) -> Verdict {
    let mut verdict = None;
    world.restarts(|folder| {
        meanwhile(folder);
        // On a server: the keys here, and the data where they are said to be.
        let url = if let Raw::Postgres(url) = world.raw() { Some(url) } else { None };
        let opened = NodeUnderCheck::open(folder, url.as_deref(), hand_set());
        let node = opened.unwrap_or_else(|error| panic!("the node opens: {error}"));
        let mut snapshot = node.snapshot().expect("a moment of the data");
        verdict = Some(node.replay(&mut snapshot, full).expect("the journal is replayed"));
    });
    verdict.expect("a verdict")
}

/// What a full replay says of the running node.
fn replayed(world: &World, mark: Option<(u64, [u8; 32])>) -> Verdict {
    let reg = world.reg();
    let mut snapshot = reg.store.snapshot().expect("a moment of the data");
    let beside = Beside { mark, sure_today: Some(reg.sure_today()) };
    verify(&mut snapshot, &reg.vault, beside).expect("the journal is replayed")
}

fn signed(world: &World) -> Option<(u64, [u8; 32])> {
    let head = world.reg().store.head();
    Some((head.snapshot().size(), head.snapshot().root()))
}

fn tables(world: &World) -> Vec<Shape> {
    let reg = world.reg();
    shapes(&mut reg.store.read().expect("a reader")).expect("the tables are described")
}

fn rows_of(world: &World, shape: &Shape) -> Rows {
    let columns: Vec<&str> = shape.columns.iter().map(|column| column.0.as_str()).collect();
    let key: Vec<&str> = shape.key.iter().map(|place| columns[*place]).collect();
    world.raw().rows(&format!("SELECT {} FROM {} ORDER BY {}", columns.join(", "), shape.name, key.join(", ")))
}

/// A cell as a statement writes it.
fn literal(world: &World, cell: &Cell) -> String {
    match (cell, world.engine()) {
        (Cell::Null, _) => "NULL".into(),
        (Cell::Whole(whole), _) => whole.to_string(),
        (Cell::Text(text), _) => format!("'{}'", text.replace('\'', "''")),
        (Cell::Bytes(bytes), Engine::Sqlite) => format!("X'{}'", key_digits(bytes)),
        (Cell::Bytes(bytes), Engine::Postgres) => format!("'\\x{}'::bytea", key_digits(bytes)),
    }
}

/// What an intruder runs who may do everything: the server's own rules are out of the way.
fn meddle(world: &World, sql: &str) {
    let prelude = match world.engine() {
        Engine::Sqlite => "PRAGMA foreign_keys = OFF; ",
        Engine::Postgres => "SET session_replication_role = replica; ",
    };
    world.raw().meddle(&format!("{prelude}{sql}"));
}

fn condition(world: &World, shape: &Shape, row: &[Cell]) -> String {
    let one = |place: &usize| format!("{} = {}", shape.columns[*place].0, literal(world, &row[*place]));
    shape.key.iter().map(one).collect::<Vec<_>>().join(" AND ")
}

/// Puts `to` in the place of the row `from`.
fn overwrite(world: &World, shape: &Shape, from: &[Cell], to: &[Cell]) {
    let changes: Vec<String> = shape
        .columns
        .iter()
        .zip(from.iter().zip(to))
        .filter(|(_, (from, to))| from != to)
        .map(|(column, (_, to))| format!("{} = {}", column.0, literal(world, to)))
        .collect();
    let sql = format!("UPDATE {} SET {} WHERE {}", shape.name, changes.join(", "), condition(world, shape, from));
    meddle(world, &sql);
}

fn insert(world: &World, shape: &Shape, row: &[Cell]) {
    let columns: Vec<&str> = shape.columns.iter().map(|column| column.0.as_str()).collect();
    let values: Vec<String> = row.iter().map(|cell| literal(world, cell)).collect();
    meddle(world, &format!("INSERT INTO {} ({}) VALUES ({})", shape.name, columns.join(", "), values.join(", ")));
}

fn delete(world: &World, shape: &Shape, row: &[Cell]) {
    meddle(world, &format!("DELETE FROM {} WHERE {}", shape.name, condition(world, shape, row)));
}

fn key_digits(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The key as a finding tells it.
fn key_of(shape: &Shape, row: &[Cell]) -> String {
    let one = |place: &usize| match &row[*place] {
        Cell::Null => "-".to_owned(),
        Cell::Whole(whole) => whole.to_string(),
        // A finding repeats no text but a code in small letters.
        Cell::Text(text) if text.is_empty() || text.bytes().any(|sign| sign.is_ascii_uppercase()) => {
            format!("hash:{}", key_digits(&fairfile_proof::leaf_hash(text.as_bytes())[..8]))
        }
        Cell::Text(text) => text.clone(),
        Cell::Bytes(bytes) => key_digits(bytes),
    };
    // A finding tells the key in the replay's own order of columns, which for every table is that of the key.
    shape.key.iter().map(one).collect::<Vec<_>>().join(" ")
}

/// Another value that the column can hold.
fn another(cell: &Cell, kind: Column) -> Cell {
    match (cell, kind) {
        (Cell::Whole(whole), _) => Cell::Whole(whole + 1_000),
        (Cell::Text(text), _) => Cell::Text(format!("{text}x")),
        (Cell::Bytes(bytes), _) => {
            let mut bytes = bytes.clone();
            match bytes.last_mut() {
                Some(last) => *last ^= 1,
                None => bytes.push(1),
            }
            Cell::Bytes(bytes)
        }
        (Cell::Null, Column::Whole) => Cell::Whole(1),
        (Cell::Null, Column::Text) => Cell::Text("x".into()),
        (Cell::Null, Column::Bytes) => Cell::Bytes(vec![1]),
    }
}

/// Rows that differ in whether `column` holds something: one of each.
fn samples(rows: &Rows, column: usize) -> Vec<Cells> {
    let filled = rows.iter().rev().find(|row| row[column] != Cell::Null);
    let empty = rows.iter().rev().find(|row| row[column] == Cell::Null);
    filled.into_iter().chain(empty).cloned().collect()
}

/// Asserts that the replay names table and row, and the column if there is one to be named.
#[track_caller]
fn is_named(verdict: &Verdict, table: &str, key: &str, column: Option<&str>) {
    assert!(!verdict.holds, "{table}, row {key}, column {column:?} is not found");
    let named = verdict.findings.kept.iter().any(|finding| {
        finding.table == table
            && finding.key == key
            && column.is_none_or(|name| finding.column.as_deref() == Some(name))
    });
    assert!(named, "{table}, row {key}, column {column:?} is not named: {:#?}", verdict.findings);
}

/// Edits one cell, asks the replay, and puts the cell back.
fn edit(world: &World, shape: &Shape, row: &[Cell], column: usize, to: Cell, mark: Option<(u64, [u8; 32])>) {
    let mut changed = row.to_vec();
    changed[column] = to;
    overwrite(world, shape, row, &changed);
    let verdict = replayed(world, mark);
    overwrite(world, shape, &changed, row);
    let name = &shape.columns[column].0;
    let is_key = shape.key.contains(&column);
    is_named(&verdict, &shape.name, &key_of(shape, row), (!is_key).then_some(name.as_str()));
}

on_both_engines! {
    fn a_node_with_everything_in_it_holds(world) {
        everything(world);
        let verdict = replayed(world, signed(world));
        assert!(verdict.holds, "{:#?}", verdict.findings);
        assert!(verdict.destroyed > 0 && verdict.withdrawn > 0);
        for (shape, rows) in tables(world).iter().map(|shape| (shape, rows_of(world, shape).len() as u64)) {
            assert!(rows > 0, "table {} is empty, so nothing is shown of it", shape.name);
            assert_eq!(verdict.rows.get(&shape.name), Some(&rows), "{}", shape.name);
        }
    }

    fn a_replay_goes_on_where_the_last_one_ended(world) {
        first_half(world);
        let replay = |full| checked(world, full, |_| ());
        let first = replay(false);
        assert!(first.holds && first.replayed_from == 0, "{:#?}", first.findings);
        second_half(world);
        let second = replay(false);
        assert!(second.holds && second.replayed_from == first.leaves, "{:#?}", second.findings);
        let full = replay(true);
        assert_eq!(Verdict { replayed_from: 0, ..second }, full);
        // What was verified before is compared too, and named.
        world.is_spoilt();
        let shape = tables(world).into_iter().find(|shape| shape.name == "record").expect("the table");
        let row = rows_of(world, &shape).remove(0);
        let source = shape.position("source").expect("a column");
        let mut changed = row.clone();
        changed[source] = another(&row[source], Column::Text);
        overwrite(world, &shape, &row, &changed);
        let third = replay(false);
        assert_eq!(third.replayed_from, 0, "the whole fold is needed to name it");
        is_named(&third, "record", &key_of(&shape, &row), Some("source"));
    }

    fn an_edit_of_any_cell_is_named(world) {
        everything(world);
        world.is_spoilt();
        let mark = signed(world);
        for shape in tables(world) {
            let rows = rows_of(world, &shape);
            for (column, (_, kind)) in shape.columns.iter().enumerate() {
                for row in samples(&rows, column) {
                    edit(world, &shape, &row, column, another(&row[column], *kind), mark);
                }
            }
        }
        assert!(replayed(world, mark).holds, "every cell was put back");
    }

    fn a_row_taken_out_or_put_in_is_named(world) {
        everything(world);
        world.is_spoilt();
        let mark = signed(world);
        for shape in tables(world) {
            let rows = rows_of(world, &shape);
            for row in [rows.first(), rows.get(rows.len() / 2), rows.last()].into_iter().flatten() {
                delete(world, &shape, row);
                let verdict = replayed(world, mark);
                insert(world, &shape, row);
                is_named(&verdict, &shape.name, &key_of(&shape, row), None);
            }
            let mut more = rows.last().expect("a row").clone();
            for (column, (name, kind)) in shape.columns.iter().enumerate() {
                // Another key, and other values wherever the table has each value once.
                if shape.key.contains(&column) || ONCE.contains(&name.as_str()) || IN_ORDER.contains(&name.as_str()) {
                    more[column] = match more[column] {
                        Cell::Whole(whole) if shape.name == "leaf" => Cell::Whole(whole + 1),
                        _ => another(&more[column], *kind),
                    };
                }
            }
            insert(world, &shape, &more);
            let verdict = replayed(world, mark);
            delete(world, &shape, &more);
            is_named(&verdict, &shape.name, &key_of(&shape, &more), None);
        }
        assert!(replayed(world, mark).holds, "every row was put back");
    }

    fn values_that_changed_places_are_named(world) {
        everything(world);
        world.is_spoilt();
        let mark = signed(world);
        // An intruder takes away what keeps values from standing twice for a moment.
        meddle(world, "DROP INDEX look_of_subject; DROP INDEX correction_of_row; DROP INDEX notice_of_link;");
        meddle(world, "DROP INDEX message_of_subject;");
        for shape in tables(world) {
            let rows = rows_of(world, &shape);
            let columns = shape.columns.iter().enumerate().filter(|(column, _)| !shape.key.contains(column));
            for (column, (name, _)) in columns {
                if ONCE.contains(&name.as_str()) {
                    continue;
                }
                let Some(first) = rows.first() else { continue };
                let Some(other) = rows.iter().rev().find(|row| row[column] != first[column]) else { continue };
                let (mut one, mut two) = (first.clone(), other.clone());
                (one[column], two[column]) = (two[column].clone(), one[column].clone());
                overwrite(world, &shape, first, &one);
                overwrite(world, &shape, other, &two);
                let verdict = replayed(world, mark);
                overwrite(world, &shape, &one, first);
                overwrite(world, &shape, &two, other);
                // A leaf beside another's event: which of the two is at its place, nothing tells.
                let column = (shape.name != "leaf").then_some(name.as_str());
                for row in [first, other] {
                    is_named(&verdict, &shape.name, &key_of(&shape, row), column);
                }
            }
        }
        let lacking = replayed(world, mark).findings.kept;
        assert!(lacking.len() == 4 && lacking.iter().all(|finding| finding.code == "V131"), "every value was put back");
    }

    fn a_row_rolled_back_is_named(world) {
        first_half(world);
        let shapes = tables(world);
        let before: BTreeMap<String, Rows> =
            shapes.iter().map(|shape| (shape.name.clone(), rows_of(world, shape))).collect();
        second_half(world);
        world.is_spoilt();
        let mark = signed(world);
        let mut rolled_back = 0;
        for shape in &shapes {
            let now: BTreeMap<String, Cells> =
                rows_of(world, shape).into_iter().map(|row| (key_of(shape, &row), row)).collect();
            let changed = before[&shape.name].iter().filter_map(|old| Some((old, now.get(&key_of(shape, old))?)));
            for (old, new) in changed.filter(|(old, new)| old != new).take(12) {
                overwrite(world, shape, new, old);
                let verdict = replayed(world, mark);
                overwrite(world, shape, old, new);
                is_named(&verdict, &shape.name, &key_of(shape, old), None);
                rolled_back += 1;
            }
        }
        assert!(rolled_back > 5, "{rolled_back} rows have a past");
        assert!(replayed(world, mark).holds, "every row was put back");
    }

    fn what_was_remembered_counts_only_as_it_was_written(world) {
        first_half(world);
        let first = checked(world, false, |_| ());
        assert!(first.holds, "{:#?}", first.findings);
        let path = world.folder().join("verified");
        let bytes = std::fs::read(&path).expect("the file");
        let places = [0, 25, 60, bytes.len() / 3, bytes.len() / 2, bytes.len() - 33, bytes.len() - 1];
        let mut spoilt: Vec<Vec<u8>> = places
            .iter()
            .map(|place| {
                let mut bytes = bytes.clone();
                bytes[*place] ^= 1;
                bytes
            })
            .collect();
        spoilt.extend([bytes[..bytes.len() - 1].to_vec(), [&bytes[..], b"x"].concat(), Vec::new()]);
        for bytes in spoilt {
            std::fs::write(&path, bytes).expect("the file is spoilt");
            let verdict = checked(world, false, |_| ());
            assert!(verdict.holds && verdict.replayed_from == 0, "{:#?}", verdict.findings);
        }
        assert_eq!(checked(world, false, |_| ()).replayed_from, first.leaves);
    }

    fn a_journal_that_lacks_what_was_signed_is_named(world) {
        first_half(world);
        world.is_spoilt();
        let (size, root) = signed(world).expect("a head");
        let verdict = replayed(world, Some((size + 1, root)));
        assert_eq!(verdict.findings.kept.first().map(|finding| finding.code), Some("V105"));
        let mut other = root;
        other[0] ^= 1;
        let verdict = replayed(world, Some((size, other)));
        assert_eq!(verdict.findings.kept.first().map(|finding| finding.code), Some("V106"));
    }

    fn a_key_that_is_gone_or_should_be_is_named(world) {
        everything(world);
        world.is_spoilt();
        let keys = |state: &str| -> Vec<Cells> {
            world.raw().rows(&format!("SELECT record_id, key_id FROM record WHERE state = '{state}' ORDER BY record_id"))
        };
        let (alive, gone) = (keys("in-force").remove(0), keys("destroyed").remove(0));
        let hex = |cell: &Cell| key_digits(&cell.id());
        let key = |cell: &Cell| format!("X'{}'", key_digits(&cell.id()));
        world.raw_keys().meddle(&format!(
            "UPDATE content_key SET key_id = {} WHERE key_id = {}",
            key(&gone[1]),
            key(&alive[1])
        ));
        let verdict = replayed(world, signed(world));
        is_named(&verdict, "record", &hex(&alive[0]), Some("key_id"));
        is_named(&verdict, "record", &hex(&gone[0]), Some("key_id"));
        let codes: Vec<&str> = verdict.findings.kept.iter().map(|finding| finding.code).collect();
        assert_eq!(codes, ["V120", "V121"], "the one is missed, the other is still there");
    }

    fn a_table_or_column_that_is_none_of_ours_is_named(world) {
        first_half(world);
        world.is_spoilt();
        meddle(world, "CREATE TABLE score (subject_id TEXT PRIMARY KEY); ALTER TABLE member ADD COLUMN grade TEXT;");
        let verdict = replayed(world, signed(world));
        is_named(&verdict, "score", "", None);
        is_named(&verdict, "member", "", Some("grade"));
        assert_eq!(verdict.findings.count, 2, "{:#?}", verdict.findings);
        meddle(world, "DROP TABLE score; ALTER TABLE member DROP COLUMN grade; DROP TABLE notice;");
        is_named(&replayed(world, signed(world)), "notice", "", None);
    }
}
