//! The check report: counts, rows by what is wrong with them, and a page of rows. Row numbers, columns, codes and words;
//! never what a cell says.

use fairfile_domain::catalog::{Catalog, Item};
use fairfile_domain::id::{InputCode, ItemCode};
use fairfile_service::source::{Counts, RowGroup, RowOutcome, RowReport, WhichRows};
use i18n_embed_fl::fl;

use super::{asked, counted};
use crate::caller::Call;
use crate::explain;
use crate::pages::frame::Frame;
use crate::wire::Language;

/// Rows on one page.
const ROWS_OF_A_PAGE: u32 = 100;
/// Groups that are listed.
const MOST_GROUPS: usize = 50;

/// The rows that the address asks for.
pub(super) fn which(call: &Call<'_>) -> WhichRows {
    let after = asked(call, "after").and_then(|after| after.parse().ok()).unwrap_or_default();
    let input = asked(call, "input").filter(|input| !input.is_empty());
    WhichRows { after, group: asked(call, "code").map(|code| (code, input)), most: ROWS_OF_A_PAGE }
}

/// Rows with the same thing wrong with them.
pub(super) struct Group {
    pub(super) tag: String,
    pub(super) field: String,
    pub(super) what: String,
    pub(super) count: String,
    pub(super) page: String,
    pub(super) is_current: bool,
}

/// A row that is not ready.
pub(super) struct Row {
    pub(super) number: String,
    pub(super) tag: String,
    pub(super) field: String,
    pub(super) what: String,
    pub(super) next: String,
    pub(super) code: String,
    pub(super) page: String,
}

/// Rows that were not taken, by what has to be done about them.
pub(super) struct KeptOut {
    rejected: u64,
    duplicate: u64,
    quarantined: u64,
}

impl KeptOut {
    pub(super) fn of(counts: &Counts) -> Self {
        let Counts { rejected, duplicate, quarantined, .. } = *counts;
        Self { rejected, duplicate, quarantined }
    }

    /// A sentence for each kind of which there is a row.
    pub(super) fn lines(&self, words: &crate::pages::words::Words) -> Vec<String> {
        let of = |rows: u64| (i64::try_from(rows).unwrap_or(i64::MAX), counted(rows));
        let (rejected, duplicate, aside) = (of(self.rejected), of(self.duplicate), of(self.quarantined));
        let all = [
            fl!(words, "batch-kept-out", count = rejected.0, shown = rejected.1),
            fl!(words, "batch-on-file", count = duplicate.0, shown = duplicate.1),
            fl!(words, "batch-set-aside", count = aside.0, shown = aside.1),
        ];
        let counts = [rejected.0, duplicate.0, aside.0];
        all.into_iter().zip(counts).filter(|(_, count)| *count > 0).map(|(line, _)| line).collect()
    }
}

/// A report, as a page shows it.
pub(super) struct Report {
    pub(super) received: String,
    pub(super) ready: String,
    /// Rows that are on file already.
    pub(super) on_file: String,
    /// Rows that are about nobody until their source has decided.
    pub(super) set_aside: String,
    pub(super) errors: String,
    pub(super) has_set_aside: bool,
    pub(super) is_clean: bool,
    pub(super) groups: Vec<Group>,
    /// Groups that the page has no place for: the file of the report has their rows.
    pub(super) more_groups: i64,
    pub(super) rows: Vec<Row>,
    /// The way back to all rows, if only some are asked for.
    pub(super) all: Option<String>,
    /// The first page, where this is a later one.
    pub(super) first: Option<String>,
    /// The next page.
    pub(super) next: Option<String>,
    pub(super) csv: String,
    pub(super) json: String,
}

/// What a report is about.
pub(super) struct About<'r> {
    /// The report's own address, behind its language.
    pub(super) path: String,
    /// The item and the version of it that applied.
    pub(super) item: (&'r ItemCode, u32),
    /// The counts.
    pub(super) counts: Counts,
    /// All groups.
    pub(super) groups: &'r [RowGroup],
}

