//! What a check has to do: which files with which settings. Flags come before the settings of a site, and those before
//! the defaults of the project.

use super::WantedArguments;
use super::asked::{Asked, asked, of_asked};
use super::judge::Case;
use crate::cli::inputs::{Dealer, Inputs, Named, NamedFirewall, Partition, files, identity, load_into};
use crate::cli::plan::families_of;
use crate::cli::project::Opened;
use crate::cli::{FirewallArguments, SiteArguments};
use crate::finding::Finding;
use crate::format::{Flow, ReadOptions, Wanted};
use crate::ingress::Product;
use crate::policy::Hook;
use crate::project::{RuleSets, Settings, Site, Written};
use crate::report::SiteOf;
use crate::requirement::{Requirement, Selected};
use crate::space::Field;
use crate::verify::required_packets;
use std::collections::HashSet;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

/// What the flags of a run ask about.
#[derive(Clone, Copy)]
pub(in crate::cli) struct Asking<'a> {
    pub rule_sets: &'a [PathBuf],
    pub grouping: &'a FirewallArguments,
    pub sites: &'a [String],
    pub site: &'a SiteArguments,
    pub wanted: &'a WantedArguments,
    pub partition: Option<Partition>,
    /// Are rules asked for that no required flow can meet, too?
    pub all_rules: bool,
}

/// Files that are judged with the same settings.
struct Task<'p> {
    site: Option<&'p Site>,
    files: Vec<Named>,
    firewalls: Vec<NamedFirewall>,
}

/// Rule sets that were read, with all that is needed to judge them.
#[derive(Default)]
pub(in crate::cli) struct Prepared {
    sites: Vec<PreparedSite>,
    /// Each thing asked for, once: sites mostly ask for the same.
    asked: Vec<(Asked, Selected)>,
    /// Was something required that does not exist?
    pub failed: bool,
}

struct PreparedSite {
    arguments: SiteArguments,
    asked: usize,
    of: Option<SiteOf>,
    firewalls: Range<usize>,
}

/// Reads all that is to be judged.
pub(in crate::cli) fn prepared(
    arguments: &Asking<'_>,
    opened: Option<&Opened>,
    inputs: &mut Inputs,
) -> Result<Prepared, String> {
    let mut prepared = Prepared::default();
    let mut dealer = Dealer::new(arguments.partition);
    for task in tasks(arguments, opened, inputs)? {
        prepared.add(arguments, opened, task, &mut dealer, inputs)?;
    }
    Ok(prepared)
}

fn tasks<'p>(arguments: &Asking<'_>, opened: Option<&'p Opened>, inputs: &mut Inputs) -> Result<Vec<Task<'p>>, String> {
    let named = !arguments.rule_sets.is_empty() || !arguments.grouping.firewalls.is_empty();
    let chosen = chosen(arguments, opened)?;
    let Some(opened) = opened else {
        let (files, firewalls) = (files(arguments.rule_sets, inputs), arguments.grouping.firewalls.clone());
        return if named { Ok(vec![Task { site: None, files, firewalls }]) } else { Err(NOTHING_NAMED.to_owned()) };
    };
    if named {
        return by_site(arguments, opened, &chosen, inputs);
    }
    if opened.project.sites.is_empty() {
        return Err(format!("`{}` names no sites, and no rule set is named: {WAYS}", opened.name));
    }
    let sites: Vec<&Site> = if chosen.is_empty() { opened.project.sites.iter().collect() } else { chosen };
    Ok(sites.into_iter().map(|site| whole(opened, site, inputs)).collect())
}

const NOTHING_NAMED: &str = "no rule set is named and no project file was found: name rule sets (`fwproof check FILE...`), \
                             or write a project file (`fwproof init`)";
const WAYS: &str = "name rule sets (`fwproof check FILE...`), or add `sites` to it";

/// The sites that flags choose.
fn chosen<'p>(arguments: &Asking<'_>, opened: Option<&'p Opened>) -> Result<Vec<&'p Site>, String> {
    let Some(opened) = opened else {
        return match arguments.sites.first() {
            Some(name) => Err(format!("`--site {name}` needs a project file, and none was found")),
            None => Ok(Vec::new()),
        };
    };
    let site = |name: &String| {
        let known = || opened.project.sites.iter().map(|site| site.name.text.as_str());
        opened.project.site(name).ok_or_else(|| match crate::yaml::nearest(name, known()) {
            Some(near) => format!("`{}` has no site `{name}`; did you mean `{near}`?", opened.name),
            None => {
                format!("`{}` has no site `{name}`; it has {}", opened.name, known().collect::<Vec<_>>().join(", "))
            }
        })
    };
    arguments.sites.iter().map(site).collect()
}

