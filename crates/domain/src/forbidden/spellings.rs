//! Spellings that are caught, and lawful texts that are not.

use super::{Category, find_in, letters};
use Category::*;

#[track_caller]
fn check(text: &str, expected: Option<Category>) {
    assert_eq!(find_in(text), expected, "{text}");
}

/// Every line: the category, and texts that name it.
#[rustfmt::skip] // One spelling a line would fill a thousand.
const CAUGHT: &[(Category, &[&str])] = &[
    (Religion, &[
        "religion", "Religion", "RELIGION", "religious belief", "religions", "r-e-l-i-g-i-o-n", "r e l i g i o n",
        "re ligion", "reli_gion", "re1igion", "rel1gion", "r3ligion", "relig10n", "r 3 l 1 g 1 0 n", "re!igion",
        "ｒｅｌｉｇｉｏｎ", "𝓻𝓮𝓵𝓲𝓰𝓲𝓸𝓷", "ⓡⓔⓛⓘⓖⓘⓞⓝ", "🅡🅔🅛🅘🅖🅘🅞🅝", "🇷🇪🇱🇮🇬🇮🇴🇳", "re\u{200b}ligion", "re\u{ad}ligion",
        "re\u{200d}li\u{2060}gion", "\u{202e}religion", "rеligiоn", "rεligiοn", "réligion", "relígión", "ReLiGiOn",
        "userReligion", "user_religion", "religion2", "2religion", "personreligion", "relligion",
        "relig\u{336}ion", "RELIGIОN", "ʀᴇʟɪɢɪᴏɴ", "faith", "his f@ith", "creed", "Church membership", "churches",
        "mosque", "sect", "cult", "Muslim", "islamic", "Buddhist", "daoist", "atheism", "worshipper", "宗教",
        "宗 教", "宗敎", "宗-教", "宗\u{200b}教", "宗教信仰", "信仰", "是否教徒", "佛教徒", "天主教", "伊斯蘭",
        "清真", "zongjiao", "zong jiao", "zong_jiao", "zōngjiào", "ZongJiao", "xinyang", "⼧宗教",
    ]),
    (Genes, &[
        "gene", "genes", "Genetic profile", "genome", "DNA", "D.N.A.", "dna_sample", "hereditary traits", "基因",
        "基 因", "遺傳", "遗传信息", "染色體", "jiyin",
    ]),
    (Fingerprints, &[
        "fingerprint", "finger prints", "fingerPrint", "finger-print", "f1ngerprint", "thumb print", "指纹",
        "指紋", "指　紋", "掌纹", "zhiwen", "zhi wen",
    ]),
    (Biometrics, &[
        "biometrics", "biometric template", "b10metric", "face", "face image", "facial recognition", "faceprint",
        "iris", "iris scan", "retinal scan", "voice", "voice print", "gait", "人脸", "人臉", "虹膜", "声纹",
        "聲紋", "步态", "步態", "生物识别", "生物識別信息", "renlian", "hongmo",
    ]),
    (BloodType, &[
        "blood type", "bloodType", "b1ood type", "b1ood", "bl00d", "blood-group", "BLOODGROUP", "血型", "血 型",
        "xuexing", "xue_xing",
    ]),
    (Disease, &[
        "disease", "diseases", "medical history", "medicalHistory", "medical_record", "diagnosis", "diagnoses",
        "HIV", "H.I.V.", "h1v", "AIDS", "cancer", "disabled", "disability", "mental disorder", "pregnancy",
        "vaccination", "drug test", "病史", "既往病史", "病歷", "疾病", "體檢", "残疾", "殘疾", "艾滋病", "乙肝",
        "診斷", "bingshi",
    ]),
    (Health, &[
        "health", "Health", "health status", "state of health", "healthRecord", "h e a l t h", "he@lth",
        "health code", "mental health", "健康", "健康状况", "健康狀況", "健康码", "身體健康", "jiankang",
    ]),
    (SexLife, &[
        "sexual orientation", "sexuality", "sex life", "s3xual", "homosexual", "gay", "LGBT", "性别取向", "性取向",
        "性傾向", "同性戀", "性生活", "嫖娼",
    ]),
    (Ethnicity, &[
        "race", "races", "racial origin", "r@ce", "ethnicity", "ethnic group", "e-t-h-n-i-c", "nationality",
        "tribe", "caste", "national minority", "民族", "民 族", "種族", "种族", "族裔", "漢族", "维吾尔", "minzu",
        "min zu", "mínzú", "zhongzu",
    ]),
    (Politics, &[
        "political opinion", "politicalOpinion", "political views", "political status", "party member",
        "party_member", "partyMembership", "Party-Member", "communist", "voting record", "政治面貌", "政治 面貌",
        "党员", "黨員", "入黨", "民主党派", "共青团员", "政審", "dangyuan", "zhengzhi mianmao",
    ]),
    (TradeUnion, &[
        "trade union", "tradeUnion", "union member", "union dues", "unionised", "labour union", "strike", "工会",
        "工會", "工会会员", "罢工", "罷工", "gonghui",
    ]),
    (MilitaryService, &[
        "military service", "military", "conscript", "conscription", "veteran", "veterans", "army", "reservist",
        "draft evasion", "兵役", "拒服兵役", "服役", "退伍", "退役軍人", "预备役", "bingyi",
    ]),
    (Speech, &[
        "speech", "free speech", "public assembly", "protest", "petitioning", "assembly", "言论", "言論", "集会",
        "集會", "游行", "遊行", "示威", "上访", "上訪",
    ]),
    (OnlineBehaviour, &[
        "social media", "social_media_accounts", "socialMedia", "browsing", "browsing history", "online behaviour",
        "online behavior", "shopping habits", "WeChat", "weibo", "TikTok", "lifestyle", "网络行为", "網絡行為",
        "上网时长", "瀏覽記錄", "微信号", "朋友圈", "社交",
    ]),
    (StudentConduct, &[
        "student conduct", "studentConduct", "pupil behaviour", "conduct grade", "school discipline", "truancy",
        "操行", "操行评定", "学生操行", "學生操行", "在校表现", "caoxing",
    ]),
    (LocationTrack, &[
        "location track", "locationTrack", "GPS", "geolocation", "whereabouts", "travel history", "tracking",
        "行踪", "行踪轨迹", "行蹤軌跡", "轨迹", "位置信息", "出行记录",
    ]),
    (Donations, &[
        "donation", "donations", "donated", "d0nation", "volunteer", "volunteer hours", "volunteering", "charity",
        "donor", "捐款", "捐贈", "志愿服务", "志願服務", "义工", "慈善",
    ]),
    (Tips, &[
        "whistleblower", "whistle-blower", "whistleblow", "tip", "tips", "tip-off", "anonymous report",
        "denunciation", "informant", "举报", "舉報", "检举", "檢舉", "揭发", "jubao",
    ]),
    (Income, &[
        "income", "annual income", "1ncome", "salary", "wages", "earnings", "收入", "年收入", "工资", "工資",
        "薪酬", "shouru",
    ]),
    (Deposits, &[
        "deposits", "bank deposits", "bank account", "bankAccount", "savings", "存款", "銀行存款", "储蓄",
        "账户余额", "cunkuan",
    ]),
    (Securities, &[
        "securities", "Securities", "securities account", "shares held", "shareholding", "股票", "证券账户",
        "證券", "持股",
    ]),
    (Insurance, &[
        "insurance", "insurance policy", "insurancePolicies", "policyholder", "life insurance", "保险", "保險",
        "保单", "保單", "商业保险",
    ]),
    (RealEstate, &[
        "real estate", "realEstate", "property owned", "home ownership", "房产", "房產", "不动产", "不動產",
        "名下房屋", "fangchan",
    ]),
    (TaxAmount, &[
        "tax amount", "taxAmount", "tax paid", "amount of tax", "tax arrears", "纳税额", "納稅額", "应纳税额",
        "税额", "欠税",
    ]),
    (Score, &[
        "score", "Scores", "sc0re", "credit score", "creditScore", "scoring", "rating", "rank", "ranking",
        "trust tier", "信用值", "trustworthiness", "social credit", "trust grade", "grade of trustworthiness",
        "class of person", "credit-rating", "信用分", "信用评分", "信用評分", "信用等级", "诚信积分", "排名",
        "评级", "積分",
    ]),
    (Blacklist, &[
        "blacklist", "black list", "black-list", "b1ack1ist", "BlackList", "watch list", "bad list", "红黑榜",
        "untrustworthy", "黑名单", "黑名單", "失信", "失信被执行人", "老赖", "heimingdan", "shixin",
    ]),
    (RedList, &[
        "red list", "redlist", "red-list", "white list", "model citizen", "红名单", "紅名單", "守信", "守信激励",
        "诚信红榜", "shouxin",
    ]),
];

