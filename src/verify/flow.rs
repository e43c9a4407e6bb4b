//! From a requirement to its conversations, and from conversations to a judgement.

use super::combine::{Part, judged};
use super::course::Course;
use super::kind::{Kind, kinds};
use super::piece::Piece;
use super::relevance::{REPLAYED_WHOLE, Replay, Scope, changes_destinations, essence, relevant_rules, with_translated};
use super::together::{Together, alike_but_destinations};
use super::walk::{Bounds, RelevantRules, Walker};
use super::{Judgement, Shares, Verdict};
use crate::policy::{Chain, Doorway, ICMP, ICMPV6, IfaceId, Policy, TCP, Topology, UDP};
use crate::requirement::Requirement;
use crate::space::{Cube, Family, Field, IntervalSet, PacketSet};
use ipnet::IpNet;
use rayon::prelude::*;
use std::rc::Rc;

/// Flows whose ends have more cubes than this fare apart in most of them: to hold all against all would take longer than
/// to walk each alone.
const MOST_TOGETHER: usize = 256;
/// In larger policies nearly every group is like that.
const MOST_RULES_TOGETHER: usize = 20_000;
/// From so many witnesses on, rules that none of them can meet are set aside once more.
const WORTH_NARROWING: usize = 200;

/// Where the conversations of a rule base come from and go to, after flags and defaults were applied.
#[derive(Debug, Clone)]
pub struct Site {
    /// Addresses of clients, of the policy's family.
    pub clients: IntervalSet,
    /// Interfaces by which clients enter, when the user names them.
    pub in_ifaces: Vec<IfaceId>,
    /// Interfaces by which flows leave, when the user names them.
    pub out_ifaces: Vec<IfaceId>,
}

/// The addresses of prefixes of a family.
pub fn addresses<'a>(family: Family, prefixes: impl IntoIterator<Item = &'a IpNet>) -> IntervalSet {
    IntervalSet::from_ranges(prefixes.into_iter().filter_map(|p| match (family, p) {
        (Family::V4, IpNet::V4(net)) => Some((u32::from(net.network()).into(), u32::from(net.broadcast()).into())),
        (Family::V6, IpNet::V6(net)) => Some((net.network().into(), net.broadcast().into())),
        _ => None,
    }))
}

/// The first packets that a requirement asks for, of one family, from any source by any interface.
pub fn required_packets(requirement: &Requirement, family: Family) -> PacketSet {
    let ports = |ranges: &[(u16, u16)]| IntervalSet::from_ranges(ranges.iter().map(|r| (r.0.into(), r.1.into())));
    let has_ports = matches!(requirement.proto, TCP | UDP | 33 | 132 | 136);
    let mut cube = Cube::full()
        .with(family, Field::Dst, &addresses(family, &requirement.destinations))
        .and_then(|c| c.with(family, Field::Proto, &IntervalSet::single(requirement.proto.into())));
    if has_ports {
        cube = cube
            .and_then(|c| c.with(family, Field::SrcPort, &ports(&requirement.source_ports)))
            .and_then(|c| c.with(family, Field::DstPort, &ports(&requirement.destination_ports)));
    }
    if matches!(requirement.proto, ICMP | ICMPV6) {
        let echo = if requirement.proto == ICMP { 8u128 } else { 128 };
        cube = cube.and_then(|c| c.with(family, Field::Icmp, &IntervalSet::single(echo << 8)));
    }
    PacketSet::from_cubes(family, cube)
}

/// The conversations of a required flow at a site: only those of the policy's family.
///
/// Clients and destinations are joined with the interfaces that the topology gives them; addresses for which it names
/// none may use any of them. A conversation by one interface only is left out unless the topology judges those.
pub fn conversations(requirement: &Requirement, policy: &Policy, topology: &Topology, site: &Site) -> PacketSet {
    let wanted = required_packets(requirement, policy.family).with(Field::Src, &site.clients);
    let ways = by_ways(&wanted, topology, site);
    let are_apart = (1..).zip(&ways).all(|(next, way)| ways.iter().skip(next).all(|other| other.entry != way.entry));
    let mut all = PacketSet::empty(policy.family);
    for way in ways {
        let packets = way.packets.with(Field::OutIface, &way.exits);
        if are_apart { all.add_apart(&packets) } else { all.add_all(&packets) }
    }
    all.coalesced(&[Field::OutIface, Field::InIface])
}

