//! Looks: their events lie sealed in their own rows. The vault opens each and says only what must agree.

use fairfile_domain::day::Zone;
use fairfile_domain::id::{LookId, SealKeyId, SubjectId};
use fairfile_domain::refusal::Refusal;
use fairfile_proof::merkle::Hash;
use fairfile_proof::{chain_next, leaf_hash};
use fairfile_store::look::{LookOnFile, Outcome};
use fairfile_store::table::{Scan, Shape};
use fairfile_store::{Read, Value};
use fairfile_vault::{Auditor, LookFacts, Vault};

use super::ReplayError;
use super::finding::{CLOSED_LOOK, Findings, NOT_ITS_LEAF, OTHER_VALUE, UNEXPLAINED};
use super::leaves::Journal;
use super::relay::each_row;
use super::rows::ByKey;
use super::state::State;
use super::tables::{LEAF, Table};
use crate::statistics::kind_of;

/// Looks that do not open under their person's key and are tried under the keys of others.
const MOST_STRAYS: usize = 64;

/// A link of a person's chain of looks.
struct Link {
    leaf: u64,
    subject: [u8; 16],
    look: [u8; 16],
    chain: Hash,
}

/// An officer's stop: the leaf of the look, and when.
struct Stop {
    leaf: u64,
    officer: String,
    at: i64,
}

struct Reading<'r> {
    state: &'r mut State,
    journal: &'r mut Journal,
    findings: &'r mut Findings,
    auditor: Auditor<'r>,
    /// By which months begin; nothing if the node does not say, which is a finding of its own.
    zone: Option<&'r Zone>,
    links: Vec<Link>,
    stops: Vec<Stop>,
    /// Looks that do not open where they lie.
    strays: Vec<LookOnFile>,
}

/// Opens every look that was not folded before, and folds it.
pub(super) fn read(
    tx: &mut impl Read,
    (look, subject): (&Shape, &Shape),
    (state, journal, findings): (&mut State, &mut Journal, &mut Findings),
    (vault, zone): (&Vault, Option<&Zone>),
) -> Result<(), ReplayError> {
    let scan = Scan::of(look).columns(&["look_id", "subject_id", "outcome", "sealed", "leaf_index"])?;
    let mut reading = Reading {
        state,
        journal,
        findings,
        auditor: vault.auditor(),
        zone,
        links: Vec::new(),
        stops: Vec::new(),
        strays: Vec::new(),
    };
    let work = |row: &[Value<'_>], ()| {
        reading.row(row);
        Ok(())
    };
    each_row(tx, &scan, |_| (), work)?;
    if !reading.strays.is_empty() {
        reading.find_owners(tx, subject)?;
    }
    reading.fold_chains();
    reading.fold_stops();
    reading.journal.name_unclaimed(&reading.state.older, reading.findings);
    Ok(())
}

