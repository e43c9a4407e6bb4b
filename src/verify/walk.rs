//! The walk of one packet of all conversations of a set through the chains of a policy.
//!
//! A piece is a set of conversations for which everything else about the packet is the same. An opaque rule sends the
//! packets that it may match both ways, so pieces can overlap: what surely happens to a packet is what happens to it
//! in every piece that holds it.

use super::piece::{CONVERSATION_FIELDS, Decided, Doubt, Ended, Fate, Link, Passing, Piece};
use super::relevance::Scope;
use super::view::{Hit, hit};
use crate::policy::{
    Action, ChainEnd, ChainId, Condition, Denial, MarkBits, PacketOfConversation, Policy, Rule, RuleRef, Sees,
};
use crate::space::{Cube, PacketSet};
use foldhash::{HashMap, HashMapExt};
use std::collections::hash_map::Entry;

/// The most cubes that the pieces of one flow may have; above, the flow is undecided.
const MAX_CUBES: usize = 50_000;
/// Above this many cubes a piece is coalesced before it goes on.
const COALESCE_ABOVE: usize = 256;
/// The most rules that one packet may be held against, beside four times those that there are: chains that call the
/// next one twice double the work with each chain.
const MAX_VISITS: usize = 2_000_000;

/// Holding a cube against a rule takes about as long as this many comparisons of two cubes, as measured.
pub(super) const RULE_WORK: usize = 16;

/// What the walk of one packet of some conversations may cost before it is given up.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// The most cubes that a piece may have.
    pub cubes: usize,
    /// How many cubes may be held against rules, with all that takes as long.
    pub work: usize,
    /// The most cubes that all ends of the conversations together may have.
    pub ends: usize,
}

impl Default for Bounds {
    /// For required flows, which are few and small: only their cubes are bounded, and the rules that they meet.
    fn default() -> Bounds {
        Bounds { cubes: MAX_CUBES, work: usize::MAX, ends: usize::MAX }
    }
}

/// Which rules of a chain can matter for packets of the given direction.
pub(super) type RelevantRules = HashMap<ChainId, Vec<usize>>;

/// The state of a walk.
pub(super) struct Walker<'a> {
    pub policy: &'a Policy,
    pub packet: PacketOfConversation,
    /// Rules worth asking.
    pub scope: &'a Scope<'a>,
    /// Could an unknown action here change addresses, or whether tracking sees the packet?
    pub may_change_more: bool,
    pub ended: Vec<Ended>,
    pub doubts: Vec<Doubt>,
    pub permits: Vec<Decided>,
    /// Set when a bound was hit: nothing that was computed counts.
    pub too_complex: bool,
    /// Did a rule send packets more than one way? Only then can pieces overlap.
    overlapping: bool,
    /// What the walk may cost.
    pub bounds: Bounds,
    visits: usize,
    most_visits: usize,
    /// How many cubes were held against rules, and what else took as long.
    pub work: usize,
    path: Vec<RuleRef>,
}

/// Pieces that a base chain accepted, with the rule.
pub(super) type Accepted = Vec<(Piece, Decided)>;

