//! The shipped items are clean, and every way to spoil one is found, at its place.

use std::sync::LazyLock;

use fairfile_domain::forbidden::Category;
use fairfile_domain::profile::LawProfile;

use super::{FINDINGS, Finding, lint};
use crate::catalog::{EMBEDDED_DEMO, demo_files, load, parse};
use crate::profiles;

static CHINA: LazyLock<LawProfile> =
    LazyLock::new(|| profiles::load(profiles::EMBEDDED, "cn").expect("the embedded profiles load"));

fn profile() -> LawProfile {
    CHINA.clone()
}

/// A change to a shipped file: the file, what is replaced (first occurrence) and by what.
struct Change(&'static str, &'static str, &'static str);

impl Change {
    fn text(&self) -> String {
        let name = format!("{}.toml", self.0);
        let text = EMBEDDED_DEMO.iter().find(|file| file.0 == name).expect("a shipped file").1;
        assert!(text.contains(self.1), "{} does not contain {}", self.0, self.1);
        text.replacen(self.1, self.2, 1)
    }

    fn findings(&self) -> (String, Vec<Finding>) {
        let text = self.text();
        let findings = lint(&[(self.0.to_owned(), text.clone())], &profile());
        (text, findings)
    }
}

/// The change must give a finding of `code` on a line that begins with `line` (empty: the first line).
#[track_caller]
fn check(change: &Change, code: &str, line: &str) {
    let (text, findings) = change.findings();
    let is_there = findings.iter().any(|finding| {
        let found = text.lines().nth(finding.line - 1).unwrap_or_default();
        finding.code == code && if line.is_empty() { finding.line == 1 } else { found.starts_with(line) }
    });
    assert!(is_there, "{code} at {line:?} is not among {findings:#?}");
}

const PHARMACIST: &str = "pharmacist-licence";
const PENALTY: &str = "food-safety-penalty";
const COURT: &str = "court-ordered-obligation";

const CHANGES: &[(Change, &str, &str)] = &[
    // Form.
    (Change(PHARMACIST, "version = 1", "version = = 1"), "C001", "version"),
    (Change(PHARMACIST, "[law]", "[law"), "C001", "[law"),
    (Change(PHARMACIST, "version = 1", "version = 1\nversion = 2"), "C001", "version = 2"),
    (Change(PHARMACIST, "bearing = ", "colour = \"red\"\nbearing = "), "C002", "colour"),
    (Change(PHARMACIST, "article = \"Article 7\"", "article = \"Article 7\"\nparagraph = 2"), "C002", "paragraph"),
    (Change(PHARMACIST, "past_only = true", "past_onyl = true"), "C002", "past_onyl"),
    (Change(PHARMACIST, "kind = \"number\"", "kind = \"number\"\npast_only = true"), "C002", "past_only"),
    (Change(PHARMACIST, "version = 1", "version = \"1\""), "C003", "version"),
    (Change(PHARMACIST, "past_only = true", "past_only = \"yes\""), "C003", "past_only"),
    (Change(PHARMACIST, "headings = [\"姓名\"", "headings = [7, \"姓名\""), "C003", "headings = [7"),
    (Change(PHARMACIST, "order = [[\"granted_on\", \"valid_until\"]]", "order = [[\"granted_on\"]]"), "C003", "order"),
    (Change(PHARMACIST, "version = 1\n", ""), "C004", ""),
    (Change(PHARMACIST, "in_force_from = \"2024-01-01\"\n", ""), "C004", ""),
    (Change(PHARMACIST, ", zh = \"药师注册证\"", ""), "C004", "title"),
    (Change(PHARMACIST, "sources = [\"drug-administration\"]", "sources = []"), "C004", ""),
    (Change(PHARMACIST, "kinds = [\"cn-resident\"]\n", ""), "C004", "[[input]]"),
    (Change(PHARMACIST, "in_force_from = \"2024-01-01\"", "in_force_from = \"2024-02-30\""), "C005", "in_force_from"),
    (Change(PHARMACIST, "code = \"pharmacist-licence\"", "code = \"Pharmacist Licence\""), "C005", "code"),
    (Change(PHARMACIST, "version = 1", "version = 0"), "C005", "version"),
    (Change(PHARMACIST, "version = 1", "version = -1"), "C005", "version"),
    (Change(PHARMACIST, "bearing = \"neutral\"", "bearing = \"mild\""), "C005", "bearing"),
    (Change(PHARMACIST, "kinds = [\"cn-resident\"]", "kinds = [\"cn-passport\"]"), "C005", "kinds"),
    (Change(PHARMACIST, "unit = \"year\"", "unit = \"decade\""), "C005", "unit"),
    (Change(PENALTY, "currency = \"CNY\"", "currency = \"yuan\""), "C005", "currency"),
    (Change(PHARMACIST, "fairfile.item/1", "fairfile.item/2"), "C006", "schema"),
    (Change(PHARMACIST, "schema = \"fairfile.item/1\"\n", ""), "C006", ""),
    // Law.
    (Change(PHARMACIST, "[law]\n", "[display.x]\n"), "C010", ""),
    (Change(PHARMACIST, "article = \"Article 7\"", "article = \" \""), "C010", "article"),
    (Change(PHARMACIST, "article = \"Article 7\"\n", ""), "C010", "[law]"),
    (
        Change(
            PHARMACIST,
            "title = { en = \"Lanhe Regulations on Pharmacists\", zh = \"兰河省药师条例\" }",
            "title = { en = \"\", zh = \"\" }",
        ),
        "C010",
        "title",
    ),
    (
        Change(
            PHARMACIST,
            "law = { title = { en = \"Lanhe Rules on Designated Pharmacies\"",
            "flaw = { title = { en = \"Lanhe Rules on Designated Pharmacies\"",
        ),
        "C010",
        "[[purpose]]",
    ),
    (
        Change(
            COURT,
            "law = \"Lanhe Rules on the Enforcement of Judgments, Section 30 / 兰河省裁判执行工作规定第三十条\"",
            "law = \"\"",
        ),
        "C010",
        "law",
    ),
    // End.
    (Change(PHARMACIST, "until = \"valid_until\"\n", ""), "C011", "[display]"),
    (Change(PHARMACIST, "[display]\nfrom = \"granted_on\"\nuntil = \"valid_until\"\n", ""), "C011", ""),
    (Change(PHARMACIST, "[retention]\nvalue = 2\nunit = \"year\"\nfrom = \"display_ended\"\n", ""), "C011", ""),
    (Change(PHARMACIST, "value = 2", "value = 0"), "C011", "[retention]"),
    (Change(PHARMACIST, "value = 2", "value = 101"), "C011", "[retention]"),
    (Change(PENALTY, "lasts = { value = 1, ", "lasts = { value = 0, "), "C011", "lasts"),
    (Change("teacher-certificate", "value = 20", "value = 4000000000"), "C011", "lasts"),
    // Purposes.
    (
        Change(PHARMACIST, "inputs = [\"registration_no\", \"class\", \"valid_until\"]", "inputs = []"),
        "C012",
        "[[purpose]]",
    ),
    (
        Change(PHARMACIST, "sector = \"food-and-drugs\"\nbasis", "sector = \"finance\"\nbasis"),
        "C013",
        "sector = \"finance\"",
    ),
    (
        Change(COURT, "sector = \"courts\"\nbasis = \"consent\"", "sector = \"finance\"\nbasis = \"consent\""),
        "C013",
        "sector = \"finance\"",
    ),
    // Forbidden categories, in every place where a word can stand.
    (Change(PHARMACIST, "code = \"pharmacist-licence\"", "code = \"bl00d-type\""), "C014", "code"),
    (Change(PHARMACIST, "zh = \"药师注册证\"", "zh = \"藥師健康狀況\""), "C014", "title"),
    (Change(PHARMACIST, "in which field", "of which religious belief"), "C014", "plain_words"),
    (Change(PHARMACIST, "code = \"class\"", "code = \"re1igion\""), "C014", "code"),
    (Change(PHARMACIST, "en = \"Class of pharmacy\"", "en = \"E t h n i c group\""), "C014", "title"),
    (Change(PHARMACIST, "\"专业类别\"", "\"民　族\""), "C014", "headings"),
    (Change(PHARMACIST, "\"专业类别\"", "\"zong_jiao\""), "C014", "headings"),
    (Change(PHARMACIST, "writings = [\"西药学\"]", "writings = [\"黨員\"]"), "C014", "writings"),
    (Change(PHARMACIST, "zh = \"中药学\"", "zh = \"失信人员\""), "C014", "title"),
    (Change(PHARMACIST, "Renewal of a licence in food and drugs", "Volunteer hours decide loans"), "C014", "title"),
    (Change(PHARMACIST, "code = \"pharmacy-contract\"", "code = \"credit-score\""), "C014", "code"),
    (Change(COURT, "The obligation has been performed in full", "The army was served"), "C014", "title"),
    (
        Change(PHARMACIST, "the person has to know which office", "the tip line has to know which office"),
        "C014",
        "needed_because",
    ),
    // Free text.
    (
        Change(
            PHARMACIST,
            "needed_because = \"the person has to know which office to turn to, and county offices issue as well\"\n",
            "",
        ),
        "C015",
        "[[input]]",
    ),
    (
        Change(
            PHARMACIST,
            "the person has to know which office to turn to, and county offices issue as well",
            "needed",
        ),
        "C015",
        "needed_because",
    ),
    (
        Change(
            PHARMACIST,
            "the person has to know which office to turn to, and county offices issue as well",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        ),
        "C015",
        "needed_because",
    ),
    (Change(PHARMACIST, "most_chars = 100", "most_chars = 4001"), "C015", "most_chars"),
    (Change(PHARMACIST, "most_chars = 100", "most_chars = 0"), "C015", "most_chars"),
    (Change(PHARMACIST, ", \"valid_until\", \"issuing_authority\"]", ", \"valid_until\"]"), "C015", "kind = \"text\""),
    // The floor.
    (
        Change(PENALTY, "lasts = { value = 1, unit = \"year\" }", "lasts = { value = 6, unit = \"year\" }"),
        "C016",
        "lasts",
    ),
    (
        Change(PENALTY, "lasts = { value = 1, unit = \"year\" }", "lasts = { value = 61, unit = \"month\" }"),
        "C016",
        "lasts",
    ),
    (
        Change(PENALTY, "lasts = { value = 1, unit = \"year\" }", "lasts = { value = 1826, unit = \"day\" }"),
        "C016",
        "lasts",
    ),
    (
        Change(PENALTY, "lasts = { value = 1, unit = \"year\" }", "lasts = { value = 3, unit = \"business_day\" }"),
        "C016",
        "lasts",
    ),
    (Change(PENALTY, "lasts = { value = 1, unit = \"year\" }", "until = \"served_on\""), "C016", "until"),
    (Change(PENALTY, "from = \"decided_on\"", "from = \"received\""), "C016", "from"),
    (Change(COURT, "from = \"decided_on\"", "from = \"due_on\""), "C016", "from"),
    // The way out.
    (Change(PHARMACIST, "reconsideration = \"reform-commission\"\n", ""), "C017", ""),
    (
        Change(COURT, "[[repair]]\ncode = \"obligation-performed\"\n", "[[repair]]\ncode = \"a-donation\"\n"),
        "C018",
        "code",
    ),
    (Change(COURT, "The obligation has been performed in full", "A fee has been paid"), "C018", "title"),
    (Change(COURT, "义务已全部履行", "已向慈善机构捐款"), "C018", "title"),
    (Change(COURT, "义务已全部履行", "已缴纳信息修复费"), "C018", "title"),
    (
        Change(PHARMACIST, "reconsideration = \"reform-commission\"", "reconsideration = \"drug-administration\""),
        "C019",
        "reconsideration",
    ),
    // References and the subject.
    (
        Change(PHARMACIST, "inputs = [\"registration_no\", \"class\", \"valid_until\"]", "inputs = [\"salutation\"]"),
        "C020",
        "inputs",
    ),
    (Change(PHARMACIST, "until = \"valid_until\"", "until = \"valid_till\""), "C020", "until"),
    (Change(PHARMACIST, "from = \"granted_on\"", "from = \"class\""), "C020", "from"),
    (Change(PHARMACIST, "order = [[\"granted_on\", ", "order = [[\"granted\", "), "C020", "order"),
    (Change(PHARMACIST, "kind = \"number\"", "kind = \"citation\""), "C021", ""),
    (Change(PHARMACIST, "kind = \"number\"", "kind = \"name\""), "C021", "kind = \"name\""),
    (
        Change(PHARMACIST, "kind = \"name\"\nmissing = \"rejected\"", "kind = \"name\"\nmissing = \"allowed\""),
        "C021",
        "missing",
    ),
    (Change(PHARMACIST, "sector = \"food-and-drugs\"", "sector = \"food\""), "C022", "sector"),
    (Change(PHARMACIST, "\"专业类别\"", "\"姓 名\""), "C023", "headings"),
    (Change(PHARMACIST, "writings = [\"西药学\"]", "writings = [\"中药学\"]"), "C023", "title"),
    (Change(PHARMACIST, "kinds = [\"cn-resident\"]", "kinds = [\"cn-resident\", \"cn-credit-code\"]"), "C024", "kinds"),
    (Change(PHARMACIST, "code = \"valid_until\"", "code = \"granted_on\""), "C027", "code = \"granted_on\""),
    (
        Change(PHARMACIST, "code = \"pharmacy-contract\"", "code = \"licence-renewal\""),
        "C027",
        "code = \"licence-renewal\"",
    ),
    (Change(PHARMACIST, "code = \"chinese-pharmacy\"", "code = \"pharmacy\""), "C027", "code = \"pharmacy\""),
];

#[test]
fn the_shipped_items_have_no_findings() {
    for chosen in ["baseline", "cn", "cn-zj", "eu"] {
        let profile = profiles::load(profiles::EMBEDDED, chosen).expect("an embedded profile");
        assert_eq!(lint(&demo_files(), &profile), [], "{chosen}");
    }
    let (catalog, files) = load(&demo_files(), &profile()).expect("a clean set loads");
    assert_eq!(catalog.items().count(), 10);
    assert_eq!(files.len(), 10);
}

#[test]
fn every_change_for_the_worse_is_found_at_its_place() {
    for (change, code, line) in CHANGES {
        check(change, code, line);
    }
}

#[test]
fn changes_for_the_better_are_left_alone() {
    let changes = [
        Change(PENALTY, "lasts = { value = 1, unit = \"year\" }", "lasts = { value = 60, unit = \"month\" }"),
        Change(PENALTY, "lasts = { value = 1, unit = \"year\" }", "lasts = { value = 1825, unit = \"day\" }"),
        Change(PHARMACIST, "value = 2\nunit = \"year\"", "value = 500\nunit = \"business_day\""),
        Change(PHARMACIST, "version_of = \"2019-08-26\"\n", ""),
        Change(PHARMACIST, "from = \"granted_on\"", "from = \"received\""),
        // The item's own law names the service, and the person offers it.
        Change(COURT, "The obligation has been performed in full", "Voluntary service was done as section 30 allows"),
    ];
    for change in changes {
        assert_eq!(change.findings().1, [], "{} -> {}", change.1, change.2);
    }
}

#[test]
fn an_item_without_purpose_or_repair_is_refused() {
    let cut = |name: &str, table: &str| {
        let text = Change(name_of(name), "", "").text();
        text.split(table).next().unwrap_or_default().to_owned()
    };
    for (name, table, code) in [(PHARMACIST, "[[purpose]]", "C012"), (PENALTY, "[[repair]]", "C017")] {
        let findings = lint(&[(name.to_owned(), cut(name, table))], &profile());
        assert!(findings.iter().any(|finding| finding.code == code), "{findings:#?}");
    }
}

fn name_of(name: &str) -> &'static str {
    [PHARMACIST, PENALTY].into_iter().find(|known| *known == name).unwrap_or(COURT)
}

