//! A replay learns of a look what must agree with its rows and its leaf, and no word of it.

use fairfile_domain::id::{DrawId, LookId, RecordId, SealKeyId};
use fairfile_proof::Leaf;
use fairfile_store::look::{LookOnFile, Outcome};
use fairfile_vault::{LookFacts, NewKey, Place, VaultError};

use crate::room::*;

const AT: i64 = 1_795_000_000_000_000;

fn hex(byte: u8, count: usize) -> String {
    format!("{byte:02x}").repeat(count)
}

fn officer_s_look() -> String {
    format!(
        r#"{{"at":{AT},"case":"a \"case\" 兰河","chain":"{}","event":"look","look_id":"{}","member":"office","officer":"0417","once_body":"{}","once_key":"{}","outcome":"answered","purpose":"licence-renewal","refusal":"","shown":[{{"inputs":"class name","item":"pharmacist-licence","item_version":1,"record_id":"{}","version":3}}]}}"#,
        hex(0xc1, 32),
        hex(4, 16),
        hex(0xb1, 32),
        hex(0xb2, 32),
        hex(3, 16),
    )
}

fn own_look() -> String {
    let (chain, look) = (hex(0xc1, 32), hex(4, 16));
    format!(r#"{{"at":{AT},"chain":"{chain}","event":"look","look_id":"{look}","outcome":"own"}}"#)
}

fn sealed(room: &Room, key: &NewKey, event: &str) -> LookOnFile {
    LookOnFile {
        sealed: key.seal(Place::Look(LOOK, LIN), event.as_bytes(), &room.chance).expect("it is sealed"),
        ..room.look(key, LOOK, LIN)
    }
}

fn facts(room: &Room, key: SealKeyId, look: &LookOnFile) -> Result<LookFacts, VaultError> {
    room.vault.auditor().look(key, look)
}

#[test]
fn the_facts_of_a_look_are_those_of_its_event_and_say_nothing_else() {
    let room = room();
    let (id, key) = room.key();
    let hashes = room.ring().hashes();
    let leaf = |event: &str| {
        let salt = hashes.salt_of(LOOK.retype());
        Leaf::new(*LOOK.as_bytes(), AT as u64 / 60_000_000, &salt, event.as_bytes()).expect("a leaf")
    };
    let found = facts(&room, id, &sealed(&room, &key, &officer_s_look())).expect("it is a look");
    let member = "office".parse().expect("a code");
    let expected = LookFacts {
        is_copy: false,
        leaf: leaf(&officer_s_look()),
        at: AT,
        chain: [0xc1; 32],
        outcome: Outcome::Answered,
        case_hash: Some(hashes.case_of(&member, "a \"case\" 兰河")),
        member: Some(member),
        officer: Some("0417".parse().expect("a code")),
        purpose: Some("licence-renewal".to_owned()),
        refusal: None,
        once_key: Some([0xb2; 32]),
        once_body: Some([0xb1; 32]),
        shown: vec![(RecordId::from_bytes([3; 16]), 3)],
    };
    assert_eq!(found, expected);
    let said = format!("{found:?}");
    for word in ["case\\\"", "兰河", "class", "pharmacist"] {
        assert!(!said.contains(word), "{word}");
    }
    let denied =
        officer_s_look().replace("\"answered\"", "\"denied\"").replace(r#""refusal":"""#, r#""refusal":"R006""#);
    let found = facts(&room, id, &sealed(&room, &key, &denied)).expect("it is a look");
    assert_eq!((found.outcome, found.refusal.as_deref()), (Outcome::Denied, Some("R006")));
    assert_ne!(found.leaf, expected.leaf);
    let own = facts(&room, id, &sealed(&room, &key, &own_look())).expect("it is a look");
    assert_eq!(own.leaf, leaf(&own_look()));
    assert_eq!((own.outcome, own.member, own.officer, own.case_hash), (Outcome::Own, None, None, None));
    assert_eq!((own.once_key, own.once_body, own.shown), (None, None, Vec::new()));
}

#[test]
fn a_look_that_was_drawn_opens_for_its_draw_alone_and_without_its_person() {
    let room = room();
    let (id, key) = room.key();
    let look = sealed(&room, &key, &officer_s_look());
    let draw = DrawId::from_bytes([9; 16]);
    room.stamp(LOOK);
    let stamp = room.stamp(draw.retype());
    let drawn = room.vault.auditor().drawn(draw, &stamp, id, &look).expect("it is drawn");
    let asked = drawn.asked.as_ref().expect("an officer asked");
    let told = (asked.officer.as_str(), asked.member.as_str(), asked.case.as_str(), asked.purpose.as_str());
    assert_eq!(told, ("0417", "office", "a \"case\" 兰河", "licence-renewal"));
    assert_eq!((drawn.at, drawn.outcome, drawn.refusal), (AT, Outcome::Answered, None));
    let of_another = room.vault.auditor().drawn(DrawId::from_bytes([8; 16]), &stamp, id, &look);
    assert!(matches!(of_another, Err(VaultError::NotOneLook)));
    let later = LookOnFile { leaf: stamp.leaf(), ..look };
    let made_after = room.vault.auditor().drawn(draw, &stamp, id, &later);
    assert!(matches!(made_after, Err(VaultError::NotOneLook)));
}

#[test]
fn what_is_no_look_or_not_in_its_place_is_named() {
    let room = room();
    let (id, key) = room.key();
    let whole = officer_s_look();
    let edits = [
        ("\"look\"", "\"batch\""),
        (r#""look_id":"04"#, r#""look_id":"05"#),
        ("\"answered\"", "\"perhaps\""),
        (r#""chain":"c1"#, r#""chain":"g1"#),
        (r#""chain":"c1"#, r#""chain":""#),
        (r#""once_key":"b2"#, r#""once_key":"b"#),
        (r#""record_id":"03"#, r#""record_id":""#),
        (r#""member":"office","#, ""),
        (r#""member":"office""#, r#""member":"Not a code""#),
        (r#""version":3"#, r#""version":-3"#),
        (r#"{"at":1"#, r#"{"at":"x","on":1"#),
        ("}]}", "}]"),
    ];
    for (from, to) in edits {
        let event = whole.replacen(from, to, 1);
        assert_ne!(event, whole, "{from}");
        let outcome = facts(&room, id, &sealed(&room, &key, &event));
        assert!(matches!(outcome, Err(VaultError::NotALook)), "{from}: {outcome:?}");
    }
    let look = sealed(&room, &key, &whole);
    for moved in [
        LookOnFile { look: LookId::from_bytes([9; 16]), ..look.clone() },
        LookOnFile { subject: WU, ..look.clone() },
        LookOnFile { sealed: Vec::new(), ..look.clone() },
    ] {
        assert!(matches!(facts(&room, id, &moved), Err(VaultError::NotOfThisPlace)));
    }
}

#[test]
fn looks_of_several_people_in_any_order_open_each_under_its_own_key() {
    let room = room();
    let people: Vec<_> = (0..3).map(|_| room.key()).collect();
    let looks: Vec<_> = people.iter().map(|(_, key)| sealed(&room, key, &own_look())).collect();
    let mut auditor = room.vault.auditor();
    for person in [0, 0, 1, 2, 2, 0, 1, 1] {
        auditor.look(people[person].0, &looks[person]).expect("its own key");
        assert!(matches!(auditor.look(people[(person + 1) % 3].0, &looks[person]), Err(VaultError::NotOfThisPlace)));
    }
    room.ring().destroy(&[people[0].0]).expect("it is destroyed");
    assert!(matches!(room.vault.auditor().look(people[0].0, &looks[0]), Err(VaultError::Destroyed)));
}
