//! What sources hand in, how long it lives, and what no catalog takes.

use std::sync::Arc;

use fairfile_domain::day::Day;
use fairfile_domain::record::{RecordState, Terms};
use fairfile_lawfiles::catalog::EMBEDDED_REFUSED;
use fairfile_lawfiles::lint::lint;
use fairfile_service::inquirer::{Answer, Outcome};
use fairfile_service::registrar::{PublishError, publish_catalog};
use fairfile_service::source::{BatchReport, Before, Handed};
use fairfile_store::record;
use fairfile_vault::{Shown, VaultError};
use serde_json::Value;

use super::{Told, Trouble, Walk, held, told};
use crate::counter::ActError;
use crate::people::{Person, Trade};

/// A file of a source, with the faults that such files have.
pub(super) const SAMPLE: &str = include_str!("../../../../demo/samples/pharmacist-licences-2026-10.csv");
/// What must become of each of its rows.
const EXPECTED: &str = include_str!("../../../../demo/samples/pharmacist-licences-2026-10.csv.expected.json");

fn pharmacists() -> Result<Handed, ActError> {
    Ok(Handed { member: "drug-administration".parse()?, item: "pharmacist-licence".parse()? })
}

/// Row and outcome of every row that must not be accepted.
fn expected_rows() -> Result<Vec<(u64, String)>, Trouble> {
    let expected: Value = serde_json::from_str(EXPECTED)?;
    let row = |row: &Value| Some((row["row"].as_u64()?, row["outcome"].as_str()?.to_owned()));
    let rows: Option<Vec<_>> = expected["not_accepted"].as_array().into_iter().flatten().map(row).collect();
    rows.ok_or_else(|| "the table of expected rows cannot be read".into())
}

fn receipt_of(report: &BatchReport) -> Result<Vec<u8>, Trouble> {
    Ok(report.receipt.as_ref().ok_or("expected a receipt for the file")?.to_json()?)
}

pub(super) fn a_real_file_goes_in(walk: &mut Walk<'_>) -> Told {
    let file: Arc<[u8]> = SAMPLE.as_bytes().into();
    let report = walk.counter.hand_in(&pharmacists()?, "pharmacist-licences-2026-10.csv", &file)?;
    let counts = report.counts;
    let settled = counts.accepted + counts.rejected + counts.duplicate + counts.quarantined;
    held(counts.received == 1_200 && settled == counts.received, "all 1,200 rows are accounted for")?;
    let found: Vec<_> = report.rows.iter().map(|row| (u64::from(row.row), row.outcome.word().to_owned())).collect();
    held(found == expected_rows()?, "every row that is not taken in is the one that the sample's list names")?;
    held(
        report.rows.iter().all(|row| !row.what().is_empty() && !row.help().is_empty()),
        "each has its reason in words",
    )?;
    walk.first_receipt = receipt_of(&report)?;
    held(walk.verify(&walk.first_receipt, None)?.ok, "the receipt of the file verifies offline")?;
    let (accepted, rejected, duplicate) = (counts.accepted, counts.rejected, counts.duplicate);
    told(
        format!(
            "The drug administration hands in a file of 1,200 rows, and not one is lost: {accepted} are taken in, \
             {rejected} go back with the reason, {duplicate} stand in it twice."
        ),
        format!(
            "药品监督管理局交来一份1200行的文件，一行也没有丢：收入{accepted}行，退回{rejected}行并说明理由，{duplicate}行重复。"
        ),
    )
}

pub(super) fn the_same_file_changes_nothing(walk: &mut Walk<'_>) -> Told {
    let mut lines: Vec<&str> = SAMPLE.lines().collect();
    if let Some(rows) = lines.get_mut(1..) {
        rows.reverse();
    }
    let before = walk.reg.store.head().snapshot().size();
    let turned: Arc<[u8]> = lines.join("\r\n").into_bytes().into();
    let report = walk.counter.hand_in(&pharmacists()?, "copy of october.csv", &turned)?;
    held(report.before == Before::Again, "the rows are recognised")?;
    held(walk.reg.store.head().snapshot().size() == before, "nothing is written down a second time")?;
    held(receipt_of(&report)? == walk.first_receipt, "the receipt is the first one, to the byte")?;
    told(
        "The same rows come again, renamed and in another order: nothing changes, and the receipt is the first one to the letter."
            .into(),
        "同样的行改了文件名、换了顺序又交来一次：什么都没有改变，回执与第一次一字不差。".into(),
    )
}

