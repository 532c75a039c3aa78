//! What one registrar proposed: the exact change, and whether another agrees.

use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::http::StatusCode;
use axum::response::Response;
use fairfile_domain::id::{ProposalId, StaffCode};
use fairfile_domain::proposal::{Act, State, Verdict};
use fairfile_service::Registry;
use fairfile_service::registrar::{
    Change as Proposed, DecideError, MemberKey, Proposal, decide_proposal, find_proposal, list_proposals,
};
use fairfile_service::sign_in::{Half, find_half};
use i18n_embed_fl::fl;

use super::ask::titled;
use super::catalog::{ItemChange, item_change};
use super::sign_in::HalfOf;
use super::wording::{self, Moment, before, moment, part, typed};
use crate::caller::Call;
use crate::pages::address::to_page;
use crate::pages::frame::{Frame, Theme};
use crate::pages::signed_in::SignedIn;
use crate::problem::{Problem, RequestFault};

/// A proposal in a list.
pub(super) struct Row {
    pub(super) to: String,
    pub(super) what: String,
    pub(super) state: String,
    pub(super) is_open: bool,
    pub(super) by: String,
    pub(super) at: Moment,
}

pub(super) fn row(frame: &Frame, reg: &Registry, proposal: &Proposal) -> Row {
    Row {
        to: frame.to(&format!("/registry/proposals/{}", proposal.id)),
        what: wording::act(frame, proposal.act, &proposal.matter),
        state: wording::state(frame, proposal.state),
        is_open: proposal.state == State::Open,
        by: proposal.proposed_by.to_string(),
        at: moment(frame, reg, proposal.proposed_at),
    }
}

#[derive(Template)]
#[template(path = "registrar/proposals.html")]
struct List {
    frame: Frame,
    rows: Vec<Row>,
    /// Where the list goes on.
    more: Option<String>,
}

/// `GET /{language}/registry/proposals`
pub(super) async fn list(call: &Call<'_>) -> Result<Response, Problem> {
    SignedIn::registrar(call)?;
    let frame = Frame::of(call);
    let (from, reg) = (before(call), call.doors.reg());
    let (found, has_more) = call.doors.blocking(move |reg| list_proposals(reg, from)).await??;
    let last = found.last().map(|proposal| proposal.leaf).filter(|_| has_more);
    let page = List {
        rows: found.iter().map(|proposal| row(&frame, reg, proposal)).collect(),
        more: last.map(|leaf| frame.to(&format!("/registry/proposals?before={leaf}"))),
        frame,
    };
    page.frame.answer(StatusCode::OK, &page)
}

/// What became of a proposal.
struct Settled {
    by: String,
    at: Moment,
    because: String,
    /// The reference: the decision's place in the journal.
    reference: u64,
}

#[derive(Template)]
#[template(path = "registrar/proposal.html")]
struct One {
    frame: Frame,
    h1: String,
    /// The address of this proposal's forms, without the verb.
    to: String,
    id: String,
    state: String,
    is_open: bool,
    is_own: bool,
    by: String,
    at: Moment,
    because: String,
    reference: u64,
    effect: String,
    settled: Option<Settled>,
    /// What is registered or admitted, field by field.
    facts: Vec<(String, String)>,
    change: Option<ItemChange>,
    /// The half of a code that this registrar has to hand over.
    half: Option<HalfOf>,
    /// What was typed as a reason for rejecting.
    typed: String,
    /// What is wrong, and whether it is the reason.
    error: Option<(String, bool)>,
}

impl One {
    fn title(&self) -> String {
        titled(&self.frame, &self.h1, self.error.is_some())
    }
}

/// The proposal whose id stands in the address, `from_end` places before its last part.
async fn asked(call: &Call<'_>, from_end: usize) -> Result<Proposal, Problem> {
    let id: ProposalId = part(call, from_end).parse().map_err(|_| RequestFault::NotFound)?;
    let found = call.doors.blocking(move |reg| find_proposal(reg, id)).await??;
    Ok(found.ok_or(RequestFault::NotFound)?)
}

/// The half of an invitation's code that `staff` has to hand over: the first is the proposer's, the second whoever's agreed.
fn half(call: &Call<'_>, staff: &StaffCode, proposal: &Proposal) -> Result<Option<HalfOf>, Problem> {
    if (proposal.act, proposal.state) != (Act::Invite, State::Agreed) {
        return Ok(None);
    }
    let agreed_by = proposal.decision.as_ref().map(|decision| &decision.by);
    let which = match agreed_by {
        Some(second) if second == staff => Half::Second,
        Some(_) if *staff == proposal.proposed_by => Half::First,
        _ => return Ok(None),
    };
    let found = find_half(call.doors.reg(), proposal.id.as_bytes(), which)?;
    Ok(found.map(|half| HalfOf::of(call, &half)))
}

