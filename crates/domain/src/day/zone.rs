//! The zone in which days begin and end.

use std::fmt;

use jiff::tz::{TimeZone, TimeZoneDatabase};

/// The zone whose days a node counts in, by its IANA name; the zone data is bundled.
#[derive(Clone, PartialEq, Eq)]
pub struct Zone(pub(super) TimeZone);

/// A name is no zone's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected the IANA name of a time zone, such as Asia/Shanghai or Europe/Madrid")]
pub struct UnknownZone;

impl Zone {
    /// The zone called `name`, such as `Asia/Shanghai`.
    pub fn named(name: &str) -> Result<Self, UnknownZone> {
        TimeZoneDatabase::bundled().get(name).map(Self).map_err(|_| UnknownZone)
    }

    /// Its IANA name.
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
