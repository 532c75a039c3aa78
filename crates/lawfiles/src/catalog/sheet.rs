//! Reads the keys of one TOML table, remembering where each stands and which were not asked for.

use std::str::FromStr;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::lint::{BAD_VALUE, FindingKind, MISSING_KEY, Report, UNKNOWN_KEY, WRONG_TYPE};

/// A value and the byte at which its key, or the element of a list, begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct At<T> {
    /// The value.
    pub(crate) value: T,
    /// Where it stands.
    pub(crate) at: usize,
}

impl<T> At<T> {
    fn new(value: T, at: usize) -> Self {
        Self { value, at }
    }
}

/// One TOML table that is being read.
pub(crate) struct Sheet<'t, 'i> {
    keys: Vec<(&'t str, usize, &'t Spanned<DeValue<'i>>)>,
    /// What the table is, for messages, such as `[law]`.
    pub(crate) name: &'static str,
    /// Where it begins.
    pub(crate) at: usize,
}

impl<'t, 'i> Sheet<'t, 'i> {
    /// The table called `name`, which begins at `at`.
    pub(crate) fn new(table: &'t DeTable<'i>, name: &'static str, at: usize) -> Self {
        let keys = table.iter().map(|(key, value)| (key.get_ref().as_ref(), key.span().start, value));
        Self { keys: keys.collect(), name, at }
    }

    /// Whether `key` stands in the table and was not asked for yet.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.keys.iter().any(|entry| entry.0 == key)
    }

    fn take(&mut self, key: &str) -> Option<(usize, &'t Spanned<DeValue<'i>>)> {
        let place = self.keys.iter().position(|entry| entry.0 == key)?;
        let (_, at, value) = self.keys.swap_remove(place);
        Some((at, value))
    }

    fn absent(&self, key: &str, kind: &FindingKind, report: &mut Report<'_>) {
        report.add(kind, self.at, format!("{} has no `{key}`", self.name));
    }

    fn wrong_type(&self, key: &str, at: usize, wanted: &str, found: &DeValue<'_>, report: &mut Report<'_>) {
        let what = format!("`{key}` should be {wanted}, found {}", found.type_str());
        report.add(&WRONG_TYPE, at, what);
    }

    /// The text of `key`, if there is one.
    pub(crate) fn text(&mut self, key: &str, report: &mut Report<'_>) -> Option<At<String>> {
        let (at, value) = self.take(key)?;
        match value.get_ref() {
            DeValue::String(text) => Some(At::new(text.to_string(), at)),
            other => {
                self.wrong_type(key, at, "a text in quotes", other, report);
                None
            }
        }
    }

    /// The text of `key`; its absence or emptiness is a finding of `kind`.
    pub(crate) fn needed_text(&mut self, key: &str, kind: &FindingKind, report: &mut Report<'_>) -> Option<At<String>> {
        if !self.has(key) {
            self.absent(key, kind, report);
            return None;
        }
        let text = self.text(key, report)?;
        if text.value.trim().is_empty() {
            report.add(kind, text.at, format!("`{key}` of {} is empty", self.name));
            return None;
        }
        Some(text)
    }

