//! What `fwproof diff` found, as data, and the outputs that show it.

mod human;
pub mod json;
mod listed;
mod markdown;
mod product;
mod shape;

use super::Style;
use crate::diff::{FlowChange, Kind, Turn, Whole};
use crate::finding::Finding;
use crate::policy::{Hook, Interfaces, Statement};
use crate::requirement::Requirement;
use crate::source::Sources;
use crate::space::Family;

/// All that a comparison found. Outputs render it and decide nothing.
pub struct DiffReport<'a> {
    /// The texts of both sides, behind all spans.
    pub sources: &'a Sources,
    /// What the old side is, as `main` or a path.
    pub old: String,
    /// What the new side is, as `working tree` or a path.
    pub new: String,
    /// The product whose flows are required, as `umbrella`.
    pub product: &'a str,
    /// Where the clients are.
    pub hook: Hook,
    /// Rule sets that either side has.
    pub rule_sets: Vec<RuleSetDiff<'a>>,
    /// What there is to say about the inputs.
    pub findings: Vec<Finding>,
    /// What the comparison rests on that the texts do not prove.
    pub assumptions: Vec<Statement>,
    /// How many products of a change as a whole are shown for each family and kind; the rest is counted.
    pub limit: usize,
}

/// On which sides something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Presence {
    /// On both, so it is compared.
    Both,
    /// Only on the new side.
    Added,
    /// Only on the old side.
    Removed,
}

/// A rule set: the files of one firewall.
pub struct RuleSetDiff<'a> {
    /// The name, that of the new side where there is one.
    pub name: String,
    /// On which sides it is.
    pub presence: Presence,
    /// Its families.
    pub families: Vec<FamilyDiff<'a>>,
}

/// The rule base of one family.
pub struct FamilyDiff<'a> {
    /// The family.
    pub family: Family,
    /// On which sides it is; only what is on both is compared.
    pub presence: Presence,
    /// The interfaces that [`Whole`] and [`FlowChange`] speak of.
    pub interfaces: Interfaces,
    /// Are the lines that act the same on both sides?
    pub same_lines: bool,
    /// How many flows were compared.
    pub compared: usize,
    /// The flows that fare otherwise.
    pub flows: Vec<FlowChange<'a>>,
    /// What the change as a whole does.
    pub whole: Whole,
}

/// An output of the comparison.
#[derive(Debug)]
pub struct DiffOutput {
    /// The name for `--output`.
    pub name: &'static str,
    /// One line for the help text.
    pub about: &'static str,
    /// Renders a comparison.
    pub render: fn(&DiffReport<'_>, &Style) -> String,
}

/// All outputs; the first one is the default.
pub const DIFF_OUTPUTS: &[DiffOutput] = &[
    DiffOutput { name: "human", about: "what broke, what opened and what closed, for people", render: human::render },
    DiffOutput { name: "json", about: "the same with all fields, for programs", render: json::render },
    DiffOutput { name: "markdown", about: "for a comment on a pull request", render: markdown::render },
];

/// How many flows turned which way, and how many products were found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct DiffSummary {
    /// Rule sets on both sides.
    pub rule_sets: usize,
    /// Rule sets only on the new side.
    pub added: usize,
    /// Rule sets only on the old side.
    pub removed: usize,
    /// Required flows that lost something: with one of them, `diff` exits with 1.
    pub worse: usize,
    /// Required flows of which something that was permitted became undecided: with one of them and none that is worse,
    /// `diff` exits with 3.
    pub became_undecided: usize,
    /// Flows that changed in another way, or are not required.
    pub otherwise: usize,
    /// Flows that are proved to fare as before.
    pub same: usize,
    /// Products that the change newly permits.
    pub newly_permitted: usize,
    /// Products that it newly denies.
    pub newly_denied: usize,
    /// Families of which some conversations were not compared as a whole.
    pub not_compared: usize,
}

impl DiffReport<'_> {
    /// Counts over all rule sets.
    pub fn summary(&self) -> DiffSummary {
        let mut summary = DiffSummary::default();
        for set in &self.rule_sets {
            *(match set.presence {
                Presence::Both => &mut summary.rule_sets,
                Presence::Added => &mut summary.added,
                Presence::Removed => &mut summary.removed,
            }) += 1;
            set.families.iter().for_each(|family| summary.count(family));
        }
        summary
    }
}

impl DiffSummary {
    fn count(&mut self, family: &FamilyDiff<'_>) {
        for flow in &family.flows {
            *(match flow.turn {
                Turn::Worse if is_required(flow.requirement) => &mut self.worse,
                Turn::BecameUndecided if is_required(flow.requirement) => &mut self.became_undecided,
                _ => &mut self.otherwise,
            }) += 1;
        }
        self.same += family.compared - family.flows.len().min(family.compared);
        let products = |kind: Kind| {
            let of_kind = family.whole.changes.iter().filter(|change| change.kind() == kind);
            of_kind.map(|change| change.packets.cubes().len()).sum::<usize>()
        };
        self.newly_permitted += products(Kind::NewlyPermitted);
        self.newly_denied += products(Kind::NewlyDenied);
        self.not_compared += usize::from(!family.whole.too_large.is_empty());
    }
}

/// Does the requirement decide the exit code?
pub fn is_required(requirement: &Requirement) -> bool {
    requirement.level == crate::ingress::Level::Required && !requirement.id.ends_with(":test")
}
