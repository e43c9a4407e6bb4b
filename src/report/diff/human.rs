//! The comparison for people: what broke first, then what the change opens and closes.

use super::listed::{Alike, Listed, OfKind, alike, by_kind};
use super::product::Product;
use super::{DiffReport, DiffSummary, FamilyDiff, Presence, RuleSetDiff, is_required};
use crate::diff::{Change, End, Kind, Turn};
use crate::finding::Severity;
use crate::policy::Leg;
use crate::report::human::paint::Paint;
use crate::report::human::{assumptions, findings};
use crate::report::{Detail, Style, clean, words};
use crate::requirement::Requirement;
use crate::source::{Sources, Span};
use crate::space::{Cube, IntervalSet};

/// Flows that are named in a row.
const MOST_FLOWS: usize = 3;
/// Products of a flow that are named.
const MOST_PRODUCTS: usize = 6;

/// The comparison as plain text, with ANSI colors where they are wanted.
pub fn render(report: &DiffReport<'_>, style: &Style) -> String {
    let paint = Paint { color: style.color };
    let mut out = title(report, paint) + &findings(report.sources, &report.findings, style.color);
    for set in &report.rule_sets {
        out += &rule_set(report, set, style);
    }
    if style.detail != Detail::Quiet {
        out += &assumptions(report.sources, &report.assumptions, style);
    }
    out + &conclusion(&report.summary())
}

fn title(report: &DiffReport<'_>, paint: Paint) -> String {
    let name = |text: &str| paint.heading(&clean::line(text));
    let sets = words::counted(report.rule_sets.len(), "rule set");
    format!("fwproof diff: {} to {}, product {}, {sets}\n\n", name(&report.old), name(&report.new), report.product)
}

/// All of a rule set, also for a fenced block in Markdown.
pub(super) fn rule_set(report: &DiffReport<'_>, set: &RuleSetDiff<'_>, style: &Style) -> String {
    let name = Paint { color: style.color }.heading(&clean::line(&set.name));
    let only = match set.presence {
        Presence::Both => "",
        Presence::Added => " is new: all of it counts as added, and nothing is compared (`fwproof check` judges it)",
        Presence::Removed => " is gone: all of it counts as removed, and nothing is compared",
    };
    let families: String = set.families.iter().map(|family| of_family(report, family, style)).collect();
    format!("{name}{only}\n{families}\n")
}

fn of_family(report: &DiffReport<'_>, family: &FamilyDiff<'_>, style: &Style) -> String {
    let said = |what: &str| format!("  {}: {what}\n", family.family);
    match family.presence {
        Presence::Added => return said("the rule base is new"),
        Presence::Removed => return said("the rule base is gone; its flows are no longer judged"),
        Presence::Both if family.same_lines && family.flows.is_empty() => {
            return said("no difference: the same lines act in the same order");
        }
        Presence::Both => {}
    }
    let mut out = format!("  {}\n", family.family);
    out += &flows(report.sources, family, style);
    out += &whole(report, family);
    out
}

fn flows(sources: &Sources, family: &FamilyDiff<'_>, style: &Style) -> String {
    let changed = family.flows.len();
    let same = family.compared.saturating_sub(changed);
    if changed == 0 {
        return format!("    {} as before\n", words::counted(same, "flow"));
    }
    let groups = alike(family);
    let shown: String = groups.iter().map(|group| flow(sources, family, group, style)).collect();
    if same == 0 { shown } else { format!("{shown}    {} as before\n", words::counted(same, "other flow")) }
}

fn flow(sources: &Sources, family: &FamilyDiff<'_>, group: &Alike<'_, '_>, style: &Style) -> String {
    let Some(first) = group.first() else { return String::new() };
    let paint = Paint { color: style.color };
    let required = is_required(first.requirement);
    let (severity, turned) = match first.turn {
        Turn::Worse => (if required { Severity::Error } else { Severity::Warning }, "worse"),
        Turn::BecameUndecided => (Severity::Warning, "undecided"),
        Turn::NotWorse | Turn::Same => (Severity::Note, "changed"),
    };
    let level = if required { String::new() } else { " (not required)".to_owned() };
    let ids = clean::line(&words::some_of(&group.ids(), style.most(MOST_FLOWS))).into_owned();
    let (was, is) = (first.was.verdict.name(), first.is.verdict.name());
    let verdicts = if was == is { format!("{was} before and after") } else { format!("was {was}, is {is}") };
    let mut out = format!("    {} {ids}{level}: {verdicts}\n", paint.severity(severity, turned));
    if first.too_large {
        out += "        the exact packets were not compared: too large\n";
    }
    if first.changes.is_empty() && !first.too_large {
        out += "        no packet fares otherwise: other ways in or out are judged than before\n";
    }
    let usual = source_ports(first.requirement);
    for (at, change) in first.changes.iter().enumerate() {
        let packets = group.packets(at, family.family);
        let products = sentences(family, packets.cubes(), Some(&usual));
        out += &lines(&products, style.most(MOST_PRODUCTS), "        ");
        out += &reasons(sources, change, "          ");
    }
    out
}

