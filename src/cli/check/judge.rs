//! Judging one firewall after the other.

use super::exceptions::Exceptions;
use crate::cli::SiteArguments;
use crate::cli::inputs::{Firewall, Loaded};
use crate::cli::plan::{Placed, families_of, place};
use crate::cli::since::Since;
use crate::finding::{Code, Finding};
use crate::format::RuleBase;
use crate::policy::{Policy, Statement};
use crate::report::{FlowResult, NotJudged, RuleSet, SiteOf};
use crate::requirement::{Requirement, Selected};
use crate::source::Sources;
use crate::space::{Family, PacketSet};
use crate::verify::{Judgement, Prover, Verdict, addresses, conversations, verdict_of};
use rayon::prelude::*;

/// What judging rule sets gave so far.
#[derive(Default)]
pub(super) struct Judged<'a> {
    since: Option<&'a Since>,
    pub rule_sets: Vec<RuleSet<'a>>,
    pub findings: Vec<Finding>,
    pub client: Vec<crate::client::Prediction>,
    pub assumptions: Vec<Statement>,
    pub not_judged: Vec<NotJudged>,
    pub failed: bool,
}

/// What the rule sets of a site have in common.
pub(in crate::cli) struct Case<'a> {
    pub site: &'a SiteArguments,
    pub selected: &'a Selected,
    /// The site of the project.
    pub of: Option<SiteOf>,
}

impl<'a> Case<'a> {
    /// All requirements, those that are only shown too.
    pub fn wanted(&self) -> Vec<&'a Requirement> {
        self.selected.requirements.iter().chain(&self.selected.test_vectors).collect()
    }
}

impl<'a> Judged<'a> {
    /// Nothing yet; what was lost before a change does not count where one is given.
    pub fn new(since: Option<&'a Since>) -> Judged<'a> {
        let assumptions = since.map_or_else(Vec::new, |since| since.clients.clone());
        Judged { since, assumptions, ..Judged::default() }
    }

    /// Judges a firewall, lays the exceptions over its verdicts, and explains what is left and what is accepted.
    pub fn rule_set(
        &mut self,
        case: &Case<'a>,
        firewall: &'a Firewall,
        sources: &Sources,
        exceptions: &mut Exceptions<'_>,
    ) {
        let wanted: Vec<&Requirement> = case.wanted();
        let mut bases = Vec::new();
        for (file, base) in firewall.bases() {
            let site = self.since.map_or(case.site, |since| since.site(&firewall.name, base.policy.family, case.site));
            match place(site, file, base, &wanted) {
                Ok(placed) => bases.push((base, placed)),
                Err(finding) => {
                    self.failed = true;
                    self.findings.push(finding);
                    return;
                }
            }
        }
        for (_, placed) in &bases {
            for statement in &placed.assumed {
                if !self.assumptions.contains(statement) {
                    self.assumptions.push(statement.clone());
                }
            }
        }
        let mut results = self.results(&firewall.name, &wanted, &bases);
        exceptions.apply(firewall, &mut results);
        if let Some(since) = self.since {
            since.mark(&firewall.name, &mut results);
        }
        self.client.extend(crate::client::predict(&firewall.name, &results));
        self.disagreements(&results);
        let files = firewall.files.iter().map(Loaded::shown).collect();
        let set = RuleSet { name: firewall.name.clone(), site: case.of.clone(), files, results };
        if let Some(first) = firewall.files.first() {
            let mut findings = crate::explain::findings(&set, sources, &first.options);
            if let Some(since) = self.since {
                since.lower(&set, &mut findings);
            }
            self.findings.extend(findings);
        }
        let bases: Vec<&RuleBase> = firewall.bases().map(|(_, base)| base).collect();
        self.findings.extend(crate::explain::surroundings(&bases, &set, sources));
        self.rule_sets.push(set);
    }

    fn results(
        &mut self,
        name: &str,
        wanted: &[&'a Requirement],
        bases: &[(&'a RuleBase, Placed)],
    ) -> Vec<FlowResult<'a>> {
        let provers: Vec<_> =
            bases.iter().map(|(base, placed)| (*base, placed, prover(&base.policy, wanted))).collect();
        let mut results = Vec::new();
        for (requirement, (judgements, skipped)) in wanted.iter().zip(judge_each(name, wanted, &provers)) {
            self.not_judged.extend(skipped);
            if !judgements.is_empty() {
                let blocks = judgements.iter().flat_map(|(_, j)| j.blocks.iter().map(|b| b.verdict));
                let verdict: Verdict = verdict_of(blocks);
                let (alternative, waived, was_so_before) = (None, None, false);
                results.push(FlowResult { requirement, verdict, judgements, alternative, waived, was_so_before });
            }
        }
        crate::report::mark_alternatives(&mut results);
        results
    }

    fn disagreements(&mut self, results: &[FlowResult<'_>]) {
        let all = results.iter().flat_map(|r| r.judgements.iter().map(move |(_, j)| (r, j)));
        for (result, judgement) in all.filter(|(_, j)| !j.disagreements.is_empty()) {
            let message =
                format!("the two evaluators disagree about `{}`, which is left undecided", result.requirement.id);
            let finding = Finding::new(Code::InternalDisagreement, message);
            let witnesses = judgement.disagreements.iter().map(|w| format!("{w:?}"));
            self.findings.push(witnesses.fold(finding, Finding::note));
        }
    }
}

fn prover<'a>(policy: &'a Policy, wanted: &[&Requirement]) -> Prover<'a> {
    Prover::new(policy, &addresses(policy.family, wanted.iter().flat_map(|r| &r.destinations)))
}

/// The verdict on each requirement that can be judged on a rule set, without explanations.
#[cfg(feature = "fetch")]
pub(in crate::cli) fn verdicts(
    site: &SiteArguments,
    firewall: &Firewall,
    requirements: &[Requirement],
) -> Result<Vec<(String, Verdict)>, Finding> {
    let wanted: Vec<&Requirement> = requirements.iter().collect();
    let placed = |(file, base)| Ok((base, place(site, file, base, &wanted)?));
    let placed = firewall.bases().map(placed).collect::<Result<Vec<(&RuleBase, Placed)>, Finding>>()?;
    let provers: Vec<_> = placed.iter().map(|(base, placed)| (*base, placed, prover(&base.policy, &wanted))).collect();
    let judged = judge_each(&firewall.name, &wanted, &provers);
    let verdict = |(requirement, (judgements, _)): (&&Requirement, Judgements<'_>)| {
        let blocks = judgements.iter().flat_map(|(_, j)| j.blocks.iter().map(|b| b.verdict));
        (!judgements.is_empty()).then(|| (requirement.id.clone(), verdict_of(blocks)))
    };
    Ok(wanted.iter().zip(judged).filter_map(verdict).collect())
}

/// The judgements on a requirement by the rule bases of its families, and why there are none by others.
type Judgements<'a> = (Vec<(&'a Policy, Judgement)>, Vec<NotJudged>);

