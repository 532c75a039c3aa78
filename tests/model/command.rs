//! What can happen in a history, and how a history is drawn from a seed.
//!
//! A command names people, numbers, files, looks and notices by small numbers that always mean something, whatever came
//! before. So any part of a history is a history too, and a failing one can be cut down to what it needs.

use fairfile_vault::Chance;

use crate::spec::items::Item;

/// People that a history may put on file; one more is never on file.
pub const PEOPLE: u8 = 2;
/// Numbers of records that a history uses.
pub const NUMBERS: u8 = 3;

/// Something that happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// A source hands in a file of records; or a member that is no source of the item does.
    HandIn { item: Item, rows: Vec<NewRow>, by_another: bool },
    /// A file that was handed in before is handed in once more.
    HandInAgain(u8),
    /// A source hands in a file of corrections and withdrawals.
    Correct { item: Item, rows: Vec<Change> },
    /// An officer asks; with a key, the question can be repeated.
    Ask { asker: u8, person: u8, misnamed: bool, keyed: bool },
    /// A question with a key is sent again: the same, or another one under its key.
    AskAgain { nth: u8, another: bool },
    /// A person reads the own file and takes the signed copy.
    ReadFile(u8),
    /// A member reads its open notices.
    ListNotices(u8),
    /// A notice is confirmed: by its member, or by one that it is not to.
    Confirm { nth: u8, by_another: bool },
    /// Whoever holds the receipt of a look asks what followed.
    Follow(u8),
    /// The calendar is run.
    Calendar,
    /// Another version of an item is published, in force in so many days.
    Publish { item: Item, days: u8, shape: u8 },
    /// Two registrars release an officer.
    Release(u8),
    /// Time passes.
    Pass { days: u8, seconds: u32 },
    /// Somebody sets the wall clock so many days beside the time that has gone by.
    SetWall(i16),
    /// Somebody sets it right.
    SetRight,
    /// Two people confirm the wall clock as it stands.
    ConfirmClock,
    /// The machine is off for so many hours.
    Reboot(u8),
    /// The process dies between two commands.
    Crash,
    /// The machine and all on it is lost; backups of that moment make another one of it.
    Restore,
    /// The process dies within a command, at a durable step, and the command is tried once more.
    Cut { at: CutAt, command: Box<Command> },
}

/// Where a command is cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CutAt {
    /// Before the commit that holds the leaf so many places from the journal's end.
    Leaf(u8),
    /// Before the key store destroys a key.
    Keys,
}

/// A row of a file of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewRow {
    /// Its number.
    pub number: u8,
    /// Whom it is about.
    pub person: u8,
    /// Whether it has another name than the person's.
    pub misnamed: bool,
    /// A licence is valid for so many days; a penalty was decided so many days before.
    pub days: u8,
    /// Whether it is the last record of that number as it stood last, if there is one; the rest is of no matter then.
    pub as_on_file: bool,
}

/// A row of a file of corrections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// Which of the history's records of the item it is about; past [`NUMBERS`], none.
    pub number: u8,
    /// The person whose identifier the row has, if not the record's own.
    pub person: Option<u8>,
    /// What is to change; nothing for a withdrawal.
    pub to: Option<Value>,
    /// Which of the words it has for the person.
    pub words: u8,
}

/// What an input is to become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value {
    /// One of the values of its choice.
    Choice(u8),
    /// The day that the display hangs on, as in [`NewRow::days`].
    Days(u8),
}

/// Draws histories.
pub struct Dice(Chance);

impl Dice {
    /// The dice of a seed.
    pub fn of(seed: u64) -> Self {
        Self(Chance::seeded(seed))
    }

    fn below(&self, most: u64) -> u64 {
        u64::from_be_bytes(self.0.bytes().expect("seeded chance never ends")) % most
    }

    fn small(&self, most: u8) -> u8 {
        self.below(u64::from(most)) as u8
    }

    fn one_in(&self, most: u64) -> bool {
        self.below(most) == 0
    }

    fn item(&self) -> Item {
        if self.one_in(3) { Item::Penalty } else { Item::Licence }
    }

