//! One entry of a list, and how its parts are read.

use super::super::destinations;
use super::super::{AsOf, Confidence, Target};
use crate::finding::Finding;
use crate::source::Span;
use crate::yaml::Scalar;
use std::borrow::Cow;

/// One address of a list with what the list says about it.
#[derive(Debug, Clone, Default)]
pub(super) struct Entry {
    /// Where it goes; an entry without one is never made.
    pub target: Option<Target>,
    /// Where it stands.
    pub at: Option<Span>,
    /// The region as the list names it; empty for none.
    pub region: String,
    /// Two letters, or nothing.
    pub country: String,
    /// The flows as `tcp/80,443`; empty where the list names none.
    pub flows: String,
    /// What the list says of its age and grade.
    pub as_of: Option<AsOf>,
    /// The grade and why.
    pub confidence: Option<(Confidence, String)>,
    /// Where the entry is from.
    pub source: String,
}

/// A piece of text with its place, as the readers of YAML take it.
pub(super) fn scalar<'a>(text: &'a str, span: Span) -> Scalar<'a> {
    Scalar { text: Cow::Borrowed(text), span, quoted: false }
}

/// An address, a prefix or a host name.
pub(super) fn target(scalar: &Scalar<'_>) -> Result<Target, Finding> {
    let is_name = scalar.text.contains(|c: char| c.is_ascii_alphabetic()) && !scalar.text.contains([':', '/']);
    if is_name {
        return destinations::host_name(scalar).map(Target::Name);
    }
    destinations::prefix(scalar).map(Target::Prefix)
}

/// A date, `before DATE`, `~2020`, or a word that says that there is none.
pub(super) fn as_of(scalar: &Scalar<'_>) -> Result<AsOf, Finding> {
    let text = scalar.text.trim();
    if text.is_empty() || text == "unknown" || text.ends_with("undated") {
        return Ok(AsOf::Unknown);
    }
    let wrong = |_| scalar.invalid("a date such as 2026-08-22, `before 2026-08-22` or `unknown`");
    match text.strip_prefix("before ") {
        Some(date) => date.trim().parse().map(AsOf::Before).map_err(wrong),
        None => text.trim_start_matches('~').parse().map(AsOf::On).map_err(wrong),
    }
}

/// A grade, and what stands behind it: `medium: seen twice`. Of a grade between two the lower one is taken, and a single
/// observation is low.
pub(super) fn confidence(scalar: &Scalar<'_>) -> Result<(Confidence, String), Finding> {
    let text = scalar.text.trim();
    let word = text.split(|c: char| !c.is_ascii_alphabetic() && c != '-').next().unwrap_or("").to_ascii_lowercase();
    let grade = match word.as_str() {
        "high" => Confidence::High,
        "medium" | "medium-high" | "high-medium" => Confidence::Medium,
        "low" | "low-medium" | "medium-low" | "single" => Confidence::Low,
        _ => return Err(scalar.invalid("a confidence: `high`, `medium` or `low`, with a reason behind it")),
    };
    let is_bare = text.eq_ignore_ascii_case(grade.name());
    Ok((grade, if is_bare { String::new() } else { text.to_owned() }))
}
