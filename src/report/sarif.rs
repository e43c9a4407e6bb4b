//! SARIF 2.1.0 (OASIS, "Static Analysis Results Interchange Format"), for code scanning.

use super::fingerprint::fingerprints;
use super::json::text;
use super::{Report, Style, clean, client};
use crate::client::Prediction;
use crate::finding::{Change, Code, Finding, Severity, Waived};
use crate::source::{Position, Span};
use serde_json::json;
use serde_sarif::sarif::{
    ArtifactChange, ArtifactContent, ArtifactLocation, CodeFlow, Fix, Invocation, Location, LogicalLocation, Message,
    MultiformatMessageString, Notification, PhysicalLocation, Region, Replacement, ReportingConfiguration,
    ReportingDescriptor, Result as SarifResult, ResultLevel, Run, SCHEMA_URL, Sarif, Suppression, ThreadFlow,
    ThreadFlowLocation, Tool, ToolComponent,
};
use std::collections::{BTreeMap, BTreeSet};

/// The log with one run. Files are named from the root of the repository; a file outside of it is a logical location
/// by name, as no reader of the log could open it.
pub fn render(report: &Report<'_>, style: &Style) -> String {
    let writer = Writer { report, style };
    let each = report.findings.iter().zip(fingerprints(report, style));
    let results: Vec<SarifResult> = each.map(|(finding, print)| writer.result(finding, print)).collect();
    let run = Run::builder()
        .tool(Tool::builder().driver(driver()).build())
        .column_kind(json!("unicodeCodePoints"))
        .results(results)
        .invocations(vec![writer.invocation()])
        .build();
    text(&Sarif::builder().schema(SCHEMA_URL).version(json!("2.1.0")).runs(vec![run]).build())
}

fn driver() -> ToolComponent {
    let rules: Vec<ReportingDescriptor> = Code::ALL.iter().map(|code| rule(*code)).collect();
    ToolComponent::builder().name("fwproof").semantic_version(env!("CARGO_PKG_VERSION")).rules(rules).build()
}

fn rule(code: Code) -> ReportingDescriptor {
    let short = MultiformatMessageString::builder().text(code.about()).build();
    let page = MultiformatMessageString::builder().text(code.page()).markdown(code.page()).build();
    let usual = ReportingConfiguration::builder().level(json!(level_of(code.severity()))).build();
    ReportingDescriptor::builder()
        .id(code.name())
        .short_description(short)
        .help(page)
        .default_configuration(usual)
        .build()
}

fn level_of(severity: Severity) -> ResultLevel {
    match severity {
        Severity::Error => ResultLevel::Error,
        Severity::Warning => ResultLevel::Warning,
        Severity::Note => ResultLevel::Note,
    }
}

struct Writer<'a> {
    report: &'a Report<'a>,
    style: &'a Style,
}

