//! The tables of a dump with the places of their rules, worked out once for all losses of a text.

use crate::fix::lines::{Line, lines};
use crate::source::Span;
use std::collections::HashMap;

/// The tables of a text that end with `COMMIT`.
#[derive(Debug)]
pub(in crate::fix) struct Outline<'a>(Vec<Table<'a>>);

/// The lines of one table of a dump, from `*table` to `COMMIT`.
#[derive(Debug)]
pub(in crate::fix) struct Table<'a> {
    pub name: &'a str,
    text: &'a str,
    /// The number of the first line in the text.
    first: usize,
    /// Where the lines begin, and where the last one ends.
    starts: Vec<u32>,
    chains: HashMap<&'a str, OfChain>,
}

/// The rules of a chain, by the positions of their lines in the table.
#[derive(Debug, Clone, Copy)]
struct OfChain {
    first: usize,
    last: usize,
    permits_something: bool,
}

impl<'a> Outline<'a> {
    pub fn of(text: &'a str) -> Outline<'a> {
        let mut tables = Vec::new();
        let mut table = Table::new(text, "filter", 1);
        for line in lines(text) {
            if let Some(name) = line.text.strip_prefix('*') {
                table = Table::new(text, name.trim(), line.number);
            }
            table.add(line);
            if line.text.trim() == "COMMIT" {
                table.starts.push(line.next as u32);
                tables.push(std::mem::replace(&mut table, Table::new(text, "filter", line.number + 1)));
            }
        }
        Outline(tables)
    }

    /// The table in which a byte stands.
    pub fn table(&self, at: usize) -> Option<&Table<'a>> {
        self.0.iter().find(|table| table.holds(at))
    }
}

impl<'a> Table<'a> {
    fn new(text: &'a str, name: &'a str, first: usize) -> Table<'a> {
        Table { name, text, first, starts: Vec::new(), chains: HashMap::new() }
    }

    fn add(&mut self, line: Line<'a>) {
        let at = self.starts.len();
        self.starts.push(line.start as u32);
        let Some(chain) = chain_of_rule(line) else { return };
        let permits_something = permits_something(line);
        let of_chain = self.chains.entry(chain).or_insert(OfChain { first: at, last: at, permits_something });
        of_chain.last = at;
        of_chain.permits_something |= permits_something;
    }

    fn holds(&self, at: usize) -> bool {
        let within = |first: &u32, next: &u32| (*first as usize..*next as usize).contains(&at);
        self.starts.first().zip(self.starts.last()).is_some_and(|(first, next)| within(first, next))
    }

    /// The line that holds a byte.
    pub fn line_at(&self, byte: usize) -> Option<Line<'a>> {
        let after = self.starts.partition_point(|start| *start as usize <= byte);
        self.line(after.checked_sub(1)?)
    }

    fn line(&self, at: usize) -> Option<Line<'a>> {
        let (start, next) = (self.starts.get(at)?, self.starts.get(at + 1)?);
        Some(Line::at(self.text, self.first + at, *start as usize, *next as usize))
    }

    /// Above the guilty rule; where a chain's end decides, below its last rule.
    pub fn place(&self, guilty: Line<'_>, chain: &str) -> Option<(usize, String)> {
        if is_rule(guilty) {
            return Some((guilty.start, format!("insert above line {}", guilty.number)));
        }
        let place = |line: Line<'_>| format!("append after line {}, the last rule of `{chain}`", line.number);
        let last = self.chains.get(chain).and_then(|of_chain| self.line(of_chain.last));
        last.map(|l| (l.next, place(l))).or_else(|| self.before_commit())
    }

    /// The guilty line, or the jump that leads to it where its chain permits nothing itself: a permit inside of a
    /// chain that only logs and drops would astonish every other caller.
    pub fn outside_helpers(&self, guilty: Line<'a>, path: &[Span]) -> Line<'a> {
        let mut line = guilty;
        for jump in path.iter().rev() {
            let caller = self.line_at(jump.start as usize);
            let (Some(chain), Some(caller)) = (chain_of(line), caller) else { break };
            if self.chains.get(chain).is_some_and(|of_chain| of_chain.permits_something) {
                break;
            }
            line = caller;
        }
        line
    }

    pub fn first_of(&self, chain: &str) -> Option<(usize, String)> {
        let place = |line: Line<'_>| format!("insert above line {}, the first rule of `{chain}`", line.number);
        let first = self.chains.get(chain).and_then(|of_chain| self.line(of_chain.first));
        first.map(|l| (l.start, place(l))).or_else(|| self.before_commit())
    }

    fn before_commit(&self) -> Option<(usize, String)> {
        let commit = self.line(self.starts.len().checked_sub(2)?)?;
        Some((commit.start, format!("insert above `COMMIT` in line {}", commit.number)))
    }
}

pub(in crate::fix) fn is_rule(line: Line<'_>) -> bool {
    chain_of_rule(line).is_some()
}

/// The chain to which a line adds a rule, with or without counters before it.
fn chain_of_rule(line: Line<'_>) -> Option<&str> {
    let text = line.text.trim_start();
    let command = match text.strip_prefix('[') {
        Some(counters) => counters.split_once(']')?.1.trim_start(),
        None => text,
    };
    let rest = command.strip_prefix("-A").filter(|rest| rest.starts_with(|c: char| c.is_ascii_whitespace()))?;
    rest.split_ascii_whitespace().next()
}

fn permits_something(line: Line<'_>) -> bool {
    line.words().any(|word| word == "ACCEPT")
}

/// The chain of a rule or of a `:CHAIN` line.
pub(in crate::fix) fn chain_of(line: Line<'_>) -> Option<&str> {
    match line.text.strip_prefix(':') {
        Some(rest) => rest.split_ascii_whitespace().next(),
        None => chain_of_rule(line),
    }
}
