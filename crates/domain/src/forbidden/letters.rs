//! Reads a text as the letters that a person sees, whatever code points were used to draw them.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// One visible letter, Han character, or sign that can pass for a letter.
#[derive(Debug, Clone, Copy)]
pub(super) struct Letter {
    /// What it can be read as; unused places hold NUL.
    readings: [char; 3],
    class: Class,
    /// A word begins here.
    pub(super) starts: bool,
    /// A word ends here.
    pub(super) ends: bool,
    /// Nothing separates it from the letter before.
    pub(super) glued: bool,
}

impl Letter {
    /// Whether a person can read it as `wanted`.
    pub(super) fn reads(&self, wanted: char) -> bool {
        self.readings.contains(&wanted)
    }

    /// Everything that it can be read as.
    pub(super) fn readings(&self) -> impl Iterator<Item = char> + use<> {
        self.readings.into_iter().filter(|reading| *reading != '\0')
    }

    fn stands_in(&self) -> bool {
        self.class == Class::StandIn
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Lower,
    Upper,
    /// A digit or sign that can pass for a letter.
    StandIn,
    /// A Han character is a word by itself.
    Han,
}

/// The letters of `text`, with separators left out but remembered as the edges of words.
pub(super) fn read(text: &str) -> Vec<Letter> {
    // Compatibility decomposition undoes width, ligatures, circles and mathematical alphabets; the
    // marks that it sets free (`é`, overlays, tones of pinyin) are dropped.
    let seen: Vec<char> = text.nfkd().filter(|c| !is_combining_mark(*c) && !is_invisible(*c)).collect();
    let mut letters: Vec<Letter> = Vec::with_capacity(seen.len());
    let mut glued = false;
    let mut rest = seen.as_slice();
    while let [c, tail @ ..] = rest {
        if is_possessive(*c, tail) {
            rest = tail.get(1..).unwrap_or_default();
            glued = false;
            continue;
        }
        rest = tail;
        match readings(*c) {
            Some((readings, class)) => {
                letters.push(Letter { readings, class, starts: false, ends: false, glued });
                glued = true;
            }
            None => glued = false,
        }
    }
    mark_words(&mut letters);
    letters
}

/// `'s` after a word belongs to no word.
fn is_possessive(c: char, tail: &[char]) -> bool {
    matches!(c, '\'' | '’' | '＇')
        && matches!(tail.first(), Some('s' | 'S'))
        && !tail.get(1).is_some_and(|next| next.is_alphanumeric())
}

fn mark_words(letters: &mut [Letter]) {
    let shape: Vec<(Class, bool)> = letters.iter().map(|l| (l.class, l.glued)).collect();
    let edge_before = |at: usize| {
        let Some(&(class, glued)) = shape.get(at) else { return true };
        let before = at.checked_sub(1).and_then(|i| shape.get(i)).map(|s| s.0);
        let after = shape.get(at + 1).filter(|s| s.1).map(|s| s.0);
        match (before, class) {
            _ if !glued => true,
            (None, _) | (_, Class::Han) | (Some(Class::Han), _) => true,
            (Some(Class::StandIn), Class::StandIn) => false,
            (Some(Class::StandIn), _) | (_, Class::StandIn) => true,
            (Some(Class::Lower), Class::Upper) => true,
            (Some(Class::Upper), Class::Upper) => after == Some(Class::Lower),
            (Some(_), _) => false,
        }
    };
    for (at, letter) in letters.iter_mut().enumerate() {
        letter.starts = edge_before(at);
        letter.ends = edge_before(at + 1);
    }
}

/// The last letter of `wanted`, if it is spelled from `first` on, across any separators.
///
/// Letters written twice or more in a row count once in long words. A digit may stand for a letter only where
/// it touches its neighbours, or where the whole word is spelled out letter by letter: `5 ex` is not a word.
pub(super) fn spells(letters: &[Letter], first: usize, wanted: &[char]) -> Option<usize> {
    let stretches = wanted.len() >= 6 && wanted.iter().all(char::is_ascii);
    let mut at = first;
    let (mut real, mut joints, mut loose, mut loose_stand_in) = (false, 0, 0, false);
    for (place, &expected) in wanted.iter().enumerate() {
        let letter = letters.get(at)?;
        if !letter.reads(expected) {
            return None;
        }
        real |= !letter.stands_in();
        if place > 0 {
            joints += 1;
            if !letter.glued {
                loose += 1;
                let before = at.checked_sub(1).and_then(|i| letters.get(i));
                loose_stand_in |= letter.stands_in() || before.is_some_and(Letter::stands_in);
            }
        }
        let next_wanted = wanted.get(place + 1).copied();
        while stretches && is_repeat(letters, at, expected, next_wanted) {
            at += 1;
        }
        at += 1;
    }
    let spelled_out = loose == joints;
    (real && (!loose_stand_in || spelled_out)).then(|| at.saturating_sub(1))
}

/// Whether the letter after `at` only repeats it.
fn is_repeat(letters: &[Letter], at: usize, expected: char, next_wanted: Option<char>) -> bool {
    letters
        .get(at + 1)
        .is_some_and(|next| next.glued && next.reads(expected) && !next_wanted.is_some_and(|wanted| next.reads(wanted)))
}

/// Draws nothing: zero-width characters, soft hyphens, marks of direction, variation selectors, tags.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff9}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
        || (c.is_control() && !c.is_whitespace())
}

