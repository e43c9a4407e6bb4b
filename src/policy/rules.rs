//! The rules of a chain: shared by all copies of the chain, and found by the destinations that they are about.

use super::{Action, ChainId, Rule};
use crate::space::{Family, Field, IntervalSet};
use std::collections::HashMap;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

/// A rule whose destinations lie in more blocks than this is taken to be about any.
const MOST_BLOCKS: usize = 64;

/// A list of rules that does not change. A copy is the same list.
#[derive(Debug, Clone, Default)]
pub struct Rules(Arc<Held>);

#[derive(Debug, Default)]
struct Held {
    rules: Vec<Rule>,
    /// Made when it is asked for.
    places: OnceLock<Places>,
}

/// The numbers of rules by the blocks of addresses that their destinations lie in.
#[derive(Debug, Default)]
struct Places {
    /// Rules about any destination, and jumps, which lead to any rule.
    anywhere: Vec<u32>,
    of_block: HashMap<u32, Vec<u32>>,
    /// Where jumps lead.
    targets: Vec<ChainId>,
}

impl Deref for Rules {
    type Target = [Rule];

    fn deref(&self) -> &[Rule] {
        &self.0.rules
    }
}

impl From<Vec<Rule>> for Rules {
    fn from(rules: Vec<Rule>) -> Rules {
        Rules(Arc::new(Held { rules, places: OnceLock::new() }))
    }
}

impl FromIterator<Rule> for Rules {
    fn from_iter<T: IntoIterator<Item = Rule>>(rules: T) -> Rules {
        Rules::from(rules.into_iter().collect::<Vec<_>>())
    }
}

impl<'a> IntoIterator for &'a Rules {
    type Item = &'a Rule;
    type IntoIter = std::slice::Iter<'a, Rule>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl Rules {
    /// Changes the list for this holder alone.
    pub fn change<T>(&mut self, how: impl FnOnce(&mut Vec<Rule>) -> T) -> T {
        let held = Arc::try_unwrap(std::mem::take(&mut self.0));
        let mut rules = held.map_or_else(|shared| shared.rules.clone(), |own| own.rules);
        let told = how(&mut rules);
        *self = Rules::from(rules);
        told
    }

    /// Where jumps lead, in their order.
    pub fn targets(&self) -> &[ChainId] {
        &self.places().targets
    }

    fn places(&self) -> &Places {
        self.0.places.get_or_init(|| Places::of(self))
    }

    /// The numbers of the rules that can have destinations in the same blocks as these, and of all jumps, in order. Few
    /// rules of a large list concern any one flow, and to read them all would take longer than all the rest.
    pub fn about(&self, destinations: &IntervalSet, family: Family) -> Vec<usize> {
        let Some(blocks) = blocks(destinations, family, usize::from(u16::MAX)) else {
            return (0..self.len()).collect();
        };
        let places = self.places();
        let named = blocks.iter().filter_map(|block| places.of_block.get(block)).flatten();
        let mut found: Vec<usize> = places.anywhere.iter().chain(named).map(|at| *at as usize).collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

impl Places {
    fn of(rules: &[Rule]) -> Places {
        let mut places = Places::default();
        // Many rules share the set of a group, whose blocks are looked for once.
        let mut known: HashMap<usize, Option<Vec<u32>>> = HashMap::new();
        for (at, rule) in (0u32..).zip(rules) {
            if let Action::Jump(target) | Action::Goto(target) = rule.action {
                places.targets.push(target);
            }
            let family = rule.matches.packets.family();
            let mut blocks_of = |set: &IntervalSet| match set.identity() {
                Some(id) => known.entry(id).or_insert_with(|| blocks(set, family, MOST_BLOCKS)).clone(),
                None => blocks(set, family, MOST_BLOCKS),
            };
            let cubes = rule.matches.packets.cubes().iter();
            let each: Option<Vec<Vec<u32>>> = match rule.action {
                Action::Jump(_) | Action::Goto(_) => None,
                _ => cubes.map(|cube| cube.get(Field::Dst).and_then(&mut blocks_of)).collect(),
            };
            places.add(at, each.map(|each| each.concat()));
        }
        places
    }

    /// A rule may be entered under one block twice.
    fn add(&mut self, rule: u32, blocks: Option<Vec<u32>>) {
        match blocks {
            Some(blocks) => blocks.into_iter().for_each(|block| self.of_block.entry(block).or_default().push(rule)),
            None => self.anywhere.push(rule),
        }
    }
}

/// The block of an address: its first 16 bits, for IPv6 its first 32. Providers and sites get such blocks.
pub fn block(address: u128, family: Family) -> u32 {
    let shift = if family == Family::V4 { 16 } else { 96 };
    u32::try_from(address >> shift).unwrap_or(u32::MAX)
}

/// The blocks in which addresses lie, in order; `None` where they are more than `most`.
fn blocks(addresses: &IntervalSet, family: Family, most: usize) -> Option<Vec<u32>> {
    let mut found: Vec<u32> = Vec::new();
    for interval in addresses.intervals() {
        let (first, last) = (block(interval.low, family), block(interval.high, family));
        let first = found.last().map_or(first, |seen| first.max(seen.saturating_add(1)));
        if (last.saturating_sub(first) as usize).saturating_add(found.len()) >= most {
            return None;
        }
        found.extend(first..=last);
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Match;
    use crate::source::{Sources, Span};
    use crate::space::{Cube, PacketSet};

    fn rules(destinations: &[Option<(u128, u128)>]) -> Rules {
        let span = Span::of(Sources::new().add("", ""), "", "");
        let rule = |range: &Option<(u128, u128)>| {
            let set = range.map_or(IntervalSet::range(0, u128::MAX), |(low, high)| IntervalSet::range(low, high));
            let packets = PacketSet::from_cubes(Family::V4, Cube::full().with(Family::V4, Field::Dst, &set));
            Rule { matches: Match::exactly(packets), action: Action::Accept, span }
        };
        destinations.iter().map(rule).collect()
    }

    #[test]
    fn rules_are_found_by_the_blocks_of_their_destinations() {
        let near = Some((0x0a01_0001, 0x0a01_0002));
        let far = Some((0xc000_0201, 0xc000_0201));
        let wide = Some((0x0a00_0000, 0x0aff_ffff));
        let rules = rules(&[far, near, None, wide, Some((0x0a00_ffff, 0x0a01_0000))]);
        let about = |address| rules.about(&IntervalSet::single(address), Family::V4);
        assert_eq!(about(0x0a01_ffff), [1, 2, 3, 4]);
        assert_eq!(about(0xc000_0000), [0, 2, 3]);
        assert_eq!(about(0x0a00_0000), [2, 3, 4]);
        assert_eq!(rules.about(&IntervalSet::range(0, u32::MAX.into()), Family::V4).len(), rules.len());
    }

    #[test]
    fn intervals_in_one_block_give_it_once() {
        let set = IntervalSet::from_ranges([(1, 1), (3, 3), (0x1_0000, 0x3_0000), (0x3_0005, 0x3_0005)]);
        assert_eq!(blocks(&set, Family::V4, 10), Some(vec![0, 1, 2, 3]));
        assert_eq!(blocks(&set, Family::V4, 3), None);
        assert_eq!(blocks(&IntervalSet::range(0, u128::MAX), Family::V6, 9), None);
    }
}
