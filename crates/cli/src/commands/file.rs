//! `fairfile file --as-person`: the whole file, every record and every look, as the person reads it.

use std::path::Path;

use fairfile_domain::identifier::Identifier;
use fairfile_http::wire;
use fairfile_http::wire::answer::{NOTHING, NOTHING_HINT};
use fairfile_service::person::{Looks, ReadFileError, begin_reading, find_person};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::{Place, record_text, tell_all};
use crate::args::Where;
use crate::files::Draft;
use crate::node::{Node, wait};
use crate::remote::Server;
use crate::secret;
use crate::trouble::{Exit, Trouble};
use crate::voice::Voice;

/// Reads the number, opens the file, prints it, and keeps the signed copy if asked to.
pub fn run(voice: &Voice, kind: &str, copy: Option<&Path>, at: &Where) -> Result<Exit, Trouble> {
    let kind = super::identifier::kind(kind)?;
    let kept = copy.map(Draft::at).transpose()?;
    let place = Place::find(voice, at)?;
    let number = secret::number(voice)?;
    let identifier = Identifier::parse(kind, &number).map_err(|fault| {
        let document =
            json!({ "code": fault.code(), "title": fault.title(), "detail": fault.to_string(), "hint": fault.help() });
        Trouble::from_document(Exit::Usage, &document)
    })?;
    let (mut document, signed) = match &place {
        Place::Here(node, _) => read_here(voice, node, &identifier, kept.is_some())?,
        Place::There(server) => read_there(server, &identifier, kept.is_some())?,
    };
    mask(&mut document, &identifier);
    let mut troubles = Vec::new();
    if let (Some(draft), Some(bytes)) = (kept, signed) {
        match draft.keep(&bytes) {
            Ok(()) => voice.say(voice.pick(
                "The signed copy is kept. Check it with `fairfile verify`.",
                "已保存签名副本，可用 fairfile verify 核验。",
            )),
            Err(trouble) => troubles.push(trouble),
        }
    }
    tell_all(voice, document, &troubles, Exit::Done, |document| text(voice, document))
}

type Copy = Option<Vec<u8>>;

/// The number is not printed whole: whoever reads along on a screen or in a log must not learn it. It stands in the copy.
fn mask(document: &mut Value, identifier: &Identifier) {
    for record in document["records"].as_array_mut().into_iter().flatten() {
        for input in record["inputs"].as_array_mut().into_iter().flatten() {
            if input["value"] == identifier.canonical() {
                input["value"] = json!(identifier.masked());
            }
        }
    }
}

fn read_here(voice: &Voice, node: &Node, identifier: &Identifier, wants_copy: bool) -> Result<(Value, Copy), Trouble> {
    node.must_be_a_demo()?;
    let registry = &node.registry;
    let subject = find_person(registry, identifier)?.ok_or_else(|| nothing(voice))?;
    let which = if wants_copy { Looks::Copied } else { Looks::All };
    let view = wait(begin_reading(registry, subject))??.open(registry, which)?;
    let (catalog, directory) = (registry.catalog(), registry.directory());
    let document = wire::file::document(&view, &catalog, &directory);
    let records = || wire::file::records(&view, &catalog, &directory);
    let signed = wants_copy.then(|| view.signed_copy(registry, records())).transpose()?;
    Ok((document, signed))
}

fn nothing(voice: &Voice) -> Trouble {
    let word = |pair: (&'static str, &'static str)| voice.pick(pair.0, pair.1);
    let document =
        json!({ "code": "N100", "title": word(NOTHING), "detail": word(NOTHING), "hint": word(NOTHING_HINT) });
    Trouble::from_document(Exit::Nothing, &document)
}

