//! One rule: its options in any order become a match and a target.

use super::modules;
use super::token::{Token, tokenise};
use super::value;
use crate::format::Input;
use crate::policy::{Condition, Interfaces, MarkTest};
use crate::source::Span;
use crate::space::{Cube, Family, Field, IntervalSet, PacketSet};
use std::collections::HashMap;

/// Why a line is not understood, and the part that is guilty.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Bad<'a> {
    pub part: &'a str,
    pub why: String,
}

impl<'a> Bad<'a> {
    pub(super) fn new(part: &'a str, why: impl Into<String>) -> Bad<'a> {
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

/// Which ends of a packet may be the firewall itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct OwnEnds {
    pub source: bool,
    pub destination: bool,
}

/// What the rules of one dump have in common.
pub(super) struct Context<'a> {
    pub input: Input<'a>,
    pub family: Family,
    pub interfaces: Interfaces,
    pub detail: bool,
    pub assumptions: Vec<(Assumption, Span)>,
    /// May the source or the destination of packets in the chain at hand be the firewall itself?
    pub own_ends: OwnEnds,
    /// An old way of writing was met.
    pub old_negation: Option<Span>,
    classes: HashMap<&'a str, IntervalSet>,
}

impl<'a> Context<'a> {
    pub(super) fn new(input: Input<'a>, family: Family, interfaces: Interfaces, detail: bool) -> Context<'a> {
        let (assumptions, own_ends) = (Vec::new(), OwnEnds::default());
        let (old_negation, classes) = (None, HashMap::new());
        Context { input, family, interfaces, detail, assumptions, own_ends, old_negation, classes }
    }

    fn classes(&mut self, pattern: &'a str) -> IntervalSet {
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

/// A rule in the words of iptables-save.
#[derive(Debug, Default)]
pub(super) struct Canonical {
    head: [String; 6],
    modules: String,
}

impl Canonical {
    /// The rule behind `-A CHAIN`, without its target.
    pub(super) fn text(&self) -> String {
        let mut out = self.head.concat();
        out.push_str(&self.modules);
        out
    }

    fn put(&mut self, slot: usize, negated: bool, option: &str, value: &str) {
        if let Some(head) = self.head.get_mut(slot) {
            *head = format!(" {}{option} {value}", not(negated));
        }
    }

    /// Adds options as they are written.
    pub(super) fn written(&mut self, part: &str) {
        self.modules.push(' ');
        self.modules.push_str(part);
    }

    /// Adds options of a module; `-m NAME` stands in front of its first ones.
    pub(super) fn module(&mut self, name: &str, options: &str) {
        let load = format!(" -m {name}");
        // Ports and flags of one protocol are one module, however they are spread over the line.
        if !matches!(name, "tcp" | "udp" | "sctp" | "dccp" | "udplite") || !self.modules.contains(&load) {
            self.modules.push_str(&load);
        }
        if !options.is_empty() {
            self.modules.push(' ');
            self.modules.push_str(options);
        }
    }
}

/// `! ` or nothing.
pub(super) fn not(negated: bool) -> &'static str {
    if negated { "! " } else { "" }
}

/// The words of a rule that are still to be read.
pub(super) struct Cursor<'t, 'a> {
    pub rest: &'t [Token<'a>],
}

impl<'t, 'a> Cursor<'t, 'a> {
    pub(super) fn next(&mut self) -> Option<Token<'a>> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    /// The next word, if it is this one.
    pub(super) fn take(&mut self, word: &str) -> bool {
        let there = self.rest.first().is_some_and(|t| t.is(word));
        if there {
            self.next();
        }
        there
    }

    /// The argument of an option.
    pub(super) fn value(&mut self, option: Token<'a>) -> Result<Token<'a>, Bad<'a>> {
        self.next().ok_or_else(|| Bad::new(option.raw, format!("`{}` needs a value", option.text)))
    }

    /// Words up to the next option that belongs to no module.
    fn run(&mut self) -> &'t [Token<'a>] {
        let ends = |at: &usize| match self.rest.get(*at..) {
            Some([t, u, ..]) if t.is("!") => !u.quoted() && is_general(u.text),
            Some([t, ..]) => !t.quoted() && is_general(t.text),
            _ => true,
        };
        let length = (0..self.rest.len()).find(ends).unwrap_or(self.rest.len());
        let (run, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, &[]));
        self.rest = rest;
        run
    }
}

