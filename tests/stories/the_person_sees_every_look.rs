//! The person sees every look at their file, denied ones too, at once, and can prove that the list is whole.

use fairfile_proof::verify_file;
use fairfile_service::person::FileView;
use fairfile_testkit::on_both_engines;
use serde_json::Value;

/// Who looked, why, in which case, and what came of it.
fn told(view: &FileView) -> Vec<[String; 5]> {
    let word = |event: &Value, name: &str| event[name].as_str().unwrap_or_default().to_owned();
    let look = |event: &Value| ["officer", "purpose", "case", "outcome", "refusal"].map(|name| word(event, name));
    view.looks.iter().map(|row| look(&row.event)).collect()
}

on_both_engines! {
    fn every_look_is_listed_answered_empty_denied_and_the_person_s_own(world) {
        let lin = world.person("林晓禾");
        world.source("drug-administration").records("pharmacist-licence", world.row("pharmacist-licence", &lin));
        world.officer("0417").asks_in(&lin, "licence-renewal", "兰卫〔2026〕7号");
        world.officer("0418").asks_in(&lin, "licence-renewal", "B-2");
        world.officer("0417").asks_in(&lin.called("林小禾"), "licence-renewal", "A-3");
        world.officer("0417").asks_in(&lin, "physician-hiring", "A-4");
        world.file_of(&lin);
        let view = world.file_of(&lin);
        assert_eq!(told(&view), [
            ["0417", "licence-renewal", "兰卫〔2026〕7号", "answered", ""],
            ["0418", "licence-renewal", "B-2", "denied", "D007"],
            ["0417", "licence-renewal", "A-3", "nothing", ""],
            ["0417", "physician-hiring", "A-4", "nothing", ""],
            ["", "", "", "own", ""],
            ["", "", "", "own", ""],
        ]);
        let seen = &view.looks[0].event["shown"][0]["inputs"];
        assert_eq!(seen, "registration_no class granted_on valid_until issuing_authority");
        assert_eq!(view.identity["name"], "林晓禾");
        assert_eq!(view.records[0].inputs.len(), 7, "the person sees every input");
    }

    fn a_copy_proves_that_its_looks_are_whole_and_a_later_one_extends_it(world) {
        let (lin, key) = (world.person("林晓禾"), world.published_key());
        world.source("drug-administration").records("pharmacist-licence", world.row("pharmacist-licence", &lin));
        (0..3).for_each(|_| drop(world.officer("0417").asks(&lin, "licence-renewal")));
        let earlier = world.copy_of(&lin);
        world.officer("0418").asks(&lin, "licence-renewal");
        let later = world.copy_of(&lin);
        let verify = |copy: &[u8], before: Option<&[u8]>| verify_file(copy, Some(&key), before).map(|report| report.ok);
        assert!(verify(&earlier, None).expect("a copy"));
        assert!(verify(&later, Some(&earlier)).expect("a copy"));
        assert!(!verify(&earlier, Some(&later)).expect("a copy"), "looks that were there are gone");

        let mut cut: Value = serde_json::from_slice(&later).expect("JSON");
        cut["looks"]["entries"].as_array_mut().expect("looks").remove(1);
        assert!(!verify(cut.to_string().as_bytes(), None).expect("a copy"), "one look was cut out");
        let mut renumbered = cut.clone();
        renumbered["looks"]["count"] = 4.into();
        for (seq, entry) in renumbered["looks"]["entries"].as_array_mut().expect("looks").iter_mut().enumerate() {
            entry["seq"] = (seq + 1).into();
        }
        assert!(!verify(renumbered.to_string().as_bytes(), None).expect("a copy"), "and the rest counted anew");
    }

    fn an_operator_who_takes_a_look_out_of_the_database_is_found_out(world) {
        let lin = world.person("林晓禾");
        world.source("drug-administration").records("pharmacist-licence", world.row("pharmacist-licence", &lin));
        (0..3).for_each(|_| drop(world.officer("0417").asks(&lin, "licence-renewal")));
        let raw = world.raw();
        raw.meddle(
            "CREATE TABLE aside AS SELECT * FROM look WHERE seq = 2; CREATE TABLE shown AS SELECT * FROM look_record;
             DELETE FROM look_record; DELETE FROM look WHERE seq = 2;",
        );
        let view = world.file_of(&lin);
        let parts = view.records.iter().map(|_| serde_json::json!({})).collect();
        assert!(view.signed_copy(&world.reg(), parts).is_err(), "the node itself cannot sign a list with a gap");
        let audit = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| world.audit()));
        assert!(audit.is_err(), "the audit sees the gap");
        raw.meddle(
            "INSERT INTO look SELECT * FROM aside; INSERT INTO look_record SELECT * FROM shown;
             DROP TABLE aside; DROP TABLE shown;",
        );
    }
}
