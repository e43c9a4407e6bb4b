//! Access lists: their entries in the order of their sequence numbers.

use super::ace::Grammar;
use super::line::{Statement, is_number};
use super::listing::Title;
use crate::finding::{Code, Finding, Severity};
use crate::format::Understanding;
use crate::format::asa::sink::Sink;
use crate::format::asa::words::Words;
use crate::space::Family;
use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, HashMap};
use std::hash::{Hash, Hasher};

/// What the lines of a list say.
#[derive(Debug, Clone, Copy)]
pub enum Content<'a> {
    /// The words from the action on.
    Entry(Words<'a>),
    /// `evaluate NAME`: the entries that `reflect NAME` has made.
    Evaluate(&'a str),
}

/// An entry with its line.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
    /// The line.
    pub line: &'a str,
    /// What it says.
    pub content: Content<'a>,
}

/// An access list.
#[derive(Debug, Clone)]
pub struct Acl<'a> {
    /// The name or number, where it first stands.
    pub name: &'a str,
    /// How its entries are read.
    pub grammar: Grammar,
    /// Does it come from a system whose lists are neither standard nor extended (NX-OS, EOS)?
    pub plain: bool,
    /// Is it written as an ASA writes its lists? Whether this device has such a list is not known.
    pub foreign: bool,
    /// Was it only listed by `show access-lists`?
    listed: bool,
    entries: BTreeMap<u64, Line<'a>>,
    /// Sequence numbers by the hash of the words, for `no permit ...`.
    by_words: HashMap<u64, Vec<u64>>,
}

