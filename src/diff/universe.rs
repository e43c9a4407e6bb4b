//! The interfaces of two policies as one universe: each policy numbers only the names that it mentions.

use crate::policy::{Hook, IfaceId, Interfaces, Policy};
use crate::space::{Cube, Family, Field, IntervalSet, PacketSet};

const SIDES: [Field; 2] = [Field::InIface, Field::OutIface];

/// All names that either of two policies mentions.
#[derive(Debug, Clone)]
pub struct Universe {
    interfaces: Interfaces,
}

/// A policy's own numbers for the interfaces of a universe.
#[derive(Debug, Clone)]
pub struct Numbers {
    family: Family,
    /// The policy's number for each interface of the universe, from [`Interfaces::NONE`] on.
    own: Vec<IfaceId>,
}

impl Universe {
    /// The universe of two policies.
    pub fn of(old: &Policy, new: &Policy) -> Universe {
        let mut interfaces = Interfaces::new();
        for (_, name) in old.interfaces.classes().chain(new.interfaces.classes()) {
            interfaces.add(name);
        }
        Universe { interfaces }
    }

    /// The names.
    pub fn interfaces(&self) -> &Interfaces {
        &self.interfaces
    }

    /// How a policy numbers them. Each interface that the universe tells apart lies in one class of the policy, since
    /// the universe has all of the policy's names and patterns.
    pub fn numbers(&self, policy: &Policy) -> Numbers {
        let named = self.interfaces.classes().map(|(_, name)| policy.interfaces.class_of(name));
        let own = [Interfaces::NONE, Interfaces::OTHER].into_iter().chain(named).collect();
        Numbers { family: policy.family, own }
    }

    /// Every interface.
    pub fn all(&self) -> IntervalSet {
        let last = self.interfaces.classes().map(|(id, _)| id).max().unwrap_or(Interfaces::OTHER);
        IntervalSet::range(Interfaces::OTHER.into(), last.into())
    }

    /// By which interfaces packets can come in, as far as the hook tells.
    pub fn entries(&self, hook: Hook) -> IntervalSet {
        match hook {
            Hook::Forward => self.all(),
            Hook::Output => IntervalSet::single(Interfaces::NONE.into()),
        }
    }
}

impl Numbers {
    /// A set of the universe in the policy's numbers: at least these conversations, and no interface that is not one
    /// with one of them in the eyes of the policy.
    pub fn own(&self, packets: &PacketSet) -> PacketSet {
        let values = |set: &IntervalSet| {
            let inside = self.own.iter().enumerate().filter(|(joint, _)| set.contains(*joint as u128));
            IntervalSet::from_ranges(inside.map(|(_, own)| ((*own).into(), (*own).into())))
        };
        // Two interfaces of the universe may be one to the policy.
        let cubes = packets.cubes().iter().filter_map(|cube| in_each(self.family, cube, values));
        PacketSet::from_cubes(self.family, cubes)
    }

    /// A set in the policy's numbers as one of the universe, exactly.
    pub fn joint(&self, packets: &PacketSet) -> PacketSet {
        packets.mapped(|cube| self.joint_cube(cube))
    }

    /// The same for one cube; `None` where no interface of the universe is meant.
    pub fn joint_cube(&self, cube: &Cube) -> Option<Cube> {
        in_each(self.family, cube, |set| self.joint_values(set))
    }

    /// The policy's number for one interface of the universe.
    pub fn own_id(&self, joint: IfaceId) -> IfaceId {
        self.own.get(joint as usize).copied().unwrap_or(Interfaces::OTHER)
    }

    fn joint_values(&self, own_values: &IntervalSet) -> IntervalSet {
        let inside = self.own.iter().enumerate().filter(|(_, own)| own_values.contains((**own).into()));
        IntervalSet::from_ranges(inside.map(|(joint, _)| (joint as u128, joint as u128)))
    }
}

/// A cube with other values for its interfaces, where it names any.
fn in_each(family: Family, cube: &Cube, values: impl Fn(&IntervalSet) -> IntervalSet) -> Option<Cube> {
    SIDES.iter().try_fold(cube.clone(), |cube, side| match cube.get(*side).map(&values) {
        Some(set) => cube.without(*side).with(family, *side, &set),
        None => Some(cube),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Answers;

    fn policy(names: &[&str]) -> Policy {
        let mut interfaces = Interfaces::new();
        names.iter().for_each(|name| interfaces.add(name));
        Policy {
            family: Family::V4,
            interfaces,
            chains: Vec::new(),
            forward: Vec::new(),
            input: Vec::new(),
            output: Vec::new(),
            hook: Hook::Forward,
            answers: Answers::Filtered,
        }
    }

    fn by(set: &IntervalSet) -> PacketSet {
        PacketSet::full(Family::V4).with(Field::InIface, set)
    }

    #[test]
    fn a_name_is_found_by_its_class_on_the_side_that_does_not_mention_it() {
        let (old, new) = (policy(&["lan", "eth+"]), policy(&["eth1", "lan", "et+"]));
        let universe = Universe::of(&old, &new);
        let (ours, theirs) = (universe.numbers(&old), universe.numbers(&new));
        let joint = |name: &str| IntervalSet::single(universe.interfaces().class_of(name).into());
        let own = |policy: &Policy, name: &str| IntervalSet::single(policy.interfaces.class_of(name).into());
        for name in ["lan", "eth1", "eth7", "etx", "wan"] {
            assert_eq!(ours.own(&by(&joint(name))), by(&own(&old, name)), "{name} in the old one");
            assert_eq!(theirs.own(&by(&joint(name))), by(&own(&new, name)), "{name} in the new one");
        }
        let all_eth = ours.joint(&by(&own(&old, "eth7")));
        assert!(all_eth.overlaps(&by(&joint("eth1"))) && all_eth.overlaps(&by(&joint("eth9"))));
        assert!(!all_eth.overlaps(&by(&joint("etx"))), "the old pattern does not match it");
    }

    #[test]
    fn there_and_back_is_at_least_the_same() {
        let (old, new) = (policy(&["lan", "wan"]), policy(&["dmz"]));
        let universe = Universe::of(&old, &new);
        let numbers = universe.numbers(&new);
        for id in 0..5 {
            let set = by(&IntervalSet::single(id));
            assert!(set.is_subset(&numbers.joint(&numbers.own(&set))), "{id}");
        }
        assert_eq!(universe.all(), IntervalSet::range(1, 4));
    }
}
