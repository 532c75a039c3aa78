//! What was asked for: from which seed, how often, on which database.

use anyhow::{Context, Result, bail};

/// The size of a trial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// Everything that is chosen follows from it; only the scheduler does not.
    pub seed: u64,
    /// How many rounds.
    pub n: u32,
    /// On PostgreSQL instead of the embedded database.
    pub postgres: bool,
}

impl Ask {
    /// Reads `[--seed S] [--n N] [--postgres]`; `n` rounds unless told otherwise.
    ///
    /// # Errors
    /// If it is anything else.
    pub fn read(words: &[String], n: u32) -> Result<Self> {
        let mut ask = Self { seed: 1, n, postgres: false };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let mut number = || words.next().with_context(|| format!("`{word}` needs a number"));
            match word.as_str() {
                "--seed" => ask.seed = number()?.parse().context("`--seed` wants a whole number")?,
                "--n" => ask.n = number()?.parse().context("`--n` wants a whole number")?,
                "--postgres" => ask.postgres = true,
                _ => bail!("a trial does not know `{word}`; expected --seed S, --n N or --postgres"),
            }
        }
        Ok(ask)
    }

    /// The engine's name.
    pub fn engine(&self) -> &'static str {
        if self.postgres { "postgres" } else { "sqlite" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_asked_for_is_read_or_refused() {
        let read = |text: &str| {
            let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
            Ask::read(&words, 200)
        };
        assert_eq!(read("").unwrap(), Ask { seed: 1, n: 200, postgres: false });
        assert_eq!(read("--n 3 --postgres --seed 9").unwrap(), Ask { seed: 9, n: 3, postgres: true });
        for wrong in ["--n", "--n many", "--seed -1", "often"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