#[test]
fn columns_count_characters() {
    let change = Change(PHARMACIST, "\"专业类别\"", "\"宗教\"");
    let (text, findings) = change.findings();
    let [finding] = findings.as_slice() else { panic!("{findings:#?}") };
    let line = text.lines().nth(finding.line - 1).unwrap_or_default();
    assert!(line.chars().skip(finding.column - 1).collect::<String>().starts_with("\"宗教\""), "{finding}");
}

#[test]
fn versions_follow_each_other() {
    let second = |version: &'static str, from: &str| {
        let text = Change(PHARMACIST, "version = 1", version).text();
        let text = text.replacen("2024-01-01", from, 1);
        let files = [("a.toml".to_owned(), Change(PHARMACIST, "", "").text()), ("b.toml".to_owned(), text)];
        lint(&files, &profile()).into_iter().map(|f| (f.path, f.code, f.line)).collect::<Vec<_>>()
    };
    assert_eq!(second("version = 2", "2025-01-01"), []);
    assert_eq!(second("version = 2", "2024-01-01"), [("b.toml".to_owned(), "C025", 5)]);
    assert_eq!(second("version = 2", "2023-01-01"), [("b.toml".to_owned(), "C025", 5)]);
    assert_eq!(second("version = 1", "2025-01-01"), [("b.toml".to_owned(), "C025", 4)]);
}

