//! Test vectors that are lost in the same way as required flows: the same mistake, told once in full and once in few
//! words.

use super::mend::MOST_RULES_TRIED;
use super::{Cause, Rejudge};
use crate::finding::Finding;
use crate::fix::{self, Proposal};
use crate::report::RuleSet;
use crate::source::Sources;
use crate::verify::Verdict;

/// The finding about test vectors. Its help is that of the cause that it repeats where those lines let these packets
/// pass as well.
pub(super) fn finding(
    rule_set: &RuleSet<'_>,
    sources: &Sources,
    told: &[(Cause<'_>, Option<Proposal>)],
    mut echo: Cause<'_>,
    rejudge: &Rejudge<'_>,
) -> Finding {
    echo.repeats = true;
    let first = told.iter().find(|(cause, _)| cause.is_like(&echo) || cause.besides.iter().any(|c| c.is_like(&echo)));
    let fix = first.and_then(|(_, fix)| fix.as_ref());
    let permits = |fix: &Proposal| {
        let loss = echo.loss()?;
        let file = rule_set.file(loss.at.source).filter(|file| file.rules <= MOST_RULES_TRIED)?;
        let text = sources.text(file.source);
        Some(rejudge(file, &fix::apply(text, &fix.edits), &[&loss]).first() == Some(&Verdict::Permitted))
    };
    let covered = fix.and_then(permits).unwrap_or(false);
    let finding = super::finding(rule_set, sources, &echo, None);
    if covered { finding.help("the lines that mend the required flows here let these pass as well") } else { finding }
}
