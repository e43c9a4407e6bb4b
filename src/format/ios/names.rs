//! The names that IOS, NX-OS and EOS have for ports, protocols and ICMP messages. An unknown name is an error and not a
//! guess.
//!
//! Sources: Cisco IOS Security Command Reference, `permit (IP)` and `permit (IPv6)`; Cisco Nexus 9000 Series NX-OS Security
//! Configuration Guide, "Configuring IP ACLs"; Arista EOS manual, "ACLs and Route Maps".

/// Names of ports. TCP and UDP never give one name to two numbers.
const PORTS: &[(&str, u16)] = &[
    ("bfd", 3784),
    ("bfd-echo", 3785),
    ("bgp", 179),
    ("biff", 512),
    ("bootpc", 68),
    ("bootps", 67),
    ("chargen", 19),
    ("cmd", 514),
    ("daytime", 13),
    ("discard", 9),
    ("dnsix", 195),
    ("domain", 53),
    ("drip", 3949),
    ("echo", 7),
    ("exec", 512),
    ("finger", 79),
    ("ftp", 21),
    ("ftp-data", 20),
    ("gopher", 70),
    ("hostname", 101),
    ("http", 80),
    ("https", 443),
    ("ident", 113),
    ("imap", 143),
    ("imap3", 220),
    ("irc", 194),
    ("isakmp", 500),
    ("kerberos", 88),
    ("klogin", 543),
    ("kshell", 544),
    ("ldap", 389),
    ("ldaps", 636),
    ("login", 513),
    ("lpd", 515),
    ("microsoft-ds", 445),
    ("mlag", 4432),
    ("mobile-ip", 434),
    ("msrpc", 135),
    ("nameserver", 42),
    ("nbt", 137),
    ("netbios-dgm", 138),
    ("netbios-ns", 137),
    ("netbios-ss", 139),
    ("netbios-ssn", 139),
    ("nntp", 119),
    ("non500-isakmp", 4500),
    ("ntp", 123),
    ("onep-plain", 15001),
    ("onep-tls", 15002),
    ("pim-auto-rp", 496),
    ("pop2", 109),
    ("pop3", 110),
    ("radius", 1812),
    ("radius-acct", 1813),
    ("rip", 520),
    ("ripv6", 521),
    ("smtp", 25),
    ("snmp", 161),
    ("snmptrap", 162),
    ("ssh", 22),
    ("sunrpc", 111),
    ("syslog", 514),
    ("tacacs", 49),
    ("tacacs-ds", 65),
    ("talk", 517),
    ("telnet", 23),
    ("tftp", 69),
    ("time", 37),
    ("uucp", 540),
    ("vxlan", 4789),
    ("who", 513),
    ("whois", 43),
    ("www", 80),
    ("xdmcp", 177),
];

/// `ipsec`, `pptp` and `snp` are names of the ASA that stand in lists which were moved from one to the other.
const PROTOCOLS: &[(&str, u8)] = &[
    ("ah", 51),
    ("ahp", 51),
    ("eigrp", 88),
    ("esp", 50),
    ("gre", 47),
    ("icmp", 1),
    ("icmp6", 58),
    ("icmpv6", 58),
    ("igmp", 2),
    ("igrp", 9),
    ("ipinip", 4),
    ("ipsec", 50),
    ("nos", 94),
    ("ospf", 89),
    ("pcp", 108),
    ("pim", 103),
    ("pptp", 47),
    ("rsvp", 46),
    ("sctp", 132),
    ("snp", 109),
    ("tcp", 6),
    ("udp", 17),
    ("vrrp", 112),
];

/// Type and, where the name means one, code.
type Message = (u8, Option<u8>);

