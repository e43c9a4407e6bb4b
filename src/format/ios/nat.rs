//! Address translation: `ip nat inside source ...`, `ip nat outside source ...`.
//!
//! What enters an inside interface and leaves by an outside one gets another source; what enters by an outside one
//! gets its destination back. (Cisco IOS IP Addressing Configuration Guide, "Configuring NAT for IP Address
//! Conservation".)

use super::entry::{Effect, selected};
use super::line::is_number;
use super::lower::Lowering;
use super::route_map::Clause;
use super::service::protocols;
use crate::format::asa::address::{agreeing, v4};
use crate::format::asa::words::Words;
use crate::policy::{Action, ChainEnd, ChainId, Condition, Match, Rule, Sees, Stage, Translation};
use crate::space::{Cube, Family, Field, IntervalSet, PacketSet};

const FAMILY: Family = Family::V4;

/// Overloaded translation keeps a source port within its group. (Cisco document 26704, "NAT FAQ": port groups.)
const PORT_GROUPS: [(u128, u128); 3] = [(0, 511), (512, 1023), (1024, 65535)];

/// The stages of translation; none where nothing is translated.
pub fn stages(lowering: &mut Lowering<'_, '_>) -> Vec<Stage> {
    let lines = lowering.plan.config.nat.clone();
    let Some(first) = lines.first() else { return Vec::new() };
    let span = lowering.sink.input.span(first);
    let (mut destinations, mut sources) = (Vec::new(), Vec::new());
    // Static translations come before dynamic ones.
    let is_static = |line: &&&str| Words::new(line).any(|w| w == "static");
    for line in lines.iter().filter(is_static).chain(lines.iter().filter(|l| !is_static(l))) {
        Line { lowering, line }.lower(&mut destinations, &mut sources);
    }
    let destination = lowering.chain("translation of destinations", destinations, ChainEnd::Accept, span);
    let source = lowering.chain("translation of sources", sources, ChainEnd::Accept, span);
    let translate = |chain, destination| Stage::Translate { chain: Some(chain), sees: Sees::Both, destination };
    vec![Stage::Track, translate(destination, true), translate(source, false)]
}

struct Line<'n, 'l, 'a> {
    lowering: &'n mut Lowering<'l, 'a>,
    line: &'a str,
}

/// One end of a static translation.
struct End {
    /// `None` where the address is not in the text.
    addresses: Option<IntervalSet>,
    port: Option<u16>,
}

impl<'a> Line<'_, '_, 'a> {
    fn lower(&mut self, destinations: &mut Vec<Rule>, sources: &mut Vec<Rule>) {
        if self.ids("inside").is_empty() || self.ids("outside").is_empty() {
            // Without the two sides nothing is translated.
            return;
        }
        let mut words = Words::new(self.line);
        words.nth(1);
        let side = words.next().unwrap_or("");
        let kind = if side == "source" { side } else { words.next().unwrap_or("") };
        let lowered = match (side, kind, words.next().unwrap_or("")) {
            ("inside" | "source", "source", "static") => self.inside_static(words, destinations, sources),
            ("inside" | "source", "source", how @ ("list" | "route-map")) => self.dynamic(how, words, sources),
            ("outside", "source", "static") => self.outside_static(words, destinations),
            ("outside", "source", "list") => self.outside_dynamic(words, destinations),
            _ => None,
        };
        if lowered.is_none() {
            let packets = PacketSet::full(FAMILY);
            destinations.push(self.unknown(packets, "what this translation does, is not modelled"));
        }
    }

    fn unknown(&self, packets: PacketSet, text: &str) -> Rule {
        super::divert::unknown(packets, text.to_owned(), self.line, self.lowering.sink)
    }

    fn condition(&self, text: impl Into<String>) -> Condition {
        self.lowering.sink.condition(text, self.line)
    }

    /// What enters by an interface of a side.
    fn from(&self, side: &str) -> Option<Cube> {
        Cube::full().with(FAMILY, Field::InIface, &self.ids(side))
    }

    fn outward(&self) -> Option<Cube> {
        self.from("inside")?.with(FAMILY, Field::OutIface, &self.ids("outside"))
    }

