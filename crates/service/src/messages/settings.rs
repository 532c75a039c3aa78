//! A person chooses how to be told: language, way, words, hours, and how often of looks.

use std::sync::Arc;

use fairfile_domain::day::Instant;
use fairfile_domain::id::{EventId, MessageId, SubjectId};
use fairfile_domain::message::{Channel, Fact, Hours, Language, MailAddress, Often, Phone, Phrase, Settings};
use fairfile_messages::{Letter, Sender, Told, compose};
use fairfile_store::message::{Planned, Written};
use fairfile_store::settings::{self, SettingsOnFile};
use fairfile_store::subject::Known;
use fairfile_store::{Done, Entry, Leaves, Pending, Read, WriteTx, message, subject};
use fairfile_vault::{Place, Vault, VaultError};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::events::{self, Work};
use crate::events::{Event, written};
use crate::registry::{Registry, RegistryError};

/// What a person has chosen, with its history's length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// What counts now.
    pub settings: Settings,
    /// How often it was changed; 0 if it never was, and the defaults count.
    pub version: u32,
}

/// As it is sealed.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
struct Sealed {
    channel: String,
    from: u8,
    language: String,
    looks: String,
    phrase: Option<String>,
    to: Option<String>,
    until: u8,
}

impl Sealed {
    fn of(settings: &Settings) -> Self {
        Self {
            channel: settings.channel.word().to_owned(),
            from: settings.hours.from(),
            language: settings.language.word().to_owned(),
            looks: settings.looks.word().to_owned(),
            phrase: settings.phrase.as_ref().map(|phrase| phrase.as_str().to_owned()),
            to: settings.channel.to().map(str::to_owned),
            until: settings.hours.until(),
        }
    }

    fn settings(&self) -> Option<Settings> {
        Some(Settings {
            language: Language::find(&self.language)?,
            channel: channel(&self.channel, self.to.as_deref())?,
            phrase: self.phrase.as_deref().map(Phrase::parse).transpose().ok()?,
            hours: Hours::new(self.from, self.until).ok()?,
            looks: Often::find(&self.looks)?,
        })
    }
}

/// The way that `word` names, and whereto.
pub(super) fn channel(word: &str, to: Option<&str>) -> Option<Channel> {
    match (word, to) {
        ("page", None) => Some(Channel::Page),
        ("mail", Some(to)) => MailAddress::parse(to).ok().map(Channel::Mail),
        ("sms", Some(to)) => Phone::parse(to).ok().map(Channel::Sms),
        _ => None,
    }
}

/// Opens what lies on file.
pub(super) fn open(
    vault: &Vault,
    key: fairfile_domain::id::SealKeyId,
    on_file: &SettingsOnFile,
) -> Result<Settings, RegistryError> {
    let opened = vault.open_settings(key, (on_file.subject, on_file.version), &on_file.sealed)?;
    let sealed: Sealed = serde_json::from_slice(&opened).map_err(|_| RegistryError::Event)?;
    sealed.settings().ok_or(RegistryError::Event)
}

/// What a person has chosen; the defaults if nothing was.
///
/// # Errors
/// What store and vault say.
pub fn chosen(reg: &Registry, subject: SubjectId) -> Result<Chosen, RegistryError> {
    let mut reader = reg.store.read()?;
    let Some(on_file) = settings::find(&mut reader, subject)? else {
        return Ok(Chosen { settings: Settings::default(), version: 0 });
    };
    let known = subject::load(&mut reader, subject)?.0;
    Ok(Chosen { settings: open(&reg.vault, known.key, &on_file)?, version: on_file.version })
}

/// Keeps what a person has chosen; it counts from the next message on. Gives the version that it is.
///
/// Where messages went before, one last is sent if they go elsewhere now: whoever has got into somebody's place must not
/// be able to lead the messages away unseen.
///
/// # Errors
/// What store and vault say; then nothing was changed.
pub async fn change(
    reg: &Arc<Registry>,
    sender: &Sender,
    subject: SubjectId,
    new: Settings,
) -> Result<u32, RegistryError> {
    let (now, event) = (reg.clock.now(), reg.fresh_event()?);
    let last: (MessageId, EventId) = (reg.fresh()?, reg.fresh_event()?);
    let (node, sender) = (reg.clone(), sender.clone());
    let pending: Pending<u32, RegistryError> = reg.store.write(move |tx| {
        let change = Change { reg: &node, sender: &sender, subject, new: &new, now, event, last };
        change.commit(tx)
    });
    Ok(pending.answer().await?.0)
}

