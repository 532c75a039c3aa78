//! Looks: lawful ones, denied ones, and one look after the other at everybody.

use fairfile_domain::day::Day;
use fairfile_domain::refusal::Refusal;
use fairfile_proof::Receipt;
use fairfile_service::inquirer::{Answer, Outcome};
use fairfile_service::person::LookView;
use fairfile_service::registrar::{ReleaseError, release_officer};
use fairfile_vault::Shown;
use serde_json::Value;

use super::{DENIED_PURPOSE, Told, Trouble, Walk, held, told};
use crate::counter::ActError;
use crate::dice::Dice;
use crate::people::{Person, Trade, unassigned};

/// Within how many looks a search through people must be stopped.
const MOST_LOOKS_OF_A_SEARCH: u32 = 20;

pub(super) const LICENCE: &str = "pharmacist-licence";
pub(super) const BAN: &str = "professional-ban";

pub(super) fn the_person_sees_law_and_end(walk: &mut Walk<'_>) -> Told {
    let lin = walk.lin()?;
    let view = walk.counter.read_own(&lin.identifier)?;
    let catalog = walk.reg.catalog();
    let find = |code: &str| view.records.iter().find(|shown| shown.on_file.item.as_str() == code);
    let licence = find(LICENCE).ok_or("expected her pharmacist licence in her file")?;
    let ban = find(BAN).ok_or("expected the ban that was meant for somebody else in her file")?;
    let item_of = |shown: &Shown| catalog.item(&shown.on_file.item, shown.on_file.item_version);
    let law = &item_of(licence).ok_or("expected the licence's item in the catalog")?.law;
    held(!law.title.en.is_empty() && !law.title.zh.is_empty() && !law.article.is_empty(), "the licence names its law")?;
    let item = item_of(ban).ok_or("expected the ban's item in the catalog")?;
    held(
        !item.repair.is_empty() && item.reconsideration != ban.on_file.source,
        "the ban says who else reconsiders it",
    )?;
    held(licence.inputs.iter().any(|(_, value)| value == lin.identifier.canonical()), "she sees every input")?;
    let told_ban = view.looks.iter().filter(|look| shows(&look.event, ban)).count();
    held(told_ban == 2, "she sees the two offices that were told the ban")?;
    let until = licence.on_file.terms.display_until;
    let ban_until = ban.on_file.terms.display_until;
    held(walk.reg.today() < until && walk.reg.today() < ban_until, "both state a last day that is still to come")?;
    walk.first_copy = walk.copy(&view)?;
    told(
        format!(
            "Lin Xiaohe opens her file: her licence as a pharmacist rests on the {}, {}, and ends on {until}; a ban that was \
             meant for somebody of her name ends on {ban_until}, and she sees which two offices were told.",
            law.title.en, law.article
        ),
        format!(
            "林晓禾打开自己的档案：药师注册证依据《{}》（{}），{until}到期；还有一项本属于同名者的从业禁止，{ban_until}到期，她看到有两个单位获知了它。",
            law.title.zh, law.article
        ),
    )
}

/// Whether the look of `event` showed `record`.
fn shows(event: &Value, record: &Shown) -> bool {
    let id = record.on_file.record.hex();
    event["shown"].as_array().into_iter().flatten().any(|row| row["record_id"].as_str() == Some(&id))
}

pub(super) fn an_officer_gets_what_the_purpose_allows(walk: &mut Walk<'_>) -> Told {
    let lin = walk.lin()?;
    let answer = walk.counter.ask("0417", "licence-renewal", "HC-2026-0331", &lin.identifier, &lin.name)?;
    let renewal = [
        (LICENCE, &["registration_no", "class", "granted_on", "valid_until", "issuing_authority"][..]),
        (BAN, &["decision_no", "legal_basis", "decided_on", "banned_until"][..]),
    ];
    held(
        shown_exactly(&answer, &renewal),
        "a renewal sees five inputs of the licence and four of the ban, and no others",
    )?;
    let receipt = answer.receipt.to_json()?;
    held(walk.verify(&receipt, None)?.ok, "the receipt verifies with nothing but the node's key")?;
    held(!names(&receipt, &lin), "the receipt names nobody")?;
    walk.ban_receipt = receipt;
    let contract = walk.counter.ask("1001", "pharmacy-contract", "YB-2026-0112", &lin.identifier, &lin.name)?;
    let fewer = [(LICENCE, &["registration_no", "class", "valid_until"][..])];
    held(shown_exactly(&contract, &fewer), "a contract with a pharmacy sees three inputs of the licence, and no ban")?;
    told(
        "Officer 0417 asks for the renewal of her licence and is shown what that purpose needs, no name and no number among \
         it; officer 1001 asks for another purpose and is shown less; each receipt can be checked offline with the node's key."
            .into(),
        "0417号工作人员因许可延续而提问，只看到该用途所需的内容，没有姓名和号码；1001号因另一用途提问，看到的更少；每张回执都能用本节点公钥离线验证。"
            .into(),
    )
}

