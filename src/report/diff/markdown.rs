//! The comparison as Markdown for a comment on a pull request. Texts of the input stand in code only.

use super::listed::{alike, by_kind};
use super::{DiffReport, FamilyDiff, Presence, RuleSetDiff, human, is_required};
use crate::diff::Turn;
use crate::finding::Severity;
use crate::report::markdown::{cell, code, fenced};
use crate::report::{Style, human::findings, words};

/// Flows that are named in a row.
const MOST_FLOWS: usize = 3;

/// The comment.
pub fn render(report: &DiffReport<'_>, style: &Style) -> String {
    let mut out = format!("### {}\n\n{} to {}\n\n", headline(report), code(&report.old), code(&report.new));
    let errors: Vec<_> = report.findings.iter().filter(|f| f.severity == Severity::Error).cloned().collect();
    if !errors.is_empty() {
        out += &format!("{}\n", fenced(&findings(report.sources, &errors, false)));
    }
    for set in &report.rule_sets {
        out += &rule_set(report, set, style);
    }
    out
}

fn headline(report: &DiffReport<'_>) -> String {
    let summary = report.summary();
    match (summary.worse, summary.became_undecided) {
        (0, 0) => "✅ fwproof diff: no required flow got worse".to_owned(),
        (0, doubtful) => format!("❔ fwproof diff: {} became undecided", words::counted(doubtful, "required flow")),
        (worse, _) => format!("❌ fwproof diff: {} got worse", words::counted(worse, "required flow")),
    }
}

fn rule_set(report: &DiffReport<'_>, set: &RuleSetDiff<'_>, style: &Style) -> String {
    let presence = match set.presence {
        Presence::Both => "",
        Presence::Added => " is new",
        Presence::Removed => " is gone",
    };
    let mut out = format!("{}{presence}\n\n", code(&set.name));
    let rows: String = set.families.iter().map(|family| rows(report, family, style)).collect();
    if !rows.is_empty() {
        out += &format!("| | what | change |\n|---|---|---|\n{rows}\n");
    }
    if set.presence == Presence::Both {
        // Colors are for terminals.
        let details = human::rule_set(report, set, &Style { color: false, ..style.clone() });
        out += &format!("<details><summary>packets and lines</summary>\n\n{}\n</details>\n\n", fenced(&details));
    }
    out
}

fn rows(report: &DiffReport<'_>, family: &FamilyDiff<'_>, style: &Style) -> String {
    let mut out = String::new();
    for group in alike(family) {
        let Some(first) = group.first() else { continue };
        let sign = match first.turn {
            Turn::Worse if is_required(first.requirement) => "❌",
            Turn::BecameUndecided if is_required(first.requirement) => "❔",
            _ => "ℹ️",
        };
        let ids = words::some_of(&group.ids(), style.most(MOST_FLOWS));
        let (was, is) = (first.was.verdict.name(), first.is.verdict.name());
        out += &format!("| {sign} | {} {} | was {was}, is {is} |\n", cell(&ids), family.family);
    }
    for group in by_kind(&family.whole.changes, report.limit) {
        let products: usize = group.shown.iter().map(|listed| listed.products.len()).sum::<usize>() + group.left_out;
        let title = human::title_of(group.kind);
        out += &format!("| | {title}, {} | {} |\n", family.family, words::counted(products, "product"));
    }
    if !family.whole.too_large.is_empty() {
        out += &format!("| ❔ | the whole of {} | partly not compared: too large |\n", family.family);
    }
    match family.presence {
        Presence::Both => out,
        Presence::Added => format!("| | the rule base for {} | is new |\n", family.family),
        Presence::Removed => format!("| ❔ | the rule base for {} | is gone |\n", family.family),
    }
}
