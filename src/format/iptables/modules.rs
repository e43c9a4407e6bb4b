//! Match modules (`-m NAME`) that are modelled exactly; every other one leaves a condition open.

use super::spec::{Assumption, Bad, Context, Cursor, Need, Spec, has_ports, not, show_range};
use super::token::Token;
use super::value;
use crate::policy::{CtState, MarkKind, MarkTest, states};
use crate::space::{Cube, Field, IntervalSet};

/// The most ports that `-m multiport` takes; a range counts twice.
const MULTIPORT_SLOTS: usize = 15;

/// Applies the options of a module, written as `whole`. `false`: the module is not modelled.
pub(super) fn apply<'a>(
    spec: &mut Spec<'a>,
    name: Token<'a>,
    run: &[Token<'a>],
    whole: &'a str,
    context: &mut Context<'a>,
) -> Result<bool, Bad<'a>> {
    let mut cursor = Cursor { rest: run };
    match name.text {
        "tcp" | "udp" | "sctp" | "dccp" | "udplite" | "icmp" | "icmp6" | "icmpv6" => {
            return protocol(spec, name, run);
        }
        "comment" => comment(spec, &mut cursor)?,
        "multiport" => multiport(spec, &mut cursor, context)?,
        "iprange" => iprange(spec, &mut cursor)?,
        "state" | "conntrack" => return conntrack(spec, name, &mut cursor),
        "mark" => mark(spec, name, &mut cursor, MarkKind::Packet)?,
        "connmark" => mark(spec, name, &mut cursor, MarkKind::Connection)?,
        "addrtype" => return addrtype(spec, &mut cursor, whole, context),
        "pkttype" => return pkttype(spec, &mut cursor, whole, context),
        "physdev" => return physdev(spec, &mut cursor, whole, context),
        "recent" => return recent(spec, run, whole),
        "policy" => return ipsec(spec, &mut cursor, whole, context),
        "rpfilter" => return rpfilter(spec, run, whole, context),
        _ => return Ok(false),
    }
    Ok(true)
}

/// Modules that mean nothing without an option.
pub(super) fn needs_options(name: &str) -> bool {
    matches!(
        name,
        "multiport"
            | "iprange"
            | "state"
            | "conntrack"
            | "mark"
            | "connmark"
            | "pkttype"
            | "addrtype"
            | "comment"
            | "physdev"
            | "recent"
            | "policy"
            | "mac"
            | "set"
            | "string"
            | "length"
            | "ttl"
            | "hl"
            | "tos"
            | "dscp"
            | "realm"
            | "quota"
            | "tcpmss"
            | "helper"
            | "hashlimit"
            | "connlimit"
            | "connbytes"
            | "statistic"
            | "u32"
            | "bpf"
    )
}

/// The next option with its negation.
fn option<'a>(cursor: &mut Cursor<'_, 'a>) -> Option<(bool, Token<'a>)> {
    let negated = cursor.take("!");
    cursor.next().map(|token| (negated, token))
}

/// The value of an option, and whether the old form of negation stands before it.
fn value_of<'a>(cursor: &mut Cursor<'_, 'a>, option: Token<'a>, negated: bool) -> Result<(bool, Token<'a>), Bad<'a>> {
    let old = cursor.take("!");
    Ok((negated != old, cursor.value(option)?))
}

fn unknown<'a, T>(option: Token<'a>, module: &str) -> Result<T, Bad<'a>> {
    Err(Bad::new(option.raw, format!("`{}` is not an option of `-m {module}`", option.text)))
}

fn invalid<'a>(value: Token<'a>, what: &str) -> Bad<'a> {
    Bad::new(value.raw, format!("`{}` is not {what}", value.text))
}

fn say(spec: &mut Spec<'_>, module: &str, options: impl FnOnce() -> String) {
    if let Some(canonical) = &mut spec.canonical {
        canonical.module(module, &options());
    }
}

/// The options of these are general ones; what is left here is not modelled.
fn protocol<'a>(spec: &mut Spec<'a>, name: Token<'a>, run: &[Token<'a>]) -> Result<bool, Bad<'a>> {
    let number = match name.text {
        "icmp" => crate::policy::ICMP,
        "icmp6" | "icmpv6" => crate::policy::ICMPV6,
        other => super::names::protocol(other).unwrap_or_default(),
    };
    spec.need(Need::Only(number), name.raw);
    if run.is_empty() && has_ports(number) {
        say(spec, name.text, String::new);
    }
    Ok(run.is_empty())
}

