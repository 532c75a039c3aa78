//! What the office's acts, states and errors are called, and how its forms arrive.

use axum::body::Body;
use fairfile_domain::access::COUNTER_VISIT;
use fairfile_domain::id::{MemberCode, OfficerCode, PurposeCode, StaffCode};
use fairfile_domain::proposal::{Act, MOST_REASON_CHARS, NotYours, State};
use fairfile_domain::sign_in::INVITATION_HOURS;
use fairfile_service::Registry;
use fairfile_service::registrar::{Deed, MOST_TITLE_CHARS, OfficeError, ProposeError, PublishError, Unfit};
use i18n_embed_fl::fl;

use super::ask::Wrong;
use crate::caller::Call;
use crate::pages::form::Fields;
use crate::pages::frame::Frame;
pub(super) use crate::pages::said::{Moment, moment};
use crate::pages::signed_in::SignedIn;
use crate::problem::{Problem, RequestFault};
use crate::sessions::Who;

/// A link: what it says, and where it leads; nowhere if that is empty.
pub(super) struct Link {
    pub(super) words: String,
    pub(super) to: String,
}

/// The registrar who sends a form, and what was typed into it.
///
/// # Errors
/// Q013, Q033 and Q034, as on all pages.
pub(super) async fn typed(call: &Call<'_>, body: Body) -> Result<(StaffCode, Fields), Problem> {
    let visitor = SignedIn::of(call)?;
    let Who::Registrar(staff) = visitor.session.who.clone() else { return Err(RequestFault::OtherVisitor.into()) };
    Ok((staff, Fields::read_own(call, &visitor, body).await?))
}

/// The part of the address that stands `from_end` places before its last.
pub(super) fn part<'c>(call: &'c Call<'_>, from_end: usize) -> &'c str {
    call.parts.uri.path().rsplit('/').nth(from_end).unwrap_or_default()
}

/// The journal index before which a list goes on; the whole list without one.
pub(super) fn before(call: &Call<'_>) -> u64 {
    let query = call.parts.uri.query().unwrap_or_default();
    let before = query.strip_prefix("before=").and_then(|number| number.parse().ok());
    before.unwrap_or(u64::MAX)
}

/// A member's name; its code if it is not on file.
pub(super) fn member(frame: &Frame, reg: &Registry, code: &MemberCode) -> String {
    let directory = reg.directory();
    directory.members.get(code).map_or(code.as_str(), |member| frame.language.of(&member.title)).to_owned()
}

/// The member that an officer acts for.
pub(super) fn member_of(frame: &Frame, reg: &Registry, officer: &OfficerCode) -> String {
    let directory = reg.directory();
    directory.officers.get(officer).map_or_else(String::new, |on_file| member(frame, reg, &on_file.officer.member))
}

/// A purpose's title; its code if no item names it.
pub(super) fn purpose(frame: &Frame, reg: &Registry, code: &PurposeCode) -> String {
    if code.as_str() == COUNTER_VISIT {
        return fl!(frame.words, "purpose-counter-visit");
    }
    let catalog = reg.catalog();
    catalog.purpose(code).map_or(code.as_str(), |purpose| frame.language.of(&purpose.title)).to_owned()
}

/// What an act is called, and whom or what it is about.
pub(super) fn act(frame: &Frame, act: Act, matter: &str) -> String {
    let words = frame.words;
    match act {
        Act::PublishItem => fl!(words, "act-publish-item", matter = matter),
        Act::AdmitMember => fl!(words, "act-admit-member", matter = matter),
        Act::RegisterOfficer => fl!(words, "act-register-officer", matter = matter),
        Act::RegisterKey => fl!(words, "act-register-key", matter = matter),
        Act::SuspendMember => fl!(words, "act-suspend-member", matter = matter),
        Act::LiftMember => fl!(words, "act-lift-member", matter = matter),
        Act::SuspendOfficer => fl!(words, "act-suspend-officer", matter = matter),
        Act::LiftOfficer => fl!(words, "act-lift-officer", matter = matter),
        Act::ReleaseOfficer => fl!(words, "act-release-officer", matter = matter),
        Act::Invite => fl!(words, "act-invite", matter = matter),
        Act::GivePurpose => fl!(words, "act-give-purpose", matter = matter),
    }
}

