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
    /// Is it switched off?
    pub shutdown: bool,
    /// The line that keeps transit out.
    pub management_only: Option<&'a str>,
    /// The line by which a default route is learned (`setroute`).
    pub learns_default: Option<&'a str>,
    /// The route map that may choose another way out.
    pub policy_route: Option<&'a str>,
}

impl<'a> Interface<'a> {
    /// An interface of which only the name is known.
    pub fn named(name: &'a str) -> Interface<'a> {
        Interface {
            name,
            level: None,
            level_line: name,
            networks: Vec::new(),
            own: Addresses::none(),
            has_v6: false,
            shutdown: false,
            management_only: None,
            learns_default: None,
            policy_route: None,
        }
    }

    /// May transit traffic use it?
    pub fn carries_transit(&self) -> bool {
        !self.shutdown && self.management_only.is_none()
    }
}

/// Reads an `interface` block; `None` when it has no name and so carries nothing.
pub fn block<'a>(statement: &Statement<'a>, names: &Names<'a>, sink: &mut Sink<'a>) -> Option<Interface<'a>> {
    let name_line = statement.subs.iter().copied().find(|l| l.starts_with("nameif "));
    let name = name_line.and_then(|l| Words::new(l).nth(1));
    let mut interface = Interface::named(name.unwrap_or(""));
    // The device's own default.
    interface.level = Some(if name == Some("inside") { 100 } else { 0 });
    interface.level_line = name_line.unwrap_or(statement.head);
    sink.line(statement.head, Understanding::Exact, || format!("interface {}", name.unwrap_or("without a name")));
    for line in &statement.subs {
        let understood = property(&mut interface, line, names);
        match understood {
            Some(true) => sink.line(line, Understanding::Exact, || Words::new(line).collect::<Vec<_>>().join(" ")),
            Some(false) => sink.line(line, Understanding::Neutral, || "no effect on transit".to_owned()),
            None => sink.line(line, Understanding::Rejected, || "not understood".to_owned()),
        }
    }
    name.map(|_| interface)
}

/// Takes one line: `Some(false)` when it does not matter, `None` when it is not understood.
fn property<'a>(interface: &mut Interface<'a>, line: &'a str, names: &Names<'a>) -> Option<bool> {
    let mut words = Words::new(line);
    match words.next()? {
        "nameif" => {}
        "security-level" => {
            interface.level = Some(words.next()?.parse().ok()?);
            interface.level_line = line;
        }
        "shutdown" => interface.shutdown = true,
        "management-only" => interface.management_only = Some(line),
        "policy-route" => interface.policy_route = words.last(),
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
