//! JUnit XML: a suite for each rule set, a test for each flow. The file `quick-junit` names its shape.

use super::{FlowResult, NotJudged, Report, RuleSet, Style, basis, clean, client};
use crate::finding::{Finding, Severity};
use crate::source::Sources;
use crate::verify::Verdict;
use quick_junit::{NonSuccessKind, Report as Document, TestCase, TestCaseStatus, TestSuite};

/// The document; what the client will show and what the verdicts rest on stand in the suite of each rule set. A flow that makes the check fail is a failure, a waived one or one that was not judged is skipped;
/// what could not be read is an error of its own suite.
pub fn render(report: &Report<'_>, style: &Style) -> String {
    let mut document = Document::new("fwproof");
    for set in &report.rule_sets {
        document.add_test_suite(suite(report, set, style));
    }
    document.add_test_suites(inputs(report));
    // The texts are clean, and a string takes everything: encoding cannot fail.
    document.to_string().unwrap_or_default()
}

fn suite(report: &Report<'_>, set: &RuleSet<'_>, style: &Style) -> TestSuite {
    let mut suite = TestSuite::new(&*clean::line(&set.name));
    let told = client::of_rule_set(report, set).flat_map(|p| client::told(p, style.most(client::MOST)).lines());
    let bases = basis::of_results(set.results.iter(), report.today);
    let bases = bases.iter().map(|basis| clean::line(&basis.sentence()).into_owned());
    let parts = [("what the client will show", told.collect::<Vec<_>>()), ("data", bases.collect())];
    let parts = parts.iter().filter(|(_, lines)| !lines.is_empty());
    let parts: Vec<String> = parts.map(|(head, lines)| format!("{head}\n{}", lines.join("\n"))).collect();
    if !parts.is_empty() {
        suite.set_system_out(parts.join("\n\n"));
    }
    for result in &set.results {
        suite.add_test_case(case(report, set, result));
    }
    for skipped in report.not_judged.iter().filter(|n| n.rule_set.as_deref().is_none_or(|name| name == set.name)) {
        suite.add_test_case(not_judged(set, skipped));
    }
    suite
}

fn case(report: &Report<'_>, set: &RuleSet<'_>, result: &FlowResult<'_>) -> TestCase {
    let status = match &result.waived {
        Some(waived) => {
            let mut status = TestCaseStatus::skipped();
            let why = format!("{}, waived {}", words(result.verdict), waived.terms());
            status.set_message(&*clean::line(&why));
            status
        }
        None if result.was_so_before => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(format!("{}, was so before", words(result.verdict)));
            status
        }
        None if result.fails() => failure(report, set, result),
        None => TestCaseStatus::success(),
    };
    let mut case = named(set, &result.requirement.id, status);
    if result.verdict != Verdict::Permitted && !result.is_required() {
        case.set_system_out(format!("{}, but its level is {}", words(result.verdict), result.level_name()));
    }
    case
}

fn failure(report: &Report<'_>, set: &RuleSet<'_>, result: &FlowResult<'_>) -> TestCaseStatus {
    let about = |finding: &&Finding| {
        let is_open = finding.waived().is_none();
        is_open
            && finding.rule_set() == Some(set.name.as_str())
            && finding.requirements().contains(&result.requirement.id)
    };
    let findings: Vec<&Finding> = report.findings.iter().filter(about).collect();
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    let codes: Vec<&str> = findings.iter().map(|finding| finding.code.name()).collect();
    status.set_type(if codes.is_empty() { result.verdict.name().to_owned() } else { codes.join(" ") });
    status.set_message(words(result.verdict));
    let told: Vec<String> = findings.iter().map(|finding| told(report.sources, finding)).collect();
    status.set_description(told.join("\n"));
    status
}

fn told(sources: &Sources, finding: &Finding) -> String {
    let place = finding.span().map_or_else(String::new, |span| sources.place(span) + ": ");
    let help = finding.help.as_ref().map_or_else(String::new, |help| format!("\nhelp: {help}"));
    clean::lines(&format!("{place}{}: {}{help}", finding.code, finding.message)).into_owned()
}

fn words(verdict: Verdict) -> String {
    verdict.name().replace('-', " ")
}

fn not_judged(set: &RuleSet<'_>, skipped: &NotJudged) -> TestCase {
    let mut status = TestCaseStatus::skipped();
    status.set_message(&*clean::line(&skipped.reason));
    let family = skipped.family.map_or_else(String::new, |family| format!(" over {family}"));
    named(set, &format!("{}{family}", skipped.requirement), status)
}

fn named(set: &RuleSet<'_>, name: &str, status: TestCaseStatus) -> TestCase {
    let mut case = TestCase::new(&*clean::line(name), status);
    case.set_classname(&*clean::line(&set.name));
    case
}

/// Errors that are about no flow: a file that could not be used must not look like success.
fn inputs(report: &Report<'_>) -> Option<TestSuite> {
    let errors = report.findings.iter().filter(|f| f.severity == Severity::Error && f.requirements().is_empty());
    let mut suite = TestSuite::new("inputs");
    for finding in errors {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_type(finding.code.name());
        status.set_message(&*clean::line(&finding.message));
        status.set_description(told(report.sources, finding));
        let name = finding.span().map_or_else(|| finding.code.name().to_owned(), |span| report.sources.place(span));
        suite.add_test_case(TestCase::new(&*clean::line(&name), status));
    }
    (suite.tests > 0).then_some(suite)
}
