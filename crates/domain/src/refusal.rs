//! Every "no" of a look, with its stable code, its law and plain words in both languages.
//!
//! A refusal is an answer, not an error: it is journaled and the person sees it. On pages it reads "denied".

use crate::catalog::Bilingual;
use crate::day::Day;
use crate::id::PurposeCode;

/// Why nothing was shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The member may not act at present.
    MemberSuspended,
    /// The officer may not act at present.
    OfficerSuspended,
    /// Today is no day of the officer's duty.
    NotOnDuty,
    /// The catalog knows no such purpose.
    NoSuchPurpose,
    /// The officer does not hold the purpose.
    PurposeNotHeld(PurposeCode),
    /// The officer was never trained for the purpose.
    NeverTrained(PurposeCode),
    /// The officer's training for the purpose has ended.
    TrainingEnded {
        /// The purpose.
        purpose: PurposeCode,
        /// Its last day.
        on: Day,
    },
    /// The member has no duty in the purpose's sector of life.
    OtherSector(PurposeCode),
    /// The person has given no consent for the purpose.
    NoConsent(PurposeCode),
    /// Too many questions found nothing, or one case asks about too many people.
    LooksLikeEnumeration,
    /// A person is served at a counter by two officers of one office, and these are not two.
    NotTwoOfficers,
}

/// One row of the table of refusals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefusalRow {
    /// The stable code.
    pub code: &'static str,
    /// What happened, in English.
    pub en: &'static str,
    /// What happened, in Chinese.
    pub zh: &'static str,
    /// What to do next, in English.
    pub next_en: &'static str,
    /// What to do next, in Chinese.
    pub next_zh: &'static str,
    /// The rule behind it, in English.
    pub law: &'static str,
    /// The rule behind it, in Chinese.
    pub law_zh: &'static str,
}

macro_rules! rows {
    ($($code:literal, $en:literal, $zh:literal, $next_en:literal, $next_zh:literal, $law:literal, $law_zh:literal;)*) => {
        [$(RefusalRow { code: $code, en: $en, zh: $zh, next_en: $next_en, next_zh: $next_zh, law: $law, law_zh: $law_zh }),*]
    };
}

/// Every refusal, in the order of [`Refusal`]'s variants.
pub const REFUSALS: [RefusalRow; 11] = rows! {
    "D001", "denied: your office is suspended", "已拒绝：贵单位已被暂停",
        "ask the registrar for the reasons and the way back", "请向登记机关询问理由和恢复办法",
        "a member's right to look ends while it is suspended", "成员单位被暂停期间，不得查看";
    "D002", "denied: your right to look is suspended", "已拒绝：您的查看资格已被暂停",
        "ask the head of your office", "请联系本单位负责人",
        "an officer's right to look is suspended after due process", "经办人的查看资格经正当程序方可暂停";
    "D003", "denied: you are not on duty today", "已拒绝：您今天不在岗",
        "ask your office to correct the days of your duty, if they are wrong", "如在岗日期有误，请本单位更正",
        "only an officer on duty looks", "只有在岗的经办人才能查看";
    "D004", "denied: the catalog has no such purpose", "已拒绝：目录中没有这一用途",
        "choose one of the purposes of the catalog", "请从目录所列用途中选择",
        "a look needs a purpose that the catalog names", "查看须有目录列明的用途";
    "D005", "denied: you do not hold this purpose", "已拒绝：您未获授权使用这一用途",
        "ask the registrar for the purpose, if your duty needs it", "如职责需要，请向登记机关申请",
        "an officer looks only for purposes held", "经办人只能为获授权的用途查看";
    "D006", "denied: you were never trained for this purpose", "已拒绝：您未接受过这一用途的培训",
        "take the training, then ask the registrar to record it", "请完成培训，再请登记机关登记",
        "no valid training, no access", "没有有效的培训，不得查看";
    "D007", "denied: your training for this purpose has ended", "已拒绝：您这一用途的培训已到期",
        "renew it, then ask the registrar to record it", "请续期，再请登记机关登记",
        "no valid training, no access", "没有有效的培训，不得查看";
    "D008", "denied: the purpose belongs to another sector of life than your office's duties", "已拒绝：这一用途不属于贵单位职责所在的领域",
        "ask only in the sector in which the law gives you a duty", "请只在法律赋予职责的领域内查看",
        "no consequence travels from one sector of life into another", "任何后果不得从一个生活领域带到另一个领域";
    "D009", "denied: this person has given no consent for this purpose", "已拒绝：本人未同意这一用途",
        "ask the person; do not try again before", "请先征得本人同意，在此之前不要再试",
        "where consent entitles, there is no look without it", "须经同意的用途，未经同意不得查看";
    "D010", "denied: your questions look like a search through people, which Fairfile does not make", "已拒绝：您的提问形同对人员的逐一搜查，本系统不提供",
        "two registrars must release you before you can ask again", "须由两名登记管理员解除后方可再次提问",
        "one person, for one case; no listing and no search of people", "只为一个案件查看一个人，不列名单，不搜索人";
    "D011", "denied: a person is served at a counter by two officers of one office", "已拒绝：窗口服务须由同一单位的两名经办人共同办理",
        "ask another officer of your office, trained for counter visits, to confirm that the person is present", "请本单位另一名受过窗口服务培训的经办人确认本人在场",
        "nobody opens a whole file alone", "任何人不得单独打开整份档案";
};

