//! A vault and a store in a folder that goes away, and what is asked of them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use fairfile_domain::access::{Ask, Pace, Permit, decide, own_look};
use fairfile_domain::actor::{Member, Officer, Standing};
use fairfile_domain::catalog::{Bilingual, Catalog, Sector};
use fairfile_domain::day::Day;
use fairfile_domain::id::{BatchId, LookId, OfficerCode, RecordId, SealKeyId, SubjectId};
use fairfile_domain::record::{OnFile, RecordState, Terms};
use fairfile_lawfiles::catalog::{EMBEDDED_DEMO, parse};
use fairfile_proof::Leaf;
use fairfile_store::look::{LookOnFile, Outcome};
use fairfile_store::record::Sealed;
use fairfile_store::{Entry, Leaves, Pending, Stamp, Store, StoreError};
use fairfile_vault::{Chance, KeyFile, Keyring, Month, NewKey, Place, Vault, VaultError};

pub const CONTENT: &[u8] =
    r#"{"identifier":"539950196001010000","name":"林晓禾","registration_no":"LH-1","class":"pharmacy"}"#.as_bytes();
pub const LIN: SubjectId = SubjectId::from_bytes([1; 16]);
pub const WU: SubjectId = SubjectId::from_bytes([2; 16]);
pub const LICENCE: RecordId = RecordId::from_bytes([3; 16]);
pub const LOOK: LookId = LookId::from_bytes([4; 16]);

/// A vault and a store in a folder that goes away.
pub struct Room {
    pub vault: Vault,
    pub store: Store,
    pub chance: Chance,
    pub catalog: Catalog,
    pub dir: tempfile::TempDir,
}

pub fn today() -> Day {
    Day::new(2026, 11, 23).expect("a day")
}

pub fn keyring(dir: &Path) -> Result<Keyring, VaultError> {
    let root = KeyFile::read(&dir.join("root.key"))?;
    Keyring::open(&dir.join("keys.db"), Box::new(root))
}

pub fn room() -> Room {
    seeded_room(7)
}

/// A room of another node, with other keys.
pub fn seeded_room(seed: u64) -> Room {
    let (dir, chance) = (tempfile::tempdir().expect("a folder"), Chance::seeded(seed));
    let root = KeyFile::create(&dir.path().join("root.key"), &chance).expect("a root key");
    let keyring = Keyring::create(&dir.path().join("keys.db"), Box::new(root), &chance).expect("a ring");
    let store = Store::open(&fairfile_store::Place::Sqlite(dir.path().join("data.db"))).expect("a store");
    let mut catalog = Catalog::default();
    let (path, text) = EMBEDDED_DEMO.iter().find(|(path, _)| path.contains("pharmacist")).expect("an item");
    let file = parse(path, text).expect("an item");
    catalog.add(file.item, file.purposes).expect("one item");
    Room { vault: Vault::new(keyring), store, chance, catalog, dir }
}

impl Room {
    pub fn key(&self) -> (SealKeyId, NewKey) {
        let key = self.vault.keyring().make(Month::of(today()), &self.chance).expect("a key");
        self.vault.keyring().keep([&key]).expect("it is kept");
        (key.id(), key)
    }

    /// The licence of Lin, sealed at its place.
    pub fn licence(&self) -> Sealed {
        let (id, key) = self.key();
        let sealed = key.seal(Place::Record(LICENCE, 1, LIN), CONTENT, &self.chance).expect("it is sealed");
        record(LICENCE, LIN, id, sealed)
    }

    /// Whether the vault shows this record to the person.
    pub fn shows(&self, sealed: &Sealed) -> Result<bool, VaultError> {
        shows(&self.vault, self, sealed)
    }

    pub fn ring(&self) -> &Keyring {
        self.vault.keyring()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// The stamp of a look that was journaled.
    pub fn stamp(&self, look: LookId) -> Stamp {
        let leaf = Leaf::new(*look.as_bytes(), 29_907_000, &[5; 32], b"{}").expect("a leaf");
        let pending: Pending<(), StoreError> =
            self.store.write(move |tx| Ok(tx.commit(Leaves::one(Entry::sealed(leaf)), ())));
        pending.wait().expect("it is committed").1
    }

    /// The person's own permit over what is on file.
    pub fn own(&self, subject: SubjectId, on_file: &[Sealed]) -> Permit {
        let files: Vec<OnFile> = on_file.iter().map(|sealed| sealed.on_file.clone()).collect();
        own_look(LOOK, subject, &self.catalog, &files, today())
    }

    /// The permit of an officer for a purpose.
    pub fn officer_s(&self, purpose: &str, on_file: &[Sealed]) -> Permit {
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

    pub fn look(&self, key: &NewKey, look: LookId, subject: SubjectId) -> LookOnFile {
        let sealed = key.seal(Place::Look(look, subject), b"{\"event\":\"look\"}", &self.chance).expect("it is sealed");
        LookOnFile { look, subject, seq: 1, outcome: Outcome::Answered, sealed, leaf: 0 }
    }
}

/// Whether `vault`, which may be another over copies of the room's keys, shows this record to the person.
pub fn shows(vault: &Vault, room: &Room, sealed: &Sealed) -> Result<bool, VaultError> {
    let found = std::slice::from_ref(sealed);
    let shown = vault.open(&room.own(sealed.subject, found), &room.stamp(LOOK), found)?;
    let whole: BTreeMap<String, String> = serde_json::from_slice(CONTENT).expect("the content");
    if let Some(shown) = shown.first() {
        let inputs = shown.inputs.iter().map(|(code, value)| (code.to_string(), value.clone())).collect();
        assert_eq!(whole, inputs, "what opens is what was sealed");
    }
    Ok(!shown.is_empty())
}

pub fn record(id: RecordId, subject: SubjectId, key: SealKeyId, sealed: Vec<u8>) -> Sealed {
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

pub fn asker(purpose: &str) -> (Officer, Member) {
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

/// The bytes of the key store as they lie on disk.
pub fn on_disk(dir: &Path) -> Vec<u8> {
    let read = |name: &str| std::fs::read(dir.join(name)).unwrap_or_default();
    [read("keys.db"), read("keys.db-wal")].concat()
}

pub fn holds(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|piece| piece == needle)
}
