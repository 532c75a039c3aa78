use fairfile_domain::{
    day::{Period, Unit},
    identifier::Identifier,
};

use super::*;

fn embedded(chosen: &str) -> LawProfile {
    load(EMBEDDED, chosen).unwrap()
}

/// A small file: one source, a baseline, and whatever a test is about.
fn file(more: &str) -> String {
    format!(
        "schema = \"{SCHEMA}\"\napproved_by = \"\"\n[source.s]\ntitle = \"S\"\n[profile.baseline]\nname = \"B\"\nkind = \"default\"\n\
         [profile.baseline.figures]\nobjection_days = {{ value = 20, unit = \"day\", {REST} }}\n{more}"
    )
}

const REST: &str = "basis = \"product\", source = \"s\", evidence = \"text\", verified = true";

/// A file with a profile `p`, whose figure `objection_days` on line 15 is `figure`.
fn with_figure(figure: &str) -> String {
    file(&format!(
        "[profile.p]\nname = \"P\"\nkind = \"profile\"\nextends = \"baseline\"\n[profile.p.figures]\nobjection_days = {{ {figure} }}\n"
    ))
}

/// `expected` is `code line what`.
fn check(text: &str, chosen: &str, expected: &str) {
    let error = load(text, chosen).unwrap_err();
    assert_eq!(format!("{} {} {}", error.code(), error.line, error.what), expected, "{text}");
    assert!(!error.help().is_empty());
}

fn check_figure(figure: &str, expected: &str) {
    check(&with_figure(figure), "p", expected);
}

#[test]
fn every_embedded_profile_loads() {
    for code in ["baseline", "cn", "cn-zj", "cn-sh", "cn-sz", "cn-sd", "eu", "us", "us-privacy-act", "us-npdb", "uk"] {
        let profile = embedded(code);
        assert_eq!(profile.code, code);
        assert_eq!(profile.layers.first().map(String::as_str), Some("baseline"));
        assert_eq!(profile.layers.last().map(String::as_str), Some(code));
        assert!(!profile.is_approved());
        assert!(profile.is_unlimited("free_reports_per_year"));
        assert_eq!(profile.word("automated_decisions"), Some("refuse"));
        assert_eq!(profile.flag("annotate_while_contested"), Some(true));
        assert_eq!(profile.period("adverse_waiting_days"), Some(Period { count: 5, unit: Unit::Day }));
    }
}

#[test]
fn the_file_and_the_code_have_one_floor() {
    let mut profile = LawProfile::floor();
    let before = profile.clone();
    let file = table::parse(EMBEDDED).unwrap();
    lay_floor(&Table::root(&file), &mut profile).unwrap();
    assert_eq!(profile.warnings, []);
    assert_eq!(profile.never_collect, before.never_collect);
    let keys = Table::root(&file).table("floor").unwrap().unwrap();
    for key in ["never_collect", "never_collect_financial"] {
        assert!(keys.words(key).unwrap().unwrap().iter().all(|category| before.never_collect.contains(category)));
    }
    let listed: usize =
        ["never_collect", "never_collect_financial"].iter().map(|key| keys.words(key).unwrap().unwrap().len()).sum();
    assert_eq!(listed, before.never_collect.len());
}

#[test]
fn an_overlay_lies_upon_its_profile_and_that_upon_the_baseline() {
    let zhejiang = embedded("cn-zj");
    assert_eq!(zhejiang.layers, ["baseline", "cn", "cn-zj"]);
    let layer = |key: &str| zhejiang.figures[key].layer.as_str();
    assert_eq!(
        (layer("objection_days"), zhejiang.period("objection_days").unwrap().to_string()),
        ("cn-zj", "5 business days".into())
    );
    assert_eq!((layer("repair_decision_days"), layer("complaint_ack_days")), ("cn", "baseline"));
    assert_eq!(zhejiang.penalty_displays.len(), 5);
    // The European Union sets no figure for display; the product's own stays in force.
    assert_eq!(embedded("eu").period("adverse_display_max_days"), Some(Period { count: 5, unit: Unit::Year }));
    assert_eq!(embedded("us").period("adverse_display_max_days"), Some(Period { count: 7, unit: Unit::Year }));
    assert!(embedded("us-npdb").is_unlimited("adverse_display_max_days"));
    assert_eq!(embedded("us").count("statement_max_words"), Some(100));
    assert_eq!(embedded("cn").hours("breach_notice_hours"), Some(4));
}

