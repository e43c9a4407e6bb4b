//! Rules of the native YAML schema.

use super::items::{Keys, Value, beside, row, tree};
use super::lines::{Line, lines};
use super::{Edit, Job, Pass, Proposal};
use crate::policy::{ICMP, ICMPV6, Leg, RuleRef};
use crate::source::Span;
use crate::verify::Verdict;
use ipnet::IpNet;

pub(super) fn write(job: &Job<'_>) -> Option<Proposal> {
    if job.loss.leg != Leg::Opening || job.loss.verdict == Verdict::Intercepted {
        return None;
    }
    proposal(job.text, job.loss.at, job.loss.rule, &job.passes)
}

/// The edit that puts rules for these packets where the loss is.
pub(super) fn rules(text: &str, at: Span, rule: Option<RuleRef>, passes: &[Pass]) -> Option<Vec<Edit>> {
    Some(proposal(text, at, rule, passes)?.edits)
}

fn proposal(text: &str, at: Span, rule: Option<RuleRef>, passes: &[Pass]) -> Option<Proposal> {
    let new: Vec<Keys> = passes.iter().map(keys).collect();
    let Some(items) = items_below_rules(text) else {
        return beside(text, tree(text)?.get("rules")?.as_sequence()?, (at, rule), &new);
    };
    let indent = items.first()?.indent();
    placed(text, at, rule, &items, new.iter().map(|keys| row(indent, keys)).collect())
}

/// Puts new items above the guilty one, or below the last where the end decides.
pub(super) fn placed(
    text: &str,
    at: Span,
    rule: Option<RuleRef>,
    items: &[Line<'_>],
    new: Vec<String>,
) -> Option<Proposal> {
    let at = at.start as usize;
    let (at, place) = if rule.is_none_or(RuleRef::is_end) {
        let end = end_of(text, items)?;
        (end.next, format!("append after line {}, at the end of the rules", end.number))
    } else {
        let guilty = items.iter().rev().find(|item| item.start <= at)?;
        (guilty.start, format!("insert above line {}", guilty.number))
    };
    Some(Proposal::adding(new, at, place))
}

/// The first lines of the items below `rules:`; none when the list is written in brackets.
fn items_below_rules(text: &str) -> Option<Vec<Line<'_>>> {
    let body = lines(text).skip_while(|l| l.text.trim_end() != "rules:").skip(1);
    let inside = body.take_while(|l| l.is_blank() || l.indent() > 0 || is_item(*l));
    let all: Vec<Line<'_>> = inside.filter(|l| is_item(*l)).collect();
    let indent = all.first()?.indent();
    Some(all.into_iter().filter(|l| l.indent() == indent).collect())
}

pub(super) fn is_item(line: Line<'_>) -> bool {
    line.text.trim_start().starts_with("- ")
}

/// The last line of the last item.
pub(super) fn end_of<'a>(text: &'a str, items: &[Line<'a>]) -> Option<Line<'a>> {
    let last = *items.last()?;
    let rest = lines(text).skip_while(|l| l.start <= last.start);
    let inside = rest.take_while(|l| l.is_blank() || l.indent() > last.indent());
    Some(inside.filter(|l| !l.is_blank()).last().unwrap_or(last))
}

fn keys(pass: &Pass) -> Keys {
    let word = |text: &str| Value::Word(text.to_owned());
    let list = |all: Vec<String>| (!all.is_empty()).then_some(Value::List(all));
    let networks = |prefixes: &[IpNet]| list(prefixes.iter().map(IpNet::to_string).collect());
    let icmp = pass.icmp.iter().filter(|_| matches!(pass.proto, Some(ICMP | ICMPV6)));
    let keys = [
        ("name", Some(word(&name(pass)))),
        ("action", Some(word("permit"))),
        ("from", networks(&pass.sources)),
        ("to", networks(&pass.destinations)),
        ("proto", pass.proto_name().map(|proto| word(&proto.replace("ipv6-icmp", "icmpv6")))),
        ("ports", list(ranges(&pass.ports))),
        ("source_ports", list(ranges(&pass.source_ports))),
        ("icmp", list(icmp.map(|value| format!("{}/{}", value >> 8, value & 0xff)).collect())),
        ("in", pass.entry.as_deref().map(word)),
        ("out", pass.exit.as_deref().map(word)),
    ];
    keys.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()
}

/// `53` and `1024-65535`.
pub(super) fn ranges(ports: &[(u16, u16)]) -> Vec<String> {
    let range = |(low, high): &(u16, u16)| if low == high { low.to_string() } else { format!("{low}-{high}") };
    ports.iter().map(range).collect()
}

/// A name for a new rule: `required-udp-53-443`.
pub(super) fn name(pass: &Pass) -> String {
    let proto = pass.proto_name().unwrap_or_else(|| "any".to_owned());
    let family = if pass.family == crate::space::Family::V6 { "-v6" } else { "" };
    let ports = if pass.ports.is_empty() { String::new() } else { format!("-{}", pass.port_list("-", "-")) };
    format!("required-{proto}{ports}{family}")
}
