//! What all pages share: language, colours, who is at the counter, and how a page leaves.

use askama::Template;
use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use fairfile_domain::day::Day;
use fairfile_service::Registry;
use fairfile_service::registry::Mode;
use i18n_embed_fl::fl;

use super::address::{COOKIE as LANGUAGE, asked, asked_for, beginning, cookie, own_path, own_query, split, to_page};
use super::assets;
use super::bar::Bar;
use super::demo::Switch;
use super::form::{self, Fields};
use super::words::{self, Words};
use crate::caller::{Call, field};
use crate::doors::Doors;
use crate::problem::{Problem, RequestFault};
use crate::response;
use crate::sessions::Who;
use crate::ways::page_above;
use crate::wire::Language;

/// The cookie of whoever is signed in.
const SESSION: &str = "fairfile_session";
/// The same over TLS: a browser takes it from this very host alone, and sends it there alone.
const HOST_SESSION: &str = "__Host-fairfile_session";
/// The cookie that remembers the colours.
const THEME: &str = "fairfile_theme";
/// How long a cookie remembers what was chosen, in seconds: a year.
const REMEMBERED: u32 = 31_536_000;

/// Which colours a visitor chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Theme {
    /// As the device has it.
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    const ALL: [(Self, &'static str); 3] = [(Self::System, "system"), (Self::Light, "light"), (Self::Dark, "dark")];

    fn find(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|row| row.1 == word).map(|row| row.0)
    }

    /// The word for it in forms, cookies and the page's root.
    pub(super) fn word(self) -> &'static str {
        Self::ALL[self as usize].1
    }
}

/// What a request says of the page that it wants.
pub(crate) struct Visitor {
    language: Language,
    /// The address behind its language: that of the page above, where only forms are sent to.
    path: String,
    /// What of the address behind its question mark may be repeated.
    query: String,
    /// Whether something was typed and sent.
    is_form: bool,
    theme: Theme,
    /// Whether the visitor came with another language than this, or with none.
    is_new_here: bool,
    /// The session's token that the visitor came with, ended or not.
    token: Option<String>,
}

impl Visitor {
    /// Whoever asks for a page; nothing for programs that ask for JSON alone, and at an address that begins with no language
    /// for all but a browser outside the interface.
    pub(crate) fn of(doors: &Doors, parts: &Parts) -> Option<Self> {
        let accepts = field(&parts.headers, header::ACCEPT.as_str()).unwrap_or_default();
        let (path, names_page) = (parts.uri.path(), accepts.contains("text/html"));
        let is_browser = names_page && parts.method == Method::GET && !path.starts_with("/api/");
        let wants_page = if split(path).is_some() { names_page || !accepts.contains("json") } else { is_browser };
        wants_page.then(|| Self::new(parts, doors.is_https(parts)))
    }

    fn new(parts: &Parts, is_https: bool) -> Self {
        let headers = &parts.headers;
        let (language, path) = split(parts.uri.path()).unwrap_or_else(|| (asked_for(headers), ""));
        let is_form = parts.method == Method::POST;
        Self {
            language,
            path: page_above(path).to_owned(),
            query: if is_form { String::new() } else { own_query(parts.uri.query().unwrap_or_default()) },
            is_form,
            theme: cookie(headers, THEME).and_then(|word| Theme::find(&word)).unwrap_or(Theme::System),
            is_new_here: cookie(headers, LANGUAGE).is_none_or(|kept| Language::asked(&kept) != language),
            token: session_cookie(headers, is_https),
        }
    }

    /// Whether something was typed and sent.
    pub(super) fn has_typed(&self) -> bool {
        self.is_form
    }

    /// The page to which a visitor comes back who signs in now; nothing from where that would lead nowhere.
    pub(super) fn way_back(&self) -> &str {
        let is_own = !["/sign-in", "/demo"].iter().any(|begin| self.path.starts_with(begin));
        own_path(if is_own { &self.path } else { "" })
    }
}

/// What stands around every page.
pub(super) struct Frame {
    pub(super) words: &'static Words,
    pub(super) language: Language,
    /// The address behind its language: that of the page above, where only forms are sent to.
    pub(super) path: String,
    /// What of the address behind its question mark may be repeated.
    pub(super) query: String,
    /// The bar of links.
    bar: Bar,
    /// Who is signed in, in words: never a person's name.
    pub(super) visitor: Option<String>,
    /// The hidden key of this page's forms; empty if nobody is signed in.
    pub(super) form_key: String,
    /// The node's name: that of its signatures, up to what it signs.
    pub(super) node: String,
    /// Whether everybody here is invented.
    pub(super) is_demo: bool,
    /// Whom a visitor of a demo can be.
    pub(super) switch: Option<Switch>,
    pub(super) theme: Theme,
    /// When a recovery can be granted that somebody asked for in the visitor's name. Every page says so, wherever the visitor
    /// is signed in, until it is decided.
    pub(super) recovery: Option<String>,
    /// Whether the visitor came with another language than this, or with none.
    is_new_here: bool,
}

