//! The registrar's office: what takes two is done by two, what is done is journaled, and nobody on file stands on a page.

use fairfile_demo::province;
use fairfile_domain::actor::Standing;
use fairfile_domain::id::OfficerCode;
use fairfile_lawfiles::catalog::{EMBEDDED_DEMO, EMBEDDED_REFUSED};
use fairfile_service::registrar::list_stopped;
use fairfile_service::replay;
use fairfile_service::sign_in::change_staff_standing;
use fairfile_testkit::people::identity_number;
use form_urlencoded::Serializer;

use super::browser::{Browser, Page, all, attributes};
use super::node::{As, Ask, Engine, Node, SHOWN, on_both_engines, question};

/// The pharmacist item's next version, displayed under another article.
fn next_version() -> String {
    let (_, text) = EMBEDDED_DEMO.iter().find(|(name, _)| *name == "pharmacist-licence.toml").expect("the item");
    let text = text.replacen("version = 1", "version = 2", 1).replacen("2024-01-01", "2027-03-01", 1);
    text.replacen("article = \"Article 7\"", "article = \"Article 8\"", 1)
}

fn encoded(fields: &[(&str, &str)]) -> String {
    Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// What each form of the office sends that could be done, without the hidden key.
pub fn form(path: &str) -> String {
    let key = "07".repeat(32);
    let item = next_version();
    let officer_key =
        [("code", "0417.2027"), ("member", "health-commission"), ("officer", "0417"), ("public_key", key.as_str())];
    let days = [("from", "2026-11-23"), ("until", "2027-11-22"), ("because", "as the law asks")];
    let other = "08".repeat(32);
    match path.strip_prefix("/{language}/registry/").expect("a page of the office") {
        "catalog/check" | "catalog/propose" => encoded(&[("text", &item), ("because", "the law changed")]),
        "admit-member" => encoded(&[
            ("code", "water-authority"),
            ("title_en", "Lanhe Water Authority"),
            ("title_zh", "兰河省水务局"),
            ("sectors", "environment"),
            ("because", "a new duty"),
        ]),
        "register-officer" => encoded(&[
            ("code", "0601"),
            ("member", "court"),
            ("from", "2026-11-23"),
            ("until", "2030-12-31"),
            ("purpose", "enforcement-review"),
            ("because", "a new officer"),
        ]),
        "training" | "training/check" => {
            encoded(&[("officer", "0418"), ("purpose", "licence-renewal"), ("until", "2027-12-31")])
        }
        "keys" => encoded(&[&officer_key[..], &days].concat()),
        "register-key" => {
            let own = [("code", "court.2027"), ("member", "court"), ("officer", ""), ("public_key", other.as_str())];
            encoded(&[&own[..], &days].concat())
        }
        "keys/{key}/check" | "keys/{key}/end" => encoded(&[("until", "2026-12-01")]),
        "officers/{officer}/purpose" => encoded(&[("purpose", "pharmacy-contract"), ("purpose_because", "a new duty")]),
        "officers/{officer}/release" => encoded(&[("release_because", "a slip of the office")]),
        _ => encoded(&[("because", "as the law asks")]),
    }
}

struct Two<'n> {
    first: Browser<'n>,
    second: Browser<'n>,
}

impl<'n> Two<'n> {
    fn of(node: &'n Node) -> Self {
        Self { first: Browser::of_registrar(node, "registrar-1"), second: Browser::of_registrar(node, "registrar-2") }
    }

    /// One proposes by the form to `action` on the page at `from`; gives the page of the proposal.
    fn proposes(&self, from: &str, action: &str, fields: &[(&str, &str)]) -> Page {
        let page = self.first.follow(&self.first.get(from), action, fields);
        assert_eq!(page.status, 200, "{}", page.text());
        page.says(&["waits for a second registrar", "You proposed this"]);
        page
    }

    /// The other agrees to what stands on `page`; gives its page after that.
    fn agrees(&self, page: &Page) -> Page {
        let at = &page.path;
        let done = self.second.follow(&self.second.get(at), &format!("{at}/agree"), &[]);
        done.says(&["agreed and done", "Decided by registrar-2", "Reference: entry no."]);
        done
    }
}

