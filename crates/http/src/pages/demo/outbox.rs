//! What a demo would have sent by e-mail and SMS: caught, for anybody at the demo to read, for everybody in it is invented.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use fairfile_domain::day::Instant;
use fairfile_domain::message::Channel;
use i18n_embed_fl::fl;

use crate::caller::Call;
use crate::pages::frame::{Frame, Theme};
use crate::problem::Problem;

#[derive(Template)]
#[template(path = "demo/outbox.html")]
struct Page {
    frame: Frame,
    letters: Vec<Caught>,
}

struct Caught {
    is_mail: bool,
    to: String,
    subject: String,
    body: String,
    lang: &'static str,
    at: String,
    datetime: String,
}

/// `GET /{language}/demo/outbox`
pub(super) fn show(call: &Call<'_>) -> Result<Response, Problem> {
    let (frame, reg) = (Frame::of(call), call.doors.reg());
    let letters = call.doors.config().post.outbox.list().into_iter().filter_map(|(at, letter)| {
        let at = Instant::from_unix_micros(at).ok()?;
        let (hour, minute) = at.time_in(&reg.zone);
        Some(Caught {
            is_mail: matches!(letter.to, Channel::Mail(_)),
            to: letter.to.to()?.to_owned(),
            subject: letter.text.subject.clone(),
            body: letter.text.body.trim_end().to_owned(),
            lang: match letter.language {
                fairfile_domain::message::Language::En => "en",
                fairfile_domain::message::Language::Zh => "zh-Hans",
            },
            at: format!("{} {hour:02}:{minute:02}", frame.day(reg.day_of(at))),
            datetime: at.to_string(),
        })
    });
    let page = Page { letters: letters.collect(), frame };
    page.frame.answer(StatusCode::OK, &page)
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::pages::samples::{WRITTEN, hold};

    fn caught(is_mail: bool) -> Caught {
        Caught {
            is_mail,
            to: WRITTEN.to_owned(),
            subject: if is_mail { WRITTEN.to_owned() } else { String::new() },
            body: WRITTEN.to_owned(),
            lang: "zh-Hans",
            at: WRITTEN.to_owned(),
            datetime: "2026-11-23T01:00:00Z".to_owned(),
        }
    }

    #[test]
    fn from_nothing_caught_to_both_kinds() {
        hold(
            "demo/outbox.html",
            &[
                ("empty", |frame| Page { frame, letters: Vec::new() }),
                ("full", |frame| Page { frame, letters: vec![caught(true), caught(false)] }),
            ],
        );
    }
}
