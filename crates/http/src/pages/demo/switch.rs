//! Whom a visitor of a demo can be: a field in the bar that stands above every page.

use fairfile_domain::id::PurposeCode;
use fairfile_service::registry::Mode;
use fairfile_service::sign_in::{self, Holding};
use i18n_embed_fl::fl;

use crate::doors::Doors;
use crate::pages::citation;
use crate::pages::words::Words;
use crate::sessions::Who;
use crate::stage::Cues;
use crate::wire::Language;

/// Those who run a demo and watch over it.
pub(super) const REGISTRARS: [&str; 2] = ["registrar-1", "registrar-2"];
/// Who watches over a demo.
pub(super) const SUPERVISOR: &str = "supervisor-1";

/// The field, and the day on which the demo's clock stands.
pub(in crate::pages) struct Switch {
    /// The day.
    pub(in crate::pages) today: String,
    /// The kinds of visitors.
    pub(in crate::pages) groups: Vec<Group>,
    /// What the story has the visitor type on this page.
    pub(in crate::pages) cues: Vec<Cue>,
}

/// Something to type or to choose.
pub(in crate::pages) struct Cue {
    /// The field, as the page calls it.
    pub(in crate::pages) field: String,
    /// What to type into it.
    pub(in crate::pages) text: String,
    /// In which language that is written, if it is in one.
    pub(in crate::pages) lang: &'static str,
}

/// Visitors of one kind.
pub(in crate::pages) struct Group {
    /// What they are called together.
    pub(in crate::pages) title: String,
    /// Each of them.
    pub(in crate::pages) choices: Vec<Choice>,
}

/// One visitor.
pub(in crate::pages) struct Choice {
    /// What the form sends.
    pub(in crate::pages) value: String,
    /// What the visitor is called.
    pub(in crate::pages) name: String,
    /// Whether this is who is signed in.
    pub(in crate::pages) is_current: bool,
}

impl Switch {
    /// The switch of a demo; nothing on any other node.
    pub(in crate::pages) fn of(
        doors: &Doors,
        words: &Words,
        page: (Language, &str, &str),
        who: Option<&Who>,
    ) -> Option<Self> {
        let (language, path, query) = page;
        let reg = doors.reg();
        if reg.mode != Mode::Demo {
            return None;
        }
        let people = doors.stage().demo.people.iter().enumerate().map(|(place, person)| Choice {
            value: format!("person.{place}"),
            name: fl!(words, "demo-person", name = language.of(&person.name), trade = language.of(&person.trade)),
            is_current: matches!(who, Some(Who::Person(subject)) if *subject == person.subject),
        });
        let directory = reg.directory();
        let officers = directory.officers.iter().map(|(code, row)| {
            let member = directory.members.get(&row.officer.member).map_or("", |member| language.of(&member.title));
            let name = fl!(words, "visitor-officer", officer = code.as_str(), member = member);
            let holding = Who::Officer(code.clone()).holder().map(|holder| sign_in::holding(&directory, &holder));
            Choice {
                value: format!("officer.{code}"),
                name: match holding {
                    Some(Holding::Suspended) => fl!(words, "demo-suspended", name = name),
                    Some(Holding::Active | Holding::Unknown) | None => name,
                },
                is_current: matches!(who, Some(Who::Officer(own)) if own == code),
            }
        });
        let registrars = REGISTRARS.into_iter().map(|code: &str| Choice {
            value: format!("registrar.{code}"),
            name: fl!(words, "visitor-registrar", staff = code),
            is_current: matches!(who, Some(Who::Registrar(own)) if own.as_str() == code),
        });
        let supervisor = Choice {
            value: format!("supervisor.{SUPERVISOR}"),
            name: fl!(words, "visitor-supervisor", staff = SUPERVISOR),
            is_current: matches!(who, Some(Who::Supervisor(_))),
        };
        let nobody = Choice { value: "nobody".to_owned(), name: fl!(words, "demo-nobody"), is_current: who.is_none() };
        let mut groups = vec![Group { title: fl!(words, "demo-public"), choices: vec![nobody] }];
        for (title, choices) in [
            (fl!(words, "demo-people"), people.collect::<Vec<_>>()),
            (fl!(words, "demo-officers"), officers.collect()),
            (fl!(words, "demo-node"), registrars.chain([supervisor]).collect()),
        ] {
            if !choices.is_empty() {
                groups.push(Group { title, choices });
            }
        }
        Some(Self {
            today: citation::day(language, reg.today()),
            groups,
            cues: cues(doors, words, language, (path, query)),
        })
    }

