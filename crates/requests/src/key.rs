//! The key with which a member signs.

use std::fmt;

use aws_lc_rs::{
    encoding::{AsBigEndian, Curve25519SeedBin},
    signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use zeroize::Zeroizing;

use crate::fault::KeyFault;

const BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
const END: &str = "-----END PRIVATE KEY-----";
/// What stands before the 32 bytes of the seed in a PKCS#8 document of an Ed25519 key (RFC 8410, 7).
const PKCS8: [u8; 16] = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];

/// An Ed25519 key that signs requests. Its secret is wiped from memory when the key is dropped.
pub struct SigningKey {
    seed: Zeroizing<[u8; 32]>,
    /// aws-lc wipes its own copy when it frees it.
    pair: Ed25519KeyPair,
}

impl SigningKey {
    /// The key that grows from 32 bytes of chance.
    pub fn from_seed(seed: &[u8; 32]) -> Result<Self, KeyFault> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| KeyFault::NotEd25519)?;
        Ok(Self { seed: Zeroizing::new(*seed), pair })
    }

    /// The key in a PEM text, as `openssl genpkey -algorithm ed25519` writes it: one block, of PKCS#8, not locked.
    pub fn from_pem(text: &str) -> Result<Self, KeyFault> {
        if text.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----") {
            return Err(KeyFault::Locked);
        }
        let (_, rest) = text.split_once(BEGIN).ok_or(KeyFault::NotPem)?;
        let (body, _) = rest.split_once(END).ok_or(KeyFault::NotPem)?;
        // As long as it can become, for a vector that grows leaves its old places unwiped.
        let mut letters = Zeroizing::new(Vec::with_capacity(body.len()));
        letters.extend(body.bytes().filter(|c| !c.is_ascii_whitespace()));
        let document = Zeroizing::new(STANDARD.decode(&letters).map_err(|_| KeyFault::NotPem)?);
        let pair = Ed25519KeyPair::from_pkcs8(&document).map_err(|_| KeyFault::NotEd25519)?;
        let bytes = secret(&pair)?;
        let mut seed = Zeroizing::new([0; 32]);
        if bytes.as_ref().len() != seed.len() {
            return Err(KeyFault::NotEd25519);
        }
        seed.copy_from_slice(bytes.as_ref());
        Ok(Self { seed, pair })
    }

    /// The key as a PEM text, to be kept where its user alone can read it.
    ///
    /// ```
    /// # use fairfile_requests::SigningKey;
    /// let key = SigningKey::from_seed(&[7; 32])?;
    /// assert_eq!(SigningKey::from_pem(&key.to_pem())?.public_key(), key.public_key());
    /// # Ok::<(), fairfile_requests::KeyFault>(())
    /// ```
    pub fn to_pem(&self) -> Zeroizing<String> {
        let mut document = Zeroizing::new([0; 48]);
        let (start, secret) = document.split_at_mut(PKCS8.len());
        start.copy_from_slice(&PKCS8);
        secret.copy_from_slice(self.seed.as_slice());
        let body = Zeroizing::new(STANDARD.encode(*document));
        let mut pem = Zeroizing::new(String::with_capacity(BEGIN.len() + body.len() + END.len() + 3));
        for part in [BEGIN, "\n", &body, "\n", END, "\n"] {
            pem.push_str(part);
        }
        pem
    }

    /// The other half of the key, which the registrar registers.
    pub fn public_key(&self) -> [u8; 32] {
        let mut public = [0; 32];
        public.copy_from_slice(self.pair.public_key().as_ref());
        public
    }

    pub(crate) fn sign(&self, text: &str) -> [u8; 64] {
        let mut signature = [0; 64];
        signature.copy_from_slice(self.pair.sign(text.as_bytes()).as_ref());
        signature
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(..)")
    }
}

/// The 32 secret bytes of a key, in a buffer that wipes itself.
fn secret(pair: &Ed25519KeyPair) -> Result<Curve25519SeedBin<'static>, KeyFault> {
    pair.seed().and_then(|seed| seed.as_be_bytes()).map_err(|_| KeyFault::NotEd25519)
}

/// Whether `signature` is one of `text` by the holder of `public_key`.
pub(crate) fn holds(text: &str, signature: &[u8], public_key: &[u8; 32]) -> bool {
    UnparsedPublicKey::new(&ED25519, public_key).verify(text.as_bytes(), signature).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(label: &str, document: &[u8]) -> String {
        format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", STANDARD.encode(document))
    }

    #[track_caller]
    fn check(pem: &str, expected: Result<[u8; 32], KeyFault>) {
        assert_eq!(SigningKey::from_pem(pem).map(|key| *key.seed), expected);
    }

    #[test]
    fn a_key_reads_back_from_its_text() {
        let key = SigningKey::from_seed(&[9; 32]).expect("a key");
        let pem = key.to_pem();
        check(&pem, Ok([9; 32]));
        check(&format!("# made for the test\r\n{}", pem.replace('\n', "\r\n")), Ok([9; 32]));
        assert_eq!(format!("{key:?}"), "SigningKey(..)");
        let documents = [key.pair.to_pkcs8v1().expect("version 1"), key.pair.to_pkcs8().expect("version 2")];
        assert_eq!(block("PRIVATE KEY", documents[0].as_ref()), *pem);
        check(&block("PRIVATE KEY", documents[1].as_ref()), Ok([9; 32]));
    }

    #[test]
    fn what_is_no_key_says_so() {
        let pem = SigningKey::from_seed(&[9; 32]).expect("a key").to_pem();
        check("", Err(KeyFault::NotPem));
        check(&pem[..60], Err(KeyFault::NotPem));
        check(&pem.replace("PRIVATE", "PUBLIC"), Err(KeyFault::NotPem));
        check(&pem.replacen("MC4C", "M!4C", 1), Err(KeyFault::NotPem));
        check(&block("ENCRYPTED PRIVATE KEY", &[1; 48]), Err(KeyFault::Locked));
        check(&block("PRIVATE KEY", &[1; 48]), Err(KeyFault::NotEd25519));
        check(&block("PRIVATE KEY", &[]), Err(KeyFault::NotEd25519));
    }

    /// RFC 8032, 7.1, test 1.
    #[test]
    fn the_empty_text_is_signed_as_the_standard_says() {
        let seed = hex::decode("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60").expect("hex");
        let key = SigningKey::from_seed(&seed.try_into().expect("32 bytes")).expect("a key");
        let public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
        assert_eq!(hex::encode(key.public_key()), public);
        assert!(holds("", &key.sign(""), &key.public_key()));
        assert!(hex::encode(key.sign("")).starts_with("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e0652249"));
    }
}
