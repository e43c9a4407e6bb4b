//! From a requirement to its conversations, and from conversations to a judgement.

use super::combine::{Part, judged};
use super::kind::{Kind, kinds};
use super::piece::{CONVERSATION_FIELDS, Decided, Doubt, Ended, Fate, Piece};
use super::relevance::{REPLAYED_WHOLE, essence, relevant_rules, with_translated};
use super::walk::{Bounds, RULE_WORK, RelevantRules, Walker};
use super::{Judgement, Shares, Verdict};
use crate::policy::{Condition, Doorway, ICMP, ICMPV6, IfaceId, Leg, Policy, TCP, Topology, UDP};
use crate::requirement::Requirement;
use crate::space::{Cube, Family, Field, IntervalSet, PacketSet};
use ipnet::IpNet;

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
    let mut all = PacketSet::empty(policy.family);
    for (_, exit, part) in by_pairs(&wanted, topology, site) {
        all.add_all(&part.with(Field::OutIface, &single(exit)));
    }
    all.coalesced(&[Field::OutIface, Field::InIface])
}

/// The pairs of interfaces that conversations of a set may use at a site.
pub fn pairs(wanted: &PacketSet, topology: &Topology, site: &Site) -> Vec<(IfaceId, IfaceId)> {
    by_pairs(wanted, topology, site).into_iter().filter(|p| !p.2.is_empty()).map(|p| (p.0, p.1)).collect()
}

/// A set by pairs of interfaces: those named, else those that the topology has for its addresses.
fn by_pairs(wanted: &PacketSet, topology: &Topology, site: &Site) -> Vec<(IfaceId, IfaceId, PacketSet)> {
    let both_named = !site.in_ifaces.is_empty() && !site.out_ifaces.is_empty();
    let hairpin = topology.hairpin || both_named;
    let entries = doorways(&topology.entries, &site.in_ifaces, &wanted.values(Field::Src));
    let exits = doorways(&topology.exits, &site.out_ifaces, &wanted.values(Field::Dst));
    let steering = if site.out_ifaces.is_empty() { topology.steering.as_slice() } else { &[] };
    let mut pairs = Vec::new();
    for (entry, sources) in &entries {
        let mut rest = wanted.clone().with(Field::Src, sources).with(Field::InIface, &single(*entry));
        for steered in steering {
            let part = rest.intersect(&steered.packets);
            if steered.sure {
                rest = rest.subtract(&part);
            }
            pairs.push((*entry, steered.exit, part));
        }
        pairs.extend(exits.iter().map(|(exit, to)| (*entry, *exit, rest.clone().with(Field::Dst, to))));
    }
    pairs.retain(|(entry, exit, _)| hairpin || entry != exit);
    pairs
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
    bounds: Bounds,
}

