//! The text as tables and chains of rule lines, before any rule is understood.

use super::family::family_of_name;
use super::token::{Token, tokenise};
use crate::space::Family;
use std::collections::HashMap;

/// The tables that the kernel knows.
pub(super) const TABLES: [&str; 5] = ["raw", "mangle", "nat", "filter", "security"];
/// The built-in chains.
pub(super) const BUILT_IN: [&str; 5] = ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"];

/// A line that stands in a chain.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry<'a> {
    /// The line from its command on.
    pub line: &'a str,
    /// What follows the chain's name; `None` for a line that is no rule at all.
    pub spec: Option<&'a str>,
}

/// A chain as it is written.
#[derive(Debug)]
pub(super) struct RawChain<'a> {
    pub name: &'a str,
    /// The policy; `None` for a chain of the user's.
    pub policy: Option<&'a str>,
    /// Where it is declared, or first used.
    pub declared: &'a str,
    pub entries: Vec<Entry<'a>>,
}

/// A table as it is written.
#[derive(Debug)]
pub(super) struct Table<'a> {
    pub name: &'a str,
    /// The `*table` line.
    pub line: &'a str,
    pub chains: Vec<RawChain<'a>>,
    index: HashMap<&'a str, usize>,
    /// The family that the header says.
    hint: Option<Family>,
    /// Tables of one dump have the same number.
    group: usize,
}

/// All tables of one family; of two of the same name the later one.
#[derive(Debug)]
pub(super) struct Base<'a> {
    pub family: Family,
    pub tables: Vec<Table<'a>>,
}

/// Something about a line that is worth saying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Remark {
    /// The dump says that other rules exist.
    Hidden,
    /// Text outside the tables.
    Outside,
    /// A table without `COMMIT`.
    NoCommit,
    /// A second block of the same table.
    Replaced,
    /// A rule for a chain that is not declared.
    Undeclared,
    /// Not a line of the format.
    Unknown,
    /// A table that iptables does not have.
    UnknownTable,
    /// The family is a guess.
    FamilyAssumed,
}

/// What the text holds.
#[derive(Debug, Default)]
pub(super) struct Dump<'a> {
    pub bases: Vec<Base<'a>>,
    pub remarks: Vec<(Remark, &'a str)>,
    /// Lines that play no part: comments, declarations, deleted rules.
    pub neutral: Vec<&'a str>,
}

/// Reads the structure of a text; `name` is a hint for the family.
pub(super) fn read<'a>(text: &'a str, name: &str) -> Dump<'a> {
    let mut reader = Reader::default();
    if !lines(text).any(|line| opens_table(line).is_some()) {
        // `iptables -S` shows one table, and does not say which; without `-t` it is this one.
        reader.open("filter", "");
    }
    lines(text).for_each(|line| reader.line(line));
    reader.finish(name)
}

/// The policy of a built-in chain without a `:CHAIN` or `-P` line.
pub(super) const POLICY_NOT_SAID: &str = "not said";

/// The built-in chains of a table, declared or not.
fn built_in_of(table: &str) -> &'static [&'static str] {
    match table {
        "raw" => &["PREROUTING", "OUTPUT"],
        "nat" => &["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"],
        "mangle" => &BUILT_IN,
        _ => &["INPUT", "FORWARD", "OUTPUT"],
    }
}

/// The table that a line opens.
pub(super) fn opens_table(line: &str) -> Option<&str> {
    line.strip_prefix('*').filter(|name| TABLES.contains(name))
}

/// The lines of a text without the white space around them.
pub(super) fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut start = 0;
    let ends = memchr::memchr_iter(b'\n', text.as_bytes()).chain(std::iter::once(text.len()));
    ends.map(move |end| {
        let line = text.get(start..end).unwrap_or("");
        start = end + 1;
        line.trim_matches(|c: char| c.is_ascii_whitespace() || c == '\u{feff}')
    })
}

#[derive(Default)]
struct Reader<'a> {
    done: Vec<Table<'a>>,
    open: Option<Table<'a>>,
    hint: Option<Family>,
    group: usize,
    /// Lines in a table that are none of the format, until it is known whether the table goes on behind them.
    junk: Vec<&'a str>,
    out: Dump<'a>,
    words: Vec<Token<'a>>,
}

impl<'a> Reader<'a> {
    fn line(&mut self, line: &'a str) {
        match line.as_bytes().first() {
            None => {}
            Some(b'#') => self.comment(line),
            Some(b'*') => self.table(line),
            Some(b':') if self.open.is_some() => self.declaration(line),
            Some(b'[') if self.open.is_some() => self.command(without_counters(line)),
            Some(b'-') if self.open.is_some() => self.command(line),
            _ if line == "COMMIT" => self.commit(line),
            _ if self.open.is_some() => self.junk.push(line),
            _ => self.outside(line),
        }
    }

    fn outside(&mut self, line: &'a str) {
        self.out.remarks.push((Remark::Outside, line));
        self.out.neutral.push(line);
    }