/// What `c` can be read as; `None` for a separator.
fn readings(c: char) -> Option<([char; 3], Class)> {
    let one = |read: char, class| Some(([read, '\0', '\0'], class));
    if let Some(read) = stand_in(c) {
        return Some((read, Class::StandIn));
    }
    if let Some(letter) = drawn_letter(c) {
        return one(letter, Class::Upper);
    }
    if is_han(c) {
        return one(simplified(c), Class::Han);
    }
    if !c.is_alphabetic() {
        return None;
    }
    let class = if c.is_uppercase() { Class::Upper } else { Class::Lower };
    if let Some(reading) = twin(c) {
        return Some((reading, class));
    }
    one(c.to_lowercase().next().unwrap_or(c), class)
}

/// Digits and signs that pass for letters.
fn stand_in(c: char) -> Option<[char; 3]> {
    Some(match c {
        '0' => ['o', '\0', '\0'],
        '1' | '!' | '|' | '¡' => ['i', 'l', '\0'],
        '2' => ['z', '\0', '\0'],
        '3' | '€' => ['e', '\0', '\0'],
        '4' | '@' => ['a', '\0', '\0'],
        '5' | '$' | '§' => ['s', '\0', '\0'],
        '6' => ['b', 'g', '\0'],
        '7' => ['t', 'l', '\0'],
        '+' => ['t', '\0', '\0'],
        '8' => ['b', '\0', '\0'],
        '9' => ['g', 'q', '\0'],
        '¢' => ['c', '\0', '\0'],
        '£' => ['l', '\0', '\0'],
        '¥' => ['y', '\0', '\0'],
        _ => return None,
    })
}

/// Letters in squares, circles and flags that compatibility decomposition leaves alone.
fn drawn_letter(c: char) -> Option<char> {
    let first = match c {
        '\u{1f150}'..='\u{1f169}' => 0x1f150,
        '\u{1f170}'..='\u{1f189}' => 0x1f170,
        '\u{1f1e6}'..='\u{1f1ff}' => 0x1f1e6,
        _ => return None,
    };
    let place = u8::try_from(u32::from(c) - first).ok()?;
    Some(char::from(b'a'.checked_add(place)?))
}

