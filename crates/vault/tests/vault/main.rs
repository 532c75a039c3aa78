//! The vault against real files: what opens, what is gone, what was cut off, what was changed.

mod amending;
mod auditing;
mod destroying;
mod key_backup;
mod key_file;
mod mark;
mod opening;
mod ratchet;
mod room;
