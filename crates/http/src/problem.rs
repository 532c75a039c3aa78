//! Errors as answers (RFC 9457), for two audiences.
//!
//! Outside: a code, a sentence, what to do, and an incident number. Inside: the chain of causes under the
//! same number, written down once, at the door. Neither holds an identifier, a name, a case or a cell.

use std::borrow::Cow;
use std::error::Error;
use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use fairfile_domain::refusal::Refusal;
use fairfile_journal::JournalError;
use fairfile_requests::SignatureFault;
use fairfile_service::RegistryError;
use fairfile_service::inquirer::{InquireError, NoticeError, StandingError};
use fairfile_service::person::ReadFileError;
use fairfile_service::registry::Severity;
use fairfile_service::source::{FileTrouble, SubmitError};
use serde::Serialize;

use crate::explain;
use crate::response;
use crate::wire::{InputError, ProblemBody};

/// A row of the table of request faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FaultRow {
    /// The stable code.
    pub code: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// What happened.
    pub title: &'static str,
    /// What to do next.
    pub help: &'static str,
}

macro_rules! faults {
    ($($name:ident = $code:literal, $status:literal, $title:literal, $help:literal;)*) => {
        /// What can be wrong with a request, or with the node while it answers one.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum RequestFault {
            $(#[doc = $title] $name),*
        }

        /// Every fault of a request as `explain` shows it: code, title, what to do.
        pub const ALL: &[(&str, &str, &str)] = &[$(($code, $title, $help)),*];

        impl RequestFault {
            /// Code, status and words.
            pub const fn row(self) -> FaultRow {
                match self {
                    $(Self::$name => FaultRow { code: $code, status: $status, title: $title, help: $help }),*
                }
            }
        }
    };
}

