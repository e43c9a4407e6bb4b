//! Does a rule use a match or a target as iptables lets it?

use super::kind::Fit;
use super::{Extension, Opt};
use crate::format::iptables::context::Bad;
use crate::format::iptables::names;
use crate::format::iptables::token::Token;
use crate::space::Family;

/// One option of a rule.
#[derive(Debug, Clone, Copy)]
pub(in crate::format::iptables) struct Given<'a> {
    pub option: &'static Opt,
    /// As it is written.
    pub word: Token<'a>,
    pub negated: bool,
    /// The last of its values.
    pub value: Option<Token<'a>>,
    /// The one before it, where there are two.
    pub first_value: Option<Token<'a>>,
}

/// Where a rule stands.
#[derive(Debug, Clone, Copy)]
pub(in crate::format::iptables) struct Place<'p> {
    pub family: Family,
    pub table: &'p str,
    pub chain: &'p str,
    /// The protocol that the rule asks for, when it is exactly one.
    pub proto: Option<u8>,
}

/// Why iptables refuses the options of a match or a target, or what is odd about a value.
pub(in crate::format::iptables) fn check<'a>(
    extension: &Extension,
    name: Token<'a>,
    given: &[Given<'a>],
    place: Place<'_>,
) -> Result<Option<Token<'a>>, Bad<'a>> {
    stands_well(extension, name, place)?;
    let mut odd = None;
    for (at, one) in given.iter().enumerate() {
        let earlier = given.get(..at).unwrap_or(&[]);
        combines(one, earlier, given, place)?;
        odd = odd.or(fits(one, place.family)?);
    }
    complete(extension, name, given)?;
    Ok(odd)
}

fn stands_well<'a>(extension: &Extension, name: Token<'a>, place: Place<'_>) -> Result<(), Bad<'a>> {
    let refuse = |what: String| Err(Bad::new(name.raw, format!("`{}` {what}", name.text)));
    if !extension.tables.is_empty() && !extension.tables.contains(&place.table) {
        return refuse(format!("is for table {} only", extension.tables.join(" or ")));
    }
    if extension.not_in.contains(&place.chain) {
        return refuse(format!("cannot be used in {}", place.chain));
    }
    asks_for(extension.protocols, place).or_else(|wanted| refuse(format!("needs {wanted}")))
}

fn asks_for(protocols: &[u8], place: Place<'_>) -> Result<(), String> {
    if protocols.is_empty() || place.proto.is_some_and(|p| protocols.contains(&p)) {
        return Ok(());
    }
    let named: Vec<String> = protocols.iter().map(|p| format!("`-p {}`", names::protocol_name(*p))).collect();
    Err(named.join(" or "))
}

fn combines<'a>(one: &Given<'a>, earlier: &[Given<'a>], all: &[Given<'a>], place: Place<'_>) -> Result<(), Bad<'a>> {
    let option = one.option;
    let refuse = |what: String| Err(Bad::new(one.word.raw, format!("`{}` {what}", one.word.text)));
    let among = |given: &[Given<'_>], names: &[&str]| given.iter().any(|g| names.contains(&g.option.name));
    if one.negated && !option.negatable {
        return refuse("cannot be negated".to_owned());
    }
    if !option.many && among(earlier, &[option.name]) {
        return refuse("is given twice".to_owned());
    }
    if !option.after.is_empty() && !among(earlier, option.after) {
        return refuse(format!("needs `{}` before it", option.after.join("` or `")));
    }
    let applies = option.under.is_none_or(|under| among(all, &[under]));
    if applies && !option.with.is_empty() && !among(all, option.with) {
        return refuse(format!("needs `{}`", option.with.join("` or `")));
    }
    if option.not_in.contains(&place.chain) {
        return refuse(format!("cannot be used in {}", place.chain));
    }
    asks_for(option.protocols, place).or_else(|wanted| refuse(format!("needs {wanted}")))
}

/// The value of a range that ends before it begins, which is odd but taken.
fn fits<'a>(one: &Given<'a>, family: Family) -> Result<Option<Token<'a>>, Bad<'a>> {
    let values = [one.first_value, one.value].into_iter().flatten();
    if values.clone().count() < one.option.values.len() && !one.option.optional {
        return Err(Bad::new(one.word.raw, format!("`{}` needs a value", one.word.text)));
    }
    let mut odd = None;
    for (kind, token) in one.option.values.iter().zip(values) {
        match kind.fit(token.text, family) {
            Fit::Yes => {}
            Fit::Backward => odd = Some(token),
            Fit::No => return Err(Bad::value(token.raw, format!("`{}` is not {}", token.text, kind.expected()))),
        }
    }
    Ok(odd)
}

fn complete<'a>(extension: &Extension, name: Token<'a>, given: &[Given<'a>]) -> Result<(), Bad<'a>> {
    let of = |names: &[&str]| given.iter().filter(|g| names.contains(&g.option.name)).collect::<Vec<_>>();
    if let Some(missing) = extension.wants.iter().find(|names| of(names).is_empty()) {
        return Err(Bad::new(name.raw, format!("`{}` needs `{}`", name.text, missing.join("` or `"))));
    }
    for names in extension.one_of {
        if let [first, .., last] = of(names).as_slice()
            && first.option.name != last.option.name
        {
            let what = format!("`{}` cannot stand beside `{}`", last.word.text, first.word.text);
            return Err(Bad::new(last.word.raw, what));
        }
    }
    Ok(())
}
