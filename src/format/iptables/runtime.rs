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
    let entries = bases.iter().flat_map(|b| &b.tables).flat_map(|t| &t.chains).flat_map(|c| &c.entries);
    for spec in entries.filter_map(|e| e.spec).filter(|s| s.contains("--add-set") || s.contains("--del-set")) {
        if tokenise(spec, &mut words).is_ok() {
            let asks = |pair: &&[super::token::Token<'_>]| matches!(pair, [option, _] if matches!(option.raw, "--add-set" | "--del-set"));
            changed.extend(words.windows(2).filter(asks).filter_map(|pair| pair.get(1)).map(|n| n.text.to_owned()));
        }
    }
    changed
}
