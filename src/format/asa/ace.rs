//! One entry of an access list.

use super::address::Addresses;
use super::object::{Known, Meaning, Names};
use super::service::{self, Item};
use super::sink::Sink;
use super::tail::{self, Tail};
use super::words::Words;
use crate::policy::Condition;
use crate::space::{Family, IntervalSet};

/// An entry as it was read.
#[derive(Debug, Clone)]
pub struct Ace<'a> {
    /// `permit` or `trust`?
    pub permit: bool,
    /// Sources.
    pub src: Known<Addresses>,
    /// Destinations.
    pub dst: Known<Addresses>,
    /// Protocols with ports; sure and, with doubts, at most.
    pub services: Services,
    /// What stands after the addresses.
    pub tail: Tail<'a>,
    /// Conditions on the whole entry.
    pub conditions: Vec<Condition>,
    /// Why not even the action can be relied on.
    pub unknown: Option<String>,
    /// `ifc` of FTD: entering and leaving interface.
    pub interfaces: [Option<&'a str>; 2],
}

/// Protocols with ports of an entry.
#[derive(Debug, Clone)]
pub struct Services {
    /// Surely these.
    pub sure: Vec<Item>,
    /// At most these; not filled in without doubts.
    bound: Vec<Item>,
    /// Why the two differ.
    pub doubts: Vec<Condition>,
}

impl Services {
    /// At most these.
    pub fn most(&self) -> &[Item] {
        if self.doubts.is_empty() { &self.sure } else { &self.bound }
    }
}

/// Reads what follows `access-list NAME extended`. `family` limits what `any` means.
pub fn ace<'a>(
    words: &mut Words<'a>,
    family: Option<Family>,
    names: &Names<'a>,
    sink: &mut Sink<'a>,
) -> Result<Ace<'a>, String> {
    let permit = match words.next() {
        Some("permit" | "trust") => true,
        Some("deny") => false,
        other => return Err(format!("`{}` is no action", other.unwrap_or(""))),
    };
    let mut reader = Reader { words, names, sink, conditions: Vec::new(), unknown: None };
    let mut service = reader.service()?;
    let from = reader.ifc();
    reader.users();
    let mut src = reader.address()?;
    let source_ports = reader.ports(&service, true)?;
    let to = reader.ifc();
    reader.users();
    let mut dst = reader.address()?;
    let destination_ports = reader.ports(&service, false)?;
    service.narrow(source_ports, destination_ports);
    let Reader { conditions, unknown, .. } = reader;
    let tail = tail::tail(words)?;
    if let Some(family) = family {
        limit(&mut src.sure, family);
        limit(&mut dst.sure, family);
    }
    Ok(Ace { permit, src, dst, services: service.into_services(), tail, conditions, unknown, interfaces: [from, to] })
}

impl Ace<'_> {
    /// Source and destination change places, with their ports.
    pub fn turn(&mut self) {
        std::mem::swap(&mut self.src, &mut self.dst);
        for item in self.services.sure.iter_mut().chain(&mut self.services.bound) {
            std::mem::swap(&mut item.sports, &mut item.dports);
        }
    }
}

fn limit(addresses: &mut Addresses, family: Family) {
    match family {
        Family::V4 => addresses.v6 = IntervalSet::empty(),
        Family::V6 => addresses.v4 = IntervalSet::empty(),
    }
}

/// The service of an entry before its ports are known.
struct Service {
    items: Vec<Item>,
    doubts: Vec<Condition>,
    /// May ports or ICMP types follow the addresses?
    open: bool,
}

/// Ports after an address: source or destination ports, or ICMP types.
#[derive(Default)]
struct Ports {
    ports: Option<Known<IntervalSet>>,
    icmp: Option<Known<IntervalSet>>,
}

impl Service {
    fn narrow(&mut self, source: Ports, destination: Ports) {
        let mut doubts = Vec::new();
        let mut part = |known: Option<Known<IntervalSet>>, set: fn(&mut Item) -> &mut IntervalSet| {
            let Some(known) = known else { return };
            doubts.extend(known.doubts);
            for item in &mut self.items {
                *set(item) = known.sure.clone();
            }
        };
        part(source.ports, |i| &mut i.sports);
        part(destination.ports, |i| &mut i.dports);
        part(destination.icmp, |i| &mut i.icmp);
        self.doubts.extend(doubts);
    }

    fn into_services(self) -> Services {
        // A doubt about ports leaves the protocol as it is.
        let free = |i: &Item| Item::of(i.protos.clone());
        let bound = match (self.doubts.is_empty(), self.open) {
            (true, _) => Vec::new(),
            (false, true) => self.items.iter().map(free).collect(),
            (false, false) => vec![Item::of(service::all_protocols())],
        };
        Services { sure: self.items, bound, doubts: self.doubts }
    }
}

struct Reader<'r, 'a> {
    words: &'r mut Words<'a>,
    names: &'r Names<'a>,
    sink: &'r mut Sink<'a>,
    conditions: Vec<Condition>,
    unknown: Option<String>,
}

