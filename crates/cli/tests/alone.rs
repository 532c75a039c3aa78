//! What the program does without a node, or with one that is not to be had.

mod common;

use std::fs;

use common::{NOBODY, NUMBER, Node, Serving, Way, fairfile, sample};
use fairfile_http::explain;
use fairfile_testkit::backups::names;

#[test]
fn every_code_is_explained() {
    let own = (1..=23).chain([99]).map(|number| format!("U{number:03}"));
    let codes: Vec<String> = explain::all().map(|known| known.code.to_owned()).chain(own).collect();
    assert!(codes.len() > 100, "only {} codes", codes.len());
    // A process for each would take long; a few of every family stand for the table, which is tested where it is.
    let mut families = std::collections::BTreeMap::<String, usize>::new();
    for code in &codes {
        let seen = families.entry(code[..2].to_owned()).or_default();
        *seen += 1;
        if *seen <= 3 {
            let told = fairfile(&["explain", code, "--json"], "").leaves(0).json();
            assert_eq!(told["code"], code.as_str());
            assert!(told["help"].as_str().is_some_and(|help| !help.is_empty()), "{told}");
        }
    }
    assert!(fairfile(&["explain", "d007", "--lang", "zh"], "").leaves(0).out.contains("培训"));
}

#[test]
fn an_unknown_code_finds_its_neighbour() {
    let ran = fairfile(&["explain", "B0144"], "").leaves(2);
    assert!(ran.err.contains("did you mean B014?"), "{ran:?}");
    assert!(!fairfile(&["explain", "nonsense"], "").leaves(2).err.contains("nonsense"));
    assert!(fairfile(&["batch", "chek"], "").leaves(2).err.contains("check"));
    let problem = fairfile(&["batch", "chek", "--json"], "").leaves(2).json();
    assert_eq!((problem["code"].as_str(), problem["exit"].as_u64()), (Some("U001"), Some(2)));
}

#[test]
fn numbers_are_checked_offline_in_any_writing() {
    let input = format!("{NUMBER}\n５３９９５５　１９８００６０３　５３０４\r\n539955198006035305\n5.39955E+17\n\n");
    let ran = fairfile(&["identifier", "check", "cn-resident"], &input).leaves(3);
    assert_eq!(ran.out, format!("{NUMBER}\n{NUMBER}\nI004\nI006\nI001\n"));
    let told = fairfile(&["identifier", "check", "cn-resident", "--json"], &input).leaves(3).json();
    let rows = told["results"].as_array().expect("results");
    assert_eq!(
        (told["schema"].as_str(), told["kind"].as_str(), rows.len()),
        (Some("fairfile.identifiers/1"), Some("cn-resident"), 5)
    );
    assert_eq!((rows[1]["ok"].as_bool(), rows[1]["canonical"].as_str()), (Some(true), Some(NUMBER)));
    assert_eq!((rows[2]["line"].as_u64(), rows[2]["code"].as_str()), (Some(3), Some("I004")));
    fairfile(&["identifier", "check", "cn-resident"], NUMBER).leaves(0);
    fairfile(&["identifier", "check", "es-dni"], "12.345.678-z\n").leaves(0);
    assert!(fairfile(&["identifier", "check", "cn"], "").leaves(2).err.contains("cn-resident"));
}

#[test]
fn a_number_is_never_an_argument() {
    for args in [
        vec!["inquire", "--as", "0417", "--purpose", "licence-renewal", "--case", NUMBER],
        vec!["file", "--as-person", NUMBER],
        vec!["explain", "5399 5519 8006 0353 04"],
        vec!["verify", "539955198006035304.json", "--json"],
    ] {
        let ran = fairfile(&args, "").leaves(2);
        assert!(format!("{}{}", ran.out, ran.err).contains("U002"), "{ran:?}");
        assert!(!ran.out.contains("5304") && !ran.err.contains("5304") && !ran.out.contains("0353 04"), "{ran:?}");
    }
}

