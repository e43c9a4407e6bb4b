//! What a set holds, as a union of products of addresses, ports and interfaces.
//!
//! Of networks the longest that holds an address decides, and may be an exception (`nomatch`). Of two networks the
//! first has precedence (ipset(8), "hash:net,net"). In hash:net,iface the longest network that is in the set with any
//! interface hides the shorter ones (kernel-checked).

use super::element::{Block, Iface};
use super::kind::Part;
use super::paint::{Stroke, painted};
use super::store::{Change, Effect, Set};
use crate::policy::{TCP, UDP};
use crate::space::IntervalSet;
use std::collections::{BTreeMap, HashMap};

/// The most products that a set may be made of; above, only a bound of it is used.
const MAX_REGIONS: usize = 1024;
/// Steps of work on one set; above, only a bound of it is used.
const MAX_WORK: usize = 4_000_000;

/// Which of its elements a set is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum View {
    /// Those that are in it.
    Listed,
    /// Its exceptions (`--return-nomatch`).
    Exceptions,
}

/// Ports of protocols, in ascending order of the protocols.
pub(super) type PortSets = Vec<(u8, IntervalSet)>;

/// A product; what is missing is not asked.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(super) struct Region {
    pub ports: Option<PortSets>,
    pub patch: Patch,
}

/// The part of a product beside the ports.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(super) struct Patch {
    pub first: Option<IntervalSet>,
    pub second: Option<IntervalSet>,
    pub iface: Option<Iface>,
}

/// What a set holds: exactly, or at most, when there is a reason why not exactly.
#[derive(Debug, Default)]
pub(super) struct Contents {
    pub regions: Vec<Region>,
    /// The mark that all its elements ask for.
    pub mark: Option<u32>,
    pub open: Option<String>,
}

/// Why only a bound is known.
type Vague = &'static str;

/// Settles what a set holds.
pub(super) fn contents(set: &Set, view: View) -> Contents {
    if let Some(why) = &set.unknown {
        return Contents { regions: vec![Region::default()], mark: None, open: Some(why.clone()) };
    }
    let mut marks: Vec<u32> = set.changes.iter().filter_map(|c| c.element.mark).collect();
    marks.sort_unstable();
    marks.dedup();
    let vague = match () {
        () if set.ifaces().is_none() => Some("it names too many interfaces"),
        () if set.kind.has(Part::Mac) => Some("the hardware addresses of clients are not known"),
        () if marks.len() > 1 => Some("it asks for several marks"),
        () => None,
    };
    match vague.map_or_else(|| regions(set, view), Err) {
        Ok(regions) => Contents { regions, mark: marks.first().copied(), open: None },
        Err(why) => Contents { regions: vec![bound(set)], mark: None, open: Some(why.to_owned()) },
    }
}

/// All addresses that the set names: it holds no others.
fn bound(set: &Set) -> Region {
    let of = |block: fn(&Change) -> Option<Block>| {
        let blocks: Option<Vec<Block>> = set.changes.iter().map(block).collect();
        blocks.map(|all| IntervalSet::from_ranges(all.into_iter().map(|b| (b.low, b.high))))
    };
    let patch = Patch { first: of(|c| c.element.first), second: of(|c| c.element.second), iface: None };
    Region { ports: None, patch }
}

fn regions(set: &Set, view: View) -> Result<Vec<Region>, Vague> {
    // Elements of one area are joined, whatever their ports.
    let mut areas: HashMap<Vec<Patch>, PortRanges> = HashMap::new();
    for (proto, ports, changes) in by_port(set)? {
        let area = area(set, &changes, view)?;
        if !area.is_empty() {
            areas.entry(area).or_default().entry(proto).or_default().push(ports);
        }
        if areas.len() > MAX_REGIONS {
            return Err(TOO_MANY);
        }
    }
    let mut regions = Vec::new();
    for (area, ports) in areas {
        let ports = port_sets(set, ports);
        regions.extend(area.into_iter().map(|patch| Region { ports: ports.clone(), patch }));
    }
    if regions.len() > MAX_REGIONS { Err(TOO_MANY) } else { Ok(regions) }
}

const TOO_MANY: Vague = "it is made of too many different parts";

/// Ranges of ports by protocol.
type PortRanges = BTreeMap<u8, Vec<(u128, u128)>>;

