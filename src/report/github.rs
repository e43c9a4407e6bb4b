//! Annotations of a GitHub workflow: commands that the runner reads from standard output.
//!
//! Form and escapes: GitHub, "Workflow commands for GitHub Actions", setting an error message.

use super::{Report, RuleSet, Style, clean, client};
use crate::finding::{Finding, Severity};

/// One command for each finding, errors first, as the runner shows only the first ten of a step; then one for each rule
/// set with what the client will show.
pub fn render(report: &Report<'_>, style: &Style) -> String {
    let mut ordered: Vec<&Finding> = report.findings.iter().collect();
    ordered.sort_by_key(|finding| (finding.waived().is_some(), std::cmp::Reverse(finding.severity)));
    let findings = ordered.into_iter().map(|finding| command(report, finding, style));
    findings.chain(report.rule_sets.iter().filter_map(|set| predicted(report, set, style))).collect()
}

fn predicted(report: &Report<'_>, set: &RuleSet<'_>, style: &Style) -> Option<String> {
    let told = client::of_rule_set(report, set).map(|p| client::told(p, style.most(client::MOST)).lines().join("\n"));
    let told: Vec<String> = told.collect();
    if told.is_empty() {
        return None;
    }
    let file = set.files.first().and_then(|file| style.in_repository(&file.name));
    let place = file.map_or_else(String::new, |file| format!("file={},", property(&file)));
    let message = format!("{}\n{}", set.name, told.join("\n"));
    Some(format!("::notice {place}title={}::{}\n", property("fwproof: what the client will show"), data(&message)))
}

fn command(report: &Report<'_>, finding: &Finding, style: &Style) -> String {
    let level = match finding.severity {
        _ if finding.waived().is_some() => "notice",
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let title = property(&format!("fwproof: {}", finding.code));
    format!("::{level} {}title={title}::{}\n", place(report, finding, style), data(&message(report, finding, style)))
}

/// Line and columns as properties; nothing for a file outside the repository, which the runner could not show.
fn place(report: &Report<'_>, finding: &Finding, style: &Style) -> String {
    let Some(span) = finding.span() else { return String::new() };
    let Some(file) = style.in_repository(report.sources.name(span.source)) else { return String::new() };
    let (at, end) = report.sources.range(span);
    let columns =
        if at.line == end.line { format!(",col={},endColumn={}", at.column, end.column) } else { String::new() };
    format!("file={},line={},endLine={}{columns},", property(&file), at.line, end.line)
}

fn message(report: &Report<'_>, finding: &Finding, style: &Style) -> String {
    let outside = finding.span().filter(|span| style.in_repository(report.sources.name(span.source)).is_none());
    let place = outside.map_or_else(String::new, |span| report.sources.place(span) + ": ");
    let waived = finding.waived().map(|w| format!("\nwaived {}", w.terms()));
    let help = finding.help.as_ref().map_or_else(String::new, |help| format!("\nhelp: {help}"));
    format!("{place}{}{}{help}", finding.message, waived.unwrap_or_default())
}

/// The text of a command.
fn data(text: &str) -> String {
    clean::lines(text).replace('%', "%25").replace('\n', "%0A")
}

/// The value of a property of a command.
fn property(text: &str) -> String {
    clean::line(text).replace('%', "%25").replace(':', "%3A").replace(',', "%2C")
}
