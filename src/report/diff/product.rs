//! Sets of conversations as products, in words and in fields.

use super::shape::ProductOut;
use crate::policy::{ICMP, ICMPV6, Interfaces};
use crate::report::json::proto;
use crate::report::words;
use crate::space::{Cube, Family, Field, IntervalSet};

/// The most items of a list that a sentence names.
const MOST: usize = 6;
const PROTOCOLS: u128 = 255;
const PORTS: u128 = 0xffff;

/// A product of sets of a family, with the names of its interfaces.
pub struct Product<'a> {
    pub family: Family,
    pub interfaces: &'a Interfaces,
    pub cube: &'a Cube,
    /// Source ports that go without saying.
    pub usual: Option<&'a IntervalSet>,
}

impl Product<'_> {
    /// `TCP 22 from 10.0.0.0/8 to 192.0.2.1, in lan, out wan`.
    pub fn sentence(&self) -> String {
        let mut out = format!("{} from {}", self.service(), self.side(Field::Src));
        if let Some(ports) = self.cube.get(Field::SrcPort).filter(|ports| Some(*ports) != self.usual) {
            out += &format!(" source port {}", ranges(ports));
        }
        out += &format!(" to {}", self.side(Field::Dst));
        for (word, field) in [("in", Field::InIface), ("out", Field::OutIface)] {
            if let Some(names) = self.names(field) {
                out += &format!(", {word} {}", words::some_of(&names, MOST));
            }
        }
        out
    }

    fn service(&self) -> String {
        let mut out = self.protocols_in_words();
        if let Some(ports) = self.cube.get(Field::DstPort) {
            out += &format!(" {}", ranges(ports));
        }
        if let Some(types) = self.cube.get(Field::Icmp) {
            out += &format!(" type {}", words::some_of(&words::icmp_types(types), MOST));
        }
        out
    }

    fn protocols_in_words(&self) -> String {
        let Some(protocols) = self.cube.get(Field::Proto) else { return "any protocol".to_owned() };
        let named = |number: u128| u8::try_from(number).ok().and_then(words::protocol_name);
        let known = (0..=PROTOCOLS).filter(|number| protocols.contains(*number) && named(*number).is_some());
        let known: Vec<u128> = known.collect();
        let others = known.iter().fold(protocols.clone(), |rest, number| rest.subtract(&IntervalSet::single(*number)));
        let mut parts: Vec<String> = known.iter().filter_map(|number| named(*number)).map(str::to_uppercase).collect();
        if !others.is_empty() {
            parts.push(format!("protocol {}", ranges(&others)));
        }
        parts.join(" and ").replace("ICMPV6", "ICMPv6")
    }

    fn side(&self, field: Field) -> String {
        match self.cube.get(field) {
            None => "anywhere".to_owned(),
            Some(set) => addresses(self.family, set),
        }
    }

    /// The interfaces; nothing where all of them are meant, or none plays a part.
    fn names(&self, field: Field) -> Option<Vec<String>> {
        let set = self.cube.get(field)?;
        let all = std::iter::once(Interfaces::OTHER).chain(self.interfaces.classes().map(|(id, _)| id));
        let all: Vec<u32> = all.collect();
        let inside: Vec<u32> = all.iter().copied().filter(|id| set.contains((*id).into())).collect();
        let some = !inside.is_empty() && inside.len() < all.len();
        some.then(|| inside.into_iter().filter_map(|id| words::interface(self.interfaces, id)).collect())
    }

    /// The fields of JSON.
    pub fn fields(&self) -> ProductOut {
        let (family, cube) = (self.family, self.cube);
        let protocols = cube.get(Field::Proto);
        let numbers = protocols.map(|set| (0..=u8::MAX).filter(|p| set.contains((*p).into())).collect::<Vec<u8>>());
        let ports = |field: Field| cube.get(field).map(words::port_ranges);
        let is_icmp = numbers.as_ref().is_some_and(|all| all.iter().any(|p| matches!(*p, ICMP | ICMPV6)));
        ProductOut {
            src: words::cidrs(family, &cube.values(family, Field::Src)),
            dst: words::cidrs(family, &cube.values(family, Field::Dst)),
            proto: numbers.map(|all| all.into_iter().map(proto).collect()),
            sport: ports(Field::SrcPort),
            dport: ports(Field::DstPort),
            icmp: cube.get(Field::Icmp).filter(|_| is_icmp).map(words::icmp_types),
            entering: self.names(Field::InIface),
            leaving: self.names(Field::OutIface),
        }
    }
}

/// Prefixes; those that are left out, where they are few and the others many.
fn addresses(family: Family, set: &IntervalSet) -> String {
    let inside = prefixes(family, set);
    if inside.len() > MOST {
        let outside = prefixes(family, &set.complement(family.max_address()));
        if outside.len() <= MOST {
            return format!("anywhere but {}", words::some_of(&outside, MOST));
        }
    }
    words::some_of(&inside, MOST)
}

/// Prefixes, without their length where it is one address.
fn prefixes(family: Family, set: &IntervalSet) -> Vec<String> {
    let single = if family == Family::V4 { "/32" } else { "/128" };
    let shorten = |prefix: String| prefix.strip_suffix(single).map_or_else(|| prefix.clone(), str::to_owned);
    words::cidrs(family, set).into_iter().map(shorten).collect()
}

fn ranges(set: &IntervalSet) -> String {
    let one = |low: u128, high: u128| if low == high { low.to_string() } else { format!("{low}-{high}") };
    let all: Vec<String> = set.intervals().iter().map(|i| one(i.low, i.high.min(PORTS))).collect();
    words::some_of(&all, MOST)
}
