//! One line for each finding and each prediction, in the form that editors and `grep` understand.

use super::{Detail, Report, Style, clean, client};
use crate::client::Prediction;
use crate::finding::{Finding, Severity};
use crate::source::Sources;

/// `file:line:column: code message`, one line for each finding, then `client` and what the client will show, one line
/// for each prediction. Errors alone where little is wanted.
pub fn render(report: &Report<'_>, style: &Style) -> String {
    let is_quiet = style.detail == Detail::Quiet;
    let least = if is_quiet { Severity::Error } else { Severity::Note };
    let findings = report.findings.iter().filter(|finding| finding.severity >= least);
    let findings = findings.map(|finding| line(report.sources, finding));
    let predictions = report.client.iter().filter(|_| !is_quiet);
    findings.chain(predictions.map(|prediction| predicted(report.sources, prediction, style))).collect()
}

/// At the line that decides, where something is wrong; at the rule set otherwise.
fn predicted(sources: &Sources, prediction: &Prediction, style: &Style) -> String {
    let place = prediction.at().map_or_else(|| prediction.rule_set.clone(), |at| sources.place(at));
    let told = client::told(prediction, style.most(client::MOST)).lines().join("; ");
    format!("{}: client {told}\n", clean::line(&place))
}

fn line(sources: &Sources, finding: &Finding) -> String {
    let place = finding.span().map_or_else(String::new, |span| sources.place(span) + ": ");
    let waived = if finding.waived().is_some() { "[waived] " } else { "" };
    clean::line(&format!("{place}{} {waived}{}", finding.code, finding.message)).into_owned() + "\n"
}
