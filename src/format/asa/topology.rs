//! By which interfaces clients enter, and where flows leave.

use super::interface::Interface;
use super::lower::Plan;
use super::route::Route;
use super::sink::Sink;
use super::words::Words;
use crate::policy::{Doorway, Interfaces, Statement, Steering, Topology};
use crate::space::{Family, Field, IntervalSet, PacketSet};
use std::collections::HashMap;

/// The routing of one family: address sets by longest prefix. Routes that are equally good share their set.
struct Routing<'a> {
    behind: HashMap<&'a str, (IntervalSet, &'a str)>,
    rest: IntervalSet,
    defaults: Vec<(&'a str, &'a str)>,
}

/// By which interfaces clients are taken to enter, with the networks behind them, and by which ones flows leave that
/// no route is about.
pub fn ends<'p, 'a>(plan: &'p Plan<'p, 'a>, family: Family, sink: &'p Sink<'a>) -> (Vec<Entry<'p, 'a>>, Vec<&'a str>) {
    let maker = Maker::new(plan, family, sink);
    let behind = |d: &&Interface<'a>| maker.routing.behind.get(d.name).map(|k| k.0.clone());
    let entries = maker.entries().into_iter().map(|d| (d, behind(&d).unwrap_or_else(IntervalSet::empty)));
    (entries.collect(), maker.routing.defaults.iter().map(|d| d.0).collect())
}

/// An interface by which clients enter, with the networks behind it.
pub type Entry<'p, 'a> = (&'p Interface<'a>, IntervalSet);

/// Derives the topology from levels and static routes.
pub fn topology<'a>(plan: &Plan<'_, 'a>, family: Family, sink: &Sink<'a>) -> Topology {
    let maker = Maker::new(plan, family, sink);
    let entries = maker.entries();
    let mut topology = Topology { hairpin: true, statements: sink.statements.clone(), ..Topology::default() };
    topology.inspected = super::service_policy::inspected(plan, family, sink);
    topology.udp_timeouts = super::timeout::udp(plan, family, sink);
    topology.entries = entries.iter().map(|d| maker.entry(d)).collect();
    topology.clients = topology.entries.iter().filter_map(|e| e.addresses.clone()).reduce(|a, b| a.union(&b));
    if entries.is_empty() && !maker.doors.is_empty() {
        topology.entries.push(Doorway { iface: Interfaces::OTHER, addresses: None, span: None });
    }
    maker.exits(&entries, &mut topology);
    maker.steering(&entries, &mut topology);
    maker.say_who_is_judged(&entries, &mut topology);
    topology
}

/// An access list on its own knows no interfaces but those that its entries name.
pub fn alone<'a>(plan: &Plan<'_, 'a>, name: &'a str, sink: &Sink<'a>) -> Topology {
    let named = plan.config.acls.get(name).map(|acl| &acl.interfaces).into_iter().flatten();
    let ids = named.map(|i| plan.interfaces.class_of(i)).chain([Interfaces::OTHER]);
    let door = |iface| Doorway { iface, addresses: None, span: None };
    let text = format!(
        "the access list `{name}` is judged on its own: interfaces, routes, translations, inspection and other lists play no part"
    );
    let statement = Statement { text, spans: vec![sink.input.span(name)] };
    Topology {
        entries: ids.clone().map(door).collect(),
        exits: ids.map(door).collect(),
        hairpin: true,
        statements: vec![statement],
        ..Topology::default()
    }
}

/// The interfaces that packets use. The routed side of a bridge group is reached by its members; where frames are
/// bridged, the first bridge group is judged.
fn doors<'p, 'a>(plan: &Plan<'p, 'a>) -> Vec<&'p Interface<'a>> {
    let has_members =
        |side: &Interface<'a>| plan.doors.iter().any(|d| d.bridge_group.is_some() && d.bridge_group == side.bvi());
    let all: Vec<_> = plan.doors.iter().filter(|d| d.carries_transit() && !has_members(d)).collect();
    match plan.config.transparent.and(all.iter().find_map(|d| d.bridge_group)) {
        Some(group) => all.into_iter().filter(|d| d.bridge_group == Some(group)).collect(),
        None => all,
    }
}

