//! A passkey is one holder with one device. Whoever lost it comes back by two registrars, after everybody could say no; and
//! nobody alone, no registrar either, signs in as an officer.

use fairfile_domain::actor::Standing;
use fairfile_domain::proposal::Verdict;
use fairfile_domain::sign_in::KeyHolder;
use fairfile_service::registrar::{Change, ProposeError, Unfit, decide_proposal, propose};
use fairfile_service::sign_in::{self, BindError, Decided, EnrolError, Half, InviteError, RecoverError, SignInError};
use fairfile_signin::passkey::{PasskeyFault, RelyingParty};
use fairfile_signin::provider::Login;
use fairfile_testkit::counter::{PAGES, party};
use fairfile_testkit::{Device, on_both_engines};

fn holder(text: &str) -> KeyHolder {
    text.parse().expect("a holder")
}

fn registrar(number: u32) -> fairfile_domain::id::StaffCode {
    format!("registrar-{number}").parse().expect("a code")
}

on_both_engines! {
    fn an_invitation_makes_one_passkey_and_no_second(world) {
        let reg = world.reg();
        let (officer, party) = (holder("officer/0417"), party());
        let invited = sign_in::invite(&reg, &officer, "operator").expect("invited");
        let spelled = invited.code.to_lowercase().replace('-', " ").replace('0', "o");
        let found = sign_in::find_invited(&reg, &spelled).expect("read").expect("however it is written");
        let begun = sign_in::begin_enrolment(&reg, &party, &officer).expect("begun");
        let made = || party.finish_making(&begun.state, &Device::at(PAGES).makes(&begun.options)).expect("made");
        sign_in::enrol(&reg, found.id, &invited.code, made()).expect("enrolled");
        assert!(sign_in::find_invited(&reg, &invited.code).expect("read").is_none(), "it was used");
        assert!(matches!(sign_in::enrol(&reg, found.id, &invited.code, made()), Err(EnrolError::NotInvited)));
        // A registrar who could invite an officer again could sign in as that officer.
        let again = sign_in::invite(&reg, &officer, "staff/registrar-1");
        assert!(matches!(again, Err(InviteError::HadPasskey)));
    }

    fn an_invitation_ends_and_a_newer_one_takes_it_back(world) {
        let officer = holder("officer/0417");
        let first = sign_in::invite(&world.reg(), &officer, "operator").expect("invited");
        let second = sign_in::invite(&world.reg(), &officer, "operator").expect("invited anew");
        assert!(sign_in::find_invited(&world.reg(), &first.code).expect("read").is_none());
        assert!(sign_in::find_invited(&world.reg(), &second.code).expect("read").is_some());
        world.days_pass(3);
        assert!(sign_in::find_invited(&world.reg(), &second.code).expect("read").is_none(), "72 hours have passed");
        for unknown in ["officer/9999", "staff/nobody"] {
            assert!(matches!(sign_in::invite(&world.reg(), &holder(unknown), "operator"), Err(InviteError::UnknownHolder)));
        }
    }

    fn of_an_invitation_by_the_office_nobody_knows_the_whole_code(world) {
        let (reg, new) = (world.reg(), Change::Invite(holder("officer/0418")));
        let proposal = propose(&reg, &registrar(1), &new, "a new officer", "once").expect("proposed");
        assert_eq!(propose(&reg, &registrar(1), &new, "a new officer", "once").expect("sent twice"), proposal);
        let half = |which| sign_in::find_half(&world.reg(), proposal.as_bytes(), which).expect("read");
        assert!(half(Half::First).is_none(), "one alone invites nobody");
        assert!(decide_proposal(&reg, proposal, &registrar(1), Verdict::Agree, "").is_err());
        decide_proposal(&reg, proposal, &registrar(2), Verdict::Agree, "").expect("agreed");
        let halves = [Half::First, Half::Second].map(|which| half(which).expect("a half").text.to_string());
        assert_ne!(halves[0], halves[1]);
        for alone in &halves {
            assert!(sign_in::find_invited(&reg, alone).expect("read").is_none());
        }
        let found = sign_in::find_invited(&reg, &halves.concat()).expect("read").expect("both are the code");
        let begun = sign_in::begin_enrolment(&reg, &party(), &found.holder).expect("begun");
        let made = party().finish_making(&begun.state, &Device::at(PAGES).makes(&begun.options)).expect("made");
        sign_in::enrol(&reg, found.id, &halves.concat(), made).expect("enrolled");
        assert!(half(Half::First).is_none() && half(Half::Second).is_none(), "what was used is shown no more");
        let again = propose(&reg, &registrar(1), &new, "once more", "twice");
        assert!(matches!(again, Err(ProposeError::Unfit(Unfit::HadPasskey))));
        for (own, by) in [("staff/registrar-1", 1), ("staff/registrar-2", 2)] {
            let own = propose(&reg, &registrar(by), &Change::Invite(holder(own)), "me", own);
            assert!(matches!(own, Err(ProposeError::Unfit(Unfit::OwnInvitation))));
        }
        let other = Change::Invite(holder("staff/registrar-2"));
        let other = propose(&reg, &registrar(1), &other, "a new registrar", "other").expect("proposed");
        assert!(decide_proposal(&reg, other, &registrar(2), Verdict::Agree, "").is_err(), "nor does the invited one agree");
    }

    fn a_key_that_leaves_its_device_is_refused(world) {
        let (reg, party) = (world.reg(), party());
        let begun = sign_in::begin_enrolment(&reg, &party, &holder("officer/0417")).expect("begun");
        let check = |change: fn(&mut Device), expected: PasskeyFault| {
            let mut device = Device::at(PAGES);
            change(&mut device);
            assert_eq!(party.finish_making(&begun.state, &device.makes(&begun.options)), Err(expected));
        };
        check(|device| device.synchronises = true, PasskeyFault::Synchronised);
        check(|device| device.verifies = false, PasskeyFault::NotShown);
        check(|device| device.origin = "https://lanhe.example.evil.example".into(), PasskeyFault::NotShown);
        assert!(RelyingParty::at("http://127.0.0.1:8080").is_err(), "a number is no name");
    }

    fn only_the_living_key_of_an_active_holder_signs_in(world) {
        let mut officer = world.enrols("officer/0417");
        assert_eq!(world.signs_in(&mut officer).expect("signed in").holder, officer.holder);
        // A copy of the key, with the counter as it was when it was copied.
        let mut copied = officer.clone();
        world.signs_in(&mut officer).expect("signed in");
        assert!(matches!(world.signs_in(&mut copied), Err(SignInError::NotShown)), "a copy falls behind");
        let mut careless = officer.clone();
        careless.device.verifies = false;
        assert!(matches!(world.signs_in(&mut careless), Err(SignInError::NotShown)));
        officer.device.counter = careless.device.counter;
        let mut registrar = world.enrols("staff/registrar-1");
        assert_eq!(world.signs_in(&mut registrar).expect("signed in").holder, holder("staff/registrar-1"));
        let because = ("registrar-2", "registrar-3", "on leave");
        let code = "registrar-1".parse().expect("a code");
        sign_in::change_staff_standing(&world.reg(), &code, Standing::Suspended, because).expect("suspended");
        assert!(matches!(world.signs_in(&mut registrar), Err(SignInError::NotShown)), "suspended");
        sign_in::change_staff_standing(&world.reg(), &code, Standing::Active, because).expect("active again");
        world.signs_in(&mut registrar).expect("signed in");
        let passkeys = sign_in::list_passkeys(&world.reg(), &officer.holder).expect("passkeys");
        sign_in::stop_passkey(&world.reg(), passkeys[0].id, "operator").expect("stopped");
        assert!(matches!(world.signs_in(&mut officer), Err(SignInError::NotShown)), "stopped");
    }

    fn an_answer_to_one_question_answers_no_other(world) {
        let (mut officer, party) = (world.enrols("officer/0417"), party());
        let (one, other) = (party.begin_using().expect("begun"), party.begin_using().expect("begun"));
        let answer = officer.device.uses(&one.options);
        assert!(matches!(sign_in::sign_in(&world.reg(), &party, &other.state, &answer), Err(SignInError::NotShown)));
        for nonsense in ["", "{}", "[]", "{\"id\":1}"] {
            assert!(sign_in::sign_in(&world.reg(), &party, &one.state, nonsense).is_err());
        }
        sign_in::sign_in(&world.reg(), &party, &one.state, &answer).expect("the right answer");
    }

    fn a_recovery_waits_and_takes_two_registrars(world) {
        let mut officer = world.enrols("officer/0417");
        sign_in::ask_recovery(&world.reg(), &officer.holder).expect("asked");
        sign_in::ask_recovery(&world.reg(), &officer.holder).expect("asked twice");
        sign_in::ask_recovery(&world.reg(), &holder("officer/9999")).expect("nobody learns that there is none");
        sign_in::ask_recovery(&world.reg(), &holder("officer/0418")).expect("nor who never had a passkey");
        let waiting = sign_in::list_recoveries(&world.reg()).expect("recoveries");
        assert_eq!(waiting.len(), 1, "one of a holder at a time");
        let id = waiting[0].id;
        let early = sign_in::approve_recovery(&world.reg(), id, &registrar(1));
        assert!(matches!(early, Err(RecoverError::TooEarly(_))));
        world.signs_in(&mut officer).expect("until then the old key holds");
        world.days_pass(3);
        assert!(matches!(sign_in::approve_recovery(&world.reg(), id, &registrar(1)), Ok(Decided::OneMore(_))));
        assert!(matches!(sign_in::approve_recovery(&world.reg(), id, &registrar(1)), Err(RecoverError::Twice)));
        let by_supervisor = sign_in::approve_recovery(&world.reg(), id, &"supervisor-1".parse().expect("a code"));
        assert!(matches!(by_supervisor, Err(RecoverError::NotARegistrar)));
        let granted = sign_in::approve_recovery(&world.reg(), id, &registrar(2)).expect("two registrars grant it");
        assert!(matches!(granted, Decided::Granted(holder, _) if holder == officer.holder));
        assert!(matches!(world.signs_in(&mut officer), Err(SignInError::NotShown)), "the old key has stopped");
        let halves = [1, 2].map(|number| sign_in::list_halves(&world.reg(), &registrar(number)).expect("halves"));
        assert!(halves.iter().all(|halves| halves.len() == 1), "each has one half");
        assert!(sign_in::list_halves(&world.reg(), &registrar(3)).expect("halves").is_empty(), "and nobody else");
        let [first, second] = halves.map(|mut halves| halves.remove(0).text.to_string());
        let found = |code: &str| sign_in::find_invited(&world.reg(), code).expect("read");
        assert!(found(&first).is_none() && found(&[first.as_str(), &first].concat()).is_none());
        assert_eq!(found(&[second.as_str(), &first].concat()).expect("a new invitation").holder, officer.holder);
        assert!(sign_in::list_recoveries(&world.reg()).expect("recoveries").is_empty());
    }

    fn the_holder_of_a_key_that_is_not_lost_says_no(world) {
        let officer = world.enrols("officer/0417");
        sign_in::ask_recovery(&world.reg(), &officer.holder).expect("asked, by whomever");
        let asked = sign_in::find_recovery(&world.reg(), &officer.holder).expect("read").expect("the holder is told");
        let stranger = sign_in::refuse_recovery(&world.reg(), asked.id, &holder("officer/0418"));
        assert!(matches!(stranger, Err(RecoverError::Unknown)));
        sign_in::refuse_recovery(&world.reg(), asked.id, &officer.holder).expect("refused");
        world.days_pass(3);
        assert!(matches!(sign_in::approve_recovery(&world.reg(), asked.id, &registrar(1)), Err(RecoverError::Over)));
        assert!(sign_in::find_recovery(&world.reg(), &officer.holder).expect("read").is_none());
    }

    fn a_login_belongs_to_one_person_and_a_person_to_one_login(world) {
        let (lin, wu) = (world.person("林晓禾"), world.person("乌云娜"));
        let login = |issuer, subject, person: &fairfile_testkit::Person| {
            Login::stand_in(issuer, subject, person.identifier())
        };
        let binds = |login: &Login| sign_in::bind_person(&world.reg(), login);
        let provider = "https://id.example";
        assert_eq!(binds(&login(provider, "1", &lin)).expect("bound"), None, "there is no file yet");
        world.source("drug-administration").records("pharmacist-licence", world.row("pharmacist-licence", &lin));
        assert_eq!(binds(&login(provider, "1", &lin)).expect("the same"), world.subject(&lin));
        assert!(matches!(binds(&login(provider, "2", &lin)), Err(BindError::OtherLogin)));
        assert!(matches!(binds(&login("https://other.example", "1", &lin)), Err(BindError::OtherLogin)));
        assert!(matches!(binds(&login(provider, "1", &wu)), Err(BindError::OtherIdentifier)));
        assert_eq!(binds(&login(provider, "3", &wu)).expect("bound"), None);
        assert!(matches!(binds(&login(provider, "3", &lin)), Err(BindError::OtherIdentifier)));
    }
}
