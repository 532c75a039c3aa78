//! Where a server is: encrypted, or on this machine.

use std::net::IpAddr;
use std::str::FromStr;

/// The address of a server of mails or of a gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// How it is spoken to.
    pub way: Way,
    /// As whom, if it wants to know.
    pub user: Option<String>,
    /// Its name or number.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// What follows the port, from the `/` on; only a gateway has it.
    pub path: String,
}

/// How a server is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// SMTP in the clear: to this machine alone.
    Smtp,
    /// SMTP that must turn to TLS before anything is said.
    SmtpStartTls,
    /// SMTP inside TLS.
    SmtpTls,
    /// HTTP in the clear: to this machine alone.
    Http,
    /// HTTP inside TLS.
    Https,
}

/// A text is no address of a server that can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected smtps://USER@HOST:465, smtp://USER@HOST:587, which turns to TLS, or https://HOST/PATH; in the clear only to this machine"
)]
pub struct NotAPlace;

impl FromStr for Place {
    type Err = NotAPlace;

    fn from_str(text: &str) -> Result<Self, NotAPlace> {
        let (scheme, rest) = text.split_once("://").ok_or(NotAPlace)?;
        if rest.chars().any(|c| c.is_whitespace() || c.is_control()) || rest.contains(['?', '#']) {
            return Err(NotAPlace);
        }
        let (place, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
        let (user, place) = match place.rsplit_once('@') {
            Some((user, place)) if !user.is_empty() && !user.contains(':') => (Some(user.to_owned()), place),
            Some(_) => return Err(NotAPlace),
            None => (None, place),
        };
        let (host, port) = host_and_port(place)?;
        let is_here = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        let (way, usual) = match scheme {
            "smtps" => (Way::SmtpTls, 465),
            "smtp" if is_here => (Way::Smtp, 25),
            "smtp" => (Way::SmtpStartTls, 587),
            "https" => (Way::Https, 443),
            "http" if is_here => (Way::Http, 80),
            _ => return Err(NotAPlace),
        };
        let is_web = matches!(way, Way::Http | Way::Https);
        if is_web && user.is_some() || !is_web && !path.is_empty() {
            return Err(NotAPlace);
        }
        Ok(Self { way, user, host, port: port.unwrap_or(usual), path: path.to_owned() })
    }
}

fn host_and_port(place: &str) -> Result<(String, Option<u16>), NotAPlace> {
    let (host, port) = match place.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, "")) => (host, None),
        Some((host, rest)) => (host, Some(rest.strip_prefix(':').ok_or(NotAPlace)?)),
        None => place.split_once(':').map_or((place, None), |(host, port)| (host, Some(port))),
    };
    let port = port.map(|port| port.parse().map_err(|_| NotAPlace)).transpose()?;
    let sign = |c: u8| c.is_ascii_alphanumeric() || b"-.:".contains(&c);
    if host.is_empty() || !host.bytes().all(sign) || port == Some(0) {
        return Err(NotAPlace);
    }
    Ok((host.to_owned(), port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_spoken_to_in_the_clear() {
        let way = |text: &str| text.parse::<Place>().map(|place| (place.way, place.host, place.port));
        assert_eq!(way("smtps://u@mail.example"), Ok((Way::SmtpTls, "mail.example".into(), 465)));
        assert_eq!(way("smtp://mail.example"), Ok((Way::SmtpStartTls, "mail.example".into(), 587)));
        assert_eq!(way("smtp://127.0.0.1:2525"), Ok((Way::Smtp, "127.0.0.1".into(), 2525)));
        assert_eq!(way("smtp://[::1]:2525"), Ok((Way::Smtp, "::1".into(), 2525)));
        assert_eq!(way("https://gateway.example/sms"), Ok((Way::Https, "gateway.example".into(), 443)));
        assert_eq!(way("http://localhost:9/x"), Ok((Way::Http, "localhost".into(), 9)));
        let place: Place = "smtps://lin@work@mail.example:4650".parse().expect("a place");
        assert_eq!((place.user.as_deref(), place.port), (Some("lin@work"), 4650));
        for wrong in [
            "mail.example",
            "http://gateway.example/",
            "ftp://x.example",
            "smtp://",
            "smtp://u:secret@mail.example",
            "https://u@gateway.example/",
            "smtps://mail.example/x",
            "smtp://mail.example:0",
            "smtp://mail.example:99999",
            "smtp://mail example",
            "smtp://mail.example\r\n",
            "https://gateway.example/?a=b",
            "http://127.0.0.1.evil.example/",
        ] {
            assert_eq!(wrong.parse::<Place>(), Err(NotAPlace), "{wrong:?}");
        }
    }
}
