//! The tables of a profile: how long classes of penalties may be displayed, and when the past is spent.

use std::collections::BTreeSet;

use fairfile_domain::{
    day::{Period, Unit},
    profile::PenaltyDisplay,
};

use super::figure::check_source;
use crate::{
    fault::{Flaw, LawFileFault as Fault},
    table::Table,
};

/// The rows of `penalty_display`.
pub(super) fn read_penalty_displays(
    layer: &str,
    table: &Table<'_, '_>,
    sources: &BTreeSet<&str>,
) -> Result<Vec<PenaltyDisplay>, Flaw> {
    table.tables("penalty_display")?.iter().map(|row| read_penalty_display(layer, row, sources)).collect()
}

fn read_penalty_display(layer: &str, row: &Table<'_, '_>, sources: &BTreeSet<&str>) -> Result<PenaltyDisplay, Flaw> {
    row.only(&[
        "scheme",
        "in_force_from",
        "in_force_until",
        "class",
        "examples",
        "key_fields",
        "publish",
        "min_iso",
        "min_days",
        "max_iso",
        "max_days",
        "repair_from",
        "source",
        "evidence",
        "verified",
        "note",
    ])?;
    for list in ["examples", "key_fields"] {
        row.words(list)?;
    }
    for rounded in ["min_days", "max_days"] {
        row.number(rounded)?;
    }
    row.one_of("repair_from", &["duty_performed", "minimum_reached"])?;
    row.text("note")?;
    check_source(row, sources)?;
    let shortest = period(row, "min_iso")?.unwrap_or(Period { count: 0, unit: Unit::Day });
    let longest = row.must("max_iso", period(row, "max_iso")?)?;
    if !shortest.at_most(&longest) {
        return Err(row.flaw(Fault::Contradiction, "min_iso", "must be no longer than `max_iso`"));
    }
    Ok(PenaltyDisplay {
        layer: layer.into(),
        scheme: row.must("scheme", row.text("scheme")?)?.into(),
        in_force_from: row.must("in_force_from", row.day("in_force_from")?)?,
        in_force_until: row.day("in_force_until")?,
        class: row.must("class", row.text("class")?)?.into(),
        publish: row.must("publish", row.flag("publish")?)?,
        shortest,
        longest,
    })
}

/// Rehabilitation and certificate filters are there for the lawyer who signs the profile off; no rule of
/// this version counts by them, but a fault in them is a fault.
pub(super) fn check_rehabilitation(table: &Table<'_, '_>, sources: &BTreeSet<&str>) -> Result<(), Flaw> {
    const ISO: [&str; 3] = ["adult_iso", "under18_iso", "after_iso"];
    for row in [table.tables("rehabilitation")?, table.tables("certificate_filter")?].concat() {
        row.only(
            &[&ISO[..], &["disposal", "from", "ends_with", "never", "note", "source", "evidence", "verified"]].concat(),
        )?;
        row.must("disposal", row.text("disposal")?)?;
        for iso in ISO {
            period(&row, iso)?;
        }
        for text in ["from", "ends_with", "note"] {
            row.text(text)?;
        }
        row.flag("never")?;
        check_source(&row, sources)?;
    }
    Ok(())
}

/// A period of days, months or years in the writing of ISO 8601, such as `P3M`.
fn period(row: &Table<'_, '_>, key: &str) -> Result<Option<Period>, Flaw> {
    let read = |iso: &str| {
        let iso = iso.strip_prefix('P')?;
        let (count, unit) = iso.split_at_checked(iso.len().checked_sub(1)?)?;
        let unit = match unit {
            "D" => Unit::Day,
            "M" => Unit::Month,
            "Y" => Unit::Year,
            _ => return None,
        };
        let plain = count.bytes().all(|c| c.is_ascii_digit());
        plain.then(|| count.parse().ok()).flatten().map(|count| Period { count, unit })
    };
    let wrong = || row.flaw(Fault::WrongValue, key, "must be days, months or years as in \"P3M\"");
    row.text(key)?.map(|iso| read(iso).ok_or_else(wrong)).transpose()
}
