//! What the files of one set must agree on: the versions of an item, and what a purpose is.

use std::collections::BTreeMap;

use fairfile_domain::catalog::Purpose;
use fairfile_domain::day::Day;
use fairfile_domain::id::{ItemCode, PurposeCode};

use super::{Finding, PURPOSE_TWICE, Report, VERSION};
use crate::catalog::draft::Draft;
use crate::catalog::purpose;

/// Reports versions that collide or apply backwards, and purposes that are described in two ways.
pub(super) fn check(drafts: &[(&str, &str, Draft)]) -> Vec<Finding> {
    // In order of path, so that the same set in another order gives the same findings.
    let mut drafts: Vec<&(&str, &str, Draft)> = drafts.iter().collect();
    drafts.sort_by_key(|file| (file.0, file.1));
    let mut findings = versions(&drafts);
    findings.append(&mut purposes(&drafts));
    findings
}

fn versions(drafts: &[&(&str, &str, Draft)]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut items: BTreeMap<&ItemCode, Vec<(u32, Day, usize)>> = BTreeMap::new();
    for (place, (_, _, draft)) in drafts.iter().enumerate() {
        if let (Some(code), Some(version), Some(from)) = (&draft.code, &draft.version, &draft.in_force_from) {
            items.entry(&code.value).or_default().push((version.value, from.value, place));
        }
    }
    for (code, mut versions) in items {
        versions.sort_by_key(|(version, _, place)| (*version, *place));
        for pair in versions.windows(2) {
            let [(earlier, earlier_from, _), (later, later_from, place)] = pair else { continue };
            let Some((path, text, draft)) = drafts.get(*place) else { continue };
            let mut report = Report::new(path, text);
            if earlier == later {
                let at = draft.version.as_ref().map_or(0, |version| version.at);
                report.add(&VERSION, at, format!("item `{code}` has version {later} twice"));
            } else if later_from <= earlier_from {
                let at = draft.in_force_from.as_ref().map_or(0, |day| day.at);
                let what = format!("version {later} of item `{code}` is in force no later than version {earlier}");
                report.add(&VERSION, at, what);
            }
            findings.append(&mut report.findings);
        }
    }
    findings
}

fn purposes(drafts: &[&(&str, &str, Draft)]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut known: BTreeMap<PurposeCode, (Purpose, &str)> = BTreeMap::new();
    for (path, text, draft) in drafts {
        let mut report = Report::new(path, text);
        for one in &draft.purposes {
            let Some(described) = purpose(one) else { continue };
            match known.get(&described.code) {
                Some((first, first_path)) if *first != described => {
                    let at = one.code.as_ref().map_or(one.at, |code| code.at);
                    let what = format!("purpose `{}` is described in another way in {first_path}", described.code);
                    report.add(&PURPOSE_TWICE, at, what);
                }
                Some(_) => {}
                None => {
                    known.insert(described.code.clone(), (described, path));
                }
            }
        }
        findings.append(&mut report.findings);
    }
    findings
}
