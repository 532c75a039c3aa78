//! Ways back: which page of the table of addresses stands where a visitor has sent a form, or has to sign in first.

use axum::http::Method;

use crate::router::{ROUTES, Route, Visitor};

/// The route of a page's address, behind its language, that fits it best: what is written out wins over what varies.
fn page_at(path: &str) -> Option<&'static str> {
    let fits = |page: &str| {
        let (mut names, mut parts) = (page.split('/'), path.split('/'));
        let mut written_out = 0_usize;
        loop {
            match (names.next(), parts.next()) {
                (None, None) => return Some(written_out),
                (Some(name), Some(part)) if name == part => written_out += 1,
                (Some(name), Some(part)) if name.starts_with('{') && !part.is_empty() => {}
                (_, _) => return None,
            }
        }
    };
    let pages = ROUTES.iter().filter_map(|route| route.path.strip_prefix("/{language}"));
    pages.filter_map(|page| Some((fits(page)?, page))).max_by_key(|found| found.0).map(|found| found.1)
}

/// The page at `page`, as the table names it behind the language.
fn readable(page: &str) -> Option<&'static Route> {
    let is_it = |route: &&Route| route.method == Method::GET && route.path.strip_prefix("/{language}") == Some(page);
    ROUTES.iter().find(is_it)
}

/// Where a visitor reads what stands at `path`, an address behind its language: there, or where only forms are sent to, at
/// the nearest page above it. An address that no page has stays as it is.
pub(crate) fn page_above(path: &str) -> &str {
    let mut above = path;
    while let Some(page) = page_at(above)
        && readable(page).is_none()
    {
        above = above.rsplit_once('/').map_or("", |(parent, _)| parent);
    }
    above
}

/// Whether there is a page at `path` for `visitor`, and not for everybody.
pub(crate) fn is_page_of(path: &str, visitor: Visitor) -> bool {
    let route = page_at(path).and_then(readable);
    route.is_some_and(|route| route.who.contains(&visitor) && !route.who.contains(&Visitor::Nobody))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_has_a_page_to_come_back_to() {
        for route in ROUTES.iter().filter(|route| route.is_page()) {
            let path = route.path.strip_prefix("/{language}").expect("a page").replace(['{', '}'], "");
            let above = page_above(&path);
            assert!(page_at(above).and_then(readable).is_some(), "{path} leads back to {above}");
            if route.method == Method::GET {
                assert_eq!(above, path);
            }
        }
        for (form, page) in [
            ("/demo/tamper", "/demo"),
            ("/sign-in/provider", "/sign-in"),
            ("/sign-in/staff/passkey", "/sign-in/staff"),
            ("/registry/sign-in/invite", "/registry/sign-in"),
            ("/registry/proposals/pro_1/agree", "/registry/proposals/pro_1"),
            ("/source/batches/practice", "/source/batches"),
            ("/sign-out", ""),
            ("/nowhere/at/all", "/nowhere/at/all"),
        ] {
            assert_eq!(page_above(form), page, "{form}");
        }
    }

    #[test]
    fn a_page_is_somebody_s_only_if_it_is_not_everybody_s() {
        assert!(is_page_of("/my/records/rec_1", Visitor::Person) && is_page_of("/source", Visitor::Officer));
        for (path, visitor) in [
            ("/my", Visitor::Officer),
            ("/registry", Visitor::Person),
            ("/catalog", Visitor::Person),
            ("/sign-out", Visitor::Person),
            ("/nowhere", Visitor::Person),
            ("", Visitor::Person),
        ] {
            assert!(!is_page_of(path, visitor), "{path}");
        }
    }
}