impl<'a> Acl<'a> {
    fn new(name: &'a str, grammar: Grammar) -> Acl<'a> {
        Acl {
            name,
            grammar,
            plain: false,
            foreign: false,
            listed: false,
            entries: BTreeMap::new(),
            by_words: HashMap::new(),
        }
    }

    /// The family that it is for.
    pub fn family(&self) -> Family {
        match self.grammar {
            Grammar::Standard => Family::V4,
            Grammar::Extended(family) => family,
        }
    }

    /// The entries in the order in which the device asks them.
    pub fn entries(&self) -> impl Iterator<Item = Line<'a>> + '_ {
        self.entries.values().copied()
    }

    /// No entry at all?
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

/// The distance of the numbers that the device gives, and the first of them.
const STEP: u64 = 10;

/// All access lists of a configuration.
#[derive(Debug, Default)]
pub struct Acls<'a> {
    by_name: HashMap<(Family, &'a str), Acl<'a>>,
    order: Vec<(Family, &'a str)>,
}

impl<'a> Acls<'a> {
    /// The access list of a name.
    pub fn get<'s>(&'s self, family: Family, name: &'s str) -> Option<&'s Acl<'s>> {
        self.by_name.get(&(family, name))
    }

    /// All lists, in order of first mention.
    pub fn all(&self) -> impl Iterator<Item = &Acl<'a>> {
        self.order.iter().filter_map(|key| self.by_name.get(key))
    }

    /// Takes `access-list NUMBER ...`.
    pub fn numbered(&mut self, line: &'a str, sink: &mut Sink<'a>) {
        let mut words = Words::new(line);
        words.next();
        let name = words.next().unwrap_or("");
        if matches!(name, "compiled" | "dynamic-extended" | "rate-limit" | "hardware" | "log-update") {
            return sink.line(line, Understanding::Neutral, || "no entry".to_owned());
        }
        match (grammar_of(name), is_other_kind(name)) {
            (Some(grammar), _) if !words.is_done() => self.open(name, grammar, sink).take(line, words, sink),
            (None, true) => sink.line(line, Understanding::Neutral, || "no list of IP packets".to_owned()),
            (None, false) if is_of_asa(words) && !is_number(name) => self.foreign(name, line, words, sink),
            _ => reject(line, &format!("`{name}` is not the number of an IP access list"), sink),
        }
    }

    /// Takes `access-list NAME [line N] [extended] ...`, the grammar of an ASA: this device numbers such lists.
    fn foreign(&mut self, name: &'a str, line: &'a str, mut words: Words<'a>, sink: &mut Sink<'a>) {
        if words.take_if("line") {
            words.next();
        }
        let kind = words.take_when(|w| matches!(w, "extended" | "standard"));
        let grammar = if kind == Some("standard") { Grammar::Standard } else { Grammar::Extended(Family::V4) };
        let message = format!("`access-list {name}` is how an ASA names a list; this device numbers them");
        sink.find_once(Code::Tolerated, name, message, "its entries are conditions");
        let acl = self.open(name, grammar, sink);
        acl.foreign = true;
        acl.take(line, words, sink);
    }

    /// Takes `ip access-list ...` and `ipv6 access-list ...` with the entries below, after those words.
    pub fn named(&mut self, statement: &Statement<'a>, family: Family, mut words: Words<'a>, sink: &mut Sink<'a>) {
        let plain = family == Family::V4 && !matches!(words.peek(), Some("standard" | "extended"));
        let standard = words.peek() == Some("standard");
        let mut ahead = words;
        ahead.next();
        if matches!(words.peek(), Some("standard" | "extended" | "role-based")) && ahead.peek().is_some() {
            words = ahead;
        }
        let Some(name) = words.next() else { return reject(statement.head, "a name is missing", sink) };
        let grammar = if standard { Grammar::Standard } else { Grammar::Extended(family) };
        sink.line(statement.head, Understanding::Exact, || format!("access list {name}"));
        let acl = self.open(name, grammar, sink);
        acl.plain |= plain;
        if matches!(words.peek(), Some("permit" | "deny" | "remark")) {
            acl.take(statement.head, words, sink);
        }
        statement.subs.iter().for_each(|line| acl.sub(line, sink));
    }

    /// Takes what `show access-lists` prints. A list that the configuration defines is only shown once more.
    pub fn listed(&mut self, statement: &Statement<'a>, title: Title<'a>, sink: &mut Sink<'a>) {
        let family = if title.six { Family::V6 } else { Family::V4 };
        let known = self.by_name.contains_key(&(family, title.name));
        if known || title.reflexive {
            let why = if known { "shown above, too" } else { "a temporary entry" };
            for line in std::iter::once(&statement.head).chain(&statement.subs) {
                sink.line(line, Understanding::Neutral, || why.to_owned());
            }
            return;
        }
        let grammar = if title.standard { Grammar::Standard } else { Grammar::Extended(family) };
        sink.line(statement.head, Understanding::Exact, || format!("access list {}", title.name));
        let acl = self.open(title.name, grammar, sink);
        statement.subs.iter().for_each(|line| acl.sub(line, sink));
        acl.listed = true;
    }

    /// `ip access-list resequence NAME FIRST STEP`.
    pub fn resequence(&mut self, family: Family, mut words: Words<'a>) -> Option<()> {
        let acl = self.by_name.get_mut(&(family, words.next()?))?;
        let mut number = |default| words.next().map_or(Some(default), |w| w.parse::<u64>().ok());
        let (first, step) = (number(STEP)?, number(STEP)?);
        let old = std::mem::take(&mut acl.entries);
        let renumbered = old.into_values().enumerate();
        acl.entries =
            renumbered.map(|(at, line)| (first.saturating_add(step.saturating_mul(at as u64)), line)).collect();
        acl.by_words.clear();
        for (number, line) in &acl.entries {
            acl.by_words.entry(words_of(line)).or_default().push(*number);
        }
        Some(())
    }

    /// `no access-list 101 ...`, `no ip access-list extended NAME`.
    pub fn remove(&mut self, family: Family, mut words: Words<'a>) {
        words.take_when(|w| matches!(w, "standard" | "extended"));
        if let Some(name) = words.next() {
            self.by_name.remove(&(family, name));
            self.order.retain(|key| *key != (family, name));
        }
    }

    /// The list of a name, made where there is none. What the configuration says takes the place of a listing.
    fn open(&mut self, name: &'a str, grammar: Grammar, sink: &mut Sink<'a>) -> &mut Acl<'a> {
        let new = Acl::new(name, grammar);
        let key = (new.family(), name);
        if !self.by_name.contains_key(&key) {
            self.order.push(key);
        }
        let acl = self.by_name.entry(key).or_insert_with(|| new.clone());
        if acl.listed {
            *acl = new;
        } else if acl.grammar != grammar && !acl.is_empty() {
            let message = format!("`{name}` is a standard and an extended access list");
            sink.find_once(Code::InvalidValue, name, message, "its entries are read as the first one says");
        } else {
            acl.grammar = grammar;
        }
        acl
    }
}

impl<'a> Acl<'a> {
    /// A line below the head of the list.
    fn sub(&mut self, line: &'a str, sink: &mut Sink<'a>) {
        let mut words = Words::new(line);
        if words.take_if("no") {
            return self.take_back(line, words, sink);
        }
        self.take(line, words, sink);
    }

