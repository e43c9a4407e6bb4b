//! Running configurations of an ASA.

use super::pools::{Numbers, netmask};
use std::fmt::Write;

const MEMBERS: usize = 48;

const HEAD: &str = "ASA Version 9.16(4)\n!\nhostname bench\n!\ninterface GigabitEthernet0/0\n nameif outside\n \
security-level 0\n ip address 203.0.113.2 255.255.255.252\n!\ninterface GigabitEthernet0/1\n nameif inside\n \
security-level 100\n ip address 10.0.0.1 255.0.0.0\n!\n\
object-group service WEB tcp\n port-object eq www\n port-object eq https\n port-object range 8443 8444\n\
object-group service RESOLVE tcp-udp\n port-object eq domain\n port-object eq 853\n";

const FOOT: &str = "access-list IN extended permit udp 10.0.0.0 255.0.0.0 198.18.0.0 255.254.0.0 eq domain\n\
access-list IN extended deny ip any4 any4 log\n\
access-group IN in interface inside\nroute outside 0.0.0.0 0.0.0.0 203.0.113.1 1\n: end\n";

/// A configuration of about so many lines: half of them members of nested groups, half of them entries.
pub fn running_config(seed: u64, lines: usize) -> String {
    let mut numbers = Numbers::new(seed);
    let mut text = HEAD.to_owned();
    let groups = (lines / 2 / (MEMBERS + 2)).max(1);
    for group in 0..groups {
        network_group(&mut text, &mut numbers, group);
    }
    for _ in 0..lines / 2 {
        entry(&mut text, &mut numbers, groups as u32);
    }
    text + FOOT
}

/// Each tenth group holds the nine before it.
fn network_group(text: &mut String, numbers: &mut Numbers, group: usize) {
    let _ = writeln!(text, "object-group network G{group}");
    for _ in 0..MEMBERS {
        if numbers.chance(70) {
            let _ = writeln!(text, " network-object host {}", numbers.server());
        } else {
            let (network, length) = numbers.server_network();
            let _ = writeln!(text, " network-object {network} {}", netmask(length));
        }
    }
    if group % 10 == 9 {
        for inner in group - 9..group {
            let _ = writeln!(text, " group-object G{inner}");
        }
    }
}

fn entry(text: &mut String, numbers: &mut Numbers, groups: u32) {
    let verb = if numbers.chance(60) { "permit" } else { "deny" };
    let (client, port, group) = (numbers.client(), numbers.port(), numbers.below(groups));
    let (network, length) = numbers.client_network();
    let (mask, server) = (netmask(length), numbers.server());
    let (servers, bits) = numbers.server_network();
    let _ = match numbers.below(100) {
        0..30 => writeln!(text, "access-list IN extended {verb} tcp {network} {mask} object-group G{group} eq {port}"),
        30..40 => {
            writeln!(text, "access-list IN extended {verb} tcp {network} {mask} object-group G{group} object-group WEB")
        }
        40..45 => {
            writeln!(
                text,
                "access-list IN extended {verb} udp {network} {mask} object-group G{group} object-group RESOLVE"
            )
        }
        45..70 => writeln!(text, "access-list IN extended {verb} tcp host {client} host {server} eq {port}"),
        70..80 => writeln!(
            text,
            "access-list IN extended {verb} udp {network} {mask} {servers} {} range {port} {}",
            netmask(bits),
            u32::from(port) + 1
        ),
        80..85 => writeln!(text, "access-list IN remark ticket {port}, entries of {client}"),
        85..90 => writeln!(text, "access-list IN extended {verb} icmp {network} {mask} host {server} echo"),
        90..95 => {
            writeln!(text, "access-list IN extended {verb} tcp host {client} {servers} {} eq {port} log", netmask(bits))
        }
        95..98 => writeln!(text, "access-list IN extended {verb} tcp any4 host {server} neq {port}"),
        _ => writeln!(text, "access-list IN extended {verb} ip host {client} host {server} inactive"),
    };
}
