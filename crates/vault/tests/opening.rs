//! What opens, for whom, and what opens no more: against a real store and a real key file.

use std::path::{Path, PathBuf};

use fairfile_domain::access::{Ask, Pace, Permit, decide, own_look, retrace};
use fairfile_domain::actor::{Member, Officer, Standing};
use fairfile_domain::catalog::{Bilingual, Catalog, Sector};
use fairfile_domain::day::Day;
use fairfile_domain::id::{BatchId, LookId, OfficerCode, RecordId, SealKeyId, SubjectId};
use fairfile_domain::record::{OnFile, RecordState, Terms};
use fairfile_lawfiles::catalog::{EMBEDDED_DEMO, parse};
use fairfile_proof::Leaf;
use fairfile_store::look::{LookOnFile, Outcome};
use fairfile_store::record::Sealed;
use fairfile_store::subject::Known;
use fairfile_store::{Entry, Leaves, Pending, Stamp, Store, StoreError};
use fairfile_vault::{Chance, KeyFile, Keyring, Month, Place, Vault, VaultError};

const CONTENT: &[u8] =
    r#"{"identifier":"539950196001010000","name":"林晓禾","registration_no":"LH-1","class":"pharmacy"}"#.as_bytes();
const LIN: SubjectId = SubjectId::from_bytes([1; 16]);
const WU: SubjectId = SubjectId::from_bytes([2; 16]);
const LICENCE: RecordId = RecordId::from_bytes([3; 16]);
const LOOK: LookId = LookId::from_bytes([4; 16]);

/// A vault and a store in a folder that goes away.
struct Room {
    vault: Vault,
    store: Store,
    chance: Chance,
    catalog: Catalog,
    dir: tempfile::TempDir,
}

fn today() -> Day {
    Day::new(2026, 11, 23).expect("a day")
}

fn keyring(dir: &Path, chance: &Chance) -> Result<Keyring, VaultError> {
    let root = KeyFile::read(&dir.join("root.key"))?;
    Keyring::open(&dir.join("keys.db"), Box::new(root), chance)
}

fn room() -> Room {
    let (dir, chance) = (tempfile::tempdir().expect("a folder"), Chance::seeded(7));
    KeyFile::create(&dir.path().join("root.key"), &chance).expect("a root key");
    let keyring = keyring(dir.path(), &chance).expect("a ring");
    let store = Store::open(&fairfile_store::Place::Sqlite(dir.path().join("data.db"))).expect("a store");
    let mut catalog = Catalog::default();
    let (path, text) = EMBEDDED_DEMO.iter().find(|(path, _)| path.contains("pharmacist")).expect("an item");
    let file = parse(path, text).expect("an item");
    catalog.add(file.item, file.purposes).expect("one item");
    Room { vault: Vault::new(keyring), store, chance, catalog, dir }
}

impl Room {
    fn key(&self) -> (SealKeyId, fairfile_vault::NewKey) {
        let key = self.vault.keyring().make(Month::of(today()), &self.chance).expect("a key");
        self.vault.keyring().keep([&key]).expect("it is kept");
        (key.id(), key)
    }

    /// The licence of Lin, sealed at its place.
    fn licence(&self) -> Sealed {
        let (id, key) = self.key();
        let sealed = key.seal(Place::Record(LICENCE, 1, LIN), CONTENT, &self.chance).expect("it is sealed");
        record(LICENCE, LIN, id, sealed)
    }

    /// The stamp of a look that was journaled.
    fn stamp(&self, look: LookId) -> Stamp {
        let leaf = Leaf::new(*look.as_bytes(), 29_907_000, &[5; 32], b"{}").expect("a leaf");
        let pending: Pending<(), StoreError> = self.store.write(move |tx| Ok(tx.commit(Leaves::one(Entry::sealed(leaf)), ())));
        pending.wait().expect("it is committed").1
    }

    /// The person's own permit over what is on file.
    fn own(&self, subject: SubjectId, on_file: &[Sealed]) -> Permit {
        let files: Vec<OnFile> = on_file.iter().map(|sealed| sealed.on_file.clone()).collect();
        own_look(LOOK, subject, &self.catalog, &files, today())
    }

    /// The permit of an officer for a purpose.
    fn officer_s(&self, purpose: &str, on_file: &[Sealed]) -> Permit {
        let (officer, member) = asker(purpose);
        let purpose = purpose.parse().expect("a code");
        let ask = Ask {
            look: LOOK,
            officer: &officer,
            member: &member,
            purpose: &purpose,
            subject: LIN,
            pace: Pace::default(),
        };
        let files: Vec<OnFile> = on_file.iter().map(|sealed| sealed.on_file.clone()).collect();
        decide(&ask, &self.catalog, today()).expect("the officer may ask").permit(&files)
    }

    fn look(&self, key: &fairfile_vault::NewKey, look: LookId, subject: SubjectId) -> LookOnFile {
        let sealed = key.seal(Place::Look(look, subject), b"{\"event\":\"look\"}", &self.chance).expect("it is sealed");
        LookOnFile { look, subject, seq: 1, outcome: Outcome::Answered, sealed, leaf: 0 }
    }
}