    fn comment(&mut self, line: &'a str) {
        let hides = line.starts_with("# Table `") && line.contains("incompatible")
            || line.starts_with("# Warning: iptables-legacy tables present")
            || line.starts_with("# Warning: ip6tables-legacy tables present");
        if hides {
            self.out.remarks.push((Remark::Hidden, line));
        }
        if let Some(program) = line.strip_prefix("# Generated by ") {
            self.hint = match () {
                () if program.starts_with("ip6tables") => Some(Family::V6),
                () if program.starts_with("iptables") => Some(Family::V4),
                () => None,
            };
        }
        self.out.neutral.push(line);
    }

    fn table(&mut self, line: &'a str) {
        self.close(true);
        self.out.neutral.push(line);
        match opens_table(line) {
            Some(name) => self.open(name, line),
            None => self.out.remarks.push((Remark::UnknownTable, line)),
        }
    }

    fn open(&mut self, name: &'a str, line: &'a str) {
        // A table that comes again begins another dump.
        let again = |t: &Table<'_>| t.group == self.group && t.name == name;
        self.group += usize::from(self.done.iter().any(again));
        let (hint, group) = (self.hint, self.group);
        self.open = Some(Table { name, line, chains: Vec::new(), index: HashMap::new(), hint, group });
    }

    fn commit(&mut self, line: &'a str) {
        self.out.neutral.push(line);
        self.settle_junk();
        self.close(false);
    }

    fn close(&mut self, unfinished: bool) {
        for line in std::mem::take(&mut self.junk) {
            self.outside(line);
        }
        let Some(table) = self.open.take() else { return };
        if unfinished && !table.line.is_empty() {
            self.out.remarks.push((Remark::NoCommit, table.line));
        }
        self.done.push(table);
    }

    /// The table goes on: what stood in between belongs to it, and may have meant any of its chains.
    fn settle_junk(&mut self) {
        let Some(table) = &mut self.open else { return };
        for line in self.junk.drain(..) {
            self.out.remarks.push((Remark::Unknown, line));
            for name in built_in_of(table.name) {
                table.chain(name, line);
            }
            for chain in table.chains.iter_mut().filter(|c| c.policy.is_some()) {
                chain.entries.push(Entry { line, spec: None });
            }
        }
    }

    fn declaration(&mut self, line: &'a str) {
        self.settle_junk();
        self.out.neutral.push(line);
        let mut words = line.get(1..).unwrap_or("").split_ascii_whitespace();
        let (Some(name), policy) = (words.next(), words.next().unwrap_or("-")) else {
            self.out.remarks.push((Remark::Unknown, line));
            return;
        };
        let Some(table) = &mut self.open else { return };
        let Some(chain) = table.chain(name, line) else { return };
        chain.policy = if policy == "-" && !BUILT_IN.contains(&name) { None } else { Some(policy) };
        chain.declared = line;
    }

    fn command(&mut self, line: &'a str) {
        self.settle_junk();
        let Some(table) = &mut self.open else { return };
        let (command, rest) = first_word(line);
        let (name, spec) = first_word(rest);
        let name = name.trim_matches('"');
        match command {
            "-A" | "--append" | "-I" | "--insert" | "-R" | "--replace" if !name.is_empty() => {
                return self.put(command, name, line, spec);
            }
            "-D" | "--delete" => {
                let gone = table.chain(name, line).and_then(|c| c.delete(spec, &mut self.words));
                self.out.neutral.extend(gone);
            }
            "-P" | "--policy" => {
                if let Some(chain) = table.chain(name, line) {
                    (chain.policy, chain.declared) = (spec.split_ascii_whitespace().next(), line);
                }
            }
            "-N" | "--new-chain" => _ = table.chain(name, line),
            "-F" | "--flush" | "-X" | "--delete-chain" => {
                for chain in table.chains.iter_mut().filter(|c| name.is_empty() || c.name == name) {
                    self.out.neutral.extend(chain.entries.drain(..).map(|e| e.line));
                }
            }
            "-Z" | "--zero" => {}
            _ => {
                self.junk.push(line);
                return self.settle_junk();
            }
        }
        self.out.neutral.push(line);
    }

    fn put(&mut self, command: &str, name: &'a str, line: &'a str, spec: &'a str) {
        let Some(table) = &mut self.open else { return };
        if !table.index.contains_key(name) && !BUILT_IN.contains(&name) {
            self.out.remarks.push((Remark::Undeclared, line));
        }
        let gone = table.chain(name, line).and_then(|chain| chain.put(command, line, spec));
        self.out.neutral.extend(gone);
    }

