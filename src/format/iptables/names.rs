//! Names that stand for numbers: protocols, services, types of ICMP and of REJECT.

use crate::space::Family;

/// Protocols, as in /etc/protocols; the first name of a number is the one that iptables-save prints.
const PROTOCOLS: &[(&str, u8)] = &[
    ("tcp", 6),
    ("udp", 17),
    ("icmp", 1),
    ("ipv6-icmp", 58),
    ("icmpv6", 58),
    ("udplite", 136),
    ("sctp", 132),
    ("dccp", 33),
    ("esp", 50),
    ("ah", 51),
    ("gre", 47),
    ("igmp", 2),
    ("ipencap", 4),
    ("ipip", 94),
    ("ipv6", 41),
    ("ospf", 89),
    ("pim", 103),
    ("vrrp", 112),
    ("l2tp", 115),
    ("ggp", 3),
    ("st", 5),
    ("egp", 8),
    ("igp", 9),
    ("pup", 12),
    ("hmp", 20),
    ("xns-idp", 22),
    ("rdp", 27),
    ("iso-tp4", 29),
    ("xtp", 36),
    ("ddp", 37),
    ("idpr-cmtp", 38),
    ("ipv6-route", 43),
    ("ipv6-frag", 44),
    ("idrp", 45),
    ("rsvp", 46),
    ("skip", 57),
    ("ipv6-nonxt", 59),
    ("ipv6-opts", 60),
    ("rspf", 73),
    ("vmtp", 81),
    ("eigrp", 88),
    ("ax.25", 93),
    ("etherip", 97),
    ("encap", 98),
    ("ipcomp", 108),
    ("isis", 124),
    ("fc", 133),
    ("mobility-header", 135),
    ("ipv6-mh", 135),
    ("mh", 135),
    ("mpls-in-ip", 137),
    ("manet", 138),
    ("hip", 139),
    ("shim6", 140),
    ("wesp", 141),
    ("rohc", 142),
];

/// Services, as in /etc/services of common systems.
const SERVICES: &[(&str, u16)] = &[
    ("tcpmux", 1),
    ("echo", 7),
    ("discard", 9),
    ("systat", 11),
    ("daytime", 13),
    ("netstat", 15),
    ("qotd", 17),
    ("chargen", 19),
    ("ftp-data", 20),
    ("ftp", 21),
    ("ssh", 22),
    ("telnet", 23),
    ("smtp", 25),
    ("mail", 25),
    ("time", 37),
    ("whois", 43),
    ("nicname", 43),
    ("tacacs", 49),
    ("domain", 53),
    ("bootps", 67),
    ("bootpc", 68),
    ("tftp", 69),
    ("gopher", 70),
    ("finger", 79),
    ("http", 80),
    ("www", 80),
    ("www-http", 80),
    ("kerberos", 88),
    ("kerberos5", 88),
    ("iso-tsap", 102),
    ("pop2", 109),
    ("pop3", 110),
    ("pop-3", 110),
    ("sunrpc", 111),
    ("portmapper", 111),
    ("auth", 113),
    ("ident", 113),
    ("sftp", 115),
    ("nntp", 119),
    ("ntp", 123),
    ("epmap", 135),
    ("loc-srv", 135),
    ("netbios-ns", 137),
    ("netbios-dgm", 138),
    ("netbios-ssn", 139),
    ("imap2", 143),
    ("imap", 143),
    ("snmp", 161),
    ("snmptrap", 162),
    ("snmp-trap", 162),
    ("xdmcp", 177),
    ("bgp", 179),
    ("irc", 194),
    ("imap3", 220),
    ("ldap", 389),
    ("svrloc", 427),
    ("https", 443),
    ("snpp", 444),
    ("microsoft-ds", 445),
    ("kpasswd", 464),
    ("submissions", 465),
    ("smtps", 465),
    ("ssmtp", 465),
    ("urd", 465),
    ("isakmp", 500),
    ("ike", 500),
    ("exec", 512),
    ("biff", 512),
    ("login", 513),
    ("who", 513),
    ("shell", 514),
    ("cmd", 514),
    ("syslog", 514),
    ("printer", 515),
    ("spooler", 515),
    ("talk", 517),
    ("ntalk", 518),
    ("route", 520),
    ("router", 520),
    ("uucp", 540),
    ("dhcpv6-client", 546),
    ("dhcpv6-server", 547),
    ("rtsp", 554),
    ("nntps", 563),
    ("submission", 587),
    ("ipp", 631),
    ("ldaps", 636),
    ("kerberos-adm", 749),
    ("domain-s", 853),
    ("rsync", 873),
    ("ftps-data", 989),
    ("ftps", 990),
    ("telnets", 992),
    ("imaps", 993),
    ("ircs", 994),
    ("pop3s", 995),
    ("socks", 1080),
    ("rmiregistry", 1099),
    ("openvpn", 1194),
    ("ms-sql-s", 1433),
    ("ms-sql-m", 1434),
    ("l2f", 1701),
    ("l2tp", 1701),
    ("radius", 1812),
    ("datametrics", 1645),
    ("radius-acct", 1813),
    ("radacct", 1813),
    ("nfs", 2049),
    ("cvspserver", 2401),
    ("mysql", 3306),
    ("ms-wbt-server", 3389),
    ("svn", 3690),
    ("subversion", 3690),
    ("ipsec-nat-t", 4500),
    ("rwhois", 4321),
    ("sip", 5060),
    ("sip-tls", 5061),
    ("xmpp-client", 5222),
    ("jabber-client", 5222),
    ("xmpp-server", 5269),
    ("jabber-server", 5269),
    ("mdns", 5353),
    ("postgresql", 5432),
    ("postgres", 5432),
    ("amqps", 5671),
    ("amqp", 5672),
    ("x11", 6000),
    ("redis", 6379),
    ("ircd", 6667),
    ("http-alt", 8080),
    ("webcache", 8080),
    ("bacula-dir", 9101),
    ("git", 9418),
    ("webmin", 10000),
    ("zabbix-agent", 10050),
    ("amanda", 10080),
];

