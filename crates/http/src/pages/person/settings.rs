//! How the visitor wants to be told: by which way, in which language, with which words, at which hours, how often of looks.

use askama::Template;
use axum::body::Body;
use axum::http::StatusCode;
use axum::response::Response;
use fairfile_domain::message::{
    Channel, Hours, Language, MailAddress, NotAPhrase, Often, Phone, Phrase, Settings as Chosen,
};
use fairfile_service::messages;
use i18n_embed_fl::fl;

use crate::caller::Call;
use crate::pages::address::to_page;
use crate::pages::form::Fields;
use crate::pages::frame::{Frame, Theme};
use crate::pages::signed_in::SignedIn;
use crate::problem::Problem;

/// What stands in the address after something was kept.
const KEPT: &str = "kept";

#[derive(Template)]
#[template(path = "person/settings.html")]
struct Page {
    frame: Frame,
    typed: Typed,
    faults: Vec<Fault>,
    /// The ways that this node has.
    by_mail: bool,
    by_sms: bool,
    /// Whether something was kept a moment ago.
    is_kept: bool,
}

/// What stands in the fields, whether it can be kept or not.
struct Typed {
    language: String,
    channel: String,
    mail: String,
    phone: String,
    phrase: String,
    from: String,
    until: String,
    looks: String,
}

/// What is wrong with a field.
struct Fault {
    field: &'static str,
    text: String,
}

impl Typed {
    fn of(chosen: &Chosen) -> Self {
        let to = |channel: &Channel, word: &str| match channel {
            channel if channel.word() == word => channel.to().unwrap_or_default().to_owned(),
            _ => String::new(),
        };
        Self {
            language: chosen.language.word().to_owned(),
            channel: chosen.channel.word().to_owned(),
            mail: to(&chosen.channel, "mail"),
            phone: to(&chosen.channel, "sms"),
            phrase: chosen.phrase.as_ref().map(|phrase| phrase.as_str().to_owned()).unwrap_or_default(),
            from: chosen.hours.from().to_string(),
            until: chosen.hours.until().to_string(),
            looks: chosen.looks.word().to_owned(),
        }
    }

    fn read(fields: &Fields) -> Self {
        let text = |name: &str| fields.text(name).to_owned();
        Self {
            language: text("language"),
            channel: text("channel"),
            mail: text("mail"),
            phone: text("phone"),
            phrase: text("phrase"),
            from: text("from"),
            until: text("until"),
            looks: text("looks"),
        }
    }

    /// What was chosen, or everything that is wrong with it.
    fn chosen(&self, frame: &Frame, (by_mail, by_sms): (bool, bool)) -> Result<Chosen, Vec<Fault>> {
        let words = frame.words;
        let mut faults = Vec::new();
        let mut wrong = |field, text| faults.push(Fault { field, text });
        let channel = match self.channel.as_str() {
            "page" => Some(Channel::Page),
            "mail" if by_mail => MailAddress::parse(&self.mail).ok().map(Channel::Mail),
            "sms" if by_sms => Phone::parse(&self.phone).ok().map(Channel::Sms),
            _ => None,
        };
        if channel.is_none() {
            match self.channel.as_str() {
                "mail" if by_mail => wrong("mail", fl!(words, "settings-mail-wrong")),
                "sms" if by_sms => wrong("phone", fl!(words, "settings-phone-wrong")),
                _ => wrong("channel-page", fl!(words, "settings-channel-wrong")),
            }
        }
        let phrase = match self.phrase.as_str() {
            "" => None,
            phrase => match Phrase::parse(phrase) {
                Ok(phrase) => Some(phrase),
                Err(fault) => {
                    let text = match fault {
                        NotAPhrase::Length => fl!(words, "settings-phrase-length"),
                        NotAPhrase::Digits => fl!(words, "settings-phrase-digits"),
                        NotAPhrase::Signs => fl!(words, "settings-phrase-signs"),
                    };
                    wrong("phrase", text);
                    None
                }
            },
        };
        let language = Language::find(&self.language);
        if language.is_none() {
            wrong("language-zh", fl!(words, "settings-language-wrong"));
        }
        let hours = match (self.from.parse(), self.until.parse()) {
            (Ok(from), Ok(until)) => Hours::new(from, until).ok(),
            _ => None,
        };
        if hours.is_none() {
            wrong("from", fl!(words, "settings-hours-wrong"));
        }
        let looks = Often::find(&self.looks);
        if looks.is_none() {
            wrong("looks-daily", fl!(words, "settings-looks-wrong"));
        }
        match (language, channel, hours, looks) {
            (Some(language), Some(channel), Some(hours), Some(looks)) if faults.is_empty() => {
                Ok(Chosen { language, channel, phrase, hours, looks })
            }
            _ => Err(faults),
        }
    }
}

