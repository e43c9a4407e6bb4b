//! General options: what a packet's own fields must be.

use super::canonical::{not, show_range};
use super::context::{Bad, Context};
use super::spec::{Need, Spec};
use super::token::Token;
use super::{names, value};
use crate::space::{Family, Field, IntervalSet};

impl<'a> Spec<'a> {
    pub(super) fn addresses(
        &mut self,
        field: Field,
        value: Token<'a>,
        negated: bool,
        context: &mut Context<'a>,
    ) -> Result<(), Bad<'a>> {
        let (slot, option) = if field == Field::Src { (0, "-s") } else { (1, "-d") };
        if negated && value.text.contains(',') {
            return Err(Bad::new(value.raw, "a list of addresses cannot be negated"));
        }
        let mut all = IntervalSet::empty();
        let mut shown = Vec::new();
        for part in value.text.split(',') {
            let Some(net) = value::net(self.family, part) else {
                return self.not_an_address(value, part, context);
            };
            let Some(set) = net.addresses() else {
                self.leave_open(value.raw, context);
                return Ok(());
            };
            all = if all.is_empty() { set } else { all.union(&set) };
            if self.canonical.is_some() && (!net.is_any() || negated) {
                shown.push(net.to_string());
            }
        }
        self.restrict_unless(negated, field, &all);
        if let Some(canonical) = self.canonical.as_mut().filter(|_| !shown.is_empty()) {
            canonical.put(slot, negated, option, &shown.join(","));
        }
        Ok(())
    }

    /// A host name, or an address that somebody has made unreadable, could be any address.
    fn not_an_address(&mut self, value: Token<'a>, part: &'a str, context: &Context<'a>) -> Result<(), Bad<'a>> {
        let last = part.rsplit('.').next().unwrap_or(part);
        let named = last.starts_with(|c: char| c.is_ascii_alphabetic())
            && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'));
        if !named {
            return Err(Bad::new(part, format!("`{part}` is not an {} address", self.family)));
        }
        self.leave_open(value.raw, context);
        Ok(())
    }

    pub(super) fn interface(
        &mut self,
        field: Field,
        value: Token<'a>,
        negated: bool,
        context: &mut Context<'a>,
    ) -> Result<(), Bad<'a>> {
        const LONGEST: usize = 15;
        let pattern = value.text;
        if pattern.len() > LONGEST || pattern.is_empty() {
            return Err(Bad::new(value.raw, format!("`{pattern}` is not the name of an interface")));
        }
        let (slot, option) = if field == Field::InIface { (2, "-i") } else { (3, "-o") };
        self.restrict_unless(negated, field, &context.classes(pattern));
        if field == Field::InIface {
            self.in_iface = Some(value.raw);
        } else {
            (self.out_iface, self.out_negated) = (Some(value.text), negated);
        }
        if let Some(canonical) = self.canonical.as_mut().filter(|_| pattern != "+" || negated) {
            canonical.put(slot, negated, option, value.raw);
        }
        Ok(())
    }

    pub(super) fn protocol(&mut self, value: Token<'a>, negated: bool) -> Result<(), Bad<'a>> {
        let bad = || Bad::new(value.raw, format!("`{}` is not a protocol", value.text));
        let number = value::protocol(value.text).ok_or_else(bad)?;
        if number == 0 {
            return if negated { Err(Bad::new(value.raw, "`! -p all` matches nothing")) } else { Ok(()) };
        }
        self.restrict_unless(negated, Field::Proto, &IntervalSet::single(number.into()));
        self.proto = if negated { None } else { Some(number) };
        if let Some(canonical) = &mut self.canonical {
            canonical.put(4, negated, "-p", &names::protocol_name(number));
        }
        Ok(())
    }

    pub(super) fn ports(&mut self, field: Field, value: Token<'a>, negated: bool) -> Result<(), Bad<'a>> {
        let bad = || Bad::new(value.raw, format!("`{}` is not a port or a range of ports", value.text));
        let range = value::port_range(value.text, ':').ok_or_else(bad)?;
        self.need(Need::Ports, value.raw);
        self.restrict_unless(negated, field, &value::set_of(range));
        let option = if field == Field::SrcPort { "--sport" } else { "--dport" };
        self.say_protocol_option(|| format!("{}{option} {}", not(negated), show_range(range)));
        Ok(())
    }

    pub(super) fn tcp_flag_words(&mut self, mask: Token<'a>, comp: Token<'a>, negated: bool) -> Result<(), Bad<'a>> {
        let bad = |t: Token<'a>| Bad::new(t.raw, format!("`{}` is not a list of TCP flags", t.text));
        let read = |t: Token<'a>| value::tcp_flags(t.text).ok_or_else(|| bad(t));
        self.need(Need::Only(crate::policy::TCP), mask.raw);
        self.tcp_flags(read(mask)?, read(comp)?, negated)
    }

    pub(super) fn tcp_flags(&mut self, mask: u8, comp: u8, negated: bool) -> Result<(), Bad<'a>> {
        let fits = (0..64u8).filter(|v| (v & mask == comp) != negated).map(|v| (v.into(), v.into()));
        self.restrict(Field::TcpFlags, &IntervalSet::from_ranges(fits));
        let flags = value::show_flags;
        self.say_protocol_option(|| format!("{}--tcp-flags {} {}", not(negated), flags(mask), flags(comp)));
        Ok(())
    }

    pub(super) fn icmp_type(&mut self, option: Token<'a>, value: Token<'a>, negated: bool) -> Result<(), Bad<'a>> {
        let (proto, family, module) = match option.text {
            "--icmp-type" => (crate::policy::ICMP, Family::V4, "icmp"),
            _ => (crate::policy::ICMPV6, Family::V6, "icmp6"),
        };
        self.need(Need::Only(proto), value.raw);
        let bad = || Bad::new(value.raw, format!("`{}` is not a type of ICMP", value.text));
        let (low, high) = icmp_types(family, value.text).ok_or_else(bad)?;
        self.restrict_unless(negated, Field::Icmp, &IntervalSet::range(low.into(), high.into()));
        let option = option.text;
        if let Some(canonical) = &mut self.canonical {
            let shown = match (low, high) {
                (0, u16::MAX) => "any".to_owned(),
                _ if low == high => format!("{}/{}", low >> 8, low & 0xff),
                _ => (low >> 8).to_string(),
            };
            canonical.module(module, &format!("{}{option} {shown}", not(negated)));
        }
        Ok(())
    }

    fn say_protocol_option(&mut self, text: impl FnOnce() -> String) {
        let proto = self.proto;
        if let Some(canonical) = &mut self.canonical {
            let module = proto.map_or_else(|| "tcp".to_owned(), names::protocol_name);
            canonical.module(&module, &text());
        }
    }
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
