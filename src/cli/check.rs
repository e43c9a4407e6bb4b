//! `fwproof check`: every required flow against every rule set.

use super::inputs::{Firewall, Inputs, Loaded, Partition, Wanted, anything_not_understood, load};
use super::output::OutputArguments;
use super::plan::{Changes, Placed, families_of, place, select};
use super::since::Since;
use super::{Done, FirewallArguments, SiteArguments, exit};
use crate::finding::{Code, Finding, Severity};
use crate::format::RuleBase;
use crate::ingress::{Date, Product, Resolution};
use crate::policy::{Policy, Statement};
use crate::report::{FlowResult, NotJudged, Report, RuleSet, Summary};
use crate::requirement::{Requirement, Selected, Selection};
use crate::source::Sources;
use crate::space::{Family, IntervalSet};
use crate::verify::{Judgement, Prover, Verdict, addresses, conversations, verdict_of};
use clap::{Args, ValueEnum};
use rayon::prelude::*;
use std::net::IpAddr;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct CheckArguments {
    /// Rule sets: files, directories, or `-` for standard input
    #[arg(required_unless_present = "firewalls", value_name = "RULESET")]
    rule_sets: Vec<PathBuf>,
    #[command(flatten)]
    grouping: FirewallArguments,
    #[command(flatten)]
    site: SiteArguments,
    #[command(flatten)]
    wanted: WantedArguments,
    #[command(flatten)]
    output: OutputArguments,
    /// Judge only a part of the rule sets, as 2/4 for the second of four; `fwproof merge` joins the JSON reports
    #[arg(long, value_name = "PART/OF")]
    partition: Option<Partition>,
    /// Count only what got worse since a git revision; what was lost at it already is shown as such
    #[arg(long, value_name = "REV")]
    since: Option<String>,
    /// Exit with 0 even when flows are denied or undecided (errors still exit with 2)
    #[arg(long)]
    exit_zero: bool,
}

/// Which flows are asked for.
#[derive(Debug, Args)]
pub(super) struct WantedArguments {
    /// The product whose web gateway the clients use
    #[arg(long, value_name = "PRODUCT", default_value = "umbrella", value_parser = product)]
    product: Product,
    /// Judge only this region (repeat for several) [default: all]
    #[arg(long, value_name = "ID")]
    region: Vec<String>,
    /// Judge only this service, such as dns or swg (repeat for several) [default: all]
    #[arg(long, value_name = "NAME")]
    service: Vec<String>,
    /// A file of further requirements (docs/requirements.md)
    #[arg(long, value_name = "FILE")]
    requirements: Vec<PathBuf>,
    /// Leave out the requirements that fwproof ships
    #[arg(long, requires = "requirements")]
    no_default_requirements: bool,
    /// Judge the web gateway at this address only, the one that the client met
    #[arg(long, value_name = "ADDRESS", conflicts_with = "region")]
    swg_address: Option<IpAddr>,
    /// After how many days addresses are too old [default: what their catalogue says, else 180]
    #[arg(long, value_name = "DAYS")]
    max_age: Option<u32>,
    /// How bad it is when addresses of required flows are too old; an error gives exit code 2
    #[arg(long, value_enum, default_value_t = Stale::Note)]
    stale: Stale,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Stale {
    Note,
    Error,
}

impl WantedArguments {
    /// The name of the product.
    pub(super) fn product(&self) -> &'static str {
        self.product.name()
    }

    /// The requirements of a run, with the finding about their age, and whether any of it makes the run unusable.
    pub(super) fn select(
        &self,
        sources: &mut Sources,
        resolutions: &[Resolution],
        today: Date,
    ) -> Result<(Selected, bool), String> {
        let selection =
            Selection { product: self.product, regions: self.region.clone(), services: self.service.clone() };
        let changes = Changes { swg_address: self.swg_address, resolutions };
        let (mut selected, mut failed) =
            select(sources, &self.requirements, self.no_default_requirements, &selection, &changes)?;
        let severity = if self.stale == Stale::Error { Severity::Error } else { Severity::Note };
        let stale = crate::explain::stale(&selected.requirements, today, self.max_age, severity);
        failed |= stale.as_ref().is_some_and(|finding| finding.severity == Severity::Error);
        selected.findings.extend(stale);
        Ok((selected, failed))
    }
}

