//! `fwproof show`: how each line of a rule set was understood.

use super::inputs::{anything_not_understood, load};
use super::{Done, OutputName, ReadingArguments, exit, use_color};
use crate::report::{RuleSet, render_findings, show};
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct ShowArguments {
    /// Rule sets: files, directories, or `-` for standard input
    #[arg(required = true, value_name = "RULESET")]
    rule_sets: Vec<PathBuf>,
    #[command(flatten)]
    reading: ReadingArguments,
    /// How the result is shown
    #[arg(long, value_enum, default_value_t = OutputName::Human)]
    output: OutputName,
}

pub(super) fn run(arguments: &ShowArguments) -> Result<Done, String> {
    let inputs = load(&arguments.rule_sets, &arguments.reading, true);
    let sets: Vec<RuleSet<'_>> = inputs
        .rule_sets
        .iter()
        .map(|loaded| RuleSet {
            name: loaded.name.clone(),
            source: loaded.source,
            format: loaded.format.name,
            rules: loaded.reading.bases.iter().map(|b| b.policy.rule_count()).sum(),
            tally: loaded.reading.tally,
            lines: &loaded.reading.lines,
            results: Vec::new(),
        })
        .collect();
    let output = match arguments.output {
        OutputName::Json => show::json(&inputs.sources, &sets),
        OutputName::Human => {
            let findings = render_findings(&inputs.sources, &inputs.findings, use_color());
            findings + &show::human(&inputs.sources, &sets, use_color())
        }
    };
    let failed = inputs.failed || arguments.reading.strict && anything_not_understood(&inputs);
    Ok(Done { output, code: if failed { exit::ERROR } else { exit::PERMITTED } })
}
