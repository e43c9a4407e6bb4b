//! `fwproof check`: every required flow against every rule set.

mod asked;
mod exceptions;
mod judge;
mod tasks;

pub(super) use asked::selected;
pub(super) use judge::Case;
#[cfg(feature = "fetch")]
pub(super) use judge::verdicts;

use super::inputs::{Inputs, Partition, anything_not_understood};
use super::output::OutputArguments;
use super::project::{Opened, ProjectArguments};
use super::since::Since;
use super::{Done, FirewallArguments, SiteArguments, exit};
use crate::finding::{Finding, Severity};
use crate::ingress::Product;
use crate::project::{Project, Shown};
use crate::report::{NotJudged, Report, Summary};
use crate::requirement::Selected;
use clap::{Args, ValueEnum};
use exceptions::Exceptions;
use judge::Judged;
use std::net::IpAddr;
use std::path::PathBuf;
pub(super) use tasks::{Asking, Prepared, prepared};

#[derive(Debug, Args)]
pub(super) struct CheckArguments {
    /// Rule sets: files, directories, or `-` for standard input [default: those of the project]
    #[arg(value_name = "RULESET")]
    rule_sets: Vec<PathBuf>,
    #[command(flatten)]
    grouping: FirewallArguments,
    #[command(flatten)]
    project: ProjectArguments,
    /// Check only this site of the project (repeat for several); with rule sets, take its settings for them
    #[arg(long = "site", value_name = "NAME", conflicts_with = "no_project")]
    sites: Vec<String>,
    #[command(flatten)]
    site: SiteArguments,
    #[command(flatten)]
    wanted: WantedArguments,
    #[command(flatten)]
    accepting: AcceptingArguments,
    #[command(flatten)]
    output: OutputArguments,
    /// Exit with 1 when there is a finding of at least this severity that is not waived [default: none]
    #[arg(long, value_name = "LEVEL")]
    fail_on: Option<FailOn>,
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
    /// The product whose web gateway the clients use [default: umbrella]
    #[arg(long, value_name = "PRODUCT", value_parser = product)]
    product: Option<Product>,
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
    #[arg(long)]
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

impl Stale {
    fn severity(self) -> Severity {
        if self == Stale::Error { Severity::Error } else { Severity::Note }
    }
}

/// What is accepted although it does not pass.
#[derive(Debug, Args)]
pub(super) struct AcceptingArguments {
    /// Do not count what this file accepts (docs/project-file.md)
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Accept all that does not pass now: write it to a file [default: that of --baseline, else of the project, else
    /// fwproof-baseline.yaml beside the project file]
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true)]
    write_baseline: Option<Option<PathBuf>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FailOn {
    None,
    Note,
    Warning,
    Error,
}

impl FailOn {
    fn severity(self) -> Option<Severity> {
        match self {
            FailOn::None => None,
            FailOn::Note => Some(Severity::Note),
            FailOn::Warning => Some(Severity::Warning),
            FailOn::Error => Some(Severity::Error),
        }
    }
}

pub(super) fn product(name: &str) -> Result<Product, String> {
    let known = || Product::ALL.iter().map(|p| p.name()).collect::<Vec<_>>().join(", ");
    let found = Product::ALL.iter().copied().find(|p| p.name() == name);
    found.ok_or_else(|| format!("`{name}` is not a product; the products are {}", known()))
}

impl WantedArguments {
    /// The product, where no project names one.
    pub(super) fn product(&self) -> Product {
        self.product.unwrap_or_default()
    }
}

impl CheckArguments {
    fn asking(&self) -> Asking<'_> {
        Asking {
            rule_sets: &self.rule_sets,
            grouping: &self.grouping,
            sites: &self.sites,
            site: &self.site,
            wanted: &self.wanted,
            partition: self.partition,
            all_rules: false,
        }
    }

    /// Is everything of the project asked for?
    fn is_complete(&self) -> bool {
        self.rule_sets.is_empty()
            && self.partition.is_none()
            && self.wanted.swg_address.is_none()
            && self.grouping.firewalls.is_empty()
            && self.sites.is_empty()
            && self.wanted.region.is_empty()
            && self.wanted.service.is_empty()
    }
}

pub(super) fn run(arguments: &CheckArguments) -> Result<Done, String> {
    let mut inputs = Inputs::default();
    let opened = arguments.project.open(&mut inputs)?;
    let prepared =
        if inputs.failed { Prepared::default() } else { prepared(&arguments.asking(), opened.as_ref(), &mut inputs)? };
    let none = Project::default();
    let project = opened.as_ref().map_or(&none, |opened| &opened.project);
    let accepted = exceptions::baseline(arguments, opened.as_ref(), &mut inputs)?;
    let mut exceptions = Exceptions::new(arguments, opened.as_ref(), project, &accepted);
    let since = match &arguments.since {
        Some(revision) if !inputs.failed => Some(Since::new(revision, prepared.cases(), &mut inputs)?),
        _ => None,
    };
    let mut judged = Judged::new(since.as_ref());
    for (case, firewalls) in prepared.cases() {
        for firewall in inputs.firewalls.get(firewalls).unwrap_or_default() {
            judged.rule_set(&case, firewall, &inputs.sources, &mut exceptions);
        }
    }
    let done = report(arguments, opened.as_ref(), &inputs, &prepared, judged, exceptions);
    // The program ends here, and to give back a million rules one by one would take as long as a part of the check.
    std::mem::forget(inputs);
    done
}

