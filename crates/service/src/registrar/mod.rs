//! What the registrar who runs a node does. Opening a person's file is not among it.

mod admit;
mod publish_catalog;
mod release_officer;

pub use admit::{Admission, admit};
pub use publish_catalog::{PublishError, publish_catalog};
pub use release_officer::{ReleaseError, release_officer};
