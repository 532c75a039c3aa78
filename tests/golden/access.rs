//! Who sees what: visitor × purpose × item × state of the record, asked of the one decision, cell by cell.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use fairfile_domain::access::{Ask, COUNTER_VISIT, Pace, Visit, decide, own_look, serve};
use fairfile_domain::actor::{Member, Officer, Standing};
use fairfile_domain::catalog::{Bilingual, Catalog, Item, Purpose, Sector};
use fairfile_domain::day::Day;
use fairfile_domain::id::{LookId, PurposeCode, RecordId, SubjectId};
use fairfile_domain::record::{OnFile, RecordState, Terms};
use fairfile_lawfiles::catalog::{EMBEDDED_DEMO, parse};

use crate::oracle;

/// The day of every question in the table.
pub const TODAY: &str = "2026-11-23";

/// How an officer comes to the counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Visitor {
    /// How the table names the officer.
    pub name: &'static str,
    pub member_suspended: bool,
    pub officer_suspended: bool,
    /// First and last day of duty.
    pub duty: (&'static str, &'static str),
    /// Whether the purpose asked for is held, and until when the training for it holds.
    pub holds: Holds,
    /// Whether the office has duties in the sector of the purpose asked for.
    pub in_sector: bool,
    pub stopped: bool,
}

/// An officer's standing for the purpose asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    Nothing,
    NeverTrained,
    TrainedUntil(&'static str),
}

const ALWAYS: (&str, &str) = ("2020-01-01", "2035-12-31");
const LAWFUL: Visitor = Visitor {
    name: "an officer on duty, trained, of an office with duties in the sector",
    member_suspended: false,
    officer_suspended: false,
    duty: ALWAYS,
    holds: Holds::TrainedUntil("2035-12-31"),
    in_sector: true,
    stopped: false,
};
const VISITORS: [Visitor; 13] = [
    LAWFUL,
    Visitor { name: "the same on the last day of training", holds: Holds::TrainedUntil(TODAY), ..LAWFUL },
    Visitor { name: "whose training ended yesterday", holds: Holds::TrainedUntil("2026-11-22"), ..LAWFUL },
    Visitor { name: "who holds the purpose and was never trained", holds: Holds::NeverTrained, ..LAWFUL },
    Visitor { name: "who does not hold the purpose", holds: Holds::Nothing, ..LAWFUL },
    Visitor { name: "whose duty begins tomorrow", duty: ("2026-11-24", "2035-12-31"), ..LAWFUL },
    Visitor { name: "whose duty ended yesterday", duty: ("2020-01-01", "2026-11-22"), ..LAWFUL },
    Visitor { name: "on the first and last day of duty", duty: (TODAY, TODAY), ..LAWFUL },
    Visitor { name: "who is suspended", officer_suspended: true, ..LAWFUL },
    Visitor { name: "whose office is suspended", member_suspended: true, ..LAWFUL },
    Visitor { name: "whose office has duties in another sector only", in_sector: false, ..LAWFUL },
    Visitor { name: "who was stopped for searching through people", stopped: true, ..LAWFUL },
    Visitor {
        name: "for whom several things are wrong at once",
        officer_suspended: true,
        in_sector: false,
        stopped: true,
        ..LAWFUL
    },
];

/// What has become of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Life {
    /// How the table names it.
    pub name: &'static str,
    pub state: RecordState,
    /// First and last day of display.
    pub display: (&'static str, &'static str),
    /// Whether the member that wrote it is a source of the item.
    pub by_its_source: bool,
}

const SHOWN: Life = Life {
    name: "on display",
    state: RecordState::InForce,
    display: ("2026-01-01", "2027-01-01"),
    by_its_source: true,
};
pub const LIVES: [Life; 9] = [
    SHOWN,
    Life { name: "on its first and last day", display: (TODAY, TODAY), ..SHOWN },
    Life { name: "waiting", display: ("2026-11-24", "2027-01-01"), ..SHOWN },
    Life { name: "display over since yesterday", display: ("2026-01-01", "2026-11-22"), ..SHOWN },
    Life { name: "ended", state: RecordState::Ended, display: ("2025-01-01", "2026-01-01"), ..SHOWN },
    Life { name: "ended early by repair", state: RecordState::Ended, ..SHOWN },
    Life { name: "withdrawn", state: RecordState::Withdrawn, ..SHOWN },
    Life { name: "destroyed", state: RecordState::Destroyed, ..SHOWN },
    Life { name: "written by no source of it", by_its_source: false, ..SHOWN },
];

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

