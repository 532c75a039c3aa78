//! One figure of a profile: what it may be called, what it may say.

use std::collections::BTreeSet;

use fairfile_domain::{
    day::Unit,
    profile::{Figure, FigureValue, Measure},
};

use crate::{
    fault::{Flaw, LawFileFault as Fault},
    table::Table,
};

/// What a figure states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// Days, business days, months or years.
    Period,
    /// Hours, or a period where the law counts in days.
    Hours,
    Pieces,
    Chars,
    TextWords,
    Flag,
    Word,
    List,
}

/// Every figure that Fairfile knows. The keys are older than the units: a key that ends in `_days` may
/// well count months, and the unit beside the value is what holds.
const KNOWN: [(Shape, &[&str]); 8] = [
    (
        Shape::Period,
        &[
            "adverse_display_max_days",
            "adverse_waiting_days",
            "bankruptcy_display_max_days",
            "catalog_notice_days",
            "certificate_dispute_days",
            "child_age",
            "collection_period_start",
            "complaint_ack_days",
            "complaint_answer_days",
            "compliance_audit_every",
            "dispute_window_days",
            "elevation_wait_days",
            "expedited_deletion_days",
            "first_notice_days",
            "frivolous_notice_days",
            "identity_theft_block_days",
            "impact_assessment_retention_days",
            "inquiries_disclosed_days",
            "inquiry_log_retention_days",
            "method_description_days",
            "minor_age",
            "new_use_notice_days",
            "objection_ack_days",
            "objection_days",
            "objection_extension_days",
            "penalty_display_max_days",
            "penalty_display_min_days",
            "recipients_correction_lookback_days",
            "recipients_correction_lookback_employment_days",
            "refusal_notice_days",
            "registry_check_days",
            "reinsertion_notice_days",
            "repair_authority_decision_days",
            "repair_decision_days",
            "repair_effect_days",
            "report_delivery_days",
            "result_notice_days",
            "review_days",
            "source_answer_days",
            "source_notice_days",
            "withdraw_quashed_decision_days",
        ],
    ),
    (
        Shape::Hours,
        &[
            "breach_notice_hours",
            "breach_notice_hours_critical",
            "breach_notice_hours_state_organ",
            "breach_person_notice_hours",
        ],
    ),
    (Shape::Pieces, &["free_reports_per_year"]),
    (Shape::Chars, &["statement_max_chars"]),
    (Shape::TextWords, &["statement_max_words"]),
    (
        Shape::Flag,
        &[
            "adverse_action_notice",
            "annotate_during_appeal",
            "annotate_while_contested",
            "court_access",
            "inquirer_certifies_purpose",
            "notice_before_adverse",
            "own_access_free",
            "own_access_unlimited",
            "pre_adverse_notice_employment",
            "records_of_processing",
            "reinsertion_requires_certification",
            "restrict_while_contested",
            "review_available",
            "show_every_look_to_person",
        ],
    ),
    (
        Shape::Word,
        &[
            "accuracy_standard",
            "attestation_public_body_effect",
            "attestation_relying_party",
            "automated_decisions",
            "breach_person_notice",
            "consent_for_inquiry",
            "consent_withdrawal",
            "cross_field_visibility",
            "data_location",
            "data_portability",
            "enforced_subject_access",
            "inquiry_fee",
            "lists_of_people",
            "matching_verification",
            "organisation_to_person_inheritance",
            "public_access",
            "public_display_of_people",
            "public_names",
            "repair_fee",
            "report_copy_to_subject",
            "retention_rule",
            "rights_after_death",
            "scores_or_classes_of_people",
            "social_scoring",
            "tips_from_public_about_a_person",
            "unverified_action",
        ],
    ),
    (
        Shape::List,
        &[
            "attestation_formats",
            "consent_only_categories",
            "impact_assessment",
            "inquiry_log_fields",
            "never_collect",
            "never_collect_financial",
            "official_authority_only_categories",
            "prohibited_categories",
            "repair_conditions",
            "repair_effect",
            "report_contents",
            "sealed_categories",
            "sensitive_categories",
        ],
    ),
];

const KEYS: [&str; 16] = [
    "value",
    "none",
    "unlimited",
    "unit",
    "iso",
    "days",
    "hours",
    "from",
    "basis",
    "source",
    "at",
    "evidence",
    "verified",
    "note",
    "threshold",
    "to",
];

/// A figure of Fairfile's own.
pub(super) fn own(value: FigureValue) -> Figure {
    Figure {
        value,
        unit: None,
        from: None,
        basis: "product".into(),
        source: "fairfile".into(),
        at: None,
        note: None,
        layer: String::new(),
    }
}

/// Every figure of a profile, by key.
pub(super) fn read_all<'f>(figures: &Table<'f, '_>, sources: &BTreeSet<&str>) -> Result<Vec<(&'f str, Figure)>, Flaw> {
    let read_one = |(key, span, table): (&'f str, _, Table<'f, '_>)| {
        let shape = KNOWN.iter().find(|row| row.1.contains(&key)).map(|row| row.0).ok_or_else(|| {
            Flaw::new(Fault::UnknownFigure, span, format!("`{}` is no figure that Fairfile knows", figures.name(key)))
        })?;
        Ok((key, read(&table, shape, sources)?))
    };
    figures.tables_by_key()?.into_iter().map(read_one).collect()
}

