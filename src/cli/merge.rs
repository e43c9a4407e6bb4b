//! `fwproof merge`: the reports of the parts of an estate as one.

use super::output::replace;
use super::{Done, exit};
use crate::report::json::{SCHEMA, merged};
use clap::Args;
use serde::Deserialize;
use serde_json::Value;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct MergeArguments {
    /// JSON reports of `fwproof check --partition`, all parts of one estate
    #[arg(required = true, value_name = "REPORT.json")]
    reports: Vec<PathBuf>,
    /// Write the report to a file instead of standard output
    #[arg(long, value_name = "FILE")]
    output_file: Option<PathBuf>,
}

/// A report, as far as it tells whether it fits the others.
#[derive(Debug, Deserialize)]
struct Head {
    schema: String,
    project: Option<String>,
    product: String,
    hook: String,
    partition: Option<Part>,
    exit_code: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
struct Part {
    part: usize,
    of: usize,
}

/// A part that stood in a file.
struct Report {
    file: String,
    head: Head,
    part: Part,
    whole: Value,
}

/// The exit code is the gravest one of the parts. A part that is missing is an error: nothing is known of it.
pub(super) fn run(arguments: &MergeArguments) -> Result<Done, String> {
    let reports: Vec<Report> = arguments.reports.iter().map(read).collect::<Result<_, _>>()?;
    complete(&reports)?;
    let code = gravest(&reports)?;
    let output = merged(reports.into_iter().map(|report| (report.part.part, report.whole)).collect(), code);
    match &arguments.output_file {
        Some(path) => {
            replace(path, output.as_bytes()).map_err(|e| format!("cannot write `{}`: {e}", path.display()))?;
            Ok(Done { output: String::new(), code })
        }
        None => Ok(Done { output, code }),
    }
}

fn read(path: &PathBuf) -> Result<Report, String> {
    let file = path.display().to_string();
    let text = super::read_text(path)?;
    let whole: Value = serde_json::from_str(&text).map_err(|e| format!("`{file}` is not JSON: {e}"))?;
    let head = Head::deserialize(&whole).ok().filter(|head| head.schema == SCHEMA);
    let head = head.ok_or_else(|| format!("`{file}` is not a report of `fwproof check --output json` (`{SCHEMA}`)"))?;
    let part = head.partition.ok_or_else(|| format!("`{file}` is no part: it was made without `--partition`"))?;
    Ok(Report { file, head, part, whole })
}

/// Every part of one partition is there once, and all were asked about the same.
fn complete(reports: &[Report]) -> Result<(), String> {
    let first = reports.first().ok_or("no report was given")?;
    for (at, report) in reports.iter().enumerate() {
        let (file, Part { part, of }) = (&report.file, report.part);
        let asked = |head: &Head| (head.project.clone(), head.product.clone(), head.hook.clone());
        if asked(&report.head) != asked(&first.head) {
            return Err(format!("`{file}` was asked about another project, product or hook than `{}`", first.file));
        }
        if of != first.part.of {
            return Err(format!("`{file}` is part {part} of {of}, unlike `{}`", first.file));
        }
        if let Some(other) = reports.iter().take(at).find(|other| other.part == report.part) {
            return Err(format!("`{file}` and `{}` are the same part, {part} of {of}", other.file));
        }
    }
    let of = first.part.of;
    match (1..=of).find(|part| reports.iter().all(|report| report.part.part != *part)) {
        Some(missing) => Err(format!("part {missing} of {of} is missing: nothing is known of its rule sets")),
        None => Ok(()),
    }
}

fn gravest(reports: &[Report]) -> Result<u8, String> {
    const ORDER: [u8; 4] = [exit::ERROR, exit::DENIED, exit::UNDECIDED, exit::PERMITTED];
    if let Some(report) = reports.iter().find(|report| !ORDER.contains(&report.head.exit_code)) {
        return Err(format!("`{}` has the exit code {}, which no check has", report.file, report.head.exit_code));
    }
    let found = ORDER.into_iter().find(|code| reports.iter().any(|report| report.head.exit_code == *code));
    Ok(found.unwrap_or(exit::ERROR))
}
