//! Rules in the shapes that nearly all rules of dumps have, understood in one look.
//!
//! A large dump is read as fast as this file goes. It takes only what `reader` would take as exact but for a hardware
//! address, without a finding and without an assumption, and makes the same of it (tests hold the two together); all else
//! it leaves to `reader`.

use super::dump::built_in_of;
use super::extensions::LEAVING;
use super::target::VERDICTS;
use super::value;
use crate::policy::{Action, ChainId, CtState, Denial, Interfaces, states};
use crate::space::{Cube, Family, Field, IntervalSet};
use std::collections::HashMap;
use std::net::Ipv6Addr;

const TCP: u8 = 6;
const UDP: u8 = 17;

/// What a rule asks for and does.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Plain<'a> {
    pub cube: Cube,
    pub action: Action,
    /// The match that the text does not decide: that of a hardware address.
    pub open: Option<&'a str>,
}

/// Where rules stand, and what their names mean.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'p, 'a> {
    pub family: Family,
    pub table: &'a str,
    pub chain: &'a str,
    /// The chains of the table.
    pub chains: &'p HashMap<&'a str, ChainId>,
    pub interfaces: &'p Interfaces,
}

/// Reads the rules of one chain.
#[derive(Debug)]
pub(super) struct Shapes<'p, 'a> {
    place: Place<'p, 'a>,
    /// Sets of states by the lists that name them.
    states: HashMap<&'a str, Option<IntervalSet>>,
    /// Sets of interfaces by their patterns.
    classes: HashMap<&'a str, IntervalSet>,
    /// Sets of TCP flags by those that are looked at and those that must be set.
    flags: HashMap<(&'a str, &'a str), Option<IntervalSet>>,
}

fn states_of(list: &str) -> Option<IntervalSet> {
    list.split(',').try_fold(IntervalSet::empty(), |all, word| {
        let state = match word {
            "NEW" => CtState::New,
            "ESTABLISHED" => CtState::Established,
            "RELATED" => CtState::Related,
            "INVALID" => CtState::Invalid,
            "UNTRACKED" => CtState::Untracked,
            _ => return None,
        };
        Some(all.union(&states::of(state)))
    })
}

impl<'p, 'a> Shapes<'p, 'a> {
    pub fn new(place: Place<'p, 'a>) -> Shapes<'p, 'a> {
        Shapes { place, states: HashMap::new(), classes: HashMap::new(), flags: HashMap::new() }
    }

