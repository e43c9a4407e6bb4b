//! What stands after the addresses of an entry. The words are taken as tokens: a name may contain `log` or `inactive`.

use super::words::Words;

/// The options of an entry.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tail<'a> {
    /// Switched off.
    pub inactive: bool,
    /// The name of a time range.
    pub time_range: Option<&'a str>,
    /// The rule number of a managed access list.
    pub rule_id: Option<&'a str>,
}

/// Reads the options, in any order.
pub fn tail<'a>(words: &mut Words<'a>) -> Result<Tail<'a>, String> {
    let mut tail = Tail::default();
    while let Some(word) = words.next() {
        match word {
            "inactive" | "(inactive)" => tail.inactive = true,
            "time-range" => tail.time_range = Some(words.next().ok_or("a time range is missing")?),
            "log" => {
                words.take_when(is_level);
            }
            "interval" => {
                words.take_when(is_number).ok_or("an interval is missing")?;
            }
            "rule-id" => tail.rule_id = words.next(),
            "event-log" => {
                words.take_when(|w| matches!(w, "flow-start" | "flow-end" | "both"));
            }
            // Counters, hashes and comments of `show access-list`.
            _ if word.starts_with('(') || word.starts_with("0x") => {}
            _ => return Err(format!("`{word}` is not known at the end of an entry")),
        }
    }
    Ok(tail)
}

fn is_number(word: &str) -> bool {
    word.parse::<u32>().is_ok()
}

fn is_level(word: &str) -> bool {
    const LEVELS: [&str; 10] = [
        "emergencies",
        "alerts",
        "critical",
        "errors",
        "warnings",
        "notifications",
        "informational",
        "debugging",
        "default",
        "disable",
    ];
    LEVELS.contains(&word) || word.len() == 1 && is_number(word)
}