/// The pairs of interfaces that conversations of a set may use at a site.
pub fn pairs(wanted: &PacketSet, topology: &Topology, site: &Site) -> Vec<(IfaceId, IfaceId)> {
    let ways = by_ways(wanted, topology, site).into_iter().filter(|way| !way.packets.is_empty());
    let exits = |way: &Way| way.exits.intervals().into_iter().flat_map(|ids| ids.low..=ids.high).collect::<Vec<_>>();
    ways.flat_map(|way| exits(&way).into_iter().map(move |exit| (way.entry, exit as IfaceId))).collect()
}

/// Packets that enter by one interface and may leave by some.
struct Way {
    entry: IfaceId,
    exits: IntervalSet,
    packets: PacketSet,
}

/// A set by the interfaces that its packets may use: those named, else those that the topology has for its addresses.
fn by_ways(wanted: &PacketSet, topology: &Topology, site: &Site) -> Vec<Way> {
    let both_named = !site.in_ifaces.is_empty() && !site.out_ifaces.is_empty();
    let hairpin = topology.hairpin || both_named;
    let entries = doorways(&topology.entries, &site.in_ifaces, &wanted.values(Field::Src));
    let exits = by_addresses(doorways(&topology.exits, &site.out_ifaces, &wanted.values(Field::Dst)));
    let steering = if site.out_ifaces.is_empty() { topology.steering.as_slice() } else { &[] };
    let mut ways = Vec::new();
    for (entry, sources) in &entries {
        let entry = *entry;
        let mut rest = wanted.clone().with(Field::Src, sources).with(Field::InIface, &single(entry));
        for steered in steering {
            let packets = rest.intersect(&steered.packets);
            if steered.sure {
                rest = rest.subtract(&packets);
            }
            ways.push(Way { entry, exits: single(steered.exit), packets });
        }
        ways.extend(exits.iter().map(|(exits, to)| {
            let packets = rest.clone().with(Field::Dst, to);
            Way { entry, exits: exits.clone(), packets }
        }));
    }
    if !hairpin {
        ways.iter_mut().for_each(|way| way.exits = way.exits.subtract(&single(way.entry)));
        ways.retain(|way| !way.exits.is_empty());
    }
    ways
}

/// Interfaces that the same addresses use, together.
fn by_addresses(doorways: Vec<(IfaceId, IntervalSet)>) -> Vec<(IntervalSet, IntervalSet)> {
    let mut all: Vec<(Vec<IntervalSet>, IntervalSet)> = Vec::new();
    for (iface, addresses) in doorways {
        match all.iter_mut().find(|known| known.1 == addresses) {
            Some(known) => known.0.push(single(iface)),
            None => all.push((vec![single(iface)], addresses)),
        }
    }
    all.into_iter().map(|(ifaces, addresses)| (IntervalSet::union_of(&ifaces), addresses)).collect()
}

fn single(iface: IfaceId) -> IntervalSet {
    IntervalSet::single(iface.into())
}

/// Each interface with the addresses that use it: named ones take all, others what is behind them; addresses behind
/// none may use any.
fn doorways(known: &[Doorway], named: &[IfaceId], addresses: &IntervalSet) -> Vec<(IfaceId, IntervalSet)> {
    if !named.is_empty() {
        return named.iter().map(|iface| (*iface, addresses.clone())).collect();
    }
    let placed = known.iter().filter_map(|d| d.addresses.as_ref());
    let homeless = placed.fold(addresses.clone(), |rest, behind| rest.subtract(behind));
    known
        .iter()
        .map(|d| (d.iface, d.addresses.as_ref().map_or_else(|| addresses.clone(), |a| a.union(&homeless))))
        .collect()
}

