//! From what was met on the way of conversations to what becomes of them: the law of verdicts.

use super::Verdict;
use super::combine::Part;
use super::piece::{CONVERSATION_FIELDS, Decided, Doubt, Ended, Fate, Piece};
use super::walk::{RULE_WORK, Walker};
use crate::policy::{Condition, Leg, RuleRef};
use crate::space::PacketSet;
use std::collections::HashSet;

/// All that was met on the way of one kind of conversations.
pub(super) struct Course {
    pub(super) whole: PacketSet,
    ended: Vec<Ended>,
    doubts: Vec<Doubt>,
    pub(super) permits: Vec<Decided>,
    /// Pieces whose first packet arrived.
    opened: Option<Vec<Piece>>,
    /// Pieces all of whose packets arrived.
    pub(super) completed: Vec<Piece>,
    pub(super) too_complex: bool,
    /// How many cubes were held against rules.
    walked: usize,
}

/// The sets that the law of verdicts speaks of.
struct Ways {
    denied: PacketSet,
    elsewhere: PacketSet,
    onward: PacketSet,
    unknown: PacketSet,
}

impl Course {
    /// The course of these conversations, before their first packet.
    pub(super) fn of(whole: PacketSet) -> Course {
        Course {
            whole,
            ended: Vec::new(),
            doubts: Vec::new(),
            permits: Vec::new(),
            opened: None,
            completed: Vec::new(),
            too_complex: false,
            walked: 0,
        }
    }

    pub(super) fn take(&mut self, walker: Walker<'_>, arrived: &[Piece]) {
        self.ended.extend(walker.ended);
        self.doubts.extend(walker.doubts);
        self.permits = walker.permits;
        self.too_complex |= walker.too_complex;
        self.walked = self.walked.saturating_add(walker.work);
        self.opened.get_or_insert_with(|| arrived.to_vec());
    }

    /// The course of those conversations that are in a set.
    pub(super) fn within(&self, flow: &PacketSet) -> Course {
        let of_set = |set: &PacketSet| Some(set.intersect(flow)).filter(|set| !set.is_empty());
        let of_piece = |piece: &Piece| Some(Piece { set: of_set(&piece.set)?, ..piece.clone() });
        let of_ended = |ended: &Ended| Some(Ended { set: of_set(&ended.set)?, ..ended.clone() });
        let of_doubt = |doubt: &Doubt| Some(Doubt { set: of_set(&doubt.set)?, ..doubt.clone() });
        Course {
            whole: self.whole.intersect(flow),
            ended: self.ended.iter().filter_map(of_ended).collect(),
            doubts: self.doubts.iter().filter_map(of_doubt).collect(),
            permits: self.permits.clone(),
            opened: self.opened.as_ref().map(|pieces| pieces.iter().filter_map(of_piece).collect()),
            completed: self.completed.iter().filter_map(of_piece).collect(),
            too_complex: self.too_complex,
            walked: self.walked,
        }
    }

    /// The rules that surely deny some conversations, and leave a doubt about some: which others are judged with one
    /// decides whether they are to blame for it.
    pub(super) fn blamed_by_company(&self) -> Vec<(RuleRef, Leg)> {
        let doubted = self.doubted();
        let ended: HashSet<(RuleRef, Leg)> = self.ended.iter().map(|ended| (ended.by.rule, ended.leg)).collect();
        ended.intersection(&doubted).copied().collect()
    }

    /// Does a rule leave a doubt about some of these conversations?
    pub(super) fn doubts(&self, rule: (RuleRef, Leg), flow: &PacketSet) -> bool {
        self.doubts.iter().any(|doubt| (doubt.by.rule, doubt.leg) == rule && doubt.set.overlaps(flow))
    }

    /// The conversations of a part that are in a set, with what is open about these.
    pub(super) fn part_within(&self, part: &Part, flow: &PacketSet) -> Option<Part> {
        let packets = part.packets.intersect(flow);
        if packets.is_empty() {
            return None;
        }
        let because = if part.because.is_empty() { Vec::new() } else { self.conditions_about(&packets) };
        Some(Part { packets: packets.coalesced(&CONVERSATION_FIELDS), because, ..part.clone() })
    }

    /// Rules that leave a doubt.
    fn doubted(&self) -> HashSet<(RuleRef, Leg)> {
        self.doubts.iter().map(|d| (d.by.rule, d.leg)).collect()
    }

    /// What it costs: cubes held against rules, and against each other by the law.
    pub(super) fn work(&self) -> usize {
        let cubes = if self.too_complex { 0 } else { self.cubes() };
        self.walked.saturating_mul(RULE_WORK).saturating_add(cubes.saturating_mul(cubes))
    }

    /// How many cubes the law will have to look at.
    pub(super) fn cubes(&self) -> usize {
        let ended = self.ended.iter().map(|ended| &ended.set).chain(self.doubts.iter().map(|doubt| &doubt.set));
        let arrived = self.completed.iter().chain(self.opened.iter().flatten()).map(|piece| &piece.set);
        ended.chain(arrived).map(|set| set.cubes().len()).sum()
    }

