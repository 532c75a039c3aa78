//! Officers by code, in the order of their codes: nobody is compared. What an officer asked, and about whom, is on no page
//! of the office.

use std::collections::BTreeMap;

use askama::Template;
use axum::body::Body;
use axum::http::StatusCode;
use axum::response::Response;
use fairfile_domain::access::{COUNTER_VISIT, is_of_the_members_sectors};
use fairfile_domain::actor::{Member, Officer, Standing};
use fairfile_domain::id::{OfficerCode, PurposeCode};
use fairfile_service::Registry;
use fairfile_service::registrar::{Change, list_stopped};
use i18n_embed_fl::fl;

use super::ask::{Ask, Field, Form, Kind, Wrong, because, code, day, titled};
use super::members::{proposed, reason};
use super::wording::{self, Link, part, typed};
use crate::caller::Call;
use crate::pages::form::Fields;
use crate::pages::frame::{Frame, Theme};
use crate::pages::signed_in::SignedIn;
use crate::problem::{Problem, RequestFault};

/// An officer in the list.
struct Row {
    officer: Link,
    member: Link,
    duty: String,
    state: String,
}

#[derive(Template)]
#[template(path = "registrar/officers.html")]
struct List {
    frame: Frame,
    rows: Vec<Row>,
}

fn state(frame: &Frame, officer: &Officer, is_stopped: bool) -> String {
    match (officer.standing, is_stopped) {
        (Standing::Suspended, _) => fl!(frame.words, "registry-suspended"),
        (Standing::Active, true) => fl!(frame.words, "registry-stopped"),
        (Standing::Active, false) => fl!(frame.words, "registry-active"),
    }
}

fn duty(frame: &Frame, officer: &Officer) -> String {
    let (from, until) = (frame.day(officer.on_duty_from), frame.day(officer.on_duty_until));
    fl!(frame.words, "registry-duty", from = from, until = until)
}

fn link_to_member(frame: &Frame, reg: &Registry, officer: &Officer) -> Link {
    Link {
        words: wording::member(frame, reg, &officer.member),
        to: frame.to(&format!("/registry/members/{}", officer.member)),
    }
}

/// `GET /{language}/registry/officers`
pub(super) async fn list(call: &Call<'_>) -> Result<Response, Problem> {
    SignedIn::registrar(call)?;
    let (frame, reg) = (Frame::of(call), call.doors.reg());
    let (directory, stopped) = (reg.directory(), call.doors.blocking(|reg| list_stopped(reg)).await??);
    let rows = directory.officers.values().map(|on_file| Row {
        officer: Link {
            words: on_file.officer.code.to_string(),
            to: frame.to(&format!("/registry/officers/{}", on_file.officer.code)),
        },
        member: link_to_member(&frame, reg, &on_file.officer),
        duty: duty(&frame, &on_file.officer),
        state: state(&frame, &on_file.officer, stopped.contains(&on_file.officer.code)),
    });
    let page = List { rows: rows.collect(), frame };
    page.frame.answer(StatusCode::OK, &page)
}

#[derive(Template)]
#[template(path = "registrar/officer.html")]
struct One {
    frame: Frame,
    h1: String,
    member: Link,
    duty: String,
    state: String,
    is_stopped: bool,
    /// Each purpose with its page, and until when the officer is trained for it.
    purposes: Vec<(String, Option<String>)>,
    keys: Vec<Link>,
    /// Releasing, if the officer was stopped; one more purpose; suspending, or ending a suspension.
    forms: Vec<(String, String, Form)>,
    errors: Vec<(Option<String>, String)>,
}

impl One {
    fn title(&self) -> String {
        titled(&self.frame, &self.h1, !self.errors.is_empty())
    }
}

/// Which of an officer's forms was sent.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sent {
    Standing,
    Release,
    Purpose,
}

/// What was typed into which of an officer's forms.
type TypedIn<'f> = (&'f Fields, Sent);