/// Holds that the journal explains every row of every table.
pub fn the_journal_explains_all(node: &Node) {
    let mut snapshot = node.reg.store.snapshot().expect("a snapshot");
    let verdict = replay::verify(&mut snapshot, &node.reg.vault, replay::Beside::default()).expect("a replay");
    assert!(verdict.holds, "{:?}", verdict.findings);
}

fn an_item_comes_into_the_catalog_by_two_registrars(engine: Engine) {
    let node = Node::new(engine);
    let two = Two::of(&node);
    let text = next_version();
    let page = two.first.get("/en/registry/catalog/new");
    let checked = two.first.follow(
        &page,
        "/en/registry/catalog/check",
        &[("text", &text), ("because", "the regulations were renumbered")],
    );
    assert_eq!(checked.status, 200, "{}", checked.text());
    checked.says(&["Nothing has been proposed yet", "Article 7", "Article 8", "stay under it"]);
    let form = "/en/registry/catalog/propose";
    let fields = [("text", text.as_str())];
    let proposal = two.first.follow(&checked, form, &fields);
    proposal.says(&["waits for a second registrar", "the regulations were renumbered", "pharmacist-licence/2"]);
    // A double click proposes once.
    assert_eq!(two.first.follow(&checked, form, &fields).path, proposal.path);
    assert_eq!(node.reg.catalog().items().filter(|item| item.version == 2).count(), 0);
    // Whoever proposed it cannot agree: the page has no such form, and the address refuses it.
    let own = two.first.filled(&two.first.get("/en/rights"), "/en/sign-out", &[]);
    let at = &proposal.path;
    let refused = two.first.post(&format!("{at}/agree"), own, "same-origin");
    assert_eq!(refused.status, 409, "{}", String::from_utf8_lossy(&refused.body));
    assert!(String::from_utf8_lossy(&refused.body).contains("Whoever proposes does not decide"));
    let done = two.agrees(&proposal);
    assert_eq!(node.reg.catalog().items().filter(|item| item.version == 2).count(), 1);
    // A second click of the same registrar gives the same reference; the first can no longer take it back.
    let agreed = two.second.filled(&two.second.get("/en/rights"), "/en/sign-out", &[]);
    assert_eq!(two.second.post(&format!("{at}/agree"), agreed, "same-origin").status, 303);
    let own = two.first.filled(&two.first.get("/en/rights"), "/en/sign-out", &[]);
    assert_eq!(two.first.post(&format!("{at}/take-back"), own, "same-origin").status, 409);
    assert!(done.text().contains("Reference"));
    two.first.get("/en/catalog/pharmacist-licence/v2").says(&["Article 8"]);
    two.first.get("/en/catalog/changes").says(&["not yet in force", "1 March 2027"]);
    two.first.get("/zh/registry/catalog").says(&["公示中，尚未生效"]);
    the_journal_explains_all(&node);
}

fn volunteer_hours_never_decide_loans(engine: Engine) {
    let node = Node::new(engine);
    let registrar = Browser::of_registrar(&node, "registrar-1");
    let leaves = node.reg.store.head().snapshot().size();
    let page = registrar.get("/en/registry/catalog/new?example=refused");
    page.says(&["volunteer-hours"]);
    let text = all(&page.html, "textarea#text").concat();
    assert!(text.contains("loan-by-hours"));
    let english = ["Refused", "no role, profile or setting allows it"];
    let chinese = ["被拒绝", "任何角色、配置或设置都不能允许"];
    for (language, says) in [("en", english), ("zh", chinese)] {
        let page = registrar.get(&format!("/{language}/registry/catalog/new"));
        let action = format!("/{language}/registry/catalog/check");
        let fields = [("text", EMBEDDED_REFUSED.1), ("because", "banks ask for it")];
        let refused = registrar.follow(&page, &action, &fields);
        assert_eq!(refused.status, 422);
        refused.says(&[says[0], says[1], "C013", "C014", "volunteer-hours", "banks ask for it"]);
        let rows = all(&refused.html, "main tbody td").concat();
        assert!(
            language == "en" || !rows.contains("profile or setting"),
            "what is wrong is told in the page's language: {rows}"
        );
        let title = all(&refused.html, "head > title").concat();
        assert!(title.starts_with(if language == "en" { "Error:" } else { "出错" }), "{title}");
        // Sent past the check page it is refused as well.
        let body = registrar.filled(&page, &action, &fields);
        let reply = registrar.post(&format!("/{language}/registry/catalog/propose"), body, "same-origin");
        assert_eq!(reply.status, 422);
    }
    assert_eq!(node.reg.store.head().snapshot().size(), leaves, "nothing was journaled, for nothing was proposed");
}

