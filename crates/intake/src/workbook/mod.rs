//! Excel workbooks (.xlsx), read as a stream.
//!
//! Read is the first visible sheet that has anything in it. Its first row with anything in it is the
//! heading. Hidden rows and columns are read like others, for a source cannot see what it hides.
//! A cell with a formula is read by the value that the spreadsheet program kept beside it; nothing is
//! calculated. Workbooks with macros, links to other files or embedded objects are refused.

mod days;
mod sheet;
mod strings;
mod xml;

use quick_xml::events::Event;

use self::days::{CellFormats, Epoch};
use self::sheet::Sheet;
use self::strings::Strings;
use self::xml::{Xml, attribute};
use crate::archive::{Archive, Part};
use crate::heading::Headings;
use crate::recognise::Input;
use crate::row::Row;
use crate::{FileFault, Limits};

/// A workbook whose heading has been read.
pub(crate) struct Workbook {
    sheet: Sheet,
    headings: Headings,
    bytes_total: u64,
}

impl Workbook {
    pub(crate) fn open(mut input: Box<dyn Input>, limits: &Limits) -> Result<Self, FileFault> {
        let archive = Archive::open(input.as_mut(), limits)?;
        let plan = Plan::read(&archive, &mut input, limits)?;
        let mut context = sheet::Context {
            strings: match plan.strings.and_then(|name| archive.find(&name)) {
                Some(part) => Strings::read(open_xml(&archive, &mut input, part, limits)?, limits)?,
                None => Strings::default(),
            },
            formats: match plan.styles.and_then(|name| archive.find(&name)) {
                Some(part) => CellFormats::read(open_xml(&archive, &mut input, part, limits)?, limits)?,
                None => CellFormats::default(),
            },
            epoch: plan.epoch,
        };
        for name in plan.sheets {
            let part = archive.find(&name).ok_or(FileFault::Damaged { what: "a sheet is missing" })?;
            let mut sheet = Sheet::new(open_xml(&archive, input, part, limits)?, context, limits);
            if let Some((_, cells)) = sheet.next_cells()? {
                let cells = cells.map_err(|_| FileFault::TooManyHeadings { limit: limits.headings })?;
                let headings = Headings::new(cells, limits)?;
                return Ok(Self { sheet, headings, bytes_total: part.packed() });
            }
            (input, context) = sheet.into_parts();
        }
        Err(FileFault::Empty)
    }

    pub(crate) fn headings(&self) -> &[String] {
        &self.headings.texts
    }

    pub(crate) fn bytes_read(&self) -> u64 {
        self.sheet.packed_read()
    }

    pub(crate) fn bytes_total(&self) -> u64 {
        self.bytes_total
    }

    pub(crate) fn next_row(&mut self) -> Result<Option<Row>, FileFault> {
        let Some((number, cells)) = self.sheet.next_cells()? else {
            return Ok(None);
        };
        let cells = cells.and_then(|mut cells| {
            // A sheet leaves out its empty cells, so a short row is whole.
            if cells.len() < self.headings.len() {
                cells.resize(self.headings.len(), crate::Cell::Empty);
            }
            self.headings.fit(cells)
        });
        Ok(Some(Row { number, cells }))
    }
}

fn open_xml<R: Input>(archive: &Archive, input: R, part: &Part, limits: &Limits) -> Result<Xml<R>, FileFault> {
    Ok(Xml::new(archive.read(input, part)?, limits))
}

/// Which parts to read.
#[derive(Debug)]
struct Plan {
    /// Names of the sheets' parts that may be read, in the order of the tabs.
    sheets: Vec<String>,
    strings: Option<String>,
    styles: Option<String>,
    epoch: Epoch,
}

impl Plan {
    fn read(archive: &Archive, input: &mut Box<dyn Input>, limits: &Limits) -> Result<Self, FileFault> {
        let root = Relation::read_all(archive, input, "", limits)?;
        let book = root.iter().find(|relation| relation.is("officeDocument"));
        let book = book.map_or_else(|| "xl/workbook.xml".to_owned(), |relation| relation.target.clone());
        if book.to_ascii_lowercase().ends_with(".bin") {
            return Err(FileFault::OldOrEncryptedExcel);
        }
        let is_workbook = book.to_ascii_lowercase().starts_with("xl/workbook");
        let part = archive.find(&book).filter(|_| is_workbook).ok_or(FileFault::UnknownFormat)?;
        refuse_active_parts(archive)?;

        let relations = Relation::read_all(archive, input, &book, limits)?;
        let (tabs, epoch) = read_tabs(open_xml(archive, input, part, limits)?)?;
        let visible_only = tabs.iter().any(|tab| tab.visible);
        let sheet = |tab: &Tab| {
            let relation = relations.iter().find(|relation| relation.id == tab.relation)?;
            (relation.is("worksheet") && tab.visible == visible_only).then(|| relation.target.clone())
        };
        let named = |kind| relations.iter().find(|relation| relation.is(kind)).map(|r| r.target.clone());
        let (strings, styles) = (named("sharedStrings"), named("styles"));
        Ok(Self { sheets: tabs.iter().filter_map(sheet).collect(), strings, styles, epoch })
    }
}

