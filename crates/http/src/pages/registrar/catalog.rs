//! The catalog from inside: what is in force, what is proposed, and a new item file held against the lint.

use askama::Template;
use axum::body::{Body, Bytes};
use axum::http::{StatusCode, header};
use axum::response::Response;
use fairfile_domain::catalog::{Catalog, Item};
use fairfile_domain::profile::CATALOG_NOTICE;
use fairfile_domain::proposal::Act;
use fairfile_lawfiles::catalog::{EMBEDDED_REFUSED, ItemFile, parse};
use fairfile_lawfiles::lint::Finding;
use fairfile_service::Registry;
use fairfile_service::registrar::{
    Change, ProposeError, PublishError, Unfit, check_item, first_day, propose as propose_change, what_waits,
};
use fairfile_service::registry::Mode;
use i18n_embed_fl::fl;
use multer::Multipart;

use super::ask::{Wrong, titled};
use super::proposal::{Row, row};
use super::wording::{self, Link};
use crate::body;
use crate::caller::{Call, field};
use crate::explain::explain;
use crate::limits::FORM_BYTES;
use crate::pages::address::to_page;
use crate::pages::citation::{period, reference};
use crate::pages::form::Fields;
use crate::pages::frame::{Frame, Theme};
use crate::pages::public::catalog::in_force;
use crate::pages::public::item::{Change as Difference, Sheet, changes, sheet, since};
use crate::pages::signed_in::SignedIn;
use crate::problem::{Problem, RequestFault};
use crate::sessions::Who;
use crate::wire::Language;

/// The most bytes of an item file that comes by a form, in KB: so much fits the form.
const MOST_KB: i64 = 56;

/// What an item file would change.
pub(super) struct ItemChange {
    pub(super) title: String,
    pub(super) since: String,
    item: Sheet,
    /// The version that is there now, if it is not the first.
    pub(super) before: Option<u32>,
    pub(super) changes: Vec<Difference>,
    /// The file, word for word.
    pub(super) text: String,
}

impl ItemChange {
    /// All that the version says.
    pub(super) fn sheet(&self) -> &Sheet {
        &self.item
    }
}

/// What the item file `text` would change; nothing if it cannot be read.
pub(super) fn item_change(frame: &Frame, reg: &Registry, text: &str) -> Option<ItemChange> {
    let ItemFile { item, purposes, .. } = parse("item.toml", text).ok()?;
    let (catalog, directory) = (reg.catalog(), reg.directory());
    let mut whole = (*catalog).clone();
    // One that is there already, or contradicts what is there, is shown by what the catalog has.
    whole.add(item.clone(), purposes).ok();
    let before = catalog.items().filter(|known| known.code == item.code && known.version < item.version).last();
    let is_there = |to: &str| has_page(frame, &catalog, reg, to);
    Some(ItemChange {
        title: frame.language.of(&item.title).to_owned(),
        since: since(frame, &item, reg.today()),
        item: sheet(frame, &whole, &item, &directory).unlinked(is_there),
        before: before.map(|before| before.version),
        changes: before.map(|before| changes(frame, before, &item, &directory)).unwrap_or_default(),
        text: text.to_owned(),
    })
}

/// Whether a page that an item's sheet links is there.
fn has_page(frame: &Frame, catalog: &Catalog, reg: &Registry, to: &str) -> bool {
    let Some((kind, code)) = to.strip_prefix(&frame.to("/")).and_then(|path| path.split_once('/')) else {
        return false;
    };
    match kind {
        "members" => code.parse().is_ok_and(|code| reg.directory().members.contains_key(&code)),
        "purposes" => code.parse().is_ok_and(|code| catalog.purpose(&code).is_some()),
        "law" => {
            let laws = catalog.items().map(|item| &item.law).chain(catalog.purposes().map(|purpose| &purpose.law));
            laws.into_iter().any(|law| reference(law) == code)
        }
        _ => false,
    }
}