fn a_member_comes_and_is_suspended_by_two(engine: Engine) {
    let node = Node::with_pharmacists(engine);
    let two = Two::of(&node);
    let fields = [
        ("code", "water-authority"),
        ("title_en", "Lanhe Water Authority"),
        ("title_zh", "兰河省水务局"),
        ("sectors", "environment"),
        ("because", "Water Act article 4"),
    ];
    let proposal = two.proposes("/en/registry/admit-member", "/en/registry/admit-member", &fields);
    assert!(!node.reg.directory().members.contains_key(&"water-authority".parse().expect("a code")));
    two.agrees(&proposal);
    two.first.get("/en/registry/members").says(&["Lanhe Water Authority", "water-authority"]);
    // Twice is refused, with what was typed.
    let again = two.first.follow(&two.first.get("/en/registry/admit-member"), "/en/registry/admit-member", &fields);
    assert_eq!(again.status, 422);
    again.says(&["This code is taken"]);
    assert_eq!(attributes(&again.html, "#title_zh", "value"), ["兰河省水务局"]);
    assert_eq!(attributes(&again.html, ".errors a", "href"), ["#code"]);

    let ask = |case: &str| {
        let body = question(SHOWN, "licence-renewal", case);
        node.asks(&Ask::post("/api/inquiries", As::Signed("0417"), body)).json()["outcome"].clone()
    };
    assert_eq!(ask("HC-1"), "answered");
    let suspend = "/en/registry/members/health-commission/standing";
    let proposal = two.proposes("/en/registry/members/health-commission", suspend, &[("because", "case R-7")]);
    assert_eq!(ask("HC-2"), "answered", "a proposal changes nothing");
    two.agrees(&proposal);
    assert_ne!(ask("HC-3"), "answered", "a suspended member is shown nothing, at once");
    two.first.get("/en/registry/members/health-commission").says(&["It is suspended", "End the suspension"]);
    let lift = two.proposes("/en/registry/members/health-commission", suspend, &[("because", "case R-7 is closed")]);
    two.agrees(&lift);
    assert_eq!(ask("HC-4"), "answered");
    the_journal_explains_all(&node);
}

