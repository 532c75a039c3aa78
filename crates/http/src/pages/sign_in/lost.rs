//! Every passkey is lost. Anybody can say so in anybody's name, so the answer is always the same.

use askama::Template;
use axum::body::Body;
use axum::http::StatusCode;
use axum::response::Response;
use fairfile_domain::sign_in::KeyHolder;
use fairfile_service::sign_in;
use i18n_embed_fl::fl;

use super::Said;
use crate::caller::Call;
use crate::pages::address::to_page;
use crate::pages::form::Fields;
use crate::pages::frame::{Frame, Theme};
use crate::problem::Problem;

#[derive(Template)]
#[template(path = "sign_in/lost.html")]
struct Lost {
    frame: Frame,
    error: Option<String>,
    typed: String,
}

impl Lost {
    fn title(&self) -> String {
        let title = fl!(self.frame.words, "lost-title");
        if self.error.is_some() { fl!(self.frame.words, "error-title", page = title) } else { title }
    }
}

/// `GET /{language}/sign-in/staff/lost`
pub(super) fn ask(call: &Call<'_>) -> Result<Response, Problem> {
    let page = Lost { frame: Frame::of(call), error: None, typed: String::new() };
    page.frame.answer(StatusCode::OK, &page)
}

/// `POST /{language}/sign-in/staff/lost`
pub(super) async fn take(call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    let fields = Fields::read(call, body).await?;
    let frame = Frame::of(call);
    let code = fields.text("code").to_ascii_lowercase();
    let holders: Vec<KeyHolder> =
        ["officer", "staff"].iter().filter_map(|kind| format!("{kind}/{code}").parse().ok()).collect();
    if holders.is_empty() {
        let page = Lost { error: Some(fl!(frame.words, "lost-no-code")), typed: code, frame };
        return page.frame.answer(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    call.doors.blocking(move |reg| holders.iter().try_for_each(|holder| sign_in::ask_recovery(reg, holder))).await??;
    to_page(&frame.to("/sign-in/staff/asked"))
}

/// `GET /{language}/sign-in/staff/asked`
pub(super) fn asked(call: &Call<'_>) -> Result<Response, Problem> {
    let frame = Frame::of(call);
    let words = frame.words;
    let link = (frame.to("/sign-in/staff"), fl!(words, "staff-title"));
    let (title, lead, next) = (fl!(words, "asked-title"), fl!(words, "asked-lead"), fl!(words, "asked-next"));
    Said { frame, title, lead, next, is_error: false, link, goes_on: false }.answer(StatusCode::OK)
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::pages::samples::{hold, text};

    #[test]
    fn before_a_code_and_behind_a_wrong_one() {
        hold(
            "sign_in/lost.html",
            &[
                ("empty", |frame| Lost { frame, error: None, typed: String::new() }),
                ("error", |frame| Lost { frame, error: Some(text()), typed: text() }),
            ],
        );
    }
}
