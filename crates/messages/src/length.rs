//! How long an SMS is: in 7-bit signs if all of it can be written so (3GPP TS 23.038), else in 16-bit units.

/// Signs that the default alphabet has, letters, digits and blank apart.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ!\"#¤%&'()*+,-./:;<=>?¡ÄÖÑÜ§¿äöñüà";
/// Signs that take two places of it.
const EXTENDED: &str = "^{}\\[~]|€";

/// How many messages an SMS of this text is on the network: one holds 160 signs of the small alphabet or 70 units of the
/// large one; of a longer one each part holds 153 or 67, for the parts must be told apart.
///
/// ```
/// use fairfile_messages::segments;
///
/// assert_eq!((segments(&"a".repeat(160)), segments(&"a".repeat(161))), (1, 2));
/// assert_eq!((segments(&"字".repeat(70)), segments(&"字".repeat(71))), (1, 2));
/// ```
pub fn segments(text: &str) -> usize {
    let (length, one, part) = match small(text) {
        Some(length) => (length, 160, 153),
        None => (text.encode_utf16().count(), 70, 67),
    };
    if length <= one { 1 } else { length.div_ceil(part) }
}

/// The length in the small alphabet; nothing if a sign of the text is not in it.
fn small(text: &str) -> Option<usize> {
    text.chars().try_fold(0, |length, c| match c {
        ' ' | 'a'..='z' | 'A'..='Z' | '0'..='9' => Some(length + 1),
        c if BASIC.contains(c) => Some(length + 1),
        c if EXTENDED.contains(c) => Some(length + 2),
        _ => None,
    })
}
