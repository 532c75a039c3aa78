//! The examples of `docs/formats.md`, made by the code that it describes.
//!
//! An example stands in the page as a fenced block under the line `<!-- example: NAME -->`. `UPDATE_GOLDEN=1` writes
//! the blocks anew: a change of one is a change of what outsiders were promised.

use std::path::PathBuf;

use fairfile_proof::encoding::canonical;
use fairfile_proof::export::leaf_line;
use fairfile_proof::{
    CopyParts, JournalHeader, Leaf, Look, Message, MessageParts, NodeKey, Opening, PersonCopy, Receipt, TileName,
    TilePath, Tree, chain_next, chain_start, entries_bundle, verify_file,
};
use serde_json::{Value, json};

/// 2026-11-23T09:00:00+08:00, in microseconds since 1970.
const AT: i64 = 1_795_395_600_000_000;
const SUBJECT: [u8; 16] = [0x5a; 16];
const FOUNDED: [u8; 16] = [0x01; 16];
const LOOK: [u8; 16] = [0x02; 16];
const OWN_LOOK: [u8; 16] = [0x03; 16];

/// The journal of the page: a node is founded, an officer looks at a file, the person reads it a minute later.
struct Example {
    key: NodeKey,
    events: Vec<(Value, [u8; 32], Leaf)>,
}

impl Example {
    fn new() -> Self {
        let key = NodeKey::from_seed("lanhe.example/journal", &[7; 32]).expect("a valid origin");
        let first = chain_next(&chain_start(&SUBJECT), &LOOK, 1);
        let second = chain_next(&first, &OWN_LOOK, 2);
        let founded = json!({
            "at": AT, "event": "founded", "origin": "lanhe.example/journal", "profile": "cn", "zone": "Asia/Shanghai",
        });
        let look = json!({
            "at": AT + 60_000_000,
            "case": "HC-2026-0331",
            "chain": hex::encode(first),
            "event": "look",
            "look_id": hex::encode(LOOK),
            "member": "health-commission",
            "officer": "0417",
            "outcome": "answered",
            "purpose": "licence-renewal",
            "refusal": "",
            "shown": [{
                "inputs": "registration_no class granted_on valid_until issuing_authority",
                "item": "pharmacist-licence",
                "item_version": 1,
                "record_id": hex::encode([0x04; 16]),
                "version": 1,
            }],
        });
        let own = json!({
            "at": AT + 120_000_000,
            "chain": hex::encode(second),
            "event": "look",
            "look_id": hex::encode(OWN_LOOK),
            "outcome": "own",
        });
        let events = [(founded, FOUNDED), (look, LOOK), (own, OWN_LOOK)];
        let written = events.into_iter().zip(0_u8..).map(|((event, id), number)| {
            let minute = event["at"].as_i64().expect("a time").unsigned_abs() / 60_000_000;
            let salt = [0x50 + number; 32];
            let leaf = Leaf::new(id, minute, &salt, &bytes(&event)).expect("a small minute");
            (event, salt, leaf)
        });
        Self { key, events: written.collect() }
    }

    fn tree(&self) -> Tree {
        let mut tree = Tree::empty();
        self.events.iter().for_each(|(_, _, leaf)| tree.append(leaf.hash()));
        tree
    }

    fn checkpoint(&self) -> String {
        let head = self.tree().snapshot();
        self.key.sign_checkpoint(head.size(), &head.root()).expect("a small size")
    }

    fn opening(&self, index: usize) -> Opening {
        let (event, salt, leaf) = self.events[index].clone();
        let proof = self.tree().snapshot().prove(index as u64).expect("a leaf of the journal");
        Opening::new(event, salt, index as u64, leaf, proof).expect("the leaf was written for it")
    }

    fn receipt(&self) -> Receipt {
        let id = format!("rct_{}", hex::encode(LOOK));
        Receipt::issue(&self.key, &id, self.opening(1), self.checkpoint()).expect("a plain receipt")
    }

