-- By whose hand a member handed in a file or confirmed a notice: its key's, or that of an officer in a session at this
-- node. Where it is an officer's, there is no key: `key_code` of a batch is empty, that of a notice holds nothing.
ALTER TABLE batch ADD COLUMN officer TEXT;
ALTER TABLE notice ADD COLUMN officer TEXT;

-- A member's own batches, newest first.
CREATE INDEX batch_of_member ON batch (member, received_at);