#[test]
fn a_purpose_reads_the_same_everywhere_and_order_of_files_does_not_matter() {
    let mut files = demo_files();
    for (path, text) in &mut files {
        if path == "professional-ban.toml" {
            *text = text.replacen("\"Article 12\"", "\"Article 13\"", 1);
        }
    }
    let findings = lint(&files, &profile());
    assert_eq!(findings.len(), 1, "{findings:#?}");
    assert_eq!((findings[0].code, findings[0].path.as_str()), ("C026", "professional-ban.toml"));
    files.reverse();
    assert_eq!(lint(&files, &profile()), findings);
    assert!(load(&files, &profile()).is_err());
}

#[test]
fn a_category_that_the_profile_adds_is_refused_too() {
    let mut profile = profile();
    profile.add_never_collect(["criminal_convictions".to_owned()]);
    let text = Change(PHARMACIST, "\"专业类别\"", "\"Criminal Convictions\"").text();
    let findings = lint(&[("a.toml".to_owned(), text)], &profile);
    assert_eq!(findings.iter().map(|f| f.code).collect::<Vec<_>>(), ["C014"]);
}

#[test]
fn the_floor_and_the_categories_name_the_same_things() {
    for code in &LawProfile::floor().never_collect {
        assert!(Category::find(code).is_some(), "{code}");
    }
}

