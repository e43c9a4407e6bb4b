//! The machine that has the rules is the client: `--hook output`.

use super::network::Plan;
use super::random_policy::Dice;
use super::{Question, ask, dumps, number};
use fwproof::policy::Hook;
use fwproof::space::Family;

#[test]
#[ignore = "needs root, iptables, ipset, nft, ip"]
fn the_kernel_agrees_on_random_rule_sets_for_own_packets() {
    let (count, first) = (number("FWPROOF_KERNEL_OWN_RULESETS", 100), number("FWPROOF_SEED", 1));
    let tally = ask(Hook::Output, first..first + count, |number| {
        let mut dice = Dice(number);
        let text = dumps::random_own_dump(&mut dice, Family::V4);
        question(number, dice, format!("seed {number}"), text)
    });
    tally.finish();
}

#[test]
#[ignore = "needs root, iptables, ipset, nft, ip"]
fn the_kernel_agrees_on_traps_for_own_packets() {
    let tally = ask(Hook::Output, 0..2 * TRAPS.len() as u64, |number| {
        let (name, text) = TRAPS[number as usize / 2];
        question(number, Dice(7), name.to_owned(), text.to_owned())
    });
    tally.finish();
}

fn question(number: u64, dice: Dice, name: String, text: String) -> Question {
    let (family, clients) = (Family::V4, Plan::of(Family::V4).clients);
    Question { number, dice, name, family, text, sets: String::new(), clients }
}

