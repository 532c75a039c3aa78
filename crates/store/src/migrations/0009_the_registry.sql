-- The registry's own office: what one registrar proposes and another decides, and every deed of the office by the code
-- of whoever did it. Nothing here is about anybody on file.

CREATE TABLE proposal (
    proposal_id BYTES NOT NULL PRIMARY KEY,
    act TEXT NOT NULL,
    matter TEXT NOT NULL,
    text TEXT NOT NULL,
    because TEXT NOT NULL,
    proposed_by TEXT NOT NULL,
    proposed_at WHOLE NOT NULL,
    state TEXT NOT NULL,
    decided_by TEXT,
    decided_at WHOLE,
    decided_because TEXT,
    decided_leaf WHOLE,
    leaf_index WHOLE NOT NULL
) STRICT_TABLE;

CREATE INDEX proposal_in_order ON proposal (leaf_index);

CREATE TABLE deed (
    leaf_index WHOLE NOT NULL PRIMARY KEY,
    deed TEXT NOT NULL,
    act TEXT,
    matter TEXT NOT NULL,
    staff TEXT NOT NULL,
    made_at WHOLE NOT NULL
) STRICT_TABLE;
