//! Whatever carries the notices loses, repeats, alters and forges: each takes effect once, and the member alone ends it.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fs;
use std::ops::Range;
use std::path::PathBuf;

use fairfile_delivery::{Failure, Inbox, Pulled, Refused, Wire, pull};
use fairfile_domain::notice::{Chase, Standing};
use fairfile_proof::{Message, NodeKey, VerifierKey};
use fairfile_service::inquirer::outbox;
use fairfile_testkit::{Raw, World, on_both_engines};
use fairfile_vault::Chance;
use tempfile::TempDir;

const ITEM: &str = "pharmacist-licence";
const MEMBER: &str = "health-commission";
const OTHER: &str = "insurance-bureau";
/// An officer of each, and the purpose for which that one may ask.
const OFFICERS: [(&str, &str); 2] = [("0417", "licence-renewal"), ("1001", "pharmacy-contract")];

/// Both members are shown the licences of these `people`; then each is corrected twice, and every third withdrawn.
/// The number of notices that each member is sent.
fn licences_are_put_right(world: &World, people: Range<usize>) -> u64 {
    let source = world.source("drug-administration");
    let mut notices = 0;
    for n in people {
        let (person, number) = (world.person(&format!("林{}", "晓禾安宁乐平".repeat(n + 1))), format!("LH-{n}"));
        source.records(ITEM, world.row(ITEM, &person).with("registration_no", &number));
        for (officer, purpose) in OFFICERS {
            assert!(!world.officer(officer).asks(&person, purpose).is_nothing());
        }
        for day in ["2031-12-30", "2031-12-31"] {
            source.corrects(ITEM, &number, &person, ("valid_until", day), "录入错误");
            notices += 1;
        }
        if n % 3 == 0 {
            source.withdraws(ITEM, &number, &person, "登记错人");
            notices += 1;
        }
    }
    notices
}

fn told(world: &World, member: &str, after: u64, most: u32) -> Vec<Message> {
    let member = member.parse().expect("a member's code");
    outbox(&world.reg(), &member, after, most).expect("the outbox is read").messages
}

fn bytes(messages: &[Message]) -> Vec<Vec<u8>> {
    messages.iter().map(|message| message.to_json().expect("JSON")).collect()
}

fn entries(world: &World) -> u64 {
    world.reg().store.head().snapshot().size()
}

/// Carries a few messages at a time: loses 30 of 100, carries half of the rest twice, mixes all, and of ten that it
/// carries cuts one, changes one, forges one and puts one of another member in the place of one.
struct Hostile<'w> {
    world: &'w World,
    chance: Chance,
    forger: NodeKey,
}

impl<'w> Hostile<'w> {
    fn new(world: &'w World, seed: u64) -> Self {
        let forger = NodeKey::from_seed("lanhe.example/journal", &[9; 32]).expect("a key like the node's");
        Self { world, chance: Chance::seeded(seed), forger }
    }

    fn below(&self, end: usize) -> usize {
        let drawn = u64::from_be_bytes(self.chance.bytes().expect("seeded chance never ends"));
        usize::try_from(drawn % end.max(1) as u64).expect("below a usize")
    }

    fn carries(&self, message: &Message) -> Vec<u8> {
        let mut whole = message.to_json().expect("JSON");
        match self.below(10) {
            0 => whole.truncate(self.below(whole.len())),
            1 => {
                let at = self.below(whole.len());
                whole[at] ^= 1 << self.below(8);
            }
            2 => whole = Message::issue(&self.forger, message.parts().clone()).and_then(|m| m.to_json()).expect("JSON"),
            3 => whole = bytes(&told(self.world, OTHER, message.parts().seq - 1, 1)).remove(0),
            _ => {}
        }
        whole
    }
}

impl Wire for Hostile<'_> {
    type Error = Infallible;

    fn fetch(&mut self, after: u64) -> Result<Vec<Vec<u8>>, Infallible> {
        let mut came = Vec::new();
        for message in told(self.world, MEMBER, after, 12) {
            let times = if self.below(100) < 30 { 0 } else { 1 + self.below(2) };
            came.extend((0..times).map(|_| self.carries(&message)));
        }
        came.sort_by_cached_key(|_| self.below(1_000));
        Ok(came)
    }
}

