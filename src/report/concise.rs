//! One line for each finding, in the form that editors and `grep` understand.

use super::{Report, Style, clean};
use crate::finding::{Finding, Severity};
use crate::source::Sources;

/// `file:line:column: code message`, one line for each finding; notes only where everything is wanted.
pub fn render(report: &Report<'_>, style: &Style) -> String {
    let least = if style.detail == super::Detail::Quiet { Severity::Error } else { Severity::Note };
    let shown = report.findings.iter().filter(|finding| finding.severity >= least);
    shown.map(|finding| line(report.sources, finding)).collect()
}

fn line(sources: &Sources, finding: &Finding) -> String {
    let place = finding.span().map_or_else(String::new, |span| sources.place(span) + ": ");
    let waived = if finding.waived().is_some() { "[waived] " } else { "" };
    clean::line(&format!("{place}{} {waived}{}", finding.code, finding.message)).into_owned() + "\n"
}
