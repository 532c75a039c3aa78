//! A member that was shown a licence, and the source that corrects it: a notice to the member each time.

use super::{NAME, NUMBER, Node, SAMPLES, Way, sample};

/// The member.
pub const MEMBER: &str = "health-commission";
/// The number of the licence, which is the pharmacist's of [`NUMBER`].
pub const RECORD: &str = "LH-YS-2025-00005";

/// A node at which the member was shown the licence.
pub fn shown(way: Way) -> Node {
    let node = Node::new(way);
    let (file, source, item) = SAMPLES[0];
    let file = sample(file).display().to_string();
    node.ask_signed(&["batch", "submit", &file, "--as", source, "--item", item], "").leaves(3);
    node.inquire("0417", "licence-renewal", NUMBER, NAME, &[]).leaves(0);
    node
}

/// The source corrects the licence's last day.
pub fn corrects(node: &Node, day: &str) {
    let args = ["record", "correct", "--as", SAMPLES[0].1, "--item", SAMPLES[0].2];
    let args = [&args[..], &["--input", "valid_until", "--reason", "entered-wrongly"]].concat();
    node.ask_signed(&args, &format!("{RECORD}\n{NUMBER}\n{day}\n")).leaves(0);
}
