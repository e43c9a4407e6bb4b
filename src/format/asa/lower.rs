//! From the parts of a configuration to a policy of one family.

mod tunnel;

use super::config::{Binding, Config, Place};
use super::entry::{self, Entries};
use super::interface::Interface;
use super::sink::Sink;
use super::vpn::Tunnels;
use crate::policy::{
    Action, Answers, Chain, ChainEnd, ChainId, Condition, Denial, Hook, Interfaces, Match, Policy, Rule, Rules, Sees,
    Stage,
};
use crate::space::{Cube, Family, Field, IntervalSet, PacketSet};
use std::cmp::Ordering;
use std::collections::HashMap;

/// What lowering reads.
pub struct Plan<'p, 'a> {
    /// The configuration.
    pub config: &'p Config<'a>,
    /// All interfaces, those that only an access-group names included.
    pub doors: &'p [Interface<'a>],
    /// Their numbers.
    pub interfaces: &'p Interfaces,
    /// The rules of the access lists.
    pub rules: &'p HashMap<&'a str, Entries>,
    /// What conduits let in.
    pub conduits: &'p Entries,
    /// Who is behind tunnels.
    pub tunnels: &'p Tunnels<'a>,
    /// Is `inspect icmp` on?
    pub tracks_icmp: bool,
}

impl<'a> Plan<'_, 'a> {
    /// The routed side of the bridge group that an interface is a member of, where frames are routed and it has a name.
    pub fn bridge(&self, door: &Interface<'a>) -> Option<&Interface<'a>> {
        let group = door.bridge_group.filter(|_| self.config.transparent.is_none())?;
        self.doors.iter().find(|d| d.bvi() == Some(group))
    }

    /// The binding of a place in this family. Before 9.0 each family has lists of its own; a list of frame types says
    /// nothing of packets.
    pub fn binding(&self, place: Place<'_>, family: Family) -> Option<Binding<'a>> {
        let config = self.config;
        let only_v6 = |b: &Binding<'_>| config.acls.get(b.acl).is_some_and(|a| a.only_v6);
        let of_frames = |b: &Binding<'_>| config.acls.get(b.acl).is_some_and(|a| a.other_kind() == Some("ethertype"));
        let mut bound: Vec<_> = config.bindings.iter().filter(|b| b.place == place && !of_frames(b)).copied().collect();
        if family == Family::V4 {
            bound.retain(|b| !only_v6(b));
        } else if bound.iter().any(only_v6) || config.older_than((9, 0, 0)) {
            bound.retain(only_v6);
        }
        // A later access-group takes the place of an earlier one.
        bound.last().copied()
    }

    /// Which of two interfaces has the higher level; `None` where the text does not tell. On the way out of its bridge
    /// group a member has two levels, its own and that of the routed side: where they differ in this, nothing is known.
    pub fn compare(&self, one: &Interface<'a>, other: &Interface<'a>) -> Option<Ordering> {
        let own = one.level?.cmp(&other.level?);
        if one.bridge_group == other.bridge_group {
            return Some(own);
        }
        let side = |door: &Interface<'a>| self.bridge(door).map_or(door.level, |side| side.level);
        let routed = side(one)?.cmp(&side(other)?);
        (own == routed).then_some(own)
    }
}

/// A policy with the number of rules of its lists that were set aside.
pub type Lowered = (Policy, usize);

/// The policy of one family.
pub fn policy<'a>(plan: &Plan<'_, 'a>, family: Family, sink: &Sink<'a>) -> Lowered {
    let mut lowering = Lowering { plan, family, sink, chains: Vec::new(), set_aside: 0 };
    let forward = lowering.stages();
    lowering.unbound();
    lowering.into_policy(forward)
}

struct Lowering<'l, 'a> {
    plan: &'l Plan<'l, 'a>,
    family: Family,
    sink: &'l Sink<'a>,
    chains: Vec<Chain>,
    set_aside: usize,
}

