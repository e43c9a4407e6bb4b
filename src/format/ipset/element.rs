//! One entry of a set: `10.0.0.0/8,tcp:80-90,10.1.2.3`.

use super::kind::{Kind, Part};
use super::options::Options;
use crate::format::iptables::context::Bad;
use crate::format::iptables::{names, value};
use crate::policy::{ICMP, ICMPV6, TCP, UDP};
use crate::space::{Family, IntervalSet, prefixes};
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

/// The longest name of an interface (`IFNAMSIZ` less one).
const MAX_IFACE: usize = 15;
const SCTP: u8 = 132;
const UDPLITE: u8 = 136;

/// A network, or a range of addresses each of which is an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Block {
    pub low: u128,
    pub high: u128,
    /// The length of the prefix; that of an address for a range of addresses.
    pub length: u8,
}

/// Ports of one protocol; type and code of ICMP; 0 for protocols without ports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Ports {
    pub proto: u8,
    pub low: u16,
    pub high: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Iface {
    pub name: Arc<str>,
    /// Every name that begins so?
    pub wildcard: bool,
    /// A port of a bridge?
    pub physdev: bool,
}

/// What an entry says; the parts that its type does not have are missing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Element {
    pub first: Option<Block>,
    pub ports: Option<Ports>,
    pub second: Option<Block>,
    pub iface: Option<Iface>,
    pub mark: Option<u32>,
}

/// Understands an entry of a set. Ranges of networks become one element for each of their prefixes, as in ipset.
pub(super) fn parse<'a>(kind: &Kind, options: &Options, text: &'a str) -> Result<Vec<Element>, Bad<'a>> {
    let mut texts = text.split(',');
    let mut all = vec![Element::default()];
    let mut first = true;
    for part in kind.parts {
        let Some(word) = texts.next().filter(|w| !w.is_empty()) else {
            let optional = *part == Part::Mac && kind.is_bitmap();
            return if optional {
                Ok(all)
            } else {
                Err(Bad::new(text, format!("an entry of {} is cut short", kind.name)))
            };
        };
        match part {
            Part::Host | Part::Net => {
                let blocks = if *part == Part::Net { nets(kind, options, word) } else { hosts(options, word, first) };
                all = each_with(&all, &blocks?, first);
                first = false;
            }
            Part::Port | Part::PlainPort => {
                let ports = if *part == Part::Port { ports(options.family, word) } else { plain_ports(options, word) };
                let ports = ports.ok_or_else(|| Bad::new(word, format!("`{word}` is not a port of the set")))?;
                all.iter_mut().for_each(|e| e.ports = Some(ports));
            }
            Part::Iface => {
                let iface = iface(word)?;
                all.iter_mut().for_each(|e| e.iface = Some(iface.clone()));
            }
            Part::Mark => {
                let mark = value::number(word).ok_or_else(|| Bad::new(word, format!("`{word}` is not a mark")))?;
                all.iter_mut().for_each(|e| e.mark = Some(mark & options.markmask));
            }
            Part::Mac => mac(word)?,
            Part::Member => {}
        }
    }
    match texts.next() {
        Some(more) => Err(Bad::new(more, format!("an entry of {} has no such part", kind.name))),
        None => Ok(all),
    }
}

fn each_with(all: &[Element], blocks: &[Block], first: bool) -> Vec<Element> {
    let with = |e: &Element, block: Block| {
        let e = e.clone();
        if first { Element { first: Some(block), ..e } } else { Element { second: Some(block), ..e } }
    };
    all.iter().flat_map(|e| blocks.iter().map(move |b| with(e, *b))).collect()
}

/// An address, a range or a prefix, rounded to what the set's netmask leaves of it.
fn hosts<'a>(options: &Options, text: &'a str, ranges: bool) -> Result<Vec<Block>, Bad<'a>> {
    let bad = || Bad::new(text, format!("`{text}` is not an address of the set"));
    let (low, high) = range(options.family, text).ok_or_else(bad)?;
    // Ranges are for the first address, and for IPv4 (ipset 7.17 refuses all others).
    if low != high && (!ranges || options.family == Family::V6) {
        return Err(bad());
    }
    let (low, high) = (low & options.mask, high | options.host_mask());
    match options.range {
        Some(held) if low < held.0 || high > held.1 | options.host_mask() => {
            return Err(Bad::new(text, format!("`{text}` is out of the range of the set")));
        }
        // A hash has no place for the address 0 (kernel-checked).
        None if low == 0 => return Err(Bad::new(text, "the address of zeros cannot be in a hash")),
        _ => {}
    }
    Ok(vec![Block { low, high, length: options.family.bits() as u8 }])
}

fn nets<'a>(kind: &Kind, options: &Options, text: &'a str) -> Result<Vec<Block>, Bad<'a>> {
    let bad = || Bad::new(text, format!("`{text}` is not a network of the set"));
    let (low, high) = range(options.family, text).ok_or_else(bad)?;
    if text.contains('-') && options.family == Family::V6 {
        return Err(bad());
    }
    let blocks: Vec<Block> = prefixes(options.family, &IntervalSet::range(low, high)).into_iter().map(block).collect();
    if kind.no_zero && blocks.iter().any(|b| b.length == 0) {
        return Err(Bad::new(text, format!("{} holds no network of length 0", kind.name)));
    }
    Ok(blocks)
}

fn block(net: ipnet::IpNet) -> Block {
    let number = |address| match address {
        IpAddr::V4(a) => u128::from(u32::from(a)),
        IpAddr::V6(a) => u128::from(a),
    };
    Block { low: number(net.network()), high: number(net.broadcast()), length: net.prefix_len() }
}

