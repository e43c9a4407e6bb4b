//! Unions of disjoint cubes.

use super::{Cube, Family, Field, IntervalSet, Packet};
use foldhash::{HashMap, HashMapExt, HashSet};

/// An exact set of packets of one family.
///
/// INVARIANT: the cubes are non-empty and pairwise disjoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PacketSet {
    family: Family,
    cubes: Vec<Cube>,
}

impl PacketSet {
    /// No packet.
    pub fn empty(family: Family) -> PacketSet {
        PacketSet { family, cubes: Vec::new() }
    }

    /// Every packet of the family.
    pub fn full(family: Family) -> PacketSet {
        PacketSet { family, cubes: vec![Cube::full()] }
    }

    /// The union of cubes that may overlap.
    pub fn from_cubes(family: Family, cubes: impl IntoIterator<Item = Cube>) -> PacketSet {
        let mut set = PacketSet::empty(family);
        for cube in cubes {
            set.add(cube);
        }
        set
    }

    /// The union of cubes of which many are alike in all fields but one.
    pub fn joined(family: Family, field: Field, cubes: impl IntoIterator<Item = Cube>) -> PacketSet {
        PacketSet::from_cubes(family, join_along(family, field, cubes.into_iter().collect()))
    }

    /// The packets of one cube.
    pub fn of(family: Family, cube: Cube) -> PacketSet {
        PacketSet { family, cubes: vec![cube] }
    }

    /// The family.
    pub fn family(&self) -> Family {
        self.family
    }

    /// The disjoint cubes.
    pub fn cubes(&self) -> &[Cube] {
        &self.cubes
    }

    /// No packet in it?
    pub fn is_empty(&self) -> bool {
        self.cubes.is_empty()
    }

    /// Is the packet in it?
    pub fn contains(&self, packet: &Packet) -> bool {
        self.cubes.iter().any(|c| c.contains(packet))
    }

    /// Is there a common packet?
    pub fn overlaps(&self, other: &PacketSet) -> bool {
        self.cubes.iter().any(|a| other.cubes.iter().any(|b| a.overlaps(b)))
    }

    /// Adds the packets of a cube.
    pub fn add(&mut self, cube: Cube) {
        if self.cubes.is_empty() {
            self.cubes = vec![cube];
            return;
        }
        let mut new = vec![cube];
        for old in &self.cubes {
            new = subtract_from_all(self.family, &new, old);
        }
        self.cubes.extend(new);
    }

    /// Adds the packets of another set.
    pub fn add_all(&mut self, other: &PacketSet) {
        if self.is_empty() {
            self.cubes.clone_from(&other.cubes);
        } else {
            self.cubes.extend(other.subtract(self).cubes);
        }
    }

    /// Adds the packets of another set that has none in common with this one, as the caller knows.
    pub fn add_apart(&mut self, other: &PacketSet) {
        self.cubes.extend_from_slice(&other.cubes);
    }

    /// Packets of either.
    #[must_use]
    pub fn union(&self, other: &PacketSet) -> PacketSet {
        let mut all = self.clone();
        all.add_all(other);
        all
    }

    /// Packets of both.
    #[must_use]
    pub fn intersect(&self, other: &PacketSet) -> PacketSet {
        let pairs = self.cubes.iter().flat_map(|a| other.cubes.iter().filter_map(|b| a.intersect(b)));
        PacketSet { family: self.family, cubes: pairs.collect() }
    }

    /// Packets of this set that are not in `other`.
    #[must_use]
    pub fn subtract(&self, other: &PacketSet) -> PacketSet {
        self.subtract_cubes(&other.cubes)
    }

    /// Packets of this set that are in none of the cubes, which may overlap each other.
    #[must_use]
    pub fn subtract_cubes(&self, others: &[Cube]) -> PacketSet {
        let mut cubes = self.cubes.clone();
        for other in others {
            if cubes.iter().any(|c| c.overlaps(other)) {
                cubes = subtract_from_all(self.family, &cubes, other);
            }
        }
        PacketSet { family: self.family, cubes }
    }

    /// Is every packet of this set in `other`?
    pub fn is_subset(&self, other: &PacketSet) -> bool {
        self.subtract(other).is_empty()
    }

