-- How often officers looked, by month, for the statistics: no person, no officer, no case. Folded from the looks themselves.
CREATE TABLE look_tally (
    month WHOLE NOT NULL,
    member TEXT NOT NULL,
    purpose TEXT NOT NULL,
    outcome TEXT NOT NULL,
    refusal TEXT NOT NULL,
    looks WHOLE NOT NULL,
    PRIMARY KEY (month, member, purpose, outcome, refusal)
) STRICT_TABLE;

-- Samples of looks for the supervisor: announced by a fingerprint of words, drawn when the words are told.
CREATE TABLE draw (
    draw_id BYTES NOT NULL PRIMARY KEY,
    announced_at WHOLE NOT NULL,
    announced_by TEXT NOT NULL,
    fingerprint BYTES NOT NULL,
    looks WHOLE NOT NULL,
    leaf_index WHOLE NOT NULL,
    drawn_at WHOLE,
    drawn_by TEXT,
    words TEXT,
    drawn_leaf WHOLE
) STRICT_TABLE;

CREATE INDEX draw_in_order ON draw (leaf_index);