pub(super) fn product(name: &str) -> Result<Product, String> {
    let known = || Product::ALL.iter().map(|p| p.name()).collect::<Vec<_>>().join(", ");
    let found = Product::ALL.iter().copied().find(|p| p.name() == name);
    found.ok_or_else(|| format!("`{name}` is not a product; the products are {}", known()))
}

pub(super) fn run(arguments: &CheckArguments) -> Result<Done, String> {
    let rule_sets = Wanted {
        paths: &arguments.rule_sets,
        firewalls: &arguments.grouping.firewalls,
        partition: arguments.partition,
    };
    let options = arguments.site.options()?;
    let mut inputs = load(&rule_sets, &arguments.site.reading, &options);
    let reading = &arguments.site.reading;
    let (selected, unusable) = arguments.wanted.select(&mut inputs.sources, &reading.resolve, reading.today())?;
    inputs.failed |= unusable;
    let requirements: Vec<&Requirement> = super::diff::all(&selected).collect();
    let since = arguments
        .since
        .as_deref()
        .map(|revision| Since::new(revision, &rule_sets, &arguments.site, &requirements, &mut inputs, &options));
    let since = since.transpose()?;
    let mut judged = Judged { since: since.as_ref(), ..Judged::default() };
    judged.assumptions.extend(since.iter().flat_map(|since| since.clients.iter().cloned()));
    for firewall in &inputs.firewalls {
        judged.rule_set(arguments, firewall, &selected, &inputs.sources);
    }
    report(arguments, &inputs, &selected, judged)
}

fn report(
    arguments: &CheckArguments,
    inputs: &Inputs,
    selected: &Selected,
    judged: Judged<'_>,
) -> Result<Done, String> {
    let names = selected.not_checked.iter().map(|n| NotJudged {
        rule_set: None,
        requirement: n.id.clone(),
        family: None,
        reason: format!("host names need resolution: {}", n.names.join(", ")),
    });
    let mut findings = judged.findings;
    findings.extend(inputs.findings.iter().chain(&selected.findings).cloned());
    findings.sort_by_key(|f| std::cmp::Reverse(f.severity));
    let mut report = Report {
        sources: &inputs.sources,
        product: arguments.wanted.product(),
        today: arguments.site.reading.today(),
        hook: arguments.site.hook,
        rule_sets: judged.rule_sets,
        findings,
        client: judged.client,
        assumptions: judged.assumptions,
        not_judged: judged.not_judged.into_iter().chain(names).collect(),
        partition: arguments.partition.map(|p| (p.part, p.of)),
        exit_code: exit::ERROR,
    };
    let failed = inputs.failed || judged.failed || arguments.site.reading.strict && anything_not_understood(inputs);
    report.exit_code = exit_code(failed, &report.summary(), arguments.exit_zero);
    Ok(Done { output: arguments.output.deliver(&report)?, code: report.exit_code })
}

/// The one place where the exit code of a check is decided.
fn exit_code(failed: bool, summary: &Summary, exit_zero: bool) -> u8 {
    if failed {
        exit::ERROR
    } else if exit_zero {
        exit::PERMITTED
    } else if summary.required_failed > 0 {
        exit::DENIED
    } else if summary.required_undecided > 0 {
        exit::UNDECIDED
    } else {
        exit::PERMITTED
    }
}

/// What judging rule sets gave so far.
#[derive(Default)]
struct Judged<'a> {
    since: Option<&'a Since>,
    rule_sets: Vec<RuleSet<'a>>,
    findings: Vec<Finding>,
    client: Vec<crate::client::Prediction>,
    assumptions: Vec<Statement>,
    not_judged: Vec<NotJudged>,
    failed: bool,
}

