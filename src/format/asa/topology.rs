//! By which interfaces clients enter, and where flows leave.

use super::config::Config;
use super::interface::Interface;
use super::sink::Sink;
use crate::policy::{Doorway, Interfaces, Statement, Topology};
use crate::space::{Family, IntervalSet};
use std::collections::HashMap;

/// The routing of one family: disjoint address sets by longest prefix.
struct Routing<'a> {
    behind: HashMap<&'a str, (IntervalSet, &'a str)>,
    rest: IntervalSet,
    default: Option<(&'a str, &'a str)>,
}

/// Derives the topology from levels and static routes.
pub fn topology<'a>(
    config: &Config<'a>,
    doors: &[Interface<'a>],
    interfaces: &Interfaces,
    family: Family,
    sink: &Sink<'a>,
) -> Topology {
    let routing = routing(config, doors, family);
    let egress = routing.default.map(|d| d.0);
    let entries = entries(doors, egress);
    let mut topology = Topology { hairpin: true, statements: sink.statements.clone(), ..Topology::default() };
    let span = |line: &str| sink.input.span(line);
    for door in &entries {
        let known = routing.behind.get(door.name);
        topology.entries.push(Doorway {
            iface: interfaces.class_of(door.name),
            addresses: known.map(|k| k.0.clone()),
            span: Some(span(known.map_or(door.level_line, |k| k.1))),
        });
    }
    topology.clients = topology.entries.iter().filter_map(|e| e.addresses.clone()).reduce(|a, b| a.union(&b));
    exits(&routing, doors, &entries, interfaces, sink, &mut topology);
    for door in doors {
        let is_judged = entries.iter().any(|e| e.name == door.name) || egress == Some(door.name);
        if !is_judged && !door.shutdown {
            let text = format!("what enters by `{0}` is not judged; `--in-interface {0}` adds it", door.name);
            topology.not_judged.push(Statement { text, spans: vec![span(door.level_line)] });
        }
    }
    topology
}

fn routing<'a>(config: &Config<'a>, doors: &[Interface<'a>], family: Family) -> Routing<'a> {
    let connected = doors.iter().filter(|d| !d.shutdown).flat_map(|d| {
        d.networks.iter().map(|(addresses, length, line)| (*length, 0, d.name, addresses.of(family).clone(), *line))
    });
    let fixed = config.routes.iter().map(|r| (r.length, r.metric, r.interface, r.addresses.of(family).clone(), r.line));
    let mut all: Vec<_> = connected.chain(fixed).filter(|r| !r.3.is_empty()).collect();
    all.sort_by_key(|r| (std::cmp::Reverse(r.0), r.1));
    let mut routing = Routing { behind: HashMap::new(), rest: super::address::all(family), default: None };
    for (length, _, name, set, line) in all {
        if length == 0 {
            routing.default = routing.default.or(Some((name, line)));
            continue;
        }
        let new = set.intersect(&routing.rest);
        routing.rest = routing.rest.subtract(&set);
        let slot = routing.behind.entry(name).or_insert_with(|| (IntervalSet::empty(), line));
        slot.0 = slot.0.union(&new);
    }
    let learned = || doors.iter().find_map(|d| d.learns_default.map(|line| (d.name, line)));
    routing.default = routing.default.or_else(learned).or_else(|| lowest(doors));
    routing
}

/// The only interface of the lowest level.
fn lowest<'a>(doors: &[Interface<'a>]) -> Option<(&'a str, &'a str)> {
    let described = || doors.iter().filter(|d| d.carries_transit() && d.level.is_some());
    let level = described().filter_map(|d| d.level).min()?;
    let mut low = described().filter(|d| d.level == Some(level));
    let only = low.next()?;
    (low.next().is_none() && described().count() > 1).then_some((only.name, only.level_line))
}

fn entries<'d, 'a>(doors: &'d [Interface<'a>], egress: Option<&str>) -> Vec<&'d Interface<'a>> {
    let transit = || doors.iter().filter(|d| d.carries_transit());
    let inner: Vec<_> = transit().filter(|d| Some(d.name) != egress).collect();
    let inner = if inner.is_empty() { transit().collect() } else { inner };
    let highest = inner.iter().filter_map(|d| d.level).max();
    inner.into_iter().filter(|d| d.level == highest).collect()
}

fn exits<'a>(
    routing: &Routing<'a>,
    doors: &[Interface<'a>],
    entries: &[&Interface<'a>],
    interfaces: &Interfaces,
    sink: &Sink<'a>,
    topology: &mut Topology,
) {
    let doorway = |name: &str, addresses, line: &str| Doorway {
        iface: interfaces.class_of(name),
        addresses,
        span: Some(sink.input.span(line)),
    };
    for door in doors.iter().filter(|d| d.carries_transit()) {
        let near = routing.behind.get(door.name);
        let far = routing.default.filter(|d| d.0 == door.name);
        let set = match (near, far) {
            (None, None) => continue,
            (Some(near), None) => near.0.clone(),
            (None, Some(_)) => routing.rest.clone(),
            (Some(near), Some(_)) => near.0.union(&routing.rest),
        };
        let line = far.map(|f| f.1).or(near.map(|n| n.1)).unwrap_or(door.name);
        topology.exits.push(doorway(door.name, Some(set), line));
    }
    match routing.default {
        Some((name, line)) => {
            let text = format!("flows leave by `{name}`, unless a more specific route says otherwise");
            topology.statements.push(Statement { text, spans: vec![sink.input.span(line)] });
        }
        None => undetermined(doors, entries, &doorway, topology),
    }
}

/// Without a default route and without an only interface of the lowest level, any other interface may be the way out.
fn undetermined<'a>(
    doors: &[Interface<'a>],
    entries: &[&Interface<'a>],
    doorway: &impl Fn(&str, Option<IntervalSet>, &str) -> Doorway,
    topology: &mut Topology,
) {
    let text = "the text has no default route: the way out is open; name it with `--out-interface`".to_owned();
    topology.statements.push(Statement { text, spans: Vec::new() });
    topology.exits.clear();
    // No route sends anything back to where it came from.
    topology.hairpin = false;
    let is_entry = |d: &Interface<'a>| entries.len() < 2 && entries.iter().any(|e| e.name == d.name);
    for door in doors.iter().filter(|d| d.carries_transit() && !is_entry(d)) {
        topology.exits.push(doorway(door.name, None, door.level_line));
    }
    if topology.exits.is_empty() {
        topology.hairpin = true;
        topology.exits.push(Doorway { iface: Interfaces::OTHER, addresses: None, span: None });
    }
}