fn page(call: &Call<'_>, staff: &StaffCode, proposal: &Proposal) -> Result<One, Problem> {
    let (frame, reg) = (Frame::of(call), call.doors.reg());
    let settled = proposal.decision.as_ref().map(|decision| Settled {
        by: decision.by.to_string(),
        at: moment(&frame, reg, decision.at),
        because: decision.because.clone(),
        reference: decision.leaf,
    });
    Ok(One {
        half: half(call, staff, proposal)?,
        h1: wording::act(&frame, proposal.act, &proposal.matter),
        to: frame.to(&format!("/registry/proposals/{}", proposal.id)),
        id: proposal.id.to_string(),
        state: wording::state(&frame, proposal.state),
        is_open: proposal.state == State::Open,
        is_own: *staff == proposal.proposed_by,
        by: proposal.proposed_by.to_string(),
        at: moment(&frame, reg, proposal.proposed_at),
        because: proposal.because.clone(),
        reference: proposal.leaf,
        effect: wording::effect(&frame, proposal.act),
        settled,
        facts: facts(&frame, reg, proposal),
        change: if proposal.act == Act::PublishItem { item_change(&frame, reg, &proposal.text) } else { None },
        typed: String::new(),
        error: None,
        frame,
    })
}

/// `GET /{language}/registry/proposals/{proposal}`
pub(super) async fn show(call: &Call<'_>) -> Result<Response, Problem> {
    let staff = SignedIn::registrar(call)?;
    let page = page(call, &staff, &asked(call, 0).await?)?;
    page.frame.answer(StatusCode::OK, &page)
}

/// `POST /{language}/registry/proposals/{proposal}/agree`
pub(super) async fn agree(call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    decide(call, body, Verdict::Agree).await
}

/// `POST /{language}/registry/proposals/{proposal}/reject`
pub(super) async fn reject(call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    decide(call, body, Verdict::Reject).await
}

/// `POST /{language}/registry/proposals/{proposal}/take-back`
pub(super) async fn take_back(call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    decide(call, body, Verdict::TakeBack).await
}

async fn decide(call: &Call<'_>, body: Body, verdict: Verdict) -> Result<Response, Problem> {
    let (staff, fields) = typed(call, body).await?;
    let proposal = asked(call, 1).await?;
    let (id, because) = (proposal.id, fields.text("because").to_owned());
    let (decider, words) = (staff.clone(), because.clone());
    let decided = move |reg: &Arc<Registry>| decide_proposal(reg, id, &decider, verdict, &words);
    let error = match call.doors.blocking(decided).await? {
        Ok(_) => return to_page(&Frame::of(call).to(&format!("/registry/proposals/{id}"))),
        Err(error) => error,
    };
    let mut page = page(call, &staff, &asked(call, 1).await?)?;
    page.typed = because;
    let (status, wrong, is_reason) = match error {
        DecideError::Unknown => return Err(RequestFault::NotFound.into()),
        DecideError::Registry(error) => return Err(error.into()),
        DecideError::NotYours(error) => (StatusCode::CONFLICT, wording::not_yours(&page.frame, error), false),
        DecideError::Reason => (StatusCode::UNPROCESSABLE_ENTITY, wording::reason(&page.frame), true),
        DecideError::Unfit(error) => {
            let wrong = wording::unfit(&page.frame, error)?.pop();
            (StatusCode::CONFLICT, wrong.map(|(_, words)| words).unwrap_or_default(), false)
        }
    };
    page.error = Some((wrong, is_reason));
    page.frame.answer(status, &page)
}

