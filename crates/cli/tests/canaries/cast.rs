//! Who is on file in the sweep, and what is: of each kind of record one for each fate, every input of it marked.

use fairfile_testkit::people::identity_number;
use fairfile_testkit::sheet::{Row, csv};

use crate::marks::Mint;
use crate::table::Fate;

/// A kind of record. Days and choices have too few values for a mark; everything else has one.
pub struct Kind {
    /// The item.
    pub item: &'static str,
    /// Its source.
    pub member: &'static str,
    /// The input that has the source's own number.
    pub number: &'static str,
    /// Inputs that take words, and can be corrected.
    pub words: &'static [&'static str],
    /// Whether it has an amount, which can be corrected too.
    pub has_amount: bool,
    fixed: &'static [(&'static str, &'static str)],
    days: Days,
    /// What is left of a corrected record when the story is over.
    after_correction: Fate,
    /// Who asks about it: officer, purpose, marked inputs that the purpose may see.
    pub asked_by: &'static [(&'static str, &'static str, &'static [&'static str])],
}

/// The inputs that tell how long a record of this fate lives, with their values; nothing if no record comes to it.
type Days = fn(Fate) -> Option<[(&'static str, &'static str); 2]>;

/// The four kinds, from three sectors of life.
pub const KINDS: [Kind; 4] = [
    Kind {
        item: "pharmacist-licence",
        member: "drug-administration",
        number: "registration_no",
        words: &["issuing_authority"],
        has_amount: false,
        fixed: &[("class", "pharmacy")],
        days: |fate| {
            let until = match fate {
                Fate::Ends => "2029-12-31",
                Fate::IsDestroyed => "2026-12-25",
                _ => "2040-12-31",
            };
            Some([("granted_on", "2024-01-10"), ("valid_until", until)])
        },
        after_correction: Fate::Lives,
        asked_by: &[
            ("0417", "licence-renewal", &["registration_no", "issuing_authority"]),
            ("1001", "pharmacy-contract", &["registration_no"]),
        ],
    },
    Kind {
        item: "food-safety-penalty",
        member: "market-regulation",
        number: "decision_no",
        words: &["facts", "legal_basis"],
        has_amount: true,
        fixed: &[("penalty", "fine")],
        days: |fate| {
            let on = if fate == Fate::IsDestroyed { "2025-12-28" } else { "2026-11-01" };
            (fate != Fate::Lives).then_some([("decided_on", on), ("served_on", on)])
        },
        after_correction: Fate::Ends,
        asked_by: &[("0201", "food-permit", &["decision_no", "facts", "legal_basis", "amount"])],
    },
    Kind {
        item: "commendation",
        member: "civil-affairs",
        number: "decision_no",
        words: &["legal_basis"],
        has_amount: false,
        fixed: &[],
        days: |fate| {
            let on = match fate {
                Fate::Ends => "2019-12-01",
                Fate::IsDestroyed => "2018-11-01",
                _ => "2026-10-01",
            };
            Some([("awarded_on", on), ("honour", "craft")])
        },
        after_correction: Fate::Lives,
        asked_by: &[("0901", "honours-check", &["decision_no"])],
    },
    Kind {
        item: "court-ordered-obligation",
        member: "court",
        number: "case_no",
        words: &["obligation"],
        has_amount: true,
        fixed: &[],
        days: |fate| {
            let on = if fate == Fate::IsDestroyed { "2024-12-01" } else { "2026-10-01" };
            (fate != Fate::Lives).then_some([("decided_on", on), ("state", "not-performed")])
        },
        after_correction: Fate::Ends,
        asked_by: &[("0301", "enforcement-review", &["case_no", "obligation", "amount"])],
    },
];

/// What becomes of the records of each person.
const FATES: [Fate; 5] = [Fate::Lives, Fate::Ends, Fate::IsCorrected, Fate::IsWithdrawn, Fate::IsDestroyed];

