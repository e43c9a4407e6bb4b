//! Permits that lost packets nearly got: rules that match them but are not reached, or that ask for something else in
//! one field only. A second pass over all rules, for flows that are denied.

mod close;

use super::{Judgement, Prover, Verdict};
use crate::policy::{Action, Chain, ChainId, CtState, Hook, Leg, Policy, Rule, RuleRef, SYN, Stage, TCP, states};
use crate::space::{Cube, Field, IntervalSet, PacketSet};
use foldhash::{HashSet, HashSetExt};

/// The most rules that one search holds against the lost packets; above, what was found so far counts.
const MAX_STEPS: usize = 200_000;
/// The most permits that one search gives.
const MAX_FOUND: usize = 500;

/// Where a permit stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// The packets are shown to it, or would be but for the miss or an earlier rule.
    OnTheWay,
    /// The packets are shown to it, but it does nothing: it is switched off, or its time has not come or is over.
    Asleep,
    /// Its chain is asked about packets on another way, or may only take away what another permits.
    OtherWay,
    /// No packet comes to its chain.
    Nowhere,
}

/// The one thing in which a rule and the packets differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Miss {
    /// The rule that asks for it: the permit, or a jump that leads to it.
    pub at: RuleRef,
    /// The field.
    pub field: Field,
    /// What the rule asks for.
    pub has: IntervalSet,
    /// What the packets have.
    pub needs: IntervalSet,
}

/// A permit that lost packets nearly got.
#[derive(Debug, Clone)]
pub struct NearPermit {
    /// The permit.
    pub permit: RuleRef,
    /// Where it stands.
    pub reach: Reach,
    /// In what it differs; nothing where it matches as it stands.
    pub miss: Option<Miss>,
    /// The conversations that it would take, by their first packets.
    pub packets: PacketSet,
}

/// The permits near to conversations of one protocol whose packet of the leg is denied, and that were meant for such
/// packets by what they name. Only rules are looked at whose matches the text decides.
pub fn near_permits(policy: &Policy, lost: &PacketSet, leg: Leg) -> Vec<NearPermit> {
    let mut search = Search::new(policy, leg, true);
    let packets = seen(lost, leg);
    let permits = |stage: &&Stage| matches!(stage, Stage::Filter { permit: true, .. });
    let way = way(policy, leg);
    let on_the_way = reachable(policy, way.iter().filter(permits));
    let other_ways = reachable(policy, policy.forward.iter().chain(&policy.input).chain(&policy.output));
    for chain in permitting(way) {
        search.from(chain, &packets);
    }
    for chain in (0..policy.chains.len()).map(ChainId).filter(|id| !on_the_way.contains(id)) {
        let reach = if other_ways.contains(&chain) { Reach::OtherWay } else { Reach::Nowhere };
        search.alone(chain, reach, &packets);
    }
    search.found
}

/// The permits on the way of conversations whose first packet is denied that match some of these packets as they stand:
/// what [`near_permits`] says of them, without its search for those that miss.
pub fn late_permits(policy: &Policy, lost: &PacketSet) -> Vec<NearPermit> {
    let mut search = Search::new(policy, Leg::Opening, false);
    let packets = seen(lost, Leg::Opening);
    for chain in permitting(way(policy, Leg::Opening)) {
        search.from(chain, &packets);
    }
    search.found.retain(|near| near.reach == Reach::OnTheWay);
    search.found
}

/// The stages that packets of a leg pass.
fn way(policy: &Policy, leg: Leg) -> &[Stage] {
    match (policy.hook, leg) {
        (Hook::Forward, _) => &policy.forward,
        (Hook::Output, Leg::Answer) => &policy.input,
        (Hook::Output, _) => &policy.output,
    }
}

/// Would the conversations get past this leg if the rule asked for what they have?
pub fn would_mend(policy: &Policy, near: &NearPermit, leg: Leg) -> bool {
    let Some(miss) = &near.miss else { return false };
    let mut mended = policy.clone();
    let Some(chain) = mended.chains.get_mut(miss.at.chain.0) else { return false };
    let family = policy.family;
    let wider = |cube: &Cube| match cube.get(miss.field) {
        Some(has) => cube.clone().without(miss.field).with(family, miss.field, &has.union(&miss.needs)),
        None => Some(cube.clone()),
    };
    chain.rules.change(|rules| {
        if let Some(rule) = rules.get_mut(miss.at.rule) {
            let cubes: Vec<Cube> = rule.matches.packets.cubes().iter().filter_map(wider).collect();
            rule.matches.packets = PacketSet::from_cubes(family, cubes);
        }
    });
    let judgement = Prover::new(&mended, &near.packets.values(Field::Dst)).judge(&near.packets);
    gets_past(&judgement, leg)
}

fn gets_past(judgement: &Judgement, leg: Leg) -> bool {
    judgement.blocks.iter().all(|block| match block.verdict {
        Verdict::Permitted => true,
        Verdict::Denied => block.leg > leg,
        _ => false,
    })
}