/// A look as its row has it; nothing if its ids are none.
fn on_file(row: &[Value<'_>]) -> Option<LookOnFile> {
    let [Value::Bytes(look), Value::Bytes(subject), outcome, Value::Bytes(sealed), Value::Whole(leaf)] = row else {
        return None;
    };
    let outcome = if let Value::Text(word) = outcome { Outcome::find(word) } else { None };
    Some(LookOnFile {
        look: LookId::from_bytes((*look).try_into().ok()?),
        subject: SubjectId::from_bytes((*subject).try_into().ok()?),
        // What the row says of these is held against the event when all rows are compared.
        seq: 0,
        outcome: outcome.unwrap_or(Outcome::Nothing),
        sealed: sealed.to_vec(),
        leaf: leaf.cast_unsigned(),
    })
}

impl Reading<'_> {
    fn row(&mut self, row: &[Value<'_>]) {
        // A row whose ids are none has no leaf, and the comparison names it.
        let Some(Value::Bytes(id)) = row.first() else { return };
        let Ok(id) = <[u8; 16]>::try_from(*id) else { return };
        let Some(leaf) = self.journal.sealed.get_mut(&id) else { return };
        leaf.claimed = true;
        let key = self.state.rows.cells.key([Value::Bytes(&id)]);
        if self.state.rows.of(Table::Look).places.contains_key(&key) {
            return;
        }
        let Some(look) = on_file(row) else {
            self.findings.add("look", hex::encode(id), Some("subject_id"), OTHER_VALUE);
            return;
        };
        let person = self.state.people.get(look.subject.as_bytes());
        let facts = person.map(|person| self.auditor.look(SealKeyId::from_bytes(person.key), &look));
        match facts {
            Some(Ok(facts)) => self.fold(&look, &facts),
            Some(Err(_)) | None if self.strays.len() < MOST_STRAYS => self.strays.push(look),
            Some(Err(_)) | None => self.findings.add("look", hex::encode(id), Some("sealed"), CLOSED_LOOK),
        }
    }

    /// Looks that open under another person's key were moved there; the others were changed.
    fn find_owners(&mut self, tx: &mut impl Read, subject: &Shape) -> Result<(), ReplayError> {
        let mut found: ByKey<[u8; 16], u64> = ByKey::default();
        for link in &self.links {
            *found.entry(link.subject).or_default() += 1;
        }
        let mut lacking: Vec<([u8; 16], SealKeyId)> = Vec::new();
        let people = &self.state.people;
        Scan::of(subject).columns(&["subject_id", "look_count"])?.run(tx, |row| {
            let [Value::Bytes(subject), Value::Whole(count)] = row else { return Ok(()) };
            let Ok(subject) = <[u8; 16]>::try_from(*subject) else { return Ok(()) };
            let Some(person) = people.get(&subject) else { return Ok(()) };
            let folded = person.looks + found.get(&subject).copied().unwrap_or_default();
            if count.cast_unsigned() > folded {
                lacking.push((subject, SealKeyId::from_bytes(person.key)));
            }
            Ok::<(), ReplayError>(())
        })?;
        for stray in std::mem::take(&mut self.strays) {
            let opened = lacking.iter().find_map(|(subject, key)| {
                let look = LookOnFile { subject: SubjectId::from_bytes(*subject), ..stray.clone() };
                let facts = self.auditor.look(*key, &look).ok()?;
                Some((look, facts))
            });
            match opened {
                // The comparison names the column.
                Some((look, facts)) => self.fold(&look, &facts),
                None => self.findings.add("look", stray.look.hex(), Some("sealed"), CLOSED_LOOK),
            }
        }
        Ok(())
    }

    fn fold(&mut self, look: &LookOnFile, facts: &LookFacts) {
        let id = look.look.as_bytes();
        let Some(journaled) = self.journal.sealed.get(id) else { return };
        if journaled.leaf != facts.leaf {
            // It opened, so it is as the node sealed it: the leaf is not.
            self.findings.add(LEAF, journaled.index.to_string(), Some("leaf"), NOT_ITS_LEAF);
        }
        let (leaf, officer) = (journaled.index, facts.officer.as_ref().map(|officer| officer.as_str()));
        let (subject, sealed) = (*look.subject.as_bytes(), leaf_hash(&look.sealed));
        let row = [
            id.into(),
            (&subject).into(),
            // Known when all looks at the file are.
            Value::Whole(0),
            facts.at.into(),
            officer.into(),
            facts.case_hash.as_ref().into(),
            facts.outcome.word().into(),
            (&sealed).into(),
            Value::Whole(leaf.cast_signed()),
        ];
        self.state.rows.put(Table::Look, row);
        for (record, version) in &facts.shown {
            self.state.rows.put(Table::LookRecord, [record.as_bytes().into(), id.into(), (*version).into()]);
        }
        if let (Some(officer), Some(key), Some(body)) = (officer, &facts.once_key, &facts.once_body) {
            let row = [officer.into(), key.into(), body.into(), id.into(), facts.at.into()];
            self.state.rows.put(Table::Idempotency, row);
        }
        self.count(facts);
        if let (Some(officer), Some(code)) = (officer, &facts.refusal)
            && code == Refusal::LooksLikeEnumeration.code()
        {
            self.stops.push(Stop { leaf, officer: officer.to_owned(), at: facts.at });
        }
        self.links.push(Link { leaf, subject, look: *id, chain: facts.chain });
    }

    /// `statistics::count_looks`
    fn count(&mut self, facts: &LookFacts) {
        let Some(kind) = self.zone.and_then(|zone| kind_of(facts, zone)) else { return };
        let month = Value::Whole(i64::from(kind.month.number()));
        let key: [Value<'_>; 5] = [
            month,
            kind.member.as_str().into(),
            kind.purpose.as_str().into(),
            kind.outcome.word().into(),
            kind.refusal.as_str().into(),
        ];
        if let Some(mut row) = self.state.rows.row(Table::LookTally, key) {
            row.add("looks", 1);
            return;
        }
        let [month, member, purpose, outcome, refusal] = key;
        self.state.rows.put(Table::LookTally, [month, member, purpose, outcome, refusal, Value::Whole(1)]);
    }

    /// `subject::move_chain`: every look has the next number of its file, and its event says the head that it makes.
    fn fold_chains(&mut self) {
        self.links.sort_unstable_by_key(|link| link.leaf);
        let mut moved: Vec<[u8; 16]> = Vec::new();
        for link in &self.links {
            let Some(person) = self.state.people.get_mut(&link.subject) else { continue };
            person.looks += 1;
            person.head = chain_next(&person.head, &link.look, person.looks);
            moved.push(link.subject);
            if person.head != link.chain {
                // One before it is not there, or there is one more than there was: go on from what this one says.
                self.findings.add("look", hex::encode(link.look), Some("seq"), UNEXPLAINED);
                person.head = link.chain;
            }
            let seq = person.looks.cast_signed();
            if let Some(mut row) = self.state.rows.row(Table::Look, [Value::Bytes(&link.look)]) {
                row.set("seq", seq);
            }
        }
        moved.sort_unstable();
        moved.dedup();
        for subject in &moved {
            let Some(person) = self.state.people.get(subject) else { continue };
            if let Some(mut row) = self.state.rows.row(Table::Subject, [subject.into()]) {
                row.set("look_count", person.looks.cast_signed()).set("look_head", &person.head);
            }
        }
    }

    /// `member::stop_officer` and `member::release_officer`: the first look that was refused for it stops an officer, until
    /// a release takes the stop away.
    fn fold_stops(&mut self) {
        let state = &mut *self.state;
        let releases = std::mem::take(&mut state.releases);
        let mut acts: Vec<(u64, &str, Option<i64>)> = Vec::with_capacity(releases.len() + self.stops.len());
        acts.extend(releases.iter().map(|(leaf, officer)| (*leaf, officer.as_str(), None)));
        // What a stop of before has come to was told with the officer's row.
        let stops = self.stops.iter().filter(|stop| stop.leaf >= state.older.count);
        acts.extend(stops.map(|stop| (stop.leaf, stop.officer.as_str(), Some(stop.at))));
        acts.sort_unstable();
        for (_, officer, stopped_at) in acts {
            let is_news = match stopped_at {
                Some(_) => state.stopped.insert(officer.to_owned()),
                None => state.stopped.remove(officer),
            };
            if is_news && let Some(mut row) = state.rows.row(Table::Officer, [officer.into()]) {
                row.set("stopped_at", stopped_at);
            }
        }
    }
}
