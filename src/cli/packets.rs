//! `fwproof trace --packets`: many conversations, one JSON object a line, answered by one JSON line each.

use super::flow_text::Parts;
use super::trace::{PlacedBase, common_outcome};
use crate::policy::{
    Conversation, Course, Decision, Hook, IfaceId, Interfaces, Leg, OpeningFate, Outcome, Policy, Rewrite, RuleRef,
};
use crate::report::address;
use crate::source::Sources;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A line of the input.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    id: Value,
    src: String,
    dst: String,
    proto: Value,
    sport: Option<u16>,
    dport: Option<u16>,
    flags: Option<String>,
    r#type: Option<u8>,
    code: Option<u8>,
    r#in: Option<String>,
    out: Option<String>,
}

/// A line of the output.
#[derive(Serialize)]
struct Answer<'a> {
    id: &'a Value,
    packet: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reject: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nat: Option<Nat>,
    verdict: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    leg: Option<Leg>,
    at: Option<At>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

#[derive(Serialize)]
struct Nat {
    dst: Option<String>,
    dport: Option<u16>,
}

#[derive(Serialize)]
struct At {
    file: String,
    line: usize,
}

/// The answers to all lines of a text; the first line that is no conversation ends it with an error.
pub(super) fn answers(text: &str, bases: &[PlacedBase<'_>], sources: &Sources) -> Result<String, String> {
    let lines: Vec<(usize, &str)> = text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()).collect();
    let answered: Result<Vec<String>, String> = lines
        .par_iter()
        .map(|(index, line)| answer(line, bases, sources).map_err(|e| format!("line {}: {e}", index + 1)))
        .collect();
    Ok(answered?.concat())
}

fn answer(line: &str, bases: &[PlacedBase<'_>], sources: &Sources) -> Result<String, String> {
    let asked: Asked = serde_json::from_str(line).map_err(|e| e.to_string())?;
    let conversation = asked.conversation()?;
    let base = bases.iter().find(|b| b.base.policy.family == conversation.family);
    let answer = match base {
        None => Answer::without_base(&asked.id, format!("the rule set holds no {} rule base", conversation.family)),
        Some(base) if base.base.policy.hook == Hook::Output && asked.r#in.is_some() => {
            return Err("`in` has no meaning with `--hook output`".to_owned());
        }
        Some(base) => asked.answer(base, conversation, sources),
    };
    serde_json::to_string(&answer).map(|json| json + "\n").map_err(|e| e.to_string())
}

impl Asked {
    fn conversation(&self) -> Result<Conversation, String> {
        let proto = self.proto.as_str().map_or_else(|| self.proto.to_string(), str::to_owned);
        let parts = Parts {
            proto: &proto,
            src: &self.src,
            dst: &self.dst,
            sport: self.sport,
            dport: self.dport,
            icmp_type: self.r#type,
            icmp_code: self.code,
            flags: self.flags.as_deref(),
        };
        parts.conversation()
    }

    fn answer(&self, base: &PlacedBase<'_>, conversation: Conversation, sources: &Sources) -> Answer<'_> {
        let policy = &base.base.policy;
        let class =
            |name: &Option<String>| -> Vec<IfaceId> { name.iter().map(|n| policy.interfaces.class_of(n)).collect() };
        let mut site = base.site.clone();
        if self.r#in.is_some() {
            site.in_ifaces = class(&self.r#in);
        }
        if self.out.is_some() {
            site.out_ifaces = class(&self.out);
        }
        let on_pairs = PlacedBase { base: base.base, site }.on_pairs(&conversation);
        let on_pairs = if on_pairs.is_empty() {
            let other = Conversation { in_iface: Interfaces::OTHER, out_iface: Interfaces::OTHER, ..conversation };
            let outcome = policy.decide(&other).outcome();
            vec![(other, outcome)]
        } else {
            on_pairs
        };
        let decisions: Vec<Decision> = on_pairs.iter().map(|(c, _)| policy.decide(c)).collect();
        Answer::from_decisions(&self.id, policy, &decisions, common_outcome(&on_pairs), sources)
    }
}

impl<'a> Answer<'a> {
    fn without_base(id: &'a Value, reason: String) -> Answer<'a> {
        Answer {
            id,
            packet: "UNDECIDED",
            reject: None,
            nat: None,
            verdict: "undecided",
            leg: None,
            at: None,
            reason: Some(reason),
        }
    }

    fn from_decisions(
        id: &'a Value,
        policy: &Policy,
        decisions: &[Decision],
        outcome: Outcome,
        sources: &Sources,
    ) -> Answer<'a> {
        let courses: Vec<&Course> = decisions.iter().flat_map(|d| &d.courses).collect();
        let first = courses.first().copied();
        let fate = common(courses.iter().map(|c| fate_name(c.opening)));
        let same_opening = common(courses.iter().map(|c| (c.destination.clone(), c.destination_port.clone())));
        let (verdict, leg) = match outcome {
            Outcome::Permitted => ("permitted", None),
            Outcome::Denied(leg) => ("denied", Some(leg)),
            Outcome::Intercepted => ("intercepted", None),
            Outcome::Undecided => ("undecided", None),
        };
        let deciding = courses.iter().find(|c| leg.is_none_or(|l| c.end == crate::policy::End::Denied(l)));
        Answer {
            id,
            packet: fate.unwrap_or("UNDECIDED"),
            reject: common(courses.iter().map(|c| reject_name(c.opening))).flatten(),
            nat: same_opening.and_then(|(dst, port)| nat(policy, &dst, &port)),
            verdict,
            leg,
            at: deciding.copied().or(first).and_then(|c| c.at).and_then(|at| place(policy, at, sources)),
            reason: None,
        }
    }
}

/// The value that all have, if there is one.
fn common<T: PartialEq>(mut values: impl Iterator<Item = T>) -> Option<T> {
    let first = values.next()?;
    values.all(|v| v == first).then_some(first)
}

fn fate_name(fate: OpeningFate) -> &'static str {
    match fate {
        OpeningFate::Delivered | OpeningFate::Rewritten => "ACCEPT",
        OpeningFate::Local => "LOCAL",
        OpeningFate::Denied(denial) if denial.reject_name().is_some() => "REJECT",
        OpeningFate::Denied(_) => "DROP",
        OpeningFate::Unknown => "UNDECIDED",
    }
}

fn reject_name(fate: OpeningFate) -> Option<&'static str> {
    if let OpeningFate::Denied(denial) = fate { denial.reject_name() } else { None }
}

fn nat(policy: &Policy, dst: &Rewrite, port: &Rewrite) -> Option<Nat> {
    let only = |rewrite: &Rewrite| if rewrite.is_same() { None } else { rewrite.of(0)?.only() };
    if dst.is_same() && port.is_same() {
        return None;
    }
    Some(Nat { dst: only(dst).map(|a| address(policy.family, a)), dport: only(port).map(|p| p as u16) })
}

fn place(policy: &Policy, at: RuleRef, sources: &Sources) -> Option<At> {
    let span = policy.span(at)?;
    Some(At { file: sources.name(span.source).to_owned(), line: sources.position(span).line })
}
