//! Rule sets that hold the rules of another format: they are written out in that format, read by its own reader, and
//! every place that the reader names is translated back.

use super::{Input, ReadOptions, Reading, Tally};
use crate::policy::{Statement, Topology};
use crate::source::Span;

/// A text in another format, and where its parts come from.
#[derive(Debug, Default)]
pub(super) struct Rendered {
    text: String,
    lines: Vec<Line>,
    pieces: Vec<Piece>,
}

#[derive(Debug)]
struct Line {
    start: usize,
    /// Where the whole line comes from; `None` for a line that stands nowhere in the rule set.
    origin: Option<Span>,
}

#[derive(Debug)]
struct Piece {
    start: usize,
    end: usize,
    origin: Span,
}

impl Rendered {
    /// Begins a line.
    pub fn line(&mut self, origin: Option<Span>) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.lines.push(Line { start: self.text.len(), origin });
    }

    /// Adds a part that comes from a place, after a blank unless the line begins.
    pub fn piece(&mut self, part: &str, origin: Option<Span>) {
        if self.lines.last().is_some_and(|line| line.start < self.text.len()) {
            self.text.push(' ');
        }
        let start = self.text.len();
        self.text.push_str(part);
        self.pieces.extend(origin.map(|origin| Piece { start, end: self.text.len(), origin }));
    }

    /// What was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Reads the text. What is said of it is placed in the rule set, and lines that stand nowhere there are not counted.
    pub fn read(
        &self,
        input: Input<'_>,
        options: &ReadOptions,
        read: fn(Input<'_>, &ReadOptions) -> Reading,
    ) -> Reading {
        let text = Input { text: &self.text, ..input };
        let detailed = ReadOptions { detail: true, ..options.clone() };
        let mut reading = read(text, &detailed);
        reading.lines.retain(|line| self.line_of(line.span).is_some_and(|line| line.origin.is_some()));
        reading.tally = Tally::default();
        reading.lines.iter().for_each(|line| reading.tally.count(line.understanding));
        self.place(&mut reading, Span { start: 0, end: 0, ..input.span("") });
        if !options.detail {
            reading.lines.clear();
        }
        reading
    }

    fn line_of(&self, span: Span) -> Option<&Line> {
        let after = self.lines.partition_point(|line| line.start <= span.start as usize);
        self.lines.get(after.checked_sub(1)?)
    }

    /// The place in the rule set; `nowhere` for what has none.
    fn origin(&self, span: Span, nowhere: Span) -> Span {
        let Some(line) = self.line_of(span) else { return nowhere };
        let (start, end) = (span.start as usize, span.end as usize);
        let rest = self.text.get(line.start..).unwrap_or("");
        if start == line.start && end == line.start + rest.lines().next().map_or(0, str::len) {
            return line.origin.unwrap_or(nowhere);
        }
        let first = self.pieces.partition_point(|piece| piece.end <= start);
        let within = self.pieces.get(first..).unwrap_or_default().iter().take_while(|piece| piece.start < end);
        let mut within = within.map(|piece| piece.part(start, end));
        match (within.next(), within.next()) {
            (Some(only), None) => only,
            (Some(first), Some(_)) if start > line.start => first,
            (_, _) => line.origin.unwrap_or(nowhere),
        }
    }

    fn place(&self, reading: &mut Reading, nowhere: Span) {
        let place = |span: &mut Span| *span = self.origin(*span, nowhere);
        for finding in &mut reading.findings {
            finding.labels.iter_mut().for_each(|label| place(&mut label.span));
        }
        reading.lines.iter_mut().for_each(|line| place(&mut line.span));
        for base in &mut reading.bases {
            for chain in &mut base.policy.chains {
                place(&mut chain.span);
                chain.rules.change(|rules| {
                    for rule in rules {
                        place(&mut rule.span);
                        rule.matches.opaque.iter_mut().for_each(|condition| place(&mut condition.span));
                    }
                });
            }
            places_of(&mut base.topology).for_each(place);
        }
    }
}

impl Piece {
    /// The part of the origin that lies between two places of the text; all of it where it was written otherwise.
    fn part(&self, start: usize, end: usize) -> Span {
        let origin = self.origin;
        if (origin.end - origin.start) as usize != self.end - self.start {
            return origin;
        }
        let before = start.saturating_sub(self.start) as u32;
        let behind = self.end.saturating_sub(end) as u32;
        Span { start: origin.start + before, end: origin.end - behind, ..origin }
    }
}

fn places_of(topology: &mut Topology) -> impl Iterator<Item = &mut Span> {
    let Topology { entries, exits, statements, not_judged, .. } = topology;
    let doors = entries.iter_mut().chain(exits).filter_map(|door| door.span.as_mut());
    let said = statements.iter_mut().chain(not_judged).flat_map(|Statement { spans, .. }| spans);
    doors.chain(said)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;

    #[test]
    fn places_are_those_of_the_rule_set() {
        let mut sources = Sources::new();
        let source = sources.add("x.yaml", "rule: {to: abc, from: \"d\\x65f\"}\n");
        let span = |start, end| Span { source, start, end };
        let mut rendered = Rendered::default();
        rendered.line(Some(span(0, 4)));
        rendered.piece("permit", None);
        rendered.piece("def", Some(span(22, 30)));
        rendered.piece("abc", Some(span(11, 14)));
        rendered.line(None);
        rendered.piece("end", None);
        rendered.line(Some(span(0, 4)));
        rendered.piece("abc", Some(span(11, 14)));
        assert_eq!(rendered.text, "permit def abc\nend\nabc");
        let nowhere = span(31, 31);
        let origin = |start, end| rendered.origin(span(start, end), nowhere);
        assert_eq!(origin(0, 14), span(0, 4), "the whole line");
        assert_eq!(origin(12, 13), span(12, 13), "a part as it was written");
        assert_eq!(origin(8, 9), span(22, 30), "a part that was written otherwise");
        assert_eq!(origin(7, 14), span(22, 30), "several parts");
        assert_eq!(origin(15, 18), nowhere);
        assert_eq!(origin(19, 22), span(0, 4), "a whole line of one part");
    }
}