impl Refusal {
    /// The row that tells of it.
    pub fn row(&self) -> &'static RefusalRow {
        let position = match self {
            Self::MemberSuspended => 0,
            Self::OfficerSuspended => 1,
            Self::NotOnDuty => 2,
            Self::NoSuchPurpose => 3,
            Self::PurposeNotHeld(_) => 4,
            Self::NeverTrained(_) => 5,
            Self::TrainingEnded { .. } => 6,
            Self::OtherSector(_) => 7,
            Self::NoConsent(_) => 8,
            Self::LooksLikeEnumeration => 9,
            Self::NotTwoOfficers => 10,
        };
        &REFUSALS[position]
    }

    /// The refusal that `code` names, with the figures handed in: for an answer that is given once more.
    pub fn with_code(code: &str, purpose: &PurposeCode, on: Day) -> Self {
        match code {
            "D001" => Self::MemberSuspended,
            "D002" => Self::OfficerSuspended,
            "D003" => Self::NotOnDuty,
            "D004" => Self::NoSuchPurpose,
            "D005" => Self::PurposeNotHeld(purpose.clone()),
            "D006" => Self::NeverTrained(purpose.clone()),
            "D007" => Self::TrainingEnded { purpose: purpose.clone(), on },
            "D008" => Self::OtherSector(purpose.clone()),
            "D009" => Self::NoConsent(purpose.clone()),
            "D011" => Self::NotTwoOfficers,
            _ => Self::LooksLikeEnumeration,
        }
    }

    /// The stable code.
    pub fn code(&self) -> &'static str {
        self.row().code
    }

    /// What happened, with the figure that belongs to it.
    pub fn sentence(&self) -> Bilingual {
        let row = self.row();
        match self {
            Self::TrainingEnded { purpose, on } => Bilingual {
                en: format!("denied: your training for {purpose} ended on {on}"),
                zh: format!("已拒绝：您的“{purpose}”培训已于{on}到期"),
            },
            Self::PurposeNotHeld(_)
            | Self::NeverTrained(_)
            | Self::OtherSector(_)
            | Self::NoConsent(_)
            | Self::MemberSuspended
            | Self::OfficerSuspended
            | Self::NotOnDuty
            | Self::NoSuchPurpose
            | Self::LooksLikeEnumeration
            | Self::NotTwoOfficers => Bilingual { en: row.en.into(), zh: row.zh.into() },
        }
    }
}
