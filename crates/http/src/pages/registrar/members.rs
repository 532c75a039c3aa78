//! Members: who takes part, how one is admitted, and how one is suspended. Both take two registrars.

use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::http::StatusCode;
use axum::response::Response;
use fairfile_domain::actor::{Member, Standing};
use fairfile_domain::catalog::{Bilingual, Sector};
use fairfile_domain::id::{MemberCode, StaffCode};
use fairfile_service::Registry;
use fairfile_service::registrar::{Change, ProposeError, propose};
use i18n_embed_fl::fl;

use super::ask::{Ask, Field, Form, Kind, Wrong, because, code, title};
use super::proposal::joined;
use super::wording::{self, Link, part, typed};
use crate::caller::Call;
use crate::pages::address::to_page;
use crate::pages::form::Fields;
use crate::pages::frame::{Frame, Theme};
use crate::pages::signed_in::SignedIn;
use crate::problem::{Problem, RequestFault};

/// A member in the list.
struct Row {
    member: Link,
    code: String,
    sectors: String,
    officers: i64,
    is_suspended: bool,
}

#[derive(Template)]
#[template(path = "registrar/members.html")]
struct List {
    frame: Frame,
    rows: Vec<Row>,
}

fn sectors(frame: &Frame, member: &Member) -> String {
    joined(frame, member.sectors.iter().map(|sector| frame.language.of(&sector.title()).to_owned()).collect())
}

/// `GET /{language}/registry/members`, in the order of their names.
pub(super) fn list(call: &Call<'_>) -> Result<Response, Problem> {
    SignedIn::registrar(call)?;
    let frame = Frame::of(call);
    let directory = call.doors.reg().directory();
    let mut members: Vec<&Member> = directory.members.values().collect();
    members.sort_by_key(|member| frame.language.of(&member.title).to_owned());
    let row = |member: &&Member| Row {
        member: Link {
            words: frame.language.of(&member.title).to_owned(),
            to: frame.to(&format!("/registry/members/{}", member.code)),
        },
        code: member.code.to_string(),
        sectors: sectors(&frame, member),
        officers: directory.officers.values().filter(|officer| officer.officer.member == member.code).count() as i64,
        is_suspended: member.standing == Standing::Suspended,
    };
    let page = List { rows: members.iter().map(row).collect(), frame };
    page.frame.answer(StatusCode::OK, &page)
}

#[derive(Template)]
#[template(path = "registrar/member.html")]
struct One {
    frame: Frame,
    h1: String,
    code: String,
    sectors: String,
    is_suspended: bool,
    officers: Vec<Link>,
    keys: Vec<Link>,
    form: Form,
    errors: Vec<(Option<String>, String)>,
}

impl One {
    fn title(&self) -> String {
        super::ask::titled(&self.frame, &self.h1, !self.errors.is_empty())
    }
}

fn page(call: &Call<'_>, member: &Member, typed: &Fields) -> One {
    let frame = Frame::of(call);
    let directory = call.doors.reg().directory();
    let officers = directory.officers.values().filter(|officer| officer.officer.member == member.code);
    let keys = directory.keys.values().filter(|key| key.member == member.code && key.officer.is_none());
    let link = |place: &str, code: &str| Link { words: code.to_owned(), to: frame.to(&format!("{place}/{code}")) };
    let is_suspended = member.standing == Standing::Suspended;
    let button = match member.standing {
        Standing::Active => fl!(frame.words, "registry-propose-suspension"),
        Standing::Suspended => fl!(frame.words, "registry-propose-lift"),
    };
    One {
        h1: frame.language.of(&member.title).to_owned(),
        code: member.code.to_string(),
        sectors: sectors(&frame, member),
        is_suspended,
        officers: officers.map(|officer| link("/registry/officers", officer.officer.code.as_str())).collect(),
        keys: keys.map(|key| link("/registry/keys", key.code.as_str())).collect(),
        form: Form {
            action: frame.to(&format!("/registry/members/{}/standing", member.code)),
            hidden: Vec::new(),
            fields: vec![reason(&frame, typed)],
            button,
        },
        errors: Vec::new(),
        frame,
    }
}

/// The field for a reason.
pub(super) fn reason(frame: &Frame, typed: &Fields) -> Field {
    let hint = fl!(frame.words, "registry-because-hint");
    Field::lines("because", fl!(frame.words, "registry-because"), typed).hinted(hint)
}

fn asked(call: &Call<'_>, from_end: usize) -> Result<Member, Problem> {
    let code: MemberCode = part(call, from_end).parse().map_err(|_| RequestFault::NotFound)?;
    Ok(call.doors.reg().directory().members.get(&code).cloned().ok_or(RequestFault::NotFound)?)
}

/// `GET /{language}/registry/members/{member}`
pub(super) fn show(call: &Call<'_>) -> Result<Response, Problem> {
    SignedIn::registrar(call)?;
    let page = page(call, &asked(call, 0)?, &Fields::default());
    page.frame.answer(StatusCode::OK, &page)
}

