//! What terms mean for each platform, through the plain interpreter.

use super::FORMAT;
use crate::format::{Input, ReadOptions, Reading};
use crate::policy::{ACK, Conversation, ICMP, Leg, Outcome, SYN, TCP, UDP};
use crate::source::Sources;
use crate::space::Family;
use std::net::Ipv4Addr;

const PERMITTED: Outcome = Outcome::Permitted;
const DENIED: Outcome = Outcome::Denied(Leg::Opening);
const UNDECIDED: Outcome = Outcome::Undecided;

fn read(target: &str, terms: &str) -> Reading {
    let text = format!("filters:\n- header: {{targets: {{{target}}}}}\n  terms:\n{terms}");
    let mut sources = Sources::new();
    let source = sources.add("p.yaml", text.as_str());
    let options = ReadOptions { detail: true, date: "2026-01-01".to_owned(), ..ReadOptions::default() };
    (FORMAT.read)(Input { source, name: "p.yaml", text: &text }, &options)
}

/// A conversation from 10.0.0.1 port 50000 to 192.0.2.1, by its first packet.
fn outcome(reading: &Reading, proto: u8, port: u16, flags: u8) -> Outcome {
    let address = |text: &str| u128::from(u32::from(text.parse::<Ipv4Addr>().unwrap()));
    let base = reading.bases.iter().find(|base| base.policy.family == Family::V4).unwrap();
    let (src, dst) = (address("10.0.0.1"), address("192.0.2.1"));
    let (icmp, dport) = if proto == ICMP { (port, 0) } else { (0, port) };
    let sport = if proto == ICMP { 0 } else { 50_000 };
    let conversation =
        Conversation { family: Family::V4, in_iface: 1, out_iface: 1, src, dst, proto, sport, dport, icmp, flags };
    base.policy.decide(&conversation).outcome()
}

#[test]
fn established_is_what_the_platform_has_for_it() {
    let term = |option: &str, protocol: &str| format!("  - {{name: a, {protocol}option: {option}, action: accept}}\n");
    for (target, option, protocol, packet, expected) in [
        ("cisco: x", "tcp-established", "protocol: tcp, ", (TCP, 80, ACK), PERMITTED),
        ("cisco: x", "tcp-established", "protocol: tcp, ", (TCP, 80, SYN), DENIED),
        // Without memory it also asks for a high port.
        ("cisco: x", "established", "protocol: tcp, ", (TCP, 80, ACK), DENIED),
        ("cisco: x", "established", "protocol: tcp, ", (TCP, 8080, ACK), PERMITTED),
        ("cisco: x", "established", "protocol: udp tcp, ", (UDP, 8080, 0), PERMITTED),
        ("cisco: x", "established", "protocol: udp tcp, ", (UDP, 53, 0), DENIED),
        ("juniper: x", "established", "protocol: tcp udp, ", (TCP, 8080, SYN), PERMITTED),
        ("juniper: x", "tcp-established", "protocol: tcp, ", (TCP, 80, SYN), DENIED),
        ("speedway: FORWARD", "established", "", (UDP, 8080, 0), DENIED),
        ("speedway: FORWARD nostate", "established", "protocol: udp, ", (UDP, 8080, 0), PERMITTED),
        ("srx: from-zone a to-zone all", "established", "", (TCP, 80, SYN), DENIED),
        ("ciscoasa: x", "established", "protocol: tcp, ", (TCP, 80, SYN), UNDECIDED),
    ] {
        let reading = read(target, &term(option, protocol));
        let (proto, port, flags) = packet;
        assert_eq!(outcome(&reading, proto, port, flags), expected, "{target} {protocol}{option} {packet:?}");
    }
}

#[test]
fn the_end_is_that_of_the_platform() {
    let terms = "  - {name: a, protocol: udp, action: deny}\n";
    for (target, expected) in [
        ("cisco: x", DENIED),
        ("juniper: x", DENIED),
        ("speedway: FORWARD", DENIED),
        ("iptables: FORWARD", DENIED),
        ("speedway: FORWARD DROP nostate", DENIED),
        ("ipset: FORWARD", UNDECIDED),
        ("iptables: OUTPUT ACCEPT", PERMITTED),
        ("iptables: INPUT", UNDECIDED),
        ("speedway: mine ACCEPT", UNDECIDED),
        ("paloalto: from-zone any to-zone any", DENIED),
        ("windows_advfirewall: out", UNDECIDED),
    ] {
        assert_eq!(outcome(&read(target, terms), TCP, 80, SYN), expected, "{target}");
    }
}