fn comment<'a>(spec: &mut Spec<'a>, cursor: &mut Cursor<'_, 'a>) -> Result<(), Bad<'a>> {
    while let Some((_, option)) = option(cursor) {
        if !option.is("--comment") {
            return unknown(option, "comment");
        }
        let text = cursor.value(option)?;
        say(spec, "comment", || format!("--comment {}", quote(text)));
    }
    Ok(())
}

/// iptables-save quotes only what would not be one plain word.
fn quote(text: Token<'_>) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if !text.text.is_empty() && text.text.chars().all(is_plain) {
        text.text.to_owned()
    } else {
        format!("\"{}\"", text.text)
    }
}

fn multiport<'a>(spec: &mut Spec<'a>, cursor: &mut Cursor<'_, 'a>, context: &mut Context<'a>) -> Result<(), Bad<'a>> {
    while let Some((negated, option)) = option(cursor) {
        let (negated, value) = value_of(cursor, option, negated)?;
        spec.need(Need::Ports, option.raw);
        let (set, shown) = port_list(value)?;
        let printed = match option.text {
            "--sports" => "--sports",
            "--dports" => "--dports",
            "--ports" | "--port" => "--ports",
            _ => return unknown(option, "multiport"),
        };
        match printed {
            "--sports" => spec.restrict_unless(negated, Field::SrcPort, &set),
            "--dports" => spec.restrict_unless(negated, Field::DstPort, &set),
            // None of them means neither the source nor the destination.
            _ if negated => {
                spec.restrict_unless(true, Field::SrcPort, &set);
                spec.restrict_unless(true, Field::DstPort, &set);
            }
            _ => {
                let either = [Field::SrcPort, Field::DstPort];
                let family = context.family;
                spec.restrict_to(either.into_iter().filter_map(|f| Cube::full().with(family, f, &set)));
            }
        }
        say(spec, "multiport", || format!("{}{printed} {shown}", not(negated)));
    }
    Ok(())
}

fn port_list(value: Token<'_>) -> Result<(IntervalSet, String), Bad<'_>> {
    let ranges: Option<Vec<_>> = value.text.split(',').map(|p| value::port_range(p, ':')).collect();
    let ranges = ranges.ok_or_else(|| invalid(value, "a list of ports"))?;
    let slots: usize = value.text.split(',').map(|p| 1 + usize::from(p.contains(':'))).sum();
    if slots > MULTIPORT_SLOTS {
        return Err(Bad::new(value.raw, "`-m multiport` takes at most 15 ports, and a range counts as two"));
    }
    let shown: Vec<String> = ranges.iter().map(|r| show_range(*r)).collect();
    let set = IntervalSet::from_ranges(ranges.into_iter().map(|r| (r.0.into(), r.1.into())));
    Ok((set, shown.join(",")))
}

fn iprange<'a>(spec: &mut Spec<'a>, cursor: &mut Cursor<'_, 'a>) -> Result<(), Bad<'a>> {
    while let Some((negated, option)) = option(cursor) {
        let (negated, value) = value_of(cursor, option, negated)?;
        let field = match option.text {
            "--src-range" => Field::Src,
            "--dst-range" => Field::Dst,
            _ => return unknown(option, "iprange"),
        };
        let range =
            value::address_range(spec.family, value.text).ok_or_else(|| invalid(value, "a range of addresses"))?;
        spec.restrict_unless(negated, field, &IntervalSet::range(range.0, range.1));
        let family = spec.family;
        say(spec, "iprange", || {
            let end = |a| value::show_address(family, a);
            format!("{}{} {}-{}", not(negated), option.text, end(range.0), end(range.1))
        });
    }
    Ok(())
}

fn mark<'a>(spec: &mut Spec<'a>, name: Token<'a>, cursor: &mut Cursor<'_, 'a>, kind: MarkKind) -> Result<(), Bad<'a>> {
    while let Some((negated, option)) = option(cursor) {
        let (negated, text) = value_of(cursor, option, negated)?;
        if !option.is("--mark") {
            return unknown(option, name.text);
        }
        let (value, mask) = value::masked_number(text.text).ok_or_else(|| invalid(text, "a mark"))?;
        spec.marks.push(MarkTest { kind, value, mask: mask.unwrap_or(u32::MAX), negated });
        say(spec, name.text, || match mask.filter(|m| *m != u32::MAX) {
            Some(mask) => format!("{}--mark {value:#x}/{mask:#x}", not(negated)),
            None => format!("{}--mark {value:#x}", not(negated)),
        });
    }
    Ok(())
}

