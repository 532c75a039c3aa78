//! Nobody is entitled but by the decision.
use fairfile_domain::access::Entitled;
use fairfile_domain::catalog::{Catalog, Purpose};
use fairfile_domain::day::Day;
use fairfile_domain::id::{LookId, SubjectId};

fn entitle<'c>(purpose: &'c Purpose, catalog: &'c Catalog) -> Entitled<'c> {
    Entitled {
        look: LookId::from_bytes([0; 16]),
        subject: SubjectId::from_bytes([0; 16]),
        purpose,
        catalog,
        today: Day::FIRST.into(),
    }
}

fn main() {
    let _ = entitle;
}
