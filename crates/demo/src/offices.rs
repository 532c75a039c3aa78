//! What offices do all the year besides: licences are renewed, orders come from the court, one officer keeps asking without a
//! valid training, and a source corrects what another office was shown, which then has to confirm it.
//!
//! So that there is something to see for whoever runs a node or watches over it: months with numbers, a reason that denied
//! often enough to be said, and one member that is late. Nothing of it is about Lin Xiaohe or her namesake.

use crate::counter::ActError;
use crate::dice::Dice;
use crate::people::{NAMESAKE, Person, Trade};
use crate::plan::{Act, Plan};
use crate::rows::{Entry, Slip};

/// The first week in which licences are renewed.
const FIRST_WEEK: u32 = 10;
/// The weeks over which the renewals are spread.
const WEEKS: u32 = 15;
/// The weeks in which the officer without a valid training asks: from, and before. By then every pharmacist is on file.
const UNTRAINED: (u32, u32) = (8, 26);
/// How often a licence is corrected after the medicines scheme was shown it; a statistic says ten and more.
const CORRECTIONS: u32 = 13;
/// The item that is corrected, and the input.
const CORRECTED: (&str, &str) = ("pharmacist-licence", "valid_until");
/// The member that does not confirm the last of these corrections.
const LATE: &str = "insurance-bureau";

/// Adds all of it to the half year of `cast`.
///
/// # Errors
/// [`ActError::Table`] if a table of this file is wrong.
pub(crate) fn add(cast: &[Person], dice: &Dice, plan: &mut Plan) -> Result<(), ActError> {
    renewals(cast, plan);
    let others = cast.get(NAMESAKE + 1..).unwrap_or_default();
    let pharmacists: Vec<(usize, &Person)> =
        cast.iter().enumerate().skip(NAMESAKE + 1).filter(|(_, person)| person.trade == Trade::Pharmacist).collect();
    for week in FIRST_WEEK..FIRST_WEEK + WEEKS {
        let person = NAMESAKE + 1 + dice.below(others.len() as u32)? as usize;
        plan.entry(7 * week + 4).or_default().push(hand_in("court-ordered-obligation", person));
    }
    for week in UNTRAINED.0..UNTRAINED.1 {
        let (_, person) = *dice.pick(&pharmacists)?;
        plan.entry(7 * week + 1).or_default().push(ask("0418", "licence-renewal", person));
    }
    for turn in 0..CORRECTIONS {
        let place = turn as usize % pharmacists.len().max(1);
        let (place, person) = *pharmacists.get(place).ok_or(ActError::Table("a cast without pharmacists"))?;
        let day = 7 * (FIRST_WEEK + turn) + 1;
        plan.entry(day).or_default().push(ask("1001", "pharmacy-contract", person));
        let correction = Act::Correct { item: CORRECTED.0, input: CORRECTED.1, person: place, days: 700 + turn };
        plan.entry(day + 1).or_default().push(correction);
        let is_last = turn + 1 == CORRECTIONS;
        plan.entry(day + 2).or_default().push(Act::Confirm { all_but: is_last.then_some(LATE) });
    }
    Ok(())
}

/// Every licence, certificate and registration is renewed once.
fn renewals(cast: &[Person], plan: &mut Plan) {
    let licensed = cast.iter().enumerate().skip(NAMESAKE + 1).filter(|(_, person)| person.trade != Trade::FoodTrader);
    for (turn, (place, person)) in (0..).zip(licensed) {
        plan.entry(7 * (FIRST_WEEK + turn % WEEKS)).or_default().push(hand_in(person.trade.item(), place));
    }
}

fn hand_in(item: &'static str, person: usize) -> Act {
    Act::HandIn { item, entries: vec![Entry { person, slip: Slip::None, ends_soon: false }] }
}

fn ask(officer: &'static str, purpose: &'static str, person: &Person) -> Act {
    Act::Ask { officer, purpose, identifier: person.identifier.clone(), name: person.name.clone() }
}