const ADVERSE: &str = "food-safety-penalty";
const ADVERSE_NUMBER: &str = "兰市监食罚-2026-99001";
/// All that a permit to trade in food needs to see of a penalty: no name, no number, no day of service.
const FOOD_PERMIT_SEES: [&str; 6] = ["decision_no", "facts", "legal_basis", "penalty", "amount", "decided_on"];

pub(super) fn an_adverse_record_lives_and_ends(walk: &mut Walk<'_>) -> Told {
    let person = walk.somebody(Trade::Pharmacist)?;
    let received = walk.reg.today();
    penalise(walk, &person, received)?;
    let (terms, _) = penalty_of(walk, &person)?.ok_or("expected that the person sees the penalty at once")?;
    held(terms.shown_from == received.plus_days(6)?, "others see it when five days have passed, and not sooner")?;

    held(nothing(&ask(walk, &person)?), "nobody else sees it while the person can still object")?;
    walk.counter.go_to(terms.shown_from.plus_days(-1)?)?;
    held(nothing(&ask(walk, &person)?), "it is hidden on the last day of waiting")?;
    walk.counter.go_to(terms.shown_from)?;
    let seen = ask(walk, &person)?;
    held(
        sees(&seen, &FOOD_PERMIT_SEES),
        "it is seen after the waiting time, with the inputs of the purpose and no others",
    )?;
    let receipt = seen.receipt.to_json()?;
    walk.counter.go_to(terms.display_until)?;
    held(sees(&ask(walk, &person)?, &FOOD_PERMIT_SEES), "it is seen on its last day")?;
    walk.counter.go_to(terms.display_until.tomorrow())?;
    held(nothing(&ask(walk, &person)?), "it is hidden the day after, before anybody does anything")?;

    held(walk.counter.run_calendar()?.ended > 0, "the calendar writes the end down")?;
    walk.counter.go_to(terms.retained_until)?;
    walk.counter.run_calendar()?;
    let (_, state) = penalty_of(walk, &person)?.ok_or("expected that the person can read it until retention ends")?;
    held(state == RecordState::Ended, "it counts as ended until retention is over")?;
    let key = key_of_penalty(walk, &person)?;
    held(walk.reg.vault.keyring().lend(key).is_ok(), "its key exists until retention is over")?;

    walk.counter.go_to(terms.retained_until.tomorrow())?;
    let keys = walk.reg.vault.keyring().count()?;
    let destroyed = walk.counter.run_calendar()?.destroyed;
    held(
        destroyed > 0 && walk.reg.vault.keyring().count()? == keys - destroyed,
        "a key dies with each record destroyed",
    )?;
    held(penalty_of(walk, &person)?.is_none(), "not even the person can read it any more")?;
    let lent = walk.reg.vault.keyring().lend(key);
    held(matches!(lent, Err(VaultError::Destroyed)), "its key is destroyed")?;
    held(walk.verify(&receipt, None)?.ok, "the receipt of the look still verifies")?;

    let (shown, last, gone) = (terms.shown_from, terms.display_until, terms.retained_until.tomorrow());
    told(
        format!(
            "A penalty is told to the person first, to others only from {shown}, ends by itself after {last}, and from {gone} \
             nobody can read it again, while the proof of every look at it stays."
        ),
        format!(
            "一项处罚先告知本人，{shown}起他人才可见，{last}之后自动到期，{gone}起任何人都无法再读，而每一次查看的证明仍在。"
        ),
    )
}

