//! Who is signed in: hashes of tokens, in memory alone. A restart ends every session.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};

use fairfile_domain::id::SubjectId;

use crate::limits::SESSIONS;

/// How long a session lasts, in microseconds: 30 minutes.
pub(crate) const SESSION_MICROS: i64 = 30 * 60 * 1_000_000;

/// The open sessions, by the keyed hash of their token.
#[derive(Default)]
pub(crate) struct Sessions(Mutex<HashMap<[u8; 32], Session>>);

struct Session {
    subject: SubjectId,
    /// In microseconds of the machine's clock.
    ends_at: i64,
}

impl Sessions {
    /// Opens a session; false if there are too many.
    pub(crate) fn open(&self, token: [u8; 32], subject: SubjectId, now: i64) -> bool {
        let mut sessions = self.sessions();
        if sessions.len() >= SESSIONS {
            sessions.retain(|_, session| session.ends_at > now);
        }
        let room = sessions.len() < SESSIONS;
        if room {
            sessions.insert(token, Session { subject, ends_at: now.saturating_add(SESSION_MICROS) });
        }
        room
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

    #[test]
    fn a_session_ends_and_their_number_is_bounded() {
        let (sessions, subject) = (Sessions::default(), SubjectId::from_bytes([7; 16]));
        assert!(sessions.open([1; 32], subject, 0));
        assert_eq!(sessions.find(&[1; 32], SESSION_MICROS - 1), Some(subject));
        assert_eq!(sessions.find(&[1; 32], SESSION_MICROS), None);
        assert_eq!(sessions.find(&[2; 32], 0), None);
        let token = |number: usize| {
            let mut token = [3; 32];
            token[..8].copy_from_slice(&number.to_be_bytes());
            token
        };
        assert!((0..SESSIONS).all(|number| sessions.open(token(number), subject, 0)));
        assert!(!sessions.open([9; 32], subject, 1));
        assert!(sessions.open([9; 32], subject, SESSION_MICROS), "those that ended make room");
    }
}
