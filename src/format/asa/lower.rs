//! From the parts of a configuration to a policy of one family.

use super::config::{Binding, Config, Place};
use super::entry::{self, Rules};
use super::interface::Interface;
use super::sink::Sink;
use crate::policy::{
    Action, Answers, Chain, ChainEnd, ChainId, Condition, Denial, Hook, Interfaces, Match, Policy, Rule, Sees, Stage,
};
use crate::space::{Cube, Family, Field, IntervalSet, PacketSet};
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
    pub rules: &'p HashMap<&'a str, Rules>,
    /// Is `inspect icmp` on?
    pub tracks_icmp: bool,
}

/// The policy of one family.
pub fn policy<'a>(plan: &Plan<'_, 'a>, family: Family, sink: &Sink<'a>) -> Policy {
    let mut lowering = Lowering { plan, family, sink, chains: Vec::new() };
    let forward = lowering.stages();
    lowering.unbound();
    Policy {
        family,
        interfaces: plan.interfaces.clone(),
        chains: lowering.chains,
        forward,
        input: Vec::new(),
        output: Vec::new(),
        hook: Hook::Forward,
        answers: Answers::Tracked { icmp: plan.tracks_icmp },
    }
}

struct Lowering<'l, 'a> {
    plan: &'l Plan<'l, 'a>,
    family: Family,
    sink: &'l Sink<'a>,
    chains: Vec<Chain>,
}

