//! The morning on which somebody comes to see the demo: what has just happened to Lin Xiaohe, behind the half year.
//!
//! It is no part of the half year, so that every number of that stays what it is. Lin Xiaohe has chosen SMS and the words by
//! which she knows a genuine one; then the drug administration hands in a record about her that is shown from some days on,
//! ends by itself within months, and is destroyed soon after: whoever moves the clock sees all of it.
//!
//! Those who run the node have been at work as well: a proposal waits for a second registrar, a training and a key end within
//! weeks, and the supervisor has drawn looks.

use std::sync::Arc;

use fairfile_domain::actor::{Officer, Standing};
use fairfile_domain::id::{KeyCode, RecordId, StaffCode};
use fairfile_domain::message::{Channel, Language, Phone, Phrase, Settings};
use fairfile_lawfiles::catalog::EMBEDDED_LATER;
use fairfile_messages::Sender;
use fairfile_proof::draw::fingerprint;
use fairfile_service::Registry;
use fairfile_service::folder::Folder;
use fairfile_service::registrar::{
    Change, OfficeError, ProposeError, PublishError, end_key, propose, publish_catalog, train_officer,
};
use fairfile_service::source::{Handed, find_record};
use fairfile_service::supervisor::{Announcement, DrawError, announce_draw, make_draw};

use crate::counter::{ActError, Counter};
use crate::half_year::Filled;
use crate::province::key_code;

/// The item of the record that ends.
const ITEM: &str = "order-to-put-right";
/// The member that writes it.
const SOURCE: &str = "drug-administration";
/// Her phone: of an area that is not assigned.
const PHONE: &str = "10000000417";
/// The words by which she knows a genuine message: green umbrella.
const PHRASE: &str = "绿伞";

/// Who proposes, and who has to agree to it or to refuse it.
const REGISTRAR: &str = "registrar-2";
/// Who watches over the node.
const SUPERVISOR: &str = "supervisor-1";
/// Who is to be registered: an officer of the Health Commission.
const NEW_OFFICER: (&str, &str, &str) = ("0419", "health-commission", "licence-renewal");
const BECAUSE: &str = "卫生健康委员会11月20日来函 / letter of the Health Commission of 20 November";
/// Whose training ends soon, for which purpose, and in how many days.
const TRAINING: (&str, &str, i64) = ("0801", "site-permit", 18);
/// Which member's key ends soon, and in how many days.
const KEY: (&str, i64) = ("civil-affairs", 25);
/// By which words the supervisor has drawn, and how many looks.
const DRAW: (&str, u32) = ("十一月的抽查 / the draw of November", 5);

/// The morning could not be lived.
#[derive(Debug, thiserror::Error)]
pub enum EveError {
    /// Something at the counter failed.
    #[error(transparent)]
    Act(#[from] ActError),
    /// The catalog did not take the item.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// A registrar's proposal was not taken.
    #[error(transparent)]
    Propose(#[from] ProposeError),
    /// A training or the end of a key was not noted.
    #[error(transparent)]
    Office(#[from] OfficeError),
    /// The supervisor's draw was not made.
    #[error(transparent)]
    Draw(#[from] DrawError),
}

/// What has happened in the morning.
#[derive(Debug, Clone)]
pub struct Eve {
    /// The record about Lin Xiaohe that ends by itself.
    pub ends: RecordId,
}

/// Lives the morning on a node whose half year is over; its clock stays where it stands.
///
/// It blocks, and must not be called inside an async task.
///
/// # Errors
/// [`EveError`].
pub fn live(reg: &Arc<Registry>, folder: &Folder, filled: &mut Filled) -> Result<Eve, EveError> {
    let counter = Counter::open(reg, folder)?;
    let lin = filled.lin()?.clone();
    counter.choose(&lin.identifier, &Sender::at("lanhe.example"), chosen()?)?;
    let (name, text) = EMBEDDED_LATER;
    publish_catalog(reg, &[(name.to_owned(), text.to_owned())])?;
    let handed =
        Handed { member: SOURCE.parse().map_err(ActError::from)?, item: ITEM.parse().map_err(ActError::from)? };
    let (number, identifier) = ("LHZG-2026-00001", lin.identifier.canonical());
    let ago = |days: i64| reg.today().plus_days(-days).map_err(|_| ActError::Table("a day before 1970"));
    let lines = [
        "通知书文号,身份证号码,姓名,责令改正事项,决定日期,送达日期".to_owned(),
        format!("{number},{identifier},{},阴凉柜温度记录不完整,{},{}", lin.name.full(), ago(11)?, ago(5)?),
    ];
    let file = lines.map(|line| line + "\r\n").concat();
    let report = counter.hand_in(&handed, &format!("{ITEM}-{}.csv", reg.today()), &file.into_bytes().into())?;
    filled.count_rows(&report);
    run_the_node(reg)?;
    let ends = find_record(reg, &handed, number, identifier).map_err(ActError::from)?;
    Ok(Eve { ends: ends.ok_or(ActError::Table("the record that ends was not taken"))? })
}

/// What the registrars and the supervisor did that morning.
fn run_the_node(reg: &Registry) -> Result<(), EveError> {
    let in_days = |days: i64| reg.today().plus_days(days).map_err(|_| ActError::Table("a day"));
    let registrar: StaffCode = REGISTRAR.parse().map_err(ActError::from)?;
    let (code, member, purpose) = NEW_OFFICER;
    let officer = Officer {
        code: code.parse().map_err(ActError::from)?,
        member: member.parse().map_err(ActError::from)?,
        standing: Standing::Active,
        on_duty_from: reg.today(),
        on_duty_until: in_days(365)?,
        purposes: [(purpose.parse().map_err(ActError::from)?, None)].into(),
    };
    propose(reg, &registrar, &Change::RegisterOfficer(officer), BECAUSE, "eve")?;
    let (officer, purpose, days) = TRAINING;
    let trained = (&officer.parse().map_err(ActError::from)?, &purpose.parse().map_err(ActError::from)?);
    train_officer(reg, &registrar, trained, in_days(days)?)?;
    let key: KeyCode = key_code(KEY.0).parse().map_err(ActError::from)?;
    end_key(reg, &registrar, &key, in_days(KEY.1)?)?;
    let by: StaffCode = SUPERVISOR.parse().map_err(ActError::from)?;
    let (words, looks) = DRAW;
    let announced = Announcement { by: by.clone(), fingerprint: fingerprint(words), looks, once: "eve".to_owned() };
    let draw = announce_draw(reg, &announced)?;
    make_draw(reg, &by, draw, words)?;
    Ok(())
}

fn chosen() -> Result<Settings, ActError> {
    let phone = Phone::parse(PHONE).map_err(|_| ActError::Table("her phone"))?;
    let phrase = Phrase::parse(PHRASE).map_err(|_| ActError::Table("her phrase"))?;
    Ok(Settings { language: Language::Zh, channel: Channel::Sms(phone), phrase: Some(phrase), ..Settings::default() })
}
