//! The way to the provider: blocking calls under limits, over TLS unless it is on this very machine.

use std::io::Read as _;
use std::sync::Arc;
use std::time::Duration;

use openidconnect::{HttpRequest, HttpResponse};
use ureq::Agent;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use url::{Host, Url};

/// How long one call may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// The longest answer, in bytes.
const ANSWER_BYTES: u64 = 256 * 1024;

/// There is no authority to believe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no certificate of an authority was found; name a PEM file with those that speak for the provider's address")]
pub struct NoRoots;

/// A call failed. What was sent and received is told to nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the call failed")]
pub(super) struct Failed;

/// Calls to one provider.
pub(super) struct Wire(Agent);

/// Whether `address` may be called: over TLS, or on this machine.
pub(super) fn may_be_called(address: &Url) -> bool {
    match (address.scheme(), address.host()) {
        ("https", Some(_)) => true,
        ("http", Some(Host::Domain(name))) => name == "localhost",
        ("http", Some(Host::Ipv4(number))) => number.is_loopback(),
        ("http", Some(Host::Ipv6(number))) => number.is_loopback(),
        _ => false,
    }
}

impl Wire {
    /// The way to `address`; over TLS it believes whom `roots` name.
    pub(super) fn new(address: &Url, roots: &[u8]) -> Result<Self, NoRoots> {
        // No redirects: each address that is called stands in what the provider says of itself. No proxy of the machine's.
        let config = Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .proxy(None)
            .user_agent("fairfile");
        let config = if address.scheme() == "https" {
            let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
            let tls = TlsConfig::builder()
                .root_certs(RootCerts::Specific(Arc::new(read_roots(roots)?)))
                .unversioned_rustls_crypto_provider(provider)
                .build();
            config.https_only(true).tls_config(tls)
        } else {
            config
        };
        Ok(Self(config.build().new_agent()))
    }

    pub(super) fn send(&self, request: HttpRequest) -> Result<HttpResponse, Failed> {
        let address = Url::parse(&request.uri().to_string()).map_err(|_| Failed)?;
        if !may_be_called(&address) {
            return Err(Failed);
        }
        let response = self.0.run(request).map_err(|_| Failed)?;
        let (parts, body) = response.into_parts();
        let mut bytes = Vec::new();
        body.into_reader().take(ANSWER_BYTES + 1).read_to_end(&mut bytes).map_err(|_| Failed)?;
        if bytes.len() as u64 > ANSWER_BYTES {
            return Err(Failed);
        }
        Ok(HttpResponse::from_parts(parts, bytes))
    }
}

fn read_roots(pem: &[u8]) -> Result<Vec<Certificate<'static>>, NoRoots> {
    let certificates = parse_pem(pem).filter_map(|item| match item {
        Ok(PemItem::Certificate(certificate)) => Some(certificate),
        _ => None,
    });
    let certificates: Vec<_> = certificates.collect();
    if certificates.is_empty() { Err(NoRoots) } else { Ok(certificates) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_tls_or_this_machine_is_called() {
        for address in ["https://id.example/", "http://127.0.0.1:8080/", "http://localhost/", "http://[::1]:1/"] {
            assert!(may_be_called(&Url::parse(address).expect("an address")), "{address}");
        }
        for address in ["http://id.example/", "ftp://localhost/", "http://10.0.0.1/", "http://localhost.example/"] {
            assert!(!may_be_called(&Url::parse(address).expect("an address")), "{address}");
        }
    }

    #[test]
    fn without_an_authority_nobody_is_believed() {
        let address = Url::parse("https://id.example/").expect("an address");
        assert!(Wire::new(&address, b"").is_err());
    }
}
