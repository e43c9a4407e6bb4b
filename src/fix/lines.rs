//! Lines of a text with their places.

/// One line of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line<'a> {
    /// Its number, from 1.
    pub number: usize,
    /// Its first byte in the text.
    pub start: usize,
    /// The first byte of the next line.
    pub next: usize,
    /// Without the line end.
    pub text: &'a str,
}

impl<'a> Line<'a> {
    /// The line of a text that begins at one byte and ends before another.
    pub fn at(text: &'a str, number: usize, start: usize, next: usize) -> Line<'a> {
        Line { number, start, next, text: text.get(start..next).unwrap_or("").trim_end_matches(['\n', '\r']) }
    }

    /// The words of the line.
    pub fn words(self) -> impl Iterator<Item = &'a str> {
        self.text.split_ascii_whitespace()
    }

    /// How many blanks it begins with.
    pub fn indent(self) -> usize {
        self.text.len() - self.text.trim_start_matches(' ').len()
    }

    /// Nothing but blanks or a `#` comment?
    pub fn is_blank(self) -> bool {
        let text = self.text.trim_start();
        text.is_empty() || text.starts_with('#')
    }
}

/// The byte order mark that a text may begin with.
pub(super) const BOM: &str = "\u{feff}";

/// All lines of a text. A byte order mark stands before the first one.
pub(super) fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let mut start = first_byte(text);
    let after = memchr::memchr_iter(b'\n', text.as_bytes()).map(|end| end + 1);
    let all = after.chain(std::iter::once(text.len())).enumerate().map(move |(index, next)| {
        let line = Line::at(text, index + 1, start, next);
        start = next;
        line
    });
    // Nothing stands behind the last line end.
    all.filter(|line| line.start < line.next)
}

/// Where the first line begins.
fn first_byte(text: &str) -> usize {
    if text.starts_with(BOM) { BOM.len() } else { 0 }
}

/// The line of a text that holds the byte.
pub(super) fn line_holding(text: &str, at: usize) -> Option<Line<'_>> {
    let first = first_byte(text);
    let (before, rest) = text.split_at_checked(at).filter(|(_, rest)| at >= first && !rest.is_empty())?;
    let start = before.rfind('\n').map_or(first, |end| end + 1);
    let next = rest.find('\n').map_or(text.len(), |end| at + end + 1);
    let number = memchr::memchr_iter(b'\n', before.as_bytes()).count() + 1;
    Some(Line::at(text, number, start, next))
}

/// The lines as one insertion.
pub(super) fn block(lines: &[String]) -> String {
    lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect()
}

/// The line end of a text: that of its first line.
pub(super) fn ends(text: &str) -> &'static str {
    let first = text.split_inclusive('\n').next().unwrap_or("");
    if first.ends_with("\r\n") { "\r\n" } else { "\n" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_a_byte_is_the_one_among_all_lines_that_holds_it() {
        for text in ["", "a", "a\n", "\n\na\r\nbc", "a\n\nb\n", "\u{feff}", "\u{feff}a\nb", "\u{feff}\na"] {
            assert!(lines(text).map(|l| l.text).eq(text.trim_start_matches(BOM).lines()), "{text:?}");
            for at in 0..=text.len() {
                let held = lines(text).find(|line| (line.start..line.next).contains(&at));
                assert_eq!(line_holding(text, at), held, "{text:?} {at}");
            }
        }
    }
}
