//! A node in miniature: it writes events down and hands out files about them.
#![allow(dead_code, reason = "each test file takes what it needs")]

use fairfile_proof::encoding::canonical;
use fairfile_proof::export::leaf_line;
use fairfile_proof::{
    CopyParts, JournalHeader, Leaf, Look, Message, MessageParts, NodeKey, Opening, PersonCopy, Receipt, Tree,
    chain_next, chain_start,
};
use serde_json::{Value, json};

pub const ORIGIN: &str = "lanhe.example/journal";
pub const SUBJECT: [u8; 16] = [0x5a; 16];

pub struct Node {
    pub key: NodeKey,
    pub tree: Tree,
    pub events: Vec<(Value, [u8; 32], Leaf)>,
}

impl Node {
    pub fn new() -> Node {
        let key = NodeKey::from_seed(ORIGIN, &[7; 32]).expect("a valid origin");
        Node { key, tree: Tree::empty(), events: Vec::new() }
    }

    /// A node with `before` unrelated events, then `looks` looks at one file with others in between.
    pub fn with_looks(before: usize, looks: u64) -> (Node, Vec<u64>) {
        let mut node = Node::new();
        for number in 0..before {
            node.write(json!({"event": "batch.accepted", "number": number}));
        }
        let mut head = chain_start(&SUBJECT);
        let mut written = Vec::new();
        for seq in 1..=looks {
            let look_id = look_id(seq);
            head = chain_next(&head, &look_id, seq);
            let event = json!({
                "event": "look",
                "purpose": "licence.renewal",
                "look_id": hex::encode(look_id),
                "chain": hex::encode(head),
            });
            written.push(node.write(event));
            node.write(json!({"event": "denied", "number": seq}));
        }
        (node, written)
    }

    pub fn write(&mut self, event: Value) -> u64 {
        let index = self.tree.size();
        let mut event_id = [0xe0; 16];
        event_id[8..].copy_from_slice(&index.to_be_bytes());
        let salt = [index as u8; 32];
        let bytes = canonical(&event).expect("a plain event");
        let leaf = Leaf::new(event_id, 29_907_000 + index, &salt, &bytes).expect("a small minute");
        self.tree.append(leaf.hash());
        self.events.push((event, salt, leaf));
        index
    }

    pub fn checkpoint(&self) -> String {
        let now = self.tree.clone().snapshot();
        self.key.sign_checkpoint(now.size(), &now.root()).expect("a small size")
    }

    pub fn opening(&self, index: u64) -> Opening {
        let (event, salt, leaf) = self.events[index as usize].clone();
        // No snapshot was ever taken of this tree itself, so its clone's proves every leaf.
        let proof = self.tree.clone().snapshot().prove(index).expect("a leaf that was written");
        Opening::new(event, salt, index, leaf, proof).expect("the leaf was written for it")
    }

    pub fn receipt(&self, index: u64) -> Vec<u8> {
        let opening = self.opening(index);
        let receipt = Receipt::issue(&self.key, "rct_9H3K", opening, self.checkpoint());
        receipt.and_then(|receipt| receipt.to_json()).expect("a plain receipt")
    }

    pub fn looks(&self, written: &[u64]) -> Vec<Look> {
        let numbered = (1..).zip(written);
        numbered.map(|(seq, &index)| Look { seq, opening: self.opening(index) }).collect()
    }

    pub fn copy(&self, written: &[u64]) -> Vec<u8> {
        let parts = CopyParts {
            made_at: "2026-11-23T09:00:00+08:00".to_owned(),
            subject_id: SUBJECT,
            records: vec![json!({"item": "PH-031", "inputs": ["suspended", 3]})],
            looks: self.looks(written),
            checkpoint: self.checkpoint(),
        };
        PersonCopy::issue(&self.key, &parts).expect("a whole chain")
    }

    pub fn message(&self) -> Vec<u8> {
        let parts = MessageParts {
            to: "health-commission".to_owned(),
            seq: 7,
            message_id: "not_9H3K".to_owned(),
            about: "rec_1".to_owned(),
            made_at: "2026-11-23T09:00:00+08:00".to_owned(),
            body: json!({"kind": "notice", "act": "withdraw", "looks": [{"version": 1}]}),
        };
        let message = Message::issue(&self.key, parts);
        message.and_then(|message| message.to_json()).expect("a short message")
    }

    pub fn journal(&self) -> Vec<u8> {
        let header = JournalHeader { key: self.key.verifier().clone(), checkpoint: self.checkpoint() };
        let mut file = header.to_line().expect("a short header");
        for (_, _, leaf) in &self.events {
            file += &leaf_line(leaf);
        }
        file.into_bytes()
    }

    /// Signs a changed copy again, as a dishonest node would.
    pub fn sign_again(&self, copy: &mut Value) -> Vec<u8> {
        use base64::Engine;
        copy.as_object_mut().expect("a document").remove("signature");
        let body = canonical(copy).expect("still canonical");
        let signature = self.key.sign(&[b"fairfile/copy/1\n".as_slice(), &body].concat());
        let signature = signature.expect("the key signs");
        copy["signature"] = base64::engine::general_purpose::STANDARD.encode(signature).into();
        canonical(copy).expect("still canonical")
    }
}

pub fn look_id(seq: u64) -> [u8; 16] {
    let mut look_id = [0x10; 16];
    look_id[8..].copy_from_slice(&seq.to_be_bytes());
    look_id
}
