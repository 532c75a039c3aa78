//! Registered keys of members and officers. To register one takes two registrars; to end one early takes one.

use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::http::StatusCode;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fairfile_domain::day::Day;
use fairfile_domain::id::{KeyCode, OfficerCode};
use fairfile_service::Registry;
use fairfile_service::registrar::{Change, MemberKey, SOON_DAYS, check_key_end, end_key};
use i18n_embed_fl::fl;

use super::ask::{Ask, Check, Field, Form, Kind, Named, Wrong, because, code, day, titled};
use super::members::{proposed, reason};
use super::officers::members;
use super::proposal::key_facts;
use super::wording::{self, Link, part, typed};
use crate::caller::Call;
use crate::pages::address::to_page;
use crate::pages::form::Fields;
use crate::pages::frame::{Frame, Theme};
use crate::pages::signed_in::SignedIn;
use crate::problem::{Problem, RequestFault};

/// What stands before an Ed25519 public key in a PEM file (RFC 8410).
const PEM_HEAD: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// A key in the list.
struct Row {
    key: Link,
    holder: String,
    from: String,
    until: String,
    state: String,
}

#[derive(Template)]
#[template(path = "registrar/keys.html")]
struct List {
    frame: Frame,
    rows: Vec<Row>,
}

fn state(frame: &Frame, key: &MemberKey, today: Day) -> String {
    let soon = today.plus_days(SOON_DAYS).unwrap_or(today);
    if key.valid_until < today {
        fl!(frame.words, "registry-key-ended")
    } else if key.valid_from > today {
        fl!(frame.words, "registry-key-ahead")
    } else if key.valid_until <= soon {
        fl!(frame.words, "registry-key-soon")
    } else {
        fl!(frame.words, "registry-key-valid")
    }
}

/// `GET /{language}/registry/keys`, by code.
pub(super) fn list(call: &Call<'_>) -> Result<Response, Problem> {
    SignedIn::registrar(call)?;
    let (frame, reg) = (Frame::of(call), call.doors.reg());
    let (directory, today) = (reg.directory(), reg.today());
    let row = |key: &MemberKey| {
        let member = wording::member(&frame, reg, &key.member);
        Row {
            key: Link { words: key.code.to_string(), to: frame.to(&format!("/registry/keys/{}", key.code)) },
            holder: match &key.officer {
                Some(officer) => fl!(frame.words, "registry-key-officer", officer = officer.as_str(), member = member),
                None => member,
            },
            from: frame.day(key.valid_from),
            until: frame.day(key.valid_until),
            state: state(&frame, key, today),
        }
    };
    let page = List { rows: directory.keys.values().map(row).collect(), frame };
    page.frame.answer(StatusCode::OK, &page)
}

#[derive(Template)]
#[template(path = "registrar/key.html")]
struct One {
    frame: Frame,
    h1: String,
    state: String,
    facts: Vec<(String, String)>,
    /// Ending it early; nothing once it has ended.
    form: Option<Form>,
    errors: Vec<(Option<String>, String)>,
}

impl One {
    fn title(&self) -> String {
        titled(&self.frame, &self.h1, !self.errors.is_empty())
    }
}

fn page(call: &Call<'_>, from_end: usize, typed: &Fields) -> Result<One, Problem> {
    let (frame, reg) = (Frame::of(call), call.doors.reg());
    let code: KeyCode = part(call, from_end).parse().map_err(|_| RequestFault::NotFound)?;
    let directory = reg.directory();
    let key = directory.keys.get(&code).ok_or(RequestFault::NotFound)?;
    let words = frame.words;
    let form = Form {
        action: frame.to(&format!("/registry/keys/{code}/check")),
        hidden: Vec::new(),
        fields: vec![
            Field::line("until", fl!(words, "registry-key-last-day"), typed)
                .hinted(fl!(words, "registry-key-end-hint")),
        ],
        button: fl!(words, "registry-check"),
    };
    Ok(One {
        h1: fl!(words, "registry-key-title", key = code.as_str()),
        state: state(&frame, key, reg.today()),
        facts: key_facts(&frame, reg, key),
        form: (key.valid_until >= reg.today()).then_some(form),
        errors: Vec::new(),
        frame,
    })
}

/// `GET /{language}/registry/keys/{key}`
pub(super) fn show(call: &Call<'_>) -> Result<Response, Problem> {
    SignedIn::registrar(call)?;
    let page = page(call, 0, &Fields::default())?;
    page.frame.answer(StatusCode::OK, &page)
}

