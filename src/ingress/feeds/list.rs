//! A plain list: one address, prefix or host name a line.

use super::entry::{Entry, scalar, target};
use super::{Imported, Input, build, records};
use crate::finding::Finding;
use crate::ingress::FeedOptions;
use crate::source::Span;

/// The first line is one word, and that an address, a prefix or a name.
pub(super) fn recognises(text: &str) -> bool {
    let line = word(records::first_line(text));
    let letters = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | ':' | '/' | '-' | '*' | '_');
    line.contains(['.', ':']) && !line.ends_with(':') && line.chars().all(letters)
}

pub(super) fn read(input: &Input<'_>, options: &FeedOptions) -> Result<Imported, Vec<Finding>> {
    let (mut entries, mut findings) = (Vec::new(), Vec::new());
    for line in input.text.trim_start_matches('\u{feff}').lines() {
        let word = word(line);
        if word.is_empty() {
            continue;
        }
        let at = Span::of(input.source, input.text, word);
        match target(&scalar(word, at)) {
            Ok(target) => entries.push(Entry { target: Some(target), at: Some(at), ..Entry::default() }),
            Err(finding) => findings.push(finding),
        }
    }
    if findings.is_empty() { build::catalogue(input, options, entries, Vec::new()) } else { Err(findings) }
}

/// The line without its comment.
fn word(line: &str) -> &str {
    line.split('#').next().unwrap_or("").trim()
}