/// What a lawful catalog of an ordinary province says.
#[rustfmt::skip] // One spelling a line would fill a thousand.
const LAWFUL: &[&str] = &[
    "", " ", "-", "123", "description", "Description of the facts", "prescription", "stage", "Stage", "subject",
    "Teaching subject", "teaching subject", "class", "Class of practice", "类别", "grade",
    "grade of the certificate", "certificate grade", "licence class", "Certificate level", "导游等级", "等级",
    "资格等级", "health-commission", "Provincial Health Commission", "Health Commission of Lanhe",
    "兰河省卫生健康委员会", "健康委员会", "卫生健康", "health care", "healthcare institution",
    "occupational health and safety", "public health", "处罚种类", "处罚依据", "种类", "insurance-bureau",
    "Insurance Bureau", "a member named Insurance Supervision Bureau", "保险监督管理局", "医疗保险局",
    "身份证号码", "公民身份号码", "姓名", "注册证编号", "批准日期", "有效期至", "发证机关", "药学", "中药学",
    "决定书文号", "当事人姓名", "违法事实", "罚款", "警告", "罚款金额（元）", "决定日期", "送达日期", "案号",
    "被执行人姓名", "义务", "金额", "履行期限", "裁判日期", "状态", "已履行", "部分履行", "未履行", "id_number",
    "full_name", "certificate_no", "granted_on", "valid_until", "decided_on", "served_on", "registration no",
    "Penalty notice number", "identity number", "amount of the fine", "court-ordered obligation",
    "food-safety penalty", "pharmacist licence", "tour-guide licence", "导游证", "physician registration",
    "医师执业注册", "tax-agent registration", "税务师", "税务代理", "taxation",
    "construction engineer certificate", "注册建造师", "commendation", "表彰", "professional ban", "从业禁止",
    "教师资格证", "任教学科", "学段", "幼儿园", "小学", "初级中学", "高级中学", "licence renewal",
    "loan by consent", "in good faith", "the party to the case", "third party", "European Union", "income tax law",
    "个人所得税法", "罚没收入", "real estate appraiser", "房地产估价师", "证券从业资格",
    "securities practitioner certificate", "施工会审", "街道教育办公室", "收回教师资格证", "方面部门",
    "general terms", "agenda", "generation", "invoice number", "surface treatment", "interface", "trace", "brace",
    "scripts", "sector", "culture", "section", "multiple", "stipend", "embrace", "terrace", "raceme",
    "essex county", "Sussex", "issue", "strip", "tippler", "职工资格", "行政审批局", "整体检查", "不得分包",
    "面积分摊", "遵守信息安全", "安排行程", "担保单位", "处理赔偿", "收集会议材料", "接收入库", "股份有限公司",
    "大理白族自治州", "加快手续", "退役军人事务局", "疫苗储存", "旅行团员", "Psychiatry specialist",
    "人力资源和社会保障局", "行政拘留", "特种作业操作证", "房地产经纪人", "生效法律文书确定的义务", "I'll",
    "participle", "armyworm control", "frank", "crank", "franking", "narrating", "separating", "operating permit",
    "union of consumers", "teaching aids", "scope of practice", "执业范围", "执业地点", "执业机构", "主要执业机构",
    "hospital", "qingshi-hospital", "rural-bank", "Disease Control Center", "传染病防治法", "person's exact title",
    "inspector's ex officio duty", "Article 5 ex officio", "5 ex", "genus", "oxygen", "vehicle type", "驾驶证",
    "traffic", "labour inspection", "安全生产", "消防", "legal services", "律师执业证", "notary", "公证员",
    "environmental permit", "排污许可", "specialty", "专业", "语文", "数学", "物理", "英语", "primary", "junior",
    "senior", "kindergarten", "market-regulation", "civil-affairs", "housing-construction",
    "the fine has been paid in full", "罚款已缴清", "the obligation was performed", "language of the tour guide",
    "导游语种", "issuing authority",
];

