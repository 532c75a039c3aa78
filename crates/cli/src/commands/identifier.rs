//! `fairfile identifier check`: numbers by their check digits, offline.

use std::io::{self, BufRead, Read};

use fairfile_domain::identifier::{Identifier, IdentifierKind};
use serde_json::{Value, json};

use crate::args::IdentifierCommand;
use crate::trouble::{Exit, Trouble};
use crate::voice::Voice;

/// The most bytes of a line that are read; the rest makes no difference to what is wrong with it.
const LINE: u64 = 4096;
/// The most lines that one object of `--json` holds.
const LINES: u64 = 1_000_000;

/// Reads standard input line by line; leaves with 3 if any line is no number of the kind.
pub fn run(voice: &Voice, command: &IdentifierCommand) -> Result<Exit, Trouble> {
    let IdentifierCommand::Check { kind: code } = command;
    let kind = kind(code)?;
    let (mut results, mut wrong, mut line) = (Vec::new(), 0_u64, 0_u64);
    let mut input = io::stdin().lock();
    while let Some(text) = next_line(&mut input)? {
        line += 1;
        let found = Identifier::parse(kind, &text);
        wrong += u64::from(found.is_err());
        if voice.json {
            if line > LINES {
                return Err(Trouble::new(Exit::Usage, "U015", format!("expected at most {LINES} lines with --json")));
            }
            results.push(match &found {
                Ok(identifier) => json!({ "line": line, "ok": true, "canonical": identifier.canonical() }),
                Err(fault) => json!({ "line": line, "ok": false, "code": fault.code(), "what": fault.to_string(), "help": fault.help() }),
            });
        } else {
            match &found {
                Ok(identifier) => voice.write(format!("{}\n", identifier.canonical()).as_bytes())?,
                Err(fault) => voice.write(format!("{}\n", fault.code()).as_bytes())?,
            }
        }
        if let (Err(fault), false) = (&found, voice.json) {
            voice.say(&format!("{line}: {fault}\n   = help: {}", fault.help()));
        }
    }
    if voice.json {
        let document =
            json!({ "schema": "fairfile.identifiers/1", "kind": kind.code(), "results": Value::Array(results) });
        voice.tell(&document, String::new)?;
    }
    Ok(if wrong == 0 { Exit::Done } else { Exit::Found })
}

/// The kind called `code`.
pub fn kind(code: &str) -> Result<IdentifierKind, Trouble> {
    let known = || IdentifierKind::ALL.map(IdentifierKind::code).join(", ");
    let unknown =
        || Trouble::new(Exit::Usage, "U015", "no such kind of identifier").hint(format!("use one of {}", known()));
    IdentifierKind::find(code).ok_or_else(unknown)
}

/// The next line without its end; what is not text is replaced by a sign that no number has.
fn next_line(input: &mut impl BufRead) -> Result<Option<String>, Trouble> {
    let unreadable = |error: io::Error| {
        Trouble::new(Exit::Failed, "U013", format!("standard input cannot be read: {}", error.kind()))
    };
    let mut bytes = Vec::new();
    let read = input.by_ref().take(LINE).read_until(b'\n', &mut bytes).map_err(unreadable)?;
    if read == 0 {
        return Ok(None);
    }
    if read as u64 == LINE && !bytes.ends_with(b"\n") {
        input.skip_until(b'\n').map_err(unreadable)?;
    }
    let text = String::from_utf8_lossy(&bytes);
    Ok(Some(text.trim_end_matches(['\n', '\r']).trim_start_matches('\u{feff}').to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endless_line_counts_as_one() {
        let text = format!("{}\n7\n", "5".repeat(3 * LINE as usize));
        let mut input = text.as_bytes();
        assert_eq!(next_line(&mut input).expect("read").map(|line| line.len()), Some(LINE as usize));
        assert_eq!(next_line(&mut input).expect("read").as_deref(), Some("7"));
        assert_eq!(next_line(&mut input).expect("read"), None);
    }
}
