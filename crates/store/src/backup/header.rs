//! The header of a backup and the descriptions of its tables: canonical JSON, read as strictly as it is written.

use fairfile_proof::encoding::{canonical, parse};
use fairfile_proof::merkle::Hash;
use serde_json::{Map, Value, json};

use crate::dialect::Column;
use crate::table::Shape;

/// The `schema` of a backup's header.
const SCHEMA: &str = "fairfile.backup/1";
/// The longest name of a table or a column.
const MAX_NAME_BYTES: usize = 63;

/// What the node says of a backup that it makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// The name of the node's journal.
    pub origin: String,
    /// When it was made, in UTC, as the node's clock had it.
    pub made_at: String,
    /// The node's signed head of the journal at the backup's moment, as text.
    pub checkpoint: String,
}

/// The first lines of a backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// What the node said.
    pub about: About,
    /// The migration that made its tables, from 1.
    pub migration: u32,
    /// The engine that it was taken from: `sqlite` or `postgres`; it restores onto either.
    pub engine: String,
    /// How many leaves the journal had.
    pub size: u64,
    /// The journal's root.
    pub root: Hash,
    /// How many tables follow.
    pub tables: u32,
}

impl Header {
    /// The header line with its end; nothing if a text does not fit canonical JSON.
    pub(super) fn to_line(&self) -> Option<Vec<u8>> {
        let value = json!({
            "schema": SCHEMA,
            "origin": self.about.origin,
            "made_at": self.about.made_at,
            "checkpoint": self.about.checkpoint,
            "migration": self.migration,
            "engine": self.engine,
            "size": self.size,
            "root": hex::encode(self.root),
            "tables": self.tables,
        });
        line(&value)
    }

    /// Reads a header line without its end; nothing for anything that [`Header::to_line`] would not write.
    pub(super) fn parse(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::parse(line)?;
        if fields.text("schema")? != SCHEMA {
            return None;
        }
        let header = Self {
            about: About {
                origin: fields.text("origin")?,
                made_at: fields.text("made_at")?,
                checkpoint: fields.text("checkpoint")?,
            },
            migration: u32::try_from(fields.whole("migration")?).ok().filter(|number| *number > 0)?,
            engine: fields.text("engine").filter(|engine| ["sqlite", "postgres"].contains(&engine.as_str()))?,
            size: fields.whole("size")?,
            root: hex::decode(fields.text("root")?).ok()?.try_into().ok()?,
            tables: u32::try_from(fields.whole("tables")?).ok()?,
        };
        fields.all_read().then_some(header)
    }
}

/// The line that describes a table, with its end; nothing if a name does not fit canonical JSON.
pub(super) fn describe(shape: &Shape) -> Option<Vec<u8>> {
    let columns: Vec<Value> = shape.columns.iter().map(|(name, kind)| json!([name, word(*kind)])).collect();
    line(&json!({ "table": shape.name, "columns": columns }))
}

/// Reads the description of a table without its line's end. It does not say which columns are the key.
pub(super) fn parse_description(line: &[u8]) -> Option<Shape> {
    let mut fields = Fields::parse(line)?;
    let name = plain_name(&fields.text("table")?)?;
    let Value::Array(described) = fields.0.remove("columns")? else { return None };
    let column = |value: &Value| match value.as_array()?.as_slice() {
        [Value::String(name), Value::String(kind)] => Some((plain_name(name)?, column_kind(kind)?)),
        _ => None,
    };
    let columns = described.iter().map(column).collect::<Option<Vec<_>>>()?;
    (fields.all_read() && !columns.is_empty()).then_some(Shape { name, columns, key: Vec::new() })
}

fn word(kind: Column) -> &'static str {
    match kind {
        Column::Whole => "whole",
        Column::Text => "text",
        Column::Bytes => "bytes",
    }
}

fn column_kind(word: &str) -> Option<Column> {
    match word {
        "whole" => Some(Column::Whole),
        "text" => Some(Column::Text),
        "bytes" => Some(Column::Bytes),
        _ => None,
    }
}

/// A name as migrations give them, which may stand in an error; nothing for any other text.
fn plain_name(name: &str) -> Option<String> {
    let plain = |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == b'_';
    ((1..=MAX_NAME_BYTES).contains(&name.len()) && name.bytes().all(plain)).then(|| name.to_owned())
}

fn line(value: &Value) -> Option<Vec<u8>> {
    let mut line = canonical(value).ok()?;
    line.push(b'\n');
    (line.len() <= super::MAX_LINE_BYTES).then_some(line)
}

/// The fields of an object, each to be read once.
struct Fields(Map<String, Value>);

impl Fields {
    fn parse(line: &[u8]) -> Option<Self> {
        let value = parse(line).ok()?;
        if canonical(&value).ok()? != line {
            return None;
        }
        match value {
            Value::Object(fields) => Some(Self(fields)),
            _ => None,
        }
    }

    fn text(&mut self, name: &str) -> Option<String> {
        match self.0.remove(name)? {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    fn whole(&mut self, name: &str) -> Option<u64> {
        self.0.remove(name)?.as_u64()
    }

    fn all_read(&self) -> bool {
        self.0.is_empty()
    }
}
