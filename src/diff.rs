//! What a change of a rule set breaks, opens and closes: two policies held against each other, exactly.
//!
//! Two questions are asked. Which conversations of the required flows fare otherwise than before, and by which lines?
//! And beyond them, what does the change as a whole newly permit and newly deny? Both are answered by pairs of
//! interfaces, in one [`Universe`] of names; the law that joins pairs comes in only where a flow's own verdict is shown.

mod align;
mod change;
mod flow;
mod scope;
mod universe;

pub use change::{Change, Changes, End, Kind};
pub use flow::{FlowChange, FlowSide, Flows, Turn};
pub use universe::{Numbers, Universe};

use crate::policy::{ICMP, ICMPV6, Policy, TCP, UDP};
use crate::space::{Field, IntervalSet, PacketSet};
use change::Judge;

/// How many cubes may be held against rules for one packet of one group of protocols; above, the group is not compared.
const MAX_WORK: usize = 5_000_000;

/// What a change as a whole does to all conversations of a family.
#[derive(Debug, Clone, Default)]
pub struct Whole {
    /// The conversations that fare otherwise; disjoint.
    pub changes: Vec<Change>,
    /// Protocols that were not compared, because the sets grew over a bound.
    pub too_large: IntervalSet,
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
        let touched = self.touched.intersect(conversations);
        for protocols in groups() {
            let scope = touched.clone().with(Field::Proto, &protocols);
            if scope.is_empty() {
                continue;
            }
            let judge = |policy| Judge::new(policy, &scope, MAX_WORK);
            let mut found = change::changes(&judge(self.old), &judge(self.new), &self.universe, &scope);
            whole.changes.append(&mut found.changes);
            whole.disagreements.append(&mut found.disagreements);
            if found.too_large {
                whole.too_large = whole.too_large.union(&protocols);
            }
        }
        whole.changes = joined_over_protocols(whole.changes);
        whole
    }
}

/// Protocols that are compared together, so that one of them that grows too large does not take the others with it.
fn groups() -> [IntervalSet; 4] {
    let of = |numbers: &[u8]| IntervalSet::from_ranges(numbers.iter().map(|p| (u128::from(*p), u128::from(*p))));
    let known = [of(&[TCP]), of(&[UDP]), of(&[ICMP, ICMPV6])];
    let others = known.iter().fold(IntervalSet::range(0, 255), |rest, group| rest.subtract(group));
    let [tcp, udp, icmp] = known;
    [tcp, udp, icmp, others]
}

/// Groups with the same reasons are one change again.
fn joined_over_protocols(changes: Vec<Change>) -> Vec<Change> {
    let mut out: Vec<Change> = Vec::new();
    for change in changes {
        match out.iter_mut().find(|known| known.was == change.was && known.is == change.is) {
            Some(known) => known.packets.add_all(&change.packets),
            None => out.push(change),
        }
    }
    for change in &mut out {
        let packets = std::mem::replace(&mut change.packets, PacketSet::empty(change.witness.family));
        change.packets = change::joined(packets);
    }
    out.sort_by_key(|change| (change.kind(), change.is.at, change.was.at));
    out
}
