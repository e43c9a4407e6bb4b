//! Values of options: addresses, ports, protocols, numbers. Every function gives `None` for what is not one.

use super::names;
use crate::format::MAX_INTERVALS;
use crate::space::{Family, IntervalSet};
use std::net::{Ipv4Addr, Ipv6Addr};

/// The kernel keeps names of interfaces in 16 bytes, with a zero at the end.
pub(super) const LONGEST_INTERFACE: usize = 15;

/// An address with the bits of it that count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::format) struct Net {
    pub family: Family,
    pub address: u128,
    pub mask: u128,
}

/// One address.
pub(in crate::format) fn address(family: Family, text: &str) -> Option<u128> {
    match family {
        Family::V4 => text.parse::<Ipv4Addr>().ok().map(|a| u32::from(a).into()),
        Family::V6 => text.parse::<Ipv6Addr>().ok().map(u128::from),
    }
}

/// An address as iptables-save prints it.
pub(in crate::format) fn show_address(family: Family, address: u128) -> String {
    match family {
        Family::V4 => Ipv4Addr::from(address as u32).to_string(),
        Family::V6 => Ipv6Addr::from(address).to_string(),
    }
}

/// One address as the options of iptables itself take it: of IPv4 the last bytes may be missing, which are zero then, and
/// bytes may be octal or hexadecimal (xtables_numeric_to_ipaddr of libxtables).
pub(super) fn short_address(family: Family, text: &str) -> Option<u128> {
    if family == Family::V6 || text.split('.').count() > 4 {
        return address(family, text);
    }
    let bytes = text.split('.').chain(std::iter::repeat("0")).take(4);
    bytes.map(|b| number(b).filter(|b| *b <= 255)).try_fold(0, |all, byte| Some(all << 8 | u128::from(byte?)))
}

/// `a`, `a/length` or `a/mask`.
pub(in crate::format) fn net(family: Family, text: &str) -> Option<Net> {
    net_with(address, family, text)
}

/// The same, as the options of iptables itself take it: `10/8` is a network.
pub(super) fn short_net(family: Family, text: &str) -> Option<Net> {
    net_with(short_address, family, text)
}

fn net_with(host_of: impl Fn(Family, &str) -> Option<u128>, family: Family, text: &str) -> Option<Net> {
    let Some((host, mask)) = text.split_once('/') else {
        return Some(Net { family, address: host_of(family, text)?, mask: family.max_address() });
    };
    let mask = prefix_mask(family, mask).or_else(|| address(family, mask))?;
    Some(Net { family, address: host_of(family, host)? & mask, mask })
}

/// The mask of a length of a prefix.
pub(super) fn prefix_mask(family: Family, text: &str) -> Option<u128> {
    let length = number(text).filter(|l| *l <= family.bits())?;
    Some(mask_of(family, length))
}

/// The mask of a prefix length.
pub(in crate::format) fn mask_of(family: Family, length: u32) -> u128 {
    let host_bits = family.bits().saturating_sub(length);
    let host = 1u128.checked_shl(host_bits).map_or(u128::MAX, |bit| bit - 1);
    family.max_address() & !host
}

impl Net {
    /// The addresses that agree in the bits of the mask; `None` when they are too many separate ranges.
    pub(in crate::format) fn addresses(&self) -> Option<IntervalSet> {
        let free = self.family.max_address() & !self.mask;
        let run = low_ones(free);
        let scattered = free & !run;
        if scattered == 0 {
            return Some(IntervalSet::range(self.address, self.address | run));
        }
        if scattered.count_ones() > MAX_INTERVALS.ilog2() {
            return None;
        }
        let starts = subsets(scattered).map(|s| self.address | s);
        Some(IntervalSet::from_ranges(starts.map(|start| (start, start | run))))
    }

    /// Bits that do not count.
    pub(in crate::format) fn host_mask(&self) -> u128 {
        self.family.max_address() & !self.mask
    }

