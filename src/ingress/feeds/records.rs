//! Records of delimited text (RFC 4180) with the place of every cell.
//!
//! Own code, since the place of each cell in the text is what a finding needs, and CSV libraries keep that of records.

use crate::finding::{Code, Finding};
use crate::source::{SourceId, Span};
use std::borrow::Cow;

/// The value of a cell, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cell<'a> {
    /// Without quotes and without blanks around it.
    pub text: Cow<'a, str>,
    /// The place, with quotes.
    pub span: Span,
}

/// The records of a text. Empty lines and those that begin with `#` are left out; a record may go on over several lines
/// inside of quotes.
pub(super) struct Records<'a> {
    source: SourceId,
    text: &'a str,
    delimiter: char,
    at: usize,
}

impl<'a> Records<'a> {
    pub fn new(source: SourceId, text: &'a str, delimiter: char) -> Records<'a> {
        let at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        Records { source, text, delimiter, at }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    /// A line that holds no record: empty, or a comment.
    fn skip_line(&mut self) -> bool {
        let rest = self.rest();
        let line = rest.split_inclusive('\n').next().unwrap_or("");
        let is_empty = line.trim().is_empty() || line.trim_start().starts_with('#');
        if is_empty {
            self.at += line.len();
        }
        is_empty && !line.is_empty()
    }

    /// One cell, and whether another one follows in the record.
    fn cell(&mut self) -> Result<(Cell<'a>, bool), Finding> {
        let rest = self.rest();
        let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let blank =
            if rest.trim_start_matches([' ', '\t']).starts_with('"') && self.delimiter != '\t' { blank } else { 0 };
        self.at += blank;
        let rest = self.rest();
        let length = if rest.starts_with('"') { self.quoted(rest)? } else { 0 };
        let tail = rest.get(length..).unwrap_or("");
        let behind = tail.find([self.delimiter, '\n']).unwrap_or(tail.len());
        let raw = rest.get(..length + behind).unwrap_or("");
        let cell = self.value(raw, length, tail.get(..behind).unwrap_or(""))?;
        let next = tail.get(behind..).and_then(|next| next.chars().next());
        self.at += raw.len() + next.map_or(0, char::len_utf8);
        Ok((cell, next == Some(self.delimiter)))
    }

    fn value(&self, raw: &'a str, quoted: usize, behind: &'a str) -> Result<Cell<'a>, Finding> {
        let shown = raw.trim();
        let span = Span::of(self.source, self.text, shown);
        if quoted == 0 {
            return Ok(Cell { text: Cow::Borrowed(shown), span });
        }
        if !behind.trim().is_empty() {
            let span = Span::of(self.source, self.text, behind.trim());
            return Err(Finding::new(Code::InvalidValue, "text stands behind the closing quote").at(span, ""));
        }
        let inner = raw.get(1..quoted - 1).unwrap_or("");
        let text = if inner.contains('"') { Cow::Owned(inner.replace("\"\"", "\"")) } else { Cow::Borrowed(inner) };
        Ok(Cell { text, span })
    }

    /// The length of a quoted cell with its quotes.
    fn quoted(&self, rest: &str) -> Result<usize, Finding> {
        let mut from = 1;
        while let Some(found) = rest.get(from..).and_then(|tail| tail.find('"')) {
            let end = from + found + 1;
            if !rest.get(end..).is_some_and(|tail| tail.starts_with('"')) {
                return Ok(end);
            }
            from = end + 1;
        }
        let span = Span { source: self.source, start: self.at as u32, end: self.at as u32 + 1 };
        Err(Finding::new(Code::InvalidValue, "the quote is not closed").at(span, ""))
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Result<Vec<Cell<'a>>, Finding>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.skip_line() {}
        if self.rest().trim().is_empty() {
            return None;
        }
        let mut cells = Vec::new();
        loop {
            match self.cell() {
                Ok((cell, more)) => {
                    cells.push(cell);
                    if !more {
                        return Some(Ok(cells));
                    }
                }
                Err(finding) => {
                    // Nothing behind a broken quote can be told apart.
                    self.at = self.text.len();
                    return Some(Err(finding));
                }
            }
        }
    }
}

/// The delimiter of a text: the one that its first record has most of.
pub(super) fn delimiter(text: &str) -> char {
    let line = first_line(text);
    let count = |delimiter: &char| line.matches(*delimiter).count();
    [',', ';', '\t'].into_iter().rev().max_by_key(count).unwrap_or(',')
}

/// The first line that is neither empty nor a comment.
pub(super) fn first_line(text: &str) -> &str {
    let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim);
    lines.into_iter().find(|line| !line.is_empty() && !line.starts_with('#')).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;

    fn read(text: &str) -> Vec<Vec<String>> {
        let mut sources = Sources::new();
        let id = sources.add("a.csv", text);
        let records = Records::new(id, sources.text(id), delimiter(text));
        let place =
            |cell: &Cell<'_>| format!("{}@{}", cell.text, sources.place(cell.span).trim_start_matches("a.csv:"));
        let record = |record: Result<Vec<Cell<'_>>, Finding>| match record {
            Ok(cells) => cells.iter().map(place).collect(),
            Err(finding) => vec![format!("{} {}", sources.place(finding.span().unwrap()), finding.message)],
        };
        records.map(record).collect()
    }

    #[test]
    fn cells_have_places_in_every_line_ending_and_quoting() {
        assert_eq!(
            read("\u{feff}a,b\r\n# x\r\n\r\n1, \"2,\"\"3\" ,\r\n"),
            [vec!["a@1:1", "b@1:3"], vec!["1@4:1", "2,\"3@4:4", "@4:13"]]
        );
        assert_eq!(read("a;b\n1;2"), [["a@1:1", "b@1:3"], ["1@2:1", "2@2:3"]]);
        assert_eq!(read("a\tb\n\t2\n"), [["a@1:1", "b@1:3"], ["@2:1", "2@2:2"]]);
        assert_eq!(read("a,b\n\"x\ny\",2\n"), [["a@1:1", "b@1:3"], ["x\ny@2:1", "2@3:4"]]);
    }

    #[test]
    fn broken_quotes_end_the_text_with_a_finding() {
        assert_eq!(read("a,b\n\"x,2\n3,4\n"), [vec!["a@1:1", "b@1:3"], vec!["a.csv:2:1 the quote is not closed"]]);
        assert_eq!(read("a,\"b\"c\n"), [["a.csv:1:6 text stands behind the closing quote"]]);
        assert!(read("").is_empty() && read("# only\n\n").is_empty());
    }
}
