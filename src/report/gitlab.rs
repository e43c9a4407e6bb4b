//! A code quality report as GitLab reads it.
//!
//! Shape: GitLab, "Code Quality", "Code Quality report format" (the subset of the Code Climate format that it names).

use super::fingerprint::{fingerprints, of_text};
use super::json::text;
use super::{Report, Style, clean, client};
use crate::client::Prediction;
use crate::finding::{Finding, Severity};
use serde::Serialize;

#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: &'static str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

/// A JSON list with an issue for each finding that has a place in the repository: the format has no issues without a
/// file. It has no word for a waiver either, so what is waived is of severity `info` and says so itself. What the client
/// will show is an issue of the same severity, unless all is well: then it is no issue.
pub fn render(report: &Report<'_>, style: &Style) -> String {
    let findings = report.findings.iter().zip(fingerprints(report, style));
    let findings = findings.filter_map(|(finding, fingerprint)| issue(report, finding, fingerprint, style));
    let predictions = report.client.iter().filter(|prediction| !prediction.is_good());
    let predictions = predictions.filter_map(|prediction| predicted(report, prediction, style));
    text(&findings.chain(predictions).collect::<Vec<_>>())
}

fn predicted(report: &Report<'_>, prediction: &Prediction, style: &Style) -> Option<Issue> {
    let span = prediction.at()?;
    let path = style.in_repository(report.sources.name(span.source))?;
    let (begin, end) = report.sources.range(span);
    let told = client::told(prediction, style.most(client::MOST));
    Some(Issue {
        description: told.lines().join("; "),
        check_name: "client",
        fingerprint: of_text(&format!("client\n{path}\n{}", told.state)),
        severity: "info",
        location: Location { path, lines: Lines { begin: begin.line, end: end.line } },
    })
}

fn issue(report: &Report<'_>, finding: &Finding, fingerprint: String, style: &Style) -> Option<Issue> {
    let span = finding.span()?;
    let path = style.in_repository(report.sources.name(span.source))?;
    let (begin, end) = report.sources.range(span);
    let waived = finding.waived().map_or_else(String::new, |waived| format!(" (waived {})", waived.terms()));
    Some(Issue {
        description: clean::line(&format!("{}{waived}", finding.message)).into_owned(),
        check_name: finding.code.name(),
        fingerprint,
        severity: match finding.severity {
            _ if finding.waived().is_some() => "info",
            Severity::Error => "major",
            Severity::Warning => "minor",
            Severity::Note => "info",
        },
        location: Location { path, lines: Lines { begin: begin.line, end: end.line } },
    })
}
