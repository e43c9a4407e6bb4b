//! By which interfaces clients enter, and where flows leave.

use super::config::Config;
use super::interface::Interface;
use crate::format::asa::address::all;
use crate::format::asa::sink::Sink;
use crate::policy::{Doorway, Interfaces, Statement, Topology};
use crate::space::{Family, IntervalSet};
use std::collections::HashMap;

/// The way out of what is discarded.
pub const NULL: &str = "Null0";
/// The most routes that are searched for the way to a next router that is not connected.
const MAX_ROUTES: usize = 1_000;

/// The static routing of one family: by longest prefix, then by distance.
pub struct Routing<'a> {
    /// The addresses behind each interface, without the default route.
    pub behind: HashMap<String, (IntervalSet, &'a str)>,
    /// What no route but the default one is for.
    pub rest: IntervalSet,
    /// The interfaces of the default routes that are preferred, several where they share the load.
    pub default: Vec<(String, &'a str)>,
    /// The first route that discards.
    pub discards: Option<&'a str>,
    /// The routing table that is followed.
    pub vrf: Option<&'a str>,
    tracked: Option<&'a str>,
}

/// A route with the interface that it leads to.
struct Known<'a> {
    length: u32,
    distance: u32,
    interface: String,
    set: IntervalSet,
    line: &'a str,
}

/// The routing table that most transit interfaces stand in; the global one where several have as many.
fn main_table<'a>(config: &Config<'a>) -> Option<&'a str> {
    let mut counts: Vec<(Option<&'a str>, usize)> = vec![(None, 0)];
    for interface in config.interfaces.iter().filter(|i| carries_transit(i, config)) {
        match counts.iter_mut().find(|c| c.0 == interface.vrf) {
            Some(slot) => slot.1 += 1,
            None => counts.push((interface.vrf, 1)),
        }
    }
    let most = counts.iter().map(|c| c.1).max();
    counts.iter().find(|c| Some(c.1) == most).and_then(|c| c.0)
}

/// May transit traffic use it? Where the text gives no addresses at all, every interface with a list counts.
fn carries_transit(interface: &Interface<'_>, config: &Config<'_>) -> bool {
    let bare = config.interfaces.iter().all(|i| !i.has_address());
    let counts = interface.has_address() || bare && !interface.switchport;
    !interface.shutdown && counts && !interface.name.to_ascii_lowercase().starts_with("null")
}

/// Follows the static routes and the connected networks.
pub fn routing<'a>(config: &Config<'a>, family: Family) -> Routing<'a> {
    let vrf = main_table(config);
    let mut known = connected(config, family, vrf);
    let near = known.len();
    let mut tracked = None;
    for route in config.routes.iter().filter(|r| r.vrf == vrf) {
        let set = route.addresses.of(family);
        if set.is_empty() && route.length > 0 || !speaks(&route.addresses, family) {
            continue;
        }
        let interface = match &route.interface {
            Some(name) => Some(config.whole_name(name)).filter(|n| is_up(config, n)),
            None => way_to(config, route.gateway.as_ref().and_then(|g| g.of(family).lowest()), &known, near),
        };
        if route.tracked {
            tracked = tracked.or(Some(route.line));
        }
        if let Some(interface) = interface {
            known.push(Known {
                length: route.length,
                distance: route.distance,
                interface,
                set: set.clone(),
                line: route.line,
            });
        }
    }
    known.extend(learned(config, family, vrf));
    let mut routing = Routing {
        behind: HashMap::new(),
        rest: all(family),
        default: Vec::new(),
        discards: known.iter().find(|k| is_null(&k.interface)).map(|k| k.line),
        vrf,
        tracked,
    };
    routing.fill(known);
    routing
}

fn speaks(addresses: &crate::format::asa::address::Addresses, family: Family) -> bool {
    !addresses.of(family).is_empty()
}

fn is_null(name: &str) -> bool {
    name.eq_ignore_ascii_case(NULL)
}

fn is_up(config: &Config<'_>, name: &str) -> bool {
    is_null(name) || config.interface(name).is_none_or(|i| !i.shutdown)
}

fn connected<'a>(config: &Config<'a>, family: Family, vrf: Option<&str>) -> Vec<Known<'a>> {
    let up = config.interfaces.iter().filter(|i| !i.shutdown && i.vrf == vrf);
    let networks = up.flat_map(|i| i.networks.iter().map(move |n| (i, n)));
    let of_family = networks.filter(|(_, n)| !n.0.of(family).is_empty());
    let known = of_family.map(|(i, (addresses, length, line))| Known {
        length: *length,
        distance: 0,
        interface: i.name.clone(),
        set: addresses.of(family).clone(),
        line,
    });
    known.collect()
}

/// An interface that learns its address learns a default route with it, which every static one is preferred to.
fn learned<'a>(config: &Config<'a>, family: Family, vrf: Option<&str>) -> Vec<Known<'a>> {
    if family == Family::V6 {
        return Vec::new();
    }
    let learning = config.interfaces.iter().filter(|i| !i.shutdown && i.vrf == vrf);
    let known = learning.filter_map(|i| {
        let line = i.learns?;
        Some(Known { length: 0, distance: 254, interface: i.name.clone(), set: all(family), line })
    });
    known.collect()
}

