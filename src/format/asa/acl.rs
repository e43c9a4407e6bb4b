//! Access lists: their entries in the order in which the device asks them.

use super::line::Statement;
use super::order::Ordered;
use super::sink::Sink;
use super::words::Words;
use crate::format::Understanding;
use std::collections::{BTreeSet, HashMap, HashSet};

/// So many lines are looked at for places among lines that were taken back; whoever needs more pastes a text made to
/// waste time.
const MAX_LOOKS: usize = 50_000_000;

/// What an entry's line holds.
#[derive(Debug, Clone, Copy)]
enum Content<'a> {
    Remark,
    /// The words after `extended`.
    Entry(Words<'a>),
    /// An entry that never decides about transit, with its kind: `standard`, `webtype`, `ethertype`.
    Other(&'a str),
}

/// A line of an access list with the expansions that `show access-list` prints below it.
#[derive(Debug, Clone)]
struct Line<'a> {
    line: &'a str,
    content: Content<'a>,
    expansions: Vec<(&'a str, Words<'a>)>,
    /// The number of the command that took it back: until then it counts as a line.
    until: Option<usize>,
}

/// One entry.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'e, 'a> {
    /// The line.
    pub line: &'a str,
    /// The words after `extended`; an entry of another kind has that kind instead.
    pub words: Result<Words<'a>, &'a str>,
    /// The same entry with its groups resolved, if the text shows it so.
    pub expansions: &'e [(&'a str, Words<'a>)],
}

impl<'a> Line<'a> {
    /// The entry of a line that is in force and no remark.
    fn entry(&self) -> Option<Entry<'_, 'a>> {
        let words = match self.content {
            _ if self.until.is_some() => return None,
            Content::Entry(words) => Ok(words),
            Content::Other(kind) => Err(kind),
            Content::Remark => return None,
        };
        Some(Entry { line: self.line, words, expansions: &self.expansions })
    }
}

/// Some successive lines of an access list.
pub struct Share<'e, 'a>(&'e [Line<'a>]);

impl<'e, 'a> Share<'e, 'a> {
    /// The entries without remarks.
    pub fn entries(&self) -> impl Iterator<Item = Entry<'e, 'a>> {
        self.0.iter().filter_map(Line::entry)
    }
}

/// An access list.
#[derive(Debug, Clone, Default)]
pub struct Acl<'a> {
    lines: Ordered<Line<'a>>,
    /// Does it come from `ipv6 access-list`?
    pub only_v6: bool,
    /// The first entry of a managed device's list that permits: deep inspection comes after it.
    pub managed: Option<&'a str>,
    /// Interfaces that its entries name themselves.
    pub interfaces: BTreeSet<&'a str>,
    /// How many elements `show access-list` says that it has.
    elements: Option<usize>,
    /// How many lines are in force, how many were taken back, and how many were looked at to find places among them.
    alive: usize,
    ended: usize,
    looks: usize,
    /// Rule numbers whose remark says that deep inspection decides.
    pub inspected: HashSet<&'a str>,
}

impl<'a> Acl<'a> {
    /// The entries without remarks.
    pub fn entries(&self) -> impl Iterator<Item = Entry<'_, 'a>> {
        self.lines.iter().filter_map(Line::entry)
    }

    /// The same, in shares that can be read on several cores.
    pub fn shares(&self) -> Vec<Share<'_, 'a>> {
        self.lines.shares().iter().map(|lines| Share(lines)).collect()
    }

    /// The one kind of all its entries, if that kind never decides about transit.
    pub fn other_kind(&self) -> Option<&'a str> {
        let mut kinds = self.entries().map(|e| e.words.err());
        let first = kinds.next()??;
        kinds.all(|kind| kind == Some(first)).then_some(first)
    }

    /// The last line, where one more would be added.
    pub fn last_line(&self) -> Option<&'a str> {
        self.lines.iter().rev().find(|l| l.until.is_none()).map(|l| l.line)
    }

    /// Does the listing show as many elements as it says? One that was cut, or filtered, shows fewer.
    pub fn is_complete(&self) -> bool {
        let shown = || self.entries().map(|e| e.expansions.len().max(1)).sum::<usize>();
        self.elements.is_some_and(|told| told == shown())
    }
}

/// All access lists of a configuration.
#[derive(Debug, Default)]
pub struct Acls<'a> {
    by_name: HashMap<&'a str, Acl<'a>>,
    order: Vec<&'a str>,
}

