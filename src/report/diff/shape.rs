//! The shape of the JSON of a comparison, published as `docs/schemas/diff.schema.json`.

use super::{DiffSummary, Presence};
use crate::diff::{Kind, Turn};
use crate::policy::{Hook, Leg};
use crate::report::json::shape::{Assumption, FamilyOut, FindingOut, Place, Proto, Witness};
use crate::verify::Verdict;
use schemars::JsonSchema;
use serde::Serialize;

/// What `fwproof diff --output json` prints. Keys may be added; none changes its meaning within `fwproof/diff/1`.
#[derive(Serialize, JsonSchema)]
pub struct Diff {
    /// Always `fwproof/diff/1`.
    pub schema: &'static str,
    /// The product whose flows are required: `umbrella` or `secure-access`.
    pub product: String,
    /// Where the clients are: `forward`, behind the firewall, or `output`, on the machine that has the rules.
    pub hook: Hook,
    /// The old side: a revision or a path.
    pub old: String,
    /// The new side: a revision, a path, or `working tree`.
    pub new: String,
    /// The rule sets that either side has.
    pub rule_sets: Vec<RuleSetOut>,
    /// What there is to say about the inputs.
    pub findings: Vec<FindingOut>,
    /// What the comparison rests on that the texts do not prove.
    pub assumptions: Vec<Assumption>,
    /// Counts over all rule sets.
    pub summary: DiffSummary,
}

/// A rule set: one file, or the files of one firewall.
#[derive(Serialize, JsonSchema)]
pub struct RuleSetOut {
    /// The name, that of the new side where there is one.
    pub name: String,
    /// On which sides it is.
    pub presence: Presence,
    /// Its families.
    pub families: Vec<FamilyDiffOut>,
}

/// The rule base of one family.
#[derive(Serialize, JsonSchema)]
pub struct FamilyDiffOut {
    /// The family.
    pub family: FamilyOut,
    /// On which sides it is; only what is on both is compared.
    pub presence: Presence,
    /// Are the lines that act the same on both sides, in the same order?
    pub same_lines: bool,
    /// How many flows were compared.
    pub compared: usize,
    /// The flows that fare otherwise; all others are proved to fare as before.
    pub flows: Vec<FlowOut>,
    /// What the change as a whole does to all conversations, by pairs of interfaces.
    pub changes: Vec<ChangeOut>,
    /// For each kind of change how many products were left out (`--limit`).
    pub left_out: Vec<LeftOut>,
    /// Conversations that were not compared as a whole, because the sets grew over a bound.
    pub not_compared: Vec<ProductOut>,
}

/// Products that are not listed.
#[derive(Serialize, JsonSchema)]
pub struct LeftOut {
    /// The kind of change.
    pub kind: Kind,
    /// How many.
    pub products: usize,
}

/// A required flow that fares otherwise.
#[derive(Serialize, JsonSchema)]
pub struct FlowOut {
    /// The id of the requirement.
    pub requirement: String,
    /// `required`, `recommended`, `optional` or `test-vector`; only `required` decides the exit code.
    pub level: &'static str,
    /// The verdict on the old side.
    pub was: Verdict,
    /// The verdict on the new side.
    pub is: Verdict,
    /// Which way it turned.
    pub turn: Turn,
    /// The exact parts that fare otherwise.
    pub changes: Vec<ChangeOut>,
    /// Was a bound hit, so that no part is known?
    pub too_large: bool,
}

/// Conversations that fare otherwise for one reason on each side.
#[derive(Serialize, JsonSchema)]
pub struct ChangeOut {
    /// The kind of change.
    pub kind: Kind,
    /// The old side.
    pub was: EndOut,
    /// The new side.
    pub is: EndOut,
    /// The conversations as products of sets.
    pub packets: Vec<ProductOut>,
    /// One conversation, which the plain interpreter followed on both sides.
    pub witness: Witness,
}

/// What one side does with conversations.
#[derive(Serialize, JsonSchema)]
pub struct EndOut {
    /// What holds of them; never `partly-denied`.
    pub verdict: Verdict,
    /// The leg that decides.
    pub leg: Leg,
    /// The line that decides; null where no single line does.
    pub at: Option<Place>,
    /// The jumps or groups that lead there.
    pub path: Vec<Place>,
    /// What an undecided verdict hangs on.
    pub conditions: Vec<String>,
}

/// All conversations with a source of `src`, a destination of `dst`, and so on.
#[derive(Serialize, JsonSchema)]
pub struct ProductOut {
    /// Sources as prefixes.
    pub src: Vec<String>,
    /// Destinations as prefixes.
    pub dst: Vec<String>,
    /// Protocols; not there when any protocol is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proto: Option<Vec<Proto>>,
    /// Ranges of source ports; not there when any port is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sport: Option<Vec<[u16; 2]>>,
    /// Ranges of destination ports; not there when any port is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dport: Option<Vec<[u16; 2]>>,
    /// ICMP types, or types with codes; not there when any type is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub icmp: Option<Vec<String>>,
    /// The interfaces by which they enter; not there when any is meant.
    #[serde(rename = "in", skip_serializing_if = "Option::is_none")]
    pub entering: Option<Vec<String>>,
    /// The interfaces by which they leave; not there when any is meant.
    #[serde(rename = "out", skip_serializing_if = "Option::is_none")]
    pub leaving: Option<Vec<String>>,
}
