//! The pages in `docs` tell of every address, code, event and limit that the code has.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use fairfile_http::binding::Binding;
use fairfile_http::limits::{self as server, Limits};
use fairfile_http::problem::{ALL, RequestFault};
use fairfile_http::router::{Effect, ROUTES, Visitor};
use fairfile_intake::limits;
use fairfile_service::person::{LOOKS_OF_A_COPY, LOOKS_OF_A_PAGE};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn page(name: &str) -> String {
    fs::read_to_string(root().join("docs").join(name)).expect("the page is there")
}

/// The cells of every table row whose first cell begins with `` ` `` and `begin`.
fn rows(page: &str, begin: &str) -> BTreeMap<String, Vec<String>> {
    let quoted = format!("| `{begin}");
    let cells = |line: &str| line.split('|').map(|cell| cell.trim().replace('`', "")).collect::<Vec<_>>();
    let lines = page.lines().filter(|line| line.starts_with(&quoted)).map(cells);
    lines.map(|row| (row[1].clone(), row[2..].to_vec())).collect()
}

#[test]
fn every_address_is_described_and_no_other() {
    let page = page("api.md");
    let described: BTreeMap<_, _> = rows(&page, "GET ").into_iter().chain(rows(&page, "POST ")).collect();
    let routes: Vec<_> = ROUTES.iter().filter(|route| !route.is_page()).collect();
    for route in &routes {
        let name = format!("{} {}", route.method, route.path);
        let row = described.get(&name).unwrap_or_else(|| panic!("docs/api.md does not tell of `{name}`"));
        let who = match route.who {
            [Visitor::Officer] => "officer",
            [Visitor::Member] => "member",
            [Visitor::Person] => "person",
            _ => "anybody",
        };
        assert!(row[0].starts_with(who), "`{name}` is for {who}");
    }
    assert_eq!(described.len(), routes.len(), "docs/api.md tells of an address that there is not");
}

/// `docs/pages.md` is made of the table of routes; `UPDATE_GOLDEN=1` writes it anew.
#[allow(clippy::disallowed_methods, reason = "whoever runs the tests says so in the environment")]
#[test]
fn every_page_is_described() {
    let mut made = "# Pages\n\nEvery page of a node, made from the table in `crates/http/src/router.rs`: do not edit this page, run its test with\n`UPDATE_GOLDEN=1`. Each is there under `/en` and `/zh`; an address without one of them leads to the visitor's own. POST takes the\nform that stands on a page. A step that binds wants a visitor who has shown within\nten minutes who it is; otherwise that comes first, and nothing is done before. Every other form says why it does not.\n\n| page | who may come | what it does | what comes first |\n|---|---|---|---|\n".to_owned();
    for route in ROUTES.iter().filter(|route| route.is_page()) {
        let path = route.path.trim_start_matches("/{language}");
        let path = if path.is_empty() { "/" } else { path };
        let who = match route.who {
            [one] => format!("{one:?}").to_lowercase(),
            _ => "anybody".to_owned(),
        };
        let effect = match route.effect {
            Effect::Shows => "shows",
            Effect::Reports => "reports",
            Effect::Looks => "looks",
            Effect::Checks => "checks",
            Effect::Changes => "changes",
            Effect::Takes => "takes",
            Effect::SignsIn => "signs in",
            Effect::Runs => "runs",
        };
        let first = match route.binding {
            Binding::No => "–".to_owned(),
            Binding::Free(why) => format!("nothing: {why}"),
            Binding::Binds { back, keeps: false } => format!("**shows again who it is**, back to `{back}`"),
            Binding::Binds { keeps: true, .. } => "**shows again who it is**; what was typed waits".to_owned(),
        };
        made += &format!("| `{} {path}` | {who} | {effect} | {first} |\n", route.method);
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/pages.md");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, &made).expect("a writable folder");
    }
    assert_eq!(fs::read_to_string(&path).unwrap_or_default(), made, "run this test with UPDATE_GOLDEN=1");
}

#[test]
fn every_fault_of_a_request_stands_with_its_status() {
    use RequestFault as Q;
    let faults = [
        Q::NoIdempotencyKey,
        Q::NotTheShape,
        Q::BadPurpose,
        Q::BadCase,
        Q::BadKind,
        Q::BadInputs,
        Q::NoSuchAddress,
        Q::OtherMethod,
        Q::NotFound,
        Q::BodyTooLarge,
        Q::OtherMediaType,
        Q::OtherHost,
        Q::NotSignedIn,
        Q::OfficersOnly,
        Q::MembersOnly,
        Q::OtherRequest,
        Q::EndedSince,
        Q::TooManySessions,
        Q::Busy,
        Q::Stopped,
        Q::Failed,
        Q::TooSlow,
        Q::BadQuery,
        Q::UnknownOfficer,
        Q::TooMany,
        Q::Full,
        Q::Away,
        Q::InDoubt,
        Q::DayNotSure,
        Q::BadFraming,
        Q::TooLongToCopy,
        Q::OtherSite,
        Q::OtherVisitor,
        Q::OldForm,
        Q::Suspended,
    ];
    let described = rows(&page("api.md"), "Q");
    for fault in faults {
        let row = fault.row();
        let told = described.get(row.code).unwrap_or_else(|| panic!("docs/api.md does not tell of {}", row.code));
        assert_eq!(told[0], row.status.to_string(), "{}", row.code);
    }
    assert_eq!((described.len(), faults.len()), (ALL.len(), ALL.len()), "a fault is missing here or in docs/api.md");
}