    /// An entry, with its number if it has one.
    fn take(&mut self, line: &'a str, mut words: Words<'a>, sink: &mut Sink<'a>) {
        let number = sequence(&mut words).or_else(|| trailing_sequence(words));
        let content = match words.peek() {
            Some("remark" | "statistics" | "description" | "counters" | "fragments" | "exit" | "hardware") => {
                return sink.line(line, Understanding::Neutral, || "no entry".to_owned());
            }
            Some("evaluate") => match words.nth(1) {
                Some(name) => Content::Evaluate(name),
                None => return reject(line, "a name is missing", sink),
            },
            Some(_) => Content::Entry(words),
            None => return reject(line, "an action is missing", sink),
        };
        let last = self.entries.last_key_value().map_or(0, |(last, _)| *last);
        let number = number.unwrap_or_else(|| last.saturating_add(STEP));
        if self.entries.contains_key(&number) && !self.plain {
            // "Duplicate sequence number", says IOS, and keeps the first one. NX-OS and EOS take the second.
            let message = format!("the sequence number {number} is taken; the device refuses the second entry");
            let finding = Finding { severity: Severity::Warning, ..Finding::new(Code::Tolerated, message) };
            sink.find(finding.at(sink.input.span(line), "passed over"));
            return sink.line(line, Understanding::Neutral, || "refused by the device".to_owned());
        }
        let new = Line { line, content };
        self.by_words.entry(words_of(&new)).or_default().push(number);
        self.entries.insert(number, new);
    }

    /// `no 10` and `no permit ...`.
    fn take_back(&mut self, line: &'a str, mut words: Words<'a>, sink: &mut Sink<'a>) {
        let number = sequence(&mut words);
        if let (Some(number), true) = (number, words.is_done()) {
            self.entries.remove(&number);
        } else if let Some(numbers) = self.by_words.get_mut(&hash(words)) {
            let number = number.or_else(|| numbers.first().copied());
            numbers.retain(|n| Some(*n) != number);
            number.map(|n| self.entries.remove(&n));
        }
        sink.line(line, Understanding::Neutral, || "takes an entry back".to_owned());
    }
}

/// `10 permit`, `sequence 10 permit`.
fn sequence(words: &mut Words<'_>) -> Option<u64> {
    words.take_if("sequence");
    words.take_when(is_number).and_then(|w| w.parse().ok())
}

/// `permit ... sequence 10`, of lists for IPv6.
fn trailing_sequence(mut words: Words<'_>) -> Option<u64> {
    words.find(|w| *w == "sequence")?;
    words.next()?.parse().ok()
}

fn words_of(line: &Line<'_>) -> u64 {
    match line.content {
        Content::Entry(words) => hash(words),
        Content::Evaluate(name) => hash(Words::new("evaluate").chain(Words::new(name))),
    }
}

fn hash<'w>(words: impl Iterator<Item = &'w str>) -> u64 {
    let mut hasher = DefaultHasher::new();
    words.for_each(|word| word.hash(&mut hasher));
    hasher.finish()
}

/// The kind of a numbered list. (Cisco IOS Security Command Reference, `access-list (IP standard)` and `(IP extended)`.)
pub fn grammar_of(number: &str) -> Option<Grammar> {
    match number.parse::<u32>().ok().filter(|_| is_number(number))? {
        1..=99 | 1300..=1999 => Some(Grammar::Standard),
        100..=199 | 2000..=2699 => Some(Grammar::Extended(Family::V4)),
        _ => None,
    }
}

/// Does an entry follow, as an ASA has it behind the name of a list?
fn is_of_asa(mut words: Words<'_>) -> bool {
    if words.take_if("line") {
        words.next();
    }
    words.take_when(|w| matches!(w, "extended" | "standard"));
    matches!(words.peek(), Some("permit" | "deny" | "remark"))
}

/// Lists of other protocols, of MAC addresses and of rates.
fn is_other_kind(number: &str) -> bool {
    matches!(number.parse::<u32>(), Ok(200..=299 | 300..=399 | 600..=1299 | 2700..=2999))
}

/// Counts a line that is not understood and says so.
pub fn reject<'a>(line: &'a str, why: &str, sink: &mut Sink<'a>) {
    let message = format!("`{}` is not understood: {why}", Words::new(line).take(3).collect::<Vec<_>>().join(" "));
    sink.find(Finding::new(Code::UnknownLine, message).at(sink.input.span(line), "passed over"));
    sink.line(line, Understanding::Rejected, || why.to_owned());
}
