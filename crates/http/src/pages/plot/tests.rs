//! Plots of every size, in both languages.

use fairfile_domain::statistics::Published::{self, Exactly, Few, Withheld};
use scraper::{Html, Selector};

use super::*;
use crate::pages::words;
use crate::wire::Language;

const LANGUAGES: [Language; 2] = [Language::En, Language::Zh];

fn month(number: usize) -> MonthName {
    MonthName { long: format!("month {number}"), short: format!("m{number}") }
}

fn plot(language: Language, months: usize, lines: &[&[Published]]) -> LinePlot {
    let words = words::of(language);
    let line = |(number, counts): (usize, &&[Published])| Line::counts(words, format!("line {number}"), counts);
    let said = Said {
        id: "looks",
        headline: "Most were answered".to_owned(),
        subtitle: "Looks by month".to_owned(),
        months: "Month".to_owned(),
        csv: "/statistics/looks.csv".to_owned(),
    };
    LinePlot::new(words, said, (0..months).map(month).collect(), lines.iter().enumerate().map(line).collect())
}

fn drawn(template: &impl Template) -> Html {
    let text = template.render().expect("rendered");
    assert!(!text.contains("style=") && !text.contains("NaN") && !text.contains("inf"), "{text}");
    let html = Html::parse_fragment(&text);
    assert!(html.errors.is_empty(), "{:?}: {text}", html.errors);
    html
}

fn texts(html: &Html, selector: &str) -> Vec<String> {
    let selector = Selector::parse(selector).expect("a selector");
    html.select(&selector).map(|found| found.text().collect::<String>().trim().to_owned()).collect()
}

fn numbers(html: &Html, selector: &str, attribute: &str) -> Vec<f64> {
    let selector = Selector::parse(selector).expect("a selector");
    let value = |text: &str| text.trim_end_matches('%').parse().expect("a number");
    html.select(&selector).filter_map(|found| found.attr(attribute)).map(value).collect()
}

#[test]
fn a_plot_of_nothing_is_a_sentence() {
    for (language, sentence) in
        LANGUAGES.into_iter().zip(["There is nothing to show yet.", "目前还没有可以显示的内容。"])
    {
        let none = drawn(&plot(language, 0, &[]));
        assert_eq!(texts(&none, ".empty"), [sentence]);
        assert!(texts(&none, "svg, table").is_empty());
        let unsaid = drawn(&plot(language, 2, &[&[Few, Withheld]]));
        assert_eq!((texts(&unsaid, ".empty").len(), texts(&unsaid, "tbody td").len()), (1, 2));
        let bars = BarTable::new(words::of(language), String::new(), Vec::new(), Vec::new());
        assert_eq!(texts(&drawn(&bars), ".empty"), [sentence]);
    }
}

#[test]
fn a_plot_with_hidden_months_says_what_a_gap_means() {
    let says = |counts: &[Published]| texts(&drawn(&plot(Language::En, 2, &[counts])), "p.under").join(" ");
    assert!(says(&[Exactly(12), Few]).contains("A gap in a line means fewer than 10"));
    assert!(says(&[Few, Withheld]).contains("A gap in a line"));
    assert!(!says(&[Exactly(12), Exactly(0)]).contains("gap"));
}

#[test]
fn one_month_is_a_point_in_the_middle_with_its_name() {
    let html = drawn(&plot(Language::En, 1, &[&[Exactly(7)]]));
    assert_eq!(numbers(&html, "circle:not(.key)", "cx"), [50.0]);
    assert!(texts(&html, ".line:not(.key)").is_empty());
    assert_eq!(texts(&html, "desc"), ["line 0: 7 in month 0, 7 in month 0."]);
}