impl<'a> Lowering<'_, 'a> {
    fn into_policy(self, forward: Vec<Stage>) -> Lowered {
        let policy = Policy {
            family: self.family,
            interfaces: self.plan.interfaces.clone(),
            chains: self.chains,
            forward,
            input: Vec::new(),
            output: Vec::new(),
            hook: Hook::Forward,
            answers: Answers::Tracked { icmp: self.plan.tracks_icmp },
        };
        (policy, self.set_aside)
    }

    fn stages(&mut self) -> Vec<Stage> {
        let filter = |chain, permit| Stage::Filter { chain, sees: Sees::Both, permit };
        let mut stages = Vec::new();
        let mut levels = self.kept_apart();
        levels.extend(self.equal_levels());
        if !levels.is_empty() {
            // Before any translation: afterwards the way out of a translated packet is no longer its own.
            stages.push(filter(self.chain("same-security-traffic", levels, ChainEnd::Accept, ""), false));
        }
        stages.extend(self.vpn_filters().map(|c| filter(c, false)));
        let ingress = [Some(self.ingress()), self.bridged(true)].into_iter().flatten().map(|c| filter(c, true));
        let diverted = super::divert::rules(self.plan, self.family, self.sink);
        let diverted =
            (!diverted.is_empty()).then(|| filter(self.chain("diversions", diverted, ChainEnd::Accept, ""), false));
        // Before 8.3 access lists see addresses as they are on the wire of their interface.
        if self.plan.config.older_than((8, 3, 0)) {
            let (controlled, destinations, sources) = super::old_nat::rules(self.plan, self.family, self.sink);
            stages.extend(ingress);
            stages.extend(self.translation("static translation", destinations, true));
            stages.extend(diverted);
            if !controlled.is_empty() {
                stages.push(filter(self.chain("required translation", controlled, ChainEnd::Accept, ""), false));
            }
            stages.extend(self.translation("source translation", sources, false));
        } else {
            let translated = super::nat::rules(self.plan, self.family, self.sink);
            stages.extend(self.translation("destination nat", translated, true));
            stages.extend(ingress);
            stages.extend(diverted);
        }
        let egress = [self.bridged(false), Some(self.egress())].into_iter().flatten().map(|c| filter(c, false));
        stages.extend(egress);
        if stages.iter().any(|s| matches!(s, Stage::Translate { .. })) {
            stages.insert(0, Stage::Track);
        }
        stages
    }

    fn translation(&mut self, name: &str, rules: Vec<Rule>, destination: bool) -> Vec<Stage> {
        if rules.is_empty() {
            return Vec::new();
        }
        let chain = Some(self.chain(name, rules, ChainEnd::Accept, ""));
        vec![Stage::Translate { chain, sees: Sees::Both, destination }]
    }

    fn chain(&mut self, name: &str, rules: impl Into<Rules>, end: ChainEnd, line: &str) -> ChainId {
        let span = self.sink.input.span(line);
        self.chains.push(Chain { name: name.to_owned(), rules: rules.into(), end, span });
        ChainId(self.chains.len() - 1)
    }

    fn rule(&self, cube: Option<Cube>, action: Action, line: &str) -> Rule {
        let packets = PacketSet::from_cubes(self.family, cube);
        Rule { matches: Match::exactly(packets), action, span: self.sink.input.span(line) }
    }

    fn at(&self, field: Field, name: &str) -> Option<Cube> {
        Cube::full().with(self.family, field, &self.plan.interfaces.matching(name))
    }

    fn binding(&self, place: Place<'_>) -> Option<Binding<'a>> {
        self.plan.binding(place, self.family)
    }

    /// The chain of a bound access list.
    fn bound(&mut self, binding: Binding<'a>, place: &str, end: ChainEnd) -> ChainId {
        let rules = match self.plan.rules.get(binding.acl) {
            Some(entries) if self.plan.config.has_entries(binding.acl) => self.kept(entries),
            _ => vec![self.undefined(binding)].into(),
        };
        self.chain(&format!("{} ({place})", binding.acl), rules, end, binding.line)
    }

    /// The rules of a list; those that were set aside are counted.
    fn kept(&mut self, entries: &Entries) -> Rules {
        let kept = entries.kept(self.family);
        self.set_aside += kept.set_aside;
        kept.rules.clone()
    }

    /// The rules by which packets of a cube meet a bound access list and, where there is one, the global list after it.
    fn asked(&mut self, at: Option<Cube>, binding: Binding<'a>, place: &str, global: Option<ChainId>) -> Vec<Rule> {
        let Some(global) = global else {
            let chain = self.bound(binding, place, ChainEnd::Deny(Denial::Silent));
            return vec![self.rule(at, Action::Goto(chain), binding.line)];
        };
        let chain = self.bound(binding, place, ChainEnd::Return);
        let jump = self.rule(at.clone(), Action::Jump(chain), binding.line);
        vec![jump, self.rule(at, Action::Goto(global), binding.line)]
    }

    /// Lists that are bound to nothing: no stage leads to their chains, which are there for whoever looks for a permit.
    fn unbound(&mut self) {
        let bound = |name: &str| self.plan.config.bindings.iter().any(|binding| binding.acl == name);
        let mut names: Vec<&str> = self.plan.rules.keys().copied().filter(|name| !bound(name)).collect();
        names.sort_unstable();
        for name in names {
            let rules = self.plan.rules.get(name).map(|rules| rules.of(self.family).clone()).unwrap_or_default();
            self.chain(&format!("{name} (bound to nothing)"), rules, ChainEnd::Deny(Denial::Silent), "");
        }
    }

    fn undefined(&self, binding: Binding<'a>) -> Rule {
        let span = self.sink.input.span(binding.line);
        let what =
            if self.plan.config.acls.get(binding.acl).is_some() { "has only remarks" } else { "is not in the text" };
        let text = format!("the access list `{}` {what}", binding.acl);
        let opaque = vec![Condition { text: text.clone(), span }];
        let matches = Match { packets: PacketSet::full(self.family), marks: Vec::new(), opaque };
        Rule { matches, action: Action::Unknown(text), span }
    }

    fn ingress(&mut self) -> ChainId {
        let global = self.binding(Place::Global);
        let global = global.map(|b| self.bound(b, "global", ChainEnd::Deny(Denial::Silent)));
        let mut rules = self.barred(Field::InIface);
        rules.extend(self.decrypted());
        for door in self.plan.doors.iter().filter(|d| d.carries_transit()) {
            let at = self.at(Field::InIface, door.name);
            if let Some(binding) = self.binding(Place::In(door.name)) {
                rules.extend(self.asked(at, binding, &format!("in {}", door.name), global));
            } else if let Some(binding) = self.of_bridge(door, true) {
                rules.push(self.rule(at, Action::Accept, binding.line));
            } else if global.is_none() {
                rules.extend(self.by_level(door));
            }
        }
        if let Some(global) = global {
            let line = self.chains.get(global.0).map(|c| c.span);
            let mut last = self.rule(Some(Cube::full()), Action::Goto(global), "");
            last.span = line.unwrap_or(last.span);
            rules.push(last);
        }
        let end = ChainEnd::Unknown("nothing is known of the interface by which it enters".to_owned());
        self.chain("inbound", rules, end, "")
    }

    /// What enters or leaves by interfaces that carry no transit.
    fn barred(&self, field: Field) -> Vec<Rule> {
        let lines = self.plan.doors.iter().filter_map(|d| Some((d, d.barred()?)));
        lines.map(|(d, line)| self.rule(self.at(field, d.name), Action::Deny(Denial::Silent), line)).collect()
    }

    /// The binding at the routed side of the bridge group that an interface is a member of.
    fn of_bridge(&self, door: &Interface<'a>, inbound: bool) -> Option<Binding<'a>> {
        let side = self.plan.bridge(door)?;
        self.binding(if inbound { Place::In(side.name) } else { Place::Out(side.name) })
    }

    /// The stage of the lists on the routed sides of bridge groups, if there are any. They are asked beside those of the
    /// member interfaces: after them inbound, before them outbound (Cisco ASA firewall configuration guide 9.20, "Access
    /// Rules").
    fn bridged(&mut self, inbound: bool) -> Option<ChainId> {
        let global = self.binding(Place::Global).filter(|_| inbound);
        let mut rules = Vec::new();
        for door in self.plan.doors.iter().filter(|d| d.carries_transit()) {
            let Some(binding) = self.of_bridge(door, inbound) else { continue };
            let global = global.map(|b| self.bound(b, "global", ChainEnd::Deny(Denial::Silent)));
            let (field, word) = if inbound { (Field::InIface, "in") } else { (Field::OutIface, "out") };
            let side = self.plan.bridge(door).map_or("", |side| side.name);
            let at = self.at(field, door.name);
            rules.extend(self.asked(at, binding, &format!("{word} {side}"), global));
        }
        (!rules.is_empty()).then(|| self.chain("bridge group", rules, ChainEnd::Accept, ""))
    }

    /// What an interface without any access list lets in: what goes to lower levels. Equal levels are decided apart.
    /// An FWSM lets nothing in.
    fn by_level(&self, door: &Interface<'a>) -> Vec<Rule> {
        let from = self.at(Field::InIface, door.name);
        let line = door.level_line;
        if self.plan.config.is("FWSM") {
            return vec![self.rule(from, Action::Deny(Denial::Silent), line)];
        }
        let unknown = |cube| self.rule(cube, Action::Unknown("a security level is not in the text".to_owned()), line);
        let towards = |wanted: Option<Ordering>| {
            let others = self.plan.doors.iter().filter(|d| d.name != door.name);
            self.to(door, others.filter(|d| self.plan.compare(d, door) == wanted))
        };
        let mut rules = Vec::new();
        let higher = towards(Some(Ordering::Greater));
        if let Some(higher) = higher {
            rules.extend(super::old_nat::conduits(self.plan, &higher, self.family));
            rules.push(self.rule(Some(higher), Action::Deny(Denial::Silent), line));
        }
        if let open @ Some(_) = towards(None) {
            rules.push(unknown(open));
        }
        rules.push(if door.level.is_some() { self.rule(from, Action::Accept, line) } else { unknown(from) });
        rules
    }

    /// What enters by one interface and leaves by one of others.
    fn to<'d>(&self, door: &Interface<'a>, others: impl Iterator<Item = &'d Interface<'a>>) -> Option<Cube>
    where
        'a: 'd,
    {
        let ids = others.map(|d| u128::from(self.plan.interfaces.class_of(d.name)));
        let set = IntervalSet::from_ranges(ids.map(|id| (id, id)));
        self.at(Field::InIface, door.name).and_then(|c| c.with(self.family, Field::OutIface, &set))
    }

    /// `no forward interface VLAN`: what enters here opens no connection there (Cisco ASA command reference, `forward
    /// interface`).
    fn kept_apart(&self) -> Vec<Rule> {
        let doors = self.plan.doors;
        let one = |door: &Interface<'a>, (line, port): (&'a str, &str)| {
            let others = doors.iter().filter(|d| d.hardware.eq_ignore_ascii_case(port));
            self.rule(self.to(door, others), Action::Deny(Denial::Silent), line)
        };
        doors.iter().flat_map(|door| door.keeps_from.iter().map(move |kept| one(door, *kept))).collect()
    }

    /// Traffic between interfaces of equal level, and out of the interface by which it entered, needs its own permit
    /// whatever the access lists say (Cisco ASA command reference, `same-security-traffic`).
    fn equal_levels(&self) -> Vec<Rule> {
        let config = self.plan.config;
        let mut rules = Vec::new();
        for door in self.plan.doors.iter().filter(|d| d.level.is_some()) {
            let is_same = |other: &&Interface<'a>| !config.intra_interface && other.name == door.name;
            let is_equal = |other: &&Interface<'a>| {
                let apart = !config.inter_interface && other.name != door.name;
                apart && self.plan.compare(other, door) == Some(Ordering::Equal)
            };
            // All levels of a managed device are 0, and its manager writes the command: a text without it is a part.
            let between = match config.is("NGFW") {
                true => Action::Unknown("`same-security-traffic permit inter-interface` is not in the text".to_owned()),
                false => Action::Deny(Denial::Silent),
            };
            let doors = || self.plan.doors.iter();
            let both = [
                (self.to(door, doors().filter(is_same)), Action::Deny(Denial::Silent)),
                (self.to(door, doors().filter(is_equal)), between),
            ];
            let found = both.into_iter().filter(|(cube, _)| cube.is_some());
            rules.extend(found.map(|(cube, action)| self.rule(cube, action, door.level_line)));
        }
        rules
    }

    fn egress(&mut self) -> ChainId {
        let mut rules = self.barred(Field::OutIface);
        let lost = self.plan.config.routes.iter().find(|r| r.is_black_hole());
        if let Some(route) = lost {
            rules.push(self.rule(self.at(Field::OutIface, route.interface), Action::Deny(Denial::Silent), route.line));
        }
        rules.extend(self.decrypted());
        for door in self.plan.doors.iter().filter(|d| d.carries_transit()) {
            if let Some(binding) = self.binding(Place::Out(door.name)) {
                let at = self.at(Field::OutIface, door.name);
                rules.extend(self.asked(at, binding, &format!("out {}", door.name), None));
            }
        }
        self.chain("outbound", rules, ChainEnd::Accept, "")
    }
}

