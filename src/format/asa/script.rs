//! Commands in the order in which they were given: later ones may take earlier ones back.

use super::line::{Statement, belongs_below};
use super::sink::Sink;
use super::words::Words;
use crate::finding::{Code, Finding};
use crate::format::Understanding;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// So many statements may be looked at on behalf of commands that take others back; whoever needs more pastes a text
/// made to waste time.
const MAX_LOOKS: usize = 20_000_000;

/// The statements so far, with what is needed to find those that a `no` or `clear` is about.
#[derive(Default)]
pub struct Script<'a> {
    all: Vec<Statement<'a>>,
    /// Places by one, two and three words from the beginning; made when the first line is taken back.
    places: Option<HashMap<[&'a str; 3], Vec<usize>>>,
    /// Places of access-list entries by what they say; made when the first one is taken back.
    entries: Option<HashMap<u64, Vec<usize>>>,
    looks: usize,
}

impl<'a> Script<'a> {
    /// All statements; those that were taken back are marked.
    pub fn statements(self) -> Vec<Statement<'a>> {
        self.all
    }

    /// Takes a line.
    pub fn push(&mut self, line: &'a str, indented: bool, sink: &mut Sink<'a>) {
        let below = self.all.last().is_some_and(|s| belongs_below(s.head, line, indented));
        match self.all.last_mut() {
            Some(statement) if below => push_below(statement, line, sink),
            _ => self.push_outer(line, sink),
        }
    }

    fn push_outer(&mut self, line: &'a str, sink: &mut Sink<'a>) {
        if let Some(old) = taken_back(line) {
            if self.looks > MAX_LOOKS {
                let message = format!("`{line}` was passed over: too much was taken back before it");
                sink.find(Finding::new(Code::TooLarge, message).at(sink.input.span(line), ""));
            } else {
                self.take_back(old);
            }
            sink.line(line, Understanding::Neutral, || format!("takes back `{old}`"));
            // Lines that may stand below `no ...` belong to nothing.
            self.all.push(Statement { head: line, gone: true, at: self.all.len(), ..Statement::default() });
            return;
        }
        let place = self.all.len();
        if let Some(places) = &mut self.places {
            keys(line).for_each(|key| places.entry(key).or_default().push(place));
        }
        if let Some(entries) = self.entries.as_mut().filter(|_| is_entry(line)) {
            entries.entry(meaning(line)).or_default().push(place);
        }
        self.all.push(Statement { head: line, at: place, ..Statement::default() });
    }

    fn take_back(&mut self, old: &'a str) {
        if is_entry(old) {
            return self.take_back_entry(old);
        }
        let mut words = Words::new(old);
        let key = [(); 3].map(|()| words.next().unwrap_or(""));
        let all = &mut self.all;
        let places = self.places.get_or_insert_with(|| {
            let mut places: HashMap<[&'a str; 3], Vec<usize>> = HashMap::new();
            for (place, statement) in all.iter().enumerate().filter(|(_, s)| !s.gone) {
                keys(statement.head).for_each(|key| places.entry(key).or_default().push(place));
            }
            places
        });
        let (now, found) = (all.len(), places.remove(&key).unwrap_or_default());
        self.looks += found.len();
        for place in found {
            match all.get_mut(place) {
                Some(statement) if begins_with(statement.head, old) => statement.end(now),
                _ => places.entry(key).or_default().push(place),
            }
        }
    }

    /// An entry is taken back by saying it again; its line number and its logging do not count.
    fn take_back_entry(&mut self, old: &'a str) {
        let all = &mut self.all;
        let entries = self.entries.get_or_insert_with(|| {
            let mut entries: HashMap<u64, Vec<usize>> = HashMap::new();
            let told = all.iter().enumerate().filter(|(_, s)| !s.gone && is_entry(s.head));
            told.for_each(|(place, s)| entries.entry(meaning(s.head)).or_default().push(place));
            entries
        });
        let now = all.len();
        for place in entries.remove(&meaning(old)).unwrap_or_default() {
            if let Some(statement) = all.get_mut(place).filter(|s| significant(s.head).eq(significant(old))) {
                statement.end(now);
            }
        }
    }
}

impl Statement<'_> {
    fn end(&mut self, now: usize) {
        self.gone = true;
        self.until = self.until.or(Some(now));
    }
}

/// What a line takes back: `no ...`, `clear configure ...`, and the `clear access-list ...` of a PIX; where the latter
/// only sets counters back it says so.
fn taken_back(line: &str) -> Option<&str> {
    if !line.starts_with("no") && !line.starts_with("clear") {
        return None;
    }
    let mut words = Words::new(line);
    match (words.next(), words.peek()) {
        (Some("no"), Some(_)) => Some(words.rest()),
        (Some("clear"), Some("configure")) => {
            words.next();
            Some(words.rest()).filter(|rest| !rest.is_empty())
        }
        (Some("clear"), Some("access-list" | "access-group" | "conduit")) => {
            let counts = words.clone().any(|w| w == "counters");
            if counts { None } else { Some(words.rest()) }
        }
        _ => None,
    }
}

/// The first word, the first two and the first three words of a line.
fn keys(line: &str) -> impl Iterator<Item = [&str; 3]> {
    let mut words = Words::new(line);
    let [a, b, c] = [(); 3].map(|()| words.next().unwrap_or(""));
    let two = (!b.is_empty()).then_some([a, b, ""]);
    let three = (!c.is_empty()).then_some([a, b, c]);
    [Some([a, "", ""]), two, three].into_iter().flatten()
}

/// Is it an entry of an access list, and not only the name of one?
fn is_entry(line: &str) -> bool {
    let mut words = Words::new(line);
    words.take_if("ipv6");
    words.next() == Some("access-list") && words.nth(1).is_some()
}

/// What an entry says, without its place in the list and its logging.
fn significant(line: &str) -> impl Iterator<Item = &str> {
    let mut words = Words::new(line);
    let mut head = Vec::with_capacity(3);
    head.extend(words.take_if("ipv6").then_some("ipv6"));
    head.extend(words.next());
    head.extend(words.next());
    if words.take_if("line") {
        words.next();
    }
    words.take_if("extended");
    let is_remark = words.peek() == Some("remark");
    let logging = move |w: &&str| !is_remark && (matches!(*w, "log" | "interval") || w.starts_with("(hitcnt="));
    head.into_iter().chain(words.take_while(move |w| !logging(w)))
}

fn meaning(line: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    significant(line).for_each(|word| word.hash(&mut hasher));
    hasher.finish()
}

fn push_below<'a>(statement: &mut Statement<'a>, line: &'a str, sink: &mut Sink<'a>) {
    match line.strip_prefix("no ") {
        // A group may be opened again later, so its own reader takes members back.
        // `no forward interface VLAN` is a property, whose absence is the default.
        Some(old) if !statement.head.starts_with("object") && !begins_with(old, "forward interface") => {
            statement.subs.retain(|sub| !begins_with(sub, old.trim()));
            sink.line(line, Understanding::Neutral, || format!("takes back `{old}`"));
        }
        _ => statement.subs.push(line),
    }
}

fn begins_with(line: &str, beginning: &str) -> bool {
    let mut words = Words::new(line);
    Words::new(beginning).all(|w| words.next() == Some(w))
}
