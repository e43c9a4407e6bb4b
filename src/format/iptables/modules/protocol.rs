//! Matches of protocols: ports, flags of TCP, types of ICMP.

use super::{option, say};
use crate::format::iptables::canonical::{not, show_range};
use crate::format::iptables::context::Bad;
use crate::format::iptables::cursor::Cursor;
use crate::format::iptables::spec::Spec;
use crate::format::iptables::token::Token;
use crate::format::iptables::{names, value};
use crate::space::{Family, Field, IntervalSet};

/// Options in the order in which iptables-save prints them, whatever their order in the rule.
#[derive(Default)]
struct Shown {
    source: String,
    destination: String,
    rest: String,
}

/// Applies the options of a protocol. `false`: there is one that is not modelled.
pub(super) fn protocol<'a>(spec: &mut Spec<'a>, name: Token<'a>, cursor: &mut Cursor<'_, 'a>) -> Result<bool, Bad<'a>> {
    let mut shown = Shown::default();
    let mut modelled = true;
    while let Some((negated, option)) = option(cursor) {
        let not = not(negated);
        match option.text {
            "--source-port" => match ports(spec, Field::SrcPort, name, cursor.value(option)?, negated)? {
                Some(range) => shown.source = show_ports("--sport", range, negated, name),
                None => modelled = false,
            },
            "--destination-port" => match ports(spec, Field::DstPort, name, cursor.value(option)?, negated)? {
                Some(range) => shown.destination = show_ports("--dport", range, negated, name),
                None => modelled = false,
            },
            "--syn" => shown.rest = tcp_flags(spec, 0x17, 2, negated),
            "--tcp-flags" => {
                let (mask, comp) = (flag_list(cursor.value(option)?)?, flag_list(cursor.value(option)?)?);
                match negated && mask == 0 {
                    // None of all flags: see `ports`.
                    true => modelled = false,
                    false => shown.rest = tcp_flags(spec, mask, comp, negated),
                }
            }
            "--icmp-type" | "--icmpv6-type" => {
                let types = icmp_type(spec, cursor.value(option)?, negated)?;
                shown.rest = format!(" {not}{} {types}", option.text);
            }
            _ => {
                modelled = false;
                cursor.skip_values();
            }
        }
    }
    let module = if name.text == "icmpv6" { "icmp6" } else { name.text };
    say(spec, module, || format!("{}{}{}", shown.source, shown.destination, shown.rest).trim_start().to_owned());
    Ok(modelled)
}

/// Restricts a port. `None`: the range is odd, but iptables takes it.
fn ports<'a>(
    spec: &mut Spec<'a>,
    field: Field,
    name: Token<'a>,
    value: Token<'a>,
    negated: bool,
) -> Result<Option<(u16, u16)>, Bad<'a>> {
    let lenient = matches!(name.text, "udp" | "dccp");
    let range = if lenient { value::plain_ports(value.text) } else { value::port_range(value.text, ':') };
    if negated && range == Some((0, u16::MAX)) {
        // One back end never matches this, and the other one forgets what is asked.
        return Ok(None);
    }
    if let Some(range) = range {
        spec.restrict_unless(negated, field, &value::set_of(range));
    } else if !lenient {
        return Err(Bad::value(value.raw, format!("`{}` is not a port or a range of ports", value.text)));
    }
    Ok(range)
}

/// TCP and UDP hold a range even where none was asked for, so iptables-save does not print all ports.
fn show_ports(option: &str, range: (u16, u16), negated: bool, name: Token<'_>) -> String {
    if range == (0, u16::MAX) && !negated && matches!(name.text, "tcp" | "udp") {
        return String::new();
    }
    format!(" {}{option} {}", not(negated), show_range(range))
}

fn flag_list(words: Token<'_>) -> Result<u8, Bad<'_>> {
    let bad = || Bad::value(words.raw, format!("`{}` is not a list of TCP flags", words.text));
    value::tcp_flags(words.text).ok_or_else(bad)
}

fn tcp_flags(spec: &mut Spec<'_>, mask: u8, comp: u8, negated: bool) -> String {
    spec.restrict(Field::TcpFlags, &value::flags_with(mask, comp, negated));
    format!(" {}--tcp-flags {} {}", not(negated), value::show_flags(mask), value::show_flags(comp))
}

fn icmp_type<'a>(spec: &mut Spec<'a>, value: Token<'a>, negated: bool) -> Result<String, Bad<'a>> {
    let bad = || Bad::value(value.raw, format!("`{}` is not a type of ICMP", value.text));
    let (low, high) = icmp_types(spec.family, value.text).ok_or_else(bad)?;
    spec.restrict_unless(negated, Field::Icmp, &IntervalSet::range(low.into(), high.into()));
    Ok(match (low, high) {
        (0, u16::MAX) => "any".to_owned(),
        _ if low == high => format!("{}/{}", low >> 8, low & 0xff),
        _ => (low >> 8).to_string(),
    })
}

/// Types and codes of a type, as values of `Field::Icmp`.
fn icmp_types(family: Family, text: &str) -> Option<(u16, u16)> {
    if text.eq_ignore_ascii_case("any") || text == "255" && family == Family::V4 {
        return Some((0, u16::MAX));
    }
    let (kind, code) = match text.split_once('/') {
        Some((kind, code)) => (value::number(kind)?.try_into().ok()?, Some(value::number(code)?.try_into().ok()?)),
        None => match value::number(text) {
            Some(kind) => (u8::try_from(kind).ok()?, None),
            None => names::icmp(family, text)?,
        },
    };
    let first = u16::from(kind) << 8;
    Some(code.map_or((first, first | 0xff), |code: u8| (first | u16::from(code), first | u16::from(code))))
}