/// Is it an option that may stand anywhere?
fn is_general(word: &str) -> bool {
    matches!(
        word,
        "-s" | "--source"
            | "--src"
            | "-d"
            | "--destination"
            | "--dst"
            | "-i"
            | "--in-interface"
            | "-o"
            | "--out-interface"
            | "-p"
            | "--protocol"
            | "--proto"
            | "-m"
            | "--match"
            | "-j"
            | "--jump"
            | "-g"
            | "--goto"
            | "-f"
            | "--fragment"
            | "--fragments"
            | "-c"
            | "--set-counters"
            | "-4"
            | "--ipv4"
            | "-6"
            | "--ipv6"
            | "-t"
            | "--table"
            | "--sport"
            | "--source-port"
            | "--source-ports"
            | "--dport"
            | "--destination-port"
            | "--destination-ports"
            | "--tcp-flags"
            | "--syn"
            | "--icmp-type"
            | "--icmpv6-type"
    )
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
        let union = PacketSet::from_cubes(self.family, cubes);
        match union.cubes() {
            [] => self.cube = None,
            [one] => self.cube = self.cube.take().and_then(|cube| cube.intersect(one)),
            _ => self.unions = Some(self.unions.take().map_or_else(|| union.clone(), |u| u.intersect(&union))),
        }
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
                Err(Bad::new(part, format!("`{part}` needs `-p {}`", super::names::protocol_name(*proto))))
            }
            None => Ok(()),
        }
    }

    fn addresses(
        &mut self,
        field: Field,
        value: Token<'a>,
        negated: bool,
        context: &mut Context<'a>,
    ) -> Result<(), Bad<'a>> {
        let (slot, option) = if field == Field::Src { (0, "-s") } else { (1, "-d") };
        if negated && value.text.contains(',') {
            return Err(Bad::new(value.raw, "a list of addresses cannot be negated"));
        }
        let mut all = IntervalSet::empty();
        let mut shown = Vec::new();
        for part in value.text.split(',') {
            let Some(net) = value::net(self.family, part) else {
                return self.not_an_address(value, part, context);
            };
            let Some(set) = net.addresses() else {
                self.leave_open(value.raw, context);
                return Ok(());
            };
            all = if all.is_empty() { set } else { all.union(&set) };
            if !net.is_any() || negated {
                shown.push(net.to_string());
            }
        }
        self.restrict_unless(negated, field, &all);
        if let Some(canonical) = self.canonical.as_mut().filter(|_| !shown.is_empty()) {
            canonical.put(slot, negated, option, &shown.join(","));
        }
        Ok(())
    }

    /// A host name, or an address that somebody has made unreadable, could be any address.
    fn not_an_address(&mut self, value: Token<'a>, part: &'a str, context: &Context<'a>) -> Result<(), Bad<'a>> {
        let last = part.rsplit('.').next().unwrap_or(part);
        let named = last.starts_with(|c: char| c.is_ascii_alphabetic())
            && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'));
        if !named {
            return Err(Bad::new(part, format!("`{part}` is not an {} address", self.family)));
        }
        self.leave_open(value.raw, context);
        Ok(())
    }

    fn interface(
        &mut self,
        field: Field,
        value: Token<'a>,
        negated: bool,
        context: &mut Context<'a>,
    ) -> Result<(), Bad<'a>> {
        const LONGEST: usize = 15;
        let pattern = value.text;
        if pattern.len() > LONGEST || pattern.is_empty() {
            return Err(Bad::new(value.raw, format!("`{pattern}` is not the name of an interface")));
        }
        let (slot, option) = if field == Field::InIface { (2, "-i") } else { (3, "-o") };
        self.restrict_unless(negated, field, &context.classes(pattern));
        if field == Field::InIface {
            self.in_iface = Some(value.raw);
        } else {
            (self.out_iface, self.out_negated) = (Some(value.text), negated);
        }
        if let Some(canonical) = self.canonical.as_mut().filter(|_| pattern != "+" || negated) {
            canonical.put(slot, negated, option, value.raw);
        }
        Ok(())
    }

    fn protocol(&mut self, value: Token<'a>, negated: bool) -> Result<(), Bad<'a>> {
        let bad = || Bad::new(value.raw, format!("`{}` is not a protocol", value.text));
        let number = value::protocol(value.text).ok_or_else(bad)?;
        if number == 0 {
            return if negated { Err(Bad::new(value.raw, "`! -p all` matches nothing")) } else { Ok(()) };
        }
        self.restrict_unless(negated, Field::Proto, &IntervalSet::single(number.into()));
        self.proto = if negated { None } else { Some(number) };
        if let Some(canonical) = &mut self.canonical {
            canonical.put(4, negated, "-p", &super::names::protocol_name(number));
        }
        Ok(())
    }

    fn ports(&mut self, field: Field, value: Token<'a>, negated: bool) -> Result<(), Bad<'a>> {
        let bad = || Bad::new(value.raw, format!("`{}` is not a port or a range of ports", value.text));
        let range = value::port_range(value.text, ':').ok_or_else(bad)?;
        self.need(Need::Ports, value.raw);
        self.restrict_unless(negated, field, &value::set_of(range));
        let option = if field == Field::SrcPort { "--sport" } else { "--dport" };
        self.say_protocol_option(|| format!("{}{option} {}", not(negated), show_range(range)));
        Ok(())
    }

    fn tcp_flag_words(&mut self, mask: Token<'a>, comp: Token<'a>, negated: bool) -> Result<(), Bad<'a>> {
        let bad = |t: Token<'a>| Bad::new(t.raw, format!("`{}` is not a list of TCP flags", t.text));
        let read = |t: Token<'a>| value::tcp_flags(t.text).ok_or_else(|| bad(t));
        self.need(Need::Only(crate::policy::TCP), mask.raw);
        self.tcp_flags(read(mask)?, read(comp)?, negated)
    }

    fn tcp_flags(&mut self, mask: u8, comp: u8, negated: bool) -> Result<(), Bad<'a>> {
        let fits = (0..64u8).filter(|v| (v & mask == comp) != negated).map(|v| (v.into(), v.into()));
        self.restrict(Field::TcpFlags, &IntervalSet::from_ranges(fits));
        let flags = value::show_flags;
        self.say_protocol_option(|| format!("{}--tcp-flags {} {}", not(negated), flags(mask), flags(comp)));
        Ok(())
    }

    fn icmp_type(&mut self, option: Token<'a>, value: Token<'a>, negated: bool) -> Result<(), Bad<'a>> {
        let (proto, family, module) = match option.text {
            "--icmp-type" => (crate::policy::ICMP, Family::V4, "icmp"),
            _ => (crate::policy::ICMPV6, Family::V6, "icmp6"),
        };
        self.need(Need::Only(proto), value.raw);
        let bad = || Bad::new(value.raw, format!("`{}` is not a type of ICMP", value.text));
        let (low, high) = icmp_types(family, value.text).ok_or_else(bad)?;
        self.restrict_unless(negated, Field::Icmp, &IntervalSet::range(low.into(), high.into()));
        let option = option.text;
        if let Some(canonical) = &mut self.canonical {
            let shown = match (low, high) {
                (0, u16::MAX) => "any".to_owned(),
                _ if low == high => format!("{}/{}", low >> 8, low & 0xff),
                _ => (low >> 8).to_string(),
            };
            canonical.module(module, &format!("{}{option} {shown}", not(negated)));
        }
        Ok(())
    }

    fn say_protocol_option(&mut self, text: impl FnOnce() -> String) {
        let proto = self.proto;
        if let Some(canonical) = &mut self.canonical {
            let module = proto.map_or_else(|| "tcp".to_owned(), super::names::protocol_name);
            canonical.module(&module, &text());
        }
    }
}

/// Types and codes of a type, as values of `Field::Icmp`.
fn icmp_types(family: Family, text: &str) -> Option<(u16, u16)> {
    if text.eq_ignore_ascii_case("any") || text == "255" && family == Family::V4 {
        return Some((0, u16::MAX));
    }
    let (kind, code) = match text.split_once('/') {
        Some((kind, code)) => (value::number(kind)?.try_into().ok()?, Some(value::number(code)?.try_into().ok()?)),
        None => match value::number(text) {
            Some(kind) => (u8::try_from(kind).ok()?, None),
            None => super::names::icmp(family, text)?,
        },
    };
    let first = u16::from(kind) << 8;
    Some(code.map_or((first, first | 0xff), |code: u8| (first | u16::from(code), first | u16::from(code))))
}

/// A range of ports as iptables-save prints it.
pub(super) fn show_range((low, high): (u16, u16)) -> String {
    if low == high { low.to_string() } else { format!("{low}:{high}") }
}

/// Do packets of the protocol have ports where iptables looks for them?
pub(super) fn has_ports(proto: u8) -> bool {
    matches!(proto, 6 | 17 | 33 | 132 | 136)
}
