//! Rule sets in the native YAML of fwproof.

use super::pools::Numbers;
use std::fmt::Write;

const NETWORKS: usize = 200;

const SERVICES: &str = "services:\n  web:\n    - { proto: tcp, ports: [80, 443] }\n  resolve:\n    \
- { proto: udp, ports: [53, 443] }\n    - { proto: tcp, ports: [53, 443] }\n";

/// A rule set of so many rules, some of which speak of named networks that are made of each other.
pub fn rule_set(seed: u64, rules: usize) -> String {
    let mut numbers = Numbers::new(seed);
    let mut text = "fwproof: 1\nname: bench\ndefault: deny\nstateful: true\nfamilies: [4]\n\nnetworks:\n".to_owned();
    for network in 0..NETWORKS {
        named_network(&mut text, &mut numbers, network);
    }
    text.push_str(SERVICES);
    text.push_str("rules:\n");
    for number in 0..rules {
        rule(&mut text, &mut numbers, number);
    }
    text
}

/// Each tenth network is made of the nine before it.
fn named_network(text: &mut String, numbers: &mut Numbers, network: usize) {
    let members: Vec<String> = if network % 10 == 9 {
        (network - 9..network).map(|inner| format!("servers-{inner}")).collect()
    } else {
        (0..8).map(|_| numbers.server_network()).map(|(at, length)| format!("{at}/{length}")).collect()
    };
    let _ = writeln!(text, "  servers-{network}: [{}]", members.join(", "));
}

fn rule(text: &mut String, numbers: &mut Numbers, number: usize) {
    let action = if numbers.chance(60) { "permit" } else { "deny" };
    let (client, server, port) = (numbers.client(), numbers.server(), numbers.port());
    let (network, length) = numbers.client_network();
    let (servers, bits) = numbers.server_network();
    let named = numbers.below(NETWORKS as u32);
    let _ = write!(text, "  - {{ name: rule-{number}, action: {action}, ");
    let _ = match numbers.below(100) {
        0..35 => write!(text, "from: {client}, to: {server}, proto: tcp, ports: [{port}]"),
        35..60 => write!(text, "from: {network}/{length}, to: {servers}/{bits}, proto: udp, ports: [{port}]"),
        60..75 => write!(text, "from: {network}/{length}, to: servers-{named}, service: web"),
        75..85 => write!(text, "from: {network}/{length}, to: servers-{named}, service: resolve"),
        85..92 => write!(text, "from: {client}, to: {{not: {servers}/{bits}}}, proto: tcp, ports: [22, {port}]"),
        92..97 => {
            write!(text, "from: {network}/{length}, to: [{server}, {servers}/{bits}], proto: tcp, ports: [{port}]")
        }
        _ => write!(text, "from: {client}, to: {server}, proto: icmp, enabled: false"),
    };
    text.push_str(" }\n");
}
