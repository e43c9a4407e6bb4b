//! The matrix of rule sets by flows.

use super::escaped;
use crate::report::{FlowResult, Report, RuleSet, words};
use crate::verify::Verdict;

/// The flows of a report in the order of their first result, each once: regions of one flow share a column.
pub(super) fn flows<'a>(report: &'a Report<'_>) -> Vec<&'a str> {
    let mut names: Vec<&str> = Vec::new();
    for result in report.rule_sets.iter().flat_map(|set| &set.results) {
        if !names.contains(&result.requirement.flow.as_str()) {
            names.push(&result.requirement.flow);
        }
    }
    names
}

/// The results of a flow in a rule set, over all regions.
pub(super) fn of_flow<'a>(set: &'a RuleSet<'a>, flow: &str) -> Vec<&'a FlowResult<'a>> {
    set.results.iter().filter(|result| result.requirement.flow == flow).collect()
}

/// Where a cell leads to. Numbers only: names of the input are no part of it.
pub(super) fn anchor(set: usize, flow: usize) -> String {
    format!("r{set}f{flow}")
}

/// The class of a verdict in the style sheet.
pub(super) fn class(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Permitted => "ok",
        Verdict::Undecided => "open",
        Verdict::PartlyDenied | Verdict::Denied | Verdict::Intercepted => "bad",
    }
}

pub(super) fn matrix(report: &Report<'_>) -> String {
    let flows = flows(report);
    if flows.is_empty() {
        return "<p>No flow was judged.</p>\n".to_owned();
    }
    let heads: String = flows.iter().map(|flow| format!("<th scope=\"col\">{}</th>", escaped(flow))).collect();
    let rows: String = report.rule_sets.iter().enumerate().map(|(at, set)| row(report, at, set, &flows)).collect();
    format!(
        "<section>\n<h2>Rule sets by flows</h2>\n<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Rule sets by flows\">\
         <table class=\"matrix\">\n<thead><tr><th scope=\"col\">rule set</th>{heads}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table></div>\n</section>\n"
    )
}

fn row(report: &Report<'_>, at: usize, set: &RuleSet<'_>, flows: &[&str]) -> String {
    let cells = flows.iter().enumerate().map(|(column, flow)| cell(&anchor(at, column), &of_flow(set, flow)));
    let site = report.site_of(set).map_or_else(String::new, |site| format!("{}: ", site.name));
    format!(
        "<tr><th scope=\"row\">{}</th>{}</tr>\n",
        escaped(&format!("{site}{}", set.name)),
        cells.collect::<String>()
    )
}

/// The gravest verdict of a flow, and how many of its regions share it.
fn cell(anchor: &str, results: &[&FlowResult<'_>]) -> String {
    let Some(gravest) = gravest(results) else { return "<td class=\"none\">not judged</td>".to_owned() };
    let share = match results {
        [_] => String::new(),
        all => format!(" <small>{} of {}</small>", all.iter().filter(|r| r.verdict == gravest).count(), all.len()),
    };
    let aside = results.iter().filter(|r| r.verdict != Verdict::Permitted).map(|r| r.set_aside());
    let aside = aside.reduce(|one, other| if one == other { one } else { None }).flatten();
    let aside = aside.map_or_else(String::new, |why| format!(" ({why})"));
    let word = gravest.name().replace('-', " ");
    format!("<td class=\"{}\"><a href=\"#{anchor}\">{word}{aside}{share}</a></td>", class(gravest))
}

/// Required flows decide; others show through only where they are alone.
fn gravest(results: &[&FlowResult<'_>]) -> Option<Verdict> {
    const ORDER: [Verdict; 5] =
        [Verdict::Denied, Verdict::Intercepted, Verdict::PartlyDenied, Verdict::Undecided, Verdict::Permitted];
    let counted: Vec<_> = results.iter().filter(|r| !r.is_test_vector()).collect();
    let of = |verdict: &Verdict| {
        if counted.is_empty() {
            results.iter().any(|r| r.verdict == *verdict)
        } else {
            counted.iter().any(|r| r.verdict == *verdict)
        }
    };
    ORDER.into_iter().find(of)
}

/// `3 regions` where a flow has regions.
pub(super) fn regions(results: &[&FlowResult<'_>]) -> String {
    match results.len() {
        1 => String::new(),
        n => format!(" ({})", words::counted(n, "region")),
    }
}
