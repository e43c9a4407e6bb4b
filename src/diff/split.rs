//! Products that are too large to be compared at once, in halves: each half meets fewer rules.

use crate::policy::Policy;
use crate::space::{Cube, Family, Field, IntervalSet};

/// Addresses at which rules begin or end to match, in order.
pub(super) struct Borders {
    family: Family,
    of: [(Field, Vec<u128>); 2],
}

impl Borders {
    /// The borders of the rules of both sides.
    pub fn of(old: &Policy, new: &Policy) -> Borders {
        let of = [Field::Dst, Field::Src].map(|field| (field, borders(&[old, new], field)));
        Borders { family: old.family, of }
    }

    /// Two halves of a product, with about as many rules each; `None` when no rule parts its addresses.
    pub fn halves(&self, cube: &Cube) -> Option<[Cube; 2]> {
        self.of.iter().find_map(|(field, borders)| {
            let values = cube.values(self.family, *field);
            let inside: Vec<u128> = borders.iter().copied().filter(|at| parts(&values, *at)).collect();
            let middle = *inside.get(inside.len() / 2)?;
            let below = cube.clone().with(self.family, *field, &IntervalSet::range(0, middle - 1))?;
            let above = IntervalSet::range(middle, (*field).max(self.family));
            Some([below, cube.clone().with(self.family, *field, &above)?])
        })
    }
}

/// Are there values on both sides of a border?
fn parts(values: &IntervalSet, at: u128) -> bool {
    let (first, last) = (values.lowest(), values.intervals().last().map(|interval| interval.high));
    first.is_some_and(|first| first < at) && last.is_some_and(|last| at <= last)
}

fn borders(policies: &[&Policy], field: Field) -> Vec<u128> {
    let rules = policies.iter().flat_map(|policy| &policy.chains).flat_map(|chain| &chain.rules);
    let sets = rules.flat_map(|rule| rule.matches.packets.cubes()).filter_map(|cube| cube.get(field));
    let mut all: Vec<u128> =
        sets.flat_map(|set| set.intervals()).flat_map(|i| [i.low, i.high.saturating_add(1)]).collect();
    all.sort_unstable();
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_part_a_product_at_a_border() {
        let cube = Cube::full().with(Family::V4, Field::Dst, &IntervalSet::range(10, 90)).unwrap();
        let borders =
            Borders { family: Family::V4, of: [(Field::Dst, vec![5, 10, 20, 40, 95]), (Field::Src, vec![0])] };
        let [below, above] = borders.halves(&cube).unwrap();
        let values = |cube: &Cube| cube.values(Family::V4, Field::Dst);
        assert_eq!((values(&below), values(&above)), (IntervalSet::range(10, 39), IntervalSet::range(40, 90)));
        assert!(borders.halves(&above).is_none());
    }
}
