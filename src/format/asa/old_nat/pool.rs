//! Dynamic translation as it was before 8.3: `nat` chooses sources, `global` has the pool for them at each egress.

use super::{Reader, parenthesised};
use crate::format::asa::address;
use crate::format::asa::config::Config;
use crate::format::asa::lower::{permitted, unknown};
use crate::format::asa::words::Words;
use crate::policy::{Action, Condition, Denial, Rule, Translation};
use crate::space::{Family, Field, IntervalSet, PacketSet};
use std::cmp::{Ordering, Reverse};
use std::collections::BTreeMap;

const NO_POOL: &str = "whether the device finds an address to translate it to is not in the text";

/// For each number and interface the addresses of its `global` lines: which of them is taken is not known. `None` where
/// the text does not tell one of them.
pub(super) type Pools<'a> = BTreeMap<u32, BTreeMap<&'a str, Option<IntervalSet>>>;

/// The addresses of a pool as they come together.
type Ranges = Option<Vec<(u128, u128)>>;

/// All `global` lines.
pub(super) fn pools<'a>(config: &Config<'a>) -> Pools<'a> {
    let mut ranges: BTreeMap<u32, BTreeMap<&'a str, Ranges>> = BTreeMap::new();
    for (interface, id, addresses) in config.old.iter().filter_map(|line| global(config, line)) {
        let slot = ranges.entry(id).or_default().entry(interface).or_insert_with(|| Some(Vec::new()));
        match (slot.as_mut(), addresses) {
            (Some(all), Some(one)) => all.extend(one.intervals().into_iter().map(|i| (i.low, i.high))),
            _ => *slot = None,
        }
    }
    let joined = |(interface, all): (&'a str, Ranges)| (interface, all.map(IntervalSet::from_ranges));
    ranges.into_iter().map(|(id, at)| (id, at.into_iter().map(joined).collect())).collect()
}

/// `global (IF) ID ADDRESSES`.
fn global<'a>(config: &Config<'a>, line: &'a str) -> Option<(&'a str, u32, Option<IntervalSet>)> {
    let mut words = Words::new(line);
    words.next().filter(|w| *w == "global")?;
    let interface = parenthesised(words.next()?)?;
    let id = words.next()?.parse().ok()?;
    let word = words.next()?;
    let host = |w: &str| config.names.host(w).ok().and_then(|a| a.v4.lowest());
    let addresses = match word.split_once('-') {
        _ if word == "interface" => config.interface(interface).map(|i| i.own.v4.clone()).filter(|own| !own.is_empty()),
        Some((low, high)) => host(low).zip(host(high)).map(|(l, h)| IntervalSet::range(l.min(h), l.max(h))),
        None => host(word).map(IntervalSet::single),
    };
    Some((interface, id, addresses))
}

/// `nat (IF) ID ...`.
pub(super) struct Nat<'a> {
    line: &'a str,
    pub(super) interface: &'a str,
    pub(super) id: u32,
    pub(super) packets: PacketSet,
    /// Does an access list choose?
    by_list: bool,
    doubt: Option<Condition>,
    /// Without a list: the network that it names.
    network: u32,
    length: u32,
    /// Does it say `outside`: are sources translated on the way to higher levels?
    outside: bool,
}

impl Nat<'_> {
    /// The interface and the network that it names; `None` where a list chooses.
    fn named(&self) -> Option<(&str, u32, u32)> {
        (!self.by_list).then_some((self.interface, self.network, self.length))
    }

    pub(super) fn exempts(&self) -> bool {
        self.id == 0 && self.by_list
    }
}

/// The numbers of the lines that name the same network at the same interface.
pub(super) type Twins<'n> = BTreeMap<(&'n str, u32, u32), Vec<u32>>;

/// Lines that differ in their number alone. Those that no pool at all belongs to are no alternative to any.
pub(super) fn twins<'n>(nats: &'n [Nat<'_>], pools: &Pools<'_>) -> Twins<'n> {
    let mut all = Twins::new();
    for nat in nats.iter().filter(|n| pools.contains_key(&n.id)) {
        if let Some(named) = nat.named() {
            all.entry(named).or_default().push(nat.id);
        }
    }
    all
}

/// Why a source without translation is denied: the line that says so, or the way a PIX of that age is made.
pub(super) fn control<'a>(config: &Config<'a>) -> Option<Option<&'a str>> {
    let line = config.old.iter().copied().find(|l| Words::new(l).next() == Some("nat-control"));
    let before = |product: &str, number| config.version.is_some_and(|v| v.product == product && v.number < number);
    let always = before("PIX", (7, 0, 0)) || before("FWSM", (3, 0, 0));
    line.map(Some).or(always.then_some(None))
}

