//! Plots: server-made, without scripts and without style attributes, their numbers always beside them.
//!
//! Two kinds: a *bar table*, a real table whose last cell holds a small bar, and a *line over months*. Both begin at zero.
//! They show members, purposes, reasons and months; nothing here takes a person, and nothing may.
//!
//! A plot is a template of its own. It goes into a page as `{{ plot }}`, for it has escaped its texts already.

use askama::Template;
use askama::filters::HtmlSafe;
use fairfile_domain::statistics::Published;
use i18n_embed_fl::fl;

use super::public::journal::counted;
use super::words::Words;

/// The width of a bar's drawing, in units of its own: the bar stretches with its cell.
const BAR_WIDTH: f64 = 100.0;
/// The height of a line plot, in CSS pixels; its width is that of the page.
const HEIGHT: f64 = 300.0;
/// Where a line plot's area begins and ends, in CSS pixels from its top.
const AREA: (f64, f64) = (92.0, 264.0);
/// Where the first and the last month stand, in hundredths of the width.
const SIDES: (f64, f64) = (3.0, 97.0);
/// How far the names of two lines stand from each other, in CSS pixels.
const LABEL: f64 = 22.0;
/// Most months that are named below a line; more would run into each other on a phone.
const NAMED_MONTHS: usize = 3;
/// Most lines of a plot: as many as there are colours and dashes for.
pub(super) const MOST_LINES: usize = 3;

/// A count as a page says it.
pub(super) fn said(words: &Words, count: Published) -> String {
    match count {
        Published::Exactly(count) => counted(count),
        Published::Few => fl!(words, "plot-few", fewest = fairfile_domain::statistics::FEWEST.cast_signed()),
        Published::Withheld => fl!(words, "plot-withheld"),
    }
}

/// A row of a bar table.
pub(super) struct Bar {
    /// What the row is about: a member, a purpose, a reason, never a person.
    pub(super) name: String,
    /// The page of it.
    pub(super) to: Option<String>,
    /// The row's numbers in words, one for each head but the first and the last.
    pub(super) cells: Vec<String>,
    /// Part and whole of the bar; nothing if the number is not said. A whole of zero is an empty bar.
    pub(super) part: Option<(u64, u64)>,
}

impl Bar {
    /// How long the bar is, in units of its drawing.
    fn length(&self) -> Option<String> {
        let (part, whole) = self.part?;
        let length = if whole == 0 { 0.0 } else { (part as f64 / whole as f64).min(1.0) * BAR_WIDTH };
        Some(decimal(length))
    }
}

/// A table whose last cell holds a bar.
#[derive(Template)]
#[template(path = "parts/plot_bars.html")]
pub(super) struct BarTable {
    words: &'static Words,
    /// What the table shows, as a sentence that says the data.
    caption: String,
    /// The heads: of the names, and of each number.
    heads: Vec<String>,
    rows: Vec<Bar>,
}

impl HtmlSafe for BarTable {}

impl BarTable {
    /// A table of `rows`; without rows it is one sentence.
    pub(super) fn new(words: &'static Words, caption: String, heads: Vec<String>, rows: Vec<Bar>) -> Self {
        Self { words, caption, heads, rows }
    }

    /// The cells of a row, each with its head.
    fn cells<'s>(&'s self, row: &'s Bar) -> impl Iterator<Item = (&'s String, &'s String)> {
        self.heads.iter().skip(1).zip(&row.cells)
    }
}

/// A line of a line plot.
pub(super) struct Line {
    /// What it counts.
    pub(super) name: String,
    /// A value for each month; a month without one is a gap.
    pub(super) values: Vec<Option<u64>>,
    /// The same in words, for the table.
    pub(super) said: Vec<String>,
}

impl Line {
    /// A line of counts.
    pub(super) fn counts(words: &Words, name: String, counts: &[Published]) -> Self {
        let values = counts.iter().map(|count| count.count()).collect();
        Self { name, values, said: counts.iter().map(|count| said(words, *count)).collect() }
    }
}

