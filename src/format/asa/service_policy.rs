//! Service policies: classes of applied policy maps, and what they do to packets that access lists permit.

use super::config::Config;
use super::line::Statement;
use super::lower::{Plan, any_item, permitted, selected};
use super::service::{self, Item};
use super::sink::Sink;
use super::words::Words;
use crate::policy::Inspection;
use crate::space::{Cube, Family, Field, IntervalSet, PacketSet};

/// One action of a class of a policy map that is applied.
#[derive(Debug, Clone, Copy)]
pub struct Act<'a> {
    /// The policy map.
    pub policy: &'a str,
    /// The class map.
    pub class: &'a str,
    /// The interface that it is applied to; `None` is all of them.
    pub interface: Option<&'a str>,
    /// The line.
    pub line: &'a str,
}

/// All actions of applied policy maps.
pub fn acts<'a>(config: &Config<'a>) -> Vec<Act<'a>> {
    let mut found = Vec::new();
    for applied in config.others.iter().map(|s| s.head).filter(|h| h.starts_with("service-policy ")) {
        let mut words = Words::new(applied).skip(1);
        let Some(policy) = words.next() else { continue };
        let interface = words.skip_while(|w| *w != "interface").nth(1);
        for map in config.others.iter().filter(|s| is_named(s, "policy-map", policy)) {
            let mut class = "";
            for line in &map.subs {
                let mut words = Words::new(line);
                match words.next() {
                    Some("class") => class = words.next().unwrap_or(""),
                    _ => found.push(Act { policy, class, interface, line }),
                }
            }
        }
    }
    found
}

fn is_named(statement: &Statement<'_>, command: &str, name: &str) -> bool {
    let mut words = Words::new(statement.head);
    words.next() == Some(command) && words.next() == Some(name)
}

/// Is ICMP inspected? `inspect icmp error` translates errors and tracks nothing.
pub fn tracks_icmp(config: &Config<'_>) -> bool {
    acts(config).iter().any(|act| Words::new(act.line).eq(["inspect", "icmp"]))
}

/// The DNS messages that classes with `inspect dns` take, class by class.
pub fn inspected<'a>(plan: &Plan<'_, 'a>, family: Family, sink: &Sink<'a>) -> Vec<Inspection> {
    let is_dns = |act: &Act<'_>| {
        let mut words = Words::new(act.line);
        words.next() == Some("inspect") && words.next() == Some("dns")
    };
    let of_act = |act: Act<'a>| {
        let list = match_lines(plan.config, act.class).filter_map(|l| by_list(l)).next();
        Inspection {
            packets: packets(plan, &act, family),
            span: sink.input.span(act.line),
            policy: act.policy.to_owned(),
            class: act.class.to_owned(),
            list: list.map(str::to_owned),
        }
    };
    acts(plan.config).into_iter().filter(is_dns).map(of_act).filter(|i| !i.packets.is_empty()).collect()
}

/// The packets of an action's class on the interfaces of its policy, as an upper bound.
pub fn packets(plan: &Plan<'_, '_>, act: &Act<'_>, family: Family) -> PacketSet {
    let all = class(plan, act.class, family);
    let Some(name) = act.interface else { return all };
    let on = plan.interfaces.matching(name);
    all.clone().with(Field::InIface, &on).union(&all.with(Field::OutIface, &on))
}

/// What a class map selects: all of its `match` lines, or with `match-any` one of them.
fn class(plan: &Plan<'_, '_>, name: &str, family: Family) -> PacketSet {
    let head =
        plan.config.others.iter().find(|s| s.head.starts_with("class-map ") && Words::new(s.head).last() == Some(name));
    let any = head.is_some_and(|s| Words::new(s.head).any(|w| w == "match-any"));
    let each = match_lines(plan.config, name).map(|line| matched(plan, line, family));
    let both = |a: PacketSet, b: PacketSet| if any { a.union(&b) } else { a.intersect(&b) };
    each.reduce(both).unwrap_or_else(|| PacketSet::full(family))
}

fn match_lines<'c, 'a>(config: &'c Config<'a>, class: &str) -> impl Iterator<Item = &'a str> + use<'c, 'a> {
    let found = config
        .others
        .iter()
        .find(|s| s.head.starts_with("class-map ") && Words::new(s.head).last() == Some(class))
        .map_or(&[][..], |s| s.subs.as_slice());
    found.iter().copied().filter(|l| l.starts_with("match "))
}

fn by_list(line: &str) -> Option<&str> {
    let mut words = Words::new(line).skip(1);
    words.next().filter(|w| *w == "access-list").and_then(|_| words.next())
}

fn matched(plan: &Plan<'_, '_>, line: &str, family: Family) -> PacketSet {
    if let Some(list) = by_list(line) {
        return of_list(plan, list, family);
    }
    let mut words = Words::new(line);
    words.next();
    let item = match words.next() {
        // UDP 53 alone matters here: of the other ports no required flow is inspected.
        Some("default-inspection-traffic") => {
            Some(Item { dports: IntervalSet::single(53), ..Item::of(IntervalSet::single(17)) })
        }
        Some("port") => port(&mut words),
        _ => None,
    };
    let item = item.unwrap_or_else(any_item);
    PacketSet::from_cubes(family, item.within(Cube::full(), family))
}

fn port(words: &mut Words<'_>) -> Option<Item> {
    let protos = service::protocols(words.next()?)?;
    Some(Item { dports: service::ports(words).ok()?, ..Item::of(protos) })
}

/// What an access list permits: exactly where that is known, else at most.
pub fn of_list(plan: &Plan<'_, '_>, list: &str, family: Family) -> PacketSet {
    let Some(rules) = plan.rules.get(list) else { return PacketSet::full(family) };
    let rules = rules.of(family);
    permitted(rules, family).unwrap_or_else(|| selected(rules, family))
}
