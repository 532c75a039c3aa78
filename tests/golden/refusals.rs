//! Every "no" with its code, its rule and its words.

use fairfile_domain::refusal::REFUSALS;

#[test]
fn every_refusal_reads_as_agreed() {
    let mut text = String::from(
        "Every refusal of a look: its code, what the officer reads, what to do next, and the rule behind it.\n\
         The person reads the same words beside the look.\n",
    );
    for row in REFUSALS {
        text += &format!(
            "\n{}\n  en    {}\n        {}\n  zh    {}\n        {}\n  rule  {}\n",
            row.code, row.en, row.next_en, row.zh, row.next_zh, row.law
        );
    }
    crate::compare("refusals.txt", &text);
}

#[test]
fn every_refusal_says_what_to_do_in_both_languages() {
    let codes: std::collections::BTreeSet<_> = REFUSALS.iter().map(|row| row.code).collect();
    assert_eq!(codes.len(), REFUSALS.len());
    for row in REFUSALS {
        assert!(row.en.starts_with("denied: ") && row.zh.starts_with("已拒绝："), "{}", row.code);
        for text in [row.en, row.next_en, row.law] {
            assert!(!text.is_empty() && !text.ends_with('.') && text.is_ascii(), "{}: {text}", row.code);
        }
        assert!(!row.next_zh.is_empty() && !row.next_zh.ends_with('。'), "{}", row.code);
    }
}
