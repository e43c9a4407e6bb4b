//! Baselines laid over verdicts, and made of them.

use super::{Place, is_lost, mark, settle, union};
use crate::finding::{Code, Finding, Waived};
use crate::project::{Accepted, Baseline, Packets};
use crate::report::FlowResult;
use crate::space::PacketSet;
use crate::verify::{Block, Verdict};
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

/// A baseline at work.
pub struct Accepting<'b> {
    baseline: &'b Baseline,
    name: String,
    waived: Arc<Waived>,
    /// Entries whose flow was judged.
    judged: HashSet<&'b Accepted>,
    /// Those of them that cover something.
    used: HashSet<&'b Accepted>,
}

/// The verdicts that a block can have and a baseline accept.
const VERDICTS: [Verdict; 3] = [Verdict::Denied, Verdict::Intercepted, Verdict::Undecided];

impl<'b> Accepting<'b> {
    /// A baseline by the name of its file.
    pub fn new(baseline: &'b Baseline, name: &str) -> Accepting<'b> {
        let reason = format!("accepted as it is in `{name}`");
        let waived = Arc::new(Waived { reason, owner: "the baseline".to_owned(), expires: None });
        Accepting { baseline, name: name.to_owned(), waived, judged: HashSet::new(), used: HashSet::new() }
    }

    /// Marks what the baseline accepts of the results of a rule set, behind the waivers.
    pub fn apply(&mut self, place: &Place<'_>, results: &mut [FlowResult<'_>]) {
        for result in results.iter_mut() {
            for (policy, judgement) in &mut result.judgements {
                let file = (place.file)(policy.family);
                for verdict in VERDICTS {
                    let key = Accepted { file: file.clone(), requirement: result.requirement.id.clone(), verdict };
                    let Some((entry, packets)) = self.baseline.entries.get_key_value(&key) else { continue };
                    let packets = union(packets, policy.family);
                    let of_verdict = |block: &Block| is_lost(block) && block.verdict == verdict;
                    self.judged.insert(entry);
                    if !judgement.disagreements.is_empty() {
                        continue;
                    }
                    if judgement.blocks.iter().any(|block| of_verdict(block) && block.packets.overlaps(&packets)) {
                        self.used.insert(entry);
                        mark(policy, judgement, Some(&packets), &self.waived, of_verdict);
                    }
                }
            }
            settle(result);
        }
    }

    /// What is to be said about entries that match nothing any more. `complete` tells that all of the project was
    /// judged; else only flows count that were.
    pub fn finding(&self, complete: bool) -> Option<Finding> {
        let known = if complete { self.baseline.entries.len() } else { self.judged.len() };
        let unused = known.saturating_sub(self.used.len());
        let (entries, verb) = match unused {
            0 => return None,
            1 => ("1 entry".to_owned(), "matches"),
            many => (format!("{many} entries"), "match"),
        };
        let message = format!("{entries} of the baseline `{}` {verb} nothing any more and can be dropped", self.name);
        Some(Finding::new(Code::BaselineUnused, message).help("`fwproof check --write-baseline` writes it anew"))
    }
}

/// Adds all that does not pass and that nothing accepts yet to a baseline.
pub fn record(baseline: &mut Baseline, place: &Place<'_>, results: &[FlowResult<'_>]) {
    let mut sets: BTreeMap<Accepted, Vec<PacketSet>> = BTreeMap::new();
    for result in results {
        for (policy, judgement) in result.judgements.iter().filter(|(_, j)| j.disagreements.is_empty()) {
            let file = (place.file)(policy.family);
            for block in judgement.blocks.iter().filter(|block| is_lost(block) && block.waived.is_none()) {
                let requirement = result.requirement.id.clone();
                let key = Accepted { file: file.clone(), requirement, verdict: block.verdict };
                sets.entry(key).or_default().push(block.packets.clone());
            }
        }
    }
    for (key, parts) in sets {
        // One file may hold the rules of both families, whose packets never meet in one set.
        for family in crate::space::Family::BOTH {
            let own = parts.iter().filter(|part| part.family() == family);
            let all = own.fold(PacketSet::empty(family), |all, part| all.union(part));
            let lines = baseline.entries.entry(key.clone()).or_default();
            lines.extend(Packets::of_set(&all));
        }
    }
}
