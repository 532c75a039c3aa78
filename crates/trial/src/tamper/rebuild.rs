//! An insider who holds all keys makes the journal fit what was done to a row: events, leaves, tiles, head.
//!
//! The event that explains the row is told anew, or taken out, or another is put in beside it; every later leaf moves
//! up or down, and with it every number of a leaf in every table. Then tiles and high-water mark are made anew. Whether
//! the replay is deceived is its own matter; a receipt that was given before covers the leaves that were there.

use anyhow::{Context, Result};
use fairfile_domain::day::Day;
use fairfile_domain::id::{EventId, LookId, SealKeyId, SubjectId};
use fairfile_proof::{Hash, Leaf, Tree, canonical, leaf_hash};
use fairfile_testkit::raw::Cell;
use fairfile_vault::{Chance, Keyring, Place};
use serde_json::Value;

use super::mutation::Mutation;
use super::rows::{Row, Table, Tables, hex};
use super::subject::Subject;

/// The head of a journal that was made to fit.
#[derive(Debug)]
pub struct Rebuilt {
    /// How many leaves it has.
    pub size: u64,
    /// Its root.
    pub root: Hash,
}

/// One entry of the journal.
struct Entry {
    leaf: Leaf,
    event: Option<Vec<u8>>,
}

/// Rebuilds the journal of `after`, to which the mutation was applied; nothing where no leaf explains the row, or the
/// only leaf that does was written after the receipt was given.
pub fn fit(subject: &Subject, mutation: &Mutation, after: &mut Tables) -> Result<Option<Rebuilt>> {
    let keyring = subject.keyring()?;
    let mut entries = entries(subject.now())?;
    for (before, now) in &mutation.rows {
        let Some(table) = subject.now().0.get(&mutation.table) else { return Ok(None) };
        let Some(row) = before.as_ref().or(now.as_ref()) else { continue };
        let Some(index) = explained_by(subject.now(), table, row) else { return Ok(None) };
        if index >= subject.receipt_size.min(entries.len() as u64) {
            return Ok(None);
        }
        let at = usize::try_from(index)?;
        match (before, now) {
            (Some(before), Some(now)) => {
                let Some(entry) = retold(subject, (table, before, now), (index, &entries[at]), (&keyring, after))?
                else {
                    return Ok(None);
                };
                entries[at] = entry;
            }
            (Some(_), None) => {
                entries.remove(at);
                renumber(after, index, -1);
            }
            (None, Some(now)) => {
                let entry = beside(&entries[at], &keyring)?;
                entries.insert(at + 1, entry);
                renumber(after, index + 1, 1);
                point(after, &mutation.table, now, index + 1);
            }
            (None, None) => {}
        }
    }
    Ok(Some(written(after, &entries)?))
}

fn entries(tables: &Tables) -> Result<Vec<Entry>> {
    let table = tables.0.get("leaf").context("a journal has leaves")?;
    let entry = |row: &Row| match &row[..] {
        [_, Cell::Bytes(leaf), event] => {
            let event = if let Cell::Bytes(event) = event { Some(event.clone()) } else { None };
            Ok(Entry { leaf: Leaf::from_bytes(leaf)?, event })
        }
        _ => anyhow::bail!("a leaf is a number, its bytes and its event"),
    };
    table.rows.values().map(entry).collect()
}

/// Whether every leaf that the mutation leaves behind is one that was there, with its own event, but for its minute.
pub fn is_sound(subject: &Subject, mutation: &Mutation) -> Result<bool> {
    let known = entries(subject.now())?;
    let is_known = |row: &Row| match &row[..] {
        [_, Cell::Bytes(leaf), event] => Leaf::from_bytes(leaf).is_ok_and(|leaf| {
            let event = if let Cell::Bytes(event) = event { Some(event) } else { None };
            let is_it = |entry: &Entry| {
                let same = entry.leaf.event_id() == leaf.event_id() && entry.leaf.commitment() == leaf.commitment();
                same && entry.event.as_ref() == event
            };
            known.iter().any(is_it)
        }),
        _ => false,
    };
    Ok(mutation.rows.iter().filter_map(|(_, after)| after.as_ref()).all(is_known))
}

/// The number of the leaf whose event tells of a row.
fn explained_by(tables: &Tables, table: &Table, row: &Row) -> Option<u64> {
    let number = |cell: &Cell| if let Cell::Whole(whole) = cell { u64::try_from(*whole).ok() } else { None };
    if let Some(cell) = table.cell(row, "leaf_index") {
        return number(cell);
    }
    let found = |name: &str, columns: &[(&str, &Cell)]| {
        let other = tables.0.get(name)?;
        let is_it = |row: &&Row| columns.iter().all(|(column, cell)| other.cell(row, column) == Some(*cell));
        number(other.cell(other.rows.values().find(is_it)?, "leaf_index")?)
    };
    match table.shape.name.as_str() {
        "node" => Some(0),
        "identifier" => found("subject", &[("subject_id", table.cell(row, "subject_id")?)]),
        "item_purpose" => {
            found("catalog_item", &[("item", table.cell(row, "item")?), ("version", table.cell(row, "item_version")?)])
        }
        "look_record" => found("look", &[("look_id", table.cell(row, "look_id")?)]),
        "idempotency" => found("look", &[("look_id", table.cell(row, "event_id")?)]),
        // Tiles are made anew in any case, and migrations stand in no journal.
        _ => None,
    }
}