#[test]
fn what_is_weaker_than_the_floor_is_reported() {
    let warnings = |code| embedded(code).warnings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    insta::assert_snapshot!(warnings("cn-sh"), @r"
    profile `cn` sets `automated_decisions` to `explain_and_right_to_refuse`, which is weaker than the floor; `refuse` holds
    profile `cn` sets `free_reports_per_year` to `2`, which is weaker than the floor; `unlimited` holds
    profile `cn` sets `unverified_action` to `record_check_and_objection`, which is weaker than the floor; `withhold_from_inquirers` holds
    profile `cn-sh` sets `free_reports_per_year` to `2`, which is weaker than the floor; `unlimited` holds
    ");
    insta::assert_snapshot!(warnings("eu"), @"profile `eu` sets `automated_decisions` to `prohibited_with_exceptions`, which is weaker than the floor; `refuse` holds");
    insta::assert_snapshot!(warnings("baseline"), @"");
}

#[test]
fn a_file_cannot_lower_the_floor() {
    let lowered = file(
        "[floor]\nown_access_free = false\nautomated_decisions = \"allow\"\nunverified_action_at_least = \"show\"\nnever_collect = [\"hobbies\"]\n",
    );
    let profile = load(&lowered, "baseline").unwrap();
    assert_eq!(profile.flag("own_access_free"), Some(true));
    assert_eq!(profile.warnings.len(), 3);
    assert!(
        ["hobbies", "genes", "income"]
            .iter()
            .all(|category| profile.never_collect.iter().any(|known| known == category))
    );
}

#[test]
fn prohibited_categories_of_every_layer_add_up() {
    let never = embedded("us-privacy-act").never_collect;
    assert!(
        never.contains(&"exercise_of_first_amendment_rights".into()) && never.contains(&"religion_or_belief".into())
    );
    assert!(embedded("eu").never_collect.contains(&"biometrics".into()));
    let more = file("[profile.p]\nname = \"P\"\nkind = \"profile\"\nnever_collect = [\"hobbies\"]\n");
    assert!(load(&more, "p").unwrap().never_collect.contains(&"hobbies".into()));
}

#[test]
fn who_approved_the_land_has_not_approved_the_city() {
    let text = file(
        "[profile.land]\nname = \"L\"\nkind = \"profile\"\napproved_by = \"Ana\"\n[profile.city]\nname = \"C\"\nkind = \"overlay\"\nextends = \"land\"\n",
    );
    assert_eq!(load(&text, "land").unwrap().approved_by, "Ana");
    assert!(!load(&text, "city").unwrap().is_approved());
    assert_eq!(load(&text, "city").unwrap().layers, ["baseline", "land", "city"]);
    let all = text.replacen("approved_by = \"\"", "approved_by = \"Board\"", 1);
    assert_eq!(load(&all, "city").unwrap().approved_by, "Board");
}

#[test]
fn a_faulty_file_is_refused_at_its_place() {
    check("schema = ", "p", "P001 1 string values must be quoted, expected literal string");
    check("", "p", "P006 1 `schema` is missing");
    check("schema = \"x/1\"", "p", "P002 1 `schema` must be \"fairfile.law-profiles/1\"");
    check(&file(""), "cn", "P003 5 profile `cn` is not in the file, which has baseline");
    let pair = |extends: &str| {
        file(&format!(
            "[profile.p]\nname = \"P\"\nkind = \"profile\"\nextends = \"{extends}\"\n[profile.q]\nname = \"Q\"\nkind = \"overlay\"\nextends = \"p\"\n"
        ))
    };
    check(&pair("q"), "baseline", "P004 17 profile `q` extends `p`, which extends it in turn");
    check(&pair("r"), "baseline", "P004 13 profile `p` extends `r`, which is not in the file");
    check(&pair("p"), "baseline", "P004 13 profile `p` extends `p`, which extends it in turn");
    check(
        &file("[profil.p]\n"),
        "baseline",
        "P005 10 `profil` is unknown; known here are schema, as_of, approved_by, source, floor, profile, identifier",
    );
    check(
        &file("[floor]\nautomated_decision = \"refuse\"\n").replace("automated_decision ", "automated "),
        "baseline",
        "P005 11 `floor.automated` is unknown; known here are own_access_free, own_access_unlimited, annotate_while_contested, \
         show_every_look_to_person, automated_decisions, scores_or_classes_of_people, lists_of_people, public_names, \
         cross_field_visibility, organisation_to_person_inheritance, tips_from_public_about_a_person, never_collect, \
         never_collect_financial, unverified_action_at_least",
    );
    check(
        &file("[[identifier]]\nid = \"passport\"\n"),
        "baseline",
        "P007 11 `identifier[1].id` must be a kind of identifier that Fairfile knows",
    );
    check(&file("[profile.p]\nkind = \"profile\"\n"), "p", "P006 10 `profile.p.name` is missing");
    check(
        &file("[profile.p]\nname = \"P\"\nkind = \"law\"\n"),
        "p",
        "P007 12 `profile.p.kind` must be one of default, profile, overlay",
    );
}

#[test]
fn a_faulty_figure_is_named_with_its_profile() {
    check_figure(
        &format!("value = 20, unit = \"day\", valid = true, {REST}"),
        &format!(
            "P005 15 `profile.p.figures.objection_days.valid` is unknown; known here are {}",
            "value, none, unlimited, unit, iso, days, hours, from, basis, source, at, evidence, verified, note, threshold, to"
        ),
    );
    check(
        &with_figure(&format!("value = 20, unit = \"day\", {REST}")).replace("\nobjection_days = { value = 20, unit = \"day\", basis = \"product\", source = \"s\", evidence = \"text\", verified = true }\n[", "\n[").replace("objection_days", "objection_dayz"),
        "p",
        "P010 14 `profile.p.figures.objection_dayz` is no figure that Fairfile knows",
    );
    check_figure(
        &format!("value = \"20\", unit = \"day\", {REST}"),
        "P007 15 `profile.p.figures.objection_days.value` must be a whole number that is not negative",
    );
    check_figure(
        &format!("value = -1, unit = \"day\", {REST}"),
        "P007 15 `profile.p.figures.objection_days.value` must be a whole number that is not negative",
    );
    check_figure(
        &format!("value = 20, unit = \"week\", {REST}"),
        "P007 15 `profile.p.figures.objection_days.unit` must be one of day, business_day, month, year",
    );
    check_figure(&format!("value = 20, {REST}"), "P006 15 `profile.p.figures.objection_days.unit` is missing");
    check_figure(
        REST,
        "P006 15 `profile.p.figures.objection_days.value` must have one of `value`, `none = true` and `unlimited = true`",
    );
    check_figure(
        &format!("value = 20, unit = \"day\", none = true, {REST}"),
        "P006 15 `profile.p.figures.objection_days.none` must have one of `value`, `none = true` and `unlimited = true`",
    );
    check_figure(
        &format!("none = false, {REST}"),
        "P007 15 `profile.p.figures.objection_days.none` must be true or be left out",
    );
    check_figure(
        &format!("value = 20, unit = \"day\", iso = \"P30D\", {REST}"),
        "P009 15 `profile.p.figures.objection_days.iso` must be \"P20D\", as value and unit say",
    );
    check_figure(
        &format!("value = 20, unit = \"business_day\", iso = \"P20D\", {REST}"),
        "P009 15 `profile.p.figures.objection_days.iso` has no ISO 8601 form to repeat; leave it out",
    );
    check_figure(
        "value = 20, unit = \"day\", basis = \"statute\", source = \"t\", evidence = \"text\", verified = true",
        "P008 15 `profile.p.figures.objection_days.source` cites `t`, which is no source of this file",
    );
    check_figure(
        "value = 20, unit = \"day\", basis = \"statute\", source = \"s\", evidence = \"memory\", verified = true",
        "P009 15 `profile.p.figures.objection_days.verified` must be false where the evidence is memory, and true otherwise",
    );
    check_figure(
        "value = 20, unit = \"day\", basis = \"rumour\", source = \"s\", evidence = \"text\", verified = true",
        "P007 15 `profile.p.figures.objection_days.basis` must be one of statute, regulation, policy, guidance, product",
    );
}

#[test]
fn a_faulty_penalty_display_is_refused() {
    let row = |more: &str| {
        file(&format!(
            "[profile.p]\nname = \"P\"\nkind = \"profile\"\n[[profile.p.penalty_display]]\nscheme = \"1\"\nin_force_from = \"2026-04-01\"\nclass = \"minor\"\npublish = false\nsource = \"s\"\nevidence = \"text\"\nverified = true\n{more}\n"
        ))
    };
    assert_eq!(
        load(&row("max_iso = \"P3M\""), "p").unwrap().penalty_displays[0].longest,
        Period { count: 3, unit: Unit::Month }
    );
    check(&row(""), "p", "P006 13 `profile.p.penalty_display[1].max_iso` is missing");
    check(
        &row("max_iso = \"PT3M\""),
        "p",
        "P007 21 `profile.p.penalty_display[1].max_iso` must be days, months or years as in \"P3M\"",
    );
    check(
        &row("max_iso = \"P3M\"\nmin_iso = \"P1Y\""),
        "p",
        "P009 22 `profile.p.penalty_display[1].min_iso` must be no longer than `max_iso`",
    );
}

#[test]
fn every_fault_has_its_own_code() {
    let codes: BTreeSet<_> = ProfileFault::ALL.iter().map(|row| row.0).collect();
    assert_eq!(codes.len(), ProfileFault::ALL.len());
    assert_eq!(ProfileFault::WrongDay.code(), "P011");
    assert_eq!(ProfileFault::UnknownKey.title(), "unknown key");
}

#[test]
fn the_sample_numbers_of_every_kind_are_read_as_the_file_says() {
    let file = table::parse(EMBEDDED).unwrap();
    let rows = Table::root(&file).tables("identifier").unwrap();
    assert_eq!(rows.len(), IdentifierKind::ALL.len());
    for row in rows {
        let kind = IdentifierKind::find(row.text("id").unwrap().unwrap()).unwrap();
        let valid = row.text("test_valid").unwrap().unwrap();
        assert_eq!(Identifier::parse(kind, valid).unwrap().canonical(), valid);
        if let Some(invalid) = row.text("test_invalid").unwrap() {
            assert_eq!(Identifier::parse(kind, invalid).unwrap_err().code(), "I004", "{kind}");
        }
        let off = row.text("default").unwrap().is_some_and(|default| default.starts_with("off"));
        assert_eq!(kind.off_by_default(), off, "{kind}");
    }
}
