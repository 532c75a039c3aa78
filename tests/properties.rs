//! Where law is arithmetic or an adversary is near: rules that hold of every catalog, officer, record and day.

use std::collections::BTreeMap;

use fairfile_domain::access::{Ask, Pace, decide};
use fairfile_domain::actor::{Member, Officer, Standing};
use fairfile_domain::catalog::{
    Basis, Bearing, Bilingual, Catalog, DisplayRule, Input, InputKind, Item, LastDay, Law, Missing, Purpose, Sector,
    StartEvent,
};
use fairfile_domain::day::{Day, HolidayCalendar, Period, Unit, YearDays};
use fairfile_domain::id::{LookId, RecordId, SubjectId};
use fairfile_domain::record::{OnFile, RecordState, TermLaw, Terms, terms};
use proptest::prelude::*;

fn words() -> Bilingual {
    Bilingual { en: "a word".into(), zh: "词".into() }
}

fn law() -> Law {
    Law { title: words(), article: "1".into(), version_of: None }
}

fn input(code: &str, kind: InputKind) -> Input {
    Input { code: code.parse().expect("a code"), title: words(), headings: Vec::new(), kind, missing: Missing::Allowed }
}

/// An item in a sector of a catalog that nobody has linted.
fn item(place: usize, sector: Sector, purposes: &[usize], sources: &[usize]) -> Item {
    let inputs: Vec<Input> = ["first", "second", "third"].iter().map(|code| input(code, InputKind::Name)).collect();
    let reach = |purpose: &usize| {
        let seen = inputs.iter().take(purpose % 3 + 1).map(|input| input.code.clone()).collect();
        (format!("purpose-{purpose}").parse().expect("a code"), seen)
    };
    Item {
        code: format!("item-{place}").parse().expect("a code"),
        version: 1,
        in_force_from: Day::FIRST,
        title: words(),
        plain_words: words(),
        law: law(),
        sector,
        bearing: Bearing::Neutral,
        sources: sources.iter().map(|source| format!("member-{source}").parse().expect("a code")).collect(),
        purposes: purposes.iter().map(reach).collect(),
        inputs,
        order: Vec::new(),
        display: DisplayRule {
            from: StartEvent::Received,
            until: LastDay::After(Period { count: 1, unit: Unit::Year }),
        },
        retention: Period { count: 1, unit: Unit::Year },
        repair: Vec::new(),
        reconsideration: "member-9".parse().expect("a code"),
    }
}

fn sector() -> impl Strategy<Value = Sector> {
    (0..Sector::ALL.len()).prop_map(|place| Sector::ALL[place].0)
}

fn day() -> impl Strategy<Value = Day> {
    (10_000_i32..40_000).prop_map(|days| Day::from_epoch_day(days).expect("a day"))
}

fn unit() -> impl Strategy<Value = Unit> {
    prop_oneof![Just(Unit::Day), Just(Unit::BusinessDay), Just(Unit::Month), Just(Unit::Year)]
}

fn period(most: u32) -> impl Strategy<Value = Period> {
    (0..=most, unit()).prop_map(|(count, unit)| Period { count, unit })
}

/// Six purposes, each in any sector, and five items that name any of them: what a lint would never let through.
fn any_catalog() -> impl Strategy<Value = Catalog> {
    let purposes = proptest::collection::vec((sector(), any::<bool>()), 6);
    let items = proptest::collection::vec(
        (sector(), proptest::collection::vec(0..6_usize, 0..6), proptest::collection::vec(0..3_usize, 0..3)),
        5,
    );
    (purposes, items).prop_map(|(purposes, items)| {
        let purpose = |(place, (sector, consent)): (usize, &(Sector, bool))| Purpose {
            code: format!("purpose-{place}").parse().expect("a code"),
            title: words(),
            sector: *sector,
            law: law(),
            basis: if *consent { Basis::Consent } else { Basis::StatutoryDuty },
        };
        let purposes: Vec<Purpose> = purposes.iter().enumerate().map(purpose).collect();
        let mut catalog = Catalog::default();
        for (place, (sector, named, sources)) in items.into_iter().enumerate() {
            catalog.add(item(place, sector, &named, &sources), purposes.clone()).expect("items of different codes");
        }
        catalog
    })
}

