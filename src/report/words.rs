//! Addresses, ports, protocols and interfaces as users write them.

use crate::policy::{ICMP, ICMPV6, IfaceId, Interfaces, TCP, UDP};
use crate::space::{self, Family, IntervalSet};

/// The fewest prefixes that make up a set of addresses, in ascending order, always with their length.
pub fn cidrs(family: Family, addresses: &IntervalSet) -> Vec<String> {
    space::prefixes(family, addresses).iter().map(ToString::to_string).collect()
}

/// One address.
pub fn address(family: Family, value: u128) -> String {
    space::address(family, value).to_string()
}

/// The name of a protocol that reports know by name.
pub fn protocol_name(number: u8) -> Option<&'static str> {
    match number {
        TCP => Some("tcp"),
        UDP => Some("udp"),
        ICMP => Some("icmp"),
        ICMPV6 => Some("icmpv6"),
        _ => None,
    }
}

/// Does the protocol have ports (TCP, UDP, DCCP, SCTP, UDP-Lite)?
pub fn has_ports(proto: u8) -> bool {
    matches!(proto, TCP | UDP | 33 | 132 | 136)
}

/// Ranges of ports, both ends included.
pub fn port_ranges(ports: &IntervalSet) -> Vec<[u16; 2]> {
    let clamp = |v: u128| u16::try_from(v).unwrap_or(u16::MAX);
    ports.intervals().into_iter().map(|i| [clamp(i.low), clamp(i.high)]).collect()
}

/// Types and codes of ICMP: `8`, or `8/0` and `3/0-4` where not all codes of the type are in the set.
pub fn icmp_types(values: &IntervalSet) -> Vec<String> {
    let types = (0..=255u128).map(|t| (t, values.intersect(&IntervalSet::range(t * 256, t * 256 + 255))));
    types.flat_map(|(t, of_type)| codes(t, &of_type)).collect()
}

fn codes(icmp_type: u128, values: &IntervalSet) -> Vec<String> {
    let word = |low: u128, high: u128| match (low & 255, high & 255) {
        (0, 255) => icmp_type.to_string(),
        (one, other) if one == other => format!("{icmp_type}/{one}"),
        (low, high) => format!("{icmp_type}/{low}-{high}"),
    };
    values.intervals().into_iter().map(|i| word(i.low, i.high)).collect()
}

/// The name of an interface; nothing for "no interface".
pub fn interface(interfaces: &Interfaces, id: IfaceId) -> Option<String> {
    (id != Interfaces::NONE).then(|| interfaces.name(id).to_owned())
}

/// `1 flow`, `2 flows`.
pub fn counted(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

/// At most `most` of the items, and how many more there are.
pub fn some_of(items: &[String], most: usize) -> String {
    let shown = items.iter().take(most).map(String::as_str).collect::<Vec<_>>().join(", ");
    match items.len().saturating_sub(most) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_become_the_fewest_prefixes() {
        let set = IntervalSet::from_ranges([(0x0a00_0000, 0x0a00_00ff), (0x0a00_0102, 0x0a00_0104)]);
        assert_eq!(cidrs(Family::V4, &set), ["10.0.0.0/24", "10.0.1.2/31", "10.0.1.4/32"]);
        assert_eq!(cidrs(Family::V4, &IntervalSet::range(0, u32::MAX.into())), ["0.0.0.0/0"]);
        assert_eq!(cidrs(Family::V6, &IntervalSet::range(0, u128::MAX)), ["::/0"]);
        assert_eq!(cidrs(Family::V6, &IntervalSet::single(1)), ["::1/128"]);
    }

    #[test]
    fn icmp_types_name_codes_only_where_they_matter() {
        let set = IntervalSet::from_ranges([(8 * 256, 8 * 256 + 255), (3 * 256 + 1, 3 * 256 + 4), (0, 0)]);
        assert_eq!(icmp_types(&set), ["0/0", "3/1-4", "8"]);
    }

    #[test]
    fn long_lists_are_cut() {
        let items = ["a", "b", "c"].map(str::to_owned);
        assert_eq!(some_of(&items, 2), "a, b and 1 more");
        assert_eq!(some_of(&items, 3), "a, b, c");
        assert_eq!(counted(1, "flow") + " " + &counted(0, "rule"), "1 flow 0 rules");
    }
}
