//! A law profile: the legal figures of a place, above a floor that none of them can lower.
//!
//! The floor is code, not data. A profile is laid upon it layer by layer (the baseline, the law of the
//! land, the law of the province); a value below the floor is not taken, and that it was given is kept
//! as a warning for whoever answers for the node.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::day::{CalendarGap, Day, HolidayCalendar, Period, Unit};

mod floor;

/// The figure that says how long a version of an item stands in public before it is in force.
pub const CATALOG_NOTICE: &str = "catalog_notice_days";

/// The figures that hold on a node, with where they come from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LawProfile {
    /// The code by which a node chooses it, such as `cn-sh`.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The lawyer of that place who signed it off; empty if nobody has.
    pub approved_by: String,
    /// The codes of the layers, from the baseline to the profile itself.
    pub layers: Vec<String>,
    /// Every figure by its key.
    pub figures: BTreeMap<String, Figure>,
    /// Categories that no catalog item may name, in order: the floor's and whatever the layers add.
    pub never_collect: Vec<String>,
    /// How long penalties may be displayed, class by class, as the layers lay down.
    pub penalty_displays: Vec<PenaltyDisplay>,
    /// What a layer gave that is weaker than the floor.
    pub warnings: Vec<FloorWarning>,
}

/// One figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// What the law says.
    pub value: FigureValue,
    /// What it counts, where it counts.
    pub unit: Option<Measure>,
    /// The event that starts the clock.
    pub from: Option<String>,
    /// What it rests on: statute, regulation, policy, guidance or product.
    pub basis: String,
    /// Key of the law or document.
    pub source: String,
    /// Article or section.
    pub at: Option<String>,
    /// What else a reader should know.
    pub note: Option<String>,
    /// The layer that set it; `floor` for the floor's own.
    pub layer: String,
}

/// What a figure says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FigureValue {
    /// A number, in the figure's unit.
    Count(i64),
    /// Yes or no.
    Flag(bool),
    /// One word.
    Word(String),
    /// Several words.
    Words(Vec<String>),
    /// The law sets no figure, and no lower layer did.
    None,
    /// The law sets no upper bound.
    Unlimited,
}

impl fmt::Display for FigureValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(count) => write!(f, "{count}"),
            Self::Flag(flag) => write!(f, "{flag}"),
            Self::Word(word) => f.write_str(word),
            Self::Words(words) => f.write_str(&words.join(", ")),
            Self::None => f.write_str("none"),
            Self::Unlimited => f.write_str("unlimited"),
        }
    }
}

/// What a figure counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Days, business days, months or years.
    Time(Unit),
    /// Hours.
    Hour,
    /// Words of a text.
    Word,
    /// Characters of a text.
    Char,
    /// Pieces.
    Count,
}

impl Measure {
    /// The measure that files call `code`.
    pub fn find(code: &str) -> Option<Self> {
        match code {
            "hour" => Some(Self::Hour),
            "word" => Some(Self::Word),
            "char" => Some(Self::Char),
            "count" => Some(Self::Count),
            _ => Unit::find(code).map(Self::Time),
        }
    }
}

/// How long a class of penalties may be displayed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PenaltyDisplay {
    /// The layer that says so.
    pub layer: String,
    /// The edition of the rule, such as `2025`.
    pub scheme: String,
    /// First day on which the edition applies.
    pub in_force_from: Day,
    /// Last day on which it applies, that day included; `None` while it is in force.
    pub in_force_until: Option<Day>,
    /// The class of penalties, such as `serious`.
    pub class: String,
    /// Whether the law lets such penalties be published; Fairfile never publishes any.
    pub publish: bool,
    /// The shortest display; of no length where the law names none.
    pub shortest: Period,
    /// The longest display.
    pub longest: Period,
}

/// A layer gave a value that is weaker than the floor, and the floor's value was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FloorWarning {
    /// The layer that gave it.
    pub layer: String,
    /// The figure.
    pub key: String,
    /// What was given.
    pub given: String,
    /// What holds.
    pub kept: String,
}

impl fmt::Display for FloorWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { layer, key, given, kept } = self;
        write!(f, "profile `{layer}` sets `{key}` to `{given}`, which is weaker than the floor; `{kept}` holds")
    }
}

impl LawProfile {
    /// The floor alone, on which a profile is laid layer by layer.
    pub fn floor() -> Self {
        let rule = |(key, rule): &(&str, floor::Rule)| ((*key).to_owned(), floor::figure(rule.kept()));
        Self {
            figures: floor::RULES.iter().map(rule).collect(),
            never_collect: sorted(
                floor::NEVER_COLLECT.iter().chain(&floor::NEVER_COLLECT_FINANCIAL).map(|code| (*code).into()),
            ),
            ..Self::default()
        }
    }

