//! Source lines with the parts that a finding speaks of underlined. The drawing is miette's.
//!
//! miette is given a text of its own that holds only the lines to show, cleaned and cut to the part of interest:
//! its own readers walk a large file from the start for each label, and show lines of any length and with any
//! control character.

use crate::finding::Label;
use crate::report::clean;
use crate::source::{SourceId, Sources, Span};
use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode,
    SourceSpan, SpanContents,
};
use std::collections::BTreeMap;
use std::fmt;

/// Lines up to this many bytes are shown in full.
const LONG_LINE: usize = 160;
/// What is kept of a longer line before the first underlined part.
const BEFORE: usize = 30;
/// How much of a longer line is kept.
const KEPT: usize = 110;
/// How many labels are drawn for each text.
const MOST_LABELS: usize = 6;

/// Draws the labels, one picture for each text that they speak of.
pub fn draw(sources: &Sources, labels: &[Label], color: bool) -> String {
    let mut order: Vec<SourceId> = Vec::new();
    for label in labels {
        if !order.contains(&label.span.source) {
            order.push(label.span.source);
        }
    }
    order.iter().map(|id| picture(sources, *id, labels, color)).collect()
}

fn picture(sources: &Sources, id: SourceId, labels: &[Label], color: bool) -> String {
    let of_text = labels.iter().filter(|label| label.span.source == id);
    let mut chosen: Vec<&Label> = of_text.clone().take(MOST_LABELS).collect();
    let left_out = of_text.count() - chosen.len();
    chosen.dedup();
    let theme = if color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme).with_links(false).with_width(100).with_context_lines(1);
    let mut drawn = String::new();
    // Writing to a string cannot fail; were miette to fail, the finding would stand without its picture.
    let _ = handler.render_report(&mut drawn, &Excerpt::new(sources, id, &chosen));
    // Before the frame comes miette's header, which is not ours.
    let frame = drawn.lines().skip_while(|line| !line.contains('╭'));
    let mut out: String = frame.map(|line| format!("{}\n", line.trim_end())).collect();
    if left_out > 0 {
        out += &format!("  and {left_out} more in {}\n", clean::line(sources.name(id)));
    }
    out
}

/// The lines of one text that labels speak of, without what is between them.
#[derive(Debug)]
struct Excerpt {
    name: String,
    text: String,
    lines: Vec<Line>,
    labels: Vec<LabeledSpan>,
    /// The real column, from 0, of the label that begins at an offset of the excerpt.
    columns: BTreeMap<usize, usize>,
}

/// A line of an excerpt.
#[derive(Debug)]
struct Line {
    /// Its number in the real text, from 0.
    number: usize,
    /// Its first byte in the excerpt.
    start: usize,
    /// One past its last byte, line end included.
    end: usize,
}

impl Excerpt {
    fn new(sources: &Sources, id: SourceId, labels: &[&Label]) -> Excerpt {
        let mut by_line: BTreeMap<usize, Vec<(usize, &Label)>> = BTreeMap::new();
        for (rank, label) in labels.iter().enumerate() {
            by_line.entry(sources.position(label.span).line - 1).or_default().push((rank, label));
        }
        let mut excerpt = Excerpt {
            name: clean::line(sources.name(id)).into_owned(),
            text: String::new(),
            lines: Vec::new(),
            labels: Vec::new(),
            columns: BTreeMap::new(),
        };
        for (number, of_line) in by_line {
            excerpt.add_line(sources, number, &of_line);
        }
        excerpt
    }

    fn add_line(&mut self, sources: &Sources, number: usize, labels: &[(usize, &Label)]) {
        let Some(first) = labels.iter().map(|(_, label)| label.span).min_by_key(|span| span.start) else { return };
        let line = sources.line_of(first);
        let window = Window::around(sources.slice(line), first, line);
        let start = self.text.len();
        for (rank, label) in labels {
            let (from, to) = window.part(label.span, line);
            let text = (!label.text.is_empty()).then(|| clean::line(&label.text).into_owned());
            let at = SourceSpan::from((start + from, to - from));
            self.columns.entry(start + from).or_insert(sources.position(label.span).column - 1);
            let new = if *rank == 0 { LabeledSpan::new_primary_with_span } else { LabeledSpan::new_with_span };
            self.labels.push(new(text, at));
        }
        self.text += &window.text();
        self.text.push('\n');
        self.lines.push(Line { number, start, end: self.text.len() });
    }

    /// The lines that a span touches, when nothing is left out between them.
    fn lines_of(&self, span: &SourceSpan) -> Option<&[Line]> {
        let end = span.offset() + span.len();
        let first = self.lines.iter().position(|line| span.offset() < line.end)?;
        let last = self.lines.iter().rposition(|line| line.start < end.max(span.offset() + 1))?;
        let touched = self.lines.get(first..=last)?;
        let numbers = touched.last()?.number - touched.first()?.number;
        (numbers + 1 == touched.len()).then_some(touched)
    }
}

