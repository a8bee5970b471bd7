//! Times as people write them, and what is done at them: `--at 5min fio2=1.0`.

use thiserror::Error;

use crate::scenario::MAX_DURATION_S;
use crate::sim::play::run::time_of_step_s;
use crate::sim::time::STEP_S;
use crate::text::{self, number, shown};

/// Units of a time, the longest first; seconds of each.
const UNITS: [(&str, f64); 3] = [("h", 3600.0), ("min", 60.0), ("s", 1.0)];

/// Why a text is no time.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum TimeError {
    /// Not of the form.
    #[error("`{text}` is not a time: write 30s, 5min, 2h or 1h30min", text = shown(.text))]
    Form {
        /// The text as given.
        text: String,
    },
    /// Between two model steps.
    #[error("`{text}` is not a multiple of {STEP_S} s, the length of a model step", text = shown(.text))]
    OffGrid {
        /// The text as given.
        text: String,
    },
    /// Longer than a run may be.
    #[error("`{text}` is more than {} h, the longest run", number(MAX_DURATION_S / 3600.0), text = shown(.text))]
    TooLong {
        /// The text as given.
        text: String,
    },
    /// No time at all where some has to pass.
    #[error("`{text}` is no time: at least {STEP_S} s", text = shown(.text))]
    Zero {
        /// The text as given.
        text: String,
    },
}

/// Reads a time as a number of model steps, 0 or more.
pub(super) fn moment(text: &str) -> Result<u64, TimeError> {
    let form = || TimeError::Form { text: text.to_owned() };
    let (mut rest, mut units, mut time_s) = (text, &UNITS[..], 0.0);
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').ok_or_else(form)?;
        let (count, from_unit) = rest.split_at(digits);
        // Digits and points only: neither a sign nor an exponent, so that nothing is negative or endless.
        let count: f64 = count.parse().map_err(|_| form())?;
        let letters = from_unit.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(from_unit.len());
        let (unit, after) = from_unit.split_at(letters);
        // Each unit once and the longer before the shorter: 30min1h is a slip.
        let at = units.iter().position(|(name, _)| *name == unit).ok_or_else(form)?;
        time_s += count * units[at].1;
        units = &units[at + 1..];
        rest = after;
    }
    if text.is_empty() {
        return Err(form());
    }
    if time_s > MAX_DURATION_S {
        return Err(TimeError::TooLong { text: text.to_owned() });
    }
    let steps = time_s / STEP_S;
    if (steps - steps.round()).abs() > 1e-9 * steps.max(1.0) {
        return Err(TimeError::OffGrid { text: text.to_owned() });
    }
    Ok(steps.round() as u64)
}

/// Reads a time that has to pass.
pub(super) fn duration(text: &str) -> Result<u64, TimeError> {
    match moment(text)? {
        0 => Err(TimeError::Zero { text: text.to_owned() }),
        steps => Ok(steps),
    }
}

/// A time for people: 1h30min, 5min, 12.5s.
pub(super) fn spoken(steps: u64) -> String {
    text::spoken(time_of_step_s(steps))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inv_times_are_read_as_people_write_them() {
        for (text, seconds) in [
            ("30s", 30.0),
            ("5min", 300.0),
            ("2h", 7200.0),
            ("1h30min", 5400.0),
            ("1h30min0.5s", 5400.5),
            ("0.1min", 6.0),
            ("1.5min", 90.0),
            ("0s", 0.0),
            ("168h", 604_800.0),
        ] {
            let steps = moment(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(steps as f64 * STEP_S, seconds, "{text}");
            assert_eq!(moment(&spoken(steps)), Ok(steps), "{text}");
        }
        assert_eq!(spoken(10_801), "1h30min0.5s");
        assert_eq!(spoken(0), "0s");
    }

    #[test]
    fn inv_what_is_no_time_is_refused() {
        for text in [
            "", "30", "s", "-5s", "+5s", "5 min", "1e3s", "nan", "infs", "5m", "30min1h", "1s1s", "1..5s", "5min3",
            "µs",
        ] {
            assert_eq!(moment(text), Err(TimeError::Form { text: text.to_owned() }), "{text}");
        }
        assert!(matches!(moment("0.3s"), Err(TimeError::OffGrid { .. })));
        assert!(matches!(moment("168h0.5s"), Err(TimeError::TooLong { .. })));
        assert!(matches!(moment(&format!("{}h", "9".repeat(400))), Err(TimeError::TooLong { .. })));
        assert!(matches!(duration("0h"), Err(TimeError::Zero { .. })));
        assert_eq!(duration("0.5s"), Ok(1));
    }
}
