//! A node that does what the model does, through the use cases that its doors call, and says what it answered.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use fairfile_domain::id::{ItemCode, MemberCode, RecordId};
use fairfile_domain::notice::Standing;
use fairfile_domain::record::RecordState;
use fairfile_intake::Limits;
use fairfile_proof::{Receipt, verify_file};
use fairfile_service::inquirer::{
    InquireError, NoticeError, NoticeOnFile, NoticeView, Once, Outcome, Which, list_notices, what_followed,
};
use fairfile_service::keeping::Standing as KeptStanding;
use fairfile_service::person::{FileView, ToldView, read_file};
use fairfile_service::registrar::{ConfirmClockError, PublishError, confirm_clock, publish_catalog, release_officer};
use fairfile_service::source::{BatchReport, Before, SubmitError};
use fairfile_service::{Shown, calendar};
use fairfile_store::record;
use fairfile_testkit::world::BEGINNING;
use fairfile_testkit::{Engine, Hands, Person, World};

use crate::spec::Model;
use crate::spec::acts::{Act, FileSaid, LookSaid, NoticeSaid, Question, Reply, Showing, State};
use crate::spec::files::name_of;
use crate::spec::items::{Item, Version};
use crate::text;

const SECOND: i64 = 1_000_000;

/// The act was not done: the node broke, as it must when it is cut off.
#[derive(Debug)]
pub struct Broken(String);

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

fn broken(error: impl std::fmt::Debug) -> Broken {
    Broken(format!("{error:?}"))
}

/// A node on a machine whose clocks are turned, with what its callers remember of it.
pub struct Node {
    /// The world.
    pub world: World,
    hands: Arc<Hands>,
    records: BTreeMap<RecordId, String>,
    /// The receipt of each question that was put on record, in order.
    receipts: Vec<Receipt>,
    /// The receipt of each question with a key, each file and each confirmation: sent again it must be the same.
    kept: BTreeMap<String, Vec<u8>>,
}

impl Node {
    /// The demo province on a machine of its own, at a full second.
    pub fn founded(engine: Engine, seed: u64) -> Self {
        let hands = Hands::at(BEGINNING.parse().expect("an instant"));
        let world = World::on_machine(engine, seed, &hands);
        Self { world, hands, records: BTreeMap::new(), receipts: Vec::new(), kept: BTreeMap::new() }
    }

    /// The second at which it stands.
    pub fn truth(&self) -> i64 {
        self.hands.truth().unix_micros() / SECOND
    }

    /// How many leaves its journal has.
    pub fn leaves(&self) -> u64 {
        self.world.reg().store.head().snapshot().size()
    }

    /// A second passes, as between any two acts, and somebody reads the clock.
    pub fn ticks(&self) {
        self.hands.pass(SECOND);
        self.world.reg().clock.read();
    }

    /// Does `act`; `model` has what the act needs to know and the node cannot, the next version of an item.
    ///
    /// # Errors
    /// [`Broken`] for whatever is no answer of the manual.
    pub fn does(&mut self, act: &Act, model: &Model) -> Result<Reply, Broken> {
        match act {
            Act::HandIn(file) => self.hands_in(file),
            Act::Ask(question) => self.asks(question),
            Act::ReadFile(person) => self.reads(*person),
            Act::ListNotices(member) => self.lists(member),
            Act::Confirm { member, seq, by } => self.confirms(member, *seq, by),
            Act::Follow(asked) => self.follows(*asked),
            Act::Calendar => {
                let passed = calendar::run(&self.world.reg()).map_err(broken)?;
                Ok(Reply::Passed { ended: passed.ended, destroyed: passed.destroyed, chased: passed.notices_chased() })
            }
            Act::Publish { item, from, shape } => self.publishes(*item, &model.next_version(*item, *from, *shape)),
            Act::Release(officer) => {
                let officer = officer.parse().expect("an officer's code");
                release_officer(&self.world.reg(), &officer, "registrar-1", "registrar-2", "for the test")
                    .map_err(broken)?;
                Ok(Reply::Done)
            }
            Act::ConfirmClock => self.confirms_the_clock(),
            Act::Restore => self.is_restored(),
            Act::Pass(_) | Act::SetWall(_) | Act::Reboot(_) | Act::Crash => {
                self.turns(act);
                Ok(Reply::Done)
            }
            Act::Nothing | Act::Cut { .. } => Ok(Reply::Done),
        }
    }

