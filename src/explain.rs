//! From verdicts to findings: the one place where sentences about verdicts are made.
//!
//! One finding for each cause: a deciding line that takes packets of many flows, of forty-nine regions say, is one
//! mistake and one finding. `cause` groups the blocks, `classify` gives a group its code by a table of questions,
//! and the rest puts it into words.

mod cause;
mod classify;
mod echo;
mod inspection;
mod labels;
mod message;
mod near;
mod neighbours;
mod notes;
mod shadow;
mod words;

pub use inspection::surroundings;

use crate::finding::{Code, Finding, Severity};
use crate::fix::{self, Loss, Proposal};
use crate::format::ReadOptions;
use crate::policy::Leg;
use crate::report::RuleSet;
use crate::source::{Sources, Span};
use crate::verify::Verdict;
use cause::{Cause, causes};

/// Judges losses again in another text of the same rule set: one verdict for each.
pub type Rejudge<'r> = dyn Fn(&str, &[&Loss<'_>]) -> Vec<Verdict> + 'r;

/// The findings about the flows of a rule set that are not permitted, most severe first, then in the order of the
/// text. Every fix that they show was tried: the mended text was read and judged again.
pub fn findings(rule_set: &RuleSet<'_>, sources: &Sources, options: &ReadOptions) -> Vec<Finding> {
    let rejudge = |text: &str, losses: &[&Loss<'_>]| {
        let options = ReadOptions { detail: false, ..options.clone() };
        fix::rejudge(rule_set.format, &rule_set.name, text, &options, losses)
    };
    findings_by(rule_set, sources, &rejudge)
}

/// As [`findings`], with another judge of the mended texts.
pub fn findings_by(rule_set: &RuleSet<'_>, sources: &Sources, rejudge: &Rejudge<'_>) -> Vec<Finding> {
    let causes = causes(rule_set);
    let (echoes, causes): (Vec<Cause<'_>>, Vec<Cause<'_>>) = causes
        .iter()
        .cloned()
        .partition(|c| c.is_of_tests() && causes.iter().any(|o| !o.is_of_tests() && o.is_like(c)));
    let fixes = fixes(rule_set, sources, &causes, rejudge);
    let mut all = joined(causes, fixes);
    for (cause, fix) in &mut all {
        if fix.as_ref().is_some_and(|fix| !fix.asleep.is_empty()) {
            cause.code = Code::PermitIneffective;
        }
    }
    let text = sources.text(rule_set.source);
    let told = |(cause, fix): (Cause<'_>, Option<Proposal>)| (cause.at, finding(rule_set, sources, &cause, fix));
    let echoed = echoes.into_iter().map(|echo| (echo.at, echo::finding(rule_set, sources, &all, echo, text, rejudge)));
    let mut findings: Vec<(Option<Span>, Finding)> = echoed.collect();
    for (cause, _) in &all {
        let near = near::findings(rule_set, sources, cause);
        findings.extend(near.into_iter().map(|finding| (cause.at, finding)));
    }
    findings.extend(all.into_iter().map(told));
    findings.sort_by_key(|(at, finding)| (std::cmp::Reverse(finding.severity), *at));
    findings.into_iter().map(|(_, finding)| finding).collect()
}

/// Causes with one code that the same lines mend are one mistake, as where answers are dropped by two lines.
fn joined<'a>(causes: Vec<Cause<'a>>, fixes: Vec<Option<Proposal>>) -> Vec<(Cause<'a>, Option<Proposal>)> {
    let mut all: Vec<(Cause<'a>, Option<Proposal>)> = Vec::new();
    for (cause, fix) in causes.into_iter().zip(fixes) {
        let same = |(other, theirs): &&mut (Cause<'a>, Option<Proposal>)| {
            other.code == cause.code
                && fix.is_some()
                && theirs.as_ref().map(|p| &p.edits) == fix.as_ref().map(|p| &p.edits)
        };
        match all.iter_mut().find(same) {
            Some((other, _)) => other.join(cause),
            None => all.push((cause, fix)),
        }
    }
    all
}

/// Above this many rules, reading the mended text once more would double the time of a check.
const MOST_RULES_TRIED: usize = 20_000;

fn not_tried(proposal: Proposal) -> Proposal {
    let remark = format!("not tried, because the rule set has more than {MOST_RULES_TRIED} rules: check again with it");
    Proposal { remark: Some(remark), ..proposal }
}

/// For each cause the fix that was proved, if there is one.
fn fixes(rule_set: &RuleSet<'_>, sources: &Sources, all: &[Cause<'_>], rejudge: &Rejudge<'_>) -> Vec<Option<Proposal>> {
    let losses: Vec<(usize, Loss<'_>)> = all.iter().enumerate().filter_map(|(i, c)| Some((i, c.loss()?))).collect();
    let propose = |loss: &Loss<'_>| {
        if rule_set.rules > MOST_RULES_TRIED {
            return fix::proposal(rule_set.format, loss, sources);
        }
        let judge = |text: &str| rejudge(text, &[loss]).first().copied().unwrap_or(Verdict::Undecided);
        let revival = fix::revival(rule_set.format, loss, sources, &judge);
        revival.or_else(|| fix::proposal(rule_set.format, loss, sources))
    };
    let proposals: Vec<Option<Proposal>> = losses.iter().map(|(_, loss)| propose(loss)).collect();
    let refs: Vec<&Loss<'_>> = losses.iter().map(|l| &l.1).collect();
    let proved = if rule_set.rules > MOST_RULES_TRIED {
        proposals.into_iter().map(|p| p.map(not_tried)).collect()
    } else {
        let text = sources.text(rule_set.source);
        let proved = fix::proved_together(text, &refs, proposals, rejudge);
        with_second_tries(rule_set.format, sources, &refs, proved, &|proposals| {
            fix::proved_together(text, &refs, proposals, rejudge)
        })
    };
    let mut out: Vec<Option<Proposal>> = all.iter().map(|_| None).collect();
    for ((index, _), proposal) in losses.iter().zip(proved) {
        if let Some(slot) = out.get_mut(*index) {
            *slot = proposal;
        }
    }
    out
}

