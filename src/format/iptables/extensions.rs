//! What matches and targets take, as data: their options, the values of these, and where they may stand.
//!
//! Source: iptables-extensions(8), each row tried with iptables-restore 1.8.9 of both back ends. What stands here is
//! what makes iptables refuse a rule; what a match means is the business of `modules` and `target`.

mod check;
mod kind;
mod matches;
mod more_matches;
mod targets;

use crate::space::Family;
pub(super) use check::{Given, Place, check};
use kind::Kind;
pub(super) use matches::{ARRIVING, LEAVING};

/// A match or a target.
#[derive(Debug, Clone, Copy)]
pub(super) struct Extension {
    pub name: &'static str,
    pub options: &'static [Opt],
    /// The only family that has it.
    family: Option<Family>,
    /// Of each list at least one option must be given.
    wants: &'static [&'static [&'static str]],
    /// Of each list at most one option may be given.
    one_of: &'static [&'static [&'static str]],
    /// The only protocols that a rule with it may ask for; none: any.
    protocols: &'static [u8],
    /// The only tables that have it; none: all.
    tables: &'static [&'static str],
    /// The built-in chains in which it cannot stand.
    not_in: &'static [&'static str],
}

/// An option.
#[derive(Debug, Clone, Copy)]
pub(super) struct Opt {
    pub name: &'static str,
    /// Its values, one after the other.
    pub values: &'static [Kind],
    /// Its value may be missing.
    pub optional: bool,
    /// Other spellings: short ones, and those of old versions.
    aliases: &'static [&'static str],
    negatable: bool,
    /// It may be given several times.
    many: bool,
    /// Options that must be given as well.
    with: &'static [&'static str],
    /// They must be given only beside this one.
    under: Option<&'static str>,
    /// Options that must be given before it.
    after: &'static [&'static str],
    protocols: &'static [u8],
    not_in: &'static [&'static str],
}

impl Extension {
    const fn new(name: &'static str, options: &'static [Opt]) -> Extension {
        let (wants, one_of) = (&[], &[]);
        Extension { name, options, family: None, wants, one_of, protocols: &[], tables: &[], not_in: &[] }
    }

    const fn v4(mut self) -> Extension {
        self.family = Some(Family::V4);
        self
    }

    const fn v6(mut self) -> Extension {
        self.family = Some(Family::V6);
        self
    }

    const fn wants(mut self, wants: &'static [&'static [&'static str]]) -> Extension {
        self.wants = wants;
        self
    }

    const fn one_of(mut self, one_of: &'static [&'static [&'static str]]) -> Extension {
        self.one_of = one_of;
        self
    }

    const fn only(mut self, protocols: &'static [u8]) -> Extension {
        self.protocols = protocols;
        self
    }

    const fn tables(mut self, tables: &'static [&'static str]) -> Extension {
        self.tables = tables;
        self
    }

    const fn not_in(mut self, chains: &'static [&'static str]) -> Extension {
        self.not_in = chains;
        self
    }

    /// The option of a name in full.
    pub(super) fn option(&self, name: &str) -> Option<&'static Opt> {
        self.options.iter().find(|o| o.name == name || o.aliases.contains(&name))
    }

    /// The only option that begins like this; getopt_long(3) takes such a beginning for the whole.
    pub(super) fn abbreviated(&self, start: &str) -> Option<&'static Opt> {
        let begins = |o: &Opt| o.name.starts_with(start) || o.aliases.iter().any(|alias| alias.starts_with(start));
        let mut fits = self.options.iter().filter(|o| start.len() > 2 && begins(o));
        fits.next().filter(|_| fits.next().is_none())
    }
}

impl Opt {
    /// May `!` stand before it?
    pub(super) fn negatable(&self) -> bool {
        self.negatable
    }

    const fn not(mut self) -> Opt {
        self.negatable = true;
        self
    }

    const fn many(mut self) -> Opt {
        self.many = true;
        self
    }

    const fn alias(mut self, aliases: &'static [&'static str]) -> Opt {
        self.aliases = aliases;
        self
    }

    const fn with(mut self, with: &'static [&'static str]) -> Opt {
        self.with = with;
        self
    }

    const fn under(mut self, under: &'static str) -> Opt {
        self.under = Some(under);
        self
    }

    const fn after(mut self, after: &'static [&'static str]) -> Opt {
        self.after = after;
        self
    }

    const fn only(mut self, protocols: &'static [u8]) -> Opt {
        self.protocols = protocols;
        self
    }

    const fn not_in(mut self, chains: &'static [&'static str]) -> Opt {
        self.not_in = chains;
        self
    }
}

/// An option with its values.
const fn opt(name: &'static str, values: &'static [Kind]) -> Opt {
    let none: &[&str] = &[];
    let (aliases, with, after, not_in) = (none, none, none, none);
    let (negatable, many, optional) = (false, false, false);
    Opt { name, values, optional, aliases, negatable, many, with, under: None, after, protocols: &[], not_in }
}

/// An option without a value.
const fn flag(name: &'static str) -> Opt {
    opt(name, &[])
}

/// An option whose value may be missing.
const fn maybe(name: &'static str, values: &'static [Kind]) -> Opt {
    let mut option = opt(name, values);
    option.optional = true;
    option
}

/// The match of a name in a family; `Err` says that only the other family has it.
pub(super) fn find_match(family: Family, name: &str) -> Result<Option<&'static Extension>, Family> {
    find(matches::MATCHES.iter().chain(more_matches::MATCHES), family, name)
}

/// The target of a name in a family; `Err` says that only the other family has it.
pub(super) fn find_target(family: Family, name: &str) -> Result<Option<&'static Extension>, Family> {
    find(targets::TARGETS.iter(), family, name)
}

fn find(
    mut all: impl Iterator<Item = &'static Extension> + Clone,
    family: Family,
    name: &str,
) -> Result<Option<&'static Extension>, Family> {
    let mut named = all.clone().filter(|e| e.name == name);
    match named.find(|e| e.family.is_none_or(|f| f == family)) {
        Some(extension) => Ok(Some(extension)),
        None => all.find(|e| e.name == name).and_then(|e| e.family).map_or(Ok(None), Err),
    }
}

#[cfg(test)]
mod tests;
