//! An officer with a lawful purpose gets exactly what the purpose allows, with a receipt that proves it.

use fairfile_domain::catalog::Basis;
use fairfile_lawfiles::catalog::EMBEDDED_DEMO;
use fairfile_proof::verify_file;
use fairfile_testkit::{World, on_both_engines};

/// The officer of the demo who may ask for `purpose`, by code.
fn officer_for(world: &World, purpose: &str) -> String {
    let reg = world.reg();
    let directory = reg.directory();
    let purpose = reg.catalog().purpose(&purpose.parse().expect("a code")).expect("a purpose").clone();
    let may = |row: &&fairfile_store::member::OfficerOnFile| {
        let trained = row.officer.purposes.get(&purpose.code).copied().flatten();
        let member = &directory.members[&row.officer.member];
        member.sectors.contains(&purpose.sector) && trained.is_some_and(|until| world.today() <= until)
    };
    let row = directory.officers.values().find(may).unwrap_or_else(|| panic!("nobody may ask for {}", purpose.code));
    row.officer.code.to_string()
}

/// What the item file itself says that each purpose may see, read past our own reader.
fn purposes_in(file: &str) -> Vec<(String, Vec<String>)> {
    let item: toml::Table = file.parse().expect("an item file");
    let words = |list: &toml::Value| -> Vec<String> {
        let list = list.as_array().expect("a list");
        list.iter().map(|word| word.as_str().expect("a word").to_owned()).collect()
    };
    let purposes = item["purpose"].as_array().expect("purposes");
    purposes.iter().map(|row| (row["code"].as_str().expect("a code").to_owned(), words(&row["inputs"]))).collect()
}

on_both_engines! {
    fn of_every_item_each_purpose_sees_its_own_inputs_and_no_others(world) {
        let catalog = world.reg().catalog();
        let items: Vec<_> = catalog.items().cloned().collect();
        let people: Vec<_> = items.iter().map(|item| world.person(&format!("人{}", item.title.zh))).collect();
        for (item, person) in items.iter().zip(&people) {
            world.source(item.sources[0].as_str()).records(item.code.as_str(), world.row(item.code.as_str(), person));
        }
        world.days_pass(6);
        assert_eq!(EMBEDDED_DEMO.len(), items.len());
        let mut asked = 0;
        for (_, file) in EMBEDDED_DEMO {
            let table: toml::Table = file.parse().expect("an item file");
            let item = items.iter().position(|item| item.code.as_str() == table["code"].as_str().expect("a code"));
            let person = &people[item.expect("the item was published")];
            for (purpose, inputs) in purposes_in(file) {
                let told = world.officer(&officer_for(world, &purpose)).asks(person, &purpose);
                let basis = catalog.purpose(&purpose.parse().expect("a code")).expect("a purpose").basis;
                if basis == Basis::Consent {
                    told.is_denied("D009");
                    continue;
                }
                let [shown] = told.records() else { panic!("{purpose} sees one record of {}", person.name) };
                let seen: Vec<&str> = shown.inputs.iter().map(|input| input.0.as_str()).collect();
                assert_eq!(seen, inputs, "{purpose} of {}", person.name);
                asked += 1;
            }
        }
        assert!(asked >= 12, "every purpose of the demo was asked for");
    }

    fn the_receipt_proves_what_was_shown_and_nothing_about_whom(world) {
        let lin = world.person("林晓禾");
        world.source("drug-administration").records("pharmacist-licence", world.row("pharmacist-licence", &lin));
        let told = world.officer("1001").asks(&lin, "pharmacy-contract");
        told.shows(&[("registration_no", "LH-00001"), ("class", "pharmacy"), ("valid_until", "2028-10-13")]);
        let event = told.0.receipt.opening().event();
        assert_eq!(event["shown"][0]["inputs"], "registration_no class valid_until");
        assert_eq!(event["officer"], "1001");
        let receipt = told.0.receipt.to_json().expect("a receipt");
        let report = verify_file(&receipt[..], Some(&world.published_key()), None).expect("a receipt");
        assert!(report.ok, "{:?}", report.checks);
        let text = String::from_utf8(receipt.clone()).expect("JSON");
        assert!(!text.contains(&lin.number) && !text.contains(&lin.name));
        for place in (0..receipt.len()).step_by(7) {
            let mut forged = receipt.clone();
            forged[place] ^= 1;
            let report = verify_file(&forged[..], Some(&world.published_key()), None);
            assert!(report.is_err() || report.is_ok_and(|report| !report.ok), "a changed byte at {place} was not found");
        }
    }
}
