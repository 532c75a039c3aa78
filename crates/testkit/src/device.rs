//! A device that makes and uses passkeys, in software: a security key, a key store that can be copied, and a thief's copy.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

const USER_PRESENT: u8 = 0x01;
const USER_VERIFIED: u8 = 0x04;
const BACKUP_ELIGIBLE: u8 = 0x08;
const BACKED_UP: u8 = 0x10;
const HAS_CREDENTIAL: u8 = 0x40;

/// A device, with what it would tell of itself.
#[derive(Debug, Clone)]
pub struct Device {
    /// Whether its user shows who is there.
    pub verifies: bool,
    /// Whether its keys can be copied to others.
    pub synchronises: bool,
    /// How often it was used; it does not count if there is nothing.
    pub counter: Option<u32>,
    /// The page's address, as the browser tells it.
    pub origin: String,
    credential: Option<Credential>,
}

#[derive(Debug, Clone)]
struct Credential {
    id: Vec<u8>,
    pkcs8: Vec<u8>,
    handle: Vec<u8>,
    rp: String,
}

impl Device {
    /// A security key in a browser that is at `origin`.
    pub fn at(origin: &str) -> Self {
        Self { verifies: true, synchronises: false, counter: Some(0), origin: origin.to_owned(), credential: None }
    }

    /// Answers the options of a page that asks for a new passkey.
    pub fn makes(&mut self, options: &str) -> String {
        let options: Value = serde_json::from_str(options).expect("options are JSON");
        let asked = &options["publicKey"];
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).expect("a key");
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8.as_ref()).expect("a key");
        let id = digest(&SHA256, key.public_key().as_ref()).as_ref()[..24].to_vec();
        let rp = asked["rp"]["id"].as_str().expect("an id of the node").to_owned();
        let handle = decoded(&asked["user"]["id"]);
        let mut data = self.data(&rp, HAS_CREDENTIAL);
        data.extend_from_slice(&[0; 16]);
        data.extend_from_slice(&u16::try_from(id.len()).expect("short").to_be_bytes());
        data.extend_from_slice(&id);
        let (x, y) = key.public_key().as_ref()[1..].split_at(32);
        data.extend_from_slice(&[0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]);
        data.extend_from_slice(x);
        data.extend_from_slice(&[0x22, 0x58, 0x20]);
        data.extend_from_slice(y);
        self.credential = Some(Credential { id: id.clone(), pkcs8: pkcs8.as_ref().to_vec(), handle, rp });
        let client = self.client_data("webauthn.create", &asked["challenge"]);
        let answer = json!({ "attestationObject": encoded(&attestation(&data)), "clientDataJSON": encoded(&client) });
        json!({ "id": encoded(&id), "rawId": encoded(&id), "type": "public-key", "response": answer, "extensions": {} })
            .to_string()
    }

    /// Answers the options of a page that asks who is there.
    pub fn uses(&mut self, options: &str) -> String {
        let options: Value = serde_json::from_str(options).expect("options are JSON");
        let asked = &options["publicKey"];
        self.counter = self.counter.map(|count| count + 1);
        let credential = self.credential.clone().expect("a passkey was made");
        assert_eq!(asked["rpId"], credential.rp.as_str(), "the page asks for keys of its own");
        let data = self.data(&credential.rp, 0);
        let client = self.client_data("webauthn.get", &asked["challenge"]);
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &credential.pkcs8).expect("a key");
        let signed = [data.as_slice(), digest(&SHA256, &client).as_ref()].concat();
        let signature = key.sign(&SystemRandom::new(), &signed).expect("a signature");
        let answer = json!({
            "authenticatorData": encoded(&data),
            "clientDataJSON": encoded(&client),
            "signature": encoded(signature.as_ref()),
            "userHandle": encoded(&credential.handle),
        });
        let id = encoded(&credential.id);
        json!({ "id": id, "rawId": id, "type": "public-key", "response": answer, "extensions": {} }).to_string()
    }

    fn data(&self, rp: &str, more: u8) -> Vec<u8> {
        let mut flags = USER_PRESENT | more;
        flags |= if self.verifies { USER_VERIFIED } else { 0 };
        flags |= if self.synchronises { BACKUP_ELIGIBLE | BACKED_UP } else { 0 };
        let mut data = digest(&SHA256, rp.as_bytes()).as_ref().to_vec();
        data.push(flags);
        data.extend_from_slice(&self.counter.unwrap_or_default().to_be_bytes());
        data
    }

    fn client_data(&self, kind: &str, challenge: &Value) -> Vec<u8> {
        let data = json!({ "type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false });
        data.to_string().into_bytes()
    }
}

/// CBOR of `{"fmt": "none", "attStmt": {}, "authData": data}`.
fn attestation(data: &[u8]) -> Vec<u8> {
    let mut out = vec![0xa3];
    out.extend_from_slice(b"\x63fmt\x64none\x67attStmt\xa0\x68authData\x59");
    out.extend_from_slice(&u16::try_from(data.len()).expect("short").to_be_bytes());
    out.extend_from_slice(data);
    out
}

fn encoded(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn decoded(text: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text.as_str().expect("a text")).expect("base64url")
}
