//! Flows that differ in nothing but destinations: one walk does for all of them.

use super::combine::Part;
use super::course::Course;
use crate::policy::{Leg, Policy, RuleRef};
use crate::space::{Field, IntervalSet, PacketSet};
use foldhash::{HashMap, HashMapExt};

/// Flows in groups of those that differ in nothing but destinations, and the group of each flow.
pub(super) fn alike_but_destinations(flows: &[PacketSet]) -> (Vec<Vec<&PacketSet>>, Vec<usize>) {
    const BESIDE: [Field; 4] = [Field::Proto, Field::DstPort, Field::Src, Field::SrcPort];
    let mut groups: Vec<Vec<&PacketSet>> = Vec::new();
    let mut places: HashMap<[IntervalSet; 4], usize> = HashMap::new();
    let mut group_of = |flow| {
        let place = *places.entry(BESIDE.map(|field| PacketSet::values(flow, field))).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.push(flow),
            None => groups.push(vec![flow]),
        }
        place
    };
    let group_of = flows.iter().map(&mut group_of).collect();
    (groups, group_of)
}

/// Flows whose conversations were walked together.
pub(super) struct Together {
    /// By kinds of conversations.
    kinds: Vec<OfKind>,
    /// The rules that they can meet, where it is worth it to replay their witnesses through these only.
    pub essence: Option<Policy>,
}

struct OfKind {
    course: Course,
    parts: Vec<Part>,
    blamed_by_company: Vec<(RuleRef, Leg)>,
}

impl Together {
    /// From the courses of all of them.
    pub fn of(courses: Vec<Course>) -> Together {
        let of_kind =
            |course: Course| OfKind { parts: course.parts(), blamed_by_company: course.blamed_by_company(), course };
        Together { kinds: courses.into_iter().map(of_kind).collect(), essence: None }
    }

    /// In how many parts they were walked.
    pub fn part_count(&self) -> usize {
        self.kinds.iter().map(|kind| kind.parts.len()).sum()
    }

    /// What becomes of one of the flows, as if it had been walked alone; where a rule leaves a doubt and two others deny,
    /// perhaps by the other one.
    pub fn parts(&self, flow: &PacketSet) -> Vec<Part> {
        self.kinds.iter().flat_map(|kind| kind.parts(flow)).collect()
    }
}

impl OfKind {
    fn parts(&self, flow: &PacketSet) -> Vec<Part> {
        if self.blamed_by_company.iter().all(|rule| self.course.doubts(*rule, flow)) {
            self.parts.iter().filter_map(|part| self.course.part_within(part, flow)).collect()
        } else {
            self.course.within(flow).parts()
        }
    }
}
