//! The JSON report: everything that a check found, with exact blocks.

mod block;
mod merge;
pub(super) mod shape;

use super::client::told;
use super::wire;
use super::{FlowResult, NotJudged, Report, RuleFile, RuleSet, Style, clean, words};
use crate::client::{Evidence, Prediction};
use crate::finding::{Finding, Waived};
use crate::policy::{Leg, Statement, TCP};
use crate::source::{Sources, Span};
use crate::space::{Family, Field};
use crate::verify::{Block, Verdict, verdict_of};
pub(super) use block::{entries, proto, witness};
pub use merge::merged;
use serde::Serialize;
pub(super) use shape::BlockOut;
pub use shape::Input;
use shape::{
    Assumption, Check, ClientOut, EvidenceOut, FamilyOut, FindingOut, FlowOut, LabelOut, LegOut, NotJudgedOut,
    PartitionOut, Place, RuleSetOut, SiteOut, WaivedOut,
};

/// The value of `schema`.
pub const SCHEMA: &str = "fwproof/check/1";

/// The report as one JSON document.
pub fn render(report: &Report<'_>, _style: &Style) -> String {
    let sources = report.sources;
    let results = |set: &RuleSet<'_>| set.results.iter().map(|r| flow(sources, set, r)).collect::<Vec<_>>();
    text(&Check {
        schema: SCHEMA,
        project: report.project.map(str::to_owned),
        product: report.product.to_owned(),
        hook: report.hook,
        rule_sets: report.rule_sets.iter().map(rule_set).collect(),
        inputs: report.rule_sets.iter().flat_map(|set| &set.files).map(input).collect(),
        results: report.rule_sets.iter().flat_map(results).collect(),
        findings: report.findings.iter().map(|f| finding(sources, f)).collect(),
        client: report.client.iter().map(|prediction| client(sources, prediction)).collect(),
        assumptions: report.assumptions.iter().map(|s| assumption(sources, s)).collect(),
        not_judged: report.not_judged.iter().map(not_judged).collect(),
        data: super::basis::bases(report),
        summary: report.summary(),
        partition: report.partition.map(|(part, of)| PartitionOut { part, of }),
        exit_code: report.exit_code,
    })
}

/// The JSON Schema of the report, as text with a final newline.
pub fn schema() -> String {
    text(&schemars::schema_for!(Check))
}

/// JSON with a final newline. The shapes have string keys and finite numbers only, so encoding cannot fail.
pub(super) fn text(value: &impl Serialize) -> String {
    let encoded = serde_json::to_string_pretty(value).unwrap_or_default();
    clean::json(&encoded).into_owned() + "\n"
}

pub(super) fn place(sources: &Sources, span: Span) -> Place {
    let at = sources.position(span);
    Place { file: sources.name(span.source).to_owned(), line: at.line, column: at.column }
}

pub(super) fn places(sources: &Sources, spans: &[Span]) -> Vec<Place> {
    spans.iter().map(|span| place(sources, *span)).collect()
}

fn rule_set(set: &RuleSet<'_>) -> RuleSetOut {
    let site = set.site.as_ref();
    RuleSetOut {
        name: set.name.clone(),
        files: set.files.iter().map(|file| file.name.clone()).collect(),
        site: site.map(|site| SiteOut { name: site.name.clone(), product: site.product, hook: site.hook }),
    }
}

pub(super) fn input(file: &RuleFile<'_>) -> Input {
    let tally = file.tally;
    Input {
        file: file.name.clone(),
        format: file.format,
        rules: file.rules,
        exact: tally.exact,
        opaque: tally.opaque,
        rejected: tally.rejected,
        neutral: tally.neutral,
    }
}

fn flow(sources: &Sources, set: &RuleSet<'_>, result: &FlowResult<'_>) -> FlowOut {
    let requirement = result.requirement;
    let blocks = result.judgements.iter().flat_map(|(policy, judgement)| {
        judgement.blocks.iter().flat_map(|block| block::entries(sources, policy, block))
    });
    FlowOut {
        ruleset: set.name.clone(),
        requirement: requirement.id.clone(),
        service: requirement.service.clone(),
        region: requirement.region.clone(),
        level: result.level_name(),
        verdict: result.verdict,
        waived: result.waived.as_ref().map(waived),
        was_so_before: result.was_so_before.then_some(true),
        legs: legs(sources, result),
        blocks: blocks.collect(),
    }
}

