//! A single record: a form made from its item. It is held against the same rules as a row of a file, and handed in as a file
//! of one row.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::http::StatusCode;
use axum::response::Response;
use fairfile_domain::catalog::{Catalog, InputKind, Item};
use fairfile_domain::id::InputCode;
use fairfile_domain::identifier::{Identifier, masked};
use fairfile_service::Registry;
use fairfile_service::source::{RowFault, RowReport, field_faults, sheet};
use i18n_embed_fl::fl;

use super::field::Field;
use super::report::Words;
use super::trouble::Wrong;
use super::{Desk, asked};
use crate::caller::Call;
use crate::drafts::{self, Draft, What};
use crate::pages::address::to_page;
use crate::pages::fault::sentence;
use crate::pages::form::Fields;
use crate::pages::frame::{Frame, Theme};
use crate::problem::{Problem, RequestFault};

/// An item to choose.
struct Choice {
    to: String,
    title: String,
    plain_words: String,
}

#[derive(Template)]
#[template(path = "source/record_choose.html")]
struct Choose {
    frame: Frame,
    items: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "source/record_new.html")]
struct Page {
    frame: Frame,
    code: String,
    item: String,
    fields: Vec<Field>,
    /// What is wrong with the record as a whole.
    wrong: Option<Wrong>,
    is_wrong: bool,
}

impl Page {
    fn new(frame: Frame, item: &Item, typed: &BTreeMap<InputCode, String>) -> Self {
        let value = |code: &InputCode| typed.get(code).map_or("", String::as_str);
        Self {
            code: item.code.to_string(),
            item: frame.language.of(&item.title).to_owned(),
            fields: item.inputs.iter().map(|input| Field::of(&frame, input, value(&input.code))).collect(),
            wrong: None,
            is_wrong: false,
            frame,
        }
    }

    fn title(&self) -> String {
        let title = fl!(self.frame.words, "single-title", item = self.item.as_str());
        if self.is_wrong { fl!(self.frame.words, "error-title", page = title) } else { title }
    }

    /// Marks what is wrong: at its field, or above all of them.
    fn mark(&mut self, item: &Item, input: Option<&str>, code: &'static str) {
        self.is_wrong = true;
        let (what, next) = Words { frame: &self.frame, item: Some(item) }.of_record(code);
        let field = input.and_then(|input| self.fields.iter_mut().find(|field| field.name == format!("f-{input}")));
        match field {
            Some(field) => {
                field
                    .wrong
                    .get_or_insert_with(|| [sentence(&what).as_str(), self.frame.gap(), &sentence(&next)].concat());
            }
            None => self.wrong = Some(Wrong::of_record(&self.frame, code, (&what, &next))),
        }
    }

    fn answer(&self, status: StatusCode) -> Result<Response, Problem> {
        self.frame.answer(status, self)
    }
}

/// `GET /{language}/source/records/new?item=ITEM`
pub(super) fn ask(call: &Call<'_>, desk: &Desk) -> Result<Response, Problem> {
    let (frame, catalog) = (Frame::of(call), call.doors.reg().catalog());
    let Some(item) = asked(call, "item").and_then(|code| desk.item(call, &catalog, &code)) else {
        return choose(call, desk, &catalog);
    };
    Page::new(frame, item, &BTreeMap::new()).answer(StatusCode::OK)
}

fn choose(call: &Call<'_>, desk: &Desk, catalog: &Catalog) -> Result<Response, Problem> {
    let frame = Frame::of(call);
    let choice = |item: &Item| Choice {
        to: frame.to(&format!("/source/records/new?item={}", item.code)),
        title: frame.language.of(&item.title).to_owned(),
        plain_words: frame.language.of(&item.plain_words).to_owned(),
    };
    let page = Choose { items: desk.items(call, catalog).map(choice).collect(), frame };
    page.frame.answer(StatusCode::OK, &page)
}

/// What was typed into the fields of `item`.
fn typed(item: &Item, fields: &Fields) -> BTreeMap<InputCode, String> {
    let value = |code: &InputCode| fields.text(&format!("f-{code}")).to_owned();
    item.inputs.iter().map(|input| (input.code.clone(), value(&input.code))).collect()
}