/// The chains whose acceptance counts as the permit.
fn permitting<'s>(stages: impl IntoIterator<Item = &'s Stage>) -> impl Iterator<Item = ChainId> {
    stages.into_iter().filter_map(|stage| match stage {
        Stage::Filter { chain, permit: true, .. } => Some(*chain),
        _ => None,
    })
}

/// All chains that jumps lead to from the stages.
fn reachable<'s>(policy: &Policy, stages: impl IntoIterator<Item = &'s Stage>) -> HashSet<ChainId> {
    let mut open: Vec<ChainId> = stages
        .into_iter()
        .filter_map(|stage| match stage {
            Stage::Filter { chain, .. } | Stage::Translate { chain: Some(chain), .. } => Some(*chain),
            _ => None,
        })
        .collect();
    let mut all = HashSet::new();
    while let Some(id) = open.pop() {
        if all.insert(id) {
            open.extend(policy.chain(id).into_iter().flat_map(|chain| chain.rules.targets()));
        }
    }
    all
}

fn target(action: &Action) -> Option<ChainId> {
    match action {
        Action::Jump(target) | Action::Goto(target) => Some(*target),
        _ => None,
    }
}

/// The packets of the leg as rules see them, without translations.
fn seen(lost: &PacketSet, leg: Leg) -> PacketSet {
    if leg == Leg::Answer {
        let established = states::of(CtState::Established);
        return answers(lost).with(Field::State, &established).with(Field::Direction, &IntervalSet::single(1));
    }
    let state = if leg == Leg::Opening { CtState::New } else { CtState::Established };
    let all = lost.clone().with(Field::State, &states::of(state)).with(Field::Direction, &IntervalSet::single(0));
    let opens_tcp = leg == Leg::Opening && lost.values(Field::Proto).only() == Some(TCP.into());
    if opens_tcp { all.with(Field::TcpFlags, &IntervalSet::single(SYN.into())) } else { all }
}

/// Both ends exchanged; twice is once forth and once back.
fn answers(set: &PacketSet) -> PacketSet {
    const ENDS: [(Field, Field); 3] =
        [(Field::InIface, Field::OutIface), (Field::Src, Field::Dst), (Field::SrcPort, Field::DstPort)];
    let family = set.family();
    let exchanged = |cube: &Cube| {
        let mut out = Cube::full().with(family, Field::Proto, &cube.values(family, Field::Proto))?;
        for (one, other) in ENDS {
            out = out.with(family, one, &cube.values(family, other))?;
            out = out.with(family, other, &cube.values(family, one))?;
        }
        Some(out)
    };
    PacketSet::from_cubes(family, set.cubes().iter().filter_map(exchanged))
}

struct Search<'p> {
    policy: &'p Policy,
    leg: Leg,
    /// Are rules of interest that differ from the packets in one field?
    misses: bool,
    steps: usize,
    found: Vec<NearPermit>,
    /// Chains with the miss on the way there.
    visited: HashSet<Visit>,
}

/// A chain, the miss on the way there, and the packets that come.
type Visit = (ChainId, Option<(RuleRef, Field)>, Vec<Cube>);

