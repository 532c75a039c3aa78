//! How Lanhe's members, officers and people come to the counter, without a network between.
//!
//! A source's file is signed by the source's own demo key, as the request that it would be, and the
//! signature is verified against the registered key before the file is taken: the evidence that the node
//! keeps is the same as for a file that came by HTTP.

use std::fs;
use std::io::{self, Cursor};
use std::sync::Arc;

use fairfile_domain::day::{Day, Instant};
use fairfile_domain::id::{KeyCode, MemberCode, NotACode, NoticeId, SubjectId};
use fairfile_domain::identifier::Identifier;
use fairfile_domain::message::Settings;
use fairfile_domain::name::PersonName;
use fairfile_intake::Limits;
use fairfile_messages::Sender;
use fairfile_requests::{BodyDigest, KeyFault, Message, SignatureFault, SigningKey, sign, verify};
use fairfile_service::calendar::{self, CalendarError, Passed};
use fairfile_service::folder::{Folder, FolderError};
use fairfile_service::inquirer::{
    Answer, Confirmed, InquireError, NotACaseReference, NoticeError, NoticeView, Question, Which, confirm_notice,
    inquire, list_notices,
};
use fairfile_service::messages;
use fairfile_service::person::{FileView, ReadFileError, read_file};
use fairfile_service::source::{BatchReport, Evidence, Handed, SubmitError, submit_batch};
use fairfile_service::{Registry, RegistryError};
use fairfile_store::{StoreError, subject};
use fairfile_vault::VaultError;
use tokio::runtime::{Builder, Runtime};

use crate::province::{ADDRESS, key_code};