fn an_officer_comes_is_trained_suspended_and_released(engine: Engine) {
    let node = Node::with_pharmacists(engine);
    let two = Two::of(&node);
    let form = "/en/registry/register-officer";
    let fields = [
        ("code", "0601"),
        ("member", "court"),
        ("from", "2026-11-23"),
        ("until", "2030-12-31"),
        ("purpose", "enforcement-review"),
        ("because", "a new officer"),
    ];
    two.agrees(&two.proposes(form, form, &fields));
    two.first.get("/en/registry/officers/0601").says(&["not trained", "23 November 2026 to 31 December 2030"]);
    // A training is checked, recorded, and has a reference; the same again is one more entry of the same.
    let typed = [("officer", "0601"), ("purpose", "enforcement-review"), ("until", "2026-12-10")];
    let check = two.first.follow(&two.first.get("/en/registry/training"), "/en/registry/training/check", &typed);
    check.says(&["Nothing has been done yet", "10 December 2026", "not trained"]);
    let done = two.first.follow(&check, "/en/registry/training", &[]);
    done.says(&["Training recorded: 0601/enforcement-review", "Done by registrar-1", "Reference: entry no."]);
    assert_eq!(two.first.follow(&check, "/en/registry/training", &[]).path, done.path, "a double click is one deed");
    two.first.get("/en/registry").says(&["Officer 0601: the training for", "ends on 10 December 2026"]);
    for (until, says) in [("2026-11-22", "at most two years ahead"), ("2029-01-01", "two years"), ("x", "real day")] {
        let typed = [("officer", "0601"), ("purpose", "enforcement-review"), ("until", until)];
        let page = two.first.get("/en/registry/training");
        let wrong = two.first.follow(&page, "/en/registry/training/check", &typed);
        assert_eq!(wrong.status, 422);
        wrong.says(&[says]);
        assert_eq!(attributes(&wrong.html, "#until", "value"), [until]);
    }
    let standing = "/en/registry/officers/0601/standing";
    let because = [("because", "leave")];
    let at_work = Browser::of_officer(&node, "0601");
    two.agrees(&two.proposes("/en/registry/officers/0601", standing, &because));
    let told = at_work.get("/en/inquiry");
    assert_eq!(told.status, 403, "who is suspended in mid-session hears that");
    told.says(&["Your right to act here is suspended", "Ask the head of your office", "Q035"]);
    assert_eq!(at_work.get("/en/inquiry").status, 401, "and the session is over");
    two.first.get("/en/demo").says(&["(suspended: cannot sign in)"]);
    two.first.get("/en/registry/officers").says(&["suspended"]);
    // An officer who tries numbers is stopped, stands on the desk, and is released by two.
    let officer: OfficerCode = "0417".parse().expect("a code");
    let is_stopped = || list_stopped(&node.reg).expect("read").contains(&officer);
    for place in 0..40 {
        let stranger = identity_number(5_000 + place);
        let body = question((&stranger, "王伟"), "licence-renewal", &format!("HC-{place}"));
        node.asks(&Ask::post("/api/inquiries", As::Signed("0417"), body));
    }
    assert!(is_stopped());
    two.first.get("/en/registry").says(&["Officer 0417 was stopped"]);
    let release = "/en/registry/officers/0417/release";
    let page = two.first.get("/en/registry/officers/0417");
    let wrong = two.first.follow(&page, release, &[("release_because", "")]);
    assert_eq!((wrong.status, attributes(&wrong.html, ".errors a", "href")), (422, vec!["#release_because".into()]));
    let because = [("release_because", "a slip of the office")];
    two.agrees(&two.proposes("/en/registry/officers/0417", release, &because));
    assert!(!is_stopped());
    the_journal_explains_all(&node);
}

fn a_training_gives_nobody_a_purpose_and_two_registrars_do(engine: Engine) {
    let node = Node::new(engine);
    let two = Two::of(&node);
    let held = || {
        let directory = node.reg.directory();
        let officer = &directory.officers[&"0301".parse().expect("a code")].officer;
        officer.purposes.keys().map(ToString::to_string).collect::<Vec<_>>()
    };
    let leaves = || node.reg.store.head().snapshot().size();
    let (before, training) = (leaves(), "/en/registry/training");
    // One registrar alone: a purpose of the own sector that is not held, one of another sector, one for everybody.
    let own = "The officer does not hold this purpose";
    let foreign = "belongs to a sector of life that is not the member's";
    for (purpose, says) in [("counter-visit", own), ("licence-renewal", foreign)] {
        let typed = [("officer", "0301"), ("purpose", purpose), ("until", "2027-03-31")];
        let page = two.first.get(training);
        for action in [format!("{training}/check"), training.to_owned()] {
            let body = two.first.filled(&page, &format!("{training}/check"), &typed);
            let refused = two.first.post(&action, body, "same-origin");
            assert_eq!(refused.status, 422, "{action}");
            let told = String::from_utf8_lossy(&refused.body).replace("&#39;", "'");
            assert!(told.contains(says), "{action}: {told}");
        }
    }
    assert_eq!((held(), leaves()), (vec!["enforcement-review".to_owned()], before), "nothing was done");
    // Two registrars give it, on the officer's page, which offers the member's own sectors alone.
    let (at, give) = ("/en/registry/officers/0301", "/en/registry/officers/0301/purpose");
    let page = two.first.get(at);
    page.says(&["Give another purpose"]);
    let offered = attributes(&page.html, "#purpose option", "value");
    assert!(offered.contains(&"counter-visit".to_owned()), "{offered:?}");
    assert!(!offered.contains(&"licence-renewal".to_owned()) && !offered.contains(&held()[0]), "{offered:?}");
    let wrong = two.first.follow(&page, give, &[("purpose", "counter-visit")]);
    assert_eq!((wrong.status, attributes(&wrong.html, ".errors a", "href")), (422, vec!["#purpose_because".into()]));
    let fields = [("purpose", "counter-visit"), ("purpose_because", "a counter opens at the court")];
    let proposal = two.proposes(at, give, &fields);
    proposal.says(&["Give one more purpose to an officer: 0301/counter-visit", "A training for it must be recorded"]);
    assert_eq!(held(), ["enforcement-review"], "a proposal changes nothing");
    two.agrees(&proposal);
    assert_eq!(held(), ["counter-visit", "enforcement-review"]);
    two.first.get(at).says(&["not trained"]);
    // Then one registrar records the training.
    let typed = [("officer", "0301"), ("purpose", "counter-visit"), ("until", "2027-03-31")];
    let check = two.first.follow(&two.first.get(training), &format!("{training}/check"), &typed);
    two.first.follow(&check, training, &[]).says(&["Training recorded: 0301/counter-visit"]);
    // Nobody comes with a purpose of another sector either.
    let form = "/en/registry/register-officer";
    let new = [("code", "0602"), ("member", "court"), ("from", "2026-11-23"), ("until", "2030-12-31")];
    let rest = [("purpose", "licence-renewal"), ("because", "a new officer")];
    let refused = two.first.follow(&two.first.get(form), form, &[&new[..], &rest].concat());
    assert_eq!(refused.status, 422);
    refused.says(&[foreign]);
    the_journal_explains_all(&node);
}

