//! What officers and persons see.

use std::collections::{BTreeMap, BTreeSet};

use super::acts::{FileSaid, LookSaid, NoticeSaid, Question, RecordSaid, Reply, Showing, State};
use super::{Asked, Expected, Model, Outcome, Record, Telling};

impl Model {
    pub(super) fn is_asked(&mut self, question: &Question) -> Expected {
        let same_key = |known: &&Asked| {
            question.key.is_some()
                && known.question.key == question.key
                && known.question.asker.officer == question.asker.officer
        };
        if let Some(first) = self.asked.iter().find(same_key) {
            let reply = match first.question == *question {
                true => self.repeats(first),
                false => Reply::Refused("other-request"),
            };
            return Expected::exactly(reply, 0);
        }
        let outcome = self.decides(question);
        let now = self.time.latest();
        let missed = match &outcome {
            Outcome::Denied(_) => None,
            Outcome::Nothing => Some(true),
            Outcome::Shown(_) => Some(false),
        };
        self.pace.asks(question.asker.officer, now, missed);
        let said = self.look_said(question, &outcome);
        if let Some(person) = self.people.get_mut(&question.person) {
            person.looks.push(said);
        }
        if let Outcome::Shown(shown) = &outcome {
            let member = question.asker.member;
            self.tellings.extend(shown.iter().map(|(record, version)| Telling {
                record: *record,
                version: *version,
                member,
            }));
        }
        let reply = self.reply_of(&outcome, question.asker.purpose);
        self.asked.push(Asked { question: question.clone(), outcome });
        Expected::exactly(reply, 1)
    }

    fn decides(&mut self, question: &Question) -> Outcome {
        let (officer, now) = (question.asker.officer, self.time.latest());
        if let Some(code) = question.asker.refused {
            return Outcome::Denied(code);
        }
        if self.pace.is_too_much(officer, now) {
            self.pace.stop(officer);
            return Outcome::Denied("D010");
        }
        if let Some(code) = question.asker.refused_last {
            return Outcome::Denied(code);
        }
        let agrees = self.people.get(&question.person).is_some_and(|person| person.misnamed == question.misnamed);
        let shows = |(_, record): &(usize, &Record)| {
            agrees && record.person == question.person && self.is_visible(record, question.asker.purpose)
        };
        let shown: Vec<(usize, u32)> =
            self.records.iter().enumerate().filter(shows).map(|(at, record)| (at, record.version)).collect();
        if shown.is_empty() { Outcome::Nothing } else { Outcome::Shown(shown) }
    }

    /// Visible is what is in force, surely begun, possibly not over, and named by its item for the purpose.
    fn is_visible(&self, record: &Record, purpose: &str) -> bool {
        record.state == State::InForce
            && record.terms.shown_from <= self.time.sure_day()
            && self.time.today() <= record.terms.display_until
            && self.version(record.item, record.item_version).reach.contains_key(purpose)
    }

    /// The same question gets the same answer, unless what it showed is no longer to be seen.
    fn repeats(&self, first: &Asked) -> Reply {
        let purpose = first.question.asker.purpose;
        if let Outcome::Shown(shown) = &first.outcome {
            let stands = |(record, version): &(usize, u32)| {
                let record = &self.records[*record];
                record.version == *version && self.is_visible(record, purpose)
            };
            if !shown.iter().all(stands) {
                return Reply::Refused("ended-since");
            }
        }
        self.reply_of(&first.outcome, purpose)
    }

    fn reply_of(&self, outcome: &Outcome, purpose: &'static str) -> Reply {
        match outcome {
            Outcome::Denied(code) => Reply::Denied((*code).to_owned()),
            Outcome::Nothing => Reply::Nothing,
            Outcome::Shown(shown) => {
                let mut showings: Vec<Showing> =
                    shown.iter().map(|(at, version)| self.showing(*at, *version, purpose)).collect();
                showings.sort();
                Reply::Shown(showings)
            }
        }
    }

