use fairfile_testkit::Engine;

use super::*;
use crate::Store;
use crate::migrate::MIGRATIONS;
use crate::testing::{self, Asked, Cell, Ground, on_both};

on_both! {
    a_scan_gives_every_cell_that_a_statement_gives
    a_scan_in_key_order_goes_on_from_anywhere
    what_each_says_ends_the_scan
    a_snapshot_is_of_one_moment
    a_snapshot_writes_nothing_and_leaves_its_connection_usable
    the_head_of_a_snapshot_is_that_of_its_leaves
}

#[test]
fn both_engines_have_the_same_shapes_sqlite_and_postgres() {
    for migrations in 1..=MIGRATIONS.len() {
        let [sqlite, postgres] = [Engine::Sqlite, Engine::Postgres].map(|engine| {
            let ground = Ground::new(engine);
            let mut connection = testing::open_at(&ground, migrations);
            shapes_of(&mut connection).expect("shapes")
        });
        assert_eq!(sqlite, postgres);
        let names: Vec<&str> = sqlite.iter().map(|shape| shape.name.as_str()).collect();
        let at = |name| names.iter().position(|other| *other == name).expect("a table");
        assert!(at("subject") < at("identifier") && at("member") < at("officer") && at("record") < at("look_record"));
        let look_record = &sqlite[at("look_record")];
        assert_eq!(look_record.columns[0], ("record_id".to_owned(), Column::Bytes));
        assert_eq!(look_record.key, [0, 1]);
        assert!(sqlite.iter().all(|shape| !shape.key.is_empty()), "every table has a key");
    }
}

#[test]
fn a_table_that_no_migration_made_is_named_on_sqlite_and_postgres() {
    for (engine, kind) in [(Engine::Sqlite, "REAL"), (Engine::Postgres, "double precision")] {
        let ground = Ground::new(engine);
        drop(Store::open(&ground.place).expect("it opens"));
        let mut connection = ground.connect();
        connection.plain("test", &format!("CREATE TABLE strange (share {kind})")).expect("a table");
        let error = shapes_of(&mut connection).expect_err("a strange column");
        assert!(error.to_string().contains("table strange, column share"), "{engine:?}: {error}");
    }
}

#[test]
fn tables_in_a_ring_keep_their_order_by_name() {
    let shape = |name: &str| Shape { name: name.into(), columns: Vec::new(), key: Vec::new() };
    let refers = |one: &str, other: &str| (one.to_owned(), other.to_owned());
    let references = [refers("a", "c"), refers("c", "a"), refers("b", "b"), refers("d", "a")].into();
    let order = referred_first(["a", "b", "c", "d"].map(shape).into(), &references);
    assert_eq!(order.iter().map(|shape| shape.name.as_str()).collect::<String>(), "bacd");
}

fn a_scan_gives_every_cell_that_a_statement_gives(engine: Engine) {
    let ground = Ground::new(engine);
    let store = ground.filled(40);
    let mut snapshot = store.snapshot().expect("a snapshot");
    let mut seen = 0;
    for shape in shapes(&mut snapshot).expect("shapes") {
        let mut scanned = Vec::new();
        scan(&mut snapshot, &shape, |cells| -> Result<(), StoreError> {
            scanned.push(cells.iter().map(Cell::from).collect::<Vec<_>>());
            Ok(())
        })
        .expect("a scan");
        // The other way: statement by statement, column by column.
        let text = format!("SELECT * FROM {}", shape.name);
        let mut stated = snapshot
            .connection()
            .all("test", &text, &[], |row| {
                let cell = |(position, column): (usize, &(String, Column))| {
                    Ok(match column.1 {
                        Column::Whole => row.maybe_whole("test", "test", position)?.map_or(Cell::Null, Cell::Whole),
                        Column::Text => row.maybe_text("test", "test", position)?.map_or(Cell::Null, Cell::Text),
                        Column::Bytes => row.maybe_bytes("test", "test", position)?.map_or(Cell::Null, Cell::Bytes),
                    })
                };
                shape.columns.iter().enumerate().map(cell).collect::<Result<Vec<_>, StoreError>>()
            })
            .expect("rows");
        scanned.sort();
        stated.sort();
        assert_eq!(scanned, stated, "{}", shape.name);
        seen += scanned.len();
    }
    assert!(seen > 40 * 15, "{seen} rows");
}

