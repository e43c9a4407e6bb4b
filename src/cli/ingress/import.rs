//! `fwproof ingress import`.

use super::arguments::{FeedArguments, name};
use super::file_of;
use super::store::{Candidate, List, existing};
use crate::cli::{Done, exit};
use crate::ingress::{Date, Update};
use crate::report::ingress as rendered;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct ImportArguments {
    /// The list: a file, or `-` for standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The name of the catalogue; it is written to NAME.yaml
    #[arg(long = "as", value_name = "NAME", value_parser = name)]
    name: String,
    /// The folder that it is written to
    #[arg(long, value_name = "DIR", default_value = super::FOLDER)]
    into: PathBuf,
    /// When the list was last known to be true, unless it says so itself [default: undated]
    #[arg(long, value_name = "DATE", value_parser = day)]
    as_of: Option<Date>,
    /// Where `fwproof ingress update NAME` finds it from now on
    #[arg(long, value_name = "URL")]
    update_url: Option<String>,
    #[command(flatten)]
    feed: FeedArguments,
    /// Accept that more than 20 % of what the catalogue held are gone
    #[arg(long)]
    accept_shrink: bool,
    /// Write nothing
    #[arg(long)]
    dry_run: bool,
}

fn day(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| format!("`{text}` is not a date such as 2026-08-22, 2026-08 or 2026"))
}

pub(super) fn run(arguments: &ImportArguments) -> Result<Done, String> {
    let path = file_of(Some(&arguments.into), &format!("{}.yaml", arguments.name));
    let path = if path.is_absolute() { path } else { arguments.into.join(path) };
    let old = existing(&path)?;
    let options = arguments.feed.options(arguments.as_of);
    let update = arguments.update_url.as_ref().map(|url| Update {
        url: url.clone(),
        options: options.clone(),
        ..Update::default()
    });
    let reference = arguments.file.display().to_string();
    let reference = if reference == "-" { "standard input".to_owned() } else { reference };
    let list = List { name: &arguments.name, reference: &reference, text: crate::cli::read_list(&arguments.file)? };
    let update = update.or_else(|| old.as_ref().and_then(|old| old.update.clone()).map(Update::unfetched));
    let candidate = Candidate::read(list, &options, update, path, old.as_ref())?;
    candidate.check_loss(arguments.accept_shrink)?;
    let mut output = candidate.notes.clone();
    output += &candidate.change.as_ref().map_or_else(String::new, rendered::change);
    let done = if arguments.dry_run { "would write" } else { "wrote" };
    if !arguments.dry_run {
        candidate.write()?;
    }
    output += &rendered::written(done, &candidate.path.display().to_string(), &candidate.catalogue);
    Ok(Done { output, code: exit::PERMITTED })
}
