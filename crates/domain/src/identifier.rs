//! The numbers by which a person or a body is found: their kinds, their writings, their check digits.
//!
//! A number is read into one canonical form at the edge and stays whole from there on. Nothing is
//! derived from it: several kinds hold a sex, a day or a place of birth, and Fairfile has no use for
//! them. That a check digit fits says nothing about whether the number was ever given to anyone.

use std::fmt;

mod check;
mod writing;

/// A kind of identifier, by the state that gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IdentifierKind {
    /// China: the resident's number, GB 11643.
    CnResident,
    /// China: the unified social credit code of a body, GB 32100.
    CnCreditCode,
    /// Estonia: the personal code, EVS 585.
    EePersonalCode,
    /// Italy: the tax code of a person.
    ItCodiceFiscale,
    /// Spain: the number of the national identity document.
    EsDni,
    /// Spain: the number of a foreigner.
    EsNie,
    /// France: the number of inscription in the register.
    FrNir,
    /// India: the Aadhaar number.
    InAadhaar,
    /// United States: the National Provider Identifier.
    UsNpi,
}

/// Whom a kind of identifier is given to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// A person.
    Person,
    /// An organisation; it can never be the subject of a file.
    Body,
}

/// What is fixed about a kind.
struct Kind {
    kind: IdentifierKind,
    code: &'static str,
    /// The name in the law profiles, where it differs.
    alias: Option<&'static str>,
    title: &'static str,
    /// Characters in the canonical form.
    length: usize,
    /// Marks that may stand between two characters of a written number.
    marks: &'static str,
}

/// Ordered as the enum is; a test holds it so.
const KINDS: [Kind; 9] = [
    Kind {
        kind: IdentifierKind::CnResident,
        code: "cn-resident",
        alias: None,
        title: "Chinese resident's number (GB 11643)",
        length: 18,
        marks: "-",
    },
    Kind {
        kind: IdentifierKind::CnCreditCode,
        code: "cn-credit-code",
        alias: Some("cn-uscc"),
        title: "Chinese unified social credit code of a body (GB 32100)",
        length: 18,
        marks: "-",
    },
    Kind {
        kind: IdentifierKind::EePersonalCode,
        code: "ee-personal-code",
        alias: Some("ee-isikukood"),
        title: "Estonian personal code (EVS 585)",
        length: 11,
        marks: "",
    },
    Kind {
        kind: IdentifierKind::ItCodiceFiscale,
        code: "it-codice-fiscale",
        alias: None,
        title: "Italian tax code of a person",
        length: 16,
        marks: "-",
    },
    Kind {
        kind: IdentifierKind::EsDni,
        code: "es-dni",
        alias: None,
        title: "number of the Spanish identity document",
        length: 9,
        marks: "-./",
    },
    Kind {
        kind: IdentifierKind::EsNie,
        code: "es-nie",
        alias: None,
        title: "Spanish number of a foreigner",
        length: 9,
        marks: "-./",
    },
    Kind {
        kind: IdentifierKind::FrNir,
        code: "fr-nir",
        alias: None,
        title: "French number of inscription in the register",
        length: 15,
        marks: "-./",
    },
    Kind {
        kind: IdentifierKind::InAadhaar,
        code: "in-aadhaar",
        alias: None,
        title: "Indian Aadhaar number",
        length: 12,
        marks: "-",
    },
    Kind {
        kind: IdentifierKind::UsNpi,
        code: "us-npi",
        alias: None,
        title: "National Provider Identifier of the United States",
        length: 10,
        marks: "-",
    },
];

impl IdentifierKind {
    /// Every kind, in a fixed order.
    pub const ALL: [IdentifierKind; 9] = [
        Self::CnResident,
        Self::CnCreditCode,
        Self::EePersonalCode,
        Self::ItCodiceFiscale,
        Self::EsDni,
        Self::EsNie,
        Self::FrNir,
        Self::InAadhaar,
        Self::UsNpi,
    ];

    fn row(self) -> &'static Kind {
        &KINDS[self as usize]
    }

    /// The kind that files, commands and law profiles call `text`.
    pub fn find(text: &str) -> Option<Self> {
        KINDS.iter().find(|row| row.code == text || row.alias == Some(text)).map(|row| row.kind)
    }

    /// The code by which files and commands name it, such as `cn-resident`.
    pub fn code(self) -> &'static str {
        self.row().code
    }

    /// Its name in words.
    pub fn title(self) -> &'static str {
        self.row().title
    }

    /// Characters in the canonical form.
    pub fn length(self) -> usize {
        self.row().length
    }

    /// Whom it is given to. A provider number may belong to a person, so it counts as one.
    pub fn holder(self) -> Holder {
        match self {
            Self::CnCreditCode => Holder::Body,
            Self::CnResident
            | Self::EePersonalCode
            | Self::ItCodiceFiscale
            | Self::EsDni
            | Self::EsNie
            | Self::FrNir
            | Self::InAadhaar
            | Self::UsNpi => Holder::Person,
        }
    }

    /// Whether a node takes the kind only after it was switched on.
    ///
    /// Law: Indian law limits who may hold an Aadhaar number.
    pub fn off_by_default(self) -> bool {
        self == Self::InAadhaar
    }
}