fn any_officer() -> impl Strategy<Value = (Officer, Member)> {
    let held = proptest::collection::btree_map(0..8_usize, proptest::option::of(day()), 0..8);
    let sectors = proptest::collection::vec(sector(), 0..4);
    (held, sectors, day(), day(), any::<bool>(), any::<bool>()).prop_map(
        |(held, sectors, from, until, suspended, out)| {
            let standing = |suspended| if suspended { Standing::Suspended } else { Standing::Active };
            let purposes: BTreeMap<_, _> = held
                .into_iter()
                .map(|(place, until)| (format!("purpose-{place}").parse().expect("a code"), until))
                .collect();
            let member =
                Member { code: "office".parse().expect("a code"), title: words(), sectors, standing: standing(out) };
            let officer = Officer {
                code: "0001".parse().expect("a code"),
                member: member.code.clone(),
                standing: standing(suspended),
                on_duty_from: from,
                on_duty_until: until,
                purposes,
            };
            (officer, member)
        },
    )
}

fn any_record() -> impl Strategy<Value = OnFile> {
    (0..6_usize, 0..3_u32, 0..4_usize, day(), day(), 0..4_usize).prop_map(
        |(item, version, source, from, until, state)| OnFile {
            record: RecordId::from_bytes([item as u8; 16]),
            version: 1,
            item: format!("item-{item}").parse().expect("a code"),
            item_version: version,
            source: format!("member-{source}").parse().expect("a code"),
            terms: Terms { shown_from: from, display_until: until, retained_until: until },
            state: RecordState::ALL[state].0,
        },
    )
}

fn pace() -> impl Strategy<Value = Pace> {
    (0..20_u32, 0..20_u32, any::<bool>()).prop_map(|(misses, people_of_the_case, stopped)| Pace {
        misses,
        people_of_the_case,
        stopped,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2_000, ..ProptestConfig::default() })]

    /// Whatever is asked, of whatever catalog: it is answered, and never from another sector of life.
    #[test]
    fn no_purpose_of_another_sector_ever_reaches(
        catalog in any_catalog(),
        (officer, member) in any_officer(),
        asked in 0..8_usize,
        records in proptest::collection::vec(any_record(), 0..12),
        pace in pace(),
        today in day(),
    ) {
        let purpose = format!("purpose-{asked}").parse().expect("a code");
        let subject = SubjectId::from_bytes([3; 16]);
        let ask = Ask { look: LookId::from_bytes([2; 16]), officer: &officer, member: &member, purpose: &purpose, subject, pace };
        let answer = decide(&ask, &catalog, today);
        let lawful = officer.standing == Standing::Active
            && member.standing == Standing::Active
            && officer.on_duty_from <= today
            && today <= officer.on_duty_until
            && officer.purposes.get(&purpose).copied().flatten().is_some_and(|until| today <= until)
            && catalog.purpose(&purpose).is_some_and(|known| member.sectors.contains(&known.sector) && known.basis == Basis::StatutoryDuty)
            && !pace.stopped && pace.misses < 10 && pace.people_of_the_case < 12;
        prop_assert_eq!(answer.is_ok(), lawful);
        let Ok(entitled) = answer else { return Ok(()) };
        let permit = entitled.permit(&records);
        prop_assert_eq!((permit.subject(), permit.day()), (subject, today));
        let sector = catalog.purpose(&purpose).expect("it was found").sector;
        for opening in permit.openings() {
            let reached = |record: &&OnFile| {
                let known = catalog.item(&record.item, record.item_version);
                record.record == opening.record
                    && record.state == RecordState::InForce
                    && record.terms.on_display(today)
                    && known.is_some_and(|item| {
                        item.sector == sector
                            && item.sources.contains(&record.source)
                            && item.purposes.get(&purpose).is_some_and(|inputs| inputs == &opening.inputs)
                    })
            };
            prop_assert!(records.iter().any(|record| reached(&record)));
        }
    }
}

/// Years in which every weekday is worked, so that business days can be counted anywhere.
fn calendar() -> HolidayCalendar {
    HolidayCalendar { years: (1990..=2200).map(|year| (year, YearDays::default())).collect() }
}

fn dated(display: DisplayRule, retention: Period, bearing: Bearing) -> Item {
    let mut item = item(0, Sector::Courts, &[], &[]);
    item.inputs.push(input("decided_on", InputKind::Day { past_only: true }));
    item.inputs.push(input("valid_until", InputKind::Day { past_only: false }));
    (item.display, item.retention, item.bearing) = (display, retention, bearing);
    item
}