impl<'a> Reader<'_, 'a> {
    /// All `nat` lines: exemptions and those with a list in their order, then the others by longest prefix.
    pub(super) fn nats(&self) -> Vec<Nat<'a>> {
        let mut all: Vec<Nat<'a>> = self.plan.config.nat.iter().filter_map(|(_, line)| self.nat_line(line)).collect();
        all.sort_by_key(|n| (!n.by_list, Reverse(if n.by_list { 0 } else { n.length })));
        all
    }

    pub(super) fn nat_line(&self, line: &'a str) -> Option<Nat<'a>> {
        let mut words = Words::new(line);
        words.next().filter(|w| *w == "nat")?;
        let interface = parenthesised(words.next()?).filter(|i| !i.contains(','))?;
        let id = words.next()?.parse().ok()?;
        let by = PacketSet::from_cubes(Family::V4, self.cube(interface, None));
        let outside = words.clone().any(|w| w == "outside");
        let mut nat =
            Nat { line, interface, id, packets: by, by_list: false, doubt: None, network: 0, length: 0, outside };
        if words.take_if("access-list") {
            nat.by_list = true;
            let name = words.next().unwrap_or("");
            match self.plan.rules.get(name).and_then(|rules| permitted(rules.of(Family::V4), Family::V4)) {
                Some(packets) => nat.packets = nat.packets.intersect(&packets),
                None => nat.doubt = Some(self.sink.condition(format!("what `{name}` selects is not known"), line)),
            }
            return Some(nat);
        }
        let zero_or = |w: &str| if w == "0" { Some(0) } else { address::v4(w) };
        let network = words.next().map_or(Some(0), |w| zero_or(self.plan.config.names.alias(w).unwrap_or(w)))?;
        let mask = words.next().and_then(zero_or).unwrap_or(if network == 0 { 0 } else { u32::MAX });
        (nat.network, nat.length) = (network & mask, mask.count_ones());
        nat.packets = nat.packets.with(Field::Src, &address::masked(network & mask, mask).ok()?);
        Some(nat)
    }

    pub(super) fn nat_rule(&self, nat: &Nat<'a>, packets: PacketSet, action: Action) -> Rule {
        self.rule_of(packets, nat.doubt.clone(), action, nat.line)
    }

    /// What the line is about and no `global` of its number takes keeps its source.
    pub(super) fn kept(&self, nat: &Nat<'a>) -> Rule {
        self.nat_rule(nat, nat.packets.clone(), Action::Translate(Translation::None))
    }

    /// By the interface where it leaves: translated to the addresses of a `global` of the same number.
    pub(super) fn nat(&self, nat: &Nat<'a>, controlled: &mut Vec<Rule>, sources: &mut Vec<Rule>) {
        if nat.id == 0 {
            return controlled.push(self.nat_rule(nat, nat.packets.clone(), Action::Accept));
        }
        for (interface, addresses) in self.pools.get(&nat.id).into_iter().flatten() {
            let packets = nat.packets.clone().with(Field::OutIface, &self.plan.interfaces.matching(interface));
            let translation = Translation::Source { addresses: addresses.clone(), ports: None };
            controlled.push(self.nat_rule(nat, packets.clone(), Action::Accept));
            sources.push(self.nat_rule(nat, packets, Action::Translate(translation)));
        }
    }

    /// Addresses that a `nat` names must be translated wherever they leave to a lower or the same level, and to a higher
    /// one where it says `outside`: without a `global` of its number there they are dropped, with nat-control and
    /// without it (Cisco ASA Series Firewall ASDM Configuration Guide, "Configuring NAT (ASA 8.2 and Earlier)": real
    /// addresses in a NAT rule must be translated on all lower or same security interfaces).
    /// Of several lines for the same network one may have a pool there: which of them counts is not documented.
    pub(super) fn without_pool(&self, nat: &Nat<'a>, twins: &Twins<'_>) -> Vec<Rule> {
        let Some(door) = self.plan.doors.iter().find(|d| d.name == nat.interface).filter(|_| nat.id != 0) else {
            return Vec::new();
        };
        let has_pool = |id: &u32, name| self.has_pool(*id, name);
        let twins: &[u32] = nat.named().and_then(|named| twins.get(&named)).map_or(&[], Vec::as_slice);
        let (mut sure, mut open) = (Vec::new(), Vec::new());
        for exit in self.plan.doors.iter().filter(|d| !has_pool(&nat.id, d.name)) {
            match self.plan.compare(exit, door) {
                Some(Ordering::Greater) if !nat.outside => {}
                Some(_) if !twins.iter().any(|id| has_pool(id, exit.name)) => sure.push(exit.name),
                _ => open.push(exit.name),
            }
        }
        let leaving = |names: &[&str]| {
            let ids = names.iter().map(|name| u128::from(self.plan.interfaces.class_of(name)));
            nat.packets.clone().with(Field::OutIface, &IntervalSet::from_ranges(ids.map(|id| (id, id))))
        };
        let denied = self.nat_rule(nat, leaving(&sure), Action::Deny(Denial::Silent));
        let open = unknown(leaving(&open), NO_POOL.to_owned(), nat.line, self.sink);
        [denied, open].into_iter().filter(|rule| !rule.matches.packets.is_empty()).collect()
    }

    pub(super) fn has_pool(&self, id: u32, interface: &str) -> bool {
        self.pools.get(&id).is_some_and(|at| at.contains_key(interface))
    }

    fn lower_than(&self, name: &str) -> IntervalSet {
        let Some(door) = self.plan.doors.iter().find(|d| d.name == name) else { return IntervalSet::empty() };
        let lower = self.plan.doors.iter().filter(|d| self.plan.compare(d, door) == Some(Ordering::Less));
        IntervalSet::from_ranges(lower.map(|d| self.plan.interfaces.class_of(d.name).into()).map(|id| (id, id)))
    }

    /// With nat-control, what goes to a lower level without any translation is denied.
    pub(super) fn uncontrolled(&self, controlled: &mut Vec<Rule>) {
        let Some(line) = self.control else {
            if controlled.iter().all(|rule| rule.action == Action::Accept) {
                controlled.clear();
            }
            return;
        };
        for door in self.plan.doors {
            let out = self.lower_than(door.name);
            let cube = self.cube(door.name, None).and_then(|c| c.with(Family::V4, Field::OutIface, &out));
            let denial = |cube| self.rule(cube, Action::Deny(Denial::Silent), line.unwrap_or(door.level_line));
            controlled.extend(cube.map(denial));
        }
    }
}
