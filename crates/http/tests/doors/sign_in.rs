//! Officers, registrars and supervisors sign in with passkeys: by the pages, with a device in software.

use std::sync::atomic::{AtomicI64, Ordering};

use fairfile_domain::actor::Standing;
use fairfile_domain::day::Instant;
use fairfile_domain::sign_in::hours_after;
use fairfile_service::sign_in;
use fairfile_testkit::Device;

use super::browser::{Browser, Page, all, attributes, html};
use super::node::{As, Ask, Engine, Node, ORIGIN, Reply, SHOWN, standing};

const MINUTE: i64 = 60_000_000;

/// What the device is asked on a page.
fn options(page: &Page) -> String {
    attributes(&page.html, "form[data-passkey]", "data-options").remove(0)
}

/// Sends the device's answer from `page`, as its script does.
fn answered(browser: &Browser<'_>, page: &Page, action: &str, answer: &str) -> Reply {
    let body = browser.filled(page, action, &[("answer", answer)]);
    browser.post(action, body.replacen("&answer=&", "&", 1), "same-origin")
}

/// The token in a reply's cookie.
fn token(reply: &Reply) -> Option<String> {
    let cookies = reply.headers.get_all("set-cookie").iter().filter_map(|cookie| cookie.to_str().ok());
    let mut sessions = cookies.filter_map(|cookie| cookie.split(';').next()?.strip_prefix("fairfile_session="));
    sessions.next().map(str::to_owned)
}

/// The code of which two registrars hand over a half each, for `holder`.
fn invited(node: &Node, holder: &str) -> String {
    let other = if holder == "staff/registrar-2" { "registrar-3" } else { "registrar-2" };
    let [first, second] = ["registrar-1", other].map(|code| Browser::of_registrar(node, code));
    let page = first.get("/en/registry/sign-in");
    let fields = [("holder", holder), ("because", "a new officer")];
    let proposal = first.follow(&page, "/en/registry/sign-in/invite", &fields);
    assert!(all(&proposal.html, "code.code").is_empty(), "nobody has agreed yet: {}", proposal.text());
    let agreed = second.follow(&second.get(&proposal.path), &format!("{}/agree", proposal.path), &[]);
    let halves = [first.get(&proposal.path), agreed].map(|page| all(&page.html, "code.code"));
    assert!(
        halves.iter().all(|half| half.len() == 1 && half[0].len() == 9),
        "{halves:?} {}",
        first.get(&proposal.path).text()
    );
    halves.concat().concat()
}

/// Makes a passkey with an invitation.
pub fn enrolled(node: &Node, holder: &str) -> Device {
    let code = invited(node, holder);
    let browser = Browser::of_nobody(node);
    let page = browser.get("/en/sign-in/staff/invited");
    let make = browser.follow(&page, "/en/sign-in/staff/invited", &[("code", &code)]);
    assert_eq!(make.h1(), "Make your passkey", "{}", make.text());
    let mut device = Device::at(ORIGIN);
    let answer = device.makes(&options(&make));
    let reply = answered(&browser, &make, "/en/sign-in/staff/passkey", &answer);
    assert_eq!(
        (reply.status, &reply.headers["location"]),
        (303, &"/en/sign-in/staff/made".parse().expect("an address"))
    );
    browser.get("/en/sign-in/staff/made").says(&["A passkey that was made counts at once"]);
    device
}

/// What comes of signing in with the device.
fn signs_in(node: &Node, device: &mut Device) -> Reply {
    let browser = Browser::of_nobody(node);
    let page = browser.get("/en/sign-in/staff");
    let answer = device.uses(&options(&page));
    answered(&browser, &page, "/en/sign-in/staff", &answer)
}

fn browser<'n>(node: &'n Node, reply: &Reply) -> Browser<'n> {
    let mut browser = Browser::of_nobody(node);
    browser.token = token(reply);
    browser
}

