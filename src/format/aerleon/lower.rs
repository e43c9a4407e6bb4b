//! From the filters of a target to rule bases.

use super::Judged;
use super::filter::Filter;
use super::matching::{Rendered, Renderer};
use super::target::{Kind, Target};
use super::term::{Body, Known, Term, Verb};
use crate::format::yaml::address::show;
use crate::format::{ReadLine, ReadOptions, Reading, RuleBase, Understanding};
use crate::policy::{
    Action, Answers, Chain, ChainEnd, ChainId, Condition, Denial, Doorway, Hook, IfaceId, Interfaces, Match, Policy,
    Rule, Sees, Stage, Statement, Topology,
};
use crate::source::Span;
use crate::space::{Cube, Family, Field, IntervalSet, PacketSet};

/// The rule bases, with how each term was understood.
pub(super) fn reading(judged: &Judged, head: Span, options: &ReadOptions) -> Reading {
    let Judged { target, filters, unsure } = judged;
    let lowering = Lowering { interfaces: interfaces(target, filters), target, filters, unsure, head };
    let families =
        Family::BOTH.into_iter().filter(|family| filters.iter().any(|f| f.options.families.contains(family)));
    let mut reading = Reading { bases: families.map(|family| lowering.base(family)).collect(), ..Reading::default() };
    for (filter, term) in filters.iter().flat_map(|filter| filter.terms.iter().map(move |term| (filter, term))) {
        let (understanding, meaning) = lowering.understood(filter, term);
        reading.tally.count(understanding);
        if options.detail {
            reading.lines.push(ReadLine { span: term.span, understanding, meaning });
        }
    }
    reading
}

/// Interfaces of chains, or zones.
fn interfaces(target: &Target, filters: &[Filter]) -> Interfaces {
    let mut all = Interfaces::new();
    if target.kind == Kind::Chains {
        let terms = filters.iter().flat_map(|filter| &filter.terms);
        let known = terms.filter_map(|term| if let Body::Known(known) = &term.body { Some(known) } else { None });
        known.flat_map(|known| known.interfaces.iter().flatten()).for_each(|(name, _)| all.add(name));
    }
    filters.iter().flat_map(|filter| filter.options.zones.iter().flatten()).for_each(|zone| all.add(zone));
    all
}

struct Lowering<'f> {
    target: &'f Target,
    filters: &'f [Filter],
    interfaces: Interfaces,
    unsure: &'f Option<Condition>,
    /// The first key of the file.
    head: Span,
}

