//! The vendor's names of ports, protocols and ICMP types. An unknown name is an error and not a guess.
//!
//! Source: Cisco ASA command reference, "Addresses, Protocols, and Ports".

/// Names of ports; the same for TCP and UDP unless the next table says otherwise.
const PORTS: &[(&str, u16)] = &[
    ("aol", 5190),
    ("bgp", 179),
    ("biff", 512),
    ("bootpc", 68),
    ("bootps", 67),
    ("chargen", 19),
    ("cifs", 3020),
    ("citrix-ica", 1494),
    ("cmd", 514),
    ("ctiqbe", 2748),
    ("daytime", 13),
    ("discard", 9),
    ("dnsix", 195),
    ("domain", 53),
    ("echo", 7),
    ("exec", 512),
    ("finger", 79),
    ("ftp", 21),
    ("ftp-data", 20),
    ("gopher", 70),
    ("h323", 1720),
    ("hostname", 101),
    ("http", 80),
    ("https", 443),
    ("ident", 113),
    ("imap4", 143),
    ("irc", 194),
    ("isakmp", 500),
    ("kerberos", 750),
    ("klogin", 543),
    ("kshell", 544),
    ("ldap", 389),
    ("ldaps", 636),
    ("login", 513),
    ("lotusnotes", 1352),
    ("lpd", 515),
    ("mobile-ip", 434),
    ("nameserver", 42),
    ("netbios-dgm", 138),
    ("netbios-ns", 137),
    ("netbios-ssn", 139),
    ("nfs", 2049),
    ("nntp", 119),
    ("ntp", 123),
    ("pcanywhere-data", 5631),
    ("pcanywhere-status", 5632),
    ("pim-auto-rp", 496),
    ("pop2", 109),
    ("pop3", 110),
    ("pptp", 1723),
    ("radius", 1645),
    ("radius-acct", 1646),
    ("rip", 520),
    ("rsh", 514),
    ("rtsp", 554),
    ("secureid-udp", 5510),
    ("sip", 5060),
    ("smtp", 25),
    ("snmp", 161),
    ("snmptrap", 162),
    ("sqlnet", 1521),
    ("ssh", 22),
    ("sunrpc", 111),
    ("syslog", 514),
    ("tacacs", 49),
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

const PROTOCOLS: &[(&str, u8)] = &[
    ("ah", 51),
    ("ahp", 51),
    ("eigrp", 88),
    ("esp", 50),
    ("gre", 47),
    ("icmp", 1),
    ("icmp6", 58),
    ("igmp", 2),
    ("igrp", 9),
    ("ipinip", 4),
    ("ipsec", 50),
    ("nos", 94),
    ("ospf", 89),
    ("pcp", 108),
    ("pim", 103),
    ("pptp", 47),
    ("sctp", 132),
    ("snp", 109),
    ("tcp", 6),
    ("udp", 17),
    ("vrrp", 112),
];

const ICMP: &[(&str, u8)] = &[
    ("alternate-address", 6),
    ("conversion-error", 31),
    ("echo", 8),
    ("echo-reply", 0),
    ("information-reply", 16),
    ("information-request", 15),
    ("mask-reply", 18),
    ("mask-request", 17),
    ("mobile-redirect", 32),
    ("parameter-problem", 12),
    ("redirect", 5),
    ("router-advertisement", 9),
    ("router-solicitation", 10),
    ("source-quench", 4),
    ("time-exceeded", 11),
    ("timestamp-reply", 14),
    ("timestamp-request", 13),
    ("traceroute", 30),
    ("unreachable", 3),
];

const ICMP6: &[(&str, u8)] = &[
    ("echo", 128),
    ("echo-reply", 129),
    ("membership-query", 130),
    ("membership-reduction", 132),
    ("membership-report", 131),
    ("neighbor-advertisement", 136),
    ("neighbor-redirect", 137),
    ("neighbor-solicitation", 135),
    ("packet-too-big", 2),
    ("parameter-problem", 4),
    ("router-advertisement", 134),
    ("router-renumbering", 138),
    ("router-solicitation", 133),
    ("time-exceeded", 3),
    ("unreachable", 1),
];

/// The number of a port.
pub fn port(word: &str) -> Option<u16> {
    word.parse().ok().or_else(|| lookup(PORTS, word))
}

/// The number of a protocol; `ip` is none, because it is all of them.
pub fn protocol(word: &str) -> Option<u8> {
    word.parse().ok().or_else(|| lookup(PROTOCOLS, word))
}

/// The number of an ICMP type, of ICMPv6 when `six` is set.
pub fn icmp_type(word: &str, six: bool) -> Option<u8> {
    word.parse().ok().or_else(|| lookup(if six { ICMP6 } else { ICMP }, word))
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
        for table in [PROTOCOLS, ICMP, ICMP6] {
            assert!(table.is_sorted_by(|a, b| a.0 < b.0));
        }
    }

    #[test]
    fn names_are_the_vendors_own() {
        assert_eq!(
            ["domain", "www", "cifs", "8443", "msrpc"].map(port),
            [Some(53), Some(80), Some(3020), Some(8443), None]
        );
        assert_eq!(port("70000"), None);
        assert_eq!([icmp_type("echo", false), icmp_type("echo", true)], [Some(8), Some(128)]);
    }
}
