//! `fwproof diff`: what a change breaks, opens and closes.

mod compare;
mod revision;
mod side;
mod units;

pub(super) use compare::Compared;
pub(super) use revision::Naming;
pub(super) use side::{Side, of_revision};
pub(super) use units::{Keys, keys, units};

use super::check::{WantedArguments, selected};
use super::inputs::{Inputs, Stored, anything_not_understood, load_stored};
use super::output::replace;
use super::{Done, ReadingArguments, SiteArguments, exit, use_color};
use crate::finding::{Code, Finding};
use crate::format::ReadOptions;
use crate::report::Style;
use crate::report::diff::{DIFF_OUTPUTS, DiffReport, DiffSummary};
use crate::requirement::{Requirement, Selected};
use crate::source::Sources;
use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser};
use std::collections::HashMap;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_help = EXIT_HELP, override_usage = USAGE)]
pub(super) struct DiffArguments {
    /// Two files or folders; or, before `--`, one or two git revisions, also as OLD..NEW
    ///
    /// One revision is compared with the files on disk. `fwproof diff main FILE` means `fwproof diff main -- FILE`.
    #[arg(required = true, num_args = 1..=2, value_names = ["OLD", "NEW"])]
    operands: Vec<String>,
    /// The files and folders to compare at those revisions
    #[arg(last = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Products of the change as a whole that are shown for each family and kind; the rest is counted
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: usize,
    #[command(flatten)]
    site: SiteArguments,
    #[command(flatten)]
    wanted: WantedArguments,
    /// How the result is shown
    #[arg(long, value_name = "NAME", value_parser = outputs(), default_value = "human")]
    output: String,
    /// Write the result to a file instead of standard output
    #[arg(long, value_name = "FILE")]
    output_file: Option<PathBuf>,
    /// Exit with 0 whatever got worse (errors still exit with 2)
    #[arg(long)]
    exit_zero: bool,
}

const USAGE: &str = "fwproof diff [OPTIONS] OLD NEW\n       fwproof diff [OPTIONS] REVISION [REVISION] -- PATH...";

const EXIT_HELP: &str = "Exit codes: 0 no required flow got worse; 1 one did: something that was permitted or undecided is \
surely denied or intercepted; 2 wrong usage or an input that cannot be used; 3 none got worse, but something that was \
permitted became undecided.";

fn outputs() -> PossibleValuesParser {
    PossibleValuesParser::new(DIFF_OUTPUTS.iter().map(|output| PossibleValue::new(output.name).help(output.about)))
}

pub(super) fn run(arguments: &DiffArguments) -> Result<Done, String> {
    let options = arguments.site.options()?;
    let reading = &arguments.site.reading;
    let (old, new) = side::sides(&arguments.operands, &arguments.paths, reading)?;
    let labels = (old.label.clone(), new.label.clone());
    let (old, new, mut sources) = both(old, new, reading, &options);
    let wanted = &arguments.wanted;
    let (selected, unusable) = selected(wanted, reading, &mut sources)?;
    let requirements: Vec<&Requirement> = all(&selected).collect();
    let mut compared = Compared::new(&arguments.site, &requirements, true);
    compared.failed = unusable || old.inputs.failed || new.inputs.failed;
    let units = units(&old.inputs.firewalls, &new.inputs.firewalls, (&new.keys, &old.keys));
    let rule_sets = units.iter().map(|unit| compared.rule_set(unit)).collect::<Vec<_>>();
    let inputs = [&old.inputs, &new.inputs];
    let mut findings = new.inputs.findings.clone();
    // What is said of the new side is not said again of the old one.
    let said =
        |f: &Finding| new.inputs.findings.iter().any(|known| (known.code, &known.message) == (f.code, &f.message));
    findings.extend(old.inputs.findings.iter().filter(|finding| !said(finding)).cloned());
    if rule_sets.is_empty() && !compared.failed {
        compared.failed = true;
        findings.push(Finding::new(Code::NoRuleBase, "no rule set was found on either side"));
    }
    findings.extend(compared.findings.into_iter().chain(selected.findings.iter().cloned()));
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    let report = DiffReport {
        sources: &sources,
        old: labels.0,
        new: labels.1,
        product: wanted.product().name(),
        hook: arguments.site.hook(),
        rule_sets,
        findings,
        assumptions: compared.clients.into_iter().chain(compared.assumptions).collect(),
        limit: arguments.limit,
    };
    let strict = reading.strict && inputs.iter().any(|inputs| anything_not_understood(inputs));
    let code = exit_code(compared.failed || strict, &report.summary(), arguments.exit_zero);
    Ok(Done { output: deliver(arguments, &report)?, code })
}

/// The one place where the exit code of a comparison is decided.
fn exit_code(failed: bool, summary: &DiffSummary, exit_zero: bool) -> u8 {
    if failed {
        exit::ERROR
    } else if exit_zero {
        exit::PERMITTED
    } else if summary.worse > 0 {
        exit::DENIED
    } else if summary.became_undecided > 0 {
        exit::UNDECIDED
    } else {
        exit::PERMITTED
    }
}

fn deliver(arguments: &DiffArguments, report: &DiffReport<'_>) -> Result<String, String> {
    let output = DIFF_OUTPUTS.iter().find(|output| output.name == arguments.output).ok_or("there is no such output")?;
    let style = |color| Style { color, ..Style::default() };
    let Some(path) = &arguments.output_file else { return Ok((output.render)(report, &style(use_color()))) };
    let text = (output.render)(report, &style(false));
    replace(path, text.as_bytes()).map_err(|error| format!("cannot write `{}`: {error}", path.display()))?;
    Ok(String::new())
}

/// All requirements, those that are only shown too.
fn all(selected: &Selected) -> impl Iterator<Item = &Requirement> {
    selected.requirements.iter().chain(&selected.test_vectors)
}

/// A side that was read.
pub(super) struct ReadSide {
    pub inputs: Inputs,
    pub keys: Keys,
}

/// Reads both sides; their texts stand in one place.
fn both(old: Side, new: Side, arguments: &ReadingArguments, options: &ReadOptions) -> (ReadSide, ReadSide, Sources) {
    let (old, sources) = read(old, Sources::new(), arguments, options);
    let (new, sources) = read(new, sources, arguments, options);
    (old, new, sources)
}

/// Reads a side beside texts that were read before.
pub(super) fn read(
    side: Side,
    sources: Sources,
    arguments: &ReadingArguments,
    options: &ReadOptions,
) -> (ReadSide, Sources) {
    let stored = side.store.rule_sets.iter().map(|file: &Stored| (file.name.clone(), file.key.clone()));
    let stored: HashMap<String, String> = stored.collect();
    let mut inputs = load_stored(side.inputs, sources, side.store, arguments, options);
    let sources = std::mem::take(&mut inputs.sources);
    let keys = keys(&inputs.firewalls, |file| stored.get(sources.name(file.source)).cloned());
    (ReadSide { inputs, keys }, sources)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_come_before_losses_and_losses_before_doubts() {
        let summary = |worse, became_undecided| DiffSummary { worse, became_undecided, ..DiffSummary::default() };
        assert_eq!(exit_code(true, &summary(1, 1), true), exit::ERROR);
        assert_eq!(exit_code(false, &summary(1, 1), false), exit::DENIED);
        assert_eq!(exit_code(false, &summary(0, 1), false), exit::UNDECIDED);
        assert_eq!(exit_code(false, &summary(0, 0), false), exit::PERMITTED);
        assert_eq!(exit_code(false, &summary(1, 1), true), exit::PERMITTED);
    }
}
