//! The law's figures in words: what each is called, and what its value, unit and basis say, in both languages.
//!
//! What a profile brings of its own and is not in these tables stays as the law file writes it.

use fairfile_domain::day::Unit;
use fairfile_domain::profile::{Figure, FigureValue, Measure};

use crate::wire::Language;

/// A code of the law file, and what it says in English and in Chinese.
type Row = (&'static str, &'static str, &'static str);

/// What somebody reads, and whether it is a code of the law file that has no words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) words: String,
    pub(super) is_code: bool,
}

impl Said {
    fn of(rows: &[Row], language: Language, code: &str) -> Self {
        match rows.iter().find(|row| row.0 == code) {
            Some((_, en, zh)) => Self { words: language.pick(en, zh).to_owned(), is_code: false },
            None => Self { words: code.to_owned(), is_code: true },
        }
    }
}

/// The name of a figure.
pub(super) fn title(language: Language, key: &str) -> Said {
    Said::of(TITLES, language, key)
}

/// The layer that set a figure.
pub(super) fn layer(language: Language, code: &str) -> Said {
    Said::of(LAYERS, language, code)
}

/// What a figure rests on, without its source.
pub(super) fn basis(language: Language, code: &str) -> Said {
    Said::of(BASES, language, code)
}

/// One word of a value.
pub(super) fn word(language: Language, code: &str) -> Said {
    Said::of(WORDS, language, code)
}

/// Several words of a value in a row; a code if one of them is.
pub(super) fn words<'w>(language: Language, codes: impl IntoIterator<Item = &'w String>) -> Said {
    let said: Vec<Said> = codes.into_iter().map(|code| word(language, code)).collect();
    let is_code = said.iter().any(|said| said.is_code);
    let words: Vec<String> = said.into_iter().map(|said| said.words).collect();
    Said { words: words.join(language.pick(", ", "、")), is_code }
}

/// The value of a figure, with its unit.
pub(super) fn value(language: Language, figure: &Figure) -> Said {
    let plain = |words: String| Said { words, is_code: false };
    match &figure.value {
        FigureValue::Count(count) => plain(counted(language, *count, figure.unit)),
        FigureValue::Flag(true) => plain(language.pick("yes", "是").to_owned()),
        FigureValue::Flag(false) => plain(language.pick("no", "否").to_owned()),
        FigureValue::Word(code) => word(language, code),
        FigureValue::Words(codes) => words(language, codes),
        FigureValue::None => plain(language.pick("the law sets none", "法律未规定").to_owned()),
        FigureValue::Unlimited => plain(language.pick("as often as anybody likes", "不限").to_owned()),
    }
}

/// A number with its unit, such as `1 working day` and `1个工作日`.
fn counted(language: Language, count: i64, unit: Option<Measure>) -> String {
    let Some((one, many, zh)) = unit.map(unit_words) else { return count.to_string() };
    match language {
        Language::En if count == 1 => format!("{count} {one}"),
        Language::En => format!("{count} {many}"),
        Language::Zh => format!("{count}{zh}"),
    }
}

fn unit_words(unit: Measure) -> (&'static str, &'static str, &'static str) {
    match unit {
        Measure::Time(Unit::Day) => ("day", "days", "日"),
        Measure::Time(Unit::BusinessDay) => ("working day", "working days", "个工作日"),
        Measure::Time(Unit::Month) => ("month", "months", "个月"),
        Measure::Time(Unit::Year) => ("year", "years", "年"),
        Measure::Hour => ("hour", "hours", "小时"),
        Measure::Word => ("word", "words", "个词"),
        Measure::Char => ("character", "characters", "字"),
        Measure::Count => ("time", "times", "次"),
    }
}

const BASES: &[Row] = &[
    ("statute", "a statute", "法律"),
    ("regulation", "a regulation", "法规"),
    ("policy", "a policy", "政策"),
    ("guidance", "guidance", "指引"),
    ("product", "Fairfile's own choice", "本软件自定"),
];

const LAYERS: &[Row] = &[
    ("floor", "the floor", "底线"),
    ("baseline", "Fairfile's baseline", "基准"),
    ("cn", "China", "全国"),
    ("cn-zj", "Zhejiang", "浙江"),
    ("cn-sh", "Shanghai", "上海"),
    ("cn-sz", "Shenzhen", "深圳"),
    ("cn-sd", "Shandong", "山东"),
    ("eu", "European Union", "欧盟"),
    ("us", "United States, FCRA", "美国（公平信用报告法）"),
    ("us-privacy-act", "United States, Privacy Act", "美国（隐私法）"),
    ("us-npdb", "United States, NPDB", "美国（全国执业者数据库）"),
    ("uk", "United Kingdom", "英国"),
];

