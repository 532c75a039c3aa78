//! One change that nobody should be able to make: chosen at random over all tables, rows and columns.

use std::fmt;

use anyhow::Result;
use fairfile_demo::dice::Dice;
use fairfile_store::table::Column;
use fairfile_testkit::raw::Cell;

use super::rows::{Key, Row, Table, Tables};

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One cell gets another value.
    Edit,
    /// A row is made from another one.
    Insert,
    /// A row goes.
    Delete,
    /// Two rows exchange what one column says, or all but their keys.
    Swap,
    /// A row is as it was earlier: not there, there again, or with what it said then.
    RollBack,
}

/// Every kind.
pub const KINDS: [Kind; 5] = [Kind::Edit, Kind::Insert, Kind::Delete, Kind::Swap, Kind::RollBack];

impl Kind {
    /// Its name.
    pub fn word(self) -> &'static str {
        match self {
            Self::Edit => "edit",
            Self::Insert => "insert",
            Self::Delete => "delete",
            Self::Swap => "swap",
            Self::RollBack => "roll back",
        }
    }
}

/// A change to one table.
#[derive(Debug, Clone)]
pub struct Mutation {
    /// What is done.
    pub kind: Kind,
    /// To which table.
    pub table: String,
    /// To which rows: what was there, what is there.
    pub rows: Vec<(Option<Row>, Option<Row>)>,
    /// For each row the keys of which one must be named: the one it had, the one it got.
    pub keys: Vec<Vec<Key>>,
    /// In which column, if it is one.
    column: Option<String>,
}

impl fmt::Display for Mutation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let column = self.column.as_deref().unwrap_or("all columns");
        write!(f, "{} in {}, {column}, of {:?}", self.kind.word(), self.table, self.keys)
    }
}

impl Mutation {
    /// Chooses one; nothing if nothing came of the choice. `states` are the tables at some moments, the latest last.
    pub fn choose(states: &[Tables], dice: &Dice) -> Result<Option<Self>> {
        let Some((now, earlier)) = states.split_last() else { return Ok(None) };
        let kind = *dice.pick(&KINDS)?;
        let tables: Vec<&Table> = now.0.values().filter(|table| !table.rows.is_empty()).collect();
        let table = *dice.pick(&tables)?;
        let mut column = None;
        let rows = match kind {
            Kind::Edit => {
                let place = dice.below(table.shape.columns.len() as u32)? as usize;
                column = Some(place);
                edited(table, place, dice)?
            }
            Kind::Insert => inserted(table, dice)?,
            Kind::Delete => vec![(Some(any(table, dice)?.clone()), None)],
            Kind::Swap => {
                let place = dice.below(table.shape.columns.len() as u32)? as usize;
                column = (!table.shape.key.contains(&place) && dice.below(2)? == 0).then_some(place);
                swapped(table, column, dice)?
            }
            Kind::RollBack => rolled_back(table, earlier, dice)?,
        };
        let rows: Vec<_> = rows.into_iter().filter(|(before, after)| before != after).collect();
        let key = |row: &Option<Row>| row.as_ref().map(|row| table.key(row));
        let keys = rows.iter().map(|(before, after)| key(before).into_iter().chain(key(after)).collect()).collect();
        let name = table.shape.name.clone();
        let column = column.and_then(|place| table.shape.columns.get(place)).map(|column| column.0.clone());
        Ok((!rows.is_empty()).then_some(Self { kind, table: name, rows, keys, column }))
    }

    /// Makes the change to `tables`.
    pub fn apply(&self, tables: &mut Tables) {
        let Some(table) = tables.0.get_mut(&self.table) else { return };
        for row in self.rows.iter().filter_map(|(before, _)| before.as_ref()) {
            let key = table.key(row);
            table.rows.remove(&key);
        }
        self.rows.iter().filter_map(|(_, after)| after.clone()).for_each(|row| table.put(row));
    }
}

type Pairs = Vec<(Option<Row>, Option<Row>)>;

fn any<'t>(table: &'t Table, dice: &Dice) -> Result<&'t Row> {
    let rows: Vec<&Row> = table.rows.values().collect();
    Ok(dice.pick(&rows)?)
}

