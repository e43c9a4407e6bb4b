//! Translation as it was before 8.3, on PIX and on FWSM: `nat`, `global`, `static`, `nat-control` and `conduit`.
//!
//! Access lists see addresses as they are on the wire of their interface, so what becomes of sources matters to the
//! lists on the way out. Order, first match: exemption (`nat 0 access-list`), `static`, `nat` with a list, `nat` by
//! longest prefix (Cisco ASA 8.2 configuration guide, "NAT Overview").

use super::address;
use super::config::Config;
use super::lower::{Plan, unknown};
use super::service::Item;
use super::sink::Sink;
use super::words::Words;
use crate::policy::{Action, Condition, Denial, Match, Rule, Translation};
use crate::space::{Cube, Family, Field, IntervalSet, PacketSet};
use std::cmp::{Ordering, Reverse};

/// What decides about sources, and the translations of destinations and of sources.
pub type OldNat = (Vec<Rule>, Vec<Rule>, Vec<Rule>);

/// The rules in the order in which the device asks them. Nothing of it concerns IPv6.
pub fn rules<'a>(plan: &Plan<'_, 'a>, family: Family, sink: &Sink<'a>) -> OldNat {
    if family == Family::V6 {
        return OldNat::default();
    }
    let reader = Reader { plan, sink, globals: globals(plan.config), control: control(plan.config) };
    let statics: Vec<Static<'a>> = plan.config.nat.iter().filter_map(|(_, line)| reader.static_line(line)).collect();
    let mut destinations: Vec<Rule> = statics.iter().filter_map(|s| reader.destination(s)).collect();
    destinations.extend(plan.config.old.iter().filter_map(|line| reader.alias(line)));
    destinations.extend(plan.config.nat.iter().filter(|(_, line)| !reader.reads(line)).map(|(_, line)| {
        let text = "a translation that is not understood may send it elsewhere".to_owned();
        unknown(PacketSet::full(family), text, line, sink)
    }));
    let (mut controlled, mut sources) = (Vec::new(), Vec::new());
    let nats = reader.nats();
    let exempt = nats.iter().filter(|n| n.exempts());
    let others = nats.iter().filter(|n| !n.exempts());
    exempt.for_each(|n| reader.nat(n, &mut controlled, &mut sources));
    statics.iter().for_each(|s| reader.source(s, &mut controlled, &mut sources));
    others.for_each(|n| reader.nat(n, &mut controlled, &mut sources));
    reader.uncontrolled(&mut controlled);
    (controlled, destinations, sources)
}

/// Is a line of that time understood?
pub fn reads<'a>(plan: &Plan<'_, 'a>, line: &'a str, sink: &Sink<'a>) -> bool {
    Reader { plan, sink, globals: Vec::new(), control: None }.reads(line)
}

/// Sources that get other addresses on the way between two interfaces.
pub fn translated_sources<'a>(plan: &Plan<'_, 'a>, from: &str, to: &str, sink: &Sink<'a>) -> IntervalSet {
    let reader = Reader { plan, sink, globals: globals(plan.config), control: None };
    let statics = plan.config.nat.iter().filter_map(|(_, line)| reader.static_line(line));
    let statics = statics.filter(|s| s.real_if == from && s.mapped_if == to && s.mapped != s.real);
    let nats = reader.nats();
    let pooled = |n: &&Nat<'_>| reader.globals.iter().any(|g| g.id == n.id && n.id != 0 && g.interface == to);
    let nats = nats.iter().filter(|n| n.interface == from).filter(pooled).map(|n| n.packets.values(Field::Src));
    statics.filter_map(|s| s.real).chain(nats).fold(IntervalSet::empty(), |all, one| all.union(&one))
}

/// What `conduit` lets in from lower levels, where no access list is bound.
pub fn conduits(plan: &Plan<'_, '_>, towards_higher: &Cube, family: Family) -> Vec<Rule> {
    let place = PacketSet::from_cubes(family, [towards_higher.clone()]);
    let within = |rule: &Rule| {
        let packets = rule.matches.packets.intersect(&place);
        let matches = Match { packets, ..rule.matches.clone() };
        (!matches.packets.is_empty()).then(|| Rule { matches, ..rule.clone() })
    };
    plan.conduits.of(family).iter().filter_map(within).collect()
}

/// Why a source without translation is denied: the line that says so, or the way a PIX of that age is made.
fn control<'a>(config: &Config<'a>) -> Option<Option<&'a str>> {
    let line = config.old.iter().copied().find(|l| Words::new(l).next() == Some("nat-control"));
    let before = |product: &str, number| config.version.is_some_and(|v| v.product == product && v.number < number);
    let always = before("PIX", (7, 0, 0)) || before("FWSM", (3, 0, 0));
    line.map(Some).or(always.then_some(None))
}

