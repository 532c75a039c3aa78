//! Persons sign in by an identity provider: an honest one, one that lies, and none at all.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fairfile_domain::identifier::IdentifierKind;
use fairfile_signin::provider::{Provider, Settings};
use serde_json::{Value, json};

use super::browser::{all, attributes, html};
use super::node::{As, Ask, Engine, Node, ORIGIN, Reply, SHOWN, UNKNOWN, standing};

const CLIENT: &str = "fairfile-lanhe";

/// How an ID token is to be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lie {
    None,
    Nonce,
    Audience,
    SeveralAudiences,
    Issuer,
    Expired,
    IssuedLongAgo,
    OtherKey,
    Unsigned,
    SharedSecret,
    NoToken,
    NoNumber,
    NotANumber,
    NotAgain,
    OtherParty,
    Refuses,
}

/// What the provider says next.
struct Says {
    lie: Lie,
    subject: String,
    number: String,
    nonce: String,
    challenge: String,
}

/// A provider of one's own, on a port of this machine.
struct Liar {
    issuer: String,
    says: Arc<Mutex<Says>>,
}

fn encoded(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn fresh_key() -> EcdsaKeyPair {
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).expect("a key");
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref()).expect("a key")
}

fn public_point(key: &EcdsaKeyPair) -> (String, String) {
    let (x, y) = key.public_key().as_ref()[1..].split_at(32);
    (encoded(x), encoded(y))
}

impl Liar {
    fn begins() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let issuer = format!("http://{}", listener.local_addr().expect("an address"));
        let says = Says {
            lie: Lie::None,
            subject: "subject-1".into(),
            number: SHOWN.0.into(),
            nonce: String::new(),
            challenge: String::new(),
        };
        let says = Arc::new(Mutex::new(says));
        let (heard, name) = (says.clone(), issuer.clone());
        std::thread::spawn(move || {
            let keys = (fresh_key(), fresh_key());
            for stream in listener.incoming().flatten() {
                answer(stream, &name, &heard, &keys);
            }
        });
        Self { issuer, says }
    }

    fn will(&self, change: impl FnOnce(&mut Says)) {
        change(&mut self.says.lock().expect("what it says"));
    }
}

/// Answers one request.
fn answer(mut stream: TcpStream, issuer: &str, says: &Mutex<Says>, keys: &(EcdsaKeyPair, EcdsaKeyPair)) {
    let mut reader = BufReader::new(stream.try_clone().expect("a stream"));
    let mut first = String::new();
    if reader.read_line(&mut first).is_err() {
        return;
    }
    let (mut length, mut line) = (0, String::new());
    while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
        let header = line.to_ascii_lowercase();
        length = header.strip_prefix("content-length:").map_or(length, |value| value.trim().parse().expect("a length"));
        line.clear();
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("a body");
    let (status, document) = match first.split_whitespace().nth(1).unwrap_or_default() {
        "/.well-known/openid-configuration" => (200, discovery(issuer)),
        "/keys" => {
            let (x, y) = public_point(&keys.0);
            (
                200,
                json!({ "keys": [{ "kty": "EC", "crv": "P-256", "kid": "1", "use": "sig", "alg": "ES256", "x": x, "y": y }] }),
            )
        }
        "/token" => token(issuer, &says.lock().expect("what it says"), &body, keys),
        _ => (404, json!({})),
    };
    let body = document.to_string();
    let head = format!(
        "HTTP/1.1 {status} -\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all((head + &body).as_bytes()).ok();
}

fn discovery(issuer: &str) -> Value {
    json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
    })
}

fn token(issuer: &str, says: &Says, body: &[u8], keys: &(EcdsaKeyPair, EcdsaKeyPair)) -> (u16, Value) {
    let fields: HashMap<String, String> = form_urlencoded::parse(body).into_owned().collect();
    let shown = encoded(digest(&SHA256, fields.get("code_verifier").map_or("", String::as_str).as_bytes()));
    assert_eq!(shown, says.challenge, "PKCE holds");
    assert_eq!(fields["redirect_uri"], format!("{ORIGIN}/en/sign-in/callback"));
    if says.lie == Lie::Refuses {
        return (400, json!({ "error": "invalid_grant" }));
    }
    let mut answer = json!({ "access_token": "opaque", "token_type": "Bearer", "expires_in": 60 });
    if says.lie != Lie::NoToken {
        answer["id_token"] = id_token(issuer, says, keys).into();
    }
    (200, answer)
}

