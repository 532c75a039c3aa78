//! Forms: what was typed, and the hidden key that makes a form this session's own and a second sending the same request.

use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fairfile_service::RegistryError;

use super::signed_in::SignedIn;
use crate::body;
use crate::caller::Call;
use crate::doors::Doors;
use crate::limits::FORM_BYTES;
use crate::problem::{Problem, RequestFault};

/// The hidden field's name.
const FIELD: &str = "form_key";
/// Bytes of chance in a key.
const NONCE: usize = 16;

/// A new key for the forms of a page that is shown in the session `session`.
pub(super) fn key(doors: &Doors, session: &[u8; 32]) -> Result<String, Problem> {
    let nonce: [u8; NONCE] = doors.reg().chance.bytes().map_err(RegistryError::from)?;
    Ok(written(doors, session, &nonce))
}

fn written(doors: &Doors, session: &[u8; 32], nonce: &[u8; NONCE]) -> String {
    let mark = doors.reg().vault.keyring().hashes().content_of("form-key", &[&session[..], nonce].concat());
    format!("{}.{}", URL_SAFE_NO_PAD.encode(nonce), URL_SAFE_NO_PAD.encode(mark))
}

/// Whether `key` was given out in the session `session`.
fn is_own(doors: &Doors, session: &[u8; 32], key: &str) -> bool {
    let nonce = key.split_once('.').and_then(|(nonce, _)| URL_SAFE_NO_PAD.decode(nonce).ok());
    let nonce: Option<[u8; NONCE]> = nonce.and_then(|nonce| nonce.try_into().ok());
    // Both sides are hashed once more, so that the time of the comparison tells nothing of the mark.
    let hash = |text: &str| doors.reg().vault.keyring().hashes().content_of("form-key-compared", text.as_bytes());
    nonce.is_some_and(|nonce| hash(&written(doors, session, &nonce)) == hash(key))
}

/// What was typed into a form.
#[derive(Debug, Default)]
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads a form that anybody may send.
    ///
    /// # Errors
    /// Q010 for more than [`FORM_BYTES`].
    pub(super) async fn read(call: &Call<'_>, body: Body) -> Result<Self, Problem> {
        let body = body::up_to(call.doors, &call.parts.headers, body, FORM_BYTES).await?;
        Ok(Self::parse(&body))
    }

    /// Reads a form of a visitor who is signed in: it holds a key of this very session.
    ///
    /// # Errors
    /// As [`Fields::read`]; Q034 for a form of another session, or of none.
    pub(super) async fn read_own(call: &Call<'_>, visitor: &SignedIn, body: Body) -> Result<Self, Problem> {
        let fields = Self::read(call, body).await?;
        fields.must_be_of(call, visitor)?;
        Ok(fields)
    }

    /// The fields of a body that was read before.
    pub(super) fn parse(body: &[u8]) -> Self {
        Self(form_urlencoded::parse(body).into_owned().collect())
    }

    /// Every field with its value, in their order.
    pub(super) fn into_pairs(self) -> Vec<(String, String)> {
        self.0
    }

    /// Fields that came another way, such as in parts.
    pub(super) fn of(fields: Vec<(String, String)>) -> Self {
        Self(fields)
    }

    /// The same fields, one of them under another name.
    pub(super) fn renamed(self, from: &str, to: &str) -> Self {
        let rename =
            |(name, value): (String, String)| if name == from { (to.to_owned(), value) } else { (name, value) };
        Self(self.0.into_iter().map(rename).collect())
    }

    /// Refuses a form of another session.
    pub(super) fn must_be_of(&self, call: &Call<'_>, visitor: &SignedIn) -> Result<(), Problem> {
        let is_own = is_own(call.doors, &visitor.session.id, self.text(FIELD));
        if is_own { Ok(()) } else { Err(RequestFault::OldForm.into()) }
    }

    /// What makes a second sending of this form the same request.
    pub(super) fn key(&self) -> &str {
        self.text(FIELD)
    }

    /// What was typed into a field, without blanks around it; empty if it is not there.
    pub(super) fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.trim())
    }

    /// Every value of a field that can be chosen more than once.
    pub(super) fn all<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.trim())
    }

    /// Whether a box was ticked.
    pub(super) fn is_ticked(&self, name: &str) -> bool {
        !self.text(name).is_empty()
    }
}
