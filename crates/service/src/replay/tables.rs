//! The tables that the journal explains, column by column.
//!
//! A column of the database that is not here is explained by nothing, and is a finding; so is a table.

/// A table whose rows the journal explains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub(super) enum Table {
    Node,
    Tile,
    CatalogItem,
    ItemPurpose,
    Member,
    Officer,
    OfficerPurpose,
    MemberKey,
    Subject,
    Identifier,
    Batch,
    BatchRow,
    Record,
    Look,
    LookRecord,
    Idempotency,
    Correction,
    Notice,
    Staff,
    Recovery,
    Invitation,
    Passkey,
    SignInBinding,
    Settings,
    Message,
    LookTally,
    Draw,
    Migration,
    Proposal,
    Deed,
}

/// What a table looks like.
#[derive(Debug)]
pub(super) struct Known {
    /// Which one it is.
    pub(super) table: Table,
    /// Its name.
    pub(super) name: &'static str,
    /// How many of its columns, from the first on, are its primary key.
    pub(super) key: usize,
    /// Its columns; those of the key first.
    pub(super) columns: &'static [&'static str],
    /// The column of which the journal holds the RFC 9162 leaf hash and not the value, if there is one.
    pub(super) hashed: Option<&'static str>,
}

/// The table of the leaves, which is no row's explanation but the journal itself.
pub(super) const LEAF: &str = "leaf";

