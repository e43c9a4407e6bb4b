//! Time ranges, judged by the date.

use super::line::Statement;
use super::words::Words;

/// Is an entry with a time range in force?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InForce {
    /// All of the date.
    Yes,
    /// At no time of the date.
    No,
    /// At some times, or it cannot be told.
    Sometimes,
}

/// Judges a `time-range` block by a date `YYYY-MM-DD`. A periodic part leaves the hours open, but not an absolute
/// range that has ended or not begun.
pub fn judge(range: &Statement<'_>, date: &str) -> InForce {
    let mut found = InForce::Sometimes;
    let Some(today) = iso(date) else { return found };
    let mut periodic = false;
    for line in &range.subs {
        let mut words = Words::new(line);
        match words.next() {
            Some("absolute") => {
                let Some((start, end)) = bounds(words) else { return InForce::Sometimes };
                found = inside(today, start, end);
            }
            Some("periodic") => periodic = true,
            _ => return InForce::Sometimes,
        }
    }
    if periodic && found == InForce::Yes { InForce::Sometimes } else { found }
}

type Date = (u32, u32, u32);
/// A date with the minutes since midnight.
type Moment = (Date, u32);

fn inside(today: Date, start: Option<Moment>, end: Option<Moment>) -> InForce {
    let begun = start.is_none_or(|(date, minutes)| (date, minutes) <= (today, 0));
    let begins_later = start.is_some_and(|(date, _)| date > today);
    let lasts = end.is_none_or(|(date, minutes)| (date, minutes) >= (today, 23 * 60 + 59));
    let is_over = end.is_some_and(|moment| moment <= (today, 0));
    match (begins_later || is_over, begun && lasts) {
        (true, _) => InForce::No,
        (false, true) => InForce::Yes,
        (false, false) => InForce::Sometimes,
    }
}

/// `[start HH:MM DD Month YYYY] [end HH:MM DD Month YYYY]`.
fn bounds(mut words: Words<'_>) -> Option<(Option<Moment>, Option<Moment>)> {
    let (mut start, mut end) = (None, None);
    while let Some(word) = words.next() {
        let moment = moment(&mut words)?;
        match word {
            "start" => start = Some(moment),
            "end" => end = Some(moment),
            _ => return None,
        }
    }
    Some((start, end))
}

fn moment(words: &mut Words<'_>) -> Option<Moment> {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let (hours, minutes) = words.next()?.split_once(':')?;
    let day = words.next()?.parse().ok()?;
    let month = words.next()?.get(..3)?.to_ascii_lowercase();
    let month = MONTHS.iter().position(|m| *m == month)? as u32 + 1;
    let year = words.next()?.parse().ok()?;
    let minutes = hours.parse::<u32>().ok().filter(|h| *h < 24)? * 60 + minutes.parse::<u32>().ok()?;
    Some(((year, month, day), minutes))
}

fn iso(date: &str) -> Option<Date> {
    let mut parts = date.splitn(3, '-').map(|p| p.parse().ok());
    Some((parts.next()??, parts.next()??, parts.next()??))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(subs: &[&'static str]) -> InForce {
        let statement = Statement { head: "time-range T", subs: subs.to_vec(), ..Statement::default() };
        judge(&statement, "2025-06-15")
    }

    #[test]
    fn absolute_ranges_are_judged_by_the_date() {
        assert_eq!(judged(&["absolute start 08:00 01 January 2025 end 08:00 01 July 2025"]), InForce::Yes);
        assert_eq!(judged(&["absolute end 08:00 01 July 2024"]), InForce::No);
        assert_eq!(judged(&["absolute start 00:00 16 June 2025"]), InForce::No);
        assert_eq!(judged(&["absolute start 08:00 15 June 2025"]), InForce::Sometimes);
        assert_eq!(judged(&["absolute end 08:00 01 July 2024", "periodic daily 8:00 to 18:00"]), InForce::No);
        assert_eq!(judged(&["periodic daily 8:00 to 18:00"]), InForce::Sometimes);
        assert_eq!(judged(&[]), InForce::Sometimes);
    }
}
