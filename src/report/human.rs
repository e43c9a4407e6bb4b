//! The report for people: findings with their lines, a table of flows, what the client will show, and what all of
//! it rests on. Nothing is said twice, and nothing 49 times.

mod client;
pub(super) mod paint;
mod snippet;
mod table;

use super::{NotJudged, Report, RuleSet, Summary, clean, words};
use crate::finding::Finding;
use crate::policy::Statement;
use crate::source::{Sources, Span};
use crate::space::Family;
use paint::Paint;

/// The width that running text is wrapped at.
const WIDTH: usize = 100;
/// How many lines an assumption names, and how many flows a reason for not judging.
const MOST: usize = 4;

/// The report as plain text; with ANSI colors when `color` is set.
pub fn render(report: &Report<'_>, color: bool) -> String {
    let (sources, paint) = (report.sources, Paint { color });
    let mut out = title(report, paint);
    for found in &report.findings {
        out += &finding(sources, found, paint);
    }
    for set in &report.rule_sets {
        out += &format!("{}\n{}\n", heading(set, paint), table::table(sources, set, paint));
    }
    out += &client::section(&report.client, report.rule_sets.len() > 1, paint);
    out += &not_judged(report, paint);
    out += &assumptions(sources, &report.assumptions, paint);
    out += &data(report, paint);
    out + &conclusion(&report.summary())
}

/// Findings alone, for subcommands that judge nothing.
pub fn findings(sources: &Sources, findings: &[Finding], color: bool) -> String {
    findings.iter().map(|f| finding(sources, f, Paint { color })).collect()
}

fn title(report: &Report<'_>, paint: Paint) -> String {
    let product = paint.heading(&clean::line(report.product));
    let sets = words::counted(report.rule_sets.len(), "rule set");
    format!("fwproof check: product {product} (`--product` selects another), {sets}\n\n")
}

/// A rule set and how it was read.
pub(super) fn heading(set: &RuleSet<'_>, paint: Paint) -> String {
    let (name, tally) = (paint.heading(&clean::line(&set.name)), set.tally);
    format!(
        "{name} ({}, {}; lines: {} exact, {} opaque, {} rejected, {} neutral)",
        set.format,
        words::counted(set.rules, "rule"),
        tally.exact,
        tally.opaque,
        tally.rejected,
        tally.neutral
    )
}

fn finding(sources: &Sources, finding: &Finding, paint: Paint) -> String {
    let severity = format!("{:?}", finding.severity).to_lowercase();
    let head = paint.severity(finding.severity, &format!("{severity}[{}]", finding.code));
    let mut out = format!("{head}: {}\n", clean::lines(&finding.message));
    out += &snippet::draw(sources, &finding.labels, paint.color);
    if let Some(help) = &finding.help {
        out += &indented("help", help, paint);
    }
    for note in &finding.notes {
        out += &indented("note", note, paint);
    }
    out + "\n"
}

/// Help may hold lines to be copied into a rule set, so it is never wrapped.
fn indented(what: &str, text: &str, paint: Paint) -> String {
    let cleaned = clean::lines(text);
    let mut lines = cleaned.lines();
    let mut out = format!("  {}: {}\n", paint.heading(what), lines.next().unwrap_or(""));
    for line in lines {
        out += format!("        {line}").trim_end();
        out.push('\n');
    }
    out
}

/// Wraps a cleaned text between words; lines after the first one are indented by four more.
fn wrapped(indent: &str, text: &str) -> String {
    let (mut out, mut line) = (String::new(), indent.to_owned());
    let mut empty = true;
    for word in text.split_whitespace() {
        if !empty && line.chars().count() + 1 + word.chars().count() > WIDTH {
            out += &line;
            out.push('\n');
            line = format!("{indent}    ");
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line += word;
        empty = false;
    }
    out + &line + "\n"
}

/// Flows that were not judged for one and the same reason.
struct Unjudged<'a> {
    rule_set: Option<&'a str>,
    family: Option<Family>,
    reason: &'a str,
    flows: Vec<String>,
}

fn not_judged(report: &Report<'_>, paint: Paint) -> String {
    if report.not_judged.is_empty() {
        return String::new();
    }
    let several = report.rule_sets.len() > 1;
    let each = unjudged(&report.not_judged);
    let lines = each.iter().map(|group| wrapped("  ", &clean::line(&group.sentence(several))));
    format!("{}\n{}\n", paint.heading("not judged"), lines.collect::<String>())
}

fn unjudged(items: &[NotJudged]) -> Vec<Unjudged<'_>> {
    let mut groups: Vec<Unjudged<'_>> = Vec::new();
    for item in items {
        let (rule_set, family, reason) = (item.rule_set.as_deref(), item.family, item.reason.as_str());
        let key = (rule_set, family, reason);
        match groups.iter_mut().find(|group| (group.rule_set, group.family, group.reason) == key) {
            Some(group) => group.flows.push(item.requirement.clone()),
            None => groups.push(Unjudged { rule_set, family, reason, flows: vec![item.requirement.clone()] }),
        }
    }
    groups
}

impl Unjudged<'_> {
    fn sentence(&self, several: bool) -> String {
        let rule_set = self.rule_set.filter(|_| several).map_or_else(String::new, |name| format!("{name}, "));
        let family = self.family.map_or_else(String::new, |family| format!(" over {family}"));
        format!("{rule_set}{}{family}: {}", words::some_of(&self.flows, MOST), self.reason)
    }
}

fn assumptions(sources: &Sources, statements: &[Statement], paint: Paint) -> String {
    if statements.is_empty() {
        return String::new();
    }
    let lines = statements.iter().map(|statement| wrapped("  ", &clean::line(&assumption(sources, statement))));
    format!("{}\n{}\n", paint.heading("assumptions"), lines.collect::<String>())
}

/// The statements about addresses that the verdicts rest on.
fn data(report: &Report<'_>, paint: Paint) -> String {
    let bases = super::basis::bases(report);
    if bases.is_empty() {
        return String::new();
    }
    let lines = bases.iter().map(|basis| wrapped("  ", &clean::line(&basis.sentence())));
    format!("{}\n{}\n", paint.heading("data"), lines.collect::<String>())
}

fn assumption(sources: &Sources, statement: &Statement) -> String {
    let place = |span: &Span| format!("{}:{}", sources.name(span.source), sources.position(*span).line);
    let places: Vec<String> = statement.spans.iter().map(place).collect();
    match places.as_slice() {
        [] => statement.text.clone(),
        places => format!("{} ({})", statement.text, words::some_of(places, MOST)),
    }
}

fn conclusion(summary: &Summary) -> String {
    let flows = summary.permitted + summary.partly_denied + summary.denied + summary.intercepted + summary.undecided;
    let kinds = [
        (summary.permitted, "permitted"),
        (summary.partly_denied, "partly denied"),
        (summary.denied, "denied"),
        (summary.intercepted, "intercepted"),
        (summary.undecided, "undecided"),
    ];
    let said: Vec<String> = kinds.iter().filter(|(n, _)| *n > 0).map(|(n, kind)| format!("{n} {kind}")).collect();
    let verdicts = if said.is_empty() { String::new() } else { format!(" ({})", said.join(", ")) };
    format!(
        "{}{verdicts}; {} required: {} failed, {} undecided\n",
        words::counted(flows, "flow"),
        summary.required,
        summary.required_failed,
        summary.required_undecided
    )
}