#[test]
fn whoever_is_invited_makes_a_passkey_and_signs_in_with_it() {
    let node = Node::new(Engine::Sqlite);
    for (holder, desk) in [
        ("officer/0417", "/en/source"),
        ("staff/registrar-2", "/en/registry"),
        ("staff/supervisor-1", "/en/supervision"),
    ] {
        let mut device = enrolled(&node, holder);
        let reply = signs_in(&node, &mut device);
        assert_eq!((reply.status, reply.headers["location"].to_str().expect("an address")), (303, desk), "{holder}");
        let cookie = reply.headers["set-cookie"].to_str().expect("a cookie");
        assert!(cookie.contains("SameSite=Strict") && cookie.contains("HttpOnly"), "{cookie}");
        let browser = browser(&node, &reply);
        assert_eq!(browser.get(desk).status, 200);
        browser.get("/en/sign-in/keys").says(&["Your passkeys", "Last used"]);
    }
}

#[test]
fn what_does_not_sign_in_is_told_alike() {
    let node = Node::new(Engine::Sqlite);
    let (mut known, mut stopped) = (enrolled(&node, "officer/0417"), enrolled(&node, "officer/0101"));
    let holder = "officer/0101".parse().expect("a holder");
    let keys = sign_in::list_passkeys(&node.reg, &holder).expect("passkeys");
    sign_in::stop_passkey(&node.reg, keys[0].id, "operator").expect("stopped");
    let mut careless = known.clone();
    careless.verifies = false;
    // A key of this name that this node has never seen: made for another invitation that was not sent.
    let code = invited(&node, "officer/0418");
    let browser = Browser::of_nobody(&node);
    let page = browser.get("/en/sign-in/staff/invited");
    let make = browser.follow(&page, "/en/sign-in/staff/invited", &[("code", &code)]);
    let mut unknown = Device::at(ORIGIN);
    unknown.makes(&options(&make));
    let mut told = Vec::new();
    for device in [&mut stopped, &mut careless, &mut unknown] {
        let reply = signs_in(&node, device);
        assert_eq!((reply.status, token(&reply)), (422, None));
        told.push((reply.body.len(), all(&html(&reply), ".errors")));
    }
    told.dedup();
    assert_eq!(told.len(), 1, "{told:?}");
    known.counter = careless.counter;
    assert_eq!(signs_in(&node, &mut known).status, 303);
}

#[test]
fn an_answer_signs_in_once_and_on_its_own_page_alone() {
    let node = Node::new(Engine::Sqlite);
    let mut device = enrolled(&node, "officer/0417");
    device.counter = None;
    let browser = Browser::of_nobody(&node);
    let (page, other) = (browser.get("/en/sign-in/staff"), browser.get("/en/sign-in/staff"));
    let answer = device.uses(&options(&page));
    assert_eq!(answered(&browser, &other, "/en/sign-in/staff", &answer).status, 422, "another page's question");
    // The first counter that it told was 0, as of a device that does not count.
    assert_eq!(answered(&browser, &page, "/en/sign-in/staff", &answer).status, 303);
    assert_eq!(answered(&browser, &page, "/en/sign-in/staff", &answer).status, 422, "a second time");
    let body = browser.filled(&page, "/en/sign-in/staff", &[]);
    let without = browser.post("/en/sign-in/staff", body, "same-origin");
    assert_eq!(without.status, 422);
    let said = all(&html(&without), ".errors").concat();
    assert!(said.contains("Passkeys need the browser's script"), "{said}");
}

#[test]
fn a_key_that_can_be_copied_is_refused_in_words_and_the_invitation_stays() {
    let node = Node::new(Engine::Sqlite);
    let code = invited(&node, "officer/0417");
    let browser = Browser::of_nobody(&node);
    let page = browser.get("/en/sign-in/staff/invited");
    let make = browser.follow(&page, "/en/sign-in/staff/invited", &[("code", &code)]);
    let mut device = Device::at(ORIGIN);
    device.synchronises = true;
    let refused = answered(&browser, &make, "/en/sign-in/staff/passkey", &device.makes(&options(&make)));
    assert_eq!(refused.status, 422);
    let said = all(&html(&refused), ".errors").concat();
    assert!(said.contains("can be copied to other devices"), "{said}");
    let again = Page { path: "again".into(), status: 422, html: html(&refused), reply: refused };
    device.synchronises = false;
    let made = answered(&browser, &again, "/en/sign-in/staff/passkey", &device.makes(&options(&again)));
    assert_eq!(made.status, 303, "the same invitation still holds");
}

