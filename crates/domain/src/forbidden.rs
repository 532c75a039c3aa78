//! What no catalog may name: the floor under every law profile, in either language and any spelling.
//!
//! A catalog says what may be kept. This module says what it may not even ask for: religion, health,
//! politics, a score, a list of the bad. There is no setting, no role and no profile that opens a
//! category; a profile may only add to them.
//!
//! [`find_in`] reads a heading, a title or a sentence as a person would: case, width, separators,
//! invisible characters, digits in place of letters, Cyrillic or Greek twins of Latin letters and
//! traditional characters make no difference. It goes by words, so that `description` is not a script
//! and `卫生健康委员会` is not anybody's health. Where a word has a lawful use, the lawful phrase is listed
//! beside the rule; what is left in doubt is refused, and the author chooses another word.

mod letters;
mod needles;
#[cfg(test)]
mod spellings;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use letters::Letter;
use needles::{LAWFUL, Mode, RULES};

/// A category that no catalog may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// Religion or belief.
    Religion,
    /// Genes.
    Genes,
    /// Fingerprints.
    Fingerprints,
    /// Face, voice, iris, gait and every other measure of the body that identifies.
    Biometrics,
    /// Blood type.
    BloodType,
    /// Disease, treatment, medical history.
    Disease,
    /// State of health.
    Health,
    /// Sex life or orientation.
    SexLife,
    /// Race or ethnic origin.
    Ethnicity,
    /// Political opinion, membership of a party.
    Politics,
    /// Membership of a trade union, taking part in a strike.
    TradeUnion,
    /// Military service.
    MilitaryService,
    /// Speech, assembly, petitions.
    Speech,
    /// Online or social behaviour.
    OnlineBehaviour,
    /// Conduct as a pupil or student.
    StudentConduct,
    /// Where someone was.
    LocationTrack,
    /// Donations or volunteering as merit.
    Donations,
    /// Tips about a person from the public.
    Tips,
    /// Income.
    Income,
    /// Deposits and accounts.
    Deposits,
    /// Securities that someone holds.
    Securities,
    /// Insurance that someone holds.
    Insurance,
    /// Real estate that someone owns.
    RealEstate,
    /// Amount of tax.
    TaxAmount,
    /// A score, rank or class of a person.
    Score,
    /// A list of the bad.
    Blacklist,
    /// A list of the good, which is a list of the others.
    RedList,
}

/// One row of the table: the category, its code in law profiles, its titles, and why it is refused.
type Row = (Category, &'static str, &'static str, &'static str, &'static str);

const OWN_RULE: &str =
    "product rule of Fairfile: no score, rank, class or list of people; Regulation (EU) 2024/1689, 5(1)(c)";
const CN_SENSITIVE: &str = "Personal Information Protection Law of China, 28; Regulation (EU) 2016/679, 9(1)";
const CN_CREDIT: &str = "Regulation on the Credit Reporting Industry of China, 14(1); Regulation (EU) 2016/679, 9(1)";
const CN_FINANCIAL: &str = "Regulation on the Credit Reporting Industry of China, 14(2)";
const EU_SPECIAL: &str = "Regulation (EU) 2016/679, 9(1)";
const NOT_LAW_BUT_CONDUCT: &str =
    "product rule of Fairfile: conduct that no authority decided about is nobody's record";

