//! Required flows before and after a change.

use super::Pair;
use super::change::{Change, Judge, changes};
use crate::policy::{Conversation, Policy, Topology};
use crate::requirement::Requirement;
use crate::space::{Field, IntervalSet, PacketSet};
use crate::verify::{Bounds, Judgement, Site, Verdict, addresses, conversations};

/// One side: the rules of a family, what is known of the network around them, and where clients are.
#[derive(Clone, Copy)]
pub struct FlowSide<'a> {
    /// The rules.
    pub policy: &'a Policy,
    /// Interfaces and routes.
    pub topology: &'a Topology,
    /// Clients and ways; the clients must be the same on both sides.
    pub site: &'a Site,
}

/// Which way a flow turned.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Turn {
    /// Nothing changed.
    Same,
    /// Something changed, and nothing was lost that passed or may have passed.
    NotWorse,
    /// Something that was permitted is undecided.
    BecameUndecided,
    /// Something that was permitted or undecided is surely lost.
    Worse,
}

/// A required flow whose conversations fare otherwise, or whose verdict is another one.
#[derive(Debug, Clone)]
pub struct FlowChange<'a> {
    /// The requirement.
    pub requirement: &'a Requirement,
    /// What `check` says of the old side.
    pub was: Judgement,
    /// What `check` says of the new side.
    pub is: Judgement,
    /// The exact parts that fare otherwise, by pairs of interfaces.
    pub changes: Vec<Change>,
    /// Was a bound hit, so that no part is known?
    pub too_large: bool,
    /// Which way it turned.
    pub turn: Turn,
    /// As in [`super::Changes`].
    pub disagreements: Vec<Conversation>,
}

/// Two sides made ready for many flows.
pub struct Flows<'a> {
    old: Judge<'a>,
    new: Judge<'a>,
    sides: (FlowSide<'a>, FlowSide<'a>),
    pair: &'a Pair<'a>,
}

impl<'a> Flows<'a> {
    /// Prepares two sides, whose rules are those of the pair, for requirements.
    pub fn new(pair: &'a Pair<'a>, old: FlowSide<'a>, new: FlowSide<'a>, wanted: &[&Requirement]) -> Flows<'a> {
        let family = old.policy.family;
        let servers = wanted.iter().map(|requirement| addresses(family, &requirement.destinations));
        let servers = servers.fold(IntervalSet::empty(), |all, one| all.union(&one));
        let asked = PacketSet::full(family).with(Field::Dst, &servers);
        let judge = |policy| Judge::new(policy, &asked, Bounds::default());
        Flows { old: judge(old.policy), new: judge(new.policy), sides: (old, new), pair }
    }

    /// What became otherwise of a flow; `None` when it is proved that nothing did, or when the family has none of it.
    pub fn compare<'r>(&self, requirement: &'r Requirement) -> Option<FlowChange<'r>> {
        let (old, new) = self.sides;
        let of = |side: FlowSide<'_>| conversations(requirement, side.policy, side.topology, side.site);
        let (before, after) = (of(old), of(new));
        let joint = |policy, packets: &PacketSet| self.pair.universe.numbers(policy).joint(packets);
        let (then, now) = (joint(old.policy, &before), joint(new.policy, &after));
        let same_question = then.is_subset(&now) && now.is_subset(&then);
        if same_question && !then.overlaps(&self.pair.touched) {
            return None;
        }
        let found = changes(&self.old, &self.new, &self.pair.universe, &then.union(&now));
        let (was, is) = (self.old.prover.judge(&before), self.new.prover.judge(&after));
        let turn = if found.too_large { Turn::BecameUndecided } else { turn(&was, &is, &found.changes, &now) };
        let mut disagreements = found.disagreements;
        disagreements.extend(was.disagreements.iter().chain(&is.disagreements).cloned());
        let (mut changes, too_large) = (found.changes, found.too_large);
        changes.sort_by_key(|change| (change.kind().gravity(), change.is.at, change.was.at));
        let same = turn == Turn::Same && disagreements.is_empty();
        (!same).then_some(FlowChange { requirement, was, is, changes, too_large, turn, disagreements })
    }
}

/// The graver of what the verdicts say and what the packets say.
fn turn(was: &Judgement, is: &Judgement, changes: &[Change], now: &PacketSet) -> Turn {
    let by_verdict = match (was.verdict, is.verdict) {
        (before, after) if before == after => Turn::Same,
        (Verdict::Permitted, Verdict::Undecided) => Turn::BecameUndecided,
        (_, Verdict::Permitted | Verdict::Undecided) => Turn::NotWorse,
        (Verdict::Permitted | Verdict::Undecided, _) => Turn::Worse,
        _ => Turn::NotWorse,
    };
    let by_packets = changes.iter().map(|change| match (change.was.verdict, change.is.verdict) {
        (Verdict::Permitted | Verdict::Undecided, Verdict::Denied | Verdict::Intercepted)
            if surely_lost(change, is, now) =>
        {
            Turn::Worse
        }
        (Verdict::Permitted, _) => Turn::BecameUndecided,
        _ => Turn::NotWorse,
    });
    by_packets.fold(by_verdict, Turn::max)
}

/// Is a conversation lost whichever interfaces it uses? Where the text leaves that open and another pair still passes, the
/// flow is undecided.
fn surely_lost(change: &Change, is: &Judgement, now: &PacketSet) -> bool {
    const SIDES: [Field; 2] = [Field::InIface, Field::OutIface];
    let lost = change.packets.intersect(now).forget(&SIDES);
    let denied = |verdict| matches!(verdict, Verdict::Denied | Verdict::Intercepted);
    let blocks = is.blocks.iter().filter(|block| denied(block.verdict));
    blocks.into_iter().any(|block| block.packets.forget(&SIDES).overlaps(&lost))
}