/// Proposes a change in the name of `staff`: the page of the proposal, or what is wrong.
pub(super) async fn proposed(
    call: &Call<'_>,
    staff: StaffCode,
    change: Change,
    fields: &Fields,
) -> Result<Result<Response, Wrong>, Problem> {
    let (because, once) = (fields.text("because").to_owned(), fields.key().to_owned());
    let work = move |reg: &Arc<Registry>| match propose(reg, &staff, &change, &because, &once) {
        // Without a reason nothing else is looked at; whoever has to write one hears at once what else stands against it.
        Err(ProposeError::Reason) => (Err(ProposeError::Reason), change.check(reg).err()),
        proposed => (proposed, None),
    };
    let frame = Frame::of(call);
    let (proposed, besides) = call.doors.blocking(work).await?;
    let error = match proposed {
        Ok(id) => return Ok(Ok(to_page(&frame.to(&format!("/registry/proposals/{id}")))?)),
        Err(error) => error,
    };
    let mut wrong = besides.map_or_else(|| Ok(Wrong::new()), |besides| wording::unfit(&frame, besides))?;
    wrong.extend(wording::not_proposed(&frame, error)?);
    Ok(Err(wrong))
}

/// `POST /{language}/registry/members/{member}/standing`
pub(super) async fn standing(call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    let (staff, fields) = typed(call, body).await?;
    let member = asked(call, 1)?;
    let other = match member.standing {
        Standing::Active => Standing::Suspended,
        Standing::Suspended => Standing::Active,
    };
    let change = Change::MemberStanding(member.code.clone(), other);
    match proposed(call, staff, change, &fields).await? {
        Ok(response) => Ok(response),
        Err(wrong) => {
            let mut page = page(call, &member, &fields);
            page.errors = page.form.marked(&wrong);
            page.frame.answer(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

fn admission(call: &Call<'_>, typed: &Fields) -> Ask {
    let frame = Frame::of(call);
    let words = frame.words;
    let sectors = Sector::ALL
        .iter()
        .map(|(sector, code, ..)| ((*code).to_owned(), frame.language.of(&sector.title()).to_owned()));
    let form = Form {
        action: frame.to("/registry/admit-member"),
        hidden: Vec::new(),
        fields: vec![
            Field::line("code", fl!(words, "registry-code"), typed).hinted(fl!(words, "registry-code-hint")),
            Field::line("title_en", fl!(words, "registry-title-en"), typed),
            Field::line("title_zh", fl!(words, "registry-title-zh"), typed),
            Field::many("sectors", fl!(words, "members-sectors"), typed, sectors.collect()),
            reason(&frame, typed),
        ],
        button: fl!(words, "registry-propose"),
    };
    let back = (frame.to("/registry/members"), fl!(words, "nav-members"));
    let lead = vec![fl!(words, "registry-admit-lead"), fl!(words, "registry-takes-two")];
    Ask::new(frame, fl!(words, "registry-admit-member"), back, lead, form)
}

/// `GET /{language}/registry/admit-member`
pub(super) fn ask(call: &Call<'_>) -> Result<Response, Problem> {
    SignedIn::registrar(call)?;
    admission(call, &Fields::default()).show()
}

/// `POST /{language}/registry/admit-member`
pub(super) async fn admit(call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    let (staff, fields) = typed(call, body).await?;
    let page = admission(call, &fields);
    let mut wrong = Wrong::new();
    let (frame, words) = (&page.frame, page.frame.words);
    let code = code(frame, &fields, ("code", fl!(words, "registry-code")), &mut wrong);
    let en = title(frame, &fields, ("title_en", fl!(words, "registry-title-en")), &mut wrong);
    let zh = title(frame, &fields, ("title_zh", fl!(words, "registry-title-zh")), &mut wrong);
    let sectors: Option<Vec<Sector>> = fields.all("sectors").map(Sector::find).collect();
    let sectors = sectors.ok_or(RequestFault::NotTheShape)?;
    let Some(code) = code.filter(|_| wrong.is_empty()) else {
        because(frame, &fields, &mut wrong);
        return page.wrong(&wrong);
    };
    let title = Bilingual { en, zh };
    let change = Change::AdmitMember(Member { code, title, sectors, standing: Standing::Active });
    match proposed(call, staff, change, &fields).await? {
        Ok(response) => Ok(response),
        Err(wrong) => page.wrong(&wrong),
    }
}

#[cfg(test)]
mod samples {
    use super::super::sampled::{form, link, wrong};
    use super::*;
    use crate::pages::samples::{hold, text};

    fn row(is_suspended: bool, officers: i64) -> Row {
        Row { member: link(), code: "north-market".to_owned(), sectors: text(), officers, is_suspended }
    }

    fn one(frame: Frame) -> One {
        One {
            frame,
            h1: text(),
            code: "north-market".to_owned(),
            sectors: text(),
            is_suspended: false,
            officers: Vec::new(),
            keys: Vec::new(),
            form: form(),
            errors: Vec::new(),
        }
    }

    #[test]
    fn from_no_member_to_one_that_is_suspended() {
        hold(
            "registrar/members.html",
            &[
                ("empty", |frame| List { frame, rows: Vec::new() }),
                ("one", |frame| List { frame, rows: vec![row(false, 0)] }),
                ("full", |frame| List { frame, rows: vec![row(false, 1), row(true, 300)] }),
            ],
        );
        hold(
            "registrar/member.html",
            &[
                ("empty", one),
                ("full", |frame| One {
                    is_suspended: true,
                    officers: vec![link(), link()],
                    keys: vec![link(), link()],
                    ..one(frame)
                }),
                ("error", |frame| {
                    let (form, errors) = wrong();
                    One { form, errors, ..one(frame) }
                }),
            ],
        );
    }
}
