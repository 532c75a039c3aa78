//! Receipts, copies and journals as people hold them: whole, changed, and given by a dishonest node.

mod node;

use fairfile_proof::{FormatError, Kind, NodeKey, Opening, PersonCopy, Receipt, Report, VerifyError, verify_file};
use node::{Node, ORIGIN, SUBJECT};
use serde_json::{Value, json};

/// Checks `file` and gives the finding: the first claim that fails, or that all hold.
fn check(file: &[u8], earlier: Option<&[u8]>, expected: &str) -> Report {
    let trusted = Node::new().key.vkey();
    let report = verify_file(file, Some(&trusted), earlier).expect("one of ours");
    let failing = report.checks.iter().find(|check| !check.holds);
    let finding = failing.map_or("all hold".to_owned(), |check| format!("{}: {}", check.name, check.says));
    assert!(finding.starts_with(expected), "{finding}\nexpected: {expected}");
    assert_eq!(report.ok, failing.is_none());
    assert_eq!(report.proves.is_empty(), !report.ok);
    if !report.ok {
        assert!(finding.ends_with("keep the file as it is and send it to the supervisor"), "{finding}");
    }
    report
}

fn holds_after_change(file: &[u8], earlier: Option<&[u8]>) -> bool {
    let trusted = Node::new().key.vkey();
    verify_file(file, Some(&trusted), earlier).is_ok_and(|report| report.ok)
}

fn every_change_shows(file: &[u8], masks: &[u8]) {
    let mut changed = file.to_vec();
    for at in 0..file.len() {
        for mask in masks {
            changed[at] ^= mask;
            assert!(!holds_after_change(&changed, None), "byte {at} under mask {mask:#x}");
            changed[at] = file[at];
        }
        assert!(!holds_after_change(&file[..at], None), "cut at {at}");
    }
    assert!(holds_after_change(&changed, None));
}

fn says(report: &Report, words: &str) {
    let all = serde_json::to_string(report).expect("a report is JSON");
    assert!(all.contains(words), "{words} is not in {all}");
}