/// `a`, `a/length` or `a-b`; the ends of a range may stand in either order.
pub(super) fn range(family: Family, text: &str) -> Option<(u128, u128)> {
    if let Some((a, b)) = text.split_once('-') {
        let (a, b) = (value::address(family, a)?, value::address(family, b)?);
        return Some((a.min(b), a.max(b)));
    }
    let net = value::net(family, text).filter(value::Net::is_prefix)?;
    Some((net.address, net.address | net.host_mask()))
}

/// `[proto:]port[-port]`, `icmp:type/code`, `icmp:name`, and `proto:0` for all others; without a protocol it is TCP.
fn ports(family: Family, text: &str) -> Option<Ports> {
    let (proto, port) = match text.split_once(':') {
        Some((proto, port)) => (value::protocol(proto).filter(|p| *p != 0)?, port),
        None => (TCP, text),
    };
    let (low, high) = match proto {
        TCP | UDP | SCTP | UDPLITE => port_range(port)?,
        ICMP | ICMPV6 => icmp(if proto == ICMP { Family::V4 } else { Family::V6 }, port)?,
        _ => (port == "0").then_some((0, 0))?,
    };
    let misplaced = proto == ICMP && family == Family::V6 || proto == ICMPV6 && family == Family::V4;
    (!misplaced).then_some(Ports { proto, low, high })
}

fn port_range(text: &str) -> Option<(u16, u16)> {
    let number = value::port(text).map(|p| (p, p));
    // Names of services have hyphens too.
    number.or_else(|| {
        let (a, b) = text.split_once('-')?;
        let (a, b) = (value::port(a)?, value::port(b)?);
        Some((a.min(b), a.max(b)))
    })
}

/// `type/code`, or the name of a type; of a name without a code the code is 0.
fn icmp(family: Family, text: &str) -> Option<(u16, u16)> {
    let (kind, code): (u8, u8) = match text.split_once('/') {
        Some((kind, code)) => (kind.parse().ok()?, code.parse().ok()?),
        None => {
            let (kind, code) = names::icmp(family, text)?;
            // Names of types with several codes stand for all of them elsewhere; ipset does not know them.
            let one_code = match family {
                Family::V4 => !matches!(kind, 3 | 5 | 11 | 12),
                Family::V6 => kind == 2 || kind >= 128,
            };
            (kind, code.or(one_code.then_some(0))?)
        }
    };
    let both = u16::from(kind) << 8 | u16::from(code);
    Some((both, both))
}

/// The protocol, where it is written, only says how the name of a service is looked up.
fn plain_ports(options: &Options, text: &str) -> Option<Ports> {
    let port = text.split_once(':').map_or(text, |(_, port)| port);
    let (low, high) = port_range(port)?;
    let within = options.range.is_none_or(|r| r.0 <= low.into() && u128::from(high) <= r.1);
    within.then_some(Ports { proto: TCP, low, high })
}

fn iface(text: &str) -> Result<Iface, Bad<'_>> {
    let (name, physdev) = text.strip_prefix("physdev:").map_or((text, false), |name| (name, true));
    // A name that ends in `+` is that very name to ipset and a pattern to iptables: no such device is likely to exist.
    if name.is_empty() || name.len() > MAX_IFACE || name.ends_with('+') {
        return Err(Bad::new(text, format!("`{name}` is not taken as the name of an interface")));
    }
    Ok(Iface { name: name.into(), wildcard: false, physdev })
}

fn mac(text: &str) -> Result<(), Bad<'_>> {
    let octets = text.split([':', '-']);
    // Anonymised ones have letters that are no digits.
    let octet = |o: &str| o.len() == 2 && o.bytes().all(|b| b.is_ascii_alphanumeric());
    if octets.clone().count() == 6 && octets.clone().all(octet) {
        Ok(())
    } else {
        Err(Bad::new(text, format!("`{text}` is not a hardware address")))
    }
}

impl Element {
    /// As `ipset save` writes it, with ranges kept together.
    pub(super) fn show(&self, kind: &Kind, family: Family) -> String {
        let block = |b: &Block| match prefixes(family, &IntervalSet::range(b.low, b.high)).as_slice() {
            [one] if one.max_prefix_len() == one.prefix_len() => one.addr().to_string(),
            [one] => one.to_string(),
            _ => format!("{}-{}", value::show_address(family, b.low), value::show_address(family, b.high)),
        };
        let parts = [
            self.first.as_ref().map(block),
            self.ports.as_ref().map(|p| if kind.has(Part::PlainPort) { p.range() } else { p.to_string() }),
            self.second.as_ref().map(block),
            self.iface.as_ref().map(ToString::to_string),
            self.mark.map(|m| format!("{m:#x}")),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(",")
    }
}

impl Ports {
    fn range(&self) -> String {
        if self.low == self.high { self.low.to_string() } else { format!("{}-{}", self.low, self.high) }
    }
}

impl fmt::Display for Ports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let proto = names::protocol_name(self.proto);
        match self.proto {
            ICMP | ICMPV6 => write!(f, "{proto}:{}/{}", self.low >> 8, self.low & 0xff),
            _ => write!(f, "{proto}:{}", self.range()),
        }
    }
}

impl fmt::Display for Iface {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (before, after) = (if self.physdev { "physdev:" } else { "" }, if self.wildcard { "+" } else { "" });
        write!(f, "{before}{}{after}", self.name)
    }
}
