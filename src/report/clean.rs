//! Texts of the input made harmless for terminals and viewers.
//!
//! Rule comments come from people who may want more than to comment: an escape sequence can repaint a terminal, a
//! bidirectional override can make a line read as another one. Both are shown, and neither acts.

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

/// Several lines: as [`line()`], but line ends stay.
pub fn lines(text: &str) -> Cow<'_, str> {
    replaced(text, |c| acts(c) && c != '\n')
}

fn replaced(text: &str, bad: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.chars().any(&bad) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if bad(c) { push_visible(&mut out, c) } else { out.push(c) }
    }
    Cow::Owned(out)
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
    if !text.chars().any(bad) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 64);
    for c in text.chars() {
        if bad(c) {
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
    fn json_values_stay_what_they_are() {
        let value = serde_json::json!({ "comment": "a\u{1b}\u{9b}\u{202e}\u{e0041}\u{7f}b" });
        let text = json(&serde_json::to_string_pretty(&value).unwrap()).into_owned();
        assert!(text.chars().all(|c| c == '\n' || (' '..='~').contains(&c)), "{text}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
    }
}