/// ICMP types with their codes, as iptables names them; `None` is every code.
const ICMP: &[(&str, u8, Option<u8>)] = &[
    ("echo-reply", 0, None),
    ("pong", 0, None),
    ("destination-unreachable", 3, None),
    ("network-unreachable", 3, Some(0)),
    ("host-unreachable", 3, Some(1)),
    ("protocol-unreachable", 3, Some(2)),
    ("port-unreachable", 3, Some(3)),
    ("fragmentation-needed", 3, Some(4)),
    ("source-route-failed", 3, Some(5)),
    ("network-unknown", 3, Some(6)),
    ("host-unknown", 3, Some(7)),
    ("network-prohibited", 3, Some(9)),
    ("host-prohibited", 3, Some(10)),
    ("TOS-network-unreachable", 3, Some(11)),
    ("TOS-host-unreachable", 3, Some(12)),
    ("communication-prohibited", 3, Some(13)),
    ("host-precedence-violation", 3, Some(14)),
    ("precedence-cutoff", 3, Some(15)),
    ("source-quench", 4, None),
    ("redirect", 5, None),
    ("network-redirect", 5, Some(0)),
    ("host-redirect", 5, Some(1)),
    ("TOS-network-redirect", 5, Some(2)),
    ("TOS-host-redirect", 5, Some(3)),
    ("echo-request", 8, None),
    ("ping", 8, None),
    ("router-advertisement", 9, None),
    ("router-solicitation", 10, None),
    ("time-exceeded", 11, None),
    ("ttl-exceeded", 11, None),
    ("ttl-zero-during-transit", 11, Some(0)),
    ("ttl-zero-during-reassembly", 11, Some(1)),
    ("parameter-problem", 12, None),
    ("ip-header-bad", 12, Some(0)),
    ("required-option-missing", 12, Some(1)),
    ("timestamp-request", 13, None),
    ("timestamp-reply", 14, None),
    ("address-mask-request", 17, None),
    ("address-mask-reply", 18, None),
];

/// ICMPv6 types, as ip6tables names them.
const ICMPV6: &[(&str, u8, Option<u8>)] = &[
    ("destination-unreachable", 1, None),
    ("no-route", 1, Some(0)),
    ("communication-prohibited", 1, Some(1)),
    ("beyond-scope", 1, Some(2)),
    ("address-unreachable", 1, Some(3)),
    ("port-unreachable", 1, Some(4)),
    ("failed-policy", 1, Some(5)),
    ("reject-route", 1, Some(6)),
    ("packet-too-big", 2, None),
    ("time-exceeded", 3, None),
    ("ttl-exceeded", 3, None),
    ("ttl-zero-during-transit", 3, Some(0)),
    ("ttl-zero-during-reassembly", 3, Some(1)),
    ("parameter-problem", 4, None),
    ("bad-header", 4, Some(0)),
    ("unknown-header-type", 4, Some(1)),
    ("unknown-option", 4, Some(2)),
    ("echo-request", 128, None),
    ("ping", 128, None),
    ("echo-reply", 129, None),
    ("pong", 129, None),
    ("mld-listener-query", 130, None),
    ("mld-listener-report", 131, None),
    ("mld-listener-done", 132, None),
    ("mld-listener-reduction", 132, None),
    ("router-solicitation", 133, None),
    ("router-advertisement", 134, None),
    ("neighbour-solicitation", 135, None),
    ("neighbor-solicitation", 135, None),
    ("neighbour-advertisement", 136, None),
    ("neighbor-advertisement", 136, None),
    ("redirect", 137, None),
];

