//! The table of flows: what holds of each, and which line decides it.

use super::paint::Paint;
use crate::policy::Leg;
use crate::report::{FlowResult, RuleSet, Style, clean, words};
use crate::source::Sources;
use crate::space::Family;
use crate::verify::{Block, Judgement, Verdict};

/// Flows that differ in the region only and share verdict and lines.
struct Row {
    flow: String,
    level: &'static str,
    /// Named where the families differ.
    family: Option<Family>,
    verdict: Verdict,
    set_aside: Option<&'static str>,
    leg: Leg,
    ids: Vec<String>,
    places: Vec<String>,
}

/// With more rows than this for one flow and verdict, the deciding lines differ from region to region: then they are
/// one row.
const MOST_ROWS: usize = 3;
/// How many deciding lines a row names.
const MOST_PLACES: usize = 2;

/// The table of one rule set.
pub fn table(sources: &Sources, set: &RuleSet<'_>, style: &Style) -> String {
    let paint = Paint { color: style.color };
    let rows = grouped(set.results.iter().flat_map(|result| rows_of(sources, result)).collect());
    let cells: Vec<(String, String)> = rows.iter().map(|row| (row.name(), row.verdict_words())).collect();
    let widest = |lengths: &mut dyn Iterator<Item = usize>| lengths.max().unwrap_or(0);
    let first = widest(&mut cells.iter().map(|(name, _)| name.chars().count())).max("flow".len());
    let second = widest(&mut cells.iter().map(|(_, verdict)| verdict.chars().count())).max("verdict".len());
    let mut out = format!("  {:first$}  {:second$}  decided at\n", "flow", "verdict");
    for (row, (name, verdict)) in rows.iter().zip(&cells) {
        let verdict = paint.verdict(row.verdict, &format!("{verdict:second$}"));
        let line = format!("  {name:first$}  {verdict}  {}", row.places_words(style.most(MOST_PLACES)));
        out += line.trim_end();
        out.push('\n');
    }
    out
}

/// One row when the families agree on the verdict, else one for each.
fn rows_of(sources: &Sources, result: &FlowResult<'_>) -> Vec<Row> {
    let alike = result.judgements.iter().all(|(_, judgement)| judgement.verdict == result.verdict);
    let judgements: Vec<&Judgement> = result.judgements.iter().map(|(_, judgement)| judgement).collect();
    if alike {
        return vec![row(sources, result, &judgements, result.verdict, None)];
    }
    let of_family = |j: &&Judgement| row(sources, result, &[*j], j.verdict, Some(j.family));
    judgements.iter().map(of_family).collect()
}

fn row(
    sources: &Sources,
    result: &FlowResult<'_>,
    judgements: &[&Judgement],
    verdict: Verdict,
    family: Option<Family>,
) -> Row {
    let deciding = deciding(judgements);
    let mut row = Row {
        flow: result.requirement.flow.clone(),
        level: result.level_name(),
        family,
        verdict,
        set_aside: result.set_aside().or_else(|| result.is_waived_in_part().then_some("waived in part")),
        leg: deciding.first().map_or(Leg::Opening, |block| block.leg),
        ids: vec![result.requirement.id.clone()],
        places: Vec::new(),
    };
    for span in deciding.iter().filter_map(|block| block.at) {
        row.add_place(format!("{}:{}", clean::line(sources.name(span.source)), sources.position(span).line));
    }
    row
}

/// The blocks with the gravest verdict.
fn deciding<'a>(judgements: &[&'a Judgement]) -> Vec<&'a Block> {
    let blocks = || judgements.iter().flat_map(|judgement| &judgement.blocks);
    let gravest = [Verdict::Denied, Verdict::Intercepted, Verdict::Undecided, Verdict::Permitted];
    let found = gravest.into_iter().find(|verdict| blocks().any(|block| block.verdict == *verdict));
    blocks().filter(|block| Some(block.verdict) == found).collect()
}

fn grouped(rows: Vec<Row>) -> Vec<Row> {
    let exact = joined(rows, |a, b| a.is_like(b) && a.places == b.places);
    let crowded = |row: &Row| exact.iter().filter(|other| other.is_like(row)).count() > MOST_ROWS;
    let crowded: Vec<bool> = exact.iter().map(crowded).collect();
    let mut out: Vec<(Row, bool)> = Vec::new();
    for (row, is_crowded) in exact.into_iter().zip(crowded) {
        match out.iter_mut().find(|(old, _)| is_crowded && old.is_like(&row)) {
            Some((old, _)) => old.take(row),
            None => out.push((row, is_crowded)),
        }
    }
    out.into_iter().map(|(row, _)| row).collect()
}

fn joined(rows: Vec<Row>, alike: impl Fn(&Row, &Row) -> bool) -> Vec<Row> {
    let mut out: Vec<Row> = Vec::new();
    for row in rows {
        match out.iter_mut().find(|old| alike(old, &row)) {
            Some(old) => old.take(row),
            None => out.push(row),
        }
    }
    out
}

impl Row {
    fn is_like(&self, other: &Row) -> bool {
        let key = |row: &Row| (row.level, row.family, row.verdict, row.set_aside, row.leg);
        self.flow == other.flow && key(self) == key(other)
    }

    fn take(&mut self, other: Row) {
        self.ids.extend(other.ids);
        other.places.into_iter().for_each(|place| self.add_place(place));
    }

    fn add_place(&mut self, place: String) {
        if !self.places.contains(&place) {
            self.places.push(place);
        }
    }

    fn name(&self) -> String {
        let mut name = match self.ids.as_slice() {
            [one] => one.trim_end_matches(":test").to_owned(),
            many => format!("{} @ {} regions", self.flow, many.len()),
        };
        if let Some(family) = self.family {
            name += &format!(" {family}");
        }
        if self.level != "required" {
            name += &format!(" ({})", self.level.replace('-', " "));
        }
        clean::line(&name).into_owned()
    }

    fn verdict_words(&self) -> String {
        let mut words = self.verdict.name().replace('-', " ");
        if self.leg != Leg::Opening {
            words += &format!(" ({} packet)", self.leg);
        }
        match self.set_aside {
            Some(why) => format!("{words}, {why}"),
            None => words,
        }
    }

    fn places_words(&self, most: usize) -> String {
        words::some_of(&self.places, most)
    }
}
