//! Law profiles: which legal figures a node obeys.
//!
//! A file holds many profiles, each of which extends another down to the baseline. A node chooses one.
//! The order is floor, baseline, profile, overlay; what is laid upon what, and what the floor does not
//! let through, is [`fairfile_domain::profile::LawProfile::lay`]'s work. The whole file is checked, not
//! only the profile that was chosen: a fault in a neighbour is found before someone depends on it.

use std::collections::{BTreeMap, BTreeSet};

use fairfile_domain::{
    identifier::IdentifierKind,
    profile::{Figure, FigureValue, LawProfile, PenaltyDisplay},
};

pub use crate::fault::{LawFileError as ProfileError, LawFileFault as ProfileFault};
use crate::{
    fault::{Flaw, LawFileFault as Fault},
    table::{self, Table},
};

mod figure;
mod schedule;

/// The profiles that come with Fairfile; nobody has approved them yet.
pub const EMBEDDED: &str = include_str!("../../../law/profiles.toml");

const SCHEMA: &str = "fairfile.law-profiles/1";
/// The profile under all others.
const BASELINE: &str = "baseline";

/// The profile that `text` calls `chosen`, with everything that it extends and the floor below.
///
/// ```
/// use fairfile_lawfiles::profiles;
///
/// let shanghai = profiles::load(profiles::EMBEDDED, "cn-sh")?;
/// assert_eq!(shanghai.period("objection_days").unwrap().to_string(), "5 business days");
/// assert!(shanghai.is_unlimited("free_reports_per_year")); // the law says 2, the floor says otherwise
/// assert!(!shanghai.is_approved());
/// # Ok::<(), profiles::ProfileError>(())
/// ```
pub fn load(text: &str, chosen: &str) -> Result<LawProfile, ProfileError> {
    read(text, chosen).map_err(|flaw| flaw.placed(text))
}