impl<'a> Lowering<'_, 'a> {
    fn stages(&mut self) -> Vec<Stage> {
        let filter = |chain, permit| Stage::Filter { chain, sees: Sees::Both, permit };
        let diverted = super::divert::rules(self.plan, self.family, self.sink);
        let translated = super::nat::rules(self.plan, self.family, self.sink);
        let mut stages = Vec::new();
        let levels = self.equal_levels();
        if !levels.is_empty() {
            // Before any translation: afterwards the way out of a translated packet is no longer its own.
            stages.push(filter(self.chain("same-security-traffic", levels, ChainEnd::Accept, ""), false));
        }
        let nat = (!translated.is_empty()).then(|| {
            let chain = Some(self.chain("destination nat", translated, ChainEnd::Accept, ""));
            [Stage::Track, Stage::Translate { chain, sees: Sees::Both, destination: true }]
        });
        let ingress = filter(self.ingress(), true);
        // Before 8.3 access lists see addresses as they are on the wire.
        if self.plan.config.older_than(8, 3) {
            stages.push(ingress);
            stages.extend(nat.into_iter().flatten());
        } else {
            stages.extend(nat.into_iter().flatten());
            stages.push(ingress);
        }
        if !diverted.is_empty() {
            stages.push(filter(self.chain("diversions", diverted, ChainEnd::Accept, ""), false));
        }
        stages.push(filter(self.egress(), false));
        stages
    }

    fn chain(&mut self, name: &str, rules: Vec<Rule>, end: ChainEnd, line: &str) -> ChainId {
        self.chains.push(Chain { name: name.to_owned(), rules, end, span: self.sink.input.span(line) });
        ChainId(self.chains.len() - 1)
    }

    fn rule(&self, cube: Option<Cube>, action: Action, line: &str) -> Rule {
        let packets = PacketSet::from_cubes(self.family, cube);
        Rule { matches: Match::exactly(packets), action, span: self.sink.input.span(line) }
    }

    fn at(&self, field: Field, name: &str) -> Option<Cube> {
        Cube::full().with(self.family, field, &self.plan.interfaces.matching(name))
    }

    /// The binding of a place in this family. Before 9.0 each family has lists of its own.
    fn binding(&self, place: Place<'_>) -> Option<Binding<'a>> {
        let config = self.plan.config;
        let only_v6 = |b: &Binding<'_>| config.acls.get(b.acl).is_some_and(|a| a.only_v6);
        let mut bound: Vec<_> = config.bindings.iter().filter(|b| b.place == place).copied().collect();
        if self.family == Family::V4 {
            bound.retain(|b| !only_v6(b));
        } else if bound.iter().any(only_v6) || config.older_than(9, 0) {
            bound.retain(only_v6);
        }
        // A later access-group takes the place of an earlier one.
        bound.last().copied()
    }

    /// The chain of a bound access list.
    fn bound(&mut self, binding: Binding<'a>, place: &str, global: Option<ChainId>) -> ChainId {
        let mut rules = match self.plan.rules.get(binding.acl) {
            Some(rules) => rules.of(self.family).to_vec(),
            None => vec![self.undefined(binding)],
        };
        if let Some(global) = global {
            rules.push(self.rule(Some(Cube::full()), Action::Goto(global), binding.line));
        }
        let name = format!("{} ({place})", binding.acl);
        self.chain(&name, rules, ChainEnd::Deny(Denial::Silent), binding.line)
    }

    /// Lists that are bound to nothing: no stage leads to their chains, which are there for whoever looks for a permit.
    fn unbound(&mut self) {
        let bound = |name: &str| self.plan.config.bindings.iter().any(|binding| binding.acl == name);
        let mut names: Vec<&str> = self.plan.rules.keys().copied().filter(|name| !bound(name)).collect();
        names.sort_unstable();
        for name in names {
            let rules = self.plan.rules.get(name).map(|rules| rules.of(self.family).to_vec()).unwrap_or_default();
            self.chain(&format!("{name} (bound to nothing)"), rules, ChainEnd::Deny(Denial::Silent), "");
        }
    }

    fn undefined(&self, binding: Binding<'a>) -> Rule {
        let span = self.sink.input.span(binding.line);
        let text = format!("the access list `{}` is not in the text", binding.acl);
        let opaque = vec![Condition { text: text.clone(), span }];
        let matches = Match { packets: PacketSet::full(self.family), marks: Vec::new(), opaque };
        Rule { matches, action: Action::Unknown(text), span }
    }

    fn ingress(&mut self) -> ChainId {
        let global = self.binding(Place::Global);
        let global = global.map(|b| self.bound(b, "global", None));
        let mut rules = Vec::new();
        for door in self.plan.doors {
            if let Some(line) = door.management_only {
                rules.push(self.rule(self.at(Field::InIface, door.name), Action::Deny(Denial::Silent), line));
            } else if let Some(binding) = self.binding(Place::In(door.name)) {
                let chain = self.bound(binding, &format!("in {}", door.name), global);
                rules.push(self.rule(self.at(Field::InIface, door.name), Action::Goto(chain), binding.line));
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

    /// What an interface without any access list lets in: what goes to lower levels. Equal levels are decided apart.
    fn by_level(&self, door: &Interface<'a>) -> Vec<Rule> {
        let from = self.at(Field::InIface, door.name);
        let line = door.level_line;
        let unknown = |cube| self.rule(cube, Action::Unknown("a security level is not in the text".to_owned()), line);
        if self.plan.config.version.is_some_and(|v| v.0 == "FWSM") {
            return vec![self.rule(from, Action::Deny(Denial::Silent), line)];
        }
        let Some(level) = door.level else { return vec![unknown(from)] };
        let to = |keep: &dyn Fn(&Interface<'a>) -> bool| {
            let ids = self.plan.doors.iter().filter(|d| d.name != door.name && keep(d));
            let ids = ids.map(|d| u128::from(self.plan.interfaces.class_of(d.name)));
            let set = IntervalSet::from_ranges(ids.map(|id| (id, id)));
            from.clone().and_then(|c| c.with(self.family, Field::OutIface, &set))
        };
        let higher = to(&|d| d.level.is_some_and(|l| l > level));
        let open = to(&|d| d.level.is_none());
        let mut rules = Vec::new();
        if higher.is_some() {
            rules.push(self.rule(higher, Action::Deny(Denial::Silent), line));
        }
        if open.is_some() {
            rules.push(unknown(open));
        }
        rules.push(self.rule(from, Action::Accept, line));
        rules
    }

    /// Traffic between interfaces of equal level, and out of the interface by which it entered, needs its own permit
    /// whatever the access lists say (Cisco ASA command reference, `same-security-traffic`).
    fn equal_levels(&self) -> Vec<Rule> {
        let config = self.plan.config;
        let mut rules = Vec::new();
        for door in self.plan.doors.iter().filter(|d| d.level.is_some()) {
            let is_barred = |other: &&Interface<'a>| {
                if other.name == door.name {
                    !config.intra_interface
                } else {
                    !config.inter_interface && other.level == door.level
                }
            };
            let barred = self.plan.doors.iter().filter(is_barred);
            let ids = barred.map(|d| u128::from(self.plan.interfaces.class_of(d.name)));
            let out = IntervalSet::from_ranges(ids.map(|id| (id, id)));
            let cube = self.at(Field::InIface, door.name).and_then(|c| c.with(self.family, Field::OutIface, &out));
            if cube.is_some() {
                rules.push(self.rule(cube, Action::Deny(Denial::Silent), door.level_line));
            }
        }
        rules
    }

    fn egress(&mut self) -> ChainId {
        let mut rules = Vec::new();
        for door in self.plan.doors {
            if let Some(line) = door.management_only {
                rules.push(self.rule(self.at(Field::OutIface, door.name), Action::Deny(Denial::Silent), line));
            } else if let Some(binding) = self.binding(Place::Out(door.name)) {
                let chain = self.bound(binding, &format!("out {}", door.name), None);
                rules.push(self.rule(self.at(Field::OutIface, door.name), Action::Goto(chain), binding.line));
            }
        }
        self.chain("outbound", rules, ChainEnd::Accept, "")
    }
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
pub use entry::{any_item, entering, selected};
