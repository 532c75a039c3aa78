//! A person's number and name: read from standard input or a hidden prompt, never shown whole, wiped after use.

use std::io::{self, BufRead, IsTerminal, Read, Write};

use zeroize::Zeroizing;

use crate::trouble::{Exit, Trouble};
use crate::voice::Voice;

/// The most bytes of one line; no number and no name comes near it.
const LINE: u64 = 4096;

/// A text that is wiped from memory when it goes.
pub type Secret = Zeroizing<String>;

/// The number: the first line of standard input, or what is typed unseen on a terminal.
pub fn number(voice: &Voice) -> Result<Secret, Trouble> {
    if io::stdin().is_terminal() {
        let prompt = voice.pick("ID number (hidden): ", "证件号码（不显示）：");
        let typed = rpassword::prompt_password(prompt).map_err(|error| unreadable(&error))?;
        return Ok(Zeroizing::new(typed));
    }
    line(&mut io::stdin().lock())?.ok_or_else(|| missing("the identifier is not on standard input"))
}

/// Number and name: two lines of standard input, or two prompts.
pub fn number_and_name(voice: &Voice) -> Result<(Secret, Secret), Trouble> {
    let number = number(voice)?;
    let name = in_view(voice.pick("Full name: ", "姓名："), "the name")?;
    Ok((number, name))
}

/// The next line of standard input, or what is typed in view after `prompt` on a terminal; `what` is missing otherwise.
pub fn in_view(prompt: &str, what: &str) -> Result<Secret, Trouble> {
    let mut input = io::stdin().lock();
    if input.is_terminal() {
        let mut out = io::stderr().lock();
        write!(out, "{prompt}").and_then(|()| out.flush()).map_err(|error| unreadable(&error))?;
    }
    line(&mut input)?.ok_or_else(|| missing(&format!("{what} is not on standard input")))
}

/// Whether whoever gives the lines types them.
pub fn is_typed() -> bool {
    io::stdin().is_terminal()
}

/// Requires that standard input holds no further line: one that is not read was meant for something. `all` says what was
/// read.
pub fn ends(all: &str) -> Result<(), Trouble> {
    if is_typed() { Ok(()) } else { ends_in(&mut io::stdin().lock(), all) }
}

fn ends_in(input: &mut impl BufRead, all: &str) -> Result<(), Trouble> {
    while let Some(line) = line(input)? {
        if !line.trim().is_empty() {
            let text = format!("standard input has a line too many; nothing was sent: the lines are {all}");
            return Err(Trouble::new(Exit::Usage, "U015", text).hint("leave out what is not asked for"));
        }
    }
    Ok(())
}

/// The next line without its end; nothing after the last.
pub fn line(input: &mut impl BufRead) -> Result<Option<Secret>, Trouble> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(256));
    let read = input.by_ref().take(LINE).read_until(b'\n', &mut bytes).map_err(|error| unreadable(&error))?;
    if read == 0 {
        return Ok(None);
    }
    if read as u64 == LINE && !bytes.ends_with(b"\n") {
        return Err(Trouble::new(Exit::Usage, "U015", format!("a line of standard input is longer than {LINE} bytes")));
    }
    let text =
        std::str::from_utf8(&bytes).map_err(|_| Trouble::new(Exit::Usage, "U015", "standard input is not UTF-8"))?;
    let text = text.trim_end_matches(['\n', '\r']).trim_start_matches('\u{feff}');
    Ok(Some(Zeroizing::new(text.to_owned())))
}

/// Whether whoever is at the terminal says yes.
pub fn agrees(question: &str) -> Result<bool, Trouble> {
    let mut prompt = io::stderr().lock();
    write!(prompt, "{question} [y/N] ").and_then(|()| prompt.flush()).map_err(|error| unreadable(&error))?;
    let answer = line(&mut io::stdin().lock())?;
    Ok(answer.is_some_and(|answer| matches!(answer.trim(), "y" | "Y" | "yes" | "是" | "好")))
}

fn missing(what: &str) -> Trouble {
    Trouble::new(Exit::Usage, "U016", what)
}

fn unreadable(error: &io::Error) -> Trouble {
    Trouble::new(Exit::Failed, "U013", format!("standard input or the terminal cannot be read: {}", error.kind()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(input: &[u8], expected: &[&str]) {
        let mut input = input;
        for text in expected {
            assert_eq!(line(&mut input).expect("a line").as_deref().map(String::as_str), Some(*text));
        }
        assert!(line(&mut input).expect("the end").is_none());
    }

    #[test]
    fn lines_come_without_their_ends() {
        check(b"", &[]);
        check(b"one\r\ntwo\n", &["one", "two"]);
        check("\u{feff}one\n\n林晓禾".as_bytes(), &["one", "", "林晓禾"]);
    }

    #[test]
    fn a_line_too_many_is_refused_and_blank_ones_are_not() {
        assert!(ends_in(&mut &b""[..], "one").is_ok() && ends_in(&mut &b"\n \r\n"[..], "one").is_ok());
        assert_eq!(ends_in(&mut &b"\nmore"[..], "one").expect_err("more").code(), "U015");
    }

    #[test]
    fn an_endless_line_is_refused() {
        let mut endless = io::BufReader::new(io::repeat(b'5'));
        assert_eq!(line(&mut endless).expect_err("too long").code(), "U015");
        assert!(line(&mut &b"\xff\xfe\n"[..]).is_err());
    }
}
