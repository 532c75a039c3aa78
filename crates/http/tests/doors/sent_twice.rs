//! A double click, a reload, a form that is sent once more: the first answer again, and nothing is done twice.

use super::browser::{Browser, Page, all, attributes};
use super::node::{Engine, Node, Reply, SHOWN, on_both_engines};
use fairfile_proof::draw::fingerprint;

/// The number of the shown pharmacist's licence.
const NUMBER: &str = "LH-YS-2023-00003";
const WORDS: &str = "dice 4 1 6 6 2 3 1 5 2 6 4 4 1 2 3 6 5 1 2 2";

/// The node, and who sends.
struct Sender<'n> {
    node: &'n Node,
    browser: Browser<'n>,
}

impl<'n> Sender<'n> {
    fn officer(node: &'n Node, officer: &str) -> Self {
        Self { node, browser: Browser::of_officer(node, officer) }
    }

    fn registrar(node: &'n Node, registrar: &str) -> Self {
        Self { node, browser: Browser::of_registrar(node, registrar) }
    }

    fn size(&self) -> u64 {
        self.node.reg.store.head().snapshot().size()
    }

    /// Sends the form of the page at `from` twice, and holds that the second answer is the first one and that nothing was
    /// done a second time.
    fn twice(&self, from: &str, action: &str, fields: &[(&str, &str)]) -> Reply {
        self.twice_on(&self.browser.get(from), action, fields)
    }

    fn twice_on(&self, page: &Page, action: &str, fields: &[(&str, &str)]) -> Reply {
        let first = self.browser.send(page, action, fields);
        let to = first.headers.get("location").cloned();
        if let Some(to) = to.as_ref().and_then(|to| to.to_str().ok()) {
            self.settles(to);
        }
        let size = self.size();
        let second = self.browser.send(page, action, fields);
        assert_eq!((second.status, second.headers.get("location").cloned()), (first.status, to), "{action}");
        assert_eq!(self.size(), size, "{action} was done twice");
        assert!(matches!(first.status, 200 | 303 | 404), "{action}: {}", first.status);
        first
    }

    /// Waits until the page at `to` is no longer being worked on.
    fn settles(&self, to: &str) {
        loop {
            let reply = self.browser.fetch(to);
            let is_page = reply.status == 200 && reply.headers["content-type"].as_bytes().starts_with(b"text/html");
            let html = super::browser::html(&reply);
            if !is_page || attributes(&html, "meta[http-equiv=refresh]", "content").is_empty() {
                return;
            }
        }
    }

    /// The page to which a reply leads.
    fn page(&self, reply: &Reply) -> Page {
        self.browser.get(to(reply))
    }
}

fn to(reply: &Reply) -> &str {
    reply.headers["location"].to_str().expect("an address")
}

fn a_source_sends_corrects_and_withdraws_once(engine: Engine) {
    let node = Node::with_pharmacists(engine);
    let desk = Sender::officer(&node, "0101");
    let new = "/en/source/records/new";
    let typed = [
        ("f-identifier", "539901199001010015"),
        ("f-name", "王无名"),
        ("f-registration_no", "LH-TWICE-1"),
        ("f-class", "pharmacy"),
        ("f-granted_on", "2026-02-03"),
        ("f-valid_until", "2031-01-01"),
        ("f-issuing_authority", "Lanhe"),
    ];
    let checked = desk.twice(&format!("{new}?item=pharmacist-licence"), new, &typed);
    let check = desk.page(&checked);
    desk.twice_on(&check, &check.path, &[]);
    let open = "/en/source/records";
    let both = [("item", "pharmacist-licence"), ("number", NUMBER), ("identifier", SHOWN.0)];
    let record = to(&desk.twice(open, open, &both)).to_owned();
    let (correct, withdraw) = (format!("{record}/correct"), format!("{record}/withdraw"));
    let filled = [("value", "2031-12-30"), ("reason", "entered-wrongly"), ("words", "a slip")];
    let form = desk.browser.get(&format!("{correct}?input=valid_until"));
    let check = desk.page(&desk.twice_on(&form, &correct, &filled));
    desk.twice_on(&check, &check.path, &[]);
    let late = desk.browser.send(&form, &correct, &filled);
    assert_eq!((late.status, to(&late)), (303, check.path.as_str()), "once it is sent, too");
    let other = [("value", "2031-12-29"), ("reason", "entered-wrongly"), ("words", "a slip")];
    let changed = desk.browser.send(&form, &correct, &other);
    assert!(changed.status == 303 && to(&changed) != check.path, "what says something else is another form");
    let form = desk.browser.get(&withdraw);
    let fields = [("reason", "wrong-person"), ("words", "")];
    let check = desk.page(&desk.twice_on(&form, &withdraw, &fields));
    desk.twice_on(&check, &check.path, &[]);
    desk.twice("/en/source/batches/new", "/en/source/batches/practice", &[("item", "pharmacist-licence")]);
}

fn an_inquirer_asks_and_confirms_once(engine: Engine) {
    let node = Node::with_pharmacists(engine);
    let desk = Sender::officer(&node, "0417");
    let new = "/en/inquiry/new";
    let question = [("purpose", "licence-renewal"), ("case", "HC-1"), ("number", SHOWN.0), ("name", SHOWN.1)];
    let answer = to(&desk.twice(new, new, &question)).to_owned();
    assert_eq!(node.looks(SHOWN.0).len(), 1);
    desk.twice(&answer, &format!("{answer}/close"), &[]);
    let source = Browser::of_officer(&node, "0101");
    let both = [("item", "pharmacist-licence"), ("number", NUMBER), ("identifier", SHOWN.0)];
    let record = source.follow(&source.get("/en/source/records"), "/en/source/records", &both);
    let withdraw = format!("{}/withdraw", record.path);
    let fields = [("reason", "wrong-person"), ("words", "")];
    let check = source.follow(&source.get(&withdraw), &withdraw, &fields);
    assert_eq!(source.send(&check, &check.path, &[]).status, 303);
    let list = desk.browser.get("/en/inquiry/notices");
    let notice = attributes(&list.html, "main a[href*='/inquiry/notices/not_']", "href").remove(0);
    let confirm = format!("{notice}/confirm");
    desk.twice(&confirm, &confirm, &[]);
}

