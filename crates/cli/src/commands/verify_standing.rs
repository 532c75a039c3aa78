//! `fairfile verify RECEIPT --server URL`: what a receipt proves by itself, and whether what it showed was corrected since,
//! which only the node can say.

use std::io::BufReader;
use std::path::Path;

use fairfile_domain::correction::Act;
use fairfile_proof::{Kind, Receipt};
use serde_json::Value;

use super::tell_all;
use super::verify::{self, Asked};
use crate::files::{self, HandedFile};
use crate::remote::Server;
use crate::trouble::{Exit, Trouble};
use crate::voice::{Voice, counted};

/// Checks the file at `path` offline, and then asks the server at `url` about each receipt in it. A file that does not
/// hold is not sent.
pub fn ask(voice: &Voice, asked: &Asked, path: &Path, url: &str) -> Result<Exit, Trouble> {
    let server = Server::at(url, voice.language)?;
    let before = asked.earlier.as_deref().map(verify::read_beginning).transpose()?;
    // Read twice, and it may be standard input.
    let handed = HandedFile::take(path)?;
    let again = || handed.again().map_err(|error| files::unreadable(&error));
    let input = BufReader::with_capacity(128 * 1024, again()?);
    let report = verify::check(input, asked.key.as_deref(), before.as_deref())?;
    if !matches!(report.kind, Kind::Receipt | Kind::Receipts) {
        let text = "only what followed a receipt can be asked of a server";
        return Err(Trouble::new(Exit::Usage, "U021", text).hint("leave out `--server`"));
    }
    let (mut answers, mut troubles) = (Vec::new(), Vec::new());
    if report.ok {
        for bytes in verify::receipts(report.kind, again()?) {
            match standing(&server, &bytes?) {
                Ok(answer) => answers.push(answer),
                Err(trouble) => {
                    troubles.push(trouble);
                    break;
                }
            }
        }
    }
    let mut document = verify::document(&report)?;
    document["standing"] = Value::from(answers);
    let exit = if report.ok { Exit::Done } else { Exit::NoProof };
    tell_all(voice, document, &troubles, exit, |document| verify::text(voice, &report) + &text(voice, document))
}

/// What the node says of one receipt; nothing for one that is not of a look, for it tells of nothing else.
fn standing(server: &Server, receipt: &[u8]) -> Result<Value, Trouble> {
    let is_look = Receipt::parse(receipt).is_ok_and(|receipt| receipt.opening().event()["event"] == "look");
    if is_look { server.post("/api/receipts/standing", receipt)?.done() } else { Ok(Value::Null) }
}

fn text(voice: &Voice, document: &Value) -> String {
    let answers = document["standing"].as_array().map(Vec::as_slice).unwrap_or_default();
    let line = |(place, answer): (usize, &Value)| {
        let number = match answers {
            [_] => String::new(),
            _ => format!("{}{}: ", voice.pick("no. ", "第 "), counted(place as u64 + 1)),
        };
        format!("  ! {number}{}", said(voice, answer))
    };
    answers.iter().enumerate().map(line).collect()
}

fn said(voice: &Voice, answer: &Value) -> String {
    if answer.is_null() {
        let text = "it is the receipt of no look: what followed is not asked";
        return format!("{}\n", voice.pick(text, "并非查看的收据：未查询其后的更正"));
    }
    let followed = answer["followed_by"].as_array().map(Vec::as_slice).unwrap_or_default();
    if followed.is_empty() {
        let text = "the server says that nothing which it showed was corrected since";
        return format!("{}\n", voice.pick(text, "服务器称其所示内容此后未更正"));
    }
    let line = |row: &Value| {
        let word = |name: &str| row[name].as_str().unwrap_or_default();
        let done = Act::find(word("act")).map(Act::done);
        let done = done.as_ref().map_or(word("act"), |done| voice.pick(&done.en, &done.zh));
        format!("{}: {} {done} {}\n", voice.pick("a correction followed", "其后有更正"), word("record_id"), word("at"))
    };
    followed.iter().map(line).collect::<Vec<_>>().join("  ! ")
}