#[rustfmt::skip]
const TITLES: &[Row] = &[
    ("accuracy_standard", "How exact a record must be", "记录的准确标准"),
    ("adverse_action_notice", "Whoever decides against a person tells why", "作出不利决定须告知"),
    ("adverse_display_max_days", "An adverse record is shown at most for", "不利记录最长显示"),
    ("adverse_waiting_days", "An adverse record waits before others see it", "不利记录显示前的等待期"),
    ("annotate_during_appeal", "A record says that it is before a court", "复议诉讼期间加注"),
    ("annotate_while_contested", "A record says that it is contested", "异议期间加注"),
    ("attestation_formats", "Forms of an attestation", "证明的格式"),
    ("attestation_public_body_effect", "What an attestation of a public body is worth", "公共机构证明的效力"),
    ("attestation_relying_party", "Who may ask for an attestation", "可以要求证明的一方"),
    ("automated_decisions", "Automated decisions about a person", "对个人的自动化决策"),
    ("bankruptcy_display_max_days", "A bankruptcy is shown at most for", "破产记录最长显示"),
    ("breach_notice_hours", "An incident is reported within", "安全事件报告时限"),
    ("breach_notice_hours_critical", "A grave incident is reported within", "重大安全事件报告时限"),
    ("breach_notice_hours_state_organ", "A state organ reports an incident within", "国家机关报告安全事件的时限"),
    ("breach_person_notice", "People are told of an incident", "向个人告知安全事件"),
    ("breach_person_notice_hours", "People are told of an incident within", "向个人告知安全事件的时限"),
    ("certificate_dispute_days", "A certificate can be disputed within", "对证明提出异议的期限"),
    ("child_age", "A child is younger than", "儿童：未满"),
    ("collection_period_start", "Where the time of keeping begins", "保存期限的起点"),
    ("complaint_ack_days", "A complaint is confirmed within", "投诉受理确认时限"),
    ("complaint_answer_days", "A complaint is answered within", "投诉答复时限"),
    ("compliance_audit_every", "An audit of compliance every", "合规审计的间隔"),
    ("consent_for_inquiry", "Consent to a look", "查询的同意"),
    ("consent_only_categories", "Kept with written consent alone", "须经书面同意方可采集"),
    ("consent_withdrawal", "A consent can be withdrawn", "撤回同意"),
    ("court_access", "The way to a court is open", "可以起诉"),
    ("cross_field_visibility", "Looks across sectors of life", "跨领域查看"),
    ("data_location", "Where the data lies", "数据存放地"),
    ("data_portability", "Taking one's data to somebody else", "数据可携带"),
    ("dispute_window_days", "A record can be disputed within", "提出异议的期限"),
    ("elevation_wait_days", "A dispute goes further after", "异议升级前的等待期"),
    ("enforced_subject_access", "Making somebody hand over the own file", "强迫本人交出档案"),
    ("expedited_deletion_days", "A hastened deletion within", "加快删除的时限"),
    ("first_notice_days", "The first notice within", "首次告知的时限"),
    ("free_reports_per_year", "Reading the own file in a year", "每年查看本人档案的次数"),
    ("frivolous_notice_days", "Told that an objection is taken for idle within", "认定异议无理由的告知时限"),
    ("identity_theft_block_days", "What a stolen identity brought is blocked within", "冒用身份内容的屏蔽时限"),
    ("impact_assessment", "Assessed beforehand", "须事前评估的情形"),
    ("impact_assessment_retention_days", "An assessment is kept for", "评估记录保存期"),
    ("inquirer_certifies_purpose", "Whoever looks says the purpose", "查询方须说明用途"),
    ("inquiries_disclosed_days", "Looks are told for", "查询记录告知的期间"),
    ("inquiry_fee", "The price of a look", "查询收费"),
    ("inquiry_log_fields", "What is noted of a look", "查询记录的内容"),
    ("inquiry_log_retention_days", "Looks are kept for", "查询记录保存期"),
    ("lists_of_people", "Lists of people", "人员名单"),
    ("matching_verification", "Before records are matched", "数据匹配前的核实"),
    ("method_description_days", "How an answer was found is told within", "说明核查方法的时限"),
    ("minor_age", "A minor is younger than", "未成年人：未满"),
    ("new_use_notice_days", "A new use is announced before", "新用途的公告期"),
    ("notice_before_adverse", "Told before an adverse record is given on", "提供不利信息前告知本人"),
    ("objection_ack_days", "An objection is confirmed within", "异议受理确认时限"),
    ("objection_days", "An objection is answered within", "异议答复时限"),
    ("objection_extension_days", "An answer can take longer by", "异议答复可延长"),
    ("official_authority_only_categories", "Kept under official authority alone", "仅限公权力机关处理"),
    ("organisation_to_person_inheritance", "A consequence from an organisation to its people", "单位的后果及于个人"),
    ("own_access_free", "Reading the own file costs nothing", "查看本人档案免费"),
    ("own_access_unlimited", "Reading the own file as often as one likes", "查看本人档案不限次数"),
    ("penalty_display_max_days", "A penalty is shown at most for", "处罚最长显示"),
    ("penalty_display_min_days", "A penalty is shown at least for", "处罚最短显示"),
    ("pre_adverse_notice_employment", "An employer tells before deciding against somebody", "雇主作出不利决定前告知"),
    ("prohibited_categories", "What may not be kept", "禁止采集的类别"),
    ("public_access", "What the public can read of people", "公众可查的个人信息"),
    ("public_display_of_people", "People in public", "公开展示个人"),
    ("public_names", "Names in public", "公开姓名"),
    ("recipients_correction_lookback_days", "Told of a correction: who was shown it within", "更正告知的回溯期"),
    ("recipients_correction_lookback_employment_days", "The same for employers", "更正告知的回溯期（雇主）"),
    ("records_of_processing", "A record of all processing", "处理活动记录"),
    ("refusal_notice_days", "A refusal is told within", "告知拒绝的时限"),
    ("registry_check_days", "The registry checks an objection within", "登记机构核查异议的时限"),
    ("reinsertion_notice_days", "Told that a record is back within", "恢复记录的告知时限"),
    ("reinsertion_requires_certification", "A record comes back only if it is certified", "恢复记录须经证明"),
    ("repair_authority_decision_days", "The authority decides on a repair within", "主管机关决定修复的时限"),
    ("repair_conditions", "Conditions of a repair", "修复条件"),
    ("repair_decision_days", "A repair is decided within", "修复决定时限"),
    ("repair_effect", "What a repair does", "修复的效果"),
    ("repair_effect_days", "A repair takes effect within", "修复生效时限"),
    ("repair_fee", "The price of a repair", "修复收费"),
    ("report_contents", "What a person's copy says", "本人副本的内容"),
    ("report_copy_to_subject", "A copy for the person", "向本人提供副本"),
    ("report_delivery_days", "A copy is delivered within", "提供副本的时限"),
    ("restrict_while_contested", "A contested record is held back", "异议期间停止提供"),
    ("result_notice_days", "The result is told within", "告知结果的时限"),
    ("retention_rule", "How long anything is kept", "保存期限的原则"),
    ("review_available", "A reconsideration can be asked for", "可以申请复核"),
    ("review_days", "A reconsideration is asked for within", "申请复核的期限"),
    ("rights_after_death", "Who acts for the dead", "死者权利的行使人"),
    ("scores_or_classes_of_people", "Scores or classes of people", "个人评分或分级"),
    ("sealed_categories", "Sealed", "封存的类别"),
    ("sensitive_categories", "Sensitive", "敏感的类别"),
    ("show_every_look_to_person", "The person sees every look", "每次查看都让本人看到"),
    ("social_scoring", "Social scoring", "社会评分"),
    ("source_answer_days", "The source answers within", "来源单位答复的时限"),
    ("source_notice_days", "The source is told within", "告知来源单位的时限"),
    ("statement_max_chars", "A person's statement has at most", "本人声明最多"),
    ("statement_max_words", "A person's statement has at most", "本人声明最多"),
    ("tips_from_public_about_a_person", "Tips from the public about a person", "公众对个人的举报"),
    ("unverified_action", "What cannot be verified", "无法核实的内容"),
    ("withdraw_quashed_decision_days", "A decision that was set aside is withdrawn within", "撤回被撤销决定的时限"),
    ("never_collect", "What no item may name", "任何事项不得列入"),
    ("never_collect_financial", "Money matters that no item may name", "任何事项不得列入的财务信息"),
    ("catalog_notice_days", "An item stands in public before it holds", "事项生效前的公示期"),
];