#[test]
fn a_line_begins_at_zero_and_stays_in_its_frame_whatever_its_size() {
    for top in [0, 1, 9, 10, 99, 51_007, u64::MAX] {
        let html = drawn(&plot(Language::En, 3, &[&[Exactly(0), Exactly(top), Exactly(top / 2)]]));
        let heights = numbers(&html, "circle:not(.key)", "cy");
        assert_eq!(heights.len(), 3);
        assert!((heights[0] - AREA.1).abs() < 0.01, "{top}: zero stands on the ground");
        assert!(heights.iter().all(|y| (AREA.0 - 0.01..=AREA.1 + 0.01).contains(y)), "{top}: {heights:?}");
        assert_eq!(numbers(&html, ".line:not(.key)", "x1").len(), 2);
    }
}

#[test]
fn an_unsaid_count_is_a_gap_in_the_line_and_words_in_the_table() {
    let html = drawn(&plot(Language::En, 4, &[&[Exactly(20), Few, Exactly(30), Exactly(40)]]));
    assert_eq!((numbers(&html, "circle:not(.key)", "cx").len(), numbers(&html, ".line:not(.key)", "x1").len()), (3, 1));
    assert_eq!(texts(&html, "tbody td")[1], "fewer than 10");
}

#[test]
fn names_of_lines_never_lie_on_each_other() {
    for ends in [[5, 5, 5], [0, 0, 0], [100, 99, 98], [100, 0, 1]] {
        let lines = ends.map(|end| [Exactly(50), Exactly(end)]);
        let html = drawn(&plot(Language::En, 2, &[&lines[0], &lines[1], &lines[2]]));
        let mut heights = numbers(&html, "text[class]", "y");
        heights.sort_by(f64::total_cmp);
        assert!(heights.windows(2).all(|pair| pair[1] - pair[0] >= LABEL - 0.01), "{ends:?}: {heights:?}");
        assert!(heights[0] >= 14.0 && heights[2] <= AREA.0 - 14.0, "{ends:?}: {heights:?}");
    }
}

#[test]
fn many_months_are_all_in_the_table_and_few_are_named_below() {
    let counts: Vec<Published> = (0..60).map(|n| Exactly(n * 10)).collect();
    let html = drawn(&plot(Language::Zh, 60, &[&counts]));
    assert_eq!(texts(&html, "tbody tr").len(), 60);
    let named = texts(&html, "text").into_iter().filter(|text| text.starts_with('m')).collect::<Vec<_>>();
    assert_eq!(named, ["m0", "m29", "m59"]);
}

#[test]
fn a_fourth_line_is_in_the_table_and_not_in_the_drawing() {
    let one: &[Published] = &[Exactly(10), Exactly(20)];
    let html = drawn(&plot(Language::En, 2, &[one, one, one, one]));
    assert_eq!((numbers(&html, "circle:not(.key)", "cx").len(), texts(&html, "thead th").len()), (6, 5));
}

#[test]
fn a_bar_is_a_part_of_the_largest_and_stands_beside_its_number() {
    for language in LANGUAGES {
        let words = words::of(language);
        let bar = |name: String, to, count: Published, largest| Bar {
            name,
            to,
            cells: vec![said(words, count)],
            part: count.count().map(|count| (count, largest)),
        };
        let rows = vec![
            bar("a very long name ".repeat(20), None, Exactly(1_200), 2_400),
            bar("<b>".to_owned(), Some("/en/purposes/x".to_owned()), Few, 2_400),
            bar("none".to_owned(), None, Exactly(0), 0),
        ];
        let heads = ["Purpose", "Looks"].map(str::to_owned).to_vec();
        let table = BarTable::new(words, "Looks by purpose".to_owned(), heads, rows);
        let html = drawn(&table);
        assert_eq!(numbers(&html, ".part", "width"), [50.0, 0.0]);
        assert_eq!(texts(&html, "tbody th a"), ["<b>"]);
        let few = if language == Language::En { "fewer than 10" } else { "不足 10" };
        assert_eq!(texts(&html, "tbody td:not(.bar)"), ["1,200", few, "0"]);
        assert_eq!(texts(&html, "caption"), ["Looks by purpose"]);
    }
}