/// A member's office: an inbox, a ledger in the same file, and a clerk who confirms what stands in it.
struct Office<'w> {
    world: &'w World,
    folder: TempDir,
    key: VerifierKey,
}

impl<'w> Office<'w> {
    fn new(world: &'w World) -> Self {
        let key = VerifierKey::parse(&world.published_key()).expect("the node's key");
        Self { world, folder: tempfile::tempdir().expect("a folder"), key }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("inbox.db")
    }

    fn opens(&self) -> Inbox {
        Inbox::open(&self.path(), MEMBER, &self.key).expect("the inbox opens")
    }

    /// Pulls once, with an inbox opened for it.
    fn pulls(&self, wire: &mut Hostile<'_>) -> Pulled {
        let mut effect = |message: &Message, tables: &_| enter(message, tables);
        pull(&mut self.opens(), wire, &mut effect).expect("the pull ends")
    }

    /// Pulls until all `notices` have come.
    fn pulls_all(&self, wire: &mut Hostile<'_>, notices: u64) -> BTreeMap<Refused, u64> {
        for _ in 0..200 {
            if self.opens().next_seq().expect("a number") > notices {
                return self.opens().refused().expect("counts");
            }
            self.pulls(wire);
        }
        panic!("the wire is bad, and not that bad");
    }

    /// Confirms what has not been confirmed; of every third the answer is lost, so that it is sent once more.
    fn confirms(&self) {
        for round in 0.. {
            let mut inbox = self.opens();
            let open = inbox.unread(1_000).expect("read");
            if open.is_empty() {
                return;
            }
            for (n, message) in open.iter().enumerate() {
                let notice = message.parts().message_id.parse().expect("the id of a notice");
                self.world.member(MEMBER).confirms(notice).expect("it is kept");
                if round > 0 || n % 3 > 0 {
                    inbox.mark_read(std::slice::from_ref(message)).expect("noted");
                }
            }
        }
    }

    fn ledger(&self) -> Vec<String> {
        let rows = Raw::Sqlite(self.path()).rows("SELECT notice FROM ledger ORDER BY n");
        rows.iter().map(|row| row[0].text().to_owned()).collect()
    }
}

/// The effect: a line in the member's ledger.
fn enter(message: &Message, tables: &rusqlite::Connection) -> Result<(), Failure> {
    let made =
        tables.execute_batch("CREATE TABLE IF NOT EXISTS ledger (n INTEGER PRIMARY KEY AUTOINCREMENT, notice TEXT)");
    let id = &message.parts().message_id;
    let entered = made.and_then(|()| tables.execute("INSERT INTO ledger (notice) VALUES (?1)", [id]));
    entered.map(|_| ()).map_err(|_| Failure::Later("the ledger cannot be written"))
}

fn ids(world: &World) -> Vec<String> {
    told(world, MEMBER, 0, 500).iter().map(|message| message.parts().message_id.clone()).collect()
}

