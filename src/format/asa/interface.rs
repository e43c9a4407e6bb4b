//! Interfaces with their levels and addresses.

use super::address::{self, Addresses};
use super::line::Statement;
use super::object::Names;
use super::sink::Sink;
use super::words::Words;
use crate::format::Understanding;
use crate::space::IntervalSet;

/// A named interface.
#[derive(Debug, Clone)]
pub struct Interface<'a> {
    /// Its `nameif`.
    pub name: &'a str,
    /// The port that has the name: `GigabitEthernet0/1`, `BVI1`.
    pub hardware: &'a str,
    /// Its security level; `None` when the text does not describe the interface.
    pub level: Option<u32>,
    /// The line of the level, else of the name.
    pub level_line: &'a str,
    /// The networks that it stands in, with the length of their masks.
    pub networks: Vec<(Addresses, u32, &'a str)>,
    /// Its own addresses.
    pub own: Addresses,
    /// Has it any address of IPv6?
    pub has_v6: bool,
    /// The line that switches it off.
    pub shutdown: Option<&'a str>,
    /// The bridge group that it is a member of.
    pub bridge_group: Option<&'a str>,
    /// The line that keeps transit out.
    pub management_only: Option<&'a str>,
    /// The line by which a default route is learned (`setroute`).
    pub learns_default: Option<&'a str>,
    /// The lines that keep what enters by it from other ports, with their names: `no forward interface Vlan2`.
    pub keeps_from: Vec<(&'a str, &'a str)>,
    /// The line of a route map that may choose another way out.
    pub policy_route: Option<&'a str>,
}

impl<'a> Interface<'a> {
    /// An interface of which only the name is known.
    pub fn named(name: &'a str) -> Interface<'a> {
        Interface {
            name,
            hardware: "",
            level: None,
            level_line: name,
            networks: Vec::new(),
            own: Addresses::none(),
            has_v6: false,
            shutdown: None,
            bridge_group: None,
            management_only: None,
            learns_default: None,
            keeps_from: Vec::new(),
            policy_route: None,
        }
    }

    /// May transit traffic use it?
    pub fn carries_transit(&self) -> bool {
        self.barred().is_none()
    }

    /// The line that keeps transit out of it.
    pub fn barred(&self) -> Option<&'a str> {
        self.shutdown.or(self.management_only)
    }

    /// The bridge group whose routed side it is: `1` of `BVI1`.
    pub fn bvi(&self) -> Option<&'a str> {
        self.hardware.strip_prefix("BVI").map(str::trim)
    }
}

/// Reads an `interface` block; `None` when it has no name and so carries nothing. The routed side of a bridge group
/// needs no name.
pub fn block<'a>(statement: &Statement<'a>, names: &Names<'a>, sink: &mut Sink<'a>) -> Option<Interface<'a>> {
    let name_line = statement.subs.iter().copied().find(|l| l.starts_with("nameif "));
    let name = name_line.and_then(|l| Words::new(l).nth(1));
    let hardware = Words::new(statement.head).skip(1).collect::<Vec<_>>();
    let mut interface = Interface::named(name.unwrap_or(""));
    interface.hardware = hardware.first().copied().unwrap_or("");
    // The device's own default.
    interface.level = Some(if name == Some("inside") { 100 } else { 0 });
    interface.level_line = name_line.unwrap_or(statement.head);
    sink.line(statement.head, Understanding::Exact, || format!("interface {}", name.unwrap_or("without a name")));
    for line in &statement.subs {
        match property(&mut interface, line, names) {
            Some(true) => sink.line(line, Understanding::Exact, || Words::new(line).collect::<Vec<_>>().join(" ")),
            Some(false) => sink.line(line, Understanding::Neutral, || "no effect on transit".to_owned()),
            None => super::config::reject(line, sink),
        }
    }
    (name.is_some() || interface.bvi().is_some()).then_some(interface)
}

/// Takes one line: `Some(false)` when it does not matter, `None` when it is not understood.
fn property<'a>(interface: &mut Interface<'a>, line: &'a str, names: &Names<'a>) -> Option<bool> {
    let mut words = Words::new(line);
    match words.next()? {
        "nameif" => {}
        "security-level" => {
            interface.level_line = line;
            interface.level = words.next().and_then(|w| w.parse().ok()).filter(|level| *level <= 100);
            interface.level?;
        }
        "shutdown" => interface.shutdown = Some(line),
        "management-only" => interface.management_only = Some(line),
        "no" if words.take_if("forward") && words.take_if("interface") => {
            interface.keeps_from.push((line, words.next()?))
        }
        "policy-route" => interface.policy_route = Some(line),
        "bridge-group" => interface.bridge_group = Some(words.next()?),
        "ip" if words.next() == Some("address") => ip_address(interface, line, words, names)?,
        "ipv6" => match words.next()? {
            "address" => ipv6_address(interface, line, words),
            "enable" => interface.has_v6 = true,
            _ => return Some(false),
        },
        _ => return Some(false),
    }
    Some(true)
}

/// `ip address A M`, `ip address dhcp setroute`, `ip address pppoe setroute`.
pub fn ip_address<'a>(
    interface: &mut Interface<'a>,
    line: &'a str,
    mut words: Words<'a>,
    names: &Names<'a>,
) -> Option<()> {
    let word = words.next()?;
    if matches!(word, "dhcp" | "pppoe") {
        if words.any(|w| w == "setroute") {
            interface.learns_default = Some(line);
        }
        return Some(());
    }
    let address = address::v4(names.alias(word).unwrap_or(word))?;
    let mask = words.next().and_then(address::v4).unwrap_or(u32::MAX);
    let network = address::masked(address & mask, mask).ok()?;
    interface.networks.push((Addresses::v4(network), mask.count_ones(), line));
    interface.own.add(&Addresses::v4(IntervalSet::single(address.into())));
    Some(())
}

fn ipv6_address<'a>(interface: &mut Interface<'a>, line: &'a str, mut words: Words<'a>) {
    interface.has_v6 = true;
    let Some(word) = words.next() else { return };
    if let Some((network, length)) = address::v6_prefix(word) {
        interface.networks.push((Addresses::v6(network), length, line));
        let own = word.split_once('/').and_then(|(a, _)| address::v6(a));
        interface.own.add(&Addresses::v6(own.map_or(IntervalSet::empty(), IntervalSet::single)));
    }
}
