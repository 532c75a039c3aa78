//! The table of forbidden words and of the lawful phrases that contain them.
//!
//! A needle is written in lower case and simplified characters; a space in it is for the reader only. To
//! close a gap, add a needle and a line in `spellings.rs`; to free a lawful phrase, add it to [`LAWFUL`].

use super::Category;

/// How much of the text a needle must account for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Any run of letters, inside a word as well: for needles that no innocent word contains.
    Anywhere,
    /// Whole words, with or without a plural ending.
    Word,
    /// The beginning of a word.
    Stem,
    /// The whole text: `securities` as a heading, but not in the title of a licence to trade them.
    Whole,
}

/// One line of the table.
pub(super) struct Rule {
    /// What it stands for.
    pub(super) category: Category,
    /// How its needles are found.
    pub(super) mode: Mode,
    /// What is looked for.
    pub(super) needles: &'static [&'static str],
}

const fn rule(category: Category, mode: Mode, needles: &'static [&'static str]) -> Rule {
    Rule { category, mode, needles }
}

use Category as C;
use Mode::{Anywhere, Stem, Whole, Word};

/// Every needle, the more particular category before the more general one.
#[rustfmt::skip] // One needle a line would hide which of them belong together.
pub(super) const RULES: &[Rule] = &[
    rule(C::Religion, Anywhere, &[
        "religio", "christian", "buddhis", "zongjiao", "宗教", "信仰", "教派", "教徒", "信徒", "教友", "佛教",
        "道教", "基督", "天主教", "伊斯兰", "穆斯林", "清真", "礼拜", "邪教", "法轮功", "受洗", "神职", "无神论",
        "皈依", "教会活动", "信教", "参加教会", "教籍", "教会成员", "教会身份", "和尚", "尼姑", "阿訇", "喇嘛",
        "朝觐", "祷告",
    ]),
    rule(C::Religion, Stem, &[
        "baptis", "catholic", "muslim", "moslem", "islam", "taois", "daois", "judais", "hindu", "atheis",
        "agnostic", "protestantis", "lutheran", "mormon", "worship", "theolog", "confessional",
    ]),
    rule(C::Religion, Word, &[
        "faith", "creed", "confession", "believer", "tithe", "bible", "quran", "koran", "church", "mosque",
        "synagogue", "clergy", "cleric", "priest", "imam", "jewish", "jew", "sikh", "belief", "prayer", "parish",
        "parishioner", "sect", "cult", "monk", "nun", "pastor", "rabbi", "halal", "kosher", "falun gong",
        "xinyang", "fojiao", "jidujiao", "tianzhujiao", "yisilan", "jiaotu", "xintu",
    ]),
    rule(C::Religion, Whole, &["教会", "寺庙", "denomination"]),
    rule(C::Genes, Anywhere, &["基因", "遗传", "染色体", "脱氧核糖核酸"]),
    rule(C::Genes, Stem, &["genetic", "genom", "heredit", "chromosom", "genotyp"]),
    rule(C::Genes, Word, &["gene", "dna", "jiyin"]),
    rule(C::Fingerprints, Anywhere, &[
        "fingerprint", "thumbprint", "palmprint", "指纹", "掌纹", "指模", "指印",
    ]),
    rule(C::Fingerprints, Stem, &["dactylo"]),
    rule(C::Fingerprints, Word, &[
        "zhiwen", "finger scan", "finger vein", "thumb impression", "finger image", "finger",
    ]),
    rule(C::Biometrics, Anywhere, &[
        "biometr", "faceprint", "voiceprint", "面部", "人脸", "脸部", "刷脸", "面容", "虹膜", "视网膜", "声纹",
        "步态", "生物识别", "生物特征", "人像", "声音样本", "语音样本", "指静脉",
    ]),
    rule(C::Biometrics, Stem, &["facial", "retina"]),
    rule(C::Biometrics, Word, &[
        "face", "iris", "irides", "voice", "gait", "eye scan", "keystroke dynamics", "renlian", "hongmo",
        "shengwen", "butai", "face id", "selfie",
    ]),
    rule(C::BloodType, Anywhere, &["bloodtype", "bloodgroup", "血型"]),
    rule(C::BloodType, Word, &[
        "blood", "xuexing", "rh factor", "rhesus", "abo", "abo type", "abo group",
    ]),
    rule(C::Disease, Anywhere, &[
        "medicalhistory", "medicalrecord", "病史", "疾病", "病历", "病例", "诊断", "患病", "患者信息", "患者身份",
        "体检", "残疾", "精神病", "精神障碍", "心理疾病", "传染病", "艾滋", "乙肝", "肝炎", "怀孕", "孕期", "孕妇",
        "疫苗接种", "接种疫苗", "疫苗记录", "接种记录", "核酸", "过敏", "症状", "癌", "住院", "吸毒", "用药记录",
        "用药史", "就诊", "就医记录", "医疗记录", "治疗记录", "病情", "抑郁", "肺结核", "身体状况", "精神状况",
        "病假", "心理状况", "糖尿病", "高血压", "慢性病", "既往病",
    ]),
    rule(C::Disease, Stem, &[
        "diagnos", "disab", "handicap", "sterilis", "steriliz", "pregnan", "vaccin", "immunis", "immuniz",
        "allerg", "addict", "symptom", "obes", "tubercul", "hepatit", "diabet", "epilep", "depressi", "schizo",
        "hospitaliz", "hospitalis", "immunodef",
    ]),
    rule(C::Disease, Word, &[
        "disease", "illness", "sick", "sickness", "hiv", "aids", "cancer", "covid", "ailment", "infection",
        "medication", "medical condition", "medical file", "medical data", "medical exam", "medical examination",
        "medical report", "medical check", "medical test", "medical information", "medical certificate",
        "treatment history", "prescription history", "hospital stay", "drug test", "psychiatric",
        "psychiatric history", "fitness to work", "drug use", "drug user", "mental disorder", "bingshi", "jibing",
        "tijian", "canji", "patient history", "blood pressure", "body mass index", "bmi",
    ]),
    rule(C::Health, Anywhere, &["健康", "jiankang"]),
    rule(C::Health, Word, &[
        "health", "healthiness", "healthy", "wellbeing", "health code", "health care history",
    ]),
    rule(C::SexLife, Anywhere, &[
        "sexual", "性取向", "性别取向", "性倾向", "性生活", "同性恋", "双性恋", "异性恋", "变性人", "变性手术",
        "跨性别", "性伴侣", "嫖娼", "卖淫",
    ]),
    rule(C::SexLife, Stem, &["lgbt", "transgender", "prostitut", "homosex", "bisex"]),
    rule(C::SexLife, Word, &[
        "sex life", "sex orientation", "gay", "lesbian", "queer", "xingquxiang", "adultery", "sex partner",
    ]),
    rule(C::Ethnicity, Anywhere, &[
        "ethnic", "民族", "种族", "族裔", "族群", "族别", "籍贯", "民族成分", "民族成份", "血统", "汉族", "藏族",
        "回族", "维吾尔", "彝族", "苗族", "傣族", "壮族", "满族", "蒙古族", "哈尼族", "白族", "傈僳族", "哈萨克族",
    ]),
    rule(C::Ethnicity, Stem, &["racial", "raciall", "uyghur", "uighur", "tibetan"]),
    rule(C::Ethnicity, Word, &[
        "race", "tribe", "tribal", "caste", "ancestry", "national minority", "minority", "minorities",
        "nationality", "nationalities", "skin colour", "skin color", "colour of skin", "color of skin",
        "national origin", "han chinese", "minzu", "zhongzu", "hanzu", "descent",
    ]),
    rule(C::Politics, Anywhere, &[
        "politicalview", "politicalopinion", "politicalbelief", "politicalaffiliation", "政治面貌", "政治倾向",
        "政治观点", "政治立场", "政治表现", "政治信仰", "政治态度", "政治身份", "党员", "入党", "党费", "党龄",
        "党支部", "共青团员", "党派", "中共", "共产党", "共青团", "党籍", "党组织", "党内", "政审", "国民党",
        "zhengzhimianmao", "选举投票", "投票记录",
    ]),
    rule(C::Politics, Stem, &["communist", "dissident"]),
    rule(C::Politics, Word, &[
        "political status", "political party", "political stance", "political leaning", "political activity",
        "political activities", "political attitude", "political orientation", "political outlook", "politics",
        "party member", "party membership", "party affiliation", "member of the party", "member of a party",
        "party card", "party cell", "party dues", "political membership", "political work", "youth league",
        "voting record", "vote", "voter", "dangyuan", "rudang", "dangpai", "ccp",
    ]),
    rule(C::TradeUnion, Anywhere, &["tradeunion", "laborunion", "labourunion", "工会", "罢工"]),
    rule(C::TradeUnion, Stem, &["unionis", "unioniz"]),
    rule(C::TradeUnion, Word, &[
        "union member", "union membership", "union dues", "union card", "union official", "union",
        "workers council", "works council member", "gonghui", "strike", "picket",
    ]),
    rule(C::MilitaryService, Anywhere, &[
        "兵役", "服役", "退伍", "退役", "现役", "预备役", "参军", "入伍", "军人", "军籍", "逃兵", "复员", "转业军",
        "武警", "从军",
    ]),
    rule(C::MilitaryService, Stem, &["militar", "conscript", "reservist", "veteran"]),
    rule(C::MilitaryService, Word, &[
        "army", "navy", "armed forces", "air force service", "draft dodger", "draft evasion", "defence duty",
        "defense duty", "national service", "soldier", "bingyi", "tuiwu", "junren", "enlistment", "deserter",
    ]),
    rule(C::Speech, Anywhere, &[
        "freespeech", "言论", "集会", "游行", "示威", "上访", "抗议", "信访记录", "信访次数", "结社", "请愿",
        "yanlun", "shangfang",
    ]),
    rule(C::Speech, Word, &[
        "speech", "peaceful assembly", "public assembly", "unlawful assembly", "freedom of assembly",
        "assembly attendance", "assembly record", "street demonstration", "demonstrator", "demonstration attended",
        "attended demonstration", "demonstrations", "protest", "protester", "protestor", "rally", "rallies",
        "petitioner", "petitioning", "petition history", "petition record", "youxing", "jihui", "shiwei",
    ]),
    rule(C::Speech, Whole, &["assembly", "demonstration", "petition"]),
    rule(C::OnlineBehaviour, Anywhere, &[
        "socialmedia", "socialnetwork", "browsinghistory", "onlinebehavio", "socialbehavio", "网络行为", "上网时",
        "上网记录", "上网行为", "上网习惯", "网购", "购物记录", "消费记录", "消费习惯", "消费行为", "浏览记录",
        "浏览历史", "聊天记录", "朋友圈", "微博", "微信", "抖音", "点赞", "游戏时长", "社交", "社会行为",
        "生活习惯", "生活作风", "搜索记录", "网络发言", "转发记录", "社会关系",
    ]),
    rule(C::OnlineBehaviour, Word, &[
        "browsing", "browser history", "online activity", "online activities", "online conduct", "online post",
        "internet use", "internet usage", "internet history", "internet behaviour", "internet behavior",
        "search history", "shopping habit", "shopping history", "purchase history", "online purchase",
        "online shopping", "purchasing behaviour", "purchasing behavior", "consumption habit", "lifestyle",
        "weibo", "wechat", "weixin", "douyin", "tiktok", "facebook", "twitter", "instagram", "youtube",
        "gaming time", "gaming hours", "chat history", "chat log", "screen time", "followers", "social conduct",
        "social circle", "social behaviour", "antisocial", "friends list", "ecommerce behaviour",
        "ecommerce behavior",
    ]),
    rule(C::StudentConduct, Anywhere, &[
        "操行", "学生品行", "学生行为", "在校表现", "课堂表现", "学生违纪", "学生处分", "校园处分", "德育分",
        "德育考核", "德育评", "考试作弊", "品德评", "caoxing",
    ]),
    rule(C::StudentConduct, Word, &[
        "student conduct", "student behaviour", "student behavior", "student discipline", "student misconduct",
        "pupil conduct", "pupil discipline", "student misbehaviour", "student misbehavior", "pupil misbehaviour",
        "pupil misbehavior", "pupil behaviour", "pupil behavior", "school conduct", "school discipline",
        "school behaviour", "school behavior", "conduct grade", "conduct mark", "conduct of student",
        "conduct of pupil", "conduct of a student", "conduct as a pupil", "conduct as a student",
        "classroom behaviour", "classroom behavior", "campus conduct", "exam cheating", "cheating in exams",
        "truancy", "truant", "expelled from school", "deportment",
    ]),
    rule(C::LocationTrack, Anywhere, &[
        "geolocation", "locationtrack", "locationhistory", "whereabouts", "行踪", "轨迹", "位置信息", "位置记录",
        "实时位置", "定位记录", "手机定位", "手机信令", "通话记录", "出行记录", "行程码", "行程记录", "住宿记录",
        "乘车记录", "xingzong", "guiji",
    ]),
    rule(C::LocationTrack, Word, &[
        "gps", "gps track", "location data", "location record", "phone location", "travel history",
        "travel record", "movement history", "movement record", "movement profile", "track of locations",
        "location log", "tracking", "tracked position", "cell tower", "hotel stay",
    ]),
    rule(C::Donations, Anywhere, &[
        "捐款", "捐赠", "捐献", "献血", "慈善", "志愿", "义工", "公益活动", "公益时长", "公益服务", "juankuan",
        "juanzeng", "无偿服务",
    ]),
    rule(C::Donations, Stem, &["donat", "volunteer", "charit", "philanthrop"]),
    rule(C::Donations, Word, &[
        "donor", "voluntary service", "voluntary work", "voluntary hours", "unpaid service", "community hours",
        "good deed", "zhiyuan", "zhiyuanzhe", "yigong", "almsgiving", "alms",
    ]),
    rule(C::Tips, Anywhere, &[
        "whistleblow", "举报", "检举", "揭发", "告密", "群众反映", "曝光", "匿名信", "jubao",
    ]),
    rule(C::Tips, Stem, &["informant", "denounc", "denunciat", "tipster"]),
    rule(C::Tips, Word, &[
        "tip", "tip off", "informer", "tipoff", "hotline report", "anonymous report", "anonymous letter",
        "public report", "citizen report", "report by the public", "reports by the public",
        "reported by the public", "reported by neighbours", "reported by neighbors", "neighbour report",
        "neighbor report", "rumour", "rumor", "hearsay", "whistle blower", "whistle",
    ]),
    rule(C::TaxAmount, Anywhere, &[
        "taxamount", "taxpaid", "taxespaid", "taxliabilit", "纳税额", "纳税数额", "应纳税", "税额", "缴税金额",
        "纳税金额", "纳税总额", "个税", "纳税信用", "欠税",
    ]),
    rule(C::TaxAmount, Word, &[
        "amount of tax", "tax due", "tax return", "tax debt", "tax arrears", "taxable income", "tax bill",
        "nashuie",
    ]),
    rule(C::Income, Anywhere, &["收入", "工资", "薪资", "薪酬", "薪水", "年薪", "月薪", "shouru"]),
    rule(C::Income, Word, &[
        "income", "salary", "salaries", "wage", "earnings", "remuneration", "take home pay", "gongzi", "payslip",
        "monthly pay", "annual pay", "pay level", "net worth",
    ]),
    rule(C::Deposits, Anywhere, &[
        "存款", "储蓄", "账户余额", "银行账户", "银行账号", "银行卡", "银行流水", "bankaccount", "bankbalance",
        "cunkuan",
    ]),
    rule(C::Deposits, Word, &[
        "deposits", "bank deposit", "savings", "savings account", "account balance", "balance of account",
        "bank statement", "chuxu",
    ]),
    rule(C::Deposits, Whole, &["deposit", "balance", "余额"]),
    rule(C::Securities, Anywhere, &[
        "证券账户", "持有证券", "证券持", "股票", "持股", "股份", "基金份额", "债券持", "有价证券", "shareholding",
        "stockholding", "gupiao",
    ]),
    rule(C::Securities, Word, &[
        "securities account", "securities held", "securities holding", "securities portfolio", "stock holding",
        "stocks held", "shares held", "bonds held", "bond holding", "investment portfolio", "brokerage account",
        "fund units", "share holder", "shareholder", "stock portfolio",
    ]),
    rule(C::Securities, Whole, &["securities", "stocks", "shares", "bonds", "证券", "债券", "基金"]),
    rule(C::Insurance, Anywhere, &[
        "保单", "保费", "投保", "商业保险", "商业险", "参保", "被保险", "保险金额", "理赔", "insurancepolic",
        "policyholder", "baodan",
    ]),
    rule(C::Insurance, Word, &[
        "commercial insurance", "insurance cover", "insurance claim", "insurance premium", "insurance history",
        "insurance record", "life insurance", "medical insurance", "insured", "insured sum", "sum insured",
        "private insurance",
    ]),
    rule(C::Insurance, Whole, &["insurance", "保险", "baoxian"]),
    rule(C::RealEstate, Anywhere, &[
        "房产", "不动产", "房屋所有", "住房情况", "名下房", "宅基地", "房屋产权", "购房", "房屋数量", "房屋套数",
        "realestate", "homeowner", "fangchan",
    ]),
    rule(C::RealEstate, Word, &[
        "real property", "property owned", "property holding", "houses", "property ownership", "home ownership",
        "house ownership", "owned homes", "land ownership", "landed property", "title deed", "houses owned",
        "flats owned", "apartments owned",
    ]),
    rule(C::Blacklist, Anywhere, &[
        "blacklist", "denylist", "blocklist", "watchlist", "untrustworth", "黑名单", "失信", "老赖", "黑榜",
        "严重违法名单", "重点关注名单", "重点监管名单", "重点对象", "警示名单", "惩戒名单", "限制名单",
        "heimingdan", "红黑榜", "shixin", "联合惩戒",
    ]),
    rule(C::Blacklist, Word, &[
        "black list", "laolai", "dishonest", "dishonesty", "discredited", "key target", "list of defaulters",
        "bad list", "offender list", "offenders list", "shame list", "list of offenders", "defaulters list",
        "wall of shame", "name and shame", "joint punishment", "joint penalty", "joint penalties", "black marked",
        "no fly list", "blacklisting",
    ]),
    rule(C::RedList, Anywhere, &[
        "红名单", "红榜", "守信", "诚信模范", "诚信典型", "白名单", "hongmingdan", "shouxin", "联合激励",
        "无不良记录名单",
    ]),
    rule(C::RedList, Word, &[
        "red list", "redlist", "whitelist", "white list", "list of the good", "good conduct list", "good list",
        "list of the clean", "honour roll", "honor roll", "model citizen", "exemplary citizen", "joint reward",
        "clean record list", "allowlist", "good citizen",
    ]),
    rule(C::Score, Anywhere, &[
        "creditscore", "creditworth", "trustworth", "socialcredit", "信用分", "信用评", "信用值", "信用等次",
        "星级公民", "诚信星级", "信用等级", "信用积分", "信用得分", "信用级别", "诚信等级", "诚信分", "诚信积分",
        "诚信度", "诚信评", "评分", "积分", "打分", "得分", "扣分", "评级", "排名", "排行", "风险等级", "风险级别",
        "个人等级", "人员等级", "人员分类", "分级分类", "信誉", "信用画像", "xinyongfen", "pingfen", "jifen",
        "芝麻信用",
    ]),
    rule(C::Score, Stem, &["reputation"]),
    rule(C::Score, Word, &[
        "score", "scoring", "scored", "scorecard", "rating", "rank", "ranked", "ranking", "grade of trust",
        "trust grade", "trust tier", "credit tier", "trust level", "trust class", "trust index", "level of trust",
        "class of person", "class of persons", "class of people", "grade of person", "person class",
        "person grade", "citizen class", "citizen grade", "citizen level", "credit grade", "credit class",
        "credit level", "credit rating", "credit index", "credit points", "merit point", "demerit point",
        "demerit", "integrity grade", "integrity level", "integrity index", "honesty grade", "honesty index",
        "risk level", "risk class", "risk grade", "risk index", "risk category", "fico", "sincerity grade",
        "xinyong dengji", "paiming",
    ]),
];

