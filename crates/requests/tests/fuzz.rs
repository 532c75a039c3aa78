//! Whatever a stranger sends as a signed request: an answer, never a panic; and no changed byte goes unnoticed.
//!
//! Each runs as a short test here; `cargo bolero test -p fairfile-requests NAME` runs it for as long as wanted.

use fairfile_requests::{BodyDigest, Message, Signed, SigningKey, Verified, explain, sign, verify};

const NOW: i64 = 1_790_000_000;

/// A request in texts that can be changed, byte by byte.
#[derive(Clone)]
struct Request {
    method: String,
    uri: String,
    digest: String,
    idempotency_key: String,
    content_type: String,
    signature_input: String,
    signature: String,
}

impl Request {
    fn new(seed: u8) -> Self {
        let mut request = Self {
            method: "POST".into(),
            uri: format!("https://node.example:8443/api/inquiries?seed={seed}"),
            digest: BodyDigest::of(&[seed]).header_value(),
            idempotency_key: format!("5f0c-{seed}"),
            content_type: "application/json".into(),
            signature_input: String::new(),
            signature: String::new(),
        };
        let code = "county.2026".parse().expect("a code");
        let signed = request.with(|message| sign(message, &key(), &code, NOW, &["content-type"]));
        let Signed { signature_input, signature } = signed.expect("a signature");
        (request.signature_input, request.signature) = (signature_input, signature);
        request
    }

    fn with<T>(&self, then: impl FnOnce(&Message<'_>) -> T) -> T {
        let headers = |name: &str| match name {
            "idempotency-key" => Some(self.idempotency_key.clone()),
            "content-type" => Some(self.content_type.clone()),
            _ => None,
        };
        let content_digest = Some(self.digest.as_str());
        then(&Message { method: &self.method, target_uri: &self.uri, content_digest, headers: &headers })
    }

    /// The answer of a node at which every key that is named is registered as ours; each "no" has its explanation.
    fn verify(&self) -> Option<Verified> {
        let public = key().public_key();
        let answer =
            self.with(|message| verify(message, &self.signature_input, &self.signature, |_| Some(public), NOW));
        answer.inspect_err(|fault| assert!(explain(fault.code()).is_some())).ok()
    }

    fn parts(&mut self) -> [&mut String; 7] {
        [
            &mut self.method,
            &mut self.uri,
            &mut self.digest,
            &mut self.idempotency_key,
            &mut self.content_type,
            &mut self.signature_input,
            &mut self.signature,
        ]
    }
}

fn key() -> SigningKey {
    SigningKey::from_seed(&[7; 32]).expect("a key")
}

#[test]
fn headers_of_a_stranger() {
    let request = Request::new(0);
    bolero::check!().with_iterations(20_000).for_each(|bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes);
        let (first, second) = text.split_at(text.char_indices().nth(text.chars().count() / 2).map_or(0, |(at, _)| at));
        let stranger = Request { signature_input: first.into(), signature: second.into(), ..request.clone() };
        assert!(stranger.verify().is_none());
        let mut stranger = request.clone();
        for part in stranger.parts().into_iter().take(5) {
            *part = text.clone().into_owned();
        }
        assert!(stranger.verify().is_none());
        assert!(BodyDigest::of(b"").check(&text).is_err());
        assert!(SigningKey::from_pem(&text).is_err());
    });
}

/// Texts out of the words that signature headers are made of, so that the inner checks are reached.
#[test]
fn near_signatures() {
    const WORDS: &[&str] = &[
        "sig1=",
        "sig2=",
        "(",
        ")",
        "\"@method\"",
        "\"@target-uri\"",
        "\"content-digest\"",
        "\"idempotency-key\"",
        "\"@query-param\"",
        "\"content-type\"",
        ";created=1790000000",
        ";created=",
        ";keyid=\"county.2026\"",
        ";keyid",
        ";alg=\"ed25519\"",
        ";expires=1",
        ";nonce=\"n\"",
        " ",
        ", ",
        ":",
        "AAAA",
        "==",
        "\"",
        "\\",
        ";sf",
        "?1",
        "-9",
    ];
    let request = Request::new(0);
    bolero::check!().with_iterations(20_000).for_each(|bytes: &[u8]| {
        let word = |byte: &u8| WORDS[usize::from(*byte) % WORDS.len()];
        let text = |bytes: &[u8]| bytes.iter().take(60).map(word).collect::<String>();
        let (first, second) = bytes.split_at(bytes.len() / 2);
        for (signature_input, signature) in [
            (text(first), text(second)),
            (text(bytes), request.signature.clone()),
            (request.signature_input.clone(), text(bytes)),
            (format!("{}{}", request.signature_input, text(bytes)), request.signature.clone()),
        ] {
            let near = Request { signature_input, signature, ..request.clone() };
            if let Some(verified) = near.verify() {
                assert_eq!(verified.signed_text, request.verify().expect("the original").signed_text);
            }
        }
    });
}

/// Every byte of a signed request, changed to another: the node notices.
#[test]
fn a_changed_byte() {
    let check = |seed: u8, part: usize, place: usize, byte: u8| {
        let mut changed = Request::new(seed);
        let original = changed.verify().expect("what was signed verifies");
        let host = "https://node.example".len();
        let text = &mut *changed.parts()[part % 7];
        let place = place % text.len();
        let mut bytes = text.clone().into_bytes();
        let same_host = part % 7 == 1 && place < host && bytes[place].eq_ignore_ascii_case(&byte);
        if bytes[place] == byte || same_host {
            return; // A host means the same in upper and lower case (RFC 9110, 4.2.3).
        }
        bytes[place] = byte;
        let Ok(bytes) = String::from_utf8(bytes) else { return };
        *text = bytes;
        assert!(changed.verify().is_none(), "part {part}, place {place}, byte {byte:#x} of {original:?}");
    };
    bolero::check!()
        .with_iterations(5_000)
        .with_type::<(u8, usize, usize, u8)>()
        .for_each(|(seed, part, place, byte)| check(*seed, *part, *place, *byte));
    // And every place at least once, by its lowest bit, as a bad line would.
    let mut request = Request::new(1);
    for (part, text) in request.parts().into_iter().enumerate() {
        for (place, byte) in text.bytes().enumerate() {
            check(1, part, place, byte ^ 1);
        }
    }
}
