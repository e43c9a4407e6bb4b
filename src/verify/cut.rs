//! Cutting blocks along a set of packets, so that what is said of a part of a flow is said of just that part.

use super::combine::replayed;
use super::{Block, Judgement, verdict_of};
use crate::policy::{Conversation, Policy};
use crate::space::PacketSet;

impl Judgement {
    /// Cuts blocks so that each lies within the set or outside of it. Only those that `which` names are cut. A part
    /// that does not hold its block's witness gets one of its own, which is replayed like every other.
    pub fn cut(&mut self, policy: &Policy, set: &PacketSet, which: impl Fn(&Block) -> bool) {
        for block in std::mem::take(&mut self.blocks) {
            if !which(&block) || !block.packets.overlaps(set) || block.packets.is_subset(set) {
                self.blocks.push(block);
                continue;
            }
            let inside = Parts { packets: block.packets.intersect(set), judged: block.judged.intersect(set) };
            let outside = Parts { packets: block.packets.subtract(set), judged: block.judged.subtract(set) };
            for part in [inside, outside] {
                let part = part.block(&block);
                self.blocks.push(replayed(policy, part, &mut self.disagreements));
            }
        }
        self.verdict = verdict_of(self.blocks.iter().map(|block| block.verdict));
    }
}

struct Parts {
    packets: PacketSet,
    judged: PacketSet,
}

impl Parts {
    fn block(self, whole: &Block) -> Block {
        let witness = if self.packets.contains(&whole.witness.first_packet()) {
            whole.witness.clone()
        } else {
            let own = self.judged.witness().or_else(|| self.packets.witness());
            let family = self.packets.family();
            own.map_or_else(|| whole.witness.clone(), |packet| Conversation::from_packet(family, &packet))
        };
        Block { packets: self.packets, judged: self.judged, witness, ..whole.clone() }
    }
}
