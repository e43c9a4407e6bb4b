//! Targets (`-j`, `-g`) as actions.

mod shown;

pub(super) use shown::canonical;

use super::context::Bad;
use super::names;
use super::set_target;
use super::spec::{Spec, Target};
use super::token::Token;
use super::value;
use crate::policy::{Action, ChainId, Denial, ICMP, MarkChange, MarkKind, TCP, Translation, UDP};
use crate::space::{Family, IntervalSet};

/// What a target becomes.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome<'a> {
    Action(Action),
    /// Neither a target nor a chain of the table.
    Undeclared(&'a str),
}

/// What ends a chain without being one.
pub(super) const VERDICTS: [&str; 4] = ["ACCEPT", "DROP", "RETURN", "QUEUE"];

/// Targets after which the next rule is asked, and which change nothing that another rule could ask for.
const GOES_ON: &[&str] = &[
    "LOG",
    "ULOG",
    "NFLOG",
    "TCPMSS",
    "TOS",
    "DSCP",
    "ECN",
    "CLASSIFY",
    "TRACE",
    "AUDIT",
    "CHECKSUM",
    "TEE",
    "RATEEST",
    "SECMARK",
    "CONNSECMARK",
    "IDLETIMER",
    "LED",
    "TCPOPTSTRIP",
];

/// Targets whose effect on the packet the text does not tell.
const UNKNOWN: &[&str] =
    &["QUEUE", "NFQUEUE", "SYNPROXY", "DNPT", "SNPT", "CLUSTERIP", "HMARK", "SAME", "MIRROR", "ROUTE", "FLOWOFFLOAD"];

/// With as many hops every host of the Internet is reached.
const ENOUGH_HOPS: u32 = 32;
/// So many hops may be taken from a packet, which has at least 64 as a rule.
const MANY_HOPS: u32 = 16;
/// Protocols whose ports (and identifiers) a translation may name.
const WITH_PORTS: [u8; 6] = [ICMP, TCP, UDP, 33, 132, 136];

/// Where chains and the firewall's own addresses are looked up.
pub(super) struct Lookup<'l> {
    pub chain: &'l dyn Fn(&str) -> Option<ChainId>,
    /// Addresses that the firewall is known to have.
    pub own: &'l IntervalSet,
}

/// The action of a rule.
pub(super) fn action<'a>(spec: &Spec<'a>, lookup: &Lookup<'_>) -> Result<Outcome<'a>, Bad<'a>> {
    let Some(target) = &spec.target else { return Ok(Outcome::Action(Action::Continue)) };
    let name = target.name.text;
    // No chain has the name of a verdict.
    if let Some(chain) = (lookup.chain)(name).filter(|_| !VERDICTS.contains(&name)) {
        no_options(target)?;
        return Ok(Outcome::Action(if target.goto { Action::Goto(chain) } else { Action::Jump(chain) }));
    }
    if target.goto {
        return Ok(Outcome::Undeclared(name));
    }
    let action = match name {
        "ACCEPT" => {
            no_options(target)?;
            Action::Accept
        }
        "DROP" => {
            no_options(target)?;
            Action::Deny(Denial::Silent)
        }
        "RETURN" => {
            no_options(target)?;
            Action::Return
        }
        "TARPIT" => Action::Deny(Denial::Silent),
        "REJECT" => Action::Deny(reject(spec, target)?),
        "MARK" => Action::Mark(mark(target, MarkKind::Packet)?),
        "CONNMARK" => Action::Mark(mark(target, MarkKind::Connection)?),
        "NOTRACK" => Action::Untrack,
        "CT" => conntrack(target),
        "DNAT" => Action::Translate(dnat(spec, target, lookup.own)?),
        "REDIRECT" => Action::Translate(Translation::Redirect { ports: port_option(target)? }),
        "SNAT" => Action::Translate(snat(spec, target)?),
        "MASQUERADE" => Action::Translate(Translation::Source {
            addresses: None,
            ports: source_ports(target, port_option(target)?),
        }),
        "NETMAP" => Action::Translate(netmap(spec.family, target)?),
        "TPROXY" => Action::Divert,
        "TTL" | "HL" => hop_limit(target),
        "SET" => set_target::action(target),
        _ if GOES_ON.contains(&name) => Action::Continue,
        _ if UNKNOWN.contains(&name) => Action::Unknown(format!("`-j {name}` may do anything with the packet")),
        _ => return Ok(Outcome::Undeclared(name)),
    };
    Ok(Outcome::Action(action))
}

fn no_options<'a>(target: &Target<'a>) -> Result<(), Bad<'a>> {
    match target.options.first() {
        Some(option) => {
            Err(Bad::new(option.raw, format!("`{}` is not an option of `-j {}`", option.text, target.name.text)))
        }
        None => Ok(()),
    }
}

