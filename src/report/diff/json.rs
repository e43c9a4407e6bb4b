//! The JSON of a comparison.

use super::listed::{Listed, by_kind};
use super::product::Product;
use super::shape::{ChangeOut, Diff, EndOut, FamilyDiffOut, FlowOut, LeftOut, ProductOut, RuleSetOut};
use super::{DiffReport, FamilyDiff, RuleSetDiff};
use crate::diff::{End, FlowChange};
use crate::report::json::{assumption, family, finding, place, places, text, witness};
use crate::report::{Style, level_name};
use crate::source::Sources;
use crate::space::Cube;

/// The value of `schema`.
pub const SCHEMA: &str = "fwproof/diff/1";

/// The comparison as one JSON document.
pub fn render(report: &DiffReport<'_>, _style: &Style) -> String {
    let sources = report.sources;
    text(&Diff {
        schema: SCHEMA,
        product: report.product.to_owned(),
        hook: report.hook,
        old: report.old.clone(),
        new: report.new.clone(),
        rule_sets: report.rule_sets.iter().map(|set| rule_set(report, set)).collect(),
        findings: report.findings.iter().map(|f| finding(sources, f)).collect(),
        assumptions: report.assumptions.iter().map(|s| assumption(sources, s)).collect(),
        summary: report.summary(),
    })
}

/// The JSON Schema of the comparison, as text with a final newline.
pub fn schema() -> String {
    text(&schemars::schema_for!(Diff))
}

fn rule_set(report: &DiffReport<'_>, set: &RuleSetDiff<'_>) -> RuleSetOut {
    let families = set.families.iter().map(|family| of_family(report, family)).collect();
    RuleSetOut { name: set.name.clone(), presence: set.presence, families }
}

fn of_family(report: &DiffReport<'_>, of: &FamilyDiff<'_>) -> FamilyDiffOut {
    let groups = by_kind(&of.whole.changes, report.limit);
    let cut = groups.iter().filter(|group| group.left_out > 0);
    FamilyDiffOut {
        family: family(of.family),
        presence: of.presence,
        same_lines: of.same_lines,
        compared: of.compared,
        flows: of.flows.iter().map(|flow| of_flow(report.sources, of, flow)).collect(),
        left_out: cut.map(|group| LeftOut { kind: group.kind, products: group.left_out }).collect(),
        not_compared: of.whole.too_large.iter().map(|cube| product(of, cube)).collect(),
        changes: groups.iter().flat_map(|g| &g.shown).map(|listed| change(report.sources, of, listed)).collect(),
    }
}

fn of_flow(sources: &Sources, of: &FamilyDiff<'_>, flow: &FlowChange<'_>) -> FlowOut {
    let groups = by_kind(&flow.changes, usize::MAX);
    FlowOut {
        requirement: flow.requirement.id.clone(),
        level: level_name(flow.requirement),
        was: flow.was.verdict,
        is: flow.is.verdict,
        turn: flow.turn,
        changes: groups.iter().flat_map(|g| &g.shown).map(|listed| change(sources, of, listed)).collect(),
        too_large: flow.too_large,
    }
}

fn change(sources: &Sources, of: &FamilyDiff<'_>, listed: &Listed<'_>) -> ChangeOut {
    ChangeOut {
        kind: listed.change.kind(),
        was: end(sources, &listed.change.was),
        is: end(sources, &listed.change.is),
        packets: listed.products.iter().map(|cube| product(of, cube)).collect(),
        witness: witness(&of.interfaces, &listed.change.witness),
    }
}

fn product(of: &FamilyDiff<'_>, cube: &Cube) -> ProductOut {
    Product { family: of.family, interfaces: &of.interfaces, cube, usual: None }.fields()
}

fn end(sources: &Sources, end: &End) -> EndOut {
    let mut conditions: Vec<String> = Vec::new();
    for condition in &end.because {
        if !conditions.contains(&condition.text) {
            conditions.push(condition.text.clone());
        }
    }
    EndOut {
        verdict: end.verdict,
        leg: end.leg,
        at: end.at.map(|span| place(sources, span)),
        path: places(sources, &end.path),
        conditions,
    }
}
