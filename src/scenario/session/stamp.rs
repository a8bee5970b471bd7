//! A moment of the wall clock, as files and offers name it. The clock itself is `store`'s.

use std::fmt;

/// Seconds of a day.
const DAY_S: i64 = 86_400;
/// Days from 0000-03-01 to 1970-01-01.
const EPOCH_DAYS: i64 = 719_468;
/// Days of 400 years.
const ERA_DAYS: i64 = 146_097;
/// Seconds from 1970-01-01 to the end of the year 9999: the last that has four digits.
const LAST_S: i64 = 253_402_300_799;

/// A moment in UTC to the second, 1970 to 9999.
///
/// ```
/// use isoshunt::scenario::session::UtcTime;
/// let moment = UtcTime::from_unix_s(1_700_000_000).unwrap();
/// assert_eq!(moment.to_string(), "2023-11-14T22:13:20Z");
/// assert_eq!("2023-11-14T22:13:20Z".parse(), Ok(moment));
/// assert_eq!(moment.words(), "2023-11-14 22:13 UTC");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct UtcTime {
    unix_s: i64,
}

impl UtcTime {
    /// The moment so many seconds after 1970 began, 0 to the end of the year 9999; none outside.
    #[must_use]
    pub fn from_unix_s(unix_s: i64) -> Option<UtcTime> {
        (0..=LAST_S).contains(&unix_s).then_some(UtcTime { unix_s })
    }

    /// Seconds since 1970 began.
    #[must_use]
    pub fn unix_s(self) -> i64 {
        self.unix_s
    }

    /// For people: `2023-11-14 22:13 UTC`.
    #[must_use]
    pub fn words(self) -> String {
        let Calendar { year, month, day } = calendar(self.unix_s / DAY_S);
        let minutes = self.unix_s % DAY_S / 60;
        format!("{year:04}-{month:02}-{day:02} {:02}:{:02} UTC", minutes / 60, minutes % 60)
    }

    /// How long ago it was at `now`, in words: `3 minutes ago`. `just now` where the clock was set back since.
    #[must_use]
    pub fn ago(self, now: UtcTime) -> String {
        let past_s = now.unix_s - self.unix_s;
        let (count, unit) = match past_s {
            ..60 => return "just now".to_owned(),
            60..3600 => (past_s / 60, "minute"),
            3600..DAY_S => (past_s / 3600, "hour"),
            _ => (past_s / DAY_S, "day"),
        };
        let plural = if count == 1 { "" } else { "s" };
        format!("{count} {unit}{plural} ago")
    }
}

impl fmt::Display for UtcTime {
    /// ISO 8601: `2023-11-14T22:13:20Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Calendar { year, month, day } = calendar(self.unix_s / DAY_S);
        let second = self.unix_s % DAY_S;
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

/// A text that is no moment written as [`UtcTime`] writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a time such as 2023-11-14T22:13:20Z")]
pub struct NotATime;

impl std::str::FromStr for UtcTime {
    type Err = NotATime;

    fn from_str(text: &str) -> Result<UtcTime, NotATime> {
        let digits = |from: usize, to: usize| {
            let part = text.get(from..to).filter(|part| part.bytes().all(|b| b.is_ascii_digit()));
            part.and_then(|part| part.parse::<i64>().ok()).ok_or(NotATime)
        };
        let (year, month, day) = (digits(0, 4)?, digits(5, 7)?, digits(8, 10)?);
        let (hour, minute, second) = (digits(11, 13)?, digits(14, 16)?, digits(17, 19)?);
        let day_s = hour * 3600 + minute * 60 + second;
        let moment = UtcTime::from_unix_s(days(year, month, day) * DAY_S + day_s).ok_or(NotATime)?;
        // A 30th of February, an hour 24 and a wrong mark between the digits all come out as another text.
        if moment.to_string() == text { Ok(moment) } else { Err(NotATime) }
    }
}

struct Calendar {
    year: i64,
    month: i64,
    day: i64,
}

/// The day of the Gregorian calendar, so many days after 1970-01-01.
///
/// # Source
/// Hinnant H, chrono-Compatible Low-Level Date Algorithms, `civil_from_days`: years begin in March, so that the
/// leap day is the last of its year.
fn calendar(days: i64) -> Calendar {
    let shifted = days + EPOCH_DAYS;
    let (era, of_era) = (shifted / ERA_DAYS, shifted % ERA_DAYS);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    Calendar { year: era * 400 + year_of_era + i64::from(month <= 2), month, day }
}

/// Days after 1970-01-01; the inverse of [`calendar`], for years of 0 or more.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    era * ERA_DAYS + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year - EPOCH_DAYS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inv_every_day_reads_back_and_follows_its_neighbour() {
        let mut before = String::new();
        for day in 0..=LAST_S / DAY_S {
            let moment = UtcTime::from_unix_s(day * DAY_S + day % DAY_S).expect("a day before 10000");
            let text = moment.to_string();
            assert_eq!(text.parse(), Ok(moment), "{text}");
            assert!(before < text, "{before} then {text}");
            before = text;
        }
        assert!(before.starts_with("9999-12-31T"), "{before}");
    }

    #[test]
    fn val_known_days() {
        // 2000 was a leap year, 1900 and 2100 are none.
        for (text, unix_s) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2000-02-29T12:00:00Z", 951_825_600),
            ("2038-01-19T03:14:08Z", 1 << 31),
            ("2100-03-01T00:00:00Z", 4_107_542_400),
            ("9999-12-31T23:59:59Z", LAST_S),
        ] {
            assert_eq!(text.parse::<UtcTime>().map(UtcTime::unix_s), Ok(unix_s), "{text}");
        }
        assert_eq!(UtcTime::from_unix_s(-1), None);
        assert_eq!(UtcTime::from_unix_s(LAST_S + 1), None);
    }

    #[test]
    fn inv_what_is_no_time_is_refused() {
        for text in [
            "",
            "2023",
            "2023-11-14",
            "2023-02-29T00:00:00Z",
            "2023-13-01T00:00:00Z",
            "2023-00-01T00:00:00Z",
            "2023-11-14T24:00:00Z",
            "2023-11-14T22:60:20Z",
            "2023-11-14T22:13:60Z",
            "2023-11-14 22:13:20Z",
            "2023-11-14T22:13:20",
            "2023-11-14T22:13:20+01",
            "2023-11-14T22:13:20Zx",
            "-023-11-14T22:13:20Z",
            "1969-12-31T23:59:59Z",
            "0000-01-01T00:00:00Z",
            "２023-11-14T22:13:20Z",
        ] {
            assert_eq!(text.parse::<UtcTime>(), Err(NotATime), "{text}");
        }
    }

    #[test]
    fn inv_the_past_is_told_in_words() {
        let then = UtcTime { unix_s: 1_000_000 };
        let ago = |past_s: i64| then.ago(UtcTime { unix_s: then.unix_s + past_s });
        assert_eq!([ago(-5), ago(59), ago(60)], ["just now", "just now", "1 minute ago"]);
        assert_eq!([ago(3599), ago(3600), ago(86_399)], ["59 minutes ago", "1 hour ago", "23 hours ago"]);
        assert_eq!([ago(86_400), ago(1_000_000)], ["1 day ago", "11 days ago"]);
    }
}
