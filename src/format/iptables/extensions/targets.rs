//! Targets.

use super::matches::{ARRIVING, U8, U16, U32};
use super::{Extension, Kind, flag, opt};

const PORTS: &[u8] = &[6, 17, 33, 132, 136];
const MARKS: &[&str] = &["--set-xmark", "--set-mark", "--and-mark", "--or-mark", "--xor-mark"];
const CONNECTION_MARKS: &[&str] =
    &["--set-xmark", "--set-mark", "--and-mark", "--or-mark", "--xor-mark", "--save-mark", "--restore-mark"];
const TOS: &[&str] = &["--set-tos", "--and-tos", "--or-tos", "--xor-tos"];
const HOP_LIMIT: &[&str] = &["--hl-set", "--hl-dec", "--hl-inc"];
const TTL: &[&str] = &["--ttl-set", "--ttl-dec", "--ttl-inc"];
const SETS: &[&str] = &["--add-set", "--del-set", "--map-set"];
const CT_EVENTS: &[&str] =
    &["new", "related", "destroy", "reply", "assured", "protoinfo", "helper", "mark", "natseqinfo", "secmark"];
const LEVELS: &[&str] = &[
    "emerg", "panic", "alert", "crit", "err", "error", "warning", "warn", "notice", "info", "debug", "0", "1", "2",
    "3", "4", "5", "6", "7",
];
/// Where the way out is not chosen yet, and where packets for the firewall itself have arrived.
const NOT_BEFORE_ROUTING: &[&str] = &["INPUT", "FORWARD", "POSTROUTING"];
const NOT_AFTER_ROUTING: &[&str] = &["PREROUTING", "FORWARD", "OUTPUT"];

