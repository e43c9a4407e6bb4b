//! Rules of YAML rule sets.

use super::draft::Place;
use crate::fix::{Edit, Pass};

pub(super) fn native(place: &Place<'_>, passes: &[Pass]) -> Vec<Vec<Edit>> {
    place.for_requests(|| crate::fix::yaml::rules(place.text, place.lost.at, place.lost.rule, passes))
}

/// Answers of rules without state are met by rules for answers, which the schema can only say by source ports: they
/// would let in what servers send unasked, so none is proposed.
pub(super) fn list(place: &Place<'_>, passes: &[Pass]) -> Vec<Vec<Edit>> {
    place.for_requests(|| crate::fix::list::rules(place.text, place.lost.at, place.lost.rule, passes))
}
