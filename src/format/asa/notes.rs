//! What a text shows besides verdicts: lists that look as if they were to filter and are bound to nothing, clients that
//! leave with private addresses, and errors without which path MTU discovery fails.

use super::config::Place;
use super::interface::Interface;
use super::lower::Plan;
use super::sink::Sink;
use super::topology::{Entry, ends};
use super::words::Words;
use crate::finding::{Code, Finding};
use crate::policy::{Action, ICMP, ICMPV6, Rule};
use crate::source::Span;
use crate::space::{Cube, Family, Field, IntervalSet, PacketSet, prefixes};
use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

/// Adds all of them.
pub fn add<'a>(plan: &Plan<'_, 'a>, families: &[Family], sink: &mut Sink<'a>) {
    let mut found = unbound(plan, sink);
    for family in families {
        let (entries, exits) = ends(plan, *family, sink);
        let apart = exits.iter().filter(|exit| !entries.iter().any(|(d, _)| d.name == **exit));
        for exit in apart.filter_map(|name| plan.doors.iter().find(|d| d.name == *name)) {
            found.extend(lost_errors(plan, exit, &entries, *family, sink));
            if *family == Family::V4 {
                found.extend(entries.iter().filter_map(|entry| untranslated(plan, entry, exit, sink)));
            }
        }
    }
    found.into_iter().for_each(|finding| sink.find(finding));
}

/// Lists that nothing in the text refers to, and whose names say that they were to filter.
fn unbound<'a>(plan: &Plan<'_, 'a>, sink: &Sink<'a>) -> Vec<Finding> {
    let config = plan.config;
    let bound: HashSet<&str> = config.bindings.iter().map(|b| b.acl).collect();
    let mut open: HashMap<&str, Place<'a>> = HashMap::new();
    let is_permit = |rule: &Rule| rule.action == Action::Accept;
    for name in config.acls.names().iter().filter(|n| !bound.contains(*n)) {
        let permits =
            plan.rules.get(name).is_some_and(|all| Family::BOTH.iter().any(|f| all.of(*f).iter().any(is_permit)));
        if let Some(place) = perimeter(plan, name).filter(|_| permits) {
            open.insert(*name, place);
        }
    }
    if open.is_empty() {
        return Vec::new();
    }
    let others = sink.input.text.lines().filter(|l| !l.trim_start().starts_with("access-list "));
    others.flat_map(Words::new).for_each(|word| {
        open.remove(word);
    });
    let names = config.acls.names().iter().filter_map(|name| Some((*name, *open.get(name)?)));
    names.map(|(name, place)| unbound_list(name, place, sink)).collect()
}

fn unbound_list(name: &str, place: Place<'_>, sink: &Sink<'_>) -> Finding {
    let how = match place {
        Place::In(interface) => format!("in interface {interface}"),
        Place::Out(interface) => format!("out interface {interface}"),
        Place::Global => "global".to_owned(),
    };
    Finding::new(
        Code::UnboundAcl,
        format!("the access list `{name}` is bound to no interface, and nothing else uses it"),
    )
    .at(sink.input.span(name), "it permits nothing")
    .help(format!("bind it, if it is to filter: access-group {name} {how}"))
}

/// The place that the name of a list speaks of: `INSIDE_access_in`, `dmz-out`, `global_access`.
fn perimeter<'a>(plan: &Plan<'_, 'a>, name: &str) -> Option<Place<'a>> {
    let lower = name.to_ascii_lowercase();
    let parts: Vec<&str> = lower.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    let filters = |p: &str| matches!(p, "in" | "out" | "access" | "acl" | "inbound" | "outbound");
    if parts.first() == Some(&"global") && parts.iter().skip(1).any(|p| filters(p)) {
        return Some(Place::Global);
    }
    let mut doors = plan.doors.iter().filter(|d| !d.name.is_empty());
    let door = doors.find(|d| {
        let rest = lower.strip_prefix(&d.name.to_ascii_lowercase());
        rest.is_some_and(|rest| rest.is_empty() || rest.split(['_', '-', '.']).any(filters))
    })?;
    let is_out = matches!(parts.last(), Some(&"out" | &"outbound"));
    Some(if is_out { Place::Out(door.name) } else { Place::In(door.name) })
}