    /// Whether whoever is signed in is one of the choices; a person can have come by number.
    pub(in crate::pages) fn knows_visitor(&self) -> bool {
        self.groups.iter().flat_map(|group| &group.choices).any(|choice| choice.is_current)
    }
}

/// What the story has a visitor type at `path`; nothing at any other page, and nothing where nobody is on file.
fn cues(doors: &Doors, words: &Words, language: Language, (path, query): (&str, &str)) -> Vec<Cue> {
    let cues = doors.stage().demo.cues.as_ref().filter(|_| !doors.stage().demo.people.is_empty());
    match (cues, path) {
        // The other question of the story: its purpose is chosen by the link that led here.
        (Some(cues), "/inquiry/new") if query == purpose_query(&cues.denied_purpose) => {
            of_inquirer(doors, words, language, &Cues { purpose: cues.denied_purpose.clone(), ..cues.clone() })
        }
        (Some(cues), "/source" | "/source/records") => of_source(doors, words, language, cues),
        (Some(cues), "/inquiry" | "/inquiry/new") => of_inquirer(doors, words, language, cues),
        (_, _) => Vec::new(),
    }
}

/// By which the source finds its own record, which it cannot browse for.
pub(super) fn of_source(doors: &Doors, words: &Words, language: Language, cues: &Cues) -> Vec<Cue> {
    let catalog = doors.reg().catalog();
    let item = catalog.items().find(|item| item.code.as_str() == cues.item);
    let title = item.map_or(cues.item.as_str(), |item| language.of(&item.title)).to_owned();
    vec![
        Cue { field: fl!(words, "demo-cue-item"), text: title, lang: "" },
        Cue { field: fl!(words, "demo-cue-record"), text: cues.record_number.clone(), lang: "zh-Hans" },
        Cue { field: fl!(words, "demo-cue-number"), text: cues.number.clone(), lang: "" },
    ]
}

/// The query that chooses a purpose on the page of a question.
pub(super) fn purpose_query(purpose: &str) -> String {
    form_urlencoded::Serializer::new(String::new()).append_pair("purpose", purpose).finish()
}

/// What an inquirer has to know before anything is shown.
pub(super) fn of_inquirer(doors: &Doors, words: &Words, language: Language, cues: &Cues) -> Vec<Cue> {
    let catalog = doors.reg().catalog();
    let purpose = cues.purpose.parse().ok().and_then(|code: PurposeCode| catalog.purpose(&code).cloned());
    let title = purpose.map_or(cues.purpose.clone(), |purpose| language.of(&purpose.title).to_owned());
    vec![
        Cue { field: fl!(words, "demo-cue-purpose"), text: title, lang: "" },
        Cue { field: fl!(words, "demo-cue-case"), text: cues.case.clone(), lang: "" },
        Cue { field: fl!(words, "demo-cue-number"), text: cues.number.clone(), lang: "" },
        Cue { field: fl!(words, "demo-cue-name"), text: cues.name.clone(), lang: "zh-Hans" },
    ]
}

#[cfg(test)]
impl Switch {
    /// A switch among several, one of whom is the visitor or nobody is.
    pub(in crate::pages) fn sample(is_known: bool) -> Self {
        let text = crate::pages::samples::text;
        let choice = |is_current| Choice { value: "person.1".to_owned(), name: text(), is_current };
        let group = || Group { title: text(), choices: vec![choice(false), choice(is_known)] };
        let cue = || Cue { field: text(), text: text(), lang: "zh-Hans" };
        Self { today: text(), groups: vec![group()], cues: vec![cue(), cue()] }
    }
}