/// `global (IF) ID ADDRESSES`.
struct Global<'a> {
    interface: &'a str,
    id: u32,
    addresses: Option<IntervalSet>,
}

fn globals<'a>(config: &Config<'a>) -> Vec<Global<'a>> {
    config.old.iter().filter_map(|line| global(config, line)).collect()
}

fn global<'a>(config: &Config<'a>, line: &'a str) -> Option<Global<'a>> {
    let mut words = Words::new(line);
    words.next().filter(|w| *w == "global")?;
    let interface = parenthesised(words.next()?)?;
    let id = words.next()?.parse().ok()?;
    let word = words.next()?;
    let host = |w: &str| config.names.host(w).ok().and_then(|a| a.v4.lowest());
    let addresses = match word.split_once('-') {
        _ if word == "interface" => config.interface(interface).map(|i| i.own.v4.clone()).filter(|own| !own.is_empty()),
        Some((low, high)) => host(low).zip(host(high)).map(|(l, h)| IntervalSet::range(l.min(h), l.max(h))),
        None => host(word).map(IntervalSet::single),
    };
    Some(Global { interface, id, addresses })
}

fn parenthesised(word: &str) -> Option<&str> {
    word.strip_prefix('(')?.strip_suffix(')')
}

/// `static (REAL,MAPPED) [tcp|udp] MAPPED [PORT] REAL [PORT] [netmask M]`.
struct Static<'a> {
    line: &'a str,
    real_if: &'a str,
    mapped_if: &'a str,
    mapped: Option<IntervalSet>,
    /// `None`: an access list chooses, or it cannot be told.
    real: Option<IntervalSet>,
    /// Protocol, mapped port and real port.
    service: Option<(u8, u16, u16)>,
}

/// `nat (IF) ID ...`.
struct Nat<'a> {
    line: &'a str,
    interface: &'a str,
    id: u32,
    packets: PacketSet,
    /// Does an access list choose?
    by_list: bool,
    doubt: Option<Condition>,
    length: u32,
}

impl Nat<'_> {
    fn exempts(&self) -> bool {
        self.id == 0 && self.by_list
    }
}

struct Reader<'r, 'a> {
    plan: &'r Plan<'r, 'a>,
    sink: &'r Sink<'a>,
    globals: Vec<Global<'a>>,
    /// Is a source without translation denied, and by which line?
    control: Option<Option<&'a str>>,
}

