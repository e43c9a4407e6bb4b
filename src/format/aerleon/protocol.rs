//! The names that Aerleon has for protocols and ICMP types.

use crate::finding::Finding;
use crate::format::yaml::port::number;
use crate::space::Family;
use crate::yaml::Scalar;

/// Protocols (Aerleon's generators; IANA "Assigned Internet Protocol Numbers").
const PROTOCOLS: &[(&str, u8)] = &[
    ("hopopt", 0),
    ("icmp", 1),
    ("igmp", 2),
    ("ggp", 3),
    ("tcp", 6),
    ("egp", 8),
    ("igp", 9),
    ("udp", 17),
    ("rdp", 27),
    ("ipv6", 41),
    ("ipv6-route", 43),
    ("fragment", 44),
    ("rsvp", 46),
    ("gre", 47),
    ("esp", 50),
    ("ah", 51),
    ("icmpv6", 58),
    ("ipv6-nonxt", 59),
    ("ipv6-opts", 60),
    ("ospf", 89),
    ("ipip", 94),
    ("pim", 103),
    ("vrrp", 112),
    ("l2tp", 115),
    ("sctp", 132),
    ("udplite", 136),
];

/// ICMP types of IPv4 (Aerleon documentation, "ICMP Types").
const ICMP4: &[(&str, u8)] = &[
    ("echo-reply", 0),
    ("unreachable", 3),
    ("source-quench", 4),
    ("redirect", 5),
    ("alternate-address", 6),
    ("echo-request", 8),
    ("router-advertisement", 9),
    ("router-solicitation", 10),
    ("time-exceeded", 11),
    ("parameter-problem", 12),
    ("timestamp-request", 13),
    ("timestamp-reply", 14),
    ("information-request", 15),
    ("information-reply", 16),
    ("mask-request", 17),
    ("mask-reply", 18),
    ("conversion-error", 31),
    ("mobile-redirect", 32),
];

/// ICMP types of IPv6.
const ICMP6: &[(&str, u8)] = &[
    ("destination-unreachable", 1),
    ("packet-too-big", 2),
    ("time-exceeded", 3),
    ("parameter-problem", 4),
    ("echo-request", 128),
    ("echo-reply", 129),
    ("multicast-listener-query", 130),
    ("multicast-listener-report", 131),
    ("multicast-listener-done", 132),
    ("router-solicit", 133),
    ("router-advertisement", 134),
    ("neighbor-solicit", 135),
    ("neighbor-advertisement", 136),
    ("redirect-message", 137),
    ("router-renumbering", 138),
    ("icmp-node-information-query", 139),
    ("icmp-node-information-response", 140),
    ("inverse-neighbor-discovery-solicitation", 141),
    ("inverse-neighbor-discovery-advertisement", 142),
    ("version-2-multicast-listener-report", 143),
    ("home-agent-address-discovery-request", 144),
    ("home-agent-address-discovery-reply", 145),
    ("mobile-prefix-solicitation", 146),
    ("mobile-prefix-advertisement", 147),
    ("certification-path-solicitation", 148),
    ("certification-path-advertisement", 149),
    ("multicast-router-advertisement", 151),
    ("multicast-router-solicitation", 152),
    ("multicast-router-termination", 153),
];

/// A protocol by name or number.
pub(super) fn protocol(word: &Scalar<'_>) -> Result<u8, Finding> {
    let named = PROTOCOLS.iter().find(|row| row.0 == word.text).map(|row| row.1);
    let numbered = || number(&word.text, 255).map(|number| number as u8);
    let names: Vec<&str> = PROTOCOLS.iter().map(|row| row.0).collect();
    named.or_else(numbered).ok_or_else(|| word.unknown_value("a protocol name or number", &names))
}

/// The types that a name has in ICMP and in ICMPv6.
pub(super) fn icmp_type(word: &Scalar<'_>) -> Result<[Option<u8>; 2], Finding> {
    let of = |table: &[(&str, u8)]| table.iter().find(|row| row.0 == word.text).map(|row| row.1);
    let found = [of(ICMP4), of(ICMP6)];
    let names: Vec<&str> = ICMP4.iter().chain(ICMP6).map(|row| row.0).collect();
    if found == [None, None] { Err(word.unknown_value("an ICMP type", &names)) } else { Ok(found) }
}

/// The protocol of ICMP that belongs to the other family.
pub(super) fn of_other_family(family: Family) -> u8 {
    match family {
        Family::V4 => crate::policy::ICMPV6,
        Family::V6 => crate::policy::ICMP,
    }
}

/// Do Aerleon's terms take ports for it?
pub(super) fn has_ports(number: u8) -> bool {
    matches!(number, 6 | 17 | 132 | 136)
}
