-- What each person has chosen about messages, and what was sent. Addresses, phrases and texts stand in `sealed` alone, under
-- the person's own key.

CREATE TABLE settings (
    subject_id BYTES NOT NULL PRIMARY KEY REFERENCES subject (subject_id),
    version WHOLE NOT NULL,
    channel TEXT NOT NULL,
    sealed BYTES NOT NULL,
    since WHOLE NOT NULL,
    looks_from WHOLE NOT NULL,
    changed_at WHOLE NOT NULL,
    leaf_index WHOLE NOT NULL
) STRICT_TABLE;

-- Partial: whoever has chosen no way out of the node is nobody that a round has to think of.
CREATE INDEX settings_reached ON settings (since) WHERE channel <> 'page';

CREATE TABLE message (
    message_id BYTES NOT NULL PRIMARY KEY,
    subject_id BYTES NOT NULL REFERENCES subject (subject_id),
    fact TEXT NOT NULL,
    about_on WHOLE NOT NULL,
    happened_at WHOLE NOT NULL,
    due_at WHOLE NOT NULL,
    state TEXT NOT NULL,
    number WHOLE,
    channel TEXT,
    sealed BYTES,
    looks_until WHOLE,
    written_at WHOLE,
    settled_at WHOLE,
    leaf_index WHOLE NOT NULL,
    written_leaf WHOLE
) STRICT_TABLE;

CREATE UNIQUE INDEX message_of_subject ON message (subject_id, number);
CREATE INDEX message_due ON message (due_at) WHERE state = 'planned';
CREATE INDEX message_sending ON message (written_at) WHERE state = 'sending';
