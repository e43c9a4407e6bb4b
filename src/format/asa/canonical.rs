//! Sets of packets as people write them, for `show`.

use crate::space::{Cube, Family, Field, Interval, IntervalSet};
use std::net::{Ipv4Addr, Ipv6Addr};

/// The protocols, addresses and ports of a cube.
pub fn cube(cube: &Cube, family: Family) -> String {
    let part = |field| cube.get(field);
    let protos = part(Field::Proto).map_or("ip".to_owned(), |s| list(s, protocol));
    let side = |addresses, ports| {
        let any = if family == Family::V4 { "any4" } else { "any6" };
        let addresses = part(addresses).map_or(any.to_owned(), |s| list(s, |i| range(i, family)));
        let ports = part(ports).map_or(String::new(), |s| format!(" port {}", list(s, numbers)));
        format!("{addresses}{ports}")
    };
    let icmp = part(Field::Icmp).map_or(String::new(), |s| format!(" type {}", list(s, icmp)));
    format!("{protos} {} {}{icmp}", side(Field::Src, Field::SrcPort), side(Field::Dst, Field::DstPort))
}

/// The first few ranges of a set of addresses.
pub fn addresses(set: &IntervalSet, family: Family) -> String {
    const MOST: usize = 4;
    let address = |value| prefix(value, family.bits(), family);
    let one =
        |i: Interval| if i.low == i.high { address(i.low) } else { format!("{}-{}", address(i.low), address(i.high)) };
    let ranges = set.intervals();
    let more = if ranges.len() > MOST { ", ..." } else { "" };
    let shown: Vec<String> = ranges.into_iter().take(MOST).map(one).collect();
    format!("{}{more}", shown.join(", "))
}

fn list(set: &IntervalSet, each: impl Fn(Interval) -> String) -> String {
    set.intervals().into_iter().map(each).collect::<Vec<_>>().join(",")
}

fn numbers(i: Interval) -> String {
    if i.low == i.high { i.low.to_string() } else { format!("{}-{}", i.low, i.high) }
}

fn protocol(i: Interval) -> String {
    match (i.low, i.high) {
        (1, 1) => "icmp".to_owned(),
        (6, 6) => "tcp".to_owned(),
        (17, 17) => "udp".to_owned(),
        (58, 58) => "icmp6".to_owned(),
        _ => numbers(i),
    }
}

fn icmp(i: Interval) -> String {
    match (i.low & 0xff, i.high & 0xff) {
        (0, 0xff) => numbers(Interval { low: i.low >> 8, high: i.high >> 8 }),
        _ => format!("{}/{}", i.low >> 8, i.low & 0xff),
    }
}

/// The prefixes that make up a range.
fn range(i: Interval, family: Family) -> String {
    let mut parts = Vec::new();
    let mut low = i.low;
    loop {
        // The largest aligned block that begins here and does not reach past the end.
        let aligned = low.trailing_zeros().min(family.bits());
        let block = (0..=aligned).rev().find(|b| low | ones(*b) <= i.high).unwrap_or(0);
        parts.push(prefix(low, family.bits() - block, family));
        match (low | ones(block)).checked_add(1) {
            Some(next) if next <= i.high => low = next,
            _ => return parts.join(","),
        }
    }
}

fn ones(bits: u32) -> u128 {
    1u128.checked_shl(bits).map_or(u128::MAX, |b| b - 1)
}

fn prefix(address: u128, length: u32, family: Family) -> String {
    let (text, bits) = match family {
        Family::V4 => (Ipv4Addr::from(address as u32).to_string(), 32),
        Family::V6 => (Ipv6Addr::from(address).to_string(), 128),
    };
    if length == bits { text } else { format!("{text}/{length}") }
}
