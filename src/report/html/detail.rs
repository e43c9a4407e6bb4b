//! What stands behind a cell: verdicts by region, findings with their lines, and the packets that are lost.

use super::{escaped, matrix};
use crate::finding::{Finding, Label, Severity};
use crate::report::json::{BlockOut, entries};
use crate::report::{FlowResult, Report, RuleSet, Style, words};
use crate::source::Sources;

/// Parts of a flow that are listed.
const MOST_PARTS: usize = 30;
/// Prefixes that a part lists.
const MOST_PREFIXES: usize = 6;

pub(super) fn details(report: &Report<'_>, style: &Style) -> String {
    let flows = matrix::flows(report);
    let mut out = String::new();
    for (at, set) in report.rule_sets.iter().enumerate() {
        for (column, flow) in flows.iter().enumerate() {
            let results = matrix::of_flow(set, flow);
            if !results.is_empty() {
                out += &detail(report, style, set, flow, &matrix::anchor(at, column), &results);
            }
        }
    }
    out
}

fn detail(
    report: &Report<'_>,
    style: &Style,
    set: &RuleSet<'_>,
    flow: &str,
    anchor: &str,
    results: &[&FlowResult<'_>],
) -> String {
    let findings = report.findings.iter().filter(|finding| about(finding, set, results));
    let findings: String = findings.map(|found| finding(report.sources, found)).collect();
    format!(
        "<section class=\"detail\" id=\"{anchor}\" tabindex=\"-1\">\n<h2>{}: {}{}</h2>\n{}{findings}{}\
         <p><a href=\"#\">back to the top</a></p>\n</section>\n",
        escaped(&set.name),
        escaped(flow),
        matrix::regions(results),
        verdicts(results),
        lost(report.sources, style, results)
    )
}

fn about(finding: &Finding, set: &RuleSet<'_>, results: &[&FlowResult<'_>]) -> bool {
    finding.rule_set() == Some(set.name.as_str())
        && results.iter().any(|result| finding.requirements().contains(&result.requirement.id))
}

/// The flows of each verdict.
fn verdicts(results: &[&FlowResult<'_>]) -> String {
    let mut groups: Vec<(&'static str, String, Vec<&str>)> = Vec::new();
    for result in results {
        let waived = result.waived.as_ref().map(|w| format!(" (waived {})", w.terms()));
        let aside = waived.or_else(|| result.set_aside().map(|why| format!(" ({why})")));
        let words = format!("{}{}", result.verdict.name().replace('-', " "), aside.unwrap_or_default());
        let id = result.requirement.id.as_str();
        match groups.iter_mut().find(|group| group.1 == words) {
            Some(group) => group.2.push(id),
            None => groups.push((matrix::class(result.verdict), words, vec![id])),
        }
    }
    let item = |(class, words, ids): &(&str, String, Vec<&str>)| {
        format!("<li><span class=\"{class}\">{}</span> {}</li>\n", escaped(words), escaped(&ids.join(", ")))
    };
    format!("<ul>\n{}</ul>\n", groups.iter().map(item).collect::<String>())
}

/// One finding with the lines that it speaks of.
pub(super) fn finding(sources: &Sources, finding: &Finding) -> String {
    let severity = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let waived = finding.waived();
    let waived = waived.map_or_else(String::new, |w| format!("<p>waived {}</p>\n", escaped(&w.terms())));
    let lines: String = finding.labels.iter().map(|label| line(sources, label)).collect();
    let lines = if lines.is_empty() { lines } else { format!("<pre class=\"lines\">{lines}</pre>\n") };
    let help = finding.help.as_ref().map_or_else(String::new, |help| {
        format!("<p>what to write instead:</p>\n<pre class=\"help\">{}</pre>\n", escaped(help))
    });
    let notes: String = finding.notes.iter().map(|note| format!("<p class=\"note\">{}</p>\n", escaped(note))).collect();
    format!(
        "<article class=\"{severity}\">\n<h3>{severity}: {}</h3>\n<p>{}</p>\n{waived}{lines}{help}{notes}</article>\n",
        finding.code,
        escaped(&finding.message)
    )
}

/// A line of a rule set with the part of interest marked.
fn line(sources: &Sources, label: &Label) -> String {
    let whole = sources.line_of(label.span);
    let end = label.span.end.clamp(label.span.start, whole.end.max(label.span.start));
    let part = |start: u32, end: u32| escaped(sources.slice(crate::source::Span { start, end, ..whole }));
    let place = escaped(&sources.place(label.span));
    let seen = if label.text.is_empty() { String::new() } else { format!("  <em>{}</em>", escaped(&label.text)) };
    format!(
        "<span class=\"place\">{place}</span>{seen}\n  {}<mark>{}</mark>{}\n",
        part(whole.start, label.span.start),
        part(label.span.start, end),
        part(end, whole.end)
    )
}

/// The parts of flows that do not pass, as products of sets.
fn lost(sources: &Sources, style: &Style, results: &[&FlowResult<'_>]) -> String {
    let blocks = results.iter().flat_map(|result| result.lost().map(move |lost| (*result, lost)));
    let parts = blocks.flat_map(|(result, (policy, block))| {
        entries(sources, policy, block).iter().map(|part| row(result, part)).collect::<Vec<_>>()
    });
    let rows: Vec<String> = parts.collect();
    if rows.is_empty() {
        return String::new();
    }
    let most = style.most(MOST_PARTS);
    let more = rows.len().saturating_sub(most);
    let more =
        if more == 0 { String::new() } else { format!("<p>and {}</p>\n", words::counted(more, "part") + " more") };
    format!(
        "<details open><summary>packets that do not pass</summary>\n<div class=\"wide\"><table>\n<thead><tr><th scope=\"col\">flow</th>\
         <th scope=\"col\">verdict</th><th scope=\"col\">from</th><th scope=\"col\">to</th><th scope=\"col\">ports</th>\
         <th scope=\"col\">line</th></tr></thead>\n<tbody>\n{}</tbody></table></div>\n{more}</details>\n",
        rows.into_iter().take(most).collect::<String>()
    )
}

fn row(result: &FlowResult<'_>, part: &BlockOut) -> String {
    let ports = |ranges: &[[u16; 2]]| {
        let each = ranges.iter().map(|[low, high]| if low == high { low.to_string() } else { format!("{low}-{high}") });
        each.collect::<Vec<_>>().join(", ")
    };
    let cells = [
        result.requirement.id.clone(),
        format!("{}{}", part.verdict.name().replace('-', " "), if part.waived { " (waived)" } else { "" }),
        words::some_of(&part.src, MOST_PREFIXES),
        words::some_of(&part.dst, MOST_PREFIXES),
        ports(&part.dport),
        part.at.as_ref().map_or_else(String::new, |at| format!("{}:{}", at.file, at.line)),
    ];
    let cells = cells.iter().map(|cell| format!("<td>{}</td>", escaped(cell)));
    format!("<tr>{}</tr>\n", cells.collect::<String>())
}
