//! Addresses of both families: `10.0.0.0/8`, `10.0.0.1`, `10.0.0.1-10.0.0.9`, and the same for IPv6.

use crate::space::{Family, IntervalSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A set of addresses of each family.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::format) struct Addresses {
    v4: IntervalSet,
    v6: IntervalSet,
}

/// Why a text is no set of addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::format) enum NoAddress {
    /// It is none of the three forms.
    Form,
    /// A prefix with bits behind its length; the prefix that may be meant.
    HostBits(String),
    /// A range that ends before it begins, or in the other family.
    Backwards,
}

impl Addresses {
    /// Every address of both families.
    pub fn any() -> Addresses {
        Addresses {
            v4: IntervalSet::range(0, Family::V4.max_address()),
            v6: IntervalSet::range(0, Family::V6.max_address()),
        }
    }

    /// Those of one family.
    pub fn of(&self, family: Family) -> &IntervalSet {
        match family {
            Family::V4 => &self.v4,
            Family::V6 => &self.v6,
        }
    }

    /// All of them together.
    pub fn union(parts: &[Addresses]) -> Addresses {
        let all = |family| {
            let each = parts.iter().flat_map(move |part: &Addresses| part.of(family).intervals());
            IntervalSet::from_ranges(each.map(|interval| (interval.low, interval.high)))
        };
        Addresses { v4: all(Family::V4), v6: all(Family::V6) }
    }

    /// All others, of both families.
    pub fn complement(&self) -> Addresses {
        Addresses { v4: self.v4.complement(Family::V4.max_address()), v6: self.v6.complement(Family::V6.max_address()) }
    }

    /// Reads one of the three forms.
    pub fn parse(text: &str) -> Result<Addresses, NoAddress> {
        if let Some((address, length)) = text.split_once('/') {
            return prefix(address, length);
        }
        let (low, high) = text.split_once('-').unwrap_or((text, text));
        let (family, low) = address(low.trim()).ok_or(NoAddress::Form)?;
        let (other, high) = address(high.trim()).ok_or(NoAddress::Form)?;
        if family != other || low > high {
            return Err(NoAddress::Backwards);
        }
        Ok(Addresses::single(family, IntervalSet::range(low, high)))
    }

    fn single(family: Family, set: IntervalSet) -> Addresses {
        match family {
            Family::V4 => Addresses { v4: set, v6: IntervalSet::empty() },
            Family::V6 => Addresses { v4: IntervalSet::empty(), v6: set },
        }
    }
}

/// Is the text meant as an address, so that it can be no name?
pub(in crate::format) fn looks_like_address(text: &str) -> bool {
    let starts = text.starts_with(|c: char| c.is_ascii_digit());
    let dotted = starts && text.contains('.') && text.chars().all(|c| c.is_ascii_digit() || "./- ".contains(c));
    let slashed = starts && text.contains('/');
    text.contains(':') || dotted || slashed || text.chars().all(|c| c.is_ascii_digit())
}

/// A set of addresses as text: prefixes where they fit, else ranges.
pub(in crate::format) fn show(family: Family, set: &IntervalSet) -> String {
    if set.is_full(family.max_address()) {
        return "any".to_owned();
    }
    let each = set.intervals().iter().map(|interval| show_range(family, interval.low, interval.high));
    each.collect::<Vec<_>>().join(", ")
}

fn show_range(family: Family, low: u128, high: u128) -> String {
    let first = show_address(family, low);
    let size = high - low;
    if size == 0 {
        return first;
    }
    // A prefix is a block of 2^n addresses that begins at a multiple of 2^n.
    if size & size.wrapping_add(1) == 0 && low & size == 0 {
        return format!("{first}/{}", family.bits() - size.count_ones());
    }
    format!("{first}-{}", show_address(family, high))
}

fn show_address(family: Family, value: u128) -> String {
    match family {
        Family::V4 => Ipv4Addr::from(value as u32).to_string(),
        Family::V6 => Ipv6Addr::from(value).to_string(),
    }
}

fn address(text: &str) -> Option<(Family, u128)> {
    match text.parse().ok()? {
        IpAddr::V4(address) => Some((Family::V4, u32::from(address).into())),
        IpAddr::V6(address) => Some((Family::V6, address.into())),
    }
}

fn prefix(text: &str, length: &str) -> Result<Addresses, NoAddress> {
    let (family, low) = address(text.trim()).ok_or(NoAddress::Form)?;
    let length = super::port::number(length.trim(), family.bits()).ok_or(NoAddress::Form)?;
    let hosts = family.max_address().checked_shr(length).unwrap_or(0);
    if low & hosts != 0 {
        return Err(NoAddress::HostBits(format!("{}/{length}", show_address(family, low & !hosts))));
    }
    Ok(Addresses::single(family, IntervalSet::range(low, low | hosts)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        match Addresses::parse(text) {
            Ok(set) => [show(Family::V4, &set.v4), show(Family::V6, &set.v6)].join("|"),
            Err(wrong) => format!("{wrong:?}"),
        }
    }

    #[test]
    fn prefixes_addresses_and_ranges_are_read_and_shown() {
        for (text, shown) in [
            ("10.0.0.0/8", "10.0.0.0/8|"),
            ("10.0.0.1", "10.0.0.1|"),
            ("0.0.0.0/0", "any|"),
            ("::/0", "|any"),
            ("2001:db8::/32", "|2001:db8::/32"),
            ("2001:db8::1/128", "|2001:db8::1"),
            ("10.0.0.1-10.0.0.6", "10.0.0.1-10.0.0.6|"),
            ("10.0.0.0 - 10.0.0.255", "10.0.0.0/24|"),
            ("10.0.0.5/24", "HostBits(\"10.0.0.0/24\")"),
            ("10.0.0.9-10.0.0.1", "Backwards"),
            ("10.0.0.9-::1", "Backwards"),
            ("10.0.0.0/33", "Form"),
            ("10.0.0.0/08", "Form"),
            ("010.0.0.1", "Form"),
            ("lan", "Form"),
        ] {
            assert_eq!(read(text), shown, "{text}");
        }
    }

    #[test]
    fn the_complement_is_of_both_families() {
        let all_v4 = Addresses::parse("0.0.0.0/0").unwrap();
        assert_eq!(all_v4.complement(), Addresses::parse("::/0").unwrap());
        assert_eq!(Addresses::union(&[all_v4.complement(), all_v4]), Addresses::any());
    }

    #[test]
    fn names_are_told_from_addresses() {
        assert!(["10.0.0.0/33", "10.0.0.256", "1::g", "300"].into_iter().all(looks_like_address));
        assert!(!["lan", "10-net", "a.example", "web/gateway"].into_iter().any(looks_like_address));
    }
}