/// Whether these items were shown, each with exactly these inputs, whatever the order of the records.
pub(super) fn shown_exactly(answer: &Answer, expected: &[(&str, &[&str])]) -> bool {
    let Outcome::Shown(shown) = &answer.outcome else { return false };
    let matches = |(item, inputs): &(&str, &[&str])| {
        let mut of_item = shown.iter().filter(|shown| shown.on_file.item.as_str() == *item);
        let first = of_item.next();
        let exact = |shown: &Shown| shown.inputs.iter().map(|(code, _)| code.as_str()).eq(inputs.iter().copied());
        first.is_some_and(exact) && of_item.next().is_none()
    };
    shown.len() == expected.len() && expected.iter().all(matches)
}

/// Whether `bytes` hold the person's name or number as text.
fn names(bytes: &[u8], person: &crate::people::Person) -> bool {
    let text = String::from_utf8_lossy(bytes);
    text.contains(person.name.full()) || text.contains(person.identifier.canonical())
}

pub(super) fn a_denied_look_is_seen(walk: &mut Walk<'_>) -> Told {
    let lin = walk.lin()?;
    let answer = walk.counter.ask("0418", "licence-renewal", "HC-2026-0332", &lin.identifier, &lin.name)?;
    let Outcome::Denied(Refusal::TrainingEnded { on, .. }) = answer.outcome else {
        return Err("expected that officer 0418, whose training ended, is denied".into());
    };
    held(on == Day::new(2026, 2, 28)?, "the refusal says on which day the training ended")?;
    held(walk.verify(&answer.receipt.to_json()?, None)?.ok, "the denied officer gets a receipt as well")?;
    let view = walk.counter.read_own(&lin.identifier)?;
    let denied = view.looks.iter().rev().find(|look| look.event["outcome"] == "denied");
    let event = &denied.ok_or("expected the denied look in her file")?.event;
    let is_it = event["officer"] == "0418" && event["refusal"] == "D007" && event["case"] == "HC-2026-0332";
    held(is_it, "she sees who was denied, for which case and why")?;
    let empty = event["shown"].as_array().is_some_and(Vec::is_empty);
    held(empty, "she sees that nothing was shown")?;
    is_denied_out_of_purpose(walk, &lin)?;
    told(
        format!(
            "Officer 0418, whose training ended on {on}, is denied, and so is 0417 out of purpose; Lin Xiaohe sees who tried, \
             for what, and why not."
        ),
        format!(
            "0418号工作人员的培训已于{on}到期，提问被拒绝；0417号超出用途的提问也被拒绝；林晓禾看到是谁、为何提问、为何被拒。"
        ),
    )
}

/// An officer who may ask for other purposes is denied one that was never given, and the person sees the try.
fn is_denied_out_of_purpose(walk: &Walk<'_>, lin: &Person) -> Result<(), Trouble> {
    let answer = walk.counter.ask("0417", DENIED_PURPOSE, "HC-2026-0333", &lin.identifier, &lin.name)?;
    let denied = matches!(answer.outcome, Outcome::Denied(Refusal::PurposeNotHeld(_)));
    held(denied, "officer 0417 is denied a purpose that is not the officer's")?;
    let view = walk.counter.read_own(&lin.identifier)?;
    let is_it = |look: &&LookView| look.event["case"] == "HC-2026-0333";
    let event = view.looks.iter().find(is_it).map(|look| &look.event);
    let event = event.ok_or("expected the look out of purpose in her file")?;
    held(event["officer"] == "0417" && event["refusal"] == "D005", "she sees that try as well")
}

