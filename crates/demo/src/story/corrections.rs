//! What is wrong is taken back, and whoever was told it is told again.

use std::collections::BTreeSet;

use fairfile_domain::correction::{Act, Reason};
use fairfile_domain::id::MemberCode;
use fairfile_domain::notice::Standing;
use fairfile_domain::record::RecordState;
use fairfile_proof::Receipt;
use fairfile_service::inquirer::what_followed;
use fairfile_service::person::{FileView, ToldView};
use fairfile_service::source::Handed;
use fairfile_vault::Shown;

use super::looks::{BAN, LICENCE, shown_exactly};
use super::{Told, Trouble, Walk, held, told};

/// Why the ban goes: the law's reason, and the source's own words for the person.
const REASON: &str = "wrong person: the decision is about somebody else of this name";

fn ban(view: &FileView) -> Result<&Shown, Trouble> {
    let found = view.records.iter().find(|shown| shown.on_file.item.as_str() == BAN);
    Ok(found.ok_or("expected the ban in her file")?)
}

/// The members that were shown the ban, with what they were told since.
fn shown_the_ban(view: &FileView) -> Result<Vec<&ToldView>, Trouble> {
    let record = ban(view)?.on_file.record;
    Ok(view.told.iter().filter(|told| told.record == record).collect())
}

pub(super) fn a_mistake_is_taken_back(walk: &mut Walk<'_>) -> Told {
    let lin = walk.lin()?;
    let before = walk.counter.read_own(&lin.identifier)?;
    let mistaken = ban(&before)?;
    let number = mistaken.inputs.iter().find(|(code, _)| code.as_str() == "decision_no");
    let (_, number) = number.ok_or("expected the number of the decision")?;
    let file = format!(
        "act,number,identifier,input,new value,reason\nwithdraw,{number},{},,,{REASON}\n",
        lin.identifier.canonical()
    );
    let handed = Handed { member: mistaken.on_file.source.clone(), item: mistaken.on_file.item.clone() };
    let report = walk.counter.hand_in(&handed, "withdrawal.csv", &file.into_bytes().into())?;
    held(report.counts.accepted == 1 && report.counts.received == 1, "the withdrawal is taken in")?;

    let answer = walk.counter.ask("0417", "licence-renewal", "HC-2026-0451", &lin.identifier, &lin.name)?;
    let licence = [(LICENCE, &["registration_no", "class", "granted_on", "valid_until", "issuing_authority"][..])];
    held(shown_exactly(&answer, &licence), "the officer who was shown the ban is shown it no more")?;
    held(walk.verify(&walk.ban_receipt, None)?.ok, "the receipt of the look that showed it still verifies")?;
    let followed = what_followed(walk.reg, &Receipt::parse(&walk.ban_receipt)?)?;
    held(matches!(&followed[..], [one] if one.act == Act::Withdraw), "it is told that a withdrawal followed")?;

    let view = walk.counter.read_own(&lin.identifier)?;
    let gone = ban(&view)?;
    held(gone.on_file.state == RecordState::Withdrawn && gone.inputs.is_empty(), "nothing of the ban can be read")?;
    let correction = view.corrections.iter().find(|correction| correction.record == gone.on_file.record);
    let correction = correction.ok_or("expected the withdrawal in her file")?;
    held(correction.reason == Reason::WrongPerson && correction.words.is_some(), "she reads why, in words")?;
    let shown = shown_the_ban(&view)?.len();
    let members: BTreeSet<&str> = shown_the_ban(&view)?.iter().map(|told| told.member.as_str()).collect();
    held(shown > 1 && members.len() == shown, "more than one member was shown the ban")?;
    told(
        format!(
            "The ban was meant for somebody else, and its source takes it back: from that moment nobody is shown it, its \
             content is gone, the receipt of an earlier look still verifies and tells what followed, and a notice goes to \
             each of the {shown} members that had seen it."
        ),
        format!(
            "这项禁止本属他人，提供单位将其撤回：自此谁也看不到它，内容已经销毁；先前查看的回执仍可验证，并说明其后有撤回；曾看到它的{shown}个单位各收到一份通知。"
        ),
    )
}

pub(super) fn whoever_was_told_confirms(walk: &mut Walk<'_>) -> Told {
    let lin = walk.lin()?;
    let view = walk.counter.read_own(&lin.identifier)?;
    let silent = standings(&view)?;
    held(silent.iter().all(|(_, standing)| *standing == Standing::ToConfirm), "each has yet to confirm")?;
    let (first, others) = silent.split_first().ok_or("expected members that were told")?;
    confirm_all(walk, &first.0)?;
    let after_one = standings(&walk.counter.read_own(&lin.identifier)?)?;
    let confirmed = after_one.iter().filter(|(_, standing)| *standing == Standing::Confirmed);
    held(confirmed.map(|(member, _)| member).eq([&first.0]), "she sees which of them has confirmed, and which not")?;
    for (member, _) in others {
        confirm_all(walk, member)?;
    }
    let at_last = standings(&walk.counter.read_own(&lin.identifier)?)?;
    held(at_last.iter().all(|(_, standing)| *standing == Standing::Confirmed), "she sees that all have confirmed")?;
    let members = at_last.len();
    told(
        format!(
            "Only a member's own signature ends a notice: Lin Xiaohe sees who has confirmed and who has not, until all \
             {members} have."
        ),
        format!("只有成员单位自己的签名才能了结通知：林晓禾看得到谁已确认、谁尚未确认，直到{members}个单位全部确认。"),
    )
}

/// Each member that was told of the withdrawal, and where its notice stands.
fn standings(view: &FileView) -> Result<Vec<(MemberCode, Standing)>, Trouble> {
    let of_member = |told: &&ToldView| Some((told.member.clone(), told.notices.last()?.standing));
    let standings: Vec<_> = shown_the_ban(view)?.iter().filter_map(of_member).collect();
    held(standings.len() == shown_the_ban(view)?.len(), "every member that was shown the ban has a notice")?;
    Ok(standings)
}

/// The member confirms all it was told, and each receipt verifies.
fn confirm_all(walk: &Walk<'_>, member: &MemberCode) -> Result<(), Trouble> {
    for notice in walk.counter.notices(member)? {
        let confirmed = walk.counter.confirm(member, notice.on_file.notice)?;
        held(walk.verify(&confirmed.receipt.to_json()?, None)?.ok, "the receipt of a confirmation verifies")?;
    }
    held(walk.counter.notices(member)?.is_empty(), "nothing is left for the member to confirm")
}
