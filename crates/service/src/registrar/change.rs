//! What can be proposed, whether it can be done today, and how it is written down until it is decided.

use std::collections::BTreeMap;

use fairfile_domain::access::{is_held_by_officers, is_of_the_members_sectors};
use fairfile_domain::actor::{Member, Office, Officer, Standing};
use fairfile_domain::catalog::{Bilingual, Catalog, Sector};
use fairfile_domain::day::{Day, Period, Unit};
use fairfile_domain::id::{MemberCode, OfficerCode, PurposeCode, StaffCode};
use fairfile_domain::proposal::Act;
use fairfile_domain::sign_in::KeyHolder;
use fairfile_lawfiles::catalog::ItemFile;
use fairfile_store::member::MemberKey;
use fairfile_store::proposal::Proposal;
use serde::Deserialize;

use super::admit::{key_event, member_event, officer_event};
use super::overview::list_stopped;
use super::publish_catalog::{PublishError, fitting};
use crate::directory::Directory;
use crate::registry::{Registry, RegistryError};
use crate::sign_in::{Holding, holding, list_passkeys};

/// The name under which findings speak of a proposed item file.
pub const PROPOSED_FILE: &str = "item.toml";
/// The longest time for which a key is registered.
pub const LONGEST_KEY: Period = Period { count: 1, unit: Unit::Year };
/// The most characters of a member's name.
pub const MOST_TITLE_CHARS: usize = 200;

/// Something that takes two registrars.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A version of an item comes into the catalog, word for word.
    PublishItem(String),
    /// A member is admitted.
    AdmitMember(Member),
    /// An officer is registered.
    RegisterOfficer(Officer),
    /// A key of a member, or of one of its officers, is registered: whoever holds it signs in their name.
    RegisterKey(MemberKey),
    /// A member gets this standing.
    MemberStanding(MemberCode, Standing),
    /// An officer gets this standing.
    OfficerStanding(OfficerCode, Standing),
    /// An officer who was stopped may ask again.
    ReleaseOfficer(OfficerCode),
    /// Somebody who never had a passkey is invited to make one: whoever makes it signs in as that officer or registrar.
    Invite(KeyHolder),
    /// An officer holds one more purpose, for which a training is then recorded.
    GivePurpose(OfficerCode, PurposeCode),
}

/// Why something cannot be done today.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    /// The catalog cannot take the item file.
    #[error(transparent)]
    Item(PublishError),
    /// The law profile wants a longer notice.
    #[error("the first day must be {0} or later: the law profile lets a version stand in public before it is in force")]
    TooSoon(Day),
    /// The notice cannot be counted.
    #[error("the notice that the law profile wants cannot be counted: the node's calendar ends before it")]
    NoCalendar,
    /// The code belongs to another one already.
    #[error("the code is taken; choose another one")]
    CodeTaken,
    /// There is no member of that code.
    #[error("no member of this code is on file")]
    UnknownMember,
    /// There is no officer of that code.
    #[error("no officer of this code is on file")]
    UnknownOfficer,
    /// There is no purpose of that code.
    #[error("no item of the catalog names this purpose")]
    UnknownPurpose,
    /// The officer's member has no duty in the purpose's sector of life, so every look for it would be denied.
    #[error("the purpose belongs to a sector of life that is not the member's; choose one of the member's own")]
    OtherSector,
    /// A training gives nobody a purpose.
    #[error("the officer does not hold this purpose; two registrars give it first, then the training is recorded")]
    NotHeld,
    /// The name of a member says nothing, or too much.
    #[error("a name has 1 to {MOST_TITLE_CHARS} characters in each language")]
    Title,
    /// A time that ends before it begins, or has ended.
    #[error("the last day must be the first one or later, and not have passed")]
    Days,
    /// A key for longer than a year, or from a day that has passed.
    #[error("a key is registered from today on or later, for a year at the longest")]
    KeyDays,
    /// The officer acts for another member.
    #[error("the officer acts for another member")]
    OtherMember,
    /// The same public key under another code.
    #[error("this public key is registered already; each key is registered once")]
    KeyTaken,
    /// Whoever does it is no registrar, or may not act at present.
    #[error("no registrar of this code may act at present; sign in as one who may")]
    NotARegistrar,
    /// Nobody of the staff and no officer has that code.
    #[error("no officer and nobody of the staff has this code; compare it, or admit them first")]
    UnknownHolder,
    /// Whoever is suspended is not invited.
    #[error("this holder is suspended and is not invited; end the suspension first")]
    HolderSuspended,
    /// An invitation would let others take the holder's place.
    #[error("this holder has had a passkey; one more is added with it, or asked for as a recovery")]
    HadPasskey,
    /// Somebody who is invited is none of the two who agree to it.
    #[error("nobody agrees to the own invitation; two other registrars must")]
    OwnInvitation,
    /// It is so already.
    #[error("it is so already; nothing would change")]
    NoChange,
    /// What was written down cannot be read.
    #[error("what was proposed cannot be read; reject it and propose anew")]
    Unreadable,
    /// The node failed.
    #[error(transparent)]
    Registry(#[from] RegistryError),
}

