//! Only the decision lets a record be changed.
use fairfile_domain::access::Amendment;
use fairfile_domain::id::{RecordId, SubjectId};

fn main() {
    let _ = Amendment { record: RecordId::from_bytes([0; 16]), version: 1, subject: SubjectId::from_bytes([0; 16]) };
}