on_both_engines! {
    fn every_notice_arrives_once_and_is_confirmed_over_a_hostile_wire(world) {
        let notices = licences_are_put_right(world, 0..9);
        let (office, mut wire, before) = (Office::new(world), Hostile::new(world, 3), entries(world));
        let refused = office.pulls_all(&mut wire, notices);
        assert_eq!(office.ledger(), ids(world), "each once, in the node's own order");
        assert_eq!(office.ledger().len() as u64, notices);
        for kind in [Refused::Unreadable, Refused::OtherSender, Refused::OtherMember] {
            assert!(refused.contains_key(&kind), "the wire did its worst: {refused:?}");
        }
        assert!(!refused.contains_key(&Refused::Contradicts), "the node never says two things under one number");
        assert_eq!(entries(world), before, "that they were handed over is noted nowhere");
        assert_eq!(world.member(MEMBER).notices().len() as u64, notices, "and ends nothing");

        office.confirms();
        assert!(world.member(MEMBER).notices().is_empty(), "all are confirmed");
        assert_eq!(entries(world), before + notices, "each once, however often it was sent");
        assert_eq!(world.member(OTHER).notices().len() as u64, notices, "nobody confirms for another");
    }

    fn an_inbox_put_back_from_an_older_copy_confirms_nothing_twice(world) {
        let (office, mut wire) = (Office::new(world), Hostile::new(world, 4));
        let early = licences_are_put_right(world, 0..3);
        office.pulls_all(&mut wire, early);
        let copy = office.folder.path().join("copy.db");
        fs::copy(office.path(), &copy).expect("a closed inbox is one file");
        let notices = early + licences_are_put_right(world, 3..6);
        let before = entries(world);
        office.pulls_all(&mut wire, notices);
        office.confirms();
        assert_eq!(entries(world), before + notices);

        fs::rename(copy, office.path()).expect("put back");
        assert_eq!(office.ledger().len() as u64, early, "it is older");
        office.pulls_all(&mut wire, notices);
        assert_eq!(office.ledger(), ids(world), "it has caught up, each once");
        office.confirms();
        assert_eq!(entries(world), before + notices, "what was confirmed is not confirmed again");
    }

    fn a_wire_that_says_delivered_ends_no_notice(world) {
        let notices = licences_are_put_right(world, 0..1);
        let before = entries(world);
        // The broker takes all, says of each that it is delivered, and drops it: there is nobody at the node to be told.
        for _ in 0..20 {
            assert_eq!(told(world, MEMBER, 0, 500).len() as u64, notices);
        }
        assert_eq!(entries(world), before);
        world.days_pass(7);
        assert_eq!(world.calendar_runs().notices_chased(), 0);
        for step in Chase::ALL {
            world.days_pass(if step == Chase::Reminder { 1 } else { 8 });
            // Two members are silent.
            assert_eq!(world.calendar_runs().notices_chased(), 2 * notices, "{step:?}");
            assert_eq!(told(world, MEMBER, 0, 500).len() as u64, notices, "fetching is no answer");
            let open = world.member(MEMBER).notices();
            assert!(open.iter().all(|notice| notice.standing == Standing::Late(Some(step))), "{step:?}");
            assert_eq!(open.len() as u64, notices);
        }
        let office = Office::new(world);
        office.pulls_all(&mut Hostile::new(world, 5), notices);
        assert_eq!(world.member(MEMBER).notices().len() as u64, notices, "taken is not confirmed");
        office.confirms();
        assert!(world.member(MEMBER).notices().is_empty());
    }

    fn a_message_is_the_same_to_the_byte_whatever_has_happened_since(world) {
        let notices = licences_are_put_right(world, 0..4);
        let first = bytes(&told(world, MEMBER, 0, 500));
        assert!(first.iter().collect::<std::collections::BTreeSet<_>>().len() as u64 == notices);
        let in_pages: Vec<_> = (0..notices).flat_map(|after| bytes(&told(world, MEMBER, after, 1))).collect();
        assert_eq!(in_pages, first, "page by page as well, without a gap");

        let lin = world.people()[1].clone();
        world.officer("0417").asks(&lin, OFFICERS[0].1);
        let one = world.member(MEMBER).notices()[0].on_file.notice;
        world.member(MEMBER).confirms(one).expect("it is kept");
        world.days_pass(30);
        world.calendar_runs();
        world.source("drug-administration").withdraws(ITEM, "LH-1", &lin, "登记错人");
        world.restarts(|_| ());
        let again = bytes(&told(world, MEMBER, 0, 500));
        assert_eq!(again.len(), first.len() + 1);
        assert_eq!(again[..first.len()], first);
        let key = VerifierKey::parse(&world.published_key()).expect("the node's key");
        for (n, message) in told(world, MEMBER, 0, 500).iter().enumerate() {
            assert!(message.is_signed_by(&key) && message.parts().seq == n as u64 + 1);
            let text = String::from_utf8(bytes(std::slice::from_ref(message)).remove(0)).expect("UTF-8");
            for person in world.people() {
                assert!(!text.contains(&person.name) && !text.contains(&person.number), "no person stands in it");
            }
        }
    }
}