#[test]
fn whoever_is_suspended_has_no_session_from_then_on() {
    let node = Node::new(Engine::Sqlite);
    let mut device = enrolled(&node, "staff/registrar-2");
    let browser = browser(&node, &signs_in(&node, &mut device));
    assert_eq!(browser.get("/en/registry").status, 200);
    let because = ("registrar-1", "supervisor-1", "on leave");
    let code = "registrar-2".parse().expect("a code");
    sign_in::change_staff_standing(&node.reg, &code, Standing::Suspended, because).expect("suspended");
    browser.get("/en/registry").says(&["Your right to act here is suspended", "Q035"]);
    assert_eq!(browser.get("/en/registry").status, 401, "told once, for the session is over");
    assert_eq!(signs_in(&node, &mut device).status, 422);
    sign_in::change_staff_standing(&node.reg, &code, Standing::Active, because).expect("active again");
    assert_eq!(browser.get("/en/registry").status, 401, "an ended session does not come back");
}

static PASSED: AtomicI64 = AtomicI64::new(0);

/// A machine's clock that the test turns.
fn turned() -> Instant {
    Instant::from_unix_micros(standing().unix_micros() + PASSED.load(Ordering::SeqCst)).expect("an instant")
}

#[test]
fn before_a_step_that_binds_one_shows_again_who_one_is() {
    let node = Node::with(Engine::Sqlite, |config| config.clock = turned);
    let mut device = enrolled(&node, "officer/0417");
    let mut browser = browser(&node, &signs_in(&node, &mut device));
    PASSED.store(11 * MINUTE, Ordering::SeqCst);
    let keys = browser.get("/en/sign-in/keys");
    let again = browser.follow(&keys, "/en/sign-in/keys/add", &[]);
    again.says(&["Show once more who you are"]);
    let old = browser.token.clone();
    let mut stranger = enrolled(&node, "officer/0101");
    let answer = stranger.uses(&options(&again));
    assert_eq!(answered(&browser, &again, "/en/sign-in/again", &answer).status, 422, "somebody else's passkey");
    let again = browser.get("/en/sign-in/again?back=/sign-in/keys");
    let shown = answered(&browser, &again, "/en/sign-in/again", &device.uses(&options(&again)));
    assert_eq!((shown.status, shown.headers["location"].to_str().expect("an address")), (303, "/en/sign-in/keys"));
    browser.token = token(&shown);
    assert_ne!(browser.token, old, "a new token");
    let keys = browser.get("/en/sign-in/keys");
    let make = browser.follow(&keys, "/en/sign-in/keys/add", &[]);
    let mut second = Device::at(ORIGIN);
    let added = answered(&browser, &make, "/en/sign-in/keys/added", &second.makes(&options(&make)));
    assert_eq!(added.status, 303);
    assert_eq!(signs_in(&node, &mut second).status, 303, "the second passkey signs in");
    let mut before = Browser::of_nobody(&node);
    before.token = old;
    assert_eq!(before.get("/en/sign-in/keys").status, 401, "the old token is none");
    PASSED.store(42 * MINUTE, Ordering::SeqCst);
    assert_eq!(browser.get("/en/sign-in/keys").status, 401, "30 minutes without a click");
}