    /// Is the mask that of a prefix, without holes?
    pub(in crate::format) fn is_prefix(&self) -> bool {
        let free = self.host_mask();
        free == low_ones(free)
    }

    /// Every address?
    pub(in crate::format) fn is_any(&self) -> bool {
        self.mask == 0
    }
}

impl std::fmt::Display for Net {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let length = self.mask.count_ones();
        let address = show_address(self.family, self.address);
        if mask_of(self.family, length) == self.mask {
            write!(f, "{address}/{length}")
        } else {
            write!(f, "{address}/{}", show_address(self.family, self.mask))
        }
    }
}

fn low_ones(bits: u128) -> u128 {
    let length = bits.trailing_ones();
    1u128.checked_shl(length).map_or(u128::MAX, |bit| bit - 1)
}

/// All numbers whose bits are among those of `of`, in ascending order.
fn subsets(of: u128) -> impl Iterator<Item = u128> {
    let next = move |s: &u128| Some(s.wrapping_sub(of) & of).filter(|n| *n != 0);
    std::iter::successors(Some(0), next)
}

/// `a` or `a-b`, both ends included.
pub(in crate::format) fn address_range(family: Family, text: &str) -> Option<(u128, u128)> {
    match text.split_once('-') {
        Some((low, high)) => Some((short_address(family, low)?, short_address(family, high)?)).filter(|r| r.0 <= r.1),
        None => short_address(family, text).map(|a| (a, a)),
    }
}

/// strtoul(3) takes one sign, and Rust's numbers another.
pub(super) fn without_plus(text: &str) -> Option<&str> {
    let digits = text.strip_prefix('+').unwrap_or(text);
    (!digits.contains('+')).then_some(digits)
}

/// A number in decimal, hexadecimal (`0x`) or octal (`0`), as strtoul(3) reads it.
pub(in crate::format) fn number(text: &str) -> Option<u32> {
    let text = without_plus(text)?;
    if let Some(hex) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        return u32::from_str_radix(hex, 16).ok();
    }
    match text.strip_prefix('0') {
        Some(octal) if !octal.is_empty() => u32::from_str_radix(octal, 8).ok(),
        _ => text.parse().ok(),
    }
}

/// `value` or `value/mask`.
pub(in crate::format) fn masked_number(text: &str) -> Option<(u32, Option<u32>)> {
    match text.split_once('/') {
        Some((value, mask)) => Some((number(value)?, Some(number(mask)?))),
        None => Some((number(text)?, None)),
    }
}

/// A port number or the name of a service.
pub(in crate::format) fn port(text: &str) -> Option<u16> {
    match number(text) {
        Some(port) => port.try_into().ok(),
        None => names::service(text),
    }
}

/// `a`, `a:b`, `a:` or `:b`; the separator differs between options.
pub(in crate::format) fn port_range(text: &str, separator: char) -> Option<(u16, u16)> {
    let Some((low, high)) = text.split_once(separator) else { return port(text).map(|p| (p, p)) };
    let low = if low.is_empty() { 0 } else { port(low)? };
    let high = if high.is_empty() { u16::MAX } else { port(high)? };
    (low <= high).then_some((low, high))
}

/// A port or a range of ports that means the same to every match and in every version: some of them take `010` for 8
/// and others for 10, or cut numbers to 16 bits.
pub(super) fn plain_ports(text: &str) -> Option<(u16, u16)> {
    let plain = |part: &str| part.len() < 2 || !part.starts_with(['0', '+']);
    port_range(text, ':').filter(|_| text.split(':').all(plain))
}

/// A range as a set.
pub(in crate::format) fn set_of(range: (u16, u16)) -> IntervalSet {
    IntervalSet::range(range.0.into(), range.1.into())
}

/// The number of a protocol; 0 is every protocol.
pub(in crate::format) fn protocol(text: &str) -> Option<u8> {
    if ["all", "ip", "hopopt"].iter().any(|every| text.eq_ignore_ascii_case(every)) {
        return Some(0);
    }
    match number(text) {
        Some(value) => value.try_into().ok(),
        None => names::protocol(text),
    }
}

