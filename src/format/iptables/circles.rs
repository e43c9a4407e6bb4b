//! Chains that lead to themselves, chains nested too deeply, and chains that are called so often that a walk would not
//! come to an end: the jump that goes too far is cut.

use crate::finding::{Code, Finding};
use crate::format::{MAX_CALLS, MAX_DEPTH};
use crate::policy::{Action, Chain, ChainId};

/// How far the search has come with a chain.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Seen {
    Not,
    /// On the way from the beginning to here.
    Open,
    Done(Extent),
}

/// How far a chain reaches.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Extent {
    /// The greatest number of chains below it.
    depth: usize,
    /// The calls below it, each as often as it comes about: those of a chain that is called twice count twice.
    calls: usize,
}

impl Extent {
    fn with(self, below: Extent) -> Extent {
        Extent {
            depth: self.depth.max(below.depth + 1),
            calls: self.calls.saturating_add(below.calls).saturating_add(1),
        }
    }

    fn is_allowed(self) -> bool {
        self.depth < MAX_DEPTH && self.calls <= MAX_CALLS
    }
}

/// Makes jumps that would not come to an end unknown, each with a finding.
pub(super) fn cut(chains: &mut [Chain], findings: &mut Vec<Finding>) {
    let mut seen = vec![Seen::Not; chains.len()];
    for start in 0..chains.len() {
        search(ChainId(start), chains, &mut seen, findings);
    }
}

/// A chain on the way, the next of its rules to look at, and how far it was found to reach.
struct Visit {
    chain: ChainId,
    rule: usize,
    extent: Extent,
}

fn search(start: ChainId, chains: &mut [Chain], seen: &mut [Seen], findings: &mut Vec<Finding>) {
    let mut way: Vec<Visit> = Vec::new();
    enter(start, &mut way, seen);
    while let Some(visit) = way.last_mut() {
        let chain = visit.chain;
        let Some((rule, target)) = next_jump(chains, visit) else {
            let extent = visit.extent;
            set(seen, chain, Seen::Done(extent));
            way.pop();
            continue;
        };
        match seen.get(target.0).copied() {
            Some(Seen::Not) => {
                // Looked at again when the target is done, for its extent.
                visit.rule = rule;
                enter(target, &mut way, seen);
            }
            Some(Seen::Done(below)) if visit.extent.with(below).is_allowed() => visit.extent = visit.extent.with(below),
            Some(Seen::Done(below)) if below.depth + 1 < MAX_DEPTH => {
                // Its callers are refused too: otherwise the same could begin again above it.
                visit.extent.calls = MAX_CALLS;
                let why = format!("chains call each other so often that more than {MAX_CALLS} calls would be followed");
                refuse(chains, chain, rule, Finding::new(Code::TooLarge, why).help("call each chain once"), findings);
            }
            _ => refuse(chains, chain, rule, circle(chains, target), findings),
        }
    }
}

fn enter(chain: ChainId, way: &mut Vec<Visit>, seen: &mut [Seen]) {
    if seen.get(chain.0) == Some(&Seen::Not) {
        set(seen, chain, Seen::Open);
        way.push(Visit { chain, rule: 0, extent: Extent { depth: 0, calls: 0 } });
    }
}

fn set(seen: &mut [Seen], chain: ChainId, state: Seen) {
    if let Some(slot) = seen.get_mut(chain.0) {
        *slot = state;
    }
}

/// The next jump or goto, and its target; `visit.rule` is then one past it.
fn next_jump(chains: &[Chain], visit: &mut Visit) -> Option<(usize, ChainId)> {
    let rules = &chains.get(visit.chain.0)?.rules;
    while let Some(rule) = rules.get(visit.rule) {
        visit.rule += 1;
        if let Action::Jump(target) | Action::Goto(target) = rule.action {
            return Some((visit.rule - 1, target));
        }
    }
    None
}

fn circle(chains: &[Chain], target: ChainId) -> Finding {
    let name = chains.get(target.0).map_or("", |c| c.name.as_str());
    let message = format!("this jump to `{name}` closes a circle, or chains are nested more than {MAX_DEPTH} deep");
    Finding::new(Code::ChainLoop, message).help("iptables refuses such a rule set; let the chain return instead")
}

/// What a jump that is not followed leads to is unknown.
fn refuse(chains: &mut [Chain], chain: ChainId, rule: usize, why: Finding, findings: &mut Vec<Finding>) {
    let Some(chain) = chains.get_mut(chain.0) else { return };
    chain.rules.change(|rules| {
        let Some(rule) = rules.get_mut(rule) else { return };
        rule.action = Action::Unknown(why.message.clone());
        findings.push(why.at(rule.span, ""));
    });
}