    /// A history: a file first, for otherwise nothing would happen for long.
    pub fn history(&self) -> Vec<Command> {
        let length = 10 + self.below(12);
        let then = (0..length).flat_map(|_| if self.one_in(200) { self.insists() } else { vec![self.command()] });
        std::iter::once(self.hand_in()).chain(then).collect()
    }

    /// An officer asks about somebody who is not on file until nobody answers any more.
    fn insists(&self) -> Vec<Command> {
        let asker = self.small(4);
        vec![Command::Ask { asker, person: PEOPLE, misnamed: false, keyed: false }; 12]
    }

    fn command(&self) -> Command {
        match self.below(100) {
            0..=9 => self.hand_in(),
            10..=12 => Command::HandInAgain(self.small(8)),
            13..=24 => self.correct(),
            25..=46 => self.ask(),
            47..=51 => Command::AskAgain { nth: self.small(8), another: self.one_in(4) },
            52..=57 => Command::ReadFile(self.small(PEOPLE)),
            58..=61 => Command::ListNotices(self.small(4)),
            62..=66 => Command::Confirm { nth: self.small(8), by_another: self.one_in(4) },
            67..=68 => Command::Follow(self.small(8)),
            69..=74 => Command::Calendar,
            75 => Command::Publish { item: self.item(), days: self.small(4), shape: self.small(4) },
            76 => Command::Release(self.small(8)),
            77..=86 => self.pass(),
            87..=88 => Command::SetWall(self.below(80) as i16 - 40),
            89 => Command::SetRight,
            90 => Command::ConfirmClock,
            91 => Command::Reboot(self.small(72)),
            92..=93 => Command::Crash,
            94 if self.one_in(2) => Command::Restore,
            _ => self.cut(),
        }
    }

    fn hand_in(&self) -> Command {
        let row = || NewRow {
            number: self.small(NUMBERS),
            person: self.small(PEOPLE),
            misnamed: self.one_in(12),
            days: self.small(16),
            as_on_file: self.one_in(8),
        };
        let rows = (0..=self.below(3)).map(|_| row()).collect();
        Command::HandIn { item: self.item(), rows, by_another: self.one_in(20) }
    }

    fn correct(&self) -> Command {
        let to = || match self.below(5) {
            0 => None,
            1 | 2 => Some(Value::Choice(self.small(2))),
            _ => Some(Value::Days(self.small(16))),
        };
        let row = || Change {
            // One in a dozen names a record that is not there.
            number: if self.one_in(12) { NUMBERS } else { self.small(NUMBERS) },
            person: self.one_in(10).then(|| self.small(PEOPLE)),
            to: to(),
            words: self.small(4),
        };
        let rows = (0..=self.below(3)).map(|_| row()).collect();
        Command::Correct { item: self.item(), rows }
    }

    fn ask(&self) -> Command {
        // Every other question is one that may find something.
        let asker = if self.one_in(3) { self.small(16) } else { self.small(4) };
        let person = if self.one_in(8) { PEOPLE } else { self.small(PEOPLE) };
        Command::Ask { asker, person, misnamed: self.one_in(10), keyed: self.one_in(3) }
    }

    fn pass(&self) -> Command {
        match self.below(3) {
            0 => Command::Pass { days: 0, seconds: self.below(100_000) as u32 },
            1 => Command::Pass { days: 1 + self.small(4), seconds: 0 },
            _ => Command::Pass { days: 1 + self.small(12), seconds: self.below(86_400) as u32 },
        }
    }

    fn cut(&self) -> Command {
        let leaf = |most| CutAt::Leaf(self.small(most));
        let keys_or_leaf = |most| if self.one_in(2) { CutAt::Keys } else { leaf(most) };
        let (at, command) = match self.below(10) {
            0..=2 => (leaf(5), self.hand_in()),
            3..=5 => (keys_or_leaf(4), self.correct()),
            6 => (leaf(1), self.ask()),
            7 => (leaf(1), Command::Confirm { nth: self.small(8), by_another: false }),
            8 if self.one_in(2) => (leaf(1), Command::ReadFile(self.small(PEOPLE))),
            8 => (leaf(1), Command::Publish { item: self.item(), days: 1 + self.small(3), shape: self.small(4) }),
            _ => (keys_or_leaf(2), Command::Calendar),
        };
        Command::Cut { at, command: Box::new(command) }
    }
}
