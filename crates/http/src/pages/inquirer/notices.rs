//! What the member has to confirm: a record that its officers were shown was put right. Only the confirmation ends a
//! notice; until then the member is asked again, and the person sees that.

use askama::Template;
use axum::body::Body;
use axum::http::StatusCode;
use axum::response::Response;
use fairfile_domain::correction::Act;
use fairfile_domain::id::NoticeId;
use fairfile_domain::notice::Standing;
use fairfile_service::Registry;
use fairfile_service::inquirer::{self, DAYS_CONFIRMED_ARE_LISTED, NoticeView, Which};
use fairfile_service::source::Evidence;
use i18n_embed_fl::fl;

use super::{Officer, id_at};
use crate::caller::Call;
use crate::pages::address::to_page;
use crate::pages::form::Fields;
use crate::pages::frame::{Frame, Theme};
use crate::pages::said::{Moment, moment};
use crate::problem::{Problem, RequestFault};

/// A notice, as every notice looks.
struct Line {
    page: String,
    item: String,
    what: String,
    told: Moment,
    due: String,
    state: String,
    is_late: bool,
}

impl Line {
    fn of(frame: &Frame, reg: &Registry, view: &NoticeView) -> Self {
        let (on_file, catalog) = (&view.on_file, reg.catalog());
        let item = catalog.item_on(&on_file.item, view.today);
        let due = frame.day(on_file.due_on);
        Self {
            page: frame.to(&format!("/inquiry/notices/{}", on_file.notice)),
            item: item.map_or(on_file.item.as_str(), |item| frame.language.of(&item.title)).to_owned(),
            what: match on_file.act {
                Act::Correct => fl!(frame.words, "record-corrected"),
                Act::Withdraw => fl!(frame.words, "record-withdrawn"),
            },
            told: moment(frame, reg, on_file.made_at),
            state: match view.standing {
                Standing::ToConfirm => fl!(frame.words, "notices-to-confirm"),
                // The last day is one on which it can be confirmed in time: it is late from the next one on.
                Standing::Late(_) => {
                    fl!(frame.words, "notices-late", since = frame.day(on_file.due_on.tomorrow()))
                }
                Standing::Confirmed => fl!(frame.words, "notices-confirmed"),
            },
            is_late: matches!(view.standing, Standing::Late(_)),
            due,
        }
    }
}

#[derive(Template)]
#[template(path = "inquirer/notices.html")]
struct List {
    frame: Frame,
    lines: Vec<Line>,
    /// Those that were confirmed of late.
    confirmed: Vec<Line>,
    days: i64,
}

/// `GET /{language}/inquiry/notices`: what the member has not confirmed, oldest first, and what it has of late.
pub(crate) async fn list(call: &Call<'_>) -> Result<Response, Problem> {
    let member = Officer::of(call)?.member(call)?;
    let read = move |reg: &std::sync::Arc<Registry>| {
        let open = inquirer::list_notices(reg, &member, Which::Open)?;
        Ok::<_, Problem>((open, inquirer::list_confirmed(reg, &member)?))
    };
    let (open, confirmed) = call.doors.blocking(read).await??;
    let (frame, reg) = (Frame::of(call), call.doors.reg());
    let page = List {
        lines: open.iter().map(|view| Line::of(&frame, reg, view)).collect(),
        confirmed: confirmed.iter().map(|view| Line::of(&frame, reg, view)).collect(),
        days: DAYS_CONFIRMED_ARE_LISTED,
        frame,
    };
    page.frame.answer(StatusCode::OK, &page)
}

/// One of the member's looks that showed what was put right.
struct Shown {
    officer: String,
    at: Moment,
    look: String,
    /// The receipt's page, if it was this officer's look.
    receipt: Option<String>,
}

/// Which page of a notice it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// What changed.
    Read,
    /// What the confirmation will say.
    Check,
    /// It is confirmed.
    Done,
}

#[derive(Template)]
#[template(path = "inquirer/notice.html")]
struct Page {
    frame: Frame,
    step: Step,
    title: String,
    line: Line,
    reason: String,
    to_do: String,
    next: Option<String>,
    shown: Vec<Shown>,
    reference: String,
    member: String,
    officer: String,
    confirmed_at: Option<Moment>,
}

/// `GET /{language}/inquiry/notices/{id}`: what changed, or, once it is confirmed, that it is.
pub(crate) async fn show(call: &Call<'_>) -> Result<Response, Problem> {
    let (officer, view) = find(call, 0).await?;
    let step = if view.standing == Standing::Confirmed { Step::Done } else { Step::Read };
    write(call, &officer, &view, step)
}

/// `GET /{language}/inquiry/notices/{id}/confirm`: what the confirmation will say.
pub(crate) async fn check(call: &Call<'_>) -> Result<Response, Problem> {
    let (officer, view) = find(call, 1).await?;
    let step = if view.standing == Standing::Confirmed { Step::Done } else { Step::Check };
    write(call, &officer, &view, step)
}