/// The value behind an option, under any of its names.
fn value_of<'a>(target: &Target<'a>, names: &[&str]) -> Result<Option<Token<'a>>, Bad<'a>> {
    let Some(at) = target.options.iter().position(|t| names.contains(&t.text)) else { return Ok(None) };
    match target.options.get(at + 1) {
        Some(value) => Ok(Some(*value)),
        None => {
            let option = target.options.get(at).unwrap_or(&target.name);
            Err(Bad::new(option.raw, format!("`{}` needs a value", option.text)))
        }
    }
}

fn has(target: &Target<'_>, option: &str) -> bool {
    target.options.iter().any(|t| t.is(option))
}

fn invalid<'a>(value: Token<'a>, what: &str) -> Bad<'a> {
    Bad::value(value.raw, format!("`{}` is not {what}", value.text))
}

fn missing<'a>(target: &Target<'a>, option: &str) -> Bad<'a> {
    Bad::new(target.name.raw, format!("`-j {}` needs `{option}`", target.name.text))
}

fn reject<'a>(spec: &Spec<'a>, target: &Target<'a>) -> Result<Denial, Bad<'a>> {
    let family = spec.family;
    let Some(kind) = value_of(target, &["--reject-with"])? else {
        no_options(target)?;
        let default = if family == Family::V4 { "icmp-port-unreachable" } else { "icmp6-port-unreachable" };
        return Ok(Denial::Icmp(default));
    };
    if names::begins("tcp-reset", kind.text) || kind.text == "tcp-rst" {
        let bad = || Bad::new(kind.raw, format!("`{}` needs `-p tcp`", kind.text));
        return spec.proto.filter(|proto| *proto == TCP).map(|_| Denial::Reset).ok_or_else(bad);
    }
    names::reject(family, kind.text).map(Denial::Icmp).ok_or_else(|| invalid(kind, "a kind of rejection"))
}

fn mark<'a>(target: &Target<'a>, kind: MarkKind) -> Result<MarkChange, Bad<'a>> {
    let set = |value, mask| Ok(MarkChange::Set { kind, value, mask });
    let number = |names: &[&str]| -> Result<Option<(u32, Option<u32>)>, Bad<'a>> {
        let Some(token) = value_of(target, names)? else { return Ok(None) };
        value::masked_number(token.text).map(Some).ok_or_else(|| invalid(token, "a mark"))
    };
    if asks_masks_or_shifts(target) {
        let kind = if has(target, "--restore-mark") { MarkKind::Packet } else { MarkKind::Connection };
        return Ok(MarkChange::Lost(kind));
    }
    if let Some((value, mask)) = number(&["--set-xmark"])? {
        return set(value, mask.unwrap_or(u32::MAX));
    }
    if let Some((value, mask)) = number(&["--set-mark"])? {
        return set(value, mask.map_or(u32::MAX, |m| m | value));
    }
    if let Some((bits, _)) = number(&["--and-mark"])? {
        return set(0, !bits);
    }
    if let Some((bits, _)) = number(&["--or-mark"])? {
        return set(bits, bits);
    }
    if let Some((bits, _)) = number(&["--xor-mark"])? {
        return set(bits, 0);
    }
    let mask = number(&["--mask"])?.map_or(u32::MAX, |m| m.0);
    let nfmask = number(&["--nfmask"])?.map_or(mask, |m| m.0);
    let ctmask = number(&["--ctmask"])?.map_or(mask, |m| m.0);
    match kind {
        MarkKind::Connection if has(target, "--save-mark") => Ok(MarkChange::Save { nfmask, ctmask }),
        MarkKind::Connection if has(target, "--restore-mark") => Ok(MarkChange::Restore { nfmask, ctmask }),
        _ => Err(missing(target, "--set-mark")),
    }
}

/// Masks of their own belong to the copies between the two marks; beside values, versions read them differently.
/// Shifted marks are not followed.
fn asks_masks_or_shifts(target: &Target<'_>) -> bool {
    let any = |options: &[&str]| options.iter().any(|option| has(target, option));
    any(&["--left-shift-mark", "--right-shift-mark"])
        || any(&["--mask", "--nfmask", "--ctmask"]) && !any(&["--save-mark", "--restore-mark"])
}

/// A packet with a small limit of hops may not arrive, here or further on.
fn hop_limit(target: &Target<'_>) -> Action {
    let number = |options| value_of(target, options).ok().flatten().and_then(|v| value::number(v.text));
    let few = number(&["--ttl-set", "--hl-set"]).is_some_and(|hops| hops < ENOUGH_HOPS)
        || number(&["--ttl-dec", "--hl-dec"]).is_some_and(|hops| hops > MANY_HOPS);
    if !few {
        return Action::Continue;
    }
    Action::Unknown(format!("`-j {}` may leave the packet too few hops to arrive", target.name.text))
}

