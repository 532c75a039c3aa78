//! Why nothing was shown, told to the officer who asked: whole sentences, a purpose by its title, a day as pages write days.

use fairfile_domain::day::Day;
use fairfile_domain::refusal::{REFUSALS, Refusal};
use fairfile_service::Registry;
use i18n_embed_fl::fl;

use super::fault::sentence;
use super::frame::Frame;

/// A refusal as a page tells it.
pub(super) struct Refused {
    /// What happened.
    pub(super) what: String,
    /// What to do next.
    pub(super) next: String,
    /// Where it is done, if that is here.
    pub(super) to: Option<String>,
    /// The rule behind it.
    pub(super) law: String,
    pub(super) code: &'static str,
    /// The code's own page.
    pub(super) page: String,
}

impl Refused {
    pub(super) fn of(frame: &Frame, reg: &Registry, refusal: &Refusal) -> Self {
        let row = refusal.row();
        let catalog = reg.catalog();
        let (purpose, ended_on) = match refusal {
            Refusal::PurposeNotHeld(purpose)
            | Refusal::NeverTrained(purpose)
            | Refusal::OtherSector(purpose)
            | Refusal::NoConsent(purpose) => (Some(purpose), None),
            Refusal::TrainingEnded { purpose, on } => (Some(purpose), Some(*on)),
            Refusal::MemberSuspended
            | Refusal::OfficerSuspended
            | Refusal::NotOnDuty
            | Refusal::NoSuchPurpose
            | Refusal::LooksLikeEnumeration
            | Refusal::NotTwoOfficers => (None, None),
        };
        let known = purpose.and_then(|code| catalog.purpose(code));
        let code = match purpose.map_or("", |code| code.as_str()) {
            fairfile_domain::access::COUNTER_VISIT => fl!(frame.words, "receipt-at-counter"),
            code => code.to_owned(),
        };
        let title = known.map_or(code, |known| frame.language.of(&known.title).to_owned());
        let is_learnt = matches!(refusal, Refusal::NeverTrained(_) | Refusal::TrainingEnded { .. });
        Self {
            what: why(frame, row.code, &title, ended_on),
            next: sentence(frame.language.pick(row.next_en, row.next_zh)),
            to: is_learnt.then(|| frame.to("/learn")),
            law: sentence(frame.language.pick(row.law, row.law_zh)),
            code: row.code,
            page: frame.to(&format!("/problems/{}", row.code)),
        }
    }
}

/// Why nothing was shown, in one sentence. `purpose` is a title; `ended_on` the last day of a training, where it is known.
pub(super) fn why(frame: &Frame, code: &str, purpose: &str, ended_on: Option<Day>) -> String {
    let words = frame.words;
    match (code, ended_on) {
        ("D001", _) => fl!(words, "refused-d001"),
        ("D002", _) => fl!(words, "refused-d002"),
        ("D003", _) => fl!(words, "refused-d003"),
        ("D004", _) => fl!(words, "refused-d004"),
        ("D005", _) => fl!(words, "refused-d005", purpose = purpose),
        ("D006", _) => fl!(words, "refused-d006", purpose = purpose),
        ("D007", Some(day)) => fl!(words, "refused-d007-on", purpose = purpose, day = frame.day(day)),
        ("D007", None) => fl!(words, "refused-d007", purpose = purpose),
        ("D008", _) => fl!(words, "refused-d008", purpose = purpose),
        ("D009", _) => fl!(words, "refused-d009", purpose = purpose),
        ("D010", _) => fl!(words, "refused-d010"),
        ("D011", _) => fl!(words, "refused-d011"),
        (other, _) => {
            let known = REFUSALS.iter().find(|row| row.code == other);
            sentence(known.map_or("", |row| frame.language.pick(row.en, row.zh)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Language;

    #[test]
    fn every_refusal_is_told_in_a_sentence_of_the_page_s_own_language() {
        for row in &REFUSALS {
            let [en, zh] =
                [Language::En, Language::Zh].map(|language| why(&Frame::sample(language), row.code, "P", None));
            assert!(en.starts_with(char::is_uppercase) && en.ends_with('.'), "{}: {en}", row.code);
            assert!(zh.ends_with('。') && !zh.to_ascii_lowercase().contains("denied"), "{}: {zh}", row.code);
            assert!(!row.law_zh.is_empty() && !row.law_zh.is_ascii(), "{}", row.code);
        }
    }
}
