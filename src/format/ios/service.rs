//! Protocols, ports and ICMP messages of entries and groups.

use super::names;
use crate::format::asa::service::{Item, all_ports, all_protocols, is_port_operator, tcp_udp};
use crate::format::asa::words::Words;
use crate::policy::ICMPV6;
use crate::space::IntervalSet;

/// The protocols that a word names; `ip` is all of them.
pub fn protocols(word: &str) -> Option<IntervalSet> {
    match word {
        "ip" | "ipv4" | "ipv6" => Some(all_protocols()),
        "tcp-udp" => Some(tcp_udp()),
        _ => names::protocol(word).map(|p| IntervalSet::single(p.into())),
    }
}

/// Ports after an operator. `eq` and `neq` take several; `lt` and `gt` leave the port itself out. (Cisco IOS Security
/// Configuration Guide, "Named ACL Support for Noncontiguous Ports on an Access Control Entry".)
pub fn ports(words: &mut Words<'_>) -> Result<IntervalSet, String> {
    let operator = words.next().unwrap_or("");
    let first = port(words, operator)?;
    match operator {
        "eq" => Ok(several(words, first)),
        "neq" => Ok(several(words, first).complement(0xffff)),
        "lt" if first == 0 => Ok(IntervalSet::empty()),
        "lt" => Ok(IntervalSet::range(0, first - 1)),
        "gt" => Ok(IntervalSet::range(first + 1, 0xffff)),
        "range" => {
            let last = port(words, operator)?;
            // The device stores a range in ascending order.
            Ok(IntervalSet::range(first.min(last), first.max(last)))
        }
        _ => Err(format!("`{operator}` is no comparison of ports")),
    }
}

/// As [`ports`], with `eq` left out where there is one port.
pub fn ports_or_port(words: &mut Words<'_>) -> Result<IntervalSet, String> {
    if words.peek().is_some_and(is_port_operator) {
        return ports(words);
    }
    port(words, "the protocol").map(IntervalSet::single)
}

fn port(words: &mut Words<'_>, after: &str) -> Result<u128, String> {
    let word = words.next().ok_or_else(|| format!("`{after}` without a port"))?;
    names::port(word).map(u128::from).ok_or_else(|| format!("`{word}` is no port"))
}

fn several(words: &mut Words<'_>, first: u128) -> IntervalSet {
    let mut all = vec![(first, first)];
    while let Some(next) = words.take_when(|w| names::port(w).is_some()).and_then(names::port) {
        all.push((next.into(), next.into()));
    }
    IntervalSet::from_ranges(all)
}

/// A type with an optional code, or the name of a message; `None` when something else stands there.
pub fn icmp(words: &mut Words<'_>, version: u8) -> Result<Option<IntervalSet>, String> {
    let six = version == ICMPV6;
    let Some(word) = words.take_when(|w| names::icmp_message(w, six).is_some()) else { return Ok(None) };
    let Some((kind, code)) = names::icmp_message(word, six) else { return Ok(None) };
    let given = words.take_when(super::line::is_number);
    let code = match given {
        Some(number) => Some(number.parse().map_err(|_| format!("`{number}` is no ICMP code"))?),
        None => code,
    };
    let base = u128::from(kind) << 8;
    let one = |c: u8| IntervalSet::single(base | u128::from(c));
    Ok(Some(code.map_or(IntervalSet::range(base, base | 0xff), one)))
}

/// Everything with these protocols, whatever the ports.
pub fn without_ports(item: &Item) -> Item {
    Item { sports: all_ports(), dports: all_ports(), icmp: all_ports(), ..item.clone() }
}
