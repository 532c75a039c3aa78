//! The province's identity provider (OpenID Connect): authorization code, PKCE, nonce and state.
//!
//! What a person's login is worth stands in the ID token, whose signature, issuer, audience, nonce and times are checked
//! by `openidconnect`. Of it the subject and one number are taken, and nothing else: no name, no address, no picture. The
//! access token is thrown away unread. No secret of an attempt is ever in the browser; they are made from its seed under
//! a key of the node.

mod wire;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use fairfile_domain::day::Instant;
use fairfile_domain::identifier::{Identifier, IdentifierKind};
use openidconnect::core::{
    CoreAuthPrompt, CoreAuthenticationFlow, CoreClient, CoreIdToken, CoreIdTokenClaims, CoreIdTokenVerifier,
    CoreJwsSigningAlgorithm, CoreProviderMetadata,
};
use openidconnect::{
    AuthType, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret, CsrfToken, IssuerUrl, LanguageTag,
    Nonce, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope, TokenResponse as _,
};
use serde_json::{Map, Value};
use url::Url;
use zeroize::Zeroizing;

pub use wire::NoRoots;
use wire::Wire;

/// How long what the provider says of itself is taken for true, in microseconds: an hour.
const KNOWN_MICROS: i64 = 3_600_000_000;
/// How soon it is asked again for a key that it did not have, in microseconds: half a minute.
const ASK_AGAIN_MICROS: i64 = 30_000_000;
/// How far the provider's clock may be from ours, in seconds.
const SKEW_SECONDS: i64 = 60;
/// How old an ID token may be, in seconds: it is fetched at once.
const TOKEN_SECONDS: i64 = 600;

/// Where the provider is and how it names what we need.
#[derive(Clone)]
pub struct Settings {
    /// Its address, exactly as it names itself.
    pub issuer: String,
    /// What it knows this node by.
    pub client_id: String,
    /// What this node shows to it; nothing for a client that is known by its address and PKCE alone.
    pub client_secret: Option<Zeroizing<String>>,
    /// What it is asked for besides `openid`.
    pub scopes: Vec<String>,
    /// The claim of the ID token that holds the person's number.
    pub number_claim: String,
    /// The claim that holds the kind of the number, by its code here; if there is none, all are of `kind`.
    pub kind_claim: Option<String>,
    /// The kind of the numbers.
    pub kind: IdentifierKind,
    /// Certificates of the authorities that speak for the provider's address, as PEM.
    pub roots: Vec<u8>,
}

/// The provider could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum NotAProvider {
    /// Not an address to send people to.
    #[error("the issuer must be an https:// address, exactly as the provider names itself")]
    Issuer,
    /// No way to know whom we speak with.
    #[error(transparent)]
    Roots(#[from] NoRoots),
}

/// Why nobody is signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProviderFault {
    /// It does not answer, or not as it should.
    #[error("the identity provider does not answer; try again in some minutes")]
    Away,
    /// It took the code for none of its own.
    #[error("the identity provider did not confirm the sign-in; begin it again")]
    NotConfirmed,
    /// What it says does not hold.
    #[error("what the identity provider says about the sign-in does not hold: {0}; nothing was opened")]
    DoesNotHold(&'static str),
    /// The number is missing, or is none.
    #[error("the identity provider gave no number that this node knows; ask its help desk")]
    NoNumber,
}

/// One attempt to sign in: what goes out, and what has to come back.
pub struct Attempt {
    /// Comes back with the visitor's browser.
    pub state: String,
    /// Comes back inside the ID token.
    pub nonce: String,
    /// Shown to the provider when the code is redeemed, 43 signs or more.
    pub verifier: Zeroizing<String>,
    /// When it began.
    pub began_at: Instant,
    /// Whether the person has to show again who is there, however short ago that was.
    pub again: bool,
}

/// Who signed in, as the provider has shown it: what [`Provider::redeem`] gives.
pub struct Login {
    issuer: String,
    subject: String,
    identifier: Identifier,
    shown_at: Option<Instant>,
}

impl Login {
    /// What a provider would have shown, for tests that have none. No door calls it.
    pub fn stand_in(issuer: &str, subject: &str, identifier: Identifier) -> Self {
        Self { issuer: issuer.to_owned(), subject: subject.to_owned(), identifier, shown_at: None }
    }

    /// The provider.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// What it knows the person by, for ever.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The person's number.
    pub fn identifier(&self) -> &Identifier {
        &self.identifier
    }

    /// When the person last showed the provider who is there, if it says so.
    pub fn shown_at(&self) -> Option<Instant> {
        self.shown_at
    }
}

/// The identity provider.
pub struct Provider {
    settings: Settings,
    issuer: IssuerUrl,
    wire: Wire,
    known: Mutex<Option<Known>>,
}

/// What it says of itself, keys included, and when it was asked.
#[derive(Clone)]
struct Known {
    metadata: Arc<CoreProviderMetadata>,
    at: i64,
}

