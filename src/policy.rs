//! The vendor-neutral rule base and what one packet meets in it.
//!
//! Every reader lowers its format to a [`Policy`] for each address family: [`Chain`]s of [`Rule`]s, and the order of
//! [`Stage`]s that the packets of a conversation pass. [`Policy::decide`] is the plain interpreter; `verify` answers
//! the same question for sets.

mod clients;
mod conversation;
mod decide;
mod interfaces;
mod mark;
mod rules;
mod state;
mod topology;
mod translation;

pub use conversation::{
    ACK, Conversation, ICMP, ICMPV6, Leg, PacketOfConversation, Progress, SYN, TCP, UDP, icmp_reply, packets_of,
};
pub use decide::{Course, Decision, End, Met, OpeningFate, Outcome, TracedPacket};
pub use interfaces::{IfaceId, Interfaces};
pub use mark::{MarkBits, MarkChange, MarkKind, MarkTest, TestResult};
pub use rules::{Rules, block};
pub use state::{CtState, lone_packet_state, states};
pub use topology::{Doorway, Inspection, Statement, Steering, Topology, UdpTimeout};
pub use translation::{Rewrite, Translation};

use crate::source::Span;
use crate::space::{Family, PacketSet};

/// A rule base for one address family.
#[derive(Debug, Clone)]
pub struct Policy {
    /// The family.
    pub family: Family,
    /// The names of interfaces that the rules distinguish.
    pub interfaces: Interfaces,
    /// All chains; [`ChainId`]s are positions in it. INVARIANT: jumps and gotos form no circle.
    pub chains: Vec<Chain>,
    /// What a packet passes that enters by one interface and leaves by another.
    pub forward: Vec<Stage>,
    /// What a packet passes, instead of the rest of `forward`, once a translation has made the firewall itself its
    /// destination. Empty where a format has no such path.
    pub input: Vec<Stage>,
    /// What a packet passes that the firewall itself sends.
    pub output: Vec<Stage>,
    /// Whose conversations are asked about, and with that which of the ways their packets take.
    pub hook: Hook,
    /// Do answers and later packets of a permitted connection pass without asking the rules (ASA, stateful YAML)?
    pub answers: Answers,
}

/// Where the clients are.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Default, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Hook {
    /// Behind the firewall: all packets pass `forward`.
    #[default]
    Forward,
    /// On the machine itself: requests pass `output`. Answers pass the head of `forward`, up to the routing decision, and
    /// then `input`.
    Output,
}

impl Hook {
    /// The name for flags and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Hook::Forward => "forward",
            Hook::Output => "output",
        }
    }
}

/// How the packets after the first one are treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answers {
    /// They pass the same stages as the first one (iptables, stateless access lists).
    Filtered,
    /// Those of TCP and UDP connections pass by the connection table; others pass the stages (ASA), unless
    /// `icmp` says that ICMP echo is tracked as well.
    Tracked {
        /// ICMP echo answers pass too.
        icmp: bool,
    },
}

/// Number of a chain of a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ChainId(pub usize);

/// A rule of a policy, or the end of one of its chains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RuleRef {
    /// The chain.
    pub chain: ChainId,
    /// Position in the chain; `usize::MAX` is the chain's end.
    pub rule: usize,
}

impl RuleRef {
    /// The end of a chain, where its policy or implicit deny decides.
    pub fn end_of(chain: ChainId) -> RuleRef {
        RuleRef { chain, rule: usize::MAX }
    }

    /// Is it a chain's end and not a rule?
    pub fn is_end(self) -> bool {
        self.rule == usize::MAX
    }
}

/// A list of rules.
#[derive(Debug, Clone)]
pub struct Chain {
    /// As the user knows it: `filter FORWARD`, or the name of an access list.
    pub name: String,
    /// The rules in order.
    pub rules: Rules,
    /// What happens to a packet that no rule decides.
    pub end: ChainEnd,
    /// Where the end is written: a `:CHAIN` line, an access-group line, a `default` key.
    pub span: Span,
}

/// What happens at the end of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChainEnd {
    /// Control goes back to the caller.
    Return,
    /// The stage accepts.
    Accept,
    /// The stage denies.
    Deny(Denial),
    /// Not known.
    Unknown(String),
}

/// One rule.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Which packets.
    pub matches: Match,
    /// What happens to them.
    pub action: Action,
    /// Where it is written.
    pub span: Span,
}

/// Which packets a rule is for: exact when `opaque` is empty, else at most those and perhaps none of them.
#[derive(Debug, Clone)]
pub struct Match {
    /// An exact set, or the upper bound of one.
    pub packets: PacketSet,
    /// Tests of marks, all of which must hold. A mark is constant for all packets of a piece of the walk, so it is
    /// no dimension of the space: a test of one bit would be 2^31 intervals.
    pub marks: Vec<MarkTest>,
    /// Conditions that the text does not decide.
    pub opaque: Vec<Condition>,
}

