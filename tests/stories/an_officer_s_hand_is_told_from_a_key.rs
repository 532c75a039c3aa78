//! What an officer does at the desk stands under the officer's code; whoever may not act for the member does nothing.

use fairfile_service::inquirer::NoticeError;
use fairfile_service::source::SubmitError;
use fairfile_testkit::on_both_engines;

const ITEM: &str = "pharmacist-licence";

on_both_engines! {
fn what_an_officer_hands_in_stands_under_the_officer_s_code_and_not_under_a_key(world) {
    let lin = world.person("林晓禾");
    let source = world.source("drug-administration");
    let row = world.row(ITEM, &lin).with("registration_no", "LH-1");
    let report = source.hands_in_by("0101", ITEM, std::slice::from_ref(&row)).expect("an officer on duty");
    assert_eq!(report.counts.accepted, 1);
    let receipt = report.receipt.expect("a receipt");
    let event = receipt.opening().event();
    assert_eq!((&event["officer"], event.get("key")), (&"0101".into(), None));
    let again = source.submits(ITEM, &[row]);
    assert_eq!(again.receipt.expect("a receipt").to_value(), receipt.to_value(), "the same rows by key change nothing");
}

fn nobody_writes_for_a_member_but_its_own_officers_on_duty(world) {
    let lin = world.person("林晓禾");
    let source = world.source("drug-administration");
    let row = || [world.row(ITEM, &lin).with("registration_no", "LH-1")];
    for stranger in ["0417", "9999"] {
        let refused = source.hands_in_by(stranger, ITEM, &row());
        assert!(matches!(refused, Err(SubmitError::Refused(refusal)) if refusal.code() == "D003"), "{stranger}");
    }
    source.submits(ITEM, &row());
    world.officer("0417").asks(&lin, "licence-renewal");
    source.withdraws(ITEM, "LH-1", &lin, "登记错人");
    let member = world.member("health-commission");
    let notice = member.notices().remove(0).on_file.notice;
    assert!(matches!(member.confirms_by("0101", notice), Err(NoticeError::Refused(_))));
    assert_eq!(member.notices().len(), 1, "it is still to be confirmed");
    member.confirms_by("0417", notice).expect("an officer of the member");
    assert!(member.notices().is_empty());
}
}
