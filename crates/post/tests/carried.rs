//! A real mail server and a real gateway get what is sent, and say what they like about it.

#![allow(clippy::disallowed_methods, reason = "where the test's Python is only the environment can tell")]

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex};

use fairfile_domain::day::{Instant, Zone};
use fairfile_domain::id::MessageId;
use fairfile_domain::message::{Channel, Fact, Language, MailAddress, Phone, Phrase};
use fairfile_messages::{Carried, Duty, HelpLines, Letter, Sender, StaffTold, Told, compose, compose_staff};
use fairfile_post::{Gateway, GatewayConfig, Mail, MailConfig, Place, Post, Zeroizing};
use serde_json::Value;
use tempfile::TempDir;

const WRITTEN_AT: &str = "2027-03-02T09:14:00+08:00";

/// The servers, in a process of their own.
struct Servers {
    child: Child,
    lines: BufReader<ChildStdout>,
    ports: Value,
    folder: TempDir,
}

impl Servers {
    fn start() -> Self {
        let Ok(python) = std::env::var("FAIRFILE_TEST_PYTHON") else {
            panic!("run the tests by `cargo xtask test`: it makes the Python that FAIRFILE_TEST_PYTHON has to name");
        };
        let folder = TempDir::new().expect("a temporary folder");
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/servers.py");
        let mut child = Command::new(python)
            .arg("-B")
            .arg(script)
            .arg(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("FAIRFILE_TEST_PYTHON names a Python that runs");
        let lines = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut servers = Self { child, lines, ports: Value::Null, folder };
        servers.ports = servers.hears();
        servers
    }

    /// The next thing that a server tells.
    fn hears(&mut self) -> Value {
        let mut line = String::new();
        self.lines.read_line(&mut line).expect("the servers run");
        serde_json::from_str(&line).expect("a line of JSON")
    }

    fn place(&self, scheme: &str, host: &str, port: &str, path: &str) -> Place {
        format!("{scheme}://{host}:{}{path}", self.ports[port]).parse().expect("a place")
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("root.pem")
    }

    fn mail(&self, place: Place, password: Option<&str>, root: Option<Vec<u8>>) -> Post {
        let config = MailConfig {
            place,
            password: password.map(|password| Zeroizing::new(password.to_owned())),
            from: MailAddress::parse("no-reply@lanhe.example").expect("an address"),
            root,
            names: ("Fairfile Lanhe".into(), "兰河公平档案".into()),
        };
        Post { mail: Some(Mail::new(config).expect("a way")), sms: None }
    }

    fn sms(&self, place: Place, root: Option<Vec<u8>>) -> Post {
        let token = Some(Zeroizing::new("t0ken".to_owned()));
        Post { mail: None, sms: Some(Gateway::new(GatewayConfig { place, token, root }).expect("a way")) }
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn sender() -> Sender {
    Sender {
        name_en: "Fairfile Lanhe".into(),
        name_zh: "兰河公平档案".into(),
        home: "lanhe.example".into(),
        help: HelpLines::default(),
    }
}

fn letter(to: Channel, language: Language) -> Letter {
    let at: Instant = WRITTEN_AT.parse().expect("an instant");
    let about_on = "2027-03-07".parse().expect("a day");
    let told = Told { fact: Fact::Written, about_on, happened_at: at, looks: 0, number: 18 };
    let sender = sender();
    let phrase = Phrase::parse(if language == Language::En { "green umbrella" } else { "绿伞" }).expect("a phrase");
    let zone = Zone::named("Asia/Shanghai").expect("a zone");
    let text = compose(&told, (&sender, &zone), language, Some(&phrase), &to);
    Letter { id: MessageId::from_bytes([7; 16]), to, language, written_at: at.unix_micros(), text }
}

fn to_mail(address: &str) -> Channel {
    Channel::Mail(MailAddress::parse(address).expect("an address"))
}

fn to_phone(phone: &str) -> Channel {
    Channel::Sms(Phone::parse(phone).expect("a phone"))
}

#[test]
fn an_e_mail_arrives_whole_in_both_languages_with_the_same_id_each_time() {
    let mut servers = Servers::start();
    let post = servers.mail(servers.place("smtp", "127.0.0.1", "plain", ""), None, None);
    for (language, subject, name, says) in [
        (
            Language::En,
            "Fairfile Lanhe: something new is in your file",
            "Fairfile Lanhe",
            "before others see it on 7 March 2027.",
        ),
        (Language::Zh, "兰河公平档案：您的档案有新内容", "兰河公平档案", "他人自2027年3月7日起才能看到"),
    ] {
        let letter = letter(to_mail("lin@mail.example"), language);
        assert_eq!(post.carry(&letter), Carried::Taken);
        let first = servers.hears();
        assert_eq!(first["headers"]["subject"], subject);
        assert_eq!(first["headers"]["to"], "lin@mail.example");
        assert!(first["headers"]["from"].as_str().expect("a sender").contains(name), "{first}");
        assert_eq!(first["headers"]["message-id"], format!("<{}@lanhe.example>", "07".repeat(16)));
        assert_eq!(first["headers"]["auto-submitted"], "auto-generated");
        assert!(first["headers"]["date"].as_str().expect("a date").starts_with("Tue, 02 Mar 2027 01:14:00"), "{first}");
        let body = first["body"].as_str().expect("a text");
        assert!(body.contains(says) && body.contains("lanhe.example") && !body.contains("://"), "{body}");
        assert_eq!(post.carry(&letter), Carried::Taken);
        assert_eq!(servers.hears(), first, "the same once more is the same to the last header");
    }
}

#[test]
fn an_officer_s_e_mail_arrives_whole_in_both_languages() {
    let mut servers = Servers::start();
    let post = servers.mail(servers.place("smtp", "127.0.0.1", "plain", ""), None, None);
    let due_on = "2027-03-07".parse().expect("a day");
    let told = StaffTold { duty: Duty::Confirm { due_on, left: 5 }, count: 1, ids: vec!["ntc_07".into()] };
    let zone = Zone::named("Asia/Shanghai").expect("a zone");
    for (language, subject, says) in [
        (
            Language::En,
            "Fairfile Lanhe: your office has a notice to confirm",
            "Your office has a notice to confirm. 5 days are left; the last day is 7 March 2027.",
        ),
        (Language::Zh, "兰河公平档案：贵单位有1条通知待确认", "还有5天，最后一天是2027年3月7日。"),
    ] {
        let text = compose_staff(&told, (&sender(), &zone), language);
        let mut letter = letter(to_mail("a@office.example"), language);
        letter.text = text;
        assert_eq!(post.carry(&letter), Carried::Taken);
        let heard = servers.hears();
        assert_eq!(
            (heard["headers"]["subject"].as_str(), heard["headers"]["to"].as_str()),
            (Some(subject), Some("a@office.example"))
        );
        let body = heard["body"].as_str().expect("a text");
        assert!(body.contains(says) && body.contains("ntc_07") && body.contains("lanhe.example"), "{body}");
        assert!(!body.contains("://"), "a link: {body}");
    }
}

#[test]
fn what_a_mail_server_refuses_is_final_and_what_it_puts_off_is_not() {
    let servers = Servers::start();
    let post = servers.mail(servers.place("smtp", "127.0.0.1", "plain", ""), None, None);
    assert_eq!(post.carry(&letter(to_mail("refused@mail.example"), Language::En)), Carried::Refused);
    assert_eq!(post.carry(&letter(to_mail("later@mail.example"), Language::En)), Carried::Later);
    let nobody = servers.mail("smtp://127.0.0.1:1".parse().expect("a place"), None, None);
    assert_eq!(nobody.carry(&letter(to_mail("lin@mail.example"), Language::En)), Carried::Later);
    assert_eq!(post.carry(&letter(to_phone("13800138000"), Language::En)), Carried::Later, "a way that is not there");
}

#[test]
fn a_mail_server_is_believed_only_if_its_certificate_is_and_gets_the_password_only_then() {
    let mut servers = Servers::start();
    let place = || servers.place("smtps", "node@localhost", "tls", "");
    let root = std::fs::read(servers.root()).expect("a root");
    let fine = letter(to_mail("lin@mail.example"), Language::En);
    let stranger = servers.mail(place(), Some("open sesame"), None);
    assert_eq!(stranger.carry(&fine), Carried::Later, "nobody vouches for it");
    let wrong = servers.mail(place(), Some("open barley"), Some(root.clone()));
    assert_eq!(wrong.carry(&fine), Carried::Later, "a wrong password is for the operator to put right");
    let post = servers.mail(place(), Some("open sesame"), Some(root));
    assert_eq!(post.carry(&fine), Carried::Taken);
    let heard = servers.hears();
    assert_eq!((heard["tls"].as_bool(), heard["login"].as_str()), (Some(true), Some("node")));
}

#[test]
fn an_sms_reaches_the_gateway_as_the_page_says() {
    let mut servers = Servers::start();
    let post = servers.sms(servers.place("http", "127.0.0.1", "http", "/send"), None);
    let sent = letter(to_phone("13800138000"), Language::Zh);
    assert_eq!(post.carry(&sent), Carried::Taken);
    let heard = servers.hears();
    assert_eq!((heard["path"].as_str(), heard["authorization"].as_str()), (Some("/send"), Some("Bearer t0ken")));
    let body =
        serde_json::json!({ "id": format!("msg_{}", "07".repeat(16)), "text": sent.text.body, "to": "+8613800138000" });
    assert_eq!(heard["body"], body);
    for (phone, expected) in
        [("13800138550", Carried::Refused), ("13800138451", Carried::Later), ("13800138302", Carried::Later)]
    {
        assert_eq!(post.carry(&letter(to_phone(phone), Language::Zh)), expected, "{phone}");
        assert_eq!(servers.hears()["path"], "/send", "a letter goes nowhere else");
    }
}

#[test]
fn a_gateway_is_believed_only_if_its_certificate_is() {
    let mut servers = Servers::start();
    let place = || servers.place("https", "localhost", "https", "/send");
    let root = std::fs::read(servers.root()).expect("a root");
    let sent = letter(to_phone("13800138000"), Language::En);
    let other = GatewayConfig { place: place(), token: None, root: None };
    // A machine without any root of trust has no way to a gateway elsewhere at all.
    if let Ok(gateway) = Gateway::new(other) {
        assert_eq!(Post { mail: None, sms: Some(gateway) }.carry(&sent), Carried::Later, "nobody vouches for it");
    }
    assert_eq!(servers.sms(place(), Some(root)).carry(&sent), Carried::Taken);
    assert_eq!(servers.hears()["authorization"], "Bearer t0ken");
}

/// A log that a test reads.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("a log").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn the_log_says_that_something_went_wrong_and_never_whose_it_was() {
    let servers = Servers::start();
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    tracing::subscriber::with_default(subscriber, || {
        let mail = servers.mail(servers.place("smtp", "127.0.0.1", "plain", ""), None, None);
        mail.carry(&letter(to_mail("refused@mail.example"), Language::En));
        mail.carry(&letter(to_mail("later@mail.example"), Language::En));
        let sms = servers.sms(servers.place("http", "127.0.0.1", "http", "/send"), None);
        sms.carry(&letter(to_phone("13800138550"), Language::Zh));
        let away = servers.sms("http://127.0.0.1:1/".parse().expect("a place"), None);
        away.carry(&letter(to_phone("13800138000"), Language::Zh));
    });
    let text = String::from_utf8(log.0.lock().expect("a log").clone()).expect("UTF-8");
    let own: String = text.lines().filter(|line| line.contains("fairfile_post")).collect::<Vec<_>>().join("\n");
    assert!(own.contains("code=550") && own.contains("status=422") && own.contains("cannot be reached"), "{own}");
    for secret in ["refused@", "later@", "mail.example", "13800138", "green umbrella", "绿伞", "t0ken"] {
        assert!(!own.contains(secret), "{secret} stands in the log:\n{own}");
    }
}
