//! A person's name: kept as written, compared by its folded form, never guessed at.

use std::fmt;

use unicode_normalization::UnicodeNormalization as _;

/// Most characters that a name can have.
const MOST_CHARS: usize = 64;
/// The dot of minority names, to which its writings fold.
const DOT: char = '·';

/// A person's full name, 1 to 64 characters, as the source wrote it.
///
/// It is never split, reordered or spell-checked. Two writings are the same name if they differ in
/// nothing but normalization, width, the sort of dot, the case of Latin letters and white space.
/// Simplified and traditional characters are different ones, and nothing is compared by its sound: a name
/// that is known otherwise is for a person to decide.
///
/// ```
/// use fairfile_domain::name::PersonName;
///
/// let [one, other] = ["阿依古丽•买买提", "阿依古丽・买买提"].map(PersonName::parse);
/// assert!(one?.matches(&other?));
/// # Ok::<(), fairfile_domain::name::NameFault>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct PersonName {
    full: String,
    folded: String,
}

impl PersonName {
    /// Reads a full name; the spaces around it fall away.
    pub fn parse(text: &str) -> Result<Self, NameFault> {
        // Normalization lengthens a text at most threefold, so what is far too long is so before it.
        let text = text.trim();
        if text.is_empty() {
            return Err(NameFault::Missing);
        }
        let found = text.chars().take(MOST_CHARS * 4).count();
        if found > MOST_CHARS * 3 {
            return Err(NameFault::TooLong);
        }
        if text.chars().any(is_refused) {
            return Err(NameFault::Characters);
        }
        let full: String = text.nfc().collect();
        if full.chars().count() > MOST_CHARS {
            return Err(NameFault::TooLong);
        }
        let folded = fold(&full);
        if folded.is_empty() {
            return Err(NameFault::Missing);
        }
        Ok(Self { full, folded })
    }

    /// The name as written, in Unicode's normal form C.
    pub fn full(&self) -> &str {
        &self.full
    }

    /// The form by which names are compared; it is for no reader's eyes.
    pub fn folded(&self) -> &str {
        &self.folded
    }

    /// Whether both are writings of one name.
    pub fn matches(&self, other: &Self) -> bool {
        self.folded == other.folded
    }
}

/// Prints nothing of the name: it may end up in a log.
impl fmt::Debug for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonName(..)")
    }
}

fn fold(full: &str) -> String {
    let plain: String = full.chars().map(narrow).nfc().flat_map(lower).nfc().collect();
    let mut folded = String::with_capacity(plain.len());
    let mut before = None;
    for word in plain.split_whitespace() {
        // A space between two Han characters, or beside the dot, is layout; between two words it is not.
        let closed = |c: Option<char>| c.is_some_and(|c| is_han(c) || c == DOT);
        let dotted = |c: Option<char>| c == Some(DOT);
        let after = word.chars().next();
        let joins = closed(before) && closed(after) || dotted(before) || dotted(after);
        if before.is_some() && !joins {
            folded.push(' ');
        }
        folded.push_str(word);
        before = word.chars().next_back();
    }
    folded
}

