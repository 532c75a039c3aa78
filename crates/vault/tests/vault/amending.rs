//! A correction changes what it may, at its place, and shows nothing.

use std::collections::BTreeMap;

use fairfile_domain::access::{Amendment, amend};
use fairfile_domain::day::Day;
use fairfile_domain::id::{InputCode, RecordId};
use fairfile_domain::record::OnFile;
use fairfile_store::record::Sealed;
use fairfile_vault::{Amended, Month, NewKey, VaultError};

use crate::room::*;

const CONTENT_WITH_DAYS: &str = r#"{"class":"pharmacy","identifier":"539950196001010000","name":"林晓禾","note":"a \"quote\"","valid_until":"2027-06-30"}"#;

fn permit(found: &Sealed) -> Amendment {
    let (_, mut member) = asker("licence-renewal");
    member.code = found.on_file.source.clone();
    amend(&found.on_file, found.subject, &member, today()).expect("its source may")
}

fn licence(room: &Room) -> Sealed {
    let (id, key) = room.key();
    let place = fairfile_vault::Place::Record(LICENCE, 1, LIN);
    record(LICENCE, LIN, id, key.seal(place, CONTENT_WITH_DAYS.as_bytes(), &room.chance).expect("it is sealed"))
}

fn codes(names: &[&str]) -> Vec<InputCode> {
    names.iter().map(|name| name.parse().expect("a code")).collect()
}

fn changes(pairs: &[(&str, &str)]) -> BTreeMap<InputCode, String> {
    pairs.iter().map(|(code, value)| (code.parse().expect("a code"), (*value).to_owned())).collect()
}

/// A key of a month that no day has told.
fn key(room: &Room) -> Result<NewKey, VaultError> {
    room.ring().make(Month::of(today()), &room.chance)
}

/// A correction of everything that can be: a value, a value that is new, and one that goes.
fn amended(room: &Room, permit: &Amendment, found: &Sealed) -> Result<Amended, VaultError> {
    let changes = changes(&[("class", "兰河\n"), ("valid_until", "2028-02-29"), ("note", ""), ("wrong_code", "x")]);
    let asked = codes(&["valid_until", "identifier", "name", "class", "absent"]);
    let key_for = |days: &BTreeMap<InputCode, Day>| {
        let days: Vec<_> = days.iter().map(|(code, day)| (code.as_str(), day.to_string())).collect();
        assert_eq!(days, [("valid_until", "2028-02-29".to_owned())], "no other input comes out, whatever was asked");
        key(room)
    };
    room.vault.amend(permit, found, &changes, &asked, key_for, &room.chance)
}

#[test]
fn the_next_version_opens_at_its_place_with_the_changes_and_says_only_days() {
    let room = room();
    let found = licence(&room);
    let amended = amended(&room, &permit(&found), &found).expect("it is amended");
    room.ring().keep([&amended.key]).expect("its key is kept");
    assert_eq!(amended.version, 2);
    let expected = r#"{"class":"兰河\n","identifier":"539950196001010000","name":"林晓禾","valid_until":"2028-02-29","wrong_code":"x"}"#;
    assert_eq!(amended.content_hash, room.ring().hashes().content_of("record", expected.as_bytes()));

    let corrected = Sealed {
        on_file: OnFile { version: 2, ..found.on_file.clone() },
        key: amended.key.id(),
        sealed: Some(amended.sealed),
        ..found.clone()
    };
    let open = |sealed: &Sealed| {
        let found = std::slice::from_ref(sealed);
        room.vault.open(&room.own(sealed.subject, found), &room.stamp(LOOK), found)
    };
    let shown = open(&corrected).expect("it opens");
    let class = shown[0].inputs.iter().find(|(code, _)| code.as_str() == "class").expect("the input");
    assert_eq!(class.1, "兰河\n");
    for moved in [
        Sealed { on_file: found.on_file.clone(), ..corrected.clone() },
        Sealed { on_file: OnFile { version: 3, ..found.on_file.clone() }, ..corrected.clone() },
        Sealed { subject: WU, ..corrected.clone() },
        Sealed { key: found.key, ..corrected.clone() },
    ] {
        assert!(matches!(open(&moved), Err(VaultError::NotOfThisPlace)));
    }
}

#[test]
fn a_correction_of_nothing_keeps_the_content_and_its_hash() {
    let room = room();
    let found = licence(&room);
    let key_for = |days: &BTreeMap<InputCode, Day>| {
        assert!(days.is_empty(), "nobody asked for a day");
        key(&room)
    };
    let amended = room.vault.amend(&permit(&found), &found, &BTreeMap::new(), &[], key_for, &room.chance);
    let amended = amended.expect("it is amended");
    assert_eq!(amended.content_hash, room.ring().hashes().content_of("record", CONTENT_WITH_DAYS.as_bytes()));
}

#[test]
fn an_amendment_of_another_record_version_or_person_changes_nothing() {
    let room = room();
    let found = licence(&room);
    let own = permit(&found);
    for other in [
        Sealed { on_file: OnFile { record: RecordId::from_bytes([8; 16]), ..found.on_file.clone() }, ..found.clone() },
        Sealed { on_file: OnFile { version: 2, ..found.on_file.clone() }, ..found.clone() },
        Sealed { subject: WU, ..found.clone() },
    ] {
        assert!(matches!(amended(&room, &own, &other), Err(VaultError::NotThisAmendment)));
        // With a permit of its own it passes the first gate, but the content is bound to its place.
        assert!(matches!(amended(&room, &permit(&other), &other), Err(VaultError::NotOfThisPlace)));
    }
    let last = Sealed { on_file: OnFile { version: u32::MAX, ..found.on_file.clone() }, ..found.clone() };
    assert!(matches!(amended(&room, &permit(&last), &last), Err(VaultError::NotThisAmendment)));
    let empty = Sealed { sealed: None, ..found.clone() };
    assert!(matches!(amended(&room, &own, &empty), Err(VaultError::Destroyed)));
    room.ring().destroy(&[found.key]).expect("it is destroyed");
    assert!(matches!(amended(&room, &own, &found), Err(VaultError::Destroyed)));
}
