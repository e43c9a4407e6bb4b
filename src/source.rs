//! Texts and places in them.
//!
//! A text is added to [`Sources`] once; everything else holds a [`Span`] of four machine words at most
//! and asks `Sources` for lines and columns only when a report is written.

use std::sync::OnceLock;

/// Which text of a [`Sources`] a span belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceId(u32);

/// A range of bytes of one text. Texts are smaller than 4 GiB (the reader of files enforces it).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The text.
    pub source: SourceId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The span of `part`, which must be a slice of `whole`, the text of `source`.
    ///
    /// A slice from elsewhere gives the empty span at the start: a wrong place is a smaller harm than a panic
    /// in a report about something else.
    pub fn of(source: SourceId, whole: &str, part: &str) -> Span {
        let base = whole.as_ptr() as usize;
        let start = (part.as_ptr() as usize).wrapping_sub(base);
        if start > whole.len() || start + part.len() > whole.len() {
            return Span { source, start: 0, end: 0 };
        }
        Span { source, start: start as u32, end: (start + part.len()) as u32 }
    }

    /// The smallest span that holds both; `other` must be of the same text.
    pub fn to(self, other: Span) -> Span {
        Span { source: self.source, start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// A place as people count it: the first line and the first column are 1; columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

#[derive(Debug)]
struct Source {
    name: String,
    text: String,
    line_starts: OnceLock<Vec<u32>>,
}

/// All texts of a run.
#[derive(Debug, Default)]
pub struct Sources {
    all: Vec<Source>,
}

impl Sources {
    /// An empty collection.
    pub fn new() -> Sources {
        Sources::default()
    }

    /// Adds a text under the name that reports will show.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> SourceId {
        let id = SourceId(self.all.len() as u32);
        self.all.push(Source { name: name.into(), text: text.into(), line_starts: OnceLock::new() });
        id
    }

    /// The name given to [`Sources::add`].
    pub fn name(&self, id: SourceId) -> &str {
        self.all.get(id.0 as usize).map_or("", |s| &s.name)
    }

    /// The whole text.
    pub fn text(&self, id: SourceId) -> &str {
        self.all.get(id.0 as usize).map_or("", |s| &s.text)
    }

    /// The text of a span; empty when the span does not lie on character borders.
    pub fn slice(&self, span: Span) -> &str {
        self.text(span.source).get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// Line and column of the first byte of a span.
    pub fn position(&self, span: Span) -> Position {
        let starts = self.line_starts(span.source);
        let line = starts.partition_point(|&s| s <= span.start).max(1);
        let begin = starts.get(line - 1).copied().unwrap_or(0);
        let before = self.text(span.source).get(begin as usize..span.start as usize).unwrap_or("");
        Position { line, column: before.trim_start_matches('\u{feff}').chars().count() + 1 }
    }

    /// Where a span begins, and the place one past its last character.
    pub fn range(&self, span: Span) -> (Position, Position) {
        (self.position(span), self.position(Span { start: span.end, ..span }))
    }

    /// The whole line (without its end) in which a span begins.
    pub fn line_of(&self, span: Span) -> Span {
        let text = self.text(span.source);
        let starts = self.line_starts(span.source);
        let line = starts.partition_point(|&s| s <= span.start).max(1);
        let start = starts.get(line - 1).copied().unwrap_or(0);
        let next = starts.get(line).map_or(text.len(), |&s| s as usize);
        let body = text.get(start as usize..next).unwrap_or("");
        let end = start + body.trim_end_matches(['\n', '\r']).len() as u32;
        Span { source: span.source, start, end }
    }

    /// `name:line:column`, the form that editors and terminals understand.
    pub fn place(&self, span: Span) -> String {
        let at = self.position(span);
        format!("{}:{}:{}", self.name(span.source), at.line, at.column)
    }

    fn line_starts(&self, id: SourceId) -> &[u32] {
        let Some(source) = self.all.get(id.0 as usize) else { return &[0] };
        source.line_starts.get_or_init(|| {
            let newlines = memchr::memchr_iter(b'\n', source.text.as_bytes());
            std::iter::once(0).chain(newlines.map(|at| at as u32 + 1)).collect()
        })
    }
}

/// The lines of a text, with the carriage return that may end them.
pub fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut start = 0;
    let ends = memchr::memchr_iter(b'\n', text.as_bytes()).chain(std::iter::once(text.len()));
    ends.map(move |end| {
        let line = text.get(start..end).unwrap_or("");
        start = end + 1;
        line
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span_of(sources: &Sources, id: SourceId, needle: &str) -> Span {
        let text = sources.text(id);
        let at = text.find(needle).unwrap();
        Span::of(id, text, &text[at..at + needle.len()])
    }

    #[test]
    fn positions_count_lines_and_characters_from_one() {
        let mut sources = Sources::new();
        let id = sources.add("a.rules", "first\nzwölf = x\r\nlast");
        let span = span_of(&sources, id, "x");
        assert_eq!(sources.position(span), Position { line: 2, column: 9 });
        assert_eq!(sources.slice(sources.line_of(span)), "zwölf = x");
        assert_eq!(sources.place(span_of(&sources, id, "last")), "a.rules:3:1");
    }

    #[test]
    fn the_end_of_a_text_and_an_empty_text_have_places() {
        let mut sources = Sources::new();
        let id = sources.add("e", "");
        let span = Span { source: id, start: 0, end: 0 };
        assert_eq!(sources.position(span), Position { line: 1, column: 1 });
        let id = sources.add("n", "a\n");
        let span = Span { source: id, start: 2, end: 2 };
        assert_eq!(sources.position(span), Position { line: 2, column: 1 });
    }

    #[test]
    fn a_slice_from_elsewhere_gives_the_start_and_not_a_panic() {
        let mut sources = Sources::new();
        let id = sources.add("a", "abc");
        let foreign = String::from("zzz");
        assert_eq!(Span::of(id, sources.text(id), &foreign), Span { source: id, start: 0, end: 0 });
    }
}