fn record(id: RecordId, subject: SubjectId, key: SealKeyId, sealed: Vec<u8>) -> Sealed {
    Sealed {
        on_file: OnFile {
            record: id,
            version: 1,
            item: "pharmacist-licence".parse().expect("a code"),
            item_version: 1,
            source: "drug-administration".parse().expect("a code"),
            terms: Terms { shown_from: today(), display_until: today(), retained_until: today() },
            state: RecordState::InForce,
        },
        subject,
        batch: BatchId::from_bytes([6; 16]),
        key,
        sealed: Some(sealed),
        received_at: 0,
        leaf: 0,
    }
}

fn asker(purpose: &str) -> (Officer, Member) {
    let code: OfficerCode = "0417".parse().expect("a code");
    let member = Member {
        code: "office".parse().expect("a code"),
        title: Bilingual { en: "Office".into(), zh: "机关".into() },
        sectors: vec![Sector::FoodAndDrugs],
        standing: Standing::Active,
    };
    let officer = Officer {
        code,
        member: member.code.clone(),
        standing: Standing::Active,
        on_duty_from: today(),
        on_duty_until: today(),
        purposes: [(purpose.parse().expect("a code"), Some(today()))].into(),
    };
    (officer, member)
}

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

    let (officer, member) = asker("licence-renewal");
    let purpose = "licence-renewal".parse().expect("a code");
    let ask =
        Ask { look: LOOK, officer: &officer, member: &member, purpose: &purpose, subject: LIN, pace: Pace::default() };
    let trace = retrace(&ask, &officer.code, today()).expect("it was this officer");
    assert!(retrace(&ask, &"0418".parse().expect("a code"), today()).is_err(), "another officer's look");
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

/// The bytes of the key store as they lie on disk.
fn on_disk(dir: &Path) -> Vec<u8> {
    let read = |name: &str| std::fs::read(dir.join(name)).unwrap_or_default();
    [read("keys.db"), read("keys.db-wal")].concat()
}

fn holds(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|piece| piece == needle)
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
    assert!(!holds(&disk, found[0].key.as_bytes()), "its id is still on disk");
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
fn another_root_key_or_a_changed_one_opens_no_ring() {
    let room = room();
    let dir = room.dir.path().to_owned();
    let open = |root: [u8; 32]| {
        std::fs::write(dir.join("other.key"), root).expect("a file");
        let root = KeyFile::read(&dir.join("other.key")).expect("a key file");
        Keyring::open(&dir.join("keys.db"), Box::new(root), &room.chance)
    };
    let right: [u8; 32] = std::fs::read(dir.join("root.key")).expect("the root key").try_into().expect("32 bytes");
    let mut changed = right;
    changed[31] ^= 1;
    for wrong in [[7; 32], changed] {
        let error = open(wrong).err().expect("it is another root key");
        assert!(matches!(error, VaultError::WrongCustodian(_)), "{error}");
        assert!(error.to_string().contains("restore the key file"), "{error}");
    }
    assert!(open(right).is_ok());
}

#[test]
fn a_wrapped_key_that_was_swapped_for_another_is_refused() {
    let room = room();
    let dir = room.dir.path();
    let past = rusqlite::Connection::open(dir.join("keys.db")).expect("the key store");
    let swap = "UPDATE master_key SET wrapped = (SELECT wrapped FROM master_key WHERE label = 'salts of leaves')
                 WHERE label = 'index of identifiers'";
    assert_eq!(past.execute(swap, []).expect("it is swapped"), 1);
    let error = keyring(dir, &room.chance).err().expect("a key of another use");
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
    let again = Vault::new(keyring(room.dir.path(), &Chance::seeded(8)).expect("it opens again"));
    assert_eq!(again.keyring().hashes().content_of("a", b"b"), hash);
    assert_eq!(again.keyring().node_seed(), &seed);
    assert_eq!(again.open(&permit, &stamp, &found).expect("it opens").len(), 1);
}

#[test]
fn a_root_key_is_its_owner_s_alone_and_never_replaced() {
    let dir = tempfile::tempdir().expect("a folder");
    let path: PathBuf = dir.path().join("root.key");
    KeyFile::create(&path, &Chance::seeded(1)).expect("a root key");
    let before = std::fs::read(&path).expect("32 bytes");
    assert!(matches!(KeyFile::create(&path, &Chance::seeded(2)), Err(VaultError::KeyFile { .. })));
    assert_eq!(std::fs::read(&path).expect("32 bytes"), before);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&path).expect("a file").permissions().mode() & 0o777, 0o600);
    }
    for length in [0, 31, 33] {
        std::fs::write(&path, vec![1; length]).expect("a file");
        assert!(matches!(KeyFile::read(&path), Err(VaultError::KeyFile { .. })), "{length} bytes");
    }
    assert!(matches!(KeyFile::read(&dir.path().join("none")), Err(VaultError::KeyFile { .. })));
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
