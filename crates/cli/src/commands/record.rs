//! `fairfile record`: a source corrects or withdraws one record. It is a file of corrections with one row, so that a
//! single record goes the same way as a thousand.

use std::io;

use fairfile_domain::correction::Act;
use fairfile_vault::Chance;
use zeroize::Zeroizing;

use super::batch::{self, Desk};
use crate::args::{RecordArgs, RecordCommand};
use crate::files::HandedFile;
use crate::secret::{self, Secret};
use crate::trouble::{Exit, Trouble};
use crate::voice::Voice;

/// Reads what is to be put right, hands it in, prints what became of it.
pub fn run(voice: &Voice, command: &RecordCommand) -> Result<Exit, Trouble> {
    let (args, act, input) = match command {
        RecordCommand::Correct { input, record } => (record, Act::Correct, input.as_str()),
        RecordCommand::Withdraw { record } => (record, Act::Withdraw, ""),
    };
    let desk = Desk::with(voice, (&args.member, &args.item), &args.at, &args.keys, || row(args, act, input))?;
    let report = desk.submit(voice)?;
    batch::show(voice, report, "standard input".to_owned(), args.receipt.as_deref())
}

/// The file of one row; a reference of its own, so that the same change made twice, with another between, is made twice.
fn row(args: &RecordArgs, act: Act, input: &str) -> Result<HandedFile, Trouble> {
    let mut lines = io::stdin().lock();
    let mut line = |what: &str| -> Result<Secret, Trouble> {
        let missing = || Trouble::new(Exit::Usage, "U016", format!("{what} is not on standard input"));
        secret::line(&mut lines)?.ok_or_else(missing)
    };
    let number = line("the record's number")?;
    let identifier = line("the person's identifier")?;
    let value = match act {
        Act::Correct => line("the new value")?,
        Act::Withdraw => Secret::default(),
    };
    let reference =
        Chance::system().bytes::<16>().map(hex::encode).map_err(|error| Trouble::said(Exit::Failed, "U018", &error))?;
    let reason = match args.words.trim() {
        "" => args.reason.clone(),
        words => format!("{}: {words}", args.reason),
    };
    let cells = [act.word(), &number, &identifier, input, &value, &reason, &reference];
    let mut file = Zeroizing::new("act,number,identifier,input,new value,reason,reference\n".to_owned());
    for (place, cell) in cells.into_iter().enumerate() {
        if place > 0 {
            file.push(',');
        }
        file.push('"');
        file.push_str(&cell.replace('"', "\"\""));
        file.push('"');
    }
    file.push('\n');
    HandedFile::of_bytes(file.as_bytes(), "record.csv")
}
