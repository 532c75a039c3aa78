//! A record is opened by its own number and the person's number together, one at a time, and never by a list. What it says
//! is shown to nobody here: its source wrote it, and cannot read it back.

use askama::Template;
use axum::body::Body;
use axum::http::StatusCode;
use axum::response::Response;
use fairfile_domain::access::Unchangeable;
use fairfile_domain::catalog::Item;
use fairfile_domain::correction::Act;
use fairfile_domain::id::RecordId;
use fairfile_domain::record::RecordState;
use fairfile_service::source::{self, PastCorrection, RecordStanding};
use i18n_embed_fl::fl;
use zeroize::Zeroizing;

use super::trouble::Wrong;
use super::{Desk, Moment, item_name, member_name, moment, part};
use crate::caller::Call;
use crate::drafts::Opened;
use crate::pages::address::to_page;
use crate::pages::frame::{Frame, Theme};
use crate::problem::{Problem, RequestFault};

/// An item to choose.
struct Choice {
    code: String,
    title: String,
    is_chosen: bool,
}

#[derive(Template)]
#[template(path = "source/record_open.html")]
struct Ask {
    frame: Frame,
    items: Vec<Choice>,
    number: String,
    identifier: String,
    wrong: Option<Wrong>,
    /// Whether a record's address was called that is not open in this session.
    is_closed: bool,
}

impl Ask {
    fn new(call: &Call<'_>, desk: &Desk, chosen: &str) -> Self {
        let (frame, catalog) = (Frame::of(call), call.doors.reg().catalog());
        let choice = |item: &Item| Choice {
            title: frame.language.of(&item.title).to_owned(),
            is_chosen: item.code.as_str() == chosen,
            code: item.code.to_string(),
        };
        let items = desk.items(call, &catalog).map(choice).collect();
        Self { items, number: String::new(), identifier: String::new(), wrong: None, is_closed: false, frame }
    }

    fn title(&self) -> String {
        let title = fl!(self.frame.words, "open-title");
        if self.wrong.is_some() { fl!(self.frame.words, "error-title", page = title) } else { title }
    }
}

/// `GET /{language}/source/records`
pub(super) fn ask(call: &Call<'_>, desk: &Desk) -> Result<Response, Problem> {
    let page = Ask::new(call, desk, "");
    page.frame.answer(StatusCode::OK, &page)
}

/// `POST /{language}/source/records`: the record, if there is one with both numbers.
pub(super) async fn take(call: &Call<'_>, desk: &Desk, body: Body) -> Result<Response, Problem> {
    let fields = desk.fields(call, body).await?;
    let (number, identifier) = (fields.text("number").to_owned(), Zeroizing::new(fields.text("identifier").to_owned()));
    let mut page = Ask::new(call, desk, fields.text("item"));
    let catalog = call.doors.reg().catalog();
    let item = desk.item(call, &catalog, fields.text("item"));
    let found = match item {
        None => None,
        Some(item) => {
            let (handed, asked) = (desk.handed(&item.code), (number.clone(), identifier.clone()));
            let find = move |reg: &std::sync::Arc<fairfile_service::Registry>| {
                source::find_record(reg, &handed, &asked.0, &asked.1)
            };
            call.doors.blocking(find).await??.map(|record| (record, item.code.clone()))
        }
    };
    let Some((record, item)) = found else {
        page.wrong = Some(Wrong::own(fl!(page.frame.words, "open-nothing"), "number"));
        (page.number, page.identifier) = (number, identifier.to_string());
        return page.frame.answer(StatusCode::UNPROCESSABLE_ENTITY, &page);
    };
    let opened = Opened::new(call.doors, record, item, &number, &identifier);
    call.doors.drafts().open(desk.officer.clone(), opened);
    to_page(&page.frame.to(&format!("/source/records/{record}")))
}

/// The record of the address, if the officer has it open.
pub(super) fn opened(
    call: &Call<'_>,
    desk: &Desk,
    id: &str,
) -> Result<(RecordId, Option<std::sync::Arc<Opened>>), Problem> {
    let record: RecordId = id.parse().map_err(|_| RequestFault::NotFound)?;
    Ok((record, call.doors.drafts().opened(&desk.officer, record, call.doors.now().unix_micros())))
}

/// Something that was done to it.
struct Past {
    what: String,
    reason: String,
    at: Moment,
    id: String,
}

#[derive(Template)]
#[template(path = "source/record.html")]
struct Standing {
    frame: Frame,
    reference: String,
    item: String,
    state: String,
    received: Moment,
    shown: String,
    kept: String,
    /// What the members that were shown it have to do with it.
    told_lead: String,
    told: Vec<String>,
    past: Vec<Past>,
    /// Why nothing can be changed; nothing if it can.
    fixed: Option<String>,
    correct: String,
    withdraw: String,
}

