//! Destination translation. Source translation changes no verdict: access lists see real addresses.

use super::address::Addresses;
use super::lower::{Plan, unknown};
use super::object::{Known, Meaning};
use super::service::Item;
use super::sink::Sink;
use super::words::Words;
use crate::policy::{Action, Match, Rule, Steering, Translation};
use crate::space::{Cube, Family, Field, IntervalSet, PacketSet};

/// A `nat` line, read.
struct Nat<'a> {
    line: &'a str,
    section: u8,
    /// Real and mapped interface; `None` for `any`.
    interfaces: [Option<&'a str>; 2],
    is_static: bool,
    real: Known<Addresses>,
    mapped: Known<Addresses>,
    /// Mapped and real destination.
    destination: Option<[Known<Addresses>; 2]>,
    /// Real and mapped services.
    service: Option<[Vec<Item>; 2]>,
    unidirectional: bool,
    /// Does a route choose the way out although the line names one?
    route_lookup: bool,
    inactive: bool,
}

/// Options that change no destination.
const HARMLESS: [&str; 11] = [
    "dns",
    "no-proxy-arp",
    "interface",
    "ipv6",
    "net-to-net",
    "flat",
    "include-reserve",
    "extended",
    "round-robin",
    "block-allocation",
    "per-session",
];

/// The lines in the order in which the device asks them, those that are switched off left out. A line that is not
/// understood is an error at its place.
fn ordered<'a>(plan: &Plan<'_, 'a>, sink: &Sink<'a>) -> Vec<Result<Nat<'a>, &'a str>> {
    let reader = Reader { plan, sink };
    let mut all: Vec<_> =
        plan.config.nat.iter().map(|(object, l)| (*object, reader.nat(*object, l).ok_or(*l))).collect();
    // Object translations: static ones before dynamic ones, few addresses before many, then the lower address, then
    // the name of the object (Cisco ASA firewall configuration guide, "NAT Rule Order").
    let size = |n: &Nat<'_>| n.real.sure.v4.intervals().into_iter().map(|i| i.high - i.low + 1).sum::<u128>();
    all.sort_by_key(|(object, nat)| match nat {
        Ok(n) if n.section == 2 => (2, !n.is_static, size(n), n.real.sure.v4.lowest(), object.unwrap_or("")),
        Ok(n) => (n.section, false, 0, None, ""),
        Err(_) => (0, false, 0, None, ""),
    });
    all.into_iter().map(|(_, nat)| nat).filter(|nat| nat.as_ref().map_or(true, |n| !n.inactive)).collect()
}

/// Lines that are not understood.
pub fn misread<'a>(plan: &Plan<'_, 'a>, sink: &Sink<'a>) -> Vec<&'a str> {
    ordered(plan, sink).into_iter().filter_map(Result::err).collect()
}

/// What leaves by the interface that a translation names, whatever its route: packets whose destination a line with
/// both interfaces is about, unless it says `route-lookup`. From 8.3(1) to 8.4(1) a line that leaves sources as they are
/// always looks the route up (Cisco ASA firewall configuration guide, "Determining the Egress Interface").
pub fn steering<'a>(plan: &Plan<'_, 'a>, family: Family, sink: &Sink<'a>) -> Vec<(Steering, &'a str)> {
    if plan.config.older_than((8, 3, 0)) {
        return Vec::new();
    }
    let reader = Reader { plan, sink };
    ordered(plan, sink).iter().flatten().filter_map(|nat| reader.steering(nat, family)).collect()
}

/// Sources that some line gives other addresses on the way between two interfaces, whatever their destination.
pub fn translated_sources<'a>(plan: &Plan<'_, 'a>, from: &str, to: &str, sink: &Sink<'a>) -> IntervalSet {
    let matches = |name: Option<&str>, wanted: &str| name.is_none_or(|n| n == wanted);
    let all = ordered(plan, sink);
    let between = all.iter().flatten().filter(|n| matches(n.interfaces[0], from) && matches(n.interfaces[1], to));
    let changing = between.filter(|n| n.destination.is_none() && !(n.is_static && n.real.sure == n.mapped.sure));
    changing.fold(IntervalSet::empty(), |all, nat| {
        let whole = if nat.real.doubts.is_empty() { nat.real.sure.v4.clone() } else { super::address::all(Family::V4) };
        all.union(&whole)
    })
}

/// The rules in the order in which the device asks them; empty when no destination is translated.
pub fn rules<'a>(plan: &Plan<'_, 'a>, family: Family, sink: &Sink<'a>) -> Vec<Rule> {
    let reader = Reader { plan, sink };
    let lower = |nat: Result<Nat<'a>, &'a str>| match nat {
        Ok(nat) => reader.lower(&nat, family),
        Err(line) => {
            let text = "a translation that is not understood may send it elsewhere".to_owned();
            vec![unknown(PacketSet::full(family), text, line, sink)]
        }
    };
    let mut rules: Vec<Rule> = ordered(plan, sink).into_iter().flat_map(lower).collect();
    // What follows the last change of a destination changes nothing.
    let changes = |r: &Rule| r.action != Action::Translate(Translation::None);
    let last = rules.iter().rposition(changes).map_or(0, |at| at + 1);
    rules.truncate(last);
    rules
}

