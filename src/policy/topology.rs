//! What a rule base says of the network around it: by which interfaces clients enter and where flows leave.

use super::IfaceId;
use crate::source::Span;
use crate::space::{IntervalSet, PacketSet};

/// An interface with the addresses behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doorway {
    /// The interface.
    pub iface: IfaceId,
    /// The addresses that are reached by it; `None` when the text does not say.
    pub addresses: Option<IntervalSet>,
    /// The line that says so.
    pub span: Option<Span>,
}

/// A fact that the reader took from the text, or assumed, and that a verdict may rest on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// One sentence, lowercase, without a final period.
    pub text: String,
    /// The lines that it rests on.
    pub spans: Vec<Span>,
}

/// What leaves by an interface for another reason than its destination's route: a translation or a route map says so, or
/// routes that are not in the text may.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Steering {
    /// The conversations by their first packets, with the interface by which they enter.
    pub packets: PacketSet,
    /// The way out.
    pub exit: IfaceId,
    /// Do they surely leave there? Otherwise they may also leave where their route leads.
    pub sure: bool,
}

/// DNS messages that a class of a service policy inspects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    /// At most these packets.
    pub packets: PacketSet,
    /// The line that asks for it.
    pub span: Span,
    /// The policy map.
    pub policy: String,
    /// The class map.
    pub class: String,
    /// The access list that says what is inspected, if one does.
    pub list: Option<String>,
}

/// How long the firewall keeps the entry of a UDP conversation after its last packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UdpTimeout {
    /// The conversations by their first packets, at most these.
    pub packets: PacketSet,
    /// Seconds; `None` is for ever.
    pub seconds: Option<u32>,
    /// The line that says so.
    pub span: Span,
}

/// Where conversations may come from and go to, unless the user says it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Topology {
    /// Interfaces by which clients enter. Empty: interfaces play no part in this rule base.
    pub entries: Vec<Doorway>,
    /// Interfaces by which flows leave, with the destinations routed there.
    pub exits: Vec<Doorway>,
    /// What leaves elsewhere than `exits` say, in the order in which it is looked at; plays no part when the user names
    /// the way out.
    pub steering: Vec<Steering>,
    /// May a conversation leave by the interface by which it entered (and the rules decide about it)?
    pub hairpin: bool,
    /// Addresses of clients that the text names; `None` when it names none.
    pub clients: Option<IntervalSet>,
    /// DNS inspection, class by class.
    pub inspected: Vec<Inspection>,
    /// Timeouts of UDP that the text names; of several for one conversation the first holds.
    pub udp_timeouts: Vec<UdpTimeout>,
    /// What was taken from the text or assumed.
    pub statements: Vec<Statement>,
    /// By which interfaces clients are taken to enter; plays no part when the user names them.
    pub entering: Vec<Statement>,
    /// By which interfaces flows are taken to leave; plays no part when the user names them.
    pub leaving: Vec<Statement>,
    /// Interfaces that are not judged, each with the flag that adds it, as a sentence.
    pub not_judged: Vec<Statement>,
}