const ICMP: &[(&str, Message)] = &[
    ("administratively-prohibited", (3, Some(13))),
    ("alternate-address", (6, None)),
    ("conversion-error", (31, None)),
    ("dod-host-prohibited", (3, Some(10))),
    ("dod-net-prohibited", (3, Some(9))),
    ("echo", (8, None)),
    ("echo-reply", (0, None)),
    ("echo-request", (8, None)),
    ("general-parameter-problem", (12, Some(0))),
    ("host-isolated", (3, Some(8))),
    ("host-precedence-unreachable", (3, Some(14))),
    ("host-redirect", (5, Some(1))),
    ("host-tos-redirect", (5, Some(3))),
    ("host-tos-unreachable", (3, Some(12))),
    ("host-unknown", (3, Some(7))),
    ("host-unreachable", (3, Some(1))),
    ("information-reply", (16, None)),
    ("information-request", (15, None)),
    ("mask-reply", (18, None)),
    ("mask-request", (17, None)),
    ("mobile-redirect", (32, None)),
    ("net-redirect", (5, Some(0))),
    ("net-tos-redirect", (5, Some(2))),
    ("net-tos-unreachable", (3, Some(11))),
    ("net-unreachable", (3, Some(0))),
    ("network-unknown", (3, Some(6))),
    ("no-room-for-option", (12, Some(2))),
    ("option-missing", (12, Some(1))),
    ("packet-too-big", (3, Some(4))),
    ("parameter-problem", (12, None)),
    ("port-unreachable", (3, Some(3))),
    ("precedence-unreachable", (3, Some(15))),
    ("protocol-unreachable", (3, Some(2))),
    ("reassembly-timeout", (11, Some(1))),
    ("redirect", (5, None)),
    ("router-advertisement", (9, None)),
    ("router-solicitation", (10, None)),
    ("source-quench", (4, None)),
    ("source-route-failed", (3, Some(5))),
    ("time-exceeded", (11, None)),
    ("timestamp-reply", (14, None)),
    ("timestamp-request", (13, None)),
    ("traceroute", (30, None)),
    ("ttl-exceeded", (11, Some(0))),
    ("unreachable", (3, None)),
];

const ICMP6: &[(&str, Message)] = &[
    ("beyond-scope", (1, Some(2))),
    ("destination-unreachable", (1, Some(3))),
    ("dhaad-reply", (145, None)),
    ("dhaad-request", (144, None)),
    ("echo", (128, None)),
    ("echo-reply", (129, None)),
    ("echo-request", (128, None)),
    ("header", (4, Some(0))),
    ("hop-limit", (3, Some(0))),
    ("mld-query", (130, None)),
    ("mld-reduction", (132, None)),
    ("mld-report", (131, None)),
    ("mldv2", (143, None)),
    ("mpd-advertisement", (147, None)),
    ("mpd-solicitation", (146, None)),
    ("nd-na", (136, None)),
    ("nd-ns", (135, None)),
    ("next-header", (4, Some(1))),
    ("no-admin", (1, Some(1))),
    ("no-route", (1, Some(0))),
    ("packet-too-big", (2, None)),
    ("parameter-option", (4, Some(2))),
    ("parameter-problem", (4, None)),
    ("port-unreachable", (1, Some(4))),
    ("reassembly-timeout", (3, Some(1))),
    ("redirect", (137, None)),
    ("renum-command", (138, Some(0))),
    ("renum-result", (138, Some(1))),
    ("renum-seq-number", (138, Some(255))),
    ("router-advertisement", (134, None)),
    ("router-renumbering", (138, None)),
    ("router-solicitation", (133, None)),
    ("time-exceeded", (3, None)),
    ("unreachable", (1, None)),
];

/// The number of a port.
pub fn port(word: &str) -> Option<u16> {
    word.parse().ok().or_else(|| lookup(PORTS, word))
}

/// The number of a protocol; the names for all of them (`ip`, `ipv6`) are none.
pub fn protocol(word: &str) -> Option<u8> {
    word.parse().ok().or_else(|| lookup(PROTOCOLS, word))
}

/// Type and code of an ICMP message, of ICMPv6 when `six` is set.
pub fn icmp_message(word: &str, six: bool) -> Option<Message> {
    let number = || word.parse().ok().map(|kind| (kind, None));
    lookup(if six { ICMP6 } else { ICMP }, word).or_else(number)
}

fn lookup<N: Copy>(table: &[(&str, N)], word: &str) -> Option<N> {
    let at = table.binary_search_by(|entry| entry.0.cmp(word)).ok()?;
    table.get(at).map(|entry| entry.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted_so_that_they_can_be_searched() {
        assert!(PORTS.is_sorted_by(|a, b| a.0 < b.0));
        assert!(PROTOCOLS.is_sorted_by(|a, b| a.0 < b.0));
        assert!(ICMP.is_sorted_by(|a, b| a.0 < b.0));
        assert!(ICMP6.is_sorted_by(|a, b| a.0 < b.0));
    }

    #[test]
    fn names_are_the_vendors_own() {
        assert_eq!(["domain", "www", "msrpc", "non500-isakmp"].map(port), [Some(53), Some(80), Some(135), Some(4500)]);
        // An ASA knows this one.
        assert_eq!(port("sqlnet"), None);
        assert_eq!(port("65536"), None);
        assert_eq!(protocol("256"), None);
        assert_eq!(icmp_message("packet-too-big", false), Some((3, Some(4))));
        assert_eq!(icmp_message("packet-too-big", true), Some((2, None)));
    }
}
