//! Unified diffs that `git apply` and `patch -p1` take.

use super::clean;
use similar::TextDiff;
use std::borrow::Cow;

/// The change of a file. Where the text holds characters that act, they are made visible and `false` says that the
/// result cannot be applied.
pub fn unified(path: &str, old: &str, new: &str) -> (String, bool) {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
    let diff = TextDiff::configure().newline_terminated(true).diff_slices(&old, &new);
    let (from, to) = (quoted("a", path), quoted("b", path));
    let text = diff.unified_diff().context_radius(3).header(&from, &to).missing_newline_hint(true).to_string();
    let mut faithful = true;
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let shown = inert(line);
        faithful &= shown == line;
        out.push_str(&shown);
    }
    (out, faithful)
}

/// Line ends and tabs stay, as they are part of the text; whatever else acts is shown.
fn inert(line: &str) -> Cow<'_, str> {
    let body = line.trim_end_matches(['\n', '\r']);
    let end = line.get(body.len()..).unwrap_or("");
    let tabless = body.replace('\t', " ");
    if clean::line(&tabless) == tabless && !end.trim_end_matches('\n').contains("\r\r") {
        return Cow::Borrowed(line);
    }
    Cow::Owned(format!("{}\n", clean::line(body)))
}

/// A path as git writes it in a diff: in quotes where it holds what is not plain.
fn quoted(side: &str, path: &str) -> String {
    let plain = |c: char| {
        !c.is_control()
            && c != '"'
            && c != '\\'
            && clean::line(c.encode_utf8(&mut [0; 4])) == *c.encode_utf8(&mut [0; 4])
    };
    if path.chars().all(plain) {
        return format!("{side}/{path}");
    }
    let mut out = format!("\"{side}/");
    for byte in path.bytes() {
        match byte {
            b'"' | b'\\' => out.extend(['\\', char::from(byte)]),
            b' '..=b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("\\{byte:03o}")),
        }
    }
    out + "\""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diff_keeps_line_ends_and_says_where_there_is_none() {
        let (text, faithful) = unified("x/fw.v4", "a\r\nb", "a\r\nc\r\nb");
        assert_eq!(
            text,
            "--- a/x/fw.v4\n+++ b/x/fw.v4\n@@ -1,2 +1,3 @@\n a\r\n+c\r\n b\n\\ No newline at end of file\n"
        );
        assert!(faithful);
    }

    #[test]
    fn what_acts_is_shown_and_the_diff_is_no_longer_one_to_apply() {
        let (text, faithful) = unified("a\n\"b", "x\u{1b}[2J\n", "x\u{1b}[2J\ny\n");
        assert!(!faithful);
        assert!(text.starts_with("--- \"a/a\\012\\\"b\"\n") && text.contains("x␛[2J\n+y\n"), "{text}");
        assert!(unified("a", "x\ty\n", "x\ty\nz\n").1, "a tab acts on nothing");
    }
}
