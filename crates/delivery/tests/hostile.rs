//! Whatever a wire does: every message takes effect once, in order, and every gap is noticed.

mod node;

use std::collections::BTreeSet;
use std::ops::Range;

use fairfile_delivery::{Accepted, Inbox, Refused, pull};
use fairfile_proof::Message;
use node::{Dice, HostileWire, MEMBER, Member, Node, counted};

/// What an inbox must hold, kept beside it from what the wire delivered whole.
#[derive(Clone, Default)]
struct Model {
    arrived: BTreeSet<u64>,
    done: u64,
}

impl Model {
    fn arrive(&mut self, whole: &[u64]) {
        self.arrived.extend(whole.iter().filter(|seq| **seq > self.done));
        while self.arrived.remove(&(self.done + 1)) {
            self.done += 1;
        }
    }

    fn gaps(&self) -> Vec<Range<u64>> {
        let mut expected = self.done + 1;
        let mut gaps = Vec::new();
        for seq in &self.arrived {
            if *seq > expected {
                gaps.push(expected..*seq);
            }
            expected = seq + 1;
        }
        gaps
    }
}

/// How many messages to send; the usual number unless whoever runs the test says otherwise by the environment.
#[allow(clippy::disallowed_methods, reason = "whoever runs the test says by the environment how long it may take")]
fn how_many(usual: u64) -> u64 {
    std::env::var("FAIRFILE_DELIVERY_MESSAGES").map_or(usual, |text| text.parse().expect("a number of messages"))
}

/// Takes a page with an inbox opened anew, or falls before the commit: in the effect of the message that is the
/// `falls_at`th to have one, the disk is kept as it is then. Whether the page was taken.
fn takes(inbox: &mut Inbox, member: &Member, page: &[Vec<u8>], falls_at: Option<usize>) -> bool {
    let saved = tempfile::tempdir().expect("a folder");
    let (mut place, mut fell) = (0, false);
    let mut effect = |message: &Message, tables: &rusqlite::Connection| {
        counted(message, tables)?;
        if falls_at == Some(place) {
            member.snapshot(saved.path());
            fell = true;
        }
        place += 1;
        Ok(())
    };
    inbox.accept(page, &mut effect).expect("the page is taken");
    // Closed first: while it is open, its file cannot be exchanged.
    *inbox = elsewhere(saved.path());
    if fell {
        // What the program did after that moment never reached the disk.
        member.restores(saved.path());
    }
    *inbox = member.opens();
    !fell
}

/// Lets go of the file while it is exchanged.
fn elsewhere(folder: &std::path::Path) -> Inbox {
    Inbox::open(&folder.join("other.db"), MEMBER, Node::new(0).key.verifier()).expect("an inbox of no use")
}

#[test]
fn over_a_hostile_wire_with_falls_every_effect_is_there_once_and_in_order() {
    let sent = how_many(20_000);
    let (member, mut wire, mut dice) = (Member::new(), HostileWire::new(sent, 20_261_123), Dice(5));
    let (mut model, mut harmed, mut falls, mut fetches, mut gaps) = (Model::default(), 0, 0, 0, 0);
    let mut inbox = member.opens();
    while inbox.next_seq().expect("a number") <= sent {
        let page = wire.page(inbox.next_seq().expect("a number") - 1);
        fetches += 1;
        let falls_at = dice.percent(25).then(|| dice.below(40));
        if takes(&mut inbox, &member, &page, falls_at) {
            model.arrive(&wire.whole);
            harmed += wire.harmed;
        } else {
            falls += 1;
        }
        let missing = inbox.missing().expect("the gaps");
        assert_eq!(missing, model.gaps(), "every gap is noticed, and nothing that is none");
        assert_eq!(inbox.next_seq().expect("a number"), model.done + 1);
        gaps += missing.len();
    }
    let refused: u64 = inbox.refused().expect("counts").values().sum();
    let effects = member.effects();
    assert_eq!(effects.len() as u64, sent, "0 missed, 0 doubled");
    assert!(effects.into_iter().eq(1..=sent), "in order");
    assert!(falls > 0 && gaps > 0 && refused > 0);
    assert_eq!(refused, harmed, "whatever was harmed is refused, and nothing else");
    println!("{sent} messages, {fetches} fetches, {falls} falls, {gaps} gaps noticed, {refused} refused");
}