fn read_there(server: &Server, identifier: &Identifier, wants_copy: bool) -> Result<(Value, Copy), Trouble> {
    let body = json!({ "identifier": { "kind": identifier.kind().code(), "number": identifier.canonical() } });
    let body = Zeroizing::new(body.to_string());
    let session = server.post("/api/demo/sign-in", body.as_bytes())?.done()?;
    let token = Zeroizing::new(session["token"].as_str().unwrap_or_default().to_owned());
    // The copy first, so that the file that is printed lists that look as well.
    let signed = if wants_copy {
        let answered = server.get_as_person("/api/my/copy", &token)?;
        if answered.status != 200 {
            return Err(answered.problem());
        }
        Some(answered.body)
    } else {
        None
    };
    let mut document = server.get_as_person("/api/my/file", &token)?.done()?;
    add_earlier_looks(&mut document, |after| {
        server.get_as_person(&format!("/api/my/looks?after={after}"), &token)?.done()
    })?;
    Ok((document, signed))
}

/// Makes a file whole whose answer has the newest looks alone: the earlier ones are read a page at a time.
fn add_earlier_looks(
    document: &mut Value,
    mut page_after: impl FnMut(u64) -> Result<Value, Trouble>,
) -> Result<(), Trouble> {
    let seq = |look: Option<&Value>| look.and_then(|look| look["seq"].as_u64());
    let looks = |page: &mut Value| page["looks"].as_array_mut().map(std::mem::take).unwrap_or_default();
    let newest = looks(document);
    let (first, mut whole) = (seq(newest.first()).unwrap_or(1), Vec::new());
    loop {
        let after = seq(whole.last()).unwrap_or_default();
        if after + 1 >= first {
            break;
        }
        let mut page = looks(&mut page_after(after)?);
        page.retain(|look| seq(Some(look)).is_some_and(|seq| seq > after && seq < first));
        if page.is_empty() {
            let short = Trouble::new(Exit::Failed, "U018", "the node did not give all looks that it speaks of");
            return Err(short.hint("read the file again"));
        }
        whole.append(&mut page);
    }
    whole.extend(newest);
    document["looks"] = Value::Array(whole);
    document["earlier_looks"] = Value::Null;
    Ok(())
}

fn text(voice: &Voice, document: &Value) -> String {
    let rows = |name: &str| document[name].as_array().map(Vec::as_slice).unwrap_or_default();
    let word = |name: &str| document[name].as_str().unwrap_or_default();
    let mut text = format!("{}  {}\n\n", word("name"), word("identifier_masked"));
    if rows("records").is_empty() {
        text += voice.pick("There are no records about you here.\n\n", "这里没有关于您的记录。\n\n");
    }
    for record in rows("records") {
        text += &record_text::record(voice.language, record);
        text += "\n";
    }
    text += voice.pick("Who looked\n", "谁看过\n");
    for look in rows("looks") {
        text += &record_text::look(voice.language, look);
    }
    text
}

impl From<ReadFileError> for Trouble {
    fn from(error: ReadFileError) -> Self {
        match error {
            ReadFileError::Registry(error) => error.into(),
            ReadFileError::TooLongToCopy => Self::said(Exit::Failed, "Q031", &error),
            ReadFileError::Copy(_) | ReadFileError::NotToBeCopied => Self::said(Exit::Failed, "U018", &error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_file_is_put_together_from_its_pages() {
        let looks = |from: u64, to: u64| (from..=to).map(|seq| json!({ "seq": seq })).collect::<Vec<_>>();
        let mut asked = Vec::new();
        let mut file = json!({ "looks": looks(6, 9), "earlier_looks": { "count": 5 } });
        let whole = add_earlier_looks(&mut file, |after| {
            asked.push(after);
            Ok(json!({ "looks": looks(after + 1, after + 3) }))
        });
        whole.expect("a whole file");
        assert_eq!(asked, [0, 3]);
        assert_eq!(file, json!({ "looks": looks(1, 9), "earlier_looks": null }));

        let mut short = json!({ "looks": looks(3, 3) });
        assert!(add_earlier_looks(&mut short, |_| Ok(json!({ "looks": [] }))).is_err());
        let mut usual = json!({ "looks": looks(1, 2), "earlier_looks": null });
        add_earlier_looks(&mut usual, |_| panic!("nothing is missing")).expect("a whole file");
        assert_eq!(usual["looks"], json!(looks(1, 2)));
    }
}
