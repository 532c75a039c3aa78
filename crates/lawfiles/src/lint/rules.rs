//! What one item must say for itself.

use std::collections::BTreeMap;

use fairfile_domain::catalog::{Bearing, Missing};
use fairfile_domain::day::{Period, Unit};
use fairfile_domain::id::InputCode;
use fairfile_domain::identifier::Holder;
use fairfile_domain::profile::LawProfile;
use unicode_normalization::UnicodeNormalization;

use super::{
    BAD_VALUE, BELOW_FLOOR, BODY_NUMBER, CODE_TWICE, FindingKind, HEADING_TWICE, NEEDLESS_TEXT, NO_END, NO_PURPOSE,
    NO_WAY_OUT, NOT_ONE, OTHER_SECTOR, OWN_JUDGE, Report, UNKNOWN_INPUT, wording,
};
use crate::catalog::draft::{ChoiceDraft, DisplayDraft, Draft, InputDraft, KindDraft, StartDraft};
use crate::catalog::sheet::{At, shown};

/// A record that outlives its subject by this much has no end that counts.
const LONGEST: Period = Period { count: 100, unit: Unit::Year };
/// Most characters of a free text.
const MOST_CHARS: u32 = 4_000;
/// A reason shorter than this is none; a Han character says about as much as three letters.
const LEAST_REASON: usize = 20;

/// Reports everything that is wrong with one item.
pub(super) fn check(draft: &Draft, profile: &LawProfile, report: &mut Report<'_>) {
    check_version(draft, report);
    check_members(draft, report);
    check_subject(draft, report);
    check_texts(draft, report);
    check_references(draft, report);
    check_end(draft, report);
    if draft.bearing.as_ref().is_some_and(|bearing| bearing.value == Bearing::Adverse) {
        check_adverse(draft, profile, report);
    }
    check_purposes(draft, report);
    check_codes(draft, report);
    check_headings(draft, report);
    wording::check(draft, profile, report);
}

fn check_version(draft: &Draft, report: &mut Report<'_>) {
    if let Some(version) = draft.version.as_ref().filter(|version| version.value == 0) {
        report.add(&BAD_VALUE, version.at, "`version` counts from 1");
    }
}

fn check_members(draft: &Draft, report: &mut Report<'_>) {
    let Some(judge) = &draft.reconsideration else { return };
    if draft.sources.iter().any(|source| source.value == judge.value) {
        report.add(&OWN_JUDGE, judge.at, format!("`{}` is a source of the item and would reconsider it", judge.value));
    }
}

/// The subject is one person by one identifier and one name, and the record has one number.
fn check_subject(draft: &Draft, report: &mut Report<'_>) {
    type Is = fn(&KindDraft) -> bool;
    let wanted: [(&str, Is); 3] = [
        ("identifier", |kind| matches!(kind, KindDraft::Identifier(_))),
        ("name", |kind| matches!(kind, KindDraft::Name)),
        ("number", |kind| matches!(kind, KindDraft::Number)),
    ];
    for (word, is) in wanted {
        let inputs: Vec<&InputDraft> =
            draft.inputs.iter().filter(|input| input.kind.as_ref().is_some_and(|kind| is(&kind.value))).collect();
        if inputs.is_empty() {
            report.add(&NOT_ONE, 0, format!("the item has no input of kind `{word}`"));
        }
        for second in inputs.iter().skip(1) {
            report.add(&NOT_ONE, place_of(second), format!("the item has a second input of kind `{word}`"));
        }
        for input in &inputs {
            if let Some(missing) = input.missing.as_ref().filter(|missing| missing.value != Missing::Rejected) {
                report.add(&NOT_ONE, missing.at, format!("a row without its {word} would not be rejected"));
            }
        }
    }
    for input in &draft.inputs {
        let Some(At { value: KindDraft::Identifier(kinds), .. }) = &input.kind else { continue };
        for kind in kinds.iter().filter(|kind| matches!(kind.value.holder(), Holder::Body)) {
            report.add(&BODY_NUMBER, kind.at, format!("`{}` is the number of a body", kind.value.code()));
        }
    }
}

fn place_of(input: &InputDraft) -> usize {
    input.kind.as_ref().map_or(input.at, |kind| kind.at)
}

fn check_texts(draft: &Draft, report: &mut Report<'_>) {
    for input in &draft.inputs {
        let Some(kind) = &input.kind else { continue };
        let KindDraft::Text { most_chars, needed_because } = &kind.value else { continue };
        if let Some(most) = most_chars.as_ref().filter(|most| most.value == 0 || most.value > MOST_CHARS) {
            report.add(&NEEDLESS_TEXT, most.at, format!("`most_chars` is {}, not 1 to {MOST_CHARS}", most.value));
        }
        if let Some(reason) = needed_because.as_ref().filter(|reason| is_hollow(&reason.value)) {
            report.add(&NEEDLESS_TEXT, reason.at, "`needed_because` says too little to judge by");
        }
        let is_optional = input.missing.as_ref().is_some_and(|missing| missing.value != Missing::Rejected);
        let is_seen = input.code.as_ref().is_none_or(|code| {
            draft.purposes.iter().any(|purpose| purpose.inputs.iter().any(|seen| seen.value == code.value))
        });
        if is_optional && !is_seen {
            report.add(&NEEDLESS_TEXT, kind.at, "the text may be missing, and no purpose sees it");
        }
    }
}

