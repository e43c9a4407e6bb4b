//! From the parts of a configuration to a policy of one family.
//!
//! A packet passes the list of the interface where it enters, translation, and the list of the interface where it
//! leaves. An answer goes the same way, with the interfaces exchanged: the list where it enters sees the translated
//! destination. (Cisco document 6209, "NAT Order of Operation".)

use super::config::Config;
use super::entry::{Effect, Rule as ListRule};
use super::interface::{Binding, Interface, Way};
use super::session::{self, Sessions};
use super::topology::Routing;
use super::{divert, nat};
use crate::format::asa::sink::Sink;
use crate::policy::{
    Action, Answers, Chain, ChainEnd, ChainId, Denial, Hook, Interfaces, Match, Policy, Rule, Sees, Stage,
};
use crate::source::Span;
use crate::space::{Cube, Family, Field, IntervalSet, PacketSet};
use std::collections::HashMap;

/// The rules of all access lists.
pub type Lists<'a> = HashMap<(Family, &'a str), Vec<ListRule<'a>>>;

/// What lowering reads.
pub struct Plan<'p, 'a> {
    /// The configuration.
    pub config: &'p Config<'a>,
    /// The numbers of its interfaces.
    pub interfaces: &'p Interfaces,
    /// The rules of its access lists.
    pub lists: &'p Lists<'a>,
    /// What opens the way for answers.
    pub sessions: &'p Sessions<'a>,
}

/// The policy of one family.
pub fn policy<'a>(plan: &Plan<'_, 'a>, routing: &Routing<'a>, family: Family, sink: &Sink<'a>) -> Policy {
    let mut lowering = Lowering { plan, family, sink, chains: Vec::new() };
    let forward = lowering.stages(routing);
    Policy {
        family,
        interfaces: plan.interfaces.clone(),
        chains: lowering.chains,
        forward,
        input: Vec::new(),
        output: Vec::new(),
        answers: Answers::Filtered,
        hook: Hook::Forward,
    }
}

/// The chains of one family while they are made.
pub struct Lowering<'l, 'a> {
    /// What is read.
    pub plan: &'l Plan<'l, 'a>,
    /// The family.
    pub family: Family,
    /// For spans and conditions.
    pub sink: &'l Sink<'a>,
    chains: Vec<Chain>,
}

impl<'l, 'a> Lowering<'l, 'a> {
    fn stages(&mut self, routing: &Routing<'a>) -> Vec<Stage> {
        let filter = |chain, permit| Stage::Filter { chain, sees: Sees::Both, permit };
        let inbound = self.inbound();
        let mut stages = vec![filter(inbound, true)];
        let (plan, sink) = (self.plan, self.sink);
        let inspected = session::inspecting(self, Way::In);
        stages.extend(self.unless_empty("inspection (in)", inspected));
        let diverted = divert::before_translation(plan, routing, self.family, sink);
        stages.extend(self.unless_empty("diversions", diverted));
        if self.family == Family::V4 {
            stages.extend(nat::stages(self));
        }
        let encrypted = divert::behind_translation(plan, self.family, sink);
        stages.extend(self.unless_empty("encryption", encrypted));
        let outbound = self.outbound(routing);
        // Where no list is asked on the way in, the one on the way out is the permit.
        let only_out = plan.config.interfaces.iter().all(|i| i.binding(self.family, Way::In).is_none());
        stages.push(filter(outbound, only_out && self.has_list(Way::Out)));
        let inspected = session::inspecting(self, Way::Out);
        stages.extend(self.unless_empty("inspection (out)", inspected));
        stages
    }

    fn has_list(&self, way: Way) -> bool {
        self.plan.config.interfaces.iter().any(|i| i.binding(self.family, way).is_some())
    }

    fn unless_empty(&mut self, name: &str, rules: Vec<Rule>) -> Option<Stage> {
        let span = rules.first()?.span;
        let chain = self.chain(name, rules, ChainEnd::Accept, span);
        Some(Stage::Filter { chain, sees: Sees::Both, permit: false })
    }

    /// Adds a chain.
    pub fn chain(&mut self, name: &str, rules: Vec<Rule>, end: ChainEnd, span: Span) -> ChainId {
        self.chains.push(Chain { name: name.to_owned(), rules: rules.into(), end, span });
        ChainId(self.chains.len() - 1)
    }

    /// A rule for a product of sets; it matches nothing where the product is empty.
    pub fn rule(&self, cube: Option<Cube>, action: Action, line: &str) -> Rule {
        let packets = PacketSet::from_cubes(self.family, cube);
        Rule { matches: Match::exactly(packets), action, span: self.sink.input.span(line) }
    }

    /// Everything that enters or leaves by an interface.
    pub fn at(&self, field: Field, interface: &Interface<'a>) -> Option<Cube> {
        Cube::full().with(self.family, field, &self.plan.interfaces.matching(&interface.name))
    }

    fn inbound(&mut self) -> ChainId {
        let mut rules = Vec::new();
        for interface in &self.plan.config.interfaces {
            let from = self.at(Field::InIface, interface);
            let rule = match interface.binding(self.family, Way::In) {
                Some(binding) => match self.bound(binding, interface) {
                    Some(chain) => self.rule(from, Action::Goto(chain), binding.line),
                    None => self.rule(from, Action::Accept, binding.line),
                },
                None => self.rule(from, Action::Accept, interface.head),
            };
            rules.push(rule);
        }
        let elsewhere = Cube::full()
            .with(self.family, Field::InIface, &IntervalSet::single(Interfaces::OTHER.into()))
            .and_then(|c| c.with(self.family, Field::Direction, &IntervalSet::single(0)));
        let unknown = Action::Unknown("nothing is known of the interface by which it enters".to_owned());
        rules.push(self.rule(elsewhere, unknown, ""));
        let span = self.sink.input.span("");
        self.chain("inbound", rules, ChainEnd::Accept, span)
    }

