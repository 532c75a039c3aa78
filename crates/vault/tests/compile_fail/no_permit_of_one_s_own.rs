//! Only the decision makes a permit.
use fairfile_domain::access::{Permit, Reach};
use fairfile_domain::day::Day;
use fairfile_domain::id::{LookId, SubjectId};

fn main() {
    let _ = Permit {
        look: LookId::from_bytes([0; 16]),
        subject: SubjectId::from_bytes([0; 16]),
        day: Day::FIRST,
        reach: Reach::WholeFile,
        openings: Vec::new(),
    };
}
