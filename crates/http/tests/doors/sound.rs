//! What must hold of the markup of every page, whether a node sent it or a sample of it was rendered.

use std::collections::BTreeSet;

use scraper::{ElementRef, Html, Selector};

/// The texts of all elements that `selector` finds.
pub fn all(page: &Html, selector: &str) -> Vec<String> {
    let selector = Selector::parse(selector).expect("a selector");
    page.select(&selector).map(|element| element.text().collect::<String>().trim().to_owned()).collect()
}

/// The values of an attribute of all elements that `selector` finds and that have it.
pub fn attributes(page: &Html, selector: &str, name: &str) -> Vec<String> {
    let selector = Selector::parse(selector).expect("a selector");
    page.select(&selector).filter_map(|element| element.attr(name)).map(str::to_owned).collect()
}

/// All words of an element, without those of the parts that are no sentences of the page: code, files, drawings, and words
/// that are marked as being of another language.
fn said(element: ElementRef<'_>, into: &mut String) {
    for node in element.children() {
        if let Some(text) = node.value().as_text() {
            into.push_str(text);
        } else if let Some(part) = ElementRef::wrap(node) {
            let name = part.value().name();
            let is_apart = ["code", "pre", "svg", "script", "textarea", "noscript"].contains(&name);
            if is_apart || part.attr("lang").is_some() {
                into.push('\u{fffc}');
            } else {
                said(part, into);
            }
        }
    }
}

/// The sentences of a page: the words of each block, without what [`said`] leaves out.
pub fn sentences(page: &Html) -> Vec<String> {
    let blocks =
        Selector::parse("h1, h2, h3, h4, p, li, dt, dd, th, td, label, legend, summary, option, caption, button")
            .expect("a selector");
    let sentence = |block: ElementRef<'_>| {
        let mut words = String::new();
        said(block, &mut words);
        words.trim().to_owned()
    };
    let is_apart = |block: &ElementRef<'_>| {
        std::iter::successors(Some(*block), |at| at.parent().and_then(ElementRef::wrap))
            .any(|at| at.value().name() != "html" && at.attr("lang").is_some())
    };
    page.select(&blocks).filter(|block| !is_apart(block)).map(sentence).filter(|words| !words.is_empty()).collect()
}

/// Whether a sentence has three English words in a row.
pub fn has_english(sentence: &str) -> bool {
    let is_word = |word: &str| word.len() > 1 && word.bytes().all(|sign| sign.is_ascii_alphabetic());
    let mut row = 0;
    sentence.split(|sign: char| !sign.is_ascii_graphic()).any(|word| {
        row = if is_word(word) { row + 1 } else { 0 };
        row == 3
    })
}

/// Holds the page called `name`, in the language `lang`, to what every page promises, and reads it.
pub fn markup(name: &str, lang: &str, html: &str) -> Html {
    let page = Html::parse_document(html);
    assert!(page.errors.is_empty(), "{name} is broken HTML: {:?}", page.errors);
    assert_eq!(attributes(&page, "html", "lang"), [lang], "{name}");
    assert_eq!(all(&page, "h1").len(), 1, "{name} asks one question");
    let title = &all(&page, "head > title")[0];
    assert!(title.contains(&all(&page, "h1")[0]), "{name} is called {title}");
    nothing_runs(name, &page);
    headings(name, &page);
    references(name, &page);
    fields(name, &page);
    tables(name, &page);
    nothing_is_empty(name, &page);
    wrongs(name, lang, &page);
    punctuation(name, lang, &page);
    let text = all(&page, "body").concat();
    assert!(!text.contains("{$") && !text.contains("No localization"), "{name} has a word that is not there");
    assert!(!text.contains("Some(") && !text.contains("Ok("), "{name} shows a value as a program writes it");
    page
}

/// The one script asks a device for a passkey, and stands on no other page; nothing else can run, and nothing has a look of
/// its own.
fn nothing_runs(name: &str, page: &Html) {
    let scripts = attributes(page, "script", "src");
    let asks_a_device = !all(page, "form[data-passkey]").is_empty();
    assert!(scripts.iter().all(|script| script.starts_with("/assets/passkey-")), "{name}: {scripts:?}");
    assert_eq!(all(page, "script").len(), usize::from(asks_a_device), "{name} has a script without need");
    for element in ["style", "img", "iframe", "object", "embed", "base", "[style]", "link[rel=stylesheet][href^=http]"]
    {
        assert!(all(page, element).is_empty(), "{name} has {element}");
    }
    for element in page.root_element().descendent_elements() {
        for (attribute, value) in element.value().attrs() {
            // What is wrong is where reading begins; nothing else asks for it.
            let is_asked_for = attribute == "autofocus" && element.value().classes().any(|class| class == "errors");
            assert!(!attribute.starts_with("on"), "{name} has {attribute}");
            assert!(attribute != "autofocus" || is_asked_for, "{name} has {attribute}");
            let leads = ["href", "src", "action", "formaction"].contains(&attribute);
            let is_program = value.trim_start().to_lowercase().starts_with("javascript:");
            assert!(!(leads && is_program), "{name} has {attribute}={value}");
        }
    }
}

/// The headings go down one level at a time.
fn headings(name: &str, page: &Html) {
    let mut level = 0;
    for element in page.root_element().descendent_elements() {
        let rank = ["h1", "h2", "h3", "h4", "h5", "h6"].iter().position(|rank| *rank == element.value().name());
        let Some(rank) = rank.map(|rank| rank + 1) else { continue };
        let words: String = element.text().collect();
        assert!(rank <= level + 1, "{name} leaves a level of headings out above {words:?}");
        level = rank;
    }
}