    fn finish(mut self, name: &str) -> Dump<'a> {
        let unfinished = self.open.as_ref().is_some_and(|t| !t.chains.is_empty());
        self.close(unfinished);
        let implicit = |t: &Table<'_>| t.line.is_empty() && t.chains.is_empty();
        let done = std::mem::take(&mut self.done);
        for dump in by_dump(done.into_iter().filter(|t| !implicit(t)).collect()) {
            let family = self.family(&dump, name);
            for table in dump {
                self.place(family, table);
            }
        }
        self.out
    }

    fn family(&mut self, group: &[Table<'a>], name: &str) -> Family {
        let named = family_of_name(name);
        let v6 = |says: fn(&Table<'a>) -> bool| group.iter().any(says).then_some(Family::V6);
        // An address tells more than the name of a file that may hold both dumps.
        let known = group.iter().find_map(|t| t.hint).or(named.filter(|f| *f == Family::V6));
        let known = known.or_else(|| v6(Table::holds_v6_address)).or(named).or_else(|| v6(Table::asks_icmpv6));
        known.unwrap_or_else(|| {
            let speaks_v4 = group.iter().any(Table::speaks_v4);
            if !speaks_v4 {
                let line = group.first().map_or("", |t| t.line);
                self.out.remarks.push((Remark::FamilyAssumed, line));
            }
            Family::V4
        })
    }

    fn place(&mut self, family: Family, table: Table<'a>) {
        let at = self.out.bases.iter().position(|b| b.family == family).unwrap_or_else(|| {
            self.out.bases.push(Base { family, tables: Vec::new() });
            self.out.bases.len() - 1
        });
        let Some(base) = self.out.bases.get_mut(at) else { return };
        match base.tables.iter_mut().find(|t| t.name == table.name) {
            Some(old) => {
                self.out.remarks.push((Remark::Replaced, table.line));
                let gone = std::mem::replace(old, table);
                self.out.neutral.extend(gone.chains.iter().flat_map(|c| c.entries.iter().map(|e| e.line)));
            }
            None => base.tables.push(table),
        }
    }
}

/// Splits tables into the dumps that they come from.
fn by_dump(tables: Vec<Table<'_>>) -> Vec<Vec<Table<'_>>> {
    let mut out: Vec<Vec<Table<'_>>> = Vec::new();
    for table in tables {
        match out.last_mut() {
            Some(last) if last.last().is_some_and(|t| t.group == table.group && t.hint == table.hint) => {
                last.push(table)
            }
            _ => out.push(vec![table]),
        }
    }
    out
}

impl<'a> Table<'a> {
    /// The chain of a name, which is made if there is none.
    fn chain(&mut self, name: &'a str, line: &'a str) -> Option<&mut RawChain<'a>> {
        let next = self.chains.len();
        let at = *self.index.entry(name).or_insert(next);
        if at == next {
            // Only of filter chains the policy matters enough to leave it open: elsewhere ACCEPT is as good as sure.
            let unsaid = if matches!(self.name, "filter") { POLICY_NOT_SAID } else { "ACCEPT" };
            let policy = BUILT_IN.contains(&name).then_some(unsaid);
            self.chains.push(RawChain { name, policy, declared: line, entries: Vec::new() });
        }
        self.chains.get_mut(at)
    }

    /// Adds a built-in chain that the text does not mention.
    pub(super) fn ensure(&mut self, name: &'a str) {
        let line = self.line;
        self.chain(name, line);
    }
}

impl<'a> RawChain<'a> {
    /// Appends, inserts or replaces; gives the line that goes away.
    fn put(&mut self, command: &str, line: &'a str, spec: &'a str) -> Option<&'a str> {
        if matches!(command, "-A" | "--append") {
            self.entries.push(Entry { line, spec: Some(spec) });
            return None;
        }
        let (word, rest) = first_word(spec);
        let (number, spec) = word.parse::<usize>().map_or((1, spec), |n| (n, rest));
        let at = number.saturating_sub(1).min(self.entries.len());
        let entry = Entry { line, spec: Some(spec) };
        if let Some(slot) = self.entries.get_mut(at).filter(|_| matches!(command, "-R" | "--replace")) {
            return Some(std::mem::replace(slot, entry).line);
        }
        self.entries.insert(at, entry);
        None
    }

    /// Deletes by number or by the same words; gives the line that goes away.
    fn delete(&mut self, spec: &'a str, words: &mut Vec<Token<'a>>) -> Option<&'a str> {
        let by_number = || spec.trim().parse::<usize>().ok().and_then(|n| n.checked_sub(1));
        let at = by_number().filter(|at| *at < self.entries.len()).or_else(|| {
            let _ = tokenise(spec, words);
            let wanted: Vec<&str> = words.iter().map(|w| w.text).collect();
            self.entries.iter().position(|e| {
                let _ = tokenise(e.spec.unwrap_or(""), words);
                words.iter().map(|w| w.text).eq(wanted.iter().copied())
            })
        })?;
        Some(self.entries.remove(at).line)
    }
}

fn without_counters(line: &str) -> &str {
    line.split_once(']').map_or(line, |(_, rest)| rest.trim_start())
}

fn first_word(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    text.split_once(|c: char| c.is_ascii_whitespace()).map_or((text, ""), |(word, rest)| (word, rest.trim_start()))
}
