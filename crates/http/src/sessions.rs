//! Who is signed in: hashes of tokens, in memory alone. A restart ends every session.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard};

use fairfile_domain::id::{OfficerCode, StaffCode, SubjectId};
use fairfile_domain::sign_in::KeyHolder;
use fairfile_service::person::Visit;
use zeroize::Zeroizing;

use crate::limits::{KEPT_FORMS_BYTES, SESSIONS, SESSIONS_OF_ONE};
use crate::router::Visitor;
use crate::sent::Sent;

/// How long a session lasts in which nothing is asked, in microseconds: 30 minutes.
pub(crate) const IDLE_MICROS: i64 = 30 * 60 * 1_000_000;
/// How long a session lasts at the most, in microseconds: 8 hours.
pub(crate) const WHOLE_MICROS: i64 = 8 * 60 * 60 * 1_000_000;

/// For how long it counts that a visitor has shown who it is, before a step that binds, in microseconds: 10 minutes.
pub(crate) const PROVED_MICROS: i64 = 10 * 60 * 1_000_000;
/// How long what was typed waits while its visitor shows once more who it is, in microseconds: 10 minutes.
pub(crate) const KEPT_MICROS: i64 = 10 * 60 * 1_000_000;

/// Who can be signed in.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Who {
    /// A person, at the own file.
    Person(SubjectId),
    /// A person about whom nothing is on file, by the keyed hash that a file would be found by.
    Unfiled([u8; 32]),
    /// An officer of a member.
    Officer(OfficerCode),
    /// Whoever runs the node.
    Registrar(StaffCode),
    /// Whoever watches over it.
    Supervisor(StaffCode),
}

impl Who {
    /// The kind of visitor, as the table of addresses names it.
    pub(crate) fn kind(&self) -> Visitor {
        match self {
            Self::Person(_) | Self::Unfiled(_) => Visitor::Person,
            Self::Officer(_) => Visitor::Officer,
            Self::Registrar(_) => Visitor::Registrar,
            Self::Supervisor(_) => Visitor::Supervisor,
        }
    }

    /// Who holds the visitor's passkeys; nobody, for persons.
    pub(crate) fn holder(&self) -> Option<KeyHolder> {
        match self {
            Self::Person(_) | Self::Unfiled(_) => None,
            Self::Officer(code) => Some(KeyHolder::Officer(code.clone())),
            Self::Registrar(code) | Self::Supervisor(code) => Some(KeyHolder::Staff(code.clone())),
        }
    }
}

/// What was typed into the form of a step that binds, by a visitor who has to show first who it is. It lies in memory
/// alone, is overwritten when it goes, and goes with its session.
#[derive(PartialEq, Eq)]
pub(crate) struct Kept {
    /// Where the form is sent, behind the language.
    pub(crate) path: String,
    /// The page on which the form stands, behind the language.
    pub(crate) back: String,
    /// The form as it came.
    pub(crate) body: Zeroizing<Vec<u8>>,
    /// When it came.
    pub(crate) at: i64,
}

impl Kept {
    /// Whether it still waits.
    fn waits(&self, now: i64) -> bool {
        now.saturating_sub(self.at) < KEPT_MICROS
    }
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What somebody typed stands in no log.
        f.debug_struct("Kept").field("path", &self.path).finish_non_exhaustive()
    }
}

/// An open session. Its times are in microseconds of the machine's clock.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    /// By what the session is known inside the node. It stays when the token changes, so that open answers, visits and
    /// forms stay as well.
    pub(crate) id: [u8; 32],
    /// Who is signed in.
    pub(crate) who: Who,
    /// When it was opened.
    pub(crate) opened_at: i64,
    /// When something was asked in it last.
    pub(crate) seen_at: i64,
    /// When whoever is signed in has shown last who it is.
    pub(crate) proved_at: i64,
    /// The visit to the own file that was begun in it, if one was.
    pub(crate) visit: Option<Visit>,
    /// Whether whoever is signed in has read what every first visit begins with.
    pub(crate) has_read_facts: bool,
    /// What was typed and not sent yet, for want of a proof.
    kept: Option<Arc<Kept>>,
    /// The forms that were sent in it, with their answers.
    pub(crate) sent: Arc<Sent>,
}