/// `--ctstate` decides alone about packets without a connection: the kernel asks nothing else of them.
fn conntrack<'a>(spec: &mut Spec<'a>, name: Token<'a>, cursor: &mut Cursor<'_, 'a>) -> Result<bool, Bad<'a>> {
    let family = spec.family;
    let mut state: Option<IntervalSet> = None;
    let mut rest = Some(Cube::full());
    let mut asks_connection = false;
    while let Some((negated, option)) = option(cursor) {
        let (negated, value) = value_of(cursor, option, negated)?;
        let (field, set) = match (name.text, option.text) {
            ("state", "--state") | ("conntrack", "--ctstate") => {
                let set = state_list(value)?;
                state = Some(if negated { set.complement(Field::State.max(family)) } else { set });
                say(spec, name.text, || format!("{}{} {}", not(negated), option.text, show_states(value.text)));
                continue;
            }
            ("conntrack", _) => match connection_field(spec, option, value)? {
                Some(constraint) => constraint,
                None => return Ok(false),
            },
            _ => return unknown(option, name.text),
        };
        asks_connection = true;
        let set = if negated { set.complement(field.max(family)) } else { set };
        rest = rest.and_then(|cube| cube.with(family, field, &set));
        say(spec, name.text, || format!("{}{} {}", not(negated), option.text, value.raw));
    }
    let tracked = states::tracked();
    let cubes = match state {
        Some(state) if !asks_connection => vec![Cube::full().with(family, Field::State, &state)],
        Some(state) => vec![
            Cube::full().with(family, Field::State, &state.subtract(&tracked)),
            rest.and_then(|cube| cube.with(family, Field::State, &state.intersect(&tracked))),
        ],
        None if asks_connection => vec![rest.and_then(|cube| cube.with(family, Field::State, &tracked))],
        None => return Ok(true),
    };
    spec.restrict_to(cubes.into_iter().flatten());
    Ok(true)
}

/// What an option of conntrack asks of the connection; `None`: it is not modelled.
fn connection_field<'a>(
    spec: &Spec<'a>,
    option: Token<'a>,
    value: Token<'a>,
) -> Result<Option<(Field, IntervalSet)>, Bad<'a>> {
    let addresses = |field| match value::net(spec.family, value.text) {
        Some(net) => Ok(net.addresses().map(|set| (field, set))),
        None => Err(invalid(value, "an address")),
    };
    let ports = |field| match value::port_range(value.text, ':') {
        Some(range) => Ok(Some((field, value::set_of(range)))),
        None => Err(invalid(value, "a port")),
    };
    match option.text {
        "--ctproto" => match value::protocol(value.text) {
            Some(proto) if proto != 0 => Ok(Some((Field::Proto, IntervalSet::single(proto.into())))),
            _ => Err(invalid(value, "a protocol")),
        },
        "--ctorigsrc" => addresses(Field::OrigSrc),
        "--ctorigdst" => addresses(Field::OrigDst),
        "--ctreplsrc" => addresses(Field::ReplySrc),
        "--ctrepldst" => addresses(Field::ReplyDst),
        "--ctorigsrcport" => ports(Field::OrigSrcPort),
        "--ctorigdstport" => ports(Field::OrigDstPort),
        "--ctdir" => match value.text.to_ascii_uppercase().as_str() {
            "ORIGINAL" => Ok(Some((Field::Direction, IntervalSet::single(0)))),
            "REPLY" => Ok(Some((Field::Direction, IntervalSet::single(1)))),
            _ => Err(invalid(value, "a direction")),
        },
        "--ctreplsrcport" | "--ctrepldstport" | "--ctstatus" | "--ctexpire" => Ok(None),
        _ => unknown(option, "conntrack"),
    }
}

