//! Sets of unsigned integers as sorted, disjoint, non-adjacent intervals.

use std::hash::{Hash, Hasher};
use std::iter::{Chain, Copied};
use std::ops::Deref;
use std::sync::Arc;
use std::{option, slice};

/// All integers from `low` to `high`, both included. INVARIANT: `low <= high`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Interval {
    /// First member.
    pub low: u128,
    /// Last member.
    pub high: u128,
}

/// A set of integers.
///
/// INVARIANT: the intervals are sorted, disjoint and not adjacent, so equal sets have equal representations.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IntervalSet(Repr);

/// Two machine words: a rule base holds millions of sets.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Repr {
    /// One range of numbers below 2^32, as nearly all sets are, or none at all, as [`EMPTY`]; needs no allocation, and no
    /// count of holders that cores would have to share.
    Small { low: u32, high: u32 },
    /// All others.
    Many(Arc<[Interval]>),
}

impl Hash for Repr {
    /// Of a set of hundreds of ranges a few tell enough, and sets are hashed more often than they are made.
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Repr::Small { low, high } => (low, high).hash(state),
            Repr::Many(many) => {
                many.len().hash(state);
                [many.first(), many.get(many.len() / 2), many.last()].hash(state);
            }
        }
    }
}

/// The set without members; no other range ends before it begins.
const EMPTY: IntervalSet = IntervalSet(Repr::Small { low: 1, high: 0 });

/// The intervals of a set in ascending order.
pub struct Intervals<'a>(Held<'a>);

enum Held<'a> {
    One([Interval; 1]),
    Many(&'a [Interval]),
}

impl Deref for Intervals<'_> {
    type Target = [Interval];

    fn deref(&self) -> &[Interval] {
        match &self.0 {
            Held::One(one) => one,
            Held::Many(many) => many,
        }
    }
}

impl<'a> IntoIterator for Intervals<'a> {
    type Item = Interval;
    type IntoIter = Chain<option::IntoIter<Interval>, Copied<slice::Iter<'a, Interval>>>;

    fn into_iter(self) -> Self::IntoIter {
        let (one, many): (_, &[Interval]) = match self.0 {
            Held::One([one]) => (Some(one), &[]),
            Held::Many(many) => (None, many),
        };
        one.into_iter().chain(many.iter().copied())
    }
}

impl IntervalSet {
    /// The set without members.
    pub fn empty() -> IntervalSet {
        EMPTY
    }

    /// One integer.
    pub fn single(value: u128) -> IntervalSet {
        IntervalSet::range(value, value)
    }

    /// All integers from `low` to `high`, both included; empty when `low > high`.
    pub fn range(low: u128, high: u128) -> IntervalSet {
        match (u32::try_from(low), u32::try_from(high)) {
            _ if low > high => IntervalSet::empty(),
            (Ok(low), Ok(high)) => IntervalSet(Repr::Small { low, high }),
            _ => IntervalSet(Repr::Many(Arc::from([Interval { low, high }]))),
        }
    }

    /// The union of ranges in any order, overlapping or not.
    pub fn from_ranges(ranges: impl IntoIterator<Item = (u128, u128)>) -> IntervalSet {
        let mut all: Vec<Interval> =
            ranges.into_iter().filter(|r| r.0 <= r.1).map(|(low, high)| Interval { low, high }).collect();
        all.sort_unstable();
        IntervalSet::from_sorted(all)
    }