/// Path MTU discovery needs ICMP 3/4, and for IPv6 ICMPv6 2, from any router on the way back to the client (RFC 1191,
/// RFC 8201). Such errors belong to no connection, so the lists are asked about them.
fn lost_errors<'a>(
    plan: &Plan<'_, 'a>,
    exit: &Interface<'a>,
    entries: &[Entry<'_, 'a>],
    family: Family,
    sink: &Sink<'a>,
) -> Option<Finding> {
    let at = denies_errors(plan, exit, entries, family, sink)?;
    let (what, entry) = match family {
        Family::V4 => ("ICMP 3/4 (fragmentation needed)", "permit icmp any4 any4 unreachable"),
        Family::V6 => ("ICMPv6 2 (packet too big)", "permit icmp6 any6 any6 packet-too-big"),
    };
    let name = exit.name;
    let message = format!("{what} that comes back by `{name}` is dropped, which path MTU discovery needs");
    let list = plan.binding(Place::In(name), family).or(plan.binding(Place::Global, family)).map(|b| b.acl);
    let finding = Finding::new(Code::PathMtu, message).at(at, "dropped here");
    Some(match list {
        Some(list) => finding.help(format!("let it in: access-list {list} line 1 extended {entry}")),
        None => finding.help(format!(
            "let it in with a list: access-list {name}_in extended {entry}, access-group {name}_in in interface {name}"
        )),
    })
}

/// Where the errors are surely dropped.
fn denies_errors<'a>(
    plan: &Plan<'_, 'a>,
    exit: &Interface<'a>,
    entries: &[Entry<'_, 'a>],
    family: Family,
    sink: &Sink<'a>,
) -> Option<Span> {
    let lists = [plan.binding(Place::In(exit.name), family), plan.binding(Place::Global, family)];
    let lists: Vec<_> = lists.into_iter().flatten().collect();
    let errors = errors(family);
    for list in &lists {
        for rule in plan.rules.get(list.acl)?.of(family) {
            if let Some(ended) = meets(rule, &errors) {
                return ended;
            }
        }
    }
    match lists.last() {
        Some(list) => Some(sink.input.span(list.line)),
        None => {
            let higher = |(entry, _): &Entry<'_, 'a>| plan.compare(entry, exit) == Some(Ordering::Greater);
            (!entries.is_empty() && entries.iter().all(higher)).then(|| sink.input.span(exit.level_line))
        }
    }
}

/// Does a rule decide about the errors: by letting some of them pass (`Some(None)`), or by dropping all?
fn meets(rule: &Rule, errors: &PacketSet) -> Option<Option<Span>> {
    let packets = &rule.matches.packets;
    match rule.action {
        Action::Accept | Action::Unknown(_) if packets.overlaps(errors) => Some(None),
        Action::Deny(_) if rule.matches.opaque.is_empty() && errors.is_subset(packets) => Some(Some(rule.span)),
        _ => None,
    }
}

/// The errors without which path MTU discovery fails.
pub fn errors(family: Family) -> PacketSet {
    let (proto, low, high) = match family {
        Family::V4 => (ICMP, 0x0304, 0x0304),
        Family::V6 => (ICMPV6, 0x0200, 0x02ff),
    };
    let cube = Cube::full().with(family, Field::Proto, &IntervalSet::single(proto.into()));
    PacketSet::from_cubes(family, cube.and_then(|c| c.with(family, Field::Icmp, &IntervalSet::range(low, high))))
}

/// Clients with private addresses (RFC 1918) that no line translates, towards an interface that others are translated
/// for, or that has a public address itself.
fn untranslated<'a>(
    plan: &Plan<'_, 'a>,
    (entry, clients): &Entry<'_, 'a>,
    exit: &Interface<'a>,
    sink: &Sink<'a>,
) -> Option<Finding> {
    let covered = match plan.config.older_than((8, 3, 0)) {
        true => super::old_nat::translated_sources(plan, entry.name, exit.name, sink),
        false => super::nat::translated_sources(plan, entry.name, exit.name, sink),
    };
    let private =
        IntervalSet::from_ranges([(0x0a00_0000, 0x0aff_ffff), (0xac10_0000, 0xac1f_ffff), (0xc0a8_0000, 0xc0a8_ffff)]);
    let is_public = exit.own.v4.lowest().is_some_and(|own| !private.contains(own));
    let left = clients.intersect(&private).subtract(&covered);
    if left.is_empty() || covered.is_empty() && !is_public {
        return None;
    }
    let nets: Vec<String> = prefixes(Family::V4, &left).iter().take(6).map(ToString::to_string).collect();
    let message = format!("clients leave by `{}` with private addresses: {}", exit.name, nets.join(", "));
    let finding =
        Finding::new(Code::UntranslatedClients, message).at(sink.input.span(entry.level_line), "they enter here");
    Some(finding.help(match plan.config.older_than((8, 3, 0)) {
        true => format!("translate them: nat ({}) 1 0.0.0.0 0.0.0.0, global ({}) 1 interface", entry.name, exit.name),
        false => format!("translate them: nat ({},{}) after-auto source dynamic any interface", entry.name, exit.name),
    }))
}