/// All rule sets of a site.
fn whole<'p>(opened: &Opened, site: &'p Site, inputs: &mut Inputs) -> Task<'p> {
    let mut task = Task { site: Some(site), files: Vec::new(), firewalls: Vec::new() };
    let mut seen = HashSet::new();
    for rule_sets in &site.rule_sets {
        match rule_sets {
            RuleSets::Files(glob) => {
                let paths = found(inputs, opened.files(glob)).into_iter();
                let new = paths.filter(|path| seen.insert(identity(path)));
                task.files.extend(new.map(|path| Named { path, by_user: true }));
            }
            RuleSets::Firewall { name, files } => {
                let files = files_of(opened, files, inputs);
                task.firewalls.push(NamedFirewall { name: name.text.clone(), files });
            }
        }
    }
    task
}

fn files_of(opened: &Opened, globs: &[Written], inputs: &mut Inputs) -> Vec<PathBuf> {
    globs.iter().flat_map(|glob| found(inputs, opened.files(glob))).collect()
}

/// What is there; what is not is said, and fails the check.
pub(super) fn found<T: Default>(inputs: &mut Inputs, result: Result<T, Finding>) -> T {
    result.unwrap_or_else(|finding| {
        inputs.failed = true;
        inputs.findings.push(finding);
        T::default()
    })
}

/// The rule sets that the command line names, each with the settings of the site that it belongs to.
fn by_site<'p>(
    arguments: &Asking<'_>,
    opened: &'p Opened,
    chosen: &[&'p Site],
    inputs: &mut Inputs,
) -> Result<Vec<Task<'p>>, String> {
    let known = if chosen.is_empty() { members(opened) } else { Vec::new() };
    let home = |path: &PathBuf| {
        let own = identity(path);
        let of = known.iter().find(|(_, files)| files.contains(&own)).map(|(site, _)| *site);
        of.or(chosen.first().copied())
    };
    if chosen.len() > 1 {
        return Err(
            "`--site` names several sites, and rule sets are named: which of the sites do they belong to?".to_owned()
        );
    }
    let mut tasks: Vec<Task<'p>> = Vec::new();
    for file in files(arguments.rule_sets, inputs) {
        add(&mut tasks, home(&file.path), |task| task.files.push(file));
    }
    for firewall in &arguments.grouping.firewalls {
        let site = firewall.files.first().and_then(home);
        add(&mut tasks, site, |task| task.firewalls.push(firewall.clone()));
    }
    for task in &mut tasks {
        task.join(opened);
    }
    Ok(tasks)
}

/// The files of each site. What is wrong with a site that is not asked for is not said.
fn members(opened: &Opened) -> Vec<(&Site, HashSet<PathBuf>)> {
    let paths = |glob: &Written| opened.files(glob).unwrap_or_default().into_iter().map(|path| identity(&path));
    let globs = |rule_sets: &RuleSets| match rule_sets {
        RuleSets::Files(glob) => vec![glob.clone()],
        RuleSets::Firewall { files, .. } => files.clone(),
    };
    let files =
        |site: &Site| site.rule_sets.iter().flat_map(globs).flat_map(|glob| paths(&glob).collect::<Vec<_>>()).collect();
    opened.project.sites.iter().map(|site| (site, files(site))).collect()
}

/// Adds to the task of a site.
fn add<'p>(tasks: &mut Vec<Task<'p>>, site: Option<&'p Site>, add: impl FnOnce(&mut Task<'p>)) {
    let name = |site: Option<&'p Site>| site.map(|site| site.name.text.as_str());
    match tasks.iter_mut().find(|task| name(task.site) == name(site)) {
        Some(task) => add(task),
        None => {
            let mut task = Task { site, files: Vec::new(), firewalls: Vec::new() };
            add(&mut task);
            tasks.push(task);
        }
    }
}

impl Task<'_> {
    /// A firewall of the site all of whose files are named is that firewall.
    fn join(&mut self, opened: &Opened) {
        let Some(site) = self.site else { return };
        for rule_sets in &site.rule_sets {
            let RuleSets::Firewall { name, files } = rule_sets else { continue };
            let files: Vec<PathBuf> = files.iter().flat_map(|glob| opened.files(glob).unwrap_or_default()).collect();
            let own: HashSet<PathBuf> = files.iter().map(|path| identity(path)).collect();
            let named = self.files.iter().map(|file| identity(&file.path)).collect::<HashSet<_>>();
            if !own.is_empty() && own.is_subset(&named) {
                self.firewalls.push(NamedFirewall { name: name.text.clone(), files });
            }
        }
    }
}

