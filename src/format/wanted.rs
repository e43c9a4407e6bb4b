//! What a run will ask about, as far as readers can make use of it.

use crate::space::{Cube, Family, Field, IntervalSet};

/// Flows that will be asked about, by any client.
#[derive(Debug, Clone, Default)]
pub struct Wanted(Vec<Kind>);

/// Flows of one protocol to the same ports.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Kind {
    family: Family,
    proto: u8,
    ports: IntervalSet,
    servers: IntervalSet,
}

/// Where there are more kinds of flows than this, ports are not told apart.
const MOST_KINDS: usize = 32;

/// One flow: its family, protocol, ports (all of them for protocols without) and destinations.
pub type Flow = (Family, u8, IntervalSet, IntervalSet);

impl Wanted {
    /// What these flows ask for.
    pub fn of(flows: impl IntoIterator<Item = Flow>) -> Wanted {
        let mut kinds: Vec<(Family, u8, IntervalSet, Vec<IntervalSet>)> = Vec::new();
        for (family, proto, ports, servers) in flows {
            let may_be_new = kinds.len() < MOST_KINDS;
            let same = |k: &&mut (Family, u8, IntervalSet, Vec<IntervalSet>)| (k.0, k.1) == (family, proto);
            match kinds.iter_mut().filter(same).find(|k| k.2 == ports || !may_be_new) {
                Some(known) => {
                    known.2 = known.2.union(&ports);
                    known.3.push(servers);
                }
                None => kinds.push((family, proto, ports, vec![servers])),
            }
        }
        let kind = |(family, proto, ports, servers): (_, _, _, Vec<IntervalSet>)| Kind {
            family,
            proto,
            ports,
            servers: IntervalSet::union_of(&servers),
        };
        Wanted(kinds.into_iter().map(kind).collect())
    }

    /// Can packets of a flow be in the cube, or their answers? Clients and their ports are not known, and what a
    /// translation makes of sources is neither.
    pub fn meets(&self, family: Family, cube: &Cube) -> bool {
        let may_be = |field, set: &IntervalSet| cube.get(field).is_none_or(|mine| mine.overlaps(set));
        self.0.iter().filter(|kind| kind.family == family).any(|kind| {
            cube.get(Field::Proto).is_none_or(|mine| mine.contains(kind.proto.into()))
                && (may_be(Field::DstPort, &kind.ports) && may_be(Field::Dst, &kind.servers)
                    || may_be(Field::SrcPort, &kind.ports) && may_be(Field::Src, &kind.servers))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(low: u128, high: u128) -> IntervalSet {
        IntervalSet::range(low, high)
    }

    fn cube(fields: &[(Field, IntervalSet)]) -> Cube {
        fields.iter().fold(Cube::full(), |cube, (field, set)| cube.with(Family::V4, *field, set).unwrap())
    }

    #[test]
    fn requests_and_answers_are_met_by_what_does_not_rule_them_out() {
        let dns = |servers| (Family::V4, 17, range(53, 53), servers);
        let wanted = Wanted::of([dns(range(10, 20)), dns(range(40, 50))]);
        let meets = |fields: &[(Field, IntervalSet)]| wanted.meets(Family::V4, &cube(fields));
        assert!(meets(&[]));
        assert!(meets(&[(Field::Dst, range(15, 15))]));
        assert!(meets(&[(Field::Dst, range(50, 60)), (Field::SrcPort, range(1, 1))]));
        assert!(meets(&[(Field::Src, range(45, 45)), (Field::SrcPort, range(0, 100)), (Field::DstPort, range(9, 9))]));
        assert!(!meets(&[(Field::Dst, range(15, 15)), (Field::Src, range(1, 1)), (Field::DstPort, range(54, 54))]));
        assert!(!meets(&[(Field::Dst, range(21, 39)), (Field::Src, range(21, 39))]));
        assert!(!meets(&[(Field::Proto, range(6, 6))]));
        assert!(!wanted.meets(Family::V6, &cube(&[])));
    }

    #[test]
    fn many_kinds_are_joined_and_none_is_lost() {
        let wanted = Wanted::of((1..=1000).map(|port| (Family::V4, 6, range(port, port), range(port, port))));
        assert!(wanted.0.len() <= MOST_KINDS);
        for port in [1u128, 32, 33, 1000] {
            let flow =
                [(Field::Proto, range(6, 6)), (Field::DstPort, range(port, port)), (Field::Dst, range(port, port))];
            assert!(wanted.meets(Family::V4, &cube(&flow)), "{port}");
        }
    }
}