#[rustfmt::skip]
const WORDS: &[Row] = &[
    ("refuse", "refused", "拒绝"),
    ("prohibited", "prohibited", "禁止"),
    ("allowed_with_safeguards", "allowed, with safeguards", "允许，须有保障"),
    ("explain_and_right_to_refuse", "explained, and the person may refuse", "须说明，本人可以拒绝"),
    ("prohibited_with_exceptions", "prohibited, with exceptions", "禁止，另有例外"),
    ("reasonable_procedures_for_maximum_possible_accuracy", "as exact as reasonable procedures make it", "以合理程序求最大准确"),
    ("SD-JWT VC", "SD-JWT VC", "SD-JWT VC"),
    ("ISO/IEC 18013-5 mdoc", "ISO/IEC 18013-5 mdoc", "ISO/IEC 18013-5 mdoc"),
    ("same_as_paper_attestation", "the same as on paper", "与纸质证明相同"),
    ("registered_and_limited_to_declared_data", "registered, and only for what was declared", "须登记，限于申报的内容"),
    ("immediately", "at once", "立即"),
    ("without_undue_delay", "without undue delay", "不得无故拖延"),
    ("written_with_purpose", "in writing, with the purpose", "书面，写明用途"),
    ("any_time_and_easy", "at any time, easily", "随时、便捷"),
    ("in_country", "in the country", "境内"),
    ("not_for_public_task", "not for a public task", "不适用于公共职责"),
    ("offence", "an offence", "属于违法"),
    ("none", "none", "无"),
    ("independent_check_and_30_day_notice_before_adverse_action", "checked independently, and told 30 days before acting", "独立核实，不利处理前30日告知"),
    ("none_with_identity", "nothing that tells who it is", "不含身份的信息"),
    ("end_publication", "the publication ends", "停止公示"),
    ("stop_sharing_and_use", "it is no longer shared or used", "停止共享和使用"),
    ("lift_measures", "measures are lifted", "解除措施"),
    ("minimum_display_reached", "the shortest display is over", "最短公示期届满"),
    ("conduct_corrected_and_duty_fully_performed", "put right, and the duty wholly done", "已纠正并全部履行义务"),
    ("public_commitment_made", "a public promise", "公开承诺"),
    ("other_conditions_of_law", "other conditions of the law", "法律规定的其他条件"),
    ("automatic_and_free", "by itself, free of charge", "自动、免费"),
    ("shortest_necessary", "as short as can be", "必要的最短期限"),
    ("close_relatives", "close relatives", "近亲属"),
    ("delete", "deleted", "删除"),
    ("record_check_and_objection", "the check and the objection are noted", "记载核查和异议情况"),
    ("restrict_then_rectify_or_erase", "held back, then put right or erased", "先限制，再更正或删除"),
    ("withhold_from_inquirers", "not shown to others", "不向他人显示"),
    ("sensitive_data", "sensitive data", "敏感信息"),
    ("processors_or_disclosure", "processing by others, or giving on", "委托处理或提供"),
    ("cross_border", "across the border", "出境"),
    ("other_major_effect", "anything else of great effect", "其他重大影响"),
    ("automated_decisions", "automated decisions", "自动化决策"),
    ("systematic_evaluation_with_legal_effect", "systematic evaluation with legal effect", "有法律效果的系统评估"),
    ("large_scale_special_or_criminal", "special or criminal data on a large scale", "大规模处理特殊或犯罪信息"),
    ("public_monitoring", "watching public places", "监控公共场所"),
    ("other_high_risk", "any other high risk", "其他高风险"),
    ("officer_name", "the officer", "经办人"),
    ("time", "the time", "时间"),
    ("content", "the content", "内容"),
    ("purpose", "the purpose", "用途"),
    ("criminal_convictions_and_offences", "criminal convictions and offences", "刑事定罪和犯罪"),
    ("exercise_of_first_amendment_rights", "how somebody uses the freedoms of speech and belief", "言论和信仰自由的行使"),
    ("race_or_ethnic_origin", "race or ethnic origin", "种族或民族"),
    ("political_opinion", "political opinion", "政治观点"),
    ("religion_or_belief", "religion or belief", "宗教或信仰"),
    ("trade_union_membership", "trade union membership", "工会会员身份"),
    ("genes", "genes", "基因"),
    ("biometrics", "biometrics", "生物特征"),
    ("health", "health", "健康"),
    ("sex_life_or_orientation", "sex life or orientation", "性生活或性取向"),
    ("fingerprints", "fingerprints", "指纹"),
    ("blood_type", "blood type", "血型"),
    ("disease_or_medical_history", "diseases and medical history", "疾病和病史"),
    ("face_voice_iris_gait", "face, voice, iris, gait", "人脸、声音、虹膜、步态"),
    ("military_service", "military service", "服役"),
    ("speech_or_assembly", "speech and assembly", "言论和集会"),
    ("online_or_social_behaviour", "behaviour online or in society", "网上或社会行为"),
    ("student_conduct", "conduct of pupils and students", "学生操行"),
    ("location_track", "where somebody was", "行踪轨迹"),
    ("donations_or_volunteering_as_merit", "donations or volunteering as a merit", "以捐赠、志愿服务记功"),
    ("tips_from_public", "tips from the public", "公众举报"),
    ("income", "income", "收入"),
    ("deposits", "deposits", "存款"),
    ("securities", "securities", "有价证券"),
    ("commercial_insurance", "commercial insurance", "商业保险"),
    ("real_estate", "real estate", "不动产"),
    ("tax_amount", "amounts of tax", "纳税数额"),
    ("purposes", "purposes", "用途"),
    ("categories", "categories", "类别"),
    ("recipients", "who was told", "接收方"),
    ("storage_period", "how long it is kept", "保存期限"),
    ("rights", "rights", "权利"),
    ("complaint", "the way to complain", "投诉途径"),
    ("source", "the source", "来源"),
    ("public_security_violation", "public security violations", "治安违法"),
    ("juvenile_offence", "offences of juveniles", "未成年人犯罪"),
    ("juvenile_penalty", "penalties of juveniles", "未成年人处罚"),
    ("juvenile_correction", "corrections of juveniles", "未成年人矫治"),
    ("juvenile_non_prosecution", "juveniles who were not prosecuted", "未成年人不起诉"),
    ("specific_identity", "a specific identity", "特定身份"),
    ("financial_account", "financial accounts", "金融账户"),
    ("under_14", "people under 14", "不满十四周岁者"),
    ("unlimited", "as often as anybody likes", "不限"),
    ("true", "yes", "是"),
    ("false", "no", "否"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_figure_of_every_profile_that_is_shipped_has_words() {
        let mut seen = 0;
        for chosen in LAYERS.iter().map(|row| row.0).filter(|code| *code != "floor") {
            let profile = fairfile_lawfiles::profiles::load(fairfile_lawfiles::profiles::EMBEDDED, chosen)
                .unwrap_or_else(|error| panic!("{chosen}: {error}"));
            let categories = words(Language::Zh, &profile.never_collect);
            assert!(!categories.is_code, "{chosen}: {}", categories.words);
            for (key, figure) in &profile.figures {
                let said = [title(Language::Zh, key), value(Language::Zh, figure), basis(Language::Zh, &figure.basis)];
                assert_eq!(said.iter().find(|said| said.is_code), None, "{chosen}: {key}");
                seen += 1;
            }
            assert_eq!(profile.layers.iter().find(|code| layer(Language::Zh, code).is_code), None, "{chosen}");
        }
        assert!(seen > 300, "{seen}");
    }

    #[test]
    fn a_number_has_its_unit_in_both_languages() {
        let days = |count| counted(Language::En, count, Some(Measure::Time(Unit::BusinessDay)));
        assert_eq!((days(1), days(10)), ("1 working day".to_owned(), "10 working days".to_owned()));
        assert_eq!(counted(Language::Zh, 10, Some(Measure::Time(Unit::BusinessDay))), "10个工作日");
        assert_eq!(counted(Language::En, 7, None), "7");
    }

    #[test]
    fn what_a_profile_brings_of_its_own_stays_as_it_is_written() {
        assert_eq!(title(Language::Zh, "our_own_days"), Said { words: "our_own_days".to_owned(), is_code: true });
    }
}
