//! Which answers are open, in memory alone: each in the session in which it was asked for, and until it is closed or its
//! time is over. What an answer says is not here: it is opened anew for each page, by the look that it was.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard};

use fairfile_domain::id::LookId;

use crate::limits::{ANSWERS_OF_ONE, SESSIONS};

/// An answer that was asked for in a session.
#[derive(Debug)]
struct Open {
    look: LookId,
    /// The number as the officer may see it again: masked. Empty once the answer is closed.
    number: String,
    /// When it closes by itself, in microseconds of the node's clock.
    until: i64,
    is_closed: bool,
}

/// The answers of all sessions, by the keyed hash of the session's token.
#[derive(Default)]
pub(crate) struct Answers(Mutex<HashMap<[u8; 32], VecDeque<Open>>>);

impl Answers {
    /// Notes that the answer of `look` is open in a session until `until`; one that was closed before stays closed. Each
    /// session has [`ANSWERS_OF_ONE`] at the most: one more closes the oldest of them.
    pub(crate) fn open(&self, session: [u8; 32], look: LookId, number: String, until: i64, now: i64) {
        let mut answers = self.answers();
        if answers.len() >= SESSIONS {
            answers.retain(|_, open| open.iter().any(|answer| answer.until > now));
        }
        let own = answers.entry(session).or_default();
        own.retain(|answer| answer.until > now);
        if own.iter().any(|answer| answer.look == look) {
            return;
        }
        if own.len() >= ANSWERS_OF_ONE {
            own.pop_front();
        }
        own.push_back(Open { look, number, until, is_closed: false });
    }

    /// The masked number and the end of an answer that is open in this session at `now`.
    pub(crate) fn find(&self, session: &[u8; 32], look: LookId, now: i64) -> Option<(String, i64)> {
        let answers = self.answers();
        let answer = answers.get(session)?.iter().find(|answer| answer.look == look)?;
        (!answer.is_closed && answer.until > now).then(|| (answer.number.clone(), answer.until))
    }

    /// Closes an answer at once; false if it was not open in this session.
    pub(crate) fn close(&self, session: &[u8; 32], look: LookId, now: i64) -> bool {
        let mut answers = self.answers();
        let Some(own) = answers.get_mut(session) else { return false };
        let open = own.iter_mut().find(|answer| answer.look == look && !answer.is_closed && answer.until > now);
        let Some(answer) = open else { return false };
        answer.is_closed = true;
        answer.number = String::new();
        true
    }

    fn answers(&self) -> MutexGuard<'_, HashMap<[u8; 32], VecDeque<Open>>> {
        // Every change leaves each answer whole, whatever its last holder met.
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(number: u8) -> LookId {
        LookId::from_bytes([number; 16])
    }

    fn number_of(answers: &Answers, session: u8, of: u8, now: i64) -> Option<String> {
        answers.find(&[session; 32], look(of), now).map(|(number, _)| number)
    }

    #[test]
    fn an_answer_is_open_in_its_own_session_until_it_is_closed_or_over() {
        let answers = Answers::default();
        answers.open([1; 32], look(7), "5399 ****".into(), 100, 0);
        assert_eq!(number_of(&answers, 1, 7, 99).as_deref(), Some("5399 ****"));
        assert_eq!(number_of(&answers, 1, 7, 100), None, "its time is over");
        assert_eq!(number_of(&answers, 2, 7, 0), None, "another session");
        assert!(!answers.close(&[2; 32], look(7), 0));
        assert!(answers.close(&[1; 32], look(7), 0));
        answers.open([1; 32], look(7), "5399 ****".into(), 100, 1);
        assert_eq!(number_of(&answers, 1, 7, 1), None, "the same question sent again opens nothing that was closed");
        assert!(!answers.close(&[1; 32], look(7), 1), "it is closed once");
    }

    #[test]
    fn one_session_has_so_many_answers() {
        let answers = Answers::default();
        for number in 0..=ANSWERS_OF_ONE {
            answers.open([1; 32], look(number as u8), String::new(), 100, 0);
        }
        assert_eq!(number_of(&answers, 1, 0, 0), None);
        assert!(number_of(&answers, 1, 1, 0).is_some());
    }
}