impl<'a> Reader<'_, 'a> {
    fn reads(&self, line: &'a str) -> bool {
        self.static_line(line).is_some() || self.nat_line(line).is_some()
    }

    fn static_line(&self, line: &'a str) -> Option<Static<'a>> {
        let mut words = Words::new(line);
        words.next().filter(|w| *w == "static")?;
        let (real_if, mapped_if) = parenthesised(words.next()?)?.split_once(',')?;
        let proto = words.take_when(|w| matches!(w, "tcp" | "udp")).map(|w| if w == "tcp" { 6 } else { 17 });
        let mapped_word = words.next()?;
        let port = |words: &mut Words<'a>| words.next().and_then(super::names::port);
        let mapped_port = proto.and_then(|_| port(&mut words));
        let real_word = words.next()?;
        let by_list = real_word == "access-list";
        let real_port = proto.and_then(|_| port(&mut words));
        let mask = words.skip_while(|w| *w != "netmask").nth(1).and_then(address::v4).unwrap_or(u32::MAX);
        let network = |word: &str| {
            let host = self.plan.config.names.host(word).ok()?.v4.lowest()?;
            address::masked(host as u32 & mask, mask).ok().filter(|set| set.intervals().len() == 1)
        };
        let own = || self.plan.config.interface(mapped_if).map(|i| i.own.v4.clone()).filter(|own| !own.is_empty());
        let mapped = if mapped_word == "interface" { own() } else { network(mapped_word) };
        let real = if by_list { None } else { network(real_word) };
        let service = match (proto, mapped_port, real_port) {
            (Some(proto), Some(mapped), Some(real)) => Some((proto, mapped, real)),
            _ => None,
        };
        Some(Static { line, real_if, mapped_if, mapped, real, service })
    }

    fn cube(&self, by: &str, out: Option<&str>) -> Option<Cube> {
        let cube = Cube::full().with(Family::V4, Field::InIface, &self.plan.interfaces.matching(by))?;
        match out {
            Some(out) => cube.with(Family::V4, Field::OutIface, &self.plan.interfaces.matching(out)),
            None => Some(cube),
        }
    }

    fn rule(&self, cube: Cube, action: Action, line: &str) -> Rule {
        self.rule_of(PacketSet::from_cubes(Family::V4, [cube]), None, action, line)
    }

    fn rule_of(&self, packets: PacketSet, doubt: Option<Condition>, action: Action, line: &str) -> Rule {
        let matches = Match { packets, marks: Vec::new(), opaque: doubt.into_iter().collect() };
        Rule { matches, action, span: self.sink.input.span(line) }
    }

    /// What enters for the mapped address goes to the real one.
    fn destination(&self, line: &Static<'a>) -> Option<Rule> {
        let cube = self.cube(line.mapped_if, None)?;
        let Some(mapped) = &line.mapped else {
            let packets = PacketSet::from_cubes(Family::V4, [cube]);
            return Some(unknown(packets, ELSEWHERE.to_owned(), line.line, self.sink));
        };
        let mut cube = cube.with(Family::V4, Field::Dst, mapped)?;
        if let Some((proto, port, _)) = line.service {
            cube = with_ports(cube, proto, None, Some(port))?;
        }
        let Some(real) = &line.real else {
            let packets = PacketSet::from_cubes(Family::V4, [cube]);
            return Some(unknown(packets, ELSEWHERE.to_owned(), line.line, self.sink));
        };
        let ports = line.service.filter(|(_, mapped, real)| mapped != real).map(|s| IntervalSet::single(s.2.into()));
        let translation = match moved(real) {
            _ if mapped == real && ports.is_none() => Translation::None,
            Some(network) if ports.is_none() => network,
            _ => Translation::Destination { addresses: Some(real.clone()), ports, local: false },
        };
        Some(self.rule(cube, Action::Translate(translation), line.line))
    }

    /// `alias (IF) ASKED REAL [MASK]`: what clients of the interface ask goes to another address.
    fn alias(&self, line: &'a str) -> Option<Rule> {
        let mut words = Words::new(line);
        words.next().filter(|w| *w == "alias")?;
        let by = parenthesised(words.next()?)?;
        let asked = self.plan.config.names.host(words.next()?).ok()?.v4.lowest()?;
        let mask = words.nth(1).and_then(address::v4).unwrap_or(u32::MAX);
        let asked = address::masked(asked as u32 & mask, mask).ok()?;
        let cube = self.cube(by, None)?.with(Family::V4, Field::Dst, &asked)?;
        let packets = PacketSet::from_cubes(Family::V4, [cube]);
        Some(unknown(packets, "an alias may send it elsewhere".to_owned(), line, self.sink))
    }

    /// What the real side sends has the mapped address on the way out.
    fn source(&self, line: &Static<'a>, controlled: &mut Vec<Rule>, sources: &mut Vec<Rule>) {
        let Some(cube) = self.cube(line.real_if, Some(line.mapped_if)) else { return };
        let cube = match &line.real {
            Some(real) => cube.with(Family::V4, Field::Src, real),
            None => Some(cube),
        };
        let of_service = |cube| match line.service {
            Some((proto, _, port)) => with_ports(cube, proto, Some(port), None),
            None => Some(cube),
        };
        let Some(cube) = cube.and_then(of_service) else { return };
        let packets = PacketSet::from_cubes(Family::V4, [cube]);
        let doubt = line.real.is_none().then(|| self.sink.condition("a list chooses what is translated", line.line));
        let translation = match (&line.mapped, &line.real) {
            (Some(mapped), Some(real)) if mapped == real && line.service.is_none() => Translation::None,
            (mapped, _) => mapped
                .as_ref()
                .and_then(moved)
                .unwrap_or(Translation::Source { addresses: mapped.clone(), ports: None }),
        };
        controlled.push(self.rule_of(packets.clone(), doubt.clone(), Action::Accept, line.line));
        sources.push(self.rule_of(packets, doubt, Action::Translate(translation), line.line));
    }

    /// All `nat` lines: exemptions and those with a list in their order, then the others by longest prefix.
    fn nats(&self) -> Vec<Nat<'a>> {
        let mut all: Vec<Nat<'a>> = self.plan.config.nat.iter().filter_map(|(_, line)| self.nat_line(line)).collect();
        all.sort_by_key(|n| (!n.by_list, Reverse(if n.by_list { 0 } else { n.length })));
        all
    }

    fn nat_line(&self, line: &'a str) -> Option<Nat<'a>> {
        let mut words = Words::new(line);
        words.next().filter(|w| *w == "nat")?;
        let interface = parenthesised(words.next()?).filter(|i| !i.contains(','))?;
        let id = words.next()?.parse().ok()?;
        let by = PacketSet::from_cubes(Family::V4, self.cube(interface, None));
        let mut nat = Nat { line, interface, id, packets: by, by_list: false, doubt: None, length: 0 };
        if words.take_if("access-list") {
            nat.by_list = true;
            let name = words.next().unwrap_or("");
            match self.plan.rules.get(name).and_then(|rules| super::lower::permitted(rules.of(Family::V4), Family::V4))
            {
                Some(packets) => nat.packets = nat.packets.intersect(&packets),
                None => nat.doubt = Some(self.sink.condition(format!("what `{name}` selects is not known"), line)),
            }
            return Some(nat);
        }
        let zero_or = |w: &str| if w == "0" { Some(0) } else { address::v4(w) };
        let network = words.next().map_or(Some(0), |w| zero_or(self.plan.config.names.alias(w).unwrap_or(w)))?;
        let mask = words.next().and_then(zero_or).unwrap_or(if network == 0 { 0 } else { u32::MAX });
        nat.length = mask.count_ones();
        nat.packets = nat.packets.with(Field::Src, &address::masked(network & mask, mask).ok()?);
        Some(nat)
    }

    /// By the interface where it leaves: translated to the addresses of a `global` of the same number, or left as it is.
    fn nat(&self, nat: &Nat<'a>, controlled: &mut Vec<Rule>, sources: &mut Vec<Rule>) {
        let rule = |packets, action| self.rule_of(packets, nat.doubt.clone(), action, nat.line);
        let keep = Action::Translate(Translation::None);
        if nat.id == 0 {
            controlled.push(rule(nat.packets.clone(), Action::Accept));
            return sources.push(rule(nat.packets.clone(), keep));
        }
        for global in self.globals.iter().filter(|g| g.id == nat.id) {
            let packets = nat.packets.clone().with(Field::OutIface, &self.plan.interfaces.matching(global.interface));
            let pool = self.pool(nat.id, global.interface);
            let translation = Translation::Source { addresses: pool, ports: None };
            controlled.push(rule(packets.clone(), Action::Accept));
            sources.push(rule(packets, Action::Translate(translation)));
        }
        if self.control.is_some() {
            let lower = self.lower_than(nat.interface);
            controlled.push(rule(nat.packets.clone().with(Field::OutIface, &lower), Action::Deny(Denial::Silent)));
        }
        sources.push(rule(nat.packets.clone(), keep));
    }

    /// All addresses of one number at one interface: which of them is taken is not known.
    fn pool(&self, id: u32, interface: &str) -> Option<IntervalSet> {
        let own = self.globals.iter().filter(|g| g.id == id && g.interface == interface);
        own.map(|g| g.addresses.clone()).try_fold(IntervalSet::empty(), |all, one| Some(all.union(&one?)))
    }

    fn lower_than(&self, name: &str) -> IntervalSet {
        let Some(door) = self.plan.doors.iter().find(|d| d.name == name) else { return IntervalSet::empty() };
        let lower = self.plan.doors.iter().filter(|d| self.plan.compare(d, door) == Some(Ordering::Less));
        IntervalSet::from_ranges(lower.map(|d| self.plan.interfaces.class_of(d.name).into()).map(|id| (id, id)))
    }

    /// With nat-control, what goes to a lower level without any translation is denied.
    fn uncontrolled(&self, controlled: &mut Vec<Rule>) {
        let Some(line) = self.control else { return controlled.clear() };
        for door in self.plan.doors {
            let out = self.lower_than(door.name);
            let cube = self.cube(door.name, None).and_then(|c| c.with(Family::V4, Field::OutIface, &out));
            let denial = |cube| self.rule(cube, Action::Deny(Denial::Silent), line.unwrap_or(door.level_line));
            controlled.extend(cube.map(denial));
        }
    }
}

const ELSEWHERE: &str = "an old static translation may send it elsewhere";

/// The network part is exchanged, host bits stay; `None` for a single address.
fn moved(to: &IntervalSet) -> Option<Translation> {
    match to.intervals() {
        [one] if one.low < one.high => Some(Translation::Network { network: one.low, host_mask: one.high - one.low }),
        _ => None,
    }
}

fn with_ports(cube: Cube, proto: u8, source: Option<u16>, destination: Option<u16>) -> Option<Cube> {
    let mut item = Item::of(IntervalSet::single(proto.into()));
    if let Some(port) = source {
        item.sports = IntervalSet::single(port.into());
    }
    if let Some(port) = destination {
        item.dports = IntervalSet::single(port.into());
    }
    item.within(cube, Family::V4)
}
