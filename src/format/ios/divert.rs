//! What may stop or divert a flow besides access lists.

use super::config::Config;
use super::entry::selected;
use super::interface::Interface;
use super::lower::Plan;
use super::topology::Routing;
use crate::finding::{Code, Finding, Severity};
use crate::format::asa::sink::Sink;
use crate::format::asa::words::Words;
use crate::policy::{Action, Condition, Match, Rule};
use crate::space::{Family, Field, IntervalSet, PacketSet};

/// A rule whose condition and effect are not in the text.
pub fn unknown(packets: PacketSet, text: String, line: &str, sink: &Sink<'_>) -> Rule {
    let span = sink.input.span(line);
    let opaque = vec![Condition { text: text.clone(), span }];
    Rule { matches: Match { packets, marks: Vec::new(), opaque }, action: Action::Unknown(text), span }
}

/// Says which such commands are there.
pub fn announce<'a>(config: &Config<'a>, sink: &mut Sink<'a>) {
    let zone = config.interfaces.iter().find_map(|i| i.zone);
    let firsts = [
        zone.map(|z| (z.1, "the zone-based firewall is not modelled: flows from one zone to another are undecided")),
        config.vlan_filters.first().map(|l| (*l, "filters of VLANs are not modelled: flows by them are undecided")),
    ];
    for (line, message) in firsts.into_iter().flatten() {
        let finding = Finding { severity: Severity::Warning, ..Finding::new(Code::Tolerated, message) };
        sink.find(finding.at(sink.input.span(line), "the first one"));
    }
    if let Some(line) = config.interfaces.iter().find_map(|i| i.verify) {
        sink.state("checks of the way back to the source let the clients' packets pass", &[line]);
    }
}

/// The rules that see the client's own addresses.
pub fn before_translation<'a>(
    plan: &Plan<'_, 'a>,
    routing: &Routing<'a>,
    family: Family,
    sink: &Sink<'a>,
) -> Vec<Rule> {
    let mut diverter = Diverter { plan, family, sink, rules: Vec::new() };
    let doors: Vec<Door<'_, 'a>> =
        plan.config.interfaces.iter().map(|i| (i, u128::from(plan.interfaces.class_of(&i.name)))).collect();
    let zoned = plan.config.interfaces.iter().any(|i| i.zone.is_some());
    let tables = plan.config.interfaces.iter().any(|i| i.vrf.is_some());
    for interface in &plan.config.interfaces {
        diverter.policy_route(interface);
        diverter.source_check(interface, routing);
        diverter.redirects(interface);
        if zoned {
            diverter.zone(interface, &doors);
        }
        if tables {
            diverter.other_table(interface, &doors);
        }
    }
    for line in &plan.config.vlan_filters {
        diverter.vlan_filter(line);
    }
    diverter.rules
}

/// Encrypted flows are chosen behind translation.
pub fn behind_translation<'a>(plan: &Plan<'_, 'a>, family: Family, sink: &Sink<'a>) -> Vec<Rule> {
    let mut diverter = Diverter { plan, family, sink, rules: Vec::new() };
    for interface in &plan.config.interfaces {
        if let Some((map, line)) = interface.crypto_map {
            let lists = plan.config.crypto_maps.get(map).map_or(&[][..], Vec::as_slice);
            let packets = diverter.by_lists(lists).with(Field::OutIface, &diverter.id(interface));
            diverter.add(packets, format!("the crypto map `{map}` may take it into a tunnel"), line);
        }
    }
    diverter.rules
}

/// An interface with its number.
type Door<'d, 'a> = (&'d Interface<'a>, u128);

fn numbers<'d, 'a: 'd>(doors: impl Iterator<Item = &'d Door<'d, 'a>>) -> IntervalSet {
    IntervalSet::from_ranges(doors.map(|(_, id)| (*id, *id)))
}

struct Diverter<'d, 'a> {
    plan: &'d Plan<'d, 'a>,
    family: Family,
    sink: &'d Sink<'a>,
    rules: Vec<Rule>,
}

