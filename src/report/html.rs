//! One page with a matrix of rule sets by flows; each cell leads to the guilty lines, the lost packets and the fix.
//!
//! The page holds no script and loads nothing: links within it are all that moves, so it works by keyboard and from a
//! CI artifact. Texts of the input pass [`escaped`] and stand in elements and quoted attributes only.

mod detail;
mod matrix;

use super::{NotJudged, Report, Style, clean, client, human, words};
use crate::client::Prediction;
use crate::finding::Finding;
use crate::policy::Statement;

const STYLE: &str = include_str!("html/page.css");

/// The page.
pub fn render(report: &Report<'_>, style: &Style) -> String {
    let body = [
        header(report),
        matrix::matrix(report),
        detail::details(report, style),
        others(report),
        predictions(report, style),
        assumptions(report),
        data(report),
        not_judged(&report.not_judged),
    ];
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>fwproof report</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n{}</body>\n</html>\n",
        body.concat()
    )
}

fn header(report: &Report<'_>) -> String {
    let summary = report.summary();
    let counts = [
        ("permitted", summary.permitted),
        ("partly denied", summary.partly_denied),
        ("denied", summary.denied),
        ("intercepted", summary.intercepted),
        ("undecided", summary.undecided),
    ];
    let items = counts.iter().filter(|(_, n)| *n > 0).map(|(name, n)| format!("<li>{n} {name}</li>"));
    let required = format!(
        "{} required: {} failed, {} undecided, {} waived{}",
        words::counted(summary.required, "flow"),
        summary.required_failed,
        summary.required_undecided,
        summary.waived,
        if summary.was_so_before > 0 { format!(", {} as before", summary.was_so_before) } else { String::new() }
    );
    let product = escaped(report.product);
    format!(
        "<header>\n<h1>fwproof</h1>\n<p>Required flows of {product}. {required}.</p>\n<ul class=\"counts\">{}</ul>\n</header>\n",
        items.collect::<String>()
    )
}

/// Findings that are about no flow: lines that were not understood, files that could not be used.
fn others(report: &Report<'_>) -> String {
    let findings: Vec<&Finding> = report.findings.iter().filter(|f| f.requirements().is_empty()).collect();
    if findings.is_empty() {
        return String::new();
    }
    let each = findings.iter().map(|finding| detail::finding(report.sources, finding));
    section("About the files", &each.collect::<String>())
}

fn predictions(report: &Report<'_>, style: &Style) -> String {
    let item = |prediction: &Prediction| {
        let lines = client::told(prediction, style.most(client::MOST)).lines();
        let mut lines = lines.iter().map(|line| escaped(line));
        let state = format!("{}, {}", escaped(&prediction.rule_set), lines.next().unwrap_or_default());
        let rest: String = lines.map(|line| format!("<li>{line}</li>\n")).collect();
        format!("<li>{state}\n<ul>\n{rest}</ul>\n</li>\n")
    };
    let items: String = report.client.iter().map(item).collect();
    if items.is_empty() { items } else { section("What the client will show", &format!("<ul>\n{items}</ul>\n")) }
}

fn assumptions(report: &Report<'_>) -> String {
    let statement = |statement: &Statement| human::assumption(report.sources, statement);
    let all: Vec<String> = report.assumptions.iter().map(statement).collect();
    if all.is_empty() { String::new() } else { section("Assumptions", &list(all.iter().map(String::as_str))) }
}

fn data(report: &Report<'_>) -> String {
    let all: Vec<String> = super::basis::bases(report).iter().map(super::basis::Basis::sentence).collect();
    if all.is_empty() { String::new() } else { section("Data", &list(all.iter().map(String::as_str))) }
}

fn not_judged(items: &[NotJudged]) -> String {
    let sentence = |item: &NotJudged| {
        let set = item.rule_set.as_ref().map_or_else(String::new, |name| format!("{name}, "));
        let family = item.family.map_or_else(String::new, |family| format!(" over {family}"));
        format!("{set}{}{family}: {}", item.requirement, item.reason)
    };
    let all: Vec<String> = items.iter().map(sentence).collect();
    if all.is_empty() {
        return String::new();
    }
    let head = words::counted(all.len(), "flow");
    let items = list(all.iter().map(String::as_str));
    section("Not judged", &format!("<details><summary>{head}</summary>\n{items}</details>\n"))
}

fn section(heading: &str, body: &str) -> String {
    format!("<section>\n<h2>{heading}</h2>\n{body}</section>\n")
}

fn list<'t>(items: impl Iterator<Item = &'t str>) -> String {
    let each = items.filter(|item| !item.trim().is_empty()).map(|item| format!("<li>{}</li>\n", escaped(item.trim())));
    format!("<ul>\n{}</ul>\n", each.collect::<String>())
}

/// Text for elements and quoted attributes.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for c in clean::lines(text).chars() {
        match c {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\'' => out += "&#39;",
            c => out.push(c),
        }
    }
    out
}
