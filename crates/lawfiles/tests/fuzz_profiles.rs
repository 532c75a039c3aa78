//! Whatever text stands in a law profile or holiday file: a profile above the floor, or a fault with its place.

use fairfile_domain::profile::LawProfile;
use fairfile_lawfiles::{holidays, profiles};

#[test]
fn profile_files() {
    bolero::check!().with_iterations(5_000).for_each(|bytes: &[u8]| check(&String::from_utf8_lossy(bytes), "baseline"));
}

/// The shipped file with a few places overwritten, so that the rules behind the syntax are reached.
#[test]
fn altered_profile_files() {
    const WORDS: [&str; 16] = [
        "0",
        "-1",
        "99999999999",
        "true",
        "false",
        "\"\"",
        "\"refuse\"",
        "[]",
        "{}",
        "unit",
        "none",
        "P0D",
        "\n",
        "=",
        "cn",
        "baseline",
    ];
    bolero::check!().with_iterations(300).for_each(|bytes: &[u8]| {
        let mut text = profiles::EMBEDDED.to_owned();
        for edit in bytes.chunks_exact(4).take(8) {
            let start = usize::from(u16::from_le_bytes([edit[0], edit[1]])) % text.len();
            let end = (start + usize::from(edit[2] % 8)).min(text.len());
            let word = WORDS[usize::from(edit[3]) % WORDS.len()];
            if text.is_char_boundary(start) && text.is_char_boundary(end) {
                text.replace_range(start..end, word);
            }
        }
        check(&text, "cn-sh");
    });
}

fn check(text: &str, chosen: &str) {
    match profiles::load(text, chosen) {
        Ok(profile) => assert_above_the_floor(&profile),
        Err(error) => {
            assert!(error.line >= 1 && error.column >= 1 && error.code().starts_with('P'));
            assert!(error.line as usize <= text.split('\n').count());
        }
    }
}

fn assert_above_the_floor(profile: &LawProfile) {
    let floor = LawProfile::floor();
    for (key, figure) in &floor.figures {
        let mut again = LawProfile::floor();
        again.lay("again", key, profile.figures[key].clone());
        assert!(again.warnings.is_empty(), "{key} fell from {} to {}", figure.value, profile.figures[key].value);
    }
    assert!(floor.never_collect.iter().all(|category| profile.never_collect.contains(category)));
}

#[test]
fn holiday_files() {
    bolero::check!().with_iterations(5_000).for_each(|bytes: &[u8]| {
        if let Err(error) = holidays::load(&String::from_utf8_lossy(bytes)) {
            assert!(error.line >= 1 && error.column >= 1 && error.code().starts_with('P'));
        }
    });
}

/// Lists of days around the turn of a year, real and unreal.
#[test]
fn near_holiday_files() {
    bolero::check!().with_iterations(5_000).for_each(|bytes: &[u8]| {
        let day = |byte: &u8| format!("\"202{}-{:02}-{:02}\"", 5 + byte % 3, byte / 3 % 14, byte / 7 % 33);
        let (off, make_up) = bytes.split_at(bytes.len() / 2);
        let list = |bytes: &[u8]| bytes.iter().take(20).map(day).collect::<Vec<_>>().join(", ");
        let text = format!("[year.2026]\noff = [{}]\nmake_up = [{}]\n", list(off), list(make_up));
        if let Ok(calendar) = holidays::load(&text) {
            for (year, days) in calendar.years {
                assert!(days.off.union(&days.make_up).all(|day| day.year() == year));
                assert!(days.off.is_disjoint(&days.make_up));
            }
        }
    });
}
