use proptest::prelude::*;

use super::*;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// `last` is an ISO day, or the year for which the calendar has nothing.
fn check(count: u32, unit: Unit, start: &str, last: &str) {
    let found = Period { count, unit }.end_after(day(start), &golden_week());
    let found = found.map_or_else(|gap| gap.year.to_string(), |end| end.to_string());
    assert_eq!(found, last, "{count} {unit:?} from {start}");
}

/// 2026 with seven days off in October and two Saturdays that make up; 2027 without any holiday.
fn golden_week() -> HolidayCalendar {
    let off = (1..=7).map(|n| Day::new(2026, 10, n).unwrap()).collect();
    let make_up = [day("2026-09-26"), day("2026-10-10")].into();
    HolidayCalendar { years: [(2026, YearDays { off, make_up }), (2027, YearDays::default())].into() }
}

#[test]
fn a_day_has_one_writing() {
    for text in ["2026-11-23", "2024-02-29", "0001-01-01", "9999-12-31"] {
        assert_eq!(day(text).to_string(), text);
    }
    for text in [
        "",
        "2026-11-3",
        "2026-02-29",
        "2026-13-01",
        "0000-01-01",
        "-001-01-01",
        "+02026-01-1",
        "20261123",
        "2026-11-23 ",
        "2026/11/23",
        "２０２６-１１-２３",
        "2026-11-23T00:00",
        "2026-W47-1",
    ] {
        assert_eq!(text.parse::<Day>(), Err(NotADay), "{text}");
    }
}

#[test]
fn a_stored_day_is_a_number_of_days() {
    assert_eq!(day("1970-01-01").epoch_day(), 0);
    assert_eq!(day("1969-12-31").epoch_day(), -1);
    assert_eq!(day("2026-11-23").epoch_day(), 20_780);
    for edge in [Day::FIRST, Day::LAST] {
        assert_eq!(Day::from_epoch_day(edge.epoch_day()), Ok(edge));
    }
    assert_eq!(Day::from_epoch_day(Day::FIRST.epoch_day() - 1), Err(NotADay));
    assert_eq!(Day::from_epoch_day(i32::MAX), Err(NotADay));
    assert_eq!(Day::LAST.plus_days(i64::MAX), Err(NotADay));
    assert_eq!(Day::FIRST.plus_days(i64::MIN), Err(NotADay));
    assert_eq!(Day::LAST.tomorrow(), Day::LAST);
}

#[test]
fn an_instant_falls_on_a_day_of_its_zone() {
    let check = |instant: &str, zone: &str, expected: &str| {
        let at: Instant = instant.parse().unwrap();
        assert_eq!(at.day_in(&Zone::named(zone).unwrap()).to_string(), expected, "{instant} in {zone}");
    };
    check("2026-11-22T15:59:59.999999Z", "Asia/Shanghai", "2026-11-22");
    check("2026-11-22T16:00:00Z", "Asia/Shanghai", "2026-11-23");
    check("2026-03-29T00:59:59Z", "Europe/Madrid", "2026-03-29");
    check("1970-01-01T00:00:00Z", "America/New_York", "1969-12-31");
    assert_eq!(Zone::named("Asia/Lanhe"), Err(UnknownZone));
    assert_eq!(Zone::named("Asia/Shanghai").unwrap().to_string(), "Asia/Shanghai");
}

#[test]
fn an_instant_is_kept_to_the_microsecond() {
    let at: Instant = "2026-11-23T09:00:00.123456789+08:00".parse().unwrap();
    assert_eq!(at.to_string(), "2026-11-23T01:00:00.123456Z");
    assert_eq!(Instant::from_unix_micros(at.unix_micros()), Ok(at));
    assert_eq!(at.minute(), 29_923_260);
    assert_eq!(Instant::from_unix_micros(0).unwrap().minute(), 0);
    for micros in [-1, i64::MIN, i64::MAX] {
        assert_eq!(Instant::from_unix_micros(micros), Err(NotAnInstant));
    }
    for text in ["", "2026-11-23", "2026-11-23T09:00:00", "1969-12-31T23:59:59Z"] {
        assert_eq!(text.parse::<Instant>(), Err(NotAnInstant), "{text}");
    }
}

#[test]
fn a_month_is_not_30_days() {
    check(1, Unit::Month, "2026-01-31", "2026-02-28");
    check(1, Unit::Month, "2024-01-31", "2024-02-29");
    check(1, Unit::Month, "2026-02-28", "2026-03-28");
    check(3, Unit::Month, "2026-11-30", "2027-02-28");
    check(30, Unit::Day, "2026-01-31", "2026-03-02");
    check(0, Unit::Month, "2026-01-31", "2026-01-31");
    check(60, Unit::Month, "2024-02-29", "2029-02-28");
}

