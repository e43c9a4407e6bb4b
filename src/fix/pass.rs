//! What has to pass, as products that every format can write down.

use crate::policy::{
    ACK, Action, ChainId, Conversation, CtState, Hook, Interfaces, Policy, Rule, SYN, Stage, TCP, UDP,
};
use crate::space::{Family, Field, IntervalSet, Packet, PacketSet, addresses, prefixes, widened};
use ipnet::IpNet;
use std::collections::HashSet;

/// More destinations than this are widened to whole blocks.
const MAX_PREFIXES: usize = 10;
/// Clients from more prefixes than this are written as any source.
const MAX_SOURCES: usize = 64;

/// Packets that have to pass: every combination of these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pass {
    /// The family.
    pub family: Family,
    /// From here; empty is from anywhere.
    pub sources: Vec<IpNet>,
    /// To here; empty is to anywhere.
    pub destinations: Vec<IpNet>,
    /// The protocol number; `None` is any.
    pub proto: Option<u8>,
    /// Destination ports, both ends included; empty is any.
    pub ports: Vec<(u16, u16)>,
    /// Source ports, both ends included; empty is any.
    pub source_ports: Vec<(u16, u16)>,
    /// ICMP types with codes, `type * 256 + code`; empty is any.
    pub icmp: Vec<u16>,
    /// In by this interface only.
    pub entry: Option<String>,
    /// Out by this interface only.
    pub exit: Option<String>,
}

impl Pass {
    /// As a sentence: `permit udp from 10.20.0.0/16 to 208.67.222.222/32 port 443`.
    pub fn in_words(&self) -> String {
        let ports = if self.ports.is_empty() { String::new() } else { format!(" port {}", self.port_list("-", ", ")) };
        let (from, to) = (joined(&self.sources), joined(&self.destinations));
        format!("permit {} from {from} to {to}{ports}", self.proto_name().unwrap_or_else(|| "any protocol".to_owned()))
    }

    /// `udp`, `tcp`, or a number.
    pub fn proto_name(&self) -> Option<String> {
        self.proto.map(|proto| match (proto, self.family) {
            (TCP, _) => "tcp".to_owned(),
            (UDP, _) => "udp".to_owned(),
            (1, Family::V4) => "icmp".to_owned(),
            (58, Family::V6) => "ipv6-icmp".to_owned(),
            _ => proto.to_string(),
        })
    }

    /// The ports with the signs that a format has for ranges and lists.
    pub fn port_list(&self, range: &str, comma: &str) -> String {
        listing(&self.ports, range, comma)
    }

    /// The same for the source ports.
    pub fn source_port_list(&self, range: &str, comma: &str) -> String {
        listing(&self.source_ports, range, comma)
    }

    /// Everything of a protocol.
    fn bare(family: Family, proto: Option<u8>) -> Pass {
        let (sources, destinations, ports) = (Vec::new(), Vec::new(), Vec::new());
        let (source_ports, icmp, entry, exit) = (Vec::new(), Vec::new(), None, None);
        Pass { family, sources, destinations, proto, ports, source_ports, icmp, entry, exit }
    }
}

fn listing(ports: &[(u16, u16)], range: &str, comma: &str) -> String {
    let each =
        ports.iter().map(|(low, high)| if low == high { low.to_string() } else { format!("{low}{range}{high}") });
    each.collect::<Vec<_>>().join(comma)
}

fn joined(prefixes: &[IpNet]) -> String {
    if prefixes.is_empty() {
        return "anywhere".to_owned();
    }
    prefixes.iter().map(IpNet::to_string).collect::<Vec<_>>().join(", ")
}

/// The products that make up the sets, and whether destinations were widened to keep them few.
pub(super) fn passes(sets: &[PacketSet]) -> (Vec<Pass>, bool) {
    let mut wider = false;
    let mut all = Vec::new();
    for set in sets {
        for cube in plain(set).cubes() {
            let values = |field| cube.values(set.family(), field);
            let sources = listed(set.family(), &values(Field::Src));
            let (destinations, grown) = few(listed(set.family(), &values(Field::Dst)));
            wider |= grown;
            let ports = ports(&values(Field::DstPort));
            for proto in protocols(&values(Field::Proto)) {
                let sources = if sources.len() > MAX_SOURCES { Vec::new() } else { sources.clone() };
                let (destinations, ports) = (destinations.clone(), ports.clone());
                all.push(Pass { sources, destinations, ports, ..Pass::bare(set.family(), proto) });
            }
        }
    }
    (all, wider)
}

/// The products that make up a set, no packet more: what tells them apart beside addresses, protocol and ports is
/// written as far as `beside` names it. `None` where an interface has no name that a rule could use.
pub(super) fn exact(set: &PacketSet, interfaces: &Interfaces, beside: &[Field]) -> Option<Vec<Pass>> {
    use Field::{Dst, DstPort, Icmp, InIface, OutIface, Proto, Src, SrcPort};
    let fields: Vec<Field> = [Src, Dst, Proto, DstPort, Icmp].iter().chain(beside).copied().collect();
    let joined = [SrcPort, InIface, OutIface, Icmp, DstPort, Dst, Src, DstPort, Dst];
    let mut all = Vec::new();
    for cube in set.projected(&fields).coalesced(&joined).cubes() {
        let values = |field| cube.values(set.family(), field);
        let named = |field| {
            let ids = cube.get(field).filter(|ids| ids.only() != Some(Interfaces::NONE.into()));
            ids.map_or(Some(vec![None]), |ids| names(ids, interfaces))
        };
        let (entries, exits) = (named(InIface)?, named(OutIface)?);
        let icmp = values(Icmp);
        let bare = Pass {
            sources: listed(set.family(), &values(Src)),
            destinations: listed(set.family(), &values(Dst)),
            ports: ports(&values(DstPort)),
            source_ports: ports(&values(SrcPort)),
            icmp: if icmp.is_full(0xffff) { Vec::new() } else { numbers(&icmp) },
            ..Pass::bare(set.family(), None)
        };
        for proto in protocols(&values(Proto)) {
            for entry in &entries {
                let by =
                    |exit: &Option<String>| Pass { proto, entry: entry.clone(), exit: exit.clone(), ..bare.clone() };
                all.extend(exits.iter().map(by));
            }
        }
    }
    Some(all)
}