/// Letters of other alphabets, and rare Latin ones, that look like a plain Latin letter.
const TWINS: &[(&str, &str)] = &[
    ("a", "аАαΑɑᴀаą"),
    ("b", "вВβΒьЬʙƄ"),
    ("c", "сСςᴄϲцЦ"),
    ("d", "ԁᴅđĐððժ"),
    ("e", "еЕεΕєЄэЭᴇəɛҽ"),
    ("f", "ƒϝꜰғ"),
    ("g", "ɡɢցԍ"),
    ("h", "һНнΗηʜհħĦ"),
    ("i", "іІιΙıɪӏɩӀ"),
    ("j", "јЈϳᴊյ"),
    ("k", "кКκΚᴋқ"),
    ("l", "ӏʟłŁӀ"),
    ("m", "мМΜᴍ"),
    ("n", "пΝηɴոŋи"),
    ("o", "оОοΟσᴏօøØө"),
    ("p", "рРρΡᴘքþ"),
    ("q", "ԛզ"),
    ("r", "гГʀᴦ"),
    ("s", "ѕЅꜱςՏ"),
    ("t", "тТτΤᴛŧŦ"),
    ("u", "υᴜսцμԱ"),
    ("v", "νᴠѵѴ"),
    ("w", "ԝωᴡшШ"),
    ("x", "хХχΧ"),
    ("y", "уУγΥʏүყ"),
    ("z", "Ζζᴢ"),
];

fn twin(c: char) -> Option<[char; 3]> {
    let mut found = TWINS.iter().filter(|(_, twins)| twins.contains(c)).filter_map(|(latin, _)| latin.chars().next());
    let first = found.next()?;
    Some([first, found.next().unwrap_or('\0'), found.next().unwrap_or('\0')])
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{2fdf}' | '\u{3005}'..='\u{3007}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

/// Traditional and variant characters, each followed by the simplified one, as far as the needles need them.
const SIMPLIFIED: &str = "敎教種种黨党員员紋纹聲声態态臉脸會会軍军歷历曆历狀状況况體体險险產产産产額额稅税納纳軌轨跡迹蹟迹舉举報报\
    學学願愿務务證证評评級级單单譽誉個个傳传測测診诊斷断療疗醫医殘残癥症愛爱傾倾懷怀遺遗錄录録录錢钱資资債债財财貸贷銀银\
    遊游應应發发聞闻網网瀏浏覽览購购獻献贈赠義义線线勞劳織织團团紅红誠诚積积階阶檔档儲储樓楼動动職职漢汉滿满壯壮靈灵\
    繳缴徵征預预備备復复膚肤顏颜視视貫贯蘭兰維维爾尔齡龄別别總总緝缉聽听協协參参與与蹤踪裡里裏里淨净書书籤签簽签\
    戶户爲为為为開开關关飲饮飯饭麼么點点貼贴讚赞贊赞頭头條条則则處处獎奖勵励榮荣評评檢检發发錶表\
    倫伦倫伦價价價价獲获貢贡課课違违規规處处罰罚蹟迹驗验鑑鉴鑒鉴記记誌志註注詢询話话語语論论訪访識识護护豐丰\
    彜彝彞彝嶽岳禮礼禱祷聖圣隊队陣阵陸陆際际靜静韓韩類类響响頻频藥药術术衛卫裝装觀观覺觉買买賣卖賬账帳账費费\
    麵面畫画導导儀仪優优億亿瘋疯瘡疮癮瘾惡恶懲惩戀恋慾欲憲宪戰战戲戏戸户擇择據据攝摄數数敵敌時时曉晓業业樣样\
    機机權权歐欧歡欢毀毁氣气決决沒没濟济滅灭煙烟營营獄狱環环異异畢毕癲癫皺皱盜盗盡尽監监確确禍祸離离穩稳窮穷競竞筆笔節节範范\
    簡简糧粮約约級级終终組组結结經经給给統统絡络緣缘縣县織织續续罷罢聯联肅肃脫脱腦脑膽胆艙舱艱艰蓋盖虛虚號号蟲虫衆众嚴严習习從从侶侣內内雙双變变園园國国場场實实審审\
    對对慣惯無无標标現现碼码紀纪脈脉薩萨覲觐議议試试請请賠赔賴赖車车轉转輪轮過过選选風风長长証证羣群囘回綫线曆历擬拟";

fn simplified(c: char) -> char {
    let mut pairs = SIMPLIFIED.chars().filter(|c| *c != ' ');
    while let (Some(from), Some(to)) = (pairs.next(), pairs.next()) {
        if from == c {
            return to;
        }
    }
    c
}