fn a_form_names_each_of_its_faults_and_leads_to_its_field(engine: Engine) {
    let node = Node::new(engine);
    let registrar = Browser::of_registrar(&node, "registrar-1");
    let forms: [(&str, &[&str], &[&str]); 3] = [
        (
            "/registry/admit-member",
            &["#code", "#title_en", "#title_zh", "#because"],
            &["Code: write", "Name in English: write", "Name in Chinese: write", "Write the reason"],
        ),
        (
            "/registry/register-officer",
            &["#code", "#member", "#from", "#until", "#because"],
            &["Code: write", "First day: write a real day", "Last day: write a real day", "Write the reason"],
        ),
        (
            "/registry/register-key",
            &["#code", "#member", "#public_key", "#from", "#until", "#because"],
            &["Code: write", "First day: write a real day", "Last day: write a real day", "Write the reason"],
        ),
    ];
    for (path, leads, says) in forms {
        for language in ["/en", "/zh"] {
            let at = [language, path].concat();
            let wrong = registrar.follow(&registrar.get(&at), &at, &[]);
            assert_eq!(wrong.status, 422, "{at}");
            assert_eq!(attributes(&wrong.html, ".errors a", "href"), leads, "{at}");
            let told = all(&wrong.html, ".errors a");
            assert!((1..told.len()).all(|place| !told[place..].contains(&told[place - 1])), "{at}: {told:?}");
            if language == "/en" {
                wrong.says(says);
            }
        }
    }
    // What stands against the rest is said beside a reason that is missing.
    let taken = [("code", "court"), ("title_en", "Court"), ("title_zh", "法院")];
    let at = "/en/registry/admit-member";
    let wrong = registrar.follow(&registrar.get(at), at, &taken);
    assert_eq!(attributes(&wrong.html, ".errors a", "href"), ["#code", "#because"]);
    wrong.says(&["This code is taken", "Write the reason"]);
}

