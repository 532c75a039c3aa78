//! The laws that the catalog rests on, and what rests on each.

use std::collections::BTreeMap;

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use fairfile_domain::catalog::{Catalog, Law};
use i18n_embed_fl::fl;

use super::Link;
use super::catalog::link as item_link;
use super::purposes::link as purpose_link;
use crate::caller::Call;
use crate::pages::citation::{Citation, cite, reference};
use crate::pages::frame::{Frame, Theme};
use crate::problem::{Problem, RequestFault};

/// Every provision that an item or a purpose names, by what its page is called.
fn laws(catalog: &Catalog) -> BTreeMap<String, &Law> {
    let named = catalog.items().map(|item| &item.law).chain(catalog.purposes().map(|purpose| &purpose.law));
    named.map(|law| (reference(law), law)).collect()
}

#[derive(Template)]
#[template(path = "public/laws.html")]
struct List {
    frame: Frame,
    laws: Vec<Citation>,
}

/// `GET /{language}/law`
pub(crate) fn list(call: &Call<'_>) -> Result<Response, Problem> {
    let frame = Frame::of(call);
    let catalog = call.doors.reg().catalog();
    let page = List { laws: laws(&catalog).into_values().map(|law| cite(&frame, law)).collect(), frame };
    page.frame.answer(StatusCode::OK, &page)
}

#[derive(Template)]
#[template(path = "public/law.html")]
struct One {
    frame: Frame,
    law: Citation,
    /// What rests on it: a record, and in plain words what it says.
    records: Vec<(Link, String)>,
    looks: Vec<Link>,
}

/// `GET /{language}/law/{reference}`
pub(crate) fn show(call: &Call<'_>) -> Result<Response, Problem> {
    let frame = Frame::of(call);
    let catalog = call.doors.reg().catalog();
    let wanted = call.last();
    let law = laws(&catalog).remove(wanted).ok_or(RequestFault::NotFound)?;
    let items = super::catalog::in_force(&catalog, call.doors.reg().today());
    let records = items.filter(|item| reference(&item.law) == wanted);
    let looks = catalog.purposes().filter(|purpose| reference(&purpose.law) == wanted);
    let page = One {
        law: cite(&frame, law),
        records: records
            .map(|item| (item_link(&frame, item), frame.language.of(&item.plain_words).to_owned()))
            .collect(),
        looks: looks.map(|purpose| purpose_link(&frame, purpose)).collect(),
        frame,
    };
    page.frame.answer(StatusCode::OK, &page)
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::pages::samples::{WRITTEN, citation, hold};

    fn link() -> Link {
        Link { words: WRITTEN.to_owned(), to: "/en/x".to_owned() }
    }

    #[test]
    fn the_list_and_one_of_it() {
        hold(
            "public/laws.html",
            &[
                ("empty", |frame| List { frame, laws: Vec::new() }),
                ("full", |frame| List { frame, laws: vec![citation(), citation()] }),
            ],
        );
        hold(
            "public/law.html",
            &[
                ("empty", |frame| One { frame, law: citation(), records: Vec::new(), looks: Vec::new() }),
                ("full", |frame| {
                    let records = vec![(link(), WRITTEN.to_owned())];
                    One { frame, law: citation(), records, looks: vec![link(), link()] }
                }),
            ],
        );
    }
}
