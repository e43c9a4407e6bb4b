//! The members of a definition, added up.

use super::address::Addresses;
use super::object::{Known, Meaning};
use super::service::{self, Item};
use super::sink::Sink;
use super::words::Words;
use crate::policy::Condition;
use crate::space::IntervalSet;

/// What the members of a definition add up to.
pub struct Parts {
    /// Of networks.
    pub addresses: Vec<Addresses>,
    /// Of services.
    pub items: Vec<Item>,
    /// Protocols, or ICMP types.
    pub values: IntervalSet,
    /// Why there may be more.
    pub doubts: Vec<Condition>,
    /// How many members there are.
    pub members: usize,
}

impl Default for Parts {
    fn default() -> Self {
        Parts { addresses: Vec::new(), items: Vec::new(), values: IntervalSet::empty(), doubts: Vec::new(), members: 0 }
    }
}

impl Parts {
    /// Adds addresses.
    pub fn network(&mut self, known: &Known<Addresses>) {
        self.addresses.push(known.sure.clone());
        self.doubts.extend(known.doubts.iter().cloned());
    }

    /// Adds what a member group stands for.
    pub fn include(&mut self, meaning: &Meaning, name: &str, sink: &Sink<'_>) -> Result<(), String> {
        match meaning {
            Meaning::Network(known) => self.network(known),
            Meaning::Service { items, .. } => {
                self.items.extend(items.sure.iter().cloned());
                self.doubts.extend(items.doubts.iter().cloned());
            }
            Meaning::Protocol(known) | Meaning::Icmp(known) => {
                self.values = self.values.union(&known.sure);
                self.doubts.extend(known.doubts.iter().cloned());
            }
            Meaning::User => return Err(format!("`{name}` is a group of users")),
            Meaning::Undefined => self.doubts.push(sink.condition(format!("`{name}` is not defined"), name)),
        }
        Ok(())
    }

    /// What a definition of this kind stands for.
    pub fn into_meaning(self, kind: &str, typed: bool) -> Meaning {
        let doubts = self.doubts;
        match kind {
            "network" => Meaning::Network(Known { sure: union(&self.addresses), doubts }),
            "service" => {
                let items = service::joined(self.items);
                let ports = typed.then(|| {
                    let all = items.iter().map(|i| i.dports.clone());
                    all.reduce(|a, b| a.union(&b)).unwrap_or_else(IntervalSet::empty)
                });
                Meaning::Service { items: Known { sure: items, doubts }, ports }
            }
            "protocol" => Meaning::Protocol(Known { sure: self.values, doubts }),
            "icmp-type" => Meaning::Icmp(Known { sure: self.values, doubts }),
            _ => Meaning::User,
        }
    }
}

fn union(all: &[Addresses]) -> Addresses {
    let of = |part: fn(&Addresses) -> &IntervalSet| {
        IntervalSet::from_ranges(all.iter().flat_map(|a| part(a).intervals()).map(|i| (i.low, i.high)))
    };
    Addresses { v4: of(|a| &a.v4), v6: of(|a| &a.v6) }
}

/// `tcp source eq X destination range A B`; without the word `destination` the port is the destination.
pub fn service_object(words: &mut Words<'_>) -> Result<Item, String> {
    let word = words.next().unwrap_or("");
    let mut item = Item::of(service::protocols(word).ok_or_else(|| format!("`{word}` is no protocol"))?);
    if let Some(version) = service::icmp_version(&item.protos) {
        if !words.is_done() {
            item.icmp = service::icmp(words, version != crate::policy::ICMP)?;
        }
    } else if service::have_ports(&item.protos) {
        if words.take_if("source") {
            item.sports = service::ports(words)?;
        }
        words.take_if("destination");
        if words.peek().is_some_and(service::is_port_operator) {
            item.dports = service::ports(words)?;
        }
    }
    match words.next() {
        None => Ok(item),
        Some(word) => Err(format!("`{word}` is not known here")),
    }
}