fn a_key_comes_and_ends(engine: Engine) {
    let node = Node::with_pharmacists(engine);
    let two = Two::of(&node);
    let page = "/en/registry/register-key";
    let key = "0a".repeat(32);
    let days = [("from", "2026-11-23"), ("until", "2026-12-20"), ("because", "the old one ends")];
    let own = [("code", "court.next"), ("member", "court"), ("public_key", key.as_str())];
    let proposal = two.proposes(page, page, &[&own[..], &days].concat());
    proposal.says(&["0a0a0a0a 0a0a0a0a", "court.next"]);
    two.agrees(&proposal);
    let taken = two.first.follow(&two.first.get(page), page, &[&own[..], &days].concat());
    taken.says(&["This code is taken"]);
    let same = [("code", "court.third"), ("member", "court"), ("officer", "0301"), ("public_key", key.as_str())];
    two.first.follow(&two.first.get(page), page, &[&same[..], &days].concat()).says(&["registered already"]);
    // Whoever holds an officer's key asks as that officer, so it takes two as well.
    let other = "0b".repeat(32);
    let officer = [("code", "0301.next"), ("member", "court"), ("officer", "0301"), ("public_key", other.as_str())];
    let proposal = two.proposes(page, page, &[&officer[..], &days].concat());
    proposal.says(&["0b0b0b0b", "as this officer"]);
    two.agrees(&proposal);
    two.first.get("/en/registry").says(&["The key 0301.next ends on 20 December 2026"]);
    // It ends early, and nothing that it signs is taken from then on.
    let of_0417 = format!("/en/registry/keys/{}", province::key_code("0417"));
    let ask = |case: &str| {
        let body = question(SHOWN, "licence-renewal", case);
        node.asks(&Ask::post("/api/inquiries", As::Signed("0417"), body)).status
    };
    assert_eq!(ask("HC-1"), 201);
    let check = two.second.follow(&two.second.get(&of_0417), &format!("{of_0417}/check"), &[("until", "2026-11-22")]);
    check.says(&["End this key?", "31 December 2099", "22 November 2026"]);
    two.second.follow(&check, &format!("{of_0417}/end"), &[]).says(&["Key ended early", "Done by registrar-2"]);
    assert_eq!(ask("HC-2"), 401);
    two.first.get("/en/registry/keys").says(&["ended"]);
    the_journal_explains_all(&node);
}

fn what_is_rejected_or_taken_back_is_not_done(engine: Engine) {
    let node = Node::new(engine);
    let two = Two::of(&node);
    let standing = "/en/registry/members/tourism/standing";
    let leaves = node.reg.store.head().snapshot().size();
    for because in ["", "   ", &"x".repeat(501)] {
        let page = two.first.get("/en/registry/members/tourism");
        let wrong = two.first.follow(&page, standing, &[("because", because)]);
        assert_eq!(wrong.status, 422);
        wrong.says(&["Write the reason"]);
    }
    assert_eq!(node.reg.store.head().snapshot().size(), leaves);
    let proposal = two.proposes("/en/registry/members/tourism", standing, &[("because", "a rumour")]);
    let page = two.second.get(&proposal.path);
    let reject = format!("{}/reject", proposal.path);
    let wrong = two.second.follow(&page, &reject, &[("because", "")]);
    assert_eq!(wrong.status, 422);
    two.second.follow(&page, &reject, &[("because", "no finding yet")]).says(&["rejected", "no finding yet"]);
    let other = two.proposes("/en/registry/members/tourism", standing, &[("because", "a finding")]);
    two.first.follow(&other, &format!("{}/take-back", other.path), &[]).says(&["taken back"]);
    two.first.get("/en/registry/members/tourism").says(&["It takes part"]);
    two.first.get("/en/registry/proposals").says(&["rejected", "taken back"]);
    two.first.get("/en/registry/audit").says(&["Rejected. Suspend the member tourism", "registrar-2"]);
    let foreign = two.second.send(&other, &format!("{}/take-back", other.path), &[]);
    assert_eq!(foreign.status, 403, "a form of another session");
    the_journal_explains_all(&node);
}

#[test]
fn an_empty_item_form_asks_for_the_file_and_not_for_all_that_a_file_lacks() {
    let node = Node::new(Engine::Sqlite);
    let two = Two::of(&node);
    let (form, check) = ("/en/registry/catalog/new", "/en/registry/catalog/check");
    let wrong = two.first.follow(&two.first.get(form), check, &[("text", " \n"), ("because", "the law changed")]);
    assert_eq!((wrong.status, all(&wrong.html, ".errors li").len()), (422, 1), "{}", wrong.text());
    wrong.says(&["Paste an item file, or choose one."]);
    assert!(all(&wrong.html, "main table").is_empty(), "no finding of the lint");
}

