//! A person without a telephone is served at a counter by two officers of one office, and by no officer alone.

use fairfile_domain::refusal::Refusal;
use fairfile_proof::verify_file;
use fairfile_service::person::{AtCounter, Contents, Part, Seen, ServeOutcome, serve_at_counter};
use fairfile_testkit::{Person, World, on_both_engines};

fn serve(world: &World, officers: [&str; 2], person: &Person) -> ServeOutcome {
    let [officer, second] = officers.map(|code| code.parse().expect("a code"));
    let case = "No. 17".parse().expect("a case");
    let asked = AtCounter { officer, second, case, identifier: person.identifier(), name: person.person_name() };
    world.wait(serve_at_counter(&world.reg(), asked)).expect("it is journaled").1
}

on_both_engines! {
    fn what_two_officers_open_is_the_person_s_own_look_and_no_member_is_told_by_it(world) {
        let lin = world.person("林晓禾");
        world.source("drug-administration").records("pharmacist-licence", world.row("pharmacist-licence", &lin));
        let ServeOutcome::Opened(visit) = serve(world, ["0417", "0418"], &lin) else { panic!("both are trained for it") };
        let part = Part { contents: Contents::All, looks: Seen::Newest, told: true };
        let view = visit.open(&world.reg(), part).expect("the file").file;
        assert_eq!(view.records[0].inputs.len(), 7, "the person sees every input");
        assert!(view.told.is_empty(), "and no member has been told of anything");
        let event = &view.looks[0].event;
        let said = ["officer", "second_officer", "purpose", "case", "outcome", "refusal"].map(|name| event[name].as_str());
        assert_eq!(said, ["0417", "0418", "counter-visit", "No. 17", "own", ""].map(Some));
        world.days_pass(1);
        assert!(!visit.is_open(&world.reg()), "it ends by itself");
        assert!(verify_file(&world.copy_of(&lin)[..], Some(&world.published_key()), None).expect("a copy").ok);
    }

    fn one_officer_alone_is_denied_and_the_person_sees_the_try(world) {
        let lin = world.person("林晓禾");
        world.source("drug-administration").records("pharmacist-licence", world.row("pharmacist-licence", &lin));
        for (officers, refusal) in [
            (["0417", "0417"], Refusal::NotTwoOfficers),
            (["0417", "0101"], Refusal::NotTwoOfficers),
            (["0101", "0417"], Refusal::PurposeNotHeld("counter-visit".parse().expect("a code"))),
        ] {
            assert_eq!(serve(world, officers, &lin), ServeOutcome::Denied(refusal), "{officers:?}");
        }
        assert_eq!(serve(world, ["0417", "0418"], &lin.called("林小禾")), ServeOutcome::Nobody);
        let outcomes: Vec<_> = world.file_of(&lin).looks.iter().map(|look| look.event["outcome"].clone()).collect();
        assert_eq!(outcomes, ["denied", "denied", "denied", "nothing", "own"]);
    }
}