/// Lawful phrases; what stands inside one of them is not meant.
#[rustfmt::skip] // One needle a line would hide which of them belong together.
pub(super) const LAWFUL: &[&str] = &[
    // Health and medicine as a field of work, a body or a law.
    "health care", "healthcare", "public health", "health commission", "health bureau", "health department",
    "department of health", "ministry of health", "health ministry", "health authority", "health authorities",
    "health administration", "health service", "health sector", "health and safety", "health professional",
    "health profession", "occupational health", "health institution", "health law", "health worker",
    "health facility", "health facilities", "health inspection", "health supervision", "卫生健康", "健康委",
    "健康局", "健康行政", "健康行业", "健康产业", "健康中国", "健康促进法", "职业健康", "disease control",
    "disease prevention", "infectious disease act", "prevention of disease", "control of disease", "疾病预防控制",
    "传染病防治", "疾病控制", "诊断医师", "诊断资格", "残疾人联合会", "teaching aid", "visual aid",
    "vaccine administration", "infectious diseases specialist", "infectious disease specialist",
    "teacher of politics", "politics teacher", "house rules", "退役军人事务", "住院医师", "diagnostic radiology",
    "diagnostic imaging",
    // Words with another meaning.
    "good faith", "bad faith", "reasonable belief", "face value", "on the face of", "face to face",
    "in the face of", "方面部", "全面部署", "页面部", "层面部", "地面部分", "speech therapist", "speech therapy",
    "speech and language", "line of descent", "credit union", "european union", "customs union", "currency union",
    "union of", "state of the union", "施工会", "分工会议", "员工会议", "竣工会", "开工会", "完工会", "加工会",
    "化工会", "职工会议", "third party member", "strike out", "strike off", "strike from", "strike through",
    "民族自治", "民族事务委", "民族大学", "民族学院", "中华民族", "道教育", "道教师", "道教学", "街道教", "正宗教",
    "当中共", "其中共", "集中共", "行政审", "整体检", "主体检", "固体检", "液体检", "气体检", "具体检", "全体检",
    "集体检", "物体检", "实体检", "个体检", "集会议", "集会计", "步态势", "实操行", "遵守信", "安排行", "不得分",
    "面积分", "体积分", "白族自治", "彝族自治", "傣族自治", "苗族自治", "藏族自治", "壮族自治", "哈尼族自治",
    "回族自治", "蒙古族自治", "傈僳族自治", "新疆维吾尔自治区",
    // Money that is not a person's wealth; professions that deal with wealth.
    "income tax", "罚没收入", "非税收入", "收入库", "接收入", "吸收入", "回收入", "工资格", "工资质", "工资料",
    "工资源", "保单位", "处理赔偿", "办理赔偿", "受理赔", "股份有限公司", "股份公司", "real estate agent",
    "real estate broker", "real estate appraiser", "real estate valuer", "real estate registration agent",
    "real estate agency", "real estate developer", "real estate brokerage", "房产局", "房产管理局",
    "不动产登记代理人", "不动产登记中心", "不动产登记局", "房产中介", "deposit insurance", "tracking number",
    // Class, grade and rank of a thing or a qualification, not of a person.
    "professional rank", "rank of the certificate", "energy rating", "fire rating", "rank and file",
    "power rating", "voltage rating",
];
