//! What is shown of long lists: flows that turned alike stand together, and products are shown up to a limit.

use super::{FamilyDiff, is_required};
use crate::diff::{Change, End, FlowChange, Kind, Turn};
use crate::space::{Cube, Family, Field, PacketSet};
use crate::verify::Verdict;

/// A change with the products that are shown.
pub struct Listed<'c> {
    pub change: &'c Change,
    pub products: Vec<&'c Cube>,
}

/// Changes of one kind up to a limit of products.
pub struct OfKind<'c> {
    pub kind: Kind,
    pub shown: Vec<Listed<'c>>,
    /// How many products are not shown.
    pub left_out: usize,
}

pub const KINDS: [Kind; 5] =
    [Kind::NewlyPermitted, Kind::NewlyDenied, Kind::BecameUndecided, Kind::NoLongerUndecided, Kind::OtherwiseLost];

/// The changes of each kind that there is, in the order of `KINDS`.
pub fn by_kind(changes: &[Change], limit: usize) -> Vec<OfKind<'_>> {
    let of_kind = |kind: Kind| of_kind(changes, kind, limit);
    KINDS.into_iter().map(of_kind).filter(|group| !group.shown.is_empty() || group.left_out > 0).collect()
}

fn of_kind(changes: &[Change], kind: Kind, limit: usize) -> OfKind<'_> {
    let (mut shown, mut room, mut left_out) = (Vec::new(), limit, 0);
    for change in changes.iter().filter(|change| change.kind() == kind) {
        let cubes = change.packets.cubes();
        let products: Vec<&Cube> = cubes.iter().take(room).collect();
        room -= products.len();
        left_out += cubes.len() - products.len();
        if !products.is_empty() {
            shown.push(Listed { change, products });
        }
    }
    OfKind { kind, shown, left_out }
}

/// Flows that turned the same way by the same lines.
pub struct Alike<'c, 'a> {
    pub flows: Vec<&'c FlowChange<'a>>,
}

impl<'c, 'a> Alike<'c, 'a> {
    /// The first of them, which stands for the others where they agree.
    pub fn first(&self) -> Option<&'c FlowChange<'a>> {
        self.flows.first().copied()
    }

    /// The conversations of the change at a position, of all flows together.
    pub fn packets(&self, at: usize, family: Family) -> PacketSet {
        const FIELDS: [Field; 5] = [Field::SrcPort, Field::DstPort, Field::Src, Field::Dst, Field::Proto];
        let each = self.flows.iter().filter_map(|flow| flow.changes.get(at));
        let all = each.fold(PacketSet::empty(family), |all, change| all.union(&change.packets));
        all.coalesced(&FIELDS)
    }

    pub fn ids(&self) -> Vec<String> {
        self.flows.iter().map(|flow| flow.requirement.id.clone()).collect()
    }
}

/// The flows of a family, the gravest first.
pub fn alike<'c, 'a>(family: &'c FamilyDiff<'a>) -> Vec<Alike<'c, 'a>> {
    let mut groups: Vec<Alike<'c, 'a>> = Vec::new();
    for flow in &family.flows {
        let known = groups.iter_mut().find(|group| group.first().is_some_and(|first| key(first) == key(flow)));
        match known {
            Some(group) => group.flows.push(flow),
            None => groups.push(Alike { flows: vec![flow] }),
        }
    }
    groups
        .sort_by_key(|group| group.first().map(|flow| (!is_required(flow.requirement), std::cmp::Reverse(flow.turn))));
    groups
}

type Key<'c> = (&'c str, bool, Turn, Verdict, Verdict, Vec<(&'c End, &'c End)>);

fn key<'c>(flow: &'c FlowChange<'_>) -> Key<'c> {
    let reasons = flow.changes.iter().map(|change| (&change.was, &change.is)).collect();
    let requirement = flow.requirement;
    (&requirement.flow, is_required(requirement), flow.turn, flow.was.verdict, flow.is.verdict, reasons)
}