/// One profile as the file has it.
struct Layer<'f> {
    name: &'f str,
    approved_by: Option<&'f str>,
    /// What it extends, and where it says so.
    extends: Option<(&'f str, std::ops::Range<usize>)>,
    figures: Vec<(&'f str, Figure)>,
    never_collect: Vec<String>,
    penalty_displays: Vec<PenaltyDisplay>,
}

fn read(text: &str, chosen: &str) -> Result<LawProfile, Flaw> {
    let file = table::parse(text)?;
    let root = Table::root(&file);
    check_head(&root)?;
    let sources = read_sources(&root)?;
    check_identifiers(&root)?;
    let layers = read_layers(&root, &sources)?;

    let mut profile = LawProfile::floor();
    lay_floor(&root, &mut profile)?;
    for (code, layer) in chain(&root, &layers, chosen)? {
        for (key, figure) in &layer.figures {
            profile.lay(code, key, figure.clone());
        }
        profile.add_never_collect(layer.never_collect.iter().cloned());
        profile.penalty_displays.extend(layer.penalty_displays.iter().cloned());
        profile.layers.push(code.into());
        profile.code = code.into();
        profile.name = layer.name.into();
        // Who signed off the law of the land has not signed off the law of a city.
        profile.approved_by = layer.approved_by.or(root.text("approved_by")?).unwrap_or_default().into();
    }
    Ok(profile)
}

fn check_head(root: &Table<'_, '_>) -> Result<(), Flaw> {
    let schema = root.must("schema", root.text("schema")?)?;
    if schema != SCHEMA {
        return Err(root.flaw(Fault::OtherSchema, "schema", &format!("must be \"{SCHEMA}\"")));
    }
    root.only(&["schema", "as_of", "approved_by", "source", "floor", "profile", "identifier"])?;
    root.day("as_of")?;
    root.text("approved_by")?;
    Ok(())
}

/// The keys of all sources.
fn read_sources<'f>(root: &Table<'f, '_>) -> Result<BTreeSet<&'f str>, Flaw> {
    let Some(table) = root.table("source")? else { return Ok(BTreeSet::new()) };
    let mut keys = BTreeSet::new();
    for (key, _, source) in table.tables_by_key()? {
        source.only(&["title", "date", "in_force_from", "in_force_until", "status", "seen", "caveat", "watch"])?;
        source.must("title", source.text("title")?)?;
        for day in ["date", "in_force_from", "in_force_until"] {
            source.day(day)?;
        }
        for text in ["status", "seen", "caveat", "watch"] {
            source.text(text)?;
        }
        keys.insert(key);
    }
    Ok(keys)
}

/// The kinds of identifiers are code; the file describes them for lawyers and may name no other.
fn check_identifiers(root: &Table<'_, '_>) -> Result<(), Flaw> {
    for row in root.tables("identifier")? {
        row.only(&[
            "id",
            "standard",
            "length",
            "check",
            "encodes",
            "crate",
            "test_valid",
            "test_invalid",
            "tested",
            "subject",
            "default",
        ])?;
        let id = row.must("id", row.text("id")?)?;
        let kind = IdentifierKind::find(id)
            .ok_or_else(|| row.flaw(Fault::WrongValue, "id", "must be a kind of identifier that Fairfile knows"))?;
        if row.number("length")?.is_some_and(|length| length as usize != kind.length()) {
            return Err(row.flaw(Fault::Contradiction, "length", &format!("must be {}", kind.length())));
        }
        for text in ["standard", "check", "crate", "test_valid", "test_invalid", "subject", "default"] {
            row.text(text)?;
        }
        row.words("encodes")?;
        row.flag("tested")?;
    }
    Ok(())
}

/// What the file repeats of the floor; it can add to the floor and cannot lower it.
fn lay_floor(root: &Table<'_, '_>, profile: &mut LawProfile) -> Result<(), Flaw> {
    const AT_LEAST: &str = "unverified_action_at_least";
    const FLAGS: [&str; 4] =
        ["own_access_free", "own_access_unlimited", "annotate_while_contested", "show_every_look_to_person"];
    const WORDS: [&str; 7] = [
        "automated_decisions",
        "scores_or_classes_of_people",
        "lists_of_people",
        "public_names",
        "cross_field_visibility",
        "organisation_to_person_inheritance",
        "tips_from_public_about_a_person",
    ];
    const LISTS: [&str; 2] = ["never_collect", "never_collect_financial"];
    let Some(floor) = root.table("floor")? else { return Ok(()) };
    floor.only(&[&FLAGS[..], &WORDS, &LISTS, &[AT_LEAST]].concat())?;
    for key in FLAGS {
        if let Some(flag) = floor.flag(key)? {
            profile.lay("floor", key, figure::own(FigureValue::Flag(flag)));
        }
    }
    for key in WORDS {
        if let Some(word) = floor.text(key)? {
            profile.lay("floor", key, figure::own(FigureValue::Word(word.into())));
        }
    }
    if let Some(word) = floor.text(AT_LEAST)? {
        profile.lay("floor", "unverified_action", figure::own(FigureValue::Word(word.into())));
    }
    for key in LISTS {
        profile.add_never_collect(floor.words(key)?.unwrap_or_default());
    }
    Ok(())
}

fn read_layers<'f>(root: &Table<'f, '_>, sources: &BTreeSet<&str>) -> Result<BTreeMap<&'f str, Layer<'f>>, Flaw> {
    let profiles = root.must("profile", root.table("profile")?)?;
    let layer = |(code, _, table): (&'f str, _, Table<'f, '_>)| Ok((code, read_layer(code, &table, sources)?));
    profiles.tables_by_key()?.into_iter().map(layer).collect()
}

fn read_layer<'f>(code: &str, table: &Table<'f, '_>, sources: &BTreeSet<&str>) -> Result<Layer<'f>, Flaw> {
    table.only(&[
        "name",
        "kind",
        "extends",
        "approved_by",
        "supervisors",
        "purposes_by_law",
        "national_law_needed_for",
        "catalogue_rule",
        "never_collect",
        "figures",
        "penalty_display",
        "rehabilitation",
        "certificate_filter",
    ])?;
    table.must("kind", table.one_of("kind", &["default", "profile", "overlay"])?)?;
    for list in ["supervisors", "purposes_by_law", "national_law_needed_for"] {
        table.words(list)?;
    }
    table.text("catalogue_rule")?;
    schedule::check_rehabilitation(table, sources)?;
    let figures = match table.table("figures")? {
        Some(figures) => figure::read_all(&figures, sources)?,
        None => Vec::new(),
    };
    Ok(Layer {
        name: table.must("name", table.text("name")?)?,
        approved_by: table.text("approved_by")?,
        extends: table.text("extends")?.map(|base| (base, table.place("extends"))),
        figures,
        never_collect: table.words("never_collect")?.unwrap_or_default(),
        penalty_displays: schedule::read_penalty_displays(code, table, sources)?,
    })
}

/// The layers from the baseline to `chosen`, in the order in which they are laid.
fn chain<'l, 'f>(
    root: &Table<'_, '_>,
    layers: &'l BTreeMap<&'f str, Layer<'f>>,
    chosen: &str,
) -> Result<Vec<(&'f str, &'l Layer<'f>)>, Flaw> {
    // A fault in any chain is a fault of the file, whichever profile was chosen.
    for code in layers.keys() {
        chain_of(layers, code)?;
    }
    if !layers.contains_key(chosen) {
        let known = layers.keys().copied().collect::<Vec<_>>().join(", ");
        let what = format!("profile `{chosen}` is not in the file, which has {known}");
        return Err(Flaw::new(Fault::NoSuchProfile, root.place("profile"), what));
    }
    let mut chain = chain_of(layers, chosen)?;
    if let Some((code, baseline)) = layers.get_key_value(BASELINE)
        && chain.iter().all(|layer| layer.0 != BASELINE)
    {
        chain.push((code, baseline));
    }
    chain.reverse();
    Ok(chain)
}

/// `code` and what it extends, from the top down.
fn chain_of<'l, 'f>(
    layers: &'l BTreeMap<&'f str, Layer<'f>>,
    code: &str,
) -> Result<Vec<(&'f str, &'l Layer<'f>)>, Flaw> {
    let mut chain = Vec::new();
    let mut next = layers.get_key_value(code);
    while let Some((code, layer)) = next {
        chain.push((*code, layer));
        let Some((base, span)) = &layer.extends else { break };
        let no_base = |what: String| Flaw::new(Fault::NoBase, span.clone(), what);
        if chain.iter().any(|known| known.0 == *base) {
            return Err(no_base(format!("profile `{code}` extends `{base}`, which extends it in turn")));
        }
        next = layers.get_key_value(base);
        if next.is_none() {
            return Err(no_base(format!("profile `{code}` extends `{base}`, which is not in the file")));
        }
    }
    Ok(chain)
}

#[cfg(test)]
mod tests;
