//! What is destroyed is known to be, and does not come back; what is about to be is marked.

use fairfile_domain::id::{RecordId, SealKeyId};
use fairfile_vault::{Month, NewKey, VaultError};

use crate::room::*;

fn new_keys(room: &Room, count: usize) -> Vec<NewKey> {
    (0..count).map(|_| room.ring().make(Month::of(today()), &room.chance).expect("a key")).collect()
}

fn ids(keys: &[NewKey]) -> Vec<SealKeyId> {
    keys.iter().map(NewKey::id).collect()
}

#[test]
fn the_ledger_lists_every_destroyed_key_in_pages() {
    let room = room();
    let keys = new_keys(&room, 25);
    room.ring().keep(&keys).expect("they are kept");
    let mut gone = ids(&keys[..23]);
    room.ring().destroy(&gone[..20]).expect("they are destroyed");
    // Again, and one that this store never held: a ledger of before may say so.
    room.ring().destroy(&gone[15..22]).expect("they are destroyed");
    gone[22] = SealKeyId::from_bytes([0xee; 16]);
    room.ring().destroy(&gone[22..]).expect("it is destroyed");
    gone.sort();

    let ring = keyring(room.dir.path()).expect("it opens again");
    assert_eq!(ring.count_destroyed().expect("a count"), 23);
    assert_eq!(ring.count().expect("a count"), 3);
    let mut listed = Vec::new();
    loop {
        let page = ring.list_destroyed(listed.last().copied(), 7).expect("a page");
        assert!(page.len() <= 7);
        if page.is_empty() {
            break;
        }
        listed.extend(page);
    }
    assert_eq!(listed, gone);
    let mut kept: Vec<_> = ids(&keys).into_iter().filter(|key| !gone.contains(key)).collect();
    kept.sort();
    assert_eq!(ring.list_kept(None, 10).expect("a page"), kept);
    assert_eq!(ring.list_kept(Some(kept[0]), 1).expect("a page"), kept[1..2]);
    for key in ids(&keys) {
        assert_eq!(ring.is_destroyed(key).expect("it is known"), gone.contains(&key));
    }
}

#[test]
fn a_destroyed_key_is_never_kept_again_nor_what_comes_with_it() {
    let room = room();
    let keys = new_keys(&room, 2);
    room.ring().keep([&keys[0]]).expect("it is kept");
    room.ring().destroy(&[keys[0].id()]).expect("it is destroyed");
    for order in [[&keys[0], &keys[1]], [&keys[1], &keys[0]]] {
        assert!(matches!(room.ring().keep(order), Err(VaultError::Destroyed)));
        assert_eq!(room.ring().count().expect("a count"), 0);
    }
    assert!(matches!(room.ring().lend(keys[0].id()), Err(VaultError::Destroyed)));
    room.ring().keep([&keys[1]]).expect("the other one alone");
}

#[test]
fn a_key_that_is_missing_but_was_not_destroyed_is_named_as_lost() {
    let room = room();
    let licence = room.licence();
    let store = rusqlite::Connection::open(room.path("keys.db")).expect("the key store");
    store.execute("DELETE FROM content_key", []).expect("it is deleted behind our back");
    assert!(matches!(room.shows(&licence), Err(VaultError::Lost)));
    assert!(matches!(room.ring().lend(licence.key), Err(VaultError::Lost)));
}

#[test]
fn marks_of_doom_outlive_a_crash_and_end_in_destruction_or_mercy() {
    let room = room();
    let keys = new_keys(&room, 3);
    room.ring().keep(&keys).expect("they are kept");
    let record = RecordId::from_bytes([3; 16]);
    let mut doomed: Vec<_> = ids(&keys).into_iter().zip(1..).map(|(key, version)| (key, record, version)).collect();
    room.ring().doom(&doomed).expect("they are marked");
    room.ring().doom(&doomed[..1]).expect("to mark one twice is no error");
    let ring = keyring(room.dir.path()).expect("it opens after a crash");
    doomed.sort();
    assert_eq!(ring.list_doomed().expect("a list"), doomed);
    ring.lend(keys[2].id()).expect("a mark alone destroys nothing");

    ring.spare(&[doomed[0].0]).expect("it is spared");
    ring.destroy(&[doomed[1].0]).expect("it is destroyed");
    assert_eq!(ring.list_doomed().expect("a list"), doomed[2..]);
    ring.lend(doomed[0].0).expect("what was spared lives");
    assert!(matches!(ring.lend(doomed[1].0), Err(VaultError::Destroyed)));
}
