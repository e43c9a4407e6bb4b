//! Addresses as entries, groups and objects refer to them.

use super::address::{self, Addresses, MaskError};
use super::object::{Known, Meaning, Names};
use super::sink::Sink;
use super::words::Words;
use crate::finding::{Code, Finding};
use crate::policy::Condition;
use crate::space::IntervalSet;
use std::net::IpAddr;

impl<'a> Names<'a> {
    /// The value of an object: `host A`, `range A B`, `subnet A M`, `fqdn NAME`.
    pub fn object_address(
        &self,
        kind: &str,
        words: &mut Words<'a>,
        sink: &Sink<'a>,
    ) -> Result<Known<Addresses>, String> {
        match kind {
            "fqdn" => Ok(resolved(words, sink)),
            "host" => self.host(words.next().unwrap_or("")).map(Known::sure),
            "range" => {
                let (low, high) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
                let (low, high) = (self.host(low)?, self.host(high)?);
                let between = |a: &IntervalSet, b: &IntervalSet| match (a.lowest(), b.lowest()) {
                    (Some(a), Some(b)) => IntervalSet::range(a.min(b), a.max(b)),
                    _ => IntervalSet::empty(),
                };
                Ok(Known::sure(Addresses { v4: between(&low.v4, &high.v4), v6: between(&low.v6, &high.v6) }))
            }
            _ => {
                let word = words.next().unwrap_or("");
                self.subnet(word, words).map(Known::sure)
            }
        }
    }

    /// One address, or its alias.
    pub fn host(&self, word: &str) -> Result<Addresses, String> {
        let word = self.alias(word).unwrap_or(word);
        let v4 = address::v4(word).map(|a| Addresses::v4(IntervalSet::single(a.into())));
        let v6 = || address::v6(word).map(|a| Addresses::v6(IntervalSet::single(a)));
        v4.or_else(v6).ok_or_else(|| format!("`{word}` is no address"))
    }

    fn subnet(&self, word: &str, words: &mut Words<'a>) -> Result<Addresses, String> {
        let word = self.alias(word).unwrap_or(word);
        let Some(network) = address::v4(word) else {
            let prefix = address::v6_prefix(word).map(|(set, _)| Addresses::v6(set));
            return prefix.ok_or_else(|| format!("`{word}` is no address"));
        };
        let mask = words.next().ok_or("a netmask is missing")?;
        let bits = address::v4(mask).ok_or_else(|| format!("`{mask}` is no netmask"))?;
        address::masked(network, bits).map(Addresses::v4).map_err(|e| match e {
            MaskError::Wildcard => format!("`{mask}` is a wildcard mask, not a netmask"),
            MaskError::DoesNotPair => format!("the address `{word}` does not pair with the netmask `{mask}`"),
            MaskError::TooMany => format!("the netmask `{mask}` has too many holes"),
        })
    }

    /// An address as an ACE or a group has it.
    pub fn address(&self, words: &mut Words<'a>, sink: &mut Sink<'a>) -> Result<Known<Addresses>, String> {
        let word = words.next().ok_or("an address is missing")?;
        let known = match word {
            "any" => Known::sure(Addresses::any()),
            "any4" => Known::sure(Addresses::v4(address::all(crate::space::Family::V4))),
            "any6" => Known::sure(Addresses::v6(address::all(crate::space::Family::V6))),
            "host" => Known::sure(self.host(words.next().unwrap_or(""))?),
            // A listing writes the range of an object so; ports of a range come after an address.
            "range" => self.object_address("range", words, sink)?,
            "fqdn" => resolved(words, sink),
            "object-group-network-service" => {
                let name = words.next().unwrap_or("");
                let doubt = sink.condition(format!("which servers `{name}` stands for is not in the text"), name);
                Known { sure: Addresses::none(), doubts: vec![doubt] }
            }
            "interface" => {
                let name = words.next().ok_or("an interface is missing")?;
                match self.own.get(name) {
                    Some(own) => Known::sure(own.clone()),
                    None => {
                        let doubt =
                            sink.condition(format!("the address of interface `{name}` is not in the text"), name);
                        Known { sure: Addresses::none(), doubts: vec![doubt] }
                    }
                }
            }
            "object" | "object-group" => {
                let name = words.next().ok_or("a name is missing")?;
                network_of(self.meaning(name, sink), name, sink)?
            }
            _ => Known::sure(self.subnet(word, words)?),
        };
        // `show access-list` adds the alias, or whether a name was resolved.
        words.take_when(|w| w.starts_with('(') && w.ends_with(')') && !w.starts_with("(hitcnt") && w != "(inactive)");
        Ok(known)
    }

