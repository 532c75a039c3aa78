//! Persons sign in by a certified identity provider, which runs beside the test: the whole way, over real connections.

#![allow(
    clippy::disallowed_methods,
    reason = "provider and node go by the machine's own clock, and where the test's Node.js is only the environment can tell"
)]

#[path = "doors/node.rs"]
mod node;

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use fairfile_domain::day::Instant;
use fairfile_domain::identifier::IdentifierKind;
use fairfile_signin::provider::{Provider, Settings};
use scraper::{Html, Selector};
use serde_json::json;
use ureq::Agent;
use ureq::http::Uri;
use zeroize::Zeroizing;

use node::{Engine, Node, SHOWN, Serving, UNKNOWN};

const SECRET: &str = "a secret of thirty-two signs or more";

fn machine() -> Instant {
    let micros = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970").as_micros();
    Instant::from_unix_micros(i64::try_from(micros).expect("a clock before 9999")).expect("an instant")
}

/// The provider; it ends with the value.
struct Running {
    child: Child,
    /// What it says meanwhile; it would end if nobody listened.
    _says: Lines<BufReader<ChildStdout>>,
    issuer: String,
}

impl Running {
    fn begins(node_at: &str) -> Self {
        let Ok(program) = std::env::var("FAIRFILE_TEST_NODE") else {
            panic!("run the tests by `cargo xtask test`: it finds the Node.js that FAIRFILE_TEST_NODE has to name");
        };
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../e2e/oidc");
        let mut command = Command::new(program);
        command
            .arg("provider.js")
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command.spawn().expect("Node.js starts");
        let told = json!({
            "client": { "id": "fairfile", "secret": SECRET },
            "redirect": [format!("{node_at}/en/sign-in/callback"), format!("{node_at}/zh/sign-in/callback")],
            "people": { "liang": SHOWN.0, "wang": UNKNOWN.0 },
        });
        let input = child.stdin.as_mut().expect("its input");
        writeln!(input, "{told}").expect("it listens");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let issuer = lines.next().expect("it says where it is").expect("a line");
        Self { child, _says: lines, issuer }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// A browser: it keeps cookies by host and port, and follows where it is sent.
struct Browser {
    agent: Agent,
    jar: BTreeMap<String, BTreeMap<String, String>>,
}

/// A page, and where it is.
struct Page {
    address: String,
    status: u16,
    text: String,
}

impl Page {
    fn first(&self, selector: &str, name: &str) -> String {
        let (page, selector) = (Html::parse_document(&self.text), Selector::parse(selector).expect("a selector"));
        let element = page.select(&selector).next();
        let element = element.unwrap_or_else(|| panic!("{} has no such element:\n{}", self.address, self.text));
        element.attr(name).expect("an attribute").to_owned()
    }
}

fn origin(address: &str) -> String {
    address.split('/').take(3).collect::<Vec<_>>().join("/")
}

impl Browser {
    fn new() -> Self {
        let config =
            Agent::config_builder().max_redirects(0).max_redirects_will_error(false).http_status_as_error(false);
        Self { agent: config.build().new_agent(), jar: BTreeMap::new() }
    }

    fn goes(&mut self, address: &str, form: Option<&[(&str, &str)]>) -> Page {
        let (mut address, mut form) = (address.to_owned(), form.map(<[_]>::to_vec));
        for _ in 0..12 {
            let host = origin(&address);
            let cookies = self.jar.entry(host.clone()).or_default();
            let cookie = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
            let response = match &form {
                Some(fields) => {
                    let ask = self.agent.post(&address).header("cookie", &cookie).header("origin", &host);
                    ask.header("accept", "text/html").send_form(fields.iter().copied())
                }
                None => self.agent.get(&address).header("cookie", &cookie).header("accept", "text/html").call(),
            };
            let mut response = response.unwrap_or_else(|error| panic!("{address}: {error}"));
            for cookie in response.headers().get_all("set-cookie") {
                let pair = cookie.to_str().expect("a cookie").split(';').next().expect("a pair");
                let (name, value) = pair.split_once('=').expect("a name and a value");
                self.jar.entry(host.clone()).or_default().insert(name.to_owned(), value.to_owned());
            }
            let status = response.status().as_u16();
            let to = response.headers().get("location").map(|to| to.to_str().expect("an address").to_owned());
            match to.filter(|_| (300..400).contains(&status)) {
                Some(to) if to.starts_with('/') => (address, form) = (host + &to, None),
                Some(to) => (address, form) = (to, None),
                None => {
                    let text = response.body_mut().read_to_string().expect("a text");
                    return Page { address, status, text };
                }
            }
        }
        panic!("sent on for ever: {}", address.parse::<Uri>().expect("an address").path());
    }

    /// Presses the one button of a page.
    fn presses(&mut self, page: &Page, selector: &str, fields: &[(&str, &str)]) -> Page {
        let action = page.first(selector, "action");
        let to = if action.starts_with('/') { origin(&page.address) + &action } else { action };
        self.goes(&to, Some(fields))
    }

    /// Goes on from a page that goes on by itself.
    fn goes_on(&mut self, page: &Page) -> Page {
        let content = page.first("meta[http-equiv=refresh]", "content");
        let to = content.split_once("url=").expect("an address").1.to_owned();
        let to = if to.starts_with('/') { origin(&page.address) + &to } else { to };
        self.goes(&to, None)
    }

    /// Signs in as `login`, the whole way from the node to the provider and back; the page that comes back.
    fn signs_in(&mut self, node_at: &str, login: &str) -> Page {
        let page = self.goes(&format!("{node_at}/en/sign-in"), None);
        let going = self.presses(&page, "form[action$='/sign-in/provider']", &[]);
        assert_eq!(going.status, 200, "{}", going.text);
        let asks = self.goes_on(&going);
        let consent = self.presses(&asks, "form", &[("prompt", "login"), ("login", login), ("password", "x")]);
        assert_eq!(consent.status, 200, "{}", consent.text);
        self.presses(&consent, "form", &[("prompt", "consent")])
    }
}

/// A node and its provider, each of which knows where the other is: the node's port is found first.
fn both() -> (Node, Running, Serving) {
    let node = Node::with_pharmacists(Engine::Sqlite);
    let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port").port();
    let at = SocketAddr::from(([127, 0, 0, 1], port));
    let running = Running::begins(&format!("http://{at}"));
    let settings = Settings {
        issuer: running.issuer.clone(),
        client_id: "fairfile".to_owned(),
        client_secret: Some(Zeroizing::new(SECRET.to_owned())),
        scopes: vec!["national_id".to_owned()],
        number_claim: "national_id".to_owned(),
        kind_claim: None,
        kind: IdentifierKind::CnResident,
        roots: Vec::new(),
    };
    let provider = Arc::new(Provider::new(settings).expect("a provider"));
    let serving = node.serves_at(at, machine, |config| config.provider = Some(provider));
    (node, running, serving)
}

#[test]
fn a_certified_provider_signs_persons_in() {
    let (_node, _provider, serving) = both();
    let node_at = serving.origin();
    let mut liang = Browser::new();
    let welcome = liang.signs_in(&node_at, "liang");
    assert_eq!(welcome.status, 200, "{}", welcome.text);
    let file = liang.goes_on(&welcome);
    assert!(file.address.ends_with("/en/my") && file.text.contains(SHOWN.1), "{}", file.text);
    // The same answer a second time opens nothing.
    let replayed = liang.goes(&welcome.address, None);
    assert_eq!(replayed.status, 400);
    // Another browser with the same address neither.
    assert_eq!(Browser::new().goes(&welcome.address, None).status, 400);
    let mut wang = Browser::new();
    let welcome = wang.signs_in(&node_at, "wang");
    let empty = wang.goes_on(&welcome);
    assert!(empty.text.contains("There are no records about you here"), "{}", empty.text);
    // Each still sees the own page and nothing of the other's.
    let again = liang.goes(&format!("{node_at}/en/my"), None);
    assert!(again.text.contains(SHOWN.1) && !wang.goes(&format!("{node_at}/en/my"), None).text.contains(SHOWN.1));
}

#[test]
fn the_provider_asks_anew_before_a_step_that_binds() {
    let (_node, _provider, serving) = both();
    let mut liang = Browser::new();
    let welcome = liang.signs_in(&serving.origin(), "liang");
    liang.goes_on(&welcome);
    let again = liang.goes(&format!("{}/en/sign-in/again?back=/my/copy", serving.origin()), None);
    let fields = [("again", "yes"), ("back", "/my/copy")];
    let going = liang.presses(&again, "form[action$='/sign-in/provider']", &fields);
    let asks = liang.goes_on(&going);
    assert!(asks.text.contains("password"), "it asks although there is a session: {}", asks.text);
    let shown = liang.presses(&asks, "form", &[("prompt", "login"), ("login", "liang"), ("password", "x")]);
    let copy = liang.goes_on(&shown);
    assert!(copy.address.ends_with("/en/my/copy") && copy.status == 200, "{} {}", copy.address, copy.text);
}
