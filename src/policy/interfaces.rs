//! Names of interfaces as numbers, so that sets of interfaces are interval sets.
//!
//! The universe is finite: each name that the rules mention, for each pattern `eth+` one stand-in for all other
//! names that begin so, and one stand-in for every name that no rule mentions.

use crate::space::IntervalSet;

/// Number of an interface, or of a class of interfaces that no rule tells apart.
pub type IfaceId = u32;

/// The interfaces that a rule base can tell apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interfaces {
    /// Names in order of first mention. A name that ends in `+` stands for the names that begin so and are not
    /// mentioned. Number 0 is "no interface", number 1 is every name not mentioned.
    names: Vec<String>,
}

impl Default for Interfaces {
    fn default() -> Self {
        Interfaces::new()
    }
}

impl Interfaces {
    /// No interface at all: what `-o` sees before routing. No pattern matches it.
    pub const NONE: IfaceId = 0;
    /// Every interface whose name no rule mentions.
    pub const OTHER: IfaceId = 1;

    /// Only the two stand-ins.
    pub fn new() -> Interfaces {
        Interfaces { names: vec![String::new(), "other".to_owned()] }
    }

    /// Adds a name or a pattern (`eth+`), unless it is there. All names must be added before [`Interfaces::matching`]
    /// is asked.
    pub fn add(&mut self, pattern: &str) {
        if pattern != "+" && !self.names.iter().skip(2).any(|n| n == pattern) {
            self.names.push(pattern.to_owned());
        }
    }

    /// The number of the class that a real interface name belongs to.
    pub fn class_of(&self, name: &str) -> IfaceId {
        let mentioned = self.classes().find(|(_, n)| *n == name && !n.ends_with('+'));
        let best_prefix = || {
            let fits = self.classes().filter(|(_, n)| n.strip_suffix('+').is_some_and(|p| name.starts_with(p)));
            fits.max_by_key(|(_, n)| n.len())
        };
        mentioned.or_else(best_prefix).map_or(Interfaces::OTHER, |(id, _)| id)
    }

    /// The classes that a name or a pattern (`eth+`; `+` alone is any interface) matches.
    pub fn matching(&self, pattern: &str) -> IntervalSet {
        let Some(prefix) = pattern.strip_suffix('+') else {
            return IntervalSet::single(self.class_of(pattern).into());
        };
        if prefix.is_empty() {
            return IntervalSet::range(0, u32::MAX.into());
        }
        let fits = self.classes().filter(|(_, n)| n.strip_suffix('+').unwrap_or(n).starts_with(prefix));
        IntervalSet::from_ranges(fits.map(|(id, _)| (id.into(), id.into())))
    }

    /// The name of a class: an interface, `eth+` for the others that begin so, or `other`.
    pub fn name(&self, id: IfaceId) -> &str {
        self.names.get(id as usize).map_or("other", String::as_str)
    }

    /// Numbers and names of all interfaces and patterns mentioned, in order of first mention.
    pub fn classes(&self) -> impl Iterator<Item = (IfaceId, &str)> {
        self.names.iter().enumerate().skip(2).map(|(id, name)| (id as IfaceId, name.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn universe(names: &[&str]) -> Interfaces {
        let mut interfaces = Interfaces::new();
        names.iter().for_each(|n| interfaces.add(n));
        interfaces
    }

    #[test]
    fn a_pattern_matches_names_and_narrower_patterns() {
        let all = universe(&["eth0", "eth+", "eth1", "lo", "et+"]);
        let ids = |p| all.classes().filter(|(id, _)| all.matching(p).contains((*id).into())).map(|c| c.1).collect();
        let eth: Vec<&str> = ids("eth+");
        assert_eq!(eth, ["eth0", "eth+", "eth1"]);
        let et: Vec<&str> = ids("et+");
        assert_eq!(et, ["eth0", "eth+", "eth1", "et+"]);
        assert!(!all.matching("eth+").contains(Interfaces::OTHER.into()));
    }

    #[test]
    fn names_that_no_rule_mentions_fall_into_the_narrowest_class() {
        let all = universe(&["eth0", "eth+", "et+"]);
        assert_eq!(all.name(all.class_of("eth7")), "eth+");
        assert_eq!(all.name(all.class_of("etx")), "et+");
        assert_eq!(all.class_of("wan"), Interfaces::OTHER);
    }

    #[test]
    fn plus_alone_is_any_and_a_name_is_never_no_interface() {
        let all = universe(&["eth0"]);
        assert!(all.matching("+").is_full(u32::MAX.into()));
        assert!(!all.matching("eth0").contains(Interfaces::NONE.into()));
    }
}
