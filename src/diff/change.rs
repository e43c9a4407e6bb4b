//! What becomes of conversations on one side and on the other, and where the two part.

use super::scope::freed;
use super::universe::Universe;
use crate::policy::{Condition, Conversation, Leg, Outcome, Policy};
use crate::source::Span;
use crate::space::{Field, PacketSet};
use crate::verify::{Bounds, Prover, Share, Shares, Verdict};
use std::collections::HashMap;

/// The most pairs of cubes of the two sides that one comparison may look at; above, it is given up.
const MAX_PAIRS: usize = 10_000_000;
/// The most cubes of conversations that fare otherwise, before they are joined; above, the comparison is given up.
const MAX_CHANGED: usize = 4_000;
/// Rounds of joining: each one joins cubes that differ in one field.
const MAX_ROUNDS: usize = 4;
/// In this order cubes join best, ports before addresses.
pub(super) const NAMED: [Field; 8] = [
    Field::SrcPort,
    Field::DstPort,
    Field::Icmp,
    Field::Src,
    Field::Dst,
    Field::OutIface,
    Field::InIface,
    Field::Proto,
];

/// What one side does with conversations, and by which line.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct End {
    /// What holds of them; never [`Verdict::PartlyDenied`].
    pub verdict: Verdict,
    /// The leg that decides.
    pub leg: Leg,
    /// The deciding line.
    pub at: Option<Span>,
    /// The jumps that led there.
    pub path: Vec<Span>,
    /// What an undecided verdict hangs on.
    pub because: Vec<Condition>,
}

/// How a change looks to those who use what is permitted.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Was denied or intercepted, is permitted.
    NewlyPermitted,
    /// Was permitted, is denied or intercepted.
    NewlyDenied,
    /// Was decided, is undecided.
    BecameUndecided,
    /// Was undecided, is decided.
    NoLongerUndecided,
    /// Was denied and is intercepted, or the other way round.
    OtherwiseLost,
}

impl Kind {
    /// 0 for what breaks most.
    pub(super) fn gravity(self) -> u8 {
        match self {
            Kind::NewlyDenied => 0,
            Kind::BecameUndecided => 1,
            Kind::OtherwiseLost => 2,
            Kind::NoLongerUndecided => 3,
            Kind::NewlyPermitted => 4,
        }
    }
}

/// Conversations that fare otherwise than before, for one reason on each side.
#[derive(Debug, Clone)]
pub struct Change {
    /// What became of them before.
    pub was: End,
    /// What becomes of them now.
    pub is: End,
    /// The conversations, with interfaces as numbers of the [`Universe`].
    pub packets: PacketSet,
    /// One of them, about which both policies were asked through the plain interpreter.
    pub witness: Conversation,
}

/// What tells ends apart: all but the conditions, which differ with the packets.
type Reason = (Verdict, Leg, Option<Span>, Vec<Span>);

impl End {
    pub(super) fn reason(&self) -> Reason {
        (self.verdict, self.leg, self.at, self.path.clone())
    }

    fn learn(&mut self, other: &End) {
        let new = other.because.iter().filter(|condition| !self.because.contains(condition));
        let new: Vec<Condition> = new.cloned().collect();
        self.because.extend(new);
    }
}

impl Change {
    /// Takes conversations with the same reasons in, none of which it has yet.
    pub(super) fn take(&mut self, was: &End, is: &End, packets: &PacketSet) {
        self.was.learn(was);
        self.is.learn(is);
        self.packets.add_apart(packets);
    }

    /// What kind of change it is.
    pub fn kind(&self) -> Kind {
        match (self.was.verdict, self.is.verdict) {
            (Verdict::Undecided, _) => Kind::NoLongerUndecided,
            (_, Verdict::Undecided) => Kind::BecameUndecided,
            (Verdict::Permitted, _) => Kind::NewlyDenied,
            (_, Verdict::Permitted) => Kind::NewlyPermitted,
            _ => Kind::OtherwiseLost,
        }
    }
}

/// Where two policies part on a set of conversations.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// The conversations that fare otherwise; disjoint.
    pub changes: Vec<Change>,
    /// Was a bound hit, so that nothing is known of the set?
    pub too_large: bool,
    /// What it took, as in [`Shares`].
    pub work: usize,
    /// Witnesses about which the plain interpreter disagreed; their changes are left out. Always empty unless fwproof
    /// itself is wrong.
    pub disagreements: Vec<Conversation>,
}

/// One side of a comparison.
pub(super) struct Judge<'a> {
    pub policy: &'a Policy,
    pub prover: Prover<'a>,
}