/// One access list on its own: no interface, route, translation or other list is looked at.
pub fn alone<'a>(plan: &Plan<'_, 'a>, name: &str, family: Family, sink: &Sink<'a>) -> Option<Lowered> {
    let entries = plan.rules.get(name)?;
    let line = plan.config.acls.get(name).and_then(super::acl::Acl::last_line).unwrap_or("");
    let mut lowering = Lowering { plan, family, sink, chains: Vec::new(), set_aside: 0 };
    let rules = lowering.kept(entries);
    let chain = lowering.chain(name, rules, ChainEnd::Deny(Denial::Silent), line);
    let forward = vec![Stage::Filter { chain, sees: Sees::Both, permit: true }];
    Some(lowering.into_policy(forward))
}

/// Is there anything in the text about IPv6?
pub fn speaks_v6(plan: &Plan<'_, '_>) -> bool {
    let bound = plan.config.bindings.iter();
    plan.doors.iter().any(|d| d.has_v6 && d.carries_transit())
        || bound.clone().any(|b| plan.config.acls.get(b.acl).is_some_and(|a| a.only_v6))
        || bound.filter_map(|b| plan.rules.get(b.acl)).any(|r| r.names_v6)
}

/// A rule whose condition and effect are not in the text.
pub fn unknown(packets: PacketSet, text: String, line: &str, sink: &Sink<'_>) -> Rule {
    let span = sink.input.span(line);
    let opaque = vec![Condition { text: text.clone(), span }];
    Rule { matches: Match { packets, marks: Vec::new(), opaque }, action: Action::Unknown(text), span }
}

/// Re-exported for the other modules of the pre-stages.
pub use entry::{any_item, entering, permitted, selected};
