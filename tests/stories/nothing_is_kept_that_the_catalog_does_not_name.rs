//! Nothing can be kept that the catalog does not name, with the law behind it. Some categories no catalog can name.

use fairfile_intake::Limits;
use fairfile_lawfiles::catalog::EMBEDDED_DEMO;
use fairfile_service::registrar::{PublishError, publish_catalog};
use fairfile_service::source::SubmitError;
use fairfile_testkit::sheet::csv;
use fairfile_testkit::{Row, World, on_both_engines};

/// The code of the trouble with a file that is not taken.
fn trouble(world: &World, member: &str, item: &str, row: Row) -> &'static str {
    match world.source(member).hands_in(item, csv(&[row]).as_bytes(), None, &Limits::default()) {
        Err(SubmitError::File(trouble)) => trouble.code(),
        Err(other) => panic!("{other}"),
        Ok(report) => panic!("it was taken: {:?}", report.counts),
    }
}

fn pharmacist_file() -> &'static str {
    EMBEDDED_DEMO.iter().find(|(path, _)| path.contains("pharmacist")).expect("an item of the demo").1
}

/// The second version of the item: from `day` on, and for pharmacies' contracts no longer.
fn second_version(day: &str) -> Vec<(String, String)> {
    let (kept, _contract) = pharmacist_file().rsplit_once("[[purpose]]").expect("two purposes");
    let text = kept.replace("version = 1\n", "version = 2\n").replace("\"2024-01-01\"", &format!("\"{day}\""));
    vec![("pharmacist-licence-2.toml".into(), text)]
}

on_both_engines! {
    fn a_source_hands_in_only_what_its_item_has(world) {
        let lin = world.person("林晓禾");
        let row = || world.row("pharmacist-licence", &lin);
        let keys = || world.raw_keys().count("SELECT COUNT(*) FROM content_key");
        let (before, size) = (keys(), world.reg().store.head().snapshot().size());
        assert_eq!(trouble(world, "drug-administration", "pharmacist-licence", row().with("shoe size", "38")), "B031");
        assert_eq!(trouble(world, "drug-administration", "neighbourhood-opinion", row()), "B033");
        assert_eq!(trouble(world, "court", "pharmacist-licence", row()), "B034");
        assert_eq!(world.reg().store.head().snapshot().size(), size, "nothing of a refused file is kept");
        assert_eq!(keys(), before);

        let report = world.source("drug-administration").submits("pharmacist-licence", &[row().with("religion", "any")]);
        assert_eq!((report.counts.accepted, report.counts.rejected), (0, 1));
        assert_eq!(report.rows[0].code, "B010");
        assert_eq!(world.subject(&lin), None, "a rejected row makes nobody known");
    }

    fn a_catalog_names_no_forbidden_category_and_never_applies_backwards(world) {
        let reg = world.reg();
        let before = reg.catalog();
        let refused = |text: String| match publish_catalog(&reg, &[("item.toml".into(), text)]) {
            Err(PublishError::Refused(findings)) => !findings.is_empty(),
            other => panic!("{other:?}"),
        };
        let new = || pharmacist_file().replace("code = \"pharmacist-licence\"", "code = \"pharmacist-manners\"");
        assert!(refused(new().replace("code = \"issuing_authority\"", "code = \"religion\"")));
        assert!(refused(new().replace("sector = \"food-and-drugs\"\nbearing", "sector = \"taxation\"\nbearing")));
        assert!(refused(new().replace("article = \"Article 7\"", "article = \"\"")));
        for day in ["2026-11-22", "2026-11-23"] {
            let error = publish_catalog(&reg, &second_version(day)).err();
            assert!(matches!(error, Some(PublishError::Backwards { .. })), "{day}: {error:?}");
        }
        assert_eq!(reg.catalog(), before);
    }

    fn a_new_version_changes_nothing_for_records_that_are_there(world) {
        let (lin, wu) = (world.person("林晓禾"), world.person("乌云"));
        let source = world.source("drug-administration");
        source.records("pharmacist-licence", world.row("pharmacist-licence", &lin));
        publish_catalog(&world.reg(), &second_version("2026-11-24")).expect("it applies from tomorrow");
        world.days_pass(1);
        source.records("pharmacist-licence", world.row("pharmacist-licence", &wu));
        let insurer = world.officer("1001");
        assert_eq!(insurer.asks(&lin, "pharmacy-contract").records().len(), 1, "received under the first version");
        insurer.asks(&wu, "pharmacy-contract").shows_nothing();
        assert_eq!(world.officer("0417").asks(&wu, "licence-renewal").records().len(), 1);
    }
}