/// A policy made ready for many flows: rules that can match none of them are known.
pub struct Prover<'a> {
    policy: &'a Policy,
    /// A large policy without the rules that no packet of the flows can match: witnesses are replayed through it, since
    /// a hundred passes over a hundred thousand rules would cost more than all the rest.
    essence: Option<Policy>,
    requests: Option<RelevantRules>,
    answers: Option<RelevantRules>,
    /// See [`Replay`].
    leaves_traces: bool,
    /// Do all rules see the destinations that are asked for?
    keeps_destinations: bool,
    bounds: Bounds,
}

impl<'a> Prover<'a> {
    /// Prepares a policy for flows whose servers have these addresses.
    ///
    /// A rule is worth asking about requests when its destinations meet the servers, about answers when its sources
    /// do. Where translations make up destinations that the text does not tell, every rule is worth asking.
    pub fn new(policy: &'a Policy, servers: &IntervalSet) -> Prover<'a> {
        let Some(servers) = with_translated(policy, servers) else { return Prover::of_all_rules(policy) };
        let requests = relevant_rules(policy, Field::Dst, &servers);
        let answers = relevant_rules(policy, Field::Src, &servers);
        let of = |all: &RelevantRules, id| all.get(&id).map_or_else(Rc::default, |rules| Rc::from(rules.as_slice()));
        let kept = |id, _: &Chain| (of(&requests, id), of(&answers, id));
        let essence = (policy.rule_count() > REPLAYED_WHOLE).then(|| essence(policy, kept));
        let leaves_traces = essence.as_ref().unwrap_or(policy).leaves_traces();
        Prover {
            policy,
            essence,
            requests: Some(requests),
            answers: Some(answers),
            leaves_traces,
            keeps_destinations: !changes_destinations(policy),
            bounds: Bounds::default(),
        }
    }

    /// Without preparation: every rule is asked.
    fn of_all_rules(policy: &'a Policy) -> Prover<'a> {
        let leaves_traces = policy.leaves_traces();
        let bounds = Bounds::default();
        Prover {
            policy,
            essence: None,
            requests: None,
            answers: None,
            leaves_traces,
            keeps_destinations: false,
            bounds,
        }
    }

    /// Gives up on conversations whose walk costs more.
    #[must_use]
    pub fn bounded(self, bounds: Bounds) -> Prover<'a> {
        Prover { bounds, ..self }
    }

    /// The family of the policy.
    pub fn family(&self) -> Family {
        self.policy.family
    }

    /// What becomes of the conversations.
    pub fn judge(&self, conversations: &PacketSet) -> Judgement {
        let parts: Vec<Part> = self.courses(conversations).iter().flat_map(Course::parts).collect();
        let narrow = self.narrow_essence(parts.len(), conversations);
        judged(self.policy, self.replay_through(narrow.as_ref()), conversations, parts)
    }

    /// What becomes of the conversations of each flow. Those that differ in nothing but destinations, as the regions of
    /// a service do, are walked together.
    pub fn judge_each(&self, flows: &[PacketSet]) -> Vec<Judgement> {
        let (groups, group_of) = alike_but_destinations(flows);
        let walked: Vec<Option<Together>> = groups.par_iter().map(|group| self.walked_together(group)).collect();
        let judged_one = |(flow, group): (&PacketSet, &usize)| match walked.get(*group) {
            Some(Some(walk)) => judged(self.policy, self.replay_through(walk.essence.as_ref()), flow, walk.parts(flow)),
            _ => self.judge(flow),
        };
        flows.par_iter().zip(&group_of).map(judged_one).collect()
    }

    /// The walk of all conversations of a group; `None` where it is one flow only, or too much for one walk.
    fn walked_together(&self, group: &[&PacketSet]) -> Option<Together> {
        let [first, _, ..] = group else { return None };
        if self.policy.rule_count() > MOST_RULES_TOGETHER {
            return None;
        }
        let cubes = group.iter().flat_map(|flow| flow.cubes()).cloned();
        let all = PacketSet::joined(first.family(), Field::Dst, cubes);
        let bounds = Bounds { cubes: MOST_TOGETHER, ends: MOST_TOGETHER, ..self.bounds };
        let courses = self.courses_within(bounds, &all);
        if courses.iter().any(|course| course.too_complex) {
            return None;
        }
        let mut walk = Together::of(courses);
        walk.essence = self.narrow_essence(walk.part_count().max(group.len()), &all);
        Some(walk)
    }

    /// The rules that packets of some conversations can meet, as a policy of their own: replaying many witnesses through
    /// all the others would take longer than to set these aside.
    fn narrow_essence(&self, witnesses: usize, conversations: &PacketSet) -> Option<Policy> {
        if self.essence.is_none() || !self.keeps_destinations || witnesses < WORTH_NARROWING {
            return None;
        }
        let (requests, answers) = (self.scope(conversations, false), self.scope(conversations, true));
        Some(essence(self.policy, |id, chain| (requests.rules(id, chain), answers.rules(id, chain))))
    }

    fn courses(&self, conversations: &PacketSet) -> Vec<Course> {
        self.courses_within(self.bounds, conversations)
    }

    fn courses_within(&self, bounds: Bounds, conversations: &PacketSet) -> Vec<Course> {
        kinds(self.replay(), conversations).into_iter().map(|kind| self.course(kind, bounds)).collect()
    }

    fn replay(&self) -> Replay<'_> {
        self.replay_through(None)
    }

