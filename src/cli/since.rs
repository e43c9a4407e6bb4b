//! `fwproof check --since`: what was lost at a revision already is shown and does not count.

use super::SiteArguments;
use super::check::Case;
use super::diff::{Compared, Naming, keys, of_revision, read, units};
use super::git::Repository;
use super::inputs::{Firewall, Inputs, STDIN};
use crate::diff::Turn;
use crate::finding::{Finding, Severity};
use crate::policy::Statement;
use crate::report::diff::Presence;
use crate::report::{FlowResult, RuleSet};
use crate::source::Sources;
use crate::space::Family;
use crate::verify::Verdict;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// A rule base of the run: the name of the rule set, and the family.
type Of = (String, Family);

/// The rule sets of a run compared with those of a revision.
pub(super) struct Since {
    revision: String,
    /// For each rule base that the revision has too, the flows that got worse since then.
    worse: HashMap<Of, HashSet<String>>,
    /// The flags with the clients that either side names.
    sites: HashMap<Of, SiteArguments>,
    /// Who the clients are taken to be.
    pub clients: Vec<Statement>,
}

impl Since {
    /// Compares what was read with the same files at a revision, whose texts are added to those of the run. Each case
    /// comes with the numbers of its firewalls.
    pub fn new<'c>(
        revision: &str,
        cases: impl Iterator<Item = (Case<'c>, Range<usize>)>,
        inputs: &mut Inputs,
    ) -> Result<Since, String> {
        let repository = Repository::here()?;
        let mut since =
            Since { revision: revision.to_owned(), worse: HashMap::new(), sites: HashMap::new(), clients: Vec::new() };
        for (case, firewalls) in cases {
            since.compare(&repository, &case, firewalls, inputs)?;
        }
        Ok(since)
    }

    fn compare(
        &mut self,
        repository: &Repository,
        case: &Case<'_>,
        firewalls: Range<usize>,
        inputs: &mut Inputs,
    ) -> Result<(), String> {
        let paths = files(inputs.firewalls.get(firewalls.clone()).unwrap_or_default(), &inputs.sources)?;
        let reading = &case.site.reading;
        let then = of_revision(repository, &self.revision, &paths, Naming::Run, reading)?;
        let (then, sources) = read(then, std::mem::take(&mut inputs.sources), reading, &case.site.options()?);
        inputs.sources = sources;
        let now = inputs.firewalls.get(firewalls).unwrap_or_default();
        let keys = keys(now, |file| repository.relative(Path::new(inputs.sources.name(file.source))).ok());
        let wanted = case.wanted();
        let mut compared = Compared::new(case.site, &wanted, false);
        for unit in units(&then.inputs.firewalls, now, (&keys, &then.keys)) {
            if unit.presence() != Presence::Both {
                continue;
            }
            for family in compared.rule_set(&unit).families.iter().filter(|f| f.presence == Presence::Both) {
                let worse = family.flows.iter().filter(|flow| flow.turn >= Turn::BecameUndecided);
                let worse = worse.map(|flow| flow.requirement.id.clone()).collect();
                self.worse.insert((unit.name().to_owned(), family.family), worse);
            }
        }
        self.sites.extend(compared.sites);
        self.clients.extend(compared.clients);
        inputs.failed |= compared.failed;
        inputs.findings.append(&mut compared.findings);
        Ok(())
    }

    /// The flags for a rule base: what is compared must be asked about the same clients.
    pub fn site<'s>(&'s self, name: &str, family: Family, flags: &'s SiteArguments) -> &'s SiteArguments {
        self.sites.get(&(name.to_owned(), family)).unwrap_or(flags)
    }

    /// Marks what was lost before in the same way.
    pub fn mark(&self, name: &str, results: &mut [FlowResult<'_>]) {
        for result in results.iter_mut().filter(|result| result.verdict != Verdict::Permitted) {
            let lost = result.judgements.iter().map(|(_, judgement)| judgement);
            let as_before = |family: Family| {
                let worse = self.worse.get(&(name.to_owned(), family));
                worse.is_some_and(|worse| !worse.contains(&result.requirement.id))
            };
            result.was_so_before = lost.filter(|j| j.verdict != Verdict::Permitted).all(|j| as_before(j.family));
        }
    }

    /// Findings about nothing but such flows stay, as notes.
    pub fn lower(&self, set: &RuleSet<'_>, findings: &mut [Finding]) {
        let known = |id: &String| {
            let mut found = set.results.iter().filter(|result| result.requirement.id == *id);
            found.all(|result| result.was_so_before || result.verdict == Verdict::Permitted)
        };
        for finding in findings.iter_mut().filter(|f| !f.requirements().is_empty()) {
            if finding.requirements().iter().all(known) {
                finding.severity = Severity::Note;
                finding.notes.push(format!("was so before: it is not what changed since `{}`", self.revision));
            }
        }
    }
}

/// The files of firewalls.
fn files(firewalls: &[Firewall], sources: &Sources) -> Result<Vec<PathBuf>, String> {
    let each = firewalls.iter().flat_map(|firewall| &firewall.files);
    let files: Vec<PathBuf> = each.map(|file| PathBuf::from(sources.name(file.source))).collect();
    if files.iter().any(|file| file.as_os_str() == STDIN) {
        return Err("`--since` compares files; standard input has no revision".to_owned());
    }
    Ok(files)
}
