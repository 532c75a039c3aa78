//! What no text of an item may name, and what no repair may ask for.

use fairfile_domain::forbidden::{Category, find_in, says};
use fairfile_domain::profile::LawProfile;

use super::{BOUGHT_REPAIR, FORBIDDEN, Report};
use crate::catalog::draft::{Draft, KindDraft, RepairDraft, Words};
use crate::catalog::sheet::{At, shown};

/// Words for a payment that is not the duty itself. A fine that was imposed is the duty, so `fine` is not here.
const FEES: &[&str] = &[
    "fee",
    "charge",
    "payment to the registry",
    "administration cost",
    "sponsorship",
    "contribution",
    "gift",
    "subscription",
    "手续费",
    "修复费",
    "服务费",
    "工本费",
    "缴费",
    "收费",
    "赞助",
    "出资",
];
/// Words for service without pay.
const VOLUNTEERING: &[&str] = &[
    "volunteer",
    "volunteering",
    "volunteered",
    "voluntary service",
    "voluntary work",
    "voluntary hours",
    "unpaid service",
    "志愿",
    "义工",
    "公益服务",
    "无偿服务",
];

/// Reports every text of the item that names what no catalog may name.
pub(super) fn check(draft: &Draft, profile: &LawProfile, report: &mut Report<'_>) {
    let added = added_by(profile);
    let mut look = |text: &str, at: usize, place: &str| forbid(text, at, place, &added, report);
    if let Some(code) = &draft.code {
        look(code.value.as_str(), code.at, "the item's code");
    }
    each(&draft.title, "the item's title", &mut look);
    each(&draft.plain_words, "the item's plain words", &mut look);
    for input in &draft.inputs {
        if let Some(code) = &input.code {
            look(code.value.as_str(), code.at, "an input's code");
        }
        each(&input.title, "an input's title", &mut look);
        for heading in &input.headings {
            look(&heading.value, heading.at, "a heading");
        }
        match input.kind.as_ref().map(|kind| &kind.value) {
            Some(KindDraft::Choice(choices)) => {
                for choice in choices {
                    one(choice.code.as_ref(), "a choice", &mut look);
                    each(&choice.title, "a choice", &mut look);
                    choice.writings.iter().for_each(|writing| look(&writing.value, writing.at, "a choice"));
                }
            }
            Some(KindDraft::Text { needed_because, .. }) => one(needed_because.as_ref(), "a reason", &mut look),
            _ => {}
        }
    }
    for purpose in &draft.purposes {
        if let Some(code) = &purpose.code {
            look(code.value.as_str(), code.at, "a purpose's code");
        }
        each(&purpose.title, "a purpose's title", &mut look);
    }
    for repair in &draft.repair {
        check_repair(repair, &added, report);
    }
}

fn one(text: Option<&At<String>>, place: &str, look: &mut impl FnMut(&str, usize, &str)) {
    if let Some(text) = text {
        look(&text.value, text.at, place);
    }
}

fn each(words: &Words, place: &str, look: &mut impl FnMut(&str, usize, &str)) {
    one(words.en.as_ref(), place, look);
    one(words.zh.as_ref(), place, look);
}

/// Categories of the profile that the floor does not know, as words.
fn added_by(profile: &LawProfile) -> Vec<String> {
    let unknown = profile.never_collect.iter().filter(|code| Category::find(code).is_none());
    unknown.map(|code| code.replace(['_', '-'], " ").to_lowercase()).filter(|words| !words.trim().is_empty()).collect()
}

fn forbid(text: &str, at: usize, place: &str, added: &[String], report: &mut Report<'_>) {
    if let Some(category) = find_in(text) {
        let (title, law) = (category.title_en(), category.law());
        report.add(&FORBIDDEN, at, format!("{place} names {title} ({law}): `{}`", shown(text)));
    } else if let Some(words) = added.iter().find(|words| says(text, words)) {
        report.add(&FORBIDDEN, at, format!("{place} names {words} (added by the law profile): `{}`", shown(text)));
    }
}

/// A repair may ask for the duty itself, and for volunteering where its law names it.
fn check_repair(repair: &RepairDraft, added: &[String], report: &mut Report<'_>) {
    let names_law = repair.law.as_ref().is_some_and(|law| !law.value.trim().is_empty());
    let texts = [repair.code.as_ref(), repair.title.en.as_ref(), repair.title.zh.as_ref()];
    for text in texts.into_iter().flatten() {
        if FEES.iter().any(|word| says(&text.value, word)) {
            report.add(&BOUGHT_REPAIR, text.at, "a repair asks for a payment other than the duty itself");
            continue;
        }
        match find_in(&text.value) {
            Some(Category::Donations) if VOLUNTEERING.iter().any(|word| says(&text.value, word)) => {
                if !names_law {
                    report.add(&BOUGHT_REPAIR, text.at, "a repair asks for volunteering and no law names it");
                }
            }
            Some(Category::Donations) => report.add(&BOUGHT_REPAIR, text.at, "a repair asks for a donation"),
            _ => forbid(&text.value, text.at, "a repair", added, report),
        }
    }
}
