//! Access-list entries where IOS would show them: above the guilty one, in the words of its list.
//!
//! The lists have no state, so an answer is met by an entry of its own, at the step after the one that lets the request
//! out. What IOS translates is met under its other address, which the text may tell.

use super::draft::Place;
use crate::fix::ios::{List, entries, is_outer};
use crate::fix::{Edit, Pass};
use crate::policy::{Action, Translation};
use crate::space::{IntervalSet, prefixes};
use crate::verify::Verdict;
use ipnet::IpNet;

pub(super) fn write(place: &Place<'_>, passes: &[Pass]) -> Vec<Vec<Edit>> {
    let lost = place.lost;
    let Some(rule) = lost.rule.filter(|_| lost.verdict != Verdict::Intercepted) else { return Vec::new() };
    let Some(chain) = place.policy.chain(rule.chain) else { return Vec::new() };
    let Some(list) = List::of(place.text, lost.at.start as usize) else { return Vec::new() };
    let guilty = if rule.is_end() { None } else { list.position(lost.at.start as usize) };
    let mut clients = if is_outer(chain, lost.leg) { hidden_as(place) } else { Vec::new() };
    clients.insert(0, None);
    clients.reverse();
    let each = clients.iter().filter_map(|hidden| {
        let seen = passes.iter().map(|pass| behind(pass, hidden.as_ref()));
        let new: Vec<String> = seen.flat_map(|pass| entries(&pass, lost.leg, false)).collect();
        list.inserted(place.text, new, guilty)
    });
    each.collect()
}

/// The addresses that clients have outside: those that the text names, and any.
fn hidden_as(place: &Place<'_>) -> Vec<Option<Vec<IpNet>>> {
    let rules = place.policy.chains.iter().flat_map(|c| &c.rules);
    let mut known = IntervalSet::empty();
    let mut translated = false;
    for rule in rules {
        if let Action::Translate(Translation::Source { addresses, .. }) = &rule.action {
            translated = true;
            known = addresses.iter().fold(known, |all, one| all.union(one));
        }
    }
    let mut all = Vec::new();
    if translated {
        all.push(Some(Vec::new()));
        if !known.is_empty() {
            all.push(Some(prefixes(place.policy.family, &known)));
        }
    }
    all
}

fn behind(pass: &Pass, hidden: Option<&Vec<IpNet>>) -> Pass {
    hidden.map_or_else(|| pass.clone(), |sources| Pass { sources: sources.clone(), ..pass.clone() })
}