    /// The rule behind `-A CHAIN`; `None` where it is not of a plain shape.
    pub fn rule(&mut self, spec: &'a str) -> Option<Plain<'a>> {
        let mut rule = Rule { family: self.place.family, cube: Cube::full(), proto: None, given: 0, action: None };
        let mut words = Words { rest: spec };
        let mut open = None;
        while !words.rest.is_empty() {
            let at = spec.len() - words.rest.len();
            match words.next()? {
                "!" => {
                    let option = words.next()?;
                    self.restricted(&mut rule, option, words.next()?, true)?;
                }
                "-p" => rule.protocol(words.next()?)?,
                "-m" => match words.next()? {
                    "mac" => {
                        let length = self.hardware_address(&mut rule, &mut words)?;
                        open = spec.get(at..at + length);
                    }
                    name => rule.module(name)?,
                },
                "--comment" if rule.has(Given::Comment) => rule.once(Given::CommentText).and(words.next_text())?,
                "--ctstate" if rule.has(Given::Conntrack) => self.states(&mut rule, words.next()?)?,
                "--state" if rule.has(Given::State) => self.states(&mut rule, words.next()?)?,
                "--tcp-flags" if rule.proto == Some(TCP) && !rule.has(Given::Multiport) => {
                    self.flags(&mut rule, (words.next()?, words.next()?))?;
                }
                "-j" => self.target(&mut rule, words.next()?)?,
                "-g" => rule.does(Action::Goto(self.chain(words.next()?)?))?,
                "--reject-with" => rule.reject_with(words.next()?)?,
                option => self.restricted(&mut rule, option, words.next()?, false)?,
            }
        }
        let complete = rule.has(Given::Comment) == rule.has(Given::CommentText)
            && (rule.has(Given::Conntrack) || rule.has(Given::State)) == rule.has(Given::States)
            && rule.has(Given::Multiport) == (rule.has(Given::SrcPorts) != rule.has(Given::DstPorts));
        complete.then(|| Plain { cube: rule.cube, action: rule.action.unwrap_or(Action::Continue), open })
    }

    /// Applies an option that `!` may stand before.
    fn restricted(&mut self, rule: &mut Rule, option: &str, value: &'a str, negated: bool) -> Option<()> {
        // Beside `-m multiport`, `--sport` may be short for an option of that.
        let has_ports = matches!(rule.proto, Some(TCP | UDP)) && !rule.has(Given::Multiport);
        let (given, field, set) = match option {
            "-s" => (Given::Src, Field::Src, network(rule.family, value)?),
            "-d" => (Given::Dst, Field::Dst, network(rule.family, value)?),
            "-i" => (Given::InIface, Field::InIface, self.interface(value, LEAVING)?),
            "-o" => (Given::OutIface, Field::OutIface, self.interface(value, &["INPUT", "PREROUTING"])?),
            "--sport" if has_ports => (Given::SrcPort, Field::SrcPort, ports(value)?),
            "--dport" if has_ports => (Given::DstPort, Field::DstPort, ports(value)?),
            "--sports" if rule.has(Given::Multiport) => (Given::SrcPorts, Field::SrcPort, port_list(value)?),
            "--dports" if rule.has(Given::Multiport) => (Given::DstPorts, Field::DstPort, port_list(value)?),
            _ => return None,
        };
        rule.once(given)?;
        rule.restrict(negated, field, &set)
    }

    /// An interface that the rules of the chain can ask for; `blind` are the built-in chains that cannot.
    fn interface(&mut self, name: &'a str, blind: &[&str]) -> Option<IntervalSet> {
        let sound = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b'@' | b'+');
        let fits = (1..=value::LONGEST_INTERFACE).contains(&name.len()) && name.bytes().all(sound);
        let Place { chain, interfaces, .. } = self.place;
        (fits && !blind.contains(&chain))
            .then(|| self.classes.entry(name).or_insert_with(|| interfaces.matching(name)).clone())
    }

    fn states(&mut self, rule: &mut Rule, list: &'a str) -> Option<()> {
        rule.once(Given::States)?;
        let set = self.states.entry(list).or_insert_with(|| states_of(list)).as_ref()?;
        rule.restrict(false, Field::State, set)
    }

    fn flags(&mut self, rule: &mut Rule, lists: (&'a str, &'a str)) -> Option<()> {
        rule.once(Given::TcpFlags)?;
        let of = |(mask, comp)| Some(value::flags_with(value::tcp_flags(mask)?, value::tcp_flags(comp)?, false));
        let set = self.flags.entry(lists).or_insert_with(|| of(lists)).as_ref()?;
        rule.restrict(false, Field::TcpFlags, set)
    }

    /// Reads what follows `-m mac` as iptables-save prints it; the length of the whole.
    fn hardware_address(&self, rule: &mut Rule, words: &mut Words<'a>) -> Option<usize> {
        let option = words.next().filter(|option| *option == "--mac-source")?;
        let address = words.next().filter(|address| is_hardware_address(address))?;
        rule.once(Given::Mac)?;
        (!LEAVING.contains(&self.place.chain)).then_some("-m mac ".len() + option.len() + 1 + address.len())
    }

