//! Structured fields (RFC 9651), which the signature headers and `Content-Digest` are written in.

use sfv::{BareItem, Dictionary, FieldType, InnerList, Item, ListEntry, Parameters, Parser};

use crate::{MAX_HEADER, MAX_SIGNATURES, fault::SignatureFault};

/// A dictionary that is written in the one canonical way, blanks aside; nothing for any other text.
///
/// A parser of structured fields lets the last of two equal keys win, and reads base64 with loose ends. Two
/// readers of one request could then see two requests, so whatever does not come out as it went in is refused.
pub(crate) fn read_dictionary(text: &str) -> Option<Dictionary> {
    if text.len() > MAX_HEADER {
        return None;
    }
    let dictionary: Dictionary = Parser::new(text).parse().ok()?;
    let canonical = dictionary.serialize()?;
    without_blanks(text).eq(without_blanks(&canonical)).then_some(dictionary)
}

/// `text` without the blanks outside its quoted strings.
fn without_blanks(text: &str) -> impl Iterator<Item = u8> {
    let (mut quoted, mut escaped) = (false, false);
    text.bytes().filter(move |sign| {
        let keep = quoted || !matches!(sign, b' ' | b'\t');
        match sign {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ => {}
        }
        keep
    })
}

/// One signature of a request as it was sent, nothing of it judged yet.
pub(crate) struct Sent {
    /// What it says it covers.
    pub(crate) components: Vec<Item>,
    /// `created`, `keyid` and so on.
    pub(crate) parameters: Parameters,
    /// Both of these as the signed text ends in them: in the order of the signer.
    pub(crate) parameters_text: String,
    /// The signature itself.
    pub(crate) signature: Vec<u8>,
}

/// The signatures of a request: what `Signature-Input` and `Signature` both have a label for.
pub(crate) fn read_signatures(input: &str, signature: &str) -> Result<Vec<Sent>, SignatureFault> {
    if input.trim().is_empty() || signature.trim().is_empty() {
        return Err(SignatureFault::Missing);
    }
    if input.len() > MAX_HEADER || signature.len() > MAX_HEADER {
        return Err(SignatureFault::TooLarge);
    }
    let inputs = read_dictionary(input).ok_or(SignatureFault::Malformed)?;
    let mut signatures = read_dictionary(signature).ok_or(SignatureFault::Malformed)?;
    if inputs.len().max(signatures.len()) > MAX_SIGNATURES {
        return Err(SignatureFault::TooManySignatures);
    }
    let mut sent = Vec::new();
    for (label, covered) in inputs {
        let Some(value) = signatures.shift_remove(&label) else { continue };
        let (ListEntry::InnerList(covered), ListEntry::Item(value)) = (covered, value) else {
            return Err(SignatureFault::Malformed);
        };
        let BareItem::ByteSequence(signature) = value.bare_item else { return Err(SignatureFault::Malformed) };
        let (parameters_text, covered) = written(covered).ok_or(SignatureFault::Malformed)?;
        let InnerList { items: components, params: parameters } = covered;
        sent.push(Sent { components, parameters, parameters_text, signature });
    }
    if sent.is_empty() { Err(SignatureFault::NoPair) } else { Ok(sent) }
}

/// An inner list with its parameters, as structured fields write it, and the list itself.
fn written(list: InnerList) -> Option<(String, InnerList)> {
    let lists = sfv::List::from([ListEntry::InnerList(list)]);
    let text = lists.serialize()?;
    match lists.into_iter().next()? {
        ListEntry::InnerList(list) => Some((text, list)),
        ListEntry::Item(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: bool) {
        assert_eq!(read_dictionary(text).is_some(), expected, "{text}");
    }

    #[test]
    fn blanks_may_differ_and_nothing_else() {
        check(r#"a=("@method" "x");created=1;keyid="k""#, true);
        check(r#"a=( "@method"   "x" );  created=1, b=("y")"#, true);
        check("a=:AAAA:,b=:AAAA:", true);
        check("", false);
        check("a=:AAAA:, a=:AAAA:", false);
        check("a=(\"x\");created=1;created=1", false);
        check("a=(\"x\");created=01", false);
        check("a=:AA:", false);
        check("a=:AB==:", false);
        check("a=:AA==:", true);
        check("a=?1", false);
    }

    #[test]
    fn blanks_inside_strings_count() {
        assert!(without_blanks(r#" a="b \" c" ; d "#).eq(r#"a="b \" c";d"#.bytes()));
        assert!(without_blanks(r#"a="b  c""#).ne(without_blanks(r#"a="b c""#)));
    }

    #[test]
    fn the_order_of_the_signer_is_kept() {
        let input = r#"sig1=("@method" "a");created=1;keyid="k";alg="ed25519";zzz;nonce="n""#;
        let sent = read_signatures(input, "sig1=:AAAA:").expect("a readable signature");
        assert_eq!(format!("sig1={}", sent[0].parameters_text), input);
    }

    #[test]
    fn pairs_are_found_by_label() {
        let faults = [
            ("", "a=:AAAA:", SignatureFault::Missing),
            ("a=(\"x\")", " ", SignatureFault::Missing),
            ("a=(\"x\")", "b=:AAAA:", SignatureFault::NoPair),
            ("a=1", "a=:AAAA:", SignatureFault::Malformed),
            ("a=(\"x\")", "a=\"AAAA\"", SignatureFault::Malformed),
            ("a=(\"x\")", "a=(:AAAA:)", SignatureFault::Malformed),
            ("a=(\"x\"), b=(), c=(), d=()", "a=:AAAA:", SignatureFault::TooManySignatures),
        ];
        for (input, signature, fault) in faults {
            assert_eq!(read_signatures(input, signature).err(), Some(fault), "{input} {signature}");
        }
        assert_eq!(read_signatures("a=(), b=()", "b=:AAAA:, c=:AAAA:").map(|sent| sent.len()), Ok(1));
        let long = format!("a=({})", r#""x" "#.repeat(2000));
        assert_eq!(read_signatures(&long, "a=:AAAA:").err(), Some(SignatureFault::TooLarge));
    }
}