/// The interface by which the next router is reached: in a connected network, else by a route that was read before,
/// else by the only interface whose address is not in the text.
fn way_to(config: &Config<'_>, gateway: Option<u128>, known: &[Known<'_>], near: usize) -> Option<String> {
    let gateway = gateway?;
    let direct = known.iter().take(near).filter(|k| k.set.contains(gateway)).max_by_key(|k| k.length);
    if let Some(direct) = direct {
        return Some(direct.interface.clone());
    }
    let routed = known.iter().skip(near).take(MAX_ROUTES).filter(|k| k.length > 0 && k.set.contains(gateway));
    if let Some(routed) = routed.max_by_key(|k| k.length) {
        return Some(routed.interface.clone());
    }
    let mut learning = config.interfaces.iter().filter(|i| !i.shutdown && i.learns.is_some());
    let only = learning.next()?;
    learning.next().is_none().then(|| only.name.clone())
}

impl<'a> Routing<'a> {
    fn fill(&mut self, mut known: Vec<Known<'a>>) {
        known.sort_by_key(|k| (std::cmp::Reverse(k.length), k.distance));
        let mut rest = known.as_slice();
        while let Some(first) = rest.first() {
            let alike = |k: &&Known<'_>| (k.length, k.distance) == (first.length, first.distance);
            let count = rest.iter().take_while(alike).count();
            let (group, later) = rest.split_at(count.max(1));
            rest = later;
            if first.length == 0 {
                if self.default.is_empty() {
                    self.default = group.iter().map(|k| (k.interface.clone(), k.line)).collect();
                }
                continue;
            }
            let free = self.rest.clone();
            for route in group {
                let slot = self.behind.entry(route.interface.clone()).or_insert((IntervalSet::empty(), route.line));
                slot.0 = slot.0.union(&route.set.intersect(&free));
            }
            let ranges = group.iter().flat_map(|k| k.set.intervals()).map(|i| (i.low, i.high));
            self.rest = self.rest.subtract(&IntervalSet::from_ranges(ranges));
        }
    }
}

/// Derives the topology.
pub fn topology<'a>(
    config: &Config<'a>,
    routing: &Routing<'a>,
    interfaces: &Interfaces,
    family: Family,
    sink: &Sink<'a>,
) -> Topology {
    let builder = Builder { config, routing, interfaces, sink, family };
    let egress = builder.egress();
    let entries = builder.entries(&egress);
    let mut topology = Topology { hairpin: true, statements: sink.statements.clone(), ..Topology::default() };
    for interface in &entries {
        let known = routing.behind.get(&interface.name);
        topology.entries.push(builder.doorway(&interface.name, known.map(|k| k.0.clone()), interface.head));
    }
    if let (true, Some(barred)) = (entries.is_empty(), builder.barred().next()) {
        topology.entries.push(Doorway { iface: Interfaces::OTHER, addresses: None, span: None });
        let text = "no interface is left by which clients could enter; `--in-interface` names one".to_owned();
        topology.entering.push(Statement { text, spans: vec![sink.input.span(barred.head)] });
    }
    let clients = topology.entries.iter().filter_map(|e| e.addresses.clone()).reduce(|a, b| a.union(&b));
    topology.clients = clients.filter(|set| !set.is_empty());
    builder.exits(&egress, &entries, &mut topology);
    builder.not_judged(&egress, &entries, &mut topology);
    topology.udp_timeouts = super::timer::udp(config, family, sink);
    topology
}

struct Builder<'b, 'a> {
    config: &'b Config<'a>,
    routing: &'b Routing<'a>,
    interfaces: &'b Interfaces,
    sink: &'b Sink<'a>,
    family: Family,
}

impl<'b, 'a> Builder<'b, 'a> {
    fn transit(&self) -> impl Iterator<Item = &'b Interface<'a>> {
        let (config, vrf) = (self.config, self.routing.vrf);
        config.interfaces.iter().filter(move |i| carries_transit(i, config) && i.vrf == vrf)
    }

    /// Interfaces with addresses that are switched off or stand in another routing table.
    fn barred(&self) -> impl Iterator<Item = &'b Interface<'a>> {
        let vrf = self.routing.vrf;
        self.config
            .interfaces
            .iter()
            .filter(move |i| i.has_address() && i.is_physical() && (i.shutdown || i.vrf != vrf))
    }

    fn doorway(&self, name: &str, addresses: Option<IntervalSet>, line: &str) -> Doorway {
        let span = Some(self.sink.input.span(line));
        Doorway { iface: self.interfaces.class_of(name), addresses, span }
    }

    /// Where the default routes point; without any, the outside of address translation.
    fn egress(&self) -> Vec<(String, &'a str)> {
        if !self.routing.default.is_empty() {
            return self.routing.default.clone();
        }
        let outside = self.transit().filter_map(|i| i.nat.filter(|n| n.0 == "outside").map(|n| (i.name.clone(), n.1)));
        outside.collect()
    }