    /// A mask of IOS in place of a netmask: the device refuses it, or takes it for something absurd. Returns the doubt
    /// and what follows.
    pub fn wildcard(&self, mut words: Words<'a>, sink: &mut Sink<'a>) -> Option<(Condition, Words<'a>)> {
        let word = words.next()?;
        let network =
            self.alias(word).or_else(|| Some(word).filter(|w| w.starts_with(|c: char| c.is_ascii_digit())))?;
        // Of the masks that begin so only the one of a single host has the form of a wildcard, and it is none.
        let mask = words.next().filter(|mask| !mask.starts_with("255."))?;
        let bits = address::v4(mask).filter(|bits| address::is_wildcard(*bits))?;
        address::v4(network)?;
        let message = format!("`{mask}` is a wildcard mask; an ASA takes it for a netmask");
        let help = format!("write the netmask `{}`", std::net::Ipv4Addr::from(!bits));
        let finding = Finding::new(Code::WildcardAsNetmask, message.clone()).at(sink.input.span(mask), "here");
        sink.find(finding.help(help));
        Some((sink.condition(message, mask), words))
    }

    /// Does the word begin an address?
    pub fn begins_address(&self, word: &str) -> bool {
        let word = self.alias(word).unwrap_or(word);
        matches!(
            word,
            "any"
                | "any4"
                | "any6"
                | "host"
                | "object"
                | "object-group"
                | "interface"
                | "fqdn"
                | "object-group-network-service"
        ) || address::v4(word).is_some()
            || address::v6_prefix(word).is_some()
    }
}

/// `[v4|v6] NAME`: the addresses of a host name are known only when the user gives them.
fn resolved<'a>(words: &mut Words<'a>, sink: &Sink<'a>) -> Known<Addresses> {
    let family = words.take_when(|w| matches!(w, "v4" | "v6"));
    let name = words.next().unwrap_or("");
    if words.take_if("id") {
        words.next();
    }
    let Some(known) = sink.resolutions.get(&name.to_ascii_lowercase()) else {
        let text = format!("the addresses of `{name}` are not in the text; `--resolve {name}=ADDR,...` gives them");
        return Known { sure: Addresses::none(), doubts: vec![sink.condition(text, name)] };
    };
    let mut all = Addresses::none();
    for address in known {
        match address {
            IpAddr::V4(v4) if family != Some("v6") => {
                all.add(&Addresses::v4(IntervalSet::single(u32::from(*v4).into())));
            }
            IpAddr::V6(v6) if family != Some("v4") => all.add(&Addresses::v6(IntervalSet::single((*v6).into()))),
            _ => {}
        }
    }
    Known::sure(all)
}

fn network_of(meaning: &Meaning, name: &str, sink: &Sink<'_>) -> Result<Known<Addresses>, String> {
    match meaning {
        Meaning::Network(known) => Ok(known.clone()),
        Meaning::Undefined => {
            let doubt = sink.condition(format!("`{name}` is not defined"), name);
            Ok(Known { sure: Addresses::none(), doubts: vec![doubt] })
        }
        _ => Err(format!("`{name}` stands for no addresses")),
    }
}
