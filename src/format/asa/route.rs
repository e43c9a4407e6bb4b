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
    /// Is it only for what came out of a tunnel?
    pub tunneled: bool,
    /// The line.
    pub line: &'a str,
}

impl Route<'_> {
    /// Does it lead nowhere (`route Null0 ...`)?
    pub fn is_black_hole(&self) -> bool {
        self.interface.eq_ignore_ascii_case("null0")
    }
}

/// Reads `IF NETWORK MASK GATEWAY [METRIC] [track N] [tunneled]` or `IF X::/n GATEWAY [METRIC] [tunneled]`.
pub fn route<'a>(line: &'a str, mut words: Words<'a>, names: &Names<'a>) -> Option<Route<'a>> {
    let interface = words.next()?;
    let word = words.next()?;
    let network = names.alias(word).unwrap_or(word);
    let (addresses, length) = match address::v6_prefix(network) {
        Some((set, length)) => (Addresses::v6(set), length),
        None => {
            let zero_or =
                |word: &str| if word == "0" { Some(0) } else { address::v4(names.alias(word).unwrap_or(word)) };
            let (network, mask) = (zero_or(network)?, words.next().and_then(zero_or)?);
            (Addresses::v4(address::masked(network & mask, mask).ok()?), mask.count_ones())
        }
    };
    words.next();
    let metric = words.peek().and_then(|w| w.parse().ok()).unwrap_or(1);
    let tunneled = words.any(|w| w == "tunneled");
    Some(Route { interface, addresses, length, metric, tunneled, line })
}
