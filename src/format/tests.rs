//! What the tests of several readers share: random texts, the same on every run, and what becomes of packets.

use crate::policy::{Leg, Policy};
use crate::source::Span;
use crate::space::PacketSet;
use crate::verify::{Verdict, judge};

/// What a judgement says of a part of some packets: where, what, on which leg, by which jumps, and of which packets.
pub type Told = (Option<Span>, Verdict, Leg, Vec<Span>, PacketSet);

/// What a policy does with packets, in the order of the text: equal for policies that differ in nothing that these meet.
pub fn told(policy: &Policy, packets: &PacketSet) -> Vec<Told> {
    let judgement = judge(policy, packets);
    assert!(judgement.disagreements.is_empty());
    let blocks = judgement.blocks.into_iter();
    let mut blocks: Vec<_> = blocks.map(|b| (b.at, b.verdict, b.leg, b.path, b.packets)).collect();
    blocks.sort_by_key(|b| (b.0, b.1));
    blocks
}

/// A small generator of numbers.
pub struct Dice(pub u64);

impl Dice {
    /// A number below `sides`.
    pub fn roll(&mut self, sides: u64) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % sides) as usize
    }

    /// One of several words.
    pub fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.roll(of.len() as u64)]
    }
}
