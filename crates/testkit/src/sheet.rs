//! What a source sends: rows of an item, as the CSV text that an office would export.

use fairfile_domain::catalog::{Input, InputKind, Item};
use fairfile_domain::day::Day;

use crate::people::Person;

/// One row: an input and its cell, in the item's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row(pub Vec<(String, String)>);

impl Row {
    /// The row with one cell written anew; a heading that it did not have is added.
    #[must_use]
    pub fn with(mut self, input: &str, cell: &str) -> Self {
        match self.0.iter_mut().find(|(code, _)| code == input) {
            Some((_, old)) => *old = cell.to_owned(),
            None => self.0.push((input.to_owned(), cell.to_owned())),
        }
        self
    }

    /// The row without one of its cells; the column stays, for the other rows have it.
    #[must_use]
    pub fn without(self, input: &str) -> Self {
        self.with(input, "")
    }
}

/// A row about `person` that `item` allows, decided or granted on `on`: every input filled in, `number` as its number.
pub fn row_of(item: &Item, person: &Person, number: &str, on: Day) -> Row {
    let cell = |input: &Input| {
        let cell = match &input.kind {
            InputKind::Identifier(_) => person.number.clone(),
            InputKind::Name => person.name.clone(),
            InputKind::Number => number.to_owned(),
            InputKind::Day { past_only: true } => on.to_string(),
            InputKind::Day { past_only: false } => on.plus_days(700).expect("a near day").to_string(),
            InputKind::Money(_) => "1250.00".to_owned(),
            InputKind::Choice(choices) => choices.first().expect("a choice has values").code.clone(),
            InputKind::Citation => "Article 1".to_owned(),
            InputKind::Text { .. } => "as decided".to_owned(),
        };
        (input.code.to_string(), cell)
    };
    Row(item.inputs.iter().map(cell).collect())
}

/// The rows as CSV text; every row has the headings of the first.
pub fn csv(rows: &[Row]) -> String {
    let quoted = |cell: &String| match cell.contains([',', '"', '\n', ';']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell.clone(),
    };
    let line = |cells: Vec<String>| cells.join(",") + "\n";
    let headings = rows.first().map(|row| line(row.0.iter().map(|cell| quoted(&cell.0)).collect()));
    let lines = rows.iter().map(|row| line(row.0.iter().map(|cell| quoted(&cell.1)).collect()));
    headings.into_iter().chain(lines).collect()
}
