//! The fixes of causes, proved in the text of each file.

use super::Rejudge;
use super::cause::Cause;
use crate::fix::{self, Loss, Proposal, Writing};
use crate::format::MOST_KEPT;
use crate::report::{RuleFile, RuleSet};
use crate::source::Sources;
use crate::verify::Verdict;
use ipnet::IpNet;

/// Causes with one code that the same lines mend are one mistake, as where answers are dropped by two lines.
pub(super) fn joined<'a>(causes: Vec<Cause<'a>>, fixes: Vec<Option<Proposal>>) -> Vec<(Cause<'a>, Option<Proposal>)> {
    let mut all: Vec<(Cause<'a>, Option<Proposal>)> = Vec::new();
    for (cause, fix) in causes.into_iter().zip(fixes) {
        let file = |cause: &Cause<'_>| cause.at.map(|at| at.source);
        let same = |(other, theirs): &&mut (Cause<'a>, Option<Proposal>)| match (&fix, theirs) {
            (Some(mine), Some(theirs)) if !mine.edits.is_empty() => {
                (other.code, file(other)) == (cause.code, file(&cause)) && theirs.edits == mine.edits
            }
            _ => false,
        };
        match all.iter_mut().find(same) {
            Some((other, _)) => other.join(cause),
            None => all.push((cause, fix)),
        }
    }
    all
}

/// Above this many rules, reading the mended text once more would double the time of a check, and not all of them were
/// kept.
pub(super) const MOST_RULES_TRIED: usize = MOST_KEPT;

fn not_tried(proposal: Proposal) -> Proposal {
    let remark = format!("not tried, because the rule set has more than {MOST_RULES_TRIED} rules: check again with it");
    // What was not tried is for people to judge, not for programs to follow.
    Proposal { remark: Some(remark), edits: Vec::new(), ..proposal }
}

/// For each cause the fix that was proved, if there is one. A fix is proved together with the others of its file.
pub(super) fn fixes(
    rule_set: &RuleSet<'_>,
    sources: &Sources,
    all: &[Cause<'_>],
    rejudge: &Rejudge<'_>,
) -> Vec<Option<Proposal>> {
    // What is accepted and what is too unsure to be permitted needs no fix, and no other fix must rest on one for it.
    let open = all.iter().enumerate().filter(|(_, cause)| cause.waived.is_none() && !cause.is_of_tests());
    let losses: Vec<(usize, Wanted, Loss<'_>)> = open.filter_map(|(i, c)| Some((i, wanted(c), c.loss()?))).collect();
    let mut out: Vec<Option<Proposal>> = all.iter().map(|_| None).collect();
    for file in &rule_set.files {
        let here: Vec<_> = losses.iter().filter(|(.., loss)| loss.at.source == file.source).collect();
        let wanted: Vec<&Wanted> = here.iter().map(|(_, wanted, _)| wanted).collect();
        let losses: Vec<&Loss<'_>> = here.iter().map(|(.., loss)| loss).collect();
        let found = fixes_in(file, sources, &losses, &wanted, rejudge);
        for (place, fix) in here.iter().map(|(at, ..)| *at).zip(found) {
            if let Some(slot) = out.get_mut(place) {
                *slot = fix;
            }
        }
    }
    out
}

/// Where the flows of a cause go as a whole.
type Wanted = Vec<IpNet>;

fn wanted(cause: &Cause<'_>) -> Wanted {
    cause.hits.iter().flat_map(|hit| &hit.requirement.destinations).copied().collect()
}

type Prove<'p> = dyn Fn(Vec<Option<Proposal>>) -> Vec<Option<Proposal>> + 'p;

/// A loss reached by jumps from several chains is not mended above one of them: there the place of the rule itself is
/// tried.
fn with_second_tries(
    writing: &Writing<'_>,
    losses: &[&Loss<'_>],
    proved: Vec<Option<Proposal>>,
    prove: &Prove<'_>,
) -> Vec<Option<Proposal>> {
    let lacks = |(loss, fix): (&&Loss<'_>, &Option<Proposal>)| fix.is_none() && !loss.path.is_empty();
    if !losses.iter().zip(&proved).any(lacks) {
        return proved;
    }
    let within = |loss: &Loss<'_>| writing.proposal(&Loss { path: &[], ..loss.clone() });
    let each = losses.iter().zip(&proved).map(|(loss, fix)| fix.clone().or_else(|| within(loss)));
    let again = prove(each.collect());
    // A second try must not cost what was proved already.
    let kept = proved.iter().zip(&again).all(|(first, second)| first.is_none() || second.is_some());
    if kept { again } else { proved }
}

fn fixes_in(
    file: &RuleFile<'_>,
    sources: &Sources,
    losses: &[&Loss<'_>],
    wanted: &[&Wanted],
    rejudge: &Rejudge<'_>,
) -> Vec<Option<Proposal>> {
    if losses.is_empty() {
        return Vec::new();
    }
    let writing = Writing::new(file.format, sources.text(file.source));
    if file.rules > MOST_RULES_TRIED {
        return losses.iter().map(|loss| writing.proposal(loss).map(not_tried)).collect();
    }
    let judge = |text: &str, losses: &[&Loss<'_>]| rejudge(file, text, losses);
    let propose = |(loss, wanted): (&&Loss<'_>, &&Wanted)| {
        let judge = |text: &str| judge(text, &[loss]).first().copied().unwrap_or(Verdict::Undecided);
        let revival = fix::revival(file.format, loss, sources, &judge);
        let member = || fix::membership(file.format, loss, wanted, sources, &judge);
        revival.or_else(member).or_else(|| writing.proposal(loss))
    };
    let proposals = losses.iter().zip(wanted).map(propose).collect();
    let prove = |proposals| fix::proved_together(sources.text(file.source), losses, proposals, &judge);
    with_second_tries(&writing, losses, prove(proposals), &prove)
}
