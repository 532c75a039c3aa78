//! The catalog: every kind of record that may be kept, and what changed in it.

use std::cmp::Reverse;

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use fairfile_domain::catalog::{Catalog, Item};
use fairfile_domain::day::Day;
use i18n_embed_fl::fl;

use super::Link;
use super::item::{shown, sources};
use crate::caller::Call;
use crate::pages::citation::{Citation, cite};
use crate::pages::frame::{Frame, Theme};
use crate::problem::Problem;

/// The items as they apply on `day`, in the order of their codes.
pub(in crate::pages) fn in_force(catalog: &Catalog, day: Day) -> impl Iterator<Item = &Item> {
    let applies =
        move |item: &&Item| catalog.item_on(&item.code, day).is_some_and(|known| known.version == item.version);
    catalog.items().filter(applies)
}

/// A link to an item's page.
pub(super) fn link(frame: &Frame, item: &Item) -> Link {
    Link { words: frame.language.of(&item.title).to_owned(), to: frame.to(&format!("/catalog/{}", item.code)) }
}

struct Row {
    item: Link,
    law: Citation,
    sources: Vec<Link>,
    shown: String,
}

#[derive(Template)]
#[template(path = "public/catalog.html")]
struct List {
    frame: Frame,
    rows: Vec<Row>,
}

/// `GET /{language}/catalog`
pub(crate) fn list(call: &Call<'_>) -> Result<Response, Problem> {
    let frame = Frame::of(call);
    let reg = call.doors.reg();
    let (catalog, directory) = (reg.catalog(), reg.directory());
    let row = |item: &Item| Row {
        item: link(&frame, item),
        law: cite(&frame, &item.law),
        sources: sources(&frame, item, &directory),
        shown: shown(&frame, item),
    };
    let rows = in_force(&catalog, reg.today()).map(row).collect();
    let page = List { rows, frame };
    page.frame.answer(StatusCode::OK, &page)
}

struct Change {
    day: String,
    datetime: Day,
    item: Link,
    version: u32,
    /// Whether it stands in public only, and is not in force yet.
    is_ahead: bool,
}

#[derive(Template)]
#[template(path = "public/changes.html")]
struct Changes {
    frame: Frame,
    changes: Vec<Change>,
}

/// `GET /{language}/catalog/changes`
pub(crate) fn changes(call: &Call<'_>) -> Result<Response, Problem> {
    let frame = Frame::of(call);
    let (catalog, today) = (call.doors.reg().catalog(), call.doors.reg().today());
    let mut items: Vec<&Item> = catalog.items().collect();
    items.sort_by_key(|item| (Reverse(item.in_force_from), item.code.clone(), Reverse(item.version)));
    let change = |item: &&Item| Change {
        day: frame.day(item.in_force_from),
        datetime: item.in_force_from,
        item: Link { to: frame.to(&format!("/catalog/{}/v{}", item.code, item.version)), ..link(&frame, item) },
        version: item.version,
        is_ahead: item.in_force_from > today,
    };
    let page = Changes { changes: items.iter().map(change).collect(), frame };
    page.frame.answer(StatusCode::OK, &page)
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::pages::samples::{WRITTEN, citation, hold};

    fn link() -> Link {
        Link { words: WRITTEN.to_owned(), to: "/en/x".to_owned() }
    }

    fn row() -> Row {
        Row { item: link(), law: citation(), sources: vec![link(), link()], shown: WRITTEN.to_owned() }
    }

    #[test]
    fn the_list_and_its_changes() {
        hold(
            "public/catalog.html",
            &[
                ("empty", |frame| List { frame, rows: Vec::new() }),
                ("full", |frame| List { frame, rows: vec![row(), row()] }),
            ],
        );
        hold(
            "public/changes.html",
            &[
                ("empty", |frame| Changes { frame, changes: Vec::new() }),
                ("full", |frame| {
                    let datetime = Day::new(2026, 11, 23).expect("a day");
                    let change =
                        Change { day: frame.day(datetime), datetime, item: link(), version: 2, is_ahead: true };
                    Changes { frame, changes: vec![change] }
                }),
            ],
        );
    }
}
