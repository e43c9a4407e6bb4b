//! Which packets of one family a term is for, as its target's generator renders it.

use super::options::Options;
use super::protocol::of_other_family;
use super::target::{Kind, Target};
use super::term::{Known, Side, Verb};
use crate::policy::{ACK, Condition, CtState, ICMP, ICMPV6, Interfaces, SYN, TCP, UDP, states};
use crate::source::Span;
use crate::space::{Cube, Family, Field, IntervalSet, PacketSet};

const FIN: u8 = 1;
const RST: u8 = 4;

/// What rendering rests on.
pub(super) struct Renderer<'a> {
    pub target: &'a Target,
    pub options: &'a Options,
    pub family: Family,
    pub interfaces: &'a Interfaces,
    /// Where the term stands.
    pub span: Span,
}

/// The packets of a term: exactly these, or at most these where something is left open.
pub(super) struct Rendered {
    pub packets: PacketSet,
    pub open: Vec<Condition>,
}

impl Renderer<'_> {
    /// `None` where the term is not rendered for the family.
    pub fn render(&self, known: &Known) -> Option<Rendered> {
        if known.family.is_some_and(|family| family != self.family) || self.skips(known) {
            return None;
        }
        let mut open = known.conditions.clone();
        let around = self.around(known, &mut open);
        if known.either_ports.is_some() && self.target.kind != Kind::JunosFilter {
            self.leave_open("port", &mut open);
        }
        let mut cubes = Vec::new();
        for protocol in self.protocols(known) {
            let asked = self.asked(known, &protocol, &mut open);
            for cube in around.iter().flat_map(|cube| self.ports(known, cube, &protocol)) {
                cubes.extend(asked.iter().filter_map(|asked| cube.intersect(asked)));
            }
        }
        open.dedup();
        Some(Rendered { packets: PacketSet::from_cubes(self.family, cubes), open })
    }

    /// Lists and chains of one family leave out terms for the ICMP of the other.
    fn skips(&self, known: &Known) -> bool {
        let other = of_other_family(self.family);
        self.target.kind != Kind::Zones && known.protocols.iter().flatten().any(|number| *number == other)
    }

    /// Addresses and interfaces; several cubes where an address may be on either side.
    fn around(&self, known: &Known, open: &mut Vec<Condition>) -> Vec<Cube> {
        let source = self.side(&known.source, "source-exclude", open);
        let destination = self.side(&known.destination, "destination-exclude", open);
        let base =
            self.cube(Cube::full(), Field::Src, source).and_then(|cube| self.cube(cube, Field::Dst, destination));
        let base = base.and_then(|cube| self.within_interfaces(known, cube, open));
        let Some(base) = base else { return Vec::new() };
        let either = self.side(&known.either, "address-exclude", open);
        if either.is_none() {
            return vec![base];
        }
        if self.target.kind != Kind::JunosFilter {
            self.leave_open("address", open);
            return vec![base];
        }
        let sides = [Field::Src, Field::Dst].into_iter();
        sides.filter_map(|field| self.cube(base.clone(), field, either.clone())).collect()
    }

    fn cube(&self, cube: Cube, field: Field, set: Option<IntervalSet>) -> Option<Cube> {
        match set {
            Some(set) => cube.with(self.family, field, &set),
            None => Some(cube),
        }
    }

    fn side(&self, side: &Side, key: &str, open: &mut Vec<Condition>) -> Option<IntervalSet> {
        let except = side.except.as_ref().map(|set| set.of(self.family));
        match (&side.only, except) {
            (None, None) => None,
            (Some(only), None) => Some(only.of(self.family).clone()),
            (Some(only), Some(_)) if self.keeps_what_is_excluded(side) => {
                open.push(self.condition(format!("`{key}` leaves no address over, and generators differ then")));
                Some(only.of(self.family).clone())
            }
            (Some(only), Some(except)) => Some(only.of(self.family).subtract(except)),
            (None, Some(except)) if self.target.kind == Kind::Chains => {
                Some(except.complement(self.family.max_address()))
            }
            (None, Some(_)) => {
                // Generators differ in what they make of an exception from nothing.
                open.push(self.condition(format!("`{key}` without addresses to exclude from")));
                None
            }
        }
    }

    /// Does the exclusion take all addresses away? Lists of routers and of an ASA have no line for such a term; chains
    /// are rendered as if nothing were excluded (Aerleon 1.18), and of other targets it is not known.
    fn keeps_what_is_excluded(&self, side: &Side) -> bool {
        let left = |family| match (&side.only, &side.except) {
            (Some(only), Some(except)) => !only.of(family).subtract(except.of(family)).is_empty(),
            _ => true,
        };
        !matches!(self.target.kind, Kind::RouterList | Kind::AsaList) && !Family::BOTH.into_iter().any(left)
    }

    fn within_interfaces(&self, known: &Known, cube: Cube, open: &mut Vec<Condition>) -> Option<Cube> {
        let mut cube = Some(cube);
        for (named, field) in known.interfaces.iter().zip([Field::InIface, Field::OutIface]) {
            let Some((name, span)) = named else { continue };
            if self.target.kind == Kind::Chains {
                cube = cube.and_then(|cube| cube.with(self.family, field, &self.interfaces.matching(name)));
            } else {
                open.push(Condition { text: format!("the interface `{name}`"), span: *span });
            }
        }
        cube
    }

    /// One set for each protocol; `None` is any.
    fn protocols(&self, known: &Known) -> Vec<Option<IntervalSet>> {
        let single = |number: &u8| IntervalSet::single((*number).into());
        let others = known
            .other_protocols
            .as_ref()
            .map(|all| all.iter().map(single).fold(IntervalSet::empty(), |all, one| all.union(&one)).complement(0xff));
        match &known.protocols {
            Some(all) => all.iter().map(|number| Some(single(number))).collect(),
            None => vec![others],
        }
    }

    fn ports(&self, known: &Known, cube: &Cube, protocol: &Option<IntervalSet>) -> Vec<Cube> {
        let narrowed = self.cube(cube.clone(), Field::Proto, protocol.clone());
        let narrowed = narrowed.and_then(|cube| self.cube(cube, Field::SrcPort, known.source_ports.clone()));
        let narrowed = narrowed.and_then(|cube| self.cube(cube, Field::DstPort, self.destination_ports(known)));
        let Some(cube) = narrowed else { return Vec::new() };
        match known.either_ports.as_ref().filter(|_| self.target.kind == Kind::JunosFilter) {
            None => vec![cube],
            Some(ports) => {
                let sides = [Field::SrcPort, Field::DstPort].into_iter();
                sides.filter_map(|field| cube.clone().with(self.family, field, ports)).collect()
            }
        }
    }

    /// Without memory, `established` asks for high destination ports as well (Aerleon documentation, "Generator
    /// Reference", Option).
    fn destination_ports(&self, known: &Known) -> Option<IntervalSet> {
        let high = matches!(self.target.kind, Kind::RouterList | Kind::JunosFilter)
            || self.target.kind == Kind::Chains && self.options.stateless;
        let transport = |number: &u8| matches!(*number, TCP | UDP);
        let fits = known.protocols.as_ref().is_some_and(|all| all.iter().all(transport));
        if !(high && fits && has(known, "established")) {
            return known.ports.clone();
        }
        let high = IntervalSet::range(1024, 0xffff);
        Some(known.ports.as_ref().map_or_else(|| high.clone(), |ports| ports.union(&high)))
    }

    /// What options, ICMP types and connection states ask for: packets of any of the cubes.
    fn asked(&self, known: &Known, protocol: &Option<IntervalSet>, open: &mut Vec<Condition>) -> Vec<Cube> {
        let number = protocol.as_ref().and_then(IntervalSet::only).map(|number| number as u8);
        let mut cubes = self.icmp(known, number);
        for (option, span) in &known.options {
            match self.option(option, known, number) {
                Asked::Nothing => {}
                Asked::Never => return Vec::new(),
                Asked::Open => open.push(Condition { text: format!("option: {option}"), span: *span }),
                Asked::One(sets) => {
                    let each = |cube: &Cube| {
                        sets.iter()
                            .filter_map(|(field, set)| cube.clone().with(self.family, *field, set))
                            .collect::<Vec<_>>()
                    };
                    cubes = cubes.iter().flat_map(each).collect();
                }
            }
        }
        match self.states(known, number) {
            Some(states) => {
                cubes.into_iter().filter_map(|cube| cube.with(self.family, Field::State, &states)).collect()
            }
            None => cubes,
        }
    }

    fn icmp(&self, known: &Known, number: Option<u8>) -> Vec<Cube> {
        let Some(types) = known.icmp.as_ref().filter(|_| matches!(number, Some(ICMP | ICMPV6))) else {
            return vec![Cube::full()];
        };
        let of_family = types.iter().filter_map(|[v4, v6]| if number == Some(ICMP) { *v4 } else { *v6 });
        let values = of_family.flat_map(|kind| {
            let first = u128::from(kind) << 8;
            let codes = known.icmp_codes.iter().map(move |code| (first | u128::from(*code), first | u128::from(*code)));
            let any = known.icmp_codes.is_empty().then_some((first, first | 0xff));
            codes.chain(any)
        });
        let set = IntervalSet::from_ranges(values);
        Cube::full().with(self.family, Field::Icmp, &set).into_iter().collect()
    }

    fn option(&self, option: &str, known: &Known, number: Option<u8>) -> Asked {
        let alone = known.protocols.as_deref() == Some(&[TCP]);
        let established = matches!(option, "established" | "tcp-established");
        match self.target.kind {
            Kind::RouterList if established => tcp_only(number, ack_or_rst()),
            Kind::JunosFilter if established && alone => tcp_only(number, ack_or_rst()),
            // With UDP beside it only the high ports are asked for.
            Kind::JunosFilter if option == "established" => Asked::Nothing,
            Kind::Chains if established && !self.options.stateless => {
                Asked::One(vec![(Field::State, states::of(CtState::Established).union(&states::of(CtState::Related)))])
            }
            Kind::Chains if established && alone => tcp_only(number, ack_or_lone_rst()),
            Kind::Chains if option == "established" => Asked::Nothing,
            // The session table lets answers pass; a term for them is for no first packet.
            Kind::Zones if established && self.target.name != "fortigate" => Asked::Never,
            Kind::Chains if matches!(option, "initial" | "tcp-initial") && alone => {
                tcp_only(number, flags(|bits| bits & (FIN | SYN | RST | ACK) == SYN))
            }
            Kind::JunosFilter if matches!(option, "initial" | "tcp-initial") && alone => {
                tcp_only(number, flags(|bits| bits & (SYN | ACK) == SYN))
            }
            Kind::Chains | Kind::JunosFilter if option == "sample" => Asked::Nothing,
            Kind::Zones if option.starts_with("log") => Asked::Nothing,
            // Required flows are judged by whole packets.
            Kind::RouterList if matches!(option, "is-fragment" | "fragments") && known.protocols.is_none() => {
                Asked::Never
            }
            Kind::JunosFilter if option == "is-fragment" => Asked::Never,
            _ => Asked::Open,
        }
    }

    /// Chains accept new packets and those of known connections; of ICMPv6 only what connection tracking knows.
    fn states(&self, known: &Known, number: Option<u8>) -> Option<IntervalSet> {
        let tracked_icmp = |types: &Vec<[Option<u8>; 2]>| types.iter().all(|[_, v6]| matches!(v6, Some(128 | 139)));
        let asks = self.target.kind == Kind::Chains && !self.options.stateless && known.verb == Verb::Accept;
        let untracked = number == Some(ICMPV6) && !known.icmp.as_ref().is_some_and(tracked_icmp);
        (asks && !untracked).then(states::tracked)
    }

    fn leave_open(&self, key: &str, open: &mut Vec<Condition>) {
        let condition = self.condition(format!("`{key}`, which the target `{}` does not have", self.target.name));
        if !open.contains(&condition) {
            open.push(condition);
        }
    }

    fn condition(&self, text: String) -> Condition {
        Condition { text, span: self.span }
    }
}

enum Asked {
    Nothing,
    Never,
    Open,
    /// Any of these.
    One(Vec<(Field, IntervalSet)>),
}

fn has(known: &Known, option: &str) -> bool {
    known.options.iter().any(|(word, _)| word == option)
}

fn tcp_only(number: Option<u8>, flags: IntervalSet) -> Asked {
    if number == Some(TCP) { Asked::One(vec![(Field::TcpFlags, flags)]) } else { Asked::Nothing }
}

fn flags(fits: impl Fn(u8) -> bool) -> IntervalSet {
    IntervalSet::from_ranges((0..64u8).filter(|bits| fits(*bits)).map(|bits| (bits.into(), bits.into())))
}

fn ack_or_rst() -> IntervalSet {
    flags(|bits| bits & (ACK | RST) != 0)
}

/// Two rules: one for ACK, one for RST without SYN, FIN and ACK.
fn ack_or_lone_rst() -> IntervalSet {
    flags(|bits| bits & ACK != 0 || bits & (SYN | FIN | ACK | RST) == RST)
}