impl Category {
    /// Every category, in the order in which a text that names two is told the first.
    pub const ALL: [Row; 27] = [
        (Self::Religion, "religion_or_belief", "religion or belief", "宗教信仰", CN_CREDIT),
        (Self::Genes, "genes", "genes", "基因", CN_CREDIT),
        (Self::Fingerprints, "fingerprints", "fingerprints", "指纹", CN_CREDIT),
        (Self::Biometrics, "face_voice_iris_gait", "face, voice, iris, gait", "人脸、声纹、虹膜、步态", CN_SENSITIVE),
        (Self::BloodType, "blood_type", "blood type", "血型", CN_CREDIT),
        (Self::Disease, "disease_or_medical_history", "disease or medical history", "疾病和病史", CN_CREDIT),
        (Self::Health, "health", "state of health", "健康状况", CN_SENSITIVE),
        (Self::SexLife, "sex_life_or_orientation", "sex life or orientation", "性生活或性取向", EU_SPECIAL),
        (Self::Ethnicity, "race_or_ethnic_origin", "race or ethnic origin", "种族或民族", EU_SPECIAL),
        (Self::Politics, "political_opinion", "political opinion or party", "政治观点或党派", EU_SPECIAL),
        (Self::TradeUnion, "trade_union_membership", "membership of a trade union", "工会成员身份", EU_SPECIAL),
        (Self::MilitaryService, "military_service", "military service", "兵役", NOT_LAW_BUT_CONDUCT),
        (Self::Speech, "speech_or_assembly", "speech or assembly", "言论或集会", "5 U.S.C. 552a(e)(7)"),
        (
            Self::OnlineBehaviour,
            "online_or_social_behaviour",
            "online or social behaviour",
            "网络或社会行为",
            NOT_LAW_BUT_CONDUCT,
        ),
        (Self::StudentConduct, "student_conduct", "conduct as a pupil or student", "学生操行", NOT_LAW_BUT_CONDUCT),
        (
            Self::LocationTrack,
            "location_track",
            "track of locations",
            "行踪轨迹",
            "Personal Information Protection Law of China, 28",
        ),
        (
            Self::Donations,
            "donations_or_volunteering_as_merit",
            "donations or volunteering as merit",
            "以捐款或志愿服务计优",
            NOT_LAW_BUT_CONDUCT,
        ),
        (Self::Tips, "tips_from_public", "tips from the public", "公众举报", NOT_LAW_BUT_CONDUCT),
        (Self::Income, "income", "income", "收入", CN_FINANCIAL),
        (Self::Deposits, "deposits", "deposits and accounts", "存款", CN_FINANCIAL),
        (Self::Securities, "securities", "securities", "有价证券", CN_FINANCIAL),
        (Self::Insurance, "commercial_insurance", "commercial insurance", "商业保险", CN_FINANCIAL),
        (Self::RealEstate, "real_estate", "real estate", "不动产", CN_FINANCIAL),
        (Self::TaxAmount, "tax_amount", "amount of tax", "纳税数额", CN_FINANCIAL),
        (
            Self::Score,
            "scores_or_classes_of_people",
            "score, rank or class of a person",
            "对人的评分、排名或分级",
            OWN_RULE,
        ),
        (Self::Blacklist, "blacklists", "blacklist", "黑名单", OWN_RULE),
        (Self::RedList, "red_lists", "red list", "红名单", OWN_RULE),
    ];

    fn row(self) -> &'static Row {
        // The table is ordered as the enum is; a test holds it so.
        &Self::ALL[self as usize]
    }

    /// The code by which law profiles name it (`never_collect` and `never_collect_financial` of the floor).
    pub fn code(self) -> &'static str {
        self.row().1
    }

    /// The category that law profiles call `code`.
    pub fn find(code: &str) -> Option<Self> {
        Self::ALL.iter().find(|row| row.1 == code).map(|row| row.0)
    }

    /// Its English title.
    pub fn title_en(self) -> &'static str {
        self.row().2
    }

    /// Its Chinese title.
    pub fn title_zh(self) -> &'static str {
        self.row().3
    }

    /// The law, or the product rule, behind the refusal.
    pub fn law(self) -> &'static str {
        self.row().4
    }
}

/// The first forbidden category that `text` names, however it is spelled, in English or Chinese.
///
/// The cost grows with the length of the text; whoever asks about the same heading for each row of
/// a file keeps the answer.
///
/// ```
/// use fairfile_domain::forbidden::{Category, find_in};
/// assert_eq!(find_in("re1ig-ious Belief"), Some(Category::Religion));
/// assert_eq!(find_in("宗 教"), Some(Category::Religion));
/// assert_eq!(find_in("Provincial Health Commission"), None);
/// ```
pub fn find_in(text: &str) -> Option<Category> {
    let letters = letters::read(text);
    // Most texts hit nothing, so the lawful phrases are looked for only once something did.
    let lawful = std::cell::OnceCell::new();
    let is_meant = |(first, last): (usize, usize)| {
        let lawful = lawful.get_or_init(|| hits(&letters, &LAWFUL_INDEX).map(|hit| hit.1).collect::<Vec<_>>());
        !lawful.iter().any(|&(from, to)| from <= first && last <= to)
    };
    let meant = hits(&letters, &RULE_INDEX).filter(|(_, stretch)| is_meant(*stretch));
    meant.map(|(rule, _)| rule).min().and_then(|rule| RULES.get(rule)).map(|rule| rule.category)
}

