//! What a run found, as data, and the outputs that show it. One row of [`OUTPUTS`] for each output.

pub mod basis;
mod clean;
mod client;
mod concise;
pub mod diff;
mod fingerprint;
mod github;
mod gitlab;
mod html;
mod human;
pub mod ingress;
pub mod json;
mod junit;
mod markdown;
pub mod patch;
mod pieces;
mod sarif;
pub mod show;
mod style;
pub mod trace;
mod wire;
mod words;

pub use clean::line as clean_line;
pub use clean::lines as printable;
pub use human::findings as render_findings;
pub use style::{Detail, Style};
pub use trace::Traced;
pub use wire::shown;
pub use words::{address, some_of};

use crate::client::Prediction;
use crate::finding::{Finding, Waived};
use crate::format::{ReadLine, Tally};
use crate::ingress::{Date, Level};
use crate::policy::{Hook, Policy, Statement};
use crate::requirement::Requirement;
use crate::source::{SourceId, Sources};
use crate::verify::{Block, Judgement, Verdict, verdict_of};

/// All that a check found. Reports render it and decide nothing.
pub struct Report<'a> {
    /// The texts behind all spans.
    pub sources: &'a Sources,
    /// The project file, where one was used.
    pub project: Option<&'a str>,
    /// The product asked for, as `umbrella`; for sites with several, all of them.
    pub product: &'a str,
    /// The date of the run, by which ages are counted.
    pub today: Date,
    /// Where the clients are, unless a site says otherwise.
    pub hook: Hook,
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
    /// Which part of the rule sets it is about, as the second of four, where it is about a part.
    pub partition: Option<(usize, usize)>,
    /// What the program exits with.
    pub exit_code: u8,
}

/// One rule set of a report: the files of one firewall.
pub struct RuleSet<'a> {
    /// The file's name as the user gave it; for several files, the name of the firewall.
    pub name: String,
    /// The site of the project that it belongs to.
    pub site: Option<SiteOf>,
    /// Its files, never none; no two of them hold rules of the same family.
    pub files: Vec<RuleFile<'a>>,
    /// One for each requirement, in the order of requirements.
    pub results: Vec<FlowResult<'a>>,
}

/// A site of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteOf {
    /// Its name.
    pub name: String,
    /// The product that its clients use.
    pub product: &'static str,
    /// Where its clients are.
    pub hook: Hook,
}

/// One file of a rule set, and how it was read.
pub struct RuleFile<'a> {
    /// The file's name as the user gave it.
    pub name: String,
    /// The text.
    pub source: SourceId,
    /// The format's name.
    pub format: &'static str,
    /// How many rules were read, over all families.
    pub rules: usize,
    /// How its lines were understood.
    pub tally: Tally,
    /// How each line was understood, for `show`.
    pub lines: &'a [ReadLine],
}

/// A requirement against a rule set.
pub struct FlowResult<'a> {
    /// The requirement.
    pub requirement: &'a Requirement,
    /// The verdict over all families that were judged.
    pub verdict: Verdict,
    /// What became of it in each family's rule base.
    pub judgements: Vec<(&'a Policy, Judgement)>,
    /// The flow that makes it dispensable: one of the same any-of group that passes whole.
    pub alternative: Option<&'a Requirement>,
    /// The exception that covers all of it that is not permitted.
    pub waived: Option<Waived>,
    /// Was it lost in the same way before the change that is judged (`--since`)?
    pub was_so_before: bool,
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
#[derive(Debug)]
pub struct Output {
    /// The name for `--output`.
    pub name: &'static str,
    /// One line for the help text.
    pub about: &'static str,
    /// Renders a report.
    pub render: fn(&Report<'_>, &Style) -> String,
}

/// All outputs; the first one is the default.
pub const OUTPUTS: &[Output] = &[
    Output { name: "human", about: "findings with their lines, a table of flows, for people", render: human::render },
    Output {
        name: "concise",
        about: "one line for each finding: file:line:column: code message",
        render: concise::render,
    },
    Output { name: "json", about: "everything, with exact blocks, for programs", render: json::render },
    Output { name: "sarif", about: "SARIF 2.1.0, for code scanning", render: sarif::render },
    Output { name: "junit", about: "JUnit XML: a test for each rule set and flow", render: junit::render },
    Output { name: "github", about: "annotations of a GitHub workflow", render: github::render },
    Output { name: "gitlab", about: "a GitLab code quality report", render: gitlab::render },
    Output { name: "markdown", about: "for a comment on a pull request", render: markdown::render },
    Output { name: "html", about: "one page with a matrix of rule sets by flows", render: html::render },
];

impl Output {
    /// The output of that name.
    pub fn named(name: &str) -> Option<&'static Output> {
        OUTPUTS.iter().find(|output| output.name == name)
    }
}

impl<'a> RuleSet<'a> {
    /// The file that a text belongs to.
    pub fn file(&self, source: SourceId) -> Option<&RuleFile<'a>> {
        self.files.iter().find(|file| file.source == source)
    }
}

