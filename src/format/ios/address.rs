//! Wildcard masks and prefixes as sets of integers.

use crate::format::asa::address::{Addresses, agreeing, v4, v6_prefix};
use crate::space::IntervalSet;

/// The addresses that agree with `address` wherever the **wildcard** has a zero; `None` when the wildcard has so many
/// holes that the set would be too large. Bits of the address under the wildcard play no part, as on the device.
pub fn wild(address: u32, wildcard: u32) -> Option<IntervalSet> {
    agreeing(address & !wildcard, !wildcard)
}

/// Is it a mask as an ASA writes them: ones, then zeros? The masks that are likely as wildcards, too, are none.
pub fn is_netmask(mask: u32) -> bool {
    mask.leading_ones() >= 8 && mask != u32::MAX && mask.leading_ones() + mask.trailing_zeros() == 32
}

/// `10.1.0.0/16` or `2001:db8::/32`, with the length.
pub fn prefix(word: &str) -> Option<(Addresses, u32)> {
    if let Some((set, length)) = v6_prefix(word) {
        return Some((Addresses::v6(set), length));
    }
    let (address, length) = word.split_once('/')?;
    let length = length.parse().ok().filter(|l| *l <= 32)?;
    Some((Addresses::v4(wild(v4(address)?, wildcard_of(length))?), length))
}

/// The wildcard of a prefix of this length.
pub fn wildcard_of(length: u32) -> u32 {
    u32::MAX.checked_shr(length).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(address: &str, wildcard: &str) -> IntervalSet {
        wild(v4(address).unwrap(), v4(wildcard).unwrap()).unwrap()
    }

    #[test]
    fn wildcards_have_any_shape() {
        assert_eq!(set("10.1.2.3", "0.0.0.255"), IntervalSet::range(0x0a01_0200, 0x0a01_02ff));
        assert_eq!(set("10.1.2.3", "0.0.0.0"), IntervalSet::single(0x0a01_0203));
        assert_eq!(set("10.1.2.3", "255.255.255.255"), IntervalSet::range(0, u32::MAX.into()));
        let third = set("10.1.0.7", "0.0.255.0");
        assert_eq!(third.intervals().len(), 256);
        assert!(third.contains(0x0a01_6307) && !third.contains(0x0a01_6308));
        let even = set("10.1.2.0", "0.0.0.254");
        assert_eq!(even.intervals().len(), 128);
        assert!(even.contains(0x0a01_0204) && !even.contains(0x0a01_0205));
    }

    #[test]
    fn a_netmask_as_wildcard_is_told_apart() {
        assert!(["255.255.255.0", "255.0.0.0", "255.255.255.252"].iter().all(|m| is_netmask(v4(m).unwrap())));
        assert!(
            !["0.0.0.255", "255.255.255.255", "0.0.255.0", "255.0.255.0", "0.0.0.0"]
                .iter()
                .any(|m| is_netmask(v4(m).unwrap()))
        );
        // Sixteen million single addresses.
        assert_eq!(wild(0, 0xffff_ff00), None);
        assert_eq!(wild(0, 0xffff_0000).map(|s| s.intervals().len()), Some(65_536));
    }

    #[test]
    fn prefixes_of_both_families() {
        assert_eq!(
            prefix("10.1.2.3/8").map(|p| (p.0.v4, p.1)),
            Some((IntervalSet::range(0x0a00_0000, 0x0aff_ffff), 8))
        );
        assert_eq!(prefix("0.0.0.0/0").map(|p| p.0.v4), Some(IntervalSet::range(0, u32::MAX.into())));
        assert_eq!(prefix("2001:db8::/32").map(|p| p.1), Some(32));
        assert!(prefix("10.0.0.0/33").is_none() && prefix("10.0.0.0").is_none());
    }
}
