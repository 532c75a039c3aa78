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
    Migration,
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
pub(super) static KNOWN: [Known; 19] = [
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
        ],
        hashed: Some("sealed"),
    },
    Known { table: Table::Migration, name: "migration", key: 1, columns: &["number", "title"], hashed: None },
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
