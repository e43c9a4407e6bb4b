//! Sets of unsigned integers as sorted, disjoint, non-adjacent intervals.

use std::sync::Arc;

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

/// Most sets are one range, or empty; those need no allocation.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Repr {
    Empty,
    One(Interval),
    /// Two intervals at least.
    Many(Arc<[Interval]>),
}

impl IntervalSet {
    /// The set without members.
    pub fn empty() -> IntervalSet {
        IntervalSet(Repr::Empty)
    }

    /// One integer.
    pub fn single(value: u128) -> IntervalSet {
        IntervalSet::range(value, value)
    }

    /// All integers from `low` to `high`, both included; empty when `low > high`.
    pub fn range(low: u128, high: u128) -> IntervalSet {
        if low > high { IntervalSet::empty() } else { IntervalSet(Repr::One(Interval { low, high })) }
    }

    /// The union of ranges in any order, overlapping or not.
    pub fn from_ranges(ranges: impl IntoIterator<Item = (u128, u128)>) -> IntervalSet {
        let mut all: Vec<Interval> =
            ranges.into_iter().filter(|r| r.0 <= r.1).map(|(low, high)| Interval { low, high }).collect();
        all.sort_unstable();
        IntervalSet::from_sorted(all)
    }

    /// The intervals in ascending order.
    pub fn intervals(&self) -> &[Interval] {
        match &self.0 {
            Repr::Empty => &[],
            Repr::One(one) => std::slice::from_ref(one),
            Repr::Many(many) => many,
        }
    }

    /// No members?
    pub fn is_empty(&self) -> bool {
        self.intervals().is_empty()
    }

    /// All of `0..=max`?
    pub fn is_full(&self, max: u128) -> bool {
        matches!(self.0, Repr::One(Interval { low: 0, high }) if high >= max)
    }

    /// The only member, if there is exactly one.
    pub fn only(&self) -> Option<u128> {
        match self.0 {
            Repr::One(Interval { low, high }) if low == high => Some(low),
            _ => None,
        }
    }

    /// The lowest member.
    pub fn lowest(&self) -> Option<u128> {
        self.intervals().first().map(|i| i.low)
    }

    /// Is `value` a member?
    pub fn contains(&self, value: u128) -> bool {
        if let Repr::One(one) = &self.0 {
            return one.low <= value && value <= one.high;
        }
        let all = self.intervals();
        let after = all.partition_point(|i| i.low <= value);
        after > 0 && all.get(after - 1).is_some_and(|i| value <= i.high)
    }

    /// Members of both.
    #[must_use]
    pub fn intersect(&self, other: &IntervalSet) -> IntervalSet {
        if let (Repr::One(a), Repr::One(b)) = (&self.0, &other.0) {
            return IntervalSet::range(a.low.max(b.low), a.high.min(b.high));
        }
        let mut out = Vec::new();
        self.each_overlap(other, |i| {
            out.push(i);
            true
        });
        IntervalSet::from_normal(out)
    }

    /// Is there a common member?
    pub fn overlaps(&self, other: &IntervalSet) -> bool {
        if let (Repr::One(a), Repr::One(b)) = (&self.0, &other.0) {
            return a.low <= b.high && b.low <= a.high;
        }
        let mut found = false;
        self.each_overlap(other, |_| {
            found = true;
            false
        });
        found
    }

    /// Members of either.
    #[must_use]
    pub fn union(&self, other: &IntervalSet) -> IntervalSet {
        let mut all: Vec<Interval> = self.intervals().iter().chain(other.intervals()).copied().collect();
        all.sort_unstable();
        IntervalSet::from_sorted(all)
    }

    /// Members of this set that are not in `other`.
    #[must_use]
    pub fn subtract(&self, other: &IntervalSet) -> IntervalSet {
        let mut out = Vec::new();
        let mut holes = other.intervals().iter().copied().peekable();
        for &Interval { mut low, high } in self.intervals() {
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

    fn each_overlap(&self, other: &IntervalSet, mut visit: impl FnMut(Interval) -> bool) {
        let (mut left, mut right) = (self.intervals().iter().peekable(), other.intervals().iter().peekable());
        while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
            let (low, high) = (a.low.max(b.low), a.high.min(b.high));
            if low <= high && !visit(Interval { low, high }) {
                return;
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
            [] => IntervalSet::empty(),
            [one] => IntervalSet(Repr::One(*one)),
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
    fn the_highest_value_does_not_overflow() {
        let top = IntervalSet::range(u128::MAX - 1, u128::MAX);
        assert!(top.union(&IntervalSet::single(u128::MAX)).contains(u128::MAX));
        assert_eq!(top.complement(u128::MAX), IntervalSet::range(0, u128::MAX - 2));
        assert!(IntervalSet::range(0, u128::MAX).subtract(&top).union(&top).is_full(u128::MAX));
    }
}