fn sentences<'c>(
    family: &FamilyDiff<'_>,
    cubes: impl IntoIterator<Item = &'c Cube>,
    usual: Option<&IntervalSet>,
) -> Vec<String> {
    let product = |cube| Product { family: family.family, interfaces: &family.interfaces, cube, usual };
    cubes.into_iter().map(|cube| product(cube).sentence()).collect()
}

fn source_ports(requirement: &Requirement) -> IntervalSet {
    IntervalSet::from_ranges(requirement.source_ports.iter().map(|(low, high)| ((*low).into(), (*high).into())))
}

fn lines(items: &[String], most: usize, indent: &str) -> String {
    let shown: String = items.iter().take(most).map(|item| format!("{indent}{}\n", clean::line(item))).collect();
    match items.len().saturating_sub(most) {
        0 => shown,
        more => format!("{shown}{indent}and {more} more\n"),
    }
}

fn reasons(sources: &Sources, change: &Change, indent: &str) -> String {
    format!("{indent}was {}\n{indent}is {}\n", end(sources, &change.was), end(sources, &change.is))
}

/// `denied at fw.v4:14`, `undecided at fw.v4:9: -m mac ...`.
fn end(sources: &Sources, end: &End) -> String {
    let leg = if end.leg == Leg::Opening { String::new() } else { format!(" ({} packet)", end.leg) };
    let at = end.at.map_or_else(String::new, |span| format!(" at {}", place(sources, span)));
    let because = end.because.first().map_or_else(String::new, |condition| format!(": {}", condition.text));
    clean::line(&format!("{}{leg}{at}{because}", end.verdict.name())).into_owned()
}

fn place(sources: &Sources, span: Span) -> String {
    format!("{}:{}", sources.name(span.source), sources.position(span).line)
}

fn whole(report: &DiffReport<'_>, family: &FamilyDiff<'_>) -> String {
    let groups = by_kind(&family.whole.changes, report.limit);
    let shown: String = groups.iter().map(|group| of_kind(report.sources, family, group)).collect();
    let nothing = groups.is_empty() && family.whole.too_large.is_empty();
    let mut out = if nothing { "    the change as a whole permits and denies nothing new\n".to_owned() } else { shown };
    if !family.whole.too_large.is_empty() {
        out += "    not compared as a whole, too large (the flows above are exact all the same)\n";
        out += &lines(&sentences(family, &family.whole.too_large, None), report.limit, "      ");
    }
    out
}

/// The heading of a kind of change.
pub(super) fn title_of(kind: Kind) -> &'static str {
    match kind {
        Kind::NewlyPermitted => "newly permitted",
        Kind::NewlyDenied => "newly denied",
        Kind::BecameUndecided => "became undecided",
        Kind::NoLongerUndecided => "no longer undecided",
        Kind::OtherwiseLost => "not permitted before and after, in another way",
    }
}

fn of_kind(sources: &Sources, family: &FamilyDiff<'_>, group: &OfKind<'_>) -> String {
    let shown: String = group.shown.iter().map(|listed| one(sources, family, listed)).collect();
    let more = match group.left_out {
        0 => String::new(),
        more => format!("      and {} that are not shown (`--limit`)\n", words::counted(more, "product")),
    };
    format!("    {}\n{shown}{more}", title_of(group.kind))
}

fn one(sources: &Sources, family: &FamilyDiff<'_>, listed: &Listed<'_>) -> String {
    let products = sentences(family, listed.products.iter().copied(), None);
    lines(&products, usize::MAX, "      ") + &reasons(sources, listed.change, "        ")
}

/// The last line.
pub(super) fn conclusion(summary: &DiffSummary) -> String {
    let mut parts = vec![
        format!("{} got worse", words::counted(summary.worse, "required flow")),
        format!("{} became undecided", summary.became_undecided),
        format!("{} changed", words::counted(summary.otherwise, "other flow")),
        format!("{} as before", summary.same),
    ];
    let sets = [(summary.added, "added"), (summary.removed, "removed")];
    parts.extend(
        sets.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{} {what}", words::counted(*n, "rule set"))),
    );
    parts.join(", ") + "\n"
}