pub(super) fn three_reasons_one_answer(walk: &mut Walk<'_>) -> Told {
    let (lin, teacher) = (walk.lin()?, walk.somebody(Trade::Teacher)?);
    let stranger = unassigned(&Dice::new(walk.seed, "a stranger"))?;
    let ask = |case, identifier, name| walk.counter.ask("0417", "licence-renewal", case, identifier, name);
    let answers = [
        ask("HC-2026-0401", &stranger, &lin.name)?,
        ask("HC-2026-0402", &lin.identifier, &teacher.name)?,
        ask("HC-2026-0403", &teacher.identifier, &teacher.name)?,
    ];
    held(answers.iter().all(|answer| matches!(answer.outcome, Outcome::Nothing)), "all three are shown nothing")?;
    let told_by = answers.each_ref().map(|answer| words(&answer.receipt));
    held(told_by.windows(2).all(|pair| pair[0] == pair[1]), "the three receipts say the same in the same words")?;
    let length = |answer: &Answer| answer.receipt.opening().event().to_string().len();
    held(answers.windows(2).all(|pair| length(&pair[0]) == length(&pair[1])), "they are of the same length")?;
    told(
        "A number that nobody has, a name that does not fit, and a record that the purpose may not see are answered in the \
         same words, so that nobody learns from a no whether there is a file."
            .into(),
        "号码不存在、姓名不符、该用途不可见，三种情形的答复一字不差，任何人都无法从“没有”中推知是否存在档案。".into(),
    )
}

/// What a receipt says, without ids, case and place in the chain, which differ by their nature.
fn words(receipt: &Receipt) -> Value {
    let mut event = receipt.opening().event().clone();
    for own in ["look_id", "chain", "case", "at"] {
        event[own] = Value::Null;
    }
    event
}

pub(super) fn a_search_through_people_is_stopped(walk: &mut Walk<'_>) -> Told {
    let lin = walk.lin()?;
    let dice = Dice::new(walk.seed, "a search");
    let mut looks = 0;
    let stopped = loop {
        looks += 1;
        let guess = unassigned(&dice)?;
        let case = format!("YP-2026-{looks:04}");
        let answer = walk.counter.ask("0101", "licence-renewal", &case, &guess, &lin.name)?;
        match answer.outcome {
            Outcome::Denied(Refusal::LooksLikeEnumeration) => break true,
            _ if looks == MOST_LOOKS_OF_A_SEARCH => break false,
            _ => {}
        }
    };
    held(stopped, "the officer is stopped within 20 looks")?;
    is_still_stopped(walk, "YP-2026-1001")?;
    walk.counter.go_to(walk.reg.today().plus_days(2)?)?;
    is_still_stopped(walk, "YP-2026-1002")?;
    release(walk)?;
    told(
        format!(
            "An officer who tries one number after the other is stopped at look {looks}, and no time, only two registrars \
             together, can release that officer."
        ),
        format!("一名经办人逐个试探号码，第{looks}次即被停止；时间不能解除，只有两名登记管理员共同负责才能解除。"),
    )
}

/// Two days later, and for a lawful question, the officer is still told no.
fn is_still_stopped(walk: &Walk<'_>, case: &str) -> Result<(), Trouble> {
    let lin = walk.lin()?;
    let answer = walk.counter.ask("0101", "licence-renewal", case, &lin.identifier, &lin.name)?;
    let stopped = matches!(answer.outcome, Outcome::Denied(Refusal::LooksLikeEnumeration));
    held(stopped, "time alone does not release the officer")
}

/// One registrar alone releases nobody; two do, and the officer may ask again.
fn release(walk: &Walk<'_>) -> Result<(), Trouble> {
    let (lin, officer) = (walk.lin()?, "0101".parse().map_err(ActError::from)?);
    let reason = "the numbers came from a damaged list";
    let alone = release_officer(walk.reg, &officer, "registrar-1", "registrar-1", reason);
    held(matches!(alone, Err(ReleaseError::NotTwo)), "one registrar alone cannot release the officer")?;
    release_officer(walk.reg, &officer, "registrar-1", "registrar-2", reason)?;
    let answer = walk.counter.ask("0101", "licence-renewal", "YP-2026-1003", &lin.identifier, &lin.name)?;
    held(!matches!(answer.outcome, Outcome::Denied(_)), "two registrars together can")
}
