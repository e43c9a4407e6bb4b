//! The packets that match a set, by the directions that a rule names.

use super::area::{Contents, Region, View, contents};
use super::element::Iface;
use super::kind::Part;
use super::store::{Set, Sets};
use crate::policy::{ICMP, ICMPV6, Interfaces, TCP, UDP};
use crate::space::{Cube, Family, Field, IntervalSet, PacketSet};

/// Which end of a packet is looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::format) enum Side {
    /// Source, or the interface by which it entered.
    Src,
    /// Destination, or the interface by which it leaves.
    Dst,
}

/// What a rule asks of a set.
#[derive(Debug, Clone, Copy)]
pub(in crate::format) struct Question<'q> {
    pub family: Family,
    /// One for each part of an entry; more are passed over, with fewer nothing matches (kernel-checked).
    pub sides: &'q [Side],
    /// `--return-nomatch`: exceptions match and other elements do not.
    pub exceptions: bool,
    pub interfaces: &'q Interfaces,
}

/// The packets that match: exactly, or at most, when there is a reason why not exactly.
#[derive(Debug, Clone)]
pub(in crate::format) struct Answer {
    pub packets: PacketSet,
    /// Value and mask that the mark of the packets must have as well.
    pub mark: Option<(u32, u32)>,
    pub open: Option<String>,
}

impl Sets {
    /// The family of a set whose elements can match packets of one family only.
    pub(in crate::format) fn family(&self, name: &str) -> Option<Family> {
        self.all.get(name).and_then(Set::family)
    }

    /// The packets that match a set; `None` when there is no set of that name.
    pub(in crate::format) fn ask(&self, name: &str, question: Question<'_>) -> Option<Answer> {
        let set = self.all.get(name)?;
        let Some(why) = set.unknown.as_ref().filter(|_| set.is_list()) else {
            return Some(if set.is_list() { self.any_member(set, question) } else { answer(set, question) });
        };
        Some(Answer { packets: PacketSet::full(question.family), mark: None, open: Some(why.clone()) })
    }

    /// A list matches when one of its members does; each is asked with the same directions (kernel-checked).
    fn any_member(&self, list: &Set, question: Question<'_>) -> Answer {
        let mut all = Answer { packets: PacketSet::empty(question.family), mark: None, open: None };
        for name in &list.members {
            let Some(member) = self.all.get(name).filter(|s| s.family().is_none_or(|f| f == question.family)) else {
                continue;
            };
            let answer = answer(member, question);
            all.packets.add_all(&answer.packets);
            let marked = answer.mark.map(|_| "it asks for a mark".to_owned());
            let why = answer.open.or(marked).map(|why| format!("of its member {name}: {why}"));
            all.open = all.open.or(why);
        }
        all
    }
}

fn answer(set: &Set, question: Question<'_>) -> Answer {
    let family = question.family;
    if question.sides.len() < set.kind.parts.len() {
        return Answer { packets: PacketSet::empty(family), mark: None, open: None };
    }
    let asked_for_exceptions = question.exceptions && set.kind.has(Part::Net);
    let view = if asked_for_exceptions { View::Exceptions } else { View::Listed };
    let Contents { regions, mark, open } = contents(set, view);
    let cubes = regions.iter().flat_map(|region| cubes(set, region, question));
    let packets = PacketSet::from_cubes(family, cubes);
    Answer { packets, mark: mark.map(|m| (m, set.options.markmask)), open }
}

fn cubes(set: &Set, region: &Region, question: Question<'_>) -> Vec<Cube> {
    let family = question.family;
    let side = |place: Option<usize>| place.and_then(|at| question.sides.get(at)).copied().unwrap_or(Side::Src);
    let mut places = set.kind.addresses();
    let mut cube = Some(Cube::full());
    for values in [&region.patch.first, &region.patch.second].into_iter().flatten() {
        let field = if side(places.next()) == Side::Src { Field::Src } else { Field::Dst };
        cube = cube.and_then(|cube| cube.with(family, field, values));
    }
    if let Some(iface) = &region.patch.iface {
        let field = if side(set.kind.place(Part::Iface)) == Side::Src { Field::InIface } else { Field::OutIface };
        cube = cube.and_then(|cube| cube.with(family, field, &classes(iface, question.interfaces)));
    }
    let Some(cube) = cube else { return Vec::new() };
    let Some(ports) = &region.ports else { return vec![cube] };
    let field = match side(set.kind.place(Part::Port).or(set.kind.place(Part::PlainPort))) {
        Side::Src => Field::SrcPort,
        Side::Dst => Field::DstPort,
    };
    with_ports(family, &cube, field, ports)
}

/// The interfaces of a name. A rule that speaks of the set has made it known.
fn classes(iface: &Iface, interfaces: &Interfaces) -> IntervalSet {
    interfaces.matching(&iface.to_string())
}

fn with_ports(family: Family, cube: &Cube, field: Field, ports: &[(u8, IntervalSet)]) -> Vec<Cube> {
    let of = |proto: u8, field: Option<Field>, values: &IntervalSet| {
        let cube = cube.clone().with(family, Field::Proto, &IntervalSet::single(proto.into()));
        cube.and_then(|c| field.map_or(Some(c.clone()), |field| c.with(family, field, values)))
    };
    let mut alike: Vec<(u8, &IntervalSet)> = Vec::new();
    let mut out = Vec::new();
    for (proto, values) in ports {
        match *proto {
            TCP | UDP => alike.push((*proto, values)),
            ICMP | ICMPV6 => out.extend(of(*proto, Some(Field::Icmp), values)),
            132 | 136 => out.extend(of(*proto, Some(field), values)),
            other => out.extend(of(other, None, values)),
        }
    }
    // The same ports of TCP and UDP are one product.
    if let [(a, ports), (b, same)] = alike.as_slice()
        && ports == same
    {
        let protos = IntervalSet::from_ranges([(u128::from(*a), u128::from(*a)), (u128::from(*b), u128::from(*b))]);
        let cube = cube.clone().with(family, Field::Proto, &protos);
        out.extend(cube.and_then(|c| c.with(family, field, ports)));
        return out;
    }
    out.extend(alike.into_iter().filter_map(|(proto, values)| of(proto, Some(field), values)));
    out
}
