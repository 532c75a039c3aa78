//! Whose bar of links a page has: one for each visitor, of six links at the most.

use fairfile_domain::access::COUNTER_VISIT;
use fairfile_domain::id::OfficerCode;
use fairfile_service::Registry;
use i18n_embed_fl::fl;

use super::words::Words;
use crate::sessions::Who;

/// A bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bar {
    Public,
    Person,
    Source,
    /// An inquirer, who may serve people at a counter or not.
    Inquirer {
        serves: bool,
    },
    Registrar,
    Supervisor,
}

impl Bar {
    /// The bar of a visitor at `path`. An officer can have two; the address tells which of them.
    pub(super) fn of(reg: &Registry, who: Option<&Who>, path: &str) -> Self {
        match who {
            None => Self::Public,
            Some(Who::Person(_) | Who::Unfiled(_)) => Self::Person,
            Some(Who::Registrar(_)) => Self::Registrar,
            Some(Who::Supervisor(_)) => Self::Supervisor,
            Some(Who::Officer(officer)) => {
                let asks = path.starts_with("/inquiry") || path.starts_with("/counter");
                let is_source = !asks && (path.starts_with("/source") || writes(reg, officer));
                if is_source { Self::Source } else { Self::Inquirer { serves: serves(reg, officer) } }
            }
        }
    }

    /// Its links: where to, and what they are called.
    pub(super) fn links(self, words: &Words) -> Vec<(&'static str, String)> {
        match self {
            Self::Public => vec![
                ("/catalog", fl!(words, "nav-catalog")),
                ("/purposes", fl!(words, "nav-purposes")),
                ("/rights", fl!(words, "nav-rights")),
                ("/members", fl!(words, "nav-members")),
                ("/verify", fl!(words, "nav-verify")),
                ("/learn", fl!(words, "nav-learn")),
            ],
            Self::Person => vec![
                ("/my", fl!(words, "nav-my")),
                ("/my/looks", fl!(words, "nav-looks")),
                ("/my/messages", fl!(words, "nav-messages")),
                ("/my/settings", fl!(words, "nav-settings")),
                ("/my/copy", fl!(words, "nav-copy")),
                ("/rights", fl!(words, "nav-rights")),
            ],
            Self::Source => vec![
                ("/source", fl!(words, "nav-source")),
                ("/source/batches", fl!(words, "nav-batches")),
                ("/source/records", fl!(words, "nav-single-records")),
                ("/source/notices", fl!(words, "nav-caused")),
                ("/inquiry", fl!(words, "nav-inquiry")),
                ("/catalog", fl!(words, "nav-catalog")),
            ],
            Self::Inquirer { serves } => {
                let counter = serves.then(|| ("/counter", fl!(words, "nav-counter")));
                let first = vec![
                    ("/inquiry", fl!(words, "nav-inquiry")),
                    ("/inquiry/receipts", fl!(words, "nav-receipts")),
                    ("/inquiry/notices", fl!(words, "nav-notices")),
                ];
                let last = [("/source", fl!(words, "nav-source")), ("/purposes", fl!(words, "nav-purposes"))];
                first.into_iter().chain(counter).chain(last).collect()
            }
            Self::Registrar => vec![
                ("/registry", fl!(words, "nav-registry")),
                ("/registry/catalog", fl!(words, "nav-registry-catalog")),
                ("/registry/members", fl!(words, "nav-members")),
                ("/registry/officers", fl!(words, "nav-officers")),
                ("/registry/deadlines", fl!(words, "nav-deadlines")),
                ("/registry/audit", fl!(words, "nav-audit")),
            ],
            Self::Supervisor => {
                vec![
                    ("/supervision", fl!(words, "nav-supervision")),
                    ("/supervision/late", fl!(words, "nav-late")),
                    ("/supervision/samples", fl!(words, "nav-samples")),
                    ("/supervision/journal", fl!(words, "nav-journal")),
                    ("/supervision/reports", fl!(words, "nav-reports")),
                    ("/statistics", fl!(words, "nav-statistics")),
                ]
            }
        }
    }
}

/// Whether the officer serves people at a counter; the page of it says until when, and what is lacking.
fn serves(reg: &Registry, officer: &OfficerCode) -> bool {
    let directory = reg.directory();
    let held = directory.officers.get(officer).map(|officer| &officer.officer.purposes);
    held.is_some_and(|held| held.keys().any(|purpose| purpose.as_str() == COUNTER_VISIT))
}

/// Whether the officer's member writes records.
pub(super) fn writes(reg: &Registry, officer: &OfficerCode) -> bool {
    let (catalog, directory) = (reg.catalog(), reg.directory());
    let member = directory.officers.get(officer).map(|officer| &officer.officer.member);
    member.is_some_and(|member| catalog.items().any(|item| item.sources.contains(member)))
}
