//! The notices that this member's corrections made: which member has confirmed, which has time left, which is late.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use fairfile_domain::notice::Standing;
use fairfile_service::source::{self, CausedNotice};
use i18n_embed_fl::fl;

use super::desk::{Told, told_line};
use super::{Desk, Moment, asked, item_name, member_name, moment};
use crate::caller::Call;
use crate::pages::frame::{Frame, Theme};
use crate::problem::Problem;

/// Notices on one page, at the most; a correction's own stay together.
const NOTICES_OF_A_PAGE: u32 = 200;

/// One correction, and how far each member has come with it.
struct Correction {
    id: String,
    what: String,
    item: String,
    at: Moment,
    leaf: u64,
    members: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "source/notices.html")]
struct Page {
    frame: Frame,
    told: Vec<Told>,
    corrections: Vec<Correction>,
    older: Option<String>,
    is_later_page: bool,
}

/// `GET /{language}/source/notices`
pub(super) async fn show(call: &Call<'_>, desk: &Desk) -> Result<Response, Problem> {
    let frame = Frame::of(call);
    let before: Option<u64> = asked(call, "before").and_then(|before| before.parse().ok());
    let member = desk.member.clone();
    let read = move |reg: &std::sync::Arc<fairfile_service::Registry>| {
        let notices = source::list_caused_notices(reg, &member, before, NOTICES_OF_A_PAGE)?;
        Ok::<_, Problem>((notices, source::list_told(reg, &member)?))
    };
    let (notices, told) = call.doors.blocking(read).await??;
    let is_full = notices.len() >= NOTICES_OF_A_PAGE as usize;
    let mut corrections = together(call, &frame, &notices);
    if is_full && corrections.len() > 1 {
        // Its notices may go on behind the end of this page.
        corrections.pop();
    }
    let last = corrections.last().filter(|_| is_full).map(|last| last.leaf);
    let page = Page {
        told: told.iter().map(|told| told_line(call, &frame, told)).collect(),
        older: last.map(|leaf| frame.to(&format!("/source/notices?before={leaf}"))),
        corrections,
        is_later_page: before.is_some(),
        frame,
    };
    page.frame.answer(StatusCode::OK, &page)
}

/// Notices of one correction stand side by side.
fn together(call: &Call<'_>, frame: &Frame, notices: &[CausedNotice]) -> Vec<Correction> {
    let catalog = call.doors.reg().catalog();
    let mut corrections: Vec<Correction> = Vec::new();
    for notice in notices {
        let id = notice.on_file.correction.to_string();
        if corrections.last().is_none_or(|last| last.id != id) {
            corrections.push(Correction {
                what: frame.language.of(&notice.on_file.act.done()).to_owned(),
                item: item_name(&catalog, frame, &notice.on_file.item),
                at: moment(frame, call.doors.reg(), notice.on_file.made_at),
                leaf: notice.leaf,
                members: Vec::new(),
                id,
            });
        }
        if let Some(last) = corrections.last_mut() {
            last.members.push((member_name(call, frame, &notice.on_file.member), standing(frame, notice)));
        }
    }
    corrections
}

fn standing(frame: &Frame, notice: &CausedNotice) -> String {
    let due = frame.day(notice.on_file.due_on);
    match notice.standing {
        Standing::Confirmed => fl!(frame.words, "told-confirmed"),
        Standing::ToConfirm => fl!(frame.words, "told-to-confirm-by", due = due),
        Standing::Late(None) => fl!(frame.words, "told-late-since", due = due),
        Standing::Late(Some(step)) => {
            let (late, last) = (fl!(frame.words, "told-late-since", due = due), fl!(frame.words, "told-last-step"));
            let (colon, gap) = (fl!(frame.words, "colon"), frame.gap());
            format!("{late}{gap}{last}{colon}{gap}{}", frame.language.of(&step.sentence()))
        }
    }
}

#[cfg(test)]
mod samples {
    use super::super::desk::samples::told;
    use super::*;
    use crate::pages::samples::{hold, moment, text};

    fn correction(members: usize) -> Correction {
        let members = vec![(text(), text()); members];
        Correction { id: "cor_1".to_owned(), what: text(), item: text(), at: moment(), leaf: 512, members }
    }

    #[test]
    fn from_nobody_told_to_a_page_in_the_middle() {
        hold(
            "source/notices.html",
            &[
                ("empty", |frame| Page {
                    frame,
                    told: Vec::new(),
                    corrections: Vec::new(),
                    older: None,
                    is_later_page: false,
                }),
                ("behind the last", |frame| Page {
                    frame,
                    told: vec![told(false)],
                    corrections: Vec::new(),
                    older: None,
                    is_later_page: true,
                }),
                ("one", |frame| Page {
                    frame,
                    told: vec![told(false)],
                    corrections: vec![correction(1)],
                    older: None,
                    is_later_page: false,
                }),
                ("full", |frame| Page {
                    frame,
                    told: vec![told(true), told(false)],
                    corrections: vec![correction(1), correction(3)],
                    older: Some("?before=7".to_owned()),
                    is_later_page: true,
                }),
            ],
        );
    }
}
