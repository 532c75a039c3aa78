//! One kind of record, in one version: what it holds, by which law, for how long, and who may see it.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use fairfile_domain::catalog::{Bearing, Catalog, Input, InputKind, Item, LastDay, Missing, StartEvent};
use fairfile_domain::day::Day;
use fairfile_domain::id::{InputCode, ItemCode, MemberCode};
use fairfile_service::directory::Directory;
use i18n_embed_fl::fl;

use super::Link;
use crate::caller::Call;
use crate::pages::citation::{Citation, cite, own_half, period};
use crate::pages::frame::{Frame, Theme};
use crate::problem::{Problem, RequestFault};
use crate::wire::Language;

/// One input.
pub(in crate::pages) struct Holding {
    pub(in crate::pages) title: String,
    pub(in crate::pages) code: String,
    pub(in crate::pages) kind: String,
    pub(in crate::pages) needed: String,
}

/// One purpose that reaches the item.
pub(in crate::pages) struct Seen {
    pub(in crate::pages) purpose: Link,
    pub(in crate::pages) inputs: Vec<String>,
}

/// One version.
struct Version {
    words: String,
    to: String,
    is_this: bool,
}

/// What one part of a version says, and what the version before said.
pub(in crate::pages) struct Change {
    pub(in crate::pages) what: String,
    pub(in crate::pages) before: String,
    pub(in crate::pages) after: String,
}

