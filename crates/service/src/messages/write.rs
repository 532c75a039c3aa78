//! A plan whose time has come becomes a text: with the settings of now, and kept before it is sent.

use std::collections::HashMap;

use fairfile_domain::day::Instant;
use fairfile_domain::id::{MessageId, SealKeyId, SubjectId};
use fairfile_domain::message::{Fact, Language, Settings};
use fairfile_messages::{Letter, Sender, Text, Told, compose};
use fairfile_store::message::{self, MessageOnFile, Planned, State, Written};
use fairfile_store::{ReadTx, settings};
use fairfile_vault::{Place, VaultError};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::settings::{channel, open};
use crate::registry::{Registry, RegistryError};

/// A message as it is sealed.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
struct Sealed {
    body: String,
    channel: String,
    language: String,
    subject: String,
    to: String,
}

/// Seals a letter under the key of whom it goes to.
pub(super) fn seal(
    reg: &Registry,
    (subject, key): (SubjectId, SealKeyId),
    letter: &Letter,
) -> Result<Vec<u8>, RegistryError> {
    let sealed = Sealed {
        body: letter.text.body.clone(),
        channel: letter.to.word().to_owned(),
        language: letter.language.word().to_owned(),
        subject: letter.text.subject.clone(),
        to: letter.to.to().unwrap_or_default().to_owned(),
    };
    let plain = Zeroizing::new(serde_json::to_vec(&sealed).map_err(|_| RegistryError::Event)?);
    let key = reg.vault.keyring().lend(key)?;
    Ok(key.seal(Place::Message(letter.id, subject), &plain, &reg.chance)?)
}

/// The very letter that was written.
pub(super) fn unseal(reg: &Registry, on_file: &MessageOnFile) -> Result<Letter, RegistryError> {
    let opened = reg.vault.open_message(on_file.key, (on_file.message, on_file.subject), &on_file.sealed)?;
    let sealed: Sealed = serde_json::from_slice(&opened).map_err(|_| RegistryError::Event)?;
    Ok(Letter {
        id: on_file.message,
        to: channel(&sealed.channel, Some(&sealed.to)).ok_or(RegistryError::Event)?,
        language: Language::find(&sealed.language).ok_or(RegistryError::Event)?,
        written_at: on_file.written_at,
        text: Text { subject: sealed.subject.clone(), body: sealed.body.clone() },
    })
}

/// What became of plans whose time has come.
pub(super) struct Writing<'r> {
    pub(super) reg: &'r Registry,
    pub(super) sender: &'r Sender,
    pub(super) reader: ReadTx<'r>,
    pub(super) now: Instant,
    /// The texts.
    pub(super) written: Vec<Written>,
    /// Plans of which nothing is left to tell.
    pub(super) dropped: Vec<(MessageId, State)>,
    numbers: HashMap<SubjectId, u64>,
}

impl<'r> Writing<'r> {
    pub(super) fn begin(reg: &'r Registry, sender: &'r Sender, now: Instant) -> Result<Self, RegistryError> {
        let reader = reg.store.read()?;
        let numbers = HashMap::new();
        Ok(Self { reg, sender, reader, now, written: Vec::new(), dropped: Vec::new(), numbers })
    }

    /// Writes what `plan` tells, by the way that the person has chosen by now.
    pub(super) fn write(&mut self, plan: &Planned) -> Result<(), RegistryError> {
        let Some(reached) = settings::find_reached(&mut self.reader, plan.subject)? else {
            self.dropped.push((plan.message, State::Dropped));
            return Ok(());
        };
        let settings = match open(&self.reg.vault, reached.key, &reached.settings) {
            Ok(settings) => settings,
            // The person's key is gone, and with it the way to the person.
            Err(RegistryError::Vault(VaultError::Destroyed)) => {
                self.dropped.push((plan.message, State::Dropped));
                return Ok(());
            }
            Err(other) => return Err(other),
        };
        let (looks, looks_until) = match plan.fact {
            Fact::Looked => {
                let told = message::last_look_told(&mut self.reader, plan.subject)?.max(reached.settings.looks_from);
                let (count, last) = message::count_looks(&mut self.reader, plan.subject, told)?;
                (count, Some(last))
            }
            _ => (0, None),
        };
        let is_over = match plan.fact {
            Fact::Looked => looks == 0,
            // It was destroyed meanwhile, or put right: that is told by itself.
            Fact::Ended => !message::has_ended(&mut self.reader, plan.subject, plan.about_on)?,
            _ => false,
        };
        if !settings.tells(plan.fact) || is_over {
            self.dropped.push((plan.message, State::Dropped));
            return Ok(());
        }
        let number = self.next_number(plan.subject)?;
        let letter = self.letter(plan, &settings, (looks, number))?;
        let sealed = seal(self.reg, (plan.subject, reached.key), &letter)?;
        self.written.push(Written {
            message: plan.message,
            number,
            channel: letter.to.word(),
            sealed,
            looks_until,
            written_at: letter.written_at,
            leaf: 0,
        });
        Ok(())
    }

    fn letter(
        &self,
        plan: &Planned,
        settings: &Settings,
        (looks, number): (u64, u64),
    ) -> Result<Letter, RegistryError> {
        let happened_at = Instant::from_unix_micros(plan.happened_at).map_err(|_| RegistryError::Event)?;
        // Looks are counted up to now.
        let about_on = if plan.fact == Fact::Looked { self.reg.day_of(self.now) } else { plan.about_on };
        let told = Told { fact: plan.fact, about_on, happened_at, looks, number };
        let speaks = (self.sender, &self.reg.zone);
        let text = compose(&told, speaks, settings.language, settings.phrase.as_ref(), &settings.channel);
        Ok(Letter {
            id: plan.message,
            to: settings.channel.clone(),
            language: settings.language,
            written_at: self.now.unix_micros(),
            text,
        })
    }

    fn next_number(&mut self, subject: SubjectId) -> Result<u64, RegistryError> {
        let last = match self.numbers.get(&subject) {
            Some(last) => *last,
            None => message::last_number(&mut self.reader, subject)?,
        };
        self.numbers.insert(subject, last + 1);
        Ok(last + 1)
    }
}