struct Change<'c> {
    reg: &'c Registry,
    sender: &'c Sender,
    subject: SubjectId,
    new: &'c Settings,
    now: Instant,
    event: EventId,
    /// What the message to where messages went before is known by, and its event.
    last: (MessageId, EventId),
}

impl Change<'_> {
    fn commit(&self, mut tx: WriteTx<'_>) -> Result<Done<u32>, RegistryError> {
        let known = subject::load(&mut tx, self.subject)?.0;
        let before = settings::find(&mut tx, self.subject)?;
        let leaf = tx.next_leaf();
        let on_file = self.on_file(&mut tx, &known, before.as_ref(), leaf)?;
        settings::keep(&mut tx, &on_file)?;
        let entry = self.entry(&on_file)?;
        let farewell = match &before {
            Some(before) => self.farewell(&mut tx, &known, before, leaf + 1)?,
            None => None,
        };
        Ok(tx.commit(Leaves::new(entry, farewell), on_file.version))
    }

    fn on_file(
        &self,
        tx: &mut impl Read,
        known: &Known,
        before: Option<&SettingsOnFile>,
        leaf: u64,
    ) -> Result<SettingsOnFile, RegistryError> {
        let version = before.map_or(Some(1), |before| before.version.checked_add(1)).ok_or(RegistryError::Event)?;
        let plain = Zeroizing::new(serde_json::to_vec(&Sealed::of(self.new)).map_err(|_| RegistryError::Event)?);
        let key = self.reg.vault.keyring().lend(known.key)?;
        let sealed = key.seal(Place::Settings(self.subject, version), &plain, &self.reg.chance)?;
        // Whoever was reached before goes on being told from where it began; of what lies before, nobody is told late.
        let (since, looks_from) = match before.filter(|before| before.channel != Channel::Page.word()) {
            Some(before) => (before.since, before.looks_from),
            None => (leaf, subject::load_chain(tx, self.subject)?.count),
        };
        Ok(SettingsOnFile {
            subject: self.subject,
            version,
            channel: self.new.channel.word().to_owned(),
            sealed,
            since,
            looks_from,
            changed_at: self.now.unix_micros(),
            leaf,
        })
    }

    fn entry(&self, on_file: &SettingsOnFile) -> Result<Entry, RegistryError> {
        let event = Event::new()
            .whole("at", on_file.changed_at)
            .text("channel", &on_file.channel)
            .text("event", "settings")
            .whole("looks_from", on_file.looks_from.cast_signed())
            .hex("sealed", &fairfile_proof::leaf_hash(&on_file.sealed))
            .whole("since", on_file.since.cast_signed())
            .hex("subject_id", on_file.subject.as_bytes())
            .whole("version", i64::from(on_file.version))
            .bytes();
        Ok(written(self.reg.vault.keyring().hashes(), self.event, self.now, event, on_file.leaf)?.open_entry())
    }

    /// The message to where messages went before, written at once, with its leaf; nothing if they go there still, and
    /// nothing if what was chosen before does not open any more.
    fn farewell(
        &self,
        tx: &mut WriteTx<'_>,
        known: &Known,
        before: &SettingsOnFile,
        leaf: u64,
    ) -> Result<Option<Entry>, RegistryError> {
        let settings = match open(&self.reg.vault, known.key, before) {
            Ok(settings) => settings,
            Err(RegistryError::Vault(VaultError::Lost | VaultError::NotOfThisPlace)) => return Ok(None),
            Err(other) => return Err(other),
        };
        if settings.channel == Channel::Page || settings.channel == self.new.channel {
            return Ok(None);
        }
        let (id, at) = (self.last.0, self.now.unix_micros());
        let about_on = self.reg.day_of(self.now);
        let number = message::last_number(tx, self.subject)? + 1;
        let told = Told { fact: Fact::Moved, about_on, happened_at: self.now, looks: 0, number };
        let speaks = (self.sender, &self.reg.zone);
        let text = compose(&told, speaks, settings.language, settings.phrase.as_ref(), &settings.channel);
        let channel = settings.channel.word();
        let letter = Letter { id, to: settings.channel.clone(), language: settings.language, written_at: at, text };
        let sealed = super::write::seal(self.reg, (self.subject, known.key), &letter)?;
        let plan =
            Planned { message: id, subject: self.subject, fact: Fact::Moved, about_on, happened_at: at, due_at: at };
        let written = Written { message: id, number, channel, sealed, looks_until: None, written_at: at, leaf };
        let work = Work { plans: vec![plan], written: vec![written], settled: Vec::new(), until: None };
        events::journal(self.reg, tx, (self.last.1, self.now, leaf), work).map(Some)
    }
}