/// Plain forms of full-width signs, and the one dot for its writings.
fn narrow(c: char) -> char {
    match c {
        '\u{B7}' | '\u{2022}' | '\u{2027}' | '\u{30FB}' | '\u{FF65}' => DOT,
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

/// Small letters for capitals of the Latin script, everything else as it is.
fn lower(c: char) -> impl Iterator<Item = char> {
    let latin = matches!(c, 'A'..='Z' | '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' | '\u{2C60}'..='\u{2C7F}' | '\u{A720}'..='\u{A7FF}');
    let small = latin.then(|| c.to_lowercase());
    let same = if latin { None } else { Some(c) };
    small.into_iter().flatten().chain(same)
}

/// Whether `c` belongs to the Han script, the iteration mark and the zero included.
fn is_han(c: char) -> bool {
    matches!(c, '\u{2E80}'..='\u{2FDF}' | '\u{3005}' | '\u{3007}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}'
        | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// Digits, and what controls or formats a text instead of standing in it.
fn is_refused(c: char) -> bool {
    let digit = c.is_numeric() && !is_han(c);
    let control = c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{FFFC}' | '\u{FFFD}');
    let format = matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{600}'..='\u{605}' | '\u{61C}' | '\u{6DD}' | '\u{70F}' | '\u{115F}' | '\u{1160}'
        | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}'
        | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E00FF}');
    digit || control || format
}

/// Why a text is no person's name. It never holds any of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameFault {
    /// Nothing but spaces.
    #[error("the name is missing")]
    Missing,
    /// More than 64 characters.
    #[error("the name has more than {MOST_CHARS} characters")]
    TooLong,
    /// A digit, a control character or one that cannot be seen.
    #[error("the name has a digit or a character that cannot be seen")]
    Characters,
}

impl NameFault {
    /// Every fault as `explain` shows it: code, title, what to do.
    pub const ALL: [(&'static str, &'static str, &'static str); 3] = [
        ("N001", "missing", "write the person's full name into the row, as on the document"),
        (
            "N002",
            "too long",
            "write the person's full name only, without titles, offices or remarks; it can have 64 characters",
        ),
        (
            "N003",
            "characters",
            "type the name again without digits or line breaks; text copied from other programs can hold signs that cannot be seen",
        ),
    ];

    fn row(self) -> &'static (&'static str, &'static str, &'static str) {
        match self {
            Self::Missing => &Self::ALL[0],
            Self::TooLong => &Self::ALL[1],
            Self::Characters => &Self::ALL[2],
        }
    }

    /// The stable code, such as `N001`.
    pub fn code(self) -> &'static str {
        self.row().0
    }

    /// The fault in a word or two.
    pub fn title(self) -> &'static str {
        self.row().1
    }

    /// What to do about it.
    pub fn help(self) -> &'static str {
        self.row().2
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// `expected` is the folded form or the fault's code.
    fn check(text: &str, expected: &str) {
        let found = PersonName::parse(text).map_or_else(|fault| fault.code().into(), |name| name.folded);
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn writings_of_one_name_fold_to_one_form() {
        for text in ["方宇欣", " 方宇欣\u{3000}", "方 宇欣", "方\u{3000}宇\u{A0}欣", "\t方宇欣\r\n"] {
            check(text, "方宇欣");
        }
        for dot in ['·', '•', '‧', '・', '･'] {
            check(&format!("阿依古丽{dot}买买提"), "阿依古丽·买买提");
        }
        check("阿依古丽 · 买买提", "阿依古丽·买买提");
        check("ＡＮＡ　ＲＵＩＺ", "ana ruiz");
        check("Ana   Ruiz", "ana ruiz");
        check("Jose\u{301} Núñez", "josé núñez");
        check("O'Brien-Smith, Jr.", "o'brien-smith, jr.");
        check("𠮷田", "𠮷田");
        check("王〇", "王〇");
        check("Ａ\u{301}", "á");
    }

    #[test]
    fn different_names_stay_different() {
        for (one, other) in
            [("张伟", "張偉"), ("吕", "呂"), ("王丽", "Wang Li"), ("José", "Jose"), ("Li Na", "Lina"), ("𠮷田", "吉田")]
        {
            assert!(!PersonName::parse(one).unwrap().matches(&PersonName::parse(other).unwrap()), "{one} {other}");
        }
    }

    #[test]
    fn what_is_written_stays_as_written() {
        for (text, full) in [(" 阿依古丽•买买提 ", "阿依古丽•买买提"), ("Jose\u{301}", "José"), ("ＡＮＡ", "ＡＮＡ")]
        {
            assert_eq!(PersonName::parse(text).unwrap().full(), full);
        }
        assert_eq!(format!("{:?}", PersonName::parse("方宇欣").unwrap()), "PersonName(..)");
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for missing in ["", " ", "\u{3000}\u{A0}\t"] {
            check(missing, "N001");
        }
        for refused in [
            "张3",
            "张３",
            "张٣",
            "张\u{200B}伟",
            "\u{202E}张伟",
            "张\n伟",
            "张\0伟",
            "\u{FEFF}张伟",
            "Ana\u{AD}",
            "张①",
            "张\u{FFFD}",
        ] {
            check(refused, "N003");
        }
        check(&"张".repeat(64), &"张".repeat(64));
        for long in [65, 100, 500, 100_000] {
            check(&"张".repeat(long), "N002");
        }
        // Characters count after composition.
        check(&"e\u{301}".repeat(64), &"é".repeat(64));
    }

    #[test]
    fn every_fault_can_be_explained() {
        for (fault, code) in
            [(NameFault::Missing, "N001"), (NameFault::TooLong, "N002"), (NameFault::Characters, "N003")]
        {
            assert_eq!(fault.code(), code);
            assert!(!fault.help().is_empty() && !fault.title().is_empty());
        }
    }

    proptest! {
        #[test]
        fn folding_is_done_once_and_for_all(text in "[\\PC \u{3000}·・ﾞＡéÀİ张𠮷]{1,30}") {
            if let Ok(name) = PersonName::parse(&text) {
                let again = PersonName::parse(name.full()).unwrap();
                prop_assert_eq!(again.full(), name.full());
                prop_assert_eq!(again.folded(), name.folded());
                if let Ok(refolded) = PersonName::parse(name.folded()) {
                    prop_assert_eq!(refolded.folded(), name.folded());
                }
            }
        }

        #[test]
        fn no_text_breaks_the_reader(text in any::<String>()) {
            if let Ok(name) = PersonName::parse(&text) {
                prop_assert!((1..=64).contains(&name.full().chars().count()));
                prop_assert!(!name.folded().is_empty());
            }
        }
    }
}