/// Each for one thing that is easily got wrong.
const TRAPS: &[(&str, &str)] = &[
    (
        "FORWARD plays no part",
        "*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT DROP [0:0]\n\
      -A INPUT -i eth0 -m conntrack --ctstate ESTABLISHED -j ACCEPT\n-A OUTPUT -o eth0 -p udp -j ACCEPT\n\
      -A OUTPUT ! -o eth0 -p tcp -j ACCEPT\nCOMMIT\n",
    ),
    (
        "NEW is not enough",
        "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT DROP [0:0]\n\
      -A OUTPUT -m conntrack --ctstate NEW -j ACCEPT\n-A OUTPUT -p tcp -m tcp --dport 443 -j ACCEPT\nCOMMIT\n",
    ),
    (
        "what is redirected comes in by loopback",
        "*nat\n:OUTPUT ACCEPT [0:0]\n-A OUTPUT -p udp -m udp --dport 53 -j REDIRECT --to-ports 5353\n\
      -A OUTPUT -p tcp -m tcp --dport 53 -j REDIRECT\n-A OUTPUT -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 8080\nCOMMIT\n\
      *filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n\
      -A INPUT -i lo -p tcp -m tcp --dport 53 -j DROP\n-A INPUT -i lo -j ACCEPT\n\
      -A INPUT -i eth0 -m conntrack --ctstate ESTABLISHED -j ACCEPT\nCOMMIT\n",
    ),
    (
        "filter OUTPUT sees the first way out, POSTROUTING the last",
        "*nat\n:OUTPUT ACCEPT [0:0]\n-A OUTPUT -p udp -m udp --dport 53 -j REDIRECT\n\
      -A OUTPUT -p tcp -m tcp --dport 53 -j DNAT --to-destination 127.0.0.1\n-A OUTPUT -p udp -m udp --dport 443 -j REDIRECT\nCOMMIT\n\
      *mangle\n:POSTROUTING ACCEPT [0:0]\n-A POSTROUTING -o lo -p udp -m udp --dport 443 -j DROP\n\
      -A POSTROUTING ! -o lo -p tcp -m tcp --dport 80 -j DROP\nCOMMIT\n\
      *filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT DROP [0:0]\n\
      -A OUTPUT -o eth0 -j ACCEPT\n-A OUTPUT -s 127.0.0.1/32 -j ACCEPT\n-A OUTPUT -o lo -m conntrack --ctstate ESTABLISHED -j ACCEPT\nCOMMIT\n",
    ),
    (
        "loopback keeps the connection",
        "*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A PREROUTING -i lo -m conntrack --ctstate INVALID -j DROP\n\
      -A PREROUTING -i lo -p udp -m udp --dport 443 -m conntrack --ctstate NEW -j DROP\nCOMMIT\n\
      *nat\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A PREROUTING -p udp -j DNAT --to-destination 203.0.113.5:8080\n\
      -A INPUT -p udp -j SNAT --to-source 203.0.113.5\n-A OUTPUT -p udp -j REDIRECT\nCOMMIT\n\
      *filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT -m conntrack --ctstate NEW,ESTABLISHED -j ACCEPT\nCOMMIT\n",
    ),
    (
        "before tracking nothing has a connection",
        "*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A OUTPUT -p udp -m udp --dport 53 -m conntrack --ctstate INVALID -j DROP\n\
      -A OUTPUT -p tcp -m conntrack --ctstate NEW,ESTABLISHED -j DROP\n-A OUTPUT -p udp -m udp --dport 443 -j NOTRACK\n\
      -A PREROUTING -p tcp -m tcp --sport 80 -j NOTRACK\nCOMMIT\n\
      *filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT DROP [0:0]\n-A INPUT -m conntrack --ctstate ESTABLISHED,UNTRACKED -j ACCEPT\n\
      -A OUTPUT -m conntrack ! --ctstate INVALID -j ACCEPT\nCOMMIT\n",
    ),
    (
        "an answer before the machine's address is back",
        "*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -d 10.20.0.0/16 -p tcp -j DROP\n\
      -A PREROUTING -d 203.0.113.5/32 -p udp -m udp --sport 53 -j DROP\nCOMMIT\n\
      *nat\n:POSTROUTING ACCEPT [0:0]\n-A POSTROUTING -p tcp -m multiport --dports 80,443 -j SNAT --to-source 203.0.113.5\n\
      -A POSTROUTING -p udp -j SNAT --to-source 203.0.113.5\nCOMMIT\n\
      *filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT -d 10.20.0.0/16 -j ACCEPT\nCOMMIT\n",
    ),
    (
        "INPUT sees the server to which the request was sent",
        "*nat\n:OUTPUT ACCEPT [0:0]\n-A OUTPUT -d 208.67.222.222/32 -p udp -j DNAT --to-destination 208.67.220.220\n\
      -A OUTPUT -d 208.67.222.222/32 -p tcp -j DNAT --to-destination 10.99.0.222\nCOMMIT\n\
      *filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT DROP [0:0]\n-A INPUT -s 208.67.222.222/32 -j DROP\n\
      -A INPUT -s 10.99.0.222/32 -p tcp -m tcp --sport 443 -j DROP\n-A INPUT -j ACCEPT\n-A OUTPUT -d 208.67.220.220/32 -j ACCEPT\n\
      -A OUTPUT -d 10.99.0.222/32 -j ACCEPT\nCOMMIT\n",
    ),
    (
        "marks of connections and of packets",
        "*mangle\n:OUTPUT ACCEPT [0:0]\n-A OUTPUT -p udp -j CONNMARK --set-xmark 0x7/0xffffffff\n\
      -A OUTPUT -p tcp -j MARK --set-xmark 0x7/0xffffffff\nCOMMIT\n\
      *filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT DROP [0:0]\n-A INPUT -p udp -m connmark --mark 0x7 -j ACCEPT\n\
      -A INPUT -p tcp -m mark --mark 0x0 -j ACCEPT\n-A OUTPUT -p udp -j ACCEPT\n-A OUTPUT -m mark --mark 0x7 -j ACCEPT\nCOMMIT\n",
    ),
    (
        "types of addresses",
        "*nat\n:OUTPUT ACCEPT [0:0]\n-A OUTPUT -m addrtype --dst-type LOCAL -j REDIRECT\nCOMMIT\n\
      *mangle\n:POSTROUTING ACCEPT [0:0]\n:PREROUTING ACCEPT [0:0]\n-A POSTROUTING -p tcp -m addrtype --src-type UNICAST -j DROP\n\
      -A PREROUTING -p udp -m addrtype ! --dst-type LOCAL -j DROP\nCOMMIT\n\
      *filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT DROP [0:0]\n-A INPUT -m addrtype --dst-type LOCAL -j ACCEPT\n\
      -A OUTPUT -m addrtype --src-type LOCAL -j ACCEPT\nCOMMIT\n",
    ),
];
