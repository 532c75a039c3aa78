//! The file to take away: signed, so that anybody can check it offline, and on paper.

use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use fairfile_service::person::{self, Looks};
use i18n_embed_fl::fl;

use crate::caller::Call;
use crate::pages::form::Fields;
use crate::pages::frame::{Frame, Theme};
use crate::pages::sending::form_hash;
use crate::pages::signed_in::SignedIn;
use crate::problem::Problem;
use crate::response::{self, Keep};
use crate::wire;

#[derive(Template)]
#[template(path = "person/copy.html")]
struct Page {
    frame: Frame,
}

/// `GET /{language}/my/copy`
pub(super) fn ask(call: &Call<'_>) -> Result<Response, Problem> {
    SignedIn::person(call)?;
    let page = Page { frame: Frame::of(call) };
    page.frame.answer(StatusCode::OK, &page)
}

/// `POST /{language}/my/copy`: the signed copy. It leaves the node, so it is a look of its own, whatever the visit.
pub(super) async fn take(call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    let (visitor, subject) = SignedIn::at_own_file(call)?;
    let fields = Fields::read_own(call, &visitor, body).await?;
    let (form, sent) = (form_hash(call, fields.key().as_bytes()), &visitor.session.sent);
    let turn = call.doors.readings().begin(subject, Looks::Copied).await?;
    let now = call.doors.now().unix_micros();
    // A double click is one look: the same copy leaves once more.
    let reading = match sent.copy(&form, now) {
        Some(reading) => reading,
        None => {
            let reading = Arc::new(person::begin_copying(call.doors.reg(), subject).await?);
            sent.keep_copy(form, reading.clone(), now);
            reading
        }
    };
    let work = move |reg: &Arc<fairfile_service::Registry>| {
        let _held = turn;
        let view = reading.open(reg, Looks::Copied)?;
        let records = wire::file::records(&view, &reg.catalog(), &reg.directory());
        let copy = view.signed_copy(reg, records)?;
        let mut response = response::bytes(StatusCode::OK, "application/json", Keep::Never, copy);
        let as_file = HeaderValue::from_static("attachment; filename=\"fairfile-copy.json\"");
        response.headers_mut().insert(header::CONTENT_DISPOSITION, as_file);
        Ok(response)
    };
    call.doors.blocking(work).await?
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::pages::samples::hold;

    #[test]
    fn how_it_is_taken() {
        hold("person/copy.html", &[("full", |frame| Page { frame })]);
    }
}