/// The flags of TCP packets that have `comp` of those in `mask`, or have not.
pub(in crate::format) fn flags_with(mask: u8, comp: u8, negated: bool) -> IntervalSet {
    let fits = (0..64u8).filter(|flags| (flags & mask == comp) != negated);
    IntervalSet::from_ranges(fits.map(|flags| (flags.into(), flags.into())))
}

/// The six flags of TCP as a list of names; `ALL` and `NONE`.
pub(in crate::format) fn tcp_flags(text: &str) -> Option<u8> {
    text.split(',').try_fold(0, |flags, name| {
        let bit = match name.to_ascii_uppercase().as_str() {
            "FIN" => 1,
            "SYN" => 2,
            "RST" => 4,
            "PSH" => 8,
            "ACK" => 16,
            "URG" => 32,
            "ALL" => 63,
            "NONE" => 0,
            _ => return None,
        };
        Some(flags | bit)
    })
}

/// Flags as iptables-save prints them.
pub(in crate::format) fn show_flags(flags: u8) -> String {
    const NAMES: [&str; 6] = ["FIN", "SYN", "RST", "PSH", "ACK", "URG"];
    if flags == 0 {
        return "NONE".to_owned();
    }
    let set = NAMES.iter().enumerate().filter(|(bit, _)| flags >> bit & 1 == 1).map(|(_, name)| *name);
    set.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_may_have_holes() {
        let sparse = net(Family::V4, "10.0.3.7/255.255.0.255").unwrap();
        assert_eq!(sparse.to_string(), "10.0.0.7/255.255.0.255");
        assert_eq!(sparse.addresses().unwrap().intervals().len(), 256);
        assert_eq!(net(Family::V4, "1.2.3.4/0.0.0.1").unwrap().addresses(), None);
        assert_eq!(net(Family::V4, "10.9.8.7/255.0.0.0").unwrap().to_string(), "10.0.0.0/8");
        assert!(net(Family::V6, "::/0").unwrap().addresses().unwrap().is_full(u128::MAX));
    }

    #[test]
    fn addresses_may_be_short() {
        let short = |text| short_net(Family::V4, text).map(|n| n.to_string());
        assert_eq!(short("10/8").as_deref(), Some("10.0.0.0/8"));
        assert_eq!(short("0/0").as_deref(), Some("0.0.0.0/0"));
        assert_eq!(short("10.1").as_deref(), Some("10.1.0.0/32"));
        assert_eq!(short("010.0.0.0x10").as_deref(), Some("8.0.0.16/32"));
        for bad in ["10.", ".1", "300.1", "1.2.3.4.5", "10.0.0.1/", "10.0.0.1/08", "10/255.0", ""] {
            assert_eq!(short(bad), None, "{bad}");
        }
    }

    #[test]
    fn ports_that_versions_read_differently_are_not_plain() {
        assert_eq!(plain_ports("0:1024"), Some((0, 1024)));
        assert_eq!(plain_ports("domain"), Some((53, 53)));
        for odd in ["010", "1:020", "+5", "65541", "90:80"] {
            assert_eq!(plain_ports(odd), None, "{odd}");
        }
    }

    #[test]
    fn ports_are_numbers_names_and_open_ranges() {
        assert_eq!(port_range("1024:", ':'), Some((1024, 65535)));
        assert_eq!(port_range(":domain", ':'), Some((0, 53)));
        assert_eq!(port_range("20:10", ':'), None);
        assert_eq!(port("65536"), None);
        assert_eq!(port("0x35"), Some(53));
    }

    #[test]
    fn flags_are_named_in_the_order_of_their_bits() {
        assert_eq!(show_flags(tcp_flags("ACK,SYN").unwrap()), "SYN,ACK");
        assert_eq!(tcp_flags("SYN,X"), None);
        assert_eq!(tcp_flags("NONE"), Some(0));
    }
}