#[test]
fn a_pull_over_a_hostile_wire_ends_and_more_of_them_bring_all() {
    let (member, mut wire) = (Member::new(), HostileWire::new(2_000, 3));
    let (mut pulls, mut took) = (0, 0);
    while took < 2_000 {
        let pulled = pull(&mut member.opens(), &mut wire, &mut counted).expect("it goes on");
        took += pulled.took;
        pulls += 1;
        assert!(pulls < 200, "the wire is bad, and not that bad");
    }
    assert!(member.effects().into_iter().eq(1..=2_000));
    let after = pull(&mut member.opens(), &mut wire, &mut counted).expect("nothing is left");
    assert_eq!((after.took, after.missing.len()), (0, 0));
}

/// The broker says of each that it is delivered, and forgets one in three: whoever believed it would never know.
#[test]
fn a_broker_that_acknowledges_and_forgets_leaves_gaps_that_the_outbox_fills() {
    let (member, node, mut dice) = (Member::new(), Node::new(900), Dice(9));
    let mut inbox = member.opens();
    let mut forgotten = BTreeSet::new();
    for seq in 1..=node.sent {
        // The last is delivered, so that each that is forgotten has one behind it.
        if seq < node.sent && dice.percent(33) {
            forgotten.insert(seq);
        } else {
            inbox.accept(&[node.message(seq)], &mut counted).expect("taken");
        }
    }
    let missing: BTreeSet<u64> = inbox.missing().expect("the gaps").into_iter().flatten().collect();
    assert!(!forgotten.is_empty());
    assert_eq!(missing, forgotten);
    for gap in inbox.missing().expect("the gaps") {
        let again: Vec<_> = gap.map(|seq| node.message(seq)).collect();
        inbox.accept(&again, &mut counted).expect("taken");
    }
    assert!(inbox.missing().expect("none").is_empty());
    assert!(member.effects().into_iter().eq(1..=900));
}

#[track_caller]
fn check(arrived: &[u8], expected: Refused) {
    let (member, node) = (Member::new(), Node::new(3));
    let mut inbox = member.opens();
    inbox.accept(&[node.message(1), node.message(3)], &mut counted).expect("taken");
    let accepted = inbox.accept(&[arrived], &mut counted).expect("refused, not failed");
    let refused = [(expected, 1)].into();
    assert_eq!(accepted, Accepted { refused, missing: vec![Range { start: 2, end: 3 }], ..Accepted::default() });
    assert_eq!(inbox.refused().expect("counted").into_iter().collect::<Vec<_>>(), [(expected, 1)]);
    let first: Vec<u8> =
        member.raw().query_row("SELECT first FROM refused", [], |row| row.get(0)).expect("it is kept as evidence");
    assert_eq!(first, arrived);
    assert_eq!(member.effects(), [1]);
    inbox.accept(&[node.message(2)], &mut counted).expect("the true one is taken all the same");
    assert_eq!(member.effects(), [1, 2, 3]);
}

#[test]
fn what_is_not_the_node_s_or_not_for_this_member_is_refused_by_name() {
    let node = Node::new(3);
    let two = node.message(2);
    check(&two[..two.len() - 1], Refused::Unreadable);
    check(b"{}", Refused::Unreadable);
    check(b"", Refused::Unreadable);
    check(&Node::with_seed(8, 3).message(2), Refused::OtherSender);
    let altered = String::from_utf8(two).expect("JSON").replace("\"correct\"", "\"decline\"");
    check(altered.as_bytes(), Refused::NotSigned);
    let readdressed = String::from_utf8(node.told("court", 2, "not_c")).expect("JSON").replace("court", MEMBER);
    check(readdressed.as_bytes(), Refused::NotSigned);
    check(&node.told("court", 2, "not_c"), Refused::OtherMember);
    check(&node.told(MEMBER, 1, "not_another"), Refused::Contradicts);
    check(&node.told(MEMBER, 2, &format!("not_{:032x}", 3)), Refused::Contradicts);
}