impl<'a> Diverter<'_, 'a> {
    fn add(&mut self, packets: PacketSet, text: String, line: &str) {
        if !packets.is_empty() {
            self.rules.push(unknown(packets, text, line, self.sink));
        }
    }

    fn id(&self, interface: &Interface<'a>) -> IntervalSet {
        self.plan.interfaces.matching(&interface.name)
    }

    fn entering(&self, interface: &Interface<'a>) -> PacketSet {
        PacketSet::full(self.family).with(Field::InIface, &self.id(interface))
    }

    /// What some lists may select; everything where one of them is not in the text.
    fn by_lists(&self, lists: &[&'a str]) -> PacketSet {
        let mut all = PacketSet::empty(self.family);
        for name in lists {
            match self.plan.lists.get(&(self.family, *name)) {
                Some(rules) => all.add_all(&selected(rules, self.family)),
                None => return PacketSet::full(self.family),
            }
        }
        all
    }

    fn policy_route(&mut self, interface: &Interface<'a>) {
        let Some((map, line)) = interface.policy_route else { return };
        let mut packets = PacketSet::empty(self.family);
        for clause in self.plan.config.route_maps.get(map).into_iter().flatten().filter(|c| c.permit) {
            let every = clause.lists.is_empty();
            packets.add_all(&if every { PacketSet::full(self.family) } else { self.by_lists(&clause.lists) });
        }
        let packets = packets.with(Field::InIface, &self.id(interface));
        self.add(packets, format!("the route map `{map}` may choose another way out"), line);
    }

    /// The check passes what a route sends back; a default route counts only with `allow-default`. (Cisco IOS Security
    /// Command Reference, `ip verify unicast source reachable-via`.)
    fn source_check(&mut self, interface: &Interface<'a>, routing: &Routing<'a>) {
        let Some(line) = interface.verify else { return };
        if !Words::new(line).any(|w| w == "reachable-via") || Words::new(line).any(|w| w == "allow-default") {
            return;
        }
        let strict = Words::new(line).any(|w| w == "rx");
        let known = routing.behind.iter().filter(|(name, _)| !strict || **name == interface.name);
        let reached = known.fold(IntervalSet::empty(), |all, (_, (set, _))| all.union(set));
        let rest = reached.complement(self.family.max_address());
        let packets = self.entering(interface).with(Field::Src, &rest);
        self.add(packets, "the check of the way back to the source may drop it".to_owned(), line);
    }

    fn redirects(&mut self, interface: &Interface<'a>) {
        for line in interface.redirects.iter().filter(|l| Words::new(l).any(|w| w == "redirect")) {
            if Words::new(line).any(|w| w == "exclude") {
                continue;
            }
            let field = if line.ends_with("out") { Field::OutIface } else { Field::InIface };
            let tcp = PacketSet::full(self.family).with(Field::Proto, &IntervalSet::single(6));
            let mut packets = tcp.with(field, &self.id(interface));
            if Words::new(line).any(|w| w == "web-cache") {
                packets = packets.with(Field::DstPort, &IntervalSet::single(80));
            }
            self.add(packets, "a cache may take it".to_owned(), line);
        }
    }

    /// From one zone to another a policy decides that is not modelled; within a zone everything passes.
    fn zone(&mut self, interface: &Interface<'a>, doors: &[Door<'_, 'a>]) {
        let own = interface.zone.map(|z| z.0);
        let between = |pair: &&str| Words::new(pair).filter(|w| Some(*w) == own).count() > 1;
        let policed = self.plan.config.zone_pairs.iter().any(between);
        let other = |(i, _): &&Door<'_, 'a>| i.zone.map(|z| z.0) != own || own.is_some() && policed;
        let zoned = || doors.iter().filter(other).filter(|(i, _)| own.is_some() || i.zone.is_some());
        let line = interface.zone.or_else(|| zoned().find_map(|(i, _)| i.zone)).map_or("", |z| z.1);
        let packets = self.entering(interface).with(Field::OutIface, &numbers(zoned()));
        self.add(packets, "the policy between the zones decides about it".to_owned(), line);
    }

    /// Between routing tables nothing passes unless routes are leaked.
    fn other_table(&mut self, interface: &Interface<'a>, doors: &[Door<'_, 'a>]) {
        let others = doors.iter().filter(|(i, _)| i.vrf != interface.vrf);
        let packets = self.entering(interface).with(Field::OutIface, &numbers(others));
        self.add(packets, "the two interfaces stand in different routing tables".to_owned(), interface.head);
    }

    /// `vlan filter MAP vlan-list 10,20-29`.
    fn vlan_filter(&mut self, line: &str) {
        let list = Words::new(line).skip_while(|w| *w != "vlan-list").nth(1).unwrap_or("");
        let filtered = |i: &&Interface<'a>| {
            let name = i.name.to_ascii_lowercase();
            let number = name.strip_prefix("vlan").and_then(|n| n.parse::<u32>().ok());
            number.is_some_and(|n| holds(list, n))
        };
        for interface in self.plan.config.interfaces.iter().filter(filtered) {
            for field in [Field::InIface, Field::OutIface] {
                let packets = PacketSet::full(self.family).with(field, &self.id(interface));
                self.add(packets, "the filter of the VLAN may drop it".to_owned(), line);
            }
        }
    }
}

/// Does `10,20-29` or `all` hold a number?
fn holds(list: &str, number: u32) -> bool {
    let within = |part: &str| match part.split_once('-') {
        Some((low, high)) => {
            low.parse().is_ok_and(|l: u32| l <= number) && high.parse().is_ok_and(|h: u32| number <= h)
        }
        None => part.parse() == Ok(number),
    };
    list == "all" || list.split(',').any(within)
}
