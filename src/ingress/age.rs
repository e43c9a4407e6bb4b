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