fn rule() -> impl Strategy<Value = DisplayRule> {
    let code = |text: &str| text.parse().expect("a code");
    let from = prop_oneof![Just(StartEvent::Received), Just(StartEvent::Input(code("decided_on")))];
    let until = prop_oneof![Just(LastDay::Input(code("valid_until"))), period(30).prop_map(LastDay::After)];
    (from, until).prop_map(|(from, until)| DisplayRule { from, until })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn a_record_s_days_stand_in_their_order(
        rule in rule(),
        retention in period(20),
        (waiting, most, stricter) in (0..60_u32, 0..40_u32, 0..40_u32),
        (decided, valid, received) in (day(), day(), day()),
        adverse in any::<bool>(),
    ) {
        let holidays = calendar();
        let bearing = if adverse { Bearing::Adverse } else { Bearing::Neutral };
        let item = dated(rule, retention, bearing);
        let told = |most: Option<u32>| {
            let law = TermLaw {
                adverse_waiting: Period { count: waiting, unit: Unit::Day },
                adverse_display_most: most.map(|count| Period { count, unit: Unit::Year }),
                holidays: &holidays,
            };
            let day_of = |input: &fairfile_domain::id::InputCode| Some(if input.as_str() == "decided_on" { decided } else { valid });
            terms(&item, received, day_of, law).expect("days within the calendar")
        };
        let (free, bounded, strict) = (told(None), told(Some(most)), told(Some(most.min(stricter))));
        for terms in [free, bounded, strict] {
            prop_assert!(terms.shown_from >= received, "nobody sees it before it is here");
            prop_assert!(terms.retained_until >= terms.display_until, "what is displayed exists");
            prop_assert!(terms.retained_until >= received, "the person sees it however late it comes");
            if adverse {
                let earliest = received.plus_days(waiting.into()).expect("a day");
                prop_assert!(terms.shown_from > earliest, "told first, then the whole waiting time");
            }
        }
        // The stricter the law, the earlier the end; a neutral record is no business of that figure.
        prop_assert!(strict.display_until <= bounded.display_until && bounded.display_until <= free.display_until);
        prop_assert!(strict.retained_until <= free.retained_until);
        prop_assert!(adverse || strict == free);
    }

    #[test]
    fn a_longer_period_never_ends_earlier(start in day(), unit in unit(), count in 0..80_u32, more in 0..80_u32) {
        let holidays = calendar();
        let end = |count| Period { count, unit }.end_after(start, &holidays).expect("within the calendar");
        prop_assert!(end(count) <= end(count + more));
        prop_assert!(end(0) == start && start <= end(count));
    }

    #[test]
    fn a_period_ends_within_the_bounds_that_it_states(start in day(), period in period(80)) {
        let end = period.end_after(start, &calendar()).expect("within the calendar");
        let days = (i64::from(end.epoch_day()) - i64::from(start.epoch_day())) as u64;
        prop_assert!(period.shortest_days() <= days, "{period}: {days}");
        prop_assert!(period.longest_days().is_none_or(|longest| days <= longest), "{period}: {days}");
    }

    #[test]
    fn months_and_years_end_on_the_day_of_the_same_number(start in day(), count in 1..200_u32) {
        let end = Period { count, unit: Unit::Month }.end_after(start, &HolidayCalendar::default()).expect("a day");
        let last_of_month = end.tomorrow().day_of_month() == 1;
        prop_assert!(end.day_of_month() == start.day_of_month() || (last_of_month && end.day_of_month() < start.day_of_month()));
        let months = |day: Day| i64::from(day.year()) * 12 + i64::from(day.month());
        prop_assert_eq!(months(end) - months(start), i64::from(count));
    }
}

#[test]
fn a_month_is_not_thirty_days_and_a_year_not_365() {
    let none = HolidayCalendar::default();
    let length = |count, unit, start: &str| {
        let start: Day = start.parse().expect("a day");
        Period { count, unit }.end_after(start, &none).expect("a day").epoch_day() - start.epoch_day()
    };
    let months: Vec<i32> = (1..=12).map(|month| length(1, Unit::Month, &format!("2026-{month:02}-15"))).collect();
    assert_eq!(months, [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]);
    assert_eq!(length(1, Unit::Month, "2026-01-31"), 28);
    assert_eq!(length(1, Unit::Month, "2028-01-31"), 29);
    assert_eq!((length(1, Unit::Year, "2027-03-01"), length(1, Unit::Year, "2026-03-01")), (366, 365));
}

#[test]
fn a_year_without_calendar_data_is_an_error_and_never_without_holidays() {
    let known = HolidayCalendar { years: [(2026, YearDays::default())].into() };
    let end =
        |count, start: &str| Period { count, unit: Unit::BusinessDay }.end_after(start.parse().expect("a day"), &known);
    assert_eq!(end(3, "2026-12-24").expect("2026 is known").to_string(), "2026-12-29");
    assert_eq!(end(10, "2026-12-24").expect_err("2027 is not").year, 2027);
}
