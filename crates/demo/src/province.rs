//! Lanhe's members, their officers, and what each may ask.

use std::fs;
use std::io::Write;
use std::path::Path;

use fairfile_domain::actor::{Member, Office, Officer, Staff, Standing};
use fairfile_domain::catalog::{Bilingual, Sector};
use fairfile_domain::day::Day;
use fairfile_domain::id::{Code, NotACode};
use fairfile_lawfiles::catalog::EMBEDDED_DEMO;
use fairfile_requests::SigningKey;
use fairfile_service::folder::{Folder, FolderError};
use fairfile_service::opening_day::Foundation;
use fairfile_service::registrar::{Admission, PublishError, admit, publish_catalog};
use fairfile_service::registry::{Mode, RegistryError};
use fairfile_service::{Clock, Registry};
use fairfile_store::member::MemberKey;
use fairfile_vault::{Chance, VaultError};

/// The name of the demo's journal.
pub const ORIGIN: &str = "lanhe.example/journal";
/// How a demo node's address reads inside signed requests that never travel: the in-process command line's.
pub const ADDRESS: &str = "https://lanhe.example";

type MemberRow = (&'static str, &'static str, &'static str, &'static [Sector]);

/// Code, names, and the sectors in which the law gives duties.
pub const MEMBERS: [MemberRow; 13] = [
    ("drug-administration", "Lanhe Provincial Drug Administration", "兰河省药品监督管理局", &[Sector::FoodAndDrugs]),
    ("market-regulation", "Lanhe Provincial Market Regulation Bureau", "兰河省市场监督管理局", &[Sector::FoodAndDrugs]),
    ("court", "Lanhe Provincial High Court", "兰河省高级人民法院", &[Sector::Courts]),
    ("education", "Lanhe Provincial Department of Education", "兰河省教育厅", &[Sector::Education]),
    ("tourism", "Lanhe Provincial Department of Tourism", "兰河省文化和旅游厅", &[Sector::Tourism]),
    (
        "health-commission",
        "Lanhe Provincial Health Commission",
        "兰河省卫生健康委员会",
        &[Sector::Health, Sector::FoodAndDrugs],
    ),
    ("tax-bureau", "Lanhe Provincial Tax Bureau", "兰河省税务局", &[Sector::Taxation]),
    (
        "housing-construction",
        "Lanhe Provincial Department of Housing and Construction",
        "兰河省住房和城乡建设厅",
        &[Sector::Construction],
    ),
    ("civil-affairs", "Lanhe Provincial Department of Civil Affairs", "兰河省民政厅", &[Sector::CivilAffairs]),
    ("insurance-bureau", "Lanhe Medical Insurance Bureau", "兰河省医疗保障局", &[Sector::FoodAndDrugs]),
    ("reform-commission", "Lanhe Provincial Development and Reform Commission", "兰河省发展和改革委员会", &[]),
    ("qingshi-hospital", "Qingshi Hospital", "青石医院", &[Sector::Health]),
    ("rural-bank", "Lanhe Rural Bank", "兰河农村商业银行", &[Sector::Finance, Sector::Courts]),
];

type OfficerRow = (&'static str, &'static str, &'static [(&'static str, Training)]);

/// How an officer of the demo is trained for a purpose.
#[derive(Debug, Clone, Copy)]
pub enum Training {
    /// To the end of this century.
    Valid,
    /// It ended on 28 February 2026.
    Ended,
    /// Never.
    Never,
}

/// Code, member, and the purposes held.
pub const OFFICERS: [OfficerRow; 14] = [
    ("0101", "drug-administration", &[("licence-renewal", Training::Valid)]),
    ("0201", "market-regulation", &[("food-permit", Training::Valid), ("licence-renewal", Training::Valid)]),
    ("0301", "court", &[("enforcement-review", Training::Valid)]),
    ("0401", "education", &[("teacher-appointment", Training::Valid)]),
    ("0501", "tourism", &[("guide-assignment", Training::Valid)]),
    (
        "0417",
        "health-commission",
        &[
            ("counter-visit", Training::Valid),
            ("licence-renewal", Training::Valid),
            ("physician-hiring", Training::Valid),
        ],
    ),
    (
        "0418",
        "health-commission",
        &[
            ("counter-visit", Training::Valid),
            ("licence-renewal", Training::Ended),
            ("physician-hiring", Training::Never),
        ],
    ),
    ("0701", "tax-bureau", &[("tax-agent-filing", Training::Valid)]),
    ("0801", "housing-construction", &[("site-permit", Training::Valid)]),
    ("0901", "civil-affairs", &[("honours-check", Training::Valid)]),
    ("1001", "insurance-bureau", &[("pharmacy-contract", Training::Valid)]),
    ("1101", "reform-commission", &[("licence-renewal", Training::Valid)]),
    ("1201", "qingshi-hospital", &[("physician-hiring", Training::Valid)]),
    ("1301", "rural-bank", &[("loan-by-consent", Training::Valid)]),
];

