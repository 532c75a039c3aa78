//! A browser without scripts: it keeps its cookie, sends forms as they stand on the page, and holds every page to what all
//! pages promise.

use scraper::{Html, Selector};

use super::node::{As, Ask, Node, ORIGIN, Reply};
use super::sound::markup;
pub use super::sound::{all, attributes};

pub fn get(node: &Node, path: &str) -> Reply {
    node.asks(&Ask::get(path, As::Nobody).with("accept", Some("text/html")))
}

pub fn html(reply: &Reply) -> Html {
    Html::parse_document(std::str::from_utf8(&reply.body).expect("a page is UTF-8"))
}

/// The name of the stylesheet that pages load.
pub fn style_of(node: &Node) -> String {
    let address = attributes(&html(&get(node, "/en")), "link[rel=stylesheet]", "href").remove(0);
    address.strip_prefix("/assets/").expect("an asset").to_owned()
}

/// What must hold of every page, whatever it says.
pub fn is_sound(path: &str, reply: &Reply) -> Html {
    let lang = if path.starts_with("/zh") { "zh-Hans" } else { "en" };
    assert_eq!(reply.headers["content-language"], lang, "{path}");
    let page = markup(path, lang, std::str::from_utf8(&reply.body).expect("a page is UTF-8"));
    let asks_a_device = !all(&page, "form[data-passkey]").is_empty();
    let policy = reply.headers["content-security-policy"].to_str().expect("a policy");
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
    assert_eq!(policy.contains("script-src 'self'"), asks_a_device, "{path}: {policy}");
    assert_eq!(
        (reply.headers["x-frame-options"].as_bytes(), reply.headers["cache-control"].as_bytes()),
        (&b"DENY"[..], &b"no-store"[..])
    );
    page
}

/// A visitor's browser.
pub struct Browser<'n> {
    node: &'n Node,
    /// The session, as the cookie has it.
    pub token: Option<String>,
}

/// A page as it came.
pub struct Page {
    pub path: String,
    pub status: u16,
    pub html: Html,
    pub reply: Reply,
}

impl Page {
    /// All words of the page.
    pub fn text(&self) -> String {
        all(&self.html, "body").concat()
    }

    /// The heading.
    pub fn h1(&self) -> String {
        all(&self.html, "h1").concat()
    }

    /// Holds that the page says each of these.
    pub fn says(&self, said: &[&str]) {
        let text = self.text();
        for said in said {
            assert!(text.contains(said), "{} does not say {said}:\n{text}", self.path);
        }
    }
}

impl<'n> Browser<'n> {
    pub fn of_nobody(node: &'n Node) -> Self {
        Self { node, token: None }
    }

    /// The person of this number.
    pub fn of_person(node: &'n Node, number: &str) -> Self {
        Self::after(node, "/en/sign-in", &format!("number={number}"))
    }

    pub fn of_officer(node: &'n Node, officer: &str) -> Self {
        Self::after(node, "/en/demo/visit", &format!("who=officer.{officer}"))
    }

    pub fn of_registrar(node: &'n Node, registrar: &str) -> Self {
        Self::after(node, "/en/demo/visit", &format!("who=registrar.{registrar}"))
    }

    pub fn of_supervisor(node: &'n Node) -> Self {
        Self::after(node, "/en/demo/visit", "who=supervisor.supervisor-1")
    }

    fn after(node: &'n Node, path: &str, body: &str) -> Self {
        let (status, token) = signs_in(node, path, body);
        assert_eq!(status, 303, "{path} {body}");
        Self { node, token }
    }

    /// Becomes another visitor of the demo by the switch above every page; gives the address to which that leads.
    pub fn switches(&mut self, who: &str) -> String {
        let page = self.get("/en/demo");
        let reply = self.send(&page, "/en/demo/visit", &[("who", who)]);
        assert_eq!(reply.status, 303, "{who}");
        self.token = session_of(&reply);
        reply.headers["location"].to_str().expect("an address").to_owned()
    }

    /// Shows again who the visitor is, on the page `again`, as a demo lets it; gives the address to which that leads.
    pub fn proves(&mut self, again: &Page) -> String {
        let action = format!("/{}/sign-in/again", &again.path[1..3]);
        let reply = self.send(again, &action, &[("demo", "yes")]);
        assert_eq!(reply.status, 303, "{}", again.path);
        self.token = session_of(&reply);
        reply.headers["location"].to_str().expect("an address").to_owned()
    }

    fn ask(&self, ask: Ask<'_>) -> Reply {
        let cookie = self.token.as_ref().map(|token| format!("fairfile_session={token}"));
        self.node.asks(&ask.with("accept", Some("text/html")).with("cookie", cookie.as_deref()))
    }

    /// A page, which must be a sound one.
    pub fn get(&self, path: &str) -> Page {
        let reply = self.ask(Ask::get(path, As::Nobody));
        Page { html: is_sound(path, &reply), status: reply.status, path: path.to_owned(), reply }
    }

    /// The status of whatever is there, a page or not.
    pub fn reads(&self, path: &str) -> u16 {
        self.ask(Ask::get(path, As::Nobody)).status
    }

    /// A file of a page, which is none itself.
    pub fn download(&self, path: &str) -> Vec<u8> {
        let reply = self.ask(Ask::get(path, As::Nobody));
        assert_eq!(reply.status, 200, "{path}");
        reply.body
    }

