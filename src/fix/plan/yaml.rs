//! Rules of YAML rule sets.

use super::draft::Place;
use crate::fix::{Edit, Pass};
use crate::policy::Leg;
use crate::verify::Verdict;

pub(super) fn native(place: &Place<'_>, passes: &[Pass]) -> Vec<Vec<Edit>> {
    written(place, || crate::fix::yaml::rules(place.text, place.lost.at, place.lost.rule, passes))
}

pub(super) fn list(place: &Place<'_>, passes: &[Pass]) -> Vec<Vec<Edit>> {
    written(place, || crate::fix::list::rules(place.text, place.lost.at, place.lost.rule, passes))
}

/// Answers of rules without state are met by rules for answers, which the schema can only say by source ports: they
/// would let in what servers send unasked, so none is proposed.
fn written(place: &Place<'_>, rules: impl Fn() -> Option<Vec<Edit>>) -> Vec<Vec<Edit>> {
    if place.lost.leg != Leg::Opening || place.lost.verdict == Verdict::Intercepted {
        return Vec::new();
    }
    rules().map(|edits| vec![edits]).unwrap_or_default()
}
