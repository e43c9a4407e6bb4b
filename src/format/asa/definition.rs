//! The lines of an object or a group, in the order in which they were given.

use super::sink::Sink;
use super::words::Words;
use crate::format::Understanding;
use std::collections::HashMap;

/// An object or a group. It may be opened several times: an object for its value and later for its translation, a
/// group for each change.
pub struct Definition<'a> {
    /// `network`, `service`, ...
    pub kind: &'a str,
    /// Is it a group, and not an object with one value?
    pub group: bool,
    /// `tcp`, `udp` or `tcp-udp` after a service group.
    pub typed: Option<&'a str>,
    /// Its name where it is first defined.
    pub head: &'a str,
    /// Members; an empty line is one that was taken back.
    pub lines: Vec<&'a str>,
    /// `nat` lines.
    pub translations: Vec<&'a str>,
    /// Places of members by their words; made when the first one is taken back.
    places: Option<HashMap<String, usize>>,
}

impl<'a> Definition<'a> {
    /// One without lines.
    pub fn new(head: &'a str, kind: &'a str, group: bool, typed: Option<&'a str>) -> Definition<'a> {
        Definition { kind, group, typed, head, lines: Vec::new(), translations: Vec::new(), places: None }
    }

    /// Takes a line.
    pub fn take(&mut self, line: &'a str, sink: &mut Sink<'a>) {
        if let Some(old) = line.strip_prefix("no ") {
            sink.line(line, Understanding::Neutral, || format!("takes back `{}`", old.trim()));
            return self.take_back(old);
        }
        if line.starts_with("nat ") {
            sink.line(line, Understanding::Exact, || "a translation".to_owned());
            return self.translations.push(line);
        }
        // `show object-group` writes `description:`.
        if line.starts_with("description") {
            return sink.line(line, Understanding::Neutral, || "a description".to_owned());
        }
        if !self.group {
            self.replace_value(sink);
        }
        if let Some(places) = &mut self.places {
            places.insert(normal(line), self.lines.len());
        }
        self.lines.push(line);
    }

    fn take_back(&mut self, old: &str) {
        if old.trim_start().starts_with("nat") {
            return self.translations.clear();
        }
        let lines = &mut self.lines;
        let places =
            self.places.get_or_insert_with(|| lines.iter().enumerate().map(|(at, l)| (normal(l), at)).collect());
        if let Some(slot) = places.remove(&normal(old)).and_then(|at| lines.get_mut(at)) {
            *slot = "";
        }
    }

    /// An object has one value: a later one takes the place of the earlier one.
    fn replace_value(&mut self, sink: &mut Sink<'a>) {
        for old in self.lines.drain(..).filter(|l| !l.is_empty()) {
            sink.line(old, Understanding::Neutral, || "replaced by a later line".to_owned());
        }
        self.places = None;
    }
}

fn normal(line: &str) -> String {
    Words::new(line).collect::<Vec<_>>().join(" ")
}