fn id_token(issuer: &str, says: &Says, (own, other): &(EcdsaKeyPair, EcdsaKeyPair)) -> String {
    let now = standing().unix_micros() / 1_000_000;
    let mut claims = json!({
        "iss": issuer, "sub": says.subject, "aud": CLIENT, "nonce": says.nonce,
        "iat": now, "exp": now + 300, "auth_time": now - 30, "national_id": says.number,
    });
    match says.lie {
        Lie::Nonce => claims["nonce"] = "another".into(),
        Lie::Audience => claims["aud"] = "somebody-else".into(),
        Lie::SeveralAudiences => claims["aud"] = json!([CLIENT, "somebody-else"]),
        Lie::Issuer => claims["iss"] = "https://id.example".into(),
        Lie::Expired => claims["exp"] = (now - 1).into(),
        Lie::IssuedLongAgo => claims["iat"] = (now - 3_600).into(),
        Lie::NoNumber => drop(claims.as_object_mut().expect("claims").remove("national_id")),
        Lie::NotANumber => claims["national_id"] = "123".into(),
        Lie::NotAgain => claims["auth_time"] = (now - 3_600).into(),
        Lie::OtherParty => claims["azp"] = "somebody-else".into(),
        _ => {}
    }
    let header = match says.lie {
        Lie::Unsigned => json!({ "alg": "none" }),
        Lie::SharedSecret => json!({ "alg": "HS256", "kid": "1" }),
        _ => json!({ "alg": "ES256", "kid": "1" }),
    };
    let signed = format!("{}.{}", encoded(header.to_string()), encoded(claims.to_string()));
    let by =
        |key: &EcdsaKeyPair| key.sign(&SystemRandom::new(), signed.as_bytes()).expect("a signature").as_ref().to_vec();
    let signature = match says.lie {
        Lie::Unsigned => Vec::new(),
        // With its public key for a secret, as if it were a shared one.
        Lie::SharedSecret => {
            let key = hmac::Key::new(hmac::HMAC_SHA256, own.public_key().as_ref());
            hmac::sign(&key, signed.as_bytes()).as_ref().to_vec()
        }
        Lie::OtherKey => by(other),
        _ => by(own),
    };
    format!("{signed}.{}", encoded(signature))
}

fn settings(issuer: &str) -> Settings {
    Settings {
        issuer: issuer.to_owned(),
        client_id: CLIENT.to_owned(),
        client_secret: None,
        scopes: vec!["national_id".to_owned()],
        number_claim: "national_id".to_owned(),
        kind_claim: None,
        kind: IdentifierKind::CnResident,
        roots: Vec::new(),
    }
}

/// A node whose persons sign in by the provider at `issuer`.
pub fn node_with(issuer: &str) -> Node {
    let provider = Arc::new(Provider::new(settings(issuer)).expect("a provider"));
    let node = Node::with(Engine::Sqlite, |config| config.provider = Some(provider));
    assert_eq!(node.hands_in("pharmacist-licences-2026-10.csv").status, 201);
    node
}

/// Where an attempt goes, and the cookie that remembers it.
struct Begun {
    address: String,
    cookie: String,
}

impl Begun {
    fn asked(&self, name: &str) -> String {
        let query = self.address.split_once('?').expect("a query").1;
        let mut fields = form_urlencoded::parse(query.as_bytes());
        fields.find(|field| field.0 == name).unwrap_or_else(|| panic!("{name} is asked")).1.into_owned()
    }
}

/// The value of a cookie that a reply sets, if it sets one that is not empty.
fn cookie_of(reply: &Reply, name: &str) -> Option<String> {
    let cookies = reply.headers.get_all("set-cookie").iter().filter_map(|cookie| cookie.to_str().ok());
    let mut values = cookies.filter_map(|cookie| cookie.split(';').next()?.strip_prefix(name)?.strip_prefix('='));
    values.next().filter(|value| !value.is_empty()).map(str::to_owned)
}

fn begin(node: &Node, fields: &str, session: Option<&str>) -> Begun {
    let ask = Ask::post("/en/sign-in/provider", As::Nobody, fields).with("sec-fetch-site", Some("same-origin"));
    let cookie = session.map(|token| format!("fairfile_session={token}"));
    let reply = node.asks(&ask.with("accept", Some("text/html")).with("cookie", cookie.as_deref()));
    assert_eq!(reply.status, 200, "{}", String::from_utf8_lossy(&reply.body));
    let cookie = cookie_of(&reply, "fairfile_attempt").expect("an attempt");
    let page = html(&reply);
    let refresh = attributes(&page, "meta[http-equiv=refresh]", "content").remove(0);
    let address = refresh.split_once("url=").expect("an address").1.to_owned();
    assert!(attributes(&page, "main a", "href").contains(&address), "there is a link as well");
    Begun { address, cookie }
}

