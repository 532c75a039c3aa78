//! The figures as a file: one count a line, so that any program reads it. Codes and numbers only.

use fairfile_domain::statistics::{FEWEST, Published};

use super::figures::{Statistic, Statistics};

impl Statistics {
    /// The file of a statistic: `by,of,measure,count,until`.
    ///
    /// A count that is not said is `<10` or `withheld`; `until` is the last day that was counted. It is CSV as RFC 4180
    /// has it; no cell needs quotes, for codes have neither commas nor quotes.
    pub fn csv(&self, statistic: Statistic) -> String {
        let mut text = String::from("by,of,measure,count,until\r\n");
        for section in self.sections(statistic) {
            for row in &section.rows {
                for (measure, count) in section.measures.iter().zip(&row.counts) {
                    let count = match count {
                        Published::Exactly(count) => count.to_string(),
                        Published::Few => format!("<{FEWEST}"),
                        Published::Withheld => "withheld".to_owned(),
                    };
                    let of = if row.of.is_empty() { "none" } else { &row.of };
                    let cells = [section.by.word(), of, measure.word(), &count, &self.until.to_string()];
                    text.push_str(&cells.join(","));
                    text.push_str("\r\n");
                }
            }
        }
        text
    }
}