/// Whether a reason holds too few letters, or the same few again and again.
fn is_hollow(reason: &str) -> bool {
    let weight: usize = reason.chars().filter(|c| c.is_alphabetic()).map(|c| if c.is_ascii() { 1 } else { 3 }).sum();
    let letters: std::collections::BTreeSet<char> = reason.chars().filter(|c| c.is_alphabetic()).collect();
    weight < LEAST_REASON || letters.len() < 6
}

/// Every reference to an input must reach one, and a day where a day is meant.
fn check_references(draft: &Draft, report: &mut Report<'_>) {
    for purpose in &draft.purposes {
        for seen in &purpose.inputs {
            if draft.input(&seen.value).is_none() {
                report.add(&UNKNOWN_INPUT, seen.at, format!("the item has no input `{}`", seen.value));
            }
        }
    }
    for (earlier, later) in &draft.order {
        check_day(draft, &earlier.value, earlier.at, report);
        check_day(draft, &later.value, later.at, report);
        if earlier.value == later.value {
            report.add(&UNKNOWN_INPUT, later.at, "`order` compares an input with itself");
        }
    }
    let Some(display) = &draft.display else { return };
    if let Some(At { value: StartDraft::Input(code), at }) = &display.from {
        check_day(draft, code, *at, report);
    }
    if let Some(until) = &display.until {
        check_day(draft, &until.value, until.at, report);
    }
}

fn check_day(draft: &Draft, code: &InputCode, at: usize, report: &mut Report<'_>) {
    match draft.input(code) {
        None => report.add(&UNKNOWN_INPUT, at, format!("the item has no input `{code}`")),
        Some(InputDraft { kind: Some(kind), .. }) if !matches!(kind.value, KindDraft::Day { .. }) => {
            report.add(&UNKNOWN_INPUT, at, format!("input `{code}` is no day"));
        }
        Some(input) => {
            // A display that hangs on an optional day would have no beginning or no end without it.
            let in_display = draft.display.as_ref().is_some_and(|display| uses(display, code));
            let optional = input.missing.as_ref().is_some_and(|missing| missing.value == Missing::Allowed);
            if in_display && optional {
                report.add(&NO_END, at, format!("display hangs on input `{code}`, which may be missing"));
            }
        }
    }
}

fn uses(display: &DisplayDraft, code: &InputCode) -> bool {
    let from = display.from.as_ref().is_some_and(|from| matches!(&from.value, StartDraft::Input(own) if own == code));
    from || display.until.as_ref().is_some_and(|until| until.value == *code)
}

fn check_end(draft: &Draft, report: &mut Report<'_>) {
    let lasts = draft.display.as_ref().and_then(|display| display.lasts.as_ref());
    for (what, period) in [("display", lasts), ("retention", draft.retention.as_ref())] {
        let Some(period) = period else { continue };
        if period.value.count == 0 {
            report.add(&NO_END, period.at, format!("{what} lasts no time at all"));
        } else if is_endless(period.value) {
            report.add(&NO_END, period.at, format!("{what} lasts {}, which is as good as for ever", period.value));
        }
    }
}

/// Business days have no longest form, for holidays have no bound; there are fewer than 366 in a year.
fn is_endless(period: Period) -> bool {
    match period.unit {
        Unit::BusinessDay => period.count > LONGEST.count * 365,
        Unit::Day | Unit::Month | Unit::Year => !period.at_most(&LONGEST),
    }
}

/// Time works for the person: an adverse record is displayed for no longer than the law allows, from a
/// day that is past, and there is a way to end it early.
fn check_adverse(draft: &Draft, profile: &LawProfile, report: &mut Report<'_>) {
    if draft.repair.is_empty() {
        report.add(&NO_WAY_OUT, 0, "the item is adverse and has no [[repair]]");
    }
    let Some(display) = &draft.display else { return };
    if let Some(until) = &display.until {
        let what = format!(
            "display of an adverse record until `{}` has no length that could be checked; it needs `lasts`",
            until.value
        );
        report.add(&BELOW_FLOOR, until.at, what);
    }
    if let (Some(lasts), Some(most)) = (&display.lasts, profile.period("adverse_display_max_days"))
        && !lasts.value.at_most(&most)
    {
        let (own, code) = (lasts.value, &profile.code);
        let certain = if own.longest_days().is_none() { ", which have no certain length" } else { "" };
        let what = format!("display of an adverse record lasts {own}{certain}; law profile `{code}` allows {most}");
        report.add(&BELOW_FLOOR, lasts.at, what);
    }
    match &display.from {
        Some(At { value: StartDraft::Received, at }) => {
            report.add(&BELOW_FLOOR, *at, "display of an adverse record would begin only when it was received");
        }
        Some(At { value: StartDraft::Input(code), at }) => {
            let kind = draft.input(code).and_then(|input| input.kind.as_ref());
            if let Some(At { value: KindDraft::Day { past_only: false }, .. }) = kind {
                report.add(
                    &BELOW_FLOOR,
                    *at,
                    format!("display of an adverse record would begin on `{code}`, which may lie ahead"),
                );
            }
        }
        None => {}
    }
}