fn legs(sources: &Sources, result: &FlowResult<'_>) -> Vec<LegOut> {
    let blocks: Vec<&Block> = result.judgements.iter().flat_map(|(_, judgement)| &judgement.blocks).collect();
    [Leg::Opening, Leg::Answer, Leg::Later].iter().filter_map(|leg| leg_of(sources, &blocks, *leg)).collect()
}

/// A leg comes about in a block when no leg before it decides against the block.
fn leg_of(sources: &Sources, blocks: &[&Block], leg: Leg) -> Option<LegOut> {
    let comes_about = |b: &&&Block| b.verdict == Verdict::Permitted || b.leg >= leg;
    let verdict = |b: &&Block| if b.leg == leg { b.verdict } else { Verdict::Permitted };
    let concerned: Vec<&Block> = blocks.iter().filter(comes_about).copied().collect();
    if concerned.is_empty() {
        return None;
    }
    let gravity = |b: &&&Block| match b.verdict {
        Verdict::Denied | Verdict::PartlyDenied => 0,
        Verdict::Intercepted => 1,
        Verdict::Undecided => 2,
        Verdict::Permitted => 3,
    };
    let decides = concerned.iter().filter(|b| b.leg == leg).min_by_key(gravity);
    Some(LegOut {
        leg,
        verdict: verdict_of(concerned.iter().map(verdict)),
        at: decides.and_then(|b| b.at).map(|span| place(sources, span)),
        path: decides.map_or_else(Vec::new, |b| places(sources, &b.path)),
    })
}

pub(super) fn finding(sources: &Sources, finding: &Finding) -> FindingOut {
    let labels = finding.labels.iter();
    FindingOut {
        code: finding.code.name(),
        severity: finding.severity,
        message: finding.message.clone(),
        rule_set: finding.rule_set().map(str::to_owned),
        requirements: finding.requirements().to_vec(),
        at: finding.span().map(|span| place(sources, span)),
        labels: labels.map(|l| LabelOut { at: place(sources, l.span), text: l.text.clone() }).collect(),
        help: finding.help.clone(),
        notes: finding.notes.clone(),
        waived: finding.waived().map(waived),
    }
}

fn waived(waived: &Waived) -> WaivedOut {
    WaivedOut { reason: waived.reason.clone(), owner: waived.owner.clone(), expires: waived.expires.clone() }
}

fn client(sources: &Sources, prediction: &Prediction) -> ClientOut {
    let told = told(prediction, usize::MAX);
    let evidence = |one: &Evidence| EvidenceOut {
        proto: proto(one.proto),
        port: one.port,
        to: one.to.iter().map(ToString::to_string).collect(),
        shows: wire::shown(one.seen, one.proto == TCP, one.proto != TCP),
    };
    ClientOut {
        ruleset: prediction.rule_set.clone(),
        family: family(prediction.family),
        service: prediction.service.clone(),
        regions: prediction.regions.clone(),
        from: words::cidrs(prediction.family, &prediction.from.values(Field::Src)),
        state: prediction.state,
        certain: prediction.certain,
        at: prediction.at().map(|span| place(sources, span)),
        help_desk: told.help_desk,
        capture: prediction.evidence.iter().map(evidence).collect(),
        filter: told.filter,
    }
}

pub(super) fn family(family: Family) -> FamilyOut {
    match family {
        Family::V4 => FamilyOut::Ipv4,
        Family::V6 => FamilyOut::Ipv6,
    }
}

pub(super) fn assumption(sources: &Sources, statement: &Statement) -> Assumption {
    Assumption { text: statement.text.clone(), at: places(sources, &statement.spans) }
}

fn not_judged(item: &NotJudged) -> NotJudgedOut {
    NotJudgedOut {
        ruleset: item.rule_set.clone(),
        requirement: item.requirement.clone(),
        family: item.family.map(family),
        reason: item.reason.clone(),
    }
}