/// What agreeing to it does.
pub(super) fn effect(frame: &Frame, act: Act) -> String {
    let words = frame.words;
    match act {
        Act::PublishItem => fl!(words, "effect-publish-item"),
        Act::AdmitMember => fl!(words, "effect-admit-member"),
        Act::RegisterOfficer => fl!(words, "effect-register-officer"),
        Act::RegisterKey => fl!(words, "effect-register-key"),
        Act::SuspendMember => fl!(words, "effect-suspend-member"),
        Act::LiftMember => fl!(words, "effect-lift-member"),
        Act::SuspendOfficer => fl!(words, "effect-suspend-officer"),
        Act::LiftOfficer => fl!(words, "effect-lift-officer"),
        Act::ReleaseOfficer => fl!(words, "effect-release-officer"),
        Act::Invite => fl!(words, "effect-invite"),
        Act::GivePurpose => fl!(words, "effect-give-purpose"),
    }
}

/// How far a proposal is.
pub(super) fn state(frame: &Frame, state: State) -> String {
    match state {
        State::Open => fl!(frame.words, "proposal-open"),
        State::Agreed => fl!(frame.words, "proposal-agreed"),
        State::Rejected => fl!(frame.words, "proposal-rejected"),
        State::TakenBack => fl!(frame.words, "proposal-taken-back"),
    }
}

/// What was done, in a line; a deed of a later program by its own word.
pub(super) fn deed(frame: &Frame, deed: &Deed) -> String {
    let words = frame.words;
    let about = match deed.act.as_deref().and_then(Act::find) {
        Some(known) => act(frame, known, &deed.matter),
        None => deed.matter.clone(),
    };
    match deed.deed.as_str() {
        "proposed" => fl!(words, "deed-proposed", about = about),
        "agreed" => fl!(words, "deed-agreed", about = about),
        "rejected" => fl!(words, "deed-rejected", about = about),
        "taken-back" => fl!(words, "deed-taken-back", about = about),
        "trained" => fl!(words, "deed-trained", about = about),
        "key-ended" => fl!(words, "deed-key-ended", about = about),
        "sign-in-stopped" => {
            let mut parts = deed.matter.split(' ').map(str::to_owned);
            let mut part = || parts.next().unwrap_or_default();
            let (holder, passkeys, sessions) = (part(), part(), part());
            fl!(words, "deed-sign-in-stopped", holder = holder, passkeys = passkeys, sessions = sessions)
        }
        "passkey-stopped" => fl!(words, "deed-passkey-stopped", about = about),
        "recovery-approved" => fl!(words, "deed-recovery-approved", about = about),
        "recovery-granted" => fl!(words, "deed-recovery-granted", about = about),
        "recovery-refused" => fl!(words, "deed-recovery-refused", about = about),
        other => format!("{other} {about}"),
    }
}

/// What is next after a deed at the sign-in of somebody; nothing where the deed says it all.
pub(super) fn next(frame: &Frame, deed: &Deed) -> Option<String> {
    let words = frame.words;
    match deed.deed.as_str() {
        "sign-in-stopped" => Some(fl!(words, "deed-next-sign-in-stopped")),
        "recovery-approved" => Some(fl!(words, "deed-next-recovery-approved")),
        "recovery-granted" => Some(fl!(words, "deed-next-recovery-granted", hours = (i64::from(INVITATION_HOURS)))),
        "recovery-refused" => Some(fl!(words, "deed-next-recovery-refused")),
        _ => None,
    }
}

