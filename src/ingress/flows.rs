//! Flows: protocol, ports and level.

use super::reader::{Reader, choice, keys};
use super::{FlowSpec, Level};
use crate::finding::{Code, Finding};
use crate::yaml::{Mapping, Node, Scalar};

/// Source ports of a client that asks: everything but the well-known ones.
pub(super) const CLIENT_PORTS: (u16, u16) = (1024, 65535);

/// Protocols by name, and whether they have ports.
pub(super) const PROTOCOLS: &[(&str, u8, bool)] = &[
    ("icmp", 1, false),
    ("tcp", 6, true),
    ("udp", 17, true),
    ("gre", 47, false),
    ("esp", 50, false),
    ("ah", 51, false),
    ("icmpv6", 58, false),
    ("sctp", 132, true),
];

/// Reads one flow.
pub(super) fn flow(reader: &mut Reader, node: &Node) -> Option<FlowSpec> {
    let map = reader.mapping(node, "a flow", keys::FLOW)?;
    let id = reader.id(map, "a flow")?;
    let proto = reader.note(map.require("proto", "a flow"))?;
    let proto = reader.note(proto.expect_scalar("`proto`").and_then(protocol))?;
    let (ports, source_ports) = both_ports(reader, map, proto)?;
    Some(FlowSpec {
        id,
        proto,
        ports,
        source_ports,
        level: level(reader, map),
        order: map.get("order").and_then(|node| order(reader, node)),
        any_of: map.get("any_of").and_then(|_| reader.id_of(map, "any_of", "a flow")),
        why: reader.text(map, "why"),
        symptom: reader.text(map, "symptom"),
    })
}

fn order(reader: &mut Reader, node: &Node) -> Option<u8> {
    let scalar = reader.note(node.expect_scalar("`order`"))?;
    let place = reader.note(scalar.parse::<std::num::NonZeroU8>("a place from 1 to 255"))?;
    Some(place.get())
}

fn level(reader: &mut Reader, map: &Mapping) -> Level {
    let scalar = map.get("level").map(|node| node.expect_scalar("`level`"));
    let level = scalar.map(|scalar| choice(scalar?, "a level", Level::ALL, Level::name));
    level.and_then(|level| reader.note(level)).unwrap_or(Level::Required)
}

/// The number of a protocol that has a name or is one, and whether it has ports.
pub fn protocol_named(name: &str) -> Option<(u8, bool)> {
    let by = |number| PROTOCOLS.iter().find(|row| row.1 == number).map(|row| (row.1, row.2));
    let named = PROTOCOLS.iter().find(|row| row.0 == name).map(|row| (row.1, row.2));
    named.or_else(|| name.parse().ok().map(|number: u8| by(number).unwrap_or((number, false))))
}

/// The name of a protocol, else its number.
pub fn protocol_name(number: u8) -> String {
    let named = PROTOCOLS.iter().find(|row| row.1 == number).map(|row| row.0.to_owned());
    named.unwrap_or_else(|| number.to_string())
}

fn protocol(scalar: &Scalar) -> Result<u8, Finding> {
    let named = PROTOCOLS.iter().find(|(name, ..)| *name == scalar.text).map(|&(_, number, _)| number);
    let names: Vec<&str> = PROTOCOLS.iter().map(|&(name, ..)| name).collect();
    let number = named.or_else(|| scalar.text.parse().ok());
    number.ok_or_else(|| scalar.unknown_value("a protocol name or number", &names))
}

type Ranges = Vec<(u16, u16)>;

/// Destination and source ports; protocols without ports must not name any.
fn both_ports(reader: &mut Reader, map: &Mapping, proto: u8) -> Option<(Ranges, Ranges)> {
    if PROTOCOLS.iter().any(|&(_, number, has_ports)| has_ports && number == proto) {
        let ports = reader.note(map.require("ports", "a flow of this protocol"))?;
        let sources = map.get("source_ports");
        return Some((
            ranges(reader, ports, "`ports`"),
            sources.map_or(vec![CLIENT_PORTS], |node| ranges(reader, node, "`source_ports`")),
        ));
    }
    for (key, _) in ["ports", "source_ports"].iter().filter_map(|key| map.entry(key)) {
        let message = format!("`{}` is given for a protocol without ports", key.text);
        reader.findings.push(Finding::new(Code::InvalidValue, message).at(key.span, "").help("remove the key"));
    }
    Some((Vec::new(), Vec::new()))
}

fn ranges(reader: &mut Reader, node: &Node, what: &str) -> Ranges {
    if node.one_or_many().is_empty() {
        reader.findings.push(node.expected(what, "at least one port"));
    }
    reader.many(node, what, range)
}

/// `443` or `1024-65535`.
pub(super) fn range(scalar: &Scalar) -> Result<(u16, u16), Finding> {
    let port = |text: &str| text.trim().parse::<u16>().ok();
    let (low, high) = scalar.text.split_once('-').unwrap_or((&scalar.text, &scalar.text));
    match (port(low), port(high)) {
        (Some(low), Some(high)) if low <= high => Ok((low, high)),
        _ => Err(scalar.invalid("a port from 0 to 65535 or a range such as 1024-65535")),
    }
}
