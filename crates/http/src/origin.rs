//! The addresses by which the node knows itself. What a stranger writes into `Host` only chooses among them.

/// A text that should be an origin is not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected an origin such as https://node.example or http://127.0.0.1:8080, without path")]
pub struct NotAnOrigin;

/// One address of the node: scheme and authority in small letters, without the usual port.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Origin {
    /// Such as `https://node.example`.
    text: String,
    /// Such as `node.example`.
    authority: String,
    /// The port that goes without saying, with its colon.
    usual_port: &'static str,
}

/// Every address of the node.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Origins(Vec<Origin>);

impl Origins {
    /// Reads them.
    pub(crate) fn read<T: AsRef<str>>(texts: &[T]) -> Result<Self, NotAnOrigin> {
        texts.iter().map(|text| Origin::read(text.as_ref())).collect::<Result<_, _>>().map(Self)
    }

    /// The origin that a request came to, by the host that it names.
    pub(crate) fn find(&self, host: &str) -> Option<&str> {
        let is_it = |origin: &&Origin| {
            let (name, port) = host.split_at_checked(origin.authority.len()).unwrap_or(("", host));
            name.eq_ignore_ascii_case(&origin.authority) && (port.is_empty() || port == origin.usual_port)
        };
        self.0.iter().find(is_it).map(|origin| origin.text.as_str())
    }
}

impl Origin {
    fn read(text: &str) -> Result<Self, NotAnOrigin> {
        let text = text.trim().to_ascii_lowercase();
        let (scheme, authority) = text.split_once("://").ok_or(NotAnOrigin)?;
        let usual_port = match scheme {
            "https" => ":443",
            "http" => ":80",
            _ => return Err(NotAnOrigin),
        };
        let authority = authority.strip_suffix('/').unwrap_or(authority);
        let authority = authority.strip_suffix(usual_port).unwrap_or(authority);
        let fits = |c: u8| c.is_ascii_alphanumeric() || b".-_:[]".contains(&c);
        if authority.is_empty() || !authority.bytes().all(fits) {
            return Err(NotAnOrigin);
        }
        Ok(Self { text: format!("{scheme}://{authority}"), authority: authority.to_owned(), usual_port })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_chooses_among_the_configured_origins() {
        let origins =
            Origins::read(&["https://Node.example/", "http://127.0.0.1:8080", "http://[::1]:80"]).expect("origins");
        let check = |host: &str, expected: Option<&str>| assert_eq!(origins.find(host), expected, "{host}");
        check("node.example", Some("https://node.example"));
        check("NODE.example:443", Some("https://node.example"));
        check("node.example:80", None);
        check("node.example.evil.example", None);
        check("127.0.0.1:8080", Some("http://127.0.0.1:8080"));
        check("127.0.0.1", None);
        check("[::1]", Some("http://[::1]"));
        check("[::1]:80", Some("http://[::1]"));
        check("", None);
        check("é", None);
    }

    #[test]
    fn what_is_no_origin_is_refused() {
        for text in ["", "node.example", "ftp://node.example", "http://", "http://a/b", "http://user@a", "http://a?b"] {
            assert_eq!(Origins::read(&[text]), Err(NotAnOrigin), "{text}");
        }
    }
}