    fn copy(&self) -> Vec<u8> {
        let parts = CopyParts {
            made_at: "2026-11-23T01:02:00Z".into(),
            subject_id: SUBJECT,
            records: vec![
                json!({ "item": "pharmacist-licence", "record_id": format!("rec_{}", hex::encode([0x04; 16])) }),
            ],
            looks: (1..=2).map(|seq| Look { seq, opening: self.opening(seq as usize) }).collect(),
            checkpoint: self.checkpoint(),
        };
        PersonCopy::issue(&self.key, &parts).expect("a whole chain")
    }

    /// The record that the look showed was corrected, and the member to which it was shown is told.
    fn message(&self) -> Message {
        let parts = MessageParts {
            to: "health-commission".into(),
            seq: 1,
            message_id: format!("not_{}", hex::encode([0x06; 16])),
            about: format!("rec_{}", hex::encode([0x04; 16])),
            made_at: "2026-11-24T01:00:00Z".into(),
            body: json!({
                "kind": "notice",
                "correction_id": format!("cor_{}", hex::encode([0x05; 16])),
                "act": "correct",
                "reason": "entered-wrongly",
                "item": "pharmacist-licence",
                "version_before": 1,
                "due_on": "2026-12-01",
                "look_count": 1,
                "looks": [{
                    "look_id": format!("look_{}", hex::encode(LOOK)),
                    "officer": "0417",
                    "at": "2026-11-23T01:01:00Z",
                    "version": 1,
                }],
            }),
        };
        Message::issue(&self.key, parts).expect("a short message")
    }

    fn journal(&self) -> String {
        let header = JournalHeader { key: self.key.verifier().clone(), checkpoint: self.checkpoint() };
        let mut file = header.to_line().expect("a short header");
        self.events.iter().for_each(|(_, _, leaf)| file += &leaf_line(leaf));
        file
    }
}

fn bytes(event: &Value) -> Vec<u8> {
    canonical(event).expect("a plain event")
}

fn text(event: &Value) -> String {
    String::from_utf8(bytes(event)).expect("UTF-8")
}

/// Hexadecimal digits in lines of 16 bytes, each with the place of its first byte.
fn dump(bytes: &[u8]) -> String {
    let line = |(place, part): (usize, &[u8])| format!("{:>4}  {}\n", place * 16, hex::encode(part));
    bytes.chunks(16).enumerate().map(line).collect()
}

fn pretty(document: &Value) -> String {
    serde_json::to_string_pretty(document).expect("a document") + "\n"
}

fn canonical_example() -> String {
    let value = json!({ "purpose": "licence-renewal", "case": 7, "name_zh": "兰河", "list": [true, "a\"b\n"] });
    text(&value) + "\n"
}

fn leaf_example(example: &Example) -> String {
    let (event, salt, leaf) = &example.events[0];
    format!(
        "event       {}\nsalt        {}\nevent id    {}\nminute      {}\ncommitment  {}\nleaf\n{}leaf hash   {}\n",
        text(event),
        hex::encode(salt),
        hex::encode(leaf.event_id()),
        leaf.minute(),
        hex::encode(leaf.commitment()),
        dump(&leaf.to_bytes()),
        hex::encode(leaf.hash()),
    )
}

fn chain_example() -> String {
    let start = chain_start(&SUBJECT);
    let first = chain_next(&start, &LOOK, 1);
    let second = chain_next(&first, &OWN_LOOK, 2);
    let row = |name: &str, hash: &[u8]| format!("{name:<12}{}\n", hex::encode(hash));
    [
        row("subject id", &SUBJECT),
        row("head 0", &start),
        row("look 1", &LOOK),
        row("head 1", &first),
        row("look 2", &OWN_LOOK),
        row("head 2", &second),
    ]
    .concat()
}

