//! Neighbour discovery: without it no IPv6 flow gets through a firewall, whatever its rules for forwarded packets say.

use super::words::{once, some};
use crate::finding::{Code, Finding};
use crate::format::RuleBase;
use crate::policy::{Hook, ICMPV6, IfaceId, Interfaces, Policy, Stage};
use crate::source::Span;
use crate::space::{Family, Field, IntervalSet, PacketSet};
use crate::verify::{Prover, Verdict};

/// Neighbour solicitation and neighbour advertisement (RFC 4861), which connection tracking leaves out.
const TYPES: [u8; 2] = [135, 136];
/// More interfaces than this are not asked about one by one.
const MAX_INTERFACES: usize = 64;
/// Interfaces that are named.
const MOST: usize = 4;

/// Where neighbours are: fe80::/10, and as destinations the solicited-node addresses and all nodes, too.
const LINK_LOCAL: (u128, u128) = (0xfe80 << 112, (0xfec0 << 112) - 1);
const SOLICITED_NODE: (u128, u128) = (0xff02 << 112 | 0x1_ff00_0000, 0xff02 << 112 | 0x1_ffff_ffff);
const ALL_NODES: (u128, u128) = (0xff02 << 112 | 1, 0xff02 << 112 | 1);

/// What one of the firewall's own ways does to neighbour discovery.
struct Blocked {
    /// `INPUT` or `OUTPUT`.
    chain: &'static str,
    types: Vec<u8>,
    /// The lines that drop it.
    at: Vec<Span>,
    /// The interfaces; none when it is all of them.
    interfaces: Vec<String>,
    /// Does the filter table drop it, and no other?
    by_filter: bool,
}

/// The finding about a rule base of an IPv6 packet filter that surely drops neighbour discovery.
pub(super) fn finding(base: &RuleBase) -> Option<Finding> {
    let policy = &base.policy;
    if policy.family != Family::V6 {
        return None;
    }
    let before_routing = policy.forward.iter().take_while(|stage| **stage != Stage::Route);
    let inward: Vec<Stage> = before_routing.chain(&policy.input).copied().collect();
    let ways = [
        ("INPUT", permits(&policy.input).then_some(inward)),
        ("OUTPUT", permits(&policy.output).then(|| policy.output.clone())),
    ];
    let all: Vec<Blocked> = ways.into_iter().filter_map(|(chain, way)| blocked(policy, chain, way?)).collect();
    (!all.is_empty()).then(|| told(&all))
}

/// Does the dump hold the built-in chain of the filter table?
fn permits(stages: &[Stage]) -> bool {
    stages.iter().any(|stage| matches!(stage, Stage::Filter { permit: true, .. }))
}

fn blocked(policy: &Policy, chain: &'static str, way: Vec<Stage>) -> Option<Blocked> {
    let way = way.into_iter().filter(|stage| !matches!(stage, Stage::Reroute | Stage::Loopback)).collect();
    let own = Policy { forward: way, input: Vec::new(), output: Vec::new(), hook: Hook::Forward, ..policy.clone() };
    let prover = Prover::new(&own, &destinations());
    let named = policy.interfaces.classes().filter(|(_, name)| *name != "lo").map(|(id, _)| id);
    let interfaces: Vec<IfaceId> = named.chain([Interfaces::OTHER]).take(MAX_INTERFACES).collect();
    let (mut types, mut at, mut closed, mut by_filter) = (Vec::new(), Vec::new(), Vec::new(), true);
    for (kind, iface) in TYPES.iter().flat_map(|kind| interfaces.iter().map(move |iface| (*kind, *iface))) {
        let judgement = prover.judge(&packets(chain, kind, iface));
        if judgement.verdict == Verdict::Denied {
            types.push(kind);
            at.extend(judgement.blocks.iter().filter_map(|block| block.at));
            closed.push(iface);
            let tables = judgement.blocks.iter().filter_map(|block| policy.chain(block.rule?.chain));
            by_filter &= tables.into_iter().all(|chain| chain.name.starts_with("filter "));
        }
    }
    let everywhere = interfaces.iter().all(|iface| closed.contains(iface));
    // Whether an interface that no rule names exists at all, nobody knows.
    let told: Vec<String> = once(closed.iter().copied().filter(|id| *id != Interfaces::OTHER))
        .into_iter()
        .map(|id| format!("`{}`", policy.interfaces.name(id)))
        .collect();
    let concerns = everywhere || !told.is_empty();
    let interfaces = if everywhere { Vec::new() } else { told };
    concerns.then(|| Blocked { chain, types: once(types), at: once(at), interfaces, by_filter })
}

fn destinations() -> IntervalSet {
    IntervalSet::from_ranges([LINK_LOCAL, SOLICITED_NODE, ALL_NODES])
}

/// Messages between the firewall and its neighbours on one interface.
fn packets(chain: &str, kind: u8, iface: IfaceId) -> PacketSet {
    let (inside, other) =
        if chain == "INPUT" { (Field::InIface, Field::OutIface) } else { (Field::OutIface, Field::InIface) };
    PacketSet::full(Family::V6)
        .with(inside, &IntervalSet::single(iface.into()))
        .with(other, &IntervalSet::single(Interfaces::NONE.into()))
        .with(Field::Src, &IntervalSet::from_ranges([LINK_LOCAL]))
        .with(Field::Dst, &destinations())
        .with(Field::Proto, &IntervalSet::single(ICMPV6.into()))
        .with(Field::Icmp, &IntervalSet::single(u128::from(kind) << 8))
}

fn told(all: &[Blocked]) -> Finding {
    let chains: Vec<String> = all.iter().map(|way| format!("`{}`", way.chain)).collect();
    let types: Vec<String> = TYPES
        .iter()
        .filter(|kind| all.iter().any(|way| way.types.contains(kind)))
        .map(|kind| kind.to_string())
        .collect();
    let message =
        format!("neighbour discovery (ICMPv6 {}) is dropped by {}", types.join(" and "), chains.join(" and "));
    let mut finding = Finding::new(Code::NeighbourDiscoveryBlocked, message);
    for way in all {
        for at in &way.at {
            finding = finding.at(*at, format!("what `{}` drops of it is denied here", way.chain));
        }
        if !way.interfaces.is_empty() {
            finding = finding.note(format!("`{}` drops it on {}", way.chain, some(&way.interfaces, MOST)));
        }
    }
    finding = finding
        .note("it is `UNTRACKED`, so no rule for established connections lets it pass")
        .note("without it the firewall finds neither clients nor its next hop, and no IPv6 flow gets through");
    if !all.iter().all(|way| way.by_filter) {
        return finding.help("accept these messages above the lines that drop them");
    }
    let lines = all.iter().flat_map(|way| {
        way.types.iter().map(|kind| format!("\n-A {} -p ipv6-icmp -m icmp6 --icmpv6-type {kind} -j ACCEPT", way.chain))
    });
    let place = if all.len() > 1 { "first in each chain" } else { "first in the chain" };
    finding.help(format!("insert {place} of the filter table:{}", lines.collect::<String>()))
}
