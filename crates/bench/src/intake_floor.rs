//! What an intake cannot do without: parsing, keyed hashes, sealing, hashing, and the bare inserts.

use std::fs::File;
use std::path::Path;

use anyhow::{Context, Result};
use fairfile_domain::actor::Hand;
use fairfile_domain::day::Instant;
use fairfile_domain::id::{BatchId, EventId, Id, ItemCode, MemberCode, RecordId, SubjectId};
use fairfile_domain::identifier::{Identifier, IdentifierKind};
use fairfile_domain::name::PersonName;
use fairfile_domain::record::{OnFile, RecordState, Terms};
use fairfile_intake::{Limits, Reader};
use fairfile_proof::{Leaf, Tree, leaf_hash};
use fairfile_service::Registry;
use fairfile_store::batch::{FileKind, NewBatch};
use fairfile_store::record::NewRecord;
use fairfile_store::subject::NewSubject;
use fairfile_store::{Entry, Leaves, StoreError, batch, record, subject};
use fairfile_testkit::postgres::Database;
use fairfile_vault::{Month, NewKey, Place};

use crate::machine::{Part, part};
use crate::{Size, intake, people};

/// Rows of one bare insert: as many as the intake commits together.
const AT_ONCE: usize = 1_000;
/// The length of the event of a record, as the intake writes it beside its leaf.
const EVENT_BYTES: usize = 1_080;

/// The keyed hashes of one row.
struct Hashes {
    index: [u8; 32],
    name: [u8; 32],
    number: [u8; 32],
    content: [u8; 32],
}

/// One row sealed: the record's key and ciphertext, the person's key and ciphertext.
type Sealed = (NewKey, Vec<u8>, NewKey, Vec<u8>);

struct Floor<'r> {
    registry: &'r Registry,
    member: MemberCode,
    item: ItemCode,
    subjects: Vec<SubjectId>,
    hashes: Vec<Hashes>,
    sealed: Vec<Sealed>,
    entries: Vec<Entry>,
}

/// Measures each part over as many rows as the intake takes in.
pub fn measure(size: &Size, scratch: &Path) -> Result<Vec<Part>> {
    let (place, database) = (scratch.join("floor"), size.postgres.clone().map(Database::on));
    let postgres = database.as_ref().map(|database| database.url.as_str());
    let (_held, registry) =
        fairfile_demo::province::found(&place, postgres, fairfile_vault::Chance::system(), intake::clock()?)?;
    let rows = size.rows;
    let fresh = |_| Ok(Id::from_bytes(registry.chance.bytes()?));
    let mut floor = Floor {
        subjects: (0..rows).map(fresh).collect::<Result<_>>()?,
        registry: &registry,
        member: "drug-administration".parse()?,
        item: "pharmacist-licence".parse()?,
        hashes: Vec::with_capacity(rows),
        sealed: Vec::with_capacity(rows),
        entries: Vec::with_capacity(rows),
    };
    Ok(vec![
        part("parsing the file", rows, || parse(scratch))?,
        part("keyed hashes: identifier, name, number, content", rows, || floor.hash())?,
        part("sealing: a key and a content for the record and the person", rows, || floor.seal())?,
        part("hashing: ciphertexts, commitment, leaf and tree", rows, || floor.leaves())?,
        part("bare batched inserts of the same rows, both stores", rows, || floor.insert())?,
    ])
}

fn parse(scratch: &Path) -> Result<()> {
    for row in Reader::open(File::open(scratch.join("licences.csv"))?, None, &Limits::default())? {
        std::hint::black_box(row?);
    }
    Ok(())
}

fn content(n: usize) -> String {
    let (number, name) = (people::number(n), people::name(n));
    format!(
        r#"{{"class":"pharmacy","granted_on":"2025-03-01","identifier":"{number}","issuer":"兰河省药品监督管理局","name":"{name}","number":"LH-YS-2025-{n:07}","valid_until":"2030-02-28"}}"#
    )
}

