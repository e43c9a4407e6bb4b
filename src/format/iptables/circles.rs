//! Chains that lead to themselves, and chains nested too deeply: the jump that closes the circle is cut.

use crate::finding::{Code, Finding};
use crate::format::MAX_DEPTH;
use crate::policy::{Action, Chain, ChainId};

/// How far the search has come with a chain.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Seen {
    Not,
    /// On the way from the beginning to here.
    Open,
    /// With the greatest number of chains below it.
    Done(usize),
}

/// Makes jumps that would not come to an end unknown, each with a finding.
pub(super) fn cut(chains: &mut [Chain], findings: &mut Vec<Finding>) {
    let mut seen = vec![Seen::Not; chains.len()];
    for start in 0..chains.len() {
        search(ChainId(start), chains, &mut seen, findings);
    }
}

/// A chain on the way, the next of its rules to look at, and the greatest depth found below it.
struct Visit {
    chain: ChainId,
    rule: usize,
    below: usize,
}

fn search(start: ChainId, chains: &mut [Chain], seen: &mut [Seen], findings: &mut Vec<Finding>) {
    let mut way: Vec<Visit> = Vec::new();
    enter(start, &mut way, seen);
    while let Some(visit) = way.last_mut() {
        let chain = visit.chain;
        let Some((rule, target)) = next_jump(chains, visit) else {
            let depth = visit.below;
            set(seen, chain, Seen::Done(depth));
            way.pop();
            continue;
        };
        match seen.get(target.0).copied() {
            Some(Seen::Not) => {
                // Looked at again when the target is done, for its depth.
                visit.rule = rule;
                enter(target, &mut way, seen);
            }
            Some(Seen::Done(depth)) if depth + 1 < MAX_DEPTH => visit.below = visit.below.max(depth + 1),
            _ => refuse(chains, chain, rule, target, findings),
        }
    }
}

fn enter(chain: ChainId, way: &mut Vec<Visit>, seen: &mut [Seen]) {
    if seen.get(chain.0) == Some(&Seen::Not) {
        set(seen, chain, Seen::Open);
        way.push(Visit { chain, rule: 0, below: 0 });
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

fn refuse(chains: &mut [Chain], chain: ChainId, rule: usize, target: ChainId, findings: &mut Vec<Finding>) {
    let name = chains.get(target.0).map_or_else(String::new, |c| c.name.clone());
    let Some(rule) = chains.get_mut(chain.0).and_then(|c| c.rules.get_mut(rule)) else { return };
    let message = format!("this jump to `{name}` closes a circle, or chains are nested more than {MAX_DEPTH} deep");
    let help = "iptables refuses such a rule set; let the chain return instead";
    findings.push(Finding::new(Code::ChainLoop, message.clone()).at(rule.span, "").help(help));
    rule.action = Action::Unknown(message);
}
