//! A question that is sent twice is one look, and no look is ever off the record.

use fairfile_service::inquirer::InquireError;
use fairfile_testkit::on_both_engines;

on_both_engines! {
    fn a_question_sent_again_under_its_key_is_answered_again_and_counted_once(world) {
        let (lin, wu) = (world.person("林晓禾"), world.person("乌云娜"));
        let source = world.source("drug-administration");
        source.records("pharmacist-licence", world.row("pharmacist-licence", &lin).with("valid_until", "2026-11-24"));
        let officer = world.officer("0417");
        let first = officer.asks_once(&lin, "licence-renewal", "A-7", 1).expect("an answer");
        world.restarts(|_| ());
        let officer = world.officer("0417");
        let again = officer.asks_once(&lin, "licence-renewal", "A-7", 1).expect("the same answer");
        assert_eq!(again.0.look, first.0.look);
        assert!(again.records() == first.records());
        assert_eq!(again.0.receipt.opening().leaf(), first.0.receipt.opening().leaf());
        assert_eq!(world.raw().count("SELECT COUNT(*) FROM look"), 1);

        let others = [
            (&wu, "licence-renewal", "A-7"),
            (&lin, "physician-hiring", "A-7"),
            (&lin, "licence-renewal", "A-8"),
        ];
        for (person, purpose, case) in others {
            let other = officer.asks_once(person, purpose, case, 1);
            assert!(matches!(other, Err(InquireError::OtherRequest)), "{purpose} {case}");
        }
        // Another officer's key is another key.
        assert_eq!(world.officer("0101").asks_once(&lin, "licence-renewal", "A-7", 1).expect("an answer").records().len(), 1);
        world.days_pass(2);
        let ended = officer.asks_once(&lin, "licence-renewal", "A-7", 1);
        assert!(matches!(ended, Err(InquireError::EndedSince)), "what has ended is not shown again");
        assert_eq!(world.raw().count("SELECT COUNT(*) FROM look"), 2);
    }

    fn a_denial_and_an_empty_answer_are_given_again_as_they_were(world) {
        let lin = world.person("林晓禾");
        world.source("drug-administration").records("pharmacist-licence", world.row("pharmacist-licence", &lin));
        let denied = || world.officer("0418").asks_once(&lin, "licence-renewal", "B-1", 2).expect("an answer");
        let (first, again) = (denied(), denied());
        again.is_denied("D007");
        assert_eq!(first.0.look, again.0.look);
        let slip = lin.called("林小禾");
        let nothing = || world.officer("0417").asks_once(&slip, "licence-renewal", "B-2", 3).expect("an answer");
        let (first, again) = (nothing(), nothing());
        again.shows_nothing();
        assert_eq!(first.0.look, again.0.look);
        assert_eq!(world.raw().count("SELECT COUNT(*) FROM look"), 2);
    }

    fn questions_sent_at_once_under_one_key_are_one_look(world) {
        let lin = world.person("林晓禾");
        world.source("drug-administration").records("pharmacist-licence", world.row("pharmacist-licence", &lin));
        let mut question = world.officer("0417").question(&lin, "licence-renewal", "C-1");
        question.once = Some(fairfile_service::inquirer::Once { key: [9; 32], body: [8; 32] });
        let reg = world.reg();
        let looks: std::collections::BTreeSet<_> = std::thread::scope(|all| {
            let ask = || world_answer(&reg, question.clone());
            let asked: Vec<_> = (0..12).map(|_| all.spawn(ask)).collect();
            asked.into_iter().map(|one| one.join().expect("an answer")).collect()
        });
        assert_eq!(looks.len(), 1);
        assert_eq!(world.raw().count("SELECT COUNT(*) FROM look"), 1);
    }
}

/// Asks on a runtime of its own, as another connection would.
fn world_answer(
    reg: &std::sync::Arc<fairfile_service::Registry>,
    question: fairfile_service::inquirer::Question,
) -> fairfile_domain::id::LookId {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
    runtime.block_on(fairfile_service::inquirer::inquire(reg, question)).expect("an answer").look
}
