//! One rule: its options in any order become a match and a target.

use super::canonical::Canonical;
use super::context::{Bad, Context};
use super::cursor::Cursor;
use super::token::{Token, tokenise};
use super::{modules, names};
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
    /// Matches that need a protocol, with the words that ask for them.
    needs: Vec<(Need, &'a str)>,
    /// A module that was named and has not been given an option yet.
    idle: Option<Token<'a>>,
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

/// Which protocols a match is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    Ports,
    Only(u8),
}

/// Where options that are not general belong.
#[derive(Clone, Copy)]
enum Place<'a> {
    Start,
    Module(Token<'a>),
    Target,
}

impl<'a> Spec<'a> {
    /// Understands what follows `-A CHAIN`.
    pub(super) fn parse(
        text: &'a str,
        context: &mut Context<'a>,
        words: &mut Vec<Token<'a>>,
    ) -> Result<Spec<'a>, Bad<'a>> {
        tokenise(text, words).map_err(|part| Bad::new(part, "a quote is not closed"))?;
        let mut spec = Spec::any(context.family, context.detail);
        let mut cursor = Cursor { rest: words };
        let mut place = Place::Start;
        while !cursor.rest.is_empty() {
            spec.option(&mut cursor, &mut place, context)?;
        }
        spec.check_idle()?;
        spec.check_needs()?;
        Ok(spec)
    }