fn a_scan_in_key_order_goes_on_from_anywhere(engine: Engine) {
    let ground = Ground::new(engine);
    let store = ground.filled(600);
    let mut snapshot = store.snapshot().expect("a snapshot");
    let all = shapes(&mut snapshot).expect("shapes");
    let shape = |name: &str| all.iter().find(|shape| shape.name == name).expect("a table");
    let mut found = Vec::new();
    let leaves = Scan::of(shape("leaf")).columns(&["event", "leaf_index"]).expect("both are there").from(250);
    leaves
        .run(&mut snapshot, |cells| -> Result<(), StoreError> {
            found.push(cells.iter().map(Cell::from).collect::<Vec<_>>());
            Ok(())
        })
        .expect("a scan");
    let expected: Vec<Vec<Cell>> =
        (250..600).map(|n| vec![Cell::Bytes(format!("event {n}").into_bytes()), Cell::Whole(n)]).collect();
    assert_eq!(found, expected);
    // Texts in the order of their bytes, whatever language the server speaks.
    let mut names = Vec::new();
    Scan::of(shape("officer"))
        .columns(&["officer"])
        .expect("it is there")
        .in_key_order()
        .run(&mut snapshot, |cells| -> Result<(), StoreError> {
            names.push(Cell::from(&cells[0]));
            Ok(())
        })
        .expect("a scan");
    assert_eq!(names.len(), 600);
    assert!(names.is_sorted());
    let unknown = Scan::of(shape("leaf")).columns(&["weight"]).expect_err("no such column");
    assert!(unknown.to_string().contains("table leaf has no column weight"), "{unknown}");
}

fn what_each_says_ends_the_scan(engine: Engine) {
    let ground = Ground::new(engine);
    let store = ground.filled(500);
    let mut snapshot = store.snapshot().expect("a snapshot");
    let all = shapes(&mut snapshot).expect("shapes");
    let mut rows = 0;
    let record = all.iter().find(|shape| shape.name == "record").expect("the table");
    let ended = scan(&mut snapshot, record, |_| {
        rows += 1;
        if rows == 7 { Err(StoreError::Missing { table: "of the test" }) } else { Ok(()) }
    });
    assert!(matches!(ended, Err(StoreError::Missing { table: "of the test" })));
    assert_eq!(rows, 7);
    assert_eq!(testing::content_of(&mut snapshot)["record"].1.len(), 500, "the connection goes on");
}

fn a_snapshot_is_of_one_moment(engine: Engine) {
    let ground = Ground::new(engine);
    let store = ground.filled(30);
    let mut before = store.snapshot().expect("a snapshot");
    let seen = testing::content_of(&mut before);
    testing::fill(&store, 30..90);
    assert_eq!(testing::content_of(&mut before), seen, "what is committed meanwhile is not in it");
    let mut after = store.snapshot().expect("another snapshot");
    assert_eq!(testing::content_of(&mut after)["look"].1.len(), 90);
    assert_eq!(testing::content_of(&mut before)["look"].1.len(), 30);
    drop(before);
    let mut reader = store.read().expect("the connection of the first");
    assert_eq!(testing::content_of(&mut reader)["look"].1.len(), 90, "a moment ends with its snapshot");
}

fn a_snapshot_writes_nothing_and_leaves_its_connection_usable(engine: Engine) {
    let ground = Ground::new(engine);
    let store = ground.filled(3);
    let mut snapshot = store.snapshot().expect("a snapshot");
    assert!(snapshot.connection().plain("test", "DELETE FROM node").is_err());
    drop(snapshot);
    assert_eq!(testing::content_of(&mut store.snapshot().expect("the next"))["node"].1.len(), 3);
}

fn the_head_of_a_snapshot_is_that_of_its_leaves(engine: Engine) {
    let ground = Ground::new(engine);
    let store = ground.filled(300);
    let mut snapshot = store.snapshot().expect("a snapshot");
    let head = store.head();
    testing::fill(&store, 300..900);
    let then = snapshot.head().expect("a head");
    assert_eq!((then.snapshot().size(), then.snapshot().root()), (300, head.snapshot().root()));
    assert_eq!(snapshot.migration().expect("a number") as usize, MIGRATIONS.len());
    assert_ne!(store.head().snapshot().root(), head.snapshot().root());
}

/// A cell that does not hold what its column holds can only be smuggled in past the engine.
#[test]
fn a_cell_of_another_kind_is_named_on_sqlite() {
    let ground = Ground::new(Engine::Sqlite);
    drop(ground.filled(2));
    let mut connection = ground.connect();
    connection
        .plain("test", "DROP TABLE node; CREATE TABLE node (setting TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL); INSERT INTO node VALUES ('a', x'ff00')")
        .expect("a table that is not strict");
    let all = shapes_of(&mut connection).expect("shapes");
    let node = all.iter().find(|shape| shape.name == "node").expect("the table");
    let error = scan(&mut Asked(&mut connection), node, |_| Ok::<(), StoreError>(())).expect_err("bytes are no text");
    assert!(
        matches!(&error, StoreError::BadCell { table, column, .. } if table == "node" && column == "value"),
        "{error}"
    );
}