/// What becomes of each requirement. Flows of one rule base are judged together.
fn judge_each<'a>(
    name: &str,
    wanted: &[&Requirement],
    provers: &[(&'a RuleBase, &Placed, Prover<'a>)],
) -> Vec<Judgements<'a>> {
    let mut judged: Vec<Judgements<'a>> = wanted.iter().map(|_| Judgements::default()).collect();
    for family in Family::BOTH {
        let prover = provers.iter().find(|(base, ..)| base.policy.family == family);
        let asks = |requirement: &Requirement| families_of(requirement).any(|one| one == family);
        let asked = wanted.par_iter().map(|r| asks(r).then(|| flow(family, r, prover)));
        let asked: Vec<Option<Result<PacketSet, String>>> = asked.collect();
        let flows: Vec<PacketSet> = asked.iter().flatten().flatten().cloned().collect();
        let mut judgements = prover.map_or_else(Vec::new, |(.., prover)| prover.judge_each(&flows)).into_iter();
        for ((requirement, asked), (judged, skipped)) in wanted.iter().zip(asked).zip(&mut judged) {
            match asked {
                None => {}
                Some(Ok(_)) => judged.extend(prover.map(|p| &p.0.policy).zip(judgements.next())),
                Some(Err(reason)) => {
                    let (rule_set, requirement) = (Some(name.to_owned()), requirement.id.clone());
                    skipped.push(NotJudged { rule_set, requirement, family: Some(family), reason });
                }
            }
        }
    }
    judged
}

/// The conversations of a requirement in a rule base, or why none is judged.
fn flow(
    family: Family,
    requirement: &Requirement,
    prover: Option<&(&RuleBase, &Placed, Prover<'_>)>,
) -> Result<PacketSet, String> {
    let Some((base, placed, _)) = prover else { return Err(format!("the rule set holds no {family} rule base")) };
    let flow = conversations(requirement, &base.policy, &base.topology, &placed.site);
    if !flow.is_empty() {
        Ok(flow)
    } else if placed.site.clients.is_empty() {
        Err(format!("no {family} client address was given"))
    } else {
        Err("no pair of a way in and a way out is left".to_owned())
    }
}
