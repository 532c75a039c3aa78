//! What a command means now: its small numbers are people, files, looks and notices of this history.

use std::collections::BTreeMap;

use super::acts::{ASKERS, Act, CorrectionRow, File, MEMBERS, Question, RecordRow, Rows};
use super::items::Item;
use super::time::written;
use super::{Asked, Model, Outcome, Record};
use crate::command::{Change, Command, NUMBERS, NewRow, PEOPLE, Value};

const DAY: i64 = 86_400;

impl Model {
    /// What `command` does to the node as it is now.
    pub fn resolve(&mut self, command: &Command) -> Act {
        match command {
            Command::HandIn { item, rows, by_another } => {
                let member = if *by_another { "court" } else { item.source() };
                let rows = Rows::Records(rows.iter().map(|row| self.record_row(*item, row)).collect());
                self.hands(File { member, item: *item, rows })
            }
            Command::HandInAgain(nth) => {
                pick(&self.history.handed, *nth).map_or(Act::Nothing, |file| Act::HandIn(file.clone()))
            }
            Command::Correct { item, rows } => {
                let rows = Rows::Corrections(rows.iter().map(|row| self.correction_row(*item, row)).collect());
                self.hands(File { member: item.source(), item: *item, rows })
            }
            Command::Ask { asker, person, misnamed, keyed } => {
                let (asker, person) = (&ASKERS[usize::from(*asker) % ASKERS.len()], self.person(*person));
                self.history.cases += 1;
                let case = format!("case {} of {}", self.history.cases, self.history.place);
                let key = keyed.then(|| format!("key of {case}"));
                Act::Ask(Question { asker, person, misnamed: *misnamed, case, key })
            }
            Command::AskAgain { nth, another } => self.again(*nth, *another),
            Command::ReadFile(person) => Act::ReadFile(self.person(*person)),
            Command::ListNotices(member) => Act::ListNotices(MEMBERS[usize::from(*member) % MEMBERS.len()]),
            Command::Confirm { nth, by_another } => {
                let own = self.notices.get(self.history.notices_from..).unwrap_or_default();
                pick(own, *nth).map_or(Act::Nothing, |notice| {
                    let by = if *by_another { "court" } else { notice.member };
                    Act::Confirm { member: notice.member, seq: notice.seq, by }
                })
            }
            Command::Follow(nth) => {
                let own = self.history.asked_from..self.asked.len();
                let shown = |asked: &usize| matches!(self.asked[*asked].outcome, Outcome::Shown(_));
                // Most questions are answered by nothing, which nothing follows.
                let (mut shown, other): (Vec<_>, Vec<_>) = own.partition(shown);
                if shown.is_empty() {
                    shown = other;
                }
                pick(&shown, *nth).map_or(Act::Nothing, |asked| Act::Follow(*asked))
            }
            Command::Calendar => Act::Calendar,
            Command::Publish { item, days, shape } => {
                Act::Publish { item: *item, from: self.time.today() + i32::from(*days), shape: *shape }
            }
            Command::Release(asker) => Act::Release(ASKERS[usize::from(*asker) % ASKERS.len()].officer),
            Command::Pass { days, seconds } => Act::Pass(i64::from(*days) * DAY + i64::from(*seconds)),
            Command::SetWall(days) => Act::SetWall(self.time.settled().max(0) + i64::from(*days) * DAY),
            Command::SetRight => Act::SetWall(self.time.settled().max(0)),
            Command::ConfirmClock => Act::ConfirmClock,
            Command::Reboot(hours) => Act::Reboot(i64::from(*hours) * 3_600),
            Command::Crash => Act::Crash,
            // Backups remember what is sure, and no more: behind a clock that was set back they would show things again.
            Command::Restore if self.time.is_wholly_sure() => Act::Restore,
            Command::Restore => Act::Nothing,
            Command::Cut { at, command } => match self.resolve(command) {
                Act::Nothing => Act::Crash,
                act => Act::Cut { at: *at, act: Box::new(act) },
            },
        }
    }

