//! What is accepted in a run: the waivers of the project, and the baseline that is read or written.

use super::CheckArguments;
use crate::cli::inputs::{Firewall, Inputs};
use crate::cli::output::replace;
use crate::cli::project::{Opened, relative};
use crate::finding::Finding;
use crate::project::{Accepted, Baseline, Project};
use crate::report::FlowResult;
use crate::space::Family;
use crate::waiver::{Accepting, Place, Waivers, record};
use std::collections::HashSet;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The name of a baseline that nothing names.
const FILE: &str = "fwproof-baseline.yaml";

/// The baseline of a run, as it was on disk.
#[derive(Default)]
pub(super) struct Known {
    /// Where it is, or is to be written; nothing where none is asked for.
    path: Option<PathBuf>,
    baseline: Baseline,
}

/// Reads the baseline that flags or the project name. Where one is to be written, there need not be any yet.
pub(super) fn baseline(
    arguments: &CheckArguments,
    opened: Option<&Opened>,
    inputs: &mut Inputs,
) -> Result<Known, String> {
    let flags = &arguments.accepting;
    let named = match flags.baseline.clone().map(Ok).or_else(|| of_project(opened, flags.write_baseline.is_some())) {
        Some(Ok(path)) => Some(path),
        Some(Err(finding)) => {
            inputs.failed = true;
            inputs.findings.push(finding);
            return Ok(Known::default());
        }
        None => None,
    };
    let beside = || opened.map_or_else(PathBuf::new, |opened| opened.folder.clone()).join(FILE);
    let path = match &flags.write_baseline {
        Some(Some(target)) => Some(target.clone()),
        Some(None) => Some(named.unwrap_or_else(beside)),
        None => named,
    };
    let Some(path) = path else { return Ok(Known::default()) };
    if flags.write_baseline.is_some() && !path.exists() {
        return Ok(Known { path: Some(path), baseline: Baseline::default() });
    }
    let text = crate::cli::read_text(&path)?;
    if flags.write_baseline.is_some() && !Baseline::recognises(&text) {
        return Err(format!("`{}` is not a baseline, and is not written over", path.display()));
    }
    let source = inputs.sources.add(path.display().to_string(), text);
    let baseline = Baseline::read(source, inputs.sources.text(source)).unwrap_or_else(|findings| {
        inputs.failed = true;
        inputs.findings.extend(findings);
        Baseline::default()
    });
    Ok(Known { path: Some(path), baseline })
}

fn of_project(opened: Option<&Opened>, may_be_missing: bool) -> Option<Result<PathBuf, Finding>> {
    let opened = opened?;
    let written = opened.project.baseline.as_ref()?;
    let path = opened.inside(written);
    Some(match path {
        Ok(path) if may_be_missing && !path.exists() => Ok(path),
        Ok(_) => opened.existing(written).map_err(|finding| Finding {
            help: finding.help.or(Some("`fwproof check --write-baseline` writes it".to_owned())),
            ..finding
        }),
        Err(finding) => Err(finding),
    })
}

/// What is accepted, and what became of it.
pub(super) struct Exceptions<'p> {
    waivers: Waivers<'p>,
    accepting: Option<Accepting<'p>>,
    recording: Option<Recording<'p>>,
    /// Where the paths of waivers start.
    folder: PathBuf,
    /// Where those of the baseline start.
    baseline_folder: PathBuf,
    complete: bool,
}

/// A baseline that is being written.
struct Recording<'p> {
    path: &'p Path,
    before: &'p Baseline,
    new: Baseline,
    /// Files and requirements that were judged.
    judged: HashSet<(String, String)>,
}

