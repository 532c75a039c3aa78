//! Steps between which a trial can end the program. In every build but the trials' own there is nothing at them.
//!
//! The trials build with the feature `faults`; `cargo xtask steps` ends the program at each step, and at each again
//! while it recovers from each.

/// A step towards something durable, or just after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Keys of contents are about to be kept.
    BeforeKept,
    /// They are kept; nothing that is sealed under them is committed.
    Kept,
    /// Keys are marked for death; what replaces their contents is not committed.
    Doomed,
    /// Keys are about to be destroyed.
    BeforeDestroyed,
    /// Keys are deleted; the log of the key store may still hold them.
    Destroyed,
    /// Keys are gone, and nothing has noted it.
    Wiped,
    /// The key store is under the next root key, which the custodian does not have yet.
    Rewrapped,
    /// The custodian has it too.
    Advanced,
    /// The high-water mark is about to be raised.
    BeforeMarked,
    /// It is raised; nothing is signed.
    Marked,
    /// A transaction has begun.
    Begun,
    /// A piece of work is done in it.
    Piece,
    /// Leaves and tiles are in it; it is not committed.
    Appended,
    /// It is committed; nobody knows.
    Committed,
    /// The batch is on its way.
    BatchBegun,
    /// A stretch of its rows is committed.
    StretchSettled,
    /// All its rows are committed, and it is not taken.
    BatchComplete,
    /// It is taken; nobody was told.
    BatchTaken,
    /// Corrections are committed; the keys of what they replaced still live.
    Replaced,
}

impl Step {
    /// Every step.
    pub const ALL: [Self; 19] = [
        Self::BeforeKept,
        Self::Kept,
        Self::Doomed,
        Self::BeforeDestroyed,
        Self::Destroyed,
        Self::Wiped,
        Self::Rewrapped,
        Self::Advanced,
        Self::BeforeMarked,
        Self::Marked,
        Self::Begun,
        Self::Piece,
        Self::Appended,
        Self::Committed,
        Self::BatchBegun,
        Self::StretchSettled,
        Self::BatchComplete,
        Self::BatchTaken,
        Self::Replaced,
    ];
}

/// Here the program ends, if a trial has said so. Compiled to nothing without the feature `faults`.
#[inline(always)]
pub fn step(
    #[cfg_attr(not(feature = "faults"), expect(unused_variables, reason = "nothing happens here"))] step: Step,
) {
    #[cfg(feature = "faults")]
    armed::passed(step);
}

#[cfg(feature = "faults")]
pub use armed::end_at;

#[cfg(feature = "faults")]
mod armed {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::Step;

    static END: OnceLock<(String, AtomicU64)> = OnceLock::new();

    /// Ends the program when it comes to `step`, as it is written here, for the `time`th time. The first call counts.
    pub fn end_at(step: &str, time: u64) {
        END.get_or_init(|| (step.to_owned(), AtomicU64::new(time)));
    }

    pub(super) fn passed(step: Step) {
        let Some((end, left)) = END.get() else { return };
        if *end == format!("{step:?}") && left.fetch_sub(1, Ordering::SeqCst) == 1 {
            // As a kill would: nothing is written, closed or told.
            std::process::abort();
        }
    }
}