/// Something at the counter failed. A refusal and an answer that shows nothing are no failures.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    /// A demo key or the runtime.
    #[error("a demo key cannot be read, or the system gave no timer")]
    Io(#[from] io::Error),
    /// A demo key is none.
    #[error(transparent)]
    Key(#[from] KeyFault),
    /// A request could not be signed, or its signature does not verify.
    #[error(transparent)]
    Signature(#[from] SignatureFault),
    /// The file was not taken.
    #[error(transparent)]
    Submit(#[from] SubmitError),
    /// The notices could not be read.
    #[error(transparent)]
    Node(#[from] RegistryError),
    /// The notice was not confirmed.
    #[error(transparent)]
    Confirm(#[from] NoticeError),
    /// The question was not answered.
    #[error(transparent)]
    Inquire(#[from] InquireError),
    /// The file was not opened.
    #[error(transparent)]
    Read(#[from] ReadFileError),
    /// The calendar did not run to its end.
    #[error(transparent)]
    Calendar(#[from] CalendarError),
    /// The clock was not set.
    #[error(transparent)]
    Clock(#[from] FolderError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Chance failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// Nobody with this identifier is on file.
    #[error("nobody with this identifier is on file")]
    Nobody,
    /// A table of this crate is wrong.
    #[error("a table of the demo is wrong: {0}")]
    Table(&'static str),
}

impl From<NotACode> for ActError {
    fn from(_: NotACode) -> Self {
        Self::Table("a code")
    }
}
impl From<NotACaseReference> for ActError {
    fn from(_: NotACaseReference) -> Self {
        Self::Table("a case")
    }
}

/// The counter of one demo node. Its calls block and must not be made inside an async task.
pub struct Counter<'n> {
    reg: &'n Arc<Registry>,
    folder: &'n Folder,
    runtime: Runtime,
}

impl<'n> Counter<'n> {
    /// The counter of the node in `folder`.
    ///
    /// # Errors
    /// [`ActError::Io`] if the system gives no timer.
    pub fn open(reg: &'n Arc<Registry>, folder: &'n Folder) -> Result<Self, ActError> {
        // Of several threads, for the store waits for a server only where tasks can be handed over meanwhile.
        Ok(Self { reg, folder, runtime: Builder::new_multi_thread().worker_threads(1).enable_time().build()? })
    }

    /// A source hands in a file, signed by its key.
    ///
    /// # Errors
    /// [`ActError`]; rows that are not accepted are none.
    pub fn hand_in(&self, handed: &Handed, name: &str, file: &Arc<[u8]>) -> Result<BatchReport, ActError> {
        let path = format!("/api/batches?item={}", handed.item);
        let evidence = self.evidence(&handed.member, &path, file)?;
        let again = || Ok(Cursor::new(file.clone()));
        let report =
            submit_batch(self.reg, handed, again, Some(name), &evidence, &Limits::default(), &mut |_, _, _| {})?;
        Ok(report)
    }

    /// What the member signed: the request that would have carried `body` to `path`.
    fn evidence(&self, member: &MemberCode, path: &str, body: &[u8]) -> Result<Evidence, ActError> {
        let code: KeyCode = key_code(member.as_str()).parse()?;
        let key = SigningKey::from_pem(&fs::read_to_string(self.folder.demo_keys().join(format!("{code}.pem")))?)?;
        let digest = BodyDigest::of(body).header_value();
        let now = self.reg.clock.now().unix_micros() / 1_000_000;
        let headers = |name: &str| (name == "idempotency-key").then(|| format!("{member}-{now}"));
        let target_uri = format!("{ADDRESS}{path}");
        let message =
            Message { method: "POST", target_uri: &target_uri, content_digest: Some(&digest), headers: &headers };
        let signed = sign(&message, &key, &code, now, &[])?;
        let (directory, today) = (self.reg.directory(), self.reg.today());
        let registered = |code: &KeyCode| {
            let key = directory.keys.get(code).filter(|key| key.member == *member && key.officer.is_none())?;
            (key.valid_from <= today && today <= key.valid_until).then_some(key.public_key)
        };
        let verified = verify(&message, &signed.signature_input, &signed.signature, registered, now)?;
        Ok(Evidence::Signed { key: verified.key, signed_text: verified.signed_text, signature: verified.signature })
    }

    /// An officer asks about one person.
    ///
    /// # Errors
    /// [`ActError`]; a refusal and an answer that shows nothing are none.
    pub fn ask(
        &self,
        officer: &str,
        purpose: &str,
        case: &str,
        identifier: &Identifier,
        name: &PersonName,
    ) -> Result<Answer, ActError> {
        let question = Question {
            officer: officer.parse()?,
            purpose: purpose.parse()?,
            case: case.parse()?,
            identifier: identifier.clone(),
            name: name.clone(),
            once: None,
        };
        Ok(self.runtime.block_on(inquire(self.reg, question))?)
    }

    /// The notices to a member that it has not confirmed.
    ///
    /// # Errors
    /// [`ActError::Node`].
    pub fn notices(&self, member: &MemberCode) -> Result<Vec<NoticeView>, ActError> {
        Ok(list_notices(self.reg, member, Which::Open)?)
    }

    /// A member confirms a notice, signed by its key.
    ///
    /// # Errors
    /// [`ActError::Confirm`] if there is no such notice to it.
    pub fn confirm(&self, member: &MemberCode, notice: NoticeId) -> Result<Confirmed, ActError> {
        let evidence = self.evidence(member, &format!("/api/notices/{notice}/confirmation"), b"{}")?;
        Ok(confirm_notice(self.reg, member, notice, &evidence)?)
    }

    /// The person with this identifier opens the whole file.
    ///
    /// # Errors
    /// [`ActError::Nobody`] if nobody has it.
    pub fn read_own(&self, identifier: &Identifier) -> Result<FileView, ActError> {
        Ok(self.runtime.block_on(read_file(self.reg, self.subject(identifier)?))?)
    }

    /// The person with this identifier chooses how to be told.
    ///
    /// # Errors
    /// [`ActError::Nobody`] if nobody has it.
    pub fn choose(&self, identifier: &Identifier, sender: &Sender, chosen: Settings) -> Result<(), ActError> {
        let subject = self.subject(identifier)?;
        self.runtime.block_on(messages::change(self.reg, sender, subject, chosen))?;
        Ok(())
    }

    /// Whose file the identifier finds.
    ///
    /// # Errors
    /// [`ActError::Nobody`] if nobody has it.
    pub fn subject(&self, identifier: &Identifier) -> Result<SubjectId, ActError> {
        let index = self.reg.vault.keyring().hashes().index_of(identifier);
        let known = subject::find(&mut self.reg.store.read()?, &index)?;
        known.map(|known| known.subject).ok_or(ActError::Nobody)
    }

    /// Sets the node's clock; it stands there until it is set again.
    ///
    /// # Errors
    /// [`ActError::Clock`] if the node's folder cannot be written.
    pub fn set_clock(&self, at: Instant) -> Result<(), ActError> {
        Ok(self.folder.set_clock(self.reg, at)?)
    }

    /// Sets the node's clock to nine in the morning of `day`, Beijing time.
    ///
    /// # Errors
    /// [`ActError::Clock`] if the node's folder cannot be written.
    pub fn go_to(&self, day: Day) -> Result<(), ActError> {
        let at = format!("{day}T09:00:00+08:00").parse().map_err(|_| ActError::Table("a day before 1970"))?;
        self.set_clock(at)
    }

    /// Does what the days passed demand.
    ///
    /// # Errors
    /// [`ActError::Calendar`]; running it again goes on from there.
    pub fn run_calendar(&self) -> Result<Passed, ActError> {
        Ok(calendar::run(self.reg)?)
    }
}