fn report(
    arguments: &CheckArguments,
    opened: Option<&Opened>,
    inputs: &Inputs,
    prepared: &Prepared,
    judged: Judged<'_>,
    exceptions: Exceptions<'_>,
) -> Result<Done, String> {
    let strict = arguments.site.reading.strict && anything_not_understood(inputs);
    let failed = inputs.failed || judged.failed || prepared.failed || strict;
    let mut findings = judged.findings;
    findings.extend(inputs.findings.iter().cloned());
    findings.extend(prepared.selected().flat_map(|selected| selected.findings.iter().cloned()));
    findings.extend(exceptions.findings(failed));
    if let Some(opened) = opened {
        findings = with_severities(findings, &opened.project.severity);
    }
    findings.sort_by_key(|f| std::cmp::Reverse(f.severity));
    let unresolved = prepared.selected().flat_map(by_name);
    let product = prepared.products(arguments.wanted.product());
    let mut report = Report {
        sources: &inputs.sources,
        project: opened.map(|opened| opened.name.as_str()),
        product: &product,
        today: arguments.site.reading.today(),
        hook: prepared.hook(arguments.site.hook()),
        rule_sets: judged.rule_sets,
        findings,
        client: judged.client,
        assumptions: judged.assumptions,
        not_judged: judged.not_judged.into_iter().chain(unresolved).collect(),
        partition: arguments.partition.map(|p| (p.part, p.of)),
        exit_code: exit::ERROR,
    };
    let of_project = opened.and_then(|opened| opened.project.fail_on);
    let level = arguments.fail_on.map_or(of_project, FailOn::severity);
    let of_level = fails_on(level, &report.findings);
    report.exit_code = exit_code(failed, &report.summary(), of_level, arguments.exit_zero);
    let output = arguments.output.deliver(&report)?;
    exceptions.write(failed)?;
    Ok(Done { output, code: report.exit_code })
}

/// Flows to names, which addresses do not decide.
fn by_name(selected: &Selected) -> Vec<NotJudged> {
    let has_addresses = |id: &str| selected.requirements.iter().any(|requirement| requirement.flow == *id);
    let each = selected.not_checked.iter().map(|n| {
        let names = format!("host names need resolution: {}", n.names.join(", "));
        let reason = if n.service == "swg" && !has_addresses(&n.id) {
            format!("{names}; no address is known well enough to be required, so import your organization's own list (`fwproof ingress import`)")
        } else {
            names
        };
        NotJudged { rule_set: None, requirement: n.id.clone(), family: None, reason }
    });
    each.collect()
}

/// Findings as the project wants them shown. What is about verdicts is never left out.
fn with_severities(findings: Vec<Finding>, wanted: &[(crate::finding::Code, Shown)]) -> Vec<Finding> {
    let shown = |mut finding: Finding| {
        match wanted.iter().find(|(code, _)| *code == finding.code) {
            Some((_, Shown::As(severity))) => finding.severity = *severity,
            Some((_, Shown::Off)) if finding.flows.is_none() => return None,
            Some((_, Shown::Off)) => finding.severity = Severity::Note,
            None => {}
        }
        Some(finding)
    };
    findings.into_iter().filter_map(shown).collect()
}

fn fails_on(level: Option<Severity>, findings: &[Finding]) -> bool {
    level.is_some_and(|level| findings.iter().any(|f| f.severity >= level && f.waived().is_none()))
}

/// The one place where the exit code of a check is decided.
fn exit_code(failed: bool, summary: &Summary, fails_on: bool, exit_zero: bool) -> u8 {
    if failed {
        exit::ERROR
    } else if exit_zero {
        exit::PERMITTED
    } else if summary.required_failed > 0 || fails_on {
        exit::DENIED
    } else if summary.required_undecided > 0 {
        exit::UNDECIDED
    } else {
        exit::PERMITTED
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_come_before_denials_and_denials_before_doubts() {
        let summary =
            |required_failed, required_undecided| Summary { required_failed, required_undecided, ..Summary::default() };
        let code = |failed, summary, fails_on, exit_zero| exit_code(failed, &summary, fails_on, exit_zero);
        assert_eq!(code(true, summary(1, 1), true, true), exit::ERROR);
        assert_eq!(code(false, summary(1, 1), false, false), exit::DENIED);
        assert_eq!(code(false, summary(0, 1), false, false), exit::UNDECIDED);
        assert_eq!(code(false, summary(0, 0), false, false), exit::PERMITTED);
        assert_eq!(code(false, summary(1, 1), true, true), exit::PERMITTED);
        assert_eq!(code(false, summary(0, 1), true, false), exit::DENIED, "a level comes before doubts");
        assert_eq!(code(false, summary(0, 0), true, false), exit::DENIED);
    }
}
