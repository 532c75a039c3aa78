//! Three doors.
pub mod wire;
