//! Interfaces with their addresses, lists and what else stands at them.

use super::address::prefix;
use super::line::Statement;
use crate::format::Understanding;
use crate::format::asa::address::{Addresses, masked, v4, v6};
use crate::format::asa::sink::Sink;
use crate::format::asa::words::Words;
use crate::space::{Family, IntervalSet};

/// Which way packets go through an interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// They enter.
    In,
    /// They leave.
    Out,
}

/// An access list at an interface.
#[derive(Debug, Clone, Copy)]
pub struct Binding<'a> {
    /// The list.
    pub acl: &'a str,
    /// For which packets.
    pub way: Way,
    /// Of which family.
    pub family: Family,
    /// The line.
    pub line: &'a str,
}

/// `ip inspect NAME in`.
#[derive(Debug, Clone, Copy)]
pub struct Inspection<'a> {
    /// The set of protocols.
    pub name: &'a str,
    /// For connections that pass in this direction.
    pub way: Way,
    /// Of which family.
    pub family: Family,
    /// The line.
    pub line: &'a str,
}

/// A word with the line in which it stands.
pub type Said<'a> = Option<(&'a str, &'a str)>;

/// An interface.
#[derive(Debug, Clone)]
pub struct Interface<'a> {
    /// Its name, without blanks.
    pub name: String,
    /// The line that begins its block.
    pub head: &'a str,
    /// The networks that it stands in, with the length of their masks.
    pub networks: Vec<(Addresses, u32, &'a str)>,
    /// Its own addresses.
    pub own: Addresses,
    /// The first of those for IPv4, which translations use.
    pub primary: Option<u32>,
    /// The line by which it learns an address.
    pub learns: Option<&'a str>,
    /// The interface whose address it borrows.
    pub unnumbered: Option<&'a str>,
    /// Does it speak IPv6?
    pub has_v6: bool,
    /// Is it switched off?
    pub shutdown: bool,
    /// Is it a port of a switch, without routing?
    pub switchport: bool,
    /// Its access lists.
    pub bindings: Vec<Binding<'a>>,
    /// The side of address translation (`inside`, `outside`, `enable`).
    pub nat: Said<'a>,
    /// What is inspected.
    pub inspections: Vec<Inspection<'a>>,
    /// Its zone.
    pub zone: Said<'a>,
    /// Its routing table, unless it is the global one.
    pub vrf: Option<&'a str>,
    /// The route map that may choose another way out.
    pub policy_route: Said<'a>,
    /// The check of the way back to the source.
    pub verify: Option<&'a str>,
    /// The map of encrypted flows.
    pub crypto_map: Said<'a>,
    /// Lines that hand flows to a cache.
    pub redirects: Vec<&'a str>,
    /// Is the sender told of a denial?
    pub unreachables: bool,
}

impl<'a> Interface<'a> {
    /// An interface without any property.
    pub fn new(name: String, head: &'a str) -> Interface<'a> {
        Interface {
            name,
            head,
            networks: Vec::new(),
            own: Addresses::none(),
            primary: None,
            learns: None,
            unnumbered: None,
            has_v6: false,
            shutdown: false,
            switchport: false,
            bindings: Vec::new(),
            nat: None,
            inspections: Vec::new(),
            zone: None,
            vrf: None,
            policy_route: None,
            verify: None,
            crypto_map: None,
            redirects: Vec::new(),
            unreachables: true,
        }
    }

    /// Has it an address?
    pub fn has_address(&self) -> bool {
        !self.networks.is_empty() || self.learns.is_some() || self.unnumbered.is_some() || self.has_v6
    }

    /// The list for packets of a family that go one way.
    pub fn binding(&self, family: Family, way: Way) -> Option<Binding<'a>> {
        self.bindings.iter().rev().find(|b| b.family == family && b.way == way).copied()
    }