#[test]
fn a_recovery_is_told_to_the_old_keys_and_granted_by_two_registrars() {
    let node = Node::new(Engine::Sqlite);
    let mut device = enrolled(&node, "officer/0417");
    let browser = Browser::of_nobody(&node);
    let page = browser.get("/en/sign-in/staff/lost");
    let said: Vec<String> = ["0417", "9999", "0418"]
        .iter()
        .map(|code| browser.follow(&page, "/en/sign-in/staff/lost", &[("code", code)]).text())
        .collect();
    assert!(said.iter().all(|text| *text == said[0]), "nobody learns who has had a passkey");
    let officer = self::browser(&node, &signs_in(&node, &mut device));
    let keys = officer.get("/en/sign-in/keys");
    keys.says(&["Somebody says that you lost every passkey"]);
    // Every page of every session of the holder says so, and nobody else's.
    let told = "Somebody says that you lost every passkey";
    for path in ["/en/source", "/en/inquiry", "/en/rights", "/en/sign-in/sessions"] {
        officer.get(path).says(&[told, "Say whether it was you"]);
    }
    officer.get("/zh/inquiry").says(&["有人说您丢失了全部通行密钥", "请说明是不是您本人"]);
    assert!(!Browser::of_officer(&node, "0418").get("/en/inquiry").text().contains(told));
    let registrar = Browser::of_registrar(&node, "registrar-1");
    registrar.get("/en/registry").says(&["officer/0417 asked for a new passkey", "26 November 2026"]);
    registrar.get("/zh/registry").says(&["officer/0417申请了新的通行密钥"]);
    let entry = registrar.get("/en/registry/sign-in");
    entry.says(&["officer/0417"]);
    let early = registrar.follow(&entry, "/en/registry/sign-in/recovery", &[("word", "grant")]);
    assert_eq!(early.status, 409);
    early.says(&["so that the holder can still refuse"]);
    let check = officer.follow(&keys, "/en/sign-in/keys/refuse", &[]);
    check.says(&["Refuse this recovery?", "Nothing has been done yet", "Yours stay as they are"]);
    let refused = officer.follow(&check, "/en/sign-in/keys/refuse", &[]);
    refused.says(&["The recovery is refused", "Reference in the journal: rcv_", "tell a registrar"]);
    assert!(!refused.text().contains("Somebody says"));
    assert!(!officer.get("/en/inquiry").text().contains(told), "it is decided");
    registrar.get("/en/registry/sign-in").says(&["Nobody waits for a recovery"]);
}

#[test]
fn one_signs_out_everywhere_and_stops_the_keys_of_a_holder_at_once() {
    let node = Node::new(Engine::Sqlite);
    let mut device = enrolled(&node, "officer/0417");
    let (one, other) = (signs_in(&node, &mut device), signs_in(&node, &mut device));
    let (one, other) = (browser(&node, &one), browser(&node, &other));
    let page = one.get("/en/sign-in/sessions");
    page.says(&["You are signed in 2 times"]);
    assert_eq!(one.send(&page, "/en/sign-in/sessions", &[]).status, 303);
    assert_eq!((one.get("/en/inquiry").status, other.get("/en/inquiry").status), (401, 401));
    let third = browser(&node, &signs_in(&node, &mut device));
    let registrar = Browser::of_registrar(&node, "registrar-1");
    let entry = registrar.get("/en/registry/sign-in");
    let check = registrar.follow(&entry, "/en/registry/sign-in/stop", &[("holder", "0417")]);
    assert_eq!((check.status, check.h1()), (200, "Stop the passkeys of officer/0417?".to_owned()));
    assert_eq!(all(&check.html, "main dd"), ["1", "1"], "one passkey, one session");
    assert_eq!(third.get("/en/inquiry").status, 200, "nothing has stopped yet");
    let done = registrar.follow(&check, "/en/registry/sign-in/stop", &[]);
    done.says(&["Passkeys and sessions of officer/0417 stopped. Passkeys: 1. Sessions: 1", "Reference: entry no."]);
    done.says(&["Done by registrar-1", "asks for a recovery"]);
    registrar.get("/en/registry/audit").says(&["Passkeys and sessions of officer/0417 stopped"]);
    assert_eq!(third.get("/en/inquiry").status, 401);
    assert_eq!(signs_in(&node, &mut device).status, 422);
    let fields = [("holder", "0417"), ("because", "the key is gone")];
    let again = registrar.follow(&entry, "/en/registry/sign-in/invite", &fields);
    assert_eq!(again.status, 422);
    again.says(&["asked for as a recovery"]);
}