/// The names of interfaces; `None` where one stands for all that the rules do not name.
fn names(ids: &IntervalSet, interfaces: &Interfaces) -> Option<Vec<Option<String>>> {
    let known: Vec<(u32, &str)> = interfaces.classes().filter(|(id, _)| ids.contains((*id).into())).collect();
    let all = known.iter().fold(ids.clone(), |rest, (id, _)| rest.subtract(&IntervalSet::single((*id).into())));
    all.is_empty().then(|| known.iter().map(|(_, name)| Some((*name).to_owned())).collect())
}

fn numbers(set: &IntervalSet) -> Vec<u16> {
    set.intervals().iter().flat_map(|i| i.low..=i.high).map(|value| value as u16).collect()
}

/// Only who, where to and what; joined into as few products as possible.
pub(crate) fn plain(set: &PacketSet) -> PacketSet {
    use Field::{Dst, DstPort, Proto, Src};
    set.projected(&[Src, Dst, Proto, DstPort]).coalesced(&[DstPort, Dst, Src, DstPort, Dst])
}

fn listed(family: Family, set: &IntervalSet) -> Vec<IpNet> {
    if set.is_full(family.max_address()) { Vec::new() } else { prefixes(family, set) }
}

fn few(exact: Vec<IpNet>) -> (Vec<IpNet>, bool) {
    if exact.len() <= MAX_PREFIXES {
        return (exact, false);
    }
    let grow = |p: &IpNet| widened(*p, if p.addr().is_ipv4() { 16 } else { 32 });
    let set = exact.iter().map(|p| addresses(grow(p))).fold(IntervalSet::empty(), |a, b| a.union(&b));
    let family = if exact.iter().all(|p| p.addr().is_ipv4()) { Family::V4 } else { Family::V6 };
    let wide = prefixes(family, &set);
    if wide.len() <= MAX_PREFIXES { (wide, true) } else { (exact, false) }
}

fn ports(set: &IntervalSet) -> Vec<(u16, u16)> {
    if set.is_full(0xffff) {
        return Vec::new();
    }
    set.intervals().into_iter().map(|i| (i.low as u16, i.high as u16)).collect()
}

fn protocols(set: &IntervalSet) -> Vec<Option<u8>> {
    if set.is_full(0xff) {
        return vec![None];
    }
    set.intervals().into_iter().flat_map(|i| i.low..=i.high).map(|proto| Some(proto as u8)).collect()
}

/// Is there an unconditional permit for the answers of a conversation on their way?
pub(super) fn accepts_answer(policy: &Policy, witness: &Conversation) -> bool {
    let packet = answer_of(witness);
    let permits = |rule: &Rule| {
        let certain = rule.matches.opaque.is_empty() && rule.matches.marks.is_empty();
        rule.action == Action::Accept && certain && rule.matches.packets.contains(&packet)
    };
    let stages = if policy.hook == Hook::Output { &policy.input } else { &policy.forward };
    let base = |stage: &Stage| if let Stage::Filter { chain, permit: true, .. } = stage { Some(*chain) } else { None };
    let mut open: Vec<ChainId> = stages.iter().rev().filter_map(base).collect();
    let mut asked = HashSet::new();
    // Such a rule mostly stands on top of a base chain, so chains are looked at before those that they call.
    while let Some(id) = open.pop() {
        let Some(chain) = policy.chain(id).filter(|_| asked.insert(id)) else { continue };
        if chain.rules.iter().any(permits) {
            return true;
        }
        open.extend(chain.rules.iter().filter_map(|rule| match rule.action {
            Action::Jump(target) | Action::Goto(target) => Some(target),
            _ => None,
        }));
    }
    false
}

fn answer_of(c: &Conversation) -> Packet {
    let mut packet = Packet::zero();
    let (sport, dport) = (u128::from(c.sport), u128::from(c.dport));
    let flags = if c.proto == TCP { u128::from(SYN | ACK) } else { 0 };
    let fields = [
        (Field::InIface, u128::from(c.out_iface)),
        (Field::OutIface, u128::from(c.in_iface)),
        (Field::Src, c.dst),
        (Field::Dst, c.src),
        (Field::Proto, u128::from(c.proto)),
        (Field::SrcPort, dport),
        (Field::DstPort, sport),
        (Field::TcpFlags, flags),
        (Field::State, CtState::Established.value(false, false)),
        (Field::OrigSrc, c.src),
        (Field::OrigDst, c.dst),
        (Field::OrigSrcPort, sport),
        (Field::OrigDstPort, dport),
        (Field::ReplySrc, c.dst),
        (Field::ReplyDst, c.src),
        (Field::Direction, 1),
    ];
    fields.iter().for_each(|(field, value)| packet.set(*field, *value));
    packet
}
