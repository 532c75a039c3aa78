//! Effects that fail, for now or for good, and files that are no inbox of this member.

mod node;

use fairfile_delivery::{Failure, Inbox, InboxError, Refused};
use fairfile_proof::Message;
use node::{MEMBER, Member, Node, counted};
use rusqlite::Connection;

fn all(node: &Node) -> Vec<Vec<u8>> {
    (1..=node.sent).map(|seq| node.message(seq)).collect()
}

#[test]
fn poison_is_parked_and_named_and_holds_up_only_what_is_about_the_same_thing() {
    let (member, node) = (Member::new(), Node::new(350));
    let mut inbox = member.opens();
    let mut fails = |message: &Message, tables: &Connection| {
        counted(message, tables)?;
        if message.parts().seq == 7 { Err(Failure::Never("the item is not known here")) } else { Ok(()) }
    };
    let accepted = inbox.accept(&all(&node), &mut fails).expect("it does not block");
    // A hundred records take turns: 107, 207 and 307 are about what 7 is about.
    assert_eq!((accepted.took, &accepted.parked[..]), (346, &[7, 107, 207, 307][..]));
    let whys: Vec<String> = inbox.parked().expect("they are named").into_iter().map(|parked| parked.why).collect();
    assert_eq!(whys[0], "the item is not known here");
    assert!(whys[1..].iter().all(|why| why == "an earlier message about the same thing is parked"));
    assert!(!member.effects().contains(&7), "what it had written before it failed is undone");

    let again = inbox.retry_parked(&mut fails).expect("tried again");
    assert_eq!((again.took, again.parked.len()), (0, 4));
    drop(inbox);
    let mut inbox = member.opens();
    let again = inbox.retry_parked(&mut counted).expect("mended");
    assert_eq!((again.took, again.parked.len(), inbox.parked().expect("none").len()), (4, 0, 0));
    let effects = member.effects();
    assert_eq!(effects[346..], [7, 107, 207, 307], "in their own order");
    let mut sorted = effects;
    sorted.sort_unstable();
    assert!(sorted.into_iter().eq(1..=350), "none is lost and none is doubled");
}

#[test]
fn an_effect_that_fails_for_now_keeps_its_place_and_loses_nothing() {
    let (member, node) = (Member::new(), Node::new(20));
    let mut inbox = member.opens();
    let mut fails = |message: &Message, tables: &Connection| {
        counted(message, tables)?;
        if message.parts().seq == 12 { Err(Failure::Later("the ledger is closed at night")) } else { Ok(()) }
    };
    for _ in 0..3 {
        let stopped = inbox.accept(&all(&node), &mut fails).expect_err("not yet");
        assert!(matches!(stopped, InboxError::Later { seq: 12, .. }), "{stopped}");
        assert!(stopped.to_string().contains("the ledger is closed at night"));
        assert!(member.effects().into_iter().eq(1..12), "what came before it holds, once");
        drop(inbox);
        inbox = member.opens();
    }
    let nothing: [&[u8]; 0] = [];
    assert_eq!(inbox.accept(&nothing, &mut counted).expect("morning").took, 9, "nothing need come again for it");
    assert!(member.effects().into_iter().eq(1..=20));
}

#[test]
fn an_effect_that_ends_the_transaction_under_the_inbox_leaves_nothing_half() {
    let (member, node) = (Member::new(), Node::new(5));
    let mut inbox = member.opens();
    for outcome in [Ok(()), Err(Failure::Never("gone"))] {
        let mut ends = |message: &Message, tables: &Connection| {
            counted(message, tables)?;
            if message.parts().seq == 3 {
                // As a full disk does it.
                tables.execute_batch("ROLLBACK").expect("rolled back");
                return outcome;
            }
            Ok(())
        };
        assert!(matches!(inbox.accept(&all(&node), &mut ends), Err(InboxError::File(_))));
        assert!(member.effects().is_empty());
        drop(inbox);
        inbox = member.opens();
        assert_eq!(inbox.next_seq().expect("a number"), 1);
        assert!(inbox.parked().expect("none").is_empty());
    }
    assert_eq!(inbox.accept(&all(&node), &mut counted).expect("taken").took, 5);
}

#[test]
fn an_inbox_put_back_from_an_older_copy_catches_up() {
    let (member, node) = (Member::new(), Node::new(60));
    let saved = tempfile::tempdir().expect("a folder");
    member.opens().accept(&all(&Node::new(25)), &mut counted).expect("taken");
    member.snapshot(saved.path());
    member.opens().accept(&all(&node), &mut counted).expect("taken");
    member.restores(saved.path());
    assert_eq!(member.opens().next_seq().expect("a number"), 26);
    let accepted = member.opens().accept(&all(&node), &mut counted).expect("taken");
    assert_eq!((accepted.took, accepted.before), (35, 25));
    assert!(member.effects().into_iter().eq(1..=60));
}

