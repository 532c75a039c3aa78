//! A database that may not grow: the writer takes back what does not fit, says so, and goes on.

use fairfile_proof::Leaf;
use fairfile_testkit::Engine;

use super::*;
use crate::connection::Read as _;
use crate::testing::Ground;
use crate::tx::{Leaves, WriteTx};
use crate::{Pending, Store, node};

fn leaf(number: u32) -> Leaf {
    let mut id = [0; 16];
    id[..4].copy_from_slice(&number.to_be_bytes());
    Leaf::new(id, 29_907_000, &[5; 32], b"{}").expect("a leaf")
}

fn with_leaf<T>(
    store: &Store,
    number: u32,
    work: impl FnOnce(&mut WriteTx<'_>) -> Result<T, StoreError> + Send + 'static,
) -> Pending<T, StoreError>
where
    T: Send + 'static,
{
    store.write(move |mut tx| {
        let value = work(&mut tx)?;
        Ok(tx.commit(Leaves::one(Entry::sealed(leaf(number))), value))
    })
}

/// A setting of so many bytes.
fn add(store: &Store, number: u32, bytes: usize) -> Pending<u64, StoreError> {
    with_leaf(store, number, move |tx| {
        node::add_settings(tx, &[(&format!("setting {number}"), &"x".repeat(bytes))])?;
        Ok(tx.undone())
    })
}

/// Lets the database have `more` pages than it has, and no more.
fn may_grow_by(store: &Store, number: u32, more: i64) {
    let set = with_leaf(store, number, move |tx| {
        let pages = tx.first("test", "PRAGMA page_count", &[], |row| row.whole("pragma", "page_count", 0))?;
        let limit = format!("PRAGMA max_page_count = {}", pages.unwrap_or(0) + more);
        tx.connection().plain("test", &limit)
    });
    set.wait().expect("a limit");
}

/// Holds the sequencer until the sender is dropped, so that what is sent meanwhile is one group.
fn hold(store: &Store) -> std::sync::mpsc::Sender<()> {
    let (release, held) = std::sync::mpsc::channel::<()>();
    let (begun, begins) = std::sync::mpsc::channel::<()>();
    // Its own no leaves no trace.
    drop(store.write(move |_tx| -> Result<crate::Done<()>, StoreError> {
        begun.send(()).ok();
        held.recv().ok();
        Err(StoreError::Busy)
    }));
    begins.recv().expect("it has begun");
    release
}

#[test]
fn what_does_not_fit_is_taken_back_with_its_group_and_the_writer_goes_on_sqlite() {
    let ground = Ground::new(Engine::Sqlite);
    let store = Store::open(&ground.place).expect("it opens");
    assert!(store.keep_reserve(4_096).expect("a reserve"));
    add(&store, 1, 10).wait().expect("room");
    may_grow_by(&store, 2, 20);
    let before = store.head().snapshot().size();
    let release = hold(&store);
    let small = add(&store, 3, 10);
    let large = add(&store, 4, 1 << 20);
    let later = add(&store, 5, 10);
    drop(release);
    let refused = large.wait().expect_err("it does not fit");
    assert!(refused.is_want_of_room(), "{refused}");
    // A piece that does not fit may end the transaction that it is in, or not: whoever was told yes is in the journal.
    let answered = [small.wait(), later.wait()].into_iter().filter_map(Result::ok).count() as u64;
    assert_eq!(store.head().snapshot().size(), before + answered);
    assert!(store.has_room().is_err(), "the reserve was given back");
    assert_eq!(store.condition(), Condition::AtWork);
    may_grow_by(&store, 6, 1 << 20);
    assert!(store.keep_reserve(4_096).expect("made again"));
    add(&store, 4, 1 << 20).wait().expect("there is room again");
    drop(store);
    let again = Store::open_existing(&ground.place).expect("it opens again");
    assert_eq!(again.head().snapshot().size(), before + answered + 2);
}

/// Leaf by leaf the journal itself runs out of room: nobody is answered with a yes whose leaf is not there.
#[test]
fn a_journal_that_does_not_fit_takes_the_whole_group_back_sqlite() {
    let ground = Ground::new(Engine::Sqlite);
    let store = Store::open(&ground.place).expect("it opens");
    may_grow_by(&store, 1, 0);
    let mut answered = 1;
    let mut refused = 0;
    for number in 2..2_000 {
        match with_leaf(&store, number, |_| Ok(())).wait() {
            Ok(_) => answered += 1,
            Err(error) => {
                assert!(error.is_want_of_room(), "{error}");
                refused += 1;
            }
        }
        if refused == 3 {
            break;
        }
    }
    assert_eq!(refused, 3, "the journal never filled up");
    assert_eq!(store.head().snapshot().size(), answered);
    let raised = store.write(move |mut tx| -> Result<_, StoreError> {
        tx.connection().plain("test", "PRAGMA max_page_count = 1000000")?;
        let undone = tx.undone();
        Ok(tx.commit(Leaves::one(Entry::sealed(leaf(9_000))), undone))
    });
    assert_eq!(raised.wait().expect("there is room again").0, 3, "who remembers hears that something was taken back");
    assert_eq!(store.head().snapshot().size(), answered + 1);
}

/// A no that rests on what another piece did is no answer if that piece was taken back.
#[test]
fn a_no_is_not_given_when_its_commit_was_taken_back_sqlite() {
    let ground = Ground::new(Engine::Sqlite);
    let store = Store::open(&ground.place).expect("it opens");
    add(&store, 1, 10).wait().expect("room");
    let release = hold(&store);
    let first = add(&store, 2, 10);
    let same = add(&store, 2, 10);
    // The last of the group asks for the impossible outside of its savepoint.
    let breaks = store.write(|mut tx| -> Result<_, StoreError> {
        tx.connection().plain("test", "RELEASE SAVEPOINT piece")?;
        Ok(tx.commit(Leaves::one(Entry::sealed(leaf(3))), ()))
    });
    drop(release);
    for told in [first.wait().err(), same.wait().err(), breaks.wait().err()] {
        assert!(matches!(told, Some(StoreError::Undone)), "{told:?}");
    }
    add(&store, 2, 10).wait().expect("nothing of it was written");
}

#[test]
fn errors_leave_what_they_leave() {
    let sqlite = |extended: i32| {
        let source = rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(extended), None);
        StoreError::sqlite("test")(source)
    };
    use rusqlite::ffi as codes;
    for (code, before, at_commit) in [
        (codes::SQLITE_FULL, Aftermath::Undone, Aftermath::Undone),
        (codes::SQLITE_IOERR_WRITE, Aftermath::Undone, Aftermath::Undone),
        (codes::SQLITE_IOERR_FSYNC, Aftermath::NobodyKnows, Aftermath::NobodyKnows),
        (codes::SQLITE_IOERR_DIR_FSYNC, Aftermath::NobodyKnows, Aftermath::NobodyKnows),
        (codes::SQLITE_IOERR_SHMSIZE, Aftermath::Undone, Aftermath::NobodyKnows),
        (codes::SQLITE_IOERR_READ, Aftermath::Undone, Aftermath::NobodyKnows),
        (codes::SQLITE_BUSY, Aftermath::Undone, Aftermath::NobodyKnows),
    ] {
        let error = sqlite(code);
        assert_eq!((error.aftermath(), error.aftermath_of_commit()), (before, at_commit), "{error}");
    }
}