impl SourceCode for Excerpt {
    /// With context, miette wants whole lines; without, it wants to know where a label begins.
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        _after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let lines = self.lines_of(span).ok_or(MietteError::OutOfBounds)?;
        let (Some(first), Some(last)) = (lines.first(), lines.last()) else { return Err(MietteError::OutOfBounds) };
        let column = if before == 0 { self.columns.get(&span.offset()).copied().unwrap_or(0) } else { 0 };
        let data = self.text.get(first.start..last.end).ok_or(MietteError::OutOfBounds)?;
        let whole = SourceSpan::from((first.start, last.end - first.start));
        let (name, count) = (self.name.clone(), lines.len());
        Ok(Box::new(MietteSpanContents::new_named(name, data.as_bytes(), whole, first.number, column, count)))
    }
}

impl fmt::Display for Excerpt {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Excerpt {}

impl Diagnostic for Excerpt {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}

/// The part of a line that is shown.
struct Window<'a> {
    line: &'a str,
    low: usize,
    high: usize,
}

impl<'a> Window<'a> {
    fn around(line: &'a str, first: Span, of: Span) -> Window<'a> {
        if line.len() <= LONG_LINE {
            return Window { line, low: 0, high: line.len() };
        }
        let begin = ((first.start - of.start) as usize).min(line.len());
        let low = floor(line, begin.saturating_sub(BEFORE).min(line.len() - KEPT));
        Window { line, low, high: floor(line, low + KEPT) }
    }

    fn before(&self) -> &'static str {
        if self.low > 0 { "… " } else { "" }
    }

    /// What is shown; never empty, so that an empty label has something to stand under.
    fn text(&self) -> String {
        let after = if self.high < self.line.len() { " …" } else { " " };
        format!("{}{}{after}", self.before(), self.cleaned(self.high))
    }

    fn cleaned(&self, to: usize) -> std::borrow::Cow<'_, str> {
        clean::line(self.line.get(self.low..to).unwrap_or(""))
    }

    /// First byte and one past the last byte of a span in [`Window::text`]; never empty, and on this line only.
    fn part(&self, span: Span, line: Span) -> (usize, usize) {
        let inside = |at: u32| floor(self.line, at.saturating_sub(line.start) as usize).clamp(self.low, self.high);
        let shown = |at: usize| self.before().len() + self.cleaned(at).len();
        let (from, to) = (shown(inside(span.start)), shown(inside(span.end.min(line.end))));
        (from, to.max(from + 1))
    }
}

/// The nearest border of characters that is not above.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(text: &str, parts: &[(usize, usize)]) -> String {
        let mut sources = Sources::new();
        let source = sources.add("a.rules", text);
        let label = |(start, end): &(usize, usize)| Label {
            span: Span { source, start: *start as u32, end: *end as u32 },
            text: "here".to_owned(),
        };
        draw(&sources, &parts.iter().map(label).collect::<Vec<_>>(), false)
    }

    #[test]
    fn a_label_at_the_end_of_a_text_or_in_an_empty_one_is_drawn() {
        assert!(drawn("ab\n", &[(3, 3)]).contains("[a.rules:2:1]"));
        assert!(drawn("ab", &[(2, 2)]).contains("[a.rules:1:3]"));
        assert!(drawn("", &[(0, 0)]).contains("here"));
    }

    #[test]
    fn long_lines_are_cut_and_keep_their_columns() {
        let text = format!("{}MIDDLE{}\n", "ä".repeat(5000), "y".repeat(5000));
        let picture = drawn(&text, &[(10_000, 10_006)]);
        assert!(picture.contains("[a.rules:1:5001]") && picture.contains("MIDDLE"), "{picture}");
        assert!(picture.lines().all(|l| l.chars().count() < 130), "{picture}");
    }

    #[test]
    fn neighbours_share_a_frame_and_distant_lines_do_not() {
        let text = "one\ntwo\nthree\nfour\n";
        assert_eq!(drawn(text, &[(0, 3), (4, 7)]).matches("╭─").count(), 1);
        let apart = drawn(text, &[(14, 18), (0, 3)]);
        assert!(apart.contains("[a.rules:1:1]") && apart.contains("[a.rules:4:1]"), "{apart}");
        assert!(!apart.contains("two"));
    }

    #[test]
    fn labels_over_several_lines_and_many_labels_stay_small() {
        assert!(!drawn("one\ntwo\n", &[(0, 7)]).contains("two"));
        let text = "x\n".repeat(100);
        let many: Vec<_> = (0..50).map(|n| (n * 4, n * 4 + 1)).collect();
        assert!(drawn(&text, &many).contains("and 44 more in a.rules"));
    }

    #[test]
    fn escape_sequences_of_the_input_are_only_shown() {
        let picture = drawn("a\u{1b}[2J\tb \u{202e}c\n", &[(6, 7)]);
        assert!(picture.contains("a␛[2J b \\u{202e}c") && !picture.contains('\u{1b}'), "{picture}");
    }
}