#[test]
fn a_year_is_not_365_days() {
    check(1, Unit::Year, "2024-02-29", "2025-02-28");
    check(4, Unit::Year, "2024-02-29", "2028-02-29");
    check(5, Unit::Year, "2023-06-15", "2028-06-15");
    check(365, Unit::Day, "2023-06-15", "2024-06-14");
    check(100, Unit::Year, "2000-02-29", "2100-02-28");
}

#[test]
fn business_days_leave_out_holidays_and_count_make_up_days() {
    check(1, Unit::BusinessDay, "2026-11-20", "2026-11-23");
    check(5, Unit::BusinessDay, "2026-11-20", "2026-11-27");
    // The Saturday before the holiday week is worked, the week is not, the Saturday after it is.
    check(1, Unit::BusinessDay, "2026-09-25", "2026-09-26");
    check(1, Unit::BusinessDay, "2026-09-30", "2026-10-08");
    check(3, Unit::BusinessDay, "2026-09-30", "2026-10-10");
    check(0, Unit::BusinessDay, "2026-10-03", "2026-10-03");
}

#[test]
fn a_year_without_a_calendar_is_an_error() {
    check(1, Unit::BusinessDay, "2025-12-30", "2025");
    check(1, Unit::BusinessDay, "2025-12-31", "2026-01-01");
    check(1, Unit::BusinessDay, "2027-12-31", "2028");
    check(1000, Unit::BusinessDay, "2026-01-01", "2028");
    check(0, Unit::BusinessDay, "2040-01-01", "2040-01-01");
    check(1, Unit::Day, "2040-01-01", "2040-01-02");
}

#[test]
fn no_period_leaves_the_calendar() {
    for unit in [Unit::Day, Unit::Month, Unit::Year] {
        check(1, unit, "9999-12-31", "10000");
        check(u32::MAX, unit, "2026-01-01", "10000");
    }
    let gap = Period { count: 1, unit: Unit::Year }.end_after(Day::LAST, &HolidayCalendar::default()).unwrap_err();
    assert_eq!(gap.to_string(), "the period ends after the year 9999; state a shorter one");
    assert_eq!(
        CalendarGap { year: 2031 }.to_string(),
        "no holidays are known for the year 2031; add the year to the node's holiday calendar"
    );
}

#[test]
fn bounds_compare_only_where_they_are_certain() {
    let check = |left: (u32, Unit), right: (u32, Unit), expected: bool| {
        let [left, right] = [left, right].map(|(count, unit)| Period { count, unit });
        assert_eq!(left.at_most(&right), expected, "{left} at most {right}");
    };
    check((5, Unit::Year), (5, Unit::Year), true);
    check((6, Unit::Year), (5, Unit::Year), false);
    check((60, Unit::Month), (5, Unit::Year), true);
    check((61, Unit::Month), (5, Unit::Year), false);
    check((1, Unit::Year), (12, Unit::Month), true);
    check((365, Unit::Day), (1, Unit::Year), true);
    check((366, Unit::Day), (1, Unit::Year), false);
    check((1, Unit::Year), (365, Unit::Day), false);
    check((1, Unit::Year), (366, Unit::Day), true);
    check((1, Unit::Month), (30, Unit::Day), false);
    check((28, Unit::Day), (1, Unit::Month), true);
    check((29, Unit::Day), (1, Unit::Month), false);
    check((1, Unit::Month), (31, Unit::Day), true);
    check((6, Unit::Day), (5, Unit::BusinessDay), false);
    check((5, Unit::BusinessDay), (5, Unit::Day), false);
    check((5, Unit::Day), (5, Unit::BusinessDay), true);
    check((5, Unit::BusinessDay), (100, Unit::Year), false);
    check((0, Unit::BusinessDay), (0, Unit::Day), true);
    check((u32::MAX, Unit::Year), (u32::MAX, Unit::Month), false);
}

#[test]
fn units_are_found_by_their_code() {
    for (unit, code) in Unit::ALL {
        assert_eq!((Unit::find(code), unit.code()), (Some(unit), code));
    }
    assert_eq!(Unit::find("week"), None);
}

fn any_day() -> impl Strategy<Value = Day> {
    (Day::FIRST.epoch_day()..=Day::LAST.epoch_day()).prop_map(|n| Day::from_epoch_day(n).unwrap())
}

fn any_unit() -> impl Strategy<Value = Unit> {
    prop::sample::select(vec![Unit::Day, Unit::BusinessDay, Unit::Month, Unit::Year])
}