impl<'a> Judged<'a> {
    fn rule_set(
        &mut self,
        arguments: &CheckArguments,
        firewall: &'a Firewall,
        selected: &'a Selected,
        sources: &Sources,
    ) {
        let wanted: Vec<&Requirement> = selected.requirements.iter().chain(&selected.test_vectors).collect();
        let mut bases = Vec::new();
        for (file, base) in firewall.bases() {
            let site = self
                .since
                .map_or(&arguments.site, |since| since.site(&firewall.name, base.policy.family, &arguments.site));
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
        if let Some(since) = self.since {
            since.mark(&firewall.name, &mut results);
        }
        self.client.extend(crate::client::predict(&firewall.name, &results));
        self.disagreements(&results);
        let files = firewall.files.iter().map(Loaded::shown).collect();
        let set = RuleSet { name: firewall.name.clone(), files, results };
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
        let judged: Vec<_> = wanted.par_iter().map(|requirement| judge_one(name, requirement, &provers)).collect();
        let mut results = Vec::new();
        for (requirement, (judgements, skipped)) in wanted.iter().zip(judged) {
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
    let each = wanted.iter().map(|r| addresses(policy.family, &r.destinations));
    Prover::new(policy, &each.fold(IntervalSet::empty(), |all, one| all.union(&one)))
}

/// The verdict on each requirement that can be judged on a rule set, without explanations.
#[cfg(feature = "fetch")]
pub(super) fn verdicts(
    site: &SiteArguments,
    firewall: &Firewall,
    requirements: &[Requirement],
) -> Result<Vec<(String, Verdict)>, Finding> {
    let wanted: Vec<&Requirement> = requirements.iter().collect();
    let placed = |(file, base)| Ok((base, place(site, file, base, &wanted)?));
    let placed = firewall.bases().map(placed).collect::<Result<Vec<(&RuleBase, Placed)>, Finding>>()?;
    let provers: Vec<_> = placed.iter().map(|(base, placed)| (*base, placed, prover(&base.policy, &wanted))).collect();
    let verdict = |requirement: &&Requirement| {
        let (judgements, _) = judge_one(&firewall.name, requirement, &provers);
        let blocks = judgements.iter().flat_map(|(_, j)| j.blocks.iter().map(|b| b.verdict));
        (!judgements.is_empty()).then(|| (requirement.id.clone(), verdict_of(blocks)))
    };
    Ok(wanted.par_iter().filter_map(verdict).collect())
}

type Judgements<'a> = (Vec<(&'a Policy, Judgement)>, Vec<NotJudged>);

fn judge_one<'a>(
    name: &str,
    requirement: &Requirement,
    provers: &[(&'a RuleBase, &Placed, Prover<'a>)],
) -> Judgements<'a> {
    let mut judgements = Vec::new();
    let mut skipped = Vec::new();
    let mut skip = |family: Family, reason: String| {
        let rule_set = Some(name.to_owned());
        skipped.push(NotJudged { rule_set, requirement: requirement.id.clone(), family: Some(family), reason });
    };
    for family in families_of(requirement) {
        let Some((base, placed, prover)) = provers.iter().find(|p| p.0.policy.family == family) else {
            skip(family, format!("the rule set holds no {family} rule base"));
            continue;
        };
        let flow = conversations(requirement, &base.policy, &base.topology, &placed.site);
        if flow.is_empty() {
            let why = if placed.site.clients.is_empty() {
                format!("no {family} client address was given")
            } else {
                "no pair of a way in and a way out is left".to_owned()
            };
            skip(family, why);
        } else {
            judgements.push((&base.policy, prover.judge(&flow)));
        }
    }
    (judgements, skipped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_come_before_denials_and_denials_before_doubts() {
        let summary =
            |required_failed, required_undecided| Summary { required_failed, required_undecided, ..Summary::default() };
        assert_eq!(exit_code(true, &summary(1, 1), true), exit::ERROR);
        assert_eq!(exit_code(false, &summary(1, 1), false), exit::DENIED);
        assert_eq!(exit_code(false, &summary(0, 1), false), exit::UNDECIDED);
        assert_eq!(exit_code(false, &summary(0, 0), false), exit::PERMITTED);
        assert_eq!(exit_code(false, &summary(1, 1), true), exit::PERMITTED);
    }
}
