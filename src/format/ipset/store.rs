//! The sets that were read, by name.

use super::element::{Element, Iface};
use super::kind::{Kind, Part, UNKNOWN};
use super::options::Options;
use crate::finding::{Code, Finding};
use crate::source::Span;
use crate::space::Family;
use std::collections::{HashMap, HashSet};

/// The most interfaces of one set that are told apart.
const MAX_IFACES: usize = 64;

/// What an entry does to the set, in the order of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    pub element: Element,
    pub effect: Effect,
    /// `-exist`: what is there already may be put there again, in another way.
    pub exist: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    Add,
    /// The element is in the set as an exception.
    Nomatch,
    Delete,
}

/// One set.
#[derive(Debug, Clone)]
pub(super) struct Set {
    pub kind: &'static Kind,
    pub options: Options,
    pub changes: Vec<Change>,
    /// The sets that a list holds.
    pub members: Vec<String>,
    /// Why it is not known what the set holds.
    pub unknown: Option<String>,
    /// Where it is defined.
    pub span: Span,
}

impl Set {
    pub(super) fn new(kind: &'static Kind, options: Options, span: Span) -> Set {
        Set { kind, options, changes: Vec::new(), members: Vec::new(), unknown: None, span }
    }

    /// A set of which nothing is known but its name.
    pub(super) fn unread(span: Span, why: &str) -> Set {
        let mut set = Set::new(UNKNOWN, Options::new(Family::V4), span);
        set.unknown = Some(why.to_owned());
        set
    }

    /// The family of the set; `None` when packets of both can be in it.
    pub(super) fn family(&self) -> Option<Family> {
        self.kind.has_family().then_some(self.options.family)
    }

    pub(super) fn is_list(&self) -> bool {
        self.kind.has(Part::Member)
    }

    /// The interfaces of its entries; `None` when they are too many to be told apart.
    pub(super) fn ifaces(&self) -> Option<Vec<&Iface>> {
        let mut seen = HashSet::new();
        let all = self.changes.iter().filter_map(|c| c.element.iface.as_ref());
        let ifaces: Vec<&Iface> = all.filter(|i| seen.insert(*i)).take(MAX_IFACES + 1).collect();
        (ifaces.len() <= MAX_IFACES).then_some(ifaces)
    }

    /// Forgets what it holds, for the first reason there is.
    pub(super) fn forget(&mut self, why: &str) {
        self.unknown.get_or_insert_with(|| why.to_owned());
    }
}

/// All sets that were given, by name.
#[derive(Debug, Clone, Default)]
pub struct Sets {
    pub(super) all: HashMap<String, Set>,
}

impl Sets {
    /// Is there a set of that name?
    pub fn holds(&self, name: &str) -> bool {
        self.all.contains_key(name)
    }

    /// A set and, when it is a list, the sets in it.
    pub(super) fn with_members<'s>(&'s self, name: &'s str) -> impl Iterator<Item = (&'s str, &'s Set)> + 's {
        let own = self.all.get_key_value(name);
        let members = own.into_iter().flat_map(|(_, set)| &set.members).filter_map(|m| self.all.get_key_value(m));
        own.into_iter().chain(members).map(|(name, set)| (name.as_str(), set))
    }

    /// Names and patterns of the interfaces that a set speaks of.
    pub(in crate::format) fn interfaces(&self, name: &str) -> Vec<String> {
        let ifaces = self.with_members(name).filter_map(|(_, set)| set.ifaces()).flatten();
        ifaces.filter(|i| !i.physdev).map(ToString::to_string).collect()
    }

    /// The sets that change when these do: the members of lists, and lists of members.
    pub(in crate::format) fn closure(&self, mut names: HashSet<String>) -> HashSet<String> {
        let below: Vec<String> =
            names.iter().filter_map(|n| self.all.get(n)).flat_map(|set| set.members.iter().cloned()).collect();
        names.extend(below);
        let above = self.all.iter().filter(|(_, set)| set.members.iter().any(|m| names.contains(m)));
        let above: Vec<String> = above.map(|(name, _)| name.clone()).collect();
        names.extend(above);
        names
    }

    /// Adds what another file holds; a set that two files define is in neither of them for sure.
    pub(super) fn join(&mut self, other: Sets, findings: &mut Vec<Finding>) {
        let mut named: Vec<(String, Set)> = other.all.into_iter().collect();
        named.sort_by_key(|(_, set)| set.span.start);
        for (name, set) in named {
            let Some(old) = self.all.get_mut(&name) else {
                self.all.insert(name, set);
                continue;
            };
            let message = format!("the set `{name}` is defined in two files");
            let finding =
                Finding::new(Code::DuplicateSet, message).at(set.span, "again here").at(old.span, "first here");
            findings.push(finding.help("give one file for each set; until then it is taken as not known"));
            old.forget("two files define it");
        }
    }

    /// What a set holds, in a few words; `None` for one that is not there.
    pub(in crate::format) fn gloss(&self, name: &str) -> Option<String> {
        const MOST: usize = 4;
        let set = self.all.get(name)?;
        if let Some(why) = &set.unknown {
            return Some(format!("not known: {why}"));
        }
        let entry = |change: &Change| {
            let shown = change.element.show(set.kind, set.options.family);
            match change.effect {
                Effect::Add => shown,
                Effect::Nomatch => format!("{shown} nomatch"),
                Effect::Delete => format!("without {shown}"),
            }
        };
        let mut parts: Vec<String> = set.changes.iter().take(MOST).map(entry).collect();
        parts.extend(set.members.iter().take(MOST).cloned());
        let more = (set.changes.len() + set.members.len()).saturating_sub(parts.len());
        if parts.is_empty() {
            parts.push("nothing".to_owned());
        }
        if more > 0 {
            parts.push(format!("and {more} more"));
        }
        Some(format!("{}: {}", set.kind.name, parts.join(" ")))
    }
}
