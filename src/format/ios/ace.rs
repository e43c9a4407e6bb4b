//! One entry of an access list.

use super::acl::Acl;
use super::group::{Groups, Meaning};
use super::option::{self, Options};
use super::service;
use crate::finding::{Code, Finding};
use crate::format::asa::address::{Addresses, all, v4};
use crate::format::asa::object::Known;
use crate::format::asa::service::{Item, all_protocols, have_ports, icmp_version, is_port_operator};
use crate::format::asa::sink::Sink;
use crate::format::asa::words::Words;
use crate::policy::{Condition, ICMPV6};
use crate::space::{Family, IntervalSet};
use std::net::Ipv4Addr;

/// An entry as it was read.
#[derive(Debug, Clone)]
pub struct Ace<'a> {
    /// `permit` or `deny`?
    pub permit: bool,
    /// Sources.
    pub src: Known<Addresses>,
    /// Destinations.
    pub dst: Known<Addresses>,
    /// Protocols with ports; sure and, with doubts, at most.
    pub services: Services,
    /// What stands after the addresses.
    pub options: Options<'a>,
    /// Conditions on the whole entry.
    pub conditions: Vec<Condition>,
}

/// Protocols with ports of an entry.
#[derive(Debug, Clone)]
pub struct Services {
    /// Surely these.
    pub sure: Vec<Item>,
    /// At most these.
    pub bound: Vec<Item>,
    /// Why the two differ.
    pub doubts: Vec<Condition>,
}

/// Which grammar an entry has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grammar {
    /// Only a source.
    Standard,
    /// Protocol, source, destination and options.
    Extended(Family),
}

/// Reads an entry from its action on.
pub fn ace<'a>(
    words: &mut Words<'a>,
    acl: &Acl<'a>,
    groups: &mut Groups<'a>,
    sink: &mut Sink<'a>,
) -> Result<Ace<'a>, String> {
    let mut conditions = Vec::new();
    if acl.foreign {
        conditions.push(sink.condition("whether this device takes an entry of an ASA is not known", acl.name));
    }
    if words.take_if("dynamic") {
        let name = words.next().ok_or("a name is missing")?;
        if words.take_if("timeout") {
            words.next();
        }
        conditions.push(sink.condition(format!("only for hosts that logged in (`dynamic {name}`)"), name));
    }
    let permit = match words.next() {
        Some("permit") => true,
        Some("deny") => false,
        other => return Err(format!("`{}` is no action", other.unwrap_or(""))),
    };
    let reader = Reader { words, groups, sink, conditions, netmasks: acl.foreign };
    match acl.grammar {
        Grammar::Standard => reader.standard(permit),
        Grammar::Extended(family) => reader.extended(permit, family),
    }
}

struct Reader<'r, 'a> {
    words: &'r mut Words<'a>,
    groups: &'r mut Groups<'a>,
    sink: &'r mut Sink<'a>,
    conditions: Vec<Condition>,
    /// Are masks those of networks, as an ASA has them?
    netmasks: bool,
}

/// The service of an entry before its ports are known.
struct Service {
    items: Vec<Item>,
    doubts: Vec<Condition>,
    /// May ports or ICMP messages follow the addresses?
    open: bool,
}