impl Match {
    /// Exactly these packets.
    pub fn exactly(packets: PacketSet) -> Match {
        Match { packets, marks: Vec::new(), opaque: Vec::new() }
    }
}

/// A condition that the text does not decide.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Condition {
    /// As the user wrote it, or why it is not known.
    pub text: String,
    /// Where.
    pub span: Span,
}

/// What a rule does with the packets that it matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Nothing; the next rule is asked.
    Continue,
    /// The stage accepts.
    Accept,
    /// The packet ends here.
    Deny(Denial),
    /// On with another chain, and back after it.
    Jump(ChainId),
    /// On with another chain, which afterwards returns to the caller of this one.
    Goto(ChainId),
    /// Back to the caller; in a base chain, to its end.
    Return,
    /// The mark changes, and the next rule is asked.
    Mark(MarkChange),
    /// The packet is taken out of connection tracking, unless tracking was already told how to treat it; the next rule
    /// is asked.
    Untrack,
    /// Connection tracking is told how to treat the packet (a helper, which events), unless it was taken out before; the
    /// next rule is asked. Until tracking looks at it, the packet counts as one of a new connection.
    Template,
    /// An address translation, which ends the stage.
    Translate(Translation),
    /// The packet is handed to a local socket or dropped when there is none (TPROXY): in no case does it reach its
    /// destination.
    Divert,
    /// Anything may happen, for the reason given.
    Unknown(String),
}

/// What the sender sees of a denial.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Denial {
    /// Nothing: the packet is dropped.
    Silent,
    /// A TCP RST.
    Reset,
    /// An ICMP error of this name.
    Icmp(&'static str),
}

impl Denial {
    /// The name that REJECT has for it; `None` for a silent drop.
    pub fn reject_name(self) -> Option<&'static str> {
        match self {
            Denial::Silent => None,
            Denial::Reset => Some("tcp-reset"),
            Denial::Icmp(name) => Some(name),
        }
    }
}

/// One step on a packet's way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// A base chain; what it accepts goes on.
    Filter {
        /// The chain.
        chain: ChainId,
        /// Which interfaces its rules can see.
        sees: Sees,
        /// Does the accepting rule count as the permit (filter tables, access lists)?
        permit: bool,
    },
    /// Connection tracking looks at the packet: before it, every packet is INVALID.
    Track,
    /// Address translation: the first packet of a tracked connection is shown to the chain, others follow what was
    /// decided for the first. Where destinations change, answers get their client's address back; behind the stage
    /// where sources change, packets have their new source, and answers the source that the client expects.
    Translate {
        /// The chain, if there is one.
        chain: Option<ChainId>,
        /// Which interfaces its rules can see.
        sees: Sees,
        /// Is this the stage where destinations change (else sources do)?
        destination: bool,
    },
    /// The routing decision: packets for the firewall itself leave for the `input` path.
    Route,
    /// The second routing decision of a packet that the machine itself sends: one whose destination was translated
    /// leaves by another interface from here on, by loopback when it is the machine itself. Up to here rules see the
    /// interface of its first destination (checked in a kernel, 6.18).
    Reroute,
    /// What leaves by loopback comes in again: it passes `forward` up to the routing decision, and then `input`.
    Loopback,
}

/// Which interfaces a stage's rules can see; the others are no interface at all to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sees {
    /// Only the one by which the packet entered.
    In,
    /// Only the one by which it leaves.
    Out,
    /// Both.
    Both,
}

impl Policy {
    /// The chain of an id.
    pub fn chain(&self, id: ChainId) -> Option<&Chain> {
        self.chains.get(id.0)
    }

    /// The rule of a reference; `None` for a chain's end.
    pub fn rule(&self, at: RuleRef) -> Option<&Rule> {
        self.chain(at.chain).and_then(|c| c.rules.get(at.rule))
    }

    /// Where a rule or a chain's end is written.
    pub fn span(&self, at: RuleRef) -> Option<Span> {
        self.rule(at).map(|r| r.span).or_else(|| self.chain(at.chain).map(|c| c.span))
    }

    /// The stages that the answers of a connection pass at first, or all other packets.
    pub fn way(&self, answers: bool, ends_here: bool) -> &[Stage] {
        let from_here = match self.hook {
            Hook::Forward => answers && ends_here,
            Hook::Output => !answers,
        };
        if from_here { &self.output } else { &self.forward }
    }

    /// How many rules there are.
    pub fn rule_count(&self) -> usize {
        self.chains.iter().map(|c| c.rules.len()).sum()
    }
}