    fn ids(&self, side: &str) -> IntervalSet {
        let plan = self.lowering.plan;
        let on_side = plan.config.interfaces.iter().filter(|i| i.on_side(side));
        on_side.fold(IntervalSet::empty(), |all, i| all.union(&plan.interfaces.matching(&i.name)))
    }

    fn rule(&self, cube: Option<Cube>, translation: Translation, opaque: Vec<Condition>) -> Option<Rule> {
        let packets = PacketSet::from_cubes(FAMILY, cube);
        let matches = Match { packets, marks: Vec::new(), opaque };
        let span = self.lowering.sink.input.span(self.line);
        (!matches.packets.is_empty()).then_some(Rule { matches, action: Action::Translate(translation), span })
    }

    /// `static LOCAL GLOBAL`, `static tcp LOCAL PORT GLOBAL PORT`, `static network LOCAL GLOBAL MASK`; the global address
    /// may be that of an interface.
    fn inside_static(&self, mut words: Words<'a>, destinations: &mut Vec<Rule>, sources: &mut Vec<Rule>) -> Option<()> {
        if words.take_if("network") {
            return self.network_static(words, destinations, sources);
        }
        let proto = words.take_when(|w| matches!(w, "tcp" | "udp")).and_then(protocols);
        let local = self.end(&mut words, proto.is_some())?;
        let global = self.end(&mut words, proto.is_some())?;
        let opaque = self.restrictions(words);
        let with = |cube: Option<Cube>, address: Field, port: Field, end: &End| {
            let cube = end.addresses.iter().try_fold(cube?, |c, set| c.with(FAMILY, address, set))?;
            let cube = proto.iter().try_fold(cube, |c, set| c.with(FAMILY, Field::Proto, set))?;
            end.port.iter().try_fold(cube, |c, p| c.with(FAMILY, port, &IntervalSet::single((*p).into())))
        };
        let ports = |end: &End| end.port.map(|p| IntervalSet::single(p.into()));
        let outward = with(self.outward(), Field::Src, Field::SrcPort, &local);
        let translation = Translation::Source { addresses: global.addresses.clone(), ports: ports(&global) };
        sources.extend(self.rule(outward, translation, opaque.clone()));
        let mut opaque = opaque;
        if global.addresses.is_none() {
            opaque.push(self.condition("the address of the interface is not in the text"));
        }
        let inward = with(self.from("outside"), Field::Dst, Field::DstPort, &global);
        let translation =
            Translation::Destination { addresses: local.addresses.clone(), ports: ports(&local), local: false };
        destinations.extend(self.rule(inward, translation, opaque));
        Some(())
    }

    fn network_static(
        &self,
        mut words: Words<'a>,
        destinations: &mut Vec<Rule>,
        sources: &mut Vec<Rule>,
    ) -> Option<()> {
        let (local, global) = (v4(words.next()?)?, v4(words.next()?)?);
        let mask = words.next()?;
        let mask = match mask.strip_prefix('/') {
            Some(length) => !super::address::wildcard_of(length.parse().ok().filter(|l| *l <= 32)?),
            None => v4(mask)?,
        };
        let opaque = self.restrictions(words);
        let host_mask = u128::from(!mask);
        let of = |address: u32| agreeing(address & mask, mask);
        let exchanged = |network: u32| Translation::Network { network: (network & mask).into(), host_mask };
        let outward = self.outward().and_then(|c| c.with(FAMILY, Field::Src, &of(local)?));
        sources.extend(self.rule(outward, exchanged(global), opaque.clone()));
        let inward = self.from("outside").and_then(|c| c.with(FAMILY, Field::Dst, &of(global)?));
        destinations.extend(self.rule(inward, exchanged(local), opaque));
        Some(())
    }