    fn target(&self, rule: &mut Rule, name: &str) -> Option<()> {
        match name {
            "ACCEPT" => rule.does(Action::Accept),
            "DROP" => rule.does(Action::Deny(Denial::Silent)),
            "RETURN" => rule.does(Action::Return),
            "REJECT" if self.place.table == "filter" && self.chain(name).is_none() => {
                rule.does(Action::Deny(Denial::Icmp(match rule.family {
                    Family::V4 => "icmp-port-unreachable",
                    Family::V6 => "icmp6-port-unreachable",
                })))
            }
            _ => rule.does(Action::Jump(self.chain(name)?)),
        }
    }

    /// A chain to which a rule can lead.
    fn chain(&self, name: &str) -> Option<ChainId> {
        let is_none = built_in_of(self.place.table).contains(&name) || VERDICTS.contains(&name);
        self.place.chains.get(name).copied().filter(|_| !is_none)
    }
}

/// What was met in a rule; each may be met once.
#[derive(Debug, Clone, Copy)]
enum Given {
    Src,
    Dst,
    InIface,
    OutIface,
    SrcPort,
    DstPort,
    SrcPorts,
    DstPorts,
    Protocol,
    Comment,
    CommentText,
    Conntrack,
    State,
    States,
    Multiport,
    RejectWith,
    TcpFlags,
    Mac,
}

struct Rule {
    family: Family,
    cube: Cube,
    proto: Option<u8>,
    given: u32,
    action: Option<Action>,
}

impl Rule {
    fn has(&self, what: Given) -> bool {
        self.given & (1 << what as u32) != 0
    }

    fn once(&mut self, what: Given) -> Option<()> {
        let again = self.has(what);
        self.given |= 1 << what as u32;
        (!again).then_some(())
    }

    fn restrict(&mut self, negated: bool, field: Field, set: &IntervalSet) -> Option<()> {
        let cube = std::mem::replace(&mut self.cube, Cube::full());
        self.cube = if negated {
            cube.with(self.family, field, &set.complement(field.max(self.family)))?
        } else {
            cube.with(self.family, field, set)?
        };
        Some(())
    }

    fn protocol(&mut self, name: &str) -> Option<()> {
        self.once(Given::Protocol)?;
        let number = match (name, self.family) {
            ("tcp", _) => TCP,
            ("udp", _) => UDP,
            ("icmp", Family::V4) => 1,
            ("ipv6-icmp" | "icmpv6", Family::V6) => 58,
            _ => return None,
        };
        self.proto = Some(number);
        self.restrict(false, Field::Proto, &IntervalSet::single(number.into()))
    }

    fn module(&mut self, name: &str) -> Option<()> {
        match (name, self.proto) {
            ("tcp", Some(TCP)) | ("udp", Some(UDP)) => Some(()),
            ("comment", _) => self.once(Given::Comment),
            ("conntrack", _) if !self.has(Given::State) => self.once(Given::Conntrack),
            ("state", _) if !self.has(Given::Conntrack) => self.once(Given::State),
            ("multiport", Some(TCP | UDP)) if !self.has(Given::SrcPort) && !self.has(Given::DstPort) => {
                self.once(Given::Multiport)
            }
            _ => None,
        }
    }

    fn does(&mut self, action: Action) -> Option<()> {
        self.action.replace(action).is_none().then_some(())
    }

    /// Of the many kinds of rejection, the one that is the usual one, and the one that is no ICMP error.
    fn reject_with(&mut self, kind: &str) -> Option<()> {
        self.once(Given::RejectWith)?;
        match &mut self.action {
            Some(Action::Deny(Denial::Icmp(usual))) if *usual == kind => Some(()),
            Some(Action::Deny(denial @ Denial::Icmp(_))) if kind == "tcp-reset" && self.proto == Some(TCP) => {
                *denial = Denial::Reset;
                Some(())
            }
            _ => None,
        }
    }
}

/// Six bytes in hexadecimal.
fn is_hardware_address(text: &str) -> bool {
    let is_byte = |byte: &str| byte.len() == 2 && byte.bytes().all(|digit| digit.is_ascii_hexdigit());
    text.split(':').count() == 6 && text.split(':').all(is_byte)
}