impl Session {
    fn new(id: [u8; 32], who: Who, proved_at: i64, now: i64) -> Self {
        let proved_at = proved_at.min(now);
        let (opened_at, seen_at) = (now, now);
        let sent = Arc::default();
        Self { id, who, opened_at, seen_at, proved_at, visit: None, has_read_facts: false, kept: None, sent }
    }

    /// Whether whoever is signed in has shown of late who it is.
    pub(crate) fn has_proved_of_late(&self, now: i64) -> bool {
        now.saturating_sub(self.proved_at) < PROVED_MICROS
    }

    /// What was typed and still waits for the visitor to show who it is.
    pub(crate) fn kept(&self, now: i64) -> Option<&Kept> {
        self.kept.as_deref().filter(|kept| kept.waits(now))
    }

    /// When it ends if nothing more is asked.
    fn ends_at(&self) -> i64 {
        self.seen_at.saturating_add(IDLE_MICROS).min(self.opened_at.saturating_add(WHOLE_MICROS))
    }
}

/// The open sessions, by the keyed hash of their token.
#[derive(Default)]
pub(crate) struct Sessions(Mutex<HashMap<[u8; 32], Session>>);

impl Sessions {
    /// Opens a session of a visitor who has shown at `proved_at` who it is. Each visitor has [`SESSIONS_OF_ONE`] at the most:
    /// one more ends the oldest of them.
    ///
    /// # Errors
    /// If there are too many people: the microseconds until the first of all sessions ends.
    pub(crate) fn open(&self, token: [u8; 32], who: Who, proved_at: i64, now: i64) -> Result<(), i64> {
        let mut sessions = self.sessions();
        let (mut own, mut oldest) = (0, None::<([u8; 32], i64)>);
        for (token, session) in sessions.iter().filter(|(_, session)| session.who == who) {
            own += 1;
            if oldest.is_none_or(|(_, opened_at)| session.opened_at < opened_at) {
                oldest = Some((*token, session.opened_at));
            }
        }
        if let Some((oldest, _)) = oldest.filter(|_| own >= SESSIONS_OF_ONE) {
            sessions.remove(&oldest);
        }
        if sessions.len() >= SESSIONS {
            sessions.retain(|_, session| session.ends_at() > now);
        }
        if sessions.len() >= SESSIONS {
            let first = sessions.values().map(Session::ends_at).min().unwrap_or(now);
            return Err(first.saturating_sub(now));
        }
        sessions.insert(token, Session::new(token, who, proved_at, now));
        Ok(())
    }

    /// The session of a token, if it has not ended; it is asked in it now.
    pub(crate) fn find(&self, token: &[u8; 32], now: i64) -> Option<Session> {
        let mut sessions = self.sessions();
        let session = sessions.get_mut(token)?;
        if session.ends_at() > now {
            session.seen_at = session.seen_at.max(now);
            return Some(session.clone());
        }
        sessions.remove(token);
        None
    }

    /// Notes the visit to the own file that was begun in a session, if that is there.
    pub(crate) fn keep_visit(&self, token: &[u8; 32], visit: Visit) {
        if let Some(session) = self.sessions().get_mut(token) {
            session.visit = Some(visit);
        }
    }

    /// Notes that the facts of a first visit were read in a session, if that is there.
    pub(crate) fn note_facts_read(&self, token: &[u8; 32]) {
        if let Some(session) = self.sessions().get_mut(token) {
            session.has_read_facts = true;
        }
    }

    /// The session of the token `old` goes on under the token `new`: its visitor has shown at `now` who it is. Its visit, its
    /// forms and its last end stay as they are. False if there is no such session of `who`.
    pub(crate) fn renew(&self, old: &[u8; 32], new: [u8; 32], who: &Who, now: i64) -> bool {
        let mut sessions = self.sessions();
        let is_there = sessions.get(old).is_some_and(|session| session.who == *who && session.ends_at() > now);
        let Some(mut session) = is_there.then(|| sessions.remove(old)).flatten() else { return false };
        (session.proved_at, session.seen_at) = (now, now);
        sessions.insert(new, session);
        true
    }

