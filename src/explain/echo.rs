//! Test vectors that are lost in the same way as required flows: the same mistake, told once in full and once in few
//! words.

use super::mend::MOST_RULES_TRIED;
use super::{Cause, Rejudge};
use crate::finding::Finding;
use crate::fix::{self, Proposal};
use crate::report::RuleSet;
use crate::source::Sources;
use crate::verify::Verdict;

/// The finding about test vectors. Its help is that of the cause that it repeats where those lines, with all others that
/// are told for the file, let these packets pass as well.
pub(super) fn finding(
    rule_set: &RuleSet<'_>,
    sources: &Sources,
    told: &[(Cause<'_>, Option<Proposal>)],
    mut echo: Cause<'_>,
    rejudge: &Rejudge<'_>,
) -> Finding {
    echo.repeats = true;
    let first = told.iter().find(|(cause, _)| cause.is_like(&echo) || cause.besides.iter().any(|c| c.is_like(&echo)));
    let is_mended = first.is_some_and(|(_, fix)| fix.is_some());
    let passes = || {
        let loss = echo.loss()?;
        let file = rule_set.file(loss.at.source).filter(|file| file.rules <= MOST_RULES_TRIED)?;
        let of_file = |(cause, _): &&(Cause<'_>, _)| cause.mended_at().is_some_and(|at| at.source == file.source);
        let edits = told.iter().filter(of_file).filter_map(|(_, fix)| fix.as_ref()).flat_map(|fix| &fix.edits);
        let mended = fix::apply(sources.text(file.source), edits);
        Some(rejudge(file, &mended, &[&loss]).first() == Some(&Verdict::Permitted))
    };
    let covered = is_mended && passes().unwrap_or(false);
    let finding = super::finding(rule_set, sources, &echo, None);
    if covered { finding.help("the lines that mend the required flows here let these pass as well") } else { finding }
}
