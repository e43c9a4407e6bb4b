//! Matches from `addrtype` to `mark`.

use super::{Extension, Kind, flag, opt};

pub(super) const U8: u64 = u8::MAX as u64;
pub(super) const U16: u64 = u16::MAX as u64;
pub(super) const U32: u64 = u32::MAX as u64;

/// Where no packet comes in from outside.
pub(in crate::format::iptables) const LEAVING: &[&str] = &["OUTPUT", "POSTROUTING"];
/// Where the way out is not known, or there is none.
pub(in crate::format::iptables) const ARRIVING: &[&str] = &["PREROUTING", "INPUT"];

const ADDRESS_TYPES: &[&str] = &[
    "UNSPEC",
    "UNICAST",
    "LOCAL",
    "BROADCAST",
    "ANYCAST",
    "MULTICAST",
    "BLACKHOLE",
    "UNREACHABLE",
    "PROHIBIT",
    "THROW",
    "NAT",
    "XRESOLVE",
];

const DCCP_TYPES: &[&str] =
    &["REQUEST", "RESPONSE", "DATA", "ACK", "DATAACK", "CLOSEREQ", "CLOSE", "RESET", "SYNC", "SYNCACK", "INVALID"];

const STATUSES: &[&str] = &["NONE", "EXPECTED", "SEEN_REPLY", "ASSURED", "CONFIRMED"];

const CONNTRACK: &[&str] = &[
    "--ctstate",
    "--ctproto",
    "--ctorigsrc",
    "--ctorigdst",
    "--ctreplsrc",
    "--ctrepldst",
    "--ctorigsrcport",
    "--ctorigdstport",
    "--ctreplsrcport",
    "--ctrepldstport",
    "--ctstatus",
    "--ctexpire",
    "--ctdir",
];

const HEADERS: &[&str] = &[
    "hop",
    "hop-by-hop",
    "dst",
    "ipv6-opts",
    "route",
    "ipv6-route",
    "frag",
    "ipv6-frag",
    "auth",
    "ah",
    "esp",
    "none",
    "ipv6-nonxt",
    "prot",
    "protocol",
];

