//! Blocks with one cause: the same deciding line, verdict, leg and kind of denial, and the same kind of mistake.

use super::classify::{self, Facts, Passing};
use super::shadow::{Shadowed, shadowed};
use crate::finding::{Code, Waived};
use crate::fix::Loss;
use crate::policy::{Denial, Leg, Policy};
use crate::report::RuleSet;
use crate::requirement::Requirement;
use crate::source::Span;
use crate::space::{Family, Field, PacketSet};
use crate::verify::{Block, Verdict};
use std::cell::OnceCell;
use std::rc::Rc;
use std::sync::Arc;

/// Why some packets of some flows do not pass.
#[derive(Debug, Clone)]
pub(super) struct Cause<'a> {
    /// Denied, intercepted or undecided.
    pub verdict: Verdict,
    /// The leg that decides.
    pub leg: Leg,
    /// What the sender sees.
    pub denial: Option<Denial>,
    /// The deciding line.
    pub at: Option<Span>,
    /// The exception under which it is accepted.
    pub waived: Option<Arc<Waived>>,
    /// What kind of mistake it is.
    pub code: Code,
    /// Is there a permit, for another source or interface?
    pub elsewhere: bool,
    /// The blocks, never none.
    pub hits: Vec<Hit<'a>>,
    /// Is it about test vectors only, which another cause denies in the same way? Then it is told in few words.
    pub repeats: bool,
    /// Further deciding lines that the same fix mends; their blocks are among `hits`.
    pub besides: Vec<Cause<'a>>,
    /// The permit that comes too late, once it was looked for.
    pub shadowed: OnceCell<Option<Rc<Shadowed>>>,
}

/// One block of one flow.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hit<'a> {
    /// The flow.
    pub requirement: &'a Requirement,
    /// Does the flow decide the exit code?
    pub is_required: bool,
    /// The rule base.
    pub policy: &'a Policy,
    /// What is lost of it.
    pub block: &'a Block,
}

impl<'a> Cause<'a> {
    /// The first block, which stands for the others where one is enough.
    pub fn first(&self) -> Option<Hit<'a>> {
        self.hits.first().copied()
    }

    /// Is a flow hit that the client cannot do without? Test vectors never count.
    pub fn is_required(&self) -> bool {
        self.hits.iter().any(|hit| hit.is_required)
    }

    /// Is it about test vectors only?
    pub fn is_of_tests(&self) -> bool {
        self.hits.iter().all(|hit| is_test(hit.requirement))
    }

    /// Is it the same mistake at the same place, and both or neither accepted?
    pub fn is_like(&self, other: &Cause<'_>) -> bool {
        let key = |cause: &Cause<'_>| (cause.at, cause.verdict, cause.leg, cause.denial, cause.code);
        key(self) == key(other) && self.waived == other.waived
    }

    /// The permit that comes too late for what is lost.
    pub fn shadowed(&self) -> Option<&Shadowed> {
        self.shadowed.get_or_init(|| shadowed(&self.hits).map(Rc::new)).as_deref()
    }

    /// Takes in a cause that the same lines mend.
    pub fn join(&mut self, other: Cause<'a>) {
        self.leg = self.leg.min(other.leg);
        self.hits.extend(other.hits.iter().copied());
        self.shadowed.take();
        self.besides.push(other);
    }

    /// The ids of the flows that are hit, each once.
    pub fn requirements(&self) -> Vec<String> {
        let mut ids: Vec<String> = Vec::new();
        for hit in &self.hits {
            if !ids.contains(&hit.requirement.id) {
                ids.push(hit.requirement.id.clone());
            }
        }
        ids
    }

    /// The lost packets of each family.
    pub fn packets(&self) -> Vec<PacketSet> {
        Family::BOTH.iter().map(|family| lost(&self.hits, *family)).filter(|set| !set.is_empty()).collect()
    }

    /// The line above which it is mended.
    pub fn mended_at(&self) -> Option<Span> {
        self.first()?.block.because.first().map(|condition| condition.span).or(self.at)
    }

    /// What a fix needs to know; nothing when no line decides or the ways through the firewall differ. An undecided
    /// permit is mended above the line whose condition is open.
    pub fn loss(&self) -> Option<Loss<'a>> {
        let hit = self.first()?;
        if super::notes::flags(self).is_some() {
            return None;
        }
        Some(Loss {
            verdict: self.verdict,
            leg: self.leg,
            at: self.mended_at()?,
            rule: hit.block.rule,
            path: self.earliest_path(),
            policy: hit.policy,
            packets: self.packets(),
            witness: &hit.block.witness,
        })
    }
    /// The jumps to the deciding line. Where blocks came there by several, those that stand first in the text: what is
    /// put above them is met by the packets of the others, too, if they call from the same chain.
    fn earliest_path(&self) -> &'a [Span] {
        let paths = self.hits.iter().map(|hit| hit.block.path.as_slice());
        paths.min_by_key(|path| path.last().map(|jump| jump.start)).unwrap_or_default()
    }
}