#[test]
fn a_large_file_is_not_read() {
    let findings = lint(&[("a.toml".to_owned(), "#".repeat(300 * 1024))], &profile());
    assert_eq!(findings.iter().map(|f| f.code).collect::<Vec<_>>(), ["C007"]);
    let many = "[[input]]\n".repeat(70);
    assert!(lint(&[("a.toml".to_owned(), many)], &profile()).iter().any(|f| f.code == "C007"));
}

#[test]
fn every_kind_of_finding_is_reached() {
    let apart = ["C007", "C012", "C025", "C026"];
    for kind in FINDINGS {
        let reached = CHANGES.iter().any(|change| change.1 == kind.code) || apart.contains(&kind.code);
        assert!(reached, "{}", kind.code);
    }
}

#[test]
fn a_file_reads_into_the_item_that_it_describes() {
    for (path, text) in EMBEDDED_DEMO {
        let file = parse(path, text).expect("a shipped file");
        assert_eq!(format!("{}.toml", file.item.code), *path);
        assert_eq!(file.text, *text);
        assert_eq!(file.purposes.len(), file.item.purposes.len());
    }
}

/// Golden: what an author reads, one spoiled file after the other.
#[test]
fn the_findings_read_like_this() {
    let mut listing = String::new();
    for (change, _, _) in CHANGES {
        for finding in change.findings().1 {
            listing.push_str(&format!("{finding}\n"));
        }
    }
    insta::assert_snapshot!("findings", listing);
}
