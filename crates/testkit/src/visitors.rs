//! Who comes to a world's counter: sources, members that were told, officers who ask, and what they are told.

use std::io::Cursor;

use fairfile_domain::id::{MemberCode, NoticeId, OfficerCode, PurposeCode};
use fairfile_domain::refusal::Refusal;
use fairfile_intake::Limits;
use fairfile_service::inquirer::{
    Answer, Confirmed, InquireError, NoticeError, NoticeView, Once, Outcome, Question, Which, confirm_notice, inquire,
    list_notices,
};
use fairfile_service::source::{BatchReport, Evidence, Handed, SubmitError, check_batch, submit_batch};
use fairfile_vault::Shown;

use crate::people::Person;
use crate::sheet::{Row, csv};
use crate::world::World;

/// A member that hands files in.
pub struct Source<'w> {
    pub(crate) world: &'w World,
    pub(crate) member: String,
}

impl Source<'_> {
    /// Hands in these rows as a CSV file.
    ///
    /// # Panics
    /// If the file as a whole is not taken.
    pub fn submits(&self, item: &str, rows: &[Row]) -> BatchReport {
        self.hands_in(item, csv(rows).as_bytes(), None, &Limits::default()).expect("the file is taken")
    }

    /// Hands in one record, which must be accepted.
    pub fn records(&self, item: &str, row: Row) -> BatchReport {
        let report = self.submits(item, &[row]);
        assert_eq!(report.counts.accepted, 1, "not accepted: {:?}", report.rows);
        report
    }

    /// Hands in a file: signed with the member's key, verified as the door would, then taken in.
    ///
    /// # Errors
    /// What the use case says.
    pub fn hands_in(
        &self,
        item: &str,
        bytes: &[u8],
        name: Option<&str>,
        limits: &Limits,
    ) -> Result<BatchReport, SubmitError> {
        let again = || Ok(Cursor::new(bytes.to_vec()));
        let (reg, evidence) = (self.world.reg(), self.signs(item, bytes));
        submit_batch(&reg, &self.handed(item), again, name, &evidence, limits, &mut |_, _, _| ())
    }

    /// Hands in a file by an officer's session at the node, which signs nothing.
    ///
    /// # Errors
    /// What the use case says.
    pub fn hands_in_by(&self, officer: &str, item: &str, rows: &[Row]) -> Result<BatchReport, SubmitError> {
        let (reg, bytes) = (self.world.reg(), csv(rows).into_bytes());
        let again = || Ok(Cursor::new(bytes.clone()));
        let evidence = Evidence::in_session(&reg, &officer.parse().expect("an officer's code"), "a file is handed in");
        submit_batch(&reg, &self.handed(item), again, None, &evidence, &Limits::default(), &mut |_, _, _| ())
    }

    /// Has a file checked; nothing is changed.
    ///
    /// # Errors
    /// What the use case says.
    pub fn checks(&self, item: &str, bytes: &[u8], name: Option<&str>) -> Result<BatchReport, SubmitError> {
        let (reg, input) = (self.world.reg(), Cursor::new(bytes.to_vec()));
        check_batch(&reg, &self.handed(item), input, name, &Limits::default(), &mut |_, _, _| ())
    }

    fn handed(&self, item: &str) -> Handed {
        Handed { member: self.member.parse().expect("a member's code"), item: item.parse().expect("an item's code") }
    }

    /// Corrects one input of the record with this number.
    pub fn corrects(
        &self,
        item: &str,
        number: &str,
        person: &Person,
        input: (&str, &str),
        reason: &str,
    ) -> BatchReport {
        self.puts_right(item, ["correct", number, &person.number, input.0, input.1, reason])
    }

    /// Takes the record with this number back.
    pub fn withdraws(&self, item: &str, number: &str, person: &Person, reason: &str) -> BatchReport {
        self.puts_right(item, ["withdraw", number, &person.number, "", "", reason])
    }

    /// Hands in a file of corrections with one row, with a reference that no other row has.
    pub fn puts_right(&self, item: &str, cells: [&str; 6]) -> BatchReport {
        let headings = ["act", "number", "identifier", "input", "new value", "reason"];
        let cells = headings.into_iter().zip(cells).map(|(heading, cell)| (heading.to_owned(), cell.to_owned()));
        let row = Row(cells.collect()).with("reference", &self.world.next().to_string());
        self.submits(item, &[row])
    }

    /// What the member signs: the request that carries the file.
    pub fn signs(&self, item: &str, bytes: &[u8]) -> Evidence {
        self.world.evidence(&self.member, &format!("/api/batches?item={item}"), bytes)
    }
}

/// A member that has been told things.
pub struct Member<'w> {
    pub(crate) world: &'w World,
    pub(crate) code: String,
}

