//! How old a statement is.

use serde::Serialize;
use std::fmt;
use std::str::FromStr;

/// A day, a month or a year, as exactly as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Date {
    /// For example 2026.
    pub year: u16,
    /// From 1 to 12.
    pub month: Option<u8>,
    /// From 1; only together with a month.
    pub day: Option<u8>,
}

/// A text is no date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotADate;

impl FromStr for Date {
    type Err = NotADate;

    /// `2026-08-22`, `2026-08` or `2026`.
    fn from_str(text: &str) -> Result<Date, NotADate> {
        let mut parts = text.split('-');
        let year = number(parts.next(), 4)?.ok_or(NotADate)?;
        let month = number(parts.next(), 2)?;
        let day = number(parts.next(), 2)?;
        let date = Date { year, month: month.map(|n| n as u8), day: day.map(|n| n as u8) };
        if parts.next().is_none() && date.is_real() { Ok(date) } else { Err(NotADate) }
    }
}

/// A number of so many digits, if there is a part at all.
fn number(part: Option<&str>, digits: usize) -> Result<Option<u16>, NotADate> {
    let Some(part) = part else { return Ok(None) };
    let all_digits = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
    if all_digits { part.parse().map(Some).map_err(|_| NotADate) } else { Err(NotADate) }
}

impl Date {
    fn is_real(self) -> bool {
        let Some(month) = self.month else { return self.year > 0 };
        let leap = self.year.is_multiple_of(4) && (!self.year.is_multiple_of(100) || self.year.is_multiple_of(400));
        let days = match month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return false,
        };
        self.year > 0 && self.day.is_none_or(|day| (1..=days).contains(&day))
    }
}

impl Date {
    /// The last day that the date may mean, counted from 1970-01-01: of a month its last, of a year 31 December.
    pub fn last_day(self) -> i64 {
        let (year, month) = (i64::from(self.year), self.month.map_or(12, i64::from));
        let next_month = if month == 12 { day_number(year + 1, 1, 1) } else { day_number(year, month + 1, 1) };
        self.day.map_or(next_month - 1, |day| day_number(year, month, day.into()))
    }

    /// The first day that the date may mean.
    fn first_day(self) -> i64 {
        day_number(self.year.into(), self.month.map_or(1, i64::from), self.day.map_or(1, i64::from))
    }
}

/// The day counted from 1970-01-01 (proleptic Gregorian calendar). The year is taken to begin in March, so that the day
/// of a leap year comes last.
fn day_number(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leap_days + (153 * month + 2) / 5 + day - 1 - 719_468
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        self.month.map_or(Ok(()), |month| write!(f, "-{month:02}"))?;
        self.day.map_or(Ok(()), |day| write!(f, "-{day:02}"))
    }
}

/// When a statement was last known to be true.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AsOf {
    /// On that date.
    On(Date),
    /// At some time before that date.
    Before(Date),
    /// No source says.
    Unknown,
}

impl AsOf {
    /// How many days have passed by `today` since the statement was last known to be true: at least so many, where the
    /// date is not exact. Nothing where no source says; 0 for days to come.
    pub fn age(self, today: Date) -> Option<u32> {
        let day = match self {
            AsOf::On(date) => date.last_day(),
            AsOf::Before(date) => date.first_day() - 1,
            AsOf::Unknown => return None,
        };
        Some(u32::try_from(today.first_day() - day).unwrap_or(0))
    }
}

impl fmt::Display for AsOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AsOf::On(date) => write!(f, "{date}"),
            AsOf::Before(date) => write!(f, "before {date}"),
            AsOf::Unknown => f.write_str("unknown"),
        }
    }
}

impl Serialize for AsOf {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_counted_from_the_last_day_that_a_date_may_mean() {
        let age = |as_of: AsOf, today: &str| as_of.age(today.parse().unwrap());
        let on = |text: &str| AsOf::On(text.parse().unwrap());
        for (as_of, today, days) in [
            (on("2026-01-01"), "2026-01-01", 0),
            (on("2024-02-28"), "2024-03-01", 2),
            (on("2023-02-28"), "2023-03-01", 1),
            (on("2024"), "2025-01-01", 1),
            (on("2025-11"), "2026-01-01", 32),
            (on("2026-08-22"), "2026-01-01", 0),
            (on("1970-01-01"), "2026-01-01", 20_454),
            (AsOf::Before("2026-05-29".parse().unwrap()), "2026-05-29", 1),
            (AsOf::Before("2026".parse().unwrap()), "2026-01-01", 1),
        ] {
            assert_eq!(age(as_of, today), Some(days), "{as_of} on {today}");
        }
        assert_eq!(age(AsOf::Unknown, "2026-01-01"), None);
    }

    #[test]
    fn dates_are_as_exact_as_they_are_written() {
        for text in ["2026-08-22", "2026-08", "2026", "2024-02-29", "2000-02-29"] {
            assert_eq!(text.parse::<Date>().map(|date| date.to_string()), Ok(text.to_owned()));
        }
        for text in
            ["", "26", "2026-13", "2026-00", "2026-8-2", "2025-02-29", "1900-02-29", "2026-08-22-1", "+026", "0000"]
        {
            assert_eq!(text.parse::<Date>(), Err(NotADate), "{text}");
        }
    }
}
