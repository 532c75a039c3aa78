//! `fairfile verify`: what a file proves, checked offline, in words.

use std::io::{BufReader, Read};
use std::path::Path;

use fairfile_proof::copy::MAX_COPY_BYTES;
use fairfile_proof::{Report, VerifyError, verify_file};
use serde_json::{Value, json};

use crate::files;
use crate::trouble::{Exit, Trouble};
use crate::voice::{Voice, padded};

/// Checks `file`; leaves with 0 if all holds, 8 if something does not, 1 if it is none of ours.
pub fn run(voice: &Voice, file: &Path, key: Option<&str>, earlier: Option<&Path>) -> Result<Exit, Trouble> {
    let before = earlier.map(read_earlier).transpose()?;
    let input = BufReader::with_capacity(128 * 1024, files::open(file)?);
    let report = match verify_file(input, key.map(str::trim), before.as_deref()) {
        Ok(report) => report,
        Err(error) => return Err(not_checked(&error)),
    };
    let document = document(&report)?;
    voice.tell(&document, || text(voice, &report))?;
    Ok(if report.ok { Exit::Done } else { Exit::NoProof })
}

/// As much of the earlier file as its check needs: of a journal that is the first line.
fn read_earlier(path: &Path) -> Result<Vec<u8>, Trouble> {
    let mut bytes = Vec::new();
    let most = MAX_COPY_BYTES as u64 + 1;
    files::open(path)?.take(most).read_to_end(&mut bytes).map_err(|error| files::unreadable(&error))?;
    Ok(bytes)
}

fn not_checked(error: &VerifyError) -> Trouble {
    match error {
        VerifyError::TrustedKey => Trouble::said(Exit::Usage, "U015", error),
        VerifyError::EarlierKind => Trouble::said(Exit::Usage, "U021", error),
        VerifyError::Read(_) => Trouble::said(Exit::Failed, "U013", error),
        VerifyError::NotOurs | VerifyError::Format(_) | VerifyError::Earlier(_) => {
            Trouble::said(Exit::Failed, "U021", error)
        }
    }
}

fn document(report: &Report) -> Result<Value, Trouble> {
    let unwritten = |error: serde_json::Error| Trouble::said(Exit::Failed, "U018", &error);
    let mut document = serde_json::to_value(report).map_err(unwritten)?;
    document["schema"] = json!("fairfile.verify/1");
    // No witness cosigns yet; a reader of this document must not have to guess that.
    document["witnesses"] = json!(0);
    Ok(document)
}

fn text(voice: &Voice, report: &Report) -> String {
    let mut text = String::new();
    for check in &report.checks {
        let word = if check.holds { voice.pick("yes", "是") } else { voice.pick("NO", "否") };
        text += &format!(" {} {}  {}\n", padded(check.name, 11), padded(word, 3), check.says);
    }
    let verdict =
        if report.ok { voice.pick("Verified", "核验通过") } else { voice.pick("Does not hold", "核验不通过") };
    text += &format!("{verdict}\n");
    for line in &report.proves {
        text += &format!("  + {line}\n");
    }
    for line in &report.does_not_prove {
        text += &format!("  - {line}\n");
    }
    text
}