/// `GET /{language}/source/records/{id}`: where it stands. An address alone opens nothing, and every address looks the same.
pub(super) async fn show(call: &Call<'_>, desk: &Desk) -> Result<Response, Problem> {
    let (record, opened) = opened(call, desk, part(call, 0))?;
    if opened.is_none() {
        let mut page = Ask::new(call, desk, "");
        page.is_closed = true;
        return page.frame.answer(StatusCode::OK, &page);
    }
    let member = desk.member.clone();
    let found = call.doors.blocking(move |reg| source::record_standing(reg, &member, record)).await??;
    let standing = found.ok_or(RequestFault::NotFound)?;
    let frame = Frame::of(call);
    let (words, terms, today) = (frame.words, standing.on_file.terms, call.doors.reg().today());
    let past = |past: &PastCorrection| Past {
        what: frame.language.of(&past.act.done()).to_owned(),
        reason: frame.language.pick(past.reason.row().en, past.reason.row().zh).to_owned(),
        at: moment(&frame, call.doors.reg(), past.made_at),
        id: past.correction.to_string(),
    };
    let (shown, kept) = display(call, &frame, &standing);
    let page = Standing {
        reference: record.to_string(),
        item: item_name(&call.doors.reg().catalog(), &frame, &standing.on_file.item),
        state: match standing.on_file.state {
            RecordState::InForce if today < terms.shown_from => fl!(words, "state-waiting"),
            RecordState::InForce if terms.display_until < today => fl!(words, "state-ended"),
            RecordState::InForce => fl!(words, "state-in-force"),
            RecordState::Ended => fl!(words, "state-ended"),
            RecordState::Withdrawn => fl!(words, "state-withdrawn"),
            RecordState::Destroyed => fl!(words, "state-destroyed"),
        },
        received: moment(&frame, call.doors.reg(), standing.received_at),
        shown,
        kept,
        told_lead: told_lead(&frame, &standing),
        told: standing.told.iter().map(|member| member_name(call, &frame, member)).collect(),
        past: standing.corrections.iter().map(past).collect(),
        fixed: standing.unchangeable.map(|why| fixed(&frame, why)),
        correct: frame.to(&format!("/source/records/{record}/correct")),
        withdraw: frame.to(&format!("/source/records/{record}/withdraw")),
        frame,
    };
    page.frame.answer(StatusCode::OK, &page)
}

/// Why a record cannot be changed any more.
pub(super) fn fixed(frame: &Frame, why: Unchangeable) -> String {
    match why {
        Unchangeable::Withdrawn => fl!(frame.words, "fixed-withdrawn"),
        Unchangeable::Over => fl!(frame.words, "fixed-over"),
        Unchangeable::NotItsSource => fl!(frame.words, "fixed-other"),
    }
}

/// From when until when others see it, and how long it exists.
fn display(call: &Call<'_>, frame: &Frame, standing: &RecordStanding) -> (String, String) {
    let (words, terms, reg) = (frame.words, standing.on_file.terms, call.doors.reg());
    let (from, until) = (frame.day(terms.shown_from), frame.day(terms.display_until));
    let kept = fl!(words, "record-kept", day = frame.day(terms.retained_until));
    match standing.on_file.state {
        RecordState::Withdrawn => {
            let taken_back = standing.corrections.iter().rev().find(|past| past.act == Act::Withdraw);
            let at = taken_back.map(|past| moment(frame, reg, past.made_at).words).unwrap_or_default();
            let entry = fl!(words, "record-entry-kept", day = frame.day(terms.retained_until));
            (fl!(words, "standing-withdrawn", at = at), entry)
        }
        RecordState::Destroyed => (fl!(words, "record-gone"), String::new()),
        RecordState::Ended => (fl!(words, "standing-over", until = until), kept),
        RecordState::InForce if terms.display_until < reg.today() => (fl!(words, "standing-over", until = until), kept),
        RecordState::InForce => (fl!(words, "record-shown-later", from = from, until = until), kept),
    }
}

/// Whether the members that were shown it will be told of the next change, were told of the last one, or need not be.
fn told_lead(frame: &Frame, standing: &RecordStanding) -> String {
    let (words, count) = (frame.words, standing.told.len() as i64);
    match (standing.on_file.state, count) {
        (RecordState::Withdrawn, 0) => fl!(words, "standing-told-nobody"),
        (RecordState::Withdrawn, _) => fl!(words, "standing-told-count", count = count),
        (RecordState::Destroyed, 0) => fl!(words, "record-told-nobody"),
        (RecordState::Destroyed, _) => fl!(words, "standing-shown-count", count = count),
        (RecordState::InForce | RecordState::Ended, 0) => fl!(words, "change-told-nobody"),
        (RecordState::InForce | RecordState::Ended, _) => fl!(words, "change-told-count", count = count),
    }
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::pages::samples::{hold, text};

    fn ask(frame: Frame, items: usize) -> Ask {
        let choice = |place| Choice { code: format!("item-{place}"), title: text(), is_chosen: place == 1 };
        let items = (0..items).map(choice).collect();
        Ask { frame, items, number: String::new(), identifier: String::new(), wrong: None, is_closed: false }
    }

    fn standing(frame: Frame) -> Standing {
        Standing {
            frame,
            reference: "rec_1".to_owned(),
            item: text(),
            state: text(),
            received: crate::pages::samples::moment(),
            shown: text(),
            kept: text(),
            told_lead: text(),
            told: Vec::new(),
            past: Vec::new(),
            fixed: None,
            correct: "/en/x".to_owned(),
            withdraw: "/en/x".to_owned(),
        }
    }

    #[test]
    fn asking_for_a_record_from_no_item_to_numbers_that_fit_none() {
        hold(
            "source/record_open.html",
            &[
                ("writes nothing", |frame| ask(frame, 0)),
                ("empty", |frame| ask(frame, 1)),
                ("closed meanwhile", |frame| Ask { is_closed: true, ..ask(frame, 2) }),
                ("error", |frame| Ask {
                    number: text(),
                    identifier: text(),
                    wrong: Some(Wrong::own(text(), "number")),
                    ..ask(frame, 2)
                }),
            ],
        );
    }

    #[test]
    fn a_record_from_one_that_nobody_was_told_to_one_with_a_past() {
        hold(
            "source/record.html",
            &[
                ("nobody told", standing),
                ("fixed", |frame| Standing { fixed: Some(text()), ..standing(frame) }),
                ("full", |frame| {
                    let at = crate::pages::samples::moment;
                    let past = || Past { what: text(), reason: text(), at: at(), id: "cor_1".to_owned() };
                    Standing { told: vec![text(), text()], past: vec![past(), past()], ..standing(frame) }
                }),
            ],
        );
    }
}
