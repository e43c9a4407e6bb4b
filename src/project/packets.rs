//! Packets as exceptions name them: `udp 10.1.0.0/16 > 208.67.222.222,208.67.220.220:53`.

use crate::ingress::{protocol_name, protocol_named};
use crate::space::{Cube, Family, Field, IntervalSet, PacketSet, addresses, prefixes};
use ipnet::IpNet;
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// A product of sources, destinations and ports of one protocol. Interfaces play no part in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packets {
    family: Family,
    proto: u8,
    from: Side,
    to: Side,
}

/// One end of a flow.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Side {
    /// Prefixes; none means any address.
    networks: Vec<IpNet>,
    /// Ranges, both ends included; none means any port.
    ports: Vec<(u16, u16)>,
}

impl FromStr for Packets {
    type Err = String;

    /// `PROTOCOL FROM > TO`. Each end is `any`, or prefixes with commas between them, and behind a colon ports or ranges
    /// of them; IPv6 prefixes with ports stand in brackets.
    fn from_str(text: &str) -> Result<Packets, String> {
        let form = "packets are written as `udp 10.1.0.0/16 > 208.67.222.222:53`";
        let (proto, ends) = text.trim().split_once(char::is_whitespace).ok_or(form)?;
        let (from, to) = ends.split_once('>').ok_or(form)?;
        let (proto, has_ports) = protocol_named(proto).ok_or_else(|| format!("`{proto}` is not a protocol; {form}"))?;
        let (from, to) = (side(from.trim())?, side(to.trim())?);
        let names_ports = !from.ports.is_empty() || !to.ports.is_empty();
        if names_ports && !has_ports {
            return Err("ports are given for a protocol without ports".to_owned());
        }
        let family = family(&from, &to)?;
        Ok(Packets { family, proto, from, to })
    }
}

fn family(from: &Side, to: &Side) -> Result<Family, String> {
    let is_v4 = |net: &IpNet| net.addr().is_ipv4();
    let all = || from.networks.iter().chain(&to.networks);
    match (all().any(is_v4), all().any(|net| !is_v4(net))) {
        (true, false) => Ok(Family::V4),
        (false, true) => Ok(Family::V6),
        (true, true) => Err("IPv4 and IPv6 do not go together in one line".to_owned()),
        (false, false) => Err("one of the ends needs an address, to tell IPv4 from IPv6: 0.0.0.0/0 or ::/0".to_owned()),
    }
}

fn side(text: &str) -> Result<Side, String> {
    let (networks, ports) = match text.strip_prefix('[') {
        Some(rest) => {
            let (inside, rest) = rest.split_once(']').ok_or_else(|| format!("`{text}` has no closing bracket"))?;
            let ports = rest.strip_prefix(':').or(rest.is_empty().then_some(""));
            (inside, ports.ok_or_else(|| format!("`{rest}` does not belong behind a bracket"))?)
        }
        None if text.split(',').next().is_some_and(|first| first.matches(':').count() > 1) => (text, ""),
        None => text.split_once(':').unwrap_or((text, "")),
    };
    if text.ends_with(':') {
        return Err(format!("`{text}` ends where ports are expected"));
    }
    let networks = if networks.trim() == "any" { Vec::new() } else { each(networks, network)? };
    Ok(Side { networks, ports: if ports.is_empty() { Vec::new() } else { each(ports, range)? } })
}

fn each<T>(list: &str, read: fn(&str) -> Result<T, String>) -> Result<Vec<T>, String> {
    list.split(',').map(|item| read(item.trim())).collect()
}

fn network(text: &str) -> Result<IpNet, String> {
    let parsed = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
    let net =
        parsed.map_err(|_| format!("`{text}` is neither `any` nor an address or a prefix such as 10.1.0.0/16"))?;
    if net == net.trunc() {
        return Ok(net);
    }
    Err(format!("`{text}` has bits set behind its length: the network is `{}`", net.trunc()))
}

fn range(text: &str) -> Result<(u16, u16), String> {
    let (low, high) = text.split_once('-').unwrap_or((text, text));
    match (low.trim().parse(), high.trim().parse()) {
        (Ok(low), Ok(high)) if low <= high => Ok((low, high)),
        _ => Err(format!("`{text}` is neither a port from 0 to 65535 nor a range such as 8000-8100")),
    }
}

impl Packets {
    /// IPv4 or IPv6.
    pub fn family(&self) -> Family {
        self.family
    }

    /// The packets as a set.
    pub fn set(&self) -> PacketSet {
        let proto = IntervalSet::single(self.proto.into());
        let sides = [(&self.from, Field::Src, Field::SrcPort), (&self.to, Field::Dst, Field::DstPort)];
        let all = PacketSet::full(self.family).with(Field::Proto, &proto);
        sides.into_iter().fold(all, |set, (side, address, port)| {
            let ports = IntervalSet::from_ranges(side.ports.iter().map(|(low, high)| ((*low).into(), (*high).into())));
            let networks = side.networks.iter().fold(IntervalSet::empty(), |all, net| all.union(&addresses(*net)));
            let set = if side.networks.is_empty() { set } else { set.with(address, &networks) };
            if side.ports.is_empty() { set } else { set.with(port, &ports) }
        })
    }