impl Lowering<'_> {
    fn base(&self, family: Family) -> RuleBase {
        let filters: Vec<&Filter> = self.filters.iter().filter(|f| f.options.families.contains(&family)).collect();
        let span = filters.last().map_or(self.head, |filter| filter.span);
        let mut rules: Vec<Rule> = self.unsure.iter().map(|why| unknown(family, why.clone())).collect();
        rules.extend(
            filters.iter().filter_map(|f| Some(unknown(family, Condition { text: self.not_known(f)?, span: f.span }))),
        );
        if self.answers_pass(&filters) {
            let answers = PacketSet::full(family).with(Field::Direction, &IntervalSet::single(1));
            rules.push(Rule { matches: Match::exactly(answers), action: Action::Accept, span });
        }
        let before = rules.len();
        for filter in &filters {
            rules.extend(filter.terms.iter().flat_map(|term| self.rules(filter, term, family)));
        }
        let end = if rules.len() == before { self.end_of_nothing(&filters) } else { self.end(&filters) };
        let name = filters.first().filter(|_| self.target.kind != Kind::Zones);
        let name = name.map_or_else(|| self.target.name.clone(), |filter| filter.name.clone());
        let policy = Policy {
            family,
            hook: Hook::Forward,
            interfaces: self.interfaces.clone(),
            chains: vec![Chain { name, rules: rules.into(), end, span }],
            forward: self.stages(&filters),
            input: Vec::new(),
            output: Vec::new(),
            answers: match self.target.kind {
                Kind::Zones => Answers::Tracked { icmp: true },
                Kind::AsaList => Answers::Tracked { icmp: false },
                _ => Answers::Filtered,
            },
        };
        RuleBase { policy, topology: self.topology() }
    }

    /// Why nothing is known of what a filter does, if so.
    fn not_known(&self, filter: &Filter) -> Option<String> {
        let target = &self.target.name;
        let unknown = || format!("how `{target}` treats packets is not modelled");
        filter.unknown.clone().or_else(|| (self.target.kind == Kind::Unknown).then(unknown))
    }

    /// Is the filter asked only about what clients send? Nothing is known then of the one that answers meet.
    fn answers_pass(&self, filters: &[&Filter]) -> bool {
        let one_way = |filter: &&Filter| matches!(filter.name.as_str(), "INPUT" | "OUTPUT");
        self.target.one_way() || self.target.kind == Kind::Chains && filters.iter().any(one_way)
    }

    /// Chains whose rules never ask for the state of a connection have no memory, whatever the kernel tracks.
    fn stages(&self, filters: &[&Filter]) -> Vec<Stage> {
        let filter = Stage::Filter { chain: ChainId(0), sees: Sees::Both, permit: true };
        match self.target.kind {
            Kind::Chains if filters.iter().all(|filter| filter.options.stateless) => vec![Stage::Route, filter],
            Kind::Chains => vec![Stage::Track, Stage::Route, filter],
            _ => vec![filter],
        }
    }

    fn end(&self, filters: &[&Filter]) -> ChainEnd {
        if self.target.kind != Kind::Chains {
            return ChainEnd::Deny(Denial::Silent);
        }
        let name = filters.first().map_or("", |filter| filter.name.as_str());
        let built_in = matches!(name, "INPUT" | "OUTPUT" | "FORWARD");
        // The last header of a chain counts.
        match filters.iter().rev().find_map(|filter| filter.options.accepts) {
            _ if !built_in => ChainEnd::Unknown(format!("what the caller of `{name}` does is not in the policy")),
            Some(true) => ChainEnd::Accept,
            Some(false) => ChainEnd::Deny(Denial::Silent),
            None if self.target.name == "speedway" || self.target.name == "iptables" && name == "FORWARD" => {
                ChainEnd::Deny(Denial::Silent)
            }
            None => ChainEnd::Unknown(format!("the policy of `{name}` is not in the header")),
        }
    }

    fn end_of_nothing(&self, filters: &[&Filter]) -> ChainEnd {
        match self.target.kind {
            Kind::RouterList | Kind::AsaList | Kind::JunosFilter => {
                ChainEnd::Unknown("no term is rendered, and what an empty list does depends on the device".to_owned())
            }
            _ => self.end(filters),
        }
    }

    fn renderer<'r>(&'r self, filter: &'r Filter, term: &Term, family: Family) -> Renderer<'r> {
        let (target, options, interfaces) = (self.target, &filter.options, &self.interfaces);
        Renderer { target, options, family, interfaces, span: term.span }
    }

    fn rules(&self, filter: &Filter, term: &Term, family: Family) -> Option<Rule> {
        match &term.body {
            Body::Absent(_) | Body::Expired(_) => None,
            Body::Unknown(why) => {
                let mut rule = unknown(family, Condition { text: why.clone(), span: term.span });
                rule.matches.packets = self.between_zones(filter, rule.matches.packets);
                Some(rule)
            }
            Body::Known(known) => {
                let Rendered { packets, open } = self.renderer(filter, term, family).render(known)?;
                let packets = self.between_zones(filter, packets);
                if packets.is_empty() {
                    return None;
                }
                let action = self.action(known, filter, family);
                Some(Rule { matches: Match { opaque: open, ..Match::exactly(packets) }, action, span: term.span })
            }
        }
    }

    fn between_zones(&self, filter: &Filter, packets: PacketSet) -> PacketSet {
        let [from, to] = &filter.options.zones;
        let within = |packets: PacketSet, field, zone: &Option<String>| match zone {
            Some(zone) => packets.with(field, &self.interfaces.matching(zone)),
            None => packets,
        };
        within(within(packets, Field::InIface, from), Field::OutIface, to)
    }

    fn action(&self, known: &Known, filter: &Filter, family: Family) -> Action {
        if let Some(why) = &known.diverted {
            return Action::Unknown(why.clone());
        }
        let icmp = |v4, v6| Denial::Icmp(if family == Family::V4 { v4 } else { v6 });
        match (known.verb, self.target.kind) {
            (Verb::Accept, _) => Action::Accept,
            (Verb::Next, Kind::Chains) if filter.options.unchained => Action::Return,
            (Verb::Next, Kind::RouterList | Kind::AsaList | Kind::JunosFilter | Kind::Chains) => Action::Continue,
            (Verb::Next, _) => Action::Unknown(format!("what `next` does in `{}` is not modelled", self.target.name)),
            (Verb::Reject, Kind::Chains) => Action::Deny(icmp("icmp-host-prohibited", "icmp6-adm-prohibited")),
            (Verb::Reject, Kind::JunosFilter) => Action::Deny(icmp("icmp-admin-prohibited", "icmp6-adm-prohibited")),
            (Verb::Reset, Kind::Chains | Kind::JunosFilter) => Action::Deny(Denial::Reset),
            (Verb::Deny | Verb::Reject | Verb::Reset, _) => Action::Deny(Denial::Silent),
        }
    }

    /// Every pair of interfaces or zones is a way through, where terms or headers tell them apart.
    fn topology(&self) -> Topology {
        let named: Vec<IfaceId> = self.interfaces.classes().map(|(id, _)| id).collect();
        let other = (named.is_empty() || self.target.kind == Kind::Chains).then_some(Interfaces::OTHER);
        let doorway = |iface| Doorway { iface, addresses: None, span: None };
        let doorways: Vec<Doorway> = named.iter().copied().chain(other).map(doorway).collect();
        Topology {
            entries: doorways.clone(),
            exits: doorways,
            hairpin: named.is_empty(),
            statements: self.statements(),
            ..Topology::default()
        }
    }

    fn statements(&self) -> Vec<Statement> {
        let spans: Vec<Span> = self.filters.iter().map(|filter| filter.span).collect();
        let name = self.filters.first().map_or("", |filter| filter.name.as_str());
        let target = &self.target.name;
        let all: Vec<&Filter> = self.filters.iter().collect();
        let text = match self.target.kind {
            Kind::Unknown => format!("the policy is for the target `{target}`, of which nothing is known"),
            Kind::Zones => format!("the policy is judged as Aerleon renders it for `{target}`, between its zones"),
            _ if self.answers_pass(&all) => format!(
                "the filter `{name}` is judged as Aerleon renders it for `{target}`, for what clients send; the one that answers meet is not"
            ),
            _ => format!("the filter `{name}` is judged as Aerleon renders it for `{target}`"),
        };
        let expired = self.filters.iter().flat_map(|filter| &filter.terms).filter_map(|term| match &term.body {
            Body::Expired(text) => Some(Statement { text: text.clone(), spans: vec![term.span] }),
            _ => None,
        });
        std::iter::once(Statement { text, spans }).chain(expired).collect()
    }

    fn understood(&self, filter: &Filter, term: &Term) -> (Understanding, String) {
        let known = match &term.body {
            Body::Absent(why) | Body::Expired(why) => return (Understanding::Neutral, why.clone()),
            Body::Unknown(why) => return (Understanding::Rejected, why.clone()),
            Body::Known(known) => known,
        };
        let families = filter.options.families.iter();
        let rendered: Vec<(Family, Option<Rendered>)> =
            families.map(|family| (*family, self.renderer(filter, term, *family).render(known))).collect();
        let open = rendered.iter().filter_map(|(_, rendered)| rendered.as_ref()).flat_map(|rendered| &rendered.open);
        let open: Vec<&str> = open.map(|condition| condition.text.as_str()).chain(known.diverted.as_deref()).collect();
        let exact = open.is_empty() && self.not_known(filter).is_none();
        let each = rendered.iter().map(|(family, rendered)| canonical(*family, known.verb, rendered.as_ref()));
        let mut text = each.collect::<Vec<_>>().join("; ");
        if let Some(first) = open.first() {
            text = format!("{text} if {first}");
        }
        (if exact { Understanding::Exact } else { Understanding::Opaque }, text)
    }
}

