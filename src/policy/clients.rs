//! Which clients a rule base speaks of: the private sources of the rules that permit what is required.

use super::{Action, ChainId, Hook, Policy, Rule, Stage, Translation};
use crate::source::Span;
use crate::space::{Cube, Family, Field, IntervalSet, PacketSet};
use std::collections::{BTreeSet, HashSet};

/// The fields by which a rule is held against a required flow; the others say who may use it, or when.
const OF_A_FLOW: [Field; 3] = [Field::Dst, Field::Proto, Field::DstPort];

impl Policy {
    /// Private prefixes that are the source of a rule permitting some packet of `required`, or of a source
    /// translation, with the lines that say so. `None` when the rules name no such prefix.
    ///
    /// A rule without a source takes that of the jump that leads to it. A source counts only where all of it is
    /// private space (RFC 1918, RFC 4193).
    pub fn default_clients(&self, required: &PacketSet) -> Option<(IntervalSet, Vec<Span>)> {
        let flow = required.cubes();
        let servers = required.values(Field::Dst);
        let permits = |rule: &Rule| {
            // Most rules are for other servers: one look at the hull saves a look at each flow.
            let wanted = |c: &Cube| {
                c.get(Field::Dst).is_none_or(|dst| dst.overlaps(&servers)) && flow.iter().any(|f| meets(f, c))
            };
            rule.action == Action::Accept && rule.matches.packets.cubes().iter().any(wanted)
        };
        let translates = |rule: &Rule| {
            matches!(rule.action, Action::Translate(Translation::Source { .. } | Translation::Network { .. }))
        };
        let mut search = Search::new(self);
        for stage in self.way(false, false) {
            match *stage {
                Stage::Filter { chain, permit: true, .. } => search.chain(chain, &permits),
                // What a machine sends is not hidden behind it: these rules are for others.
                Stage::Translate { chain: Some(chain), destination: false, .. } if self.hook == Hook::Forward => {
                    search.chain(chain, &translates);
                }
                _ => {}
            }
        }
        let spans = search.spans.into_iter().collect();
        (!search.sources.is_empty()).then(|| (IntervalSet::from_ranges(search.sources), spans))
    }
}

/// Do a flow and a rule's cube meet, as far as the fields of [`OF_A_FLOW`] tell?
pub(super) fn meets(flow: &Cube, rule: &Cube) -> bool {
    OF_A_FLOW.iter().all(|field| match (flow.get(*field), rule.get(*field)) {
        (Some(asked), Some(given)) => asked.overlaps(given),
        _ => true,
    })
}

/// A walk over the chains, with the sources found so far.
struct Search<'a> {
    policy: &'a Policy,
    private: IntervalSet,
    sources: Vec<(u128, u128)>,
    spans: BTreeSet<Span>,
    /// Chains with the sources by which they were reached: nothing new is found there.
    visited: HashSet<(ChainId, Option<IntervalSet>)>,
}

impl<'a> Search<'a> {
    fn new(policy: &'a Policy) -> Search<'a> {
        let private = private(policy.family);
        Search { policy, private, sources: Vec::new(), spans: BTreeSet::new(), visited: HashSet::new() }
    }

    /// Follows all jumps from a chain; `counts` says which rules are looked for.
    fn chain(&mut self, start: ChainId, counts: &dyn Fn(&Rule) -> bool) {
        self.visited.clear();
        let mut todo: Vec<(ChainId, Option<(IntervalSet, Span)>)> = vec![(start, None)];
        while let Some((id, caller)) = todo.pop() {
            if !self.visited.insert((id, caller.as_ref().map(|c| c.0.clone()))) {
                continue;
            }
            for rule in self.policy.chain(id).map_or(&[][..], |c| &*c.rules) {
                let source = self.source(rule).or_else(|| caller.clone());
                match rule.action {
                    Action::Jump(target) | Action::Goto(target) => todo.push((target, source)),
                    _ if counts(rule) => self.found(source, rule.span),
                    _ => {}
                }
            }
        }
    }

    /// The sources that a rule asks for, unless it takes every one.
    fn source(&self, rule: &Rule) -> Option<(IntervalSet, Span)> {
        let values = rule.matches.packets.values(Field::Src);
        (!values.is_full(self.policy.family.max_address())).then_some((values, rule.span))
    }

    fn found(&mut self, source: Option<(IntervalSet, Span)>, at: Span) {
        let Some((set, said_by)) = source.filter(|(set, _)| !set.is_empty() && set.is_subset(&self.private)) else {
            return;
        };
        self.sources.extend(set.intervals().into_iter().map(|i| (i.low, i.high)));
        self.spans.extend([said_by, at]);
    }
}

/// Addresses that are never routed in the Internet: RFC 1918, and RFC 4193 for IPv6.
fn private(family: Family) -> IntervalSet {
    match family {
        Family::V4 => IntervalSet::from_ranges([
            (0x0a00_0000, 0x0aff_ffff),
            (0xac10_0000, 0xac1f_ffff),
            (0xc0a8_0000, 0xc0a8_ffff),
        ]),
        Family::V6 => IntervalSet::range(0xfc << 120, (0xfe << 120) - 1),
    }
}