/// Every name in the quotes of calls such as `.text("NAME"` on the builder of events, from the sources in `folder`.
fn event_words(folder: &Path, fields: &mut BTreeSet<String>, events: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            event_words(&path, fields, events);
            continue;
        }
        let text = fs::read_to_string(&path).expect("a source");
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        if !code.contains("Event::new()") && !code.contains("Event) -> Event") {
            continue;
        }
        let first_word = |after: &str| after.split('"').next().unwrap_or_default().to_owned();
        for call in [".text(\"", ".hex(\"", ".whole(\"", ".day(\"", ".list(\""] {
            fields.extend(code.split(call).skip(1).map(first_word));
        }
        events.extend(code.split(".text(\"event\", \"").skip(1).map(first_word));
    }
}

#[test]
fn every_event_and_every_field_of_one_is_in_the_formats() {
    let page = page("formats.md");
    let (mut fields, mut events) = (BTreeSet::new(), BTreeSet::new());
    event_words(&root().join("crates/service/src"), &mut fields, &mut events);
    for known in ["look", "record", "batch", "batch-stretch", "catalog", "admission", "founded", "officer-released"] {
        assert!(events.contains(known), "the sources are no longer read rightly: `{known}` is not found");
    }
    assert!(fields.len() > 40, "the sources are no longer read rightly: {} fields", fields.len());
    for word in fields.iter().chain(&events) {
        assert!(page.contains(&format!("`{word}`")), "docs/formats.md does not tell of `{word}`");
    }
}

/// A number as people read it: `1,000,001`, `256 MiB`, `64 KiB`.
fn read(number: u64, is_bytes: bool) -> String {
    let units = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)];
    if let Some((unit, size)) = units.into_iter().find(|(_, size)| is_bytes && number.is_multiple_of(*size)) {
        return format!("{} {unit}", number / size);
    }
    let digits = number.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|group| std::str::from_utf8(group).expect("digits")).collect();
    groups.join(",")
}

#[test]
fn the_limits_of_files_are_those_of_the_code() {
    let page = page("operating.md");
    let check = |name: &str, number: u64, is_bytes: bool| {
        let row = format!("| {name} | {} |", read(number, is_bytes));
        assert!(page.contains(&row), "docs/operating.md should have the row `{row}`");
    };
    check("bytes of a file", limits::FILE_BYTES, true);
    check("rows of a file, the heading included", limits::ROWS.into(), false);
    check("cells of a row", limits::CELLS as u64, false);
    check("headings of a file", limits::HEADINGS as u64, false);
    check("bytes of a cell", limits::CELL_BYTES as u64, true);
    check("bytes of a record or line", limits::RECORD_BYTES as u64, true);
    check("depth of JSON in JSON Lines", limits::JSON_DEPTH as u64, false);
    check("files inside a workbook", limits::ZIP_ENTRIES as u64, false);
    check("bytes that a workbook inflates to", limits::INFLATED_BYTES, true);
    check("times that a part of a workbook may inflate", limits::INFLATE_RATIO, false);
    check("bytes of a part up to which that is not looked at", limits::RATIO_FREE_BYTES, true);
    check("bytes of a workbook's shared texts", limits::SHARED_STRING_BYTES as u64, true);
    check("cell formats of a workbook", limits::CELL_FORMATS as u64, false);
    check("depth of a workbook's XML", limits::XML_DEPTH as u64, false);
}

/// A time as people read it: `5 s`, `1,800 s`.
fn seconds(time: std::time::Duration) -> String {
    format!("{} s", read(time.as_secs(), false))
}

