//! The two databases, and one body of a test run on both.

/// The databases that Fairfile runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// Embedded, a file in the node's folder.
    Sqlite,
    /// A server; `cargo xtask test` starts one.
    Postgres,
}

/// Makes a test of each function, once for each engine: `name::on_sqlite` and `name::on_postgres`.
///
/// ```
/// fairfile_testkit::on_both_engines! {
///     fn a_new_node_has_a_journal(world) {
///         assert!(world.reg().store.head().snapshot().size() > 0);
///     }
/// }
/// ```
#[macro_export]
macro_rules! on_both_engines {
    ($($(#[$meta:meta])* fn $name:ident($world:ident) $body:block)*) => {$(
        $(#[$meta])*
        mod $name {
            #[allow(unused_imports, reason = "a short body needs nothing of what stands around it")]
            use super::*;

            fn story($world: &$crate::World) $body

            #[test]
            fn on_sqlite() {
                story(&$crate::World::new($crate::Engine::Sqlite));
            }

            #[test]
            fn on_postgres() {
                story(&$crate::World::new($crate::Engine::Postgres));
            }
        }
    )*};
}