/// What is wrong, and beside which field; a failure of the node stays one.
pub(super) fn unfit(frame: &Frame, error: Unfit) -> Result<Wrong, Problem> {
    let words = frame.words;
    let wrong = match error {
        Unfit::Registry(error) | Unfit::Item(PublishError::Registry(error)) => return Err(error.into()),
        Unfit::Item(PublishError::Refused(found)) => {
            ("text", fl!(words, "registry-wrong-lint", count = (found.len() as i64)))
        }
        Unfit::Item(PublishError::Backwards { .. }) => ("text", fl!(words, "registry-wrong-backwards")),
        Unfit::Item(PublishError::Conflict(_)) => ("text", fl!(words, "registry-wrong-version")),
        Unfit::TooSoon(day) => ("text", fl!(words, "registry-wrong-too-soon", day = frame.day(day))),
        Unfit::NoCalendar => ("text", fl!(words, "registry-wrong-calendar")),
        Unfit::CodeTaken => ("code", fl!(words, "registry-wrong-taken")),
        Unfit::UnknownMember => ("member", fl!(words, "registry-wrong-member")),
        Unfit::UnknownOfficer => ("officer", fl!(words, "registry-wrong-officer")),
        Unfit::UnknownPurpose => ("purpose", fl!(words, "registry-wrong-purpose")),
        Unfit::OtherSector => ("purpose", fl!(words, "registry-wrong-sector")),
        Unfit::NotHeld => ("purpose", fl!(words, "registry-wrong-not-held")),
        Unfit::Title => {
            let (field, most) = (fl!(words, "registry-title-en"), MOST_TITLE_CHARS as i64);
            ("title_en", fl!(words, "registry-wrong-title", field = field, most = most))
        }
        Unfit::Days => ("until", fl!(words, "registry-wrong-days")),
        Unfit::KeyDays => ("until", fl!(words, "registry-wrong-key-days")),
        Unfit::OtherMember => ("officer", fl!(words, "registry-wrong-other-member")),
        Unfit::KeyTaken => ("public_key", fl!(words, "registry-wrong-key-taken")),
        Unfit::NotARegistrar => ("", fl!(words, "registry-wrong-staff")),
        Unfit::UnknownHolder => ("holder", fl!(words, "entry-unknown")),
        Unfit::HolderSuspended => ("holder", fl!(words, "entry-suspended")),
        Unfit::HadPasskey => ("holder", fl!(words, "entry-had")),
        Unfit::OwnInvitation => ("holder", fl!(words, "entry-own-invitation")),
        Unfit::NoChange => ("", fl!(words, "registry-wrong-no-change")),
        Unfit::Unreadable => ("", fl!(words, "registry-wrong-unreadable")),
    };
    Ok(vec![wrong])
}

/// Why nothing was proposed.
pub(super) fn not_proposed(frame: &Frame, error: ProposeError) -> Result<Wrong, Problem> {
    match error {
        ProposeError::Reason => Ok(vec![("because", reason(frame))]),
        ProposeError::Unfit(error) => unfit(frame, error),
        ProposeError::Registry(error) => Err(error.into()),
    }
}

/// That a reason is missing, or too long.
pub(super) fn reason(frame: &Frame) -> String {
    fl!(frame.words, "registry-wrong-reason", most = (MOST_REASON_CHARS as i64))
}

/// Why nothing was decided.
pub(super) fn not_yours(frame: &Frame, error: NotYours) -> String {
    match error {
        NotYours::OwnProposal => fl!(frame.words, "registry-wrong-own"),
        NotYours::NotTheProposer => fl!(frame.words, "registry-wrong-not-own"),
        NotYours::Decided(_) => fl!(frame.words, "registry-wrong-decided"),
    }
}

/// Why nothing was done.
pub(super) fn not_done(frame: &Frame, error: OfficeError) -> Result<Wrong, Problem> {
    let words = frame.words;
    Ok(vec![match error {
        OfficeError::Unfit(error) => return unfit(frame, error),
        OfficeError::UnknownKey => return Err(RequestFault::NotFound.into()),
        OfficeError::NothingToStop => ("stop", fl!(words, "entry-stop-nothing")),
        OfficeError::TrainingDays => ("until", fl!(words, "registry-wrong-training-days")),
        OfficeError::KeyEnd => ("until", fl!(words, "registry-wrong-key-end")),
        OfficeError::Registry(error) => return Err(error.into()),
    }])
}