#[test]
fn the_limits_of_the_server_are_those_of_the_code() {
    let page = page("operating.md");
    let check = |cells: &[String]| {
        let row = format!("| {} |", cells.join(" | "));
        assert!(page.contains(&row), "docs/operating.md should have the row `{row}`");
    };
    let Limits { connections, connections_of_one, spares_loopback: _, patience, shares, rates } = Limits::default();
    let count = |name: &str, number: usize| check(&[name.into(), read(number as u64, false)]);
    count("connections at a time", connections);
    count("connections at a time from one address", connections_of_one);
    count("clients without a place that are being told so", server::TURNED_AWAY);
    count("files arriving or waiting", server::FILES_AT_ONCE);
    count("files worked on at a time", server::INTAKE_AT_ONCE);
    count("callers of a kind that are counted one by one", server::COUNTED_CALLERS);
    count("sessions", server::SESSIONS);
    count("sessions of one visitor, the oldest of which makes room", server::SESSIONS_OF_ONE);
    count("answers open in one session, the oldest of which closes", server::ANSWERS_OF_ONE);
    count("forms of one session whose answers are remembered, the oldest of which makes room", server::FORMS_OF_ONE);
    count("files that officers had checked and have not sent", server::DRAFTS);
    count("the same of one officer, the oldest of which makes room", server::DRAFTS_OF_ONE);
    check(&["time for which they are kept".into(), seconds(server::DRAFT_TIME)]);
    count("people served at counters at a time", server::VISITS);
    count("people served by one officer, the oldest of whom makes room", server::VISITS_OF_ONE);
    count("connections that are kept free by closing the slowest", Limits::default().kept_free());
    count("headers of a request", server::HEADERS);
    count("readings of the own file that one person has at work", server::READINGS_OF_ONE);
    count("signed copies made at a time", server::COPIES_AT_ONCE);
    let looks = [u64::from(LOOKS_OF_A_PAGE), LOOKS_OF_A_COPY].map(|number| read(number, false)).join(", ");
    check(&["looks in one answer, and in a signed copy".into(), looks]);
    let bytes = |name: &str, number: u64| check(&[name.into(), read(number, true)]);
    bytes("bytes of a request's line and headers", server::HEADER_BYTES as u64);
    bytes("bytes of a JSON body", server::JSON_BYTES);
    bytes("bytes of a form of a page", server::FORM_BYTES);
    bytes("bytes of an answer that is remembered for a form sent twice", server::ANSWER_KEPT_BYTES);
    bytes("bytes of all forms that wait for a proof", server::KEPT_FORMS_BYTES as u64);
    let grace = seconds(patience.body_idle);
    bytes(
        &format!("bytes of a file that must come in each second, the first {grace} aside"),
        server::FILE_BYTES_EACH_SECOND,
    );
    bytes("bytes of such a piece", server::ANSWER_BYTES as u64);
    bytes("bytes of an unwanted body that are read and thrown away", server::SCRAP_BYTES as u64);
    let time = |name: &str, time| check(&[name.into(), seconds(time)]);
    time("time for headers, from the connection or the request's first byte", patience.header);
    time("time between two requests", patience.idle);
    time("time between two pieces of a body", patience.body_idle);
    time("time for a JSON body", patience.json);
    time("time for a file to arrive", patience.file);
    time("time for taking an answer in, or the next piece of it", patience.answer);
    time("time to go on when told to stop", patience.drain);
    for (who, rate) in [("address", rates.peer), ("key", rates.key), ("person", rates.person)] {
        let most = [rate.each_minute, rate.at_once].map(|number| read(number.into(), false)).join(", ");
        check(&[format!("requests a minute of one {who}, and at once"), most]);
    }
    for (share, size) in [
        ("persons at their own files", shares.persons),
        ("notices and their confirmations", shares.deadlines),
        ("members: looks, and what is small beside them", shares.members),
        ("files of sources", shares.files),
        ("signing in", shares.sign_in),
        ("what anybody may read", shares.public),
        ("`/health`", shares.health),
    ] {
        let wait = u64::try_from(size.wait.as_millis()).expect("a short time");
        let [places, queue] = [size.places, size.queue].map(|number| read(number as u64, false));
        check(&[share.into(), places, queue, format!("{} ms", read(wait, false))]);
    }
    assert!(page.contains(&format!("leaves after {} ms", server::REFUSED_AFTER.as_millis())));
    assert!(page.contains(&format!("by {} ms at least", server::SLOW_AFTER.as_millis())));
}

/// The names of all tests: functions in the workspace's sources, and modules of stories.
fn names_in(folder: &Path, names: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            names_in(&path, names);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            let text = fs::read_to_string(&path).expect("a source");
            let name = |after: &str| after.split('(').next().unwrap_or_default().trim().to_owned();
            names.extend(text.split("fn ").skip(1).map(name));
        }
    }
}

#[test]
fn every_test_that_the_threat_model_names_is_there() {
    let mut names = BTreeSet::new();
    ["crates", "tests", "xtask/src"].iter().for_each(|folder| names_in(&root().join(folder), &mut names));
    let page = page("threats.md");
    let mut rows = 0;
    for row in page.lines().filter(|line| line.starts_with("| T")) {
        rows += 1;
        let shown = row.split('|').nth(4).unwrap_or_default();
        for name in shown.split('`').skip(1).step_by(2) {
            assert!(names.contains(name), "docs/threats.md names the test `{name}`, which there is not");
        }
        assert!(shown.contains('`') || shown.contains("not yet"), "a row says neither a test nor \"not yet\": {row}");
    }
    assert_eq!(rows, 45, "docs/threats.md has a row for each threat");
}
