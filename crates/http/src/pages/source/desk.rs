//! Where every visit begins: what the member may send, what it has sent, and who was told of its corrections.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use fairfile_service::source::{self, ToldBySource};
use i18n_embed_fl::fl;

use super::listing::{Line, lines};
use super::{Desk, counted, member_name};
use crate::caller::Call;
use crate::drafts::{Draft, State, What};
use crate::pages::frame::{Frame, Theme};
use crate::problem::Problem;

/// Batches that the desk shows; the list shows all.
const NEWEST: u32 = 10;

/// An item that the member writes.
struct Item {
    code: String,
    page: String,
    title: String,
    new_record: String,
    template: String,
}

/// A file that was checked and not sent.
struct Pending {
    page: String,
    name: String,
    state: String,
}

/// How far a member has come with the notices.
pub(super) struct Told {
    pub(super) member: String,
    pub(super) notices: String,
    pub(super) confirmed: String,
    pub(super) to_confirm: String,
    pub(super) late: String,
    pub(super) is_late: bool,
}

#[derive(Template)]
#[template(path = "source/desk.html")]
struct Page {
    frame: Frame,
    items: Vec<Item>,
    pending: Vec<Pending>,
    batches: Vec<Line>,
    has_more: bool,
    told: Vec<Told>,
}

/// `GET /{language}/source`
pub(super) async fn show(call: &Call<'_>, desk: &Desk) -> Result<Response, Problem> {
    let frame = Frame::of(call);
    let member = desk.member.clone();
    let read = move |reg: &std::sync::Arc<fairfile_service::Registry>| {
        let batches = source::list_batches(reg, &member, None, NEWEST + 1)?;
        Ok::<_, Problem>((batches, source::list_told(reg, &member)?))
    };
    let (mut batches, told) = call.doors.blocking(read).await??;
    let has_more = batches.len() > NEWEST as usize;
    batches.truncate(NEWEST as usize);
    let catalog = call.doors.reg().catalog();
    let item = |item: &fairfile_domain::catalog::Item| Item {
        page: frame.to(&format!("/catalog/{}", item.code)),
        title: frame.language.of(&item.title).to_owned(),
        new_record: frame.to(&format!("/source/records/new?item={}", item.code)),
        template: frame.to(&format!("/source/templates/{}", item.code)),
        code: item.code.to_string(),
    };
    let drafts = call.doors.drafts().list(&desk.officer, call.doors.now().unix_micros());
    let page = Page {
        items: desk.items(call, &catalog).map(item).collect(),
        pending: drafts.iter().filter_map(|draft| pending(call, &frame, draft)).collect(),
        batches: lines(call, &frame, &catalog, &batches),
        has_more,
        told: told.iter().map(|told| told_line(call, &frame, told)).collect(),
        frame,
    };
    page.frame.answer(StatusCode::OK, &page)
}

/// How far a member has come with the notices that this one's corrections made.
pub(super) fn told_line(call: &Call<'_>, frame: &Frame, told: &ToldBySource) -> Told {
    Told {
        member: member_name(call, frame, &told.member),
        notices: counted(told.notices),
        confirmed: counted(told.confirmed),
        to_confirm: counted(told.notices.saturating_sub(told.confirmed + told.late)),
        late: counted(told.late),
        is_late: told.late > 0,
    }
}

/// A draft that is not sent.
fn pending(call: &Call<'_>, frame: &Frame, draft: &Draft) -> Option<Pending> {
    let words = frame.words;
    let state = match draft.state() {
        State::Working(..) => fl!(words, "draft-checking"),
        State::Checked(report, _) if report.counts.received == report.counts.accepted => fl!(words, "draft-ready"),
        State::Checked(..) | State::Failed(_) => fl!(words, "draft-needs-fixing"),
        State::Sent(_) => return None,
    };
    let catalog = call.doors.reg().catalog();
    let name = match &draft.what {
        What::File(name) => name.clone(),
        What::Practice => fl!(words, "practice-name"),
        What::Record(_) | What::Change(_) => super::item_name(&catalog, frame, &draft.handed.item),
    };
    Some(Pending { page: frame.to(&format!("/source/batches/{}", draft.id)), name, state })
}

#[cfg(test)]
pub(super) mod samples {
    use super::super::listing::samples::line;
    use super::*;
    use crate::pages::samples::{hold, text};

    /// How far a member has come with its notices.
    pub(in crate::pages::source) fn told(is_late: bool) -> Told {
        let count = || "12".to_owned();
        let late = if is_late { count() } else { "0".to_owned() };
        Told { member: text(), notices: count(), confirmed: count(), to_confirm: count(), late, is_late }
    }

    fn item() -> Item {
        Item {
            code: "pharmacist-licence".to_owned(),
            page: "/en/catalog/x".to_owned(),
            title: text(),
            new_record: "/en/source/records/new?item=x".to_owned(),
            template: "/en/source/templates/x".to_owned(),
        }
    }

    fn empty(frame: Frame) -> Page {
        Page { frame, items: Vec::new(), pending: Vec::new(), batches: Vec::new(), has_more: false, told: Vec::new() }
    }

    #[test]
    fn from_a_member_that_writes_nothing_to_a_busy_one() {
        hold(
            "source/desk.html",
            &[
                ("writes nothing", empty),
                ("nothing sent yet", |frame| Page { items: vec![item()], ..empty(frame) }),
                ("full", |frame| {
                    let pending = || Pending { page: "/en/x".to_owned(), name: text(), state: text() };
                    Page {
                        items: vec![item(), item()],
                        pending: vec![pending(), pending()],
                        batches: vec![line(Some("/en/x")), line(None)],
                        has_more: true,
                        told: vec![told(true), told(false)],
                        ..empty(frame)
                    }
                }),
            ],
        );
    }
}