    fn outbound(&mut self, routing: &Routing<'a>) -> ChainId {
        let mut rules = Vec::new();
        for interface in &self.plan.config.interfaces {
            if let Some(binding) = interface.binding(self.family, Way::Out)
                && let Some(chain) = self.bound(binding, interface)
            {
                rules.push(self.rule(self.at(Field::OutIface, interface), Action::Goto(chain), binding.line));
            }
        }
        if let Some(line) = routing.discards {
            let null =
                Cube::full().with(self.family, Field::OutIface, &self.plan.interfaces.matching(super::topology::NULL));
            rules.push(self.rule(null, Action::Deny(Denial::Silent), line));
        }
        let span = self.sink.input.span("");
        self.chain("outbound", rules, ChainEnd::Accept, span)
    }

    /// The chain of a bound list; `None` where it lets everything pass. (Cisco IOS Security Configuration Guide, "IP
    /// Access List Overview", access list rules: a list that does not exist and one without entries pass all packets.)
    fn bound(&mut self, binding: Binding<'a>, interface: &Interface<'a>) -> Option<ChainId> {
        let (plan, sink) = (self.plan, self.sink);
        let acl = plan.config.acls.get(self.family, binding.acl)?;
        let list = plan.lists.get(&(self.family, binding.acl))?;
        let mut rules: Vec<Rule> = session::answers_pass(self).into_iter().collect();
        if list.is_empty() {
            if !acl.plain {
                return None;
            }
            let text = format!("whether the empty access list `{}` denies anything, is not known", acl.name);
            rules.push(divert::unknown(PacketSet::full(self.family), text, binding.line, sink));
        }
        let denial = if acl.plain { Denial::Silent } else { self.denial(interface) };
        for rule in list {
            rules.push(self.list_rule(rule, denial, interface));
        }
        if acl.foreign {
            let text =
                format!("whether this device has a list `{}`, written as an ASA writes it, is not known", acl.name);
            rules.push(divert::unknown(PacketSet::full(self.family), text, binding.line, sink));
        }
        if self.family == Family::V6 {
            rules.extend(self.neighbour_discovery(binding.line));
        }
        let way = if binding.way == Way::In { "in" } else { "out" };
        let name = format!("{} ({way} {})", binding.acl, interface.name);
        Some(self.chain(&name, rules, ChainEnd::Deny(denial), sink.input.span(binding.line)))
    }

    /// IOS tells the sender with an ICMP error, unless the interface says `no ip unreachables`. (Cisco IOS Security Command
    /// Reference, `ip access-group`.)
    fn denial(&self, interface: &Interface<'a>) -> Denial {
        match (interface.unreachables, self.family) {
            (false, _) => Denial::Silent,
            (true, Family::V4) => Denial::Icmp("icmp-admin-prohibited"),
            (true, Family::V6) => Denial::Icmp("icmp6-adm-prohibited"),
        }
    }

    fn list_rule(&mut self, rule: &ListRule<'a>, denial: Denial, interface: &Interface<'a>) -> Rule {
        let mut matches = rule.matches.clone();
        let action = match &rule.effect {
            Effect::Permit => Action::Accept,
            Effect::Deny => Action::Deny(denial),
            Effect::Nothing => Action::Continue,
            Effect::Unknown(why) => Action::Unknown(why.clone()),
            Effect::Reflect(name) => session::reflect(self, name, rule.span),
            Effect::Evaluate(name) => {
                let (found, action) = session::evaluate(self, name, interface, rule.span);
                matches = found;
                action
            }
        };
        Rule { matches, action, span: rule.span }
    }

    /// A list for IPv6 lets neighbour discovery pass before it ends. (Cisco IOS Security Command Reference, `ipv6
    /// access-list`.)
    fn neighbour_discovery(&self, line: &str) -> Vec<Rule> {
        let types = IntervalSet::from_ranges([135u128, 136].map(|t| (t << 8, t << 8 | 0xff)));
        let cube = Cube::full()
            .with(self.family, Field::Proto, &IntervalSet::single(58))
            .and_then(|c| c.with(self.family, Field::Icmp, &types));
        vec![self.rule(cube, Action::Accept, line)]
    }
}

/// Is there anything in the text about a family? A text without any address is taken to be about IPv4.
pub fn speaks(config: &Config<'_>, family: Family) -> bool {
    let six =
        |i: &Interface<'_>| i.has_v6 || i.binding(Family::V6, Way::In).or(i.binding(Family::V6, Way::Out)).is_some();
    let four = |i: &Interface<'_>| {
        let addresses = i.primary.is_some() || i.learns.is_some() || i.unnumbered.is_some();
        addresses || i.bindings.iter().any(|b| b.family == Family::V4)
    };
    let up = || config.interfaces.iter().filter(|i| !i.shutdown);
    match family {
        Family::V4 => up().any(four) || !up().any(six),
        Family::V6 => up().any(six),
    }
}