/// `POST /{language}/inquiry/notices/{id}/confirm`: confirms, once; sent again it leads to the same page.
pub(crate) async fn confirm(call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    let officer = Officer::of(call)?;
    Fields::read_own(call, &officer.visitor, body).await?;
    let notice: NoticeId = id_at(call, 1).ok_or(RequestFault::NotFound)?;
    let (code, member) = (officer.code.clone(), officer.member(call)?);
    let confirm = move |reg: &std::sync::Arc<Registry>| {
        let evidence = Evidence::in_session(reg, &code, &format!("confirmed {notice}"));
        inquirer::confirm_notice(reg, &member, notice, &evidence)
    };
    call.doors.blocking(confirm).await??;
    to_page(&Frame::of(call).to(&format!("/inquiry/notices/{notice}")))
}

async fn find(call: &Call<'_>, place: usize) -> Result<(Officer, NoticeView), Problem> {
    let officer = Officer::of(call)?;
    let member = officer.member(call)?;
    let notice: NoticeId = id_at(call, place).ok_or(RequestFault::NotFound)?;
    let view = call.doors.blocking(move |reg| inquirer::find_notice(reg, &member, notice)).await??;
    Ok((officer, view))
}

fn write(call: &Call<'_>, officer: &Officer, view: &NoticeView, step: Step) -> Result<Response, Problem> {
    let (frame, reg) = (Frame::of(call), call.doors.reg());
    let (on_file, directory) = (&view.on_file, reg.directory());
    let reason = on_file.reason.row();
    let shown = view.looks.iter().map(|look| Shown {
        officer: look.officer.to_string(),
        at: moment(&frame, reg, look.looked_at),
        look: look.look.to_string(),
        receipt: (look.officer == officer.code).then(|| frame.to(&format!("/inquiry/receipts/{}", look.look))),
    });
    let member = directory.members.get(&on_file.member);
    let next = view.next.map(|(chase, from)| {
        let step = frame.language.of(&chase.sentence()).to_owned();
        fl!(frame.words, "notice-next", from = frame.day(from), step = step)
    });
    let page = Page {
        title: match step {
            Step::Read => fl!(frame.words, "notice-title"),
            Step::Check => fl!(frame.words, "notice-check-title"),
            Step::Done => fl!(frame.words, "notice-done-title"),
        },
        line: Line::of(&frame, reg, view),
        reason: frame.language.pick(reason.en, reason.zh).to_owned(),
        to_do: match on_file.act {
            Act::Correct => fl!(frame.words, "notice-to-do-corrected"),
            Act::Withdraw => fl!(frame.words, "notice-to-do-withdrawn"),
        },
        next,
        shown: shown.collect(),
        reference: on_file.notice.to_string(),
        member: member.map_or(on_file.member.as_str(), |member| frame.language.of(&member.title)).to_owned(),
        officer: officer.code.to_string(),
        confirmed_at: on_file.confirmed_at.map(|at| moment(&frame, reg, at)),
        step,
        frame,
    };
    page.frame.answer(StatusCode::OK, &page)
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::pages::samples::{hold, text};

    fn at() -> Moment {
        crate::pages::samples::moment()
    }

    fn line(is_late: bool) -> Line {
        let page = "/en/inquiry/notices/x".to_owned();
        Line { page, item: text(), what: text(), told: at(), due: text(), state: text(), is_late }
    }

    fn page(frame: Frame, step: Step) -> Page {
        let shown = |receipt: Option<&str>| Shown {
            officer: "0417".to_owned(),
            at: at(),
            look: "look_1".to_owned(),
            receipt: receipt.map(str::to_owned),
        };
        Page {
            frame,
            step,
            title: text(),
            line: line(step == Step::Check),
            reason: text(),
            to_do: text(),
            next: (step == Step::Check).then(text),
            shown: vec![shown(Some("/en/x")), shown(None)],
            reference: "ntc_1".to_owned(),
            member: text(),
            officer: "0417".to_owned(),
            confirmed_at: (step == Step::Done).then(at),
        }
    }

    #[test]
    fn from_nothing_to_confirm_to_a_notice_that_is_confirmed() {
        hold(
            "inquirer/notices.html",
            &[
                ("empty", |frame| List { frame, lines: Vec::new(), confirmed: Vec::new(), days: 90 }),
                ("one", |frame| List { frame, lines: vec![line(false)], confirmed: vec![line(false)], days: 90 }),
                ("full", |frame| List {
                    frame,
                    lines: vec![line(true), line(false)],
                    confirmed: vec![line(false), line(false)],
                    days: 90,
                }),
            ],
        );
        hold(
            "inquirer/notice.html",
            &[
                ("to read", |frame| page(frame, Step::Read)),
                ("to confirm, late", |frame| page(frame, Step::Check)),
                ("confirmed", |frame| page(frame, Step::Done)),
            ],
        );
    }
}