    fn showing(&self, at: usize, version: u32, purpose: &str) -> Showing {
        let record = &self.records[at];
        let inputs = self.version(record.item, record.item_version).reach.get(purpose).cloned().unwrap_or_default();
        let shown = inputs.into_iter().map(|input| (input.to_owned(), record.content[input].clone()));
        (record.name.clone(), version, shown.collect())
    }

    fn look_said(&self, question: &Question, outcome: &Outcome) -> LookSaid {
        let (word, refusal, shown) = match outcome {
            Outcome::Shown(shown) => ("answered", "", shown.as_slice()),
            Outcome::Nothing => ("nothing", "", &[][..]),
            Outcome::Denied(code) => ("denied", *code, &[][..]),
        };
        LookSaid {
            officer: question.asker.officer.to_owned(),
            purpose: question.asker.purpose.to_owned(),
            case: question.case.clone(),
            outcome: word.to_owned(),
            refusal: refusal.to_owned(),
            shown: shown.iter().map(|(at, version)| (self.records[*at].name.clone(), *version)).collect(),
        }
    }

    /// The person reads everything but what is withdrawn or destroyed, and the look itself is a look.
    pub(super) fn is_read_by(&mut self, person: u32) -> Expected {
        let Some(on_file) = self.people.get_mut(&person) else { return Expected::exactly(Reply::NoFile, 0) };
        on_file.looks.push(LookSaid { outcome: "own".to_owned(), ..LookSaid::default() });
        let (misnamed, looks) = (on_file.misnamed, on_file.looks.clone());
        let own = |at: &usize| self.records[*at].person == person;
        let corrections = self.corrections.iter().filter(|correction| own(&correction.record));
        let corrections = corrections
            .map(|row| (self.records[row.record].name.clone(), row.withdrawn, row.version_before, row.words.clone()));
        let file = FileSaid {
            misnamed,
            records: self.records.iter().filter(|record| record.person == person).filter_map(as_read).collect(),
            corrections: corrections.collect(),
            told: self.told_of(person),
            looks,
        };
        Expected::exactly(Reply::File(Box::new(file)), 1)
    }

    fn told_of(&self, person: u32) -> BTreeMap<(String, String), (u64, Vec<NoticeSaid>)> {
        let mut told: BTreeMap<(String, String), (u64, Vec<NoticeSaid>)> = BTreeMap::new();
        for telling in self.tellings.iter().filter(|telling| self.records[telling.record].person == person) {
            let number = self.records[telling.record].name.clone();
            told.entry((number, telling.member.to_owned())).or_default().0 += 1;
        }
        for notice in &self.notices {
            let record = &self.records[self.corrections[notice.correction].record];
            if record.person == person
                && let Some(row) = told.get_mut(&(record.name.clone(), notice.member.to_owned()))
            {
                row.1.push(NoticeSaid { looks: None, ..self.said(notice) });
            }
        }
        told
    }

    /// What followed a look: corrections of the versions that it showed, or of later ones.
    pub(super) fn followed(&self, asked: usize) -> Reply {
        let shown: &[(usize, u32)] = match &self.asked[asked].outcome {
            Outcome::Shown(shown) => shown,
            Outcome::Nothing | Outcome::Denied(_) => &[],
        };
        let followed = self.corrections.iter().filter(|correction| {
            shown.iter().any(|(record, version)| correction.record == *record && *version <= correction.version_before)
        });
        let said = followed.map(|row| (self.records[row.record].name.clone(), row.withdrawn, row.version_before));
        Reply::Followed(said.collect())
    }
}

/// A record as its person reads it; nothing of what is destroyed.
fn as_read(record: &Record) -> Option<RecordSaid> {
    let inputs: Vec<(String, String)> = match record.state {
        State::Destroyed => return None,
        State::Withdrawn => Vec::new(),
        State::InForce | State::Ended => {
            record.content.iter().map(|(input, value)| ((*input).to_owned(), value.clone())).collect()
        }
    };
    debug_assert!(inputs.iter().map(|row| &row.0).collect::<BTreeSet<_>>().len() == inputs.len());
    Some((record.name.clone(), record.version, record.state, record.terms.days(), inputs))
}
