//! What became of a file.

use fairfile_service::source::{BatchReport, FileTrouble};
use serde_json::{Value, json};

/// The report: counts first, then every row that was not accepted.
pub fn document(report: &BatchReport) -> Value {
    let rows: Vec<Value> = report
        .rows
        .iter()
        .map(|row| {
            json!({
                "row": row.row,
                "outcome": row.outcome.word(),
                "code": row.code,
                "input": row.input,
                "what": row.what(),
                "help": row.help(),
            })
        })
        .collect();
    let told = report
        .told
        .iter()
        .map(|row| json!({ "member": row.member.as_str(), "notices": row.notices, "confirmed": row.confirmed }));
    json!({
        "schema": "fairfile.batch/1",
        "batch_id": report.batch.map(|batch| batch.to_string()),
        "member": report.member.as_str(),
        "item": report.item.as_str(),
        "item_version": report.item_version,
        "kind": report.kind.word(),
        "state": if report.batch.is_some() { "taken" } else { "checked" },
        "before": report.before == fairfile_service::source::Before::Again,
        "received": report.counts.received,
        "accepted": report.counts.accepted,
        "rejected": report.counts.rejected,
        "duplicate": report.counts.duplicate,
        "quarantined": report.counts.quarantined,
        "rows": rows,
        "told": told.collect::<Vec<_>>(),
        "receipt": report.receipt.as_ref().map(|receipt| receipt.to_value()),
    })
}

/// A file that was not taken at all.
pub fn trouble(trouble: &FileTrouble) -> Value {
    json!({
        "schema": "fairfile.problem/1",
        "type": format!("/problems/{}", trouble.code()),
        "title": "the file was not taken; nothing of it was kept",
        "status": 422,
        "detail": trouble.to_string(),
        "code": trouble.code(),
        "hint": trouble.help(),
    })
}
