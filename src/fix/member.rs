//! A member for a group that a permit of the list names: a smaller change than a permit of its own.
//!
//! A group fits when it holds some of the addresses that the flow is about, and lacks others: somebody made it for them.

use super::asa::{is_entry_of, list_of, term};
use super::lines::{Line, line_holding, lines};
use super::pass::passes;
use super::{Edit, Loss, Proposal, apply};
use crate::policy::{Leg, RuleRef};
use crate::source::Sources;
use crate::verify::Verdict;
use ipnet::{IpNet, Ipv4Net};

/// More groups than this are not tried.
const MAX_GROUPS: usize = 4;
/// More members than this are better written down elsewhere.
const MAX_MEMBERS: usize = 8;

/// The first fitting group that lets the loss pass with the lost destinations as members. `wanted` is where the lost flows
/// go as a whole; `judge` says what becomes of the loss in another text.
pub fn membership(
    format: &str,
    loss: &Loss<'_>,
    wanted: &[IpNet],
    sources: &Sources,
    judge: &dyn Fn(&str) -> Verdict,
) -> Option<Proposal> {
    if format != "asa" || loss.verdict != Verdict::Denied || loss.leg != Leg::Opening {
        return None;
    }
    let (passes, widened) = passes(&loss.packets);
    let mut members: Vec<IpNet> = Vec::new();
    for destination in passes.iter().flat_map(|pass| &pass.destinations) {
        if !members.contains(destination) {
            members.push(*destination);
        }
    }
    if widened || members.is_empty() || members.len() > MAX_MEMBERS || passes.iter().any(|p| p.destinations.is_empty())
    {
        return None;
    }
    let text = sources.text(loss.at.source);
    let fitting = groups(text, loss)?.into_iter().filter(|group| fits(text, group, wanted));
    let proposals = fitting.take(MAX_GROUPS).map(|group| proposal(text, &group, &members));
    let passes = |proposal: &Proposal| judge(&apply(text, &proposal.edits)) == Verdict::Permitted;
    proposals.into_iter().find(passes)
}

/// A group with the line that permits something to it.
struct Group<'t> {
    name: &'t str,
    permit: Line<'t>,
}

/// The groups that permits above the guilty line name, the nearest first.
fn groups<'t>(text: &'t str, loss: &Loss<'_>) -> Option<Vec<Group<'t>>> {
    let at = loss.at.start as usize;
    let guilty = line_holding(text, at)?;
    let list = list_of(guilty)?;
    let is_above = |line: &Line<'_>| loss.rule.is_some_and(RuleRef::is_end) || line.start < guilty.start;
    let permits = |line: &Line<'_>| is_entry_of(*line, list) && line.words().any(|w| w == "permit");
    let mut found: Vec<Group<'t>> = Vec::new();
    for permit in lines(text).filter(|l| is_above(l) && permits(l)) {
        let words: Vec<&'t str> = permit.words().collect();
        for pair in words.windows(2) {
            if let ["object-group", name] = *pair
                && !found.iter().any(|group| group.name == name)
            {
                found.push(Group { name, permit });
            }
        }
    }
    found.reverse();
    Some(found)
}

/// Is something of what is wanted in the group?
fn fits(text: &str, group: &Group<'_>, wanted: &[IpNet]) -> bool {
    let overlap = |a: &IpNet, b: &IpNet| a.contains(b) || b.contains(a);
    let members = block(text, group.name).skip(1).filter_map(member);
    members.into_iter().any(|net| wanted.iter().any(|other| overlap(&net, other)))
}

/// The lines of the definition of a group of networks.
fn block<'t>(text: &'t str, name: &'t str) -> impl Iterator<Item = Line<'t>> {
    let is_head = move |line: &Line<'_>| line.words().eq(["object-group", "network", name]);
    let mut inside = false;
    let from_head = lines(text).skip_while(move |line| !is_head(line));
    from_head.take_while(move |line| {
        let goes_on = !inside || line.indent() > 0;
        inside = true;
        goes_on
    })
}

fn member(line: Line<'_>) -> Option<IpNet> {
    let words: Vec<&str> = line.words().collect();
    match *words {
        ["network-object", "host", address] => Some(IpNet::from(address.parse::<std::net::IpAddr>().ok()?)),
        ["network-object", prefix] => prefix.parse().ok(),
        ["network-object", network, mask] => {
            Ipv4Net::with_netmask(network.parse().ok()?, mask.parse().ok()?).ok().map(IpNet::V4)
        }
        _ => None,
    }
}

fn proposal(text: &str, group: &Group<'_>, members: &[IpNet]) -> Proposal {
    let new: Vec<String> = members.iter().map(|member| format!(" network-object {}", term(member))).collect();
    let at = block(text, group.name).last().map_or(text.len(), |last| last.next);
    let head = format!("object-group network {}", group.name);
    let named = |line: &Line<'_>| {
        let words: Vec<&str> = line.words().collect();
        words.windows(2).any(|pair| matches!(*pair, ["object-group" | "group-object", name] if name == group.name))
    };
    let others = lines(text).filter(named).filter(|line| line.start != group.permit.start).count();
    let place = format!("as members of the group `{}`, to which line {} permits", group.name, group.permit.number);
    let remark = match others {
        0 => None,
        1 => Some(format!("one more line names `{}`, and holds for the new members, too", group.name)),
        _ => Some(format!("{others} more lines name `{}`, and hold for the new members, too", group.name)),
    };
    let text = std::iter::once(head).chain(new.iter().cloned()).collect::<Vec<_>>().join("\n");
    Proposal { text, place, edits: vec![Edit::lines(at, &new)], asleep: Vec::new(), remark }
}