/// No id stands twice, and whatever names one names one that is there.
fn references(name: &str, page: &Html) {
    let ids = attributes(page, "[id]", "id");
    let known: BTreeSet<&str> = ids.iter().map(String::as_str).collect();
    assert_eq!(known.len(), ids.len(), "{name} has an id twice");
    for attribute in ["aria-describedby", "aria-labelledby", "aria-controls", "for", "headers", "form"] {
        for named in attributes(page, &format!("[{attribute}]"), attribute) {
            for id in named.split_whitespace() {
                assert!(known.contains(id), "{name}: {attribute} names {id}, which is not there");
            }
        }
    }
    for link in attributes(page, "a[href^='#']", "href") {
        assert!(known.contains(&link[1..]), "{name} leads to {link}, which is not there");
    }
}

/// Every field has a label, and a field that is wrong says so where it stands or in the summary above.
fn fields(name: &str, page: &Html) {
    let selector = Selector::parse("input:not([type=hidden]), textarea:not([hidden]), select").expect("a selector");
    let labelled: BTreeSet<String> = attributes(page, "label", "for").into_iter().collect();
    let linked: BTreeSet<String> = attributes(page, ".errors a", "href").into_iter().collect();
    for field in page.select(&selector) {
        let id = field.attr("id").unwrap_or_else(|| panic!("{name} has a field without an id: {}", field.html()));
        assert!(labelled.contains(id), "{name}: {id} has no label");
        let described = field.attr("aria-describedby").unwrap_or_default();
        let is_wrong = field.attr("aria-invalid") == Some("true");
        let says_so = described.contains("wrong") || linked.contains(&format!("#{id}"));
        assert!(!is_wrong || says_so, "{name}: {id} is wrong and nothing says why");
    }
    for words in all(page, "label, legend, button, a, summary, caption") {
        assert!(!words.is_empty(), "{name} has a label, a button or a link without words");
    }
}

/// Each head of a table has a scope, each row as many cells as the heads, and each cell says on a phone what it is.
fn tables(name: &str, page: &Html) {
    let parse = |selector: &str| Selector::parse(selector).expect("a selector");
    assert!(all(page, "th:not([scope])").is_empty(), "{name} has a head of a table without a scope");
    let (rows, cells, heads) = (parse("tbody > tr"), parse("th, td"), parse("thead > tr > th, thead > tr > td"));
    let width = |cell: ElementRef<'_>| cell.attr("colspan").map_or(1, |width| width.parse().unwrap_or(1));
    for table in page.select(&parse("table")) {
        let heads: usize = table.select(&heads).map(width).sum();
        for row in table.select(&rows) {
            let cells: usize = row.select(&cells).map(width).sum();
            assert!(heads == 0 || cells == heads, "{name}: a row of {cells} cells under {heads} heads");
            assert!(row.select(&parse("th[scope=row]")).count() == 1, "{name}: a row has no head of its own");
        }
    }
    let unnamed = "table.cards tbody td:not([data-label]):not([colspan]):not([aria-hidden])";
    assert!(all(page, unnamed).is_empty(), "{name} has a cell that does not say on a phone what it is");
}

/// Where there is nothing, a sentence says so, and not a list or a table of nothing.
fn nothing_is_empty(name: &str, page: &Html) {
    for list in ["ul:not(:has(> li))", "ol:not(:has(> li))", "dl:not(:has(dt))", "tbody:not(:has(tr))"] {
        assert!(all(page, list).is_empty(), "{name} has a list or a table of nothing: {list}");
    }
    let selects = all(page, "select:not(:has(option))");
    assert!(selects.is_empty(), "{name} has a choice of nothing");
    for words in all(page, "h1, h2, h3, dt, th") {
        assert!(!words.is_empty(), "{name} has a heading without words");
    }
    for at in attributes(page, "time", "datetime") {
        let is_moment = at.len() >= 10 && at.starts_with(|sign: char| sign.is_ascii_digit());
        assert!(is_moment, "{name} has a time that no machine reads: {at:?}");
    }
}

/// A page with something wrong in its form says so before all else: in its title, and in a summary that is read out.
fn wrongs(name: &str, lang: &str, page: &Html) {
    let title = &all(page, "head > title")[0];
    let is_called_so = title.starts_with(if lang == "en" { "Error: " } else { "出错：" });
    let summaries = all(page, ".errors").len();
    let is_wrong = summaries > 0 || !all(page, "[aria-invalid=true]").is_empty();
    assert!(!is_wrong || is_called_so, "{name} has something wrong in it, and is called {title}");
    assert!(!is_wrong || summaries > 0, "{name} has something wrong in it and no summary");
    assert!(
        !is_called_so || !all(page, "main [role=alert]").is_empty(),
        "{name} is called {title}, and nothing is wrong"
    );
    assert_eq!(all(page, ".errors[role=alert][tabindex='-1']").len(), summaries, "{name} has a summary nobody hears");
}

/// Chinese sentences have Chinese signs: no comma, colon or full stop of another script behind a Chinese character.
fn punctuation(name: &str, lang: &str, page: &Html) {
    if lang != "zh-Hans" {
        return;
    }
    for sentence in sentences(page) {
        let signs: Vec<char> = sentence.chars().collect();
        for (place, pair) in signs.windows(2).enumerate() {
            let is_chinese = matches!(pair[0], '\u{4e00}'..='\u{9fff}' | '。' | '，' | '：' | '）' | '》');
            // Within a name, such as that of a file, it is no sign of the sentence.
            let is_within = signs.get(place + 2).is_some_and(char::is_ascii_alphanumeric);
            let is_other = is_chinese && ",.:;!?".contains(pair[1]) && !is_within;
            assert!(!is_other, "{name} has {:?} in: {sentence}", pair[1]);
        }
    }
}
