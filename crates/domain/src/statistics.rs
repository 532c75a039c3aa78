//! Counts that anybody may read, and those that nobody may.
//!
//! A count of a few can be a count of somebody known. So the smallest counts are not said, and where a total would give
//! one of them away by subtraction, the next smallest is not said either. Nothing here is about one person: there is no
//! function from a person to a number.

use crate::refusal::Refusal;

/// The smallest count that is said where people could be inferred from it.
pub const FEWEST: u64 = 10;

/// A count as it may be published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Published {
    /// The count itself.
    Exactly(u64),
    /// From none up to one less than [`FEWEST`]. None is not told apart from a few.
    Few,
    /// A larger count, withheld because the small one beside it could be worked out from it.
    Withheld,
}

impl Published {
    /// The count, if it is said.
    pub fn count(self) -> Option<u64> {
        match self {
            Self::Exactly(count) => Some(count),
            Self::Few | Self::Withheld => None,
        }
    }
}

/// What may be said of counts that add up to a total which is known elsewhere.
///
/// Each below [`FEWEST`] is left unsaid. If that is only one of several, the smallest of the others goes with it, for the
/// total less the others would say it.
///
/// ```
/// use fairfile_domain::statistics::{Published::*, published};
///
/// assert_eq!(published(&[40, 3, 25]), [Exactly(40), Few, Withheld]);
/// assert_eq!(published(&[40, 3, 9, 25]), [Exactly(40), Few, Few, Exactly(25)]);
/// assert_eq!(published(&[40, 25]), [Exactly(40), Exactly(25)]);
/// assert_eq!(published(&[0]), [Few]);
/// ```
pub fn published(counts: &[u64]) -> Vec<Published> {
    let said = |count: &u64| if *count < FEWEST { Published::Few } else { Published::Exactly(*count) };
    let mut all: Vec<Published> = counts.iter().map(said).collect();
    if let Some(next) = to_withhold(&all) {
        all[next] = Published::Withheld;
    }
    all
}

/// The same for a table of counts whose rows and columns add up to totals which are known elsewhere: no row and no column
/// is left with one count unsaid. All rows have as many counts as the first.
///
/// ```
/// use fairfile_domain::statistics::{Published::*, published_table};
///
/// let said = published_table(&[vec![40, 3], vec![50, 60], vec![70, 80]]);
/// assert_eq!(said, [[Withheld, Few], [Withheld, Withheld], [Exactly(70), Exactly(80)]]);
/// ```
pub fn published_table(rows: &[Vec<u64>]) -> Vec<Vec<Published>> {
    let mut all: Vec<Vec<Published>> = rows.iter().map(|row| published(row)).collect();
    let columns = rows.first().map_or(0, Vec::len);
    loop {
        let mut has_changed = false;
        for column in 0..columns {
            let line: Vec<Published> = all.iter().filter_map(|row| row.get(column)).copied().collect();
            if let Some(place) = to_withhold(&line) {
                has_changed |= withhold(&mut all, place, column);
            }
        }
        for place in 0..all.len() {
            if let Some(column) = to_withhold(&all[place]) {
                has_changed |= withhold(&mut all, place, column);
            }
        }
        // Each turn leaves one more unsaid, so there is a last one.
        if !has_changed {
            return all;
        }
    }
}

/// What may be said of a member's duties towards a clock, such as notices confirmed in time and late: a row of counts for each
/// member, or for each month. They tell of whoever has to act, so all of a row is said once it comes to [`FEWEST`] together, a
/// single late one too; below that it could be one person's, and nothing of the row is said. If that is only one of several
/// rows, the smallest of the others goes with it, for the totals less the others would say it.
///
/// ```
/// use fairfile_domain::statistics::{Published::*, published_duties};
///
/// let said = published_duties(&[vec![41, 3], vec![4, 3], vec![0, 1], vec![9, 1]]);
/// assert_eq!(said, [[Exactly(41), Exactly(3)], [Few, Few], [Few, Few], [Exactly(9), Exactly(1)]]);
/// assert_eq!(published_duties(&[vec![41, 3], vec![4, 3], vec![9, 1]])[2], [Withheld, Withheld]);
/// ```
pub fn published_duties(rows: &[Vec<u64>]) -> Vec<Vec<Published>> {
    let total = |row: &Vec<u64>| row.iter().fold(0_u64, |all, count| all.saturating_add(*count));
    let of_rows = published(&rows.iter().map(total).collect::<Vec<u64>>());
    let line = |(row, all): (&Vec<u64>, Published)| match all {
        Published::Exactly(_) => row.iter().map(|count| Published::Exactly(*count)).collect(),
        Published::Few | Published::Withheld => vec![all; row.len()],
    };
    rows.iter().zip(of_rows).map(line).collect()
}

