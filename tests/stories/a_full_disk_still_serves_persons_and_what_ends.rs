//! When the disk is full, whoever only adds is turned away before anything is done, and nobody has to do anything after.
//!
//! Only an embedded database keeps a reserve; that of a server has a disk of its own.

use fairfile_service::inquirer::InquireError;
use fairfile_service::registry::Severity;
use fairfile_service::source::SubmitError;
use fairfile_testkit::sheet::csv;
use fairfile_testkit::{Engine, World};

const ITEM: &str = "pharmacist-licence";
const PURPOSE: &str = "licence-renewal";
/// A test's reserve.
const SMALL: u64 = 64 * 1024;

#[test]
fn what_only_adds_is_refused_and_the_rest_goes_on_sqlite() {
    let world = World::new(Engine::Sqlite);
    let (lin, zhou) = (world.person("林晓禾"), world.person("周明远"));
    let source = world.source("drug-administration");
    let last = world.today().plus_days(3).expect("a near day").to_string();
    source.records(ITEM, world.row(ITEM, &lin));
    source.records(ITEM, world.row(ITEM, &zhou).with("valid_until", &last));
    let officer = world.officer("0417");
    assert_eq!(officer.asks(&lin, PURPOSE).records().len(), 1);
    let reg = world.reg();
    assert!(reg.store.keep_reserve(SMALL).expect("room"));
    reg.store.free_reserve();

    let before = reg.store.head().snapshot().size();
    let refused = officer.asks_once(&lin, PURPOSE, "case full", 7).err();
    assert!(
        matches!(&refused, Some(InquireError::Registry(error)) if error.severity() == Severity::Full),
        "{refused:?}"
    );
    let row = world.row(ITEM, &lin);
    let refused = source.hands_in(ITEM, csv(&[row]).as_bytes(), None, &fairfile_intake::Limits::default()).err();
    assert!(
        matches!(&refused, Some(SubmitError::Registry(error)) if error.severity() == Severity::Full),
        "{refused:?}"
    );
    assert_eq!(reg.store.head().snapshot().size(), before, "nothing was written");

    assert_eq!(world.file_of(&lin).looks.len(), 2, "a person reads the own file, and nobody else was let in");
    let file = world.file_of(&lin);
    let number = file.records[0].inputs.iter().find(|input| input.0.as_str() == "registration_no");
    let number = &number.expect("a number").1;
    assert_eq!(source.withdraws(ITEM, number, &lin, "entered-wrongly").counts.accepted, 1);
    let [notice] = &world.member("health-commission").notices()[..] else { panic!("whoever was told is told again") };
    world.member("health-commission").confirms(notice.on_file.notice).expect("a confirmation is kept");
    drop(reg);
    world.days_pass(5);
    assert_eq!(world.calendar_runs().ended, 1, "what is over ends");

    let reg = world.reg();
    assert!(reg.store.keep_reserve(SMALL).expect("room again"));
    let told = officer.asks_once(&lin, PURPOSE, "case full", 7).expect("the same question, with the same key");
    assert!(told.is_nothing());
    source.records(ITEM, world.row(ITEM, &lin));
}
