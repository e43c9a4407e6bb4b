//! Static routes.

use super::address::{self, Addresses};
use super::object::Names;
use super::words::Words;

/// A static route.
#[derive(Debug, Clone)]
pub struct Route<'a> {
    /// The way out.
    pub interface: &'a str,
    /// The destinations.
    pub addresses: Addresses,
    /// How many bits of the mask are set.
    pub length: u32,
    /// The lower one is preferred.
    pub metric: u32,
    /// The line.
    pub line: &'a str,
}

/// Reads `IF NETWORK MASK GATEWAY [METRIC]` or `IF X::/n GATEWAY [METRIC]`.
pub fn route<'a>(line: &'a str, mut words: Words<'a>, names: &Names<'a>) -> Option<Route<'a>> {
    let interface = words.next()?;
    let word = words.next()?;
    let network = names.alias(word).unwrap_or(word);
    let (addresses, length) = match address::v6_prefix(network) {
        Some((set, length)) => (Addresses::v6(set), length),
        None => {
            let network = if network == "0" { 0 } else { address::v4(network)? };
            let mask = words.next()?;
            let mask = if mask == "0" { 0 } else { address::v4(mask)? };
            (Addresses::v4(address::masked(network & mask, mask).ok()?), mask.count_ones())
        }
    };
    words.next();
    let metric = words.next().and_then(|w| w.parse().ok()).unwrap_or(1);
    Some(Route { interface, addresses, length, metric, line })
}