    /// The inside of address translation, else every interface but the way out; no loopbacks, and tunnels only where
    /// nothing else is left.
    fn entries(&self, egress: &[(String, &'a str)]) -> Vec<&'b Interface<'a>> {
        let is_egress = |i: &Interface<'a>| egress.iter().any(|e| e.0.eq_ignore_ascii_case(&i.name));
        let inside: Vec<_> = self.transit().filter(|i| i.nat.is_some_and(|n| n.0 == "inside")).collect();
        let inner = || self.transit().filter(|i| !is_egress(i));
        let physical: Vec<_> = inner().filter(|i| i.is_physical() && !i.on_side("outside")).collect();
        // A text about one interface is about what goes in and out by it; where others are barred, nobody enters.
        let alone = if self.barred().next().is_none() { self.transit().collect() } else { Vec::new() };
        let choices = [inside, physical, inner().collect(), alone];
        let found = choices.into_iter().find(|c| !c.is_empty()).unwrap_or_default();
        // Those that have no address of the family carry nothing of it, unless none has.
        let speaking = |i: &&&Interface<'a>| self.family == Family::V4 || i.has_v6;
        let of_family: Vec<_> = found.iter().filter(speaking).copied().collect();
        if of_family.is_empty() { found } else { of_family }
    }

    fn exits(&self, egress: &[(String, &'a str)], entries: &[&Interface<'a>], topology: &mut Topology) {
        if egress.is_empty() {
            return self.undetermined(entries, topology);
        }
        let mut names: Vec<&str> = self.transit().map(|i| i.name.as_str()).collect();
        let others = self.routing.behind.keys().chain(egress.iter().map(|e| &e.0));
        for name in others {
            if !names.iter().any(|n| n.eq_ignore_ascii_case(name)) {
                names.push(name);
            }
        }
        names.sort_unstable();
        for name in names {
            let near = self.routing.behind.get(name);
            let far = egress.iter().find(|e| e.0.eq_ignore_ascii_case(name));
            let set = match (near, far) {
                (None, None) => continue,
                (Some(near), None) => near.0.clone(),
                (None, Some(_)) => self.routing.rest.clone(),
                (Some(near), Some(_)) => near.0.union(&self.routing.rest),
            };
            let line = far.map(|f| f.1).or(near.map(|n| n.1)).unwrap_or("");
            topology.exits.push(self.doorway(name, Some(set), line));
        }
        self.state_egress(egress, topology);
    }

    fn state_egress(&self, egress: &[(String, &'a str)], topology: &mut Topology) {
        let mut state = |text: String, lines: Vec<&str>| {
            let spans = lines.iter().map(|l| self.sink.input.span(l)).collect();
            topology.statements.push(Statement { text, spans });
        };
        let names: Vec<String> = egress.iter().map(|e| format!("`{}`", e.0)).collect();
        let text = format!("flows leave by {}, unless a more specific route says otherwise", names.join(" or "));
        state(text, egress.iter().map(|e| e.1).collect());
        if let Some(line) = self.routing.tracked {
            state("what tracked routes hang on is taken to be up".to_owned(), vec![line]);
        }
        if let Some(line) = self.config.routing {
            state("routes that a routing protocol learns are not in the text and are left out".to_owned(), vec![line]);
        }
    }

    /// Without a default route, any other interface may be the way out.
    fn undetermined(&self, entries: &[&Interface<'a>], topology: &mut Topology) {
        let text = "the text has no default route: the way out is open; name it with `--out-interface`".to_owned();
        let spans = self.config.routing.map(|l| self.sink.input.span(l)).into_iter().collect();
        topology.statements.push(Statement { text, spans });
        // No route sends anything back to where it came from.
        topology.hairpin = false;
        let is_entry = |i: &&Interface<'a>| entries.len() < 2 && entries.iter().any(|e| e.name == i.name);
        for interface in self.transit().filter(|i| !is_entry(i)) {
            topology.exits.push(self.doorway(&interface.name, None, interface.head));
        }
        if topology.exits.is_empty() {
            topology.hairpin = true;
            topology.exits.push(Doorway { iface: Interfaces::OTHER, addresses: None, span: None });
        }
    }

    fn not_judged(&self, egress: &[(String, &'a str)], entries: &[&Interface<'a>], topology: &mut Topology) {
        for interface in
            self.config.interfaces.iter().filter(|i| !i.shutdown && (i.has_address() || !i.bindings.is_empty()))
        {
            let is_judged = entries.iter().any(|e| e.name == interface.name)
                || egress.iter().any(|e| e.0.eq_ignore_ascii_case(&interface.name));
            if !is_judged && !interface.name.to_ascii_lowercase().starts_with("loopback") {
                let text = format!("what enters by `{0}` is not judged; `--in-interface {0}` adds it", interface.name);
                topology.not_judged.push(Statement { text, spans: vec![self.sink.input.span(interface.head)] });
            }
        }
    }
}
