//! `fwproof ingress`: the data that requirements are made of, shown, imported, updated and verified.

mod arguments;
mod import;
mod show;
#[cfg(feature = "fetch")]
mod sources;
mod store;
#[cfg(feature = "fetch")]
mod update;
mod verify;

use super::Done;
use crate::ingress::{Catalogue, Date};
use crate::source::Sources;
use clap::{Args, Subcommand};
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(super) struct IngressArguments {
    #[command(subcommand)]
    command: IngressCommand,
}

#[derive(Debug, Subcommand)]
enum IngressCommand {
    /// List services and regions with counts, age and grade
    List(show::ListArguments),
    /// Show every address of a region
    Show(show::ShowArguments),
    /// Say which flow and region an address or a host name belongs to
    Lookup(show::LookupArguments),
    /// Make a catalogue of a list that others publish
    Import(Box<import::ImportArguments>),
    /// Fetch catalogues again from where they are published
    #[cfg(feature = "fetch")]
    Update(Box<update::UpdateArguments>),
    /// Look for mistakes: schema, overlaps, duplicates, reserved and too wide networks
    Verify(verify::VerifyArguments),
}

pub(super) fn run(arguments: &IngressArguments) -> Result<Done, String> {
    match &arguments.command {
        IngressCommand::List(list) => show::list(list),
        IngressCommand::Show(region) => show::region(region),
        IngressCommand::Lookup(lookup) => show::lookup(lookup),
        IngressCommand::Import(import) => import::run(import),
        #[cfg(feature = "fetch")]
        IngressCommand::Update(update) => update::run(update),
        IngressCommand::Verify(verify) => verify::run(verify),
    }
}

/// The folder in which own catalogues are kept.
const FOLDER: &str = "ingress";

/// Which catalogues are looked at, and on which day: flags that several subcommands share.
#[derive(Debug, Args)]
struct DataArguments {
    /// Own catalogues: files, or folders of them [default: the folder `ingress`, where there is one]
    #[arg(long, value_name = "PATH")]
    data: Vec<PathBuf>,
    /// Leave out the catalogues that fwproof ships
    #[arg(long)]
    no_default_requirements: bool,
    /// The date by which ages are counted [default: SOURCE_DATE_EPOCH, else today]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = super::date)]
    date: Option<String>,
}

impl DataArguments {
    fn today(&self) -> Date {
        super::today(self.date.as_deref())
    }

    /// The catalogues, the shipped ones first.
    fn catalogues(&self) -> Result<Vec<Catalogue>, String> {
        let mut sources = Sources::new();
        let own = files(&self.data)?.iter().map(|path| read(&mut sources, path)).collect::<Result<Vec<_>, _>>()?;
        let shipped = (!self.no_default_requirements).then(|| Catalogue::shipped().clone());
        Ok(shipped.into_iter().chain(own).collect())
    }
}

/// Reads a catalogue; its mistakes are one message.
fn read(sources: &mut Sources, path: &Path) -> Result<Catalogue, String> {
    let source = sources.add(path.display().to_string(), super::read_text(&path.to_owned())?);
    let read = Catalogue::read(source, sources.text(source));
    read.map_err(|findings| {
        let all = crate::report::render_findings(sources, &findings, false);
        format!("`{}` is not a valid catalogue\n\n{all}", path.display())
    })
}

/// The files that paths name. Of a folder those that end in `.yaml` or `.yml`, in the order of their names, without
/// hidden ones: a file that is being written is hidden.
fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, String> {
    let own = [PathBuf::from(FOLDER)];
    let paths = if paths.is_empty() && own.iter().all(|folder| folder.is_dir()) { &own } else { paths };
    let mut all = Vec::new();
    for path in paths {
        if path.is_dir() {
            all.extend(in_folder(path)?);
        } else {
            all.push(path.clone());
        }
    }
    Ok(all)
}

fn in_folder(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let wrong = |error: std::io::Error| format!("cannot read `{}`: {error}", folder.display());
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(wrong)? {
        let path = entry.map_err(wrong)?.path();
        let is_yaml = path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml");
        let is_hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if is_yaml && !is_hidden && path.is_file() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// The file of a catalogue by its name: a path as it is, a name in the folder.
fn file_of(folder: Option<&Path>, name: &str) -> PathBuf {
    let is_path = name.contains(['/', '\\']) || name.ends_with(".yaml") || name.ends_with(".yml");
    if is_path { PathBuf::from(name) } else { folder.unwrap_or(Path::new(FOLDER)).join(format!("{name}.yaml")) }
}

/// The name of a catalogue by its file.
#[cfg(feature = "fetch")]
fn name_of(path: &Path) -> String {
    path.file_stem().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}
