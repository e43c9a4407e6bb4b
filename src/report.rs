//! What a run found, as data, and the outputs that show it. One row of [`OUTPUTS`] for each output.

use crate::client::Prediction;
use crate::finding::Finding;
use crate::format::{ReadLine, Tally};
use crate::policy::{Policy, Statement};
use crate::requirement::Requirement;
use crate::source::{SourceId, Sources};
use crate::verify::{Judgement, Verdict};

/// All that a check found. Reports render it and decide nothing.
pub struct Report<'a> {
    /// The texts behind all spans.
    pub sources: &'a Sources,
    /// The product asked for, as `umbrella`.
    pub product: &'a str,
    /// The rule sets in the order given.
    pub rule_sets: Vec<RuleSet<'a>>,
    /// Findings about everything, most severe first within a rule set.
    pub findings: Vec<Finding>,
    /// Predictions of what the client will show.
    pub client: Vec<Prediction>,
    /// What verdicts rest on that the text does not prove.
    pub assumptions: Vec<Statement>,
    /// Flows that were not judged, and why.
    pub not_judged: Vec<NotJudged>,
}

/// One rule set of a report.
pub struct RuleSet<'a> {
    /// The file's name as the user gave it.
    pub name: String,
    /// The text.
    pub source: SourceId,
    /// The format's name.
    pub format: &'static str,
    /// How its lines were understood.
    pub tally: Tally,
    /// How each line was understood, for `show`.
    pub lines: &'a [ReadLine],
    /// One for each requirement, in the order of requirements.
    pub results: Vec<FlowResult<'a>>,
}

/// A requirement against a rule set.
pub struct FlowResult<'a> {
    /// The requirement.
    pub requirement: &'a Requirement,
    /// The verdict over all families that were judged.
    pub verdict: Verdict,
    /// What became of it in each family's rule base.
    pub judgements: Vec<(&'a Policy, Judgement)>,
}

/// A flow that was not judged.
pub struct NotJudged {
    /// The rule set, when it is about one.
    pub rule_set: Option<String>,
    /// The requirement's id.
    pub requirement: String,
    /// `IPv4`, `IPv6`, or nothing when it is about names.
    pub family: Option<crate::space::Family>,
    /// Why, as a sentence.
    pub reason: String,
}

/// An output of the program.
pub struct Output {
    /// The name for `--output`.
    pub name: &'static str,
    /// One line for the help text.
    pub about: &'static str,
    /// Renders a report; `color` is only ever true on a terminal.
    pub render: fn(&Report<'_>, color: bool) -> String,
}