/// The market regulator hands in one penalty about `person`, decided a month ago.
fn penalise(walk: &Walk<'_>, person: &Person, received: Day) -> Result<(), Trouble> {
    let (decided, served) = (received.plus_days(-30)?, received.plus_days(-23)?);
    let (number, name) = (person.identifier.canonical(), person.name.full());
    let file = format!(
        "决定书文号,身份证号码,姓名,违法事实,处罚依据,处罚种类,罚款金额（元）,决定日期,送达日期\r\n\
         {ADVERSE_NUMBER},{number},{name},经营超过保质期的食品,《中华人民共和国食品安全法》第一百二十四条,罚款,5000.00,{decided},{served}\r\n"
    );
    let handed = Handed {
        member: "market-regulation".parse().map_err(ActError::from)?,
        item: ADVERSE.parse().map_err(ActError::from)?,
    };
    let report = walk.counter.hand_in(&handed, "penalty.csv", &file.into_bytes().into())?;
    held(report.counts.accepted == 1 && report.counts.received == 1, "the penalty is taken in")
}

/// The penalty as the person sees it in the own file.
fn penalty_of(walk: &Walk<'_>, person: &Person) -> Result<Option<(Terms, RecordState)>, ActError> {
    let is_it = |shown: &Shown| {
        shown.on_file.item.as_str() == ADVERSE && shown.inputs.iter().any(|(_, value)| value == ADVERSE_NUMBER)
    };
    let view = walk.counter.read_own(&person.identifier)?;
    let found = view.records.into_iter().find(is_it);
    Ok(found.map(|shown| (shown.on_file.terms, shown.on_file.state)))
}

fn key_of_penalty(walk: &Walk<'_>, person: &Person) -> Result<fairfile_domain::id::SealKeyId, Trouble> {
    let subject = walk.counter.subject(&person.identifier)?;
    let on_file = record::of_subject(&mut walk.reg.store.read()?, subject)?;
    let found = on_file.iter().find(|sealed| sealed.on_file.item.as_str() == ADVERSE);
    Ok(found.ok_or("expected that the penalty is on file")?.key)
}

fn ask(walk: &Walk<'_>, person: &Person) -> Result<Answer, ActError> {
    walk.counter.ask("0201", "food-permit", "SJ-2026-0007", &person.identifier, &person.name)
}

fn nothing(answer: &Answer) -> bool {
    matches!(answer.outcome, Outcome::Nothing)
}

/// Whether exactly one record was shown, with exactly these inputs.
fn sees(answer: &Answer, inputs: &[&str]) -> bool {
    match &answer.outcome {
        Outcome::Shown(shown) => match shown.as_slice() {
            [only] => only.inputs.iter().map(|(code, _)| code.as_str()).eq(inputs.iter().copied()),
            _ => false,
        },
        Outcome::Nothing | Outcome::Denied(_) => false,
    }
}

pub(super) fn the_catalog_refuses(walk: &mut Walk<'_>) -> Told {
    let (name, text) = EMBEDDED_REFUSED;
    let files = [(name.to_owned(), text.to_owned())];
    let findings = lint(&files, &walk.reg.profile);
    let says = |code: &str| findings.iter().any(|finding| finding.code == code && !finding.remedy.is_empty());
    held(says("C013"), "the lint finds the other sector of life (C013)")?;
    held(says("C014"), "the lint finds the category that no catalog may name (C014)")?;
    let (items, size) = (walk.reg.catalog().items().count(), walk.reg.store.head().snapshot().size());
    let published = publish_catalog(walk.reg, &files);
    held(matches!(published, Err(PublishError::Refused(_))), "the registrar cannot publish it")?;
    let same = walk.reg.catalog().items().count() == items && walk.reg.store.head().snapshot().size() == size;
    held(same, "catalog and journal are as they were")?;
    let first = findings.iter().find(|finding| finding.code == "C014").ok_or("expected the finding C014")?;
    // The rule in brackets is for authors; the story keeps to what was found.
    let (line, what) = (first.line, first.what.split(" (").next().unwrap_or_default());
    told(
        format!(
            "A catalog item by which volunteer hours decide loans is refused: {what} (line {line}), and no setting allows that."
        ),
        format!(
            "“凭志愿服务时长决定贷款”的目录条目被拒绝（第{line}行）：以志愿服务论功过、跨领域使用，任何设置都不能放行。"
        ),
    )
}