#[test]
fn whoever_is_signed_out_by_a_registrar_is_named_in_the_journal_and_whoever_is_nobody_is_told_so() {
    let node = Node::new(Engine::Sqlite);
    let registrar = Browser::of_registrar(&node, "registrar-1");
    let (entry, stop) = ("/en/registry/sign-in", "/en/registry/sign-in/stop");
    let leaves = || node.reg.store.head().snapshot().size();
    let before = leaves();
    let nobody = ["officer/9999", "staff/nobody", "9999", "?"].map(|holder| (holder, "Nobody has this code"));
    for (holder, says) in nobody.into_iter().chain([("officer/0418", "There is nothing to stop")]) {
        for sure in ["", "yes"] {
            let page = registrar.get(entry);
            let body = registrar.filled(&page, stop, &[("holder", holder)]) + "&sure=" + sure;
            let reply = registrar.post(stop, body, "same-origin");
            assert_eq!(reply.status, 422, "{holder}");
            let refused = html(&reply);
            assert!(all(&refused, ".errors").concat().contains(says), "{holder}: {:?}", all(&refused, ".errors"));
            assert_eq!(attributes(&refused, ".errors a", "href"), ["#stop"]);
            assert_eq!(attributes(&refused, "#stop", "value"), [holder]);
        }
    }
    assert_eq!(leaves(), before, "nothing was done");
    // A holder without a passkey: sessions alone end, and that stands in the list of deeds as well.
    let officer = Browser::of_officer(&node, "0418");
    let check = registrar.follow(&registrar.get(entry), stop, &[("holder", "0418")]);
    assert_eq!(all(&check.html, "main dd"), ["0", "1"], "no passkey, one session");
    registrar.follow(&check, stop, &[]).says(&["Passkeys: 0. Sessions: 1", "Reference: entry no."]);
    assert_eq!(officer.get("/en/inquiry").status, 401);
    registrar.get("/en/registry/audit").says(&["Passkeys and sessions of officer/0418 stopped"]);
    registrar.get("/zh/registry/audit").says(&["停用officer/0418的通行密钥并结束会话"]);
    assert_eq!(leaves(), before + 1);
    // One's own: the page of what was done can still be read.
    let other = Browser::of_registrar(&node, "registrar-1");
    let check = registrar.follow(&registrar.get(entry), stop, &[("holder", "staff/registrar-1")]);
    check.says(&["These are your own"]);
    registrar.follow(&check, stop, &[]).says(&["Passkeys: 0. Sessions: 1"]);
    assert_eq!((registrar.get(entry).status, other.get(entry).status), (200, 401));
    super::registrar::the_journal_explains_all(&node);
}

#[test]
fn the_last_passkey_stops_only_after_a_page_that_says_so() {
    let node = Node::new(Engine::Sqlite);
    let mut device = enrolled(&node, "officer/0417");
    let officer = browser(&node, &signs_in(&node, &mut device));
    let (keys, stop) = ("/en/sign-in/keys", "/en/sign-in/keys/stop");
    let check = officer.follow(&officer.get(keys), stop, &[]);
    check.says(&["Stop this passkey?", "Nothing has been done yet", "This is your last passkey", "need a recovery"]);
    assert!(!officer.get(keys).text().contains("Stopped"), "nothing has stopped yet");
    let done = officer.follow(&check, stop, &[]);
    done.says(&["Your passkey is stopped", "Reference in the journal: psk_", "You have no passkey left"]);
    assert_eq!(officer.follow(&check, stop, &[]).path, done.path, "a double click is one deed");
    assert_eq!(signs_in(&node, &mut device).status, 422);
    let other = Browser::of_officer(&node, "0418");
    assert_eq!(other.get(&done.path).status, 404, "another's passkey is not there");
}

