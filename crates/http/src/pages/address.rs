//! Addresses of pages: every one begins with its language, and one without is sent on.

use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::Response;

use crate::caller::{Call, field};
use crate::problem::Problem;
use crate::response::{self, Keep};
use crate::wire::Language;

/// The beginnings of all addresses of pages.
pub(crate) const LANGUAGES: [(&str, Language); 2] = [("/en", Language::En), ("/zh", Language::Zh)];
/// The cookie that remembers the language.
pub(super) const COOKIE: &str = "fairfile_language";

/// The language of a page's address, and the rest of its path; nothing if it has none.
pub(super) fn split(path: &str) -> Option<(Language, &str)> {
    LANGUAGES.iter().find_map(|(beginning, language)| {
        let rest = path.strip_prefix(beginning)?;
        (rest.is_empty() || rest.starts_with('/')).then_some((*language, rest))
    })
}

/// The language of a visitor whose address names none: by cookie, then by `Accept-Language`.
pub(super) fn asked_for(headers: &HeaderMap) -> Language {
    let by_browser = || field(headers, header::ACCEPT_LANGUAGE.as_str()).unwrap_or_default().into_owned();
    Language::asked(&cookie(headers, COOKIE).unwrap_or_else(by_browser))
}

/// The beginning of the addresses in `language`.
pub(super) fn beginning(language: Language) -> &'static str {
    language.pick(LANGUAGES[0].0, LANGUAGES[1].0)
}

/// `GET` of a page's address without a language: the same in the visitor's.
pub(crate) fn redirect(call: &Call<'_>) -> Result<Response, Problem> {
    let language = asked_for(&call.parts.headers);
    let path = call.parts.uri.path();
    if path == "/demo" || path.starts_with("/demo/") {
        super::demo::must_be_a_demo(call)?;
    }
    let query = asked(&own_query(call.parts.uri.query().unwrap_or_default()));
    let to = [beginning(language), if path == "/" { "" } else { path }, &query].concat();
    let mut response = to_page(&to)?;
    *response.status_mut() = StatusCode::FOUND;
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-language, cookie"));
    Ok(response)
}

/// `GET` of a page's address with a slash behind it: the same without one, for good; nothing for any other address.
pub(crate) fn without_slash(call: &Call<'_>) -> Option<Response> {
    let (_, rest) = split(call.parts.uri.path())?;
    let path = call.parts.uri.path().trim_end_matches('/');
    if call.parts.method != Method::GET || !rest.ends_with('/') || path.contains("//") {
        return None;
    }
    let query = call.parts.uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let to = HeaderValue::from_str(&[path, &query].concat()).ok()?;
    let mut response = response::bytes(StatusCode::PERMANENT_REDIRECT, "text/plain; charset=utf-8", Keep::Never, "");
    response.headers_mut().insert(header::LOCATION, to);
    Some(response)
}

/// Sends the visitor on to a page, which is fetched with GET.
pub(super) fn to_page(path: &str) -> Result<Response, Problem> {
    let mut response = response::bytes(StatusCode::SEE_OTHER, "text/plain; charset=utf-8", Keep::Never, "");
    let path = HeaderValue::from_str(path).map_err(|error| Problem::failed(&error))?;
    response.headers_mut().insert(header::LOCATION, path);
    Ok(response)
}

/// The address behind the language of a page of this node, as a form names it: plain signs, and never `//`, which would be
/// another host. The first page, for anything else.
pub(super) fn own_path(named: &str) -> &str {
    let is_plain = named.bytes().all(|sign| sign.is_ascii_alphanumeric() || b"/-_.".contains(&sign));
    if is_plain && named.starts_with('/') && !named.contains("//") { named } else { "" }
}

/// What the pages of this node ask for behind an address's question mark. None of it tells of a person.
const ASKED: [&str; 10] = ["after", "back", "before", "example", "kind", "page", "purpose", "show", "who", "year"];

/// Those parts of a query that pages know and that may be repeated in a link: known names, plain signs, and not many.
pub(super) fn own_query(query: &str) -> String {
    let is_own = |part: &(std::borrow::Cow<'_, str>, std::borrow::Cow<'_, str>)| {
        let is_plain = part.1.bytes().all(|sign| sign.is_ascii_alphanumeric() || b"/-_.".contains(&sign));
        ASKED.contains(&part.0.as_ref()) && is_plain && part.1.len() <= 200
    };
    let parts = form_urlencoded::parse(query.as_bytes()).filter(is_own).take(ASKED.len());
    form_urlencoded::Serializer::new(String::new()).extend_pairs(parts).finish()
}

/// A query as it stands in an address; nothing for none.
pub(super) fn asked(query: &str) -> String {
    if query.is_empty() { String::new() } else { format!("?{query}") }
}

/// The query that says to which page the visitor comes back; nothing for the first one.
pub(super) fn back_query(back: &str) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("back", back).finish();
    if back.is_empty() { String::new() } else { asked(&query) }
}

/// The page to which an address says that the visitor comes back.
pub(super) fn back_in(query: Option<&str>) -> String {
    let mut parts = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    let back = parts.find(|part| part.0 == "back").map(|part| part.1.into_owned()).unwrap_or_default();
    own_path(&back).to_owned()
}

/// The value of a cookie.
pub(super) fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let cookies = field(headers, header::COOKIE.as_str())?;
    let wanted = |pair: &str| {
        let (known, value) = pair.trim().split_once('=')?;
        (known == name).then(|| value.to_owned())
    };
    cookies.split([';', ',']).find_map(wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_repeated_as_far_as_pages_know_it() {
        let check = |query: &str, expected: &str| assert_eq!(own_query(query), expected, "{query}");
        check("show=denied&year=2026", "show=denied&year=2026");
        check("show=denied&name=Lin", "show=denied");
        check("show=%22%3E&year=2026", "year=2026");
        check("back=%2Fmy", "back=%2Fmy");
        check("kept", "");
        assert_eq!((asked(""), asked("show=all")), (String::new(), "?show=all".to_owned()));
        assert_eq!((back_in(Some("back=%2Fmy")), back_in(Some("back=%2F%2Fevil"))), ("/my".into(), String::new()));
    }

    #[test]
    fn an_address_begins_with_its_language_or_has_none() {
        assert_eq!(split("/en"), Some((Language::En, "")));
        assert_eq!(split("/zh/catalog/x"), Some((Language::Zh, "/catalog/x")));
        for other in ["/", "/english", "/catalog", "/api/my", ""] {
            assert_eq!(split(other), None, "{other}");
        }
    }
}
