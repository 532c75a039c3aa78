//! What no profile can lower.

use super::{Figure, FigureValue};

/// What the floor asks of one figure.
pub(super) enum Rule {
    /// It is a yes.
    Yes,
    /// It has no bound.
    Unlimited,
    /// It is one of these words, the first being the floor's own and each next one at least as strong.
    OneOf(&'static [&'static str]),
}

impl Rule {
    pub(super) fn allows(&self, value: &FigureValue) -> bool {
        match (self, value) {
            (Rule::Yes, FigureValue::Flag(flag)) => *flag,
            (Rule::Unlimited, value) => *value == FigureValue::Unlimited,
            (Rule::OneOf(words), FigureValue::Word(word)) => words.contains(&word.as_str()),
            (Rule::Yes | Rule::OneOf(_), _) => false,
        }
    }

    /// The floor's own value.
    pub(super) fn kept(&self) -> FigureValue {
        match self {
            Rule::Yes => FigureValue::Flag(true),
            Rule::Unlimited => FigureValue::Unlimited,
            Rule::OneOf(words) => words.first().map_or(FigureValue::None, |word| FigureValue::Word((*word).into())),
        }
    }
}

const REFUSED: Rule = Rule::OneOf(&["refuse", "prohibited"]);
const WITHHELD: Rule = Rule::OneOf(&["withhold_from_inquirers", "restrict_then_rectify_or_erase", "delete"]);

/// The floor, figure by figure. Some have two names, for the law profiles use both.
pub(super) const RULES: [(&str, Rule); 16] = [
    ("own_access_free", Rule::Yes),
    ("own_access_unlimited", Rule::Yes),
    ("free_reports_per_year", Rule::Unlimited),
    ("automated_decisions", REFUSED),
    ("scores_or_classes_of_people", REFUSED),
    ("social_scoring", REFUSED),
    ("lists_of_people", REFUSED),
    ("public_names", REFUSED),
    ("public_display_of_people", REFUSED),
    ("public_access", Rule::OneOf(&["none_with_identity", "refuse"])),
    ("cross_field_visibility", REFUSED),
    ("organisation_to_person_inheritance", REFUSED),
    ("annotate_while_contested", Rule::Yes),
    ("unverified_action", WITHHELD),
    ("show_every_look_to_person", Rule::Yes),
    ("tips_from_public_about_a_person", REFUSED),
];

/// Categories that no catalog item may name, whatever a profile says.
pub(super) const NEVER_COLLECT: [&str; 18] = [
    "religion_or_belief",
    "genes",
    "fingerprints",
    "face_voice_iris_gait",
    "blood_type",
    "disease_or_medical_history",
    "health",
    "sex_life_or_orientation",
    "race_or_ethnic_origin",
    "political_opinion",
    "trade_union_membership",
    "military_service",
    "speech_or_assembly",
    "online_or_social_behaviour",
    "student_conduct",
    "location_track",
    "donations_or_volunteering_as_merit",
    "tips_from_public",
];

/// What other laws allow with written consent; Fairfile does not hold it at all.
pub(super) const NEVER_COLLECT_FINANCIAL: [&str; 6] =
    ["income", "deposits", "securities", "commercial_insurance", "real_estate", "tax_amount"];

/// Figures whose words are categories that must not be collected.
pub(super) const ADDS_CATEGORIES: [&str; 4] =
    ["never_collect", "never_collect_financial", "prohibited_categories", "consent_only_categories"];

/// The floor's own figure with this value.
pub(super) fn figure(value: FigureValue) -> Figure {
    Figure {
        value,
        unit: None,
        from: None,
        basis: "product".into(),
        source: "fairfile".into(),
        at: None,
        note: None,
        layer: "floor".into(),
    }
}