impl<'a> Walker<'a> {
    pub fn new(policy: &'a Policy, packet: PacketOfConversation, scope: &'a Scope<'a>) -> Walker<'a> {
        Walker {
            policy,
            packet,
            scope,
            may_change_more: false,
            ended: Vec::new(),
            doubts: Vec::new(),
            permits: Vec::new(),
            too_complex: false,
            overlapping: false,
            bounds: Bounds::default(),
            visits: 0,
            most_visits: MAX_VISITS + 4 * policy.rule_count(),
            work: 0,
            path: Vec::new(),
        }
    }

    /// Sends pieces through a base chain, its end included.
    pub fn base_chain(&mut self, id: ChainId, sees: Sees, pieces: Vec<Piece>) -> Accepted {
        let mut accepted = Vec::new();
        let through = self.rules_of(id, sees, pieces, &mut accepted);
        let Some(chain) = self.policy.chain(id) else { return accepted };
        let by = self.here(RuleRef::end_of(id));
        self.at_end(&chain.end, by, through, &mut accepted);
        accepted
    }

    /// Sends pieces through a chain that was called; returns those that fall out of it.
    fn called_chain(&mut self, id: ChainId, sees: Sees, pieces: Vec<Piece>, accepted: &mut Accepted) -> Vec<Piece> {
        let through = self.rules_of(id, sees, pieces, accepted);
        match self.policy.chain(id).map(|c| &c.end) {
            None | Some(ChainEnd::Return) => through,
            Some(end) => {
                let by = self.here(RuleRef::end_of(id));
                self.at_end(end, by, through, accepted);
                Vec::new()
            }
        }
    }

    fn at_end(&mut self, end: &ChainEnd, by: Decided, pieces: Vec<Piece>, accepted: &mut Accepted) {
        for piece in pieces {
            match end {
                ChainEnd::Return | ChainEnd::Accept => accepted.push((piece, by.clone())),
                ChainEnd::Deny(denial) => self.end(piece.set, Fate::Denied(*denial), by.clone()),
                ChainEnd::Unknown(why) => {
                    if let Some(span) = self.policy.span(by.rule) {
                        let conditions = vec![Condition { text: why.clone(), span }];
                        let leg = self.packet.leg;
                        self.doubts.push(Doubt { set: piece.set.clone(), leg, by: by.clone(), conditions });
                    }
                    self.end(piece.set, Fate::Unknown, by.clone());
                }
            }
        }
    }

    fn rules_of(&mut self, id: ChainId, sees: Sees, mut pieces: Vec<Piece>, accepted: &mut Accepted) -> Vec<Piece> {
        let policy = self.policy;
        let Some(chain) = policy.chain(id) else { return pieces };
        let mut through = Vec::new();
        for &index in &*self.scope.rules(id, chain) {
            if pieces.is_empty() || self.too_complex {
                break;
            }
            let Some(rule) = chain.rules.get(index) else { continue };
            self.visits += pieces.len();
            self.work += pieces.iter().map(|piece| piece.set.cubes().len()).sum::<usize>();
            self.too_complex |= self.visits > self.most_visits || self.work > self.bounds.work;
            pieces = self.rule(RuleRef { chain: id, rule: index }, rule, sees, pieces, &mut through, accepted);
        }
        through.extend(pieces);
        self.merged(through)
    }

    /// Holds pieces against one rule; returns those that go on to the next one.
    fn rule(
        &mut self,
        at: RuleRef,
        rule: &Rule,
        sees: Sees,
        pieces: Vec<Piece>,
        through: &mut Vec<Piece>,
        accepted: &mut Accepted,
    ) -> Vec<Piece> {
        let mut onward = Vec::with_capacity(pieces.len());
        let mut split = false;
        for piece in pieces {
            let Some(Hit { most, surely }) = hit(&rule.matches, &piece, self.packet, sees) else {
                onward.push(piece);
                continue;
            };
            split = true;
            self.doubt_unless_sure(at, rule, &most, &surely);
            let rest = piece.set.subtract_cubes(&surely);
            let taken = Piece { set: most, ..piece.clone() };
            if !rest.is_empty() {
                onward.push(Piece { set: rest, ..piece });
            }
            self.act(at, rule, sees, taken, &mut onward, through, accepted);
        }
        if split { self.merged(onward) } else { onward }
    }

    #[expect(clippy::too_many_arguments, reason = "the three places to which packets can go are one thing each")]
    fn act(
        &mut self,
        at: RuleRef,
        rule: &Rule,
        sees: Sees,
        mut taken: Piece,
        onward: &mut Vec<Piece>,
        through: &mut Vec<Piece>,
        accepted: &mut Accepted,
    ) {
        let by = self.here(at);
        match &rule.action {
            Action::Continue => onward.push(taken),
            Action::Accept => accepted.push((taken, by)),
            Action::Deny(denial) => self.end(taken.set, Fate::Denied(*denial), by),
            Action::Return => through.push(taken),
            Action::Jump(target) => onward.extend(self.call(at, *target, sees, taken, accepted)),
            Action::Goto(target) => through.extend(self.call(at, *target, sees, taken, accepted)),
            Action::Mark(change) => {
                let (mark, kept) = change.apply(taken.passing.mark, taken.connection_mark());
                taken.passing.mark = mark;
                if !taken.passing.templated {
                    taken.link.mark = kept;
                }
                onward.push(taken);
            }
            Action::Untrack | Action::Template => {
                taken.passing.prepare(rule.action == Action::Untrack, at);
                onward.push(taken);
            }
            Action::Translate(translation) => {
                for piece in super::step::translated(translation, taken, self.packet, self.policy.hook) {
                    match piece {
                        Ok(mut piece) => {
                            if piece.link.moves_destination() || piece.link.local {
                                piece.link.translated_by.get_or_insert_with(|| by.clone());
                            }
                            accepted.push((piece, by.clone()));
                        }
                        Err((set, fate)) => self.end(set, fate, by.clone()),
                    }
                }
            }
            Action::Divert => {
                self.doubts.push(self.doubt(at, rule, taken.set.clone(), "whether a local proxy listens"));
                self.end(taken.set.clone(), Fate::Denied(Denial::Silent), by.clone());
                self.end(taken.set, Fate::Diverted, by);
            }
            Action::Unknown(why) => self.unknown(at, rule, why, taken, onward, accepted),
        }
    }

    /// Anything may happen: the packet may be denied, accepted, or go on, with any marks.
    fn unknown(
        &mut self,
        at: RuleRef,
        rule: &Rule,
        why: &str,
        mut taken: Piece,
        onward: &mut Vec<Piece>,
        accepted: &mut Accepted,
    ) {
        let by = self.here(at);
        self.doubts.push(self.doubt(at, rule, taken.set.clone(), why));
        if self.may_change_more {
            self.end(taken.set, Fate::Unknown, by);
            return;
        }
        taken.passing.mark = MarkBits::UNKNOWN;
        taken.link.mark = MarkBits::UNKNOWN;
        self.end(taken.set.clone(), Fate::Denied(Denial::Silent), by.clone());
        accepted.push((taken.clone(), by));
        onward.push(taken);
    }

    fn call(&mut self, at: RuleRef, target: ChainId, sees: Sees, taken: Piece, accepted: &mut Accepted) -> Vec<Piece> {
        self.path.push(at);
        let back = self.called_chain(target, sees, vec![taken], accepted);
        self.path.pop();
        back
    }

    fn doubt_unless_sure(&mut self, at: RuleRef, rule: &Rule, most: &PacketSet, surely: &[Cube]) {
        let unsure = most.subtract_cubes(surely);
        let unknown = matches!(rule.action, Action::Unknown(_));
        self.overlapping |= unknown || !unsure.is_empty();
        if !unsure.is_empty() && !unknown {
            self.doubts.push(self.doubt(at, rule, unsure, "what this rule matches after a translation or mark"));
        }
    }

    fn doubt(&self, at: RuleRef, rule: &Rule, set: PacketSet, otherwise: &str) -> Doubt {
        let mut conditions = rule.matches.opaque.clone();
        if conditions.is_empty() {
            conditions.push(Condition { text: otherwise.to_owned(), span: rule.span });
        }
        Doubt { set, leg: self.packet.leg, by: self.here(at), conditions }
    }

    pub fn end(&mut self, set: PacketSet, fate: Fate, by: Decided) {
        self.ended.push(Ended { set, fate, leg: self.packet.leg, by });
    }

    pub fn here(&self, rule: RuleRef) -> Decided {
        Decided { rule, path: self.path.clone() }
    }

    /// The number of a permit, the same for the same rule by the same jumps.
    pub fn permit(&mut self, by: Decided) -> usize {
        let known = self.permits.iter().position(|p| *p == by);
        known.unwrap_or_else(|| {
            self.permits.push(by);
            self.permits.len() - 1
        })
    }

    /// Joins pieces that differ in nothing but their conversations, and keeps sets small.
    pub fn merged(&mut self, mut pieces: Vec<Piece>) -> Vec<Piece> {
        if pieces.len() < 2 {
            return pieces.into_iter().map(|p| self.bounded(p)).collect();
        }
        if self.overlapping {
            pieces = apart(pieces);
        }
        let mut out: Vec<Piece> = Vec::with_capacity(pieces.len());
        let mut places: HashMap<(Link, Passing, Option<usize>), usize> = HashMap::new();
        for piece in pieces {
            let key = (piece.link.clone(), piece.passing.clone(), piece.permit);
            let place = *places.entry(key).or_insert(out.len());
            match out.get_mut(place) {
                Some(same) => {
                    self.work += same.set.cubes().len() * piece.set.cubes().len() / RULE_WORK;
                    same.set.add_all(&piece.set);
                }
                None => out.push(piece),
            }
        }
        out.into_iter().map(|p| self.bounded(p)).collect()
    }

    fn bounded(&mut self, mut piece: Piece) -> Piece {
        if piece.set.cubes().len() > COALESCE_ABOVE {
            piece.set = piece.set.coalesced(&CONVERSATION_FIELDS);
        }
        self.too_complex |= piece.set.cubes().len() > self.bounds.cubes;
        piece
    }
}

/// Takes from each piece what another one before it holds that differs in nothing but the rule that permitted it: what
/// becomes of those conversations from here on is the same, and the first of the rules is told.
fn apart(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut held: HashMap<(Link, Passing), PacketSet> = HashMap::new();
    let mut out = Vec::with_capacity(pieces.len());
    for piece in pieces {
        match held.entry((piece.link.clone(), piece.passing.clone())) {
            Entry::Vacant(first) => {
                first.insert(piece.set.clone());
                out.push(piece);
            }
            Entry::Occupied(mut before) => {
                let set = piece.set.subtract(before.get());
                if !set.is_empty() {
                    before.get_mut().add_all(&set);
                    out.push(Piece { set, ..piece });
                }
            }
        }
    }
    out
}
