//! One byte of the journal is changed, in a copy of it, and the copy is checked. The journal itself is never touched: the
//! node would stop at the first entry that does not fit.

use axum::body::Body;
use axum::response::Response;
use fairfile_journal::JournalError;
use fairfile_service::Registry;

use crate::caller::Call;
use crate::pages::form::Fields;
use crate::pages::public::verify;
use crate::problem::{Problem, RequestFault};

/// `POST /{language}/demo/tamper`: checks the whole journal, with one byte of it changed or as it is, and says at `/verify`
/// what came of it. The copy lives as long as this takes.
pub(crate) async fn check(call: &Call<'_>, body: Body) -> Result<Response, Problem> {
    let fields = Fields::read(call, body).await?;
    let is_changed = match fields.text("journal") {
        "changed" => true,
        "whole" => false,
        _ => return Err(RequestFault::NotTheShape.into()),
    };
    let copy = call.doors.blocking(move |reg| copy(reg, is_changed)).await??;
    verify::answer(call, copy, &call.doors.reg().publisher.key().vkey()).await
}

/// The journal as anybody can export it; with one letter of its middle line changed, if that is wanted.
fn copy(reg: &Registry, is_changed: bool) -> Result<Vec<u8>, JournalError> {
    let mut journal = Vec::new();
    reg.publisher.export(&reg.store, &mut journal)?;
    if is_changed {
        change_one(&mut journal);
    }
    Ok(journal)
}

/// Changes one letter of the middle line, so that it is still the line of an entry and no longer what was written.
fn change_one(journal: &mut [u8]) {
    let lines: Vec<usize> = journal.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at).collect();
    // The first line is the signed head; a line begins behind the end of the one before it.
    let middle = lines.len() / 2;
    let (Some(before), Some(end)) = (middle.checked_sub(1).and_then(|at| lines.get(at)), lines.get(middle)) else {
        return;
    };
    if let Some(letter) = journal.get_mut((before + end) / 2) {
        *letter = if *letter == b'A' { b'B' } else { b'A' };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_letter_of_the_middle_line_is_another() {
        let whole = b"head\nAAAA\nAAAA\nAAAA\n".to_vec();
        let mut changed = whole.clone();
        change_one(&mut changed);
        let places: Vec<usize> = (0..whole.len()).filter(|at| whole[*at] != changed[*at]).collect();
        assert_eq!(places, [11], "{}", String::from_utf8_lossy(&changed));
    }

    #[test]
    fn a_journal_without_entries_stays_as_it_is() {
        for empty in [&b""[..], b"head\n"] {
            let mut changed = empty.to_vec();
            change_one(&mut changed);
            assert_eq!(changed, empty);
        }
    }
}