impl Report {
    /// The report of `about`, with this page of its rows.
    pub(super) fn new(
        frame: &Frame,
        catalog: &Catalog,
        about: &About<'_>,
        which: &WhichRows,
        rows: &[RowReport],
    ) -> Self {
        let item = catalog.item(about.item.0, about.item.1);
        let words = Words { frame, item };
        let address = |after: u32, group: Option<&(String, Option<String>)>| {
            let mut query = form_urlencoded::Serializer::new(String::new());
            if let Some((code, input)) = group {
                query.append_pair("code", code);
                query.extend_pairs(input.as_ref().map(|input| ("input", input)));
            }
            if after > 0 {
                query.append_pair("after", &after.to_string());
            }
            let query = query.finish();
            frame.to(&if query.is_empty() { about.path.clone() } else { format!("{}?{query}", about.path) })
        };
        let group = |group: &RowGroup| {
            let key = (group.code.clone(), group.input.clone());
            Group {
                tag: words.tag(group.outcome),
                field: words.field(group.input.as_deref()),
                what: words.what(&group.code).0,
                count: fl!(frame.words, "report-rows", count = (group.rows as i64), shown = counted(group.rows)),
                is_current: which.group.as_ref() == Some(&key),
                page: address(0, Some(&key)),
            }
        };
        let is_full = rows.len() >= which.most as usize;
        let next = rows.last().filter(|_| is_full).map(|last| address(last.row, which.group.as_ref()));
        let Counts { received, accepted, rejected, duplicate, quarantined } = about.counts;
        Self {
            received: counted(received),
            ready: counted(accepted),
            on_file: counted(duplicate),
            set_aside: counted(quarantined),
            errors: counted(rejected),
            has_set_aside: quarantined > 0,
            is_clean: received == accepted,
            groups: about.groups.iter().take(MOST_GROUPS).map(group).collect(),
            more_groups: about.groups.len().saturating_sub(MOST_GROUPS) as i64,
            rows: rows.iter().map(|row| words.row(row)).collect(),
            all: which.group.as_ref().map(|_| address(0, None)),
            first: (which.after > 0).then(|| address(0, which.group.as_ref())),
            next,
            csv: frame.to(&format!("{}/report.csv", about.path)),
            json: frame.to(&format!("{}/report.json", about.path)),
        }
    }
}

/// The words for rows of one item.
pub(super) struct Words<'w> {
    pub(super) frame: &'w Frame,
    pub(super) item: Option<&'w Item>,
}

impl Words<'_> {
    /// `Error`, `On file` or `Set aside`.
    pub(super) fn tag(&self, outcome: RowOutcome) -> String {
        match outcome {
            RowOutcome::Rejected => fl!(self.frame.words, "report-error"),
            RowOutcome::Duplicate => fl!(self.frame.words, "report-on-file"),
            RowOutcome::Quarantined => fl!(self.frame.words, "report-set-aside"),
        }
    }

    /// What the column is called.
    pub(super) fn field(&self, input: Option<&str>) -> String {
        let Some(input) = input else { return fl!(self.frame.words, "report-whole-row") };
        let known = input.parse::<InputCode>().ok().and_then(|code| self.item?.input(&code));
        known.map_or(input, |input| self.frame.language.of(&input.title)).to_owned()
    }

    /// What is wrong, and what to do.
    pub(super) fn what(&self, code: &str) -> (String, String) {
        let known = explain::explain(code).map(|known| known.in_language(self.frame.language));
        known.map(|(what, next)| (what.to_owned(), next.to_owned())).unwrap_or_default()
    }

    /// The same, for a single record that stands in no file.
    pub(super) fn of_record(&self, code: &str) -> (String, String) {
        let (what, next) = self.what(code);
        let told = |text: String| match self.frame.language {
            Language::En => text.replace("another row", "another one").replace("the row", "the record"),
            Language::Zh => text.replace("另一行", "另一条").replace("该行", "该记录"),
        };
        (told(what), told(next))
    }

    /// A row.
    pub(super) fn row(&self, row: &RowReport) -> Row {
        let (what, next) = self.what(&row.code);
        let what = match row.other_row {
            Some(other) => fl!(self.frame.words, "report-same-as", row = counted(other.into())),
            None => what,
        };
        Row {
            number: counted(row.row.into()),
            tag: self.tag(row.outcome),
            field: self.field(row.input.as_deref()),
            what,
            next,
            page: self.frame.to(&format!("/problems/{}", row.code)),
            code: row.code.clone(),
        }
    }

    /// Rows as CSV, their headings first, in the visitor's language.
    pub(super) fn csv(&self, rows: &[RowReport]) -> String {
        let words = self.frame.words;
        let quoted = |cell: &str| format!("\"{}\"", cell.replace('"', "\"\""));
        let headings = [
            fl!(words, "report-row"),
            fl!(words, "report-state"),
            fl!(words, "report-field"),
            fl!(words, "report-what"),
            fl!(words, "report-next"),
            fl!(words, "report-code"),
        ];
        let mut out = String::from("\u{feff}");
        let mut line = |cells: [&str; 6]| {
            out += &cells.map(quoted).join(",");
            out += "\r\n";
        };
        line(headings.each_ref().map(String::as_str));
        for row in rows {
            let shown = self.row(row);
            line([&row.row.to_string(), &shown.tag, &shown.field, &shown.what, &shown.next, &shown.code]);
        }
        out
    }
}

#[cfg(test)]
pub(super) mod sampled {
    use super::*;
    use crate::pages::samples::text;

