//! Every visitor walks through the pages: from the own one to whatever it leads to, and every byte of it comes out.

use std::collections::{BTreeSet, VecDeque};

use crate::desk::{Answered, Desk};
use crate::table::Output;

/// Those who work at the node, as the demo's switch has them.
pub const AT_WORK: [&str; 8] = [
    "officer.0417",
    "officer.0201",
    "officer.0901",
    "officer.0301",
    "officer.1001",
    "registrar.registrar-a",
    "registrar.registrar-b",
    "supervisor.supervisor-1",
];
/// More pages than any visitor has here; a walk that comes to it goes round in circles.
const MOST: usize = 600;

/// A visitor whose browser has a session.
pub struct Visitor<'d> {
    desk: &'d Desk,
    cookie: Option<String>,
}

impl<'d> Visitor<'d> {
    /// The person of this number.
    pub fn person(desk: &'d Desk, number: &str) -> Self {
        Self::after(desk, "/en/sign-in", &format!("number={number}"))
    }

    /// Somebody who works at the node, or for a member.
    pub fn at_work(desk: &'d Desk, who: &str) -> Self {
        Self::after(desk, "/en/demo/visit", &format!("who={who}"))
    }

    /// Whoever passes by.
    pub fn nobody(desk: &'d Desk) -> Self {
        Self { desk, cookie: None }
    }

    fn after(desk: &'d Desk, path: &str, body: &str) -> Self {
        let mut visitor = Self::nobody(desk);
        let answered = visitor.sends(path, body);
        assert_eq!(answered.status, 303, "{path}");
        let text = String::from_utf8_lossy(&answered.bytes);
        let cookie = text.split("fairfile_session=").nth(1).and_then(|rest| rest.split(';').next());
        visitor.cookie = Some(cookie.expect("a session").to_owned());
        visitor
    }

    fn cookie(&self) -> Option<(&'static str, String)> {
        self.cookie.as_ref().map(|token| ("cookie", format!("fairfile_session={token}")))
    }

    /// Reads what is at an address.
    pub fn reads(&self, path: &str) -> Answered {
        let headers: Vec<_> = self.cookie().into_iter().chain([("accept", "text/html".to_owned())]).collect();
        self.desk.sends("GET", path, &headers, b"")
    }

    /// Sends a form.
    pub fn sends(&self, path: &str, body: &str) -> Answered {
        let form = [
            ("content-type", "application/x-www-form-urlencoded".to_owned()),
            ("sec-fetch-site", "same-origin".to_owned()),
        ];
        let headers: Vec<_> = self.cookie().into_iter().chain(form).collect();
        self.desk.sends("POST", path, &headers, body.as_bytes())
    }

    /// The key that a page's forms carry.
    pub fn form_key(&self, path: &str) -> String {
        let page = String::from_utf8(self.reads(path).bytes).expect("a page is UTF-8");
        let key = page.split("name=\"form_key\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        key.unwrap_or_else(|| panic!("{path} has no form")).to_owned()
    }

    /// Everything to which `from` leads in its language, itself included: address and answer, each once. What anybody may
    /// read is read by nobody alone, for all others are shown the same.
    pub fn walks(&self, from: &str) -> Vec<(String, Answered)> {
        let language = from.get(..3).expect("a page has a language");
        let mut known = BTreeSet::from([from.to_owned()]);
        let mut ahead = VecDeque::from([from.to_owned()]);
        let mut seen = Vec::new();
        while let Some(path) = ahead.pop_front() {
            let answered = self.reads(&path);
            let text = String::from_utf8_lossy(&answered.bytes);
            for link in text.split("href=\"").skip(1).filter_map(|rest| rest.split(['"', '#']).next()) {
                let is_page = link.strip_prefix(language).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
                let is_own = self.cookie.is_none() || output_of(link) != Output::Public;
                if is_page && is_own && known.insert(link.to_owned()) {
                    ahead.push_back(link.to_owned());
                }
            }
            assert!(answered.status < 400, "{path} is led to, and answers {}", answered.status);
            assert!(seen.len() < MOST, "{from} leads to more and more pages: {path}");
            seen.push((path, answered));
        }
        seen
    }
}

/// Where what stands at `path` comes out.
pub fn output_of(path: &str) -> Output {
    let path = path.get(3..).unwrap_or_default();
    match path.split('?').next().unwrap_or_default() {
        "/my/copy" | "/my/copy/print" => Output::Copy,
        path if path.starts_with("/my") => Output::OwnFile,
        path if path.starts_with("/inquiry/receipts") => Output::Answer,
        path if path.starts_with("/demo/outbox") => Output::Sent,
        path if path.starts_with("/source") || path.starts_with("/inquiry") => Output::Report,
        path if path.starts_with("/registry") || path.starts_with("/supervision") => Output::Report,
        _ => Output::Public,
    }
}
