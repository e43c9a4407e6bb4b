//! Entries of access lists in Ansible's facts, variables and tasks.

use super::items::{item_lines, tree};
use super::lines::Line;
use super::yaml::{end_of, insertion};
use super::{Job, Pass, Proposal};
use crate::policy::{Leg, RuleRef};
use crate::space::Family;
use crate::verify::Verdict;
use crate::yaml::Node;
use ipnet::IpNet;

/// More entries than this are no help to anybody.
const MAX_ENTRIES: usize = 64;

pub(super) fn write(job: &Job<'_>) -> Option<Proposal> {
    if job.loss.leg != Leg::Opening || job.loss.verdict == Verdict::Intercepted {
        return None;
    }
    let tree = tree(job.text)?;
    let named = job.loss.policy.chains.first()?.span.start;
    let entries = entries_of(&tree, named)?;
    let items = item_lines(job.text, entries)?;
    let indent = items.first()?.indent();
    let number = number_of(entries, job);
    let new: Vec<String> =
        job.passes.iter().flat_map(permits).map(|ends| entry(indent, number.as_deref(), &ends)).collect();
    match number {
        _ if new.len() > MAX_ENTRIES => None,
        Some(number) => numbered(job.text, &items, new, &number),
        None => insertion(job, &items, new),
    }
}

/// An entry with the number of the guilty one takes its place when it is made after it.
fn numbered(text: &str, items: &[Line<'_>], new: Vec<String>, number: &str) -> Option<Proposal> {
    let end = end_of(text, items)?;
    let place = format!(
        "append after line {}, at the end of the entries (`line: {number}` puts it above the denial)",
        end.number
    );
    Some(Proposal::adding(new, end.next, place))
}

/// The entries of the list whose name stands there.
fn entries_of<'n, 't>(node: &'n Node<'t>, named: u32) -> Option<&'n [Node<'t>]> {
    match node {
        Node::Null(_) | Node::Scalar(_) => None,
        Node::Sequence(items, _) => items.iter().find_map(|item| entries_of(item, named)),
        Node::Mapping(map) if map.get("name").is_some_and(|name| name.span().start == named) => {
            map.get("aces")?.as_sequence()
        }
        Node::Mapping(map) => map.entries.iter().find_map(|(_, value)| entries_of(value, named)),
    }
}

/// The `line` of the entry that decides, where one does.
fn number_of(entries: &[Node<'_>], job: &Job<'_>) -> Option<String> {
    if job.loss.rule.is_none_or(RuleRef::is_end) {
        return None;
    }
    let guilty = entries.iter().rev().find(|entry| entry.head().start <= job.loss.at.start)?;
    guilty.get("line")?.as_scalar().map(|number| number.text.to_string())
}

/// Protocol, source and destination of the entries that permit the packets.
fn permits(pass: &Pass) -> Vec<[String; 3]> {
    let protocol = pass.proto_name().unwrap_or_else(|| "ip".to_owned()).replace("ipv6-icmp", "icmp6");
    let (sources, destinations) = (ends(pass, &pass.sources), ends(pass, &pass.destinations));
    let ports = |all: &[(u16, u16)]| match all {
        [] => vec![String::new()],
        some => some.iter().map(port).collect(),
    };
    let (from_ports, to_ports) = (ports(&pass.source_ports), ports(&pass.ports));
    let mut all = Vec::new();
    for source in &sources {
        for from in &from_ports {
            for destination in &destinations {
                all.extend(
                    to_ports
                        .iter()
                        .map(|to| [protocol.clone(), format!("{source}{from}"), format!("{destination}{to}")]),
                );
            }
        }
    }
    all
}

fn ends(pass: &Pass, prefixes: &[IpNet]) -> Vec<String> {
    match (prefixes, pass.family) {
        ([], Family::V4) => vec!["any4: true".to_owned()],
        ([], Family::V6) => vec!["any6: true".to_owned()],
        _ => prefixes.iter().map(end).collect(),
    }
}

fn end(prefix: &IpNet) -> String {
    match prefix {
        IpNet::V4(net) if net.prefix_len() == 32 => format!("host: {}", net.addr()),
        IpNet::V4(net) => format!("address: {}, netmask: {}", net.network(), net.netmask()),
        IpNet::V6(net) if net.prefix_len() == 128 => format!("host: \"{}\"", net.addr()),
        IpNet::V6(net) => format!("address: \"{net}\""),
    }
}

fn port((low, high): &(u16, u16)) -> String {
    match low == high {
        true => format!(", port_protocol: {{eq: \"{low}\"}}"),
        false => format!(", port_protocol: {{range: {{start: \"{low}\", end: \"{high}\"}}}}"),
    }
}

fn entry(indent: usize, number: Option<&str>, [protocol, source, destination]: &[String; 3]) -> String {
    let mut keys = vec!["- grant: permit".to_owned()];
    keys.extend(number.map(|number| format!("  line: {number}")));
    keys.push(format!("  protocol: {protocol}"));
    keys.push(format!("  source: {{{source}}}"));
    keys.push(format!("  destination: {{{destination}}}"));
    let keys: Vec<String> = keys.iter().map(|key| format!("{}{key}", " ".repeat(indent))).collect();
    keys.join("\n")
}
