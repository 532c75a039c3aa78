//! A key that is missing or damaged closes what it seals: the person sees that it is there, and all the rest.

use fairfile_testkit::{World, on_both_engines};

const ITEM: &str = "pharmacist-licence";
const PURPOSE: &str = "licence-renewal";

fn closes_one(world: &World, damage: &str) {
    let lin = world.person("林晓禾");
    let row = |number: &str| world.row(ITEM, &lin).with("registration_no", number);
    let source = world.source("drug-administration");
    source.submits(ITEM, &[row("LH-1"), row("LH-2")]);
    world.stops();
    let key = &world.raw().rows("SELECT key_id FROM record ORDER BY row_number LIMIT 1")[0][0];
    world.raw_keys().meddle(&format!("{damage} WHERE key_id = {}", world.raw_keys().literal(key)));
    world.starts().expect("it starts");
    let file = world.file_of(&lin);
    let told: Vec<_> = file.records.iter().map(|record| (record.is_unreadable, record.inputs.is_empty())).collect();
    assert_eq!(told.len(), 2);
    assert!(told.contains(&(true, true)) && told.contains(&(false, false)), "{told:?}");
    assert_eq!(file.looks.len(), 1, "the look is in the file like any other");
    let copy = world.copy_of(&lin);
    assert!(fairfile_proof::verify_file(&copy[..], Some(&world.published_key()), None).expect("a copy").ok);
    world.is_spoilt();
}

on_both_engines! {
    fn a_missing_key(world) {
        closes_one(world, "DELETE FROM content_key");
    }

    fn a_damaged_key(world) {
        closes_one(world, "UPDATE content_key SET wrapped = zeroblob(60)");
    }

    /// An inquirer is not told less than there is: nothing is told.
    fn an_inquirer_is_told_nothing(world) {
        let lin = world.person("林晓禾");
        world.source("drug-administration").records(ITEM, world.row(ITEM, &lin));
        let key = world.raw_keys().literal(&world.raw().rows("SELECT key_id FROM record")[0][0]);
        world.raw_keys().meddle(&format!("UPDATE content_key SET wrapped = zeroblob(60) WHERE key_id = {key}"));
        assert!(world.officer("0417").asks_once(&lin, PURPOSE, "HC-1", 7).is_err());
        world.is_spoilt();
    }
}