/// How long a version stands in public before it is in force.
fn notice(frame: &Frame, reg: &Registry) -> String {
    match reg.profile.period(CATALOG_NOTICE) {
        Some(notice) => fl!(frame.words, "registry-catalog-notice", period = period(frame, notice)),
        None => fl!(frame.words, "registry-catalog-no-notice", profile = reg.profile.code.as_str()),
    }
}

#[derive(Template)]
#[template(path = "registrar/catalog.html")]
struct Overview {
    frame: Frame,
    notice: String,
    waiting: Vec<Row>,
    /// Each item with its version, and whether it is in force.
    items: Vec<(Link, String, bool)>,
}

/// `GET /{language}/registry/catalog`
pub(super) async fn show(call: &Call<'_>) -> Result<Response, Problem> {
    SignedIn::registrar(call)?;
    let (frame, reg) = (Frame::of(call), call.doors.reg());
    let waiting = call.doors.blocking(move |reg| what_waits(reg)).await??;
    let proposed = waiting.proposals.iter().filter(|proposal| proposal.act == Act::PublishItem);
    let (catalog, today) = (reg.catalog(), reg.today());
    let ahead = catalog.items().filter(|item| item.in_force_from > today);
    let line = |item: &Item, is_in_force| {
        let to = frame.to(&format!("/catalog/{}/v{}", item.code, item.version));
        (Link { words: frame.language.of(&item.title).to_owned(), to }, since(&frame, item, today), is_in_force)
    };
    let items = ahead.map(|item| line(item, false)).chain(in_force(&catalog, today).map(|item| line(item, true)));
    let page = Overview {
        notice: notice(&frame, reg),
        waiting: proposed.map(|proposal| row(&frame, reg, proposal)).collect(),
        items: items.collect(),
        frame,
    };
    page.frame.answer(StatusCode::OK, &page)
}

/// One thing that the lint refuses.
struct Found {
    code: &'static str,
    to: String,
    line: usize,
    what: String,
    remedy: String,
}

#[derive(Template)]
#[template(path = "registrar/item_new.html")]
struct New {
    frame: Frame,
    notice: String,
    most_kb: i64,
    text: String,
    because: String,
    /// Where the example that is refused is filled in, in a demo.
    example: Option<String>,
    found: Vec<Found>,
    errors: Vec<(Option<String>, String)>,
}

impl New {
    fn of(call: &Call<'_>, text: &str, because: &str) -> Self {
        let (frame, reg) = (Frame::of(call), call.doors.reg());
        let example = frame.to("/registry/catalog/new?example=refused");
        Self {
            notice: notice(&frame, reg),
            most_kb: MOST_KB,
            text: text.to_owned(),
            because: because.to_owned(),
            example: (reg.mode == Mode::Demo).then_some(example),
            found: Vec::new(),
            errors: Vec::new(),
            frame,
        }
    }

    fn title(&self) -> String {
        titled(&self.frame, &fl!(self.frame.words, "registry-item-new"), !self.errors.is_empty())
    }

    fn wrong(mut self, errors: Wrong) -> Result<Response, Problem> {
        let anchor = |name: &str| (!name.is_empty()).then(|| name.to_owned());
        self.errors = errors.into_iter().map(|(name, words)| (anchor(name), words)).collect();
        self.frame.answer(StatusCode::UNPROCESSABLE_ENTITY, &self)
    }

    /// The page with every finding, or with the one thing that is wrong.
    fn unfit(mut self, error: Unfit, also: Wrong) -> Result<Response, Problem> {
        if let Unfit::Item(PublishError::Refused(findings)) = &error {
            self.found = findings.iter().map(|finding| found(&self.frame, finding)).collect();
        }
        let mut wrong = wording::unfit(&self.frame, error)?;
        wrong.extend(also);
        self.wrong(wrong)
    }
}