/// Every table that the journal explains, in the order of [`Table`].
pub(super) static KNOWN: [Known; 30] = [
    Known { table: Table::Node, name: "node", key: 1, columns: &["setting", "value"], hashed: Some("value") },
    Known { table: Table::Tile, name: "tile", key: 2, columns: &["level", "number", "hashes"], hashed: Some("hashes") },
    Known {
        table: Table::CatalogItem,
        name: "catalog_item",
        key: 2,
        columns: &["item", "version", "in_force_from", "text", "leaf_index"],
        hashed: Some("text"),
    },
    Known {
        table: Table::ItemPurpose,
        name: "item_purpose",
        key: 3,
        columns: &["purpose", "item", "item_version"],
        hashed: None,
    },
    Known {
        table: Table::Member,
        name: "member",
        key: 1,
        columns: &["member", "title_en", "title_zh", "sectors", "standing", "leaf_index"],
        hashed: None,
    },
    Known {
        table: Table::Officer,
        name: "officer",
        key: 1,
        columns: &[
            "officer",
            "member",
            "standing",
            "on_duty_from",
            "on_duty_until",
            "stopped_at",
            "released_at",
            "released_by_first",
            "released_by_second",
            "released_because",
            "leaf_index",
        ],
        hashed: None,
    },
    Known {
        table: Table::OfficerPurpose,
        name: "officer_purpose",
        key: 2,
        columns: &["officer", "purpose", "trained_until", "leaf_index"],
        hashed: None,
    },
    Known {
        table: Table::MemberKey,
        name: "member_key",
        key: 1,
        columns: &["key_code", "member", "officer", "public_key", "valid_from", "valid_until", "leaf_index"],
        hashed: None,
    },
    Known {
        table: Table::Subject,
        name: "subject",
        key: 1,
        columns: &["subject_id", "key_id", "sealed", "name_hash", "look_count", "look_head", "leaf_index"],
        hashed: Some("sealed"),
    },
    Known {
        table: Table::Identifier,
        name: "identifier",
        key: 1,
        columns: &["index_hash", "subject_id"],
        hashed: None,
    },
    Known {
        table: Table::Batch,
        name: "batch",
        key: 1,
        columns: &[
            "batch_id",
            "member",
            "item",
            "item_version",
            "digest",
            "state",
            "received",
            "accepted",
            "rejected",
            "duplicate",
            "quarantined",
            "received_at",
            "key_code",
            "evidence_key_id",
            "sealed",
            "evidence_hash",
            "taken_at",
            "taken_leaf",
            "leaf_index",
            "kind",
            "officer",
        ],
        hashed: Some("sealed"),
    },
    Known {
        table: Table::BatchRow,
        name: "batch_row",
        key: 2,
        columns: &["batch_id", "row_number", "outcome", "code", "input", "other_row", "leaf_index"],
        hashed: None,
    },
    Known {
        table: Table::Record,
        name: "record",
        key: 1,
        columns: &[
            "record_id",
            "version",
            "subject_id",
            "source",
            "item",
            "item_version",
            "batch_id",
            "row_number",
            "number_hash",
            "content_hash",
            "key_id",
            "sealed",
            "received_at",
            "shown_from",
            "display_until",
            "retained_until",
            "state",
            "leaf_index",
        ],
        hashed: Some("sealed"),
    },
    Known {
        table: Table::Look,
        name: "look",
        key: 1,
        columns: &[
            "look_id",
            "subject_id",
            "seq",
            "looked_at",
            "officer",
            "case_hash",
            "outcome",
            "sealed",
            "leaf_index",
        ],
        hashed: Some("sealed"),
    },
    Known {
        table: Table::LookRecord,
        name: "look_record",
        key: 2,
        columns: &["record_id", "look_id", "version"],
        hashed: None,
    },
    Known {
        table: Table::Idempotency,
        name: "idempotency",
        key: 2,
        columns: &["caller", "key_hash", "body_hash", "event_id", "made_at"],
        hashed: None,
    },
    Known {
        table: Table::Correction,
        name: "correction",
        key: 1,
        columns: &[
            "correction_id",
            "record_id",
            "act",
            "version_before",
            "reason",
            "batch_id",
            "row_number",
            "made_at",
            "sealed",
            "leaf_index",
        ],
        hashed: Some("sealed"),
    },
    Known {
        table: Table::Notice,
        name: "notice",
        key: 1,
        columns: &[
            "notice_id",
            "member",
            "seq",
            "correction_id",
            "record_id",
            "made_at",
            "due_on",
            "chased_on",
            "chases",
            "confirmed_at",
            "key_code",
            "evidence_key_id",
            "sealed",
            "evidence_hash",
            "confirmed_leaf",
            "leaf_index",
            "officer",
        ],
        hashed: Some("sealed"),
    },
    Known {
        table: Table::Staff,
        name: "staff",
        key: 1,
        columns: &["staff", "office", "standing", "leaf_index"],
        hashed: None,
    },
    Known {
        table: Table::Recovery,
        name: "recovery",
        key: 1,
        columns: &[
            "recovery_id",
            "holder",
            "asked_at",
            "ripe_at",
            "approved_by",
            "approved_at",
            "ending",
            "ended_by",
            "ended_at",
            "leaf_index",
        ],
        hashed: None,
    },
    Known {
        table: Table::Invitation,
        name: "invitation",
        key: 1,
        columns: &[
            "invitation_id",
            "holder",
            "code_hash",
            "made_at",
            "ends_at",
            "recovery_id",
            "used_at",
            "leaf_index",
        ],
        hashed: None,
    },
    Known {
        table: Table::Passkey,
        name: "passkey",
        key: 1,
        columns: &[
            "passkey_id",
            "holder",
            "credential_id",
            "public_key",
            "counter",
            "made_at",
            "used_at",
            "stopped_at",
            "leaf_index",
        ],
        hashed: Some("public_key"),
    },
    Known {
        table: Table::SignInBinding,
        name: "sign_in_binding",
        key: 1,
        columns: &["login_hash", "index_hash", "bound_at", "leaf_index"],
        hashed: None,
    },
    Known {
        table: Table::Settings,
        name: "settings",
        key: 1,
        columns: &["subject_id", "version", "channel", "sealed", "since", "looks_from", "changed_at", "leaf_index"],
        hashed: Some("sealed"),
    },
    Known {
        table: Table::Message,
        name: "message",
        key: 1,
        columns: &[
            "message_id",
            "subject_id",
            "fact",
            "about_on",
            "happened_at",
            "due_at",
            "state",
            "number",
            "channel",
            "sealed",
            "looks_until",
            "written_at",
            "settled_at",
            "leaf_index",
            "written_leaf",
        ],
        hashed: Some("sealed"),
    },
    Known {
        table: Table::LookTally,
        name: "look_tally",
        key: 5,
        columns: &["month", "member", "purpose", "outcome", "refusal", "looks"],
        hashed: None,
    },
    Known {
        table: Table::Draw,
        name: "draw",
        key: 1,
        columns: &[
            "draw_id",
            "announced_at",
            "announced_by",
            "fingerprint",
            "looks",
            "leaf_index",
            "drawn_at",
            "drawn_by",
            "words",
            "drawn_leaf",
        ],
        hashed: None,
    },
    Known { table: Table::Migration, name: "migration", key: 1, columns: &["number", "title"], hashed: None },
    Known {
        table: Table::Proposal,
        name: "proposal",
        key: 1,
        columns: &[
            "proposal_id",
            "act",
            "matter",
            "text",
            "because",
            "proposed_by",
            "proposed_at",
            "state",
            "decided_by",
            "decided_at",
            "decided_because",
            "decided_leaf",
            "leaf_index",
        ],
        hashed: Some("text"),
    },
    Known {
        table: Table::Deed,
        name: "deed",
        key: 1,
        columns: &["leaf_index", "deed", "act", "matter", "staff", "made_at"],
        hashed: None,
    },
];

impl Table {
    /// What it looks like.
    pub(super) fn known(self) -> &'static Known {
        &KNOWN[self as usize]
    }

    /// Where `column` stands among its columns.
    ///
    /// # Panics
    /// For a column that it does not have, which is a slip in this folder and not in anybody's data.
    pub(super) fn position(self, column: &str) -> usize {
        let known = self.known();
        let place = known.columns.iter().position(|name| *name == column);
        place.unwrap_or_else(|| panic!("table {} has no column {column}", known.name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_stands_at_its_place_and_has_its_key() {
        for (place, known) in KNOWN.iter().enumerate() {
            assert_eq!(known.table as usize, place, "{}", known.name);
            assert!((1..=known.columns.len()).contains(&known.key), "{}", known.name);
            assert!(known.hashed.is_none_or(|hashed| known.columns[known.key..].contains(&hashed)), "{}", known.name);
        }
    }
}
