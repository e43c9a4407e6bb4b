//! What the rules of one dump have in common, and why one of them may not be understood.

use crate::format::Input;
use crate::format::ipset::{Answer, Sets, Side};
use crate::policy::Interfaces;
use crate::source::Span;
use crate::space::{Family, IntervalSet};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

/// Why a line is not understood, and the part that is guilty.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::format) struct Bad<'a> {
    pub part: &'a str,
    pub why: String,
}

impl<'a> Bad<'a> {
    pub(in crate::format) fn new(part: &'a str, why: impl Into<String>) -> Bad<'a> {
        Bad { part, why: why.into() }
    }
}

/// Something that a match rests on beyond the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Assumption {
    AddressType,
    Unicast,
    Routed,
    NoIpsec,
    ReversePath,
}

/// Is an end of the packets that meet a chain the firewall itself?
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Own {
    #[default]
    No,
    Yes,
    /// Of some of them, or the text does not say.
    Perhaps,
}

/// Which ends of a packet are the firewall itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct OwnEnds {
    pub source: Own,
    pub destination: Own,
    /// May an answer still have the firewall's address as its destination, that its client was given?
    pub answered: bool,
}

/// What the rules of one dump have in common.
pub(super) struct Context<'a> {
    pub input: Input<'a>,
    pub family: Family,
    pub interfaces: Interfaces,
    pub detail: bool,
    pub assumptions: Vec<(Assumption, Span)>,
    /// Are the source or the destination of packets in the chain at hand the firewall itself?
    pub own_ends: OwnEnds,
    /// An old way of writing was met.
    pub old_negation: Option<Span>,
    /// The sets that were given.
    pub sets: Arc<Sets>,
    /// Those whose contents the rules themselves change.
    pub changed_sets: Rc<HashSet<String>>,
    /// What sets answered before, by their names, the directions, and whether exceptions were asked for.
    pub answers: HashMap<(&'a str, Vec<Side>, bool), Rc<Answer>>,
    classes: HashMap<&'a str, IntervalSet>,
}

impl<'a> Context<'a> {
    pub(super) fn new(input: Input<'a>, family: Family, interfaces: Interfaces, detail: bool) -> Context<'a> {
        Context {
            input,
            family,
            interfaces,
            detail,
            assumptions: Vec::new(),
            own_ends: OwnEnds::default(),
            old_negation: None,
            sets: Arc::default(),
            changed_sets: Rc::default(),
            answers: HashMap::new(),
            classes: HashMap::new(),
        }
    }

    /// The same with sets.
    pub(super) fn with_sets(mut self, sets: &Arc<Sets>, changed: &Rc<HashSet<String>>) -> Context<'a> {
        (self.sets, self.changed_sets) = (Arc::clone(sets), Rc::clone(changed));
        self
    }

    /// The interfaces that a name or a pattern stands for.
    pub(super) fn classes(&mut self, pattern: &'a str) -> IntervalSet {
        let interfaces = &self.interfaces;
        self.classes.entry(pattern).or_insert_with(|| interfaces.matching(pattern)).clone()
    }

    /// The slice of the text from one word to another of the same line.
    pub(super) fn between(&self, first: &'a str, last: &'a str) -> &'a str {
        let span = self.input.span(first).to(self.input.span(last));
        self.input.text.get(span.start as usize..span.end as usize).unwrap_or(first)
    }

    /// Notes that a match rests on an assumption; a few places are enough.
    pub(super) fn assume(&mut self, what: Assumption, part: &str) {
        const PLACES: usize = 3;
        if self.assumptions.iter().filter(|a| a.0 == what).count() < PLACES {
            self.assumptions.push((what, self.input.span(part)));
        }
    }
}
