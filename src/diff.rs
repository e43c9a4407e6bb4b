//! What a change of a rule set breaks, opens and closes: two policies held against each other, exactly.
//!
//! Two questions are asked. Which conversations of the required flows fare otherwise than before, and by which lines?
//! And beyond them, what does the change as a whole newly permit and newly deny? Both are answered by pairs of
//! interfaces, in one [`Universe`] of names; the law that joins pairs comes in only where a flow's own verdict is shown.

mod align;
mod change;
mod flow;
mod scope;
mod split;
mod universe;

pub use change::{Change, Changes, End, Kind};
pub use flow::{FlowChange, FlowSide, Flows, Turn};
pub use universe::{Numbers, Universe};

use crate::policy::{ICMP, ICMPV6, Policy, TCP, UDP};
use crate::space::{Cube, Field, IntervalSet, PacketSet};
use crate::verify::Bounds;
use change::Judge;
use rayon::prelude::*;
use split::Borders;
use std::collections::{HashMap, VecDeque};

/// What comparing one product of conversations may cost; above, it is split.
const BOUNDS: Bounds = Bounds { cubes: 500, work: 40_000, ends: 2_500 };
/// How often a product is split before it is given up.
const MAX_SPLITS: u8 = 12;
/// What all comparisons of a family may cost together, in comparisons of two cubes. It is counted and not timed, so that
/// the same files give the same answer on every machine.
const MAX_WORK: usize = 40_000_000;
/// So many products are compared at a time; what they cost is known after that.
const BATCH: usize = 4;

/// What a change as a whole does to all conversations of a family.
#[derive(Debug, Clone, Default)]
pub struct Whole {
    /// The conversations that fare otherwise; disjoint.
    pub changes: Vec<Change>,
    /// Products that were not compared, because the sets grew over a bound; disjoint.
    pub too_large: Vec<Cube>,
    /// As in [`Changes`].
    pub disagreements: Vec<crate::policy::Conversation>,
}

/// The rules of one family before and after a change.
pub struct Pair<'a> {
    old: &'a Policy,
    new: &'a Policy,
    universe: Universe,
    /// Conversations of which a packet can meet a line that changed. The others meet the same lines in the same order on
    /// both sides, so they fare the same.
    touched: PacketSet,
}

impl<'a> Pair<'a> {
    /// Holds the lines of two policies of one family against each other.
    pub fn new(old: &'a Policy, new: &'a Policy) -> Pair<'a> {
        let universe = Universe::of(old, new);
        let touched = scope::touched(old, new, &universe, &scope::everything(old, &universe));
        Pair { old, new, universe, touched }
    }

    /// The interfaces of both.
    pub fn universe(&self) -> &Universe {
        &self.universe
    }

    /// Are the lines that act the same, in the same order?
    pub fn same_lines(&self) -> bool {
        self.touched.is_empty()
    }

    /// What becomes otherwise of all conversations: from any address to any address, by any two interfaces.
    pub fn whole(&self) -> Whole {
        self.within(&PacketSet::full(self.old.family))
    }

    /// What becomes otherwise of the conversations of a set, whose interfaces are numbers of the universe.
    pub fn within(&self, conversations: &PacketSet) -> Whole {
        let mut whole = Whole::default();
        let borders = Borders::of(self.old, self.new);
        let mut open: VecDeque<(Cube, u8)> = self.products(conversations).into_iter().map(|cube| (cube, 0)).collect();
        let mut work = 0;
        while work < MAX_WORK && !open.is_empty() {
            let batch: Vec<(Cube, u8)> = open.drain(..open.len().min(BATCH)).collect();
            let compared: Vec<Changes> = batch.par_iter().map(|(cube, _)| self.product(cube)).collect();
            for ((cube, splits), mut found) in batch.into_iter().zip(compared) {
                // Preparing a product looks at each rule once.
                work += found.work.saturating_add(self.old.rule_count() + self.new.rule_count());
                whole.changes.append(&mut found.changes);
                whole.disagreements.append(&mut found.disagreements);
                match borders.halves(&cube).filter(|_| found.too_large && splits < MAX_SPLITS) {
                    Some(halves) => open.extend(halves.map(|half| (half, splits + 1))),
                    None => whole.too_large.extend(found.too_large.then_some(cube)),
                }
            }
        }
        whole.too_large.extend(open.into_iter().map(|(cube, _)| cube));
        whole.changes = joined(whole.changes);
        let too_large = PacketSet::from_cubes(self.old.family, whole.too_large);
        whole.too_large = change::joined(&scope::freed(&too_large)).cubes().to_vec();
        whole
    }

    /// The conversations of a set that can fare otherwise, as products that are compared one by one.
    fn products(&self, conversations: &PacketSet) -> Vec<Cube> {
        let touched = self.touched.intersect(conversations);
        let of_group = |group| touched.clone().with(Field::Proto, &group).coalesced(&change::NAMED).cubes().to_vec();
        groups().into_iter().flat_map(of_group).collect()
    }

    fn product(&self, cube: &Cube) -> Changes {
        let scope = PacketSet::from_cubes(self.old.family, [cube.clone()]);
        let judge = |policy| Judge::new(policy, &scope, BOUNDS);
        change::changes(&judge(self.old), &judge(self.new), &self.universe, &scope)
    }
}

/// Protocols that are compared together.
fn groups() -> [IntervalSet; 4] {
    let of = |numbers: &[u8]| IntervalSet::from_ranges(numbers.iter().map(|p| (u128::from(*p), u128::from(*p))));
    let known = [of(&[TCP]), of(&[UDP]), of(&[ICMP, ICMPV6])];
    let others = known.iter().fold(IntervalSet::range(0, 255), |rest, group| rest.subtract(group));
    let [tcp, udp, icmp] = known;
    [tcp, udp, icmp, others]
}

/// Products with the same reasons are one change again.
fn joined(changes: Vec<Change>) -> Vec<Change> {
    let mut places = HashMap::new();
    let mut out: Vec<Change> = Vec::new();
    for change in changes {
        let place = *places.entry((change.was.reason(), change.is.reason())).or_insert(out.len());
        match out.get_mut(place) {
            Some(known) => known.take(&change.was, &change.is, &change.packets),
            None => out.push(change),
        }
    }
    for change in &mut out {
        change.packets = change::joined(&change.packets);
    }
    out.sort_by_key(|change| (change.kind(), change.is.at, change.was.at));
    out
}