impl<'p> Exceptions<'p> {
    pub fn new(
        arguments: &CheckArguments,
        opened: Option<&Opened>,
        project: &'p Project,
        known: &'p Known,
    ) -> Exceptions<'p> {
        let today = arguments.site.reading.today();
        let writes = arguments.accepting.write_baseline.is_some();
        let path = known.path.as_deref();
        let name = path.map_or_else(String::new, |path| path.display().to_string());
        let recording =
            |path| Recording { path, before: &known.baseline, new: Baseline::default(), judged: HashSet::new() };
        Exceptions {
            waivers: Waivers::new(&project.waivers, today),
            accepting: path.filter(|_| !writes).map(|_| Accepting::new(&known.baseline, &name)),
            recording: path.filter(|_| writes).map(recording),
            folder: opened.map_or_else(PathBuf::new, |opened| opened.folder.clone()),
            baseline_folder: path.and_then(Path::parent).map(Path::to_owned).unwrap_or_default(),
            complete: opened.is_some() && arguments.is_complete(),
        }
    }

    /// Lays the exceptions over the results of a firewall: waivers first, which somebody answers for.
    pub fn apply(&mut self, firewall: &Firewall, results: &mut [FlowResult<'_>]) {
        let (folder, baseline_folder) = (&self.folder, &self.baseline_folder);
        let from = |folder: &Path, family: Family| {
            let file = firewall.bases().find(|(_, base)| base.policy.family == family).map(|(file, _)| file);
            file.map_or_else(String::new, |file| relative(folder, &file.name))
        };
        let files = Family::BOTH.map(|family| (from(folder, family), from(baseline_folder, family)));
        let of = |family: Family| files.get(usize::from(family == Family::V6)).cloned().unwrap_or_default();
        let rule_set = firewall.name.as_str();
        self.waivers.apply(&Place { rule_set, file: &|family| of(family).0 }, results);
        let place = Place { rule_set, file: &|family| of(family).1 };
        if let Some(accepting) = &mut self.accepting {
            accepting.apply(&place, results);
        }
        if let Some(recording) = &mut self.recording {
            recording.apply(&place, results);
        }
    }

    /// What is to be said about them. A run that could not read all of its inputs says nothing of what is left over.
    pub fn findings(&self, failed: bool) -> Vec<Finding> {
        let complete = self.complete && !failed;
        let of_baseline = self.accepting.as_ref().and_then(|accepting| accepting.finding(complete));
        self.waivers.findings(complete).into_iter().chain(of_baseline).collect()
    }

    /// Writes the baseline, if one is to be written and nothing was left unread.
    pub fn write(self, failed: bool) -> Result<(), String> {
        let Some(recording) = self.recording else { return Ok(()) };
        let name = recording.path.display().to_string();
        if failed {
            return Err(format!("`{name}` was not written, because not all inputs could be used"));
        }
        let (complete, path) = (self.complete, recording.path.to_owned());
        let baseline = recording.finished(complete);
        let count = baseline.entries.len();
        let done = replace(&path, baseline.to_yaml().as_bytes());
        done.map_err(|error| format!("cannot write `{name}`: {error}"))?;
        let entries = if count == 1 { "1 entry".to_owned() } else { format!("{count} entries") };
        let _ = writeln!(std::io::stderr(), "wrote `{name}`: {entries}");
        Ok(())
    }
}

impl<'p> Recording<'p> {
    /// Records what does not pass, and accepts it.
    fn apply(&mut self, place: &Place<'_>, results: &mut [FlowResult<'_>]) {
        let mut own = Baseline::default();
        record(&mut own, place, results);
        Accepting::new(&own, &self.path.display().to_string()).apply(place, results);
        for (entry, packets) in own.entries {
            self.new.entries.entry(entry).or_default().extend(packets);
        }
        for result in results.iter() {
            let files = result.judgements.iter().map(|(policy, _)| (place.file)(policy.family));
            self.judged.extend(files.map(|file| (file, result.requirement.id.clone())));
        }
    }

    /// A run over a part of the project leaves the entries of the other parts as they are.
    fn finished(&self, complete: bool) -> Baseline {
        let mut all = self.new.clone();
        let is_other = |entry: &Accepted| !self.judged.contains(&(entry.file.clone(), entry.requirement.clone()));
        for (entry, packets) in self.before.entries.iter().filter(|(entry, _)| !complete && is_other(entry)) {
            all.entries.insert(entry.clone(), packets.clone());
        }
        all
    }
}
