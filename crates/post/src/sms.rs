//! SMS: handed to a gateway by HTTP, as `docs/sms-gateway.md` says.

use std::sync::Arc;
use std::time::Duration;

use fairfile_domain::message::Phone;
use fairfile_messages::{Carried, Letter};
use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use zeroize::Zeroizing;

use crate::PostError;
use crate::place::{NotAPlace, Place, Way};

/// How long the gateway has for its answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// Where SMS go.
pub struct GatewayConfig {
    /// The gateway.
    pub place: Place,
    /// What it knows us by.
    pub token: Option<Zeroizing<String>>,
    /// One more root of trust, in PEM: the gateway's own.
    pub root: Option<Vec<u8>>,
}

/// A way out for SMS.
pub struct Gateway {
    agent: Agent,
    address: String,
    token: Option<Zeroizing<String>>,
}

impl Gateway {
    /// A way by the gateway of `config`; nothing is sent yet.
    ///
    /// # Errors
    /// [`PostError`].
    pub fn new(config: GatewayConfig) -> Result<Self, PostError> {
        let GatewayConfig { place, token, root } = config;
        let scheme = match place.way {
            Way::Http => "http",
            Way::Https => "https",
            Way::Smtp | Way::SmtpStartTls | Way::SmtpTls => return Err(NotAPlace.into()),
        };
        let host = if place.host.contains(':') { format!("[{}]", place.host) } else { place.host };
        let path = if place.path.is_empty() { "/" } else { place.path.as_str() };
        let mut settings = Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .http_status_as_error(false)
            // A letter goes where the operator said, and nowhere that a gateway says.
            .max_redirects(0)
            .max_redirects_will_error(false)
            // Nor by a proxy that happens to stand in the surroundings.
            .proxy(None);
        if place.way == Way::Https {
            settings = settings.tls_config(tls(root)?);
        }
        let agent = settings.build().new_agent();
        Ok(Self { agent, address: format!("{scheme}://{host}:{}{path}", place.port), token })
    }

    /// Hands an SMS to the gateway.
    pub(crate) fn carry(&self, to: &Phone, letter: &Letter) -> Carried {
        let body = serde_json::json!({ "id": letter.id.to_string(), "text": letter.text.body, "to": to.as_str() });
        let mut request = self.agent.post(&self.address).header("content-type", "application/json");
        if let Some(token) = &self.token {
            let bearer = Zeroizing::new(format!("Bearer {}", token.as_str()));
            request = request.header("authorization", bearer.as_str());
        }
        match request.send(body.to_string()) {
            Ok(response) => {
                let status = response.status().as_u16();
                let carried = judged(status);
                if carried != Carried::Taken {
                    tracing::warn!(status, ?carried, "the gateway did not take an SMS");
                }
                carried
            }
            Err(_) => {
                // What kept us from it may name the address; that it is away is enough.
                tracing::warn!("the gateway for SMS cannot be reached");
                Carried::Later
            }
        }
    }
}

/// What an answer means: 2xx is taken, and what is said about this very message is final.
fn judged(status: u16) -> Carried {
    match status {
        200..=299 => Carried::Taken,
        400 | 410 | 413 | 422 => Carried::Refused,
        _ => Carried::Later,
    }
}

fn tls(root: Option<Vec<u8>>) -> Result<TlsConfig, PostError> {
    let mut roots: Vec<Certificate<'static>> = rustls_native_certs::load_native_certs()
        .certs
        .iter()
        .map(|certificate| Certificate::from_der(certificate.as_ref()).to_owned())
        .collect();
    if let Some(root) = root {
        roots.push(Certificate::from_pem(&root).map_err(|_| PostError::Roots)?);
    }
    if roots.is_empty() {
        return Err(PostError::Roots);
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = TlsConfig::builder().root_certs(RootCerts::new_with_certs(&roots));
    Ok(config.unversioned_rustls_crypto_provider(provider).build())
}
