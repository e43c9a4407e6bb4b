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

    /// Does the line hold the byte?
    pub fn holds(self, at: usize) -> bool {
        (self.start..self.next).contains(&at)
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
    let body = text.strip_prefix(BOM).unwrap_or(text);
    let mut start = text.len() - body.len();
    body.split_inclusive('\n').enumerate().map(move |(index, whole)| {
        let line = Line::at(text, index + 1, start, start + whole.len());
        start = line.next;
        line
    })
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
