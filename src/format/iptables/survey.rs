//! What must be known of all rules before the first one is understood.

use super::context::OwnEnds;
use super::dump::{Base, RawChain, Table};
use super::token::{Token, tokenise};
use super::value;
use crate::format::ipset::Sets;
use crate::policy::Interfaces;
use crate::space::{Family, IntervalSet};
use std::collections::{HashMap, HashSet};

/// Names and addresses that occur in the rules.
pub(super) struct Survey {
    pub interfaces: Interfaces,
    /// Addresses of the firewall itself: loopback, and those that it translates to.
    pub own: IntervalSet,
}

/// Looks through all rules of a family.
pub(super) fn survey(base: &Base<'_>, sets: &Sets) -> Survey {
    let mut interfaces = Interfaces::new();
    let mut seen = HashSet::new();
    let mut own = vec![loopback(base.family)];
    let mut words = Vec::new();
    let entries = base.tables.iter().flat_map(|t| t.chains.iter()).flat_map(|c| c.entries.iter());
    for spec in entries.filter_map(|e| e.spec).filter(|s| worth_reading(s)) {
        if tokenise(spec, &mut words).is_err() {
            continue;
        }
        for (option, value) in pairs(&words) {
            match option {
                "-i" | "-o" | "--in-interface" | "--out-interface" if seen.insert(value) => interfaces.add(value),
                "--match-set" | "--set" if seen.insert(value) => {
                    sets.interfaces(value).iter().for_each(|name| interfaces.add(name));
                }
                "--to-source" => own.extend(value::address_range(base.family, host(value))),
                _ => {}
            }
        }
    }
    Survey { interfaces, own: IntervalSet::from_ranges(own) }
}

/// The chains of a table in which packets may have the firewall itself as an end.
pub(super) struct WhereOwnEnds<'a> {
    sources: HashSet<&'a str>,
    destinations: HashSet<&'a str>,
    answered: HashSet<&'a str>,
}

impl<'a> WhereOwnEnds<'a> {
    pub(super) fn of(table: &Table<'a>, base: &Base<'a>) -> WhereOwnEnds<'a> {
        let mut sources = reached_from(table, "OUTPUT");
        if table.name != "nat" {
            // The answers of a redirected flow leave here too; nat chains never see answers.
            sources.extend(reached_from(table, "POSTROUTING"));
        }
        let early = matches!(table.name, "raw" | "mangle") && translates_sources(base);
        let answered = if early { reached_from(table, "PREROUTING") } else { HashSet::new() };
        WhereOwnEnds { sources, destinations: reached_from(table, "INPUT"), answered }
    }

    pub(super) fn in_chain(&self, name: &str) -> OwnEnds {
        OwnEnds {
            source: self.sources.contains(name),
            destination: self.destinations.contains(name),
            answered: self.answered.contains(name),
        }
    }
}

/// Do clients perhaps get addresses of the firewall?
fn translates_sources(base: &Base<'_>) -> bool {
    let entries = base.tables.iter().filter(|t| t.name == "nat").flat_map(|t| &t.chains).flat_map(|c| &c.entries);
    let holds = |spec: &str, part: &str| memchr::memmem::find(spec.as_bytes(), part.as_bytes()).is_some();
    entries.filter_map(|e| e.spec).any(|spec| ["SNAT", "MASQUERADE", "NETMAP"].iter().any(|target| holds(spec, target)))
}

/// The chains of a table that a built-in chain leads to, itself included. Empty where no rule asks for types of
/// addresses, the only thing it is needed for.
fn reached_from<'a>(table: &Table<'a>, built_in: &'a str) -> HashSet<&'a str> {
    let mut reached = HashSet::new();
    let entries = || table.chains.iter().flat_map(|c| c.entries.iter());
    if !entries().filter_map(|e| e.spec).any(|spec| spec.contains("addrtype")) {
        return reached;
    }
    let rules: HashMap<&str, &RawChain<'a>> = table.chains.iter().map(|c| (c.name, c)).collect();
    let (mut todo, mut words) = (vec![built_in], Vec::new());
    while let Some(name) = todo.pop() {
        let Some(chain) = rules.get(name).filter(|_| reached.insert(name)) else { continue };
        for spec in chain.entries.iter().filter_map(|e| e.spec) {
            let whole = tokenise(spec, &mut words).is_ok();
            let jump = |(option, _): &(&str, &str)| matches!(*option, "-j" | "-g" | "--jump" | "--goto");
            todo.extend(pairs(&words).filter(|p| whole && jump(p)).map(|p| p.1));
        }
    }
    reached
}

/// Many lines of large dumps name neither an interface nor a translation; the test may err on the other side.
fn worth_reading(spec: &str) -> bool {
    let holds = |part: &[u8]| memchr::memmem::find(spec.as_bytes(), part).is_some();
    holds(b"-i") || holds(b"-o") || holds(b"to-source") || holds(b"-set") || holds(b"--set")
}

/// Each option with its value; the old negation may stand between them.
fn pairs<'t, 'a>(words: &'t [Token<'a>]) -> impl Iterator<Item = (&'a str, &'a str)> + 't {
    words.iter().enumerate().filter(|(_, t)| t.raw.starts_with('-')).filter_map(|(at, option)| {
        let value = words.get(at + 1..)?.iter().find(|t| !t.is("!"))?;
        Some((option.raw, value.text))
    })
}

fn loopback(family: Family) -> (u128, u128) {
    match family {
        Family::V4 => (0x7f00_0000, 0x7fff_ffff),
        Family::V6 => (1, 1),
    }
}

/// The address of `address:port`.
fn host(text: &str) -> &str {
    match text.strip_prefix('[') {
        Some(inner) => inner.split(']').next().unwrap_or(inner),
        None if text.matches(':').count() > 1 => text,
        None => text.split(':').next().unwrap_or(text),
    }
}
