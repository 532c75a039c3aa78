//! Every word that a visitor reads on a page, in both languages.

use std::sync::LazyLock;

use i18n_embed::LanguageLoader as _;
use i18n_embed::fluent::{FluentLanguageLoader, fluent_language_loader};
use i18n_embed::unic_langid::LanguageIdentifier;
use rust_embed::RustEmbed;

use crate::wire::Language;

#[derive(RustEmbed)]
#[folder = "locales"]
struct Locales;

/// The words of one language. A key that is not there does not compile; a test holds the languages against each other.
pub(super) type Words = FluentLanguageLoader;

static ENGLISH: LazyLock<Words> = LazyLock::new(|| load("en"));
static CHINESE: LazyLock<Words> = LazyLock::new(|| load("zh-Hans"));

fn load(language: &str) -> Words {
    let words = fluent_language_loader!();
    let language: LanguageIdentifier = language.parse().expect("the languages of the node are well formed");
    words.load_languages(&Locales, &[language]).expect("the words are part of the program");
    // Isolating marks would be copied along with every number.
    words.set_use_isolating(false);
    words
}

/// The words of `language`.
pub(super) fn of(language: Language) -> &'static Words {
    match language {
        Language::En => &ENGLISH,
        Language::Zh => &CHINESE,
    }
}
