//! Rules of iptables in YAML: what a dump would get, in the lists of the text.

use super::draft::Place;
use super::iptables::{permits, seen_in};
use crate::fix::items::tree;
use crate::fix::rule_lines::{Spot, Text, name_of};
use crate::fix::{Edit, Pass};
use crate::policy::Leg;

pub(super) fn write(place: &Place<'_>, passes: &[Pass]) -> Vec<Vec<Edit>> {
    let Some(tree) = tree(place.text) else { return Vec::new() };
    let text = Text::new(place.text, &tree, place.policy);
    let edits = |spot: &Spot<'_>| {
        let seen: Vec<Pass> = passes.iter().map(|pass| seen_in(pass, base_chain(place, spot))).collect();
        let new = permits(place.lost.leg, spot.table, &seen);
        if new.is_empty() { None } else { Some(text.at(spot, &new)?.edits) }
    };
    spots(place, &text).iter().filter_map(edits).collect()
}

/// Where lines could stand: above the guilty rule outside of chains that only log and drop, above the guilty rule itself,
/// and for answers at the head of their chain.
fn spots<'p>(place: &Place<'p>, text: &Text<'p>) -> Vec<Spot<'p>> {
    let Some(guilty) = place.lost.rule else { return Vec::new() };
    let mut all = vec![text.outside_helpers(guilty, &place.lost.path), text.outside_helpers(guilty, &[])];
    if place.lost.leg != Leg::Opening {
        let table = all.iter().flatten().map(|spot| spot.table).next();
        all.push(table.and_then(|table| text.first_of_leg(table, place.lost.leg)));
    }
    all.into_iter().flatten().collect()
}

/// The built-in chain that leads to a chain.
fn base_chain<'p>(place: &Place<'p>, spot: &Spot<'p>) -> &'p str {
    let outermost = place.lost.path.first();
    let of_jump = outermost.and_then(|jump| {
        let calls = |chain: &&crate::policy::Chain| chain.rules.iter().any(|rule| rule.span == *jump);
        place.policy.chains.iter().find(calls)
    });
    of_jump.and_then(name_of).map_or(spot.chain, |(_, chain)| chain)
}
