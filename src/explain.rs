//! From verdicts to findings: the one place where sentences about verdicts are made.
//!
//! One finding for each cause: a deciding line that takes packets of many flows, of forty-nine regions say, is one
//! mistake and one finding. `cause` groups the blocks, `classify` gives a group its code by a table of questions,
//! and the rest puts it into words.

mod cause;
mod classify;
mod data;
mod inspection;
mod labels;
mod message;
mod notes;
mod words;

pub use data::{MAX_AGE, stale};
pub use inspection::surroundings;

use crate::finding::{AboutFlows, Change, Code, Finding, Severity};
use crate::fix::{self, Loss, Proposal};
use crate::format::ReadOptions;
use crate::report::{RuleFile, RuleSet};
use crate::source::Sources;
use crate::verify::Verdict;
use cause::{Cause, causes};

/// Judges losses again in another text of a file of the rule set: one verdict for each.
pub type Rejudge<'r> = dyn Fn(&RuleFile<'_>, &str, &[&Loss<'_>]) -> Vec<Verdict> + 'r;

/// The findings about the flows of a rule set that are not permitted, most severe first, then in the order of the
/// text. Every fix that they show was tried: the mended text was read and judged again.
pub fn findings(rule_set: &RuleSet<'_>, sources: &Sources, options: &ReadOptions) -> Vec<Finding> {
    let rejudge = |file: &RuleFile<'_>, text: &str, losses: &[&Loss<'_>]| {
        let options = ReadOptions { detail: false, ..options.clone() };
        fix::rejudge(file.format, &file.name, text, &options, losses)
    };
    findings_by(rule_set, sources, &rejudge)
}

/// As [`findings`], with another judge of the mended texts.
pub fn findings_by(rule_set: &RuleSet<'_>, sources: &Sources, rejudge: &Rejudge<'_>) -> Vec<Finding> {
    let mut causes = causes(rule_set);
    let fixes = fixes(rule_set, sources, &causes, rejudge);
    for (cause, fix) in causes.iter_mut().zip(&fixes) {
        if fix.as_ref().is_some_and(|fix| !fix.asleep.is_empty()) {
            cause.code = Code::PermitIneffective;
        }
    }
    let each = causes.iter().zip(fixes).map(|(cause, fix)| (cause, finding(rule_set, sources, cause, fix)));
    let mut all: Vec<(&Cause<'_>, Finding)> = each.collect();
    all.sort_by_key(|(cause, finding)| (std::cmp::Reverse(finding.severity), cause.at));
    all.into_iter().map(|(_, finding)| finding).collect()
}

/// Above this many rules, reading the mended text once more would double the time of a check.
const MOST_RULES_TRIED: usize = 20_000;

fn not_tried(proposal: Proposal) -> Proposal {
    let remark = format!("not tried, because the rule set has more than {MOST_RULES_TRIED} rules: check again with it");
    // What was not tried is for people to judge, not for programs to follow.
    Proposal { remark: Some(remark), edits: Vec::new(), ..proposal }
}

/// For each cause the fix that was proved, if there is one. A fix is proved together with the others of its file.
fn fixes(rule_set: &RuleSet<'_>, sources: &Sources, all: &[Cause<'_>], rejudge: &Rejudge<'_>) -> Vec<Option<Proposal>> {
    let losses: Vec<(usize, Loss<'_>)> = all.iter().enumerate().filter_map(|(i, c)| Some((i, c.loss()?))).collect();
    let mut out: Vec<Option<Proposal>> = all.iter().map(|_| None).collect();
    for file in &rule_set.files {
        let here = losses.iter().filter(|(_, loss)| loss.at.source == file.source);
        let (places, losses): (Vec<usize>, Vec<&Loss<'_>>) = here.map(|(at, loss)| (*at, loss)).unzip();
        for (place, fix) in places.into_iter().zip(fixes_in(file, sources, &losses, rejudge)) {
            if let Some(slot) = out.get_mut(place) {
                *slot = fix;
            }
        }
    }
    out
}

fn fixes_in(
    file: &RuleFile<'_>,
    sources: &Sources,
    losses: &[&Loss<'_>],
    rejudge: &Rejudge<'_>,
) -> Vec<Option<Proposal>> {
    if file.rules > MOST_RULES_TRIED {
        return losses.iter().map(|loss| fix::proposal(file.format, loss, sources).map(not_tried)).collect();
    }
    let judge = |text: &str, losses: &[&Loss<'_>]| rejudge(file, text, losses);
    let propose = |loss: &Loss<'_>| {
        let judge = |text: &str| judge(text, &[loss]).first().copied().unwrap_or(Verdict::Undecided);
        let revival = fix::revival(file.format, loss, sources, &judge);
        revival.or_else(|| fix::proposal(file.format, loss, sources))
    };
    let proposals = losses.iter().map(|loss| propose(loss)).collect();
    fix::proved_together(sources.text(file.source), losses, proposals, &judge)
}

fn finding(rule_set: &RuleSet<'_>, sources: &Sources, cause: &Cause<'_>, fix: Option<Proposal>) -> Finding {
    let mut finding = Finding::new(cause.code, message::message(cause, fix.as_ref()));
    finding.severity = severity(cause);
    finding.labels = labels::labels(rule_set, sources, cause, fix.as_ref());
    finding.notes = notes::notes(sources, cause, fix.as_ref());
    finding.flows = Some(Box::new(AboutFlows {
        rule_set: rule_set.name.clone(),
        requirements: cause.requirements(),
        path: cause.first().map_or_else(Vec::new, |hit| hit.block.path.clone()),
        changes: changes(sources, cause, fix.as_ref()),
        waived: None,
    }));
    finding.help = help(cause, fix);
    finding
}

fn changes(sources: &Sources, cause: &Cause<'_>, fix: Option<&Proposal>) -> Vec<Change> {
    let at = cause.loss().map(|loss| loss.at.source);
    at.zip(fix).map_or_else(Vec::new, |(source, fix)| fix.changes(source, sources.text(source)))
}

/// Only a required flow that surely does not pass is an error.
fn severity(cause: &Cause<'_>) -> Severity {
    if cause.code != Code::Undecided && cause.is_required() { Severity::Error } else { Severity::Warning }
}

/// The lines and their place; in words where no fix was proved.
fn help(cause: &Cause<'_>, fix: Option<Proposal>) -> Option<String> {
    if let Some(flags) = notes::flags(cause) {
        return Some(flags);
    }
    if cause.code == Code::SecureAccessNotCovered && !cause.is_required() {
        // Single answers of load balancers: permitting them would look like a mend and be none.
        return Some("permit the ingress addresses that the vendor gives to your organization, and pass that list with `--requirements FILE`".to_owned());
    }
    match fix {
        Some(fix) => Some(format!("{}:\n{}", fix.place, fix.text)),
        None => message::needed(cause),
    }
}

#[cfg(test)]
mod tests;