fn state_list(value: Token<'_>) -> Result<IntervalSet, Bad<'_>> {
    value.text.split(',').try_fold(IntervalSet::empty(), |all, word| {
        let set = match word.to_ascii_uppercase().as_str() {
            "NEW" => states::of(CtState::New),
            "ESTABLISHED" => states::of(CtState::Established),
            "RELATED" => states::of(CtState::Related),
            "INVALID" => states::of(CtState::Invalid),
            "UNTRACKED" => states::of(CtState::Untracked),
            "SNAT" => states::source_translated(),
            "DNAT" => states::destination_translated(),
            _ => return Err(Bad::new(value.raw, format!("`{word}` is not a state of a connection"))),
        };
        Ok(all.union(&set))
    })
}

/// States in the order of iptables-save.
fn show_states(list: &str) -> String {
    const ORDER: [&str; 7] = ["INVALID", "NEW", "RELATED", "ESTABLISHED", "UNTRACKED", "SNAT", "DNAT"];
    let named = |s: &&&str| list.split(',').any(|w| w.eq_ignore_ascii_case(s));
    ORDER.iter().filter(named).copied().collect::<Vec<_>>().join(",")
}

/// A packet to a public address that is forwarded is a unicast packet, and neither end is the firewall's own.
fn addrtype<'a>(
    spec: &mut Spec<'a>,
    cursor: &mut Cursor<'_, 'a>,
    whole: &'a str,
    context: &mut Context<'a>,
) -> Result<bool, Bad<'a>> {
    let mut always = true;
    while let Some((negated, option)) = option(cursor) {
        match option.text {
            "--limit-iface-in" | "--limit-iface-out" => continue,
            "--src-type" | "--dst-type" => {}
            _ => return unknown(option, "addrtype"),
        }
        let (negated, value) = value_of(cursor, option, negated)?;
        let unicast = value.text.split(',').any(|t| t.eq_ignore_ascii_case("UNICAST"));
        let modelled =
            |t: &str| ["UNICAST", "LOCAL", "BROADCAST", "MULTICAST"].iter().any(|known| t.eq_ignore_ascii_case(known));
        if !value.text.split(',').all(modelled) {
            return Ok(false);
        }
        let own = if option.is("--src-type") { context.own_ends.source } else { context.own_ends.destination };
        if own {
            return Ok(false);
        }
        always &= unicast != negated;
    }
    context.assume(Assumption::AddressType, whole);
    settle(spec, always, whole);
    Ok(true)
}

/// A match that holds for all judged packets, or for none.
fn settle(spec: &mut Spec<'_>, always: bool, whole: &str) {
    if !always {
        let _ = spec.never();
    }
    if let Some(canonical) = &mut spec.canonical {
        canonical.written(whole);
    }
}

fn pkttype<'a>(
    spec: &mut Spec<'a>,
    cursor: &mut Cursor<'_, 'a>,
    whole: &'a str,
    context: &mut Context<'a>,
) -> Result<bool, Bad<'a>> {
    let Some((negated, option)) = option(cursor) else { return Ok(true) };
    if !option.is("--pkt-type") {
        return unknown(option, "pkttype");
    }
    let (negated, value) = value_of(cursor, option, negated)?;
    let unicast = match value.text.to_ascii_lowercase().as_str() {
        "unicast" | "host" => true,
        "broadcast" | "multicast" => false,
        _ => return Ok(false),
    };
    context.assume(Assumption::Unicast, whole);
    settle(spec, unicast != negated, whole);
    Ok(true)
}

/// A routed packet did not come through a bridge, so whatever is asked of its ports fails.
fn physdev<'a>(
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
fn recent<'a>(spec: &mut Spec<'a>, run: &[Token<'a>], whole: &'a str) -> Result<bool, Bad<'a>> {
    let other = |t: &Token<'_>| {
        matches!(t.raw, "--rcheck" | "--update" | "--remove" | "--seconds" | "--hitcount" | "--rttl" | "--reap")
    };
    let Some(at) = run.iter().position(|t| t.is("--set")).filter(|_| !run.iter().any(other)) else {
        return Ok(false);
    };
    let negated = at.checked_sub(1).and_then(|before| run.get(before)).is_some_and(|t| t.is("!"));
    settle(spec, !negated, whole);
    Ok(true)
}

fn ipsec<'a>(
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
        let (negated, value) = value_of(cursor, option, negated)?;
        match (option.text, value.text) {
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

fn rpfilter<'a>(
    spec: &mut Spec<'a>,
    run: &[Token<'a>],
    whole: &'a str,
    context: &mut Context<'a>,
) -> Result<bool, Bad<'a>> {
    let known = |t: &&Token<'_>| matches!(t.raw, "--loose" | "--validmark" | "--accept-local" | "--invert");
    if let Some(option) = run.iter().find(|t| !known(t)) {
        return unknown(*option, "rpfilter");
    }
    context.assume(Assumption::ReversePath, whole);
    settle(spec, !run.iter().any(|t| t.is("--invert")), whole);
    Ok(true)
}