impl Page {
    fn title(&self) -> String {
        let title = fl!(self.frame.words, "my-settings-title");
        if self.faults.is_empty() { title } else { fl!(self.frame.words, "error-title", page = title) }
    }

    /// What is wrong with a field, if anything is.
    fn fault(&self, field: &str) -> Option<&str> {
        self.faults.iter().find(|fault| fault.field == field).map(|fault| fault.text.as_str())
    }

    /// The full hours at which a day of messages can begin or end.
    fn hours(&self, first: u8, last: u8) -> Vec<(String, String)> {
        (first..=last).map(|hour| (hour.to_string(), format!("{hour:02}:00"))).collect()
    }

    /// How often looks can be told, with the words for it.
    fn often(&self) -> Vec<(&'static str, String)> {
        let words = self.frame.words;
        let name = |often| match often {
            Often::AtOnce => fl!(words, "settings-looks-at-once"),
            Often::Daily => fl!(words, "settings-looks-daily"),
            Often::Weekly => fl!(words, "settings-looks-weekly"),
            Often::Off => fl!(words, "settings-looks-off"),
        };
        Often::ALL.into_iter().map(|often| (often.word(), name(often))).collect()
    }
}

/// The ways that this node has, and those that are chosen and are no more.
fn ways(call: &Call<'_>, chosen: &Chosen) -> (bool, bool) {
    let post = &call.doors.config().post;
    let has = |word: &str| chosen.channel.word() == word;
    (post.by_mail || has("mail"), post.by_sms || has("sms"))
}

/// `GET /{language}/my/settings`
pub(super) async fn ask(call: &Call<'_>) -> Result<Response, Problem> {
    let subject = SignedIn::person(call)?;
    let chosen = call.doors.blocking(move |reg| messages::chosen(reg, subject)).await??.settings;
    let (by_mail, by_sms) = ways(call, &chosen);
    let page = Page {
        frame: Frame::of(call),
        typed: Typed::of(&chosen),
        faults: Vec::new(),
        by_mail,
        by_sms,
        is_kept: call.parts.uri.query() == Some(KEPT),
    };
    page.frame.answer(StatusCode::OK, &page)
}

/// `POST /{language}/my/settings`: keeps what was chosen, or shows it again with what is wrong.
pub(super) async fn keep(call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    let (visitor, subject) = SignedIn::at_own_file(call)?;
    let fields = Fields::read_own(call, &visitor, body).await?;
    let before = call.doors.blocking(move |reg| messages::chosen(reg, subject)).await??.settings;
    let (by_mail, by_sms) = ways(call, &before);
    let (frame, typed) = (Frame::of(call), Typed::read(&fields));
    let chosen = match typed.chosen(&frame, (by_mail, by_sms)) {
        Ok(chosen) => chosen,
        Err(faults) => {
            let page = Page { frame, typed, faults, by_mail, by_sms, is_kept: false };
            return page.frame.answer(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    // The same once more changes nothing, and leaves nothing in the journal.
    if chosen != before {
        messages::change(call.doors.reg(), &call.doors.sender(), subject, chosen).await?;
    }
    to_page(&format!("{}?{KEPT}", frame.to("/my/settings")))
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::pages::samples::{WRITTEN, hold};

    fn page(frame: Frame, channel: &str, faults: Vec<Fault>) -> Page {
        let typed = Typed {
            language: "en".to_owned(),
            channel: channel.to_owned(),
            mail: WRITTEN.to_owned(),
            phone: WRITTEN.to_owned(),
            phrase: WRITTEN.to_owned(),
            from: "8".to_owned(),
            until: "20".to_owned(),
            looks: "daily".to_owned(),
        };
        Page { frame, typed, is_kept: faults.is_empty(), faults, by_mail: channel == "mail", by_sms: channel == "sms" }
    }

    #[test]
    fn from_a_node_without_ways_to_fields_that_are_wrong() {
        hold(
            "person/settings.html",
            &[
                ("page alone", |frame| page(frame, "page", Vec::new())),
                ("by mail", |frame| page(frame, "mail", Vec::new())),
                ("error", |frame| page(frame, "sms", vec![Fault { field: "phone", text: WRITTEN.to_owned() }])),
            ],
        );
    }
}