fn a_visit_at_the_counter_is_one_visit(engine: Engine) {
    let node = Node::with_pharmacists(engine);
    let (first, second) = (Sender::officer(&node, "0417"), Sender::officer(&node, "0418"));
    let fields = [("case", "1"), ("number", SHOWN.0), ("name", SHOWN.1), ("present", "yes")];
    let visit = to(&first.twice("/en/counter", "/en/counter", &fields)).to_owned();
    let waiting = all(&second.browser.get("/en/counter").html, "main a[href*='/counter/']");
    assert_eq!(waiting.len(), 1, "{waiting:?}");
    second.twice(&visit, &format!("{visit}/confirm"), &[("seen", "yes")]);
    first.twice(&visit, &format!("{visit}/open"), &[]);
    first.twice(&visit, &format!("{visit}/close"), &[]);
    let unknown = [("case", "2"), ("number", SHOWN.0), ("name", "王无名"), ("present", "yes")];
    let visit = to(&first.twice("/en/counter", "/en/counter", &unknown)).to_owned();
    second.twice(&visit, &format!("{visit}/confirm"), &[("seen", "yes")]);
    assert_eq!(first.twice(&visit, &format!("{visit}/open"), &[]).status, 404, "there is no such file, told twice");
}

fn a_registrar_proposes_decides_and_invites_once(engine: Engine) {
    let node = Node::new(engine);
    let (first, second) = (Sender::registrar(&node, "registrar-1"), Sender::registrar(&node, "registrar-2"));
    let because = [("because", "a finding")];
    let (member, standing) = ("/en/registry/members/tourism", "/en/registry/members/tourism/standing");
    for verdict in ["reject", "take-back", "agree"] {
        let proposal = to(&first.twice(member, standing, &because)).to_owned();
        let decider = if verdict == "take-back" { &first } else { &second };
        let fields: &[(&str, &str)] = if verdict == "reject" { &because } else { &[] };
        decider.twice(&proposal, &format!("{proposal}/{verdict}"), fields);
    }
    let training = "/en/registry/training";
    let fields = [("officer", "0418"), ("purpose", "licence-renewal"), ("until", "2027-12-31")];
    let check = first.browser.follow(&first.browser.get(training), "/en/registry/training/check", &fields);
    first.twice_on(&check, training, &[]);
    let key = "/en/registry/keys/tourism.2026";
    let check = first.browser.follow(&first.browser.get(key), &format!("{key}/check"), &[("until", "2026-12-01")]);
    first.twice_on(&check, &format!("{key}/end"), &[]);
    let (entry, invite) = ("/en/registry/sign-in", "/en/registry/sign-in/invite");
    let fields = [("holder", "officer/0201"), ("because", "a new officer")];
    let proposal = to(&first.twice(entry, invite, &fields)).to_owned();
    second.twice(&proposal, &format!("{proposal}/agree"), &[]);
    let half = || all(&second.browser.get(&proposal).html, "code.code");
    assert!(half().len() == 1 && half() == half(), "the half of the code is shown again");
    let _session = Browser::of_officer(&node, "0201");
    let stop = "/en/registry/sign-in/stop";
    let check = first.browser.follow(&first.browser.get(entry), stop, &[("holder", "officer/0201")]);
    first.twice_on(&check, stop, &[]);
}

fn a_draw_is_announced_and_made_once(engine: Engine) {
    let node = Node::with_pharmacists(engine);
    let office = Sender { node: &node, browser: Browser::of_supervisor(&node) };
    let samples = "/en/supervision/samples";
    let print = hex::encode(fingerprint(WORDS));
    let fields = [("fingerprint", print.as_str()), ("looks", "3")];
    let sure = office.browser.follow(&office.browser.get(samples), samples, &fields);
    let draw = to(&office.twice_on(&sure, samples, &[])).to_owned();
    let sure = office.browser.follow(&office.browser.get(&draw), &draw, &[("words", WORDS)]);
    office.twice_on(&sure, &draw, &[]);
}

fn a_copy_is_one_look_and_settings_are_kept_once(engine: Engine) {
    let node = Node::with_pharmacists(engine);
    let own = Sender { node: &node, browser: Browser::of_person(&node, SHOWN.0) };
    assert_eq!(own.twice("/en/my/copy", "/en/my/copy", &[]).status, 200);
    let before = own.size();
    assert_eq!(own.browser.send(&own.browser.get("/en/my/copy"), "/en/my/copy", &[]).status, 200);
    assert_eq!(own.size(), before + 1, "a copy that is asked for anew is a look of its own");
    let settings = "/en/my/settings";
    let chosen = [("channel", "page"), ("language", "en"), ("from", "9"), ("until", "20"), ("looks", "weekly")];
    own.twice(settings, settings, &chosen);
}

on_both_engines!(
    a_source_sends_corrects_and_withdraws_once,
    an_inquirer_asks_and_confirms_once,
    a_visit_at_the_counter_is_one_visit,
    a_registrar_proposes_decides_and_invites_once,
    a_draw_is_announced_and_made_once,
    a_copy_is_one_look_and_settings_are_kept_once,
);