    fn hands(&mut self, file: File) -> Act {
        self.history.handed.push(file.clone());
        Act::HandIn(file)
    }

    fn again(&mut self, nth: u8, another: bool) -> Act {
        let own = self.asked.get(self.history.asked_from..).unwrap_or_default();
        let keyed: Vec<&Asked> = own.iter().filter(|asked| asked.question.key.is_some()).collect();
        let Some(asked) = pick(&keyed, nth) else { return Act::Nothing };
        let mut question = asked.question.clone();
        if another {
            question.case.push_str(" another");
        }
        Act::Ask(question)
    }

    /// The last of them is never on file.
    fn person(&self, person: u8) -> u32 {
        self.history.place * (u32::from(PEOPLE) + 1) + u32::from(person.min(PEOPLE))
    }

    fn number(&self, item: Item, number: u8) -> String {
        let kind = ["YS", "CF"][item as usize];
        format!("LH-{kind}-{:05}-{}", self.history.place, number.min(NUMBERS))
    }

    /// Whether a record came with the history that is running.
    fn is_own(&self, record: &Record) -> bool {
        (self.person(0)..=self.person(PEOPLE)).contains(&record.person)
    }

    /// Every record of a history was granted or served on the same day, ten days before it.
    fn granted_on(&self) -> i32 {
        self.history.began_on - 10
    }

    fn day(&self, item: Item, days: u8) -> i32 {
        match item {
            Item::Licence => self.history.began_on + i32::from(days),
            Item::Penalty => self.granted_on() - i32::from(days),
        }
    }

    fn record_row(&self, item: Item, row: &NewRow) -> RecordRow {
        let (number, day) = (self.number(item, row.number), self.day(item, row.days));
        let last = self.records.iter().rfind(|record| record.item == item && record.number == number);
        if let Some(record) = last.filter(|_| row.as_on_file) {
            return record.as_handed_in();
        }
        let granted = written(self.granted_on());
        let (choice, values) = item.choice();
        let mut inputs = BTreeMap::from([
            (item.number_input(), number.clone()),
            (item.day_input(), written(day)),
            (choice, values[0].to_owned()),
        ]);
        inputs.extend(match item {
            Item::Licence => {
                vec![("granted_on", granted), ("issuing_authority", "Qingshi county office".to_owned())]
            }
            Item::Penalty => vec![
                ("served_on", granted),
                ("facts", format!("facts of {number}")),
                ("legal_basis", "Article 124".to_owned()),
                ("amount", "1250.00".to_owned()),
            ],
        });
        RecordRow { person: self.person(row.person), misnamed: row.misnamed, number, day, inputs }
    }

    fn correction_row(&self, item: Item, row: &Change) -> CorrectionRow {
        let (choice, values) = item.choice();
        let day = match row.to {
            Some(Value::Days(days)) => Some(self.day(item, days)),
            Some(Value::Choice(_)) | None => None,
        };
        let to = row.to.map(|to| match to {
            Value::Choice(nth) => (choice, values[usize::from(nth) % values.len()].to_owned()),
            Value::Days(days) => (item.day_input(), written(self.day(item, days))),
        });
        let words = format!("words {} of {}", row.words, self.history.place);
        let own: Vec<_> = self.records.iter().filter(|record| record.item == item && self.is_own(record)).collect();
        let record = pick(&own, row.number).filter(|_| row.number < NUMBERS);
        let number = record.map_or_else(|| self.number(item, NUMBERS), |record| record.number.clone());
        let of_record = record.map_or(self.person(0), |record| record.person);
        let person = row.person.map_or(of_record, |person| self.person(person));
        CorrectionRow { number, person, to, day, words }
    }
}

fn pick<T>(from: &[T], nth: u8) -> Option<&T> {
    from.get(usize::from(nth) % from.len().max(1))
}
