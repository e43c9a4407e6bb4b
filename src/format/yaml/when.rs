//! Days on which a rule begins and ends.

use super::model::Effect;
use super::reader::{Read, Reader};
use crate::finding::{Code, Finding};
use crate::yaml::{Node, Scalar};

/// The first and the last day of a rule, as `YYYY-MM-DD`, which sorts as days do.
#[derive(Debug, Default)]
pub(super) struct When {
    starts: Option<String>,
    expires: Option<String>,
}

impl Reader<'_> {
    /// Reads `starts` and `expires`.
    pub(super) fn when(&mut self, starts: Option<&Node>, expires: Option<&Node>) -> Read<When> {
        let first = self.day(starts, "`starts`");
        let last = self.day(expires, "`expires`");
        let when = When { starts: first?, expires: last? };
        match (&when.starts, &when.expires, expires) {
            (Some(first), Some(last), Some(node)) if first > last => {
                let message = format!("the rule expires on {last}, before it starts on {first}");
                self.fail(Finding::new(Code::InvalidValue, message).at(node.head(), ""))
            }
            _ => Ok(when),
        }
    }

    fn day(&mut self, node: Option<&Node>, what: &str) -> Read<Option<String>> {
        let Some(node) = node else { return Ok(None) };
        let scalar = self.note(node.expect_scalar(what))?;
        self.note(day(scalar)).map(Some)
    }
}

impl When {
    /// Why the rule, called so, has no effect on that day; `None` when it has.
    pub fn idle(&self, name: &str, today: &str) -> Option<Effect> {
        if today.is_empty() {
            return None;
        }
        let begins = self.starts.as_deref().filter(|day| *day > today);
        let ended = self.expires.as_deref().filter(|day| *day < today);
        let why = begins.map(|day| format!("has no effect on {today}, as it starts on {day}"));
        let why = why.or_else(|| ended.map(|day| format!("has no effect on {today}, as it expired on {day}")));
        why.map(|why| {
            Effect::Idle(if name.is_empty() { format!("a rule {why}") } else { format!("the rule `{name}` {why}") })
        })
    }

    /// The condition that remains when the day of the check is not known.
    pub fn condition(&self, today: &str) -> Option<String> {
        let dated = self.starts.is_some() || self.expires.is_some();
        (dated && today.is_empty()).then(|| "the date of the check is not known".to_owned())
    }
}

pub(in crate::format) fn day(scalar: &Scalar) -> Result<String, Finding> {
    let parts: Vec<Option<u32>> = scalar.text.split('-').map(|part| part.parse().ok()).collect();
    let shape = scalar.text.split('-').map(str::len).eq([4, 2, 2]) && !scalar.text.contains('+');
    match parts.as_slice() {
        [Some(year), Some(month), Some(day)] if shape && (1..=days(*year, *month)).contains(day) => {
            Ok(scalar.text.to_string())
        }
        _ => Err(scalar.invalid("a day such as 2026-01-31")),
    }
}

fn days(year: u32, month: u32) -> u32 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    }
}
