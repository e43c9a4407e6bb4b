//! Nothing is proposed that was not tried: the mended text is read again and the lost flow judged again.

use super::{Edit, Loss, Proposal, apply};
use crate::format::{FORMATS, Input, ReadOptions, RuleBase};
use crate::source::Sources;
use crate::space::{Field, IntervalSet, PacketSet};
use crate::verify::{Prover, Verdict, verdict_of};
use std::cell::RefCell;

/// The proposal, if the flow is permitted once its edits are made; `judge` reads a text and judges the flow in it.
pub fn proved(proposal: Proposal, text: &str, judge: impl Fn(&str) -> Verdict) -> Option<Proposal> {
    (judge(&apply(text, &proposal.edits)) == Verdict::Permitted).then_some(proposal)
}

/// The proposals that hold when all of them are made in one text: what a person does who follows a whole report.
///
/// Those that fail are taken out and the others tried again, so that none rests on one that is not shown.
/// `judge` gives a verdict for each loss, in their order.
pub(crate) fn proved_together<'l, 'p>(
    text: &str,
    losses: &[&'l Loss<'p>],
    mut proposals: Vec<Option<Proposal>>,
    judge: &dyn Fn(&str, &[&'l Loss<'p>]) -> Vec<Verdict>,
) -> Vec<Option<Proposal>> {
    for _ in 0..=losses.len() {
        let edits: Vec<&Edit> = proposals.iter().flatten().flat_map(|p| &p.edits).collect();
        if edits.is_empty() {
            break;
        }
        let verdicts = judge(&apply(text, edits), losses);
        let mut failed = false;
        for (index, proposal) in proposals.iter_mut().enumerate() {
            if proposal.is_some() && verdicts.get(index) != Some(&Verdict::Permitted) {
                (*proposal, failed) = (None, true);
            }
        }
        if !failed {
            break;
        }
    }
    proposals
}

/// Judges losses again in mended texts. The text that was read last is kept: what stands in one proposal is often asked
/// about for several losses.
pub struct Retrial {
    options: ReadOptions,
    last: RefCell<Option<Mended>>,
}

/// A mended text, understood.
struct Mended {
    format: String,
    name: String,
    text: String,
    bases: Vec<RuleBase>,
}

impl Retrial {
    /// Of texts that are read as the rule set was.
    pub fn new(options: &ReadOptions) -> Retrial {
        let options = ReadOptions { detail: false, ..options.clone() };
        Retrial { options, last: RefCell::default() }
    }

    /// What becomes of each loss in another text of the same format and name. A text that cannot be read leaves all
    /// undecided.
    pub fn verdicts(&self, format: &str, name: &str, text: &str, losses: &[&Loss<'_>]) -> Vec<Verdict> {
        let mut last = self.last.borrow_mut();
        let is_known = |m: &Mended| m.format == format && m.name == name && m.text == text;
        let known = last.take().filter(is_known).unwrap_or_else(|| self.read(format, name, text));
        let known = last.insert(known);
        let provers: Vec<Prover<'_>> = known.bases.iter().map(|b| Prover::new(&b.policy, &servers(losses))).collect();
        let of_set = |packets: &PacketSet| {
            let Some(prover) = provers.iter().find(|p| p.family() == packets.family()) else {
                return Verdict::Undecided;
            };
            // What differs in more than interfaces is judged apart: that takes less than to hold all against all.
            let flows = packets.alike_but(&[Field::InIface, Field::OutIface]);
            verdict_of(prover.judge_each(&flows).iter().map(|judgement| judgement.verdict))
        };
        losses.iter().map(|loss| verdict_of(loss.packets.iter().map(of_set))).collect()
    }

    fn read(&self, format: &str, name: &str, text: &str) -> Mended {
        let mut sources = Sources::new();
        let source = sources.add(name, text);
        let reader = FORMATS.iter().find(|f| f.name == format);
        let bases = reader.map_or_else(Vec::new, |f| (f.read)(Input { source, name, text }, &self.options).bases);
        Mended { format: format.to_owned(), name: name.to_owned(), text: text.to_owned(), bases }
    }
}

/// The destinations of the lost packets.
fn servers(losses: &[&Loss<'_>]) -> IntervalSet {
    let each = losses.iter().flat_map(|l| &l.packets).map(|packets| packets.values(Field::Dst));
    each.fold(IntervalSet::empty(), |all, one| all.union(&one))
}