/// Frames go where the address of the other end was learned, which no text tells: towards the lowest level.
fn bridging<'a>(doors: &[&Interface<'a>]) -> Routing<'a> {
    Routing { behind: HashMap::new(), rest: IntervalSet::empty(), defaults: lowest(doors).into_iter().collect() }
}

fn routing<'a>(plan: &Plan<'_, 'a>, doors: &[&Interface<'a>], family: Family) -> Routing<'a> {
    let connected = doors.iter().flat_map(|d| {
        d.networks.iter().map(|(addresses, length, line)| (*length, 0, d.name, addresses.of(family).clone(), *line))
    });
    let fixed = plan.config.routes.iter().filter(|r| !r.tunneled && !is_gone(plan, r));
    let fixed = fixed.map(|r| (r.length, r.metric, r.interface, r.addresses.of(family).clone(), r.line));
    let mut all: Vec<_> = connected.chain(fixed).filter(|r| !r.3.is_empty()).collect();
    all.sort_by_key(|r| (std::cmp::Reverse(r.0), r.1));
    let mut routing = Routing { behind: HashMap::new(), rest: super::address::all(family), defaults: Vec::new() };
    let mut best = None;
    for equal in all.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
        let mut taken = Vec::new();
        for (length, metric, name, set, line) in equal {
            if *length == 0 {
                if *best.get_or_insert(*metric) == *metric {
                    routing.defaults.push((*name, *line));
                }
                continue;
            }
            let slot = routing.behind.entry(*name).or_insert_with(|| (IntervalSet::empty(), *line));
            slot.0 = slot.0.union(&set.intersect(&routing.rest));
            taken.extend(set.intervals().into_iter().map(|i| (i.low, i.high)));
        }
        routing.rest = routing.rest.subtract(&IntervalSet::from_ranges(taken));
    }
    if routing.defaults.is_empty() {
        let learned = doors.iter().filter_map(|d| d.learns_default.map(|line| (d.name, line)));
        routing.defaults = learned.take(1).collect();
    }
    if routing.defaults.is_empty() {
        routing.defaults = lowest(doors).into_iter().collect();
    }
    routing
}

/// Does the route lead by an interface that is switched off, or that is for management alone? Routes by the latter stand
/// in a table of their own since 9.5(1) (Cisco ASA general operations CLI guide 9.5, "Routing Table for Management
/// Traffic"); before, they may win and lose what they take.
fn is_gone(plan: &Plan<'_, '_>, route: &Route<'_>) -> bool {
    let apart = plan.config.version.is_none_or(|v| v.number >= (9, 5, 0));
    let door = plan.doors.iter().find(|d| d.name == route.interface);
    door.is_some_and(|d| d.shutdown.is_some() || apart && d.management_only.is_some())
}

/// The only interface of the lowest level.
fn lowest<'a>(doors: &[&Interface<'a>]) -> Option<(&'a str, &'a str)> {
    let described = || doors.iter().filter(|d| d.level.is_some());
    let level = described().filter_map(|d| d.level).min()?;
    let mut low = described().filter(|d| d.level == Some(level));
    let only = low.next()?;
    (low.next().is_none() && described().count() > 1).then_some((only.name, only.level_line))
}

struct Maker<'m, 'a> {
    plan: &'m Plan<'m, 'a>,
    doors: Vec<&'m Interface<'a>>,
    routing: Routing<'a>,
    family: Family,
    sink: &'m Sink<'a>,
}

impl<'m, 'a> Maker<'m, 'a> {
    fn new(plan: &'m Plan<'m, 'a>, family: Family, sink: &'m Sink<'a>) -> Maker<'m, 'a> {
        let doors = doors(plan);
        let routing = if plan.config.transparent.is_some() { bridging(&doors) } else { routing(plan, &doors, family) };
        Maker { plan, doors, routing, family, sink }
    }