    /// Keeps what was typed until its visitor has shown who it is. False if all that is kept would be more than
    /// [`KEPT_FORMS_BYTES`]; then nothing of it is kept.
    pub(crate) fn keep_form(&self, token: &[u8; 32], kept: Kept, now: i64) -> bool {
        let mut sessions = self.sessions();
        for session in sessions.values_mut() {
            session.kept = session.kept.take().filter(|kept| kept.waits(now));
        }
        let others = sessions.iter().filter(|(known, _)| *known != token).filter_map(|(_, other)| other.kept.as_ref());
        let bytes = others.map(|other| other.body.len()).sum::<usize>().saturating_add(kept.body.len());
        let Some(session) = sessions.get_mut(token).filter(|_| bytes <= KEPT_FORMS_BYTES) else { return false };
        session.kept = Some(Arc::new(kept));
        true
    }

    /// Forgets what was typed, if anything was.
    pub(crate) fn forget_form(&self, token: &[u8; 32]) {
        if let Some(session) = self.sessions().get_mut(token) {
            session.kept = None;
        }
    }

    /// Ends a session, if it is there.
    pub(crate) fn close(&self, token: &[u8; 32]) {
        self.sessions().remove(token);
    }

    /// Ends all sessions of one visitor.
    pub(crate) fn close_all(&self, who: &Who) {
        self.sessions().retain(|_, session| session.who != *who);
    }

    /// Ends all sessions of one visitor but that of `token`.
    pub(crate) fn close_others(&self, who: &Who, token: &[u8; 32]) {
        self.sessions().retain(|known, session| session.who != *who || known == token);
    }

    /// How many sessions one visitor has.
    pub(crate) fn count(&self, who: &Who, now: i64) -> usize {
        self.sessions().values().filter(|session| session.who == *who && session.ends_at() > now).count()
    }

    fn sessions(&self) -> MutexGuard<'_, HashMap<[u8; 32], Session>> {
        // Every change is one call of the map, so it is sound whatever its last holder met.
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Sessions {
        fn opens(&self, token: [u8; 32], who: Who, now: i64) -> Result<(), i64> {
            self.open(token, who, now, now)
        }
    }