/// Somebody on file.
pub struct Someone {
    /// Marked.
    pub name: String,
    /// A mark by itself.
    pub number: String,
    /// What becomes of all that is on file about this person.
    pub fate: Fate,
    /// The records.
    pub records: Vec<Record>,
}

/// A record about somebody.
pub struct Record {
    /// Which kind.
    pub kind: &'static Kind,
    /// The row by which it was handed in.
    pub row: Row,
}

/// Everybody, each with a record of every kind that comes to such an end.
pub fn cast(mint: &mut Mint, first_number: u32) -> Vec<Someone> {
    let each = FATES.into_iter().zip(first_number..);
    each.map(|(fate, place)| someone(mint, fate, place)).collect()
}

fn someone(mint: &mut Mint, fate: Fate, place: u32) -> Someone {
    let number = identity_number(place);
    mint.keep(number.as_bytes(), Fate::IsAPerson, "identity number");
    let name = mint.letters(Fate::IsAPerson, "name");
    let records = KINDS.iter().filter_map(|kind| Some(Record { kind, row: row(mint, kind, fate, (&number, &name))? }));
    let records = records.collect();
    Someone { name, number, fate, records }
}

/// A row of the kind about somebody, its marks being of this fate; nothing if no such record comes to it.
pub fn row(mint: &mut Mint, kind: &Kind, fate: Fate, (number, name): (&str, &str)) -> Option<Row> {
    let days = (kind.days)(fate)?;
    let mut cells = vec![("identifier", number.to_owned()), ("name", name.to_owned())];
    // The source's number stays when the rest is corrected.
    let stays = if fate == Fate::IsCorrected { kind.after_correction } else { fate };
    cells.push((kind.number, mint.letters(stays, &format!("{} {}", kind.item, kind.number))));
    for input in kind.words {
        cells.push((input, mint.letters(fate, &format!("{} {input}", kind.item))));
    }
    if kind.has_amount {
        cells.push(("amount", mint.amount(fate, &format!("{} amount", kind.item))));
    }
    cells.extend(kind.fixed.iter().chain(&days).map(|(input, value)| (*input, (*value).to_owned())));
    Some(Row(cells.into_iter().map(|(input, value)| (input.to_owned(), value)).collect()))
}

impl Kind {
    /// The inputs that can be corrected and are marked.
    fn correctable(&self) -> impl Iterator<Item = &'static str> {
        self.words.iter().copied().chain(self.has_amount.then_some("amount"))
    }

    /// The inputs that are marked.
    pub fn marked(&self) -> impl Iterator<Item = &'static str> {
        [self.number].into_iter().chain(self.correctable())
    }
}

impl Record {
    /// What it says in `input`.
    pub fn says(&self, input: &str) -> &str {
        &self.row.0.iter().find(|cell| cell.0 == input).expect("an input of the record").1
    }

    /// The file of corrections that gives everything in it that can be corrected another value.
    pub fn corrections(&self, mint: &mut Mint, person: &str) -> String {
        let mut row = |input: &str| {
            let (after, place) = (self.kind.after_correction, format!("{} {input}, corrected", self.kind.item));
            let value = if input == "amount" { mint.amount(after, &place) } else { mint.letters(after, &place) };
            self.putting_right(mint, "correct", person, (input, &value))
        };
        csv(&self.kind.correctable().map(&mut row).collect::<Vec<_>>())
    }

    /// The file that takes it back.
    pub fn withdrawal(&self, mint: &mut Mint, person: &str) -> String {
        csv(&[self.putting_right(mint, "withdraw", person, ("", ""))])
    }

    fn putting_right(&self, mint: &mut Mint, act: &str, person: &str, (input, value): (&str, &str)) -> Row {
        let reason = format!("entered-wrongly: {}", mint.letters(Fate::AreWords, "a source's words"));
        let number = self.says(self.kind.number);
        let cells = [
            ("act", act),
            ("number", number),
            ("identifier", person),
            ("input", input),
            ("new value", value),
            ("reason", &reason),
        ];
        Row(cells.into_iter().map(|(heading, cell)| (heading.to_owned(), cell.to_owned())).collect())
    }
}
