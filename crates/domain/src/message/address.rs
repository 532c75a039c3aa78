//! Where messages go: e-mail addresses and phones, read narrowly, for what is in doubt could be a second header or a link.

use std::fmt;

/// Most bytes of an e-mail address (RFC 5321, 4.5.3.1.3).
const MAIL_MOST: usize = 254;
/// Most bytes of what stands before the `@`.
const LOCAL_MOST: usize = 64;
/// Most bytes of a part of a host's name.
const LABEL_MOST: usize = 63;

/// An e-mail address: plain ASCII, `name@host`, no quotes, comments or second address.
#[derive(Clone, PartialEq, Eq)]
pub struct MailAddress(String);

/// A text is no e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected one e-mail address, such as name@host.example, in plain letters")]
pub struct NotAMailAddress;

impl MailAddress {
    /// Reads an address; spaces around it fall away and the host is written in small letters.
    ///
    /// # Errors
    /// [`NotAMailAddress`].
    ///
    /// ```
    /// use fairfile_domain::message::{MailAddress, NotAMailAddress};
    ///
    /// assert_eq!(MailAddress::parse(" Lin.X@Mail.Example ")?.as_str(), "Lin.X@mail.example");
    /// assert_eq!(MailAddress::parse("a@b.example\r\nBcc: c@d.example"), Err(NotAMailAddress));
    /// # Ok::<(), NotAMailAddress>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, NotAMailAddress> {
        let text = text.trim_matches(' ');
        let (local, host) = text.split_once('@').ok_or(NotAMailAddress)?;
        let fits = text.len() <= MAIL_MOST && is_local(local) && is_host(host);
        if fits { Ok(Self(format!("{local}@{}", host.to_ascii_lowercase()))) } else { Err(NotAMailAddress) }
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first sign and the host: `l***@mail.example`.
    pub fn masked(&self) -> String {
        let (local, host) = self.0.split_once('@').unwrap_or_default();
        format!("{}***@{host}", local.chars().take(1).collect::<String>())
    }
}

/// A dot-atom of RFC 5322.
fn is_local(local: &str) -> bool {
    let sign = |c: u8| c.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&c);
    local.len() <= LOCAL_MOST && local.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(sign))
}

/// At least two labels of letters, digits and inner hyphens, the last of them no number.
fn is_host(host: &str) -> bool {
    let label = |label: &str| {
        (1..=LABEL_MOST).contains(&label.len())
            && label.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let last = host.rsplit('.').next().unwrap_or_default();
    host.contains('.') && host.split('.').all(label) && last.bytes().any(|c| c.is_ascii_alphabetic())
}

impl fmt::Debug for MailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MailAddress(..)")
    }
}

/// Digits of a phone, country code included (ITU-T E.164 has 15 at the most).
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 8..=15;
/// The country code of a mobile number that is written without one.
const HOME_COUNTRY: &str = "+86";

/// A phone, as `+` and digits.
#[derive(Clone, PartialEq, Eq)]
pub struct Phone(String);

/// A text is no phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a mobile number of 11 digits, or + and the country's code before it")]
pub struct NotAPhone;

impl Phone {
    /// Reads a phone. Spaces, hyphens, brackets and full-width digits are fine; a Chinese mobile number needs no country.
    ///
    /// # Errors
    /// [`NotAPhone`].
    ///
    /// ```
    /// use fairfile_domain::message::{NotAPhone, Phone};
    ///
    /// assert_eq!(Phone::parse("138 0013 8000")?.as_str(), "+8613800138000");
    /// assert_eq!(Phone::parse("１３８００１３８０００")?.as_str(), "+8613800138000");
    /// assert_eq!(Phone::parse("110"), Err(NotAPhone));
    /// # Ok::<(), NotAPhone>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, NotAPhone> {
        let mut number = String::new();
        for c in text.trim().chars().take(64) {
            match narrow(c) {
                '+' if number.is_empty() => number.push('+'),
                digit if digit.is_ascii_digit() => number.push(digit),
                ' ' | '-' | '(' | ')' => {}
                _ => return Err(NotAPhone),
            }
        }
        if number.starts_with("00") {
            number.replace_range(..2, "+");
        }
        let is_mobile = number.len() == 11 && number.starts_with('1');
        let whole = if is_mobile { [HOME_COUNTRY, &number].concat() } else { number };
        match whole.strip_prefix('+') {
            Some(digits) if PHONE_DIGITS.contains(&digits.len()) && !digits.starts_with('0') => Ok(Self(whole)),
            Some(_) | None => Err(NotAPhone),
        }
    }

    /// The phone, `+` and digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last four digits: `*******8000`.
    pub fn masked(&self) -> String {
        let shown = self.0.len().saturating_sub(4);
        format!("*******{}", self.0.get(shown..).unwrap_or_default())
    }
}

fn narrow(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '\u{3000}' | '\u{A0}' => ' ',
        _ => c,
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phone(..)")
    }
}