impl std::fmt::Debug for Provider {
    /// Neither the secret nor what was said.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Provider").field("issuer", &self.settings.issuer).finish_non_exhaustive()
    }
}

impl Provider {
    /// The provider with these settings. It is not asked for anything yet.
    ///
    /// # Errors
    /// [`NotAProvider`].
    pub fn new(settings: Settings) -> Result<Self, NotAProvider> {
        let address = Url::parse(&settings.issuer).map_err(|_| NotAProvider::Issuer)?;
        if !wire::may_be_called(&address) {
            return Err(NotAProvider::Issuer);
        }
        let issuer = IssuerUrl::new(settings.issuer.clone()).map_err(|_| NotAProvider::Issuer)?;
        Ok(Self { wire: Wire::new(&address, &settings.roots)?, settings, issuer, known: Mutex::default() })
    }

    /// How it names itself.
    pub fn issuer(&self) -> &str {
        &self.settings.issuer
    }

    /// Where a visitor's browser goes to sign in. Waits for the network, if the provider was not asked of late.
    ///
    /// # Errors
    /// [`ProviderFault::Away`].
    pub fn authorize_url(
        &self,
        back_to: &str,
        attempt: &Attempt,
        language: &str,
        now: Instant,
    ) -> Result<String, ProviderFault> {
        let metadata = self.metadata(now, KNOWN_MICROS)?;
        let (state, nonce) = (CsrfToken::new(attempt.state.clone()), Nonce::new(attempt.nonce.clone()));
        let redirect = RedirectUrl::new(back_to.to_owned()).map_err(|_| ProviderFault::Away)?;
        let client =
            CoreClient::from_provider_metadata((*metadata).clone(), self.client_id(), None).set_redirect_uri(redirect);
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let mut asked = client
            .authorize_url(flow, || state, || nonce)
            .add_scopes(self.settings.scopes.iter().cloned().map(Scope::new))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier(attempt)))
            .add_ui_locale(LanguageTag::new(language.to_owned()));
        if attempt.again {
            asked = asked.add_prompt(CoreAuthPrompt::Login).set_max_age(std::time::Duration::ZERO);
        }
        Ok(asked.url().0.into())
    }

    /// Redeems the `code` that came back for `attempt`: who signed in. Waits for the network.
    ///
    /// # Errors
    /// [`ProviderFault`]; then nobody is signed in.
    pub fn redeem(&self, back_to: &str, attempt: &Attempt, code: &str, now: Instant) -> Result<Login, ProviderFault> {
        let metadata = self.metadata(now, KNOWN_MICROS)?;
        let token = self.fetch(&metadata, back_to, attempt, code)?;
        let nonce = Nonce::new(attempt.nonce.clone());
        let claims = match self.claims(&metadata, &token, &nonce, now) {
            // Signed with a key that it did not have when it was asked, perhaps: keys change.
            Err(ClaimsVerificationError::SignatureVerification(_)) => {
                let fresh = self.metadata(now, ASK_AGAIN_MICROS)?;
                self.claims(&fresh, &token, &nonce, now)
            }
            checked => checked,
        };
        let claims = claims.map_err(|error| ProviderFault::DoesNotHold(why(&error)))?;
        let all = payload(&token)?;
        self.is_for_us(&all)?;
        let shown_at = shown_again(&claims, attempt)?;
        Ok(Login {
            issuer: self.settings.issuer.clone(),
            subject: claims.subject().as_str().to_owned(),
            identifier: self.identifier(&all)?,
            shown_at,
        })
    }

    fn fetch(
        &self,
        metadata: &CoreProviderMetadata,
        back_to: &str,
        attempt: &Attempt,
        code: &str,
    ) -> Result<CoreIdToken, ProviderFault> {
        let redirect = RedirectUrl::new(back_to.to_owned()).map_err(|_| ProviderFault::Away)?;
        let secret = self.settings.client_secret.as_ref().map(|secret| ClientSecret::new(secret.to_string()));
        let auth_type = if secret.is_some() { AuthType::BasicAuth } else { AuthType::RequestBody };
        let client = CoreClient::from_provider_metadata(metadata.clone(), self.client_id(), secret)
            .set_redirect_uri(redirect)
            .set_auth_type(auth_type);
        let asked = client.exchange_code(AuthorizationCode::new(code.to_owned())).map_err(|_| ProviderFault::Away)?;
        let answer = asked.set_pkce_verifier(verifier(attempt)).request(&|request| self.wire.send(request));
        let answer = answer.map_err(|error| match error {
            openidconnect::RequestTokenError::ServerResponse(_) => ProviderFault::NotConfirmed,
            _ => ProviderFault::Away,
        })?;
        answer.id_token().cloned().ok_or(ProviderFault::DoesNotHold("it gave no ID token"))
    }

    fn claims(
        &self,
        metadata: &CoreProviderMetadata,
        token: &CoreIdToken,
        nonce: &Nonce,
        now: Instant,
    ) -> Result<CoreIdTokenClaims, ClaimsVerificationError> {
        let seconds = now.unix_micros().div_euclid(1_000_000);
        let time = DateTime::<Utc>::from_timestamp(seconds, 0).unwrap_or(DateTime::<Utc>::MAX_UTC);
        let in_time = move |issued: DateTime<Utc>| {
            let age = seconds.saturating_sub(issued.timestamp());
            if (-SKEW_SECONDS..=TOKEN_SECONDS).contains(&age) { Ok(()) } else { Err("not issued just now".into()) }
        };
        // Never a shared secret as a key, and never `none`: only keys that the provider alone can sign with.
        let signed_with = [
            CoreJwsSigningAlgorithm::EcdsaP256Sha256,
            CoreJwsSigningAlgorithm::EcdsaP384Sha384,
            CoreJwsSigningAlgorithm::EdDsa,
            CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
            CoreJwsSigningAlgorithm::RsaSsaPssSha256,
        ];
        let keys = metadata.jwks().clone();
        let verifier = CoreIdTokenVerifier::new_public_client(self.client_id(), self.issuer.clone(), keys)
            .set_allowed_algs(signed_with)
            .set_time_fn(move || time)
            .set_issue_time_verifier_fn(in_time);
        token.claims(&verifier, nonce).cloned()
    }

    /// A token for several is for us only if it says so.
    fn is_for_us(&self, all: &Map<String, Value>) -> Result<(), ProviderFault> {
        match all.get("azp") {
            None => Ok(()),
            Some(Value::String(party)) if *party == self.settings.client_id => Ok(()),
            Some(_) => Err(ProviderFault::DoesNotHold("it is for somebody else")),
        }
    }

    fn identifier(&self, all: &Map<String, Value>) -> Result<Identifier, ProviderFault> {
        let text = |claim: &str| all.get(claim).and_then(Value::as_str).ok_or(ProviderFault::NoNumber);
        let kind = match &self.settings.kind_claim {
            Some(claim) => IdentifierKind::find(text(claim)?).ok_or(ProviderFault::NoNumber)?,
            None => self.settings.kind,
        };
        Identifier::parse(kind, text(&self.settings.number_claim)?).map_err(|_| ProviderFault::NoNumber)
    }

    fn client_id(&self) -> ClientId {
        ClientId::new(self.settings.client_id.clone())
    }

    /// What the provider says of itself, no older than `micros`.
    fn metadata(&self, now: Instant, micros: i64) -> Result<Arc<CoreProviderMetadata>, ProviderFault> {
        let now = now.unix_micros();
        let known = self.known().clone();
        if let Some(known) = known.filter(|known| (0..micros).contains(&now.saturating_sub(known.at))) {
            return Ok(known.metadata);
        }
        let asked = CoreProviderMetadata::discover(&self.issuer, &|request| self.wire.send(request));
        let metadata = Arc::new(asked.map_err(|_| ProviderFault::Away)?);
        *self.known() = Some(Known { metadata: metadata.clone(), at: now });
        Ok(metadata)
    }

    fn known(&self) -> MutexGuard<'_, Option<Known>> {
        // It is replaced whole, so it is sound whatever its last holder met.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn verifier(attempt: &Attempt) -> PkceCodeVerifier {
    PkceCodeVerifier::new(attempt.verifier.to_string())
}

