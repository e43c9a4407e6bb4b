//! From the model to rule bases: one chain for each family, which is asked in order.

use super::address::show;
use super::model::{Default, Effect, Known, Model, Places, Rule, Verb};
use super::service::protocol_name;
use crate::format::{ReadLine, ReadOptions, Reading, RuleBase, Understanding};
use crate::policy::Rule as PolicyRule;
use crate::policy::{
    Action, Answers, Chain, ChainEnd, ChainId, Condition, Denial, Doorway, Hook, IfaceId, Interfaces, Match, Policy,
    Sees, Stage, Statement, Topology,
};
use crate::space::{Cube, Family, Field, IntervalSet, PacketSet};

/// So many rules that may do anything are enough for a rule base: whatever becomes of the packets that get past one, it
/// may have become already. A text with thousands of mistakes takes no longer for it.
const ENOUGH_UNKNOWN: usize = 20;

/// The rule bases, with how each rule was understood.
pub(super) fn reading(model: &Model, options: &ReadOptions) -> Reading {
    let interfaces = interfaces(model);
    let bases = model.families.iter().map(|family| base(model, &interfaces, *family)).collect();
    let mut reading = Reading { bases, ..Reading::default() };
    for rule in &model.rules {
        reading.tally.count(understanding(rule));
        if options.detail {
            reading.lines.push(line(model, rule));
        }
    }
    reading
}

fn base(model: &Model, interfaces: &Interfaces, family: Family) -> RuleBase {
    let unsure = model.unsure.iter().map(|condition| unknown(family, condition.clone()));
    let mut unknowns = 0;
    let needed = |rule: &&Rule| {
        unknowns += usize::from(matches!(rule.effect, Effect::Unknown(_)));
        unknowns <= ENOUGH_UNKNOWN || !matches!(rule.effect, Effect::Unknown(_))
    };
    let rules = model.rules.iter().filter(needed).filter_map(|rule| lower(rule, interfaces, family));
    let chain = Chain {
        name: if model.name.is_empty() { "rules".to_owned() } else { model.name.clone() },
        rules: unsure.chain(rules).collect(),
        end: end(&model.default, family),
        span: model.default_at,
    };
    let policy = Policy {
        family,
        interfaces: interfaces.clone(),
        chains: vec![chain],
        forward: vec![Stage::Filter { chain: ChainId(0), sees: Sees::Both, permit: true }],
        input: Vec::new(),
        output: Vec::new(),
        hook: Hook::Forward,
        answers: if model.stateful { Answers::Tracked { icmp: true } } else { Answers::Filtered },
    };
    RuleBase { policy, topology: topology(model, interfaces) }
}

fn end(default: &Default, family: Family) -> ChainEnd {
    match default {
        Default::Is(verb) => denial(*verb, family).map_or(ChainEnd::Accept, ChainEnd::Deny),
        Default::Unknown(why) => ChainEnd::Unknown(why.clone()),
    }
}

/// The rule as the policy has it; `None` when it has no effect.
fn lower(rule: &Rule, interfaces: &Interfaces, family: Family) -> Option<PolicyRule> {
    match &rule.effect {
        Effect::Disabled | Effect::Idle(_) => None,
        Effect::Unknown(why) => Some(unknown(family, Condition { text: why.clone(), span: rule.span })),
        Effect::Known(known) => {
            let opaque = known.condition.iter().map(|text| Condition { text: text.clone(), span: rule.span });
            let matches = Match { opaque: opaque.collect(), ..Match::exactly(packets(known, interfaces, family)) };
            Some(PolicyRule { matches, action: action(known.verb, family), span: rule.span })
        }
    }
}

/// A rule that may be for any packet and may do anything.
fn unknown(family: Family, condition: Condition) -> PolicyRule {
    let (action, span) = (Action::Unknown(condition.text.clone()), condition.span);
    let matches = Match { opaque: vec![condition], ..Match::exactly(PacketSet::full(family)) };
    PolicyRule { matches, action, span }
}

fn action(verb: Verb, family: Family) -> Action {
    denial(verb, family).map_or(Action::Accept, Action::Deny)
}

/// How packets are denied; nothing where they are permitted.
fn denial(verb: Verb, family: Family) -> Option<Denial> {
    match (verb, family) {
        (Verb::Permit, _) => None,
        (Verb::Deny, _) => Some(Denial::Silent),
        (Verb::Reject, Family::V4) => Some(Denial::Icmp("icmp-port-unreachable")),
        (Verb::Reject, Family::V6) => Some(Denial::Icmp("icmp6-port-unreachable")),
    }
}

fn packets(known: &Known, interfaces: &Interfaces, family: Family) -> PacketSet {
    let around = [
        (Field::InIface, known.entry.as_ref().map(|places| ids(places, interfaces))),
        (Field::OutIface, known.exit.as_ref().map(|places| ids(places, interfaces))),
        (Field::Src, Some(known.from.of(family).clone())),
        (Field::Dst, Some(known.to.of(family).clone())),
    ];
    let given = around.iter().filter_map(|(field, set)| set.as_ref().map(|set| (*field, set)));
    let cube = given.into_iter().try_fold(Cube::full(), |cube, (field, set)| cube.with(family, field, set));
    let cubes = known.services.iter().filter_map(|service| cube.as_ref()?.intersect(service));
    PacketSet::from_cubes(family, cubes)
}