fn check_purposes(draft: &Draft, report: &mut Report<'_>) {
    if draft.purposes.is_empty() {
        report.add(&NO_PURPOSE, 0, "the item has no [[purpose]]");
    }
    for purpose in &draft.purposes {
        if purpose.inputs.is_empty() {
            report.add(&NO_PURPOSE, purpose.at, "the purpose sees no input");
        }
        let (Some(own), Some(other)) = (&draft.sector, &purpose.sector) else { continue };
        if own.value != other.value {
            let what =
                format!("the purpose lies in sector `{}`, the item in `{}`", other.value.code(), own.value.code());
            report.add(&OTHER_SECTOR, other.at, what);
        }
    }
}

fn check_codes(draft: &Draft, report: &mut Report<'_>) {
    let inputs = draft.inputs.iter().filter_map(|input| input.code.as_ref()).map(|code| (code.value.as_str(), code.at));
    unique(inputs, &CODE_TWICE, "input", report);
    let purposes = draft.purposes.iter().filter_map(|one| one.code.as_ref()).map(|code| (code.value.as_str(), code.at));
    unique(purposes, &CODE_TWICE, "purpose", report);
    let repairs = draft.repair.iter().filter_map(|one| one.code.as_ref()).map(|code| (code.value.as_str(), code.at));
    unique(repairs, &CODE_TWICE, "repair", report);
    let sources = draft.sources.iter().map(|code| (code.value.as_str(), code.at));
    unique(sources, &CODE_TWICE, "source", report);
    for purpose in &draft.purposes {
        let seen = purpose.inputs.iter().map(|code| (code.value.as_str(), code.at));
        unique(seen, &CODE_TWICE, "input of a purpose", report);
    }
    for choices in draft.inputs.iter().filter_map(choices_of) {
        let codes = choices.iter().filter_map(|choice| choice.code.as_ref()).map(|code| (code.value.as_str(), code.at));
        unique(codes, &CODE_TWICE, "choice", report);
    }
}

fn unique<'a>(codes: impl Iterator<Item = (&'a str, usize)>, kind: &FindingKind, what: &str, report: &mut Report<'_>) {
    let mut known = std::collections::BTreeSet::new();
    for (code, at) in codes {
        if !known.insert(code) {
            report.add(kind, at, format!("{what} `{}` is given twice", shown(code)));
        }
    }
}

fn choices_of(input: &InputDraft) -> Option<&[ChoiceDraft]> {
    match &input.kind {
        Some(At { value: KindDraft::Choice(choices), .. }) => Some(choices),
        _ => None,
    }
}

/// A heading must lead to one input, and a writing to one choice; the code of each counts as one.
fn check_headings(draft: &Draft, report: &mut Report<'_>) {
    let headings = draft.inputs.iter().enumerate().flat_map(|(owner, input)| {
        let code = input.code.iter().map(move |code| (owner, code.value.as_str(), code.at));
        code.chain(input.headings.iter().map(move |heading| (owner, heading.value.as_str(), heading.at)))
    });
    one_owner(headings, "heading", report);
    for choices in draft.inputs.iter().filter_map(choices_of) {
        let writings = choices.iter().enumerate().flat_map(|(owner, choice)| {
            let texts = [choice.code.as_ref(), choice.title.en.as_ref(), choice.title.zh.as_ref()];
            texts.into_iter().flatten().chain(&choice.writings).map(move |text| (owner, text.value.as_str(), text.at))
        });
        one_owner(writings, "writing", report);
    }
}

fn one_owner<'a>(texts: impl Iterator<Item = (usize, &'a str, usize)>, what: &str, report: &mut Report<'_>) {
    let mut owners: BTreeMap<String, usize> = BTreeMap::new();
    for (owner, text, at) in texts {
        let folded: String = text.nfkc().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
        if folded.is_empty() {
            report.add(&BAD_VALUE, at, format!("a {what} is empty"));
        } else if *owners.entry(folded).or_insert(owner) != owner {
            report.add(&HEADING_TWICE, at, format!("{what} `{}` stands for two", shown(text)));
        }
    }
}
