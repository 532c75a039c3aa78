//! Who is asking: an officer or a member by signature, a person by session.
//!
//! A stranger learns from no answer and from no time whether a key is registered. That a member or an
//! officer may not act at present is for the use case to say, as a refusal; here it is only who they are.

use std::borrow::Cow;

use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use fairfile_domain::day::Instant;
use fairfile_domain::id::{MemberCode, OfficerCode, SubjectId};
use fairfile_requests::{BodyDigest, Message, SignatureFault, Verified, verify};
use fairfile_service::source::Evidence;

use crate::doors::Doors;
use crate::problem::{Problem, RequestFault};
use crate::sessions::Who;
use crate::wire::Language;

/// The longest `Idempotency-Key`.
const MOST_KEY_BYTES: usize = 255;

/// The address of the node that a request names.
pub(crate) fn origin_of<'d>(doors: &'d Doors, parts: &Parts) -> Option<&'d str> {
    // An absolute request target wins over `Host` (RFC 9112, 3.2.2).
    let host = match parts.uri.authority() {
        Some(authority) => Cow::Borrowed(authority.as_str()),
        None => field(&parts.headers, header::HOST.as_str())?,
    };
    doors.origins().find(&host)
}

/// A request that came to one of the node's own addresses. Its body is elsewhere, and not read yet.
pub(crate) struct Call<'d> {
    pub(crate) doors: &'d Doors,
    pub(crate) parts: Parts,
    origin: &'d str,
    /// From when a recovery can be granted that somebody asked for in the visitor's name: every page says so.
    pub(crate) recovery: Option<Instant>,
}

impl<'d> Call<'d> {
    /// The request, if it is meant for this node.
    pub(crate) fn read(doors: &'d Doors, parts: Parts) -> Result<Self, Problem> {
        let origin = origin_of(doors, &parts).ok_or(RequestFault::OtherHost)?;
        Ok(Self { doors, parts, origin, recovery: None })
    }

    /// The language of the answer.
    pub(crate) fn language(&self) -> Language {
        field(&self.parts.headers, "accept-language").map_or_else(Language::default, |text| Language::asked(&text))
    }

    /// Refuses a form that another site has sent. A browser says where a form comes from; whoever says nothing is no browser,
    /// and has no cookie of somebody else's.
    pub(crate) fn comes_from_here(&self) -> Result<(), Problem> {
        let origin = field(&self.parts.headers, "origin");
        let site = field(&self.parts.headers, "sec-fetch-site");
        let is_own = match (origin.as_deref(), site.as_deref()) {
            (_, Some(site)) => matches!(site, "same-origin" | "none"),
            (Some(origin), None) => origin == self.origin,
            (None, None) => true,
        };
        if is_own { Ok(()) } else { Err(RequestFault::OtherSite.into()) }
    }

    /// The address by which the visitor reached the node, without a path.
    pub(crate) fn origin(&self) -> &'d str {
        self.origin
    }

    /// Whether the node is reached over TLS.
    pub(crate) fn is_https(&self) -> bool {
        self.origin.starts_with("https://")
    }

    /// The last part of the path. Codes and ids are written in one way, so nothing is decoded.
    pub(crate) fn last(&self) -> &str {
        let path = self.parts.uri.path();
        path.rsplit_once('/').map_or(path, |(_, last)| last)
    }

    /// The key under which a repetition is the same request.
    pub(crate) fn idempotency_key(&self) -> Result<Cow<'_, str>, Problem> {
        let key = field(&self.parts.headers, "idempotency-key").ok_or(RequestFault::NoIdempotencyKey)?;
        let fits = (1..=MOST_KEY_BYTES).contains(&key.len()) && key.bytes().all(|c| matches!(c, b' '..=b'~'));
        if fits { Ok(key) } else { Err(RequestFault::NoIdempotencyKey.into()) }
    }

    /// Refuses a body that does not say it is JSON.
    pub(crate) fn requires_json(&self) -> Result<(), Problem> {
        let kind = field(&self.parts.headers, "content-type").unwrap_or_default();
        let essence = kind.split(';').next().unwrap_or_default().trim();
        if essence.eq_ignore_ascii_case("application/json") { Ok(()) } else { Err(RequestFault::OtherMediaType.into()) }
    }

    /// Who signed it, by a key that holds today.
    fn signed(&self) -> Result<Signed, Problem> {
        let headers = &self.parts.headers;
        let path = self.parts.uri.path_and_query().map_or("/", |path| path.as_str());
        let target_uri = [self.origin, path].concat();
        let digest = field(headers, "content-digest");
        let find = |name: &str| field(headers, name).map(Cow::into_owned);
        let message = Message {
            method: self.parts.method.as_str(),
            target_uri: &target_uri,
            content_digest: digest.as_deref(),
            headers: &find,
        };
        let input = field(headers, "signature-input").unwrap_or_default();
        let signature = field(headers, "signature").unwrap_or_default();
        let (directory, today) = (self.doors.reg().directory(), self.doors.reg().today());
        let public_key = |code: &_| {
            let key = directory.keys.get(code).filter(|key| (key.valid_from..=key.valid_until).contains(&today));
            key.map(|key| key.public_key)
        };
        let now = self.doors.now().unix_micros().div_euclid(1_000_000);
        let verified = verify(&message, &input, &signature, public_key, now)?;
        let key = directory.keys.get(&verified.key).ok_or(SignatureFault::NotVerified)?;
        // Only now: before, anybody could use up another's share, or learn from a 429 that there is such a key.
        self.doors.callers().charge_key(&verified.key)?;
        // What two members date alike confirms the node's clock.
        self.doors.reg().clock.heard(&key.member, verified.created);
        Ok(Signed {
            member: key.member.clone(),
            officer: key.officer.clone(),
            digest: digest.map(Cow::into_owned),
            verified,
        })
    }
}

