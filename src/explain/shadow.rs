//! Permits that match lost packets and never get them, because another rule takes the packets first.

use super::cause::{Hit, by_flow, lost_flow};
use super::words::{address_list, protocols, some};
use crate::fix;
use crate::policy::{Conversation, Policy};
use crate::source::{Sources, Span};
use crate::space::{Cube, Field, PacketSet};
use crate::verify::{NearPermit, late_permits};
use rayon::prelude::*;

/// Products that are listed.
const MOST: usize = 3;

/// A permit that comes too late.
#[derive(Debug, Clone)]
pub(super) struct Shadowed {
    /// Where it is written.
    pub span: Span,
    /// The lost packets that it is for.
    packets: PacketSet,
    /// Does the rule that denies take all that the permit is for, or is it a chain's end?
    without_effect: Option<bool>,
}

/// The first permit of the text that some lost first packets would meet, were they not denied before.
pub(super) fn shadowed(hits: &[Hit<'_>]) -> Option<Shadowed> {
    let mut all: Vec<Shadowed> = by_flow(hits).par_iter().filter_map(|hits| of_flow(hits)).collect();
    let first = all.iter().map(|shadowed| shadowed.span).min()?;
    all.retain(|shadowed| shadowed.span == first);
    let joined = |mut one: Shadowed, other: Shadowed| {
        // The two families of one line are told by the first.
        if one.packets.family() == other.packets.family() {
            one.packets.add_all(&other.packets);
        }
        one
    };
    all.into_iter().reduce(joined)
}

fn of_flow(hits: &[Hit<'_>]) -> Option<Shadowed> {
    let hit = hits.first()?;
    let mut late = late_permits(hit.policy, &lost_flow(hits, hit.policy.family)).into_iter();
    let first = late.find(|near| !is_met(hit.policy, near))?;
    let permit = hit.policy.rule(first.permit)?;
    let denies = hit.block.rule.and_then(|at| hit.policy.rule(at));
    Some(Shadowed {
        span: permit.span,
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
    /// What the permit would let pass, and how much of what it is for the denial takes.
    pub fn note(&self, sources: &Sources, denied_at: Option<Span>) -> String {
        let line = |span| sources.position(span).line;
        let (permit, lost) = (line(self.span), self.lost());
        match (denied_at, self.without_effect) {
            (Some(at), Some(true)) => {
                format!("the permit in line {permit} has no effect, because line {} takes all of it: {lost}", line(at))
            }
            (Some(at), Some(false)) => {
                format!("line {} takes a part of what the permit in line {permit} is for: {lost}", line(at))
            }
            _ => format!("the permit in line {permit} comes too late for {lost}"),
        }
    }

    /// The lost packets, product by product.
    fn lost(&self) -> String {
        let family = self.packets.family();
        let plain = fix::plain(&self.packets);
        let piece = |cube: &Cube| {
            let what = protocols(&[&PacketSet::from_cubes(family, [cube.clone()])]);
            let values = |field| address_list(family, &cube.values(family, field));
            format!("{what} from {} to {}", values(Field::Src), values(Field::Dst))
        };
        some(&plain.cubes().iter().map(piece).collect::<Vec<_>>(), MOST)
    }
}