/// When the person showed the provider who is there; where it had to be anew, that it was.
fn shown_again(claims: &CoreIdTokenClaims, attempt: &Attempt) -> Result<Option<Instant>, ProviderFault> {
    let stale = ProviderFault::DoesNotHold("the person was not asked again");
    let Some(shown) = claims.auth_time() else {
        return if attempt.again { Err(stale) } else { Ok(None) };
    };
    let seconds = shown.timestamp();
    let began = attempt.began_at.unix_micros().div_euclid(1_000_000);
    if attempt.again && seconds < began.saturating_sub(SKEW_SECONDS) {
        return Err(stale);
    }
    Ok(Instant::from_unix_micros(seconds.saturating_mul(1_000_000)).ok())
}

/// All claims of a token whose signature was checked.
fn payload(token: &CoreIdToken) -> Result<Map<String, Value>, ProviderFault> {
    let unreadable = ProviderFault::DoesNotHold("its ID token cannot be read");
    let text = token.to_string();
    let part = text.split('.').nth(1).ok_or(unreadable)?;
    let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| unreadable)?;
    serde_json::from_slice(&bytes).map_err(|_| unreadable)
}

/// What does not hold, without what the token says.
fn why(error: &ClaimsVerificationError) -> &'static str {
    match error {
        ClaimsVerificationError::Expired(_) => "its ID token is out of time",
        ClaimsVerificationError::InvalidAudience(_) => "its ID token is for somebody else",
        ClaimsVerificationError::InvalidIssuer(_) => "its ID token is of another provider",
        ClaimsVerificationError::InvalidNonce(_) => "its ID token is of another attempt",
        ClaimsVerificationError::SignatureVerification(_) => "its ID token is not signed with its key",
        _ => "its ID token is not as it should be",
    }
}
