//! The usual rules of a table, understood on all cores.

use super::dump::{Entry, RawChain, Table};
use super::plain::{self, Place, Plain};
use crate::format::{Input, Wanted};
use crate::policy::{Action, ChainId, Condition, Interfaces, Match, Rule};
use crate::space::{Family, PacketSet};
use rayon::prelude::*;
use std::collections::HashMap;

/// So many rules are understood by one core without a break.
const FOR_ONE_CORE: usize = 1 << 11;

/// What the rules of a table have in common.
pub(super) struct Shapes<'s, 'a> {
    pub input: Input<'a>,
    pub family: Family,
    pub table: &'a str,
    /// The chains of the table.
    pub chains: &'s HashMap<&'a str, ChainId>,
    pub interfaces: &'s Interfaces,
    /// Rules that can match nothing of it are set aside, but for those that lead to others.
    pub wanted: Option<&'s Wanted>,
}

/// How a line of a chain was understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen {
    /// As the next of the rules.
    Rule,
    /// As the next of the rules, with a match that the text does not decide.
    Open,
    /// As a rule that can match nothing that is asked about.
    Aside,
    /// Not here: it is left to the full reader.
    Not,
}

/// The usual rules of a chain.
#[derive(Debug, Default)]
pub(super) struct Usual {
    /// For each line of the chain.
    pub seen: Vec<Seen>,
    pub rules: Vec<Rule>,
}

/// The usual rules of each chain of a table.
pub(super) fn of<'a>(table: &Table<'a>, shapes: &Shapes<'_, 'a>) -> Vec<Usual> {
    let all: usize = table.chains.iter().map(|chain| chain.entries.len()).sum();
    if all <= FOR_ONE_CORE {
        // To wake other cores would take longer.
        return table.chains.iter().map(|chain| shapes.share(chain.name, &chain.entries)).collect();
    }
    table.chains.par_iter().map(|chain| shapes.chain(chain)).collect()
}

impl<'a> Shapes<'_, 'a> {
    fn chain(&self, chain: &RawChain<'a>) -> Usual {
        if chain.entries.len() <= FOR_ONE_CORE {
            return self.share(chain.name, &chain.entries);
        }
        let shares: Vec<Usual> =
            chain.entries.par_chunks(FOR_ONE_CORE).map(|share| self.share(chain.name, share)).collect();
        let mut whole = Usual::default();
        for share in shares {
            whole.seen.extend(share.seen);
            whole.rules.extend(share.rules);
        }
        whole
    }

    fn share(&self, chain: &'a str, entries: &[Entry<'a>]) -> Usual {
        let Shapes { family, table, chains, interfaces, .. } = *self;
        let mut shapes = plain::Shapes::new(Place { family, table, chain, chains, interfaces });
        let mut usual = Usual { seen: Vec::with_capacity(entries.len()), rules: Vec::new() };
        for entry in entries {
            let seen = match entry.spec.and_then(|spec| shapes.rule(spec)) {
                None => Seen::Not,
                Some(plain) if self.is_set_aside(&plain) => Seen::Aside,
                Some(Plain { cube, action, open }) => {
                    let condition = |part: &str| Condition { text: part.to_owned(), span: self.input.span(part) };
                    let opaque = open.map(condition).into_iter().collect();
                    let matches = Match { opaque, ..Match::exactly(PacketSet::of(family, cube)) };
                    usual.rules.push(Rule { matches, action, span: self.input.span(entry.line) });
                    if open.is_some() { Seen::Open } else { Seen::Rule }
                }
            };
            usual.seen.push(seen);
        }
        usual
    }

    fn is_set_aside(&self, plain: &Plain<'_>) -> bool {
        let leads_on = matches!(plain.action, Action::Jump(_) | Action::Goto(_));
        !leads_on && plain.open.is_none() && self.wanted.is_some_and(|wanted| !wanted.meets(self.family, &plain.cube))
    }
}

#[cfg(test)]
mod tests;