#[test]
fn a_word_on_a_recovery_is_checked_first_and_has_its_reference() {
    let node = Node::new(Engine::Sqlite);
    for holder in ["officer/0417", "officer/0501"] {
        enrolled(&node, holder);
        sign_in::ask_recovery(&node.reg, &holder.parse().expect("a holder")).expect("asked");
    }
    assert!(node.reg.clock.set(hours_after(node.reg.clock.now(), 96)), "four days pass");
    let [first, second] = ["registrar-1", "registrar-2"].map(|code| Browser::of_registrar(&node, code));
    let (entry, form) = ("/en/registry/sign-in", "/en/registry/sign-in/recovery");
    let says = |browser: &Browser<'_>, word, check: &[&str], done: &[&str]| {
        let page = browser.follow(&browser.get(entry), form, &[("word", word)]);
        page.says(check);
        page.says(&["Nothing has been done yet"]);
        browser.follow(&page, form, &[]).says(done);
    };
    let one = ["Grant the recovery of officer/0417?", "nothing stops yet"];
    says(&first, "grant", &one, &["First word for a recovery: officer/0417", "Reference", "has to agree"]);
    let two = ["Passkeys that stop", "one half of a new code", "registrar-1"];
    says(&second, "grant", &two, &["Recovery granted: officer/0417", "Reference", "within 72 hours"]);
    assert_eq!(all(&second.get(entry).html, "code.code").len(), 1, "a half of the code");
    let no = ["Refuse the recovery of officer/0501?", "passkeys stay as they are"];
    says(&second, "refuse", &no, &["Recovery refused: officer/0501", "Reference", "asks anew"]);
    second.get(entry).says(&["Nobody waits for a recovery"]);
    super::registrar::the_journal_explains_all(&node);
}

#[test]
fn over_tls_the_session_has_a_cookie_that_no_other_host_can_set() {
    let node = Node::with(Engine::Sqlite, |config| config.origins = vec!["https://lanhe.example".to_owned()]);
    let body = "who=officer.0417";
    let ask = Ask::post("/en/demo/visit", As::Nobody, body).with("origin", Some("https://lanhe.example"));
    let reply = node.sends(node.request_to("http://lanhe.example", &ask));
    let cookie = reply.headers["set-cookie"].to_str().expect("a cookie").to_owned();
    assert!(cookie.starts_with("__Host-fairfile_session=ffs_"), "{cookie}");
    assert!(cookie.contains("; Path=/;") && cookie.ends_with("; Secure") && !cookie.contains("Domain"), "{cookie}");
    let value = cookie.split(';').next().expect("a value").trim_start_matches("__Host-").to_owned();
    let with = |cookie: &str| {
        let ask = Ask::get("/en/inquiry", As::Nobody).with("cookie", Some(cookie)).with("accept", Some("text/html"));
        node.sends(node.request_to("http://lanhe.example", &ask)).status
    };
    assert_eq!((with(&format!("__Host-{value}")), with(&value)), (200, 401));
}

#[test]
fn the_pages_of_two_visitors_by_turns_hold_nothing_of_each_other() {
    let node = Node::with_pharmacists(Engine::Sqlite);
    let (one, officer) = (Browser::of_person(&node, SHOWN.0), Browser::of_officer(&node, "0417"));
    for _ in 0..4 {
        // The demo's switch names every invented visitor above each page; what is below it is the visitor's alone.
        let own = |page: &Page| [all(&page.html, "main"), all(&page.html, "header.top")].concat().concat();
        let (file, desk) = (own(&one.get("/en/my")), own(&officer.get("/en/inquiry")));
        assert!(file.contains(SHOWN.1) && !file.contains("Officer 0417"), "{file}");
        assert!(desk.contains("Officer 0417") && !desk.contains(SHOWN.1), "{desk}");
    }
}