fn comes_back(node: &Node, begun: &Begun, query: &str, cookie: bool) -> Reply {
    let cookie = cookie.then(|| format!("fairfile_attempt={}", begun.cookie));
    let ask = Ask::get(format!("/en/sign-in/callback?{query}"), As::Nobody).with("accept", Some("text/html"));
    node.asks(&ask.with("cookie", cookie.as_deref()).with("sec-fetch-site", Some("cross-site")))
}

/// One whole attempt.
fn attempt(node: &Node, liar: &Liar, change: impl FnOnce(&mut Says)) -> Reply {
    let begun = begin(node, "", None);
    liar.will(|says| {
        (says.nonce, says.challenge, says.lie) = (begun.asked("nonce"), begun.asked("code_challenge"), Lie::None);
        change(says);
    });
    comes_back(node, &begun, &format!("code=1&state={}", begun.asked("state")), true)
}

fn file_of(node: &Node, token: &str) -> Reply {
    let cookie = format!("fairfile_session={token}");
    node.asks(&Ask::get("/en/my", As::Nobody).with("accept", Some("text/html")).with("cookie", Some(&cookie)))
}

fn body(reply: &Reply) -> String {
    String::from_utf8_lossy(&reply.body).into_owned()
}

#[test]
fn a_person_signs_in_by_the_provider_and_reads_the_own_file() {
    let liar = Liar::begins();
    let node = node_with(&liar.issuer);
    let begun = begin(&node, "", None);
    assert!(begun.address.starts_with(&format!("{}/authorize?", liar.issuer)), "{}", begun.address);
    assert_eq!((begun.asked("response_type"), begun.asked("code_challenge_method")), ("code".into(), "S256".into()));
    assert_eq!((begun.asked("client_id"), begun.asked("scope")), (CLIENT.into(), "openid national_id".into()));
    assert_eq!(begun.asked("redirect_uri"), format!("{ORIGIN}/en/sign-in/callback"));
    let reply = attempt(&node, &liar, |_| ());
    assert_eq!(reply.status, 200, "{}", body(&reply));
    let page = html(&reply);
    assert_eq!(attributes(&page, "meta[http-equiv=refresh]", "content"), ["0; url=/en/my"]);
    let file = file_of(&node, &cookie_of(&reply, "fairfile_session").expect("a session"));
    assert_eq!(file.status, 200);
    assert!(body(&file).contains(SHOWN.1), "it is the own file");
}

#[test]
fn whoever_has_no_file_is_told_so_and_nobody_else_can_tell() {
    let liar = Liar::begins();
    let node = node_with(&liar.issuer);
    let known = attempt(&node, &liar, |_| ());
    let unknown = attempt(&node, &liar, |says| {
        (says.subject, says.number) = ("subject-2".into(), UNKNOWN.0.into());
    });
    assert_eq!((known.status, body(&known)), (unknown.status, body(&unknown)), "the way in is the same");
    let token = cookie_of(&unknown, "fairfile_session").expect("a session");
    let file = file_of(&node, &token);
    assert_eq!(file.status, 200);
    assert!(body(&file).contains("There are no records about you here"));
    let cookie = format!("fairfile_session={token}");
    let looks = Ask::get("/en/my/looks", As::Nobody).with("accept", Some("text/html")).with("cookie", Some(&cookie));
    assert_eq!(node.asks(&looks).status, 403, "there is nothing to read");
}

#[test]
fn a_provider_that_lies_opens_nothing() {
    let liar = Liar::begins();
    let node = node_with(&liar.issuer);
    for (lie, status) in [
        (Lie::Nonce, 502),
        (Lie::Audience, 502),
        (Lie::SeveralAudiences, 502),
        (Lie::Issuer, 502),
        (Lie::Expired, 502),
        (Lie::IssuedLongAgo, 502),
        (Lie::OtherKey, 502),
        (Lie::Unsigned, 502),
        (Lie::SharedSecret, 502),
        (Lie::OtherParty, 502),
        (Lie::NoToken, 502),
        (Lie::NoNumber, 403),
        (Lie::NotANumber, 403),
        (Lie::Refuses, 400),
    ] {
        let reply = attempt(&node, &liar, |says| says.lie = lie);
        assert_eq!(reply.status, status, "{lie:?}: {}", body(&reply));
        assert_eq!(cookie_of(&reply, "fairfile_session"), None, "{lie:?}");
        let said = all(&html(&reply), "main").concat();
        assert!(!said.contains(SHOWN.0) && !said.contains("subject-1"), "{lie:?}: {said}");
    }
    assert_eq!(attempt(&node, &liar, |_| ()).status, 200, "and the truth opens");
}