/// Refuses what runs, embeds or reaches out of the workbook, by the names of its parts.
fn refuse_active_parts(archive: &Archive) -> Result<(), FileFault> {
    const ACTIVE: [(&str, &str); 8] = [
        ("vbaproject", "macros"),
        ("macrosheets/", "macros"),
        ("dialogsheets/", "macros"),
        ("externallinks/", "links to other files"),
        ("connections.xml", "links to other files"),
        ("querytables/", "links to other files"),
        ("embeddings/", "embedded objects"),
        ("activex/", "embedded objects"),
    ];
    for name in archive.names().map(str::to_ascii_lowercase) {
        if let Some((_, what)) = ACTIVE.iter().find(|(sign, _)| name.contains(sign)) {
            return Err(FileFault::ActiveContent { what });
        }
    }
    Ok(())
}

/// One sheet as the workbook lists it.
#[derive(Debug)]
struct Tab {
    relation: String,
    visible: bool,
}

fn read_tabs<R: Input>(mut xml: Xml<R>) -> Result<(Vec<Tab>, Epoch), FileFault> {
    let mut buffer = Vec::new();
    let mut tabs = Vec::new();
    let mut epoch = Epoch::Y1900;
    loop {
        match &xml.next(&mut buffer)? {
            Event::Start(tag) | Event::Empty(tag) => match tag.local_name().as_ref() {
                b"sheet" => tabs.push(Tab {
                    relation: attribute(tag, "id")?.unwrap_or_default(),
                    visible: attribute(tag, "state")?.is_none_or(|state| state == "visible"),
                }),
                b"workbookPr" => {
                    if matches!(attribute(tag, "date1904")?.as_deref(), Some("1" | "true")) {
                        epoch = Epoch::Y1904;
                    }
                }
                _ => {}
            },
            Event::Eof => return Ok((tabs, epoch)),
            _ => {}
        }
        if tabs.len() > MAX_TABS {
            return Err(FileFault::TooMuchInside { what: "sheets", limit: MAX_TABS });
        }
    }
}

/// Sheets of a workbook: no more than there can be parts.
const MAX_TABS: usize = crate::limits::ZIP_ENTRIES;

/// How one part names another.
#[derive(Debug)]
struct Relation {
    id: String,
    kind: String,
    /// The name of the part it leads to.
    target: String,
}

impl Relation {
    /// Reads how the part `from` names others; the whole zip if `from` is empty.
    fn read_all(
        archive: &Archive,
        input: &mut Box<dyn Input>,
        from: &str,
        limits: &Limits,
    ) -> Result<Vec<Self>, FileFault> {
        let (folder, file) = from.rsplit_once('/').unwrap_or(("", from));
        let name = format!("{folder}/_rels/{file}.rels");
        let Some(part) = archive.find(name.trim_start_matches('/')) else {
            return Ok(Vec::new());
        };
        let mut xml = open_xml(archive, input, part, limits)?;
        let mut buffer = Vec::new();
        let mut relations = Vec::new();
        loop {
            match &xml.next(&mut buffer)? {
                Event::Start(tag) | Event::Empty(tag) if tag.local_name().as_ref() == b"Relationship" => {
                    let target = attribute(tag, "Target")?.unwrap_or_default();
                    relations.push(Self {
                        id: attribute(tag, "Id")?.unwrap_or_default(),
                        kind: attribute(tag, "Type")?.unwrap_or_default(),
                        target: resolve(folder, &target),
                    });
                }
                Event::Eof => return Ok(relations),
                _ => {}
            }
            if relations.len() > limits.zip_entries {
                return Err(FileFault::TooManyParts { limit: limits.zip_entries });
            }
        }
    }

    /// Types are long addresses that differ between editions of the format; their last word does not.
    fn is(&self, kind: &str) -> bool {
        self.kind.rsplit('/').next() == Some(kind)
    }
}

/// The part that `target` names, seen from `folder`.
fn resolve(folder: &str, target: &str) -> String {
    let mut steps: Vec<&str> = match target.strip_prefix('/') {
        Some(_) => Vec::new(),
        None => folder.split('/').filter(|step| !step.is_empty()).collect(),
    };
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop();
            }
            step => steps.push(step),
        }
    }
    steps.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(folder: &str, target: &str, expected: &str) {
        assert_eq!(resolve(folder, target), expected);
    }

    #[test]
    fn targets_are_seen_from_their_folder() {
        check("xl", "worksheets/sheet1.xml", "xl/worksheets/sheet1.xml");
        check("xl", "/xl/worksheets/sheet1.xml", "xl/worksheets/sheet1.xml");
        check("xl/a", "../styles.xml", "xl/styles.xml");
        check("", "xl/workbook.xml", "xl/workbook.xml");
        check("xl", "../../../etc/passwd", "etc/passwd");
    }
}
