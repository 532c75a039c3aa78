//! Who is signed in: hashes of tokens, in memory alone. A restart ends every session.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};

use fairfile_domain::id::SubjectId;

use crate::limits::{SESSIONS, SESSIONS_OF_ONE};

/// How long a session lasts, in microseconds: 30 minutes.
pub(crate) const SESSION_MICROS: i64 = 30 * 60 * 1_000_000;

/// The open sessions, by the keyed hash of their token.
#[derive(Default)]
pub(crate) struct Sessions(Mutex<HashMap<[u8; 32], Session>>);

#[derive(Clone, Copy)]
struct Session {
    subject: SubjectId,
    /// In microseconds of the machine's clock.
    ends_at: i64,
}

impl Sessions {
    /// Opens a session. One person has [`SESSIONS_OF_ONE`] at the most: one more ends the oldest of them.
    ///
    /// # Errors
    /// If there are too many people: the microseconds until the first of all sessions ends.
    pub(crate) fn open(&self, token: [u8; 32], subject: SubjectId, now: i64) -> Result<(), i64> {
        let mut sessions = self.sessions();
        let (mut own, mut oldest) = (0, None::<([u8; 32], i64)>);
        for (token, session) in sessions.iter().filter(|(_, session)| session.subject == subject) {
            own += 1;
            if oldest.is_none_or(|(_, ends_at)| session.ends_at < ends_at) {
                oldest = Some((*token, session.ends_at));
            }
        }
        if let Some((oldest, _)) = oldest.filter(|_| own >= SESSIONS_OF_ONE) {
            sessions.remove(&oldest);
        }
        if sessions.len() >= SESSIONS {
            sessions.retain(|_, session| session.ends_at > now);
        }
        if sessions.len() >= SESSIONS {
            let first = sessions.values().map(|session| session.ends_at).min().unwrap_or(now);
            return Err(first.saturating_sub(now));
        }
        sessions.insert(token, Session { subject, ends_at: now.saturating_add(SESSION_MICROS) });
        Ok(())
    }

    /// Whose session it is, if it has not ended.
    pub(crate) fn find(&self, token: &[u8; 32], now: i64) -> Option<SubjectId> {
        let mut sessions = self.sessions();
        let session = sessions.get(token)?;
        if session.ends_at > now {
            return Some(session.subject);
        }
        sessions.remove(token);
        None
    }

    fn sessions(&self) -> MutexGuard<'_, HashMap<[u8; 32], Session>> {
        // Every change is one call of the map, so it is sound whatever its last holder met.
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(number: usize) -> SubjectId {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&number.to_be_bytes());
        SubjectId::from_bytes(bytes)
    }

    fn token(number: usize) -> [u8; 32] {
        let mut token = [3; 32];
        token[..8].copy_from_slice(&number.to_be_bytes());
        token
    }

    #[test]
    fn a_session_ends_and_their_number_is_bounded() {
        let sessions = Sessions::default();
        sessions.open([1; 32], person(7), 0).expect("room");
        assert_eq!(sessions.find(&[1; 32], SESSION_MICROS - 1), Some(person(7)));
        assert_eq!(sessions.find(&[1; 32], SESSION_MICROS), None);
        assert_eq!(sessions.find(&[2; 32], 0), None);
        for number in 0..SESSIONS {
            sessions.open(token(number), person(number / SESSIONS_OF_ONE), number as i64).expect("room");
        }
        let now = SESSIONS as i64;
        assert_eq!(
            sessions.open([9; 32], person(SESSIONS), now),
            Err(SESSION_MICROS - now),
            "until the first one ends"
        );
        assert_eq!(sessions.open([9; 32], person(SESSIONS), SESSION_MICROS), Ok(()), "those that ended make room");
    }

    #[test]
    fn one_person_has_so_many_sessions_and_takes_none_from_another() {
        let sessions = Sessions::default();
        sessions.open([1; 32], person(1), 0).expect("room");
        for number in 0..2 * SESSIONS {
            sessions.open(token(number), person(2), 1 + number as i64).expect("one's own place");
        }
        let now = 2 * SESSIONS as i64;
        assert_eq!(sessions.find(&[1; 32], now), Some(person(1)));
        let open = (0..2 * SESSIONS).filter(|number| sessions.find(&token(*number), now).is_some());
        assert_eq!(open.collect::<Vec<_>>(), (2 * SESSIONS - SESSIONS_OF_ONE..2 * SESSIONS).collect::<Vec<_>>());
        sessions.open([9; 32], person(3), now).expect("room for others");
    }
}
