//! Something in the way of a database: a durable step that fails where a test says, on either engine.
//!
//! It is a trigger, put there past the store and taken away with the value. The node has no part for tests in it.

use crate::raw::Raw;

/// What stands in the way until it is dropped.
#[derive(Debug)]
pub struct Obstacle {
    raw: Raw,
    table: &'static str,
}

impl Raw {
    /// Refuses every leaf whose index is `first` or more: no commit with one of them succeeds.
    ///
    /// # Panics
    /// If the database refuses the trigger.
    pub fn refuses_leaves_from(&self, first: u64) -> Obstacle {
        self.refuses("leaf", &format!("BEFORE INSERT ON leaf FOR EACH ROW WHEN (NEW.leaf_index >= {first})"))
    }

    /// Refuses that a key of a content is destroyed; for the key store.
    ///
    /// # Panics
    /// If the database refuses the trigger.
    pub fn refuses_that_keys_die(&self) -> Obstacle {
        self.refuses("content_key", "BEFORE DELETE ON content_key FOR EACH ROW")
    }

    fn refuses(&self, table: &'static str, when: &str) -> Obstacle {
        self.meddle(&match self {
            Self::Sqlite(_) => format!("CREATE TRIGGER obstacle {when} BEGIN SELECT RAISE(ABORT, 'refused'); END"),
            Self::Postgres(_) => format!(
                "CREATE FUNCTION obstacle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'refused'; END $$;
                 CREATE TRIGGER obstacle {when} EXECUTE FUNCTION obstacle()"
            ),
        });
        Obstacle { raw: self.clone(), table }
    }
}

impl Drop for Obstacle {
    fn drop(&mut self) {
        // To panic while another panic unwinds would hide the test's own message; nobody uses that database again.
        if std::thread::panicking() {
            return;
        }
        self.raw.meddle(&match self.raw {
            Raw::Sqlite(_) => "DROP TRIGGER obstacle".to_owned(),
            Raw::Postgres(_) => format!("DROP TRIGGER obstacle ON {}; DROP FUNCTION obstacle()", self.table),
        });
    }
}