/// Holds that `staff` is a registrar who may act today. A session tells who it is; whether it is one is for the
/// directory to say, at the moment at which something is done.
///
/// # Errors
/// [`Unfit::NotARegistrar`].
pub(super) fn must_be_registrar(reg: &Registry, staff: &StaffCode) -> Result<(), Unfit> {
    let directory = reg.directory();
    let known = directory.staff.get(staff);
    let may_act = known.is_some_and(|staff| staff.office == Office::Registry && staff.standing == Standing::Active);
    must(may_act, Unfit::NotARegistrar)
}

/// The first day on which a version that is published `today` may be in force, if the law profile wants a notice.
///
/// # Errors
/// [`Unfit::NoCalendar`] if it counts working days of a year that the node's calendar does not have.
pub fn first_day(reg: &Registry, today: Day) -> Result<Option<Day>, Unfit> {
    reg.profile.first_day_of_version(today, &reg.holidays).map_err(|_| Unfit::NoCalendar)
}

/// An item file that could be published today.
///
/// # Errors
/// [`Unfit`], with every finding of the lint.
pub fn check_item(reg: &Registry, text: &str) -> Result<ItemFile, Unfit> {
    let files = [(PROPOSED_FILE.to_owned(), text.to_owned())];
    let file = fitting(reg, &files).map_err(Unfit::Item)?.pop().ok_or(Unfit::Unreadable)?;
    match first_day(reg, reg.today())? {
        Some(first) if file.item.in_force_from < first => Err(Unfit::TooSoon(first)),
        _ => Ok(file),
    }
}

impl Change {
    /// Which act it is.
    pub fn act(&self) -> Act {
        match self {
            Self::PublishItem(_) => Act::PublishItem,
            Self::AdmitMember(_) => Act::AdmitMember,
            Self::RegisterOfficer(_) => Act::RegisterOfficer,
            Self::RegisterKey(_) => Act::RegisterKey,
            Self::MemberStanding(_, Standing::Suspended) => Act::SuspendMember,
            Self::MemberStanding(_, Standing::Active) => Act::LiftMember,
            Self::OfficerStanding(_, Standing::Suspended) => Act::SuspendOfficer,
            Self::OfficerStanding(_, Standing::Active) => Act::LiftOfficer,
            Self::ReleaseOfficer(_) => Act::ReleaseOfficer,
            Self::Invite(_) => Act::Invite,
            Self::GivePurpose(..) => Act::GivePurpose,
        }
    }

    /// Whether it can be done today, and for whom or what it is, by code.
    ///
    /// # Errors
    /// [`Unfit`].
    pub fn check(&self, reg: &Registry) -> Result<String, Unfit> {
        let (directory, catalog) = (reg.directory(), reg.catalog());
        match self {
            Self::PublishItem(text) => {
                let item = check_item(reg, text)?.item;
                return Ok(format!("{}/{}", item.code, item.version));
            }
            Self::AdmitMember(new) => check_member(new, directory.members.contains_key(&new.code))?,
            Self::RegisterOfficer(new) => {
                let member = directory.members.get(&new.member).ok_or(Unfit::UnknownMember)?;
                check_officer(new, reg.today(), directory.officers.contains_key(&new.code))?;
                new.purposes.keys().try_for_each(|purpose| check_purpose(&catalog, member, purpose))?;
            }
            Self::RegisterKey(new) => check_key(reg, new)?,
            Self::MemberStanding(code, standing) => {
                let member = directory.members.get(code).ok_or(Unfit::UnknownMember)?;
                must(member.standing != *standing, Unfit::NoChange)?;
            }
            Self::OfficerStanding(code, standing) => {
                let officer = directory.officers.get(code).ok_or(Unfit::UnknownOfficer)?;
                must(officer.officer.standing != *standing, Unfit::NoChange)?;
            }
            Self::ReleaseOfficer(code) => {
                must(directory.officers.contains_key(code), Unfit::UnknownOfficer)?;
                must(list_stopped(reg)?.contains(code), Unfit::NoChange)?;
            }
            Self::Invite(holder) => {
                check_invited(reg, &directory, holder)?;
                return Ok(holder.to_string());
            }
            Self::GivePurpose(officer, purpose) => {
                check_given(&directory, &catalog, officer, purpose)?;
                return Ok(format!("{officer}/{purpose}"));
            }
        }
        Ok(self.code().to_owned())
    }

