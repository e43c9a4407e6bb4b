//! What the walk moves about: conversations in pieces, and what became of them.

use crate::policy::{ChainId, Condition, CtState, Denial, IfaceId, Leg, MarkBits, Progress, Rewrite, RuleRef};
use crate::space::{Field, PacketSet};

/// What a connection keeps between its packets.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(super) struct Link {
    pub progress: Progress,
    pub mark: MarkBits,
    pub dst: Rewrite,
    pub dport: Rewrite,
    pub src: Rewrite,
    pub sport: Rewrite,
    pub local: bool,
    pub way_out_unknown: bool,
    /// The rule that gave the connection another destination.
    pub translated_by: Option<Decided>,
}

impl Link {
    pub fn moves_destination(&self) -> bool {
        !(self.dst.is_same() && self.dport.is_same())
    }

    pub fn moves_source(&self) -> bool {
        !(self.src.is_same() && self.sport.is_same())
    }
}

/// What a packet carries on its way.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Passing {
    pub mark: MarkBits,
    pub state: CtState,
    pub untracked_by: Option<RuleRef>,
    pub tracked: bool,
    /// Was tracking told how to treat the packet, and has not seen it yet?
    pub templated: bool,
    /// Did this packet open its connection? Only then do nat chains see it.
    pub created: bool,
    pub destination_applied: bool,
    /// Has the packet passed the stage where sources are translated?
    pub source_applied: bool,
    pub way: Way,
}

/// By which interface a packet leaves whose destination was translated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) enum Way {
    /// By one that the text does not tell.
    #[default]
    Anew,
    /// By that of its first destination: the machine itself sends it, and has not chosen again.
    Settled,
    /// It goes round over this interface to the machine itself.
    Loopback(IfaceId),
}

impl Default for Passing {
    fn default() -> Self {
        Passing {
            mark: MarkBits::default(),
            state: CtState::Invalid,
            untracked_by: None,
            tracked: false,
            templated: false,
            created: false,
            destination_applied: false,
            source_applied: false,
            way: Way::Anew,
        }
    }
}

impl Passing {
    /// Takes the packet out of tracking, or tells tracking how to treat it. The first such rule holds, unless
    /// tracking has seen the packet; the rules behind it see that already.
    pub fn prepare(&mut self, untrack: bool, at: RuleRef) {
        if self.tracked || self.templated || self.untracked_by.is_some() {
            return;
        }
        if untrack {
            self.untracked_by = Some(at);
            self.state = CtState::Untracked;
        } else {
            self.templated = true;
            self.state = CtState::New;
        }
    }
}

/// Conversations whose packet at hand differs in nothing but addresses, ports and interfaces.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    pub set: PacketSet,
    pub link: Link,
    pub passing: Passing,
    /// The rule that permitted the first packet: a position in [`Walker::permits`].
    pub permit: Option<usize>,
}

impl Piece {
    /// The mark of what rules take for the packet's connection.
    pub fn connection_mark(&self) -> MarkBits {
        if self.passing.templated { MarkBits::UNKNOWN } else { self.link.mark }
    }
}

/// A rule with the jumps that led to it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Decided {
    pub rule: RuleRef,
    pub path: Vec<RuleRef>,
}

impl Decided {
    /// No rule: the policy has no stage that could decide.
    pub fn nowhere() -> Decided {
        Decided { rule: RuleRef::end_of(ChainId(usize::MAX)), path: Vec::new() }
    }

    pub fn is_nowhere(&self) -> bool {
        self.rule.chain == ChainId(usize::MAX)
    }
}

/// How packets ended before they arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Denied(Denial),
    Diverted,
    Unknown,
}

/// Conversations whose packet ended before it arrived.
#[derive(Debug, Clone)]
pub(super) struct Ended {
    pub set: PacketSet,
    pub fate: Fate,
    pub leg: Leg,
    pub by: Decided,
}

/// Conversations about which a rule leaves a doubt.
#[derive(Debug, Clone)]
pub(super) struct Doubt {
    pub set: PacketSet,
    pub leg: Leg,
    pub by: Decided,
    pub conditions: Vec<Condition>,
}

/// The fields that name a conversation.
pub(super) const CONVERSATION_FIELDS: [Field; 8] = [
    Field::InIface,
    Field::OutIface,
    Field::Src,
    Field::Dst,
    Field::Proto,
    Field::SrcPort,
    Field::DstPort,
    Field::Icmp,
];