/// An address or a prefix as iptables-save prints it.
fn network(family: Family, text: &str) -> Option<IntervalSet> {
    let (host, length) = match text.split_once('/') {
        Some((host, length)) => (host, u32::from(decimal(length)?)),
        None => (text, family.bits()),
    };
    if length > family.bits() {
        return None;
    }
    let address = match family {
        Family::V4 => u128::from(address(host)?),
        Family::V6 => host.parse::<Ipv6Addr>().ok()?.into(),
    };
    let mask = value::mask_of(family, length);
    Some(IntervalSet::range(address & mask, address & mask | !mask & family.max_address()))
}

/// Four decimal bytes.
fn address(text: &str) -> Option<u32> {
    let mut bytes = text.split('.').map(|byte| decimal(byte).filter(|byte| *byte < 256));
    let mut next = || bytes.next().flatten().map(u32::from);
    let address = next()? << 24 | next()? << 16 | next()? << 8 | next()?;
    bytes.next().is_none().then_some(address)
}

/// A number of 16 bits without a sign or leading zeros, which would make it octal.
fn decimal(text: &str) -> Option<u16> {
    let digits = text.as_bytes();
    if digits.is_empty() || digits.len() > 5 || digits.len() > 1 && text.starts_with('0') {
        return None;
    }
    let number = digits
        .iter()
        .try_fold(0u32, |all, digit| digit.is_ascii_digit().then(|| all * 10 + u32::from(digit - b'0')))?;
    u16::try_from(number).ok()
}

/// A port or a range of ports, both ends given.
fn ports(text: &str) -> Option<IntervalSet> {
    let (low, high) = port_range(text)?;
    Some(IntervalSet::range(low.into(), high.into()))
}

fn port_range(text: &str) -> Option<(u16, u16)> {
    let (low, high) = match text.split_once(':') {
        Some((low, high)) => (decimal(low)?, decimal(high)?),
        None => (decimal(text)?, decimal(text)?),
    };
    (low <= high).then_some((low, high))
}

/// The list of `-m multiport`, which takes 15 ports, ranges counted twice.
fn port_list(text: &str) -> Option<IntervalSet> {
    let slots = 1 + text.bytes().filter(|b| matches!(b, b',' | b':')).count();
    if slots > super::modules::MULTIPORT_SLOTS {
        return None;
    }
    let ranges: Vec<(u128, u128)> =
        text.split(',').map(|part| port_range(part).map(|r| (r.0.into(), r.1.into()))).collect::<Option<_>>()?;
    Some(IntervalSet::from_ranges(ranges))
}

/// The words of a rule, with single blanks between them.
struct Words<'a> {
    rest: &'a str,
}

impl<'a> Words<'a> {
    /// The next word; `None` at the end, and for what is not plain text.
    fn next(&mut self) -> Option<&'a str> {
        let end = self.rest.bytes().position(|b| !(b'#'..0x7f).contains(&b) && b != b'!').unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at_checked(end)?;
        self.rest = match rest.as_bytes().first() {
            None => rest,
            Some(b' ') => rest.get(1..)?,
            Some(_) => return None,
        };
        (!word.is_empty()).then_some(word)
    }

    /// A text in quotes or one word.
    fn next_text(&mut self) -> Option<()> {
        let Some(quoted) = self.rest.strip_prefix('"') else {
            return self.next().filter(|word| !word.starts_with('-') && *word != "!").map(drop);
        };
        let end = quoted.bytes().position(|b| matches!(b, b'"' | b'\\'))?;
        let rest = quoted.get(end..)?.strip_prefix('"')?;
        self.rest = if rest.is_empty() { rest } else { rest.strip_prefix(' ')? };
        Some(())
    }
}

#[cfg(test)]
mod tests;
