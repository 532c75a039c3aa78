//! What opens, for whom, and what opens no more: against a real store and a real key file.

use fairfile_domain::access::retrace;
use fairfile_domain::id::{CorrectionId, LookId, RecordId};
use fairfile_domain::record::OnFile;
use fairfile_store::record::Sealed;
use fairfile_store::subject::Known;
use fairfile_vault::{Chance, KeyFile, Keyring, Place, Vault, VaultError};

use crate::room::*;

#[track_caller]
fn not_one_look<T>(outcome: Result<T, VaultError>) {
    assert!(matches!(outcome, Err(VaultError::NotOneLook)), "{:?}", outcome.err());
}

#[test]
fn permit_and_stamp_of_one_look_open_what_the_permit_names() {
    let room = room();
    let found = [room.licence()];
    let shown =
        room.vault.open(&room.officer_s("pharmacy-contract", &found), &room.stamp(LOOK), &found).expect("it opens");
    let inputs: Vec<_> = shown[0].inputs.iter().map(|(code, value)| (code.as_str(), value.as_str())).collect();
    assert_eq!(inputs, [("registration_no", "LH-1"), ("class", "pharmacy")]);
    let own = room.vault.open(&room.own(LIN, &found), &room.stamp(LOOK), &found).expect("it opens");
    assert_eq!(own[0].inputs.len(), 4);
}

#[test]
fn the_stamp_of_another_look_opens_nothing() {
    let room = room();
    let found = [room.licence()];
    let (permit, other) = (room.own(LIN, &found), room.stamp(LookId::from_bytes([9; 16])));
    not_one_look(room.vault.open(&permit, &other, &found));
    let (key, new) = room.key();
    let known = Known { subject: LIN, key, name_hash: [0; 32] };
    let identity = new.seal(Place::Identity(LIN), b"{\"name\":\"x\"}", &room.chance).expect("it is sealed");
    not_one_look(room.vault.open_identity(&permit, &other, &known, &identity));
    not_one_look(room.vault.open_looks(&permit, &other, &known, &[room.look(&new, LOOK, LIN)]));
    assert_eq!(room.vault.open_identity(&permit, &room.stamp(LOOK), &known, &identity).expect("it opens")["name"], "x");
}

#[test]
fn a_record_of_another_person_is_not_opened_whatever_the_permit_names() {
    let room = room();
    let mut found = [room.licence()];
    let permit = room.own(LIN, &found);
    found[0].subject = WU;
    not_one_look(room.vault.open(&permit, &room.stamp(LOOK), &found));
}

#[test]
fn what_the_permit_does_not_name_is_passed_over_unopened() {
    let room = room();
    let found = [room.licence()];
    let empty = room.own(LIN, &[]);
    assert!(room.vault.open(&empty, &room.stamp(LOOK), &found).expect("nothing to open").is_empty());
    let mut corrected = found.clone();
    corrected[0].on_file.version = 2;
    assert!(
        room.vault.open(&room.own(LIN, &found), &room.stamp(LOOK), &corrected).expect("nothing to open").is_empty()
    );
}

#[test]
fn a_ciphertext_that_was_moved_or_changed_opens_nowhere() {
    let room = room();
    let licence = room.licence();
    let moved = [
        // Under the number of another record, in another person's file, as another version.
        Sealed {
            on_file: OnFile { record: RecordId::from_bytes([8; 16]), ..licence.on_file.clone() },
            ..licence.clone()
        },
        Sealed { subject: WU, ..licence.clone() },
        Sealed { on_file: OnFile { version: 2, ..licence.on_file.clone() }, ..licence.clone() },
        Sealed { key: room.key().0, ..licence.clone() },
    ];
    let open = |sealed: &Sealed| {
        let found = std::slice::from_ref(sealed);
        room.vault.open(&room.own(sealed.subject, found), &room.stamp(LOOK), found)
    };
    for sealed in &moved {
        assert!(matches!(open(sealed), Err(VaultError::NotOfThisPlace)));
    }
    let bytes = licence.sealed.clone().expect("a ciphertext");
    for place in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[place] ^= 1;
        let changed = Sealed { sealed: Some(changed), ..licence.clone() };
        assert!(matches!(open(&changed), Err(VaultError::NotOfThisPlace)), "byte {place}");
    }
    for length in [0, 11, 12, 27, bytes.len() - 1] {
        let cut = Sealed { sealed: Some(bytes[..length].to_vec()), ..licence.clone() };
        assert!(matches!(open(&cut), Err(VaultError::NotOfThisPlace)), "{length} bytes");
    }
    assert_eq!(open(&licence).expect("the right place").len(), 1);
}

