//! The files of words, one for each language.

use std::sync::LazyLock;

use fairfile_domain::message::Language;
use i18n_embed::LanguageLoader as _;
use i18n_embed::fluent::{FluentLanguageLoader, fluent_language_loader};
use i18n_embed::unic_langid::LanguageIdentifier;
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "locales"]
struct Locales;

/// The words of one language.
pub(crate) type Words = FluentLanguageLoader;

static ENGLISH: LazyLock<Words> = LazyLock::new(|| load("en"));
static CHINESE: LazyLock<Words> = LazyLock::new(|| load("zh-Hans"));

fn load(language: &str) -> Words {
    let words = fluent_language_loader!();
    let language: LanguageIdentifier = language.parse().expect("the languages of messages are well formed");
    words.load_languages(&Locales, &[language]).expect("the words are part of the program");
    // Isolating marks would count as signs of an SMS, and make it twice as dear.
    words.set_use_isolating(false);
    words
}

/// The words of `language`.
pub(crate) fn of(language: Language) -> &'static Words {
    match language {
        Language::En => &ENGLISH,
        Language::Zh => &CHINESE,
    }
}
