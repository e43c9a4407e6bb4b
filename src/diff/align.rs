//! Which rules two policies have in common, in the same order: only packets that meet another rule can fare otherwise.

use super::universe::{Numbers, Universe};
use crate::policy::{Action, Chain, ChainId, Policy, Rule, SYN, Stage, TCP};
use crate::space::Cube;
use std::collections::{BTreeSet, HashMap};

/// A rule as far as two policies can be compared: interfaces in joint numbers, chains by name, places left out.
type Key = (Vec<Option<Cube>>, String);

/// The rules that stand on one side only or elsewhere in their chain; `None` when more than rules changed: stages, the
/// end of a chain, how answers pass.
pub(super) fn changed_rules<'p>(old: &'p Policy, new: &'p Policy, universe: &Universe) -> Option<Changed<'p>> {
    // By which packets a conversation is judged depends on whether there are rules that leave marks behind.
    let judged = |policy: &Policy| policy.packets(TCP, SYN, 0);
    let same_course = old.answers == new.answers && old.hook == new.hook && judged(old) == judged(new);
    let (ours, theirs) = (by_name(old)?, by_name(new)?);
    if !same_course || course(old) != course(new) {
        return None;
    }
    let numbers = (universe.numbers(old), universe.numbers(new));
    let mut changed = Changed::default();
    for (name, (_, before)) in &ours {
        // A chain of one side only is reached by jumps of that side only, which count as changed.
        let Some((_, after)) = theirs.get(name) else { continue };
        if before.end != after.end {
            return None;
        }
        let (before, after) = (keyed(old, before, &numbers.0), keyed(new, after, &numbers.1));
        let common =
            common(&before.iter().map(|r| &r.0).collect::<Vec<_>>(), &after.iter().map(|r| &r.0).collect::<Vec<_>>());
        let in_old: BTreeSet<usize> = common.iter().map(|pair| pair.0).collect();
        let in_new: BTreeSet<usize> = common.iter().map(|pair| pair.1).collect();
        changed.old.extend(left_out(&before, &in_old));
        changed.new.extend(left_out(&after, &in_new));
    }
    Some(changed)
}

/// The rules of each side that the other does not have at that place.
#[derive(Default)]
pub(super) struct Changed<'p> {
    pub old: Vec<&'p Rule>,
    pub new: Vec<&'p Rule>,
}

fn left_out<'p>(rules: &[(Key, &'p Rule)], common: &BTreeSet<usize>) -> Vec<&'p Rule> {
    rules.iter().enumerate().filter(|(at, _)| !common.contains(at)).map(|(_, (_, rule))| *rule).collect()
}

/// The chains by name; `None` when two of them have the same.
fn by_name(policy: &Policy) -> Option<HashMap<&str, (ChainId, &Chain)>> {
    let named = policy.chains.iter().enumerate().map(|(id, chain)| (chain.name.as_str(), (ChainId(id), chain)));
    let all: HashMap<_, _> = named.collect();
    (all.len() == policy.chains.len()).then_some(all)
}

fn chain_name(policy: &Policy, id: ChainId) -> &str {
    policy.chain(id).map_or("", |chain| chain.name.as_str())
}

/// The stages of all ways, with chains by name.
fn course(policy: &Policy) -> Vec<String> {
    let stage = |stage: &Stage| match *stage {
        Stage::Filter { chain, sees, permit } => format!("filter {sees:?} {permit} {}", chain_name(policy, chain)),
        Stage::Translate { chain, sees, destination } => {
            let name = chain.map(|chain| chain_name(policy, chain));
            format!("translate {sees:?} {destination} {name:?}")
        }
        Stage::Track | Stage::Route | Stage::Reroute | Stage::Loopback => format!("{stage:?}"),
    };
    let ways = [("forward", &policy.forward), ("input", &policy.input), ("output", &policy.output)];
    ways.iter().flat_map(|(name, way)| std::iter::once((*name).to_owned()).chain(way.iter().map(stage))).collect()
}

/// Rules that do nothing cannot change anything.
fn keyed<'p>(policy: &Policy, chain: &'p Chain, numbers: &Numbers) -> Vec<(Key, &'p Rule)> {
    let effective = chain.rules.iter().filter(|rule| rule.action != Action::Continue);
    effective.map(|rule| (key(policy, rule, numbers), rule)).collect()
}

fn key(policy: &Policy, rule: &Rule, numbers: &Numbers) -> Key {
    let cubes = rule.matches.packets.cubes().iter().map(|cube| numbers.joint_cube(cube)).collect();
    let action = match &rule.action {
        Action::Jump(target) => format!("jump {}", chain_name(policy, *target)),
        Action::Goto(target) => format!("goto {}", chain_name(policy, *target)),
        other => format!("{other:?}"),
    };
    let opaque: Vec<&str> = rule.matches.opaque.iter().map(|condition| condition.text.as_str()).collect();
    (cubes, format!("{action} {:?} {opaque:?}", rule.matches.marks))
}

/// Positions of a common subsequence of two lists, in order: the longest one if the first of several equal items is
/// paired with the first, the second with the second and so on.
fn common<K: Eq + std::hash::Hash>(old: &[K], new: &[K]) -> Vec<(usize, usize)> {
    let mut places: HashMap<(&K, usize), usize> = HashMap::new();
    for (at, item) in numbered(old).into_iter().enumerate() {
        places.insert(item, at);
    }
    let pairs = numbered(new).into_iter().enumerate();
    let pairs: Vec<(usize, usize)> = pairs.filter_map(|(at, item)| Some((*places.get(&item)?, at))).collect();
    longest_increasing(&pairs)
}

/// Each item with how often it stood before.
fn numbered<K: Eq + std::hash::Hash>(items: &[K]) -> Vec<(&K, usize)> {
    let mut seen: HashMap<&K, usize> = HashMap::new();
    let number = |item| {
        let count = seen.entry(item).or_insert(0);
        *count += 1;
        (item, *count)
    };
    items.iter().map(number).collect()
}

/// The longest run of pairs, not necessarily neighbours, in which the first places rise (patience sorting).
fn longest_increasing(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut tops: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    let first = |at: usize| pairs.get(at).map_or(0, |pair| pair.0);
    for (at, pair) in pairs.iter().enumerate() {
        let pile = tops.partition_point(|top| first(*top) < pair.0);
        before.push(pile.checked_sub(1).and_then(|left| tops.get(left).copied()));
        match tops.get_mut(pile) {
            Some(top) => *top = at,
            None => tops.push(at),
        }
    }
    let mut chosen = Vec::with_capacity(tops.len());
    let mut next = tops.last().copied();
    while let Some(at) = next {
        chosen.extend(pairs.get(at));
        next = before.get(at).copied().flatten();
    }
    chosen.reverse();
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_common_part_is_a_subsequence_of_both() {
        let find = |old: &str, new: &str| {
            let (old, new): (Vec<char>, Vec<char>) = (old.chars().collect(), new.chars().collect());
            let pairs = common(&old, &new);
            assert!(pairs.windows(2).all(|w| w[0].0 < w[1].0 && w[0].1 < w[1].1), "{pairs:?}");
            pairs.iter().map(|(a, b)| (old[*a], new[*b])).inspect(|(a, b)| assert_eq!(a, b)).count()
        };
        assert_eq!(find("abcdef", "abcdef"), 6);
        assert_eq!(find("abcdef", "abxcdf"), 5);
        assert_eq!(find("abcdef", "fabcde"), 5, "what moved counts as changed");
        assert_eq!(find("aabb", "ab"), 2);
        assert_eq!(find("", "ab") + find("xyz", ""), 0);
    }
}
