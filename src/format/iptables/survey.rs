//! What must be known of all rules before the first one is understood.

use super::dump::Base;
use super::general;
use super::token::{Token, tokenise};
use super::value;
use crate::format::ipset::Sets;
use crate::policy::Interfaces;
use crate::space::{Family, IntervalSet};
use std::collections::HashSet;

/// Names and addresses that occur in the rules.
pub(super) struct Survey {
    pub interfaces: Interfaces,
    /// Addresses of the firewall itself: loopback, and those that it translates to.
    pub own: IntervalSet,
}

/// Looks through all rules of a family.
pub(super) fn survey(base: &Base<'_>, sets: &Sets) -> Survey {
    let mut interfaces = Interfaces::new();
    let (mut seen, mut seen_sets) = (HashSet::new(), HashSet::new());
    let mut own = vec![loopback(base.family)];
    let mut words = Vec::new();
    let entries = base.tables.iter().flat_map(|t| t.chains.iter()).flat_map(|c| c.entries.iter());
    for spec in entries.filter_map(|e| e.spec) {
        if plain_names(spec, |name| add_new(name, &mut seen, &mut interfaces)) {
            continue;
        }
        if tokenise(spec, &mut words).is_err() {
            continue;
        }
        for (option, value) in pairs(&words) {
            match option {
                "-i" | "-o" => add_new(value, &mut seen, &mut interfaces),
                _ if names_set(option) && seen_sets.insert(value) => {
                    sets.interfaces(value).iter().for_each(|name| interfaces.add(name));
                }
                "--to-source" => own.extend(value::address_range(base.family, host(value))),
                _ => {}
            }
        }
    }
    Survey { interfaces, own: IntervalSet::from_ranges(own) }
}

fn add_new<'a>(name: &'a str, seen: &mut HashSet<&'a str>, interfaces: &mut Interfaces) {
    if seen.insert(name) {
        interfaces.add(name);
    }
}

/// Gives the interfaces of a rule that names them in the usual way, if any, and nothing else of interest. `false`: the
/// rule has to be read in full; that may be said of more rules than needed.
fn plain_names<'a>(spec: &'a str, mut name: impl FnMut(&'a str)) -> bool {
    let bytes = spec.as_bytes();
    let quoted = || memchr::memchr(b'"', bytes).is_some();
    for at in memchr::memchr_iter(b'-', bytes) {
        let rest = spec.get(at + 1..).unwrap_or("");
        match rest.as_bytes() {
            [b'i' | b'o', b' ', ..] if (at == 0 || spec.get(at - 1..at) == Some(" ")) && !quoted() => {
                let value = rest.get(2..).and_then(|rest| rest.split(' ').next()).unwrap_or("");
                if value.is_empty() || !value.bytes().all(|b| b.is_ascii_alphanumeric() || b"._+".contains(&b)) {
                    return false;
                }
                name(value);
            }
            [b'i' | b'o', ..] => return false,
            _ if ["to-source", "match-", "set"].iter().any(|word| rest.starts_with(word)) => return false,
            _ => {}
        }
    }
    true
}

/// Is it `--match-set`, a beginning of it, or its old name?
fn names_set(option: &str) -> bool {
    option.len() > "--match-".len() && "--match-set".starts_with(option) || option == "--set"
}

/// Each option with its value, those of iptables itself by their short names; the old negation may stand between them.
pub(super) fn pairs<'t, 'a>(words: &'t [Token<'a>]) -> impl Iterator<Item = (&'a str, &'a str)> + 't {
    words.iter().enumerate().filter(|(_, t)| t.raw.starts_with('-')).filter_map(|(at, option)| {
        let general = general::find(*option).or_else(|| general::abbreviated(*option));
        let name = general.map_or(option.raw, |general| general.short());
        let value = words.get(at + 1..)?.iter().find(|t| !t.is("!"))?;
        Some((name, value.text))
    })
}

fn loopback(family: Family) -> (u128, u128) {
    match family {
        Family::V4 => (0x7f00_0000, 0x7fff_ffff),
        Family::V6 => (1, 1),
    }
}

/// The address of `address:port`.
fn host(text: &str) -> &str {
    match text.strip_prefix('[') {
        Some(inner) => inner.split(']').next().unwrap_or(inner),
        None if text.matches(':').count() > 1 => text,
        None => text.split(':').next().unwrap_or(text),
    }
}