#[test]
fn next_goes_on_or_leaves_the_chain() {
    let terms =
        "  - {name: a, action: next}\n  - {name: b, action: accept}\n  - {name: c, protocol: udp, action: deny}\n";
    for (target, expected) in [
        ("cisco: x", PERMITTED),
        ("juniper: x", PERMITTED),
        ("iptables: OUTPUT DROP", PERMITTED),
        ("iptables: OUTPUT DROP nochainedterms", DENIED),
        ("fortigate: from-zone any to-zone any", UNDECIDED),
    ] {
        assert_eq!(outcome(&read(target, terms), TCP, 80, SYN), expected, "{target}");
    }
}

#[test]
fn either_side_exceptions_and_icmp_types_are_asked_for() {
    for (target, term, packet, expected) in [
        ("juniper: x", "address: 192.0.2.0/24", (TCP, 80, SYN), PERMITTED),
        ("juniper: x", "address: 198.51.100.0/24", (TCP, 80, SYN), DENIED),
        ("cisco: x", "address: 198.51.100.0/24", (TCP, 80, SYN), UNDECIDED),
        ("juniper: x", "port: 50000, protocol: tcp", (TCP, 80, SYN), PERMITTED),
        ("cisco: x", "port: 1, protocol: tcp", (TCP, 80, SYN), UNDECIDED),
        ("cisco: x", "source-address: 10.0.0.0/8, source-exclude: 10.0.0.1", (TCP, 80, SYN), DENIED),
        ("iptables: OUTPUT DROP", "source-exclude: 10.0.0.1", (TCP, 80, SYN), DENIED),
        ("cisco: x", "source-exclude: 10.0.0.1", (TCP, 80, SYN), UNDECIDED),
        ("cisco: x", "protocol-except: udp icmp", (TCP, 80, SYN), PERMITTED),
        ("cisco: x", "protocol-except: udp tcp", (TCP, 80, SYN), DENIED),
        ("cisco: x", "protocol: icmp, icmp-type: echo-request", (ICMP, 8 << 8, 0), PERMITTED),
        ("cisco: x", "protocol: icmp, icmp-type: redirect", (ICMP, 8 << 8, 0), DENIED),
        ("cisco: x", "protocol: icmpv6", (ICMP, 8 << 8, 0), DENIED),
        ("cisco: x", "option: is-fragment", (TCP, 80, SYN), DENIED),
        ("cisco: x", "restrict-address-family: inet6", (TCP, 80, SYN), DENIED),
        ("cisco: x", "source-interface: eth0", (TCP, 80, SYN), UNDECIDED),
        ("iptables: OUTPUT DROP", "destination-interface: eth0", (TCP, 80, SYN), DENIED),
    ] {
        let rule = format!("  - {{name: a, {term}, action: accept}}\n  - {{name: b, protocol: gre, action: deny}}\n");
        let (proto, port, flags) = packet;
        assert_eq!(outcome(&read(target, &rule), proto, port, flags), expected, "{target}: {term}");
    }
}

#[test]
fn each_family_has_the_terms_that_are_rendered_for_it() {
    let terms =
        "  - {name: a, source-address: 2001:db8::/32, action: accept}\n  - {name: b, protocol: icmp, action: accept}\n";
    let rules = |target: &str| {
        let reading = read(target, terms);
        let each = reading.bases.iter().map(|base| format!("{} {}", base.policy.family, base.policy.rule_count()));
        each.collect::<Vec<_>>().join(", ")
    };
    assert_eq!(rules("ciscoasa: x"), "IPv4 1");
    assert_eq!(rules("iptables: FORWARD inet6"), "IPv6 1");
    assert_eq!(rules("srx: from-zone a to-zone b"), "IPv4 1, IPv6 2");
}
