//! A request as far as it is signed: its method, its address and its headers.

use crate::{MAX_HEADER, fault::SignatureFault};

/// A request as far as it is signed.
#[derive(Clone, Copy)]
pub struct Message<'a> {
    /// The method, in upper case.
    pub method: &'a str,
    /// The absolute address, as the *server* knows itself: `scheme://authority/path?query`. On the node it is made
    /// of the configured origin and the request's path and query, never of a scheme that a stranger claims.
    pub target_uri: &'a str,
    /// The value of the header `Content-Digest`, if there is one.
    pub content_digest: Option<&'a str>,
    /// The value of another header by its lower case name, if the request has it. Several lines of one name are
    /// joined by a comma and a blank, in their order.
    pub headers: &'a dyn Fn(&str) -> Option<String>,
}

impl Message<'_> {
    /// Whether this is a request that may have a body. A server must not read a body of the others.
    pub(crate) fn may_have_body(&self) -> bool {
        !matches!(self.method, "GET" | "HEAD")
    }

    /// The value of a header, without the blanks around it.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let value = match name {
            "content-digest" => self.content_digest.map(str::to_owned),
            _ => (self.headers)(name),
        }?;
        Some(value.trim_matches([' ', '\t']).to_owned())
    }

    /// Checks that the method is written as methods are.
    pub(crate) fn check_method(&self) -> Result<(), SignatureFault> {
        let fits = |c: u8| c.is_ascii_uppercase() || c == b'-';
        if self.method.is_empty() || self.method.len() > 32 || !self.method.bytes().all(fits) {
            return Err(SignatureFault::BadMethod);
        }
        Ok(())
    }
}

/// An absolute address in parts, in the one form that is signed: scheme and host in lower case, no usual port, a
/// path always (RFC 9110, 4.2.3). Path and query stay as they were sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target<'a> {
    pub(crate) scheme: &'static str,
    pub(crate) authority: String,
    pub(crate) path: &'a str,
    pub(crate) query: Option<&'a str>,
}

impl<'a> Target<'a> {
    /// Reads an address; user and fragment have no place in a request.
    pub(crate) fn read(text: &'a str) -> Result<Self, SignatureFault> {
        if text.len() > MAX_HEADER {
            return Err(SignatureFault::TooLarge);
        }
        Self::split(text).ok_or(SignatureFault::BadTarget)
    }

    fn split(text: &'a str) -> Option<Self> {
        if !text.bytes().all(|c| c.is_ascii_graphic() && c != b'#') {
            return None;
        }
        let (scheme, rest) = text.split_once("://")?;
        let (scheme, usual_port) = match scheme {
            _ if scheme.eq_ignore_ascii_case("https") => ("https", 443),
            _ if scheme.eq_ignore_ascii_case("http") => ("http", 80),
            _ => return None,
        };
        let (authority, rest) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        let (path, query) = match rest.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (rest, None),
        };
        let path = if path.is_empty() { "/" } else { path };
        Some(Self { scheme, authority: read_authority(authority, usual_port)?, path, query })
    }

    /// The value of `@target-uri`.
    pub(crate) fn uri(&self) -> String {
        format!("{}://{}{}", self.scheme, self.authority, self.request_target())
    }

    /// The value of `@request-target`, in the form that goes to an origin.
    pub(crate) fn request_target(&self) -> String {
        match self.query {
            Some(query) => format!("{}?{query}", self.path),
            None => self.path.to_owned(),
        }
    }

    /// The value of `@query`: with its question mark, which stands alone where there is no query (RFC 9421, 2.2.7).
    pub(crate) fn query(&self) -> String {
        format!("?{}", self.query.unwrap_or_default())
    }
}

/// Host and port, the host in lower case, the port left away where it is the scheme's own.
fn read_authority(text: &str, usual_port: u16) -> Option<String> {
    let (host, port) = if text.starts_with('[') {
        let (host, port) = text.split_at(text.find(']')? + 1);
        let address = host.get(1..host.len() - 1)?;
        if address.is_empty() || !address.bytes().all(|c| c.is_ascii_hexdigit() || matches!(c, b':' | b'.')) {
            return None;
        }
        (host, if port.is_empty() { None } else { Some(port.strip_prefix(':')?) })
    } else {
        match text.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (text, None),
        }
    };
    let fits = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'.' | b'_' | b'~' | b'[' | b']' | b':');
    let bracketed = host.starts_with('[');
    if host.is_empty() || !host.bytes().all(fits) || (!bracketed && host.contains(['[', ']'])) {
        return None;
    }
    let host = host.to_ascii_lowercase();
    match port {
        None => Some(host),
        Some(digits) if digits.bytes().all(|c| c.is_ascii_digit()) => match digits.parse::<u16>().ok()? {
            port if port == usual_port => Some(host),
            port => Some(format!("{host}:{port}")),
        },
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let target = Target::read(text);
        assert_eq!(target.as_ref().ok().map(Target::uri).as_deref(), expected, "{text}");
    }

    #[test]
    fn one_address_has_one_form() {
        check("https://node.example/api", Some("https://node.example/api"));
        check("HTTPS://Node.Example:443", Some("https://node.example/"));
        check("http://node.example:80?a=B", Some("http://node.example/?a=B"));
        check("http://node.example:443/A%2f?", Some("http://node.example:443/A%2f?"));
        check("http://127.0.0.1:8080/x?y?z", Some("http://127.0.0.1:8080/x?y?z"));
        check("http://[::1]:08080/", Some("http://[::1]:8080/"));
        check("http://[2001:DB8::1]", Some("http://[2001:db8::1]/"));
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in [
            "",
            "/api",
            "node.example/api",
            "ftp://node.example/",
            "https:///api",
            "https://:443/",
            "https://a b/",
            "https://user@node.example/",
            "https://node.example/#x",
            "https://node.example/\u{e9}",
            "https://node.example/\n",
            "https://node.example:/",
            "https://node.example:+80/",
            "https://node.example:65536/",
            "https://a:1:2/",
            "https://[::1",
            "https://[]/",
            "https://[::1]x/",
            "https://a]/",
        ] {
            check(text, None);
        }
        assert_eq!(Target::read(&format!("https://a/{}", "b".repeat(5000))).err(), Some(SignatureFault::TooLarge));
    }

    #[test]
    fn a_query_keeps_its_question_mark() {
        let query = |text| Target::read(text).map(|target| target.query());
        assert_eq!(query("https://a/b?c=d"), Ok("?c=d".into()));
        assert_eq!(query("https://a/b?"), Ok("?".into()));
        assert_eq!(query("https://a/b"), Ok("?".into()));
    }

    #[test]
    fn methods_are_in_upper_case() {
        let method = |method| {
            let headers = |_: &str| None;
            Message { method, target_uri: "", content_digest: None, headers: &headers }.check_method()
        };
        assert_eq!(method("POST"), Ok(()));
        for text in ["", "post", "PO ST", "POST\n", "\u{420}OST", &"A".repeat(33)] {
            assert_eq!(method(text), Err(SignatureFault::BadMethod), "{text}");
        }
    }
}