/// Whether `text` says `phrase` in whole words, spelled however [`find_in`] would still read it.
///
/// For categories that a law profile adds to the floor's, and for words that one place alone must not
/// hold. `phrase` is in lower case and simplified characters.
pub fn says(text: &str, phrase: &str) -> bool {
    let letters = letters::read(text);
    let needle = Needle { rule: 0, mode: Mode::Word, wanted: wanted(phrase) };
    (0..letters.len()).any(|first| needle.stands_at(&letters, first).is_some())
}

/// A needle, ready to be looked for.
struct Needle {
    /// Its line of the table.
    rule: usize,
    mode: Mode,
    wanted: Vec<char>,
}

/// Needles by the letter that they begin with.
type Index = BTreeMap<char, Vec<Needle>>;

static RULE_INDEX: LazyLock<Index> = LazyLock::new(|| {
    index(
        RULES.iter().enumerate().flat_map(|(line, rule)| rule.needles.iter().map(move |text| (line, rule.mode, *text))),
    )
});

/// The lawful phrases; what stands inside one of them is not meant.
static LAWFUL_INDEX: LazyLock<Index> = LazyLock::new(|| index(LAWFUL.iter().map(|phrase| (0, Mode::Word, *phrase))));

fn index(needles: impl Iterator<Item = (usize, Mode, &'static str)>) -> Index {
    let mut index = Index::new();
    for (rule, mode, text) in needles {
        let wanted = wanted(text);
        if let Some(first) = wanted.first() {
            index.entry(*first).or_default().push(Needle { rule, mode, wanted });
        }
    }
    index
}

/// The letters of a needle; spaces in it are for the reader.
fn wanted(needle: &str) -> Vec<char> {
    needle.chars().filter(|c| *c != ' ').collect()
}

/// Every needle of `index` that stands in the text: its rule, and its first and last letter.
fn hits<'a>(letters: &'a [Letter], index: &'a Index) -> impl Iterator<Item = (usize, (usize, usize))> + 'a {
    let places = letters.iter().enumerate();
    let pairs = places.flat_map(|(first, letter)| letter.readings().map(move |reading| (first, reading)));
    let begun =
        pairs.flat_map(|(first, reading)| index.get(&reading).into_iter().flatten().map(move |needle| (first, needle)));
    begun.filter_map(|(first, needle)| Some((needle.rule, (first, needle.stands_at(letters, first)?))))
}

impl Needle {
    /// The last letter of the needle, if it stands at `first` in the way that its mode asks for.
    fn stands_at(&self, letters: &[Letter], first: usize) -> Option<usize> {
        let may_begin = match self.mode {
            Mode::Anywhere => true,
            Mode::Word | Mode::Stem => letters.get(first).is_some_and(|letter| letter.starts),
            Mode::Whole => first == 0,
        };
        if !may_begin {
            return None;
        }
        let last = letters::spells(letters, first, &self.wanted)?;
        match self.mode {
            Mode::Anywhere | Mode::Stem => Some(last),
            Mode::Word => word_end(letters, last),
            Mode::Whole => word_end(letters, last).filter(|last| last + 1 == letters.len()),
        }
    }
}

/// Where the word that was spelled up to `last` ends, if nothing but a plural ending follows.
fn word_end(letters: &[Letter], last: usize) -> Option<usize> {
    let ends_at = |at: usize| letters.get(at).is_some_and(|letter| letter.ends);
    let plural = |at: usize, ending: char| letters.get(at).is_some_and(|letter| letter.glued && letter.reads(ending));
    if ends_at(last) {
        return Some(last);
    }
    if plural(last + 1, 's') && ends_at(last + 1) {
        return Some(last + 1);
    }
    (plural(last + 1, 'e') && plural(last + 2, 's') && ends_at(last + 2)).then_some(last + 2)
}