#[test]
fn identity_and_looks_open_for_the_person_and_one_s_own_trace_for_an_officer() {
    let room = room();
    let (key, new) = room.key();
    let known = Known { subject: LIN, key, name_hash: [0; 32] };
    let other = LookId::from_bytes([9; 16]);
    let looks = [room.look(&new, LOOK, LIN), room.look(&new, other, LIN)];
    let (own, stamp) = (room.own(LIN, &[]), room.stamp(LOOK));
    assert_eq!(room.vault.open_looks(&own, &stamp, &known, &looks).expect("every look").len(), 2);

    let (officer, _) = asker("licence-renewal");
    let trace = retrace(LOOK, LIN, &officer.code, &officer.code, today()).expect("it was this officer");
    let other_s = retrace(LOOK, LIN, &officer.code, &"0418".parse().expect("a code"), today());
    assert!(other_s.is_none(), "another officer's look");
    for permit in [&trace, &room.officer_s("licence-renewal", &[])] {
        assert_eq!(room.vault.open_looks(permit, &stamp, &known, &looks[..1]).expect("its own").len(), 1);
        not_one_look(room.vault.open_looks(permit, &stamp, &known, &looks));
        let identity = new.seal(Place::Identity(LIN), b"{}", &room.chance).expect("it is sealed");
        not_one_look(room.vault.open_identity(permit, &stamp, &known, &identity));
    }
    let stranger = Known { subject: WU, ..known };
    not_one_look(room.vault.open_looks(&own, &stamp, &stranger, &looks));
    not_one_look(room.vault.open_identity(&own, &stamp, &stranger, b""));
}

#[test]
fn a_destroyed_key_takes_its_content_along_and_leaves_no_byte() {
    let room = room();
    // Others before and after it, so that its page stays in use.
    let kept: Vec<Sealed> = (0..40).map(|_| room.licence()).collect();
    let found = [room.licence()];
    let more: Vec<Sealed> = (0..40).map(|_| room.licence()).collect();
    let (permit, stamp) = (room.own(LIN, &found), room.stamp(LOOK));
    assert_eq!(room.vault.open(&permit, &stamp, &found).expect("it opens").len(), 1);
    let past = rusqlite::Connection::open(room.dir.path().join("keys.db")).expect("the key store");
    let sql = "SELECT wrapped FROM content_key WHERE key_id = ?1";
    let wrapped: Vec<u8> = past.query_row(sql, [found[0].key.as_bytes()], |row| row.get(0)).expect("its row");
    drop(past);
    assert!(holds(&on_disk(room.dir.path()), &wrapped), "the search finds what is there");

    room.vault.keyring().destroy(&[found[0].key]).expect("it is destroyed");
    let disk = on_disk(room.dir.path());
    assert!(!holds(&disk, &wrapped), "the wrapped key is still on disk");
    assert!(holds(&disk, found[0].key.as_bytes()), "the ledger has its id");
    assert!(room.vault.open(&permit, &stamp, &found).expect("nothing to show").is_empty());
    assert!(matches!(room.vault.keyring().lend(found[0].key), Err(VaultError::Destroyed)));
    for sealed in kept.iter().chain(&more) {
        let found = std::slice::from_ref(sealed);
        assert_eq!(room.vault.open(&room.own(LIN, found), &stamp, found).expect("it opens").len(), 1);
    }
    assert_eq!(room.vault.keyring().count().expect("a count"), 80);
    room.vault.keyring().destroy(&[found[0].key]).expect("to destroy it again is no error");
}

#[test]
fn another_root_key_opens_no_ring() {
    let room = room();
    let dir = room.dir.path();
    KeyFile::create(&dir.join("other.key"), &Chance::seeded(99)).expect("another root key");
    let open = |root: &str| {
        let root = KeyFile::read(&dir.join(root)).expect("a key file");
        Keyring::open(&dir.join("keys.db"), Box::new(root))
    };
    let error = open("other.key").err().expect("it is another root key");
    assert!(matches!(error, VaultError::WrongCustodian(_)), "{error}");
    assert!(error.to_string().contains("restore the key file"), "{error}");
    assert!(open("root.key").is_ok());
}

