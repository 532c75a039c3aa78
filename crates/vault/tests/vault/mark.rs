//! The high-water mark: it rises, it is whole or named, and it belongs to one node.

use std::path::PathBuf;

use fairfile_vault::{Chance, Mark, SureTime, VaultError};

use crate::room::*;

const SLOT: usize = 136;
/// Where the slot lies that is written first after the making, and the other.
const SLOTS: [usize; 2] = [0, 4096];

fn root(n: u64) -> [u8; 32] {
    [n as u8; 32]
}

fn time(micros: i64) -> SureTime {
    SureTime { micros, reached: micros, boot: [6; 16], uptime_micros: 77 }
}

struct Marked {
    room: Room,
    path: PathBuf,
}

fn marked() -> (Marked, Mark) {
    let room = room();
    let path = room.path("mark");
    let mark = Mark::create(&path, room.ring()).expect("a new mark");
    (Marked { room, path }, mark)
}

impl Marked {
    fn open(&self) -> Result<Mark, VaultError> {
        Mark::open(&self.path, self.room.ring())
    }

    fn head(&self) -> Option<(u64, [u8; 32])> {
        self.open().expect("it opens").head().expect("a head")
    }

    fn bytes(&self) -> Vec<u8> {
        std::fs::read(&self.path).expect("the mark")
    }
}

#[test]
fn the_head_rises_and_what_is_below_or_beside_it_is_refused() {
    let (marked, mark) = marked();
    assert_eq!(mark.head().expect("a head"), None);
    assert_eq!(marked.head(), None);
    for size in [0, 1, 2, 3, 70, 71, u64::MAX] {
        mark.raise_head(size, root(size)).expect("it rises");
        mark.raise_head(size, root(size)).expect("the same again is nothing new");
        assert_eq!(mark.head().expect("a head"), Some((size, root(size))));
        assert_eq!(marked.head(), Some((size, root(size))), "another process sees it");
        assert!(matches!(mark.raise_head(size, [9; 32]), Err(VaultError::ForkedJournal { size: at }) if at == size));
        if size > 0 {
            let error = mark.raise_head(size - 1, root(size - 1)).expect_err("it is smaller");
            assert!(
                matches!(error, VaultError::SmallerJournal { signed, found } if signed == size && found == size - 1)
            );
        }
        assert_eq!(marked.head(), Some((size, root(size))), "a refusal moves nothing");
    }
    mark.sync().expect("it is durable");
}

#[test]
fn sure_time_never_goes_back() {
    let (marked, mark) = marked();
    assert_eq!(mark.time().expect("a time"), None);
    mark.note_time(time(-5)).expect("it is noted");
    mark.note_time(SureTime { reached: 5_000, ..time(1_000) }).expect("it is noted");
    mark.raise_head(4, root(4)).expect("it rises");
    let after_a_boot = SureTime { micros: 900, reached: 900, boot: [7; 16], uptime_micros: 3 };
    mark.note_time(after_a_boot).expect("it is noted");
    for mark in [mark, marked.open().expect("it opens")] {
        assert_eq!(mark.time().expect("a time"), Some(SureTime { micros: 1_000, reached: 5_000, ..after_a_boot }));
        assert_eq!(mark.head().expect("a head"), Some((4, root(4))), "one does not take the other along");
    }
}

#[test]
fn a_mark_is_made_once_and_missed_when_it_is_gone() {
    let (marked, mark) = marked();
    mark.raise_head(5, root(5)).expect("it rises");
    assert!(matches!(Mark::create(&marked.path, marked.room.ring()), Err(VaultError::Mark { .. })));
    assert_eq!(marked.head(), Some((5, root(5))));
    std::fs::remove_file(&marked.path).expect("it is removed");
    assert!(matches!(marked.open(), Err(VaultError::NoMark)));
}

