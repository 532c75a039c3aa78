-- The life of a record: what happened stands beside its leaf, so that every row can be told from the journal;
-- corrections, withdrawals, and the notices that follow them to whoever was told.

-- What was journaled, word for word: ids, codes, days and hashes, no content. Nothing for a look, which is
-- sealed in its own row, and nothing for what happened before this column was there.
ALTER TABLE leaf ADD COLUMN event BYTES;

-- What a file held: records, or corrections of records.
ALTER TABLE batch ADD COLUMN kind TEXT NOT NULL DEFAULT 'records';

CREATE TABLE correction (
    correction_id BYTES NOT NULL PRIMARY KEY,
    record_id BYTES NOT NULL REFERENCES record (record_id),
    act TEXT NOT NULL,
    version_before WHOLE NOT NULL,
    reason TEXT NOT NULL,
    batch_id BYTES NOT NULL REFERENCES batch (batch_id),
    row_number WHOLE NOT NULL,
    made_at WHOLE NOT NULL,
    sealed BYTES,
    leaf_index WHOLE NOT NULL
) STRICT_TABLE;

CREATE INDEX correction_of_record ON correction (record_id, version_before);
CREATE UNIQUE INDEX correction_of_row ON correction (batch_id, row_number);

CREATE TABLE notice (
    notice_id BYTES NOT NULL PRIMARY KEY,
    member TEXT NOT NULL REFERENCES member (member),
    seq WHOLE NOT NULL,
    correction_id BYTES NOT NULL REFERENCES correction (correction_id),
    record_id BYTES NOT NULL REFERENCES record (record_id),
    made_at WHOLE NOT NULL,
    due_on WHOLE NOT NULL,
    chased_on WHOLE,
    chases WHOLE NOT NULL,
    confirmed_at WHOLE,
    key_code TEXT,
    evidence_key_id BYTES,
    sealed BYTES,
    evidence_hash BYTES,
    confirmed_leaf WHOLE,
    leaf_index WHOLE NOT NULL
) STRICT_TABLE;

CREATE UNIQUE INDEX notice_of_link ON notice (member, seq);
CREATE INDEX notice_of_record ON notice (record_id);
-- Partial, for the calendar alone.
CREATE INDEX notice_open ON notice (due_on) WHERE confirmed_at IS NULL;