impl<'a> Prover<'a> {
    /// Prepares a policy for flows whose servers have these addresses.
    ///
    /// A rule is worth asking about requests when its destinations meet the servers, about answers when its sources
    /// do. Where translations make up destinations that the text does not tell, every rule is worth asking.
    pub fn new(policy: &'a Policy, servers: &IntervalSet) -> Prover<'a> {
        let Some(servers) = with_translated(policy, servers) else {
            return Prover::unprepared(policy);
        };
        let requests = relevant_rules(policy, Field::Dst, &servers);
        let answers = relevant_rules(policy, Field::Src, &servers);
        let essence = (policy.rule_count() > REPLAYED_WHOLE).then(|| essence(policy, &requests, &answers));
        Prover { essence, requests: Some(requests), answers: Some(answers), ..Prover::unprepared(policy) }
    }

    fn unprepared(policy: &'a Policy) -> Prover<'a> {
        Prover { policy, essence: None, requests: None, answers: None, bounds: Bounds::default() }
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
        let mut parts = Vec::new();
        for kind in kinds(self.policy, conversations) {
            parts.extend(self.course(kind).parts());
        }
        judged(self.policy, self.essence.as_ref().unwrap_or(self.policy), conversations, parts)
    }

    /// What becomes of the conversations by each pair of interfaces: a partition of the set, in which the verdicts on
    /// several pairs are not joined. No witness of it is replayed.
    pub fn shares(&self, conversations: &PacketSet) -> Shares {
        let mut all = Shares::default();
        for course in kinds(self.policy, conversations).into_iter().map(|kind| self.course(kind)) {
            all.work = all.work.saturating_add(course.work());
            all.shares.extend(course.parts().into_iter().map(|part| part.share(self.policy)));
        }
        all
    }

    fn course(&self, kind: Kind) -> Course {
        let start =
            Piece { set: kind.set.clone(), link: Default::default(), passing: Default::default(), permit: None };
        let mut pieces = vec![start];
        let mut course = Course { whole: kind.set, ..Course::default_for(self.policy.family) };
        for packet in kind.packets {
            if !self.policy.answers.asks_rules(packet, kind.proto) {
                continue;
            }
            if course.too_complex {
                break;
            }
            let mut walker = Walker::new(self.policy, packet);
            walker.bounds = self.bounds;
            walker.relevant = if packet.is_answer() { self.answers.as_ref() } else { self.requests.as_ref() };
            walker.permits = std::mem::take(&mut course.permits);
            let arrived = pieces.into_iter().flat_map(|p| walker.packet_of(p)).collect();
            pieces = walker.merged(arrived);
            course.take(walker, &pieces);
        }
        course.completed = pieces;
        course.too_complex |= course.cubes() > self.bounds.ends;
        course
    }
}

/// What becomes of conversations in a policy, without preparation.
pub fn judge(policy: &Policy, conversations: &PacketSet) -> Judgement {
    Prover::unprepared(policy).judge(conversations)
}

/// All that was met on the way of one kind of conversations.
struct Course {
    whole: PacketSet,
    ended: Vec<Ended>,
    doubts: Vec<Doubt>,
    permits: Vec<Decided>,
    /// Pieces whose first packet arrived.
    opened: Option<Vec<Piece>>,
    /// Pieces all of whose packets arrived.
    completed: Vec<Piece>,
    too_complex: bool,
    /// How many cubes were held against rules.
    walked: usize,
}

/// The sets that the law of verdicts speaks of.
struct Ways {
    denied: PacketSet,
    elsewhere: PacketSet,
    onward: PacketSet,
    unknown: PacketSet,
}

impl Course {
    fn default_for(family: Family) -> Course {
        Course {
            whole: PacketSet::empty(family),
            ended: Vec::new(),
            doubts: Vec::new(),
            permits: Vec::new(),
            opened: None,
            completed: Vec::new(),
            too_complex: false,
            walked: 0,
        }
    }

    fn take(&mut self, walker: Walker<'_>, arrived: &[Piece]) {
        self.ended.extend(walker.ended);
        self.doubts.extend(walker.doubts);
        self.permits = walker.permits;
        self.too_complex |= walker.too_complex;
        self.walked = self.walked.saturating_add(walker.work);
        self.opened.get_or_insert_with(|| arrived.to_vec());
    }

    /// What it costs: cubes held against rules, and against each other by the law.
    fn work(&self) -> usize {
        let cubes = if self.too_complex { 0 } else { self.cubes() };
        self.walked.saturating_mul(RULE_WORK).saturating_add(cubes.saturating_mul(cubes))
    }

    /// How many cubes the law will have to look at.
    fn cubes(&self) -> usize {
        let ended = self.ended.iter().map(|ended| &ended.set).chain(self.doubts.iter().map(|doubt| &doubt.set));
        let arrived = self.completed.iter().chain(self.opened.iter().flatten()).map(|piece| &piece.set);
        ended.chain(arrived).map(|set| set.cubes().len()).sum()
    }

    /// The law of verdicts, on sets: a conversation has a verdict when no other end is possible for it.
    fn parts(&self) -> Vec<Part> {
        if self.too_complex {
            return vec![Part::too_complex(self.whole.clone())];
        }
        let opening = self.ways(self.opened.as_deref().unwrap_or_default(), true);
        let all = self.ways(&self.completed, false);
        let surely_denied =
            opening.denied.subtract(&opening.elsewhere).subtract(&opening.onward).subtract(&opening.unknown);
        let intercepted =
            opening.elsewhere.subtract(&opening.denied).subtract(&opening.onward).subtract(&opening.unknown);
        let rest = self.whole.subtract(&surely_denied).subtract(&intercepted);
        let lost = rest.subtract(&all.elsewhere).subtract(&all.onward).subtract(&all.unknown);
        let permitted = rest.subtract(&all.elsewhere).subtract(&all.denied).subtract(&all.unknown);
        let undecided = rest.subtract(&lost).subtract(&permitted);
        let mut parts = Vec::new();
        parts.extend(self.denials(surely_denied, true));
        parts.extend(self.interceptions(intercepted));
        parts.extend(self.denials(lost, false));
        parts.extend(self.permits(permitted));
        parts.extend(self.doubtful(undecided));
        parts
    }

    /// Where conversations may end: on the opening packet only, or on any.
    fn ways(&self, arrived: &[Piece], opening_only: bool) -> Ways {
        let family = self.whole.family();
        let empty = || PacketSet::empty(family);
        let mut ways = Ways { denied: empty(), elsewhere: empty(), onward: empty(), unknown: empty() };
        for piece in arrived {
            let place =
                if piece.link.local || piece.link.moves_destination() { &mut ways.elsewhere } else { &mut ways.onward };
            place.add_all(&piece.set);
        }
        for ended in self.ended.iter().filter(|e| !opening_only || e.leg == Leg::Opening) {
            let opening = ended.leg == Leg::Opening;
            match ended.fate {
                Fate::Denied(_) => ways.denied.add_all(&ended.set),
                Fate::Diverted if opening => ways.elsewhere.add_all(&ended.set),
                Fate::Diverted | Fate::Unknown => ways.unknown.add_all(&ended.set),
            }
        }
        ways
    }

    fn denials(&self, mut region: PacketSet, opening: bool) -> Vec<Part> {
        let mut parts = Vec::new();
        // A rule that perhaps denies is not to blame where another surely does.
        let doubted = |e: &&Ended| self.doubts.iter().any(|d| d.by.rule == e.by.rule && d.leg == e.leg);
        let of_leg = |e: &&Ended| (e.leg == Leg::Opening) == opening;
        let (perhaps, surely): (Vec<&Ended>, Vec<&Ended>) = self.ended.iter().filter(of_leg).partition(doubted);
        for ended in surely.into_iter().chain(perhaps) {
            let Fate::Denied(denial) = ended.fate else { continue };
            if let Some(packets) = take_part(&mut region, &ended.set) {
                let mut part = Part::new(Verdict::Denied, packets, ended.leg, &ended.by);
                part.denial = Some(denial);
                parts.push(part);
            }
        }
        parts
    }

    fn interceptions(&self, mut region: PacketSet) -> Vec<Part> {
        let leg = Leg::Opening;
        let mut parts = Vec::new();
        for piece in self.opened.iter().flatten() {
            let Some(packets) = take_part(&mut region, &piece.set) else { continue };
            let by = piece.link.translated_by.clone().unwrap_or_else(Decided::nowhere);
            parts.push(Part::new(Verdict::Intercepted, packets, leg, &by));
        }
        for ended in self.ended.iter().filter(|e| e.fate == Fate::Diverted && e.leg == leg) {
            if let Some(packets) = take_part(&mut region, &ended.set) {
                parts.push(Part::new(Verdict::Intercepted, packets, leg, &ended.by));
            }
        }
        parts
    }

    fn permits(&self, mut region: PacketSet) -> Vec<Part> {
        let mut parts = Vec::new();
        for piece in &self.completed {
            let Some(packets) = take_part(&mut region, &piece.set) else { continue };
            let by = piece.permit.and_then(|p| self.permits.get(p)).cloned();
            let by = by.unwrap_or_else(Decided::nowhere);
            parts.push(Part::new(Verdict::Permitted, packets, Leg::Opening, &by));
        }
        parts
    }

    fn doubtful(&self, mut region: PacketSet) -> Vec<Part> {
        let mut parts = Vec::new();
        for doubt in &self.doubts {
            let Some(packets) = take_part(&mut region, &doubt.set) else { continue };
            let mut part = Part::new(Verdict::Undecided, packets, doubt.leg, &doubt.by);
            part.because = self.conditions_about(&part.packets);
            parts.push(part);
        }
        for ended in &self.ended {
            if let Some(packets) = take_part(&mut region, &ended.set) {
                parts.push(Part::new(Verdict::Undecided, packets, ended.leg, &ended.by));
            }
        }
        // A later packet can be translated though the first was not (tracking saw it first): no end that we know.
        for piece in &self.completed {
            let Some(packets) = take_part(&mut region, &piece.set) else { continue };
            let by = piece.link.translated_by.clone().unwrap_or_else(Decided::nowhere);
            parts.push(Part::new(Verdict::Undecided, packets, Leg::Later, &by));
        }
        parts
    }

    fn conditions_about(&self, packets: &PacketSet) -> Vec<Condition> {
        let mut conditions: Vec<Condition> = Vec::new();
        for doubt in self.doubts.iter().filter(|d| d.set.overlaps(packets)) {
            for condition in &doubt.conditions {
                if !conditions.contains(condition) {
                    conditions.push(condition.clone());
                }
            }
        }
        conditions
    }
}

/// Takes the packets of `set` out of the region; `None` when there are none.
fn take_part(region: &mut PacketSet, set: &PacketSet) -> Option<PacketSet> {
    let part = region.intersect(set);
    if part.is_empty() {
        return None;
    }
    *region = region.subtract(set);
    Some(part.coalesced(&CONVERSATION_FIELDS))
}