fn port_sets(set: &Set, ports: PortRanges) -> Option<PortSets> {
    let mut sets: PortSets = ports.into_iter().map(|(proto, all)| (proto, IntervalSet::from_ranges(all))).collect();
    if set.kind.has(Part::PlainPort) {
        sets = sets.iter().flat_map(|(_, all)| [(TCP, all.clone()), (UDP, all.clone())]).collect();
    }
    (set.kind.has(Part::Port) || set.kind.has(Part::PlainPort)).then_some(sets)
}

type AtPort<'s> = (u8, (u128, u128), Vec<&'s Change>);

/// The changes that concern each port: ports that no change tells apart are one range.
fn by_port(set: &Set) -> Result<Vec<AtPort<'_>>, Vague> {
    if !set.changes.iter().any(|c| c.element.ports.is_some()) {
        return Ok(vec![(0, (0, 0), set.changes.iter().collect())]);
    }
    let mut protos: BTreeMap<u8, Vec<(u128, u128, &Change)>> = BTreeMap::new();
    for change in &set.changes {
        if let Some(ports) = change.element.ports {
            protos.entry(ports.proto).or_default().push((ports.low.into(), ports.high.into(), change));
        }
    }
    let mut out = Vec::new();
    for (proto, changes) in protos {
        out.extend(atoms(&changes)?.into_iter().map(|(ports, changes)| (proto, ports, changes)));
    }
    Ok(out)
}

/// A range with the changes that are about it, in their order.
type Atom<'s> = ((u128, u128), Vec<&'s Change>);

/// Cuts ranges at each other's ends, so that the same changes are about all members of a piece.
fn atoms<'s>(ranges: &[(u128, u128, &'s Change)]) -> Result<Vec<Atom<'s>>, Vague> {
    let mut cuts: Vec<u128> = ranges.iter().map(|r| r.0).collect();
    cuts.extend(ranges.iter().filter_map(|r| r.1.checked_add(1)));
    cuts.sort_unstable();
    cuts.dedup();
    let mut held: Vec<Vec<&Change>> = vec![Vec::new(); cuts.len()];
    let mut work = 0;
    for (low, high, change) in ranges {
        let first = cuts.partition_point(|cut| cut < low);
        let last = cuts.partition_point(|cut| cut <= high);
        work += last - first;
        if work > MAX_WORK {
            return Err(TOO_MANY);
        }
        held.get_mut(first..last).unwrap_or(&mut []).iter_mut().for_each(|piece| piece.push(change));
    }
    let ends = cuts.iter().skip(1).map(|next| next - 1).chain([u128::MAX]);
    let pieces = cuts.iter().copied().zip(ends).zip(held);
    Ok(pieces.filter(|(_, changes)| !changes.is_empty()).collect())
}

/// What the set holds at one port.
fn area(set: &Set, changes: &[&Change], view: View) -> Result<Vec<Patch>, Vague> {
    let parts: Vec<Part> = set.kind.addresses().filter_map(|at| set.kind.parts.get(at)).copied().collect();
    match parts.as_slice() {
        [] => Ok(if present(changes) { vec![Patch::default()] } else { Vec::new() }),
        [_] if set.kind.has(Part::Iface) => by_iface(changes, view),
        [Part::Net] => Ok(alone(painted(networks(changes, |e| (e.first, None), view)?))),
        [_] => Ok(alone(painted(addresses(changes)))),
        [first, ..] => pairs(changes, *first == Part::Net, view),
    }
}

/// Is the last change one that adds? For elements that are told apart by their ports only.
fn present(changes: &[&Change]) -> bool {
    changes.last().is_some_and(|c| c.effect != Effect::Delete)
}

fn alone(first: IntervalSet) -> Vec<Patch> {
    if first.is_empty() { Vec::new() } else { vec![Patch { first: Some(first), ..Patch::default() }] }
}

/// Each address is an element: its last change decides.
fn addresses(changes: &[&Change]) -> Vec<Stroke> {
    let stroke = |(rank, change): (usize, &&Change)| {
        let block = change.element.first?;
        let keep = change.effect != Effect::Delete;
        Some(Stroke { low: block.low, high: block.high, rank: rank as u64, keep })
    };
    changes.iter().enumerate().filter_map(stroke).collect()
}

type Networks = (Option<Block>, Option<Block>);

/// The elements that are left once all changes are made, each with whether it is an exception.
fn settled<K: std::hash::Hash + Eq>(
    changes: &[&Change],
    key: impl Fn(&Change) -> K,
) -> Result<HashMap<K, Effect>, Vague> {
    let mut left = HashMap::with_capacity(changes.len());
    for change in changes {
        let before = left.insert(key(change), change.effect);
        let differs = before.is_some_and(|b| b != Effect::Delete && b != change.effect);
        if differs && change.effect != Effect::Delete && !change.exist {
            return Err("an entry of it is added twice, with and without `nomatch`");
        }
    }
    left.retain(|_, effect| *effect != Effect::Delete);
    Ok(left)
}

