//! The audit finds what an intruder with a database client would do. Else no story would prove anything.

use std::panic::{AssertUnwindSafe, catch_unwind};

use fairfile_testkit::{Raw, World, on_both_engines};

/// A world with a little of everything in it: records on display, waiting and destroyed, looks of every outcome.
fn live(world: &World) {
    let (lin, wu) = (world.person("林晓禾"), world.person("乌云娜"));
    let source = world.source("drug-administration");
    let short = world.row("pharmacist-licence", &wu).with("granted_on", "2020-01-01").with("valid_until", "2020-01-02");
    source.submits("pharmacist-licence", &[world.row("pharmacist-licence", &lin), short]);
    world.days_pass(735);
    world.calendar_runs();
    source.records("pharmacist-licence", world.row("pharmacist-licence", &lin));
    world.source("market-regulation").records("food-safety-penalty", world.row("food-safety-penalty", &lin));
    world.officer("0417").asks(&lin, "licence-renewal");
    world.officer("0418").asks(&lin, "licence-renewal");
    world.officer("0417").asks(&lin.called("林小禾"), "licence-renewal");
    world.file_of(&lin);
    world.audit();
}

/// Lets `meddle` loose on a world, and gives what the audit says then.
fn audit_after(world: &World, raw: &Raw, sql: &str) -> Option<String> {
    live(world);
    world.is_spoilt();
    raw.meddle(sql);
    let said = catch_unwind(AssertUnwindSafe(|| world.audit())).err()?;
    let text = said.downcast_ref::<String>().cloned();
    Some(text.or_else(|| said.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap_or_default())
}

/// Makes a test for each deed, on each engine: where it is done, what the audit says then, and the deed.
macro_rules! finds {
    ($($name:ident: $raw:ident $says:literal, $sql:literal;)*) => {
        on_both_engines! {$(
            fn $name(world) {
                let said = audit_after(world, &world.$raw(), $sql).expect("something is found");
                assert!(said.contains($says), "{said}");
            }
        )*}
    };
}

finds! {
    a_look_taken_out: raw "counted without a gap",
        "DELETE FROM look_record;
         DELETE FROM look WHERE outcome = 'denied'";
    the_last_look_taken_out_with_its_count: raw "the copy is signed",
        "DELETE FROM look WHERE outcome = 'own';
         UPDATE subject SET look_count = look_count - 2 WHERE look_count > 2";
    looks_that_changed_places: raw "the copy is signed",
        "UPDATE look SET seq = seq + 100;
         UPDATE look SET seq = 106 - seq WHERE seq > 100";
    a_look_moved_to_another_file: raw "counted without a gap",
        "UPDATE look SET seq = 99, subject_id = (SELECT subject_id FROM subject
         WHERE look_count = 0 ORDER BY subject_id LIMIT 1)
         WHERE outcome = 'denied'";
    a_look_at_what_was_not_on_display: raw "was shown outside its days",
        "UPDATE record SET shown_from = display_until WHERE item = 'pharmacist-licence'";
    a_leaf_written_anew: raw "leaves",
        "UPDATE leaf SET leaf = (SELECT leaf FROM leaf WHERE leaf_index = 1) WHERE leaf_index = 2";
    a_leaf_taken_off_the_end: raw "the journal is exported",
        "DELETE FROM leaf WHERE leaf_index = (SELECT MAX(leaf_index) FROM leaf)";
    a_record_with_another_record_s_leaf: raw "is of something else",
        "UPDATE record SET leaf_index = 1 WHERE state = 'in-force'";
    a_record_said_to_be_destroyed_that_is_not: raw "is destroyed",
        "UPDATE record SET state = 'destroyed' WHERE state = 'in-force'";
    a_record_brought_back: raw "is in-force",
        "UPDATE record SET state = 'in-force', retained_until = 40000, display_until = 40000
         WHERE state = 'destroyed'";
    a_batch_that_does_not_add_up: raw "does not add up",
        "UPDATE batch SET accepted = accepted + 1";
    a_row_of_no_record: raw "accepted rows are records",
        "DELETE FROM look_record;
         DELETE FROM record WHERE item = 'food-safety-penalty'";
    a_name_in_plain: raw "names a person",
        "UPDATE member SET title_zh = '林晓禾' WHERE member = 'court'";
    a_key_lost: raw_keys "the key of",
        "DELETE FROM content_key";
}

on_both_engines! {
    fn a_sound_world_passes(world) {
        live(world);
    }
}
