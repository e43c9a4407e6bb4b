//! Sets that the rules themselves change, so that a dump of them is true of one moment only.

use super::dump::Base;
use super::token::tokenise;
use crate::format::ipset::Sets;
use std::collections::{BTreeSet, HashSet};

/// Sets that change, and those that change with them: a change of a list goes to the sets in it, and with a set every
/// list changes that holds it.
pub(super) fn with_lists(changed: impl Iterator<Item = String>, sets: &Sets) -> HashSet<String> {
    sets.closure(changed.collect())
}

/// The sets that some rule of any table and family adds to or takes from (`-j SET`).
pub(super) fn changed_sets(bases: &[Base<'_>]) -> BTreeSet<String> {
    let mut changed = BTreeSet::new();
    let mut words = Vec::new();
    let target = memchr::memmem::Finder::new("SET");
    let entries = bases.iter().flat_map(|b| &b.tables).flat_map(|t| &t.chains).flat_map(|c| &c.entries);
    for spec in entries.filter_map(|e| e.spec).filter(|s| target.find(s.as_bytes()).is_some()) {
        if tokenise(spec, &mut words).is_ok() {
            let named = words.iter().zip(words.iter().skip(1)).filter(|(option, _)| changes(option.raw));
            changed.extend(named.map(|(_, name)| name.text.to_owned()));
        }
    }
    changed
}

/// Is it `--add-set`, `--del-set`, or a beginning of them?
fn changes(option: &str) -> bool {
    option.len() > 2 && ["--add-set", "--del-set"].iter().any(|whole| whole.starts_with(option))
}
