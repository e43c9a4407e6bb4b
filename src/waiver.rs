//! Exceptions laid over verdicts: which part of a flow that does not pass is accepted, and by whom.
//!
//! Exceptions change no verdict. They cut the blocks of a judgement along the accepted packets and mark what lies
//! within; what counts and what is explained apart follows from the marks.

mod baseline;
#[cfg(test)]
mod tests;

pub use baseline::{Accepting, record};

use crate::finding::{Code, Finding, Waived};
use crate::ingress::Date;
use crate::policy::Policy;
use crate::project::{Packets, Pattern, Waiver};
use crate::report::FlowResult;
use crate::space::{Family, PacketSet};
use crate::verify::{Block, Judgement, Verdict};
use std::sync::Arc;

/// The rule set that results are about.
pub struct Place<'a> {
    /// Its name in reports.
    pub rule_set: &'a str,
    /// The file that holds the rules of a family, from the folder of the project, with slashes.
    pub file: &'a dyn Fn(Family) -> String,
}

/// The waivers of a run, and what became of each.
pub struct Waivers<'p> {
    entries: Vec<Entry<'p>>,
}

struct Entry<'p> {
    waiver: &'p Waiver,
    waived: Arc<Waived>,
    expired: bool,
    /// Was a flow judged that it is about?
    judged: bool,
    /// Is there something that it covers, or would cover if it had not expired?
    covers: bool,
}

impl<'p> Waivers<'p> {
    /// Waivers as they stand on a day.
    pub fn new(waivers: &'p [Waiver], today: Date) -> Waivers<'p> {
        let entry = |waiver: &'p Waiver| Entry {
            waiver,
            waived: Arc::new(Waived {
                reason: waiver.reason.clone(),
                owner: waiver.owner.clone(),
                expires: Some(waiver.expires.to_string()),
            }),
            expired: waiver.has_expired(today),
            judged: false,
            covers: false,
        };
        Waivers { entries: waivers.iter().map(entry).collect() }
    }

    /// Marks what the waivers accept of the results of a rule set. Where several cover the same packets, the first one
    /// accepts them.
    pub fn apply(&mut self, place: &Place<'_>, results: &mut [FlowResult<'_>]) {
        for result in results.iter_mut() {
            let id = result.requirement.id.as_str();
            for (policy, judgement) in &mut result.judgements {
                let file = (place.file)(policy.family);
                for entry in self.entries.iter_mut().filter(|e| e.waiver.is_about(id, place.rule_set, &file)) {
                    entry.apply(policy, judgement);
                }
            }
            settle(result);
        }
    }

    /// What is to be said about waivers that are over, and about those that cover nothing. `complete` tells that all
    /// rule sets of the project were judged: else a waiver is only spoken of when a flow was judged that it is about.
    pub fn findings(&self, complete: bool) -> Vec<Finding> {
        let known = self.entries.iter().filter(|entry| entry.judged || complete);
        known.filter_map(Entry::finding).collect()
    }
}

impl Entry<'_> {
    fn apply(&mut self, policy: &Policy, judgement: &mut Judgement) {
        self.judged = true;
        // A flow about which the evaluators disagree is a fault of the program, which nobody has accepted.
        if !judgement.disagreements.is_empty() {
            return;
        }
        let packets = (!self.waiver.packets.is_empty()).then(|| union(&self.waiver.packets, policy.family));
        self.covers |=
            judgement.blocks.iter().any(|b| is_lost(b) && packets.as_ref().is_none_or(|p| b.packets.overlaps(p)));
        if !self.expired {
            mark(policy, judgement, packets.as_ref(), &self.waived, is_lost);
        }
    }

    fn finding(&self) -> Option<Finding> {
        let waiver = self.waiver;
        let list =
            |patterns: &[Pattern]| patterns.iter().map(|p| format!("`{}`", p.text)).collect::<Vec<_>>().join(", ");
        let what = format!("the waiver of {} on {}", list(&waiver.requirements), list(&waiver.rule_sets));
        if self.expired {
            let finding = Finding::new(Code::WaiverExpired, format!("{what} expired on {}", waiver.expires));
            let finding =
                finding.at(waiver.span, "").note(format!("it was given by {}: {}", waiver.owner, waiver.reason));
            return Some(finding.help(if self.covers {
                "mend the flow, or have the owner set a new date"
            } else {
                "nothing needs it any more: delete it"
            }));
        }
        let why = if self.judged { "what it covers is permitted" } else { "no flow was judged that it is about" };
        let unused =
            || Finding::new(Code::WaiverUnused, format!("{what} covers nothing")).at(waiver.span, "").note(why);
        (!self.covers).then(|| unused().help("delete it, or correct its requirement, rule set and packets"))
    }
}

/// The packets of one family that lines name.
fn union(packets: &[Packets], family: Family) -> PacketSet {
    let own = packets.iter().filter(|packets| packets.family() == family);
    own.fold(PacketSet::empty(family), |all, packets| all.union(&packets.set()))
}

fn is_lost(block: &Block) -> bool {
    block.verdict != Verdict::Permitted
}

/// Marks the blocks that `which` names and no exception covers yet, as far as they lie in the packets.
fn mark(
    policy: &Policy,
    judgement: &mut Judgement,
    packets: Option<&PacketSet>,
    waived: &Arc<Waived>,
    which: impl Fn(&Block) -> bool,
) {
    let open = |block: &Block| block.waived.is_none() && which(block);
    if let Some(packets) = packets {
        judgement.cut(policy, packets, open);
    }
    // What a cut found to be in doubt is accepted by nobody.
    if !judgement.disagreements.is_empty() {
        judgement.blocks.iter_mut().for_each(|block| block.waived = None);
        return;
    }
    let within = |block: &Block| packets.is_none_or(|packets| block.packets.is_subset(packets));
    for block in judgement.blocks.iter_mut().filter(|block| open(block) && within(block)) {
        block.waived = Some(Arc::clone(waived));
    }
}

/// A flow of which nothing is left is waived as a whole, until the first of its exceptions is over.
fn settle(result: &mut FlowResult<'_>) {
    let lost: Vec<Option<&Arc<Waived>>> = result.lost().map(|(_, block)| block.waived.as_ref()).collect();
    let all: Option<Vec<&Arc<Waived>>> = lost.into_iter().collect();
    // What a baseline accepts has no end, and comes after every date.
    let first = all.and_then(|all| all.into_iter().min_by_key(|w| (w.expires.is_none(), w.expires.clone())).cloned());
    result.waived = first.map(|waived| (*waived).clone());
    result.verdict = crate::verify::verdict_of(
        result.judgements.iter().flat_map(|(_, judgement)| judgement.blocks.iter().map(|block| block.verdict)),
    );
}
