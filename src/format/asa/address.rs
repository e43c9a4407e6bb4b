//! Addresses and masks as sets of integers.

use crate::format::MAX_INTERVALS;
use crate::space::{Family, IntervalSet};
use std::net::{Ipv4Addr, Ipv6Addr};

/// Addresses of both families.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addresses {
    /// Of IPv4.
    pub v4: IntervalSet,
    /// Of IPv6.
    pub v6: IntervalSet,
}

impl Addresses {
    /// None at all.
    pub fn none() -> Addresses {
        Addresses { v4: IntervalSet::empty(), v6: IntervalSet::empty() }
    }

    /// All of both families.
    pub fn any() -> Addresses {
        Addresses { v4: all(Family::V4), v6: all(Family::V6) }
    }

    /// Only of IPv4.
    pub fn v4(set: IntervalSet) -> Addresses {
        Addresses { v4: set, v6: IntervalSet::empty() }
    }

    /// Only of IPv6.
    pub fn v6(set: IntervalSet) -> Addresses {
        Addresses { v4: IntervalSet::empty(), v6: set }
    }

    /// Of one family.
    pub fn of(&self, family: Family) -> &IntervalSet {
        match family {
            Family::V4 => &self.v4,
            Family::V6 => &self.v6,
        }
    }

    /// Adds others.
    pub fn add(&mut self, other: &Addresses) {
        self.v4 = self.v4.union(&other.v4);
        self.v6 = self.v6.union(&other.v6);
    }
}

/// Every address of a family.
pub fn all(family: Family) -> IntervalSet {
    IntervalSet::range(0, family.max_address())
}

/// A dotted IPv4 address.
pub fn v4(word: &str) -> Option<u32> {
    word.parse::<Ipv4Addr>().ok().map(u32::from)
}

/// An IPv6 address.
pub fn v6(word: &str) -> Option<u128> {
    word.parse::<Ipv6Addr>().ok().map(u128::from)
}

/// An IPv6 prefix `X::/n` with the length.
pub fn v6_prefix(word: &str) -> Option<(IntervalSet, u32)> {
    let (address, length) = word.split_once('/')?;
    let length: u32 = length.parse().ok().filter(|l| *l <= 128)?;
    let host = u128::MAX.checked_shr(length).unwrap_or(0);
    let low = v6(address)? & !host;
    Some((IntervalSet::range(low, low | host), length))
}

/// Is it a mask as IOS writes them: zeros, then ones? The two masks that mean the same in both worlds are none.
pub fn is_wildcard(mask: u32) -> bool {
    mask != 0 && mask != u32::MAX && mask & mask.wrapping_add(1) == 0
}

/// Why an address with a mask is no network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MaskError {
    /// The mask is one of IOS.
    Wildcard,
    /// Host bits are set in the address: the device refuses the pair.
    DoesNotPair,
    /// The mask has so many holes that the set would be too large.
    TooMany,
}

/// The addresses that agree with `address` in the bits of a **netmask**, which may have holes.
pub fn masked(address: u32, mask: u32) -> Result<IntervalSet, MaskError> {
    if is_wildcard(mask) {
        return Err(MaskError::Wildcard);
    }
    if address & !mask != 0 {
        return Err(MaskError::DoesNotPair);
    }
    agreeing(address, mask).ok_or(MaskError::TooMany)
}

/// The addresses that agree with `address` in the bits of any mask; `None` when they are too many pieces. No bit of
/// the address may be set outside of the mask.
pub fn agreeing(address: u32, mask: u32) -> Option<IntervalSet> {
    let low_zeros = mask.trailing_zeros().min(32);
    let span = u32::MAX.checked_shl(low_zeros).map_or(u32::MAX, |high| !high);
    let holes = !mask & !span;
    if 1u64 << holes.count_ones() > MAX_INTERVALS as u64 {
        return None;
    }
    if holes == 0 {
        return Some(IntervalSet::range(address.into(), (address | span).into()));
    }
    Some(IntervalSet::from_ranges(subsets(holes).map(|bits| {
        let low = address | bits;
        (low.into(), (low | span).into())
    })))
}

/// All numbers that have only bits of `bits`.
fn subsets(bits: u32) -> impl Iterator<Item = u32> {
    let mut next = Some(0u32);
    std::iter::from_fn(move || {
        let now = next?;
        let following = now.wrapping_sub(bits) & bits;
        next = if following == 0 { None } else { Some(following) };
        Some(now)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn net(address: &str, mask: &str) -> Result<IntervalSet, MaskError> {
        masked(v4(address).unwrap(), v4(mask).unwrap())
    }

    #[test]
    fn masks_are_netmasks_and_may_have_holes() {
        assert_eq!(net("10.1.0.0", "255.255.0.0"), Ok(IntervalSet::range(0x0a01_0000, 0x0a01_ffff)));
        assert_eq!(net("0.0.0.0", "0.0.0.0"), Ok(all(Family::V4)));
        assert_eq!(net("10.1.2.3", "255.255.255.255"), Ok(IntervalSet::single(0x0a01_0203)));
        let holes = net("10.0.5.0", "255.0.255.0").unwrap();
        assert_eq!(holes.intervals().len(), 256);
        assert!(holes.contains(0x0aff_0507) && !holes.contains(0x0aff_0607));
    }

    #[test]
    fn wildcards_and_host_bits_are_told_apart() {
        assert_eq!(net("10.1.0.0", "0.0.255.255"), Err(MaskError::Wildcard));
        assert_eq!(net("10.1.0.1", "255.255.0.0"), Err(MaskError::DoesNotPair));
        assert_eq!(net("0.0.0.0", "0.85.85.85"), Err(MaskError::TooMany));
    }

    #[test]
    fn prefixes_of_ipv6_have_all_lengths() {
        assert_eq!(v6_prefix("::/0").map(|p| p.0), Some(all(Family::V6)));
        assert_eq!(v6_prefix("2001:db8::1/128").map(|p| p.0.only().is_some()), Some(true));
        assert_eq!(v6_prefix("2001:db8::/129"), None);
    }
}