fn catalog() -> Catalog {
    let mut catalog = Catalog::default();
    for (path, text) in EMBEDDED_DEMO {
        let file = parse(path, text).expect("an item file");
        catalog.add(file.item, file.purposes).expect("items that fit together");
    }
    catalog
}

fn standing(suspended: bool) -> Standing {
    if suspended { Standing::Suspended } else { Standing::Active }
}

fn another(sector: Sector) -> Sector {
    if sector == Sector::Transport { Sector::Finance } else { Sector::Transport }
}

fn record(item: &Item, life: Life) -> OnFile {
    let source = if life.by_its_source { item.sources[0].clone() } else { "somebody-else".parse().expect("a code") };
    OnFile {
        record: RecordId::from_bytes([1; 16]),
        version: 1,
        item: item.code.clone(),
        item_version: item.version,
        source,
        terms: Terms {
            shown_from: day(life.display.0),
            display_until: day(life.display.1),
            retained_until: day("2030-01-01"),
        },
        state: life.state,
    }
}

/// What the one decision says: the inputs seen, `nothing`, or the code of the refusal.
fn cell(catalog: &Catalog, visitor: Visitor, purpose: &Purpose, item: &Item, life: Life) -> String {
    let (officer, member) = (officer(visitor, &purpose.code), member(visitor, purpose.sector));
    let ask = Ask {
        look: LookId::from_bytes([2; 16]),
        officer: &officer,
        member: &member,
        purpose: &purpose.code,
        subject: SubjectId::from_bytes([3; 16]),
        pace: Pace { stopped: visitor.stopped, ..Pace::default() },
    };
    match decide(&ask, catalog, day(TODAY)) {
        Err(refusal) => format!("denied {}", refusal.code()),
        Ok(entitled) => match entitled.permit(&[record(item, life)]).openings() {
            [] => "nothing".to_owned(),
            [opening] => opening.inputs.iter().map(|input| input.as_str()).collect::<Vec<_>>().join(" "),
            _ => panic!("one record gives one opening"),
        },
    }
}

/// The cells of one visitor and purpose: for each item what each life of a record gives.
type Cells = BTreeMap<String, Vec<String>>;

fn cells(catalog: &Catalog, visitor: Visitor, purpose: &Purpose) -> Cells {
    let row = |item: &Item| LIVES.iter().map(|life| cell(catalog, visitor, purpose, item, *life)).collect();
    catalog.items().map(|item| (item.code.to_string(), row(item))).collect()
}

/// Writes the cells of one purpose, alike ones together.
fn write_purpose(out: &mut String, purpose: &Purpose, cells: &Cells) {
    let mut all: Vec<&String> = cells.values().flatten().collect();
    all.sort_unstable();
    all.dedup();
    if let [only] = all[..] {
        writeln!(out, "  {:<20} any item, any state: {only}", purpose.code).expect("text");
        return;
    }
    writeln!(out, "  {} ({})", purpose.code, purpose.sector.code()).expect("text");
    let mut unseen = Vec::new();
    for (item, row) in cells {
        if row.iter().all(|cell| cell == "nothing") {
            unseen.push(item.as_str());
            continue;
        }
        writeln!(out, "    {item}").expect("text");
        let mut lives: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (life, cell) in LIVES.iter().zip(row) {
            lives.entry(cell).or_default().push(life.name);
        }
        let mut lives: Vec<_> = lives.into_iter().collect();
        lives.sort_by_key(|(cell, _)| *cell == "nothing");
        for (cell, names) in lives {
            let names = if cell == "nothing" { "in every other state".to_owned() } else { names.join(", ") };
            writeln!(out, "      {names}: {cell}").expect("text");
        }
    }
    writeln!(out, "    in any state nothing of: {}", unseen.join(", ")).expect("text");
}

