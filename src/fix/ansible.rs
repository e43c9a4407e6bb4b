//! Entries of access lists in Ansible's facts, variables and tasks.

use super::items::{Keys, List, Shape, Slot, Style, Value, tree, written};
use super::{Job, Loss, Pass, Proposal};
use crate::policy::{Leg, Policy, RuleRef};
use crate::source::Span;
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
    let Loss { policy, at, rule, .. } = job.loss;
    entries(job.text, policy, (*at, *rule), &job.passes, Shape::AsThere)
}

/// Entries for these packets where a loss is: above the one that denies, or at the end.
pub(super) fn entries(
    text: &str,
    policy: &Policy,
    (at, rule): (Span, Option<RuleRef>),
    passes: &[Pass],
    shape: Shape,
) -> Option<Proposal> {
    let tree = tree(text)?;
    let aces = entries_of(&tree, policy.chains.first()?.span.start)?;
    let list = List::of(text, aces)?;
    let guilty = match rule.is_none_or(RuleRef::is_end) {
        true => None,
        false => Some(aces.iter().rposition(|ace| ace.head().start <= at.start)?),
    };
    let style = list.style(guilty.unwrap_or(list.last()), shape);
    let number = guilty.and_then(|guilty| aces.get(guilty)?.get("line")?.as_scalar());
    let ends = passes.iter().map(permits).collect::<Option<Vec<_>>>()?;
    let number = number.map(|number| number.text.as_ref());
    let new: Vec<String> = ends.into_iter().flatten().map(|ends| entry(style, number, ends)).collect();
    match (guilty, number) {
        _ if new.len() > MAX_ENTRIES => None,
        (Some(guilty), None) => list.with(Slot::Above(guilty), &new, ""),
        // An entry with the number of the guilty one takes its place when it is made after it.
        (Some(_), Some(number)) => {
            let end = format!("at the end of the entries (`line: {number}` puts it above the denial)");
            list.with(Slot::Below(list.last()), &new, &end)
        }
        (None, _) => list.with(Slot::Below(list.last()), &new, "at the end of the rules"),
    }
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

/// Protocol, source and destination of the entries that permit the packets; nothing where they are some kinds of ICMP,
/// for which the module has other names than the device.
fn permits(pass: &Pass) -> Option<Vec<[Value; 3]>> {
    if !pass.icmp.is_empty() {
        return None;
    }
    let protocol = pass.proto_name().unwrap_or_else(|| "ip".to_owned()).replace("ipv6-icmp", "icmp6");
    let sources = ends(pass.family, &pass.sources, &pass.source_ports);
    let destinations = ends(pass.family, &pass.destinations, &pass.ports);
    let from = |source: &Keys| {
        let source = source.clone();
        let protocol = Value::Word(protocol.clone());
        let to = move |to: &Keys| [protocol.clone(), Value::Keys(source.clone()), Value::Keys(to.clone())];
        destinations.iter().map(to).collect::<Vec<_>>()
    };
    Some(sources.iter().flat_map(from).collect())
}

/// Each prefix with each range of ports.
fn ends(family: Family, prefixes: &[IpNet], ports: &[(u16, u16)]) -> Vec<Keys> {
    let addresses = match (prefixes, family) {
        ([], Family::V4) => vec![vec![("any4", word("true"))]],
        ([], Family::V6) => vec![vec![("any6", word("true"))]],
        _ => prefixes.iter().map(end).collect(),
    };
    if ports.is_empty() {
        return addresses;
    }
    let with = |end: &Keys| {
        let end = end.clone();
        let with_ports =
            move |ports| end.iter().cloned().chain([("port_protocol", Value::Keys(range(ports)))]).collect();
        ports.iter().map(with_ports)
    };
    addresses.iter().flat_map(with).collect()
}

fn word(text: impl ToString) -> Value {
    Value::Word(text.to_string())
}

fn end(prefix: &IpNet) -> Keys {
    match prefix {
        _ if prefix.prefix_len() == prefix.max_prefix_len() => vec![("host", word(prefix.addr()))],
        IpNet::V4(net) => vec![("address", word(net.network())), ("netmask", word(net.netmask()))],
        IpNet::V6(net) => vec![("address", word(net))],
    }
}

/// A range of ports.
pub(super) fn range((low, high): &(u16, u16)) -> Keys {
    let text = |port: &u16| Value::Text(port.to_string());
    match low == high {
        true => vec![("eq", text(low))],
        false => vec![("range", Value::Keys(vec![("start", text(low)), ("end", text(high))]))],
    }
}

fn entry(style: Style, number: Option<&str>, [protocol, source, destination]: [Value; 3]) -> String {
    let number = number.map(|number| ("line", word(number)));
    let what = [("protocol", protocol), ("source", source), ("destination", destination)];
    let keys = [("grant", word("permit"))].into_iter().chain(number).chain(what);
    written(&keys.collect(), style)
}
