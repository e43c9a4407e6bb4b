//! The addresses of the laboratory, and the script that builds its three network namespaces.

use fwproof::space::Family;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Addresses of one family.
pub struct Plan {
    pub family: Family,
    /// What the server has: all behind wan0, but those of `dmz` behind dmz0.
    pub servers: &'static [&'static str],
    /// Destinations that clients ask for, the first three often; the last is behind dmz0.
    pub destinations: [&'static str; 5],
    /// The network behind dmz0.
    pub dmz: &'static str,
    /// Addresses of the firewall itself that packets may be sent to: lan0's, and the one that sources become.
    pub firewall: [&'static str; 2],
    /// First address of the clients that random rules speak of.
    pub clients: &'static str,
}

pub const V4: Plan = Plan {
    family: Family::V4,
    servers: &[
        "208.67.222.222",
        "208.67.220.220",
        "146.112.61.104",
        "146.112.62.5",
        "10.99.0.222",
        "10.99.0.220",
        "10.99.0.104",
        "10.99.0.5",
        "208.67.222.220",
        "208.67.222.104",
        "208.67.222.5",
    ],
    destinations: ["208.67.222.222", "208.67.220.220", "146.112.61.104", "146.112.62.5", "10.99.0.222"],
    dmz: "10.99.0.0/24",
    firewall: ["198.18.0.1", "203.0.113.5"],
    clients: "10.20.0.0",
};

pub const V6: Plan = Plan {
    family: Family::V6,
    servers: &[
        "2620:119:35::35",
        "2620:119:53::53",
        "2620:119:18::113",
        "2620:119:18::119",
        "fd99::35",
        "fd99::53",
        "fd99::113",
        "fd99::119",
        "2620:119:35::53",
        "2620:119:35::113",
        "2620:119:35::119",
    ],
    destinations: ["2620:119:35::35", "2620:119:53::53", "2620:119:18::113", "2620:119:18::119", "fd99::35"],
    dmz: "fd99::/64",
    firewall: ["2001:db8:18::1", "2001:db8:203::5"],
    clients: "2001:db8:20::",
};

/// Addresses of the clients' machine that it may send its own packets to, where it is the one that has the rules.
pub const OWN: [&str; 2] = ["127.0.0.1", "203.0.113.5"];
/// Ports on which something answers at every address.
pub const PORTS: [u16; 6] = [53, 80, 443, 853, 5353, 8080];

impl Plan {
    pub fn of(family: Family) -> &'static Plan {
        if family == Family::V4 { &V4 } else { &V6 }
    }

    pub fn address(&self, bits: u128) -> IpAddr {
        match self.family {
            Family::V4 => Ipv4Addr::from(bits as u32).into(),
            Family::V6 => Ipv6Addr::from(bits).into(),
        }
    }

    /// The interface of the firewall behind which a destination lies.
    pub fn way_out(&self, to: IpAddr) -> &'static str {
        let dmz = self.dmz.parse::<ipnet::IpNet>().unwrap();
        if dmz.contains(&to) { "dmz0" } else { "wan0" }
    }
}

/// What is changed where the clients' machine has the rules: it gets the address that sources become.
pub fn own_script(c: &str, r: &str) -> String {
    format!(
        "set -e
ip -n {r} addr del 203.0.113.5/32 dev wan0
ip -n {r} route add 203.0.113.5 via 198.18.0.2
ip -n {c} addr add 203.0.113.5/32 dev eth0
"
    )
}

/// The bits of an address, in 128 bits for either family.
pub fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(a) => u32::from(a).into(),
        IpAddr::V6(a) => a.into(),
    }
}

