//! A name for a finding that stays the same when lines move, so that code hosts know it again.

use super::{Report, Style};
use crate::finding::Finding;
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// One fingerprint for each finding, in their order: of the code, the file, the text of the line (not its number), and
/// the flows without their regions. Findings that are alike in all of that are told apart by counting.
pub fn fingerprints(report: &Report<'_>, style: &Style) -> Vec<String> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let each = report.findings.iter().map(|finding| {
        let known = known_by(report, finding, style);
        let count = seen.entry(known.clone()).and_modify(|n| *n += 1).or_insert(0);
        of_text(&format!("{known}\n{count}"))
    });
    each.collect()
}

/// The fingerprint of what is the same whenever this text is.
pub fn of_text(text: &str) -> String {
    hex(&Sha256::digest(text))
}

fn known_by(report: &Report<'_>, finding: &Finding, style: &Style) -> String {
    let sources = report.sources;
    let (file, line) = finding.span().map_or((String::new(), ""), |span| {
        let name = sources.name(span.source);
        let file = style.in_repository(name).unwrap_or_else(|| name.to_owned());
        (file, sources.slice(sources.line_of(span)).trim())
    });
    let mut flows: Vec<&str> = finding.requirements().iter().filter_map(|id| id.split(['@', ':']).next()).collect();
    flows.dedup();
    format!("{}\n{file}\n{line}\n{}", finding.code, flows.join(" "))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