    /// The text of `key` as a `T`; its absence is a finding of `kind`, and a text that is none one of [`BAD_VALUE`].
    pub(crate) fn needed<T: FromStr>(&mut self, key: &str, kind: &FindingKind, report: &mut Report<'_>) -> Option<At<T>>
    where
        T::Err: std::fmt::Display,
    {
        let text = self.needed_text(key, kind, report)?;
        parsed(key, text, report)
    }

    /// The text of `key` as a `T`, if there is one.
    pub(crate) fn optional<T: FromStr>(&mut self, key: &str, report: &mut Report<'_>) -> Option<At<T>>
    where
        T::Err: std::fmt::Display,
    {
        let text = self.text(key, report)?;
        parsed(key, text, report)
    }

    /// The text of `key`, which must be one of `words`.
    pub(crate) fn word<T: Copy>(&mut self, key: &str, words: &[(&str, T)], report: &mut Report<'_>) -> Option<At<T>> {
        let text = self.needed_text(key, &MISSING_KEY, report)?;
        let found = words.iter().find(|(word, _)| *word == text.value);
        if found.is_none() {
            let allowed: Vec<String> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
            report.add(&BAD_VALUE, text.at, format!("`{key}` should be one of {}", allowed.join(", ")));
        }
        found.map(|(_, value)| At::new(*value, text.at))
    }

    /// The whole number of `key`, which must fit 0 to 4,294,967,295; its absence is a finding of `kind`.
    pub(crate) fn needed_count(&mut self, key: &str, kind: &FindingKind, report: &mut Report<'_>) -> Option<At<u32>> {
        let Some((at, value)) = self.take(key) else {
            self.absent(key, kind, report);
            return None;
        };
        let DeValue::Integer(number) = value.get_ref() else {
            self.wrong_type(key, at, "a whole number", value.get_ref(), report);
            return None;
        };
        match u32::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => Some(At::new(number, at)),
            Err(_) => {
                report.add(&BAD_VALUE, at, format!("`{key}` should be a number from 0 to {}", u32::MAX));
                None
            }
        }
    }

    /// The yes or no of `key`; no, if it is absent.
    pub(crate) fn flag(&mut self, key: &str, report: &mut Report<'_>) -> bool {
        let Some((at, value)) = self.take(key) else { return false };
        match value.get_ref() {
            DeValue::Boolean(flag) => *flag,
            other => {
                self.wrong_type(key, at, "`true` or `false`", other, report);
                false
            }
        }
    }

    /// The table of `key`, if there is one.
    pub(crate) fn table(&mut self, key: &str, name: &'static str, report: &mut Report<'_>) -> Option<Sheet<'t, 'i>> {
        let (at, value) = self.take(key)?;
        match value.get_ref() {
            DeValue::Table(table) => Some(Sheet::new(table, name, at)),
            other => {
                self.wrong_type(key, at, "a table", other, report);
                None
            }
        }
    }

    /// The elements of the list of `key`, each with its place; none if it is absent.
    pub(crate) fn list(&mut self, key: &str, report: &mut Report<'_>) -> Vec<At<&'t DeValue<'i>>> {
        let Some((at, value)) = self.take(key) else { return Vec::new() };
        match value.get_ref() {
            DeValue::Array(array) => array.iter().map(|one| At::new(one.get_ref(), one.span().start)).collect(),
            other => {
                self.wrong_type(key, at, "a list", other, report);
                Vec::new()
            }
        }
    }

    /// The tables of the list of `key`, as `[[key]]` writes them; none if it is absent.
    pub(crate) fn tables(&mut self, key: &str, name: &'static str, report: &mut Report<'_>) -> Vec<Sheet<'t, 'i>> {
        let mut sheets = Vec::new();
        for element in self.list(key, report) {
            match element.value {
                DeValue::Table(table) => sheets.push(Sheet::new(table, name, element.at)),
                other => self.wrong_type(key, element.at, "a list of tables", other, report),
            }
        }
        sheets
    }

    /// The texts of the list of `key`; none if it is absent.
    pub(crate) fn texts(&mut self, key: &str, report: &mut Report<'_>) -> Vec<At<String>> {
        let mut texts = Vec::new();
        for element in self.list(key, report) {
            match element.value {
                DeValue::String(text) => texts.push(At::new(text.to_string(), element.at)),
                other => self.wrong_type(key, element.at, "a list of texts", other, report),
            }
        }
        texts
    }

    /// The texts of the list of `key`, each as a `T`.
    pub(crate) fn each<T: FromStr>(&mut self, key: &str, report: &mut Report<'_>) -> Vec<At<T>>
    where
        T::Err: std::fmt::Display,
    {
        let texts = self.texts(key, report);
        texts.into_iter().filter_map(|text| parsed(key, text, report)).collect()
    }

    /// Ends the reading: what nobody asked for is a finding.
    pub(crate) fn finish(mut self, report: &mut Report<'_>) {
        self.keys.sort_by_key(|entry| entry.1);
        for (key, at, _) in &self.keys {
            report.add(&UNKNOWN_KEY, *at, format!("{} has an unknown key `{}`", self.name, shown(key)));
        }
    }
}

/// `text` as a `T`, or a finding that says what was expected.
pub(crate) fn parsed<T: FromStr>(key: &str, text: At<String>, report: &mut Report<'_>) -> Option<At<T>>
where
    T::Err: std::fmt::Display,
{
    match text.value.parse() {
        Ok(value) => Some(At::new(value, text.at)),
        Err(error) => {
            report.add(&BAD_VALUE, text.at, format!("`{key}`: {error}"));
            None
        }
    }
}

/// A stranger's text, short and without control characters.
pub(crate) fn shown(text: &str) -> String {
    const MOST: usize = 60;
    let mut short: String = text.chars().take(MOST).flat_map(char::escape_debug).collect();
    if text.chars().nth(MOST).is_some() {
        short.push('…');
    }
    short
}
