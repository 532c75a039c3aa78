-- The spine. Days are whole days since 1970-01-01, instants microseconds since then, UTC.
-- Content stands only in columns named `sealed`; the keys to them live in another store.

CREATE TABLE node (
    setting TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT_TABLE;

CREATE TABLE leaf (
    leaf_index WHOLE NOT NULL PRIMARY KEY,
    leaf BYTES NOT NULL
) STRICT_TABLE;

CREATE TABLE tile (
    level WHOLE NOT NULL,
    number WHOLE NOT NULL,
    hashes BYTES NOT NULL,
    PRIMARY KEY (level, number)
) STRICT_TABLE;

CREATE TABLE catalog_item (
    item TEXT NOT NULL,
    version WHOLE NOT NULL,
    in_force_from WHOLE NOT NULL,
    text TEXT NOT NULL,
    leaf_index WHOLE NOT NULL,
    PRIMARY KEY (item, version)
) STRICT_TABLE;

CREATE TABLE item_purpose (
    purpose TEXT NOT NULL,
    item TEXT NOT NULL,
    item_version WHOLE NOT NULL,
    PRIMARY KEY (purpose, item, item_version)
) NARROW_TABLE;

CREATE TABLE member (
    member TEXT NOT NULL PRIMARY KEY,
    title_en TEXT NOT NULL,
    title_zh TEXT NOT NULL,
    sectors TEXT NOT NULL,
    standing TEXT NOT NULL,
    leaf_index WHOLE NOT NULL
) STRICT_TABLE;

CREATE TABLE officer (
    officer TEXT NOT NULL PRIMARY KEY,
    member TEXT NOT NULL REFERENCES member (member),
    standing TEXT NOT NULL,
    on_duty_from WHOLE NOT NULL,
    on_duty_until WHOLE NOT NULL,
    stopped_at WHOLE,
    released_at WHOLE,
    released_by_first TEXT,
    released_by_second TEXT,
    released_because TEXT,
    leaf_index WHOLE NOT NULL
) STRICT_TABLE;

CREATE TABLE officer_purpose (
    officer TEXT NOT NULL REFERENCES officer (officer),
    purpose TEXT NOT NULL,
    trained_until WHOLE,
    leaf_index WHOLE NOT NULL,
    PRIMARY KEY (officer, purpose)
) STRICT_TABLE;

CREATE TABLE member_key (
    key_code TEXT NOT NULL PRIMARY KEY,
    member TEXT NOT NULL REFERENCES member (member),
    officer TEXT REFERENCES officer (officer),
    public_key BYTES NOT NULL,
    valid_from WHOLE NOT NULL,
    valid_until WHOLE NOT NULL,
    leaf_index WHOLE NOT NULL
) STRICT_TABLE;

CREATE TABLE subject (
    subject_id BYTES NOT NULL PRIMARY KEY,
    key_id BYTES NOT NULL,
    sealed BYTES NOT NULL,
    name_hash BYTES NOT NULL,
    look_count WHOLE NOT NULL,
    look_head BYTES NOT NULL,
    leaf_index WHOLE NOT NULL
) STRICT_TABLE;

CREATE TABLE identifier (
    index_hash BYTES NOT NULL PRIMARY KEY,
    subject_id BYTES NOT NULL REFERENCES subject (subject_id)
) NARROW_TABLE;

CREATE INDEX identifier_of_subject ON identifier (subject_id);

CREATE TABLE batch (
    batch_id BYTES NOT NULL PRIMARY KEY,
    member TEXT NOT NULL REFERENCES member (member),
    item TEXT NOT NULL,
    item_version WHOLE NOT NULL,
    digest BYTES NOT NULL UNIQUE,
    state TEXT NOT NULL,
    received WHOLE NOT NULL,
    accepted WHOLE NOT NULL,
    rejected WHOLE NOT NULL,
    duplicate WHOLE NOT NULL,
    quarantined WHOLE NOT NULL,
    received_at WHOLE NOT NULL,
    key_code TEXT NOT NULL,
    evidence_key_id BYTES NOT NULL,
    sealed BYTES NOT NULL,
    evidence_hash BYTES NOT NULL,
    taken_at WHOLE,
    taken_leaf WHOLE,
    leaf_index WHOLE NOT NULL
) STRICT_TABLE;

CREATE TABLE batch_row (
    batch_id BYTES NOT NULL REFERENCES batch (batch_id),
    row_number WHOLE NOT NULL,
    outcome TEXT NOT NULL,
    code TEXT NOT NULL,
    input TEXT,
    other_row WHOLE,
    leaf_index WHOLE NOT NULL,
    PRIMARY KEY (batch_id, row_number)
) STRICT_TABLE;

CREATE TABLE record (
    record_id BYTES NOT NULL PRIMARY KEY,
    version WHOLE NOT NULL,
    subject_id BYTES NOT NULL REFERENCES subject (subject_id),
    source TEXT NOT NULL,
    item TEXT NOT NULL,
    item_version WHOLE NOT NULL,
    batch_id BYTES NOT NULL,
    row_number WHOLE NOT NULL,
    number_hash BYTES NOT NULL UNIQUE,
    content_hash BYTES NOT NULL,
    key_id BYTES NOT NULL,
    sealed BYTES,
    received_at WHOLE NOT NULL,
    shown_from WHOLE NOT NULL,
    display_until WHOLE NOT NULL,
    retained_until WHOLE NOT NULL,
    state TEXT NOT NULL,
    leaf_index WHOLE NOT NULL
) STRICT_TABLE;

CREATE INDEX record_of_subject ON record (subject_id);
CREATE INDEX record_of_batch ON record (batch_id, row_number);
-- Partial, so that no planner takes them for the way to one person's records.
CREATE INDEX record_ends ON record (display_until) WHERE state = 'in-force';
CREATE INDEX record_retained ON record (retained_until) WHERE state <> 'destroyed';

CREATE TABLE look (
    look_id BYTES NOT NULL PRIMARY KEY,
    subject_id BYTES NOT NULL REFERENCES subject (subject_id),
    seq WHOLE NOT NULL,
    looked_at WHOLE NOT NULL,
    officer TEXT,
    case_hash BYTES,
    outcome TEXT NOT NULL,
    sealed BYTES NOT NULL,
    leaf_index WHOLE NOT NULL
) STRICT_TABLE;

CREATE UNIQUE INDEX look_of_subject ON look (subject_id, seq);

CREATE TABLE look_record (
    record_id BYTES NOT NULL REFERENCES record (record_id),
    look_id BYTES NOT NULL REFERENCES look (look_id),
    version WHOLE NOT NULL,
    PRIMARY KEY (record_id, look_id)
) NARROW_TABLE;

CREATE TABLE idempotency (
    caller TEXT NOT NULL,
    key_hash BYTES NOT NULL,
    body_hash BYTES NOT NULL,
    event_id BYTES NOT NULL,
    made_at WHOLE NOT NULL,
    PRIMARY KEY (caller, key_hash)
) NARROW_TABLE;
