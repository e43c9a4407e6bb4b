//! How each line of a rule set was understood, so that its author can trust the reading.

use super::human::{self, paint::Paint};
use super::{RuleFile, clean, json};
use crate::format::{ReadLine, Understanding};
use crate::source::Sources;
use schemars::JsonSchema;
use serde::Serialize;

/// The value of `schema`.
pub const SCHEMA: &str = "fwproof/show/1";

/// Line number, understanding and meaning of each line, in columns.
pub fn human(sources: &Sources, files: &[RuleFile<'_>], color: bool) -> String {
    let each = files.iter().map(|file| of_file(sources, file, Paint { color }));
    each.collect::<Vec<_>>().join("\n")
}

fn of_file(sources: &Sources, file: &RuleFile<'_>, paint: Paint) -> String {
    let number = |line: &ReadLine| sources.position(line.span).line;
    let width = file.lines.iter().map(number).max().unwrap_or(0).to_string().len();
    let mut out = human::file_heading(file, paint) + "\n";
    for line in file.lines {
        let meaning = clean::line(&line.meaning);
        let row = format!("  {:>width$}  {:<8}  {meaning}", number(line), name(line.understanding));
        out += row.trim_end();
        out.push('\n');
    }
    out
}

fn name(understanding: Understanding) -> &'static str {
    match understanding {
        Understanding::Exact => "exact",
        Understanding::Opaque => "opaque",
        Understanding::Rejected => "rejected",
        Understanding::Neutral => "neutral",
    }
}

/// What `fwproof show --output json` prints.
#[derive(Serialize, JsonSchema)]
struct Show<'a> {
    /// Always `fwproof/show/1`.
    schema: &'static str,
    /// The files in the order given.
    inputs: Vec<json::Input>,
    /// Their lines, in the order of the texts.
    lines: Vec<Line<'a>>,
}

/// A line and how it was understood.
#[derive(Serialize, JsonSchema)]
struct Line<'a> {
    /// The name of the file.
    file: &'a str,
    /// The number of the line, from 1.
    line: usize,
    /// How it was understood.
    understanding: Understanding,
    /// The line as it is written.
    text: &'a str,
    /// The line in canonical form, or what is left open, or why it plays no part.
    meaning: &'a str,
}

/// The same as one JSON document.
pub fn json(sources: &Sources, files: &[RuleFile<'_>]) -> String {
    let lines = files.iter().flat_map(|file| file.lines.iter().map(|read| line(sources, &file.name, read)));
    json::text(&Show { schema: SCHEMA, inputs: files.iter().map(json::input).collect(), lines: lines.collect() })
}

fn line<'a>(sources: &'a Sources, file: &'a str, read: &'a ReadLine) -> Line<'a> {
    Line {
        file,
        line: sources.position(read.span).line,
        understanding: read.understanding,
        text: sources.slice(read.span),
        meaning: &read.meaning,
    }
}

/// The JSON Schema of [`json()`], as text with a final newline.
pub fn schema() -> String {
    json::text(&schemars::schema_for!(Show<'_>))
}
