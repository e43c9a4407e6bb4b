//! Permits that are there but switched off: to switch them on again is a smaller fix than a new permit.

use super::lines::{Line, lines};
use super::{Edit, Loss, Proposal, apply};
use crate::policy::Leg;
use crate::source::{Sources, Span};
use crate::verify::Verdict;

/// More switched-off lines than this are not tried.
const MAX_SLEEPERS: usize = 16;

/// How a format switches a line off: the word or the value, and what stands in its place when it is on.
const SWITCHES: &[(&str, Find, &str)] =
    &[("asa", inactive, ""), ("yaml", disabled, "true"), ("yaml-list", disabled, "true")];

/// Finds the bytes of a line that switch it off.
type Find = for<'a> fn(Line<'a>) -> Option<(usize, usize)>;

/// The switched-off permits that would let the loss pass if they were on, as few of them as are needed. `judge` says what
/// becomes of the loss in another text; it is not asked where nothing is switched off.
pub fn revival(format: &str, loss: &Loss<'_>, sources: &Sources, judge: &dyn Fn(&str) -> Verdict) -> Option<Proposal> {
    if loss.verdict != Verdict::Denied || loss.leg != Leg::Opening {
        return None;
    }
    let text = sources.text(loss.at.source);
    let mut awake = sleepers(format, text);
    let passes = |some: &[(Line<'_>, Edit)]| judge(&apply(text, some.iter().map(|s| &s.1))) == Verdict::Permitted;
    if awake.is_empty() || !passes(&awake) {
        return None;
    }
    for index in (0..awake.len()).rev() {
        let mut fewer = awake.clone();
        fewer.remove(index);
        if passes(&fewer) {
            awake = fewer;
        }
    }
    (!awake.is_empty()).then(|| proposal(loss, awake))
}

fn proposal(loss: &Loss<'_>, awake: Vec<(Line<'_>, Edit)>) -> Proposal {
    let source = loss.at.source;
    let span = |line: Line<'_>| {
        let start = line.start + line.text.len() - line.text.trim_start().len();
        Span { source, start: start as u32, end: (line.start + line.text.len()) as u32 }
    };
    let numbers: Vec<String> = awake.iter().map(|(line, _)| line.number.to_string()).collect();
    let on = |(line, edit): &(Line<'_>, Edit)| apply(line.text, [&Edit { at: edit.at - line.start, ..edit.clone() }]);
    Proposal {
        text: awake.iter().map(on).collect::<Vec<_>>().join("\n"),
        place: format!("switch it on again, in line {}", numbers.join(" and ")),
        asleep: awake.iter().map(|(line, _)| span(*line)).collect(),
        edits: awake.into_iter().map(|(_, edit)| edit).collect(),
        remark: None,
    }
}

fn sleepers<'t>(format: &str, text: &'t str) -> Vec<(Line<'t>, Edit)> {
    let Some((_, find, on)) = SWITCHES.iter().find(|s| s.0 == format) else { return Vec::new() };
    let edit = |line: Line<'t>| {
        let (at, remove) = find(line)?;
        Some((line, Edit { at: line.start + at, remove, insert: (*on).to_owned() }))
    };
    lines(text).filter_map(edit).take(MAX_SLEEPERS).collect()
}

/// The edits that switch on what a format has switched off.
pub(super) fn switches(format: &str, text: &str) -> Vec<Edit> {
    sleepers(format, text).into_iter().map(|(_, edit)| edit).collect()
}

/// The word `inactive` of an access-list entry that permits, with the blank before it.
fn inactive(line: Line<'_>) -> Option<(usize, usize)> {
    let permits = line.words().next() == Some("access-list") && line.words().any(|word| word == "permit");
    let at = line.text.rfind(" inactive")?;
    let end = line.text.get(at + " inactive".len()..)?;
    (permits && (end.is_empty() || end.starts_with(' '))).then_some((at, " inactive".len()))
}

/// The value of `enabled: false`.
fn disabled(line: Line<'_>) -> Option<(usize, usize)> {
    let key = "enabled: false";
    let at = line.text.find(key)?;
    (!line.is_blank()).then_some((at + key.len() - "false".len(), "false".len()))
}