fn edited(table: &Table, place: usize, dice: &Dice) -> Result<Pairs> {
    let before = any(table, dice)?;
    let others: Vec<&Cell> = table.rows.values().map(|row| &row[place]).collect();
    let mut after = before.clone();
    after[place] = other(&before[place], table.shape.columns[place].1, &others, dice)?;
    // A key that another row has would be a swap.
    let is_free = table.key(&after) == table.key(before) || !table.rows.contains_key(&table.key(&after));
    Ok(if is_free { vec![(Some(before.clone()), Some(after))] } else { Vec::new() })
}

/// Another value: another row's, nothing, or a little beside what it was.
fn other(cell: &Cell, column: Column, others: &[&Cell], dice: &Dice) -> Result<Cell> {
    match dice.below(4)? {
        0 => return Ok((*dice.pick(others)?).clone()),
        1 if dice.below(4)? == 0 => return Ok(Cell::Null),
        _ => {}
    }
    Ok(match cell {
        Cell::Whole(whole) => Cell::Whole(whole.wrapping_add(i64::from(dice.below(400)?) - 200)),
        Cell::Text(text) => {
            let mut chars: Vec<char> = text.chars().collect();
            let at = dice.below(chars.len() as u32)? as usize;
            match chars.get_mut(at) {
                Some(c) => *c = if *c == 'x' { 'y' } else { 'x' },
                None => chars.push('x'),
            }
            Cell::Text(chars.into_iter().collect())
        }
        Cell::Bytes(bytes) => {
            let (mut bytes, at) = (bytes.clone(), dice.below(bytes.len() as u32)? as usize);
            match bytes.get_mut(at) {
                Some(byte) => *byte ^= 1 << dice.below(8)?,
                None => bytes.push(0),
            }
            Cell::Bytes(bytes)
        }
        Cell::Null => match column {
            Column::Whole => Cell::Whole(i64::from(dice.below(30_000)?)),
            Column::Text => Cell::Text("x".to_owned()),
            Column::Bytes => Cell::Bytes(vec![dice.below(256)? as u8; 16]),
        },
    })
}

/// A copy of a row under a key that no row has; another cell that must be unique changes too.
fn inserted(table: &Table, dice: &Dice) -> Result<Pairs> {
    let from = any(table, dice)?;
    let mut row = from.clone();
    for (place, cell) in row.iter_mut().enumerate() {
        let is_key = table.shape.key.contains(&place);
        match cell {
            Cell::Bytes(bytes) if is_key || (bytes.len() == 32 && dice.below(2)? == 0) => {
                for byte in bytes.iter_mut() {
                    *byte = dice.below(256)? as u8;
                }
            }
            // Behind the last leaf: every place before it is taken.
            Cell::Whole(whole) if is_key && table.shape.name == "leaf" => {
                *whole = table.rows.len() as i64 + i64::from(dice.below(40)?);
            }
            // A number that counts within another one must be new as well, or the database refuses.
            Cell::Whole(whole) if is_key || dice.below(3)? == 0 => *whole += 1 + i64::from(dice.below(60)?),
            Cell::Text(text) if is_key && dice.below(2)? == 0 => text.push('x'),
            _ => {}
        }
    }
    let is_new = !table.rows.contains_key(&table.key(&row));
    Ok(if is_new { vec![(None, Some(row))] } else { Vec::new() })
}

fn swapped(table: &Table, column: Option<usize>, dice: &Dice) -> Result<Pairs> {
    let (one, two) = (any(table, dice)?, any(table, dice)?);
    let (mut first, mut second) = (one.clone(), two.clone());
    for place in 0..one.len() {
        if column.is_none_or(|column| column == place) && !table.shape.key.contains(&place) {
            std::mem::swap(&mut first[place], &mut second[place]);
        }
    }
    Ok(vec![(Some(one.clone()), Some(first)), (Some(two.clone()), Some(second))])
}

fn rolled_back(table: &Table, earlier: &[Tables], dice: &Dice) -> Result<Pairs> {
    if earlier.is_empty() {
        return Ok(Vec::new());
    }
    let Some(then) = dice.pick(earlier)?.0.get(&table.shape.name) else { return Ok(Vec::new()) };
    let mut pairs: Pairs = Vec::new();
    for key in table.rows.keys().chain(then.rows.keys()) {
        let (now, before) = (table.rows.get(key), then.rows.get(key));
        if now != before {
            pairs.push((now.cloned(), before.cloned()));
        }
    }
    Ok(if pairs.is_empty() { Vec::new() } else { vec![dice.pick(&pairs)?.clone()] })
}