/// Who may act as a registrar is asked when something is done, not only when somebody signs in.
fn whoever_is_suspended_since_does_nothing_more(engine: Engine) {
    let node = Node::new(engine);
    let two = Two::of(&node);
    let standing = "/en/registry/members/tourism/standing";
    let proposal = two.proposes("/en/registry/members/tourism", standing, &[("because", "a finding")]);
    let page = two.second.get(&proposal.path);
    let code = "registrar-2".parse().expect("a code");
    let because = ("registrar-1", "registrar-3", "away for a year");
    change_staff_standing(&node.reg, &code, Standing::Suspended, because).expect("suspended");
    let reply = two.second.send(&page, &format!("{}/agree", proposal.path), &[]);
    assert!(matches!(reply.status, 401 | 403 | 409), "{}", reply.status);
    two.first.get(&proposal.path).says(&["waits for a second registrar"]);
    two.first.get("/en/registry/members/tourism").says(&["It takes part"]);
}

/// Whether an id of this kind stands in the text.
fn has_id(text: &str, prefix: &str) -> bool {
    let is_digits = |after: &str| after.bytes().take(32).filter(u8::is_ascii_hexdigit).count() == 32;
    text.split(prefix).skip(1).any(is_digits)
}

fn nobody_on_file_stands_on_any_page(engine: Engine) {
    let node = Node::with_pharmacists(engine);
    let two = Two::of(&node);
    let evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>";
    let fields =
        [("code", "evil"), ("title_en", evil), ("title_zh", evil), ("sectors", "environment"), ("because", evil)];
    two.agrees(&two.proposes("/en/registry/admit-member", "/en/registry/admit-member", &fields));
    two.proposes("/en/registry/officers/0417", "/en/registry/officers/0417/standing", &[("because", evil)]);
    for place in 0..3 {
        let body = question(SHOWN, "licence-renewal", &format!("CASE-CANARY-{place}"));
        node.asks(&Ask::post("/api/inquiries", As::Signed("0417"), body));
    }
    let pages = two.second.walks(&["/en/registry", "/zh/registry"]);
    assert!(pages.iter().all(|page| page.status == 200), "a page is linked and not there");
    assert!(pages.len() > 120, "only {} pages are linked", pages.len());
    for page in &pages {
        let text = String::from_utf8_lossy(&page.reply.body).into_owned();
        for canary in [SHOWN.0, SHOWN.1, "CASE-CANARY", "5399581982", "<script", "<img"] {
            assert!(!text.contains(canary), "{} shows {canary}", page.path);
        }
        for prefix in ["rec_", "look_", "sub_", "cor_", "bat_", "rct_"] {
            assert!(!has_id(&text, prefix), "{} shows an id that begins with {prefix}", page.path);
        }
    }
}

#[test]
fn every_page_says_what_it_is_when_there_is_nothing() {
    let node = Node::new(Engine::Sqlite);
    let registrar = Browser::of_registrar(&node, "registrar-1");
    for (path, says) in [
        ("/en/registry", "Nothing waits for you today"),
        ("/zh/registry", "今天没有等您处理的事项"),
        ("/en/registry/proposals", "Nothing has been proposed yet"),
        ("/en/registry/catalog", "No proposal for the catalog waits"),
        ("/en/registry/deadlines", "No member is late"),
        ("/zh/registry/deadlines", "没有待确认的通知"),
        ("/en/registry/audit", "Nothing has been done on these pages yet"),
        ("/en/registry/settings", "None of them can be changed here"),
        ("/en/registry/catalog", "sets no notice"),
    ] {
        registrar.get(path).says(&[says]);
    }
    for path in
        ["/en/registry/audit/0", "/en/registry/members/nobody", "/en/registry/officers/x", "/en/registry/keys/x"]
    {
        assert_eq!(registrar.get(path).status, 404, "{path}");
    }
}

on_both_engines!(
    an_item_comes_into_the_catalog_by_two_registrars,
    volunteer_hours_never_decide_loans,
    a_member_comes_and_is_suspended_by_two,
    an_officer_comes_is_trained_suspended_and_released,
    a_form_names_each_of_its_faults_and_leads_to_its_field,
    a_training_gives_nobody_a_purpose_and_two_registrars_do,
    a_key_comes_and_ends,
    what_is_rejected_or_taken_back_is_not_done,
    whoever_is_suspended_since_does_nothing_more,
    nobody_on_file_stands_on_any_page,
);