/// What a line plot says in words.
pub(super) struct Said {
    /// A name for its parts that no other plot of the page has; letters only.
    pub(super) id: &'static str,
    /// The finding.
    pub(super) headline: String,
    /// The data: of what, how counted, from when to when.
    pub(super) subtitle: String,
    /// What the months are headed with in the table.
    pub(super) months: String,
    /// Where the same numbers are as a file.
    pub(super) csv: String,
}

/// A month as a plot names it.
pub(super) struct MonthName {
    /// In the table and in sentences: `November 2026`.
    pub(super) long: String,
    /// Below the line, where three stand beside each other on a phone: `Nov 2026`.
    pub(super) short: String,
}

/// A mark of the drawing; all numbers are written as SVG wants them.
struct Mark {
    /// The number of its line, from 0.
    line: usize,
    x: String,
    y: String,
    /// Where a stroke to the next month ends; nothing for a point.
    end: Option<(String, String)>,
}

/// The name of a line, with a piece of the line beside it, above the area: so it lies on no dot and on no other name.
struct Named {
    /// The number of its line.
    line: usize,
    /// Where the piece stands.
    y: String,
    /// Where the words stand.
    base: String,
    words: String,
}

/// A text of the drawing.
struct Label {
    x: String,
    y: String,
    anchor: &'static str,
    words: String,
}

/// Up to three lines over months, with the table of their numbers below.
#[derive(Template)]
#[template(path = "parts/plot_lines.html")]
pub(super) struct LinePlot {
    words: &'static Words,
    said: Said,
    months: Vec<MonthName>,
    lines: Vec<Line>,
    marks: Vec<Mark>,
    labels: Vec<Label>,
    names: Vec<Named>,
    /// Heights at which a thin rule stands.
    rules: Vec<String>,
}

impl HtmlSafe for LinePlot {}

impl LinePlot {
    /// A plot of at most [`MOST_LINES`] `lines` over `months`, oldest first. Whatever is beyond is in the table alone.
    pub(super) fn new(words: &'static Words, said: Said, months: Vec<MonthName>, lines: Vec<Line>) -> Self {
        let drawn = &lines[..lines.len().min(MOST_LINES)];
        let highest = drawn.iter().flat_map(|line| line.values.iter().flatten()).max().copied().unwrap_or(0);
        let scale = Scale { top: round_up(highest), months: months.len() };
        let mut labels = scale.heights();
        labels.extend(scale.named(&months));
        let names = drawn.iter().enumerate().map(|(line, named)| Named::of(line, &named.name)).collect();
        let marks = drawn.iter().enumerate().flat_map(|(number, line)| scale.marks(number, line)).collect();
        let rules = [0, scale.top / 2, scale.top].map(|value| decimal(scale.y(value)));
        Self { words, said, rules: rules.to_vec(), labels, names, marks, months, lines }
    }

    /// Whether there is nothing to draw.
    fn is_empty(&self) -> bool {
        self.months.is_empty() || self.lines.iter().all(|line| line.values.iter().all(Option::is_none))
    }

    /// Whether a drawn line has a month of which nothing is said.
    fn has_gaps(&self) -> bool {
        self.lines.iter().take(MOST_LINES).any(|line| line.values.iter().any(Option::is_none))
    }

    /// The table: each month with the name and the words of each line.
    fn rows(&self) -> Vec<(&String, Vec<(&String, &String)>)> {
        let cells = |place: usize| self.lines.iter().filter_map(move |line| Some((&line.name, line.said.get(place)?)));
        self.months.iter().enumerate().map(|(place, month)| (&month.long, cells(place).collect())).collect()
    }

