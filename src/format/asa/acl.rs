//! Access lists: their entries in the order in which the device asks them.

use super::line::Statement;
use super::sink::Sink;
use super::words::Words;
use crate::format::Understanding;
use std::collections::{HashMap, HashSet};

/// What an entry's line holds.
#[derive(Debug, Clone, Copy)]
enum Content<'a> {
    Remark,
    /// The words after `extended`.
    Entry(Words<'a>),
}

/// A line of an access list with the expansions that `show access-list` prints below it.
#[derive(Debug, Clone)]
struct Line<'a> {
    line: &'a str,
    content: Content<'a>,
    expansions: Vec<(&'a str, Words<'a>)>,
}

/// One entry.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'e, 'a> {
    /// The line.
    pub line: &'a str,
    /// The words after `extended`.
    pub words: Words<'a>,
    /// The same entry with its groups resolved, if the text shows it so.
    pub expansions: &'e [(&'a str, Words<'a>)],
}

/// An access list.
#[derive(Debug, Clone, Default)]
pub struct Acl<'a> {
    lines: Vec<Line<'a>>,
    /// Does it come from `ipv6 access-list`?
    pub only_v6: bool,
    /// Is it of a kind that never decides about transit?
    pub other_kind: bool,
    /// Rule numbers whose remark says that deep inspection decides.
    pub inspected: HashSet<&'a str>,
}

impl<'a> Acl<'a> {
    /// The entries without remarks.
    pub fn entries(&self) -> impl Iterator<Item = Entry<'_, 'a>> {
        self.lines.iter().filter_map(|l| match l.content {
            Content::Entry(words) => Some(Entry { line: l.line, words, expansions: &l.expansions }),
            Content::Remark => None,
        })
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
        self.by_name.get(name)
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
            sink.line(statement.head, Understanding::Neutral, || "no entry".to_owned());
            return statement.subs.iter().for_each(|l| sink.line(l, Understanding::Neutral, || "no entry".to_owned()));
        }
        let order = &mut self.order;
        let acl = self.by_name.entry(name).or_insert_with(|| {
            order.push(name);
            Acl { only_v6, ..Acl::default() }
        });
        acl.push(statement, words, sink);
    }
}

impl<'a> Acl<'a> {
    fn push(&mut self, statement: &Statement<'a>, mut words: Words<'a>, sink: &mut Sink<'a>) {
        let line = statement.head;
        let position = if words.take_if("line") { words.next().and_then(|w| w.parse::<usize>().ok()) } else { None };
        let content = match words.peek() {
            Some("remark") => {
                sink.line(line, Understanding::Neutral, || "a remark".to_owned());
                self.remark(words);
                Content::Remark
            }
            Some("standard" | "webtype" | "ethertype") => {
                sink.line(line, Understanding::Neutral, || {
                    "a list of this kind never decides about transit".to_owned()
                });
                self.other_kind = true;
                return;
            }
            _ => {
                words.take_when(|w| matches!(w, "extended" | "advanced"));
                Content::Entry(words)
            }
        };
        let expansions = statement.subs.iter().filter_map(|l| expansion(l, sink)).collect();
        let new = Line { line, content, expansions };
        // Positions count entries and remarks; a position past the end is the end.
        match position {
            Some(at) if (1..=self.lines.len()).contains(&at) => self.lines.insert(at - 1, new),
            _ => self.lines.push(new),
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
    matches!(words.peek(), Some("permit" | "deny" | "trust")).then_some((line, words))
}
