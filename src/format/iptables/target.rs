//! Targets (`-j`, `-g`) as actions.

use super::context::Bad;
use super::names;
use super::set_target;
use super::spec::{Spec, Target};
use super::token::Token;
use super::value;
use crate::policy::{Action, ChainId, Denial, MarkChange, MarkKind, Translation};
use crate::space::{Family, IntervalSet};

/// What a target becomes.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome<'a> {
    Action(Action),
    /// Neither a target nor a chain of the table.
    Undeclared(&'a str),
}

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
    "HL",
    "TTL",
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
    if let Some(chain) = (lookup.chain)(name) {
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
        "REJECT" => Action::Deny(reject(spec.family, target)?),
        "MARK" => Action::Mark(mark(target, MarkKind::Packet)?),
        "CONNMARK" => Action::Mark(mark(target, MarkKind::Connection)?),
        "NOTRACK" => Action::Untrack,
        "CT" => conntrack(target),
        "DNAT" => Action::Translate(dnat(spec.family, target, lookup.own)?),
        "REDIRECT" => Action::Translate(Translation::Redirect { ports: port_option(target)? }),
        "SNAT" => Action::Translate(snat(spec.family, target)?),
        "MASQUERADE" => Action::Translate(Translation::Source {
            addresses: None,
            ports: source_ports(target, port_option(target)?),
        }),
        "NETMAP" => Action::Translate(netmap(spec.family, target)?),
        "TPROXY" => Action::Divert,
        "SET" => set_target::action(target),
        _ if GOES_ON.contains(&name) => Action::Continue,
        _ if UNKNOWN.contains(&name) => Action::Unknown(format!("`-j {name}` may do anything with the packet")),
        _ => return Ok(Outcome::Undeclared(name)),
    };
    Ok(Outcome::Action(action))
}

/// The target in the words of iptables-save.
pub(super) fn canonical(spec: &Spec<'_>) -> String {
    let Some(target) = &spec.target else { return String::new() };
    let mut out = format!(" {} {}", if target.goto { "-g" } else { "-j" }, target.name.raw);
    let marks = |kind| mark(target, kind).map(|change| show_mark(kind, change)).unwrap_or_default();
    let options = match target.name.text {
        "REJECT" => match reject(spec.family, target).ok().and_then(Denial::reject_name) {
            Some(name) => format!(" --reject-with {name}"),
            None => String::new(),
        },
        "MARK" => marks(MarkKind::Packet),
        "CONNMARK" => marks(MarkKind::Connection),
        _ => target.options.iter().map(|t| format!(" {}", t.raw)).collect(),
    };
    out.push_str(&options);
    out
}

fn show_mark(kind: MarkKind, change: MarkChange) -> String {
    let masks = |nfmask: u32, ctmask: u32| format!(" --nfmask {nfmask:#x} --ctmask {ctmask:#x}");
    match change {
        MarkChange::Set { value, mask, .. } if kind == MarkKind::Connection && mask == u32::MAX => {
            format!(" --set-xmark {value:#x}/0xffffffff")
        }
        MarkChange::Set { value, mask, .. } => format!(" --set-xmark {value:#x}/{mask:#x}"),
        MarkChange::Lost => String::new(),
        MarkChange::Save { nfmask, ctmask } => format!(" --save-mark{}", masks(nfmask, ctmask)),
        MarkChange::Restore { nfmask, ctmask } => format!(" --restore-mark{}", masks(nfmask, ctmask)),
    }
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
    let Some(at) = target.options.iter().position(|t| names.contains(&t.raw)) else { return Ok(None) };
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
    Bad::new(value.raw, format!("`{}` is not {what}", value.text))
}

fn missing<'a>(target: &Target<'a>, option: &str) -> Bad<'a> {
    Bad::new(target.name.raw, format!("`-j {}` needs `{option}`", target.name.text))
}

fn reject<'a>(family: Family, target: &Target<'a>) -> Result<Denial, Bad<'a>> {
    let Some(kind) = value_of(target, &["--reject-with"])? else {
        no_options(target)?;
        let default = if family == Family::V4 { "icmp-port-unreachable" } else { "icmp6-port-unreachable" };
        return Ok(Denial::Icmp(default));
    };
    if matches!(kind.text, "tcp-reset" | "tcp-rst") {
        return Ok(Denial::Reset);
    }
    names::reject(family, kind.text).map(Denial::Icmp).ok_or_else(|| invalid(kind, "a kind of rejection"))
}

fn mark<'a>(target: &Target<'a>, kind: MarkKind) -> Result<MarkChange, Bad<'a>> {
    let set = |value, mask| Ok(MarkChange::Set { kind, value, mask });
    let number = |names: &[&str]| -> Result<Option<(u32, Option<u32>)>, Bad<'a>> {
        let Some(token) = value_of(target, names)? else { return Ok(None) };
        value::masked_number(token.text).map(Some).ok_or_else(|| invalid(token, "a mark"))
    };
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

/// A zone on some packets of a connection only loses their answers; nothing in the text tells which ones.
fn conntrack(target: &Target<'_>) -> Action {
    let zoned = |t: &Token<'_>| t.raw.starts_with("--zone");
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
fn destinations<'a>(family: Family, target: &Target<'a>, names: &[&str]) -> Result<Destination, Bad<'a>> {
    let mut all = Destination::default();
    let mut found = false;
    for pair in target.options.windows(2) {
        let [option, text] = pair else { continue };
        if !names.contains(&option.raw) {
            continue;
        }
        found = true;
        let next = destination(family, text.text).ok_or_else(|| invalid(*text, "an address with or without ports"))?;
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

fn dnat<'a>(family: Family, target: &Target<'a>, own: &IntervalSet) -> Result<Translation, Bad<'a>> {
    let Destination { addresses, ports } = destinations(family, target, &["--to-destination", "--to"])?;
    let local = addresses.as_ref().is_some_and(|a| a.is_subset(own));
    Ok(Translation::Destination { addresses, ports, local })
}

fn snat<'a>(family: Family, target: &Target<'a>) -> Result<Translation, Bad<'a>> {
    let Destination { addresses, ports } = destinations(family, target, &["--to-source", "--to"])?;
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