struct Signed {
    member: MemberCode,
    officer: Option<OfficerCode>,
    digest: Option<String>,
    verified: Verified,
}

/// The digest that a signature covers: what arrives must be what was signed.
pub(crate) struct SignedDigest(Option<String>);

impl SignedDigest {
    /// Holds a body that is in memory against it.
    pub(crate) fn check(&self, body: &[u8]) -> Result<(), Problem> {
        self.check_digest(&BodyDigest::of(body))
    }

    /// Holds the digest of a body that passed by against it.
    pub(crate) fn check_digest(&self, arrived: &BodyDigest) -> Result<(), Problem> {
        let signed = self.0.as_deref().ok_or(SignatureFault::DigestMissing)?;
        Ok(arrived.check(signed)?)
    }
}

/// An officer, by a key of the officer's own.
pub(crate) struct SignedOfficer {
    pub(crate) officer: OfficerCode,
    pub(crate) digest: SignedDigest,
}

impl SignedOfficer {
    pub(crate) fn of(call: &Call<'_>) -> Result<Self, Problem> {
        let signed = call.signed()?;
        let officer = signed.officer.ok_or(RequestFault::OfficersOnly)?;
        Ok(Self { officer, digest: SignedDigest(signed.digest) })
    }
}

/// A member, by a key that is no officer's.
pub(crate) struct SignedMember {
    pub(crate) member: MemberCode,
    pub(crate) evidence: Evidence,
    pub(crate) digest: SignedDigest,
}

impl SignedMember {
    pub(crate) fn of(call: &Call<'_>) -> Result<Self, Problem> {
        let Signed { member, officer, digest, verified } = call.signed()?;
        if officer.is_some() {
            return Err(RequestFault::MembersOnly.into());
        }
        let Verified { key, signed_text, signature, .. } = verified;
        Ok(Self { member, evidence: Evidence::Signed { key, signed_text, signature }, digest: SignedDigest(digest) })
    }
}

/// A person who is signed in. Whose file it is follows from the session and from nothing in the address.
pub(crate) struct Person {
    pub(crate) subject: SubjectId,
}

impl Person {
    /// The person whose token a program sends.
    pub(crate) fn of(call: &Call<'_>) -> Result<Self, Problem> {
        let header = field(&call.parts.headers, "authorization").ok_or(RequestFault::NotSignedIn)?;
        let (scheme, token) = header.split_once(' ').ok_or(RequestFault::NotSignedIn)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(RequestFault::NotSignedIn.into());
        }
        let session = call.doors.session_of(token.trim()).ok_or(RequestFault::NotSignedIn)?;
        let Who::Person(subject) = session.who else { return Err(RequestFault::NotSignedIn.into()) };
        call.doors.callers().charge_visitor(&session.who)?;
        Ok(Self { subject })
    }
}

/// A header's value in ASCII; several lines of one name are joined in their order.
pub(crate) fn field<'h>(headers: &'h HeaderMap, name: &str) -> Option<Cow<'h, str>> {
    let text = |value: &'h HeaderValue| value.to_str().ok();
    let mut lines = headers.get_all(name).iter();
    let first = text(lines.next()?)?;
    let mut joined = Cow::Borrowed(first);
    for line in lines {
        let joined = joined.to_mut();
        joined.push_str(", ");
        joined.push_str(text(line)?);
    }
    Some(joined)
}
