//! Markdown for a comment on a pull request.
//!
//! Texts of the input stand in code spans and fenced blocks only (CommonMark 0.31, sections 4.5 and 6.1): there neither
//! markup nor HTML acts, and code hosts make no links and no mentions of what looks like them.

use super::{Detail, FlowResult, NotJudged, Report, RuleSet, Style, basis, clean, human, words};
use crate::client::Prediction;
use crate::finding::{Finding, Severity};
use crate::verify::Verdict;

/// Findings shown whole; the rest are counted.
const MOST_FINDINGS: usize = 20;
/// Flows that are named in a row.
const MOST_FLOWS: usize = 3;

/// The comment.
pub fn render(report: &Report<'_>, style: &Style) -> String {
    let mut out = format!("### {}\n\n", headline(report));
    for set in &report.rule_sets {
        out += &table(report, set, style);
    }
    out += &findings(report, style);
    out += &client(&report.client, style);
    if style.detail != Detail::Quiet {
        out += &data(report);
        out += &not_judged(&report.not_judged);
    }
    out
}

fn headline(report: &Report<'_>) -> String {
    let summary = report.summary();
    let all = summary.required;
    if all == 0 {
        return "fwproof: no required flow was judged".to_owned();
    }
    let failed = summary.required_failed;
    let mut parts = Vec::new();
    parts.extend((failed > 0).then(|| format!("{failed} of {all} required flows do not pass")));
    parts.extend((summary.required_undecided > 0).then(|| format!("{} undecided", summary.required_undecided)));
    parts.extend((summary.waived > 0).then(|| format!("{} waived", summary.waived)));
    parts.extend((summary.was_so_before > 0).then(|| format!("{} lost before already", summary.was_so_before)));
    if parts.is_empty() {
        format!("fwproof: all {} are permitted", words::counted(all, "required flow"))
    } else {
        format!("fwproof: {}", parts.join(", "))
    }
}

/// Flows that differ in the region only and share a verdict are one row.
fn table(report: &Report<'_>, set: &RuleSet<'_>, style: &Style) -> String {
    let mut rows: Vec<(&str, Verdict, Option<&str>, Vec<String>)> = Vec::new();
    for result in &set.results {
        let key = (result.requirement.flow.as_str(), result.verdict, result.set_aside());
        let name = named(result);
        match rows.iter_mut().find(|row| (row.0, row.1, row.2) == key) {
            Some(row) => row.3.push(name),
            None => rows.push((key.0, key.1, key.2, vec![name])),
        }
    }
    let site = report.site_of(set).map_or_else(String::new, |site| format!("site {}, ", code(&site.name)));
    let mut out = format!("{site}{}\n\n| flow | verdict | where |\n|---|---|---|\n", code(&set.name));
    for (flow, verdict, aside, names) in rows {
        let aside = aside.map_or_else(String::new, |why| format!(" ({why})"));
        let shown = words::some_of(&names, style.most(MOST_FLOWS));
        out += &format!("| {} | {} {}{aside} | {} |\n", cell(flow), sign(verdict), words_of(verdict), cell(&shown));
    }
    out + "\n"
}

fn named(result: &FlowResult<'_>) -> String {
    let level = if result.is_required() { String::new() } else { format!(" ({})", result.level_name()) };
    let region = result.requirement.region.as_deref().unwrap_or("everywhere");
    format!("{region}{level}")
}

fn words_of(verdict: Verdict) -> String {
    verdict.name().replace('-', " ")
}

fn sign(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Permitted => "✅",
        Verdict::Undecided => "❔",
        Verdict::PartlyDenied | Verdict::Denied | Verdict::Intercepted => "❌",
    }
}

fn findings(report: &Report<'_>, style: &Style) -> String {
    let least = if style.detail == Detail::Quiet { Severity::Error } else { Severity::Warning };
    let shown: Vec<&Finding> = report.findings.iter().filter(|f| f.severity >= least).collect();
    let most = style.most(MOST_FINDINGS);
    let mut out: String = shown.iter().take(most).map(|finding| one(report, finding)).collect();
    if shown.len() > most {
        out += &format!(
            "{} more: run `fwproof check` for all of them.\n\n",
            words::counted(shown.len() - most, "finding")
        );
    }
    out
}

/// The code and the place, and folded away the message with the lines and what to write instead.
fn one(report: &Report<'_>, finding: &Finding) -> String {
    let place = finding.span().map_or_else(String::new, |span| format!(" at {}", code(&report.sources.place(span))));
    let severity = match (finding.waived(), finding.severity) {
        (Some(_), _) => "waived",
        (None, Severity::Error) => "error",
        (None, Severity::Warning) => "warning",
        (None, Severity::Note) => "note",
    };
    let shown = human::findings(report.sources, std::slice::from_ref(finding), false);
    // A summary is HTML, so the place stands below it.
    format!(
        "<details><summary>{severity}: {}</summary>\n\n{}{}\n</details>\n\n",
        finding.code,
        if place.is_empty() { String::new() } else { format!("{}\n\n", place.trim_start()) },
        fenced(&shown)
    )
}

fn client(predictions: &[Prediction], style: &Style) -> String {
    let text = human::predictions(predictions, style);
    if text.is_empty() { text } else { format!("{}\n", fenced(&text)) }
}

/// What the verdicts rest on, folded away.
fn data(report: &Report<'_>) -> String {
    let lines: Vec<String> = basis::bases(report).iter().map(basis::Basis::sentence).collect();
    if lines.is_empty() {
        return String::new();
    }
    format!("<details><summary>data</summary>\n\n{}\n</details>\n\n", fenced(&lines.join("\n")))
}

fn not_judged(items: &[NotJudged]) -> String {
    if items.is_empty() {
        return String::new();
    }
    format!("{} not judged; `fwproof check` says which and why.\n", words::counted(items.len(), "flow"))
}

/// A code span around anything: its marks are longer than any run of backticks inside.
pub(super) fn code(text: &str) -> String {
    let text = clean::line(text);
    let marks = "`".repeat(longest_run(&text) + 1);
    format!("{marks} {text} {marks}")
}

/// A code span in a table, where a bar would end the cell.
pub(super) fn cell(text: &str) -> String {
    code(text).replace('|', "\\|")
}

/// A fenced block around anything.
pub(super) fn fenced(text: &str) -> String {
    let text = clean::lines(text);
    let fence = "`".repeat(longest_run(&text).max(2) + 1);
    format!("{fence}text\n{}\n{fence}\n", text.trim_end())
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_gets_out_of_code() {
        assert_eq!(code("a"), "` a `");
        assert_eq!(code("x``y`"), "``` x``y` ```");
        assert_eq!(cell("a|b"), "` a\\|b `");
        assert_eq!(fenced("a\n```\n<b>\n"), "````text\na\n```\n<b>\n````\n");
    }
}