impl fmt::Display for IdentifierKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// A number whose form and check digit are right, in its one canonical writing.
///
/// It has no `Debug` and no `Display` that would show it: both print the kind and a mask.
///
/// ```
/// use fairfile_domain::identifier::{Identifier, IdentifierKind};
///
/// let spaced = Identifier::parse(IdentifierKind::EsDni, "12.345.678-z")?;
/// assert_eq!(spaced.canonical(), "12345678Z");
/// assert_eq!(format!("{spaced:?}"), "es-dni **** **78Z");
/// # Ok::<(), fairfile_domain::identifier::IdentifierFault>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Identifier {
    kind: IdentifierKind,
    canonical: String,
}

impl Identifier {
    /// Reads a number of one kind in any writing that offices use.
    ///
    /// Spaces of every width fall away, full-width digits and letters become plain ones, letters become
    /// capitals, and the marks that the kind's own writing has between its groups fall away. Nothing else
    /// does: digits of other scripts and characters that cannot be seen are refused, so that two numbers
    /// which look different never become one, nor one number two.
    ///
    /// Whether the node takes the kind at all is for the caller to ask; see
    /// [`IdentifierKind::off_by_default`].
    pub fn parse(kind: IdentifierKind, text: &str) -> Result<Self, IdentifierFault> {
        let canonical = writing::canonical(text, kind.row().marks, kind.length())?;
        check::check(kind, &canonical)?;
        Ok(Self { kind, canonical })
    }

    /// The kind.
    pub fn kind(&self) -> IdentifierKind {
        self.kind
    }

    /// The number itself, in its one canonical writing: ASCII digits and capital letters.
    ///
    /// It is for the keyed hash and for sealing. It belongs in no log, no error, no URL and no argument.
    pub fn canonical(&self) -> &str {
        &self.canonical
    }

    /// The number as pages show it: `5301 **** **** **4418`; short numbers show their end only.
    pub fn masked(&self) -> String {
        masked(&self.canonical)
    }
}

/// A canonical number as pages show it: `5301 **** **** **4418`; short numbers show their end only.
pub fn masked(canonical: &str) -> String {
    let length = canonical.chars().count();
    let (head, tail) = match length {
        15.. => (4, 4),
        11.. => (0, 4),
        _ => (0, 3),
    };
    let mut mask = String::with_capacity(length + length / 4);
    for (place, c) in canonical.chars().enumerate() {
        // Groups of four; what is shown of the end is not torn apart.
        if place > 0 && place % 4 == 0 && place + tail <= length {
            mask.push(' ');
        }
        mask.push(if place < head || place + tail >= length { c } else { '*' });
    }
    mask
}

impl fmt::Display for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.masked())
    }
}

impl fmt::Debug for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Why a text is no identifier of the kind asked for. It never holds any of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdentifierFault {
    /// Nothing but spaces.
    #[error("the identifier is missing")]
    Empty,
    /// Too few characters or too many.
    #[error("the identifier has {found} characters and needs {needs}")]
    Length {
        /// Characters that count, without spaces and marks.
        found: usize,
        /// Characters that the kind has.
        needs: usize,
    },
    /// A character that the kind does not have, or not in this place.
    #[error("the identifier has a character that this kind of number does not have in this place")]
    Characters,
    /// The check digit does not fit the rest.
    #[error("the identifier's check digit does not fit the rest of it")]
    CheckDigit,
    /// The check digit fits, but the day inside is none.
    #[error("the identifier holds a day that no calendar has")]
    NotADay,
    /// A spreadsheet program took the identifier for an amount.
    #[error("the identifier was saved as a number by a spreadsheet program, and its last digits are lost")]
    LostDigits,
    /// The node does not take identifiers of this kind.
    #[error("identifiers of this kind are switched off on this node")]
    OffHere,
    /// A digit of another script, a look-alike letter or a character that cannot be seen.
    #[error("the identifier has a character that cannot be seen or that only looks like a plain digit or letter")]
    LookAlike,
}

impl IdentifierFault {
    /// Every fault as `explain` shows it: code, title, what to do.
    pub const ALL: [(&'static str, &'static str, &'static str); 8] = [
        ("I001", "empty", "write the person's number into the row"),
        ("I002", "length", "compare the number with the document; a digit is missing or too many"),
        (
            "I003",
            "characters",
            "compare the number with the document, and look whether it is of the kind that was named",
        ),
        (
            "I004",
            "check digit",
            "compare the number with the document digit by digit; one is wrong or two have changed places",
        ),
        ("I005", "not a real date inside", "compare the part of the number that holds a day with the document"),
        (
            "I006",
            "the spreadsheet kept a number, the last digits are lost",
            "format the column as text, enter the numbers again from the documents and export once more; the lost digits cannot be restored",
        ),
        (
            "I007",
            "kind is off on this node",
            "use another kind of identifier; the registrar can switch the kind on where the law allows it",
        ),
        (
            "I008",
            "look-alike or invisible characters",
            "type the number again with plain digits and letters; text copied from other programs can hold signs that cannot be seen",
        ),
    ];

    fn row(self) -> &'static (&'static str, &'static str, &'static str) {
        match self {
            Self::Empty => &Self::ALL[0],
            Self::Length { .. } => &Self::ALL[1],
            Self::Characters => &Self::ALL[2],
            Self::CheckDigit => &Self::ALL[3],
            Self::NotADay => &Self::ALL[4],
            Self::LostDigits => &Self::ALL[5],
            Self::OffHere => &Self::ALL[6],
            Self::LookAlike => &Self::ALL[7],
        }
    }

    /// The stable code, such as `I004`.
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
mod tests;
