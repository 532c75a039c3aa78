//! Why anybody may ask, and what the answer may hold.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use fairfile_domain::catalog::{Basis, Catalog, Item, Purpose};
use fairfile_domain::day::Day;
use fairfile_domain::id::PurposeCode;
use i18n_embed_fl::fl;

use super::Link;
use super::catalog::{in_force, link as item_link};
use crate::caller::Call;
use crate::pages::citation::{Citation, cite};
use crate::pages::frame::{Frame, Theme};
use crate::problem::{Problem, RequestFault};

struct Row {
    purpose: Link,
    law: Citation,
    basis: String,
}

#[derive(Template)]
#[template(path = "public/purposes.html")]
struct List {
    frame: Frame,
    rows: Vec<Row>,
}

fn basis(frame: &Frame, purpose: &Purpose) -> String {
    match purpose.basis {
        Basis::StatutoryDuty => fl!(frame.words, "basis-duty"),
        Basis::Consent => fl!(frame.words, "basis-consent"),
    }
}

/// A link to a purpose's page.
pub(super) fn link(frame: &Frame, purpose: &Purpose) -> Link {
    Link { words: frame.language.of(&purpose.title).to_owned(), to: frame.to(&format!("/purposes/{}", purpose.code)) }
}

/// `GET /{language}/purposes`
pub(crate) fn list(call: &Call<'_>) -> Result<Response, Problem> {
    let frame = Frame::of(call);
    let catalog = call.doors.reg().catalog();
    let row = |purpose: &Purpose| Row {
        purpose: link(&frame, purpose),
        law: cite(&frame, &purpose.law),
        basis: basis(&frame, purpose),
    };
    let page = List { rows: catalog.purposes().map(row).collect(), frame };
    page.frame.answer(StatusCode::OK, &page)
}

/// An item that a purpose reaches, and what of it.
pub(in crate::pages) struct Seen {
    pub(in crate::pages) item: Link,
    pub(in crate::pages) inputs: Vec<String>,
}

/// What `purpose` may see of the items in force on `today`.
pub(in crate::pages) fn seen(frame: &Frame, catalog: &Catalog, today: Day, purpose: &PurposeCode) -> Vec<Seen> {
    let seen = |item: &Item| {
        let inputs = item.purposes.get(purpose)?;
        let title = |input: &fairfile_domain::catalog::Input| frame.language.of(&input.title).to_owned();
        let inputs = inputs.iter().filter_map(|input| item.input(input).map(title)).collect();
        Some(Seen { item: item_link(frame, item), inputs })
    };
    in_force(catalog, today).filter_map(seen).collect()
}

#[derive(Template)]
#[template(path = "public/purpose.html")]
struct One {
    frame: Frame,
    title: String,
    law: Citation,
    basis: String,
    sector: String,
    seen: Vec<Seen>,
}

/// `GET /{language}/purposes/{purpose}`
pub(crate) fn show(call: &Call<'_>) -> Result<Response, Problem> {
    let frame = Frame::of(call);
    let reg = call.doors.reg();
    let catalog = reg.catalog();
    let code: PurposeCode = call.last().parse().map_err(|_| RequestFault::NotFound)?;
    let purpose = catalog.purpose(&code).ok_or(RequestFault::NotFound)?;
    let page = One {
        title: frame.language.of(&purpose.title).to_owned(),
        law: cite(&frame, &purpose.law),
        basis: basis(&frame, purpose),
        sector: frame.language.of(&purpose.sector.title()).to_owned(),
        seen: seen(&frame, &catalog, reg.today(), &code),
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

    fn one(frame: Frame, seen: Vec<Seen>) -> One {
        let text = || WRITTEN.to_owned();
        One { frame, title: text(), law: citation(), basis: text(), sector: text(), seen }
    }

    #[test]
    fn the_list_and_one_of_it() {
        hold(
            "public/purposes.html",
            &[
                ("empty", |frame| List { frame, rows: Vec::new() }),
                ("full", |frame| {
                    let row = || Row { purpose: link(), law: citation(), basis: WRITTEN.to_owned() };
                    List { frame, rows: vec![row(), row()] }
                }),
            ],
        );
        hold(
            "public/purpose.html",
            &[
                ("empty", |frame| one(frame, Vec::new())),
                ("full", |frame| one(frame, vec![Seen { item: link(), inputs: vec![WRITTEN.to_owned()] }])),
            ],
        );
    }
}
