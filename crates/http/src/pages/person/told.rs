//! Who was told: each member that was shown a record, and how far it has come with what followed.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use fairfile_domain::id::RecordId;
use fairfile_domain::notice::Standing;
use fairfile_service::person::{Contents, Part, Seen, ToldNotice, ToldView};
use i18n_embed_fl::fl;

use super::record::NO_RECORD;
use super::words::{Link, Moment, Words};
use crate::caller::Call;
use crate::pages::frame::{Frame, Theme};
use crate::problem::{Problem, RequestFault};

/// What a member was told after a correction.
struct Notice {
    what: String,
    sent: Moment,
    state: String,
    is_late: bool,
    /// Since when it is so, or by when the member must act.
    since: String,
    /// The latest step that was taken with a silent member.
    step: Option<String>,
    /// The next one.
    next: Option<String>,
    reference: String,
}

/// A member that was shown the record.
struct Member {
    name: Link,
    looks: i64,
    first: Moment,
    last: Moment,
    notices: Vec<Notice>,
}

#[derive(Template)]
#[template(path = "person/told.html")]
struct Page {
    frame: Frame,
    title: String,
    record: String,
    /// Whether anything was put right, so that there is something to be told of.
    is_corrected: bool,
    members: Vec<Member>,
    late: i64,
}

/// `GET /{language}/my/records/{id}/told`
pub(super) async fn show(call: &Call<'_>) -> Result<Response, Problem> {
    let frame = Frame::of(call);
    let path = call.parts.uri.path();
    let id = path.rsplit('/').nth(1).and_then(|id| id.parse().ok()).unwrap_or(NO_RECORD);
    let part = Part { contents: Contents::None, looks: Seen::None, told: true };
    super::read(call, part, move |reg, view| {
        let shown = view.file.records.iter().find(|shown| shown.on_file.record == id).ok_or(RequestFault::NotFound)?;
        let (catalog, directory) = (reg.catalog(), reg.directory());
        let words = Words::new(&frame, reg, &view.file, &catalog, &directory);
        let told: Vec<&ToldView> = view.file.told.iter().filter(|row| row.record == id).collect();
        let is_late = |notice: &&ToldNotice| matches!(notice.standing, Standing::Late(_));
        let page = Page {
            title: words.title(shown),
            record: frame.to(&format!("/my/records/{id}")),
            is_corrected: view.file.corrections.iter().any(|row| row.record == id),
            members: told.iter().map(|row| member(&words, row)).collect(),
            late: told.iter().flat_map(|row| &row.notices).filter(is_late).count() as i64,
            frame,
        };
        page.frame.answer(StatusCode::OK, &page)
    })
    .await
}

fn member(words: &Words<'_>, row: &ToldView) -> Member {
    Member {
        name: words.member(&row.member),
        looks: row.looks as i64,
        first: words.moment(row.first_at),
        last: words.moment(row.last_at),
        notices: row.notices.iter().map(|told| notice(words, told)).collect(),
    }
}

/// Everybody who was told of a record, each in a line, for paper.
pub(super) fn in_lines(words: &Words<'_>, record: RecordId) -> Vec<(String, Vec<String>)> {
    let (frame, gap) = (words.frame, words.frame.gap());
    let colon = fl!(frame.words, "colon");
    let line = |row: &ToldView| {
        let member = member(words, row);
        let looks = fl!(frame.words, "told-looks", count = member.looks);
        let times = match member.looks {
            1 => member.last.words,
            _ => [fl!(frame.words, "told-first"), member.first.words, fl!(frame.words, "told-last"), member.last.words]
                .join(frame.language.pick(" ", "")),
        };
        let notice = |told: Notice| {
            let Notice { what, sent, state, since, .. } = told;
            format!("{what}{gap}{}{colon}{gap}{state}{}{gap}{since}", sent.words, fl!(frame.words, "stop"))
        };
        let said = format!("{}{colon}{gap}{looks}{gap}{times}", member.name.words);
        (said, member.notices.into_iter().map(notice).collect())
    };
    words.view.told.iter().filter(|row| row.record == record).map(line).collect()
}

fn notice(words: &Words<'_>, told: &ToldNotice) -> Notice {
    let (frame, on_file) = (words.frame, &told.on_file);
    let due = frame.day(on_file.due_on);
    let (state, since, step) = match told.standing {
        Standing::Confirmed => {
            let at = words.moment(on_file.confirmed_at.unwrap_or_default()).words;
            (fl!(frame.words, "told-confirmed"), fl!(frame.words, "told-confirmed-since", at = at), None)
        }
        Standing::ToConfirm => {
            (fl!(frame.words, "told-to-confirm"), fl!(frame.words, "told-to-confirm-by", due = due), None)
        }
        Standing::Late(step) => {
            let since = fl!(frame.words, "told-late-since", due = due);
            (fl!(frame.words, "told-late"), since, step)
        }
    };
    let sentence = |step: fairfile_domain::notice::Chase| frame.language.of(&step.sentence()).to_owned();
    let dated = |step, day| fl!(frame.words, "told-step", step = sentence(step), day = frame.day(day));
    Notice {
        what: words.act(on_file.act),
        sent: words.moment(on_file.made_at),
        state,
        is_late: matches!(told.standing, Standing::Late(_)),
        since,
        step: step.map(|step| on_file.chased_on.map_or_else(|| sentence(step), |day| dated(step, day))),
        next: told.next.filter(|_| told.standing != Standing::Confirmed).map(|(step, day)| dated(step, day)),
        reference: on_file.notice.to_string(),
    }
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::pages::person::sampled::{link, moment, text};
    use crate::pages::samples::hold;

    fn notice(is_late: bool) -> Notice {
        Notice {
            what: text(),
            sent: moment(),
            state: text(),
            is_late,
            since: text(),
            step: is_late.then(text),
            next: is_late.then(text),
            reference: "not_1".to_owned(),
        }
    }

    fn member(looks: i64, notices: Vec<Notice>) -> Member {
        Member { name: link(), looks, first: moment(), last: moment(), notices }
    }

    fn page(frame: Frame, members: Vec<Member>, late: i64) -> Page {
        Page { frame, title: text(), record: "/en/my/records/rec_1".to_owned(), is_corrected: late > 0, members, late }
    }

    #[test]
    fn from_nobody_to_members_that_are_late() {
        hold(
            "person/told.html",
            &[
                ("empty", |frame| page(frame, Vec::new(), 0)),
                ("nothing to tell", |frame| page(frame, vec![member(1, Vec::new())], 0)),
                ("full", |frame| {
                    let late = member(2, vec![notice(true), notice(false)]);
                    page(frame, vec![late, member(1, Vec::new())], 1)
                }),
            ],
        );
    }
}