/// Networks as strokes: the longer the stronger, and the first of two before the second.
fn networks(
    changes: &[&Change],
    of: fn(&super::element::Element) -> Networks,
    view: View,
) -> Result<Vec<Stroke>, Vague> {
    let left = settled(changes, |c| of(&c.element))?;
    let stroke = |((last, before), effect): (Networks, Effect)| {
        let last = last?;
        let rank = u64::from(before.map_or(0, |b| b.length)) << 8 | u64::from(last.length);
        Some(Stroke { low: last.low, high: last.high, rank, keep: is_seen(effect, view) })
    };
    Ok(left.into_iter().filter_map(stroke).collect())
}

fn is_seen(effect: Effect, view: View) -> bool {
    match view {
        View::Listed => effect == Effect::Add,
        View::Exceptions => effect == Effect::Nomatch,
    }
}

/// Two addresses: for each piece of the first ones, what is left of the second ones.
fn pairs(changes: &[&Change], first_net: bool, view: View) -> Result<Vec<Patch>, Vague> {
    let ranges = changes.iter().filter_map(|c| c.element.first.map(|b| (b.low, b.high, *c)));
    let mut joined: HashMap<IntervalSet, Vec<(u128, u128)>> = HashMap::new();
    for (first, changes) in atoms(&ranges.collect::<Vec<_>>())? {
        // Where the first part is a plain address, an element is one address of its range.
        let of: fn(&super::element::Element) -> Networks =
            if first_net { |e| (e.second, e.first) } else { |e| (e.second, None) };
        let second = painted(networks(&changes, of, view)?);
        if !second.is_empty() {
            joined.entry(second).or_default().push(first);
        }
    }
    let patch =
        |(second, first)| Patch { first: Some(IntervalSet::from_ranges(first)), second: Some(second), iface: None };
    Ok(joined.into_iter().map(patch).collect())
}

/// Networks with interfaces.
fn by_iface(changes: &[&Change], view: View) -> Result<Vec<Patch>, Vague> {
    let left = settled(changes, |c| (c.element.first, c.element.iface.clone()))?;
    // Ports of bridges are never met by routed packets, and stand apart in the hash; where they lie over other
    // networks nothing is promised.
    let (bridged, left): (Vec<_>, Vec<_>) =
        left.into_iter().filter_map(|((b, i), e)| Some((b?, i?, e))).partition(|(_, iface, _)| iface.physdev);
    let all = IntervalSet::from_ranges(left.iter().map(|(b, _, _)| (b.low, b.high)));
    if bridged.iter().any(|(b, _, _)| all.overlaps(&IntervalSet::range(b.low, b.high))) {
        return Err("networks with a port of a bridge lie over others");
    }
    let mut blocks: HashMap<Block, Vec<(&Iface, Effect)>> = HashMap::new();
    for (block, iface, effect) in &left {
        blocks.entry(*block).or_default().push((iface, *effect));
    }
    let mut ifaces: Vec<&Iface> = left.iter().map(|(_, iface, _)| iface).collect();
    ifaces.sort_unstable_by(|a, b| (&a.name, a.wildcard).cmp(&(&b.name, b.wildcard)));
    ifaces.dedup();
    if ifaces.len() * blocks.len() > MAX_WORK {
        return Err(TOO_MANY);
    }
    let contradicts = |all: &Vec<(&Iface, Effect)>| {
        all.iter().any(|(a, e)| a.wildcard && all.iter().any(|(b, f)| e != f && b.name.starts_with(&*a.name)))
    };
    if blocks.values().any(contradicts) {
        return Err("a network is in it and is an exception, by two names of an interface");
    }
    let mut patches = Vec::new();
    for iface in ifaces {
        let seen = |(at, effect): &(&Iface, Effect)| *at == iface && is_seen(*effect, view);
        let stroke = |(block, all): (&Block, &Vec<(&Iface, Effect)>)| Stroke {
            low: block.low,
            high: block.high,
            rank: block.length.into(),
            keep: all.iter().any(seen),
        };
        let first = painted(blocks.iter().map(stroke).collect());
        if !first.is_empty() {
            patches.push(Patch { first: Some(first), second: None, iface: Some(iface.clone()) });
        }
    }
    Ok(patches)
}