/// Is it only shown and never required?
pub(super) fn is_test(requirement: &Requirement) -> bool {
    requirement.id.ends_with(":test")
}

/// The packets of one family in some blocks.
pub(super) fn lost(hits: &[Hit<'_>], family: Family) -> PacketSet {
    let mut all = PacketSet::empty(family);
    by_flow(hits).iter().for_each(|hits| all.add_all(&lost_of_flow(hits, family)));
    all
}

/// The regions of a flow differ in nothing but destinations.
fn lost_of_flow(hits: &[Hit<'_>], family: Family) -> PacketSet {
    let blocks = hits.iter().map(|hit| hit.block).filter(|block| block.packets.family() == family);
    PacketSet::joined(family, Field::Dst, blocks.flat_map(|block| block.judged.cubes()).cloned())
}

/// The blocks of each flow and family, over its regions.
pub(super) fn by_flow<'a>(hits: &[Hit<'a>]) -> Vec<Vec<Hit<'a>>> {
    let mut all = Vec::new();
    hits.iter().for_each(|hit| push(&mut all, (hit.requirement.flow.as_str(), hit.policy.family), [*hit]));
    all.into_iter().map(|(_, hits)| hits).collect()
}

/// The lost packets of one flow, in few cubes.
pub(super) fn lost_flow(hits: &[Hit<'_>], family: Family) -> PacketSet {
    lost_of_flow(hits, family).coalesced(&[Field::InIface, Field::OutIface])
}

/// The causes of all that is not permitted in a rule set.
pub(super) fn causes<'a>(rule_set: &'a RuleSet<'a>) -> Vec<Cause<'a>> {
    let mut out = Vec::new();
    let mut passing = Passing::of(rule_set);
    for (place, hits) in by_place(rule_set) {
        out.extend(by_code(&mut passing, place, hits));
    }
    out
}

/// What blocks of one cause have in common at least. What is accepted is told apart from what is not.
type Place = (Option<Span>, Verdict, Leg, Option<Denial>, Option<Arc<Waived>>);

fn by_place<'a>(rule_set: &'a RuleSet<'a>) -> Vec<(Place, Vec<Hit<'a>>)> {
    let mut out = Vec::new();
    for result in &rule_set.results {
        for (policy, judgement) in &result.judgements {
            for block in judgement.blocks.iter().filter(|b| b.verdict != Verdict::Permitted) {
                // A flow that fares differently on different ways is undecided as a whole, whatever its parts are.
                let verdict = if judgement.verdict == Verdict::Undecided { judgement.verdict } else { block.verdict };
                let hit = Hit { requirement: result.requirement, is_required: result.is_required(), policy, block };
                push(&mut out, (block.at, verdict, block.leg, block.denial, block.waived.clone()), [hit]);
            }
        }
    }
    out
}

/// At the end of a chain two mistakes can meet: each service and family is classified by itself, and what is the same
/// mistake is one cause again.
fn by_code<'a>(passing: &mut Passing<'a>, place: Place, hits: Vec<Hit<'a>>) -> Vec<Cause<'a>> {
    let (at, verdict, leg, denial, waived) = place;
    let mut kinds = Vec::new();
    for hit in hits {
        let key = (hit.requirement.service.as_str(), hit.policy.family, is_test(hit.requirement));
        push(&mut kinds, key, [hit]);
    }
    let mut codes = Vec::new();
    let alone = kinds.len() == 1;
    let mut looked_for = OnceCell::new();
    for ((_, family, test), hits) in kinds {
        let facts = Facts::new(passing, verdict, leg, family, &hits);
        let code = classify::code(&facts);
        let elsewhere = code == Code::NoPermit && facts.has_permit_elsewhere();
        if alone {
            looked_for = facts.shadowed;
        }
        push(&mut codes, (if elsewhere { Code::PermitIneffective } else { code }, elsewhere, test), hits);
    }
    let cause = |((code, elsewhere, _), hits)| {
        let (waived, besides, shadowed) = (waived.clone(), Vec::new(), looked_for.clone());
        Cause { verdict, leg, denial, at, waived, code, elsewhere, hits, repeats: false, besides, shadowed }
    };
    codes.into_iter().map(cause).collect()
}

/// Adds to the list of a key, in the order in which keys appear.
fn push<K: PartialEq, V>(groups: &mut Vec<(K, Vec<V>)>, key: K, values: impl IntoIterator<Item = V>) {
    match groups.iter_mut().find(|group| group.0 == key) {
        Some(group) => group.1.extend(values),
        None => groups.push((key, values.into_iter().collect())),
    }
}
