//! A TOML table that answers with typed values or with a fault that names its key and place.

use std::ops::Range;

use fairfile_domain::day::Day;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::fault::{Flaw, LawFileFault as Fault};

/// A value with its place.
pub(crate) type Value<'t> = Spanned<DeValue<'t>>;

/// A text of an array with its place.
pub(crate) type Text<'f> = (&'f str, Range<usize>);
/// A key with its place, and the table that it holds.
pub(crate) type Entry<'f, 't> = (&'f str, Range<usize>, Table<'f, 't>);

/// One table of a file, with the path by which people name it.
#[derive(Clone)]
pub(crate) struct Table<'f, 't> {
    path: String,
    span: Range<usize>,
    entries: &'f DeTable<'t>,
}

/// Takes `text` apart.
pub(crate) fn parse(text: &str) -> Result<Spanned<DeTable<'_>>, Flaw> {
    DeTable::parse(text).map_err(|error| {
        let what = error.message().lines().collect::<Vec<_>>().join("; ");
        Flaw::new(Fault::NotToml, error.span().unwrap_or(0..0), what)
    })
}

impl<'f, 't> Table<'f, 't> {
    /// The whole file.
    pub(crate) fn root(file: &'f Spanned<DeTable<'t>>) -> Self {
        Self { path: String::new(), span: 0..0, entries: file.get_ref() }
    }

    /// The key with the path of its table before it.
    pub(crate) fn name(&self, key: &str) -> String {
        if self.path.is_empty() { key.into() } else { format!("{}.{key}", self.path) }
    }

    pub(crate) fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// The place of `key`'s value, or of the table if it has no such key.
    pub(crate) fn place(&self, key: &str) -> Range<usize> {
        self.get(key).map_or_else(|| self.span(), Spanned::span)
    }

    /// Refuses every key but these.
    pub(crate) fn only(&self, known: &[&str]) -> Result<(), Flaw> {
        let unknown = self.entries.keys().find(|key| !known.contains(&key.get_ref().as_ref()));
        unknown.map_or(Ok(()), |key| {
            let what = format!("`{}` is unknown; known here are {}", self.name(key.get_ref()), known.join(", "));
            Err(Flaw::new(Fault::UnknownKey, key.span(), what))
        })
    }

    pub(crate) fn get(&self, key: &str) -> Option<&'f Value<'t>> {
        self.entries.get(key)
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// A fault at the value of `key`.
    pub(crate) fn flaw(&self, fault: Fault, key: &str, what: &str) -> Flaw {
        Flaw::new(fault, self.place(key), format!("`{}` {what}", self.name(key)))
    }

    fn wrong(&self, key: &str, wanted: &str) -> Flaw {
        self.flaw(Fault::WrongValue, key, &format!("must be {wanted}"))
    }

    /// What `key` holds, which has to be there.
    pub(crate) fn must<V>(&self, key: &str, value: Option<V>) -> Result<V, Flaw> {
        value.ok_or_else(|| self.flaw(Fault::MissingKey, key, "is missing"))
    }

    pub(crate) fn text(&self, key: &str) -> Result<Option<&'f str>, Flaw> {
        self.get(key)
            .map(|value| value.get_ref().as_str().ok_or_else(|| self.wrong(key, "a text in quotes")))
            .transpose()
    }

    /// A text that is one of `words`.
    pub(crate) fn one_of(&self, key: &str, words: &[&str]) -> Result<Option<&'f str>, Flaw> {
        match self.text(key)? {
            Some(text) if !words.contains(&text) => Err(self.wrong(key, &format!("one of {}", words.join(", ")))),
            text => Ok(text),
        }
    }

    pub(crate) fn flag(&self, key: &str) -> Result<Option<bool>, Flaw> {
        self.get(key).map(|value| value.get_ref().as_bool().ok_or_else(|| self.wrong(key, "true or false"))).transpose()
    }

    /// A whole number from 0 to 4,294,967,295.
    pub(crate) fn number(&self, key: &str) -> Result<Option<u32>, Flaw> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let number = value.get_ref().as_integer().and_then(|n| u32::from_str_radix(n.as_str(), n.radix()).ok());
        number.map(Some).ok_or_else(|| self.wrong(key, "a whole number that is not negative"))
    }

    /// A day, written as a text.
    pub(crate) fn day(&self, key: &str) -> Result<Option<Day>, Flaw> {
        let day =
            |text: &str| text.parse().map_err(|_| self.wrong(key, "a real day in quotes, such as \"2026-11-23\""));
        self.text(key)?.map(day).transpose()
    }

    /// The texts of an array, each with its place; `wanted` says what they should be.
    pub(crate) fn texts(&self, key: &str, wanted: &str) -> Result<Option<Vec<Text<'f>>>, Flaw> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let array = value.get_ref().as_array().ok_or_else(|| self.wrong(key, wanted))?;
        let text = |value: &'f Value<'t>| match value.get_ref().as_str() {
            Some(text) => Ok((text, value.span())),
            None => Err(Flaw::new(Fault::WrongValue, value.span(), format!("`{}` must be {wanted}", self.name(key)))),
        };
        array.iter().map(text).collect::<Result<_, _>>().map(Some)
    }

    /// A list of words.
    pub(crate) fn words(&self, key: &str) -> Result<Option<Vec<String>>, Flaw> {
        let texts = self.texts(key, "a list of texts")?;
        Ok(texts.map(|texts| texts.into_iter().map(|(text, _)| text.to_owned()).collect()))
    }

    fn inner(&self, path: String, value: &'f Value<'t>) -> Result<Self, Flaw> {
        match value.get_ref().as_table() {
            Some(entries) => Ok(Self { path, span: value.span(), entries }),
            None => Err(Flaw::new(Fault::WrongValue, value.span(), format!("`{path}` must be a table"))),
        }
    }

    pub(crate) fn table(&self, key: &str) -> Result<Option<Self>, Flaw> {
        self.get(key).map(|value| self.inner(self.name(key), value)).transpose()
    }

    /// The tables of an array; none if there is no such key.
    pub(crate) fn tables(&self, key: &str) -> Result<Vec<Self>, Flaw> {
        let Some(value) = self.get(key) else { return Ok(Vec::new()) };
        let array = value.get_ref().as_array().ok_or_else(|| self.wrong(key, "an array of tables"))?;
        (1..).zip(array.iter()).map(|(n, value)| self.inner(format!("{}[{n}]", self.name(key)), value)).collect()
    }

    /// Every key with the table that it holds, by key.
    pub(crate) fn tables_by_key(&self) -> Result<Vec<Entry<'f, 't>>, Flaw> {
        let inner = |(key, value): (&'f Spanned<_>, &'f Value<'t>)| {
            let key_text: &'f std::borrow::Cow<'t, str> = key.get_ref();
            Ok((key_text.as_ref(), key.span(), self.inner(self.name(key_text), value)?))
        };
        self.entries.iter().map(inner).collect()
    }
}
