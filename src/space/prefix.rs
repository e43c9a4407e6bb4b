//! Sets of addresses as people write them: prefixes and single addresses.

use super::{Family, IntervalSet};
use ipnet::{IpNet, Ipv4Net, Ipv4Subnets, Ipv6Net, Ipv6Subnets};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The fewest prefixes that make up the set, in ascending order.
pub fn prefixes(family: Family, addresses: &IntervalSet) -> Vec<IpNet> {
    addresses.intervals().into_iter().flat_map(|i| range(family, i.low, i.high)).collect()
}

/// The address of a number.
pub fn address(family: Family, value: u128) -> IpAddr {
    match family {
        Family::V4 => IpAddr::V4(Ipv4Addr::from(value as u32)),
        Family::V6 => IpAddr::V6(Ipv6Addr::from(value)),
    }
}

/// The addresses of a prefix.
pub fn addresses(prefix: IpNet) -> IntervalSet {
    let number = |address| match address {
        IpAddr::V4(a) => u128::from(u32::from(a)),
        IpAddr::V6(a) => u128::from(a),
    };
    IntervalSet::range(number(prefix.network()), number(prefix.broadcast()))
}

fn range(family: Family, low: u128, high: u128) -> Vec<IpNet> {
    match (address(family, low), address(family, high)) {
        (IpAddr::V4(low), IpAddr::V4(high)) => Ipv4Subnets::new(low, high, 0).map(IpNet::V4).collect(),
        (IpAddr::V6(low), IpAddr::V6(high)) => Ipv6Subnets::new(low, high, 0).map(IpNet::V6).collect(),
        _ => Vec::new(),
    }
}

/// The prefix of at most `length` bits around a prefix.
pub fn widened(prefix: IpNet, length: u8) -> IpNet {
    let length = length.min(prefix.prefix_len());
    match prefix {
        IpNet::V4(p) => Ipv4Net::new(p.addr(), length).map_or(prefix, |p| IpNet::V4(p.trunc())),
        IpNet::V6(p) => Ipv6Net::new(p.addr(), length).map_or(prefix, |p| IpNet::V6(p.trunc())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(family: Family, set: &IntervalSet) -> Vec<String> {
        prefixes(family, set).iter().map(IpNet::to_string).collect()
    }

    #[test]
    fn a_range_becomes_the_fewest_prefixes() {
        let set = IntervalSet::from_ranges([(0x0a00_0001, 0x0a00_0004), (0xffff_ffff, 0xffff_ffff)]);
        let expected = ["10.0.0.1/32", "10.0.0.2/31", "10.0.0.4/32", "255.255.255.255/32"];
        assert_eq!(text(Family::V4, &set), expected);
        assert_eq!(text(Family::V4, &IntervalSet::range(0, u32::MAX.into())), ["0.0.0.0/0"]);
        assert_eq!(text(Family::V6, &IntervalSet::range(0, u128::MAX)), ["::/0"]);
        assert!(text(Family::V4, &IntervalSet::empty()).is_empty());
    }

    #[test]
    fn prefixes_and_sets_agree() {
        for prefix in ["10.20.0.0/16", "2620:119:35::35/128"] {
            let prefix: IpNet = prefix.parse().unwrap();
            let family = if prefix.addr().is_ipv4() { Family::V4 } else { Family::V6 };
            assert_eq!(prefixes(family, &addresses(prefix)), [prefix]);
        }
    }

    #[test]
    fn widening_never_narrows() {
        let narrow: IpNet = "146.112.252.0/24".parse().unwrap();
        assert_eq!(widened(narrow, 16).to_string(), "146.112.0.0/16");
        assert_eq!(widened(narrow, 28), narrow);
    }
}