faults! {
    NoIdempotencyKey = "Q001", 400, "the request needs a usable Idempotency-Key",
        "send the header Idempotency-Key with 1 to 255 printable ASCII characters, new for each new request and the same for a repetition, and let the signature cover it";
    NotTheShape = "Q002", 400, "the body is not the JSON that this address takes",
        "send one JSON object with exactly the keys that the documentation names, each once";
    BadPurpose = "Q003", 422, "the purpose is not a code", "use the code of one of the purposes at /api/purposes";
    BadCase = "Q004", 422, "the case is not a case number",
        "write your office's own case number: 1 to 64 letters, digits, hyphens, slashes, dots, brackets or blanks";
    BadKind = "Q005", 422, "the kind of identifier is not known", "use a kind such as `cn-resident`";
    BadInputs = "Q006", 422, "some inputs of the request cannot be read",
        "correct each input that is named under `errors`; nothing was asked and nothing was looked at";
    NoSuchAddress = "Q007", 404, "there is nothing at this address", "see /api for every address of this node";
    OtherMethod = "Q008", 405, "this address does not take this method", "use a method that the header Allow names";
    NotFound = "Q009", 404, "there is no such thing here, or it is not yours to see",
        "compare the last part of the address with what you were given";
    BodyTooLarge = "Q010", 413, "the body is larger than this address takes",
        "send less: a question has at most 16 KiB, a file at most 256 MiB; split a larger file into several batches";
    OtherMediaType = "Q011", 415, "the body is of a kind that this address does not take",
        "send JSON, with the header Content-Type: application/json";
    OtherHost = "Q012", 421, "this node does not answer under that host name",
        "use the address by which the node knows itself; its operator sets it with --origin";
    NotSignedIn = "Q013", 401, "you are not signed in, or your session has ended",
        "sign in again and send the token as Authorization: Bearer; a session ends after 30 minutes in which nothing is asked, and after 8 hours";
    OfficersOnly = "Q014", 403, "this key is a member's own, and a question is asked by an officer",
        "sign with the key that is registered for the officer who asks";
    MembersOnly = "Q015", 403, "this key is an officer's, and this is asked for by a member itself",
        "sign with the member's own key: files, notices and their confirmations are the member's";
    OtherRequest = "Q016", 422, "this Idempotency-Key was used for another request",
        "use a new key for a new request; to repeat one, send the very same body";
    EndedSince = "Q017", 409, "what the first answer to this request showed has ended since",
        "ask anew, with a new Idempotency-Key";
    TooManySessions = "Q018", 429, "too many people are signed in at present",
        "sign in again after as many seconds as the header Retry-After says";
    Busy = "Q019", 503, "more work is waiting than the node takes on", "send the same request again in a second";
    Stopped = "Q020", 503, "the node takes no more writes until it is started again",
        "send the same request again in some seconds: the program ends by itself, for its supervisor to start it again";
    Failed = "Q021", 500, "the node failed; nothing was shown",
        "send the same request again, with the same Idempotency-Key; if it fails again, tell the operator the incident number";
    TooSlow = "Q022", 408, "the body came too slowly, or not to its end",
        "send the same request again over a better connection";
    BadQuery = "Q023", 400, "the address needs exactly the query that it documents",
        "use the address as it is documented, such as ?item=pharmacist-licence for a file, and nothing else";
    UnknownOfficer = "Q024", 403, "the officer of this key is not registered",
        "ask the registrar of the node to register the officer";
    TooMany = "Q025", 429, "more comes from this caller than the node takes from one",
        "wait for as many seconds as the header Retry-After says, then send the same request again, and fewer at a time";
    Full = "Q026", 507, "the node's disk takes no more; nothing was written",
        "send the same request again when there is room, with the same Idempotency-Key; persons still read their own files, and corrections are still taken";
    Away = "Q027", 503, "the node's database server does not answer; nothing was written",
        "send the same request again in some seconds; the node goes on by itself when its server is back";
    InDoubt = "Q028", 503, "the node lost its database server while this was written, and cannot tell yet whether it was",
        "send the very same request again in some seconds, with the same Idempotency-Key: what was written is not written twice";
    DayNotSure = "Q029", 503, "the node does not know for sure which day it is, and a record's days are counted from it",
        "hand the same file in again in some minutes: the day is sure when members have sent signed requests, or when two people have confirmed the clock with `fairfile clock confirm`";
    BadFraming = "Q030", 400, "the body is not in pieces as HTTP/1.1 frames them",
        "send the same request again with Content-Length, or with chunks as RFC 9112 describes them";
    TooLongToCopy = "Q031", 422, "the file is longer than a signed copy can hold; nothing was left out of it silently",
        "read the looks a page at a time, from /api/my/looks?after=0 on, and ask the operator for the exported journal";
    OtherSite = "Q032", 403, "the form was sent from another site, and nothing was done",
        "open the page of this node yourself, and send the form from there";
    OtherVisitor = "Q033", 403, "this page is for another visitor, and nothing was done",
        "sign in as the one whom the page is for";
    OldForm = "Q034", 403, "the form is not of this session, and nothing was done",
        "open its page again and send it from there: whoever has signed in anew needs a new form";
    Suspended = "Q035", 403, "your right to act here is suspended; your session has ended, and nothing was done",
        "ask the head of your office, or a registrar of the node, for the reasons and the way back";
}

/// An error on its way to the asker; boxed, for it is rare and large.
#[derive(Debug)]
pub struct Problem(Box<Told>);

#[derive(Debug)]
struct Told {
    code: &'static str,
    status: StatusCode,
    title: &'static str,
    detail: Cow<'static, str>,
    /// The detail in Chinese, for pages; nothing where it has no figures.
    detail_zh: Option<String>,
    hint: &'static str,
    errors: Vec<InputError>,
    authenticate: Option<&'static str>,
    /// After how many seconds it makes sense to ask again.
    retry_after: Option<u64>,
    /// Refused before any work was done for it: the log counts it and has no line for it.
    unattended: bool,
    /// Its body was not read to the end, so the connection ends with the answer.
    closes: bool,
    inside: Option<String>,
}

/// What leaves the house.
#[derive(Serialize)]
struct Outside<'i> {
    schema: &'static str,
    #[serde(flatten)]
    body: ProblemBody,
    incident: &'i str,
}