    /// Is it of a kind that clients stand behind, or flows leave by?
    pub fn is_physical(&self) -> bool {
        let name = self.name.to_ascii_lowercase();
        !["loopback", "null", "tunnel", "lo", "mgmt", "management", "nve", "nvi"]
            .iter()
            .any(|kind| name.strip_prefix(kind).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit())))
    }

    /// Is it on this side of address translation? `enable` is both.
    pub fn on_side(&self, side: &str) -> bool {
        self.nat.is_some_and(|n| n.0 == side || n.0 == "enable")
    }
}

/// The name of an interface: `GigabitEthernet 0/1` is `GigabitEthernet0/1`.
pub fn name<'a>(words: &mut Words<'a>) -> Option<String> {
    let mut name = words.next()?.to_owned();
    if !name.ends_with(|c: char| c.is_ascii_digit())
        && let Some(number) = words.take_when(|w| w.starts_with(|c: char| c.is_ascii_digit()))
    {
        name.push_str(number);
    }
    Some(name)
}

/// Takes the lines of an `interface` block.
pub fn block<'a>(interface: &mut Interface<'a>, statement: &Statement<'a>, sink: &mut Sink<'a>) {
    for line in &statement.subs {
        let mut words = Words::new(line);
        let taken_back = words.take_if("no") || words.take_if("default");
        let understood = if taken_back { take_back(interface, words) } else { property(interface, line, words) };
        match understood {
            Some(true) => sink.line(line, Understanding::Exact, || Words::new(line).collect::<Vec<_>>().join(" ")),
            Some(false) => sink.line(line, Understanding::Neutral, || "no effect on transit".to_owned()),
            None => super::acl::reject(line, "it is cut short", sink),
        }
    }
}

/// Takes one line: `Some(false)` when it does not matter, `None` when it is not understood.
fn property<'a>(interface: &mut Interface<'a>, line: &'a str, mut words: Words<'a>) -> Option<bool> {
    match words.next()? {
        "shutdown" => interface.shutdown = true,
        "switchport" => interface.switchport = true,
        "zone-member" => interface.zone = Some((words.last()?, line)),
        "vrf" => interface.vrf = words.last(),
        "crypto" if words.take_if("map") => interface.crypto_map = Some((words.next()?, line)),
        "ip" => return ip(interface, line, words),
        "ipv6" => return ipv6(interface, line, words),
        // XR writes the family and puts the direction behind the name.
        "ipv4" if words.peek() == Some("address") || words.peek() == Some("access-group") => {
            return ip(interface, line, words);
        }
        _ => return Some(false),
    }
    Some(true)
}

fn ip<'a>(interface: &mut Interface<'a>, line: &'a str, mut words: Words<'a>) -> Option<bool> {
    match words.next()? {
        "address" => ip_address(interface, line, words)?,
        "unnumbered" => interface.unnumbered = words.next(),
        "access-group" => bind(interface, Family::V4, line, words)?,
        "nat" => interface.nat = Some((words.next()?, line)),
        "inspect" => inspect(interface, Family::V4, line, words)?,
        "policy" if words.take_if("route-map") => interface.policy_route = Some((words.next()?, line)),
        "verify" if words.take_if("unicast") => interface.verify = Some(line),
        "vrf" => interface.vrf = words.last(),
        "wccp" => interface.redirects.push(line),
        "unreachables" => interface.unreachables = true,
        _ => return Some(false),
    }
    Some(true)
}

fn ipv6<'a>(interface: &mut Interface<'a>, line: &'a str, mut words: Words<'a>) -> Option<bool> {
    match words.next()? {
        "address" => ipv6_address(interface, line, words),
        "enable" => interface.has_v6 = true,
        "traffic-filter" | "access-group" => bind(interface, Family::V6, line, words)?,
        "inspect" => inspect(interface, Family::V6, line, words)?,
        "policy" if words.take_if("route-map") => interface.policy_route = Some((words.next()?, line)),
        "verify" if words.take_if("unicast") => interface.verify = Some(line),
        _ => return Some(false),
    }
    Some(true)
}

