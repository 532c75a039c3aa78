//! Lanhe's people: forty invented names, each with a number that was given to nobody.

use std::collections::BTreeSet;

use fairfile_domain::catalog::Bilingual;
use fairfile_domain::identifier::{Identifier, IdentifierKind};
use fairfile_domain::name::PersonName;

use crate::counter::ActError;
use crate::dice::Dice;

/// The main character's name: Lin Xiaohe, pharmacist.
pub const LIN_NAME: &str = "林晓禾";
/// Her identity number, the same for every seed; the county code 53 99 01 is not assigned.
pub const LIN_NUMBER: &str = "539901199304120422";
/// Where she stands in [`CAST`].
pub const LIN: usize = 0;
/// Where the food trader of the same name stands, whom a ban was meant for that stands in her file.
pub const NAMESAKE: usize = 1;

/// What a person of the demo does for a living: which source knows the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trade {
    /// Holds a pharmacist licence.
    Pharmacist,
    /// Trades in food, and was fined for it once.
    FoodTrader,
    /// Holds a teacher certificate.
    Teacher,
    /// Is registered as a physician.
    Physician,
    /// Holds a tour-guide licence.
    Guide,
    /// Holds a construction-engineer certificate.
    Engineer,
    /// Is registered as a tax agent.
    TaxAgent,
}

impl Trade {
    /// The item whose source brings the person along.
    pub fn item(self) -> &'static str {
        match self {
            Self::Pharmacist => "pharmacist-licence",
            Self::FoodTrader => "food-safety-penalty",
            Self::Teacher => "teacher-certificate",
            Self::Physician => "physician-registration",
            Self::Guide => "tour-guide-licence",
            Self::Engineer => "construction-engineer-certificate",
            Self::TaxAgent => "tax-agent-registration",
        }
    }

    /// What the person is called by it.
    pub fn title(self) -> Bilingual {
        let (en, zh) = match self {
            Self::Pharmacist => ("pharmacist", "药师"),
            Self::FoodTrader => ("food trader", "食品经营者"),
            Self::Teacher => ("teacher", "教师"),
            Self::Physician => ("physician", "医师"),
            Self::Guide => ("tour guide", "导游"),
            Self::Engineer => ("construction engineer", "建造师"),
            Self::TaxAgent => ("tax agent", "税务代理人"),
        };
        Bilingual { en: en.to_owned(), zh: zh.to_owned() }
    }
}

/// Names and trades; names with the dot of minority names and with rare characters among them.
pub const CAST: [(&str, Trade); 40] = [
    (LIN_NAME, Trade::Pharmacist),
    (LIN_NAME, Trade::FoodTrader),
    ("赵文澜", Trade::Pharmacist),
    ("钱若溪", Trade::Pharmacist),
    ("阿依努尔·艾山江", Trade::Pharmacist),
    ("周䶮", Trade::Pharmacist),
    ("吴海棠", Trade::Pharmacist),
    ("郑一诺", Trade::Pharmacist),
    ("欧阳映雪", Trade::Pharmacist),
    ("王小川", Trade::Pharmacist),
    ("冯砚秋", Trade::Pharmacist),
    ("陈大河", Trade::FoodTrader),
    ("褚麦香", Trade::FoodTrader),
    ("卫国梁", Trade::FoodTrader),
    ("蒋犇", Trade::FoodTrader),
    ("沈桂花", Trade::FoodTrader),
    ("韩守田", Trade::FoodTrader),
    ("木呷·尔布", Trade::FoodTrader),
    ("杨书瑶", Trade::Teacher),
    ("朱明哲", Trade::Teacher),
    ("秦朗", Trade::Teacher),
    ("尤佳音", Trade::Teacher),
    ("许𬱖", Trade::Teacher),
    ("何雨桐", Trade::Teacher),
    ("吕怀仁", Trade::Physician),
    ("施静姝", Trade::Physician),
    ("张翀", Trade::Physician),
    ("孔令仪", Trade::Physician),
    ("娜仁·托娅", Trade::Physician),
    ("曹远行", Trade::Guide),
    ("严小鱼", Trade::Guide),
    ("华子衿", Trade::Guide),
    ("次仁·央宗", Trade::Guide),
    ("金石开", Trade::Engineer),
    ("魏建桥", Trade::Engineer),
    ("陶然", Trade::Engineer),
    ("姜喆", Trade::Engineer),
    ("戚明算", Trade::TaxAgent),
    ("谢以宁", Trade::TaxAgent),
    ("邹衡", Trade::TaxAgent),
];

/// One of them.
#[derive(Clone)]
pub struct Person {
    /// The name.
    pub name: PersonName,
    /// The identity number.
    pub identifier: Identifier,
    /// What the person does for a living.
    pub trade: Trade,
}

