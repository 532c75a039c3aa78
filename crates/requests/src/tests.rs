//! The profile as a whole: what verifies, what does not, and what the fault says.

use fairfile_domain::id::KeyCode;

use super::*;
use crate::{base, fields::read_signatures, message::Target};

const NOW: i64 = 1_790_000_000;
const BODY: &[u8] = br#"{"purpose":"licence-renewal"}"#;
const FULL: &str = r#"("@method" "@target-uri" "content-digest" "idempotency-key")"#;

/// A request, and what it says of itself.
#[derive(Clone)]
struct Request {
    method: &'static str,
    uri: &'static str,
    digest: Option<String>,
    headers: Vec<(&'static str, &'static str)>,
}

impl Request {
    fn post() -> Self {
        let headers = vec![("idempotency-key", "b7d1"), ("content-type", "application/json")];
        let digest = Some(BodyDigest::of(BODY).header_value());
        Self { method: "POST", uri: "https://node.example/api/inquiries", digest, headers }
    }

    fn get(uri: &'static str) -> Self {
        Self { method: "GET", uri, digest: None, headers: Vec::new() }
    }

    fn with<T>(&self, then: impl FnOnce(&Message<'_>) -> T) -> T {
        let find = |name: &str| self.headers.iter().find(|(key, _)| *key == name).map(|(_, value)| value.to_string());
        let digest = self.digest.as_deref();
        then(&Message { method: self.method, target_uri: self.uri, content_digest: digest, headers: &find })
    }

    /// Both headers, with the parameters just as given; what no signature can be made of is signed as nothing.
    fn signed(&self, label: &str, key: &SigningKey, parameters: &str) -> (String, String) {
        let input = format!("{label}={parameters}");
        let text = self.with(|message| {
            let sent = read_signatures(&input, &format!("{label}=:AAAA:")).ok()?.pop()?;
            let components = base::read_components(&sent.components).ok()?;
            base::signed_text(message, &Target::read(self.uri).ok()?, &components, &sent.parameters_text).ok()
        });
        let signature = key.sign(&text.unwrap_or_default()).to_vec();
        let signature = sfv::FieldType::serialize(&sfv::Item::new(signature));
        (input, format!("{label}={signature}"))
    }

    fn verify(&self, (input, signature): &(String, String)) -> Result<Verified, SignatureFault> {
        self.with(|message| verify(message, input, signature, find_key, NOW))
    }
}

fn county() -> SigningKey {
    SigningKey::from_seed(&[7; 32]).expect("a key")
}

fn stranger() -> SigningKey {
    SigningKey::from_seed(&[8; 32]).expect("a key")
}

fn code(text: &str) -> KeyCode {
    text.parse().expect("a code")
}

fn find_key(asked: &KeyCode) -> Option<[u8; 32]> {
    (asked.as_str() == "county.2026").then(|| county().public_key())
}

/// Verifies a request whose signature has just these components and parameters.
#[track_caller]
fn check(request: &Request, parameters: &str, expected: Result<(), SignatureFault>) {
    let found = request.verify(&request.signed("sig1", &county(), parameters));
    assert_eq!(found.map(|_| ()), expected, "{parameters}");
}

/// The same for the request that most tests begin with, covered as it should be.
#[track_caller]
fn check_terms(parameters: &str, expected: Result<(), SignatureFault>) {
    check(&Request::post(), &format!("{FULL}{parameters}"), expected);
}

fn not_covered(component: &'static str) -> Result<(), SignatureFault> {
    Err(SignatureFault::NotCovered { component })
}

#[test]
fn what_is_signed_verifies_and_stays_evidence() {
    let request = Request::post();
    let key = county();
    let signed = request.with(|message| sign(message, &key, &code("county.2026"), NOW, &["content-type"]));
    let Signed { signature_input, signature } = signed.expect("a signature");
    let verified = request.verify(&(signature_input, signature)).expect("a signed request");
    assert_eq!((verified.key.as_str(), verified.created, &verified.nonce), ("county.2026", NOW, &None));
    let expected = format!(
        "\"@method\": POST\n\"@target-uri\": https://node.example/api/inquiries\n\"content-digest\": {}\n\
         \"idempotency-key\": b7d1\n\"content-type\": application/json\n\"@signature-params\": (\"@method\" \
         \"@target-uri\" \"content-digest\" \"idempotency-key\" \"content-type\");created={NOW};alg=\"ed25519\";\
         keyid=\"county.2026\"",
        BodyDigest::of(BODY).header_value()
    );
    assert_eq!(verified.signed_text, expected);

    let Verified { signed_text, signature, .. } = &verified;
    assert!(check_evidence(signed_text, signature, &key.public_key()));
    assert!(!check_evidence(signed_text, signature, &stranger().public_key()));
    assert!(!check_evidence(&signed_text.replace("POST", "PUT"), signature, &key.public_key()));
    assert!(!check_evidence(signed_text, &signature[..63], &key.public_key()));
    assert!(!check_evidence(signed_text, &[], &[0xff; 32]));
    assert!(!format!("{verified:?}").contains("sha-256"), "a digest of content belongs in no log");
}

#[test]
fn dates_are_held_against_the_clock_of_the_node() {
    let dated = |created: i64| format!(";created={created};keyid=\"county.2026\"");
    check_terms(&dated(NOW), Ok(()));
    check_terms(&dated(NOW - 300), Ok(()));
    check_terms(&dated(NOW - 301), Err(SignatureFault::TooOld { seconds: 301 }));
    check_terms(&dated(NOW + 60), Ok(()));
    check_terms(&dated(NOW + 61), Err(SignatureFault::AheadOfTime { seconds: 61 }));
    check_terms(&dated(-1), Err(SignatureFault::TooOld { seconds: NOW + 1 }));
    for created in ["", ";created=\"1\"", ";created=1.5", ";created", ";created=@1790000000"] {
        check_terms(&format!("{created};keyid=\"county.2026\""), Err(SignatureFault::CreatedMissing));
    }
    for (expires, expected) in [
        (NOW.to_string(), Ok(())),
        ((NOW - 1).to_string(), Err(SignatureFault::Expired)),
        ("\"never\"".into(), Err(SignatureFault::Expired)),
    ] {
        check_terms(&format!(";created={NOW};expires={expires};keyid=\"county.2026\""), expected);
    }
    let request = Request::post();
    let (input, signature) = request.signed("sig1", &county(), &format!("{FULL}{}", dated(NOW)));
    for now in [i64::MIN, i64::MAX] {
        assert!(request.with(|message| verify(message, &input, &signature, find_key, now)).is_err());
    }
}

#[test]
fn parameters_stand_in_any_order_and_unknown_ones_are_signed_too() {
    let created = format!(";created={NOW}");
    check_terms(&format!(";keyid=\"county.2026\"{created}"), Ok(()));
    check_terms(&format!("{created};keyid=\"county.2026\";alg=\"ed25519\";tag=\"x\";more=?0"), Ok(()));
    for alg in ["\"Ed25519\"", "\"hmac-sha256\"", "ed25519", "1"] {
        check_terms(&format!("{created};keyid=\"county.2026\";alg={alg}"), Err(SignatureFault::OtherAlgorithm));
    }
    for keyid in ["", ";keyid", ";keyid=1", ";keyid=\"\"", ";keyid=\"County\"", ";keyid=county.2026"] {
        check_terms(&format!("{created}{keyid}"), Err(SignatureFault::KeyIdMissing));
    }
    check_terms(&format!("{created};keyid=\"county.2026\";nonce=1"), Err(SignatureFault::BadNonce));
    check_terms(&format!("{created};keyid=\"county.2026\";created=1"), Err(SignatureFault::Malformed));

    let request = Request::post();
    let headers = request.signed("x", &county(), &format!("{FULL}{created};keyid=\"county.2026\";nonce=\"n-1\""));
    assert_eq!(request.verify(&headers).expect("a signed request").nonce.as_deref(), Some("n-1"));
}

#[test]
fn whatever_could_be_changed_must_be_covered() {
    let terms = format!(";created={NOW};keyid=\"county.2026\"");
    let check = |request: &Request, covered: &str, expected| check(request, &format!("({covered}){terms}"), expected);
    let post = Request::post();
    check(&post, r#""@target-uri" "content-digest" "idempotency-key""#, not_covered("@method"));
    check(&post, r#""@method" "content-digest" "idempotency-key""#, not_covered("@target-uri"));
    check(&post, r#""@method" "@path" "content-digest" "idempotency-key""#, not_covered("@target-uri"));
    check(&post, r#""@method" "@authority" "@request-target" "content-digest""#, not_covered("@target-uri"));
    check(&post, r#""@method" "@target-uri" "idempotency-key""#, not_covered("content-digest"));
    check(&post, r#""@method" "@target-uri" "content-digest""#, not_covered("idempotency-key"));
    check(&post, r#""@authority" "@path" "@method" "idempotency-key" "content-digest" "@scheme""#, Ok(()));
    check(&post, "", not_covered("@method"));

    let list = Request::get("https://node.example/api/looks?after=x");
    check(&list, r#""@method" "@target-uri""#, Ok(()));
    check(&list, r#""@method" "@authority" "@path""#, not_covered("@query"));
    check(&list, r#""@method" "@authority" "@path" "@query""#, Ok(()));
    check(&list, r#""@method" "@authority" "@path" "@target-uri""#, Ok(()));
    check(&Request::get("https://node.example/api?"), r#""@method" "@authority" "@path""#, not_covered("@query"));
    check(&Request::get("https://node.example/api"), r#""@method" "@authority" "@path""#, Ok(()));
}

#[test]
fn a_body_has_a_digest_that_can_be_read() {
    let parameters = format!("{FULL};created={NOW};keyid=\"county.2026\"");
    for (method, digest, expected) in [
        ("POST", None, Err(SignatureFault::DigestMissing)),
        ("DELETE", None, Err(SignatureFault::DigestMissing)),
        ("POST", Some("sha-512=:AAAA:".to_string()), Err(SignatureFault::DigestUnreadable)),
        ("POST", Some("sha-256".to_string()), Err(SignatureFault::DigestUnreadable)),
        ("post", Some(BodyDigest::of(BODY).header_value()), Err(SignatureFault::BadMethod)),
        ("GET", Some(BodyDigest::of(b"").header_value()), Ok(())),
    ] {
        check(&Request { method, digest, ..Request::post() }, &parameters, expected);
    }
}

#[test]
fn components_are_plain_and_there() {
    let terms = format!(";created={NOW};keyid=\"county.2026\"");
    for (covered, fault) in [
        (r#""@method" "@method""#, SignatureFault::ComponentTwice),
        (r#""content-type" "content-type";sf"#, SignatureFault::ComponentUnknown),
        (r#""@method";req"#, SignatureFault::ComponentUnknown),
        (r#""@query-param";name="a""#, SignatureFault::ComponentUnknown),
        (r#""@status""#, SignatureFault::ComponentUnknown),
        (r#""@signature-params""#, SignatureFault::ComponentUnknown),
        (r#""Content-Type""#, SignatureFault::ComponentUnknown),
        (r#""a b""#, SignatureFault::ComponentUnknown),
        (r#""""#, SignatureFault::ComponentUnknown),
        ("date", SignatureFault::ComponentUnknown),
        ("1", SignatureFault::ComponentUnknown),
    ] {
        check(&Request::post(), &format!("({covered}){terms}"), Err(fault));
    }
    let names: Vec<_> = (0..17).map(|n| format!("\"x-{n}\"")).collect();
    check(&Request::post(), &format!("({}){terms}", names.join(" ")), Err(SignatureFault::TooManyComponents));

    let covered = format!("{}{terms}", FULL.replace(')', " \"x-note\")"));
    let with = |value| {
        let mut request = Request::post();
        request.headers.push(("x-note", value));
        request
    };
    check(&Request::post(), &covered, Err(SignatureFault::ComponentAbsent));
    check(&with(" \t plain\ttext "), &covered, Ok(()));
    check(&with(""), &covered, Ok(()));
    for value in ["a\n\"@method\": GET", "a\rb", "\u{e9}", "a\0", "\u{7f}"] {
        check(&with(value), &covered, Err(SignatureFault::Unsignable));
    }
    check(&with(Box::leak("x".repeat(MAX_SIGNED_TEXT).into_boxed_str())), &covered, Err(SignatureFault::TooLarge));
}

#[test]
fn an_unknown_key_and_a_wrong_signature_look_the_same() {
    let request = Request::post();
    let parameters = |keyid| format!("{FULL};created={NOW};keyid=\"{keyid}\"");
    let not_verified = Err(SignatureFault::NotVerified);
    assert_eq!(request.verify(&request.signed("s", &county(), &parameters("nobody"))), not_verified);
    assert_eq!(request.verify(&request.signed("s", &stranger(), &parameters("county.2026"))), not_verified);
    let (input, _) = request.signed("s", &county(), &parameters("county.2026"));
    for short in ["s=:AAAA:", "s=::"] {
        assert_eq!(request.verify(&(input.clone(), short.into())), not_verified);
    }
}

/// The secret of the key that stands in for an unknown one is known to everybody: it is 1. A signature under it can be
/// made, is sound, and must not be believed.
#[test]
fn a_signature_under_nobodys_key_is_nobodys() {
    let request = Request::post();
    let parameters = format!("{FULL};created={NOW};keyid=\"nobody\"");
    let (input, _) = request.signed("s", &county(), &parameters);
    let text = request.with(|message| {
        let sent = read_signatures(&input, "s=:AAAA:").expect("readable headers").remove(0);
        let components = base::read_components(&sent.components).expect("known components");
        base::signed_text(message, &Target::read(request.uri).expect("an address"), &components, &sent.parameters_text)
    });
    let text = text.expect("a text to sign");
    let forged = signature_by_one(&text);
    assert!(check_evidence(&text, &forged, &verify::NOBODYS_KEY));
    let signature = format!("s={}", sfv::FieldType::serialize(&sfv::Item::new(forged)));
    assert_eq!(request.verify(&(input, signature)), Err(SignatureFault::NotVerified));
}

/// Ed25519 (RFC 8032, 5.1.6) with 1 for the secret scalar and 1 for the chance: both points are the base point, and the
/// signature is 1 plus the hash, modulo the order of the curve.
fn signature_by_one(text: &str) -> Vec<u8> {
    const ORDER: [u64; 4] = [0x5812_631a_5cf5_d3ed, 0x14de_f9de_a2f7_9cd6, 0, 0x1000_0000_0000_0000];
    let point = verify::NOBODYS_KEY;
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA512, &[&point, &point, text.as_bytes()].concat());
    let bits = hash.as_ref().iter().rev().flat_map(|byte| (0..8).rev().map(move |bit| u64::from(byte >> bit & 1)));
    let mut rest = [0_u64; 4];
    let reduced = |rest: [u64; 4]| {
        let (mut less, mut borrowed) = ([0; 4], false);
        for (place, limb) in less.iter_mut().enumerate() {
            let (first, under) = rest[place].overflowing_sub(ORDER[place]);
            let (second, under_again) = first.overflowing_sub(u64::from(borrowed));
            (*limb, borrowed) = (second, under || under_again);
        }
        if borrowed { rest } else { less }
    };
    for bit in bits {
        let mut carry = bit;
        for limb in &mut rest {
            (*limb, carry) = (*limb << 1 | carry, *limb >> 63);
        }
        rest = reduced(rest);
    }
    let mut carry = true;
    for limb in &mut rest {
        (*limb, carry) = limb.overflowing_add(u64::from(carry));
    }
    [point.to_vec(), reduced(rest).iter().flat_map(|limb| limb.to_le_bytes()).collect()].concat()
}

#[test]
fn of_several_signatures_the_known_key_counts() {
    let request = Request::post();
    let both = |first: (String, String), second: (String, String)| {
        (format!("{}, {}", first.0, second.0), format!("{}, {}", first.1, second.1))
    };
    let ours = || request.signed("ours", &county(), &format!("{FULL};created={NOW};keyid=\"county.2026\""));
    let unknown = || request.signed("theirs", &stranger(), &format!("{FULL};created={NOW};keyid=\"proxy\""));
    let unfit = || request.signed("unfit", &stranger(), "(\"@status\");keyid=\"county.2026\";alg=\"rsa-v1_5-sha256\"");
    for headers in [both(ours(), unknown()), both(unknown(), ours()), both(unfit(), ours()), both(ours(), unfit())] {
        assert_eq!(request.verify(&headers).map(|verified| verified.key.to_string()), Ok("county.2026".into()));
    }
    assert_eq!(request.verify(&both(unknown(), unfit())), Err(SignatureFault::NotVerified));
    assert_eq!(request.verify(&unfit()), Err(SignatureFault::ComponentUnknown));
    // Whether a key exists must not show in which fault comes: an unfit signature is out before any key is asked for.
    let guess =
        |keyid: &str| request.signed("guess", &stranger(), &format!("(\"@method\");created={NOW};keyid={keyid:?}"));
    for keyid in ["county.2026", "nobody"] {
        assert_eq!(request.verify(&both(unknown(), guess(keyid))), Err(SignatureFault::NotVerified));
        assert_eq!(request.verify(&both(guess(keyid), unknown())), Err(SignatureFault::NotVerified));
    }
}

#[test]
fn what_no_node_would_accept_is_said_before_sending() {
    let attempt = |request: &Request, created, extra: &[&str]| {
        request.with(|message| sign(message, &county(), &code("county.2026"), created, extra)).map(|_| ())
    };
    let post = Request::post();
    assert_eq!(attempt(&post, NOW, &["content-type", "content-type", "@authority"]), Ok(()));
    assert_eq!(attempt(&post, -1, &[]), Err(SignatureFault::CreatedMissing));
    assert_eq!(attempt(&post, i64::MAX, &[]), Err(SignatureFault::CreatedMissing));
    assert_eq!(attempt(&post, NOW, &["x-absent"]), Err(SignatureFault::ComponentAbsent));
    assert_eq!(attempt(&post, NOW, &["Content-Type"]), Err(SignatureFault::ComponentUnknown));
    assert_eq!(attempt(&Request { digest: None, ..post.clone() }, NOW, &[]), Err(SignatureFault::DigestMissing));
    assert_eq!(attempt(&Request { uri: "/api", ..post.clone() }, NOW, &[]), Err(SignatureFault::BadTarget));
    let names: Vec<_> = (0..16).map(|n| format!("x-{n}")).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    assert_eq!(attempt(&post, NOW, &names), Err(SignatureFault::TooManyComponents));
}

/// The Ed25519 request of RFC 9421, B.2.6, with the key of B.1.4.
mod the_vector_of_the_standard {
    use super::*;

    const SEED: &str = "9f8362f87a484a954e6e740c5b4c0e84229139a20aa8ab56ff66586f6a7d29c5";
    const PUBLIC: &str = "26b40b8f93fff3d897112f7ebc582b232dbd72517d082fe83cfb30ddce43d1bb";
    const INPUT: &str = "sig-b26=(\"date\" \"@method\" \"@path\" \"@authority\" \"content-type\" \"content-length\")\
        ;created=1618884473;keyid=\"test-key-ed25519\"";
    const SIGNATURE: &str =
        "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:";
    const SIGNED_TEXT: &str = "\"date\": Tue, 20 Apr 2021 02:07:55 GMT\n\"@method\": POST\n\"@path\": /foo\n\
        \"@authority\": example.com\n\"content-type\": application/json\n\"content-length\": 18\n\
        \"@signature-params\": (\"date\" \"@method\" \"@path\" \"@authority\" \"content-type\" \"content-length\")\
        ;created=1618884473;keyid=\"test-key-ed25519\"";

    fn request() -> Request {
        Request {
            method: "POST",
            uri: "https://example.com/foo?param=Value&Pet=dog",
            digest: None,
            headers: vec![
                ("date", "Tue, 20 Apr 2021 02:07:55 GMT"),
                ("content-type", "application/json"),
                ("content-length", "18"),
            ],
        }
    }

    fn key() -> SigningKey {
        let seed = hex::decode(SEED).expect("hex").try_into().expect("32 bytes");
        SigningKey::from_seed(&seed).expect("a key")
    }

    #[test]
    fn has_our_signed_text_and_our_signature() {
        let sent = read_signatures(INPUT, SIGNATURE).expect("readable headers").remove(0);
        let components = base::read_components(&sent.components).expect("known components");
        let request = request();
        let target = Target::read(request.uri).expect("an address");
        let text = request.with(|message| base::signed_text(message, &target, &components, &sent.parameters_text));
        assert_eq!(text.as_deref(), Ok(SIGNED_TEXT));
        assert_eq!(hex::encode(key().public_key()), PUBLIC);
        assert_eq!(key().sign(SIGNED_TEXT).to_vec(), sent.signature);
        assert!(check_evidence(SIGNED_TEXT, &sent.signature, &key().public_key()));
    }

    #[test]
    fn would_not_do_for_a_node() {
        let verify_as = |request: &Request| {
            let find = |_: &KeyCode| Some(key().public_key());
            request.with(|message| verify(message, INPUT, SIGNATURE, find, 1_618_884_473)).map(|_| ())
        };
        assert_eq!(verify_as(&request()), not_covered("@query"));
        let uri = "https://example.com/foo";
        assert_eq!(verify_as(&Request { uri, ..request() }), Err(SignatureFault::DigestMissing));
        // Without a body and a query it would: the vector's own signature then says that the method is another.
        assert_eq!(verify_as(&Request { uri, method: "GET", ..request() }), Err(SignatureFault::NotVerified));
    }
}
