//! Modules that are decided by what is known of every required flow: it is unicast, routed, and not the firewall's own.

use super::{invalid, option, say, unknown};
use crate::format::iptables::canonical::not;
use crate::format::iptables::context::{Assumption, Bad, Context, Own};
use crate::format::iptables::cursor::Cursor;
use crate::format::iptables::extensions::{ARRIVING, LEAVING};
use crate::format::iptables::spec::Spec;
use crate::format::iptables::token::Token;
use crate::format::iptables::value;
use crate::space::{Family, Field, IntervalSet};

/// A required flow goes to a public address, which is unicast. Whether an end of it is one of the firewall's own
/// addresses, which are LOCAL and not UNICAST, follows from the chain.
pub(super) fn addrtype<'a>(
    spec: &mut Spec<'a>,
    cursor: &mut Cursor<'_, 'a>,
    whole: &'a str,
    context: &mut Context<'a>,
) -> Result<bool, Bad<'a>> {
    let mut always = true;
    let mut shown = String::from("-m addrtype");
    while let Some((negated, option)) = option(cursor) {
        shown += &format!(" {}{}", not(negated), option.text);
        match option.text {
            "--limit-iface-in" | "--limit-iface-out" => continue,
            "--src-type" | "--dst-type" => {}
            _ => return unknown(option, "addrtype"),
        }
        let value = cursor.value(option)?;
        shown += &format!(" {}", value.text.to_ascii_uppercase());
        let lists = |kind: &str| value.text.split(',').any(|t| t.eq_ignore_ascii_case(kind));
        let modelled =
            |t: &str| ["UNICAST", "LOCAL", "BROADCAST", "MULTICAST"].iter().any(|known| t.eq_ignore_ascii_case(known));
        if !value.text.split(',').all(modelled) {
            return Ok(false);
        }
        let source = option.is("--src-type");
        let own = if source { context.own_ends.source } else { context.own_ends.destination };
        let (unicast, local) = (lists("UNICAST"), lists("LOCAL"));
        if !source && context.own_ends.answered && unicast != local {
            if unicast == negated {
                // Nothing but answers, and of those the ones whose client got the firewall's own address.
                spec.restrict(Field::Direction, &IntervalSet::single(1));
            }
            return Ok(false);
        }
        let holds = match own {
            Own::No => unicast,
            Own::Yes => local,
            Own::Perhaps if unicast == local => local,
            Own::Perhaps => return Ok(false),
        };
        always &= holds != negated;
    }
    context.assume(Assumption::AddressType, whole);
    settle(spec, always, &shown);
    Ok(true)
}

/// A match that holds for all judged packets, or for none.
fn settle(spec: &mut Spec<'_>, always: bool, shown: &str) {
    if !always {
        let _ = spec.never();
    }
    if let Some(canonical) = &mut spec.canonical {
        canonical.written(shown);
    }
}

pub(super) fn pkttype<'a>(
    spec: &mut Spec<'a>,
    cursor: &mut Cursor<'_, 'a>,
    whole: &'a str,
    context: &mut Context<'a>,
) -> Result<bool, Bad<'a>> {
    let Some((negated, option)) = option(cursor) else { return Ok(true) };
    if !option.is("--pkt-type") {
        return unknown(option, "pkttype");
    }
    let value = cursor.value(option)?;
    let kind = match value.text.to_ascii_lowercase().as_str() {
        "unicast" | "host" => "unicast",
        "broadcast" | "bcast" => "broadcast",
        "multicast" | "mcast" => "multicast",
        _ => return Ok(false),
    };
    context.assume(Assumption::Unicast, whole);
    let shown = format!("-m pkttype {}--pkt-type {kind}", not(negated));
    settle(spec, (kind == "unicast") != negated, &shown);
    Ok(true)
}