    /// The interfaces of the highest level that are not the way out.
    fn entries(&self) -> Vec<&'m Interface<'a>> {
        let is_egress = |d: &&Interface<'a>| self.routing.defaults.iter().any(|(name, _)| *name == d.name);
        let inner: Vec<_> = self.doors.iter().copied().filter(|d| !is_egress(d)).collect();
        // A text about one interface is about what goes in and out by it; where others are barred, nobody enters.
        let inner = if inner.is_empty() && self.barred().next().is_none() { self.doors.clone() } else { inner };
        let highest = inner.iter().filter_map(|d| d.level).max();
        inner.into_iter().filter(|d| d.level == highest).collect()
    }

    /// Described interfaces that carry no transit.
    fn barred(&self) -> impl Iterator<Item = &'m Interface<'a>> {
        self.plan.doors.iter().filter(|d| d.level.is_some() && d.barred().is_some())
    }

    fn entry(&self, door: &Interface<'a>) -> Doorway {
        let known = self.routing.behind.get(door.name);
        self.doorway(door.name, known.map(|k| k.0.clone()), known.map_or(door.level_line, |k| k.1))
    }

    fn doorway(&self, name: &str, addresses: Option<IntervalSet>, line: &str) -> Doorway {
        Doorway { iface: self.plan.interfaces.class_of(name), addresses, span: Some(self.sink.input.span(line)) }
    }

