//! Protocols, ports and ICMP types.

use super::names;
use super::words::Words;
use crate::policy::{ICMP, ICMPV6, TCP, UDP};
use crate::space::{Cube, Family, Field, IntervalSet};

/// A product of protocols, ports and ICMP types; a full set constrains nothing.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Item {
    /// Protocol numbers.
    pub protos: IntervalSet,
    /// Source ports.
    pub sports: IntervalSet,
    /// Destination ports.
    pub dports: IntervalSet,
    /// ICMP types and codes, `type * 256 + code`.
    pub icmp: IntervalSet,
}

/// All ports; also all ICMP types and codes.
pub fn all_ports() -> IntervalSet {
    IntervalSet::range(0, 0xffff)
}

/// All protocols.
pub fn all_protocols() -> IntervalSet {
    IntervalSet::range(0, 0xff)
}

/// TCP and UDP.
pub fn tcp_udp() -> IntervalSet {
    IntervalSet::from_ranges([(6, 6), (17, 17)])
}

impl Item {
    /// Everything with these protocols.
    pub fn of(protos: IntervalSet) -> Item {
        Item { protos, sports: all_ports(), dports: all_ports(), icmp: all_ports() }
    }

    /// The packets of this item among those of a cube.
    pub fn within(&self, cube: Cube, family: Family) -> Option<Cube> {
        cube.with(family, Field::Proto, &self.protos)?
            .with(family, Field::SrcPort, &self.sports)?
            .with(family, Field::DstPort, &self.dports)?
            .with(family, Field::Icmp, &self.icmp)
    }
}

/// Joins items that differ in one set only, so that a group of a hundred ports is one cube and not a hundred.
pub fn joined(items: Vec<Item>) -> Vec<Item> {
    let items = join(items, |i| &mut i.dports);
    let items = join(items, |i| &mut i.sports);
    let items = join(items, |i| &mut i.icmp);
    join(items, |i| &mut i.protos)
}

fn join(items: Vec<Item>, part: fn(&mut Item) -> &mut IntervalSet) -> Vec<Item> {
    let mut order: Vec<(Item, Vec<(u128, u128)>)> = Vec::new();
    let mut places = std::collections::HashMap::new();
    for mut item in items {
        let mine = std::mem::replace(part(&mut item), IntervalSet::empty());
        let place = *places.entry(item.clone()).or_insert(order.len());
        let ranges = mine.intervals().into_iter().map(|i| (i.low, i.high));
        match order.get_mut(place) {
            Some(slot) => slot.1.extend(ranges),
            None => order.push((item, ranges.collect())),
        }
    }
    let whole = |(mut item, ranges): (Item, Vec<_>)| {
        *part(&mut item) = IntervalSet::from_ranges(ranges);
        item
    };
    order.into_iter().map(whole).collect()
}

/// The protocols that a word names; `ip` is all of them.
pub fn protocols(word: &str) -> Option<IntervalSet> {
    match word {
        // Nearly all entries have one of these, and a search takes longer.
        "tcp" => Some(IntervalSet::single(TCP.into())),
        "udp" => Some(IntervalSet::single(UDP.into())),
        "ip" | "0" => Some(all_protocols()),
        "tcp-udp" => Some(tcp_udp()),
        _ => names::protocol(word).map(|p| IntervalSet::single(p.into())),
    }
}

/// Does the word begin a comparison of ports?
pub fn is_port_operator(word: &str) -> bool {
    matches!(word, "eq" | "neq" | "lt" | "gt" | "range")
}

/// Ports after an operator; `lt` and `gt` leave the port itself out.
pub fn ports(words: &mut Words<'_>) -> Result<IntervalSet, String> {
    let operator = words.next().unwrap_or("");
    let mut port = || {
        let word = words.next().ok_or_else(|| format!("`{operator}` without a port"))?;
        names::port(word).map(u128::from).ok_or_else(|| format!("`{word}` is no port"))
    };
    let first = port()?;
    match operator {
        "eq" => Ok(IntervalSet::single(first)),
        "neq" => Ok(IntervalSet::single(first).complement(0xffff)),
        "lt" if first == 0 => Ok(IntervalSet::empty()),
        "lt" => Ok(IntervalSet::range(0, first - 1)),
        "gt" => Ok(IntervalSet::range(first + 1, 0xffff)),
        "range" => {
            let last = port()?;
            // The device stores a range in ascending order.
            Ok(IntervalSet::range(first.min(last), first.max(last)))
        }
        _ => Err(format!("`{operator}` is no comparison of ports")),
    }
}

/// May packets of all these protocols have ports?
pub fn have_ports(protos: &IntervalSet) -> bool {
    const SCTP: u128 = 132;
    let has = |proto| proto == SCTP || proto == u128::from(TCP) || proto == u128::from(UDP);
    // No two of them are neighbours.
    protos.intervals().iter().all(|i| i.low == i.high && has(i.low))
}

/// Is it ICMP or ICMPv6 alone?
pub fn icmp_version(protos: &IntervalSet) -> Option<u8> {
    protos.only().map(|p| p as u8).filter(|p| matches!(*p, ICMP | ICMPV6))
}

/// An ICMP type with an optional code.
pub fn icmp(words: &mut Words<'_>, six: bool) -> Result<IntervalSet, String> {
    let word = words.next().unwrap_or("");
    let kind = names::icmp_type(word, six).ok_or_else(|| format!("`{word}` is no ICMP type"))?;
    let base = u128::from(kind) << 8;
    let code = words.take_when(|w| w.parse::<u8>().is_ok()).and_then(|w| w.parse::<u8>().ok());
    Ok(code.map_or(IntervalSet::range(base, base | 0xff), |c| IntervalSet::single(base | u128::from(c))))
}