impl<'a> Reader<'_, 'a> {
    fn standard(mut self, permit: bool) -> Result<Ace<'a>, String> {
        let src = self.address(Family::V4)?;
        let services = Service { items: vec![Item::of(all_protocols())], doubts: Vec::new(), open: false }.finished();
        let options = option::options(self.words, 0, self.sink)?;
        let dst = Known::sure(Addresses::v4(all(Family::V4)));
        Ok(Ace { permit, src, dst, services, options, conditions: self.conditions })
    }

    fn extended(mut self, permit: bool, family: Family) -> Result<Ace<'a>, String> {
        let mut service = self.service(family)?;
        let mut src = self.address(family)?;
        self.ports(&mut service, |item| &mut item.sports)?;
        let mut dst = self.address(family)?;
        self.ports(&mut service, |item| &mut item.dports)?;
        self.messages(&mut service, family)?;
        let proto = match service.items.as_slice() {
            [one] => one.protos.only().unwrap_or(0) as u8,
            _ => 0,
        };
        let options = option::options(self.words, proto, self.sink)?;
        limit(&mut src.sure, family);
        limit(&mut dst.sure, family);
        Ok(Ace { permit, src, dst, services: service.finished(), options, conditions: self.conditions })
    }

    fn service(&mut self, family: Family) -> Result<Service, String> {
        let word = self.words.next().ok_or("a protocol is missing")?;
        if matches!(word, "object-group" | "object") {
            let name = self.words.next().ok_or("a name is missing")?;
            return self.group_of_services(name);
        }
        if word == "hbh" {
            // The header before the one that says the protocol: some packets of any protocol have it.
            self.conditions.push(self.sink.condition("only with a hop-by-hop header", word));
            return Ok(Service { items: vec![Item::of(all_protocols())], doubts: Vec::new(), open: false });
        }
        let protos = match (word, family) {
            // A list for IPv6 means its own ICMP.
            ("icmp", Family::V6) => IntervalSet::single(ICMPV6.into()),
            _ => service::protocols(word).ok_or_else(|| format!("`{word}` is no protocol"))?,
        };
        Ok(Service { items: vec![Item::of(protos)], doubts: Vec::new(), open: true })
    }

    fn group_of_services(&mut self, name: &'a str) -> Result<Service, String> {
        match self.groups.meaning(name, self.sink).as_deref() {
            Some(Meaning::Service(known)) => {
                // A group of bare protocols may be followed by ports.
                let bare = known.sure.iter().all(|item| *item == Item::of(item.protos.clone()));
                Ok(Service { items: known.sure.clone(), doubts: known.doubts.clone(), open: bare })
            }
            Some(_) => Err(format!("`{name}` stands for no services")),
            None => {
                let doubt = self.sink.condition(format!("the object group `{name}` is not defined"), name);
                Ok(Service { items: Vec::new(), doubts: vec![doubt], open: false })
            }
        }
    }

    fn address(&mut self, family: Family) -> Result<Known<Addresses>, String> {
        let word = self.words.next().ok_or("an address is missing")?;
        match word {
            "any" | "any4" | "any6" => Ok(Known::sure(Addresses::any())),
            "host" => {
                let host = self.words.next().ok_or("an address is missing")?;
                Ok(super::group::named_host(host, self.sink))
            }
            "object-group" | "addrgroup" | "net-group" => {
                let name = self.words.next().ok_or("a name is missing")?;
                self.group_of_addresses(name)
            }
            _ => match super::address::prefix(word) {
                Some((set, _)) => Ok(Known::sure(set)),
                None if family == Family::V6 => Err(format!("`{word}` is no prefix")),
                None => self.network(word),
            },
        }
    }

    fn group_of_addresses(&mut self, name: &'a str) -> Result<Known<Addresses>, String> {
        match self.groups.meaning(name, self.sink).as_deref() {
            Some(Meaning::Network(known)) => Ok(known.clone()),
            Some(_) => Err(format!("`{name}` stands for no addresses")),
            None => {
                let doubt = self.sink.condition(format!("the object group `{name}` is not defined"), name);
                Ok(Known { sure: Addresses::none(), doubts: vec![doubt] })
            }
        }
    }

    /// An address with its wildcard. Where none follows, the address is a host: so standard lists write it.
    fn network(&mut self, word: &'a str) -> Result<Known<Addresses>, String> {
        // A listing writes `10.1.0.0, wildcard bits 0.0.255.255`.
        let address = v4(word.trim_end_matches(',')).ok_or_else(|| format!("`{word}` is no address"))?;
        if self.words.take_if("wildcard") {
            self.words.take_if("bits");
        }
        let Some(mask) = self.words.take_when(|w| v4(w.trim_end_matches(',')).is_some()) else {
            return Ok(Known::sure(Addresses::v4(IntervalSet::single(address.into()))));
        };
        let bits = v4(mask.trim_end_matches(',')).unwrap_or(0);
        let wildcard = if self.netmasks { !bits } else { bits };
        self.warn_about_netmask(mask, wildcard);
        Ok(match super::address::wild(address, wildcard) {
            Some(set) => Known::sure(Addresses::v4(set)),
            None => {
                let doubt =
                    self.sink.condition(format!("the wildcard `{mask}` has too many holes to be followed"), mask);
                Known { sure: Addresses::none(), doubts: vec![doubt] }
            }
        })
    }

    /// The device takes a netmask in the place of a wildcard, and then looks at the host part only.
    fn warn_about_netmask(&mut self, mask: &str, wildcard: u32) {
        if super::address::is_netmask(wildcard) {
            let message =
                format!("`{mask}` is a netmask; as a wildcard it leaves the network open and compares the host part");
            let help = format!("write the wildcard `{}`", Ipv4Addr::from(!wildcard));
            let finding = Finding::new(Code::NetmaskAsWildcard, message).at(self.sink.input.span(mask), "here");
            self.sink.find(finding.help(help));
        }
    }

    /// Ports behind an address.
    fn ports(&mut self, service: &mut Service, part: fn(&mut Item) -> &mut IntervalSet) -> Result<(), String> {
        let Some(word) = self.words.peek() else { return Ok(()) };
        let known = if is_port_operator(word) {
            Known::sure(service::ports(self.words)?)
        } else if matches!(word, "portgroup" | "port-group") {
            self.words.next();
            let name = self.words.next().ok_or("a name is missing")?;
            self.group_of_ports(name)?
        } else {
            return Ok(());
        };
        if !service.open || !service.items.iter().all(|item| have_ports(&item.protos)) {
            return Err(format!("`{word}` is out of place: the service has no ports here"));
        }
        service.doubts.extend(known.doubts);
        service.items.iter_mut().for_each(|item| *part(item) = known.sure.clone());
        Ok(())
    }

    fn group_of_ports(&mut self, name: &'a str) -> Result<Known<IntervalSet>, String> {
        match self.groups.meaning(name, self.sink).as_deref() {
            Some(Meaning::Ports(known)) => Ok(known.clone()),
            Some(_) => Err(format!("`{name}` stands for no ports")),
            None => {
                let doubt = self.sink.condition(format!("the object group `{name}` is not defined"), name);
                Ok(Known { sure: IntervalSet::empty(), doubts: vec![doubt] })
            }
        }
    }

    /// ICMP types behind the destination.
    fn messages(&mut self, service: &mut Service, family: Family) -> Result<(), String> {
        let version = match service.items.as_slice() {
            [one] if service.open => icmp_version(&one.protos),
            _ => None,
        };
        let Some(version) = version else { return Ok(()) };
        let version = if family == Family::V6 { ICMPV6 } else { version };
        if let Some(types) = service::icmp(self.words, version)? {
            service.items.iter_mut().for_each(|item| item.icmp = types.clone());
        }
        Ok(())
    }
}

impl Service {
    fn finished(self) -> Services {
        let bound = match (self.doubts.is_empty(), self.open) {
            (true, _) => self.items.clone(),
            // A doubt about ports leaves the protocol as it is.
            (false, true) => self.items.iter().map(service::without_ports).collect(),
            (false, false) => vec![Item::of(all_protocols())],
        };
        Services { sure: self.items, bound, doubts: self.doubts }
    }
}

fn limit(addresses: &mut Addresses, family: Family) {
    match family {
        Family::V4 => addresses.v6 = IntervalSet::empty(),
        Family::V6 => addresses.v4 = IntervalSet::empty(),
    }
}
