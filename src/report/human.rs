//! The report for people: findings with their lines, a table of flows, what the client will show, and what all of
//! it rests on. Nothing is said twice, and nothing 49 times.

mod client;
pub(super) mod paint;
mod snippet;
mod table;

use super::{Detail, NotJudged, Report, RuleFile, RuleSet, Style, Summary, clean, words};
use crate::client::Prediction;
use crate::finding::{Finding, Severity};
use crate::policy::{Hook, Statement};
use crate::source::{Sources, Span};
use crate::space::Family;
use paint::Paint;

/// How many lines an assumption names, and how many flows a reason for not judging.
const MOST: usize = 4;

/// The report as plain text, with ANSI colors where they are wanted.
pub fn render(report: &Report<'_>, style: &Style) -> String {
    let (sources, paint) = (report.sources, Paint { color: style.color });
    if style.detail == Detail::Quiet {
        let errors = report.findings.iter().filter(|f| f.severity == Severity::Error && f.waived().is_none());
        return errors.map(|found| finding(sources, found, paint)).collect::<String>() + &conclusion(&report.summary());
    }
    let mut out = title(report, paint);
    for found in &report.findings {
        out += &finding(sources, found, paint);
    }
    for set in &report.rule_sets {
        out += &format!("{}{}{}\n", site(report, set, paint), heading(set, paint), table::table(sources, set, style));
    }
    out += &client::section(&report.client, report.rule_sets.len() > 1, style);
    out += &not_judged(report, style);
    out += &assumptions(sources, &report.assumptions, style);
    out += &data(report, style);
    out + &conclusion(&report.summary())
}

/// What the client will show, without colors; nothing when nothing is predicted.
pub(super) fn predictions(predictions: &[Prediction], style: &Style) -> String {
    client::section(predictions, true, &Style { color: false, ..style.clone() })
}

/// Findings alone, for subcommands that judge nothing.
pub fn findings(sources: &Sources, findings: &[Finding], color: bool) -> String {
    findings.iter().map(|f| finding(sources, f, Paint { color })).collect()
}

fn title(report: &Report<'_>, paint: Paint) -> String {
    let product = paint.heading(&clean::line(report.product));
    let sets = words::counted(report.rule_sets.len(), "rule set");
    let own = if report.hook == Hook::Output { ", what the machine itself sends (`--hook output`)" } else { "" };
    let project = report.project.map_or_else(String::new, |name| format!("project {}, ", clean::line(name)));
    format!("fwproof check: {project}product {product} (`--product` selects another), {sets}{own}\n\n")
}

/// The site of a rule set, where there are several, with what differs from the rest of the report.
fn site(report: &Report<'_>, set: &RuleSet<'_>, paint: Paint) -> String {
    let Some(site) = report.site_of(set) else { return String::new() };
    let product = if site.product == report.product { String::new() } else { format!(", product {}", site.product) };
    let own = if site.hook == report.hook { "" } else { ", what the machine itself sends" };
    format!("site {}{product}{own}\n", paint.heading(&clean::line(&site.name)))
}

/// A rule set and how its files were read.
fn heading(set: &RuleSet<'_>, paint: Paint) -> String {
    if let [file] = set.files.as_slice() {
        return file_heading(file, paint) + "\n";
    }
    let name = paint.heading(&clean::line(&set.name));
    let files = set.files.iter().map(|file| format!("  {}\n", file_heading(file, paint)));
    format!("{name} (one firewall, {})\n{}", words::counted(set.files.len(), "file"), files.collect::<String>())
}

/// A file and how it was read.
pub(super) fn file_heading(file: &RuleFile<'_>, paint: Paint) -> String {
    let (name, tally) = (paint.heading(&clean::line(&file.name)), file.tally);
    format!(
        "{name} ({}, {}; lines: {} exact, {} opaque, {} rejected, {} neutral)",
        file.format,
        words::counted(file.rules, "rule"),
        tally.exact,
        tally.opaque,
        tally.rejected,
        tally.neutral
    )
}

fn finding(sources: &Sources, finding: &Finding, paint: Paint) -> String {
    let severity = format!("{:?}", finding.severity).to_lowercase();
    let head = paint.severity(finding.severity, &format!("{severity}[{}]", finding.code));
    let waived = if finding.waived().is_some() { " (waived)" } else { "" };
    let mut out = format!("{head}{waived}: {}\n", clean::line(&finding.message));
    out += &snippet::draw(sources, &finding.labels, paint.color);
    if let Some(help) = &finding.help {
        out += &indented("help", help, paint);
    }
    for note in &finding.notes {
        out += &indented("note", note, paint);
    }
    if let Some(waived) = finding.waived() {
        out += &indented("waived", &waived.terms(), paint);
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
fn wrapped(indent: &str, text: &str, width: usize) -> String {
    let (mut out, mut line) = (String::new(), indent.to_owned());
    let mut empty = true;
    for word in text.split_whitespace() {
        if !empty && line.chars().count() + 1 + word.chars().count() > width {
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

fn not_judged(report: &Report<'_>, style: &Style) -> String {
    if report.not_judged.is_empty() {
        return String::new();
    }
    let several = report.rule_sets.len() > 1;
    let each = unjudged(&report.not_judged);
    let sentence = |group: &Unjudged<'_>| group.sentence(several, style.most(MOST));
    let lines = each.iter().map(|group| wrapped("  ", &clean::line(&sentence(group)), style.width));
    format!("{}\n{}\n", Paint { color: style.color }.heading("not judged"), lines.collect::<String>())
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
    fn sentence(&self, several: bool, most: usize) -> String {
        let rule_set = self.rule_set.filter(|_| several).map_or_else(String::new, |name| format!("{name}, "));
        let family = self.family.map_or_else(String::new, |family| format!(" over {family}"));
        format!("{rule_set}{}{family}: {}", words::some_of(&self.flows, most), self.reason)
    }
}

pub(super) fn assumptions(sources: &Sources, statements: &[Statement], style: &Style) -> String {
    if statements.is_empty() {
        return String::new();
    }
    let sentence = |statement: &Statement| clean::line(&assumption(sources, statement)).into_owned();
    let lines = statements.iter().map(|statement| wrapped("  ", &sentence(statement), style.width));
    format!("{}\n{}\n", Paint { color: style.color }.heading("assumptions"), lines.collect::<String>())
}

/// The statements about addresses that the verdicts rest on.
fn data(report: &Report<'_>, style: &Style) -> String {
    let bases = super::basis::bases(report);
    if bases.is_empty() {
        return String::new();
    }
    let lines = bases.iter().map(|basis| wrapped("  ", &clean::line(&basis.sentence()), style.width));
    format!("{}\n{}\n", Paint { color: style.color }.heading("data"), lines.collect::<String>())
}

/// The sentence with the lines that it speaks of.
pub(super) fn assumption(sources: &Sources, statement: &Statement) -> String {
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
    let aside = [(summary.waived, "waived"), (summary.was_so_before, "as before")];
    let aside = aside.iter().filter(|(number, _)| *number > 0).map(|(number, why)| format!(", {number} {why}"));
    let aside: String = aside.collect();
    format!(
        "{}{verdicts}; {} required: {} failed, {} undecided{aside}\n",
        words::counted(flows, "flow"),
        summary.required,
        summary.required_failed,
        summary.required_undecided
    )
}