impl Floor<'_> {
    fn hash(&mut self) -> Result<()> {
        let keyed = self.registry.vault.keyring().hashes();
        for (n, subject) in self.subjects.iter().enumerate() {
            let identifier = Identifier::parse(IdentifierKind::CnResident, &people::number(n))?;
            let name = PersonName::parse(&people::name(n))?;
            self.hashes.push(Hashes {
                index: keyed.index_of(&identifier),
                name: keyed.name_of(*subject, &name),
                number: keyed.number_of(&self.member, &self.item, &format!("LH-YS-2025-{n:07}")),
                content: keyed.content_of("record", content(n).as_bytes()),
            });
        }
        Ok(())
    }

    fn seal(&mut self) -> Result<()> {
        let (keyring, chance) = (self.registry.vault.keyring(), &self.registry.chance);
        let month = Month::of("2032-02-28".parse()?);
        for (n, subject) in self.subjects.iter().enumerate() {
            let (of_record, of_person) = (keyring.make(month, chance)?, keyring.make(Month::OF_PEOPLE, chance)?);
            let record: RecordId = Id::from_bytes(chance.bytes()?);
            let identity = format!(r#"{{"identifier":"{}","name":"{}"}}"#, people::number(n), people::name(n));
            let content = of_record.seal(Place::Record(record, 1, *subject), content(n).as_bytes(), chance)?;
            let identity = of_person.seal(Place::Identity(*subject), identity.as_bytes(), chance)?;
            self.sealed.push((of_record, content, of_person, identity));
        }
        Ok(())
    }

    fn leaves(&mut self) -> Result<()> {
        let (keyed, chance) = (self.registry.vault.keyring().hashes(), &self.registry.chance);
        let at: Instant = "2026-11-23T01:00:00Z".parse()?;
        let mut tree = Tree::empty();
        for (row, hash) in self.sealed.iter().zip(&self.hashes) {
            let hashes = [leaf_hash(&row.1), leaf_hash(&row.3), hash.number].concat();
            let event = hashes.into_iter().cycle().take(EVENT_BYTES).collect::<Vec<u8>>();
            let id: EventId = Id::from_bytes(chance.bytes()?);
            let leaf = Leaf::new(*id.as_bytes(), at.minute(), &keyed.salt_of(id), &event)?;
            tree.append(leaf.hash());
            self.entries.push(Entry::open(leaf, event));
        }
        std::hint::black_box(tree.take_full_tiles());
        Ok(())
    }

    fn insert(&mut self) -> Result<()> {
        let batch: BatchId = Id::from_bytes(self.registry.chance.bytes()?);
        self.begin(batch)?;
        let mut next = 0;
        while next < self.subjects.len() {
            let end = (next + AT_ONCE).min(self.subjects.len());
            let keys = self.sealed[next..end].iter().flat_map(|row| [&row.0, &row.2]);
            self.registry.vault.keyring().keep(keys)?;
            let (mut people, mut records) = (Vec::new(), Vec::new());
            for n in next..end {
                people.push(self.person(n));
                records.push(self.record(n, batch)?);
            }
            let mut own = self.entries[next..end].iter().cloned();
            let own = Leaves::new(own.next().context("a stretch has rows")?, own);
            let write = self.registry.store.write::<(), StoreError, _>(move |mut tx| {
                subject::add(&mut tx, &people)?;
                record::add(&mut tx, &records)?;
                Ok(tx.commit(own, ()))
            });
            write.wait()?;
            next = end;
        }
        Ok(())
    }

    fn person(&self, n: usize) -> NewSubject {
        let (row, hash) = (&self.sealed[n], &self.hashes[n]);
        NewSubject {
            subject: self.subjects[n],
            key: row.2.id(),
            sealed: row.3.clone(),
            name_hash: hash.name,
            index_hash: Some(hash.index),
            look_head: [0; 32],
            leaf: 0,
        }
    }

    fn record(&self, n: usize, batch: BatchId) -> Result<NewRecord> {
        let (row, hash) = (&self.sealed[n], &self.hashes[n]);
        let terms = Terms {
            shown_from: "2026-11-23".parse()?,
            display_until: "2030-02-28".parse()?,
            retained_until: "2032-02-28".parse()?,
        };
        let on_file = OnFile {
            record: Id::from_bytes(self.registry.chance.bytes()?),
            version: 1,
            item: self.item.clone(),
            item_version: 1,
            source: self.member.clone(),
            terms,
            state: RecordState::InForce,
        };
        Ok(NewRecord {
            on_file,
            subject: self.subjects[n],
            batch,
            row: u32::try_from(n)?,
            number_hash: hash.number,
            content_hash: hash.content,
            key: row.0.id(),
            sealed: row.1.clone(),
            received_at: 0,
            leaf: 0,
        })
    }

    fn begin(&self, batch: BatchId) -> Result<()> {
        let new = NewBatch {
            batch,
            member: self.member.clone(),
            item: self.item.clone(),
            item_version: 1,
            digest: [0; 32],
            received_at: 0,
            hand: Hand::Key("drug-administration.2026".parse()?),
            evidence_key: Id::from_bytes([0; 16]),
            sealed: Vec::new(),
            evidence_hash: [0; 32],
            kind: FileKind::Records,
        };
        let entry = self.entries[0].clone();
        let write = self.registry.store.write::<(), StoreError, _>(move |mut tx| {
            batch::begin(&mut tx, &new, 0)?;
            Ok(tx.commit(Leaves::one(entry), ()))
        });
        write.wait()?;
        Ok(())
    }
}