#[test]
fn the_lint_finds_what_no_catalog_may_hold() {
    let folder = tempfile::tempdir().expect("a folder");
    let demo = common::sample("../catalog");
    let good =
        fairfile(&["catalog".as_ref(), "lint".as_ref(), demo.as_os_str(), "--json".as_ref()], "").leaves(0).json();
    assert_eq!((good["files"].as_u64(), good["findings"].as_array().map(Vec::len)), (Some(10), Some(0)));
    let path = folder.path().join("pharmacist-licence.toml");
    let text = fs::read_to_string(demo.join("pharmacist-licence.toml")).expect("an item");
    fs::write(
        &path,
        text.replace("sector = \"food-and-drugs\"", "sector = \"finance\"").replacen("[law]", "[lore]", 1),
    )
    .expect("written");
    let bad =
        fairfile(&["catalog".as_ref(), "lint".as_ref(), path.as_os_str(), "--json".as_ref()], "").leaves(3).json();
    let findings = bad["findings"].as_array().expect("findings");
    assert!(findings.iter().any(|row| row["code"] == "C010"), "{bad}");
    assert!(findings.iter().all(|row| row["line"].as_u64() > Some(0) && !row["remedy"].is_null()), "{bad}");
    let ran = fairfile(&["catalog".as_ref(), "lint".as_ref(), path.as_os_str()], "").leaves(3);
    assert!(ran.out.contains("error[C010]") && ran.out.contains("-->"), "{ran:?}");
    fairfile(&["catalog", "lint", "no-such-folder"], "").leaves(1);
    fairfile(&["catalog".as_ref(), "lint".as_ref(), path.as_os_str(), "--profile".as_ref(), "xx".as_ref()], "")
        .leaves(2);
}

#[test]
fn what_is_none_of_ours_is_no_proof_of_anything() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("file.json");
    for text in ["", "{}", "a receipt, honestly", "{\"schema\":\"fairfile.receipt/9\"}"] {
        fs::write(&path, text).expect("written");
        let problem = fairfile(&["verify".as_ref(), path.as_os_str(), "--json".as_ref()], "").leaves(1).json();
        assert_eq!(problem["code"], "U021", "{text}");
    }
    fairfile(&["verify", "no-such-file"], "").leaves(1);
    fairfile(&["verify".as_ref(), path.as_os_str(), "--key".as_ref(), "nobody".as_ref()], "").leaves(2);
}

#[test]
fn a_node_is_made_once_and_for_a_demo_only() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("node").display().to_string();
    let problem = fairfile(&["init", &path, "--json"], "").leaves(1).json();
    assert_eq!(problem["code"], "U007");
    assert!(!folder.path().join("node").exists());
    fairfile(&["init", &path, "--demo", "--clock", "tomorrow"], "").leaves(2);
    fairfile(&["init", &path, "--demo"], "").leaves(0);
    assert_eq!(fairfile(&["init", &path, "--demo", "--json"], "").leaves(1).json()["code"], "U004");
    let ran = fairfile(&["doctor", "--node", &folder.path().display().to_string()], "").leaves(1);
    assert!(ran.out.contains("fairfile init"), "{ran:?}");
    assert_eq!(fairfile(&["member", "list", "--json"], "").leaves(2).json()["code"], "U003");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let key = folder.path().join("node/keys/root.key");
        fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).expect("changed");
        let ran = fairfile(&["doctor", "--node", &path], "").leaves(1);
        assert!(ran.out.contains("chmod 600"), "{ran:?}");
    }
}

#[test]
fn a_node_that_is_served_is_in_use() {
    let node = Node::new(Way::Sqlite);
    let path = node.path().display().to_string();
    let serving = Serving::start(&["serve", "--node", &path, "--listen", "127.0.0.1:0"]);
    let found = fairfile(&["doctor", "--node", &path, "--json"], "").leaves(0).json();
    assert_eq!(found["findings"][0]["code"], "U005");
    let address = serving.address.clone();
    fairfile(&["member", "list", "--server", &address], "").leaves(0);
    // Numbers go to nobody who has not said where the key is.
    let input = format!("{NOBODY}\nsomebody\n");
    let args = ["inquire", "--as", "0417", "--purpose", "licence-renewal", "--case", "1", "--server", &address];
    assert!(fairfile(&args, &input).leaves(2).err.contains("U008"));
    assert_eq!(serving.stop("INT"), Some(130));
    let ran = fairfile(&["member", "list", "--server", &address, "--json"], "").leaves(7);
    assert_eq!(ran.json()["code"], "U009");
    fairfile(&["doctor", "--node", &path], "").leaves(0);
    let serving =
        Serving::start(&["serve", "--node", &path, "--listen", "127.0.0.1:0", "--origin", "https://node.example"]);
    assert_eq!(serving.told["origins"][0], "https://node.example");
    assert_eq!(serving.stop("TERM"), Some(0));
    let far = fairfile(&["member", "list", "--server", "http://node.example", "--json"], "").leaves(2).json();
    assert_eq!(far["code"], "U010");
}

