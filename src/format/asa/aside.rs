//! What need not be kept of a long access list: rules that can match nothing that is asked about. They are understood and
//! counted like the others.

use super::acl::Acl;
use super::config::Config;
use super::notes;
use super::words::Words;
use crate::format::{MOST_KEPT, ReadOptions, Wanted};
use crate::policy::Rule;
use crate::space::{Family, PacketSet};

/// What is asked of the rules of a list.
pub struct Asked<'o> {
    wanted: &'o Wanted,
    /// Errors that belong to no flow, and that the notes ask about.
    errors: [PacketSet; 2],
}

impl<'o> Asked<'o> {
    /// What is asked of a list; `None` where all its rules are kept. A short list gains nothing, `show` tells of every line,
    /// other commands may ask a list about anything, and behind a translation flows have other destinations.
    pub fn of(name: &str, acl: &Acl<'_>, config: &Config<'_>, options: &'o ReadOptions) -> Option<Asked<'o>> {
        let wanted = options.wanted.as_deref()?;
        let is_long = acl.entries().nth(MOST_KEPT).is_some();
        let sets_aside = is_long && !options.detail && only_filters(name, config) && !may_change_destinations(config);
        sets_aside.then(|| Asked { wanted, errors: Family::BOTH.map(notes::errors) })
    }

    /// Can the rule match a packet of a flow, its answer, or an error?
    pub fn meets(&self, rule: &Rule) -> bool {
        let packets = &rule.matches.packets;
        let family = packets.family();
        packets.cubes().iter().any(|cube| self.wanted.meets(family, cube))
            || self.errors.iter().any(|errors| errors.family() == family && packets.overlaps(errors))
    }
}

/// Is the list named by no command but those that bind it?
fn only_filters(name: &str, config: &Config<'_>) -> bool {
    let others = config.others.iter().flat_map(|s| std::iter::once(&s.head).chain(&s.subs));
    let mut lines = others.chain(config.nat.iter().map(|(_, line)| line)).chain(&config.old);
    !lines.any(|line| Words::new(line).any(|word| word == name))
}

/// A dynamic translation without a destination changes only sources, and only on the way out.
fn may_change_destinations(config: &Config<'_>) -> bool {
    let only_sources = |line: &str| {
        let has = |wanted| Words::new(line).any(|word| word == wanted);
        has("dynamic") && !has("static") && !has("destination")
    };
    config.older_than((8, 3, 0)) || !config.nat.iter().all(|(_, line)| only_sources(line))
}

#[cfg(test)]
mod tests;