    /// What happens to the machine and not through the counter.
    fn turns(&mut self, act: &Act) {
        match act {
            Act::Pass(seconds) => self.hands.pass(seconds * SECOND),
            Act::SetWall(error) => {
                let wall = self.hands.truth().unix_micros() + error * SECOND;
                self.hands.set_wall(fairfile_domain::day::Instant::from_unix_micros(wall).expect("an instant"));
            }
            Act::Reboot(off) => self.world.crashes(|_| self.hands.reboot(off * SECOND)),
            _ => self.world.crashes(|_| ()),
        }
        self.world.reg().clock.read();
    }

    /// All is lost but backups of this moment, which make a whole node again.
    fn is_restored(&self) -> Result<Reply, Broken> {
        let backups = self.world.backs_up();
        self.world.loses_everything();
        let restored = self.world.is_restored(&backups.sources()).map_err(broken)?;
        if !matches!(restored.standing, KeptStanding::Whole { findings: 0, .. }) || restored.keys_missing > 0 {
            return Err(broken(restored));
        }
        self.world.starts().map_err(broken)?;
        self.world.reg().clock.read();
        Ok(Reply::Done)
    }

    fn confirms_the_clock(&self) -> Result<Reply, Broken> {
        match confirm_clock(&self.world.reg(), "registrar-1", "registrar-2", "held against the time service") {
            Ok(_) => Ok(Reply::Done),
            Err(ConfirmClockError::Behind { .. }) => Ok(Reply::Refused("behind")),
            Err(other) => Err(broken(other)),
        }
    }

    fn publishes(&self, item: Item, version: &Version) -> Result<Reply, Broken> {
        let file = (format!("{}.toml", item.code()), version.text(item));
        match publish_catalog(&self.world.reg(), &[file]) {
            Ok(_) => Ok(Reply::Done),
            Err(PublishError::Backwards { .. }) => Ok(Reply::Refused("backwards")),
            Err(PublishError::Conflict(_)) => Ok(Reply::Refused("conflict")),
            Err(other) => Err(broken(other)),
        }
    }

    /// The person of this number, by the name that was given first or by the other one.
    fn person(&self, person: u32, misnamed: bool) -> Person {
        let known = self.world.person(&text::name_of(person));
        if misnamed { known.called(text::OTHER_NAME) } else { known }
    }

    fn hands_in(&mut self, file: &crate::spec::acts::File) -> Result<Reply, Broken> {
        let csv = text::csv_of(file, |person, misnamed| self.person(person, misnamed));
        let source = self.world.source(file.member);
        let report = match source.hands_in(file.item.code(), csv.as_bytes(), None, &Limits::default()) {
            Ok(report) => report,
            Err(SubmitError::File(_)) => return Ok(Reply::Refused("file")),
            Err(SubmitError::DayNotSure) => {
                self.learns_numbers(file)?;
                return Ok(Reply::Refused("day-not-sure"));
            }
            Err(other) => return Err(broken(other)),
        };
        self.learns_numbers(file)?;
        let (Some(batch), Some(receipt)) = (report.batch, &report.receipt) else {
            return Err(Broken("a file that is taken is a batch with a receipt".to_owned()));
        };
        let receipt = receipt_bytes(receipt)?;
        self.stays_the_same(batch.to_string(), receipt)?;
        taken(&report, file.rows.count())
    }

    /// What was answered under `key` before must be answered again.
    fn stays_the_same(&mut self, key: String, receipt: Vec<u8>) -> Result<(), Broken> {
        match self.kept.get(&key) {
            Some(first) if *first != receipt => Err(Broken(format!("{key} has another receipt than the first time"))),
            Some(_) => Ok(()),
            None => {
                self.kept.insert(key, receipt);
                Ok(())
            }
        }
    }

    /// Which id the node gave to each number.
    fn learns_numbers(&mut self, file: &crate::spec::acts::File) -> Result<(), Broken> {
        let reg = self.world.reg();
        let member: MemberCode = file.item.source().parse().expect("a member's code");
        let item: ItemCode = file.item.code().parse().expect("an item's code");
        for number in file.rows.numbers() {
            let hashes = reg.vault.keyring().hashes();
            let hash = hashes.number_of(&member, &item, number);
            let mut reader = reg.store.read().map_err(broken)?;
            let mut find = |hash: &[u8; 32]| record::find_numbers(&mut reader, &[hash.as_slice()]).map_err(broken);
            let mut withdrawn = 0;
            while !find(&hashes.freed_number_of(&hash, withdrawn + 1))?.is_empty() {
                withdrawn += 1;
            }
            for same in find(&hash)? {
                self.records.insert(same.record, name_of(number, withdrawn as usize));
            }
        }
        Ok(())
    }

    fn number(&self, record: RecordId) -> String {
        self.records.get(&record).cloned().unwrap_or_else(|| format!("{record}, which nobody handed in"))
    }