    /// The intervals in ascending order.
    pub fn intervals(&self) -> Intervals<'_> {
        Intervals(match &self.0 {
            Repr::Small { low, high } if low > high => Held::Many(&[]),
            Repr::Small { low, high } => Held::One([Interval { low: (*low).into(), high: (*high).into() }]),
            Repr::Many(many) => Held::Many(many),
        })
    }

    /// A number that sets share which are one in memory; `None` for a single small range and for the empty set.
    pub fn identity(&self) -> Option<usize> {
        match &self.0 {
            Repr::Small { .. } => None,
            Repr::Many(many) => Some(many.as_ptr() as usize),
        }
    }

    /// No members?
    pub fn is_empty(&self) -> bool {
        *self == EMPTY
    }

    /// All of `0..=max`?
    pub fn is_full(&self, max: u128) -> bool {
        matches!(&*self.intervals(), [Interval { low: 0, high }] if *high >= max)
    }

    /// The only member, if there is exactly one.
    pub fn only(&self) -> Option<u128> {
        match &*self.intervals() {
            [Interval { low, high }] if low == high => Some(*low),
            _ => None,
        }
    }

    /// The lowest member.
    pub fn lowest(&self) -> Option<u128> {
        self.intervals().first().map(|i| i.low)
    }

    /// Is `value` a member?
    pub fn contains(&self, value: u128) -> bool {
        if let Repr::Small { low, high } = self.0 {
            return u128::from(low) <= value && value <= u128::from(high);
        }
        let all = self.intervals();
        let after = all.partition_point(|i| i.low <= value);
        after > 0 && all.get(after - 1).is_some_and(|i| value <= i.high)
    }

    /// Members of both.
    #[must_use]
    pub fn intersect(&self, other: &IntervalSet) -> IntervalSet {
        if let (Repr::Small { low: a, high: b }, Repr::Small { low: c, high: d }) = (&self.0, &other.0) {
            let (low, high) = (*a.max(c), *b.min(d));
            return if low > high { EMPTY } else { IntervalSet(Repr::Small { low, high }) };
        }
        let mut out = Vec::new();
        self.each_overlap(other, |i| out.push(i));
        IntervalSet::from_normal(out)
    }

    /// Is there a common member?
    pub fn overlaps(&self, other: &IntervalSet) -> bool {
        if let (Repr::Small { low: a, high: b }, Repr::Small { low: c, high: d }) = (&self.0, &other.0) {
            return a.max(c) <= b.min(d);
        }
        let (mine, theirs) = (self.intervals(), other.intervals());
        let (few, many) = if mine.len() < theirs.len() { (mine, theirs) } else { (theirs, mine) };
        // Large sets are searched from where the last search ended.
        let mut rest: &[Interval] = &many;
        few.iter().any(|one| {
            rest = rest.get(rest.partition_point(|i| i.high < one.low)..).unwrap_or(&[]);
            rest.first().is_some_and(|i| i.low <= one.high)
        })
    }

    /// Members of either.
    #[must_use]
    pub fn union(&self, other: &IntervalSet) -> IntervalSet {
        let mut all: Vec<Interval> = self.intervals().into_iter().chain(other.intervals()).collect();
        all.sort_unstable();
        IntervalSet::from_sorted(all)
    }

    /// Members of any of the sets.
    pub fn union_of<'s>(sets: impl IntoIterator<Item = &'s IntervalSet>) -> IntervalSet {
        let mut each: Vec<&IntervalSet> = sets.into_iter().collect();
        // Neighbours are mostly alike.
        each.dedup();
        match each.as_slice() {
            [one] => (*one).clone(),
            _ => IntervalSet::from_ranges(each.into_iter().flat_map(IntervalSet::intervals).map(|i| (i.low, i.high))),
        }
    }

    /// Members of this set that are not in `other`.
    #[must_use]
    pub fn subtract(&self, other: &IntervalSet) -> IntervalSet {
        let mut out = Vec::new();
        let mut holes = other.intervals().into_iter().peekable();
        for Interval { mut low, high } in self.intervals() {
            let mut used_up = false;
            while holes.next_if(|h| h.high < low).is_some() {}
            while let Some(&hole) = holes.peek() {
                if hole.low > high {
                    break;
                }
                if hole.low > low {
                    out.push(Interval { low, high: hole.low - 1 });
                }
                if hole.high >= high {
                    used_up = true;
                    break;
                }
                low = hole.high + 1;
                holes.next();
            }
            if !used_up {
                out.push(Interval { low, high });
            }
        }
        IntervalSet::from_normal(out)
    }

    /// Everything in `0..=max` that is not a member.
    #[must_use]
    pub fn complement(&self, max: u128) -> IntervalSet {
        IntervalSet::range(0, max).subtract(self)
    }

    /// Is every member also in `other`?
    pub fn is_subset(&self, other: &IntervalSet) -> bool {
        let theirs = other.intervals();
        self.intervals().iter().all(|i| {
            let after = theirs.partition_point(|t| t.low <= i.low);
            after > 0 && theirs.get(after - 1).is_some_and(|t| i.high <= t.high)
        })
    }

    /// Every member moved by `to - from`, for members not below `from`; the caller makes sure that nothing overflows.
    #[must_use]
    pub fn shift(&self, from: u128, to: u128) -> IntervalSet {
        let moved = |v: u128| v.wrapping_sub(from).wrapping_add(to);
        IntervalSet::from_ranges(self.intervals().iter().map(|i| (moved(i.low), moved(i.high))))
    }

    fn each_overlap(&self, other: &IntervalSet, mut visit: impl FnMut(Interval)) {
        let (mut left, mut right) = (self.intervals().into_iter().peekable(), other.intervals().into_iter().peekable());
        while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
            let (low, high) = (a.low.max(b.low), a.high.min(b.high));
            if low <= high {
                visit(Interval { low, high });
            }
            if a.high < b.high {
                left.next()
            } else {
                right.next()
            };
        }
    }

    fn from_sorted(all: Vec<Interval>) -> IntervalSet {
        let mut out: Vec<Interval> = Vec::with_capacity(all.len());
        for next in all {
            match out.last_mut() {
                Some(last) if next.low <= last.high.saturating_add(1) => last.high = last.high.max(next.high),
                _ => out.push(next),
            }
        }
        IntervalSet::from_normal(out)
    }

    fn from_normal(all: Vec<Interval>) -> IntervalSet {
        match all.as_slice() {
            [] => EMPTY,
            [one] => IntervalSet::range(one.low, one.high),
            _ => IntervalSet(Repr::Many(all.into())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn small_set() -> impl Strategy<Value = IntervalSet> {
        proptest::collection::vec((0u128..64, 0u128..8), 0..6)
            .prop_map(|v| IntervalSet::from_ranges(v.into_iter().map(|(low, len)| (low, (low + len).min(63)))))
    }

    fn members(set: &IntervalSet) -> Vec<u128> {
        (0..64).filter(|v| set.contains(*v)).collect()
    }

    proptest! {
        #[test]
        fn operations_agree_with_membership(a in small_set(), b in small_set()) {
            let by = |keep: fn(bool, bool) -> bool| {
                (0..64).filter(|v| keep(a.contains(*v), b.contains(*v))).collect::<Vec<u128>>()
            };
            prop_assert_eq!(members(&a.intersect(&b)), by(|x, y| x && y));
            prop_assert_eq!(members(&a.union(&b)), by(|x, y| x || y));
            prop_assert_eq!(members(&a.subtract(&b)), by(|x, y| x && !y));
            prop_assert_eq!(members(&a.complement(63)), by(|x, _| !x));
            prop_assert_eq!(a.is_subset(&b), by(|x, y| x && !y).is_empty());
            prop_assert_eq!(a.overlaps(&b), !by(|x, y| x && y).is_empty());
        }

        #[test]
        fn equal_sets_are_equal_values(a in small_set(), b in small_set()) {
            prop_assert_eq!(a.union(&b).subtract(&b).union(&a.intersect(&b)), a.clone());
            prop_assert_eq!(a.complement(63).complement(63), a);
        }
    }

    #[test]
    fn sets_are_small_and_ranges_of_any_size_have_one_form() {
        assert_eq!(size_of::<IntervalSet>(), 2 * size_of::<usize>());
        let (edge, past) = (u128::from(u32::MAX), u128::from(u32::MAX) + 1);
        assert_eq!(IntervalSet::from_ranges([(0, edge), (past, past)]), IntervalSet::range(0, past));
        assert_eq!(IntervalSet::range(0, past).intersect(&IntervalSet::range(0, edge)), IntervalSet::range(0, edge));
        assert!(IntervalSet::range(5, 4).is_empty() && !IntervalSet::range(past, past).is_empty());
        assert_eq!(IntervalSet::range(past, past).only(), Some(past));
    }

    #[test]
    fn the_highest_value_does_not_overflow() {
        let top = IntervalSet::range(u128::MAX - 1, u128::MAX);
        assert!(top.union(&IntervalSet::single(u128::MAX)).contains(u128::MAX));
        assert_eq!(top.complement(u128::MAX), IntervalSet::range(0, u128::MAX - 2));
        assert!(IntervalSet::range(0, u128::MAX).subtract(&top).union(&top).is_full(u128::MAX));
    }
}
