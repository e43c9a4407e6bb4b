//! Permits that match lost packets and never get them, because another rule takes the packets first.

use super::cause::Hit;
use super::words::{address_list, protocols};
use crate::policy::{Conversation, Leg, Policy};
use crate::source::{Sources, Span};
use crate::space::{Field, PacketSet};
use crate::verify::{NearPermit, Reach, near_permits};

/// A permit that comes too late.
pub(super) struct Shadowed {
    /// Where it is written.
    pub span: Span,
    /// The lost packets that it is for.
    packets: PacketSet,
    /// Is it for all packets of the flow in question?
    for_all: bool,
    /// Does the rule that denies take all that the permit is for, or is it a chain's end?
    without_effect: Option<bool>,
}

/// The first permit of the text that some lost first packets would meet, were they not denied before.
pub(super) fn shadowed(hits: &[Hit<'_>]) -> Option<Shadowed> {
    hits.iter().filter_map(of_hit).min_by_key(|shadowed| shadowed.span)
}

fn of_hit(hit: &Hit<'_>) -> Option<Shadowed> {
    let lost = &hit.block.judged;
    let near = near_permits(hit.policy, lost, Leg::Opening).into_iter();
    let mut late = near.filter(|n| n.reach == Reach::OnTheWay && n.miss.is_none());
    let first = late.find(|near| !is_met(hit.policy, near))?;
    let permit = hit.policy.rule(first.permit)?;
    let denies = hit.block.rule.and_then(|at| hit.policy.rule(at));
    Some(Shadowed {
        span: permit.span,
        for_all: lost.is_subset(&first.packets),
        without_effect: denies.map(|rule| permit.matches.packets.is_subset(&rule.matches.packets)),
        packets: first.packets,
    })
}

/// Does the permit take the packet, so that it is lost only later?
fn is_met(policy: &Policy, near: &NearPermit) -> bool {
    let Some(packet) = near.packets.witness() else { return true };
    let trace = policy.trace(&Conversation::from_packet(policy.family, &packet));
    trace.first().is_none_or(|opening| opening.met.iter().any(|met| met.at == near.permit))
}

impl Shadowed {
    /// What the permit would let pass, and how much of it the denial takes.
    pub fn note(&self, sources: &Sources, denied_at: Option<Span>) -> String {
        let line = |span| sources.position(span).line;
        let permit = line(self.span);
        let what = if self.for_all { "all of the flow".to_owned() } else { self.part() };
        let taken = match (denied_at, self.without_effect) {
            (Some(at), Some(true)) => format!(", and line {} takes all that it is for", line(at)),
            (Some(at), Some(false)) => format!("; line {} takes that part of what it is for", line(at)),
            _ => String::new(),
        };
        format!("the permit in line {permit} comes too late for {what}{taken}")
    }

    fn part(&self) -> String {
        let values = |field| self.packets.values(field);
        let family = self.packets.family();
        let (from, to) = (address_list(family, &values(Field::Src)), address_list(family, &values(Field::Dst)));
        format!("{} from {from} to {to}", protocols(&[&self.packets]))
    }
}
