//! Conversations that consist of the same packets: one walk does for all of them.

use super::relevance::Replay;
use crate::policy::{ICMP, ICMPV6, PacketOfConversation, SYN, TCP, UDP};
use crate::space::{Field, IntervalSet, PacketSet};

/// Conversations whose packets differ in nothing but addresses, ports and what the rules may ask about them.
pub(super) struct Kind {
    pub set: PacketSet,
    /// One of its protocols.
    pub proto: u8,
    pub packets: Vec<PacketOfConversation>,
}

/// Protocols of which connection tracking or a device knows more than the number.
const TOLD_APART: [u8; 4] = [ICMP, TCP, UDP, ICMPV6];

/// A set of conversations by kinds.
///
/// All protocols that nobody tells apart are one kind, and so are the types of ICMP that are answered and tracked
/// alike: the rules see protocol and type in the set.
pub(super) fn kinds(policy: Replay<'_>, conversations: &PacketSet) -> Vec<Kind> {
    let protocols = conversations.values(Field::Proto);
    let known = IntervalSet::from_ranges(TOLD_APART.map(|p| (p.into(), p.into())));
    let each = TOLD_APART.map(|p| IntervalSet::single(p.into()).intersect(&protocols));
    let mut kinds = Vec::new();
    for of_class in each.into_iter().chain([protocols.subtract(&known)]) {
        let Some(proto) = of_class.lowest().and_then(|p| u8::try_from(p).ok()) else { continue };
        let set = conversations.clone().with(Field::Proto, &of_class);
        if matches!(proto, ICMP | ICMPV6) {
            kinds.extend(by_type(policy, proto, &set));
        } else {
            let packets = policy.packets(proto, if proto == TCP { SYN } else { 0 }, 0);
            kinds.push(Kind { set, proto, packets });
        }
    }
    kinds
}

fn by_type(policy: Replay<'_>, proto: u8, set: &PacketSet) -> Vec<Kind> {
    let asked = set.values(Field::Icmp);
    let mut groups: Vec<(Vec<PacketOfConversation>, IntervalSet)> = Vec::new();
    for icmp_type in 0..=u8::MAX {
        let first = u128::from(icmp_type) << 8;
        let of_type = IntervalSet::range(first, first | 0xff);
        if !asked.overlaps(&of_type) {
            continue;
        }
        let packets = policy.packets(proto, 0, icmp_type);
        match groups.iter_mut().find(|(known, _)| *known == packets) {
            Some((_, types)) => *types = types.union(&of_type),
            None => groups.push((packets, of_type)),
        }
    }
    let kind = |(packets, types)| Kind { set: set.clone().with(Field::Icmp, &types), proto, packets };
    groups.into_iter().map(kind).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Answers, Hook, Interfaces, Policy};
    use crate::space::Family;

    fn policy() -> Policy {
        Policy {
            family: Family::V4,
            interfaces: Interfaces::new(),
            chains: Vec::new(),
            forward: Vec::new(),
            input: Vec::new(),
            output: Vec::new(),
            hook: Hook::Forward,
            answers: Answers::Filtered,
        }
    }

    #[test]
    fn all_conversations_are_few_kinds_that_part_them() {
        let all = PacketSet::full(Family::V4);
        let kinds = kinds(Replay::of(&policy()), &all);
        assert!(kinds.len() < 12, "{}", kinds.len());
        let sum = kinds.iter().fold(PacketSet::empty(Family::V4), |sum, kind| sum.union(&kind.set));
        assert!(all.is_subset(&sum));
        for (at, one) in kinds.iter().enumerate() {
            assert!(kinds[at + 1..].iter().all(|other| !one.set.overlaps(&other.set)));
        }
    }

    #[test]
    fn what_is_answered_otherwise_is_another_kind() {
        let of = |proto: u8| PacketSet::full(Family::V4).with(Field::Proto, &IntervalSet::single(proto.into()));
        let lengths =
            |proto| kinds(Replay::of(&policy()), &of(proto)).iter().map(|k| k.packets.len()).collect::<Vec<_>>();
        assert_eq!((lengths(TCP), lengths(UDP), lengths(47)), (vec![4], vec![3], vec![3]));
        assert_eq!(lengths(ICMP), [1, 3], "echo and its like are answered, all others are not");
    }
}
