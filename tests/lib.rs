//! The stories of Fairfile: what it promises, told as tests that a registrar could read.
//!
//! Nothing is in here; see `stories/`, one file for each promise, and `golden/`, the tables.
