//! Small parts of sentences.

use crate::policy::{Conversation, ICMP, ICMPV6, Policy, TCP, UDP};
use crate::space::{Family, Field, IntervalSet, PacketSet, address, addresses, prefixes};
use ipnet::IpNet;

use super::cause::Hit;

/// `UDP`, or `protocol 47`.
pub(super) fn proto_name(proto: u128) -> String {
    match u8::try_from(proto) {
        Ok(TCP) => "TCP".to_owned(),
        Ok(UDP) => "UDP".to_owned(),
        Ok(ICMP) => "ICMP".to_owned(),
        Ok(ICMPV6) => "ICMPv6".to_owned(),
        _ => format!("protocol {proto}"),
    }
}

/// `80 and 443`, `1-1023`; nothing for all ports.
pub(super) fn ports(set: &IntervalSet) -> String {
    if set.is_full(0xffff) {
        return String::new();
    }
    let range = |low, high| if low == high { format!("{low}") } else { format!("{low}-{high}") };
    let all: Vec<String> = set.intervals().into_iter().map(|i| range(i.low, i.high)).collect();
    some(&all, 6)
}

/// `a`, `a and b`, `a, b and c`, and beyond `most`: `a, b and 7 more`.
pub(super) fn some(items: &[String], most: usize) -> String {
    let shown = if items.len() > most { items.get(..most.saturating_sub(1).max(1)).unwrap_or(items) } else { items };
    match (shown.len() < items.len(), shown) {
        (true, _) => format!("{} and {} more", shown.join(", "), items.len() - shown.len()),
        (false, [before @ .., last]) if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        (false, _) => shown.join(", "),
    }
}

/// A prefix, without its length when it is one address.
pub(super) fn prefix(prefix: &IpNet) -> String {
    if prefix.prefix_len() == prefix.max_prefix_len() { prefix.addr().to_string() } else { prefix.to_string() }
}

/// A set of addresses as prefixes; `anywhere` for all of them.
pub(super) fn address_list(family: Family, set: &IntervalSet) -> String {
    if set.is_full(family.max_address()) {
        return "anywhere".to_owned();
    }
    some(&prefixes(family, set).iter().map(prefix).collect::<Vec<_>>(), 8)
}

/// The destinations that some blocks lose, as the requirements name them and in their order.
pub(super) fn destinations(hits: &[Hit<'_>]) -> Vec<String> {
    let mut all = Vec::new();
    for hit in hits {
        let family = hit.policy.family;
        let lost = hit.block.packets.values(Field::Dst);
        let named = hit.requirement.destinations.iter().filter(|p| p.addr().is_ipv4() == (family == Family::V4));
        let whole: Vec<&IpNet> = named.filter(|p| addresses(**p).is_subset(&lost)).collect();
        let rest = whole.iter().fold(lost.clone(), |rest, p| rest.subtract(&addresses(**p)));
        for name in whole.into_iter().map(prefix).chain(prefixes(family, &rest).iter().map(prefix)) {
            if !all.contains(&name) {
                all.push(name);
            }
        }
    }
    all
}

/// Protocols with their ports: `UDP 443`, `UDP and TCP 53`, `UDP 53 and 443 and TCP 53`.
pub(super) fn protocols(sets: &[&PacketSet]) -> String {
    let mut by_ports: Vec<(String, Vec<String>)> = Vec::new();
    // UDP stands first: it is what DNS is about.
    let present = sets.iter().map(|set| set.values(Field::Proto)).fold(IntervalSet::empty(), |a, b| a.union(&b));
    let others = (0..=255).filter(|p| ![6, 17].contains(p));
    for proto in [u128::from(UDP), u128::from(TCP)].into_iter().chain(others).filter(|p| present.contains(*p)) {
        let only = IntervalSet::single(proto);
        let of = sets.iter().map(|set| (*set).clone().with(Field::Proto, &only).values(Field::DstPort));
        let numbers = of.fold(IntervalSet::empty(), |a, b| a.union(&b));
        if numbers.is_empty() {
            continue;
        }
        let numbers = ports(&numbers);
        match by_ports.iter_mut().find(|(ports, _)| *ports == numbers) {
            Some((_, names)) => names.push(proto_name(proto)),
            None => by_ports.push((numbers, vec![proto_name(proto)])),
        }
    }
    let phrase = |(ports, names): &(String, Vec<String>)| format!("{} {ports}", some(names, 4)).trim_end().to_owned();
    some(&by_ports.iter().map(phrase).collect::<Vec<_>>(), 4)
}

/// `udp 10.20.0.1:1024 > 208.67.222.222:443`, as `trace --flow` takes it.
pub(super) fn conversation(c: &Conversation) -> String {
    let end = |value, port| {
        let with_ports = matches!(c.proto, TCP | UDP);
        match (c.family, with_ports) {
            (Family::V6, true) => format!("[{}]:{port}", address(c.family, value)),
            (Family::V4, true) => format!("{}:{port}", address(c.family, value)),
            _ => address(c.family, value).to_string(),
        }
    };
    let proto = match c.proto {
        TCP | UDP | ICMP | ICMPV6 => proto_name(c.proto.into()).to_lowercase(),
        other => other.to_string(),
    };
    format!("{proto} {} > {}", end(c.src, c.sport), end(c.dst, c.dport))
}

/// The interfaces of a conversation, where it has any: `from \`lan0\` to \`wan0\``.
pub(super) fn way(policy: &Policy, c: &Conversation) -> Option<String> {
    match (policy.interfaces.name(c.in_iface), policy.interfaces.name(c.out_iface)) {
        (_, "") => None,
        ("", to) => Some(format!("out by `{to}`")),
        (from, to) => Some(format!("from `{from}` to `{to}`")),
    }
}

/// The items in their order, each once.
pub(super) fn once<T: PartialEq>(items: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut out = Vec::new();
    for item in items {
        if !out.contains(&item) {
            out.push(item);
        }
    }
    out
}
