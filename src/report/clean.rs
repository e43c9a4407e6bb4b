//! Texts of the input made harmless for terminals and viewers.
//!
//! Rule comments come from people who may want more than to comment: an escape sequence can repaint a terminal, a
//! bidirectional override can make a line read as another one. Both are shown, and neither acts. Nor does what a CI
//! runner takes for a command when it stands in the log of a job.

use std::borrow::Cow;
use std::fmt::Write;

/// Does the character act instead of being seen?
fn acts(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// One line: control characters are shown as pictures (`␛`), others that act by their number; a tab is a blank.
pub fn line(text: &str) -> Cow<'_, str> {
    replaced(text, acts)
}

/// A text whose control characters can do no harm; line ends stay.
pub fn lines(text: &str) -> Cow<'_, str> {
    replaced(text, |c| acts(c) && c != '\n')
}

fn replaced(text: &str, bad: impl Fn(char) -> bool) -> Cow<'_, str> {
    let visible = if text.chars().any(&bad) { Cow::Owned(made_visible(text, bad)) } else { Cow::Borrowed(text) };
    let commands = runner_commands(&visible);
    if commands.is_empty() { visible } else { Cow::Owned(parted(&visible, &commands, " ")) }
}

fn made_visible(text: &str, bad: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if bad(c) { push_visible(&mut out, c) } else { out.push(c) }
    }
    out
}

/// Where commands of CI runners begin: `::error ...::` of GitHub at the start of a line (and of a word, as lines are
/// wrapped there), and the older `##[...]` and Azure's `##vso[...]` anywhere in a line.
fn runner_commands(text: &str) -> Vec<usize> {
    let older = text.match_indices("##").map(|(at, _)| at).filter(|at| {
        let rest = text.get(at + 2..).unwrap_or("");
        rest.starts_with('[') || rest.starts_with("vso[")
    });
    let newer = text.match_indices("::").map(|(at, _)| at).filter(|at| {
        let before = text.get(..*at).and_then(|before| before.chars().next_back());
        before.is_none_or(char::is_whitespace) && is_command_word(text.get(at + 2..).unwrap_or(""))
    });
    let mut all: Vec<usize> = older.chain(newer).collect();
    all.sort_unstable();
    all
}

/// Does a name of a command stand here, and not the rest of an IPv6 address?
fn is_command_word(text: &str) -> bool {
    let word = text.split(|c: char| !(c.is_ascii_alphabetic() || c == '-')).next().unwrap_or("");
    word.chars().any(|c| !c.is_ascii_hexdigit())
}

/// The text with something put between the two signs at each place.
fn parted(text: &str, places: &[usize], between: &str) -> String {
    let mut out = String::with_capacity(text.len() + places.len());
    let mut done = 0;
    for at in places {
        out += text.get(done..at + 1).unwrap_or("");
        out += between;
        done = at + 1;
    }
    out + text.get(done..).unwrap_or("")
}

fn push_visible(out: &mut String, c: char) {
    match c {
        '\t' => out.push(' '),
        '\u{7f}' => out.push('␡'),
        c if c < ' ' => out.push(char::from_u32(0x2400 + u32::from(c)).unwrap_or('?')),
        c => out.extend(c.escape_unicode()),
    }
}

/// JSON in which no character acts: what the encoder left as it is becomes an escape, so no value changes.
pub fn json(text: &str) -> Cow<'_, str> {
    let bad = |c: char| acts(c) && c != '\n';
    // Texts stand within a line here, so only the commands that act anywhere in a line matter.
    let commands: Vec<usize> =
        runner_commands(text).into_iter().filter(|at| text.get(*at..).is_some_and(|t| t.starts_with('#'))).collect();
    if commands.is_empty() && !text.chars().any(bad) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 64);
    for (at, c) in text.char_indices() {
        if bad(c) || commands.binary_search(&at).is_ok() {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_the_input_acts() {
        assert_eq!(line("a\u{1b}[31mb\tc\r\n\u{7f}"), "a␛[31mb c␍␊␡");
        assert_eq!(line("x\u{9b}y\u{202e}z\u{2066}\u{2028}"), "x\\u{9b}y\\u{202e}z\\u{2066}\\u{2028}");
        assert_eq!(lines("a\nb\u{1b}"), "a\nb␛");
        assert!(matches!(line("plain zwölf ␛"), Cow::Borrowed(_)));
    }

    #[test]
    fn commands_of_runners_are_taken_apart_and_addresses_are_not() {
        assert_eq!(line("::error file=x::y"), ": :error file=x::y");
        assert_eq!(line("x ::add-mask::y ##[group]z ##vso[task]"), "x : :add-mask::y # #[group]z # #vso[task]");
        for plain in ["::1 ::/0 to ::ffff:1.2.3.4", "fe80::1 a::b", "## heading", "::", "x::error"] {
            assert!(matches!(line(plain), Cow::Borrowed(_)), "{plain}");
        }
        let value = serde_json::json!({ "a": "x ##[group]y" });
        let text = json(&value.to_string()).into_owned();
        assert!(!text.contains("##["), "{text}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
    }

    #[test]
    fn json_values_stay_what_they_are() {
        let value = serde_json::json!({ "comment": "a\u{1b}\u{9b}\u{202e}\u{e0041}\u{7f}b" });
        let text = json(&serde_json::to_string_pretty(&value).unwrap()).into_owned();
        assert!(text.chars().all(|c| c == '\n' || (' '..='~').contains(&c)), "{text}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
    }
}
