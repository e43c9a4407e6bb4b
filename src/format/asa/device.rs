//! Several exports in one text: of one device the last one counts, of several devices one is read.

use super::line::Statement;
use super::sink::Sink;
use super::words::Words;
use crate::finding::{Code, Finding, Severity};
use crate::format::Understanding;

/// One export.
struct Export<'a> {
    /// Host name and context; empty when the text does not say.
    name: String,
    statements: Vec<Statement<'a>>,
}

/// The statements of the device that is asked for, and the names of all when there are several.
pub fn chosen<'a>(
    statements: Vec<Statement<'a>>,
    device: Option<&str>,
    sink: &mut Sink<'a>,
) -> (Vec<Statement<'a>>, Vec<String>) {
    let mut exports = exports(statements);
    let mut names: Vec<String> = Vec::new();
    for export in &exports {
        if !names.contains(&export.name) {
            names.push(export.name.clone());
        }
    }
    let wanted = |e: &Export<'_>| device.is_none_or(|name| e.name == name);
    let Some(at) = exports.iter().rposition(wanted) else { return (Vec::new(), names) };
    let kept = exports.swap_remove(at);
    for old in exports.iter().filter(|e| e.name == kept.name || device.is_none()).flat_map(|e| &e.statements) {
        for line in std::iter::once(&old.head).chain(&old.subs) {
            sink.line(line, Understanding::Neutral, || "of another configuration".to_owned());
        }
    }
    let same = exports.iter().filter(|e| e.name == kept.name).count() + 1;
    if let (Some(first), true) = (kept.statements.first(), same > 1) {
        let message = format!("the text holds {same} configurations of one device; the last one is read");
        let finding = Finding { severity: Severity::Warning, ..Finding::new(Code::Tolerated, message) };
        sink.find(finding.at(sink.input.span(first.head), "begins here"));
    }
    let several = names.len() > 1;
    (kept.statements, if several { names } else { Vec::new() })
}

fn exports(statements: Vec<Statement<'_>>) -> Vec<Export<'_>> {
    let mut all: Vec<Export<'_>> = Vec::new();
    if statements.iter().filter(|s| has_version(s)).nth(1).is_none() {
        // Nearly all texts.
        let name = name(&statements);
        return if statements.is_empty() { all } else { vec![Export { name, statements }] };
    }
    for statement in statements {
        let begins = is_version(statement.head) && all.last().is_some_and(|e| e.statements.iter().any(has_version));
        if begins || all.is_empty() {
            all.push(Export { name: String::new(), statements: Vec::new() });
        }
        if let Some(export) = all.last_mut() {
            export.statements.push(statement);
        }
    }
    for export in &mut all {
        export.name = name(&export.statements);
    }
    // An export without a name is taken for one more of the first device that has one.
    let first = all.iter().map(|e| e.name.clone()).find(|n| !n.is_empty()).unwrap_or_default();
    all.iter_mut().filter(|e| e.name.is_empty()).for_each(|e| e.name.clone_from(&first));
    all
}

fn has_version(statement: &Statement<'_>) -> bool {
    is_version(statement.head)
}

/// The line by which a running configuration begins.
pub fn is_version(line: &str) -> bool {
    ["ASA Version ", "PIX Version ", "FWSM Version ", "NGFW Version "].iter().any(|v| line.starts_with(v))
}

/// `HOSTNAME`, or `HOSTNAME/CONTEXT` as the prompt has it.
fn name(statements: &[Statement<'_>]) -> String {
    let live = || statements.iter().filter(|s| !s.gone).map(|s| s.head);
    let host = live().find_map(|l| l.strip_prefix("hostname ")).map_or("", str::trim);
    let context = live().find(|l| is_version(l)).and_then(|l| Words::new(l).find(|w| w.starts_with('<')));
    match context.map(|c| c.trim_matches(['<', '>'])) {
        Some(context) => format!("{host}/{context}"),
        None => host.to_owned(),
    }
}
