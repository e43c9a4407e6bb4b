//! Object groups: addresses, services and ports, resolved once for each name.

use super::line::Statement;
use super::service;
use crate::finding::{Code, Finding};
use crate::format::asa::address::{Addresses, v4, v6};
use crate::format::asa::object::Known;
use crate::format::asa::service::{Item, have_ports, icmp_version, joined};
use crate::format::asa::sink::Sink;
use crate::format::asa::words::Words;
use crate::format::{MAX_DEPTH, Understanding};
use crate::policy::Condition;
use crate::space::{Family, IntervalSet};
use std::collections::HashMap;
use std::rc::Rc;

/// What a name stands for.
#[derive(Debug, Clone)]
pub enum Meaning {
    /// Addresses.
    Network(Known<Addresses>),
    /// Protocols with ports.
    Service(Known<Vec<Item>>),
    /// Ports (`object-group ip port`).
    Ports(Known<IntervalSet>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Network,
    Service,
    Ports,
}

struct Definition<'a> {
    kind: Kind,
    name: &'a str,
    lines: Vec<&'a str>,
}

/// All object groups of a configuration.
#[derive(Default)]
pub struct Groups<'a> {
    definitions: HashMap<&'a str, Definition<'a>>,
    order: Vec<&'a str>,
    done: HashMap<&'a str, Rc<Meaning>>,
    open: Vec<&'a str>,
}

/// Does a word after `object-group` say what kind it is?
pub fn is_kind(word: &str) -> bool {
    matches!(
        word,
        "network" | "service" | "ip" | "ipv6" | "v6-network" | "v6-service" | "port" | "protocol" | "icmp-type"
    )
}

/// Kind and name: `object-group network X`, `object-group ip address X`, `object-group ip port X`.
fn heading<'a>(words: &mut Words<'a>) -> Option<(Kind, &'a str)> {
    let kind = match words.next()? {
        "network" | "v6-network" => {
            // IOS-XR names the family; a name follows only there.
            let mut ahead = *words;
            if matches!(ahead.next(), Some("ipv4" | "ipv6")) && ahead.peek().is_some() {
                words.next();
            }
            Kind::Network
        }
        "service" | "v6-service" | "protocol" | "icmp-type" => Kind::Service,
        "port" => Kind::Ports,
        "ip" | "ipv6" => match words.next()? {
            "address" => Kind::Network,
            "port" => Kind::Ports,
            _ => return None,
        },
        _ => return None,
    };
    Some((kind, words.next()?))
}

impl<'a> Groups<'a> {
    /// Takes a definition; `false` when the statement is none.
    pub fn define(&mut self, statement: &Statement<'a>, sink: &mut Sink<'a>) -> bool {
        let mut words = Words::new(statement.head);
        if words.next() != Some("object-group") {
            return false;
        }
        let Some((kind, name)) = heading(&mut words) else { return false };
        sink.line(statement.head, Understanding::Exact, || format!("object group {name}"));
        let order = &mut self.order;
        let definition = self.definitions.entry(name).or_insert_with(|| {
            order.push(name);
            Definition { kind, name, lines: Vec::new() }
        });
        for line in &statement.subs {
            match line.strip_prefix("no ") {
                Some(old) => {
                    definition.lines.retain(|mine| !Words::new(mine).eq(Words::new(old)));
                    sink.line(line, Understanding::Neutral, || "takes a member back".to_owned());
                }
                None => definition.lines.push(line),
            }
        }
        true
    }

    /// `no object-group ...`.
    pub fn remove(&mut self, mut words: Words<'a>) {
        if let Some((_, name)) = heading(&mut words) {
            self.definitions.remove(name);
            self.order.retain(|n| *n != name);
        }
    }

    /// Resolves every name, so that each line of each definition is counted.
    pub fn resolve_all(&mut self, sink: &mut Sink<'a>) {
        for name in self.order.clone() {
            self.resolve(name, sink);
        }
    }

    /// What a name stands for; `None` when it is not defined, which is found once, where it is used.
    pub fn meaning(&mut self, name: &'a str, sink: &mut Sink<'a>) -> Option<Rc<Meaning>> {
        if !self.definitions.contains_key(name) {
            sink.find_once(Code::UndefinedName, name, format!("the object group `{name}` is not defined"), "used here");
        }
        self.resolve(name, sink)
    }