impl Problem {
    /// A problem that is wholly told by its row.
    pub fn new(fault: RequestFault) -> Self {
        let row = fault.row();
        let status = StatusCode::from_u16(row.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut problem = Self::told(row.code, status, row.title, row.title, row.help);
        problem.0.retry_after = match (fault, row.status) {
            (RequestFault::DayNotSure, _) | (_, 429) => Some(60),
            (_, 503) => Some(1),
            (_, 507) => Some(5),
            _ => None,
        };
        problem.0.closes =
            matches!(fault, RequestFault::BodyTooLarge | RequestFault::TooSlow | RequestFault::BadFraming);
        if row.status == 401 { problem.authenticated_by("Bearer") } else { problem }
    }

    fn told(
        code: &'static str,
        status: StatusCode,
        title: &'static str,
        detail: impl Into<Cow<'static, str>>,
        hint: &'static str,
    ) -> Self {
        let detail = detail.into();
        Self(Box::new(Told {
            code,
            status,
            title,
            detail,
            detail_zh: None,
            hint,
            errors: Vec::new(),
            authenticate: None,
            retry_after: None,
            unattended: false,
            closes: false,
            inside: None,
        }))
    }

    fn authenticated_by(mut self, scheme: &'static str) -> Self {
        self.0.authenticate = Some(scheme);
        self
    }

    /// With the causes, which are for the log alone.
    fn because(mut self, error: &dyn Error) -> Self {
        self.0.inside = Some(chain(error));
        self
    }

    /// The same problem, with a detail that holds figures and no content.
    pub fn detailed(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.0.detail = detail.into();
        self
    }

    /// Inputs that cannot be read, all of them at once.
    pub fn inputs(errors: Vec<InputError>) -> Self {
        let mut problem = Self::new(RequestFault::BadInputs);
        problem.0.errors = errors;
        problem
    }

    /// The words for every answer that shows nothing, where there is no look to tell of.
    pub fn nothing(title: &'static str, hint: &'static str) -> Self {
        Self::told("N100", StatusCode::NOT_FOUND, title, title, hint)
    }

    /// A failure of the node: its causes are for the log alone.
    pub fn failed(error: &dyn Error) -> Self {
        Self::new(RequestFault::Failed).because(error)
    }

    /// A file of the node's own that could not be written: where there is no room, that is said.
    pub(crate) fn of_disk(error: &std::io::Error) -> Self {
        use std::io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
        match error.kind() {
            StorageFull | QuotaExceeded | FileTooLarge => Self::new(RequestFault::Full).because(error),
            _ => Self::failed(error),
        }
    }

    /// A handler panicked. What it said may hold anything, so it is not kept.
    pub(crate) fn panicked() -> Self {
        let mut problem = Self::new(RequestFault::Failed);
        problem.0.inside = Some("a handler panicked".into());
        problem
    }

    /// A share of the node that is full: nothing was done, and in a second there may be room.
    pub(crate) fn no_room() -> Self {
        let mut problem = Self::new(RequestFault::Busy);
        problem.0.unattended = true;
        problem
    }

    /// More from one caller than the node takes from one; after `wait` the next is taken.
    pub(crate) fn too_many(wait: Duration) -> Self {
        let mut problem = Self::new(RequestFault::TooMany);
        problem.0.retry_after = Some(wait.as_secs() + u64::from(wait.subsec_nanos() > 0));
        problem.0.unattended = true;
        problem
    }

    /// More people are signed in than the node takes; `micros` from now the first session ends.
    pub(crate) fn too_many_sessions(micros: i64) -> Self {
        let mut problem = Self::new(RequestFault::TooManySessions);
        problem.0.retry_after = Some(u64::try_from(micros).unwrap_or_default().div_ceil(1_000_000).max(1));
        problem
    }

    /// Whether it was refused before any work was done for it.
    pub(crate) fn is_unattended(&self) -> bool {
        self.0.unattended
    }

    /// The stable code.
    pub(crate) fn code(&self) -> &'static str {
        self.0.code
    }

    /// What happened, with its figures and without content.
    pub(crate) fn detail(&self) -> &str {
        &self.0.detail
    }

    /// The same in Chinese; nothing where it has no figures.
    pub(crate) fn detail_zh(&self) -> Option<&str> {
        self.0.detail_zh.as_deref()
    }

    /// The HTTP status.
    pub(crate) fn status(&self) -> StatusCode {
        self.0.status
    }