/// Where two policies part on a set of conversations in joint numbers.
pub(super) fn changes(old: &Judge<'_>, new: &Judge<'_>, universe: &Universe, scope: &PacketSet) -> Changes {
    let (before, after) = (old.shares(universe, scope), new.shares(universe, scope));
    let cubes = |of: &Shares| of.shares.iter().map(|share| share.packets.cubes().len()).sum::<usize>();
    let given_up = before.shares.iter().chain(&after.shares).any(|share| share.given_up);
    let (walked, pairs) = (before.work.saturating_add(after.work), cubes(&before).saturating_mul(cubes(&after)));
    if given_up || pairs > MAX_PAIRS {
        return Changes { too_large: true, work: walked, ..Changes::default() };
    }
    let found = Found::between(&before.shares, &after.shares);
    let changed = found.cubes();
    let work = walked.saturating_add(pairs).saturating_add(changed.saturating_mul(changed));
    if changed > MAX_CHANGED {
        return Changes { too_large: true, work: walked.saturating_add(pairs), ..Changes::default() };
    }
    let mut changes = Changes { work, ..Changes::default() };
    for change in found.all {
        let Change { was, is, packets, witness } = change;
        let agreed = old.agrees(universe, &witness, was.verdict) && new.agrees(universe, &witness, is.verdict);
        if agreed {
            changes.changes.push(Change { packets: joined(&freed(&packets)), was, is, witness });
        } else {
            changes.disagreements.push(witness);
        }
    }
    changes
}

fn end(share: &Share) -> End {
    let Share { verdict, leg, at, path, because, .. } = share.clone();
    End { verdict, leg, at, path, because }
}

/// Conversations by their reasons.
#[derive(Default)]
struct Found {
    all: Vec<Change>,
    places: HashMap<(Reason, Reason), usize>,
}

impl Found {
    /// The conversations with other verdicts in the second list than in the first.
    fn between(before: &[Share], after: &[Share]) -> Found {
        let mut found = Found::default();
        for was in before {
            for is in after.iter().filter(|is| is.verdict != was.verdict) {
                let common = was.packets.intersect(&is.packets);
                if !common.is_empty() {
                    found.add(end(was), end(is), common);
                }
            }
        }
        found
    }

    fn cubes(&self) -> usize {
        self.all.iter().map(|change| change.packets.cubes().len()).sum()
    }

    fn add(&mut self, was: End, is: End, packets: PacketSet) {
        let place = *self.places.entry((was.reason(), is.reason())).or_insert(self.all.len());
        match self.all.get_mut(place) {
            Some(known) => known.take(&was, &is, &packets),
            None => self.all.extend(packets.witness().map(|witness| {
                let witness = Conversation::from_packet(packets.family(), &witness);
                Change { was, is, packets, witness }
            })),
        }
    }
}

/// The same conversations in few products.
pub(super) fn joined(packets: &PacketSet) -> PacketSet {
    let mut packets = packets.clone();
    for _ in 0..MAX_ROUNDS {
        let before = packets.cubes().len();
        packets = packets.coalesced(&NAMED);
        if packets.cubes().len() == before {
            break;
        }
    }
    packets
}

impl<'a> Judge<'a> {
    pub fn new(policy: &'a Policy, scope: &PacketSet, bounds: Bounds) -> Judge<'a> {
        Judge { policy, prover: Prover::new(policy, &scope.values(Field::Dst)).bounded(bounds) }
    }

    /// What becomes of conversations in joint numbers, by pairs of interfaces.
    fn shares(&self, universe: &Universe, scope: &PacketSet) -> Shares {
        let numbers = universe.numbers(self.policy);
        let Shares { shares, work } = self.prover.shares(&numbers.own(scope));
        let joint = |share: Share| Share { packets: numbers.joint(&share.packets).intersect(scope), ..share };
        Shares { shares: shares.into_iter().map(joint).collect(), work }
    }

    /// Does the plain interpreter say the same of one conversation?
    fn agrees(&self, universe: &Universe, witness: &Conversation, verdict: Verdict) -> bool {
        let numbers = universe.numbers(self.policy);
        let own = Conversation {
            in_iface: numbers.own_id(witness.in_iface),
            out_iface: numbers.own_id(witness.out_iface),
            ..witness.clone()
        };
        let outcome = match self.policy.decide(&own).outcome() {
            Outcome::Permitted => Verdict::Permitted,
            Outcome::Denied(_) => Verdict::Denied,
            Outcome::Intercepted => Verdict::Intercepted,
            Outcome::Undecided => Verdict::Undecided,
        };
        // The interpreter gives up sooner than the walk, and then says that it does not know.
        verdict == outcome || verdict == Verdict::Undecided
    }
}
