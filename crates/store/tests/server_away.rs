//! PostgreSQL goes away, in the middle of a commit too: nothing is lost, nothing is doubled, and nobody has to do anything.

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::thread;

use fairfile_proof::Leaf;
use fairfile_store::{Condition, Entry, Fault, Leaves, Pending, Place, Store, StoreError, node};
use fairfile_testkit::Raw;
use fairfile_testkit::postgres::Database;

fn write(store: &Store, number: u32) -> Pending<(), StoreError> {
    let mut id = [0; 16];
    id[..4].copy_from_slice(&number.to_be_bytes());
    let leaf = Leaf::new(id, 29_907_000, &[5; 32], b"{}").expect("a leaf");
    store.write(move |mut tx| {
        node::add_settings(&mut tx, &[(&format!("setting {number}"), "value")])?;
        Ok(tx.commit(Leaves::one(Entry::sealed(leaf)), ()))
    })
}

fn is_there(raw: &Raw, number: u32) -> bool {
    raw.count(&format!("SELECT COUNT(*) FROM node WHERE setting = 'setting {number}'")) == 1
}

/// What the wire does with the next COMMIT.
const PASS: u8 = 0;
const LOSE_THE_COMMIT: u8 = 1;
const LOSE_THE_ANSWER: u8 = 2;

/// A wire to the server that can be cut at a COMMIT.
struct Wire {
    address: SocketAddr,
    mode: Arc<AtomicU8>,
}

impl Wire {
    fn to(server: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let mode = Arc::new(AtomicU8::new(PASS));
        let shared = mode.clone();
        thread::spawn(move || {
            for client in listener.incoming() {
                let (Ok(client), Ok(upstream)) = (client, TcpStream::connect(&server)) else { return };
                carry(client, upstream, &shared);
            }
        });
        Self { address, mode }
    }
}

/// Carries both ways until either side ends, or until a COMMIT comes that is to be lost.
fn carry(client: TcpStream, upstream: TcpStream, mode: &Arc<AtomicU8>) {
    let (mut from, mut to) = (client.try_clone().expect("a socket"), upstream.try_clone().expect("a socket"));
    let (mut answers, mut back) = (upstream, client);
    let (there, here) = (mode.clone(), mode.clone());
    // The cut is of one connection; the next one is whole.
    let lost = Arc::new(AtomicU8::new(PASS));
    let lost_here = lost.clone();
    thread::spawn(move || {
        let mut piece = [0; 16 * 1024];
        while let Ok(read @ 1..) = from.read(&mut piece) {
            let is_commit = piece[..read].windows(7).any(|bytes| bytes == b"COMMIT\0");
            let wanted = if is_commit { there.swap(PASS, Ordering::SeqCst) } else { PASS };
            lost.store(wanted, Ordering::SeqCst);
            if wanted == LOSE_THE_COMMIT || to.write_all(&piece[..read]).is_err() {
                break;
            }
        }
        to.shutdown(Shutdown::Both).ok();
        from.shutdown(Shutdown::Both).ok();
    });
    thread::spawn(move || {
        let mut piece = [0; 16 * 1024];
        while let Ok(read @ 1..) = answers.read(&mut piece) {
            if lost_here.load(Ordering::SeqCst) == LOSE_THE_ANSWER || back.write_all(&piece[..read]).is_err() {
                break;
            }
        }
        drop(here);
        answers.shutdown(Shutdown::Both).ok();
        back.shutdown(Shutdown::Both).ok();
    });
}

/// The address with another host and port, and the host and port that it had.
fn through(url: &str, wire: impl FnOnce(String) -> Wire) -> (String, Wire) {
    let (before, rest) = url.split_once('@').expect("an address with a user");
    let (server, database) = rest.split_once('/').expect("an address with a database");
    let wire = wire(server.to_owned());
    (format!("{before}@{}/{database}", wire.address), wire)
}

#[test]
fn a_commit_whose_answer_is_lost_is_found_out_postgres() {
    let database = Database::new();
    let raw = Raw::Postgres(database.url.clone());
    let (url, wire) = through(&database.url, Wire::to);
    let store = Store::open(&Place::Postgres(url)).expect("it opens");
    for round in 0..10 {
        let (lost, held, next) = (round * 3, round * 3 + 1, round * 3 + 2);
        wire.mode.store(LOSE_THE_COMMIT, Ordering::SeqCst);
        let told = write(&store, lost).wait();
        let away = matches!(told, Err(StoreError::Fault { fault: Fault::Away, .. }));
        assert!(away, "the server never heard of it: {:?}", told.err());
        assert!(!is_there(&raw, lost));
        wire.mode.store(LOSE_THE_ANSWER, Ordering::SeqCst);
        let (_, stamp) = write(&store, held).wait().expect("the server has it, and says so when it is asked");
        assert!(is_there(&raw, held));
        let (_, after) = write(&store, next).wait().expect("it goes on");
        assert_eq!(after.leaf(), stamp.leaf() + 1, "nothing doubled, nothing between");
        assert_eq!(store.condition(), Condition::AtWork);
    }
    assert_eq!(raw.count("SELECT COUNT(*) FROM leaf"), 20);
    assert_eq!(store.head().snapshot().size(), 20);
}

#[test]
fn fifty_times_all_connections_are_ended_under_writers_postgres() {
    let database = Database::new();
    let raw = Raw::Postgres(database.url.clone());
    let store = Store::open(&Place::Postgres(database.url.clone())).expect("it opens");
    let told: Vec<(u32, Result<(), StoreError>)> = thread::scope(|all| {
        let some = |first: u32| {
            let store = &store;
            move || -> Vec<_> {
                let numbers = (0..400).map(|number| first + number);
                numbers.map(|number| (number, write(store, number).wait().map(|_| ()))).collect()
            }
        };
        let threads: Vec<_> = (0..4).map(|thread| all.spawn(some(thread * 1_000))).collect();
        for _ in 0..50 {
            let ended = "SELECT COUNT(*) FROM (SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                         WHERE datname = current_database() AND pid <> pg_backend_pid()) AS ended";
            raw.count(ended);
            // Some work comes through before the next.
            let before = store.head().snapshot().size();
            while store.head().snapshot().size() == before && threads.iter().any(|thread| !thread.is_finished()) {
                thread::yield_now();
            }
        }
        threads.into_iter().flat_map(|thread| thread.join().expect("a writer")).collect()
    });
    let mut client = postgres::Client::connect(&database.url, postgres::NoTls).expect("the server is there");
    let rows = client.query("SELECT setting FROM node", &[]).expect("the rows");
    let there: BTreeSet<String> = rows.iter().map(|row| row.get(0)).collect();
    let mut acknowledged = 0;
    for (number, told) in told {
        let is_there = there.contains(&format!("setting {number}"));
        match told {
            Ok(()) => {
                assert!(is_there, "{number} was acknowledged and is lost");
                acknowledged += 1;
            }
            Err(StoreError::InDoubt) => {}
            Err(error) => assert!(!is_there, "{number} was refused and is there: {error}"),
        }
    }
    assert!(acknowledged > 100, "{acknowledged} of 1,600");
    write(&store, 9_999).wait().expect("it goes on without anybody's hands");
    assert_eq!(store.head().snapshot().size(), u64::try_from(raw.count("SELECT COUNT(*) FROM leaf")).expect("a count"));
    drop(store.read().expect("readers come back too"));
}
