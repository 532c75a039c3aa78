//! The canary sweep: every input carries a mark of its own, every output is looked through for all of them.
//!
//! The real program takes records in, answers, corrects, withdraws, and destroys; whatever comes out of it meanwhile
//! (answers, files, logs, backups, database files, memory) is searched for every mark in every writing, and each state may
//! be seen in the outputs that `table.rs` lists for it and in no others.
#![cfg(target_os = "linux")]
#![allow(clippy::disallowed_methods, reason = "a client has a clock of its own, and waits for the node")]

#[path = "../common/mod.rs"]
mod common;

mod cast;
mod desk;
mod hostile;
mod marks;
mod process;
mod scanner;
mod story;
mod sweep;
mod table;
mod visits;

use fairfile_testkit::Engine;

#[test]
fn no_mark_comes_out_where_it_may_not_on_sqlite() {
    story::tell(Engine::Sqlite, 20_261_123);
}

#[test]
fn no_mark_comes_out_where_it_may_not_on_postgres() {
    story::tell(Engine::Postgres, 20_261_124);
}