    /// After how many seconds it makes sense to ask again.
    pub(crate) fn retry_after(&self) -> Option<u64> {
        self.0.retry_after
    }

    /// The causes, for the log.
    pub(crate) fn inside(&self) -> Option<&str> {
        self.0.inside.as_deref()
    }

    /// The answer. `incident` is the number under which the log tells of it.
    pub(crate) fn into_response(self, incident: &str) -> Response {
        let Told { code, status, title, detail, hint, errors, authenticate, retry_after, closes, .. } = *self.0;
        let outside = Outside {
            schema: "fairfile.problem/1",
            body: ProblemBody {
                kind: format!("/problems/{code}"),
                title: title.to_owned(),
                status: status.as_u16(),
                detail: detail.into_owned(),
                code: code.to_owned(),
                hint: hint.to_owned(),
                errors,
            },
            incident,
        };
        let mut response = response::problem(status, &outside);
        let headers = response.headers_mut();
        if let Some(scheme) = authenticate {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(scheme));
        }
        if closes {
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// An error with its causes, each once.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let said = error.to_string();
        if !text.ends_with(&said) {
            text.push_str(": ");
            text.push_str(&said);
        }
        cause = error.source();
    }
    text
}

impl From<RequestFault> for Problem {
    fn from(fault: RequestFault) -> Self {
        Self::new(fault)
    }
}

/// Whoever is not who the signature says hears which rule of signing was missed, never which key is known.
impl From<SignatureFault> for Problem {
    fn from(fault: SignatureFault) -> Self {
        let title =
            fairfile_requests::explain(fault.code()).map_or("the request is not signed as it must be", |row| row.0);
        let problem = Self::told(fault.code(), StatusCode::UNAUTHORIZED, title, fault.to_string(), fault.help());
        problem.authenticated_by("Signature")
    }
}

impl From<RegistryError> for Problem {
    fn from(error: RegistryError) -> Self {
        match error.severity() {
            Severity::Busy => RequestFault::Busy.into(),
            Severity::Full => Self::new(RequestFault::Full).because(&error),
            Severity::Away => Self::new(RequestFault::Away).because(&error),
            Severity::InDoubt => Self::new(RequestFault::InDoubt).because(&error),
            Severity::Stopped => Self::new(RequestFault::Stopped).because(&error),
            Severity::Broken => Self::failed(&error),
        }
    }
}

impl From<JournalError> for Problem {
    fn from(error: JournalError) -> Self {
        RegistryError::from(error).into()
    }
}

impl From<InquireError> for Problem {
    fn from(error: InquireError) -> Self {
        match error {
            InquireError::Closed => RequestFault::NotFound.into(),
            InquireError::UnknownOfficer => RequestFault::UnknownOfficer.into(),
            InquireError::OtherRequest => RequestFault::OtherRequest.into(),
            InquireError::EndedSince => RequestFault::EndedSince.into(),
            InquireError::Registry(error) => error.into(),
            InquireError::AskedBefore(_) => Self::failed(&error),
        }
    }
}

/// Somebody who may not do it: the refusal, in its own words.
impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let row = refusal.row();
        Self::told(row.code, StatusCode::FORBIDDEN, row.en, row.en, row.next_en)
    }
}

impl From<NoticeError> for Problem {
    fn from(error: NoticeError) -> Self {
        match error {
            NoticeError::NoSuchNotice => RequestFault::NotFound.into(),
            NoticeError::Refused(refusal) => refusal.into(),
            NoticeError::Registry(error) => error.into(),
        }
    }
}

impl From<StandingError> for Problem {
    fn from(error: StandingError) -> Self {
        match error {
            StandingError::NotOurs => Self::new(RequestFault::NotTheShape).detailed(error.to_string()),
            StandingError::Registry(error) => error.into(),
        }
    }
}

impl From<ReadFileError> for Problem {
    fn from(error: ReadFileError) -> Self {
        match error {
            ReadFileError::Registry(error) => error.into(),
            ReadFileError::TooLongToCopy => RequestFault::TooLongToCopy.into(),
            ReadFileError::Copy(_) | ReadFileError::NotToBeCopied => Self::failed(&error),
        }
    }
}

