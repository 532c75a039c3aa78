//! What is wrong with a file or a form, in words of the visitor's language, with its code and what to do next.

use crate::drafts::Trouble;
use crate::explain;
use crate::pages::fault::sentence;
use crate::pages::frame::Frame;
use crate::problem::Problem;
use crate::wire::Language;

/// Something that did not work.
pub(super) struct Wrong {
    /// What happened.
    pub(super) what: String,
    /// What to do next.
    pub(super) next: String,
    /// The same with its figures; empty where the words say it all.
    pub(super) detail: String,
    /// The code, and its page.
    pub(super) code: &'static str,
    pub(super) page: String,
    /// The field that it is about: what the summary's link leads to.
    pub(super) field: &'static str,
}

impl Wrong {
    /// Of a code, with the figures that belong to it.
    pub(super) fn of(frame: &Frame, trouble: &Trouble, field: &'static str) -> Self {
        let known = explain::explain(trouble.code);
        let (what, next) = known.map_or(("", ""), |known| known.in_language(frame.language));
        let detail = match frame.language {
            Language::En => known.is_none_or(|known| known.title != trouble.detail).then(|| trouble.detail.clone()),
            Language::Zh => trouble.detail_zh.clone(),
        };
        let detail = detail.filter(|detail| !detail.is_empty());
        Self {
            what: sentence(what),
            next: sentence(next),
            detail: detail.map(|detail| sentence(&detail)).unwrap_or_default(),
            code: trouble.code,
            page: frame.to(&format!("/problems/{}", trouble.code)),
            field,
        }
    }

    /// Of a single record as a whole, in the words for one.
    pub(super) fn of_record(frame: &Frame, code: &'static str, (what, next): (&str, &str)) -> Self {
        let (what, next) = (sentence(what), sentence(next));
        Self { what, next, ..Self::of(frame, &Trouble::bare(code), "main") }
    }

    /// Of a field, in words of its own.
    pub(super) fn own(what: String, field: &'static str) -> Self {
        Self { what, next: String::new(), detail: String::new(), code: "", page: String::new(), field }
    }

    /// Of a problem.
    pub(super) fn of_problem(frame: &Frame, problem: &Problem, field: &'static str) -> Self {
        Self::of(frame, &Trouble::of(problem), field)
    }
}

#[cfg(test)]
impl Wrong {
    /// Something wrong with `field`, with all that can be said of it.
    pub(super) fn sample(field: &'static str) -> Self {
        let text = crate::pages::samples::text;
        let page = "/en/problems/Q021".to_owned();
        Self { what: text(), next: text(), detail: text(), code: "Q021", page, field }
    }
}