/// A zone on some packets of a connection only loses their answers; nothing in the text tells which ones.
fn conntrack(target: &Target<'_>) -> Action {
    let zoned = |t: &Token<'_>| t.text.starts_with("--zone");
    if has(target, "--notrack") {
        Action::Untrack
    } else if target.options.iter().any(zoned) {
        Action::Unknown("`-j CT --zone` may separate a connection from its answers".to_owned())
    } else {
        Action::Template
    }
}

/// `address[-address][:port[-port]]`, IPv6 addresses with ports in brackets.
#[derive(Debug, Default)]
struct Destination {
    addresses: Option<IntervalSet>,
    ports: Option<IntervalSet>,
}

fn destination(family: Family, text: &str) -> Option<Destination> {
    let (host, ports) = match (family, text.strip_prefix('[')) {
        (Family::V6, Some(inner)) => {
            let (host, rest) = inner.split_once(']')?;
            (host, rest.strip_prefix(':'))
        }
        // A port alone; every IPv6 address that begins with a colon begins with two.
        (Family::V6, None) if text.starts_with(':') && !text.starts_with("::") => ("", text.strip_prefix(':')),
        (Family::V6, None) => (text, None),
        (Family::V4, _) => text.split_once(':').map_or((text, None), |(host, ports)| (host, Some(ports))),
    };
    let range = |text: &str| {
        // Brackets may stand around each end of an IPv6 range.
        let plain: String = text.chars().filter(|c| !matches!(c, '[' | ']')).collect();
        value::address_range(family, &plain).map(|(low, high)| IntervalSet::range(low, high))
    };
    let addresses = if host.is_empty() { None } else { Some(range(host)?) };
    // `first-last/base` shifts the old port into the range; the set of possible ports is the same.
    let ports = match ports.filter(|p| !p.is_empty()) {
        Some(ports) => Some(value::set_of(value::port_range(ports.split('/').next()?, '-')?)),
        None => None,
    };
    Some(Destination { addresses, ports })
}

/// All destinations of a rule; old kernels took the option several times.
fn destinations<'a>(spec: &Spec<'a>, target: &Target<'a>, names: &[&str]) -> Result<Destination, Bad<'a>> {
    let has_ports = spec.proto.is_some_and(|proto| WITH_PORTS.contains(&proto));
    let mut all = Destination::default();
    let mut found = false;
    for pair in target.options.windows(2) {
        let [option, text] = pair else { continue };
        if !names.contains(&option.text) {
            continue;
        }
        found = true;
        let next = destination(spec.family, text.text);
        let next = next.ok_or_else(|| invalid(*text, "an address with or without ports"))?;
        if next.ports.is_some() && !has_ports {
            return Err(Bad::new(text.raw, format!("the ports of `{}` need a protocol such as `-p tcp`", text.text)));
        }
        all.addresses = join(all.addresses, next.addresses);
        all.ports = join(all.ports, next.ports);
    }
    if found { Ok(all) } else { Err(missing(target, names.first().copied().unwrap_or("--to"))) }
}

fn join(a: Option<IntervalSet>, b: Option<IntervalSet>) -> Option<IntervalSet> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.union(&b)),
        (a, b) => a.or(b),
    }
}

fn dnat<'a>(spec: &Spec<'a>, target: &Target<'a>, own: &IntervalSet) -> Result<Translation, Bad<'a>> {
    let Destination { addresses, ports } = destinations(spec, target, &["--to-destination", "--to"])?;
    let local = addresses.as_ref().is_some_and(|a| a.is_subset(own));
    Ok(Translation::Destination { addresses, ports, local })
}

fn snat<'a>(spec: &Spec<'a>, target: &Target<'a>) -> Result<Translation, Bad<'a>> {
    let Destination { addresses, ports } = destinations(spec, target, &["--to-source", "--to"])?;
    Ok(Translation::Source { addresses, ports: source_ports(target, ports) })
}

/// Ports that clients get: those that the rule names, else any where it asks for random ones, else their own.
fn source_ports(target: &Target<'_>, named: Option<IntervalSet>) -> Option<IntervalSet> {
    let random = ["--random", "--random-fully"].iter().any(|option| has(target, option));
    named.or_else(|| random.then(|| IntervalSet::range(1, u16::MAX.into())))
}

fn port_option<'a>(target: &Target<'a>) -> Result<Option<IntervalSet>, Bad<'a>> {
    let Some(text) = value_of(target, &["--to-ports", "--to-port"])? else { return Ok(None) };
    let range = value::port_range(text.text.split('/').next().unwrap_or(""), '-');
    range.map(|r| Some(value::set_of(r))).ok_or_else(|| invalid(text, "a port or a range of ports"))
}

fn netmap<'a>(family: Family, target: &Target<'a>) -> Result<Translation, Bad<'a>> {
    let text = value_of(target, &["--to"])?.ok_or_else(|| missing(target, "--to"))?;
    let net = value::net(family, text.text).ok_or_else(|| invalid(text, "a network"))?;
    Ok(Translation::Network { network: net.address, host_mask: net.host_mask() })
}