async fn page(call: &Call<'_>, code: &OfficerCode, typed: &Fields, sent: Sent) -> Result<One, Problem> {
    let (frame, reg) = (Frame::of(call), call.doors.reg());
    let is_stopped = call.doors.blocking(|reg| list_stopped(reg)).await??.contains(code);
    let directory = reg.directory();
    let on_file = directory.officers.get(code).ok_or(RequestFault::NotFound)?;
    let officer = &on_file.officer;
    let keys = directory.keys.values().filter(|key| key.officer.as_ref() == Some(code));
    let key = |code: &str| Link { words: code.to_owned(), to: frame.to(&format!("/registry/keys/{code}")) };
    let trained = |(purpose, until): (&PurposeCode, &Option<_>)| {
        (wording::purpose(&frame, reg, purpose), until.map(|day| frame.day(day)))
    };
    Ok(One {
        h1: fl!(frame.words, "registry-officer-title", officer = code.as_str()),
        member: link_to_member(&frame, reg, officer),
        duty: duty(&frame, officer),
        state: state(&frame, officer, is_stopped),
        is_stopped,
        purposes: officer.purposes.iter().map(trained).collect(),
        keys: keys.map(|on_file| key(on_file.code.as_str())).collect(),
        forms: forms(&frame, reg, officer, is_stopped, (typed, sent)),
        errors: Vec::new(),
        frame,
    })
}

fn forms(
    frame: &Frame,
    reg: &Registry,
    officer: &Officer,
    stopped: bool,
    typed: TypedIn<'_>,
) -> Vec<(String, String, Form)> {
    let (words, nothing) = (frame.words, Fields::default());
    let of = |form: Sent| if typed.1 == form { typed.0 } else { &nothing };
    let (heading, lead, button) = match officer.standing {
        Standing::Active => (
            fl!(words, "registry-suspend"),
            fl!(words, "effect-suspend-officer"),
            fl!(words, "registry-propose-suspension"),
        ),
        Standing::Suspended => {
            (fl!(words, "registry-lift"), fl!(words, "effect-lift-officer"), fl!(words, "registry-propose-lift"))
        }
    };
    let form = |verb: &str, name, fields: &Fields, button| Form {
        action: frame.to(&format!("/registry/officers/{}/{verb}", officer.code)),
        hidden: Vec::new(),
        fields: vec![Field { name, ..reason(frame, fields) }],
        button,
    };
    let mut forms = Vec::new();
    if stopped {
        // Two fields of one page need two names; the use case knows one reason.
        let release = form("release", "release_because", of(Sent::Release), fl!(words, "registry-propose-release"));
        forms.push((fl!(words, "registry-release"), fl!(words, "effect-release-officer"), release));
    }
    let others = others(frame, reg, officer);
    if !others.is_empty() {
        let fields = of(Sent::Purpose);
        let mut give = form("purpose", "purpose_because", fields, fl!(words, "registry-propose-purpose"));
        give.fields.insert(0, Field::choice("purpose", fl!(words, "purposes-purpose"), fields, others));
        forms.push((fl!(words, "registry-give-purpose"), fl!(words, "effect-give-purpose"), give));
    }
    forms.push((heading, lead, form("standing", "because", of(Sent::Standing), button)));
    forms
}

/// The purposes that the officer could be given: of the member's own sectors of life, and not held yet.
fn others(frame: &Frame, reg: &Registry, officer: &Officer) -> Vec<(String, String)> {
    let (catalog, directory) = (reg.catalog(), reg.directory());
    let Some(member) = directory.members.get(&officer.member) else { return Vec::new() };
    let fits = |code: &PurposeCode, member: &Member| {
        catalog.purpose(code).is_none_or(|purpose| is_of_the_members_sectors(member, purpose))
    };
    let mut all = purposes(frame, reg);
    all.retain(|(code, _)| code.parse().is_ok_and(|code| !officer.purposes.contains_key(&code) && fits(&code, member)));
    all
}