    fn resolve(&mut self, name: &'a str, sink: &mut Sink<'a>) -> Option<Rc<Meaning>> {
        if let Some(done) = self.done.get(name) {
            return Some(Rc::clone(done));
        }
        let definition = self.definitions.get_mut(name)?;
        if self.open.contains(&name) || self.open.len() > MAX_DEPTH {
            sink.find_once(Code::ChainLoop, name, format!("the group `{name}` contains itself"), "by this member");
            return None;
        }
        let lines = std::mem::take(&mut definition.lines);
        let (kind, label) = (definition.kind, definition.name);
        self.open.push(name);
        let meaning = Rc::new(self.read(kind, label, &lines, sink));
        self.open.pop();
        self.done.insert(name, Rc::clone(&meaning));
        Some(meaning)
    }

    fn read(&mut self, kind: Kind, name: &'a str, lines: &[&'a str], sink: &mut Sink<'a>) -> Meaning {
        let mut parts = Parts::default();
        for line in lines {
            let before = parts.doubts.len();
            match self.member(kind, line, &mut parts, sink) {
                Ok(()) if parts.doubts.len() > before => {
                    let why = parts.doubts.last().map(|d| d.text.clone()).unwrap_or_default();
                    sink.line(line, Understanding::Opaque, || why);
                }
                Ok(()) => sink.line(line, Understanding::Exact, || Words::new(line).collect::<Vec<_>>().join(" ")),
                Err(why) => {
                    parts.members += 1;
                    parts.doubts.push(sink.condition(why.clone(), line));
                    let message = format!("a member of `{name}` is not understood: {why}");
                    let finding = Finding::new(Code::UnknownLine, message);
                    sink.find(finding.at(sink.input.span(line), "may stand for anything"));
                    sink.line(line, Understanding::Rejected, || why);
                }
            }
        }
        if parts.members == 0 {
            let message = format!("the group `{name}` has no members");
            sink.find_once(Code::EmptyGroup, name, message.clone(), "defined here");
            parts.doubts.push(sink.condition(message, name));
        }
        parts.into_meaning(kind)
    }

    fn member(&mut self, kind: Kind, line: &'a str, parts: &mut Parts, sink: &mut Sink<'a>) -> Result<(), String> {
        let mut words = Words::new(line);
        // NX-OS numbers the members.
        let mut ahead = words;
        if ahead.next().is_some_and(super::line::is_number) && ahead.peek().is_some() && kind != Kind::Service {
            words = ahead;
        }
        let first = words.peek().unwrap_or("");
        if first == "description" {
            return Ok(());
        }
        parts.members += 1;
        // An ASA writes the kind of member first; some IOS releases take that, too.
        words.take_when(|w| {
            matches!(w, "network-object" | "service-object" | "protocol-object" | "port-object" | "icmp-object")
        });
        if words.take_if("group-object") {
            let name = words.next().ok_or("a name is missing")?;
            return match self.meaning(name, sink) {
                Some(meaning) => {
                    parts.include(kind, &meaning).ok_or_else(|| format!("`{name}` is a group of another kind"))
                }
                None => {
                    parts.doubts.push(sink.condition(format!("the group `{name}` is not known"), name));
                    Ok(())
                }
            };
        }
        match kind {
            Kind::Network => parts.network(address(&mut words, sink)?),
            Kind::Service => parts.items.push(service_member(&mut words)?),
            Kind::Ports => parts.ports = parts.ports.union(&service::ports(&mut words)?),
        }
        match words.next() {
            None => Ok(()),
            Some(word) => Err(format!("`{word}` is not known here")),
        }
    }
}

/// `host A`, `range A B`, `any`, `A NETMASK`, `A /24`, `A/24`, and `A WILDCARD` of NX-OS. (Cisco IOS Security Configuration
/// Guide, "Object Groups for ACLs": members have network masks; NX-OS: `object-group ip address`, wildcards.)
fn address<'a>(words: &mut Words<'a>, sink: &Sink<'a>) -> Result<Known<Addresses>, String> {
    let word = words.next().ok_or("an address is missing")?;
    let known = match word {
        "any" => Known::sure(Addresses::any()),
        "host" | "host-info" => match words.next() {
            Some(host) => named_host(host, sink),
            None => return Err("an address is missing".to_owned()),
        },
        "range" => {
            let mut end = || words.next().and_then(v4).map(u128::from).ok_or("a range needs two addresses");
            let (low, high) = (end()?, end()?);
            Known::sure(Addresses::v4(IntervalSet::range(low.min(high), low.max(high))))
        }
        _ => match super::address::prefix(word) {
            Some((set, _)) => Known::sure(set),
            None => Known::sure(Addresses::v4(subnet(word, words)?)),
        },
    };
    Ok(known)
}