/// A row, its table, and what it becomes.
type Retelling<'r> = (&'r Table, &'r Row, &'r Row);

/// The entry with its event told anew, so that it says what the row says now.
fn retold(
    subject: &Subject,
    (table, before, now): Retelling<'_>,
    (index, entry): (u64, &Entry),
    (keyring, after): (&Keyring, &mut Tables),
) -> Result<Option<Entry>> {
    if table.shape.name == "leaf" {
        return forged_leaf(now, keyring);
    }
    let sealed = entry.event.is_none();
    let differs = |(place, _): &(usize, &str)| before[*place] != now[*place];
    if sealed && table.columns().enumerate().filter(differs).all(|(_, column)| column == "sealed") {
        // Sealed once more, it would say what it said: nothing would be changed.
        return Ok(None);
    }
    let mut event = match &entry.event {
        Some(event) => serde_json::from_slice(event)?,
        None => match subject.looks.iter().find(|look| look.0 == index) {
            Some((_, event)) => event.clone(),
            None => return Ok(None),
        },
    };
    for (place, column) in table.columns().enumerate().filter(|(place, _)| before[*place] != now[*place]) {
        let keys: Vec<Value> = table.shape.key.iter().map(|key| told(&before[*key], false)).collect();
        let object = object_of(&mut event, &keys);
        let setting = table.cell(before, "setting").and_then(|cell| told(cell, false).as_str().map(str::to_owned));
        retell(object, setting.as_deref().unwrap_or(column), &now[place]);
    }
    let bytes = canonical(&event)?;
    let id = EventId::from_bytes(entry.leaf.event_id());
    let leaf = Leaf::new(entry.leaf.event_id(), entry.leaf.minute(), &keyring.hashes().salt_of(id), &bytes)?;
    if sealed {
        seal_look(after, id, &bytes, keyring)?;
        return Ok(Some(Entry { leaf, event: None }));
    }
    Ok(Some(Entry { leaf, event: Some(bytes) }))
}

/// A leaf that was changed, made to be the leaf of the event that now stands beside it.
fn forged_leaf(now: &Row, keyring: &Keyring) -> Result<Option<Entry>> {
    let [_, Cell::Bytes(leaf), Cell::Bytes(event)] = &now[..] else { return Ok(None) };
    let Ok(leaf) = Leaf::from_bytes(leaf) else { return Ok(None) };
    let salt = keyring.hashes().salt_of(EventId::from_bytes(leaf.event_id()));
    let leaf = Leaf::new(leaf.event_id(), leaf.minute(), &salt, event)?;
    Ok(Some(Entry { leaf, event: Some(event.clone()) }))
}

/// An event like the one of `entry`, under an id of its own.
fn beside(entry: &Entry, keyring: &Keyring) -> Result<Entry> {
    let mut id = entry.leaf.event_id();
    id[0] ^= 1;
    let event = entry.event.clone().unwrap_or_else(|| b"{}".to_vec());
    let leaf = Leaf::new(id, entry.leaf.minute(), &keyring.hashes().salt_of(EventId::from_bytes(id)), &event)?;
    Ok(Entry { leaf, event: entry.event.as_ref().map(|_| event) })
}

/// Seals a look's event as the vault would, in the row of the look.
fn seal_look(after: &mut Tables, id: EventId, event: &[u8], keyring: &Keyring) -> Result<()> {
    let look: LookId = id.retype();
    let key = vec![Cell::Bytes(look.as_bytes().to_vec())];
    let looks = after.0.get("look").context("there are looks")?;
    let Some(row) = looks.rows.get(&key) else { return Ok(()) };
    let (Some(Cell::Bytes(person)), Some(place)) = (looks.cell(row, "subject_id"), looks.shape.position("sealed"))
    else {
        return Ok(());
    };
    let subjects = after.0.get("subject").context("there are people")?;
    let of_person = subjects.rows.get(&vec![Cell::Bytes(person.clone())]).and_then(|row| subjects.cell(row, "key_id"));
    let (Some(Cell::Bytes(key_id)), Ok(person)) = (of_person, <[u8; 16]>::try_from(person.as_slice())) else {
        return Ok(());
    };
    let key_id = SealKeyId::from_bytes(key_id.as_slice().try_into()?);
    let place_of = Place::Look(look, SubjectId::from_bytes(person));
    let sealed = keyring.lend(key_id)?.seal(place_of, event, &Chance::seeded(7))?;
    if let Some(cell) =
        after.0.get_mut("look").and_then(|looks| looks.rows.get_mut(&key)).and_then(|row| row.get_mut(place))
    {
        *cell = Cell::Bytes(sealed);
    }
    Ok(())
}

