//! The text as tables and chains of rule lines, before any rule is understood.

mod chains;

use super::family::family_of_name;
use super::token::Token;
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
    /// The chain of the latest rule, where it was declared before.
    latest: Option<usize>,
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
    /// A command about a rule that is not in its chain.
    NoSuchRule,
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

/// The built-in chains that the kernel has in a table, declared or not.
pub(super) fn built_in_of(table: &str) -> &'static [&'static str] {
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
    crate::source::lines(text).map(trimmed)
}

fn trimmed(line: &str) -> &str {
    match line.as_bytes() {
        // Nearly all lines.
        [b'!'..=b'~', .., b'!'..=b'~'] => line,
        _ => line.trim_matches(|c: char| c.is_ascii_whitespace() || c == '\u{feff}'),
    }
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
        let name = line.get(1..).unwrap_or("");
        match opens_table(line) {
            Some(name) => self.open(name, line),
            None if name.bytes().all(|b| b.is_ascii_lowercase()) => {
                self.out.remarks.push((Remark::UnknownTable, line));
            }
            None => self.out.remarks.push((Remark::Outside, line)),
        }
    }

    fn open(&mut self, name: &'a str, line: &'a str) {
        // A table that comes again begins another dump.
        let again = |t: &Table<'_>| t.group == self.group && t.name == name;
        self.group += usize::from(self.done.iter().any(again));
        let (hint, group) = (self.hint, self.group);
        self.open = Some(Table { name, line, chains: Vec::new(), index: HashMap::new(), latest: None, hint, group });
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
        let own = !built_in_of(table.name).contains(&name);
        let Some(chain) = table.chain(name, line) else { return };
        chain.declared = line;
        match policy {
            // The kernel keeps what a built-in chain had before, which the text does not say.
            "-" => {}
            _ if own => {
                chain.policy = Some(POLICY_NOT_SAID);
                self.out.remarks.push((Remark::Unknown, line));
            }
            _ => chain.policy = Some(policy),
        }
    }

    fn command(&mut self, line: &'a str) {
        self.settle_junk();
        let Some(table) = &mut self.open else { return };
        if table.append(line) {
            return;
        }
        let (command, rest) = first_word(line);
        let (name, spec) = first_word(rest);
        let name = name.trim_matches('"');
        match command {
            "-A" | "--append" | "-I" | "--insert" | "-R" | "--replace" if !name.is_empty() => {
                return self.put(command, name, line, spec);
            }
            "-D" | "--delete" => {
                let chain = table.chain(name, line);
                match chain.and_then(|chain| chain.delete(spec, &mut self.words)) {
                    Some(gone) => self.out.neutral.push(gone),
                    None => return self.no_such_rule(name, line),
                }
            }
            "-P" | "--policy" => {
                if let Some(chain) = table.chain(name, line) {
                    (chain.policy, chain.declared) = (spec.split_ascii_whitespace().next(), line);
                }
            }
            "-N" | "--new-chain" => _ = table.chain(name, line),
            "-F" | "--flush" => {
                for chain in table.chains.iter_mut().filter(|c| name.is_empty() || c.name == name) {
                    self.out.neutral.extend(chain.entries.drain(..).map(|e| e.line));
                }
            }
            "-X" | "--delete-chain" => self.out.neutral.extend(table.forget(name)),
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
        if !table.index.contains_key(name) && !built_in_of(table.name).contains(&name) {
            self.out.remarks.push((Remark::Undeclared, line));
        }
        match table.chain(name, line).map(|chain| chain.put(command, line, spec)) {
            Some(Ok(gone)) => self.out.neutral.extend(gone),
            _ => self.no_such_rule(name, line),
        }
    }

    /// What the chain holds is not known then.
    fn no_such_rule(&mut self, name: &'a str, line: &'a str) {
        self.out.remarks.push((Remark::NoSuchRule, line));
        let Some(chain) = self.open.as_mut().and_then(|table| table.chain(name, line)) else { return };
        chain.entries.insert(0, Entry { line, spec: None });
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

fn without_counters(line: &str) -> &str {
    line.split_once(']').map_or(line, |(_, rest)| rest.trim_start())
}

fn first_word(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    text.split_once(|c: char| c.is_ascii_whitespace()).map_or((text, ""), |(word, rest)| (word, rest.trim_start()))
}