/// Who works at the node: code and office. They have no keys; they sign in.
pub const STAFF: [(&str, Office); 4] = [
    ("registrar-1", Office::Registry),
    ("registrar-2", Office::Registry),
    ("registrar-3", Office::Registry),
    ("supervisor-1", Office::Supervision),
];

/// The demo could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ProvinceError {
    /// The folder.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The node.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// The catalog.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// A key could not be made or kept.
    #[error("a demo key could not be made or written")]
    Key(#[from] std::io::Error),
    /// A table of this room is wrong.
    #[error("a table of the demo province is wrong")]
    Table,
}

impl From<VaultError> for ProvinceError {
    fn from(source: VaultError) -> Self {
        Self::Registry(source.into())
    }
}
impl From<NotACode> for ProvinceError {
    fn from(_: NotACode) -> Self {
        Self::Table
    }
}

/// What a demo node is told about itself.
pub fn foundation() -> Foundation {
    Foundation {
        origin: ORIGIN.into(),
        zone: "Asia/Shanghai".into(),
        profile: "cn".into(),
        holidays: fairfile_lawfiles::holidays::EMBEDDED_DEMO.into(),
        mode: Mode::Demo,
    }
}

/// Founds a demo node in `path`: catalog, members, officers, staff and keys, and no people.
pub fn found(
    path: &Path,
    postgres: Option<&str>,
    chance: Chance,
    clock: Clock,
) -> Result<(Folder, Registry), ProvinceError> {
    found_as(path, postgres, &foundation(), chance, clock)
}

/// The same under another foundation, such as one in another zone.
pub fn found_as(
    path: &Path,
    postgres: Option<&str>,
    foundation: &Foundation,
    chance: Chance,
    clock: Clock,
) -> Result<(Folder, Registry), ProvinceError> {
    let (folder, registry) = Folder::found(path, postgres, foundation, chance, clock)?;
    let files: Vec<(String, String)> =
        EMBEDDED_DEMO.iter().map(|(name, text)| ((*name).into(), (*text).into())).collect();
    publish_catalog(&registry, &files)?;
    admit(&registry, admission(&registry, &folder)?)?;
    Ok((folder, registry))
}

fn admission(registry: &Registry, folder: &Folder) -> Result<Admission, ProvinceError> {
    let day = |year, month, day| Day::new(year, month, day).map_err(|_| ProvinceError::Table);
    let (from, until) = (day(2020, 1, 1)?, day(2099, 12, 31)?);
    let member = |row: &MemberRow| -> Result<Member, ProvinceError> {
        Ok(Member {
            code: row.0.parse()?,
            title: Bilingual { en: row.1.into(), zh: row.2.into() },
            sectors: row.3.to_vec(),
            standing: Standing::Active,
        })
    };
    let officer = |row: &OfficerRow| -> Result<Officer, ProvinceError> {
        let mut purposes = std::collections::BTreeMap::new();
        for (purpose, training) in row.2 {
            let trained_until = match training {
                Training::Valid => Some(until),
                Training::Ended => Some(day(2026, 2, 28)?),
                Training::Never => None,
            };
            purposes.insert(purpose.parse()?, trained_until);
        }
        Ok(Officer {
            code: row.0.parse()?,
            member: row.1.parse()?,
            standing: Standing::Active,
            on_duty_from: from,
            on_duty_until: until,
            purposes,
        })
    };
    let members = MEMBERS.iter().map(member).collect::<Result<Vec<_>, _>>()?;
    let officers = OFFICERS.iter().map(officer).collect::<Result<Vec<_>, _>>()?;
    fs::create_dir(folder.demo_keys())?;
    let mut keys = Vec::new();
    let of_members = members.iter().map(|row| (row.code.as_str(), row.code.clone(), None));
    let of_officers = officers.iter().map(|row| (row.code.as_str(), row.member.clone(), Some(row.code.clone())));
    for (holder, member, officer) in of_members.chain(of_officers) {
        let key = SigningKey::from_seed(&registry.chance.bytes()?).map_err(|_| ProvinceError::Table)?;
        let code: Code<_> = key_code(holder).parse()?;
        write_key(&folder.demo_keys().join(format!("{code}.pem")), key.to_pem().as_bytes())?;
        keys.push(MemberKey {
            code,
            member,
            officer,
            public_key: key.public_key(),
            valid_from: from,
            valid_until: until,
        });
    }
    let staff = |(code, office): &(&str, Office)| -> Result<Staff, ProvinceError> {
        Ok(Staff { code: code.parse()?, office: *office, standing: Standing::Active })
    };
    let staff = STAFF.iter().map(staff).collect::<Result<Vec<_>, _>>()?;
    Ok(Admission { members, officers, keys, staff })
}

/// Writes a private key that only its owner can read.
fn write_key(path: &Path, pem: &[u8]) -> std::io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(pem)
}

/// The code of the demo key of a member or an officer; its file is this with `.pem`.
pub fn key_code(holder: &str) -> String {
    format!("{holder}.2026")
}