    /// Sends a body of fields that is already written.
    pub fn post(&self, path: &str, body: String, from: &str) -> Reply {
        let ask = Ask::post(path, As::Nobody, body).with("content-type", Some("application/x-www-form-urlencoded"));
        self.ask(ask.with("sec-fetch-site", Some(from)))
    }

    /// Sends the form of `page` that leads to `action`, with its hidden fields and these.
    pub fn send(&self, page: &Page, action: &str, fields: &[(&str, &str)]) -> Reply {
        let body = self.filled(page, action, fields);
        self.post(action, body, "same-origin")
    }

    /// The same, and the page to which it leads, or which came at once.
    pub fn follow(&self, page: &Page, action: &str, fields: &[(&str, &str)]) -> Page {
        let reply = self.send(page, action, fields);
        match reply.headers.get("location") {
            Some(to) if reply.status == 303 => self.get(to.to_str().expect("an address")),
            _ => Page { html: is_sound(action, &reply), status: reply.status, path: action.to_owned(), reply },
        }
    }

    /// What is at an address, whatever it is.
    pub fn fetch(&self, path: &str) -> Reply {
        self.ask(Ask::get(path, As::Nobody))
    }

    /// Every page that is linked from one of `roots` and stands below it, and from those again; each must be a sound one.
    pub fn walks(&self, roots: &[&str]) -> Vec<Page> {
        let mut ahead: Vec<String> = roots.iter().map(|root| (*root).to_owned()).collect();
        let mut seen = ahead.clone();
        let mut pages = Vec::new();
        while let Some(path) = ahead.pop() {
            let reply = self.fetch(&path);
            let kind = reply.headers.get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default();
            if !kind.starts_with("text/html") {
                continue;
            }
            let page = Page { html: is_sound(&path, &reply), status: reply.status, path, reply };
            for link in attributes(&page.html, "main a[href^='/'], header a[href^='/']", "href") {
                let link = link.split('#').next().unwrap_or_default();
                let is_below = |root: &&str| {
                    link.strip_prefix(*root).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
                };
                if roots.iter().any(is_below) && !seen.iter().any(|seen| seen == link) {
                    seen.push(link.to_owned());
                    ahead.push(link.to_owned());
                }
            }
            pages.push(page);
            assert!(pages.len() < 1_000, "{roots:?} have no end");
        }
        pages
    }

    /// Holds that the page is refused with this status.
    pub fn refuses(&self, path: &str, status: u16) {
        assert_eq!(self.fetch(path).status, status, "{path}");
    }

    /// Sends the form of `page` that leads to `action`, in parts, with its hidden fields, these, and a file.
    pub fn sends_file(&self, page: &Page, action: &str, fields: &[(&str, &str)], name: &str, bytes: &[u8]) -> Reply {
        let filled = self.filled(page, action, fields);
        let mut body = Vec::new();
        for (field, value) in form_urlencoded::parse(filled.as_bytes()) {
            let head = format!("--edge\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n");
            body.extend(head.bytes());
        }
        let head = format!("--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n");
        body.extend(head.bytes());
        body.extend(b"Content-Type: application/octet-stream\r\n\r\n");
        body.extend(bytes);
        body.extend(b"\r\n--edge--\r\n");
        let ask = Ask::post(action, As::Nobody, body).with("content-type", Some("multipart/form-data; boundary=edge"));
        self.ask(ask.with("sec-fetch-site", Some("same-origin")))
    }

    /// The same, and the page to which it leads, or which came at once.
    pub fn uploads(&self, page: &Page, action: &str, fields: &[(&str, &str)], name: &str, bytes: &[u8]) -> Page {
        let reply = self.sends_file(page, action, fields, name, bytes);
        match reply.headers.get("location") {
            Some(to) if reply.status == 303 => self.get(to.to_str().expect("an address")),
            _ => Page { html: is_sound(action, &reply), status: reply.status, path: action.to_owned(), reply },
        }
    }

    /// What the form of `page` that leads to `action` sends when these fields are typed.
    pub fn filled(&self, page: &Page, action: &str, fields: &[(&str, &str)]) -> String {
        let form = Selector::parse(&format!("form[action='{action}']")).expect("a selector");
        let hidden = Selector::parse("input[type=hidden]").expect("a selector");
        let form = page.html.select(&form).next();
        let form = form.unwrap_or_else(|| {
            panic!("{} has no form to {action}, but to {:?}", page.path, attributes(&page.html, "form", "action"))
        });
        let mut body = form_urlencoded::Serializer::new(String::new());
        for field in form.select(&hidden) {
            body.append_pair(field.attr("name").unwrap_or_default(), field.attr("value").unwrap_or_default());
        }
        body.extend_pairs(fields);
        body.finish()
    }
}

/// The status of signing in, and the token of the session that the cookie holds.
pub fn signs_in(node: &Node, path: &str, body: &str) -> (u16, Option<String>) {
    let reply = node.asks(&Ask::post(path, As::Nobody, body).with("origin", Some(ORIGIN)));
    (reply.status, session_of(&reply))
}

/// The token of the session that a reply's cookie holds; an empty one takes the cookie away.
fn session_of(reply: &Reply) -> Option<String> {
    let cookie = reply.headers.get("set-cookie").and_then(|cookie| cookie.to_str().ok());
    let session = cookie.and_then(|cookie| cookie.split(';').next());
    session.and_then(|session| session.strip_prefix("fairfile_session=")).map(str::to_owned)
}
