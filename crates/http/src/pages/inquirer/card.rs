//! A record as one purpose may see it. All look alike, whatever they say.

use fairfile_service::{Registry, Shown};
use i18n_embed_fl::fl;

use crate::pages::citation::{Citation, cite};
use crate::pages::frame::Frame;
use crate::pages::said::input;

/// A record.
pub(super) struct Card {
    pub(super) title: String,
    /// The item's page, with all that may be kept in such a record.
    pub(super) page: Option<String>,
    pub(super) law: Option<Citation>,
    pub(super) source: String,
    pub(super) inputs: Vec<(String, String)>,
    pub(super) shown: String,
    pub(super) reference: String,
}

impl Card {
    pub(super) fn of(frame: &Frame, reg: &Registry, shown: &Shown) -> Self {
        let (catalog, directory) = (reg.catalog(), reg.directory());
        let on_file = &shown.on_file;
        let item = catalog.item(&on_file.item, on_file.item_version);
        let source = directory.members.get(&on_file.source);
        Self {
            title: item.map_or(on_file.item.as_str(), |item| frame.language.of(&item.title)).to_owned(),
            page: item.map(|item| frame.to(&format!("/catalog/{}/v{}", item.code, item.version))),
            law: item.map(|item| cite(frame, &item.law)),
            source: source.map_or(on_file.source.as_str(), |member| frame.language.of(&member.title)).to_owned(),
            inputs: shown.inputs.iter().map(|(code, value)| input(frame, item, code, value)).collect(),
            shown: fl!(frame.words, "answer-record-ends", until = frame.day(on_file.terms.display_until)),
            reference: on_file.record.to_string(),
        }
    }
}
