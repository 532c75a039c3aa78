//! What one person alone must not do: two answer for it, by name and with a reason.

/// Two different people who answer for something, and why. Nothing is blank.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Two<'a> {
    /// The one.
    pub(crate) first: &'a str,
    /// The other.
    pub(crate) second: &'a str,
    /// Why.
    pub(crate) reason: &'a str,
}

/// Nobody answers for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotAnsweredFor {
    /// One person is not two.
    NotTwo,
    /// There is no reason.
    NoReason,
}

impl<'a> Two<'a> {
    /// `first` and `second`, who answer for it with `reason`.
    pub(crate) fn who_answer(first: &'a str, second: &'a str, reason: &'a str) -> Result<Self, NotAnsweredFor> {
        let (first, second, reason) = (first.trim(), second.trim(), reason.trim());
        if first.is_empty() || second.is_empty() || first == second {
            return Err(NotAnsweredFor::NotTwo);
        }
        if reason.is_empty() {
            return Err(NotAnsweredFor::NoReason);
        }
        Ok(Self { first, second, reason })
    }
}
