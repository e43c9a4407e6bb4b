//! Terms of Aerleon policies.

use super::lines::{Line, lines};
use super::yaml::{insertion, is_item, name};
use super::{Job, Pass, Proposal};
use crate::policy::{Leg, RuleRef};
use crate::verify::Verdict;
use ipnet::IpNet;

pub(super) fn write(job: &Job<'_>) -> Option<Proposal> {
    if job.loss.verdict == Verdict::Intercepted {
        return None;
    }
    let items = terms(job)?;
    let indent = items.first()?.indent();
    let new: Vec<String> = match job.loss.leg {
        Leg::Opening => job.passes.iter().flat_map(|pass| term(indent, pass)).collect(),
        Leg::Answer | Leg::Later => answers(indent),
    };
    insertion(job, &items, new)
}

/// Where the target asks for the state of connections, this lets known ones go on; elsewhere it will not be proved.
fn answers(indent: usize) -> Vec<String> {
    let keys = ["- name: answers", "  option: established", "  action: accept"];
    keys.iter().map(|key| format!("{}{key}", " ".repeat(indent))).collect()
}

/// The first lines of the terms of the filter that decides: of its header, where its end does.
fn terms<'t>(job: &Job<'t>) -> Option<Vec<Line<'t>>> {
    let at = job.loss.at.start as usize;
    let is_head = |line: &Line<'_>| line.text.trim() == "terms:";
    let head = match job.loss.rule.is_none_or(RuleRef::is_end) {
        true => lines(job.text).find(|line| line.start > at && is_head(line))?,
        false => lines(job.text).take_while(|line| line.start <= at).filter(is_head).last()?,
    };
    let body = || lines(job.text).skip_while(|line| line.start <= head.start);
    let first = body().find(|line| is_item(*line))?.indent();
    let inside =
        body().take_while(|line| line.is_blank() || line.indent() > first || line.indent() == first && is_item(*line));
    Some(inside.filter(|line| line.indent() == first && is_item(*line)).collect())
}

fn term(indent: usize, pass: &Pass) -> Vec<String> {
    let mut keys = vec![format!("- name: {}", name(pass))];
    keys.extend(words("source-address", &pass.sources));
    keys.extend(words("destination-address", &pass.destinations));
    if !pass.ports.is_empty() {
        keys.push(format!("  destination-port: {}", pass.port_list("-", " ")));
    }
    keys.extend(pass.proto_name().map(|proto| format!("  protocol: {}", proto.replace("ipv6-icmp", "icmpv6"))));
    keys.push("  action: accept".to_owned());
    keys.iter().map(|key| format!("{}{key}", " ".repeat(indent))).collect()
}

fn words(key: &str, prefixes: &[IpNet]) -> Option<String> {
    let all: Vec<String> = prefixes.iter().map(ToString::to_string).collect();
    (!all.is_empty()).then(|| format!("  {key}: {}", all.join(" ")))
}
