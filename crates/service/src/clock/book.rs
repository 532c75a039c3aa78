//! What is sure of the time, and what confirms more. Arithmetic alone: both clocks are read elsewhere.

use std::collections::BTreeMap;

use fairfile_domain::id::MemberCode;

use super::machine::Uptime;

/// Both clocks of a machine, read at once.
#[derive(Debug, Clone, Copy)]
pub(super) struct Beat {
    /// What the wall clock says, in microseconds since 1970.
    pub(super) wall: i64,
    /// How long the machine has been up, if it tells.
    pub(super) uptime: Option<Uptime>,
    /// Whether the wall clock is set by hand, and so confirms itself.
    pub(super) is_set: bool,
}

/// What is sure.
pub(super) struct Book {
    /// It is not earlier than this, in microseconds since 1970.
    pub(super) sure: i64,
    /// How far elapsed time had come at the latest, in microseconds since 1970: beyond `sure` while the wall clock stands
    /// behind. What was over by then stays over, also when the machine is started again and its count with it.
    pub(super) reached: i64,
    /// How long the machine had been up when `sure` was the time. Elapsed time is counted from here.
    pub(super) since: Option<Uptime>,
    /// The latest signing of each member, in microseconds since 1970.
    heard: BTreeMap<MemberCode, i64>,
}

impl Book {
    /// A book that begins with what is sure.
    pub(super) fn new(sure: i64, since: Option<Uptime>) -> Self {
        Self { sure, reached: sure, since, heard: BTreeMap::new() }
    }

    /// Moves what is sure on to the present; the latest time that it can be.
    pub(super) fn catch_up(&mut self, beat: Beat) -> i64 {
        if beat.is_set {
            self.sure = self.sure.max(beat.wall);
            return self.sure.max(self.reached);
        }
        let Some(now) = beat.uptime else { return beat.wall.max(self.sure).max(self.reached) };
        // Of the time between two boots nothing is known, and a count that runs backwards counts nothing.
        let elapsed =
            self.since.filter(|then| then.boot == now.boot).map_or(0, |then| (now.micros - then.micros).max(0));
        let reached = self.sure.saturating_add(elapsed);
        self.sure = reached.min(beat.wall).max(self.sure);
        // What has elapsed beyond the wall clock is not lost: it counts when the wall clock is right again.
        self.since = Some(Uptime { micros: now.micros - (reached - self.sure), ..now });
        self.reached = self.reached.max(reached);
        beat.wall.max(self.reached)
    }

    /// Takes it as sure that it is not earlier than `until`; the wall clock is never passed.
    pub(super) fn confirm(&mut self, until: i64, beat: Beat) {
        self.catch_up(beat);
        let until = until.min(beat.wall);
        if until > self.sure {
            self.sure = until;
            self.since = beat.uptime;
        }
    }

    /// Notes when `member` last signed; the second latest of all members, if that is news.
    pub(super) fn hear(&mut self, member: &MemberCode, created: i64) -> Option<i64> {
        match self.heard.get_mut(member) {
            Some(latest) if created <= *latest => return None,
            Some(latest) => *latest = created,
            None => {
                self.heard.insert(member.clone(), created);
            }
        }
        let mut latest: Vec<i64> = self.heard.values().copied().collect();
        latest.sort_unstable_by(|a, b| b.cmp(a));
        latest.get(1).copied()
    }
}
