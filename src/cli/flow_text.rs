//! Conversations as people write them: `udp 10.20.3.4:50000 > 208.67.222.222:443`.

use crate::ingress::Resolution;
use crate::policy::{Conversation, ICMP, ICMPV6, Interfaces, SYN, TCP};
use crate::space::Family;
use nom::branch::alt;
use nom::bytes::complete::{take_till1, take_while1};
use nom::character::complete::{char, space0, space1, u16 as number};
use nom::combinator::{map, opt};
use nom::sequence::{delimited, preceded};
use nom::{IResult, Parser};
use std::net::IpAddr;

/// The source port of a conversation that names none.
pub(super) const DEFAULT_SOURCE_PORT: u16 = 50_000;

/// Parts of a conversation, however they were written.
#[derive(Debug, Clone, Default)]
pub(super) struct Parts<'a> {
    pub proto: &'a str,
    pub src: &'a str,
    pub dst: &'a str,
    pub sport: Option<u16>,
    pub dport: Option<u16>,
    pub icmp_type: Option<u8>,
    pub icmp_code: Option<u8>,
    pub flags: Option<&'a str>,
}

impl Parts<'_> {
    /// The conversation, by no interface in particular.
    pub fn conversation(&self) -> Result<Conversation, String> {
        let address = |text: &str| text.parse::<IpAddr>().map_err(|_| format!("`{text}` is not an address"));
        let (src, dst) = (address(self.src)?, address(self.dst)?);
        let (family, src, dst) = match (src, dst) {
            (IpAddr::V4(s), IpAddr::V4(d)) => (Family::V4, u32::from(s).into(), u32::from(d).into()),
            (IpAddr::V6(s), IpAddr::V6(d)) => (Family::V6, s.into(), d.into()),
            _ => return Err(format!("`{src}` and `{dst}` are of different families")),
        };
        let proto = protocol(self.proto, family)?;
        let has_ports = matches!(proto, TCP | 17 | 33 | 132 | 136);
        if has_ports && self.dport.is_none() {
            return Err(format!("a destination port is missing: `{}` has ports", self.proto));
        }
        let echo = if family == Family::V4 { 8 } else { 128 };
        let (kind, code) = match proto {
            ICMP | ICMPV6 => (self.icmp_type.unwrap_or(echo), self.icmp_code.unwrap_or(0)),
            _ => (0, 0),
        };
        let flags = if proto == TCP { self.flags.map_or(Ok(SYN), tcp_flags)? } else { 0 };
        Ok(Conversation {
            family,
            in_iface: Interfaces::OTHER,
            out_iface: Interfaces::OTHER,
            src,
            dst,
            proto,
            sport: if has_ports { self.sport.unwrap_or(DEFAULT_SOURCE_PORT) } else { 0 },
            dport: if has_ports { self.dport.unwrap_or(0) } else { 0 },
            icmp: u16::from(kind) << 8 | u16::from(code),
            flags,
        })
    }
}

/// Reads `PROTO SRC[:PORT] > DST[:PORT]`; IPv6 addresses with ports stand in brackets.
pub(super) fn parse(text: &str) -> Result<Conversation, String> {
    let wrong = || format!("`{text}` is not a conversation such as `udp 10.20.3.4:50000 > 208.67.222.222:443`");
    let (rest, parts) = parts(text.trim()).map_err(|_| wrong())?;
    if !rest.is_empty() {
        return Err(wrong());
    }
    parts.conversation()
}

/// The conversation with a destination that was resolved (`--resolve`) written as its address. A name with several
/// addresses of the source's family is refused: each of them is a conversation of its own.
pub(super) fn resolved(text: &str, resolutions: &[Resolution]) -> Result<String, String> {
    let Some((before, after)) = text.split_once(['>', '→']) else { return Ok(text.to_owned()) };
    let (name, port) = after.trim().split_once(':').unwrap_or((after.trim(), ""));
    let asked = name.trim_end_matches('.').to_ascii_lowercase();
    let Some(resolution) = resolutions.iter().find(|resolution| resolution.name == asked) else {
        return Ok(text.to_owned());
    };
    let is_v6 = before.matches(':').count() > 1;
    let of_family: Vec<IpAddr> = resolution.addresses.iter().copied().filter(|a| a.is_ipv6() == is_v6).collect();
    let port = if port.is_empty() { String::new() } else { format!(":{port}") };
    match of_family.as_slice() {
        [IpAddr::V4(address)] => Ok(format!("{before}> {address}{port}")),
        [IpAddr::V6(address)] => Ok(format!("{before}> [{address}]{port}")),
        [] => Err(format!("`{name}` was resolved to no address of the family of the source")),
        several => {
            let all = several.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            Err(format!("`{name}` was resolved to several addresses; trace one of them: {all}"))
        }
    }
}