    /// The packets whose `field` is in `values`.
    #[must_use]
    pub fn with(self, field: Field, values: &IntervalSet) -> PacketSet {
        let family = self.family;
        PacketSet { family, cubes: self.cubes.into_iter().filter_map(|c| c.with(family, field, values)).collect() }
    }

    /// All packets that differ from one of this set at most in the named fields.
    #[must_use]
    pub fn forget(&self, fields: &[Field]) -> PacketSet {
        let free = |cube: &Cube| fields.iter().fold(cube.clone(), |c, f| c.without(*f));
        PacketSet::from_cubes(self.family, unique(self.cubes.iter().map(free)))
    }

    /// All packets that agree with one of this set in the named fields.
    #[must_use]
    pub fn projected(&self, fields: &[Field]) -> PacketSet {
        let freed = |cube: &Cube| {
            let beside = cube.dims().iter().map(|dim| dim.0).filter(|field| !fields.contains(field));
            beside.fold(cube.clone(), Cube::without)
        };
        PacketSet::from_cubes(self.family, unique(self.cubes.iter().map(freed)))
    }

    /// Each cube made into another one, or left out, by a function that keeps apart what was apart (else the result would
    /// hold packets twice).
    #[must_use]
    pub fn mapped(&self, made: impl Fn(&Cube) -> Option<Cube>) -> PacketSet {
        PacketSet { family: self.family, cubes: self.cubes.iter().filter_map(made).collect() }
    }

    /// The set in parts whose cubes agree in all but these fields, in the order of the first cubes.
    pub fn alike_but(&self, fields: &[Field]) -> Vec<PacketSet> {
        let mut parts: Vec<PacketSet> = Vec::new();
        let mut places: HashMap<Cube, usize> = HashMap::new();
        for cube in &self.cubes {
            let beside = fields.iter().fold(cube.clone(), |rest, field| rest.without(*field));
            let place = *places.entry(beside).or_insert(parts.len());
            match parts.get_mut(place) {
                Some(part) => part.cubes.push(cube.clone()),
                None => parts.push(PacketSet::of(self.family, cube.clone())),
            }
        }
        parts
    }

    /// All values that a field takes in the set.
    pub fn values(&self, field: Field) -> IntervalSet {
        let any = IntervalSet::range(0, field.max(self.family));
        IntervalSet::union_of(self.cubes.iter().map(|c| c.get(field).unwrap_or(&any)))
    }

    /// Some packet of the set.
    pub fn witness(&self) -> Option<Packet> {
        self.cubes.first().map(Cube::witness)
    }

    /// The same set with fewer cubes: those that differ in one field only are joined, field by field.
    #[must_use]
    pub fn coalesced(mut self, fields: &[Field]) -> PacketSet {
        for field in fields {
            // Cubes that are alike in this field differ in another one, since they are disjoint.
            let (first, others) = match self.cubes.as_slice() {
                [first, others @ ..] if !others.is_empty() => (first.get(*field), others),
                _ => break,
            };
            if others.iter().any(|cube| cube.get(*field) != first) {
                self.cubes = join_along(self.family, *field, self.cubes);
            }
        }
        self
    }
}

fn subtract_from_all(family: Family, cubes: &[Cube], hole: &Cube) -> Vec<Cube> {
    let mut out = Vec::with_capacity(cubes.len() + 2);
    for cube in cubes {
        cube.subtract_into(family, hole, &mut out);
    }
    out
}

/// Each cube once, in the order of the first ones.
fn unique(cubes: impl Iterator<Item = Cube>) -> Vec<Cube> {
    let mut known: HashSet<Cube> = HashSet::default();
    cubes.filter(|cube| known.insert(cube.clone())).collect()
}