#[test]
fn an_attempt_belongs_to_one_browser_and_is_answered_once() {
    let liar = Liar::begins();
    let node = node_with(&liar.issuer);
    let (one, other) = (begin(&node, "", None), begin(&node, "", None));
    liar.will(|says| (says.nonce, says.challenge) = (one.asked("nonce"), one.asked("code_challenge")));
    let query = format!("code=1&state={}", one.asked("state"));
    let fails = |begun: &Begun, query: &str, cookie: bool, why: &str| {
        let reply = comes_back(&node, begun, query, cookie);
        assert_eq!((reply.status, cookie_of(&reply, "fairfile_session")), (400, None), "{why}: {}", body(&reply));
    };
    fails(&one, &query, false, "a browser that has begun nothing");
    fails(&other, &query, true, "a browser that has begun another");
    fails(&one, "code=1&state=", true, "no state");
    fails(&one, "code=1", true, "no state at all");
    let forged = Begun { address: one.address.clone(), cookie: one.cookie.replacen('A', "B", 1) + "A" };
    fails(&forged, &query, true, "a cookie that was changed");
    fails(&one, &format!("{query}&iss=https%3A%2F%2Fevil.example"), true, "another provider's answer");
    assert_eq!(comes_back(&node, &one, &query, true).status, 200);
    fails(&one, &query, true, "the same answer again");
    let denied = begin(&node, "", None);
    fails(&denied, &format!("error=access_denied&state={}", denied.asked("state")), true, "the person said no");
}

#[test]
fn a_login_and_a_person_belong_together_for_good() {
    let liar = Liar::begins();
    let node = node_with(&liar.issuer);
    assert_eq!(attempt(&node, &liar, |_| ()).status, 200);
    let before = node.reg.store.head().snapshot().size();
    let other_login = attempt(&node, &liar, |says| says.subject = "subject-9".into());
    let other_person = attempt(&node, &liar, |says| {
        (says.subject, says.number) = ("subject-1".into(), UNKNOWN.0.into());
    });
    for reply in [&other_login, &other_person] {
        assert_eq!((reply.status, cookie_of(reply, "fairfile_session")), (403, None));
        assert!(body(reply).contains("do not belong together"));
    }
    assert_eq!(body(&other_login), body(&other_person), "which of the two it is, is in the journal");
    assert_eq!(node.reg.store.head().snapshot().size(), before + 2);
}

#[test]
fn a_provider_that_is_away_is_told_in_words() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let issuer = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let node = node_with(&issuer);
    let ask = Ask::post("/en/sign-in/provider", As::Nobody, "").with("sec-fetch-site", Some("same-origin"));
    let reply = node.asks(&ask.with("accept", Some("text/html")));
    assert_eq!(reply.status, 502);
    assert!(body(&reply).contains("does not answer. Nothing was opened"));
}

#[test]
fn before_a_step_that_binds_the_provider_asks_the_person_anew() {
    let liar = Liar::begins();
    let node = node_with(&liar.issuer);
    let reply = attempt(&node, &liar, |_| ());
    let token = cookie_of(&reply, "fairfile_session").expect("a session");
    let again = |lie: Lie| {
        let begun = begin(&node, "again=yes&back=/my/copy", Some(&token));
        assert_eq!((begun.asked("prompt"), begun.asked("max_age")), ("login".into(), "0".into()));
        liar.will(|says| {
            (says.nonce, says.challenge, says.lie) = (begun.asked("nonce"), begun.asked("code_challenge"), lie);
            (says.subject, says.number) = ("subject-1".into(), SHOWN.0.into());
        });
        comes_back(&node, &begun, &format!("code=1&state={}", begun.asked("state")), true)
    };
    assert_eq!(again(Lie::NotAgain).status, 502, "it did not ask");
    let shown = again(Lie::None);
    assert_eq!(shown.status, 200, "{}", body(&shown));
    assert_eq!(attributes(&html(&shown), "meta[http-equiv=refresh]", "content"), ["0; url=/en/my/copy"]);
    assert_eq!(file_of(&node, &token).status, 401, "the session before it has ended");
    assert_eq!(file_of(&node, &cookie_of(&shown, "fairfile_session").expect("a session")).status, 200);
}