#[test]
fn the_mark_of_another_node_is_none_and_of_the_same_keys_is_one() {
    let (marked, mark) = marked();
    mark.raise_head(5, root(5)).expect("it rises");
    let other = crate::room::seeded_room(8);
    assert!(matches!(Mark::open(&marked.path, other.ring()), Err(VaultError::DamagedMark)));
    marked.room.ring().advance(&Chance::seeded(2)).expect("it moves on");
    assert_eq!(marked.head(), Some((5, root(5))), "the next root key opens it too");
}

#[test]
fn a_changed_bit_costs_one_slot_and_two_are_named() {
    let (marked, mark) = marked();
    mark.raise_head(1, root(1)).expect("it rises");
    mark.raise_head(2, root(2)).expect("it rises");
    let whole = marked.bytes();
    assert!(!marked.open().expect("it opens").was_torn());
    // The making took numbers 0 and 1, so 1 leaf stands in the first slot and 2 in the second.
    for (slot, left) in [(SLOTS[0], 2), (SLOTS[1], 1)] {
        for byte in 0..SLOT {
            let mut changed = whole.clone();
            changed[slot + byte] ^= 1 << (byte % 8);
            std::fs::write(&marked.path, &changed).expect("a file");
            let mark = marked.open().expect("the other slot counts");
            assert_eq!(mark.head().expect("a head"), Some((left, root(left))), "byte {byte} of slot {slot}");
            assert!(mark.was_torn());
            changed[SLOTS[0] + SLOTS[1] - slot + byte] ^= 0x80;
            std::fs::write(&marked.path, &changed).expect("a file");
            assert!(matches!(marked.open(), Err(VaultError::DamagedMark)));
        }
    }
    for length in [0, 1, SLOT - 1] {
        std::fs::write(&marked.path, &whole[..length]).expect("a file");
        assert!(matches!(marked.open(), Err(VaultError::DamagedMark)), "{length} bytes");
    }
    // A slot in the place of the other is not believed: it would hide the later one.
    let mut misplaced = whole.clone();
    misplaced.copy_within(SLOTS[0]..SLOTS[0] + SLOT, SLOTS[1]);
    std::fs::write(&marked.path, &misplaced).expect("a file");
    assert_eq!(marked.head(), Some((1, root(1))));
    assert!(marked.open().expect("it opens").was_torn());
}

#[test]
fn a_write_that_was_cut_off_anywhere_leaves_the_mark_before_or_after_it() {
    let (marked, mark) = marked();
    mark.raise_head(1, root(1)).expect("it rises");
    let before = marked.bytes();
    mark.raise_head(2, root(2)).expect("it rises");
    let after = marked.bytes();
    for cut in 0..=SLOT {
        let mut torn = before.clone();
        torn[SLOTS[1]..SLOTS[1] + cut].copy_from_slice(&after[SLOTS[1]..SLOTS[1] + cut]);
        std::fs::write(&marked.path, &torn).expect("a file");
        let left = if cut == SLOT { 2 } else { 1 };
        let again = marked.open().expect("it opens");
        assert_eq!(again.head().expect("a head"), Some((left, root(left))), "cut after {cut} bytes");
        again.raise_head(3, root(3)).expect("it goes on");
        assert_eq!(marked.head(), Some((3, root(3))), "cut after {cut} bytes");
    }
}

#[test]
fn threads_raise_one_mark_and_the_highest_counts() {
    let (marked, mark) = marked();
    std::thread::scope(|scope| {
        for part in 0..4u64 {
            let mark = &mark;
            scope.spawn(move || {
                for size in (part..400).step_by(4) {
                    match mark.raise_head(size, root(size)) {
                        Ok(()) | Err(VaultError::SmallerJournal { .. }) => {}
                        Err(other) => panic!("{other}"),
                    }
                    mark.note_time(time(size as i64)).expect("it is noted");
                }
            });
        }
    });
    assert_eq!(marked.head(), Some((399, root(399))));
    assert_eq!(marked.open().expect("it opens").time().expect("a time"), Some(time(399)));
}