    fn asks(&mut self, question: &Question) -> Result<Reply, Broken> {
        let person = self.person(question.person, question.misnamed);
        let officer = self.world.officer(question.asker.officer);
        let mut asked = officer.question(&person, question.asker.purpose, &question.case);
        if let Some(key) = &question.key {
            let (reg, body) = (self.world.reg(), format!("{} {} {}", person.number, person.name, question.case));
            let hashes = reg.vault.keyring().hashes();
            let key = hashes.content_of("key", key.as_bytes());
            asked.once = Some(Once { key, body: hashes.content_of("body", body.as_bytes()) });
        }
        let before = self.leaves();
        let answer = match officer.sends(asked) {
            Ok(answer) => answer,
            Err(InquireError::OtherRequest) => return Ok(Reply::Refused("other-request")),
            Err(InquireError::EndedSince) => return Ok(Reply::Refused("ended-since")),
            Err(other) => return Err(broken(other)),
        };
        if self.leaves() > before {
            self.receipts.push(answer.receipt.clone());
        }
        if let Some(key) = &question.key {
            self.stays_the_same(format!("{} {key}", question.asker.officer), answer.look.as_bytes().to_vec())?;
        }
        Ok(match answer.outcome {
            Outcome::Shown(shown) => {
                let mut showings: Vec<Showing> = shown.iter().map(|shown| self.showing(shown)).collect();
                showings.sort();
                Reply::Shown(showings)
            }
            Outcome::Nothing => Reply::Nothing,
            Outcome::Denied(refusal) => Reply::Denied(refusal.code().to_owned()),
        })
    }

    fn showing(&self, shown: &Shown) -> Showing {
        (self.number(shown.on_file.record), shown.on_file.version, inputs_of(shown).into_iter().collect())
    }

    fn follows(&self, asked: usize) -> Result<Reply, Broken> {
        let receipt = self.receipts.get(asked).ok_or_else(|| Broken("a question has no receipt".to_owned()))?;
        let bytes = receipt_bytes(receipt)?;
        let report = verify_file(&bytes[..], Some(&self.world.published_key()), None);
        if !report.map_err(broken)?.ok {
            return Err(Broken("a receipt that was given does not verify any more".to_owned()));
        }
        let followed = what_followed(&self.world.reg(), receipt).map_err(broken)?;
        let said =
            followed.iter().map(|row| (self.number(row.record), row.act.word() == "withdraw", row.version_before));
        Ok(Reply::Followed(said.collect()))
    }

    fn lists(&self, member: &str) -> Result<Reply, Broken> {
        let member = member.parse().expect("a member's code");
        let found = list_notices(&self.world.reg(), &member, Which::Open).map_err(broken)?;
        Ok(Reply::Notices(found.iter().map(|view| self.notice(view)).collect()))
    }

    fn confirms(&mut self, member: &str, seq: u64, by: &str) -> Result<Reply, Broken> {
        let code = member.parse().expect("a member's code");
        let found = list_notices(&self.world.reg(), &code, Which::After(seq - 1)).map_err(broken)?;
        let notice = found.first().ok_or_else(|| Broken(format!("notice {seq} to {member} is not there")))?;
        let id = notice.on_file.notice;
        let confirmed = match self.world.member(by).confirms(id) {
            Ok(confirmed) => confirmed,
            Err(NoticeError::NoSuchNotice) => return Ok(Reply::Refused("no-such-notice")),
            Err(other) => return Err(broken(other)),
        };
        self.stays_the_same(id.to_string(), receipt_bytes(&confirmed.receipt)?)?;
        Ok(Reply::Notices(vec![self.notice(&confirmed.notice)]))
    }

    fn notice(&self, view: &NoticeView) -> NoticeSaid {
        let next = view.next.map(|(step, day)| (step.word(), day.epoch_day()));
        let looks = Some(view.looks.len() as u64);
        NoticeSaid { looks, ..self.notice_said(&view.on_file, view.standing, next) }
    }

