//! Address translation: what a rule asks for, and what became of an address or a port.

use super::clients::meets;
use super::{Action, ChainId, Policy, Rule, Stage};
use crate::source::Span;
use crate::space::{IntervalSet, PacketSet};
use std::collections::HashSet;

/// What a translating rule does to the first packet of a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Translation {
    /// Another destination (DNAT): `None` keeps the address or the port.
    Destination {
        /// Possible new addresses.
        addresses: Option<IntervalSet>,
        /// Possible new ports.
        ports: Option<IntervalSet>,
        /// Is the new address one of the firewall's own?
        local: bool,
    },
    /// The firewall itself becomes the destination (REDIRECT); its address is not in the text.
    Redirect {
        /// Possible new ports; `None` keeps the port.
        ports: Option<IntervalSet>,
    },
    /// Another source (SNAT); `addresses: None` is an address that is not in the text (MASQUERADE).
    Source {
        /// Possible new addresses.
        addresses: Option<IntervalSet>,
        /// Possible new ports; `None` keeps the port.
        ports: Option<IntervalSet>,
    },
    /// The network part of the address is exchanged, host bits stay (NETMAP): destinations where destinations are
    /// translated, sources where sources are.
    Network {
        /// First address of the new network.
        network: u128,
        /// Host bits, all ones.
        host_mask: u128,
    },
    /// ACCEPT in a nat chain: the connection stays as it is.
    None,
}

impl Policy {
    /// The rules that can send packets of `required` to an address that is not known to be the firewall's own, in the
    /// order of the text. If it is one after all, such packets take another way: none where the firewall has no way of
    /// its own.
    pub fn sent_elsewhere(&self, required: &PacketSet) -> Vec<Span> {
        if !self.forward.contains(&Stage::Route) {
            return Vec::new();
        }
        let elsewhere = |rule: &Rule| {
            matches!(rule.action, Action::Translate(Translation::Destination { addresses: Some(_), local: false, .. }))
        };
        let hits = |rule: &Rule| {
            let cubes = rule.matches.packets.cubes();
            cubes.iter().any(|cube| required.cubes().iter().any(|flow| meets(flow, cube)))
        };
        let rules =
            self.destination_chains().into_iter().filter_map(|id| self.chain(id)).flat_map(|chain| &chain.rules);
        let mut spans: Vec<Span> = rules.filter(|rule| elsewhere(rule) && hits(rule)).map(|rule| rule.span).collect();
        spans.sort_unstable();
        spans
    }

    /// The chains in which destinations of requests are translated.
    fn destination_chains(&self) -> HashSet<ChainId> {
        let first = |stage: &Stage| match *stage {
            Stage::Translate { chain, destination: true, .. } => chain,
            _ => None,
        };
        let mut todo: Vec<ChainId> = self.way(false, false).iter().filter_map(first).collect();
        let mut reached = HashSet::new();
        while let Some(id) = todo.pop() {
            let Some(chain) = self.chain(id).filter(|_| reached.insert(id)) else { continue };
            todo.extend(chain.rules.iter().filter_map(|rule| match rule.action {
                Action::Jump(target) | Action::Goto(target) => Some(target),
                _ => None,
            }));
        }
        reached
    }
}

/// What became of an address or a port of a connection.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Rewrite {
    /// Nothing.
    #[default]
    Same,
    /// It became one of these; which one is not known when there are several.
    OneOf(Vec<(u128, u128)>),
    /// It became something that the text does not tell.
    Unknown,
    /// `old - from + to`, for all old values of the piece.
    Moved {
        /// First old value.
        from: u128,
        /// What it became.
        to: u128,
    },
}

impl Rewrite {
    /// To one of the members of a set.
    pub fn one_of(set: &IntervalSet) -> Rewrite {
        Rewrite::OneOf(set.intervals().into_iter().map(|i| (i.low, i.high)).collect())
    }

    /// The possible new values for an old one; `None` when they are not known.
    pub fn of(&self, old: u128) -> Option<IntervalSet> {
        match self {
            Rewrite::Same => Some(IntervalSet::single(old)),
            Rewrite::OneOf(ranges) => Some(IntervalSet::from_ranges(ranges.iter().copied())),
            Rewrite::Unknown => None,
            Rewrite::Moved { from, to } => Some(IntervalSet::single(old.wrapping_sub(*from).wrapping_add(*to))),
        }
    }

    /// Is the value still what it was?
    pub fn is_same(&self) -> bool {
        matches!(self, Rewrite::Same)
    }
}