impl<'a> Reader<'_, 'a> {
    fn service(&mut self) -> Result<Service, String> {
        let word = self.words.next().ok_or("a protocol is missing")?;
        if !matches!(word, "object" | "object-group") {
            let protos = service::protocols(word).ok_or_else(|| format!("`{word}` is no protocol"))?;
            return Ok(Service { items: vec![Item::of(protos)], doubts: Vec::new(), open: true });
        }
        let name = self.words.next().ok_or("a name is missing")?;
        match self.names.meaning(name, self.sink) {
            Meaning::Service { items, .. } => {
                Ok(Service { items: items.sure.clone(), doubts: items.doubts.clone(), open: false })
            }
            Meaning::Protocol(known) if known.doubts.is_empty() => {
                Ok(Service { items: vec![Item::of(known.sure.clone())], doubts: Vec::new(), open: true })
            }
            Meaning::Protocol(known) => {
                // The bound must not keep the protocols that are known, so the conditions stand on the whole entry.
                self.conditions.extend(known.doubts.iter().cloned());
                Ok(Service { items: vec![Item::of(service::all_protocols())], doubts: Vec::new(), open: true })
            }
            Meaning::Undefined => {
                self.conditions.push(self.sink.condition(format!("`{name}` is not defined"), name));
                Ok(Service { items: vec![Item::of(service::all_protocols())], doubts: Vec::new(), open: true })
            }
            _ => Err(format!("`{name}` stands for no service")),
        }
    }

    /// `ifc NAME`: an interface as part of the entry.
    fn ifc(&mut self) -> Option<&'a str> {
        if self.words.take_if("ifc") { self.words.next() } else { None }
    }

    /// Users and security groups before an address: who they are is not in the text.
    fn users(&mut self) {
        while let Some(word) = self.words.take_when(|w| {
            matches!(w, "user" | "user-group" | "object-group-user" | "security-group" | "object-group-security")
        }) {
            if word == "security-group" {
                self.words.next();
            }
            let who = self.words.next().unwrap_or("");
            self.conditions.push(self.sink.condition(format!("who `{word} {who}` is, is not in the text"), word));
        }
    }

    fn address(&mut self) -> Result<Known<Addresses>, String> {
        let Some((doubt, rest)) = self.names.wildcard(*self.words, self.sink) else {
            return self.names.address(self.words, self.sink);
        };
        *self.words = rest;
        self.unknown = Some(doubt.text.clone());
        Ok(Known { sure: Addresses::none(), doubts: vec![doubt] })
    }

    /// What may stand after an address; after the source, a group may be its ports or already the destination.
    fn ports(&mut self, service: &Service, source: bool) -> Result<Ports, String> {
        let Some(word) = self.words.peek() else { return Ok(Ports::default()) };
        if service::is_port_operator(word) && !self.begins_range_of_addresses() {
            let may_have = service.items.iter().all(|i| service::have_ports(&i.protos)) || !self.conditions.is_empty();
            if !service.open || !may_have {
                return Err(format!("`{word}` is out of place: the service has no ports here"));
            }
            return Ok(Ports { ports: Some(Known::sure(service::ports(self.words)?)), icmp: None });
        }
        if word == "object-group" {
            return self.port_group(service, source);
        }
        let version = match service.items.as_slice() {
            [one] if !source && service.open => service::icmp_version(&one.protos),
            _ => None,
        };
        match version {
            Some(version) if super::names::icmp_type(word, version == 58).is_some() => {
                let types = service::icmp(self.words, version == 58)?;
                Ok(Ports { ports: None, icmp: Some(Known::sure(types)) })
            }
            _ => Ok(Ports::default()),
        }
    }

    /// `range A B` after the source is a range of ports, or in a listing the destination.
    fn begins_range_of_addresses(&self) -> bool {
        let mut ahead = *self.words;
        ahead.take_if("range") && ahead.next().is_some_and(|low| self.names.host(low).is_ok())
    }

    fn port_group(&mut self, service: &Service, source: bool) -> Result<Ports, String> {
        let mut ahead = *self.words;
        ahead.next();
        let name = ahead.next().ok_or("a name is missing")?;
        let undefined = |sink: &Sink<'a>| {
            let doubt = sink.condition(format!("`{name}` is not defined"), name);
            Some(Known { sure: IntervalSet::empty(), doubts: vec![doubt] })
        };
        let others = |items: &[Item]| {
            let mine = service.items.iter().any(|i| items.iter().any(|of| of.protos.overlaps(&i.protos)));
            !mine && !items.is_empty() && !service.items.is_empty()
        };
        let ports = match self.names.meaning(name, self.sink) {
            Meaning::Service { items, ports: Some(_) } if others(&items.sure) => {
                return Err(format!("`{name}` has ports of another protocol"));
            }
            Meaning::Service { items, ports: Some(ports) } => {
                Ports { ports: Some(Known { sure: ports.clone(), doubts: items.doubts.clone() }), icmp: None }
            }
            Meaning::Icmp(known) => Ports { ports: None, icmp: Some(known.clone()) },
            Meaning::Network(_) if source => return Ok(Ports::default()),
            Meaning::Undefined if !source => Ports { ports: undefined(self.sink), icmp: undefined(self.sink) },
            // Not defined, and another address follows: then it can only be ports.
            Meaning::Undefined if ahead.peek().is_some_and(|w| self.names.begins_address(w)) => {
                Ports { ports: undefined(self.sink), icmp: None }
            }
            Meaning::Undefined => return Ok(Ports::default()),
            _ => return Err(format!("`{name}` stands for no ports")),
        };
        *self.words = ahead;
        Ok(ports)
    }
}
