//! Which steps bind, and so want a visitor who has shown of late who it is; and which do not, and why.
//!
//! It stands in the table of addresses, and is held against the session before any page is asked, so that no page can
//! forget it.

/// What stands between a visitor and the step at an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binding {
    /// No step: it shows something, or is no page.
    No,
    /// A form that binds nobody; the reason is one of [`why`].
    Free(&'static str),
    /// A step that binds. Whoever has not shown for ten minutes who it is does so first, and nothing is done.
    Binds {
        /// The page to which the visitor comes back, with the same `{name}`s as the address itself.
        back: &'static str,
        /// Whether what was typed is kept meanwhile, to be sent afterwards with one press; otherwise the page has its
        /// button and nothing is typed there.
        keeps: bool,
    },
}

impl Binding {
    /// Whether it is a step that binds.
    pub fn binds(&self) -> bool {
        matches!(self, Self::Binds { .. })
    }
}

/// Why a form asks nobody again.
pub mod why {
    /// Whoever is not signed in sends it as well.
    pub const ANYBODY: &str = "anybody sends it, and nothing is kept of it";
    /// It is the proof itself.
    pub const PROVES: &str = "it shows who somebody is, or ends that";
    /// It takes something away from whoever is not the visitor, and must not wait.
    pub const PROTECTS: &str = "it ends sessions or refuses a recovery, which must not wait";
    /// It closes what is open.
    pub const CLOSES: &str = "it closes what is open, which must not wait";
    /// A check page follows, and the step after that asks.
    pub const CHECKS: &str = "nothing is changed yet: the step that follows asks";
    /// It opens the page on which somebody works.
    pub const OPENS: &str = "it shows where something of the own office stands";
    /// It is a note of the session.
    pub const NOTES: &str = "it notes in the session what was read";
    /// It is there in a demo alone.
    pub const DEMO: &str = "a demo alone has it, and everybody in it is invented";
}

/// The page `back` of an address: each `{name}` in it is what stands in `path` where the route's pattern has that name.
pub(crate) fn back_of(back: &str, pattern: &str, path: &str) -> String {
    let parts =
        |name: &str| pattern.split('/').zip(path.split('/')).find(|(known, _)| *known == name).map(|part| part.1);
    let part = |name| if str::starts_with(name, '{') { parts(name).unwrap_or_default() } else { name };
    back.split('/').map(part).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::back_of;

    #[test]
    fn a_visitor_comes_back_to_the_page_of_the_very_thing() {
        let check = |back: &str, pattern: &str, path: &str, expected: &str| {
            assert_eq!(back_of(back, pattern, path), expected);
        };
        check("/inquiry/new", "/{language}/inquiry/new", "/en/inquiry/new", "/inquiry/new");
        let pattern = "/{language}/counter/{id}/open";
        check("/counter/{id}", pattern, "/zh/counter/vis_1/open", "/counter/vis_1");
        check("/counter/{other}", pattern, "/zh/counter/vis_1/open", "/counter/");
    }
}