    fn check_idle(&self) -> Result<(), Bad<'a>> {
        let missing = |name: Token<'a>| Bad::new(name.raw, format!("`-m {}` needs an option", name.text));
        self.idle.map_or(Ok(()), |name| Err(missing(name)))
    }

    /// Every packet, and no target.
    pub(super) fn any(family: Family, detail: bool) -> Spec<'a> {
        Spec {
            family,
            cube: Some(Cube::full()),
            unions: None,
            marks: Vec::new(),
            opaque: Vec::new(),
            proto: None,
            needs: Vec::new(),
            idle: None,
            in_iface: None,
            out_iface: None,
            out_negated: false,
            target: None,
            canonical: detail.then(Canonical::default),
        }
    }

    fn option(
        &mut self,
        cursor: &mut Cursor<'_, 'a>,
        place: &mut Place<'a>,
        context: &mut Context<'a>,
    ) -> Result<(), Bad<'a>> {
        let run = cursor.run();
        if !run.is_empty() {
            return self.run(run, *place, context);
        }
        let negated = cursor.take("!");
        let Some(option) = cursor.next() else { return Ok(()) };
        match option.text {
            "-m" | "--match" => {
                let name = cursor.value(option)?;
                *place = Place::Module(name);
                self.check_idle()?;
                let run = cursor.run();
                self.idle = (run.is_empty() && modules::needs_options(name.text)).then_some(name);
                self.module(option, name, run, context)
            }
            "-j" | "--jump" | "-g" | "--goto" => {
                let name = cursor.value(option)?;
                let goto = matches!(option.text, "-g" | "--goto");
                if self.target.is_some() {
                    return Err(Bad::new(option.raw, "a rule has one target"));
                }
                let options = cursor.run().to_vec();
                self.target = Some(Target { name, goto, options });
                *place = Place::Target;
                Ok(())
            }
            _ => self.general(option, negated, cursor, context),
        }
    }

    /// Options that belong to a module or a target, away from its name.
    fn run(&mut self, run: &[Token<'a>], place: Place<'a>, context: &mut Context<'a>) -> Result<(), Bad<'a>> {
        match (place, run.first()) {
            (Place::Module(name), Some(first)) => {
                self.idle = None;
                self.module(*first, name, run, context)
            }
            (Place::Target, _) => {
                if let Some(target) = &mut self.target {
                    target.options.extend(run);
                }
                Ok(())
            }
            (Place::Start, Some(first)) => Err(Bad::new(first.raw, format!("`{}` is not an option here", first.text))),
            (_, None) => Ok(()),
        }
    }

    fn module(
        &mut self,
        first: Token<'a>,
        name: Token<'a>,
        run: &[Token<'a>],
        context: &mut Context<'a>,
    ) -> Result<(), Bad<'a>> {
        let last = run.last().unwrap_or(&name);
        let whole = context.between(first.raw, last.raw);
        if modules::apply(self, name, run, whole, context)? {
            return Ok(());
        }
        self.leave_open(whole, context);
        if let Some(canonical) = &mut self.canonical {
            canonical.written(whole);
        }
        Ok(())
    }

    /// Adds a condition that the text does not decide.
    pub(super) fn leave_open(&mut self, part: &'a str, context: &Context<'a>) {
        self.opaque.push(Condition { text: part.to_owned(), span: context.input.span(part) });
    }

    /// Adds a condition that the text does not decide, with the reason.
    pub(super) fn leave_open_because(&mut self, part: &str, why: &str, context: &Context<'a>) {
        self.opaque.push(Condition { text: format!("{part} ({why})"), span: context.input.span(part) });
    }

    fn general(
        &mut self,
        option: Token<'a>,
        mut negated: bool,
        cursor: &mut Cursor<'_, 'a>,
        context: &mut Context<'a>,
    ) -> Result<(), Bad<'a>> {
        match option.text {
            "-f" | "--fragment" | "--fragments" => {
                // Required flows are judged by whole packets and first fragments.
                return if negated { Ok(()) } else { self.never() };
            }
            "-c" | "--set-counters" => return cursor.value(option).and_then(|_| cursor.value(option)).map(|_| ()),
            "-t" | "--table" => return cursor.value(option).map(|_| ()),
            "-4" | "--ipv4" => return if self.family == Family::V4 { Ok(()) } else { self.never() },
            "-6" | "--ipv6" => return if self.family == Family::V6 { Ok(()) } else { self.never() },
            "--syn" => {
                self.need(Need::Only(crate::policy::TCP), option.raw);
                return self.tcp_flags(0x17, 2, negated);
            }
            _ => {}
        }
        let mut value = cursor.value(option)?;
        if value.is("!") {
            context.old_negation.get_or_insert(context.input.span(value.raw));
            negated = !negated;
            value = cursor.value(option)?;
        }
        match option.text {
            "-s" | "--source" | "--src" => self.addresses(Field::Src, value, negated, context),
            "-d" | "--destination" | "--dst" => self.addresses(Field::Dst, value, negated, context),
            "-i" | "--in-interface" => self.interface(Field::InIface, value, negated, context),
            "-o" | "--out-interface" => self.interface(Field::OutIface, value, negated, context),
            "-p" | "--protocol" | "--proto" => self.protocol(value, negated),
            "--sport" | "--source-port" | "--source-ports" => self.ports(Field::SrcPort, value, negated),
            "--dport" | "--destination-port" | "--destination-ports" => self.ports(Field::DstPort, value, negated),
            "--tcp-flags" => self.tcp_flag_words(value, cursor.value(option)?, negated),
            "--icmp-type" | "--icmpv6-type" => self.icmp_type(option, value, negated),
            _ => Err(Bad::new(option.raw, format!("`{}` is not an option here", option.text))),
        }
    }

    /// The packets that match, unless a mark or an open condition says otherwise.
    pub(super) fn packets(&self) -> PacketSet {
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

    /// A match that is for some protocols only.
    pub(super) fn need(&mut self, need: Need, part: &'a str) {
        self.needs.push((need, part));
    }

    fn check_needs(&self) -> Result<(), Bad<'a>> {
        let met = |need: Need| match (need, self.proto) {
            (Need::Ports, Some(proto)) => has_ports(proto),
            (Need::Only(wanted), Some(proto)) => wanted == proto,
            (_, None) => false,
        };
        match self.needs.iter().find(|(need, _)| !met(*need)) {
            Some((Need::Ports, part)) => {
                Err(Bad::new(part, format!("`{part}` needs a protocol with ports, such as `-p tcp`")))
            }
            Some((Need::Only(proto), part)) => {
                Err(Bad::new(part, format!("`{part}` needs `-p {}`", names::protocol_name(*proto))))
            }
            None => Ok(()),
        }
    }
}

/// Do packets of the protocol have ports where iptables looks for them?
pub(super) fn has_ports(proto: u8) -> bool {
    matches!(proto, 6 | 17 | 33 | 132 | 136)
}