    fn person(number: usize) -> Who {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&number.to_be_bytes());
        Who::Person(SubjectId::from_bytes(bytes))
    }

    fn token(number: usize) -> [u8; 32] {
        let mut token = [3; 32];
        token[..8].copy_from_slice(&number.to_be_bytes());
        token
    }

    fn who(sessions: &Sessions, token: [u8; 32], now: i64) -> Option<Who> {
        sessions.find(&token, now).map(|session| session.who)
    }

    #[test]
    fn a_session_ends_and_their_number_is_bounded() {
        let sessions = Sessions::default();
        sessions.opens([1; 32], person(7), 0).expect("room");
        assert_eq!(who(&sessions, [2; 32], 0), None);
        assert_eq!(who(&sessions, [1; 32], IDLE_MICROS), None, "nothing was asked for so long");
        for number in 0..SESSIONS {
            sessions.opens(token(number), person(number / SESSIONS_OF_ONE), number as i64).expect("room");
        }
        let now = SESSIONS as i64;
        assert_eq!(sessions.opens([9; 32], person(SESSIONS), now), Err(IDLE_MICROS - now), "until the first one ends");
        assert_eq!(sessions.opens([9; 32], person(SESSIONS), IDLE_MICROS), Ok(()), "those that ended make room");
    }

    #[test]
    fn whoever_goes_on_stays_until_the_whole_time_is_over() {
        let sessions = Sessions::default();
        sessions.opens([1; 32], person(7), 0).expect("room");
        let mut now = 0;
        while now + IDLE_MICROS - 1 < WHOLE_MICROS {
            now += IDLE_MICROS - 1;
            assert_eq!(who(&sessions, [1; 32], now), Some(person(7)));
        }
        assert_eq!(who(&sessions, [1; 32], WHOLE_MICROS), None);
    }

    #[test]
    fn a_visitor_ends_the_own_sessions_and_nobody_else_s() {
        let sessions = Sessions::default();
        for number in 0..4 {
            sessions.opens(token(number), person(number % 2), 0).expect("room");
        }
        sessions.close_others(&person(0), &token(2));
        assert_eq!((sessions.count(&person(0), 1), sessions.count(&person(1), 1)), (1, 2));
        assert_eq!(who(&sessions, token(2), 1), Some(person(0)));
        sessions.close_all(&person(0));
        assert_eq!((sessions.count(&person(0), 1), sessions.count(&person(1), 1)), (0, 2));
        assert_eq!(sessions.count(&person(1), IDLE_MICROS), 0, "those that ended do not count");
    }

    #[test]
    fn what_was_shown_counts_for_ten_minutes() {
        let session = Session::new([1; 32], person(1), 5, 10);
        assert!(session.has_proved_of_late(PROVED_MICROS + 4) && !session.has_proved_of_late(PROVED_MICROS + 5));
        assert_eq!(Session::new([1; 32], person(1), 20, 10).proved_at, 10, "nothing is shown in advance");
    }

    #[test]
    fn a_session_that_is_renewed_keeps_all_but_its_token() {
        let sessions = Sessions::default();
        sessions.opens([1; 32], person(1), 0).expect("room");
        let before = sessions.find(&[1; 32], 0).expect("a session");
        let late = IDLE_MICROS - 1;
        assert!(!sessions.renew(&[1; 32], [2; 32], &person(2), late), "somebody else has shown who they are");
        assert!(sessions.renew(&[1; 32], [2; 32], &person(1), late));
        assert_eq!(who(&sessions, [1; 32], late), None, "the old token is none");
        let after = sessions.find(&[2; 32], late).expect("a session");
        assert_eq!((after.id, after.opened_at, after.proved_at), (before.id, 0, late));
        let (mut now, mut token) = (late, 2);
        while now + late < WHOLE_MICROS {
            now += late;
            assert!(sessions.renew(&[token; 32], [token + 1; 32], &person(1), now));
            token += 1;
        }
        assert_eq!(who(&sessions, [token; 32], WHOLE_MICROS), None, "its last end stays");
    }

    #[test]
    fn what_was_typed_waits_for_ten_minutes_and_within_bounds() {
        let sessions = Sessions::default();
        let typed = |bytes: usize, at: i64| Kept {
            path: "/inquiry/new".to_owned(),
            back: "/inquiry/new".to_owned(),
            body: Zeroizing::new(vec![b'x'; bytes]),
            at,
        };
        for number in 0..2 {
            sessions.opens(token(number), person(number), 0).expect("room");
        }
        assert!(sessions.keep_form(&token(0), typed(KEPT_FORMS_BYTES, 0), 0));
        assert!(sessions.keep_form(&token(0), typed(KEPT_FORMS_BYTES, 1), 1), "the last form is the one that counts");
        assert!(!sessions.keep_form(&token(1), typed(1, 1), 1), "no room beside it");
        assert!(!sessions.keep_form(&token(7), typed(1, 1), 1), "no such session");
        let session = sessions.find(&token(0), 1).expect("a session");
        assert!(session.kept(KEPT_MICROS).is_some() && session.kept(KEPT_MICROS + 1).is_none());
        assert!(!format!("{session:?}").contains("120"), "what was typed stands in no log");
        assert!(sessions.keep_form(&token(1), typed(1, 9), KEPT_MICROS + 1), "what is over makes room");
        sessions.forget_form(&token(1));
        assert_eq!(sessions.find(&token(1), 9).expect("a session").kept(9), None);
    }

    #[test]
    fn one_person_has_so_many_sessions_and_takes_none_from_another() {
        let sessions = Sessions::default();
        sessions.opens([1; 32], person(1), 0).expect("room");
        for number in 0..2 * SESSIONS {
            sessions.opens(token(number), person(2), 1 + number as i64).expect("one's own place");
        }
        let now = 2 * SESSIONS as i64;
        assert_eq!(who(&sessions, [1; 32], now), Some(person(1)));
        let open = (0..2 * SESSIONS).filter(|number| sessions.find(&token(*number), now).is_some());
        assert_eq!(open.collect::<Vec<_>>(), (2 * SESSIONS - SESSIONS_OF_ONE..2 * SESSIONS).collect::<Vec<_>>());
        sessions.opens([9; 32], person(3), now).expect("room for others");
    }
}
