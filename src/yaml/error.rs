//! The parser's errors as findings.

use crate::finding::{Code, Finding};
use crate::source::{SourceId, Span};

/// The finding for an error of the parser, at the exact place where the error knows it.
pub(super) fn finding(source: SourceId, text: &str, error: &serde_yaml::Error) -> Finding {
    let words = words(&error.to_string());
    if words.starts_with("repetition limit") {
        return too_many(Span { source, start: 0, end: 0 });
    }
    let start = place(text, error, &words);
    let span = Span { source, start: start as u32, end: end_of_char(text, start) as u32 };
    if text.as_bytes().get(start) == Some(&b'\t') {
        return Finding::new(Code::InvalidYaml, "a tab is used for indentation")
            .at(span, "this is a tab")
            .help("YAML is indented with spaces only");
    }
    if words.starts_with("recursion limit") {
        return Finding::new(Code::TooLarge, "the nodes are nested too deeply, or an alias contains itself")
            .at(span, "");
    }
    Finding::new(Code::InvalidYaml, words).at(span, "")
}

/// The finding that aliases expand to too much; the parser has a limit of its own, which may be met before ours.
pub(super) fn too_many(at: Span) -> Finding {
    let message = "aliases expand to far more nodes than are written";
    Finding::new(Code::TooLarge, message).at(at, "").help("write fewer aliases (`*name`) to large anchors")
}

/// The parser's own words without its line numbers: reports have better ones.
fn words(message: &str) -> String {
    let parts = message.split(", ").map(|part| part.split(" at line ").next().unwrap_or(part));
    let parts = parts.map(|part| part.split(" at position ").next().unwrap_or(part));
    parts.collect::<Vec<_>>().join(", ")
}

fn place(text: &str, error: &serde_yaml::Error, words: &str) -> usize {
    if words.contains("control characters") {
        return text.find(is_forbidden).unwrap_or(0);
    }
    // An error at the very end (an unclosed quote, say) would have no character to underline.
    let mark = if text.starts_with(super::BOM) { super::BOM.len_utf8() } else { 0 };
    let at = mark + error.location().map_or(0, |location| location.index());
    text.floor_char_boundary(at.min(text.trim_end().len()))
}

/// What YAML 1.1 does not count as printable.
fn is_forbidden(c: char) -> bool {
    (c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{85}')) || matches!(c, '\u{fffe}' | '\u{ffff}')
}

fn end_of_char(text: &str, start: usize) -> usize {
    let next = text.get(start..).and_then(|rest| rest.chars().next());
    start + next.filter(|c| !c.is_whitespace() || *c == '\t').map_or(0, char::len_utf8)
}