/// The same as `may_be_said`, but a row in which nothing at all was counted says so, zero for zero: there is nobody whom it
/// could tell of. For rows that are there whether anything happened or not, such as months.
///
/// ```
/// use fairfile_domain::statistics::{Published::*, published_table, with_empty_rows};
///
/// let said = with_empty_rows(&[vec![0, 0], vec![40, 3]], published_table);
/// assert_eq!(said, [[Exactly(0), Exactly(0)], [Withheld, Few]]);
/// ```
pub fn with_empty_rows(
    rows: &[Vec<u64>],
    may_be_said: impl Fn(&[Vec<u64>]) -> Vec<Vec<Published>>,
) -> Vec<Vec<Published>> {
    let is_empty = |row: &Vec<u64>| row.iter().all(|count| *count == 0);
    let full: Vec<Vec<u64>> = rows.iter().filter(|row| !is_empty(row)).cloned().collect();
    let mut said = may_be_said(&full).into_iter();
    let row = |row: &Vec<u64>| {
        let nothing = || vec![Published::Exactly(0); row.len()];
        if is_empty(row) { nothing() } else { said.next().unwrap_or_else(|| vec![Published::Few; row.len()]) }
    };
    rows.iter().map(row).collect()
}

/// The place of the smallest count that is said, if exactly one beside it is not.
fn to_withhold(line: &[Published]) -> Option<usize> {
    let unsaid = line.iter().filter(|one| one.count().is_none()).count();
    let said = line.iter().enumerate().filter_map(|(place, one)| Some((one.count()?, place)));
    if unsaid == 1 { said.min().map(|(_, place)| place) } else { None }
}

fn withhold(all: &mut [Vec<Published>], row: usize, column: usize) -> bool {
    let cell = all.get_mut(row).and_then(|row| row.get_mut(column));
    cell.is_some_and(|cell| std::mem::replace(cell, Published::Withheld) != Published::Withheld)
}

/// Whether a look that was refused with `code`, or not refused (an empty code), can be told by its purpose. Before some
/// refusals nobody has held the purpose against the catalog: it may be any word that an officer typed.
///
/// ```
/// use fairfile_domain::statistics::names_a_purpose;
///
/// assert!(names_a_purpose("") && names_a_purpose("D007") && !names_a_purpose("D004"));
/// ```
pub fn names_a_purpose(code: &str) -> bool {
    let unheld = [Refusal::LooksLikeEnumeration, Refusal::MemberSuspended, Refusal::NoSuchPurpose];
    unheld.iter().all(|refusal| refusal.code() != code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_small_count_can_be_worked_out_from_a_total() {
        // Every list of up to four counts: whoever knows the total and what is said cannot tell a small one.
        let sizes = [0, 1, 9, 10, 11, 500];
        let lists = |length: u32| {
            (0..sizes.len().pow(length)).map(move |mut number| {
                let digit = |_| {
                    let digit = sizes[number % sizes.len()];
                    number /= sizes.len();
                    digit
                };
                (0..length).map(digit).collect::<Vec<u64>>()
            })
        };
        for counts in (2..=4).flat_map(lists) {
            let said = published(&counts);
            let unsaid = said.iter().filter(|one| one.count().is_none()).count();
            assert_ne!(unsaid, 1, "{counts:?}");
            for (count, said) in counts.iter().zip(&said) {
                assert_eq!(*said == Published::Few, *count < FEWEST, "{counts:?}");
                assert!(said.count().is_none_or(|said| said == *count), "{counts:?}");
            }
        }
    }

    #[test]
    fn no_small_count_can_be_worked_out_from_the_totals_of_a_table() {
        let sizes = [0, 12, 30, 400];
        for number in 0..4_usize.pow(6) {
            let digit = |place: u32| sizes[number / 4_usize.pow(place) % 4];
            let rows: Vec<Vec<u64>> = (0..3).map(|row| vec![digit(2 * row), digit(2 * row + 1)]).collect();
            let said = published_table(&rows);
            let unsaid = |line: &mut dyn Iterator<Item = &Published>| line.filter(|one| one.count().is_none()).count();
            for row in &said {
                assert_ne!(unsaid(&mut row.iter()), 1, "{rows:?}");
            }
            for column in 0..2 {
                assert_ne!(unsaid(&mut said.iter().map(|row| &row[column])), 1, "{rows:?}");
            }
        }
        assert!(published_table(&[]).is_empty());
    }
}
