//! The platforms that a policy may be rendered for, and what is known of each.

use crate::finding::{Code, Finding};
use crate::format::ReadOptions;
use crate::source::Span;
use crate::yaml::nearest;

/// How a platform treats packets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Access lists of routers: without memory, each for one direction, with an implicit deny.
    RouterList,
    /// Access lists of an ASA: answers pass by the connection table.
    AsaList,
    /// Filters of Junos: without memory, each for one direction, with an implicit discard.
    JunosFilter,
    /// Chains of the filter table, with the policy that the header names.
    Chains,
    /// Policies between zones, with a session table and an implicit deny.
    Zones,
    /// Nothing is known that a verdict could rest on.
    Unknown,
}

/// A platform with the name that headers have for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    pub name: String,
    pub kind: Kind,
}

const KINDS: &[(&str, Kind)] = &[
    ("arista", Kind::RouterList),
    ("brocade", Kind::RouterList),
    ("cisco", Kind::RouterList),
    ("ciscoasa", Kind::AsaList),
    ("cisconx", Kind::RouterList),
    ("ciscoxr", Kind::RouterList),
    ("fortigate", Kind::Zones),
    ("ipset", Kind::Chains),
    ("iptables", Kind::Chains),
    ("juniper", Kind::JunosFilter),
    ("juniperevo", Kind::JunosFilter),
    ("paloalto", Kind::Zones),
    ("speedway", Kind::Chains),
    ("srx", Kind::Zones),
    ("srxlo", Kind::JunosFilter),
];

impl Target {
    /// The target of a name.
    pub fn named(name: &str) -> Target {
        let known = KINDS.iter().find(|row| row.0 == name);
        Target { name: name.to_owned(), kind: known.map_or(Kind::Unknown, |row| row.1) }
    }

    /// Do its filters see packets of one direction only?
    pub fn one_way(&self) -> bool {
        matches!(self.kind, Kind::RouterList | Kind::JunosFilter)
    }
}

/// The target that is judged: the only one, or the one that the user names.
pub(super) fn chosen(names: &[(String, Span)], options: &ReadOptions, head: Span) -> Result<String, Finding> {
    let all: Vec<&str> = names.iter().map(|(name, _)| name.as_str()).collect();
    let list = || all.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    match (&options.target, names) {
        (Some(wanted), _) if all.contains(&wanted.as_str()) => Ok(wanted.clone()),
        (Some(wanted), [(_, first), ..]) => {
            let finding = Finding::new(Code::NoRuleBase, format!("the policy has no filter for the target `{wanted}`"));
            let finding = finding.at(*first, "the first target");
            Err(match nearest(wanted, all.iter().copied()) {
                Some(near) => finding.help(format!("did you mean `--target {near}`?")),
                None => finding.help(format!("it has filters for {}", list())),
            })
        }
        (None, [(only, _)]) => Ok(only.clone()),
        (None, [(first, at), ..]) => {
            Err(Finding::new(Code::NoRuleBase, format!("the policy is for several targets: {}", list()))
                .at(*at, "the first target")
                .help(format!("`--target {first}` judges it as it is rendered for `{first}`")))
        }
        (_, []) => Err(Finding::new(Code::NoRuleBase, "no filter of the policy names a target").at(head, "")),
    }
}