    /// Lays one figure of `layer` upon what holds so far.
    ///
    /// A figure replaces the one below it, with three exceptions. A value weaker than the floor gives way
    /// to the floor's, and a warning says so. A law that sets no figure leaves the lower layer's in place.
    /// A list of categories that must not be collected is added to those that are known, never put in
    /// their place.
    pub fn lay(&mut self, layer: &str, key: &str, mut figure: Figure) {
        figure.layer = layer.into();
        if let (true, FigureValue::Words(words)) = (floor::ADDS_CATEGORIES.contains(&key), &figure.value) {
            self.never_collect = sorted(self.never_collect.drain(..).chain(words.iter().cloned()));
        }
        if figure.value == FigureValue::None && self.figures.contains_key(key) {
            return;
        }
        let rule = floor::RULES.iter().find(|row| row.0 == key).map(|row| &row.1);
        if let Some(rule) = rule.filter(|rule| !rule.allows(&figure.value)) {
            let kept = rule.kept();
            self.warnings.push(FloorWarning {
                layer: layer.into(),
                key: key.into(),
                given: figure.value.to_string(),
                kept: kept.to_string(),
            });
            figure = floor::figure(kept);
        }
        self.figures.insert(key.into(), figure);
    }

    /// Adds categories that no item may name.
    pub fn add_never_collect(&mut self, categories: impl IntoIterator<Item = String>) {
        self.never_collect = sorted(self.never_collect.drain(..).chain(categories));
    }

    /// Whether a lawyer of the place has signed it off.
    pub fn is_approved(&self) -> bool {
        !self.approved_by.trim().is_empty()
    }

    /// The period that `key` states, in the unit of the law; `None` if it states none.
    pub fn period(&self, key: &str) -> Option<Period> {
        let figure = self.figures.get(key)?;
        match (&figure.value, figure.unit) {
            (FigureValue::Count(count), Some(Measure::Time(unit))) => {
                Some(Period { count: u32::try_from(*count).ok()?, unit })
            }
            _ => None,
        }
    }

    /// The first day on which a version of an item may be in force that is published on `published`; `None` if no law wants
    /// it to stand in public before.
    ///
    /// # Errors
    /// [`CalendarGap`] if the notice counts working days of a year that `holidays` does not have.
    pub fn first_day_of_version(&self, published: Day, holidays: &HolidayCalendar) -> Result<Option<Day>, CalendarGap> {
        let notice = self.period(CATALOG_NOTICE);
        notice.map(|notice| Ok(notice.end_after(published, holidays)?.tomorrow())).transpose()
    }

    /// The hours that `key` states; `None` if it states something else.
    pub fn hours(&self, key: &str) -> Option<u32> {
        let figure = self.figures.get(key)?;
        match (&figure.value, figure.unit) {
            (FigureValue::Count(count), Some(Measure::Hour)) => u32::try_from(*count).ok(),
            _ => None,
        }
    }

    /// The number that `key` states, whatever it counts.
    pub fn count(&self, key: &str) -> Option<i64> {
        match self.figures.get(key)?.value {
            FigureValue::Count(count) => Some(count),
            _ => None,
        }
    }

    /// The yes or no that `key` states.
    pub fn flag(&self, key: &str) -> Option<bool> {
        match self.figures.get(key)?.value {
            FigureValue::Flag(flag) => Some(flag),
            _ => None,
        }
    }

    /// The word that `key` states.
    pub fn word(&self, key: &str) -> Option<&str> {
        match &self.figures.get(key)?.value {
            FigureValue::Word(word) => Some(word),
            _ => None,
        }
    }

    /// The words that `key` states; none if it states none.
    pub fn words(&self, key: &str) -> &[String] {
        match self.figures.get(key).map(|figure| &figure.value) {
            Some(FigureValue::Words(words)) => words,
            _ => &[],
        }
    }

    /// Whether the law sets no upper bound for `key`.
    pub fn is_unlimited(&self, key: &str) -> bool {
        self.figures.get(key).is_some_and(|figure| figure.value == FigureValue::Unlimited)
    }
}