/// One address, or a name whose address is not in the text.
pub fn named_host<'a>(word: &'a str, sink: &Sink<'a>) -> Known<Addresses> {
    if let Some(address) = v4(word) {
        return Known::sure(Addresses::v4(IntervalSet::single(address.into())));
    }
    match v6(word) {
        Some(address) => Known::sure(Addresses::v6(IntervalSet::single(address))),
        None => {
            let doubt = sink.condition(format!("the address of `{word}` is not in the text"), word);
            Known { sure: Addresses::none(), doubts: vec![doubt] }
        }
    }
}

fn subnet(word: &str, words: &mut Words<'_>) -> Result<IntervalSet, String> {
    let address = v4(word).ok_or_else(|| format!("`{word}` is no address"))?;
    let mask = words.next().ok_or("a mask is missing")?;
    if let Some(length) = mask.strip_prefix('/') {
        let length = length.parse().ok().filter(|l| *l <= 32).ok_or_else(|| format!("`{mask}` is no length"))?;
        let wildcard = super::address::wildcard_of(length);
        return super::address::wild(address, wildcard).ok_or_else(|| "too many pieces".to_owned());
    }
    let bits = v4(mask).ok_or_else(|| format!("`{mask}` is no mask"))?;
    // The two kinds of masks look alike only where they say everything or nothing, and nobody groups everything.
    let wildcard = match bits {
        0 | u32::MAX => 0,
        _ if bits.leading_ones() > 0 => !bits,
        _ => bits,
    };
    super::address::wild(address, wildcard).ok_or_else(|| format!("the mask `{mask}` has too many holes"))
}

/// `tcp source eq 80 eq 90`, `udp range 1 9`, `tcp 8080`, `icmp echo`, `ip`, `ospf`.
fn service_member(words: &mut Words<'_>) -> Result<Item, String> {
    let word = words.next().ok_or("a protocol is missing")?;
    let protos = service::protocols(word).ok_or_else(|| format!("`{word}` is no protocol"))?;
    let mut item = Item::of(protos);
    if let Some(version) = icmp_version(&item.protos) {
        if let Some(types) = service::icmp(words, version)? {
            item.icmp = types;
        }
        return Ok(item);
    }
    if words.take_if("source") {
        item.sports = service::ports_or_port(words)?;
    }
    words.take_if("destination");
    if words.peek().is_some() {
        item.dports = service::ports_or_port(words)?;
    }
    if item != Item::of(item.protos.clone()) && !have_ports(&item.protos) {
        return Err(format!("`{word}` has no ports"));
    }
    Ok(item)
}

/// What the members of a group add up to.
struct Parts {
    addresses: Vec<Addresses>,
    items: Vec<Item>,
    ports: IntervalSet,
    doubts: Vec<Condition>,
    members: usize,
}

impl Default for Parts {
    fn default() -> Self {
        Parts { addresses: Vec::new(), items: Vec::new(), ports: IntervalSet::empty(), doubts: Vec::new(), members: 0 }
    }
}

impl Parts {
    fn network(&mut self, known: Known<Addresses>) {
        self.addresses.push(known.sure);
        self.doubts.extend(known.doubts);
    }

    /// Adds the members of another group; `None` when it is of another kind.
    fn include(&mut self, kind: Kind, meaning: &Meaning) -> Option<()> {
        match meaning {
            Meaning::Network(known) if kind == Kind::Network => self.network(known.clone()),
            Meaning::Service(known) if kind == Kind::Service => {
                self.items.extend(known.sure.iter().cloned());
                self.doubts.extend(known.doubts.iter().cloned());
            }
            Meaning::Ports(known) if kind == Kind::Ports => {
                self.ports = self.ports.union(&known.sure);
                self.doubts.extend(known.doubts.iter().cloned());
            }
            _ => return None,
        }
        Some(())
    }

    fn into_meaning(self, kind: Kind) -> Meaning {
        let doubts = self.doubts;
        match kind {
            Kind::Network => {
                let of = |family: Family| {
                    let all = self.addresses.iter().flat_map(|a| a.of(family).intervals());
                    IntervalSet::from_ranges(all.map(|i| (i.low, i.high)))
                };
                Meaning::Network(Known { sure: Addresses { v4: of(Family::V4), v6: of(Family::V6) }, doubts })
            }
            Kind::Service => Meaning::Service(Known { sure: joined(self.items), doubts }),
            Kind::Ports => Meaning::Ports(Known { sure: self.ports, doubts }),
        }
    }
}