/// The script that makes the namespaces of a client `c`, a firewall `r` and a server `s`.
///
/// Counters of rules are held against what fwproof expects, so nothing may travel but the conversations: neighbours are
/// permanent, IPv6 announces nothing, and client and server keep to themselves the errors and resets that they would
/// send for packets that nobody waits for, and whatever else is ICMP. A SYN+ACK is never repeated.
pub fn script([c, r, s]: [&str; 3]) -> String {
    let (client_nets, server_nets) = (
        "10.20.0.0/16 10.31.0.0/16 10.36.0.0/16 10.47.0.0/16 10.52.0.0/16 172.16.0.0/12 192.168.0.0/16",
        "208.67.222.0/24 208.67.220.0/24 146.112.0.0/16 10.99.0.0/24",
    );
    let (client_nets6, server_nets6) = (
        "2001:db8:20::/112 fd20:10:20::/48 fd31:a5c0:77::/48",
        "2620:119:35::/64 2620:119:53::/64 2620:119:18::/64 fd99::/64",
    );
    format!(
        "set -e
for n in {c} {r} {s}; do
  ip netns add $n
  ip netns exec $n sh -e -c 'cd /proc/sys/net/ipv4/conf
    for f in all default; do echo 0 >$f/rp_filter; echo 0 >$f/send_redirects; done
    cd ../../ipv6/conf
    for f in all default; do
      echo 0 >$f/accept_ra; echo 0 >$f/accept_dad; echo 0 >$f/dad_transmits; echo 0 >$f/router_solicitations
      echo 1 >$f/addr_gen_mode; echo 1 >$f/mldv2_unsolicited_report_interval
    done
    echo 1 >/proc/sys/net/ipv6/ip_nonlocal_bind; echo 0 >/proc/sys/net/ipv4/tcp_synack_retries'
  ip -n $n link set lo up
done
ip netns exec {r} sh -e -c 'echo 1 >/proc/sys/net/ipv4/ip_forward; echo 1 >/proc/sys/net/ipv6/conf/all/forwarding'
for n in {c} {s}; do ip netns exec $n nft -f - <<'RULES'
table inet quiet {{
  chain out {{
    type filter hook output priority 0
    tcp flags & rst == rst drop
    meta l4proto {{ icmp, ipv6-icmp }} drop
  }}
}}
RULES
done
link() {{ # number, interface of the firewall, namespace of the peer, its interface
  mac=02:00:00:00:0$1
  ip -n {r} link add $2 address $mac:01 type veth peer name $4 address $mac:02 netns $3
  k=$(($1 - 1))
  ip -n {r} addr add 198.18.$k.1/24 dev $2
  ip -n $3 addr add 198.18.$k.2/24 dev $4
  ip -n {r} addr add 2001:db8:18:$k::1/64 dev $2 nodad
  ip -n $3 addr add 2001:db8:18:$k::2/64 dev $4 nodad
  ip -n {r} link set $2 up
  ip -n $3 link set $4 up
  for net in 198.18.$k. 2001:db8:18:$k::; do
    ip -n {r} neigh replace ${{net}}2 lladdr $mac:02 dev $2 nud permanent
    ip -n $3 neigh replace ${{net}}1 lladdr $mac:01 dev $4 nud permanent
  done
}}
link 1 lan0 {c} eth0
link 2 wan0 {s} eth0
link 3 dmz0 {s} eth1
ip -n {r} addr add 203.0.113.5/32 dev wan0
ip -n {r} addr add 2001:db8:203::5/128 dev wan0 nodad
ip -n {c} route add default via 198.18.0.1
ip -n {c} route add default via 2001:db8:18::1
for net in {client_nets}; do
  ip -n {c} route add local $net dev lo
  ip -n {r} route add $net via 198.18.0.2
done
for net in {client_nets6}; do
  ip -n {c} route add local $net dev lo
  ip -n {r} route add $net via 2001:db8:18::2
done
ip -n {r} route add 10.99.0.0/24 via 198.18.2.2
ip -n {r} route add fd99::/64 via 2001:db8:18:2::2
ip -n {r} route add default via 198.18.1.2
ip -n {r} route add default via 2001:db8:18:1::2
for net in {server_nets} {server_nets6}; do ip -n {s} route add local $net dev lo; done
ip -n {s} route add default via 198.18.1.1
ip -n {s} route add default via 2001:db8:18:1::1
ip -n {s} rule add from 10.99.0.0/24 lookup 100
ip -n {s} route add default via 198.18.2.1 table 100
ip -n {s} -6 rule add from fd99::/64 lookup 100
ip -n {s} -6 route add default via 2001:db8:18:2::1 table 100
"
    )
}