    /// `outside source static GLOBAL LOCAL`: who asks for the local address is sent to the global one.
    fn outside_static(&self, mut words: Words<'a>, destinations: &mut Vec<Rule>) -> Option<()> {
        let proto = words.take_when(|w| matches!(w, "tcp" | "udp")).and_then(protocols);
        if words.peek() == Some("network") {
            return None;
        }
        let global = self.end(&mut words, proto.is_some())?;
        let local = self.end(&mut words, proto.is_some())?;
        let opaque = self.restrictions(words);
        let cube = self.from("inside")?.with(FAMILY, Field::Dst, local.addresses.as_ref()?)?;
        let cube = proto.iter().try_fold(cube, |c, set| c.with(FAMILY, Field::Proto, set))?;
        let cube = local
            .port
            .iter()
            .try_fold(cube, |c, p| c.with(FAMILY, Field::DstPort, &IntervalSet::single((*p).into())))?;
        let ports = global.port.map(|p| IntervalSet::single(p.into()));
        let translation = Translation::Destination { addresses: global.addresses, ports, local: false };
        destinations.extend(self.rule(Some(cube), translation, opaque));
        Some(())
    }

    /// Answers of the servers that the list selects may come from an address of the pool, and nobody knows which.
    fn outside_dynamic(&self, mut words: Words<'a>, destinations: &mut Vec<Rule>) -> Option<()> {
        let list = self.lowering.plan.lists.get(&(FAMILY, words.next()?))?;
        let pool = if words.take_if("pool") { self.pool(words.next()?) } else { None };
        let servers = selected(list, FAMILY).values(Field::Src);
        let either = pool.map_or_else(|| servers.clone(), |pool| servers.union(&pool));
        let packets = PacketSet::from_cubes(FAMILY, self.from("inside")?.with(FAMILY, Field::Dst, &either));
        destinations.push(self.unknown(packets, "the addresses of these servers may be translated"));
        Some(())
    }

    fn end(&self, words: &mut Words<'a>, has_port: bool) -> Option<End> {
        let addresses = if words.take_if("interface") {
            let name = super::interface::name(words)?;
            self.address_of(&name)
        } else {
            Some(IntervalSet::single(v4(words.next()?)?.into()))
        };
        // A whole interface can be named without any port.
        let port = if has_port {
            words.take_when(|w| super::names::port(w).is_some()).and_then(super::names::port)
        } else {
            None
        };
        Some(End { addresses, port })
    }

    fn address_of(&self, interface: &str) -> Option<IntervalSet> {
        let interface = self.lowering.plan.config.interface(interface)?;
        interface.primary.map(|a| IntervalSet::single(a.into()))
    }

    /// What restricts a static translation further.
    fn restrictions(&self, mut words: Words<'a>) -> Vec<Condition> {
        let mut all = Vec::new();
        while let Some(word) = words.next() {
            if matches!(word, "route-map" | "vrf" | "redundancy") {
                let name = words.next().unwrap_or("");
                all.push(self.condition(format!("this translation is for `{word} {name}` only")));
            }
        }
        all
    }

    /// `list A interface X overload`, `list A pool P`, `route-map M ...`.
    fn dynamic(&mut self, how: &str, mut words: Words<'a>, sources: &mut Vec<Rule>) -> Option<()> {
        let selector = words.next()?;
        let addresses = match words.next()? {
            "interface" => {
                let name = super::interface::name(&mut words)?;
                self.address_of(&name)
            }
            "pool" => self.pool(words.next()?),
            _ => return None,
        };
        let overload = words.any(|w| w == "overload");
        let clauses = self.clauses(how, selector);
        for (ports, guard) in self.guards(overload) {
            let translation = Translation::Source { addresses: addresses.clone(), ports };
            for clause in &clauses {
                let outward = guard.clone().and_then(|cube| self.by_interfaces(cube, &clause.interfaces));
                sources.extend(self.selected_by(clause, outward, &translation));
            }
        }
        Some(())
    }