#[test]
fn a_receipt_tells_what_it_proves_and_what_not() {
    let (node, looks) = Node::with_looks(1_200, 3);
    let receipt = node.receipt(looks[1]);
    let report = check(&receipt, None, "all hold");
    assert_eq!((report.kind, report.leaf, report.tree_size), (Kind::Receipt, Some(1_202), Some(1_206)));
    says(&report, "signed by the node lanhe.example");
    says(&report, "written down as no. 1,202 of 1,206");
    says(&report, "it does not prove that the record is right");
    says(&report, "it does not prove that what it tells of was not corrected since");
    says(&report, r#""kind":"receipt","ok":true"#);

    let own = verify_file(&receipt[..], None, None).expect("a receipt");
    assert!(own.ok);
    says(&own, "compare it with the key that lanhe.example publishes");
    says(&own, "it does not prove that its key is lanhe.example's");
}

#[test]
fn several_receipts_stand_one_in_each_line() {
    let (node, looks) = Node::with_looks(1_200, 3);
    let receipts = looks.iter().map(|look| node.receipt(*look)).collect::<Vec<_>>();
    let lines = receipts.join(&b"\n"[..]);
    let report = check(&lines, None, "all hold");
    assert_eq!((report.kind, report.leaf, report.checks.len()), (Kind::Receipts, None, 3));
    says(&report, "no. 2: written down as no. 1,202 of 1,206");
    says(&report, "lanhe.example gave 3 of these receipts");
    says(&report, "it does not prove that what it tells of was not corrected since");
    check(&[&lines[..], b"\n \n\n"].concat(), None, "all hold");
    assert_eq!(check(&[&receipts[0][..], b"\n \n"].concat(), None, "all hold").kind, Kind::Receipt);

    let mut changed = receipts.clone();
    changed[1] = String::from_utf8(changed[1].clone()).expect("text").replacen("rct_", "rcx_", 1).into_bytes();
    let report = check(&changed.join(&b"\n"[..]), None, "receipt: no. 2 does not hold: signature");
    assert!(report.checks[0].holds && report.checks[2].holds);
    check(&[&receipts[0][..], b"\na receipt, honestly\n", &receipts[1]].concat(), None, "receipt: no. 2 is no receipt");
    let long = [&receipts[0][..], b"\n", &b"x".repeat(70_000)].concat();
    assert!(matches!(verify_file(&long[..], None, None), Err(VerifyError::Format(FormatError::Limit { .. }))));
    assert!(matches!(verify_file(&lines[..], None, Some(&receipts[0])), Err(VerifyError::EarlierKind)));
}

#[test]
fn a_receipt_survives_being_laid_out_anew() {
    let (node, looks) = Node::with_looks(0, 1);
    let receipt: Value = serde_json::from_slice(&node.receipt(looks[0])).expect("JSON");
    let pretty = serde_json::to_vec_pretty(&receipt).expect("JSON");
    check(&pretty, None, "all hold");
    assert_eq!(Receipt::parse(&pretty).and_then(|read| read.to_json()), Ok(node.receipt(looks[0])));
}

#[test]
fn every_changed_bit_of_a_receipt_shows() {
    let (node, looks) = Node::with_looks(2, 2);
    every_change_shows(&node.receipt(looks[1]), &[1, 2, 4, 8, 16, 32, 64, 128]);
}

#[test]
fn a_receipt_with_another_key_or_event_fails_in_words() {
    let (node, looks) = Node::with_looks(2, 1);
    let receipt = node.receipt(looks[0]);
    let mut changed: Value = serde_json::from_slice(&receipt).expect("JSON");
    changed["event"]["purpose"] = json!("curiosity");
    check(&changed.to_string().into_bytes(), None, "signature: the signature does not hold");

    let mut stranger = Node::with_looks(2, 1).0;
    stranger.key = NodeKey::from_seed(ORIGIN, &[8; 32]).expect("a valid origin");
    check(&stranger.receipt(looks[0]), None, "key: the file carries another key");

    // Signed by the node and never written down.
    let mut forged = Node::with_looks(2, 1).0;
    forged.events[2] = Node::with_looks(3, 1).0.events[3].clone();
    let (event, salt, leaf) = forged.events[2].clone();
    let opening = Opening::new(event, salt, 2, leaf, node.opening(2).proof().to_vec()).expect("opens");
    let forged = Receipt::issue(&node.key, "rct_1", opening, node.checkpoint()).expect("signs");
    check(&forged.to_json().expect("JSON"), None, "journal: this is not what the journal holds as no. 2");
}

#[test]
fn nothing_is_signed_that_does_not_open() {
    let (node, _) = Node::with_looks(2, 1);
    let (event, _, leaf) = node.events[0].clone();
    let wrong = Opening::new(event.clone(), [9; 32], 0, leaf, Vec::new());
    assert_eq!(wrong, Err(FormatError::OtherLeaf));
    for id in ["", "rct 1", "rct-1", &"x".repeat(65)] {
        let made = Receipt::issue(&node.key, id, node.opening(0), node.checkpoint());
        assert!(matches!(made, Err(FormatError::Field { field: "receipt_id", .. })), "{id}");
    }
    let long = Receipt::issue(&node.key, "rct_1", node.opening(0), "x".repeat(65_000));
    assert_eq!(long, Err(FormatError::Limit { limit: 65_536 }));
}

#[test]
fn a_field_too_many_or_too_few_is_named_but_not_its_content() {
    let (node, looks) = Node::with_looks(2, 1);
    let whole: Value = serde_json::from_slice(&node.receipt(looks[0])).expect("JSON");
    let error = |edit: fn(&mut Value)| {
        let mut changed = whole.clone();
        edit(&mut changed);
        let error = Receipt::parse(changed.to_string().as_bytes()).expect_err("changed").to_string();
        assert!(!error.contains("secret"), "{error}");
        error
    };
    assert!(error(|it| it["secret"] = json!("secret")).contains("only the fields of fairfile.receipt/1"));
    assert!(error(|it| it["leaf"]["secret"] = json!(1)).contains("only the fields"));
    assert!(error(|it| it["salt"] = json!("secret")).contains("`salt` to be 64 lower-case hex digits"));
    assert!(error(|it| it["leaf"] = json!(["secret"])).contains("`leaf` to be an object"));
    assert!(error(|it| it["event"] = json!("secret")).contains("`event` to be an object"));
    assert!(error(|it| it["leaf"]["index"] = json!(-1)).contains("`index` to be a whole number"));
    assert!(error(|it| it["proof"] = json!(vec!["secret"; 65])).contains("`proof` to be at most 64"));
    assert!(error(|it| it["origin"] = json!("secret")).contains("`origin` to be the name of the key"));
    assert!(error(|it| it["schema"] = json!("fairfile.receipt/2")).contains("`schema` fairfile.receipt/1"));
}

#[test]
fn a_copy_shows_that_the_list_of_looks_is_whole() {
    let (node, looks) = Node::with_looks(300, 12);
    let copy = node.copy(&looks);
    let report = check(&copy, None, "all hold");
    assert_eq!((report.kind, report.leaf, report.tree_size), (Kind::Copy, None, Some(324)));
    says(&report, "all 12 looks are there, in order and in the journal");
    says(&report, "it does not show looks that were made after this copy");
    check(&node.copy(&[]), None, "all hold");
    let read = PersonCopy::parse(&copy).expect("a copy");
    assert_eq!((read.parts().subject_id, read.parts().looks.len()), (SUBJECT, 12));
}

#[test]
fn every_changed_byte_of_a_copy_or_a_journal_shows() {
    let (node, looks) = Node::with_looks(1, 2);
    every_change_shows(&node.copy(&looks), &[1]);
    let journal = node.journal();
    // The last line end may be missing: nothing can hide in it.
    assert!(holds_after_change(&journal[..journal.len() - 1], None));
    let mut changed = journal.clone();
    for at in 0..journal.len() {
        changed[at] ^= 1;
        assert!(!holds_after_change(&changed, None), "byte {at}");
        changed[at] = journal[at];
    }
}

/// A copy of five looks, changed by a node that then signs it again.
fn dishonest(edit: impl FnOnce(&mut Vec<Value>), count: Option<u64>, head: Option<Value>, expected: &str) {
    let (node, looks) = Node::with_looks(3, 5);
    let mut copy: Value = serde_json::from_slice(&node.copy(&looks)).expect("JSON");
    let chain = copy["looks"].as_object_mut().expect("an object");
    edit(chain.get_mut("entries").and_then(Value::as_array_mut).expect("an array"));
    if let Some(count) = count {
        chain["count"] = json!(count);
    }
    if let Some(head) = head {
        chain["head"] = head;
    }
    check(&node.sign_again(&mut copy), None, expected);
}

fn renumber(entries: &mut [Value]) {
    for (seq, entry) in (1..).zip(entries) {
        entry["seq"] = json!(seq);
    }
}

#[test]
fn a_look_left_out_is_named() {
    for at in 0..4 {
        let seq = at + 1;
        let missing = format!("looks: look no. {seq} is missing: no. {} stands in its place", seq + 1);
        dishonest(|entries| drop(entries.remove(at)), Some(4), None, &missing);
        let hidden = format!("looks: the chain breaks at look no. {seq}");
        dishonest(
            |entries| {
                entries.remove(at);
                renumber(entries);
            },
            Some(4),
            None,
            &hidden,
        );
    }
    dishonest(|entries| drop(entries.pop()), None, None, "looks: the copy says 5 looks and holds 4");
    dishonest(|entries| drop(entries.pop()), Some(4), None, "looks: the head of the chain");
    dishonest(|_| (), None, Some(json!("00".repeat(32))), "looks: the head of the chain");
    dishonest(|_| (), None, None, "all hold");
}

#[test]
fn looks_in_another_order_are_named() {
    for (one, other) in [(0, 1), (0, 4), (2, 3)] {
        let seq = one + 1;
        let missing = format!("looks: look no. {seq} is missing: no. {} stands", other + 1);
        dishonest(|entries| entries.swap(one, other), None, None, &missing);
        let broken = format!("looks: the chain breaks at look no. {seq}");
        dishonest(
            |entries| {
                entries.swap(one, other);
                renumber(entries);
            },
            None,
            None,
            &broken,
        );
    }
}

#[test]
fn a_look_that_was_never_written_down_is_named() {
    dishonest(
        |entries| entries[2]["event"]["purpose"] = json!("none"),
        None,
        None,
        "looks: look no. 3 is not in the journal",
    );
    dishonest(
        |entries| drop(entries[1]["event"].as_object_mut().expect("an object").remove("chain")),
        None,
        None,
        "looks: look no. 2 does not carry its link",
    );
    dishonest(
        |entries| entries[1] = entries[0].clone(),
        None,
        None,
        "looks: look no. 2 is missing: no. 1 stands in its place",
    );
}

#[test]
fn an_earlier_copy_holds_the_node_to_it() {
    let (node, looks) = Node::with_looks(3, 5);
    let (earlier, now) = (node.copy(&looks[..3]), node.copy(&looks));
    let report = check(&now, Some(&earlier), "all hold");
    says(&report, "all 3 looks of the earlier copy are still there");
    check(&now, Some(&now), "all hold");
    check(&earlier, Some(&now), "earlier: the earlier copy held 5 looks and this one holds 3");

    // A node that writes the person's whole history anew: another purpose, another chain.
    let mut other = Node::new();
    let mut head = fairfile_proof::chain_start(&SUBJECT);
    let mut written = Vec::new();
    for seq in 1..=4 {
        let look_id = node::look_id(if seq == 2 { 99 } else { seq });
        head = fairfile_proof::chain_next(&head, &look_id, seq);
        let event = json!({"look_id": hex::encode(look_id), "chain": hex::encode(head)});
        written.push(other.write(event));
    }
    let rewritten = other.copy(&written);
    check(&rewritten, None, "all hold");
    check(&rewritten, Some(&earlier), "earlier: look no. 2 is not the one that the earlier copy held");

    let mut unsigned: Value = serde_json::from_slice(&earlier).expect("JSON");
    unsigned["made_at"] = json!("another day");
    let unsigned = unsigned.to_string();
    check(&now, Some(unsigned.as_bytes()), "earlier: the earlier copy is not signed by the same key");
    let mut anothers: Value = serde_json::from_slice(&node.copy(&[])).expect("JSON");
    anothers["subject_id"] = json!("00".repeat(16));
    anothers["looks"]["head"] = json!(hex::encode(fairfile_proof::chain_start(&[0; 16])));
    let anothers = node.sign_again(&mut anothers);
    check(&anothers, None, "all hold");
    check(&now, Some(&anothers), "earlier: the earlier copy is of another file");
}

#[test]
fn a_journal_is_rebuilt_leaf_by_leaf() {
    let (mut node, looks) = Node::with_looks(600, 2);
    let (before, receipt, copy) = (node.journal(), node.receipt(looks[0]), node.copy(&looks));
    let report = check(&before, None, "all hold");
    assert_eq!((report.kind, report.tree_size), (Kind::Journal, Some(604)));
    says(&report, "all 604 entries together give the signed head");
    for number in 0..700 {
        node.write(json!({"event": "later", "number": number}));
    }
    let after = node.journal();
    for earlier in [&before, &receipt, &copy] {
        let report = check(&after, Some(earlier), "all hold");
        says(&report, "the first 604 entries are those of the earlier file");
    }
    check(&before, Some(&after), "earlier: the earlier file's journal already had 1,304 entries");
    check(&after, Some(&Node::new().journal()), "all hold");
    check(&Node::new().journal(), None, "all hold");

    // The same size, signed by the same key, and another history.
    let mut fork = Node::new();
    for number in 0..1_304 {
        fork.write(json!({"event": "fork", "number": number}));
    }
    check(&fork.journal(), Some(&before), "earlier: the first 604 entries are not those");
    let mut stranger = Node::new();
    stranger.key = NodeKey::from_seed(ORIGIN, &[8; 32]).expect("a valid origin");
    check(&after, Some(&stranger.journal()), "earlier: the earlier file's checkpoint: no signature by this key");
}

#[test]
fn a_journal_cut_grown_or_damaged_is_named() {
    let (node, _) = Node::with_looks(4, 0);
    let text = String::from_utf8(node.journal()).expect("UTF-8");
    let lines: Vec<&str> = text.lines().collect();
    let with = |lines: &[&str]| lines.iter().map(|line| format!("{line}\n")).collect::<String>().into_bytes();
    check(&with(&lines[..4]), None, "leaves: the file holds 3 entries and 4 are signed");
    check(&with(&[&lines[..], &lines[1..2]].concat()), None, "leaves: the file holds more than the 4");
    let swapped = [lines[0], lines[2], lines[1], lines[3], lines[4]];
    check(&with(&swapped), None, "leaves: an entry was changed or moved");
    check(&with(&[lines[0], lines[1], "", lines[2]]), None, "leaves: line 3 is no entry");
}

#[test]
fn an_earlier_file_must_fit() {
    let (node, looks) = Node::with_looks(1, 1);
    let (receipt, copy) = (node.receipt(looks[0]), node.copy(&looks));
    let refused = |file: &[u8], earlier: &[u8]| verify_file(file, None, Some(earlier)).expect_err("does not fit");
    assert!(matches!(refused(&receipt, &copy), VerifyError::EarlierKind));
    assert!(matches!(refused(&copy, &receipt), VerifyError::EarlierKind));
    assert!(matches!(refused(&copy, b"{}"), VerifyError::Earlier(_)));
    assert!(matches!(refused(&node.journal(), b""), VerifyError::Earlier(_)));
}

#[test]
fn a_message_tells_to_whom_it_is_and_that_nothing_is_confirmed_by_it() {
    let message = Node::new().message();
    let report = check(&message, None, "all hold");
    assert_eq!((report.kind, report.leaf, report.tree_size), (Kind::Message, None, None));
    says(&report, "sent this to the member health-commission as no. 7");
    says(&report, "it does not prove that the member acted on it");
    every_change_shows(&message, &[1, 2, 4, 8, 16, 32, 64, 128]);
}

#[test]
fn a_message_of_another_key_fails_in_words_and_is_no_earlier_file() {
    let node = Node::new();
    let other = NodeKey::from_seed(ORIGIN, &[8; 32]).expect("a valid origin");
    let report = verify_file(&node.message()[..], Some(&other.vkey()), None).expect("one of ours");
    assert!(!report.ok);
    says(&report, "the file carries another key than the one you trust");
    for (file, earlier) in [(node.message(), node.message()), (node.journal(), node.message())] {
        let refused = verify_file(&file[..], None, Some(&earlier));
        assert!(matches!(refused, Err(VerifyError::EarlierKind)), "{refused:?}");
    }
}
