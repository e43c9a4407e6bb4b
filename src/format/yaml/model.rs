//! A rule set as both schemas mean it, before it is split by family.

use super::address::Addresses;
use crate::policy::Condition;
use crate::source::Span;
use crate::space::{Cube, Family};

/// A whole rule set.
#[derive(Debug)]
pub(super) struct Model {
    /// As the user knows it.
    pub name: String,
    /// What happens to a packet that no rule decides.
    pub default: Default,
    /// Where that is written, else the first line.
    pub default_at: Span,
    /// Do answers of permitted connections pass by themselves?
    pub stateful: bool,
    /// The families that are judged.
    pub families: Vec<Family>,
    /// All interfaces there are, where the text declares them.
    pub declared: Option<Vec<String>>,
    /// Why the text as a whole does not decide anything, if so.
    pub unsure: Option<Condition>,
    /// The rules in order, without effect or not.
    pub rules: Vec<Rule>,
}

/// The end of a rule set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Default {
    /// As by a rule for any packet.
    Is(Verb),
    Unknown(String),
}

/// One rule.
#[derive(Debug)]
pub(super) struct Rule {
    /// Within one line, where the rule begins.
    pub span: Span,
    /// What it does.
    pub effect: Effect,
}

/// What a rule does.
#[derive(Debug)]
pub(super) enum Effect {
    /// Nothing: it is switched off.
    Disabled,
    /// Nothing on the day of the check, as this sentence says.
    Idle(String),
    /// It is understood.
    Known(Box<Known>),
    /// Anything, for that reason.
    Unknown(String),
}

/// A rule that is understood.
#[derive(Debug)]
pub(super) struct Known {
    pub verb: Verb,
    pub from: Addresses,
    pub to: Addresses,
    /// Protocols with their ports; the rule is for a packet that is in one of them.
    pub services: Vec<Cube>,
    /// Interfaces of entry; `None` is any.
    pub entry: Option<Places>,
    /// Interfaces of exit.
    pub exit: Option<Places>,
    /// A condition that the text does not decide.
    pub condition: Option<String>,
}

/// Named interfaces, or all but those.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Places {
    pub names: Vec<String>,
    pub negated: bool,
}

/// What happens to a packet that a rule is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    Permit,
    Deny,
    Reject,
}

impl Verb {
    /// The word in canonical text.
    pub fn name(self) -> &'static str {
        match self {
            Verb::Permit => "permit",
            Verb::Deny => "deny",
            Verb::Reject => "reject",
        }
    }
}