fn tiles_example(example: &Example) -> String {
    let names = |size: u64| -> Vec<String> {
        let of_level = |level: u8| (0..).map_while(move |number| TileName::in_tree(level, number, size));
        let hashes = (0..=6).flat_map(|level| of_level(level).last()).map(|name| name.to_string());
        let entries = TileName::in_tree(0, (size - 1) / 256, size)
            .map(|name| TilePath::Entries { number: name.number(), width: name.width() }.to_string());
        hashes.chain(entries).collect()
    };
    let leaves: Vec<Leaf> = example.events.iter().map(|(_, _, leaf)| *leaf).collect();
    let tile = example.tree().snapshot().tile(TileName::new(0, 0, 3).expect("a tile")).expect("three leaves");
    let bundle = entries_bundle(&leaves);
    format!(
        "the last tile of each level, and the last bundle, of a journal\n  of 3 leaves        {}\n  of 600 leaves      {}\n  of 300,000 leaves  {}\n\n\
         tile/0/000.p/3: {} bytes, the leaf hashes\n{}\ntile/entries/000.p/3: {} bytes, of which the first 66\n{}",
        names(3).join("  "),
        names(600).join("  "),
        names(300_000).join("  "),
        tile.len(),
        dump(&tile),
        bundle.len(),
        dump(&bundle[..66]),
    )
}

fn examples() -> Vec<(&'static str, &'static str, String)> {
    let example = Example::new();
    let copy = serde_json::from_slice(&example.copy()).expect("a document");
    vec![
        ("canonical", "json", canonical_example()),
        ("leaf", "text", leaf_example(&example)),
        ("look", "json", text(&example.events[1].0) + "\n"),
        ("chain", "text", chain_example()),
        ("checkpoint", "text", format!("key\n{}\n\ncheckpoint\n{}", example.key.vkey(), example.checkpoint())),
        ("tiles", "text", tiles_example(&example)),
        ("receipt", "json", pretty(&example.receipt().to_value())),
        ("copy", "json", pretty(&copy)),
        ("message", "json", pretty(&example.message().to_value())),
        ("journal", "text", example.journal()),
    ]
}

/// `page` with the block under each example's marker replaced.
fn with_examples(page: &str) -> String {
    let mut page = page.to_owned();
    let examples = examples();
    assert_eq!(page.matches("<!-- example: ").count(), examples.len(), "each example stands in the page once");
    for (name, language, text) in examples {
        let marker = format!("<!-- example: {name} -->\n");
        let begin = page.find(&marker).unwrap_or_else(|| panic!("the page has no example `{name}`")) + marker.len();
        let rest = &page[begin..];
        assert!(rest.starts_with("```"), "no block under the marker of `{name}`");
        let end = begin + rest.find("\n```\n").expect("the block ends") + "\n```\n".len();
        page.replace_range(begin..end, &format!("```{language}\n{text}```\n"));
    }
    page
}

#[allow(
    clippy::disallowed_methods,
    reason = "whoever runs the test says by the environment that the page is to change"
)]
fn is_to_be_written() -> bool {
    std::env::var_os("UPDATE_GOLDEN").is_some()
}

#[test]
fn the_page_shows_what_the_code_makes() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/formats.md");
    let page = std::fs::read_to_string(&path).expect("docs/formats.md is there");
    let made = with_examples(&page);
    if is_to_be_written() {
        std::fs::write(&path, made).expect("the page is written");
        return;
    }
    for (number, (found, expected)) in page.lines().zip(made.lines()).enumerate() {
        assert_eq!(found, expected, "docs/formats.md, line {}; UPDATE_GOLDEN=1 writes it anew", number + 1);
    }
    assert_eq!(page.len(), made.len(), "docs/formats.md has another length; UPDATE_GOLDEN=1 writes it anew");
}

#[test]
fn the_examples_verify() {
    let example = Example::new();
    let key = example.key.vkey();
    let receipt = example.receipt().to_json().expect("a plain receipt");
    let message = example.message().to_json().expect("a short message");
    for file in [receipt, message, example.copy(), example.journal().into_bytes()] {
        let report = verify_file(&file[..], Some(&key), None).expect("one of ours");
        assert!(report.ok, "{:?}", report.checks);
    }
}