fn join_along(family: Family, field: Field, cubes: Vec<Cube>) -> Vec<Cube> {
    let mut order: Vec<(Cube, Vec<IntervalSet>)> = Vec::with_capacity(cubes.len());
    let mut places: HashMap<Cube, usize> = HashMap::with_capacity(cubes.len());
    for cube in cubes {
        let values = cube.values(family, field);
        let rest = cube.without(field);
        let place = *places.entry(rest.clone()).or_insert(order.len());
        match order.get_mut(place) {
            Some(slot) => slot.1.push(values),
            None => order.push((rest, vec![values])),
        }
    }
    order.into_iter().filter_map(|(rest, values)| rest.with(family, field, &IntervalSet::union_of(&values))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FIELDS: [Field; 3] = [Field::Src, Field::Proto, Field::DstPort];
    const TOP: u128 = 5;

    fn small_cube() -> impl Strategy<Value = Option<Cube>> {
        let range = || proptest::option::of((0..TOP, 0..3u128));
        [range(), range(), range()].prop_map(|dims| {
            FIELDS.iter().zip(dims).try_fold(Cube::full(), |cube, (field, range)| match range {
                None => Some(cube),
                Some((low, len)) => cube.with(Family::V4, *field, &IntervalSet::range(low, low + len)),
            })
        })
    }

    fn small_set() -> impl Strategy<Value = PacketSet> {
        proptest::collection::vec(small_cube(), 0..5)
            .prop_map(|cubes| PacketSet::from_cubes(Family::V4, cubes.into_iter().flatten()))
    }

    /// Every packet of a small grid that reaches past all bounds used above.
    fn grid() -> impl Iterator<Item = Packet> {
        let axis = || 0..TOP + 4;
        axis().flat_map(move |a| axis().flat_map(move |b| axis().map(move |c| (a, b, c)))).map(|(a, b, c)| {
            let mut packet = Packet::zero();
            for (field, value) in FIELDS.iter().zip([a, b, c]) {
                packet.set(*field, value);
            }
            packet
        })
    }

    fn same(set: &PacketSet, keep: impl Fn(&Packet) -> bool) -> bool {
        grid().all(|p| set.contains(&p) == keep(&p))
    }

    fn disjoint(set: &PacketSet) -> bool {
        let cubes = set.cubes();
        cubes.iter().enumerate().all(|(i, a)| cubes[i + 1..].iter().all(|b| !a.overlaps(b)))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn operations_agree_with_membership_and_stay_disjoint(a in small_set(), b in small_set()) {
            let union = a.union(&b);
            prop_assert!(same(&union, |p| a.contains(p) || b.contains(p)) && disjoint(&union));
            let both = a.intersect(&b);
            prop_assert!(same(&both, |p| a.contains(p) && b.contains(p)) && disjoint(&both));
            let rest = a.subtract(&b);
            prop_assert!(same(&rest, |p| a.contains(p) && !b.contains(p)) && disjoint(&rest));
            prop_assert_eq!(a.overlaps(&b), !both.is_empty());
            prop_assert_eq!(a.is_subset(&b), rest.is_empty());
        }

        #[test]
        fn coalescing_and_forgetting_keep_their_meaning(a in small_set()) {
            let joined = a.clone().coalesced(&FIELDS);
            prop_assert!(same(&joined, |p| a.contains(p)) && disjoint(&joined));
            prop_assert!(joined.cubes().len() <= a.cubes().len());
            let free = a.forget(&[Field::Proto]);
            prop_assert!(disjoint(&free));
            prop_assert!(grid().all(|p| !a.contains(&p) || free.contains(&p)));
            prop_assert!(free.values(Field::Proto).is_full(255) || free.is_empty());
        }

        #[test]
        fn parts_that_are_alike_but_for_a_field_make_up_the_set(a in small_set()) {
            let parts = a.alike_but(&[Field::Proto]);
            prop_assert_eq!(parts.iter().map(|part| part.cubes().len()).sum::<usize>(), a.cubes().len());
            let beside = |part: &PacketSet| part.cubes().iter().map(|c| c.clone().without(Field::Proto)).collect::<Vec<_>>();
            prop_assert!(parts.iter().map(beside).all(|all| all.iter().all(|one| *one == all[0])));
            let again = parts.iter().fold(PacketSet::empty(Family::V4), |sum, part| sum.union(part));
            prop_assert!(again.is_subset(&a) && a.is_subset(&again));
        }

        #[test]
        fn a_witness_is_a_member(a in small_set()) {
            prop_assert_eq!(a.witness().is_some(), !a.is_empty());
            prop_assert!(a.witness().is_none_or(|p| a.contains(&p)));
        }
    }
}