impl FlowResult<'_> {
    /// Is it shown only, because its addresses are too unsure to be required?
    pub fn is_test_vector(&self) -> bool {
        self.requirement.id.ends_with(":test")
    }

    /// Does it decide the exit code?
    pub fn is_required(&self) -> bool {
        self.requirement.level == Level::Required && !self.is_test_vector() && self.alternative.is_none()
    }

    /// Does it make the exit code another one than 0?
    pub fn fails(&self) -> bool {
        self.is_required() && self.verdict != Verdict::Permitted && self.set_aside().is_none()
    }

    /// Why it does not count though it is not permitted.
    pub fn set_aside(&self) -> Option<&'static str> {
        match self.waived {
            Some(_) => Some("waived"),
            None => self.was_so_before.then_some("was so before"),
        }
    }

    /// The verdict that counts: on what no exception covers.
    pub fn open_verdict(&self) -> Verdict {
        if self.waived.is_some() {
            return Verdict::Permitted;
        }
        let blocks = self.judgements.iter().flat_map(|(_, judgement)| &judgement.blocks);
        verdict_of(blocks.filter(|block| block.waived.is_none()).map(|block| block.verdict))
    }

    /// Is some of it accepted, but not all that does not pass?
    pub fn is_waived_in_part(&self) -> bool {
        self.waived.is_none() && self.lost().any(|(_, block)| block.waived.is_some())
    }

    /// The blocks of all families that are not permitted.
    pub fn lost(&self) -> impl Iterator<Item = (&Policy, &Block)> {
        let each = self.judgements.iter().flat_map(|(policy, j)| j.blocks.iter().map(move |block| (*policy, block)));
        each.filter(|(_, block)| block.verdict != Verdict::Permitted)
    }

    /// Its level in reports; test vectors have one of their own, and so has a flow with an alternative.
    pub fn level_name(&self) -> &'static str {
        match self.alternative {
            Some(_) if !self.is_test_vector() => "alternative",
            _ => level_name(self.requirement),
        }
    }

    /// What an any-of group is counted by; test vectors are no alternative to anything.
    fn group(&self) -> Option<(&str, Option<&str>, &str)> {
        let (of, is_sure) = (self.requirement, !self.is_test_vector());
        of.any_of.as_deref().filter(|_| is_sure).map(|group| (of.service.as_str(), of.region.as_deref(), group))
    }
}

/// Of each any-of group, one flow that passes whole makes the others dispensable. Two that pass in part make none so:
/// whether each client has a way then is not asked, and both still count.
pub fn mark_alternatives(results: &mut [FlowResult<'_>]) {
    let passing = results.iter().filter(|result| result.verdict == Verdict::Permitted && result.group().is_some());
    let passing: Vec<_> = passing.map(|result| result.requirement).collect();
    for result in results.iter_mut().filter(|result| result.verdict != Verdict::Permitted) {
        let (of, Some(_)) = (result.requirement, result.group()) else { continue };
        let same = |other: &&&Requirement| {
            (&other.service, &other.region, &other.any_of) == (&of.service, &of.region, &of.any_of)
        };
        result.alternative = passing.iter().find(same).copied();
    }
}

fn level_name(requirement: &Requirement) -> &'static str {
    if requirement.id.ends_with(":test") { "test-vector" } else { requirement.level.name() }
}

/// How many flows have which verdict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct Summary {
    /// Flows of which every packet passes.
    pub permitted: usize,
    /// Flows of which some packets are denied.
    pub partly_denied: usize,
    /// Flows of which every packet is denied.
    pub denied: usize,
    /// Flows that end elsewhere than at their destination.
    pub intercepted: usize,
    /// Flows that the text does not decide.
    pub undecided: usize,
    /// Flows that were not judged.
    pub not_judged: usize,
    /// Flows of level `required`.
    pub required: usize,
    /// Those of them that are denied, partly denied or intercepted beyond waivers: with one of them, `check` exits
    /// with 1.
    pub required_failed: usize,
    /// Those of them that are undecided beyond waivers: with one of them and none that failed, `check` exits with 3.
    pub required_undecided: usize,
    /// Flows of level `required` that would fail or be undecided if no waiver covered them.
    pub waived: usize,
    /// Flows of level `required` that would fail or be undecided if they had not been so before (`--since`).
    pub was_so_before: usize,
}

impl Report<'_> {
    /// The site of a rule set, where the report is about several.
    pub fn site_of<'r>(&self, set: &'r RuleSet<'_>) -> Option<&'r SiteOf> {
        let name = |set: &RuleSet<'_>| set.site.as_ref().map(|site| site.name.clone());
        let several = self.rule_sets.iter().any(|other| name(other) != name(set));
        set.site.as_ref().filter(|_| several)
    }

    /// Counts the verdicts over all rule sets.
    pub fn summary(&self) -> Summary {
        let mut summary = Summary { not_judged: self.not_judged.len(), ..Summary::default() };
        for result in self.rule_sets.iter().flat_map(|set| &set.results) {
            summary.count(result);
        }
        summary
    }
}

impl Summary {
    fn count(&mut self, result: &FlowResult<'_>) {
        let required = usize::from(result.is_required());
        self.required += required;
        *match result.verdict {
            Verdict::Permitted => &mut self.permitted,
            Verdict::PartlyDenied => &mut self.partly_denied,
            Verdict::Denied => &mut self.denied,
            Verdict::Intercepted => &mut self.intercepted,
            Verdict::Undecided => &mut self.undecided,
        } += 1;
        let decides = match result.open_verdict() {
            Verdict::PartlyDenied | Verdict::Denied | Verdict::Intercepted => &mut self.required_failed,
            Verdict::Undecided => &mut self.required_undecided,
            Verdict::Permitted if result.waived.is_some() => &mut self.waived,
            Verdict::Permitted => return,
        };
        if result.was_so_before && result.waived.is_none() {
            self.was_so_before += required;
        } else {
            *decides += required;
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
