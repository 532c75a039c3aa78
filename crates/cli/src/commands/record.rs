//! `fairfile record`: a source corrects or withdraws one record. It is a file of corrections with one row, so that a
//! single record goes the same way as a thousand.

use fairfile_domain::correction::Act;
use fairfile_service::source::sheet::{OneCorrection, one_correction};
use fairfile_vault::Chance;
use zeroize::Zeroizing;

use super::batch::{self, Desk};
use crate::args::{RecordArgs, RecordCommand};
use crate::files::{Draft, HandedFile};
use crate::secret::{self, Secret};
use crate::trouble::{Exit, Trouble};
use crate::voice::Voice;

/// Reads what is to be put right, hands it in, prints what became of it.
pub fn run(voice: &Voice, command: &RecordCommand) -> Result<Exit, Trouble> {
    let (args, act, input) = match command {
        RecordCommand::Correct { input, record } => (record, Act::Correct, input.as_str()),
        RecordCommand::Withdraw { record } => (record, Act::Withdraw, ""),
    };
    let kept = args.receipt.as_deref().map(Draft::at).transpose()?;
    let row = || row(args, act, input, &Lines::read(voice, act, args.words.as_deref())?);
    let desk = Desk::with(voice, (&args.member, &args.item), &args.at, &args.keys, row)?;
    if !args.yes && !voice.json && secret::is_typed() {
        let question = match act {
            Act::Correct => voice.pick(
                "Correct it? Nobody can read the earlier content afterwards.",
                "现在更正吗？更正后，任何人都不能再读取原内容。",
            ),
            Act::Withdraw => voice.pick(
                "Withdraw it? Nobody can read its content afterwards.",
                "现在撤回吗？撤回后，任何人都不能再读取其内容。",
            ),
        };
        if !secret::agrees(question)? {
            return Err(Trouble::new(Exit::Stopped, "U017", "nothing was sent"));
        }
    }
    let report = desk.submit(voice)?;
    batch::show(voice, report, None, kept)
}

/// What is about somebody, and is therefore no argument.
struct Lines {
    number: Secret,
    identifier: Secret,
    value: Secret,
    words: Secret,
}

impl Lines {
    /// Lines of standard input, or prompts on a terminal, the one for the identifier hidden. `words` are those of the
    /// command line: `-` for a line of their own.
    fn read(voice: &Voice, act: Act, words: Option<&str>) -> Result<Self, Trouble> {
        let number = secret::in_view(voice.pick("Record's number: ", "记录编号："), "the record's number");
        let number = number.map_err(|trouble| trouble.hint(format!("give {ORDER}")))?;
        let identifier = secret::number(voice).map_err(|trouble| trouble.hint(format!("give {ORDER}")))?;
        let value = match act {
            Act::Correct => secret::in_view(voice.pick("New value: ", "新值："), "the new value")
                .map_err(|trouble| trouble.hint(format!("give {ORDER}")))?,
            Act::Withdraw => Secret::default(),
        };
        let asked = || {
            let prompt = voice.pick("Words for the person (may be left empty): ", "给本人的说明（可不填）：");
            secret::in_view(prompt, "the words for the person").map_err(|trouble| trouble.hint(format!("give {ORDER}")))
        };
        let words = match words {
            Some("-") => asked()?,
            Some(words) => Zeroizing::new(words.to_owned()),
            None if secret::is_typed() => asked()?,
            None => Secret::default(),
        };
        secret::ends(ORDER)?;
        let lines = Self { number, identifier, value, words };
        lines.are_plain()?;
        Ok(lines)
    }

    /// A control character would make the row something else than a row.
    fn are_plain(&self) -> Result<(), Trouble> {
        let lines = [
            ("the record's number", &self.number),
            ("the person's identifier", &self.identifier),
            ("the new value", &self.value),
            ("the words for the person", &self.words),
        ];
        match lines.iter().find(|line| line.1.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t'))) {
            None => Ok(()),
            Some((what, _)) => {
                let text = format!("{what} has a control character in it; nothing was sent");
                Err(Trouble::new(Exit::Usage, "U015", text).hint("write it with characters that can be shown"))
            }
        }
    }
}

const ORDER: &str = "the record's number, the person's identifier, to correct the new value, with `--words -` the words \
                     for the person; a line each, in this order";

/// The file of one row; a reference of its own, so that the same change made twice, with another between, is made twice.
fn row(args: &RecordArgs, act: Act, input: &str, lines: &Lines) -> Result<HandedFile, Trouble> {
    let reference =
        Chance::system().bytes::<16>().map(hex::encode).map_err(|error| Trouble::said(Exit::Failed, "U018", &error))?;
    let row = OneCorrection {
        act,
        number: &lines.number,
        identifier: &lines.identifier,
        input,
        value: &lines.value,
        reason: &args.reason,
        words: &lines.words,
        reference: &reference,
    };
    HandedFile::of_bytes(one_correction(&row).as_bytes(), "record.csv")
}