/// The field for a key's last day.
fn last_day(frame: &Frame) -> Named {
    ("until", fl!(frame.words, "registry-key-last-day"))
}

fn wrong_end(call: &Call<'_>, fields: &Fields, wrong: &Wrong) -> Result<Response, Problem> {
    let mut page = page(call, 1, fields)?;
    page.errors = match &mut page.form {
        Some(form) => form.marked(wrong),
        None => wrong.iter().map(|(_, words)| (None, words.clone())).collect(),
    };
    page.frame.answer(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

/// `POST /{language}/registry/keys/{key}/check`: exactly what will end.
pub(super) async fn check_end(call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    let (_, fields) = typed(call, body).await?;
    let (frame, reg) = (Frame::of(call), call.doors.reg());
    let key: KeyCode = part(call, 1).parse().map_err(|_| RequestFault::NotFound)?;
    let mut found = Wrong::new();
    let Some(until) = day(&frame, &fields, last_day(&frame), &mut found) else {
        return wrong_end(call, &fields, &found);
    };
    let known = match check_key_end(reg, &key, until) {
        Ok(known) => known,
        Err(error) => return wrong_end(call, &fields, &wording::not_done(&frame, error)?),
    };
    let words = frame.words;
    let facts = vec![
        (fl!(words, "registry-code"), key.to_string()),
        (fl!(words, "members-member"), wording::member(&frame, reg, &known.member)),
        (fl!(words, "registry-key-before"), frame.day(known.valid_until)),
        (fl!(words, "registry-key-after"), frame.day(until)),
    ];
    let form = Form {
        action: frame.to(&format!("/registry/keys/{key}/end")),
        hidden: vec![("until", until.to_string())],
        fields: Vec::new(),
        button: fl!(words, "registry-key-end"),
    };
    let back = (frame.to(&format!("/registry/keys/{key}")), key.to_string());
    let lead = fl!(words, "registry-key-end-effect");
    Check { h1: fl!(words, "registry-key-end-check"), back, lead, facts, form, frame }.show()
}

/// `POST /{language}/registry/keys/{key}/end`
pub(super) async fn end(call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    let (staff, fields) = typed(call, body).await?;
    let frame = Frame::of(call);
    let key: KeyCode = part(call, 1).parse().map_err(|_| RequestFault::NotFound)?;
    let mut found = Wrong::new();
    let Some(until) = day(&frame, &fields, last_day(&frame), &mut found) else {
        return wrong_end(call, &fields, &found);
    };
    let work = move |reg: &Arc<Registry>| end_key(reg, &staff, &key, until);
    match call.doors.blocking(work).await? {
        Ok(leaf) => to_page(&frame.to(&format!("/registry/audit/{leaf}"))),
        Err(error) => wrong_end(call, &fields, &wording::not_done(&frame, error)?),
    }
}

fn registration(call: &Call<'_>, typed: &Fields) -> Ask {
    let (frame, reg) = (Frame::of(call), call.doors.reg());
    let words = frame.words;
    let form = Form {
        action: frame.to("/registry/register-key"),
        hidden: Vec::new(),
        fields: vec![
            Field::line("code", fl!(words, "registry-code"), typed).hinted(fl!(words, "registry-key-code-hint")),
            Field::choice("member", fl!(words, "members-member"), typed, members(&frame, reg)),
            Field::line("officer", fl!(words, "registry-officer"), typed)
                .hinted(fl!(words, "registry-key-officer-hint")),
            Field::lines("public_key", fl!(words, "registry-public-key"), typed)
                .hinted(fl!(words, "registry-public-key-hint")),
            Field::line("from", fl!(words, "registry-from"), typed).hinted(fl!(words, "registry-day-hint")),
            Field::line("until", fl!(words, "registry-until"), typed).hinted(fl!(words, "registry-key-days-hint")),
            reason(&frame, typed),
        ],
        button: fl!(words, "registry-go-on"),
    };
    let back = (frame.to("/registry/keys"), fl!(words, "registry-keys"));
    let mut lead = vec![fl!(words, "registry-register-key-lead")];
    if frame.is_demo {
        lead.push(fl!(words, "registry-demo-long"));
    }
    Ask::new(frame, fl!(words, "registry-register-key"), back, lead, form)
}

/// `GET /{language}/registry/register-key`
pub(super) fn ask(call: &Call<'_>) -> Result<Response, Problem> {
    SignedIn::registrar(call)?;
    registration(call, &Fields::default()).show()
}

/// The 32 bytes of a public key, as PEM, as base64 or as hexadecimal digits.
fn public_key(text: &str) -> Option<[u8; 32]> {
    let plain: String = text.lines().filter(|line| !line.starts_with("-----")).collect();
    let plain: String = plain.split_whitespace().collect();
    if plain.len() == 64 && plain.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
        let bytes: Option<Vec<u8>> = plain.as_bytes().chunks(2).map(byte).collect();
        return bytes?.try_into().ok();
    }
    let bytes = STANDARD.decode(&plain).ok()?;
    bytes.strip_prefix(&PEM_HEAD).unwrap_or(&bytes).try_into().ok()
}

/// The key as it was typed, or what is wrong with it.
fn read(frame: &Frame, fields: &Fields) -> Result<MemberKey, Wrong> {
    let mut wrong = Wrong::new();
    let words = frame.words;
    let key = code(frame, fields, ("code", fl!(words, "registry-code")), &mut wrong);
    let member = code(frame, fields, ("member", fl!(words, "members-member")), &mut wrong);
    let officer: Option<Option<OfficerCode>> = match fields.text("officer") {
        "" => Some(None),
        _ => code(frame, fields, ("officer", fl!(words, "registry-officer")), &mut wrong).map(Some),
    };
    let public_key = public_key(fields.text("public_key"));
    if public_key.is_none() {
        wrong.push(("public_key", fl!(frame.words, "registry-wrong-public-key")));
    }
    let from = day(frame, fields, ("from", fl!(words, "registry-from")), &mut wrong);
    let days = (from, day(frame, fields, ("until", fl!(words, "registry-until")), &mut wrong));
    match (key, member, officer, public_key, days) {
        (Some(code), Some(member), Some(officer), Some(public_key), (Some(valid_from), Some(valid_until))) => {
            Ok(MemberKey { code, member, officer, public_key, valid_from, valid_until })
        }
        _ => {
            because(frame, fields, &mut wrong);
            Err(wrong)
        }
    }
}

/// `POST /{language}/registry/register-key`: proposes it.
pub(super) async fn register(call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    let (staff, fields) = typed(call, body).await?;
    let page = registration(call, &fields);
    let key = match read(&page.frame, &fields) {
        Ok(key) => key,
        Err(wrong) => return page.wrong(&wrong),
    };
    match proposed(call, staff, Change::RegisterKey(key), &fields).await? {
        Ok(response) => Ok(response),
        Err(wrong) => page.wrong(&wrong),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_key_is_read_in_each_of_its_writings() {
        let key = [7; 32];
        let pem = format!(
            "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
            STANDARD.encode([&PEM_HEAD[..], &key].concat())
        );
        for text in [STANDARD.encode(key), "07".repeat(32), "07070707 ".repeat(8), pem] {
            assert_eq!(public_key(&text), Some(key), "{text}");
        }
        for text in ["", "07", "no key", &"07".repeat(31), &STANDARD.encode([7; 33])] {
            assert_eq!(public_key(text), None, "{text}");
        }
    }
}

#[cfg(test)]
mod samples {
    use super::super::sampled::{form, link, wrong};
    use super::*;
    use crate::pages::samples::{hold, text};

    fn list(frame: Frame, rows: usize) -> List {
        let row = |_| Row { key: link(), holder: text(), from: text(), until: text(), state: text() };
        List { frame, rows: (0..rows).map(row).collect() }
    }

    fn one(frame: Frame, form: Option<Form>) -> One {
        One { frame, h1: text(), state: text(), facts: vec![(text(), text())], form, errors: Vec::new() }
    }

    #[test]
    fn from_no_key_to_the_end_of_one() {
        hold(
            "registrar/keys.html",
            &[("empty", |frame| list(frame, 0)), ("one", |frame| list(frame, 1)), ("full", |frame| list(frame, 3))],
        );
        hold(
            "registrar/key.html",
            &[
                ("ended", |frame| one(frame, None)),
                ("full", |frame| one(frame, Some(form()))),
                ("error", |frame| {
                    let (form, errors) = wrong();
                    One { errors, ..one(frame, Some(form)) }
                }),
            ],
        );
    }
}
