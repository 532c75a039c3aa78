//! `fairfile inquire`: one question, about one person, for one purpose.

use std::path::PathBuf;

use fairfile_domain::id::OfficerCode;
use fairfile_http::wire::answer;
use fairfile_http::wire::inquiry::{NewInquiry, WireIdentifier};
use fairfile_requests::BodyDigest;
use fairfile_service::inquirer;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::{Place, record_text, tell_all};
use crate::args::{KeyArgs, Where};
use crate::files::Draft;
use crate::node::{Node, wait};
use crate::secret::{self, Secret};
use crate::signing::Signer;
use crate::trouble::{Exit, Trouble};
use crate::voice::{Voice, counted};

const PATH: &str = "/api/inquiries";

/// What was asked for on the command line.
pub struct Asked {
    /// The officer.
    pub officer: String,
    /// The purpose.
    pub purpose: String,
    /// The case.
    pub case: String,
    /// The kind of identifier.
    pub kind: String,
    /// Where to keep the receipt.
    pub receipt: Option<PathBuf>,
    /// Where the node is.
    pub at: Where,
    /// The officer's key.
    pub keys: KeyArgs,
}

/// Asks, prints the answer, and leaves with 0, 4 (denied) or 5 (nothing to show).
pub fn run(voice: &Voice, asked: &Asked) -> Result<Exit, Trouble> {
    // Place of the receipt, node and key first: nobody types a number for a question that cannot be asked.
    let kept = asked.receipt.as_deref().map(Draft::at).transpose()?;
    let place = Place::find(voice, &asked.at)?;
    let node = match &place {
        Place::Here(_, path) => Some(path.as_path()),
        Place::There(_) => None,
    };
    let signer = Signer::find(&asked.keys, node, &asked.officer)?;
    let (number, name) = secret::number_and_name(voice)?;
    let body = json!({
        "purpose": asked.purpose,
        "case": asked.case,
        "identifier": { "kind": asked.kind, "number": number.as_str() },
        "name": name.as_str(),
    });
    let body = Zeroizing::new(body.to_string());
    let document = match &place {
        Place::Here(node, _) => {
            signer.prove(&node.registry, &asked.officer, PATH, "POST", Some(&BodyDigest::of(body.as_bytes())))?;
            ask_here(voice, asked, node, number, name)?
        }
        Place::There(server) => {
            let answered = server.post_signed(PATH, &signer, body.as_bytes())?;
            match answered.document() {
                // An answer, be it a no, comes with its receipt; everything else is a problem of the request.
                Ok(document) if document["outcome"].is_string() => document,
                Ok(_) | Err(_) if answered.status == 422 => return Err(answered.problem().of_usage()),
                Ok(_) | Err(_) => return Err(answered.problem()),
            }
        }
    };
    let trouble = kept.and_then(|draft| draft.keep(document["receipt"].to_string().as_bytes()).err());
    let exit = match document["outcome"].as_str() {
        Some("answered") => Exit::Done,
        Some("denied") => Exit::Denied,
        _ => Exit::Nothing,
    };
    tell_all(voice, document, trouble.as_slice(), exit, |document| text(voice, document))
}

fn ask_here(voice: &Voice, asked: &Asked, node: &Node, number: Secret, name: Secret) -> Result<Value, Trouble> {
    let unknown = |_| Trouble::new(Exit::Usage, "U014", "no officer of this code is registered");
    let officer: OfficerCode = asked.officer.parse().map_err(unknown)?;
    let inquiry = NewInquiry {
        purpose: asked.purpose.clone(),
        case: asked.case.clone(),
        identifier: WireIdentifier { kind: asked.kind.clone(), number: number.to_string() },
        name: name.to_string(),
    };
    let question = inquiry.into_question(officer, None).map_err(Trouble::inputs)?;
    let answer = wait(inquirer::inquire(&node.registry, question))??;
    let (_status, document) =
        answer::document(&answer, &node.registry.catalog(), &node.registry.directory(), voice.language);
    Ok(document)
}

fn text(voice: &Voice, document: &Value) -> String {
    let word = |name: &str| document[name].as_str().unwrap_or_default();
    let leaf = counted(document["leaf"].as_u64().unwrap_or_default());
    let (traced, seen) = match voice.pick("en", "zh") {
        "zh" => (
            format!("日志第 {leaf} 号，{}，截至 {}", word("look_id"), word("valid_as_of")),
            format!("此次尝试为日志第 {leaf} 号，本人将会看到"),
        ),
        _ => (
            format!("journal no. {leaf}, {}, as of {}", word("look_id"), word("valid_as_of")),
            format!("nothing was shown; this try is journal no. {leaf} and the person will see it"),
        ),
    };
    match word("outcome") {
        "answered" => {
            let records = document["records"].as_array().into_iter().flatten();
            let mut text: String = records.map(|record| record_text::record(voice.language, record) + "\n").collect();
            text += &format!("{traced}\n");
            text
        }
        "denied" => format!(
            "{}: {}\n   = {}: {seen}\n   = {}: {}; {}: fairfile explain {}\n",
            voice.red(&format!("error[{}]", word("code"))),
            word("detail"),
            voice.pick("what happened", "经过"),
            voice.pick("help", "办法"),
            word("hint"),
            voice.pick("more", "详情"),
            word("code"),
        ),
        _ => format!("{}\n   = {}: {}\n{traced}\n", word("detail"), voice.pick("help", "办法"), word("hint")),
    }
}