    /// The report of a file in which nothing is wrong.
    pub(in crate::pages::source) fn clean() -> Report {
        Report {
            received: "1,204".to_owned(),
            ready: "1,204".to_owned(),
            on_file: "0".to_owned(),
            set_aside: "0".to_owned(),
            has_set_aside: false,
            errors: "0".to_owned(),
            is_clean: true,
            groups: Vec::new(),
            more_groups: 0,
            rows: Vec::new(),
            all: None,
            first: None,
            next: None,
            csv: "/en/source/batches/x/report.csv".to_owned(),
            json: "/en/source/batches/x/report.json".to_owned(),
        }
    }

    /// A page behind the last row.
    pub(in crate::pages::source) fn behind_the_last() -> Report {
        Report { is_clean: false, groups: vec![group(false)], first: Some("/en/x".to_owned()), ..clean() }
    }

    /// The first page of one group of several.
    pub(in crate::pages::source) fn whole() -> Report {
        Report {
            set_aside: "2".to_owned(),
            has_set_aside: true,
            is_clean: false,
            groups: vec![group(true), group(false)],
            more_groups: 3,
            rows: vec![row(), row()],
            all: Some("/en/x".to_owned()),
            next: Some("?after=100".to_owned()),
            ..clean()
        }
    }

    fn group(is_current: bool) -> Group {
        Group { tag: text(), field: text(), what: text(), count: text(), page: "/en/x".to_owned(), is_current }
    }

    fn row() -> Row {
        Row {
            number: "100,000".to_owned(),
            tag: text(),
            field: text(),
            what: text(),
            next: text(),
            code: "Q021".to_owned(),
            page: "/en/problems/Q021".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Language;

    /// The report of a file of 300 rows in `groups` groups, of which `rows` wrong ones stand on the page behind `after`.
    fn report(groups: usize, after: u32, rows: u32) -> Report {
        let (frame, item) = (Frame::sample(Language::En), "pharmacist-licence".parse().expect("a code"));
        let row = |row| RowReport {
            row,
            outcome: RowOutcome::Rejected,
            code: "B003".to_owned(),
            input: Some("class".to_owned()),
            other_row: None,
        };
        let group =
            |place| RowGroup { outcome: RowOutcome::Duplicate, code: format!("B{place:03}"), input: None, rows: 2 };
        let groups: Vec<_> = (0..groups).map(group).collect();
        let counts = Counts { received: 300, accepted: 100, rejected: 150, duplicate: 30, quarantined: 20 };
        let about = About { path: "/source/batches/x".to_owned(), item: (&item, 1), counts, groups: &groups };
        let which = WhichRows { after, group: Some(("B003".to_owned(), Some("class".to_owned()))), most: 2 };
        let rows: Vec<_> = (after + 1..=after + rows).map(row).collect();
        Report::new(&frame, &Catalog::default(), &about, &which, &rows)
    }

    #[test]
    fn a_page_leads_on_while_there_are_rows_and_back_from_all_but_the_first() {
        let first = report(1, 0, 2);
        assert_eq!(first.next.as_deref(), Some("/en/source/batches/x?code=B003&input=class&after=2"));
        assert_eq!((first.first, first.all.as_deref()), (None, Some("/en/source/batches/x")));
        let last = report(1, 2, 1);
        assert_eq!((last.next, last.first.as_deref()), (None, Some("/en/source/batches/x?code=B003&input=class")));
    }

    #[test]
    fn every_row_that_was_received_is_counted_once() {
        let report = report(1, 0, 1);
        let counts = [report.received, report.ready, report.on_file, report.set_aside, report.errors];
        assert_eq!(counts, ["300", "100", "30", "20", "150"]);
    }

    #[test]
    fn groups_without_a_place_on_the_page_are_counted_and_not_kept_quiet() {
        assert_eq!((report(50, 0, 1).groups.len(), report(50, 0, 1).more_groups), (50, 0));
        assert_eq!((report(53, 0, 1).groups.len(), report(53, 0, 1).more_groups), (50, 3));
    }

    #[test]
    fn the_report_as_a_file_quotes_every_cell() {
        let frame = Frame::sample(Language::En);
        let row = |input: &str| RowReport {
            row: 2,
            outcome: RowOutcome::Rejected,
            code: "B003".to_owned(),
            input: Some(input.to_owned()),
            other_row: None,
        };
        let csv = Words { frame: &frame, item: None }.csv(&[row("a\"b,c\nd")]);
        let lines: Vec<&str> = csv.split("\r\n").collect();
        assert!(csv.starts_with('\u{feff}') && lines.len() == 3 && lines[2].is_empty(), "{csv}");
        assert!(lines[1].starts_with("\"2\",\"") && lines[1].contains("\"a\"\"b,c\nd\""), "{csv}");
    }
}