pub(super) const MATCHES: &[Extension] = &[
    Extension::new(
        "addrtype",
        &[
            opt("--src-type", &[Kind::Words(ADDRESS_TYPES)]).not(),
            opt("--dst-type", &[Kind::Words(ADDRESS_TYPES)]).not(),
            flag("--limit-iface-in").not_in(LEAVING),
            flag("--limit-iface-out").not_in(ARRIVING),
        ],
    )
    .wants(&[&["--src-type", "--dst-type"]])
    .one_of(&[&["--limit-iface-in", "--limit-iface-out"]]),
    Extension::new("ah", &[opt("--ahspi", &[Kind::Range(U32)]).not()]).v4().only(&[51]),
    Extension::new(
        "ah",
        &[opt("--ahspi", &[Kind::Range(U32)]).not(), opt("--ahlen", &[Kind::Number(0, U32)]).not(), flag("--ahres")],
    )
    .v6(),
    Extension::new("bpf", &[opt("--bytecode", &[Kind::Any]), opt("--object-pinned", &[Kind::Any])])
        .wants(&[&["--bytecode", "--object-pinned"]])
        .one_of(&[&["--bytecode", "--object-pinned"]]),
    Extension::new(
        "cgroup",
        &[opt("--path", &[Kind::Text(4095)]).not(), opt("--cgroup", &[Kind::Number(0, U32)]).not()],
    )
    .wants(&[&["--path", "--cgroup"]])
    .one_of(&[&["--path", "--cgroup"]])
    .not_in(&["PREROUTING", "FORWARD"]),
    Extension::new(
        "cluster",
        &[
            opt("--cluster-total-nodes", &[Kind::Number(1, 32)]),
            opt("--cluster-local-node", &[Kind::Number(1, 32)]).not(),
            opt("--cluster-local-nodemask", &[Kind::Number(1, U32)]).not(),
            opt("--cluster-hash-seed", &[Kind::Number(0, U32)]),
        ],
    )
    .wants(&[
        &["--cluster-total-nodes"],
        &["--cluster-local-node", "--cluster-local-nodemask"],
        &["--cluster-hash-seed"],
    ])
    .one_of(&[&["--cluster-local-node", "--cluster-local-nodemask"]]),
    Extension::new("comment", &[opt("--comment", &[Kind::Any])]).wants(&[&["--comment"]]),
    Extension::new(
        "connbytes",
        &[
            opt("--connbytes", &[Kind::Forward(u64::MAX)]).not(),
            opt("--connbytes-dir", &[Kind::Word(&["original", "reply", "both"])]),
            opt("--connbytes-mode", &[Kind::Word(&["packets", "bytes", "avgpkt"])]),
        ],
    )
    .wants(&[&["--connbytes"], &["--connbytes-dir"], &["--connbytes-mode"]]),
    Extension::new("connlabel", &[opt("--label", &[Kind::Any]).not(), flag("--set")]).wants(&[&["--label"]]),
    Extension::new(
        "connlimit",
        &[
            opt("--connlimit-upto", &[Kind::Number(0, U32)]).not(),
            opt("--connlimit-above", &[Kind::Number(0, U32)]).not(),
            opt("--connlimit-mask", &[Kind::Any]),
            flag("--connlimit-saddr"),
            flag("--connlimit-daddr"),
        ],
    )
    .wants(&[&["--connlimit-upto", "--connlimit-above"]])
    .one_of(&[&["--connlimit-upto", "--connlimit-above"], &["--connlimit-saddr", "--connlimit-daddr"]]),
    Extension::new("connmark", &[opt("--mark", &[Kind::Masked(U32)]).not()]).wants(&[&["--mark"]]),
    Extension::new(
        "conntrack",
        &[
            opt("--ctstate", &[Kind::Any]).not(),
            opt("--ctproto", &[Kind::Any]).not(),
            opt("--ctorigsrc", &[Kind::Net]).not(),
            opt("--ctorigdst", &[Kind::Net]).not(),
            opt("--ctreplsrc", &[Kind::Net]).not(),
            opt("--ctrepldst", &[Kind::Net]).not(),
            opt("--ctorigsrcport", &[Kind::AnyPorts]).not(),
            opt("--ctorigdstport", &[Kind::AnyPorts]).not(),
            opt("--ctreplsrcport", &[Kind::AnyPorts]).not(),
            opt("--ctrepldstport", &[Kind::AnyPorts]).not(),
            opt("--ctstatus", &[Kind::Words(STATUSES)]).not(),
            opt("--ctexpire", &[Kind::Range(U32)]).not(),
            opt("--ctdir", &[Kind::Word(&["ORIGINAL", "REPLY"])]),
        ],
    )
    .wants(&[CONNTRACK]),
    Extension::new("cpu", &[opt("--cpu", &[Kind::Number(0, U32)]).not()]).wants(&[&["--cpu"]]),
    Extension::new(
        "dccp",
        &[
            opt("--source-port", &[Kind::AnyPorts]).not().alias(&["--sport"]),
            opt("--destination-port", &[Kind::AnyPorts]).not().alias(&["--dport"]),
            opt("--dccp-types", &[Kind::Words(DCCP_TYPES)]).not(),
            opt("--dccp-option", &[Kind::Number(0, U8)]).not(),
        ],
    )
    .only(&[33]),
    Extension::new(
        "devgroup",
        &[
            opt("--src-group", &[Kind::NamedMask(U32)]).not().not_in(LEAVING),
            opt("--dst-group", &[Kind::NamedMask(U32)]).not().not_in(ARRIVING),
        ],
    )
    .wants(&[&["--src-group", "--dst-group"]]),
    Extension::new("dscp", &[opt("--dscp", &[Kind::Number(0, 63)]).not(), opt("--dscp-class", &[Kind::Dscp]).not()])
        .wants(&[&["--dscp", "--dscp-class"]])
        .one_of(&[&["--dscp", "--dscp-class"]]),
    Extension::new("dst", &[opt("--dst-len", &[Kind::Number(0, U32)]).not(), opt("--dst-opts", &[Kind::Any])]).v6(),
    Extension::new(
        "ecn",
        &[
            flag("--ecn-tcp-cwr").not().only(&[6]),
            flag("--ecn-tcp-ece").not().only(&[6]),
            opt("--ecn-ip-ect", &[Kind::Number(0, 3)]).not(),
        ],
    )
    .wants(&[&["--ecn-tcp-cwr", "--ecn-tcp-ece", "--ecn-ip-ect"]]),
    Extension::new("esp", &[opt("--espspi", &[Kind::Range(U32)]).not()]).only(&[50]),
    Extension::new("eui64", &[]).v6().not_in(LEAVING),
    Extension::new(
        "frag",
        &[
            opt("--fragid", &[Kind::Range(U32)]).not(),
            opt("--fraglen", &[Kind::Number(0, U32)]).not(),
            flag("--fragres"),
            flag("--fragfirst"),
            flag("--fragmore"),
            flag("--fraglast"),
        ],
    )
    .v6()
    .one_of(&[&["--fragmore", "--fraglast"]]),
    Extension::new(
        "hashlimit",
        &[
            opt("--hashlimit-upto", &[Kind::Rate(1_000_000)]).not().alias(&["--hashlimit"]),
            opt("--hashlimit-above", &[Kind::Rate(1_000_000)]).not(),
            opt("--hashlimit-burst", &[Kind::Any]),
            opt("--hashlimit-mode", &[Kind::Words(&["srcip", "srcport", "dstip", "dstport"])]),
            opt("--hashlimit-srcmask", &[Kind::Prefix]),
            opt("--hashlimit-dstmask", &[Kind::Prefix]),
            opt("--hashlimit-name", &[Kind::Any]),
            opt("--hashlimit-htable-size", &[Kind::Number(0, U32)]),
            opt("--hashlimit-htable-max", &[Kind::Number(0, U32)]),
            opt("--hashlimit-htable-expire", &[Kind::Number(0, U32)]),
            opt("--hashlimit-htable-gcinterval", &[Kind::Number(0, U32)]),
            flag("--hashlimit-rate-match"),
            opt("--hashlimit-rate-interval", &[Kind::Any]),
        ],
    )
    .wants(&[&["--hashlimit-upto", "--hashlimit-above"], &["--hashlimit-name"]])
    .one_of(&[&["--hashlimit-upto", "--hashlimit-above"]]),
    Extension::new("hbh", &[opt("--hbh-len", &[Kind::Number(0, U32)]).not(), opt("--hbh-opts", &[Kind::Any])]).v6(),
    Extension::new("helper", &[opt("--helper", &[Kind::Any]).not()]).wants(&[&["--helper"]]),
    Extension::new(
        "hl",
        &[
            opt("--hl-eq", &[Kind::Number(0, U8)]).not(),
            opt("--hl-lt", &[Kind::Number(0, U8)]),
            opt("--hl-gt", &[Kind::Number(0, U8)]),
        ],
    )
    .v6()
    .wants(&[&["--hl-eq", "--hl-lt", "--hl-gt"]])
    .one_of(&[&["--hl-eq", "--hl-lt", "--hl-gt"]]),
    Extension::new("icmp", &[opt("--icmp-type", &[Kind::Any]).not()]).v4().only(&[1]),
    Extension::new("icmp6", &[opt("--icmpv6-type", &[Kind::Any]).not()]).v6().only(&[58]),
    Extension::new("icmpv6", &[opt("--icmpv6-type", &[Kind::Any]).not()]).v6().only(&[58]),
    Extension::new(
        "iprange",
        &[opt("--src-range", &[Kind::AddressRange]).not(), opt("--dst-range", &[Kind::AddressRange]).not()],
    )
    .wants(&[&["--src-range", "--dst-range"]]),
    Extension::new("ipcomp", &[opt("--ipcompspi", &[Kind::Range(U32)]).not(), flag("--compres")]).only(&[108]),
    Extension::new("ipv6header", &[opt("--header", &[Kind::Headers(HEADERS)]).not(), flag("--soft")])
        .v6()
        .wants(&[&["--header"]]),
    Extension::new(
        "ipvs",
        &[
            flag("--ipvs").not(),
            opt("--vproto", &[Kind::Protocol]).not(),
            opt("--vaddr", &[Kind::Net]).not(),
            opt("--vport", &[Kind::Port]).not(),
            opt("--vdir", &[Kind::Word(&["ORIGINAL", "REPLY"])]),
            opt("--vmethod", &[Kind::Word(&["GATE", "IPIP", "MASQ"])]).not(),
            opt("--vportctl", &[Kind::Port]).not(),
        ],
    ),
    Extension::new("length", &[opt("--length", &[Kind::Range(U16)]).not()]).wants(&[&["--length"]]),
    Extension::new("limit", &[opt("--limit", &[Kind::Rate(10_000)]), opt("--limit-burst", &[Kind::Number(0, 10_000)])]),
    Extension::new("mac", &[opt("--mac-source", &[Kind::Mac]).not()]).wants(&[&["--mac-source"]]).not_in(LEAVING),
    Extension::new("mark", &[opt("--mark", &[Kind::Masked(U32)]).not()]).wants(&[&["--mark"]]),
];
