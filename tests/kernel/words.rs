//! The words of random rules that differ between the families.

use fwproof::space::Family;

pub struct Words {
    pub family: Family,
    /// The program that writes such dumps.
    pub program: &'static str,
    /// Networks of clients, some of them with holes in the mask.
    pub clients: &'static [&'static str],
    pub servers: &'static [&'static str],
    /// Ranges of `-m iprange`.
    pub ranges: &'static [&'static str],
    /// The firewall's own address that sources become.
    pub own: &'static str,
    /// A client that never asks.
    pub nobody: &'static str,
    /// What destinations become.
    pub destinations: &'static [&'static str],
    /// The same when the firewall's own address is not one of them.
    pub another: &'static str,
    /// What networks of destinations become.
    pub networks: &'static [&'static str],
    /// Kinds of rejection that need no protocol.
    pub rejections: &'static [&'static str],
    /// Matches of protocols without ports.
    pub other_protocols: &'static [&'static str],
}

const V4: Words = Words {
    family: Family::V4,
    program: "iptables-save",
    clients: &[
        "10.20.0.0/16",
        "10.20.0.0/17",
        "10.20.64.0/18",
        "10.20.128.0/19",
        "10.20.0.3/255.255.0.255",
        "10.20.0.1/255.255.0.253",
        "10.0.0.0/8",
    ],
    servers: &[
        "208.67.222.222/32",
        "208.67.220.220/32",
        "208.67.0.0/16",
        "146.112.0.0/16",
        "10.99.0.0/24",
        "10.99.0.222/32",
    ],
    ranges: &["--src-range 10.20.9.0-10.20.140.255", "--dst-range 208.67.220.0-208.67.222.222"],
    own: "203.0.113.5",
    nobody: "10.20.255.255/32",
    destinations: &["10.99.0.222", "10.99.0.220", "208.67.220.220", "208.67.222.222"],
    another: "10.99.0.104",
    networks: &["10.99.0.0/24", "208.67.222.0/24"],
    rejections: &[
        "icmp-port-unreachable",
        "icmp-net-unreachable",
        "icmp-host-unreachable",
        "icmp-proto-unreachable",
        "icmp-net-prohibited",
        "icmp-host-prohibited",
        "icmp-admin-prohibited",
    ],
    other_protocols: &[
        " -p icmp",
        " -p icmp -m icmp --icmp-type 8",
        " -p icmp -m icmp --icmp-type 3/4",
        " -p icmp -m icmp ! --icmp-type 11",
        " -p icmp -m icmp --icmp-type any",
        " -p esp",
        " -p gre",
        " -p 2",
    ],
};

const V6: Words = Words {
    family: Family::V6,
    program: "ip6tables-save",
    clients: &[
        "2001:db8:20::/112",
        "2001:db8:20::/113",
        "2001:db8:20::4000/114",
        "2001:db8:20::8000/115",
        "2001:db8:20::3/ffff:ffff:ffff:ffff:ffff:ffff:ffff:00ff",
        "2001:db8:20::1/ffff:ffff:ffff:ffff:ffff:ffff:ffff:00fd",
        "2001:db8::/32",
    ],
    servers: &[
        "2620:119:35::35/128",
        "2620:119:53::53/128",
        "2620:119::/32",
        "2620:119:18::/48",
        "fd99::/64",
        "fd99::35/128",
    ],
    ranges: &["--src-range 2001:db8:20::900-2001:db8:20::8cff", "--dst-range 2620:119:18::1-2620:119:35::ffff"],
    own: "2001:db8:203::5",
    nobody: "2001:db8:20::ffff/128",
    destinations: &["fd99::35", "fd99::53", "2620:119:53::53", "2620:119:35::35"],
    another: "fd99::113",
    networks: &["fd99::/112", "2620:119:35::/112"],
    rejections: &[
        "icmp6-port-unreachable",
        "icmp6-no-route",
        "icmp6-adm-prohibited",
        "icmp6-addr-unreachable",
        "icmp6-policy-fail",
        "icmp6-reject-route",
    ],
    other_protocols: &[
        " -p ipv6-icmp",
        " -p ipv6-icmp -m icmp6 --icmpv6-type 128",
        " -p ipv6-icmp -m icmp6 --icmpv6-type 1/4",
        " -p ipv6-icmp -m icmp6 ! --icmpv6-type 135",
        " -p esp",
        " -p gre",
        " -p 2",
    ],
};

impl Words {
    pub fn of(family: Family) -> &'static Words {
        if family == Family::V4 { &V4 } else { &V6 }
    }

    /// An address with a port behind it.
    pub fn bracketed(&self, address: &str) -> String {
        if self.family == Family::V4 { address.to_owned() } else { format!("[{address}]") }
    }
}
