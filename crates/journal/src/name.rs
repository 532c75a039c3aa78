//! A journal's name, and its number: a journal that had to go on without what was lost goes on under another name.
//!
//! The first is `lanhe.example/journal`, the next `lanhe.example/journal/2`. Each has a signing key of its own, so that
//! nothing is ever signed twice under one name.

/// The number of the journal called `origin`; 1 if the name has none.
pub fn journal_number(origin: &str) -> u32 {
    split(origin).1
}

/// The name of the journal with this number, after the one called `origin`.
pub fn numbered_origin(origin: &str, number: u32) -> String {
    let (first, _) = split(origin);
    if number <= 1 { first.to_owned() } else { format!("{first}/{number}") }
}

/// Whether both are names of one node's journals.
pub fn is_same_node(origin: &str, other: &str) -> bool {
    split(origin).0 == split(other).0
}

/// The name of the first journal, and the number of this one.
fn split(origin: &str) -> (&str, u32) {
    let number = |last: &str| last.parse::<u32>().ok().filter(|number| *number > 1 && number.to_string() == last);
    match origin.rsplit_once('/').and_then(|(first, last)| Some((first, number(last)?))) {
        Some(split) => split,
        None => (origin, 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_count_up() {
        let check = |origin: &str, number: u32, next: &str| {
            assert_eq!(journal_number(origin), number, "{origin}");
            assert_eq!(numbered_origin(origin, number + 1), next);
            assert!(is_same_node(origin, next));
        };
        check("lanhe.example/journal", 1, "lanhe.example/journal/2");
        check("lanhe.example/journal/2", 2, "lanhe.example/journal/3");
        check("lanhe.example/journal/02", 1, "lanhe.example/journal/02/2");
        check("lanhe.example/journal/1", 1, "lanhe.example/journal/1/2");
        check("lanhe", 1, "lanhe/2");
        assert_eq!(numbered_origin("lanhe.example/journal/3", 1), "lanhe.example/journal");
        assert!(!is_same_node("lanhe.example/journal", "other.example/journal"));
    }
}
