//! Laws, days and periods, as each language writes them.

use fairfile_domain::catalog::Law;
use fairfile_domain::day::{Day, Period, Unit};
use fairfile_domain::month::Month;
use i18n_embed_fl::fl;

use super::frame::Frame;
use super::plot::MonthName;
use crate::wire::Language;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// `8 April 2027`, `2027年4月8日`.
pub(super) fn day(language: Language, day: Day) -> String {
    let (year, month, date) = (day.year(), day.month(), day.day_of_month());
    match language {
        Language::En => {
            let name = usize::try_from(month - 1).ok().and_then(|place| MONTHS.get(place)).unwrap_or(&"");
            format!("{date} {name} {year}")
        }
        Language::Zh => format!("{year}年{month}月{date}日"),
    }
}

/// A month as a plot and its table name it.
pub(super) fn month(language: Language, month: Month) -> MonthName {
    let name = usize::try_from(month.of_year() - 1).ok().and_then(|place| MONTHS.get(place)).unwrap_or(&"");
    let long = match language {
        Language::En => format!("{name} {}", month.year()),
        Language::Zh => format!("{}年{}月", month.year(), month.of_year()),
    };
    let short = match language {
        Language::En => format!("{} {}", name.get(..3).unwrap_or(name), month.year()),
        Language::Zh => format!("{:02}年{}月", month.year() % 100, month.of_year()),
    };
    MonthName { long, short }
}

/// A law as a page cites it.
pub(super) struct Citation {
    /// Title and article.
    pub(super) cited: String,
    /// The day of the version that is meant.
    pub(super) version_of: Option<String>,
    /// The law's page.
    pub(super) page: String,
}

/// A law as a page cites it.
pub(super) fn cite(frame: &Frame, law: &Law) -> Citation {
    let title = frame.language.of(&law.title);
    let article = frame.language.article(&law.article);
    Citation {
        cited: fl!(frame.words, "law-cited", title = title, article = article.as_ref()),
        version_of: law.version_of.map(|day| fl!(frame.words, "law-version-of", day = frame.day(day))),
        page: frame.to(&format!("/law/{}", reference(law))),
    }
}

/// What stands in a file as `English / 中文`, or in one of the two alone: the half that the page's readers read, with the
/// language that it is in. What has no such half stands whole.
pub(super) fn own_half(language: Language, text: &str) -> (String, &'static str) {
    let is_han = |text: &str| text.chars().any(|sign| ('\u{4e00}'..='\u{9fff}').contains(&sign));
    let halves: Vec<&str> = text.split(" / ").collect();
    let own = match (halves.as_slice(), language) {
        ([_, _], Language::En) => halves.iter().find(|half| !is_han(half)),
        ([_, _], Language::Zh) => halves.iter().find(|half| is_han(half)),
        _ => None,
    };
    let text = own.map_or(text, |half| half.trim());
    (text.to_owned(), if is_han(text) { "zh-Hans" } else { "en" })
}

/// What a law's page is called: the signs of its English title and article, whatever stands between them.
pub(super) fn reference(law: &Law) -> String {
    let text = format!("{} {}", law.title.en, law.article);
    let words = text.split(|sign: char| !sign.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-")
}

/// A period in words.
pub(super) fn period(frame: &Frame, period: Period) -> String {
    let (words, count) = (frame.words, i64::from(period.count));
    match period.unit {
        Unit::Day => fl!(words, "period-day", count = count),
        Unit::BusinessDay => fl!(words, "period-business-day", count = count),
        Unit::Month => fl!(words, "period-month", count = count),
        Unit::Year => fl!(words, "period-year", count = count),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_citation_in_two_languages_a_page_shows_its_own() {
        let check = |language, text: &str, expected: (&str, &str)| {
            let (half, lang) = own_half(language, text);
            assert_eq!((half.as_str(), lang), expected);
        };
        let both = "Lanhe Regulations, Article 41 / 兰河省条例第四十一条";
        check(Language::En, both, ("Lanhe Regulations, Article 41", "en"));
        check(Language::Zh, both, ("兰河省条例第四十一条", "zh-Hans"));
        check(Language::Zh, "Pharmacists Act art. 31", ("Pharmacists Act art. 31", "en"));
        check(Language::En, "条例第四十一条", ("条例第四十一条", "zh-Hans"));
    }
}