    /// Rules that match none of the packets change no mark of theirs either.
    fn replay_through<'p>(&'p self, narrow: Option<&'p Policy>) -> Replay<'p> {
        let policy = narrow.or(self.essence.as_ref()).unwrap_or(self.policy);
        Replay { policy, leaves_traces: self.leaves_traces }
    }

    /// What becomes of each conversation by the interfaces that it names: unlike in [`Prover::judge`], pairs of
    /// interfaces are not held against each other.
    pub fn verdicts(&self, conversations: &PacketSet) -> Vec<(Verdict, PacketSet)> {
        let parts = self.courses(conversations).into_iter().flat_map(|course| course.parts());
        parts.map(|part| (part.verdict, part.packets)).collect()
    }

    /// What becomes of the conversations by each pair of interfaces: a partition of the set, in which the verdicts on
    /// several pairs are not joined. No witness of it is replayed.
    pub fn shares(&self, conversations: &PacketSet) -> Shares {
        let mut all = Shares::default();
        for course in self.courses(conversations) {
            all.work = all.work.saturating_add(course.work());
            all.shares.extend(course.parts().into_iter().map(|part| part.share(self.policy)));
        }
        all
    }

    /// The rules that requests of the conversations can meet or, backwards, their answers.
    fn scope(&self, conversations: &PacketSet, backwards: bool) -> Scope<'_> {
        let among = if backwards { &self.answers } else { &self.requests }.as_ref();
        if self.keeps_destinations { Scope::of(among, conversations, backwards) } else { Scope::all(among) }
    }

    fn course(&self, kind: Kind, bounds: Bounds) -> Course {
        let start =
            Piece { set: kind.set.clone(), link: Default::default(), passing: Default::default(), permit: None };
        let mut pieces = vec![start];
        let (requests, answers) = (self.scope(&kind.set, false), self.scope(&kind.set, true));
        let mut course = Course::of(kind.set);
        for packet in kind.packets {
            if !self.policy.answers.asks_rules(packet, kind.proto) {
                continue;
            }
            if course.too_complex {
                break;
            }
            let scope = if packet.is_answer() { &answers } else { &requests };
            let mut walker = Walker::new(self.policy, packet, scope);
            walker.bounds = bounds;
            walker.permits = std::mem::take(&mut course.permits);
            let arrived = pieces.into_iter().flat_map(|p| walker.packet_of(p)).collect();
            pieces = walker.merged(arrived);
            course.take(walker, &pieces);
            course.too_complex |= course.cubes() > bounds.ends;
        }
        course.completed = pieces;
        course.too_complex |= course.cubes() > bounds.ends;
        course
    }
}

/// What becomes of conversations in a policy, without preparation.
pub fn judge(policy: &Policy, conversations: &PacketSet) -> Judgement {
    Prover::of_all_rules(policy).judge(conversations)
}