/// `GET /{language}/registry/officers/{officer}`
pub(super) async fn show(call: &Call<'_>) -> Result<Response, Problem> {
    SignedIn::registrar(call)?;
    let code: OfficerCode = part(call, 0).parse().map_err(|_| RequestFault::NotFound)?;
    let page = page(call, &code, &Fields::default(), Sent::Standing).await?;
    page.frame.answer(StatusCode::OK, &page)
}

/// `POST /{language}/registry/officers/{officer}/standing`
pub(super) async fn standing(call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    decide(call, body, Sent::Standing).await
}

/// `POST /{language}/registry/officers/{officer}/release`
pub(super) async fn release(call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    decide(call, body, Sent::Release).await
}

/// `POST /{language}/registry/officers/{officer}/purpose`
pub(super) async fn give(call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    decide(call, body, Sent::Purpose).await
}

async fn decide(call: &Call<'_>, body: Body, sent: Sent) -> Result<Response, Problem> {
    let (staff, fields) = typed(call, body).await?;
    let code: OfficerCode = part(call, 1).parse().map_err(|_| RequestFault::NotFound)?;
    let standing = {
        let directory = call.doors.reg().directory();
        directory.officers.get(&code).ok_or(RequestFault::NotFound)?.officer.standing
    };
    let (change, name) = match (sent, standing) {
        (Sent::Release, _) => (Change::ReleaseOfficer(code.clone()), "release_because"),
        (Sent::Purpose, _) => {
            let purpose = fields.text("purpose").parse().map_err(|_| RequestFault::NotTheShape)?;
            (Change::GivePurpose(code.clone(), purpose), "purpose_because")
        }
        (Sent::Standing, Standing::Active) => (Change::OfficerStanding(code.clone(), Standing::Suspended), "because"),
        (Sent::Standing, Standing::Suspended) => (Change::OfficerStanding(code.clone(), Standing::Active), "because"),
    };
    let fields = fields.renamed(name, "because");
    match proposed(call, staff, change, &fields).await? {
        Ok(response) => Ok(response),
        Err(wrong) => {
            let place = |field| if (field, sent) == ("purpose", Sent::Purpose) { field } else { name };
            let wrong: Wrong = wrong.into_iter().map(|(field, words)| (place(field), words)).collect();
            let mut page = page(call, &code, &fields, sent).await?;
            let at = page.forms.iter_mut().find(|form| form.2.fields.iter().any(|field| field.name == name));
            // A form that is no longer there, because somebody else has acted meanwhile, still says what is wrong.
            page.errors = match at {
                Some((_, _, form)) => form.marked(&wrong),
                None => wrong.into_iter().map(|(_, words)| (None, words)).collect(),
            };
            page.frame.answer(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

/// The members as a form offers them, by name.
pub(super) fn members(frame: &Frame, reg: &Registry) -> Vec<(String, String)> {
    let directory = reg.directory();
    let members = directory.members.values();
    let mut members: Vec<_> =
        members.map(|member| (member.code.to_string(), frame.language.of(&member.title).to_owned())).collect();
    members.sort_by(|one, other| one.1.cmp(&other.1));
    members
}

/// The purposes as a form offers them, by code.
pub(super) fn purposes(frame: &Frame, reg: &Registry) -> Vec<(String, String)> {
    let catalog = reg.catalog();
    let purposes = catalog.purposes();
    let titled = purposes.map(|purpose| (purpose.code.to_string(), frame.language.of(&purpose.title).to_owned()));
    titled.chain([(COUNTER_VISIT.to_owned(), fl!(frame.words, "purpose-counter-visit"))]).collect()
}

fn registration(call: &Call<'_>, typed: &Fields) -> Ask {
    let (frame, reg) = (Frame::of(call), call.doors.reg());
    let words = frame.words;
    let form = Form {
        action: frame.to("/registry/register-officer"),
        hidden: Vec::new(),
        fields: vec![
            Field::line("code", fl!(words, "registry-code"), typed).hinted(fl!(words, "registry-officer-hint")),
            Field::choice("member", fl!(words, "members-member"), typed, members(&frame, reg)),
            Field::line("from", fl!(words, "registry-from"), typed).hinted(fl!(words, "registry-day-hint")),
            Field::line("until", fl!(words, "registry-until"), typed).hinted(fl!(words, "registry-day-hint")),
            Field::many("purpose", fl!(words, "purposes-purpose"), typed, purposes(&frame, reg)),
            reason(&frame, typed),
        ],
        button: fl!(words, "registry-propose"),
    };
    let back = (frame.to("/registry/officers"), fl!(words, "registry-officers"));
    let lead = vec![fl!(words, "registry-register-lead"), fl!(words, "registry-takes-two")];
    Ask::new(frame, fl!(words, "registry-register-officer"), back, lead, form)
}

/// `GET /{language}/registry/register-officer`
pub(super) fn ask(call: &Call<'_>) -> Result<Response, Problem> {
    SignedIn::registrar(call)?;
    registration(call, &Fields::default()).show()
}

/// `POST /{language}/registry/register-officer`
pub(super) async fn register(call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    let (staff, fields) = typed(call, body).await?;
    let page = registration(call, &fields);
    let mut wrong = Wrong::new();
    let frame = &page.frame;
    let words = frame.words;
    let held = code(frame, &fields, ("code", fl!(words, "registry-code")), &mut wrong);
    let member = code(frame, &fields, ("member", fl!(words, "members-member")), &mut wrong);
    let from = day(frame, &fields, ("from", fl!(words, "registry-from")), &mut wrong);
    let until = day(frame, &fields, ("until", fl!(words, "registry-until")), &mut wrong);
    let (Some(code), Some(member), Some(on_duty_from), Some(on_duty_until)) = (held, member, from, until) else {
        because(frame, &fields, &mut wrong);
        return page.wrong(&wrong);
    };
    let held: Option<BTreeMap<_, _>> = fields.all("purpose").map(|code| Some((code.parse().ok()?, None))).collect();
    let purposes = held.ok_or(RequestFault::NotTheShape)?;
    let standing = Standing::Active;
    let new = Officer { code, member, standing, on_duty_from, on_duty_until, purposes };
    match proposed(call, staff, Change::RegisterOfficer(new), &fields).await? {
        Ok(response) => Ok(response),
        Err(wrong) => page.wrong(&wrong),
    }
}

#[cfg(test)]
mod samples {
    use super::super::sampled::{form, link, wrong};
    use super::*;
    use crate::pages::samples::{hold, text};

    fn list(frame: Frame, rows: usize) -> List {
        let row = |_| Row { officer: link(), member: link(), duty: text(), state: text() };
        List { frame, rows: (0..rows).map(row).collect() }
    }

    fn one(frame: Frame, form: Form) -> One {
        One {
            frame,
            h1: text(),
            member: link(),
            duty: text(),
            state: text(),
            is_stopped: false,
            purposes: Vec::new(),
            keys: Vec::new(),
            forms: vec![(text(), text(), form)],
            errors: Vec::new(),
        }
    }

    #[test]
    fn from_no_officer_to_one_who_was_stopped() {
        hold(
            "registrar/officers.html",
            &[("empty", |frame| list(frame, 0)), ("one", |frame| list(frame, 1)), ("full", |frame| list(frame, 3))],
        );
        hold(
            "registrar/officer.html",
            &[
                ("empty", |frame| one(frame, form())),
                ("full", |frame| {
                    let mut page = one(frame, form());
                    page.is_stopped = true;
                    page.purposes = vec![(text(), Some(text())), (text(), None)];
                    page.keys = vec![link(), link()];
                    page.forms.push((text(), text(), Form { fields: Vec::new(), ..form() }));
                    page
                }),
                ("error", |frame| {
                    let (form, errors) = wrong();
                    One { errors, ..one(frame, form) }
                }),
            ],
        );
    }
}
