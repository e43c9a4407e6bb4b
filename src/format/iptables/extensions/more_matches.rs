//! Matches from `mh` to `unclean`.

use super::matches::{LEAVING, U8, U16, U32};
use super::{Extension, Kind, flag, maybe, opt};

const PORTS: &[u8] = &[6, 17, 33, 132, 136];
const RECENT: &[&str] = &["--set", "--rcheck", "--update", "--remove"];
const RATEEST: &[&str] = &["--rateest-lt", "--rateest-gt", "--rateest-eq"];
const SET_PACKETS: &[&str] = &["--packets-eq", "--packets-lt", "--packets-gt"];
const SET_BYTES: &[&str] = &["--bytes-eq", "--bytes-lt", "--bytes-gt"];

pub(super) const MATCHES: &[Extension] = &[
    Extension::new("mh", &[opt("--mh-type", &[Kind::MobilityType]).not()]).v6().only(&[135]),
    Extension::new(
        "multiport",
        &[
            opt("--sports", &[Kind::Any]).not().alias(&["--source-ports"]),
            opt("--dports", &[Kind::Any]).not().alias(&["--destination-ports"]),
            opt("--ports", &[Kind::Any]).not().alias(&["--port"]),
        ],
    )
    .wants(&[&["--sports", "--dports", "--ports"]])
    .one_of(&[&["--sports", "--dports", "--ports"]])
    .only(PORTS),
    Extension::new("nfacct", &[opt("--nfacct-name", &[Kind::Text(31)])]).wants(&[&["--nfacct-name"]]),
    Extension::new(
        "osf",
        &[opt("--genre", &[Kind::Any]).not(), opt("--ttl", &[Kind::Number(0, 2)]), opt("--log", &[Kind::Number(0, 2)])],
    )
    .v4()
    .wants(&[&["--genre"]])
    .only(&[6])
    .not_in(LEAVING),
    Extension::new(
        "owner",
        &[
            opt("--uid-owner", &[Kind::Owner]).not(),
            opt("--gid-owner", &[Kind::Owner]).not(),
            flag("--suppl-groups").after(&["--gid-owner"]),
            flag("--socket-exists").not(),
            opt("--pid-owner", &[Kind::Any]).not(),
            opt("--sid-owner", &[Kind::Any]).not(),
            opt("--cmd-owner", &[Kind::Any]).not(),
        ],
    )
    .wants(&[&["--uid-owner", "--gid-owner", "--socket-exists", "--pid-owner", "--sid-owner", "--cmd-owner"]])
    .not_in(&["PREROUTING", "INPUT", "FORWARD"]),
    Extension::new(
        "physdev",
        &[
            opt("--physdev-in", &[Kind::Interface]).not(),
            opt("--physdev-out", &[Kind::Interface]).not().not_in(&["OUTPUT"]),
            flag("--physdev-is-in").not(),
            flag("--physdev-is-out").not().not_in(&["OUTPUT"]),
            flag("--physdev-is-bridged").not(),
        ],
    )
    .wants(&[&["--physdev-in", "--physdev-out", "--physdev-is-in", "--physdev-is-out", "--physdev-is-bridged"]]),
    Extension::new(
        "pkttype",
        &[opt(
            "--pkt-type",
            &[Kind::Word(&["unicast", "host", "broadcast", "bcast", "multicast", "mcast", "otherhost"])],
        )
        .not()],
    )
    .wants(&[&["--pkt-type"]]),
    Extension::new(
        "policy",
        &[
            opt("--dir", &[Kind::Word(&["in", "out"])]),
            opt("--pol", &[Kind::Word(&["none", "ipsec"])]),
            flag("--strict"),
            opt("--reqid", &[Kind::Number(0, U32)]).not().many(),
            opt("--spi", &[Kind::Number(0, U32)]).not().many(),
            opt("--proto", &[Kind::Word(&["ah", "esp", "ipcomp", "50", "51", "108"])]).not().many(),
            opt("--mode", &[Kind::Word(&["transport", "tunnel"])]).not().many(),
            opt("--tunnel-src", &[Kind::Net]).not().many().with(&["--mode"]).under("--strict"),
            opt("--tunnel-dst", &[Kind::Net]).not().many().with(&["--mode"]).under("--strict"),
            flag("--next").many().with(&["--strict"]),
        ],
    )
    .wants(&[&["--dir"]]),
    Extension::new("quota", &[opt("--quota", &[Kind::Number(0, u64::MAX)]).not()]).wants(&[&["--quota"]]),
    Extension::new(
        "rateest",
        &[
            flag("--rateest-delta"),
            flag("--rateest-lt").not(),
            flag("--rateest-gt").not(),
            flag("--rateest-eq").not(),
            opt("--rateest", &[Kind::Any]).alias(&["--rateest1"]),
            opt("--rateest2", &[Kind::Any]),
            maybe("--rateest-bps", &[Kind::Any]).alias(&["--rateest-bps1"]),
            maybe("--rateest-pps", &[Kind::Any]).alias(&["--rateest-pps1"]),
            maybe("--rateest-bps2", &[Kind::Any]),
            maybe("--rateest-pps2", &[Kind::Any]),
        ],
    )
    .one_of(&[RATEEST]),
    Extension::new("realm", &[opt("--realm", &[Kind::NamedMask(U32)]).not()])
        .v4()
        .wants(&[&["--realm"]])
        .not_in(&["PREROUTING"]),
    Extension::new(
        "recent",
        &[
            flag("--set").not(),
            flag("--rcheck").not(),
            flag("--update").not(),
            flag("--remove").not(),
            opt("--seconds", &[Kind::Number(1, U32)]).with(&["--rcheck", "--update"]),
            flag("--reap").with(&["--seconds"]),
            opt("--hitcount", &[Kind::Number(1, U16)]).with(&["--rcheck", "--update"]),
            flag("--rttl").with(&["--rcheck", "--update"]),
            opt("--name", &[Kind::Text(199)]),
            flag("--rsource"),
            flag("--rdest"),
            opt("--mask", &[Kind::Address]),
        ],
    )
    .wants(&[RECENT])
    .one_of(&[RECENT]),
    Extension::new("rpfilter", &[flag("--loose"), flag("--validmark"), flag("--accept-local"), flag("--invert")])
        .tables(&["raw", "mangle"])
        .not_in(&["INPUT", "FORWARD", "OUTPUT", "POSTROUTING"]),
    Extension::new(
        "rt",
        &[
            opt("--rt-type", &[Kind::Number(0, U32)]).not(),
            opt("--rt-segsleft", &[Kind::Range(U32)]).not(),
            opt("--rt-len", &[Kind::Number(0, U32)]).not(),
            flag("--rt-0-res").after(&["--rt-type"]),
            opt("--rt-0-addrs", &[Kind::Any]).after(&["--rt-type"]),
            flag("--rt-0-not-strict").after(&["--rt-0-addrs"]),
        ],
    )
    .v6(),
    Extension::new(
        "sctp",
        &[
            opt("--source-port", &[Kind::Any]).not().alias(&["--sport"]),
            opt("--destination-port", &[Kind::Any]).not().alias(&["--dport"]),
            opt("--chunk-types", &[Kind::Word(&["all", "any", "only"]), Kind::Any]).not(),
        ],
    )
    .only(&[132]),
    Extension::new(
        "set",
        &[
            opt("--match-set", &[Kind::Text(31), Kind::Any]).not().alias(&["--set"]),
            flag("--return-nomatch"),
            flag("--update-counters").not(),
            flag("--update-subcounters").not(),
            opt("--packets-eq", &[Kind::Number(0, u64::MAX)]).not(),
            opt("--packets-lt", &[Kind::Number(0, u64::MAX)]),
            opt("--packets-gt", &[Kind::Number(0, u64::MAX)]),
            opt("--bytes-eq", &[Kind::Number(0, u64::MAX)]).not(),
            opt("--bytes-lt", &[Kind::Number(0, u64::MAX)]),
            opt("--bytes-gt", &[Kind::Number(0, u64::MAX)]),
        ],
    )
    .wants(&[&["--match-set"]])
    .one_of(&[SET_PACKETS, SET_BYTES]),
    Extension::new("socket", &[flag("--transparent"), flag("--nowildcard"), flag("--restore-skmark")]).not_in(&[
        "FORWARD",
        "OUTPUT",
        "POSTROUTING",
    ]),
    Extension::new("state", &[opt("--state", &[Kind::Any]).not()]).wants(&[&["--state"]]),
    Extension::new(
        "statistic",
        &[
            opt("--mode", &[Kind::Word(&["random", "nth"])]),
            opt("--probability", &[Kind::Share]).not(),
            opt("--every", &[Kind::Number(1, U32)]).not(),
            opt("--packet", &[Kind::Number(0, U32)]).with(&["--every"]),
        ],
    )
    .wants(&[&["--mode"], &["--probability", "--every"]])
    .one_of(&[&["--probability", "--every"]]),
    Extension::new(
        "string",
        &[
            opt("--algo", &[Kind::Word(&["bm", "kmp"])]),
            opt("--from", &[Kind::Number(0, U16)]),
            opt("--to", &[Kind::Number(0, U16)]),
            opt("--string", &[Kind::Text(128)]).not(),
            opt("--hex-string", &[Kind::Any]).not(),
            flag("--icase"),
        ],
    )
    .wants(&[&["--algo"], &["--string", "--hex-string"]])
    .one_of(&[&["--string", "--hex-string"]]),
    Extension::new(
        "tcp",
        &[
            opt("--source-port", &[Kind::Any]).not().alias(&["--sport"]),
            opt("--destination-port", &[Kind::Any]).not().alias(&["--dport"]),
            opt("--tcp-flags", &[Kind::Any, Kind::Any]).not(),
            flag("--syn").not(),
            opt("--tcp-option", &[Kind::Number(1, U8)]).not(),
        ],
    )
    .one_of(&[&["--tcp-flags", "--syn"]])
    .only(&[6]),
    Extension::new("tcpmss", &[opt("--mss", &[Kind::Forward(U16)]).not()]).wants(&[&["--mss"]]).only(&[6]),
    Extension::new(
        "time",
        &[
            opt("--datestart", &[Kind::Date]),
            opt("--datestop", &[Kind::Date]),
            opt("--timestart", &[Kind::Clock]),
            opt("--timestop", &[Kind::Clock]),
            opt("--monthdays", &[Kind::Numbers(31)]).not(),
            opt("--weekdays", &[Kind::Weekdays]).not().alias(&["--days"]),
            flag("--contiguous"),
            flag("--kerneltz"),
            flag("--localtz"),
            flag("--utc"),
        ],
    )
    .one_of(&[&["--kerneltz", "--utc"]]),
    Extension::new("tos", &[opt("--tos", &[Kind::Tos]).not()]).wants(&[&["--tos"]]),
    Extension::new(
        "ttl",
        &[
            opt("--ttl-eq", &[Kind::Number(0, U8)]).not().alias(&["--ttl"]),
            opt("--ttl-lt", &[Kind::Number(0, U8)]),
            opt("--ttl-gt", &[Kind::Number(0, U8)]),
        ],
    )
    .v4()
    .wants(&[&["--ttl-eq", "--ttl-lt", "--ttl-gt"]])
    .one_of(&[&["--ttl-eq", "--ttl-lt", "--ttl-gt"]]),
    Extension::new("u32", &[opt("--u32", &[Kind::Any]).not()]).wants(&[&["--u32"]]),
    Extension::new(
        "udp",
        &[
            opt("--source-port", &[Kind::AnyPorts]).not().alias(&["--sport"]),
            opt("--destination-port", &[Kind::AnyPorts]).not().alias(&["--dport"]),
        ],
    )
    .only(&[17]),
    Extension::new(
        "udplite",
        &[
            opt("--source-port", &[Kind::Any]).not().alias(&["--sport"]),
            opt("--destination-port", &[Kind::Any]).not().alias(&["--dport"]),
        ],
    )
    .only(&[136]),
    Extension::new(
        "srh",
        &[
            opt("--srh-next-hdr", &[Kind::Protocol]).not(),
            opt("--srh-hdr-len-eq", &[Kind::Number(0, U8)]).not(),
            opt("--srh-hdr-len-gt", &[Kind::Number(0, U8)]).not(),
            opt("--srh-hdr-len-lt", &[Kind::Number(0, U8)]).not(),
            opt("--srh-segs-left-eq", &[Kind::Number(0, U8)]).not(),
            opt("--srh-segs-left-gt", &[Kind::Number(0, U8)]).not(),
            opt("--srh-segs-left-lt", &[Kind::Number(0, U8)]).not(),
            opt("--srh-last-entry-eq", &[Kind::Number(0, U8)]).not(),
            opt("--srh-last-entry-gt", &[Kind::Number(0, U8)]).not(),
            opt("--srh-last-entry-lt", &[Kind::Number(0, U8)]).not(),
            opt("--srh-tag", &[Kind::Number(0, U16)]).not(),
            opt("--srh-psid", &[Kind::Any]).not(),
            opt("--srh-nsid", &[Kind::Any]).not(),
            opt("--srh-lsid", &[Kind::Any]).not(),
        ],
    )
    .v6(),
];
