//! Fields of a form that are made from an item of the catalog.

use fairfile_domain::catalog::{Input, InputKind, Missing};
use i18n_embed_fl::fl;

use crate::pages::frame::Frame;

/// What a field looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// One line.
    Line,
    /// One of a list.
    List,
    /// Several lines.
    Text,
}

/// A value of a list.
pub(super) struct Entry {
    pub(super) code: String,
    pub(super) title: String,
    pub(super) is_chosen: bool,
}

/// A field.
pub(super) struct Field {
    /// Its name in the form, and its id on the page.
    pub(super) name: String,
    pub(super) title: String,
    pub(super) hint: String,
    pub(super) shape: Shape,
    pub(super) value: String,
    pub(super) options: Vec<Entry>,
    pub(super) is_needed: bool,
    /// What is wrong with it.
    pub(super) wrong: Option<String>,
}

impl Field {
    /// The field of `input`, with what was typed.
    pub(super) fn of(frame: &Frame, input: &Input, typed: &str) -> Self {
        let words = frame.words;
        let (shape, hint) = match &input.kind {
            InputKind::Identifier(_) => (Shape::Line, fl!(words, "field-identifier")),
            InputKind::Name => (Shape::Line, fl!(words, "field-name")),
            InputKind::Number => (Shape::Line, fl!(words, "field-number")),
            InputKind::Day { .. } => (Shape::Line, fl!(words, "field-day")),
            InputKind::Money(currency) => (Shape::Line, fl!(words, "field-money", currency = currency.as_str())),
            InputKind::Choice(_) => (Shape::List, String::new()),
            InputKind::Citation => (Shape::Line, fl!(words, "field-citation")),
            InputKind::Text { most_chars, .. } => {
                (Shape::Text, fl!(words, "kind-text", count = i64::from(*most_chars)))
            }
        };
        let options = match &input.kind {
            InputKind::Choice(choices) => choices
                .iter()
                .map(|choice| Entry {
                    code: choice.code.clone(),
                    title: frame.language.of(&choice.title).to_owned(),
                    is_chosen: choice.code == typed,
                })
                .collect(),
            _ => Vec::new(),
        };
        Self {
            name: format!("f-{}", input.code),
            title: frame.language.of(&input.title).to_owned(),
            hint,
            shape,
            value: typed.to_owned(),
            options,
            is_needed: input.missing != Missing::Allowed,
            wrong: None,
        }
    }

    /// The ids of what describes the field to whoever does not see the page: its hint, and what is wrong with it.
    pub(super) fn described(&self) -> String {
        let parts = [("hint", !self.hint.is_empty()), ("wrong", self.wrong.is_some())];
        let ids = parts.iter().filter(|part| part.1).map(|(part, _)| format!("{}-{part}", self.name));
        ids.collect::<Vec<_>>().join(" ")
    }

    /// Whether it is a list.
    pub(super) fn is_list(&self) -> bool {
        self.shape == Shape::List
    }

    /// Whether it takes several lines.
    pub(super) fn is_text(&self) -> bool {
        self.shape == Shape::Text
    }
}

#[cfg(test)]
impl Field {
    /// A field with a text of a stranger in it.
    pub(super) fn sample(name: &str, shape: Shape, is_wrong: bool) -> Self {
        let text = crate::pages::samples::text;
        let options = [false, true].map(|is_chosen| Entry { code: text(), title: text(), is_chosen });
        Self {
            name: name.to_owned(),
            title: text(),
            hint: if shape == Shape::List { String::new() } else { text() },
            shape,
            value: text(),
            options: if shape == Shape::List { options.into() } else { Vec::new() },
            is_needed: is_wrong,
            wrong: is_wrong.then(text),
        }
    }
}
