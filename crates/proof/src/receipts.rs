//! Several receipts in one file, one in each line, as a member keeps them that confirmed several notices at once.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Read};

use crate::checkpoint::VerifierKey;
use crate::copy::MAX_COPY_BYTES;
use crate::receipt::{MAX_RECEIPT_BYTES, Receipt};
use crate::report::{Check, Kind, Report, counted};
use crate::verify::{VerifyError, check_receipt};
use crate::wire::FormatError;

/// Whether anything but blanks follows, within the length of a copy; `file` then stands at it.
pub(crate) fn has_more(file: &mut impl BufRead) -> io::Result<bool> {
    let mut blanks = 0;
    while blanks <= MAX_COPY_BYTES {
        let piece = file.fill_buf()?;
        let found = piece.iter().position(|byte| !byte.is_ascii_whitespace());
        let (read, is_end) = (found.unwrap_or(piece.len()), piece.is_empty());
        file.consume(read);
        blanks += read;
        if found.is_some() || is_end {
            return Ok(found.is_some());
        }
    }
    Ok(false)
}

/// Each receipt by its number, counted from 1: one that does not hold is named with what is wrong with it. `line` is the
/// first of them, and `rest` what follows.
pub(crate) fn check_receipts(
    mut line: Vec<u8>,
    mut rest: impl BufRead,
    trusted: Option<&VerifierKey>,
) -> Result<Report, VerifyError> {
    let (mut checks, mut does_not_prove) = (Vec::new(), Vec::new());
    let mut given: BTreeMap<String, u64> = BTreeMap::new();
    while !line.is_empty() {
        if !line.trim_ascii().is_empty() {
            let number = counted(checks.len() as u64 + 1);
            match Receipt::parse(&line) {
                Ok(receipt) => {
                    let report = check_receipt(&receipt, trusted);
                    checks.push(summed_up(&number, &report));
                    let node = trusted.unwrap_or(receipt.key()).node().to_owned();
                    *given.entry(node).or_default() += 1;
                    for line in report.does_not_prove {
                        if !does_not_prove.contains(&line) {
                            does_not_prove.push(line);
                        }
                    }
                }
                Err(_) => checks.push(Check::fails("receipt", format!("no. {number} is no receipt"))),
            }
        }
        line = next_receipt(&mut rest)?;
    }
    let proof = |(node, count): (String, u64)| {
        format!("the node {node} gave {} of these receipts, and not a letter of them was changed", counted(count))
    };
    let mut proves: Vec<String> = given.into_iter().map(proof).collect();
    proves.push(
        "what they tell was written into the node's journal, from which nothing can be taken out unseen".to_owned(),
    );
    Ok(Report::new(Kind::Receipts, checks, proves, does_not_prove))
}

/// All claims of one receipt in one: where it stands in the journal, or which of them do not hold.
fn summed_up(number: &str, report: &Report) -> Check {
    let wrong: Vec<&str> = report.checks.iter().filter(|check| !check.holds).map(|check| check.name).collect();
    match report.checks.last() {
        Some(place) if wrong.is_empty() => Check::holds("receipt", format!("no. {number}: {}", place.says)),
        _ => Check::fails("receipt", format!("no. {number} does not hold: {}", wrong.join(", "))),
    }
}

/// The next line with its end; empty after the last.
fn next_receipt(file: &mut impl BufRead) -> Result<Vec<u8>, VerifyError> {
    let mut line = Vec::new();
    let most = MAX_RECEIPT_BYTES as u64 + 1;
    file.take(most).read_until(b'\n', &mut line).map_err(VerifyError::Read)?;
    if line.len() as u64 == most && !line.ends_with(b"\n") {
        return Err(FormatError::Limit { limit: MAX_RECEIPT_BYTES }.into());
    }
    Ok(line)
}