/// All that one version says.
pub(in crate::pages) struct Sheet {
    pub(in crate::pages) plain_words: String,
    pub(in crate::pages) law: Citation,
    pub(in crate::pages) sources: Vec<Link>,
    pub(in crate::pages) shown: String,
    pub(in crate::pages) waits: bool,
    pub(in crate::pages) kept: String,
    pub(in crate::pages) holds: Vec<Holding>,
    pub(in crate::pages) seen: Vec<Seen>,
    /// What ends it early, and its law with the language that it is cited in.
    pub(in crate::pages) repair: Vec<(String, (String, &'static str))>,
    pub(in crate::pages) reconsideration: Link,
}

#[derive(Template)]
#[template(path = "public/item.html")]
struct Page {
    frame: Frame,
    title: String,
    code: String,
    since: String,
    item: Sheet,
    versions: Vec<Version>,
    before: Option<u32>,
    changes: Vec<Change>,
}

/// `GET /{language}/catalog/{item}`: as it applies today.
pub(crate) fn today(call: &Call<'_>) -> Result<Response, Problem> {
    let reg = call.doors.reg();
    let code: ItemCode = call.last().parse().map_err(|_| RequestFault::NotFound)?;
    let catalog = reg.catalog();
    let item = catalog.item_on(&code, reg.today()).ok_or(RequestFault::NotFound)?;
    show(call, &catalog, item)
}

/// `GET /{language}/catalog/{item}/v{version}`
pub(crate) fn version(call: &Call<'_>) -> Result<Response, Problem> {
    let mut parts = call.parts.uri.path().rsplit('/');
    let number = parts.next().and_then(|last| last.strip_prefix('v')?.parse::<u32>().ok());
    let code = parts.next().and_then(|code| code.parse::<ItemCode>().ok());
    let catalog = call.doors.reg().catalog();
    let item = number.zip(code).and_then(|(number, code)| catalog.item(&code, number)).ok_or(RequestFault::NotFound)?;
    show(call, &catalog, item)
}

fn show(call: &Call<'_>, catalog: &Catalog, item: &Item) -> Result<Response, Problem> {
    let frame = Frame::of(call);
    let (directory, today) = (call.doors.reg().directory(), call.doors.reg().today());
    let language = frame.language;
    let versions = catalog.items().filter(|other| other.code == item.code);
    let version = |other: &Item| Version {
        words: since(&frame, other, today),
        to: frame.to(&format!("/catalog/{}/v{}", item.code, other.version)),
        is_this: other.version == item.version,
    };
    let before = item.version.checked_sub(1).and_then(|number| catalog.item(&item.code, number));
    let page = Page {
        title: language.of(&item.title).to_owned(),
        code: item.code.to_string(),
        since: since(&frame, item, today),
        item: sheet(&frame, catalog, item, &directory),
        versions: versions.map(version).collect(),
        before: before.map(|before| before.version),
        changes: before.map(|before| changes(&frame, before, item, &directory)).unwrap_or_default(),
        frame,
    };
    page.frame.answer(StatusCode::OK, &page)
}

/// All that `item` says, in words; `catalog` has its purposes.
pub(in crate::pages) fn sheet(frame: &Frame, catalog: &Catalog, item: &Item, directory: &Directory) -> Sheet {
    let language = frame.language;
    let seen = |(code, inputs): (&fairfile_domain::id::PurposeCode, &Vec<InputCode>)| {
        let purpose = catalog.purpose(code)?;
        let purpose =
            Link { words: language.of(&purpose.title).to_owned(), to: frame.to(&format!("/purposes/{code}")) };
        Some(Seen { purpose, inputs: inputs.iter().map(|input| title_of(frame, item, input)).collect() })
    };
    Sheet {
        plain_words: language.of(&item.plain_words).to_owned(),
        law: cite(frame, &item.law),
        sources: sources(frame, item, directory),
        shown: shown(frame, item),
        waits: item.bearing == Bearing::Adverse,
        kept: fl!(frame.words, "item-kept-text", period = period(frame, item.retention)),
        holds: item.inputs.iter().map(|input| holding(frame, input)).collect(),
        seen: item.purposes.iter().filter_map(seen).collect(),
        repair: item
            .repair
            .iter()
            .map(|row| (language.of(&row.title).to_owned(), own_half(language, &row.law)))
            .collect(),
        reconsideration: member(frame, &item.reconsideration, directory),
    }
}

impl Sheet {
    /// Without links to pages that are not there yet: those of laws, members and purposes that only a proposal names.
    pub(in crate::pages) fn unlinked(mut self, is_there: impl Fn(&str) -> bool) -> Self {
        let links = self.sources.iter_mut().chain(std::iter::once(&mut self.reconsideration));
        let links = links.chain(self.seen.iter_mut().map(|seen| &mut seen.purpose)).map(|link| &mut link.to);
        for to in links.chain(std::iter::once(&mut self.law.page)) {
            if !is_there(to) {
                to.clear();
            }
        }
        self
    }
}

/// Which version it is, and from which day on it holds.
pub(in crate::pages) fn since(frame: &Frame, item: &Item, today: Day) -> String {
    let (version, day) = (item.version, frame.day(item.in_force_from));
    if today < item.in_force_from {
        fl!(frame.words, "version-from", version = version, day = day)
    } else {
        fl!(frame.words, "version-since", version = version, day = day)
    }
}

/// A link to a member's page.
pub(super) fn member(frame: &Frame, code: &MemberCode, directory: &Directory) -> Link {
    let title = directory.members.get(code).map_or(code.as_str(), |member| frame.language.of(&member.title));
    Link { words: title.to_owned(), to: frame.to(&format!("/members/{code}")) }
}

/// Who may write records of the item.
pub(super) fn sources(frame: &Frame, item: &Item, directory: &Directory) -> Vec<Link> {
    item.sources.iter().map(|code| member(frame, code, directory)).collect()
}

fn title_of(frame: &Frame, item: &Item, code: &InputCode) -> String {
    item.input(code).map_or_else(|| code.to_string(), |input| frame.language.of(&input.title).to_owned())
}

/// How long others may see a record of the item.
pub(super) fn shown(frame: &Frame, item: &Item) -> String {
    let words = frame.words;
    match (&item.display.from, &item.display.until) {
        (StartEvent::Input(from), LastDay::Input(until)) => {
            let (from, until) = (title_of(frame, item, from), title_of(frame, item, until));
            fl!(words, "item-shown-input-input", from = quoted(frame, &from), until = quoted(frame, &until))
        }
        (StartEvent::Input(from), LastDay::After(length)) => {
            let from = quoted(frame, &title_of(frame, item, from));
            fl!(words, "item-shown-input-after", from = from, period = period(frame, *length))
        }
        (StartEvent::Received, LastDay::Input(until)) => {
            fl!(words, "item-shown-received-input", until = quoted(frame, &title_of(frame, item, until)))
        }
        (StartEvent::Received, LastDay::After(length)) => {
            fl!(words, "item-shown-received-after", period = period(frame, *length))
        }
    }
}

/// The name of an input within a sentence.
fn quoted(frame: &Frame, name: &str) -> String {
    match frame.language {
        Language::En => format!("‘{name}’"),
        Language::Zh => format!("“{name}”"),
    }
}

fn holding(frame: &Frame, input: &Input) -> Holding {
    let words = frame.words;
    let kind = match &input.kind {
        InputKind::Identifier(_) => fl!(words, "kind-identifier"),
        InputKind::Name => fl!(words, "kind-name"),
        InputKind::Number => fl!(words, "kind-number"),
        InputKind::Day { .. } => fl!(words, "kind-day"),
        InputKind::Money(_) => fl!(words, "kind-money"),
        InputKind::Choice(choices) => {
            let names: Vec<&str> = choices.iter().map(|choice| frame.language.of(&choice.title)).collect();
            let kind = fl!(words, "kind-choice", count = (choices.len() as i64));
            [
                kind.as_str(),
                &fl!(words, "colon"),
                frame.language.pick(" ", ""),
                &names.join(frame.language.pick(", ", "、")),
            ]
            .concat()
        }
        InputKind::Citation => fl!(words, "kind-citation"),
        InputKind::Text { most_chars, .. } => fl!(words, "kind-text", count = i64::from(*most_chars)),
    };
    let needed = match input.missing {
        Missing::Rejected => fl!(words, "item-input-yes"),
        Missing::Quarantined => fl!(words, "item-input-quarantine"),
        Missing::Allowed => fl!(words, "item-input-no"),
    };
    Holding { title: frame.language.of(&input.title).to_owned(), code: input.code.to_string(), kind, needed }
}

/// What a reader would notice to be another than in the version before.
pub(in crate::pages) fn changes(frame: &Frame, before: &Item, after: &Item, directory: &Directory) -> Vec<Change> {
    let rows = said(frame, before, directory).into_iter().zip(said(frame, after, directory));
    let changed = rows.filter(|(before, after)| before.1 != after.1);
    changed.map(|((what, before), (_, after))| Change { what, before, after }).collect()
}

/// Each part of what a version says, with its name: all that a reader can be shown of it, as texts to be compared.
fn said(frame: &Frame, item: &Item, directory: &Directory) -> Vec<(String, String)> {
    let (words, language) = (frame.words, frame.language);
    let joined = |texts: Vec<String>| texts.join(language.pick("; ", "；"));
    let with = |text: &str, beside: &str| match language {
        Language::En => format!("{text} ({beside})"),
        Language::Zh => format!("{text}（{beside}）"),
    };
    let listed = |texts: &[String]| texts.join(language.pick(", ", "、"));
    let law = cite(frame, &item.law);
    let law = law.version_of.map_or_else(|| law.cited.clone(), |version_of| with(&law.cited, &version_of));
    let waits = (item.bearing == Bearing::Adverse).then(|| fl!(words, "item-waiting"));
    let sources = sources(frame, item, directory).into_iter().map(|link| link.words).collect();
    let holds = item.inputs.iter().map(|input| holding(frame, input));
    let holds = holds.map(|row| with(&row.title, &listed(&[row.kind, row.needed]))).collect();
    let purposes = item.purposes.iter().map(|(code, inputs)| {
        let inputs: Vec<String> = inputs.iter().map(|input| title_of(frame, item, input)).collect();
        with(code.as_str(), &listed(&inputs))
    });
    let repair = if item.repair.is_empty() {
        fl!(words, "item-repair-none")
    } else {
        joined(item.repair.iter().map(|row| with(language.of(&row.title), &own_half(language, &row.law).0)).collect())
    };
    vec![
        (fl!(words, "item-title"), language.of(&item.title).to_owned()),
        (fl!(words, "item-plain"), language.of(&item.plain_words).to_owned()),
        (fl!(words, "purpose-sector"), language.of(&item.sector.title()).to_owned()),
        (fl!(words, "item-law"), law),
        (fl!(words, "item-sources"), joined(sources)),
        (
            fl!(words, "item-shown"),
            [Some(shown(frame, item)), waits].into_iter().flatten().collect::<Vec<_>>().join(" "),
        ),
        (fl!(words, "item-kept"), period(frame, item.retention)),
        (fl!(words, "item-repair"), repair),
        (fl!(words, "item-reconsideration"), member(frame, &item.reconsideration, directory).words),
        (fl!(words, "item-holds"), joined(holds)),
        (fl!(words, "item-purposes"), joined(purposes.collect())),
    ]
}

#[cfg(test)]
mod tests {
    use fairfile_domain::catalog::{Bilingual, RepairCondition};
    use fairfile_domain::day::{Day, Period, Unit};
    use fairfile_lawfiles::catalog::{EMBEDDED_DEMO, parse};

    use super::*;

    /// The pharmacist item of the demo.
    fn item() -> Item {
        let (name, text) = EMBEDDED_DEMO.iter().find(|(name, _)| *name == "pharmacist-licence.toml").expect("the item");
        parse(name, text).expect("an item file").item
    }

    /// What a reader is told when `change` is made to the item, in the language of most.
    fn told(change: impl Fn(&mut Item)) -> Vec<String> {
        let (frame, before) = (Frame::sample(Language::En), item());
        let mut after = item();
        change(&mut after);
        let told = changes(&frame, &before, &after, &Directory::default());
        assert_eq!(told.len(), changes(&Frame::sample(Language::Zh), &before, &after, &Directory::default()).len());
        told.into_iter().map(|change| change.what).collect()
    }

    #[test]
    fn whatever_a_new_version_says_otherwise_is_told() {
        let one = |change: &dyn Fn(&mut Item)| {
            let told = told(change);
            assert_eq!(told.len(), 1, "{told:?}");
            told.concat()
        };
        assert!(told(|_| ()).is_empty() && told(|item| item.version = 2).is_empty());
        assert_eq!(one(&|item| (item.title.en, item.title.zh) = ("x".to_owned(), "某".to_owned())), "Its name");
        one(&|item| (item.plain_words.en, item.plain_words.zh) = ("x".to_owned(), "某".to_owned()));
        one(&|item| item.law.article = "Article 8".to_owned());
        one(&|item| item.law.version_of = Day::new(2020, 1, 1).ok());
        one(&|item| item.sources.clear());
        one(&|item| item.bearing = Bearing::Adverse);
        one(&|item| item.retention = Period { count: 30, unit: Unit::Year });
        one(&|item| item.reconsideration = "court".parse().expect("a code"));
        one(&|item| item.purposes.clear());
        one(&|item| item.inputs.swap(0, 1));
        one(&|item| {
            let title = Bilingual { en: "x".to_owned(), zh: "某".to_owned() };
            item.repair.push(RepairCondition { code: "paid".to_owned(), title, law: "Article 9".to_owned() });
        });
    }
}

#[cfg(test)]
pub(in crate::pages) mod sampled {
    use super::*;
    use crate::pages::samples::{citation, text};

    fn link() -> Link {
        Link { words: text(), to: "/en/x".to_owned() }
    }

    /// The least that a version says.
    pub(in crate::pages) fn sheet() -> Sheet {
        Sheet {
            plain_words: text(),
            law: citation(),
            sources: vec![link()],
            shown: text(),
            waits: false,
            kept: text(),
            holds: vec![holding()],
            seen: Vec::new(),
            repair: Vec::new(),
            reconsideration: link(),
        }
    }

    fn holding() -> Holding {
        Holding { title: text(), code: "class".to_owned(), kind: text(), needed: text() }
    }

    /// The same of what has no pages yet.
    pub(in crate::pages) fn unlinked() -> Sheet {
        sheet().unlinked(|_| false)
    }

    /// All that a version can say.
    pub(in crate::pages) fn whole() -> Sheet {
        Sheet {
            sources: vec![link(), link()],
            waits: true,
            holds: vec![holding(), holding()],
            seen: vec![
                Seen { purpose: link(), inputs: vec![text()] },
                Seen { purpose: link(), inputs: vec![text(), text()] },
            ],
            repair: vec![(text(), (text(), "en"))],
            ..sheet()
        }
    }
}

#[cfg(test)]
mod samples {
    use super::sampled::{sheet, whole};
    use super::*;
    use crate::pages::samples::{hold, text};

    fn bare(frame: Frame) -> Page {
        Page {
            frame,
            title: text(),
            code: "pharmacist-licence".to_owned(),
            since: text(),
            item: sheet(),
            versions: vec![Version { words: text(), to: "/en/x".to_owned(), is_this: true }],
            before: None,
            changes: Vec::new(),
        }
    }

    #[test]
    fn from_one_that_holds_nothing_to_one_with_a_history() {
        hold(
            "public/item.html",
            &[
                ("empty", bare),
                ("full", |frame| Page {
                    item: whole(),
                    versions: vec![
                        Version { words: text(), to: "/en/x".to_owned(), is_this: true },
                        Version { words: text(), to: "/en/y".to_owned(), is_this: false },
                    ],
                    before: Some(1),
                    changes: vec![Change { what: text(), before: text(), after: String::new() }],
                    ..bare(frame)
                }),
                ("unchanged", |frame| Page { before: Some(1), ..bare(frame) }),
            ],
        );
    }
}
