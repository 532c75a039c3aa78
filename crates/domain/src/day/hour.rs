//! A full hour of a civil day, as an instant.

use super::{Day, Instant, Zone};

impl Zone {
    /// The instant at which `hour` (0 to 23) begins on `day` here; where the clocks were put forward over it, the next one
    /// that there was. Nothing for what is no hour, and outside the calendar.
    pub fn at_hour(&self, day: Day, hour: u8) -> Option<Instant> {
        let hour = i8::try_from(hour).ok()?;
        let civil = day.0.to_datetime(jiff::civil::Time::new(hour, 0, 0, 0).ok()?);
        let found = self.0.to_ambiguous_zoned(civil).compatible().ok()?;
        Instant::from_unix_micros(found.timestamp().as_microsecond()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_that_the_clocks_skip_is_the_next_one() {
        let at = |zone: &str, day: &str, hour| {
            let (zone, day) = (Zone::named(zone).expect("a zone"), day.parse().expect("a day"));
            zone.at_hour(day, hour).map(|at| at.to_string())
        };
        assert_eq!(at("Asia/Shanghai", "2026-11-23", 8).as_deref(), Some("2026-11-23T00:00:00Z"));
        assert_eq!(at("Europe/Madrid", "2026-03-29", 2).as_deref(), Some("2026-03-29T01:00:00Z"));
        assert_eq!(at("Asia/Shanghai", "2026-11-23", 24), None);
    }
}