fn parts(text: &str) -> IResult<&str, Parts<'_>> {
    let word = take_while1(|c: char| c.is_ascii_alphanumeric() || c == '-');
    let arrow = delimited(space0, alt((char('>'), char('→'))), space0);
    map((word, space1, endpoint, arrow, endpoint), |(proto, _, (src, sport), _, (dst, dport))| Parts {
        proto,
        src,
        dst,
        sport,
        dport,
        ..Parts::default()
    })
    .parse(text)
}

fn endpoint(text: &str) -> IResult<&str, (&str, Option<u16>)> {
    let port = || opt(preceded(char(':'), number));
    let bracketed = (delimited(char('['), take_till1(|c| c == ']'), char(']')), port());
    let v4 = (take_while1(|c: char| c.is_ascii_digit() || c == '.'), port());
    let v6 = map(take_while1(|c: char| c.is_ascii_hexdigit() || c == ':' || c == '.'), |a| (a, None));
    if text.split([' ', '>']).next().is_some_and(|first| !first.starts_with('[') && first.matches(':').count() > 1) {
        return { v6 }.parse(text);
    }
    alt((bracketed, v4)).parse(text)
}

fn protocol(name: &str, family: Family) -> Result<u8, String> {
    match name.to_ascii_lowercase().as_str() {
        "tcp" => Ok(TCP),
        "udp" => Ok(17),
        // `icmp` with IPv6 addresses can only mean ICMPv6.
        "icmp" | "icmpv6" | "ipv6-icmp" => Ok(if family == Family::V4 { ICMP } else { ICMPV6 }),
        "gre" => Ok(47),
        "esp" => Ok(50),
        "ah" => Ok(51),
        "sctp" => Ok(132),
        other => other.parse().map_err(|_| format!("`{name}` is not a protocol")),
    }
}

fn tcp_flags(names: &str) -> Result<u8, String> {
    let mut flags = 0;
    for name in names.split([',', '|', '+', ' ']).filter(|n| !n.is_empty()) {
        flags |= match name.to_ascii_uppercase().as_str() {
            "FIN" => 1,
            "SYN" => 2,
            "RST" => 4,
            "PSH" => 8,
            "ACK" => 16,
            "URG" => 32,
            "NONE" | "ECE" | "CWR" => 0,
            _ => return Err(format!("`{name}` is not a TCP flag")),
        };
    }
    Ok(flags)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resolved_name_is_a_destination() {
        let known =
            ["a.example=192.0.2.1,2001:db8::1".parse().unwrap(), "b.example=192.0.2.2,192.0.2.3".parse().unwrap()];
        let of = |text: &str| resolved(text, &known);
        assert_eq!(of("tcp 10.0.0.1 > A.example:443").unwrap(), "tcp 10.0.0.1 > 192.0.2.1:443");
        assert_eq!(of("tcp [fd00::1] > a.example:443").unwrap(), "tcp [fd00::1] > [2001:db8::1]:443");
        assert_eq!(of("tcp 10.0.0.1 > 192.0.2.9:443").unwrap(), "tcp 10.0.0.1 > 192.0.2.9:443");
        assert!(of("tcp 10.0.0.1 > b.example:443").unwrap_err().contains("192.0.2.2, 192.0.2.3"));
        assert!(parse("tcp 10.0.0.1 > c.example:443").is_err());
    }

    #[test]
    fn both_families_and_default_ports_are_read() {
        let c = parse("udp 10.20.3.4:50001 > 208.67.222.222:443").unwrap();
        assert_eq!((c.family, c.proto, c.sport, c.dport), (Family::V4, 17, 50001, 443));
        assert_eq!(c.dst, u128::from(u32::from_be_bytes([208, 67, 222, 222])));
        let c = parse("tcp [fd00::1] > [2620:119:35::35]:53").unwrap();
        assert_eq!((c.family, c.sport, c.dport, c.flags), (Family::V6, DEFAULT_SOURCE_PORT, 53, SYN));
        let c = parse("icmp fd00::1>fd00::2").unwrap();
        assert_eq!((c.proto, c.icmp), (ICMPV6, 128 << 8));
    }

    #[test]
    fn mistakes_are_named() {
        assert!(parse("udp 10.0.0.1 > 8.8.8.8").unwrap_err().contains("destination port"));
        assert!(parse("udp 10.0.0.1 > [fd00::1]:53").unwrap_err().contains("families"));
        assert!(parse("xyz 10.0.0.1 > 8.8.8.8:53").unwrap_err().contains("`xyz`"));
        assert!(parse("udp 10.0.0.1:99999 > 8.8.8.8:53").unwrap_err().contains("is not a conversation"));
        assert!(parse("").unwrap_err().contains("is not a conversation"));
    }
}