impl<'p> Search<'p> {
    fn new(policy: &'p Policy, leg: Leg, misses: bool) -> Search<'p> {
        Search { policy, leg, misses, steps: 0, found: Vec::new(), visited: HashSet::new() }
    }

    /// Follows jumps from a base chain, with at most one miss on the whole way.
    fn from(&mut self, start: ChainId, packets: &PacketSet) {
        let mut todo = vec![(start, None::<Miss>, packets.clone())];
        while let Some((id, missed, packets)) = todo.pop() {
            if !self.visited.insert((id, missed.as_ref().map(|m| (m.at, m.field)), packets.cubes().to_vec())) {
                continue;
            }
            let Some(chain) = self.policy.chain(id) else { continue };
            let outline = outline(&packets);
            for index in self.candidates(chain, &packets) {
                let Some(rule) = chain.rules.get(index) else { continue };
                let next = target(&rule.action);
                let asleep = rule.action == Action::Continue;
                if next.is_none() && !asleep && rule.action != Action::Accept {
                    continue;
                }
                let at = RuleRef { chain: id, rule: index };
                let Some(differs) = self.look(rule, &packets, &outline) else { continue };
                if differs.is_some() && (asleep || missed.is_some()) || asleep && missed.is_some() {
                    continue;
                }
                let miss = missed.clone().or_else(|| differs.map(|field| miss(at, rule, field, &packets)));
                match next {
                    Some(next) => todo.push((next, miss, common(rule, differs, &packets))),
                    None if asleep => self.found(at, rule, Reach::Asleep, None, differs, &packets),
                    None => self.found(at, rule, Reach::OnTheWay, miss, differs, &packets),
                }
            }
        }
    }

    /// The rules that can have been meant for the packets: of those that miss their destinations only such as name others
    /// of the same block, see `close`. What is meant for answers is told by other fields.
    fn candidates(&self, chain: &Chain, packets: &PacketSet) -> Vec<usize> {
        match self.leg {
            Leg::Opening => chain.rules.about(&packets.values(Field::Dst), packets.family()),
            _ => (0..chain.rules.len()).collect(),
        }
    }

    /// The rules of a chain that the packets do not come to: what matches them as it stands.
    fn alone(&mut self, id: ChainId, reach: Reach, packets: &PacketSet) {
        let Some(chain) = self.policy.chain(id) else { return };
        let permits = |i: &usize| chain.rules.get(*i).is_some_and(|r| r.action == Action::Accept);
        let outline = outline(packets);
        for index in self.candidates(chain, packets).into_iter().filter(permits) {
            let Some(rule) = chain.rules.get(index) else { continue };
            if self.look(rule, packets, &outline) == Some(None) {
                self.found(RuleRef { chain: id, rule: index }, rule, reach, None, None, packets);
            }
        }
    }

    /// Keeps a permit that was meant for such packets, with those that it would take but for the field in which it
    /// differs.
    fn found(
        &mut self,
        permit: RuleRef,
        rule: &Rule,
        reach: Reach,
        miss: Option<Miss>,
        differs: Option<Field>,
        packets: &PacketSet,
    ) {
        const OF_A_CONVERSATION: [Field; 7] =
            [Field::InIface, Field::OutIface, Field::Src, Field::Dst, Field::Proto, Field::SrcPort, Field::DstPort];
        if self.found.len() >= MAX_FOUND || !close::is_meant(rule, miss.as_ref(), self.leg) {
            return;
        }
        let packets = common(rule, differs, packets);
        let first = if self.leg == Leg::Answer { answers(&packets) } else { packets };
        let icmp = if self.leg == Leg::Opening { vec![Field::Icmp] } else { Vec::new() };
        let fields = [&OF_A_CONVERSATION[..], &icmp].concat();
        self.found.push(NearPermit { permit, reach, miss, packets: first.projected(&fields) });
    }

    /// The one field in which a rule differs from the packets that it comes nearest to, `Some(None)` where it matches
    /// some; nothing where it differs in more, or where the text leaves open what it matches.
    fn look(&mut self, rule: &Rule, packets: &PacketSet, outline: &Cube) -> Option<Option<Field>> {
        self.steps += 1;
        if self.steps > MAX_STEPS || !rule.matches.opaque.is_empty() || !rule.matches.marks.is_empty() {
            return None;
        }
        let mut first = None;
        for mine in rule.matches.packets.cubes().iter().filter(|mine| one_miss(mine, outline).is_some()) {
            for theirs in packets.cubes() {
                match one_miss(mine, theirs) {
                    // A match is better than a miss, and the first miss better than one in another field.
                    Some(None) => return Some(None),
                    Some(differs) if self.misses => first = first.or(differs),
                    _ => {}
                }
            }
        }
        first.map(Some)
    }
}

/// A cube that holds all packets of a set: what differs from it in two fields does so from each of them.
fn outline(packets: &PacketSet) -> Cube {
    let (first, others) = match packets.cubes() {
        [] => return Cube::full(),
        [only] => return only.clone(),
        [first, others @ ..] => (first, others),
    };
    let family = packets.family();
    let beside = first.dims().iter().filter(|(field, _)| others.iter().all(|cube| cube.get(*field).is_some()));
    beside.fold(Cube::full(), |outline, (field, _)| {
        outline.clone().with(family, *field, &packets.values(*field)).unwrap_or(outline)
    })
}

/// The packets that the rule would take if it did not ask for a field.
fn common(rule: &Rule, differs: Option<Field>, packets: &PacketSet) -> PacketSet {
    let mut all = PacketSet::empty(packets.family());
    for mine in rule.matches.packets.cubes() {
        all.add_all(&packets.intersect(&PacketSet::of(packets.family(), free(mine, differs))));
    }
    all
}

fn free(cube: &Cube, field: Option<Field>) -> Cube {
    field.map_or_else(|| cube.clone(), |field| cube.clone().without(field))
}

/// What a rule that differs in one field asks for, and what the packets have.
fn miss(at: RuleRef, rule: &Rule, field: Field, packets: &PacketSet) -> Miss {
    let family = packets.family();
    let (mut has, mut needs) = (Vec::new(), Vec::new());
    for mine in rule.matches.packets.cubes() {
        let free = free(mine, Some(field));
        let near: Vec<&Cube> = packets.cubes().iter().filter(|theirs| theirs.overlaps(&free)).collect();
        if !near.is_empty() {
            has.push(mine.values(family, field));
        }
        needs.extend(near.iter().map(|theirs| theirs.values(family, field)));
    }
    Miss { at, field, has: IntervalSet::union_of(&has), needs: IntervalSet::union_of(&needs) }
}

/// `None` where two cubes differ in more than one field, else the field in which they do.
fn one_miss(mine: &Cube, theirs: &Cube) -> Option<Option<Field>> {
    let differs = |(field, set): &&(Field, IntervalSet)| theirs.get(*field).is_some_and(|other| !other.overlaps(set));
    let mut missed = mine.dims().iter().filter(differs).map(|dim| dim.0);
    let first = missed.next();
    if missed.next().is_some() { None } else { Some(first) }
}

#[cfg(test)]
mod tests;