/// A link of the bar.
pub(super) struct Link {
    /// Where to.
    pub(super) to: String,
    /// What it is called.
    pub(super) name: String,
    /// Whether this page is there or below.
    pub(super) is_current: bool,
}

impl Frame {
    /// What stands between two sentences: Chinese ones bring their own space along.
    pub(super) fn gap(&self) -> &'static str {
        self.language.pick(" ", "")
    }

    /// The frame of a page.
    pub(super) fn of(call: &Call<'_>) -> Self {
        let frame = Self::around(call.doors, &Visitor::new(&call.parts, call.is_https()));
        let recovery = call.recovery.map(|ripe_at| super::sign_in::moment(call, frame.words, &frame, ripe_at));
        Self { recovery, ..frame }
    }

    /// The frame of a page for `visitor`.
    pub(super) fn around(doors: &Doors, visitor: &Visitor) -> Self {
        let (reg, words) = (doors.reg(), words::of(visitor.language));
        let session = visitor.token.as_ref().and_then(|token| doors.session_of(token));
        let who = session.as_ref().map(|session| &session.who);
        // A page whose key fails can be read; its forms are refused as old ones.
        let form_key = session.as_ref().and_then(|session| form::key(doors, &session.id).ok()).unwrap_or_default();
        Self {
            words,
            language: visitor.language,
            path: visitor.path.clone(),
            query: visitor.query.clone(),
            bar: Bar::of(reg, who, &visitor.path),
            visitor: who.map(|who| named(reg, words, visitor.language, who)),
            form_key,
            node: reg.publisher.key().origin().split('/').next().unwrap_or_default().to_owned(),
            is_demo: reg.mode == Mode::Demo,
            switch: Switch::of(doors, words, (visitor.language, &visitor.path, &visitor.query), who),
            theme: visitor.theme,
            recovery: None,
            is_new_here: visitor.is_new_here,
        }
    }

    /// The bar's links; the one under which this page is, is marked.
    pub(super) fn links(&self) -> Vec<Link> {
        let links = self.bar.links(self.words);
        let holds = |to: &str| self.path.strip_prefix(to).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        let current = links.iter().map(|link| link.0).filter(|to| holds(to)).max_by_key(|to| to.len());
        let link = |(to, name): (&str, String)| Link { to: self.to(to), name, is_current: current == Some(to) };
        links.iter().cloned().map(link).collect()
    }

    /// The first page of whoever is signed in; nothing for nobody.
    pub(super) fn desk(&self) -> Option<String> {
        self.visitor.as_ref().and_then(|_| Some(self.to(self.bar.links(self.words).first()?.0)))
    }

    /// The language as HTML names it.
    pub(super) fn lang(&self) -> &'static str {
        self.language.pick("en", "zh-Hans")
    }

    /// The other language, as HTML names it and as its readers do, and this page in it.
    pub(super) fn other(&self) -> (&'static str, &'static str, String) {
        let in_other = |language| [beginning(language), &self.path, &asked(&self.query)].concat();
        match self.language {
            Language::En => ("zh-Hans", "中文", in_other(Language::Zh)),
            Language::Zh => ("en", "English", in_other(Language::En)),
        }
    }

    /// An address in this language.
    pub(super) fn to(&self, path: &str) -> String {
        [beginning(self.language), path].concat()
    }

    /// The stylesheet's address.
    pub(super) fn style(&self) -> String {
        format!("/assets/{}", assets::style_name())
    }

    /// A day as this language writes it.
    pub(super) fn day(&self, day: Day) -> String {
        super::citation::day(self.language, day)
    }

    /// The language of what somebody else wrote, where it is not this page's: Chinese in an English page, and plain Latin
    /// words in a Chinese one. Names, numbers and days have none of their own.
    pub(super) fn foreign(&self, text: &str) -> Option<&'static str> {
        let is_chinese = text.chars().any(|sign| ('\u{4e00}'..='\u{9fff}').contains(&sign));
        match self.language {
            Language::En => is_chinese.then_some("zh-Hans"),
            Language::Zh => (!is_chinese && text.split(' ').filter(|word| is_word(word)).count() > 1).then_some("en"),
        }
    }

    /// What people call the node's time: for Shanghai, that of Beijing.
    pub(super) fn zone(&self, reg: &Registry) -> String {
        match reg.zone.name() {
            "Asia/Shanghai" => fl!(self.words, "zone-beijing"),
            name => fl!(self.words, "zone-named", name = name),
        }
    }

    /// `page`, with the node's name behind it: what a window and a bookmark are called.
    pub(super) fn title_of(&self, page: &str) -> String {
        fl!(self.words, "title-of", page = page, product = fl!(self.words, "product"))
    }

    /// The page as it leaves.
    pub(super) fn answer(&self, status: StatusCode, page: &impl Template) -> Result<Response, Problem> {
        let html = page.render().map_err(|error| Problem::failed(&error))?;
        let mut response = response::html(status, self.lang(), html);
        if self.is_new_here {
            let word = self.language.pick("en", "zh");
            remember(&mut response, LANGUAGE, word)?;
        }
        Ok(response)
    }
}

