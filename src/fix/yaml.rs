//! Rules of the native YAML schema.

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
    let items = items_below_rules(job.text)?;
    let indent = items.first()?.indent();
    let new: Vec<String> = job.passes.iter().map(|pass| item(indent, pass)).collect();
    insertion(job, &items, new)
}

/// The edit that puts rules for these packets where the loss is.
pub(super) fn rules(text: &str, at: Span, rule: Option<RuleRef>, passes: &[Pass]) -> Option<Vec<Edit>> {
    let items = items_below_rules(text)?;
    let indent = items.first()?.indent();
    let new = passes.iter().map(|pass| item(indent, pass)).collect();
    Some(placed(text, at, rule, &items, new)?.edits)
}

/// Puts new items above the guilty one, or below the last where the end decides.
pub(super) fn insertion(job: &Job<'_>, items: &[Line<'_>], new: Vec<String>) -> Option<Proposal> {
    placed(job.text, job.loss.at, job.loss.rule, items, new)
}

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

fn item(indent: usize, pass: &Pass) -> String {
    let mut keys = vec![format!("name: {}", name(pass)), "action: permit".to_owned()];
    keys.extend(list("from", &pass.sources));
    keys.extend(list("to", &pass.destinations));
    keys.extend(pass.proto_name().map(|proto| format!("proto: {}", proto.replace("ipv6-icmp", "icmpv6"))));
    if !pass.ports.is_empty() {
        keys.push(format!("ports: [{}]", pass.port_list("-", ", ")));
    }
    if !pass.source_ports.is_empty() {
        keys.push(format!("source_ports: [{}]", pass.source_port_list("-", ", ")));
    }
    if !pass.icmp.is_empty() && matches!(pass.proto, Some(ICMP | ICMPV6)) {
        let each: Vec<String> = pass.icmp.iter().map(|value| format!("{}/{}", value >> 8, value & 0xff)).collect();
        keys.push(format!("icmp: [{}]", each.join(", ")));
    }
    keys.extend(pass.entry.as_ref().map(|name| format!("in: {name}")));
    keys.extend(pass.exit.as_ref().map(|name| format!("out: {name}")));
    format!("{}- {{ {} }}", " ".repeat(indent), keys.join(", "))
}

/// A name for a new rule: `required-udp-53-443`.
pub(super) fn name(pass: &Pass) -> String {
    let proto = pass.proto_name().unwrap_or_else(|| "any".to_owned());
    let family = if pass.family == crate::space::Family::V6 { "-v6" } else { "" };
    let ports = if pass.ports.is_empty() { String::new() } else { format!("-{}", pass.port_list("-", "-")) };
    format!("required-{proto}{ports}{family}")
}

fn list(key: &str, prefixes: &[IpNet]) -> Option<String> {
    let quote = |p: &IpNet| if p.addr().is_ipv6() { format!("\"{p}\"") } else { p.to_string() };
    (!prefixes.is_empty()).then(|| {
        let all: Vec<String> = prefixes.iter().map(quote).collect();
        format!("{key}: [{}]", all.join(", "))
    })
}
