//! A file is chosen, uploaded and checked. It is written down as it comes, where nobody can read it, and is never in memory
//! as a whole.

use std::time::Duration;

use askama::Template;
use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use fairfile_domain::catalog::Item;
use fairfile_service::source::sheet::{self, InLanguage};
use i18n_embed_fl::fl;

use super::trouble::Wrong;
use super::{Desk, asked, part};
use crate::body::{self, Upload};
use crate::caller::Call;
use crate::doors::no_room;
use crate::drafts::{self, Draft, Trouble, What};
use crate::pages::address::to_page;
use crate::pages::form::Fields;
use crate::pages::frame::{Frame, Theme};
use crate::pages::public::catalog::in_force;
use crate::problem::{Problem, RequestFault};
use crate::response::{self, Keep};
use crate::wire::Language;

/// How long the answer to an upload waits for the check: most files are checked by then, and no progress has to be shown.
pub(super) const SHORT_WHILE: Duration = Duration::from_millis(1_500);
/// Bytes of a megabyte, as the page writes the limit.
const MB: u64 = 1024 * 1024;
/// The most characters of a file's name that are shown.
const NAME_CHARS: usize = 120;

/// An item to choose.
struct Choice {
    code: String,
    title: String,
    template: String,
    is_chosen: bool,
}

#[derive(Template)]
#[template(path = "source/batch_new.html")]
struct Page {
    frame: Frame,
    items: Vec<Choice>,
    limit: i64,
    wrong: Option<Wrong>,
    /// The code of what is wrong with a field, to mark it.
    wrong_field: &'static str,
}

impl Page {
    fn new(call: &Call<'_>, desk: &Desk, chosen: &str) -> Self {
        let (frame, catalog) = (Frame::of(call), call.doors.reg().catalog());
        let choice = |item: &Item| Choice {
            title: frame.language.of(&item.title).to_owned(),
            template: frame.to(&format!("/source/templates/{}", item.code)),
            is_chosen: item.code.as_str() == chosen,
            code: item.code.to_string(),
        };
        let limit = i64::try_from(call.doors.config().file_bytes / MB).unwrap_or(i64::MAX);
        let items = desk.items(call, &catalog).map(choice).collect();
        Self { items, limit, wrong: None, wrong_field: "", frame }
    }

    fn title(&self) -> String {
        let title = fl!(self.frame.words, "upload-title");
        if self.wrong.is_some() { fl!(self.frame.words, "error-title", page = title) } else { title }
    }

    fn answer(mut self, status: StatusCode, wrong: Wrong) -> Result<Response, Problem> {
        self.wrong_field = wrong.field;
        self.wrong = Some(wrong);
        let mut response = self.frame.answer(status, &self)?;
        if status == StatusCode::PAYLOAD_TOO_LARGE || status == StatusCode::REQUEST_TIMEOUT {
            // The rest of the file is not read.
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        Ok(response)
    }

    fn of_problem(self, problem: &Problem) -> Result<Response, Problem> {
        let wrong = Wrong::of_problem(&self.frame, problem, "file");
        self.answer(problem.status(), wrong)
    }

    fn of_field(self, what: String, field: &'static str) -> Result<Response, Problem> {
        let wrong = Wrong::own(what, field);
        self.answer(StatusCode::UNPROCESSABLE_ENTITY, wrong)
    }
}

/// `GET /{language}/source/batches/new`
pub(super) fn ask(call: &Call<'_>, desk: &Desk) -> Result<Response, Problem> {
    let page = Page::new(call, desk, &asked(call, "item").unwrap_or_default());
    page.frame.answer(StatusCode::OK, &page)
}

/// `POST /{language}/source/batches/new`: the file, and then its report.
pub(super) async fn take(call: &Call<'_>, desk: &Desk, body: Body) -> Result<Response, Problem> {
    let doors = call.doors;
    let Ok(room) = doors.files().clone().try_acquire_owned() else {
        return Page::new(call, desk, "").of_problem(&no_room());
    };
    let mut item = String::new();
    let before = |fields: Vec<(String, String)>| {
        let fields = Fields::of(fields);
        fields.must_be_of(call, &desk.visitor)?;
        item = fields.text("item").to_owned();
        Ok(())
    };
    let upload = body::form_with_file(doors, &call.parts.headers, body, before).await;
    let Upload { file, name, bytes } = match upload {
        Ok(upload) => upload,
        // Whoever is not of this session is told so by a page that says nothing of this one.
        Err(problem) if problem.status() == StatusCode::FORBIDDEN => return Err(problem),
        Err(problem) => return Page::new(call, desk, &item).of_problem(&problem),
    };
    let page = Page::new(call, desk, &item);
    let words = page.frame.words;
    let catalog = doors.reg().catalog();
    let Some(chosen) = desk.item(call, &catalog, &item) else {
        return page.of_field(fl!(words, "upload-no-item"), "item");
    };
    if bytes == 0 {
        let trouble = Trouble::bare("F002");
        return match name.is_empty() {
            true => page.of_field(fl!(words, "upload-no-file"), "file"),
            false => {
                let wrong = Wrong::of(&page.frame, &trouble, "file");
                page.answer(StatusCode::UNPROCESSABLE_ENTITY, wrong)
            }
        };
    }
    let draft =
        Draft::new(doors, desk.officer.clone(), desk.handed(&chosen.code), What::File(shown_name(&name)), file)?;
    let draft = match doors.drafts().keep(draft, doors.now().unix_micros()) {
        Ok(draft) => draft,
        Err(problem) => return page.of_problem(&problem),
    };
    drafts::begin_check(doors, &draft, room);
    draft.settles(SHORT_WHILE).await;
    to_page(&page.frame.to(&format!("/source/batches/{}", draft.id)))
}

/// A file's name without a folder before it and without signs that cannot be seen. Its ending tells its format.
fn shown_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: Vec<char> = last.chars().filter(|sign| !sign.is_control()).collect();
    plain.get(plain.len().saturating_sub(NAME_CHARS)..).unwrap_or_default().iter().collect()
}