impl Writer<'_> {
    /// The run, with what the client will show and what the verdicts rest on as notifications.
    fn invocation(&self) -> Invocation {
        let data = super::basis::bases(self.report);
        let data = data.iter().map(|basis| notification(&format!("data: {}", basis.sentence()), Vec::new()));
        let notes = self.report.client.iter().map(|prediction| self.predicted(prediction)).chain(data);
        let notes: Vec<Notification> = notes.collect();
        Invocation::builder()
            .execution_successful(self.report.exit_code != 2)
            .exit_code(i64::from(self.report.exit_code))
            .tool_execution_notifications(notes)
            .build()
    }

    fn predicted(&self, prediction: &Prediction) -> Notification {
        let at = prediction.at().map(|span| self.location(span, ""));
        let text = format!("{}, {}", prediction.rule_set, self.told(prediction));
        notification(&text, at.into_iter().collect())
    }

    fn told(&self, prediction: &Prediction) -> String {
        client::told(prediction, self.style.most(client::MOST)).lines().join("\n")
    }

    /// What follows for the client from a finding about flows: viewers show results and nothing else.
    fn consequences(&self, finding: &Finding) -> Vec<String> {
        let results = self.report.rule_sets.iter().filter(|set| finding.rule_set() == Some(set.name.as_str()));
        let results = results.flat_map(|set| &set.results);
        let own = results.filter(|result| finding.requirements().contains(&result.requirement.id));
        let services: BTreeSet<&str> = own.map(|result| result.requirement.service.as_str()).collect();
        let is_about = |prediction: &&Prediction| {
            finding.rule_set() == Some(prediction.rule_set.as_str()) && services.contains(prediction.service.as_str())
        };
        let about = self.report.client.iter().filter(is_about).filter(|prediction| !prediction.is_good());
        about.map(|prediction| format!("client: {}", self.told(prediction))).collect()
    }

    fn result(&self, finding: &Finding, fingerprint: String) -> SarifResult {
        let mut labels = finding.labels.iter().map(|label| self.location(label.span, &label.text));
        let first: Vec<Location> = labels.next().into_iter().collect();
        let mut result = SarifResult::builder()
            .rule_id(finding.code.name())
            .level(level_of(finding.severity))
            .message(message(&spoken(finding, self.consequences(finding))))
            .locations(first)
            .related_locations(labels.collect::<Vec<_>>())
            .partial_fingerprints(BTreeMap::from([("fwproof/v1".to_owned(), fingerprint)]))
            .build();
        result.rule_index = Code::ALL.iter().position(|code| *code == finding.code).map(|at| at as i64);
        result.code_flows = self.code_flow(finding).map(|flow| vec![flow]);
        result.fixes = self.fix(finding).map(|fix| vec![fix]);
        result.suppressions = finding.waived().map(|waived| vec![suppression(waived)]);
        result
    }

    /// The place with what is to be seen there.
    fn location(&self, span: Span, seen: &str) -> Location {
        let mut location = Location::builder().build();
        location.message = (!seen.is_empty()).then(|| message(seen));
        match self.artifact(span) {
            Some(artifact) => {
                let place = PhysicalLocation::builder().artifact_location(artifact).region(self.region(span)).build();
                location.physical_location = Some(place);
            }
            None => {
                let name = clean::line(&self.report.sources.place(span)).into_owned();
                location.logical_locations =
                    Some(vec![LogicalLocation::builder().fully_qualified_name(name).kind("resource").build()]);
            }
        }
        location
    }

    fn artifact(&self, span: Span) -> Option<ArtifactLocation> {
        let path = self.style.in_repository(self.report.sources.name(span.source))?;
        Some(ArtifactLocation::builder().uri(uri(&path)).build())
    }

    fn region(&self, span: Span) -> Region {
        let (start, end) = self.report.sources.range(span);
        region(start, end)
    }

    /// The jumps that lead to the deciding line, and that line.
    fn code_flow(&self, finding: &Finding) -> Option<CodeFlow> {
        let last = finding.span()?;
        let way: Vec<Span> = finding.path().iter().copied().chain([last]).collect();
        if way.len() < 2 {
            return None;
        }
        let step = |span: &Span| ThreadFlowLocation::builder().location(self.location(*span, "")).build();
        let thread = ThreadFlow::builder().locations(way.iter().map(step).collect::<Vec<_>>()).build();
        Some(CodeFlow::builder().thread_flows(vec![thread]).build())
    }

    /// The proved changes; all of them are in one file.
    fn fix(&self, finding: &Finding) -> Option<Fix> {
        let artifact = self.artifact(finding.changes().first()?.span)?;
        let replacements: Vec<Replacement> = finding.changes().iter().map(|change| self.replacement(change)).collect();
        let change = ArtifactChange::builder().artifact_location(artifact).replacements(replacements).build();
        let description = message(finding.help.as_deref().unwrap_or("let the flow pass"));
        Some(Fix::builder().description(description).artifact_changes(vec![change]).build())
    }

    fn replacement(&self, change: &Change) -> Replacement {
        let content = ArtifactContent::builder().text(change.text.as_str()).build();
        Replacement::builder().deleted_region(self.region(change.span)).inserted_content(content).build()
    }
}

fn region(start: Position, end: Position) -> Region {
    let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    Region::builder()
        .start_line(number(start.line))
        .start_column(number(start.column))
        .end_line(number(end.line))
        .end_column(number(end.column))
        .build()
}

fn notification(text: &str, locations: Vec<Location>) -> Notification {
    Notification::builder().level(json!("note")).message(message(text)).locations(locations).build()
}

fn message(text: &str) -> Message {
    Message::builder().text(clean::lines(text)).build()
}

/// The message with what follows from it.
fn spoken(finding: &Finding, consequences: Vec<String>) -> String {
    let help = finding.help.iter().map(|help| format!("help: {help}"));
    let notes = finding.notes.iter().map(|note| format!("note: {note}"));
    let all = std::iter::once(finding.message.clone()).chain(help).chain(notes).chain(consequences);
    all.collect::<Vec<_>>().join("\n")
}

fn suppression(waived: &Waived) -> Suppression {
    let until = waived.expires.as_ref().map_or_else(String::new, |day| format!(", until {day}"));
    let why = format!("{} ({}{until})", waived.reason, waived.owner);
    Suppression::builder().kind(json!("external")).status(json!("accepted")).justification(clean::line(&why)).build()
}

/// A relative reference (RFC 3986): what is neither unreserved nor a slash is percent-encoded, also a colon, which
/// would make the first segment a scheme.
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => out.push(char::from(byte)),
            _ => out += &format!("%{byte:02X}"),
        }
    }
    out
}
