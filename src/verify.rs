//! Proves verdicts: pushes the conversations of a required flow through a policy and says, for every packet, what
//! becomes of it and which line decides.

mod combine;
mod course;
mod cut;
mod flow;
mod kind;
mod near;
mod piece;
mod relevance;
mod seen;
mod step;
mod together;
mod view;
mod walk;

pub use flow::{Prover, Site, addresses, conversations, judge, pairs, required_packets};
pub use near::{Miss, NearPermit, Reach, late_permits, near_permits, would_mend};
pub use seen::Seen;
pub use walk::Bounds;

use crate::finding::Waived;
use crate::policy::{Conversation, Leg, RuleRef};
use crate::source::Span;
use crate::space::{Family, PacketSet};
use std::sync::Arc;

/// What holds of a flow or of a part of it.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Every packet of every conversation passes.
    Permitted,
    /// Some conversations are denied, others are not. Never the verdict of a block.
    PartlyDenied,
    /// Every conversation is denied.
    Denied,
    /// Delivered to another destination.
    Intercepted,
    /// The text does not decide.
    Undecided,
}

impl Verdict {
    /// The name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Verdict::Permitted => "permitted",
            Verdict::PartlyDenied => "partly-denied",
            Verdict::Denied => "denied",
            Verdict::Intercepted => "intercepted",
            Verdict::Undecided => "undecided",
        }
    }
}

/// A part of a flow for which one verdict holds for one reason.
#[derive(Debug, Clone)]
pub struct Block {
    /// What holds of it; never [`Verdict::PartlyDenied`].
    pub verdict: Verdict,
    /// The conversations, by their first packets.
    pub packets: PacketSet,
    /// The same with the interfaces by which they were judged.
    pub judged: PacketSet,
    /// The leg that decides.
    pub leg: Leg,
    /// The deciding rule or chain end.
    pub rule: Option<RuleRef>,
    /// Where it is written.
    pub at: Option<Span>,
    /// The jumps that led there.
    pub path: Vec<Span>,
    /// What the verdict hangs on, when it is undecided.
    pub because: Vec<crate::policy::Condition>,
    /// One conversation of the block, replayed through [`crate::policy::Policy::decide`].
    pub witness: Conversation,
    /// What the sender sees of a denial.
    pub denial: Option<crate::policy::Denial>,
    /// Do the interfaces distinguish it from other blocks of the flow?
    pub interfaces_matter: bool,
    /// Is it undecided because the verdicts on several pairs of interfaces differ? Then the first condition says how.
    pub ways_differ: bool,
    /// The exception under which it is accepted. The walk knows of none: exceptions are laid over its result.
    pub waived: Option<Arc<Waived>>,
}

/// Conversations by named interfaces for which one verdict holds for one reason: what blocks are made of, before pairs
/// of interfaces are joined.
#[derive(Debug, Clone)]
pub struct Share {
    /// What holds of it; never [`Verdict::PartlyDenied`].
    pub verdict: Verdict,
    /// The conversations, by their first packets, with their interfaces.
    pub packets: PacketSet,
    /// The leg that decides.
    pub leg: Leg,
    /// The deciding line.
    pub at: Option<Span>,
    /// The jumps that led there.
    pub path: Vec<Span>,
    /// What the verdict hangs on, when it is undecided.
    pub because: Vec<crate::policy::Condition>,
    /// Is it undecided only because a bound was hit?
    pub given_up: bool,
}

/// A set of conversations in shares, and what it took to find them.
#[derive(Debug, Clone, Default)]
pub struct Shares {
    /// A partition of the set.
    pub shares: Vec<Share>,
    /// As many comparisons of two cubes would take as long, about.
    pub work: usize,
}

/// What becomes of a flow in the rule base of one family.
#[derive(Debug, Clone)]
pub struct Judgement {
    /// The family.
    pub family: Family,
    /// The verdict on the whole.
    pub verdict: Verdict,
    /// A partition of the flow's conversations.
    pub blocks: Vec<Block>,
    /// Witnesses about which the plain interpreter disagreed; their blocks are undecided. Always empty unless fwproof
    /// itself is wrong.
    pub disagreements: Vec<Conversation>,
}

/// The verdict on a whole from the verdicts on its parts: all alike, that one; any denied beside others, partly
/// denied; else any intercepted, intercepted; else undecided. No parts are permitted.
pub fn verdict_of(parts: impl IntoIterator<Item = Verdict>) -> Verdict {
    let mut parts = parts.into_iter();
    let Some(first) = parts.next() else { return Verdict::Permitted };
    let (mut alike, mut seen) = (true, vec![first]);
    for part in parts {
        alike &= part == first;
        seen.push(part);
    }
    if alike {
        first
    } else if seen.iter().any(|v| matches!(v, Verdict::Denied | Verdict::PartlyDenied)) {
        Verdict::PartlyDenied
    } else if seen.contains(&Verdict::Intercepted) {
        Verdict::Intercepted
    } else {
        Verdict::Undecided
    }
}
