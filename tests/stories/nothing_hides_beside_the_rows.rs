//! What changes rows without being one is found and named: triggers, views, indexes, damaged keys, damaged pages.

use fairfile_service::RegistryError;
use fairfile_service::folder::FolderError;
use fairfile_service::replay::{NodeUnderCheck, Verdict};
use fairfile_store::StoreError;
use fairfile_testkit::{Engine, Raw, World, hand_set, on_both_engines};

const ITEM: &str = "pharmacist-licence";
const PURPOSE: &str = "licence-renewal";

/// A node that has a record and a look at it.
fn lived_in(engine: Engine) -> World {
    let world = World::new(engine);
    let lin = world.person("林晓禾");
    world.source("drug-administration").records(ITEM, world.row(ITEM, &lin));
    world.officer("0417").asks(&lin, PURPOSE);
    world
}

/// What a check of the node says; it is stopped after this.
fn checked(world: &World, full: bool) -> Result<Verdict, FolderError> {
    world.stops();
    let url = if let Raw::Postgres(url) = world.raw() { Some(url) } else { None };
    let node = NodeUnderCheck::open(&world.folder(), url.as_deref(), hand_set())?;
    let mut snapshot = node.snapshot().expect("a moment of the data");
    Ok(node.replay(&mut snapshot, full).expect("the journal is replayed"))
}

/// Every finding: table, key and code.
fn found(world: &World, full: bool) -> Vec<(String, String, &'static str)> {
    let verdict = checked(world, full).unwrap_or_else(|error| panic!("the node opens: {error}"));
    assert_eq!(verdict.holds, verdict.findings.count == 0);
    verdict.findings.kept.into_iter().map(|finding| (finding.table, finding.key, finding.code)).collect()
}

fn one(table: &str, key: &str, code: &'static str) -> Vec<(String, String, &'static str)> {
    vec![(table.to_owned(), key.to_owned(), code)]
}

on_both_engines! {
    fn a_trigger_is_named(world) {
        let world = lived_in(world.engine());
        let (sql, expected) = match world.engine() {
            Engine::Sqlite => ("CREATE TRIGGER forget AFTER INSERT ON look BEGIN DELETE FROM look; END", 1),
            Engine::Postgres => (
                "CREATE FUNCTION forget() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN DELETE FROM look; RETURN NULL; END';
                 CREATE TRIGGER forget AFTER INSERT ON look EXECUTE FUNCTION forget()",
                2,
            ),
        };
        world.raw().meddle(sql);
        let named = found(&world, false);
        assert_eq!(named.len(), expected, "{named:?}");
        assert!(named.contains(&("look".into(), "forget".into(), "V130")), "{named:?}");
        assert!(named.iter().all(|finding| finding.2 == "V130"), "{named:?}");
        world.is_spoilt();
    }

    fn a_view_is_named(world) {
        let world = lived_in(world.engine());
        world.raw().meddle("CREATE VIEW everybody AS SELECT * FROM record");
        assert_eq!(found(&world, false), one("everybody", "everybody", "V130"));
        world.is_spoilt();
    }

    fn a_dropped_index_is_named(world) {
        let world = lived_in(world.engine());
        world.raw().meddle("DROP INDEX look_of_subject");
        assert_eq!(found(&world, false), one("look", "subject_id seq", "V131"));
        world.raw().meddle("CREATE INDEX look_of_subject ON look (subject_id, seq)");
        world.starts().expect("it starts");
        let named = found(&world, false);
        assert_eq!(named.iter().map(|finding| finding.2).collect::<Vec<_>>(), ["V130", "V131"], "it is not unique: {named:?}");
        world.is_spoilt();
    }

    fn a_damaged_key_is_named(world) {
        let world = lived_in(world.engine());
        let row = &world.raw().rows("SELECT record_id, key_id FROM record")[0];
        let (record, key) = (row[0].id(), world.raw_keys().literal(&row[1]));
        world.stops();
        let flip = format!(
            "UPDATE content_key SET wrapped = CAST(substr(wrapped, 1, 20) || X'00' || substr(wrapped, 22) AS BLOB) WHERE key_id = {key}"
        );
        world.raw_keys().meddle(&flip);
        world.starts().expect("it starts");
        let key: String = record.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(found(&world, false), one("record", &key, "V122"));
        world.is_spoilt();
    }

    /// Of a database that a newer program has brought up nothing is said but that; one row of its history that is no
    /// program's is named like any other.
    fn a_newer_database_is_refused_and_a_changed_one_named(world) {
        let newer = "INSERT INTO migration (number, title) SELECT MAX(number) + 1, 'later' FROM migration";
        let all = fairfile_store::migrations().count() as u64;
        let odd = "UPDATE migration SET number = 4611686018427387904 WHERE number = 2";
        for (sql, named) in [(newer, None), (odd, Some(2)), ("DELETE FROM migration", Some(all))] {
            let world = lived_in(world.engine());
            world.raw().meddle(sql);
            match (checked(&world, false), named) {
                (Err(FolderError::Registry(RegistryError::Store(StoreError::Unfit(said)))), None) => {
                    assert!(said.contains("newer Fairfile"), "{said}");
                }
                (Ok(verdict), Some(count)) => {
                    assert_eq!(verdict.findings.count, count, "{verdict:?}");
                    assert!(verdict.findings.kept.iter().all(|finding| finding.table == "migration"), "{verdict:?}");
                }
                (other, _) => panic!("{sql}: {other:?}"),
            }
            world.is_spoilt();
        }
    }

    /// A destruction that was cut off before it was noted is no finding; one that came to its end and is not noted is.
    fn a_key_that_is_gone_is_explained_or_named(world) {
        let world = lived_in(world.engine());
        let key = world.raw().rows("SELECT key_id FROM record")[0][0].id();
        world.set_clock("2045-03-01T09:00:00+08:00");
        let reg = world.reg();
        reg.vault.keyring().destroy(&[fairfile_domain::id::Id::from_bytes(key)]).expect("it is destroyed");
        drop(reg);
        assert_eq!(found(&world, false), [], "the next run notes it");
        world.starts().expect("it starts");
        let reg = world.reg();
        reg.vault.keyring().advance(&reg.chance).expect("the root key moves on");
        drop(reg);
        assert_eq!(found(&world, false).iter().map(|finding| finding.2).collect::<Vec<_>>(), ["V120"]);
        world.is_spoilt();
    }
}

/// A bit of an index's page: no row is another one, and yet rows are not found by it.
#[test]
fn a_damaged_index_is_named_on_sqlite() {
    let world = lived_in(Engine::Sqlite);
    world.stops();
    let Raw::Sqlite(path) = world.raw() else { panic!("a file") };
    world.raw().meddle("PRAGMA wal_checkpoint(TRUNCATE)");
    let page = world.raw().count("SELECT rootpage FROM sqlite_schema WHERE name = 'record_of_subject'");
    let key = world.raw().rows("SELECT subject_id FROM record")[0][0].id();
    let mut bytes = std::fs::read(&path).expect("the file");
    let size = usize::from(u16::from_be_bytes([bytes[16], bytes[17]]));
    let from = (usize::try_from(page).expect("a page") - 1) * size;
    let at = bytes[from..from + size].windows(16).position(|piece| piece == key).expect("the key in the index");
    bytes[from + at + 3] ^= 1;
    std::fs::write(&path, bytes).expect("the file");
    world.starts().expect("it starts");
    assert_eq!(found(&world, true), one("sqlite_schema", "", "V119"));
    world.is_spoilt();
}