/// `POST /{language}/source/records/new`: the check page, or the form again with what is wrong.
pub(super) async fn take(call: &Call<'_>, desk: &Desk, body: Body) -> Result<Response, Problem> {
    let fields = desk.fields(call, body).await?;
    let (doors, frame, catalog) = (call.doors, Frame::of(call), call.doors.reg().catalog());
    let item = desk.item(call, &catalog, fields.text("item")).ok_or(RequestFault::NotTheShape)?;
    let typed = typed(item, &fields);
    let mut page = Page::new(frame, item, &typed);
    for RowFault { code, input, .. } in field_faults(item, &typed, doors.reg().today()) {
        page.mark(item, input.as_ref().map(InputCode::as_str), code);
    }
    if page.is_wrong {
        return page.answer(StatusCode::UNPROCESSABLE_ENTITY);
    }
    let file = drafts::written(doors, &sheet::one_record(item, &typed))?;
    let what = What::Record(shown(item, &typed));
    let draft = Draft::new(doors, desk.officer.clone(), desk.handed(&item.code), what, file)?;
    let limits = doors.work_limits();
    let work = move |reg: &Arc<Registry>| draft.check(reg, &limits).map(|report| (draft, report));
    let (draft, report) = doors.blocking(work).await??;
    if let Some(RowReport { code, input, .. }) = report.rows.first() {
        let known = crate::explain::explain(code).map_or("Q021", |known| known.code);
        page.mark(item, input.as_deref(), known);
        return page.answer(StatusCode::UNPROCESSABLE_ENTITY);
    }
    draft.keep(doors, &report)?;
    let draft = doors.drafts().keep(draft, doors.now().unix_micros())?;
    to_page(&page.frame.to(&format!("/source/batches/{}/send", draft.id)))
}

/// The values as they were typed, but for the numbers of people, which are masked.
fn shown(item: &Item, typed: &BTreeMap<InputCode, String>) -> Vec<(InputCode, String)> {
    let value = |input: &fairfile_domain::catalog::Input| {
        let text = typed.get(&input.code).map_or("", String::as_str).trim();
        let shown = match &input.kind {
            InputKind::Identifier(kinds) => {
                let read = kinds.iter().find_map(|kind| Identifier::parse(*kind, text).ok());
                read.map_or_else(|| masked(text), |identifier| identifier.masked())
            }
            _ => text.to_owned(),
        };
        (!shown.is_empty()).then(|| (input.code.clone(), shown))
    };
    item.inputs.iter().filter_map(value).collect()
}

#[cfg(test)]
mod samples {
    use super::super::field::Shape;
    use super::*;
    use crate::pages::samples::{hold, text};

    fn page(frame: Frame, is_wrong: bool) -> Page {
        let shapes = [("f-name", Shape::Line), ("f-class", Shape::List), ("f-text", Shape::Text)];
        let fields = shapes.map(|(name, shape)| Field::sample(name, shape, is_wrong));
        Page {
            frame,
            code: "pharmacist-licence".to_owned(),
            item: text(),
            fields: fields.into(),
            wrong: None,
            is_wrong,
        }
    }

    #[test]
    fn choosing_an_item_of_none_or_several() {
        hold(
            "source/record_choose.html",
            &[
                ("writes nothing", |frame| Choose { frame, items: Vec::new() }),
                ("full", |frame| {
                    let choice = || Choice { to: "/en/x".to_owned(), title: text(), plain_words: text() };
                    Choose { frame, items: vec![choice(), choice()] }
                }),
            ],
        );
    }

    #[test]
    fn a_record_from_the_form_to_all_of_it_wrong() {
        hold(
            "source/record_new.html",
            &[
                ("typed", |frame| page(frame, false)),
                ("fields that are wrong", |frame| page(frame, true)),
                ("wrong as a whole", |frame| Page {
                    is_wrong: true,
                    wrong: Some(Wrong::sample("main")),
                    ..page(frame, false)
                }),
            ],
        );
    }
}
