//! Ranges that lie over each other, of which the strongest decides.

use crate::space::IntervalSet;
use std::collections::BinaryHeap;

/// A range that puts its members in or out, unless a stronger one holds them too.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stroke {
    pub low: u128,
    pub high: u128,
    pub rank: u64,
    /// In or out?
    pub keep: bool,
}

/// The members that their strongest range puts in; of two that are equally strong either one. Takes the time of
/// sorting.
pub(super) fn painted(mut strokes: Vec<Stroke>) -> IntervalSet {
    if strokes.iter().all(|s| s.keep) {
        return IntervalSet::from_ranges(strokes.iter().map(|s| (s.low, s.high)));
    }
    strokes.sort_unstable_by_key(|s| s.low);
    let mut borders: Vec<u128> = strokes.iter().map(|s| s.low).collect();
    borders.extend(strokes.iter().filter_map(|s| s.high.checked_add(1)));
    borders.sort_unstable();
    borders.dedup();
    let (mut waiting, mut open) = (strokes.into_iter().peekable(), BinaryHeap::new());
    let mut kept = Vec::new();
    for (at, low) in borders.iter().enumerate() {
        while let Some(stroke) = waiting.next_if(|s| s.low <= *low) {
            open.push((stroke.rank, stroke.high, stroke.keep));
        }
        while open.peek().is_some_and(|(_, high, _)| high < low) {
            open.pop();
        }
        if open.peek().is_some_and(|(_, _, keep)| *keep) {
            let high = borders.get(at + 1).map_or(u128::MAX, |next| next - 1);
            kept.push((*low, high));
        }
    }
    IntervalSet::from_ranges(kept)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_strongest_range_decides(ranges in proptest::collection::vec((0u128..40, 0u128..9, any::<bool>()), 0..12)) {
            let strokes: Vec<Stroke> = ranges
                .iter()
                .enumerate()
                .map(|(rank, r)| Stroke { low: r.0, high: r.0 + r.1, rank: rank as u64, keep: r.2 })
                .collect();
            let set = painted(strokes.clone());
            for value in 0..50 {
                let holds = |s: &&Stroke| s.low <= value && value <= s.high;
                let wanted = strokes.iter().filter(holds).max_by_key(|s| s.rank).is_some_and(|s| s.keep);
                prop_assert_eq!(set.contains(value), wanted);
            }
        }
    }

    #[test]
    fn the_highest_value_does_not_overflow() {
        let all = Stroke { low: 0, high: u128::MAX, rank: 0, keep: true };
        let hole = Stroke { low: 5, high: u128::MAX, rank: 1, keep: false };
        assert_eq!(painted(vec![all, hole]), IntervalSet::range(0, 4));
    }
}
