//! What a rule base says of the network around it: by which interfaces clients enter and where flows leave.

use super::IfaceId;
use crate::source::Span;
use crate::space::IntervalSet;

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

/// Where conversations may come from and go to, unless the user says it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Topology {
    /// Interfaces by which clients enter. Empty: interfaces play no part in this rule base.
    pub entries: Vec<Doorway>,
    /// Interfaces by which flows leave, with the destinations routed there.
    pub exits: Vec<Doorway>,
    /// May a conversation leave by the interface by which it entered (and the rules decide about it)?
    pub hairpin: bool,
    /// Addresses of clients that the text names; `None` when it names none.
    pub clients: Option<IntervalSet>,
    /// What was taken from the text or assumed.
    pub statements: Vec<Statement>,
    /// Interfaces that are not judged, each with the flag that adds it, as a sentence.
    pub not_judged: Vec<Statement>,
}
