//! `fwproof show`: how each line of a rule set was understood.

use super::inputs::{Loaded, Wanted, anything_not_understood, load};
use super::{Done, FirewallArguments, OutputName, ReadingArguments, exit, use_color};
use crate::report::{RuleFile, render_findings, show};
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct ShowArguments {
    /// Rule sets: files, directories, or `-` for standard input
    #[arg(required_unless_present = "firewalls", value_name = "RULESET")]
    rule_sets: Vec<PathBuf>,
    #[command(flatten)]
    grouping: FirewallArguments,
    #[command(flatten)]
    reading: ReadingArguments,
    /// How the result is shown
    #[arg(long, value_enum, default_value_t = OutputName::Human)]
    output: OutputName,
}

pub(super) fn run(arguments: &ShowArguments) -> Result<Done, String> {
    let wanted = Wanted { paths: &arguments.rule_sets, firewalls: &arguments.grouping.firewalls, partition: None };
    let inputs = load(&wanted, &arguments.reading, &arguments.reading.options(true));
    let files: Vec<RuleFile<'_>> = inputs.firewalls.iter().flat_map(|f| &f.files).map(Loaded::shown).collect();
    let output = match arguments.output {
        OutputName::Json => show::json(&inputs.sources, &files),
        OutputName::Human => {
            let findings = render_findings(&inputs.sources, &inputs.findings, use_color());
            findings + &show::human(&inputs.sources, &files, use_color())
        }
    };
    let failed = inputs.failed || arguments.reading.strict && anything_not_understood(&inputs);
    Ok(Done { output, code: if failed { exit::ERROR } else { exit::PERMITTED } })
}
