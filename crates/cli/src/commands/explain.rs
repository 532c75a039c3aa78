//! `fairfile explain`: what a code means and what to do, for every code there is.

use fairfile_http::explain;
use fairfile_http::wire::Language;
use serde_json::json;

use crate::codes;
use crate::trouble::{Exit, Trouble};
use crate::voice::Voice;

/// Explains `code`; one that there is not gets the nearest that there is.
pub fn run(voice: &Voice, code: &str) -> Result<Exit, Trouble> {
    let code = code.trim().to_uppercase();
    let (title, help, law) = match (explain::explain(&code), codes::explain(&code)) {
        (Some(known), _) => {
            let chinese = known.in_chinese.filter(|_| voice.language == Language::Zh);
            let (title, help) = chinese.unwrap_or((known.title, known.help));
            (title, help, known.law)
        }
        (None, Some((title, help))) => (title, help, None),
        (None, None) => return Err(unknown(&code)),
    };
    let document =
        json!({ "schema": "fairfile.explanation/1", "code": code, "title": title, "help": help, "law": law });
    voice.tell(&document, || {
        let law = law.map(|law| format!("   = {}: {law}\n", voice.pick("rule", "规则"))).unwrap_or_default();
        format!("{code}: {title}\n   = {}: {help}\n{law}", voice.pick("help", "办法"))
    })?;
    Ok(Exit::Done)
}

fn unknown(code: &str) -> Trouble {
    let trouble = Trouble::new(Exit::Usage, "U012", "there is no such code");
    // Ours are near to one another by their number alone.
    let ours = || {
        codes::ALL
            .iter()
            .map(|row| row.0)
            .find(|known| code.starts_with('U') && known.ends_with(code.get(1..).unwrap_or("-")))
    };
    match explain::nearest(code).or_else(ours) {
        Some(near) => trouble.hint(format!("did you mean {near}?")),
        None => trouble,
    }
}
