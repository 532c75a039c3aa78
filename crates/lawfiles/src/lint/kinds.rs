//! Every kind of finding: its code, its title, and the remedy.

/// A kind of finding, as `explain` shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FindingKind {
    /// Stable code.
    pub code: &'static str,
    /// What is wrong, in a few words.
    pub title: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
}

macro_rules! kinds {
    ($($name:ident = $code:literal, $title:literal, $remedy:literal;)*) => {
        $(
            #[doc = $title]
            pub(crate) const $name: FindingKind = FindingKind { code: $code, title: $title, remedy: $remedy };
        )*
        /// Every kind of finding, by code.
        pub const FINDINGS: &[FindingKind] = &[$($name),*];
    };
}

kinds! {
    NOT_TOML = "C001", "the file is not TOML", "write the file as TOML 1.0 in UTF-8";
    UNKNOWN_KEY = "C002", "an item file has no such key", "remove the key or correct its spelling; nothing in a catalog file is ignored";
    WRONG_TYPE = "C003", "a value is of another type than its key wants", "write the value as the type that is expected";
    MISSING_KEY = "C004", "a key is missing or empty", "add the key with its value";
    BAD_VALUE = "C005", "a value is not one that its key allows", "write one of the values that are allowed";
    UNKNOWN_SCHEMA = "C006", "the schema is not known", "begin the file with `schema = \"fairfile.item/1\"`";
    TOO_LARGE = "C007", "the file is larger than an item needs", "keep an item file under 256 KiB, with at most 64 inputs";
    NO_LAW = "C010", "no law is named", "name the law's title in both languages and its article; what no law allows cannot be kept";
    NO_END = "C011", "the record would have no end", "state the last day of display (`until` or `lasts`) and a retention, both longer than nothing and at most 100 years";
    NO_PURPOSE = "C012", "no purpose is named, or a purpose sees nothing", "add a [[purpose]] with its law and the inputs that it needs to see";
    OTHER_SECTOR = "C013", "a purpose lies in another sector of life", "remove the purpose; a record is seen only for purposes of its own sector";
    FORBIDDEN = "C014", "a category that no catalog may name", "remove it; no role, profile or setting allows it";
    NEEDLESS_TEXT = "C015", "a free-text input that nobody needs", "use a typed input, or state in `needed_because` why the record cannot do without the text, bound it to at most 4,000 characters, and let a purpose see it";
    BELOW_FLOOR = "C016", "a figure is weaker than the law profile's floor", "shorten the display of the adverse record to what the law profile allows, counted from a past day that an input states";
    NO_WAY_OUT = "C017", "the person could not contest the record or put the matter right", "name the body that reconsiders, and for an adverse item at least one [[repair]] with its law";
    BOUGHT_REPAIR = "C018", "a repair condition other than the duty itself", "let the person put the matter right by doing what was owed; no gift or fee ends a record, and volunteering does so only where the item's own law names it";
    OWN_JUDGE = "C019", "a source would reconsider its own decision", "name a body that is not a source of the item";
    UNKNOWN_INPUT = "C020", "an input is referred to that does not fit", "refer to an input of this item by its code; order and display need inputs of kind `day`";
    NOT_ONE = "C021", "not exactly one identifier, one name and one number, each required", "give the item one input of each of these kinds, with `missing = \"rejected\"`";
    UNKNOWN_SECTOR = "C022", "the sector is not known", "use one of the sectors of life that the node knows";
    HEADING_TWICE = "C023", "one writing stands for two things", "leave the heading or the writing with the one that it belongs to";
    BODY_NUMBER = "C024", "a body's number as the subject of a person's record", "use identifiers of people only; nothing passes from an organisation to its people";
    VERSION = "C025", "versions of an item do not follow each other", "give the new version the next number and a later first day; a version never applies backwards";
    PURPOSE_TWICE = "C026", "a purpose is described in two ways", "make title, sector, law and basis the same in every item";
    CODE_TWICE = "C027", "a code is given twice", "give each its own code";
}

#[cfg(test)]
mod tests {
    use super::FINDINGS;

    #[test]
    fn codes_rise_and_texts_read_like_errors() {
        assert!(FINDINGS.windows(2).all(|pair| pair[0].code < pair[1].code));
        for kind in FINDINGS {
            assert!(!kind.remedy.ends_with('.') && !kind.title.ends_with('.'), "{}", kind.code);
        }
    }
}