/// The innermost object of an event that tells of all these keys; the event itself if none does.
fn object_of<'v>(event: &'v mut Value, keys: &[Value]) -> &'v mut Value {
    fn path(value: &Value, keys: &[Value]) -> Option<Vec<String>> {
        let inner = match value {
            Value::Object(map) => map.iter().find_map(|(name, inner)| Some((name.clone(), path(inner, keys)?))),
            Value::Array(list) => {
                list.iter().enumerate().find_map(|(place, inner)| Some((place.to_string(), path(inner, keys)?)))
            }
            _ => None,
        };
        if let Some((name, mut rest)) = inner {
            rest.insert(0, name);
            return Some(rest);
        }
        let holds = |key: &Value| value.as_object().is_some_and(|map| map.values().any(|inner| inner == key));
        keys.iter().all(holds).then(Vec::new)
    }
    let pointer: String = path(event, keys).unwrap_or_default().iter().map(|name| format!("/{name}")).collect();
    if event.pointer(&pointer).is_some() {
        // Found just above; only the borrow is new.
        return event.pointer_mut(&pointer).unwrap_or_else(|| unreachable!("the pointer leads somewhere"));
    }
    event
}

/// Sets the field that a column stands for, under whichever name the event has it.
fn retell(object: &mut Value, column: &str, cell: &Cell) {
    let short = column.trim_end_matches("_hash").trim_end_matches("_code").trim_end_matches("_number");
    let names = [column.to_owned(), short.to_owned(), format!("person_{column}"), format!("person_{short}")];
    let Some(map) = object.as_object_mut() else { return };
    let Some(name) = names.into_iter().find(|name| map.contains_key(name)) else { return };
    let is_day = map[&name].as_str().is_some_and(|text| text.parse::<Day>().is_ok());
    let is_hashed = matches!(column, "sealed" | "text" | "value");
    let value = match cell {
        Cell::Null => {
            map.remove(&name);
            return;
        }
        Cell::Whole(whole) if is_day => {
            let day = i32::try_from(*whole).ok().and_then(|whole| Day::from_epoch_day(whole).ok());
            day.map_or_else(|| Value::from(*whole), |day| Value::from(day.to_string()))
        }
        other => told(other, is_hashed),
    };
    map.insert(name, value);
}

/// A cell as events write it.
fn told(cell: &Cell, is_hashed: bool) -> Value {
    match cell {
        Cell::Null => Value::Null,
        Cell::Whole(whole) => Value::from(*whole),
        Cell::Text(text) => Value::from(text.as_str()),
        Cell::Bytes(bytes) if is_hashed => Value::from(hex(&leaf_hash(bytes))),
        Cell::Bytes(bytes) => Value::from(hex(bytes)),
    }
}

/// Moves every number of a leaf from `first` on, in every table but that of the leaves.
fn renumber(tables: &mut Tables, first: u64, by: i64) {
    for table in tables.0.values_mut().filter(|table| table.shape.name != "leaf") {
        let places: Vec<usize> =
            table.columns().enumerate().filter(|(_, name)| is_leaf_number(name)).map(|(place, _)| place).collect();
        for row in table.rows.values_mut() {
            for place in &places {
                if let Cell::Whole(whole) = &mut row[*place]
                    && u64::try_from(*whole).is_ok_and(|index| index >= first)
                {
                    *whole += by;
                }
            }
        }
    }
}

fn is_leaf_number(column: &str) -> bool {
    column == "leaf_index" || column.ends_with("_leaf")
}

/// Lets an inserted row point at the leaf that was put in for it.
fn point(tables: &mut Tables, name: &str, row: &Row, index: u64) {
    let Some(table) = tables.0.get_mut(name) else { return };
    let (key, place) = (table.key(row), table.shape.position("leaf_index"));
    if let (Some(row), Some(place)) = (table.rows.get_mut(&key), place.filter(|_| name != "leaf")) {
        row[place] = Cell::Whole(index as i64);
    }
}

/// Writes leaves and tiles anew; the head over them.
fn written(tables: &mut Tables, entries: &[Entry]) -> Result<Rebuilt> {
    let mut tree = Tree::empty();
    let leaves = tables.0.get_mut("leaf").context("a journal has leaves")?;
    leaves.rows.clear();
    for (index, entry) in (0_i64..).zip(entries) {
        tree.append(entry.leaf.hash());
        let event = entry.event.clone().map_or(Cell::Null, Cell::Bytes);
        leaves.put(vec![Cell::Whole(index), Cell::Bytes(entry.leaf.to_bytes().to_vec()), event]);
    }
    let tiles = tables.0.get_mut("tile").context("a journal has tiles")?;
    tiles.rows.clear();
    for tile in tree.take_full_tiles() {
        let place = [i64::from(tile.level), i64::try_from(tile.number)?].map(Cell::Whole);
        tiles.put([&place[..], &[Cell::Bytes(tile.hashes.to_vec())]].concat());
    }
    let head = tree.snapshot();
    Ok(Rebuilt { size: head.size(), root: head.root() })
}
