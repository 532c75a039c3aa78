//! What followed a receipt.

use fairfile_proof::Receipt;
use fairfile_service::inquirer::Followed;
use serde_json::{Value, json};

use super::notice::instant;

/// Whether what a receipt's look showed still stands.
pub fn standing(receipt: &Receipt, followed: &[Followed]) -> Value {
    let rows = followed.iter().map(|row| {
        json!({
            "correction_id": row.correction.to_string(),
            "record_id": row.record.to_string(),
            "act": row.act.word(),
            "version_before": row.version_before,
            "at": instant(row.made_at),
            "leaf": row.leaf,
        })
    });
    json!({
        "schema": "fairfile.standing/1",
        "receipt_id": receipt.receipt_id(),
        "stands": followed.is_empty(),
        "followed_by": rows.collect::<Vec<_>>(),
    })
}
