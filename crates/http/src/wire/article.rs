//! The article of a law as each language cites it.

use std::borrow::Cow;

use super::Language;

impl Language {
    /// `Article 13(1)` as this language's law cites it: in Chinese `第13条第1款`. What is written in another way stands as it is.
    pub fn article(self, text: &str) -> Cow<'_, str> {
        let chinese = Some(text).filter(|_| self == Self::Zh).and_then(in_chinese);
        chinese.map_or(Cow::Borrowed(text), Cow::Owned)
    }
}

fn in_chinese(text: &str) -> Option<String> {
    let divisions = [("Article ", "条"), ("Section ", "节"), ("Chapter ", "章")];
    let (number, division) =
        divisions.iter().find_map(|(word, division)| Some((text.strip_prefix(word)?, *division)))?;
    let (number, paragraph) = match number.split_once('(') {
        Some((number, paragraph)) => (number, Some(paragraph.strip_suffix(')')?)),
        None => (number, None),
    };
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|sign| sign.is_ascii_digit());
    match paragraph {
        None => is_number(number).then(|| format!("第{number}{division}")),
        Some(paragraph) if is_number(number) && is_number(paragraph) => {
            Some(format!("第{number}{division}第{paragraph}款"))
        }
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_article_is_cited_as_each_language_cites_it() {
        let check = |text: &str, expected: &str| assert_eq!(Language::Zh.article(text), expected);
        check("Article 7", "第7条");
        check("Article 13(1)", "第13条第1款");
        check("Section 21", "第21节");
        for other in ["第7条", "Article", "Article VII", "Article 7(a)", "Article 7(1", "Annex 2"] {
            check(other, other);
        }
        assert_eq!(Language::En.article("Article 13(1)"), "Article 13(1)");
    }
}
