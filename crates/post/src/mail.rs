//! E-mail: handed to the operator's own server by SMTP.

use std::time::{Duration, SystemTime};

use fairfile_domain::message::{Language, MailAddress};
use fairfile_messages::{Carried, Letter};
use lettre::address::AddressError;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, SmtpTransport, Transport as _};
use zeroize::Zeroizing;

use crate::PostError;
use crate::place::{NotAPlace, Place, Way};

/// How long the server has for each answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// Where e-mails go, and as whose.
pub struct MailConfig {
    /// The server.
    pub place: Place,
    /// The password, if the server wants one.
    pub password: Option<Zeroizing<String>>,
    /// The address that messages come from; nobody reads what is answered to it.
    pub from: MailAddress,
    /// One more root of trust, in PEM: a server's own.
    pub root: Option<Vec<u8>>,
    /// The names by which readers of English and of Chinese see the sender.
    pub names: (String, String),
}

/// A way out for e-mails.
pub struct Mail {
    transport: SmtpTransport,
    from: Address,
    host: String,
    names: (String, String),
}

/// That no program should answer it (RFC 3834).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".into())
    }
}

impl Mail {
    /// A way by the server of `config`; nothing is sent yet.
    ///
    /// # Errors
    /// [`PostError`].
    pub fn new(config: MailConfig) -> Result<Self, PostError> {
        let MailConfig { place, password, from, root, names } = config;
        let tls = || -> Result<TlsParameters, PostError> {
            let mut parameters = TlsParameters::builder(place.host.clone());
            if let Some(root) = &root {
                parameters =
                    parameters.add_root_certificate(Certificate::from_pem(root).map_err(|_| PostError::Roots)?);
            }
            parameters.build_rustls().map_err(|_| PostError::Tls)
        };
        let tls = match place.way {
            Way::Smtp => Tls::None,
            Way::SmtpStartTls => Tls::Required(tls()?),
            Way::SmtpTls => Tls::Wrapper(tls()?),
            Way::Http | Way::Https => return Err(NotAPlace.into()),
        };
        let from = address(&from).map_err(|_| NotAPlace)?;
        let host = from.domain().to_owned();
        let mut transport = SmtpTransport::builder_dangerous(&place.host)
            .port(place.port)
            .tls(tls)
            .timeout(Some(PATIENCE))
            .hello_name(ClientId::Domain(host.clone()));
        if let (Some(user), Some(password)) = (&place.user, &password) {
            transport = transport.credentials(Credentials::new(user.clone(), password.to_string()));
        }
        Ok(Self { transport: transport.build(), from, host, names })
    }

    /// Hands an e-mail to the server.
    pub(crate) fn carry(&self, to: &MailAddress, letter: &Letter) -> Carried {
        let Some(message) = self.message(to, letter) else {
            // Every address and text that comes here was read before; what is none cannot become one later.
            tracing::error!("an e-mail could not be written down");
            return Carried::Refused;
        };
        match self.transport.send(&message) {
            Ok(_) => Carried::Taken,
            Err(error) => {
                let code = error.status().map(u16::from).unwrap_or_default();
                let carried = if is_final(code) { Carried::Refused } else { Carried::Later };
                // What a server says may repeat the address; its number does not.
                tracing::warn!(code, ?carried, "the mail server did not take an e-mail");
                carried
            }
        }
    }

    /// The whole e-mail; the same bytes whenever it is made.
    fn message(&self, to: &MailAddress, letter: &Letter) -> Option<Message> {
        let name = match letter.language {
            Language::En => &self.names.0,
            Language::Zh => &self.names.1,
        };
        let written_at = SystemTime::UNIX_EPOCH + Duration::from_micros(letter.written_at.unsigned_abs());
        Message::builder()
            .from(Mailbox::new(Some(name.clone()), self.from.clone()))
            .to(Mailbox::new(None, address(to).ok()?))
            .subject(letter.text.subject.clone())
            .date(written_at)
            .message_id(Some(format!("<{}@{}>", letter.id.hex(), self.host)))
            .header(AutoSubmitted)
            .header(ContentType::TEXT_PLAIN)
            .body(letter.text.body.clone())
            .ok()
    }
}

fn address(of: &MailAddress) -> Result<Address, AddressError> {
    let (name, host) = of.as_str().split_once('@').unwrap_or_default();
    Address::new(name, host)
}

/// Whether an answer is about this very address or text, and will be the same tomorrow. What a server says about who may
/// send (53x) is for the operator to put right.
fn is_final(code: u16) -> bool {
    matches!(code, 550 | 551 | 553 | 554)
}
