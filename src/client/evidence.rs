//! What a capture at the client shows of the paths that a prediction rests on.

use super::Use;
use crate::source::Span;
use crate::space::{Family, Field, IntervalSet, addresses, prefixes};
use crate::verify::{Block, Seen};
use ipnet::IpNet;

/// Packets of one protocol and port to some addresses that fare alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The IP protocol number.
    pub proto: u8,
    /// The destination port.
    pub port: u16,
    /// The destinations, in the order of the requirements.
    pub to: Vec<IpNet>,
    /// What the capture shows.
    pub seen: Seen,
    /// The line that decides; where there are several, the first that was met.
    pub at: Option<Span>,
}

impl Evidence {
    /// Do the packets get what they ask for?
    pub fn is_good(&self) -> bool {
        self.seen == Seen::Answered
    }
}

/// The same with its destinations as a set.
struct Part {
    evidence: Evidence,
    to: IntervalSet,
}

/// The evidence of some flows for clients of one family, in the order of the flows, and all its destinations.
pub(super) fn of(uses: &[Use<'_>], family: Family, from: &IntervalSet, also_good: bool) -> (Vec<Evidence>, Vec<IpNet>) {
    let mut parts: Vec<Part> = Vec::new();
    for asked in uses {
        let judgements = asked.result.judgements.iter().filter(|(_, judgement)| judgement.family == family);
        for (policy, judgement) in judgements {
            let each =
                judgement.blocks.iter().filter_map(|block| of_block(*asked, block, block.seen(policy.hook), from));
            each.filter(|part| also_good || !part.evidence.is_good()).for_each(|part| add(&mut parts, part));
        }
    }
    let order: Vec<IpNet> = uses.iter().flat_map(|asked| &asked.result.requirement.destinations).copied().collect();
    let whole = parts.iter().fold(IntervalSet::empty(), |all, part| all.union(&part.to));
    let told = |part: Part| Evidence { to: named(family, &order, part.to), ..part.evidence };
    (parts.into_iter().map(told).collect(), named(family, &order, whole))
}

fn add(parts: &mut Vec<Part>, part: Part) {
    let key = |part: &Part| (part.evidence.proto, part.evidence.port, part.evidence.seen);
    match parts.iter_mut().find(|other| key(other) == key(&part)) {
        Some(other) => other.to = other.to.union(&part.to),
        None => parts.push(part),
    }
}

fn of_block(asked: Use<'_>, block: &Block, seen: Seen, from: &IntervalSet) -> Option<Part> {
    let port = IntervalSet::single(asked.port.into());
    let packets = block.packets.clone().with(Field::Src, from).with(Field::DstPort, &port);
    let to = packets.values(Field::Dst);
    let proto = asked.result.requirement.proto;
    let evidence = Evidence { proto, port: asked.port, to: Vec::new(), seen, at: block.at };
    (!to.is_empty()).then_some(Part { evidence, to })
}

/// A set of addresses by the names that requirements have for them, in their order; what has no name of its own comes
/// last.
fn named(family: Family, order: &[IpNet], set: IntervalSet) -> Vec<IpNet> {
    let (mut names, mut rest) = (Vec::new(), set);
    for prefix in order.iter().filter(|prefix| prefix.addr().is_ipv4() == (family == Family::V4)) {
        let own = addresses(*prefix);
        if own.is_subset(&rest) {
            rest = rest.subtract(&own);
            names.push(*prefix);
        }
    }
    names.extend(prefixes(family, &rest));
    names
}