fn ids(places: &Places, interfaces: &Interfaces) -> IntervalSet {
    let each = places.names.iter().map(|name| interfaces.matching(name));
    let all = each.fold(IntervalSet::empty(), |all, ids| all.union(&ids));
    if places.negated { all.complement(Field::InIface.max(Family::V4)) } else { all }
}

fn places(model: &Model) -> impl Iterator<Item = &Places> {
    let known =
        model.rules.iter().filter_map(|rule| if let Effect::Known(known) = &rule.effect { Some(known) } else { None });
    known.flat_map(|known| known.entry.iter().chain(&known.exit))
}

fn interfaces(model: &Model) -> Interfaces {
    let mut all = Interfaces::new();
    model.declared.iter().flatten().for_each(|name| all.add(name));
    places(model).flat_map(|places| &places.names).for_each(|name| all.add(name));
    all
}

/// Every pair of interfaces is a way through, where rules tell interfaces apart at all. Names that the text does not
/// mention are one more interface, unless it declares all that there are.
fn topology(model: &Model, interfaces: &Interfaces) -> Topology {
    let told_apart = places(model).next().is_some();
    let named = interfaces.classes().map(|(id, _)| id).filter(|_| told_apart);
    let other = (!told_apart || model.declared.is_none()).then_some(Interfaces::OTHER);
    let doorway = |iface: IfaceId| Doorway { iface, addresses: None, span: None };
    let doorways: Vec<Doorway> = named.chain(other).map(doorway).collect();
    Topology {
        entries: doorways.clone(),
        exits: doorways,
        hairpin: !told_apart,
        statements: model.rules.iter().filter_map(statement).collect(),
        ..Topology::default()
    }
}

fn statement(rule: &Rule) -> Option<Statement> {
    let Effect::Idle(text) = &rule.effect else { return None };
    Some(Statement { text: text.clone(), spans: vec![rule.span] })
}

fn understanding(rule: &Rule) -> Understanding {
    match &rule.effect {
        Effect::Disabled | Effect::Idle(_) => Understanding::Neutral,
        Effect::Unknown(_) => Understanding::Rejected,
        Effect::Known(known) if known.condition.is_some() => Understanding::Opaque,
        Effect::Known(_) => Understanding::Exact,
    }
}

fn line(model: &Model, rule: &Rule) -> ReadLine {
    let meaning = match &rule.effect {
        Effect::Disabled => "switched off by `enabled: false`".to_owned(),
        Effect::Idle(why) | Effect::Unknown(why) => why.clone(),
        Effect::Known(known) => canonical(model, known),
    };
    ReadLine { span: rule.span, understanding: understanding(rule), meaning }
}

/// The rule with every name resolved.
fn canonical(model: &Model, known: &Known) -> String {
    let mut parts = vec![known.verb.name().to_owned()];
    let sides = model.families.iter().map(|&family| {
        format!("from {} to {}", side(family, known.from.of(family)), side(family, known.to.of(family)))
    });
    parts.push(sides.collect::<Vec<_>>().join("; "));
    parts.push(known.services.iter().map(service).collect::<Vec<_>>().join("; "));
    parts.extend(known.entry.iter().map(|places| format!("in {}", interface_list(places))));
    parts.extend(known.exit.iter().map(|places| format!("out {}", interface_list(places))));
    parts.extend(known.condition.iter().map(|text| format!("if {text}")));
    parts.join(" ")
}

fn side(family: Family, set: &IntervalSet) -> String {
    if set.is_empty() { format!("no {family} address") } else { show(family, set) }
}

fn interface_list(places: &Places) -> String {
    let names = places.names.join(", ");
    if places.negated { format!("not {names}") } else { names }
}

fn service(cube: &Cube) -> String {
    let part = |(field, set): &(Field, IntervalSet)| match field {
        Field::Proto => ranges(set, protocol_name),
        Field::SrcPort => format!("source ports {}", ranges(set, |port| port.to_string())),
        Field::Icmp => format!("types {}", ranges(set, |value| format!("{}/{}", value / 256, value % 256))),
        _ => format!("ports {}", ranges(set, |port| port.to_string())),
    };
    if cube.dims().is_empty() {
        "any protocol".to_owned()
    } else {
        cube.dims().iter().map(part).collect::<Vec<_>>().join(" ")
    }
}

fn ranges(set: &IntervalSet, name: impl Fn(u128) -> String) -> String {
    let each = set.intervals().into_iter().map(|interval| match interval.low == interval.high {
        true => name(interval.low),
        false => format!("{}-{}", name(interval.low), name(interval.high)),
    });
    each.collect::<Vec<_>>().join(", ")
}
