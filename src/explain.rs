//! From verdicts to findings: the one place where sentences about verdicts are made.
//!
//! One finding for each cause: a deciding line that takes packets of many flows, of forty-nine regions say, is one
//! mistake and one finding. `cause` groups the blocks, `classify` gives a group its code by a table of questions,
//! and the rest puts it into words.

mod cause;
mod classify;
mod data;
mod echo;
mod inspection;
mod labels;
mod mend;
mod message;
mod near;
mod neighbours;
mod notes;
mod rest;
mod shadow;
mod timeouts;
pub mod unfixed;
mod words;

pub use data::{MAX_AGE, stale};
pub use inspection::surroundings;

use crate::finding::{AboutFlows, Change, Code, Finding, Severity};
use crate::fix::{self, Loss, Proposal};
use crate::format::ReadOptions;
use crate::policy::Leg;
use crate::report::{RuleFile, RuleSet};
use crate::source::{Sources, Span};
use crate::verify::Verdict;
use cause::{Cause, causes};

/// Judges losses again in another text of a file of the rule set: one verdict for each.
pub type Rejudge<'r> = dyn Fn(&RuleFile<'_>, &str, &[&Loss<'_>]) -> Vec<Verdict> + 'r;

/// The findings about the flows of a rule set that are not permitted, most severe first, then in the order of the
/// text. Every fix that they show was tried: the mended text was read and judged again.
pub fn findings(rule_set: &RuleSet<'_>, sources: &Sources, options: &ReadOptions) -> Vec<Finding> {
    let retrial = fix::Retrial::new(options);
    let rejudge =
        |file: &RuleFile<'_>, text: &str, losses: &[&Loss<'_>]| retrial.verdicts(file.format, &file.name, text, losses);
    findings_by(rule_set, sources, &rejudge)
}

/// As [`findings`], with another judge of the mended texts.
pub fn findings_by(rule_set: &RuleSet<'_>, sources: &Sources, rejudge: &Rejudge<'_>) -> Vec<Finding> {
    let causes = causes(rule_set);
    let (echoes, causes): (Vec<Cause<'_>>, Vec<Cause<'_>>) = causes
        .iter()
        .cloned()
        .partition(|c| c.is_of_tests() && causes.iter().any(|o| !o.is_of_tests() && o.is_like(c)));
    let (causes, counted) = rest::told(causes);
    let fixes = mend::fixes(rule_set, sources, &causes, rejudge);
    let mut all = mend::joined(causes, fixes);
    for (cause, fix) in &mut all {
        if fix.as_ref().is_some_and(|fix| !fix.asleep.is_empty()) {
            cause.code = Code::PermitIneffective;
        }
    }
    let told = |(cause, fix): (Cause<'_>, Option<Proposal>)| (cause.at, finding(rule_set, sources, &cause, fix));
    let echoed = echoes.into_iter().map(|echo| (echo.at, echo::finding(rule_set, sources, &all, echo, rejudge)));
    let mut findings: Vec<(Option<Span>, Finding)> = echoed.collect();
    let servers = near::required(rule_set);
    for (cause, _) in &all {
        let near = near::findings(rule_set, sources, cause, &servers);
        let about = |finding: Finding| Finding { flows: Some(Box::new(about(rule_set, cause))), ..finding };
        findings.extend(near.into_iter().map(|finding| (cause.at, about(finding))));
    }
    findings.extend(all.into_iter().map(told));
    findings.extend(counted.iter().filter_map(|causes| Some((causes.first()?.at, rest::finding(rule_set, causes)?))));
    findings.sort_by_key(|(at, finding)| (std::cmp::Reverse(finding.severity), *at));
    findings.into_iter().map(|(_, finding)| finding).collect()
}

fn finding(rule_set: &RuleSet<'_>, sources: &Sources, cause: &Cause<'_>, fix: Option<Proposal>) -> Finding {
    let mut finding = Finding::new(cause.code, message::message(cause, fix.as_ref()));
    finding.severity = severity(cause);
    let denied_first = cause.verdict == Verdict::Denied && cause.leg == Leg::Opening && !cause.repeats;
    let shadowed = if denied_first { cause.shadowed() } else { None };
    finding.labels = labels::labels(rule_set, sources, cause, fix.as_ref(), shadowed);
    finding.notes = shadowed.iter().map(|permit| permit.note(sources, cause.at)).collect();
    finding.notes.extend(notes::notes(sources, cause, fix.as_ref()));
    finding.flows = Some(Box::new(AboutFlows {
        path: cause.first().map_or_else(Vec::new, |hit| hit.block.path.clone()),
        changes: changes(sources, cause, fix.as_ref()),
        ..about(rule_set, cause)
    }));
    finding.help = help(cause, fix);
    finding
}

fn about(rule_set: &RuleSet<'_>, cause: &Cause<'_>) -> AboutFlows {
    AboutFlows {
        rule_set: rule_set.name.clone(),
        requirements: cause.requirements(),
        waived: cause.waived.as_deref().cloned(),
        ..AboutFlows::default()
    }
}

fn changes(sources: &Sources, cause: &Cause<'_>, fix: Option<&Proposal>) -> Vec<Change> {
    let at = cause.loss().map(|loss| loss.at.source);
    at.zip(fix).map_or_else(Vec::new, |(source, fix)| fix.changes(source, sources.text(source)))
}

/// Only a required flow that surely does not pass is an error.
fn severity(cause: &Cause<'_>) -> Severity {
    if cause.verdict != Verdict::Undecided && cause.is_required() { Severity::Error } else { Severity::Warning }
}

/// What to do about test vectors.
const UNSURE: &str = "these addresses are not sure enough to be permitted: permit those of the list that the vendor gives to your organization, and pass that list with `--requirements FILE`";

/// The lines and their place; in words where no fix was proved.
fn help(cause: &Cause<'_>, fix: Option<Proposal>) -> Option<String> {
    if let Some(flags) = notes::flags(cause) {
        return Some(flags);
    }
    if cause.is_of_tests() {
        // Single answers of load balancers, for example: permitting them would look like a mend and be none.
        return Some(UNSURE.to_owned());
    }
    match fix {
        Some(fix) => Some(format!("{}:\n{}", fix.place, fix.text)),
        None => message::needed(cause),
    }
}

#[cfg(test)]
mod tests;
