//! What is lost of the required flows, by the place where it is lost.

use super::ground::Ground;
use crate::policy::{ChainId, Conversation, Leg, RuleRef};
use crate::source::Span;
use crate::space::PacketSet;
use crate::verify::{Block, Verdict};

/// Packets of required flows that one line takes.
#[derive(Debug, Clone)]
pub(in crate::fix) struct Lost {
    pub verdict: Verdict,
    pub leg: Leg,
    /// The line.
    pub at: Span,
    /// Its file, by the place in the task.
    pub file: usize,
    pub rule: Option<RuleRef>,
    pub chain: Option<ChainId>,
    /// The jumps that led to it, outermost first.
    pub path: Vec<Span>,
    pub packets: PacketSet,
    pub witness: Conversation,
}

/// One entry for each place. Requests come before answers: what answers need shows only when requests pass.
pub(super) fn losses(ground: &Ground) -> Vec<Lost> {
    let mut all: Vec<Lost> = Vec::new();
    for judgement in ground.judgements() {
        for block in judgement.blocks.iter().filter(|b| b.verdict != Verdict::Permitted) {
            add(ground, block, &mut all);
        }
    }
    all.sort_by_key(|lost| (lost.leg, lost.file, lost.at));
    all
}

fn add(ground: &Ground, block: &Block, all: &mut Vec<Lost>) {
    // An undecided flow is mended above the line whose condition is open.
    let Some(at) = block.because.first().map(|c| c.span).or(block.at) else { return };
    let Some(file) = ground.file_of(at.source) else { return };
    let same = |lost: &&mut Lost| {
        (lost.at, lost.verdict, lost.leg, lost.rule, lost.packets.family())
            == (at, block.verdict, block.leg, block.rule, block.judged.family())
            && lost.path == block.path
    };
    match all.iter_mut().find(same) {
        Some(lost) => lost.packets.add_all(&block.judged),
        None => all.push(Lost {
            verdict: block.verdict,
            leg: block.leg,
            at,
            file,
            rule: block.rule,
            chain: block.rule.map(|r| r.chain),
            path: block.path.clone(),
            packets: block.judged.clone(),
            witness: block.witness.clone(),
        }),
    }
}
