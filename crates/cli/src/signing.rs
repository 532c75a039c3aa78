//! Requests are signed by whoever makes them, whether they travel or not.

use std::path::{Path, PathBuf};

use fairfile_demo::province::{ADDRESS, key_code};
use fairfile_domain::id::KeyCode;
use fairfile_requests::{BodyDigest, KeyFault, Message, SignatureFault, Signed, SigningKey, Verified, sign, verify};
use fairfile_service::Registry;
use fairfile_service::source::Evidence;
use zeroize::Zeroizing;

use crate::ambient::unix_seconds;
use crate::args::KeyArgs;
use crate::files;
use crate::trouble::{Exit, Trouble};

/// The most bytes of a key file.
const KEY_FILE: u64 = 16 * 1024;

/// Somebody's signing key, and the code under which it is registered.
pub struct Signer {
    key: SigningKey,
    code: KeyCode,
}

/// A request as far as it is signed.
pub struct Asked<'a> {
    /// The method.
    pub method: &'a str,
    /// The absolute address.
    pub address: &'a str,
    /// The digest of its body, where it has one.
    pub digest: Option<&'a BodyDigest>,
    /// The idempotency key, where it has one.
    pub once: Option<&'a str>,
}

impl Signer {
    /// The key of `holder`: the one named, the one in the folder named, or the one of the demo node in `node`.
    pub fn find(args: &KeyArgs, node: Option<&Path>, holder: &str) -> Result<Self, Trouble> {
        let unusable = |text: String| Trouble::new(Exit::Failed, "U008", text);
        if holder.is_empty() || holder.contains(['/', '\\']) || holder.starts_with('.') {
            return Err(Trouble::new(Exit::Usage, "U015", "expected the code of a member or an officer after `--as`"));
        }
        let in_folder = |folder: &Path| folder.join(format!("{}.pem", key_code(holder)));
        let path: PathBuf = match (&args.key, &args.keys, node) {
            (Some(file), _, _) => file.clone(),
            (None, Some(folder), _) => in_folder(folder),
            (None, None, Some(node)) => in_folder(&node.join("demo-keys")),
            (None, None, None) => return Err(unusable("no signing key is named".into()).of_usage()),
        };
        let text = match files::text(&path, KEY_FILE) {
            Ok(text) => Zeroizing::new(text),
            Err(_) => return Err(unusable(format!("there is no readable key of `{holder}`"))),
        };
        let key = SigningKey::from_pem(&text)
            .map_err(|fault: KeyFault| Trouble::new(Exit::Failed, "U008", fault.to_string()).hint(fault.help()))?;
        let code = match &args.key_id {
            Some(code) => code.clone(),
            None => path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default(),
        };
        let code = code
            .parse()
            .map_err(|_| unusable("the key's code is not one; name it with `--key-id`".into()).of_usage())?;
        Ok(Self { key, code })
    }

    /// Signs a request now.
    pub fn sign(&self, asked: &Asked<'_>) -> Result<Signed, Trouble> {
        let digest = asked.digest.map(BodyDigest::header_value);
        let headers = headers(asked);
        sign(&message(asked, digest.as_deref(), &headers), &self.key, &self.code, unix_seconds(), &[])
            .map_err(|fault| unsigned(&fault))
    }

    /// Signs a request that does not travel, and checks it as the node checks one that does: by the key that is
    /// registered for `holder` and holds today.
    pub fn prove(
        &self,
        registry: &Registry,
        holder: &str,
        path: &str,
        method: &str,
        digest: Option<&BodyDigest>,
    ) -> Result<Verified, Trouble> {
        let address = format!("{ADDRESS}{path}");
        let asked = Asked { method, address: &address, digest, once: None };
        let signed = self.sign(&asked)?;
        let (directory, today) = (registry.directory(), registry.today());
        let find_key = |code: &KeyCode| {
            let key = directory.keys.get(code)?;
            let own = match &key.officer {
                Some(officer) => officer.as_str() == holder,
                None => key.member.as_str() == holder,
            };
            (own && key.valid_from <= today && today <= key.valid_until).then_some(key.public_key)
        };
        let digest = digest.map(BodyDigest::header_value);
        let headers = headers(&asked);
        let message = message(&asked, digest.as_deref(), &headers);
        verify(&message, &signed.signature_input, &signed.signature, find_key, unix_seconds())
            .map_err(|fault| unsigned(&fault))
    }
}

/// What the node keeps of a signed request.
pub fn evidence(verified: Verified) -> Evidence {
    Evidence::Signed { key: verified.key, signed_text: verified.signed_text, signature: verified.signature }
}

fn headers(asked: &Asked<'_>) -> impl Fn(&str) -> Option<String> {
    let once = asked.once.map(str::to_owned);
    move |name: &str| if name == "idempotency-key" { once.clone() } else { None }
}

fn message<'m>(asked: &Asked<'m>, digest: Option<&'m str>, headers: &'m dyn Fn(&str) -> Option<String>) -> Message<'m> {
    Message { method: asked.method, target_uri: asked.address, content_digest: digest, headers }
}

/// The key is registered, and for somebody else than whom the request is made for.
pub fn of_somebody_else() -> Trouble {
    let next = "name after `--as` the member whose key it is, or that member's own key; nothing was sent but the question \
                whose key it is";
    unsigned(&SignatureFault::NotVerified).hint(next)
}

fn unsigned(fault: &SignatureFault) -> Trouble {
    Trouble::from_document(
        Exit::Failed,
        &serde_json::json!({ "code": fault.code(), "title": "the request is not signed by a registered key",
            "detail": fault.to_string(), "hint": fault.help() }),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(key: Option<PathBuf>, keys: Option<PathBuf>, key_id: Option<&str>) -> KeyArgs {
        KeyArgs { key, keys, key_id: key_id.map(str::to_owned) }
    }

    #[test]
    fn a_key_is_found_by_name_or_by_folder() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("0417.2026.pem");
        let key = SigningKey::from_seed(&[7; 32]).expect("a key");
        std::fs::write(&path, key.to_pem().as_bytes()).expect("written");
        let code =
            |args: KeyArgs, holder: &str| Signer::find(&args, None, holder).map(|signer| signer.code.to_string());
        assert_eq!(code(args(None, Some(folder.path().into()), None), "0417").expect("found"), "0417.2026");
        assert_eq!(code(args(Some(path.clone()), None, None), "0417").expect("found"), "0417.2026");
        assert_eq!(code(args(Some(path), None, Some("county.9")), "0417").expect("found"), "county.9");
        assert_eq!(code(args(None, None, None), "0417").expect_err("none named").exit, Exit::Usage);
        assert_eq!(code(args(None, Some(folder.path().into()), None), "0418").expect_err("not there").code(), "U008");
        assert_eq!(
            code(args(None, Some(folder.path().into()), None), "../0417").expect_err("a path").exit,
            Exit::Usage
        );
    }
}