/// Lin Xiaohe, her namesake, and one more of each trade: whom a visitor of the demo can be.
pub fn leads(cast: &[Person]) -> Vec<&Person> {
    let mut leads: Vec<&Person> = Vec::new();
    for (place, person) in cast.iter().enumerate() {
        let is_new = leads.iter().all(|known| known.trade != person.trade);
        if place <= NAMESAKE || is_new {
            leads.push(person);
        }
    }
    leads
}

/// What one of [`leads`] is called by readers of each language; who is none of them has the name as it stands on file.
pub fn called(name: &str) -> Bilingual {
    let latin = [
        (LIN_NAME, "Lin Xiaohe"),
        ("杨书瑶", "Yang Shuyao"),
        ("吕怀仁", "Lü Huairen"),
        ("曹远行", "Cao Yuanxing"),
        ("金石开", "Jin Shikai"),
        ("戚明算", "Qi Mingsuan"),
    ];
    let en = latin.iter().find(|row| row.0 == name).map_or(name, |row| row.1);
    Bilingual { en: en.to_owned(), zh: name.to_owned() }
}

/// The whole cast. Lin Xiaohe's number is always the same; the others' follow the seed.
///
/// # Errors
/// [`ActError::Table`] if a name or number of this file is none.
pub fn cast(seed: u64) -> Result<Vec<Person>, ActError> {
    let dice = Dice::new(seed, "people");
    let mut given = BTreeSet::from([LIN_NUMBER.to_owned()]);
    let mut people = Vec::with_capacity(CAST.len());
    for (place, (name, trade)) in CAST.into_iter().enumerate() {
        let identifier = match place {
            LIN => Identifier::parse(IdentifierKind::CnResident, LIN_NUMBER)
                .map_err(|_| ActError::Table("Lin's number"))?,
            _ => loop {
                let drawn = unassigned(&dice)?;
                if given.insert(drawn.canonical().to_owned()) {
                    break drawn;
                }
            },
        };
        let name = PersonName::parse(name).map_err(|_| ActError::Table("a name of the cast"))?;
        people.push(Person { name, identifier, trade });
    }
    Ok(people)
}

/// A number of right form that was given to nobody: an unassigned county, any day of birth, a fitting check digit.
pub(crate) fn unassigned(dice: &Dice) -> Result<Identifier, ActError> {
    let (county, year) = (1 + dice.below(99)?, 1962 + dice.below(42)?);
    let (month, day, turn) = (1 + dice.below(12)?, 1 + dice.below(28)?, dice.below(1_000)?);
    let body = format!("5399{county:02}{year}{month:02}{day:02}{turn:03}");
    let fits = |digit: char| Identifier::parse(IdentifierKind::CnResident, &format!("{body}{digit}")).ok();
    "0123456789X".chars().find_map(fits).ok_or(ActError::Table("an identity number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLES: &str = concat!(
        include_str!("../../../demo/samples/pharmacist-licences-2026-10.csv"),
        include_str!("../../../demo/samples/teacher-certificates-2026-10.jsonl"),
    );

    #[test]
    fn everybody_has_an_own_number_that_no_sample_uses() {
        let court = include_bytes!("../../../demo/samples/court-orders-2026-10.csv");
        for seed in [0, 1, 20_261_123] {
            let people = cast(seed).expect("a cast");
            let numbers: BTreeSet<_> = people.iter().map(|person| person.identifier.canonical()).collect();
            assert_eq!(numbers.len(), CAST.len());
            for number in numbers {
                assert!(number.starts_with("5399"));
                assert!(!SAMPLES.contains(number) && !court.windows(18).any(|window| window == number.as_bytes()));
            }
        }
    }

    #[test]
    fn every_lead_has_a_name_that_readers_of_english_can_say() {
        let people = cast(1).expect("a cast");
        assert!(leads(&people).iter().all(|person| !called(person.name.full()).en.contains(person.name.full())));
    }

    #[test]
    fn lin_and_her_namesake_share_a_name_and_nothing_else() {
        let people = cast(1).expect("a cast");
        let (lin, other) = (&people[LIN], &people[NAMESAKE]);
        assert!(lin.name.matches(&other.name) && lin.trade == Trade::Pharmacist && other.trade == Trade::FoodTrader);
        assert_eq!(lin.identifier.canonical(), LIN_NUMBER);
        assert!(lin.identifier != other.identifier);
        let same = |a: &Person, b: &Person| a.identifier == b.identifier;
        let (again, otherwise) = (cast(1).expect("a cast"), cast(2).expect("a cast"));
        assert!(people.iter().zip(&again).all(|(a, b)| same(a, b)));
        assert!(people.iter().zip(&otherwise).skip(1).all(|(a, b)| !same(a, b)));
    }
}