struct Reader<'r, 'a> {
    plan: &'r Plan<'r, 'a>,
    sink: &'r Sink<'a>,
}

impl<'a> Reader<'_, 'a> {
    fn nat(&self, object: Option<&'a str>, line: &'a str) -> Option<Nat<'a>> {
        let mut words = Words::new(line);
        words.next().filter(|w| *w == "nat")?;
        let pair = words.take_when(|w| w.starts_with('(') && w.contains(',')).unwrap_or("(any,any)");
        let (real_if, mapped_if) = pair.trim_matches(['(', ')']).split_once(',')?;
        let interfaces = [real_if, mapped_if].map(|i| Some(i).filter(|i| *i != "any"));
        let after_auto = words.take_if("after-auto");
        words.take_when(|w| w.parse::<u32>().is_ok());
        let section = match (object, after_auto) {
            (Some(_), _) => 2,
            (None, true) => 3,
            (None, false) => 1,
        };
        if object.is_none() && !words.take_if("source") {
            return None;
        }
        let is_static = words.next()? == "static";
        let real = self.set(object.or_else(|| words.next())?, interfaces);
        let mapped = self.mapped(words.next()?, &real, interfaces, is_static);
        let mut nat = Nat {
            line,
            section,
            interfaces,
            is_static,
            real,
            mapped,
            destination: None,
            service: None,
            unidirectional: false,
            route_lookup: false,
            inactive: false,
        };
        self.options(&mut nat, words, object.is_some())?;
        Some(nat)
    }

    fn steering(&self, nat: &Nat<'a>, family: Family) -> Option<(Steering, &'a str)> {
        let [real_if, Some(mapped_if)] = nat.interfaces else { return None };
        let [asked, _] = nat.destination.as_ref()?;
        let keeps_sources = nat.is_static && nat.real.sure == nat.mapped.sure;
        let in_84 = self.plan.config.version.is_none_or(|v| v.number >= (8, 4, 2));
        if nat.route_lookup || keeps_sources && !in_84 || !asked.doubts.is_empty() {
            return None;
        }
        let mut cube = Cube::full().with(family, Field::Dst, asked.sure.of(family))?;
        if let Some(name) = real_if {
            cube = cube.with(family, Field::InIface, &self.plan.interfaces.matching(name))?;
        }
        let sure = nat.real.doubts.is_empty();
        if sure {
            cube = cube.with(family, Field::Src, nat.real.sure.of(family))?;
        }
        let (packets, _) = self.ports(nat, cube, family, true);
        let exit = self.plan.interfaces.class_of(mapped_if);
        Some((Steering { packets, exit, sure }, nat.line))
    }

    /// `None` when an option is not complete.
    fn options(&self, nat: &mut Nat<'a>, mut words: Words<'a>, of_object: bool) -> Option<()> {
        while let Some(word) = words.next() {
            match word {
                "inactive" => nat.inactive = true,
                "route-lookup" => nat.route_lookup = true,
                "description" => return Some(()),
                "unidirectional" => nat.unidirectional = true,
                "destination" => {
                    words.next();
                    let (mapped, real) = (words.next()?, words.next()?);
                    // `interface` is the address that clients see: that of the interface by which they enter.
                    let ends = [nat.interfaces[0], nat.interfaces[0]];
                    nat.destination = Some([self.set(mapped, ends), self.set(real, ends)]);
                }
                "service" if of_object => {
                    let protos = super::service::protocols(words.next()?)?;
                    let port = |w: &str| super::names::port(w).map(|p| IntervalSet::single(p.into()));
                    let (real, mapped) = (port(words.next()?)?, port(words.next()?)?);
                    let item = |sports| Item { sports, ..Item::of(protos.clone()) };
                    nat.service = Some([vec![item(real)], vec![item(mapped)]]);
                }
                "service" => nat.service = Some([self.services(words.next()?), self.services(words.next()?)]),
                "pat-pool" => {
                    words.next()?;
                }
                _ if HARMLESS.contains(&word) => {}
                // The pool of `dynamic pat-pool POOL`.
                _ if !nat.is_static && !nat.mapped.doubts.is_empty() => {}
                _ => return None,
            }
        }
        Some(())
    }

    fn mapped(
        &self,
        word: &'a str,
        real: &Known<Addresses>,
        ends: [Option<&str>; 2],
        is_static: bool,
    ) -> Known<Addresses> {
        let literal = super::address::v4(word).filter(|_| is_static);
        match (literal, &*real.sure.v4.intervals()) {
            // A literal address is the first one of a set of the same size.
            (Some(first), [one]) => {
                let first = u128::from(first);
                Known::sure(Addresses::v4(IntervalSet::range(first, first.saturating_add(one.high - one.low))))
            }
            _ => self.set(word, [ends[1], ends[0]]),
        }
    }

    fn set(&self, word: &'a str, ends: [Option<&str>; 2]) -> Known<Addresses> {
        let doubt = || Known {
            sure: Addresses::none(),
            doubts: vec![self.sink.condition(format!("`{word}` is not known"), word)],
        };
        match word {
            "any" => Known::sure(Addresses::any()),
            "interface" => {
                let own = ends[0].and_then(|i| self.plan.config.interface(i)).map(|i| i.own.clone());
                own.map_or_else(doubt, Known::sure)
            }
            _ => match self.plan.config.names.known(word) {
                Some(Meaning::Network(known)) => known.clone(),
                _ => self.plan.config.names.host(word).map_or_else(|_| doubt(), Known::sure),
            },
        }
    }

    fn services(&self, name: &str) -> Vec<Item> {
        match self.plan.config.names.known(name) {
            Some(Meaning::Service { items, .. }) => items.sure.clone(),
            _ => vec![super::lower::any_item()],
        }
    }

    /// What a line does to packets from its real side and, when static, to those towards its mapped addresses.
    fn lower(&self, nat: &Nat<'a>, family: Family) -> Vec<Rule> {
        let [real_if, mapped_if] = nat.interfaces;
        let any = Known::sure(Addresses::any());
        let mut rules = Vec::new();
        let forward = match &nat.destination {
            Some([mapped, real]) => Side { family, by: real_if, out: None, src: &nat.real, old: mapped, new: real },
            None => Side { family, by: real_if, out: mapped_if, src: &nat.real, old: &any, new: &any },
        };
        rules.extend(self.side(nat, &forward, true));
        if nat.is_static && !nat.unidirectional {
            let src = nat.destination.as_ref().map_or(&any, |d| &d[1]);
            let backward = Side { family, by: mapped_if, out: None, src, old: &nat.mapped, new: &nat.real };
            let backward = self.side(nat, &backward, false);
            // Where packets enter does not tell the directions apart here; an address that is asked for does.
            let at = if mapped_if == real_if { 0 } else { rules.len() };
            rules.splice(at..at, backward);
        }
        rules
    }

    fn side(&self, nat: &Nat<'a>, side: &Side<'_>, is_forward: bool) -> Option<Rule> {
        let family = side.family;
        let whole = |k: &Known<Addresses>| {
            if k.doubts.is_empty() { k.sure.of(family).clone() } else { super::address::all(family) }
        };
        let mut cube = Cube::full();
        for (field, name) in [(Field::InIface, side.by), (Field::OutIface, side.out)] {
            if let Some(name) = name {
                cube = cube.with(family, field, &self.plan.interfaces.matching(name))?;
            }
        }
        let cube = cube.with(family, Field::Src, &whole(side.src))?.with(family, Field::Dst, &whole(side.old))?;
        let (packets, ports) = self.ports(nat, cube, family, is_forward);
        let (old, new) = (whole(side.old), whole(side.new));
        let doubtful = !side.old.doubts.is_empty() || !side.new.doubts.is_empty();
        let same = old == new && ports.is_none();
        if doubtful || !same && old != new && old.overlaps(&new) {
            let text = "this translation may take it to another destination".to_owned();
            return Some(unknown(packets, text, nat.line, self.sink));
        }
        let addresses = (old != new).then_some(new);
        let translation =
            if same { Translation::None } else { Translation::Destination { addresses, ports, local: false } };
        let matches = Match { packets, marks: Vec::new(), opaque: side.src.doubts.clone() };
        Some(Rule { matches, action: Action::Translate(translation), span: self.sink.input.span(nat.line) })
    }

    /// The packets of a line's services, and their new destination ports if those change.
    fn ports(&self, nat: &Nat<'a>, cube: Cube, family: Family, is_forward: bool) -> (PacketSet, Option<IntervalSet>) {
        let Some([real, mapped]) = &nat.service else { return (PacketSet::from_cubes(family, [cube]), None) };
        let (from, to): (Vec<Item>, Vec<Item>) = if is_forward {
            (real.clone(), mapped.clone())
        } else {
            // Seen from the other side, the service's source ports are the destination.
            let turned = |i: &Item| Item { sports: i.dports.clone(), dports: i.sports.clone(), ..i.clone() };
            (mapped.iter().map(turned).collect(), real.iter().map(turned).collect())
        };
        let packets = PacketSet::from_cubes(family, from.iter().filter_map(|i| i.within(cube.clone(), family)));
        let ports = |items: &[Item]| items.iter().map(|i| i.dports.clone()).reduce(|a, b| a.union(&b));
        (packets, ports(&to).filter(|new| ports(&from).as_ref() != Some(new)))
    }
}

/// One direction of a line.
struct Side<'s> {
    family: Family,
    by: Option<&'s str>,
    out: Option<&'s str>,
    src: &'s Known<Addresses>,
    old: &'s Known<Addresses>,
    new: &'s Known<Addresses>,
}
