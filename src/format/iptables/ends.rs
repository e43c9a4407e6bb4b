//! Which chains meet packets that the firewall itself sends or gets, for matches that ask for types of addresses.

use super::context::{Own, OwnEnds};
use super::dump::{Base, RawChain, Table};
use super::survey::pairs;
use super::token::tokenise;
use crate::policy::Hook;
use std::collections::{HashMap, HashSet};

/// The chains of a table by the built-in chain that leads to them.
pub(super) struct Reached<'a> {
    prerouting: HashSet<&'a str>,
    input: HashSet<&'a str>,
    output: HashSet<&'a str>,
    postrouting: HashSet<&'a str>,
    /// Is the table asked in PREROUTING before the translation of clients is undone, and is there any?
    answered_early: bool,
    /// Does the table see answers?
    sees_answers: bool,
    /// Does OUTPUT of this table come after destinations were translated?
    translated_before: bool,
}

impl<'a> Reached<'a> {
    pub fn of(table: &Table<'a>, base: &Base<'a>) -> Reached<'a> {
        let asked = asks_for_types(table);
        let from = |built_in| if asked { reached_from(table, built_in) } else { HashSet::new() };
        Reached {
            prerouting: from("PREROUTING"),
            input: from("INPUT"),
            output: from("OUTPUT"),
            postrouting: from("POSTROUTING"),
            answered_early: matches!(table.name, "raw" | "mangle") && translates_sources(base),
            sees_answers: table.name != "nat",
            translated_before: matches!(table.name, "filter" | "security"),
        }
    }

    /// Whose the ends of packets in a chain are; `translated` says whether any rule may send packets to the firewall.
    pub fn own_ends(&self, hook: Hook, chain: &str, translated: bool) -> OwnEnds {
        let perhaps = |may: bool| if may { Own::Perhaps } else { Own::No };
        match hook {
            Hook::Forward => {
                // The answers of a redirected flow leave by POSTROUTING too.
                let source = self.output.contains(chain) || self.sees_answers && self.postrouting.contains(chain);
                let answered = self.answered_early && self.prerouting.contains(chain);
                OwnEnds { source: perhaps(source), destination: perhaps(self.input.contains(chain)), answered }
            }
            Hook::Output => self.of_own_packets(chain, translated),
        }
    }

    /// What the machine sends comes from one of its addresses, and what answers it goes there. What it sends to itself
    /// does both, and passes all chains.
    fn of_own_packets(&self, chain: &str, translated: bool) -> OwnEnds {
        let leaving = self.output.contains(chain) || self.postrouting.contains(chain);
        let arriving = self.prerouting.contains(chain) || self.input.contains(chain);
        let late = self.postrouting.contains(chain) || self.translated_before;
        let end = |own: bool, other: bool, loops: bool| match (own, other) {
            (true, true) => Own::Perhaps,
            (true, false) => Own::Yes,
            _ if loops => Own::Perhaps,
            _ => Own::No,
        };
        OwnEnds {
            source: end(leaving, arriving, translated),
            destination: end(arriving, leaving, translated && late),
            answered: false,
        }
    }
}

/// May a rule make the firewall itself the destination of packets?
pub(super) fn translates_destinations(base: &Base<'_>) -> bool {
    nat_names(base, &["DNAT", "REDIRECT", "NETMAP"])
}

/// Do clients perhaps get addresses of the firewall?
fn translates_sources(base: &Base<'_>) -> bool {
    nat_names(base, &["SNAT", "MASQUERADE", "NETMAP"])
}

fn nat_names(base: &Base<'_>, targets: &[&str]) -> bool {
    let nat = base.tables.iter().filter(|t| t.name == "nat").flat_map(|t| &t.chains);
    let mut specs = nat.flat_map(|c| &c.entries).filter_map(|e| e.spec);
    specs.any(|spec| targets.iter().any(|target| spec.contains(target)))
}

/// Does any rule ask for types of addresses? Only for that it is needed which chain is reached.
fn asks_for_types(table: &Table<'_>) -> bool {
    let finder = memchr::memmem::Finder::new("addrtype");
    let mut specs = table.chains.iter().flat_map(|c| c.entries.iter()).filter_map(|e| e.spec);
    specs.any(|spec| finder.find(spec.as_bytes()).is_some())
}

/// The chains of a table that a built-in chain leads to, itself included.
fn reached_from<'a>(table: &Table<'a>, built_in: &'a str) -> HashSet<&'a str> {
    let mut reached = HashSet::new();
    let rules: HashMap<&str, &RawChain<'a>> = table.chains.iter().map(|c| (c.name, c)).collect();
    let (mut todo, mut words) = (vec![built_in], Vec::new());
    while let Some(name) = todo.pop() {
        let Some(chain) = rules.get(name).filter(|_| reached.insert(name)) else { continue };
        for spec in chain.entries.iter().filter_map(|e| e.spec) {
            let whole = tokenise(spec, &mut words).is_ok();
            let jump = |(option, _): &(&str, &str)| matches!(*option, "-j" | "-g");
            todo.extend(pairs(&words).filter(|p| whole && jump(p)).map(|p| p.1));
        }
    }
    reached
}
