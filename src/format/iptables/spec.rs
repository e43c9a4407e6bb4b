//! What one rule says.

use super::canonical::Canonical;
use super::context::{Bad, Context};
use super::token::Token;
use crate::policy::{Condition, MarkTest};
use crate::space::{Cube, Family, Field, IntervalSet, PacketSet};

/// What a rule says, as far as the chain does not matter.
#[derive(Debug)]
pub(super) struct Spec<'a> {
    pub family: Family,
    /// Most rules are one product of sets; `None` matches nothing.
    cube: Option<Cube>,
    /// What does not fit into one product.
    unions: Option<PacketSet>,
    pub marks: Vec<MarkTest>,
    pub opaque: Vec<Condition>,
    /// The protocol asked for, when it is exactly one.
    pub proto: Option<u8>,
    /// What iptables refuses about the rule; what else it says still bounds its packets.
    pub faults: Vec<Bad<'a>>,
    /// The rule contradicts itself, so that nothing in it bounds the packets.
    pub ambiguous: bool,
    pub in_iface: Option<&'a str>,
    pub out_iface: Option<&'a str>,
    pub out_negated: bool,
    pub target: Option<Target<'a>>,
    pub canonical: Option<Canonical>,
}

/// Where the packets of a rule go.
#[derive(Debug)]
pub(super) struct Target<'a> {
    pub name: Token<'a>,
    pub goto: bool,
    pub options: Vec<Token<'a>>,
}

impl<'a> Spec<'a> {
    /// Every packet, and no target.
    pub(super) fn any(family: Family, detail: bool) -> Spec<'a> {
        Spec {
            family,
            cube: Some(Cube::full()),
            unions: None,
            marks: Vec::new(),
            opaque: Vec::new(),
            proto: None,
            faults: Vec::new(),
            ambiguous: false,
            in_iface: None,
            out_iface: None,
            out_negated: false,
            target: None,
            canonical: detail.then(Canonical::default),
        }
    }

    /// Notes what iptables refuses. What was meant there is not known.
    pub(super) fn refuse(&mut self, bad: Bad<'a>, context: &Context<'a>) {
        self.leave_open(bad.part, context);
        self.faults.push(bad);
    }

    /// Adds a condition that the text does not decide.
    pub(super) fn leave_open(&mut self, part: &'a str, context: &Context<'a>) {
        self.opaque.push(Condition { text: part.to_owned(), span: context.input.span(part) });
    }

    /// Adds a condition that the text does not decide, with the reason.
    pub(super) fn leave_open_because(&mut self, part: &str, why: &str, context: &Context<'a>) {
        self.opaque.push(Condition { text: format!("{part} ({why})"), span: context.input.span(part) });
    }

    /// The packets that match, unless a mark or an open condition says otherwise.
    pub(super) fn packets(&self) -> PacketSet {
        if self.ambiguous {
            return PacketSet::full(self.family);
        }
        let cube = PacketSet::from_cubes(self.family, self.cube.clone());
        self.unions.as_ref().map_or_else(|| cube.clone(), |unions| cube.intersect(unions))
    }

    /// Only packets of the set.
    pub(super) fn restrict(&mut self, field: Field, set: &IntervalSet) {
        self.cube = self.cube.take().and_then(|cube| cube.with(self.family, field, set));
    }

    /// Only packets of the set, or only the others.
    pub(super) fn restrict_unless(&mut self, negated: bool, field: Field, set: &IntervalSet) {
        if negated { self.restrict(field, &set.complement(field.max(self.family))) } else { self.restrict(field, set) }
    }

    /// Only packets of one of the cubes.
    pub(super) fn restrict_to(&mut self, cubes: impl IntoIterator<Item = Cube>) {
        self.intersect(&PacketSet::from_cubes(self.family, cubes));
    }

    fn intersect(&mut self, set: &PacketSet) {
        match set.cubes() {
            [] => self.cube = None,
            [one] => self.cube = self.cube.take().and_then(|cube| cube.intersect(one)),
            _ => self.unions = Some(self.unions.take().map_or_else(|| set.clone(), |u| u.intersect(set))),
        }
    }

    /// The most pieces that what does not fit into one product may fall into.
    pub(super) const MAX_PIECES: usize = 4096;

    /// Only packets of the set. `false`: nothing was done, because they would fall into too many pieces.
    pub(super) fn narrow(&mut self, set: &PacketSet) -> bool {
        let others = self.unions.as_ref().map_or(1, |u| u.cubes().len());
        let fits = others.saturating_mul(set.cubes().len()) <= Spec::MAX_PIECES;
        if fits {
            self.intersect(set);
        }
        fits
    }

    /// No packet at all.
    pub(super) fn never(&mut self) -> Result<(), Bad<'a>> {
        self.cube = None;
        Ok(())
    }
}
