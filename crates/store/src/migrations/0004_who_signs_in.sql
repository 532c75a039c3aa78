-- Who signs in: those who work at the node itself, the passkeys of officers and staff, and which login of the identity
-- provider belongs to which person. No table holds a token, a session or a name.

CREATE TABLE staff (
    staff TEXT NOT NULL PRIMARY KEY,
    office TEXT NOT NULL,
    standing TEXT NOT NULL,
    leaf_index WHOLE NOT NULL
) STRICT_TABLE;

-- A holder reads `officer/0417` or `staff/registrar-1`.
CREATE TABLE recovery (
    recovery_id BYTES NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    asked_at WHOLE NOT NULL,
    ripe_at WHOLE NOT NULL,
    approved_by TEXT,
    approved_at WHOLE,
    ending TEXT,
    ended_by TEXT,
    ended_at WHOLE,
    leaf_index WHOLE NOT NULL
) STRICT_TABLE;

CREATE INDEX recovery_of_holder ON recovery (holder);

CREATE TABLE invitation (
    invitation_id BYTES NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    code_hash BYTES NOT NULL UNIQUE,
    made_at WHOLE NOT NULL,
    ends_at WHOLE NOT NULL,
    recovery_id BYTES REFERENCES recovery (recovery_id),
    used_at WHOLE,
    leaf_index WHOLE NOT NULL
) STRICT_TABLE;

CREATE INDEX invitation_of_holder ON invitation (holder);

CREATE TABLE passkey (
    passkey_id BYTES NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    credential_id BYTES NOT NULL UNIQUE,
    public_key BYTES NOT NULL,
    counter WHOLE NOT NULL,
    made_at WHOLE NOT NULL,
    used_at WHOLE,
    stopped_at WHOLE,
    leaf_index WHOLE NOT NULL
) STRICT_TABLE;

CREATE INDEX passkey_of_holder ON passkey (holder);

-- Keyed hashes alone: of issuer and subject of the provider, and of the person's identifier as `identifier` has it.
CREATE TABLE sign_in_binding (
    login_hash BYTES NOT NULL PRIMARY KEY,
    index_hash BYTES NOT NULL UNIQUE,
    bound_at WHOLE NOT NULL,
    leaf_index WHOLE NOT NULL
) STRICT_TABLE;
