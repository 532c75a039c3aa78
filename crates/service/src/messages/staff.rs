//! The e-mail addresses of those who work at a counter.
//!
//! They are the operator's to name, in a file beside the node: none of them is on file, in the journal or on a page.

use std::collections::BTreeMap;

use fairfile_domain::message::{Language, MailAddress};
use fairfile_domain::sign_in::KeyHolder;

/// The e-mail addresses of officers, registrars and supervisors, and in which language each is written to.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct StaffAddresses(BTreeMap<KeyHolder, (Language, MailAddress)>);

/// A line of a file of addresses is none, or names somebody a second time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "line {line} should be one holder, language and address that stand in no other, such as: officer/0417 zh NAME@HOST"
)]
pub struct NotStaffAddresses {
    /// The line, from 1.
    pub line: usize,
}

impl StaffAddresses {
    /// Reads a file with one address a line, such as `officer/0417 zh NAME@HOST`. Empty lines count for nothing, nor do those
    /// that begin with `#`.
    ///
    /// # Errors
    /// [`NotStaffAddresses`] names the first line that is none, and nothing that stands in it.
    pub fn read(text: &str) -> Result<Self, NotStaffAddresses> {
        let mut read = Self::default();
        for (place, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let wrong = NotStaffAddresses { line: place + 1 };
            let mut parts = line.split_whitespace();
            let (Some(holder), Some(language), Some(address), None) =
                (parts.next(), parts.next(), parts.next(), parts.next())
            else {
                return Err(wrong);
            };
            let holder = holder.parse::<KeyHolder>().map_err(|_| wrong)?;
            let language = Language::find(language).ok_or(wrong)?;
            let address = MailAddress::parse(address).map_err(|_| wrong)?;
            if !read.add(holder, language, address) {
                return Err(wrong);
            }
        }
        Ok(read)
    }

    /// Adds one; false if the holder has one already, which then stays.
    pub fn add(&mut self, holder: KeyHolder, language: Language, address: MailAddress) -> bool {
        let is_new = !self.0.contains_key(&holder);
        self.0.entry(holder).or_insert((language, address));
        is_new
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Who has one.
    pub(super) fn holders(&self) -> impl Iterator<Item = &KeyHolder> {
        self.0.keys()
    }

    /// Whether the holder has one.
    pub(super) fn has(&self, holder: &KeyHolder) -> bool {
        self.0.contains_key(holder)
    }

    /// The holder's, and in which language it is written to.
    pub(super) fn find(&self, holder: &KeyHolder) -> Option<&(Language, MailAddress)> {
        self.0.get(holder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_addresses_is_read_whole_or_not_at_all() {
        let read = StaffAddresses::read(
            "# the office\n\nofficer/0417 zh a@office.example\nstaff/registrar-1 en b@x.example\n",
        );
        assert_eq!(read.map(|read| read.0.len()), Ok(2));
        let check = |text: &str, line: usize| {
            assert_eq!(StaffAddresses::read(text).err(), Some(NotStaffAddresses { line }), "{text}");
        };
        check("0417 zh a@office.example", 1);
        check("\nofficer/0417 fr a@office.example", 2);
        check("officer/0417 zh nobody", 1);
        check("officer/0417 zh a@office.example b", 1);
        check("officer/0417 zh a@office.example\nofficer/0417 en b@office.example", 2);
        let told = NotStaffAddresses { line: 3 }.to_string();
        assert!(told.starts_with("line 3 should be"), "{told}");
    }
}
