//! Static routes.

use super::address::prefix;
use crate::format::asa::address::{Addresses, masked, v4, v6};
use crate::format::asa::words::Words;

/// A static route.
#[derive(Debug, Clone)]
pub struct Route<'a> {
    /// The routing table, unless it is the global one.
    pub vrf: Option<&'a str>,
    /// The destinations.
    pub addresses: Addresses,
    /// How many bits of the mask are set.
    pub length: u32,
    /// The way out, as far as the line names it.
    pub interface: Option<String>,
    /// The next router.
    pub gateway: Option<Addresses>,
    /// The administrative distance; the lower one is preferred.
    pub distance: u32,
    /// Does it hang on a tracked object?
    pub tracked: bool,
    /// The line.
    pub line: &'a str,
}

/// Reads what follows `ip route` or `ipv6 route`: `[vrf V] N M {IF|GATEWAY|IF GATEWAY} [DISTANCE] [name X] [track N]`.
pub fn route<'a>(line: &'a str, mut words: Words<'a>, vrf: Option<&'a str>) -> Option<Route<'a>> {
    let vrf = if words.take_if("vrf") { Some(words.next()?) } else { vrf };
    words.take_when(|w| matches!(w, "static" | "topology"));
    let word = words.next()?;
    let (addresses, length) = match prefix(word) {
        Some(known) => known,
        None => {
            let (network, mask) = (v4(word)?, v4(words.next()?)?);
            (Addresses::v4(masked(network & mask, mask).ok()?), mask.count_ones())
        }
    };
    let mut route = Route { vrf, addresses, length, interface: None, gateway: None, distance: 1, tracked: false, line };
    if !words.peek().is_some_and(is_gateway) && words.peek() != Some("dhcp") {
        route.interface = Some(super::interface::name(&mut words)?);
    }
    if let Some(gateway) = words.take_when(is_gateway) {
        route.gateway = gateway_addresses(gateway);
    }
    while let Some(word) = words.next() {
        match word {
            "name" | "tag" => drop(words.next()),
            "track" => route.tracked = true,
            _ => route.distance = word.parse().unwrap_or(route.distance),
        }
    }
    Some(route)
}

fn is_gateway(word: &str) -> bool {
    gateway_addresses(word).is_some()
}

fn gateway_addresses(word: &str) -> Option<Addresses> {
    use crate::space::IntervalSet;
    let v4 = v4(word).map(|a| Addresses::v4(IntervalSet::single(a.into())));
    v4.or_else(|| v6(word).map(|a| Addresses::v6(IntervalSet::single(a))))
}