#[test]
fn every_spelling_is_caught() {
    let mut spellings = 0;
    for (category, texts) in CAUGHT {
        for text in *texts {
            check(text, Some(*category));
            spellings += 1;
        }
    }
    assert!(spellings >= 150, "{spellings}");
}

#[test]
fn lawful_texts_pass() {
    for text in LAWFUL {
        check(text, None);
    }
    assert!(LAWFUL.len() >= 100, "{}", LAWFUL.len());
}

#[test]
fn every_category_stands_in_its_own_row_and_names_itself() {
    for (position, (category, code, en, zh, law)) in Category::ALL.iter().enumerate() {
        assert_eq!(*category as usize, position);
        assert_eq!(Category::find(code), Some(*category));
        assert!(find_in(en).is_some(), "{en}");
        assert!(find_in(zh).is_some(), "{zh}");
        assert!(!law.is_empty());
        assert!(CAUGHT.iter().any(|line| line.0 == *category), "{code} has no spelling");
    }
}

#[test]
fn a_needle_is_written_as_it_is_read() {
    for needle in super::RULES.iter().flat_map(|rule| rule.needles).chain(super::LAWFUL) {
        let wanted: Vec<char> = needle.chars().filter(|c| *c != ' ').collect();
        let letters = letters::read(needle);
        let found = letters::spells(&letters, 0, &wanted);
        assert_eq!(found.map(|last| last + 1), Some(letters.len()), "{needle}");
    }
}

#[test]
fn a_needle_with_a_hyphen_would_never_be_found() {
    for needle in super::RULES.iter().flat_map(|rule| rule.needles) {
        assert!(find_in(needle).is_some(), "{needle}");
    }
}

proptest::proptest! {
    #[test]
    fn no_text_is_too_strange(text in ".{0,200}") {
        // Reading must end and never panic; what it says is the tables' business.
        find_in(&text);
    }

    #[test]
    fn separators_and_invisible_characters_hide_nothing(gaps in proptest::collection::vec("[ \\-_./\u{200b}\u{ad}\u{2060}]{0,3}", 8)) {
        let hidden: String = "religion".chars().zip(&gaps).map(|(c, gap)| format!("{c}{gap}")).collect();
        proptest::prop_assert_eq!(find_in(&hidden), Some(Religion));
    }
}
