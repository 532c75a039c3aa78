//! Fresh databases on the throw-away PostgreSQL that `cargo xtask test` starts.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::thread;

use postgres::{Client, NoTls};

/// Where `cargo xtask test` says that its server is, as `postgres://USER:PASSWORD@HOST:PORT/DATABASE`.
const VARIABLE: &str = "FAIRFILE_TEST_POSTGRES";

/// An empty database for one test, dropped with it.
#[derive(Debug)]
pub struct Database {
    /// How to reach it, as `postgres://USER:PASSWORD@HOST:PORT/DATABASE`.
    pub url: String,
    server: String,
    name: String,
}

impl Database {
    /// Makes an empty database with a name that no other test has.
    ///
    /// It may be called inside an asynchronous runtime, and blocks it for some tens of milliseconds.
    ///
    /// # Panics
    /// With one line that says what to do, if there is no server or it does not let us in.
    #[expect(
        clippy::new_without_default,
        clippy::disallowed_methods,
        reason = "a default value that talks to a server would surprise; the server's address can come by no other way"
    )]
    pub fn new() -> Self {
        let server = std::env::var(VARIABLE).unwrap_or_else(|_| {
            panic!("{VARIABLE} is not set; run the tests by `cargo xtask test`: it starts PostgreSQL")
        });
        Self::on(server)
    }

    /// The same on a server that is named, as `postgres://USER:PASSWORD@HOST:PORT/DATABASE`.
    ///
    /// # Panics
    /// As [`Database::new`].
    pub fn on(server: String) -> Self {
        let made = Self::make(server, "");
        made.unwrap_or_else(|error| panic!("no database could be made on the server named: {error}"))
    }

    /// Makes a copy of it as it is now. Nobody may be connected to it.
    ///
    /// # Panics
    /// If the server refuses.
    pub fn copy(&self) -> Self {
        let copied = Self::make(self.server.clone(), &format!("TEMPLATE {}", self.name));
        copied.unwrap_or_else(|error| panic!("the database could not be copied: {error}"))
    }

    fn make(server: String, how: &str) -> Result<Self, String> {
        // The standard library's source of chance: a new `RandomState` is seeded by the system.
        let name = format!("fairfile_{:016x}", RandomState::new().build_hasher().finish());
        command(&server, &format!("CREATE DATABASE {name} {how}"))?;
        Ok(Self { url: with_database(&server, &name), server, name })
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // Forced, for a failed test may still hold connections. Said aloud and no more, for to panic while another
        // panic unwinds would hide the test's own message.
        if let Err(error) = command(&self.server, &format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name)) {
            eprintln!("the test database {} stays behind: {error}", self.name);
        }
    }
}

/// Runs one statement on `server`, on a thread of its own: the client blocks on a runtime of its own, which would
/// refuse to start inside that of an asynchronous test.
fn command(server: &str, statement: &str) -> Result<(), String> {
    let job = || -> Result<(), postgres::Error> { Client::connect(server, NoTls)?.batch_execute(statement) };
    let outcome = thread::scope(|scope| scope.spawn(job).join());
    match outcome {
        Ok(done) => done.map_err(|error| chain(&error)),
        Err(_panic) => Err("the client panicked".to_owned()),
    }
}

/// The error with its causes, for the client's own text is no more than "db error".
fn chain(error: &dyn std::error::Error) -> String {
    std::iter::successors(Some(error), |error| error.source()).map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// `url` with its last part, the database, replaced; what follows a `?` is kept.
fn with_database(url: &str, name: &str) -> String {
    let (address, options) = url.split_once('?').map_or((url, None), |(address, options)| (address, Some(options)));
    let after_scheme = address.find("://").map_or(0, |at| at + 3);
    let host = address[after_scheme..].find('/').map_or(address, |at| &address[..after_scheme + at]);
    match options {
        Some(options) => format!("{host}/{name}?{options}"),
        None => format!("{host}/{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fresh_database_answers() {
        let (one, other) = (Database::new(), Database::new());
        let mut client = Client::connect(&one.url, NoTls).unwrap();
        client.batch_execute("CREATE TABLE one (day date)").unwrap();
        assert_eq!(client.query_one("SELECT current_database()::text", &[]).unwrap().get::<_, String>(0), one.name);
        let mut client = Client::connect(&other.url, NoTls).unwrap();
        assert!(client.batch_execute("SELECT day FROM one").is_err(), "two tests share a database");
    }

    #[test]
    fn a_dropped_database_is_gone_whoever_holds_it() {
        let database = Database::new();
        let _held = Client::connect(&database.url, NoTls).unwrap();
        let (url, server, name) = (database.url.clone(), database.server.clone(), database.name.clone());
        drop(database);
        let error = Client::connect(&url, NoTls).err().map(|error| chain(&error)).unwrap();
        assert!(error.contains("does not exist"), "{error}");
        command(&server, &format!("CREATE DATABASE {name}")).unwrap();
        command(&server, &format!("DROP DATABASE {name}")).unwrap();
    }

    #[test]
    fn only_the_database_is_replaced() {
        let check = |url: &str, expected: &str| assert_eq!(with_database(url, "x"), expected);
        check("postgres://a:b@127.0.0.1:5433/postgres", "postgres://a:b@127.0.0.1:5433/x");
        check("postgres://a:b@127.0.0.1:5433", "postgres://a:b@127.0.0.1:5433/x");
        check("postgres://a:b@h/postgres?connect_timeout=5", "postgres://a:b@h/x?connect_timeout=5");
    }
}