    /// Holds that `staff` may propose it or agree to it.
    ///
    /// # Errors
    /// [`Unfit::OwnInvitation`].
    pub(super) fn is_for(&self, staff: &StaffCode) -> Result<(), Unfit> {
        must(!matches!(self, Self::Invite(KeyHolder::Staff(invited)) if invited == staff), Unfit::OwnInvitation)
    }

    /// The code of whom it is for; nothing of what says it otherwise.
    fn code(&self) -> &str {
        match self {
            Self::PublishItem(_) | Self::Invite(_) | Self::GivePurpose(..) => "",
            Self::AdmitMember(new) => new.code.as_str(),
            Self::RegisterOfficer(new) => new.code.as_str(),
            Self::RegisterKey(new) => new.code.as_str(),
            Self::MemberStanding(code, _) => code.as_str(),
            Self::OfficerStanding(code, _) | Self::ReleaseOfficer(code) => code.as_str(),
        }
    }

    /// The whole of it, word for word; empty where act and code say it all.
    pub(super) fn text(&self) -> Result<String, Unfit> {
        let event = match self {
            Self::PublishItem(text) => return Ok(text.clone()),
            Self::AdmitMember(new) => member_event(new),
            Self::RegisterOfficer(new) => officer_event(new),
            Self::RegisterKey(new) => key_event(new),
            Self::MemberStanding(..)
            | Self::OfficerStanding(..)
            | Self::ReleaseOfficer(_)
            | Self::Invite(_)
            | Self::GivePurpose(..) => return Ok(String::new()),
        };
        String::from_utf8(event.bytes()).map_err(|_| Unfit::Unreadable)
    }

    /// What a proposal on file is about.
    ///
    /// # Errors
    /// [`Unfit::Unreadable`].
    pub fn of(proposal: &Proposal) -> Result<Self, Unfit> {
        let read = || -> Option<Self> {
            let matter = proposal.matter.as_str();
            Some(match proposal.act {
                Act::PublishItem => Self::PublishItem(proposal.text.clone()),
                Act::AdmitMember => Self::AdmitMember(told::<ToldMember>(proposal)?.member()?),
                Act::RegisterOfficer => Self::RegisterOfficer(told::<ToldOfficer>(proposal)?.officer()?),
                Act::RegisterKey => Self::RegisterKey(told::<ToldKey>(proposal)?.key()?),
                Act::SuspendMember => Self::MemberStanding(matter.parse().ok()?, Standing::Suspended),
                Act::LiftMember => Self::MemberStanding(matter.parse().ok()?, Standing::Active),
                Act::SuspendOfficer => Self::OfficerStanding(matter.parse().ok()?, Standing::Suspended),
                Act::LiftOfficer => Self::OfficerStanding(matter.parse().ok()?, Standing::Active),
                Act::ReleaseOfficer => Self::ReleaseOfficer(matter.parse().ok()?),
                Act::Invite => Self::Invite(matter.parse().ok()?),
                Act::GivePurpose => {
                    let (officer, purpose) = matter.split_once('/')?;
                    Self::GivePurpose(officer.parse().ok()?, purpose.parse().ok()?)
                }
            })
        };
        read().ok_or(Unfit::Unreadable)
    }
}

fn must(holds: bool, otherwise: Unfit) -> Result<(), Unfit> {
    if holds { Ok(()) } else { Err(otherwise) }
}

fn check_invited(reg: &Registry, directory: &Directory, holder: &KeyHolder) -> Result<(), Unfit> {
    match holding(directory, holder) {
        Holding::Unknown => return Err(Unfit::UnknownHolder),
        Holding::Suspended => return Err(Unfit::HolderSuspended),
        Holding::Active => {}
    }
    must(list_passkeys(reg, holder)?.is_empty(), Unfit::HadPasskey)
}

fn check_member(new: &Member, is_known: bool) -> Result<(), Unfit> {
    must(!is_known, Unfit::CodeTaken)?;
    let says = |title: &str| !title.trim().is_empty() && title.chars().count() <= MOST_TITLE_CHARS;
    must(says(&new.title.en) && says(&new.title.zh), Unfit::Title)
}

fn check_officer(new: &Officer, today: Day, is_known: bool) -> Result<(), Unfit> {
    must(!is_known, Unfit::CodeTaken)?;
    must(new.on_duty_from <= new.on_duty_until && today <= new.on_duty_until, Unfit::Days)
}