/// A rule that may be for any packet and may do anything.
fn unknown(family: Family, condition: Condition) -> Rule {
    let (action, span) = (Action::Unknown(condition.text.clone()), condition.span);
    Rule { matches: Match { opaque: vec![condition], ..Match::exactly(PacketSet::full(family)) }, action, span }
}

fn canonical(family: Family, verb: Verb, rendered: Option<&Rendered>) -> String {
    let Some(rendered) = rendered.filter(|rendered| !rendered.packets.is_empty()) else {
        return format!("{family}: no packet");
    };
    let word = match verb {
        Verb::Accept => "accept",
        Verb::Deny => "deny",
        Verb::Reject => "reject",
        Verb::Reset => "reject-with-tcp-rst",
        Verb::Next => "next",
    };
    let cubes = rendered.packets.cubes().iter().map(|cube| shown(cube, family));
    format!("{word} {}", cubes.collect::<Vec<_>>().join(" | "))
}

fn shown(cube: &Cube, family: Family) -> String {
    let numbers = |set: &IntervalSet| {
        let each = set
            .intervals()
            .into_iter()
            .map(|i| if i.low == i.high { i.low.to_string() } else { format!("{}-{}", i.low, i.high) });
        each.collect::<Vec<_>>().join(",")
    };
    let part = |(field, set): &(Field, IntervalSet)| match field {
        Field::Src => format!("from {}", show(family, set)),
        Field::Dst => format!("to {}", show(family, set)),
        Field::Proto => format!("protocol {}", numbers(set)),
        Field::SrcPort => format!("source ports {}", numbers(set)),
        Field::DstPort => format!("ports {}", numbers(set)),
        Field::Icmp => format!("icmp {}", numbers(set)),
        Field::TcpFlags => "with some TCP flags".to_owned(),
        Field::State => "in some states".to_owned(),
        _ => "by some interfaces".to_owned(),
    };
    let parts: Vec<String> = cube.dims().iter().map(part).collect();
    if parts.is_empty() { "any packet".to_owned() } else { parts.join(" ") }
}