fn read(table: &Table<'_, '_>, shape: Shape, sources: &BTreeSet<&str>) -> Result<Figure, Flaw> {
    table.only(&KEYS)?;
    check_rounded_copies(table)?;
    let (value, unit) = read_value(table, shape)?;
    check_iso(table, &value, unit)?;
    let text = |key| Ok(table.text(key)?.map(str::to_owned));
    for key in ["threshold", "to"] {
        table.text(key)?;
    }
    let (basis, source) = read_origin(table, sources)?;
    Ok(Figure {
        value,
        unit,
        from: text("from")?,
        basis,
        source,
        at: text("at")?,
        note: text("note")?,
        layer: String::new(),
    })
}

/// Exactly one of a value, `none = true` and `unlimited = true`.
fn read_value(table: &Table<'_, '_>, shape: Shape) -> Result<(FigureValue, Option<Measure>), Flaw> {
    let given: Vec<&str> = ["value", "none", "unlimited"].into_iter().filter(|key| table.has(key)).collect();
    let [key] = given[..] else {
        let what = "must have one of `value`, `none = true` and `unlimited = true`";
        return Err(table.flaw(Fault::MissingKey, given.last().unwrap_or(&"value"), what));
    };
    if key != "value" {
        if table.flag(key)? != Some(true) {
            return Err(table.flaw(Fault::WrongValue, key, "must be true or be left out"));
        }
        if table.has("unit") {
            return Err(table.flaw(
                Fault::Contradiction,
                "unit",
                &format!("has nothing to count beside `{key} = true`"),
            ));
        }
        let counts = !matches!(shape, Shape::Flag | Shape::Word | Shape::List);
        return match key {
            "none" => Ok((FigureValue::None, None)),
            _ if counts => Ok((FigureValue::Unlimited, None)),
            _ => Err(table.flaw(Fault::WrongValue, key, "is for figures that count something")),
        };
    }
    let unit = read_unit(table, shape)?;
    let value = match shape {
        Shape::Flag => table.flag(key)?.map(FigureValue::Flag),
        Shape::Word => table.text(key)?.map(|word| FigureValue::Word(word.into())),
        Shape::List => table.words(key)?.map(FigureValue::Words),
        Shape::Period | Shape::Hours | Shape::Pieces | Shape::Chars | Shape::TextWords => {
            table.number(key)?.map(|count| FigureValue::Count(count.into()))
        }
    };
    Ok((table.must(key, value)?, unit))
}

fn read_unit(table: &Table<'_, '_>, shape: Shape) -> Result<Option<Measure>, Flaw> {
    let allowed: &[&str] = match shape {
        Shape::Period => &["day", "business_day", "month", "year"],
        Shape::Hours => &["hour", "day", "business_day", "month"],
        Shape::Pieces => &["count"],
        Shape::Chars => &["char"],
        Shape::TextWords => &["word"],
        Shape::Flag | Shape::Word | Shape::List => {
            return match table.has("unit") {
                true => Err(table.flaw(Fault::WrongValue, "unit", "is for figures that count something")),
                false => Ok(None),
            };
        }
    };
    let unit = table.must("unit", table.one_of("unit", allowed)?)?;
    Ok(Measure::find(unit))
}

/// The ISO 8601 copy says the same as the value and its unit.
fn check_iso(table: &Table<'_, '_>, value: &FigureValue, unit: Option<Measure>) -> Result<(), Flaw> {
    let Some(iso) = table.text("iso")? else { return Ok(()) };
    let expected = match (value, unit) {
        (FigureValue::Count(n), Some(Measure::Time(Unit::Day))) => format!("P{n}D"),
        (FigureValue::Count(n), Some(Measure::Time(Unit::Month))) => format!("P{n}M"),
        (FigureValue::Count(n), Some(Measure::Time(Unit::Year))) => format!("P{n}Y"),
        (FigureValue::Count(n), Some(Measure::Hour)) => format!("PT{n}H"),
        _ => return Err(table.flaw(Fault::Contradiction, "iso", "has no ISO 8601 form to repeat; leave it out")),
    };
    if iso != expected {
        return Err(table.flaw(Fault::Contradiction, "iso", &format!("must be \"{expected}\", as value and unit say")));
    }
    Ok(())
}

/// `days` and `hours` are for display and sorting; nothing counts by them.
fn check_rounded_copies(table: &Table<'_, '_>) -> Result<(), Flaw> {
    for key in ["days", "hours"] {
        table.number(key)?;
    }
    Ok(())
}

/// What a figure or a row rests on: its basis, if it states one, and its source.
pub(super) fn read_origin(table: &Table<'_, '_>, sources: &BTreeSet<&str>) -> Result<(String, String), Flaw> {
    let basis = table.one_of("basis", &["statute", "regulation", "policy", "guidance", "product"])?;
    let source = check_source(table, sources)?;
    Ok((table.must("basis", basis)?.into(), source.into()))
}

/// The source, once it is listed and the evidence for it agrees with `verified`.
pub(super) fn check_source<'f>(table: &Table<'f, '_>, sources: &BTreeSet<&str>) -> Result<&'f str, Flaw> {
    let source = table.must("source", table.text("source")?)?;
    if !sources.contains(source) {
        return Err(table.flaw(
            Fault::UnknownSource,
            "source",
            &format!("cites `{source}`, which is no source of this file"),
        ));
    }
    let evidence = table.one_of("evidence", &["text", "official", "secondary", "memory"])?;
    let evidence = table.must("evidence", evidence)?;
    let verified = table.must("verified", table.flag("verified")?)?;
    if verified == (evidence == "memory") {
        return Err(table.flaw(
            Fault::Contradiction,
            "verified",
            "must be false where the evidence is memory, and true otherwise",
        ));
    }
    Ok(source)
}