pub(super) const TARGETS: &[Extension] = &[
    Extension::new("ACCEPT", &[]),
    Extension::new("DROP", &[]).tables(&["raw", "mangle", "filter", "security"]),
    Extension::new("RETURN", &[]),
    Extension::new("QUEUE", &[]),
    Extension::new("AUDIT", &[opt("--type", &[Kind::Word(&["accept", "drop", "reject"])])]).wants(&[&["--type"]]),
    Extension::new("CHECKSUM", &[flag("--checksum-fill")]).wants(&[&["--checksum-fill"]]).tables(&["mangle"]),
    Extension::new("CLASSIFY", &[opt("--set-class", &[Kind::Class])]).wants(&[&["--set-class"]]).not_in(ARRIVING),
    Extension::new(
        "CONNMARK",
        &[
            opt("--set-xmark", &[Kind::Masked(U32)]),
            opt("--set-mark", &[Kind::Masked(U32)]),
            opt("--and-mark", &[Kind::Number(0, U32)]),
            opt("--or-mark", &[Kind::Number(0, U32)]),
            opt("--xor-mark", &[Kind::Number(0, U32)]),
            flag("--save-mark"),
            flag("--restore-mark"),
            opt("--left-shift-mark", &[Kind::Number(0, 32)]),
            opt("--right-shift-mark", &[Kind::Number(0, 32)]),
            opt("--nfmask", &[Kind::Number(0, U32)]),
            opt("--ctmask", &[Kind::Number(0, U32)]),
            opt("--mask", &[Kind::Number(0, U32)]),
        ],
    )
    .wants(&[CONNECTION_MARKS])
    .one_of(&[CONNECTION_MARKS, &["--left-shift-mark", "--right-shift-mark"]]),
    Extension::new("CONNSECMARK", &[flag("--save"), flag("--restore")])
        .wants(&[&["--save", "--restore"]])
        .one_of(&[&["--save", "--restore"]])
        .tables(&["mangle", "security"]),
    Extension::new(
        "CT",
        &[
            flag("--notrack"),
            opt("--helper", &[Kind::Text(15)]),
            opt("--timeout", &[Kind::Text(31)]),
            opt("--ctevents", &[Kind::Words(CT_EVENTS)]),
            opt("--expevents", &[Kind::Words(&["new"])]),
            opt("--zone", &[Kind::Zone]),
            opt("--zone-orig", &[Kind::Zone]),
            opt("--zone-reply", &[Kind::Zone]),
        ],
    )
    .tables(&["raw"]),
    Extension::new("DNAT", &[opt("--to-destination", &[Kind::Any]).many(), flag("--random"), flag("--persistent")])
        .wants(&[&["--to-destination"]])
        .tables(&["nat"])
        .not_in(NOT_BEFORE_ROUTING),
    Extension::new("DNPT", &[opt("--src-pfx", &[Kind::Prefix6]), opt("--dst-pfx", &[Kind::Prefix6])])
        .v6()
        .wants(&[&["--src-pfx"], &["--dst-pfx"]])
        .tables(&["mangle"])
        .not_in(NOT_BEFORE_ROUTING),
    Extension::new("SNPT", &[opt("--src-pfx", &[Kind::Prefix6]), opt("--dst-pfx", &[Kind::Prefix6])])
        .v6()
        .wants(&[&["--src-pfx"], &["--dst-pfx"]])
        .tables(&["mangle"])
        .not_in(NOT_AFTER_ROUTING),
    Extension::new("DSCP", &[opt("--set-dscp", &[Kind::Number(0, 63)]), opt("--set-dscp-class", &[Kind::Dscp])])
        .wants(&[&["--set-dscp", "--set-dscp-class"]])
        .one_of(&[&["--set-dscp", "--set-dscp-class"]])
        .tables(&["mangle"]),
    Extension::new(
        "ECN",
        &[
            flag("--ecn-tcp-remove"),
            opt("--ecn-tcp-cwr", &[Kind::Number(0, 1)]),
            opt("--ecn-tcp-ece", &[Kind::Number(0, 1)]),
            opt("--ecn-ip-ect", &[Kind::Number(0, 3)]),
        ],
    )
    .v4()
    .wants(&[&["--ecn-tcp-remove", "--ecn-tcp-cwr", "--ecn-tcp-ece", "--ecn-ip-ect"]])
    .tables(&["mangle"]),
    Extension::new(
        "HL",
        &[
            opt("--hl-set", &[Kind::Number(0, U8)]),
            opt("--hl-dec", &[Kind::Number(1, U8)]),
            opt("--hl-inc", &[Kind::Number(1, U8)]),
        ],
    )
    .v6()
    .wants(&[HOP_LIMIT])
    .one_of(&[HOP_LIMIT])
    .tables(&["mangle"]),
    Extension::new(
        "TTL",
        &[
            opt("--ttl-set", &[Kind::Number(0, U8)]),
            opt("--ttl-dec", &[Kind::Number(1, U8)]),
            opt("--ttl-inc", &[Kind::Number(1, U8)]),
        ],
    )
    .v4()
    .wants(&[TTL])
    .one_of(&[TTL])
    .tables(&["mangle"]),
    Extension::new(
        "HMARK",
        &[
            opt("--hmark-tuple", &[Kind::Words(&["src", "dst", "sport", "dport", "spi", "ct"])]),
            opt("--hmark-mod", &[Kind::Number(1, U32)]),
            opt("--hmark-offset", &[Kind::Number(0, U32)]),
            opt("--hmark-src-prefix", &[Kind::Prefix]),
            opt("--hmark-dst-prefix", &[Kind::Prefix]),
            opt("--hmark-sport", &[Kind::Number(0, U16)]),
            opt("--hmark-dport", &[Kind::Number(0, U16)]),
            opt("--hmark-spi", &[Kind::Number(0, U32)]),
            opt("--hmark-sport-mask", &[Kind::Number(0, U16)]),
            opt("--hmark-dport-mask", &[Kind::Number(0, U16)]),
            opt("--hmark-spi-mask", &[Kind::Number(0, U32)]),
            opt("--hmark-proto-mask", &[Kind::Number(0, U16)]),
            opt("--hmark-rnd", &[Kind::Number(0, U32)]),
        ],
    )
    .wants(&[&["--hmark-mod"], &["--hmark-rnd"]])
    .one_of(&[&["--hmark-spi-mask", "--hmark-sport-mask"], &["--hmark-spi-mask", "--hmark-dport-mask"]]),
    Extension::new(
        "IDLETIMER",
        &[
            opt("--timeout", &[Kind::Number(1, U32)]),
            opt("--label", &[Kind::Any]),
            flag("--alarm"),
            flag("--send_nl_msg"),
        ],
    )
    .wants(&[&["--timeout"], &["--label"]]),
    Extension::new(
        "LED",
        &[opt("--led-trigger-id", &[Kind::Text(26)]), opt("--led-delay", &[Kind::Any]), flag("--led-always-blink")],
    )
    .wants(&[&["--led-trigger-id"]]),
    Extension::new(
        "LOG",
        &[
            opt("--log-level", &[Kind::Word(LEVELS)]),
            opt("--log-prefix", &[Kind::Any]),
            flag("--log-tcp-sequence"),
            flag("--log-tcp-options"),
            flag("--log-ip-options"),
            flag("--log-uid"),
            flag("--log-macdecode"),
        ],
    ),
    Extension::new(
        "MARK",
        &[
            opt("--set-xmark", &[Kind::Masked(U32)]),
            opt("--set-mark", &[Kind::Masked(U32)]),
            opt("--and-mark", &[Kind::Number(0, U32)]),
            opt("--or-mark", &[Kind::Number(0, U32)]),
            opt("--xor-mark", &[Kind::Number(0, U32)]),
        ],
    )
    .wants(&[MARKS])
    .one_of(&[MARKS]),
    Extension::new(
        "MASQUERADE",
        &[opt("--to-ports", &[Kind::Any]).alias(&["--to-port"]).only(PORTS), flag("--random"), flag("--random-fully")],
    )
    .tables(&["nat"])
    .not_in(&["PREROUTING", "INPUT", "OUTPUT"]),
    Extension::new("NETMAP", &[opt("--to", &[Kind::Net])]).wants(&[&["--to"]]).tables(&["nat"]),
    Extension::new(
        "NFLOG",
        &[
            opt("--nflog-group", &[Kind::Number(0, U16)]),
            opt("--nflog-prefix", &[Kind::Any]),
            opt("--nflog-range", &[Kind::Number(0, U32)]),
            opt("--nflog-size", &[Kind::Number(0, U32)]),
            opt("--nflog-threshold", &[Kind::Number(0, U16)]),
        ],
    )
    .one_of(&[&["--nflog-range", "--nflog-size"]]),
    Extension::new(
        "NFQUEUE",
        &[
            opt("--queue-num", &[Kind::Number(0, U16)]),
            opt("--queue-balance", &[Kind::Forward(U16)]),
            flag("--queue-bypass"),
            flag("--queue-cpu-fanout").with(&["--queue-balance"]),
        ],
    )
    .one_of(&[&["--queue-num", "--queue-balance"]]),
    Extension::new("NOTRACK", &[]).tables(&["raw"]),
    Extension::new(
        "RATEEST",
        &[
            opt("--rateest-name", &[Kind::Any]),
            opt("--rateest-interval", &[Kind::Any]),
            opt("--rateest-ewmalog", &[Kind::Any]),
        ],
    )
    .wants(&[&["--rateest-name"], &["--rateest-interval"], &["--rateest-ewmalog"]]),
    Extension::new("REDIRECT", &[opt("--to-ports", &[Kind::Any]).alias(&["--to-port"]).only(PORTS), flag("--random")])
        .tables(&["nat"])
        .not_in(NOT_BEFORE_ROUTING),
    Extension::new("REJECT", &[opt("--reject-with", &[Kind::Any])]).tables(&["filter"]),
    Extension::new("SECMARK", &[opt("--selctx", &[Kind::Text(255)])])
        .wants(&[&["--selctx"]])
        .tables(&["mangle", "security"]),
    Extension::new(
        "SET",
        &[
            opt("--add-set", &[Kind::Text(31), Kind::Any]),
            opt("--del-set", &[Kind::Text(31), Kind::Any]),
            opt("--map-set", &[Kind::Text(31), Kind::Any]),
            opt("--timeout", &[Kind::Number(0, U32)]).with(&["--add-set"]),
            flag("--exist").with(&["--add-set"]),
            flag("--map-mark").with(&["--map-set"]),
            flag("--map-prio").with(&["--map-set"]),
            flag("--map-queue").with(&["--map-set"]),
        ],
    )
    .wants(&[SETS]),
    Extension::new(
        "SNAT",
        &[opt("--to-source", &[Kind::Any]).many(), flag("--random"), flag("--random-fully"), flag("--persistent")],
    )
    .wants(&[&["--to-source"]])
    .tables(&["nat"])
    .not_in(&["PREROUTING", "OUTPUT"]),
    Extension::new(
        "SYNPROXY",
        &[
            opt("--mss", &[Kind::Number(0, u64::MAX)]),
            opt("--wscale", &[Kind::Number(0, u64::MAX)]),
            flag("--sack-perm"),
            flag("--timestamp").alias(&["--timestamps"]),
            flag("--ecn"),
        ],
    )
    .only(&[6])
    .not_in(&["PREROUTING", "OUTPUT", "POSTROUTING"]),
    Extension::new("TCPMSS", &[opt("--set-mss", &[Kind::Number(0, U16)]), flag("--clamp-mss-to-pmtu")])
        .wants(&[&["--set-mss", "--clamp-mss-to-pmtu"]])
        .one_of(&[&["--set-mss", "--clamp-mss-to-pmtu"]])
        .only(&[6])
        .not_in(ARRIVING),
    Extension::new("TCPOPTSTRIP", &[opt("--strip-options", &[Kind::Any])]).only(&[6]).tables(&["mangle"]),
    Extension::new("TEE", &[opt("--gateway", &[Kind::Address]), opt("--oif", &[Kind::Any])]).wants(&[&["--gateway"]]),
    Extension::new(
        "TOS",
        &[
            opt("--set-tos", &[Kind::Tos]),
            opt("--and-tos", &[Kind::Number(0, U8)]),
            opt("--or-tos", &[Kind::Number(0, U8)]),
            opt("--xor-tos", &[Kind::Number(0, U8)]),
        ],
    )
    .wants(&[TOS])
    .one_of(&[TOS])
    .tables(&["mangle"]),
    Extension::new(
        "TPROXY",
        &[
            opt("--on-port", &[Kind::AnyPorts]),
            opt("--on-ip", &[Kind::Address]),
            opt("--tproxy-mark", &[Kind::Masked(U32)]),
        ],
    )
    .wants(&[&["--on-port"]])
    .only(&[6, 17])
    .tables(&["mangle"])
    .not_in(&["INPUT", "FORWARD", "OUTPUT", "POSTROUTING"]),
    Extension::new("TRACE", &[]).tables(&["raw"]),
    Extension::new(
        "ULOG",
        &[
            opt("--ulog-nlgroup", &[Kind::Number(1, 32)]),
            opt("--ulog-prefix", &[Kind::Any]),
            opt("--ulog-cprange", &[Kind::Number(0, U32)]),
            opt("--ulog-qthreshold", &[Kind::Number(1, 50)]),
        ],
    )
    .v4(),
];