fn bind<'a>(interface: &mut Interface<'a>, family: Family, line: &'a str, mut words: Words<'a>) -> Option<()> {
    if words.peek() == Some("common") {
        words.nth(1);
    }
    let acl = words.next()?;
    let way = way(&mut words)?;
    interface.bindings.push(Binding { acl, way, family, line });
    Some(())
}

fn inspect<'a>(interface: &mut Interface<'a>, family: Family, line: &'a str, mut words: Words<'a>) -> Option<()> {
    let name = words.next()?;
    let way = way(&mut words)?;
    interface.inspections.push(Inspection { name, way, family, line });
    Some(())
}

fn way(words: &mut Words<'_>) -> Option<Way> {
    match words.next()? {
        "in" | "ingress" => Some(Way::In),
        "out" | "egress" => Some(Way::Out),
        _ => None,
    }
}

/// `ip address A MASK [secondary]`, `ip address A/24`, `ip address dhcp|negotiated|pool X`.
fn ip_address<'a>(interface: &mut Interface<'a>, line: &'a str, mut words: Words<'a>) -> Option<()> {
    let word = words.next()?;
    let own = word.split_once('/').map_or(word, |(address, _)| address);
    let Some(address) = v4(own) else {
        interface.learns = matches!(word, "dhcp" | "negotiated" | "pool" | "virtual").then_some(line);
        return interface.learns.map(|_| ());
    };
    let (network, length) = match prefix(word) {
        Some((set, length)) => (set, length),
        None => {
            let mask = v4(words.next()?)?;
            (Addresses::v4(masked(address & mask, mask).ok()?), mask.count_ones())
        }
    };
    if !words.any(|w| w == "secondary") {
        interface.primary = Some(address);
        interface.learns = None;
    }
    interface.networks.push((network, length, line));
    interface.own.add(&Addresses::v4(IntervalSet::single(address.into())));
    Some(())
}

fn ipv6_address<'a>(interface: &mut Interface<'a>, line: &'a str, mut words: Words<'a>) {
    interface.has_v6 = true;
    let Some(word) = words.next() else { return };
    if let Some((network, length)) = prefix(word) {
        interface.networks.push((network, length, line));
        let own = word.split_once('/').and_then(|(a, _)| v6(a));
        interface.own.add(&Addresses::v6(own.map_or(IntervalSet::empty(), IntervalSet::single)));
    }
}

/// Takes a property back; `Some(false)` when there was none that matters.
fn take_back<'a>(interface: &mut Interface<'a>, mut words: Words<'a>) -> Option<bool> {
    match (words.next()?, words.next()) {
        ("shutdown", _) => interface.shutdown = false,
        ("switchport", None) => interface.switchport = false,
        ("zone-member", _) => interface.zone = None,
        ("vrf", _) | ("ip", Some("vrf")) => interface.vrf = None,
        ("crypto", Some("map")) => interface.crypto_map = None,
        ("ip", Some("address")) if words.is_done() => {
            interface.networks.retain(|(set, ..)| set.v4.is_empty());
            interface.own.v4 = IntervalSet::empty();
            interface.primary = None;
            interface.learns = None;
        }
        ("ip", Some("nat")) => interface.nat = None,
        ("ip", Some("policy")) => interface.policy_route = None,
        ("ip", Some("verify")) => interface.verify = None,
        ("ip", Some("unreachables")) => interface.unreachables = false,
        ("ip", Some("access-group")) => unbind(interface, Family::V4, words),
        ("ipv6", Some("traffic-filter" | "access-group")) => unbind(interface, Family::V6, words),
        ("ip" | "ipv6", Some("inspect")) => {
            let name = words.next();
            interface.inspections.retain(|i| Some(i.name) != name);
        }
        _ => return Some(false),
    }
    Some(true)
}

/// `no ip access-group 101 in`, or without the name.
fn unbind<'a>(interface: &mut Interface<'a>, family: Family, words: Words<'a>) {
    let last = words.last();
    let gone = |way| last.is_none_or(|w| w == if way == Way::In { "in" } else { "out" });
    interface.bindings.retain(|b| b.family != family || !gone(b.way));
}
