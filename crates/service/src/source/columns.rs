//! Which heading is which input of the item.

use fairfile_domain::catalog::{Item, Missing};
use fairfile_domain::forbidden::{self, Category};
use fairfile_domain::id::InputCode;

use super::codes::FileTrouble;

/// What a heading or a JSON key stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Column {
    /// This input of the item, by its place in the item's list.
    Input(usize),
    /// A category that no catalog may name: a row that fills it is rejected.
    Forbidden(Category),
    /// Nothing that the item has.
    Unknown,
}

/// What `heading` stands for in `item`: its code, its titles or one of the headings that offices use.
pub fn column(item: &Item, heading: &str) -> Column {
    let wanted = folded(heading);
    let names = |input: &fairfile_domain::catalog::Input| {
        let titles = [input.code.as_str(), &input.title.en, &input.title.zh];
        titles.into_iter().chain(input.headings.iter().map(String::as_str)).any(|name| folded(name) == wanted)
    };
    match item.inputs.iter().position(names) {
        Some(place) => Column::Input(place),
        None => forbidden::find_in(heading).map_or(Column::Unknown, Column::Forbidden),
    }
}

/// The columns of a file with headings.
///
/// # Errors
/// [`FileTrouble`] if a column is unknown or doubled, or a required input has none.
pub fn columns(item: &Item, headings: &[String]) -> Result<Vec<Column>, FileTrouble> {
    let columns: Vec<Column> = headings.iter().map(|heading| column(item, heading)).collect();
    for (place, found) in columns.iter().enumerate() {
        match found {
            Column::Unknown => return Err(FileTrouble::UnknownColumn(place + 1)),
            Column::Forbidden(_) => {}
            Column::Input(_) => {
                if let Some(first) = columns[..place].iter().position(|other| other == found) {
                    return Err(FileTrouble::SameColumn(first + 1, place + 1));
                }
            }
        }
    }
    let lacks = |(place, input): (usize, &fairfile_domain::catalog::Input)| -> Option<InputCode> {
        let needed = input.missing != Missing::Allowed;
        (needed && !columns.contains(&Column::Input(place))).then(|| input.code.clone())
    };
    let missing: Vec<InputCode> = item.inputs.iter().enumerate().filter_map(lacks).collect();
    if missing.is_empty() { Ok(columns) } else { Err(FileTrouble::MissingColumns(missing)) }
}

/// A heading without its writing: width, case, blanks and the marks between words.
pub fn folded(heading: &str) -> String {
    let plain = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        _ => c,
    };
    let kept = |c: &char| !c.is_whitespace() && !matches!(c, '_' | '-' | '.' | '\u{feff}' | '*' | ':');
    heading.chars().map(plain).filter(kept).flat_map(char::to_lowercase).collect()
}