/// A finding in the language of the page. The lint words each in English, with the very keys and values of the file; in
/// Chinese it is what its code means, and behind it those keys and values, which are of no language.
fn found(frame: &Frame, finding: &Finding) -> Found {
    let chinese = match frame.language {
        Language::En => None,
        Language::Zh => explain(finding.code).and_then(|known| known.in_chinese),
    };
    let (what, remedy) = match chinese {
        None => (finding.what.clone(), finding.remedy.clone()),
        Some((title, help)) => {
            let named: Vec<&str> = finding.what.split('`').skip(1).step_by(2).collect();
            let what = if named.is_empty() { title.to_owned() } else { format!("{title}：{}", named.join("、")) };
            (what, help.to_owned())
        }
    };
    let to = frame.to(&format!("/problems/{}", finding.code));
    Found { code: finding.code, to, line: finding.line, what, remedy }
}

/// `GET /{language}/registry/catalog/new`
pub(super) fn ask(call: &Call<'_>) -> Result<Response, Problem> {
    SignedIn::registrar(call)?;
    let wants_example = call.parts.uri.query() == Some("example=refused") && call.doors.reg().mode == Mode::Demo;
    let words = Frame::of(call).words;
    let (text, because) = if wants_example {
        (EMBEDDED_REFUSED.1, fl!(words, "registry-item-example-reason"))
    } else {
        ("", String::new())
    };
    let page = New::of(call, text, &because);
    page.frame.answer(StatusCode::OK, &page)
}

#[derive(Template)]
#[template(path = "registrar/item_check.html")]
struct Checked {
    frame: Frame,
    change: ItemChange,
    because: String,
    /// The first day that the law profile allows, if it wants a notice.
    earliest: Option<String>,
}

/// `POST /{language}/registry/catalog/check`: the lint's findings, or exactly what would change.
pub(super) async fn check(call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    let (_, text, because) = item_form(call, body).await?;
    let page = New::of(call, &text, &because);
    let mut lacking = Wrong::new();
    if because.is_empty() {
        lacking.push(("because", wording::reason(&page.frame)));
    }
    if text.trim().is_empty() {
        // The lint would find everything missing; what is missing is the file.
        lacking.insert(0, ("text", fl!(page.frame.words, "registry-wrong-no-file")));
        return page.wrong(lacking);
    }
    let file = text.clone();
    if let Err(error) = call.doors.blocking(move |reg| check_item(reg, &file).map(|_| ())).await? {
        return page.unfit(error, lacking);
    }
    if !lacking.is_empty() {
        return page.wrong(lacking);
    }
    let (frame, reg) = (page.frame, call.doors.reg());
    let earliest = first_day(reg, reg.today()).ok().flatten().map(|day| frame.day(day));
    let change = item_change(&frame, reg, &text).ok_or(RequestFault::NotTheShape)?;
    let page = Checked { change, because, earliest, frame };
    page.frame.answer(StatusCode::OK, &page)
}

/// `POST /{language}/registry/catalog/propose`
pub(super) async fn propose(call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    let (visitor, text, because) = item_form(call, body).await?;
    let (staff, once) = visitor;
    let (file, reason) = (text.clone(), because.clone());
    let proposed =
        move |reg: &std::sync::Arc<Registry>| propose_change(reg, &staff, &Change::PublishItem(file), &reason, &once);
    match call.doors.blocking(proposed).await? {
        Ok(id) => to_page(&Frame::of(call).to(&format!("/registry/proposals/{id}"))),
        Err(ProposeError::Unfit(error)) => New::of(call, &text, &because).unfit(error, Wrong::new()),
        Err(error) => {
            let page = New::of(call, &text, &because);
            let wrong = wording::not_proposed(&page.frame, error)?;
            page.wrong(wrong)
        }
    }
}

/// Who sends an item file, what makes a second sending the same, the file, and the reason.
type ItemForm = ((fairfile_domain::id::StaffCode, String), String, String);