    fn notice_said(&self, on_file: &NoticeOnFile, standing: Standing, next: Option<(&'static str, i32)>) -> NoticeSaid {
        NoticeSaid {
            seq: on_file.seq,
            number: self.number(on_file.record),
            withdrawn: on_file.act.word() == "withdraw",
            version_before: on_file.version_before,
            due_on: on_file.due_on.epoch_day(),
            chases: on_file.chases,
            standing: standing.word(),
            next,
            looks: None,
        }
    }

    fn reads(&self, person: u32) -> Result<Reply, Broken> {
        let known = self.person(person, false);
        let Some(subject) = self.world.subject(&known) else { return Ok(Reply::NoFile) };
        let view = self.world.wait(read_file(&self.world.reg(), subject)).map_err(broken)?;
        let copy = self.world.signed_copy(&view);
        let report = verify_file(&copy[..], Some(&self.world.published_key()), None);
        if !report.map_err(broken)?.ok {
            return Err(Broken("a signed copy does not prove its looks".to_owned()));
        }
        Ok(Reply::File(Box::new(self.file_said(&view, person))))
    }

    fn file_said(&self, view: &FileView, person: u32) -> FileSaid {
        let corrections = view.corrections.iter().map(|row| {
            let words = row.words.clone().unwrap_or_default();
            (self.number(row.record), row.act.word() == "withdraw", row.version_before, words)
        });
        FileSaid {
            misnamed: view.identity["name"] != self.person(person, false).name,
            records: view.records.iter().map(|shown| self.record_said(shown, person)).collect(),
            corrections: corrections.collect(),
            told: view.told.iter().map(|told| self.told_said(told)).collect(),
            looks: view.looks.iter().map(|look| self.look_said(&look.event)).collect(),
        }
    }

    fn record_said(&self, shown: &Shown, person: u32) -> (String, u32, State, [i32; 3], Vec<(String, String)>) {
        let state = match shown.on_file.state {
            RecordState::InForce => State::InForce,
            RecordState::Ended => State::Ended,
            RecordState::Withdrawn => State::Withdrawn,
            RecordState::Destroyed => State::Destroyed,
        };
        let terms = shown.on_file.terms;
        let days = [terms.shown_from, terms.display_until, terms.retained_until].map(|day| day.epoch_day());
        let mut inputs = inputs_of(shown);
        // The model knows people by their place, and of names only whether it is the right one.
        let right = self.person(person, false);
        if let Some(name) = inputs.get_mut("name") {
            *name = (*name != right.name).to_string();
        }
        if let Some(identifier) = inputs.get_mut("identifier")
            && *identifier == right.number
        {
            *identifier = person.to_string();
        }
        (self.number(shown.on_file.record), shown.on_file.version, state, days, inputs.into_iter().collect())
    }

    fn told_said(&self, told: &ToldView) -> ((String, String), (u64, Vec<NoticeSaid>)) {
        let said = told.notices.iter().map(|notice| {
            let next = notice.next.map(|(step, day)| (step.word(), day.epoch_day()));
            self.notice_said(&notice.on_file, notice.standing, next)
        });
        ((self.number(told.record), told.member.to_string()), (told.looks, said.collect()))
    }

    fn look_said(&self, event: &serde_json::Value) -> LookSaid {
        let word = |name: &str| event[name].as_str().unwrap_or_default().to_owned();
        let shown = event["shown"].as_array().into_iter().flatten().map(|row| {
            let id = format!("rec_{}", row["record_id"].as_str().unwrap_or_default());
            let version = row["version"].as_u64().and_then(|version| u32::try_from(version).ok());
            (id.parse().map_or(id, |id| self.number(id)), version.unwrap_or_default())
        });
        LookSaid {
            officer: word("officer"),
            purpose: word("purpose"),
            case: word("case"),
            outcome: word("outcome"),
            refusal: word("refusal"),
            shown: shown.collect::<BTreeSet<_>>(),
        }
    }
}

fn inputs_of(shown: &Shown) -> BTreeMap<String, String> {
    shown.inputs.iter().map(|(code, value)| (code.to_string(), value.to_string())).collect()
}

fn receipt_bytes(receipt: &Receipt) -> Result<Vec<u8>, Broken> {
    receipt.to_json().map_err(broken)
}

fn taken(report: &BatchReport, rows: usize) -> Result<Reply, Broken> {
    let counts = report.counts;
    let sum = counts.accepted + counts.rejected + counts.duplicate + counts.quarantined;
    if counts.received != sum
        || counts.received != rows as u64
        || rows as u64 - counts.accepted != report.rows.len() as u64
    {
        return Err(Broken(format!("the counts of a batch do not add up: {counts:?}")));
    }
    let mut fates = vec![None; rows];
    for row in &report.rows {
        let known = ["B012", "B013", "B014", "B021", "B023", "B026", "B027", "B028", "B029"]
            .into_iter()
            .find(|code| row.code == *code);
        // The heading is row 1.
        let place = fates.get_mut(row.row as usize - 2).ok_or_else(|| Broken("a report of no row".to_owned()))?;
        *place = Some(known.ok_or_else(|| Broken(format!("row {} has the code {}", row.row, row.code)))?);
    }
    let told = report.told.iter().map(|told| (told.member.to_string(), (told.notices, told.confirmed))).collect();
    Ok(Reply::Taken { again: report.before == Before::Again, fates, told })
}