/// `POST /{language}/source/batches/practice`: what a report looks like, without a file of one's own.
pub(super) async fn practice(call: &Call<'_>, desk: &Desk, body: Body) -> Result<Response, Problem> {
    let fields = desk.fields(call, body).await?;
    let page = Page::new(call, desk, fields.text("item"));
    let words = page.frame.words;
    let (doors, catalog) = (call.doors, call.doors.reg().catalog());
    let Some(item) = desk.item(call, &catalog, fields.text("item")) else {
        return page.of_field(fl!(words, "upload-no-item"), "item");
    };
    let file = drafts::written(doors, &sheet::practice(item, in_language(page.frame.language)))?;
    let draft = Draft::new(doors, desk.officer.clone(), desk.handed(&item.code), What::Practice, file)?;
    let room = match doors.files().clone().try_acquire_owned() {
        Ok(room) => room,
        Err(_) => return page.of_problem(&no_room()),
    };
    let draft = match doors.drafts().keep(draft, doors.now().unix_micros()) {
        Ok(draft) => draft,
        Err(problem) => return page.of_problem(&problem),
    };
    drafts::begin_check(doors, &draft, room);
    draft.settles(SHORT_WHILE).await;
    to_page(&page.frame.to(&format!("/source/batches/{}", draft.id)))
}

fn in_language(language: Language) -> InLanguage {
    match language {
        Language::En => |text| &text.en,
        Language::Zh => |text| &text.zh,
    }
}

/// `GET /{language}/source/templates/{item}`: the columns of an item as CSV, with one example row.
pub(super) fn template(call: &Call<'_>) -> Result<Response, Problem> {
    let frame = Frame::of(call);
    let (catalog, code) = (call.doors.reg().catalog(), part(call, 0));
    let item = in_force(&catalog, call.doors.reg().today()).find(|item| item.code.as_str() == code);
    let item = item.ok_or(RequestFault::NotFound)?;
    as_file(&format!("{code}.csv"), "text/csv; charset=utf-8", sheet::template(item, in_language(frame.language)))
}

/// `GET /{language}/source/templates/{item}/corrections`: the columns of a file of corrections, with two examples.
pub(super) fn corrections_template(call: &Call<'_>) -> Result<Response, Problem> {
    let frame = Frame::of(call);
    let (catalog, code) = (call.doors.reg().catalog(), part(call, 1));
    let item = in_force(&catalog, call.doors.reg().today()).find(|item| item.code.as_str() == code);
    let text = sheet::corrections_template(item.ok_or(RequestFault::NotFound)?, in_language(frame.language));
    as_file(&format!("{code}-corrections.csv"), "text/csv; charset=utf-8", text)
}

/// An answer that a browser saves under `name`, which is made of codes alone.
pub(super) fn as_file(name: &str, kind: &'static str, content: impl Into<Body>) -> Result<Response, Problem> {
    let mut response = response::bytes(StatusCode::OK, kind, Keep::Never, content);
    let named =
        HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")).map_err(|error| Problem::failed(&error))?;
    response.headers_mut().insert(header::CONTENT_DISPOSITION, named);
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_s_name_has_no_folder_and_no_sign_that_cannot_be_seen() {
        let check = |name: &str, expected: &str| assert_eq!(shown_name(name), expected);
        check("C:\\Users\\x\\records.csv", "records.csv");
        check("../../etc/passwd", "passwd");
        check("a\r\nb.csv", "ab.csv");
        check("<script>.csv", "<script>.csv");
        assert_eq!(shown_name(&"字".repeat(500)).chars().count(), NAME_CHARS);
    }
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::pages::samples::{hold, text};

    fn page(frame: Frame, items: usize) -> Page {
        let choice = |place| Choice {
            code: format!("item-{place}"),
            title: text(),
            template: "/en/source/templates/x".to_owned(),
            is_chosen: place == 1,
        };
        Page { frame, items: (0..items).map(choice).collect(), limit: 50, wrong: None, wrong_field: "main" }
    }

    #[test]
    fn from_a_member_that_writes_nothing_to_a_file_that_is_wrong() {
        hold(
            "source/batch_new.html",
            &[
                ("writes nothing", |frame| page(frame, 0)),
                ("one item", |frame| page(frame, 1)),
                ("full", |frame| page(frame, 3)),
                ("a file that is wrong", |frame| Page {
                    wrong: Some(Wrong::sample("file")),
                    wrong_field: "file",
                    ..page(frame, 2)
                }),
                ("an item that is wrong", |frame| Page {
                    wrong: Some(Wrong::own(text(), "item")),
                    wrong_field: "item",
                    ..page(frame, 2)
                }),
                ("error", |frame| Page { wrong: Some(Wrong::sample("main")), ..page(frame, 2) }),
            ],
        );
    }
}