/// Whether it is a word of Latin letters.
fn is_word(text: &str) -> bool {
    text.len() > 1 && text.bytes().all(|sign| sign.is_ascii_alphabetic())
}

/// Who is signed in, as the head of each page says it.
fn named(reg: &Registry, words: &Words, language: Language, who: &Who) -> String {
    match who {
        Who::Person(_) | Who::Unfiled(_) => fl!(words, "visitor-person"),
        Who::Officer(code) => {
            let directory = reg.directory();
            let officer = directory.officers.get(code);
            let member = officer.and_then(|officer| directory.members.get(&officer.officer.member));
            let member = member.map_or("", |member| language.of(&member.title));
            fl!(words, "visitor-officer", officer = code.as_str(), member = member)
        }
        Who::Registrar(code) => fl!(words, "visitor-registrar", staff = code.as_str()),
        Who::Supervisor(code) => fl!(words, "visitor-supervisor", staff = code.as_str()),
    }
}

/// The session's token that a visitor brings. Over TLS only the cookie that no other host can have set counts.
pub(super) fn session_cookie(headers: &HeaderMap, is_https: bool) -> Option<String> {
    cookie(headers, if is_https { HOST_SESSION } else { SESSION })
}

/// Gives the visitor the session's cookie, or with `; Max-Age=0` takes it away.
pub(super) fn set_session(call: &Call<'_>, response: &mut Response, value: &str) -> Result<(), Problem> {
    // The cookie goes over TLS alone wherever the node is reached by it, and with no request that another site begins.
    let (name, secure) = if call.is_https() { (HOST_SESSION, "; Secure") } else { (SESSION, "") };
    let cookie = format!("{name}={value}; Path=/; SameSite=Strict; HttpOnly{secure}");
    let cookie = HeaderValue::from_str(&cookie).map_err(|error| Problem::failed(&error))?;
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(())
}

fn remember(response: &mut Response, name: &str, value: &str) -> Result<(), Problem> {
    let cookie = format!("{name}={value}; Path=/; Max-Age={REMEMBERED}; SameSite=Lax; HttpOnly");
    let cookie = HeaderValue::from_str(&cookie).map_err(|error| Problem::failed(&error))?;
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(())
}

/// `POST /{language}/theme`: remembers the colours and goes back to the page that the form stood on.
pub(super) async fn choose_theme(call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    let frame = Frame::of(call);
    let fields = Fields::read(call, body).await?;
    let theme = Theme::find(fields.text("theme")).ok_or(RequestFault::NotTheShape)?;
    let query = asked(&own_query(fields.text("query")));
    let mut response = to_page(&[frame.to(own_path(fields.text("back"))), query].concat())?;
    remember(&mut response, THEME, theme.word())?;
    Ok(response)
}

#[cfg(test)]
impl Frame {
    /// The frame of a sample: of a demo, with somebody signed in.
    pub(super) fn sample(language: Language) -> Self {
        let words = words::of(language);
        Self {
            words,
            language,
            path: "/sample".to_owned(),
            query: String::new(),
            bar: Bar::Public,
            visitor: Some(fl!(words, "visitor-person")),
            form_key: "key".to_owned(),
            node: "lanhe.example".to_owned(),
            is_demo: true,
            switch: None,
            theme: Theme::System,
            recovery: None,
            is_new_here: false,
        }
    }

    /// The same with the bar of another visitor.
    pub(super) fn under(mut self, bar: Bar) -> Self {
        self.bar = bar;
        self
    }
}