/// The form as browsers send it with a file, or without one.
async fn item_form(call: &Call<'_>, body: Body) -> Result<ItemForm, Problem> {
    let visitor = SignedIn::of(call)?;
    let Who::Registrar(staff) = visitor.session.who.clone() else { return Err(RequestFault::OtherVisitor.into()) };
    let kind = field(&call.parts.headers, header::CONTENT_TYPE.as_str());
    let boundary = kind.and_then(|kind| multer::parse_boundary(&*kind).ok());
    let fields = match boundary {
        None => Fields::read(call, body).await?,
        Some(boundary) => {
            let body = body::up_to(call.doors, &call.parts.headers, body, FORM_BYTES).await?;
            in_parts(body, boundary).await.ok_or(RequestFault::NotTheShape)?
        }
    };
    fields.must_be_of(call, &visitor)?;
    let chosen = fields.text("file");
    let text = if chosen.is_empty() { fields.text("text") } else { chosen };
    // Browsers end the lines of what was pasted in their own way; a file keeps one.
    let text = if text.is_empty() { String::new() } else { text.replace("\r\n", "\n") + "\n" };
    Ok(((staff, fields.key().to_owned()), text, fields.text("because").to_owned()))
}

/// The fields of a form that comes in parts; nothing if it is none, or not UTF-8.
async fn in_parts(body: Bytes, boundary: String) -> Option<Fields> {
    let whole = futures_util::stream::once(async move { Ok::<_, std::convert::Infallible>(body) });
    let (mut form, mut fields) = (Multipart::new(whole, boundary), Vec::new());
    while let Some(part) = form.next_field().await.ok()? {
        let name = part.name()?.to_owned();
        let bytes = part.bytes().await.ok()?;
        fields.push((name, String::from_utf8(bytes.to_vec()).ok()?));
    }
    Some(Fields::of(fields))
}

#[cfg(test)]
impl ItemChange {
    /// A change of an item that was there `before`.
    pub(super) fn sample(before: Option<u32>, changes: usize) -> Self {
        use crate::pages::public::item::sampled;
        let text = crate::pages::samples::text;
        let item = if before.is_some() { sampled::whole() } else { sampled::unlinked() };
        let change = || Difference { what: text(), before: text(), after: text() };
        let changes = std::iter::repeat_with(change).take(changes).collect();
        Self { title: text(), since: text(), item, before, changes, text: text() }
    }
}

#[cfg(test)]
mod samples {
    use super::super::sampled::{link, proposal};
    use super::*;
    use crate::pages::samples::{hold, text};

    fn new(frame: Frame) -> New {
        New {
            frame,
            notice: text(),
            most_kb: MOST_KB,
            text: String::new(),
            because: String::new(),
            example: None,
            found: Vec::new(),
            errors: Vec::new(),
        }
    }

    #[test]
    fn the_catalog_from_an_empty_one_to_one_with_proposals() {
        hold(
            "registrar/catalog.html",
            &[
                ("empty", |frame| Overview { frame, notice: text(), waiting: Vec::new(), items: Vec::new() }),
                ("full", |frame| Overview {
                    frame,
                    notice: text(),
                    waiting: vec![proposal(true), proposal(true)],
                    items: vec![(link(), text(), true), (link(), text(), false)],
                }),
            ],
        );
    }

    #[test]
    fn a_new_item_from_an_empty_form_to_a_file_that_the_lint_refuses() {
        hold(
            "registrar/item_new.html",
            &[
                ("empty", new),
                ("with an example", |frame| New { example: Some("/en/x".to_owned()), ..new(frame) }),
                ("error", |frame| {
                    let to = || "/en/problems/L001".to_owned();
                    let found = |line| Found { code: "L001", to: to(), line, what: text(), remedy: text() };
                    New {
                        text: text(),
                        because: text(),
                        found: vec![found(1), found(204)],
                        errors: vec![(Some("because".to_owned()), text()), (None, text())],
                        ..new(frame)
                    }
                }),
            ],
        );
        hold(
            "registrar/item_check.html",
            &[
                ("new", |frame| {
                    let change = ItemChange::sample(None, 0);
                    Checked { frame, change, because: text(), earliest: None }
                }),
                ("unchanged", |frame| {
                    let change = ItemChange::sample(Some(1), 0);
                    Checked { frame, change, because: text(), earliest: None }
                }),
                ("full", |frame| {
                    let change = ItemChange::sample(Some(1), 3);
                    Checked { frame, change, because: text(), earliest: Some(text()) }
                }),
            ],
        );
    }
}