    /// The law of verdicts, on sets: a conversation has a verdict when no other end is possible for it.
    pub(super) fn parts(&self) -> Vec<Part> {
        if self.too_complex {
            return vec![Part::too_complex(self.whole.clone())];
        }
        let opening = self.ways(self.opened.as_deref().unwrap_or_default(), true);
        let all = self.ways(&self.completed, false);
        let surely_denied =
            opening.denied.subtract(&opening.elsewhere).subtract(&opening.onward).subtract(&opening.unknown);
        let intercepted =
            opening.elsewhere.subtract(&opening.denied).subtract(&opening.onward).subtract(&opening.unknown);
        let rest = self.whole.subtract(&surely_denied).subtract(&intercepted);
        let lost = rest.subtract(&all.elsewhere).subtract(&all.onward).subtract(&all.unknown);
        let permitted = rest.subtract(&all.elsewhere).subtract(&all.denied).subtract(&all.unknown);
        let undecided = rest.subtract(&lost).subtract(&permitted);
        let mut parts = Vec::new();
        parts.extend(self.denials(surely_denied, true));
        parts.extend(self.interceptions(intercepted));
        parts.extend(self.denials(lost, false));
        parts.extend(self.permits(permitted));
        parts.extend(self.doubtful(undecided));
        parts
    }

    /// Where conversations may end: on the opening packet only, or on any.
    fn ways(&self, arrived: &[Piece], opening_only: bool) -> Ways {
        let family = self.whole.family();
        let empty = || PacketSet::empty(family);
        let mut ways = Ways { denied: empty(), elsewhere: empty(), onward: empty(), unknown: empty() };
        for piece in arrived {
            let place =
                if piece.link.local || piece.link.moves_destination() { &mut ways.elsewhere } else { &mut ways.onward };
            place.add_all(&piece.set);
        }
        for ended in self.ended.iter().filter(|e| !opening_only || e.leg == Leg::Opening) {
            let opening = ended.leg == Leg::Opening;
            match ended.fate {
                Fate::Denied(_) => ways.denied.add_all(&ended.set),
                Fate::Diverted if opening => ways.elsewhere.add_all(&ended.set),
                Fate::Diverted | Fate::Unknown => ways.unknown.add_all(&ended.set),
            }
        }
        ways
    }

    fn denials(&self, mut region: PacketSet, opening: bool) -> Vec<Part> {
        let mut parts = Vec::new();
        // A rule that perhaps denies is not to blame where another surely does.
        let doubts = self.doubted();
        let doubted = |e: &&Ended| doubts.contains(&(e.by.rule, e.leg));
        let of_leg = |e: &&Ended| (e.leg == Leg::Opening) == opening;
        let (perhaps, surely): (Vec<&Ended>, Vec<&Ended>) = self.ended.iter().filter(of_leg).partition(doubted);
        for ended in surely.into_iter().chain(perhaps) {
            let Fate::Denied(denial) = ended.fate else { continue };
            if let Some(packets) = take_part(&mut region, &ended.set) {
                let mut part = Part::new(Verdict::Denied, packets, ended.leg, &ended.by);
                part.denial = Some(denial);
                parts.push(part);
            }
        }
        parts
    }

    fn interceptions(&self, mut region: PacketSet) -> Vec<Part> {
        let leg = Leg::Opening;
        let mut parts = Vec::new();
        for piece in self.opened.iter().flatten() {
            let Some(packets) = take_part(&mut region, &piece.set) else { continue };
            let by = piece.link.translated_by.clone().unwrap_or_else(Decided::nowhere);
            parts.push(Part::new(Verdict::Intercepted, packets, leg, &by));
        }
        for ended in self.ended.iter().filter(|e| e.fate == Fate::Diverted && e.leg == leg) {
            if let Some(packets) = take_part(&mut region, &ended.set) {
                parts.push(Part::new(Verdict::Intercepted, packets, leg, &ended.by));
            }
        }
        parts
    }

    fn permits(&self, mut region: PacketSet) -> Vec<Part> {
        let mut parts = Vec::new();
        for piece in &self.completed {
            let Some(packets) = take_part(&mut region, &piece.set) else { continue };
            let by = piece.permit.and_then(|p| self.permits.get(p)).cloned();
            let by = by.unwrap_or_else(Decided::nowhere);
            parts.push(Part::new(Verdict::Permitted, packets, Leg::Opening, &by));
        }
        parts
    }

    fn doubtful(&self, mut region: PacketSet) -> Vec<Part> {
        let mut parts = Vec::new();
        for doubt in &self.doubts {
            let Some(packets) = take_part(&mut region, &doubt.set) else { continue };
            let mut part = Part::new(Verdict::Undecided, packets, doubt.leg, &doubt.by);
            part.because = self.conditions_about(&part.packets);
            parts.push(part);
        }
        for ended in &self.ended {
            if let Some(packets) = take_part(&mut region, &ended.set) {
                parts.push(Part::new(Verdict::Undecided, packets, ended.leg, &ended.by));
            }
        }
        // A later packet can be translated though the first was not (tracking saw it first): no end that we know.
        for piece in &self.completed {
            let Some(packets) = take_part(&mut region, &piece.set) else { continue };
            let by = piece.link.translated_by.clone().unwrap_or_else(Decided::nowhere);
            parts.push(Part::new(Verdict::Undecided, packets, Leg::Later, &by));
        }
        parts
    }

    fn conditions_about(&self, packets: &PacketSet) -> Vec<Condition> {
        let about = self.doubts.iter().filter(|d| d.set.overlaps(packets));
        let mut known = HashSet::new();
        about.flat_map(|d| &d.conditions).filter(|condition| known.insert(*condition)).cloned().collect()
    }
}

/// Takes the packets of `set` out of the region; `None` when there are none.
fn take_part(region: &mut PacketSet, set: &PacketSet) -> Option<PacketSet> {
    let part = region.intersect(set);
    if part.is_empty() {
        return None;
    }
    *region = region.subtract(set);
    Some(part.coalesced(&CONVERSATION_FIELDS))
}
