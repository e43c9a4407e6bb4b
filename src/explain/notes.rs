//! What a finding says besides its message: the exact loss, a witness, what is seen on the wire and by the user.

use super::cause::{Cause, Hit};
use super::words::{address_list, conversation, once, ports, proto_name, some, way};
use crate::fix::{self, Proposal};
use crate::policy::{Action, Hook, Policy, Rule, TCP};
use crate::report::shown;
use crate::source::{Sources, Span};
use crate::space::{Cube, Field, PacketSet};
use crate::verify::{Seen, Verdict};

/// Products of the loss that are listed; the rest is counted.
const MOST_PIECES: usize = 6;
/// Flows, conditions and ways that are listed.
const MOST: usize = 6;

/// All notes, in the order in which a person asks.
pub(super) fn notes(sources: &Sources, cause: &Cause<'_>, fix: Option<&Proposal>) -> Vec<String> {
    if cause.repeats {
        let unsure = "only shown: these are test vectors, whose addresses are not sure enough to be required";
        return vec![flows(cause), unsure.to_owned()];
    }
    let mut all = conditions(sources, cause);
    all.extend(loss(cause));
    all.push(flows(cause));
    all.extend(witness(cause));
    all.extend(hits(sources, cause));
    all.extend(ways(cause));
    all.extend(on_the_wire(cause));
    all.extend(symptoms(cause));
    all.extend(fix.and_then(|fix| fix.remark.clone()));
    all
}

/// `lost: UDP 443 from 10.20.0.0/16 to 208.67.220.220, 208.67.222.222`.
fn loss(cause: &Cause<'_>) -> Vec<String> {
    let sets: Vec<PacketSet> = cause.packets().iter().map(fix::plain).collect();
    let word = if cause.verdict == Verdict::Undecided { "not decided" } else { "lost" };
    let all: Vec<String> = sets.iter().flat_map(|s| s.cubes().iter().map(|c| piece(word, s, c))).collect();
    let rest = all.len().saturating_sub(MOST_PIECES);
    let mut shown: Vec<String> = all.into_iter().take(MOST_PIECES).collect();
    if rest > 0 {
        shown.push(format!("{word}, too: {rest} more combinations"));
    }
    shown
}

fn piece(word: &str, set: &PacketSet, cube: &Cube) -> String {
    let family = set.family();
    let values = |field| cube.values(family, field);
    let proto = values(Field::Proto);
    let names: Vec<String> = proto.intervals().into_iter().flat_map(|i| i.low..=i.high).map(proto_name).collect();
    let what = format!("{} {}", some(&names, MOST), ports(&values(Field::DstPort)));
    let (from, to) = (address_list(family, &values(Field::Src)), address_list(family, &values(Field::Dst)));
    format!("{word}: {} from {from} to {to}", what.trim_end())
}

/// The flows, with the regions of each counted.
fn flows(cause: &Cause<'_>) -> String {
    let names = once(cause.hits.iter().map(|hit| hit.requirement.flow.as_str()));
    let phrase = |flow: &&str| {
        let own = cause.hits.iter().filter(|hit| hit.requirement.flow == **flow);
        let regions = once(own.filter_map(|hit| hit.requirement.region.as_deref()));
        match regions.as_slice() {
            [] => format!("`{flow}`"),
            [one] => format!("`{flow}@{one}`"),
            many => format!("`{flow}` in {} regions", many.len()),
        }
    };
    format!("flows: {}", some(&names.iter().map(phrase).collect::<Vec<_>>(), MOST))
}

fn witness(cause: &Cause<'_>) -> Option<String> {
    let hit = cause.first()?;
    let example = conversation(&hit.block.witness);
    let way = way(hit.policy, &hit.block.witness).filter(|_| hit.block.interfaces_matter);
    Some(way.map_or_else(|| format!("for example {example}"), |way| format!("for example {example}, {way}")))
}

/// How often the guilty line has matched, where the listing of the device says so.
fn hits(sources: &Sources, cause: &Cause<'_>) -> Option<String> {
    let line = sources.slice(sources.line_of(cause.at?));
    let (_, rest) = line.split_once("(hitcnt=")?;
    let count: u64 = rest.split_once(')')?.0.parse().ok()?;
    Some(match count {
        0 => "the device has counted no packet on this line".to_owned(),
        1 => "the device has counted 1 packet on this line".to_owned(),
        _ => format!("the device has counted {count} packets on this line"),
    })
}