    /// The products that make up a set, one for each cube and protocol. Interfaces and ICMP types are left out.
    pub fn of_set(set: &PacketSet) -> Vec<Packets> {
        const NAMED: [Field; 5] = [Field::SrcPort, Field::DstPort, Field::Src, Field::Dst, Field::Proto];
        let family = set.family();
        let joined = set.projected(&NAMED).coalesced(&NAMED);
        let of_cube = |cube: &Cube| {
            let protocols = cube.values(family, Field::Proto);
            let each = (0..=u8::MAX).filter(|proto| protocols.contains((*proto).into()));
            each.map(|proto| Packets::of_cube(family, proto, cube)).collect::<Vec<_>>()
        };
        joined.cubes().iter().flat_map(of_cube).collect()
    }

    fn of_cube(family: Family, proto: u8, cube: &Cube) -> Packets {
        let has_ports = protocol_named(&proto.to_string()).is_some_and(|(_, has_ports)| has_ports);
        let port = |value: u128| u16::try_from(value).unwrap_or(u16::MAX);
        let side = |address, number| {
            let ports = cube.get(number).filter(|_| has_ports).map_or(&[][..], IntervalSet::intervals);
            Side {
                networks: prefixes(family, &cube.values(family, address)),
                ports: ports.iter().map(|i| (port(i.low), port(i.high))).collect(),
            }
        };
        Packets { family, proto, from: side(Field::Src, Field::SrcPort), to: side(Field::Dst, Field::DstPort) }
    }
}

impl fmt::Display for Packets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} > {}", protocol_name(self.proto), self.from, self.to)
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_host = |net: &IpNet| net.prefix_len() == net.max_prefix_len();
        let name = |net: &IpNet| if is_host(net) { net.addr().to_string() } else { net.to_string() };
        let networks = self.networks.iter().map(name).collect::<Vec<_>>().join(",");
        let range = |(low, high): &(u16, u16)| if low == high { low.to_string() } else { format!("{low}-{high}") };
        let ports = self.ports.iter().map(range).collect::<Vec<_>>().join(",");
        let is_v6 = self.networks.iter().any(|net| !net.addr().is_ipv4());
        match (networks.as_str(), ports.as_str()) {
            ("", "") => f.write_str("any"),
            ("", ports) => write!(f, "any:{ports}"),
            (networks, "") => f.write_str(networks),
            (networks, ports) if is_v6 => write!(f, "[{networks}]:{ports}"),
            (networks, ports) => write!(f, "{networks}:{ports}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        for text in [
            "udp 10.1.0.0/16 > 208.67.222.222:53",
            "udp 10.1.0.0/16:1024-65535 > 208.67.220.220,208.67.222.222:53,443",
            "tcp any > [2620:119:35::35,2620:119:53::/48]:443",
            "udp any:53 > 10.0.0.0/8",
            "tcp fd00::/8 > 2620:119:35::35,2620:119:53::53",
            "47 ::/0 > ::/0",
            "icmp 10.0.0.1 > any",
        ] {
            let packets: Packets = text.parse().unwrap();
            let written = if text.starts_with("47") { text.replace("47", "gre") } else { text.to_owned() };
            assert_eq!(packets.to_string(), written);
            assert!(!packets.set().is_empty());
        }
    }

    #[test]
    fn a_set_is_the_union_of_its_lines() {
        let lines = ["udp 10.1.0.0/16:1024-65535 > 208.67.222.222:53,443", "tcp 10.0.0.0/9 > 1.1.1.1,9.9.9.9:80-90"];
        let read = |line: &str| line.parse::<Packets>().unwrap().set();
        let whole = lines.iter().map(|line| read(line)).reduce(|a, b| a.union(&b)).unwrap();
        let hole = read("udp 10.1.128.0/17 > 208.67.222.222:53");
        for set in [whole.clone(), whole.subtract(&hole)] {
            let again = Packets::of_set(&set).iter().map(|p| read(&p.to_string())).reduce(|a, b| a.union(&b)).unwrap();
            assert!(again.is_subset(&set) && set.is_subset(&again));
        }
    }

    #[test]
    fn mistakes_are_named() {
        for (text, part) in [
            ("", "are written as"),
            ("udp 10.0.0.0/8", "are written as"),
            ("xyz 10.0.0.0/8 > any", "not a protocol"),
            ("udp any > any", "needs an address"),
            ("udp 10.0.0.0/8 > ::1", "do not go together"),
            ("udp 10.0.0.1/8 > any", "the network is `10.0.0.0/8`"),
            ("udp 10.0.0.0/8 > 1.1.1.1:99999", "neither a port"),
            ("udp 10.0.0.0/8 > 1.1.1.1:90-80", "neither a port"),
            ("udp 10.0.0.0/8 > 1.1.1.1:", "ends where ports"),
            ("udp [fd00::/8 > ::/0", "no closing bracket"),
            ("udp [fd00::/8]x > ::/0", "behind a bracket"),
            ("gre 10.0.0.0/8 > 1.1.1.1:53", "without ports"),
            ("udp , > 1.1.1.1", "neither `any`"),
        ] {
            let error = text.parse::<Packets>().unwrap_err();
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
