//! Statistics: they count, they hide what is small, and they name nobody.

use fairfile_service::replay::{self, Beside};

use super::browser::Browser;
use super::node::{As, Ask, ENDED, Engine, Node, SHOWN, UNKNOWN, on_both_engines};

const STATISTICS: [&str; 4] = ["looks", "refusals", "intake", "notices"];

/// The clock goes on to the next morning: what is published is counted up to midnight.
fn next_morning(node: &Node) {
    let tomorrow = node.reg.clock.now().unix_micros() + 24 * 60 * 60 * 1_000_000;
    let at = fairfile_domain::day::Instant::from_unix_micros(tomorrow).expect("an instant");
    node.folder.set_clock(&node.reg, at).expect("the clock is set");
}

/// The lines of a file of counts that begin so, without the day up to which they are counted.
fn counts(node: &Node, statistic: &str, begin: &str) -> Vec<String> {
    let reply = node.asks(&Ask::get(format!("/statistics/{statistic}.csv"), As::Nobody));
    assert_eq!(
        (reply.status, reply.headers["content-type"].as_bytes()),
        (200, &b"text/csv; charset=utf-8; header=present"[..])
    );
    let text = String::from_utf8(reply.body).expect("a text");
    let until = format!(",{}", node.reg.today().plus_days(-1).expect("yesterday"));
    let lines = text.lines().skip(1).map(|line| line.strip_suffix(&until).expect("the last day counted").to_owned());
    lines.filter(|line| line.starts_with(begin)).collect()
}

/// Twelve answered, eleven denied for an ended training, ten with nothing to show, three without a purpose.
fn looks(node: &Node) {
    for _ in 0..3 {
        assert_eq!(node.inquires("0417", SHOWN, "curiosity", "HC-1").status, 403);
    }
    // Ten that find nothing are as many as an officer may ask.
    let asks = [(12, "0417", SHOWN), (11, "0418", SHOWN), (10, "0417", ENDED)];
    for (times, officer, person) in asks {
        for time in 0..times {
            node.inquires(officer, person, "licence-renewal", &format!("HC-{officer}-{time}"));
        }
    }
}

fn every_look_is_counted_once_and_no_small_count_is_told(engine: Engine) {
    let node = Node::with_pharmacists(engine);
    assert_eq!(
        counts(&node, "looks", "month,2026-11"),
        ["month,2026-11,answered,0", "month,2026-11,nothing-to-show,0", "month,2026-11,denied,0"],
        "a month in which nothing was counted says so"
    );
    looks(&node);
    assert_eq!(
        counts(&node, "looks", "month,2026-11"),
        ["month,2026-11,answered,0", "month,2026-11,nothing-to-show,0", "month,2026-11,denied,0"],
        "what happens today is in nobody's figures"
    );
    next_morning(&node);
    let november = counts(&node, "looks", "month,2026-11");
    assert_eq!(november, ["month,2026-11,answered,12", "month,2026-11,nothing-to-show,10", "month,2026-11,denied,14"]);
    assert_eq!(
        counts(&node, "looks", "purpose,none"),
        ["purpose,none,answered,<10", "purpose,none,nothing-to-show,<10", "purpose,none,denied,<10"]
    );
    let refusals = counts(&node, "refusals", "refusal,");
    assert_eq!(refusals.len(), fairfile_domain::refusal::REFUSALS.len(), "each refusal has its row, met or not");
    assert!(refusals.contains(&"refusal,D004,denied,<10".to_owned()), "{refusals:?}");
    assert!(refusals.contains(&"refusal,D007,denied,11".to_owned()), "{refusals:?}");
    let files = ["looks", "refusals", "intake", "notices"].map(|statistic| counts(&node, statistic, "").join("\n"));
    assert!(!files.concat().contains("curiosity"), "what an officer typed is in no file");
    let rows = counts(&node, "intake", "member,drug-administration");
    let report = super::node::expected("pharmacist-licences-2026-10.csv");
    assert_eq!(rows[0], format!("member,drug-administration,accepted,{}", report["accepted"]));
    for line in ["looks", "refusals", "intake"].iter().flat_map(|statistic| counts(&node, statistic, "")) {
        let count = line.rsplit(',').next().expect("a count");
        let is_told = count.parse::<u64>().is_ok_and(|count| (1..10).contains(&count));
        assert!(!is_told, "a few are told: {line}");
    }
}

fn the_counts_are_what_the_replay_makes_of_the_looks(engine: Engine) {
    let node = Node::with_pharmacists(engine);
    looks(&node);
    let head = node.reg.store.head();
    let beside = Beside {
        mark: Some((head.snapshot().size(), head.snapshot().root())),
        sure_today: Some(node.reg.sure_today()),
    };
    let replay = || {
        let mut snapshot = node.reg.store.snapshot().expect("a moment");
        replay::verify(&mut snapshot, &node.reg.vault, beside).expect("it is replayed")
    };
    assert!(replay().holds, "{:?}", replay().findings);
    node.raw().meddle("UPDATE look_tally SET looks = looks - 1 WHERE refusal = 'D007'");
    let verdict = replay();
    assert!(!verdict.holds && verdict.findings.kept[0].table == "look_tally", "{:?}", verdict.findings);
}

#[test]
fn statistics_are_read_by_anybody_and_name_nobody() {
    let node = Node::with_pharmacists(Engine::Sqlite);
    looks(&node);
    node.inquires("0417", UNKNOWN, "licence-renewal", "HC-9");
    next_morning(&node);
    let visitor = Browser::of_nobody(&node);
    for language in ["/en", "/zh"] {
        let list = visitor.get(&format!("{language}/statistics"));
        assert_eq!(list.status, 200);
        for statistic in STATISTICS {
            let page = visitor.get(&format!("{language}/statistics/{statistic}"));
            assert_eq!(page.status, 200, "{}", page.path);
            for secret in [SHOWN.0, SHOWN.1, ENDED.1, UNKNOWN.0, UNKNOWN.1, "0417", "HC-0417"] {
                assert!(
                    !super::browser::all(&page.html, "main").concat().contains(secret),
                    "{} tells {secret}",
                    page.path
                );
            }
        }
        assert_eq!(visitor.get(&format!("{language}/statistics/people")).status, 404);
    }
    let page = visitor.get("/en/statistics/looks");
    page.says(&[
        "November 2026 so far: 12 answered, ",
        "fewer than 10",
        "By member",
        "Lanhe Provincial Health Commission",
    ]);
    visitor.get("/zh/statistics/refusals").says(&["D007", "11", "不足 10"]);
    visitor.get("/en/members/drug-administration").says(&["In the last twelve months", "Rows that sources handed in"]);
    let csv = node.asks(&Ask::get("/statistics/people.csv", As::Nobody));
    csv.expect(404, "Q009");
    visitor
        .get("/en/statistics/intake")
        .says(&["A count below ten is not said, for it could be about somebody known."]);
    let duties = visitor.get("/en/statistics/notices");
    duties.says(&["All counts of a row are said once they come to ten together"]);
    assert!(!duties.text().contains("A count below ten is not said"), "each page tells its own rule");
    let sent_on = node.asks(&Ask::get("/statistics/looks", As::Nobody));
    assert_eq!((sent_on.status, sent_on.headers["location"].as_bytes()), (302, &b"/en/statistics/looks"[..]));
}

on_both_engines!(
    every_look_is_counted_once_and_no_small_count_is_told,
    the_counts_are_what_the_replay_makes_of_the_looks
);