#[test]
fn what_was_shown_is_not_shown_again() {
    let (member, node) = (Member::new(), Node::new(4));
    let mut inbox = member.opens();
    inbox.accept(&[node.message(1), node.message(2), node.message(4)], &mut counted).expect("taken");
    let seqs = |inbox: &Inbox| inbox.unread(10).expect("read").iter().map(|m| m.parts().seq).collect::<Vec<_>>();
    assert_eq!(seqs(&inbox), [1, 2], "what waits is not shown before its turn");
    let shown = inbox.unread(1).expect("read");
    inbox.mark_read(&shown).expect("noted");
    assert_eq!(seqs(&inbox), [2]);
    drop(inbox);
    let mut inbox = member.opens();
    inbox.accept(&[node.message(3)], &mut counted).expect("taken");
    assert_eq!(seqs(&inbox), [2, 3, 4]);
}

#[test]
fn an_inbox_opens_for_its_member_and_with_its_node_s_key_only() {
    let (member, node) = (Member::new(), Node::new(1));
    let other = Inbox::open(&member.path(), "court", node.key.verifier()).expect_err("another member's");
    assert!(matches!(&other, InboxError::OtherMember(owner) if owner == MEMBER), "{other}");
    let changed = Node::with_seed(8, 1);
    let error = Inbox::open(&member.path(), MEMBER, changed.key.verifier()).expect_err("another key");
    assert!(matches!(&error, InboxError::OtherKey { pinned } if *pinned == node.key.vkey()), "{error}");
    assert!(error.to_string().contains("ask the node's operator"));
    let accepted = member.opens().accept(&[changed.message(1)], &mut counted).expect("refused");
    assert_eq!(accepted.refused.into_iter().collect::<Vec<_>>(), [(Refused::OtherSender, 1)]);
}

/// Two programs that show what is new would show it twice.
#[test]
fn an_inbox_is_held_by_one_at_a_time() {
    let (member, node) = (Member::new(), Node::new(2));
    let mut held = member.opens();
    held.accept(&[node.message(1)], &mut counted).expect("taken");
    for _ in 0..2 {
        let error = Inbox::open(&member.path(), MEMBER, node.key.verifier()).expect_err("it is held");
        assert!(matches!(error, InboxError::InUse), "{error}");
    }
    let shown = held.unread(10).expect("read");
    held.mark_read(&shown).expect("noted");
    held.accept(&[node.message(2)], &mut counted).expect("who holds it goes on");
    drop(held);
    assert_eq!(member.opens().unread(10).expect("read").len(), 1);
    assert!(member.effects().into_iter().eq(1..=2));
}

#[cfg(unix)]
#[test]
fn an_inbox_is_for_its_owner_s_eyes_alone() {
    use std::os::unix::fs::PermissionsExt;
    let (member, node) = (Member::new(), Node::new(3));
    let mut inbox = member.opens();
    inbox.accept(&all(&node), &mut counted).expect("taken");
    for end in ["", "-wal", "-shm", "-lock"] {
        let path = format!("{}{end}", member.path().display());
        let mode = std::fs::metadata(&path).expect("it is there while the inbox is open").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{end}");
    }
}

#[test]
fn a_file_that_is_no_inbox_is_left_as_it_is() {
    let (folder, node) = (tempfile::tempdir().expect("a folder"), Node::new(1));
    let (text, tables, newer) =
        (folder.path().join("letter.txt"), folder.path().join("other.db"), folder.path().join("newer.db"));
    std::fs::write(&text, "a letter of more than a hundred bytes, which is no table. ".repeat(20)).expect("written");
    Connection::open(&tables).expect("made").execute_batch("CREATE TABLE t (a)").expect("a table of others");
    drop(Inbox::open(&newer, MEMBER, node.key.verifier()).expect("made"));
    Connection::open(&newer).expect("open").pragma_update(None, "user_version", 2).expect("changed");
    for path in [&text, &tables, &newer] {
        let before = std::fs::read(path).expect("there");
        let error = Inbox::open(path, MEMBER, node.key.verifier()).expect_err("no inbox");
        let fits = matches!(error, InboxError::NotAnInbox | InboxError::Newer { found: 2, known: 1 });
        assert!(fits && (path == &newer) == matches!(error, InboxError::Newer { .. }), "{error}");
        assert_eq!(std::fs::read(path).expect("there"), before);
    }
}
