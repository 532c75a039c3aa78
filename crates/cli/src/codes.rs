//! The command line's own codes; all others are those of the rooms that they come from.

/// Every code: its title, and what to do. What `explain CODE` prints.
pub const ALL: &[(&str, &str, &str)] = &[
    ("U001", "the command was not understood", "see `fairfile --help`, or `fairfile COMMAND --help`"),
    (
        "U002",
        "an argument looks like a person's number",
        "give the number on standard input or at the hidden prompt, and take the line out of your shell's history",
    ),
    ("U003", "neither a node nor a server is named", "say `--node DIR` for a node on this machine, or `--server URL`"),
    (
        "U004",
        "there is no usable node in the folder",
        "make one with `fairfile init DIR --demo`, or name another folder",
    ),
    (
        "U005",
        "another process has the node open",
        "stop it (a running `serve`, most likely), or talk to it with `--server URL`",
    ),
    ("U006", "this is for demo nodes only", "use it on a node that was made with `fairfile init DIR --demo`"),
    (
        "U007",
        "the law profile is not approved",
        "make a demo node with `--demo`; a lawyer of the place must approve the profile before a node keeps real records by it",
    ),
    (
        "U008",
        "the signing key cannot be used",
        "name it with `--key FILE`, or its folder with `--keys DIR`; make one with `openssl genpkey -algorithm ed25519`",
    ),
    (
        "U009",
        "the server cannot be reached, or did not answer to the end",
        "check the address and the network, and send the same again: it is safe, and finishes what may be done in part",
    ),
    (
        "U010",
        "the address is not one to send people's numbers to",
        "use https://, or http:// to this machine alone (127.0.0.1, localhost)",
    ),
    (
        "U011",
        "the server's answer cannot be read",
        "check that the address is that of a Fairfile node, and its version",
    ),
    ("U012", "no such code", "look at the code again; `fairfile explain` takes codes such as B014 or D007"),
    ("U013", "a file cannot be read or written", "check its place and its permissions"),
    (
        "U014",
        "nothing of that code is there, or nothing that is yours",
        "compare the code; members are in `fairfile member list`, a member's notices in `fairfile notice list`",
    ),
    ("U015", "a value is not written as expected", "write it as the message says"),
    (
        "U016",
        "standard input lacks a line",
        "give what the command asks for, a line each: for a question the identifier and the name; to put a record right its number, the identifier and the new value",
    ),
    ("U017", "nothing was sent", "nothing is needed; run it again and answer `y`, or give `--yes`"),
    ("U018", "the node failed", "run `fairfile doctor --node DIR`; with `-v` the command says more"),
    ("U019", "the idempotency key or the state has changed meanwhile", "read what is there now, then ask again"),
    ("U020", "the story of the demo does not hold", "keep the output and tell the makers of Fairfile"),
    ("U021", "the file is none of ours", "choose the receipt, copy, message or journal that the node gave you"),
    ("U022", "the doctor found something", "do what it says, from the top"),
    (
        "U023",
        "inbox, member and node do not belong together",
        "name the member's own inbox of this node, or a file that is not there yet",
    ),
    (
        "U030",
        "the clock is none to go by",
        "set the machine's clock right by its time service; `fairfile clock --node DIR` says where it stands and what is sure",
    ),
    (
        "U031",
        "the journal is not the one that this node has signed: the node is recovering",
        "restore a later backup of the data, or let two people continue the journal under a new name: see `fairfile restore --help`",
    ),
    (
        "U032",
        "the node was never finished",
        "run the command that was cut off again: `fairfile restore`, or `fairfile init` in a new folder",
    ),
    ("U033", "the backup cannot be restored", "name another copy of it, or the backup that the message asks for"),
    (
        "U034",
        "there is something in the place already",
        "name a new place, or move away what is there; nothing is ever put over it",
    ),
    (
        "U035",
        "a part of the node is missing or does not belong to it",
        "put it back, or restore it: `fairfile restore --help` says how",
    ),
    (
        "U036",
        "the node has stopped: its disk could not say whether a commit holds",
        "start it again: it recovers from its journal; let a supervisor do that by itself, such as systemd with `Restart=always`",
    ),
    ("U037", "another run has the inbox open", "run it again when that one has ended; nothing is lost meanwhile"),
    (
        "U038",
        "this is not done now, or not by you alone",
        "read the reason: a recovery waits 72 hours and takes two registrars, and an invitation is for whoever never had a passkey",
    ),
    (
        "U099",
        "the program met an error of its own",
        "keep the line with its incident number and tell the makers of Fairfile",
    ),
];

/// Title of `code`, and what to do; nothing for a code of another room.
pub fn explain(code: &str) -> Option<(&'static str, &'static str)> {
    ALL.iter().find(|row| row.0 == code).map(|row| (row.1, row.2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_rise_and_texts_read_like_errors() {
        assert!(ALL.windows(2).all(|pair| pair[0].0 < pair[1].0));
        for (code, title, help) in ALL {
            for text in [title, help] {
                assert!(!text.ends_with('.') && !text.starts_with(char::is_uppercase), "{code}: {text}");
            }
        }
        assert!(explain("U002").is_some() && explain("B001").is_none());
    }
}
