//! Match modules (`-m NAME`) that are modelled exactly; every other one leaves a condition open.

mod assumed;
mod conntrack;
mod protocol;
pub(super) mod set;

use super::canonical::{not, quote, show_range};
use super::context::{Bad, Context};
use super::cursor::Cursor;
use super::spec::Spec;
use super::token::Token;
use super::value;
use crate::policy::{MarkKind, MarkTest, states};
use crate::space::{Cube, Field, IntervalSet};

/// The most ports that `-m multiport` takes; a range counts twice.
pub(super) const MULTIPORT_SLOTS: usize = 15;

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
            return protocol::protocol(spec, name, &mut cursor);
        }
        "comment" => comment(spec, &mut cursor)?,
        "multiport" => multiport(spec, &mut cursor, context)?,
        "iprange" => return iprange(spec, &mut cursor),
        "state" | "conntrack" => return conntrack::conntrack(spec, name, &mut cursor),
        "mark" => mark(spec, name, &mut cursor, MarkKind::Packet)?,
        "connmark" => mark(spec, name, &mut cursor, MarkKind::Connection)?,
        "addrtype" => return assumed::addrtype(spec, &mut cursor, whole, context),
        "pkttype" => return assumed::pkttype(spec, &mut cursor, whole, context),
        "physdev" => return assumed::physdev(spec, &mut cursor, whole, context),
        "recent" => return assumed::recent(spec, run),
        "policy" => return assumed::ipsec(spec, &mut cursor, whole, context),
        "set" => return set::set(spec, name, &mut cursor, whole, context),
        "rpfilter" => return assumed::rpfilter(spec, run, whole, context),
        _ => return Ok(false),
    }
    Ok(true)
}

/// The next option with its negation.
fn option<'a>(cursor: &mut Cursor<'_, 'a>) -> Option<(bool, Token<'a>)> {
    let negated = cursor.take("!").is_some();
    cursor.next().map(|token| (negated, token))
}

fn unknown<'a, T>(option: Token<'a>, module: &str) -> Result<T, Bad<'a>> {
    Err(Bad::new(option.raw, format!("`{}` is not an option of `-m {module}`", option.text)))
}

fn invalid<'a>(value: Token<'a>, what: &str) -> Bad<'a> {
    Bad::value(value.raw, format!("`{}` is not {what}", value.text))
}

fn say(spec: &mut Spec<'_>, module: &str, options: impl FnOnce() -> String) {
    if let Some(canonical) = &mut spec.canonical {
        canonical.module(module, &options());
    }
}

fn comment<'a>(spec: &mut Spec<'a>, cursor: &mut Cursor<'_, 'a>) -> Result<(), Bad<'a>> {
    while let Some((_, option)) = option(cursor) {
        if !option.is("--comment") {
            return unknown(option, "comment");
        }
        let text = cursor.value(option)?;
        say(spec, "comment", || format!("--comment {}", quote(text.text)));
    }
    Ok(())
}

fn multiport<'a>(spec: &mut Spec<'a>, cursor: &mut Cursor<'_, 'a>, context: &mut Context<'a>) -> Result<(), Bad<'a>> {
    while let Some((negated, option)) = option(cursor) {
        let value = cursor.value(option)?;
        let (set, shown) = port_list(value)?;
        let printed = match option.text {
            "--sports" => "--sports",
            "--dports" => "--dports",
            "--ports" => "--ports",
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
    let closed = |part: &str| !part.starts_with(':') && !part.ends_with(':');
    let range = |part| value::port_range(part, ':').filter(|_| closed(part));
    let ranges: Option<Vec<_>> = value.text.split(',').map(range).collect();
    let ranges = ranges.ok_or_else(|| invalid(value, "a list of ports"))?;
    let slots: usize = value.text.split(',').map(|p| 1 + usize::from(p.contains(':'))).sum();
    if slots > MULTIPORT_SLOTS {
        return Err(Bad::new(value.raw, "`-m multiport` takes at most 15 ports, and a range counts as two"));
    }
    let shown: Vec<String> = ranges.iter().map(|r| show_range(*r)).collect();
    let set = IntervalSet::from_ranges(ranges.into_iter().map(|r| (r.0.into(), r.1.into())));
    Ok((set, shown.join(",")))
}

fn iprange<'a>(spec: &mut Spec<'a>, cursor: &mut Cursor<'_, 'a>) -> Result<bool, Bad<'a>> {
    while let Some((negated, option)) = option(cursor) {
        let value = cursor.value(option)?;
        let field = match option.text {
            "--src-range" => Field::Src,
            "--dst-range" => Field::Dst,
            _ => return unknown(option, "iprange"),
        };
        // `extensions` has seen that it is a range; this one ends before it begins.
        let Some(range) = value::address_range(spec.family, value.text) else { return Ok(false) };
        spec.restrict_unless(negated, field, &IntervalSet::range(range.0, range.1));
        let family = spec.family;
        say(spec, "iprange", || {
            let end = |a| value::show_address(family, a);
            format!("{}{} {}-{}", not(negated), option.text, end(range.0), end(range.1))
        });
    }
    Ok(true)
}

fn mark<'a>(spec: &mut Spec<'a>, name: Token<'a>, cursor: &mut Cursor<'_, 'a>, kind: MarkKind) -> Result<(), Bad<'a>> {
    while let Some((negated, option)) = option(cursor) {
        let text = cursor.value(option)?;
        if !option.is("--mark") {
            return unknown(option, name.text);
        }
        let (value, mask) = value::masked_number(text.text).ok_or_else(|| invalid(text, "a mark"))?;
        if kind == MarkKind::Connection {
            // Without a connection the kernel says no, even where the test is negated.
            spec.restrict(Field::State, &states::tracked());
        }
        spec.marks.push(MarkTest { kind, value, mask: mask.unwrap_or(u32::MAX), negated });
        say(spec, name.text, || match mask.filter(|m| *m != u32::MAX) {
            Some(mask) => format!("{}--mark {value:#x}/{mask:#x}", not(negated)),
            None => format!("{}--mark {value:#x}", not(negated)),
        });
    }
    Ok(())
}