/// Types of service (RFC 1349).
const TOS: &[(&str, u8)] = &[
    ("Minimize-Delay", 0x10),
    ("Maximize-Throughput", 0x08),
    ("Maximize-Reliability", 0x04),
    ("Minimize-Cost", 0x02),
    ("Normal-Service", 0x00),
];

/// What `--reject-with` may say: aliases in front of the name that iptables-save prints.
const REJECTS: &[(Family, &[&str], &str)] = &[
    (Family::V4, &["net-unreach"], "icmp-net-unreachable"),
    (Family::V4, &["host-unreach"], "icmp-host-unreachable"),
    (Family::V4, &["proto-unreach"], "icmp-proto-unreachable"),
    (Family::V4, &["port-unreach"], "icmp-port-unreachable"),
    (Family::V4, &["net-prohib"], "icmp-net-prohibited"),
    (Family::V4, &["host-prohib"], "icmp-host-prohibited"),
    (Family::V4, &["admin-prohib"], "icmp-admin-prohibited"),
    (Family::V6, &["no-route"], "icmp6-no-route"),
    (Family::V6, &["adm-prohibited"], "icmp6-adm-prohibited"),
    (Family::V6, &["addr-unreach"], "icmp6-addr-unreachable"),
    (Family::V6, &["port-unreach"], "icmp6-port-unreachable"),
    (Family::V6, &["policy-fail"], "icmp6-policy-fail"),
    (Family::V6, &["reject-route"], "icmp6-reject-route"),
];

/// Is the text a beginning of the word, in any case? iptables takes many words by their beginning.
pub(super) fn begins(word: &str, text: &str) -> bool {
    !text.is_empty() && word.get(..text.len()).is_some_and(|start| start.eq_ignore_ascii_case(text))
}

/// The number of a protocol name, in any case.
pub(super) fn protocol(name: &str) -> Option<u8> {
    PROTOCOLS.iter().find(|p| p.0.eq_ignore_ascii_case(name)).map(|p| p.1)
}

/// The name that iptables-save prints for a protocol.
pub(in crate::format) fn protocol_name(number: u8) -> String {
    let named = PROTOCOLS.iter().find(|p| p.1 == number);
    named.map_or_else(|| number.to_string(), |p| p.0.to_owned())
}

/// The match that iptables loads for options of a protocol.
pub(super) fn protocol_module(number: u8) -> String {
    match number {
        58 => "icmp6".to_owned(),
        135 => "mh".to_owned(),
        _ => protocol_name(number),
    }
}

/// The number of a class of the differentiated services (RFC 2474, RFC 2597, RFC 3246).
pub(super) fn dscp_class(name: &str) -> Option<u8> {
    let name = name.to_ascii_uppercase();
    let digits = name.get(2..).map(str::as_bytes).unwrap_or_default();
    match (name.get(..2)?, digits) {
        ("BE", []) => Some(0),
        ("EF", []) => Some(46),
        ("CS", [class @ b'0'..=b'7']) => Some((class - b'0') * 8),
        ("AF", [class @ b'1'..=b'4', drop @ b'1'..=b'3']) => Some((class - b'0') * 8 + (drop - b'0') * 2),
        _ => None,
    }
}

/// The value of a type of service, by the name that iptables gives it.
pub(super) fn tos(name: &str) -> Option<u8> {
    let named = TOS.iter().find(|t| t.0.eq_ignore_ascii_case(name));
    named.map(|t| t.1)
}

/// The port of a service name, which the system's list has in one way of writing.
pub(super) fn service(name: &str) -> Option<u16> {
    SERVICES.iter().find(|s| s.0 == name).map(|s| s.1)
}

/// The number of a level of syslog(3).
pub(super) fn log_level(name: &str) -> &str {
    match name.to_ascii_lowercase().as_str() {
        "emerg" | "panic" => "0",
        "alert" => "1",
        "crit" => "2",
        "err" | "error" => "3",
        "warning" | "warn" => "4",
        "notice" => "5",
        "info" => "6",
        "debug" => "7",
        _ => name,
    }
}

/// Type and code of a name of an ICMP type.
pub(in crate::format) fn icmp(family: Family, name: &str) -> Option<(u8, Option<u8>)> {
    let table = if family == Family::V4 { ICMP } else { ICMPV6 };
    table.iter().find(|t| t.0.eq_ignore_ascii_case(name)).map(|t| (t.1, t.2))
}

/// The full name of a kind of REJECT; the first one that begins like the text.
pub(super) fn reject(family: Family, name: &str) -> Option<&'static str> {
    let known = |r: &&(Family, &[&str], &'static str)| {
        r.0 == family && (begins(r.2, name) || r.1.iter().any(|alias| begins(alias, name)))
    };
    REJECTS.iter().find(known).map(|r| r.2)
}
