//! Forms that were sent in a session, with their first answers: a double click, a reload and a form that is sent once more
//! get the first answer again, and nothing is done twice.
//!
//! It lies in memory with its session, as the keys of its forms do: a form that outlives it is refused as an old one. What
//! must never be done twice, not even by two sessions, has its own guard in the use case.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::{Body, Bytes, HttpBody as _, to_bytes};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use fairfile_service::person::OwnLook;
use tokio::sync::{Mutex as Turn, OwnedMutexGuard};

use crate::limits::{ANSWER_KEPT_BYTES, FORMS_OF_ONE};

/// How long a second sending of one form takes the very same copy away, in microseconds: a minute. What changed on file
/// later would be missing in it.
const COPY_MICROS: i64 = 60 * 1_000_000;

/// By what a form is known: its address and all that it says, the hidden key among it.
pub(crate) type FormHash = [u8; 32];

/// The first answer to a form, once there is one; locked by whoever is about to give it.
type Slot = Arc<Turn<Option<Answer>>>;

/// The answer to a form, as it left.
#[derive(Clone)]
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

/// The forms of one session.
#[derive(Default)]
pub(crate) struct Sent {
    answers: Mutex<VecDeque<(FormHash, Slot)>>,
    /// The form, the look that its copy was, and when that was taken.
    copy: Mutex<Option<(FormHash, Arc<OwnLook>, i64)>>,
}

impl fmt::Debug for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What was answered stands in no log.
        f.debug_struct("Sent").finish_non_exhaustive()
    }
}

/// A form's turn: whoever sends the same one meanwhile waits for what comes of it.
pub(crate) struct FormTurn(OwnedMutexGuard<Option<Answer>>);

impl Sent {
    /// The first answer to a form; or the turn to give it, once nobody else is about to.
    pub(crate) async fn begin(&self, form: FormHash) -> Result<Response, FormTurn> {
        let turn = {
            let mut answers = lock(&self.answers);
            match answers.iter().find(|(known, _)| *known == form) {
                Some((_, turn)) => turn.clone(),
                None => {
                    if answers.len() >= FORMS_OF_ONE {
                        answers.pop_front();
                    }
                    let turn = Arc::new(Turn::new(None));
                    answers.push_back((form, turn.clone()));
                    turn
                }
            }
        };
        let turn = turn.lock_owned().await;
        match &*turn {
            Some(Answer { status, headers, body }) => {
                let mut response = Response::new(Body::from(body.clone()));
                (*response.status_mut(), *response.headers_mut()) = (*status, headers.clone());
                Ok(response)
            }
            None => Err(FormTurn(turn)),
        }
    }

    /// The look that the copy of a form was, if it was taken within the last minute.
    pub(crate) fn copy(&self, form: &FormHash, now: i64) -> Option<Arc<OwnLook>> {
        let mut copy = lock(&self.copy);
        copy.take_if(|(_, _, at)| now.saturating_sub(*at) >= COPY_MICROS);
        copy.as_ref().filter(|(known, ..)| known == form).map(|(_, look, _)| look.clone())
    }

    /// Notes the look that the copy of a form is.
    pub(crate) fn keep_copy(&self, form: FormHash, look: Arc<OwnLook>, now: i64) {
        *lock(&self.copy) = Some((form, look, now));
    }
}

impl FormTurn {
    /// Notes the answer, where something was done, and passes it on. What was wrong with a form is no answer: it can be
    /// sent again and come out otherwise. Nor is one that gives a new session, nor a file.
    pub(crate) async fn answer(mut self, response: Response) -> Response {
        let is_page = |headers: &HeaderMap| {
            let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
            kind.starts_with("text/")
        };
        let is_done = matches!(response.status(), StatusCode::SEE_OTHER | StatusCode::OK | StatusCode::NOT_FOUND);
        let gives_session = response.headers().get_all(header::SET_COOKIE).iter().any(|cookie| {
            let name = cookie.to_str().unwrap_or_default();
            name.contains("session=")
        });
        let is_small = response.body().size_hint().exact().is_some_and(|bytes| bytes <= ANSWER_KEPT_BYTES);
        if !is_done || gives_session || !is_small || !is_page(response.headers()) {
            return response;
        }
        let (parts, body) = response.into_parts();
        // It is in memory as a whole already, so it cannot break off.
        let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
        let mut headers = parts.headers.clone();
        headers.remove(header::SET_COOKIE);
        *self.0 = Some(Answer { status: parts.status, headers, body: body.clone() });
        Response::from_parts(parts, Body::from(body))
    }
}

fn lock<T>(held: &Mutex<T>) -> MutexGuard<'_, T> {
    // Every change is one call, so it is sound whatever its last holder met.
    held.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redirect(to: &str) -> Response {
        let builder = Response::builder().status(303).header("location", to).header("content-type", "text/plain");
        builder.body(Body::empty()).expect("a response")
    }

    async fn sends(sent: &Sent, form: u8, answer: Response) -> Result<Response, Response> {
        match sent.begin([form; 32]).await {
            Ok(first) => Err(first),
            Err(turn) => Ok(turn.answer(answer).await),
        }
    }

    #[tokio::test]
    async fn a_form_is_answered_once_and_what_was_wrong_is_no_answer() {
        let sent = Sent::default();
        assert!(sends(&sent, 1, redirect("/a")).await.is_ok());
        let again = sends(&sent, 1, redirect("/b")).await.expect_err("the first answer");
        assert_eq!((again.status().as_u16(), &again.headers()["location"]), (303, &"/a".parse().expect("a path")));
        let wrong = || Response::builder().status(422).body(Body::from("wrong")).expect("a response");
        assert!(sends(&sent, 2, wrong()).await.is_ok() && sends(&sent, 2, redirect("/c")).await.is_ok());
        let signed_in = || {
            let mut response = redirect("/d");
            response.headers_mut().insert("set-cookie", "fairfile_session=x".parse().expect("a cookie"));
            response
        };
        assert!(sends(&sent, 3, signed_in()).await.is_ok() && sends(&sent, 3, signed_in()).await.is_ok());
        for form in 10..10 + FORMS_OF_ONE as u8 {
            assert!(sends(&sent, form, redirect("/e")).await.is_ok());
        }
        assert!(sends(&sent, 1, redirect("/f")).await.is_ok(), "the oldest makes room");
    }

    #[tokio::test]
    async fn whoever_sends_meanwhile_waits_for_the_first_answer() {
        let sent = Arc::new(Sent::default());
        let Err(turn) = sent.begin([1; 32]).await else { panic!("a turn") };
        let second = tokio::spawn({
            let sent = sent.clone();
            async move { sent.begin([1; 32]).await.is_ok() }
        });
        tokio::task::yield_now().await;
        assert!(!second.is_finished());
        turn.answer(redirect("/a")).await;
        assert!(second.await.expect("no panic"), "the second has the first answer");
    }
}