    /// The clauses of a route map; a list is one clause.
    fn clauses(&self, how: &str, selector: &'a str) -> Vec<Clause<'a>> {
        let whole = Clause { permit: true, lists: vec![selector], ..Clause::default() };
        if how == "list" {
            return vec![whole];
        }
        let undefined = || vec![Clause { permit: true, asks_more: true, ..Clause::default() }];
        let mut clauses = self.lowering.plan.config.route_maps.get(selector).cloned().unwrap_or_else(undefined);
        clauses.sort_by_key(|c| c.number);
        clauses
    }

    /// Packets from inside to outside by what becomes of their source port.
    fn guards(&self, overload: bool) -> Vec<(Option<IntervalSet>, Option<Cube>)> {
        if !overload {
            return vec![(None, self.outward())];
        }
        let transport = IntervalSet::from_ranges([(6, 6), (17, 17)]);
        let of_proto = |set: &IntervalSet| self.outward().and_then(|c| c.with(FAMILY, Field::Proto, set));
        let mut all: Vec<_> = PORT_GROUPS
            .iter()
            .map(|(low, high)| {
                let group = IntervalSet::range(*low, *high);
                let cube = of_proto(&transport).and_then(|c| c.with(FAMILY, Field::SrcPort, &group));
                (Some(group), cube)
            })
            .collect();
        all.push((None, of_proto(&transport.complement(0xff))));
        all
    }

    fn by_interfaces(&self, cube: Cube, names: &[String]) -> Option<Cube> {
        if names.is_empty() {
            return Some(cube);
        }
        let plan = self.lowering.plan;
        let ids = names.iter().filter_map(|n| plan.config.interface(n)).map(|i| plan.interfaces.matching(&i.name));
        cube.with(FAMILY, Field::OutIface, &ids.fold(IntervalSet::empty(), |all, one| all.union(&one)))
    }

    /// Jumps to the lists of a clause, whose permits translate (or, in a clause that denies, leave alone).
    fn selected_by(&mut self, clause: &Clause<'a>, outward: Option<Cube>, translation: &Translation) -> Vec<Rule> {
        let Some(cube) = outward else { return Vec::new() };
        let translation = if clause.permit { translation.clone() } else { Translation::None };
        let mut opaque = Vec::new();
        if clause.asks_more {
            opaque.push(self.condition("what the route map asks for, is not followed"));
        }
        if clause.lists.is_empty() {
            return self.rule(Some(cube), translation, opaque).into_iter().collect();
        }
        let mut rules = Vec::new();
        for name in &clause.lists {
            let Some(chain) = self.list_chain(name, &translation) else {
                let mut opaque = opaque.clone();
                opaque.push(self.condition(format!("the access list `{name}` is not in the text")));
                rules.extend(self.rule(Some(cube.clone()), translation.clone(), opaque));
                continue;
            };
            let matches = Match {
                packets: PacketSet::from_cubes(FAMILY, [cube.clone()]),
                marks: Vec::new(),
                opaque: opaque.clone(),
            };
            let span = self.lowering.sink.input.span(self.line);
            rules.push(Rule { matches, action: Action::Jump(chain), span });
        }
        rules
    }

    fn list_chain(&mut self, name: &str, translation: &Translation) -> Option<ChainId> {
        let list = self.lowering.plan.lists.get(&(FAMILY, name))?;
        let rules = list.iter().map(|rule| {
            let action = match &rule.effect {
                Effect::Permit | Effect::Reflect(_) => Action::Translate(translation.clone()),
                Effect::Deny => Action::Return,
                Effect::Nothing | Effect::Evaluate(_) => Action::Continue,
                Effect::Unknown(why) => Action::Unknown(why.clone()),
            };
            Rule { matches: rule.matches.clone(), action, span: rule.span }
        });
        let rules = rules.collect();
        let span = self.lowering.sink.input.span(self.line);
        Some(self.lowering.chain(&format!("{name} (translation)"), rules, ChainEnd::Return, span))
    }

    /// `ip nat pool P FIRST LAST prefix-length 24`; the addresses may stand below, after `address`.
    fn pool(&self, name: &str) -> Option<IntervalSet> {
        let line = self.lowering.plan.config.pools.get(name)?;
        let mut addresses = Words::new(line).filter(|w| !is_number(w)).filter_map(v4).map(u128::from);
        let (first, last) = (addresses.next()?, addresses.next()?);
        Some(IntervalSet::range(first.min(last), first.max(last)))
    }
}
