//! Was a permit meant for packets that it does not match? Otherwise every rule of a firewall misses in some field.

use super::Miss;
use crate::policy::{CtState, Leg, Rule, states};
use crate::space::{Family, Field, IntervalSet};

/// A rule names addresses when it asks for at most one part in so many of all.
const NAMED_PART: u128 = 256;
/// A rule names ports when it asks for at most so many.
const NAMED_PORTS: u128 = 256;

/// Was the rule made for packets such as these?
pub(super) fn is_meant(rule: &Rule, miss: Option<&Miss>, leg: Leg) -> bool {
    if leg != Leg::Opening {
        return is_meant_for_answers(rule);
    }
    let destination = names(rule, Field::Dst);
    let ports = names(rule, Field::DstPort);
    match miss.map(|m| (m.field, m)) {
        None | Some((Field::DstPort, _)) => destination,
        Some((Field::Dst, miss)) => ports && are_neighbours(rule, miss),
        Some((Field::Src, miss)) => destination || ports && are_neighbours(rule, miss),
        Some((Field::InIface | Field::OutIface, _)) => destination || ports,
        Some(_) => destination,
    }
}

/// A rule for established connections only, or one that names where the answers come from.
fn is_meant_for_answers(rule: &Rule) -> bool {
    let new = states::of(CtState::New);
    let cubes = rule.matches.packets.cubes();
    let after = cubes.iter().all(|cube| cube.get(Field::State).is_some_and(|states| !states.overlaps(&new)));
    after || names(rule, Field::Src)
}

fn names(rule: &Rule, field: Field) -> bool {
    let packets = &rule.matches.packets;
    let most = match field {
        Field::DstPort | Field::SrcPort => NAMED_PORTS,
        _ => packets.family().max_address() / NAMED_PART + 1,
    };
    let cubes = packets.cubes();
    !cubes.is_empty() && cubes.iter().all(|cube| cube.get(field).is_some_and(|set| count(set) <= most))
}

fn count(set: &IntervalSet) -> u128 {
    set.intervals().iter().fold(0, |sum, i| sum.saturating_add((i.high - i.low).saturating_add(1)))
}

/// Do two sets of addresses lie in one block of the size that providers and sites get: /16, for IPv6 /32?
fn are_neighbours(rule: &Rule, miss: &Miss) -> bool {
    let family = rule.matches.packets.family();
    let host_bits = if family == Family::V4 { 16 } else { 96 };
    let blocks = |set: &IntervalSet| {
        IntervalSet::from_ranges(set.intervals().iter().map(|i| (i.low >> host_bits, i.high >> host_bits)))
    };
    count(&miss.has) <= family.max_address() / NAMED_PART && blocks(&miss.has).overlaps(&blocks(&miss.needs))
}
