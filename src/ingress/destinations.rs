//! Destinations and what is known about them.

use super::reader::{Reader, choice, keys};
use super::{AsOf, Confidence, Destination, Provenance, Target};
use crate::finding::{Code, Finding};
use crate::source::Span;
use crate::yaml::{Mapping, Node, Scalar};
use ipnet::IpNet;
use std::net::IpAddr;

/// Reads one destination: a mapping, or only a prefix.
pub(super) fn destination(reader: &mut Reader, node: &Node, base: &Provenance) -> Option<Destination> {
    if let Some(scalar) = node.as_scalar() {
        let target = reader.note(prefix(scalar)).map(Target::Prefix)?;
        return Some(known(target, base.clone(), false, scalar.span));
    }
    let map = reader.mapping(node, "a destination", keys::DESTINATION)?;
    let target = target(reader, map)?;
    let own = self::base(reader, map, base.clone());
    let provenance = provenance(reader, map, own);
    let at = map.get("prefix").or_else(|| map.get("name")).map_or(map.head(), Node::span);
    Some(known(target, provenance, reader.flag(map, "test_vector"), at))
}

fn known(target: Target, provenance: Provenance, test_vector: bool, at: Span) -> Destination {
    let test_vector = test_vector || provenance.confidence == Confidence::Low;
    Destination { target, provenance, test_vector, at: Some(at) }
}

fn target(reader: &mut Reader, map: &Mapping) -> Option<Target> {
    match (map.get("prefix"), map.get("name")) {
        (Some(node), None) => {
            let scalar = reader.note(node.expect_scalar("`prefix`"))?;
            reader.note(prefix(scalar)).map(Target::Prefix)
        }
        (None, Some(node)) => {
            let scalar = reader.note(node.expect_scalar("`name`"))?;
            reader.note(host_name(scalar)).map(Target::Name)
        }
        _ => {
            let message = "a destination needs either `prefix` or `name`";
            reader.findings.push(Finding::new(Code::InvalidValue, message).at(map.head(), ""));
            None
        }
    }
}

/// A network, or a single address.
pub(super) fn prefix(scalar: &Scalar) -> Result<IpNet, Finding> {
    let text = scalar.text.trim();
    let parsed = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
    let net = parsed.map_err(|_| scalar.invalid("an address or a prefix such as 192.0.2.0/24"))?;
    if net != net.trunc() {
        let finding = scalar.invalid("a prefix, as it has bits set behind its length");
        return Err(finding.help(format!("the network is `{}`, the single address `{}`", net.trunc(), net.addr())));
    }
    Ok(net)
}

pub(super) fn host_name(scalar: &Scalar) -> Result<String, Finding> {
    let name = scalar.text.trim_end_matches('.').to_ascii_lowercase();
    if is_host_name(&name) { Ok(name) } else { Err(scalar.invalid("a host name")) }
}

/// Two labels at least, of letters, digits, `-` and `_`; the first may be `*`.
pub(super) fn is_host_name(name: &str) -> bool {
    let letters = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let mut labels = name.strip_prefix("*.").unwrap_or(name).split('.');
    name.contains('.') && labels.all(|label| !label.is_empty() && label.chars().all(letters))
}

/// The provenance that `source` names, or the inherited one.
pub(super) fn base(reader: &mut Reader, map: &Mapping, inherited: Provenance) -> Provenance {
    let Some(scalar) = map.get("source").and_then(|node| reader.note(node.expect_scalar("`source`"))) else {
        return inherited;
    };
    if let Some(source) = reader.sources.get(scalar.text.as_ref()) {
        return source.clone();
    }
    let names: Vec<&str> = reader.sources.keys().map(String::as_str).collect();
    let finding = scalar.unknown_value("a name in `sources`", &names);
    reader.findings.push(finding);
    inherited
}

/// `base` with what a mapping says of its own.
pub(super) fn provenance(reader: &mut Reader, map: &Mapping, base: Provenance) -> Provenance {
    let own = |reader: &mut Reader, key: &str, inherited: String| match reader.text(map, key) {
        text if text.is_empty() => inherited,
        text => text,
    };
    let graded = map.get("confidence").and_then(|node| {
        let scalar = reader.note(node.expect_scalar("`confidence`"))?;
        reader.note(choice(scalar, "a confidence", Confidence::ALL, Confidence::name))
    });
    Provenance {
        title: own(reader, "title", base.title),
        reference: own(reader, "reference", base.reference),
        as_of: map.get("as_of").and_then(|node| as_of(reader, node)).unwrap_or(base.as_of),
        confidence: graded.unwrap_or(base.confidence),
        // The inherited reason explains the inherited grade only.
        reason: own(reader, "reason", if graded.is_some() { String::new() } else { base.reason }),
        max_age: base.max_age,
    }
}

/// A date, `unknown`, or `{before: DATE}`.
pub(super) fn as_of(reader: &mut Reader, node: &Node) -> Option<AsOf> {
    const EXPECTED: &str = "a date such as 2026-08-22, `unknown` or `{before: DATE}`";
    if node.as_mapping().is_some() {
        let map = reader.mapping(node, "`as_of`", &["before"])?;
        let before = reader.note(map.require("before", "`as_of`"))?;
        let date = before.expect_scalar("`before`").and_then(|scalar| scalar.parse("a date such as 2026-08-22"));
        return reader.note(date).map(AsOf::Before);
    }
    let scalar = reader.note(node.expect_scalar("`as_of`"))?;
    if scalar.text == "unknown" {
        return Some(AsOf::Unknown);
    }
    reader.note(scalar.parse(EXPECTED)).map(AsOf::On)
}