#[test]
fn a_key_store_that_has_vanished_does_not_come_back_empty() {
    let room = room();
    let path = room.path("lost/keys.db");
    std::fs::create_dir(room.path("lost")).expect("a folder");
    std::fs::copy(room.path("root.key"), room.path("lost/root.key")).expect("the root key");
    let refused = |expected: fn(&VaultError) -> bool, words: &str| {
        let error = keyring(&room.path("lost")).err().expect("it is refused");
        assert!(expected(&error) && error.to_string().contains(words), "{error}");
    };
    refused(|error| matches!(error, VaultError::NoKeyStore), "fairfile restore --node DIR --keys FILE");
    assert!(!path.exists(), "nothing was made in its place");
    std::fs::write(&path, b"").expect("an empty file");
    refused(|error| matches!(error, VaultError::LacksKey("journal signing")), "restore the latest key backup");
    assert_eq!(std::fs::read(&path).expect("the file"), b"", "nothing was made in it");
    std::fs::write(&path, vec![b'x'; 8192]).expect("no database");
    refused(|error| matches!(error, VaultError::DamagedKeyStore { .. }), "--keys FILE");
    let root = KeyFile::read(&room.path("root.key")).expect("a key file");
    let taken = Keyring::create(&path, Box::new(root), &room.chance);
    assert!(matches!(taken, Err(VaultError::PlaceTaken)));
}

#[test]
fn a_wrapped_key_that_was_swapped_for_another_is_refused() {
    let room = room();
    let dir = room.dir.path();
    let past = rusqlite::Connection::open(dir.join("keys.db")).expect("the key store");
    let swap = "UPDATE master_key SET wrapped = (SELECT wrapped FROM master_key WHERE label = 'salts of leaves')
                 WHERE label = 'index of identifiers'";
    assert_eq!(past.execute(swap, []).expect("it is swapped"), 1);
    let error = keyring(dir).err().expect("a key of another use");
    assert!(matches!(error, VaultError::WrongCustodian(_)), "{error}");

    let (first, second) = (room.licence(), room.licence());
    let swap = "UPDATE content_key SET wrapped = (SELECT wrapped FROM content_key WHERE key_id = ?1) WHERE key_id = ?2";
    assert_eq!(past.execute(swap, [first.key.as_bytes(), second.key.as_bytes()]).expect("it is swapped"), 1);
    let found = [second];
    let opened = room.vault.open(&room.own(LIN, &found), &room.stamp(LOOK), &found);
    assert!(matches!(opened, Err(VaultError::NotOfThisPlace)), "{:?}", opened.err());
}

#[test]
fn a_ring_opened_again_has_the_same_keys() {
    let room = room();
    let found = [room.licence()];
    let hash = room.vault.keyring().hashes().content_of("a", b"b");
    let seed = *room.vault.keyring().node_seed();
    let (permit, stamp) = (room.own(LIN, &found), room.stamp(LOOK));
    let again = Vault::new(keyring(room.dir.path()).expect("it opens again"));
    assert_eq!(again.keyring().hashes().content_of("a", b"b"), hash);
    assert_eq!(again.keyring().node_seed(), &seed);
    assert_eq!(again.open(&permit, &stamp, &found).expect("it opens").len(), 1);
}

#[test]
fn a_content_sealed_twice_looks_different_and_says_nothing() {
    let room = room();
    let (_, key) = room.key();
    let seal = || key.seal(Place::Record(LICENCE, 1, LIN), CONTENT, &room.chance).expect("it is sealed");
    let (one, other) = (seal(), seal());
    assert_ne!(one, other);
    assert_eq!(one.len(), CONTENT.len() + 12 + 16);
    assert!(!holds(&one, "林晓禾".as_bytes()));
}

#[test]
fn a_source_s_words_open_for_the_person_alone() {
    let room = room();
    let (key, new) = room.key();
    let known = Known { subject: LIN, key, name_hash: [0; 32] };
    let correction = CorrectionId::from_bytes([7; 16]);
    let seal = |place| new.seal(place, "we mixed up two files".as_bytes(), &room.chance).expect("it is sealed");
    let words = [(correction, seal(Place::Words(correction, LIN)))];
    let (own, stamp) = (room.own(LIN, &[]), room.stamp(LOOK));
    let open = |words: &[(CorrectionId, Vec<u8>)]| room.vault.open_words(&own, &stamp, &known, words);
    assert_eq!(open(&words).expect("the person's own look"), ["we mixed up two files"]);
    not_one_look(room.vault.open_words(&room.officer_s("licence-renewal", &[]), &stamp, &known, &words));
    not_one_look(room.vault.open_words(&own, &room.stamp(LookId::from_bytes([9; 16])), &known, &words));
    not_one_look(room.vault.open_words(&own, &stamp, &Known { subject: WU, ..known }, &words));
    let other = CorrectionId::from_bytes([8; 16]);
    for moved in [(other, words[0].1.clone()), (correction, seal(Place::Words(correction, WU)))] {
        assert!(matches!(open(&[moved]), Err(VaultError::NotOfThisPlace)));
    }
}