/// Whether an officer of `member` can hold `purpose`. Serving people at a counter lies in every sector of life.
///
/// # Errors
/// [`Unfit::UnknownPurpose`] and [`Unfit::OtherSector`].
pub(super) fn check_purpose(catalog: &Catalog, member: &Member, purpose: &PurposeCode) -> Result<(), Unfit> {
    must(is_held_by_officers(catalog, purpose), Unfit::UnknownPurpose)?;
    let known = catalog.purpose(purpose);
    must(known.is_none_or(|known| is_of_the_members_sectors(member, known)), Unfit::OtherSector)
}

/// Whether an officer can be given one more purpose today.
fn check_given(
    directory: &Directory,
    catalog: &Catalog,
    officer: &OfficerCode,
    purpose: &PurposeCode,
) -> Result<(), Unfit> {
    let officer = &directory.officers.get(officer).ok_or(Unfit::UnknownOfficer)?.officer;
    let member = directory.members.get(&officer.member).ok_or(Unfit::UnknownMember)?;
    check_purpose(catalog, member, purpose)?;
    must(!officer.purposes.contains_key(purpose), Unfit::NoChange)
}

/// Whether a key of a member, or of one of its officers, can be registered today.
fn check_key(reg: &Registry, new: &MemberKey) -> Result<(), Unfit> {
    let directory = reg.directory();
    must(directory.members.contains_key(&new.member), Unfit::UnknownMember)?;
    if let Some(officer) = &new.officer {
        let officer = directory.officers.get(officer).ok_or(Unfit::UnknownOfficer)?;
        must(officer.officer.member == new.member, Unfit::OtherMember)?;
    }
    must(!directory.keys.contains_key(&new.code), Unfit::CodeTaken)?;
    must(directory.keys.values().all(|key| key.public_key != new.public_key), Unfit::KeyTaken)?;
    let longest = LONGEST_KEY.end_after(new.valid_from, &reg.holidays).map_err(|_| Unfit::KeyDays)?;
    let fits = reg.today() <= new.valid_from && new.valid_from <= new.valid_until && new.valid_until <= longest;
    must(fits, Unfit::KeyDays)
}

fn told<'p, T: Deserialize<'p>>(proposal: &'p Proposal) -> Option<T> {
    serde_json::from_str(&proposal.text).ok()
}

/// A member as [`member_event`] writes it.
#[derive(Deserialize)]
struct ToldMember {
    member: String,
    sectors: String,
    standing: String,
    title_en: String,
    title_zh: String,
}

impl ToldMember {
    fn member(self) -> Option<Member> {
        Some(Member {
            code: self.member.parse().ok()?,
            title: Bilingual { en: self.title_en, zh: self.title_zh },
            sectors: self.sectors.split_whitespace().map(Sector::find).collect::<Option<_>>()?,
            standing: Standing::find(&self.standing)?,
        })
    }
}

/// An officer as [`officer_event`] writes it.
#[derive(Deserialize)]
struct ToldOfficer {
    member: String,
    officer: String,
    on_duty_from: String,
    on_duty_until: String,
    purposes: Vec<ToldPurpose>,
    standing: String,
}

#[derive(Deserialize)]
struct ToldPurpose {
    purpose: String,
    trained_until: Option<String>,
}

impl ToldOfficer {
    fn officer(self) -> Option<Officer> {
        let mut purposes = BTreeMap::new();
        for held in self.purposes {
            let until = match held.trained_until {
                Some(until) => Some(until.parse().ok()?),
                None => None,
            };
            purposes.insert(held.purpose.parse().ok()?, until);
        }
        Some(Officer {
            code: self.officer.parse().ok()?,
            member: self.member.parse().ok()?,
            standing: Standing::find(&self.standing)?,
            on_duty_from: self.on_duty_from.parse().ok()?,
            on_duty_until: self.on_duty_until.parse().ok()?,
            purposes,
        })
    }
}

/// A key as [`key_event`] writes it.
#[derive(Deserialize)]
struct ToldKey {
    key: String,
    member: String,
    officer: Option<String>,
    public_key: String,
    valid_from: String,
    valid_until: String,
}

impl ToldKey {
    fn key(self) -> Option<MemberKey> {
        let officer = match self.officer {
            Some(officer) => Some(officer.parse().ok()?),
            None => None,
        };
        Some(MemberKey {
            code: self.key.parse().ok()?,
            member: self.member.parse().ok()?,
            officer,
            public_key: hex::decode(&self.public_key).ok()?.try_into().ok()?,
            valid_from: self.valid_from.parse().ok()?,
            valid_until: self.valid_until.parse().ok()?,
        })
    }
}
