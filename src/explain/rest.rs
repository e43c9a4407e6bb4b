//! Causes that are counted instead of told: of a rule set that denies in a thousand places, nobody reads them all.

use super::cause::Cause;
use super::words::once;
use super::{about, severity};
use crate::finding::{AboutFlows, Code, Finding, MOST_TOLD};
use crate::report::RuleSet;

/// The causes that are told, and of each code those that are only counted. What is accepted is always told, since each
/// exception has its own reason.
pub(super) fn told(causes: Vec<Cause<'_>>) -> (Vec<Cause<'_>>, Vec<Vec<Cause<'_>>>) {
    let mut counts: Vec<(Code, usize)> = Vec::new();
    let mut counted: Vec<Vec<Cause<'_>>> = Vec::new();
    let mut told = Vec::new();
    for cause in causes {
        if cause.waived.is_some() || is_within(&mut counts, cause.code) {
            told.push(cause);
            continue;
        }
        match counted.iter_mut().find(|group| group.first().is_some_and(|first| first.code == cause.code)) {
            Some(group) => group.push(cause),
            None => counted.push(vec![cause]),
        }
    }
    (told, counted)
}

fn is_within(counts: &mut Vec<(Code, usize)>, code: Code) -> bool {
    match counts.iter_mut().find(|(known, _)| *known == code) {
        Some((_, count)) => {
            *count += 1;
            *count <= MOST_TOLD
        }
        None => {
            counts.push((code, 1));
            true
        }
    }
}

/// One finding for all causes of a code that are not told.
pub(super) fn finding(rule_set: &RuleSet<'_>, causes: &[Cause<'_>]) -> Option<Finding> {
    let first = causes.first()?;
    let mut finding = Finding::counted(first.code, causes.len(), causes.iter().filter_map(|cause| cause.at));
    finding.severity = causes.iter().map(severity).max()?;
    let requirements = once(causes.iter().flat_map(Cause::requirements));
    finding.flows = Some(Box::new(AboutFlows { requirements, ..about(rule_set, first) }));
    Some(finding.note("every flow stands with its verdict and its deciding lines in the report"))
}
