//! Holds the rule sets of two sides against each other.

use super::units::{Base, Unit, presence};
use crate::cli::SiteArguments;
use crate::cli::plan::{Placed, all_required, families_of, named_clients, place};
use crate::diff::{FlowChange, FlowSide, Flows, Pair};
use crate::finding::{Code, Finding};
use crate::policy::{Interfaces, Statement};
use crate::report::diff::{FamilyDiff, Presence, RuleSetDiff};
use crate::requirement::Requirement;
use crate::space::{Family, IntervalSet, prefixes};
use rayon::prelude::*;
use std::collections::HashMap;

/// What comparing rule sets gave so far.
pub(in crate::cli) struct Compared<'a> {
    pub site: &'a SiteArguments,
    pub wanted: &'a [&'a Requirement],
    /// Is the change as a whole asked for too?
    pub whole: bool,
    pub findings: Vec<Finding>,
    pub assumptions: Vec<Statement>,
    /// Who the clients are taken to be, where no flag says it.
    pub clients: Vec<Statement>,
    /// The flags with these clients, by rule set and family.
    pub sites: HashMap<(String, Family), SiteArguments>,
    pub failed: bool,
}

impl<'a> Compared<'a> {
    /// Nothing yet; `whole` asks for the change as a whole too.
    pub fn new(site: &'a SiteArguments, wanted: &'a [&'a Requirement], whole: bool) -> Compared<'a> {
        Compared {
            site,
            wanted,
            whole,
            findings: Vec::new(),
            assumptions: Vec::new(),
            clients: Vec::new(),
            sites: HashMap::new(),
            failed: false,
        }
    }

    /// A rule set of one side or of both.
    pub fn rule_set(&mut self, unit: &Unit<'a>) -> RuleSetDiff<'a> {
        let mut families = Vec::new();
        for family in Family::BOTH {
            let (old, new, several) = unit.bases(family);
            self.findings.extend(several);
            families.extend(match (old, new) {
                (Some(old), Some(new)) => self.family(unit.name(), old, new),
                (None, None) => None,
                (old, new) => Some(on_one_side(family, presence(old.is_some(), new.is_some()))),
            });
        }
        RuleSetDiff { name: unit.name().to_owned(), presence: unit.presence(), families }
    }

    fn family(&mut self, name: &str, old: Base<'a>, new: Base<'a>) -> Option<FamilyDiff<'a>> {
        let family = old.1.policy.family;
        let wanted: Vec<&'a Requirement> =
            self.wanted.iter().copied().filter(|r| families_of(r).any(|of| of == family)).collect();
        let site = self.common_site(name, old, new, &wanted);
        let before = self.placed(&site, old, &wanted)?;
        let after = self.placed(&site, new, &wanted)?;
        let pair = Pair::new(&old.1.policy, &new.1.policy);
        let flows = flows(&pair, (old, &before), (new, &after), &wanted);
        let whole = if self.whole { pair.whole() } else { Default::default() };
        let disagreements = flows.iter().flat_map(|flow| &flow.disagreements).chain(&whole.disagreements);
        let disagreements: Vec<String> = disagreements.map(|witness| format!("{witness:?}")).collect();
        self.disagreed(name, disagreements);
        Some(FamilyDiff {
            family,
            presence: Presence::Both,
            interfaces: pair.universe().interfaces().clone(),
            same_lines: pair.same_lines(),
            compared: wanted.len(),
            flows,
            whole,
        })
    }

    /// The flags with the same clients for both sides: those that either names, where no flag does.
    fn common_site(&mut self, name: &str, old: Base<'_>, new: Base<'_>, wanted: &[&Requirement]) -> SiteArguments {
        let family = old.1.policy.family;
        let required = all_required(wanted, family);
        let named = [old, new].map(|(_, base)| named_clients(base, &required));
        let mut site = self.site.clone();
        if !site.from.is_empty() || named.iter().all(Option::is_none) {
            return site;
        }
        let found = || named.iter().flatten();
        let clients = found().fold(IntervalSet::empty(), |all, (clients, _)| all.union(clients));
        site.from = prefixes(family, &clients);
        let names = site.from.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let text = format!("the clients of `{name}` on both sides are taken to be {names} (--from names others)");
        let spans = found().flat_map(|(_, spans)| spans.iter().copied()).collect();
        self.clients.push(Statement { text, spans });
        self.sites.insert((name.to_owned(), family), site.clone());
        site
    }

    fn placed(&mut self, site: &SiteArguments, (file, base): Base<'_>, wanted: &[&Requirement]) -> Option<Placed> {
        match place(site, file, base, wanted) {
            Ok(placed) => {
                let known: Vec<&str> = self.assumptions.iter().map(|s| s.text.as_str()).collect();
                let new = placed.assumed.iter().filter(|s| !known.contains(&s.text.as_str())).cloned();
                let new: Vec<Statement> = new.collect();
                self.assumptions.extend(new);
                Some(placed)
            }
            Err(finding) => {
                self.failed = true;
                self.findings.push(finding);
                None
            }
        }
    }

    fn disagreed(&mut self, name: &str, witnesses: Vec<String>) {
        if witnesses.is_empty() {
            return;
        }
        self.failed = true;
        let message = format!("the two evaluators disagree about a change of `{name}`, which is left out");
        self.findings
            .push(witnesses.into_iter().fold(Finding::new(Code::InternalDisagreement, message), Finding::note));
    }
}

fn flows<'r>(
    pair: &Pair<'_>,
    old: (Base<'_>, &Placed),
    new: (Base<'_>, &Placed),
    wanted: &[&'r Requirement],
) -> Vec<FlowChange<'r>> {
    fn side<'s>(((_, base), placed): (Base<'s>, &'s Placed)) -> FlowSide<'s> {
        FlowSide { policy: &base.policy, topology: &base.topology, site: &placed.site }
    }
    let flows = Flows::new(pair, side(old), side(new), wanted);
    wanted.par_iter().filter_map(|requirement| flows.compare(requirement)).collect()
}

fn on_one_side<'a>(family: Family, presence: Presence) -> FamilyDiff<'a> {
    FamilyDiff {
        family,
        presence,
        interfaces: Interfaces::new(),
        same_lines: false,
        compared: 0,
        flows: Vec::new(),
        whole: Default::default(),
    }
}
