//! What all pages of a file need to word it: moments, members, and what a refusal was about.

use fairfile_domain::catalog::Catalog;
use fairfile_domain::day::Instant;
use fairfile_domain::id::MemberCode;
use fairfile_domain::refusal::REFUSALS;
use fairfile_service::Registry;
use fairfile_service::directory::Directory;
use fairfile_service::person::FileView;
use i18n_embed_fl::fl;

use crate::pages::frame::Frame;
pub(in crate::pages) use crate::pages::said::Moment;
use crate::pages::said::moment;

/// Words with an address behind them.
pub(in crate::pages) struct Link {
    pub(in crate::pages) words: String,
    pub(in crate::pages) to: String,
}

/// Words a file in one language.
pub(in crate::pages) struct Words<'p> {
    pub(in crate::pages) frame: &'p Frame,
    pub(in crate::pages) reg: &'p Registry,
    pub(in crate::pages) view: &'p FileView,
    pub(in crate::pages) catalog: &'p Catalog,
    pub(in crate::pages) directory: &'p Directory,
}

impl<'p> Words<'p> {
    pub(in crate::pages) fn new(
        frame: &'p Frame,
        reg: &'p Registry,
        view: &'p FileView,
        catalog: &'p Catalog,
        directory: &'p Directory,
    ) -> Self {
        Self { frame, reg, view, catalog, directory }
    }

    /// A moment, given in microseconds.
    pub(in crate::pages) fn moment(&self, micros: i64) -> Moment {
        moment(self.frame, self.reg, micros)
    }

    /// The year in which a moment lies here.
    pub(in crate::pages) fn year(&self, micros: i64) -> i16 {
        Instant::from_unix_micros(micros).map_or(0, |at| self.reg.day_of(at).year())
    }

    /// A member's own name, and its page.
    pub(in crate::pages) fn member(&self, code: &MemberCode) -> Link {
        let member = self.directory.members.get(code);
        let words = member.map_or(code.as_str(), |member| self.frame.language.of(&member.title)).to_owned();
        Link { words, to: self.frame.to(&format!("/members/{code}")) }
    }

    /// Several names in a row.
    pub(in crate::pages) fn joined(&self, names: &[String]) -> String {
        names.join(self.frame.language.pick(", ", "、"))
    }
}

/// Why a look was refused, told to the person: the officer's own answer speaks to the officer.
pub(in crate::pages) fn why_denied(frame: &Frame, code: &str) -> String {
    let words = frame.words;
    match code {
        "D001" => fl!(words, "denied-d001"),
        "D002" => fl!(words, "denied-d002"),
        "D003" => fl!(words, "denied-d003"),
        "D004" => fl!(words, "denied-d004"),
        "D005" => fl!(words, "denied-d005"),
        "D006" => fl!(words, "denied-d006"),
        "D007" => fl!(words, "denied-d007"),
        "D008" => fl!(words, "denied-d008"),
        "D009" => fl!(words, "denied-d009"),
        "D010" => fl!(words, "denied-d010"),
        "D011" => fl!(words, "denied-d011"),
        other => {
            let known = REFUSALS.iter().find(|row| row.code == other);
            known.map_or("", |row| frame.language.pick(row.en, row.zh)).to_owned()
        }
    }
}
