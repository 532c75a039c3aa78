//! Whatever a stranger calls an item file, reading and linting it ends with findings or an item.

use fairfile_domain::profile::LawProfile;
use fairfile_lawfiles::catalog::{EMBEDDED_DEMO, load, parse};
use fairfile_lawfiles::lint::{FINDINGS, lint};

fn check(path: &str, text: &str) {
    let profile = LawProfile::floor();
    let files = [(path.to_owned(), text.to_owned())];
    let findings = lint(&files, &profile);
    for finding in &findings {
        assert!(FINDINGS.iter().any(|kind| kind.code == finding.code));
        assert!(finding.line >= 1 && finding.line <= text.split('\n').count());
        let line = text.split('\n').nth(finding.line - 1).unwrap_or_default();
        assert!(finding.column >= 1 && finding.column <= line.chars().count() + 1);
        assert!(!finding.what.chars().any(char::is_control));
    }
    // What the lint lets pass can be read, and what cannot be read the lint has found.
    assert_eq!(load(&files, &profile).is_ok(), findings.is_empty());
    assert!(parse(path, text).is_ok() || !findings.is_empty());
}

#[test]
fn any_bytes() {
    bolero::check!().with_iterations(2_000).for_each(|bytes: &[u8]| {
        check("a.toml", &String::from_utf8_lossy(bytes));
    });
}

/// A shipped file with one stretch replaced by another file's: mostly TOML, mostly wrong.
#[test]
fn spliced_items() {
    bolero::check!().with_iterations(300).with_type::<(u8, u8, u16, u16, u16)>().for_each(
        |(one, other, from, to, length)| {
            let pick = |choice: &u8| EMBEDDED_DEMO[usize::from(*choice) % EMBEDDED_DEMO.len()];
            let ((path, host), (_, guest)) = (pick(one), pick(other));
            let line = |text: &str, at: &u16| usize::from(*at) % text.lines().count();
            let (start, end) = (line(host, from), line(host, to));
            let (start, end) = (start.min(end), start.max(end));
            let stretch = guest.lines().skip(line(guest, length)).take(usize::from(*length) % 7);
            let lines: Vec<&str> = host.lines().take(start).chain(stretch).chain(host.lines().skip(end)).collect();
            check(path, &lines.join("\n"));
        },
    );
}