    /// The drawing in words, for whoever does not see it: each line's first and last value.
    fn described(&self) -> Vec<String> {
        let ends = |line: &Line| {
            let value = |place: usize| line.said.get(place).cloned().unwrap_or_default();
            let last = self.months.len().checked_sub(1)?;
            let (first_month, last_month) = (self.months.first()?.long.clone(), self.months.get(last)?.long.clone());
            Some(fl!(
                self.words,
                "plot-line-described",
                name = line.name.clone(),
                first = value(0),
                from = first_month,
                last = value(last),
                until = last_month
            ))
        };
        self.lines.iter().filter_map(ends).collect()
    }
}

/// Where values and months stand.
struct Scale {
    /// The value at the upper edge, at least 2.
    top: u64,
    months: usize,
}

impl Scale {
    fn x(&self, month: usize) -> f64 {
        let steps = self.months.saturating_sub(1);
        // One month alone stands in the middle.
        let place = if steps == 0 { 0.5 } else { month as f64 / steps as f64 };
        SIDES.0 + place * (SIDES.1 - SIDES.0)
    }

    fn y(&self, value: u64) -> f64 {
        AREA.1 - value as f64 / self.top as f64 * (AREA.1 - AREA.0)
    }

    /// Points, and strokes between months that follow each other.
    fn marks(&self, line: usize, of: &Line) -> Vec<Mark> {
        let mut marks = Vec::new();
        for (month, value) in of.values.iter().take(self.months).enumerate() {
            let Some(value) = *value else { continue };
            let (x, y) = (percent(self.x(month)), decimal(self.y(value)));
            if let Some(next) = of.values.get(month + 1).copied().flatten().filter(|_| month + 1 < self.months) {
                let end = (percent(self.x(month + 1)), decimal(self.y(next)));
                marks.push(Mark { line, x: x.clone(), y: y.clone(), end: Some(end) });
            }
            marks.push(Mark { line, x, y, end: None });
        }
        marks
    }

    /// What the rules stand for: half and all of the height.
    fn heights(&self) -> Vec<Label> {
        let label = |value: u64| Label {
            x: "0".to_owned(),
            y: decimal(self.y(value) - 5.0),
            anchor: "start",
            words: counted(value),
        };
        vec![label(self.top / 2), label(self.top)]
    }

    /// The names of some months, the first and the last among them.
    fn named(&self, months: &[MonthName]) -> Vec<Label> {
        let last = months.len().saturating_sub(1);
        let gaps = NAMED_MONTHS.saturating_sub(1).min(last).max(1);
        let mut places: Vec<usize> = (0..=gaps).map(|gap| gap * last / gaps).collect();
        places.dedup();
        let label = |place: usize| {
            let (anchor, x) = match place {
                _ if last == 0 => ("middle", self.x(0)),
                0 => ("start", 0.0),
                _ if place == last => ("end", 100.0),
                _ => ("middle", self.x(place)),
            };
            let words = months.get(place).map(|month| month.short.clone()).unwrap_or_default();
            Label { x: percent(x), y: decimal(HEIGHT - 12.0), anchor, words }
        };
        places.into_iter().map(label).collect()
    }
}

impl Named {
    fn of(line: usize, name: &str) -> Self {
        let y = 12.0 + LABEL * line as f64;
        Self { line, y: decimal(y), base: decimal(y + 5.0), words: name.to_owned() }
    }
}

/// The next of 2, 4, 10, 20, 40, 100 and so on that is not below `value`: half of it is whole.
fn round_up(value: u64) -> u64 {
    let mut unit: u64 = 1;
    loop {
        for top in [2, 4, 10].map(|step| unit.saturating_mul(step)) {
            if value <= top {
                return top;
            }
        }
        unit = unit.saturating_mul(10);
    }
}

/// At most two decimals, and none that say nothing.
fn decimal(number: f64) -> String {
    let text = format!("{number:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn percent(number: f64) -> String {
    decimal(number) + "%"
}

#[cfg(test)]
#[path = "plot/tests.rs"]
mod tests;
