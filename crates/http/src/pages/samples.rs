//! Samples: each page in its empty, full and error state, rendered in both languages and held to what every page promises.
//!
//! A page's samples stand beside it, as `hold("ROLE/page.html", &[("empty", |frame| ..), ..])`. A page that has none is
//! found by the test below, whatever room it is in.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use askama::Template;

use super::citation::Citation;
use super::frame::Frame;
use super::said::Moment;
use crate::wire::Language;

#[path = "../../tests/doors/sound.rs"]
mod sound;

/// What a stranger may have written wherever a page shows what others wrote: markup that ends every element and attribute
/// it may stand in, a long word, a long sentence without blanks, and a Chinese character at its end.
pub(super) const WRITTEN: &str = "<script>window.__x=1</script></title></textarea></select></option>\"' \
    onfocus=window.__x=1 autofocus ><img src=x onerror=alert(1)> &amp; {{x}}很长的一段话，\
    averylongwordwithoutanyplacewhereitcouldbebroken，没有任何空格也没有任何可以换行的地方的一段很长的文字";

/// The same, for a field that owns its text.
pub(super) fn text() -> String {
    WRITTEN.to_owned()
}

/// A day and a time.
pub(super) fn moment() -> Moment {
    Moment { words: "2026-11-23 09:00".to_owned(), datetime: "2026-11-23T01:00:00Z".to_owned() }
}

/// A state of a page: what it is called, and the page in it.
pub(super) type State<T> = (&'static str, fn(Frame) -> T);

/// Renders every state of the page of `template` in both languages, and holds each to what every page promises, and to
/// being another page than those of the other states.
pub(super) fn hold<T: Template>(template: &str, states: &[State<T>]) {
    assert!(!states.is_empty(), "{template} has no state");
    for language in [Language::En, Language::Zh] {
        let mut seen = BTreeSet::new();
        for (state, make) in states {
            let frame = Frame::sample(language);
            let (name, lang) = (format!("{template}, {state}, {}", frame.lang()), frame.lang());
            let html = make(frame).render().unwrap_or_else(|error| panic!("{name} cannot be rendered: {error}"));
            let page = sound::markup(&name, lang, &html);
            for link in sound::attributes(&page, "a[href]", "href") {
                assert!(
                    link.starts_with('/') || link.starts_with('#') || link.starts_with('?'),
                    "{name} leads to {link}"
                );
            }
            for sentence in sound::sentences(&page) {
                is_in_its_language(&name, language, &sentence);
            }
            assert!(seen.insert(html), "{name} is the same as another state");
        }
    }
}

/// Holds a sentence of a sample to being of the page's language: but for what strangers wrote, no Chinese character in
/// English, and no three English words in a row in Chinese.
fn is_in_its_language(name: &str, language: Language, sentence: &str) {
    let own = sentence.replace(WRITTEN, " ");
    let is_other = match language {
        Language::En => own.contains(|sign: char| matches!(sign, '\u{4e00}'..='\u{9fff}')),
        Language::Zh => sound::has_english(&own),
    };
    assert!(!is_other, "{name} has a sentence of the other language: {own}");
}

/// A law as a page cites it.
pub(super) fn citation() -> Citation {
    Citation {
        cited: text(),
        version_of: Some(text()),
        page: "/en/law/lanhe-regulations-on-pharmacists-article-7".to_owned(),
    }
}

/// Every file of pages.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder of pages") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else {
            found.push(path);
        }
    }
    found
}

/// What `text` names behind each `mark`, up to the next quote.
fn named<'t>(text: &'t str, mark: &'t str) -> impl Iterator<Item = &'t str> {
    text.split(mark).skip(1).filter_map(|rest| rest.trim_start().trim_start_matches('"').split('"').next())
}

#[test]
fn every_page_has_samples_of_its_states() {
    let (mut templates, mut held) = (BTreeSet::new(), BTreeSet::new());
    for path in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/pages")) {
        let text = fs::read_to_string(&path).expect("a page");
        templates.extend(named(&text, "#[template(path = \"").map(str::to_owned));
        held.extend(named(&text, "hold(").map(str::to_owned));
    }
    // The parts of pages are held with the pages that they stand in, and in `plot/tests.rs`.
    templates.retain(|template| template.ends_with(".html") && !template.starts_with("parts/"));
    let missing: Vec<_> = templates.difference(&held).collect();
    assert!(missing.is_empty(), "pages without samples: write them beside each page: {missing:?}");
    assert!(templates.len() > 80, "only {} pages were found", templates.len());
}
