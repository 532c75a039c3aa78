//! Carries messages out of the node: e-mail to a server by SMTP, SMS to a gateway by HTTP (`docs/sms-gateway.md`).
//!
//! It is handed a finished text and says only whether it was taken, may be tried again, or was refused for good; whoever
//! calls decides when to try. Nothing here knows a store or a person, and no log line names an address or repeats what a
//! server said, for servers repeat addresses.
//!
//! Read `place.rs` for what an address of a server may be, then `mail.rs` and `sms.rs`.

mod mail;
mod place;
mod sms;

use fairfile_domain::message::Channel;
use fairfile_messages::{Carried, Letter};

pub use mail::{Mail, MailConfig};
pub use place::{NotAPlace, Place};
pub use sms::{Gateway, GatewayConfig};
pub use zeroize::Zeroizing;

/// A server or a gateway cannot be used as it is configured.
#[derive(Debug, thiserror::Error)]
pub enum PostError {
    /// Its address is none.
    #[error(transparent)]
    Place(#[from] NotAPlace),
    /// The machine has no roots of trust, or the one that was given is none.
    #[error("no certificate of a root of trust can be read; give one as a PEM file, or install the machine's own")]
    Roots,
    /// The encryption to it cannot be set up.
    #[error("the encrypted connection to the mail server cannot be set up; check its name and the certificates")]
    Tls,
}

/// The ways out that this node has.
#[derive(Default)]
pub struct Post {
    /// For e-mail.
    pub mail: Option<Mail>,
    /// For SMS.
    pub sms: Option<Gateway>,
}

impl Post {
    /// Hands a letter to whoever carries it on. It waits for the answer, half a minute at the most.
    ///
    /// What goes by a way that this node does not have is tried again: an operator may have taken it away by mistake.
    pub fn carry(&self, letter: &Letter) -> Carried {
        match (&letter.to, &self.mail, &self.sms) {
            (Channel::Mail(to), Some(mail), _) => mail.carry(to, letter),
            (Channel::Sms(to), _, Some(sms)) => sms.carry(to, letter),
            (Channel::Mail(_), None, _) | (Channel::Sms(_), _, None) => Carried::Later,
            (Channel::Page, _, _) => Carried::Refused,
        }
    }
}