/// Calendars of 2020 to 2029 with arbitrary holidays and made-up weekends.
fn any_calendar() -> impl Strategy<Value = HolidayCalendar> {
    let first = Day::new(2020, 1, 1).unwrap();
    prop::collection::vec((0..3653_i64, any::<bool>()), 0..200).prop_map(move |picks| {
        let mut years: BTreeMap<i16, YearDays> = (2020..=2029).map(|year| (year, YearDays::default())).collect();
        for (offset, off) in picks {
            let picked = first.plus_days(offset).unwrap();
            let year = years.get_mut(&picked.year()).unwrap();
            if off {
                year.off.insert(picked)
            } else {
                year.make_up.insert(picked)
            };
        }
        HolidayCalendar { years }
    })
}

fn day_of_2020s() -> impl Strategy<Value = Day> {
    (0..2900_i64).prop_map(|offset| Day::new(2020, 1, 1).unwrap().plus_days(offset).unwrap())
}

/// Walks the days one after the other and counts by the definition.
fn count_naively(count: u32, start: Day, holidays: &HolidayCalendar) -> Day {
    let mut worked = Vec::new();
    let mut day = start;
    while worked.len() < count as usize {
        day = day.plus_days(1).unwrap();
        let year = &holidays.years[&day.year()];
        let weekday = !matches!(day.date().weekday(), Weekday::Saturday | Weekday::Sunday);
        if (weekday || year.make_up.contains(&day)) && !year.off.contains(&day) {
            worked.push(day);
        }
    }
    worked.last().copied().unwrap_or(start)
}

proptest! {
    #[test]
    fn days_read_back_as_written(day in any_day()) {
        prop_assert_eq!(day.to_string().parse(), Ok(day));
        prop_assert_eq!(Day::from_epoch_day(day.epoch_day()), Ok(day));
        prop_assert_eq!(day.to_string().len(), 10);
    }

    #[test]
    fn written_days_sort_as_days_do(one in any_day(), other in any_day()) {
        prop_assert_eq!(one.cmp(&other), one.to_string().cmp(&other.to_string()));
        prop_assert_eq!(one.cmp(&other), one.epoch_day().cmp(&other.epoch_day()));
    }

    #[test]
    fn a_later_start_or_a_longer_period_never_ends_sooner(
        start in day_of_2020s(), later in 0..40_i64, count in 0..60_u32, more in 0..20_u32, unit in any_unit(),
        holidays in any_calendar(),
    ) {
        let end = |count, start| Period { count, unit }.end_after(start, &holidays);
        if let (Ok(one), Ok(two), Ok(three)) =
            (end(count, start), end(count, start.plus_days(later).unwrap()), end(count + more, start))
        {
            prop_assert!(start <= one && one <= two && one <= three);
        }
    }

    #[test]
    fn a_period_lasts_within_its_bounds(start in day_of_2020s(), count in 0..5_u32, unit in any_unit(), holidays in any_calendar()) {
        let period = Period { count, unit };
        if let Ok(end) = period.end_after(start, &holidays) {
            let lasted = u64::try_from(end.epoch_day() - start.epoch_day()).unwrap();
            prop_assert!(period.shortest_days() <= lasted);
            prop_assert!(period.longest_days().is_none_or(|longest| lasted <= longest));
        }
    }

    #[test]
    fn what_is_at_most_the_bound_never_ends_after_it(
        start in day_of_2020s(), count in 0..40_u32, unit in any_unit(), limit in 0..40_u32, bound in any_unit(),
        holidays in any_calendar(),
    ) {
        let (period, bound) = (Period { count, unit }, Period { count: limit, unit: bound });
        if let (true, Ok(end), Ok(last)) =
            (period.at_most(&bound), period.end_after(start, &holidays), bound.end_after(start, &holidays))
        {
            prop_assert!(end <= last, "{} from {} against {}", period, start, bound);
        }
    }

    #[test]
    fn business_days_agree_with_a_naive_counter(start in day_of_2020s(), count in 0..100_u32, holidays in any_calendar()) {
        let found = Period { count, unit: Unit::BusinessDay }.end_after(start, &holidays);
        prop_assert_eq!(found, Ok(count_naively(count, start, &holidays)));
    }

    #[test]
    fn months_keep_the_day_of_the_month_or_take_the_last(start in any_day(), count in 0..600_u32) {
        if let Ok(end) = (Period { count, unit: Unit::Month }).end_after(start, &HolidayCalendar::default()) {
            let months = |day: Day| i32::from(day.year()) * 12 + i32::from(day.month());
            prop_assert_eq!(months(end) - months(start), i32::try_from(count).unwrap());
            prop_assert!(end.day_of_month() == start.day_of_month()
                || (end.day_of_month() < start.day_of_month() && end.tomorrow().day_of_month() == 1));
        }
    }
}