/// The ways through the firewall on which it holds, where others fare differently.
fn ways(cause: &Cause<'_>) -> Option<String> {
    let matter = cause.hits.iter().filter(|hit| hit.block.interfaces_matter);
    let each = once(matter.filter_map(|hit| way(hit.policy, &hit.block.witness)));
    (!each.is_empty()).then(|| format!("it differs by the way through the firewall: this holds {}", some(&each, MOST)))
}

/// The flags that settle an undecided flow whose ways through the firewall differ.
pub(super) fn flags(cause: &Cause<'_>) -> Option<String> {
    let open = cause.hits.iter().all(|hit| hit.block.ways_differ);
    let own = cause.first().is_some_and(|hit| hit.policy.hook == Hook::Output);
    let said = if own {
        "say by which interface the flows leave, with `--out-interface`"
    } else {
        "say which way the clients take, with `--in-interface` and `--out-interface`"
    };
    open.then(|| said.to_owned())
}

/// What the verdict hangs on: `permitted only while ... holds`.
fn conditions(sources: &Sources, cause: &Cause<'_>) -> Vec<String> {
    if cause.verdict != Verdict::Undecided {
        return Vec::new();
    }
    let by_way = |hit: &&Hit<'_>| hit.block.ways_differ;
    let ways = cause.hits.iter().filter(by_way).filter_map(|hit| hit.block.because.first());
    let ways = ways.map(|condition| format!("it differs by the way through the firewall: {}", condition.text));
    let each = cause.hits.iter().flat_map(|hit| {
        // What rules do is another question on each way.
        let action = |at: Span| if hit.block.ways_differ { None } else { action_at(hit.policy, at) };
        hit.block.because.iter().skip(hit.block.ways_differ.into()).map(move |c| (action(c.span), c))
    });
    let sentence = |(action, condition): (Option<&Action>, &crate::policy::Condition)| {
        let place = sources.position(condition.span).line;
        let at = format!("`{}` at {}:{place}", condition.text, sources.name(condition.span.source));
        match action {
            Some(Action::Accept) => format!("permitted only while {at} holds"),
            Some(Action::Deny(_)) => format!("denied while {at} holds"),
            _ => format!("it hangs on {at}"),
        }
    };
    let mut all = once(ways.chain(each.map(sentence)));
    all.truncate(MOST);
    all
}

/// What the rule does that a condition stands in.
fn action_at(policy: &Policy, at: Span) -> Option<&Action> {
    let holds = |rule: &&Rule| rule.span.source == at.source && rule.span.start <= at.start && at.end <= rule.span.end;
    policy.chains.iter().flat_map(|chain| &chain.rules).find(holds).map(|rule| &rule.action)
}

/// What the client sees of a denial in a capture.
fn on_the_wire(cause: &Cause<'_>) -> Option<String> {
    if cause.verdict != Verdict::Denied {
        return None;
    }
    let seen = Seen::of(cause.verdict, cause.leg, cause.denial, cause.first()?.policy.hook);
    let has = |tcp: bool| cause.hits.iter().any(|hit| (hit.requirement.proto == TCP) == tcp);
    let shown = shown(seen, has(true), has(false));
    let (kind, place) = match seen {
        Seen::Reset | Seen::Error(_) => ("a visible reject", "at the client"),
        Seen::Unsent | Seen::LaterUnsent => ("it ends before the interface", "there"),
        Seen::Unheard => ("the machine drops it behind the interface", "there"),
        _ => ("a silent drop", "at the client"),
    };
    Some(format!("{kind}: a capture {place} shows {shown}"))
}

/// What the user notices, as the requirements say it.
fn symptoms(cause: &Cause<'_>) -> Vec<String> {
    if !matches!(cause.verdict, Verdict::Denied | Verdict::Intercepted) {
        return Vec::new();
    }
    let told = cause.hits.iter().map(|hit| hit.requirement).filter(|r| !r.symptom.is_empty());
    let all = once(told.map(|r| format!("what the client shows for `{}`: {}", r.flow, r.symptom)));
    all.into_iter().take(MOST).collect()
}