#[test]
fn the_report_for_people_is_short_and_names_nobody() {
    let node = Node::new(Way::Sqlite);
    let file = sample("pharmacist-licences-2026-10.csv").display().to_string();
    let args = ["batch", "check", &file, "--as", "drug-administration", "--item", "pharmacist-licence"];
    let ran = node.show(&args, "").leaves(3);
    assert!(ran.out.contains("error[I004]") && ran.out.contains("--> pharmacist-licences-2026-10.csv:"), "{ran:?}");
    assert!(ran.out.contains("Checked 1,200 rows: 1,183 ready"), "{ran:?}");
    assert!(!ran.out.contains("5399"), "a number is in the report");
    assert!(!ran.err.contains('%') && !ran.err.contains('['), "a bar where nobody sits: {ran:?}");
    // From standard input, and in the other language.
    let text = fs::read_to_string(&file).expect("the sample");
    let args = ["batch", "check", "-", "--as", "drug-administration", "--item", "pharmacist-licence", "--lang", "zh"];
    assert!(node.show(&args, &text).leaves(3).out.contains("已检查 1,200 行"));
    // A file with one fault in every row is cut short for people, and whole for scripts.
    let rows: String = (0..30).map(|row| format!("x,y,z-{row},中药学,2020-01-01,2030-01-01,局\n")).collect();
    let broken = node.file("broken.csv");
    fs::write(&broken, format!("身份证号码,姓名,注册证编号,类别,批准日期,有效期至,发证机关\n{rows}")).expect("written");
    let args = [
        "batch",
        "check",
        &broken.display().to_string(),
        "--as",
        "drug-administration",
        "--item",
        "pharmacist-licence",
    ];
    assert!(node.show(&args, "").leaves(3).out.contains("and 10 more: --json shows all"));
    assert_eq!(node.ask(&args, "").leaves(3).json()["rows"].as_array().map(Vec::len), Some(30));
}

#[test]
fn completions_are_written_for_each_shell() {
    for shell in ["bash", "zsh", "fish"] {
        assert!(fairfile(&["completions", shell], "").leaves(0).out.contains("fairfile"));
    }
    assert!(fairfile(&["--version"], "").leaves(0).out.starts_with("fairfile "));
    assert!(fairfile(&["--help"], "").leaves(0).out.contains("never an argument"));
}

#[test]
fn the_demo_can_be_tried_as_it_says() {
    let folder = tempfile::tempdir().expect("a folder");
    let kept = folder.path().join("node").display().to_string();
    let demo = Serving::start(&["demo", "--keep", &kept]);
    assert_eq!(demo.told["schema"], "fairfile.demo/1");
    let (address, keys) = (demo.address.clone(), demo.told["keys"].as_str().expect("a folder").to_owned());
    let file =
        fairfile(&["file", "--as-person", "--server", &address, "--json"], &format!("{NOBODY}\n")).leaves(0).json();
    assert_eq!(file["name"], "林晓禾");
    let ask = |officer: &str| {
        let args = [
            "inquire",
            "--as",
            officer,
            "--purpose",
            "licence-renewal",
            "--case",
            "HC-1",
            "--keys",
            &keys,
            "--server",
            &address,
        ];
        fairfile(&args, &format!("{NOBODY}\n林晓禾\n"))
    };
    assert!(ask("0417").leaves(0).out.contains("Pharmacist licence"));
    assert!(ask("0418").leaves(4).out.contains("error[D007]"));
    assert_eq!(demo.stop("INT"), Some(130));
    let clock = fairfile(&["clock", "--node", &kept, "--json"], "").leaves(0).json();
    assert_eq!((clock["day"].as_str(), clock["set"].as_bool()), (Some("2026-11-23"), Some(true)));
}

#[test]
fn a_node_that_could_not_be_made_leaves_nothing_behind() {
    let folder = tempfile::tempdir().expect("a folder");
    let (new, empty) = (folder.path().join("new"), folder.path().join("empty"));
    fs::create_dir(&empty).expect("a folder");
    for path in [&new, &empty] {
        // No server answers there.
        let args = [
            "init",
            &path.display().to_string(),
            "--demo",
            "--postgres",
            "postgres://nobody@127.0.0.1:1/none",
            "--json",
        ];
        assert_ne!(fairfile(&args, "").exit, 0);
    }
    assert_eq!((names(folder.path()), names(&empty)), (vec!["empty".to_owned()], vec![]));
    fairfile(&["init", &new.display().to_string(), "--demo"], "").leaves(0);
}
