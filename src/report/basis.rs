//! What the verdicts rest on: the statements about addresses, with age and grade.

use super::{FlowResult, Report, words};
use crate::ingress::{AsOf, Confidence, Date, Provenance};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeSet;

/// Statements of one source with one grade, and the flows that rest on them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Basis {
    /// What the source is.
    pub source: String,
    /// Where it is to be found; may be empty.
    pub reference: String,
    /// How sure the statements are: `high`, `medium` or `low`.
    #[schemars(with = "Confidence")]
    pub confidence: Confidence,
    /// The oldest date at which one of them was last known to be true, as `2025-08-15` or `before 2026-05-29`; null
    /// where all of them are undated.
    pub oldest: Option<String>,
    /// The newest such date.
    pub newest: Option<String>,
    /// The age of the oldest in days, on the date of the run.
    pub oldest_days: Option<u32>,
    /// The age of the newest in days.
    pub newest_days: Option<u32>,
    /// Are some of them undated?
    pub undated: bool,
    /// Are they only shown, since they are too unsure to be required?
    pub test_vectors: bool,
    /// How many flows rest on them.
    pub flows: usize,
}

/// The bases of all flows of a report, in the order in which they are met.
pub fn bases(report: &Report<'_>) -> Vec<Basis> {
    of_results(report.rule_sets.iter().flat_map(|set| &set.results), report.today)
}

/// The bases of some flows, in the order in which they are met.
pub fn of_results<'r, 'a: 'r>(results: impl Iterator<Item = &'r FlowResult<'a>>, today: Date) -> Vec<Basis> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for result in results {
        for provenance in &result.requirement.sources {
            group_of(&mut groups, result, provenance).add(result, provenance, today);
        }
    }
    groups.iter().map(Group::basis).collect()
}

struct Group<'a> {
    first: &'a Provenance,
    test_vectors: bool,
    dated: BTreeSet<(u32, String)>,
    undated: bool,
    flows: BTreeSet<&'a str>,
}

fn group_of<'g, 'a>(
    groups: &'g mut Vec<Group<'a>>,
    result: &FlowResult<'a>,
    provenance: &'a Provenance,
) -> &'g mut Group<'a> {
    let test_vectors = result.is_test_vector();
    let key = |p: &'a Provenance| (&p.title, p.confidence);
    let known = groups.iter().position(|g| key(g.first) == key(provenance) && g.test_vectors == test_vectors);
    if known.is_none() {
        let (dated, flows) = (BTreeSet::new(), BTreeSet::new());
        groups.push(Group { first: provenance, test_vectors, dated, undated: false, flows });
    }
    let at = known.unwrap_or(groups.len() - 1);
    #[expect(clippy::indexing_slicing, reason = "the place of a group that was found, or of the last one")]
    &mut groups[at]
}

impl<'a> Group<'a> {
    fn add(&mut self, result: &FlowResult<'a>, provenance: &Provenance, today: Date) {
        self.flows.insert(&result.requirement.id);
        match provenance.as_of.age(today) {
            Some(days) => drop(self.dated.insert((days, provenance.as_of.to_string()))),
            None => self.undated = true,
        }
    }

    fn basis(&self) -> Basis {
        let (newest, oldest) = (self.dated.first(), self.dated.last());
        Basis {
            source: self.first.title.clone(),
            reference: self.first.reference.clone(),
            confidence: self.first.confidence,
            oldest: oldest.map(|(_, date)| date.clone()),
            newest: newest.map(|(_, date)| date.clone()),
            oldest_days: oldest.map(|(days, _)| *days),
            newest_days: newest.map(|(days, _)| *days),
            undated: self.undated,
            test_vectors: self.test_vectors,
            flows: self.flows.len(),
        }
    }
}

impl Basis {
    /// One line for people.
    pub fn sentence(&self) -> String {
        let grade = self.confidence.name();
        let tests = if self.test_vectors { ", test vectors" } else { "" };
        format!("{} ({grade}{tests}): {}; {}", self.source, self.dates(), words::counted(self.flows, "flow"))
    }

    fn dates(&self) -> String {
        let dated = match (&self.oldest, &self.newest, self.oldest_days) {
            (Some(oldest), Some(newest), Some(days)) if oldest == newest => {
                format!("{}, {}", stated(oldest), aged(days))
            }
            (Some(oldest), Some(newest), Some(days)) => {
                let newest_days = self.newest_days.unwrap_or(0);
                format!("{} ({}) to {newest} ({})", stated(oldest), aged(days), aged(newest_days))
            }
            _ => return "undated".to_owned(),
        };
        if self.undated { dated + ", some undated" } else { dated }
    }
}

/// `as of 2026-08-22`, `before 2026-05-29`.
fn stated(date: &str) -> String {
    if date.starts_with("before") { date.to_owned() } else { format!("as of {date}") }
}

/// `12 days old`.
pub fn aged(days: u32) -> String {
    format!("{} old", words::counted(days as usize, "day"))
}

/// A date with its age, or `undated`.
pub fn dated(as_of: AsOf, today: Date) -> String {
    as_of
        .age(today)
        .map_or_else(|| "undated".to_owned(), |days| format!("{}, {}", stated(&as_of.to_string()), aged(days)))
}