type Prove<'p> = dyn Fn(Vec<Option<Proposal>>) -> Vec<Option<Proposal>> + 'p;

/// A loss reached by jumps from several chains is not mended above one of them: there the place of the rule itself is
/// tried.
fn with_second_tries(
    format: &str,
    sources: &Sources,
    losses: &[&Loss<'_>],
    proved: Vec<Option<Proposal>>,
    prove: &Prove<'_>,
) -> Vec<Option<Proposal>> {
    let lacks = |(loss, fix): (&&Loss<'_>, &Option<Proposal>)| fix.is_none() && !loss.path.is_empty();
    if !losses.iter().zip(&proved).any(lacks) {
        return proved;
    }
    let within = |loss: &Loss<'_>| fix::proposal(format, &Loss { path: &[], ..loss.clone() }, sources);
    let each = losses.iter().zip(&proved).map(|(loss, fix)| fix.clone().or_else(|| within(loss)));
    let again = prove(each.collect());
    // A second try must not cost what was proved already.
    let kept = proved.iter().zip(&again).all(|(first, second)| first.is_none() || second.is_some());
    if kept { again } else { proved }
}

fn finding(rule_set: &RuleSet<'_>, sources: &Sources, cause: &Cause<'_>, fix: Option<Proposal>) -> Finding {
    let mut finding = Finding::new(cause.code, message::message(cause, fix.as_ref()));
    finding.severity = severity(cause);
    let denied_first = cause.verdict == Verdict::Denied && cause.leg == Leg::Opening && !cause.repeats;
    let shadowed = if denied_first { shadow::shadowed(&cause.hits) } else { None };
    finding.labels = labels::labels(rule_set, sources, cause, fix.as_ref(), shadowed.as_ref());
    finding.notes = shadowed.iter().map(|permit| permit.note(sources, cause.at)).collect();
    finding.notes.extend(notes::notes(sources, cause, fix.as_ref()));
    finding.help = help(cause, fix);
    finding
}

/// Only a required flow that surely does not pass is an error.
fn severity(cause: &Cause<'_>) -> Severity {
    if cause.verdict != Verdict::Undecided && cause.is_required() { Severity::Error } else { Severity::Warning }
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