    fn exits(&self, entries: &[&Interface<'a>], topology: &mut Topology) {
        if self.routing.defaults.is_empty() {
            return self.undetermined(entries, topology);
        }
        let holes = self.plan.config.routes.iter().filter(|r| r.is_black_hole()).map(|r| r.interface).take(1);
        for name in self.doors.iter().map(|d| d.name).chain(holes) {
            let near = self.routing.behind.get(name);
            let far = self.routing.defaults.iter().find(|d| d.0 == name);
            let set = match (near, far) {
                (None, None) => continue,
                (Some(near), None) => Some(near.0.clone()),
                (None, Some(_)) if self.plan.config.transparent.is_some() => None,
                (None, Some(_)) => Some(self.routing.rest.clone()),
                (Some(near), Some(_)) => Some(near.0.union(&self.routing.rest)),
            };
            let line = far.map(|f| f.1).or(near.map(|n| n.1)).unwrap_or(name);
            topology.exits.push(self.doorway(name, set, line));
        }
        let names = listed(self.routing.defaults.iter().map(|d| d.0));
        let text = format!("flows leave by {names}, unless a more specific route says otherwise");
        let spans = self.routing.defaults.iter().map(|d| self.sink.input.span(d.1)).collect();
        topology.leaving.push(Statement { text, spans });
    }

    /// Without a default route and without an only interface of the lowest level, any other interface may be the way
    /// out.
    fn undetermined(&self, entries: &[&Interface<'a>], topology: &mut Topology) {
        let text = "the text has no default route: the way out is open; name it with `--out-interface`".to_owned();
        topology.leaving.push(Statement { text, spans: Vec::new() });
        // No route sends anything back to where it came from.
        topology.hairpin = false;
        let is_entry = |d: &Interface<'a>| entries.len() < 2 && entries.iter().any(|e| e.name == d.name);
        for door in self.doors.iter().filter(|d| !is_entry(d)) {
            topology.exits.push(self.doorway(door.name, None, door.level_line));
        }
        if topology.exits.is_empty() {
            topology.hairpin = true;
            topology.exits.push(Doorway { iface: Interfaces::OTHER, addresses: None, span: None });
        }
    }

    /// Translations that name the way out come before routes; what routing processes and route maps do is not in the
    /// text.
    fn steering(&self, entries: &[&Interface<'a>], topology: &mut Topology) {
        for (steering, line) in super::nat::steering(self.plan, self.family, self.sink) {
            let exit = self.plan.interfaces.name(steering.exit);
            let text = format!("flows that a translation is about leave by `{exit}`, whatever their route");
            topology.leaving.push(Statement { text, spans: vec![self.sink.input.span(line)] });
            topology.steering.push(steering);
        }
        let full = PacketSet::full(self.family);
        if let Some(line) = self.plan.config.routers.first() {
            let text = "routes of a routing process are not in the text: flows may leave by other interfaces; name the right one with `--out-interface`";
            topology.leaving.push(Statement { text: text.to_owned(), spans: vec![self.sink.input.span(line)] });
            self.anywhere_else(&full, entries, topology);
        }
        for door in &self.doors {
            let Some(line) = door.policy_route else { continue };
            let text = format!("a route map may choose another way out for what enters by `{}`", door.name);
            topology.leaving.push(Statement { text, spans: vec![self.sink.input.span(line)] });
            let map = Words::new(line).last().unwrap_or("");
            let by = self.plan.interfaces.matching(door.name);
            self.anywhere_else(
                &super::divert::routed_by(self.plan, map, self.family).with(Field::InIface, &by),
                entries,
                topology,
            );
        }
    }

    /// Packets may leave by any interface that clients do not come from.
    fn anywhere_else(&self, packets: &PacketSet, entries: &[&Interface<'a>], topology: &mut Topology) {
        for door in self.doors.iter().filter(|d| !entries.iter().any(|e| e.name == d.name)) {
            let exit = self.plan.interfaces.class_of(door.name);
            topology.steering.push(Steering { packets: packets.clone(), exit, sure: false });
        }
    }

    fn say_who_is_judged(&self, entries: &[&Interface<'a>], topology: &mut Topology) {
        let span = |line: &str| self.sink.input.span(line);
        let names = listed(entries.iter().map(|d| d.name));
        let text = match entries {
            [] => "no interface is left by which clients could enter; `--in-interface` names one".to_owned(),
            _ => format!("judged is what enters by {names}"),
        };
        topology.entering.push(Statement { text, spans: entries.iter().map(|d| span(d.level_line)).collect() });
        for door in self.plan.doors.iter().filter(|d| !d.name.is_empty()) {
            let is_judged = entries.iter().any(|e| e.name == door.name);
            let is_egress = self.routing.defaults.iter().any(|(name, _)| *name == door.name);
            let is_side = door.bvi().is_some() && !self.doors.iter().any(|d| d.name == door.name);
            if is_judged || is_egress && door.carries_transit() || is_side {
                continue;
            }
            let (text, line) = match (door.shutdown, door.management_only) {
                (Some(line), _) => (format!("`{}` is switched off: no flow takes it", door.name), line),
                (None, Some(line)) => (format!("`{}` is for management only: no flow takes it", door.name), line),
                (None, None) => {
                    let text = format!("what enters by `{0}` is not judged; `--in-interface {0}` adds it", door.name);
                    (text, door.level_line)
                }
            };
            topology.not_judged.push(Statement { text, spans: vec![span(line)] });
        }
        let vpn = match self.plan.config.filters_vpn {
            Some(line) => Some(("what comes out of tunnels is asked by the access lists of its interface; clients behind a VPN are not judged", line)),
            None => super::divert::ends_tunnels(self.plan.config)
                .map(|line| ("what comes out of tunnels passes by the access lists of interfaces (`sysopt connection permit-vpn`); clients behind a VPN are not judged", line)),
        };
        topology
            .not_judged
            .extend(vpn.map(|(text, line)| Statement { text: text.to_owned(), spans: vec![span(line)] }));
        for remote in self.plan.tunnels.of(self.family) {
            let doors = remote.doors.join(" --in-interface ");
            let from = super::canonical::addresses(&remote.addresses, self.family);
            let text = format!(
                "what comes out of tunnels from {from} enters by `{doors}`: `--in-interface {doors} --from ADDRESSES` judges it"
            );
            topology.not_judged.push(Statement { text, spans: vec![span(remote.line)] });
        }
    }
}

fn listed<'n>(names: impl Iterator<Item = &'n str>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