fn sorted(categories: impl Iterator<Item = String>) -> Vec<String> {
    categories.collect::<BTreeSet<_>>().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(value: FigureValue, unit: Option<Measure>) -> Figure {
        let text = String::new;
        Figure { value, unit, from: None, basis: text(), source: text(), at: None, note: None, layer: text() }
    }

    /// Lays `value` upon the floor; `kept` is what then holds, `warned` whether the floor had to be defended.
    fn check(key: &str, value: FigureValue, kept: &str, warned: bool) {
        let mut profile = LawProfile::floor();
        profile.lay("test", key, given(value, None));
        assert_eq!(profile.figures[key].value.to_string(), kept, "{key}");
        assert_eq!(!profile.warnings.is_empty(), warned, "{key}");
    }

    fn word(word: &str) -> FigureValue {
        FigureValue::Word(word.into())
    }

    #[test]
    fn no_layer_goes_below_the_floor() {
        check("own_access_free", FigureValue::Flag(false), "true", true);
        check("own_access_unlimited", FigureValue::Flag(false), "true", true);
        for count in [0, 2, i64::MAX] {
            check("free_reports_per_year", FigureValue::Count(count), "unlimited", true);
        }
        check("free_reports_per_year", FigureValue::Unlimited, "unlimited", false);
        check("automated_decisions", word("allowed_with_safeguards"), "refuse", true);
        check("annotate_while_contested", FigureValue::Flag(false), "true", true);
        check("annotate_while_contested", FigureValue::Flag(true), "true", false);
        check("unverified_action", word("record_check_and_objection"), "withhold_from_inquirers", true);
        check("unverified_action", word("delete"), "delete", false);
        check("public_access", word("open"), "none_with_identity", true);
        for key in [
            "scores_or_classes_of_people",
            "social_scoring",
            "lists_of_people",
            "public_names",
            "public_display_of_people",
            "cross_field_visibility",
            "organisation_to_person_inheritance",
            "tips_from_public_about_a_person",
        ] {
            check(key, word("allow"), "refuse", true);
            check(key, FigureValue::Flag(true), "refuse", true);
            check(key, FigureValue::Unlimited, "refuse", true);
            check(key, word("refuse"), "refuse", false);
            check(key, FigureValue::None, "refuse", false);
        }
        check("show_every_look_to_person", FigureValue::Flag(false), "true", true);
    }

    #[test]
    fn a_warning_says_what_was_given_and_what_holds() {
        let mut profile = LawProfile::floor();
        profile.lay("cn", "free_reports_per_year", given(FigureValue::Count(2), Some(Measure::Count)));
        assert_eq!(
            profile.warnings[0].to_string(),
            "profile `cn` sets `free_reports_per_year` to `2`, which is weaker than the floor; `unlimited` holds"
        );
    }

    #[test]
    fn a_version_stands_in_public_for_as_long_as_the_law_wants() {
        let (mut profile, none) = (LawProfile::floor(), HolidayCalendar::default());
        let day = |text: &str| -> Day { text.parse().expect("a day") };
        assert_eq!(profile.first_day_of_version(day("2026-11-23"), &none), Ok(None));
        profile.lay("test", CATALOG_NOTICE, given(FigureValue::Count(30), Some(Measure::Time(Unit::Day))));
        assert_eq!(profile.first_day_of_version(day("2026-11-23"), &none), Ok(Some(day("2026-12-24"))));
        profile.lay("test", CATALOG_NOTICE, given(FigureValue::Count(30), Some(Measure::Time(Unit::BusinessDay))));
        assert!(profile.first_day_of_version(day("2026-11-23"), &none).is_err(), "no calendar, no working days");
    }

    #[test]
    fn categories_are_only_ever_added() {
        let mut profile = LawProfile::floor();
        let before = profile.never_collect.clone();
        profile.lay("test", "prohibited_categories", given(FigureValue::Words(vec!["biometrics".into()]), None));
        profile.lay("test", "never_collect", given(FigureValue::Words(Vec::new()), None));
        profile.add_never_collect(["genes".into()]);
        assert!(before.iter().all(|category| profile.never_collect.contains(category)));
        assert_eq!(profile.never_collect.len(), before.len() + 1);
        assert!(profile.never_collect.is_sorted());
    }

    #[test]
    fn a_later_layer_replaces_a_figure_unless_it_sets_none() {
        let mut profile = LawProfile::floor();
        let years = |count| given(FigureValue::Count(count), Some(Measure::Time(Unit::Year)));
        profile.lay("one", "adverse_display_max_days", years(5));
        profile.lay("two", "adverse_display_max_days", given(FigureValue::None, None));
        assert_eq!(profile.period("adverse_display_max_days"), Some(Period { count: 5, unit: Unit::Year }));
        assert_eq!(profile.figures["adverse_display_max_days"].layer, "one");
        profile.lay("three", "adverse_display_max_days", years(7));
        assert_eq!(profile.period("adverse_display_max_days"), Some(Period { count: 7, unit: Unit::Year }));
        profile.lay("four", "adverse_display_max_days", given(FigureValue::Unlimited, None));
        assert!(profile.is_unlimited("adverse_display_max_days"));
        assert_eq!(profile.period("adverse_display_max_days"), None);
        profile.lay("five", "statement_max_chars", given(FigureValue::None, None));
        assert_eq!(profile.figures["statement_max_chars"].value, FigureValue::None);
    }

    #[test]
    fn a_figure_answers_only_to_what_it_is() {
        let mut profile = LawProfile::floor();
        profile.lay("test", "breach_notice_hours", given(FigureValue::Count(72), Some(Measure::Hour)));
        profile.lay("test", "negative", given(FigureValue::Count(-1), Some(Measure::Time(Unit::Day))));
        assert_eq!((profile.hours("breach_notice_hours"), profile.period("breach_notice_hours")), (Some(72), None));
        assert_eq!((profile.count("negative"), profile.period("negative")), (Some(-1), None));
        assert_eq!((profile.flag("own_access_free"), profile.word("lists_of_people")), (Some(true), Some("refuse")));
        assert_eq!((profile.flag("missing"), profile.words("own_access_free")), (None, &[][..]));
    }
}
