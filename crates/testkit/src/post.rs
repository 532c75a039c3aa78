//! How people of a world choose to be told, and what the post brings them.

use std::time::Duration;

use fairfile_domain::message::{Channel, Phone, Phrase, Settings};
use fairfile_messages::{Carried, HelpLines, Letter, Sender};
use fairfile_service::messages::{self, Courier, KeptMessage};

use crate::people::Person;
use crate::world::World;

/// Who speaks in a world's messages.
pub fn sender() -> Sender {
    Sender {
        name_en: "Fairfile Lanhe".into(),
        name_zh: "兰河公平档案".into(),
        home: "fairfile.lanhe.example".into(),
        help: HelpLines::default(),
    }
}

/// To be told by SMS, in English, under the words `green umbrella`.
///
/// # Panics
/// If `phone` is none.
pub fn by_sms(phone: &str) -> Settings {
    Settings {
        language: fairfile_domain::message::Language::En,
        channel: Channel::Sms(Phone::parse(phone).expect("a phone")),
        phrase: Some(Phrase::parse("green umbrella").expect("a phrase")),
        ..Settings::default()
    }
}

impl World {
    /// The person chooses how to be told; gives the version.
    ///
    /// # Panics
    /// If nothing is on file about the person.
    pub fn chooses(&self, person: &Person, settings: Settings) -> u32 {
        let (reg, subject) = (self.reg(), self.subject(person).expect("somebody on file"));
        self.wait(messages::change(&reg, &sender(), subject, settings)).expect("it is kept")
    }

    /// A courier who has just begun holds what rounds are due, hands each letter to `carry`, and notes what came of it.
    ///
    /// # Panics
    /// If the node fails.
    pub fn post_goes_out(&self, carry: impl Fn(&Letter) -> Carried) {
        let (reg, courier) = (self.reg(), Courier::new(sender()));
        while courier.hold_round(&reg, Duration::ZERO).expect("a round") {}
        courier.deliver(&reg, Duration::ZERO, || true, carry).expect("it is sent");
        while courier.hold_round(&reg, Duration::from_secs(60)).expect("a round") {}
    }

    /// The post goes out and everything is taken: the letters, in their order.
    pub fn post_is_taken(&self) -> Vec<Letter> {
        let taken = std::cell::RefCell::new(Vec::new());
        self.post_goes_out(|letter| {
            taken.borrow_mut().push(letter.clone());
            Carried::Taken
        });
        taken.into_inner()
    }

    /// What was written to the person, the newest first.
    ///
    /// # Panics
    /// If nothing is on file about the person.
    pub fn messages_of(&self, person: &Person) -> Vec<KeptMessage> {
        let subject = self.subject(person).expect("somebody on file");
        messages::list(&self.reg(), subject, 1_000).expect("they open")
    }
}