/// What is admitted or registered, field by field; nothing where the heading says it all.
fn facts(frame: &Frame, reg: &Registry, proposal: &Proposal) -> Vec<(String, String)> {
    let words = frame.words;
    match Proposed::of(proposal) {
        Ok(Proposed::AdmitMember(new)) => {
            let sectors = new.sectors.iter().map(|sector| frame.language.of(&sector.title()).to_owned());
            vec![
                (fl!(words, "registry-code"), new.code.to_string()),
                (fl!(words, "registry-title-en"), new.title.en.clone()),
                (fl!(words, "registry-title-zh"), new.title.zh.clone()),
                (fl!(words, "members-sectors"), joined(frame, sectors.collect())),
            ]
        }
        Ok(Proposed::RegisterOfficer(new)) => {
            let purposes = new.purposes.keys().map(|code| wording::purpose(frame, reg, code)).collect();
            vec![
                (fl!(words, "registry-code"), new.code.to_string()),
                (fl!(words, "members-member"), wording::member(frame, reg, &new.member)),
                (fl!(words, "registry-from"), frame.day(new.on_duty_from)),
                (fl!(words, "registry-until"), frame.day(new.on_duty_until)),
                (fl!(words, "purposes-purpose"), joined(frame, purposes)),
            ]
        }
        Ok(Proposed::RegisterKey(new)) => key_facts(frame, reg, &new),
        Ok(Proposed::MemberStanding(code, _)) => {
            vec![(fl!(words, "members-member"), wording::member(frame, reg, &code))]
        }
        Ok(Proposed::OfficerStanding(code, _) | Proposed::ReleaseOfficer(code)) => {
            vec![(fl!(words, "members-member"), wording::member_of(frame, reg, &code))]
        }
        Ok(Proposed::GivePurpose(code, purpose)) => vec![
            (fl!(words, "registry-officer"), code.to_string()),
            (fl!(words, "members-member"), wording::member_of(frame, reg, &code)),
            (fl!(words, "purposes-purpose"), wording::purpose(frame, reg, &purpose)),
        ],
        Ok(Proposed::PublishItem(_) | Proposed::Invite(_)) | Err(_) => Vec::new(),
    }
}

/// Several of a kind in one line; a dash for none.
pub(super) fn joined(frame: &Frame, texts: Vec<String>) -> String {
    if texts.is_empty() { "–".to_owned() } else { texts.join(frame.language.pick(", ", "、")) }
}

/// What a key is, field by field.
pub(super) fn key_facts(frame: &Frame, reg: &Registry, key: &MemberKey) -> Vec<(String, String)> {
    let words = frame.words;
    let officer = key.officer.as_ref().map(|officer| (fl!(words, "registry-officer"), officer.to_string()));
    let mut facts = vec![
        (fl!(words, "registry-code"), key.code.to_string()),
        (fl!(words, "members-member"), wording::member(frame, reg, &key.member)),
    ];
    facts.extend(officer);
    facts.extend([
        (fl!(words, "registry-public-key"), digits(&key.public_key)),
        (fl!(words, "registry-from"), frame.day(key.valid_from)),
        (fl!(words, "registry-until"), frame.day(key.valid_until)),
    ]);
    facts
}

/// Bytes as hexadecimal digits in groups of eight, which can be read out.
pub(super) fn digits(bytes: &[u8; 32]) -> String {
    let groups = bytes.chunks(4).map(|group| group.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
    groups.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod samples {
    use super::super::sampled::proposal;
    use super::*;
    use crate::pages::samples::{hold, moment, text};

    fn one(frame: Frame) -> One {
        One {
            frame,
            h1: text(),
            to: "/en/registry/proposals/x".to_owned(),
            id: "prp_1".to_owned(),
            state: text(),
            is_open: true,
            is_own: false,
            by: text(),
            at: moment(),
            because: text(),
            reference: 512,
            effect: text(),
            settled: None,
            facts: vec![(text(), text()), (text(), text())],
            change: None,
            half: None,
            typed: String::new(),
            error: None,
        }
    }

    fn settled(because: String) -> Option<Settled> {
        Some(Settled { by: text(), at: moment(), because, reference: 513 })
    }

    #[test]
    fn from_no_proposal_to_a_page_of_them() {
        hold(
            "registrar/proposals.html",
            &[
                ("empty", |frame| List { frame, rows: Vec::new(), more: None }),
                ("one", |frame| List { frame, rows: vec![proposal(true)], more: None }),
                ("full", |frame| List {
                    frame,
                    rows: vec![proposal(true), proposal(false)],
                    more: Some("?before=7".to_owned()),
                }),
            ],
        );
    }

    #[test]
    fn a_proposal_for_its_author_for_a_colleague_and_after_its_end() {
        hold(
            "registrar/proposal.html",
            &[
                ("of a colleague", one),
                ("own", |frame| One { is_own: true, ..one(frame) }),
                ("of an item", |frame| One { change: Some(ItemChange::sample(Some(1), 2)), ..one(frame) }),
                ("of a new item", |frame| One { change: Some(ItemChange::sample(None, 0)), ..one(frame) }),
                ("agreed", |frame| One { is_open: false, settled: settled(String::new()), ..one(frame) }),
                ("agreed, with half of a code", |frame| One {
                    half: Some(HalfOf { holder: text(), code: text(), until: text() }),
                    is_open: false,
                    settled: settled(String::new()),
                    ..one(frame)
                }),
                ("rejected", |frame| One { is_open: false, settled: settled(text()), ..one(frame) }),
                ("error at the reason", |frame| One { typed: text(), error: Some((text(), true)), ..one(frame) }),
                ("error", |frame| One { error: Some((text(), false)), ..one(frame) }),
            ],
        );
    }
}
