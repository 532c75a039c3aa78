//! How pages write what stands in a record: its values and its times, in one way for whoever may see them.

use fairfile_domain::catalog::{InputKind, Item};
use fairfile_domain::day::{Day, Instant};
use fairfile_domain::id::InputCode;
use fairfile_domain::identifier::masked;
use fairfile_service::Registry;

use super::frame::Frame;

/// A day and a time, as the page writes them and as a machine reads them.
pub(super) struct Moment {
    pub(super) words: String,
    pub(super) datetime: String,
}

/// A moment, given in microseconds since 1970 UTC, in the node's own zone; empty if no calendar has it.
pub(super) fn moment(frame: &Frame, reg: &Registry, micros: i64) -> Moment {
    let Ok(at) = Instant::from_unix_micros(micros) else {
        return Moment { words: String::new(), datetime: String::new() };
    };
    let day = frame.day(reg.day_of(at));
    Moment { words: format!("{day} {}", clock(reg, at)), datetime: at.to_string() }
}

/// The time of day alone, such as `09:44`, in the node's own zone.
pub(super) fn clock(reg: &Registry, at: Instant) -> String {
    let (hour, minute) = at.time_in(&reg.zone);
    format!("{hour:02}:{minute:02}")
}

/// The title and the value of an input; numbers of people are masked.
pub(super) fn input(frame: &Frame, item: Option<&Item>, code: &InputCode, value: &str) -> (String, String) {
    let language = frame.language;
    let Some(input) = item.and_then(|item| item.input(code)) else { return (code.to_string(), value.to_owned()) };
    let value = match &input.kind {
        InputKind::Identifier(_) => masked(value),
        InputKind::Choice(choices) => {
            let choice = choices.iter().find(|choice| choice.code == value);
            choice.map_or(value, |choice| language.of(&choice.title)).to_owned()
        }
        InputKind::Day { .. } => value.parse::<Day>().map_or_else(|_| value.to_owned(), |day| frame.day(day)),
        InputKind::Name | InputKind::Number | InputKind::Money(_) | InputKind::Citation | InputKind::Text { .. } => {
            value.to_owned()
        }
    };
    (language.of(&input.title).to_owned(), value)
}