#[test]
fn the_table_of_who_sees_what_is_the_agreed_one() {
    let catalog = catalog();
    let mut text = format!(
        "Who sees what, as the one decision answers on {TODAY}, for every item of the demo's catalog.\n\
         A purpose's sector stands in brackets. \"nothing\" is the same answer as for a person who is not on file.\n\
         Nobody but officers can ask. The person's own view stands at the end.\n\n\
         A record is in one of these states: {}.\n",
        LIVES.map(|life| life.name).join("; ")
    );
    let mut first = String::new();
    for visitor in VISITORS {
        let mut sees = String::new();
        for purpose in catalog.purposes() {
            write_purpose(&mut sees, purpose, &cells(&catalog, visitor, purpose));
        }
        let same = sees == first;
        writeln!(text, "\n{}\n{}", visitor.name, if same { "  cell by cell as the first" } else { sees.trim_end() })
            .expect("text");
        if first.is_empty() {
            first = sees;
        }
    }
    writeln!(text, "\nthe person, of every item").expect("text");
    for life in LIVES {
        let all = catalog.items().all(|item| own_inputs(&catalog, item, life) == item.inputs.len());
        let none = catalog.items().all(|item| own_inputs(&catalog, item, life) == 0);
        assert!(all != none);
        writeln!(text, "  {}: {}", life.name, if all { "every input" } else { "gone; nobody can read it" })
            .expect("text");
    }
    writeln!(
        text,
        "\nthe person's whole file, at the counter, by one who holds `{COUNTER_VISIT}` and a second officer"
    )
    .expect("text");
    for visitor in VISITORS {
        writeln!(text, "  {}: {}", visitor.name, at_counter(visitor, "0002", "office")).expect("text");
    }
    writeln!(text, "  the first as the second: {}", at_counter(LAWFUL, "0001", "office")).expect("text");
    writeln!(text, "  a second of another office: {}", at_counter(LAWFUL, "0002", "another")).expect("text");
    crate::compare("access.txt", &text);
}

/// What the rule says of an officer and a lawful second one who serve a person together.
fn at_counter(visitor: Visitor, second: &str, office: &str) -> String {
    let purpose = COUNTER_VISIT.parse().expect("a code");
    let (officer, member) = (officer(visitor, &purpose), member(visitor, Sector::Health));
    let second = Officer {
        code: second.parse().expect("a code"),
        member: office.parse().expect("a code"),
        ..self::officer(LAWFUL, &purpose)
    };
    let pace = Pace { stopped: visitor.stopped, ..Pace::default() };
    match serve(&Visit { officer: &officer, second: &second, member: &member, pace }, day(TODAY)) {
        Ok(()) => "every input".to_owned(),
        Err(refusal) => format!("denied {}", refusal.code()),
    }
}

fn officer(visitor: Visitor, purpose: &PurposeCode) -> Officer {
    let trained = match visitor.holds {
        Holds::Nothing => None,
        Holds::NeverTrained => Some(None),
        Holds::TrainedUntil(until) => Some(Some(day(until))),
    };
    Officer {
        code: "0001".parse().expect("a code"),
        member: "office".parse().expect("a code"),
        standing: standing(visitor.officer_suspended),
        on_duty_from: day(visitor.duty.0),
        on_duty_until: day(visitor.duty.1),
        purposes: trained.map(|until| (purpose.clone(), until)).into_iter().collect(),
    }
}

fn member(visitor: Visitor, sector: Sector) -> Member {
    Member {
        code: "office".parse().expect("a code"),
        title: Bilingual { en: "Office".into(), zh: "机关".into() },
        sectors: vec![if visitor.in_sector { sector } else { another(sector) }],
        standing: standing(visitor.member_suspended),
    }
}

fn own_inputs(catalog: &Catalog, item: &Item, life: Life) -> usize {
    let permit = own_look(
        LookId::from_bytes([2; 16]),
        SubjectId::from_bytes([3; 16]),
        catalog,
        &[record(item, life)],
        day(TODAY),
    );
    permit.openings().iter().map(|opening| opening.inputs.len()).sum()
}

#[test]
fn every_cell_is_what_an_independent_reading_of_the_item_files_says() {
    let catalog = catalog();
    let files = oracle::read();
    let mut compared = 0;
    for visitor in VISITORS {
        for purpose in catalog.purposes() {
            let found = cells(&catalog, visitor, purpose);
            assert_eq!(found.len(), files.len(), "the oracle knows every item");
            for (item, row) in found {
                for (life, found) in LIVES.iter().zip(row) {
                    let expected = oracle::says(&files, &visitor, purpose.code.as_str(), &item, life);
                    assert_eq!(found, expected, "{}; {}; {item}; {}", visitor.name, purpose.code, life.name);
                    compared += 1;
                }
            }
        }
    }
    assert_eq!(compared, VISITORS.len() * catalog.purposes().count() * catalog.items().count() * LIVES.len());
}

#[test]
fn a_purpose_that_no_item_names_is_refused_whoever_asks() {
    let catalog = catalog();
    let mut purpose = catalog.purposes().next().expect("a purpose").clone();
    purpose.code = "curiosity".parse().expect("a code");
    for visitor in VISITORS {
        let standing = visitor.member_suspended
            || visitor.officer_suspended
            || day(TODAY) < day(visitor.duty.0)
            || day(visitor.duty.1) < day(TODAY);
        for row in cells(&catalog, visitor, &purpose).values().flatten() {
            assert!(row.starts_with("denied "), "{}", visitor.name);
            assert!(standing || row == "denied D004", "{}: {row}", visitor.name);
        }
    }
}
