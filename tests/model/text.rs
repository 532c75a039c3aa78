//! The files and names of a history, as a node reads them.

use fairfile_testkit::Person;

use crate::spec::acts::{CorrectionRow, File, RecordRow, Rows};
use crate::spec::items::Item;

/// What a slip of a pen makes of a name.
pub const OTHER_NAME: &str = "田一川";

/// An invented name for the person of this place, below a thousand.
pub fn name_of(place: u32) -> String {
    const GIVEN: [char; 10] = ['和', '安', '平', '宁', '明', '康', '乐', '清', '文', '成'];
    let place = place as usize;
    ["林", "白", "江", "石", "田", "方", "叶", "海", "山", "川"][place / 100 % 10].to_owned()
        + &String::from_iter([GIVEN[place / 10 % 10], GIVEN[place % 10]])
}

/// The file as CSV text; `person` gives the person of a place under the right or the wrong name.
pub fn csv_of(file: &File, person: impl Fn(u32, bool) -> Person) -> String {
    let mut text = String::new();
    let mut line = |cells: Vec<String>| text.push_str(&(cells.join(",") + "\n"));
    match &file.rows {
        Rows::Records(rows) => {
            let inputs = inputs_of(file.item);
            line(inputs.iter().map(|input| (*input).to_owned()).collect());
            rows.iter().for_each(|row| line(cells_of(row, inputs, &person(row.person, row.misnamed))));
        }
        Rows::Corrections(rows) => {
            line(["act", "number", "identifier", "input", "new value", "reason"].map(str::to_owned).to_vec());
            rows.iter().for_each(|row| line(correction_of(row, &person(row.person, false))));
        }
    }
    text
}

fn inputs_of(item: Item) -> &'static [&'static str] {
    match item {
        Item::Licence => {
            &["identifier", "name", "registration_no", "class", "granted_on", "valid_until", "issuing_authority"]
        }
        Item::Penalty => &[
            "decision_no",
            "identifier",
            "name",
            "facts",
            "legal_basis",
            "penalty",
            "amount",
            "decided_on",
            "served_on",
        ],
    }
}

fn cells_of(row: &RecordRow, inputs: &[&str], person: &Person) -> Vec<String> {
    let cell = |input: &&str| match *input {
        "identifier" => person.number.clone(),
        "name" => person.name.clone(),
        input => row.inputs[input].clone(),
    };
    inputs.iter().map(cell).collect()
}

fn correction_of(row: &CorrectionRow, person: &Person) -> Vec<String> {
    let (input, value) = row.to.as_ref().map_or(("", ""), |(input, value)| (input, value.as_str()));
    let act = if row.to.is_some() { "correct" } else { "withdraw" };
    let reason = format!("entered wrongly: {}", row.words);
    [act, &row.number, &person.number, input, value, &reason].map(str::to_owned).to_vec()
}
