//! Entries of access lists in Ansible's facts, variables and tasks.

use super::draft::Place;
use crate::fix::ansible::entries;
use crate::fix::items::Shape;
use crate::fix::{Edit, Pass};

/// The connection table lets answers of TCP and UDP pass, and no entry of an ASA's list does for the rest.
pub(super) fn write(place: &Place<'_>, passes: &[Pass]) -> Vec<Vec<Edit>> {
    place.for_requests(|| {
        let at = (place.lost.at, place.lost.rule);
        entries(place.text, place.policy, at, passes, Shape::OneLine).map(|new| new.edits)
    })
}