impl Prepared {
    fn add(
        &mut self,
        arguments: &Asking<'_>,
        opened: Option<&Opened>,
        task: Task<'_>,
        dealer: &mut Dealer,
        inputs: &mut Inputs,
    ) -> Result<(), String> {
        let none = Settings::default();
        let of_project = opened.map_or(&none, |opened| &opened.project.defaults);
        let settings = task.site.map_or(of_project, |site| &site.settings);
        let site = site_arguments(arguments.site, opened, settings, inputs);
        let asked = asked(arguments.wanted, opened, settings, inputs)?;
        let product = asked.selection.product;
        let asked = self.select(arguments, asked, inputs)?;
        let before = inputs.firewalls.len();
        let options =
            ReadOptions { wanted: if arguments.all_rules { None } else { self.wanted(asked) }, ..site.options()? };
        load_into(inputs, task.files, &task.firewalls, dealer, &site.reading, &options);
        let of = task.site.map(|s| SiteOf { name: s.name.text.clone(), product: product.name(), hook: site.hook() });
        tell_apart(inputs, before, of.as_ref());
        let firewalls = before..inputs.firewalls.len();
        self.sites.push(PreparedSite { arguments: site, asked, of, firewalls });
        Ok(())
    }

    /// Selects once what several sites ask for.
    fn select(&mut self, arguments: &Asking<'_>, asked: Asked, inputs: &mut Inputs) -> Result<usize, String> {
        if let Some(known) = self.asked.iter().position(|(known, _)| *known == asked) {
            return Ok(known);
        }
        let (selected, failed) = of_asked(arguments.wanted, &arguments.site.reading, &asked, &mut inputs.sources)?;
        self.failed |= failed;
        self.asked.push((asked, selected));
        Ok(self.asked.len() - 1)
    }

    /// What readers are told of the flows that will be asked about.
    fn wanted(&self, asked: usize) -> Option<Arc<Wanted>> {
        let (_, selected) = self.asked.get(asked)?;
        let flows = selected.requirements.iter().chain(&selected.test_vectors).flat_map(flows);
        Some(Arc::new(Wanted::of(flows)))
    }

    /// Each site with the numbers of its firewalls.
    pub fn cases(&self) -> impl Iterator<Item = (Case<'_>, Range<usize>)> {
        self.sites.iter().filter_map(|site| {
            let selected = &self.asked.get(site.asked)?.1;
            let case = Case { site: &site.arguments, selected, of: site.of.clone() };
            Some((case, site.firewalls.clone()))
        })
    }

    pub fn selected(&self) -> impl Iterator<Item = &Selected> {
        self.asked.iter().map(|(_, selected)| selected)
    }

    /// The names of all products that are asked for, or of the one that would be.
    pub fn products(&self, usual: Product) -> String {
        let mut names: Vec<&str> = Vec::new();
        for (asked, _) in &self.asked {
            let name = asked.selection.product.name();
            if !names.contains(&name) {
                names.push(name);
            }
        }
        if names.is_empty() { usual.name().to_owned() } else { names.join(", ") }
    }

    /// The hook of all sites, or the usual one where they differ.
    pub fn hook(&self, usual: Hook) -> Hook {
        let mut hooks = self.sites.iter().map(|site| site.arguments.hook());
        let first = hooks.next().unwrap_or(usual);
        if hooks.all(|hook| hook == first) { first } else { Hook::Forward }
    }
}

/// A requirement as its flows of each family.
fn flows(requirement: &Requirement) -> impl Iterator<Item = Flow> + '_ {
    families_of(requirement).map(|family| {
        let packets = required_packets(requirement, family);
        (family, requirement.proto, packets.values(Field::DstPort), packets.values(Field::Dst))
    })
}

/// Reports tell rule sets apart by their names; two sites may judge the same file.
fn tell_apart(inputs: &mut Inputs, before: usize, of: Option<&SiteOf>) {
    let (known, new) = inputs.firewalls.split_at_mut(before);
    for firewall in new {
        if let Some(site) = of.filter(|_| known.iter().any(|other| other.name == firewall.name)) {
            firewall.name = format!("{} (site {})", firewall.name, site.name);
        }
    }
}

/// Flags, and the settings where no flag is given.
fn site_arguments(
    flags: &SiteArguments,
    opened: Option<&Opened>,
    settings: &Settings,
    inputs: &mut Inputs,
) -> SiteArguments {
    let mut all = flags.clone();
    all.hook = all.hook.or(settings.hook);
    fill(&mut all.from, &settings.clients);
    fill(&mut all.in_interface, &settings.in_interfaces);
    fill(&mut all.out_interface, &settings.out_interfaces);
    if all.reading.ipset.is_empty() {
        all.reading.ipset = companions(opened, settings.ipset.iter().flatten(), inputs);
    }
    if let (None, Some(opened), Some(folder)) = (&all.reading.definitions, opened, &settings.definitions) {
        all.reading.definitions = found(inputs, opened.existing(folder).map(Some));
    }
    all
}

pub(super) fn fill<T: Clone>(flag: &mut Vec<T>, setting: &Option<Vec<T>>) {
    if flag.is_empty() {
        flag.extend(setting.iter().flatten().cloned());
    }
}

pub(super) fn companions<'w>(
    opened: Option<&Opened>,
    named: impl Iterator<Item = &'w Written>,
    inputs: &mut Inputs,
) -> Vec<PathBuf> {
    let Some(opened) = opened else { return Vec::new() };
    named.flat_map(|written| found(inputs, opened.files(written))).collect()
}