/// A routed packet did not come through a bridge, so whatever is asked of its ports fails.
pub(super) fn physdev<'a>(
    spec: &mut Spec<'a>,
    cursor: &mut Cursor<'_, 'a>,
    whole: &'a str,
    context: &mut Context<'a>,
) -> Result<bool, Bad<'a>> {
    let mut always = true;
    while let Some((negated, option)) = option(cursor) {
        match option.text {
            "--physdev-is-in" | "--physdev-is-out" | "--physdev-is-bridged" => always &= negated,
            "--physdev-in" | "--physdev-out" => return Ok(false),
            _ => return unknown(option, "physdev"),
        }
    }
    context.assume(Assumption::Routed, whole);
    settle(spec, always, whole);
    Ok(true)
}

/// `--set` notes the address and matches; the other forms depend on what was noted before.
pub(super) fn recent<'a>(spec: &mut Spec<'a>, run: &[Token<'a>]) -> Result<bool, Bad<'a>> {
    let other = |t: &Token<'_>| {
        matches!(t.text, "--rcheck" | "--update" | "--remove" | "--seconds" | "--hitcount" | "--rttl" | "--reap")
    };
    let Some(at) = run.iter().position(|t| t.is("--set")).filter(|_| !run.iter().any(other)) else {
        return Ok(false);
    };
    let negated = at.checked_sub(1).and_then(|before| run.get(before)).is_some_and(|t| t.is("!"));
    if negated {
        let _ = spec.never();
    }
    let family = spec.family;
    say(spec, "recent", || show_recent(family, run, negated));
    Ok(true)
}

/// iptables-save prints the list, the bits that count, and the end of the packet, whether they were given or not.
fn show_recent(family: Family, run: &[Token<'_>], negated: bool) -> String {
    let value = |option: &str| run.iter().position(|t| t.is(option)).and_then(|at| run.get(at + 1)).map(|t| t.raw);
    let every_bit = value::show_address(family, family.max_address());
    let (name, mask) = (value("--name").unwrap_or("DEFAULT"), value("--mask").unwrap_or(&every_bit));
    let end = if run.iter().any(|t| t.is("--rdest")) { "--rdest" } else { "--rsource" };
    format!("{}--set --name {name} --mask {mask} {end}", not(negated))
}

/// Where packets come from IPsec, or go into it, the kernel asks only at that end.
fn nowhere<'a>(direction: Token<'a>, chain: &str) -> Bad<'a> {
    Bad::value(direction.raw, format!("`--dir {}` cannot be used in {chain}", direction.text))
}

pub(super) fn ipsec<'a>(
    spec: &mut Spec<'a>,
    cursor: &mut Cursor<'_, 'a>,
    whole: &'a str,
    context: &mut Context<'a>,
) -> Result<bool, Bad<'a>> {
    let mut always = None;
    while let Some((negated, option)) = option(cursor) {
        if option.is("--strict") || option.is("--next") {
            continue;
        }
        let value = cursor.value(option)?;
        match (option.text, value.text) {
            ("--dir", "in") if LEAVING.contains(&context.chain) => return Err(nowhere(value, context.chain)),
            ("--dir", "out") if ARRIVING.contains(&context.chain) => return Err(nowhere(value, context.chain)),
            ("--pol", "none") => always = Some(!negated),
            ("--pol", "ipsec") => always = Some(negated),
            ("--pol", _) => return Err(invalid(value, "`none` or `ipsec`")),
            _ => {}
        }
    }
    let Some(always) = always else { return Ok(false) };
    context.assume(Assumption::NoIpsec, whole);
    settle(spec, always, whole);
    Ok(true)
}

pub(super) fn rpfilter<'a>(
    spec: &mut Spec<'a>,
    run: &[Token<'a>],
    whole: &'a str,
    context: &mut Context<'a>,
) -> Result<bool, Bad<'a>> {
    let known = |t: &&Token<'_>| matches!(t.text, "--loose" | "--validmark" | "--accept-local" | "--invert");
    if let Some(option) = run.iter().find(|t| !known(t)) {
        return unknown(*option, "rpfilter");
    }
    context.assume(Assumption::ReversePath, whole);
    settle(spec, !run.iter().any(|t| t.is("--invert")), whole);
    Ok(true)
}