/// A file that was not taken at all; 403 where the member may not hand it in, whatever is in it.
impl From<FileTrouble> for Problem {
    fn from(trouble: FileTrouble) -> Self {
        let status = match &trouble {
            FileTrouble::NotASource | FileTrouble::Suspended => StatusCode::FORBIDDEN,
            FileTrouble::File(fault) if fault.code() == "F001" => StatusCode::PAYLOAD_TOO_LARGE,
            FileTrouble::File(_)
            | FileTrouble::MissingColumns(_)
            | FileTrouble::UnknownColumn(_)
            | FileTrouble::SameColumn(..)
            | FileTrouble::NoSuchItem
            | FileTrouble::OtherOrder
            | FileTrouble::Catalog(_) => StatusCode::UNPROCESSABLE_ENTITY,
        };
        const TITLE: &str = "the file was not taken; nothing of it was kept";
        let mut problem = Self::told(trouble.code(), status, TITLE, trouble.to_string(), trouble.help());
        problem.0.detail_zh = explain::file_in_chinese(&trouble);
        problem
    }
}

impl From<SubmitError> for Problem {
    fn from(error: SubmitError) -> Self {
        match error {
            SubmitError::File(trouble) => trouble.into(),
            SubmitError::Refused(refusal) => refusal.into(),
            SubmitError::Registry(error) => error.into(),
            SubmitError::DayNotSure => RequestFault::DayNotSure.into(),
            SubmitError::ChangedMeanwhile => Self::new(RequestFault::Busy).detailed(error.to_string()),
            SubmitError::Input(_) => Self::failed(&error),
        }
    }
}

#[cfg(test)]
mod tests {
    use fairfile_store::{Fault, StoreError};
    use fairfile_vault::VaultError;

    use super::*;

    #[test]
    fn codes_rise_and_speak_as_the_house_does() {
        assert!(ALL.windows(2).all(|pair| pair[0].0 < pair[1].0));
        for (code, title, help) in ALL {
            for text in [title, help] {
                assert!(
                    !text.is_empty() && !text.ends_with('.') && !text.starts_with(char::is_uppercase),
                    "{code}: {text}"
                );
            }
        }
    }

    #[test]
    fn a_cause_is_told_once() {
        let error = RegistryError::from(StoreError::Busy);
        assert_eq!(chain(&error), StoreError::Busy.to_string());
        let check = |error: RegistryError, code| assert_eq!(Problem::from(error).0.code, code);
        check(StoreError::Busy.into(), "Q019");
        check(StoreError::Stopped.into(), "Q020");
        check(StoreError::from(Fault::Full).into(), "Q026");
        check(StoreError::from(Fault::Away).into(), "Q027");
        check(StoreError::InDoubt.into(), "Q028");
        check(StoreError::Undone.into(), "Q021");
        let no_room = std::io::Error::from(std::io::ErrorKind::StorageFull);
        assert_eq!(Problem::of_disk(&no_room).0.code, "Q026");
        check(VaultError::Mark { doing: "written", source: no_room }.into(), "Q026");
        check(StoreError::Missing { table: "batch" }.into(), "Q021");
        check(RegistryError::Event, "Q021");
    }

    #[test]
    fn whoever_may_ask_again_hears_when() {
        let check = |problem: Problem, expected: Option<&str>| {
            let response = problem.into_response("");
            let told = response.headers().get(header::RETRY_AFTER).map(|value| value.to_str().expect("ASCII"));
            assert_eq!(told, expected, "{}", response.status());
        };
        check(RegistryError::from(StoreError::Busy).into(), Some("1"));
        check(RegistryError::from(StoreError::Stopped).into(), Some("1"));
        check(RegistryError::from(StoreError::from(Fault::Full)).into(), Some("5"));
        check(RequestFault::DayNotSure.into(), Some("60"));
        check(Problem::no_room(), Some("1"));
        check(RequestFault::TooManySessions.into(), Some("60"));
        check(Problem::too_many_sessions(1_799_000_001), Some("1800"));
        check(Problem::too_many(Duration::from_millis(1)), Some("1"));
        check(Problem::too_many(Duration::from_millis(7_001)), Some("8"));
        check(RequestFault::NotFound.into(), None);
    }
}