impl<'a> Acls<'a> {
    /// The access list of a name.
    pub fn get(&self, name: &str) -> Option<&Acl<'a>> {
        self.by_name.get(name).filter(|acl| acl.alive > 0)
    }

    /// The access list of a name, with the name as it stands in the text.
    pub fn get_with_name(&self, name: &str) -> Option<(&'a str, &Acl<'a>)> {
        self.by_name.get_key_value(name).map(|(name, acl)| (*name, acl)).filter(|(_, acl)| acl.alive > 0)
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &Acl<'a>> {
        self.order.iter().filter_map(|name| self.get(name))
    }

    /// All names, in order of first mention.
    pub fn names(&self) -> &[&'a str] {
        &self.order
    }

    /// Takes an `access-list` line, and the expansions below it.
    pub fn push(&mut self, statement: &Statement<'a>, only_v6: bool, sink: &mut Sink<'a>) {
        let mut words = Words::new(statement.head);
        words.nth(usize::from(only_v6));
        let name = words.next().unwrap_or("");
        let is_setting = matches!(name, "alert-interval" | "deny-flow-max" | "mode" | "cached");
        if is_setting || name.ends_with(';') || matches!(words.peek(), None | Some("compiled")) {
            self.header(name, words);
            sink.line(statement.head, Understanding::Neutral, || "no entry".to_owned());
            return statement.subs.iter().for_each(|l| sink.line(l, Understanding::Neutral, || "no entry".to_owned()));
        }
        let order = &mut self.order;
        let acl = self.by_name.entry(name).or_insert_with(|| {
            order.push(name);
            Acl { only_v6, ..Acl::default() }
        });
        acl.push(statement, words, only_v6, sink);
    }

    /// `access-list NAME; 12 elements; name hash: 0x...`.
    fn header(&mut self, name: &'a str, mut words: Words<'a>) {
        let Some(name) = name.strip_suffix(';') else { return };
        let elements = words.next().and_then(|w| w.parse().ok());
        let order = &mut self.order;
        let acl = self.by_name.entry(name).or_insert_with(|| {
            order.push(name);
            Acl::default()
        });
        acl.elements = elements;
    }
}

impl<'a> Acl<'a> {
    fn push(&mut self, statement: &Statement<'a>, mut words: Words<'a>, only_v6: bool, sink: &mut Sink<'a>) {
        let line = statement.head;
        let position = if words.take_if("line") { words.next().and_then(|w| w.parse::<usize>().ok()) } else { None };
        let content = match words.peek() {
            Some("remark") => {
                if !statement.gone {
                    sink.line(line, Understanding::Neutral, || "a remark".to_owned());
                    self.remark(words);
                }
                Content::Remark
            }
            Some(kind @ ("standard" | "webtype" | "ethertype")) => Content::Other(kind),
            // Before 9.0 a list was of one family.
            _ if only_v6 != self.only_v6 && self.lines.len() > 0 => Content::Other("ipv6"),
            _ => {
                self.only_v6 = only_v6;
                if words.take_when(|w| matches!(w, "extended" | "advanced")) == Some("advanced") && !statement.gone {
                    self.manage(line, words);
                }
                Content::Entry(words)
            }
        };
        let shown = statement.subs.iter().filter(|_| !statement.gone);
        let expansions = shown.filter_map(|l| expansion(l, sink)).collect();
        let content = if position.is_some() && self.looks > MAX_LOOKS { Content::Other("misplaced") } else { content };
        self.ended += usize::from(statement.gone);
        self.alive += usize::from(!statement.gone);
        let new = Line { line, content, expansions, until: statement.until };
        // Positions count entries and remarks; a position past the end is the end.
        match position.and_then(|position| self.place(position, statement.at)) {
            Some(at) => self.lines.insert(at, new),
            None => self.lines.push(new),
        }
    }

    /// Where the line of a position stands at the time of a command, among lines that are taken back before and after.
    fn place(&mut self, position: usize, now: usize) -> Option<usize> {
        if self.ended == 0 {
            return position.checked_sub(1).filter(|at| *at < self.lines.len());
        }
        self.looks += self.lines.len();
        let alive = self.lines.iter().enumerate().filter(|(_, l)| l.until.is_none_or(|until| until > now));
        alive.map(|(at, _)| at).nth(position.checked_sub(1)?)
    }

    /// What only the lists of managed devices have: interfaces within entries, and deep inspection after them.
    fn manage(&mut self, line: &'a str, mut words: Words<'a>) {
        if words.peek() == Some("permit") {
            self.managed = self.managed.or(Some(line));
        }
        while let Some(word) = words.next() {
            if word == "ifc" {
                self.interfaces.extend(words.next());
            }
        }
    }

    /// `remark rule-id N: L7 RULE: ...`: the device deploys such a rule as a permit, and decides later.
    fn remark(&mut self, mut words: Words<'a>) {
        words.next();
        if words.take_if("rule-id")
            && let Some(number) = words.next()
            && words.rest().contains("L7 RULE")
        {
            self.inspected.insert(number.trim_end_matches(':'));
        }
    }
}

fn expansion<'a>(line: &'a str, sink: &mut Sink<'a>) -> Option<(&'a str, Words<'a>)> {
    // The entry above is counted; its expansion says the same in other words.
    sink.line(line, Understanding::Neutral, || "an expansion of the entry above".to_owned());
    let mut words = Words::new(line);
    words.nth(3);
    words.take_when(|w| matches!(w, "extended" | "advanced"));
    let is_entry = matches!(words.peek(), Some("permit" | "deny" | "trust"));
    // With object-group-search `GROUP(298) any(65537)` stands in place of an expansion; it says no more than the entry.
    let is_search = || words.clone().any(counts_members);
    (is_entry && !is_search()).then_some((line, words))
}

/// A name or `any` with the number of its members: `SERVERS(298)`.
fn counts_members(word: &str) -> bool {
    let number = word.strip_suffix(')').and_then(|w| w.rsplit_once('('));
    number.is_some_and(|(name, digits)| {
        !name.is_empty() && !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
    })
}