impl Member<'_> {
    /// The notices to it that are open.
    pub fn notices(&self) -> Vec<NoticeView> {
        list_notices(&self.world.reg(), &self.member(), Which::Open).expect("the notices are listed")
    }

    /// Confirms a notice with its key.
    ///
    /// # Errors
    /// What the use case says.
    pub fn confirms(&self, notice: NoticeId) -> Result<Confirmed, NoticeError> {
        let path = format!("/api/notices/{notice}/confirmation");
        let evidence = self.world.evidence(&self.code, &path, b"{}");
        confirm_notice(&self.world.reg(), &self.member(), notice, &evidence)
    }

    /// Confirms a notice by an officer's session at the node.
    ///
    /// # Errors
    /// What the use case says.
    pub fn confirms_by(&self, officer: &str, notice: NoticeId) -> Result<Confirmed, NoticeError> {
        let reg = self.world.reg();
        let evidence =
            Evidence::in_session(&reg, &officer.parse().expect("an officer's code"), "a notice is confirmed");
        confirm_notice(&reg, &self.member(), notice, &evidence)
    }

    fn member(&self) -> MemberCode {
        self.code.parse().expect("a member's code")
    }
}

/// An officer who asks.
pub struct Officer<'w> {
    pub(crate) world: &'w World,
    pub(crate) code: OfficerCode,
}

impl Officer<'_> {
    /// Asks about a person for a purpose, in a case of its own.
    pub fn asks(&self, person: &Person, purpose: &str) -> Told {
        let case = format!("case {}", self.world.next());
        self.asks_in(person, purpose, &case)
    }

    /// Asks in a case that may be one with other questions.
    pub fn asks_in(&self, person: &Person, purpose: &str, case: &str) -> Told {
        Told(self.sends(self.question(person, purpose, case)).expect("the question is answered"))
    }

    /// Sends a question under an idempotency key.
    ///
    /// # Errors
    /// What the use case says.
    pub fn asks_once(&self, person: &Person, purpose: &str, case: &str, key: u8) -> Result<Told, InquireError> {
        let mut question = self.question(person, purpose, case);
        let body = format!("{} {} {purpose} {case}", person.number, person.name);
        let reg = self.world.reg();
        let body = reg.vault.keyring().hashes().content_of("body", body.as_bytes());
        question.once = Some(Once { key: [key; 32], body });
        self.sends(question).map(Told)
    }

    /// The question, ready to be sent.
    pub fn question(&self, person: &Person, purpose: &str, case: &str) -> Question {
        let purpose: PurposeCode = purpose.parse().expect("a purpose's code");
        Question {
            officer: self.code.clone(),
            purpose,
            case: case.parse().expect("a case reference"),
            identifier: person.identifier(),
            name: person.person_name(),
            once: None,
        }
    }

    /// Sends a question.
    ///
    /// # Errors
    /// What the use case says.
    pub fn sends(&self, question: Question) -> Result<Answer, InquireError> {
        self.world.wait(inquire(&self.world.reg(), question))
    }
}

/// What an officer was told.
pub struct Told(pub Answer);

impl Told {
    /// The records that were shown; none for any other answer.
    pub fn records(&self) -> &[Shown] {
        match &self.0.outcome {
            Outcome::Shown(shown) => shown,
            Outcome::Nothing | Outcome::Denied(_) => &[],
        }
    }

    /// The code of the refusal, if it was one.
    pub fn refusal(&self) -> Option<&'static str> {
        match &self.0.outcome {
            Outcome::Denied(refusal) => Some(Refusal::code(refusal)),
            Outcome::Shown(_) | Outcome::Nothing => None,
        }
    }

    /// Whether it was the answer that shows nothing, whatever the reason.
    pub fn is_nothing(&self) -> bool {
        matches!(self.0.outcome, Outcome::Nothing)
    }

    /// Asserts that exactly one record was shown, and of it these inputs with these values.
    ///
    /// # Panics
    /// If anything else was.
    #[track_caller]
    pub fn shows(&self, expected: &[(&str, &str)]) {
        let [shown] = self.records() else {
            panic!("expected one record; {} were shown, refusal {:?}", self.records().len(), self.refusal());
        };
        let inputs: Vec<_> = shown.inputs.iter().map(|(code, value)| (code.as_str(), value.as_str())).collect();
        assert_eq!(inputs, expected);
    }

    /// Asserts that nothing was shown, and not why.
    ///
    /// # Panics
    /// If anything was, or a refusal was given.
    #[track_caller]
    pub fn shows_nothing(&self) {
        assert!(self.is_nothing(), "expected nothing; {} records, {:?}", self.records().len(), self.refusal());
    }

    /// Asserts that the look was denied with this code.
    ///
    /// # Panics
    /// If it was not.
    #[track_caller]
    pub fn is_denied(&self, code: &str) {
        assert_eq!(self.refusal(), Some(code), "{} records were shown", self.records().len());
    }
}
