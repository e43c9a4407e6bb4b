//! General options: what a packet's own fields must be.

use super::context::{Bad, Context};
use super::spec::Spec;
use super::token::Token;
use super::{names, value};
use crate::space::{Field, IntervalSet};

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
            return Err(Bad::value(value.raw, "a list of addresses cannot be negated"));
        }
        let mut all = IntervalSet::empty();
        let mut shown = Vec::new();
        for part in value.text.split(',') {
            let Some(net) = value::short_net(self.family, part) else {
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
            return Err(Bad::value(part, format!("`{part}` is not an {} address", self.family)));
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
        let pattern = value.text;
        if pattern.len() > value::LONGEST_INTERFACE || pattern.is_empty() {
            return Err(Bad::value(value.raw, format!("`{pattern}` is not the name of an interface")));
        }
        let (slot, option) = if field == Field::InIface { (2, "-i") } else { (3, "-o") };
        self.restrict_unless(negated, field, &context.classes(pattern));
        if field == Field::InIface {
            self.in_iface = Some(value.raw);
        } else {
            (self.out_iface, self.out_negated) = (Some(value.text), negated);
        }
        if let Some(canonical) = self.canonical.as_mut().filter(|_| pattern != "+" || negated) {
            canonical.put(slot, negated, option, pattern);
        }
        Ok(())
    }

    pub(super) fn protocol(&mut self, value: Token<'a>, negated: bool) -> Result<(), Bad<'a>> {
        let bad = || Bad::value(value.raw, format!("`{}` is not a protocol", value.text));
        let number = value::protocol(value.text).ok_or_else(bad)?;
        if number == 0 {
            return if negated { Err(Bad::value(value.raw, "`! -p all` matches nothing")) } else { Ok(()) };
        }
        self.restrict_unless(negated, Field::Proto, &IntervalSet::single(number.into()));
        self.proto = if negated { None } else { Some(number) };
        if let Some(canonical) = &mut self.canonical {
            canonical.put(4, negated, "-p", &names::protocol_name(number));
        }
        Ok(())
    }
}
